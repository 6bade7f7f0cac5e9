"""Compare the two languages of the book: what must be the same is the same, wherever it stands.

What drifts in a bilingual book is what nobody compares. So everything that is not prose is compared here: cells to the
byte, labels, references, formulas, headings, figures, tables, exercises, numbers, links. Prose is free: within a unit
(between two headings or cells) sentences and paragraphs may merge, split and change places. Whether the prose still
says the same is a question for people; `bookbuild.stamps` says when to ask it.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import Any

from bookbuild.pages import LANGUAGES, Block, Item, Page, Problem, Unit, load, page_file, page_names, toc_pages

ENGLISH, CHINESE = LANGUAGES

RUNGS = {
    "predict": ("predict", "預測", "猜"),
    "change": ("change", "修改", "改"),
    "build": ("build", "建", "打造", "動手", "實作", "自己做", "寫"),
}
"""How the title of an exercise begins, by the rung of the ladder it stands on."""

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_WORDS_IN_FORMULA = re.compile(r"\\(text|textbf|textit|textrm|mathrm|operatorname)\s*\{([^{}]*)\}")

_CURES = {
    "cell": "cells are the same to the byte in both languages: copy the right one into the other page",
    "code block": "static code is the same to the byte in both languages: copy the right one into the other page",
    "formula": "only words in \\text{…} may be translated: copy the right formula into the other page",
    "heading": "both pages have the same headings, levels and labels in the same order",
    "label": "both pages have the same labels at the same places",
    "table": "both tables need the same rows and columns",
}
_CURE = "put the same into both pages"

_PLURALS = {
    "reference": "references",
    "formula": "inline formulas",
    "number": "numbers",
    "link": "links",
    "footnote": "footnotes",
    "picture": "pictures",
    "code span": "code",
}
_ITEM_CURES = {
    "number": "a number is written with digits in both languages or in neither",
    "formula": "only words in \\text{…} may be translated",
    "code span": "what is quoted as code is the same in both languages",
}


def compare(book: Path, toc: Iterable[str] | None = None) -> list[Problem]:
    """Compare every page of the book in its two languages.

    Parameters
    ----------
    book : Path
        The folder with `en/`, `zh-TW/` and `glossary.csv`; `_toc.yml` stands beside it.
    toc : iterable of str, optional
        Names of the pages of the book; read from `_toc.yml` if not given.

    Returns
    -------
    list of Problem
        In the order of files and lines; empty when the languages agree.
    """
    if toc is None:
        contents = book.parent / "_toc.yml"
        if not contents.exists():
            return [Problem("_toc.yml", 1, "there is no table of contents (write one that lists the pages)")]
        toc = toc_pages(contents)
    names = {language: page_names(book, language) for language in LANGUAGES}
    problems = list(_compare_contents(book, list(toc), names))
    terms = _terms(book / "glossary.csv")
    for name in names[ENGLISH]:
        if name in names[CHINESE]:
            problems += compare_pages(load(book, name, ENGLISH), load(book, name, CHINESE), terms)
    for language in LANGUAGES:
        for name in names[language]:
            problems += check_page(load(book, name, language))
    return sorted(set(problems))


def _compare_contents(book: Path, toc: list[str], names: dict[str, list[str]]) -> Iterator[Problem]:
    """Every page is in `_toc.yml` and in both languages."""
    for name in sorted({*toc, *names[ENGLISH], *names[CHINESE]}):
        present = [language for language in LANGUAGES if name in names[language]]
        if not present:
            line = _line_of(book.parent / "_toc.yml", name)
            yield Problem("_toc.yml", line, f"lists {name}, a page in no language (write it, or take it out)")
            continue
        for language in LANGUAGES:
            file = page_file(book, name, language)
            if language not in present:
                there = page_file(book, name, present[0])
                yield Problem(file, 1, f"this page is missing; {there} exists (write it, with its cells and labels)")
            elif name not in toc:
                yield Problem(file, 1, f"{name} is not in _toc.yml (add it, or delete the page)")


def _line_of(path: Path, word: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((number for number, line in enumerate(lines, 1) if word in line.split()), 1)


def _terms(glossary: Path) -> dict[str, str]:
    """English term of each Chinese one, so that {term} may point at either."""
    if not glossary.exists():
        return {}
    with glossary.open(encoding="utf-8-sig", newline="") as rows:
        return {row.get("zh") or "": row.get("term") or "" for row in csv.DictReader(rows)}


def compare_pages(english: Page, chinese: Page, terms: dict[str, str] | None = None) -> list[Problem]:
    """Compare one page in its two languages; differences are reported in the Chinese file, with the English line."""
    problems = list(_compare_front_matter(english, chinese))
    problems += _compare_blocks(english, chinese)
    for here, there in _units_side_by_side(english, chinese):
        problems += _compare_units(english, chinese, here, there, terms or {})
    return problems


# -- front matter ------------------------------------------------------------------------------------------------


def _compare_front_matter(english: Page, chinese: Page) -> Iterator[Problem]:
    ours, theirs = _flat(english.front_matter), _flat(chinese.front_matter)
    cure = "both pages have the same front matter, but for the description"
    for key in sorted(ours.keys() | theirs.keys()):
        line = _front_matter_line(chinese, key)
        if key not in theirs:
            yield Problem(chinese.file, line, f"the front matter has no `{key}`; {english.file} has it ({cure})")
        elif key not in ours:
            yield Problem(chinese.file, line, f"the front matter has `{key}`; {english.file} has not ({cure})")
        elif ours[key] != theirs[key] and not key.startswith("myst.html_meta."):
            said = f"`{key}` is {theirs[key]!r} in the front matter, {ours[key]!r} in {english.file}"
            yield Problem(chinese.file, line, f"{said} ({cure})")


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Leaves of a tree by their whole path: {"a": {"b": 1}} gives {"a.b": 1}."""
    leaves: dict[str, Any] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        leaves |= _flat(value, path + ".") if isinstance(value, dict) and value else {path: value}
    return leaves


