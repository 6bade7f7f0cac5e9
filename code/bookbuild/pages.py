"""Read a page into the parts that its two languages share, and the prose that they do not.

A page is parsed once, by the same MyST parser that Jupyter Book uses, and kept as three things:

* *blocks*: headings, cells, display formulas, figures, tables, exercises, admonitions, in their order;
* *units*: the prose between two headings or cells, with what stands inside it (numbers, references, links);
* *problems*: what is wrong with the page whatever the other language says.

`bookbuild.parity` compares the first two, `bookbuild.stamps` hashes the prose, `bookbuild.wording` reads it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from docutils.parsers.rst import Directive
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_nb.core.read import is_myst_markdown_notebook
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.directives import DirectiveParsingResult, parse_directive_text
from myst_parser.parsers.mdit import create_md_parser
from sphinx_external_toc.parsing import parse_toc_yaml

from bookbuild import languages

LANGUAGES = tuple(languages.LANGUAGES)

HOLE = "\ufffc"
"""Stands in the text of a paragraph where a formula, a picture or an untitled reference stands on the page."""

DEFAULT_EXTENSIONS = ("colon_fence", "dollarmath", "linkify", "substitution", "tasklist")
"""What Jupyter Book 1 switches on when `_config.yml` says nothing."""

RAW_BODY = frozenset(
    {"math", "code-block", "code", "sourcecode", "raw", "literalinclude", "image", "bibliography", "include"}
    | {"tableofcontents", "toctree", "mermaid", "raw-cell", "glossary"}
)
"""Directives whose content is not MyST text (a glossary is read line by line)."""

TARGET_ARGUMENT = frozenset(
    {"figure", "image", "solution-start", "solution", "code-block", "code", "sourcecode", "literalinclude", "include"}
    | {"bibliography", "raw", "toctree", "tableofcontents"}
)
"""Directives whose argument names something; any other argument is a title, and a title is prose."""

BODY_ON_FIRST_LINE = frozenset(
    {"note", "warning", "tip", "hint", "important", "caution", "danger", "attention", "error", "seealso"}
)
"""Admonitions that take no title: what stands beside the name becomes the first words of the text."""

_ADDRESS = re.compile(r"(?:https?://|mailto:)[^\s<>()「」『』（）《》，。、；：？！]+(?<![.,;:?!])")

PROSE_OPTIONS = ("alt", "caption")
"""Options of a directive that are read, and therefore translated."""

PROSE_ROLES = frozenset({"sub", "sup", "abbr", "kbd", "guilabel", "menuselection", "strong", "emphasis"})
"""Roles that only dress their text; every other role points at something."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to put right: where it is, what it is, and how it is cured."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Prose:
    """One paragraph, title, caption or table cell as a reader sees it.

    Parameters
    ----------
    text : str
        The words, with `HOLE` for formulas, pictures and references without a title. Line ends of the source are kept.
    lines : tuple of (int, int)
        From which offset of `text` on which line of the source holds.
    code : tuple of (int, int)
        Where `text` is code or an address: it is read, but it is nobody's language.
    bold : tuple of (int, int)
        Where `text` is emphasised.
    breaks : tuple of int
        Offsets at which the source begins a new line inside the paragraph.
    """

    text: str
    lines: tuple[tuple[int, int], ...]
    code: tuple[tuple[int, int], ...] = ()
    bold: tuple[tuple[int, int], ...] = ()
    breaks: tuple[int, ...] = ()

    def line(self, offset: int = 0) -> int:
        """Line of the source on which the character at `offset` stands."""
        return self.lines[max(bisect_right(self.lines, (offset, 10**9)) - 1, 0)][1]

    @property
    def words(self) -> str:
        """The text with code and addresses blanked, of the same length, so that offsets hold."""
        text = self.text
        for start, end in self.code:
            text = text[:start] + HOLE * (end - start) + text[end:]
        return text


