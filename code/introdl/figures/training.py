"""Drawings of training in practice: what a batch estimates, three optimisers, how a start spreads, curves and starts.

Chapter: ``training-in-practice``. Numbers come in computed elsewhere; nothing here trains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from introdl.arrays import is_tensor, numbers, refuse_without_numbers
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import fixed, plain, sentences
from introdl.language import label

# Colour, line and marker belong to one name everywhere in this module; grey print tells them apart too.
OPTIMISERS = {"sgd": (BLUE, "-", "o"), "momentum": (ORANGE, "--", "s"), "adam": (GREEN, "-.", "D")}
BEGINNINGS = {"small": (ORANGE, "--"), "default": (PURPLE, ":"), "matched": (BLUE, "-"), "large": (GREEN, "-.")}
WAYS = ("nothing", "decay", "dropout", "early")
SHOWN = 1.35  # times the highest start: a loss above that leaves the drawing of four curves


def batch_slopes(slopes: Mapping[int, Sequence[float]], full: float) -> Figure:
    """Draw the slopes that batches of several sizes gave, and the slope over all examples.

    Parameters
    ----------
    slopes : mapping of int to array-like
        Examples in a batch → the slope each batch gave.
    full : float
        The slope over all examples, a vertical line.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If there are no slopes, or one is not finite.

    Examples
    --------
    >>> batch_slopes({8: [1, 3], 32: [1.5, 2.5]}, full=2).alt[-51:]
    'hes of 32: from 1.5 to 2.5, standard deviation 0.5.'
    """
    rows = {size: _vector(values, f"slopes of {size}") for size, values in slopes.items()}
    full = float(numbers(full, "full", ndim=0))
    if not rows:
        raise ValueError("slopes must hold at least one size of batch, got none")
    said = [label("training.slopes-alt", full=plain(full))]
    chance = np.random.default_rng(0)
    with new_figure(4.8, 0.9 + 0.6 * len(rows)) as (canvas, ax):
        ax.axvline(full, color=INK, linewidth=1.2, linestyle=":")
        for place, (size, values) in enumerate(rows.items()):
            lifted = place + chance.uniform(-0.22, 0.22, len(values))
            ax.plot(values, lifted, "o", color=BLUE, alpha=0.55, markersize=3.5, markeredgewidth=0, rasterized=True)
            ends = {"low": plain(values.min()), "high": plain(values.max()), "sd": plain(values.std())}
            said.append(label("training.slopes-one-alt", size=size, **ends))
        ax.set_yticks(range(len(rows)), [label("training.of-size", size=size) for size in rows])
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.set_xlabel(label("training.slope"))
    return Figure(canvas, sentences(*said))


def three_paths(
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray], paths: Mapping[str, Sequence[Sequence[float]]]
) -> Figure:
    """Draw, on a map of the loss over two weights, where optimisers went; the lowest place is at (0, 0).

    Parameters
    ----------
    loss : callable
        (first weight, second weight) → the loss, for arrays of one shape.
    paths : mapping of str to array-like, shape (steps + 1, 2)
        ``"sgd"``, ``"momentum"``, ``"adam"`` (or some of them) → where it stood, from one start.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If an optimiser is not known, there is none, or a place is not two finite numbers.

    Examples
    --------
    >>> three_paths(lambda u, v: u * u + v * v, {"sgd": [[2, 0], [1, 0]]}).alt.partition(". ")[2]
    'SGD: from (2, 0) to (1, 0), number of steps 1, loss 1 at the end.'
    """
    walks = {_known(name, OPTIMISERS, "an optimiser"): numbers(_array(path), name, 2) for name, path in paths.items()}
    if not walks or any(walk.shape[1] != 2 for walk in walks.values()):
        raise ValueError("paths must hold at least one path of two weights, a row a step")
    everywhere = np.concatenate([*walks.values(), np.zeros((1, 2))])
    low, high = everywhere.min(axis=0), everywhere.max(axis=0)
    room = 0.1 * (high - low) + 0.2
    across, up = (np.linspace(a, b, 80) for a, b in zip(low - room, high + room, strict=True))
    heights = loss(*np.meshgrid(across, up))
    said = [label("training.paths-alt")]
    with new_figure(4.8, 3.4) as (canvas, ax):
        levels = heights.max() * np.array([0.01, 0.04, 0.1, 0.2, 0.4, 0.7])
        ax.contour(across, up, heights, levels=levels, colors=[GREY], linewidths=0.8, zorder=0)
        for name, walk in walks.items():
            color, line, marker = OPTIMISERS[name]
            ax.plot(*walk.T, line, color=color, linewidth=1.5, label=label(f"training.{name}"), zorder=2)
            ax.plot(*walk[:: max(1, len(walk) // 10)].T, marker, color=color, markersize=4.5, zorder=3)
            values = {"name": label(f"training.{name}"), "steps": len(walk) - 1, "loss": plain(loss(*walk[-1]))}
            said.append(label("training.path-alt", start=_pair(walk[0]), end=_pair(walk[-1]), **values))
        ax.plot(0, 0, "*", color=INK, markersize=12, markeredgecolor=PAPER, zorder=4)
        ax.set_xlabel(label("training.weight", number=1))
        ax.set_ylabel(label("training.weight", number=2))
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, handlelength=2.2, columnspacing=1.2, fontsize=10)
    return Figure(canvas, sentences(*said))


def spread_by_layer(spreads: Mapping[str, Sequence[float]]) -> Figure:
    """Draw the standard deviation of what each layer hands on, for several ways to draw the first weights.

    Parameters
    ----------
    spreads : mapping of str to array-like, shape (layers + 1,)
        ``"small"``, ``"default"``, ``"matched"``, ``"large"`` (or some of them) → the inputs' standard deviation, and
        that after each layer; positive.

    Returns
    -------
    Figure
        The axis is logarithmic.

    Raises
    ------
    TypeError, ValueError
        If a name is not known, there is none, or a spread is not positive.

    Examples
    --------
    >>> spread_by_layer({"small": [1, 0.1, 0.01]}).alt.partition(". ")[2]
    'All too small: from 1 to 10⁻² after 2 layers.'
    """
    rows = {_known(name, BEGINNINGS, "a beginning"): _vector(values, name) for name, values in spreads.items()}
    if not rows or min(values.min() for values in rows.values()) <= 0:
        raise ValueError("spreads must hold at least one beginning, and positive numbers only")
    said = [label("training.spread-alt")]
    with new_figure(4.8, 3.2) as (canvas, ax):
        for name, values in rows.items():
            color, line = BEGINNINGS[name]
            ax.plot(values, line, color=color)
            named = label(f"training.{name}")
            ax.annotate(named, (len(values) - 1, values[-1]), (5, 0), textcoords="offset points", va="center")
            ends = {"first": _power(values[0]), "last": _power(values[-1]), "layers": len(values) - 1}
            said.append(label("training.spread-one-alt", name=label(f"training.{name}-word"), **ends))
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _power(value)))
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        layers = max(map(len, rows.values())) - 1
        ax.set_xlim(0, 1.5 * layers)
        ax.set_xticks(range(0, layers + 1, 2))
        ax.set_xlabel(label("training.layers"))
        ax.set_ylabel(label("training.spread"))
    return Figure(canvas, sentences(*said))


def four_curves(runs: Mapping[str, tuple[Sequence[float], Sequence[float]]]) -> Figure:
    """Draw training and validation loss of up to four runs, a panel each, all on one scale.

    Parameters
    ----------
    runs : mapping of str to (training, validation)
        Name of the panel, such as ``"A"`` → two array-likes, shape (epochs + 1,).

    Returns
    -------
    Figure
        A loss far above the highest start leaves the drawing; the description says how high it went.

    Raises
    ------
    TypeError, ValueError
        If there are none or more than four, a loss is not finite, or the two of a run differ in length.

    Examples
    --------
    >>> four_curves({"A": ([2, 1], [2, 3])}).alt.partition(". ")[2]
    'A: training from 2 to 1, highest 2; validation from 2 to 3, lowest 2 after epoch 0.'
    """
    if not 1 <= len(runs) <= 4:
        raise ValueError(f"one to four runs can be drawn, got {len(runs)}")
    said, drawn = [label("training.curves-alt")], {}
    for name, (seen, unseen) in runs.items():
        drawn[name] = _vector(seen, f"training of {name}"), _vector(unseen, f"validation of {name}")
        if len(drawn[name][0]) != len(drawn[name][1]):
            raise ValueError(f"training and validation of {name} must be as long, got {[len(v) for v in drawn[name]]}")
    grid = {"nrows": 1 + (len(runs) > 2), "ncols": min(2, len(runs)), "sharey": True, "squeeze": False}
    with new_figure(4.8, 2.4 * grid["nrows"], **grid) as (canvas, panels):
        for ax, (name, (seen, unseen)) in zip(panels.flat, drawn.items(), strict=False):
            ax.plot(unseen, "--", color=ORANGE, linewidth=1.6, label=label("training.validation"))
            ax.plot(seen, "-", color=BLUE, linewidth=1.6, label=label("training.training"))
            ax.set_title(name, loc="left", fontsize=11, fontweight="bold", color=INK)
            ax.set_ylim(0, SHOWN * max(max(a[0], b[0]) for a, b in drawn.values()))
            ax.xaxis.set_major_locator(MaxNLocator(3, integer=True))
            values = {
                "start": plain(seen[0]),
                "end": plain(seen[-1]),
                "top": plain(seen.max()),
                "v0": plain(unseen[0]),
                "v1": plain(unseen[-1]),
            }
            lowest = {"lowest": plain(unseen.min()), "epoch": int(unseen.argmin())}
            said.append(label("training.curve-alt", name=name, **values, **lowest))
        for ax in panels[-1]:
            ax.set_xlabel(label("training.epoch"))
        for ax in panels[:, 0]:
            ax.set_ylabel(label("training.loss"))
        canvas.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return Figure(canvas, sentences(*said))


def starts(errors: Mapping[str, Sequence[float]], baseline: float) -> Figure:
    """Draw the error of each start, a row for each way of training, beside the error of a simpler model.

    Parameters
    ----------
    errors : mapping of str to array-like
        ``"nothing"``, ``"decay"``, ``"dropout"``, ``"early"`` (or some of them) → an error for each random seed.
    baseline : float
        The simpler model's error, a vertical line.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a way is not known, there is none, or an error is not finite.

    Examples
    --------
    >>> starts({"early": [44, 46]}, baseline=45).alt.partition(". ")[2]
    'Early stopping: from 44.0 to 46.0, mean 45.0.'
    """
    rows = {_known(name, WAYS, "a way"): _vector(values, name) for name, values in errors.items()}
    baseline = float(numbers(baseline, "baseline", ndim=0))
    if not rows:
        raise ValueError("errors must hold at least one way, got none")
    said = [label("training.starts-alt", baseline=fixed(baseline, 1))]
    with new_figure(4.8, 1.0 + 0.48 * len(rows)) as (canvas, ax):
        ax.axvline(baseline, color=INK, linewidth=1.2, linestyle=":")
        for place, (name, values) in enumerate(rows.items()):
            ax.plot(values, np.full(len(values), place), "o", markersize=7, markerfacecolor=PAPER, markeredgecolor=BLUE)
            ax.plot(values.mean(), place, "|", color=ORANGE, markersize=18, markeredgewidth=2.5)
            ends = {"low": fixed(values.min(), 1), "high": fixed(values.max(), 1), "mean": fixed(values.mean(), 1)}
            said.append(label("training.starts-one-alt", name=label(f"training.{name}-word"), **ends))
        ax.set_yticks(range(len(rows)), [label(f"training.{name}") for name in rows])
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.set_xlabel(label("training.error"))
    return Figure(canvas, sentences(*said))


def _array(values: object) -> object:
    if not is_tensor(values):
        return values
    refuse_without_numbers(values=values)
    return values.detach().cpu().numpy()


def _vector(values: object, name: str) -> np.ndarray:
    return numbers(_array(values), name, ndim=1)


def _known(name: str, names: Sequence[str], kind: str) -> str:
    if name not in names:
        raise ValueError(f"{kind} must be one of {', '.join(names)}, got {name!r}")
    return name


def _pair(place: np.ndarray) -> str:
    return f"({plain(place[0])}, {plain(place[1])})"


def _power(value: float) -> str:
    """Write a number from 0.1 to 1000 as it is, anything else as a power of ten."""
    if 0.095 <= value < 1000:
        return f"{value:.2g}" if value < 100 else f"{value:.0f}"
    return "10" + f"{np.round(np.log10(value)):.0f}".translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
