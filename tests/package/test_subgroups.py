"""Results group by group: counts, intervals, differences, how many are needed, and what is refused."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl.checking import wilson
from introdl.language import use
from introdl.subgroups import METRICS, against, by_group, calibration_by_group, difference, needed, rate_by_group
from sklearn import metrics

RIGHT = {
    "accuracy": lambda y, y_hat: metrics.accuracy_score(y, y_hat),
    "sensitivity": lambda y, y_hat: metrics.recall_score(y, y_hat),
    "specificity": lambda y, y_hat: metrics.recall_score(y, y_hat, pos_label=0),
    "ppv": lambda y, y_hat: metrics.precision_score(y, y_hat),
    "npv": lambda y, y_hat: metrics.precision_score(y, y_hat, pos_label=0),
}


@pytest.fixture
def answers():
    """400 rows in three groups of 200, 150 and 50, in mixed order."""
    rng = np.random.default_rng(0)
    group = rng.permutation(np.repeat(["L", "M", "H"], [200, 150, 50]))
    y = rng.random(400) < 0.4
    return y, np.where(rng.random(400) < 0.8, y, ~y), group


@pytest.mark.parametrize("metric", METRICS)
def test_each_metric_of_each_group_is_that_of_scikit_learn_on_its_rows_alone(answers, metric):
    y, y_hat, group = answers
    table = by_group(y, y_hat, group, metric)
    assert table.index.tolist() == ["H", "L", "M"]
    for name, row in table.iterrows():
        assert row["share"] == pytest.approx(RIGHT[metric](y[group == name], y_hat[group == name]))
        assert (row["low"], row["high"]) == pytest.approx(wilson(row["right"], row["of"]))


def test_the_groups_add_up_to_everybody(answers):
    y, y_hat, group = answers
    table = by_group(y, y_hat, group)
    assert table["of"].sum() == 400
    assert table["right"].sum() == (y == y_hat).sum()
    assert table.attrs["looked_at"] == 3


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from([*"abc", None])), min_size=1, max_size=60))
def test_no_row_is_lost_whatever_the_groups(rows):
    y, y_hat, group = (list(column) for column in zip(*rows, strict=True))
    table = by_group(y, y_hat, group)
    assert table["of"].sum() == len(rows)
    assert table["right"].sum() == sum(so == said for so, said, _ in rows)
    assert len(table) == len(set(group))


def test_a_row_without_a_group_counts_in_a_group_of_its_own():
    group = ["day"] * 10 + [None] * 10 + [math.nan] * 2
    assert rate_by_group([1] * 22, group)["of"].to_dict() == {"day": 10, "not stated": 12}
    use("zh-TW")
    try:
        assert rate_by_group([1] * 22, group).index.tolist() == ["day", "未註明"]
    finally:
        use("en")


def test_too_few_are_told_apart_from_a_share_of_zero():
    table = rate_by_group([0] * 10 + [0] * 9, ["ten"] * 10 + ["nine"] * 9)
    assert table.loc["ten", "share"] == 0
    assert table.loc["ten", "high"] == pytest.approx(wilson(0, 10).high)
    assert table.loc["nine", ["share", "low", "high"]].isna().all()
    assert table.loc["nine", "said"] == "too few to say (0 of 9)"


def test_a_group_of_one_and_a_group_without_the_condition_are_answered():
    y, y_hat = [1] * 12 + [0] * 12 + [1], [1] * 24 + [0]
    table = by_group(y, y_hat, ["ill"] * 12 + ["well"] * 12 + ["one"], "sensitivity")
    assert table[["right", "of"]].to_dict("index") == {
        "ill": {"right": 12, "of": 12},
        "one": {"right": 0, "of": 1},
        "well": {"right": 0, "of": 0},
    }
    assert table["share"].isna().tolist() == [False, True, True]


def test_an_accuracy_needs_five_with_the_condition():
    y = [1] * 4 + [0] * 46 + [1] * 5 + [0] * 45
    table = by_group(y, [0] * 100, ["four"] * 50 + ["five"] * 50)
    assert table["share"].isna().to_dict() == {"five": False, "four": True}


def test_intersections_are_the_combinations_that_occur(answers):
    y, y_hat, group = answers
    both = pd.DataFrame({"type": group, "shift": np.where(np.arange(400) % 2, "night", "day")})
    both.loc[both["type"] == "H", "shift"] = "day"
    table = by_group(y, y_hat, both)
    assert table.index.names == ["type", "shift"]
    assert len(table) == 5
    assert ("H", "night") not in table.index
    apart = (both["type"] == "L") & (both["shift"] == "night")
    assert table.loc[("L", "night"), "right"] == (y == y_hat)[apart].sum()


@pytest.mark.torch
def test_groups_may_be_numbers_tensors_series_or_of_mixed_kinds():
    import torch

    happened = [1, 0] * 10
    assert rate_by_group(torch.tensor(happened), torch.tensor([2, 1] * 10))["right"].to_dict() == {1: 0, 2: 10}
    series = pd.Series([3, 4] * 10, name="site", index=range(100, 120))
    assert rate_by_group(pd.Series(happened), series).index.name == "site"
    assert rate_by_group(happened, [1, "a"] * 10)["of"].to_dict() == {1: 10, "a": 10}


# Newcombe 1998, table II, method 10: the intervals printed there for 56/70 − 48/80, 9/10 − 3/10, 10/10 − 0/20.
@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((10, 10, 0, 20), 0.6791, 1.0)],
)
def test_the_difference_has_newcombes_interval(counts, low, high):
    assert difference(*counts).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(1, 30), st.integers(1, 30))
def test_a_difference_turns_round_with_its_groups_and_stays_between_its_ends(a, b, n, m):
    a, b = min(a, n), min(b, m)
    there, back = difference(a, n, b, m), difference(b, m, a, n)
    assert there.estimate == pytest.approx(-back.estimate)
    assert there.interval == pytest.approx((-back.interval.high, -back.interval.low))
    assert -1 - 1e-12 <= there.interval.low <= there.estimate <= there.interval.high <= 1 + 1e-12


def test_the_interval_of_a_difference_holds_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(1)
    first, second = rng.binomial(60, 0.85, 2000), rng.binomial(40, 0.7, 2000)
    ends = [difference(int(a), 60, int(b), 40).interval for a, b in zip(first, second, strict=True)]
    held = np.mean([low <= 0.15 <= high for low, high in ends])
    assert 0.93 <= held <= 0.97  # three standard errors of 2,000 draws are 0.015


def test_that_many_notice_the_difference_about_as_often_as_asked():
    n = needed(0.9, 0.8, power=0.8)
    rng = np.random.default_rng(2)
    first, second = rng.binomial(n, 0.9, 4000) / n, rng.binomial(n, 0.8, 4000) / n
    pooled = (first + second) / 2
    noticed = np.abs(first - second) > 1.959964 * np.sqrt(2 * pooled * (1 - pooled) / n)
    assert noticed.mean() == pytest.approx(0.8, abs=0.025)


def test_more_are_needed_for_a_smaller_difference_more_power_or_more_confidence():
    assert needed(0.5, 0.6) == 388  # worked by hand: (1.95996 · 0.70356 + 0.84162 · 0.7)² / 0.01 = 387.3
    assert needed(0.5, 0.55) > needed(0.5, 0.6) < needed(0.5, 0.6, power=0.9)
    assert needed(0.5, 0.6) < needed(0.5, 0.6, level=0.99)
    assert needed(0.6, 0.5) == needed(0.5, 0.6)


def test_each_group_is_compared_with_the_largest_and_the_intervals_are_widened(answers):
    y, y_hat, group = answers
    table = by_group(y, y_hat, group)
    compared = against(table)
    assert compared.attrs == {"reference": "L", "looked_at": 2}
    assert compared.index.tolist() == ["H", "M"]
    counts = [int(table.loc[name, column]) for name in ("M", "L") for column in ("right", "of")]
    assert compared.loc["M", ["low", "high"]].tolist() == pytest.approx(difference(*counts, level=0.975).interval)
    assert compared.loc["M", "needed"] == needed(table.loc["M", "share"], table.loc["L", "share"], level=0.975)
    assert against(table, reference="H").index.tolist() == ["L", "M"]


def test_a_comparison_with_too_few_says_nothing():
    table = rate_by_group([1] * 20 + [0] * 3, ["a"] * 20 + ["b"] * 3)
    assert against(table).loc["b"].isna().all()


def test_equal_shares_need_no_number():
    table = rate_by_group([1, 0] * 20, ["a"] * 20 + ["b"] * 20)
    assert against(table).loc["b", "difference"] == 0
    assert math.isnan(against(table).loc["b", "needed"])


def test_a_promise_is_set_beside_what_was_there():
    y = [1] * 10 + [0] * 30 + [1] * 30 + [0] * 10
    table = calibration_by_group(y, [0.25] * 40 + [0.5] * 40, ["kept"] * 40 + ["broken"] * 40)
    assert table.loc["kept", "promised"] == table.loc["kept", "share"] == 0.25
    assert table.loc["broken", "promised"] < table.loc["broken", "low"]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: by_group([1, 0], [1, 2], ["a", "b"]), ValueError, "y_hat must hold only 0 and 1"),
        (lambda: by_group([1, 0], [1], ["a", "b"]), ValueError, "same number of rows"),
        (lambda: by_group([1, 0], [1, 0], ["a"]), ValueError, "group must have one name a row, 2 rows, got 1"),
        (lambda: by_group([], [], []), ValueError, "y"),
        (lambda: by_group([1], [1], ["a"], "f1"), ValueError, "metric must be one of accuracy, sensitivity"),
        (lambda: by_group([1], [1], ["a"], level=95), ValueError, "level must be between 0 and 1, got 95"),
        (lambda: by_group([1, math.nan], [1, 0], ["a", "b"]), ValueError, "y"),
        (lambda: by_group([1, 0], [1, 0], np.array([["a"], ["b"]])), ValueError, r"got \(2, 1\); or be a DataFrame"),
        (lambda: by_group([1], [1], pd.DataFrame(index=[0])), ValueError, "at least one column"),
        (lambda: rate_by_group([0.5], ["a"]), ValueError, "must hold only 0 and 1"),
        (lambda: difference(3, 2, 1, 2), ValueError, "right must be at most n = 2, got 3"),
        (lambda: difference(0, 0, 1, 2), ValueError, "n must be at least 1"),
        (lambda: needed(0.5, 0.5), ValueError, "first and second must differ"),
        (lambda: needed(0.5, 1.5), ValueError, "second must be a share between 0 and 1, got 1.5"),
        (lambda: needed(0.5, 0.6, power=80), ValueError, "power must be between 0 and 1, got 80"),
        (lambda: against([1, 2]), TypeError, "table must be what by_group or rate_by_group gave"),
        (lambda: against(rate_by_group([1], ["a"])), ValueError, "at least two groups, got 1"),
        (lambda: against(rate_by_group([1, 0], ["a", "b"]), "c"), KeyError, "reference must be one of the groups"),
        (lambda: calibration_by_group([1], [1.2], ["a"]), ValueError, "promised must hold probabilities"),
        (lambda: calibration_by_group([1, 0], [0.2], ["a", "a"]), ValueError, "got 2 and 1"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
