"""Batches as rows, and control charts over them: by hand, against the detectors, against a slow second way, refused."""

import numpy as np
import pandas as pd
import pytest
from introdl import simulate
from introdl.batches import Monitor, by_variable, false_alarms, lengths, phase_features, stability, unfold, variable_of
from introdl.detectors import HotellingDetector, ResidualDetector

SENSORS = ["jacket_temperature", "reactor_temperature", "pressure", "agitator_power", "gas_flow"]
TWO = pd.DataFrame(
    {
        "batch": ["a"] * 3 + ["b"] * 5,
        "phase": ["heat", "heat", "cool", "heat", "heat", "heat", "cool", "cool"],
        "minute": [0, 10, 20, 0, 5, 10, 15, 25],
        "warm": [20.0, 30.0, 40.0, 0.0, 1.0, 2.0, 6.0, 8.0],
    }
)
WHOLE = {"batch": "batch", "time": "minute"}


@pytest.fixture(scope="module")
def campaign():
    return simulate.reactor_batches(60, seed=3, faults={55: "temperature sensor"})


@pytest.fixture(scope="module")
def table(campaign):
    return phase_features(campaign, SENSORS, phase="phase", time="minute")


# --- from curves to a row


def test_lengths_are_counted_by_phase_and_a_missing_phase_is_zero():
    counted = lengths(TWO.iloc[:6], phase="phase")
    assert counted.columns.tolist() == ["heat", "cool", "whole"]
    assert counted.values.tolist() == [[2, 1, 3], [3, 0, 3]]


def test_mean_slope_and_area_are_those_by_hand():
    found = phase_features(TWO, ["warm"], time="minute", kinds=("mean", "slope", "area")).loc["a"]
    assert found.tolist() == [3, 30, 1, 600]


def test_a_slope_is_that_of_least_squares(campaign, table):
    part = campaign[(campaign["batch"] == 7) & (campaign["phase"] == "cool")]
    slope, _ = np.polyfit(part["minute"], part["pressure"], 1)
    assert table.loc[7, "pressure · slope · cool"] == pytest.approx(slope)


def test_a_phase_of_one_sample_has_slope_zero_and_no_curve():
    assert phase_features(TWO, ["warm"], phase="phase").loc["a", "warm · slope · cool"] == 0
    with pytest.raises(ValueError, match="one sample, and a curve needs two"):
        unfold(TWO, ["warm"], phase="phase")


def test_unfolding_reads_at_equal_shares_of_time_and_forgets_the_length():
    slow = TWO.assign(minute=TWO["minute"] * 3)
    once, again = (unfold(one, ["warm"], points=5, time="minute") for one in (TWO, slow))
    assert once.loc["a"].tolist() == [3, 20, 25, 30, 35, 40]
    assert once.equals(again)


def test_units_follow_the_features(table):
    units = table.attrs["units"]
    assert units["pressure · mean · heat"] == "bar"
    assert units["pressure · slope · heat"] == "bar per unit of minute"
    assert units["length · heat"] == "samples"


def test_the_variable_of_a_feature_is_its_first_word(table):
    assert {variable_of(name) for name in table} == {"length", *SENSORS}


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: phase_features(TWO.to_dict(), ["warm"]), TypeError, "data frame|DataFrame"),
        (lambda: phase_features(TWO, "warm"), TypeError, r'write \["warm"\]'),
        (lambda: phase_features(TWO, ["cold"]), KeyError, "no column cold"),
        (lambda: phase_features(TWO.iloc[:0], ["warm"]), ValueError, "at least one row"),
        (lambda: phase_features(TWO, ["warm"], kinds=["median"]), ValueError, "median"),
        (lambda: phase_features(TWO, ["phase"]), TypeError, "real numbers"),
        (lambda: phase_features(TWO.assign(warm=np.nan), ["warm"]), ValueError, "finite"),
        (lambda: phase_features(TWO.assign(batch=["a", None] * 4), ["warm"]), ValueError, "name its batch"),
        (lambda: phase_features(TWO.iloc[[0, 3, 1]], ["warm"]), ValueError, "batch a twice"),
        (lambda: phase_features(TWO.assign(minute=1), ["warm"], time="minute"), ValueError, "time must rise"),
        (lambda: phase_features(TWO.iloc[:6], ["warm"], phase="phase"), ValueError, "batch b has no phase cool"),
        (lambda: phase_features(TWO.iloc[[0, 2, 1]], ["warm"], phase="phase"), ValueError, "phase heat twice"),
        (lambda: unfold(TWO, ["warm"], points=1), ValueError, "points must be at least 2"),
    ],
)
def test_what_is_no_table_of_batches_is_refused(wrong, error, message):
    with pytest.raises(error, match=message):
        wrong()


# --- the monitor


def test_t2_is_the_detectors(table):
    usual = table.loc[:50]
    detector = HotellingDetector(components=3, limit="F").fit(usual)
    monitor = Monitor(components=3).fit(usual)
    expected = -detector.score_samples(table)
    assert np.allclose(monitor.judge(table)["t2"] * monitor.limits_["t2"], expected)
    assert np.allclose(monitor.contributions(table, "t2").sum(axis=1), expected)


