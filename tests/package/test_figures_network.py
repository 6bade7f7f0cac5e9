"""The drawing of a network has every node, edge and name, and says so in words."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl import language
from introdl.figures.base import ORANGE, PAPER
from introdl.figures.network import MOST_NAMED, along_a_line, network
from matplotlib.colors import same_color

SLIDES = [["1", "2"], ["3", "4", "5"], ["6", "7"], ["y"]]
PHONE = 340  # CSS pixels that a narrow phone leaves for a figure


def node_names(*sizes):
    """Number the nodes as introdl.mlp does, which needs PyTorch and is compared below."""
    numbers = iter(range(1, sum(sizes) + 1))
    inner = [[str(next(numbers)) for _ in range(size)] for size in sizes[:-1]]
    return [*inner, ["y"] if sizes[-1] == 1 else [f"y{k + 1}" for k in range(sizes[-1])]]


def texts(figure):
    return [text.get_text() for axes in figure.figure.axes for text in axes.texts]


def edges(figure):
    return [line for line in figure.figure.axes[0].lines if len(line.get_xdata()) == 2]


def test_the_slides_network_has_its_14_edges_each_with_its_name():
    figure = network(SLIDES)
    assert len(edges(figure)) == 14
    expected = {"13", "14", "15", "23", "24", "25", "36", "37", "46", "47", "56", "57", "6y", "7y"}
    assert {text[4:-2] for text in texts(figure) if text.startswith("$w_{")} == expected


@pytest.mark.torch
def test_the_names_of_introdl_mlp_can_be_drawn():
    from introdl import mlp

    assert mlp.node_names(2, 3, 2, 1) == node_names(2, 3, 2, 1) == SLIDES
    assert network(mlp.node_names(4, 2)).alt.endswith("Input: 1, 2, 3, 4. Output: y1, y2.")


def test_every_node_carries_its_name():
    assert set("1234567y") <= set(texts(network(SLIDES)))


def test_the_lit_edge_is_thicker_and_says_row_to_column_from():
    figure = network(SLIDES, highlight=("5", "6"))
    lit = [line for line in edges(figure) if same_color(line.get_color(), ORANGE)]
    assert len(lit) == 1, "exactly one edge is lit"
    assert lit[0].get_linewidth() > 3 * min(line.get_linewidth() for line in edges(figure)), "seen in grey too"
    assert "$w_{56}$ = net[1].weight[0, 2]" in texts(figure)
    assert "w56 = net[1].weight[0, 2]" in figure.alt


@given(st.lists(st.integers(1, 4), min_size=2, max_size=4))
@settings(max_examples=15, deadline=None)
def test_any_network_has_one_edge_for_each_pair_of_neighbours(sizes):
    figure = network(node_names(*sizes))
    assert len(edges(figure)) == sum(before * after for before, after in pairwise(sizes))


@pytest.mark.parametrize("sizes", [(2, 3, 2, 1), (3, 3, 1), (1, 4)])
def test_the_names_of_the_edges_do_not_touch_each_other_or_a_node(sizes):
    """Looked up where matplotlib draws them, in points."""
    canvas = network(node_names(*sizes)).figure
    canvas.draw_without_rendering()
    shown = [t for t in canvas.axes[0].texts if t.get_text().startswith("$w_{")]
    boxes = [text.get_window_extent() for text in shown]
    nodes = [text.get_window_extent() for text in canvas.axes[0].texts if text not in shown]
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :] + nodes)


def test_names_can_be_read_on_a_phone():
    """At the width of a phone the smallest letters of the drawing, its subscripts aside, are 10 CSS pixels or more."""
    figure = network(SLIDES, highlight=("1", "3")).figure
    shrink = PHONE / (figure.get_figwidth() * 96)
    sizes = [text.get_fontsize() for text in figure.axes[0].texts]
    assert min(sizes) * 96 / 72 * shrink >= 10


def test_a_crowded_gap_goes_without_names():
    figure = network(node_names(MOST_NAMED + 1, MOST_NAMED + 1, 1))
    named = [text for text in texts(figure) if text.startswith("$w_{")]
    assert len(named) == MOST_NAMED + 1, "only the edges to the single output"


def test_numbers_of_two_figures_are_parted_by_a_comma():
    assert "$w_{1,10}$" in texts(network(node_names(9, 2, 1)))


def test_the_description_lists_the_layers_in_both_languages():
    assert "14 edges" in network(SLIDES).alt
    assert "Input: 1, 2. Hidden layer 1: 3, 4, 5. Hidden layer 2: 6, 7. Output: y." in network(SLIDES).alt
    language.use("zh-TW")
    alt = network(SLIDES, highlight=("1", "3")).alt
    assert "14 條線" in alt
    assert "輸入：1、2。隱藏層 1：3、4、5。隱藏層 2：6、7。輸出：y。" in alt
    assert not re.search(r"(?<!w)\b(input|hidden|output)\b", alt), "nothing is left in English"


def test_drawn_text_stays_text_in_the_readers_language():
    language.use("zh-TW")
    drawing = network(SLIDES).svg()
    assert "隱藏層 1" in drawing
    assert PAPER in drawing, "the paper follows dark mode"


@pytest.mark.parametrize("highlight", [("1", "6"), ("3", "1"), ("1", "9")])
def test_an_edge_that_is_not_there_cannot_be_lit(highlight):
    with pytest.raises(ValueError, match="there is no edge"):
        network(SLIDES, highlight=highlight)


@pytest.mark.parametrize("nodes", [[], [["1"]], [["1"], []], [["1", "2"], ["2"]]])
def test_nodes_that_make_no_network_are_refused(nodes):
    with pytest.raises(ValueError, match="two layers or more of names that all differ"):
        network(nodes)


def test_the_curves_are_drawn_as_given_and_differ_in_more_than_colour():
    x = np.linspace(-2, 2, 9)
    straight, curved = along_a_line(x, 3 * x, np.tanh(x)).figure.axes
    np.testing.assert_allclose(straight.lines[0].get_ydata(), 3 * x)
    np.testing.assert_allclose(curved.lines[0].get_ydata(), np.tanh(x))
    assert straight.lines[0].get_linestyle() != curved.lines[0].get_linestyle()
    assert curved.get_xlabel()
    assert all(axes.get_ylabel() for axes in (straight, curved))


def test_the_description_of_the_curves_holds_their_computed_ends_and_bend():
    x = np.array([0.0, 1.0, 2.0])
    alt = along_a_line(x, np.array([0.0, -1.0, -2.0]), np.array([0.0, 0.75, 1.0])).alt
    assert "from 0 to 2" in alt
    assert "from 0.00 to -2.00" in alt
    assert "from 0.000 to 1.000" in alt
    assert "up to 0.250 away" in alt, "at x = 1 the straight line between the ends is at 0.5"


@pytest.mark.parametrize("shape", [(2,), (3, 1), (4,)])
def test_curves_of_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="equal length and of three points or more"):
        along_a_line(np.zeros(shape), np.zeros(3), np.zeros(3) if shape == (4,) else np.zeros(shape))
