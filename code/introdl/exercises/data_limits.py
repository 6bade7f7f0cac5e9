"""The exercises of *Find what the data cannot teach*: too few, too narrow, never seen, impossible, drifting, rare."""

from __future__ import annotations

import numpy as np

from introdl import datasets
from introdl.exercises import Exercise

# What scikit-learn's models answer is written down here, so that no check has to train one; the tests train them.
VOTES_FOR_UNSEEN, VOTES_FOR_KNOWN, VOTES_WITH_EIGHTS = 0.667, 0.964, 0.919  # exercise 3: mean share of 10 votes
CALLED_LOW, CALLED_HIGH, CALLED_GOOD = 0.693, 0.892, 0.920  # exercise 5: share of the failures that are called
CALLED_AND_FAILED = 0.293  # exercise 5: share of the called that fail


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-data-limits-1": Exercise(
            right="a", mistakes={"error-of-many": "b", "error-of-mean": "c", "error-on-others": "d"}
        ),
        "ex-data-limits-2": Exercise(
            right=answer_of_line(29, extra=[25]),
            mistakes={
                "nobody-added": answer_of_line(29, extra=[]),
                "other-person": answer_of_line(29, extra=[22]),
                "asked-at-25": answer_of_line(25, extra=[25]),
                "everybody-added": answer_of_line(29, extra=[16, 14, 22, 25, 29]),
            },
            tolerance=4e-3,
        ),
        "ex-data-limits-3": Exercise(
            right=VOTES_FOR_UNSEEN,
            mistakes={"known-digits": VOTES_FOR_KNOWN, "eights-learned": VOTES_WITH_EIGHTS, "share-right": 0.0},
            tolerance=5e-3,
        ),
        "ex-data-limits-4": Exercise(
            right="b", mistakes={"cold-is-possible": "a", "steel-is-possible": "c", "fault-is-possible": "d"}
        ),
        "ex-data-limits-5": Exercise(
            right=CALLED_LOW,
            mistakes={"reads-too-much": CALLED_HIGH, "sensor-good": CALLED_GOOD, "of-the-called": CALLED_AND_FAILED},
            tolerance=6e-3,
        ),
        "ex-data-limits-6": Exercise(
            right=np.log(0.05) / np.log(1 - 1e-4),
            mistakes={
                "as-many-as-the-share": 10_000,
                "half-sure": np.log(0.5) / np.log(1 - 1e-4),
                "level-for-doubt": np.log(0.95) / np.log(1 - 1e-4),
                "one-in-a-thousand": np.log(0.05) / np.log(1 - 1e-3),
            },
            tolerance=1e-2,
        ),
    }


def answer_of_line(seconds: float, extra: list[int]) -> float:
    """Return the answer at so many seconds of the line through the people under 14 s and those with the extra times."""
    people = datasets.load_tug()
    times, points = people["tug"].to_numpy(float), people["bbs"].to_numpy(float)
    used = (times < 14) | np.isin(times, extra)
    return float(np.polyval(np.polyfit(times[used], points[used], 1), seconds))