@dataclass(frozen=True)
class Item:
    """Something inside prose that both languages need: a number, a reference, a link, a formula, a code span."""

    kind: str
    value: str
    line: int


@dataclass(frozen=True)
class Block:
    """Something that stands on its own, at the same place in both languages.

    Parameters
    ----------
    kind : str
        What a person calls it: heading, cell, formula, table, exercise, or the name of the directive.
    value : tuple
        All that must be equal.
    line : int
        Line of the source, from 1.
    shown : str
        How a message names it.
    title : str
        The title in the page's language, where there is one; not compared.
    """

    kind: str
    value: tuple
    line: int
    shown: str
    title: str = ""


@dataclass
class Unit:
    """The prose between two headings or cells: what a translator looks at in one piece."""

    heading: str
    number: int
    line: int
    prose: list[Prose] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Name of the unit inside its page: label of the heading above, and the place under it, from 1."""
        return f"{self.heading}/{self.number}"

    @property
    def text(self) -> str:
        """All the prose, white space made single, without formulas and targets (these are compared, not stamped)."""
        return " ".join(" ".join(prose.text for prose in self.prose).replace(HOLE, " ").split())

    @property
    def first_words(self) -> str:
        """Enough of the text to find it again."""
        return self.text if len(self.text) <= 40 else self.text[:40].rstrip() + "…"

    @property
    def has_words(self) -> bool:
        """Whether there is anything to translate."""
        return any(character.isalnum() for prose in self.prose for character in prose.words)


@dataclass(frozen=True)
class Page:
    """A page of one language, read."""

    name: str
    language: str
    file: str
    source: str
    front_matter: dict[str, Any]
    blocks: tuple[Block, ...]
    units: tuple[Unit, ...]
    problems: tuple[Problem, ...]

    @property
    def prose(self) -> Iterator[Prose]:
        """Everything on the page that is written in its language."""
        return (prose for unit in self.units for prose in unit.prose)


def toc_pages(toc: Path) -> list[str]:
    """Names of the pages in `_toc.yml`, in the order of the book."""
    return [str(name) for name in parse_toc_yaml(toc)]


def page_names(book: Path, language: str) -> list[str]:
    """Names of the pages that exist in one language: `cases/fall-risk` for `book/en/cases/fall-risk.md`."""
    folder = book / language
    paths = (path.relative_to(folder) for path in folder.rglob("*.md"))
    return sorted(path.with_suffix("").as_posix() for path in paths if not path.parts[0].startswith((".", "_")))


def page_file(book: Path, name: str, language: str) -> str:
    """Name a page's file in messages, as seen from the root of the project."""
    return f"{book.name}/{language}/{name}.md"


def load(book: Path, name: str, language: str) -> Page:
    """Read `book/<language>/<name>.md`. A page that did not change since the last call is not parsed again."""
    path = book / language / f"{name}.md"
    return read(path, name, language, page_file(book, name, language), extensions(book.parent))


def read(
    path: Path, name: str, language: str, shown: str | None = None, syntax: Iterable[str] = DEFAULT_EXTENSIONS
) -> Page:
    """Read one MyST file.

    Parameters
    ----------
    path : Path
        The file.
    name, language : str
        Which page this is.
    shown : str, optional
        How messages name the file; its path if not given.
    syntax : iterable of str
        The extensions of MyST that are on.
    """
    shown = shown or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        text = path.read_bytes().decode("utf-8", errors="replace")
        line = text[: text.find("\ufffd")].count("\n") + 1
        page = _parse(text, name, language, shown, tuple(syntax))
        problem = Problem(shown, line, f"is not UTF-8: {error.reason} (save the page as UTF-8)")
        return replace(page, problems=(problem, *page.problems))
    return _parse(text, name, language, shown, tuple(syntax))


def extensions(root: Path) -> tuple[str, ...]:
    """Extensions of MyST that `_config.yml` switches on, else Jupyter Book's own choice."""
    path = root / "_config.yml"
    if not path.exists():
        return DEFAULT_EXTENSIONS
    return _extensions(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=8)
