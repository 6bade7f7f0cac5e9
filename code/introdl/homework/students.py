"""The list of students: numbers on the command line, or a file with one student a line, the name after the number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from introdl.homework.reading import LARGEST_FILE, decoded, plain, rows
from introdl.homework.sheets import Student
from introdl.language import label

_NUMBER = re.compile(r"(?=.*\d)[A-Za-z0-9][A-Za-z0-9_-]{0,23}")
_FILE = re.compile(r"[\\/]|\.(?:csv|txt|tsv|xlsx?|ods)$", re.IGNORECASE)
_HEADS = {
    "student",
    "students",
    "studentnumber",
    "studentid",
    "studentno",
    "number",
    "id",
    "no",
    "學號",
    "學生",
    "編號",
    "座號",
    "學生證號",
}
_NAMES = {"name", "studentname", "fullname", "姓名", "名字", "學生姓名"}


def students_from(given: Sequence[str]) -> tuple[list[Student], list[str]]:
    """Read a list of students.

    Parameters
    ----------
    given : sequence of str
        Either the path of one file, or student numbers, parted by spaces or commas.

    Returns
    -------
    students : list of Student
        Each number once, in the order of the list.
    problems : list of str
        What could not be taken, with its line, in the language in use.

    Raises
    ------
    ValueError
        If there is no such file, it cannot be read, or no number is left.

    Examples
    --------
    >>> students_from(["101", "102,101"])
    ([Student(number='101', name=''), Student(number='102', name='')],
     ['List of students, number 3 of the list: 101 stands in the list twice. Taken once; take the other out.'])
    """
    if len(given) == 1 and (Path(given[0]).is_file() or _FILE.search(given[0])):
        lines = _lines_of(Path(given[0]))
        where = "homework.in-line"
    else:
        cells = [cell for text in given for cell in re.split(r"[,，;；、\s]+", text) if cell]
        lines = [(place, cell, "") for place, cell in enumerate(cells, 1)]
        where = "homework.in-arguments"
    return _checked(lines, where)


def _checked(lines: Sequence[tuple[int, str, str]], where: str) -> tuple[list[Student], list[str]]:
    students: dict[str, Student] = {}
    problems = []
    for place, number, name in lines:
        student = Student(plain(number), " ".join(name.split()))
        at = {"place": label(where, line=place), "number": number}
        if not number:
            problems.append(label("homework.number-missing", name=name, **at))
        elif not _NUMBER.fullmatch(student.number):
            problems.append(label("homework.number-odd", **at))
        elif student.key in students:
            problems.append(label("homework.number-twice", **at))
        else:
            students[student.key] = student
    if not students:
        raise ValueError("\n".join([*problems, label("homework.no-students")]))
    return list(students.values()), problems


def _lines_of(path: Path) -> list[tuple[int, str, str]]:
    """Return line, number and name of each student of a file."""
    if not path.is_file():
        raise ValueError(label("homework.list-missing", path=path))
    if path.stat().st_size > LARGEST_FILE or (text := decoded(path.read_bytes())) is None:
        raise ValueError(label("homework.list-unreadable", path=path))
    found = [(place, cells if len(cells) > 1 else [*cells[0].split(maxsplit=1), ""]) for place, cells in rows(text)]
    number, name = 0, 1
    if found:
        heads = [re.sub(r"[\s_.-]", "", plain(cell).lower()) for cell in found[0][1]]
        if _HEADS & set(heads):
            number = next(place for place, head in enumerate(heads) if head in _HEADS)
            name = next((place for place, head in enumerate(heads) if head in _NAMES), len(heads))
            found = found[1:]
    return [(place, *(cells[at] if at < len(cells) else "" for at in (number, name))) for place, cells in found]