def _front_matter_line(page: Page, key: str) -> int:
    last = key.rsplit(".", 1)[-1]
    lines = page.source.split("\n---", 1)[0].splitlines()
    return next((number for number, line in enumerate(lines, 1) if re.search(rf"\b{re.escape(last)}\b", line)), 1)


# -- blocks ------------------------------------------------------------------------------------------------------


def _compare_blocks(english: Page, chinese: Page) -> Iterator[Problem]:
    ours, theirs = english.blocks, chinese.blocks
    opcodes = SequenceMatcher(None, [*map(_likeness, ours)], [*map(_likeness, theirs)], autojunk=False).get_opcodes()
    lost: list[tuple[Block, int]] = []
    found: list[tuple[Block, int]] = []
    for tag, i1, i2, j1, j2 in opcodes:
        if tag == "equal":
            pairs = zip(ours[i1:i2], theirs[j1:j2], strict=True)
        else:
            pairs, only_ours, only_theirs = _pair(ours[i1:i2], theirs[j1:j2])
            lost += [(block, theirs[j1 - 1].line if j1 else 1) for block in only_ours]
            found += [(block, ours[i1 - 1].line if i1 else 1) for block in only_theirs]
        for there, here in pairs:
            yield from _compare_pair(english, chinese, there, here)
    yield from _moved_missing_and_extra(english, chinese, lost, found)


def _likeness(block: Block) -> tuple:
    """Return what two blocks need in common to be taken for each other without question."""
    if block.kind == "formula":
        formula, label = block.value
        return block.kind, _WORDS_IN_FORMULA.sub(r"\\\1{}", formula), label
    return block.kind, block.value


def _pair(ours: tuple[Block, ...], theirs: tuple[Block, ...]) -> tuple[list, list[Block], list[Block]]:
    """Match blocks of the same kind in their order: a changed cell is a changed cell, not one lost and one found.

    Blocks that stand a little further on unchanged are left alone: they moved.
    """
    ours_here, theirs_here = {*map(_likeness, ours)}, {*map(_likeness, theirs)}
    pairs, only_ours, only_theirs = [], [], []
    for kind in dict.fromkeys(block.kind for block in (*ours, *theirs)):
        left = [block for block in ours if block.kind == kind and _likeness(block) not in theirs_here]
        right = [block for block in theirs if block.kind == kind and _likeness(block) not in ours_here]
        only_ours += [block for block in ours if block.kind == kind and block not in left]
        only_theirs += [block for block in theirs if block.kind == kind and block not in right]
        if len(left) != len(right):
            left, right = _by_likeness(left, right)
        for there, here in zip_longest(left, right):
            if there and here:
                pairs.append((there, here))
            elif there:
                only_ours.append(there)
            elif here:
                only_theirs.append(here)
    return pairs, only_ours, only_theirs


