"""The exercises of *Who makes the features?*: each right answer and each mistake, worked out here a second way."""

import itertools

import numpy as np
import pytest
from introdl.exercises import check
from introdl.exercises.from_ml_to_dl import HELD_OUT, NO_EIGHT, TRAINED
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures

LABEL = "ex-from-ml-to-dl-{}"


def kinds(number, answers):
    return [check(LABEL.format(number), answer).kind for answer in answers]


@pytest.fixture(scope="module")
def digits():
    """Return pixels and digits, dealt as on the page."""
    bundle = load_digits()
    return train_test_split(bundle.data / 16, bundle.target, test_size=450, random_state=0, stratify=bundle.target)


def test_off_the_table_with_a_pencil():
    assert kinds(1, [-3, 5 - 2 * 6, 5 - 2 * 5, 5 + 8, 5 - 4, 3]) == [
        "right",
        "product-for-network",
        "bias-forgotten",
        "output-sign",
        "output-weight-forgotten",
        "wrong-sign",
    ]


def test_of_all_small_whole_numbers_only_2_lights_the_lamp_with_three_switches():
    def lamp(weight, up):
        return max(up, 0) - 2 * max(up - 1, 0) + weight * max(up - 2, 0)

    switches = list(itertools.product((0, 1), repeat=3))
    fitting = [w for w in range(-10, 11) if all(lamp(w, sum(s)) == sum(s) % 2 for s in switches)]
    assert fitting == [2]
    assert kinds(2, [fitting[0], 1, -2, 4]) == ["right", "only-to-zero", "sign-of-last-bend", "alternating"]


def test_ten_folds_counted_bend_by_bend():
    x = np.arange(2**12 + 1) / 2**12
    y = x
    for _ in range(10):
        y = 2 * np.maximum(y, 0) - 4 * np.maximum(y - 0.5, 0)
    bends = int((np.diff(y, n=2) != 0).sum())
    assert kinds(3, [bends, bends + 1, 20, 19, 511]) == [
        "right",
        "pieces-for-nodes",
        "same-number",
        "added-pieces",
        "nine-folds",
    ]


def test_points_above_never_an_eight(digits):
    train, test, known, true = digits
    model = LogisticRegression(max_iter=1000).fit(train, known == 8)
    score, own = model.score(test, true == 8), model.score(train, known == 8)
    never = (true != 8).mean()
    points = 100 * (score - never)
    answers = [points, round(points, 1), points / 100, 100 * score, score, 100 * (own - never), 100 * (score - 0.5)]
    assert kinds(4, answers) == [
        "right",
        "right",
        "share-for-points",
        "no-baseline",
        "no-baseline-share",
        "on-training",
        "guessing-for-baseline",
    ]
    assert kinds(4, [points - 1, points + 1]) == ["wrong", "wrong"]


@pytest.mark.torch
def test_the_parameters_are_those_of_a_pytorch_network_of_that_shape():
    from torch import nn

    net = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 1))
    count = sum(parameter.numel() for parameter in net.parameters())
    assert kinds(5, [count, count - 33, count - 1, 64 * 32, 97]) == [
        "right",
        "biases-forgotten",
        "one-bias-forgotten",
        "first-layer-only",
        "nodes-for-parameters",
    ]


def test_the_products_are_those_of_scikit_learn(digits):
    train, test, known, true = digits
    products = PolynomialFeatures(2, interaction_only=True, include_bias=False)
    model = make_pipeline(products, LogisticRegression(max_iter=1000)).fit(train, known % 2 == 0)
    share, own = model.score(test, true % 2 == 0), model.score(train, known % 2 == 0)
    plain = LogisticRegression(max_iter=1000).fit(train, known % 2 == 0).score(test, true % 2 == 0)
    assert kinds(6, [share, round(share, 3), plain, own, 1 - share, 100 * share]) == [
        "right",
        "right",
        "no-products",
        "trained-on",
        "error-for-share",
        "percent-for-share",
    ]


def test_the_counts_written_down_are_of_this_deal(digits):
    train, test, _, true = digits
    assert (len(train), len(test), (true != 8).sum()) == (TRAINED, HELD_OUT, HELD_OUT * NO_EIGHT)
