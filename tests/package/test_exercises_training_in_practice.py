"""The exercises of *Training in practice*: each right answer and each typical mistake, worked out a second way."""

import numpy as np
import pytest
from introdl.exercises import check


def kinds(label, *answers):
    return [check(f"ex-training-in-practice-{label}", answer).kind for answer in answers]


def test_three_batches_weigh_the_last_person_twice():
    slopes = np.array([2, 4, 6, 8, 10])
    weights = np.array([1, 1, 1, 1, 2]) / 6
    means = [slopes[:2].mean(), slopes[2:4].mean(), slopes[4:].mean()]
    assert kinds(1, weights @ slopes, slopes.mean(), np.mean(means[:2]), sum(means)) == [
        "right",
        "all-people",
        "last-left-out",
        "not-averaged",
    ]


def descended(fade, share=1.0):
    w, m = [0.0], 0.0
    for _ in range(3):
        m = fade * m - share
        w.append(w[-1] - 0.1 * m)
    return w


def test_momentum_step_by_step():
    w = descended(0.5)
    assert kinds(2, w[3], descended(0)[3], descended(1)[3], descended(0.5, share=0.5)[3], w[3] - w[2]) == [
        "right",
        "no-momentum",
        "never-fading",
        "averaged",
        "last-step-only",
    ]


def test_dropout_keeps_the_sum_on_average_while_learning():
    kept = 1 - 0.2
    survivor = 1 / kept
    assert kept * survivor == pytest.approx(1)
    assert kinds(3, [survivor, 1], [1, 1], [1, kept], [survivor] * 2, [1 / 0.2, 1], [1, survivor]) == [
        "right",
        "not-scaled",
        "scaled-later",
        "both-scaled",
        "share-mistaken",
        "modes-swapped",
    ]


def test_patience_is_counted_from_the_best_epoch():
    losses = [1.0, 0.8, 0.7, 0.75, 0.72, 0.69, 0.8, 0.9]
    stops = next(epoch for epoch in range(len(losses)) if epoch - int(np.argmin(losses[: epoch + 1])) >= 2)
    best = int(np.argmin(losses[: stops + 1]))
    never = int(np.argmin(losses))
    assert kinds(4, [stops, best], [stops, stops], [never + 2, never], [stops + 1, best], [best, stops]) == [
        "right",
        "stop-for-best",
        "never-seen",
        "one-too-many",
        "order-swapped",
    ]


def test_units_differ_once_their_output_weights_do():
    """One step by hand: tanh has slope 1 at 0, so a hidden unit's slope is its output weight times one direction."""
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 10)), rng.normal(size=20)
    output = rng.uniform(-0.5, 0.5, 4)
    hidden = 0.1 * np.outer(output, 2 * (y @ X) / 20)
    assert kinds(5, len(np.unique(hidden.round(9), axis=0)), 1, 0) == ["right", "still-equal", "all-zero"]


def test_decay_takes_its_share_of_what_is_left():
    share = 0.1 * 0.5
    shrunk = 2 * (1 - share) ** np.arange(3)
    assert kinds(6, shrunk[2], shrunk[1], 2 * (1 - 2 * share), 2 * 0.5**2, 2) == [
        "right",
        "one-step",
        "share-of-the-start",
        "rate-forgotten",
        "no-decay",
    ]


def test_a_row_is_put_in_order_before_it_is_standardised():
    mean, scale = np.array([10, 100]), np.array([2, 20])
    row = np.array([6, 140])
    ready = (row - mean) / scale
    assert kinds(7, ready, (row[::-1] - mean) / scale, ready[::-1], row - mean, row - row) == [
        "right",
        "file-order",
        "answer-swapped",
        "not-divided",
        "own-mean",
    ]
