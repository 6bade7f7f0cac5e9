"""The exercises of *Linear regression*: each right answer and each typical mistake, worked out here a second way."""

from fractions import Fraction

import numpy as np
import pytest
from introdl import datasets
from introdl.exercises import check

PEOPLE = datasets.load_tug()


def kinds(label, answers):
    return [check(label, answer).kind for answer in answers]


def line(x, y):
    """Return weight and bias in fractions: whole numbers in, nothing rounded."""
    x, y, n = [int(v) for v in x], [int(v) for v in y], len(x)
    sxy, sxx = sum(a * b for a, b in zip(x, y, strict=True)), sum(a * a for a in x)
    weight = Fraction(n * sxy - sum(x) * sum(y), n * sxx - sum(x) ** 2)
    return [float(weight), float(Fraction(sum(y), n) - weight * Fraction(sum(x), n))]


def slope_without(*numbers):
    kept = PEOPLE[~PEOPLE["no"].isin(numbers)]
    return line(kept["tug"], kept["bbs"])[0]


def left_out_misses(*powers):
    """Return the misses on the person left out, by NumPy's own solver."""
    seconds, points = PEOPLE["tug"].to_numpy(float), PEOPLE["bbs"].to_numpy(float)
    X = np.column_stack([*(seconds**power for power in powers), np.ones(23)])
    misses = []
    for n in range(23):
        kept = np.arange(23) != n
        theta = np.linalg.lstsq(X[kept], points[kept], rcond=None)[0]
        misses.append(points[n] - X[n] @ theta)
    return np.array(misses)


def test_the_loss_of_the_fourth_line_by_hand():
    assert check("ex-linear-regression-1", (2 - 3) ** 2 + (3 - 5) ** 2 + (7 - 7) ** 2).right
    assert kinds("ex-linear-regression-1", [3, -3, 9, 5 / 3, [1, 4, 0], -5]) == [
        "lengths-for-squares",
        "not-squared",
        "squared-after-adding",
        "mean-for-sum",
        "squares-not-added",
        "wrong-sign",
    ]


def test_a_weight_compares_people_and_promises_nothing():
    answers = ["c", " C", "a", "b", "d", -0.67]
    wanted = ["right", "right", "cause-for-comparison", "line-for-everybody", "wrong", "wrong-type"]
    assert kinds("ex-linear-regression-2", answers) == wanted


def test_the_table_itself_refutes_the_sentence_about_everybody():
    points = {seconds: group["bbs"] for seconds, group in PEOPLE.groupby("tug")}
    assert points[22].min() > points[11].min()


def test_in_minutes_the_weight_is_sixty_times_as_large():
    weight, bias = line(PEOPLE["tug"], PEOPLE["bbs"])
    minutes = np.polyfit(PEOPLE["tug"] / 60, PEOPLE["bbs"], 1)[0]
    assert kinds("ex-linear-regression-3", [minutes, round(minutes, 2)]) == ["right", "right"]
    wrong = [weight / 60, weight, bias, -minutes]
    assert kinds("ex-linear-regression-3", wrong) == [
        "divided-by-sixty",
        "unit-ignored",
        "bias-for-weight",
        "wrong-sign",
    ]


def test_the_slope_without_one_person():
    right = slope_without(14)
    assert kinds("ex-linear-regression-4", [right, round(right, 3)]) == ["right", "right"]
    wrong = [slope_without(), slope_without(19), slope_without(14, 19), slope_without(15)]
    assert kinds("ex-linear-regression-4", wrong) == [
        "nobody-left-out",
        "person-19-left-out",
        "both-left-out",
        "place-for-number",
    ]
    assert PEOPLE["no"][14] == 15  # what place 14 holds


def test_one_answer_for_five_waits():
    waits = [2, 3, 3, 4, 38]
    levels = [level / 2 for level in range(80)]
    right = [min(levels, key=lambda level: sum(abs(w - level) ** power for w in waits)) for power in (2, 1)]
    assert right == [10, 3]
    answers = [right, [3, 10], [10, 10], [3, 3], [10, 20], 10]
    wanted = ["right", "mean-and-median-swapped", "mean-twice", "median-twice", "middle-of-the-range", "wrong-shape"]
    assert kinds("ex-linear-regression-5", answers) == wanted


def test_the_closed_form_for_the_steps():
    weight, bias = line(PEOPLE["steps"], PEOPLE["bbs"])
    through_zero = (PEOPLE["steps"] * PEOPLE["bbs"]).sum() / (PEOPLE["steps"] ** 2).sum()
    assert kinds("ex-linear-regression-6", [[weight, bias], (round(weight, 3), round(bias, 3))]) == ["right", "right"]
    wrong = [
        [bias, weight],
        line(PEOPLE["bbs"], PEOPLE["steps"]),
        [through_zero, 0],
        line(PEOPLE["tug"], PEOPLE["bbs"]),
        weight,
    ]
    assert kinds("ex-linear-regression-6", wrong) == [
        "bias-before-weight",
        "x-and-y-swapped",
        "through-the-origin",
        "seconds-for-steps",
        "weight-only",
    ]


def test_the_error_of_the_bend_on_people_left_out():
    misses = left_out_misses(1, 2)
    assert check("ex-linear-regression-7", abs(misses).mean()).right
    seconds, points = PEOPLE["tug"], PEOPLE["bbs"]
    same = abs(points - np.polyval(np.polyfit(seconds, points, 2), seconds)).mean()
    wrong = [same, abs(left_out_misses(1)).mean(), abs(left_out_misses(2)).mean(), (misses**2).mean()]
    assert kinds("ex-linear-regression-7", wrong) == ["same-people", "straight-line", "square-only", "squared-misses"]


@pytest.mark.parametrize("mean", [1.67, 1.667, 5 / 3])
def test_a_mean_for_the_sum_is_known_by_two_decimals(mean):
    assert check("ex-linear-regression-1", mean).kind == "mean-for-sum"
