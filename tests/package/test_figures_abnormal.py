"""Detectors drawn: what stands in the drawing and its description, in both languages, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl.detectors import HotellingDetector, measured
from introdl.figures import control_chart, detectors_found, digits_judged, two_charts
from introdl.language import use

random = np.random.default_rng(0)
MIXED = random.normal(size=(500, 2)) @ [[200, -8], [0, 4]] + [1500, 40]
ROWS = pd.DataFrame(MIXED, columns=["speed", "torque"])
DETECTOR = HotellingDetector(limit="F").fit(ROWS)
ODD = {"speed": 1700, "torque": 48}
FOUND = measured({"T²": DETECTOR}, ROWS, ROWS.add([0, 30]))
SCORES, IMAGES = np.arange(20.0), random.random((20, 8, 8))

DRAWINGS = {
    "charts": (
        lambda: two_charts(ROWS, DETECTOR, ODD),
        ["abnormal.judge-this", "abnormal.charts", "abnormal.unit-speed", "abnormal.unit-torque"],
    ),
    "time": (lambda: control_chart([1, 2, 9, 1, 8, 20], limit=7, trained=3), ["abnormal.parts"]),
    "found": (
        lambda: detectors_found({"fault": FOUND, "range": FOUND, "sensor": FOUND}),
        ["abnormal.question-fault", "abnormal.question-range", "abnormal.question-sensor", "abnormal.percent"],
    ),
    "digits": (lambda: digits_judged(IMAGES, SCORES, 4.5), ["abnormal.most-normal", "abnormal.least-normal"]),
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


@pytest.mark.parametrize("name", ["charts", "time", "found"])
def test_simulated_is_said_on_the_drawing_and_in_its_description(name):
    drawing = DRAWINGS[name][0]()
    assert "simulated" in texts(drawing)
    assert drawing.alt.endswith("The data are simulated.")


@pytest.mark.parametrize(
    "draw",
    [
        lambda: two_charts(ROWS, DETECTOR, ODD, simulated=False),
        lambda: control_chart([1, 2, 9], 3, 1, simulated=False),
        lambda: detectors_found({"fault": FOUND}, simulated=False),
        DRAWINGS["digits"][0],
    ],
)
def test_real_data_are_not_called_simulated(draw):
    drawing = draw()
    assert "simulated" not in " ".join([*texts(drawing), drawing.alt])


@pytest.mark.parametrize(
    ("point", "words"),
    [
        (ODD, "inside both charts' limits and outside the border of both"),
        ({"speed": 1500, "torque": 40}, "inside both charts' limits and inside the border of both"),
        ({"speed": 3000, "torque": 40}, "outside a chart's limits and outside the border of both"),
    ],
)
def test_two_charts_say_where_the_row_lies(point, words):
    assert words in two_charts(ROWS, DETECTOR, point).alt


def test_a_row_that_only_a_single_chart_notices_is_told_apart():
    middle, spread = ROWS.mean(), ROWS.std()
    along = np.linalg.eigh(ROWS.corr())[1][:, -1]
    far = middle + spread * along * np.sign(along[0]) * 3.05 / np.abs(along).max()
    wide = HotellingDetector(0.001, limit="F").fit(ROWS)
    alt = two_charts(ROWS, wide, far.to_dict()).alt
    assert "outside a chart's limits and inside the border" in alt


def test_a_column_without_a_label_is_called_by_its_name():
    rows = ROWS.set_axis(["pressure", "depth"], axis=1)
    drawing = two_charts(rows, HotellingDetector(limit="F").fit(rows), {"pressure": 1500, "depth": 40})
    assert {"pressure", "depth"} <= set(texts(drawing))


def test_the_shares_above_the_limit_are_counted_by_hand():
    drawing = control_chart([1, 2, 9, 1, 8, 20, 7], limit=7, trained=3)
    assert "Of the first 3 rows 33% lie above it, of the other 4 rows 50%" in drawing.alt
    assert any("33%" in text for text in texts(drawing))


def test_what_was_found_is_said_with_its_interval():
    row = {"found": 0.5, "found from": 0.4, "found to": 0.6, "false alarms": 0.05}
    drawing = detectors_found({"fault": pd.DataFrame([row], index=["T²"])})
    assert "Is this part abnormal? T²: 50% found (interval 40 to 60), 5% false alarms." in drawing.alt


def test_digits_are_counted_by_the_threshold_and_drawn_from_both_ends():
    alt = digits_judged(IMAGES, SCORES, 17.5, count=3).alt
    assert "most normal: 2 of 3 pass" in alt
    assert "least normal: 0 of 3 pass. Of all 20, 2 pass" in alt


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: two_charts(ROWS, DETECTOR, {"speed": 1}), "the same two columns"),
        (lambda: two_charts(ROWS[["speed"]], DETECTOR, {"speed": 1}), "the same two columns"),
        (lambda: control_chart([1, -2, 3], 1, 1), "must be positive: turn the sign"),
        (lambda: control_chart([1, 2, 3], -1, 1), "must be positive: turn the sign"),
        (lambda: control_chart([1, 2, 3], 1, 3), "trained must leave rows over, got 3 of 3"),
        (lambda: control_chart([1, 2, 3], 1, 0), "trained must be at least 1"),
        (lambda: control_chart([1, np.nan], 1, 1), "distance"),
        (lambda: detectors_found({}), "the same detectors"),
        (lambda: detectors_found({"fault": FOUND, "range": FOUND.set_axis(["Q"])}), "the same detectors"),
        (lambda: digits_judged(IMAGES, SCORES[:5], 1), "got 20 images and 5 scores"),
        (lambda: digits_judged(IMAGES[:4], SCORES[:4], 1), "got 4 images"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, words):
    with pytest.raises(ValueError, match=words):
        draw()
