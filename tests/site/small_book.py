"""A copy of the project around a book of a few short pages, to build, break and build again."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from bookbuild.languages import ROOT

HEAD = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""

PAGES = {
    "index": {
        "en": "(sec-index)=\n# Welcome\n\nRead {ref}`sec-cells`.\n",
        "zh-TW": "(sec-index)=\n# 歡迎\n\n請讀 {ref}`sec-cells`。\n",
    },
    "cells": {
        "en": HEAD + "(sec-cells)=\n# Cells\n\nThe sum is {glue:text}`total`.\n\n"
        "```{code-cell} ipython3\nfrom introdl.glue import glue\nfrom introdl.language import label\n\n"
        'glue("total", sum([1, 2, 3]))\n```\n\nAnd a word.\n\n'
        '```{code-cell} ipython3\nprint(label("exercises.a-number"))\n```\n',
        "zh-TW": HEAD + "(sec-cells)=\n# 程式格\n\n總和是 {glue:text}`total`。\n\n"
        "```{code-cell} ipython3\nfrom introdl.glue import glue\nfrom introdl.language import label\n\n"
        'glue("total", sum([1, 2, 3]))\n```\n\n再來一個詞。\n\n'
        '```{code-cell} ipython3\nprint(label("exercises.a-number"))\n```\n',
    },
    "more": {
        "en": HEAD + "(sec-more)=\n# More\n\nA cell.\n\n```{code-cell} ipython3\n2 + 2\n```\n",
        "zh-TW": HEAD + "(sec-more)=\n# 更多\n\n一個程式格。\n\n```{code-cell} ipython3\n2 + 2\n```\n",
    },
}


class SmallBook:
    """The copy, and what one does with it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        ignore = shutil.ignore_patterns("__pycache__", "_generated")
        for name in ("code", "data"):
            shutil.copytree(ROOT / name, root / name, ignore=ignore)
        (root / "code" / "introdl" / "data").symlink_to(root / "data")  # as an installed package has it
        for name in ("_config.yml", "requirements.txt", "constraints.txt", "pyproject.toml"):
            shutil.copy(ROOT / name, root / name)
        for language in ("en", "zh-TW"):
            (root / "book" / language).mkdir(parents=True)
        shutil.copy(ROOT / "book" / "references.bib", root / "book")
        (root / "book" / "glossary.csv").write_text("term,zh,avoid,unless,en_meaning,zh_meaning\n", encoding="utf-8")
        (root / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: cells\n- file: more\n")
        for page, texts in PAGES.items():
            for language, text in texts.items():
                self.page(language, page).write_text(text, encoding="utf-8")

    @property
    def site(self) -> Path:
        return self.root / "_build" / "site"

    def page(self, language: str, name: str) -> Path:
        return self.root / "book" / language / f"{name}.md"

    def add(self, name: str, **texts: str) -> None:
        """Add a page at the end of the contents, or write it anew: ``add("more", en=…, zh_TW=…)``."""
        for language, text in texts.items():
            self.page(language.replace("_", "-"), name).write_text(text, encoding="utf-8")
        contents = self.root / "_toc.yml"
        if f"- file: {name}\n" not in contents.read_text(encoding="utf-8"):
            with contents.open("a", encoding="utf-8") as file:
                file.write(f"- file: {name}\n")

    def change(self, name: str, old: str, new: str, languages: tuple[str, ...] = ("en", "zh-TW")) -> None:
        """Replace a text in a page, in both languages unless told otherwise."""
        for language in languages:
            text = self.page(language, name).read_text(encoding="utf-8")
            assert old in text
            self.page(language, name).write_text(text.replace(old, new), encoding="utf-8")

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "bookbuild", *words]

    @property
    def environment(self) -> dict[str, str]:
        ours = ("GITHUB_REPOSITORY", "GITHUB_SHA", "INTRODL_DATA")
        clean = {name: value for name, value in os.environ.items() if name not in ours}
        return clean | {"PYTHONPATH": str(self.root / "code")}

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess:
        """Run a command of bookbuild and return what it said, both streams together."""
        return subprocess.run(
            self.command(*words), cwd=self.root, env=self.environment | environment, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=180, check=False,
        )  # fmt: skip

    def build(self, **environment: str) -> subprocess.CompletedProcess:
        return self.run("book", **environment)

    def state(self) -> dict[str, bytes]:
        """Return every file of the site with its content."""
        return {str(p.relative_to(self.site)): p.read_bytes() for p in sorted(self.site.rglob("*")) if p.is_file()}
