"""Check an answer: right, not answered yet, or the kind of mistake it looks like.

Every exercise of the book ends in a cell with ``answer = None`` and ``check("ex-…", answer)``, so that
running a whole chapter always reaches its end. The exercises of a page stand in the module of the
page's name: each has the right answer and the answers that typical mistakes give. What is said to a mistake
stands in ``labels/exercises-<page>.toml``, and in ``labels/exercises.toml`` where several pages say it.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from numbers import Real

import numpy as np

from introdl.language import known
from introdl.language import label as text

UNANSWERED = "unanswered"
RIGHT = "right"
WRONG = "wrong"
WRONG_SHAPE = "wrong-shape"
WRONG_TYPE = "wrong-type"


@dataclass(frozen=True)
class Exercise:
    """A right answer, and the answers that typical mistakes give.

    Parameters
    ----------
    right : number, array-like or str
        A string is a choice and is compared without regard to case; all else by value and shape.
    mistakes : mapping of str to the like
        Kind of mistake (a table of ``labels/exercises-<page>.toml``) → the answer it gives.
    tolerance : float
        Largest difference that still counts as equal, absolute and relative alike.
    """

    right: object
    mistakes: Mapping[str, object] = field(default_factory=dict)
    tolerance: float = 1e-3


@dataclass(frozen=True)
class Verdict:
    """What :func:`check` found; shows as its message."""

    label: str
    kind: str
    message: str

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.kind == RIGHT

    def __repr__(self) -> str:
        return self.message


def check(label: str, answer: object) -> Verdict:
    """Compare an answer with an exercise of the book.

    Parameters
    ----------
    label : str
        The exercise's label, ``"ex-<page>-<number>"``.
    answer : number, str, nested list, array, tensor, data frame or None
        ``None`` means: not answered yet. A tensor may need a gradient and may sit on any device.

    Returns
    -------
    Verdict
        Shows as a sentence in the reader's language. An answer never raises.

    Raises
    ------
    ValueError
        If no exercise has this label.

    Examples
    --------
    >>> check("ex-matrix-operations-1", None)
    Not answered yet.
    """
    exercise = _find(label)
    kind, values = _judge(exercise, answer)
    return Verdict(label, kind, _says(label, kind, values))


def page_of(label: str) -> str:
    """Return the page of an exercise: ``"ex-<page>-<number>"`` without its ends.

    Examples
    --------
    >>> page_of("ex-matrix-operations-1")
    'matrix-operations'
    """
    return label.removeprefix("ex-").rpartition("-")[0]


def _says(label: str, kind: str, values: Mapping[str, object]) -> str:
    """Return what the page itself says to a kind of answer, else what all pages say."""
    own = f"exercises-{page_of(label)}.{kind}"
    return text(own if known(own) else f"exercises.{kind}", **values)


def _judge(exercise: Exercise, answer: object) -> tuple[str, dict[str, object]]:
    if answer is None:
        return UNANSWERED, {}
    if isinstance(exercise.right, str):
        return _judge_choice(exercise, answer)
    given = _as_numbers(answer)
    right = _as_numbers(exercise.right)
    if given is None:
        return WRONG_TYPE, {"expected": _describe(right), "got": type(answer).__name__}
    if not np.isfinite(given).all():
        return "not-finite", {}
    if _same(given, right, exercise.tolerance):
        return RIGHT, {}
    for kind, mistaken in exercise.mistakes.items():
        if _same(given, _as_numbers(mistaken), exercise.tolerance):
            return kind, {}
    if right.ndim == 2 and _same(given, right.T, exercise.tolerance):
        return "transposed", {}
    if right.any() and _same(given, -right, exercise.tolerance):
        return "wrong-sign", {}
    if given.shape != right.shape:
        return WRONG_SHAPE, {"expected": _describe(right), "got": _describe(given)}
    return WRONG, {}


def _judge_choice(exercise: Exercise, answer: object) -> tuple[str, dict[str, object]]:
    if not isinstance(answer, str):
        return WRONG_TYPE, {"expected": text("exercises.a-text"), "got": type(answer).__name__}
    if not answer.strip():
        return UNANSWERED, {}

    def plain(choice: object) -> str:
        return str(choice).strip().casefold()

    if plain(answer) == plain(exercise.right):
        return RIGHT, {}
    kinds = [kind for kind, choice in exercise.mistakes.items() if plain(choice) == plain(answer)]
    return (kinds[0] if kinds else WRONG), {}


def _as_numbers(answer: object) -> np.ndarray | None:
    """Return an answer as a float64 array, or None where it holds anything but real numbers."""
    try:
        if hasattr(answer, "requires_grad"):  # a tensor; torch itself is not imported
            answer = answer.detach().cpu().resolve_neg().resolve_conj()
            answer = answer.float() if "bfloat16" in str(answer.dtype) else answer
        numbers = np.asarray(answer)
        if numbers.dtype.kind not in "biuf" and not _all_numbers(numbers):
            return None
        return numbers.astype(np.float64)
    except Exception:  # an answer may be anything at all, and whatever it does to numpy, it is not a number
        return None


def _all_numbers(values: np.ndarray) -> bool:
    return values.dtype == object and all(isinstance(v, (Real, Decimal)) for v in values.flat)


def _same(given: np.ndarray, wanted: np.ndarray | None, tolerance: float) -> bool:
    """Tell whether two answers agree in shape and value; one number may come with or without brackets."""
    if wanted is None:
        return False
    if given.size == wanted.size == 1:
        given, wanted = given.reshape(()), wanted.reshape(())
    return given.shape == wanted.shape and bool(np.allclose(given, wanted, rtol=tolerance, atol=tolerance))


def _describe(numbers: np.ndarray) -> str:
    return text("exercises.a-number") if numbers.ndim == 0 else text("exercises.a-shape", shape=numbers.shape)


def _find(label: str) -> Exercise:
    known = all_exercises()
    if label not in known:
        near = difflib.get_close_matches(str(label), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f": expected one of {', '.join(known)}"
        raise ValueError(f"no exercise is called {label!r}{hint}")
    return known[label]


@cache
def all_exercises() -> dict[str, Exercise]:
    """Return every exercise of the book by its label."""
    modules = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return {
        label: exercise
        for name in modules
        for label, exercise in importlib.import_module(f"{__name__}.{name}").exercises().items()
    }
