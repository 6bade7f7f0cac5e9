"""Where the rows of a table went: used, or set aside, each with a reason; none vanishes.

Rows in = rows used + rows set aside. What is merely odd is flagged, and stays until a named rule sets it aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from introdl.language import label
from introdl.tables import titled

Rule = Callable[[pd.DataFrame], object]


@dataclass(frozen=True)
class Rows:
    """What became of the rows of a table; it shows itself as a count of rows for each reason.

    Parameters
    ----------
    used : pandas.DataFrame
        The rows that no rule set aside, under their own row names.
    set_aside : pandas.DataFrame
        All other rows, under their own row names, with a column ``reason`` more.
    counts : pandas.DataFrame
        Columns ``reason`` and ``rows``: used, then each rule in its order, then all rows.
    """

    used: pd.DataFrame
    set_aside: pd.DataFrame
    counts: pd.DataFrame

    def __repr__(self) -> str:
        return self._shown().to_string(index=False)

    def _repr_html_(self) -> str:
        return self._shown().to_html(index=False)

    def _shown(self) -> pd.DataFrame:
        words = {"used": label("cases.rows-used"), "all": label("cases.rows-all")}
        table = self.counts.copy()
        ends = [0, len(table) - 1]
        table["reason"] = [words.get(name, name) if i in ends else name for i, name in enumerate(table["reason"])]
        return titled(table)


def account(frame: pd.DataFrame, rules: Mapping[str, object]) -> Rows:
    """Part the rows of a table in those used and those set aside, by rules that have a reason each.

    Parameters
    ----------
    frame : pandas.DataFrame
        Its row names must differ from each other, so that a row can be found again.
    rules : mapping of str to (array-like of bool, shape (n,)) or callable
        Reason → True for the rows that it sets aside; a callable takes the table and returns that. Where several
        rules say so, the first of them is the reason.

    Returns
    -------
    Rows

    Raises
    ------
    TypeError
        If frame is no table, or a rule gives anything but truth values.
    ValueError
        If two rows have one name, there is a column ``reason`` already, or a rule gives another number of values.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [70, 190, 81], "tug": [11.0, 9.0, None]})
    >>> rows = account(table, {"age over 120": table["age"] > 120, "no time": table["tug"].isna()})
    >>> len(rows.used), rows.set_aside["reason"].tolist()
    (1, ['age over 120', 'no time'])
    """
    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"frame must be a pandas DataFrame, got {type(frame).__name__}")
    if not frame.index.is_unique:
        raise ValueError("the rows must have different names, so that each can be found again: use reset_index first")
    if "reason" in frame.columns:
        raise ValueError("frame has a column called reason, which set_aside needs: rename it first")
    reason = np.full(len(frame), None, dtype=object)
    for name, rule in rules.items():
        hit = _truth(rule(frame) if callable(rule) else rule, name, frame)
        reason[hit & np.equal(reason, None)] = name
    free = np.equal(reason, None)
    set_aside = frame[~free].copy()
    set_aside["reason"] = reason[~free]
    numbers = [int(free.sum()), *(int(np.equal(reason, name).sum()) for name in rules), len(frame)]
    counts = pd.DataFrame({"reason": ["used", *rules, "all"], "rows": numbers})
    return Rows(frame[free].copy(), set_aside, counts)


def flag(frame: pd.DataFrame, limits: Mapping[str, tuple[float | None, float | None]]) -> pd.DataFrame:
    """List the values that lie outside what is plausible. Nothing is taken away.

    Parameters
    ----------
    frame : pandas.DataFrame
    limits : mapping of str to (low, high)
        Column → the least and the greatest plausible value, both allowed; None for no limit on that side.

    Returns
    -------
    pandas.DataFrame
        Columns ``row``, ``column``, ``value``, ``limit``: one line for each value that is lower or higher.
        Missing values are not listed.

    Raises
    ------
    ValueError
        If there is no such column, it holds no numbers, or a low limit is above the high one.

    Examples
    --------
    >>> flag(pd.DataFrame({"age": [70, 190]}), {"age": (0, 120)}).to_dict("records")
    [{'row': 1, 'column': 'age', 'value': 190.0, 'limit': '≤ 120'}]
    """
    found = []
    for column, (low, high) in limits.items():
        if column not in frame.columns:
            raise ValueError(f"there is no column {column!r}; the columns are {', '.join(map(str, frame.columns))}")
        if not pd.api.types.is_numeric_dtype(frame[column]):
            raise ValueError(
                f"column {column!r} must hold numbers to be held against limits, got {frame[column].dtype}"
            )
        if low is not None and high is not None and low > high:
            raise ValueError(f"the limits of {column!r} must be (low, high), got ({low}, {high})")
        values = frame[column].astype(float)
        for limit, outside, sign in ((low, values.lt, "≥"), (high, values.gt, "≤")):
            if limit is None:
                continue
            hit = outside(limit).to_numpy()
            names, odd = frame.index[hit], values.to_numpy()[hit]
            found += [
                {"row": row, "column": column, "value": float(value), "limit": f"{sign} {limit:g}"}
                for row, value in zip(names, odd, strict=True)
            ]
    return pd.DataFrame(found, columns=["row", "column", "value", "limit"])


def _truth(given: object, name: str, frame: pd.DataFrame) -> np.ndarray:
    if isinstance(given, pd.Series) and not given.index.equals(frame.index):
        raise ValueError(f"the rule {name!r} must be about the rows of frame, in their order")
    values = np.asarray(given)
    if values.dtype != bool:
        raise TypeError(
            f"the rule {name!r} must give True or False for each row, got {values.dtype}: fill missing values first"
        )
    if values.shape != (len(frame),):
        raise ValueError(f"the rule {name!r} must give {len(frame)} values, one a row, got {values.shape}")
    return values
