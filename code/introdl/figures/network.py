"""Networks drawn node by node, and what they do to an input that moves along a straight line.

Chapter: ``matrix-operations``.
Source: the 2-3-2-1 network of the lecture slides.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes

from introdl.figures.base import BLUE, INK, ORANGE, PAPER, Figure, new_figure
from introdl.language import label

Places = dict[str, tuple[float, float]]

MOST_NAMED = 3  # nodes on the smaller side of a gap; with more the names of the edges would touch


def network(nodes: Sequence[Sequence[str]], highlight: tuple[str, str] | None = None) -> Figure:
    """Draw a fully connected network with a name on every node and every edge.

    Between two layers of more than three nodes each the edges go without a name: there is no room.

    Parameters
    ----------
    nodes : sequence of sequence of str
        The nodes' names, layer by layer, as :func:`introdl.mlp.node_names` numbers them.
    highlight : (str, str), optional
        The two ends of one edge, from and to. It is drawn thick, and its place in PyTorch stands below.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are fewer than two layers, a name stands twice, or there is no such edge.

    Examples
    --------
    >>> print(network([["1", "2"], ["3"], ["y"]]))
    A fully connected network drawn from left to right; ... Input: 1, 2. Hidden layer 1: 3. Output: y.
    """
    layers = [list(layer) for layer in nodes]
    place = _places(layers)
    if highlight is not None and highlight not in _edges(layers):
        raise ValueError(f"there is no edge {highlight}: highlight names two nodes of neighbouring layers")

    middle, half = (len(layers) - 1) / 2, max(len(layer) for layer in layers) / 2
    with new_figure(1.3 * len(layers), 2.1 * half + 0.75) as (canvas, axes):
        for edge in _edges(layers):
            _draw_edge(axes, layers, place, edge, lit=edge == highlight)
        for name, (x, y) in place.items():
            axes.plot(x, y, "o", markersize=26, markerfacecolor=PAPER, markeredgecolor=INK, zorder=4)
            axes.text(x, y, name, ha="center", va="center", fontsize=13, zorder=5)
        for column in range(len(layers)):
            axes.text(column, half - 0.22, _heading(layers, column), ha="center", va="bottom", fontsize=12)
        if highlight is not None:
            axes.text(middle, -half, _where(layers, highlight), ha="center", va="center", fontsize=14, color=ORANGE)
        axes.set(xlim=(-0.3, len(layers) - 0.7), ylim=(-half - 0.2, half + 0.2))
        axes.axis("off")
    return Figure(canvas, alt=_alt(layers, highlight))


def along_a_line(x: np.ndarray, straight: np.ndarray, curved: np.ndarray) -> Figure:
    """Draw a network's output against an input that moves along a line, without and with its activation.

    Parameters
    ----------
    x, straight, curved : array or tensor on the CPU, shape (n,)
        The moving input, rising; the output without and the output with the activation. No unit.

    Returns
    -------
    Figure
        Two drawings, one above the other, each with its own scale.

    Raises
    ------
    ValueError
        If the three differ in shape, or hold fewer than three points.

    Examples
    --------
    >>> x = np.linspace(-1, 1, 5)
    >>> print(along_a_line(x, 2 * x, np.tanh(x)))
    Two drawings of the output y while x₁ moves from -1 to 1. Without activation it is a straight line ...
    """
    x, straight, curved = (np.asarray(values, dtype=float) for values in (x, straight, curved))
    if not x.shape == straight.shape == curved.shape or x.ndim != 1 or len(x) < 3:
        raise ValueError(
            "x, straight and curved must be 1-D, of equal length and of three points or more, "
            f"got {x.shape}, {straight.shape} and {curved.shape}"
        )
    with new_figure(4.6, 4.4, nrows=2, ncols=1, sharex=True) as (canvas, (above, below)):
        above.plot(x, straight, color=BLUE)
        below.plot(x, curved, color=ORANGE, linestyle="--")
        for axes, key, values in ((above, "no-activation", straight), (below, "sigmoid", curved)):
            side = ("right", 0.98) if values[-1] < values[0] else ("left", 0.02)
            axes.text(side[1], 0.92, label(f"network.{key}"), transform=axes.transAxes, ha=side[0], va="top")
            axes.set_ylabel(label("network.y"))
        below.set_xlabel(label("network.x1"))
    chord = np.interp(x, x[[0, -1]], curved[[0, -1]])
    values = {
        "x_left": f"{x[0]:g}",
        "x_right": f"{x[-1]:g}",
        "straight_left": f"{straight[0]:.2f}",
        "straight_right": f"{straight[-1]:.2f}",
        "curved_left": f"{curved[0]:.3f}",
        "curved_right": f"{curved[-1]:.3f}",
        "off": f"{np.abs(curved - chord).max():.3f}",
    }
    return Figure(canvas, alt=label("network.along-alt", **values))


def _places(layers: list[list[str]]) -> Places:
    """Put each layer into a column, its nodes around the middle, one unit apart."""
    names = [name for layer in layers for name in layer]
    if len(layers) < 2 or not all(layers) or len(set(names)) < len(names):
        raise ValueError(f"nodes must be two layers or more of names that all differ, got {layers}")
    return {
        name: (column, (len(layer) - 1) / 2 - row)
        for column, layer in enumerate(layers)
        for row, name in enumerate(layer)
    }


def _edges(layers: list[list[str]]) -> list[tuple[str, str]]:
    return [(source, target) for left, right in pairwise(layers) for source in left for target in right]


def _draw_edge(axes: Axes, layers: list[list[str]], place: Places, edge: tuple[str, str], lit: bool) -> None:
    """Draw one edge with its name where the names of all edges between two layers lie evenly spaced."""
    (x0, y0), (x1, y1) = (place[name] for name in edge)
    before, after = (next(len(layer) for layer in layers if name in layer) for name in edge)
    share = before / (before + 1) if before <= after else 1 / (after + 1)
    colour = ORANGE if lit else INK
    axes.plot([x0, x1], [y0, y1], color=colour, linewidth=3.5 if lit else 0.9, zorder=1 + lit)
    if min(before, after) <= MOST_NAMED:
        spot = (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
        box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.8}
        axes.text(*spot, _name(edge), ha="center", va="center", color=colour, fontsize=14, bbox=box, zorder=3)


def _name(edge: tuple[str, str]) -> str:
    """Write w with the two nodes as subscript, parted by a comma where two numbers would run together."""
    return f"$w_{{{('' if len(''.join(edge)) == 2 else ',').join(edge)}}}$"


def _where(layers: list[list[str]], edge: tuple[str, str]) -> str:
    """Say where PyTorch keeps the weight of an edge: row = to, column = from."""
    source, target = edge
    number = next(number for number, layer in enumerate(layers) if source in layer)
    row, column = layers[number + 1].index(target), layers[number].index(source)
    return f"{_name(edge)} = net[{number}].weight[{row}, {column}]"


def _heading(layers: list[list[str]], column: int) -> str:
    if column == 0:
        return label("network.input")
    if column == len(layers) - 1:
        return label("network.output")
    return label("network.hidden", n=column)


def _alt(layers: list[list[str]], highlight: tuple[str, str] | None) -> str:
    text = label("network.alt", edges=len(_edges(layers)))
    for column, layer in enumerate(layers):
        heading = _heading(layers, column).replace("\n", " ")
        text += label("network.alt-layer", layer=heading.capitalize(), names=label("network.comma").join(layer))
    if highlight is None:
        return text
    weight = _where(layers, highlight).replace("$", "").replace("_{", "").replace("}", "")
    return text + label("network.alt-highlight", source=highlight[0], target=highlight[1], weight=weight)
