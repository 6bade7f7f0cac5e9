"""The exercises of *Test every group on its own*: written-down answers are what a freshly trained forest gives."""

import numpy as np
import pandas as pd
import pytest
from introdl import simulate
from introdl.exercises import check
from introdl.exercises.testing_by_groups import GAP_L, GAP_WORN_L, GAP_WORN_M, SURE_OF_ALL, SURE_OF_H
from introdl.subgroups import by_group, calibration_by_group, needed
from sklearn.ensemble import RandomForestClassifier

COLUMNS = ["air_temperature", "process_temperature", "speed", "torque", "tool_wear"]


@pytest.fixture(scope="module")
def tested():
    """The page's test parts and the forest's probability of each."""
    learn, test = simulate.milling(10_000, seed=0), simulate.milling(10_000, seed=1)
    forest = RandomForestClassifier(50, min_samples_leaf=5, random_state=0)
    return test, forest.fit(learn[COLUMNS], learn["failure"]).predict_proba(test[COLUMNS])[:, 1]


def test_never_an_alarm_is_most_often_right_where_least_fails(tested):
    test, _ = tested
    never = by_group(test["failure"], np.zeros(len(test), dtype=int), test["type"])["share"]
    assert never["H"] > never["M"] > never["L"]


def test_the_gaps_between_promise_and_failure_are_those_written_down(tested):
    test, chance = tested
    both = pd.DataFrame({"type": test["type"], "tool": np.where(test["tool_wear"] >= 150, "worn", "fresh")})
    gaps = {}
    for groups in (test["type"], both):
        table = calibration_by_group(test["failure"], chance, groups)
        gaps |= (100 * (table["share"] - table["promised"])).to_dict()
    assert gaps["L", "worn"] == pytest.approx(GAP_WORN_L, abs=0.06)
    assert gaps["M", "worn"] == pytest.approx(GAP_WORN_M, abs=0.06)
    assert gaps["L"] == pytest.approx(GAP_L, abs=0.06)
    assert max(gaps, key=gaps.get) == ("L", "worn")
    assert check("ex-testing-by-groups-4", gaps["L", "worn"]).right


def test_the_threshold_for_h_is_the_one_written_down(tested):
    test, chance = tested
    sure = np.maximum(chance, 1 - chance)
    of_h = sure[(test["type"] == "H").to_numpy()]
    assert np.quantile(of_h, 0.06) == pytest.approx(SURE_OF_H, abs=3e-3)
    assert np.quantile(sure, 0.06) == pytest.approx(SURE_OF_ALL, abs=3e-3)
    assert check("ex-testing-by-groups-5", np.quantile(of_h, 0.06)).right
    assert check("ex-testing-by-groups-5", np.quantile(sure, 0.06)).kind == "all-types"


def test_so_many_failed_parts_notice_the_difference_nine_times_in_ten():
    n = needed(0.6, 0.5, power=0.9)
    random = np.random.default_rng(3)
    first, second = random.binomial(n, 0.6, 4000) / n, random.binomial(n, 0.5, 4000) / n
    pooled = (first + second) / 2
    noticed = np.abs(first - second) > 1.959964 * np.sqrt(2 * pooled * (1 - pooled) / n)
    assert noticed.mean() == pytest.approx(0.9, abs=0.02)
    assert check("ex-testing-by-groups-2", n).right
    assert check("ex-testing-by-groups-2", needed(0.6, 0.5)).kind == "four-in-five"


def test_at_least_one_of_twelve_misses_about_every_second_time():
    missed = (np.random.default_rng(4).random((20_000, 12)) < 0.05).any(axis=1).mean()
    assert missed == pytest.approx(1 - 0.95**12, abs=0.012)
    assert check("ex-testing-by-groups-3", 0.46).right
    assert check("ex-testing-by-groups-3", 0.6).kind == "added-up"
