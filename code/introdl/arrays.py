"""Numbers that come from a reader are looked at before anything is computed with them.

Functions of the book take what a reader has at hand: a list, a NumPy array, a column of a table, or a PyTorch
tensor. Whatever is not a tensor becomes a float64 array; a tensor stays a tensor, of its own type, on its own device.
What cannot be computed with is refused here, with what was expected, what came, and what to do.
"""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

Array: TypeAlias = "np.ndarray | Tensor"


def is_tensor(value: object) -> bool:
    """Tell whether a value is a PyTorch tensor, without importing PyTorch.

    Examples
    --------
    >>> is_tensor(np.zeros(2))
    False
    """
    return hasattr(value, "requires_grad") and hasattr(value, "is_floating_point")


def numbers(value: object, name: str, ndim: int | None = None) -> Array:
    """Return numbers ready to compute with: not empty, finite, of a floating-point type.

    Parameters
    ----------
    value : array-like or Tensor
        Numbers, of any shape. A tensor must be of a floating-point type with at least 32 bits a number, and dense;
        it keeps its type, device and gradient. A masked number counts as missing.
    name : str
        What an error calls them.
    ndim : int, optional
        How many dimensions they must have: 0 a number, 1 a vector, 2 a matrix.

    Returns
    -------
    ndarray of float64 or Tensor

    Raises
    ------
    TypeError
        If they are not real numbers (dates and durations are none), or a tensor of another kind.
    ValueError
        If there are none, one is NaN, masked or infinite, or the number of dimensions is another.

    Examples
    --------
    >>> numbers([11, 8, 16], "x", ndim=1)
    array([11.,  8., 16.])
    >>> numbers([11, float("nan")], "x")
    Traceback (most recent call last):
    ValueError: x must hold finite numbers only, got nan at index (1,): drop or fill such rows first
    """
    array = _checked_tensor(value, name) if is_tensor(value) else floats(value, name)
    if ndim is not None and array.ndim != ndim:
        raise ValueError(f"{name} must have {ndim} dimension{'s' * (ndim != 1)}, got shape {tuple(array.shape)}")
    if 0 in array.shape:
        raise ValueError(f"{name} must hold at least one number, got shape {tuple(array.shape)}")
    _refuse_not_finite(array, name)
    return array


def floats(value: object, name: str) -> np.ndarray:
    """Return real numbers as a new float64 array of any shape, even an empty one; a masked number becomes NaN.

    Parameters
    ----------
    value : array-like
        What is no tensor.
    name : str
        What an error calls it.

    Raises
    ------
    TypeError
        If they are not real numbers in a regular shape.

    Examples
    --------
    >>> floats([1, float("nan")], "x")
    array([ 1., nan])
    """
    try:
        array = np.asanyarray(value)
        if array.dtype.kind not in "biuf" and not (array.dtype.kind == "O" and all(map(_is_real, array.flat))):
            raise TypeError
        if np.ma.is_masked(array):
            array = np.ma.filled(array.astype(np.float64), np.nan)
        return np.array(array, dtype=np.float64)
    except Exception:
        raise TypeError(
            f"{name} must hold real numbers in a regular shape, got {_glimpse(value)} of type {type(value).__name__}"
        ) from None


def features(value: object, name: str = "X") -> Array:
    """Return features as a matrix of shape (n, d), one example a row; a vector becomes one column.

    Parameters
    ----------
    value : array-like or Tensor, shape (n, d) or (n,)
    name : str
        What an error calls them.

    Returns
    -------
    ndarray of float64 or Tensor, shape (n, d)

    Raises
    ------
    TypeError, ValueError
        As :func:`numbers`, and if there are more than two dimensions, or none.

    Examples
    --------
    >>> features([11, 8, 16]).shape
    (3, 1)
    """
    X = numbers(value, name)
    if X.ndim not in (1, 2):
        raise ValueError(f"{name} must have shape (n, d), one example a row, or (n,), got {tuple(X.shape)}")
    return X.reshape(-1, 1) if X.ndim == 1 else X


