"""The one place that translates: every text a figure, a table or a message shows.

The texts stand in ``labels/<subject>.toml``, one file a subject, each text once in both
languages. A page's cells are the same in both languages; what differs is the language set
here, by ``INTRODL_LANGUAGE`` or by :func:`use`.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from importlib import resources

LANGUAGES = ("en", "zh-TW")

_chosen: str | None = None


class LabelError(LookupError):
    """A text is missing from the label table, or stands there in one language only."""


def use(language: str) -> None:
    """Set the language of everything drawn or printed from now on.

    Parameters
    ----------
    language : {"en", "zh-TW"}

    Raises
    ------
    ValueError
        If the language is not one of :data:`LANGUAGES`.

    Examples
    --------
    >>> use("zh-TW")
    >>> current()
    'zh-TW'
    >>> use("en")
    """
    global _chosen
    _chosen = _checked(language, "language")


def current() -> str:
    """Return the language in use: the one set by :func:`use`, else ``INTRODL_LANGUAGE``, else English."""
    return _chosen or _checked(os.environ.get("INTRODL_LANGUAGE") or "en", "INTRODL_LANGUAGE")


def label(key: str, **values: object) -> str:
    """Return a text of the label table in the language in use.

    Parameters
    ----------
    key : str
        ``"subject.name"``: table ``[name]`` of ``labels/subject.toml``.
    **values
        What fills the braces of the text, by :meth:`str.format`.

    Raises
    ------
    LabelError
        If there is no such text, or none in this language, or it wants another value.

    Examples
    --------
    >>> label("exercises.unanswered")
    'Not answered yet.'
    """
    subject, _, name = key.partition(".")
    table = _table(subject)
    if name not in table:
        raise LabelError(f"labels/{subject}.toml has no table [{name}]: add it, with a text for each of {LANGUAGES}")
    text = table[name].get(current())
    if not text:
        raise LabelError(f"labels/{subject}.toml: [{name}] has no {current()} text: write it beside the other language")
    try:
        return text.format(**values)
    except KeyError as missing:
        raise LabelError(
            f"labels/{subject}.toml: [{name}] in {current()} wants a value for {missing}, got {sorted(values)}"
        ) from None


def known(key: str) -> bool:
    """Tell whether the label table has a text called ``"subject.name"``; False where it has no such subject.

    Examples
    --------
    >>> known("exercises.unanswered"), known("exercises.no-such-text"), known("no-such-subject.text")
    (True, False, False)
    """
    subject, _, name = key.partition(".")
    return (resources.files("introdl") / "labels" / f"{subject}.toml").is_file() and name in _table(subject)


def _checked(language: str, origin: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"{origin} must be one of {', '.join(LANGUAGES)}, got {language!r}")
    return language


@cache
def _table(subject: str) -> dict[str, dict[str, str]]:
    path = resources.files("introdl") / "labels" / f"{subject}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LabelError(f"there is no labels/{subject}.toml: make it, or correct the key's first word") from None
    except tomllib.TOMLDecodeError as error:
        raise LabelError(f"labels/{subject}.toml is not valid TOML: {error}") from None