def _extensions(config: str) -> tuple[str, ...]:
    try:
        settings = yaml.safe_load(config) or {}
    except yaml.YAMLError:
        return DEFAULT_EXTENSIONS  # whoever builds will be told; here the pages can still be read
    parse = settings.get("parse") or {}
    sphinx = (settings.get("sphinx") or {}).get("config") or {}
    chosen = sphinx.get("myst_enable_extensions") or parse.get("myst_enable_extensions") or DEFAULT_EXTENSIONS
    return tuple(sorted(chosen))


@lru_cache(maxsize=8)
def _markdown(syntax: tuple[str, ...]) -> MarkdownIt:
    config = MdParserConfig(enable_extensions=set(syntax), dmath_double_inline=True)
    return create_md_parser(config, RendererHTML)


@lru_cache(maxsize=1024)
def _parse(text: str, name: str, language: str, shown: str, syntax: tuple[str, ...]) -> Page:
    reader = _Reader(_markdown(syntax), shown)
    reader.walk(reader.markdown.parse(text), 0)
    reader.end_labels()
    if any(block.kind == "cell" for block in reader.blocks) and not _runs(text):
        reader.problem(1, "has cells, but nothing runs them (copy the jupytext and kernelspec lines of another page)")
    return Page(
        name=name,
        language=language,
        file=shown,
        source=text,
        front_matter=reader.front_matter,
        blocks=tuple(reader.blocks),
        units=tuple(reader.units),
        problems=tuple(reader.problems),
    )


def _runs(text: str) -> bool:
    """Tell whether MyST-NB takes the page for a notebook; it stumbles over a `jupytext:` with nothing under it."""
    try:
        return is_myst_markdown_notebook(text)
    except AttributeError:
        return False


class _AnyOption(dict):
    """Accept every option of a directive as a string: which ones exist is the build's business."""

    def __missing__(self, name: str):
        return lambda value: value


class _AnyDirective(Directive):
    """Let MyST's own parser split a directive whose class we need not know."""

    required_arguments = 0
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption(anything=str)


def _split(content: str, line: int, *, as_yaml: bool = False) -> DirectiveParsingResult:
    return parse_directive_text(_AnyDirective, "", content, line=line, validate_options=not as_yaml)


