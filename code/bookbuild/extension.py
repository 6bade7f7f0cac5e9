"""The Sphinx extension of the book: loaded by ``_config.yml``, so ``jupyter-book build`` alone makes the same pages."""

from __future__ import annotations

from sphinx.application import Sphinx

from bookbuild import (
    anchors,
    drawings,
    execution,
    frame,
    glossary,
    interface,
    maths,
    notebooks,
    search,
    slim,
    workbooks,
)


def setup(app: Sphinx) -> dict[str, bool]:
    """Set up each part."""
    app.add_transform(anchors.LabelIsTheId)
    for part in (execution, interface, frame, maths, drawings, search, glossary, workbooks, notebooks, slim):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
