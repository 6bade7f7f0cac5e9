"""The exercises of *Multilayer perceptron*: each right answer and each typical mistake, worked out a second way."""

from itertools import product

import numpy as np
import pytest
from introdl.exercises import check


def kinds(label, *answers):
    return [check(f"ex-multilayer-perceptron-{label}", answer).kind for answer in answers]


def small_net(x, bend):
    hidden = bend(np.array([[1, -1], [2, 1]]) @ x + np.array([-1, 0]))
    return np.array([3, 2]) @ hidden + 1


def test_the_small_network_by_matrices():
    x = np.array([1, 2])
    assert small_net(x, lambda z: np.maximum(z, 0)) == 9
    assert kinds(1, 9, small_net(x, lambda z: z), small_net(x, np.abs), 8) == [
        "right",
        "no-relu",
        "size-for-relu",
        "bias-forgotten",
    ]


def reach(low, high, bias=1):
    values = [2 * a - b + 3 * c + bias for a, b, c in product((low, high), repeat=3)]
    return [min(values), max(values)]


def test_the_range_of_sigmoids_is_that_of_the_corners():
    rng = np.random.default_rng(0)
    n = 1 / (1 + np.exp(-rng.normal(scale=20, size=(5000, 3))))
    y_hat = n @ [2, -1, 3] + 1
    assert [y_hat.min(), y_hat.max()] == pytest.approx(reach(0, 1), abs=0.01)
    assert kinds(2, reach(0, 1), reach(-1, 1), reach(0, 1, bias=0), reach(0, 1)[::-1], [1, 5], [0, 1]) == [
        "right",
        "tanh-range",
        "bias-forgotten",
        "swapped",
        "all-on",
        "output-bent",
    ]


def test_steps_are_counted_one_by_one():
    steps = sum(1 for _ in range(20) for _ in range(0, 100, 16))
    assert kinds(3, steps, 120, 7, 20, 2000, 125) == [
        "right",
        "last-batch-forgotten",
        "one-epoch",
        "one-step-an-epoch",
        "one-step-a-person",
        "part-of-a-batch",
    ]


def test_the_hat_is_found_by_solving_for_its_weights():
    x, heights = np.array([2.0, 4, 6]), np.array([3.0, 0, 0])
    weights = np.linalg.solve(np.maximum(x[:, None] - [0, 2, 4], 0), heights)
    assert kinds(4, weights, 2 * weights, [1.5, -1.5, 0], [1.5, -3, 0], [1, -2, 1]) == [
        "right",
        "height-for-slope",
        "slope-for-change",
        "not-stopped",
        "old-hat",
    ]


def two_steps(gather, factor=2.0, sign=-1):
    w = kept = 0.0
    for _ in range(2):
        kept = factor * (w - 3) + (kept if gather else 0)
        w += sign * 0.1 * kept
    return w


def test_two_steps_with_and_without_clearing():
    assert kinds(5, two_steps(True), two_steps(False), 0.6, two_steps(True, factor=1)) == [
        "right",
        "cleared",
        "one-step",
        "two-forgotten",
    ]
    assert kinds(5, two_steps(True, sign=1), 1.8, -1.68) == ["wrong-way", "slope-not-new", "wrong-sign"]


def test_either_but_not_both_is_found_by_solving():
    X = np.array([[0, 0], [0, 1], [1, 1]])
    total = X.sum(axis=1)
    hidden = np.column_stack([np.maximum(total, 0), np.maximum(total - 1, 0), np.ones(3)])
    solved = [np.linalg.solve(hidden, target) for target in ([0, 1, 0], [0, 1, 1], [1, 0, 1], [0, 0, 1])]
    assert kinds(6, *solved, [1, -2, 1]) == ["right", "or", "turned-round", "only-both", "bias-not-zero"]
