"""The simulated milling machine: its rules as written, its agreement with AI4I 2020, and its limits."""

import time

import numpy as np
import pytest
from introdl import simulate

COLUMNS = ["type", "air_temperature", "process_temperature", "speed", "torque", "tool_wear"]
REASONS = [f"{reason}_failure" for reason in ("tool_wear", "heat_dissipation", "power", "overstrain", "random")]
LIMITS = {"L": 11_000, "M": 12_000, "H": 13_000}

# What the published file holds (10,000 parts): mean and SD of a column, a failure's count.
FILE = {
    "air_temperature": (300.005, 2.000),
    "process_temperature": (310.006, 1.484),
    "speed": (1538.78, 179.28),
    "torque": (39.987, 9.969),
    "tool_wear": (107.95, 63.65),
}
FILE_COUNTS = {
    "tool_wear_failure": 46,
    "heat_dissipation_failure": 115,
    "power_failure": 95,
    "overstrain_failure": 98,
    "random_failure": 19,
}
FILE_CORRELATION = -0.875


@pytest.fixture(scope="module")
def parts():
    return simulate.milling()


@pytest.fixture(scope="module")
def many():
    """Twenty machines of 10,000 parts."""
    return [simulate.milling(seed=seed) for seed in range(20)]


def power(table):
    return table["torque"] * table["speed"] * 2 * np.pi / 60


def last_of_its_tool(table):
    """Whether the next part meets a new tool (for the table's own last part that cannot be known: no)."""
    return np.append(np.diff(table["tool_wear"]) < 0, False)


def test_the_table_has_a_row_a_part_and_says_that_it_is_simulated(parts):
    assert list(parts.columns) == [*COLUMNS, "failure", *REASONS]
    assert len(parts) == 10_000
    assert not parts.isna().any().any()
    assert set(parts.attrs["units"]) == set(parts.columns)
    assert "simulated" in parts.attrs["source"]
    assert set(np.unique(parts[["failure", *REASONS]])) == {0, 1}


def test_the_seed_decides():
    first, again, other = (simulate.milling(500, seed) for seed in (3, 3, 4))
    assert first.equals(again)
    assert not first.equals(other)


# --- the rules, from the printed numbers ---


def test_a_part_fails_if_it_fails_for_any_reason(parts):
    assert (parts["failure"] == parts[REASONS].any(axis=1)).all()
    assert parts["failure"].sum() < parts[REASONS].to_numpy().sum(), "some part fails for two reasons"


def test_heat_dissipation_fails_under_8_6_kelvin_and_under_1380_rpm(parts):
    tenths = (10 * parts["process_temperature"]).round() - (10 * parts["air_temperature"]).round()
    assert ((tenths < 86) & (parts["speed"] < 1380)).astype(int).equals(parts["heat_dissipation_failure"])
    assert ((tenths == 86) & (parts["speed"] < 1380)).any(), "the edge is met"


def test_power_fails_outside_3500_to_9000_watts(parts):
    outside = (power(parts) < 3500) | (power(parts) > 9000)
    assert outside.astype(int).equals(parts["power_failure"])
    assert (power(parts) < 3500).any()


def test_overstrain_fails_above_the_limit_of_the_type(parts):
    over = parts["tool_wear"] * parts["torque"] > parts["type"].map(LIMITS)
    assert over.astype(int).equals(parts["overstrain_failure"])


def test_wear_grows_by_the_type_of_the_part_before_and_starts_again_at_0(parts):
    grows = np.diff(parts["tool_wear"])
    new = grows < 0
    assert parts["tool_wear"][0] == 0
    assert (parts["tool_wear"][1:][new] == 0).all()
    assert (grows[~new] == parts["type"].map({"L": 2, "M": 3, "H": 5}).to_numpy()[:-1][~new]).all()


