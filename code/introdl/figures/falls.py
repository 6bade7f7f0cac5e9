"""Fall risk drawn: a cut in its first study and since, 100 people, steps in a signal, shuffled labels, gains by age.

Chapter: ``fall-risk``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from introdl.arrays import numbers, together, whole
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, Figure, new_figure
from introdl.figures.said import fixed, listed, sentences
from introdl.language import label

if TYPE_CHECKING:
    import pandas as pd

STUDIES = {"first": (BLUE, "o"), "pooled": (ORANGE, "s")}
SHARES = ("sensitivity", "specificity")
OUTCOMES = ("found", "missed", "alarmed", "left-alone")
KINDS = ("matched", "missed", "extra")
FILLS = {
    **dict.fromkeys(("found", "matched"), (GREEN, "")),
    "missed": (ORANGE, "///"),
    **dict.fromkeys(("alarmed", "extra"), (BLUE, "...")),
    "left-alone": (PAPER, ""),
}
WAYS = ("first", "pooled", "never")
GROUPS = ("everybody", "older", "younger")


def cut_tested(studies: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Draw what a cut found in the study that chose it, and what it found since, with intervals.

    Parameters
    ----------
    studies : mapping of str to (mapping of str to (share, low, high))
        ``first`` and ``pooled`` → ``sensitivity`` and ``specificity`` → three shares between 0 and 1.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a study or a share is another one, or three numbers are no share with its interval.

    Examples
    --------
    >>> shares = {"sensitivity": (0.9, 0.6, 1.0), "specificity": (0.8, 0.5, 0.9)}
    >>> cut_tested({"first": shares, "pooled": shares})
    Shares with 95% intervals, in percent. ...
    """
    if set(studies) != set(STUDIES):
        raise ValueError(f"studies must be {' and '.join(STUDIES)}, got {', '.join(studies) or 'none'}")
    said, places, names = [], [], []
    with new_figure(4.8, 2.9) as (canvas, ax):
        for block, what in enumerate(SHARES):
            ax.text(1, 3 * block - 0.75, label(f"falls.{what}"), va="center", fontsize=10.5, fontweight="bold")
            for row, (study, (color, marker)) in enumerate(STUDIES.items()):
                share, low, high = (100 * part for part in _share(studies[study], what))
                place = 3 * block + row
                ax.plot([low, high], [place] * 2, color=color, linewidth=3, solid_capstyle="butt", zorder=2)
                ax.plot(share, place, marker, color=color, markersize=9, markeredgecolor=PAPER, zorder=3)
                places.append(place)
                names.append(label(f"falls.{study}"))
                values = {"share": fixed(share, 0), "low": fixed(low, 0), "high": fixed(high, 0)}
                said.append(label("falls.cut-one-alt", what=label(f"falls.{what}"), study=names[-1], **values))
        ax.set_yticks(places, names, fontsize=9.5)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(4.5, -1.2)
        ax.set_xlim(0, 100)
        ax.set_xlabel(label("falls.cut-axis"))
    return Figure(canvas, sentences(label("falls.cut-alt"), listed(said) + label("falls.stop")))


