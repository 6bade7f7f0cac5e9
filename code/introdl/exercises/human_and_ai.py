"""The exercises of *Let models agree, or ask a person*: joint errors, when to ask, risk, cost, the conformal rule."""

from __future__ import annotations

from introdl.exercises import Exercise


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-human-and-ai-1": Exercise(right="c", mistakes={"multiplied": "a", "one-left": "b", "not-joint": "d"}),
        "ex-human-and-ai-2": Exercise(
            right=0.05, mistakes={"sure-of-good": 0.95, "upside-down": 20.0, "price-of-false-alarm": 0.5}
        ),
        "ex-human-and-ai-3": Exercise(
            right=1 / 3, mistakes={"all-parts": 1 / 5, "tie-broken": 0.0, "nothing-referred": 2 / 5}
        ),
        "ex-human-and-ai-4": Exercise(
            right=0.72,
            mistakes={"person-perfect": 0.5, "asking-for-nothing": 0.52, "answered-only": 1.2, "sum-not-mean": 72.0},
        ),
        "ex-human-and-ai-5": Exercise(
            right=99, mistakes={"round-number": 100, "of-a-tenth": 9, "one-too-few": 98}, tolerance=1e-6
        ),
        "ex-human-and-ai-6": Exercise(
            right="b", mistakes={"cost-hoped-for": "a", "all-over": "c", "left-to-luck": "d"}
        ),
    }
