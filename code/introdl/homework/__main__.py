"""The command line: ``python -m introdl.homework make`` and ``python -m introdl.homework grade``.

It ends with 0 if all went well, with 1 if something was passed over and named, with 2 if nothing was done.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from introdl import language
from introdl.homework.grading import grade
from introdl.homework.making import make
from introdl.homework.sheets import SHEETS
from introdl.homework.speaking import speaking
from introdl.homework.students import students_from
from introdl.language import label

ALL = "all"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    Parameters
    ----------
    arguments : sequence of str, optional
        What stands behind the program's name; from the command line if not given.

    Returns
    -------
    int
        0 if all went well, 1 if something was passed over and named, 2 if nothing was done.

    Examples
    --------
    >>> main(["grade", "no-such-folder", "--students", "101", "--out", "marks.csv"])
    2
    """
    for stream in (sys.stdout, sys.stderr):  # a terminal that cannot show Chinese must not stop the work
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    chosen = _parser().parse_args(arguments)
    with speaking(chosen.language):
        try:
            return chosen.command(chosen)
        except (ValueError, OSError) as error:
            print(error, file=sys.stderr)
            return 2


def _make(chosen: argparse.Namespace) -> int:
    students, problems = students_from(chosen.students)
    written = make(students, chosen.out, _sheets(chosen), chosen.term, chosen.salt, chosen.force)
    options = [f"--term {shlex.quote(chosen.term)}"] if chosen.term else []
    options += ["--salt …"] if chosen.salt else []
    options += [f"--sheet {chosen.sheet}"] if chosen.sheet != ALL else []
    print(label("homework.made", students=len(students), files=len(written), folder=chosen.out))
    print(label("homework.grade-so", options=" ".join(options)).rstrip())
    return _named(problems)


def _grade(chosen: argparse.Namespace) -> int:
    students, problems = students_from(chosen.students)
    report = grade(chosen.folder, students, chosen.out, _sheets(chosen), chosen.term, chosen.salt, chosen.force)
    print(report.said)
    print(label("homework.graded", marks=report.files[0], summary=report.files[1]))
    return _named([*problems, *report.problems])


def _named(problems: Sequence[str]) -> int:
    """Print what was passed over, and return the exit code."""
    if problems:
        print(label("homework.look-after", count=len(problems)), *problems, sep="\n- ", file=sys.stderr)
    return int(bool(problems))


def _sheets(chosen: argparse.Namespace) -> list[str]:
    return list(SHEETS) if chosen.sheet == ALL else [chosen.sheet]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m introdl.homework",
        description="Sheets to be done by hand: each student has other numbers; answers are graded by kind of mistake.",
        epilog="Exit code: 0 all went well, 1 something was passed over and named, 2 nothing was done.",
    )
    commands = parser.add_subparsers(required=True, metavar="make | grade")

    making = commands.add_parser("make", help="write the sheets, the key and the files for the answers")
    making.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where to write; made if need be")
    making.set_defaults(command=_make)

    grading = commands.add_parser("grade", help="grade a folder of answers")
    grading.add_argument("folder", type=Path, metavar="FOLDER", help="the files of answers, in subfolders too")
    grading.add_argument(
        "--out", type=Path, required=True, metavar="marks.csv", help="the table of marks; the summary goes beside it"
    )
    grading.set_defaults(command=_grade)

    for command in (making, grading):
        command.add_argument(
            "--students",
            nargs="+",
            required=True,
            metavar="FILE|NUMBER",
            help="a file with one student a line, the name after the number; or the numbers themselves",
        )
        command.add_argument("--sheet", choices=[*SHEETS, ALL], default=ALL, help="which sheet (default: all)")
        command.add_argument("--term", default="", metavar="TEXT", help="printed; another term, other numbers")
        command.add_argument(
            "--salt", default="", metavar="TEXT", help="a word of yours, not printed: who lacks it cannot make the key"
        )
        command.add_argument(
            "--language", choices=language.LANGUAGES, help="of sheets and messages (default: INTRODL_LANGUAGE, else en)"
        )
        command.add_argument("--force", action="store_true", help="overwrite what is there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
