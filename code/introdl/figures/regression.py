"""A line through dots, drawn: its squared misses, its residuals, and the people, columns and losses that move it.

Drawn in the chapter *Linear regression*. The functions take numbers and fit nothing themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from introdl.arrays import numbers, together
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, Steps, new_figure
from introdl.figures.people import HIGHEST_SCORE, SIZE, people_axes, people_dots, times_and_scores
from introdl.figures.said import listed, plain
from introdl.language import label

if TYPE_CHECKING:
    import pandas as pd

Line = tuple[float, float]  # weight and bias
LOOKS = ((ORANGE, "-"), (PURPLE, "--"), (GREEN, "-."))  # told apart in grey too


def residual_squares(x: Sequence[float], y: Sequence[float], lines: Sequence[Line]) -> Steps:
    """Draw a few points and, for one line at a time, each residual as a stroke with the square on it.

    Parameters
    ----------
    x, y : array-like, shape (n,)
        A few points, positive and not larger than about ten.
    lines : sequence of (weight, bias)
        At least two.

    Returns
    -------
    Steps
        The buttons are called A, B, C, …; every drawing says the squares and their sum.

    Raises
    ------
    TypeError, ValueError
        If the numbers are none, differ in length, or there are fewer than two lines.

    Examples
    --------
    >>> print(residual_squares([1, 2, 3], [2, 3, 7], [(1, 0), (2, 0)]))
    line A: 3 points and the line of weight 1 and bias 0. ... sum: 1 + 1 + 16 = 18.
    line B: 3 points and the line of weight 2 and bias 0. ... sum: 0 + 1 + 1 = 2.
    """
    x, y = numbers(x, "x", ndim=1), numbers(y, "y", ndim=1)
    together(x=x, y=y)
    lines = [_line(line, str(place)) for place, line in enumerate(lines)]
    top = 0.5 + max(y.max(), *(x.max() + abs(y - w * x - b).max() for w, b in lines))
    frames = [_squares(x, y, line, top) for line in lines]
    return Steps(frames, [chr(ord("A") + place) for place in range(len(lines))], label("regression.line"))


def _squares(x: np.ndarray, y: np.ndarray, line: Line, top: float) -> Figure:
    weight, bias = line
    answers = weight * x + bias
    residuals = y - answers
    terms = " + ".join(plain(value) for value in residuals**2)
    total = label("regression.squares", terms=terms, total=plain((residuals**2).sum()))
    with new_figure(4.2, 4.3) as (canvas, ax):
        for at, answer, residual in zip(x, answers, residuals, strict=True):
            corner, side = (at, min(answer, answer + residual)), abs(residual)
            ax.add_patch(Rectangle(corner, side, side, facecolor=ORANGE, alpha=0.25))
            ax.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=ORANGE, linewidth=0.8))
            ax.plot([at, at], [answer, answer + residual], color=ORANGE, linewidth=3, solid_capstyle="butt")
        ends = np.array([0, top])
        ax.plot(ends, weight * ends + bias, color=INK, linewidth=1.5)
        ax.scatter(x, y, color=BLUE, s=55, edgecolor=PAPER, zorder=4)
        ax.text(0.98, 0.03, total, transform=ax.transAxes, ha="right", backgroundcolor=PAPER, zorder=5)
        ax.set(xlim=(0, top), ylim=(0, top), aspect="equal", xlabel="x", ylabel="y")
    return Figure(
        canvas, label("regression.squares-alt", n=len(x), weight=plain(weight), bias=plain(bias), total=total)
    )


def fitted_lines(people: pd.DataFrame, lines: Mapping[str, Line], ringed: int | None = None) -> Figure:
    """Draw the people and one or more lines; a single line comes with a stroke for each residual.

    Parameters
    ----------
    people : pandas.DataFrame
        Columns ``tug`` (s) and ``bbs`` (points); with ``ringed`` also ``no``.
    lines : mapping of str to (weight, bias)
        Name of a line (tables ``line-…`` of ``labels/regression.toml``) → points per second, points at 0 s.
    ringed : int, optional
        The number of a person to ring.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a column is missing, nobody is there, no or more than three lines come, or nobody has that number.

    Examples
    --------
    >>> from introdl import datasets
    >>> fitted_lines(datasets.load_tug(), {"least-squares": (-0.67, 32.27)})
    23 people as dots: ... Least squares: −0.670 points per second, 32.270 points at 0 seconds.
    """
    seconds, points = times_and_scores(people)
    lines = {name: _line(line, name) for name, line in lines.items()}
    if not 1 <= len(lines) <= len(LOOKS):
        raise ValueError(f"lines must be 1 to {len(LOOKS)} lines by name, got {len(lines)}")
    said = []
    with new_figure(*SIZE) as (canvas, ax):
        people_axes(ax, seconds)
        ends = np.array(ax.get_xlim())
        for (name, (weight, bias)), (color, style) in zip(lines.items(), LOOKS, strict=False):
            called = label(f"regression.line-{name}")
            if len(lines) == 1:
                answers = weight * seconds + bias
                ax.vlines(seconds, answers, points, color=color, linewidth=1.4, linestyle=":")
            ax.plot(ends, weight * ends + bias, color=color, linestyle=style, zorder=2, label=called)
            said.append(label("regression.line-said", line=called, weight=_fine(weight), bias=_fine(bias)))
        people_dots(ax, seconds, points)
        if ringed is not None:
            _ring(ax, people, ringed)
        if len(lines) > 1:
            ax.legend(loc="lower left", handlelength=2.4)
    ring = label("regression.ringed", no=ringed) if ringed is not None else ""
    return Figure(canvas, label("regression.lines-alt", n=len(seconds), ring=ring, lines=listed(said)))


def residual_plot(people: pd.DataFrame, weight: float, bias: float, named: Sequence[int] = ()) -> Figure:
    """Draw each residual over the time, and the border beyond which no residual can lie.

    Parameters
    ----------
    people : pandas.DataFrame
        Columns ``no``, ``tug`` (s) and ``bbs`` (points, at most 28).
    weight, bias : float
        The line: points per second, points at 0 s.
    named : sequence of int
        Numbers of people to name in the drawing.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a column is missing, nobody is there, or nobody has such a number.

    Examples
    --------
    >>> from introdl import datasets
    >>> residual_plot(datasets.load_tug(), -0.67, 32.27)
    The residuals of 23 people over their time, from −7.55 to 6.47 points: 11 are above zero, 12 below. ...
    """
    seconds, points = times_and_scores(people)
    weight, bias = _line((weight, bias), "line")
    residuals = points - (weight * seconds + bias)
    with new_figure(4.8, 3.4) as (canvas, ax):
        people_axes(ax, seconds)
        ends = np.array(ax.get_xlim())
        ax.axhline(0, color=ORANGE, zorder=1)
        border = HIGHEST_SCORE - (weight * ends + bias)
        ax.plot(ends, border, color=GREY, linestyle="--", linewidth=1.4, zorder=1)
        people_dots(ax, seconds, residuals)
        reach = 1.25 * max(abs(residuals).max(), 4)
        ax.set_ylim(-reach, reach)
        ax.set_yticks(range(-8, 9, 4), [plain(tick) for tick in range(-8, 9, 4)])
        top = (reach - HIGHEST_SCORE + bias) / -weight if weight else ends[0]  # where the border leaves the drawing
        ax.text(
            min(max(top + 1, ends[0]), ends[1] - 9), 0.96 * reach, label("regression.border"), va="top", fontsize=10
        )
        for no in named:
            place = _place(people, no)
            ax.annotate(
                label("regression.no", no=no),
                (seconds[place], residuals[place]),
                xytext=(8, -3),
                textcoords="offset points",
                fontsize=10,
            )
        ax.set_ylabel(label("regression.residual"))
    alt = label(
        "regression.residuals-alt",
        n=len(residuals),
        low=plain(residuals.min()),
        high=plain(residuals.max()),
        above=int((residuals > 0).sum()),
        below=int((residuals < 0).sum()),
    )
    return Figure(canvas, alt)


def leverage(people: pd.DataFrame, shares: Sequence[float], named: Sequence[int] = ()) -> Figure:
    """Draw how far the line follows each person: its rise at their time if their score rises by 1 point.

    Parameters
    ----------
    people : pandas.DataFrame
        Columns ``no``, ``tug`` (s) and ``bbs`` (points).
    shares : array-like, shape (n,)
        One number a person, between 0 and 1.
    named : sequence of int
        Numbers of people to name in the drawing.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the shares are not one number a person, or nobody has such a number.

    Examples
    --------
    >>> import pandas as pd
    >>> leverage(pd.DataFrame({"no": [1, 2], "tug": [8, 11], "bbs": [26, 24]}), [0.9, 1.0])
    A dot for each of 2 people: ... between 0.90 and 1.00. The largest belongs to the person with 11 seconds.
    """
    seconds, points = times_and_scores(people)
    shares = numbers(shares, "shares", ndim=1)
    together(people=points, shares=shares)
    with new_figure(4.8, 3.2) as (canvas, ax):
        people_axes(ax, seconds)
        people_dots(ax, seconds, shares.round(9))
        ax.axhline(1 / len(shares), color=GREY, linestyle="--", linewidth=1.4, zorder=1)
        if len(shares) > 2:
            average = label("regression.one-of-n", n=len(shares))
            ax.annotate(average, (ax.get_xlim()[1], 1 / len(shares)), xytext=(0, -4), textcoords="offset points",
                        ha="right", va="top", fontsize=10)  # fmt: skip
        ax.set_ylim(-0.08, 1.15 * shares.max())
        ax.set_yticks(np.arange(0, 1.15 * shares.max(), 0.1))
        for no in named:
            place = _place(people, no)
            ax.annotate(
                label("regression.no", no=no),
                (seconds[place], shares[place]),
                xytext=(-8, 0),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=10,
            )
        ax.set_ylabel(label("regression.share"))
    alt = label(
        "regression.leverage-alt",
        n=len(shares),
        low=f"{shares.min():.2f}",
        high=f"{shares.max():.2f}",
        seconds=plain(seconds[shares.argmax()]),
    )
    return Figure(canvas, alt)


def noise_columns(columns: Sequence[int], r2: Sequence[float], error: Sequence[float], baseline: float) -> Figure:
    """Draw what columns of random numbers do: R² on the people of the fit, and the error on people left out.

    Parameters
    ----------
    columns : array-like of int, shape (k,)
        Random columns added.
    r2 : array-like, shape (k,)
        R² on the people of the fit.
    error : array-like, shape (k,)
        Mean absolute error on people left out (points).
    baseline : float
        The error of answering the mean (points).

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the three are not equally long numbers.

    Examples
    --------
    >>> noise_columns([0, 10], [0.56, 0.75], [2.66, 4.80], baseline=3.72)
    Two curves over the number of random columns, from 0 to 10. ... from 2.66 to 4.80 points; the mean has 3.72.
    """
    columns, r2, error = (numbers(v, n, ndim=1) for v, n in ((columns, "columns"), (r2, "r2"), (error, "error")))
    together(columns=columns, r2=r2, error=error)
    with new_figure(4.8, 4.6, nrows=2, sharex=True) as (canvas, (above, below)):
        above.plot(columns, r2, color=BLUE, marker="o", markersize=4)
        above.set_ylim(0, 1.05)
        above.set_ylabel(label("regression.r2"))
        below.plot(columns, error, color=ORANGE, marker="s", markersize=4)
        below.axhline(baseline, color=GREY, linestyle="--", linewidth=1.4)
        below.annotate(
            label("regression.mean-answer"),
            (columns.max(), baseline),
            xytext=(0, -4),
            textcoords="offset points",
            ha="right",
            va="top",
            fontsize=10,
        )
        below.set_ylim(0, 1.1 * max(error.max(), baseline))
        below.set_ylabel(label("regression.error-left-out"))
        below.set_xlabel(label("regression.random-columns"))
    values = {"r2_first": r2[0], "r2_last": r2[-1], "first": error[0], "last": error[-1], "baseline": baseline}
    written = {name: f"{value:.2f}".replace("-", "−") for name, value in values.items()}
    return Figure(canvas, label("regression.noise-alt", low=plain(columns.min()), high=plain(columns.max()), **written))


def weight_ridge(refits: Sequence[Line], everybody: Line, rate: float) -> Figure:
    """Draw pairs of weights of two columns that say the same, and the ridge on which the answers hardly change.

    Parameters
    ----------
    refits : array-like, shape (k, 2)
        Weight of the time (points per second) and of the count (points per count), one row a refit.
    everybody : (float, float)
        The two weights with everybody in.
    rate : float
        Counts per second: a weight of the count, times this, is in points per second.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the weights are not pairs of numbers.

    Examples
    --------
    >>> weight_ridge([(-18.7, 0.4), (3.2, -0.1)], (-9.0, 0.18), rate=45)
    2 pairs of weights ... from −18.7 to 3.2, of the count from −0.10 to 0.40. ...
    """
    refits = numbers(refits, "refits", ndim=2)
    if refits.shape[1] != 2:
        raise ValueError(f"refits must have shape (k, 2), a pair of weights a row, got {refits.shape}")
    time, count = _line(everybody, "everybody")
    reach = np.array([refits[:, 0].min(), refits[:, 0].max()])
    reach = reach + np.array([-0.15, 0.15]) * (np.ptp(reach) or 1)
    with new_figure(4.8, 3.5) as (canvas, ax):
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.plot(reach, (time + rate * count - reach) / rate, color=GREY, linestyle="--", linewidth=1.4, zorder=1)
        ax.scatter(*refits.T, color=BLUE, s=40, edgecolor=PAPER, zorder=3)
        ax.scatter(time, count, color=ORANGE, marker="D", s=65, edgecolor=PAPER, zorder=4)
        said = label("regression.with-everybody")
        ax.annotate(said, (time, count), xytext=(-9, -14), textcoords="offset points", ha="right", fontsize=10)
        ax.set_xlim(*reach)
        ax.set_xlabel(label("regression.weight-time"))
        ax.set_ylabel(label("regression.weight-count"))
        ax.xaxis.set_major_formatter(lambda value, _: plain(value))
        ax.yaxis.set_major_formatter(lambda value, _: plain(value))
    (low, count_low), (high, count_high) = refits.min(0), refits.max(0)
    values = {
        "low": f"{low:.1f}",
        "high": f"{high:.1f}",
        "count_low": f"{count_low:.2f}",
        "count_high": f"{count_high:.2f}",
    }
    written = {name: value.replace("-", "−") for name, value in values.items()}
    return Figure(canvas, label("regression.ridge-alt", n=len(refits), **written))


def flat_losses(y: Sequence[float]) -> Figure:
    """Draw both losses of one answer for everybody, with the lowest place of each marked where it is.

    Parameters
    ----------
    y : array-like, shape (n,)
        What was observed, in points; an odd number of people, so that the median is one of them.

    Returns
    -------
    Figure
        The mean squared error is lowest at the mean, the mean absolute error at the median.

    Raises
    ------
    TypeError, ValueError
        If y is no vector of numbers, or holds an even number of them.

    Examples
    --------
    >>> flat_losses([1, 2, 9])
    Two curves over one answer ... lowest at 4, the mean. ... lowest at 2, the median.
    """
    y = numbers(y, "y", ndim=1)
    if len(y) % 2 == 0:
        raise ValueError(f"y must hold an odd number of people, so that one median is lowest, got {len(y)}")
    best = {"squared": y.mean(), "absolute": np.median(y)}
    room = 0 if np.ptp(y) else 1  # where all are equal, there is a curve only around them
    answers = np.unique([*np.linspace(y.min() - room, y.max() + room, 181), *y])
    misses = y[:, None] - answers
    curves = {"squared": (misses**2).mean(0), "absolute": abs(misses).mean(0)}
    looks = {"squared": (ORANGE, "-", "D"), "absolute": (PURPLE, "--", "s")}
    with new_figure(4.8, 4.8, nrows=2, sharex=True) as (canvas, axes):
        for ax, name in zip(axes, curves, strict=True):
            color, style, marker = looks[name]
            lowest = abs(y - best[name])
            height = (lowest**2 if name == "squared" else lowest).mean()
            ax.plot(answers, curves[name], color=color, linestyle=style)
            ax.axvline(best[name], color=GREY, linewidth=0.8)
            ax.scatter(best[name], height, color=color, marker=marker, s=55, zorder=3)
            said = label(f"regression.best-{name}", at=plain(best[name].round(1)))
            ax.annotate(
                said, (best[name], height), xytext=(-8, 22), textcoords="offset points", ha="right", fontsize=10
            )
            ax.text(0.5, 0.94, label(f"regression.{name}"), transform=ax.transAxes, ha="center", va="top")
            ax.set_ylim(0, 1.05 * curves[name].max())
            ax.set_ylabel(label(f"regression.{name}-unit"))
            ax.set_xticks(np.arange(np.ceil(y.min() / 4) * 4, y.max() + 1, 4) if np.ptp(y) >= 8 else np.unique(y))
        axes[-1].set_xlabel(label("regression.one-answer"))
    written = {name: plain(value.round(1)) for name, value in best.items()}
    return Figure(canvas, label("regression.flat-alt", n=len(y), **written))


def _line(line: Line, name: str) -> Line:
    pair = numbers(line, f"line {name}", ndim=1)
    if pair.shape != (2,):
        raise ValueError(f"line {name} must be a pair, (weight, bias), got {len(pair)} numbers")
    return float(pair[0]), float(pair[1])


def _place(people: pd.DataFrame, no: int) -> int:
    places = np.flatnonzero(people["no"] == no)
    if len(places) != 1:
        raise ValueError(f"expected one person with number {no}, got {len(places)}")
    return int(places[0])


def _ring(ax: Axes, people: pd.DataFrame, no: int) -> None:
    person = people.iloc[_place(people, no)]
    at = (person["tug"], person["bbs"])
    ax.scatter(*at, s=190, facecolor="none", edgecolor=INK, linewidth=1.4, zorder=5)
    ax.annotate(
        label("regression.no", no=no), at, xytext=(-12, -4), textcoords="offset points", ha="right", fontsize=10
    )


def _fine(value: float) -> str:
    """Write a weight to 3 decimals, with the minus sign as one."""
    return f"{value:.3f}".replace("-", "−")
