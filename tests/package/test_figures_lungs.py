"""Lungs drawn: what stands in the drawing and its description, in both languages, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import simulate
from introdl.agreement import agreement
from introdl.figures import (
    agreements,
    correlations,
    distractor,
    healthy_looking,
    limits_of_agreement,
    promises,
    two_curves,
    two_limits,
)
from introdl.language import use
from introdl.lungs import extended_ric, inside_healthy

GRID = np.arange(5, 51)
CURVES = {
    "healthy": extended_ric(GRID, 0.25, 0.00053, 0.30, 0.19),
    "obstructed": extended_ric(GRID, 0.30, 0.00053, 0.90, 0.08),
}
PEOPLE = simulate.spirometry_people(300, seed=1)
INPUTS = simulate.oscillometry(PEOPLE, seed=2).features
ILL = PEOPLE["ratio"] < 0.65
rng = np.random.default_rng(0)
MEASURED = PEOPLE["fev1"].to_numpy()
ESTIMATED = MEASURED + rng.normal(0, 0.3, len(MEASURED))
CHANCE = rng.random(300)
HAPPENED = rng.random(300) < CHANCE
SHUFFLED = pd.DataFrame({"alone": [0.2, 0.7], "shuffled": [-0.3, 90.0]}, index=["VT", "height"])

DRAWINGS = {
    "curves": (
        lambda: two_curves(GRID, CURVES),
        ["lungs.healthy", "lungs.obstructed", "lungs.resistance-axis", "lungs.reactance-axis", "lungs.mark-fres"],
    ),
    "limits": (lambda: two_limits(PEOPLE), ["lungs.female", "lungs.male", "lungs.only-fixed", "lungs.age-axis"]),
    "correlations": (lambda: correlations(INPUTS), ["lungs.correlation"]),
    "inside": (lambda: healthy_looking(inside_healthy(INPUTS[["AX", "R5"]], ~ILL, ILL)), ["lungs.inside-axis"]),
    "agreement": (
        lambda: limits_of_agreement(MEASURED, ESTIMATED, ILL),
        ["lungs.mean-axis", "lungs.apart-axis", "lungs.obstructed"],
    ),
    "agreements": (
        lambda: agreements({"body": agreement(MEASURED, ESTIMATED), "forest": agreement(MEASURED, ESTIMATED)}),
        ["lungs.body", "lungs.forest", "lungs.agreements-axis"],
    ),
    "promises": (lambda: promises(HAPPENED, CHANCE), ["lungs.promised", "lungs.happened"]),
    "distractor": (lambda: distractor(SHUFFLED), ["lungs.short-VT", "lungs.height", "lungs.alone", "lungs.shuffled"]),
}


@pytest.fixture(autouse=True)
def _english_again():
    yield
    use("en")


@pytest.mark.parametrize("code", ["en", "zh-TW"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_labelled_in_the_readers_language_and_says_simulated(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, [*labels, "lungs.simulated"], code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_described_in_both_languages(name):
    assert_described_in_both_languages(DRAWINGS[name][0])


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_description_ends_by_saying_simulated(name):
    assert DRAWINGS[name][0]().alt.endswith("The data are simulated.")


def test_fres_and_ax_of_each_lung_are_in_the_description():
    said = two_curves(GRID, CURVES).alt
    assert "healthy: resistance falls from 0.32 to 0.25" in said
    assert "crosses zero at 15.6 Hz; AX 0.49 kPa/L" in said
    assert "crosses zero at 24.3 Hz" in said


def test_a_curve_that_does_not_cross_has_no_mark_and_says_so():
    drawing = two_curves([5, 10], {"healthy": ([0.4, 0.3], [-0.2, -0.1]), "x": ([0.4, 0.3], [0.1, 0.2])})
    assert "has not crossed zero at 10.0 Hz; AX at least 0.75" in drawing.alt
    assert "Fres at most 5.0 Hz, AX 0.00" in drawing.alt
    marks = [line for line in drawing.figure.axes[1].lines if line.get_marker() not in ("None", "")]
    assert marks == []


def test_real_people_are_not_called_simulated():
    drawing = two_limits(PEOPLE, simulated=False)
    assert "simulated" not in " ".join([*texts(drawing), drawing.alt])


def test_the_counts_of_the_two_limits_add_up_to_those_below_either():
    from introdl.lungs import reference

    limit = reference(PEOPLE["sex"], PEOPLE["age"], PEOPLE["height"])["ratio_lln"]
    women = PEOPLE["sex"] == "female"
    both = (women & (PEOPLE["ratio"] < 0.70) & (PEOPLE["ratio"] < limit)).sum()
    only = (women & (PEOPLE["ratio"] < 0.70) & (PEOPLE["ratio"] >= limit)).sum()
    assert f"women, {women.sum()} people: {both} below both, {only} below 0.70 only" in two_limits(PEOPLE).alt


def test_the_limits_are_written_beside_their_lines():
    found = agreement(MEASURED, ESTIMATED)
    shown = texts(limits_of_agreement(MEASURED, ESTIMATED))
    assert f"+{found.limits.high:.2f}" in shown
    assert f"{found.limits.low:.2f}".replace("-", "−") in shown


def test_r_stands_beside_the_limits_of_each_model():
    assert texts(DRAWINGS["agreements"][0]()).count(f"r {agreement(MEASURED, ESTIMATED).r:.2f}") == 2


def test_promises_are_counted_group_by_group():
    drawing = promises([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3], edges=[0, 0.5, 1])
    assert "promised 20%, happened 0% (0 of 2); promised 85%, happened 100% (2 of 2)" in drawing.alt


def test_a_chance_of_one_belongs_to_the_last_group():
    assert "promised 100%, happened 100% (3 of 3)" in promises([1, 1, 1], [1, 1, 1], edges=[0, 0.5, 1]).alt


@pytest.mark.parametrize(
    ("draw", "said"),
    [
        (lambda: two_curves(GRID, {}), "one to 4"),
        (lambda: two_curves(GRID, {"a": ([1, 2], [1, 2])}), "same number of rows"),
        (lambda: correlations(pd.DataFrame({"a": [1.0, 2], "b": [1.0, 1]})), "none of them constant"),
        (lambda: agreements({}), "at least one"),
        (lambda: limits_of_agreement([1, 2], [1, 2]), "at least 3 people"),
        (lambda: limits_of_agreement([1, 2, 3], [1, 2, 3], [True]), "same number of rows"),
        (lambda: promises([0, 1], [0.5, 1.5]), "probabilities from 0 to 1"),
        (lambda: promises([0, 1], [0.5, 0.5], edges=[0.1, 1]), "edges must rise from 0 to 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, said):
    with pytest.raises(ValueError, match=said):
        draw()


@pytest.mark.parametrize("draw", [healthy_looking, distractor])
def test_another_table_is_refused(draw):
    with pytest.raises(TypeError, match="expected the"):
        draw(pd.DataFrame({"a": [1]}))