def _by_likeness(left: list[Block], right: list[Block]) -> tuple[list, list]:
    """Line up two lists of different length so that the most alike stand beside each other."""
    shorter, longer = sorted((left, right), key=len)
    room = len(longer) - len(shorter)
    lined: list[Block | None] = []
    place = 0
    for index, block in enumerate(shorter):
        reach = range(place, index + room + 1)
        best = max(reach, key=lambda at: SequenceMatcher(None, str(block.value), str(longer[at].value)).ratio())
        lined += [None] * (best - place) + [block]
        place = best + 1
    return (lined, longer) if shorter is left else (longer, lined)


def _compare_pair(english: Page, chinese: Page, there: Block, here: Block) -> Iterator[Problem]:
    where = f"{english.file}:{there.line}"
    rungs = _rung(there.title), _rung(here.title)
    if here.kind == "exercise-start" and None not in rungs and rungs[0] != rungs[1]:
        said = f"{here.shown} is a “{rungs[1]}” exercise here, “{rungs[0]}” in {where}"
        yield Problem(chinese.file, here.line, f"{said} (name the same rung in both titles)")
    if here.value == there.value:
        return
    if here.kind == "formula" and here.value[1] == there.value[1] and same_formula(there.value[0], here.value[0]):
        return
    yield Problem(chinese.file, here.line, f"{_difference(there, here, where)} ({_CURES.get(here.kind, _CURE)})")


def _rung(title: str) -> str | None:
    words = title.strip().lower()
    return next((rung for rung, starts in RUNGS.items() if words.startswith(starts)), None)


def _difference(there: Block, here: Block, where: str) -> str:
    if here.kind == "cell":
        return f"this cell differs from {where}: {_cell_difference(there, here)}"
    if here.kind == "code block":
        (here_language, here_code), (language, code) = here.value, there.value
        if here_language != language:
            return f"this code block is {here_language or 'plain'}, {language or 'plain'} in {where}"
        return f"this code block differs from {where}: {_line_difference(code, here_code)}"
    if here.kind == "formula" and here.value[1] != there.value[1]:
        labels = [f"`{value[1]}`" if value[1] else "none" for value in (here.value, there.value)]
        return f"the label of this formula is {labels[0]} here, {labels[1]} in {where}"
    if here.kind == "formula":
        return f"this formula is `{here.value[0]}` here, `{there.value[0]}` in {where}"
    if here.kind == "table":
        return f"this table has {_size(here.value)} here, {_size(there.value)} in {where}"
    if here.shown != there.shown:
        return f"{here.shown} here, {there.shown} in {where}"
    return f"{here.shown} differs from {where}: {_value_difference(there, here)}"


def _size(value: tuple[int, int]) -> str:
    return f"{value[0]} rows × {value[1]} columns"


def _cell_difference(there: Block, here: Block) -> str:
    info, source, metadata = here.value
    their_info, their_source, their_metadata = there.value
    if source != their_source:
        return _line_difference(their_source, source)
    if metadata != their_metadata:
        ours, theirs = _flat(json.loads(metadata)), _flat(json.loads(their_metadata))
        key = next(key for key in (*theirs, *ours) if ours.get(key) != theirs.get(key))
        return f"`{key}` is {ours.get(key, 'not given')!r} here, {theirs.get(key, 'not given')!r} there"
    return f"it begins with `{info}` here, `{their_info}` there"


def _line_difference(there: str, here: str) -> str:
    for number, (theirs, ours) in enumerate(zip_longest(there.splitlines(), here.splitlines()), 1):
        if theirs != ours:
            said = ["nothing" if line is None else f"`{line}`" for line in (ours, theirs)]
            return f"its line {number} is {said[0]} here, {said[1]} there"
    return "the line ends differ"


