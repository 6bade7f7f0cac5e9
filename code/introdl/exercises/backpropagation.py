"""The exercises of *Backpropagation*: deltas with a pencil, work, another loss, a step, ReLU on a tape, a referee."""

from __future__ import annotations

from introdl.exercises import Exercise

# The pencil's network after one step with learning rate 1, worked out in the tests by two other ways.
AFTER_THE_STEP = 0.026241
UPHILL = 0.714423
WEIGHTS_ALONE = 0.070626


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    delta_6, delta_7 = 1 / 4, -1 / 8
    forward = 784 * 128 + 128 * 10
    return {
        "ex-backpropagation-1": Exercise(
            right=delta_7,
            mistakes={
                "times-a-value": delta_7 / 2,
                "slope-forgotten": -1 / 2,
                "stopped-at-output": -1 / 4,
                "bias-left-alone": 0,
            },
        ),
        "ex-backpropagation-2": Exercise(
            right=(delta_6 * 1 + delta_7 * -3) / 4 * 2,
            mistakes={
                "only-through-6": delta_6 / 4 * 2,
                "only-through-7": delta_7 * -3 / 4 * 2,
                "slope-forgotten": (delta_6 * 1 + delta_7 * -3) * 2,
                "other-input": (delta_6 * 1 + delta_7 * -3) / 4,
                "paths-subtracted": (delta_6 * 1 - delta_7 * -3) / 4 * 2,
            },
        ),
        "ex-backpropagation-3": Exercise(
            right=2 * forward - 784 * 128,
            mistakes={
                "first-layer-too": 2 * forward,
                "forward-alone": forward,
                "rule-2-alone": 128 * 10,
            },
            tolerance=1e-9,
        ),
        "ex-backpropagation-4": Exercise(
            right=-1 / 4,
            mistakes={
                "still-squared": -1 / 8,
                "slope-kept": -1 / 16,
                "value-forgotten": -1 / 2,
            },
        ),
        "ex-backpropagation-5": Exercise(
            right=AFTER_THE_STEP,
            mistakes={"uphill": UPHILL, "weights-alone": WEIGHTS_ALONE, "before-the-step": 1 / 4},
        ),
        "ex-backpropagation-6": Exercise(
            right=[-8, 1, 2, 0, 0],
            mistakes={
                "relu-forgotten": [-32, 4, 8, -12, -24],
                "relu-slope-forgotten": [-8, 1, 2, -3, -6],
                "called-twice": [-16, 2, 4, 0, 0],
                "two-forgotten": [-4, 1 / 2, 1, 0, 0],
            },
        ),
        "ex-backpropagation-7": Exercise(
            right=[6, 3],
            mistakes={
                "one-example": [0, 1],
                "turned-round": [6, 1 / 3],
                "all-of-them": [20, 3],
                "first-layer-alone": [3, 3],
            },
            tolerance=1e-2,
        ),
    }
