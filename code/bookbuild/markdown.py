"""A page's content as the plain Markdown that Colab and Jupyter show: a closed list of constructs, and no other.

What goes in is the doctree from which the page itself is written, so numbers, titles and targets are the page's.
Each construct is one method named after its docutils node; a node without a method is an `UnknownConstruct`.
Colab shows no MyST, little HTML, and formulas between dollar signs: admonitions become block quotes, folds become
``<details>`` with blank lines inside (readable where it is not folded), tabs become bold lines, and every link is
absolute.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urljoin, urlsplit

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import admonitionlabels

SILENT = (nodes.comment, nodes.target, nodes.meta, addnodes.index)  # nothing of these is seen on the page either
PLAIN_SPANS = {"doc", "std", "std-doc", "std-ref", "std-numref", "std-term", "xref", "any", "myst", "pasted-text"}
PLAIN_SPANS |= {"bibtex-citation", "download"}


class UnknownConstruct(ValueError):  # noqa: N818 (it names what was met)
    """A page uses something that has no form in a notebook."""

    def __init__(self, message: str, node: nodes.Node) -> None:
        super().__init__(message)
        self.node = node


@dataclass
class Place:
    """Where a page stands: what turns its targets into addresses and its things into numbers."""

    address: str  # of the published page
    image: Callable[[str], str]  # the published address of a picture, by its place among the sources
    download: Callable[[str], str]  # the same for a file
    number: Callable[[str, str], str]  # "figure" and an id -> "Fig. 3"; "" where there is none
    equation: Callable[[str], str]  # an id -> "3"
    numbered: Callable[[str, str], str]  # a number and its caption -> one line
    cited: dict[str, None] = field(default_factory=dict)  # the addresses of the pages of sources that are cited


def unknown(node: nodes.Node, what: str = "", cure: str = "") -> UnknownConstruct:
    """Say of a node that notebooks have no form for it, and what to do."""
    name = {"raw": "HTML"}.get(type(node).__name__, type(node).__name__.replace("_", " "))
    cure = cure or "say it with a construct that CONTRIBUTING.md lists"
    return UnknownConstruct(f"{what or name} has no form in a notebook ({cure})", node)


@dataclass
class _Marked:
    """A run of emphasised text, its marks not chosen yet."""

    mark: str
    tag: str
    text: str


class Markdown:
    """Writes nodes of one page as Markdown."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self._in_table = False
        self._nested = False

    # -- blocks ---------------------------------------------------------------------------------------------------

    def blocks(self, children: Iterable[nodes.Node]) -> str:
        """Return blocks with a blank line between each two."""
        return "\n\n".join(text for child in children if (text := self.block(child)))

    def block(self, node: nodes.Node) -> str:
        """Return one block, empty for a node that shows nothing.

        Raises
        ------
        UnknownConstruct
            If it, or something in it, is not on the list.
        """
        if isinstance(node, SILENT) or "toctree-wrapper" in getattr(node, "attributes", {}).get("classes", ()):
            return ""
        write = getattr(self, f"_block_{type(node).__name__}", None)
        if write is None:
            raise unknown(node)
        return write(node)

    def _inside(self, children: Iterable[nodes.Node]) -> str:
        """Return blocks that will be indented or quoted, where a formula must stand on one line."""
        before, self._nested = self._nested, True
        try:
            return self.blocks(children)
        finally:
            self._nested = before

    def _block_paragraph(self, node: nodes.paragraph) -> str:
        return _not_a_mark(self.inline(node.children).strip())

    def _block_bullet_list(self, node: nodes.bullet_list) -> str:
        return self._list(node, ["- "] * len(node.children))

    def _block_enumerated_list(self, node: nodes.enumerated_list) -> str:
        if node.get("enumtype", "arabic") != "arabic":
            raise unknown(node, "a list numbered with letters", "number it 1, 2, 3")
        start = node.get("start", 1)
        return self._list(node, [f"{start + place}. " for place in range(len(node.children))])

    def _list(self, node: nodes.Element, marks: Sequence[str]) -> str:
        items = [self._inside(item.children) for item in node.children]
        gap = "\n\n" if any(_is_long(item) for item in node.children) else "\n"
        return gap.join(mark + _indented(item, len(mark)) for mark, item in zip(marks, items, strict=True))

    def _block_definition_list(self, node: nodes.definition_list) -> str:
        lines = []
        for item in node.children:
            terms = [self._strong(child) for child in item.children if isinstance(child, nodes.term)]
            meanings = [child for child in item.children if isinstance(child, nodes.definition)]
            if len(terms) + len(meanings) != len(item.children):
                raise unknown(item, "a definition of more parts than a term and its meaning")
            body = "\n\n".join([", ".join(terms), *(self._inside(meaning.children) for meaning in meanings)])
            lines.append("- " + _indented(body, 2))
        return "\n\n".join(lines)

    def _block_block_quote(self, node: nodes.block_quote) -> str:
        return _quoted(self._inside(node.children))

    def _block_admonition(self, node: nodes.Element) -> str:
        title, body = node.children[0], node.children[1:]
        if not isinstance(title, nodes.title):
            title, body = nodes.title("", str(admonitionlabels[type(node).__name__])), node.children
        if "dropdown" in node.get("classes", ()):
            return fold(self.title_as_html(title), self._inside(body))
        return _quoted("\n\n".join(filter(None, [self._strong(title), self._inside(body)])))

    _block_note = _block_warning = _block_tip = _block_hint = _block_important = _block_admonition
    _block_caution = _block_danger = _block_attention = _block_error = _block_seealso = _block_admonition

    def _block_figure(self, node: nodes.figure) -> str:
        pictures = [child for child in node.children if not isinstance(child, (nodes.caption, nodes.legend))]
        caption = self.caption(node)
        legends = [self.blocks(child.children) for child in node.children if isinstance(child, nodes.legend)]
        return "\n\n".join(filter(None, [*(self.inline([picture]) for picture in pictures), caption, *legends]))

    def caption(self, node: nodes.figure) -> str:
        """Return the caption of a figure with the number that the page gives it, empty where it has none."""
        captions = [child for child in node.children if isinstance(child, nodes.caption)]
        if not captions:
            return ""
        return self._numbered(node, "figure", self.inline(captions[0].children))

    def _numbered(self, node: nodes.Element, kind: str, text: str) -> str:
        number = next((n for identifier in node["ids"] if (n := self.place.number(kind, identifier))), "")
        return self.place.numbered(number, text) if number else text

    def _block_image(self, node: nodes.image) -> str:
        return self.inline([node])

    def _block_math_block(self, node: nodes.math_block) -> str:
        formula = displayed(node)
        number = next((n for identifier in node["ids"] if (n := self.place.equation(identifier))), "")
        if number:
            formula += rf" \tag{{{number}}}"
        if self._nested or "\n" not in formula:  # a quote's or a list's own marks would stand in the formula
            return f"$${' '.join(formula.split())}$$"
        return f"$$\n{formula}\n$$"

    def _block_literal_block(self, node: nodes.literal_block) -> str:
        language = _LANGUAGES.get(node.get("language", ""), node.get("language", ""))
        text = node.astext().strip("\n")
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
        return f"{fence}{language}\n{text}\n{fence}"

    def _block_container(self, node: nodes.container) -> str:
        if "literal-block-wrapper" in node["classes"]:
            caption, code = node.children
            return f"{self._numbered(node, 'code-block', self.inline(caption.children))}\n\n{self.block(code)}"
        component = node.get("design_component")
        if component == "tab-set":
            return self.blocks(child for child in node.children if type(child).__name__ != "sd_tab_input")
        if component == "tab-content":
            return self.blocks(node.children)
        what = component or node.get("nb_element") or " ".join(node["classes"]) or "container"
        raise unknown(node, what)

    def _block_sd_tab_label(self, node: nodes.Element) -> str:
        return self._strong(node)

    def _block_transition(self, node: nodes.transition) -> str:
        return "---"

    def _block_footnote(self, node: nodes.footnote) -> str:
        label, *body = node.children
        return f"**[{label.astext()}]** {self.blocks(body)}"

    # -- tables ---------------------------------------------------------------------------------------------------

    def _block_table(self, node: nodes.table) -> str:
        titles = [child for child in node.children if isinstance(child, nodes.title)]
        (group,) = (child for child in node.children if isinstance(child, nodes.tgroup))
        head = [row for part in group.findall(nodes.thead) for row in part.children]
        body = [row for part in group.findall(nodes.tbody) for row in part.children]
        width = group["cols"]
        if len(head) > 1:
            raise unknown(head[1], "a table with more than one head row", "leave one")
        rows = [self._row(row, width) for row in (head or [None]) + body]
        rules = [_rule(entry) for entry in body[0].children] if body else ["---"] * width
        lines = [f"| {' | '.join(row)} |" for row in [rows[0], rules, *rows[1:]]]
        caption = [self._numbered(node, "table", self.inline(titles[0].children))] if titles else []
        return "\n\n".join([*caption, "\n".join(lines)])

    def _row(self, row: nodes.row | None, width: int) -> list[str]:
        if row is None:
            return [" "] * width
        for entry in row.children:
            if entry.get("morecols") or entry.get("morerows"):
                raise unknown(entry, "a table's cell that spans others", "repeat what it says")
        return [self._entry(entry) for entry in row.children]

    def _entry(self, entry: nodes.entry) -> str:
        self._in_table = True
        try:
            return "<br>".join(self._line(child) for child in entry.children if not isinstance(child, SILENT)) or " "
        finally:
            self._in_table = False

    def _line(self, node: nodes.Node) -> str:
        """Return a block as part of a table's cell, which holds one line."""
        if isinstance(node, nodes.paragraph):
            return self.inline(node.children)
        if isinstance(node, nodes.bullet_list):
            return "<br>".join("• " + " ".join(map(self._line, item.children)) for item in node.children)
        raise unknown(node, f"{type(node).__name__.replace('_', ' ')} inside a table's cell")

    # -- text -----------------------------------------------------------------------------------------------------

    def inline(self, children: Iterable[nodes.Node]) -> str:
        """Return a run of text on one line, its formulas, links and marks written so that they are read as such."""
        return _joined(self._spans(children))

    def title_as_html(self, node: nodes.Element) -> str:
        """Return a title for ``<summary>``, where Markdown is not read: words, code and formulas."""
        parts = []
        for child in node.findall(lambda n: isinstance(n, (nodes.Text, nodes.math, nodes.literal))):
            if isinstance(child, nodes.literal):
                parts.append(f"<code>{html.escape(child.astext(), quote=False)}</code>")
            elif isinstance(child, nodes.math):
                parts.append(f"${_formula(child.astext())}$")
            elif not isinstance(child.parent, (nodes.math, nodes.literal)):
                parts.append(html.escape(child.astext(), quote=False))
        return " ".join("".join(parts).split())

    def _strong(self, node: nodes.Element) -> str:
        if next(node.findall(nodes.strong), None) is not None:
            return self.inline(node.children)
        return self.inline([nodes.strong("", "", *(child.deepcopy() for child in node.children))])

    def _spans(self, children: Iterable[nodes.Node]) -> list[str | _Marked]:
        spans: list[str | _Marked] = []
        for child in children:
            if isinstance(child, SILENT):
                continue
            write = getattr(self, f"_span_{type(child).__name__}", None)
            if write is None:
                raise unknown(child)
            span = write(child)
            spans += span if isinstance(span, list) else [span]
        return spans

    def _span_Text(self, node: nodes.Text) -> str:  # noqa: N802
        return escaped(node.astext(), in_table=self._in_table)

    def _span_emphasis(self, node: nodes.emphasis) -> _Marked:
        return _Marked("*", "em", self.inline(node.children))

    def _span_strong(self, node: nodes.strong) -> _Marked:
        return _Marked("**", "strong", self.inline(node.children))

    def _span_literal(self, node: nodes.literal) -> str:
        if not set(node["classes"]) <= PLAIN_SPANS | {"docutils"}:
            raise unknown(node, f"the role {'/'.join(node['classes'])}")
        text = " ".join(node.astext().split("\n"))
        ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
        pad = " " if text.startswith("`") or text.endswith("`") else ""
        return f"{ticks}{pad}{text}{pad}{ticks}".replace("|", r"\|" if self._in_table else "|")

    def _span_math(self, node: nodes.math) -> str:
        formula = _formula(node.astext())
        if self._in_table:  # a bar would end the cell
            formula = formula.replace(r"\|", r"\Vert ").replace("|", r"\vert ")
        return f"${formula}$"

    def _span_inline(self, node: nodes.inline) -> list[str | _Marked]:
        if not set(node["classes"]) <= PLAIN_SPANS:
            raise unknown(node, f"the role {'/'.join(node['classes'])}")
        if "bibtex-citation" in node["classes"]:
            for link in node.findall(nodes.reference):
                self.place.cited[self._address(link).partition("#")[0]] = None
        return self._spans(node.children)

    def _span_reference(self, node: nodes.reference) -> str:
        text = self.inline(node.children)
        if next(node.findall(nodes.image), None) is not None:
            return text
        return f"[{_balanced(text)}]({self._address(node)})"

    _span_number_reference = _span_reference

    def _address(self, node: nodes.Element) -> str:
        address = f"#{node['refid']}" if "refid" in node else node.get("refuri", "")
        if not is_absolute(address) and not node.get("internal"):
            raise unknown(
                node,
                f"the relative link to {address or 'nowhere'}",
                "refer to it with a role, or give its whole address",
            )
        return _in_brackets(urljoin(self.place.address, address))

    def _span_download_reference(self, node: nodes.Element) -> str:
        address = node["refuri"] if "refuri" in node else self.place.download(node["filename"])
        return f"[{_balanced(self.inline(node.children))}]({_in_brackets(address)})"

    def _span_footnote_reference(self, node: nodes.footnote_reference) -> str:
        return f"[[{node.astext()}]]({_in_brackets(urljoin(self.place.address, '#' + node['refid']))})"

    def _span_image(self, node: nodes.image) -> str:
        address = node["uri"] if is_absolute(node["uri"]) else self.place.image(node["uri"])
        return f"![{_balanced(escaped(node.get('alt', ''), in_table=self._in_table))}]({_in_brackets(address)})"


