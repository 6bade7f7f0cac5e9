"""The exercises of *Test every group on its own*: never an alarm, rows needed, many looks, broken promises, causes."""

from __future__ import annotations

from introdl.exercises import Exercise
from introdl.subgroups import needed

# What scikit-learn's forest says is written down here, so that no check has to train one; the tests train it.
GAP_WORN_L, GAP_L, GAP_WORN_M = 1.964, 0.820, -0.516  # exercise 4: happened − promised, percentage points
SURE_OF_H, SURE_OF_ALL = 0.9383, 0.9136  # exercise 5: 6% of the confidences lie below


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    often = needed(0.6, 0.5, power=0.9)
    return {
        "ex-testing-by-groups-1": Exercise(
            right="c", mistakes={"largest-group": "a", "middle-group": "b", "same-for-all": "d"}
        ),
        "ex-testing-by-groups-2": Exercise(
            right=often,
            mistakes={
                "four-in-five": needed(0.6, 0.5),
                "both-groups": 2 * often,
                "level-for-power": needed(0.6, 0.5, level=0.9),
            },
            tolerance=2e-3,
        ),
        "ex-testing-by-groups-3": Exercise(
            right=1 - 0.95**12,
            mistakes={"added-up": 12 * 0.05, "all-hold": 0.95**12, "only-one": 0.05, "exactly-one": 0.6 * 0.95**11},
            tolerance=1.2e-2,
        ),
        "ex-testing-by-groups-4": Exercise(
            right=GAP_WORN_L,
            mistakes={"all-of-l": GAP_L, "other-type": GAP_WORN_M, "as-share": GAP_WORN_L / 100},
            tolerance=6e-2,
        ),
        "ex-testing-by-groups-5": Exercise(
            right=SURE_OF_H,
            mistakes={"all-types": SURE_OF_ALL, "upper-end": 1.0, "old-threshold": 0.9},
            tolerance=6e-3,
        ),
        "ex-testing-by-groups-6": Exercise(
            right="c",
            mistakes={"more-did-nothing": "a", "rates-alike": "b", "own-did-nothing": "d", "labels-agreed": "e"},
        ),
    }
