"""Two pictures for the reader's self-check of statistics and optimisation, in the chapter *Start here*."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from introdl.figures.base import BLUE, GREEN, GREY, ORANGE, Figure, new_figure
from introdl.figures.said import listed
from introdl.language import label

WINDOW = 2.0  # points per second: a step farther from the best slope than this is counted, not drawn


def accuracy_intervals(n: int, rules: Mapping[str, tuple[int, float, float]]) -> Figure:
    """Draw what share of ``n`` people each rule got right, and the interval around it.

    Parameters
    ----------
    n : int
        Number of people.
    rules : mapping of str to (right, low, high)
        Name of a rule (``"slow"`` or ``"never"``: tables ``rule-…`` of ``labels/warmup.toml``) → how many
        people it got right, and the ends of its interval as shares between 0 and 1.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If ``right`` is not between 0 and ``n``, or the interval does not hold the share.

    Examples
    --------
    >>> accuracy_intervals(23, {"never": (17, 0.54, 0.87)})
    Share of 23 people that a rule got right, ... Always “not low”: 17 right, 74%, interval 54% to 87%.
    """
    said = []
    with new_figure(4.8, 0.75 + 0.7 * len(rules)) as (canvas, ax):
        for place, (name, (right, low, high)) in enumerate(rules.items()):
            share = _share(name, right, n, low, high)
            values = {"right": right, "n": n, "share": _percent(share), "low": _percent(low), "high": _percent(high)}
            color, marker = (BLUE, "o") if place % 2 == 0 else (ORANGE, "s")
            ax.plot([100 * low, 100 * high], [-place, -place], color=color, linewidth=3, solid_capstyle="butt")
            ax.plot(100 * share, -place, marker=marker, color=color, markersize=9)
            heading = label("warmup.interval-heading", rule=label(f"warmup.rule-{name}"), **values)
            ax.text(1, -place + 0.22, heading, fontsize=10)
            said.append(label("warmup.interval-alt-one", rule=label(f"warmup.rule-{name}"), **values))
        ax.set_xlim(0, 100)
        ax.set_ylim(-len(rules) + 0.55, 0.62)
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_xlabel(label("warmup.accuracy"))
    return Figure(canvas, label("warmup.interval-alt", n=n, rules=listed(said)))


def downhill_walk(loss: Callable[[float], float], slopes: Sequence[float]) -> Figure:
    """Draw a loss against its one parameter, a slope, and the steps of a walk down it.

    Parameters
    ----------
    loss : callable
        Slope (points per second) → mean squared error (points²).
    slopes : sequence of float
        Where the walk stood: the start first, then after each step.

    Returns
    -------
    Figure
        Steps more than :data:`WINDOW` from the best slope of the walk are not drawn: their number is said.

    Raises
    ------
    ValueError
        If the walk has no place to draw.

    Examples
    --------
    >>> downhill_walk(lambda slope: slope**2, [1.0, 0.5, 0.25])
    The loss as a curve over the slope, and a walk of 2 steps on it: ... to slope 0.25, loss 0.06.
    """
    walk = np.asarray(slopes, dtype=float).ravel()
    if walk.size == 0:
        raise ValueError("a walk needs at least the place where it starts, got none")
    heights = np.array([loss(slope) for slope in walk])
    best = walk[np.nanargmin(heights)]
    near = np.abs(walk - best) <= WINDOW
    reach = 1.2 * max(0.5, np.abs(walk[near] - best).max())
    curve = np.linspace(best - reach, best + reach, 121)
    with new_figure(4.8, 3.4) as (canvas, ax):
        ax.plot(curve, [loss(slope) for slope in curve], color=GREY, zorder=1)
        ax.plot(walk[near], heights[near], color=ORANGE, linewidth=1, linestyle="--", zorder=2)
        ax.scatter(walk[near], heights[near], color=ORANGE, s=30, zorder=3)
        ax.annotate(label("warmup.start"), (walk[0], heights[0]), xytext=(6, -12), textcoords="offset points")
        if walk.size > 1 and near[-1]:
            ax.scatter(walk[-1], heights[-1], color=GREEN, marker="D", s=55, zorder=4)
            end = label("warmup.end", steps=walk.size - 1)
            ax.annotate(end, (walk[-1], heights[-1]), xytext=(0, 14), textcoords="offset points", ha="center")
        if not near.all():
            outside = label("warmup.outside", n=int((~near).sum()))
            ax.text(0.5, 0.92, outside, transform=ax.transAxes, ha="center")
        ax.set_ylim(bottom=0)
        ax.set_xlabel(label("warmup.slope"))
        ax.set_ylabel(label("warmup.loss"))
    values = {"start": walk[0], "start_loss": heights[0], "end": walk[-1], "end_loss": heights[-1]}
    written = {name: f"{value:.2f}".replace("-", "−") for name, value in values.items()}
    return Figure(canvas, label("warmup.walk-alt", steps=walk.size - 1, **written))


def _share(name: str, right: int, n: int, low: float, high: float) -> float:
    if not 0 <= right <= n:
        raise ValueError(f"rule {name!r}: right must be between 0 and n = {n}, got {right}")
    if not low <= right / n <= high:
        raise ValueError(
            f"rule {name!r}: the interval must hold the share {right / n:.3f}, got {low:.3f} to {high:.3f}"
        )
    return right / n


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
