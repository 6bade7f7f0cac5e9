"""The glossary of the book, written from ``book/glossary.csv``: one row a term, both languages."""

from __future__ import annotations

import csv
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.domains.std import Glossary

from bookbuild.languages import BOOK, ROOT, of_source

GLOSSARY = BOOK / "glossary.csv"
COLUMNS = ["term", "zh", "avoid", "unless", "en_meaning", "zh_meaning"]


def read_glossary(path: Path = GLOSSARY) -> list[dict[str, str]]:
    """Return the rows of the glossary, sorted by the English term.

    Raises
    ------
    ValueError
        If the columns are not the expected ones, or a row has a meaning in one language only.
    """
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:  # a spreadsheet writes a mark before the first word
            reader = csv.DictReader(file, strict=True)
            rows = [row | {"line": reader.line_num} for row in reader]
    except (csv.Error, UnicodeDecodeError) as error:
        raise ValueError(
            f"{shown}: cannot be read as CSV in UTF-8: {error} (mend the file, or save it as UTF-8)"
        ) from None
    if reader.fieldnames != COLUMNS:
        raise ValueError(f"{shown}:1: expected the columns {', '.join(COLUMNS)}, got {reader.fieldnames}")
    seen: dict[str, int] = {}
    for row in rows:
        line, term = row.pop("line"), row["term"]
        if None in row or None in row.values():
            raise ValueError(
                f"{shown}:{line}: expected {len(COLUMNS)} cells, got others (put quotes around a cell with commas)"
            )
        if bool(row["en_meaning"]) != bool(row["zh_meaning"]):
            raise ValueError(f"{shown}:{line}: {term!r} has a meaning in one language only: write the other")
        if term in seen:
            raise ValueError(f"{shown}:{line}: {term!r} stands on line {seen[term]} already: keep one of the two")
        seen[term] = line
    return sorted(rows, key=lambda row: row["term"].casefold())


class BookGlossary(Glossary):
    """``{book-glossary}``: every term that has a meaning, under its names in both languages."""

    has_content = False

    def run(self) -> list[nodes.Node]:
        """Write the rows as the lines of an ordinary glossary and let Sphinx read them."""
        chinese = of_source(Path(self.env.srcdir)).code == "zh-TW"
        self.env.note_dependency(str(GLOSSARY))
        lines = []
        for row in read_glossary():
            if row["en_meaning"]:
                names = [row["zh"], row["term"]] if chinese else [row["term"], row["zh"]]
                lines += [
                    *dict.fromkeys(filter(None, names)),
                    "   " + row["zh_meaning" if chinese else "en_meaning"],
                    "",
                ]
        self.content = StringList(lines, source=str(GLOSSARY))
        return super().run()


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("book-glossary", BookGlossary)
