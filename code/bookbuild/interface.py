"""The words of the site's frame in Chinese, laid over the catalogs of Sphinx, the theme and the extensions.

The theme has no Traditional Chinese and falls back to Simplified; sphinx-exercise has no Chinese at all.
"""

from __future__ import annotations

import tomllib
from gettext import NullTranslations
from pathlib import Path

from docutils import nodes
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import is_exercise_node, is_solution_node

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


class FullWidthBrackets(SphinxPostTransform):
    """Give the titles of exercises the brackets of Chinese: sphinx-exercise writes Latin ones around every title."""

    default_priority = 30  # after sphinx-exercise has put the titles together

    def run(self, **kwargs: object) -> None:
        """Change the brackets that stand around a title, not those within it."""
        if self.config.language != "zh_TW":
            return
        for block in self.document.findall(lambda node: is_exercise_node(node) or is_solution_node(node)):
            texts = list(block[0].findall(nodes.Text))
            opening = next((text for text in texts if text.lstrip().startswith("(")), None)
            closing = next((text for text in reversed(texts) if text.endswith(")")), None)
            if opening is not None and closing is not None:
                opening.parent.replace(opening, nodes.Text("（" + opening.lstrip()[1:]))
                closing = closing if closing.parent is not None else next(reversed(list(block[0].findall(nodes.Text))))
                closing.parent.replace(closing, nodes.Text(closing[:-1] + "）"))


def setup(app: Sphinx) -> None:
    """Translate once every extension has brought its catalog."""
    app.add_post_transform(FullWidthBrackets)
    app.connect("config-inited", translate, priority=900)
