"""The exercises of *Training in practice*: batches, momentum, dropout, patience, symmetry, decay, a new row."""

from __future__ import annotations

from introdl.exercises import Exercise


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-training-in-practice-1": Exercise(
            right=(3 + 7 + 10) / 3,
            mistakes={"all-people": 6, "last-left-out": 5, "not-averaged": 20},
        ),
        "ex-training-in-practice-2": Exercise(
            right=0.1 + 0.15 + 0.175,
            mistakes={
                "no-momentum": 0.3,
                "never-fading": 0.1 + 0.2 + 0.3,
                "averaged": 0.05 + 0.075 + 0.0875,
                "last-step-only": 0.175,
            },
        ),
        "ex-training-in-practice-3": Exercise(
            right=[1.25, 1],
            mistakes={
                "not-scaled": [1, 1],
                "scaled-later": [1, 0.8],
                "both-scaled": [1.25, 1.25],
                "share-mistaken": [5, 1],
                "modes-swapped": [1, 1.25],
            },
        ),
        "ex-training-in-practice-4": Exercise(
            right=[4, 2],
            mistakes={"stop-for-best": [4, 4], "never-seen": [7, 5], "one-too-many": [5, 2], "order-swapped": [2, 4]},
        ),
        "ex-training-in-practice-5": Exercise(right=4, mistakes={"still-equal": 1, "all-zero": 0}),
        "ex-training-in-practice-6": Exercise(
            right=2 * 0.95 * 0.95,
            mistakes={"one-step": 1.9, "share-of-the-start": 1.8, "rate-forgotten": 2 * 0.5 * 0.5, "no-decay": 2},
        ),
        "ex-training-in-practice-7": Exercise(
            right=[-2, 2],
            mistakes={
                "file-order": [(140 - 10) / 2, (6 - 100) / 20],
                "answer-swapped": [2, -2],
                "not-divided": [-4, 40],
                "own-mean": [0, 0],
            },
        ),
    }
