"""Steps found in real signals of the lower back, beside the moments of the reference: collected where they are at hand.

Recordings of three people (Mobilise-D example data); two of the seven have no reference.
"""

import numpy as np
import pytest
from introdl import datasets
from introdl.signals import compare_contacts, foot_contacts, step_frequency


@pytest.fixture(scope="module")
def recordings():
    return list(datasets.fetch_mobgap_lowback().values())


@pytest.fixture(scope="module")
def checked(recordings):
    return {
        recording.name: (recording, compare_contacts(foot_contacts(recording.acceleration, recording.rate), contacts))
        for recording in recordings
        if len(contacts := recording.contacts)
    }


def test_five_of_seven_recordings_can_be_checked(recordings, checked):
    assert (len(recordings), len(checked)) == (7, 5)


def test_every_step_of_the_short_walks_is_found_and_none_invented(checked):
    short = [counts for recording, counts in checked.values() if len(recording.contacts) < 20]
    assert [counts[:3] for counts in short] == [(9, 0, 0)] * 4
    assert max(counts.median_error for counts in short) < 0.1


def test_most_steps_of_everyday_activities_are_found(checked):
    (counts,) = (counts for recording, counts in checked.values() if len(recording.contacts) > 20)
    assert counts.matched + counts.missed == 63
    assert counts.matched >= 50
    assert counts.extra <= 6
    assert counts.median_error < 0.06


def test_the_step_frequency_of_a_short_walk_is_that_of_the_reference(checked):
    for recording, _ in checked.values():
        contacts = np.sort(recording.contacts)
        if len(contacts) > 20:
            continue
        found = foot_contacts(recording.acceleration, recording.rate)
        during = found[(found >= contacts[0] - 0.2) & (found <= contacts[-1] + 0.2)]
        assert step_frequency(during) == pytest.approx(step_frequency(contacts), rel=0.06)
