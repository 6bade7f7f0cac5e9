"""A network walked through forward and backward, and gradients that are measured, vanish, or are wrong.

Chapter: ``backpropagation``.
Source: the 2-3-2-1 network of the lecture slides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator

from introdl.arrays import is_tensor, numbers, together
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, Steps, new_figure
from introdl.figures.said import fixed, listed, sentences
from introdl.language import label

Names = Sequence[Sequence[str]]
Places = dict[str, tuple[float, float]]

FORWARD = {"color": BLUE, "linewidth": 2.6, "linestyle": "-"}
BACKWARD = {"color": ORANGE, "linewidth": 2.6, "linestyle": "--"}
QUIET = {"color": GREY, "linewidth": 0.8, "linestyle": "-"}
PATHS = (
    {"color": BLUE, "linewidth": 5.0, "linestyle": "-"},
    {"color": ORANGE, "linewidth": 2.4, "linestyle": "--"},
    {"color": GREEN, "linewidth": 2.4, "linestyle": ":"},
)
LOOKS = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"))
SMALLEST = 1e-17  # an error of 0 has no place on a logarithmic axis
DENOMINATOR = 64  # fractions up to here are written as fractions: the numbers of a pencil
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def passes(nodes: Names, layers: Sequence[Sequence[object]], x: object, found: Any) -> Steps:
    """Draw one example on its way forward, and what comes back, one layer a drawing.

    Parameters
    ----------
    nodes : sequence of sequence of str
        The nodes' names, layer by layer, as :func:`introdl.mlp.node_names` gives them.
    layers : sequence of (weight, bias)
        weight of shape (out, in), bias of shape (out,); arrays or tensors.
    x : array-like, shape (in,)
        The inputs of the one example.
    found : introdl.mlp.Backward
        What :func:`introdl.mlp.backward` found for this example alone.

    Returns
    -------
    Steps
        The weights first; the values, layer by layer; the deltas, from the output back; then every weight's slope.

    Raises
    ------
    ValueError
        If names, layers and what was found do not fit each other, or there is more than one example.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> found = SimpleNamespace(loss=1, values=[[[6]]], deltas=[[[-2]]], layers=[([[-4]], [-2])])
    >>> print(passes([["1"], ["y"]], [([[3]], [0])], [2], found))
    step 1: ... w1y = 3. ...
    step 2: ... Values: x₁ = 2, ŷ = 6. The loss is 1.
    step 3: ... Deltas: δy = −2.
    step 4: ... the slope for w1y is −4.
    """
    nodes = [list(layer) for layer in nodes]
    weights = [_array(weight) for weight, _ in layers]
    slopes = [_array(weight) for weight, _ in found.layers]
    values = [_array(x).reshape(1, -1), *map(_array, found.values)]
    deltas = [None, *map(_array, found.deltas)]
    _look_at_sizes(nodes, weights, slopes, values, deltas[1:])
    last = len(weights)
    frames = [_frame(nodes, label("backward.weights"), values[:1], {}, weights, range(last), QUIET)]
    for number in range(1, last + 1):
        said = label("backward.forward", names=_listed(_value_name(nodes, number, name) for name in nodes[number]))
        loss = float(found.loss) if number == last else None
        frames.append(
            _frame(nodes, said, values[: number + 1], {}, weights, [number - 1], FORWARD, loss=loss),
        )
    for number in range(last, 0, -1):
        said = label("backward.backward", names=_listed(f"δ{_below(name)}" for name in nodes[number]))
        arrived = {place: deltas[place] for place in range(number, last + 1)}
        lit = [number] if number < last else []
        frames.append(_frame(nodes, said, values, arrived, weights, lit, BACKWARD, loss=float(found.loss)))
    everything = {place: deltas[place] for place in range(1, last + 1)}
    frames.append(
        _frame(nodes, label("backward.slopes"), values, everything, slopes, range(last), QUIET, slopes=True),
    )
    return Steps(frames, [str(place) for place in range(1, len(frames) + 1)], label("backward.step"))


def paths(nodes: Names, edge: tuple[str, str]) -> Figure:
    """Draw every path on which a change of one weight reaches the output.

    Parameters
    ----------
    nodes : sequence of sequence of str
        The nodes' names, layer by layer.
    edge : (str, str)
        The two ends of the weight's edge, from and to.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is no such edge, or there are more than three paths.

    Examples
    --------
    >>> paths([["1"], ["2", "3"], ["y"]], ("1", "2")).alt[-52:]
    'Number of paths from node 2 to the output: 1. 2 → y.'
    """
    nodes = [list(layer) for layer in nodes]
    here = [number for number, (left, right) in enumerate(pairwise(nodes)) if edge[0] in left and edge[1] in right]
    if not here:
        raise ValueError(f"there is no edge {edge}: it names two nodes of neighbouring layers")
    found = [(edge[1], *rest) for rest in product(*nodes[here[0] + 2 :])]
    if len(found) > len(PATHS):
        raise ValueError(f"at most {len(PATHS)} paths can be told apart, got {len(found)}")
    place = _places(nodes)
    half = max(map(len, nodes)) / 2
    with new_figure(4.8, 2.1 * half + 0.1) as (canvas, ax):
        for left, right in pairwise(nodes):
            for ends in product(left, right):
                _edge(ax, nodes, place, ends, QUIET, None)
        _edge(ax, nodes, place, edge, {"color": PURPLE, "linewidth": 4, "linestyle": "-"}, _weight(*edge))
        for path, look in zip(found, PATHS, strict=False):
            for ends in pairwise(path):
                _edge(ax, nodes, place, ends, look, _weight(*ends))
        _circles(ax, place)
        _bare(ax, nodes, half)
    said = listed(" → ".join(path) for path in found)
    return Figure(canvas, label("backward.paths-alt", edge="".join(edge), node=edge[1], n=len(found), said=said))


def difference_errors(steps: object, errors: Mapping[str, object]) -> Figure:
    """Draw how far finite differences are from the gradient, for large steps and small ones.

    Parameters
    ----------
    steps : array-like, shape (k,)
        Positive.
    errors : mapping of str to array-like, shape (k,)
        ``"both"`` (both sides) and ``"one"`` (one side) → the largest error of a slope at each step; not negative.

    Returns
    -------
    Figure
        Both axes are logarithmic; the best step of each is ringed.

    Raises
    ------
    TypeError, ValueError
        If a step is not positive, an error is negative, or the numbers do not fit together.

    Examples
    --------
    >>> difference_errors([1e-1, 1e-5, 1e-9], {"both": [1e-3, 1e-11, 1e-7]})
    Errors ... is 1e-03 at a step of 1e-01, 1e-11 at 1e-05 and 1e-07 at 1e-09.
    """
    steps = numbers(_array(steps), "steps", ndim=1)
    if (steps <= 0).any():
        raise ValueError(f"steps must be positive, got {steps.min():g}")
    said = []
    with new_figure(4.8, 3.3) as (canvas, ax):
        for (name, values), (color, marker, line) in zip(errors.items(), LOOKS, strict=False):
            given = numbers(_array(values), name, ndim=1)
            together(steps=steps, errors=given)
            if (given < 0).any():
                raise ValueError(f"errors must not be negative, got {given.min():g}")
            drawn = np.maximum(given, SMALLEST)
            best = int(drawn.argmin())
            ax.plot(steps, drawn, color=color, marker=marker, markersize=4, linestyle=line, linewidth=1.5)
            ax.plot(steps[best], drawn[best], "o", markersize=12, markerfacecolor="none", markeredgecolor=color)
            largest, smallest = int(steps.argmax()), int(steps.argmin())
            place = np.argsort(-steps)[round(0.3 * (len(steps) - 1))]  # on the right arm, clear of the other line
            below = {"xytext": (8, -2), "ha": "left", "va": "top"}
            above = {"xytext": (-8, 4), "ha": "right", "va": "bottom"}
            ax.annotate(
                label(f"backward.{name}"),
                (steps[place], drawn[place]),
                textcoords="offset points",
                color=color,
                **(above if said else below),
            )
            values = {"largest": largest, "best": best, "smallest": smallest}
            written = {key: f"{steps[place]:.0e}" for key, place in values.items()}
            written |= {f"at_{key}": f"{given[place]:.0e}" for key, place in values.items()}
            said.append(label("backward.error-alt", name=label(f"backward.{name}"), **written))
        ax.set(xscale="log", yscale="log")
        ax.xaxis.set_major_locator(LogLocator(numticks=8))
        ax.yaxis.set_major_locator(LogLocator(numticks=8))
        ax.minorticks_off()
        ax.set_xlabel(label("backward.step-size"))
        ax.set_ylabel(label("backward.error"))
    return Figure(canvas, sentences(label("backward.errors-alt"), *said))


def gradient_by_layer(lengths: Mapping[str, object]) -> Figure:
    """Draw how long the gradient is in every layer of a deep network, for several kinds of network.

    Parameters
    ----------
    lengths : mapping of str to array-like, shape (starts, layers)
        Name → the length of the gradient of each layer's weights, from the first layer to the last; positive.

    Returns
    -------
    Figure
        A thin line a start, a thick one with marks for their median; the vertical axis is logarithmic.

    Raises
    ------
    TypeError, ValueError
        If there is nothing to draw, or a length is not positive.

    Examples
    --------
    >>> gradient_by_layer({"sigmoid": [[1e-6, 1e-3, 1]], "ReLU": [[1, 1, 1]]})
    The length ... sigmoid: 1e-06 in layer 1, 1e+00 in layer 3; ReLU: 1e+00 in layer 1, 1e+00 in layer 3.
    """
    said = []
    with new_figure(4.8, 3.3) as (canvas, ax):
        for (name, given), (color, marker, line) in zip(lengths.items(), LOOKS, strict=False):
            rows = numbers(_array(given), name, ndim=2)
            if (rows <= 0).any():
                raise ValueError(f"lengths must be positive to stand on a logarithmic axis, got {rows.min():g}")
            layers = np.arange(1, rows.shape[1] + 1)
            middle = np.median(rows, axis=0)
            ax.plot(layers, rows.T, color=color, linewidth=0.6, alpha=0.6)
            ax.plot(layers, middle, color=color, marker=marker, markersize=5, linestyle=line)
            steep = middle[-1] > 100 * middle[0]
            place = len(layers) // 3 if steep else 0
            side = {"xytext": (10, -6), "va": "top"} if steep else {"xytext": (2, 12), "va": "bottom"}
            ax.annotate(
                name, (layers[place], middle[place]), textcoords="offset points", color=color, ha="left", **side
            )
            values = {"first": f"{middle[0]:.0e}", "end": f"{middle[-1]:.0e}", "layers": len(layers)}
            said.append(label("backward.length-alt", name=name, **values))
        if not said:
            raise ValueError("at least one network is needed, got none")
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(numticks=8))
        ax.minorticks_off()
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel(label("backward.layer"))
        ax.set_ylabel(label("backward.length"))
    return Figure(canvas, label("backward.lengths-alt", said=listed(said)))


def loss_traces(traces: Mapping[str, object]) -> Figure:
    """Draw what the loss does under one mistake a panel; the right run is dashed in each.

    Parameters
    ----------
    traces : mapping of str to array-like, shape (k,)
        ``"right"`` → the losses of the right run, and a mistake's name (``labels/backward.toml``) → those of a wrong
        one. A loss may become infinite or NaN: the line ends there.

    Returns
    -------
    Figure
        The vertical axis ends at one and a half times the first loss.

    Raises
    ------
    ValueError
        If there is no right run, or no other.

    Examples
    --------
    >>> loss_traces({"right": [1, 0.5], "sign": [1, 4]})
    The loss, ... “wrong sign”: from 1.00, and out of the picture at step 1.
    """
    if "right" not in traces or len(traces) < 2:
        raise ValueError(f'traces must hold "right" and at least one mistake, got {list(traces)}')
    runs = {name: _array(losses).ravel() for name, losses in traces.items()}
    right = runs.pop("right")
    top = 1.5 * right[0]
    rows = -(-len(runs) // 2)
    said = [label("backward.right-alt", first=fixed(right[0]), end=fixed(right[-1]))]
    with new_figure(4.8, 1.75 * rows + 0.5, nrows=rows, ncols=min(2, len(runs)), sharex=True, sharey=True) as (
        canvas,
        axes,
    ):
        panels = np.ravel(axes)
        for ax in panels[len(runs) :]:
            ax.set_visible(False)
        for ax, (name, losses) in zip(panels, runs.items(), strict=False):
            ax.plot(right, color=GREY, linestyle="--", linewidth=1.4)
            ax.plot(np.where(np.isfinite(losses), losses, np.nan), color=ORANGE, linewidth=1.8)
            ax.set_title(label(f"backward.{name}"), fontsize=10)
            ax.set_ylim(0, top)
            ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
            gone = np.flatnonzero(~(losses <= top))
            values = {"name": label(f"backward.{name}"), "first": fixed(losses[0])}
            if len(gone):
                said.append(label("backward.gone-alt", step=int(gone[0]), **values))
            else:
                said.append(label("backward.stayed-alt", end=fixed(losses[-1]), **values))
        canvas.supxlabel(label("backward.trace-step"), fontsize=11)
        canvas.supylabel(label("backward.loss"), fontsize=11)
    return Figure(canvas, sentences(label("backward.traces-alt"), *said))


def _frame(
    nodes: list[list[str]],
    said: str,
    values: list[np.ndarray],
    deltas: Mapping[int, np.ndarray],
    weights: list[np.ndarray],
    lit: Sequence[int],
    look: Mapping[str, object],
    loss: float | None = None,
    slopes: bool = False,
) -> Figure:
    """Draw one moment: the numbers that are known, and the edges in use with the number that each carries."""
    place = _places(nodes)
    half = max(map(len, nodes)) / 2
    with new_figure(4.8, 2.5 * half + 0.3) as (canvas, ax):
        carried = []
        for number, (left, right) in enumerate(pairwise(nodes)):
            for (column, source), (row, target) in product(enumerate(left), enumerate(right)):
                written = _written(weights[number][row, column]) if number in lit else None
                _edge(ax, nodes, place, (source, target), look if number in lit else QUIET, written, small=slopes)
                if number in lit:
                    carried.append((f"w{source}{target}", written))
        _circles(ax, place)
        known = []
        for number, row in enumerate(values):
            for name, value in zip(nodes[number], row[0], strict=True):
                known.append(f"{_value_name(nodes, number, name)} = {_written(value)}")
                _beside(ax, place[name], -0.3, _written(value), BLUE)
        came = []
        for number, row in deltas.items():
            for name, value in zip(nodes[number], row[0], strict=True):
                came.append(f"δ{_below(name)} = {_written(value)}")
                _beside(ax, place[name], 0.3, f"δ {_written(value)}", ORANGE)
        if loss is not None:
            ax.text(len(nodes) - 1, -half + 0.1, f"L = {_written(loss)}", ha="center", fontsize=12)
        _bare(ax, nodes, half)
        ax.set_ylim(-half - 0.3, half + 0.02)
        ax.text((len(nodes) - 1) / 2, -half - 0.3, said, ha="center", va="bottom", fontsize=11)
    kind = "slope-alt" if slopes else "weight-alt"
    alt = [label("backward.frame-alt", said=said)]
    if carried:
        alt.append(
            label(f"backward.{kind}", said=_listed(label(f"backward.{kind}-one", name=n, value=v) for n, v in carried))
        )
    if not slopes:
        alt.append(label("backward.values-alt", said=_listed(known)))
        if loss is not None:
            alt.append(label("backward.loss-alt", loss=_written(loss)))
    if came and not slopes:
        alt.append(label("backward.deltas-alt", said=_listed(came)))
    return Figure(canvas, sentences(*alt))


def _places(nodes: list[list[str]]) -> Places:
    """Put each layer into a column, its nodes around the middle, one unit apart."""
    return {
        name: (number, (len(layer) - 1) / 2 - row)
        for number, layer in enumerate(nodes)
        for row, name in enumerate(layer)
    }


def _edge(
    ax: Axes,
    nodes: list[list[str]],
    place: Places,
    ends: tuple[str, str],
    look: Mapping[str, object],
    written: str | None,
    small: bool = False,
) -> None:
    (x0, y0), (x1, y1) = (place[name] for name in ends)
    ax.plot([x0, x1], [y0, y1], zorder=1 if look is QUIET else 2, **look)
    if written is None:
        return
    before, after = (next(len(layer) for layer in nodes if name in layer) for name in ends)
    share = before / (before + 1) if before <= after else 1 / (after + 1)  # where the numbers lie evenly apart
    spot = (x0 + share * (x1 - x0), y0 + share * (y1 - y0))
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.6}
    ax.text(*spot, written, ha="center", va="center", fontsize=10 if small else 11.5, bbox=box, zorder=3, color=INK)


def _circles(ax: Axes, place: Places) -> None:
    for name, (x, y) in place.items():
        ax.plot(x, y, "o", markersize=21, markerfacecolor=PAPER, markeredgecolor=INK, zorder=4)
        ax.text(x, y, name, ha="center", va="center", fontsize=12, zorder=5)


def _beside(ax: Axes, spot: tuple[float, float], shift: float, written: str, color: str) -> None:
    box = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.4}
    ax.text(spot[0], spot[1] + shift, written, ha="center", va="center", fontsize=11, color=color, bbox=box, zorder=6)


def _bare(ax: Axes, nodes: list[list[str]], half: float) -> None:
    ax.set(xlim=(-0.3, len(nodes) - 0.68), ylim=(-half - 0.05, half + 0.05))
    ax.axis("off")


def _value_name(nodes: list[list[str]], number: int, name: str) -> str:
    if number == 0:
        return f"x{_below(name)}"
    return "ŷ" if number == len(nodes) - 1 else f"n{_below(name)}"


def _below(name: str) -> str:
    return name.translate(SUBSCRIPTS)


def _weight(source: str, target: str) -> str:
    return f"$w_{{{source}{target}}}$"


def _written(value: float) -> str:
    """Write a number as a pencil does, as a fraction, and with three decimals where it is none."""
    fraction = Fraction(float(value)).limit_denominator(DENOMINATOR)
    if abs(float(fraction) - float(value)) < 1e-12:
        return str(fraction).replace("-", "−")
    return fixed(float(value), 3)


def _listed(said: object) -> str:
    return label("backward.comma").join(said)


def _look_at_sizes(
    nodes: list[list[str]],
    weights: list[np.ndarray],
    slopes: list[np.ndarray],
    values: list[np.ndarray],
    deltas: list[np.ndarray],
) -> None:
    sizes = [len(layer) for layer in nodes]
    expected = [(after, before) for before, after in pairwise(sizes)]
    for what, given in (("weights", weights), ("slopes", slopes)):
        if [matrix.shape for matrix in given] != expected:
            raise ValueError(f"{what} must have shapes {expected}, got {[matrix.shape for matrix in given]}")
    for what, given, wanted in (("values", values, sizes), ("deltas", deltas, sizes[1:])):
        if [row.shape for row in given] != [(1, size) for size in wanted]:
            raise ValueError(f"{what} must be those of one example, sizes {wanted}, got {[row.shape for row in given]}")


def _array(value: object) -> np.ndarray:
    """Return numbers as an array, from a tensor on any device too."""
    if is_tensor(value):
        value = value.detach().cpu().numpy()
    return np.asarray(value, dtype=np.float64)
