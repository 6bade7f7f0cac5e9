"""Walks down a loss: on a curve, seen from above, and in four views at once.

Drawn in the chapter *Gradient descent*. Walks come in as numbers (``introdl.descent``); nothing is fitted here but the
rings of equal loss of a line, which are exact ellipses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, ScalarFormatter

from introdl.arrays import Array, features, is_tensor, numbers, positive, together, whole
from introdl.descent import Path
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, Steps, new_figure
from introdl.figures.said import fixed, plain, sentences
from introdl.language import label

LOOKS = [(ORANGE, "o", "-"), (BLUE, "s", "--"), (PURPLE, "^", "-."), (GREEN, "D", ":")]
PANELS = ("raw", "standardised", "batch", "single")
MOST_DRAWN = 40  # places of a long walk: the first ones, then fewer and fewer
MOST_MARKED = 20  # of these get a dot
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def downhill(loss: Callable[[float], float], slope: Callable[[float], float], walk: Sequence[float]) -> Figure:
    """Draw a loss over its one parameter, the slope where the walk begins, and the steps of the walk.

    Parameters
    ----------
    loss, slope : callable
        Parameter → loss, and parameter → how steeply the loss rises there.
    walk : array-like, shape (k,)
        Where the walk stood: the start first, then after each step; at least one step.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the walk has no step, or holds what is not a finite number.

    Examples
    --------
    >>> downhill(lambda w: (3 - w) ** 2, lambda w: 2 * (w - 3), [0, 1.5, 2.25]).alt[-79:]
    'from w = 0, loss 9, slope −6, in 2 steps to w = 2.25, loss 0.56. Step 1 is 1.5.'
    """
    w = _walk(walk, "walk")
    heights = _heights(loss, w)
    low, high = w.min(), w.max()
    reach = high - low
    across = np.linspace(low - 0.25 * reach, high + 0.75 * reach, 61)
    curve = _heights(loss, across)
    rise = float(slope(w[0]))
    room = max(heights.max() - curve.min(), 1e-12)
    floor = curve.min() - 0.12 * room
    with new_figure(4.8, 3.4) as (canvas, ax):
        ax.plot(across, curve, color=GREY, zorder=1)
        ends = w[0] + np.array([-0.2, 0.35]) * reach
        ax.plot(ends, heights[0] + rise * (ends - w[0]), color=BLUE, linestyle="--", linewidth=1.5, zorder=2)
        ax.annotate(
            label("descent.slope", slope=plain(rise)),
            (ends[1], heights[0] + rise * (ends[1] - w[0])),
            (-8, -4),
            textcoords="offset points",
            ha="right",
            color=BLUE,
        )
        ax.plot(w, heights, color=ORANGE, marker="o", linestyle="none", zorder=3)
        for place in range(min(3, len(w))):
            ax.vlines(w[place], floor, heights[place], color=ORANGE, linewidth=0.8, linestyle=":")
            name = f"w{str(place).translate(SUPERSCRIPTS)}"
            ax.annotate(name, (w[place], heights[place]), (7, 5), textcoords="offset points")
        ax.annotate(
            "", (w[1], floor), (w[0], floor), arrowprops={"arrowstyle": "->", "color": ORANGE, "linewidth": 1.6}
        )
        ax.annotate(
            label("descent.first-step"),
            ((w[0] + w[1]) / 2, floor),
            (0, 5),
            textcoords="offset points",
            ha="center",
            color=ORANGE,
        )
        ax.set_xlim(across[0], across[-1])
        ax.set_ylim(floor - 0.05 * room, heights.max() + 0.15 * room)
        ax.set_xlabel("w")
        ax.set_ylabel(label("descent.loss-of-w"))
    values = {"start": w[0], "start_loss": heights[0], "slope": rise, "end": w[-1], "end_loss": heights[-1]}
    written = {name: plain(value) for name, value in values.items()}
    return Figure(canvas, label("descent.downhill-alt", steps=len(w) - 1, step=plain(w[1] - w[0]), **written))


def rate_panels(loss: Callable[[float], float], walks: Mapping[float, Sequence[float]], window: float) -> Figure:
    """Draw the same walk at several learning rates, a panel each, on one curve.

    Parameters
    ----------
    loss : callable
        Parameter → loss.
    walks : mapping of float to array-like
        Learning rate → where its walk stood.
    window : float
        How far from the best place seen the drawing reaches to each side.

    Returns
    -------
    Figure
        Steps outside the window are counted, not drawn.

    Raises
    ------
    TypeError, ValueError
        If there is no walk, or one has no step or holds what is not a finite number.

    Examples
    --------
    >>> rate_panels(lambda w: (3 - w) ** 2, {0.25: [0, 1.5], 1.5: [0, 9]}, window=4).alt[-49:]
    'Rate 1.5: number of steps 1, from w = 0 to w = 9.'
    """
    walked = _walks(walks)
    window = positive(window, "window")
    everywhere = np.concatenate(list(walked.values()))
    best = everywhere[np.argmin(_heights(loss, everywhere))]
    across = np.linspace(best - window, best + window, 41)
    curve = _heights(loss, across)
    columns = min(2, len(walked))
    rows = math.ceil(len(walked) / columns)
    said = []
    with new_figure(4.8, 0.7 + 1.75 * rows, nrows=rows, ncols=columns, sharex=True, sharey=True, squeeze=False) as (
        canvas,
        panels,
    ):
        for ax in panels.flat[len(walked) :]:
            ax.set_visible(False)
        for ax, (rate, w) in zip(panels.flat, walked.items(), strict=False):
            inside = np.abs(w - best) <= window
            ax.plot(across, curve, color=GREY, linewidth=1.5, zorder=1)
            ax.plot(w, _heights(loss, w), color=ORANGE, linewidth=0.9, linestyle="--", zorder=2)
            ax.plot(w[inside], _heights(loss, w[inside]), "o", color=ORANGE, markersize=4.5, zorder=3)
            ax.plot(w[0], loss(w[0]), "s", color=BLUE, markersize=6, zorder=4)
            ax.text(0.5, 0.9, f"η = {rate:g}", transform=ax.transAxes, ha="center", backgroundcolor=PAPER)
            if not inside.all():
                outside = label("descent.outside", n=int((~inside).sum()))
                ax.text(0.5, 0.74, outside, transform=ax.transAxes, ha="center", fontsize=9, backgroundcolor=PAPER)
            ax.set_xlim(across[0], across[-1])
            ax.set_ylim(curve.min() - 0.06 * np.ptp(curve), curve.max())
            said.append(
                label("descent.rate-alt", rate=f"{rate:g}", steps=len(w) - 1, start=plain(w[0]), end=plain(w[-1]))
            )
        for ax in panels[-1]:
            ax.set_xlabel("w")
        for ax in panels[:, 0]:
            ax.set_ylabel(label("descent.loss-of-w"))
    return Figure(canvas, sentences(label("descent.rates-alt"), *said))


def valley_walks(loss: Callable[[float], float], walks: Mapping[float, Sequence[float]]) -> Figure:
    """Draw a curve with several valleys, and for each start where its walk ends.

    Parameters
    ----------
    loss : callable
        Parameter → loss.
    walks : mapping of float to array-like
        Start → where its walk stood, the start first; up to four.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If there are no walks or more than four, or one has no step or holds what is not a finite number.

    Examples
    --------
    >>> valley_walks(lambda w: w**2, {2: [2, 1, 0.5], -1: [-1, -0.5]}).alt[-49:]
    'The walk from w = −1 ends at w = −0.5, loss 0.25.'
    """
    walked = _walks(walks)
    if len(walked) > len(LOOKS):
        raise ValueError(f"at most {len(LOOKS)} walks can be told apart, got {len(walked)}")
    everywhere = np.concatenate(list(walked.values()))
    reach = np.ptp(everywhere)
    across = np.linspace(everywhere.min() - 0.06 * reach, everywhere.max() + 0.06 * reach, 121)
    curve = _heights(loss, across)
    room = np.ptp(curve)
    said = []
    with new_figure(4.8, 3.5) as (canvas, ax):
        ax.plot(across, curve, color=GREY, zorder=1)
        for place, ((start, w), (color, marker, line)) in enumerate(zip(walked.items(), LOOKS, strict=False)):
            thin = _thinned(len(w) - 1)
            ax.plot(w[thin], _heights(loss, w[thin]), color=color, linestyle=line, linewidth=2.5, zorder=3)
            ax.plot(w[0], loss(w[0]), marker=marker, color=color, markersize=8, zorder=4)
            side = (w[0] - across[0]) / np.ptp(across)
            below = place % 2 and 0.15 < side < 0.85
            ax.annotate(
                label("descent.start", w=plain(start)),
                (w[0], loss(w[0])),
                (0, -18 if below else 10),
                textcoords="offset points",
                ha="left" if side < 0.15 else "right" if side > 0.85 else "center",
                color=color,
            )
            ax.plot(w[-1], loss(w[-1]), marker="o", markersize=9, color="none", markeredgecolor=INK, zorder=5)
            ends = {"start": plain(start), "end": plain(w[-1]), "loss": plain(loss(w[-1]))}
            said.append(label("descent.valley-alt", **ends))
        ax.set_ylim(curve.min() - 0.08 * room, curve.max() + 0.12 * room)
        ax.set_xlabel("w")
        ax.set_ylabel(label("descent.loss-of-w"))
    return Figure(canvas, sentences(label("descent.valleys-alt"), *said))


def landscapes(walks: Mapping[str, tuple[Array, Array, Array | Path]]) -> Figure:
    """Draw walks in weight and bias as seen from above, a panel each; rings join places of equal loss.

    Parameters
    ----------
    walks : mapping of str to (x, y, path)
        Name of the panel (one of :data:`PANELS`) → the feature (n,), the score (n,), and where the walk stood,
        shape (k + 1, 2), or a :class:`~introdl.descent.Path`. Up to two.

    Returns
    -------
    Figure
        The loss at each ring exceeds the lowest four times as much as at the ring inside it. Where the rings are
        nearly round both axes have one scale.

    Raises
    ------
    TypeError, ValueError
        If there are none or more than two, a name is unknown, or numbers do not fit together or are not finite.

    Examples
    --------
    >>> landscapes({"raw": ([1, 2, 3], [2, 3, 7], [[0, 0], [1, 0.5]])}).alt[-74:]
    'number of steps 1, from (0, 0) to (1, 0.5); the lowest place is (2.5, −1).'
    """
    if not 1 <= len(walks) <= 2:
        raise ValueError(f"one or two walks can be drawn side by side, got {len(walks)}")
    said = []
    width = 4.8 if len(walks) == 2 else 3.4
    with new_figure(width, 2.8 if len(walks) == 2 else 3.4, ncols=len(walks), squeeze=False) as (canvas, panels):
        for ax, (name, (x, y, path)) in zip(panels.flat, walks.items(), strict=True):
            if name not in PANELS:
                raise ValueError(f"a panel must be one of {', '.join(PANELS)}, got {name!r}")
            bowl = Bowl(x, y)
            places = _places(path)
            steps = len(places) - 1
            across, up = _window(bowl, places)
            _rings(ax, bowl, places[0])
            drawn = places[_thinned(steps)] if name in ("raw", "standardised") else places
            ax.plot(*drawn.T, color=ORANGE, linewidth=1.1, zorder=3)
            if name in ("raw", "standardised"):
                ax.plot(*places[:MOST_MARKED].T, "o", color=ORANGE, markersize=3.5, zorder=3)
            ax.plot(*places[0], "s", color=BLUE, markersize=6, zorder=4)
            ax.plot(*bowl.best, "*", color=GREEN, markersize=13, markeredgecolor=PAPER, zorder=5)
            ax.set_xlim(across)
            ax.set_ylim(up)
            ax.set_box_aspect(1)
            ax.xaxis.set_major_locator(MaxNLocator(4))
            ax.yaxis.set_major_locator(MaxNLocator(5))
            ax.tick_params(labelsize=9)
            heading = label(f"descent.panel-{name}", steps=steps)
            ax.set_title(heading, fontsize=10)
            ax.set_xlabel(label("descent.weight" if name == "raw" else "descent.weight-standardised"), fontsize=9)
            ax.set_ylabel(label("descent.bias"), fontsize=9)
            values = {"start": _pair(places[0]), "end": _pair(places[-1]), "best": _pair(bowl.best)}
            said.append(label("descent.panel-alt", name=heading, ratio=f"{bowl.ratio:.1f}", steps=steps, **values))
    return Figure(canvas, sentences(label("descent.landscapes-alt"), *said))


def losses_by_epoch(losses: Mapping[int, Sequence[float]], n: int) -> Figure:
    """Draw the loss against how often everybody has been seen, for several sizes of batch.

    Parameters
    ----------
    losses : mapping of int to array-like
        People in a batch → the loss on all people at the start and after each step; up to four.
    n : int
        Number of people.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If there are none or more than four, a size is not between 1 and n, or a loss is not positive and finite.

    Examples
    --------
    >>> losses_by_epoch({1: [9, 8, 7, 6, 5], 4: [9, 7]}, n=4).alt[-62:]
    'Line “all 4 a step”: from 9 to 7, number of steps 1, epochs 1.'
    """
    n = whole(n, "n", least=1)
    if not 1 <= len(losses) <= len(LOOKS):
        raise ValueError(f"between 1 and {len(LOOKS)} sizes can be told apart, got {len(losses)}")
    said = []
    with new_figure(4.8, 3.5) as (canvas, ax):
        for (size, heights), (color, _, line) in zip(losses.items(), LOOKS, strict=False):
            size = whole(size, "a size", least=1)
            if size > n:
                raise ValueError(f"a size must be at most n = {n}, got {size}")
            heights = _walk(heights, f"losses of size {size}")
            if heights.min() <= 0:
                raise ValueError(f"losses must be positive, got {heights.min()}")
            epochs = np.arange(len(heights)) / math.ceil(n / size)
            name = label("descent.size-all" if size == n else "descent.size", size=size)
            ax.plot(epochs, heights, color=color, linestyle=line, linewidth=1.5, label=name)
            values = {"start": plain(heights[0]), "end": plain(heights[-1])}
            values |= {"steps": len(heights) - 1, "epochs": plain(epochs[-1])}
            said.append(label("descent.size-alt", name=name, **values))
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_major_formatter(ScalarFormatter())
        ax.yaxis.set_minor_formatter(NullFormatter())
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel(label("descent.epochs"))
        ax.set_ylabel(label("descent.loss"))
        ax.legend(loc="upper right", handlelength=2.6)
    return Figure(canvas, sentences(label("descent.epochs-alt"), *said))


def linked_views(x: Array, y: Array, path: Path, step: int) -> Figure:
    """Draw one step of a walk in four views: the line, the walk from above, the loss so far, and the numbers.

    Parameters
    ----------
    x : array-like, shape (n,)
        The feature: seconds.
    y : array-like, shape (n,)
        The score: points.
    path : Path
        A walk in weight and bias, with its losses (the mean squared error).
    step : int
        After which step; 0 is the start.

    Returns
    -------
    Figure
        The axes of the line and of the landscape stay the same from step to step.

    Raises
    ------
    TypeError, ValueError
        If the path keeps no losses or has not two parameters, the step lies beyond its end, or x and y do not fit.

    Examples
    --------
    >>> from introdl.descent import descend
    >>> from introdl.linear import gradient, squared_loss
    >>> x, y = [8, 11, 16], [26, 24, 18]
    >>> path = descend(
    ...     lambda p: np.append(*gradient(x, y, *p)), [0, 0], 0.004, 10, loss=lambda p: squared_loss(x, y, *p)
    ... )
    >>> linked_views(x, y, path, step=1).alt[:52]
    'Step 1 in four views. The line has weight 2.03 and b'
    """
    bowl = Bowl(x, y)
    places, losses = _with_losses(path)
    step = whole(step, "step")
    if step >= len(places):
        raise ValueError(f"step must be at most {len(places) - 1}, the last of the path, got {step}")
    w, b = (float(value) for value in places[step])
    slopes = bowl.slopes(places[step])
    drawn = _thinned(step)
    with new_figure(4.8, 5.0, nrows=2, ncols=2) as (canvas, ((people, above), (curve, table))):
        _line(people, bowl, w, b)
        _rings(above, bowl, places[0])
        above.plot(*places[drawn].T, color=ORANGE, linewidth=1.2, zorder=3)
        above.plot(*places[: min(step, 6)].T, "o", color=ORANGE, markersize=3, zorder=3)
        above.plot(w, b, "o", color=ORANGE, markersize=8, markeredgecolor=INK, zorder=5)
        above.plot(*bowl.best, "*", color=GREEN, markersize=12, markeredgecolor=PAPER, zorder=4)
        across, up = _window(bowl, places)
        above.set_xlim(across)
        above.set_ylim(up)
        above.set_xlabel(label("descent.w-short"), fontsize=9)
        above.set_ylabel(label("descent.b-short"), fontsize=9)
        curve.plot(drawn, losses[drawn], color=ORANGE, linewidth=1.2)
        curve.plot(step, losses[step], "o", color=ORANGE, markersize=8, markeredgecolor=INK)
        curve.set_xlim(-0.05 * max(step, 10), 1.08 * max(step, 10))
        curve.set_ylim(0, 1.08 * losses.max())
        curve.set_xlabel(label("descent.step"), fontsize=9)
        curve.set_ylabel(label("descent.loss"), fontsize=9)
        for ax in (people, above, curve):
            ax.tick_params(labelsize=9, bottom=False, left=False)  # lighter by as many marks
            ax.yaxis.set_major_locator(MaxNLocator(3))
            ax.xaxis.set_major_locator(MaxNLocator(3, integer=ax is not above))
        rows = {
            label("descent.step"): str(step),
            "w": fixed(w, 3),
            "b": fixed(b, 3),
            label("descent.loss-row"): fixed(losses[step], 2),
            "∂L/∂w": fixed(slopes[0], 2),
            "∂L/∂b": fixed(slopes[1], 2),
        }
        _rows(table, rows)
    written = {"w": fixed(w, 2), "b": fixed(b, 2), "loss": fixed(losses[step], 2)}
    written |= {"slope_w": fixed(slopes[0], 2), "slope_b": fixed(slopes[1], 2), "best": _pair(bowl.best)}
    return Figure(canvas, label("descent.linked-alt", step=step, first=fixed(losses[0], 2), **written))


def linked_steps(x: Array, y: Array, path: Path, steps: Sequence[int]) -> Steps:
    """Show :func:`linked_views` for several steps, one at a time, with buttons to choose.

    Parameters
    ----------
    x, y, path
        As for :func:`linked_views`.
    steps : sequence of int
        Which steps, in their order.

    Returns
    -------
    Steps
    """
    return Steps([linked_views(x, y, path, step) for step in steps], [str(s) for s in steps], label("descent.step"))


class Bowl:
    """The mean squared error of a line over weight and bias: where it is lowest, and how it rises from there.

    Parameters
    ----------
    x, y : array-like, shape (n,)

    Examples
    --------
    >>> bowl = Bowl([-1, 1], [2, 4])
    >>> bowl.best.round(6).tolist(), round(bowl.lowest, 6), bowl.rise.tolist(), bowl.ratio
    ([1.0, 3.0], 0.0, [1.0, 1.0], 1.0)
    """

    def __init__(self, x: Array, y: Array):
        matrix, self.y = _plain_array(features(x, "x")), _plain_array(numbers(y, "y", ndim=1))
        if matrix.shape[1] != 1:
            raise ValueError(f"x must be one feature, got {matrix.shape[1]} columns")
        together(x=matrix, y=self.y)
        self.x = matrix[:, 0]
        if np.ptp(self.x) == 0:
            raise ValueError("x must hold at least two different numbers, so that one line is best")
        columns = np.column_stack([self.x, np.ones(len(self.x))])
        self.best = np.linalg.lstsq(columns, self.y, rcond=None)[0]
        self.lowest = float(((self.y - columns @ self.best) ** 2).mean())
        # the loss is the lowest one plus, along each of two directions, rise * distance²
        self.rise, self.directions = np.linalg.eigh(columns.T @ columns / len(self.x))

    @property
    def ratio(self) -> float:
        """How many times longer than wide a ring is."""
        return float(np.sqrt(self.rise[1] / self.rise[0]))

    def excess(self, place: np.ndarray) -> float:
        """Return by how much the loss at a place exceeds the lowest."""
        return float((self.rise * ((place - self.best) @ self.directions) ** 2).sum())

    def slopes(self, place: np.ndarray) -> np.ndarray:
        """Return the gradient at a place."""
        return 2 * self.directions @ (self.rise * ((place - self.best) @ self.directions))


def _rings(ax: Axes, bowl: Bowl, start: np.ndarray) -> None:
    """Draw where the loss exceeds the lowest as much as at the start, a quarter of that, and so on."""
    excess = bowl.excess(start)
    direction = bowl.directions[:, 0]
    angle = np.degrees(np.arctan2(direction[1], direction[0]))
    for part in range(-1, 3):
        long, short = 2 * np.sqrt(excess / 4.0**part / bowl.rise)
        ring = Ellipse(bowl.best, long, short, angle=angle, fill=False, edgecolor=GREY, linewidth=0.9, zorder=1)
        ax.add_patch(ring)


def _window(bowl: Bowl, places: np.ndarray) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the range of weights and of biases that holds a walk and the best place."""
    everything = np.vstack([places, bowl.best])
    low, high = everything.min(axis=0), everything.max(axis=0)
    span = np.maximum(high - low, 1e-9)
    if bowl.ratio < 3:
        span = np.full(2, span.max())
    middle = (low + high) / 2
    low, high = middle - 0.62 * span, middle + 0.62 * span
    return (low[0], high[0]), (low[1], high[1])


