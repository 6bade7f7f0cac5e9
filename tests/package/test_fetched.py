"""Every fetched set as it is read: its shape, its plain names, its terms; collected only where all are (conftest)."""

import gzip
import hashlib
import io

import pandas as pd
import pytest
from introdl import conversions, datasets
from scipy.io import savemat

SHAPES = {
    "fetch_tug_accel_falls": (79, 14),
    "fetch_bds_balance": (1930, 19),
    "fetch_nhanes_spirometry": (16596, 13),
    "fetch_older_adults_rfid": (75128, 12),
    "fetch_nylon": (6641, 11),
    "fetch_dryer": (9220, 12),
    "fetch_ad_csf": (333, 131),
    "fetch_rigr_mri": (735, 30),
    "fetch_rigr_fev": (654, 7),
    "fetch_darwin_handwriting": (174, 452),
    "fetch_eeg_participants": (88, 5),
}


@pytest.mark.parametrize(("loader", "shape"), SHAPES.items())
def test_a_set_is_read_whole_under_plain_names(loader, shape):
    table = getattr(datasets, loader)(download_if_missing=False)
    assert table.shape == shape
    assert all(column == column.lower() and " " not in column for column in table.columns)
    assert set(table.attrs) == {"units", "source", "licence", "citation", "checksum"}
    assert set(table.attrs["units"]) <= set(table.columns)


def test_people_of_the_balance_study_stand_once_and_without_what_would_tell_who_they_are():
    people = datasets.fetch_bds_balance(level="subject")
    assert (len(people), people["subject"].is_unique) == (163, True)
    assert people["falls_12m"].nlargest(3).tolist() == [52, 20, 12]
    assert not {"skincolor", "nationality", "illness", "medication"} & set(people.columns)


def test_a_level_that_is_none_is_refused():
    with pytest.raises(ValueError, match='level must be "trial" or "subject", got \'person\''):
        datasets.fetch_bds_balance(level="person")


def test_walks_come_with_the_contacts_of_their_own_trial():
    walks = datasets.fetch_mobgap_lowback()
    assert len(walks) == 7
    assert {name: len(walk.contacts) for name, walk in walks.items() if len(walk.contacts)} == {
        "HA 001 Test11 Trial1": 63,
        "HA 001 Test5 Trial1": 9,
        "HA 001 Test5 Trial2": 9,
        "MS 001 Test5 Trial1": 9,
        "MS 001 Test5 Trial2": 9,
    }
    for walk in walks.values():
        assert 0.5 < walk.acceleration.mean() < 1.5
        assert (walk.contacts < len(walk.acceleration) / walk.rate).all()


def test_only_the_older_are_taken_where_that_is_asked():
    assert len(datasets.fetch_nhanes_spirometry(age_from=40)) == 7019


def test_our_conversion_of_the_reference_gives_the_very_contacts_that_are_read():
    """The MATLAB files are made again, as far as they are read, out of the list of contacts."""
    *_, file = datasets.fetch("mobgap_lowback_imu").files
    listed = pd.read_csv(file, dtype={"participant": str, "foot": str}, float_precision="round_trip")
    columns = list(listed.columns[:4])
    originals, names = [], []
    for (cohort, participant), person in listed.groupby(["cohort", "participant"], sort=False):
        tests = {}
        for (test, trial), walk in person.groupby(columns[2:], sort=False):
            bouts = [
                {
                    "InitialContact_Event": bout["initial_contact_s"].to_numpy(),
                    "InitialContact_LeftRight": bout["foot"].to_numpy(dtype=object),
                    "WalkingSpeed": speed,
                }
                for speed, bout in walk.groupby("wb_walking_speed_m_s", sort=False)
            ]
            reference = {"Standards": {"INDIP": {"ContinuousWalkingPeriod": bouts}}}
            tests.setdefault(test, {})[trial] = reference
        content = io.BytesIO()
        savemat(content, {"data": {"TimeMeasure1": tests}})
        originals.append(content.getvalue())
        names.append(f"example_data/data/lab/{cohort}/{participant}/data.mat")
    assert conversions.reference_contacts(originals, names) == file.read_bytes()


def test_our_conversion_of_the_trials_gives_the_very_readings_that_are_read():
    """The originals are made again out of the readings; their checksums say that they are the published files."""
    (row,) = datasets._fetched("older_adults_rfid_har")["files"]
    whole = gzip.decompress(datasets.fetch("older_adults_rfid_har").files[0].read_bytes())
    trials = {}
    for line in whole.decode().splitlines()[1:]:
        trial, _, _, *numbers = line.split(",")
        trials.setdefault(trial, []).append(",".join(number.removesuffix(".0") for number in numbers))
    originals = ["".join(f"{line}\n" for line in lines).encode() for lines in trials.values()]
    published = [original["sha256"] for original in row["originals"]]
    assert [hashlib.sha256(original).hexdigest() for original in originals] == published
    names = [original["path"] for original in row["originals"]]
    assert gzip.decompress(conversions.tag_trials(originals, names)) == whole


def test_a_packed_file_is_known_by_what_is_in_it(tmp_path, monkeypatch):
    packed = datasets.fetch("older_adults_rfid_har").files[0]
    other = tmp_path / "older_adults_rfid_har" / packed.name
    other.parent.mkdir()
    other.write_bytes(gzip.compress(gzip.decompress(packed.read_bytes()), compresslevel=1))
    monkeypatch.setenv("INTRODL_DATA", str(tmp_path))
    assert datasets.at_hand("older_adults_rfid_har")
    other.write_bytes(packed.read_bytes()[:-100])
    with pytest.raises(datasets.DataError, match="cannot be unpacked"):
        datasets.at_hand("older_adults_rfid_har")
