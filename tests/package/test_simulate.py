"""The simulator of repeated walks: its rules as written, its agreement with published figures, and its limits."""

import numpy as np
import pytest
from introdl import simulate

COLUMNS = ["person", "walk", "age", "tug", "step_frequency", "px", "py", "pz", "bbs"]


@pytest.fixture(scope="module")
def healthy():
    return simulate.repeated_walks(people=20000, walks=1, seed=5, frail=0)


@pytest.fixture(scope="module")
def mixed():
    return simulate.repeated_walks(people=20000, walks=1, seed=5)


@pytest.fixture(scope="module")
def repeated():
    return simulate.repeated_walks(people=400, walks=10, seed=6)


def test_the_table_has_a_row_a_walk_and_one_score_a_person():
    table = simulate.repeated_walks(people=7, walks=3, seed=1)
    assert list(table.columns) == COLUMNS
    assert table["person"].tolist() == sorted(list(range(1, 8)) * 3)
    assert table["walk"].tolist() == [1, 2, 3] * 7
    assert (table.groupby("person")[["bbs", "age"]].nunique() == 1).all().all()
    assert set(table.attrs["units"]) == set(COLUMNS)
    assert "simulated" in table.attrs["source"]


def test_the_seed_decides():
    first, again, other = (simulate.repeated_walks(5, 2, seed) for seed in (0, 0, 1))
    assert first.equals(again)
    assert not first.equals(other)


def test_scores_are_even_and_on_the_scale(mixed):
    assert (mixed["bbs"] % 2 == 0).all()
    assert mixed["bbs"].between(0, 28).all()
    assert mixed["age"].between(60, 95).all()


@pytest.mark.parametrize(("ages", "published"), [((60, 69), 8.1), ((70, 79), 9.2)])
def test_healthy_people_take_as_long_as_bohannons(healthy, ages, published):
    """Bohannon 2006: 8.1 s at 60 to 69, 9.2 s at 70 to 79."""
    assert healthy.loc[healthy["age"].between(*ages), "tug"].mean() == pytest.approx(published, abs=0.2)


def test_the_oldest_are_a_little_faster_than_bohannons(healthy):
    """Bohannon 2006: 11.3 s at 80 to 99. Ours are mostly just over 80, and stop at 95."""
    assert 10 < healthy.loc[healthy["age"] >= 80, "tug"].mean() < 11.3


def test_time_and_balance_go_together_as_in_podsiadlo_and_richardson(mixed):
    """Podsiadlo and Richardson 1991: r = −0.81 with the full scale of balance, in a frail group."""
    assert mixed["tug"].corr(mixed["bbs"]) == pytest.approx(-0.81, abs=0.03)


def test_frailty_makes_slower_and_lower(healthy, mixed):
    assert mixed["tug"].mean() > healthy["tug"].mean() + 1
    assert mixed["bbs"].mean() < healthy["bbs"].mean() - 1


def test_the_sensor_says_nothing_about_balance_or_time(mixed):
    correlations = mixed[["px", "py", "pz"]].apply(lambda column: [column.corr(mixed[name]) for name in ("bbs", "tug")])
    assert np.abs(correlations.to_numpy()).max() < 3 / np.sqrt(len(mixed))


def test_the_sensor_is_gravity_and_nothing_else(mixed):
    assert np.allclose(np.sqrt((mixed[["px", "py", "pz"]] ** 2).sum(axis=1)), 9.81, atol=0.02)


def test_the_sensor_tells_people_apart(repeated):
    groups = repeated.groupby("person")
    for column, most in (("py", 0.15), ("pz", 0.15)):
        within, between = groups[column].std().mean(), groups[column].mean().std()
        assert within < most < 2 < between


def test_walks_of_one_person_differ_as_written(repeated):
    logs = np.log(repeated["tug"])
    assert logs.groupby(repeated["person"]).std().mean() == pytest.approx(0.06, abs=0.003)
    steps = repeated.groupby("person")["step_frequency"]
    assert steps.std().mean() == pytest.approx(0.05, abs=0.003)


def test_people_are_not_equal_when_ability_is():
    """The factor of the person: the time of a person varies more between people than ability alone explains."""
    table = simulate.repeated_walks(people=4000, walks=20, seed=8, frail=0)
    means = np.log(table["tug"]).groupby(table["person"]).mean()
    age = table.groupby("person")["age"].first()
    slope, level = np.polyfit(age, means, 1)
    left = means - (slope * age + level)
    assert slope == pytest.approx(0.17 * 0.60 / 7, rel=0.1)
    assert left.std() == pytest.approx(np.hypot(0.17 * 0.8, 0.08), rel=0.05)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"people": 0}, ValueError, "people must be at least 1, got 0"),
        ({"walks": 0}, ValueError, "walks must be at least 1, got 0"),
        ({"people": 2.5}, TypeError, "people must be a whole number"),
        ({"seed": -1}, ValueError, "seed must be at least 0"),
        ({"seed": "a"}, TypeError, "seed must be a whole number"),
        ({"frail": 0.5}, ValueError, r"frail must be a probability between 0 and 0\.375, got 0\.5"),
        ({"frail": -0.1}, ValueError, "frail must be a probability"),
        ({"frail": float("nan")}, ValueError, "frail must hold finite numbers"),
        ({"frail": "often"}, TypeError, "frail must hold real numbers"),
        ({"frail": [0.1, 0.2]}, ValueError, "frail must have 0 dimensions"),
    ],
)
def test_what_cannot_be_simulated_is_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        simulate.repeated_walks(**arguments)


def test_importing_brings_neither_torch_nor_scikit_learn():
    import subprocess
    import sys

    code = (
        "import sys, introdl.simulate, introdl.checking, introdl.figures.checking; "
        "sys.exit(bool({'torch', 'sklearn', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
