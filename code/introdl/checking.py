"""How good is a model, and how sure can we be? Intervals, counts and splits that keep people apart.

For the chapter *How good is the model? Check it on people it has never met*. What scikit-learn has, the chapter takes
from there (splitters, ROC, calibration); here is what it lacks: Wilson's interval, a bootstrap that draws persons, a
split into three parts by person, and a share that says "too few to say" instead of a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from introdl.arrays import Array, is_tensor, numbers, positive, together, whole
from introdl.language import label

LEAST_UNITS = 10  # fewer people than this and no share is printed; a rule of this book, not a published one
LEAST_EVENTS = 5  # fewer people with the condition than this, likewise
MOST_UNDEFINED = 0.05  # share of resamples in which a statistic may have no value


class Interval(NamedTuple):
    """The two ends of an interval."""

    low: float
    high: float


class Bootstrap(NamedTuple):
    """What :func:`bootstrap` found."""

    estimate: float  # the statistic of the data as they are
    interval: Interval
    draws: np.ndarray  # (repeats − undefined,): the statistic of each resample
    undefined: int  # resamples in which the statistic had no value, such as one without anybody ill


class Paired(NamedTuple):
    """What :func:`compare` found: people whom only one of two models judged right, and how surprising that is."""

    only_first: int
    only_second: int
    p: float  # chance of counts at least this uneven if each were the toss of a coin


class Confusion(NamedTuple):
    """The four counts of a yes-or-no answer, in scikit-learn's order, and the shares made of them.

    A share of nobody has no value: asking for it raises :class:`ValueError`.

    Examples
    --------
    >>> counts = Confusion(tn=14, fp=3, fn=2, tp=4)
    >>> counts.n, round(counts.accuracy, 3), round(counts.ppv, 3)
    (23, 0.783, 0.571)
    """

    tn: int
    fp: int
    fn: int
    tp: int

    @property
    def n(self) -> int:
        """Everybody."""
        return sum(self)

    @property
    def accuracy(self) -> float:
        """Share of everybody who was judged right."""
        return _part(self.tn + self.tp, self.n, "accuracy", "everybody (tn + fp + fn + tp)")

    @property
    def sensitivity(self) -> float:
        """Share of those with the condition who were called positive."""
        return _part(self.tp, self.tp + self.fn, "sensitivity", "those with the condition (tp + fn)")

    @property
    def specificity(self) -> float:
        """Share of those without the condition who were called negative."""
        return _part(self.tn, self.tn + self.fp, "specificity", "those without the condition (tn + fp)")

    @property
    def ppv(self) -> float:
        """Positive predictive value: share of those called positive who have the condition."""
        return _part(self.tp, self.tp + self.fp, "ppv", "those called positive (tp + fp)")

    @property
    def npv(self) -> float:
        """Negative predictive value: share of those called negative who do not have the condition."""
        return _part(self.tn, self.tn + self.fn, "npv", "those called negative (tn + fn)")


@dataclass(frozen=True)
class Share:
    """How many of how many were right; shows as a sentence in the reader's language.

    Parameters
    ----------
    right, n : int
        Right ones, and all.
    interval : Interval or None
        Wilson's interval; ``None`` means: too few to say.
    level : float
        Confidence of the interval.
    """

    right: int
    n: int
    interval: Interval | None
    level: float = 0.95

    @property
    def estimate(self) -> float | None:
        """The share, or ``None`` where there are too few to say."""
        return None if self.interval is None else self.right / self.n

    def __repr__(self) -> str:
        if self.interval is None:
            return label("checking.too-few", right=self.right, n=self.n)
        low, high = (f"{100 * end:.0f}" for end in self.interval)
        percent, level = f"{100 * self.right / self.n:.0f}", f"{100 * self.level:g}"
        return label("checking.share", right=self.right, n=self.n, percent=percent, level=level, low=low, high=high)


def wilson(right: int, n: int, level: float = 0.95) -> Interval:
    """Return Wilson's interval for a share: the true shares that go well with ``right`` of ``n``.

    For independent units that took no part in making the model: each person once. Rows of the same person, or the
    folds of a cross-validation put together, are not independent; use :func:`bootstrap` there.

    Parameters
    ----------
    right, n : int
        How many were right, and out of how many; 0 ≤ ``right`` ≤ ``n``, ``n`` at least 1.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    Interval
        Both ends between 0 and 1; it holds ``right / n``.

    Raises
    ------
    TypeError
        If a count is not a whole number.
    ValueError
        If a count is negative, ``right`` exceeds ``n``, ``n`` is 0, or ``level`` is not between 0 and 1.

    Notes
    -----
    The ends solve (share − p)² = z² p (1 − p) / n, where z belongs to the level (1.96 for 95%).

    References
    ----------
    E. B. Wilson, *Probable inference, the law of succession, and statistical inference*, 1927.

    Examples
    --------
    >>> low, high = wilson(18, 23)
    >>> f"{low:.0%} to {high:.0%}"
    '58% to 90%'
    """
    right, n = _counts(right, n)
    if n == 0:
        raise ValueError("n must be at least 1, got 0: a share of nobody has no interval")
    z = NormalDist().inv_cdf((1 + _level(level)) / 2)
    share = right / n
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    # rounding must not push an end past the share where the share is 0 or 1
    return Interval(0.0 if right == 0 else centre - half, 1.0 if right == n else centre + half)


def share(right: int, n: int, events: int | None = None, level: float = 0.95) -> Share:
    """Return a share with Wilson's interval, or say "too few to say".

    Parameters
    ----------
    right, n : int
        How many independent units were right, and out of how many. ``n`` may be 0.
    events : int, optional
        How many of the ``n`` have the condition that the share is about, where it is about one.
    level : float
        Confidence of the interval.

    Returns
    -------
    Share
        Without a number where ``n`` is under :data:`LEAST_UNITS`, or ``events`` under :data:`LEAST_EVENTS`.

    Raises
    ------
    TypeError, ValueError
        As :func:`wilson`, but for ``n = 0``; and if ``events`` is not between 0 and ``n``.

    Examples
    --------
    >>> share(18, 23, events=6)
    18 of 23, 78% (95% interval 58% to 90%)
    >>> share(4, 6)
    too few to say (4 of 6)
    """
    right, n = _counts(right, n)
    if events is not None and whole(events, "events") > n:
        raise ValueError(f"events must be at most n = {n}, got {events}")
    _level(level)
    few = n < LEAST_UNITS or (events is not None and events < LEAST_EVENTS)
    return Share(right, n, None if few else wilson(right, n, level), level)


def confusion(y: Array, y_hat: Array) -> Confusion:
    """Count right and wrong answers: y is what is so, ŷ what the model says.

    Parameters
    ----------
    y, y_hat : array-like or Tensor, shape (n,)
        1 or ``True`` where the condition is there, or is said to be; else 0 or ``False``.

    Returns
    -------
    Confusion
        ``tn, fp, fn, tp``, in the order of ``sklearn.metrics.confusion_matrix(y, y_hat).ravel()``.

    Raises
    ------
    TypeError, ValueError
        If they are not numbers, are empty, differ in length, or hold anything but 0 and 1.

    Examples
    --------
    >>> confusion([0, 0, 1, 1, 1], [0, 1, 1, 1, 0])
    Confusion(tn=1, fp=1, fn=1, tp=2)
    """
    y, y_hat = _yes_or_no(y, "y"), _yes_or_no(y_hat, "y_hat")
    together(y=y, y_hat=y_hat)
    said, so = y_hat == 1, y == 1
    counts = [(~said & ~so).sum(), (said & ~so).sum(), (~said & so).sum(), (said & so).sum()]
    return Confusion(*(int(count) for count in counts))


def bootstrap(
    statistic: Callable[..., float],
    *columns: Array,
    person: Array | None = None,
    repeats: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Bootstrap:
    """Draw persons with replacement, all rows of a drawn person with them, and see how a statistic varies.

    Parameters
    ----------
    statistic : callable
        Takes the columns, returns one number; NaN where a resample gives it none.
    *columns : array-like or Tensor
        What the statistic takes, such as ``y, y_hat``; one row a unit, the same number of rows each.
    person : array-like, shape (n,), optional
        Whose row it is; any kind of name. Without it every row counts as a person of its own.
    repeats : int
        How many resamples.
    level : float
        Confidence of the interval, which reaches between the percentiles of the resamples.
    seed : int
        The same seed draws the same persons.

    Returns
    -------
    Bootstrap
        ``estimate``, ``interval``, ``draws`` and ``undefined``.

    Raises
    ------
    TypeError, ValueError
        If there is no column, columns differ in length, are empty or hold NaN, ``person`` holds a missing name or
        only one person, or the statistic has no value for the data or for more than 5% of the resamples.

    Notes
    -----
    It sees the chance of who was tested, not the chance of who was there to train on. With few persons (under 20
    or so) percentile intervals come out too narrow.

    Examples
    --------
    >>> errors = [1.0, 1.2, 3.0, 3.2, 2.0, 2.2]
    >>> found = bootstrap(np.mean, errors, person=["a", "a", "b", "b", "c", "c"], seed=1)
    >>> round(found.estimate, 2), [round(end, 2) for end in found.interval]
    (2.1, [1.1, 3.1])
    """
    if not columns:
        raise ValueError("bootstrap needs at least one column for the statistic, got none")
    columns = [_column(column, place) for place, column in enumerate(columns, start=1)]
    _same_length(columns)
    names = range(len(columns[0])) if person is None else _names(person, len(columns[0]))
    repeats, generator = whole(repeats, "repeats", least=1), np.random.default_rng(whole(seed, "seed"))
    tails = (1 - _level(level)) / 2
    rows = _rows_by_person(names)
    if len(rows) < 2:
        raise ValueError("bootstrap needs at least 2 persons to draw from, got 1: it cannot say how persons differ")
    estimate = _number(statistic(*columns))
    if not math.isfinite(estimate):
        raise ValueError(f"the statistic of the data must be a finite number, got {estimate}")
    draws = np.empty(repeats)
    for place in range(repeats):
        drawn = np.concatenate([rows[i] for i in generator.integers(len(rows), size=len(rows))])
        draws[place] = _number(statistic(*(column[drawn] for column in columns)))
    defined = draws[np.isfinite(draws)]
    if len(defined) < (1 - MOST_UNDEFINED) * repeats:
        raise ValueError(
            f"the statistic must have a value in nearly every resample, got none in {repeats - len(defined)} of "
            f"{repeats}: there are too few persons of one kind to say"
        )
    low, high = np.quantile(defined, [tails, 1 - tails])
    return Bootstrap(estimate, Interval(float(low), float(high)), defined, repeats - len(defined))


def compare(right_first: Array, right_second: Array) -> Paired:
    """Compare two models on the same people: count those whom only one judged right, and toss a coin for each.

    Parameters
    ----------
    right_first, right_second : array-like or Tensor, shape (n,)
        Whether each model judged each person right; the same people in the same order.

    Returns
    -------
    Paired
        ``p`` is that of the exact two-sided sign test, also called McNemar's exact test.

    Raises
    ------
    TypeError, ValueError
        As :func:`confusion`.

    Examples
    --------
    >>> compare([1, 1, 1, 1, 0], [0, 0, 0, 1, 1])
    Paired(only_first=3, only_second=1, p=0.625)
    """
    first, second = _yes_or_no(right_first, "right_first"), _yes_or_no(right_second, "right_second")
    together(right_first=first, right_second=second)
    only_first, only_second = int((first > second).sum()), int((second > first).sum())
    tosses, fewer = only_first + only_second, min(only_first, only_second)
    tail = sum(math.comb(tosses, heads) for heads in range(fewer + 1)) / 2**tosses
    return Paired(only_first, only_second, min(1.0, 2 * tail))


def split_by_person(person: Array, parts: Sequence[float] = (0.6, 0.2, 0.2), seed: int = 0) -> tuple[np.ndarray, ...]:
    """Split rows into parts so that nobody is in two of them: training, validation and test by default.

    Parameters
    ----------
    person : array-like, shape (n,)
        Whose row it is; any kind of name.
    parts : sequence of float
        What share of the persons each part gets; positive, adding up to 1.
    seed : int
        The same seed splits in the same way.

    Returns
    -------
    tuple of ndarray of int
        The rows of each part, in rising order; every part has at least one person, and every row is in one part.

    Raises
    ------
    TypeError, ValueError
        If a name is missing, there are fewer persons than parts, or ``parts`` do not add up to 1.

    Examples
    --------
    >>> training, test = split_by_person(["a", "a", "b", "c", "c", "d"], parts=(0.5, 0.5))
    >>> sorted([*training, *test]) == list(range(6))
    True
    """
    names = _names(person)
    sizes = np.array([positive(part, "every part") for part in parts])
    if len(sizes) < 2 or not math.isclose(sizes.sum(), 1):
        raise ValueError(f"parts must be at least two shares that add up to 1, got {tuple(parts)}")
    rows = _rows_by_person(names)
    if len(rows) < len(sizes):
        raise ValueError(f"every part needs a person of its own: got {len(rows)} persons for {len(sizes)} parts")
    ends = np.round(np.cumsum(sizes)[:-1] * len(rows)).astype(int)
    # rounding must leave no part empty: one person before each end, and one for each part still to come
    for place in range(len(ends)):
        ends[place] = max(ends[place], (ends[place - 1] if place else 0) + 1)
        ends[place] = min(ends[place], len(rows) - (len(ends) - place))
    order = np.random.default_rng(whole(seed, "seed")).permutation(len(rows))
    return tuple(np.sort(np.concatenate([rows[i] for i in part])) for part in np.split(order, ends))


def _part(count: int, of: int, name: str, who: str) -> float:
    if of == 0:
        raise ValueError(f"{name} is a share of {who}, and there is nobody: it has no value here")
    return count / of


def _counts(right: int, n: int) -> tuple[int, int]:
    right, n = whole(right, "right"), whole(n, "n")
    if right > n:
        raise ValueError(f"right must be at most n = {n}, got {right}")
    return right, n


def _level(level: float) -> float:
    if positive(level, "level") >= 1:
        raise ValueError(f"level must be between 0 and 1, got {level}: write 0.95 for 95%")
    return float(level)


def _yes_or_no(value: Array, name: str) -> Array:
    if is_tensor(value) and not value.is_floating_point():
        value = value.double()  # here whole numbers and truth values are meant
    answers = numbers(value, name, ndim=1)
    other = answers[(answers != 0) & (answers != 1)] if not getattr(answers, "is_meta", False) else ()
    if len(other):
        raise ValueError(f"{name} must hold only 0 and 1 (or False and True), got {float(other[0]):g}")
    return answers


def _column(value: Array, place: int) -> Array:
    """Return a column as it is, once it is known to hold no NaN."""
    name = f"column {place}"
    if is_tensor(value):
        return numbers(value, name) if value.is_floating_point() else value
    column = np.asarray(value)
    if column.dtype.kind in "fc" or column.ndim == 0 or column.size == 0:
        numbers(value, name)
    if column.ndim == 0:
        raise ValueError(f"{name} must hold one row a unit, got a single value")
    return column


def _same_length(columns: Sequence[Array]) -> None:
    tensors = {f"column {place}": column for place, column in enumerate(columns, start=1) if is_tensor(column)}
    if tensors:
        together(**tensors)
    lengths = [len(column) for column in columns]
    if len(set(lengths)) > 1:
        raise ValueError(f"all columns must have the same number of rows, got {lengths}")


def _names(person: Array, n: int | None = None) -> np.ndarray:
    import pandas as pd

    if is_tensor(person):
        person = person.detach().cpu()
    names = np.asarray(person)
    if names.ndim != 1 or len(names) == 0:
        raise ValueError(f"person must have shape (n,), one name a row, at least one, got {names.shape}")
    if n is not None and len(names) != n:
        raise ValueError(f"person must have as many rows as the columns, got {len(names)} and {n}")
    missing = np.flatnonzero(pd.isna(names))
    if len(missing):
        raise ValueError(f"person must name somebody in every row, got none in row {missing[0]}")
    return names


def _rows_by_person(names: Sequence[object]) -> list[np.ndarray]:
    rows: dict[object, list[int]] = {}
    for row, name in enumerate(names.tolist() if isinstance(names, np.ndarray) else names):
        rows.setdefault(name, []).append(row)
    return [np.array(places) for places in rows.values()]


def _number(value: object) -> float:
    found = np.asarray(value.detach().cpu() if is_tensor(value) else value)
    if found.size != 1 or found.dtype.kind not in "biuf":
        raise TypeError(f"the statistic must return one number, got {type(value).__name__} of shape {found.shape}")
    return float(found.reshape(()))
