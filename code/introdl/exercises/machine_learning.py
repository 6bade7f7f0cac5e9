"""The exercises of *Write the rules, or learn them?*: what counts as learning, and what a search is worth."""

from __future__ import annotations

import numpy as np

from introdl import datasets
from introdl.exercises import Exercise

TOSSES = [False, False, True, False, True, True]  # exercise 3: low scores made up by a coin, in the order of time


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    people = datasets.load_tug()
    seconds, steps = people["tug"].to_numpy(float), people["step_frequency"].to_numpy(float)
    low = people["y2"].to_numpy() == 1
    by_steps = _right_by_cut(steps, low)
    by_seconds = _right_by_cut(seconds, low)
    tosses = np.array(TOSSES)
    best_toss = max(_right_by_cut(np.arange(len(tosses)), tosses).values())
    times = np.unique(seconds)
    majority = {time: 2 * low[seconds == time].sum() > (seconds == time).sum() for time in times}
    remembered = sum(majority[time] == answer for time, answer in zip(seconds, low, strict=True))
    return {
        "ex-machine-learning-1": Exercise(
            right="b", mistakes={"search-is-not-learning": "a", "layers-are-deep": "c", "formula-was-written": "d"}
        ),
        "ex-machine-learning-2": Exercise(
            right=max(by_steps.values()),
            mistakes={
                "column-kept": max(by_seconds.values()),
                "cut-for-count": max(by_steps, key=by_steps.get),
                "counted-wrong-ones": len(low) - max(by_steps.values()),
                "slow-steps-low": max(_right_by_cut(-steps, low).values()),
            },
            tolerance=1e-6,
        ),
        "ex-machine-learning-3": Exercise(
            right=best_toss,
            mistakes={"cut-before-the-toss": len(tosses) / 2, "no-cut-does-that": len(tosses)},
            tolerance=1e-6,
        ),
        "ex-machine-learning-4": Exercise(
            right=_left_out(seconds, low, max),
            mistakes={
                "lowest-kept": _left_out(seconds, low, min),
                "share-for-count": _left_out(seconds, low, max) / len(low),
                "counted-wrong-ones": len(low) - _left_out(seconds, low, max),
            },
            tolerance=2e-3,  # a share in two decimals
        ),
        "ex-machine-learning-5": Exercise(
            right=int(remembered),
            mistakes={
                "names-remembered": len(low),
                "cut-used": max(by_seconds.values()),
                "times-for-people": len(times),
                "never-low": int((~low).sum()),
            },
            tolerance=1e-6,
        ),
        "ex-machine-learning-6": Exercise(
            right="c", mistakes={"nobody-can-write-it": "a", "pictures-need-examples": "b", "the-world-changes": "d"}
        ),
    }


def _right_by_cut(values: np.ndarray, low: np.ndarray) -> dict[float, int]:
    """Return, for each value as a cut and for none at all, how many people "low from here on" judges right."""
    return {float(cut): int(((values >= cut) == low).sum()) for cut in [*np.unique(values), np.inf]}


def _left_out(seconds: np.ndarray, low: np.ndarray, take: object) -> int:
    """Return how many people are judged right by a cut that was chosen on all the others."""
    right = 0
    for person in range(len(low)):
        others = np.arange(len(low)) != person
        counts = {cut: ((seconds[others] >= cut) == low[others]).sum() for cut in range(8, 31)}
        cut = take(cut for cut, count in counts.items() if count == max(counts.values()))
        right += int((seconds[person] >= cut) == low[person])
    return right
