"""Results on fetched data: computed live where the data are at hand, and otherwise as they were recorded last.

A book that is built without a network cannot compute on data that it has not got. So such a result is recorded: a small
table of our own figures in ``data/recorded/``, with the date, the versions, the seed and the checksum of the data. The
table says of itself which of the two it is. ``make record`` records anew, and a test compares recorded with live.
"""

from __future__ import annotations

import html
import io
import math
import os
import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import metadata, resources
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from introdl import datasets
from introdl.datasets import DataError
from introdl.language import label

if TYPE_CHECKING:
    import pandas as pd

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LIBRARIES = ("numpy", "pandas", "scikit-learn", "torch")
KINDS = ("int", "float", "str", "bool")


@dataclass(frozen=True)
class Recorded:
    """A table, and whether it was computed just now; in a notebook it shows itself with that said beneath."""

    frame: pd.DataFrame
    live: bool
    note: str  # a sentence in the reader's language

    @property
    def word(self) -> str:
        """``live`` or ``recorded``, in the reader's language: for a figure's corner, or its alternative text."""
        return label("recorded.live-word" if self.live else "recorded.recorded-word")

    def showing(self, frame: pd.DataFrame) -> Recorded:
        """Return the same result with another table to show, as rounded, or under heads in the reader's language."""
        return replace(self, frame=frame)

    def __repr__(self) -> str:
        return f"{self.frame}\n{self.note}"

    def _repr_html_(self) -> str:
        return f"{self.frame.to_html()}\n<p><small>{html.escape(self.note)}</small></p>"


@dataclass(frozen=True)
class Record:
    """What a file of ``data/recorded/`` holds."""

    frame: pd.DataFrame
    date: str
    data: dict[str, str]  # name -> checksum
    versions: str
    seed: int | None
    tolerance: float


