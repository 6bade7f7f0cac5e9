"""Grade a folder of answers: each field right, carried forward or a kind of mistake; each student; the class."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from introdl.homework import answers
from introdl.homework.answers import HandedIn
from introdl.homework.files import write_new
from introdl.homework.reading import is_date, number
from introdl.homework.sheets import SHEETS, Paper, Student, paper
from introdl.homework.task import (
    CARRIED,
    DATE,
    NOT_A_NUMBER,
    RIGHT,
    TWO_ANSWERS,
    UNANSWERED,
    kind_of,
    near,
)
from introdl.language import label

NO_MISTAKE = {RIGHT, CARRIED, UNANSWERED}
FEWEST = 5  # answers that must fit another student's sheet before it is said that they do
SHARE = 0.75  # of all answers
LONGEST_SHOWN = 20  # characters of an answer that is no number


@dataclass(frozen=True)
class Judged:
    """One answer and what it is."""

    kind: str
    answer: str = ""

    def __str__(self) -> str:
        shown = self.answer if len(self.answer) <= LONGEST_SHOWN else f"{self.answer[:LONGEST_SHOWN]}…"
        return label(f"homework.{self.kind}") + (f" ({shown})" if self.kind in (NOT_A_NUMBER, DATE) else "")


@dataclass(frozen=True)
class Marked:
    """One student's fields, and what there is to say about the file."""

    student: Student
    file: str = ""
    fields: Mapping[str, Judged] = field(default_factory=dict)
    remark: str = ""

    def count(self, *kinds: str) -> int:
        """Return how many fields are of these kinds."""
        return sum(judged.kind in kinds for judged in self.fields.values())


@dataclass(frozen=True)
class Report:
    """What was found: every student of the list, and what the teacher has to look after."""

    marked: Sequence[Marked]
    problems: Sequence[str]
    files: Sequence[Path]

    @property
    def mistakes(self) -> list[tuple[str, int, int, str]]:
        """Kind, times, students and fields of every mistake in the class, the commonest first."""
        times, students, places = Counter(), Counter(), {}
        for marked in self.marked:
            for name, judged in marked.fields.items():
                if judged.kind not in NO_MISTAKE:
                    times[judged.kind] += 1
                    places.setdefault(judged.kind, Counter())[name] += 1
            students.update({judged.kind for judged in marked.fields.values()})
        order = sorted(times, key=lambda kind: (-students[kind], -times[kind], kind))
        return [(kind, times[kind], students[kind], _listed(places[kind])) for kind in order]

    @property
    def said(self) -> str:
        """The summary of the class, as a text in the language in use."""
        graded = [marked for marked in self.marked if marked.fields]
        lines = [label("homework.summary", graded=len(graded), students=len(self.marked))]
        counts = {kind: sum(marked.count(kind) for marked in graded) for kind in (RIGHT, CARRIED, UNANSWERED)}
        asked = sum(len(marked.fields) for marked in graded)
        lines += [
            label(
                "homework.summary-counts",
                asked=asked,
                right=counts[RIGHT],
                carried=counts[CARRIED],
                unanswered=counts[UNANSWERED],
            )
        ]
        lines += [
            label("homework.summary-line", mistake=label(f"homework.{kind}"), times=times, people=people, fields=places)
            for kind, times, people, places in self.mistakes
        ]
        return "\n".join(lines)


