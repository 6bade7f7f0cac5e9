"""Where a page's notebook is opened and fetched: plain links, so nothing is asked of Colab before a reader presses."""

from __future__ import annotations

from sphinx.environment import BuildEnvironment

from bookbuild.languages import NOTEBOOKS_BRANCH, Repository
from bookbuild.words import say


def has_notebook(env: BuildEnvironment, page: str) -> bool:
    """Tell whether a page has cells: MyST-NB then keeps its kernel among the page's data."""
    return "kernelspec" in env.metadata.get(page, {})


def colab(place: Repository, language: str, page: str) -> str:
    """Return the address at which Colab opens the published notebook of a page.

    Examples
    --------
    >>> colab(Repository("some-fork", "name"), "zh-TW", "start-here")
    'https://colab.research.google.com/github/some-fork/name/blob/notebooks/zh-TW/start-here.ipynb'
    """
    return f"https://colab.research.google.com/github/{place.slug}/blob/{NOTEBOOKS_BRANCH}/{language}/{page}.ipynb"


def buttons(place: Repository, language: str, page: str) -> list[dict[str, object]]:
    """Return the two buttons at the head of a page with cells, as its template wants them."""
    return [
        {
            "label": "launch-colab",
            "text": "Colab",
            "title": say("colab-button", language),
            "url": colab(place, language, page),
        },
        {
            "label": "download-notebook",
            "icon": "fa-solid fa-download",
            "title": say("download-button", language),
            "url": f"{'../' * (page.count('/') + 1)}notebooks/{language}/{page}.ipynb",
            "download": True,
        },
    ]
