"""The exercises of *Let models agree, or ask a person*: the answers that are written down are what the module gives."""

import pytest
from introdl.exercises import check
from introdl.selective import conformal_limit, risk_coverage

PAGE = "ex-human-and-ai"


def kind(number, answer):
    return check(f"{PAGE}-{number}", answer).kind


def test_asking_pays_from_one_in_twenty():
    assert [kind(2, p) for p in (0.05, 0.95, 20, 0.5)] == [
        "right",
        "sure-of-good",
        "upside-down",
        "price-of-false-alarm",
    ]


def test_the_point_of_the_curve_is_the_curves():
    curve = risk_coverage([0, 0, 1, 0, 1], [0.9, 0.8, 0.8, 0.7, 0.6]).set_index("threshold")["risk"]
    assert kind(3, curve[0.8]) == "right"
    assert kind(3, curve[0.6]) == "nothing-referred"
    assert kind(3, curve[0.9]) == "tie-broken"


def test_a_person_who_errs_costs_as_well():
    assert kind(4, (30 + 20 + 20 + 2) / 100) == "right"
    assert kind(4, (30 + 20) / 100) == "person-perfect"
    assert kind(4, 72 / 60) == "answered-only"


def test_a_hundredth_needs_99_parts():
    assert kind(5, 99) == "right"
    assert conformal_limit(range(99), 0.01) == 98
    with pytest.raises(ValueError, match="at least 99"):
        conformal_limit(range(98), 0.01)
    assert kind(5, 98) == "one-too-few"
