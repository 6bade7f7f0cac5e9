"""Remember which English and which Chinese prose were read together, so that a later edit of one names the other.

`book/stamps.json` holds one line a unit (the prose between two headings or cells): a short hash of its text in each
language. A unit whose English has changed since, and whose Chinese has not, is stale in Chinese; and the other way
round, because a correction travels both ways. Formulas, references and addresses are left out of the hash:
`bookbuild.parity` compares them exactly.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from bookbuild.pages import LANGUAGES, Page, Unit, load, page_names

STAMPS = "stamps.json"
BOTH = "both"

_ENGLISH, _CHINESE = LANGUAGES
_NAMES = {_ENGLISH: "English", _CHINESE: "Chinese"}

Stamps = dict[str, dict[str, str]]
"""`page#heading-label/k` to the hash in each language."""


class StampsError(ValueError):
    """The stamps cannot be read or written; the message says what to do."""


@dataclass(frozen=True, order=True)
class Stale:
    """A unit whose two languages may no longer say the same.

    Parameters
    ----------
    file, line : str, int
        Where the prose stands that is to be looked at; for both, where the Chinese stands.
    page, unit : str
        Name of the page, and of the unit inside it (`heading-label/k`).
    language : str
        The language that was left behind: "en", "zh-TW", or "both" where nobody has compared the two as they now are.
    first_words : str
        How the prose at `file:line` begins.
    twin : str
        `file:line` of the same unit in the other language.
    reason : str
        "changed", where a stamp tells what changed, or "new".
    """

    file: str
    line: int
    page: str
    unit: str
    language: str
    first_words: str
    twin: str
    reason: str

    def __str__(self) -> str:
        if self.language == BOTH:
            what = "was never compared with" if self.reason == "new" else "and its twin have both changed:"
            cure = f"read both, then stamp {self.page}"
        else:
            other = _NAMES[_ENGLISH if self.language == _CHINESE else _CHINESE]
            what = f"is older than the {other} of"
            cure = f"make the {_NAMES[self.language]} say the same, then stamp {self.page}"
        return f"{self.file}:{self.line}: “{self.first_words}” {what} {self.twin} ({cure})"


def stale(book: Path) -> list[Stale]:
    """List the units that a person has to look at, in the order of files and lines.

    Pages that exist in one language only are left to `bookbuild.parity`.

    Raises
    ------
    StampsError
        If `book/stamps.json` cannot be read.
    """
    stamps = read(book)
    return sorted(found for name in _pages(book) for found in _stale_units(book, name, stamps))


def stamp(book: Path, page: str) -> list[str]:
    """Write down that the two languages of one page have been read together as they now are.

    Parameters
    ----------
    book : Path
        The folder of the book.
    page : str
        Name of the page, such as `matrix-operations`. There is no way to stamp all pages at once: a stamp says that
        somebody has read.

    Returns
    -------
    list of str
        The keys whose stamps are new or have changed.

    Raises
    ------
    StampsError
        If there is no such page in both languages, or `book/stamps.json` cannot be read.
    """
    names = _pages(book)
    if page not in names:
        known = ", ".join(names) or "none"
        raise StampsError(f"there is no page {page!r} in both languages; name one of: {known}")
    old = read(book)
    new = {key: _hashes(english, chinese) for key, english, chinese in _units(book, page)}
    kept = {key: hashes for key, hashes in old.items() if _page_of(key) in names and _page_of(key) != page}
    write(book, kept | new)
    return [key for key, hashes in new.items() if old.get(key) != hashes]


def report(found: Iterable[Stale]) -> list[str]:
    """Lines for a person: one a unit, but a page of which no unit was ever stamped takes one line."""
    lines = []
    for page, group in groupby(sorted(found, key=lambda one: (one.page, one)), key=lambda one: one.page):
        units = list(group)
        if len(units) > 3 and all(unit.reason == "new" for unit in units):
            first = units[0]
            said = f"{len(units)} pieces of prose were never compared with {first.twin.rsplit(':', 1)[0]}"
            lines.append(f"{first.file}:{first.line}: {said} (read both pages, then stamp {page})")
        else:
            lines += map(str, units)
    return lines


def read(book: Path) -> Stamps:
    """Read `book/stamps.json`; no file means no stamps.

    Raises
    ------
    StampsError
        If the file is not what `stamp` writes: cut off, or with both sides of a merge in it.
    """
    path = book / STAMPS
    if not path.exists():
        return {}
    cure = f"restore it with `git checkout {book.name}/{STAMPS}`, or delete it and stamp the pages again"
    try:
        stamps = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        line = getattr(error, "lineno", 1)
        raise StampsError(f"{book.name}/{STAMPS}:{line}: is not valid JSON: {error} ({cure})") from error
    shaped = isinstance(stamps, dict) and all(
        isinstance(hashes, dict) and set(hashes) == set(LANGUAGES) for hashes in stamps.values()
    )
    if not shaped:
        expected = '"page#label/1": {"en": "…", "zh-TW": "…"}'
        raise StampsError(f"{book.name}/{STAMPS}:1: expected lines like {expected} ({cure})")
    return stamps


def write(book: Path, stamps: Stamps) -> None:
    """Write `book/stamps.json` whole or not at all: pages by name, units as they stand on the page, one a line."""
    order = {key: place for name in _pages(book) for place, (key, *_) in enumerate(_units(book, name))}
    keys = sorted(stamps, key=lambda key: (_page_of(key), order.get(key, len(order)), key))
    lines = [f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(stamps[key])}" for key in keys]
    text = "{\n" + ",\n".join(lines) + "\n}\n" if lines else "{}\n"
    handle, temporary = tempfile.mkstemp(dir=book, prefix=f".{STAMPS}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, 0o644)  # mkstemp makes a private file, and this one is committed
        os.replace(temporary, book / STAMPS)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def fingerprint(text: str) -> str:
    """Short hash of prose, the same however the lines are broken."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:12]


