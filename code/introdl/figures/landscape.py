"""The loss as a landscape, families of functions, and what happens on people who were not used.

Drawn in the chapter *Learning from data*. Losses come in as numbers, computed elsewhere (``introdl.linear``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter, NullLocator

from introdl.arrays import Array, is_tensor, numbers, whole
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import listed, plain, sentences
from introdl.language import label

LOWEST_SCORE, HIGHEST_SCORE = 0, 28  # of the 7-item Berg scale
SHOWN = (-22, 34)  # points: a curve that leaves this range leaves the drawing
LOOKS = [(ORANGE, "-"), (GREEN, "--"), (PURPLE, ":"), (INK, "-.")]
FAMILIES = ("flat", "line", "parabola", "cubic", "quartic", "nearest", "winner")
MARKS = {
    "used": (BLUE, "o"),
    "others": (ORANGE, "s"),
    "training": (BLUE, "o"),
    "validation": (PURPLE, "D"),
    "test": (ORANGE, "s"),
}
PARTS = tuple(MARKS)
REDUCTIONS = ("mean", "sum")
MOST_DOTS = 1000  # candidates are drawn as dots up to here; more would run together


def landscape_curve(
    weights: Sequence[float],
    losses: Sequence[float],
    marked: Mapping[str, float] | None = None,
    reduction: str = "mean",
) -> Figure:
    """Draw the loss over one parameter, the weight, and mark where it is lowest.

    Parameters
    ----------
    weights : array-like, shape (k,)
        Points per second, rising.
    losses : array-like, shape (k,)
        The loss at each weight, in points².
    marked : mapping of str to float, optional
        Names of lines → their weights; each is drawn on the curve.
    reduction : {"mean", "sum"}
        Whether the losses are means or sums over the people: what the axis says.

    Returns
    -------
    Figure
        Its description names the lowest loss, where it is, and the marked lines.

    Raises
    ------
    TypeError, ValueError
        If numbers are missing, not finite or not rising, lengths differ, or a marked weight lies outside.

    Examples
    --------
    >>> landscape_curve([-1, 0, 1], [1, 0, 1], reduction="sum").alt[-58:]
    'It is lowest, 0 points², at a weight of 0 points a second.'
    """
    w, heights = _vector(weights, "weights"), _vector(losses, "losses")
    _rising(w, "weights")
    if len(w) != len(heights):
        raise ValueError(f"weights and losses must be as many, got {len(w)} weights and {len(heights)} losses")
    places = {str(name): float(numbers(place, f"the weight of {name}", 0)) for name, place in (marked or {}).items()}
    for name, place in places.items():
        if not w[0] <= place <= w[-1]:
            raise ValueError(f"the weight of {name} must lie between {plain(w[0])} and {plain(w[-1])}, got {place}")
    best = int(heights.argmin())
    with new_figure(4.8, 3.4) as (canvas, ax):
        ax.plot(w, heights, color=GREY, zorder=1)
        _best(ax, w[best], heights[best])
        said = []
        for name, place in places.items():
            height = float(np.interp(place, w, heights))
            ax.scatter(place, height, color=BLUE, s=45, zorder=3)
            side = -1 if place < w[best] else 1
            ax.annotate(name, (place, height), (13 * side, -8), textcoords="offset points", ha="center", color=BLUE)
            said.append(label("landscape.curve-alt-one", name=name, weight=plain(place), loss=plain(height)))
        ax.annotate(
            label("landscape.best"), (w[best], heights[best]), (0, -19), textcoords="offset points", ha="center"
        )
        room = heights.max() - min(0, heights.min())
        ax.set_ylim(min(0, heights.min()) - 0.1 * room, heights.max() + 0.05 * room)
        ax.xaxis.set_major_locator(MaxNLocator(6))
        ax.set_xlabel(label("landscape.weight"))
        ax.set_ylabel(_loss_axis(reduction))
    lowest = label("landscape.lowest-alt", loss=plain(heights[best]), weight=plain(w[best]))
    values = {"loss": _loss_axis(reduction), "first": plain(w[0]), "last": plain(w[-1])}
    return Figure(canvas, sentences(label("landscape.curve-alt", **values), *said, lowest))


def landscape_map(
    weights: Sequence[float], biases: Sequence[float], losses: Array, reduction: str = "mean", tried: bool = False
) -> Figure:
    """Draw the loss over two parameters as a map with height lines, and mark where it is lowest.

    Parameters
    ----------
    weights : array-like, shape (k,)
        Points per second, rising: across.
    biases : array-like, shape (m,)
        Points, rising: up.
    losses : array-like, shape (m, k)
        One row a bias, one column a weight, in points² (``introdl.linear.loss_surface``); none below 0.
    reduction : {"mean", "sum"}
        Whether the losses are means or sums over the people.
    tried : bool
        Draw a dot for each pair that was tried; at most 1000 pairs.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If numbers are missing, not finite or not rising, the shapes do not fit, or there are too many dots.

    Examples
    --------
    >>> landscape_map([-1, 0, 1], [20, 30], [[9, 4, 9], [6, 1, 6]]).alt[-66:]
    'The lowest loss is 1 points², at weight 0 and bias 30, of 6 pairs.'
    """
    w, b, heights = _vector(weights, "weights"), _vector(biases, "biases"), _array(losses, "losses", 2)
    _rising(w, "weights")
    _rising(b, "biases")
    if heights.shape != (len(b), len(w)):
        raise ValueError(
            f"losses must have one row a bias and one column a weight, shape {(len(b), len(w))}, got {heights.shape}"
        )
    if heights.min() < 0:
        raise ValueError(f"losses must not be negative, got {heights.min()}: was an error left unsquared?")
    if tried and heights.size > MOST_DOTS:
        raise ValueError(f"at most {MOST_DOTS} pairs can be drawn as dots, got {heights.size}: leave tried out")
    row, column = np.unravel_index(heights.argmin(), heights.shape)
    levels = _round_levels(heights.min(), heights.max())
    with new_figure(4.8, 3.9) as (canvas, ax):
        for shade in levels:  # one wash over another: the higher, the stronger, on light and on dark paper
            ax.contourf(w, b, heights, levels=[shade, np.inf], colors=[BLUE], alpha=0.13, zorder=0)
        lines = ax.contour(w, b, heights, levels=levels, colors=[INK], linewidths=0.9, zorder=2)
        ax.clabel(lines, fmt=plain, fontsize=9, inline_spacing=3)
        if tried:
            across, up = np.meshgrid(w, b)
            ax.scatter(across, up, s=2.5, color=GREY, linewidth=0, zorder=1, rasterized=True)
        _best(ax, w[column], b[row])
        ax.annotate(
            label("landscape.best"),
            (w[column], b[row]),
            (10, 8),
            textcoords="offset points",
            bbox={"boxstyle": "round,pad=0.2", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.85},
            zorder=6,
        )
        ax.set_xlabel(label("landscape.weight"))
        ax.set_ylabel(label("landscape.bias"))
    values = {"weight": plain(w[column]), "bias": plain(b[row]), "loss": plain(heights.min()), "n": heights.size}
    ends = {"w0": plain(w[0]), "w1": plain(w[-1]), "b0": plain(b[0]), "b1": plain(b[-1])}
    return Figure(canvas, label("landscape.map-alt", what=_loss_axis(reduction), **values, **ends))


def family_curves(
    times: Sequence[float],
    scores: Sequence[float],
    used: Sequence[bool],
    curves: Mapping[str, Callable[[np.ndarray], object]],
) -> Figure:
    """Draw people, those used to find the curves and the others, and a curve of each family.

    Parameters
    ----------
    times : array-like, shape (n,)
        Seconds.
    scores : array-like, shape (n,)
        Points.
    used : sequence of bool, length n
        True for the people the curves were found with.
    curves : mapping of str to callable
        Name of a family (one of :data:`FAMILIES`) → function of seconds that gives points; at most four.

    Returns
    -------
    Figure
        A curve may leave the drawing. The description says what each gives the slowest person.

    Raises
    ------
    TypeError, ValueError
        If numbers are missing or not finite, lengths differ, a family is unknown, or there are more than four.

    Examples
    --------
    >>> family_curves([8, 20], [24, 10], [True, False], {"flat": lambda t: 0 * t + 24}).alt[-50:]
    'at 20 seconds and 10 points: one value for all 24.'
    """
    x, y = _vector(times, "times"), _vector(scores, "scores")
    mask = np.asarray(used)
    if not len(x) == len(y) == len(mask):
        raise ValueError(f"times, scores and used must be as many, got {len(x)}, {len(y)} and {len(mask)}")
    if mask.dtype != bool or not mask.any():
        raise ValueError(f"used must hold True or False for each person, True at least once, got {used!r}")
    if not 1 <= len(curves) <= len(LOOKS):
        raise ValueError(f"one to {len(LOOKS)} curves can be told apart, got {len(curves)}")
    slowest = int(x.argmax())
    across = np.linspace(x.min() - 1, x.max() + 1, 200)
    said = []
    with new_figure(4.8, 3.9) as (canvas, ax):
        for edge, name in ((LOWEST_SCORE, "lowest-score"), (HIGHEST_SCORE, "highest-score")):
            ax.axhline(edge, color=GREY, linewidth=0.8)
            ax.annotate(
                label(f"landscape.{name}"), (x.max() + 1, edge), (0, 3 if edge else -11),
                textcoords="offset points", ha="right", fontsize=9,
            )  # fmt: skip
        for (name, curve), (color, style) in zip(curves.items(), LOOKS, strict=False):
            said.append(_said_of_curve(name, curve, x[slowest]))
            ax.plot(across, _vector(curve(across), f"the curve of {name}"), color=color, linestyle=style, zorder=2)
            _name_the_curve(ax, name, curve, across, color)
        ax.scatter(x[~mask], y[~mask], s=40, facecolor=PAPER, edgecolor=BLUE, linewidth=1.3, zorder=3)
        ax.scatter(x[mask], y[mask], s=60, color=BLUE, edgecolor=PAPER, linewidth=0.8, zorder=4)
        ax.set_xlim(x.min() - 1, x.max() + 1)
        ax.set_ylim(*SHOWN)
        ax.set_yticks(range(-20, 29, 10))
        ax.set_xlabel(label("people.seconds"))
        ax.set_ylabel(label("people.points"))
    values = {"used": int(mask.sum()), "others": int((~mask).sum())}
    place = {"seconds": plain(x[slowest]), "points": plain(y[slowest]), "curves": listed(said)}
    return Figure(canvas, label("landscape.family-alt", **values, **place))


def split_spreads(losses: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw, for each family, the median loss over many random splits, and the range of the middle eight tenths.

    Parameters
    ----------
    losses : mapping of str to mapping of str to array-like
        Family (one of :data:`FAMILIES`) → part of the people (one of :data:`PARTS`) → the mean squared error
        in each split, in points²; at most one in ten may be 0.

    Returns
    -------
    Figure
        The axis is logarithmic: each tick is ten times the one before. A dot is the median, a bar runs from the 10th to
        the 90th percentile.

    Raises
    ------
    TypeError, ValueError
        If nothing is given, a name is unknown, or a loss is not a positive number.

    Examples
    --------
    >>> split_spreads({"flat": {"used": [20, 21, 22], "others": [15, 25, 35]}}).alt[-56:]
    'people used 21 (20.2 to 21.8), the others 25 (17 to 33).'
    """
    if not losses:
        raise ValueError("losses must hold at least one family, got none")
    rows = {family: _percentiles(family, parts) for family, parts in losses.items()}
    parts = list(dict.fromkeys(part for row in rows.values() for part in row))
    said = []
    with new_figure(4.8, 1.0 + 0.52 * len(rows)) as (canvas, ax):
        for place, (family, row) in enumerate(rows.items()):
            for part, (low, middle, high) in row.items():
                color, marker = MARKS[part]
                level = place + 0.15 * (2 * list(row).index(part) - (len(row) - 1))
                ax.plot([low, high], [level, level], color=color, linewidth=2.5, solid_capstyle="butt", zorder=2)
                ax.plot(middle, level, marker=marker, color=color, markersize=7, markeredgecolor=PAPER, zorder=3)
            said.append(_said_of_row(family, row))
        _legend_above(ax, parts)
        ax.set_xscale("log")
        _plain_log_axis(ax)
        ax.set_ylim(len(rows) - 0.5, -0.55)
        ax.set_yticks(range(len(rows)), [label(f"landscape.family-{family}") for family in rows])
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x", color=GREY, alpha=0.3, linewidth=0.6)
        ax.set_axisbelow(True)
        ax.set_xlabel(_loss_axis("mean"))
    return Figure(canvas, sentences(label("landscape.spread-alt"), *said))


