r"""Every symbol in the book's maths stands in the tables of the page *notation*, and what that page says holds.

A *base symbol* is a letter, or a Greek letter by its command, as it stands on the line: x in $x_i^n$, y in
$\hat{y}$, w in $\mathbf{w}$. Subscripts and superscripts say which one is meant and are no base symbols, so that
$w_{13}$ needs no row for 1 or 3 and $e^{-z}$ none for z; a letter that stands only there needs no row. Words in upright
type, names of functions, environments and every other command are no symbols either.
"""

import re
import unicodedata
from pathlib import Path

import pytest
from bookbuild.languages import LANGUAGES
from bookbuild.pages import load, page_names, read
from introdl import datasets

BOOK = Path(__file__).parents[2] / "book"

GREEK = set(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi "
    "psi omega varepsilon vartheta varpi varrho varsigma varphi varkappa "
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell".split()  # ell is a letter as well
)
UPRIGHT = set("text textbf textit textrm textsf texttt mathrm mathsf mathtt operatorname operatorname* mbox".split())
NOT_SHOWN = set("begin end label tag ref eqref hspace hspace* vspace color phantom".split())
TOKEN = re.compile(r"\\[A-Za-z]+\*?|\\\\(?:\[[^\]]*\])?|\\.|\s+|.", re.DOTALL)


def base_symbols(formula: str) -> set[str]:
    """Return the letters and Greek commands that stand on the line of a formula."""
    tokens = [token for token in TOKEN.findall(formula) if not token.isspace()]
    found, place = set(), 0
    while place < len(tokens):
        token = tokens[place]
        place += 1
        name = token[1:] if re.match(r"\\[A-Za-z]", token) else ""
        if token in "_^" or name in UPRIGHT | NOT_SHOWN:
            argument, place = _argument(tokens, place)
            if name == "begin" and argument == "array":
                _, place = _argument(tokens, place)
        elif name in GREEK:
            found.add(token)
        elif not name:
            found |= {letter for letter in unicodedata.normalize("NFD", token)[:1] if letter.isalpha()}
    return found


def _argument(tokens: list[str], place: int) -> tuple[str, int]:
    """Return what belongs to the command before ``place``, and where it ends."""
    if place >= len(tokens):
        return "", place
    if tokens[place] != "{":
        name = tokens[place][1:]
        return tokens[place], _argument(tokens, place + 1)[1] if name in UPRIGHT | {"mathbf", "hat"} else place + 1
    depth, start = 0, place
    while place < len(tokens):
        depth += {"{": 1, "}": -1}.get(tokens[place], 0)
        place += 1
        if depth == 0:
            break
    return "".join(tokens[start + 1 : place - 1]), place


def formulas(page):
    """Return every formula of a page, inline and displayed, with its line; code holds none."""
    found = [(item.value, item.line) for unit in page.units for item in unit.items if item.kind == "formula"]
    found += [(block.value[0], block.line) for block in page.blocks if block.kind == "formula"]
    return sorted(found, key=lambda one: one[1])


def listed(source: str) -> list[str]:
    """Return the base symbols in the first columns of the tables under the label of the symbols, in their order."""
    section = source.split("(sec-notation-symbols)=", 1)[1]
    section = re.split(r"^\((?!sec-notation-symbols)[\w-]+\)=$", section, maxsplit=1, flags=re.MULTILINE)[0]
    first = [line.split("|")[1] for line in section.splitlines() if line.startswith("| $")]
    return [
        symbol for cell in first for formula in re.findall(r"\$([^$]+)\$", cell) for symbol in base_symbols(formula)
    ]


def unlisted(page, known) -> list[str]:
    """Say which symbols of a page are not known, and in which formula they stand."""
    return [
        f"{page.file}:{line}: {symbol} in ${' '.join(formula.split())}$"
        for formula, line in formulas(page)
        for symbol in sorted(base_symbols(formula) - set(known))
    ]


def symbols_of_the_book():
    return {code: listed((BOOK / code / "notation.md").read_text(encoding="utf-8")) for code in LANGUAGES}


PAGES = [(code, name) for code in LANGUAGES for name in page_names(BOOK, code)]


