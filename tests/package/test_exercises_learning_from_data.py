"""The exercises of *Learn from data in three steps*: each answer and each typical mistake, worked out a second way."""

import itertools
import random
from fractions import Fraction

import pytest
from introdl import datasets
from introdl.exercises import check

THREE = [(8, 24), (12, 24), (16, 18)]
GRID = [(Fraction(w, 4), b) for w in range(-8, 5) for b in range(20, 41)]


def rows():
    """Return (seconds, points) of each person, as plain whole numbers."""
    people = datasets.load_tug()
    return [(int(seconds), int(points)) for seconds, points in zip(people["tug"], people["bbs"], strict=True)]


def kinds(number, answers):
    return [check(f"ex-learning-from-data-{number}", answer).kind for answer in answers]


def squares(people, w, b):
    return sum((y - (w * x + b)) ** 2 for x, y in people)


def least_squares(people):
    """Solve the two normal equations in whole numbers: the slope and intercept are exact fractions."""
    n, sx, sy = len(people), sum(x for x, _ in people), sum(y for _, y in people)
    sxx, sxy = sum(x * x for x, _ in people), sum(x * y for x, y in people)
    w = Fraction(n * sxy - sx * sy, n * sxx - sx * sx)
    return w, (Fraction(sy) - w * sx) / n


def test_the_three_people_and_the_fourth_are_of_the_table():
    people = datasets.load_tug().set_index("no")
    found = people.loc[[4, 8, 7, 14], ["tug", "bbs"]].to_numpy().tolist()
    assert [tuple(row) for row in found] == [*THREE, (22, 24)]


def test_the_loss_of_line_d_by_hand():
    assert squares(THREE, Fraction(-1, 2), 30) == 20
    wrong = [-2 + 0 - 4, 2 + 0 + 4, (-2 + 0 - 4) ** 2, 20 / 3, 8]
    assert kinds(1, [20, *wrong]) == [
        "right",
        "not-squared",
        "absolute-for-squared",
        "squared-after-adding",
        "mean-for-sum",
        "other-line",
    ]


def test_a_fourth_person_makes_the_line_of_the_grid_flat():
    four = [*THREE, (22, 24)]
    best = min(GRID, key=lambda line: squares(four, *line))
    ties = [b for w, b in GRID if squares(four, w, b) == squares(four, *best)]
    assert best[0] == 0
    assert ties == [22, 23]
    three = min(GRID, key=lambda line: squares(THREE, *line))
    swapped = min(GRID, key=lambda line: squares([*THREE, (24, 22)], *line))
    answers = [best[0], three[0], least_squares(four)[0], swapped[0]]
    assert kinds(2, map(float, answers)) == ["right", "person-not-added", "off-the-grid", "person-swapped"]


def test_candidates_multiply():
    count = sum(1 for _ in itertools.product(range(50), repeat=3))
    assert kinds(3, [count, 150, 2500, 3**50]) == [
        "right",
        "added-for-multiplied",
        "two-parameters",
        "power-of-values",
    ]


def test_the_parabola_passes_through_the_three_and_leaves_the_scale_at_22_seconds():
    def parabola(x):
        return 24 - Fraction(3, 16) * (x - 8) * (x - 12)

    assert [parabola(x) for x, _ in THREE] == [y for _, y in THREE]
    wrong = [50.25, 14.5, 26.25, 24 - 3 / 16 * 14]
    assert kinds(4, [float(parabola(22)), *wrong]) == [
        "right",
        "sign-of-the-square",
        "line-for-parabola",
        "miss-for-guess",
        "one-factor-forgotten",
    ]


def test_everybody_judged_by_the_line_of_the_others():
    people = rows()
    errors, flat = [], []
    for left in range(23):
        rest = people[:left] + people[left + 1 :]
        w, b = least_squares(rest)
        seconds, points = people[left]
        errors.append(points - (w * seconds + b))
        flat.append(points - Fraction(sum(y for _, y in rest), 22))
    w, b = least_squares(people)
    inside = sum(abs(y - (w * x + b)) for x, y in people) / 23
    answers = [
        sum(map(abs, errors)) / 23,
        inside,
        sum(error**2 for error in errors) / 23,
        sum(errors) / 23,
        sum(map(abs, flat)) / 23,
        sum(map(abs, errors)),
    ]
    assert [round(float(answers[place]), 2) for place in (0, 1, 4)] == [2.66, 2.39, 3.72]
    assert kinds(5, map(float, answers)) == [
        "right",
        "nobody-left-out",
        "squared-for-absolute",
        "sign-kept",
        "time-forgotten",
        "sum-for-mean",
    ]


def test_the_letter_of_the_narrower_range():
    assert kinds(6, ["a", "A ", "b", "c", "d", 7.1]) == [
        "right",
        "right",
        "judges-do-not-matter",
        "more-is-wider",
        "wrong",
        "wrong-type",
    ]


def test_somebody_among_fifty_is_more_often_than_not_right_five_times():
    exact = 1 - Fraction(31, 32) ** 50
    assert 0.5 < exact < 1
    wrong = [1 / 32, 50 / 32, float(1 - exact), 1 - 0.5**50]
    assert kinds(7, [float(exact), *wrong]) == [
        "right",
        "only-one-teller",
        "probabilities-added",
        "nobody-instead",
        "one-question",
    ]


@pytest.mark.parametrize("seed", range(5))
def test_a_thousand_simulated_contests_pass_the_check(seed):
    toss = random.Random(seed)
    contests = [any(toss.getrandbits(5) == 31 for _ in range(50)) for _ in range(1000)]
    assert kinds(7, [sum(contests) / 1000]) == ["right"]


def test_a_rounded_answer_is_an_answer():
    assert kinds(5, [2.663]) == kinds(7, [0.8]) == ["right"]