def _line(ax: Axes, bowl: Bowl, w: float, b: float) -> None:
    reach = np.ptp(bowl.x)
    people = np.unique(np.column_stack([bowl.x, bowl.y]), axis=0)  # who shares a place, shares a dot
    ends = np.array([bowl.x.min() - 0.1 * reach, bowl.x.max() + 0.1 * reach])
    ax.plot(ends, w * ends + b, color=ORANGE, zorder=2)
    ax.plot(*people.T, "o", color=BLUE, markersize=4.5, markeredgecolor=PAPER, markeredgewidth=0.5, zorder=3)
    ax.set_xlim(ends)
    ax.set_ylim(min(0, bowl.y.min()) - 0.05 * np.ptp(bowl.y), bowl.y.max() + 0.25 * np.ptp(bowl.y))
    ax.set_xlabel(label("descent.seconds"), fontsize=9)
    ax.set_ylabel(label("descent.points"), fontsize=9)


def _rows(ax: Axes, rows: Mapping[str, str]) -> None:
    ax.set_axis_off()
    for place, (name, value) in enumerate(rows.items()):
        height = 0.95 - 0.16 * place
        ax.text(0.0, height, name, fontsize=10, va="center", transform=ax.transAxes)
        ax.text(1.0, height, value, fontsize=10, va="center", ha="right", transform=ax.transAxes)


