"""The sheet of one backward pass: two inputs, two hidden neurons, one output, and one step of every kind.

The hidden neurons have ReLU, and just one of them is off: its slope is 0, nothing goes back through it, and its weights
stay where they are. The output has none. The loss is the square of one residual, so with halves for the output's
weights every number is exact and has at most two decimals.

Chapter: ``backpropagation``. Source: the lecture slides, "Machine learning model (2) – Deep learning", the gradients.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import ClassVar

from introdl import language
from introdl.homework.forward_pass import Neuron, Row, node, picture_of
from introdl.homework.markup import formula, given, line, symbol, table
from introdl.homework.markup import number as written
from introdl.homework.task import Field, Mistakes, Numbers, Task, Values, solution
from introdl.language import label

NODES = (("x1", "x2"), ("n3", "n4"), ("y",))
INPUTS = (-4, -3, -2, 2, 3, 4, 5)
WEIGHTS = (-3, -2, -1, 1, 2, 3)
HALVES = tuple(Fraction(n, 2) for n in (-7, -5, -3, -1, 1, 3, 5, 7))
BIASES = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)
TARGETS = tuple(range(-8, 9))
RATES = (Fraction(1, 10), Fraction(1, 5))
LARGEST = 60  # of any number to fill in, whatever its sign
HIDDEN = ("3", "4")
LOSS = "<i>L</i> = (<i>ŷ</i> − <i>y</i>)<sup>2</sup>"
UPDATE = "<i>w</i> ← <i>w</i> − <i>η</i> ∂<i>L</i>/∂<i>w</i>"
SLOPE = "∂<i>L</i>/∂{p}"


@dataclass(frozen=True)
class Backpropagation(Task):
    """One example through a small network, forward and backward.

    Parameters
    ----------
    inputs : (Fraction, Fraction)
    weights : (Row, Row)
        Those that reach neuron 3 and neuron 4: row = to, column = from.
    biases : Row
        Of neurons 3 and 4.
    last : Row
        The weights from neurons 3 and 4 to the output.
    last_bias, target, rate : Fraction

    Examples
    --------
    >>> half = Fraction(1, 2)
    >>> task = Backpropagation((1, 2), ((1, 1), (-1, -1)), (1, 1), (-half, 3 * half), -1, -2, Fraction(1, 10))
    >>> found = solution(task)
    >>> [str(found[f"back_{name}"]) for name in ("y", "dy", "dw3y", "delta3", "delta4", "dw23", "new_w3y")]
    ['-3', '-2', '-8', '1', '0', '2', '3/10']
    """

    inputs: Row
    weights: tuple[Row, Row]
    biases: Row
    last: Row
    last_bias: Fraction
    target: Fraction
    rate: Fraction

    name: ClassVar[str] = "backpropagation"
    halves: ClassVar[int] = 2
    kinds: ClassVar[tuple[str, ...]] = (
        "bias-forgotten",
        "wrong-sign",
        "relu-forgotten",
        "relu-at-output",
        "factor-forgotten",
        "loss-for-slope",
        "bias-left-alone",
        "weight-for-value",
        "neighbour",
        "slope-of-relu-forgotten",
        "new-weight-used",
        "link-missing",
        "uphill",
        "rate-forgotten",
        "step-for-place",
    )

    @classmethod
    def draw(cls, numbers: Numbers) -> Backpropagation | None:
        """Return a network with one neuron that is off, a negative output and small numbers throughout."""

        def some(pool: tuple, count: int) -> Row:
            return tuple(Fraction(numbers.choose(pool)) for _ in range(count))

        task = cls(
            some(INPUTS, 2),
            (some(WEIGHTS, 2), some(WEIGHTS, 2)),
            some(BIASES, 2),
            some(HALVES, 2),
            *some(BIASES, 1),
            *some(TARGETS, 1),
            numbers.choose(RATES),
        )
        return task if task._pleasant() else None

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Three values forward; then ten slopes backward, two deltas among them; then four new weights."""
        last = dict(zip(HIDDEN, self.last, strict=True))
        reach = {
            f"{source}{to}": weight
            for to, row in zip(HIDDEN, self.weights, strict=True)
            for source, weight in zip("12", row, strict=True)
        }
        inputs = dict(zip("12", self.inputs, strict=True))
        return (
            *self._forward,
            LossSlope("back_dy", self.target),
            *(LastSlope(f"back_dw{name}y", name, last[name]) for name in HIDDEN),
            LastBias("back_dby"),
            *(Delta(f"back_delta{name}", name, last[name], last[_other(name)], self.rate) for name in HIDDEN),
            *(
                FirstSlope(f"back_dw{edge}", edge[1], inputs[edge[0]], inputs["21"[int(edge[0]) - 1]], weight)
                for edge, weight in reach.items()
            ),
            *(Moved(f"back_new_w{name}y", f"back_dw{name}y", last[name], self.rate) for name in HIDDEN),
            *(Moved(f"back_new_w1{name}", f"back_dw1{name}", reach[f"1{name}"], self.rate) for name in HIDDEN),
        )

    def body(self) -> str:
        """Return the picture, the numbers, the rules, and a line for each field."""
        inputs = [given(symbol("x", str(place)), value) for place, value in enumerate(self.inputs, 1)]
        text = label(
            "homework.backpropagation-text",
            inputs=label("homework.comma").join(inputs),
            target=given(symbol("y"), self.target),
            rate=given(symbol("η"), self.rate),
            z=symbol("z"),
            y_hat=symbol("ŷ"),
            delta=formula(f"{symbol('δ', '3')} = ∂<i>L</i>/∂{symbol('z', '3')}"),
        )
        heads = [label("homework.neuron")]
        first = [*heads, *(label("homework.weight-from", node=node(name)) for name in NODES[0]), label("homework.bias")]
        last = [*heads, *(label("homework.weight-from", node=node(name)) for name in NODES[1]), label("homework.bias")]
        rows = zip(NODES[1], self.weights, self.biases, strict=True)
        tables = table(first, [[node(name), *map(written, (*row, bias))] for name, row, bias in rows])
        tables += table(last, [[node("y"), *map(written, (*self.last, self.last_bias))]])
        picture = f'<div class="picture">{picture_of(NODES, self.name, language.current())}</div>'
        rules = " ".join(formula(rule) for rule in (LOSS, UPDATE))
        lines = "".join(line(_head(field.name.removeprefix("back_")), field.name) for field in self.fields)
        return (
            f'<p>{text}</p><p class="rules">{rules}</p><div class="network">{picture}<div>{tables}</div></div>'
            f'<div class="lines">{lines}</div>'
        )

    @cached_property
    def _forward(self) -> tuple[Neuron, ...]:
        inputs = dict(zip(NODES[0], self.inputs, strict=True))
        hidden = [
            Neuron(f"back_n{name}", inputs, NODES[0], row, bias, {}, hidden=True)
            for name, row, bias in zip(HIDDEN, self.weights, self.biases, strict=True)
        ]
        sources = tuple(neuron.name for neuron in hidden)
        return (*hidden, Neuron("back_y", {}, sources, self.last, self.last_bias, {}, hidden=False))

    def _pleasant(self) -> bool:
        """Tell whether one neuron is on and one off, the output is negative, and all numbers are small."""
        values = solution_of_forward(self)
        on = [values[f"back_n{name}"] > 0 for name in HIDDEN]
        if sum(on) != 1 or values["back_y"] >= 0 or len({abs(value) for value in self.inputs}) < 2:
            return False
        return all(abs(value) <= LARGEST for value in solution(self).values())


