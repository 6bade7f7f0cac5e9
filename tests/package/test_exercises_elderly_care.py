"""What the exercises of elderly-care take for right is what the simulator and the arithmetic give."""

import numpy as np
import pytest
from introdl import simulate, tags
from introdl.exercises import check


def test_the_angle():
    assert check("ex-elderly-care-1", np.degrees(np.arccos(0.5))).right
    assert check("ex-elderly-care-1", np.arccos(0.5)).kind == "radians"


@pytest.mark.parametrize(("seconds", "kind"), [(20, "right"), (10, "ten-seconds")])
def test_longer_windows(seconds, kind):
    cut = tags.windows(simulate.tag_readings(people=14, trials=4, room="A", seed=0), seconds=seconds)
    assert check("ex-elderly-care-2", 100 * cut.loc[cut["readings"] > 0, "mixed"].mean()).kind == kind


def test_silent_windows_are_not_to_be_counted():
    cut = tags.windows(simulate.tag_readings(people=14, trials=4, room="A", seed=0), seconds=20)
    assert check("ex-elderly-care-2", 100 * cut["mixed"].mean()).kind == "silent-too"


@pytest.mark.parametrize(("seed", "kind"), [(1, "right"), (0, "seed-0")])
def test_another_night(seed, kind):
    cut = tags.windows(simulate.tag_night(seed=seed)[0])
    assert check("ex-elderly-care-4", 100 * (cut["readings"] == 0).mean()).kind == kind
