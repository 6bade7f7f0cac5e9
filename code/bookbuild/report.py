"""What Sphinx says, told shortly: how far it is, and what stopped it, by file and line and with the cure."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

from bookbuild.kernel import LOST_AT_ITS_START
from bookbuild.languages import ROOT

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PROGRESS = re.compile(r"^(reading sources|writing output)\.\.\. \[ *(\d+)%\] (\S+)")
EXECUTING = re.compile(r"^.*?([\w-]+)\.md: (Executing|Executed|Using cached) notebook(?:.* in ([\d.]+) seconds)?")
ERROR = re.compile(r"^[A-Za-z_][\w.]*(?::(?= )|$)(?!\s+Traceback)")
WARNING = re.compile(r"^(?P<file>/.+?\.md)(?::(?P<line>\d+))?: (?:WARNING|ERROR|CRITICAL): (?P<text>.*)$")


def told(line: str) -> str:
    """Return what a reader of the build wants to hear of a line of Sphinx's, or nothing."""
    line = COLOUR.sub("", line).strip()
    if found := PROGRESS.match(line):
        return f"{found[1].split()[0]:8} {found[3]} ({found[2]} %)"
    if found := EXECUTING.match(line):
        words = {
            "Executing": "running the cells of",
            "Executed": "ran the cells of",
            "Using cached": "has the cells of",
        }
        return f"{words[found[2]]} {found[1]}" + (f" in {float(found[3]):.1f} s" if found[3] else "")
    return ""


CURES = (
    ("undefined label", "write a label that exists, or put (label)= before its heading"),
    ("unknown document", "write the name of a page of _toc.yml"),
    ("term not in glossary", "add the term to book/glossary.csv"),
    ("could not find bibtex key", "write a key of book/references.bib"),
    ("formula ", "correct the formula; KaTeX lists what it supports"),
    ("has no label", "every heading has its label, the same in both languages"),
    ("No key", "glue the name in a cell of the same page"),
    ("duplicate", "give one of the two another name"),
)


def explain(log: str, place: Path) -> str:
    """Return what stopped a build, by file and line, each with its cure."""
    lines = COLOUR.sub("", log).splitlines()
    found = []
    for number, line in enumerate(lines):
        if warning := WARNING.match(line):
            file = Path(warning["file"])
            name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
            where = f"{name}:{warning['line']}" if warning["line"] else f"{name}"
            if "Executing notebook failed" in warning["text"]:
                cell, error = _raised(lines[number:])
                shown = "\n".join(f"    {line}" for line in cell[:12])
                place_of_cell = f"{name}:{_line_of(cell, file)}"
                found.append(f"{place_of_cell}: a cell raised {error}\n{shown}\n  (correct the cell, or what it calls)")
            else:
                cure = next((cure for words, cure in CURES if words in warning["text"]), "")
                found.append(f"{where}: {warning['text']}" + (f" ({cure})" if cure else ""))
    lost = any(LOST_AT_ITS_START in line for line in lines)
    if lost:
        found = [
            f"book/{place.stem}: the kernel ended twice before it could run a cell (see the end of the log; "
            "if ipykernel is broken, delete .venv and build again)"
        ]
    if not found and any("DeadKernelError" in line for line in lines):
        read = [progress[3] for line in lines if (progress := PROGRESS.match(line))]
        page = f"book/{place.stem}/{read[-1]}.md" if read else f"book/{place.stem}"
        found = [
            f"{page}: the kernel died while it ran the cells (a cell ends Python, or wants more memory than there is)"
        ]
    if not found:
        found = ["the build stopped:", *(f"  {line}" for line in lines[-15:])]
    return "\n".join([*dict.fromkeys(found), f"The whole log is in {place}."])


def _raised(lines: list[str]) -> tuple[list[str], str]:
    """Return the source of the cell that raised and the error's own line, from what MyST-NB logged of it."""
    marks = [i for i, line in enumerate(lines) if line.startswith("------------------")][:2]
    cell = lines[marks[0] + 1 : marks[1]] if len(marks) == 2 else []
    logged = itertools.takewhile(lambda line: not line.startswith("Exception occurred"), lines[1:])
    # Behind the cell comes its traceback, whose last unindented "Name: message" is what was raised.
    after = list(logged)[marks[1] if len(marks) == 2 else 0 :]
    errors = [line for line in after if ERROR.match(line) and "CellExecutionError" not in line]
    return cell, errors[-1].removesuffix(":") if errors else "no answer in time (execute: timeout in _config.yml)"


def _line_of(cell: list[str], page: Path) -> int:
    """Return the line of a page on which a cell begins, 1 where it cannot be found."""
    source = page.read_text(encoding="utf-8").splitlines() if page.is_file() else []
    starts = (n for n in range(len(source)) if cell and source[n : n + len(cell)] == cell)
    return next(starts, 0) + 1