@dataclass(frozen=True)
class LossSlope(Field):
    """How the loss changes with the output: twice what the output is too high."""

    target: Fraction

    def right(self, values: Values) -> Fraction:
        """Return 2 (ŷ − y)."""
        return 2 * (values["back_y"] - self.target)

    def mistakes(self, values: Values) -> Mistakes:
        """Mix up the sign, forget the 2, or write the loss itself."""
        right = self.right(values)
        return {
            "wrong-sign": [-right],
            "factor-forgotten": [right / 2, -right / 2],
            "loss-for-slope": [(right / 2) ** 2],
        }


@dataclass(frozen=True)
class LastSlope(Field):
    """The slope for a weight of the output: what is wrong there times the value that the weight multiplied."""

    source: str
    weight: Fraction

    def right(self, values: Values) -> Fraction:
        """Return the output's slope times the neuron's value."""
        return values["back_dy"] * values[f"back_n{self.source}"]

    def mistakes(self, values: Values) -> Mistakes:
        """Take the weight, or the other neuron's value."""
        return {
            "weight-for-value": [values["back_dy"] * self.weight],
            "neighbour": [values["back_dy"] * values[f"back_n{_other(self.source)}"]],
        }


@dataclass(frozen=True)
class LastBias(Field):
    """The slope for the output's bias: a bias is a weight whose value is 1."""

    def right(self, values: Values) -> Fraction:
        """Return the output's slope."""
        return values["back_dy"]

    def mistakes(self, values: Values) -> Mistakes:
        """Say that a bias has no slope."""
        return {"bias-left-alone": [Fraction(0)]}


