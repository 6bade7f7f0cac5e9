"""The drawings of what data cannot teach: in the reader's language, with the numbers put in, called simulated."""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import language
from introdl.checking import wilson
from introdl.figures import (
    errors_by_size,
    in_time,
    narrow_range,
    never_and_cannot,
    said_and_happened,
    said_by_torque,
    shortcut,
)

PEOPLE = pd.DataFrame({"tug": [8, 10, 12, 20], "bbs": [26, 24, 22, 12]})
PARTS = pd.DataFrame({"torque": [30.0, 40.0], "speed": [1700, 1500]})
BLANK = np.zeros((2, 8, 8))


def sizes(**changes):
    values = {"sizes": [10, 100], "errors": {"the-mean": [[60, 58], [70, 60]]}, "measure": "points"}
    return errors_by_size(**(values | changes))


def narrow(**changes):
    values = {"inside": [True, True, True, False], "line": (-1, 34), "draws": [(-1, 34), (0, 25)]}
    return narrow_range(**({"people": PEOPLE} | values | changes))


def torque(**changes):
    values = {
        "edges": [20, 40, 60],
        "happened": [1, 30],
        "parts": [100, 60],
        "said": {"tree": [0.01, 0.02]},
        "limit": 40,
    }
    return said_by_torque(**(values | changes))


def cannot(**changes):
    values = {"asked": {"A": (70, 1400, 0.9), "B": (70, 2600, 0.1)}, "most_power": 12_000}
    return never_and_cannot(**({"parts": PARTS} | values | changes))


def said(**changes):
    return said_and_happened(**({"rows": {"same-machine": (0.02, 21, 1000), "only-type-h": (0.05, 10, 500)}} | changes))


def marks(**changes):
    values = {
        "pictures": {"no-mark": BLANK, "mark-moved": BLANK},
        "right": {"no-mark": (46, 107), "mark-moved": (0, 9)},
    }
    return shortcut(**(values | changes))


def time(**changes):
    return in_time(**({"truth": [300, 301, 302, 303], "between": ([1], [301.5]), "after": ([3], [302])} | changes))


DRAWINGS = {
    "sizes": (sizes, ["limits.the-mean", "limits.points", "limits.sizes-points", "limits.simulated"]),
    "narrow": (narrow, ["limits.met", "limits.not-met", "people.seconds", "people.points"]),
    "torque": (torque, ["limits.torque", "limits.failing", "limits.really-failed", "limits.simulated"]),
    "cannot": (cannot, ["limits.torque", "limits.speed", "limits.simulated"]),
    "said": (said, ["limits.same-machine", "limits.happened", "limits.model-said", "limits.simulated"]),
    "recorded": (
        lambda: said(recorded={"same-machine": 10, "only-type-h": 5}),
        ["limits.recorded", "limits.model-said", "limits.simulated"],
    ),
    "marks": (marks, ["limits.share-right"]),
    "time": (time, ["limits.truth", "limits.between", "limits.after", "limits.part-number", "limits.simulated"]),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_description_is_in_the_readers_language(name):
    draw, _ = DRAWINGS[name]
    assert_described_in_both_languages(draw)


@pytest.mark.parametrize("name", ["sizes", "torque", "cannot", "said", "time"])
def test_what_is_simulated_is_called_so_on_the_figure_and_in_its_description(name):
    drawing = DRAWINGS[name][0]()
    assert any("simulated" in text for text in texts(drawing))
    assert "simulated" in drawing.alt.lower()


def test_real_data_are_not_called_simulated():
    drawing = sizes(simulated=False)
    assert "simulated" not in drawing.alt + " ".join(texts(drawing))


def curves(drawing):
    return {line.get_label(): line.get_ydata().tolist() for line in drawing.figure.axes[0].lines}


def test_a_mark_is_the_mean_of_the_draws_and_the_band_their_middle_80_percent():
    table = [[10, 4], [20, 5], [60, 6]]
    drawing = sizes(errors={"the-mean": table})
    assert curves(drawing) == {"the mean, no column": [30, 5]}
    (band,) = drawing.figure.axes[0].collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert heights.min() == pytest.approx(np.quantile([4, 5, 6], 0.1))
    assert heights.max() == pytest.approx(np.quantile([10, 20, 60], 0.9))
    assert "the mean, no column: from 30 to 5." in drawing.alt


def test_the_whole_band_is_in_the_picture():
    drawing = sizes(errors={"the-mean": [[10, 4], [20, 5], [60, 6]], "one-column": [[90, 1], [95, 2], [99, 3]]})
    assert drawing.figure.axes[0].get_ylim()[1] > np.quantile([90, 95, 99], 0.9)


def test_shares_of_new_kinds_are_drawn_in_percent():
    drawing = sizes(errors={"really-new": [[0.5, 0.25]]}, measure="new-kinds")
    assert curves(drawing) == {"what happened": [50, 25]}
    assert "from 50 to 25" in drawing.alt


def test_a_log_loss_keeps_three_decimals():
    assert "from 0.066 to 0.024" in sizes(errors={"torque-only": [[0.0661, 0.0239]]}, measure="log-loss").alt


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sizes": [100, 10]}, "sizes must rise"),
        ({"sizes": [0, 10]}, "sizes must be at least 1, got 0"),
        ({"errors": {}}, "errors must hold 1 to 4 tables, got 0"),
        ({"errors": {"the-mean": [[1, 2, 3]]}}, "a column for each of the 2 sizes, got 3"),
        ({"errors": {"the-mean": [[1, float("nan")]]}}, "finite"),
        ({"errors": {"the-mean": [1, 2]}}, "2 dimensions"),
        ({"measure": "miles"}, "measure must be one of points, log-loss, new-kinds"),
    ],
)
def test_errors_that_cannot_be_drawn_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        sizes(**changes)


