"""Simulated tag readings: repeatable, as gravity has it, and silent where nobody is."""

import numpy as np
import pytest
from introdl import simulate, tags


@pytest.fixture(scope="module")
def room():
    return simulate.tag_readings(people=10, trials=2, seed=1)


def test_the_same_seed_gives_the_same_readings_and_another_seed_others():
    first, again, other = (simulate.tag_readings(people=2, trials=1, seed=seed) for seed in (5, 5, 6))
    assert first.equals(again)
    assert not first.equals(other)


def test_the_table_says_that_it_is_simulated_and_in_what_units(room):
    assert room.attrs["source"] == "simulated by introdl.simulate.tag_readings"
    assert set(room.attrs["units"]) == set(room.columns)


def test_each_person_has_each_trial_and_all_four_activities_occur(room):
    assert room.groupby("person")["trial"].nunique().tolist() == [2] * 10
    assert set(tags.named(room)["activity"]) == set(tags.ACTIVITIES.values())


def test_gravity_pulls_by_one_g_on_the_whole_and_sideways_when_somebody_lies(room):
    table = tags.named(room)
    size = np.sqrt((table[["acc_frontal", "acc_vertical", "acc_lateral"]] ** 2).sum(axis=1))
    assert size.median() == pytest.approx(1, abs=0.05)
    upright = table.groupby("activity")["acc_vertical"].median()
    assert upright["lying"] < 0.35
    assert upright[["on bed", "on chair", "walking"]].min() > 0.6


def test_rooms_differ_in_their_antennas():
    a, b = (simulate.tag_readings(people=3, trials=2, room=room, seed=0) for room in "AB")
    assert set(a["antenna"]) == {1, 2, 3, 4}
    assert set(b["antenna"]) == {1, 2, 3}


def test_nothing_is_read_while_somebody_is_out_of_the_room():
    readings, truth = simulate.tag_night(seed=3)
    out = truth[truth["does"] == "out of room"]
    assert len(out) == 2
    for start, end in out[["start", "end"]].itertuples(index=False):
        assert not readings["time"].between(start, end, inclusive="neither").any()


def test_a_night_has_no_gap_and_no_overlap():
    _, truth = simulate.tag_night(seed=4)
    assert truth["start"].iloc[0] == 0
    assert truth["end"].iloc[-1] == 28_800
    assert np.allclose(truth["start"].iloc[1:], truth["end"].iloc[:-1])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"people": 0}, "people"), ({"trials": 1.5}, "trials"), ({"room": "C"}, "room"), ({"seed": "x"}, "seed")],
)
def test_what_cannot_be_simulated_is_refused(wrong, words):
    with pytest.raises((TypeError, ValueError), match=words):
        simulate.tag_readings(**wrong)
