"""The landscape of the loss, the families and the splits: what is drawn, what is said, and what is refused."""

import numpy as np
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import datasets, language, linear
from introdl.figures import family_curves, landscape_curve, landscape_map, split_parts, split_spreads

SVG = "{http://www.w3.org/2000/svg}"
W, B = np.linspace(-2, 1, 31), np.linspace(20, 40, 21)


def surface():
    people = datasets.load_tug()
    return linear.loss_surface(people["tug"].to_numpy(float), people["bbs"].to_numpy(float), W, B)


def curve(**more):
    return landscape_curve([-1, -0.5, 0, 0.5], [4, 1, 2, 5], **more)


def families(**more):
    return family_curves([8, 12, 29], [24, 24, 10], [True, True, False], {"line": lambda t: 32 - t, **more})


def parts():
    return split_parts({"training": [3, 1, 2], "validation": [5], "test": [4, 6]})


def spreads(**more):
    return split_spreads({"flat": {"used": [10, 20, 30], "others": [15, 25, 400]}, **more})


DRAWINGS = {
    "curve": (curve, ["landscape.weight", "landscape.loss-mean", "landscape.best"]),
    "map": (lambda: landscape_map(W, B, surface(), tried=True), ["landscape.weight", "landscape.bias"]),
    "families": (families, ["people.seconds", "people.points", "landscape.family-line", "landscape.lowest-score"]),
    "spreads": (spreads, ["landscape.loss-mean", "landscape.part-used", "landscape.family-flat"]),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("draw", [*(draw for draw, _ in DRAWINGS.values()), parts])
def test_the_description_is_in_the_readers_language(draw):
    assert_described_in_both_languages(draw)


# -- the curve


def test_the_curve_says_where_its_lowest_place_is():
    assert curve().alt.endswith("It is lowest, 1 points², at a weight of −0.5 points a second.")


def test_a_marked_line_is_named_in_the_drawing_and_in_the_description():
    drawing = curve(marked={"A": 0, "B": -0.75})
    assert {"A", "B"} <= set(texts(drawing))
    assert "Line A has weight 0 and loss 2." in drawing.alt
    assert "Line B has weight −0.75 and loss 2.5." in drawing.alt, "between two weights: halfway from 4 to 1"


def test_the_axis_says_sum_where_the_losses_are_sums():
    assert language.label("landscape.loss-sum") in texts(curve(reduction="sum"))
    with pytest.raises(ValueError, match="reduction must be one of mean, sum, got 'median'"):
        curve(reduction="median")


def test_a_curve_that_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="must be as many, got 3 weights and 2 losses"):
        landscape_curve([0, 1, 2], [1, 2])
    with pytest.raises(ValueError, match="weights must be at least two numbers, each larger"):
        landscape_curve([0, 2, 1], [1, 2, 3])
    with pytest.raises(ValueError, match="weights must be at least two numbers"):
        landscape_curve([0], [1])
    with pytest.raises(ValueError, match=r"losses must hold finite numbers only, got nan at index \(1,\)"):
        landscape_curve([0, 1], [1, float("nan")])
    with pytest.raises(ValueError, match=r"the weight of C must lie between −1 and 0\.5, got 3\.0"):
        curve(marked={"C": 3})
    with pytest.raises(TypeError, match="the weight of C must hold real numbers"):
        curve(marked={"C": "steep"})
    with pytest.raises(ValueError, match="weights must hold at least one number"):
        landscape_curve([], [])


# -- the map


def test_the_map_names_the_lowest_of_all_pairs():
    alt = landscape_map(W, B, surface()).alt
    assert "The lowest loss is 9.7 points², at weight −0.7 and bias 33, of 651 pairs." in alt


def test_the_map_finds_the_place_that_a_loop_finds():
    heights = np.random.default_rng(3).uniform(5, 9, size=(4, 3))
    row, column = min(((i, j) for i in range(4) for j in range(3)), key=lambda place: heights[place])
    alt = landscape_map([1, 2, 3], [10, 20, 30, 40], heights).alt
    assert f"at weight {column + 1} and bias {10 * (row + 1)}, of 12 pairs" in alt


def test_height_lines_carry_round_numbers_between_the_lowest_and_the_highest():
    shown = texts(landscape_map(W, B, surface()))
    assert {"20", "50", "100", "200", "500"} <= set(shown)
    drawn = [
        item.levels for item in landscape_map(W, B, surface()).figure.axes[0].collections if hasattr(item, "levels")
    ]
    assert min(map(min, drawn)) == 20, "10 is so close to the bottom that it would be a few stray dots"


def test_a_flat_landscape_is_drawn_too():
    assert "of 4 pairs" in landscape_map([0, 1], [0, 1], [[2, 2], [2, 2]]).alt


@pytest.mark.torch
def test_a_tensor_that_carries_a_gradient_serves_as_losses():
    import torch

    losses = torch.tensor([[9.0, 4, 9], [6, 1, 6]], requires_grad=True)
    alt = landscape_map(torch.tensor([-1.0, 0, 1]), [20, 30], losses).alt
    assert alt == landscape_map([-1, 0, 1], [20, 30], [[9, 4, 9], [6, 1, 6]]).alt


@pytest.mark.torch
def test_a_tensor_without_numbers_is_refused():
    import torch

    with pytest.raises(ValueError, match="losses has a shape and no numbers, on the device meta: give a tensor"):
        landscape_map([0, 1], [0, 1], torch.ones(2, 2, device="meta"))
    with pytest.raises(TypeError, match=r"losses must be a tensor of a floating-point type, got torch.int64"):
        landscape_map([0, 1], [0, 1], torch.ones(2, 2, dtype=torch.int64))


