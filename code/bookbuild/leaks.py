"""What must not be in a notebook that a reader opens: marks of the source, links that lead nowhere, stored results."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from nbformat import NotebookNode

from bookbuild.markdown import is_absolute
from bookbuild.wording import stray

_PARSER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, double_inline=True)
_TAG = re.compile(r"</?(\w+)[^>]*>")
_TAGS = {"details", "summary", "b", "code", "strong", "em", "br"}
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_BREAK = re.compile(r"^(?:\+\+\+|%)(?:\s|$)", re.MULTILINE)


def leaks(notebook: NotebookNode) -> list[str]:
    """Return what a notebook should not hold, each with the number of its cell, counted from 1; empty if all is well.

    Its Markdown is read as Colab and Jupyter read it, and what would then be shown is searched: fences, roles, labels
    and footnotes of MyST, asterisks and dollar signs that are printed and not obeyed. Code is left alone.
    """
    found = []
    headings = 0
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "markdown":
            tokens = _PARSER.parse(cell.source)
            headings += sum(token.type == "heading_open" and token.tag == "h1" for token in tokens)
            found += [f"cell {number}: {what}" for what in dict.fromkeys(_in_markdown(tokens))]
        elif cell.get("outputs") or cell.get("execution_count") is not None:
            found.append(f"cell {number}: stores a result")
    if headings != 1:
        found.append(f"has {headings} headings of the first level, and should have 1")
    return found


def _in_markdown(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "fence" and token.info.startswith("{"):
            yield f"has the directive {token.info}"
        elif token.type == "code_block":
            yield f"shows as code, because it is indented: {token.content.strip()[:40]!r}"
        elif token.type == "html_block":
            yield from _in_html(token.content)
            yield from _in_text(_TAG.sub("", re.sub(r"<code>.*?</code>|\$[^$\n]+\$", "", token.content)))
        elif token.type == "inline":
            for child in token.children:
                if child.type == "html_inline":
                    yield from _in_html(child.content)
                for name in ("href", "src"):
                    address = str(child.attrs.get(name, ""))
                    if name in child.attrs and not is_absolute(address):
                        yield f"links to {address!r}, which is relative"
            yield from _in_text("".join(map(_seen, token.children)))


def _seen(token: Token) -> str:
    """Return what is seen of a piece of text: a backtick for code, as a role ends in one; a dot for a formula."""
    shown = {"code_inline": "`", "math_inline": "·", "math_inline_double": "·", "softbreak": "\n", "hardbreak": "\n"}
    return shown.get(token.type, token.content if token.type == "text" else "")


def _in_html(text: str) -> Iterator[str]:
    for tag in _TAG.finditer(text):
        if tag[1].lower() not in _TAGS:
            yield f"has the HTML tag {tag[0]}"


def _in_text(text: str) -> Iterator[str]:
    yield from (found.message for found in stray(text))
    yield from (f"prints the footnote {mark[0]}" for mark in _FOOTNOTE.finditer(text))
    yield from (f"prints {mark[0].strip()!r} at the beginning of a line" for mark in _BREAK.finditer(text))
