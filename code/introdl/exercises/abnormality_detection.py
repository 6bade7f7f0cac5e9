"""The exercises of *Has the model ever seen anything like this?*: rows, T², a threshold, a loss, two rates."""

from __future__ import annotations

import math

from introdl.exercises import Exercise

# What detectors say on the page's simulated parts, written down so that no check has to fit one; the tests fit them.
FOUND_STRICT, FOUND_LOOSE, FOUND_OF_ALL = 28, 94, 22  # exercise 5, of 178 failed parts
EITHER, EITHER_LOOSE, BOTH, T_ALONE, Q_ALONE, EITHER_FRESH = 0.599, 0.787, 0.475, 0.573, 0.501, 0.022  # exercise 6


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-abnormality-detection-1": Exercise(
            right="b", mistakes={"healthy-only": "a", "ill-only": "c", "the-unknown": "d"}
        ),
        "ex-abnormality-detection-2": Exercise(
            right=1.25,
            mistakes={"no-correlation": 2.0, "turned-correlation": 5.0, "not-divided": 0.8, "not-squared": 2.0 - 0.6},
            tolerance=5e-3,
        ),
        "ex-abnormality-detection-3": Exercise(
            right=-12, mistakes={"new-row-forgotten": -20, "one-too-far": -9, "turned-score": 12, "place": 2}
        ),
        "ex-abnormality-detection-4": Exercise(
            right=4.0,
            mistakes={
                "noise-forgotten": 2.5,
                "noise-not-squared": 3.0,
                "one-part": 2.0,
                "variance-for-logarithm": 2 + (4 + math.e - 1 - 1) / 2,
            },
        ),
        "ex-abnormality-detection-5": Exercise(
            right=FOUND_STRICT,
            mistakes={
                "old-rate": FOUND_LOOSE,
                "fitted-on-all": FOUND_OF_ALL,
                "passed-counted": 178 - FOUND_STRICT,
                "share-for-count": FOUND_STRICT / 178,
            },
        ),
        "ex-abnormality-detection-6": Exercise(
            right=EITHER,
            mistakes={
                "full-rate-each": EITHER_LOOSE,
                "both-alarm": BOTH,
                "only-t": T_ALONE,
                "only-q": Q_ALONE,
                "other-rows": EITHER_FRESH,
            },
            tolerance=6e-3,
        ),
    }
