"""The sheet of one forward pass: the network of the slides, 2-3-2-1, with numbers that a pencil can do.

The hidden neurons have ReLU and the output has none, so every number is exact: whole numbers in the first hidden
layer, halves in the second, quarters at the output. One neuron is cut off by ReLU, and y is negative, so that
a ReLU too few or too many shows.

Chapter: ``matrix-operations``. Source: the 2-3-2-1 network of the lecture slides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import ClassVar

from introdl import language
from introdl.homework.markup import given, line, symbol, table
from introdl.homework.markup import number as written
from introdl.homework.task import Field, Mistakes, Numbers, Task, Values, solution, told_apart
from introdl.language import label

NODES = (("x1", "x2"), ("n3", "n4", "n5"), ("n6", "n7"), ("y",))
INPUTS = ((1, 2, 3, 4, 5), (-3, -2, -1, 1, 2, 3, 4))
WHOLE = (-3, -2, -1, 1, 2, 3)
HALVES = tuple(Fraction(n, 2) for n in (-4, -3, -2, -1, 1, 2, 3, 4))
POOLS = (WHOLE, HALVES, HALVES)  # the weights of each layer
BIASES = (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)
NEGATIVE = (1, 0, 1)  # sums below zero in each layer
LARGEST = 20  # sum of a neuron, whatever its sign
PATIENCE = 1000  # draws of one layer before the network is given up

Row = tuple[Fraction, ...]
Layer = tuple[tuple[Row, ...], Row]  # weights, row = to and column = from; biases


@dataclass(frozen=True)
class ForwardPass(Task):
    """Two inputs, two hidden layers and an output.

    Parameters
    ----------
    inputs : (Fraction, Fraction)
    layers : tuple of (weights, biases)
        In the order of the forward pass, as PyTorch keeps them: row = to, column = from.

    Examples
    --------
    >>> one_layer = (((1, -1), (0, 2), (3, 1)), (1, 0, -2))
    >>> solution(ForwardPass((1, 2), (one_layer,)))
    {'n3': Fraction(0, 1), 'n4': Fraction(4, 1), 'n5': Fraction(3, 1)}
    """

    inputs: Row
    layers: tuple[Layer, ...]

    name: ClassVar[str] = "forward-pass"
    kinds: ClassVar[tuple[str, ...]] = (
        "bias-forgotten",
        "transposed",
        "subscript-reversed",
        "wrong-sign",
        "relu-forgotten",
        "relu-at-output",
    )

    @classmethod
    def draw(cls, numbers: Numbers) -> ForwardPass | None:
        """Return a network drawn layer by layer, each with mistakes that can be told apart."""
        x1, x2 = (Fraction(numbers.choose(pool)) for pool in INPUTS)
        task = cls((x1, x2), ()) if x1 != x2 else None
        while task is not None and len(task.layers) < len(POOLS):
            task = task._with_a_layer(numbers)
        return task

    @cached_property
    def fields(self) -> tuple[Neuron, ...]:
        """One field a neuron, n3 to n7 and y."""
        given = dict(zip(NODES[0], self.inputs, strict=True))
        return tuple(
            Neuron(name, given, NODES[number], row[place], bias[place], self._misread(number, place), number < 2)
            for number, (row, bias) in enumerate(self.layers)
            for place, name in enumerate(NODES[number + 1])
        )

    def body(self) -> str:
        """Return the picture of the network, its numbers, and a line for each neuron."""
        inputs = [given(symbol("x", str(place)), value) for place, value in enumerate(self.inputs, 1)]
        text = label(
            "homework.forward-pass-text",
            inputs=label("homework.comma").join(inputs),
            z=symbol("z"),
            w=symbol("w", "13"),
        )
        lines = "".join(line(node(field.name), field.name) for field in self.fields)
        tables = "".join(self._table(number) for number in range(len(self.layers)))
        picture = f'<div class="picture">{picture_of(NODES, self.name, language.current())}</div>'
        return f'<p>{text}</p><div class="network">{picture}<div>{tables}</div></div><div class="lines">{lines}</div>'

    def _table(self, number: int) -> str:
        """Return the weights and biases of a layer as a table, one neuron a row."""
        heads = [label("homework.neuron")]
        heads += [label("homework.weight-from", node=node(name)) for name in NODES[number]]
        rows = [
            [node(name), *map(written, (*weights, bias))]
            for name, weights, bias in zip(NODES[number + 1], *self.layers[number], strict=True)
        ]
        return table([*heads, label("homework.bias")], rows)

    def _with_a_layer(self, numbers: Numbers) -> ForwardPass | None:
        """Return this network with one more layer, or None where no such layer turns up."""
        number = len(self.layers)
        outputs = len(NODES[number + 1])
        arriving = list(solution(self).values())[-len(NODES[number]) :] if number else self.inputs
        for _ in range(PATIENCE):
            rows = tuple(_row(numbers, POOLS[number], len(NODES[number])) for _ in range(outputs))
            biases = _row(numbers, BIASES, outputs)
            sums = [_dot(row, arriving) + bias for row, bias in zip(rows, biases, strict=True)]
            if _pleasant(rows, sums, NEGATIVE[number]):
                task = ForwardPass(self.inputs, (*self.layers, (rows, biases)))
                if told_apart(task):
                    return task
        return None

    def _misread(self, number: int, place: int) -> dict[str, Row]:
        """Return the weights that somebody takes who reads the table of weights another way."""
        rows = self.layers[number][0]
        inputs = len(rows[0])
        down = [weight for column in zip(*rows, strict=True) for weight in column]
        misread = {"transposed": tuple(down[place * inputs :][:inputs])} if len(rows) > 1 else {}
        leaving = [row[place] for row in self.layers[number + 1][0]] if number + 1 < len(self.layers) else []
        if len(leaving) == inputs:  # as many weights leave the neuron as reach it, so nobody notices
            misread["subscript-reversed"] = tuple(leaving)
        return misread


@dataclass(frozen=True)
class Neuron(Field):
    """The value of one neuron: what arrives times the weights, and the bias; then ReLU, where it is hidden."""

    given: Mapping[str, Fraction]
    sources: tuple[str, ...]
    weights: Row
    bias: Fraction
    misread: Mapping[str, Row]  # other weights, by the kind of mistake
    hidden: bool

    def sum(self, values: Values) -> Fraction:
        """Return the sum before ReLU."""
        return _dot(self.weights, self._arriving(values)) + self.bias

    def right(self, values: Values) -> Fraction:
        """Return the neuron's value."""
        return self._out(self.sum(values))

    def mistakes(self, values: Values) -> Mistakes:
        """Forget the bias, take other weights, mix up a sign, or have a ReLU too few or too many."""
        arriving, total = self._arriving(values), self.sum(values)
        products = [weight * value for weight, value in zip(self.weights, arriving, strict=True)]
        slips = [self._out(total - 2 * part) for part in (*products, self.bias)]
        return {
            "bias-forgotten": [self._out(total - self.bias)],
            **{kind: [self._out(_dot(row, arriving) + self.bias)] for kind, row in self.misread.items()},
            "wrong-sign": [-self._out(total), *slips],
            **({"relu-forgotten": [total]} if self.hidden else {"relu-at-output": [max(total, Fraction(0))]}),
        }

    def _arriving(self, values: Values) -> list[Fraction]:
        return [self.given[name] if name in self.given else values[name] for name in self.sources]

    def _out(self, total: Fraction) -> Fraction:
        return max(total, Fraction(0)) if self.hidden else total


