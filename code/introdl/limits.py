"""What data that came out well cannot rule out: a fault not seen so far, and kinds of faults nobody has met.

Chapter: ``data-limits``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable

from introdl.arrays import positive, whole


def at_most(n: int, level: float = 0.95) -> float:
    """Return how common something may be that did not happen in ``n`` independent trials.

    Parameters
    ----------
    n : int
        How many trials, at least 1; the thing happened in none of them.
    level : float
        Confidence, between 0 and 1.

    Returns
    -------
    float
        The largest share that goes well with what was seen: with it, ``n`` trials without the thing would still
        happen once in 20 (for the level 0.95).

    Raises
    ------
    TypeError, ValueError
        If ``n`` is not a whole number or is under 1; if ``level`` is not between 0 and 1.

    Notes
    -----
    The share p solves (1 − p)ⁿ = 1 − level. For the level 0.95 and many trials that is nearly 3 / n, the
    "rule of three". It holds for trials like those that were seen and that do not depend on each other: for parts
    of one batch that share their fault it promises too much.

    Examples
    --------
    >>> round(at_most(1000), 4)
    0.003
    """
    n = whole(n, "n", least=1)
    if positive(level, "level") >= 1:
        raise ValueError(f"level must be between 0 and 1, got {level}: write 0.95 for 95%")
    return 1 - (1 - level) ** (1 / n)


def unseen_share(kinds: Iterable[Hashable]) -> float:
    """Estimate which share of the next faults will be of a kind that is not among those seen.

    Parameters
    ----------
    kinds : iterable
        The kind of each fault so far, one entry a fault: names or numbers. An array or a column of a table will do.

    Returns
    -------
    float
        The share of the faults whose kind was seen exactly once. Between 0 and 1; it is an estimate, and with few
        faults a rough one.

    Raises
    ------
    TypeError
        If ``kinds`` is a single text, or a kind cannot be counted.
    ValueError
        If there is no fault, or the kind of one is missing.

    Notes
    -----
    Alan Turing's estimate, published by I. J. Good in 1953. The reason in one line: take away one of the faults,
    and it was new to the others exactly if its kind occurs once. It holds for faults that come as they came so far.

    Examples
    --------
    >>> unseen_share(["tool", "tool", "coolant", "clamp"])
    0.5
    """
    if isinstance(kinds, (str, bytes)):
        raise TypeError(f"kinds must hold one entry a fault, got a single text: {kinds!r}")
    try:
        listed = kinds.tolist() if hasattr(kinds, "tolist") else list(kinds)
        counts = Counter(listed)
    except TypeError:
        raise TypeError(f"kinds must hold one name or number a fault, got {type(kinds).__name__}") from None
    if not listed:
        raise ValueError("kinds must hold at least one fault, got none: without a fault nothing can be said")
    for place, kind in enumerate(listed):
        if _is_missing(kind):
            raise ValueError(f"kinds must name a kind in every place, got none in place {place}: drop it first")
    return sum(count == 1 for count in counts.values()) / len(listed)


def _is_missing(kind: Hashable) -> bool:
    try:
        return kind is None or bool(kind != kind)
    except TypeError:  # pandas.NA does not say whether it differs from itself
        return True