@pytest.mark.parametrize(("code", "name"), PAGES, ids=map("/".join, PAGES))
def test_every_symbol_of_every_page_stands_in_the_table(code, name):
    assert unlisted(load(BOOK, name, code), symbols_of_the_book()[code]) == []


def test_both_languages_list_the_same_symbols_in_the_same_order():
    english, chinese = symbols_of_the_book().values()
    assert english == chinese
    assert {"x", "y", "w", "b", "L", r"\theta", r"\eta"} <= set(english)


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        (r"\hat{y}^n = f(x^n)", "y f x"),
        (r"w_{13}", "w"),
        (r"e^{-z}", "e"),
        (r"x_\mathrm{new} + Q", "x Q"),
        (r"\frac{\partial L}{\partial w_i}", "L w"),
        (r"\sum_{n=1}^{N} \text{loss of } \log p", "p"),
        (r"XW^\mathsf{T} + b", "X W b"),
        (r"\operatorname{arg\,min}_{w} \mathcal{L}(w)", "L w"),
        (r"\mathbf{\theta} + \boldsymbol{\alpha}", r"\theta \alpha"),
        (r"\begin{bmatrix} 1 & a \\[2pt] 2 & 3 \end{bmatrix}", "a"),
        (r"\begin{array}{cc} 1 & 2 \end{array}", ""),
        (r"\sqrt[3]{k} \cdot \bigl( 1 \bigr) \quad \dots", "k"),
        (r"5 \times 3 \le 15 \%, \mathrm{cm}^2", ""),
        (r"\sigma(z) = 1 / (1 + \exp(-z))", r"\sigma z"),
        ("ŷ = θ x", "y θ x"),
        (r"\text{猜測} = \text{斜率 $q$} \times 2", ""),
        (r"損失", "損 失"),
    ],
)
def test_the_base_symbols_of_made_up_formulas(formula, wanted):
    assert base_symbols(formula) == set(wanted.split())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A letter that nobody listed: $Q = 2$.", ["made-up.md:3: Q in $Q = 2$"]),
        ("$$\nQ = x\n$$", ["made-up.md:3: Q in $Q = x$"]),
        ("```{math}\n:label: eq-made-up\n\\omega + x\n```", [r"made-up.md:3: \omega in $\omega + x$"]),
        ("| $Q$ | x |\n| --- | --- |\n| $x$ | $G$ |", ["made-up.md:3: Q in $Q$", "made-up.md:5: G in $G$"]),
        (":::{admonition} The gap $Q$\n:class: dropdown\nHere is $G$.\n:::", 2),
        ("Code is no maths: `$Q$`.\n\n```python\ncost = '$Q$'\n```", []),
        (r"Nor is this: $\frac{x}{\sum x} \text{Quality}_G$.", []),
    ],
)
def test_an_unlisted_symbol_is_found_wherever_it_stands_and_nothing_else(tmp_path, text, found):
    path = tmp_path / "made-up.md"
    path.write_text(f"# Title\n\n{text}\n", encoding="utf-8")
    problems = unlisted(read(path, "made-up", "en", "made-up.md"), ["x"])
    assert len(problems) == found if isinstance(found, int) else problems == found


def test_a_table_further_down_does_not_count():
    source = "(sec-notation-symbols)=\n## A\n| Symbol |\n| --- |\n| $x$, $\\hat{y}$ |\n\n(sec-other)=\n## B\n| $q$ |\n"
    assert listed(source) == ["x", "y"]
    within = source.replace("(sec-other)=", "(sec-notation-symbols-more)=")
    assert listed(within) == ["x", "y", "q"]


# -- what else the page says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_section_on_the_table_names_every_kind_of_trap_and_its_people(code):
    text = (BOOK / code / "notation.md").read_text(encoding="utf-8")
    assert "(sec-notation-table)=" in text
    labels = ("missing", "stamps", "repeated", "leak", "contradiction", "frequency", "outcomes", "age", "checklist")
    assert [label for label in labels if f"(sec-notation-{label})=" not in text] == []


def test_every_whole_second_between_the_marks_is_a_whole_number_of_samples():
    people = datasets.load_tug()
    assert ((people["n6"] - people["n1"]) % 45 == 0).all()
    others = [((people[f"n{i}"] - people["n1"]) % 45 == 0).sum() for i in range(2, 6)]
    assert max(others) <= 2  # marks that a person's walk set do not fall on whole seconds
