"""The exercises of *Train one network with several processes*: unequal parts, bytes, Amdahl, a checkpoint, a mean."""

from __future__ import annotations

from introdl.exercises import Exercise


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-beyond-one-device-1": Exercise(right="b", mistakes={"as-before": "a", "turned-round": "c", "told-of": "d"}),
        "ex-beyond-one-device-2": Exercise(
            right=150.0,
            mistakes={"whole-twice": 200.0, "gradient-alone": 100.0, "once-around": 75.0, "in-bytes": 150e6},
        ),
        "ex-beyond-one-device-3": Exercise(
            right=100 / 19,
            mistakes={"all-divided": 10.0, "milliseconds": 19.0, "upside-down": 0.19, "part-alone": 100 / 9},
        ),
        "ex-beyond-one-device-4": Exercise(
            right="b", mistakes={"weights-are-all": "a", "refused": "c", "from-the-start": "d"}
        ),
        "ex-beyond-one-device-5": Exercise(right=3.5, mistakes={"mean-of-means": 3.0, "not-divided": 28.0}),
    }
