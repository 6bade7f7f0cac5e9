"""The exercises of the case *elderly-care*: an angle, longer windows, a baseline, a night, whose trials."""

from __future__ import annotations

from introdl.exercises import Exercise


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-elderly-care-1": Exercise(
            right=60.0, tolerance=0.01, mistakes={"radians": 1.0472, "other-axis": 30.0, "linear": 45.0}
        ),
        "ex-elderly-care-2": Exercise(
            right=25.26, tolerance=0.002, mistakes={"silent-too": 24.95, "ten-seconds": 11.92, "as-share": 0.2526}
        ),
        "ex-elderly-care-3": Exercise(right=0.95, mistakes={"the-rest": 0.05, "hours-for-minutes": 1 - 24 / 8 / 24}),
        "ex-elderly-care-4": Exercise(right=3.16, tolerance=0.002, mistakes={"seed-0": 3.854, "as-share": 0.0316}),
        "ex-elderly-care-5": Exercise(right="b", mistakes={"kept-apart": "a", "a-fifth": "c", "not-in-the-file": "d"}),
    }
