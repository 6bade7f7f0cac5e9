"""The drawings of linear regression: in the reader's language, with marks where the numbers say they belong."""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl import datasets, language
from introdl.figures import (
    fitted_lines,
    flat_losses,
    leverage,
    noise_columns,
    residual_plot,
    residual_squares,
    weight_ridge,
)
from introdl.figures.base import ORANGE
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle

SVG = "{http://www.w3.org/2000/svg}"
FOUR = pd.DataFrame({"no": [1, 2, 3, 4], "tug": [8, 10, 10, 20], "bbs": [26, 24, 24, 12]})  # two people share a place
LINES = [(1, 0), (2, 0), (2.5, -1)]


def points_of(ax):
    """Return the places of all dots of a drawing."""
    return np.concatenate([np.asarray(dots.get_offsets()) for dots in ax.collections if len(dots.get_offsets())])


DRAWINGS = {
    "squares": (lambda: residual_squares([1, 2, 3], [2, 3, 7], LINES).frames[0], []),
    "lines": (
        lambda: fitted_lines(FOUR, {"everybody": (-1, 34), "without": (0, 24)}, ringed=4),
        ["people.seconds", "people.points", "regression.line-everybody", "regression.line-without"],
    ),
    "residuals": (
        lambda: residual_plot(FOUR, -1, 34, named=[4]),
        ["people.seconds", "regression.residual", "regression.border"],
    ),
    "leverage": (lambda: leverage(FOUR, [0.4, 0.3, 0.3, 1], named=[4]), ["people.seconds", "regression.share"]),
    "noise": (
        lambda: noise_columns([0, 1], [0.5, 0.6], [2, 3], baseline=3),
        ["regression.r2", "regression.error-left-out", "regression.mean-answer", "regression.random-columns"],
    ),
    "ridge": (
        lambda: weight_ridge([(-18, 0.4), (3, -0.1)], (-9, 0.2), 45),
        ["regression.weight-time", "regression.weight-count", "regression.with-everybody"],
    ),
    "flat": (
        lambda: flat_losses([1, 2, 9]),
        ["regression.squared", "regression.absolute", "regression.one-answer", "regression.squared-unit"],
    ),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_nothing_but_names_of_columns_stays_english_in_chinese(name):
    language.use("zh-TW")
    draw, _ = DRAWINGS[name]
    words = [text for text in texts(draw()) if text.isascii() and any(c.isalpha() for c in text)]
    assert set(words) <= {"x", "y"}


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_description_is_in_the_readers_language(name):
    draw, _ = DRAWINGS[name]
    assert_described_in_both_languages(draw)


# Squares on residuals


def test_each_square_has_the_residual_as_its_side_and_stands_on_its_stroke():
    frame = residual_squares([1, 2, 3], [2, 3, 7], LINES).frames[1]  # line B answers 2, 4, 6
    patches = [p for p in frame.figure.axes[0].patches if isinstance(p, Rectangle) and p.get_fill()]
    squares = [(patch.get_xy(), patch.get_width(), patch.get_height()) for patch in patches]
    assert squares == [((1, 2), 0, 0), ((2, 3), 1, 1), ((3, 6), 1, 1)]
    assert frame.figure.axes[0].get_aspect() == 1  # so that a square looks like one


def test_the_sums_of_squares_are_those_worked_out_by_hand():
    shown = [" ".join(texts(frame)) for frame in residual_squares([1, 2, 3], [2, 3, 7], LINES).frames]
    sums = ["sum: 1 + 1 + 16 = 18", "sum: 0 + 1 + 1 = 2", "sum: 0.25 + 1 + 0.25 = 1.5"]
    assert [said in drawing for said, drawing in zip(sums, shown, strict=True)] == [True] * 3


def test_every_line_is_drawn_on_the_same_axes_and_no_square_leaves_them():
    for frame in residual_squares([1, 2, 3], [2, 3, 7], LINES).frames:
        ax = frame.figure.axes[0]
        top = ax.get_xlim()[1]
        assert ax.get_ylim()[1] == top == 7.5
        assert all(patch.get_x() + patch.get_width() <= top for patch in ax.patches)


# Lines and people


def test_one_line_comes_with_a_stroke_from_each_person_to_it_and_two_without():
    strokes = [
        ax
        for lines in ({"least-squares": (-1, 34)}, {"everybody": (-1, 34), "without": (0, 20)})
        for ax in [
            [
                s
                for c in fitted_lines(FOUR, lines).figure.axes[0].collections
                for s in getattr(c, "get_segments", list)()
            ]
        ]
    ]
    ends = [sorted(map(tuple, segment.tolist())) for segment in strokes[0]]
    assert ends[-1] == [(20, 12), (20, 14)]
    assert (len(strokes[0]), len(strokes[1])) == (4, 0)


def test_lines_are_told_apart_without_colour():
    ax = fitted_lines(FOUR, {"least-squares": (-1, 34), "slip": (0, 20), "least-absolute": (0, 22)}).figure.axes[0]
    assert len({line.get_linestyle() for line in ax.lines}) == 3


def test_the_lines_are_described_by_weight_and_bias():
    people = datasets.load_tug()
    alt = fitted_lines(people, {"everybody": (-0.66985, 32.2737), "without": (-0.54329, 30.8326)}, ringed=19).alt
    assert "number 19 in a ring" in alt
    assert "With everybody: −0.670 points per second, 32.274 points at 0 seconds" in alt
    assert "Without number 19: −0.543 points per second, 30.833 points at 0 seconds" in alt


def test_a_residual_is_drawn_where_observed_minus_answered_is():
    ax = residual_plot(FOUR, -1, 34).figure.axes[0]  # answers 26, 24, 24, 14
    assert sorted(map(tuple, points_of(ax).tolist())) == [(8, 0), (10, 0), (20, -2)]
    assert {tuple(dot) for dot in points_of(ax)} == {(8, 0), (10, 0), (20, -2)}


def test_the_dashed_border_is_the_residual_of_the_full_score():
    ax = residual_plot(FOUR, -1, 34).figure.axes[0]
    border = next(line for line in ax.lines if line.get_linestyle() == "--")
    seconds, heights = border.get_data()
    assert heights == pytest.approx(28 - (34 - seconds))


def test_a_flat_line_has_residuals_too():
    assert "from −9.50 to 4.50 points".replace(".50", ".5") in residual_plot(FOUR, 0, 21.5).alt


def test_people_who_share_a_place_are_counted_in_their_dot():
    shown = [texts(figure) for figure in (residual_plot(FOUR, -1, 34), leverage(FOUR, [0.4, 0.3, 0.3, 1]))]
    assert [drawing.count("2") for drawing in shown] == [1, 1]


def test_the_leverage_is_described_by_its_range_and_the_largest():
    alt = leverage(FOUR, [0.4, 0.3, 0.3, 1]).alt
    assert "between 0.30 and 1.00" in alt
    assert "the person with 20 seconds" in alt


# Curves


def test_the_mark_of_each_loss_is_where_its_drawn_curve_is_lowest():
    points = datasets.load_tug()["bbs"]
    axes = flat_losses(points).figure.axes
    marks = [tuple(ax.collections[0].get_offsets()[0]) for ax in axes]
    assert marks[0] == pytest.approx((points.mean(), points.var(ddof=0)))
    assert marks[1] == pytest.approx((points.median(), abs(points - points.median()).mean()))
    for ax, (at, height) in zip(axes, marks, strict=True):
        answers, losses = ax.lines[0].get_data()
        assert losses.min() >= height - 1e-9
        assert abs(answers[losses.argmin()] - at) <= np.diff(answers).max()


@given(st.lists(st.integers(0, 28), min_size=1, max_size=9).filter(lambda y: len(y) % 2))
@settings(deadline=None, max_examples=30)
def test_no_place_on_a_curve_is_lower_than_its_mark(y):
    for ax in flat_losses(y).figure.axes:
        _, height = ax.collections[0].get_offsets()[0]
        assert ax.lines[0].get_ydata().min() >= height - 1e-9


def test_the_two_losses_have_their_own_units():
    units = [ax.get_ylabel() for ax in flat_losses([1, 2, 9]).figure.axes]
    assert units == ["points²", "points"]


def test_an_even_number_of_people_has_no_one_median():
    with pytest.raises(ValueError, match="odd number of people, so that one median is lowest, got 4"):
        flat_losses([1, 2, 3, 4])


def test_the_noise_is_described_by_both_ends_of_both_curves():
    alt = noise_columns(range(16), np.linspace(0.56, 0.83, 16), np.linspace(2.66, 6.74, 16), baseline=3.72).alt
    said = ["from 0 to 15", "from 0.56 to 0.83", "from 2.66 to 6.74 points", "the mean has 3.72"]
    assert [words for words in said if words not in alt] == []


def test_along_the_dashed_line_the_two_weights_have_one_effect():
    ax = weight_ridge([(-18, 0.4), (3, -0.1)], (-9, 0.2), rate=45).figure.axes[0]
    ridge = next(line for line in ax.lines if line.get_linestyle() == "--")
    time, count = ridge.get_data()
    assert time + 45 * count == pytest.approx(np.full(2, -9 + 45 * 0.2))
    everybody = [c for c in ax.collections if same_color(c.get_facecolor()[0], ORANGE)]
    assert tuple(everybody[0].get_offsets()[0]) == (-9, 0.2)


# Errors


def test_a_number_that_nobody_has_is_refused():
    for draw in (
        lambda: fitted_lines(FOUR, {"everybody": (0, 1)}, ringed=9),
        lambda: residual_plot(FOUR, 0, 1, named=[9]),
        lambda: leverage(FOUR, [1, 1, 1, 1], named=[9]),
    ):
        with pytest.raises(ValueError, match="expected one person with number 9, got 0"):
            draw()


def test_no_line_and_four_lines_are_refused():
    for lines in ({}, dict.fromkeys("abcd", (0, 1))):
        with pytest.raises(ValueError, match=f"1 to 3 lines by name, got {len(lines)}"):
            fitted_lines(FOUR, lines)


def test_a_line_that_is_no_pair_is_refused_by_name():
    with pytest.raises(ValueError, match=r"line slip must be a pair, \(weight, bias\), got 3 numbers"):
        fitted_lines(FOUR, {"slip": (1, 2, 3)})
    with pytest.raises(TypeError, match="line 1 must hold real numbers"):
        residual_squares([1, 2], [1, 2], [(0, 1), ("a", "b")])
    with pytest.raises(ValueError, match="at least two drawings"):
        residual_squares([1, 2], [1, 2], [(0, 1)])


def test_numbers_that_do_not_belong_together_are_refused():
    with pytest.raises(ValueError, match="people and shares must have the same number of rows, got 4 and 2"):
        leverage(FOUR, [0.5, 0.5])
    with pytest.raises(ValueError, match="columns and r2 must have the same number of rows, got 2 and 1"):
        noise_columns([0, 1], [0.5], [2, 3], 3)
    with pytest.raises(ValueError, match=r"refits must have shape \(k, 2\), a pair of weights a row, got \(1, 3\)"):
        weight_ridge([(1, 2, 3)], (0, 0), 45)


@pytest.mark.parametrize(
    "draw",
    [lambda p: fitted_lines(p, {"everybody": (0, 1)}), lambda p: residual_plot(p, 0, 1), lambda p: leverage(p, [1])],
)
def test_a_missing_column_and_an_empty_table_are_refused(draw):
    with pytest.raises(ValueError, match="must have the columns tug and bbs, got none called bbs"):
        draw(FOUR[["tug"]])
    with pytest.raises(ValueError, match="at least one row"):
        draw(FOUR.iloc[:0])


def test_drawing_leaves_the_table_as_it_was():
    people = FOUR.copy()
    fitted_lines(people, {"everybody": (0, 1)}, ringed=1), residual_plot(people, 0, 1), leverage(people, [1, 1, 1, 1])
    assert people.equals(FOUR)