def together(**arrays: Array) -> None:
    """Make sure that arrays belong together: as many rows each, all of one kind, on one device.

    Parameters
    ----------
    **arrays : ndarray or Tensor
        By the names that an error calls them.

    Raises
    ------
    TypeError
        If tensors and arrays are mixed.
    ValueError
        If lengths, floating-point types or devices differ.

    Examples
    --------
    >>> together(X=np.zeros((3, 2)), y=np.zeros(4))
    Traceback (most recent call last):
    ValueError: X and y must have the same number of rows, got 3 and 4
    """
    (first, one), *others = arrays.items()
    for name, other in others:
        if is_tensor(one) != is_tensor(other):
            kinds = ["a tensor" if is_tensor(array) else "an array" for array in (one, other)]
            raise TypeError(f"{first} and {name} must both be tensors or both arrays, got {kinds[0]} and {kinds[1]}")
        if is_tensor(one) and one.device != other.device:
            raise ValueError(
                f"{first} and {name} must be on the same device, got {one.device} and {other.device}: "
                f"move one of them, {name}.to({first}.device)"
            )
        if one.dtype != other.dtype:
            raise ValueError(
                f"{first} and {name} must have the same dtype, got {one.dtype} and {other.dtype}: "
                f"convert one of them, {name}.to({first}.dtype)"
            )
        if len(one) != len(other):
            raise ValueError(f"{first} and {name} must have the same number of rows, got {len(one)} and {len(other)}")


def refuse_without_numbers(**arrays: Array) -> None:
    """Refuse tensors on the device meta, which have a shape and nothing to look at.

    Parameters
    ----------
    **arrays : ndarray or Tensor
        By the names that an error calls them.

    Raises
    ------
    ValueError
        If one is on the device meta.

    Examples
    --------
    >>> refuse_without_numbers(X=np.zeros(2))
    """
    for name, array in arrays.items():
        if is_tensor(array) and array.is_meta:
            raise ValueError(f"{name} must hold numbers, got a tensor on the device meta, which has a shape only")


def positive(value: object, name: str) -> float:
    """Return a number that must be positive and finite, such as a learning rate.

    Parameters
    ----------
    value : number
    name : str
        What an error calls it.

    Raises
    ------
    TypeError
        If it is not a real number.
    ValueError
        If it is zero, negative, NaN or infinite, or becomes so as a float.

    Examples
    --------
    >>> positive(0.01, "rate")
    0.01
    >>> positive(-0.01, "rate")
    Traceback (most recent call last):
    ValueError: rate must be a positive finite number, got -0.01
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a positive finite number, got {value!r} of type {type(value).__name__}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not 0 < number < math.inf:
        raise ValueError(f"{name} must be a positive finite number, got {_glimpse(value)}")
    return number


def whole(value: object, name: str, least: int = 0) -> int:
    """Return a whole number that must be at least ``least``, such as a number of steps.

    Parameters
    ----------
    value : int
    name : str
        What an error calls it.
    least : int

    Raises
    ------
    TypeError
        If it is not a whole number.
    ValueError
        If it is smaller than ``least``.

    Examples
    --------
    >>> whole(10, "steps")
    10
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name} must be a whole number, got {value!r} of type {type(value).__name__}")
    if value < least:
        raise ValueError(f"{name} must be at least {least}, got {value}")
    return int(value)


def _checked_tensor(tensor: Tensor, name: str) -> Tensor:
    if tensor.is_complex():
        raise TypeError(f"{name} must hold real numbers, got a tensor of {tensor.dtype}")
    if not tensor.is_floating_point():
        raise TypeError(f"{name} must be a tensor of a floating-point type, got {tensor.dtype}: write {name}.double()")
    if tensor.dtype.itemsize < 4:  # sums of squares leave its range without a word
        raise TypeError(
            f"{name} must be a tensor with at least 32 bits a number, got {tensor.dtype}: write {name}.float()"
        )
    if "strided" not in str(tensor.layout):
        raise TypeError(f"{name} must be a dense tensor, got the layout {tensor.layout}: write {name}.to_dense()")
    return tensor


def _is_real(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, np.timedelta64)  # NumPy takes durations for whole numbers


def _glimpse(value: object) -> str:
    shown = " ".join(repr(value).split())
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def _refuse_not_finite(array: Array, name: str) -> None:
    if is_tensor(array):
        if array.is_meta:  # such a tensor has a shape and no numbers
            return
        odd = (~array.detach().isfinite()).nonzero().tolist()
    else:
        odd = np.argwhere(~np.isfinite(array)).tolist()
    if odd:
        place = tuple(odd[0])
        where = f" at index {place}" if place else ""
        raise ValueError(
            f"{name} must hold finite numbers only, got {array[place].item()}{where}: drop or fill such rows first"
        )