def judge(asked: Paper, given: Mapping[str, Sequence[str]]) -> dict[str, Judged]:
    """Judge the answers of one student.

    A field is judged by the student's own numbers before it as well, so that one mistake counts once and what
    follows from it is carried forward.

    Parameters
    ----------
    asked : Paper
    given : mapping of str to sequence of str
        What stands in each field, as text; several texts where the field stands there several times.

    Returns
    -------
    dict of str to Judged
        Every field of the paper.

    Examples
    --------
    >>> from introdl.homework.sheets import Student, paper
    >>> asked = paper(Student("101"), ["forward-pass"])
    >>> judged = judge(asked, {"n3": [str(asked.solution["n3"])], "n4": ["four"]})
    >>> [judged[name].kind for name in ("n3", "n4", "n5")]
    ['right', 'not-a-number', 'unanswered']
    """
    judged: dict[str, Judged] = {}
    own: dict[str, Fraction] = {}
    for name, asked_field in asked.fields.items():
        texts = {text for text in given.get(name, ()) if text.strip()}
        value = number(next(iter(texts))) if len(texts) == 1 else None
        own[name] = asked.solution[name] if value is None else value
        if value is not None:
            before = {key: value for key, value in own.items() if key != name}
            judged[name] = Judged(kind_of(asked_field, value, before, asked.solution))
        elif not texts:
            judged[name] = Judged(UNANSWERED)
        elif len(texts) > 1:
            judged[name] = Judged(TWO_ANSWERS)
        else:
            (text,) = texts
            judged[name] = Judged(DATE if is_date(text) else NOT_A_NUMBER, text)
    return judged


def grade(
    folder: Path,
    students: Sequence[Student],
    out: Path,
    sheets: Sequence[str] = tuple(SHEETS),
    term: str = "",
    salt: str = "",
    force: bool = False,
) -> Report:
    """Grade every file of answers in a folder and its subfolders, and write the marks.

    Parameters
    ----------
    folder : Path
    students : sequence of Student
        All who were given a sheet.
    out : Path
        The table of marks, one student a row; beside it the summary of the class, ``…-summary.csv``.
    sheets, term, salt
        As they were when the sheets were made.
    force : bool
        Whether older marks may be overwritten.

    Returns
    -------
    Report
        Its problems name every file that could not be graded; all others were.

    Raises
    ------
    ValueError
        If there is no such folder, or no file of answers in it.
    FileExistsError
        If there are marks already, and ``force`` is not set.
    """
    if not folder.is_dir():
        raise ValueError(label("homework.folder-missing", folder=folder))
    summary = out.with_name(f"{out.stem}-summary.csv")
    papers = {student.key: paper(student, sheets, term, salt) for student in students}
    found, problems = _collected(folder, papers, {out.resolve(), summary.resolve()})
    if not found and not problems:
        raise ValueError(label("homework.folder-empty", folder=folder))
    whole = _Class(papers, problems)
    marked = [whole.marked(asked, found.get(key, [])) for key, asked in papers.items()]
    whole.say_whose()
    report = Report(marked, problems, (out, summary))
    write_new({out: _table(report, list(next(iter(papers.values())).fields)), summary: _summary(report)}, force)
    return report


def _collected(
    folder: Path, papers: Mapping[str, Paper], own: set[Path]
) -> tuple[dict[str, list[HandedIn]], list[str]]:
    """Read every file of answers; return them by student, and what could not be read."""
    by_student: dict[str, list[HandedIn]] = {}
    problems = []
    listed = {key: asked.student for key, asked in papers.items()}
    fields = next(iter(papers.values())).fields
    for path in sorted(folder.rglob("*")):
        hidden = path.name.startswith((".", "~$"))
        if hidden or not path.is_file() or path.resolve() in own or path.suffix.lower() in answers.PASSED_OVER:
            continue
        handed_in = answers.read(path, path.relative_to(folder).as_posix(), listed, fields)
        if handed_in.problem:
            problems.append(handed_in.problem)
            continue
        if handed_in.unknown:
            problems.append(label("homework.unknown-field", file=handed_in.shown, fields=", ".join(handed_in.unknown)))
        by_student.setdefault(handed_in.student.key, []).append(handed_in)
    return by_student, problems


