"""Gradient descent keeps its whole path: every place it stood, from the start to the last step.

The walk itself is one line, ``place - rate * gradient(place)``; the rest of this module looks at what comes in,
stops when the numbers leave the computer's range, and says how large a rate may be.

Chapters: ``gradient-descent``, ``backpropagation``.
Source: the lecture slides, "Gradient descent to find two parameters".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from introdl.arrays import Array, features, floats, is_tensor, numbers, positive, refuse_without_numbers, whole


@dataclass(frozen=True)
class Path:
    """Where a walk downhill stood, from its start to its last step.

    Parameters
    ----------
    parameters : ndarray or Tensor, shape (steps + 1, p)
        The start in row 0, then the place after each step.
    losses : ndarray or Tensor of shape (steps + 1,), or None
        The loss at each of these places, if a loss was given.
    rate : float
        The learning rate.
    diverged : bool
        True if the walk stopped early because the next place, or its loss, was not a finite number.
        False says only that all numbers stayed finite; look at the losses too.

    Examples
    --------
    >>> path = descend(lambda w: 2 * (w - 3), start=[0], rate=0.25, steps=2)
    >>> path.steps, path.last
    (2, array([2.25]))
    """

    parameters: Array
    losses: Array | None
    rate: float
    diverged: bool = False

    @property
    def steps(self) -> int:
        """How many steps were taken."""
        return len(self.parameters) - 1

    @property
    def last(self) -> Array:
        """The place after the last step, shape (p,)."""
        return self.parameters[-1]


def descend(
    gradient: Callable[[Array], Array],
    start: Array,
    rate: float,
    steps: int,
    loss: Callable[[Array], float] | None = None,
) -> Path:
    """Walk downhill: subtract the rate times the gradient, again and again.

    Parameters
    ----------
    gradient : callable
        Parameters (p,) → how fast the loss changes with each of them, (p,).
    start : array-like or Tensor, shape (p,)
        Where to begin. With a tensor the gradient must be a tensor too, of the same type and on the same device;
        no gradient of PyTorch's own is tracked.
    rate : float
        The learning rate η, positive.
    steps : int
        How many steps to take, 0 or more.
    loss : callable, optional
        Parameters (p,) → the loss, one number; then the path keeps the losses too.

    Returns
    -------
    Path
        Shorter than ``steps``, and ``diverged``, if a place or its loss stopped being finite; such a place is left out.

    Raises
    ------
    TypeError
        If start, rate or steps are no such numbers, gradient or loss cannot be called, or the gradient is
        not of the start's kind.
    ValueError
        If start is empty or not finite, the rate is not positive and finite, steps is negative, the gradient has
        another shape, dtype or device than the start, the loss is not one number, or either is not
        finite at the start.

    Examples
    --------
    >>> descend(lambda w: 2 * (w - 3), start=[0], rate=0.25, steps=3, loss=lambda w: (w[0] - 3) ** 2).losses
    array([9.      , 2.25    , 0.5625  , 0.140625])
    """
    place = numbers(start, "start", ndim=1)
    place = place.detach().clone() if is_tensor(place) else place
    rate, steps = positive(rate, "rate"), whole(steps, "steps")
    for name, function in (("gradient", gradient), ("loss", loss)):
        if not callable(function) and not (name == "loss" and function is None):
            raise TypeError(f"{name} must be a function of the parameters, got {type(function).__name__}")
    places, losses = [place], [] if loss is None else [_loss_at(loss, place)]
    _refuse_a_start_that_is_not_finite(losses, "loss")
    diverged = False
    with np.errstate(over="ignore", invalid="ignore"):  # a walk that leaves the range of numbers is answered, not noted
        for step in range(steps):
            slope = _gradient_at(gradient, place)
            if step == 0:
                _refuse_a_start_that_is_not_finite([slope], "gradient")
            place = place - rate * slope
            height = [] if loss is None or not _finite(place) else [_loss_at(loss, place)]
            if not all(_finite(value) for value in [place, *height]):
                diverged = True
                break
            places.append(place)
            losses += height
    return Path(_stack(places), None if loss is None else _stack(losses), rate, diverged)


def finite_differences(loss: Callable[[Array], float], place: Array, step: float = 1e-5) -> Array:
    """Measure the gradient by walking a little to each side: the referee for a gradient that was worked out.

    Parameters
    ----------
    loss : callable
        Parameters (p,) → the loss, one number.
    place : array-like or Tensor, shape (p,)
        Where to measure. A tensor gives a tensor of its type, on its device; take float64, since of a difference of
        two nearly equal float32 numbers few digits are left.
    step : float
        How far to walk to each side. The error of the method grows with its square, that of rounding as it shrinks.

    Returns
    -------
    ndarray or Tensor, shape (p,)
        For each parameter the loss a step above minus the loss a step below, divided by two steps.

    Raises
    ------
    TypeError
        If the loss cannot be called, or place and step are no numbers.
    ValueError
        If place is empty or not finite, the step is not positive, or so small that the place does not change, or the
        loss is not one finite number.

    Examples
    --------
    >>> finite_differences(lambda w: (w[0] - 3) ** 2, [0.0]).round(6)
    array([-6.])
    """
    if not callable(loss):
        raise TypeError(f"loss must be a function of the parameters, got {type(loss).__name__}")
    place, step = numbers(place, "place", ndim=1), positive(step, "step")
    place = place.detach() if is_tensor(place) else place
    refuse_without_numbers(place=place)
    found = []
    for index in range(len(place)):
        sides = []
        for way in (step, -step):
            moved = place.clone() if is_tensor(place) else place.copy()
            moved[index] += way
            if float(moved[index]) == float(place[index]):
                raise ValueError(f"step must be large enough to change {float(place[index])}, got {step}")
            height = float(_loss_at(loss, moved))
            if not math.isfinite(height):
                raise ValueError(f"loss must be finite around the place, got {height} beside parameter {index}")
            sides.append(height)
        found.append((sides[0] - sides[1]) / (2 * step))
    return place.new_tensor(found) if is_tensor(place) else np.array(found)


def largest_rate(X: Array, reduction: str = "mean") -> float:
    """Return the learning rate that the squared loss of a line allows: below it descent arrives, above it diverges.

    It is 2 / λ, where λ is the largest eigenvalue of the matrix of second derivatives of
    :func:`introdl.linear.squared_loss` in (weight, bias). That matrix is the same everywhere.

    Parameters
    ----------
    X : array-like or Tensor, shape (n, d) or (n,)
        The features; the bias is added here.
    reduction : {"mean", "sum"}
        Whether the loss is the mean or the sum of the squared residuals. The bound for the sum is n times smaller.

    Returns
    -------
    float

    Raises
    ------
    TypeError, ValueError
        As :func:`introdl.arrays.features`; and if reduction is another word, X is a tensor without numbers, or its
        numbers are so large that the rate would be 0.

    Examples
    --------
    >>> round(largest_rate([0, 1, 2]), 3), round(largest_rate([0, 1, 2], reduction="sum"), 3)
    (0.419, 0.14)
    """
    X = features(X)
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction must be 'mean' or 'sum', got {reduction!r}")
    if is_tensor(X):
        refuse_without_numbers(X=X)
        X = X.detach().cpu().double().numpy()
    with_bias = np.column_stack([X, np.ones(len(X))])
    longest = np.linalg.norm(with_bias, 2)  # its square, doubled, is the largest eigenvalue for the sum
    rate = float((len(X) if reduction == "mean" else 1) / longest / longest)
    if rate == 0:
        raise ValueError("X holds numbers so large that every rate diverges: standardise X, or choose another unit")
    return rate


def batches(n: int, size: int, epochs: int, seed: int) -> list[np.ndarray]:
    """Deal n people into batches, shuffled anew in every epoch.

    Parameters
    ----------
    n : int
        Number of people.
    size : int
        People in a batch; the last batch of an epoch holds those who are left.
    epochs : int
        How often everybody is seen once.
    seed : int
        Fixes the order: the same seed gives the same batches.

    Returns
    -------
    list of ndarray of int
        The places (0 to n − 1) of the people of each batch, in the order of the steps.

    Raises
    ------
    TypeError
        If one of them is not a whole number.
    ValueError
        If one of them is too small, or size is larger than n.

    Examples
    --------
    >>> one_epoch = batches(5, size=2, epochs=1, seed=0)
    >>> [len(batch) for batch in one_epoch], sorted(np.concatenate(one_epoch).tolist())
    ([2, 2, 1], [0, 1, 2, 3, 4])
    """
    n, size, epochs, seed = (
        whole(n, "n", least=1),
        whole(size, "size", least=1),
        whole(epochs, "epochs"),
        whole(seed, "seed"),
    )
    if size > n:
        raise ValueError(f"size must be at most n = {n}, got {size}")
    random = np.random.default_rng(seed)
    return [
        order[first : first + size]
        for order in (random.permutation(n) for _ in range(epochs))
        for first in range(0, n, size)
    ]


def _gradient_at(gradient: Callable[[Array], Array], place: Array) -> Array:
    """Return the gradient as the start's kind of array; it may hold what is not finite."""
    given = gradient(_copy(place))
    if not is_tensor(place):
        if is_tensor(given):
            raise TypeError("gradient must return an array where start is an array, got a tensor: make start a tensor")
        try:
            slope = floats(given, "gradient")
        except TypeError:
            raise TypeError(
                f"gradient must return one flat array of real numbers, got {type(given).__name__}"
            ) from None
    else:
        if not is_tensor(given):
            raise TypeError(f"gradient must return a tensor where start is a tensor, got {type(given).__name__}")
        if given.device != place.device:
            raise ValueError(f"gradient must return a tensor on {place.device}, as start is, got {given.device}")
        if given.dtype != place.dtype:
            raise ValueError(f"gradient must return a tensor of type {place.dtype}, as start is, got {given.dtype}")
        slope = given.detach()
    if tuple(slope.shape) != tuple(place.shape):
        raise ValueError(
            f"gradient must have the shape of start, {tuple(place.shape)}: one slope for each parameter, "
            f"got {tuple(slope.shape)}"
        )
    return slope


def _loss_at(loss: Callable[[Array], float], place: Array) -> Array | float:
    given = loss(_copy(place))
    if is_tensor(given) and not given.is_complex():
        given = given.detach()
        size = given.numel()
    else:
        try:
            given = floats(given, "loss")
        except TypeError:
            raise TypeError(f"loss must return one number, got {type(given).__name__}") from None
        size = given.size
    if size != 1:
        raise ValueError(f"loss must return one number, got shape {tuple(given.shape)}")
    return given.reshape(())


def _refuse_a_start_that_is_not_finite(values: list[Array], name: str) -> None:
    for value in values:
        if not _finite(value):
            raise ValueError(
                f"{name} at the start must be finite, got {value.tolist()}: look at the data, or start nearer"
            )


def _finite(value: Array) -> bool:
    if is_tensor(value):
        return value.is_meta or bool(value.isfinite().all())  # on the device meta a tensor has no numbers
    return bool(np.isfinite(value).all())


def _copy(place: Array) -> Array:
    """Return a copy, so that nothing a caller's function does to it changes the path."""
    return place.clone() if is_tensor(place) else place.copy()


def _stack(values: list[Array]) -> Array:
    if is_tensor(values[0]):
        import torch

        return torch.stack(values)
    return np.stack(values)
