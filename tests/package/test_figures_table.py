"""The drawings of the table: what is framed, what is said, and findings that follow the numbers they are given."""

import numpy as np
import pandas as pd
import pytest
from drawn import texts
from introdl import datasets, language
from introdl.figures import findings_map, stamp_gaps, subtraction_grid, symbols_in_table, time_stamps
from introdl.figures.table import findings

SVG = "{http://www.w3.org/2000/svg}"
FEATURES = ["age", "steps", "tug"]


@pytest.fixture
def people():
    return datasets.load_tug()


def notes(people):
    return {found.columns: found.note for found in findings(people)}


DRAWINGS = {
    "symbols": (lambda people: symbols_in_table(people, FEATURES, "bbs", 7, 2), []),
    "grid": (lambda people: subtraction_grid([1, 2, 3], [[1], [2], [3]]), []),
    "stamps": (time_stamps, ["table.seconds", "table.person"]),
    "gaps": (stamp_gaps, ["table.person", "table.gap", "table.gap-band"]),
    "map": (findings_map, ["table.map-again", "table.map-name", "table.map-ask", "table.note-stamps"]),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code, people):
    language.use(code)
    draw, labels = DRAWINGS[name]
    drawing = draw(people)
    shown = texts(drawing)
    assert [key for key in labels if language.label(key) not in shown] == []
    assert any("\u4e00" <= character <= "\u9fff" for character in drawing.alt) == (code == "zh-TW")


@pytest.mark.parametrize("name", DRAWINGS)
def test_drawing_leaves_the_table_as_it_was(name, people):
    before = people.copy()
    DRAWINGS[name][0](people)
    assert people.equals(before)


# -- symbols ----------------------------------------------------------------------------------------------------------


def test_the_cell_is_where_the_samples_row_and_the_features_column_cross(people):
    alt = symbols_in_table(people, FEATURES, "bbs", sample=13, feature=3).alt
    row = people[people["no"] == 13].iloc[0]
    assert f"age {row['age']}, steps {row['steps']}, tug {row['tug']}" in alt
    assert alt.endswith(f"stands x₃ of person 13, which is {row['tug']}.")


def test_the_frames_lie_around_the_row_and_the_columns(people):
    ax = symbols_in_table(people, FEATURES, "bbs", sample=7, feature=2).figure.axes[0]
    place = {text.get_text(): text.get_position() for text in ax.texts}
    sample, feature, target = (frame.get_bbox() for frame in ax.patches)
    assert sample.contains(*place["85"])
    assert sample.contains(*place["16"])
    assert not sample.contains(*place["7"])  # the number is a name, no feature
    assert not sample.contains(*place["18"])  # the answer is no feature either
    assert feature.contains(*place["17"])
    assert target.contains(*place["18"])


def test_neighbours_stand_side_by_side_without_dots(people):
    few = people.head(4)
    assert "⋮" not in texts(symbols_in_table(few, FEATURES, "bbs", sample=3, feature=1))
    assert "⋮" in texts(symbols_in_table(people, FEATURES, "bbs", sample=3, feature=1))


def test_a_text_column_is_shown_as_it_is(people):
    assert "x₂ of person 7, which is M" in symbols_in_table(people, ["age", "gender"], "bbs", 7, 2).alt


def test_a_person_or_a_feature_that_does_not_exist_is_refused(people):
    with pytest.raises(ValueError, match="sample must be the no of a person in the table, got 24"):
        symbols_in_table(people, FEATURES, "bbs", sample=24, feature=1)
    with pytest.raises(ValueError, match="feature must be at most 3, the number of features, got 4"):
        symbols_in_table(people, FEATURES, "bbs", sample=1, feature=4)
    with pytest.raises(ValueError, match="feature must be at least 1, got 0"):
        symbols_in_table(people, FEATURES, "bbs", sample=1, feature=0)
    with pytest.raises(TypeError, match=r"sample must be a whole number, got 1\.5"):
        symbols_in_table(people, FEATURES, "bbs", sample=1.5, feature=1)
    with pytest.raises(ValueError, match="got none called weight"):
        symbols_in_table(people, ["age", "weight"], "bbs", sample=1, feature=1)


