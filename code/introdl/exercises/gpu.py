"""The exercises of *Use parallel computing, and measure it*: places of a kernel, a margin, operations, a clock."""

from __future__ import annotations

from introdl.exercises import Exercise

PIXELS, PRODUCTS = 55 * 55, 3 * 11 * 11  # of one feature map of conv1; for one pixel


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-gpu-1": Exercise(right=9, mistakes={"stride-two": 4, "as-large": 25, "one-side": 3}),
        "ex-gpu-2": Exercise(
            right=54, mistakes={"padding-kept": 55, "start-forgotten": 53, "not-rounded": 54.25}, tolerance=1e-4
        ),
        "ex-gpu-3": Exercise(
            right=PIXELS * 96 * PRODUCTS,
            mistakes={
                "sixty-four": PIXELS * 64 * PRODUCTS,
                "additions-too": 2 * PIXELS * 96 * PRODUCTS,
                "one-channel": PIXELS * 96 * 121,
            },
            tolerance=1e-9,
        ),
        "ex-gpu-4": Exercise(right="b", mistakes={"very-fast": "a", "warm-up-only": "c", "too-slow": "d"}),
        "ex-gpu-5": Exercise(right=2.0, mistakes={"transfer-only": 1.8, "ten-times": 18.0, "plus-a-tenth": 1.98}),
    }
