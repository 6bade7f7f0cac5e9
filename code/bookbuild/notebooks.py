"""Every page with cells as a clean notebook, written while Sphinx writes the page itself.

The notebook is made from the very doctree that the page is made from, so both have the same numbers. What a cell
shows is left out: a reader runs it. What cannot be said in a notebook stops the build, by page and line.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from copy import deepcopy
from hashlib import sha256
from math import inf
from pathlib import Path
from urllib.parse import quote

import nbformat
from docutils import nodes
from IPython.core.inputtransformer2 import TransformerManager
from myst_nb.core.read import read_myst_markdown_notebook
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.application import Sphinx
from sphinx.util import logging

from bookbuild import drawings, first_cell, launch, provenance
from bookbuild.languages import LANGUAGES, Language, address, of_source, repository
from bookbuild.leaks import leaks
from bookbuild.markdown import Markdown, Place, UnknownConstruct, escaped, fold
from bookbuild.words import say

BUILD_TOOLS = {"bookbuild", "docutils", "jupyter_book", "jupyter_cache", "jupytext", "markdown_it", "myst_nb"}
BUILD_TOOLS |= {"myst_parser", "nbclient", "nbconvert", "nbformat", "sphinx", "sphinx_design", "sphinx_exercise"}

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
    "colab": {"provenance": [], "toc_visible": True},
}
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}
HIDDEN = {"remove-cell", "remove_cell", "remove-input", "remove_input", "hide-input", "hide-cell"}

logger = logging.getLogger(__name__)


class Source:
    """A page as it was written: its cells, removed ones included, and the lines on which they stand."""

    def __init__(self, app: Sphinx, page: str) -> None:
        self.page = page
        text = Path(app.env.doc2path(page)).read_text(encoding="utf-8")
        self.lines = text.splitlines()
        read = read_myst_markdown_notebook(text, app.env.myst_config, add_source_map=True)
        self.cells: list[NotebookNode] = read.cells
        self.starts: list[int] = read.metadata["source_map"]  # from 0: of the text, or of a code cell's first line

    def code(self) -> list[int]:
        """Return the places of the code cells that hold something."""
        return [i for i, cell in enumerate(self.cells) if cell.cell_type == "code" and cell.source.strip()]

    def is_removed(self, index: int) -> bool:
        """Tell whether the page leaves a cell out: it is run all the same."""
        return not {"remove-cell", "remove_cell"}.isdisjoint(self.cells[index].metadata.get("tags", ()))

    def line(self, node: nodes.Node) -> int:
        """Return the line of a node, counted from 1.

        A role does not know its line, so the paragraph's is taken. MyST-NB leaves the empty lines out with which the
        text after a cell begins, and counts as if there were always one.
        """
        while isinstance(node.parent, nodes.TextElement):
            node = node.parent
        while node is not None and not getattr(node, "line", None):
            node = node.parent
        if node is None:
            return 1
        place = bisect_right(self.starts, node.line - 1) - 1
        if place < 0 or self.cells[place].cell_type == "code":
            return node.line
        rest = self.lines[self.starts[place] :]
        return node.line - 1 + next((n for n, line in enumerate(rest) if line.strip()), 0)

    def line_in_cell(self, index: int, line: int) -> int:
        """Return the line of a page on which line ``line`` of a code cell stands, both counted from 1."""
        source = self.cells[index].source.splitlines()
        start = self.starts[index]
        while start < len(self.lines) and self.lines[start : start + len(source)] != source:
            start += 1
        return min(start, len(self.lines) - 1) + line


def build_tools(source: Source) -> Iterator[tuple[int, str]]:
    """Find imports of what builds the book, by line: a notebook runs where only introdl is installed."""
    plain = TransformerManager()
    for index in source.code():
        try:
            tree = ast.parse(plain.transform_cell(source.cells[index].source))
        except SyntaxError:  # a cell may show a mistake on purpose
            continue
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                if name.split(".")[0] in BUILD_TOOLS:
                    yield source.line_in_cell(index, node.lineno), name


class Converter:
    """Writes the doctree of one page as the cells of a notebook, and keeps account of what stops it."""

    def __init__(self, app: Sphinx, page: str) -> None:
        self.app, self.page = app, page
        self.language: Language = of_source(Path(app.srcdir))
        self._tongue = self.language.code
        self.repository = repository()
        self.source = Source(app, page)
        self.site = self.repository.site
        self.markdown = Markdown(self._place())
        self.cells: list[NotebookNode] = []
        self.problems: list[tuple[int, str]] = []
        self._text: list[str] = []  # the blocks of the text cell that is being written
        self._solution = ""  # the title of the solution that is being written
        self._shown: list[int] = []  # the cells that the page shows and that are not written yet
        self._removed = [index for index in self.source.code() if self.source.is_removed(index)]

    def convert(self, doctree: nodes.document) -> NotebookNode:
        """Return the notebook; it is whole where `problems` is empty."""
        self.problems += [
            (line, f"a cell imports {name}, which builds the book and is not there in a notebook (import from introdl)")
            for line, name in build_tools(self.source)
        ]
        self._shown = [cell["cell_index"] for cell in doctree.findall(_is_cell)]
        self._visit(doctree.children, 0)
        self._write_removed(len(self.source.cells))
        self._end_text()
        self.cells.append(new_markdown_cell("---\n\n" + self._foot()))
        _name(self.cells)
        return new_notebook(cells=self.cells, metadata=deepcopy(METADATA))

    # -- the walk -------------------------------------------------------------------------------------------------

    def _visit(self, children: list[nodes.Node], level: int) -> None:
        for node in children:
            if getattr(node, "line", None):
                self._write_removed(min(self._shown, default=len(self.source.cells)), self.source.line(node))
            try:
                self._write(node, level)
            except UnknownConstruct as unknown:
                self.problems.append((self.source.line(unknown.node), str(unknown)))

    def _write(self, node: nodes.Node, level: int) -> None:
        kind = type(node).__name__
        if isinstance(node, nodes.section):
            self._visit(node.children, level + 1)
        elif isinstance(node, nodes.title):
            self._heading(node, level)
        elif _is_cell(node):
            self._cell(node)
        elif kind in ("exercise_node", "exercise_enumerable_node"):
            self._exercise(node, level)
        elif kind == "solution_node":
            self._solve(node, level)
        elif text := self.markdown.block(node):
            self._text.append(text)

    def _heading(self, title: nodes.title, level: int) -> None:
        self._end_text()
        self._text.append(f"{'#' * level} {self.markdown.inline(title.children)}")
        if level == 1:
            self._text.append(self._head(title))
            self._end_text()
            source = first_cell.source(self.repository, provenance.current(), self.language.code)
            self.cells.append(new_code_cell(source, id=first_cell.ID, metadata=deepcopy(FOLDED)))

    def _cell(self, node: nodes.container) -> None:
        index = node["cell_index"]
        self._write_removed(index)
        self._end_text()
        self._shown.remove(index)
        if self._solution:
            self._code(index, say("fold-solution", self._tongue, solution=self._solution))
        elif HIDDEN.isdisjoint(node["cell_metadata"].get("tags", ())):
            self._code(index)
        else:
            self._code(index, say("fold-hidden", self._tongue))
        for picture in node.findall(lambda inner: isinstance(inner, nodes.image) or drawings.is_steps(inner)):
            figure = next((above for above in _above(picture, node) if isinstance(above, nodes.figure)), None)
            if figure is None or not figure["names"] or not figure.children[1:]:
                line = self.source.line_in_cell(index, 1)
                message = "a cell draws a figure without a number (give it mystnb: figure: {caption: …, name: fig-…})"
                self.problems.append((line, message))
            elif caption := self.markdown.caption(figure):
                self._text.append(caption)

    def _code(self, index: int, title: str = "") -> None:
        source = self.source.cells[index].source
        if title and source.startswith("%%"):
            line = self.source.line_in_cell(index, 1)
            self.problems.append((line, "a cell that begins with %% cannot be folded (begin it with Python)"))
        source = f"#@title {title}\n{source}" if title else source
        self.cells.append(new_code_cell(source, metadata=deepcopy(FOLDED) if title else {}))

    def _exercise(self, node: nodes.Element, level: int) -> None:
        self._end_text()
        title, *body = node.children
        self._text.append(f"**{self._exercise_title(node, self.markdown.inline(_subtitle(title)))}**")
        for part in body:
            self._visit(part.children, level)

    def _exercise_title(self, node: nodes.Element, title: str) -> str:
        number = self._number("exercise", node["label"], node["docname"])
        return say("exercise", self._tongue, number=number, title=title) if title else number

    def _solve(self, node: nodes.Element, level: int) -> None:
        self._end_text()
        target = self.app.env.sphinx_exercise_registry[node["target_label"]]["node"]
        number = self._number("exercise", target["label"], target["docname"])
        self._solution = say("solution", self._tongue, exercise=number)
        for part in node.children[1:]:
            self._visit(part.children, level)
        self._end_text()
        self._solution = ""

    def _end_text(self) -> None:
        text = "\n\n".join(self._text)
        self._text = []
        if text:
            self.cells.append(new_markdown_cell(fold(self._solution, text) if self._solution else text))

    # -- the cells that the page leaves out -----------------------------------------------------------------------

    def _write_removed(self, before: int, line: float = inf) -> None:
        """Write the left-out cells that come before a place among the cells, and before a line of the page."""
        while self._removed and self._removed[0] < before and self.source.starts[self._removed[0]] < line:
            self._end_text()
            self._code(self._removed.pop(0), say("fold-hidden", self._tongue))

    # -- what the page knows --------------------------------------------------------------------------------------

    def _place(self) -> Place:
        env, builder = self.app.env, self.app.builder
        base = f"{self.site}{self.language.code}/"
        return Place(
            address=address(self.site, self.language.code, self.page),
            image=lambda uri: f"{base}{builder.imagedir}/{quote(env.images[uri][1])}",
            download=lambda name: f"{base}_downloads/{quote(name)}",
            number=lambda kind, identifier: self._number(kind, identifier, self.page),
            equation=lambda identifier: ".".join(map(str, self._numbers("displaymath", identifier, self.page))),
            numbered=lambda number, text: say("numbered", self._tongue, number=number, text=text),
        )

    def _numbers(self, kind: str, identifier: str, page: str) -> tuple[int, ...]:
        return self.app.env.toc_fignumbers.get(page, {}).get(kind, {}).get(identifier, ())

    def _number(self, kind: str, identifier: str, page: str) -> str:
        numbers = self._numbers(kind, identifier, page)
        return self.app.config.numfig_format[kind] % ".".join(map(str, numbers)) if numbers else ""

    # -- the head and the foot ------------------------------------------------------------------------------------

    def _link(self, title: nodes.Element) -> dict[str, str]:
        return {"title": escaped(title.astext()), "address": self.markdown.place.address}

    def _head(self, title: nodes.title) -> str:
        return say("head", self._tongue, book=self.language.title, **self._link(title))

    def _foot(self) -> str:
        titles = self.app.env.titles
        lines = [say("foot", self._tongue, book=self.language.title)]
        points = [say("foot-page", self._tongue, **self._link(titles[self.page]))]
        for other in LANGUAGES.values():
            if other is not self.language:
                there = address(self.site, other.code, self.page)
                opened = launch.colab(self.repository, other.code, self.page)
                points.append(say("foot-language", self._tongue, name=other.name, address=there, colab=opened))
        for cited in self.markdown.place.cited:
            page = cited.removesuffix(".html").rpartition("/")[2]
            points.append(say("foot-sources", self._tongue, title=escaped(titles[page].astext()), address=cited))
        return "\n\n".join([*lines, "\n".join(f"- {point}" for point in points)])


def _is_cell(node: nodes.Node) -> bool:
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def _above(node: nodes.Node, top: nodes.Node) -> Iterator[nodes.Node]:
    while node is not top:
        node = node.parent
        yield node


def _subtitle(title: nodes.title) -> list[nodes.Node]:
    """Return the words of an exercise's title: sphinx-exercise has put brackets around them."""
    words = title.children
    ends = [word.astext().strip() for word in (words[:1] + words[-1:])]
    return words[1:-1] if ends in (["(", ")"], ["（", "）"]) else []


def _name(cells: list[NotebookNode]) -> None:
    """Give every cell an id that depends on nothing but the cells, so that the same page gives the same bytes."""
    seen: dict[str, int] = {}
    for cell in cells:
        if cell.id != first_cell.ID:
            name = f"{cell.cell_type}-{sha256(cell.source.encode()).hexdigest()[:8]}"
            seen[name] = seen.get(name, 0) + 1
            cell.id = name if seen[name] == 1 else f"{name}-{seen[name]}"


def write(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Write the notebook of a page beside the folder of the pages; report what stops it as Sphinx's warnings."""
    if app.builder.name != "html" or not launch.has_notebook(app.env, page):
        return
    converter = Converter(app, page)
    notebook = converter.convert(doctree)
    nbformat.validate(notebook)
    problems = converter.problems or [(1, f"its notebook leaks: {what}") for what in leaks(notebook)]
    for line, message in sorted(problems):
        logger.warning("%s", message, location=(page, line), type="bookbuild")
    if not problems:
        file = Path(app.outdir).parent / "notebooks" / converter.language.code / f"{page}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Write a page's notebook once its references are resolved, before others add their scripts to the doctree."""
    app.connect("doctree-resolved", write, priority=400)
