"""What people type and spreadsheets save, read kindly: encodings, separators, full-width digits, decimal commas.

Nothing here knows what a file is about. What cannot be read is named; nothing is guessed where two readings differ.
"""

from __future__ import annotations

import codecs
import csv
import re
import unicodedata
from fractions import Fraction

LARGEST_FILE = 1_000_000  # bytes; a file of answers or a list of students is far smaller
LONGEST_LINE = 10_000  # characters; what follows is left out
SEPARATORS = ("\t", ";", ",")  # in this order: where one of the first two separates, a comma is a decimal comma

_SIGNS = str.maketrans(
    dict.fromkeys("−‐‑‒–—―﹣－⁻", "-") | {"。": ".", "．": ".", "，": ",", "；": ";", "⁄": "/", "∕": "/"}
)
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff]")

_DECIMAL = r"(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20})"
_NUMBER = re.compile(rf"([+-]?) ?({_DECIMAL}(?:e[+-]?\d{{1,2}})?)", re.IGNORECASE)
_FRACTION = re.compile(rf"([+-]?) ?(?:(\d{{1,9}}) )?({_DECIMAL}) ?/ ?([+-]?{_DECIMAL})")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATE = re.compile(
    rf"\d{{1,2}}月\d{{1,2}}日?|\d{{4}}[-/年]\d{{1,2}}[-/月]\d{{1,2}}日?|\d{{1,2}}[-/]\d{{1,2}}[-/]\d{{4}}"
    rf"|\d{{1,4}}[- ]?{_MONTH}|{_MONTH}[- ]?\d{{1,4}}",
    re.IGNORECASE,
)


def decoded(data: bytes) -> str | None:
    """Return the text of a file in UTF-8, UTF-16 or Taiwan's cp950; None if it is in none of these.

    Examples
    --------
    >>> decoded("學號".encode("cp950")), decoded("學號".encode("utf-16")), decoded(bytes([0, 1, 255]))
    ('學號', '學號', None)
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif data[1:2] == b"\0":
        encodings = ["utf-16-le"]
    elif data[:1] == b"\0":
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp950"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not re.search("[\x00-\x08\x0e-\x1f]", text):
            return text
    return None


def rows(text: str) -> list[tuple[int, list[str]]]:
    r"""Return the lines that are not empty, with their numbers, split at tabs, semicolons or commas.

    Examples
    --------
    >>> rows("field;answer\n\nn3;1,5\n")
    [(1, ['field', 'answer']), (3, ['n3', '1,5'])]
    """
    lines = [(place, _INVISIBLE.sub("", line[:LONGEST_LINE])) for place, line in enumerate(text.splitlines(), 1)]
    lines = [(place, line) for place, line in lines if line.strip() and not line.lower().startswith("sep=")]
    widened = [(place, line.replace("，", ",").replace("；", ";")) for place, line in lines]
    usual = next((s for s in SEPARATORS if 2 * sum(s in line for _, line in widened) > len(widened)), ",")
    return [(place, [cell.strip() for cell in next(csv.reader([line], delimiter=usual))]) for place, line in widened]


def plain(text: str) -> str:
    """Return a text with half-width letters and digits, one kind of minus sign, and single spaces.

    Examples
    --------
    >>> plain("－１．５"), plain("1½")
    ('-1.5', '1 1/2')
    """
    parted = "".join(f" {c}" if unicodedata.decomposition(c).startswith("<fraction>") else c for c in text)
    # signs first: NFKC would make a minus sign of the raised one, and leave the others as they are
    folded = unicodedata.normalize("NFKC", parted.translate(_SIGNS)).translate(_SIGNS)
    return " ".join(_INVISIBLE.sub("", folded).split())


def number(text: str) -> Fraction | None:
    """Return the number that a text says, or None if it says none.

    Takes a decimal point or comma, thousands, fractions, and a calculation of which the last result counts.

    Examples
    --------
    >>> [str(number(text)) for text in ("−1,5", "３／４", "1 1/2", "n3 = 2·3 + 1 = 7", "1,234.5", "seven", "4-Mar")]
    ['-3/2', '3/4', '3/2', '7', '2469/2', 'None', 'None']
    """
    said = _point(plain(text).rpartition("=")[2].strip(" '"))
    if match := _NUMBER.fullmatch(said):
        return _signed(match[1], Fraction(match[2]))
    if match := _FRACTION.fullmatch(said):
        below = Fraction(match[4])
        return None if below == 0 else _signed(match[1], Fraction(match[2] or 0) + Fraction(match[3]) / below)
    return None


def is_date(text: str) -> bool:
    """Tell whether a text is what a spreadsheet makes of 3/4 while it is typed: a date.

    Examples
    --------
    >>> is_date("4-Mar"), is_date("3月4日"), is_date("3/4")
    (True, True, False)
    """
    return bool(_DATE.fullmatch(plain(text)))


def _signed(sign: str, size: Fraction) -> Fraction:
    return -size if sign == "-" else size


def _point(text: str) -> str:
    """Write a decimal comma as a point, and leave out what groups thousands."""
    comma, point = text.rfind(","), text.rfind(".")
    if comma < 0:
        return text
    if point < 0:
        return text.replace(",", ".") if text.count(",") == 1 else text
    return text.replace(",", "") if comma < point else text.replace(".", "").replace(",", ".")
