"""The workbooks that pages offer for download, written by introdl into ``book/<language>/_generated/``."""

from __future__ import annotations

from pathlib import Path

from introdl import language, spreadsheet
from sphinx.application import Sphinx

from bookbuild.languages import of_source


def write(app: Sphinx) -> None:
    """Write the workbooks in the language of the pages, before any page is read."""
    folder = Path(app.srcdir) / "_generated"
    folder.mkdir(exist_ok=True)
    language.use(of_source(Path(app.srcdir)).code)
    spreadsheet.default_workbook(folder / "matrix-operations.xlsx")


def setup(app: Sphinx) -> None:
    """Write them when the build begins."""
    app.connect("builder-inited", write)
