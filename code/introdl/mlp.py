"""A multilayer perceptron is a chain of matrix products: each layer is ``X W.T + b``.

The parameters carry the names of the slides: nodes are numbered through the network, layer by
layer, the output is y, and w13 runs from node 1 to node 3. PyTorch keeps w13 in ``weight[0, 0]``:
its row says where a weight goes *to*, its column where it comes *from*.

Chapters: ``multilayer-perceptron``, ``matrix-operations``, ``backpropagation``.
Source: the lecture slides, practice 1.1 "Matrix operation", and "Machine learning model (2) – Deep learning".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from introdl.arrays import numbers, refuse_without_numbers, together
from introdl.language import label

Layer = tuple[Tensor, Tensor]  # weight (out, in) and bias (out,), as PyTorch keeps them

# Each activation with its slope, which follows from the value that came out: nothing else has to be kept.
ACTIVATIONS: dict[str, tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor]]] = {
    "sigmoid": (torch.sigmoid, lambda value: value * (1 - value)),
    "tanh": (torch.tanh, lambda value: 1 - value**2),
    "relu": (torch.relu, lambda value: (value > 0).to(value.dtype)),
    "identity": (lambda z: z, torch.ones_like),
}
LOSSES = ("squared", "cross-entropy")


def node_names(*sizes: int) -> list[list[str]]:
    """Give every node its name on the slides: numbered through all layers, the output being y.

    Parameters
    ----------
    *sizes : int
        Nodes per layer, from the input to the output; at least two layers of at least one node.

    Returns
    -------
    list of list of str
        One list a layer. Several outputs are called y1, y2, …

    Raises
    ------
    ValueError
        If there are fewer than two layers, or one has no node.

    Examples
    --------
    >>> node_names(2, 3, 2, 1)
    [['1', '2'], ['3', '4', '5'], ['6', '7'], ['y']]
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"a network needs at least two layers of at least one node each, got sizes {sizes}")
    number = iter(range(1, sum(sizes) + 1))
    inner = [[str(next(number)) for _ in range(size)] for size in sizes[:-1]]
    outputs = ["y"] if sizes[-1] == 1 else [f"y{k}" for k in range(1, sizes[-1] + 1)]
    return [*inner, outputs]


def layers_of(net: nn.Sequential) -> list[Layer]:
    """Return weight and bias of every linear layer, in order, cut off from the gradient.

    Parameters
    ----------
    net : nn.Sequential
        Linear layers, with or without activations between them.

    Returns
    -------
    list of (Tensor, Tensor)
        weight of shape (out, in), bias of shape (out,); they share the network's memory and device.

    Raises
    ------
    ValueError
        If there is no linear layer, or one has no bias.

    Examples
    --------
    >>> net = nn.Sequential(nn.Linear(2, 3), nn.Sigmoid(), nn.Linear(3, 1))
    >>> [(tuple(weight.shape), tuple(bias.shape)) for weight, bias in layers_of(net)]
    [((3, 2), (3,)), ((1, 3), (1,))]
    """
    linear = [module for module in net if isinstance(module, nn.Linear)]
    if not linear:
        raise ValueError(f"expected a network with at least one nn.Linear layer, got {type(net).__name__} without")
    for module in linear:
        if module.bias is None:
            raise ValueError(f"every layer needs a bias, got {module}")
    return [(module.weight.detach(), module.bias.detach()) for module in linear]