def live_or_recorded(
    name: str,
    data: str | Sequence[str],
    compute: Callable[[], pd.DataFrame],
    *,
    seed: int | None = None,
    tolerance: float = 0.01,
) -> Recorded:
    """Return what ``compute`` gives where the data are at hand, and otherwise what it gave when it was recorded.

    Nothing is downloaded. The table is the same for readers of both languages: name its columns and its rows in
    English, and translate where it is shown.

    Parameters
    ----------
    name : str
        The result's name, as ``abnormality-detection-ai4i2020``: it is recorded in ``data/recorded/<name>.csv``.
    data : str or sequence of str
        The fetched set or sets that ``compute`` needs, as the registry calls them.
    compute : callable
        Takes nothing and returns a table: names of columns are text, its index is 0, 1, …, each column holds whole
        numbers, numbers, text or truth values. Only numbers may be missing.
    seed : int, optional
        The seed that was used, to be written beside the recorded table.
    tolerance : float
        By how much live and recorded numbers may differ, as a share of the larger (and of 1 where both are smaller);
        from 0.00001, since six digits are recorded, to 1.

    Returns
    -------
    Recorded
        ``frame``, ``live`` and ``note``.

    Raises
    ------
    DataError
        If the data are not at hand and nothing is recorded, or it was recorded on other data.
    TypeError, ValueError
        If ``name`` is not of that form, or ``compute`` returns something that could not be recorded.
    """
    names = [data] if isinstance(data, str) else list(data)
    if not NAME.fullmatch(name):
        raise ValueError(f"name must be small letters and digits with hyphens between, got {name!r}")
    if not names:
        raise ValueError("data must name at least one fetched data set, got none")
    if not 1e-5 <= tolerance <= 1:
        raise ValueError(f"tolerance must be from 0.00001 to 1, got {tolerance}")
    if all([datasets.at_hand(one) for one in names]):
        frame = compute()
        content = _written(name, frame, names, seed, tolerance)
        if folder := os.environ.get("INTRODL_RECORD"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            (Path(folder) / f"{name}.csv").write_bytes(content)
        return Recorded(frame, live=True, note=label("recorded.live", data=", ".join(names)))
    record = read(name)
    expected = {one: datasets.checksum(one) for one in names}
    if record.data != expected:
        raise DataError(
            f"data/recorded/{name}.csv was computed on {_listed(record.data)}, and the registry now has "
            f"{_listed(expected)}: record it anew (make record) where the data are at hand"
        )
    note = label("recorded.recorded", date=record.date, data=", ".join(names), versions=record.versions)
    return Recorded(record.frame, live=False, note=note)


def recorded_names() -> list[str]:
    """Return the names of all results recorded on fetched data; those of GPUs are :mod:`introdl.device`'s."""
    folder = resources.files("introdl.data") / "recorded"
    if not folder.is_dir():
        return []
    names = (file.name.removesuffix(".csv") for file in folder.iterdir() if file.name.endswith(".csv"))
    return sorted(name for name in names if not name.startswith("gpu-"))


def read(name: str) -> Record:
    """Return a recorded result.

    Raises
    ------
    DataError
        If nothing of that name is recorded, or its file is not as it was written.
    """
    try:
        content = (resources.files("introdl.data") / "recorded" / f"{name}.csv").read_bytes()
    except FileNotFoundError:
        raise DataError(
            f"nothing is recorded as {name}, and its data are not at hand: make data, then make record"
        ) from None
    return parse(content, f"data/recorded/{name}.csv")


def parse(content: bytes, place: str) -> Record:
    """Return the record that the bytes of a recorded file hold; ``place`` is what an error calls it.

    Raises
    ------
    DataError
        If they are not as they were written.
    """
    import pandas as pd

    try:
        lines = content.decode().splitlines(keepends=True)
        heads = list(takewhile(lambda line: line.startswith("# "), lines))
        head = dict(line[2:].rstrip("\n").split(": ", 1) for line in heads)
        kinds = dict(part.rsplit("=", 1) for part in head["columns"].split(", "))
        cells = pd.read_csv(io.StringIO("".join(lines[len(heads) :])), dtype=str, keep_default_na=False)
        if list(cells.columns) != list(kinds) or len(cells) != int(head["rows"]):
            raise ValueError(f"it should have {head['rows']} rows of {head['columns']}")
        frame = pd.DataFrame({column: _column(cells[column], kind) for column, kind in kinds.items()})
        data = dict(part.split(" ") for part in head["data"].split(", "))
        seed = None if head["seed"] == "none" else int(head["seed"])
        return Record(
            frame, date.fromisoformat(head["date"]).isoformat(), data, head["versions"], seed, float(head["tolerance"])
        )
    except (KeyError, ValueError, IndexError) as error:
        raise DataError(f"{place} is not as it was recorded ({error}): restore it, or record it anew") from None


def differences(recorded: Record, live: pd.DataFrame) -> list[str]:
    """Return where a live table differs from the recorded one by more than the recorded tolerance, in words.

    Numbers are compared within the tolerance, as a share of the larger of the two and of 1; all else must be equal.
    """
    if list(live.columns) != list(recorded.frame.columns):
        return [f"columns: recorded {list(recorded.frame.columns)}, live {list(live.columns)}"]
    if len(live) != len(recorded.frame):
        return [f"rows: recorded {len(recorded.frame)}, live {len(live)}"]
    found = []
    for column in live:
        for row, (before, now) in enumerate(zip(recorded.frame[column], live[column], strict=True)):
            if not _agree(before, now, recorded.tolerance):
                found.append(f"{column}, row {row}: recorded {before}, live {now}")
    return found


def _agree(before: object, now: object, tolerance: float) -> bool:
    if isinstance(before, str) or isinstance(now, str):
        return before == now
    before, now = float(before), float(now)
    if math.isnan(before) or math.isnan(now):
        return math.isnan(before) and math.isnan(now)
    if math.isinf(before) or math.isinf(now):
        return before == now
    return abs(before - now) <= tolerance * max(abs(before), abs(now), 1.0)


def _written(name: str, frame: pd.DataFrame, data: list[str], seed: int | None, tolerance: float) -> bytes:
    """Return a result as the bytes of its recorded file, which must give the result back."""
    kinds = _kinds(frame)
    head = {
        "date": date.today().isoformat(),
        "data": _listed({one: datasets.checksum(one) for one in data}),
        "versions": _versions(),
        "seed": "none" if seed is None else str(seed),
        "tolerance": f"{tolerance:g}",
        "columns": ", ".join(f"{column}={kind}" for column, kind in kinds.items()),
        "rows": str(len(frame)),
    }
    lines = "".join(f"# {key}: {value}\n" for key, value in head.items())
    content = (lines + frame.to_csv(index=False, float_format="%.6g", lineterminator="\n")).encode()
    problems = differences(parse(content, name), frame)
    if problems:
        raise ValueError(f"{name} could not be recorded: {problems[0]}")
    return content


def _kinds(frame: pd.DataFrame) -> dict[str, str]:
    import pandas as pd
    from pandas.api import types

    if not isinstance(frame, pd.DataFrame):
        raise TypeError(f"compute must return a pandas.DataFrame, got {type(frame).__name__}")
    if not frame.columns.is_unique or not all(isinstance(name, str) and name for name in frame.columns):
        raise TypeError(f"the columns must be named by different words, got {list(frame.columns)}")
    if any(re.search(r"[,=#\n]|: ", name) for name in frame.columns):
        raise ValueError(f"a column's name must be without commas, colons, = and #, got {list(frame.columns)}")
    if not frame.index.equals(pd.RangeIndex(len(frame))):
        raise ValueError("the index must be 0, 1, …: make it a column (reset_index)")
    kinds = {}
    for name, values in frame.items():
        if types.is_bool_dtype(values):
            kinds[name] = "bool"
        elif types.is_integer_dtype(values):
            kinds[name] = "int"
        elif types.is_float_dtype(values):
            kinds[name] = "float"
        elif all(isinstance(value, str) and "\n" not in value and "\r" not in value for value in values):
            kinds[name] = "str"
        else:
            raise TypeError(f"column {name} must hold numbers, text of one line or truth values, got {values.dtype}")
    return kinds


def _column(cells: pd.Series, kind: str) -> pd.Series:
    if kind == "str":
        return cells
    if kind == "bool":
        if not cells.isin(["True", "False"]).all():
            raise ValueError(f"{cells.name} must hold True and False")
        return cells == "True"
    if kind == "int":
        return cells.astype("int64")
    if kind == "float":
        return cells.replace("", "nan").astype("float64")
    raise ValueError(f"{kind} is none of {', '.join(KINDS)}")


def _listed(data: dict[str, str]) -> str:
    return ", ".join(f"{name} {checksum}" for name, checksum in data.items())


def _versions() -> str:
    found = [f"Python {platform.python_version()}"]
    for library in LIBRARIES:
        try:
            found.append(f"{library} {metadata.version(library).split('+')[0]}")
        except metadata.PackageNotFoundError:
            continue
    return ", ".join(found)
