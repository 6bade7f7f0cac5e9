"""The simulator of instrumented walks: shaped as the slides' table, and as slow, as unsteady as published people."""

import numpy as np
import pytest
from introdl import datasets, simulate
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

STAMPS = [f"t{number}" for number in range(1, 7)]


@pytest.fixture(scope="module")
def robust():
    return simulate.instrumented_tug(people=20_000, seed=0, frail=0)


@pytest.fixture(scope="module")
def mixed():
    return simulate.instrumented_tug(people=20_000, seed=0)


def durations(people):
    """What a fair model may see: the gaps between the stamps, and the other columns, without tug, time, y1 and n."""
    others = people[["age", "step_frequency", "px", "py", "pz", "steps"]]
    return np.c_[np.diff(people[STAMPS], axis=1), others, people["gender"] == "M"]


def r2(people, columns):
    model = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 3, 12)))
    said = cross_val_predict(model, columns, people["tug"], cv=5)
    return 1 - ((said - people["tug"]) ** 2).mean() / people["tug"].var()


def test_the_table_is_shaped_as_the_slides(mixed):
    assert list(mixed.columns) == list(datasets.load_tug().columns)
    assert set(mixed.attrs["units"]) == set(mixed.columns)
    assert "simulated" in mixed.attrs["source"]
    assert not mixed.isna().any().any()


def test_the_seed_decides():
    first, again, other = (simulate.instrumented_tug(5, seed) for seed in (0, 0, 1))
    assert first.equals(again)
    assert not first.equals(other)


def test_stamps_are_moments_that_rise_and_the_test_lasts_from_the_first_to_the_last(mixed):
    assert (np.diff(mixed[STAMPS], axis=1) > 0).all()
    assert (mixed["t1"] > 0).all()
    last_less_first = mixed["t6"] - mixed["t1"]
    assert (mixed["tug"] - last_less_first).abs().max() <= 0.5 + 0.01 + 1e-9  # stamps are rounded to 0.01 s
    assert mixed["time"].equals(mixed["tug"])


def test_the_samples_are_the_stamps_counted_at_the_rate():
    people = simulate.instrumented_tug(people=500, seed=2, rate=45.3)
    for stamp in STAMPS:
        samples = people[stamp.replace("t", "n")]
        assert (samples - 45.3 * people[stamp]).abs().max() <= 0.5 + 45.3 * 0.005 + 1e-9


def test_the_labels_are_cuts_through_time_and_score(mixed):
    assert ((mixed["tug"] >= 14) == mixed["y1"]).all()
    assert ((mixed["bbs"] <= 22) == mixed["y2"]).all()
    assert (mixed["bbs"] % 2 == 0).all()
    assert mixed["bbs"].between(0, 28).all()


@pytest.mark.parametrize(("ages", "published"), [((60, 69), 8.1), ((70, 79), 9.2)])
def test_robust_people_take_as_long_as_bohannons(robust, ages, published):
    """Bohannon 2006: 8.1 s at 60 to 69, 9.2 s at 70 to 79; ours 8.1 and 9.1."""
    assert robust.loc[robust["age"].between(*ages), "tug"].mean() == pytest.approx(published, abs=0.2)


def test_the_oldest_are_about_a_second_faster_than_bohannons(robust):
    """Bohannon 2006: 11.3 s at 80 to 99; ours 10.4 s, mostly just over 80. The docstring says so."""
    assert robust.loc[robust["age"] >= 80, "tug"].mean() == pytest.approx(10.4, abs=0.3)


def test_time_and_balance_go_together_between_the_published_correlations(robust, mixed):
    """Podsiadlo and Richardson 1991: −0.81 in a frail group; Alghadir 2018: −0.52 after a stroke."""
    assert mixed["tug"].corr(mixed["bbs"]) == pytest.approx(-0.81, abs=0.04)
    assert -0.70 < robust["tug"].corr(robust["bbs"]) < -0.52


def test_the_shares_of_slow_and_low_are_those_that_the_prototype_had(mixed):
    assert mixed["bbs"].mean() == pytest.approx(23.8, abs=0.3)
    assert mixed["bbs"].std() == pytest.approx(4.9, abs=0.2)
    assert mixed["y2"].mean() == pytest.approx(0.315, abs=0.02)
    assert (mixed["t6"] - mixed["t1"] >= 14).mean() == pytest.approx(0.118, abs=0.015)
    assert mixed["y1"].mean() > 0.13  # rounded to whole seconds, 13.5 s counts as 14


def test_85_persons_are_predicted_about_as_well_as_published():
    """Yu 2021, 85 persons: mean absolute error 2.01, root mean square 2.55 points; ours a little larger."""
    errors = []
    for seed in range(20):
        people = simulate.instrumented_tug(people=85, seed=seed)
        model = make_pipeline(StandardScaler(), RidgeCV(np.logspace(-2, 3, 12)))
        folds = KFold(5, shuffle=True, random_state=0)
        said = cross_val_predict(model, durations(people), people["bbs"], cv=folds)
        errors.append([np.abs(said - people["bbs"]).mean(), ((said - people["bbs"]) ** 2).mean() ** 0.5])
    mae, rmse = np.mean(errors, axis=0)
    assert mae == pytest.approx(2.15, abs=0.15)
    assert rmse == pytest.approx(2.8, abs=0.2)


def test_stamps_give_the_time_away_and_age_and_sex_do_not(mixed):
    people = mixed.iloc[:4000]
    sex = (people["gender"] == "M").astype(float)
    assert r2(people, people[["t1", "t6"]]) > 0.98  # whole seconds are all that is left
    steps = people[["age", "step_frequency", "px", "py", "pz", "steps"]].assign(sex=sex)
    assert r2(people, steps) > 0.94  # steps / frequency is nearly the walking time
    assert 0.5 < r2(people, steps.drop(columns="steps")) < 0.9
    assert r2(people, people[["age"]].assign(sex=sex)) < 0.35


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"people": 0}, "people"),
        ({"people": 2.5}, "people"),
        ({"frail": 0.5}, "frail"),
        ({"frail": float("nan")}, "frail"),
        ({"rate": 0}, "rate"),
        ({"seed": -1}, "seed"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(settings, message):
    with pytest.raises((TypeError, ValueError), match=message):
        simulate.instrumented_tug(**settings)
