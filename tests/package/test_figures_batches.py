"""Batches drawn: what stands in the drawings and their descriptions, in both languages, and what is refused."""

import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import simulate
from introdl.figures import batch_chart, batch_curves, limits_recovered, variable_parts
from introdl.language import use

CAMPAIGN = simulate.reactor_batches(4, seed=0)
JUDGED = pd.DataFrame(
    {
        "t2": [0.2, 4.0, 0.3, 1.5],
        "spe": [0.5, 0.1, 30.0, 2.0],
        "alarm": [False, True, True, True],
        "chart": ["spe", "t2", "spe", "spe"],
        "variable": ["pressure", "length", "pressure", "tag07"],
    },
    index=[1, 2, 3, 4],
)
PARTS = {
    "weak catalyst": {"gas_flow": 3.0, "pressure": 1.0},
    "stirrer blade": {"gas_flow": -1.0, "agitator_power": 5.0},
}
LIMITS = pd.DataFrame(
    {"known": [3500, 13_000], "found": [3465.0, 13_130.0], "low": [3430.0, 12_870.0], "high": [3500.0, 13_260.0]}
    | {"events": [83, 3]},
    index=["power low", "strain H"],
)
DRAWINGS = {
    "curves": (
        lambda: batch_curves(CAMPAIGN, "reactor_temperature", {1: "usual"}, unit="°C"),
        ["batches.axis-minutes", "batches.axis-share", "batches.usual", "batches.simulated"],
    ),
    "chart": (
        lambda: batch_chart(JUDGED, learned=2),
        ["batches.t2", "batches.spe", "batches.axis-batch", "batches.pressure", "batches.length", "batches.simulated"],
    ),
    "parts": (
        lambda: variable_parts(PARTS),
        ["batches.weak_catalyst", "batches.gas_flow", "batches.axis-part", "batches.simulated"],
    ),
    "limits": (
        lambda: limits_recovered(LIMITS),
        ["batches.power_low", "batches.strain_H", "batches.axis-off", "batches.simulated"],
    ),
}


@pytest.fixture(autouse=True)
def _english_again():
    yield
    use("en")


@pytest.mark.parametrize("code", ["en", "zh-TW"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_labelled_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_described_in_both_languages(name):
    assert_described_in_both_languages(DRAWINGS[name][0])


@pytest.mark.parametrize("name", DRAWINGS)
def test_simulated_is_said_on_the_drawing_and_in_its_description(name):
    drawing = DRAWINGS[name][0]()
    assert "simulated" in texts(drawing)
    assert drawing.alt.endswith("The data are simulated.")


def test_real_batches_are_not_called_simulated():
    drawing = batch_chart(JUDGED, simulated=False)
    assert "simulated" not in " ".join([*texts(drawing), drawing.alt])


def test_an_alarm_is_named_once_on_its_own_chart():
    said = [text for text in texts(batch_chart(JUDGED)) if text[0].isdigit() and " " in text]
    assert sorted(said) == ["2 length of phases", "3 pressure", "4 tag07"]


def test_the_chart_tells_how_far_over_the_limit():
    assert "batch 3 on SPE, pressure, times the limit: 30.0" in batch_chart(JUDGED).alt
    quiet = JUDGED.assign(t2=0.5, spe=0.5, alarm=False)
    assert "No batch is over a limit." in batch_chart(quiet).alt


def test_the_largest_part_is_told_as_a_share():
    assert "weak catalyst: gas flow adds most, 75%" in variable_parts(PARTS).alt
    assert "stirrer blade: agitator power adds most, 125%" in variable_parts(PARTS).alt


def test_limits_are_told_in_per_cent_of_the_known_one():
    assert "power: low: −1.0% (−2.0 to 0.0%), 83 failures" in limits_recovered(LIMITS).alt


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: batch_curves(CAMPAIGN, "colour", {}, unit=""), KeyError, "no column colour"),
        (lambda: batch_curves(CAMPAIGN, "pressure", {9: "usual"}, unit="bar"), ValueError, "no batch 9"),
        (lambda: batch_chart(JUDGED.drop(columns="chart")), TypeError, "columns alarm, chart"),
        (lambda: batch_chart(JUDGED.iloc[:0]), ValueError, "at least one batch"),
        (lambda: variable_parts({}), ValueError, "one to four"),
        (lambda: variable_parts({"a": {"x": -1.0}}), ValueError, "positive number"),
        (lambda: limits_recovered(LIMITS.drop(columns="low")), TypeError, "columns events"),
        (lambda: limits_recovered(LIMITS.iloc[:0]), ValueError, "at least one rule"),
    ],
)
def test_what_cannot_be_drawn_is_refused(wrong, error, message):
    with pytest.raises(error, match=message):
        wrong()
