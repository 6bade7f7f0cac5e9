"""The exercises of *Logistic regression*: each right answer and each typical mistake, worked out here a second way."""

import math
from fractions import Fraction

import numpy as np
import pytest
from introdl import datasets
from introdl.exercises import check
from sklearn.linear_model import LogisticRegression

PEOPLE = datasets.load_tug()
ROWS = list(zip(PEOPLE["tug"].tolist(), PEOPLE["y2"].tolist(), strict=True))
MODEL = LogisticRegression(C=np.inf, tol=1e-10).fit(PEOPLE[["tug"]].to_numpy(), PEOPLE["y2"])
WEIGHT, BIAS = MODEL.coef_[0, 0], MODEL.intercept_[0]


def kinds(label, *answers):
    return [check(f"ex-logistic-regression-{label}", answer).kind for answer in answers]


def test_three_doublings_in_fractions():
    odds = Fraction(1, 4)
    for _ in range(3):
        odds *= 2
    assert odds / (1 + odds) == Fraction(2, 3)
    assert kinds(1, Fraction(2, 3), 0.667, 2, 8 / 5) == [
        "right",
        "right",
        "odds-for-probability",
        "probability-doubled",
    ]
    assert kinds(1, 6 / 10, 8 / 11) == ["six-for-eight", "odds-read-as-probability"]


def test_the_loss_of_three_answers():
    likelihood = 0.9 * (1 - 0.4) * 0.2
    loss = -math.log(likelihood) / 3
    assert kinds(2, loss, round(loss, 3), -loss, 3 * loss) == ["right", "right", "wrong-sign", "sum-for-mean"]
    assert kinds(2, -math.log(0.9 * 0.4 * 0.2) / 3, -math.log10(likelihood) / 3) == ["not-turned", "common-logarithm"]
    assert kinds(2, likelihood, -math.log((0.9 + 0.6 + 0.2) / 3)) == ["product", "logarithm-of-mean"]


def test_the_first_slope_of_the_bias_is_what_a_nudge_finds():
    def loss(b):
        said = 1 / (1 + math.exp(-b))
        return -sum(math.log(said if low else 1 - said) for _, low in ROWS) / 23

    slope = (loss(1e-6) - loss(-1e-6)) / 2e-6
    assert slope == pytest.approx(0.5 - 6 / 23)
    assert kinds(3, slope, 5.5, -slope, -6 / 23) == ["right", "sum-for-mean", "residual-for-miss", "half-forgotten"]
    assert kinds(3, sum((0.5 - low) * seconds for seconds, low in ROWS) / 23) == ["slope-of-weight"]


def test_turning_the_question_turns_both_numbers():
    turned = LogisticRegression(C=np.inf, tol=1e-10).fit(PEOPLE[["tug"]].to_numpy(), 1 - PEOPLE["y2"])
    right = [turned.coef_[0, 0], turned.intercept_[0]]
    assert kinds(4, right, [WEIGHT, BIAS], [-WEIGHT, BIAS]) == ["right", "unchanged", "bias-kept"]
    assert kinds(4, [1 - WEIGHT, 1 - BIAS], right[0]) == ["one-minus", "wrong-shape"]


def test_the_weight_per_minute():
    model = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000).fit(PEOPLE[["tug"]].to_numpy() / 60, PEOPLE["y2"])
    per_minute = model.coef_[0, 0]
    assert kinds(5, per_minute, 15.19) == ["right", "right"]
    assert kinds(5, WEIGHT, WEIGHT / 60) == ["unit-ignored", "divided-by-60"]


def test_the_threshold_counted_person_by_person():
    def counts(threshold):
        yes = [(low, 1 / (1 + math.exp(-(WEIGHT * seconds + BIAS))) >= threshold) for seconds, low in ROWS]
        return [sum(low and said for low, said in yes), sum(not low and said for low, said in yes)]

    found, false = counts(0.25)
    assert kinds(6, [found, false], [false, found], counts(0.5)) == ["right", "swapped", "threshold-kept"]
    assert kinds(6, [6 - found, false], [found, found + false]) == ["missed-for-found", "called-for-false"]


def test_the_softmax_of_large_scores_in_whole_numbers_of_differences():
    parts = [math.exp(-2), math.exp(-1), 1]
    right = [part / sum(parts) for part in parts]
    assert kinds(7, right, parts, [1, 1, 1], [0, 0, 1]) == ["right", "not-divided", "sigmoid-of-each", "largest-only"]
    assert kinds(7, [1000 / 3003, 1001 / 3003, 1002 / 3003]) == ["shares-of-scores"]


def test_a_softmax_that_overflows_is_told_why():
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(np.array([1000.0, 1001, 1002]))
        verdict = check("ex-logistic-regression-7", powers / powers.sum())
    assert verdict.kind == "not-finite"
    assert "Take the largest score off" in verdict.message


def test_two_decimals_will_do_where_the_page_asks_for_no_more():
    assert check("ex-logistic-regression-1", 0.67).right
    assert check("ex-logistic-regression-1", 0.73).kind == "odds-read-as-probability"
    assert check("ex-logistic-regression-1", 0.65).kind == "wrong"
    assert check("ex-logistic-regression-4", [-0.25, 4.53]).right
    assert check("ex-logistic-regression-4", [-0.25, -4.53]).kind == "bias-kept"
