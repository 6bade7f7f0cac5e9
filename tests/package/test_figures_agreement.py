"""The drawings of models that agree: in the reader's language, with the numbers put in, called simulated."""

import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import language
from introdl.figures import fail_together, in_and_out, person_errs, risk_against_coverage
from introdl.selective import risk_coverage

CURVE = risk_coverage([0, 0, 1, 1], [0.9, 0.8, 0.7, 0.6])
REPORT = pd.DataFrame(
    {
        "where": ["in range", "out of range"] * 2,
        "model": ["forest", "forest", "agreement", "agreement"],
        "error rate": [0.01, 0.2, 0.005, float("nan")],
        "error from": [0.008, 0.1, 0.002, float("nan")],
        "error to": [0.02, 0.3, 0.01, float("nan")],
        "cost": [0.1, 1.5, 0.2, 0.5],
        "cost from": [0.05, 1.2, 0.1, 0.4],
        "cost to": [0.2, 1.8, 0.3, 0.6],
        "referrals per 100": [0.0, 0.0, 4.0, 100.0],
    }
)
DRAWINGS = {
    "together": lambda: fail_together({"SVM": 0.02, "forest": 0.01}, together=0.008),
    "curve": lambda: risk_against_coverage({"forest": CURVE}, {"agreement": (0.75, 0.1)}),
    "errors": lambda: in_and_out(REPORT),
    "costs": lambda: in_and_out(REPORT, "cost"),
    "referrals": lambda: in_and_out(REPORT, "referrals per 100"),
    "person": lambda: person_errs([0.0, 0.3], {"agreement": [0.2, 0.4]}, {"forest": 0.3}),
}


@pytest.mark.parametrize("code", ["en", "zh-TW"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_says_that_it_is_simulated_in_the_readers_language(name, code):
    word = "agreement.share-wrong" if name == "together" else "agreement.simulated"
    assert_labels_are_drawn(DRAWINGS[name], [word, "tables.forest"], code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_drawing_is_described_in_both_languages(name):
    assert_described_in_both_languages(DRAWINGS[name])


def test_measured_and_multiplied_are_told_apart():
    alt = DRAWINGS["together"]().alt
    assert "measured: 0.80%" in alt
    assert "multiplied: 0.02%" in alt
    assert {"2.00%", "1.00%", "0.80%", "0.02%"} <= set(texts(DRAWINGS["together"]()))


def test_the_curve_is_read_at_coverages_that_it_has():
    assert "0.00% at coverage 0.50, 50.00% at 0.90, 50.00% at 1.00" in DRAWINGS["curve"]().alt


def test_a_model_that_answered_nothing_is_not_drawn_as_never_wrong():
    language.use("en")
    assert "agreement: 0.50% in range, nothing answered out of range" in in_and_out(REPORT).alt
    assert "forest: 0.10 in range, 1.50 out of range" in in_and_out(REPORT, "cost").alt


def test_costs_with_a_person_are_told_from_end_to_end():
    assert "agreement: 0.20 if the person is wrong in 0%, 0.40 in 30%" in DRAWINGS["person"]().alt


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda: fail_together({"a": 0.1}, 0.1), "two or more"),
        (lambda: fail_together({"a": 0.1, "b": 0.0}, 0.1), "above 0"),
        (lambda: risk_against_coverage({}, {}), "one to four"),
        (lambda: in_and_out(REPORT, "misses"), "got 'misses'"),
        (lambda: in_and_out(REPORT[REPORT["where"] == "in range"]), "in range and out of range"),
        (lambda: person_errs([0.0, 0.1], {"a": [1.0]}, {}), "each of the 2 rates"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(draw, says):
    with pytest.raises(ValueError, match=says):
        draw()