def forward(layers: Sequence[Layer], X: Tensor, activation: Callable[[Tensor], Tensor] | None = None) -> list[Tensor]:
    """Compute every layer's values by explicit matrices, ``X W.T + b`` layer after layer.

    Parameters
    ----------
    layers : sequence of (Tensor, Tensor)
        weight of shape (out, in) and bias of shape (out,), from the first layer to the last.
    X : Tensor, shape (n, in)
        One example a row, on the layers' device. No rows give no rows.
    activation : callable, optional
        Applied to the values of every layer, the last one included, as on the slides.

    Returns
    -------
    list of Tensor
        One tensor of shape (n, out) a layer; the last one is the network's output.

    Raises
    ------
    ValueError
        If X is not a matrix, or a weight does not fit the values that reach it and its own bias.

    Examples
    --------
    >>> import torch
    >>> W, b = torch.tensor([[1.0, -1.0], [0.0, 2.0], [3.0, 1.0]]), torch.tensor([1.0, 0.0, -2.0])
    >>> forward([(W, b)], torch.tensor([[1.0, 2.0], [2.0, 3.0]]))
    [tensor([[0., 4., 3.],
            [0., 6., 7.]])]
    """
    if X.ndim != 2:
        raise ValueError(f"X must have shape (n, in), one example a row, got {tuple(X.shape)}")
    values = [X]
    for weight, bias in layers:
        if bias.ndim != 1:
            raise ValueError(f"bias must have shape (out,), got {tuple(bias.shape)}")
        expected = (len(bias), values[-1].shape[1])
        if tuple(weight.shape) != expected:
            raise ValueError(f"weights must have shape {expected}, got {tuple(weight.shape)}")
        sums = values[-1].mm(weight.T) + bias
        values.append(sums if activation is None else activation(sums))
    return values[1:]


@dataclass(frozen=True)
class Backward:
    """What one pass forward and one pass backward leave behind.

    Parameters
    ----------
    loss : Tensor, shape ()
    values : list of Tensor
        One of shape (n, out) a layer, as :func:`forward` gives them: what the way back needs.
    deltas : list of Tensor
        One of shape (n, out) a layer: how the loss changes with each sum, before its activation.
    layers : list of (Tensor, Tensor)
        How the loss changes with each weight, shape (out, in), and each bias, shape (out,).
    """

    loss: Tensor
    values: list[Tensor]
    deltas: list[Tensor]
    layers: list[Layer]


def backward(
    layers: Sequence[Layer],
    X: Tensor,
    y: Tensor,
    activations: str | Sequence[str] = "sigmoid",
    loss: str = "squared",
    reduction: str = "mean",
) -> Backward:
    """Compute how the loss changes with every weight and bias, by explicit matrices, from the last layer to the first.

    Parameters
    ----------
    layers : sequence of (Tensor, Tensor)
        weight of shape (out, in) and bias of shape (out,), from the first layer to the last.
    X : Tensor, shape (n, in)
        One example a row, in the layers' type, on their device.
    y : Tensor, shape (n, out)
        The observed values, as many as the last layer gives; for ``"cross-entropy"`` numbers from 0 to 1.
    activations : str or sequence of str
        ``"sigmoid"``, ``"tanh"``, ``"relu"`` or ``"identity"``: one for all layers, or one a layer.
    loss : {"squared", "cross-entropy"}
        The square of ŷ − y; or the cross-entropy of y and the sigmoid of what the last layer gives, its log-odds. The
        last activation must then be ``"identity"``.
    reduction : {"mean", "sum"}
        Over all the numbers of y.

    Returns
    -------
    Backward
        Cut off from PyTorch's own gradients.

    Raises
    ------
    TypeError
        If there are whole numbers, another kind of argument, or no tensors.
    ValueError
        If shapes, types or devices do not fit, a number is NaN or infinite, there is no layer or no example, or a
        name is not known.

    Examples
    --------
    One weight 3, one example: ŷ = 3 · 2 = 6, L = (6 − 7)² = 1, and with w it changes by 2 · (6 − 7) · 2 = −4.

    >>> import torch
    >>> one = [(torch.tensor([[3.0]]), torch.tensor([0.0]))]
    >>> found = backward(one, torch.tensor([[2.0]]), torch.tensor([[7.0]]), activations="identity")
    >>> found.loss, found.layers
    (tensor(1.), [(tensor([[-4.]]), tensor([-2.]))])
    """
    layers, X, y = _looked_at(layers, X, y)
    names = [activations] * len(layers) if isinstance(activations, str) else list(activations)
    _look_at_names(names, len(layers), loss, reduction)
    values = [X]
    for (weight, bias), name in zip(layers, names, strict=True):
        activation = ACTIVATIONS[name][0]
        values += forward([(weight, bias)], values[-1], activation)
    if y.shape != values[-1].shape:
        wanted = tuple(values[-1].shape)
        raise ValueError(f"y must have shape {wanted}, one example a row, one output a column, got {tuple(y.shape)}")
    share = 1 / y.numel() if reduction == "mean" else 1.0
    height, slope = _squared(values[-1], y) if loss == "squared" else _cross_entropy(values[-1], y)
    slope = share * slope  # of the loss for what the last layer gives
    deltas: list[Tensor] = []
    gradients: list[Layer] = []
    for (weight, _), name, arriving, leaving in reversed(
        list(zip(layers, names, values[:-1], values[1:], strict=True))
    ):
        delta = slope * ACTIVATIONS[name][1](leaving)
        deltas.insert(0, delta)
        gradients.insert(0, (delta.T.mm(arriving), delta.sum(dim=0)))
        slope = delta.mm(weight)
    return Backward(share * height, values[1:], deltas, gradients)


