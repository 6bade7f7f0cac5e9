"""Write files whole or not at all, and none over another unless that is wanted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from introdl.language import label


def write_new(texts: Mapping[Path, str], force: bool = False) -> None:
    """Write texts into files, making the folders they need. Tables get the mark that Excel knows UTF-8 by.

    Parameters
    ----------
    texts : mapping of Path to str
    force : bool
        Whether older files may be overwritten. If not, and there is one, nothing is written.

    Raises
    ------
    FileExistsError
        If a file exists and ``force`` is not set.
    OSError
        If a file cannot be written, because it is open in a spreadsheet, for instance.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_new({Path(folder) / "new" / "a.csv": "field,answer"})
    ...     (Path(folder) / "new" / "a.csv").read_text(encoding="utf-8-sig")
    'field,answer'
    """
    there = [path for path in texts if path.exists()]
    if there and not force:
        raise FileExistsError(label("homework.exists", file=there[0], count=len(there)))
    for path, text in texts.items():
        part = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(text, encoding="utf-8-sig" if path.suffix == ".csv" else "utf-8", newline="")
            os.replace(part, path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise OSError(label("homework.cannot-write", file=path, reason=error.strerror or error)) from None