_LANGUAGES = {"ipython3": "python", "default": "", "none": "", "myst-ansi": ""}

# -- formulas ---------------------------------------------------------------------------------------------------------


def displayed(node: nodes.math_block) -> str:
    """Return a displayed formula as it stands between two dollar signs: no environment that is only allowed outside.

    Raises
    ------
    UnknownConstruct
        If the formula is such an environment, or holds a comment.
    """
    body = node.astext().strip()
    if node.get("nowrap", node.get("no-wrap")):
        raise unknown(node, "a formula outside math", "write it in {math} or $$, with aligned lines")
    if re.search(r"(?<!\\)%", body):
        raise unknown(node, "a comment in a formula", "take it out")
    if r"\\" in body and r"\begin" not in body:  # as on the page: lines of their own are one aligned block
        body = f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
    return _no_tags(re.sub(r"\s*\n\s*", "\n", body))


def _formula(text: str) -> str:
    return _no_tags(" ".join(text.split()))


def _no_tags(formula: str) -> str:
    """Write < and > by name: a browser takes ``a<b`` for the beginning of a tag."""
    return re.sub(r" *> *", r" \\gt ", re.sub(r" *< *", r" \\lt ", formula))


# -- marks ------------------------------------------------------------------------------------------------------------


def escaped(text: str, *, in_table: bool = False) -> str:
    r"""Return text in which no character is read as a mark of Markdown, on one line.

    Examples
    --------
    >>> print(escaped("5 * 3 costs $2, snake_case and _x_"))
    5 \* 3 costs \$2, snake_case and \_x\_
    """
    text = re.sub(r"\s*\n\s*", " ", text)
    text = re.sub(r"&(?=#?\w+;)", "&amp;", text)
    text = text.replace("\\", "&#92;")  # Jupyter reads \( as the beginning of a formula
    text = re.sub(r"([`*$~])", r"\\\1", text)
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    text = re.sub(r"<(?=[A-Za-z/!?])", "&lt;", text)
    text = text.replace("](", "]&#40;").replace("[^", "&#91;^")
    return text.replace("|", r"\|") if in_table else text


