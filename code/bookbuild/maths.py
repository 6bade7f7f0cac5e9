"""Maths is set when the book is built, so a page needs no script for it and asks nobody else.

KaTeX runs in an embedded V8 (mini-racer) and writes HTML for the eye and MathML for a screen reader.
"""

from __future__ import annotations

import html
import json
import re
import shutil
from functools import cache
from pathlib import Path

from docutils import nodes
from py_mini_racer import JSEvalException, MiniRacer
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

KATEX = Path(__file__).parent / "vendor" / "katex"

logger = logging.getLogger(__name__)

# The end of an inline formula, while its page is written; and a formula with the marks that may follow it.
END = "<!--formula-->"
MARKS = "，。、；：？！）」』》…,.;:?!)"
INLINE = re.compile(rf'(<span class="math notranslate(?:(?!{END}).)*){END}([{MARKS}]*)', re.DOTALL)
SOURCE = re.compile(r'<annotation encoding="application/x-tex">(.*?)</annotation>', re.DOTALL)
SHORT = 20  # letters of TeX: a longer formula may need to break within itself on a phone


@cache
def _engine() -> MiniRacer:
    engine = MiniRacer()
    engine.eval((KATEX / "katex.min.js").read_text(encoding="utf-8"))
    return engine


@cache
def render(formula: str, *, display: bool) -> str:
    """Return a formula as HTML with MathML inside.

    Raises
    ------
    ValueError
        If KaTeX cannot read the formula; the message is KaTeX's first line.
    """
    options = {"displayMode": display, "throwOnError": True, "strict": "ignore", "output": "htmlAndMathml"}
    call = f"katex.renderToString({json.dumps(formula)}, {json.dumps(options)})"
    try:
        return _engine().eval(call)
    except JSEvalException as error:
        reason = re.search(r"KaTeX parse error: [^\n]*", str(error))
        raise ValueError(reason.group(0) if reason else str(error).strip().splitlines()[-1]) from None


def _render_at(node: nodes.Element, *, display: bool) -> str:
    try:
        return render(node.astext(), display=display)
    except ValueError as error:
        logger.warning("formula %r: %s", node.astext(), error, location=node, type="bookbuild")
        return f"<code>{html.escape(node.astext())}</code>"


def visit_inline(translator: HTML5Translator, node: nodes.math) -> None:
    """Write inline maths."""
    translator.body.append(
        translator.starttag(node, "span", "", CLASS="math notranslate") + _render_at(node, display=False)
    )
    translator.body.append(f"</span>{END}")
    raise nodes.SkipNode


def keep_punctuation(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Keep a punctuation mark on the line of the formula before it: a browser may break after any formula."""
    if "body" in context:
        context["body"] = INLINE.sub(_kept_together, context["body"])


def _kept_together(found: re.Match) -> str:
    formula, mark = found.groups()
    source = SOURCE.search(formula)
    if not mark or not source or len(source.group(1)) > SHORT:
        return formula + mark
    return f'<span class="kept-together">{formula}{mark}</span>'


def visit_display(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Write displayed maths, with its number and a link to it where it has a label."""
    translator.body.append(translator.starttag(node, "div", CLASS="math notranslate", tabindex="0"))
    if node["number"]:
        translator.body.append(f'<span class="eqno">({get_node_equation_number(translator, node)})')
        translator.add_permalink_ref(node, _("Link to this equation"))
        translator.body.append("</span>")
    body = node.astext()
    # Lines without an environment of their own are one aligned block, as with Sphinx's other renderers.
    if not node.get("no-wrap", node.get("nowrap")) and "\\\\" in body and "\\begin" not in body:
        node = nodes.math_block("", rf"\begin{{aligned}}{body}\end{{aligned}}", **node.attributes)
    translator.body.append(_render_at(node, display=True))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def copy_style(app: Sphinx, error: Exception | None) -> None:
    """Copy KaTeX's style sheet, cut down to the font format every browser reads, and its fonts."""
    if error or app.builder.format != "html":
        return
    folder = Path(app.outdir) / "_static" / "katex"
    shutil.copytree(KATEX / "fonts", folder / "fonts", dirs_exist_ok=True)
    style = (KATEX / "katex.min.css").read_text(encoding="utf-8")
    style = re.sub(r",url\([^)]*\.(?:woff|ttf)\) format\(\"[a-z]+\"\)", "", style)
    (folder / "katex.min.css").write_text(style, encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Register KaTeX as a renderer of maths."""
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.connect("html-page-context", keep_punctuation)
    app.connect("build-finished", copy_style)