def _with_losses(path: Path) -> tuple[np.ndarray, np.ndarray]:
    if not isinstance(path, Path):
        raise TypeError(f"path must be what descend returns, got {type(path).__name__}")
    if path.losses is None:
        raise ValueError("path must keep its losses: give descend the loss too, descend(…, loss=loss)")
    return _places(path), _plain_array(path.losses)


def _places(path: Path | Array) -> np.ndarray:
    given = path.parameters if isinstance(path, Path) else path
    places = _plain_array(numbers(given, "path", ndim=2))
    if places.shape[1] != 2:
        raise ValueError(f"a path must have two parameters, weight and bias: shape (k, 2), got {places.shape}")
    return places


def _walks(walks: Mapping[float, Sequence[float]]) -> dict[float, np.ndarray]:
    if not walks:
        raise ValueError("at least one walk is needed, got none")
    return {float(name): _walk(walk, f"the walk of {name}") for name, walk in walks.items()}


def _walk(walk: Sequence[float], name: str) -> np.ndarray:
    places = _plain_array(numbers(walk, name, ndim=1))
    if len(places) < 2:
        raise ValueError(f"{name} must hold a start and at least one step, got {len(places)} place")
    return places


def _plain_array(values: Array) -> np.ndarray:
    return values.detach().cpu().double().numpy() if is_tensor(values) else values


def _heights(loss: Callable[[float], float], places: np.ndarray) -> np.ndarray:
    return np.array([float(loss(place)) for place in places])


def _thinned(last: int) -> np.ndarray:
    """Return which steps of a long walk are drawn: the first, the last, and ever fewer between."""
    if last < MOST_DRAWN:
        return np.arange(last + 1)
    early = np.arange(MOST_DRAWN // 2)
    late = np.geomspace(MOST_DRAWN // 2, last, MOST_DRAWN // 2).round().astype(int)
    return np.unique(np.concatenate([early, late]))


def _pair(place: np.ndarray) -> str:
    return f"({plain(place[0])}, {plain(place[1])})"