@dataclass(frozen=True)
class Delta(Field):
    """How the loss changes with the sum of a hidden neuron: back along the weight, through the slope of ReLU."""

    node: str
    weight: Fraction
    neighbours: Fraction
    rate: Fraction

    def right(self, values: Values) -> Fraction:
        """Return the output's slope times the weight, or 0 where the neuron is off."""
        return self._through(values, self.weight)

    def mistakes(self, values: Values) -> Mistakes:
        """Forget ReLU's slope, or take the neighbour's weight, the value, or the weight after its step."""
        stepped = self.weight - self.rate * values[f"back_dw{self.node}y"]
        found = {
            "neighbour": [self._through(values, self.neighbours)],
            "weight-for-value": [self._through(values, values[f"back_n{self.node}"])],
            "new-weight-used": [self._through(values, stepped)],
        }
        return found if self._is_on(values) else {"slope-of-relu-forgotten": [values["back_dy"] * self.weight]}

    def _is_on(self, values: Values) -> bool:
        return values[f"back_n{self.node}"] > 0

    def _through(self, values: Values, factor: Fraction) -> Fraction:
        return values["back_dy"] * factor if self._is_on(values) else Fraction(0)


@dataclass(frozen=True)
class FirstSlope(Field):
    """The slope for a weight of a hidden neuron: the neuron's delta times the input that the weight multiplied."""

    node: str
    input: Fraction
    other_input: Fraction
    weight: Fraction

    def right(self, values: Values) -> Fraction:
        """Return delta times the input."""
        return values[f"back_delta{self.node}"] * self.input

    def mistakes(self, values: Values) -> Mistakes:
        """Take the weight, the other input, or the output's slope as if nothing lay between."""
        delta = values[f"back_delta{self.node}"]
        return {
            "weight-for-value": [delta * self.weight],
            "neighbour": [delta * self.other_input],
            "link-missing": [values["back_dy"] * self.input],
        }


@dataclass(frozen=True)
class Moved(Field):
    """A weight after one step: the old one minus the learning rate times its slope."""

    slope: str
    weight: Fraction
    rate: Fraction

    def right(self, values: Values) -> Fraction:
        """Return the weight after a step downhill."""
        return self.weight - self.rate * values[self.slope]

    def mistakes(self, values: Values) -> Mistakes:
        """Go up, forget the rate, or write the step alone."""
        step = self.rate * values[self.slope]
        return {
            "uphill": [self.weight + step],
            "rate-forgotten": [self.weight - values[self.slope]],
            "step-for-place": [step, -step],
        }


def solution_of_forward(task: Backpropagation) -> dict[str, Fraction]:
    """Return the right values of the forward pass alone."""
    values: dict[str, Fraction] = {}
    for field in task._forward:
        values[field.name] = field.right(values)
    return values


def _other(name: str) -> str:
    return HIDDEN[1 - HIDDEN.index(name)]


def _head(name: str) -> str:
    """Return what stands before a box: ``dw13`` is the slope for w13, ``new_w13`` that weight after its step."""
    if name.startswith("new_"):
        return label("homework.new", parameter=symbol("w", name.removeprefix("new_w")))
    if name.startswith("delta"):
        return symbol("δ", name.removeprefix("delta"))
    if name == "dy":
        return SLOPE.format(p=symbol("ŷ"))
    if name.startswith("d"):
        return SLOPE.format(p=symbol(name[1], name[2:]))
    return symbol("ŷ") if name == "y" else symbol(name[0], name[1:])
