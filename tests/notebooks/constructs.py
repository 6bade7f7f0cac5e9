"""A page that uses every construct of the book, in both languages, and what no notebook can hold."""

from pathlib import Path

PAGES = Path(__file__).parent / "everything"

HEAD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""

DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><circle cx="5" cy="5" r="4"/></svg>\n'

EXERCISES = 'from introdl.exercises import Exercise\n\n\ndef exercises():\n    return {"ex-all-1": Exercise(4)}\n'

GLOSSARY = "term,zh,avoid,unless,en_meaning,zh_meaning\nslope,斜率,,,How steep.,有多陡。\n"

# What no notebook can hold: the source, and words of what the build says of it.
UNKNOWN = {
    "sidebar": ("```{sidebar} Beside\nA text.\n```", "sidebar has no form in a notebook"),
    "card": (":::{card} A card\nA text.\n:::", "card has no form in a notebook"),
    "tags": ("<div>A text.</div>", "HTML has no form in a notebook"),
    "tags-in-text": ("A text with <b>tags</b>.", "HTML has no form in a notebook"),
    "key": ("Press {kbd}`Enter`.", "the role kbd has no form in a notebook"),
    "raised": ("A text{sup}`2`.", "superscript has no form in a notebook"),
    "menu": ("Choose {guilabel}`Run`.", "the role guilabel has no form in a notebook"),
    "environment": ("\\begin{align*}\na &= b\n\\end{align*}", "a formula outside math has no form in a notebook"),
    "comment": ("$$\na % b\n$$", "a comment in a formula has no form in a notebook"),
    "two-heads": ("```{list-table}\n:header-rows: 2\n\n* - a\n* - b\n* - c\n```", "more than one head row"),
    "quote-in-cell": ("```{list-table}\n\n* - > a\n```", "block quote inside a table's cell"),
    "relative-link": ("A [link](elsewhere/page.html).", "elsewhere/page.html"),
    "no-number": ("```{code-cell} ipython3\nfigures.people_scatter(datasets.load_tug())\n```", "mystnb: figure:"),
    "no-caption": (
        "```{code-cell} ipython3\n---\nmystnb:\n  figure: {name: fig-bad-no-caption}\n---\n"
        "figures.people_scatter(datasets.load_tug())\n```",
        "mystnb: figure:",
    ),
    "build-tool": ("```{code-cell} ipython3\n1 + 1\nfrom myst_nb import glue\n```", "imports myst_nb"),
    "builder-in-a-function": (
        "```{code-cell} ipython3\ndef f():\n    import bookbuild.site\n```",
        "imports bookbuild.site",
    ),
    "folded-magic": (
        "```{code-cell} ipython3\n---\ntags: [remove-cell]\n---\n%%capture\nprint(1)\n```",
        "begins with %% cannot be folded",
    ),
}


def everything(language: str) -> str:
    """Return the page that uses every construct."""
    return (PAGES / f"{language}.md").read_text(encoding="utf-8")


def bad_page() -> tuple[str, dict[str, int]]:
    """Return a page that holds each of `UNKNOWN`, and on which line each begins."""
    text = HEAD + "(sec-bad)=\n# Bad\n\n```{code-cell} ipython3\nfrom introdl import datasets, figures\n```\n"
    lines = {}
    for name, (source, _) in UNKNOWN.items():
        text += f"\nGood words\nin two lines.\n\n{source}\n"
        lines[name] = len(text.splitlines()) - len(source.splitlines()) + 1
    return text, lines
