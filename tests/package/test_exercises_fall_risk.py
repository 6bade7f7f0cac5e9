"""The exercises of *Who might fall?*: the written-down answers are what the page's own tools give."""

import numpy as np
import pytest
from introdl import datasets
from introdl.checking import wilson
from introdl.exercises import check
from introdl.exercises.fall_risk import PPV, PPV_FIRST
from introdl.signals import compare_contacts

REFERENCE, FOUND = [1.0, 1.6, 2.0, 2.6], [1.05, 1.50, 2.30, 2.62, 2.70]


@pytest.fixture(scope="module")
def gaps():
    people = datasets.load_tug().set_index("no")
    return people[[f"t{number}" for number in range(1, 7)]].diff(axis=1).iloc[:, 1:]


def test_those_over_the_cut_hardly_fall_more_often_than_everybody():
    over, over_only = round(0.31 * 200), round((1 - 0.74) * 800)
    assert (over, over_only) == (62, 208)
    assert pytest.approx(over / (over + over_only)) == PPV
    assert 0.2 < PPV < 0.25
    assert PPV_FIRST > 0.6  # as if the first study held everywhere


def test_person_21_is_slowest_in_another_gap_than_the_longest(gaps):
    times = (gaps / gaps.median()).loc[21]
    assert check("ex-fall-risk-3", times.max()).right
    assert (times.idxmax(), gaps.loc[21].idxmax()) == ("t4", "t3")
    assert check("ex-fall-risk-3", times["t3"]).kind == "longest-gap"
    assert check("ex-fall-risk-3", gaps.loc[21, "t4"]).kind == "in-seconds"
    assert check("ex-fall-risk-3", gaps.loc[21].max()).kind == "longest-in-seconds"


def test_sixty_low_scores_make_the_interval_narrow_enough_and_59_do_not():
    assert np.ptp(wilson(48, 60)) <= 0.2 < np.ptp(wilson(44, 55))
    assert check("ex-fall-risk-4", 180).right
    assert check("ex-fall-risk-4", 60).kind == "only-low-scores"
    assert np.ptp(wilson(12, 15)) == pytest.approx(0.4, abs=0.03)  # half-width: 3 · 15 people
    assert np.ptp(wilson(196, 245)) <= 0.1 < np.ptp(wilson(184, 230))  # ten-wide: 3 · 245 people


def test_the_steps_counted_by_hand_are_those_counted_by_the_function():
    assert check("ex-fall-risk-5", compare_contacts(FOUND, REFERENCE, tolerance=0.2)[:3]).right
    assert check("ex-fall-risk-5", [3, 2, 1]).kind == "turned-round"
    assert check("ex-fall-risk-5", compare_contacts(FOUND, REFERENCE, tolerance=0.35)[:3]).kind == "no-tolerance"


def test_the_best_of_fifty_random_numbers_beats_the_best_of_nine():
    """73 people, 20 falls, 200 shuffles: every cut of every number, in both directions."""
    random = np.random.default_rng(5)
    dealt = np.array([random.permutation([1] * 20 + [0] * 53) for _ in range(200)]).T
    best = {}
    for numbers in (9, 50):
        X = random.normal(size=(73, numbers))
        above = np.concatenate([X[:, [place]] >= np.sort(X[:, place])[1:] for place in range(numbers)], axis=1).T
        right = above.astype(int) @ dealt + (~above).astype(int) @ (1 - dealt)
        best[numbers] = np.maximum(right, 73 - right).max(axis=0).mean()
    assert best[50] > best[9] + 0.5
    assert best[9] > 53