def split_parts(parts: Mapping[str, Sequence[int]]) -> Figure:
    """Draw who is in which part of the data: each person a numbered mark.

    Parameters
    ----------
    parts : mapping of str to sequence of int
        Part (one of :data:`PARTS`) → the numbers of its people. Nobody may stand in two parts.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a part is unknown or empty, a number is not whole, or somebody stands in two parts.

    Examples
    --------
    >>> split_parts({"training": [3, 1], "test": [2]})
    3 people in 2 parts. Training set: 2 people, numbers 1, 3. Test set: 1 person, number 2.
    """
    if not parts:
        raise ValueError("parts must hold at least one part, got none")
    people = {_known(part, PARTS, "part"): sorted(_numbers_of(part, members)) for part, members in parts.items()}
    everyone = [number for members in people.values() for number in members]
    twice = sorted({number for number in everyone if everyone.count(number) > 1})
    if twice:
        raise ValueError(f"nobody may stand in two parts, or twice in one, got number {twice[0]} twice")
    in_a_row = 8
    said = []
    height = 0.35 + sum(0.42 + 0.4 * -(-len(members) // in_a_row) for members in people.values())
    with new_figure(4.8, height) as (canvas, ax):
        down = 0.0
        for part, members in people.items():
            color, marker = MARKS[part]
            heading = label("landscape.part-heading", part=label(f"landscape.part-{part}"), n=len(members))
            ax.text(-0.45, down, heading, va="center", fontsize=11)
            for place, number in enumerate(members):
                row, column = divmod(place, in_a_row)
                across, up = column, down + 0.95 * (row + 1)
                ax.scatter(across, up, marker=marker, s=270 if marker != "D" else 210, color=color, linewidth=0)
                ax.text(across, up, str(number), color="white", fontsize=9, ha="center", va="center_baseline")
            down += 0.95 * (1 + -(-len(members) // in_a_row)) + 0.15
            numbers_said = label("landscape.comma").join(map(str, members))
            kind = "part-alt-one" if len(members) == 1 else "part-alt"
            name = label(f"landscape.part-{part}")
            said.append(label(f"landscape.{kind}", part=name[:1].upper() + name[1:], n=len(members), who=numbers_said))
        ax.set_xlim(-0.5, in_a_row - 0.5)
        ax.set_ylim(down - 0.4, -0.5)
        ax.axis("off")
    return Figure(canvas, sentences(label("landscape.parts-alt", n=len(everyone), parts=len(people)), *said))


# -- pieces of the drawings ------------------------------------------------------------------------------------------


def _best(ax: Axes, across: float, up: float) -> None:
    ax.scatter(across, up, marker="*", s=190, color=ORANGE, edgecolor=PAPER, linewidth=0.8, zorder=5)


def _name_the_curve(ax: Axes, name: str, curve: Callable, across: np.ndarray, color: str) -> None:
    """Write a family's name beside its curve: at the right end, or where the curve leaves the drawing."""
    heights = _vector(curve(across), f"the curve of {name}")
    inside = np.flatnonzero((heights > SHOWN[0] + 4) & (heights < SHOWN[1] - 4))
    text = label(f"landscape.family-{_known(name, FAMILIES, 'family')}")
    if not len(inside):
        return
    at = inside[-1]
    leaves = at < len(across) - 1
    offset = (-6, 0) if leaves else (-2, -13)
    ax.annotate(
        text, (across[at], heights[at]), offset, textcoords="offset points", ha="right", color=color,
        bbox={"boxstyle": "round,pad=0.1", "facecolor": PAPER, "edgecolor": "none", "alpha": 0.7}, zorder=5,
    )  # fmt: skip


def _legend_above(ax: Axes, parts: Sequence[str]) -> None:
    for part in parts:
        color, marker = MARKS[part]
        ax.plot([], [], color=color, marker=marker, linewidth=2.5, label=label(f"landscape.part-{part}"))
    ax.legend(
        loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=len(parts), fontsize=10, borderaxespad=0.2, frameon=False
    )


def _plain_log_axis(ax: Axes) -> None:
    low, high = ax.get_xlim()
    ax.xaxis.set_major_locator(LogLocator(base=10, subs=(1,) if high > 300 * low else (1, 2, 5)))
    ax.xaxis.set_major_formatter(lambda value, _: _grouped(value))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_minor_formatter(NullFormatter())


def _round_levels(low: float, high: float) -> list[float]:
    """Return the heights 1, 2, 5, 10, 20, … between the two; one close to the bottom would be a few stray dots."""
    start = int(np.floor(np.log10(max(low, high * 1e-6, 1e-12))))
    stop = int(np.ceil(np.log10(max(high, 1e-12))))
    levels = [digit * 10.0**power for power in range(start, stop + 1) for digit in (1, 2, 5)]
    return [level for level in levels if 1.25 * low < level < high] or [(low + high) / 2]


# -- what is said ----------------------------------------------------------------------------------------------------


def _loss_axis(reduction: str) -> str:
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction must be one of {', '.join(REDUCTIONS)}, got {reduction!r}")
    return label(f"landscape.loss-{reduction}")


def _said_of_curve(name: str, curve: Callable, seconds: float) -> str:
    points = float(numbers(curve(np.array([seconds])), f"the curve of {name}").ravel()[0])
    return label(
        "landscape.family-alt-one",
        family=label(f"landscape.family-{_known(name, FAMILIES, 'family')}"),
        points=plain(points),
    )


def _said_of_row(family: str, row: Mapping[str, np.ndarray]) -> str:
    said = [
        label(
            "landscape.spread-alt-part",
            part=label(f"landscape.part-{part}"),
            **dict(zip(("low", "middle", "high"), map(_grouped, found), strict=True)),
        )
        for part, found in row.items()
    ]
    name = label(f"landscape.family-{family}")
    return label(
        "landscape.spread-alt-one", family=name[:1].upper() + name[1:], said=label("landscape.comma").join(said)
    )


def _grouped(value: float) -> str:
    """Write small numbers with one digit after the point, large ones in groups of three."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2g}" if value < 1 else f"{value:.1f}".removesuffix(".0")


# -- what is looked at -----------------------------------------------------------------------------------------------


def _array(value: object, name: str, ndim: int) -> np.ndarray:
    found = numbers(value, name, ndim)
    if not is_tensor(found):
        return found
    if found.is_meta:
        raise ValueError(f"{name} has a shape and no numbers, on the device meta: give a tensor that holds some")
    return np.asarray(found.detach().cpu().numpy(), dtype=float)


def _vector(value: object, name: str) -> np.ndarray:
    return _array(value, name, 1)


def _rising(values: np.ndarray, name: str) -> None:
    if len(values) < 2 or (np.diff(values) <= 0).any():
        raise ValueError(f"{name} must be at least two numbers, each larger than the one before, got {values.tolist()}")


def _known(name: str, names: Sequence[str], kind: str) -> str:
    if name not in names:
        raise ValueError(f"a {kind} must be one of {', '.join(names)}, got {name!r}")
    return name


def _percentiles(family: str, parts: Mapping[str, Sequence[float]]) -> dict[str, np.ndarray]:
    _known(family, FAMILIES, "family")
    if not parts:
        raise ValueError(f"{family} must have losses of at least one part, got none")
    found = {}
    for part, losses in parts.items():
        values = _vector(losses, f"losses of {family}, {_known(part, PARTS, 'part')}")
        found[part] = np.percentile(values, [10, 50, 90])
        if found[part][0] <= 0:
            raise ValueError(
                f"losses of {family}, {part}, must be positive to stand on a logarithmic axis, got {values.min()}"
            )
    return found


def _numbers_of(part: str, members: Sequence[int]) -> list[int]:
    found = [whole(number, f"a number of {part}") for number in members]
    if not found:
        raise ValueError(f"{part} must hold at least one person, got none")
    return found
