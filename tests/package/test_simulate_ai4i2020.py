"""The simulated milling machine beside the published file itself; collected only where that is at hand (conftest)."""

import numpy as np
import pytest
from introdl import datasets, simulate

REASONS = [f"{reason}_failure" for reason in ("tool_wear", "heat_dissipation", "power", "overstrain", "random")]
COUNTS = [46, 115, 95, 98, 19]
LIMITS = {"L": 11_000, "M": 12_000, "H": 13_000}
FILE = {
    "air_temperature": (300.005, 2.000),
    "process_temperature": (310.006, 1.484),
    "speed": (1538.78, 179.28),
    "torque": (39.987, 9.969),
    "tool_wear": (107.95, 63.65),
}


@pytest.fixture(scope="module")
def parts():
    return simulate.milling()


@pytest.fixture(scope="module")
def published():
    return datasets.fetch_ai4i2020(download_if_missing=False)


def power(table):
    return table["torque"] * table["speed"] * 2 * np.pi / 60


def last_of_its_tool(table):
    return np.append(np.diff(table["tool_wear"]) < 0, False)


def test_the_table_says_what_it_is_and_on_which_terms(published):
    assert published.shape == (10_000, 12)
    assert published.attrs["licence"] == "CC BY 4.0"
    assert "10.24432/C5HS5C" in published.attrs["citation"]
    assert published.attrs["checksum"] == datasets.checksum("ai4i2020")
    assert set(published.attrs["units"]) == set(published.columns)


def test_the_figures_that_the_simulator_is_held_to_are_the_files(published):
    for column, (mean, spread) in FILE.items():
        assert published[column].mean() == pytest.approx(mean, rel=1e-4)
        assert published[column].std() == pytest.approx(spread, rel=1e-3)
    assert published[REASONS].sum().tolist() == COUNTS
    assert published["speed"].corr(published["torque"]) == pytest.approx(-0.875, abs=5e-4)


def test_simulated_and_published_tables_have_the_same_columns_and_kinds(parts, published):
    assert list(parts.columns) == list(published.columns)
    assert parts.dtypes.to_dict() == published.dtypes.to_dict()


def test_the_fitted_relation_leaves_in_the_file_what_the_simulator_adds_as_noise(published):
    """Speed from torque: the residual has mean 0 and SD 50 rpm wherever there are parts enough to tell."""
    expected = (2095 / published["torque"] + 104.7) * 60 / (2 * np.pi)
    expected = expected.where(published["torque"] >= 12, 3000 - 30 * published["torque"])
    residual = published["speed"] - expected
    for low, high in ((15, 25), (25, 35), (35, 45), (45, 55), (55, 80)):
        here = residual[published["torque"].between(low, high)]
        assert here.std() == pytest.approx(50, rel=0.06)
        assert abs(here.mean()) < 4 * here.std() / np.sqrt(len(here)), (low, high)
    light = residual[published["torque"] < 12]
    assert len(light) == 16
    assert light.abs().max() < 40


def test_the_rules_are_the_files(published):
    assert ((power(published) < 3500) | (power(published) > 9000)).astype(int).equals(published["power_failure"])
    over = published["tool_wear"] * published["torque"] > published["type"].map(LIMITS)
    assert over.astype(int).equals(published["overstrain_failure"])
    assert not (published["tool_wear_failure"].to_numpy()[:-1] > last_of_its_tool(published)[:-1]).any()


def test_the_files_heat_rule_hangs_on_rounding_at_8_6_kelvin_and_ours_does_not(published):
    difference = published["process_temperature"] - published["air_temperature"]
    slow, failed = published["speed"] < 1380, published["heat_dissipation_failure"] == 1
    assert (((difference < 8.6) & slow) == failed).all(), "as its own arithmetic has it"
    edge = (difference.round(1) == 8.6) & slow
    assert (edge.sum(), (edge & failed).sum()) == (27, 12)


def test_the_file_has_the_label_noise_that_the_simulator_leaves_out(published):
    any_reason = published[REASONS].any(axis=1)
    assert ((published["failure"] == 0) & any_reason).sum() == 18
    assert ((published["failure"] == 1) & ~any_reason).sum() == 9


def test_what_the_simulator_counts_is_as_likely_in_the_file(published):
    """Each failure's rate of the file lies within what 40 simulated machines show (random ones excepted)."""
    machines = [simulate.milling(seed=seed)[REASONS].sum() for seed in range(40)]
    for reason in REASONS[:4]:
        counts = [machine[reason] for machine in machines]
        assert min(counts) <= published[reason].sum() <= max(counts), reason