class _Class:
    """The papers of a class, and whose sheet each file of answers turns out to fit."""

    def __init__(self, papers: Mapping[str, Paper], problems: list[str]) -> None:
        self._papers = papers
        self._problems = problems
        self._fits: dict[str, tuple[Student, str]] = {}  # by the student who handed in: whose sheet it is; the file

    def marked(self, asked: Paper, files: Sequence[HandedIn]) -> Marked:
        """Mark one student, who may have handed in no file, one, or several."""
        student = asked.student
        if not files:
            return Marked(student, remark=label("homework.no-file"))
        first, *others = files
        if any(other.answers != first.answers or other.code != first.code for other in others):
            shown = ", ".join(file.shown for file in files)
            self._problems.append(label("homework.several-files", number=student.number, files=shown))
            return Marked(student, shown, remark=label("homework.several-files-remark"))
        judged = judge(asked, first.answers)
        owner = self._owner(asked, first, judged)
        if owner is None:
            self._problems.append(label("homework.other-code", file=first.shown, code=first.code, expected=asked.code))
            return Marked(student, first.shown, remark=label("homework.other-code-remark"))
        if owner is not asked:
            self._fits[student.key] = (owner.student, first.shown)
            remark = label("homework.other-sheet-remark", number=owner.student.number)
            return Marked(student, first.shown, remark=remark)
        return Marked(student, first.shown, judged)

    def say_whose(self) -> None:
        """Name the files that fit another student's sheet; two students with each other's, together."""
        said = set()
        for key, (owner, file) in self._fits.items():
            other = self._fits.get(owner.key)
            if key in said:
                continue
            student = self._papers[key].student
            if other and other[0].key == key:
                said.add(owner.key)
                self._problems.append(label("homework.swapped", one=student.number, other=owner.number))
            else:
                self._problems.append(label("homework.other-sheet-file", file=file, number=owner.number))

    def _owner(self, asked: Paper, handed_in: HandedIn, judged: Mapping[str, Judged]) -> Paper | None:
        """Return the paper that a file is of, by its code, else by its answers; None where the code is nobody's."""
        if handed_in.code not in ("", asked.code):
            return next((paper for paper in self._papers.values() if paper.code == handed_in.code), None)
        values = {name: number(texts[0]) for name, texts in handed_in.answers.items()}
        values = {name: value for name, value in values.items() if value is not None}
        own = sum(judgement.kind in (RIGHT, CARRIED) for judgement in judged.values())
        if 2 * own > len(values):
            return asked

        def fitting(paper: Paper) -> int:
            return sum(near(value, paper.solution[name]) for name, value in values.items())

        best = max(self._papers.values(), key=fitting)
        return best if fitting(best) >= max(FEWEST, SHARE * len(values), own + 1) else asked


def _listed(places: Counter) -> str:
    return ", ".join(name for name, _ in places.most_common())


def _table(report: Report, fields: Sequence[str]) -> str:
    """Return the marks as a table, one student a row."""
    heads = ["student", "name", "file", "right-count", "carried-count", "asked-count", "remark"]
    rows = [[*(label(f"homework.{head}") for head in heads), *fields]]
    for marked in report.marked:
        counts = [marked.count(RIGHT), marked.count(CARRIED), len(fields)] if marked.fields else ["", "", len(fields)]
        judged = [str(marked.fields[name]) if name in marked.fields else "" for name in fields]
        student = marked.student
        rows.append([student.number, student.name, marked.file, *counts, marked.remark, *judged])
    return _csv(rows)


def _summary(report: Report) -> str:
    """Return the mistakes of the class as a table, the commonest first."""
    heads = ["mistake", "times", "students", "fields", "meaning"]
    rows = [[label(f"homework.{head}") for head in heads]]
    for kind, times, people, places in report.mistakes:
        rows.append([label(f"homework.{kind}"), times, people, places, label(f"homework.{kind}-means")])
    return _csv(rows)


def _csv(rows: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([[_harmless(cell) for cell in row] for row in rows])
    return out.getvalue()


def _harmless(cell: object) -> object:
    """Keep a spreadsheet from reading a text that came from a student as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
