"""The drawings of the multilayer perceptron: in the reader's language, with the numbers of what they were given."""

import numpy as np
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, frames
from introdl import figures, language

X = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
Y = np.array([0.0, 0.0, 1.0, 1.0])
ABOVE = {  # class 1 is said above x2 = 1/2, by one unit and by two equal ones
    1: [(np.array([[0.0, 2.0]]), np.array([-1.0])), (np.array([[1.0]]), np.array([0.0]))],
    2: [(np.array([[0.0, 2.0], [2.0, 0.0]]), np.array([-1.0, -1.0])), (np.array([[1.0, 0.0]]), np.array([0.0]))],
}
WHERE = np.linspace(-1, 3, 41)

DRAWINGS = {
    "activations": (
        figures.activations,
        [f"neurons.{name}" for name in ("identity", "sigmoid", "tanh", "relu", "value", "slope", "sum")],
    ),
    "decision_regions": (lambda: figures.decision_regions(X, Y, ABOVE), ["neurons.x1", "neurons.x2"]),
    "closer": (
        lambda: figures.closer(WHERE, np.sin(WHERE), {2: WHERE, 4: 0 * WHERE}, (0, 2)),
        ["neurons.curve", "neurons.network"],
    ),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize(
    "draw",
    [*(draw for draw, _ in DRAWINGS.values()), lambda: figures.added_up(WHERE, [[WHERE], [WHERE, -WHERE]])],
    ids=[*DRAWINGS, "added_up"],
)
def test_the_description_is_in_the_readers_language(draw):
    assert_described_in_both_languages(draw)


def test_the_points_on_their_side_are_counted():
    one, two = frames(figures.decision_regions(X, Y, ABOVE))
    assert "4 points, 2 of class 1" in one.alt
    assert "; 4 of them are on their side. 1 dotted lines" in one.alt
    assert "; 4 of them are on their side. 2 dotted lines" in two.alt
    (wrong,) = list(ABOVE.items())[:1]
    turned = {1: [wrong[1][0], (np.array([[-1.0]]), np.array([0.0]))], 2: ABOVE[2]}
    assert "; 0 of them" in frames(figures.decision_regions(X, Y, turned))[0].alt


def test_a_units_line_lies_where_its_sum_is_zero():
    flat, upright = [
        line.get_xydata() for line in frames(figures.decision_regions(X, Y, ABOVE))[1].figure.axes[0].lines[:2]
    ]
    assert flat[:, 1] == pytest.approx([0.5, 0.5])
    assert upright[:, 0] == pytest.approx([0.5, 0.5])


def test_a_net_that_says_the_same_everywhere_has_no_border():
    never = {h: [(np.zeros((h, 2)), np.zeros(h)), (np.zeros((1, h)), np.array([-1.0]))] for h in (1, 2)}
    assert all("; 2 of them" in frame.alt for frame in frames(figures.decision_regions(X, Y, never)))


@pytest.mark.torch
def test_tensors_with_a_gradient_are_drawn():
    import torch

    nets = {
        h: [tuple(torch.tensor(part, requires_grad=True) for part in layer) for layer in layers]
        for h, layers in ABOVE.items()
    }
    drawn = figures.decision_regions(torch.tensor(X), torch.tensor(Y), nets)
    assert "; 4 of them" in frames(drawn)[0].alt


def test_the_thick_line_is_the_sum_of_the_parts():
    drawn = figures.added_up(WHERE, [[np.maximum(WHERE, 0), -2 * np.maximum(WHERE - 1, 0)]])
    first, second, total = (line.get_ydata() for line in drawn.figure.axes[0].lines[:3])
    assert total == pytest.approx(first + second)
    assert "largest, 1.00, at 1.00" in drawn.alt


def test_gaps_are_measured_inside_and_outside():
    fits = {2: np.sin(WHERE) + np.where((WHERE < 0) | (WHERE > 2), 3.0, 0.5), 3: np.sin(WHERE)}
    first, second = frames(figures.closer(WHERE, np.sin(WHERE), fits, (0, 2)))
    assert "at most 0.50, and by 3.00 outside" in first.alt
    assert "at most 0.00, and by 0.00 outside" in second.alt


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.decision_regions(X[:, :1], Y, ABOVE), "two features"),
        (lambda: figures.decision_regions(X, Y + 1, ABOVE), "classes 0 and 1"),
        (lambda: figures.decision_regions(X, Y[:3], ABOVE), "same number of rows"),
        (lambda: figures.decision_regions(X, Y, {3: ABOVE[1]}), r"hidden layer \(3, 2\)"),
        (lambda: figures.added_up(WHERE, [[WHERE] * 4]), "1 to 3 parts"),
        (lambda: figures.added_up(WHERE, [[WHERE[:3]]]), "same number of rows"),
        (lambda: figures.added_up([np.nan], [[[1.0]]]), "finite"),
        (lambda: figures.closer(WHERE, WHERE, {2: WHERE[:3], 3: WHERE}, (0, 2)), "same number of rows"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
