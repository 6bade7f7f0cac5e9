"""Search that finds Chinese: text and query are cut the same way, into pairs of neighbouring characters.

A word list (jieba) cuts 梯度下降 in two in one sentence and in three in another, and the browser has no such
list at all. Pairs need none: 梯度下降 is found wherever 梯度, 度下 and 下降 are.
"""

from __future__ import annotations

import re
import unicodedata

from sphinx.application import Sphinx
from sphinx.search.en import SearchEnglish

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
RUN = re.compile(f"[{HAN}]+")


def pairs(run: str) -> list[str]:
    """Return a run of Chinese as its single characters and its pairs of neighbours.

    Examples
    --------
    >>> pairs("隱藏層")
    ['隱', '藏', '層', '隱藏', '藏層']
    """
    return [*run, *(run[i : i + 2] for i in range(len(run) - 1))]


class BilingualSearch(SearchEnglish):
    """English by its stems, Chinese by pairs, in one index: both pages hold words of both languages."""

    js_splitter_code = f"""
function splitQuery(query) {{
  const words = query.normalize("NFKC").split(/[^\\p{{Letter}}\\p{{Number}}_]+/gu).filter(Boolean);
  return words.flatMap((word) => word.split(/([{HAN}]+)/u).filter(Boolean).flatMap((part) => {{
    if (!/[{HAN}]/u.test(part) || part.length === 1) return [part];
    return Array.from({{length: part.length - 1}}, (_, i) => part.slice(i, i + 2));
  }}));
}}
"""

    def split(self, text: str) -> list[str]:
        """Cut a text into the words of the index."""
        words = []
        for word in super().split(unicodedata.normalize("NFKC", text)):
            words += RUN.sub(" ", word).split()
            for run in RUN.findall(word):
                words += pairs(run)
        return words


class _Chinese(BilingualSearch):
    lang = "zh_TW"


def setup(app: Sphinx) -> None:
    """Use this search for both languages."""
    app.add_search_language(BilingualSearch)  # lang "en", inherited
    app.add_search_language(_Chinese)
