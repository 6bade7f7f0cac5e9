"""The sheet of two descent steps: a line with two parameters, three points, numbers that a pencil can do.

The loss is the sum of the squared residuals. With whole numbers to start from and these learning rates the first
step has one decimal and the second two, all exact; and the loss falls at both.

Chapter: ``gradient-descent``. Source: the lecture slides, "Gradient decent to find two parameters".
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import ClassVar

from introdl.homework.markup import box, formula, given, line, symbol, table
from introdl.homework.markup import number as written
from introdl.homework.task import Field, Mistakes, Numbers, Task, Values, solution
from introdl.language import label

POINTS = ("A", "B", "C")
STEPS = (1, 2)
XS = tuple(range(-2, 5))
YS = tuple(range(-9, 10))
STARTS = (-3, -2, -1, 1, 2, 3)
RATES = (Fraction(1, 10), Fraction(1, 20))
LINE = "<i>ŷ</i> = <i>w</i> <i>x</i> + <i>b</i>"
RESIDUAL = "<i>e</i> = <i>y</i> − <i>ŷ</i>"
LOSS = "<i>L</i> = " + " + ".join(f"(<i>e</i><sub>{point}</sub>)<sup>2</sup>" for point in POINTS)
SLOPE = "∂<i>L</i>/∂{p}"
UPDATE = "{p} ← {p} − <i>η</i> ∂<i>L</i>/∂{p}"
LARGEST = 60  # of any number to fill in, whatever its sign


@dataclass(frozen=True)
class Descent(Task):
    """Three points and a line y = w x + b that takes two steps towards them.

    Parameters
    ----------
    x, y : tuple of three Fractions
    start : (Fraction, Fraction)
        w and b before the first step.
    rate : Fraction

    Examples
    --------
    >>> found = solution(Descent((0, 1, 2), (1, 2, 5), (1, 1), Fraction(1, 10)))
    >>> [str(found[name]) for name in ("step1_dw", "step1_db", "step1_w", "step1_b")]
    ['-8', '-4', '9/5', '7/5']
    """

    x: tuple[Fraction, ...]
    y: tuple[Fraction, ...]
    start: tuple[Fraction, Fraction]
    rate: Fraction

    name: ClassVar[str] = "descent"
    kinds: ClassVar[tuple[str, ...]] = (
        "bias-forgotten",
        "wrong-sign",
        "mean-for-sum",
        "factor-forgotten",
        "x-forgotten",
        "rate-forgotten",
        "uphill",
        "not-updated",
        "step-for-place",
        "old-gradient",
    )

    @classmethod
    def draw(cls, numbers: Numbers) -> Descent | None:
        """Return points, a start and a rate with small numbers throughout and a loss that falls."""
        x = numbers.choose_several(XS, len(POINTS))
        y = [numbers.choose(YS) for _ in POINTS]
        start = (Fraction(numbers.choose(STARTS)), Fraction(numbers.choose(STARTS)))
        task = cls(tuple(map(Fraction, x)), tuple(map(Fraction, y)), start, numbers.choose(RATES))
        return task if task._pleasant() else None

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Three residuals, two slopes and two parameters of each step."""
        return tuple(field for number in STEPS for field in self._fields_of(number))

    def body(self) -> str:
        """Return the points, the start and the rate, and for each step a table and four lines to fill in."""
        start = [given(symbol(letter), value) for letter, value in zip("wb", self.start, strict=True)]
        text = label(
            "homework.descent-text",
            line=formula(LINE),
            start=label("homework.comma").join(start),
            rate=given(symbol("η"), self.rate),
        )
        rules = [formula(rule) for rule in (RESIDUAL, LOSS, *(UPDATE.format(p=symbol(letter)) for letter in "wb"))]
        steps = "".join(self._step(number) for number in STEPS)
        return f'<p>{text}</p><p class="rules">{" ".join(rules)}</p><div class="steps">{steps}</div>'

    def _step(self, number: int) -> str:
        """Return the table of the points and the lines of one step."""
        heads = [label("homework.point"), symbol("x"), symbol("y"), symbol("ŷ"), symbol("e")]
        rows = [
            [point, written(x), written(y), "", box(f"step{number}_e{point}")]
            for point, x, y in zip(POINTS, self.x, self.y, strict=True)
        ]
        slopes = "".join(line(SLOPE.format(p=symbol(letter)), f"step{number}_d{letter}") for letter in "wb")
        moved = "".join(
            line(label("homework.new", parameter=symbol(letter)), f"step{number}_{letter}") for letter in "wb"
        )
        title = label("homework.step", number=number)
        return f'<div><h3>{title}</h3>{table(heads, rows, "points")}<div class="lines">{slopes}{moved}</div></div>'

    def _fields_of(self, number: int) -> list[Field]:
        step = Step(number, dict(zip(("step0_w", "step0_b"), self.start, strict=True)))
        residuals = [Residual(f"{step}e{p}", step, x, y) for p, x, y in zip(POINTS, self.x, self.y, strict=True)]
        ones = (Fraction(1),) * len(POINTS)
        slopes = [Slope(f"{step}dw", step, "w", self.x), Slope(f"{step}db", step, "b", ones)]
        return [*residuals, *slopes, *(Moved(f"{step}{name}", step, name, self.rate) for name in "wb")]

    def _pleasant(self) -> bool:
        """Tell whether the numbers are small, every mistake shows wherever it can be made, and the loss falls."""
        values = solution(self)
        if any(not 0 < abs(value) <= LARGEST for value in values.values()):
            return False
        if any(len(field.seen(values)) < len(field.mistakes(values)) for field in self.fields):
            return False
        lines = [self.start, *((values[f"step{number}_w"], values[f"step{number}_b"]) for number in STEPS)]
        losses = [sum((y - w * x - b) ** 2 for x, y in zip(self.x, self.y, strict=True)) for w, b in lines]
        return all(later < earlier for earlier, later in pairwise(losses))


