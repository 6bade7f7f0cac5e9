"""Every sheet there is, and the paper of one student: the same student, sheets and term give the same numbers for ever.

To add a sheet, write a :class:`~introdl.homework.task.Task` and put it into :data:`SHEETS`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from introdl.homework.backpropagation import Backpropagation
from introdl.homework.descent import Descent
from introdl.homework.forward_pass import ForwardPass
from introdl.homework.task import Field, Numbers, Task, drawn, solution

SHEETS: dict[str, type[Task]] = {sheet.name: sheet for sheet in (ForwardPass, Descent, Backpropagation)}

EDITION = "1"  # the next one when the numbers change: older files of answers are then told by their code
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # letters alone: a spreadsheet makes a number of 12E4; and no vowels, so no words


@dataclass(frozen=True)
class Student:
    """A student number, and a name where the list has one."""

    number: str
    name: str = ""

    @property
    def key(self) -> str:
        """The number as it is compared: ``b101``, ``B101`` and ``Ｂ１０１`` are one."""
        return unicodedata.normalize("NFKC", self.number).strip().upper()


@dataclass(frozen=True)
class Paper:
    """What one student has to do.

    Parameters
    ----------
    student : Student
    tasks : tuple of Task
    code : str
        Four letters that tell this paper from that of another student, term or choice of sheets.
    """

    student: Student
    tasks: tuple[Task, ...]
    code: str

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field by its name, in the order of the sheet."""
        return {field.name: field for task in self.tasks for field in task.fields}

    @cached_property
    def solution(self) -> dict[str, Fraction]:
        """The right number of every field."""
        return {name: value for task in self.tasks for name, value in solution(task).items()}


def paper(student: Student, sheets: Sequence[str] = tuple(SHEETS), term: str = "", salt: str = "") -> Paper:
    """Return the paper of a student.

    Parameters
    ----------
    student : Student
        Only the number counts, not the name.
    sheets : sequence of str
        Names of :data:`SHEETS`. Each sheet's numbers are the same, whatever other sheets go with it.
    term : str
        Another term, other numbers.
    salt : str
        A word that only the teacher knows: without it nobody can make the key at home.

    Returns
    -------
    Paper

    Raises
    ------
    ValueError
        If there is no sheet of a name.

    Examples
    --------
    >>> first = paper(Student("101"), ["descent"], term="2026")
    >>> first.code, str(first.tasks[0].rate)
    ('WDVS', '1/10')
    """
    unknown = [name for name in sheets if name not in SHEETS]
    if unknown or not sheets:
        raise ValueError(f"sheets must be some of {', '.join(SHEETS)}, got {', '.join(unknown) or 'none'}")
    seed = (term, salt, student.key)
    letters = Numbers("code", EDITION, *seed, *sheets)
    code = "".join(letters.choose(CODE_LETTERS) for _ in range(4))
    return Paper(student, tuple(drawn(SHEETS[name], *seed) for name in sheets), code)
