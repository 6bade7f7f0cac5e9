"""The exercises of *Read the symbols*: each right answer and each typical mistake, worked out here a second way."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from introdl.exercises import check

TABLE = Path(__file__).parents[2] / "data" / "tug_23_subjects.csv"


def rows():
    """Return the people as plain dictionaries, read without pandas."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def column(name):
    return [float(row[name]) for row in rows()]


def kinds(label, answers):
    return [check(label, answer).kind for answer in answers]


def correlation(a, b):
    pairs = [(float(x), float(y)) for x, y in zip(a, b, strict=True) if x and y]
    xs, ys = zip(*pairs, strict=True)
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    up = sum((x - mx) * (y - my) for x, y in pairs)
    return up / (sum((x - mx) ** 2 for x in xs) * sum((y - my) ** 2 for y in ys)) ** 0.5


def test_one_cell_is_read_by_the_number_of_the_person_not_by_the_place():
    person = {row["no"]: row for row in rows()}
    assert check("ex-notation-1", int(person["14"]["steps"])).right
    wrong = [int(person["15"]["steps"]), int(person["14"]["tug"]), int(person["15"]["tug"])]
    assert kinds("ex-notation-1", wrong) == ["row-from-zero", "column-from-zero", "both-from-zero"]


def test_a_vector_minus_a_column_is_every_pair():
    wanted = ["own-pairs-expected", "column-expected", "right", "error-expected", "wrong", "wrong-type"]
    assert kinds("ex-notation-2", ["a", "b", "C", "d", "e", [23, 23]]) == wanted


@pytest.mark.torch
def test_pytorch_gives_every_pair_without_a_word(recwarn):
    import torch

    assert (torch.ones(23) - torch.ones(23, 1)).shape == (23, 23)
    assert len(recwarn) == 0


def test_the_repaired_loss_is_that_of_plain_loops():
    times, scores = column("tug"), column("bbs")
    misses = [score - (30 - 0.5 * time) for time, score in zip(times, scores, strict=True)]
    pairs = [(score - (30 - 0.5 * time)) ** 2 for time in times for score in scores]
    right = sum(miss**2 for miss in misses) / 23
    assert kinds("ex-notation-3", [right, round(right, 2), [right]]) == ["right"] * 3
    wrong = [sum(pairs) / 529, sum(miss**2 for miss in misses), sum(map(abs, misses)) / 23, right**0.5]
    assert kinds("ex-notation-3", wrong) == ["broadcast", "sum-for-mean", "absolute-for-squared", "root-taken"]


def test_the_samples_leak_as_the_seconds_do():
    same = [(int(row["n6"]) - int(row["n1"])) / 45 == int(row["tug"]) for row in rows()]
    assert sum(same) == 22
    assert kinds("ex-notation-4", ["b", "a", "c"]) == ["right", "leak-admired", "unit-trusted"]


def test_believing_the_stamps_makes_one_person_fewer_slow():
    between = [t6 - t1 for t1, t6 in zip(column("t1"), column("t6"), strict=True)]
    right = sum(round(seconds) >= 14 for seconds in between)
    assert right == sum(column("y1")) - 1
    answers = [right, sum(column("y1")), sum(seconds >= 14 for seconds in between)]
    assert kinds("ex-notation-5", answers) == ["right", "label-copied", "not-rounded"]


def test_seven_pairs_of_columns_move_together():
    names = [name for name in rows()[0] if name != "gender"]
    values = {name: [row[name] for row in rows()] for name in names}
    strong = {
        (a, b): abs(correlation(values[a], values[b])) for place, a in enumerate(names) for b in names[place + 1 :]
    }
    pairs = [pair for pair, r in strong.items() if r > 0.999]
    assert sorted(pairs) == sorted([*((f"t{i}", f"n{i}") for i in range(1, 7)), ("time", "tug")])
    lower = sum(r > 0.99 for r in strong.values())
    answers = [len(pairs), 2 * len(pairs), len(pairs) + len(names), 2 * len(pairs) + len(names), lower]
    wanted = ["right", "each-pair-twice", "with-itself", "twice-and-with-itself", "lower-limit"]
    assert kinds("ex-notation-6", answers) == wanted


def test_decades_leave_few_people_alone():
    decades = Counter((row["gender"], int(row["age"]) // 10) for row in rows())
    ages = Counter((row["gender"], row["age"]) for row in rows())
    without_sex = Counter(int(row["age"]) // 10 for row in rows())
    alone = [sum(count == 1 for count in counts.values()) for counts in (decades, ages, without_sex)]
    assert kinds("ex-notation-7", [*alone, len(decades)]) == [
        "right",
        "exact-age",
        "sex-forgotten",
        "groups-for-people",
    ]


def test_those_who_stay_alone_are_the_oldest_and_the_youngest_of_their_sex():
    decades = Counter((row["gender"], int(row["age"]) // 10) for row in rows())
    left = [row for row in rows() if decades[row["gender"], int(row["age"]) // 10] == 1]
    by_sex = {sex: sorted(int(row["age"]) for row in rows() if row["gender"] == sex) for sex in "FM"}
    assert sorted(int(row["age"]) for row in left) == [by_sex["M"][0], by_sex["F"][-1]]
