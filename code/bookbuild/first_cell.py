"""The first cell of a notebook: installs the very commit its page was built from, and sets the language.

The cell carries its own logic, for `introdl` is not there yet. It calls pip in a process of its own and not
through ``%pip``: that magic does not tell the code around it whether pip succeeded, and IPython 7 has it print
a request to restart that would be wrong here. pip takes two commits of the same version for the same thing, so
another commit that is already there is replaced by force. Everything introdl needs has a lower bound that Colab
meets, so pip adds what is missing and replaces nothing.
"""

from __future__ import annotations

import json
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from bookbuild.languages import Repository
from bookbuild.provenance import Provenance
from bookbuild.words import say, texts

HERE = Path(__file__).parent
ID = "install"  # of the cell, in every notebook


def source(place: Repository, commit: Provenance, language: str) -> str:
    """Return the cell's source; two languages' differ in their texts and the language's code alone."""
    environment = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=False)
    environment.filters["quoted"] = lambda text: json.dumps(text, ensure_ascii=False)
    address = place.address
    return environment.get_template("first-cell.py.jinja").render(
        title=say("first-title", language),
        words={name: text.format(address=address) for name, text in texts("first", language).items()},
        repository=address,
        commit=commit.sha if commit.is_known else "",
        language=language,
    )