def _value_difference(there: Block, here: Block) -> str:
    for theirs, ours in zip_longest(there.value, here.value):
        if theirs != ours:
            return f"{_readable(ours)} here, {_readable(theirs)} there"
    return "it is not the same"


def _readable(value: Any) -> str:
    if isinstance(value, tuple) and all(isinstance(part, tuple) for part in value):  # options
        value = ", ".join(f"{key}: {text}" for key, text in value)
    elif isinstance(value, tuple):  # the rows of a list-table
        value = f"{len(value)} rows of {'/'.join(str(size) for size in dict.fromkeys(value))} columns"
    return str(value) or "nothing"


def _moved_missing_and_extra(
    english: Page, chinese: Page, lost: list[tuple[Block, int]], found: list[tuple[Block, int]]
) -> Iterator[Problem]:
    moved: list[tuple[Block, Block]] = []
    for there, line in list(lost):
        twin = next(((here, after) for here, after in found if _likeness(here) == _likeness(there)), None)
        if twin:
            lost.remove((there, line))
            found.remove(twin)
            moved.append((there, twin[0]))
    headings_moved = any(there.kind == "heading" for there, _ in moved)
    for there, here in moved:
        if here.kind == "heading" or not headings_moved:  # what stands under a heading moves with it
            said = f"{here.shown} stands at another place than in {english.file}:{there.line}"
            yield Problem(chinese.file, here.line, f"{said} (both pages have the same order)")
    for there, line in lost:
        said = f"after this line, {there.shown} of {english.file}:{there.line} is missing"
        yield Problem(chinese.file, line, f"{said} (add it, or take it out of the English page)")
    for here, line in found:
        said = f"{here.shown} stands here, but not in {english.file} after line {line}"
        yield Problem(chinese.file, here.line, f"{said} (add it there, or take it out here)")


def same_formula(english: str, chinese: str) -> bool:
    r"""Whether two formulas differ at most in words that were translated into Chinese.

    Examples
    --------
    >>> same_formula(r"y = \text{loss}(w)", r"y = \text{損失}(w)")
    True
    >>> same_formula(r"y = \text{loss}(w)", r"y = \text{cost}(w)"), same_formula("y = w", "y = -w")
    (False, False)
    """
    ours, theirs = (_WORDS_IN_FORMULA.findall(formula) for formula in (english, chinese))
    blank = [_WORDS_IN_FORMULA.sub("", formula).split() for formula in (english, chinese)]
    if blank[0] != blank[1] or len(ours) != len(theirs):
        return False
    return all(our == their or _HAN.search(their[1]) for our, their in zip(ours, theirs, strict=True))


# -- units -------------------------------------------------------------------------------------------------------


def _units_side_by_side(english: Page, chinese: Page) -> Iterator[tuple[list[Unit], list[Unit]]]:
    """Pair the units under each heading, or all of them at once where the cells between them differ in number.

    What stands under a heading that the other page lacks counts to the heading before: the heading itself is reported.
    """
    headings = [{unit.heading for unit in page.units} for page in (english, chinese)]
    under = [_under(page, headings[0] & headings[1]) for page in (english, chinese)]
    for heading, ours in under[0].items():
        theirs = under[1].get(heading)
        if theirs is None:  # one page has no front matter, which is reported
            continue
        if len(ours) == len(theirs):
            yield from (([our], [their]) for our, their in zip(ours, theirs, strict=True))
        else:
            yield ours, theirs


def _under(page: Page, shared: set[str]) -> dict[str, list[Unit]]:
    """Return the units under each of the headings that both pages have."""
    under: dict[str, list[Unit]] = {}
    heading = ""
    for unit in page.units:
        heading = unit.heading if unit.heading in shared else heading
        under.setdefault(heading, []).append(unit)
    return under


