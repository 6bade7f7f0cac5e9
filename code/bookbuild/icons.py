"""The theme's icons as drawings in the page, so that its icon script need not be loaded.

The paths are Font Awesome's own (CC BY 4.0), read from the script that the theme ships.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

SCRIPT = resources.files("pydata_sphinx_theme") / "theme/pydata_sphinx_theme/static/scripts/fontawesome.js"
PLACE = re.compile(r'<(i|span) class="([^"]*\bfa-(?:solid|regular|brands)\b[^"]*)"([^>]*)></\1>')
STYLE_WORDS = {"fa-solid", "fa-regular", "fa-brands", "fa-lg", "fa-xs", "fa-sm", "fa-fw"}


@cache
def _script() -> str:
    return SCRIPT.read_text(encoding="utf-8")


@cache
def drawing(name: str) -> str:
    """Return an icon as an ``<svg>`` element.

    Raises
    ------
    ValueError
        If the theme's script holds no icon of this name.

    Examples
    --------
    >>> drawing("bars")[:40]
    '<svg class="drawn" aria-hidden="true" vi'
    """
    found = re.search(rf'["\']?\b{re.escape(name)}["\']?:\[(\d+),(\d+),\[[^\]]*\],"[0-9a-f]+","([^"]+)"', _script())
    if not found:
        raise ValueError(
            f"the theme ships no icon {name!r}: the theme changed, so look its new name up in fontawesome.js"
        )
    width, height, path = found.groups()
    return f'<svg class="drawn" aria-hidden="true" viewBox="0 0 {width} {height}"><path d="{path}"/></svg>'


def draw(page: str) -> str:
    """Return a page with its icon placeholders filled."""

    def fill(place: re.Match) -> str:
        tag, classes, rest = place.groups()
        words = classes.split()
        name = next(word for word in words if word.startswith("fa-") and word not in STYLE_WORDS)
        others = " ".join(word for word in words if not word.startswith("fa"))
        return f'<{tag} class="{others}"{rest}>{drawing(name.removeprefix("fa-"))}</{tag}>'

    return PLACE.sub(fill, page)
