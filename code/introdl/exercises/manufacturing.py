"""The exercises of the case *Manufacturing*: units, an area by hand, counted alarms, charts, a cost, a wrong reason."""

from __future__ import annotations

from introdl.exercises import Exercise


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-manufacturing-1": Exercise(
            right="b", mistakes={"rows-counted": "a", "columns-counted": "c", "cells-counted": "d"}
        ),
        "ex-manufacturing-2": Exercise(
            right=600.0,
            mistakes={"samples-not-minutes": 60.0, "added-up": 90.0, "mean-only": 30.0, "steps-of-the-left": 500.0},
        ),
        "ex-manufacturing-3": Exercise(
            right=9, mistakes={"three-components": 5, "as-promised": 2.5, "left-out-instead": 2}, tolerance=1e-6
        ),
        "ex-manufacturing-4": Exercise(
            right="a", mistakes={"relations-kept": "b", "one-by-one": "c", "not-alike": "d"}
        ),
        "ex-manufacturing-5": Exercise(
            right=0.109,
            mistakes={
                "errors-only": 0.013,
                "asking-for-nothing": 0.094,
                "sum-not-mean": 109.0,
                "answered-only": 109 / 970,
            },
            tolerance=2e-4,
        ),
        "ex-manufacturing-6": Exercise(
            right="b", mistakes={"more-of-the-same": "a", "more-trees": "c", "promises-kept": "d"}
        ),
    }
