"""What is read is made of the originals as published: the same bytes everywhere, and nothing in them is run."""

import gzip
import io

import numpy as np
import pandas as pd
import pytest
from introdl import conversions

LISTS = {
    "index_60": [0, 3],
    "index_70": [1],
    "index_80": [2],
    "index_faller": [1, 2, 3],
    "index_faller3M": [2],
    "index_faller6M": [2, 3],
    "index_faller9M": [2, 3],
    "index_excluded": [0],
}


def features(rows=5):
    table = [[f"{row:03d}", *(f"{row}.{place}" for place in range(9)), "-1"] for row in range(1, rows + 1)]
    file = io.BytesIO()
    np.save(file, np.array(table))
    return file.getvalue()


def program(**other):
    return "\n".join(f"{name} = {numbers}" for name, numbers in (LISTS | other).items()).encode()


def falls(text):
    return pd.read_csv(io.BytesIO(conversions.tug_falls([features(), text])), dtype=str, keep_default_na=False)


def test_falls_come_from_the_lists_and_the_earliest_month_stands():
    table = falls(program())
    assert table["age_group"].tolist() == ["60-69", "70-79", "80+", "60-69", ""]
    assert table["excluded"].tolist() == ["1", "0", "0", "0", "0"]
    assert table["faller_12m"].tolist() == ["0", "1", "1", "1", "0"]
    assert table["first_fall_within_months"].tolist() == ["", "12", "3", "6", ""]
    assert table["volunteer_id"].tolist() == ["001", "002", "003", "004", "005"]


def test_the_program_is_read_and_never_run(tmp_path):
    trap = tmp_path / "ran"
    text = f"open({str(trap)!r}, 'w').write('x')\n".encode() + program()
    falls(text)
    assert not trap.exists()


@pytest.mark.parametrize(
    "value", ["list(range(3))", "[1, 2.5]", "[]", "[__import__('os').getpid()]", "(1, 2)", "[True]"]
)
def test_a_list_that_is_no_list_of_whole_numbers_is_refused(value):
    with pytest.raises(ValueError, match="index_faller must be a list of whole numbers"):
        falls(program(index_faller=value))


def test_a_program_without_a_list_is_another_version():
    with pytest.raises(ValueError, match="no list index_excluded: it is another version"):
        falls(program().replace(b"index_excluded", b"excluded"))


def test_features_that_hold_objects_are_refused():
    file = io.BytesIO()
    np.save(file, np.array([[{}]], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        conversions.tug_falls([file.getvalue(), program()])


def test_trials_stand_one_after_the_other_with_what_their_names_say():
    trials = [b"0,0.1,1,0.2,1,-60,2.5,924.25,1\n0.5,0.1,1,0.2,2,-61.5,2.5,924.25,1\n", b"0,0,0,0,3,-50,1,920,4\n"]
    packed = conversions.tag_trials(trials, ["data/raw/S1_Dataset/d1p01M", "data/raw/S2_Dataset/d2p02F"])
    lines = gzip.decompress(packed).decode().splitlines()
    assert lines[0] == f"trial,room,sex,{','.join(conversions.TAG_COLUMNS)}"
    assert lines[1] == "d1p01M,S1,M,0.0,0.1,1,0.2,1,-60.0,2.5,924.25,1"
    assert lines[3].startswith("d2p02F,S2,F,0.0,")
    assert len(lines) == 4


def test_a_trial_with_another_name_is_refused():
    with pytest.raises(ValueError, match="must be called as d1p01M, got README"):
        conversions.tag_trials([b"0\n"], ["data/raw/README"])


def test_what_is_not_to_be_converted_stays():
    assert conversions.unchanged([b"\xef\xbb\xbfa;b"], ["x"]) == b"\xef\xbb\xbfa;b"


def bout(times, feet, speed=1.1):
    return {
        "InitialContact_Event": times,
        "InitialContact_LeftRight": np.array(feet, dtype=object),
        "WalkingSpeed": speed,
    }


def matlab(trials):
    from scipy.io import savemat

    file = io.BytesIO()
    savemat(file, {"data": {"TimeMeasure1": trials}})
    return file.getvalue()


def with_reference(bouts):
    return {"Standards": {"INDIP": {"ContinuousWalkingPeriod": bouts}}}


def test_reference_contacts_are_listed_as_published_also_twice_and_without_a_time():
    first = bout([1.0, 1.6, np.nan], ["Left", "Right", "Left"])
    second = bout([1.6, 2.2], ["Right", "Left"], speed=0.9)
    content = matlab({"Test5": {"Trial1": with_reference([first, second]), "Trial2": {"SU": 1}}})
    written = conversions.reference_contacts([content], ["lab/HA/001/data.mat"])
    table = pd.read_csv(io.BytesIO(written), dtype={"participant": str})
    assert table["initial_contact_s"].fillna(-1).tolist() == [1.0, 1.6, -1, 1.6, 2.2]
    assert table["foot"].tolist() == ["Left", "Right", "Left", "Right", "Left"]
    assert table["wb_walking_speed_m_s"].tolist() == [1.1, 1.1, 1.1, 0.9, 0.9]
    assert table[["cohort", "participant", "test", "trial"]].drop_duplicates().values.tolist() == [
        ["HA", "001", "Test5", "Trial1"]
    ]


def test_one_walking_bout_alone_is_a_list_of_one():
    content = matlab({"Test5": {"Trial1": with_reference(bout([1.0, 1.5], ["Left", "Right"]))}})
    assert conversions.reference_contacts([content], ["lab/MS/001/data.mat"]).count(b"\n") == 3
