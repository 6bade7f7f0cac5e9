"""The exercises of *Regression or classification?*: right answers and mistakes, worked out here a second way."""

import math
from fractions import Fraction

from introdl import datasets
from introdl.exercises import check

PAGE = "ex-regression-and-classification"


def rows():
    """Return (seconds, points) of each person, as plain numbers."""
    people = datasets.load_tug()
    return [(int(seconds), int(points)) for seconds, points in zip(people["tug"], people["bbs"], strict=True)]


def kinds(number, answers):
    return [check(f"{PAGE}-{number}", answer).kind for answer in answers]


def line():
    """Return weight and bias of the least-squares line, by the formula of school, in exact fractions."""
    people = rows()
    mean_s, mean_p = (Fraction(sum(values), len(people)) for values in zip(*people, strict=True))
    above = sum((s - mean_s) * (p - mean_p) for s, p in people)
    weight = above / sum((s - mean_s) ** 2 for s, _ in people)
    return weight, mean_p - weight * mean_s


def test_only_the_error_code_is_a_class():
    wanted = ["right", "litres-are-a-number", "hours-are-a-number", "count-is-a-number"]
    assert kinds(1, ["b", "a", "c", "d"]) == wanted


def test_one_large_miss_costs_more_when_it_is_squared():
    assert kinds(2, [25 / 3, 8.33, 8.3333]) == ["right"] * 3
    wrong = [5 / 3, 4, (5 / 3) ** 2, 25]
    assert kinds(2, wrong) == ["not-squared", "other-line", "squared-after", "wrong"]


def log_loss(slower, quicker):
    total = 0
    for seconds, points in rows():
        says_low = slower if seconds >= 16 else quicker
        total -= math.log(says_low if points <= 22 else 1 - says_low)
    return total / 23


def test_boasting_makes_the_log_loss_worse_than_no_model():
    assert log_loss(0.99, 0.01) > log_loss(6 / 23, 6 / 23) > log_loss(4 / 5, 2 / 18)
    assert kinds(3, [log_loss(0.99, 0.01), 0.609]) == ["right", "right"]
    wrong = [log_loss(4 / 5, 2 / 18), 20 / 23, log_loss(0.99, 0.01) / math.log(10), -3 * math.log(0.01)]
    assert kinds(3, wrong) == ["probabilities-kept", "accuracy-for-loss", "other-logarithm", "wrong-ones-only"]


def test_at_24_points_the_line_is_right_for_14_people():
    weight, bias = line()
    right = sum((weight * s + bias <= 24) == (p <= 24) for s, p in rows())
    assert right == 14
    assert check(f"{PAGE}-4", right).right
    best_cut = max(sum((s >= cut) == (p <= 24) for s, p in rows()) for cut in range(8, 31))
    never = sum(p > 24 for _, p in rows())
    assert (best_cut, never) == (17, 12)
    assert kinds(4, [20, best_cut, never]) == ["limit-kept", "cut-learned-anew", "never-for-line"]


def test_the_old_limit_on_one_side_only_gives_17_too_and_the_message_says_both():
    weight, bias = line()
    assert sum((weight * s + bias <= 22) == (p <= 24) for s, p in rows()) == 17
    assert "still held against 22" in check(f"{PAGE}-4", 17).message


def test_where_a_tenth_is_ill_eight_of_seventeen_called_are_ill():
    assert kinds(5, [Fraction(8, 17), 0.471, 8 / 17]) == ["right"] * 3
    wrong = [0.8, 16 / 114, Fraction(9, 17), 0.89]
    assert kinds(5, wrong) == ["found-for-called", "prevalence-kept", "healthy-share", "accuracy-for-share"]


def test_a_percentage_is_not_taken_for_a_share():
    assert not check(f"{PAGE}-5", 47).right


def test_the_label_that_does_not_come_out_is_that_of_person_16():
    people = datasets.load_tug()
    missed = {"rounded": [], "plain": [], "stamp": []}
    for no, t1, t6, y1 in zip(people["no"], people["t1"], people["t6"], people["y1"], strict=True):
        for name, seconds in (("rounded", round(t6 - t1)), ("plain", t6 - t1), ("stamp", t6)):
            if (seconds >= 14) != (y1 == 1):
                missed[name].append(int(no))
    assert missed == {"rounded": [16], "plain": [11, 16], "stamp": [20]}
    assert kinds(6, [16, [16], [11, 16], 20, 22]) == [
        "right",
        "right",
        "not-rounded",
        "stamp-for-duration",
        "count-for-person",
    ]


def test_a_number_chooses_the_three():
    assert kinds(7, ["a", "b", "c", "d"]) == ["right", "class-cannot-rank", "wrong-target", "nothing-to-learn"]