def hundred_people(ways: Mapping[str, Sequence[int]]) -> Figure:
    """Draw what becomes of 100 people when a cut sends some of them on: found, missed, alarmed for nothing, left alone.

    Parameters
    ----------
    ways : mapping of str to (found, missed, alarmed, left)
        ``first``, ``pooled`` or ``never`` → four whole numbers that make 100; found + missed is the same in each.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a way is another one, there is none, or the numbers do not add up.

    Examples
    --------
    >>> hundred_people({"never": (0, 30, 0, 70)})
    100 people, 30 of whom will fall. nobody is sent on: 0 found, 30 missed, 0 false alarms, 70 left alone.
    """
    if not ways or not set(ways) <= set(WAYS):
        raise ValueError(f"ways must be among {', '.join(WAYS)}, got {', '.join(map(str, ways)) or 'none'}")
    counts = {way: [whole(count, "every count") for count in four] for way, four in ways.items()}
    falling = {four[0] + four[1] for four in counts.values() if len(four) == 4}
    if any(len(four) != 4 or sum(four) != 100 for four in counts.values()) or len(falling) != 1:
        raise ValueError(f"every way must have four counts that make 100, with the same found + missed, got {counts}")
    (fall,) = falling
    said = []
    with new_figure(4.8, 1.35 + 0.72 * len(counts)) as (canvas, ax):
        for place, (way, four) in enumerate(counts.items()):
            start = 0
            for count, outcome in zip(four, OUTCOMES, strict=True):
                if count:
                    ax.barh(place, count, left=start, height=0.36, **_bar(outcome))
                    ax.text(start + count / 2, place + 0.22, str(count), ha="center", va="top", fontsize=10)
                start += count
            ax.text(0, place - 0.24, label(f"falls.way-{way}"), fontsize=10)
            values = dict(zip(("found", "missed", "alarmed", "left"), four, strict=True))
            said.append(label("falls.hundred-one-alt", way=label(f"falls.way-{way}"), **values))
        _legend(ax, OUTCOMES, at=0.5)
        ax.set_yticks([])
        ax.set_ylim(len(counts) - 0.4, -0.55)
        ax.set_xlim(0, 100)
        ax.spines["left"].set_visible(False)
        ax.set_xlabel(label("falls.hundred-axis", fall=fall))
    return Figure(canvas, sentences(label("falls.hundred-alt", fall=fall), listed(said) + label("falls.stop")))


def walking_signal(
    acceleration: Sequence[float],
    rate: float,
    smooth: Sequence[float],
    contacts: Sequence[float],
    found: Sequence[float],
) -> Figure:
    """Draw a simulated walk: the acceleration, what the filter leaves of it, the true contacts, and those found.

    Parameters
    ----------
    acceleration, smooth : array-like, shape (n,)
        In g, measured and smoothed.
    rate : float
        Samples each second.
    contacts, found : array-like, shape (steps,)
        Moments in s, true and found.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the two signals differ in length, or something is no row of numbers.
    """
    acceleration, smooth = numbers(acceleration, "acceleration", ndim=1), numbers(smooth, "smooth", ndim=1)
    together(acceleration=acceleration, smooth=smooth)
    contacts, found = numbers(contacts, "contacts", ndim=1), numbers(found, "found", ndim=1)
    seconds = np.arange(len(acceleration)) / rate
    with new_figure(4.8, 3.2) as (canvas, ax):
        ax.plot(seconds, acceleration, color=GREY, linewidth=1)
        ax.plot(seconds, smooth, color=BLUE)
        top, low = float(acceleration.max()), float(smooth.min())
        ax.vlines(contacts, low - 0.12, low - 0.04, color=INK, linewidth=1.5)
        heights = np.interp(found, seconds, smooth)
        ax.plot(found, heights, "v", color=ORANGE, markersize=8, markeredgecolor=PAPER)
        ax.text(seconds[-1], top + 0.06, label("falls.measured"), color=GREY, ha="right", fontsize=10)
        ax.text(seconds[-1], (acceleration.min() + smooth.max()) / 2, label("falls.smoothed"), color=BLUE, ha="right")
        ax.text(contacts[0] - 0.12, low - 0.08, label("falls.contact"), ha="right", va="center", fontsize=10)
        ax.text(
            found[0] - 0.15, smooth.max() + 0.03, label("falls.contact-found"), color=ORANGE, ha="right", fontsize=10
        )
        ax.text(0, top + 0.06, label("falls.simulated"), color=GREY, fontsize=10)
        ax.set_ylim(low - 0.16, top + 0.16)
        ax.set_xlim(seconds[0], seconds[-1])
        ax.set_xlabel(label("falls.seconds-axis"))
        ax.set_ylabel(label("falls.acceleration-axis"))
    values = {"seconds": fixed(seconds[-1], 0), "contacts": len(contacts), "found": len(found)}
    return Figure(canvas, sentences(label("falls.signal-alt", **values), label("falls.simulated-alt")))


