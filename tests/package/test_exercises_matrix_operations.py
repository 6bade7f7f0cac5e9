"""Each exercise of the chapter takes the right answer and names the typical mistake, both worked out here anew."""

import numpy as np
import pytest
from introdl import datasets, language
from introdl.exercises import check
from introdl.exercises.matrix_operations import exercises

SLIDES = datasets.load_matrix_operation()
PAGE = "ex-matrix-operations-"

# x = (4, -1) through the whole-number layer, with a pencil.
SUMS = [4 + 1, 0 - 2, 12 - 1]
# x = (5, 2) through node 3: 5 · 0.4727 = 2.3635 and 2 · (-0.5188) = -1.0376, so 1.3259 before the bias of -0.6986.
NODE_3 = 1.3259
W13, B3 = 0.4727, -0.6986
FIRST = [[0.4727, -0.5188], [-0.5681, -0.6032], [-0.0252, -0.3011]]
BIAS = [-0.6986, -0.6602, -0.4860]


def answer_to_zeros(*kept: int) -> float:
    """Run the network on zeros, one neuron at a time, with the biases of some layers only."""
    values = [0.0, 0.0]
    for number, (weight, bias) in enumerate(SLIDES.layers):
        own = bias if number in kept else 0 * bias
        values = [sum(v * w for v, w in zip(values, ws, strict=True)) + c for ws, c in zip(weight, own, strict=True)]
    return values[0]


def columns(*parts: list) -> list:
    return np.hstack([np.reshape(part, (3, -1)) for part in parts]).tolist()


RIGHT = {
    1: (8, 3),
    2: [5 + 1, -2 + 0, 11 - 2],
    3: "w37",
    4: 8 + 4 + 12 + 3 + 3 + 1,
    5: NODE_3 + B3,
    6: answer_to_zeros(0, 1, 2),
    7: columns(FIRST, BIAS),
    8: 64 * (784 * 128 + 128 * 10),
}
MISTAKES = [
    (1, (3, 8), "transposed"),
    (1, (3,), "batch-forgotten"),
    (1, (8, 2), "shape-of-input"),
    (1, (3, 2), "shape-of-weight"),
    (2, SUMS, "bias-forgotten"),
    (2, [5 - 1, -2 - 0, 11 + 2], "bias-subtracted"),
    (2, [-1 - 4 + 1, 8 + 0, -3 + 4 - 2], "inputs-swapped"),
    (2, [-6, 2, -9], "wrong-sign"),
    (3, "w46", "row-for-column"),
    (3, "w73", "subscript-reversed"),
    (3, "w14", "wrong-layer"),
    (4, 8 + 12 + 3, "biases-not-counted"),
    (4, 31 + 2, "inputs-counted"),
    (4, 8 + 4 + 12 + 3, "output-layer-forgotten"),
    (5, NODE_3, "bias-forgotten"),
    (5, NODE_3 - B3, "bias-subtracted"),
    (5, 1 * W13 + 5 * -0.5188 + B3, "other-input-changed"),
    (6, answer_to_zeros(), "bias-forgotten"),
    (6, answer_to_zeros(2), "last-bias-alone"),
    (6, answer_to_zeros(1, 2), "first-bias-lost"),
    (7, columns(FIRST, [0, 0, 0]), "bias-forgotten"),
    (7, columns(BIAS, FIRST), "bias-in-front"),
    (7, np.transpose(columns(FIRST, BIAS)), "transposed"),
    (7, FIRST, "wrong-shape"),
    (8, 101_632, "one-example"),
    (8, 2 * 64 * 101_632, "additions-counted"),
    (8, 64 * (101_632 + 128 + 10), "bias-multiplied"),
]


@pytest.mark.parametrize("number", RIGHT)
def test_the_answer_worked_out_here_is_right(number):
    assert check(f"{PAGE}{number}", RIGHT[number]).right


@pytest.mark.parametrize(("number", "answer", "kind"), MISTAKES)
def test_a_typical_mistake_is_named(number, answer, kind):
    assert check(f"{PAGE}{number}", answer).kind == kind


def test_every_exercise_and_every_mistake_of_the_chapter_is_tried_here():
    registered = {(label, kind) for label, exercise in exercises().items() for kind in exercise.mistakes}
    tried = {(f"{PAGE}{number}", kind) for number, _, kind in MISTAKES}
    assert registered <= tried
    assert set(exercises()) == {f"{PAGE}{number}" for number in RIGHT}


def test_every_exercise_knows_two_mistakes_or_more():
    assert min(len(exercise.mistakes) for exercise in exercises().values()) >= 2


@pytest.mark.parametrize(("number", "answer", "kind"), MISTAKES)
def test_a_mistake_is_explained_in_chinese_too(number, answer, kind):
    english = check(f"{PAGE}{number}", answer).message
    language.use("zh-TW")
    assert check(f"{PAGE}{number}", answer).message != english


@pytest.mark.torch
def test_a_shape_may_come_as_pytorch_gives_it():
    import torch

    assert check(f"{PAGE}1", torch.ones(8, 3).shape).right


@pytest.mark.parametrize("answer", ["w37", "W37", " w37 "])
def test_the_weights_name_is_read_with_indulgence(answer):
    assert check(f"{PAGE}3", answer).right