# -- the grid ---------------------------------------------------------------------------------------------------------


def test_the_grid_is_the_difference_of_every_pair_worked_out_in_two_loops():
    row, column = [5, 1, 2], [[4], [0], [7]]
    by_loops = [f"{above - left[0]}".replace("-", "−") for left in column for above in row]
    shown = texts(subtraction_grid(row, column))
    assert [text for text in shown if text in by_loops and by_loops.count(text) > shown.count(text)] == []
    assert "Line by line: 1, −3, −2; 5, 1, 2; −2, −6, −5. The diagonal is framed: 1, 1, −5." in (
        subtraction_grid(row, column).alt
    )


def test_the_shapes_of_both_and_of_the_result_are_written_beside_them():
    shown = texts(subtraction_grid([1, 2], [[1], [2]]))
    assert [shape for shape in ("(2,)", "(2, 1)", "(2, 2)") if shape not in shown] == []


@pytest.mark.parametrize(
    ("row", "column", "error", "message"),
    [
        ([[1, 2]], [[1], [2]], ValueError, r"row must have shape \(k,\), got \(1, 2\)"),
        ([1, 2], [1, 2], ValueError, r"column must have shape \(2, 1\), as long as the row, got \(2,\)"),
        ([1, 2], [[1], [2], [3]], ValueError, r"got \(3, 1\)"),
        (range(7), [[i] for i in range(7)], ValueError, "up to 6 numbers, got 7"),
        ([], [[1]], ValueError, "row must hold at least one number"),
        ([1, float("nan")], [[1], [2]], ValueError, "row must hold finite numbers only"),
        (["a", "b"], [[1], [2]], TypeError, "row must hold real numbers"),
    ],
)
def test_what_cannot_be_drawn_as_a_grid_is_refused_by_name(row, column, error, message):
    with pytest.raises(error, match=message):
        subtraction_grid(row, column)


@pytest.mark.torch
def test_tensors_are_drawn_as_arrays_are():
    import torch

    row = torch.tensor([1.0, 2.0], requires_grad=True)
    assert subtraction_grid(row, row.reshape(2, 1)).alt == subtraction_grid([1, 2], [[1], [2]]).alt
    with pytest.raises(ValueError, match="row must hold numbers, got a tensor on the device meta"):
        subtraction_grid(torch.ones(2, device="meta"), torch.ones(2, 1))
    with pytest.raises(TypeError, match=r"row must be a tensor of a floating-point type, got torch\.int64"):
        subtraction_grid(torch.tensor([1, 2]), torch.ones(2, 1))


# -- time stamps ------------------------------------------------------------------------------------------------------


def test_rows_that_do_not_rise_are_not_counted_as_rising(people):
    people.loc[3, "t4"] = people.loc[3, "t3"]
    assert "in 22 of 23 rows" in time_stamps(people).alt


@pytest.mark.parametrize("draw", [time_stamps, stamp_gaps, findings_map])
def test_a_missing_column_an_empty_table_and_no_table_are_refused(draw, people):
    with pytest.raises(ValueError, match="got none called t6"):
        draw(people.drop(columns="t6"))
    with pytest.raises(ValueError, match="at least one row"):
        draw(people.iloc[:0])
    with pytest.raises(TypeError, match=r"people must be a pandas table, such as .*, got ndarray"):
        draw(people.drop(columns="gender").to_numpy())


@pytest.mark.parametrize("draw", [time_stamps, stamp_gaps])
def test_a_missing_stamp_is_refused_and_not_drawn_as_zero(draw, people):
    people.loc[0, "t1"] = np.nan
    with pytest.raises(ValueError, match="must hold finite numbers only, got nan at index"):
        draw(people)


def test_only_those_outside_what_rounding_explains_are_named(people):
    assert [text for text in texts(stamp_gaps(people)) if text.startswith("person ")] == ["person 16"]
    people.loc[people["no"] == 16, "tug"] = 13
    assert "Outside" not in stamp_gaps(people).alt
    people.loc[people["no"] == 2, "tug"] = 8
    assert stamp_gaps(people).alt.endswith("Outside it lies: person 2, −2.96 s.")


