"""Computed figures stand in the page as SVG: their text is set by the reader's browser and follows dark mode."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

from docutils import nodes
from introdl.figures import INK, PAPER
from introdl.figures.base import own_ids
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

STEPS = '<fieldset class="steps"'
OURS = re.compile(r'<svg[^>]*\srole="img"')


def inline(drawing: str, prefix: str) -> str:
    """Return an SVG drawing ready to stand in a page.

    Its ids get a prefix (a page holds many drawings), its ink and paper become the page's, and it is as
    wide as the page allows, at most its own width.
    """
    return _as_the_page(own_ids(drawing, prefix))


def inline_steps(steps: str) -> str:
    """Return drawings shown one at a time ready to stand in a page: each as :func:`inline` has it."""
    return re.sub(r"<svg.*?</svg>", lambda drawing: _as_the_page(drawing.group()), steps, flags=re.DOTALL)


def is_steps(node: nodes.Node) -> bool:
    """Tell whether a node holds drawings shown one at a time, :class:`introdl.figures.Steps`."""
    return isinstance(node, nodes.raw) and node.astext().startswith(STEPS)


def _as_the_page(drawing: str) -> str:
    drawing = drawing.replace(INK, "currentColor").replace(PAPER, "var(--book-paper)")
    width = re.search(r'width="([\d.]+)pt"', drawing)
    size = f"max-width:{float(width.group(1)) / 0.75:.0f}px" if width else ""
    drawing = re.sub(r'\swidth="[\d.]+pt" height="[\d.]+pt"', "", drawing, count=1)
    drawing = re.sub(r"\s*\n\s*", " ", drawing)
    return drawing.replace("<svg", f'<svg class="drawing" style="{size}"', 1)


def visit_image(translator: HTML5Translator, node: nodes.image) -> None:
    """Write a figure of introdl into the page; leave every other picture to Sphinx, loaded late."""
    if "://" in node["uri"]:
        logger.warning("a picture from another site, %s: keep the file in the book", node["uri"], location=node)
    path = Path(translator.builder.srcdir) / node["uri"]
    drawing = path.read_text(encoding="utf-8") if path.suffix == ".svg" and path.is_file() else ""
    if not OURS.search(drawing):
        node["loading"] = "lazy"
        HTML5Translator.visit_image(translator, node)
        return
    digest = sha256(f"{node['uri']}{len(translator.body)}".encode()).hexdigest()[:6]
    translator.body.append(inline(drawing, f"d{digest}-"))
    translator.builder.images.pop(node["uri"], None)  # it is in the page: no file to copy
    raise nodes.SkipNode


def depart_image(translator: HTML5Translator, node: nodes.image) -> None:
    """Close an ordinary picture."""
    HTML5Translator.depart_image(translator, node)


def visit_raw(translator: HTML5Translator, node: nodes.raw) -> None:
    """Write drawings shown one at a time into the page; leave everything else to Sphinx."""
    if is_steps(node):
        translator.body.append(inline_steps(node.astext()))
        raise nodes.SkipNode
    HTML5Translator.visit_raw(translator, node)


def setup(app: Sphinx) -> None:
    """Write images and steps by the functions above."""
    app.add_node(nodes.image, override=True, html=(visit_image, depart_image))
    app.add_node(nodes.raw, override=True, html=(visit_raw, None))
