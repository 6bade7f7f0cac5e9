"""What a sheet asks: fields to fill, the right number for each, and the numbers that typical mistakes give.

A field says how its number follows from the fields before it. That is said once, and serves three times:
with the true numbers it is the key, with a student's own numbers it tells an error carried forward from a new
one, and with a mistake made on purpose it makes sure that every mistake can be told from every other.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import combinations
from typing import ClassVar, TypeVar

T = TypeVar("T")
Values = Mapping[str, Fraction]
Mistakes = Mapping[str, Sequence[Fraction]]

RIGHT = "right"
CARRIED = "carried-forward"
WRONG = "wrong"
UNANSWERED = "unanswered"
NOT_A_NUMBER = "not-a-number"
DATE = "date"
TWO_ANSWERS = "two-answers"

TOLERANCE = Fraction(1, 200)  # half a unit of the second decimal: two decimals are always enough
OWN_TOLERANCE = Fraction(1, 10)  # of what follows from own wrong numbers, which may have been rounded when written
APART = Fraction(1, 50)  # what a sheet keeps between two numbers that mean different things
MOST_DRAWS = 100_000  # far more than any sheet has needed


class Numbers:
    """Choices that follow from a text alone: the same on every machine and with every version of Python.

    Parameters
    ----------
    *seed : str
        What the choices follow from.

    Examples
    --------
    >>> numbers = Numbers("2026", "101")
    >>> [numbers.choose(range(10)) for _ in range(5)]
    [6, 1, 4, 3, 6]
    """

    def __init__(self, *seed: str) -> None:
        self._seed = json.dumps(seed)  # so that ("1", "23") and ("12", "3") differ
        self._count = 0

    def choose(self, options: Sequence[T]) -> T:
        """Return one of the options; each call goes on to the next choice."""
        self._count += 1
        digest = sha256(f"{self._seed}#{self._count}".encode()).digest()
        return options[int.from_bytes(digest[:8], "big") % len(options)]

    def choose_several(self, options: Sequence[T], count: int) -> list[T]:
        """Return ``count`` different options, in the order of the options."""
        left = list(range(len(options)))
        taken = [left.pop(self.choose(range(len(left)))) for _ in range(count)]
        return [options[place] for place in sorted(taken)]


@dataclass(frozen=True)
class Field(ABC):
    """One number to fill in; a subclass says how it follows from the numbers of the fields before it.

    Parameters
    ----------
    name : str
        What it is called on the sheet and in the file of answers, such as ``"n3"``.
    """

    name: str

    @abstractmethod
    def right(self, values: Values) -> Fraction:
        """Return the right number, given those of the fields before it."""

    @abstractmethod
    def mistakes(self, values: Values) -> Mistakes:
        """Return the numbers that mistakes give, by the kind of mistake. A kind may give several."""

    def seen(self, values: Values) -> dict[str, list[Fraction]]:
        """Return the mistakes that change the number; the others cannot be seen, and do no harm."""
        right = self.right(values)
        seen = {kind: [n for n in wrong if not near(n, right)] for kind, wrong in self.mistakes(values).items()}
        return {kind: wrong for kind, wrong in seen.items() if wrong}


@dataclass(frozen=True)
class Task(ABC):
    """One student's share of a sheet. A new kind of sheet is a subclass, and a line in ``sheets.py``."""

    name: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]]  # every mistake that must be seen somewhere on the sheet
    halves: ClassVar[int] = 1  # of a printed page that it takes: 1, or 2 where it stands alone

    @classmethod
    @abstractmethod
    def draw(cls, numbers: Numbers) -> Task | None:
        """Return a task with numbers that are pleasant to work with, or None where this draw has none.

        It is called again and again with the same choices to go on with, until :func:`clear` is content.
        """

    @property
    @abstractmethod
    def fields(self) -> tuple[Field, ...]:
        """The fields, in the order in which they are worked out."""

    @abstractmethod
    def body(self) -> str:
        """Return the text, what is given and the boxes as HTML, in the language in use."""


@cache
def drawn(kind: type[Task], *seed: str) -> Task:
    """Draw numbers until they are pleasant and every mistake can be told from every other.

    Whoever changes how a sheet is drawn, or its mistakes, changes the numbers of every student: see ``EDITION``.

    Parameters
    ----------
    kind : type of Task
    *seed : str
        The same seed gives the same task for ever.

    Raises
    ------
    RuntimeError
        If no draw will do: the sheet asks for the impossible.
    """
    numbers = Numbers(kind.name, *seed)
    for _ in range(MOST_DRAWS):
        task = kind.draw(numbers)
        if task is not None and clear(task):
            return task
    raise RuntimeError(f"the sheet {kind.name!r} found no numbers that will do in {MOST_DRAWS} draws")


def solution(task: Task) -> dict[str, Fraction]:
    """Return the right number of every field."""
    values: dict[str, Fraction] = {}
    for field in task.fields:
        values[field.name] = field.right(values)
    return values


def near(one: Fraction, other: Fraction, tolerance: Fraction = TOLERANCE) -> bool:
    """Tell whether two numbers count as the same."""
    return abs(one - other) <= tolerance


def kind_of(field: Field, number: Fraction, own: Values, true: Values) -> str:
    """Name what a number is: right, carried forward from an own wrong one, a kind of mistake, or just wrong.

    Parameters
    ----------
    field : Field
    number : Fraction
        What the student wrote.
    own, true : mapping of str to Fraction
        The numbers of the fields before it: the student's own, and the right ones.
    """
    if near(number, field.right(true)):
        return RIGHT
    follows = field.right(own)
    if not near(follows, field.right(true)) and near(number, follows, OWN_TOLERANCE):
        return CARRIED
    for values in (own, true):
        for kind, wrong in field.mistakes(values).items():
            if any(near(number, candidate) for candidate in wrong):
                return kind
    return WRONG


def made_throughout(task: Task, kind: str) -> Iterator[tuple[Field, Fraction, dict[str, Fraction], bool]]:
    """Go through a task with one mistake made wherever it can be, each field from one's own numbers.

    Yields
    ------
    (Field, Fraction, dict, bool)
        The field, the number that comes out, the own numbers before it, and whether the mistake was made here.
    """
    own: dict[str, Fraction] = {}
    for field in task.fields:
        wrong = field.seen(own).get(kind)
        number = wrong[0] if wrong else field.right(own)
        yield field, number, dict(own), bool(wrong)
        own[field.name] = number


def told_apart(task: Task) -> bool:
    """Tell whether, from the right numbers, no number of a field could mean two mistakes."""
    true = solution(task)
    for field in task.fields:
        right = field.right(true)
        named = [[right], *field.seen(true).values()]
        if any(abs(a - b) < APART for one, other in combinations(named, 2) for a in one for b in other):
            return False
    return True


def clear(task: Task) -> bool:
    """Tell whether every mistake shows on this sheet, and no number on it could mean two of them.

    That is asked of each field from the right numbers, as when somebody slips once; and of the whole sheet for
    somebody who makes the same mistake throughout. Two mistakes may cancel: then the number is right, and counts so.
    """
    if not told_apart(task):
        return False
    true = solution(task)
    if not set(task.kinds) <= {kind for field in task.fields for kind in field.seen(true)}:
        return False
    return all(
        kind_of(field, number, own, true) in (kind, RIGHT)
        for kind in task.kinds
        for field, number, own, made in made_throughout(task, kind)
        if made
    )
