"""The pages at the root of the site: which language, and what to show for an address that is not there."""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from bookbuild.languages import LANGUAGES, pages, repository

HERE = Path(__file__).parent


def write(site: Path) -> None:
    """Write ``index.html``, ``404.html`` and, where the address is known, ``sitemap.xml``."""
    templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, keep_trailing_newline=True)
    place = repository()
    values = {"languages": list(LANGUAGES.values()), "base": "" if place.is_placeholder else place.site}
    for name in ("index.html", "404.html"):
        (site / name).write_text(templates.get_template(f"root-{name}").render(values), encoding="utf-8")
    shutil.copy(HERE / "assets" / "icon.svg", site / "icon.svg")
    if not place.is_placeholder:
        addresses = [f"{page}.html" if page != "index" else "" for page in pages()]
        text = templates.get_template("root-sitemap.xml").render(values | {"pages": addresses})
        (site / "sitemap.xml").write_text(text, encoding="utf-8")