def test_only_the_last_part_of_a_tool_fails_of_wear_and_two_fifths_of_them_do(many):
    last = [last_of_its_tool(table) for table in many]
    failed = [table["tool_wear_failure"].to_numpy() == 1 for table in many]
    for of_tool, of_failure in zip(last, failed, strict=True):
        assert not (of_failure[:-1] & ~of_tool[:-1]).any()
    tools = np.sum([of_tool.sum() for of_tool in last])
    assert np.sum([of_failure[:-1].sum() for of_failure in failed]) / tools == pytest.approx(0.40, abs=0.04)


def test_light_parts_turn_fast_and_no_torque_is_negative():
    table = simulate.milling(20_000, torque_mean=0.0)
    light = table["torque"] < 12
    assert table["torque"].min() >= 0
    assert (table["speed"] > 0).all()
    assert (table["speed"] - (3000 - 30 * table["torque"]))[light].abs().max() < 6 * 50
    assert (table["speed"] - (3000 - 30 * table["torque"]))[light].std() == pytest.approx(50, rel=0.03)


# --- against the published file: its figures (test_simulate_ai4i2020.py looks whether they are) ---


@pytest.mark.parametrize("column", FILE)
def test_means_and_spreads_are_those_of_the_file(many, column):
    mean, spread = FILE[column]
    assert np.mean([table[column].mean() for table in many]) == pytest.approx(mean, abs=0.02 * spread)
    if column != "process_temperature":  # two walks add up as chance has it: the next test
        assert np.mean([table[column].std() for table in many]) == pytest.approx(spread, rel=0.03)


def test_the_spread_of_process_temperature_differs_from_machine_to_machine_and_the_files_is_among_them():
    spreads = [simulate.milling(2000, seed)["process_temperature"].std() for seed in range(200)]
    assert 1.0 <= min(spreads) < FILE["process_temperature"][1] < np.median(spreads) < max(spreads) < 3.01
    differences = simulate.milling(seed=1).pipe(lambda t: t["process_temperature"] - t["air_temperature"])
    assert differences.mean() == pytest.approx(10, abs=0.01)
    assert differences.std() == pytest.approx(1, abs=0.01)


def test_speed_falls_with_torque_as_in_the_file(many):
    correlations = [table["speed"].corr(table["torque"]) for table in many]
    assert np.mean(correlations) == pytest.approx(FILE_CORRELATION, abs=0.01)
    assert min(correlations) < FILE_CORRELATION < max(correlations)


def test_types_come_as_in_the_file(many):
    shares = np.mean([table["type"].value_counts(normalize=True)[list("LMH")] for table in many], axis=0)
    assert shares == pytest.approx([0.6000, 0.2997, 0.1003], abs=0.005)


def test_power_is_spread_as_in_the_file(many):
    """The file: 6280 W in the mean, SD 1067 W; 31 parts under 3500 W and 64 above 9000 W."""
    assert np.mean([power(table).mean() for table in many]) == pytest.approx(6280, abs=15)
    assert np.mean([power(table).std() for table in many]) == pytest.approx(1067, abs=15)
    assert np.mean([(power(table) < 3500).sum() for table in many]) == pytest.approx(31, abs=12)
    assert np.mean([(power(table) > 9000).sum() for table in many]) == pytest.approx(64, abs=8)


def test_tools_end_as_in_the_file(many):
    """The file: 119 tools replaced, at 198 to 253 min, 215.7 min in the mean, SD 10.6 min."""
    ends = np.concatenate([table["tool_wear"][last_of_its_tool(table)] for table in many])
    assert ends.mean() == pytest.approx(215.7, abs=1)
    assert ends.std() == pytest.approx(10.6, abs=0.7)
    assert len(ends) / len(many) == pytest.approx(119, abs=1.5)
    assert np.quantile(ends, [0.005, 0.995]) == pytest.approx([198, 253], abs=4)


@pytest.mark.parametrize(
    ("reason", "within"),
    [("tool_wear_failure", 4), ("heat_dissipation_failure", 40), ("power_failure", 12), ("overstrain_failure", 8)],
)
def test_each_failure_is_about_as_frequent_as_in_the_file(many, reason, within):
    """Mean of twenty machines; a walk of temperatures gives some machines hardly any heat dissipation failure."""
    assert np.mean([table[reason].sum() for table in many]) == pytest.approx(FILE_COUNTS[reason], abs=within)


