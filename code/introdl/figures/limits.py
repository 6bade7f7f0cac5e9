"""The limits of data drawn: few examples, a narrow range, what was never seen, a world that moves, a shortcut, a leak.

Chapter: ``data-limits``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, NullLocator

from introdl.arrays import is_tensor, numbers, positive, together, whole
from introdl.checking import wilson
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import fixed, listed, plain, sentences
from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("points", "log-loss", "new-kinds")
LOOKS = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"))
RPM = 60 / (2 * np.pi)  # rad/s -> rpm
HIGHEST_SCORE = 28


def errors_by_size(sizes: Sequence[int], errors: Mapping[str, object], measure: str, simulated: bool = True) -> Figure:
    """Draw an error, or a share, over the number of examples learned from: the mean of repeated draws and its spread.

    Parameters
    ----------
    sizes : sequence of int, rising
        How many examples were learned from.
    errors : mapping of str to array-like, shape (repeats, len(sizes))
        Name → what came out, one row a draw. A name is a table of ``labels/limits.toml``; at most four.
    measure : {"points", "log-loss", "new-kinds"}
        What was measured.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure
        A mark is the mean; the band holds the middle 80% of the draws.

    Raises
    ------
    TypeError, ValueError
        If sizes do not rise or are under 1, a table has another number of columns, or the measure is unknown.

    Examples
    --------
    >>> errors_by_size([10, 100], {"the-mean": [[60, 58], [70, 60]]}, "points", simulated=False)
    Mean absolute error for 10 to 100 examples to learn from. ...
    """
    sizes = _rising(sizes, "sizes")
    if sizes[0] < 1:
        raise ValueError(f"sizes must be at least 1, got {sizes[0]:g}")
    if measure not in MEASURES:
        raise ValueError(f"measure must be one of {', '.join(MEASURES)}, got {measure!r}")
    if not 1 <= len(errors) <= len(LOOKS):
        raise ValueError(f"errors must hold 1 to {len(LOOKS)} tables, got {len(errors)}")
    tables = {}
    for name, table in errors.items():
        tables[name] = _array(numbers(table, f"errors[{name!r}]", ndim=2))
        if tables[name].shape[1] != len(sizes):
            raise ValueError(
                f"errors[{name!r}] must have a column for each of the {len(sizes)} sizes, got {tables[name].shape[1]}"
            )
    scale = 100 if measure == "new-kinds" else 1
    digits = {"points": 0, "log-loss": 3, "new-kinds": 0}[measure]
    said = []
    with new_figure(4.8, 3.9) as (canvas, ax):
        for (name, table), (colour, marker, line) in zip(tables.items(), LOOKS, strict=False):
            mean = scale * table.mean(axis=0)
            low, high = scale * np.quantile(table, [0.1, 0.9], axis=0)
            ax.fill_between(sizes, low, high, color=colour, alpha=0.14, linewidth=0)
            text = label(f"limits.{name}")
            ax.plot(sizes, mean, color=colour, marker=marker, linestyle=line, markersize=5, label=text)
            values = {"first": fixed(mean[0], digits), "last": fixed(mean[-1], digits)}
            said.append(label("limits.from-to", name=text, **values))
        ax.set_xscale("log")
        _ticks_at(ax, sizes)
        top = max(np.quantile(table, 0.9, axis=0).max() for table in tables.values())
        ax.set_ylim(0, 1.12 * scale * top)
        ax.set(xlabel=label(f"limits.sizes-{measure}"), ylabel=label(f"limits.{measure}"))
        canvas.legend(loc="outside upper left", fontsize=10)
        if simulated:
            _say_simulated(ax, 0.98, 0.96)
    start = label(f"limits.{measure}-alt", first=plain(sizes[0]), last=plain(sizes[-1]))
    return Figure(canvas, _with_origin([start, listed(said) + label("limits.stop")], simulated))


def narrow_range(
    people: pd.DataFrame, inside: Sequence[bool], line: tuple[float, float], draws: Sequence[tuple[float, float]]
) -> Figure:
    """Draw a line fitted to the quicker people only, and the lines that other draws of the same people would give.

    Parameters
    ----------
    people : pandas.DataFrame
        Columns ``tug`` and ``bbs``, one row a person.
    inside : sequence of bool
        Who took part in the fit; everybody else must be slower.
    line : (slope, intercept)
        The line of those people.
    draws : sequence of (slope, intercept)
        The lines of repeated draws of them, with replacement.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a column is missing, nobody is inside or outside, or somebody outside is not slower than all inside.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"tug": [8, 10, 20], "bbs": [26, 24, 12]})
    >>> narrow_range(table, [True, True, False], (-1, 34), [(-1, 34), (0, 25)])
    3 people by time and balance score. ...
    """
    for column in ("tug", "bbs"):
        if column not in getattr(people, "columns", ()):
            raise ValueError(f"people must be a table with the columns tug and bbs, got none called {column}")
    seconds, points = (_array(numbers(people[column], column, ndim=1)) for column in ("tug", "bbs"))
    met = np.asarray(inside, dtype=bool)
    together(tug=seconds, inside=met.astype(float))
    if met.all() or not met.any() or seconds[~met].min() <= seconds[met].max():
        raise ValueError("inside must mark some of the people, all of them quicker than everybody else")
    ends = _array(numbers(line, "line", ndim=1))
    if len(ends) != 2:
        raise ValueError(f"line must be a slope and an intercept, got {len(ends)} numbers")
    slope, intercept = (float(number) for number in ends)
    lines = _array(numbers(draws, "draws", ndim=2))
    if lines.shape[1] != 2:
        raise ValueError(f"draws must hold a slope and an intercept each, got shape {lines.shape}")
    edge, last = seconds[met].max(), seconds.max()
    low, high = np.quantile(lines[:, 0] * last + lines[:, 1], [0.1, 0.9])
    grid = np.array([seconds.min() - 1, last + 1])
    with new_figure(4.8, 3.8) as (canvas, ax):
        fan = lines[:60]
        ax.plot(grid, fan[:, 0] * grid[:, None] + fan[:, 1], color=BLUE, alpha=0.13, linewidth=0.8, rasterized=True)
        ax.axvspan(edge + 0.5, grid[1], color=GREY, alpha=0.14, linewidth=0)
        ax.axhline(HIGHEST_SCORE, color=GREY, linewidth=1, linestyle=":")
        ax.plot(grid, slope * grid + intercept, color=BLUE)
        for group, colour, marker in ((met, BLUE, "o"), (~met, ORANGE, "s")):
            ax.scatter(
                seconds[group],
                points[group],
                s=44,
                color=colour,
                marker=marker,
                edgecolor=PAPER,
                linewidth=0.8,
                zorder=3,
            )
        ax.text(edge + 0.9, 33.4, label("limits.not-met"), va="top", fontsize=10)
        ax.text(grid[0] + 0.2, 5.3, label("limits.met"), fontsize=10)
        ax.set(xlim=grid, ylim=(5, 34), yticks=range(8, HIGHEST_SCORE + 1, 4))
        ax.set(xlabel=label("people.seconds"), ylabel=label("people.points"))
    values = {
        "n": len(seconds),
        "met": int(met.sum()),
        "edge": plain(edge),
        "others": int((~met).sum()),
        "last": plain(last),
        "answer": fixed(slope * last + intercept, 1),
        "low": fixed(low, 1),
        "high": fixed(high, 1),
        "score": plain(points[seconds.argmax()]),
        "draws": len(lines),
    }
    return Figure(canvas, label("limits.narrow-range-alt", **values))


def said_by_torque(
    edges: Sequence[float], happened: Sequence[int], parts: Sequence[int], said: Mapping[str, object], limit: float
) -> Figure:
    """Draw which share of simulated parts fails at each torque, and which share each model says will fail.

    Parameters
    ----------
    edges : sequence of float, rising
        The ends of the classes of torque, in Nm; one more than there are classes.
    happened, parts : sequence of int
        How many parts of each class failed, and how many there were.
    said : mapping of str to sequence of float
        Name of a model (a table of ``labels/limits.toml``) → its mean probability in each class, from 0 to 1.
    limit : float
        The highest torque that the models have met.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If lengths do not fit, a share is not one, or a count does not fit into the parts.

    Examples
    --------
    >>> said_by_torque([20, 40, 60], [1, 30], [100, 60], {"tree": [0.01, 0.02]}, limit=40)
    Simulated parts, failures by torque; the models met none above 40 Nm. ...
    """
    edges = _rising(edges, "edges")
    happened, parts = (
        [whole(count, name) for count in counts] for counts, name in ((happened, "happened"), (parts, "parts"))
    )
    if len(happened) != len(edges) - 1 or len(parts) != len(edges) - 1:
        raise ValueError(
            f"happened and parts must hold one count for each of the {len(edges) - 1} classes, "
            f"got {len(happened)} and {len(parts)}"
        )
    if not 1 <= len(said) <= 3:
        raise ValueError(f"said must hold the answers of 1 to 3 models, got {len(said)}")
    answers = {name: _shares(share, f"said[{name!r}]", len(parts)) for name, share in said.items()}
    limit = float(numbers(limit, "limit", ndim=0))
    middle = (edges[:-1] + edges[1:]) / 2
    share = np.array([failed / of for failed, of in zip(happened, parts, strict=True)])
    ends = np.array([wilson(failed, of) for failed, of in zip(happened, parts, strict=True)]).T
    top = 125 * max(ends.max(), *(answer.max() for answer in answers.values()))
    with new_figure(4.8, 4.2) as (canvas, ax):
        ax.axvspan(limit, edges[-1], color=GREY, alpha=0.14, linewidth=0)
        ax.vlines(middle, *(100 * ends), color=INK, linewidth=1.4)
        ax.plot(
            middle, 100 * share, color=INK, marker="D", markersize=6, linewidth=1, label=label("limits.really-failed")
        )
        for (name, answer), (colour, marker, line) in zip(answers.items(), LOOKS, strict=False):
            text = label("limits.says", name=label(f"limits.{name}"))
            ax.plot(middle, 100 * answer, color=colour, marker=marker, linestyle=line, markersize=5, label=text)
        ax.set(xlim=(edges[0], edges[-1]), ylim=(-0.03 * top, top), xticks=edges)
        ax.text(limit + 0.6, 0.98 * top, label("limits.never-seen-here"), va="top", fontsize=10)
        _say_simulated(ax, 0.02, 0.97, ha="left")
        ax.set(xlabel=label("limits.torque"), ylabel=label("limits.failing"))
        canvas.legend(loc="outside upper left", fontsize=10, ncols=2)
    values = {name: fixed(100 * answer[-1], 0) for name, answer in answers.items()}
    told = [label("limits.says-percent", name=label(f"limits.{name}"), percent=value) for name, value in values.items()]
    start = label("limits.by-torque-alt", limit=plain(limit))
    top = {"first": plain(edges[-2]), "last": plain(edges[-1])}
    really = label("limits.top-class", percent=fixed(100 * share[-1], 0), n=parts[-1], failed=happened[-1], **top)
    return Figure(canvas, sentences(start, really, listed(told) + label("limits.stop")))


def never_and_cannot(parts: pd.DataFrame, asked: Mapping[str, tuple[float, float, float]], most_power: float) -> Figure:
    """Draw the parts a model has met by torque and speed, two that nobody has met, and the limit set by physics.

    Parameters
    ----------
    parts : pandas.DataFrame
        Columns ``torque`` (Nm) and ``speed`` (rpm), one row a simulated part.
    asked : mapping of str to (torque, speed, probability)
        Name of a case ("A") → where it lies, and the probability of failure that the model gives it.
    most_power : float
        What the motor can give at most, in W.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a column is missing, a probability is none, or the power is not positive.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"torque": [30.0, 40.0], "speed": [1700, 1500]})
    >>> never_and_cannot(table, {"A": (70, 1400, 0.9), "B": (70, 2600, 0.9)}, most_power=12_000)
    2 simulated parts by torque and speed. ...
    """
    for column in ("torque", "speed"):
        if column not in getattr(parts, "columns", ()):
            raise ValueError(f"parts must be a table with the columns torque and speed, got none called {column}")
    torque, speed = (_array(numbers(parts[column], column, ndim=1)) for column in ("torque", "speed"))
    most_power = positive(most_power, "most_power")
    curve = np.linspace(25, 102, 121)
    told = []
    with new_figure(4.8, 4.0) as (canvas, ax):
        ax.scatter(torque, speed, s=3, color=GREY, alpha=0.35, linewidth=0, rasterized=True)
        border = most_power / curve * RPM
        ax.fill_between(curve, border, 3600, color=ORANGE, alpha=0.16, linewidth=0)
        ax.plot(curve, border, color=ORANGE, linewidth=1.6, linestyle="--")
        for (name, (at_torque, at_speed, chance)), marker in zip(asked.items(), "osD^", strict=False):
            (chance,) = _shares([chance], f"asked[{name!r}]", 1)
            power = at_torque * at_speed / RPM
            ax.scatter(at_torque, at_speed, s=80, color=BLUE, marker=marker, edgecolor=PAPER, zorder=4)
            text = label("limits.asked", name=name, percent=fixed(100 * chance, 0))
            beside = {"xytext": (9, 0), "ha": "left", "va": "center"}
            below = {"xytext": (0, -9), "ha": "center", "va": "top"}  # beside it runs the border
            place = beside if power > most_power else below
            ax.annotate(text, (at_torque, at_speed), textcoords="offset points", fontsize=10, zorder=5, **place)
            where = label("limits.beyond" if power > most_power else "limits.within")
            told.append(
                label("limits.asked-alt", name=name, torque=plain(at_torque), speed=plain(at_speed), where=where)
                + label("limits.asked-chance", kilowatt=fixed(power / 1000, 1), percent=fixed(100 * chance, 0))
            )
        ax.text(
            84, 3530, label("limits.cannot-be", kilowatt=plain(most_power / 1000)), ha="right", va="top", fontsize=10
        )
        _say_simulated(ax, 0.02, 0.03, ha="left", va="bottom")
        ax.set(xlim=(0, 102), ylim=(900, 3600), xlabel=label("limits.torque"), ylabel=label("limits.speed"))
    start = label("limits.never-and-cannot-alt", n=len(torque), kilowatt=plain(most_power / 1000))
    return Figure(canvas, sentences(start, *told))


def said_and_happened(rows: Mapping[str, tuple[float, int, int]], recorded: Mapping[str, int] | None = None) -> Figure:
    """Draw beside each other how many of simulated parts a model expects to fail, and how many did.

    Parameters
    ----------
    rows : mapping of str to (said, failed, n)
        What is asked about (a table of ``labels/limits.toml``, or any other text) → the model's mean probability,
        how many failed, and out of how many.
    recorded : mapping of str to int, optional
        How many of the failures stand in the records, where that differs.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If there is no row, a probability is none, or counts do not fit into each other.

    Examples
    --------
    >>> said_and_happened({"same-machine": (0.02, 21, 1000)})
    What a model says and what happens, for simulated parts. ...
    """
    if not rows:
        raise ValueError("rows must hold at least one group of parts, got none")
    told, names = [], list(rows)
    if recorded is not None and set(recorded) != set(rows):
        raise ValueError(f"recorded must have the names of rows, got {', '.join(recorded)}")
    with new_figure(4.8, (1.7 if recorded is None else 1.9) + 0.52 * len(rows)) as (canvas, ax):
        for place, name in enumerate(names):
            said, failed, n = rows[name]
            (said,) = _shares([said], f"rows[{name!r}]", 1)
            low, high = wilson(failed, n)
            first = place == 0
            ax.hlines(-place, 100 * low, 100 * high, color=INK, linewidth=1.6)
            ax.scatter(
                100 * failed / n, -place, s=48, color=INK, marker="D", zorder=3, label=_once("limits.happened", first)
            )
            ax.scatter(
                100 * said, -place, s=75, color=ORANGE, marker="o", zorder=4, label=_once("limits.model-said", first)
            )
            values = {"said": fixed(100 * said, 1), "failed": failed, "n": n, "share": fixed(100 * failed / n, 1)}
            sentence = label("limits.said-row", name=_name(name), **values)
            if recorded is not None:
                written = whole(recorded[name], f"recorded[{name!r}]")
                if written > n:
                    raise ValueError(f"recorded[{name!r}] must be at most n = {n}, got {written}")
                ax.scatter(
                    100 * written / n,
                    -place,
                    s=130,
                    facecolor="none",
                    edgecolor=BLUE,
                    marker="s",
                    linewidth=1.6,
                    zorder=3,
                    label=_once("limits.recorded", first),
                )
                sentence += label("limits.recorded-row", share=fixed(100 * written / n, 1))
            told.append(sentence)
        ax.set(ylim=(0.6 - len(rows), 0.6), xlim=(0, None), xlabel=label("limits.failing"))
        ax.set_yticks([-place for place in range(len(rows))], [_name(name) for name in names])
        ax.tick_params(axis="y", length=0)
        _say_simulated(ax, 0.98, 0.98)
        canvas.legend(loc="outside upper left", fontsize=10)
    return Figure(canvas, sentences(label("limits.said-alt"), listed(told) + label("limits.stop")))


def shortcut(pictures: Mapping[str, object], right: Mapping[str, tuple[int, int]]) -> Figure:
    """Draw pictures of digits with and without a mark in the corner, and how often a model is right on each kind.

    Parameters
    ----------
    pictures : mapping of str to array-like, shape (2, 8, 8)
        Kind of pictures (a table of ``labels/limits.toml``) → a 3 and an 8 of that kind, from 0 to 16.
    right : mapping of str to (right, n)
        Kind of pictures → how many of how many were recognised.

    Returns
    -------
    Figure
        A bar with Wilson's interval for each kind, the pictures beside it.

    Raises
    ------
    TypeError, ValueError
        If the kinds differ, a picture has another shape, or counts do not fit.

    Examples
    --------
    >>> shortcut({"no-mark": np.zeros((2, 8, 8))}, {"no-mark": (46, 107)})
    How often 3 and 8 are told apart. ...
    """
    if set(pictures) != set(right) or not right:
        raise ValueError(f"pictures and right must be about the same kinds, got {list(pictures)} and {list(right)}")
    told = []
    grid = {"nrows": len(right), "ncols": 3, "width_ratios": [1, 1, 4.6]}
    with new_figure(4.8, 1.1 + 0.95 * len(right), **grid) as (canvas, axes):
        for row, (name, (count, n)) in zip(np.atleast_2d(axes), right.items(), strict=True):
            low, high = wilson(count, n)
            pair = _array(numbers(pictures[name], f"pictures[{name!r}]", ndim=3))
            if pair.shape != (2, 8, 8):
                raise ValueError(f"pictures[{name!r}] must have shape (2, 8, 8), got {pair.shape}")
            for ax, picture in zip(row[:2], pair, strict=True):
                ax.imshow(picture, cmap="Greys", vmin=0, vmax=16)
                ax.set(xticks=[], yticks=[])
                ax.spines[["top", "right"]].set_visible(True)
            ax = row[2]
            ax.barh(0, 100 * count / n, height=0.5, color=BLUE, alpha=0.75)
            ax.hlines(0, 100 * low, 100 * high, color=INK, linewidth=1.6)
            ax.set(xlim=(0, 104), ylim=(-0.55, 0.95), yticks=[])
            ax.text(1, 0.45, label("limits.shortcut-row", name=_name(name), right=count, n=n), va="bottom", fontsize=10)
            ax.spines["left"].set_visible(False)
            if name != list(right)[-1]:
                ax.set_xticklabels([])
            told.append(label("limits.shortcut-row", name=_name(name), right=count, n=n))
        ax.set_xlabel(label("limits.share-right"))
    return Figure(canvas, sentences(label("limits.shortcut-alt"), listed(told) + label("limits.stop")))


def in_time(
    truth: Sequence[float], between: tuple[Sequence[int], Sequence[float]], after: tuple[Sequence[int], Sequence[float]]
) -> Figure:
    """Draw a temperature that wanders in time, with answers for parts in between known ones and for the parts after.

    Parameters
    ----------
    truth : sequence of float
        The temperature of each simulated part, in K, in the order of making.
    between, after : (places, answers)
        For which parts the model was asked, and what it answered: parts with known neighbours on both sides, and
        parts that come after all known ones.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a place does not exist, or places and answers differ in number.

    Examples
    --------
    >>> in_time([300, 301, 302, 303], ([1], [301]), ([3], [302]))
    The temperature of 4 simulated parts in the order of making. ...
    """
    truth = _array(numbers(truth, "truth", ndim=1))
    groups = {}
    for name, (places, answers) in {"between": between, "after": after}.items():
        spots, values = (_array(numbers(column, name, ndim=1)) for column in (places, answers))
        together(places=spots, answers=values)
        if (spots != spots.round()).any() or spots.min() < 0 or spots.max() >= len(truth):
            raise ValueError(
                f"{name} must name places from 0 to {len(truth) - 1}, got {spots.min():g} to {spots.max():g}"
            )
        groups[name] = spots.astype(int), values
    start = groups["after"][0].min()
    errors = {name: np.abs(truth[spots] - values).mean() for name, (spots, values) in groups.items()}
    with new_figure(4.8, 3.7) as (canvas, ax):
        ax.axvspan(start, len(truth), color=GREY, alpha=0.14, linewidth=0)
        ax.plot(truth, color=INK, linewidth=0.8, rasterized=True, label=label("limits.truth"))
        for (name, (spots, values)), (colour, marker) in zip(groups.items(), ((BLUE, "o"), (ORANGE, "s")), strict=True):
            ax.scatter(
                spots, values, s=13, color=colour, marker=marker, linewidth=0, label=label(f"limits.{name}"), zorder=3
            )
        ax.margins(x=0, y=0.14)
        ax.set(xlabel=label("limits.part-number"), ylabel=label("limits.process-temperature"))
        _say_simulated(ax, 0.02, 0.03, ha="left", va="bottom")
        canvas.legend(loc="outside upper left", fontsize=10)
    said = {name: fixed(error, 2) for name, error in errors.items()}
    return Figure(canvas, label("limits.in-time-alt", n=len(truth), **said))


def _say_simulated(ax: Axes, across: float, up: float, ha: str = "right", va: str = "top") -> None:
    text = label("limits.simulated")
    ax.text(across, up, text, transform=ax.transAxes, ha=ha, va=va, fontsize=9, color=INK, style="italic", zorder=6)


def _with_origin(said: Sequence[str], simulated: bool) -> str:
    return sentences(*said, label("limits.simulated-alt")) if simulated else sentences(*said)


def _ticks_at(ax: Axes, sizes: np.ndarray) -> None:
    ax.xaxis.set_major_locator(FixedLocator(list(sizes)))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticklabels([plain(size) for size in sizes])


def _once(key: str, first: bool) -> str | None:
    return label(key) if first else None


def _name(name: str) -> str:
    return label(f"limits.{name}") if known(f"limits.{name}") else name


def _array(value: object) -> np.ndarray:
    return value.detach().cpu().numpy() if is_tensor(value) else np.asarray(value)


def _rising(value: object, name: str) -> np.ndarray:
    vector = _array(numbers(value, name, ndim=1))
    if (np.diff(vector) <= 0).any():
        raise ValueError(f"{name} must rise from one to the next, got {[float(number) for number in vector]}")
    return vector


def _shares(value: object, name: str, n: int) -> np.ndarray:
    shares = _array(numbers(value, name, ndim=1))
    if len(shares) != n or shares.min() < 0 or shares.max() > 1:
        raise ValueError(f"{name} must hold {n} probabilities from 0 to 1, got {[float(share) for share in shares]}")
    return shares
