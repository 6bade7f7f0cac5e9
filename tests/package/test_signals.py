"""Steps from a lower back's acceleration: on made-up walks whose steps are known, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from introdl.signals import compare_contacts, foot_contacts, simulated_walk, smoothed, step_frequency

STEADY = np.arange(2, 18, 0.55)


@pytest.mark.parametrize("per_second", [1.2, 1.5, 2.0, 2.5])
def test_every_step_of_a_made_up_walk_is_found_and_no_other(per_second):
    contacts = np.arange(2, 18, 1 / per_second)
    found = foot_contacts(simulated_walk(contacts, seconds=20), rate=100)
    compared = compare_contacts(found, contacts, tolerance=0.15)
    assert (compared.matched, compared.missed, compared.extra) == (len(contacts), 0, 0)
    assert compared.median_error < 0.06


def test_noise_does_not_move_the_frequency():
    for noise in (0, 0.02, 0.05):
        found = foot_contacts(simulated_walk(STEADY, seconds=20, noise=noise, seed=1), rate=100)
        assert step_frequency(found) == pytest.approx(1 / 0.55, rel=0.03)


def test_unequal_steps_are_found_where_they_are():
    gaps = np.random.default_rng(0).uniform(0.45, 0.75, 25)
    contacts = 2 + np.cumsum(gaps)
    found = foot_contacts(simulated_walk(contacts, seconds=22), rate=100)
    compared = compare_contacts(found, contacts)
    assert compared.missed <= 1
    assert compared.extra <= 1


def test_a_leaning_sensor_and_another_rate_find_the_same_steps():
    straight = foot_contacts(simulated_walk(STEADY, seconds=20, tilt=0), rate=100)
    leaning = foot_contacts(simulated_walk(STEADY, seconds=20, tilt=40), rate=100)
    slow = foot_contacts(simulated_walk(STEADY, seconds=20, rate=45.3), rate=45.3)
    assert len(straight) == len(leaning) == len(slow) == len(STEADY)
    np.testing.assert_allclose(straight, leaning, atol=0.05)
    np.testing.assert_allclose(straight, slow, atol=0.06)


def test_who_stands_still_takes_no_steps():
    still = 1 + np.random.default_rng(0).normal(0, 0.02, 2000)
    assert len(foot_contacts(still, rate=100)) == 0


def test_the_filter_lets_gravity_and_heel_blows_go_and_shifts_nothing():
    seconds = np.arange(0, 20, 0.01)
    walking = 0.2 * np.cos(2 * np.pi * 1.5 * seconds)
    kept = smoothed(1 + walking + 0.1 * np.cos(2 * np.pi * 20 * seconds), rate=100)
    middle = slice(500, 1500)
    np.testing.assert_allclose(kept[middle], walking[middle], atol=0.01)


def test_pairs_are_joined_one_to_one_and_the_nearest_first():
    compared = compare_contacts([1.00, 1.10], [1.09], tolerance=0.2)
    assert compared[:4] == (1, 0, 1, 0)
    assert compared.errors == pytest.approx([0.01])


def test_a_hand_case_is_counted_as_by_hand():
    """Found 0.9, 1.5, 2.3, 8.0; reference 1.0, 1.6, 2.0, 12.0, 12.5: 8.0 lies in the pause, 2.3 is too far."""
    compared = compare_contacts([0.9, 1.5, 2.3, 8.0], [1.0, 1.6, 2.0, 12.0, 12.5], tolerance=0.15)
    assert compared[:4] == (2, 3, 0, 2)
    assert compare_contacts([0.9, 1.5, 1.9, 2.1, 8.0], [1.0, 1.6, 2.0], tolerance=0.11)[:4] == (3, 0, 1, 1)


def test_a_contact_in_a_pause_of_the_reference_is_neither_right_nor_extra():
    reference = [1.0, 1.5, 2.0, 9.0, 9.5]
    assert compare_contacts([1.0, 1.5, 2.0, 5.0, 9.0, 9.5], reference)[:4] == (5, 0, 0, 1)
    assert compare_contacts([1.0, 1.5, 2.0, 5.0, 9.0, 9.5], reference, pause=10)[:4] == (5, 0, 1, 0)


def test_nothing_found_is_all_missed():
    compared = compare_contacts([], [1.0, 1.5])
    assert compared[:4] == (0, 2, 0, 0)
    assert np.isnan(compared.median_error)


@given(
    st.lists(st.floats(0, 60), max_size=30),
    st.lists(st.floats(0, 60), min_size=1, max_size=30),
    st.floats(0.01, 1),
)
def test_every_contact_is_counted_once(found, reference, tolerance):
    compared = compare_contacts(found, reference, tolerance)
    assert compared.matched + compared.missed == len(reference)
    assert compared.matched + compared.extra + compared.outside == len(found)
    assert (np.abs(compared.errors) <= tolerance).all()


def test_the_order_of_the_contacts_does_not_matter():
    there, back = compare_contacts([1, 2, 3.1], [3, 1, 2]), compare_contacts([3.1, 2, 1], [1, 2, 3])
    assert there[:4] == back[:4]
    assert sorted(there.errors) == pytest.approx(sorted(back.errors))


def test_a_pause_between_two_walks_does_not_slow_the_frequency():
    assert step_frequency([0, 0.5, 1.0, 30.0, 30.5, 31.0]) == 2.0


def test_the_seed_decides_about_the_noise():
    first, again, other = (simulated_walk(STEADY, seconds=20, seed=seed) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: foot_contacts([], rate=100), "4 s"),
        (lambda: foot_contacts(np.ones(300), rate=100), "4 s, 400 samples"),
        (lambda: foot_contacts(np.ones((500, 3)), rate=100), r"shape \(n,\)"),
        (lambda: foot_contacts([1.0, float("nan")] * 300, rate=100), "finite"),
        (lambda: foot_contacts(["a"] * 500, rate=100), "real numbers"),
        (lambda: foot_contacts(np.ones(500), rate=0), "rate"),
        (lambda: foot_contacts(np.ones(500), rate=100, height=0), "height"),
        (lambda: smoothed(np.ones(500), rate=5), "half the rate, 2.5 Hz"),
        (lambda: smoothed(np.ones(500), rate=100, band=(3, 1)), "must rise"),
        (lambda: step_frequency([1.0, 2.0]), "at least 3"),
        (lambda: step_frequency([1.0, 2.0, 2.0]), "must rise"),
        (lambda: compare_contacts([1.0], []), "reference"),
        (lambda: compare_contacts([1.0], [1.0], tolerance=0), "tolerance"),
        (lambda: compare_contacts([1.0], [1.0], pause=-1), "pause"),
        (lambda: compare_contacts([float("inf")], [1.0]), "finite"),
        (lambda: simulated_walk([1.0, 1.1], seconds=5), "0.3 s"),
        (lambda: simulated_walk([1.0, 6.0], seconds=5), "within the 5 s"),
        (lambda: simulated_walk([1.0], seconds=5, noise=-1), "noise"),
        (lambda: simulated_walk([1.0], seconds=5, tilt=90), "tilt"),
    ],
)
def test_bad_input_is_refused_with_what_was_expected(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