def contacts_checked(table: pd.DataFrame) -> Figure:
    """Draw for every recording how many contacts of the reference were found, how many not, and the extra ones.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a recording: ``recording``, ``matched``, ``missed``, ``extra``, ``median_error`` (s).

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If it is no such table, or has no rows.
    """
    _needs(table, ("recording", "matched", "missed", "extra", "median_error"))
    said, names = [], [str(name) for name in table["recording"]]
    with new_figure(4.8, 1.5 + 0.42 * len(table)) as (canvas, ax):
        most = int(table[["matched", "missed", "extra"]].sum(axis=1).max())
        for place, row in enumerate(table.itertuples()):
            start = 0
            counts = {kind: int(getattr(row, kind)) for kind in KINDS}
            for kind, count in counts.items():
                if count:
                    ax.barh(place, count, left=start, height=0.6, **_bar(kind))
                start += count
            error = fixed(1000 * row.median_error, 0)
            ax.text(start + 0.02 * most, place, label("falls.checked-error", error=error), va="center", fontsize=9.5)
            said.append(label("falls.checked-one-alt", name=row.recording, error=error, **counts))
        _legend(ax, KINDS, at=0.45)
        ax.set_yticks(range(len(names)), names, fontsize=9.5)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(len(names) - 0.4, -0.6)
        ax.set_xlim(0, 1.25 * most)
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        ax.set_xlabel(label("falls.contacts-axis"))
    return Figure(canvas, sentences(label("falls.checked-alt"), listed(said) + label("falls.stop")))


def shuffled_search(table: pd.DataFrame, n: int, never: int, ours: int, published: float) -> Figure:
    """Draw how good the best of many rules is when the labels mean nothing, beside three numbers that mean something.

    Parameters
    ----------
    table : pandas.DataFrame
        ``right``: how many of ``n`` the best rule got right, rising; ``times``: in how many shuffles.
    n : int
        How many people.
    never, ours : int
        How many of them are right by "always no", and by the same search with the true labels.
    published : float
        The published accuracy, between 0 and 1.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If it is no such table, or a number cannot be.
    """
    _needs(table, ("right", "times"))
    n = whole(n, "n", least=1)
    right, times = table["right"].to_numpy(), table["times"].to_numpy()
    if not 0 <= float(published) <= 1 or max(never, ours, right.max()) > n:
        raise ValueError(f"published must be between 0 and 1, and nobody right more often than n = {n}")
    low, high = np.repeat(right, times)[[int(0.025 * times.sum()), int(0.975 * times.sum())]]
    lines = {
        "never": (never / n, INK, "--"),
        "published": (float(published), ORANGE, "-"),
        "ours": (ours / n, BLUE, ":"),
    }
    with new_figure(4.8, 3.9) as (canvas, ax):
        ax.bar(100 * right / n, times, width=80 / n, color=GREY, edgecolor=PAPER)
        top = times.max()
        for step, (name, (share, color, style)) in enumerate(lines.items()):
            height = top * (1.12 + 0.15 * step)
            ax.plot([100 * share] * 2, [0, height], color=color, linestyle=style)
            text = label(f"falls.{name}", share=f"{fixed(100 * share, 1)}%")
            side = {"never": "right", "published": "right", "ours": "center"}[name]
            ax.text(100 * share, height, text, color=color, fontsize=10, ha=side, va="bottom")
        ax.set_ylim(0, 1.62 * top)
        ends = [*(100 * right / n), *(100 * share for share, _, _ in lines.values())]
        span = max(ends) - min(ends)
        ax.set_xlim(min(ends) - 0.85 * span, max(ends) + 0.15 * span)  # room for the name of the first line
        ax.set_xlabel(label("falls.shuffled-axis"))
        ax.set_ylabel(label("falls.shuffled-times"))
    values = {name: fixed(100 * share, 1) for name, (share, _, _) in lines.items()}
    ends = {"low": fixed(100 * low / n, 1), "high": fixed(100 * high / n, 1)}
    return Figure(canvas, label("falls.shuffled-alt", times=int(times.sum()), n=n, **ends, **values))


