"""How numbers and sentences are written in drawings and their descriptions: short, with a real minus sign."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from introdl.language import label


def plain(value: float) -> str:
    """Write a number as short as two decimals allow.

    Parameters
    ----------
    value : float

    Examples
    --------
    >>> [plain(value) for value in (22.0, 22.5, -0.714, -0.001)]
    ['22', '22.5', '−0.71', '0']
    """
    return fixed(value, 2).rstrip("0").rstrip(".")


def fixed(value: float, digits: int = 2) -> str:
    """Write a number with so many digits after the point, and no minus sign before a zero.

    Parameters
    ----------
    value : float
    digits : int

    Examples
    --------
    >>> [fixed(value, 1) for value in (22, -0.71, -0.04)]
    ['22.0', '−0.7', '0.0']
    """
    written = f"{value:.{digits}f}"
    return (written.removeprefix("-") if float(written) == 0 else written).replace("-", "−")


def sentences(*said: str) -> str:
    """Put sentences one after the other, as the reader's language does.

    Parameters
    ----------
    *said : str
        Whole sentences with their full stops.

    Examples
    --------
    >>> sentences("One.", "Two.")
    'One. Two.'
    """
    return reduce(lambda before, sentence: label("said.then", said=before, sentence=sentence), said)


def listed(said: Iterable[str]) -> str:
    """Put parts of a sentence in a row, parted by what the reader's language parts them with.

    Parameters
    ----------
    said : iterable of str

    Examples
    --------
    >>> listed(["from 1 to 2", "from 3 to 4"])
    'from 1 to 2; from 3 to 4'
    """
    return label("said.and").join(said)
