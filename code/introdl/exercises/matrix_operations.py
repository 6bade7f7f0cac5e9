"""The exercises of *Run a network as matrix multiplications*: shapes, names, counts, and where the bias goes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from introdl import datasets
from introdl.exercises import Exercise

WHOLE_WEIGHT = np.array([[1, -1], [0, 2], [3, 1]])  # (3, 2): the layer that is worked out with a pencil
WHOLE_BIAS = np.array([1, 0, -2])


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    slides = datasets.load_matrix_operation()
    w1, w2, w3 = slides.W1, slides.W2, slides.W3
    b1, b2, b3 = slides.b1, slides.b2, slides.b3
    x = np.array([4, -1])
    node3 = np.array([5, 2]) @ w1[0]
    pictures, digits = 64, (784, 128, 10)
    products = pictures * _weights(*digits)
    return {
        "ex-matrix-operations-1": Exercise(
            right=(8, 3),
            mistakes={
                "transposed": (3, 8),
                "batch-forgotten": (3,),
                "shape-of-input": (8, 2),
                "shape-of-weight": (3, 2),
            },
        ),
        "ex-matrix-operations-2": Exercise(
            right=WHOLE_WEIGHT @ x + WHOLE_BIAS,
            mistakes={
                "bias-forgotten": WHOLE_WEIGHT @ x,
                "bias-subtracted": WHOLE_WEIGHT @ x - WHOLE_BIAS,
                "inputs-swapped": WHOLE_WEIGHT @ x[::-1] + WHOLE_BIAS,
            },
        ),
        "ex-matrix-operations-3": Exercise(
            right="w37", mistakes={"row-for-column": "w46", "subscript-reversed": "w73", "wrong-layer": "w14"}
        ),
        "ex-matrix-operations-4": Exercise(
            right=_parameters(2, 4, 3, 1),
            mistakes={
                "biases-not-counted": _weights(2, 4, 3, 1),
                "inputs-counted": _parameters(2, 4, 3, 1) + 2,
                "output-layer-forgotten": _parameters(2, 4, 3),
            },
            tolerance=1e-6,
        ),
        "ex-matrix-operations-5": Exercise(
            right=node3 + b1[0],
            mistakes={
                "bias-forgotten": node3,
                "bias-subtracted": node3 - b1[0],
                "other-input-changed": np.array([1, 5]) @ w1[0] + b1[0],
            },
        ),
        "ex-matrix-operations-6": Exercise(
            right=w3 @ (w2 @ b1 + b2) + b3,
            mistakes={"bias-forgotten": 0, "last-bias-alone": b3, "first-bias-lost": w3 @ b2 + b3},
        ),
        "ex-matrix-operations-7": Exercise(
            right=np.column_stack([w1, b1]),
            mistakes={"bias-forgotten": np.column_stack([w1, 0 * b1]), "bias-in-front": np.column_stack([b1, w1])},
        ),
        "ex-matrix-operations-8": Exercise(
            right=products,
            mistakes={
                "one-example": _weights(*digits),
                "additions-counted": 2 * products,
                "bias-multiplied": pictures * _parameters(*digits),
            },
            tolerance=1e-6,
        ),
    }


def _weights(*sizes: int) -> int:
    return sum(before * after for before, after in pairwise(sizes))


def _parameters(*sizes: int) -> int:
    return _weights(*sizes) + sum(sizes[1:])
