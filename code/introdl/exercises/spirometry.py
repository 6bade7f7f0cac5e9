"""The exercises of *Estimate a hard blow from quiet breathing*: curves, areas by hand, agreement, a narrow group."""

from __future__ import annotations

from introdl.exercises import Exercise

# What the page's simulated people give is written down here, so that no check has to simulate; the tests do.
WOMEN_INSIDE, ALL_INSIDE, WOMEN_BY_ALL = 16 / 60, 53 / 140, 12 / 60  # exercise 3
HALVED_BIAS, LINEAR_BIAS, LINEAR_R = -1.4024, 0.0198, 0.8772  # exercise 4: L, L, none
FVC_SD = {"four": 0.4874, "body": 0.5095, "full": 0.4756, "no-height": 0.5972}  # exercise 6: L
FEV1_SD, FVC_R = 0.4186, 0.873  # of the same four columns


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-spirometry-1": Exercise(
            right="b", mistakes={"softer-for-stiffer": "a", "high-frequencies": "c", "only-resistance": "d"}
        ),
        "ex-spirometry-2": Exercise(
            right=1.1,
            mistakes={"triangle-forgotten": 0.9, "up-to-15": 1.05, "triangle-too-wide": 1.2, "fres-for-ax": 40 / 3},
            tolerance=4e-3,
        ),
        "ex-spirometry-3": Exercise(
            right=WOMEN_INSIDE,
            mistakes={
                "both-sexes": ALL_INSIDE,
                "limits-of-all": WOMEN_BY_ALL,
                "outside": 1 - WOMEN_INSIDE,
                "counted": 16,
            },
            tolerance=1e-2,
        ),
        "ex-spirometry-4": Exercise(
            right=HALVED_BIAS,
            mistakes={"r-for-bias": LINEAR_R, "not-halved": LINEAR_BIAS},
            tolerance=1e-2,
        ),
        "ex-spirometry-5": Exercise(right="b", mistakes={"same-model": "a", "alike": "c", "error-grows": "d"}),
        "ex-spirometry-6": Exercise(
            right=FVC_SD["four"],
            mistakes={
                "fev1-for-fvc": FEV1_SD,
                "ax-missing": FVC_SD["body"],
                "all-columns": FVC_SD["full"],
                "height-missing": FVC_SD["no-height"],
                "r-for-sd": FVC_R,
            },
            tolerance=4e-3,
        ),
    }
