"""The exercises of *Read the symbols, then look before you compute*: cells, shapes, a silent loss, a table's traps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from introdl import datasets
from introdl.exercises import Exercise

if TYPE_CHECKING:
    import pandas as pd

LIMIT = 0.999  # of the absolute correlation in exercise 6


def exercises() -> dict[str, Exercise]:
    """Return the exercises by label, each with what typical mistakes give."""
    people = datasets.load_tug()
    steps, seconds, points = (people[name].to_numpy(float) for name in ("steps", "tug", "bbs"))
    misses = points - (30 - 0.5 * seconds)
    every_pair = points - (30 - 0.5 * seconds).reshape(-1, 1)
    between = people["t6"].to_numpy() - people["t1"].to_numpy()
    decades = people.assign(decade=people["age"] // 10 * 10)
    strong = people.corr(numeric_only=True).abs().to_numpy()
    pairs = int((np.triu(strong, 1) > LIMIT).sum())
    return {
        "ex-notation-1": Exercise(
            right=steps[13],
            mistakes={"row-from-zero": steps[14], "column-from-zero": seconds[13], "both-from-zero": seconds[14]},
            tolerance=1e-6,
        ),
        "ex-notation-2": Exercise(
            right="c", mistakes={"own-pairs-expected": "a", "column-expected": "b", "error-expected": "d"}
        ),
        "ex-notation-3": Exercise(
            right=(misses**2).mean(),
            mistakes={
                "broadcast": (every_pair**2).mean(),
                "sum-for-mean": (misses**2).sum(),
                "absolute-for-squared": np.abs(misses).mean(),
                "root-taken": np.sqrt((misses**2).mean()),
            },
            tolerance=1e-3,  # two decimals
        ),
        "ex-notation-4": Exercise(right="b", mistakes={"leak-admired": "a", "unit-trusted": "c"}),
        "ex-notation-5": Exercise(
            right=(np.round(between) >= 14).sum(),
            mistakes={"label-copied": people["y1"].sum(), "not-rounded": (between >= 14).sum()},
            tolerance=1e-6,
        ),
        "ex-notation-6": Exercise(
            right=pairs,
            mistakes={
                "each-pair-twice": 2 * pairs,
                "with-itself": pairs + len(strong),
                "twice-and-with-itself": 2 * pairs + len(strong),
                "lower-limit": int((np.triu(strong, 1) > 0.99).sum()),
            },
            tolerance=1e-6,
        ),
        "ex-notation-7": Exercise(
            right=_alone(decades, ["gender", "decade"]),
            mistakes={
                "exact-age": _alone(people, ["gender", "age"]),
                "sex-forgotten": _alone(decades, ["decade"]),
                "groups-for-people": decades.groupby(["gender", "decade"]).ngroups,
            },
            tolerance=1e-6,
        ),
    }


def _alone(people: pd.DataFrame, columns: list[str]) -> int:
    """Count those who share their values in these columns with nobody."""
    return int((~people.duplicated(columns, keep=False)).sum())
