"""The tag on the chest drawn: gravity by posture, one trial, answers by activity, counts, and one night.

Chapter: ``elderly-care``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes

from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import fixed, listed, sentences
from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd

DOES = ("lying", "on bed", "on chair", "walking")
COLOURS = {"lying": BLUE, "on bed": GREEN, "on chair": PURPLE, "walking": ORANGE, "out of room": GREY}
HATCHES = {"lying": "", "on bed": "//", "on chair": "..", "walking": "xx", "out of room": ""}
SERIES = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (PURPLE, "D"))
AXES = {"acc_frontal": (BLUE, "o"), "acc_vertical": (ORANGE, "s"), "acc_lateral": (GREEN, "^")}


def leaning(angles: Mapping[str, float]) -> Figure:
    """Draw what gravity reads on a chest that leans back, and where some activities lie on the two curves.

    Parameters
    ----------
    angles : mapping of str to float
        Activity → degrees, from 0 (upright) to 90 (on the back).

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is none, or an angle is not between 0 and 90.

    Examples
    --------
    >>> leaning({"walking": 10, "lying": 90})
    Gravity on two axes of a tag while the chest leans back from 0 to 90 degrees: ...
    """
    if not angles or not all(0 <= angle <= 90 for angle in angles.values()):
        raise ValueError(f"angles must name at least one activity, each from 0 to 90 degrees, got {dict(angles)}")
    marks = []
    with new_figure(5.6, 3.3) as (canvas, ax):
        every = np.linspace(0, 90, 91)
        ax.plot(every, np.cos(np.radians(every)), color=ORANGE, linestyle="--")
        ax.plot(every, np.sin(np.radians(every)), color=BLUE)
        ax.text(91.5, 0.0, label("elderly.acc_vertical"), color=ORANGE, va="center")
        ax.text(91.5, 1.0, label("elderly.acc_frontal"), color=BLUE, va="center")
        for place, (name, angle) in enumerate(sorted(angles.items(), key=lambda item: item[1])):
            up, front = float(np.cos(np.radians(angle))), float(np.sin(np.radians(angle)))
            ax.plot([angle, angle], [up, front], color=GREY, linewidth=1, zorder=1)
            ax.plot(angle, up, "s", color=ORANGE)
            ax.plot(angle, front, "o", color=BLUE)
            ax.text(angle, 1.1 + 0.13 * (place % 2), _word(name), ha="center", va="bottom", fontsize=10)
            values = {"vertical": fixed(up), "frontal": fixed(front)}
            marks.append(label("elderly.lean-mark", name=_word(name), degrees=fixed(angle, 0), **values))
        ax.set_xlim(-2, 90)
        ax.set_ylim(-0.05, 1.4)
        ax.set_xticks([0, 30, 60, 90])
        ax.set_yticks([0, 0.5, 1])
        ax.set_xlabel(label("elderly.lean"))
        ax.set_ylabel(label("elderly.gravity"))
    return Figure(canvas, label("elderly.lean-alt", marks=listed(marks)))


def trial_in_time(readings: pd.DataFrame, simulated: bool = True) -> Figure:
    """Draw every reading of one trial at its moment, on three axes, and the activity as a band.

    Parameters
    ----------
    readings : pandas.DataFrame
        The rows of one trial: ``trial``, ``time``, three accelerations and ``activity``.
    simulated : bool
        Whether they are; the figure then says so.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If it holds more or less than one trial, or fewer than 2 readings.

    Examples
    --------
    >>> from introdl import simulate
    >>> trial_in_time(simulate.tag_readings(people=1, trials=1))
    One trial: ...
    """
    if len(readings) < 2 or readings["trial"].nunique() != 1:
        raise ValueError(f"one trial of at least 2 readings is needed, got {readings['trial'].nunique()} trials")
    minutes, does = readings["time"].to_numpy() / 60, readings["activity"].tolist()
    bouts = _bouts(minutes, does)
    with new_figure(6.6, 3.6) as (canvas, ax):
        for name, (colour, mark) in AXES.items():
            ax.plot(minutes, readings[name], mark, color=colour, markersize=2.2, linestyle="none")
            ax.text(1.01, readings[name].iloc[-1], "", transform=ax.get_yaxis_transform())
        for place, (name, (colour, mark)) in enumerate(AXES.items()):
            ax.plot(0.02 + 0.27 * place, 1.07, mark, color=colour, markersize=6, transform=ax.transAxes, clip_on=False)
            ax.text(0.045 + 0.27 * place, 1.07, _word(name), transform=ax.transAxes, va="center", fontsize=10)
        low = min(-0.5, float(readings[list(AXES)].min().min()) - 0.05)
        for start, end, name in bouts:
            _strip(ax, start, end, low - 0.28, 0.2, name)
            if end - start > 0.09 * minutes.max():
                ax.text((start + end) / 2, low - 0.36, _word(name), ha="center", va="top", fontsize=9)
        ax.set_ylim(low - 0.6, 1.25)
        ax.set_yticks([0, 1] if low > -0.6 else [-1, 0, 1])
        ax.set_xlabel(label("elderly.minutes"))
        ax.set_ylabel(label("elderly.gravity"))
        if simulated:
            _say_simulated(canvas)
    alt = label(
        "elderly.trial-alt",
        n=len(readings),
        minutes=fixed(minutes.max(), 1),
        bouts=listed(_word(name) for _, _, name in bouts),
        gap=fixed(60 * np.diff(minutes).max(), 0),
    )
    return Figure(canvas, _with_origin(alt, simulated))


def tag_scores(
    tables: Mapping[str, pd.DataFrame],
    rows: tuple[str, ...] = ("accuracy", "balanced accuracy"),
    *,
    of: str = "windows",
    simulated: bool = True,
) -> Figure:
    """Draw what share was judged right in several ways, row by row, with intervals.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Series, such as "trial" or "always" → what :func:`introdl.tags.judged` gave; at most four.
    rows : tuple of str
        Which of its rows, from the top.
    of : {"windows", "readings"}
        What was judged.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is no table, there are more than four, or one lacks a row.
    """
    if not 1 <= len(tables) <= len(SERIES):
        raise ValueError(f"tables must hold 1 to {len(SERIES)} series, got {len(tables)}")
    for name, table in tables.items():
        if missing := [row for row in rows if row not in table.index]:
            raise ValueError(f"{name} lacks the rows {', '.join(missing)}")
    said, step = [], 0.8 / len(tables)
    with new_figure(6.4, 1.0 + 0.28 * len(rows) * len(tables) + 0.3) as (canvas, ax):
        for at, row in enumerate(rows):
            for place, (name, (colour, mark)) in enumerate(zip(tables, SERIES, strict=False)):
                values = 100 * tables[name].loc[row, ["share", "low", "high"]].astype(float)
                y = at + (place - (len(tables) - 1) / 2) * step
                if np.isfinite(values["low"]):
                    ax.plot(values[["low", "high"]], [y, y], color=colour, linewidth=1.6)
                ax.plot(values["share"], y, mark, color=colour, markersize=7, markeredgecolor=PAPER)
                key = "elderly.score-alt" if np.isfinite(values["low"]) else "elderly.score-few-alt"
                numbers = {end: fixed(values[end], 0) for end in ("share", "low", "high")}
                said.append(label(key, row=_word(row), series=_series(name), **numbers))
        for place, (name, (colour, mark)) in enumerate(zip(tables, SERIES, strict=False)):
            y = (place - (len(tables) - 1) / 2) * step
            ax.plot(1.04, y, mark, color=colour, transform=ax.get_yaxis_transform(), clip_on=False, markersize=7)
            ax.text(1.07, y, _series(name), transform=ax.get_yaxis_transform(), va="center", fontsize=10)
        ax.set_yticks(range(len(rows)), [_word(row) for row in rows])
        ax.set_ylim(len(rows) - 0.5, -0.5)
        ax.set_xlim(-3, 103)
        ax.set_xlabel(label("elderly.share-readings" if of == "readings" else "elderly.share"))
        ax.grid(axis="x", color=GREY, linewidth=0.5, alpha=0.4)
        if simulated:
            _say_simulated(canvas)
    return Figure(canvas, _with_origin(label("elderly.scores-alt", said=listed(said)), simulated))


def activity_counts(counts: pd.DataFrame, simulated: bool = True) -> Figure:
    """Draw how many windows of each activity were called what.

    Parameters
    ----------
    counts : pandas.DataFrame
        Rows what was so, columns what was said; whole numbers.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If it is empty or holds a negative count.

    Examples
    --------
    >>> import pandas as pd
    >>> activity_counts(pd.DataFrame([[5, 1], [2, 3]], index=["lying", "walking"], columns=["lying", "walking"]))
    Windows counted by what was so (rows) and what the model said (columns). ...
    """
    numbers = counts.to_numpy()
    if not numbers.size or (numbers < 0).any():
        raise ValueError("counts must hold at least one row and one column, and no negative number")
    said = []
    with new_figure(1.7 + 1.05 * counts.shape[1], 1.5 + 0.5 * counts.shape[0]) as (canvas, ax):
        for at, (so, row) in enumerate(counts.iterrows()):
            for place, (name, n) in enumerate(row.items()):
                share = n / max(row.sum(), 1)
                right = so == name
                ax.add_patch(_box(place, at, BLUE if right else ORANGE, 0.08 + 0.5 * share))
                ax.text(place, at, f"{int(n):,}", ha="center", va="center", fontsize=12)
            parts = [label("elderly.count-one", n=int(n), said=_word(name)) for name, n in row.items()]
            said.append(label("elderly.count-alt", so=_word(so), counts=listed(parts)))
        ax.set_xlim(-0.5, counts.shape[1] - 0.5)
        ax.set_ylim(counts.shape[0] - 0.5, -0.5)
        ax.set_xticks(range(counts.shape[1]), [_word(name) for name in counts.columns])
        ax.set_yticks(range(counts.shape[0]), [_word(name) for name in counts.index])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel(label("elderly.said"))
        ax.set_ylabel(label("elderly.so"))
        if simulated:
            _say_simulated(canvas)
    return Figure(canvas, _with_origin(label("elderly.counts-alt", said=listed(said)), simulated))


def night_timeline(truth: pd.DataFrame, decided: pd.DataFrame) -> Figure:
    """Draw one simulated night in three strips: what was so, what the model said, and what is left for a person.

    Parameters
    ----------
    truth : pandas.DataFrame
        ``start``, ``end`` in s after 22:00, and ``does``; as :func:`introdl.simulate.tag_night` gives it.
    decided : pandas.DataFrame
        One row a window: ``start``, ``end``, ``answer`` (None where there is none) and ``reason`` ("", "unsure" or
        "silent").

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If one of them is empty, or a reason is unknown.
    """
    if truth.empty or decided.empty:
        raise ValueError("a night needs at least one bout and one window, got none")
    if strange := set(decided["reason"]) - {"", "unsure", "silent"}:
        raise ValueError(f"reason must be empty, unsure or silent, got {sorted(strange)}")
    with new_figure(7.2, 2.9) as (canvas, ax):
        for start, end, does in truth[["start", "end", "does"]].itertuples(index=False):
            _strip(ax, start, end, 2.1, 0.7, does)
        answered = decided[decided["reason"] == ""]
        for start, end, name in _runs(answered):
            _strip(ax, start, end, 1.1, 0.7, name)
        for place, reason in enumerate(("unsure", "silent")):
            rows = decided[decided["reason"] == reason]
            middle = (rows["start"] + rows["end"]) / 2
            colour, mark = ((INK, "v"), (GREY, "|"))[place]
            ax.plot(middle, np.full(len(rows), 0.6 - 0.33 * place), mark, color=colour, markersize=6, linestyle="none")
            ax.text(29_100, 0.6 - 0.33 * place, _word(reason), va="center", fontsize=9, color=colour)
        names = [name for name in COLOURS if name in set(truth["does"]) | set(answered["answer"])]
        for place, name in enumerate(names):
            x = 28_800 * place / max(len(names), 4)
            ax.add_patch(_patch(x, 3.05, 700, 0.25, name))
            ax.text(x + 900, 3.17, _word(name), va="center", fontsize=9.5)
        ax.set_xlim(0, 28_800)
        ax.set_ylim(0, 3.4)
        ax.set_yticks([0.43, 1.45, 2.45], [label(f"elderly.{name}") for name in ("asked", "said", "so")])
        ax.tick_params(axis="y", length=0)
        ax.set_xticks(range(0, 28_801, 7200), ["22:00", "00:00", "02:00", "04:00", "06:00"])
        ax.set_xlabel(label("elderly.clock"))
        ax.spines["left"].set_visible(False)
        _say_simulated(canvas)
    reasons = decided["reason"].value_counts()
    alt = label(
        "elderly.night-alt",
        out=int((truth["does"] == "out of room").sum()),
        n=len(decided),
        answered=len(answered),
        unsure=int(reasons.get("unsure", 0)),
        silent=int(reasons.get("silent", 0)),
    )
    return Figure(canvas, _with_origin(alt, simulated=True))


def _bouts(minutes: np.ndarray, does: list[str]) -> list[tuple[float, float, str]]:
    starts = [at for at in range(len(does)) if at == 0 or does[at] != does[at - 1]]
    ends = [*starts[1:], len(does) - 1]
    return [(minutes[start], minutes[end], does[start]) for start, end in zip(starts, ends, strict=True)]


def _runs(answered: pd.DataFrame) -> list[tuple[float, float, str]]:
    """Return windows that follow one another with the same answer as one run, so that the drawing stays small."""
    runs: list[tuple[float, float, str]] = []
    for start, end, name in answered[["start", "end", "answer"]].itertuples(index=False):
        if runs and runs[-1][1] == start and runs[-1][2] == name:
            runs[-1] = (runs[-1][0], end, name)
        else:
            runs.append((start, end, name))
    return runs


def _strip(ax: Axes, start: float, end: float, low: float, height: float, name: str) -> None:
    ax.add_patch(_patch(start, low, end - start, height, name))


def _patch(x: float, y: float, width: float, height: float, name: str) -> object:
    from matplotlib.patches import Rectangle

    colour = COLOURS.get(name, INK)
    return Rectangle((x, y), width, height, facecolor=colour, edgecolor=PAPER, linewidth=0, hatch=HATCHES.get(name, ""))


def _box(place: int, at: int, colour: str, alpha: float) -> object:
    from matplotlib.patches import Rectangle

    return Rectangle((place - 0.48, at - 0.46), 0.96, 0.92, facecolor=colour, alpha=min(alpha, 0.6), linewidth=0)


def _word(name: str) -> str:
    return label(f"elderly.{name}") if known(f"elderly.{name}") else str(name)


def _series(name: str) -> str:
    return label(f"elderly.series-{name}") if known(f"elderly.series-{name}") else str(name)


def _say_simulated(canvas: object) -> None:
    canvas.text(0.995, 0.995, label("elderly.simulated"), ha="right", va="top", fontsize=10, style="italic")


def _with_origin(said: str, simulated: bool) -> str:
    return sentences(said, label("elderly.simulated-alt")) if simulated else said
