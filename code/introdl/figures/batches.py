"""Batches drawn: curves at one length, control charts with the reason on them, and limits beside those known.

Chapter: ``manufacturing``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from introdl.arrays import numbers
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import fixed, listed, plain, sentences
from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd

MARKS = ((ORANGE, "-"), (PURPLE, "--"), (GREEN, "-."), (INK, ":"))


def batch_curves(
    table: pd.DataFrame,
    variable: str,
    marked: Mapping[int, str],
    unit: str,
    batch: str = "batch",
    time: str = "minute",
    simulated: bool = True,
) -> Figure:
    """Draw one variable of all batches: over time, and over the share of the batch that is done.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a sample.
    variable : str
        Column to draw.
    marked : mapping of batch to str
        Up to four batches drawn in colour, with what to call them.
    unit : str
        Of the variable.
    batch, time : str
        Columns.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure

    Raises
    ------
    KeyError, ValueError
        If a column or a marked batch is not there, or more than four are marked.
    """
    if missing := [name for name in (batch, time, variable) if name not in table.columns]:
        raise KeyError(f"no column {', '.join(missing)}")
    groups = {name: part for name, part in table.groupby(batch, sort=False)}
    if strange := [str(name) for name in marked if name not in groups]:
        raise ValueError(f"no batch {', '.join(strange)} to mark")
    if len(marked) > len(MARKS):
        raise ValueError(f"at most {len(MARKS)} batches can be marked, got {len(marked)}")
    style = dict(zip(marked, MARKS, strict=False))
    said = []
    with new_figure(4.8, 4.6, nrows=2, sharey=True) as (canvas, axes):
        for ax, shares in zip(axes, (False, True), strict=True):
            for name in sorted(groups, key=lambda one: one in style):
                part = groups[name]
                clock = part[time].to_numpy(dtype=float) - float(part[time].iloc[0])
                across = 100 * clock / clock[-1] if shares else clock
                color, line = style.get(name, (GREY, "-"))
                ax.plot(
                    across,
                    part[variable],
                    color=color,
                    linestyle=line,
                    linewidth=2.2 if name in style else 0.7,
                    alpha=1 if name in style else 0.5,
                    label=f"{name} {_word(marked[name])}" if name in style and not shares else None,
                )
            ax.set_xlabel(label("batches.axis-share" if shares else "batches.axis-minutes"))
            ax.set_ylabel(label("batches.axis-variable", variable=_word(variable), unit=unit))
        if marked:
            axes[0].legend(fontsize=9, loc="lower center")
        if simulated:
            _say_simulated(canvas)
    for name in marked:
        part = groups[name]
        end = float(part[time].iloc[-1] - part[time].iloc[0])
        said.append(
            label(
                "batches.curve-alt",
                batch=name,
                what=_word(marked[name]),
                end=plain(end),
                top=plain(part[variable].max()),
            )
        )
    ends = table.groupby(batch)[time].agg(lambda clock: clock.iloc[-1] - clock.iloc[0])
    start = label(
        "batches.curves-alt",
        variable=_word(variable),
        n=len(groups),
        low=plain(float(ends.min())),
        high=plain(float(ends.max())),
    )
    return Figure(canvas, _with_origin([start, listed(said) + label("batches.stop")], simulated))


def batch_chart(judged: pd.DataFrame, learned: int | None = None, simulated: bool = True, most: int = 6) -> Figure:
    """Draw both control charts over the numbers of the batches, each alarm with the variable it is about.

    Parameters
    ----------
    judged : pandas.DataFrame
        As :meth:`introdl.batches.Monitor.judge` gives it, or with as much: ``t2`` and ``spe`` (shares of their
        limits), ``alarm``, ``chart`` and ``variable``, under the numbers of the batches.
    learned : int, optional
        The last batch that the limits were set on; a grey line stands after it.
    simulated : bool
        Whether the data are; the figure then says so.
    most : int
        How many alarms on each chart are named, the largest first.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the table is no such table, or has no rows.
    """
    import pandas as pd

    needed = {"t2", "spe", "alarm", "chart", "variable"}
    if not isinstance(judged, pd.DataFrame) or not needed <= set(judged.columns):
        raise TypeError(f"judged must be a table with the columns {', '.join(sorted(needed))}")
    if len(judged) == 0:
        raise ValueError("judged must hold at least one batch, got none")
    places, said = judged.index.to_numpy(dtype=float), []
    with new_figure(4.8, 4.6, nrows=2, sharex=True) as (canvas, axes):
        for ax, chart in zip(axes, ("t2", "spe"), strict=True):
            heights = np.maximum(numbers(judged[chart].to_numpy(), chart, ndim=1), 0.02)
            over = heights > 1
            ax.plot(places, heights, color=GREY, linewidth=0.8, zorder=1)
            ax.plot(places[~over], heights[~over], "o", color=BLUE, markersize=4, zorder=2)
            ax.plot(places[over], heights[over], "D", color=ORANGE, markersize=7, markeredgecolor=PAPER, zorder=3)
            ax.axhline(1, color=INK, linestyle="--", linewidth=1.2, zorder=1)
            if learned is not None:
                ax.axvline(learned + 0.5, color=GREY, linewidth=1.5)
            ax.set_yscale("log")
            own = judged[over & (judged["chart"] == chart).to_numpy()].nlargest(most, chart)
            room = 10 ** (0.2 + 0.3 * len(own))  # a row of words for each
            ax.set_ylim(min(0.05, heights.min() / 1.3), max(1.5, heights.max()) * room)
            ax.yaxis.set_major_locator(FixedLocator([0.1, 1, 10, 100]))
            ax.yaxis.set_minor_locator(NullLocator())
            ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
            ax.set_ylabel(label(f"batches.{chart}"))
            _name_alarms(ax, own, chart, places)
            for name, row in judged[over].nlargest(most, chart).iterrows():
                word = _word(row["variable"]) if row["chart"] == chart else label("batches.other-chart")
                said.append(
                    label("batches.alarm-alt", batch=name, chart=label(f"batches.{chart}-short"), variable=word)
                    + fixed(row[chart], 1)
                )
        axes[1].set_xlabel(label("batches.axis-batch"))
        axes[1].xaxis.set_major_locator(MaxNLocator(8, integer=True))
        if simulated:
            _say_simulated(canvas)
    start = label("batches.chart-alt", n=len(judged), alarms=int(judged["alarm"].sum()))
    told = [listed(said) + label("batches.stop")] if said else [label("batches.no-alarm-alt")]
    return Figure(canvas, _with_origin([start, *told], simulated))


def variable_parts(parts: Mapping[str, Mapping[str, float]], simulated: bool = True) -> Figure:
    """Draw, for a few batches, which share of the alarm each variable adds.

    Parameters
    ----------
    parts : mapping of str to mapping of str to float
        What to call a batch, and each variable's contribution; up to four batches.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is none, there are more than four, or the contributions of one do not add up to a positive number.
    """
    if not 1 <= len(parts) <= 4:
        raise ValueError(f"parts must hold one to four batches, got {len(parts)}")
    variables = list(dict.fromkeys(name for one in parts.values() for name in one))
    said = []
    with new_figure(4.8, 1.0 + 0.62 * len(parts) * 1.9, nrows=len(parts), sharex=True, squeeze=False) as (canvas, axes):
        for ax, (batch, one) in zip(axes[:, 0], parts.items(), strict=True):
            total = sum(one.values())
            if not total > 0:
                raise ValueError(f"the contributions of {batch} must add up to a positive number, got {total}")
            shares = [100 * one.get(name, 0.0) / total for name in variables]
            top = int(np.argmax(shares))
            colours = [ORANGE if place == top else BLUE for place in range(len(variables))]
            ax.barh(range(len(variables)), shares, color=colours, height=0.7)
            ax.axvline(0, color=INK, linewidth=1)
            ax.set_yticks(range(len(variables)), [_word(name) for name in variables], fontsize=9)
            ax.set_ylim(len(variables) - 0.4, -0.6)
            ax.text(0.98, 0.06, _word(batch), transform=ax.transAxes, ha="right", va="bottom", fontsize=10)
            said.append(
                label(
                    "batches.part-alt", batch=_word(batch), variable=_word(variables[top]), share=fixed(shares[top], 0)
                )
            )
        axes[-1, 0].set_xlabel(label("batches.axis-part"))
        if simulated:
            _say_simulated(canvas)
    return Figure(canvas, _with_origin([label("batches.parts-alt"), listed(said) + label("batches.stop")], simulated))


def limits_recovered(table: pd.DataFrame, simulated: bool = True) -> Figure:
    """Draw by how much limits read off a tree miss those that are known.

    Parameters
    ----------
    table : pandas.DataFrame
        Under the names of the rules: ``known`` and ``found`` (in the rule's unit), ``low`` and ``high`` (of the found
        one), and ``events``, how many failures of that kind were there to learn from.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the table is no such table, or has no rows.
    """
    import pandas as pd

    needed = {"known", "found", "low", "high", "events"}
    if not isinstance(table, pd.DataFrame) or not needed <= set(table.columns):
        raise TypeError(f"table must have the columns {', '.join(sorted(needed))}")
    if len(table) == 0:
        raise ValueError("table must hold at least one rule, got none")
    off = {end: 100 * (table[end] / table["known"] - 1).to_numpy() for end in ("found", "low", "high")}
    names, said = [_word(name) for name in table.index], []
    with new_figure(4.8, 1.1 + 0.4 * len(table)) as (canvas, ax):
        ax.axvline(0, color=INK, linestyle="--", linewidth=1.2)
        for place, (name, events) in enumerate(zip(names, table["events"], strict=True)):
            found, low, high = (off[end][place] for end in ("found", "low", "high"))
            ax.plot([low, high], [place, place], color=BLUE, linewidth=2.5, solid_capstyle="butt")
            ax.plot(found, place, "o", color=BLUE, markersize=7, markeredgecolor=PAPER)
            ax.annotate(
                label("batches.events", n=int(events)),
                (1.02, place),
                xycoords=("axes fraction", "data"),
                va="center",
                fontsize=10,
            )
            said.append(
                label(
                    "batches.limit-alt",
                    name=name,
                    n=int(events),
                    off=fixed(found, 1),
                    low=fixed(low, 1),
                    high=fixed(high, 1),
                )
            )
        ax.set_yticks(range(len(names)), names)
        ax.set_ylim(len(names) - 0.45, -0.55)
        ax.tick_params(axis="y", length=0)
        ax.set_xlabel(label("batches.axis-off"))
        if simulated:
            _say_simulated(canvas)
    return Figure(canvas, _with_origin([label("batches.limits-alt"), listed(said) + label("batches.stop")], simulated))


def _name_alarms(ax: Axes, alarms: pd.DataFrame, chart: str, places: np.ndarray) -> None:
    """Write number and variable in rows above the chart's highest mark, each with a thin line down to its mark."""
    middle = (places.min() + places.max()) / 2
    for step, (name, row) in enumerate(alarms.sort_index().iterrows()):
        ax.annotate(
            f"{name} {_word(row['variable'])}",
            (float(name), row[chart]),
            xytext=(float(name), 0.99 - 0.115 * step),
            textcoords=("data", "axes fraction"),
            ha="right" if float(name) > middle else "left",
            va="top",
            fontsize=9,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.5},
            arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.7, "shrinkB": 3, "shrinkA": 0},
        )


def _word(name: object) -> str:
    key = f"batches.{str(name).replace(' ', '_')}"
    return label(key) if known(key) else str(name)


def _say_simulated(canvas: object) -> None:
    canvas.text(0.995, 0.995, label("batches.simulated"), ha="right", va="top", fontsize=10, style="italic")


def _with_origin(said: list[str], simulated: bool) -> str:
    return sentences(*said, *([label("batches.simulated-alt")] if simulated else []))
