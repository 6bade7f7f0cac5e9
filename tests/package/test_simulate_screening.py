"""Simulated elders from community to clinic: published checks, the rules, missing by design, what is refused."""

import numpy as np
import pandas as pd
import pytest
from introdl.simulate import two_stage_screening
from introdl.simulate.screening import MEDIAN_MMSE, SCREENING_UNITS, STAGE_TWO
from scipy.special import expit

MANY = 20_000
SEEDS = (0, 1, 2)


def by_schooling(table):
    return pd.cut(table["schooling"], [-1, 4, 8, 16], labels=["0-4", "5-8", "9+"])


@pytest.fixture(scope="module")
def community():
    return two_stage_screening(MANY, seed=0)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_medians_of_mmse_by_schooling_are_those_of_crum_within_half_a_point(seed):
    table = two_stage_screening(MANY, seed=seed)
    medians = table.groupby(by_schooling(table), observed=True)["mmse"].median()
    assert medians.tolist() == pytest.approx([22, 26, 29], abs=0.5)


@pytest.mark.parametrize("seed", SEEDS)
def test_patients_of_the_published_set_are_met_within_half_a_point(seed):
    # ds004504: 36 patients with Alzheimer's disease, MMSE 17.75, SD 4.5. About 400 simulated people here, so the mean
    # has a standard error of 0.23.
    table = two_stage_screening(MANY, seed=seed, severity=11.2)
    patients = table.query("impaired == 1 and schooling >= 9")["mmse"]
    assert len(patients) > 300
    assert patients.mean() == pytest.approx(17.8, abs=0.6)
    assert patients.std() == pytest.approx(4.5, abs=0.4)


@pytest.mark.parametrize("prevalence", [0.01, 0.05, 0.2, 0.5])
def test_as_many_are_impaired_as_were_asked_for(prevalence):
    table = two_stage_screening(MANY, seed=3, prevalence=prevalence)
    assert table["impaired"].mean() == pytest.approx(prevalence, abs=4 * np.sqrt(prevalence * (1 - prevalence) / MANY))


def test_the_odds_of_impairment_are_the_documented_ones(community):
    from sklearn.linear_model import LogisticRegression

    X = np.column_stack([community["site"] == "care site", community["age"] - 75, community["e4"]]).astype(float)
    fitted = LogisticRegression(C=1e6).fit(X, community["impaired"])
    assert fitted.coef_[0] == pytest.approx([1.2, 0.10, 0.9], abs=0.25)
    assert expit(fitted.decision_function(X)).mean() == pytest.approx(0.05, abs=0.005)


def test_nobody_who_was_not_referred_has_a_measurement_of_stage_two(community):
    sent = community["referred"] == 1
    assert community.loc[~sent, STAGE_TWO].isna().all(axis=None)
    assert community.loc[sent, STAGE_TWO].notna().all(axis=None)
    assert (sent == (community["mmse"] < 24)).all()


def test_the_diagnosis_of_the_referred_is_right_in_this_world(community):
    seen = community.dropna(subset=["cdr"])
    assert ((seen["cdr"] > 0) == (seen["impaired"] == 1)).all()
    assert set(seen["cdr"]) == {0, 0.5, 1, 2, 3}


def test_who_is_referred_changes_nobodys_measurements():
    first, second = (two_stage_screening(800, seed=5, cut=cut, sampled=share) for cut, share in ((24, 0), (20, 0.3)))
    everybody = [name for name in first if name not in [*STAGE_TWO, "referred"]]
    pd.testing.assert_frame_equal(first[everybody], second[everybody])
    both = (first["referred"] == 1) & (second["referred"] == 1)
    pd.testing.assert_frame_equal(first.loc[both, STAGE_TWO], second.loc[both, STAGE_TWO])


def test_a_share_of_those_above_the_cut_is_drawn_at_random():
    table = two_stage_screening(MANY, seed=4, sampled=0.1)
    above = table[table["mmse"] >= 24]
    assert above["referred"].mean() == pytest.approx(0.1, abs=0.01)
    assert above.groupby("site")["referred"].mean().to_numpy() == pytest.approx([0.1, 0.1], abs=0.015)
    assert two_stage_screening(500, sampled=1)["referred"].all()


def test_slowing_and_atrophy_go_with_the_points_lost_and_depression_with_nothing():
    table = two_stage_screening(MANY, seed=0, sampled=1, prevalence=0.3)
    ill = table["impaired"] == 1
    assert table.loc[ill, "theta"].mean() - table.loc[~ill, "theta"].mean() == pytest.approx(0.006 * 6, abs=0.003)
    assert table.loc[ill, "alpha"].mean() - table.loc[~ill, "alpha"].mean() == pytest.approx(-0.006 * 6, abs=0.003)
    assert table.loc[ill, "atrophy"].mean() - table.loc[~ill, "atrophy"].mean() == pytest.approx(0.8 * 6, abs=0.6)
    assert table.loc[ill, "blood_marker"].mean() == pytest.approx(1.2, abs=0.05)
    assert abs(np.corrcoef(table["gds15"], table["impaired"])[0, 1]) < 0.03


def test_the_same_seed_gives_the_same_people():
    pd.testing.assert_frame_equal(two_stage_screening(200, seed=9), two_stage_screening(200, seed=9))
    assert not two_stage_screening(200, seed=9).equals(two_stage_screening(200, seed=10))


def test_values_stay_in_range_and_every_column_has_a_unit(community):
    assert community["age"].between(60, 95).all()
    assert community["mmse"].between(0, 30).all()
    assert community["schooling"].between(0, 16).all()
    assert community["gds15"].between(0, 15).all()
    assert list(community.columns) == list(SCREENING_UNITS) == list(community.attrs["units"])
    assert community.attrs["source"].startswith("simulated")
    assert MEDIAN_MMSE == (22, 26, 29)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"people": 0}, "people"),
        ({"seed": 1.5}, "seed"),
        ({"prevalence": 0}, "above 0"),
        ({"prevalence": 0.6}, "between 0 and 0.5"),
        ({"sampled": 1.1}, "between 0 and 1"),
        ({"severity": -1}, "severity"),
        ({"cut": float("nan")}, "cut"),
        ({"prevalence": "5%"}, "prevalence"),
    ],
)
def test_what_is_out_of_range_is_refused_by_name(wrong, message):
    with pytest.raises((TypeError, ValueError), match=message):
        two_stage_screening(**wrong)