def _squared(y_hat: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return the sum of squares, and its slope for each ŷ."""
    return ((y_hat - y) ** 2).sum(), 2 * (y_hat - y)


def _cross_entropy(log_odds: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Return the summed cross-entropy, written so that no exponential leaves the range of numbers, and its slope."""
    if ((y < 0) | (y > 1)).any():
        raise ValueError(f"y must lie between 0 and 1 for cross-entropy, got {y.min():g} to {y.max():g}")
    height = log_odds.clamp(min=0) - log_odds * y + torch.log1p(torch.exp(-log_odds.abs()))
    return height.sum(), torch.sigmoid(log_odds) - y


def _looked_at(layers: Sequence[Layer], X: Tensor, y: Tensor) -> tuple[list[Layer], Tensor, Tensor]:
    """Return tensors that belong together, cut off from any gradient."""
    layers = list(layers)
    if not layers:
        raise ValueError("expected at least one layer, a weight and a bias, got none")
    given = {"X": X, "y": y}
    for place, layer in enumerate(layers, 1):
        if not isinstance(layer, (tuple, list)) or len(layer) != 2:
            raise TypeError(f"layer {place} must be (weight, bias), got {type(layer).__name__}")
        given |= {f"weight {place}": layer[0], f"bias {place}": layer[1]}
    for name, value in given.items():
        if not isinstance(value, Tensor):
            raise TypeError(f"{name} must be a tensor, got {type(value).__name__}: write torch.tensor(…)")
        if value.device != X.device or value.dtype != X.dtype:
            raise ValueError(
                f"{name} and X must be of one type and on one device, "
                f"got {value.dtype} on {value.device} and {X.dtype} on {X.device}"
            )
        numbers(value, name, ndim=1 if name.startswith("bias") else 2)
    refuse_without_numbers(X=X)
    together(X=X, y=y)
    detached = [value.detach() for value in given.values()]
    return list(zip(detached[2::2], detached[3::2], strict=True)), detached[0], detached[1]


def _look_at_names(activations: Sequence[str], layers: int, loss: str, reduction: str) -> None:
    if len(activations) != layers:
        raise ValueError(f"activations must be one name or {layers}, one a layer, got {len(activations)}")
    for what, name, known in (
        *(("an activation", name, tuple(ACTIVATIONS)) for name in activations),
        ("the loss", loss, LOSSES),
        ("the reduction", reduction, ("mean", "sum")),
    ):
        if name not in known:
            raise ValueError(f"{what} must be one of {', '.join(known)}, got {name!r}")
    if loss == "cross-entropy" and activations[-1] != "identity":
        raise ValueError(
            "cross-entropy takes log-odds and puts the sigmoid on by itself: the last activation must be identity, "
            f"got {activations[-1]!r}"
        )


def parameter_table(net: nn.Sequential) -> pd.DataFrame:
    """List every weight and bias under its name on the slides, with its place in PyTorch.

    Parameters
    ----------
    net : nn.Sequential
        Linear layers, with or without activations between them.

    Returns
    -------
    pandas.DataFrame, one row a parameter
        Indexed w13, …, b3, …, by; columns in the reader's language: the node the parameter comes
        from, the node it goes to, the place (written for a network called ``net``), the value to
        4 decimals. Where a node's name is longer than one character the two are parted by a comma: w1,10.

    Raises
    ------
    ValueError
        If there is no linear layer, or one has no bias.

    Examples
    --------
    >>> table = parameter_table(nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 1)))
    >>> " ".join(table.index)
    'w13 w23 w14 w24 w15 w25 b3 b4 b5 w3y w4y w5y by'
    """
    layers = layers_of(net)
    places = [place for place, module in enumerate(net) if isinstance(module, nn.Linear)]
    names = node_names(layers[0][0].shape[1], *(len(bias) for _, bias in layers))
    rows = []
    for place, (weight, bias), (sources, targets) in zip(places, layers, pairwise(names), strict=True):
        for row, target in enumerate(targets):
            for column, source in enumerate(sources):
                where = f"net[{place}].weight[{row}, {column}]"
                rows.append((_edge(source, target), source, target, where, weight[row, column].item()))
        for row, target in enumerate(targets):
            rows.append((f"b{target}", "–", target, f"net[{place}].bias[{row}]", bias[row].item()))
    heads = [label(f"mlp.{head}") for head in ("parameter", "from", "to", "place", "value")]
    return pd.DataFrame(rows, columns=heads).set_index(heads[0]).round(4)


def value_table(
    values: Tensor | np.ndarray, names: str | Sequence[str], decimals: int = 4, rows: Sequence[str] | None = None
) -> pd.DataFrame:
    """Show numbers as a table with named columns, one example a row.

    Parameters
    ----------
    values : Tensor or array, shape (n, k)
        On any device, with or without a gradient.
    names : sequence of str, length k
        Column heads; a string is split at its spaces.
    decimals : int
        Digits after the point.
    rows : sequence of str, length n, optional
        Names of rows that are not examples.

    Returns
    -------
    pandas.DataFrame, shape (n, k)
        Unless named, rows are examples and counted from 1, as on the slides.

    Raises
    ------
    ValueError
        If the values are not a matrix with one column and one row a name.

    Examples
    --------
    >>> import torch
    >>> value_table(torch.tensor([[1.0, 2.0], [10.0, 5.0]]), "x1 x2")
                 x1   x2
    example 1   1.0  2.0
    example 2  10.0  5.0
    """
    heads = names.split() if isinstance(names, str) else list(names)
    if values.ndim != 2 or values.shape[1] != len(heads):
        raise ValueError(f"values must have shape (n, {len(heads)}) for {heads}, got {tuple(values.shape)}")
    if rows is not None and len(rows) != len(values):
        raise ValueError(f"rows must name {len(values)} rows, got {list(rows)}")
    numbers = values.detach().cpu().numpy() if isinstance(values, Tensor) else np.asarray(values)
    index = rows or [label("mlp.example", number=number) for number in range(1, len(numbers) + 1)]
    return pd.DataFrame(numbers.astype(np.float64), index=index, columns=heads).round(decimals)


def _edge(source: str, target: str) -> str:
    """Name the weight from one node to another: w13, and w1,10 where two numbers would run together."""
    return f"w{source}{target}" if len(source + target) == 2 else f"w{source},{target}"
