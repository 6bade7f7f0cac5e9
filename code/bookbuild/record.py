"""Results on fetched data: which pages show them, live or recorded, and how they are recorded anew.

A page says so itself: a cell calls ``live_or_recorded("name", "data set", …)``, with both words written out in that
cell. To record, the page is run from its first cell to its last where its data are at hand; ``introdl.recorded`` writes
each result.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from introdl import datasets

from bookbuild import languages, pages
from bookbuild.kernel import ONE_THREAD, run
from bookbuild.languages import BOOK, ROOT

RECORDED = ROOT / "data" / "recorded"
TIMEOUT = 300  # seconds a cell may take


@dataclass(frozen=True)
class Result:
    """A result on fetched data, as a cell asks for it."""

    page: str
    name: str
    data: tuple[str, ...]

    @property
    def missing(self) -> list[str]:
        """The data that are not at hand."""
        return [name for name in self.data if not datasets.at_hand(name)]


def results(page: str) -> list[Result]:
    """Return the results on fetched data that the cells of a page ask for.

    Raises
    ------
    ValueError
        If a cell asks for one whose name or data are not written out, or for data that no registry holds.
    """
    return [
        result
        for block in _cells(page)
        if "live_or_recorded" in block.value[1]
        for result in _asked(page, block.value[1], f"{pages.page_file(BOOK, page, 'en')}:{block.line}")
    ]


def _asked(page: str, source: str, place: str) -> Iterator[Result]:
    tree = ast.parse(source)
    given = {
        node.targets[0].id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if getattr(node.func, "attr", getattr(node.func, "id", "")) != "live_or_recorded":
            continue
        try:
            words = [
                given.get(argument.id, argument) if isinstance(argument, ast.Name) else argument
                for argument in node.args
            ]
            name, data = (ast.literal_eval(word) for word in words[:2])
        except ValueError:
            raise ValueError(f"{place}: write the result's name and its data out, as text in this cell") from None
        data = (data,) if isinstance(data, str) else tuple(data)
        if unknown := sorted(set(data) - set(datasets.fetchable())):
            raise ValueError(f"{place}: data/registry.toml has no fetched set {', '.join(unknown)}")
        yield Result(page, name, data)


def with_results() -> list[str]:
    """Return the pages that show results on fetched data, in reading order."""
    return [page for page in languages.pages() if results(page)]


def live_or_recorded() -> list[str]:
    """Return a line for each page with results on fetched data: whether they are live or recorded here."""
    lines = []
    for page in with_results():
        missing = sorted({name for result in results(page) for name in result.missing})
        used = sorted({name for result in results(page) for name in result.data})
        state = f"recorded ({', '.join(missing)} not at hand: make data)" if missing else f"live ({', '.join(used)})"
        lines.append(f"{page}: {state}")
    return lines


def record(names: Iterable[str], folder: Path) -> Iterator[str]:
    """Run pages with their data at hand and write their results into ``folder``; tell what was written, page by page.

    Raises
    ------
    ValueError
        If a page has no results on fetched data, or its data are not at hand.
    NotebookError
        If a page does not run to its end.
    """
    for page in names:
        if page not in languages.pages():
            raise ValueError(f"expected a page of _toc.yml, got {page!r}")
        asked = results(page)
        if not asked:
            raise ValueError(f"{page} has no results on fetched data (no cell calls live_or_recorded)")
        if missing := sorted({name for result in asked for name in result.missing}):
            raise ValueError(f"{page} needs {', '.join(missing)}, which is not at hand: make data")
        folder.mkdir(parents=True, exist_ok=True)
        cells = [
            nbformat.v4.new_code_cell(block.value[1], metadata={"tags": json.loads(block.value[2]).get("tags", [])})
            for block in _cells(page)
        ]
        environment = os.environ | ONE_THREAD | {
            "PYTHONPATH": str(ROOT / "code"),
            "INTRODL_LANGUAGE": "en",
            "INTRODL_OFFLINE": "1",
            "INTRODL_RECORD": str(folder.resolve()),
        }  # fmt: skip
        run(nbformat.v4.new_notebook(cells=cells), ROOT, environment, TIMEOUT)
        yield f"{page}: recorded {', '.join(result.name for result in asked)}"


def _cells(page: str) -> list[pages.Block]:
    return [block for block in pages.load(BOOK, page, "en").blocks if block.kind == "cell"]