def test_the_line_is_asked_at_the_slowest_person():
    alt = narrow().alt
    assert "A line learned from the 3 who took 12 seconds or less goes on over the 1 slower ones" in alt
    assert "At 20 seconds it answers 14.0 points; the person there has 12" in alt
    # the two draws answer 14 and 25 there: 10% and 90% of the way
    assert "the middle 80% answer 15.1 to 23.9" in alt


def test_those_met_and_those_never_met_have_places_and_marks_of_their_own():
    ax = narrow().figure.axes[0]
    met, others = ax.collections[-2:]
    assert met.get_offsets().tolist() == [[8, 26], [10, 24], [12, 22]]
    assert others.get_offsets().tolist() == [[20, 12]]
    assert met.get_paths()[0].vertices.shape != others.get_paths()[0].vertices.shape


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"people": PEOPLE[["tug"]]}, "got none called bbs"),
        ({"inside": [True] * 4}, "inside must mark some of the people"),
        ({"inside": [False] * 4}, "inside must mark some of the people"),
        ({"inside": [True, False, True, False]}, "quicker than everybody else"),
        ({"inside": [True, False]}, "same number of rows"),
        ({"line": (1, 2, 3)}, "line must be a slope and an intercept, got 3 numbers"),
        ({"draws": [(1, 2, 3)]}, "a slope and an intercept each"),
    ],
)
def test_a_range_that_cannot_be_drawn_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        narrow(**changes)


def test_failures_by_torque_are_in_percent_with_wilsons_interval():
    drawing = torque()
    assert curves(drawing)["really failed"] == [1, 50]
    assert curves(drawing)["tree says"] == [1, 2]
    (bars,) = (group for group in drawing.figure.axes[0].collections if hasattr(group, "get_segments"))
    last = bars.get_segments()[1][:, 1]
    assert last.tolist() == pytest.approx([100 * end for end in wilson(30, 60)])
    assert "From 40 to 60 Nm, 30 of 60 parts failed, 50%. tree says 2%." in drawing.alt


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"edges": [60, 40, 20]}, ValueError, "edges must rise"),
        ({"happened": [1]}, ValueError, "one count for each of the 2 classes, got 1 and 2"),
        ({"happened": [1, 61]}, ValueError, "right must be at most n = 60"),
        ({"parts": [100, 60.5]}, TypeError, "parts must be a whole number"),
        ({"said": {}}, ValueError, "1 to 3 models, got 0"),
        ({"said": {"tree": [0.01, 2]}}, ValueError, "2 probabilities from 0 to 1"),
        ({"said": {"tree": [0.01]}}, ValueError, "2 probabilities from 0 to 1"),
    ],
)
def test_failures_that_cannot_be_drawn_are_refused(changes, error, message):
    with pytest.raises(error, match=message):
        torque(**changes)