class _Reader:
    """Walk the tokens of a page once and sort what they say into blocks and units."""

    def __init__(self, markdown: MarkdownIt, file: str):
        self.markdown = markdown
        self.file = file
        self.front_matter: dict[str, Any] = {}
        self.blocks: list[Block] = []
        self.problems: list[Problem] = []
        self.units = [Unit("top", 1, 1)]
        self._labels: list[tuple[str, int]] = []
        self._line = 1

    def problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.file, line, message))

    # -- the walk ------------------------------------------------------------------------------------------------

    def walk(self, tokens: list[Token], offset: int, inside: str = "") -> None:
        """Read tokens whose line 0 is line `offset` of the file; `inside` names the directive around them."""
        for place, token in enumerate(tokens):
            if token.map is not None:
                self._line = offset + token.map[0] + 1
            if token.nesting >= 0 and token.type not in ("heading_open", "myst_target", "myst_line_comment"):
                self.end_labels()
            match token.type:
                case "front_matter":
                    self._read_front_matter(token)
                case "myst_target":
                    self._labels.append((token.content, self._line))
                case "heading_open":
                    self._begin_section(int(token.tag[1:]), tokens[place + 1].content)
                case "inline":
                    self._add_inline(token.children or [], self._line)
                case "table_open":
                    self._add_block("table", _table_size(tokens[place:]))
                case "math_block" | "math_block_label" | "amsmath":
                    self._add_formula(token.content, token.info)
                case "fence" | "colon_fence" | "code_block":
                    self._read_fence(token, offset, inside)

    def _add_block(self, kind: str, value: tuple, shown: str = "", line: int = 0, title: str = "") -> None:
        self.blocks.append(Block(kind, value, line or self._line, shown or f"{kind} {_plain(value)}".strip(), title))

    def end_labels(self) -> None:
        """Labels that no heading took belong to whatever follows, and count for themselves."""
        for label, line in self._labels:
            self._add_block("label", (label,), f"label ({label})=", line)
        self._labels.clear()

    def _begin_section(self, level: int, title: str) -> None:
        labels = tuple(label for label, _ in self._labels)
        line = self._labels[0][1] if self._labels else self._line
        self._labels.clear()
        shown = f"heading {'#' * level} {labels[0] if labels else title}"
        self._add_block("heading", (level, labels), shown, self._line, title)
        count = sum(block.kind == "heading" for block in self.blocks)
        self.units.append(Unit(labels[0] if labels else f"heading-{count}", 1, line))

    def _add_formula(self, content: str, label: str | None) -> None:
        # A full stop may end a displayed formula in one language and not in the other.
        formula = " ".join(content.split()).rstrip(".,;。，； ")
        self._add_block("formula", (formula, label or ""), f"formula {_short(formula)}")

    def _read_front_matter(self, token: Token) -> None:
        try:
            matter = yaml.safe_load(token.content) or {}
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 2 if mark else 1
            self.problem(line, f"the front matter is not YAML: {_one_line(error)} (compare it with another page's)")
            return
        if not isinstance(matter, dict):
            self.problem(1, "the front matter is not a list of `key: value` (compare it with another page's)")
            return
        self.front_matter = matter
        unit = self.units[0] = Unit("front-matter", 1, 1)
        descriptions = _dig(matter, "myst", "html_meta")
        for key, value in descriptions.items() if isinstance(descriptions, dict) else ():
            line = 2 + _line_with(token.content, rf"^\s*[\"']?{re.escape(str(key))}\b")
            self._add_prose(Prose(str(value), ((0, line),)), [])
        self.units.append(Unit("top", 1, unit.line))

    # -- directives, cells, code ---------------------------------------------------------------------------------

    def _read_fence(self, token: Token, offset: int, inside: str) -> None:
        info = token.info.strip()
        if token.type != "code_block" and not _is_closed(token):
            self.problem(self._line, f"{token.markup}{info} is not closed (end it with a line {token.markup})")
        name = re.match(r"\{([^}\s]+)\}", info)
        if name is None:
            self._add_block("code block", (info, token.content), f"code block {_short(token.content)}")
        elif name[1] == "code-cell":
            self._read_cell(token, info, nested=bool(inside) or token.level > 0, inside=inside)
        else:
            if inside and re.fullmatch("(exercise|solution)-(start|end)", name[1]):
                self.problem(self._line, f"{{{name[1]}}} stands inside {{{inside}}} (close that block before it)")
            self._read_directive(token, name[1], info[name.end() :].strip(), offset)

    def _read_cell(self, token: Token, info: str, *, nested: bool, inside: str) -> None:
        if nested:
            where = f"inside {{{inside}}}" if inside else "inside a list"
            self.problem(self._line, f"this cell stands {where} and never runs (end the block before it)")
        line = self._line
        try:
            parts = _split(token.content, line, as_yaml=True)
            fault = parts.warnings[0].msg if parts.warnings else ""
        except yaml.YAMLError as error:
            parts, fault = None, _one_line(error)
        if parts is None or fault:
            self.problem(line, f"the options of this cell cannot be read: {fault} (put texts with a colon in quotes)")
            return
        shared, translated = _cell_options(parts.options)
        source = "\n".join(parts.body)
        first = next((text for text in parts.body if text.strip()), "")
        metadata = json.dumps(shared, sort_keys=True, default=str, ensure_ascii=False)
        self._add_block("cell", (info, source, metadata), f"cell `{_short(first)}`", line)
        last = self.units[-1]
        self.units.append(Unit(last.heading, last.number + 1, line))
        for key, text in translated:
            text_line = line + 1 + _line_with(token.content, rf"\b{key}\b[\"']?\s*:")
            if key == "caption":
                self._add_text(text, text_line)
            else:
                self._add_prose(Prose(text, ((0, text_line),)), [])

    def _read_directive(self, token: Token, name: str, argument: str, offset: int) -> None:
        line = self._line
        parts = _split(token.content, line)
        if parts.warnings:
            fault = parts.warnings[0].msg
            self.problem(
                line, f"the options of {{{name}}} cannot be read: {fault} (one `:key: value` a line, then an empty one)"
            )
        options = {key: str(value or "").strip() for key, value in parts.options.items()}
        shared = tuple(sorted((key, value) for key, value in options.items() if key not in PROSE_OPTIONS))
        present = tuple(sorted(key for key in options if key in PROSE_OPTIONS))
        body = "\n".join(parts.body)
        body_line = offset + token.map[0] + 1 + parts.body_offset if token.map else line
        if name == "math":
            self._add_formula(f"{argument}\n{body}", options.get("label") or options.get("name"))
            return
        title = "" if name in TARGET_ARGUMENT else argument
        if title and name in BODY_ON_FIRST_LINE:
            cure = f"write {{admonition}} {title}, with :class: {name}"
            self.problem(line, f"{{{name}}} takes no title, “{title}” becomes part of the text ({cure})")
        value: tuple = ("" if title else argument, shared, present)
        if name in RAW_BODY and name != "glossary":
            value += (body,)
        elif name == "list-table":
            value += (_list_table_size(self.markdown.parse(body)),)
        self._add_block(name, value, _directive_shown(name, argument, title, options), line, title)
        if title:
            self._add_text(title, line)
        for key in present:
            self._add_text(options[key], line + 1 + _line_with(token.content, rf"^\s*:?{key}\s*:"))
        if name == "glossary":
            for number, text in enumerate(parts.body, start=body_line + 1):
                self._add_text(text.strip(), number)
        elif name not in RAW_BODY:
            self.walk(self.markdown.parse(body), body_line, inside=name)
            self.end_labels()

    # -- prose ---------------------------------------------------------------------------------------------------

    def _add_text(self, text: str, line: int) -> None:
        """Add a title or a caption, which stands on one line and may hold formulas and references."""
        for token in self.markdown.parseInline(text):
            self._add_inline(token.children or [], line)

    def _add_inline(self, tokens: list[Token], line: int) -> None:
        sentence = _Sentence(line)
        sentence.read(tokens)
        self._add_prose(sentence.prose(), sentence.items)
        for token in tokens:
            if token.type == "image" and token.children:
                self._add_inline(token.children, line)

    def _add_prose(self, prose: Prose, items: list[Item]) -> None:
        unit = self.units[-1]
        if prose.text.strip(HOLE + " \n"):
            if not unit.prose:
                unit.line = prose.line()
            unit.prose.append(prose)
        unit.items += items
        unit.items += [Item("number", value, prose.line(offset)) for value, offset in numbers(prose.words)]


