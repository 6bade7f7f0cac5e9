"""Say something in one language and go back to the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from introdl import language


@contextmanager
def speaking(chosen: str | None) -> Iterator[None]:
    """Use a language for a while; None leaves the one in use.

    Parameters
    ----------
    chosen : {"en", "zh-TW"} or None

    Examples
    --------
    >>> with speaking("zh-TW"):
    ...     language.label("homework.right")
    '對'
    >>> language.current()
    'en'
    """
    before = language.current()
    language.use(chosen or before)
    try:
        yield
    finally:
        language.use(before)
