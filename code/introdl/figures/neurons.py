"""Neurons drawn: what an activation bends, how regions bend with every unit, and curves put together from bends.

Chapter: ``multilayer-perceptron``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from introdl.arrays import features, is_tensor, numbers, together
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, Figure, Steps, new_figure
from introdl.figures.said import fixed, listed
from introdl.language import label

ACROSS = np.linspace(-4, 4, 201)
LOOKS = ((ORANGE, "--"), (GREEN, "-."), (GREY, ":"))


def activations() -> Figure:
    """Draw four activation functions and the slope of each.

    Returns
    -------
    Figure
        Four panels on one scale: identity, sigmoid, tanh, ReLU. The slope is dashed.

    Examples
    --------
    >>> activations()
    Four panels ... the largest slope is 1, ... 0.25, ... 1, ... 1.
    """
    z = ACROSS
    sigmoid = 1 / (1 + np.exp(-z))
    drawn = {
        "identity": (z, np.ones_like(z)),
        "sigmoid": (sigmoid, sigmoid * (1 - sigmoid)),
        "tanh": (np.tanh(z), 1 - np.tanh(z) ** 2),
        "relu": (np.maximum(z, 0), np.where(z > 0, 1.0, np.where(z < 0, 0.0, np.nan))),  # no slope at 0: a gap there
    }
    with new_figure(4.8, 4.4, nrows=2, ncols=2, sharex=True, sharey=True) as (canvas, axes):
        for ax, (name, (value, slope)) in zip(axes.flat, drawn.items(), strict=True):
            ax.axhline(0, color=GREY, linewidth=0.8)
            ax.axvline(0, color=GREY, linewidth=0.8)
            ax.plot(z, value, color=BLUE)
            ax.plot(z, slope, color=ORANGE, linestyle="--")
            ax.set_title(label(f"neurons.{name}"), fontsize=11)
            ax.set(xlim=(-4, 4), ylim=(-1.4, 2.4), xticks=[-4, -2, 0, 2, 4], yticks=[-1, 0, 1, 2])
        axes[0, 1].text(-3.8, 2.0, label("neurons.value"), color=BLUE, fontsize=10)
        axes[0, 1].text(-3.8, 1.5, label("neurons.slope"), color=ORANGE, fontsize=10)
        for ax in axes[1]:
            ax.set_xlabel(label("neurons.sum"))
    return Figure(canvas, label("neurons.activations-alt"))


def decision_regions(X: object, y: object, nets: Mapping[int, Sequence[tuple[object, object]]]) -> Steps:
    """Draw where networks with one hidden layer of tanh units say which of two classes, and each unit's own line.

    Parameters
    ----------
    X : array-like, shape (n, 2)
        Two features.
    y : array-like, shape (n,)
        0 or 1.
    nets : mapping of int to two (weight, bias)
        Number of hidden units → hidden layer (h, 2), (h,) and output layer (1, h), (1,), as
        :func:`introdl.mlp.layers_of` returns them.

    Returns
    -------
    Steps
        One drawing a network. A dotted line is where a hidden unit's sum is 0, the thick line where the output's is.

    Raises
    ------
    TypeError, ValueError
        If the numbers do not fit together.

    Examples
    --------
    >>> nets = {h: [([[1, 1]] * h, [-1] * h), ([[1] * h], [0])] for h in (1, 2)}
    >>> print(decision_regions([[0, 0], [1, 1]], [0, 1], nets))
    hidden units 1: 2 points, 1 of class 1, ...; 2 of them are on their side. 1 dotted lines, ...
    hidden units 2: ...
    """
    X, y = features(_plain(X)), numbers(_plain(y), "y", ndim=1)
    together(X=X, y=y)
    if X.shape[1] != 2 or not np.isin(y, (0, 1)).all():
        raise ValueError(f"expected two features and classes 0 and 1, got {X.shape[1]} and {sorted(set(y.tolist()))}")
    low, high = X.min(axis=0) - 0.35, X.max(axis=0) + 0.35
    x1, x2 = (np.linspace(low[i], high[i], 121) for i in (0, 1))
    grid = np.stack([values.ravel() for values in np.meshgrid(x1, x2)], axis=1)
    frames = []
    for units, ((weight, bias), (out_weight, out_bias)) in nets.items():
        weight, bias, out_weight, out_bias = map(_plain, (weight, bias, out_weight, out_bias))
        if weight.shape != (units, 2) or bias.shape != (units,) or out_weight.shape != (1, units):
            raise ValueError(
                f"expected a hidden layer ({units}, 2), ({units},) and an output layer (1, {units}), "
                f"got {weight.shape}, {bias.shape} and {out_weight.shape}"
            )

        def says(points: np.ndarray, layers: tuple = (weight, bias, out_weight, out_bias)) -> np.ndarray:
            return np.tanh(points @ layers[0].T + layers[1]) @ layers[2][0] + layers[3][0]

        right = int(((says(X) > 0) == (y == 1)).sum())
        height = says(grid).reshape(121, 121)
        with new_figure(4.8, 3.5) as (canvas, ax):
            ax.contourf(x1, x2, height, levels=[-np.inf, 0, np.inf], colors=[BLUE, ORANGE], alpha=0.16)
            if height.min() < 0 < height.max():
                ax.contour(x1, x2, height, levels=[0], colors=[INK], linewidths=2)
            for (w1, w2), b in zip(weight, bias, strict=True):
                _unit_line(ax, w1, w2, b, low, high)
            for value, colour, mark in ((0, BLUE, "o"), (1, ORANGE, "^")):
                points = X[y == value]
                ax.plot(*points.T, mark, color=colour, markersize=4.5, markeredgecolor=PAPER, markeredgewidth=0.4)
            ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]))
            ax.set_xlabel(label("neurons.x1"))
            ax.set_ylabel(label("neurons.x2"))
        values = {"n": len(X), "ones": int(y.sum()), "right": right, "units": units}
        frames.append(Figure(canvas, label("neurons.regions-alt", **values)))
    return Steps(frames, [str(units) for units in nets], title=label("neurons.hidden-units"))


def added_up(x: object, panels: Sequence[Sequence[object]]) -> Figure:
    """Draw a few parts and their sum, in one panel a group.

    Parameters
    ----------
    x : array-like, shape (n,)
        Where.
    panels : sequence of sequence of array-like, shape (n,)
        The parts of each panel: what a hidden unit gives, times its weight. One to three a panel.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the numbers do not fit together, or there are more than three parts in a panel.

    Examples
    --------
    >>> added_up([0, 1, 2], [[[0, 1, 2], [0, 0, -1]]])
    Parts and their sum. From left to right, panel 1: 2 parts, drawn thin; their sum, drawn thick, is largest, 1.00, ...
    """
    x = numbers(_plain(x), "x", ndim=1)
    said = []
    with new_figure(4.8, 2.7, ncols=len(panels), squeeze=False) as (canvas, axes):
        for number, (ax, parts) in enumerate(zip(axes[0], panels, strict=True), start=1):
            if not 1 <= len(parts) <= len(LOOKS):
                raise ValueError(f"expected 1 to {len(LOOKS)} parts a panel, got {len(parts)}")
            parts = [numbers(_plain(part), "part", ndim=1) for part in parts]
            for part, (colour, style) in zip(parts, LOOKS, strict=False):
                together(x=x, part=part)
                ax.plot(x, part, color=colour, linestyle=style, linewidth=1.5)
            total = np.sum(parts, axis=0)
            ax.plot(x, total, color=BLUE, linewidth=2.8)
            ax.axhline(0, color=GREY, linewidth=0.6)
            reach = 1.9 * (abs(total).max() or 1)  # the parts run out of the drawing, and the sum stays large
            ax.set(xlabel="x", ylim=(-reach, reach))
            top = total.argmax()
            values = {"number": number, "parts": len(parts), "top": fixed(total[top]), "where": fixed(x[top])}
            said.append(label("neurons.panel-alt", **values))
    return Figure(canvas, label("neurons.added-alt", said=listed(said)))


def closer(x: object, target: object, fits: Mapping[int, object], inside: tuple[float, float]) -> Steps:
    """Draw a curve and what ever more hidden units make of it, one drawing a number of units.

    Parameters
    ----------
    x, target : array-like, shape (n,)
        The curve.
    fits : mapping of int to array-like, shape (n,)
        Number of hidden units → what the network says at x.
    inside : (float, float)
        Between which x the units were placed; outside is shaded.

    Returns
    -------
    Steps

    Raises
    ------
    TypeError, ValueError
        If the numbers do not fit together.

    Examples
    --------
    >>> print(closer([0, 1, 2, 3], [0, 1, 0, 1], {2: [0, 1, 0, -1], 3: [0, 1, 0, 0]}, (0, 2)))
    hidden units 2: A wavy curve ... by at most 0.00, and by 2.00 outside.
    hidden units 3: A wavy curve ... by at most 0.00, and by 1.00 outside.
    """
    x, target = (numbers(_plain(value), name, ndim=1) for value, name in ((x, "x"), (target, "target")))
    fits = {units: numbers(_plain(fit), "fit", ndim=1) for units, fit in fits.items()}
    within = (x >= inside[0]) & (x <= inside[1])
    reach = max(abs(target).max(), 1.0) * 1.9
    frames = []
    for units, fit in fits.items():
        together(x=x, target=target, fit=fit)
        with new_figure(4.8, 3.0) as (canvas, ax):
            ax.axvspan(x[0], inside[0], color=GREY, alpha=0.2, linewidth=0)
            ax.axvspan(inside[1], x[-1], color=GREY, alpha=0.2, linewidth=0)
            ax.plot(x, target, color=ORANGE, linestyle="--")
            ax.plot(x, fit, color=BLUE)
            ax.set(xlim=(x[0], x[-1]), ylim=(-reach, reach))
            ax.text(0.03, 0.95, label("neurons.curve"), color=ORANGE, va="top", transform=ax.transAxes)
            ax.text(0.03, 0.05, label("neurons.network"), color=BLUE, transform=ax.transAxes)
            ax.set_xlabel("x")
        misses = abs(fit - target)
        values = {"units": units, "inside": fixed(misses[within].max()), "outside": fixed(misses[~within].max())}
        frames.append(Figure(canvas, label("neurons.closer-alt", **values)))
    return Steps(frames, [str(units) for units in fits], title=label("neurons.hidden-units"))


def _unit_line(ax: object, w1: float, w2: float, b: float, low: np.ndarray, high: np.ndarray) -> None:
    """Draw where a unit's sum is 0, if it crosses the drawing."""
    if abs(w2) >= abs(w1) and w2 != 0:
        across = np.array([low[0], high[0]])
        ax.plot(across, -(w1 * across + b) / w2, color=GREEN, linestyle=":", linewidth=1.6)
    elif w1 != 0:
        up = np.array([low[1], high[1]])
        ax.plot(-(w2 * up + b) / w1, up, color=GREEN, linestyle=":", linewidth=1.6)


def _plain(value: object) -> np.ndarray:
    """Return numbers as an array, from a tensor on any device too."""
    if is_tensor(value):
        value = value.detach().cpu().numpy()
    return np.asarray(value, dtype=np.float64)
