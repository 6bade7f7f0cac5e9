"""The exercises of the dementia case: what is written down is what the page's simulated elders give."""

import numpy as np
import pytest
from introdl import simulate
from introdl.exercises import check
from introdl.exercises.dementia import AT_THE_LIMIT, ONE_CUT, OWN_CUT, OWN_CUT_ALL, OWN_CUT_ILL
from introdl.screening import screened


def test_the_shares_under_the_own_median_are_those_written_down():
    elders = simulate.two_stage_screening(4000, seed=0)
    ill, years = elders["impaired"] == 1, elders["schooling"]
    limit = np.select([years >= 9, years >= 5], [29, 26], 22) - 3
    under = elders["mmse"] < limit
    assert under[~ill].mean() == pytest.approx(OWN_CUT, abs=5e-6)
    assert under.mean() == pytest.approx(OWN_CUT_ALL, abs=5e-6)
    assert under[ill].mean() == pytest.approx(OWN_CUT_ILL, abs=5e-6)
    assert (elders["mmse"] <= limit)[~ill].mean() == pytest.approx(AT_THE_LIMIT, abs=5e-6)
    assert (elders["mmse"] < 24)[~ill].mean() == pytest.approx(ONE_CUT, abs=5e-6)


def test_the_specificity_asked_for_makes_every_second_referral_right():
    answer = 1 - 0.05 * 0.85 / 0.95
    assert screened(0.05, 0.85, answer).ppv == pytest.approx(0.5)
    assert check("ex-dementia-5", round(answer, 3)).right


def test_a_second_test_in_one_go_gives_the_same_ppv():
    both = screened(0.05, 0.85**2, 1 - 0.15**2)
    assert check("ex-dementia-6", both.ppv).right


def test_the_lot_counted_back_person_by_person():
    ill_sent_home = [2 for _ in range(10)]  # ten groups of 80, each like the one that was drawn
    assert check("ex-dementia-2", 40 / (40 + sum(ill_sent_home))).right


def test_an_answer_in_percent_is_recognised():
    assert check("ex-dementia-1", 0.659).kind == "in-percent"