def _compare_units(
    english: Page, chinese: Page, ours: list[Unit], theirs: list[Unit], terms: dict[str, str]
) -> Iterator[Problem]:
    here, there = theirs[0].line, f"{english.file}:{ours[0].line}"
    written, translated = (any(unit.has_words for unit in units) for units in (ours, theirs))
    if written and not translated:
        yield Problem(chinese.file, here, f"nothing is written here; {there} has “{_first_words(ours)}” (translate it)")
        return
    if translated and not written:
        said = f"“{_first_words(theirs)}” stands here; {there} has no prose"
        yield Problem(chinese.file, here, f"{said} (write it in English too, or take it out)")
        return
    if _is_untranslated(theirs):
        yield Problem(chinese.file, here, f"“{_first_words(theirs)}” is not Chinese (translate it)")
    for kind in _PLURALS:
        items = [[item for unit in units for item in unit.items if item.kind == kind] for units in (ours, theirs)]
        missing, extra = _unmatched(kind, *items, terms)
        if missing or extra:
            line = extra[0].line if extra else here
            what = f"the {_PLURALS[kind]} differ in “{_first_words(theirs)}”: {_listing(english, missing, extra)}"
            yield Problem(chinese.file, line, f"{what} ({_ITEM_CURES.get(kind, _CURE)})")


def _first_words(units: list[Unit]) -> str:
    return next((unit.first_words for unit in units if unit.has_words), "")


def _is_untranslated(units: list[Unit]) -> bool:
    """Whether a Chinese unit holds a sentence of Latin words and no Chinese; a list of names is short."""
    text = " ".join(prose.words for unit in units for prose in unit.prose)
    return not _HAN.search(text) and len(_LATIN_WORD.findall(text)) >= 8


def _unmatched(kind: str, ours: list[Item], theirs: list[Item], terms: dict[str, str]) -> tuple[list[Item], list[Item]]:
    """Items of one language that have no partner in the other."""
    if kind == "code span":
        return _unmatched_code(ours, theirs)
    missing, extra = _less(ours, theirs, terms), _less(theirs, ours, terms)
    if kind == "formula":
        for item in list(missing):
            twin = next((other for other in extra if same_formula(item.value, other.value)), None)
            if twin:
                missing.remove(item)
                extra.remove(twin)
    return missing, extra


def _less(items: list[Item], others: list[Item], terms: dict[str, str]) -> list[Item]:
    count = Counter(_target(item.value, terms) for item in others)
    left = []
    for item in items:
        count[_target(item.value, terms)] -= 1
        if count[_target(item.value, terms)] < 0:
            left.append(item)
    return left


def _target(value: str, terms: dict[str, str]) -> str:
    """Return what is pointed at: a {term} may name the English or the Chinese form of one entry of the glossary."""
    found = re.fullmatch(r"\{term\}`(.*)`", value)
    return f"{{term}}`{terms.get(found[1], found[1]).lower()}`" if found else value


def _unmatched_code(ours: list[Item], theirs: list[Item]) -> tuple[list[Item], list[Item]]:
    """Return code that only one language mentions; how often is free, and a Chinese span stands for an English one."""
    missing = [item for item in ours if item.value not in {other.value for other in theirs}]
    extra = [item for item in theirs if item.value not in {other.value for other in ours}]
    translated = [item for item in extra if _HAN.search(item.value)]
    extra = [item for item in extra if item not in translated]
    if len({item.value for item in missing}) <= len({item.value for item in translated}):
        missing = []
    return missing, extra


def _listing(english: Page, missing: list[Item], extra: list[Item]) -> str:
    parts = []
    if extra:
        parts.append(", ".join(f"`{item.value}`" for item in extra) + " only here")
    if missing:
        parts.append(", ".join(f"`{item.value}` only in {english.file}:{item.line}" for item in missing))
    return "; ".join(parts)


# -- one page by itself ------------------------------------------------------------------------------------------


def check_page(page: Page) -> list[Problem]:
    """Check what a page owes whatever the other language says: labels on its headings, whole exercises."""
    return [*page.problems, *_check_labels(page), *_check_exercises(page)]


def _check_labels(page: Page) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for block in page.blocks:
        if block.kind == "heading" and not block.value[1]:
            cure = f"write ({_proposed_label(page)})= on the line before it, in both languages"
            yield Problem(page.file, block.line, f"the heading “{block.title}” has no label ({cure})")
        for label in _labels(block):
            if label in seen:
                said = f"the label {label} is taken by line {seen[label]}"
                yield Problem(page.file, block.line, f"{said} (choose another)")
            seen.setdefault(label, block.line)


