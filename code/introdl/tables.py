"""A table of results with its heads in the reader's language.

A page's cells are the same in both languages, so a frame made in a cell has English heads. What a table shows is
translated where everything is translated: in the label table, ``labels/tables.toml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd


def titled(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every head that the book has a word for set in the reader's language.

    Parameters
    ----------
    table : pandas.DataFrame
        Column heads, row heads and their names are looked at; the values are not. What ``labels/tables.toml`` does
        not know, such as the name of a model or of a variable, stays as it is.

    Returns
    -------
    pandas.DataFrame, same shape
        A copy.

    Raises
    ------
    TypeError
        If ``table`` is no data frame.

    Examples
    --------
    >>> import pandas as pd
    >>> titled(pd.DataFrame({"error": [44.1]}, index=["PyTorch"])).columns.tolist()
    ['error']
    """
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table must be a pandas DataFrame, got {type(table).__name__}")
    shown = table.rename(index=_word, columns=_word)
    shown.index.names = [_word(name) for name in table.index.names]
    shown.columns.names = [_word(name) for name in table.columns.names]
    return shown


def _word(head: object) -> object:
    return label(f"tables.{head}") if isinstance(head, str) and known(f"tables.{head}") else head