@cache
def picture_of(nodes: tuple[tuple[str, ...], ...], sheet: str, spoken: str) -> str:
    """Draw a network for a sheet, in the language in use, which is told for the cache's sake."""
    from introdl.figures.base import own_ids  # here, so that grading does not wait for matplotlib
    from introdl.figures.network import network

    names = [[name.lstrip("xn") for name in layer] for layer in nodes]
    return own_ids(network(names).svg(), f"{sheet}-")


def node(name: str) -> str:
    """Return the name of a node as a formula has it: n3 is n with a 3 below."""
    return symbol(name[0], name[1:])


def _pleasant(rows: Sequence[Row], sums: Sequence[Fraction], negative: int) -> bool:
    """Tell whether no neuron has all weights alike, the sums are small, and as many as should be are below zero."""
    varied = all(len(set(row)) > 1 for row in rows)
    return varied and all(0 < abs(z) <= LARGEST for z in sums) and sum(z < 0 for z in sums) == negative


def _row(numbers: Numbers, pool: Sequence[Fraction], count: int) -> Row:
    return tuple(Fraction(numbers.choose(pool)) for _ in range(count))


def _dot(weights: Sequence[Fraction], values: Sequence[Fraction]) -> Fraction:
    return sum((weight * value for weight, value in zip(weights, values, strict=True)), Fraction(0))