def test_spe_is_the_detectors_on_the_rows_it_trained_on(table):
    detector = ResidualDetector(components=3, held_out=0.2, random_state=0)
    with pytest.warns(UserWarning, match="needs 19 rows held out"):
        detector.fit(table)
    order = np.random.RandomState(0).permutation(len(table))
    trained = table.iloc[np.sort(order[detector.n_held_out_ :])]
    assert np.allclose(
        Monitor(components=3).fit(trained).contributions(table, "spe").sum(axis=1), -detector.score_samples(table)
    )


def test_the_formula_of_t2_is_the_detectors_at_half_the_rate(table):
    detector = HotellingDetector(components=3, limit="F", false_alarm_rate=0.025).fit(table)
    assert Monitor(components=3, limit="formula").fit(table).limits_["t2"] == pytest.approx(-detector.offset_)


def test_a_batch_left_out_is_scored_by_a_monitor_that_has_not_seen_it(table):
    usual = table.loc[:50]
    monitor = Monitor(components=3).fit(usual)
    rest = usual.iloc[np.arange(50) % 10 != 4]
    other = Monitor(components=3).fit(rest)
    judged = other.judge(usual.iloc[[4]])
    assert monitor.left_out_.iloc[4]["t2"] == pytest.approx(judged["t2"].item() * other.limits_["t2"])
    assert monitor.left_out_.iloc[4]["spe"] == pytest.approx(judged["spe"].item() * other.limits_["spe"])


def test_the_limit_is_the_score_at_its_place_from_above(table):
    monitor = Monitor(components=2, false_alarm_rate=0.1).fit(table.loc[:50])  # place 0.05 * 51 = 2.55, so 2
    assert monitor.limits_["spe"] == sorted(monitor.left_out_["spe"])[-2]


def test_a_false_thermometer_shows_in_spe_and_names_the_pressure(table):
    judged = Monitor(components=3).fit(table.loc[:50]).judge(table.loc[51:])
    row = judged.loc[55]
    assert (row["alarm"], row["chart"], row["variable"]) == (True, "spe", "pressure")


def test_columns_may_come_in_another_order_and_none_may_be_missing(table):
    monitor = Monitor(components=3).fit(table)
    turned = monitor.judge(table[table.columns[::-1]])
    assert np.allclose(turned["spe"], monitor.judge(table)["spe"])
    with pytest.raises(KeyError, match=r"missing: gas_flow · mean · react"):
        monitor.judge(table.drop(columns="gas_flow · mean · react"))


def test_contributions_add_up_by_variable(table):
    monitor = Monitor(components=3).fit(table)
    parts = monitor.contributions(table, "spe")
    assert (parts >= 0).all().all()
    assert np.allclose(by_variable(parts).sum(axis=1), parts.sum(axis=1))


def test_counted_false_alarms_stay_near_the_promise_and_those_of_the_formula_do_not():
    usual = phase_features(simulate.reactor_batches(100, seed=5), SENSORS, phase="phase", time="minute")
    counted = {limit: false_alarms(usual, components=3, limit=limit) for limit in ("left-out", "formula")}
    assert counted["left-out"].n == 100
    assert counted["left-out"].alarms <= 9  # 5 promised; 10 or more would come with a chance of 3 in 100
    assert counted["formula"].alarms > counted["left-out"].alarms


def test_a_firm_reading_is_firm_and_the_others_are_not(table):
    told = stability(table, draws=25, components=3)
    assert told.loc[55, ["alarms", "variable", "same"]].tolist() == [1, "pressure", 1]
    assert told["alarms"].drop(55).mean() < 0.15
    assert told["judged"].sum() == 25 * 12


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda t: Monitor(components=0), ValueError, "components must be at least 1"),
        (lambda t: Monitor(false_alarm_rate=0.5), ValueError, "under 0.5"),
        (lambda t: Monitor(limit="guess"), ValueError, "left-out"),
        (lambda t: Monitor().judge(t), ValueError, "not fitted"),
        (lambda t: Monitor().fit(t.to_numpy()), TypeError, "pandas DataFrame"),
        (lambda t: Monitor().fit(t.iloc[:5]), ValueError, "need at least 6 batches, got 5"),
        (lambda t: Monitor().fit(t.iloc[:30]), ValueError, "needs at least 39 batches, got 30"),
        (lambda t: Monitor(components=3).fit(t.iloc[:, :3]), ValueError, "fewer than the 3 features"),
        (lambda t: Monitor().fit(t.mask(t > 85)), ValueError, "finite"),
        (lambda t: Monitor().fit(pd.concat([t, t])), ValueError, "a batch twice"),
        (lambda t: Monitor().fit(t).contributions(t, "q"), ValueError, "one of t2, spe"),
        (lambda t: false_alarms(t, folds=100), ValueError, "at most the 60 batches"),
        (lambda t: stability(t, leave_out=0.5), ValueError, "under 0.5"),
    ],
)
def test_a_monitor_refuses_what_it_cannot_do(table, wrong, error, message):
    with pytest.raises(error, match=message):
        wrong(table)