def _balanced(text: str) -> str:
    """Return the text of a link, with brackets that have no partner written as characters."""
    if text.count("[") == text.count("]"):
        return text
    return text.replace("[", "&#91;").replace("]", "&#93;")


def _in_brackets(address: str) -> str:
    return quote(address, safe="/:#?&=%@+,;~!'-._")


def is_absolute(address: str) -> bool:
    """Tell whether an address says where it is by itself."""
    return urlsplit(address).scheme in {"http", "https", "mailto"}


_MARK = re.compile(r"^(?:#{1,6}(?:\s|$)|>|[-+](?:\s|$)|(?:=|-|~){3,})")


def _not_a_mark(line: str) -> str:
    """Return a paragraph whose first characters are read as text: no heading, quote, item of a list or address."""
    if _MARK.match(line):
        return "\\" + line
    line = re.sub(r"^(\[(?:[^\[\]\\]|\\.)+\]):", r"\1&#58;", line)  # it would name an address
    return re.sub(r"^(\d+)([.)])(?=\s|$)", r"\1\\\2", line)


def _joined(spans: list[str | _Marked]) -> str:
    out = ""
    for place, span in enumerate(spans):
        if isinstance(span, _Marked):
            after = spans[place + 1] if place + 1 < len(spans) else ""
            after = after.mark if isinstance(after, _Marked) else after
            out += _marked(span, out[-1:], after[:1])
            continue
        if out.endswith("!") and span.startswith("["):  # it would be a picture
            out = out[:-1] + r"\!"
        if out.endswith(")") and span.startswith("$") and re.search(r"\]\([^()\s]*\)$", out):
            out += " "  # Colab does not set a formula right after a link
        out += span
    return out


