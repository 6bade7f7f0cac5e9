"""Screening arithmetic: the numbers of the notes, a case by hand, what always holds, and what is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from introdl.screening import Screened, referrals, screened

shares = st.floats(0.001, 0.999)


@pytest.mark.parametrize(("prevalence", "ppv"), [(0.01, 0.054), (0.05, 0.230), (0.20, 0.586)])
def test_the_published_arithmetic_at_085(prevalence, ppv):
    assert screened(prevalence, 0.85, 0.85).ppv == pytest.approx(ppv, abs=0.0005)


def test_npv_at_five_percent_is_099():
    assert screened(0.05, 0.85, 0.85).npv == pytest.approx(0.99, abs=0.001)


def test_a_thousand_people_by_hand():
    counts = screened(0.1, 0.8, 0.9)
    assert (counts.found, counts.missed, counts.false_alarms, counts.cleared) == pytest.approx((80, 20, 90, 810))
    assert counts.referred == pytest.approx(170)
    assert counts.ppv == pytest.approx(80 / 170)
    assert counts.npv == pytest.approx(810 / 830)


@given(shares, shares, shares, st.floats(1, 1e6))
def test_everybody_is_counted_once_and_ppv_is_bayes(prevalence, sensitivity, specificity, people):
    counts = screened(prevalence, sensitivity, specificity, people)
    assert counts.found + counts.missed + counts.false_alarms + counts.cleared == pytest.approx(people)
    above = prevalence * sensitivity
    assert counts.ppv == pytest.approx(above / (above + (1 - prevalence) * (1 - specificity)))


def test_a_useless_test_finds_no_more_than_the_prevalence():
    assert screened(0.05, 0.3, 0.7).ppv == pytest.approx(0.05)


def test_a_share_of_nobody_is_refused():
    with pytest.raises(ValueError, match="nobody is referred"):
        _ = screened(0, 0.9, 1).ppv
    with pytest.raises(ValueError, match="everybody is referred"):
        _ = screened(1, 1, 0).npv
    assert Screened(1, 0, 0, 0).ppv == 1


def test_the_cost_of_a_person_found_by_hand():
    row = referrals([0.1], 0.8, 0.9, people=100, test_cost=2, referral_cost=10).iloc[0]
    assert row["cost a person found"] == pytest.approx((2 * 100 + 10 * 17) / 8)
    assert row["referred"] == pytest.approx(17)


def test_where_nobody_is_found_a_person_found_has_no_cost():
    row = referrals([0], 0.8, 0.9).iloc[0]
    assert math.isnan(row["cost a person found"])
    assert row["ppv"] == 0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ((1.2, 0.8, 0.8), "prevalence"),
        ((0.1, -0.1, 0.8), "sensitivity"),
        ((0.1, 0.8, float("nan")), "specificity"),
        ((0.1, "high", 0.8), "sensitivity"),
        ((0.1, 0.8, 0.8, 0), "people"),
    ],
)
def test_a_share_that_is_none_is_refused_by_name(wrong, message):
    with pytest.raises((TypeError, ValueError), match=message):
        screened(*wrong)


def test_a_table_without_prevalences_or_with_a_cost_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        referrals([], 0.8, 0.8)
    with pytest.raises(ValueError, match="referral_cost"):
        referrals([0.1], 0.8, 0.8, referral_cost=0)
