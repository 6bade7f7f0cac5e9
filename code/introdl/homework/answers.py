"""The file that a student fills in: a table of two columns, field and answer, that every spreadsheet opens.

Above the fields stand the student's number and the code of the sheet, with a letter or a mark in each, so that
a spreadsheet leaves them as they are: of 00123 it would make 123.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from introdl.homework.reading import LARGEST_FILE, decoded, plain, rows
from introdl.homework.sheets import Paper, Student
from introdl.homework.speaking import speaking
from introdl.language import LANGUAGES, label

FOLDER = "answers"
READ = {".csv", ".txt", ".tsv"}
PASSED_OVER = {".html", ".htm", ".py", ".ini", ".db", ".zip"}  # what may lie about there and is nobody's answer

_NAME = re.compile(r"answers[-_ ]*(?=[\w-]*\d)([a-z0-9][a-z0-9_-]*)", re.IGNORECASE)


def file_name(student: Student) -> str:
    """Return the name of a student's file of answers."""
    return f"answers-{student.number}.csv"


def template(paper: Paper) -> str:
    """Return the file that a student fills in, in the language in use; to be saved as UTF-8 with its mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([label("homework.field"), label("homework.answer")])
    writer.writerow([label("homework.student"), f"#{paper.student.number}"])
    writer.writerow([label("homework.code"), paper.code])
    writer.writerows([name, ""] for name in paper.fields)
    return out.getvalue()


@dataclass
class HandedIn:
    """One file of answers, as it was read."""

    path: Path
    shown: str  # what messages call it
    student: Student | None = None
    code: str = ""
    answers: dict[str, list[str]] = field(default_factory=dict)  # one answer a field, unless it stands there twice
    unknown: list[str] = field(default_factory=list)
    problem: str = ""  # why it cannot be graded


def read(path: Path, shown: str, students: Mapping[str, Student], fields: Iterable[str]) -> HandedIn:
    """Read a file of answers.

    Parameters
    ----------
    path : Path
    shown : str
        What messages call it.
    students : mapping of str to Student
        By :attr:`Student.key`.
    fields : iterable of str
        The names of the fields that were asked.

    Returns
    -------
    HandedIn
        With a problem, in the language in use, where nothing can be graded.
    """
    found = HandedIn(path, shown)
    text = _text_of(found)
    if found.problem:
        return found
    names = {_bare(name): name for name in fields}
    words = {key: _in_every_language(key) for key in ("field", "student", "code")}
    claimed = ""
    for _, (head, *cells) in rows(text):
        bare, answer = _bare(head), ",".join(cells).strip(", ")
        if bare in words["field"]:
            continue
        if bare in words["student"]:
            claimed = plain(answer).lstrip("#' ")
        elif bare in words["code"]:
            found.code = plain(answer).upper()
        elif bare in names:
            found.answers.setdefault(names[bare], []).append(answer)
        elif bare or answer:
            found.unknown.append(plain(head) or answer)
    _whose(found, claimed, students)
    if not found.problem and not found.answers:
        found.problem = label("homework.no-field", file=shown)
    return found


def _text_of(found: HandedIn) -> str:
    path, shown = found.path, found.shown
    if path.suffix.lower() not in READ:
        found.problem = label("homework.not-csv", file=shown)
        return ""
    try:
        data = path.read_bytes() if path.stat().st_size <= LARGEST_FILE else None
    except OSError as error:
        found.problem = label("homework.cannot-open", file=shown, reason=error.strerror or error)
        return ""
    if data is None:
        found.problem = label("homework.too-large", file=shown)
    elif data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):  # a workbook, whatever its name says
        found.problem = label("homework.not-csv", file=shown)
    elif (text := decoded(data)) is None:
        found.problem = label("homework.unreadable", file=shown)
    elif not text.strip("\ufeff \t\r\n"):
        found.problem = label("homework.empty", file=shown)
    else:
        return text
    return ""


def _whose(found: HandedIn, claimed: str, students: Mapping[str, Student]) -> None:
    """Find the student by the line in the file, else by the file's name; both must not say different things."""
    shown = found.shown
    match = _NAME.search(plain(found.path.stem))
    by_name = _first_listed(match[1], students) if match else None
    by_line = _listed(claimed, students) if claimed else None
    if claimed and by_line is None:
        found.problem = label("homework.not-listed", file=shown, number=claimed)
    elif by_line and by_name and by_line != by_name:
        found.problem = label("homework.two-owners", file=shown, named=by_name.number, inside=by_line.number)
    elif by_line or by_name:
        found.student = by_line or by_name
    elif match:
        found.problem = label("homework.not-listed", file=shown, number=match[1])
    else:
        found.problem = label("homework.nobodys", file=shown)


def _listed(number: str, students: Mapping[str, Student]) -> Student | None:
    """Find a number in the list; zeros that a spreadsheet took from its front do not matter where one fits alone."""
    key = Student(number).key
    if key in students:
        return students[key]
    fitting = [student for other, student in students.items() if other.lstrip("0") == key.lstrip("0")]
    return fitting[0] if len(fitting) == 1 else None


def _first_listed(number: str, students: Mapping[str, Student]) -> Student | None:
    """Find the number a file's name begins with: a download may have put more behind it, as in 101_2."""
    while (student := _listed(number, students)) is None and re.search("[-_]", number):
        number = re.split("[-_](?=[^-_]*$)", number)[0]
    return student


def _bare(name: str) -> str:
    return re.sub(r"[\s_]+", "", plain(name).casefold())


def _in_every_language(key: str) -> set[str]:
    words = set()
    for language in LANGUAGES:
        with speaking(language):
            words.add(_bare(label(f"homework.{key}")))
    return words
