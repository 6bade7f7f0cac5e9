"""The exercises of *Gradient descent*: single steps by hand, the largest rate, valleys, epochs, and when to stop."""

from __future__ import annotations

import math

import numpy as np

from introdl import datasets, descent, linear
from introdl.exercises import Exercise

PEOPLE, BATCH, EPOCHS = 23, 4, 10  # of exercise 6
FLAT = 0.01  # of exercise 7: both slopes must be closer to 0 than this, in points² per unit of the parameter


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-gradient-descent-1": _one_step(start=7, rate=0.25),
        "ex-gradient-descent-2": _one_step_of_two(np.array([0.0, 5.0]), rate=0.1),
        "ex-gradient-descent-3": _bound(curvature=2 * 2 * 2),
        "ex-gradient-descent-4": _back(weight=-4, bias=24, mean=13, scale=5),
        "ex-gradient-descent-5": Exercise(
            right=3, mistakes={"zero-to-the-right": 2, "all-of-them": 5, "only-the-leftmost": 1}, tolerance=1e-6
        ),
        "ex-gradient-descent-6": Exercise(
            right=math.ceil(PEOPLE / BATCH) * EPOCHS,
            mistakes={
                "rest-dropped": PEOPLE // BATCH * EPOCHS,
                "not-rounded-up": PEOPLE / BATCH * EPOCHS,
                "one-epoch": math.ceil(PEOPLE / BATCH),
                "one-by-one": PEOPLE * EPOCHS,
                "one-step-an-epoch": EPOCHS,
            },
            tolerance=1e-6,
        ),
        "ex-gradient-descent-7": _stop(rate=0.1),
    }


def _one_step(start: float, rate: float) -> Exercise:
    """Take one step on (3 - w)²."""
    slope = 2 * (start - 3)
    return Exercise(
        right=start - rate * slope,
        mistakes={
            "uphill": start + rate * slope,
            "rate-forgotten": start - slope,
            "step-for-place": rate * slope,
            "loss-for-slope": start - rate * (3 - start) ** 2,
        },
        tolerance=1e-6,
    )


def _one_step_of_two(start: np.ndarray, rate: float) -> Exercise:
    """Take one step of weight and bias on the three points of the page, with the summed loss."""
    x, y = np.array([0.0, 1.0, 2.0]), np.array([5.0, 3.0, 2.0])

    def slopes(w: float, b: float) -> np.ndarray:
        return np.append(*linear.gradient(x, y, w, b, reduction="sum"))

    slope = slopes(*start)
    moved = start[0] - rate * slope[0]
    return Exercise(
        right=start - rate * slope,
        mistakes={
            "new-weight-used": [moved, start[1] - rate * slopes(moved, start[1])[1]],
            "mean-for-sum": start - rate * slope / 3,
            "two-forgotten": start - rate * slope / 2,
            "uphill": start + rate * slope,
            "rate-forgotten": start - slope,
            "bias-first": (start - rate * slope)[::-1],
        },
        tolerance=1e-3,  # a mistake in thirds is known by three decimals
    )


def _bound(curvature: float) -> Exercise:
    return Exercise(
        right=2 / curvature,
        mistakes={
            "one-step-rate": 1 / curvature,
            "curvature-for-rate": curvature,
            "x-used-once": 2 / (curvature / 2),
            "x-forgotten": 2 / (curvature / 4),
        },
        tolerance=1e-6,
    )


def _back(weight: float, bias: float, mean: float, scale: float) -> Exercise:
    w = weight / scale
    return Exercise(
        right=[w, bias - w * mean],
        mistakes={
            "bias-kept": [w, bias],
            "mean-wrong-way": [w, bias + w * mean],
            "multiplied": [weight * scale, bias - weight * scale * mean],
            "old-weight-times-mean": [w, bias - weight * mean],
            "bias-first": [bias - w * mean, w],
        },
    )


def _stop(rate: float) -> Exercise:
    """Count the steps until both slopes are nearly 0, on the standardised times of the 23 people."""
    people = datasets.load_tug()
    x, y = linear.standardise(people["tug"]).values, people["bbs"].to_numpy(float)
    path = descent.descend(lambda theta: np.append(*linear.gradient(x, y, *theta)), [0, 0], rate, 200)
    slopes = np.abs([np.append(*linear.gradient(x, y, *theta)) for theta in path.parameters])
    steps = int(np.argmax((slopes < FLAT).all(axis=1)))
    return Exercise(
        right=steps,
        mistakes={
            "one-too-many": steps + 1,
            "one-too-few": steps - 1,
            "weight-only": int(np.argmax((slopes < FLAT).any(axis=1))),
        },
        tolerance=1e-6,
    )
