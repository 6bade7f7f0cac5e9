"""The frame around a page: the switch to the other language, its addresses, and only the scripts it uses."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild import launch
from bookbuild.languages import LANGUAGES, address, of_source, pages, repository

HERE = Path(__file__).parent
UNUSED_SCRIPTS = ("thebe", "sphinx-thebe", "design-tabs", "webpack")
UNUSED_STYLES = ("sphinx-thebe",)


def configure(app: Sphinx, config: Config) -> None:
    """Add our templates and files before Sphinx collects its own."""
    config.templates_path = [str(HERE / "templates"), *config.templates_path]
    config.html_static_path = [*config.html_static_path, str(HERE / "assets")]
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js", loading_method="defer")


def describe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Give the template the page's addresses in every language, and take away what the page does not use."""
    here = of_source(Path(app.srcdir))
    place = repository()
    up = "../" * (pagename.count("/") + 1)
    exists_in_all = pagename in {*pages(), "search"}
    # Where no repository is known, addresses are relative: a canonical link to nobody's site would be wrong.
    base = up if place.is_placeholder else place.site
    context["language_code"] = here.code
    context["pageurl"] = address(base, here.code, pagename) if exists_in_all and pagename != "search" else None
    context["languages"] = [
        {
            "code": language.code,
            "name": language.name,
            "current": language is here,
            "link": address(up, language.code, pagename) if exists_in_all else f"{up}{language.code}/",
            "address": address(base, language.code, pagename) if exists_in_all and pagename != "search" else None,
        }
        for language in LANGUAGES.values()
    ]
    context["default_address"] = base if pagename == "index" else None
    has_maths = doctree is not None and next(
        doctree.findall(lambda n: isinstance(n, (nodes.math, nodes.math_block))), None
    )
    context["has_maths"] = bool(has_maths)
    context["script_files"] = [file for file in context["script_files"] if not _named(file, UNUSED_SCRIPTS)]
    context["css_files"] = [file for file in context["css_files"] if not _named(file, UNUSED_STYLES)]
    runs = launch.has_notebook(app.env, pagename)
    context["header_buttons"] = launch.buttons(place, here.code, pagename) if runs else []


def _named(file: object, words: tuple[str, ...]) -> bool:
    """Tell whether a script or style is one of those named; code standing in the page counts by its text."""
    text = f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', {}).get('body', '')}"
    return any(word in text for word in words)


def tidy(app: Sphinx, error: Exception | None) -> None:
    """Delete what the theme copies and no page asks for."""
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    for pattern in (
        "_static/**/*.map",
        "_static/**/fontawesome*",
        "_static/**/*webpack-macros.html",
        "_static/sphinx-thebe*",
    ):
        for path in sorted(out.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for folder in ("_sources", "_static/vendor", "_sphinx_design_static", "_static/locales"):
        shutil.rmtree(out / folder, ignore_errors=True)


def setup(app: Sphinx) -> None:
    """Connect the frame."""
    app.connect("config-inited", configure)
    app.connect("html-page-context", describe, priority=950)
    app.connect("build-finished", tidy)