def _marked(span: _Marked, before: str, after: str) -> str:
    """Return emphasised text; where its neighbours would make Markdown print the asterisks, use HTML's tags."""
    inner = span.text.strip()
    if not inner:
        return span.text
    opens = not _is_mark(inner[0]) or not before or before.isspace() or _is_mark(before)
    closes = not _is_mark(inner[-1]) or not after or after.isspace() or _is_mark(after)
    touching = "*" in (before, after)
    if opens and closes and not touching:
        return f"{span.mark}{inner}{span.mark}"
    return f"<{span.tag}>{inner}</{span.tag}>"


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _indented(text: str, by: int) -> str:
    return re.sub(r"\n(?=[^\n])", "\n" + " " * by, text)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def fold(title: str, body: str) -> str:
    """Return a body under a title that opens it; where a viewer cannot fold, both are simply read."""
    return f"<details>\n<summary><b>{title}</b></summary>\n\n{body}\n\n</details>"


def _is_long(item: nodes.Element) -> bool:
    """Tell whether an item of a list is more than one paragraph."""
    return [type(child).__name__ for child in item.children] != ["paragraph"]


def _rule(entry: nodes.entry) -> str:
    classes = entry.get("classes", ())
    return next((rule for name, rule in _RULES.items() if name in classes), "---")


_RULES = {"text-left": ":---", "text-center": ":---:", "text-right": "---:"}
