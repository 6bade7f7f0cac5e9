"""Results by group drawn: shares with their intervals, differences with what they would need, and signs of a cause.

Chapter: ``testing-by-groups``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from introdl.arrays import numbers, together
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import fixed, listed, plain, sentences
from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd

MEASURES = ("accuracy", "sensitivity", "specificity", "ppv", "failed", "handed-over", "caught", "taken-in", "cause")
CAUSES = ("few", "base-rate", "measurement", "relation", "labels")
SIGNS = {
    "joint": (BLUE, "o"),
    "more": (GREEN, "^"),
    "own": (PURPLE, "D"),
    "second-look": (ORANGE, "s"),
}


def shares_by_group(table: pd.DataFrame, measure: str, simulated: bool = True) -> Figure:
    """Draw the share of every group with its interval, and "too few to say" where there are too few.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`introdl.subgroups.by_group`, ``rate_by_group`` or ``calibration_by_group`` gave. With a column
        ``promised`` a diamond marks it.
    measure : str
        What the share is of, one of :data:`MEASURES`.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the table is none of these, has no rows, or the measure is unknown.

    Examples
    --------
    >>> from introdl.subgroups import rate_by_group
    >>> shares_by_group(rate_by_group([1, 0] * 8, ["L"] * 12 + ["H"] * 4), "failed")
    Share that failed, with 95% intervals. ...
    """
    _is_table(table, {"right", "of", "share", "low", "high"})
    if measure not in MEASURES:
        raise ValueError(f"measure must be one of {', '.join(MEASURES)}, got {measure!r}")
    promised = "promised" in table.columns
    names = [_name(name) for name in table.index]
    level = plain(100 * table.attrs.get("level", 0.95))
    ends = [table["share"].max(), table["high"].max(), *(table["promised"] if promised else [])]
    top = min(1.0, 1.15 * max(end for end in ends if np.isfinite(end))) if np.isfinite(np.max(ends[:2])) else 1.0
    top = 1.0 if top > 0.6 else top
    said = []
    with new_figure(4.8, 1.15 + 0.36 * len(table)) as (canvas, ax):
        for place, (name, (_, row)) in enumerate(zip(names, table.iterrows(), strict=True)):
            right, of = int(row["right"]), int(row["of"])
            if np.isnan(row["share"]):
                ax.text(1, place, label("groups.too-few"), va="center", fontsize=10, color=INK)
                said.append(label("groups.too-few-alt", name=name, right=right, of=of))
            else:
                _bar(ax, place, 100 * row["share"], 100 * row["low"], 100 * row["high"])
                values = {end: fixed(100 * row[end], 0 if top == 1 else 1) for end in ("share", "low", "high")}
                said.append(label("groups.share-alt", name=name, right=right, of=of, **values))
            if promised:
                mark = "D" if np.isnan(row["share"]) or not row["low"] <= row["promised"] <= row["high"] else "d"
                ax.plot(100 * row["promised"], place, mark, color=ORANGE, markersize=8, markeredgecolor=PAPER, zorder=4)
                said.append(label("groups.promised-alt", promised=fixed(100 * row["promised"], 1)))
        _rows(ax, names)
        _at_right(ax, [label("groups.counts", right=int(a), of=int(b)) for a, b in table[["right", "of"]].to_numpy()])
        ax.set_xlim(0, 100 * top)
        ax.set_xlabel(label("groups.axis-promised" if promised else "groups.axis", what=label(f"groups.{measure}")))
        if simulated:
            _say_simulated(canvas)
    start = label("groups.shares-alt", what=label(f"groups.{measure}"), level=level)
    return Figure(canvas, _with_origin([start, listed(said) + label("groups.stop")], simulated))


def differences(compared: pd.DataFrame, simulated: bool = True) -> Figure:
    """Draw how far each group lies from the one it is compared with, and the size that such a difference would need.

    Parameters
    ----------
    compared : pandas.DataFrame
        What :func:`introdl.subgroups.against` gave.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the table is no such table, or has no rows.

    Examples
    --------
    >>> from introdl.subgroups import against, rate_by_group
    >>> differences(against(rate_by_group([1, 1, 0] * 20, ["L"] * 40 + ["H"] * 20)))
    Difference from L, in percentage points. ...
    """
    _is_table(compared, {"difference", "low", "high", "needed"})
    names, reference = [_name(name) for name in compared.index], _name(compared.attrs.get("reference", ""))
    beside, said = [], []
    with new_figure(4.8, 1.15 + 0.42 * len(compared)) as (canvas, ax):
        ax.axvline(0, color=INK, linewidth=1, linestyle="--", zorder=1)
        for place, (name, (_, row)) in enumerate(zip(names, compared.iterrows(), strict=True)):
            if np.isnan(row["difference"]):
                ax.text(1, place, label("groups.too-few"), va="center", fontsize=10)
                said.append(label("groups.no-difference-alt", name=name))
                beside.append("")
                continue
            _bar(ax, place, 100 * row["difference"], 100 * row["low"], 100 * row["high"])
            needed = "–" if np.isnan(row["needed"]) else f"{int(row['needed']):,}"
            beside.append(label("groups.needed", n=needed))
            values = {end: fixed(100 * row[end], 0) for end in ("difference", "low", "high")}
            said.append(label("groups.difference-alt", name=name, n=needed, **values))
        _rows(ax, names)
        _at_right(ax, beside)
        ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
        ax.set_xlabel(label("groups.difference", reference=reference))
        if simulated:
            _say_simulated(canvas)
    start = label("groups.differences-alt", reference=reference)
    return Figure(canvas, _with_origin([start, listed(said) + label("groups.stop")], simulated))


def curves_by_cause(scores: Mapping[str, tuple[object, object, object]], threshold: float = 0.5) -> Figure:
    """Draw what every threshold would give in two simulated groups, one small drawing for each cause of a difference.

    Parameters
    ----------
    scores : mapping of str to (y, chance, of_b)
        Cause (one of :data:`CAUSES`) → what was noted, 0 or 1; the model's probability; whether the row is of group B.
    threshold : float
        The one in use; a mark shows where it puts each group.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a cause is unknown, a group is empty or lacks one of the two outcomes.

    Examples
    --------
    >>> y, chance, of_b = [1, 0, 1, 0], [0.9, 0.2, 0.4, 0.6], [0, 0, 1, 1]
    >>> curves_by_cause({"few": (y, chance, of_b)})
    What every threshold would give in two simulated groups, causes: 1, ...
    """
    if not scores or not set(scores) <= set(CAUSES):
        raise ValueError(f"scores must hold some of the causes {', '.join(CAUSES)}, got {', '.join(scores) or 'none'}")
    rows, said = (len(scores) + 1) // 2, []
    with new_figure(4.8, 0.75 + 2.05 * rows, nrows=rows, ncols=2, squeeze=False, sharex=True, sharey=True) as (
        canvas,
        axes,
    ):
        for ax in axes.flat[len(scores) :]:
            ax.set_visible(False)
            if rows > 1:
                axes[rows - 2, 1].tick_params(labelbottom=True)  # the lowest of its column
        for ax, (cause, columns) in zip(axes.flat, scores.items(), strict=False):
            y, chance, of_b = (np.asarray(numbers(column, cause, ndim=1), dtype=float) for column in columns)
            together(y=y, chance=chance, of_b=of_b)
            ends = {}
            for group, colour, line, marker in ((0, BLUE, "-", "o"), (1, ORANGE, "--", "s")):
                here = of_b == group
                false, true = _curve(y[here], chance[here], cause)
                text = label("groups.group-b" if group else "groups.group-a")
                ax.plot(100 * false, 100 * true, color=colour, linestyle=line, label=text, linewidth=1.6)
                alarm = chance[here] >= threshold
                at = 100 * alarm[y[here] == 0].mean(), 100 * alarm[y[here] == 1].mean()
                ax.plot(*at, marker, color=colour, markersize=7, markeredgecolor=PAPER, zorder=4)
                ends[group] = at
            ax.plot([0, 100], [0, 100], color=GREY, linewidth=0.8, linestyle=":")
            ax.set_xlim(-3, 103)
            ax.set_ylim(-3, 103)
            ax.text(101, 4, label(f"groups.{cause}"), ha="right", fontsize=10)
            values = {
                f"{kind}_{name}": fixed(ends[group][place], 0)
                for group, name in enumerate("ab")
                for place, kind in enumerate(("false", "true"))
            }
            said.append(label("groups.curve-alt", cause=label(f"groups.{cause}"), **values))
        canvas.supxlabel(label("groups.false-alarms"), fontsize=11)
        canvas.supylabel(label("groups.found"), fontsize=11)
        handles, texts = axes.flat[0].get_legend_handles_labels()
        canvas.legend(handles, texts, loc="outside upper left", ncols=2, fontsize=10)
        _say_simulated(canvas)
    start = label("groups.curves-alt", n=len(scores), threshold=plain(threshold))
    return Figure(canvas, _with_origin([start, listed(said) + label("groups.stop")], True))


def signs(table: pd.DataFrame) -> Figure:
    """Draw how well a model ranks the rows of group B after each of three cures, one line a cause.

    Parameters
    ----------
    table : pandas.DataFrame
        Index: causes, of :data:`CAUSES`. Columns: the area under the curve of the other group (``others``), and that
        of group B with the model as it is (``joint``), with more rows of B (``more``), with a model of B's own
        (``own``), and judged by a second look at the labels (``second-look``).

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a column is missing or a cause is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers = {"others": 0.9, "joint": 0.7, "more": 0.8, "own": 0.6, "second-look": 0.7}
    >>> signs(pd.DataFrame(numbers, index=["few"]))
    How well rows are ranked in simulated group B, ...
    """
    _is_table(table, {"others", *SIGNS})
    if not set(table.index) <= set(CAUSES):
        raise ValueError(f"the index must hold some of the causes {', '.join(CAUSES)}, got {list(table.index)}")
    said = []
    with new_figure(4.8, 1.7 + 0.5 * len(table)) as (canvas, ax):
        for place, (cause, row) in enumerate(table.iterrows()):
            ax.plot([row["others"]] * 2, [place - 0.38, place + 0.38], color=INK, linewidth=2.5, zorder=2)
            for step, (sign, (colour, marker)) in enumerate(SIGNS.items()):
                at = place - 0.27 + 0.18 * step
                text = label(f"groups.{sign}") if place == 0 else None
                ax.plot(row[sign], at, marker, color=colour, markersize=7, markeredgecolor=PAPER, zorder=3, label=text)
            values = {sign.replace("-", "_"): fixed(row[sign], 2) for sign in ("others", *SIGNS)}
            said.append(label("groups.sign-alt", cause=label(f"groups.{cause}"), **values))
            if place:
                ax.axhline(place - 0.5, color=GREY, linewidth=0.6)
        _rows(ax, [label(f"groups.{cause}") for cause in table.index])
        ax.set_xlim(0.45, 1.0)
        ax.set_xlabel(label("groups.area"))
        canvas.legend(loc="outside upper left", fontsize=10, ncols=1)
        _say_simulated(canvas)
    return Figure(canvas, _with_origin([label("groups.signs-alt"), listed(said) + label("groups.stop")], True))


def _bar(ax: Axes, place: float, middle: float, low: float, high: float) -> None:
    ax.plot([low, high], [place, place], color=BLUE, linewidth=2.5, solid_capstyle="butt", zorder=2)
    ax.plot(middle, place, "o", color=BLUE, markersize=7, markeredgecolor=PAPER, zorder=3)


def _rows(ax: Axes, names: list[str]) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.tick_params(axis="y", length=0)


def _at_right(ax: Axes, texts: list[str]) -> None:
    for place, text in enumerate(texts):
        ax.annotate(text, (1.02, place), xycoords=("axes fraction", "data"), va="center", fontsize=10)


def _curve(y: np.ndarray, chance: np.ndarray, cause: str) -> tuple[np.ndarray, np.ndarray]:
    """Return false alarms and finds, as shares, at 60 thresholds from the highest to the lowest."""
    if not (y == 1).any() or not (y == 0).any():
        raise ValueError(f"{cause}: each group must have rows with and without the condition")
    cuts = np.concatenate([[np.inf], np.quantile(chance, np.linspace(1, 0, 60))])
    return tuple(np.array([(chance[y == kind] >= cut).mean() for cut in cuts]) for kind in (0, 1))


def _name(name: object) -> str:
    parts = name if isinstance(name, tuple) else (name,)
    return " · ".join(label(f"groups.{part}") if known(f"groups.{part}") else str(part) for part in parts)


def _is_table(table: object, columns: set[str]) -> None:
    import pandas as pd

    if not isinstance(table, pd.DataFrame) or not columns <= set(table.columns):
        raise TypeError(f"expected a table with the columns {', '.join(sorted(columns))}, got {type(table).__name__}")
    if len(table) == 0:
        raise ValueError("the table must have at least one group, got none")


def _say_simulated(canvas: object) -> None:
    canvas.text(0.995, 0.995, label("groups.simulated"), ha="right", va="top", fontsize=10, style="italic")


def _with_origin(said: list[str], simulated: bool) -> str:
    return sentences(*said, *([label("groups.simulated-alt")] if simulated else []))
