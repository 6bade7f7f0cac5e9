"""The exercises of *Who makes the features, you or the network?*: switches, folds, digits.

What a model has right on the digits is counted once and written down here, so that no other page waits for a
training; the tests train again. A tolerance leaves room for one picture, which another version may judge otherwise.
"""

from __future__ import annotations

from introdl.exercises import Exercise

TRAINED, HELD_OUT = 1347, 450  # pictures of deal(0, …)
NO_EIGHT = 407 / HELD_OUT
EIGHT = 429 / HELD_OUT  # the linear model on "is it an 8?"
EIGHT_TRAINED = 1309 / TRAINED
PRODUCTS = 446 / HELD_OUT  # the linear model on "is it even?", with all products of two pixels
PRODUCTS_TRAINED = 1346 / TRAINED
PLAIN = 413 / HELD_OUT  # and without


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    first, second = 3.0, 2.0
    n3, n4 = first + second, first + second - 1
    return {
        "ex-from-ml-to-dl-1": Exercise(
            right=n3 - 2 * n4,
            mistakes={
                "product-for-network": first + second - 2 * first * second,
                "bias-forgotten": n3 - 2 * n3,
                "output-sign": n3 + 2 * n4,
                "output-weight-forgotten": n3 - n4,
            },
        ),
        "ex-from-ml-to-dl-2": Exercise(
            right=2.0, mistakes={"only-to-zero": 1.0, "sign-of-last-bend": -2.0, "alternating": 4.0}
        ),
        "ex-from-ml-to-dl-3": Exercise(
            right=2.0**10 - 1,
            mistakes={"pieces-for-nodes": 2.0**10, "same-number": 20.0, "added-pieces": 19.0, "nine-folds": 2.0**9 - 1},
            tolerance=1e-6,
        ),
        "ex-from-ml-to-dl-4": Exercise(
            right=100 * (EIGHT - NO_EIGHT),
            mistakes={
                "share-for-points": EIGHT - NO_EIGHT,
                "no-baseline": 100 * EIGHT,
                "no-baseline-share": EIGHT,
                "on-training": 100 * (EIGHT_TRAINED - NO_EIGHT),
                "guessing-for-baseline": 100 * (EIGHT - 0.5),
            },
            tolerance=0.04,  # 0.24 points in all; one picture of 450 is 0.22
        ),
        "ex-from-ml-to-dl-5": Exercise(
            right=64 * 32 + 32 + 32 + 1,
            mistakes={
                "biases-forgotten": 64 * 32 + 32,
                "first-layer-only": 64 * 32,
                "one-bias-forgotten": 64 * 32 + 32 + 32,
                "nodes-for-parameters": 64 + 32 + 1,
            },
            tolerance=1e-6,
        ),
        "ex-from-ml-to-dl-6": Exercise(
            right=PRODUCTS,
            mistakes={
                "no-products": PLAIN,
                "trained-on": PRODUCTS_TRAINED,
                "percent-for-share": 100 * PRODUCTS,
                "error-for-share": 1 - PRODUCTS,
            },
            tolerance=0.0035,
        ),
    }
