"""Irregular readings become windows from which nothing is lost, and answers are counted by trial."""

import numpy as np
import pandas as pd
import pytest
from introdl import simulate, tags


@pytest.fixture(scope="module")
def readings():
    return simulate.tag_readings(people=4, trials=3, seed=2)


def few(**changes):
    read = pd.DataFrame({"trial": "a", "time": [1.0, 4.0, 33.0], "acc_frontal": [0.2, 0.4, 1.0]})
    return read.assign(acc_vertical=0.9, acc_lateral=0.0, antenna=1, rssi=-58.0, activity=[1, 4, 3]).assign(**changes)


def test_every_reading_is_in_exactly_one_window(readings):
    cut = tags.windows(readings)
    assert cut["readings"].sum() == len(readings)
    assert not cut.duplicated(["trial", "window"]).any()


def test_every_moment_up_to_the_last_reading_is_in_a_window(readings):
    cut = tags.windows(readings, seconds=7)
    ends = readings.groupby("trial")["time"].max()
    assert (cut.groupby("trial")["end"].max() > ends).all()
    assert cut.groupby("trial")["window"].apply(lambda numbers: list(numbers) == list(range(len(numbers)))).all()


def test_a_silent_window_has_no_activity_and_no_features():
    cut = tags.windows(few())
    assert cut["readings"].tolist() == [2, 0, 0, 1]
    assert cut["activity"].tolist() == ["walking", None, None, "lying"]
    assert cut.loc[cut["readings"] == 0, ["acc_frontal mean", "rssi last", "antenna 1"]].isna().all().all()
    assert cut["mixed"].tolist() == [True, False, False, False]


def test_a_windows_numbers_are_those_of_its_readings():
    first = tags.windows(few()).iloc[0]
    assert first["acc_frontal mean"] == pytest.approx(0.3)
    assert first["acc_frontal sd"] == pytest.approx(0.1)
    assert first["acc_frontal last"] == 0.4
    assert first["antenna 1"] == 1


def test_changes_are_since_the_last_windows_that_were_heard():
    last = tags.windows(few()).iloc[3]
    assert last["acc_frontal mean since 1"] == pytest.approx(0.7)
    assert last["acc_frontal mean since 2"] == 0
    assert last["silent before"] == 2


def test_nothing_from_after_a_window_is_used_for_it(readings):
    one = readings[readings["trial"] == readings["trial"].iloc[0]]
    whole, half = tags.windows(one), tags.windows(one[one["time"] < 60])
    columns = tags.features("sequence")
    pd.testing.assert_frame_equal(whole.loc[: len(half) - 2, columns], half.loc[: len(half) - 2, columns])


def test_without_antennas_no_column_names_one():
    for kind in tags.KINDS:
        assert not any("antenna" in name for name in tags.features(kind, antennas=False))
        assert set(tags.features(kind, antennas=False)) < set(tags.features(kind))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"time": [1.0, 0.5, 33.0]}, "must not fall within a trial"),
        ({"time": [-1.0, 4.0, 33.0]}, "must not be negative"),
        ({"acc_frontal": [0.2, np.nan, 1.0]}, "must be finite numbers"),
        ({"antenna": [1, 9, 1]}, "antenna must be one of 1, 2, 3, 4, got"),
        ({"activity": [1, 2, 7]}, "activity must be one of on bed"),
    ],
)
def test_readings_that_cannot_be_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        tags.windows(few(**changes))


def test_missing_columns_are_named():
    with pytest.raises(ValueError, match="missing: rssi"):
        tags.windows(few().drop(columns="rssi"))


def test_a_length_that_is_none_is_refused():
    with pytest.raises(ValueError, match="seconds"):
        tags.windows(few(), seconds=0)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="kind must be one of reading, window, sequence"):
        tags.features("minute")


# --- counting ---


def many(trials=20):
    trial = np.repeat(np.arange(trials), 5)
    y = np.tile(["lying", "lying", "lying", "on bed", "walking"], trials)
    return y, trial


def test_balanced_accuracy_is_the_mean_of_the_recalls():
    y, trial = many()
    found = tags.judged(y, ["lying"] * len(y), trial)
    assert found.loc["accuracy", "share"] == pytest.approx(0.6)
    assert found.loc["balanced accuracy", "share"] == pytest.approx(1 / 3)
    assert found.loc["lying", ["right", "of", "trials"]].tolist() == [60, 60, 20]


def test_intervals_come_from_trials_and_not_from_windows():
    """Half of the trials all right, half all wrong: as wide as for 20 coins, though there are 100 windows."""
    y, trial = many()
    said = np.where(trial < 10, y, "on chair")
    found = tags.judged(y, said, trial)
    assert found.loc["accuracy", "high"] - found.loc["accuracy", "low"] > 0.35


def test_an_activity_in_fewer_than_ten_trials_gets_no_interval():
    y, trial = many(9)
    found = tags.judged(y, y, trial)
    assert found[["low", "high"]].isna().all().all()


def test_the_same_answers_differ_by_nothing():
    y, trial = many()
    gap = tags.difference(y, y, y, trial)
    assert (gap.estimate, *gap.interval) == (0, 0, 0)


def test_answers_of_another_length_are_refused():
    with pytest.raises(ValueError, match="must have the same length, got 2, 1, 2"):
        tags.judged(["lying", "walking"], ["lying"], ["a", "b"])


def test_one_trial_alone_says_nothing_about_trials():
    with pytest.raises(ValueError, match="at least 2 trials are needed"):
        tags.judged(["lying", "walking"], ["lying", "lying"], ["a", "a"])


def test_a_table_put_together_and_parted_is_the_same():
    y, trial = many()
    tables = {"one": tags.judged(y, y, trial), "two": tags.judged(y, ["lying"] * len(y), trial)}
    again = tags.unstacked(tags.stacked(tables))
    for name, table in tables.items():
        pd.testing.assert_frame_equal(again[name], table.rename_axis("judged"))


def test_side_by_side_says_where_there_is_no_interval():
    y, trial = many(9)
    shown = tags.side_by_side({"one": tags.judged(y, y, trial)}, ["accuracy", "on chair"])
    assert shown.loc["one"].tolist() == ["1.00 (–)", "–"]
