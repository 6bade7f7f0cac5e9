"""Sheets to be done by hand: every student has numbers of their own, and the answers are graded by kind of mistake.

``python -m introdl.homework make`` prints the sheets and the key, ``python -m introdl.homework grade`` reads
the files that come back. Chapters: ``matrix-operations`` and ``gradient-descent``; for teachers: ``teaching``.
"""

from introdl.homework.grading import Report, grade
from introdl.homework.making import make
from introdl.homework.sheets import SHEETS, Paper, Student, paper
from introdl.homework.students import students_from

__all__ = ["SHEETS", "Paper", "Report", "Student", "grade", "make", "paper", "students_from"]
