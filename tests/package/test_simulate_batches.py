"""The simulated reactor: its equations in closed cases, each fault where it belongs, and nothing else moved."""

import numpy as np
import pytest
from introdl.simulate import BATCH_FAULTS, BATCH_UNITS, reactor_batches

USUAL = reactor_batches(40, seed=1)


def of(table, number):
    return table[table["batch"] == number]


def test_the_columns_have_units_and_the_phases_come_in_order():
    assert list(USUAL.columns) == list(BATCH_UNITS) == list(USUAL.attrs["units"])
    for _, batch in USUAL.groupby("batch"):
        assert list(dict.fromkeys(batch["phase"])) == ["heat", "react", "cool"]
        assert (batch["minute"].diff().dropna() == 1).all()
        assert (batch["phase"] == "react").sum() == 60


def test_batches_last_about_a_hundred_minutes_and_nearly_all_reacts():
    sizes = USUAL.groupby("batch").size()
    assert 92 <= sizes.min() < sizes.max() <= 110
    assert USUAL["conversion"].between(94, 100).all()


def test_pressure_follows_the_temperature_and_power_the_conversion():
    expected = 1 + 0.012 * (USUAL["reactor_temperature"] - 25)
    assert (USUAL["pressure"] - expected).abs().max() < 0.06  # noise 0.01 bar and 0.2 K
    ends = USUAL.groupby("batch")[["agitator_power", "conversion"]].last()
    assert np.allclose(ends["agitator_power"] / 2, 1 + 0.008 * ends["conversion"], rtol=0.12)  # SD of a batch 3%


def test_the_gas_adds_up_to_what_has_reacted():
    for _, batch in USUAL.groupby("batch"):
        assert batch["gas_flow"].sum() == pytest.approx(batch["conversion"].iloc[0], abs=4)  # 100 L in all, by minutes


def test_the_same_seed_gives_the_same_batches_and_another_does_not():
    assert reactor_batches(5, seed=2).equals(reactor_batches(5, seed=2))
    assert not reactor_batches(5, seed=2).equals(reactor_batches(5, seed=3))


@pytest.mark.parametrize("fault", BATCH_FAULTS)
def test_a_fault_leaves_all_other_batches_as_they_were(fault):
    broken = reactor_batches(40, seed=1, faults={9: fault})
    assert of(broken, 9)["fault"].eq(fault).all()
    others = [table[table["batch"] != 9].reset_index(drop=True) for table in (USUAL, broken)]
    assert others[0].equals(others[1])


def test_each_fault_does_what_it_says():
    before = of(USUAL, 9)
    after = {fault: of(reactor_batches(40, seed=1, faults={9: fault}), 9) for fault in BATCH_FAULTS}
    assert after["weak catalyst"]["conversion"].iloc[0] < before["conversion"].iloc[0] - 3
    assert len(after["fouled jacket"]) > len(before) + 5
    sensor = after["temperature sensor"]
    gap = sensor["pressure"] - 1 - 0.012 * (sensor["reactor_temperature"] - 25)
    assert gap.mean() == pytest.approx(-0.012 * 4, abs=0.005)
    stirred = [
        table.loc[table["phase"] == "react", "agitator_power"].mean() for table in (before, after["stirrer blade"])
    ]
    assert stirred[1] / stirred[0] == pytest.approx(0.8, abs=0.02)


def test_fouling_makes_later_batches_longer():
    sizes = reactor_batches(40, seed=1, fouling=0.01).groupby("batch").size()
    assert sizes.iloc[-5:].mean() > sizes.iloc[:5].mean() + 5


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"count": 0}, ValueError, "at least 1"),
        ({"count": 2.5}, TypeError, "whole number"),
        ({"faults": {3: "ghost"}}, ValueError, "got ghost"),
        ({"faults": {50: "weak catalyst"}}, ValueError, "a fault for batch 50"),
        ({"faults": ["weak catalyst"]}, TypeError, "faults must give"),
        ({"fouling": 0.5}, ValueError, "between 0 and 0.01"),
    ],
)
def test_what_cannot_be_made_is_refused(settings, error, message):
    with pytest.raises(error, match=message):
        reactor_batches(**{"count": 10} | settings)
