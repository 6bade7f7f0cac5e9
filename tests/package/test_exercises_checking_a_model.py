"""The exercises of *How good is the model?*: each right answer and each mistake, worked out here a second way."""

from itertools import product

import numpy as np
import pytest
from introdl import datasets, simulate
from introdl.exercises import check
from introdl.exercises.checking_a_model import FEATURES, exercises
from sklearn.linear_model import LinearRegression
from sklearn.metrics import roc_auc_score

LABEL = "ex-checking-a-model-{}"


def kinds(number, answers):
    return [check(LABEL.format(number), answer).kind for answer in answers]


def people():
    """Return (seconds, steps, score is low) of each of the 23."""
    table = datasets.load_tug()
    return list(zip(table["tug"], table["steps"], table["bbs"] <= 22, strict=True))


def test_leaving_one_out_by_hand():
    answers = [(6 + 0 + 6) / 3, (4 + 0 + 4) / 3, 6 + 0 + 6, (36 + 0 + 36) / 3, (-6 + 0 + 6) / 3]
    assert kinds(1, answers) == ["right", "looked-at-own", "sum-for-mean", "squared", "signs-kept"]


def test_the_fourth_home_wants_a_split_by_home():
    assert kinds(2, ["c", "C ", "a", "b", "d", 3]) == [
        "right",
        "right",
        "rows-for-homes",
        "persons-for-homes",
        "wrong",
        "wrong-type",
    ]


def test_the_specificity_of_15_seconds_counted_one_by_one():
    def of(cut):
        left = [seconds < cut for seconds, _, low in people() if not low]
        return sum(left) / len(left)

    assert (of(14), of(15)) == (14 / 17, 16 / 17)
    assert kinds(3, [of(15), of(14), 4 / 6, 4 / 5, 16 / 18, 20 / 23, 100 * of(15)]) == [
        "right",
        "old-cut",
        "sensitivity-for-specificity",
        "ppv-for-specificity",
        "npv-for-specificity",
        "accuracy-for-specificity",
        "percent-for-share",
    ]


def test_two_in_a_hundred_counted_with_people():
    assert kinds(4, [18 / 116, 0.155, 0.9, 18 / 118, 98 / 116, 18 / 1000, 15.52]) == [
        "right",
        "right",
        "sensitivity-for-ppv",
        "everybody-can-alarm",
        "false-share",
        "found-of-everybody",
        "percent-for-share",
    ]


def test_a_million_simulated_people_give_the_same_ppv():
    draw = np.random.default_rng(0)
    has_it = draw.random(10**6) < 0.02
    positive = draw.random(10**6) < np.where(has_it, 0.9, 0.1)
    assert exercises()[LABEL.format(4)].right == pytest.approx(has_it[positive].mean(), abs=0.003)


def test_people_in_the_order_of_their_steps():
    low, other = ([steps for _, steps, is_low in people() if is_low is wanted] for wanted in (True, False))
    pairs = list(product(low, other))
    won, tied = sum(one > two for one, two in pairs), sum(one == two for one, two in pairs)
    table = datasets.load_tug()
    assert (won + tied / 2) / 102 == pytest.approx(roc_auc_score(table["y2"], table["steps"]))
    answers = [won + tied / 2, won, won + tied, 102 - won - tied / 2]
    assert kinds(5, [answer / 102 for answer in answers]) == ["right", "ties-dropped", "ties-in-full", "upside-down"]
    assert kinds(5, answers[:1]) == ["count-for-share"]


def test_leaving_one_person_out_by_fitting_again_each_time():
    walks = simulate.repeated_walks(people=100, walks=10, seed=1)
    walks = walks[walks["person"] <= 20].reset_index(drop=True)
    X, y = walks[FEATURES].to_numpy(), walks["bbs"].to_numpy()

    def misses(groups):
        found = np.empty(len(y))
        for group in np.unique(groups):
            out = groups == group
            found[out] = y[out] - LinearRegression().fit(X[~out], y[~out]).predict(X[out])
        return found

    by_person, by_row = misses(walks["person"].to_numpy()), misses(np.arange(len(y)))
    trained = y - LinearRegression().fit(X, y).predict(X)
    answers = [np.abs(by_person).mean(), np.abs(by_row).mean(), np.abs(trained).mean(), (by_person**2).mean() ** 0.5]
    assert kinds(6, answers) == ["right", "split-by-row", "trained-on-all", "root-mean-squared"]
    assert kinds(6, [round(answers[0], 2)]) == ["right"]


def test_a_sign_test_by_writing_down_all_1024_results():
    heads = [sum(coins) for coins in product((0, 1), repeat=10)]
    uneven, one_side, exactly = (sum(h in wanted for h in heads) for wanted in ({0, 1, 9, 10}, {9, 10}, {1, 9}))
    assert kinds(7, [uneven / 1024, one_side / 1024, exactly / 1024, uneven]) == [
        "right",
        "one-direction",
        "exactly-so-uneven",
        "count-for-share",
    ]
    assert kinds(7, [0.0215, 0.02]) == ["right", "wrong"]