def _proposed_label(page: Page) -> str:
    return f"sec-{page.name.replace('/', '-')}-…"


def _labels(block: Block) -> tuple[str, ...]:
    if block.kind == "heading":
        return block.value[1]
    if block.kind == "label":
        return block.value
    label = _label(block)
    return (label,) if label else ()


def _label(block: Block) -> str:
    """Return the label of an exercise, a formula, a figure; empty if it has none."""
    if block.kind == "formula":
        return block.value[1]
    if block.kind == "cell":
        return str(_flat(json.loads(block.value[2])).get("mystnb.figure.name", ""))
    if block.kind in ("table", "code block"):
        return ""
    options = dict(block.value[1])
    return options.get("label") or options.get("name") or ""


def _check_exercises(page: Page) -> Iterator[Problem]:
    blocks = page.blocks
    has_cells = any(block.kind == "cell" for block in blocks)
    exercises = {_label(block): block for block in blocks if block.kind == "exercise-start"}
    solved = {block.value[0] for block in blocks if block.kind == "solution-start"}
    yield from _check_gates(page)
    for place, block in enumerate(blocks):
        if block.kind == "exercise-start":
            label = _label(block)
            if not label:
                cure = f":label: ex-{page.name.replace('/', '-')}-1"
                yield Problem(page.file, block.line, f"this exercise has no label (give it one, such as {cure})")
                continue
            if label not in solved:
                cure = f"write solution-start {label} … solution-end"
                yield Problem(page.file, block.line, f"the exercise {label} has no solution ({cure})")
            if has_cells and not _checks(label, _until(blocks[place + 1 :], "exercise-start", "solution-start")):
                cure = f'after it, a cell with answer = None and check("{label}", answer)'
                yield Problem(page.file, block.line, f"the exercise {label} has no cell to answer in ({cure})")
        elif block.kind == "solution-start":
            label = block.value[0]
            if label not in exercises:
                known = ", ".join(exercises) or "none"
                said = f"this solution belongs to no exercise: {label or 'it names none'}"
                yield Problem(page.file, block.line, f"{said} (name one of this page: {known})")
            elif has_cells and not _checks(label, _until(blocks[place + 1 :], "solution-end"), proved=True):
                cure = f'end it with a cell that says assert check("{label}", answer).right'
                yield Problem(page.file, block.line, f"the solution of {label} proves nothing ({cure})")


def _check_gates(page: Page) -> Iterator[Problem]:
    """Every exercise-start has its exercise-end, every solution-start its solution-end."""
    opened: Block | None = None
    for block in page.blocks:
        if block.kind in ("exercise-start", "solution-start"):
            if opened:
                yield _unended(page, opened)
            opened = block
        elif block.kind in ("exercise-end", "solution-end"):
            if opened is None or opened.kind.split("-")[0] != block.kind.split("-")[0]:
                start = block.kind.replace("end", "start")
                said = f"{block.kind} ends nothing"
                yield Problem(page.file, block.line, f"{said} (write {{{start}}} before it, or take it out)")
            opened = None
    if opened:
        yield _unended(page, opened)


def _unended(page: Page, opened: Block) -> Problem:
    end = opened.kind.replace("start", "end")
    return Problem(page.file, opened.line, f"{opened.shown} has no end (write {{{end}}} where it ends)")


def _until(blocks: tuple[Block, ...], *kinds: str) -> list[Block]:
    place = next((place for place, block in enumerate(blocks) if block.kind in kinds), len(blocks))
    return list(blocks[:place])


def _checks(label: str, blocks: list[Block], *, proved: bool = False) -> bool:
    """Whether one of the cells calls `check` for this exercise; if `proved`, it asserts the answer."""
    call = rf"check\(\s*[\"']{re.escape(label)}[\"']"
    pattern = rf"assert\s+{call}.*\.right\b" if proved else call
    return any(block.kind == "cell" and re.search(pattern, block.value[1], re.DOTALL) for block in blocks)
