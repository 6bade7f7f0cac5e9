"""The exercises of *Start here*: reading a figure, moving a line, and a self-check of each of the four subjects."""

from __future__ import annotations

import numpy as np

from introdl import datasets
from introdl.exercises import Exercise

RATE = 0.01  # of the walk downhill, in points² turned into a slope
START = -1.0  # where the walk of exercise 5 begins, in points per second


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    people = datasets.load_tug()
    seconds, points = people["tug"].to_numpy(float), people["bbs"].to_numpy(float)
    there = points[seconds == 11]
    middle = (there.min() + there.max()) / 2
    levels = np.arange(10, 29)
    misses = points - (-0.5 * seconds + 30)
    step = -RATE * _gradient(seconds, points, START)
    row, weights = np.array([4, 5, 1]), np.array([2, -1, 3])
    return {
        "ex-start-here-1": Exercise(
            right=there.max() - middle,
            mistakes={"range-for-half": there.max() - there.min(), "guess-for-miss": middle},
        ),
        "ex-start-here-2": Exercise(
            right=_best_level(points, levels),
            mistakes={
                "mean-for-median": round(points.mean()),
                "slope-kept": _best_level(points + 0.5 * seconds, np.arange(10, 41)),
            },
            tolerance=1e-6,
        ),
        "ex-start-here-3": Exercise(right="b", mistakes={"square-root-forgotten": "a", "sample-size-ignored": "c"}),
        "ex-start-here-4": Exercise(
            right=row @ weights,
            mistakes={
                "not-added": row * weights,
                "sign-dropped": row @ np.abs(weights),
                "weights-forgotten": row.sum(),
                "added-before-multiplied": row.sum() * weights.sum(),
            },
            tolerance=1e-6,
        ),
        "ex-start-here-5": Exercise(
            right=START + step,
            mistakes={"uphill": START - step, "rate-forgotten": START + step / RATE, "step-for-place": step},
            tolerance=5e-4,  # three decimals
        ),
        "ex-start-here-6": Exercise(
            right=(np.abs(misses) > 3).sum(),
            mistakes={
                "limit-included": (np.abs(misses) >= 3).sum(),
                "sign-kept": (misses > 3).sum(),
                "only-below": (misses < -3).sum(),
            },
            tolerance=1e-6,
        ),
    }


def _best_level(points: np.ndarray, levels: np.ndarray) -> int:
    """Return the whole number with the smallest mean absolute error to all points."""
    return int(levels[np.argmin([np.abs(points - level).mean() for level in levels])])


def _gradient(seconds: np.ndarray, points: np.ndarray, slope: float) -> float:
    """Return how the mean squared error of the line through the means changes with its slope."""
    across, up = seconds - seconds.mean(), points - points.mean()
    return float(-2 * np.mean(across * (up - slope * across)))