def test_two_outside_are_both_named(people):
    people.loc[people["no"] == 2, "tug"] = 13
    assert stamp_gaps(people).alt.endswith("Outside it lies: person 2, 2.04 s; person 16, 0.98 s.")


# -- findings ---------------------------------------------------------------------------------------------------------


def test_each_finding_is_true_of_the_table_by_plain_arithmetic(people):
    marked = {found.columns: found.marks for found in findings(people)}
    rows = people.to_dict("records")
    assert marked[("px",)] == tuple("ask" if row["px"] != row["px"] else "" for row in rows)
    assert marked[("pz",)] == tuple("ask" if row["pz"] > 0 else "" for row in rows)
    assert marked[("age",)] == tuple("ask" if row["age"] > 100 else "" for row in rows)
    assert marked[("tug",)] == tuple("again" if round(row["t6"] - row["t1"]) == row["tug"] else "ask" for row in rows)
    assert all(row["n6"] - row["n1"] == 45 * row["time"] for row in rows)
    assert set(marked[("time",)]) == {"again"}
    assert all(abs(row["step_frequency"] * 512 / 45 - round(row["step_frequency"] * 512 / 45)) < 0.006 for row in rows)


def test_a_corrected_table_has_fewer_findings(people):
    people.loc[people["no"] == 16, "tug"] = 13
    people.loc[people["no"] == 23, "age"] = 90
    people["px"] = people["px"].fillna(11.4)
    people.loc[people["pz"] > 0, "pz"] *= -1
    left = notes(people)
    assert left[("tug",)] == "t6 − t1, rounded"
    assert [name for name in ("age", "px", "pz", "y1") if (name,) in left] == []  # y1 still calls person 16 slow
    assert not [found for found in findings(people) if "ask" in found.marks]


def test_durations_would_not_be_called_time_stamps(people):
    names = [f"t{i}" for i in range(1, 7)]
    durations = people[names].diff(axis=1)
    durations["t1"] = people["t1"]
    people[names] = durations
    assert tuple(names) not in notes(people)


def test_other_frequencies_samples_scores_and_labels_are_not_called_repeated(people):
    people.loc[0, "step_frequency"] += 0.04
    people.loc[1, "n3"] += 40
    people.loc[2, "bbs"] = 21
    people.loc[3, "y2"] = 1
    people.loc[4, "y1"] = 1
    people.loc[5, "n6"] += 1
    left = notes(people)
    assert [columns for columns in left if columns[0] in ("step_frequency", "n1", "bbs", "y1", "y2", "time")] == []


def test_a_tug_of_its_own_is_not_called_a_subtraction(people):
    people["tug"] = people["tug"] + 3
    assert ("tug",) not in notes(people)


def test_every_column_has_its_line_and_every_finding_its_note_in_the_map(people):
    shown = texts(findings_map(people))
    assert [name for name in people if name not in shown] == []
    assert [note for note in notes(people).values() if note not in shown] == []


def test_the_map_leaves_four_columns_without_a_mark(people):
    marked = {name for found in findings(people) for name in found.columns}
    assert [name for name in people if name not in marked] == ["no", "py", "steps", "gender"]


def test_the_notes_end_inside_the_drawing_in_both_languages(people):
    for code in language.LANGUAGES:
        language.use(code)
        widths = [sum(2 if ord(c) > 0x2E80 else 1 for c in found.note) for found in findings(people)]
        assert max(widths) <= 32, code  # at 9 pt there is room for about 34 Latin characters


def test_a_table_of_two_people_with_the_columns_asked_for_is_enough():
    two = pd.DataFrame({"no": [1, 2], **{f"t{i}": [i, 2 * i] for i in range(1, 7)}})
    assert "in 2 of 2 rows" in time_stamps(two).alt


def test_the_framed_cells_are_those_that_belong_together():
    ax = subtraction_grid([1, 2, 3], [[1], [2], [3]]).figure.axes[0]
    framed = [(patch.get_x() + 0.5, -patch.get_y() - 0.5) for patch in ax.patches if patch.get_linewidth() > 1]
    assert framed == [(0, 0), (1, 1), (2, 2)]