def gain_by_group(table: pd.DataFrame) -> Figure:
    """Draw by how many points a model comes closer than the mean of the same people, group by group.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a group: ``group`` (``everybody``, ``older``, ``younger``), ``people``, ``gain``, ``low``, ``high``.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If it is no such table, has no rows, or another group.
    """
    _needs(table, ("group", "people", "gain", "low", "high"))
    if not set(table["group"]) <= set(GROUPS):
        raise ValueError(f"group must be among {', '.join(GROUPS)}, got {', '.join(map(str, table['group']))}")
    said = []
    names = [label(f"falls.{group}") for group in table["group"]]
    with new_figure(4.8, 1.2 + 0.5 * len(table)) as (canvas, ax):
        ax.axvline(0, color=INK, linewidth=1, linestyle="--", zorder=1)
        for place, (name, row) in enumerate(zip(names, table.itertuples(), strict=True)):
            ax.plot(
                [row.low, row.high], [place] * 2, color=BLUE, linewidth=4, alpha=0.6, solid_capstyle="butt", zorder=2
            )
            ax.plot(row.gain, place, "o", color=BLUE, markersize=9, markeredgecolor=PAPER, zorder=3)
            values = {end: fixed(getattr(row, end)) for end in ("gain", "low", "high")}
            said.append(label("falls.gain-one-alt", name=name, n=int(row.people), **values))
        counted = [label("falls.gain-n", n=int(n)) for n in table["people"]]
        beside = ax.secondary_yaxis("right")
        beside.set_yticks(range(len(counted)), counted, fontsize=9.5)
        beside.tick_params(axis="y", length=0)
        beside.spines["right"].set_visible(False)
        ax.set_yticks(range(len(names)), names)
        ax.tick_params(axis="y", length=0)
        ax.set_ylim(len(names) - 0.5, -0.5)
        ax.xaxis.set_major_locator(MaxNLocator(6))
        ax.set_xlabel(label("falls.gain-axis"))
    return Figure(canvas, sentences(label("falls.gain-alt"), listed(said) + label("falls.stop")))


def _bar(kind: str) -> dict[str, object]:
    color, hatch = FILLS[kind]
    return {"color": color, "hatch": hatch, "edgecolor": INK, "linewidth": 0.8}


def _legend(ax: Axes, kinds: Sequence[str], at: float) -> None:
    for kind in kinds:
        ax.barh(-5, 1, label=label(f"falls.{kind}"), **_bar(kind))
    layout = {"ncols": len(kinds), "fontsize": 9.5, "handlelength": 1.2, "columnspacing": 1.2}
    ax.legend(loc="lower center", bbox_to_anchor=(at, 1.0), **layout)


def _share(study: Mapping[str, Sequence[float]], what: str) -> list[float]:
    if set(study) != set(SHARES):
        raise ValueError(f"every study must have {' and '.join(SHARES)}, got {', '.join(study) or 'none'}")
    three = numbers(list(study[what]), what, ndim=1).tolist()
    if len(three) != 3 or not 0 <= three[1] <= three[0] <= three[2] <= 1:
        raise ValueError(f"{what} must be a share between its two ends, from 0 to 1, got {three}")
    return three


def _needs(table: object, columns: Sequence[str]) -> None:
    import pandas as pd

    if not isinstance(table, pd.DataFrame) or not set(columns) <= set(table.columns):
        raise TypeError(f"table must be a data frame with the columns {', '.join(columns)}")
    if len(table) == 0:
        raise ValueError("table must have at least one row, got none")