def test_a_case_is_within_or_beyond_what_the_motor_gives():
    # 70 Nm at 1400 rpm: 70 · 1400 · 2π / 60 W = 10.3 kW; at 2600 rpm 19.1 kW
    alt = cannot().alt
    assert (
        "Case A, 70 Nm at 1400 rpm, lies away from all parts and within the limit: 10.3 kW. The model gives it 90%"
        in alt
    )
    assert (
        "Case B, 70 Nm at 2600 rpm, lies away from all parts and beyond the limit: 19.1 kW. The model gives it 10%"
        in alt
    )


def test_the_border_is_where_torque_times_speed_is_the_power():
    (border,) = cannot().figure.axes[0].lines
    torque_, speed = border.get_data()
    assert torque_ * speed * 2 * np.pi / 60 == pytest.approx(12_000)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"parts": PARTS[["torque"]]}, "got none called speed"),
        ({"most_power": 0}, "most_power must be a positive"),
        ({"asked": {"A": (70, 1400, 90)}}, "probabilities from 0 to 1"),
    ],
)
def test_cases_that_cannot_be_drawn_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        cannot(**changes)


def test_said_and_happened_stand_in_the_same_row():
    drawing = said()
    marks_ = [group for group in drawing.figure.axes[0].collections if not hasattr(group, "get_segments")]
    spots = [group.get_offsets().tolist()[0] for group in marks_]
    assert [spot for spot in spots if spot[1] == 0] == [pytest.approx([2.1, 0]), pytest.approx([2, 0])]
    assert [spot for spot in spots if spot[1] == -1] == [pytest.approx([2, -1]), pytest.approx([5, -1])]
    assert "same machine: said 2.0%, and 21 of 1000 failed, 2.1%" in drawing.alt


def test_what_was_recorded_is_drawn_and_said_beside_it():
    assert "failed, 2.1%, recorded 1.0%;" in said(recorded={"same-machine": 10, "only-type-h": 5}).alt


def test_a_row_without_a_label_keeps_its_own_name():
    assert "night shift" in texts(said(rows={"night shift": (0.5, 1, 2)}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rows": {}}, "at least one group"),
        ({"rows": {"same-machine": (2, 1, 2)}}, "probabilities from 0 to 1"),
        ({"rows": {"same-machine": (0.2, 3, 2)}}, "right must be at most n = 2"),
        ({"recorded": {"same-machine": 1}}, "recorded must have the names of rows"),
        ({"recorded": {"same-machine": 1001, "only-type-h": 5}}, "must be at most n = 1000, got 1001"),
    ],
)
def test_rows_that_cannot_be_drawn_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        said(**changes)


def test_every_kind_of_picture_has_two_pictures_and_a_bar():
    drawing = marks()
    assert len(drawing.figure.axes) == 6
    assert [bar.get_width() for ax in drawing.figure.axes[2::3] for bar in ax.patches] == [100 * 46 / 107, 0]
    assert "no mark: 46 of 107 right; mark on the 3: 0 of 9 right." in drawing.alt


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pictures": {"no-mark": BLANK}}, "must be about the same kinds"),
        ({"pictures": {"no-mark": BLANK[:1], "mark-moved": BLANK}}, r"shape \(2, 8, 8\), got \(1, 8, 8\)"),
        ({"right": {"no-mark": (108, 107), "mark-moved": (0, 9)}}, "right must be at most n = 107"),
    ],
)
def test_pictures_that_cannot_be_drawn_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        marks(**changes)


def test_the_two_errors_are_means_over_their_own_parts():
    alt = time(between=([1, 2], [301.5, 302.5]), after=([3], [302])).alt
    assert "miss it by 0.50 K on average" in alt
    assert "stay at one level and miss by 1.00 K" in alt


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"after": ([4], [302])}, "after must name places from 0 to 3, got 4 to 4"),
        ({"after": ([-1], [302])}, "after must name places from 0 to 3"),
        ({"between": ([1.5], [302])}, "between must name places"),
        ({"between": ([1, 2], [302])}, "same number of rows"),
        ({"truth": []}, "at least one number"),
    ],
)
def test_a_course_of_time_that_cannot_be_drawn_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        time(**changes)


@pytest.mark.parametrize(("draw", "table"), [(narrow, PEOPLE), (cannot, PARTS)], ids=["people", "parts"])
def test_drawing_leaves_the_table_as_it_was(draw, table):
    before = table.copy()
    draw()
    assert table.equals(before)