def test_random_failures_are_as_described_and_not_as_in_the_file(many):
    """Described: 1 in 1000. The file has 19 in 10,000, and marks 18 of them as no failure."""
    assert np.mean([table["random_failure"].sum() for table in many]) == pytest.approx(10, abs=2.2)
    assert all((table["failure"] >= table["random_failure"]).all() for table in many)


def test_heat_dissipation_failures_differ_from_machine_to_machine():
    rates = [simulate.milling(seed=seed)["heat_dissipation_failure"].mean() for seed in range(60)]
    assert min(rates) < 0.003
    assert 0.018 < max(rates) < 0.025


# --- the options ---


def test_a_harder_material_changes_torque_and_nothing_that_does_not_follow_from_it():
    usual, hard = simulate.milling(5000), simulate.milling(5000, torque_mean=46.0)
    kept = ["type", "air_temperature", "process_temperature", "tool_wear", "tool_wear_failure", "random_failure"]
    assert hard[kept].equals(usual[kept])
    assert (hard["torque"] - usual["torque"]).median() == pytest.approx(6, abs=0.11)
    assert hard["failure"].mean() > 1.3 * usual["failure"].mean()


def test_another_mix_of_types_leaves_temperatures_and_torque_as_they_were():
    usual, other = simulate.milling(5000), simulate.milling(5000, types={"L": 0.2, "H": 0.8})
    assert other["type"].value_counts(normalize=True).to_dict() == pytest.approx({"L": 0.2, "H": 0.8}, abs=0.02)
    assert other[["air_temperature", "torque", "speed"]].equals(usual[["air_temperature", "torque", "speed"]])


def test_the_usual_mix_may_be_named():
    assert simulate.milling(300, types={"L": 0.6, "M": 0.3, "H": 0.1}).equals(simulate.milling(300))


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_a_few_parts_are_parts_too(parts):
    table = simulate.milling(parts)
    assert len(table) == parts
    assert not table.isna().any().any()
    assert table["tool_wear"][0] == 0


def test_a_hundred_thousand_parts_take_a_moment():
    began = time.process_time()
    assert len(simulate.milling(100_000)) == 100_000
    assert time.process_time() - began < 3  # 0.2 s on a free core


# --- bad input ---


@pytest.mark.parametrize(
    ("bad", "error", "says"),
    [
        ({"parts": 0}, ValueError, "parts must be at least 1"),
        ({"parts": 2.5}, TypeError, "parts must be a whole number"),
        ({"seed": "x"}, TypeError, "seed must be a whole number"),
        ({"seed": -1}, ValueError, "seed must be at least 0"),
        ({"types": ["L", "M"]}, TypeError, "types must give a share"),
        ({"types": {"L": "half", "M": 0.5}}, TypeError, "types must give a share"),
        ({"types": {"L": 0.5, "X": 0.5}}, ValueError, "types must be among L, M, H, got L, X"),
        ({"types": {"L": 0.5, "M": 0.3}}, ValueError, "add up to 1"),
        ({"types": {"L": 1.5, "M": -0.5}}, ValueError, "from 0 to 1"),
        ({"types": {"L": float("nan"), "M": 1.0}}, ValueError, "from 0 to 1"),
        ({"types": {}}, ValueError, "add up to 1"),
        ({"torque_mean": -1}, ValueError, "torque_mean must be between 0 and 100"),
        ({"torque_mean": 101}, ValueError, "torque_mean must be between 0 and 100"),
        ({"torque_mean": float("nan")}, ValueError, "torque_mean"),
        ({"torque_mean": "hard"}, TypeError, "torque_mean"),
    ],
)
def test_bad_input_is_refused_by_name(bad, error, says):
    with pytest.raises(error, match=says):
        simulate.milling(**bad)
