"""The headline figures of the case elderly-care, simulated (seed 0) and as recorded from the published set."""

import numpy as np
import pytest
from introdl import cases, recorded, simulate, tags
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import balanced_accuracy_score

FOREST = RandomForestClassifier(30, min_samples_leaf=3, class_weight="balanced", random_state=0)


@pytest.fixture(scope="module")
def rooms():
    cut = {
        "A": tags.windows(simulate.tag_readings(people=14, trials=4, room="A", seed=0)),
        "B": tags.windows(simulate.tag_readings(people=14, trials=2, room="B", seed=0)),
    }
    return {room: table[table["readings"] > 0] for room, table in cut.items()}


def away(rooms, columns):
    fitted = clone(FOREST).fit(rooms["A"][columns], rooms["A"]["activity"])
    return balanced_accuracy_score(rooms["B"]["activity"], fitted.predict(rooms["B"][columns]))


def test_the_baseline_depends_on_what_is_counted(rooms):
    readings = tags.named(simulate.tag_readings(people=14, trials=4, room="A", seed=0))
    assert (readings["activity"] == "lying").mean() == pytest.approx(0.80, abs=0.01)
    assert (rooms["A"]["activity"] == "lying").mean() == pytest.approx(0.61, abs=0.01)


def test_antennas_do_not_survive_another_room(rooms):
    assert away(rooms, tags.features("sequence")) == pytest.approx(0.53, abs=0.06)
    assert away(rooms, tags.features("sequence", antennas=False)) == pytest.approx(0.87, abs=0.03)


def test_the_published_set_is_counted_whole():
    counts = recorded.read("elderly-care-older-adults-rfid-har-counts").frame.set_index("room")
    assert counts["readings"].tolist() == [52_482, 22_646]
    assert counts["trials"].tolist() == [60, 27]
    assert counts["lying windows"].tolist() == pytest.approx([0.430, 0.701], abs=0.002)


def test_the_split_by_row_flatters_on_the_published_set():
    real = tags.unstacked(recorded.read("elderly-care-older-adults-rfid-har-readings").frame)
    assert real["row"].loc["balanced accuracy", "share"] == pytest.approx(0.92, abs=0.02)
    assert real["trial"].loc["balanced accuracy", "share"] == pytest.approx(0.71, abs=0.03)


def test_in_the_other_real_room_the_baseline_is_hard_to_beat():
    real = tags.unstacked(recorded.read("elderly-care-older-adults-rfid-har-rooms").frame)
    shares = {name: table.loc["accuracy", "share"] for name, table in real.items()}
    assert shares["S2 lying"] == pytest.approx(0.70, abs=0.01)
    assert shares["S1 to S2 with"] == pytest.approx(0.60, abs=0.05)
    assert shares["S1 to S2 without"] == pytest.approx(0.75, abs=0.05)
    assert real["S1 to S2 without"].loc["accuracy", "low"] < shares["S2 lying"] + 0.1


def test_groups_come_with_their_n():
    sexes = recorded.read("elderly-care-older-adults-rfid-har-sex").frame
    assert set(sexes["what"]) == {"F", "M"}
    assert (sexes["of"] > 0).all()
    few = sexes[sexes["trials"] < 10]
    assert np.isnan(few["low"]).all()


@pytest.mark.parametrize("name", ["elderly-care", "elderly-care-bed", "elderly-care-turning", "elderly-care-eating"])
def test_every_question_has_a_card(name):
    assert len(cases.card(name).frame) == len(cases.FIELDS)
