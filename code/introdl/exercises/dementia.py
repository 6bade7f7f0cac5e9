"""The exercises of the dementia case: cuts by schooling, the missed counted back, early choices, and what to claim."""

from __future__ import annotations

from introdl.exercises import Exercise
from introdl.screening import screened

# What the page's 4,000 simulated elders give is written down here, so that no check has to make them; tests make them.
OWN_CUT, OWN_CUT_ALL, OWN_CUT_ILL, AT_THE_LIMIT, ONE_CUT = 0.00659, 0.04825, 0.81553, 0.04323, 0.17132  # exercise 1


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    first = screened(0.05, 0.85, 0.85)
    return {
        "ex-dementia-1": Exercise(
            right=OWN_CUT,
            mistakes={
                "everybody": OWN_CUT_ALL,
                "the-impaired": OWN_CUT_ILL,
                "at-the-limit": AT_THE_LIMIT,
                "one-cut": ONE_CUT,
                "in-percent": 100 * OWN_CUT,
            },
            tolerance=5e-4,
        ),
        "ex-dementia-2": Exercise(
            right=40 / 60,
            mistakes={
                "own-files": 40 / 42,
                "ppv": 40 / 200,
                "share-for-count": 40 / (40 + 800 * 2 / 1000),
                "added-to-found": (40 + 20) / 1000,
            },
            tolerance=4e-3,
        ),
        "ex-dementia-3": Exercise(right="d", mistakes={"one-number": "a", "mean-of-all": "b", "hardly-varies": "c"}),
        "ex-dementia-4": Exercise(right="c", mistakes={"no-blood": "a", "nobody-followed": "b", "not-earlier": "d"}),
        "ex-dementia-5": Exercise(
            right=1 - 0.05 * 0.85 / 0.95,
            mistakes={
                "false-alarm-rate": 0.05 * 0.85 / 0.95,
                "without-sensitivity": 1 - 0.05 / 0.95,
                "of-everybody": 1 - 0.05 * 0.85,
                "same-again": 0.85,
            },
            tolerance=7e-4,
        ),
        "ex-dementia-6": Exercise(
            right=screened(first.ppv, 0.85, 0.85).ppv,
            mistakes={
                "first-only": first.ppv,
                "from-the-start": 1 - (1 - first.ppv) ** 2,
                "both-find": 0.85 * 0.85,
                "npv-for-ppv": screened(first.ppv, 0.85, 0.85).npv,
            },
            tolerance=4e-3,
        ),
    }
