"""The exercises of *Multilayer perceptron*: neurons with a pencil, what bounds them, steps, hats, slopes, and XOR."""

from __future__ import annotations

from introdl.exercises import Exercise


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-multilayer-perceptron-1": Exercise(
            right=3 * 0 + 2 * 4 + 1,
            mistakes={
                "no-relu": 3 * -2 + 2 * 4 + 1,
                "bias-forgotten": 3 * 0 + 2 * 4,
                "size-for-relu": 3 * 2 + 2 * 4 + 1,
            },
        ),
        "ex-multilayer-perceptron-2": Exercise(
            right=[0, 6],
            mistakes={
                "bias-forgotten": [-1, 5],
                "all-on": [1, 5],
                "tanh-range": [-5, 7],
                "output-bent": [0, 1],
                "swapped": [6, 0],
            },
        ),
        "ex-multilayer-perceptron-3": Exercise(
            right=20 * 7,
            mistakes={
                "last-batch-forgotten": 20 * 6,
                "one-epoch": 7,
                "one-step-an-epoch": 20,
                "one-step-a-person": 20 * 100,
                "part-of-a-batch": 20 * 100 / 16,
            },
        ),
        "ex-multilayer-perceptron-4": Exercise(
            right=[1.5, -3, 1.5],
            mistakes={
                "height-for-slope": [3, -6, 3],
                "slope-for-change": [1.5, -1.5, 0],
                "not-stopped": [1.5, -3, 0],
                "old-hat": [1, -2, 1],
            },
        ),
        "ex-multilayer-perceptron-5": Exercise(
            right=0.6 + 1.08,
            mistakes={
                "cleared": 0.6 + 0.48,
                "one-step": 0.6,
                "slope-not-new": 0.6 + 1.2,
                "two-forgotten": 0.3 + 0.57,
                "wrong-way": -(0.6 + 1.32),
            },
        ),
        "ex-multilayer-perceptron-6": Exercise(
            right=[1, -2, 0],
            mistakes={
                "or": [1, -1, 0],
                "bias-not-zero": [1, -2, 1],
                "turned-round": [-1, 2, 1],
                "only-both": [0, 1, 0],
            },
        ),
    }
