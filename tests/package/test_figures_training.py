"""The drawings of training in practice show what they were given, in the reader's language, and refuse the rest."""

import numpy as np
import pytest
import torch
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import language
from introdl.figures import batch_slopes, four_curves, spread_by_layer, starts, three_paths

NAN = float("nan")
PATH = [[2, 1], [1, 0.5], [0.5, 0.1]]


def bowl(first, second):
    return first**2 + second**2


DRAWINGS = {
    "slopes": (lambda: batch_slopes({8: [1, 3], 32: [1.5, 2.5]}, full=2), ["training.slope"]),
    "paths": (lambda: three_paths(bowl, {"sgd": PATH, "momentum": PATH, "adam": PATH}), ["training.momentum"]),
    "spread": (
        lambda: spread_by_layer({"small": [1, 0.1, 0.01], "default": [1, 0.5, 0.2], "large": [1, 9, 99]}),
        ["training.small", "training.default", "training.large", "training.layers", "training.spread"],
    ),
    "curves": (
        lambda: four_curves({name: ([2, 1], [2, 3]) for name in "ABCD"}),
        ["training.training", "training.validation", "training.epoch", "training.loss"],
    ),
    "starts": (
        lambda: starts({"nothing": [50, 51], "decay": [45, 46], "dropout": [45, 45], "early": [46, 47]}, baseline=45),
        ["training.nothing", "training.decay", "training.dropout", "training.early", "training.error"],
    ),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    assert_labels_are_drawn(*DRAWINGS[name], code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_description_is_in_the_readers_language(name):
    assert_described_in_both_languages(DRAWINGS[name][0])


def lines_of(figure, place=0):
    return [line.get_xydata().tolist() for line in figure.figure.axes[place].get_lines()]


def test_each_batch_is_a_point_in_the_row_of_its_size():
    figure = batch_slopes({8: [1, 3, 4], 32: [1.5, 2.5]}, full=2)
    full, first, second = (np.array(line) for line in lines_of(figure))
    assert full[:, 0].tolist() == [2, 2]
    assert first[:, 0].tolist() == [1, 3, 4]
    assert np.abs(first[:, 1]).max() < 0.5 < second[:, 1].min()
    assert "Batches of 8: from 1 to 4, standard deviation 1.25." in figure.alt
    assert "batches of 32" in texts(figure)


def test_paths_are_drawn_whole_and_end_is_told():
    figure = three_paths(bowl, {"sgd": PATH, "adam": PATH})
    assert lines_of(figure)[0] == PATH
    assert "SGD: from (2, 1) to (0.5, 0.1), number of steps 2, loss 0.26 at the end." in figure.alt
    assert len(figure.figure.axes[0].get_legend().get_texts()) == 2


def test_paths_differ_in_more_than_their_colour():
    lines = three_paths(bowl, {"sgd": PATH, "momentum": PATH, "adam": PATH}).figure.axes[0].get_lines()
    assert len({line.get_linestyle() for line in lines if line.get_linestyle() != "None"}) == 3
    assert len({line.get_marker() for line in lines if line.get_marker() != "None"}) == 4


def test_a_spread_stands_on_a_logarithmic_axis_and_is_told_as_a_power():
    figure = spread_by_layer({"small": [1, 0.1, 6e-9], "large": [0.5, 30, 5000]})
    assert figure.figure.axes[0].get_yscale() == "log"
    assert "All too small: from 1 to 10⁻⁸ after 2 layers." in figure.alt
    assert "All too large: from 0.5 to 10⁴ after 2 layers." in figure.alt


def test_all_curves_stand_on_one_scale_from_0():
    figure = four_curves({"A": ([2, 1, 1], [2, 1, 3]), "B": ([1, 1, 1], [1, 1, 9]), "C": ([2, 1, 1], [2, 2, 2])})
    scales = {ax.get_ylim() for ax in figure.figure.axes[:3]}
    assert len(scales) == 1
    assert scales.pop()[0] == 0
    assert lines_of(figure, 1)[0][-1] == [2, 9]
    assert figure.figure.axes[1].get_ylim()[1] < 9
    assert "highest 7" in four_curves({"D": ([2, 7, 1], [2, 7, 1])}).alt
    assert "A: training from 2 to 1, highest 2; validation from 2 to 3, lowest 1 after epoch 1." in figure.alt


def test_a_bar_stands_at_the_mean_of_the_starts():
    figure = starts({"nothing": [50, 54], "early": [44, 45]}, baseline=45.5)
    line, circles, bar = lines_of(figure)[:3]
    assert line[0][0] == 45.5
    assert circles == [[50, 0], [54, 0]]
    assert bar == [[52, 0]]
    assert "Nothing: from 50.0 to 54.0, mean 52.0." in figure.alt


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: batch_slopes({}, full=2), "at least one size"),
        (lambda: batch_slopes({8: [1, NAN]}, full=2), "slopes of 8 must hold finite numbers"),
        (lambda: batch_slopes({8: [1]}, full=NAN), "full must hold finite numbers"),
        (lambda: three_paths(bowl, {}), "at least one path"),
        (lambda: three_paths(bowl, {"sgd": [[1, 2, 3]]}), "two weights"),
        (lambda: three_paths(bowl, {"newton": PATH}), "sgd, momentum, adam, got 'newton'"),
        (lambda: three_paths(bowl, {"sgd": [[NAN, 1]]}), "sgd must hold finite numbers"),
        (lambda: spread_by_layer({}), "at least one beginning"),
        (lambda: spread_by_layer({"small": [1, 0]}), "positive"),
        (lambda: spread_by_layer({"tiny": [1, 1]}), "got 'tiny'"),
        (lambda: four_curves({}), "one to four runs can be drawn, got 0"),
        (lambda: four_curves(dict.fromkeys("ABCDE", ([1, 2], [1, 2]))), "got 5"),
        (lambda: four_curves({"A": ([1, 2], [1])}), "as long"),
        (lambda: four_curves({"A": ([1, 2], [1, NAN])}), "validation of A must hold finite"),
        (lambda: starts({}, baseline=45), "at least one way"),
        (lambda: starts({"hope": [45]}, baseline=45), "got 'hope'"),
        (lambda: starts({"early": [NAN]}, baseline=45), "early must hold finite"),
        (lambda: starts({"early": []}, baseline=45), "early"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(draw, words):
    with pytest.raises((TypeError, ValueError), match=words):
        draw()


def test_tensors_are_drawn_whatever_gradient_they_carry_and_refused_without_numbers():
    path = torch.tensor(PATH, dtype=torch.float64, requires_grad=True)
    assert lines_of(three_paths(bowl, {"sgd": path}))[0] == PATH
    with pytest.raises(ValueError, match="meta"):
        three_paths(bowl, {"sgd": torch.ones(2, 2, device="meta")})
