"""What the chapter *Regression or classification?* claims, worked out a second way."""

import itertools
import math
import re
from pathlib import Path

import numpy as np
import pytest
from introdl import datasets
from introdl.linear import least_squares
from sklearn import metrics
from sklearn.tree import DecisionTreeClassifier

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "regression-and-classification.md" for language in ("en", "zh-TW")]

people = datasets.load_tug()
SECONDS, POINTS = people["tug"].to_numpy(float), people["bbs"].to_numpy(float)
LOW = POINTS <= 22


def test_y1_and_y2_are_cuts_of_time_and_of_score():
    assert ((SECONDS >= 14) == (people["y1"] == 1)).all()
    assert (LOW == (people["y2"] == 1)).all()


def test_the_line_and_the_cut_agree_on_all_23_people():
    line = least_squares(SECONDS, POINTS)
    assert (round(float(line.weight[0]), 3), round(float(line.bias), 2)) == (-0.670, 32.27)
    assert ((line.predict(SECONDS) <= 22) == (SECONDS >= 16)).all()
    assert (22 - line.bias) / line.weight[0] == pytest.approx(15.34, abs=0.005)
    assert ((line.predict(SECONDS) <= 22) == LOW).sum() == 20


def test_the_other_line_has_the_smallest_mean_absolute_error_of_all():
    """A line with the least absolute error goes through two of the people, so trying all pairs finds it."""
    best = {}
    for i, j in itertools.combinations(range(23), 2):
        if SECONDS[i] != SECONDS[j]:
            weight = (POINTS[j] - POINTS[i]) / (SECONDS[j] - SECONDS[i])
            bias = POINTS[i] - weight * SECONDS[i]
            best[weight, bias] = np.abs(POINTS - weight * SECONDS - bias).mean()
    (weight, bias), error = min(best.items(), key=lambda item: item[1])
    assert (weight, bias) == pytest.approx((-0.625, 31.625))
    assert error == pytest.approx(2.364, abs=5e-4)


def test_the_log_loss_is_smallest_at_the_shares_themselves():
    def loss(slower, quicker):
        given = [slower if s >= 16 else quicker for s in SECONDS]
        return -sum(math.log(p if low else 1 - p) for p, low in zip(given, LOW, strict=True)) / 23

    lowest = loss(4 / 5, 2 / 18)
    for slower, quicker in itertools.product((0.3, 0.6, 0.79, 0.81, 0.95), (0.01, 0.1, 0.12, 0.5)):
        assert loss(slower, quicker) > lowest
    assert lowest == pytest.approx(0.382, abs=5e-4)
    assert loss(6 / 23, 6 / 23) == pytest.approx(0.574, abs=5e-4)


def test_the_log_loss_agrees_with_scikit_learn():
    probability = np.where(SECONDS >= 16, 4 / 5, 2 / 18)
    assert metrics.log_loss(LOW, probability) == pytest.approx(0.3818, abs=5e-5)


def test_a_small_turn_of_the_line_changes_the_loss_and_almost_never_the_classes():
    slopes = np.linspace(-1.4, 0.2, 1601)
    lines = POINTS.mean() + slopes[:, None] * (SECONDS - SECONDS.mean())
    losses = ((POINTS - lines) ** 2).mean(axis=1)
    wrong = ((lines <= 22) != LOW).sum(axis=1)
    assert (np.diff(losses) != 0).all()
    assert (np.diff(wrong) != 0).sum() <= 6
    assert (np.diff(losses, n=2) > 0).all(), "a bowl: downhill leads to the bottom from anywhere"
    assert wrong[0] == wrong.min() == 3
    assert losses[0] > POINTS.var()


def test_two_in_a_hundred_worked_out_in_whole_people():
    ill, healthy = 20, 980
    found, false_alarms = ill * 8 // 10, healthy // 10
    assert (found, false_alarms) == (16, 98)
    assert (found + healthy - false_alarms) / 1000 == 0.898 < healthy / 1000 == 0.98
    assert round(100 * found / (found + false_alarms)) == 14


@pytest.mark.parametrize(("cut", "found", "left"), [(14, 4, 14), (16, 4, 16), (30, 0, 17)])
def test_found_and_left_in_peace_among_the_23(cut, found, left):
    says = SECONDS >= cut
    assert ((says & LOW).sum(), (~says & ~LOW).sum()) == (found, left)


def test_a_tree_asked_for_y1_finds_the_definition():
    tree = DecisionTreeClassifier(max_depth=1)
    slow = people["y1"] == 1
    tree.fit(SECONDS[:, None], slow)
    assert tree.score(SECONDS[:, None], slow) == 1
    assert 13 < tree.tree_.threshold[0] < 14


def test_the_score_goes_by_twos_up_to_28():
    assert (POINTS % 2 == 0).all()
    assert POINTS.max() == 28


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_made_up_people_are_called_so_and_the_page_is_for_teaching_only(page):
    text = page.read_text(encoding="utf-8")
    assert ":class: warning" in text
    assert re.search(r"made up|假想", text)
    assert "None of them is a fall" in text or "這些都不是跌倒" in text
