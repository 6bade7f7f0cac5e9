"""The words of the site's frame in Chinese, laid over the catalogs of Sphinx, the theme and the extensions.

The theme has no Traditional Chinese and falls back to Simplified; sphinx-exercise has no Chinese at all.
"""

from __future__ import annotations

import re
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
            for text, changed in zip(texts, full_width([str(text) for text in texts]), strict=True):
                text.parent.replace(text, nodes.Text(changed))


def full_width(pieces: list[str]) -> list[str]:
    """Return the pieces of a title with full-width brackets around its last part and no space beside a wide mark.

    Examples
    --------
    >>> full_width(["習題 %s", " (", "預測：f(x) 是多少？", ")"])
    ['習題 %s', '（', '預測：f(x) 是多少？', '）']
    >>> full_width(["解答：", " 習題 1 (預測：一層)"])
    ['解答：', '習題 1（預測：一層）']
    """
    pieces = list(pieces)
    opened = next((i for i, piece in enumerate(pieces) if re.match(r"\s*\(|.* \(", piece)), None)
    if opened is not None and pieces[-1].endswith(")"):
        pieces[-1] = pieces[-1][:-1] + "）"
        pieces[opened] = re.sub(r"\s*\(", "（", pieces[opened], count=1)
    for i in range(1, len(pieces)):
        if pieces[i - 1].endswith(("：", "（")):
            pieces[i] = pieces[i].lstrip()
    return pieces


def setup(app: Sphinx) -> None:
    """Translate once every extension has brought its catalog."""
    app.add_post_transform(FullWidthBrackets)
    app.connect("config-inited", translate, priority=900)
