"""Results by group drawn: what stands in the drawing and its description, in both languages, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl.figures import curves_by_cause, differences, shares_by_group, signs
from introdl.language import use
from introdl.subgroups import against, calibration_by_group, rate_by_group

HAPPENED = [1] * 9 + [0] * 11 + [1] * 6 + [0] * 34 + [1, 0]
GROUP = ["H"] * 20 + ["L"] * 40 + ["M"] * 2
TABLE = rate_by_group(HAPPENED, GROUP)
SIGNS = pd.DataFrame(
    {"others": [0.9, 0.8], "joint": [0.7, 0.81], "more": [0.85, 0.8], "own": [0.5, 0.8], "second-look": [0.7, 0.8]},
    index=["few", "labels"],
)
random = np.random.default_rng(0)
CHANCE = random.random(400)
Y, OF_B = random.random(400) < CHANCE, np.arange(400) % 2

DRAWINGS = {
    "shares": (lambda: shares_by_group(TABLE, "failed"), ["groups.failed", "groups.too-few", "groups.simulated"]),
    "promises": (
        lambda: shares_by_group(calibration_by_group(HAPPENED, [0.3] * 62, GROUP), "failed"),
        ["groups.failed", "groups.simulated"],
    ),
    "differences": (lambda: differences(against(TABLE)), ["groups.too-few", "groups.simulated"]),
    "curves": (
        lambda: curves_by_cause({"few": (Y, CHANCE, OF_B), "labels": (Y, CHANCE, OF_B), "relation": (Y, CHANCE, OF_B)}),
        ["groups.few", "groups.labels", "groups.found", "groups.false-alarms", "groups.group-b", "groups.simulated"],
    ),
    "signs": (
        lambda: signs(SIGNS),
        ["groups.few", "groups.labels", "groups.joint", "groups.more", "groups.own", "groups.second-look"],
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


def test_real_data_are_not_called_simulated():
    drawing = shares_by_group(TABLE, "failed", simulated=False)
    assert "simulated" not in " ".join([*texts(drawing), drawing.alt])


def test_every_share_stands_beside_its_counts_and_its_interval():
    drawing = shares_by_group(TABLE, "failed")
    assert [text for text in texts(drawing) if " of " in text] == ["9 of 20", "6 of 40", "1 of 2"]
    assert "H: 9 of 20, 45%, interval 26 to 66%; L: 6 of 40, 15%, interval 7 to 29%" in drawing.alt


def test_too_few_get_neither_a_mark_nor_a_percentage():
    drawing = shares_by_group(TABLE, "failed")
    assert "M: 1 of 2, too few to say." in drawing.alt
    assert texts(drawing).count("too few to say") == 1
    marks = [line for line in drawing.figure.axes[0].lines if line.get_marker() == "o"]
    assert [float(line.get_xdata()[0]) for line in marks] == [45, 15]


def test_a_table_in_which_all_are_too_few_is_drawn():
    drawing = shares_by_group(rate_by_group([1, 0], ["a", "b"]), "failed")
    assert texts(drawing).count("too few to say") == 2
    assert drawing.figure.axes[0].get_xlim() == (0, 100)


def test_small_shares_get_an_axis_of_their_own_and_decimals():
    drawing = shares_by_group(rate_by_group([1] * 20 + [0] * 980, ["a"] * 1000), "failed")
    assert drawing.figure.axes[0].get_xlim()[1] < 5
    assert "2.0%, interval 1.3 to 3.1%" in drawing.alt


def test_a_promise_outside_of_the_interval_has_a_mark_of_its_own():
    table = calibration_by_group(HAPPENED[:60], [0.4] * 20 + [0.6] * 40, GROUP[:60])
    drawing = shares_by_group(table, "failed")
    assert [line.get_marker() for line in drawing.figure.axes[0].lines if line.get_marker() in "dD"] == ["d", "D"]
    assert "promised 40.0%" in drawing.alt


def test_intersections_are_named_by_their_parts():
    groups = pd.DataFrame({"type": ["L"] * 20, "tool": ["worn", "fresh"] * 10})
    assert {"L · worn tool", "L · fresh tool"} <= set(texts(shares_by_group(rate_by_group([1] * 20, groups), "failed")))


def test_a_difference_says_what_it_would_need():
    drawing = differences(against(TABLE))
    assert "needs 44 each" in texts(drawing)
    assert "H: 30, interval 3 to 55; to notice such a difference, 44 in each group; M: too few to say." in drawing.alt


def test_no_difference_needs_no_number():
    drawing = differences(against(rate_by_group([1, 0] * 20, ["a"] * 20 + ["b"] * 20)))
    assert "needs – each" in texts(drawing)


def test_the_mark_lies_where_the_threshold_puts_the_group():
    y, chance = [1, 1, 0, 0, 1, 0], [0.9, 0.2, 0.6, 0.1, 0.9, 0.2]
    drawing = curves_by_cause({"few": (y, chance, [0, 0, 0, 0, 1, 1])})
    assert "group A has 50% false alarms and finds 50%, group B 0% and 100%" in drawing.alt
    assert "finds 100%" in curves_by_cause({"few": (y, chance, [0, 0, 0, 0, 1, 1])}, threshold=0.2).alt


def test_a_curve_goes_from_no_alarm_to_all():
    lines = curves_by_cause({"few": (Y, CHANCE, OF_B)}).figure.axes[0].lines
    for line in (lines[0], lines[2]):
        assert (line.get_xdata()[0], line.get_ydata()[0]) == (0, 0)
        assert (line.get_xdata()[-1], line.get_ydata()[-1]) == (100, 100)
        assert (np.diff(line.get_ydata()) >= 0).all()


def test_signs_tell_every_number():
    said = signs(SIGNS).alt
    assert (
        "too few rows: group A 0.90; group B as it is 0.70, with more rows 0.85, with a model of its own 0.50" in said
    )


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: shares_by_group([1, 2], "failed"), TypeError, "expected a table with the columns high"),
        (lambda: shares_by_group(TABLE, "beauty"), ValueError, "measure must be one of accuracy"),
        (lambda: shares_by_group(TABLE.iloc[:0], "failed"), ValueError, "at least one group, got none"),
        (lambda: differences(TABLE), TypeError, "columns difference, high, low, needed"),
        (lambda: curves_by_cause({}), ValueError, "some of the causes few"),
        (lambda: curves_by_cause({"luck": (Y, CHANCE, OF_B)}), ValueError, "got luck"),
        (lambda: curves_by_cause({"few": ([1, 1], [0.5, 0.6], [0, 1])}), ValueError, "with and without the condition"),
        (lambda: curves_by_cause({"few": ([1, 0], [0.5], [0, 1])}), ValueError, "same number of rows"),
        (lambda: curves_by_cause({"few": ([1, 0], [0.5, np.nan], [0, 1])}), ValueError, "few"),
        (lambda: signs(SIGNS.drop(columns="own")), TypeError, "own"),
        (lambda: signs(SIGNS.rename(index={"few": "luck"})), ValueError, "the index must hold some of the causes"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
