"""What data without a fault cannot rule out: the limit is exact, and the share of new kinds is right on average."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from introdl.limits import at_most, unseen_share


def test_a_share_at_the_limit_stays_away_once_in_twenty():
    for n in (1, 2, 23, 1000):
        assert math.isclose((1 - at_most(n)) ** n, 0.05)


def test_one_trial_at_95_percent_leaves_19_of_20_open():
    assert math.isclose(at_most(1), 0.95)


def test_for_many_trials_it_is_three_divided_by_their_number():
    assert at_most(100_000) == pytest.approx(3 / 100_000, rel=0.002)


def test_simulated_trials_at_the_limit_come_out_clean_as_often_as_said():
    random = np.random.default_rng(0)
    clean = random.binomial(50, at_most(50), size=20_000) == 0
    assert clean.mean() == pytest.approx(0.05, abs=3 * math.sqrt(0.05 * 0.95 / 20_000))


@given(st.integers(1, 10**6), st.floats(0.5, 0.99))
def test_more_trials_lower_the_limit_and_more_certainty_raises_it(n, level):
    assert 0 < at_most(n + 1, level) < at_most(n, level) < 1
    assert at_most(n, level) < at_most(n, level + 0.005)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"n": 0}, ValueError, "n must be at least 1, got 0"),
        ({"n": 2.5}, TypeError, "n must be a whole number"),
        ({"n": float("nan")}, TypeError, "n must be a whole number"),
        ({"level": 1}, ValueError, "level must be between 0 and 1, got 1"),
        ({"level": 95}, ValueError, r"write 0\.95 for 95%"),
        ({"level": 0}, ValueError, "level must be a positive finite number"),
        ({"level": "0.95"}, TypeError, "level must be a positive finite number"),
    ],
)
def test_a_number_of_trials_or_a_level_that_is_none_is_refused(changes, error, message):
    with pytest.raises(error, match=message):
        at_most(**({"n": 10} | changes))


def left_out(kinds):
    """Take each fault away in turn and look whether its kind is new to the others: the definition, carried out."""
    new = [kind not in kinds[:place] + kinds[place + 1 :] for place, kind in enumerate(kinds)]
    return Fraction(sum(new), len(new))


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30))
def test_the_share_is_that_of_faults_new_to_all_others(kinds):
    assert unseen_share(kinds) == float(left_out(kinds))


def test_faults_that_all_differ_promise_only_new_ones_and_a_single_kind_promises_none():
    assert unseen_share(["a", "b", "c"]) == 1
    assert unseen_share(["a", "a", "a"]) == 0
    assert unseen_share(["a"]) == 1


def test_on_average_it_meets_the_share_of_new_kinds_that_come():
    random = np.random.default_rng(1)
    often = 1 / np.arange(1, 201)
    often /= often.sum()
    said, happened = [], []
    for _ in range(400):
        past = random.choice(200, size=100, p=often)
        said.append(unseen_share(past))
        happened.append(often[~np.isin(np.arange(200), past)].sum())  # the very share, no draw
    gap = np.array(said) - np.array(happened)
    assert abs(gap.mean()) < 3 * gap.std() / math.sqrt(400) + 0.005  # its small bias is under the share of one fault


@pytest.mark.parametrize("kind", [list, tuple, np.array, pd.Series, pd.Categorical, iter])
def test_kinds_may_come_as_a_list_an_array_or_a_column(kind):
    assert unseen_share(kind(["tool", "tool", "coolant", "clamp"])) == 0.5


@pytest.mark.parametrize(
    ("kinds", "error", "message"),
    [
        ([], ValueError, "kinds must hold at least one fault"),
        (np.array([]), ValueError, "at least one fault"),
        ("tool", TypeError, "got a single text"),
        (3, TypeError, "one name or number a fault, got int"),
        ([["a"], ["b"]], TypeError, "one name or number a fault"),
        (["a", None], ValueError, "got none in place 1"),
        ([1.0, float("nan")], ValueError, "got none in place 1"),
        (pd.Series(["a", None, "b"]), ValueError, "got none in place 1"),
    ],
)
def test_faults_that_cannot_be_counted_are_refused(kinds, error, message):
    with pytest.raises(error, match=message):
        unseen_share(kinds)


def test_missing_kinds_of_every_sort_count_as_missing():
    for column in (pd.Series(["a", pd.NA], dtype="string"), pd.Series([pd.Timestamp("2026-01-01"), pd.NaT])):
        with pytest.raises(ValueError, match="got none in place 1"):
            unseen_share(column)
