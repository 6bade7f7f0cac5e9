"""The exercises of *Has the model ever seen anything like this?*: what is written down is what detectors give."""

import numpy as np
import pytest
from introdl import simulate
from introdl.detectors import HotellingDetector, ResidualDetector
from introdl.exercises import check
from introdl.exercises.abnormality_detection import (
    BOTH,
    EITHER,
    EITHER_FRESH,
    EITHER_LOOSE,
    FOUND_LOOSE,
    FOUND_OF_ALL,
    FOUND_STRICT,
    Q_ALONE,
    T_ALONE,
)

COLUMNS = ["air_temperature", "process_temperature", "speed", "torque", "tool_wear"]


@pytest.fixture(scope="module")
def dealt():
    """The page's known parts and its fresh ones."""
    parts = simulate.milling(10_000, seed=0)
    order = np.random.default_rng(0).permutation(len(parts))
    return parts.iloc[order[:6000]], parts.iloc[order[6000:]]


def alarms(detector, fitted_on, asked):
    return detector.fit(fitted_on[COLUMNS]).predict(asked[COLUMNS]) == -1


def test_the_failed_parts_that_are_found_are_those_written_down(dealt):
    known, fresh = dealt
    good, failed = known[known["failure"] == 0], fresh[fresh["failure"] == 1]
    found = {
        (rate, name): int(alarms(HotellingDetector(rate, random_state=0), rows, failed).sum())
        for rate in (0.01, 0.05)
        for name, rows in (("good", good), ("all", known))
    }
    assert len(failed) == 178
    assert (found[0.01, "good"], found[0.05, "good"], found[0.01, "all"]) == (FOUND_STRICT, FOUND_LOOSE, FOUND_OF_ALL)
    assert check("ex-abnormality-detection-5", np.int64(found[0.01, "good"])).right


def test_two_charts_find_the_harder_material_as_often_as_is_written_down(dealt):
    known, fresh = dealt
    harder = simulate.milling(1000, seed=5, torque_mean=65)
    settings = {"false_alarm_rate": 0.025, "random_state": 0}
    t, q = HotellingDetector(**settings), ResidualDetector(components=3, **settings)
    far, off = alarms(t, known, harder), alarms(q, known, harder)
    got = [(far | off).mean(), (far & off).mean(), far.mean(), off.mean()]
    assert got == pytest.approx([EITHER, BOTH, T_ALONE, Q_ALONE], abs=2e-3)
    assert (alarms(t, known, fresh) | alarms(q, known, fresh)).mean() == pytest.approx(EITHER_FRESH, abs=1e-3)
    t.set_params(false_alarm_rate=0.05)
    q.set_params(false_alarm_rate=0.05)
    assert (alarms(t, known, harder) | alarms(q, known, harder)).mean() == pytest.approx(EITHER_LOOSE, abs=2e-3)
    assert check("ex-abnormality-detection-6", 0.60).right


def test_the_threshold_by_hand_is_the_one_that_a_detector_would_set():
    held_out = np.array([-20.0, -12, -9, -7, -5, -4, -2, -2, -1])

    class Itself(HotellingDetector):
        def _scores(self, X):
            return X

    threshold = Itself()._threshold(np.random.default_rng(0).permutation(held_out), 0.2)
    assert check("ex-abnormality-detection-3", threshold).right


@pytest.mark.parametrize(("answer", "kind"), [(0.57, "only-t"), (0.50, "only-q"), (0.79, "full-rate-each")])
def test_two_decimals_of_a_mistake_are_still_that_mistake(answer, kind):
    assert check("ex-abnormality-detection-6", answer).kind == kind