@dataclass(frozen=True)
class Step:
    """One of the two steps: which numbers belong to it, and which came before."""

    number: int
    start: Values

    def __str__(self) -> str:
        return f"step{self.number}_"

    def before(self, values: Values, name: str, steps: int = 1) -> Fraction:
        """Return w or b as it was one step earlier, or more."""
        key = f"step{self.number - steps}_{name}"
        return self.start[key] if key in self.start else values[key]


@dataclass(frozen=True)
class Residual(Field):
    """What the line misses at one point: y − (w x + b)."""

    step: Step
    x: Fraction
    y: Fraction

    def right(self, values: Values) -> Fraction:
        """Return y minus what the line gives."""
        return self._miss(values)

    def mistakes(self, values: Values) -> Mistakes:
        """Forget b, mix up a sign, or take the line as it was before the first step."""
        w, b = (self.step.before(values, name) for name in "wb")
        found = {
            "bias-forgotten": [self.y - w * self.x],
            "wrong-sign": [-self._miss(values), self.y - w * self.x + b, self.y + w * self.x - b],
        }
        return found if self.step.number == 1 else {**found, "old-gradient": [self._miss(values, steps=2)]}

    def _miss(self, values: Values, steps: int = 1) -> Fraction:
        w, b = (self.step.before(values, name, steps) for name in "wb")
        return self.y - (w * self.x + b)


@dataclass(frozen=True)
class Slope(Field):
    """How the loss changes with one parameter: −2 times the sum of residual times x, or of the residuals alone."""

    step: Step
    parameter: str
    factors: tuple[Fraction, ...]

    def right(self, values: Values) -> Fraction:
        """Return −2 times the sum."""
        return -2 * sum(e * factor for e, factor in zip(self._residuals(values), self.factors, strict=True))

    def mistakes(self, values: Values) -> Mistakes:
        """Mix up the sign, divide by the number of points, forget the 2 or the x, or take the first step's slope."""
        right = self.right(values)
        found = {
            "wrong-sign": [-right],
            "mean-for-sum": [right / len(POINTS)],
            "factor-forgotten": [right / 2, -right / 2],
        }
        if self.parameter == "w":
            found["x-forgotten"] = [-2 * sum(self._residuals(values))]
        if self.step.number > 1:
            found["old-gradient"] = [values[f"step1_d{self.parameter}"]]
        return found

    def _residuals(self, values: Values) -> list[Fraction]:
        return [values[f"{self.step}e{point}"] for point in POINTS]


@dataclass(frozen=True)
class Moved(Field):
    """A parameter after a step: the old one minus the learning rate times the slope."""

    step: Step
    parameter: str
    rate: Fraction

    def right(self, values: Values) -> Fraction:
        """Return the parameter after a step downhill."""
        return self._moved(values, self.rate * values[f"{self.step}d{self.parameter}"])

    def mistakes(self, values: Values) -> Mistakes:
        """Go up, forget the rate, stay, write the step alone, or take the first step's slope."""
        slope = values[f"{self.step}d{self.parameter}"]
        found = {
            "uphill": [self._moved(values, -self.rate * slope)],
            "rate-forgotten": [self._moved(values, slope)],
            "not-updated": [self._moved(values, Fraction(0))],
            "step-for-place": [-self.rate * slope, self.rate * slope],
        }
        if self.step.number > 1:
            found["old-gradient"] = [self._moved(values, self.rate * values[f"step1_d{self.parameter}"])]
        return found

    def _moved(self, values: Values, step: Fraction) -> Fraction:
        return self.step.before(values, self.parameter) - step
