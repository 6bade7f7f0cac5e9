"""The exercises of *Regression or classification?*: kinds of target, losses, metrics, rare classes, a leaking label."""

from __future__ import annotations

import numpy as np

from introdl import datasets
from introdl.exercises import Exercise

MISSES = np.array([0, 0, 5])  # exercise 2: line A
OTHER_MISSES = np.array([2, 2, 2])  # line B


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    people = datasets.load_tug()
    seconds, points = people["tug"].to_numpy(float), people["bbs"].to_numpy(float)
    low, slow = points <= 22, people["y1"].to_numpy() == 1
    weight, bias = np.polyfit(seconds, points, 1)
    line = weight * seconds + bias
    bold, right_side = np.where(seconds >= 16, 0.99, 0.01), (seconds >= 16) == low
    costs = -np.log(np.where(low, bold, 1 - bold))
    walked = (people["t6"] - people["t1"]).to_numpy()
    numbers = people["no"].to_numpy()
    tenth = {"ill": 0.1 * 0.8, "healthy": 0.9 * 0.1}
    fiftieth = {"ill": 0.02 * 0.8, "healthy": 0.98 * 0.1}
    return {
        "ex-regression-and-classification-1": Exercise(
            right="b", mistakes={"litres-are-a-number": "a", "hours-are-a-number": "c", "count-is-a-number": "d"}
        ),
        "ex-regression-and-classification-2": Exercise(
            right=(MISSES**2).mean(),
            mistakes={
                "not-squared": np.abs(MISSES).mean(),
                "other-line": (OTHER_MISSES**2).mean(),
                "squared-after": np.abs(MISSES).mean() ** 2,
            },
            tolerance=5e-3,
        ),
        "ex-regression-and-classification-3": Exercise(
            right=costs.mean(),
            mistakes={
                "probabilities-kept": _mild_log_loss(seconds, low),
                "accuracy-for-loss": right_side.mean(),
                "other-logarithm": costs.mean() / np.log(10),
                "wrong-ones-only": costs[~right_side].sum(),
            },
            tolerance=2e-3,
        ),
        "ex-regression-and-classification-4": Exercise(
            right=((line <= 24) == (points <= 24)).sum(),
            mistakes={
                "limit-kept": ((line <= 22) == low).sum(),
                "cut-learned-anew": max(((seconds >= cut) == (points <= 24)).sum() for cut in range(8, 31)),
                "never-for-line": (points > 24).sum(),
            },
            tolerance=1e-6,
        ),
        "ex-regression-and-classification-5": Exercise(
            right=tenth["ill"] / sum(tenth.values()),
            mistakes={
                "found-for-called": 0.8,
                "prevalence-kept": fiftieth["ill"] / sum(fiftieth.values()),
                "healthy-share": tenth["healthy"] / sum(tenth.values()),
                "accuracy-for-share": 0.1 * 0.8 + 0.9 * 0.9,
            },
            tolerance=2e-3,
        ),
        "ex-regression-and-classification-6": Exercise(
            right=_only(numbers[(walked.round() >= 14) != slow]),
            mistakes={
                "not-rounded": numbers[(walked >= 14) != slow],
                "stamp-for-duration": _only(numbers[(people["t6"].to_numpy() >= 14) != slow]),
                "count-for-person": ((walked.round() >= 14) == slow).sum(),
            },
            tolerance=1e-6,
        ),
        "ex-regression-and-classification-7": Exercise(
            right="a", mistakes={"class-cannot-rank": "b", "wrong-target": "c", "nothing-to-learn": "d"}
        ),
    }


def _mild_log_loss(seconds: np.ndarray, low: np.ndarray) -> float:
    """Return the log loss of the shares on either side of 16 seconds."""
    share = np.where(seconds >= 16, low[seconds >= 16].mean(), low[seconds < 16].mean())
    return float(-np.log(np.where(low, share, 1 - share)).mean())


def _only(values: np.ndarray) -> int:
    (value,) = values
    return int(value)
