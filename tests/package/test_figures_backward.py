"""The drawings of backpropagation: the numbers they were given, in the reader's language."""

from types import SimpleNamespace

import numpy as np
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, frames, texts
from introdl import figures, language

NODES = [["1"], ["2", "3"], ["y"]]
LAYERS = [(np.array([[2.0], [-1.0]]), np.zeros(2)), (np.array([[3.0, 4.0]]), np.zeros(1))]
FOUND = SimpleNamespace(  # x = 5, all identity, the loss with slope −1/8 at the output
    loss=np.float64(1 / 4),
    values=[np.array([[10.0, -5.0]]), np.array([[10.0]])],
    deltas=[np.array([[-3 / 8, -1 / 2]]), np.array([[-1 / 8]])],
    layers=[(np.array([[-15 / 8], [-5 / 2]]), np.zeros(2)), (np.array([[-5 / 4, 5 / 8]]), np.zeros(1))],
)
SLIDES = [["1", "2"], ["3", "4", "5"], ["6", "7"], ["y"]]


def passes():
    return figures.passes(NODES, LAYERS, [5.0], FOUND)


def paths():
    return figures.paths(SLIDES, ("1", "5"))


def differences():
    return figures.difference_errors([1e-1, 1e-5, 1e-9], {"both": [1e-3, 1e-11, 1e-7], "one": [1e-2, 1e-6, 1e-7]})


def layers():
    return figures.gradient_by_layer({"sigmoid": [[1e-6, 1e-3, 1], [1e-8, 1e-3, 1]], "ReLU": [[2, 3, 4]]})


def traces():
    return figures.loss_traces(
        {
            "right": [2, 1, 0.5],
            "sign": [2, 3, 9],
            "sum": [2, np.inf, np.nan],
            "transposed": [2, 1, 0.6],
            "kept": [2, 1, 1],
        }
    )


DRAWINGS = {
    "difference_errors": (differences, ["backward.both", "backward.one", "backward.step-size", "backward.error"]),
    "gradient_by_layer": (layers, ["backward.layer", "backward.length"]),
    "loss_traces": (
        traces,
        [f"backward.{name}" for name in ("sign", "sum", "transposed", "kept", "trace-step", "loss")],
    ),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("draw", [passes, paths, differences, layers, traces])
def test_the_description_is_in_the_readers_language(draw):
    assert_described_in_both_languages(draw)


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_a_pass_goes_forward_layer_by_layer_then_back_then_to_the_slopes(code):
    language.use(code)
    comma = language.label("backward.comma")
    forward = [language.label("backward.forward", names=names) for names in (f"n₂{comma}n₃", "ŷ")]
    back = [language.label("backward.backward", names=names) for names in ("δy", f"δ₂{comma}δ₃")]
    expected = [language.label("backward.weights"), *forward, *back, language.label("backward.slopes")]
    drawn = frames(passes())
    assert [moment in texts(frame) for moment, frame in zip(expected, drawn, strict=True)] == [True] * 6


def test_numbers_appear_when_they_are_known_and_no_sooner():
    drawn = [texts(frame) for frame in frames(passes())]
    first = {"x": "5", "n₂": "10", "δy": "δ −1/8", "δ₂": "δ −3/8", "slope of w12": "−15/8", "L": "L = 1/4"}
    found = {what: next(place for place, shown in enumerate(drawn, 1) if text in shown) for what, text in first.items()}
    assert found == {"x": 1, "n₂": 2, "L": 3, "δy": 4, "δ₂": 5, "slope of w12": 6}
    assert "the slope for w3y is 5/8" in frames(passes())[-1].alt


def test_what_is_no_small_fraction_is_written_with_three_decimals():
    found = SimpleNamespace(loss=0.1234567, values=FOUND.values, deltas=FOUND.deltas, layers=FOUND.layers)
    shown = texts(frames(figures.passes(NODES, LAYERS, [1 / np.pi], found))[2])
    assert "L = 0.123" in shown
    assert "0.318" in shown


def test_every_path_is_drawn_in_a_look_of_its_own():
    assert "2. 5 → 6 → y; 5 → 7 → y." in paths().alt
    names = {text for text in texts(paths()) if text.startswith("w")}
    assert len(names) == 5  # w15, and two edges a path
    looks = {line.get_linestyle() for line in paths().figure.axes[0].lines if line.get_linewidth() > 2}
    assert len(looks) == 2


def test_the_best_step_is_named_and_an_error_of_zero_is_drawn():
    assert "1e-11 at 1e-05" in differences().alt
    exact = figures.difference_errors([0.1, 0.01], {"both": [0.1, 0.0]})
    assert exact.figure.axes[0].lines[0].get_ydata()[1] == pytest.approx(1e-17)
    assert "0e+00 at 1e-02" in exact.alt


def test_the_thick_line_is_the_median_of_the_starts():
    thick = [line for line in layers().figure.axes[0].lines if line.get_marker() != "None"]
    assert thick[0].get_ydata() == pytest.approx([(1e-6 + 1e-8) / 2, 1e-3, 1])
    assert "sigmoid: 5e-07 in layer 1, 1e+00 in layer 3; ReLU: 2e+00 in layer 1, 4e+00 in layer 3" in layers().alt


def test_a_loss_that_leaves_the_picture_or_the_numbers_is_said_to():
    alt = traces().alt
    assert "“wrong sign”: from 2.00, and out of the picture at step 2" in alt
    assert "“sum for mean”: from 2.00, and out of the picture at step 1" in alt
    assert "“transposed”: from 2.00 to 0.60" in alt


@pytest.mark.torch
def test_tensors_are_drawn():
    import torch
    from introdl import mlp

    layers = [tuple(torch.tensor(part) for part in layer) for layer in LAYERS]
    x = torch.tensor([[5.0]], dtype=torch.float64)
    found = mlp.backward(layers, x, torch.tensor([[10.0 + 1 / 16]], dtype=torch.float64), activations="identity")
    assert frames(figures.passes(NODES, layers, x, found))[-1].alt == frames(passes())[-1].alt


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: figures.passes(NODES[:2], LAYERS, [5.0], FOUND), "weights must have shapes"),
        (lambda: figures.passes(NODES, LAYERS, [5.0, 6.0], FOUND), "values must be those of one example"),
        (lambda: figures.paths(SLIDES, ("1", "6")), "there is no edge"),
        (lambda: figures.paths([["1"], ["2"], ["3", "4", "5", "6"], ["y"]], ("1", "2")), "at most 3 paths"),
        (lambda: figures.difference_errors([0.1, 0], {"both": [1, 1]}), "steps must be positive"),
        (lambda: figures.difference_errors([0.1], {"both": [-1]}), "errors must not be negative"),
        (lambda: figures.difference_errors([0.1, 0.2], {"both": [1]}), "same number of rows"),
        (lambda: figures.gradient_by_layer({"a": [[0, 1]]}), "lengths must be positive"),
        (lambda: figures.gradient_by_layer({}), "at least one network"),
        (lambda: figures.loss_traces({"right": [1, 2]}), "at least one mistake"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
