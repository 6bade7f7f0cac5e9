"""The exercises of *Manufacturing*: the answers that are written down are what the module gives."""

import pandas as pd
from introdl import simulate
from introdl.batches import false_alarms, phase_features
from introdl.exercises import check

PAGE = "ex-manufacturing"
SENSORS = ["jacket_temperature", "reactor_temperature", "pressure", "agitator_power", "gas_flow"]


def kind(number, answer):
    return check(f"{PAGE}-{number}", answer).kind


def test_the_area_is_that_of_two_trapezes():
    warm = pd.DataFrame({"batch": 1, "minute": [0, 10, 20], "heat": [20.0, 30.0, 40.0]})
    by_minutes, by_samples = (
        phase_features(warm, ["heat"], time=time, kinds=["area"]).iloc[0, 1] for time in ("minute", None)
    )
    assert [kind(2, area) for area in (by_minutes, by_samples)] == ["right", "samples-not-minutes"]


def test_the_alarms_are_those_that_are_counted():
    table = phase_features(
        simulate.reactor_batches(80, seed=0).query("batch <= 50"), SENSORS, phase="phase", time="minute"
    )
    assert kind(3, false_alarms(table, components=6, limit="formula").alarms) == "right"
    assert kind(3, false_alarms(table, components=3, limit="formula").alarms) == "three-components"
    assert kind(3, false_alarms(table, components=3).alarms) == "left-out-instead"


def test_every_part_and_every_referral_has_its_price():
    assert kind(5, (90 + 4 + 15) / 1000) == "right"
    assert kind(5, (90 + 4) / 1000) == "asking-for-nothing"
    assert kind(5, (9 + 4) / 1000) == "errors-only"
    assert kind(5, (90 + 4 + 15) / 970) == "answered-only"
