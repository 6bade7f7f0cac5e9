"""The label table of introdl, checked before any page is built: every text in both languages, with the same values."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

from bookbuild.languages import LANGUAGES, ROOT
from bookbuild.pages import Problem


def problems(folder: Path) -> list[Problem]:
    """Return what is wrong in the label files of ``folder``."""
    return [problem for file in sorted(folder.glob("*.toml")) for problem in _problems_in(file)]


def _problems_in(file: Path) -> Iterator[Problem]:
    source = file.read_bytes().decode("utf-8", errors="replace")
    place = (file.relative_to(ROOT) if file.is_relative_to(ROOT) else file).as_posix()
    if "\ufffd" in source:
        line = source[: source.index("\ufffd")].count("\n") + 1
        yield Problem(place, line, "not UTF-8 (save the file as UTF-8)")
        return
    try:
        tables = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        yield Problem(place, 1, f"not valid TOML: {error} (correct the line it names)")
        return
    lines = source.splitlines()
    for name, texts in tables.items():
        heads = [number for number, line in enumerate(lines, 1) if line.strip().strip("[]").strip("\"'") == name]
        line = heads[0] if heads else 1
        missing = [code for code in LANGUAGES if not str(texts.get(code, "")).strip()]
        if missing:
            yield Problem(
                place, line, f"label [{name}] has no {' and no '.join(missing)} text (write it beside the other)"
            )
        elif len({frozenset(_values(texts[code])) for code in LANGUAGES}) > 1:
            yield Problem(
                place, line, f"label [{name}] wants other values in one language (use the same {{names}} in both)"
            )


def _values(text: str) -> list[str]:
    return [name for _, name, _, _ in string.Formatter().parse(text) if name]
