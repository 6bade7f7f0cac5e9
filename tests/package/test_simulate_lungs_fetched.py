"""The simulated oscillometer on the real people of a survey; collected only where the data are at hand (conftest).

The notes, §5.3 and §13: real FEV1 and FVC (NHANES, 40 years and older), simulated impedance.
"""

import numpy as np
import pandas as pd
import pytest
from introdl import datasets, simulate
from introdl.agreement import agreement
from introdl.lungs import inside_healthy, reference, z_scores
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import KFold, cross_val_predict


@pytest.fixture(scope="module")
def people():
    people = datasets.fetch_nhanes_spirometry(age_from=40)
    return people.rename(columns={"gender": "sex"}).reset_index(drop=True)


@pytest.fixture(scope="module")
def inputs(people):
    return simulate.oscillometry(people, seed=4).features


def body(people):
    male = (people["sex"] == "male").astype(float)
    return pd.DataFrame({"male": male, "age": people["age"], "height": people["height"]})


def judged(table, y):
    folds = KFold(5, shuffle=True, random_state=0)
    return agreement(y.to_numpy(), cross_val_predict(LinearRegression(), table, y, cv=folds))


def test_the_people_are_those_of_the_notes(people):
    assert len(people) == 7019
    assert (people["ratio"] < 0.70).mean() == pytest.approx(0.185, abs=0.001)


def test_sex_age_and_height_alone_are_the_baseline_of_the_notes(people):
    fvc, fev1 = (judged(body(people), people[name]) for name in ("fvc", "fev1"))
    assert (fvc.r, fvc.sd) == (pytest.approx(0.803, abs=0.002), pytest.approx(0.608, abs=0.002))
    assert (fev1.r, fev1.sd) == (pytest.approx(0.771, abs=0.002), pytest.approx(0.507, abs=0.002))


def test_the_slides_inputs_are_about_as_good_as_in_the_prototype(people, inputs):
    fev1, fvc = (judged(inputs, people[name]) for name in ("fev1", "fvc"))
    assert (fev1.r, fev1.sd) == (pytest.approx(0.83, abs=0.025), pytest.approx(0.445, abs=0.03))
    assert (fvc.r, fvc.sd) == (pytest.approx(0.79, abs=0.025), pytest.approx(0.63, abs=0.03))
    with_height = judged(inputs.assign(height=people["height"]), people["fvc"])
    assert (with_height.r, with_height.sd) == (pytest.approx(0.83, abs=0.025), pytest.approx(0.57, abs=0.04))


def test_about_as_many_obstructed_people_look_healthy_as_in_the_large_study(people, inputs):
    scores = z_scores(people)
    healthy = (scores["z_ratio"] > -1) & (scores["z_fev1"] > -1) & (people["bmi"] < 32)
    ill = (people["ratio"] < 0.70) & (scores["z_fev1"] < -1.645)
    found = inside_healthy(inputs[["R5", "R20", "R5-R20", "X5", "AX", "Fres"]], healthy, ill)
    assert found["share"].between(0.29, 0.86).all()


def test_tidal_volume_stays_a_distractor_with_real_people(people, inputs):
    for sex in ("female", "male"):
        own = people["sex"] == sex
        assert abs(inputs["VT"][own].corr(people["fev1"][own])) < 0.06


def test_the_equation_puts_more_of_some_groups_below_its_limit(people):
    low = z_scores(people)["z_fev1"] < -1.645
    by_answer = low.groupby(people["ethnicity"]).mean()
    assert by_answer["black"] > by_answer["white"] + 0.15


def test_older_adults_blow_less_than_the_equation_says():
    older = datasets.fetch_rigr_mri()
    used = older[older["fev"].notna() & (older["age"] <= 80)]
    assert (len(older), len(used)) == (735, 622)
    expected = reference(used["sex"].str.lower(), used["age"], used["height"])
    found = agreement(used["fev"].to_numpy(), expected["fev1"].to_numpy())
    assert found.bias == pytest.approx(0.23, abs=0.01)
    assert found.r == pytest.approx(0.59, abs=0.01)
    assert np.mean(used["fev"].to_numpy() < expected["fev1_lln"]) == pytest.approx(0.17, abs=0.005)
