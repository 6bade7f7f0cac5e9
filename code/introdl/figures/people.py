"""The slides' 23 people, drawn: seconds in the Timed Up and Go test across, points on the 7-item Berg scale up.

Drawn in the chapter *Start here*. The data are the slides' own (``datasets.load_tug``).
"""

from __future__ import annotations

from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from introdl.figures.base import BLUE, GREY, ORANGE, PAPER, Figure, new_figure
from introdl.figures.said import plain
from introdl.language import label

if TYPE_CHECKING:
    import pandas as pd

HIGHEST_SCORE = 28
SIZE = (4.8, 3.7)  # inches: letters stay readable where a phone shrinks the drawing to its width


def people_scatter(people: pd.DataFrame) -> Figure:
    """Draw each person as a dot; a number in a dot says how many people share it.

    Parameters
    ----------
    people : pandas.DataFrame
        Columns ``tug`` (s) and ``bbs`` (points, 0 to 28), one row a person.

    Returns
    -------
    Figure
        Its description names the ranges, the slowest person and the commonest time.

    Raises
    ------
    ValueError
        If a column is missing, or there is nobody to draw.

    Examples
    --------
    >>> from introdl import datasets
    >>> print(people_scatter(datasets.load_tug()).alt[:13])
    23 people as
    """
    seconds, points = times_and_scores(people)
    with new_figure(*SIZE) as (canvas, ax):
        people_axes(ax, seconds)
        people_dots(ax, seconds, points)
    return Figure(canvas, label("people.scatter-alt", **_summary(seconds, points)))


def people_line(people: pd.DataFrame, slope: float, intercept: float) -> Figure:
    """Draw the people, the line ``slope`` × seconds + ``intercept``, and how far it misses each person.

    Parameters
    ----------
    people : pandas.DataFrame
        Columns ``tug`` (s) and ``bbs`` (points), one row a person.
    slope : float
        Points per second.
    intercept : float
        Points at 0 seconds.

    Returns
    -------
    Figure
        Shows the mean absolute error; its description also names the largest miss. The axes stay where
        they are whatever the line, so that two drawings can be compared; a line may leave them.

    Raises
    ------
    TypeError
        If ``slope`` or ``intercept`` is not a real number.
    ValueError
        If a column is missing, or there is nobody to draw.

    Examples
    --------
    >>> from introdl import datasets
    >>> drawing = people_line(datasets.load_tug(), slope=-0.5, intercept=30)
    >>> "2.57 points" in drawing.alt
    True
    """
    slope, intercept = _number(slope, "slope"), _number(intercept, "intercept")
    seconds, points = times_and_scores(people)
    guesses = slope * seconds + intercept
    misses = np.abs(points - guesses)
    error = label("people.error", error=f"{misses.mean():.2f}")
    with new_figure(*SIZE) as (canvas, ax):
        people_axes(ax, seconds)
        strokes = np.minimum(points, guesses), np.maximum(points, guesses)
        ax.vlines(seconds, *strokes, color=ORANGE, linewidth=1.4, linestyle=":")
        ends = np.array(ax.get_xlim())
        ax.plot(ends, slope * ends + intercept, color=ORANGE, zorder=2)
        people_dots(ax, seconds, points)
        ax.text(0.03, 0.05, error, transform=ax.transAxes, backgroundcolor=PAPER, zorder=5)
    farthest = int(misses.argmax())
    alt = label(
        "people.line-alt",
        n=len(seconds),
        slope=plain(slope),
        intercept=plain(intercept),
        error=error,
        largest=plain(misses[farthest]),
        seconds=plain(seconds[farthest]),
        points=plain(points[farthest]),
    )
    return Figure(canvas, alt)


def people_axes(ax: Axes, seconds: np.ndarray) -> None:
    """Set up axes of seconds and points that are the same in every drawing of the people, wider where they must be."""
    ax.set_xlim(min(5.0, seconds.min() - 2), max(31.0, seconds.max() + 2))
    ax.set_ylim(6, HIGHEST_SCORE + 2)
    ax.set_yticks(range(8, HIGHEST_SCORE + 1, 4))
    ax.grid(color=GREY, alpha=0.3, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.set_xlabel(label("people.seconds"))
    ax.set_ylabel(label("people.points"))


def people_dots(ax: Axes, seconds: np.ndarray, points: np.ndarray) -> None:
    """Draw one dot a place, with the number of people in it where there are several."""
    places, counts = np.unique(np.column_stack([seconds, points]), axis=0, return_counts=True)
    ax.scatter(*places.T, s=np.where(counts > 1, 130, 45), color=BLUE, edgecolor=PAPER, linewidth=0.8, zorder=3)
    for (across, up), count in zip(places, counts, strict=True):
        if count > 1:
            ax.text(across, up, str(count), color="white", fontsize=8, ha="center", va="center_baseline", zorder=4)


def _summary(seconds: np.ndarray, points: np.ndarray) -> dict[str, object]:
    times, counts = np.unique(seconds, return_counts=True)
    common = times[counts.argmax()]
    there = points[seconds == common]
    return {
        "n": len(seconds),
        "fastest": plain(seconds.min()),
        "slowest": plain(seconds.max()),
        "lowest": plain(points.min()),
        "highest": plain(points.max()),
        "slowest_points": plain(points[seconds.argmax()]),
        "common": plain(common),
        "count": counts.max(),
        "from_points": plain(there.min()),
        "to_points": plain(there.max()),
    }


def times_and_scores(people: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns tug and bbs as numbers; a table without them, or without people, is refused."""
    missing = [name for name in ("tug", "bbs") if name not in people]
    if missing:
        raise ValueError(f"people must have the columns tug and bbs, got none called {' or '.join(missing)}")
    if len(people) == 0:
        raise ValueError("people must have at least one row, got none")
    return people["tug"].to_numpy(float), people["bbs"].to_numpy(float)


def _number(value: object, name: str) -> float:
    if not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {value!r}")
    return float(value)
