"""The drawings of logistic regression: in the reader's language, with the numbers of what they were given."""

import re

import numpy as np
import pytest
from drawn import assert_labels_are_drawn, texts
from introdl import datasets, figures, language, logistic

SVG = "{http://www.w3.org/2000/svg}"
PEOPLE = datasets.load_tug()
SECONDS, LOW = PEOPLE["tug"].to_numpy(float), PEOPLE["y2"].to_numpy(float)
FIT = logistic.fit(SECONDS, LOW)
Z = np.linspace(-6, 6, 13)
SAID = logistic.sigmoid(Z)
LOSSES = {"cross-entropy": -np.log(SAID), "squared": (1 - SAID) ** 2}
SLOPES = {"cross-entropy": SAID - 1, "squared": 2 * (SAID - 1) * SAID * (1 - SAID)}
WALKS = {"cross-entropy": [2, 0.9, 0.5], "squared": [2, 1.9, 1.8]}
GRADES = [[0.1, 0.2, 0.7], [0.3, 0.3, 0.4], [0.6, 0.3, 0.1]]


def weights(steps=20):
    return {"slow": np.arange(steps + 1.0), "slow-penalty": np.ones(steps + 1), "low": np.full(steps + 1, 0.25)}


DRAWINGS = {
    "low_scores": (
        lambda: figures.low_scores(SECONDS, LOW, {"line": (0.046, -0.34), "sigmoid": (FIT.weight, FIT.bias)}),
        [
            "people.seconds",
            "probability.probability",
            "probability.no-such",
            "probability.is-low",
            "probability.not-low",
        ],
    ),
    "doubled_odds": (
        lambda: figures.doubled_odds(2),
        ["probability.log-odds", "probability.probability-p", "probability.odds-beside"],
    ),
    "logistic_neuron": (lambda: figures.logistic_neuron(0.25, -4.5, 16), ["probability.one-neuron"]),
    "two_losses": (
        lambda: figures.two_losses(Z, LOSSES, SLOPES),
        [f"probability.{name}" for name in ("losses", "slopes", "cross-entropy", "squared", "logit-of-truth")],
    ),
    "two_descents": (lambda: figures.two_descents(WALKS, 0.57), ["probability.steps", "probability.loss"]),
    "growing_weights": (
        lambda: figures.growing_weights(weights()),
        [f"probability.{name}" for name in ("steps", "weight", "weight-slow", "weight-slow-penalty", "weight-low")],
    ),
    "grade_probabilities": (
        lambda: figures.grade_probabilities([10, 15, 20], GRADES, [6, 5, 12]),
        ["people.seconds", "probability.of-grade"],
    ),
    "left_out": (
        lambda: figures.left_out([1.3, 1.28, 1.8], 1.29, [1, 2, 14]),
        ["probability.factor", "probability.no-change", "probability.with-everybody"],
    ),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_description_is_in_the_readers_language_with_the_same_numbers(name):
    draw, _ = DRAWINGS[name]
    english = draw().alt
    language.use("zh-TW")
    chinese = draw().alt
    assert re.search("[\u4e00-\u9fff]", chinese)
    assert not re.search("[\u4e00-\u9fff]", english)
    numbers = [sorted(re.findall(r"−?\d[\d,.:]*\d|\d", text)) for text in (english, chinese)]
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_minus_sign_is_a_minus_sign_and_no_label_is_left_unfilled(name):
    draw, _ = DRAWINGS[name]
    for text in [draw().alt, *texts(draw())]:
        assert not re.search(r"-\d", text)
        assert not re.search(r"[{}]", text)


# --- what the drawings say


def test_everybody_is_drawn_once():
    axes = figures.low_scores(SECONDS, LOW, {"line": (0, 0.26)}).figure.axes[0]
    marks = [line for line in axes.lines if line.get_marker() in "os"]
    drawn = sorted((x, y < 0) for line in marks for x, y in zip(*line.get_data(), strict=True))
    assert drawn == sorted((x, y == 0) for x, y in zip(SECONDS, LOW, strict=True))
    places = [(x, round(y, 6)) for line in marks for x, y in zip(*line.get_data(), strict=True)]
    assert len(set(places)) == 23, "nobody hides another"


def test_the_marks_stay_outside_the_probabilities_and_inside_the_drawing():
    axes = figures.low_scores(SECONDS, LOW, {"line": (0, 0.26)}).figure.axes[0]
    heights = np.concatenate([line.get_ydata() for line in axes.lines if line.get_marker() in "os"])
    assert ((heights < 0) | (heights > 1)).all()
    bottom, top = axes.get_ylim()
    assert (heights > bottom).all()
    assert (heights < top).all()


def test_the_line_leaves_the_probabilities_and_the_curve_does_not():
    alt = figures.low_scores(SECONDS, LOW, {"line": (0.0459, -0.3418), "sigmoid": (FIT.weight[0], FIT.bias)}).alt
    assert "the straight line says −0.34 at 0 seconds and 1.49 at 40 seconds" in alt
    assert "the S-shaped curve says 0.01 at 0 seconds and 1.00 at 40 seconds" in alt
    assert "6 of them have a low score" in alt


def test_the_odds_stand_at_their_probabilities():
    alt = figures.doubled_odds(2).alt
    assert "1:4, 1:2, 1:1, 2:1, 4:1; the probabilities there are 0.20, 0.33, 0.50, 0.67, 0.80" in alt
    assert {"1:4", "1:2", "1:1", "2:1", "4:1"} <= set(texts(figures.doubled_odds(2)))


def test_the_neuron_computes_by_hand():
    # 0.25 · 16 − 4.5 = −0.5, and 1 / (1 + e^0.5) = 0.378
    alt = figures.logistic_neuron(0.25, -4.5, 16).alt
    assert "z = −0.500" in alt
    assert "probability 0.378" in alt


def test_the_losses_are_described_where_the_model_is_surely_wrong():
    alt = figures.two_losses(Z, LOSSES, SLOPES).alt
    assert "the cross-entropy is 6.00 and the squared loss 1.00" in alt
    assert "slope of the cross-entropy is −0.998 and that of the squared loss −0.005" in alt


def test_a_walk_says_when_it_is_below_the_level_or_that_it_never_is():
    alt = figures.two_descents(WALKS, 0.57).alt
    assert "following the cross-entropy: after 2 steps; following the squared loss: not within these steps" in alt


def test_the_weights_are_described_after_ten_steps_and_at_the_end():
    assert "slow (y1), no penalty: 10.00 after 10 steps, 20.00 after 20 steps" in figures.growing_weights(weights()).alt


def test_the_grades_are_described_at_both_ends():
    alt = figures.grade_probabilities([10, 15, 20], GRADES, [6, 5, 12]).alt
    assert "At 10 seconds: low (6 people) 0.10, middle (5 people) 0.20, high (12 people) 0.70" in alt
    assert "At 20 seconds: low (6 people) 0.60" in alt


def test_the_person_whose_absence_changes_most_is_named_by_number():
    figure = figures.left_out([1.3, 1.28, 1.8], 1.29, [1, 2, 14])
    assert "1.28 to 1.80, against 1.29 with everybody. Most changes without person 14" in figure.alt
    assert any("14" in text for text in texts(figure))


def test_dots_left_out_do_not_hide_one_another():
    axes = figures.left_out([1.28] * 9 + [1.29, 1.8], 1.29, range(1, 12)).figure.axes[0]
    across, up = next(line for line in axes.lines if line.get_marker() == "o").get_data()
    assert len({(round(x, 3), y) for x, y in zip(across, up, strict=True)}) == 11


@pytest.mark.torch
def test_tensors_are_drawn_too():
    import torch

    drawn = figures.grade_probabilities(torch.tensor([10.0, 15, 20]), torch.tensor(GRADES), [6, 5, 12])
    assert drawn.alt == figures.grade_probabilities([10, 15, 20], GRADES, [6, 5, 12]).alt


# --- what is refused

REFUSED = {
    "an unknown model": (lambda: figures.low_scores(SECONDS, LOW, {"spline": (1, 2)}), "got 'spline'"),
    "no model": (lambda: figures.low_scores(SECONDS, LOW, {}), "got none"),
    "labels": (lambda: figures.low_scores([8, 9], [0, 2], {"line": (1, 2)}), "low must hold 0 and 1 only, got 2"),
    "lengths": (lambda: figures.low_scores([8, 9], [0], {"line": (1, 2)}), "same number of rows, got 2 and 1"),
    "nan": (lambda: figures.low_scores([8, np.nan], [0, 1], {"line": (1, 2)}), "finite numbers only, got nan"),
    "no doubling": (lambda: figures.doubled_odds(0), "doublings must be 1 to 5, got 0"),
    "a weight that is nan": (lambda: figures.logistic_neuron(np.nan, 0, 1), "weight must hold finite numbers"),
    "other losses": (lambda: figures.two_losses(Z, {"squared": Z}, SLOPES), "losses must be called cross-entropy and"),
    "curve lengths": (lambda: figures.two_losses(Z[1:], LOSSES, SLOPES), "same number of rows, got 12 and 13"),
    "other walks": (lambda: figures.two_descents({"squared": [1]}, 1), "in this order, got"),
    "few steps": (
        lambda: figures.growing_weights({"slow": [1, 2]}),
        "slow must hold the weight after each of 10 steps",
    ),
    "no weights": (lambda: figures.growing_weights({}), "got none"),
    "two grades": (lambda: figures.grade_probabilities([1], [[0.5, 0.5]], [1, 2]), r"must have shape \(1, 3\)"),
    "no probabilities": (lambda: figures.grade_probabilities([1], [[1, 1, 1]], [1, 2, 3]), "add up to 1, got 3.000"),
    "a factor of 0": (lambda: figures.left_out([0, 1], 1, [1, 2]), "factors must be positive, .* the smallest 0"),
    "people": (lambda: figures.left_out([1, 1], 1, [1]), "got 2 for 1 people"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_drawn_is_refused(what):
    draw, message = REFUSED[what]
    with pytest.raises(ValueError, match=message):
        draw()