def _pages(book: Path) -> list[str]:
    """Pages that exist in both languages, by name."""
    return sorted(set(page_names(book, _ENGLISH)) & set(page_names(book, _CHINESE)))


def _page_of(key: str) -> str:
    return key.split("#", 1)[0]


def _units(book: Path, name: str) -> Iterator[tuple[str, Unit, Unit]]:
    """Units of a page with something to read in either language, side by side, in the order of the page."""
    english, chinese = (_by_key(load(book, name, language)) for language in LANGUAGES)
    for key in dict.fromkeys((*english, *chinese)):
        pair = (english.get(key) or _silent(chinese[key]), chinese.get(key) or _silent(english[key]))
        if any(unit.has_words for unit in pair):
            yield f"{name}#{key}", *pair


def _by_key(page: Page) -> dict[str, Unit]:
    return {unit.key: unit for unit in page.units}


def _silent(unit: Unit) -> Unit:
    """Stand in for a unit that one language lacks: its twin shows where to look."""
    return Unit(unit.heading, unit.number, unit.line)


def _told(unit: Unit) -> str:
    """Return the prose with its computed numbers in their order: two that changed places say something else."""
    glued = [item.value for item in unit.items if item.kind == "reference" and item.value.startswith("{glue")]
    return " ".join([unit.text, *glued])


def _hashes(english: Unit, chinese: Unit) -> dict[str, str]:
    return {language: fingerprint(_told(unit)) for language, unit in zip(LANGUAGES, (english, chinese), strict=True)}


def _stale_units(book: Path, name: str, stamps: Stamps) -> Iterator[Stale]:
    files = {language: load(book, name, language).file for language in LANGUAGES}
    for key, *pair in _units(book, name):
        old, new = stamps.get(key), _hashes(*pair)
        if old == new:
            continue
        changed = [language for language in LANGUAGES if old is None or old[language] != new[language]]
        behind = BOTH if len(changed) == 2 else next(language for language in LANGUAGES if language not in changed)
        units = dict(zip(LANGUAGES, pair, strict=True))
        here = _CHINESE if behind == BOTH else behind
        there = _ENGLISH if here == _CHINESE else _CHINESE
        yield Stale(
            file=files[here],
            line=units[here].line,
            page=name,
            unit=key.split("#", 1)[1],
            language=behind,
            first_words=units[here].first_words or units[there].first_words,
            twin=f"{files[there]}:{units[there].line}",
            reason="new" if old is None else "changed",
        )
