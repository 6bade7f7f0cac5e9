"""The exercises of *Write the rules, or learn them?*: each right answer and each mistake, counted here a second way."""

import re
from pathlib import Path

import pytest
from introdl import datasets, language
from introdl.exercises import check
from introdl.exercises.machine_learning import TOSSES

ROOT = Path(__file__).parents[2]


def rows(column="tug"):
    """Return (value, low score?) of each person, as plain values."""
    people = datasets.load_tug()
    return [(float(value), bool(low)) for value, low in zip(people[column], people["y2"], strict=True)]


def right(cut, people):
    return sum((value >= cut) == low for value, low in people)


def kinds(label, answers):
    return [check(label, answer).kind for answer in answers]


def test_only_the_forest_learns_without_layers():
    wanted = ["right", "search-is-not-learning", "layers-are-deep", "formula-was-written", "wrong"]
    assert kinds("ex-machine-learning-1", ["b", "a", "c", "d", "e"]) == wanted


def test_the_step_frequency_is_right_for_22_people():
    people = rows("step_frequency")
    best = max(people, key=lambda person: right(person[0], people))[0]
    assert right(best, people) == 22
    assert check("ex-machine-learning-2", 22).right
    assert kinds("ex-machine-learning-2", [20, best, 1, 17]) == [
        "column-kept",
        "cut-for-count",
        "counted-wrong-ones",
        "slow-steps-low",
    ]


def test_below_a_cut_instead_of_above_it_the_step_frequency_is_no_better_than_never():
    people = rows("step_frequency")
    assert max(sum((value <= cut) == low for value, low in people) for cut, _ in people) < 17
    assert sum(not low for _, low in people) == 17


def test_six_people_and_a_coin():
    people = list(zip(range(8, 14), TOSSES, strict=True))
    assert [cut for cut in range(8, 15) if right(cut, people) == 5] == [10, 12]
    assert check("ex-machine-learning-3", 5).right
    assert kinds("ex-machine-learning-3", [3, 6]) == ["cut-before-the-toss", "no-cut-does-that"]


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_the_page_tosses_the_coin_of_the_registry(code):
    text = (ROOT / "book" / code / "machine-learning.md").read_text(encoding="utf-8")
    assert f"toss = np.array({TOSSES})" in text
    told = re.search(r"The coin fell: (.*?)\.|銅板的結果依序是：(.*?)。最好", text)
    words = re.split(r"[,、] ?", told[1] or told[2])
    assert [word in ("low", "低分") for word in words] == TOSSES


def leave_one_out(take):
    people, correct = rows(), 0
    for i, (seconds, low) in enumerate(people):
        others = people[:i] + people[i + 1 :]
        most = max(right(cut, others) for cut in range(8, 31))
        cut = take(cut for cut in range(8, 31) if right(cut, others) == most)
        correct += (seconds >= cut) == low
    return correct


def test_leaving_one_out_the_way_to_break_ties_decides_between_18_and_20():
    assert (leave_one_out(max), leave_one_out(min)) == (18, 20)
    assert check("ex-machine-learning-4", leave_one_out(max)).right
    assert kinds("ex-machine-learning-4", [20, 18 / 23, 5]) == ["lowest-kept", "share-for-count", "counted-wrong-ones"]
    assert check("ex-machine-learning-4", round(18 / 23, 4)).kind == "share-for-count"


def test_a_memory_for_times_is_right_for_21_of_the_people_it_remembers():
    people = rows()
    memory = {}
    for seconds, _ in people:
        same = [low for value, low in people if value == seconds]
        memory[seconds] = sum(same) > len(same) / 2
    assert sum(memory[seconds] == low for seconds, low in people) == 21
    assert check("ex-machine-learning-5", 21).right
    wanted = ["names-remembered", "cut-used", "times-for-people", "never-low"]
    assert kinds("ex-machine-learning-5", [23, 20, len(memory), 17]) == wanted


def test_no_time_is_shared_by_as_many_low_scores_as_others():
    people = rows()
    for seconds, _ in people:
        same = [low for value, low in people if value == seconds]
        assert 2 * sum(same) != len(same), seconds


def test_the_light_curtain_is_the_job_for_a_written_rule():
    wanted = ["right", "nobody-can-write-it", "pictures-need-examples", "the-world-changes"]
    assert kinds("ex-machine-learning-6", ["c", "a", "b", "d"]) == wanted


@pytest.mark.parametrize("share", [0.78, 0.783, 18 / 23])
def test_a_share_for_a_count_is_known_by_two_decimals(share):
    assert check("ex-machine-learning-4", share).kind == "share-for-count"
