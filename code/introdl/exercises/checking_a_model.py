"""The exercises of *How good is the model? Check it on people it has never met*: counts, shares and splits by hand."""

from __future__ import annotations

import math

import numpy as np

from introdl import checking, datasets, simulate
from introdl.exercises import Exercise

FEATURES = ["tug", "step_frequency", "px", "py", "pz"]
SENSITIVITY = SPECIFICITY = 0.9  # of the imagined test in exercise 4
PREVALENCE = 0.02


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    people = datasets.load_tug()
    low, seconds, steps = (people[name].to_numpy() for name in ("y2", "tug", "steps"))
    three = np.array([20.0, 24.0, 28.0])
    left_out = np.array([score - np.delete(three, place).mean() for place, score in enumerate(three)])
    at_14, at_15 = (checking.confusion(low, seconds >= cut) for cut in (14, 15))
    found, called = 1000 * PREVALENCE * SENSITIVITY, 1000 * (1 - PREVALENCE) * (1 - SPECIFICITY)
    won, tied, pairs = _pairs(low, steps)
    by_person, by_row, trained = _linear_misses()
    disagree, fewer = 10, 1
    tail = sum(math.comb(disagree, heads) for heads in range(fewer + 1))
    return {
        "ex-checking-a-model-1": Exercise(
            right=np.abs(left_out).mean(),
            mistakes={
                "looked-at-own": np.abs(three - three.mean()).mean(),
                "sum-for-mean": np.abs(left_out).sum(),
                "squared": (left_out**2).mean(),
                "signs-kept": left_out.mean(),
            },
        ),
        "ex-checking-a-model-2": Exercise(right="c", mistakes={"rows-for-homes": "a", "persons-for-homes": "b"}),
        "ex-checking-a-model-3": Exercise(
            right=at_15.specificity,
            mistakes={
                "old-cut": at_14.specificity,
                "sensitivity-for-specificity": at_15.sensitivity,
                "ppv-for-specificity": at_15.ppv,
                "npv-for-specificity": at_15.npv,
                "accuracy-for-specificity": at_15.accuracy,
                "percent-for-share": 100 * at_15.specificity,
            },
        ),
        "ex-checking-a-model-4": Exercise(
            right=found / (found + called),
            mistakes={
                "sensitivity-for-ppv": SENSITIVITY,
                "everybody-can-alarm": found / (found + 1000 * (1 - SPECIFICITY)),
                "false-share": called / (found + called),
                "found-of-everybody": found / 1000,
                "percent-for-share": 100 * found / (found + called),
            },
        ),
        "ex-checking-a-model-5": Exercise(
            right=(won + tied / 2) / pairs,
            mistakes={
                "ties-dropped": won / pairs,
                "ties-in-full": (won + tied) / pairs,
                "upside-down": 1 - (won + tied / 2) / pairs,
                "count-for-share": won + tied / 2,
            },
        ),
        "ex-checking-a-model-6": Exercise(
            right=np.abs(by_person).mean(),
            mistakes={
                "split-by-row": np.abs(by_row).mean(),
                "trained-on-all": np.abs(trained).mean(),
                "root-mean-squared": np.sqrt((by_person**2).mean()),
            },
        ),
        "ex-checking-a-model-7": Exercise(
            right=2 * tail / 2**disagree,
            mistakes={
                "one-direction": tail / 2**disagree,
                "exactly-so-uneven": 2 * math.comb(disagree, fewer) / 2**disagree,
                "count-for-share": 2 * tail,
            },
            tolerance=1e-4,
        ),
    }


def _pairs(low: np.ndarray, value: np.ndarray) -> tuple[int, int, int]:
    """Count pairs of one person with a low score and one without: won, tied, all."""
    one, two = value[low == 1][:, None], value[low == 0]
    return int((one > two).sum()), int((one == two).sum()), one.size * two.size


def _linear_misses() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return residuals of the line on the first 20 people of `walks`: by person, by row, and on those trained on.

    Leaving out rows needs no refitting: the residuals of those rows are solved from the hat matrix.
    """
    walks = simulate.repeated_walks(people=100, walks=10, seed=1).query("person <= 20")
    X = np.column_stack([np.ones(len(walks)), walks[FEATURES].to_numpy(float)])
    hat = X @ np.linalg.pinv(X)
    trained = walks["bbs"].to_numpy(float) - hat @ walks["bbs"].to_numpy(float)
    by_person = np.empty(len(walks))
    for person in walks["person"].unique():
        own = np.flatnonzero(walks["person"] == person)
        by_person[own] = np.linalg.solve(np.eye(len(own)) - hat[np.ix_(own, own)], trained[own])
    return by_person, trained / (1 - np.diag(hat)), trained