class _Sentence:
    """Put the inline tokens of a paragraph back together as the text that a reader sees."""

    def __init__(self, line: int):
        self.items: list[Item] = []
        self._line = line
        self._text: list[str] = []
        self._length = 0
        self._lines = [(0, line)]
        self._code: list[tuple[int, int]] = []
        self._bold: list[tuple[int, int]] = []
        self._breaks: list[int] = []

    def prose(self) -> Prose:
        bold = tuple(sorted(self._bold))
        return Prose("".join(self._text), tuple(self._lines), tuple(self._code), bold, tuple(self._breaks))

    def read(self, tokens: list[Token]) -> None:
        opened: list[int] = []
        address = ""
        for token in tokens:
            match token.type:
                case "text":
                    self._words(token.content, address)
                case "softbreak" | "hardbreak":
                    self._end_line(soft=token.type == "softbreak")
                case "code_inline":
                    self._items("code span", token.content)
                    self._add(token.content, code=True)
                case "math_inline" | "math_inline_double":
                    self._formula(token.content)
                case "strong_open" | "em_open":
                    opened.append(self._length)
                case "strong_close" | "em_close":
                    self._bold.append((opened.pop(), self._length))
                case "link_open":
                    address = self._link(token)
                case "link_close":
                    address = ""
                case "myst_role":
                    self._role(token.meta["name"], token.content)
                case "image":
                    self._items("picture", str(token.attrs.get("src", "")))
                    self._add(HOLE)
                case "footnote_ref":
                    self._items("footnote", str(token.meta.get("label", "")))

    def _items(self, kind: str, value: str) -> None:
        self.items.append(Item(kind, value, self._line))

    def _add(self, text: str, *, code: bool = False) -> None:
        if code:
            self._code.append((self._length, self._length + len(text)))
        self._text.append(text)
        self._length += len(text)

    def _words(self, text: str, address: str) -> None:
        """Add running text; an address in it is nobody's language, whether or not MyST makes a link of it."""
        start = 0
        for found in _ADDRESS.finditer(text):
            self._add(text[start : found.start()])
            self._add(found[0], code=True)
            start = found.end()
            if not address:
                self._items("link", found[0])
        self._add(text[start:])

    def _end_line(self, *, soft: bool) -> None:
        if soft:
            self._breaks.append(self._length)
        self._add("\n")
        self._line += 1
        self._lines.append((self._length, self._line))

    def _skip_lines(self, count: int) -> None:
        if count:
            self._line += count
            self._lines.append((self._length, self._line))

    def _formula(self, content: str) -> None:
        self._items("formula", " ".join(content.split()))
        self._add(HOLE)
        self._skip_lines(content.count("\n"))

    def _link(self, token: Token) -> str:
        address = str(token.attrs.get("href", ""))
        self._items("link", address)
        return address

    def _role(self, name: str, content: str) -> None:
        title, target = _title_and_target(content)
        if name == "math":
            self._formula(content)
            return
        if name in PROSE_ROLES:
            self._add(content)
            return
        if name.startswith("cite"):
            target = ",".join(sorted(key.strip() for key in target.split(",")))
        self._items("reference", f"{{{name}}}`{target}`")
        self._add(title or (target if name == "term" else HOLE))
        self._skip_lines(content.count("\n"))


