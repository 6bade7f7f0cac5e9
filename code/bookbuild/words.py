"""What notebooks and launch buttons say, in the page's language: the texts of ``notebook.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "notebook.toml"


@cache
def _texts() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


def say(name: str, language: str, /, **values: object) -> str:
    """Return a text in a language, its braces filled.

    Examples
    --------
    >>> say("solution", "zh-TW", exercise="習題 7")
    '習題 7 的解答'
    """
    return _texts()[name][language].format(**values)


def texts(prefix: str, language: str) -> dict[str, str]:
    """Return the texts whose names begin with ``prefix`` and a hyphen, by the rest of their names, unfilled."""
    found = {name.removeprefix(f"{prefix}-"): text for name, text in _texts().items() if name.startswith(f"{prefix}-")}
    return {name: text[language] for name, text in found.items()}
