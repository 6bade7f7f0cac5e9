"""A line through the data: its loss, the slope of that loss, and the weights for which the loss is smallest.

The model is the slides': weight times feature, added up, plus a bias. Every function takes lists, arrays and tables,
which become float64 NumPy arrays, or PyTorch tensors, which stay tensors on their device and carry gradients.

Chapter: ``linear-regression``.
Source: the lecture slides, "ML model (1) – Linear regression".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from introdl.arrays import Array, features, is_tensor, numbers, refuse_without_numbers, together


@dataclass(frozen=True)
class Fit:
    """A fitted line, or plane: one weight for each feature, and a bias.

    Parameters
    ----------
    weight : ndarray or Tensor, shape (d,)
        Unit of y per unit of each feature.
    bias : float or 0-d Tensor
        In the unit of y: the answer where every feature is 0.
    """

    weight: Array
    bias: float | Array

    def predict(self, X: object) -> Array:
        """Return the answer to each row of X.

        Parameters
        ----------
        X : array-like or Tensor, shape (n, d) or, for one feature, (n,)

        Returns
        -------
        ndarray or Tensor, shape (n,)

        Raises
        ------
        TypeError, ValueError
            If X has another number of columns than there are weights, or is of another kind or device.

        Examples
        --------
        >>> Fit(np.array([-0.5]), 30.0).predict([11, 8, 16])
        array([24.5, 26. , 22. ])
        """
        X = features(X)
        weight, bias = _parameters(X, self.weight, self.bias)
        return X @ weight + bias


class Gradient(NamedTuple):
    """How the loss changes with each weight, shape (d,), and with the bias."""

    weight: Array
    bias: float | Array


@dataclass(frozen=True)
class Standardised:
    """Features counted in standard deviations from their mean, and what is needed to come back.

    Parameters
    ----------
    values : ndarray or Tensor, shape (n, d)
        Each column has mean 0 and standard deviation 1.
    mean, scale : ndarray or Tensor, shape (d,)
        Mean and standard deviation (dividing by n) of each column before.
    """

    values: Array
    mean: Array
    scale: Array

    def apply(self, X: object) -> Array:
        """Treat other rows the same way, with the mean and scale of the first ones.

        Examples
        --------
        >>> standardise([8, 10, 12]).apply([10])
        array([[0.]])
        """
        X = features(X)
        return (X - _one_a_column(X, self.mean, "mean")) / _one_a_column(X, self.scale, "scale")

    def back(self, weight: object, bias: object) -> Fit:
        """Say in the units of the features what was learned on the standardised ones.

        Examples
        --------
        >>> standard = standardise([8, 10, 12])
        >>> fit = least_squares(standard.values, [26, 24, 22])
        >>> fit = standard.back(fit.weight, fit.bias)
        >>> fit.weight.round(3).tolist(), round(fit.bias, 3)
        ([-1.0], 34.0)
        """
        weight, bias = _parameters(self.values, weight, bias)
        weight = weight / self.scale
        bias = bias - self.mean @ weight
        return Fit(weight, bias if is_tensor(bias) else float(bias))


def least_squares(X: object, y: object) -> Fit:
    """Find the weights and the bias whose squared loss is smallest, by the closed form.

    The columns are centred and scaled, then solved by a QR decomposition: the answer is that of the normal
    equations, without squaring the rounding errors.

    Parameters
    ----------
    X : array-like or Tensor, shape (n, d) or (n,)
        One example a row. A constant column is refused, as the bias already is one.
    y : array-like or Tensor, shape (n,)

    Returns
    -------
    Fit

    Raises
    ------
    TypeError
        If something is not a number, or tensors and arrays are mixed.
    ValueError
        If rows are fewer than parameters, a column is constant or follows from the columns before it, so that
        many different weights fit equally well, numbers are too large to add up, or X is on the device meta.

    Examples
    --------
    >>> fit = least_squares([1, 2, 3], [2, 3, 7])
    >>> fit.weight.round(6).tolist(), round(fit.bias, 6)
    ([2.5], -1.0)
    >>> least_squares([[1, 2], [2, 4], [3, 6]], [2, 3, 7])
    Traceback (most recent call last):
    ValueError: column 1 of X follows from the columns before it, so its weight cannot be told from theirs: drop it
    """
    given, X, y = X, features(X), numbers(y, "y", ndim=1)
    together(X=X, y=y)
    n, d = X.shape
    if n <= d:
        raise ValueError(f"{d} weights and a bias need at least {d + 1} rows, got {n}: use fewer columns or more rows")
    mean, apart, rounding = _centred(X)
    length = _length(apart)
    _refuse_constant(length, rounding, given)
    centre = y.mean()
    Q, R = _qr(apart / length)
    own = abs(R.diagonal())  # what a column has of its own, after all columns before it
    borrowed = own <= 4 * d * (rounding / length).max()
    if bool(borrowed.any()):
        raise ValueError(
            f"column {_first(borrowed, given)} of X follows from the columns before it, "
            f"so its weight cannot be told from theirs: drop it"
        )
    weight = _solve(R, Q.T @ (y - centre)) / length
    bias = centre - mean @ weight
    return Fit(weight, bias if is_tensor(bias) else float(bias))


def squared_loss(X: object, y: object, weight: object, bias: object, reduction: str = "mean") -> float | Array:
    """Return the squared residuals of a line, averaged or, as on the slides, added up.

    Parameters
    ----------
    X : array-like or Tensor, shape (n, d) or (n,)
    y : array-like or Tensor, shape (n,)
    weight : array-like or Tensor, shape (d,)
        A plain number will do for one feature.
    bias : number or 0-d Tensor
    reduction : {"mean", "sum"}

    Returns
    -------
    float, or 0-d Tensor where X is a tensor
        In squared units of y.

    Raises
    ------
    TypeError, ValueError
        If shapes, kinds or devices do not fit, or the reduction is unknown.

    Examples
    --------
    >>> squared_loss([1, 2, 3], [2, 3, 7], weight=2, bias=0)
    0.6666666666666666
    >>> squared_loss([1, 2, 3], [2, 3, 7], weight=2, bias=0, reduction="sum")
    2.0
    """
    return _reduce(_residuals(X, y, weight, bias)[1] ** 2, reduction)


def absolute_loss(X: object, y: object, weight: object, bias: object, reduction: str = "mean") -> float | Array:
    """Return the lengths of the residuals of a line, averaged or added up, in units of y.

    Takes, returns and refuses what :func:`squared_loss` does.

    Examples
    --------
    >>> absolute_loss([1, 2, 3], [2, 3, 7], weight=2, bias=0, reduction="sum")
    2.0
    """
    return _reduce(abs(_residuals(X, y, weight, bias)[1]), reduction)


def gradient(X: object, y: object, weight: object, bias: object, reduction: str = "mean") -> Gradient:
    """Return the slope of :func:`squared_loss` with respect to each weight and the bias.

    Parameters
    ----------
    X, y, weight, bias, reduction
        As for :func:`squared_loss`.

    Returns
    -------
    Gradient
        A pair: ``weight`` of shape (d,), ``bias`` a number. It points uphill.

    Raises
    ------
    TypeError, ValueError
        As :func:`squared_loss`.

    Examples
    --------
    >>> gradient([1, 2, 3], [2, 3, 7], weight=1, bias=0, reduction="sum")
    Gradient(weight=array([-30.]), bias=-12.0)
    """
    X, residual = _residuals(X, y, weight, bias)
    share = {"mean": 1 / len(X), "sum": 1}[_known(reduction)]
    d_bias = -2 * share * residual.sum()
    return Gradient(-2 * share * (X.T @ residual), d_bias if is_tensor(d_bias) else float(d_bias))


def loss_surface(
    X: object,
    y: object,
    weights: object,
    biases: object,
    loss: Callable[..., object] = squared_loss,
    reduction: str = "mean",
) -> Array:
    """Return the loss of every pair of a weight and a bias, for one feature: the height of a landscape.

    Parameters
    ----------
    X : array-like or Tensor, shape (n, 1) or (n,)
    y : array-like or Tensor, shape (n,)
    weights : array-like or Tensor, shape (p,)
    biases : array-like or Tensor, shape (q,)
    loss : callable
        ``loss(X, y, weight, bias, reduction)`` → number, such as :func:`absolute_loss`.
    reduction : {"mean", "sum"}

    Returns
    -------
    ndarray or Tensor, shape (q, p)
        One row a bias, one column a weight.

    Raises
    ------
    TypeError, ValueError
        As :func:`squared_loss`, and if X has more than one column.

    Examples
    --------
    >>> loss_surface([1, 2, 3], [2, 3, 7], weights=[2, 2.5], biases=[-1, 0], reduction="sum").round(6)
    array([[5. , 1.5],
           [2. , 4.5]])
    """
    X, y = features(X), numbers(y, "y", ndim=1)
    together(X=X, y=y)
    if X.shape[1] != 1:
        raise ValueError(f"a surface is drawn over one weight and a bias, so X must have 1 column, got {X.shape[1]}")
    weights = _of_the_kind_of(X, numbers(weights, "weights", ndim=1), "weights")
    biases = _of_the_kind_of(X, numbers(biases, "biases", ndim=1), "biases")
    if loss in (squared_loss, absolute_loss):  # all pairs at once: the same numbers, sooner
        residual = y - (weights.reshape(1, -1, 1) * X[:, 0] + biases.reshape(-1, 1, 1))
        losses = residual**2 if loss is squared_loss else abs(residual)
        return losses.mean(-1) if _known(reduction) == "mean" else losses.sum(-1)
    rows = [[loss(X, y, w.reshape(1), b, reduction=_known(reduction)) for w in weights] for b in biases]
    return _stack([_stack(row) for row in rows]) if is_tensor(X) else np.array(rows, dtype=np.float64)


def standardise(X: object) -> Standardised:
    """Count each feature in standard deviations from its mean.

    Parameters
    ----------
    X : array-like or Tensor, shape (n, d) or (n,)

    Returns
    -------
    Standardised

    Raises
    ------
    TypeError, ValueError
        If something is not a number, X is a tensor on the device meta, its numbers are too large to add up, or a
        column is constant: it has no standard deviation to count in.

    Examples
    --------
    >>> standard = standardise([8, 10, 12])
    >>> standard.values.round(3).ravel().tolist(), standard.mean.tolist(), standard.scale.round(3).tolist()
    ([-1.225, 0.0, 1.225], [10.0], [1.633])
    """
    given, X = X, features(X)
    mean, apart, rounding = _centred(X)
    length = _length(apart)
    _refuse_constant(length, rounding, given)
    scale = length / len(X) ** 0.5
    return Standardised(apart / scale, mean, scale)


def _residuals(X: object, y: object, weight: object, bias: object) -> tuple[Array, Array]:
    """Return X as a matrix, and observed minus answered, shape (n,)."""
    X, y = features(X), numbers(y, "y", ndim=1)
    together(X=X, y=y)
    weight, bias = _parameters(X, weight, bias)
    return X, y - (X @ weight + bias)


def _parameters(X: Array, weight: object, bias: object) -> tuple[Array, float | Array]:
    """Return weights and bias of the same kind as X, after a look at their shapes."""
    bias = _of_the_kind_of(X, bias, "bias")
    if bias.ndim and tuple(bias.shape) != (1,):
        raise ValueError(f"bias must be one number, got shape {tuple(bias.shape)}")
    return _one_a_column(X, weight, "weight"), bias.reshape(())


def _one_a_column(X: Array, value: object, name: str) -> Array:
    """Return a vector with a number for each column of X; a plain number will do for one column."""
    vector = _of_the_kind_of(X, value, name)
    vector = vector.reshape(1) if vector.ndim == 0 else vector
    if tuple(vector.shape) != (X.shape[1],):
        raise ValueError(f"{name} must have shape ({X.shape[1]},), one for each column of X, got {tuple(vector.shape)}")
    return vector


def _of_the_kind_of(X: Array, value: object, name: str) -> Array:
    """Return numbers as an array where X is one, and as a tensor like X where X is one."""
    array = numbers(value, name)
    if is_tensor(X) and not is_tensor(array):
        return numbers(X.new_tensor(array.tolist()), name)  # what fits a float64 may be infinite as a float32
    if is_tensor(array) and not is_tensor(X):
        raise TypeError(f"X and {name} must both be tensors or both arrays, got an array and a tensor")
    if is_tensor(array) and (array.device, array.dtype) != (X.device, X.dtype):
        raise ValueError(
            f"X and {name} must have the same device and dtype, got {X.device}, {X.dtype} and "
            f"{array.device}, {array.dtype}: write {name}.to(X)"
        )
    return array


def _centred(X: Array) -> tuple[Array, Array, Array]:
    """Return the means, what is left of X without them, and how much of that may be rounding, by column."""
    refuse_without_numbers(X=X)
    mean = X.mean(0)
    mean = mean + (X - mean).mean(0)  # a second look takes the rounding out of the first
    return mean, X - mean, 4 * _precision(X) * _largest(X) * len(X) ** 0.5


def _length(apart: Array) -> Array:
    """Return the root of the sum of squares of each column, whose squares alone might leave the range of numbers."""
    unit = _largest(apart)
    unit = unit + (unit == 0)  # a column of zeros has length 0
    return unit * ((apart / unit) ** 2).sum(0) ** 0.5


def _largest(X: Array) -> Array:
    return abs(X.detach()).amax(0) if is_tensor(X) else abs(X).max(0)


def _reduce(losses: Array, reduction: str) -> float | Array:
    total = losses.mean() if _known(reduction) == "mean" else losses.sum()
    return total if is_tensor(total) else float(total)


def _known(reduction: str) -> str:
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction must be 'mean' or 'sum', got {reduction!r}")
    return reduction


def _refuse_constant(length: Array, rounding: Array, given: object) -> None:
    if not bool((length < float("inf")).all()):
        raise ValueError("X holds numbers too large to add up: choose another unit")
    constant = length <= rounding
    if bool(constant.any()):
        raise ValueError(
            f"column {_first(constant, given)} of X is constant, so nothing can be learned from it: drop it "
            f"(a bias already stands for a column of ones)"
        )


def _first(flags: Array, given: object) -> str:
    """Return how an error calls the first flagged column: by its place, and by its name where a table has one."""
    place = [bool(flag) for flag in flags].index(True)
    columns = getattr(given, "columns", None)
    return f"{place}" if columns is None else f"{place} ({columns[place]})"


# What NumPy and PyTorch call by different names. PyTorch is imported where a tensor has come, never before.


def _precision(X: Array) -> float:
    if is_tensor(X):
        import torch

        return torch.finfo(X.dtype).eps
    return float(np.finfo(X.dtype).eps)


def _qr(X: Array) -> tuple[Array, Array]:
    if is_tensor(X):
        import torch

        return torch.linalg.qr(X)
    return np.linalg.qr(X)


def _solve(R: Array, right: Array) -> Array:
    if is_tensor(R):
        import torch

        return torch.linalg.solve_triangular(R, right.reshape(-1, 1), upper=True).reshape(-1)
    return np.linalg.solve(R, right)


def _stack(rows: list[Array]) -> Array:
    import torch

    return torch.stack(rows)
