"""Make the sheets of a class: one for each student, all in one file, the key, and the files to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from introdl.homework import answers
from introdl.homework.files import write_new
from introdl.homework.printing import key_document, sheets_document
from introdl.homework.sheets import SHEETS, Student, paper


def make(
    students: Sequence[Student],
    out: Path,
    sheets: Sequence[str] = tuple(SHEETS),
    term: str = "",
    salt: str = "",
    force: bool = False,
) -> list[Path]:
    """Write everything a class needs, in the language in use.

    Parameters
    ----------
    students : sequence of Student
    out : Path
        A folder. In it: ``all-sheets.html``, ``key.html``, ``sheets/`` and ``answers/`` with a file a student.
    sheets : sequence of str
        Names of :data:`~introdl.homework.sheets.SHEETS`.
    term, salt : str
        What the numbers follow from, beside the student's number. The term is printed, the salt is not.
    force : bool
        Whether older files may be overwritten.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FileExistsError
        If one of the files exists, and ``force`` is not set. Then nothing is written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     [path.relative_to(folder).as_posix() for path in make([Student("101")], Path(folder), ["descent"])]
    ['all-sheets.html', 'key.html', 'sheets/sheet-101.html', 'answers/answers-101.csv']
    """
    papers = [paper(student, sheets, term, salt) for student in students]
    texts = {out / "all-sheets.html": sheets_document(papers, term), out / "key.html": key_document(papers, term)}
    for one in papers:
        texts[out / "sheets" / f"sheet-{one.student.number}.html"] = sheets_document([one], term)
    for one in papers:
        texts[out / answers.FOLDER / answers.file_name(one.student)] = answers.template(one)
    write_new(texts, force)
    return list(texts)
