"""Results group by group: how many, how sure, and whether two groups differ by more than chance.

One share for everybody can hide a group for which the model fails. Every number here comes with how many people or
parts it is a share of, with an interval, and with "too few to say" where an interval would be idle.

Chapter: ``testing-by-groups``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from introdl.arrays import is_tensor, numbers, positive
from introdl.checking import Confusion, Interval, confusion, share, wilson
from introdl.language import label

if TYPE_CHECKING:
    import pandas as pd

Array = Any

# Of the four counts: how many were judged right, out of how many, and how many of those have the condition.
METRICS: dict[str, Callable[[Confusion], tuple[int, int, int | None]]] = {
    "accuracy": lambda c: (c.tp + c.tn, c.n, c.tp + c.fn),
    "sensitivity": lambda c: (c.tp, c.tp + c.fn, None),
    "specificity": lambda c: (c.tn, c.tn + c.fp, None),
    "ppv": lambda c: (c.tp, c.tp + c.fp, None),
    "npv": lambda c: (c.tn, c.tn + c.fn, None),
}
COLUMNS = ["right", "of", "share", "low", "high", "said"]


class Difference(NamedTuple):
    """One share minus another, with its interval."""

    estimate: float
    interval: Interval


def by_group(y: Array, y_hat: Array, group: Array, metric: str = "accuracy", level: float = 0.95) -> pd.DataFrame:
    """Count one metric in every group, with Wilson's interval or "too few to say".

    Parameters
    ----------
    y, y_hat : array-like or Tensor, shape (n,)
        1 or ``True`` where the condition is there, or is said to be; else 0 or ``False``. One row a person or part,
        none of which took part in making the model.
    group : array-like, Series or DataFrame, shape (n,) or (n, k)
        The group of each row. Of a table with k columns every combination that occurs is a group: an intersection.
        A row without a group is not dropped; it counts in a group of its own, "not stated".
    metric : {"accuracy", "sensitivity", "specificity", "ppv", "npv"}
    level : float
        Confidence of each interval.

    Returns
    -------
    pandas.DataFrame, one row a group
        ``right`` of ``of``, the ``share`` with ``low`` and ``high`` (NaN where there are too few to say, by the rule
        of :func:`introdl.checking.share`), and ``said``, the same as a sentence. ``attrs["looked_at"]`` is the number
        of groups: of twenty groups that do not differ, one 95% interval misses the common share on average.

    Raises
    ------
    TypeError, ValueError
        If y and ŷ are not of 0 and 1, lengths differ, there are no rows, or metric or level are not known.

    Examples
    --------
    >>> y, y_hat = [1] * 12 + [0] * 12, [1] * 9 + [0] * 15
    >>> table = by_group(y, y_hat, ["day", "night"] * 12, metric="sensitivity")
    >>> table[["right", "of"]].values.tolist(), table["said"].tolist()
    ([[5, 6], [4, 6]], ['too few to say (5 of 6)', 'too few to say (4 of 6)'])
    """
    if metric not in METRICS:
        raise ValueError(f"metric must be one of {', '.join(METRICS)}, got {metric!r}")
    confusion(y, y_hat)  # looks at both
    y, y_hat = _array(y), _array(y_hat)
    counts = {name: METRICS[metric](confusion(y[rows], y_hat[rows])) for name, rows in _rows(group, len(y))}
    return _table(counts, group, level)


def rate_by_group(happened: Array, group: Array, level: float = 0.95) -> pd.DataFrame:
    """Count how often something happened in every group: the condition itself, or a case handed over to a person.

    Parameters
    ----------
    happened : array-like or Tensor, shape (n,)
        1 or ``True`` where it happened, else 0 or ``False``.
    group, level
        As for :func:`by_group`.

    Returns
    -------
    pandas.DataFrame, one row a group
        As :func:`by_group` gives it; ``right`` counts where it happened.

    Raises
    ------
    TypeError, ValueError
        As :func:`by_group`.

    Examples
    --------
    >>> rate_by_group([True] * 5 + [False] * 15, ["new"] * 10 + ["old"] * 10)["said"].tolist()
    ['5 of 10, 50% (95% interval 24% to 76%)', '0 of 10, 0% (95% interval 0% to 28%)']
    """
    confusion(happened, happened)
    happened = _array(happened)
    counts = {name: (int(happened[rows].sum()), len(rows), None) for name, rows in _rows(group, len(happened))}
    return _table(counts, group, level)


def difference(right_first: int, n_first: int, right_second: int, n_second: int, level: float = 0.95) -> Difference:
    """Return the first share minus the second, with Newcombe's interval, for two groups with nobody in common.

    Parameters
    ----------
    right_first, n_first, right_second, n_second : int
        How many of how many, in each group; no group may be empty.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    Difference
        The ends lie between −1 and 1. An interval that holds 0 does not say that the groups are alike: it says that
        these data cannot tell.

    Raises
    ------
    TypeError, ValueError
        As :func:`introdl.checking.wilson`.

    Notes
    -----
    With Wilson's intervals (l, u) of both shares p: below the difference by √((p₁ − l₁)² + (u₂ − p₂)²), above it by
    √((u₁ − p₁)² + (p₂ − l₂)²).

    References
    ----------
    R. G. Newcombe, *Interval estimation for the difference between independent proportions: comparison of eleven
    methods*, 1998, method 10.

    Examples
    --------
    >>> found = difference(56, 70, 48, 80)
    >>> f"{found.estimate:.2f}, {found.interval.low:.4f} to {found.interval.high:.4f}"
    '0.20, 0.0524 to 0.3339'
    """
    first, second = wilson(right_first, n_first, level), wilson(right_second, n_second, level)
    p, q = right_first / n_first, right_second / n_second
    below = math.hypot(p - first.low, second.high - q)
    above = math.hypot(first.high - p, q - second.low)
    return Difference(p - q, Interval(p - q - below, p - q + above))


def needed(first: float, second: float, power: float = 0.8, level: float = 0.95) -> int:
    """Return how many each of two equal groups needs so that a stated difference of shares would be noticed.

    Parameters
    ----------
    first, second : float
        The two true shares, between 0 and 1, not equal.
    power : float
        The chance of noticing, over repeated studies.
    level : float
        Confidence: 1 minus the chance of an alarm, to either side, where there is no difference.

    Returns
    -------
    int
        People or parts in each group. For a sensitivity these are people with the condition.

    Raises
    ------
    TypeError, ValueError
        If a share is not between 0 and 1, both are equal, or power or level are not between 0 and 1.

    Notes
    -----
    n = (z √(2 p̄ (1 − p̄)) + z′ √(p₁ (1 − p₁) + p₂ (1 − p₂)))² / (p₁ − p₂)², rounded up, with z for the level, z′ for the
    power and p̄ the mean of both: the usual formula for two shares, without a correction for continuity.

    Examples
    --------
    >>> needed(0.9, 0.8), needed(0.9, 0.85)
    (199, 686)
    """
    shares = [_fraction(value, name) for value, name in ((first, "first"), (second, "second"))]
    if shares[0] == shares[1]:
        raise ValueError(f"first and second must differ, got {first} twice: no number of people shows no difference")
    between = [_inside(value, name) for value, name in ((power, "power"), (level, "level"))]
    normal = NormalDist()
    z_power, z_level = normal.inv_cdf(between[0]), normal.inv_cdf((1 + between[1]) / 2)
    middle = sum(shares) / 2
    alarm = z_level * math.sqrt(2 * middle * (1 - middle))
    notice = z_power * math.sqrt(sum(share * (1 - share) for share in shares))
    return math.ceil((alarm + notice) ** 2 / (shares[0] - shares[1]) ** 2)


def against(table: pd.DataFrame, reference: object = None, level: float = 0.95) -> pd.DataFrame:
    """Compare every group with one of them, all intervals together at the level.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`by_group` or :func:`rate_by_group` gave.
    reference : group name, optional
        Which group the others are compared with. Default: the one with the most rows.
    level : float
        Confidence of all the intervals together. Each is made wider for it (Bonferroni): whoever looks at k
        differences asks each for 1 − (1 − level) / k.

    Returns
    -------
    pandas.DataFrame, one row for each other group
        ``difference`` (group minus reference), ``low``, ``high``, and ``needed``: the size that each of two equal
        groups needs so that a difference as large as this one would be noticed with a chance of 80%, at the same
        widened level. NaN where one of the two groups has too few to say, or where the shares are equal.

    Raises
    ------
    KeyError
        If the reference is no group of the table.
    TypeError, ValueError
        If the table is none of these, or has fewer than two groups.

    Examples
    --------
    >>> happened = [1] * 90 + [0] * 10 + [1] * 40 + [0] * 10
    >>> against(rate_by_group(happened, ["line 1"] * 100 + ["line 2"] * 50)).round(2).values.tolist()
    [[-0.1, -0.24, 0.01, 199.0]]
    """
    import pandas as pd

    if not isinstance(table, pd.DataFrame) or not {"right", "of", "share"} <= set(table.columns):
        raise TypeError("table must be what by_group or rate_by_group gave, with the columns right, of and share")
    if len(table) < 2:
        raise ValueError(f"comparing takes at least two groups, got {len(table)}")
    names = list(table.index)
    if reference is None:
        reference = names[int(table["of"].to_numpy().argmax())]
    if reference not in names:
        raise KeyError(f"reference must be one of the groups {names}, got {reference!r}")
    place, others = names.index(reference), [at for at, name in enumerate(names) if name != reference]
    each = 1 - (1 - _inside(level, "level")) / len(others)
    right, of, enough = table["right"].to_numpy(), table["of"].to_numpy(), table["share"].notna().to_numpy()
    rows = []
    for at in others:
        if not (enough[at] and enough[place]):
            rows.append([math.nan] * 4)
            continue
        found = difference(int(right[at]), int(of[at]), int(right[place]), int(of[place]), each)
        shares = right[at] / of[at], right[place] / of[place]
        rows.append([found.estimate, *found.interval, needed(*shares, level=each) if found.estimate else math.nan])
    compared = pd.DataFrame(rows, index=table.index[others], columns=["difference", "low", "high", "needed"])
    compared.attrs = {"reference": reference, "looked_at": len(others)}
    return compared


def calibration_by_group(y: Array, promised: Array, group: Array, level: float = 0.95) -> pd.DataFrame:
    """Compare in every group how often the condition was promised, on average, with how often it was there.

    Parameters
    ----------
    y : array-like or Tensor, shape (n,)
        1 or ``True`` where the condition is there, else 0 or ``False``.
    promised : array-like or Tensor, shape (n,)
        The model's probabilities, from 0 to 1.
    group, level
        As for :func:`by_group`.

    Returns
    -------
    pandas.DataFrame, one row a group
        As :func:`rate_by_group` gives it for ``y``, with ``promised``, the mean probability, before ``share``. A
        promise outside of ``low`` to ``high`` is too high or too low for that group as a whole.

    Raises
    ------
    TypeError, ValueError
        As :func:`by_group`; and if a probability is not between 0 and 1.

    Examples
    --------
    >>> y, promised = [1, 0] * 10, [0.5] * 20
    >>> calibration_by_group(y, promised, ["a"] * 20)[["promised", "share"]].values.tolist()
    [[0.5, 0.5]]
    """
    table = rate_by_group(y, group, level)
    chances = numbers(promised, "promised", ndim=1)
    chances = _array(chances).astype(float)
    if len(chances) != len(_array(y)):
        raise ValueError(f"y and promised must have the same number of rows, got {len(_array(y))} and {len(chances)}")
    outside = chances[(chances < 0) | (chances > 1)]
    if len(outside):
        raise ValueError(f"promised must hold probabilities, from 0 to 1, got {outside[0]:g}")
    means = [chances[rows].mean() for _, rows in _rows(group, len(chances))]
    table.insert(COLUMNS.index("share"), "promised", means)
    return table


def _table(counts: dict[object, tuple[int, int, int | None]], group: Array, level: float) -> pd.DataFrame:
    import pandas as pd

    shares = [share(right, of, events, level) for right, of, events in counts.values()]
    ends = [found.interval or Interval(math.nan, math.nan) for found in shares]
    table = pd.DataFrame(
        {
            "right": [found.right for found in shares],
            "of": [found.n for found in shares],
            "share": [math.nan if found.estimate is None else found.estimate for found in shares],
            "low": [low for low, _ in ends],
            "high": [high for _, high in ends],
            "said": [repr(found) for found in shares],
        },
        index=_index(list(counts), group),
    )
    table.attrs = {"looked_at": len(table), "level": level}
    return table


def _index(names: Sequence[object], group: Array) -> pd.Index:
    import pandas as pd

    if isinstance(group, pd.DataFrame):
        return pd.MultiIndex.from_tuples(names, names=group.columns)
    return pd.Index(names, name=getattr(group, "name", None), tupleize_cols=False)


def _rows(group: Array, n: int) -> list[tuple[object, np.ndarray]]:
    """Return each group with the places of its rows, in order; those without a group last."""
    import pandas as pd

    if is_tensor(group):
        group = group.detach().cpu().numpy()
    columns = group if isinstance(group, pd.DataFrame) else pd.DataFrame({"group": _one_column(group)})
    if columns.shape[1] == 0:
        raise ValueError("group must have at least one column, got a table without any")
    if len(columns) != n:
        raise ValueError(f"group must have one name a row, {n} rows, got {len(columns)}")
    codes, names = [], []
    for place in range(columns.shape[1]):
        column = columns.iloc[:, place]
        code, values = pd.factorize(column, sort=_sortable(column))
        codes.append(np.where(code < 0, len(values), code))  # factorize gives −1 to a missing name
        names.append([*values.tolist(), label("subgroups.not-stated")])
    found: dict[tuple[int, ...], list[int]] = {}
    for row, key in enumerate(zip(*codes, strict=True)):
        found.setdefault(tuple(int(code) for code in key), []).append(row)
    named = [
        (tuple(names[place][code] for place, code in enumerate(key)), np.array(found[key])) for key in sorted(found)
    ]
    whole_table = isinstance(group, pd.DataFrame)
    return [(name if whole_table else name[0], rows) for name, rows in named]


def _one_column(group: Array) -> Array:
    column = group if hasattr(group, "dtype") and hasattr(group, "ndim") else np.array(list(group), dtype=object)
    if column.ndim != 1:
        raise ValueError(f"group must have shape (n,), one name a row, got {column.shape}; or be a DataFrame")
    return column.array if hasattr(column, "array") else column


def _sortable(column: pd.Series) -> bool:
    try:
        sorted(column.dropna().unique())
    except TypeError:
        return False
    return True


def _array(values: Array) -> np.ndarray:
    return np.asarray(values.detach().cpu() if is_tensor(values) else values)


def _fraction(value: float, name: str) -> float:
    found = float(numbers(value, name, ndim=0))
    if not 0 <= found <= 1:
        raise ValueError(f"{name} must be a share between 0 and 1, got {value}")
    return found


def _inside(value: float, name: str) -> float:
    if positive(value, name) >= 1:
        raise ValueError(f"{name} must be between 0 and 1, got {value}: write 0.95 for 95%")
    return float(value)
