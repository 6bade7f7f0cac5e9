"""A straight line for the log-odds, and from it a probability: logistic regression, and softmax for several classes.

Chapter: ``logistic-regression``. Losses are computed from the log-odds z and never from a rounded probability, so that
a model that is sure and wrong still has a finite loss and a gradient. Arrays give arrays, tensors give tensors.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import ModuleType

import numpy as np

from introdl import linear
from introdl.arrays import Array, features, is_tensor, numbers, refuse_without_numbers, together
from introdl.linear import Gradient

MOST_STEPS = 100  # of Newton's method, which needs about ten
REDUCTIONS = ("mean", "sum", "none")


@dataclass(frozen=True)
class Fit:
    """Weights and bias for the log-odds of y = 1.

    Parameters
    ----------
    weight : ndarray or Tensor, shape (d,)
        Change of the log-odds for each unit of a feature; ``exp(weight)`` multiplies the odds.
    bias : float or 0-d Tensor
        Log-odds where every feature is 0.
    """

    weight: Array
    bias: float | Array

    def log_odds(self, X: object) -> Array:
        """Return the log-odds of y = 1 for each row of ``X``, shape (n,): a straight line, or a plane.

        Raises
        ------
        TypeError, ValueError
            As :meth:`introdl.linear.Fit.predict`.
        """
        return linear.Fit(self.weight, self.bias).predict(X)

    def probability(self, X: object) -> Array:
        """Return the probability of y = 1 for each row of ``X``, shape (n,).

        Raises
        ------
        TypeError, ValueError
            As :meth:`introdl.linear.Fit.predict`.

        Examples
        --------
        >>> Fit(np.array([0.25]), -4.5).probability([11, 18, 25]).round(2)
        array([0.15, 0.5 , 0.85])
        """
        return sigmoid(self.log_odds(X))


def log_odds(probability: object) -> Array:
    """Return ln(p / (1 − p)): 0 for an even chance, negative below, positive above.

    Parameters
    ----------
    probability : array-like or Tensor
        Strictly between 0 and 1; a certain answer has no finite odds.

    Returns
    -------
    ndarray or Tensor of the same shape

    Raises
    ------
    TypeError, ValueError
        As :func:`introdl.arrays.numbers`, and if a probability is 0, 1 or outside.

    Examples
    --------
    >>> log_odds([0.25, 0.5, 0.75]).round(3)
    array([-1.099,  0.   ,  1.099])
    """
    p = numbers(probability, "probability")
    _refuse(p, (p <= 0) | (p >= 1), "probability must lie strictly between 0 and 1")
    return _library(p).log(p / (1 - p))


def sigmoid(z: object) -> Array:
    """Return σ(z) = 1 / (1 + e⁻ᶻ), the probability whose log-odds are z, without overflow for any z.

    Parameters
    ----------
    z : array-like or Tensor
        Log-odds, of any shape.

    Returns
    -------
    ndarray or Tensor of the same shape
        Between 0 and 1; rounding reaches the ends, in float64 from z = 37 up.

    Raises
    ------
    TypeError, ValueError
        As :func:`introdl.arrays.numbers`.

    Examples
    --------
    >>> sigmoid([-1000, 0, 1000])
    array([0. , 0.5, 1. ])
    """
    z = numbers(z, "z")
    return _library(z).exp(-_ln_of_1_plus_exp(-z))


def softmax(z: object) -> Array:
    """Turn the scores of several classes into probabilities: eᶻ of each, divided by their sum.

    Parameters
    ----------
    z : array-like or Tensor, shape (..., k)
        One score for each class, the classes along the last axis.

    Returns
    -------
    ndarray or Tensor of the same shape
        Positive but for rounding, with sum 1 along the last axis. Adding one number to all scores changes nothing.

    Raises
    ------
    TypeError, ValueError
        As :func:`introdl.arrays.numbers`, and if ``z`` is a single number.

    Examples
    --------
    >>> softmax(np.log([1, 2, 5]))
    array([0.125, 0.25 , 0.625])
    """
    z = numbers(z, "z")
    if z.ndim == 0:
        raise ValueError("z must hold one score for each class, shape (..., k), got a single number")
    library = _library(z)
    powers = library.exp(z - library.amax(z, axis=-1, keepdims=True))  # the largest power is e⁰: nothing overflows
    return powers / powers.sum(axis=-1, keepdims=True)


def cross_entropy(z: object, y: object, reduction: str = "mean") -> Array:
    """Return minus the logarithm of the probability that the model gave to what happened.

    Parameters
    ----------
    z : array-like or Tensor, shape (n,)
        The model's log-odds of y = 1.
    y : array-like or Tensor, shape (n,)
        What happened, 0 or 1. A tensor must be of the floating-point type of ``z``.
    reduction : {"mean", "sum", "none"}
        What to return: the mean, the sum, or each person's loss. In nats, for the logarithm is the natural one.

    Returns
    -------
    ndarray or Tensor, shape () or (n,)

    Raises
    ------
    TypeError, ValueError
        As :func:`introdl.arrays.numbers`; if ``y`` holds anything but 0 and 1; if the two do not belong together.

    Notes
    -----
    ln(1 + e⁻ᶻ) for y = 1 and ln(1 + eᶻ) for y = 0, each by the log-sum-exp trick: finite and exact for any z.

    Examples
    --------
    >>> cross_entropy(log_odds([0.25, 0.25, 0.5, 0.75]), [0, 1, 1, 0]).round(3)
    np.float64(0.938)
    >>> cross_entropy([1000.0], [0])
    np.float64(1000.0)
    """
    _known(reduction)
    z, y = numbers(z, "z", ndim=1), numbers(y, "y", ndim=1)
    together(z=z, y=y)
    _zero_or_one(y)
    losses = _ln_of_1_plus_exp((1 - 2 * y) * z)
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()


def gradient(X: object, y: object, weight: object, bias: object, reduction: str = "mean") -> Gradient:
    """Return the slope of the cross-entropy with respect to each weight and the bias: miss times input, (ŷ − y) x.

    Parameters
    ----------
    X : array-like or Tensor, shape (n, d) or (n,)
    y : array-like or Tensor, shape (n,)
        What happened, 0 or 1.
    weight : array-like or Tensor, shape (d,)
        A plain number will do for one feature.
    bias : number or 0-d Tensor
    reduction : {"mean", "sum"}
        Of the loss over the people.

    Returns
    -------
    Gradient
        A pair: ``weight`` of shape (d,), ``bias`` a number. It points uphill.

    Raises
    ------
    TypeError, ValueError
        As :func:`cross_entropy`, and as :meth:`introdl.linear.Fit.predict`.

    Examples
    --------
    >>> gradient([11, 16], [0, 1], weight=0, bias=0)
    Gradient(weight=array([-1.25]), bias=0.0)
    """
    _known(reduction, but="none")
    X, y = features(X), numbers(y, "y", ndim=1)
    together(X=X, y=y)
    _zero_or_one(y)
    miss = Fit(weight, bias).probability(X) - y
    share = 1 / len(X) if reduction == "mean" else 1
    d_bias = share * miss.sum()
    return Gradient(share * (X.T @ miss), d_bias if is_tensor(d_bias) else float(d_bias))


def separated(X: object, y: object) -> bool:
    """Tell whether a line in the features keeps the two classes apart, so that no finite weight is the best one.

    Parameters
    ----------
    X : array-like or Tensor, shape (n, d) or (n,)
    y : array-like or Tensor, shape (n,)
        0 or 1, both present.

    Returns
    -------
    bool
        True too where people of both classes lie on the dividing line itself, and none on the wrong side.

    Raises
    ------
    TypeError, ValueError
        As :func:`cross_entropy`, and if ``y`` holds one class only.

    Notes
    -----
    Solved as a linear programme: is there a line with every person on the right side or on it, and not all on it?
    This is the condition under which logistic regression has no finite answer.

    Examples
    --------
    >>> separated([8, 9, 14, 16], [0, 0, 1, 1]), separated([8, 9, 14, 16], [0, 1, 0, 1])
    (True, False)
    """
    from scipy.optimize import linprog

    X, y = _both_classes(X, y)
    if is_tensor(X):
        X, y = X.detach().cpu().numpy().astype(float), y.detach().cpu().numpy().astype(float)
    X = X - X.mean(axis=0)
    X = X / np.where(X.any(axis=0), np.abs(X).max(axis=0), 1)
    side = (2 * y - 1)[:, None] * np.column_stack([X, np.ones(len(X))])
    rules = {"A_ub": np.vstack([-side, side]), "b_ub": np.repeat([0.0, 1.0], len(side))}
    farthest = -linprog(-side.sum(axis=0), **rules, bounds=(None, None)).fun
    return bool(farthest > 0.5)  # a line that separates can be scaled until somebody is 1 away from it


def fit(X: object, y: object) -> Fit:
    """Find the weights and the bias with the smallest cross-entropy, by Newton's method and without a penalty.

    Parameters
    ----------
    X : array-like or Tensor, shape (n, d) or (n,)
        One example a row, more rows than parameters.
    y : array-like or Tensor, shape (n,)
        0 or 1, both present.

    Returns
    -------
    Fit
        Exact to rounding: what gradient descent approaches.

    Raises
    ------
    TypeError, ValueError
        As :func:`gradient`; as :func:`introdl.linear.least_squares` for columns that are constant or follow from
        others; if ``y`` holds one class only; if a line separates the classes, for then the weights would grow
        for ever.

    Examples
    --------
    >>> found = fit([8, 11, 11, 16, 22, 29], [0, 0, 1, 1, 0, 1])
    >>> found.weight.round(3), round(found.bias, 3)
    (array([0.103]), -1.64)
    """
    if separated(X, y):
        raise ValueError(
            "a line separates the two classes of y, so the weights would grow for ever: "
            "use a penalty, ask for more people, or look whether a feature gives the answer away"
        )
    linear.least_squares(X, y)  # refuses the columns to which no weight can be given
    standard = linear.standardise(X)
    line = standard.back(*_newton(standard.values, numbers(y, "y")))
    return Fit(line.weight, line.bias)


def _newton(X: Array, y: Array) -> tuple[Array, Array]:
    """Step by the slope divided by the curvature; halve a step that does not go down."""
    library = _library(X)
    rows = library.column_stack([X, library.ones_like(X[:, :1])])
    theta, rounding = 0 * rows[0], float(library.finfo(X.dtype).eps)
    for _ in range(MOST_STEPS):
        p = sigmoid(rows @ theta)
        curvature = (rows * (p * (1 - p))[:, None]).T @ rows
        step = library.linalg.solve(curvature, rows.T @ (p - y))
        limit = cross_entropy(rows @ theta, y) * (1 + 8 * rounding)
        while cross_entropy(rows @ (theta - step), y) > limit:
            step = step / 2
        theta = theta - step
        if abs(step).max() <= rounding**0.5 * (1 + abs(theta).max()):  # the next would be its square: below rounding
            return theta[:-1], theta[-1]
    raise ArithmeticError(f"no answer after {MOST_STEPS} steps: are the columns of X very nearly determined by others?")


def _ln_of_1_plus_exp(z: Array) -> Array:
    """Return ln(1 + eᶻ) = max(z, 0) + ln(1 + e^−|z|): the log-sum-exp trick for the two numbers 0 and z."""
    return _library(z).logaddexp(0 * z, z)


def _both_classes(X: object, y: object) -> tuple[Array, Array]:
    X, y = features(X), numbers(y, "y", ndim=1)
    together(X=X, y=y)
    refuse_without_numbers(X=X, y=y)
    _zero_or_one(y)
    if bool((y == y[0]).all()):
        raise ValueError(f"y must hold both classes, 0 and 1, got {len(y)} times {float(y[0]):g}")
    return X, y


def _zero_or_one(y: Array) -> None:
    _refuse(y, (y != 0) & (y != 1), "y must hold 0 and 1 only")


def _refuse(values: Array, odd: Array, wanted: str) -> None:
    """Name the first odd value and its place."""
    if _on_meta(values) or not bool(odd.any()):
        return
    place = tuple(int(i) for i in np.argwhere(np.asarray(odd.cpu() if is_tensor(odd) else odd))[0])
    where = f" at index {place}" if place else ""
    raise ValueError(f"{wanted}, got {values[place].item():g}{where}")


def _known(reduction: str, but: str = "") -> None:
    allowed = [name for name in REDUCTIONS if name != but]
    if reduction not in allowed:
        raise ValueError(f"reduction must be one of {', '.join(allowed)}, got {reduction!r}")


def _on_meta(values: Array) -> bool:
    return is_tensor(values) and values.is_meta  # such a tensor has a shape and no numbers


def _library(values: Array) -> ModuleType:
    """Return the library whose arrays these are; PyTorch is imported only where it is in use already."""
    if is_tensor(values):
        import torch

        return torch
    return np
