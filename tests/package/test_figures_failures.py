"""The drawings of the gallery of failures say in the reader's language what the runs did, and refuse what is no run."""

import numpy as np
import pytest
import torch
from drawn import texts
from introdl import language
from introdl.figures import broken_and_cured, memorised, split_scores, two_fits

NAN, INF = float("nan"), float("inf")

DRAWINGS = {
    "runs": (
        lambda: broken_and_cured([2, 1.5, 1.2], [2, 1, 0.5], floor=1.0),
        ["failures.broken", "failures.cured", "failures.step", "failures.loss"],
    ),
    "epochs": (lambda: broken_and_cured([2, 1.5], [2, 1], unit="epoch"), ["failures.epoch"]),
    "fits": (
        lambda: two_fits([0, 1, 2], [0, 2, 4], [2, 2, 2], [0, 2, 4]),
        ["failures.examples", "failures.broken", "failures.cured"],
    ),
    "memorised": (
        lambda: memorised([2, 1, 0.5], [2, 1, 3]),
        ["failures.training", "failures.validation", "failures.epoch", "failures.loss"],
    ),
    "splits": (lambda: split_scores({"honest": [0.4, 0.6], "chosen": [0.8, 0.9]}), ["failures.accuracy"]),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    language.use(code)
    draw, labels = DRAWINGS[name]
    shown = texts(draw())
    assert [key for key in labels if language.label(key) not in shown] == []
    chinese = [key for key in labels if any("\u4e00" <= character <= "\u9fff" for character in language.label(key))]
    assert chinese == (labels if code == "zh-TW" else [])


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_description_is_in_the_readers_language(name, code):
    language.use(code)
    alt = DRAWINGS[name][0]().alt
    assert any("\u4e00" <= character <= "\u9fff" for character in alt) == (code == "zh-TW")
    assert "{" not in alt


def test_a_run_that_explodes_is_drawn_as_far_as_it_has_numbers_and_the_rest_is_told():
    figure = broken_and_cured([4, 40, 4e30, INF, NAN], [4, 2, 1])
    assert "no finite number from step 3 on" in figure.alt
    broken, cured = figure.figure.axes[0].get_lines()
    assert np.isfinite(broken.get_ydata()).all()
    assert len(broken.get_ydata()) == 3
    assert cured.get_ydata().tolist() == [4, 2, 1]


def test_an_exploding_run_leaves_the_picture_and_does_not_flatten_the_cured_one():
    low, high = broken_and_cured([4, 4e30], [4, 2, 1]).figure.axes[0].get_ylim()
    assert high < 1000
    assert low < 1


def test_the_floor_is_drawn_where_it_is_and_told():
    figure = broken_and_cured([2, 1.5, 1.2], [2, 1, 0.5], floor=1.0)
    heights = [line.get_ydata()[0] for line in figure.figure.axes[0].get_lines()]
    assert 1.0 in heights
    assert "1.000" in figure.alt


def test_the_two_runs_differ_in_more_than_their_colour():
    """A reader of grey print must tell them apart."""
    for figure in (broken_and_cured([2, 1], [2, 1]), memorised([2, 1], [2, 1])):
        lines = figure.figure.axes[0].get_lines()
        assert len({line.get_linestyle() for line in lines if len(line.get_xdata()) > 1}) > 1


def test_answers_are_joined_from_left_to_right():
    figure = two_fits([2, 0, 1], [4, 0, 2], [2, 2, 2], [4, 0, 2])
    assert figure.figure.axes[0].get_lines()[2].get_ydata().tolist() == [0, 2, 4]


def test_tensors_with_a_gradient_are_drawn():
    x = torch.arange(3.0).reshape(3, 1)
    answers = (2 * x).requires_grad_()
    assert "number 3" in two_fits(x, x, answers, answers).alt


def test_the_lowest_validation_loss_is_marked():
    figure = memorised([2, 1, 0.5, 0.1], [2, 1.5, 1, 3])
    assert "lowest, 1, after epoch 2, and 3 at the end" in figure.alt
    assert [2, 1] in [[*line.get_xdata(), *line.get_ydata()] for line in figure.figure.axes[0].get_lines()]


def test_each_strip_counts_its_splits():
    figure = split_scores({"honest": [0.5, 0.5, 0.6], "scaled": [0.4, 0.4, 0.4], "chosen": [1.0]})
    heights = [[bar.get_height() for bar in ax.patches] for ax in figure.figure.axes]
    assert heights == [[2, 1], [3], [1]]
    assert "mean accuracy 53%, number of splits 3" in figure.alt


@pytest.mark.parametrize(
    ("draw", "words"),
    [
        (lambda: broken_and_cured([2], [2, 1]), "two losses"),
        (lambda: broken_and_cured([], [2, 1]), "two losses"),
        (lambda: broken_and_cured([NAN, 1], [2, 1]), "first of them finite"),
        (lambda: broken_and_cured([2, 1], [2, NAN]), "cured must hold finite numbers"),
        (lambda: broken_and_cured([2, 1], [2]), "two losses"),
        (lambda: broken_and_cured([2, 1], [2, 0]), "positive"),
        (lambda: broken_and_cured([2, -1], [2, 1]), "positive"),
        (lambda: broken_and_cured([[2, 1]], [2, 1]), "shape"),
        (lambda: broken_and_cured([2, 1], [2, 1], unit="hour"), "unit must be 'step' or 'epoch', got 'hour'"),
        (lambda: broken_and_cured([2, 1], [2, 1], floor=NAN), "floor must hold finite numbers"),
        (lambda: two_fits([1, 2], [1, 2], [1, 2], [1]), "one length, got 2, 2, 2 and 1"),
        (lambda: two_fits([1, NAN], [1, 2], [1, 2], [1, 2]), "x must hold finite numbers"),
        (lambda: memorised([2, 1], [2]), "as many losses"),
        (lambda: memorised([2], [2]), "two or more"),
        (lambda: memorised([2, 1], [2, INF]), "validation must hold finite numbers"),
        (lambda: split_scores({}), "honest, scaled, chosen"),
        (lambda: split_scores({"other": [0.5]}), "other"),
        (lambda: split_scores({"honest": [50, 60]}), "between 0 and 1"),
        (lambda: split_scores({"honest": [0.5]}, chance=50), "chance must be between 0 and 1"),
    ],
)
def test_what_is_no_run_is_refused_with_a_reason(draw, words):
    with pytest.raises((TypeError, ValueError), match=words):
        draw()


@pytest.mark.parametrize("name", ["broken", "cured"])
def test_losses_on_the_device_meta_are_refused(name):
    runs = {"broken": [2.0, 1.0], "cured": [2.0, 1.0]} | {name: torch.ones(2, device="meta")}
    with pytest.raises(ValueError, match="meta"):
        broken_and_cured(**runs)


def test_words_are_no_losses():
    with pytest.raises(TypeError, match="real numbers"):
        broken_and_cured(["high", "low"], [2, 1])
