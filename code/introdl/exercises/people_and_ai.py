"""The exercises of *Decide who decides*: one more part, a tighter range, a person who errs, a queue, a third model."""

from __future__ import annotations

from introdl.exercises import Exercise

# What the simulated month gives is written down here, so that no check has to simulate it; the tests do.
NEVER_SEEN, HANDED_OVER = 82, 116  # of 1000 parts, with the range and the two models of the page
MISSED, FAILING_HANDED = 3, 67  # failing parts called fine by the models; failing parts that a person gets
MIDDLE_96, MIDDLE_98, TORQUE_ONLY, HANDED_96 = 146, 89, 110, 177  # exercise 2: outside a tighter range
THREE_AGREE, NO_RANGE, MAJORITY = 124, 65, 82  # exercise 6: handed over by three models


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    return {
        "ex-people-and-ai-1": Exercise(right="c", mistakes={"corner-only": "a", "line-only": "b", "column-wise": "d"}),
        "ex-people-and-ai-2": Exercise(
            right=MIDDLE_96,
            mistakes={
                "whole-range": NEVER_SEEN,
                "middle-98": MIDDLE_98,
                "torque-only": TORQUE_ONLY,
                "disputed-too": HANDED_96,
            },
        ),
        "ex-people-and-ai-3": Exercise(
            right=MISSED + 0.25 * FAILING_HANDED,
            mistakes={
                "models-forgotten": 0.25 * FAILING_HANDED,
                "of-all-handed-over": MISSED + 0.25 * HANDED_OVER,
                "one-in-ten": MISSED + 0.1 * FAILING_HANDED,
                "all-but-a-quarter": MISSED + 0.75 * FAILING_HANDED,
            },
        ),
        "ex-people-and-ai-4": Exercise(
            right=55, mistakes={"by-the-mean": 15, "just-too-little": 50, "more-than-needed": 60, "length-for-time": 30}
        ),
        "ex-people-and-ai-5": Exercise(
            right="d", mistakes={"multiplied": "a", "always-caught": "b", "all-in-common": "c"}
        ),
        "ex-people-and-ai-6": Exercise(
            right=THREE_AGREE,
            mistakes={"no-range-check": NO_RANGE, "majority": MAJORITY, "two-models": HANDED_OVER},
        ),
    }
