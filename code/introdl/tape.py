"""A number that remembers what it was made from, so that a gradient can be found by walking the record backwards.

Each :class:`Value` holds its parents and the slope towards each of them. ``backward`` goes through the record from the
result to the beginnings and hands every parent its share: the chain rule, one operation at a time.

Chapter: ``backpropagation``.
Source: Rumelhart, Hinton and Williams (1986), for the rule; the record is what PyTorch's autograd keeps for tensors.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real


class Value:
    """A real number with a record of how it was computed.

    Operators ``+ - * /`` take another value or a plain number, ``**`` a plain number.

    Parameters
    ----------
    number : float
        Finite.

    Attributes
    ----------
    value : float
        The number itself.
    gradient : float
        After ``backward`` of a result: how the result changes with this value. 0 before.

    Raises
    ------
    TypeError
        If it is not a real number; a tensor of one number is none, nor is a truth value.
    ValueError
        If it is NaN or infinite, or becomes so in an operation, or an operation has no real result or no slope.

    Examples
    --------
    >>> w, x, y = Value(3), Value(2), Value(7)
    >>> loss = (w * x - y) ** 2
    >>> loss.backward()
    >>> loss.value, w.gradient, x.gradient
    (1.0, -4.0, -6.0)
    """

    def __init__(self, number: float) -> None:
        self.value = _number(number)
        self.gradient = 0.0
        self._parents: tuple[tuple[Value, float], ...] = ()

    def __repr__(self) -> str:
        return f"Value({self.value:g}, gradient={self.gradient:g})"

    def __add__(self, other: Value | float) -> Value:
        other = _value(other, "+")
        return _made("+", lambda: self.value + other.value, (self, 1.0), (other, 1.0))

    def __mul__(self, other: Value | float) -> Value:
        other = _value(other, "*")
        return _made("*", lambda: self.value * other.value, (self, other.value), (other, self.value))

    def __pow__(self, power: float) -> Value:
        if isinstance(power, Value):
            raise TypeError("the power must be a plain number, got a Value: write (b.log() * p).exp()")
        power = _number(power)
        if self.value == 0 and power < 1 and power != 0:
            raise ValueError(f"0 to the power {power:g} has no finite slope")
        if self.value < 0 and power != int(power):
            raise ValueError(f"{self.value:g} to the power {power:g} is no real number: only whole powers are")
        slope = power * self.value ** (power - 1) if power else 0.0
        return _made("**", lambda: self.value**power, (self, slope))

    def __truediv__(self, other: Value | float) -> Value:
        other = _value(other, "/")
        if other.value == 0:
            raise ValueError(f"cannot divide {self.value:g} by 0")
        return self * other**-1

    def __neg__(self) -> Value:
        return self * -1

    def __sub__(self, other: Value | float) -> Value:
        return self + -_value(other, "-")

    def __radd__(self, other: float) -> Value:
        return self + other

    def __rmul__(self, other: float) -> Value:
        return self * other

    def __rsub__(self, other: float) -> Value:
        return _value(other, "-") - self

    def __rtruediv__(self, other: float) -> Value:
        return _value(other, "/") / self

    def exp(self) -> Value:
        """Return e to this power."""
        return self._bent("exp", math.exp, lambda out: out)

    def log(self) -> Value:
        """Return the natural logarithm, of a positive number."""
        if self.value <= 0:
            raise ValueError(f"the logarithm needs a positive number, got {self.value:g}")
        return self._bent("log", math.log, lambda out: 1 / self.value)

    def sigmoid(self) -> Value:
        """Return 1 / (1 + e^−z), written so that no exponential leaves the range of numbers."""

        def squeeze(z: float) -> float:
            small = math.exp(-abs(z))
            return (1 if z >= 0 else small) / (1 + small)

        return self._bent("sigmoid", squeeze, lambda out: out * (1 - out))

    def tanh(self) -> Value:
        """Return the hyperbolic tangent."""
        return self._bent("tanh", math.tanh, lambda out: 1 - out**2)

    def relu(self) -> Value:
        """Return the number if it is positive, else 0. The slope at 0 is taken to be 0, as PyTorch does."""
        return self._bent("relu", lambda z: max(z, 0.0), lambda out: float(out > 0))

    def backward(self) -> None:
        """Work out how this value changes with every value it was made from, and write it into their ``gradient``.

        The gradients of an earlier call are written anew, not added to: nothing has to be cleared between two calls.

        Examples
        --------
        >>> a = Value(2)
        >>> result = a * a
        >>> for _ in range(2):
        ...     result.backward()
        >>> a.gradient
        4.0
        """
        order = self._in_order()
        for value in order:
            value.gradient = 0.0
        self.gradient = 1.0
        for value in reversed(order):
            for parent, slope in value._parents:
                parent.gradient += slope * value.gradient

    def _bent(self, name: str, bend: Callable[[float], float], slope: Callable[[float], float]) -> Value:
        out = _made(name, lambda: bend(self.value))
        out._parents = ((self, slope(out.value)),)
        return out

    def _in_order(self) -> list[Value]:
        """Return this value and all it was made from, each after its parents; a loop, so that no depth is too deep."""
        order: list[Value] = []
        seen: set[int] = set()
        waiting = [(self, False)]
        while waiting:
            value, parents_done = waiting.pop()
            if parents_done:
                order.append(value)
            elif id(value) not in seen:
                seen.add(id(value))
                waiting.append((value, True))
                waiting.extend((parent, False) for parent, _ in value._parents)
        return order


def _made(name: str, compute: Callable[[], float], *parents: tuple[Value, float]) -> Value:
    """Return the result of an operation, with its record."""
    try:
        number = compute()
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"{name} leaves the range of numbers, got {number}")
    out = Value(number)
    out._parents = parents
    return out


def _value(other: Value | float, operator: str) -> Value:
    if isinstance(other, Value):
        return other
    if isinstance(other, bool) or not isinstance(other, Real):
        raise TypeError(
            f"{operator} takes a Value or a plain number, got {type(other).__name__}: of a tensor take .item()"
        )
    return Value(other)


def _number(number: float) -> float:
    if isinstance(number, bool) or not isinstance(number, Real):
        raise TypeError(f"a Value holds one real number, got {number!r} of type {type(number).__name__}")
    number = float(number)
    if not math.isfinite(number):
        raise ValueError(f"a Value holds a finite number, got {number}")
    return number
