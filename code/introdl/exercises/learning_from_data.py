"""The exercises of *Learn from data in three steps*: a loss by hand, grids, a parabola, and who may judge."""

from __future__ import annotations

import numpy as np

from introdl import datasets
from introdl.exercises import Exercise

TIMES, SCORES = np.array([8.0, 12.0, 16.0]), np.array([24.0, 24.0, 18.0])  # persons 4, 8 and 7: seconds, points
FOURTH = 22.0, 24.0  # person 14
WEIGHTS, BIASES = np.linspace(-2, 1, 13), np.arange(20.0, 41.0)


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    people = datasets.load_tug()
    seconds, points = people["tug"].to_numpy(float), people["bbs"].to_numpy(float)
    times, scores = np.append(TIMES, FOURTH[0]), np.append(SCORES, FOURTH[1])
    errors = SCORES - (-0.5 * TIMES + 30)
    left_out = _left_out(seconds, points)
    slope, intercept = _line(seconds, points)
    without_time = [points[i] - np.delete(points, i).mean() for i in range(len(points))]
    one = 0.5**5
    return {
        "ex-learning-from-data-1": Exercise(
            right=(errors**2).sum(),
            mistakes={
                "not-squared": errors.sum(),
                "absolute-for-squared": np.abs(errors).sum(),
                "squared-after-adding": errors.sum() ** 2,
                "mean-for-sum": (errors**2).mean(),
                "other-line": 8,
            },
        ),
        "ex-learning-from-data-2": Exercise(
            right=_best_weight(times, scores),
            mistakes={
                "person-not-added": _best_weight(TIMES, SCORES),
                "off-the-grid": _line(times, scores)[0],
                "person-swapped": _best_weight(np.append(TIMES, FOURTH[1]), np.append(SCORES, FOURTH[0])),
            },
        ),
        "ex-learning-from-data-3": Exercise(
            right=50**3,
            mistakes={"added-for-multiplied": 50 * 3, "two-parameters": 50**2, "power-of-values": 3**50},
            tolerance=1e-6,
        ),
        "ex-learning-from-data-4": Exercise(
            right=24 - 3 / 16 * 14 * 10,
            mistakes={
                "sign-of-the-square": 24 + 3 / 16 * 14 * 10,
                "line-for-parabola": -0.75 * 22 + 31,
                "miss-for-guess": 3 / 16 * 14 * 10,
                "one-factor-forgotten": 24 - 3 / 16 * 14,
            },
        ),
        "ex-learning-from-data-5": Exercise(
            right=np.abs(left_out).mean(),
            mistakes={
                "nobody-left-out": np.abs(points - (slope * seconds + intercept)).mean(),
                "squared-for-absolute": (left_out**2).mean(),
                "sign-kept": left_out.mean(),
                "time-forgotten": np.abs(without_time).mean(),
                "sum-for-mean": np.abs(left_out).sum(),
            },
        ),
        "ex-learning-from-data-6": Exercise(right="a", mistakes={"judges-do-not-matter": "b", "more-is-wider": "c"}),
        "ex-learning-from-data-7": Exercise(
            right=1 - (1 - one) ** 50,
            mistakes={
                "only-one-teller": one,
                "probabilities-added": 50 * one,
                "nobody-instead": (1 - one) ** 50,
                "one-question": 1 - 0.5**50,
            },
            tolerance=0.025,  # of 1000 contests the share varies by 0.013; the two kinds of tolerance add up to 0.045
        ),
    }


def _best_weight(times: np.ndarray, scores: np.ndarray) -> float:
    """Return the weight of the grid with the smallest sum of squares, whatever the bias."""
    losses = [min(((scores - (w * times + b)) ** 2).sum() for b in BIASES) for w in WEIGHTS]
    return float(WEIGHTS[int(np.argmin(losses))])


def _line(times: np.ndarray, scores: np.ndarray) -> tuple[float, float]:
    """Return slope and intercept of the least-squares line."""
    apart = times - times.mean()
    slope = (apart @ (scores - scores.mean())) / (apart @ apart)
    return float(slope), float(scores.mean() - slope * times.mean())


def _left_out(times: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Return the error for each person of the line found without that person."""
    errors = []
    for i in range(len(times)):
        slope, intercept = _line(np.delete(times, i), np.delete(scores, i))
        errors.append(scores[i] - (slope * times[i] + intercept))
    return np.array(errors)
