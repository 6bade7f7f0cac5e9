"""The exercises of *Linear regression*: losses by hand, what a weight says, units, one person, two fits to build."""

from __future__ import annotations

import numpy as np

from introdl import datasets
from introdl.exercises import Exercise
from introdl.linear import least_squares

WAITS = [2, 3, 3, 4, 38]  # minutes


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    people = datasets.load_tug()
    no, seconds, points, steps = (people[name].to_numpy(float) for name in ("no", "tug", "bbs", "steps"))
    misses = np.array([2, 3, 7]) - (2 * np.array([1, 2, 3]) + 1)
    weight, bias = _line(seconds, points)
    bend = np.column_stack([seconds, seconds**2])
    return {
        "ex-linear-regression-1": Exercise(
            right=(misses**2).sum(),
            mistakes={
                "lengths-for-squares": abs(misses).sum(),
                "not-squared": misses.sum(),
                "squared-after-adding": misses.sum() ** 2,
                "mean-for-sum": (misses**2).mean(),
                "squares-not-added": misses**2,
            },
            tolerance=5e-3,  # a mean in two decimals
        ),
        "ex-linear-regression-2": Exercise(
            right="c", mistakes={"cause-for-comparison": "a", "line-for-everybody": "b"}
        ),
        "ex-linear-regression-3": Exercise(
            right=60 * weight,
            mistakes={"divided-by-sixty": weight / 60, "unit-ignored": weight, "bias-for-weight": bias},
            tolerance=5e-4,
        ),
        "ex-linear-regression-4": Exercise(
            right=_line(seconds[no != 14], points[no != 14])[0],
            mistakes={
                "nobody-left-out": weight,
                "person-19-left-out": _line(seconds[no != 19], points[no != 19])[0],
                "both-left-out": _line(seconds[(no != 14) & (no != 19)], points[(no != 14) & (no != 19)])[0],
                "place-for-number": _line(seconds[no != 15], points[no != 15])[0],
            },
            tolerance=5e-4,  # three decimals
        ),
        "ex-linear-regression-5": Exercise(
            right=[np.mean(WAITS), np.median(WAITS)],
            mistakes={
                "mean-and-median-swapped": [np.median(WAITS), np.mean(WAITS)],
                "mean-twice": [np.mean(WAITS)] * 2,
                "median-twice": [np.median(WAITS)] * 2,
                "middle-of-the-range": [np.mean(WAITS), (min(WAITS) + max(WAITS)) / 2],
            },
        ),
        "ex-linear-regression-6": Exercise(
            right=_line(steps, points),
            mistakes={
                "bias-before-weight": _line(steps, points)[::-1],
                "x-and-y-swapped": _line(points, steps),
                "through-the-origin": [(steps * points).sum() / (steps**2).sum(), 0],
                "seconds-for-steps": [weight, bias],
                "weight-only": _line(steps, points)[0],
            },
            tolerance=5e-4,
        ),
        "ex-linear-regression-7": Exercise(
            right=_left_out(bend, points).mean(),
            mistakes={
                "same-people": abs(points - least_squares(bend, points).predict(bend)).mean(),
                "straight-line": _left_out(bend[:, :1], points).mean(),
                "square-only": _left_out(bend[:, 1:], points).mean(),
                "squared-misses": (_left_out(bend, points) ** 2).mean(),
            },
            tolerance=5e-4,
        ),
    }


def _line(x: np.ndarray, y: np.ndarray) -> list[float]:
    """Return weight and bias of the least squares line."""
    fit = least_squares(x, y)
    return [float(fit.weight[0]), fit.bias]


def _left_out(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return how far the fit to all others misses each person, without its sign."""
    misses = []
    for n in range(len(y)):
        fit = least_squares(np.delete(X, n, axis=0), np.delete(y, n))
        misses.append(abs(y[n] - fit.predict(X[[n]])[0]))
    return np.array(misses)