def test_a_map_that_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match=r"one row a bias and one column a weight, shape \(2, 3\), got \(3, 2\)"):
        landscape_map([0, 1, 2], [0, 1], [[1, 2], [3, 4], [5, 6]])
    with pytest.raises(ValueError, match=r"losses must not be negative, got -1\.0: was an error left unsquared"):
        landscape_map([0, 1], [0, 1], [[1, 2], [-1, 3]])
    with pytest.raises(ValueError, match="at most 1000 pairs can be drawn as dots, got 1600"):
        landscape_map(np.arange(40), np.arange(40), np.ones((40, 40)), tried=True)
    with pytest.raises(ValueError, match="biases must be at least two numbers, each larger"):
        landscape_map([0, 1], [1, 0], [[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="losses must have 2 dimensions"):
        landscape_map([0, 1], [0, 1], [1, 2])


# -- families


def test_what_each_family_gives_the_slowest_person_is_said():
    alt = families(parabola=lambda t: 24 - 3 / 16 * (t - 8) * (t - 12)).alt
    assert "2 filled, used to find the curves, and 1 hollow" in alt
    assert "at 29 seconds and 10 points: line 3; parabola −42.94." in alt


def test_a_curve_that_never_enters_the_drawing_has_no_name_in_it_and_one_in_the_description():
    drawing = families(flat=lambda t: 0 * t + 500)
    assert language.label("landscape.family-flat") not in texts(drawing)
    assert "one value for all 500" in drawing.alt


def test_families_that_cannot_be_drawn_are_refused():
    with pytest.raises(ValueError, match=r"a family must be one of flat, line, .*, got 'spline'"):
        families(spline=lambda t: t)
    with pytest.raises(ValueError, match="times, scores and used must be as many, got 2, 2 and 3"):
        family_curves([1, 2], [1, 2], [True, False, True], {"line": lambda t: t})
    for used in ([False, False], [0, 1]):
        with pytest.raises(ValueError, match="used must hold True or False for each person, True at least once"):
            family_curves([1, 2], [1, 2], used, {"line": lambda t: t})
    with pytest.raises(ValueError, match="one to 4 curves can be told apart, got 0"):
        family_curves([1, 2], [1, 2], [True, False], {})
    with pytest.raises(ValueError, match="the curve of line must hold finite numbers only"):
        families(line=lambda t: t * np.inf)


# -- splits


def test_the_median_and_the_middle_eight_tenths_are_said():
    values = np.arange(1, 102)  # 1 to 101: the percentiles are whole numbers
    alt = split_spreads({"line": {"validation": values, "test": 10 * values}}).alt
    assert alt.endswith("Line: validation set 51 (11 to 91), test set 510 (110 to 910).")


def test_every_part_is_in_the_legend_once():
    shown = texts(spreads(line={"used": [1, 2, 3], "others": [4, 5, 6]}))
    assert [shown.count(language.label(f"landscape.part-{part}")) for part in ("used", "others")] == [1, 1]


def test_the_axis_is_labelled_however_narrow_the_range():
    wide = texts(split_spreads({"flat": {"used": [1, 10, 10000]}}))
    narrow = texts(split_spreads({"flat": {"used": [11, 20, 60]}}))
    assert {"10", "100", "1,000"} <= set(wide)
    assert {"20", "50"} <= set(narrow)


def test_spreads_that_cannot_be_drawn_are_refused():
    with pytest.raises(ValueError, match="losses must hold at least one family"):
        split_spreads({})
    with pytest.raises(ValueError, match="flat must have losses of at least one part"):
        split_spreads({"flat": {}})
    with pytest.raises(ValueError, match="a part must be one of used, others, training, validation, test, got 'rest'"):
        split_spreads({"flat": {"rest": [1]}})
    with pytest.raises(ValueError, match="losses of flat, used, must be positive to stand on a logarithmic axis"):
        split_spreads({"flat": {"used": [0, 0, 5]}})
    with pytest.raises(ValueError, match="losses of flat, used must hold at least one number"):
        split_spreads({"flat": {"used": []}})


def test_everybody_stands_once_in_the_drawing_of_the_parts():
    assert sorted(int(text) for text in texts(parts()) if text.isdigit()) == [1, 2, 3, 4, 5, 6]
    assert parts().alt == (
        "6 people in 3 parts. Training set: 3 people, numbers 1, 2, 3. "
        "Validation set: 1 person, number 5. Test set: 2 people, numbers 4, 6."
    )


def test_parts_that_cannot_be_drawn_are_refused():
    with pytest.raises(ValueError, match="nobody may stand in two parts, or twice in one, got number 2 twice"):
        split_parts({"training": [1, 2], "test": [2]})
    with pytest.raises(ValueError, match="test must hold at least one person, got none"):
        split_parts({"training": [1, 2], "test": []})
    with pytest.raises(TypeError, match="a number of test must be a whole number, got 'Ann'"):
        split_parts({"test": ["Ann"]})
    with pytest.raises(ValueError, match=r"a part must be one of .*, got 'exam'"):
        split_parts({"exam": [1]})
    with pytest.raises(ValueError, match="parts must hold at least one part, got none"):
        split_parts({})


def test_drawing_leaves_its_numbers_as_they_were():
    heights, values = surface(), [10, 20, 30]
    kept = heights.copy()
    landscape_map(W, B, heights)
    split_spreads({"flat": {"used": values}})
    assert (heights == kept).all()
    assert values == [10, 20, 30]
