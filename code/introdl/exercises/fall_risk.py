"""The exercises of *Who might fall?*: what is predicted, a cut's worth, slow gaps, a study's size, steps, luck."""

from __future__ import annotations

from introdl.exercises import Exercise

PPV = 0.31 * 200 / (0.31 * 200 + 0.26 * 800)
PPV_FIRST = (13 / 15) * 200 / ((13 / 15) * 200 + (2 / 15) * 800)


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-fall-risk-1": Exercise(right="b", mistakes={"a-fall": "a", "a-score": "c", "only-few": "d"}),
        "ex-fall-risk-2": Exercise(
            right=PPV,
            mistakes={
                "the-sensitivity": 0.31,
                "the-rate": 0.2,
                "first-study": PPV_FIRST,
                "wrong-way-round": 0.74,
                "equal-groups": 0.31 / (0.31 + 0.26),
                "specificity-for-alarms": 0.31 * 200 / (0.31 * 200 + 0.74 * 800),
            },
            tolerance=6e-3,
        ),
        "ex-fall-risk-3": Exercise(
            right=2.84,
            mistakes={"longest-gap": 2.48, "in-seconds": 2.90, "longest-in-seconds": 7.70, "a-stamp": 13.8},
            tolerance=7e-3,
        ),
        "ex-fall-risk-4": Exercise(
            right=180,
            mistakes={"only-low-scores": 60, "half-width": 45, "ten-wide": 3 * 245, "a-third": 20},
            tolerance=5e-2,
        ),
        "ex-fall-risk-5": Exercise(
            right=[3, 1, 2],
            mistakes={"used-twice": [4, 1, 1], "no-tolerance": [4, 0, 1], "turned-round": [3, 2, 1]},
        ),
        "ex-fall-risk-6": Exercise(
            right="c", mistakes={"useless-harm": "a", "nothing-to-find": "b", "like-never": "d"}
        ),
    }
