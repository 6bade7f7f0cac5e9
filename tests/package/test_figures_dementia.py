"""The dementia case drawn: what stands in each drawing and its description, in both languages, and what is refused."""

import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl.figures import (
    body_mass,
    inputs_compared,
    inside_and_outside,
    kept_promises,
    mmse_by_schooling,
    referral_strips,
    spread_in_bands,
    verified,
)
from introdl.language import use
from introdl.screening import screened
from introdl.simulate import two_stage_screening

PEOPLE = two_stage_screening(600, seed=1)
CHOSEN = pd.DataFrame(
    {
        "labels": ["true", "true", "shuffled", "shuffled"],
        "selection": ["outside", "inside", "outside", "inside"],
        "auc": [0.93, 0.89, 0.71, 0.51],
        "low": [0.90, 0.86, 0.65, 0.40],
        "high": [0.95, 0.91, 0.77, 0.61],
    }
)
INPUTS = pd.DataFrame({"inputs": ["age-sex", "atn"], "auc": [0.64, 0.85], "low": [0.55, 0.78], "high": [0.72, 0.91]})
BANDS = pd.DataFrame(
    {"band": ["21–30", "31–40"], "n": [98, 219], "q10": [21, 20], "q25": [27, 25], "q50": [36, 32]}
    | {"q75": [45, 40], "q90": [52, 50]}
)
PROMISES = pd.DataFrame(
    {"promised": [0.08, 0.37], "happened": [0.1, 0.41], "low": [0.05, 0.3], "high": [0.18, 0.52], "n": [101, 102]}
)
BODY = pd.DataFrame({"from": [20, 30, 50], "to": [30, 50, 80], "as kg": [0, 5, 95], "as lb": [70, 30, 0]})
COUNTS = {prevalence: screened(prevalence, 0.85, 0.85, 2000) for prevalence in (0.01, 0.05, 0.2)}

DRAWINGS = {
    "schooling": (lambda: mmse_by_schooling(PEOPLE), ["dementia.mmse", "dementia.share", "dementia.simulated"]),
    "verified": (
        lambda: verified({"sensitivity": (0.8, 0.98, 0.8), "specificity": (0.8, 0.3, 0.8)}),
        [f"dementia.{name}" for name in ("true", "diagnosed", "weighted", "sensitivity", "specificity", "simulated")],
    ),
    "body": (lambda: body_mass(BODY), ["dementia.as-kg", "dementia.as-lb", "dementia.bmi", "dementia.people"]),
    "chosen": (
        lambda: inside_and_outside(CHOSEN),
        [f"dementia.{name}" for name in ("inside", "outside", "labels-true", "labels-shuffled", "area")],
    ),
    "noise": (lambda: inside_and_outside(CHOSEN, simulated=True), ["dementia.simulated"]),
    "inputs": (lambda: inputs_compared(INPUTS), ["dementia.inputs-age-sex", "dementia.inputs-atn", "dementia.area"]),
    "bands": (lambda: spread_in_bands(BANDS), ["dementia.dsst", "dementia.atrophy"]),
    "promises": (lambda: kept_promises(PROMISES), ["dementia.promised", "dementia.happened"]),
    "strips": (lambda: referral_strips(COUNTS), ["dementia.found", "dementia.wrongly", "dementia.missed"]),
}


@pytest.fixture(autouse=True)
def _english_again():
    yield
    use("en")


@pytest.mark.parametrize("code", ["en", "zh-TW"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_labelled_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_described_in_both_languages(name):
    assert_described_in_both_languages(DRAWINGS[name][0])


@pytest.mark.parametrize("name", ["schooling", "verified", "noise"])
def test_simulated_is_said_on_the_drawing_and_in_its_description(name):
    drawing = DRAWINGS[name][0]()
    assert "simulated" in texts(drawing)
    assert "imulated" in drawing.alt


def test_real_data_are_not_called_simulated():
    for name in ("body", "chosen", "inputs", "bands", "promises", "strips"):
        assert not any("simulated" in text for text in texts(DRAWINGS[name][0]()))


def test_only_people_without_impairment_count_in_the_shares_under_the_cut():
    drawing = mmse_by_schooling(PEOPLE, cut=24)
    well = PEOPLE[(PEOPLE["impaired"] == 0) & (PEOPLE["schooling"] <= 4)]
    assert f"0–4 years, {len(well)} people" in drawing.alt
    assert f"{100 * (well['mmse'] < 24).mean():.0f}% under the cut" in drawing.alt


def test_the_strips_say_their_numbers_and_their_ppv():
    shown = texts(DRAWINGS["strips"][0]())
    assert "17 + 297 referred, PPV 5%; 3 missed" in shown
    assert "85 + 285 referred, PPV 23%; 15 missed" in shown
    assert "340 + 240 referred, PPV 59%; 60 missed" in shown


def test_every_inputs_compared_has_a_name_and_a_stranger_keeps_its_own():
    strange = INPUTS.assign(inputs=["age-sex", "handwriting"])
    assert {"age, sex", "handwriting"} <= set(texts(inputs_compared(strange)))


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: mmse_by_schooling(PEOPLE.drop(columns="mmse")), "columns"),
        (lambda: mmse_by_schooling(PEOPLE[PEOPLE["schooling"] > 4]), "nobody"),
        (lambda: verified({"accuracy": (1, 1, 1)}), "sensitivity and specificity"),
        (lambda: verified({"sensitivity": (1, 1)}), "three shares"),
        (lambda: verified({}), "none"),
        (lambda: body_mass(BODY.iloc[:0]), "at least one row"),
        (lambda: inside_and_outside(CHOSEN.assign(selection="before")), "inside or outside"),
        (lambda: inputs_compared([0.6]), "expected a table"),
        (lambda: spread_in_bands(BANDS.drop(columns="q50")), "q50"),
        (lambda: kept_promises(PROMISES.iloc[:0]), "at least one row"),
        (lambda: referral_strips({}), "at least one prevalence"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, message):
    with pytest.raises((TypeError, ValueError), match=message):
        draw()
