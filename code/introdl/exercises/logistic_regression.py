"""The exercises of *Logistic regression*: odds, losses, slopes, units, thresholds, and a softmax without overflow."""

from __future__ import annotations

from functools import cache

import numpy as np

from introdl import datasets, logistic
from introdl.exercises import Exercise

THRESHOLD = 0.25  # of exercise 6: a missed low score counts three times a false alarm
SCORES = np.array([1000.0, 1001.0, 1002.0])  # of exercise 7: too large for e to the power of them


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    seconds, low = _people()
    weight, bias = _fitted()
    said = logistic.sigmoid(weight * seconds + bias)
    odds = 8 / 4  # 1 : 4, doubled three times
    given = np.array([0.9, 0.6, 0.2])
    powers = np.exp(SCORES - SCORES.max())
    return {
        "ex-logistic-regression-1": Exercise(
            right=odds / (1 + odds),
            mistakes={
                "odds-for-probability": odds,
                "probability-doubled": 8 * 0.2,
                "six-for-eight": 1.5 / 2.5,
                "odds-read-as-probability": (8 / 3) / (1 + 8 / 3),
            },
            tolerance=5e-3,  # two decimals
        ),
        "ex-logistic-regression-2": Exercise(
            right=-np.log(given).mean(),
            mistakes={
                "not-turned": -np.log([0.9, 0.4, 0.2]).mean(),
                "common-logarithm": -np.log10(given).mean(),
                "sum-for-mean": -np.log(given).sum(),
                "logarithm-of-mean": -np.log(given.mean()),
                "product": given.prod(),
            },
        ),
        "ex-logistic-regression-3": Exercise(
            right=(0.5 - low).mean(),
            mistakes={
                "sum-for-mean": (0.5 - low).sum(),
                "residual-for-miss": (low - 0.5).mean(),
                "half-forgotten": -low.mean(),
                "slope-of-weight": ((0.5 - low) * seconds).mean(),
            },
        ),
        "ex-logistic-regression-4": Exercise(
            right=[-weight, -bias],
            mistakes={
                "unchanged": [weight, bias],
                "bias-kept": [-weight, bias],
                "one-minus": [1 - weight, 1 - bias],
            },
            tolerance=5e-3,  # two decimals
        ),
        "ex-logistic-regression-5": Exercise(
            right=60 * weight,
            mistakes={
                "divided-by-60": weight / 60,
                "unit-ignored": weight,
                "factor-for-weight": np.exp(60 * weight),
            },
        ),
        "ex-logistic-regression-6": Exercise(
            right=_found_and_false(said, low, THRESHOLD),
            mistakes={
                "swapped": _found_and_false(said, low, THRESHOLD)[::-1],
                "missed-for-found": [_missed(said, low), _found_and_false(said, low, THRESHOLD)[1]],
                "threshold-kept": _found_and_false(said, low, 0.5),
                "called-for-false": [_found_and_false(said, low, THRESHOLD)[0], (said >= THRESHOLD).sum()],
            },
            tolerance=1e-6,
        ),
        "ex-logistic-regression-7": Exercise(
            right=powers / powers.sum(),
            mistakes={
                "not-divided": powers,
                "sigmoid-of-each": logistic.sigmoid(SCORES),
                "largest-only": [0, 0, 1],
                "shares-of-scores": SCORES / SCORES.sum(),
            },
        ),
    }


def _people() -> tuple[np.ndarray, np.ndarray]:
    people = datasets.load_tug()
    return people["tug"].to_numpy(float), people["y2"].to_numpy(float)


@cache
def _fitted() -> tuple[float, float]:
    fitted = logistic.fit(*_people())
    return float(fitted.weight[0]), float(fitted.bias)


def _found_and_false(said: np.ndarray, low: np.ndarray, threshold: float) -> list[int]:
    """Return how many low scores are called low, and how many others."""
    called = said >= threshold
    return [int((called & (low == 1)).sum()), int((called & (low == 0)).sum())]


def _missed(said: np.ndarray, low: np.ndarray) -> int:
    return int(low.sum()) - _found_and_false(said, low, THRESHOLD)[0]