def _is_closed(fence: Token) -> bool:
    """Tell whether a fence has its last line; without one it takes in the rest of the page or of the block around."""
    lines = fence.content.count("\n") + (fence.content[-1:] not in ("", "\n"))
    return fence.map is None or fence.map[1] - fence.map[0] == lines + 2


def _title_and_target(content: str) -> tuple[str, str]:
    """Split `title <target>` as Sphinx does.

    >>> _title_and_target("the step <sec-step>"), _title_and_target("sec-step")
    (('the step', 'sec-step'), ('', 'sec-step'))
    """
    found = re.match(r"(.+?)\s*<([^<>]*)>$", content, re.DOTALL)
    return (found[1], found[2].strip()) if found else ("", content.strip())


def _cell_options(options: dict[str, Any]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Tell the options that both languages share from the two texts that are translated.

    A translated text leaves a mark behind, so that a caption in one language only is seen.
    """
    shared = json.loads(json.dumps(options, default=str))
    translated = []
    for group, key in (("figure", "caption"), ("image", "alt")):
        place = _dig(shared, "mystnb", group)
        if isinstance(place, dict) and key in place:
            translated.append((key, str(place[key])))
            place[key] = "(in the language of the page)"
    return shared, translated


def _directive_shown(name: str, argument: str, title: str, options: dict[str, str]) -> str:
    named = options.get("label") or options.get("name") or ("" if title else argument)
    style = options.get("class", "")
    return " ".join(word for word in (name, named, f"(class {style})" if style else "") if word)


def _table_size(tokens: list[Token]) -> tuple[int, int]:
    """Rows (with the head) and columns of the table that begins with the first token."""
    rows = columns = 0
    for token in tokens:
        rows += token.type == "tr_open"
        columns += token.type == "th_open"
        if token.type == "table_close":
            break
    return rows, columns


def _list_table_size(tokens: list[Token]) -> tuple[int, ...]:
    """Columns of each row of a list-table."""
    sizes: list[int] = []
    depth = 0
    for token in tokens:
        if token.type in ("bullet_list_open", "bullet_list_close"):
            depth += token.nesting
        elif token.type == "list_item_open" and depth == 1:
            sizes.append(0)
        elif token.type == "list_item_open" and depth == 2:
            sizes[-1] += 1
    return tuple(sizes)


def _dig(tree: Any, *keys: str) -> Any:
    for key in keys:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _line_with(text: str, pattern: str) -> int:
    """Index of the first line that matches, 0 if none does."""
    return next((number for number, line in enumerate(text.splitlines()) if re.search(pattern, line)), 0)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _short(text: str, length: int = 50) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length].rstrip() + "…"


def _plain(value: tuple) -> str:
    return " × ".join(str(part) for part in value)


# -- numbers -----------------------------------------------------------------------------------------------------

_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = re.compile(rf"\b({'|'.join(_MONTHS)})\b(?=\s+\d)|(?<=\d )({'|'.join(_MONTHS)})\b")
_DIGITS = "".join(chr(0xFF10 + digit) for digit in range(10))
_ASCII_DIGITS = str.maketrans(_DIGITS, "0123456789")
_POWERS = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_POWERS |= {"百": 2, "千": 3, "萬": 4, "百萬": 6, "千萬": 7, "億": 8, "兆": 12}
# 千克, 百分點, 兆位元組 and their like are units, not magnitudes.
_NUMBER = re.compile(
    r"((?:(?<![\w.)）\]])[−-])?(?:\d{1,3}(?:[,\u2009\u202f]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?))"
    r"(?:[ -]?(hundred|thousand|million|billion|trillion)\b"
    r"| ?(百萬|千萬|百(?!分)|千(?![克米瓦赫卡])|萬|億|兆(?![位赫瓦])))?",
    re.ASCII,
)


def numbers(text: str) -> Iterator[tuple[str, int]]:
    """Numbers written with digits, and where each begins.

    Separators of thousands are dropped, 1.5 million and 150 萬 are the same number, and the month of an English date
    counts, because a Chinese date writes it with digits.

    Examples
    --------
    >>> [value for value, _ in numbers("On 3 May 2021, 1,234 of 1.5 million (0.50)")]
    ['3', '5', '2021', '1234', '1500000', '0.50']
    >>> [value for value, _ in numbers("from −0.5 to 28, 13-15")]
    ['-0.5', '28', '13', '15']
    >>> [value for value, _ in numbers("2021 年 5 月 3 日，150 萬人中的 1234 人（0.50）")]
    ['2021', '5', '3', '1500000', '1234', '0.50']
    """
    text = text.translate(_ASCII_DIGITS)
    found = [(match.start(), _number(match)) for match in _NUMBER.finditer(text)]
    found += [(match.start(), str(_MONTHS.index(match[0]) + 1)) for match in _MONTH.finditer(text)]
    return ((value, offset) for offset, value in sorted(found))


def _number(match: re.Match) -> str:
    digits = re.sub(r"[,\u2009\u202f]", "", match[1]).replace("−", "-")
    power = _POWERS.get(match[2] or match[3] or "", 0)
    if not power:
        return digits
    value = Decimal(digits).scaleb(power).normalize()
    return format(value, "f")
