"""The drawings of *Who makes the features?*: in the reader's language, with numbers worked out by hand."""

import numpy as np
import pytest
from drawn import texts
from introdl import figures, language
from introdl.figures.features import YEARS, straight_pieces
from matplotlib.colors import to_rgba

SVG = "{http://www.w3.org/2000/svg}"
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
HIDDEN = np.array([[0, 0], [1, 0], [1, 0], [2, 1]])
LAMP = np.array([0, 1, 1, 0])


def tent(x):
    return 1 - np.abs(2 * x - 1)


def rows():
    return figures.four_rows(X, HIDDEN, LAMP)


def folded():
    x = np.linspace(0, 1, 33)
    return figures.folded(x, [tent(x), tent(tent(x))])


def digits():
    return figures.tiles(np.arange(24.0).reshape(6, 2, 2), range(6))


def weights():
    return figures.tiles(np.arange(-2.0, 2.0).reshape(1, 2, 2), ["n65"], signed=True)


def splits():
    errors = {"baseline": [0.5, 0.5], "linear": [0.08, 0.1], "tree": [0.07, 0.09], "network": [0.02, 0.03]}
    return figures.errors_by_split(errors, "wrong")


def table():
    return figures.errors_by_split({"linear": [45, 42], "network": [50, 40]}, "missed")


def curve():
    return figures.images_needed([20, 500], {"linear": [[0.2, 0.1], [0.3, 0.1]], "network": [[0.3, 0.02], [0.2, 0.04]]})


DRAWINGS = {
    "rows": (rows, ["features.before", "features.after"]),
    "folded": (folded, ["features.input"]),
    "years": (figures.hinton_years, []),
    "splits": (splits, ["features.split", "features.wrong", "features.baseline", "features.linear", "features.tree"]),
    "table": (table, ["features.missed", "features.network"]),
    "curve": (curve, ["features.images", "features.wrong", "features.linear", "features.network"]),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    language.use(code)
    draw, labels = DRAWINGS[name]
    shown = texts(draw())
    assert [key for key in labels if language.label(key) not in " ".join(shown)] == []
    chinese = [text for text in shown if any("\u4e00" <= character <= "\u9fff" for character in text)]
    assert bool(chinese) == (code == "zh-TW")


@pytest.mark.parametrize("draw", [*(draw for draw, _ in DRAWINGS.values()), digits, weights])
def test_the_description_is_in_the_readers_language(draw):
    english = draw().alt
    language.use("zh-TW")
    chinese = draw().alt
    assert not any("\u4e00" <= character <= "\u9fff" for character in english)
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)
    assert "{" not in english + chinese
    assert "\n" not in english + chinese


def test_the_dashed_line_parts_the_moved_rows():
    ax = rows().figure.axes[1]
    line = next(line for line in ax.lines if line.get_linestyle() == "--")
    (across, up), slope = line.get_xy1(), line.get_slope()
    above = [n4 > up + slope * (n3 - across) for n3, n4 in HIDDEN]
    assert above == [True, False, False, True]


def test_rows_that_share_a_place_are_counted():
    assert [text for text in texts(rows()) if "×" in text] == ["2 ×"]
    assert "answer 1 stand at (1, 0), (1, 0), those with answer 0 at (0, 0), (2, 1)" in rows().alt


@pytest.mark.parametrize(
    ("X", "hidden", "y", "words"),
    [
        (X, HIDDEN[:3], LAMP, "same number of rows"),
        (X, np.zeros((4, 3)), LAMP, "hidden must have 2 columns"),
        (X, HIDDEN, [0, 1, 2, 0], "y must hold only 0 and 1"),
        (X, HIDDEN, [0, 1, np.nan, 0], "finite"),
        (X[:0], HIDDEN[:0], [], "at least one"),
    ],
)
def test_rows_that_cannot_be_drawn_are_refused(X, hidden, y, words):
    with pytest.raises(ValueError, match=words):
        figures.four_rows(X, hidden, y)


@pytest.mark.parametrize("folds", [1, 2, 3, 4])
def test_pieces_are_counted_from_the_slopes(folds):
    x = np.linspace(0, 1, 129)
    y = x
    for _ in range(folds):
        y = tent(y)
    assert straight_pieces(x, y) == 2**folds


def test_a_folded_line_says_its_pieces_in_the_drawing():
    assert "2 × 2 nodes: 4 straight pieces" in texts(folded())
    assert "After 1 layers: 2 straight pieces. After 2 layers: 4 straight pieces." in folded().alt


def test_folds_that_cannot_be_drawn_are_refused():
    with pytest.raises(ValueError, match="at least one layer"):
        figures.folded([0, 1], [])
    with pytest.raises(ValueError, match="x must rise"):
        figures.folded([0, 0], [[0, 1]])
    with pytest.raises(ValueError, match="same number"):
        figures.folded([0, 1], [[0, 1, 2]])


