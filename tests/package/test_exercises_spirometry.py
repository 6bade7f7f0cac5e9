"""The exercises of *Estimate a hard blow from quiet breathing*: written-down answers are what the simulator gives."""

import itertools

import numpy as np
import pandas as pd
import pytest
from introdl import simulate
from introdl.agreement import agreement
from introdl.exercises import check
from introdl.exercises.spirometry import (
    ALL_INSIDE,
    FEV1_SD,
    FVC_R,
    FVC_SD,
    HALVED_BIAS,
    LINEAR_BIAS,
    LINEAR_R,
    WOMEN_BY_ALL,
    WOMEN_INSIDE,
)
from introdl.lungs import crossing, extended_ric, inside_healthy, z_scores
from sklearn.linear_model import LinearRegression

OUTPUTS = ["fev1", "fvc"]


def body(people):
    male = (people["sex"] == "male").astype(float)
    return pd.DataFrame({"male": male, "age": people["age"], "height": people["height"]})


@pytest.fixture(scope="module")
def tables():
    """The page's people and their 21 inputs: learning and test."""
    learn, test = (simulate.spirometry_people(2000, seed=seed) for seed in (0, 1))
    inputs = (simulate.oscillometry(people, seed=seed).features for people, seed in ((learn, 2), (test, 3)))
    return learn, test, *inputs


def judged(columns, tables):
    learn, test, learn_inputs, test_inputs = tables
    fitted = LinearRegression().fit(columns(learn, learn_inputs), learn[OUTPUTS])
    guess = fitted.predict(columns(test, test_inputs))
    return {name: agreement(test[name].to_numpy(), guess[:, place]) for place, name in enumerate(OUTPUTS)}, guess


def full(people, inputs):
    return inputs.assign(height=people["height"])


def test_half_the_compliance_raises_fres_and_widens_the_area():
    grid, lung = np.arange(5, 51), {"R": 0.25, "I": 0.00053, "Rp": 0.30}
    soft, stiff = (crossing(grid, extended_ric(grid, **lung, Cp=cp)[1]) for cp in (0.19, 0.095))
    assert stiff.fres > soft.fres
    assert stiff.ax > soft.ax
    assert check("ex-spirometry-1", "b").right


def test_the_area_by_hand_is_that_of_the_curve_and_its_mistakes_are_named():
    found = crossing([5, 10, 15], [-0.24, -0.12, 0.06])
    assert check("ex-spirometry-2", found.ax[0]).right
    assert check("ex-spirometry-2", -found.ax[0]).kind == "wrong-sign"
    assert check("ex-spirometry-2", found.fres[0]).kind == "fres-for-ax"
    curve = [-0.24, -0.12, 0.06]
    assert check("ex-spirometry-2", sum(-5 * (a + b) / 2 for a, b in itertools.pairwise(curve))).kind == ("up-to-15")


def test_the_shares_of_healthy_looking_women_are_those_written_down(tables):
    _, test, _, inputs = tables
    scores, women = z_scores(test), test["sex"] == "female"
    healthy, ill = (scores > -1).all(axis=1), (scores[["z_ratio", "z_fev1"]] < -1.645).all(axis=1)
    found = [
        inside_healthy(inputs[["AX"]], *masks).loc["AX", "share"]
        for masks in ((healthy & women, ill & women), (healthy, ill), (healthy, ill & women))
    ]
    assert found == pytest.approx([WOMEN_INSIDE, ALL_INSIDE, WOMEN_BY_ALL], abs=1e-6)
    assert check("ex-spirometry-3", found[0]).right
    assert check("ex-spirometry-3", found[1]).kind == "both-sexes"


def test_halving_changes_the_bias_and_leaves_r(tables):
    _, test, _, _ = tables
    _, guess = judged(full, tables)
    plain, half = (agreement(test["fev1"].to_numpy(), guess[:, 0] / by) for by in (1, 2))
    assert (plain.bias, plain.r) == (pytest.approx(LINEAR_BIAS, abs=2e-3), pytest.approx(LINEAR_R, abs=2e-3))
    assert half.bias == pytest.approx(HALVED_BIAS, abs=2e-3)
    assert half.r == pytest.approx(plain.r)
    assert check("ex-spirometry-4", half.bias).right
    assert check("ex-spirometry-4", half.r).kind == "r-for-bias"


def test_among_men_of_60_to_70_r_falls_and_the_error_stays(tables):
    _, test, _, _ = tables
    found, guess = judged(full, tables)
    some = ((test["sex"] == "male") & test["age"].between(60, 70)).to_numpy()
    narrow = agreement(test["fev1"].to_numpy()[some], guess[some, 0])
    assert narrow.r < found["fev1"].r - 0.08
    assert narrow.sd == pytest.approx(found["fev1"].sd, rel=0.15)
    assert check("ex-spirometry-5", "b").right


def test_the_errors_of_the_four_columns_are_those_written_down(tables):
    found, _ = judged(lambda people, inputs: body(people).assign(AX=inputs["AX"]), tables)
    assert found["fvc"].sd == pytest.approx(FVC_SD["four"], abs=1e-3)
    assert (found["fev1"].sd, found["fvc"].r) == (pytest.approx(FEV1_SD, abs=1e-3), pytest.approx(FVC_R, abs=1e-3))
    others = {
        "body": lambda people, inputs: body(people),
        "full": full,
        "no-height": lambda people, inputs: body(people).drop(columns="height").assign(AX=inputs["AX"]),
    }
    for name, columns in others.items():
        assert judged(columns, tables)[0]["fvc"].sd == pytest.approx(FVC_SD[name], abs=1e-3)
    assert check("ex-spirometry-6", found["fvc"].sd).right
    assert check("ex-spirometry-6", FVC_SD["body"]).kind == "ax-missing"
