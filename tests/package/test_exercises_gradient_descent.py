"""The exercises of *Gradient descent*: each right answer and each typical mistake, worked out here a second way."""

from fractions import Fraction

import numpy as np
import pytest
from introdl import datasets
from introdl.exercises import check


def kinds(label, answers):
    return [check(label, answer).kind for answer in answers]


def test_one_step_from_seven_by_hand():
    assert check("ex-gradient-descent-1", 7 - 0.25 * 8).right
    assert kinds("ex-gradient-descent-1", [7 + 2, 7 - 8, 2, 7 - 0.25 * 16]) == [
        "uphill",
        "rate-forgotten",
        "step-for-place",
        "loss-for-slope",
    ]


def test_one_step_of_weight_and_bias_in_exact_fractions():
    points, b = [(0, 5), (1, 3), (2, 2)], Fraction(5)

    def slope_of_b(w):
        return -2 * sum(y - (w * x + b) for x, y in points)

    slope_of_w = -2 * sum((y - b) * x for x, y in points)
    assert (slope_of_w, slope_of_b(0)) == (16, 10)
    w = -slope_of_w / 10
    one_after_the_other = [w, b - slope_of_b(w) / 10]
    assert kinds("ex-gradient-descent-2", [[w, b - slope_of_b(0) / 10], one_after_the_other]) == [
        "right",
        "new-weight-used",
    ]
    wrong = [[-16 / 30, 5 - 10 / 30], [-0.8, 4.5], [1.6, 6], [-16, -5], [4, -1.6]]
    assert kinds("ex-gradient-descent-2", wrong) == [
        "mean-for-sum",
        "two-forgotten",
        "uphill",
        "rate-forgotten",
        "bias-first",
    ]


@pytest.mark.torch
def test_the_bound_of_the_narrower_valley_is_that_of_autograd():
    import torch

    second = torch.autograd.functional.hessian(lambda w: (6 - 2 * w) ** 2, torch.tensor(0.0)).item()
    assert kinds("ex-gradient-descent-3", [2 / second, 1 / second, second, 2 / 4, 2 / 2]) == [
        "right",
        "one-step-rate",
        "curvature-for-rate",
        "x-used-once",
        "x-forgotten",
    ]


def test_the_weights_per_second_give_every_time_the_same_score():
    seconds = np.array([3.0, 13.0, 29.0])
    scores = -4 * (seconds - 13) / 5 + 24
    w, b = np.polyfit(seconds, scores, 1)
    assert check("ex-gradient-descent-4", [w, b]).right
    assert kinds(
        "ex-gradient-descent-4", [[w, 24], [w, 24 + w * 13], [-20, 24 + 20 * 13], [w, 24 + 4 * 13], [b, w]]
    ) == [
        "bias-kept",
        "mean-wrong-way",
        "multiplied",
        "old-weight-times-mean",
        "bias-first",
    ]


def test_three_of_five_walks_end_in_the_deeper_valley():
    ends = []
    for w in (-3.0, -1.0, 0.0, 1.0, 3.0):
        for _ in range(2000):
            w -= 0.001 * (4 * w * (w + 2) * (w - 2) + 4)
        ends.append(w)
    deeper = sum(end < 0 for end in ends)
    assert kinds("ex-gradient-descent-5", [deeper, 5 - deeper, 5, 1]) == [
        "right",
        "zero-to-the-right",
        "all-of-them",
        "only-the-leftmost",
    ]


def test_ten_epochs_in_batches_of_four():
    steps, seen = 0, 0
    for _ in range(10):
        left = 23
        while left > 0:
            left, steps, seen = left - min(4, left), steps + 1, seen + min(4, left)
    assert seen == 230
    assert kinds("ex-gradient-descent-6", [steps, 50, 57.5, 6, 230, 10]) == [
        "right",
        "rest-dropped",
        "not-rounded-up",
        "one-epoch",
        "one-by-one",
        "one-step-an-epoch",
    ]


def test_the_steps_until_both_slopes_are_flat():
    people = datasets.load_tug()
    x, y = people["tug"].to_numpy(float), people["bbs"].to_numpy(float)
    x = (x - x.mean()) / x.std()
    w = b = steps = flat_weight = 0
    while True:
        residual = y - w * x - b
        slope_w, slope_b = -2 * (residual * x).mean(), -2 * residual.mean()
        flat_weight = flat_weight or steps * (abs(slope_w) < 0.01)
        if abs(slope_w) < 0.01 and abs(slope_b) < 0.01:
            break
        w, b, steps = w - 0.1 * slope_w, b - 0.1 * slope_b, steps + 1
    assert kinds("ex-gradient-descent-7", [steps, steps + 1, steps - 1, flat_weight]) == [
        "right",
        "one-too-many",
        "one-too-few",
        "weight-only",
    ]


def test_a_mean_in_thirds_is_known_by_three_decimals():
    assert check("ex-gradient-descent-2", [-0.533, 4.667]).kind == "mean-for-sum"