def test_the_years_stand_at_their_place_on_one_scale():
    drawing = figures.hinton_years()
    marks = [float(line.get_ydata()[0]) for line in drawing.figure.axes[0].lines if len(line.get_ydata()) == 1]
    assert marks == list(YEARS)
    assert all(str(year) in texts(drawing) for year in YEARS)
    assert "2024: Nobel Prize in Physics, Hopfield, Hinton." in drawing.alt


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("year", YEARS)
def test_hinton_never_stands_alone(year, code):
    language.use(code)
    names = language.label(f"features.year-{year}").split("\n")[1]
    assert "Hinton" in names
    assert any(mark in names for mark in ",;、；")


def test_in_signed_pictures_0_is_middle_grey():
    image = weights().figure.axes[0].images[0]
    assert (image.norm.vmin, image.norm.vmax) == (-2, 2)
    low, middle, high = (image.cmap(image.norm(value))[0] for value in (-2, 0, 2))
    assert low == to_rgba("white")[0]
    assert high == to_rgba("black")[0]
    assert middle == pytest.approx(0.5, abs=0.01)


def test_six_pictures_need_two_rows_and_share_their_scale():
    images = [ax.images[0] for ax in digits().figure.axes if ax.images]
    assert len(digits().figure.axes) == 10
    assert {(image.norm.vmin, image.norm.vmax) for image in images} == {(0, 23)}
    assert texts(digits()) == list("012345")


def test_pictures_without_a_name_are_refused():
    with pytest.raises(ValueError, match="a name for each of 6 pictures, got 1"):
        figures.tiles(np.zeros((6, 2, 2)), ["a"])
    with pytest.raises(ValueError, match="3 dimensions"):
        figures.tiles(np.zeros((2, 2)), ["a"])


def test_pictures_of_nothing_but_0_are_drawn():
    assert "1 small pictures" in figures.tiles(np.zeros((1, 2, 2)), ["a"], signed=True).alt


def test_errors_are_summed_up_by_mean_and_range():
    assert "Linear: mean 9.0%, from 8.0% to 10.0%. Tree: mean 8.0%" in splits().alt
    assert "Network: mean 45.0, from 40.0 to 50.0." in table().alt


def test_shares_are_drawn_in_per_cent_and_misses_as_they_are():
    drawn = [list(line.get_ydata()) for line in splits().figure.axes[0].lines]
    np.testing.assert_allclose(drawn, [[50, 50], [8, 10], [7, 9], [2, 3]])
    assert [list(line.get_ydata()) for line in table().figure.axes[0].lines] == [[45, 42], [50, 40]]


def test_names_at_the_ends_of_the_lines_keep_their_distance():
    drawing = figures.errors_by_split({"linear": [43, 43], "tree": [43.1, 43.1], "network": [43, 43]}, "missed")
    ax = drawing.figure.axes[0]
    heights = sorted(text.get_position()[1] for text in ax.texts)
    assert np.diff(heights).min() > 0.07 * np.ptp(ax.get_ylim())


@pytest.mark.parametrize(
    ("errors", "words"),
    [
        ({}, "at least one model"),
        ({"forest": [1]}, "got forest"),
        ({"linear": [1, 2], "tree": [1]}, "same number"),
        ({"linear": [-1]}, "must not be negative"),
        ({"linear": [float("nan")]}, "finite"),
    ],
)
def test_errors_that_cannot_be_drawn_are_refused(errors, words):
    with pytest.raises(ValueError, match=words):
        figures.errors_by_split(errors, "missed")


def test_an_unknown_axis_is_refused():
    with pytest.raises(ValueError, match='axis must be "wrong" or "missed", got \'mse\''):
        figures.errors_by_split({"linear": [1]}, "mse")


def test_the_curve_says_means_over_the_draws():
    assert "mean of 2 draws. Linear: from 25.0% to 10.0%. Network: from 25.0% to 3.0%." in curve().alt


def test_sizes_must_rise_and_fit():
    with pytest.raises(ValueError, match="rise"):
        figures.images_needed([20, 20], {"linear": [[0.1, 0.1]]})
    with pytest.raises(ValueError, match="one column for each of 2 sizes"):
        figures.images_needed([20, 50], {"linear": [[0.1]]})


@pytest.mark.torch
def test_tensors_are_drawn_like_arrays():
    import torch

    tensors = (torch.tensor(array, dtype=torch.float32, requires_grad=True) for array in (X, HIDDEN, LAMP))
    assert figures.four_rows(*tensors).alt == rows().alt
