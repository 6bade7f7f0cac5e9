"""The words of the site's frame in Chinese, laid over the catalogs of Sphinx, the theme and the extensions.

The theme has no Traditional Chinese and falls back to Simplified; sphinx-exercise has no Chinese at all.
"""

from __future__ import annotations

import tomllib
from gettext import NullTranslations
from pathlib import Path

from sphinx import locale
from sphinx.application import Sphinx
from sphinx.config import Config

WORDS = Path(__file__).parent / "interface.toml"


class Words(NullTranslations):
    """A message catalog from a plain dictionary; what it does not hold is left to the catalog behind it."""

    def __init__(self, words: dict[str, str], behind: NullTranslations | None) -> None:
        super().__init__()
        self.words = words
        if behind:
            self.add_fallback(behind)

    def gettext(self, message: str) -> str:
        """Return the translation of a message."""
        return self.words.get(message) or super().gettext(message)


def translate(app: Sphinx, config: Config) -> None:
    """Put our words before every message catalog, where the book is built in Chinese."""
    if config.language != "zh_TW":
        return
    for catalog, words in tomllib.loads(WORDS.read_text(encoding="utf-8")).items():
        place = ("general", catalog)
        locale.translators[place] = Words(words, locale.translators.get(place))
    app.translator = locale.translators["general", "sphinx"]


def setup(app: Sphinx) -> None:
    """Translate once every extension has brought its catalog."""
    app.connect("config-inited", translate, priority=900)
