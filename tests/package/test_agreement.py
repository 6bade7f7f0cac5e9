"""Limits of agreement: by hand, as properties, and whether so many really lie between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from introdl.agreement import agreement

PEOPLE = np.random.default_rng(0).normal(3, 0.7, 400)
NOISE = np.random.default_rng(1).normal(0.1, 0.4, 400)


def test_three_people_by_hand():
    found = agreement([2, 3, 4], [2.2, 3.0, 4.1])
    assert found.n == 3
    assert found.bias == pytest.approx(0.1)
    assert found.sd == pytest.approx(0.1)
    assert found.limits == pytest.approx((0.1 - 0.196, 0.1 + 0.196))


def test_the_difference_is_estimated_less_measured():
    assert agreement([1, 2, 3.5], [2, 3, 4.5]).bias == pytest.approx(1)


@given(st.floats(-2, 2), st.floats(0.1, 3))
def test_r_sees_neither_a_constant_nor_a_factor_and_the_limits_do(constant, factor):
    plain, moved = agreement(PEOPLE, PEOPLE + NOISE), agreement(PEOPLE, factor * (PEOPLE + NOISE) + constant)
    assert moved.r == pytest.approx(plain.r)
    shift = ((factor - 1) * (PEOPLE + NOISE) + constant).mean()
    assert moved.bias == pytest.approx(plain.bias + shift)


def test_about_95_of_100_differences_lie_between_the_limits():
    found = agreement(PEOPLE, PEOPLE + NOISE)
    inside = ((found.limits.low < NOISE) & (found.limits.high > NOISE)).mean()
    assert inside == pytest.approx(0.95, abs=0.02)


def test_the_interval_of_a_limit_holds_the_true_limit_about_95_times_in_100():
    rng, held, bias = np.random.default_rng(2), 0, 0
    for _ in range(600):
        measured = rng.normal(3, 0.7, 60)
        found = agreement(measured, measured + rng.normal(0.1, 0.4, 60))
        held += found.high_interval.low <= 0.1 + 1.96 * 0.4 <= found.high_interval.high
        bias += found.bias_interval.low <= 0.1 <= found.bias_interval.high
    assert held / 600 == pytest.approx(0.95, abs=0.03)
    assert bias / 600 == pytest.approx(0.95, abs=0.03)


def test_an_estimate_that_does_not_vary_has_no_r():
    assert np.isnan(agreement([1, 2, 3], [2, 2, 2]).r)


@pytest.mark.torch
def test_tensors_give_what_arrays_give():
    import torch

    measured, estimated = torch.tensor(PEOPLE), torch.tensor(PEOPLE + NOISE, requires_grad=True)
    assert agreement(measured, estimated) == agreement(PEOPLE, PEOPLE + NOISE)


@pytest.mark.parametrize(
    ("measured", "estimated", "said"),
    [
        ([1, 2], [1, 2], "at least 3 people, got 2"),
        ([1, 2, 3], [1, 2], "same number of rows, got 3 and 2"),
        ([1, 2, np.nan], [1, 2, 3], "measured must hold finite numbers"),
        ([], [], "at least one number"),
    ],
)
def test_what_cannot_be_compared_is_refused(measured, estimated, said):
    with pytest.raises(ValueError, match=said):
        agreement(measured, estimated)


def test_a_limit_of_two_hundred_people_is_uncertain_by_a_known_width():
    differences = np.tile([-0.4, 0.4], 100)
    found = agreement(np.arange(200.0), np.arange(200.0) + differences)
    half = (found.high_interval.high - found.high_interval.low) / 2
    assert half == pytest.approx(1.96 * found.sd * np.sqrt(1 / 200 + 1.96**2 / (2 * 199)))
    assert half == pytest.approx(1.96 * found.sd * np.sqrt(3 / 200), rel=0.03)  # Bland and Altman's rule of thumb
