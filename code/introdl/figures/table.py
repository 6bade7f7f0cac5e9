"""The slides' table looked at before anything is computed: its symbols, its time stamps, what is odd in it.

Chapter: ``notation``.
Source: the slide "Notations" (``datasets.load_tug``); what is odd in it was found by arithmetic on the table alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from introdl.arrays import is_tensor, numbers, whole
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, Figure, new_figure
from introdl.figures.said import listed, plain
from introdl.language import label

if TYPE_CHECKING:
    import pandas as pd

STAMPS = [f"t{i}" for i in range(1, 7)]
SAMPLES = [f"n{i}" for i in range(1, 7)]
MARKERS = "o^sDvP"
LOOKS = {"again": (BLUE, 0.8), "name": (GREEN, 0.34), "ask": (ORANGE, 0.94)}  # colour, and height for a grey print
RATE = 45  # samples a second
OLDEST_PLAIN = 100  # years: from here on an age is asked about before it is believed
GRID = RATE / 512  # Hz between two neighbours of a 512-point Fourier transform at 45 samples a second
MOST_CELLS = 6  # a difference of more than 6 by 6 cannot be read on a phone


def symbols_in_table(people: pd.DataFrame, features: Sequence[str], target: str, sample: int, feature: int) -> Figure:
    """Draw a piece of the table and frame in it one sample, one feature, their cell, and the observed answers.

    Parameters
    ----------
    people : pandas.DataFrame
        Columns ``no`` and all those named, one row a person.
    features : sequence of str
        The columns taken as x₁, x₂, …, in this order.
    target : str
        The column taken as y.
    sample : int
        The ``no`` of the person whose row is framed.
    feature : int
        Which of the features is framed, counted from 1.

    Returns
    -------
    Figure
        Shows the first two people, the sample, and the last; three dots stand for the others.

    Raises
    ------
    TypeError
        If ``sample`` or ``feature`` is not a whole number.
    ValueError
        If a column is missing, nobody has this number, or there are fewer features.

    Examples
    --------
    >>> from introdl import datasets
    >>> drawing = symbols_in_table(datasets.load_tug(), ["age", "steps"], "bbs", sample=7, feature=2)
    >>> print(drawing.alt.rpartition(". ")[2])
    Where they cross stands x₂ of person 7, which is 17.
    """
    names = list(features)
    _needs(people, ["no", *names, target])
    numbers_of_people = people["no"].tolist()
    sample, feature = whole(sample, "sample", 1), whole(feature, "feature", 1)
    if sample not in numbers_of_people:
        raise ValueError(f"sample must be the no of a person in the table, got {sample}")
    if feature > len(names):
        raise ValueError(f"feature must be at most {len(names)}, the number of features, got {feature}")

    lines = _shown(numbers_of_people, sample)
    heads = ["no", *names, target]
    rows = {no: people.loc[people["no"] == no, heads].iloc[0] for no in lines if no is not None}
    here, last = lines.index(sample), len(names) + 1
    with new_figure(4.8, 0.42 * (len(lines) + 3.6)) as (canvas, ax):
        for column, head in enumerate(heads):
            symbol = "$n$" if column == 0 else "$y$" if column == last else f"$x_{{{column}}}$"
            ax.text(column, 1.75, symbol, ha="center", va="center", fontsize=14)
            ax.text(column, 0.9, head, ha="center", va="center", fontsize=10, color=INK)
            for line, no in enumerate(lines):
                shown = "⋮" if no is None else _plain(rows[no][head])
                ax.text(column, -line, shown, ha="center", va="center")
        ax.plot([-0.4, last + 0.4], [0.5, 0.5], color=INK, linewidth=1)
        _frame(ax, (0.55, -here - 0.42), (len(names) - 0.1, 0.84), BLUE, "-")
        _frame(ax, (feature - 0.4, -len(lines) + 0.55), (0.8, len(lines) - 0.1), ORANGE, "--")
        _frame(ax, (last - 0.4, -len(lines) + 0.55), (0.8, len(lines) - 0.1), GREEN, ":")
        ax.text(-0.75, -here, f"$x^{{{sample}}}$", ha="center", va="center", fontsize=15, color=BLUE)
        ax.text(feature, -len(lines) - 0.1, f"$x_{{{feature}}}$", ha="center", va="center", fontsize=15, color=ORANGE)
        ax.text(last, -len(lines) - 0.1, "$y$", ha="center", va="center", fontsize=15, color=GREEN)
        ax.set(xlim=(-1.1, last + 0.6), ylim=(-len(lines) - 0.6, 2.3))
        ax.axis("off")
    values = {
        "columns": ", ".join(heads),
        "sample": sample,
        "row": ", ".join(f"{name} {_plain(rows[sample][name])}" for name in names),
        "feature": names[feature - 1],
        "index": _lowered(feature),
        "target": target,
        "cell": _plain(rows[sample][names[feature - 1]]),
    }
    return Figure(canvas, label("table.symbols-alt", **values))


def subtraction_grid(row: object, column: object) -> Figure:
    """Draw what a row of numbers minus a column of numbers gives when it is broadcast: every pair.

    Parameters
    ----------
    row : array-like or Tensor, shape (k,)
        Written along the top; on any device.
    column : array-like or Tensor, shape (k, 1)
        Written down the side.

    Returns
    -------
    Figure
        The differences of pairs that belong together lie on the diagonal and are framed.

    Raises
    ------
    TypeError
        If one of them holds anything but real numbers.
    ValueError
        If a shape is another, the two lengths differ, or there are more than 6 numbers.

    Examples
    --------
    >>> print(subtraction_grid([1, 2], [[1], [2]]))
    A row of 2 numbers, 1, 2, minus a column of 2 numbers, 1, 2, ... 0, 1; −1, 0. The diagonal is framed: 0, 0.
    """
    across, down = (_as_array(values, name) for values, name in ((row, "row"), (column, "column")))
    if across.ndim != 1:
        raise ValueError(f"row must have shape (k,), got {across.shape}")
    k = len(across)
    if down.shape != (k, 1):
        raise ValueError(f"column must have shape ({k}, 1), as long as the row, got {down.shape}")
    if k > MOST_CELLS:
        raise ValueError(f"a drawing can be read up to {MOST_CELLS} numbers, got {k}")
    difference = across - down
    with new_figure(0.62 * k + 2.2, 0.5 * k + 1.1) as (canvas, ax):
        for i in range(k):
            ax.text(i, 1, _plain(across[i]), ha="center", va="center", color=BLUE, fontsize=13)
            ax.text(-1.1, -i, _plain(down[i, 0]), ha="center", va="center", color=ORANGE, fontsize=13)
            for j in range(k):
                own = i == j
                ax.add_patch(
                    Rectangle(
                        (j - 0.5, -i - 0.5), 1, 1, facecolor=PAPER, edgecolor=INK if own else GREY, zorder=2 + own
                    )
                )
                ax.patches[-1].set_linewidth(2.2 if own else 0.6)
                ax.text(j, -i, _plain(difference[i, j]), ha="center", va="center", fontsize=13, zorder=5)
        ax.text(-1.1, 1, "−", ha="center", va="center", fontsize=15)
        ax.text(k - 0.3, 1, label("table.row-shape", k=k), va="center", color=BLUE)
        ax.text(-1.1, -k + 0.2, label("table.column-shape", k=k), ha="center", va="center", color=ORANGE)
        ax.text(k - 0.3, -(k - 1) / 2, label("table.grid-shape", k=k), va="center")
        ax.set(xlim=(-1.9, k + 0.9), ylim=(-k - 0.1, 1.6))
        ax.axis("off")
    written = {
        "k": k,
        "row": ", ".join(map(_plain, across)),
        "column": ", ".join(map(_plain, down[:, 0])),
        "grid": "; ".join(", ".join(map(_plain, line)) for line in difference),
        "diagonal": ", ".join(map(_plain, difference.diagonal())),
    }
    return Figure(canvas, label("table.grid-alt", **written))


def time_stamps(people: pd.DataFrame) -> Figure:
    """Draw the six numbers t1 to t6 of each person on one line of time.

    Parameters
    ----------
    people : pandas.DataFrame
        Columns ``no`` and ``t1`` to ``t6`` (s), one row a person.

    Returns
    -------
    Figure
        Its description says in how many rows the six numbers rise from each to the next.

    Raises
    ------
    ValueError
        If a column is missing, a number is missing, or there is nobody to draw.

    Examples
    --------
    >>> from introdl import datasets
    >>> "rise from each to the next in 23 of 23 rows" in time_stamps(datasets.load_tug()).alt
    True
    """
    _needs(people, ["no", *STAMPS])
    stamps = numbers(people[STAMPS].to_numpy(), "t1 to t6", ndim=2)
    lines = -np.arange(len(stamps))
    with new_figure(4.8, 0.16 * len(stamps) + 1.2) as (canvas, ax):
        ax.hlines(lines, stamps.min(axis=1), stamps.max(axis=1), color=GREY, linewidth=1, zorder=1)
        for place, name in enumerate(STAMPS):
            color = (BLUE, ORANGE, GREEN)[place % 3]
            ax.plot(stamps[:, place], lines, MARKERS[place], color=color, markersize=4.5, zorder=2)
            height = 1.0 + 1.2 * (place % 2)  # neighbours lie close together
            ax.text(stamps[0, place], height, name, ha="center", va="bottom", color=color, fontsize=9.5)
        ax.set_ylim(lines[-1] - 1, 3.6)
        ax.set_xlim(left=0)
        shown = [
            place for place, no in enumerate(people["no"]) if place == 0 or no % 5 == 0 or place == len(people) - 1
        ]
        ax.set_yticks([lines[place] for place in shown], [str(people["no"].iloc[place]) for place in shown])
        ax.set_xlabel(label("table.seconds"))
        ax.set_ylabel(label("table.person"))
    rising = int((np.diff(stamps, axis=1) > 0).all(axis=1).sum())
    values = {
        "n": len(stamps),
        "rising": rising,
        "first": ", ".join(map(_plain, stamps[0])),
        "end": _plain(stamps.max()),
    }
    return Figure(canvas, label("table.stamps-alt", **values))


def stamp_gaps(people: pd.DataFrame) -> Figure:
    """Draw, person by person, how far ``tug`` is from the time between the first stamp and the last.

    Parameters
    ----------
    people : pandas.DataFrame
        Columns ``no``, ``t1``, ``t6`` and ``tug`` (s), one row a person.

    Returns
    -------
    Figure
        The band is what rounding to whole seconds can explain; whoever lies outside is named.

    Raises
    ------
    ValueError
        If a column is missing, a number is missing, or there is nobody to draw.

    Examples
    --------
    >>> from introdl import datasets
    >>> print(stamp_gaps(datasets.load_tug()).alt.rpartition(". ")[2])
    Outside it lies: person 16, 0.98 s.
    """
    _needs(people, ["no", "t1", "t6", "tug"])
    t1, t6, tug = (numbers(people[name].to_numpy(), name, ndim=1) for name in ("t1", "t6", "tug"))
    gaps = tug - (t6 - t1)
    outside = np.abs(gaps) > 0.5
    persons = people["no"].to_numpy()
    with new_figure(4.8, 2.7) as (canvas, ax):
        ax.axhspan(-0.5, 0.5, color=GREY, alpha=0.22, linewidth=0)
        ax.axhline(0, color=GREY, linewidth=0.8)
        ax.plot(persons[~outside], gaps[~outside], "o", color=BLUE, markersize=5)
        ax.plot(persons[outside], gaps[outside], "D", color=ORANGE, markersize=7)
        for person, gap in zip(persons[outside], gaps[outside], strict=True):
            left = person > persons.mean()
            ax.text(
                person + (-0.6 if left else 0.6),
                gap,
                label("table.gap-person", person=person),
                ha="right" if left else "left",
                va="center",
            )
        ax.text(persons.min() - 0.6, 0.45, label("table.gap-band"), va="top", fontsize=9.5)
        ax.set_ylim(min(-0.8, gaps.min() - 0.2), max(1.2, gaps.max() + 0.2))
        ax.set_xticks(sorted({int(persons.min()), *range(5, int(persons.max()), 5), int(persons.max())}))
        ax.set_xlabel(label("table.person"))
        ax.set_ylabel(label("table.gap"))
    named = listed(
        label("table.gap-alt-one", person=person, gap=_plain(gap))
        for person, gap in zip(persons[outside], gaps[outside], strict=True)
    )
    inside = label(
        "table.gap-alt",
        n=len(gaps),
        inside=int((~outside).sum()),
        largest=_plain(np.abs(gaps[~outside]).max(initial=0)),
    )
    return Figure(canvas, inside + (label("table.gap-alt-outside", who=named) if named else ""))


@dataclass(frozen=True)
class Finding:
    """What was found in one column, or in several that stand side by side.

    Parameters
    ----------
    columns : tuple of str
    marks : tuple of str
        One a person: ``"again"`` (another column says the same), ``"ask"`` (ask whoever measured),
        ``"name"`` (not what the column's name promises), or empty.
    note : str
        What to say of it, in the reader's language.
    """

    columns: tuple[str, ...]
    marks: tuple[str, ...]
    note: str


def findings(people: pd.DataFrame) -> list[Finding]:
    """Look through the slides' table for what a reader should know before computing with it.

    Parameters
    ----------
    people : pandas.DataFrame
        With the columns of ``datasets.load_tug``, one row a person.

    Returns
    -------
    list of Finding
        In the order of the columns. Every one is looked for anew, so that a corrected table has fewer.

    Raises
    ------
    ValueError
        If a column is missing or the table is empty.

    Examples
    --------
    >>> from introdl import datasets
    >>> [found.columns[0] for found in findings(datasets.load_tug())]
    ['age', 't1', 'time', 'step_frequency', 'n1', 'px', 'pz', 'tug', 'y1', 'bbs', 'y2']
    """
    _needs(people, ["no", "age", *STAMPS, "time", "step_frequency", *SAMPLES, "px", "pz", "tug", "y1", "bbs", "y2"])
    table = {name: people[name].to_numpy(float) for name in people if name != "gender"}
    seconds = np.round(table["t6"] - table["t1"])
    found = []

    def add(columns: Sequence[str], marks: object, key: str, **values: object) -> None:
        written = tuple(np.broadcast_to(marks, len(people)).tolist())
        if any(written):
            found.append(Finding(tuple(columns), written, label(f"table.note-{key}", **values)))

    old = table["age"] >= OLDEST_PLAIN
    add(["age"], np.where(old, "ask", ""), "age", ages=_listed(table["age"][old]))
    rising = (np.diff(people[STAMPS].to_numpy(float), axis=1) > 0).all()
    add(STAMPS, "name" if rising else "", "stamps")
    exact = (table["n6"] - table["n1"] == RATE * table["time"]).all()
    add(["time"], "again" if exact else "", "time")
    add(["step_frequency"], "name" if _on_grid(table["step_frequency"]) else "", "frequency")
    add(SAMPLES, "again" if _same_events(people) else "", "samples")
    hidden = np.isnan(table["px"])
    add(["px"], np.where(hidden, "ask", ""), "px", n=int(hidden.sum()))
    turned = _other_sign(table["pz"])
    add(["pz"], np.where(turned, "ask", ""), "pz", n=int(turned.sum()))
    differs = table["tug"] != seconds
    if differs.mean() < 0.5:
        key = "tug-but" if differs.any() else "tug"
        add(["tug"], np.where(differs, "ask", "again"), key, persons=_listed(people["no"][differs]))
    add(["y1"], "again" if ((table["tug"] >= 14) == table["y1"]).all() else "", "y1")
    even = "name" if (table["bbs"] % 2 == 0).all() else ""
    add(["bbs"], even, "bbs", low=_plain(table["bbs"].min()), high=_plain(table["bbs"].max()))
    add(["y2"], "again" if ((table["bbs"] <= 22) == table["y2"]).all() else "", "y2")
    return found


def findings_map(people: pd.DataFrame) -> Figure:
    """Draw the whole table as small cells, one line a column, and mark and name what was found in it.

    Parameters
    ----------
    people : pandas.DataFrame
        With the columns of ``datasets.load_tug``, one row a person.

    Returns
    -------
    Figure
        Column names at the left, one small cell a person, the findings of :func:`findings` at the right.

    Raises
    ------
    ValueError
        If a column is missing or the table is empty.

    Examples
    --------
    >>> from introdl import datasets
    >>> "age: 109 years, true or mistyped?" in findings_map(datasets.load_tug()).alt
    True
    """
    found = findings(people)
    names = list(people)
    edge = len(people) + 1.5
    with new_figure(4.8, 0.235 * len(names) + 1.15) as (canvas, ax):
        ax.add_patch(Rectangle((-0.5, -len(names) + 0.5), len(people), len(names), color=GREY, alpha=0.16, linewidth=0))
        for line, name in enumerate(names):
            ax.text(-1.2, -line, name, ha="right", va="center", fontsize=9)
        for finding in found:
            lines = [names.index(column) for column in finding.columns]
            for line in lines:
                for start, length, kind in _runs(finding.marks):
                    _bar(ax, kind, start, -line, length)
            if len(lines) > 1:
                ax.plot([edge - 0.7] * 2, [-lines[0] + 0.3, -lines[-1] - 0.3], color=INK, linewidth=1)
            ax.text(edge, -np.mean(lines), finding.note, va="center", fontsize=9)
        ax.text(-0.5, 1, label("table.map-head", n=len(people)), va="center", fontsize=9)
        for place, kind in enumerate(LOOKS):
            height = -len(names) - 0.7 - 1.1 * place
            _bar(ax, kind, 0, height, 1)
            ax.text(1.4, height, label(f"table.map-{kind}"), va="center", fontsize=9)
        ax.set(xlim=(-10, edge + 34), ylim=(-len(names) - 3.4, 1.5))
        ax.axis("off")
    said = listed(
        label("table.map-alt-one", columns=_range_of(finding.columns), note=finding.note) for finding in found
    )
    return Figure(canvas, label("table.map-alt", n=len(people), columns=len(names), findings=said))


def _runs(marks: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return where each run of equal marks starts, how long it is, and its kind; unmarked ones are left out."""
    runs = []
    for kind, group in groupby(range(len(marks)), key=lambda place: marks[place]):
        places = list(group)
        if kind:
            runs.append((places[0], len(places), kind))
    return runs


def _bar(ax: Axes, kind: str, start: float, height: float, length: int) -> None:
    color, thick = LOOKS[kind]
    ax.add_patch(Rectangle((start - 0.46, height - thick / 2), length - 0.08, thick, color=color, linewidth=0))


def _needs(people: pd.DataFrame, columns: Sequence[str]) -> None:
    if not hasattr(people, "columns"):
        raise TypeError(f"people must be a pandas table, such as datasets.load_tug(), got {type(people).__name__}")
    missing = [name for name in columns if name not in people.columns]
    if missing:
        raise ValueError(f"people must have the columns {', '.join(columns)}, got none called {' or '.join(missing)}")
    if len(people) == 0:
        raise ValueError("people must have at least one row, got none")


def _as_array(values: object, name: str) -> np.ndarray:
    checked = numbers(values, name)
    if not is_tensor(checked):
        return checked
    if checked.is_meta:
        raise ValueError(f"{name} must hold numbers, got a tensor on the device meta, which has a shape only")
    return checked.detach().cpu().numpy()


def _frame(ax: Axes, corner: tuple[float, float], size: tuple[float, float], color: str, linestyle: str) -> None:
    ax.add_patch(Rectangle(corner, *size, fill=False, edgecolor=color, linestyle=linestyle, linewidth=2))


def _shown(persons: Sequence[int], sample: int) -> list[int | None]:
    """Choose the first two, the sample and the last; None is a gap."""
    wanted = sorted({persons[0], persons[min(1, len(persons) - 1)], sample, persons[-1]}, key=persons.index)
    lines: list[int | None] = []
    for no in wanted:
        if lines and persons.index(no) - persons.index(lines[-1]) > 1:
            lines.append(None)
        lines.append(no)
    return lines


def _on_grid(frequency: np.ndarray) -> bool:
    """Tell whether every frequency is a whole multiple of 45/512 Hz, to the three decimals printed."""
    return bool((np.abs(frequency - np.round(frequency / GRID) * GRID) <= 0.00051).all())


def _same_events(people: pd.DataFrame) -> bool:
    """Tell whether samples per second are the same everywhere, from 1 s on, to 3%."""
    seconds, samples = people[STAMPS].to_numpy(float), people[SAMPLES].to_numpy(float)
    rate = samples[seconds >= 1] / seconds[seconds >= 1]
    return rate.size > 0 and bool((np.abs(rate / np.median(rate) - 1) < 0.03).all())


def _other_sign(values: np.ndarray) -> np.ndarray:
    """Mark those few whose sign is not that of the others."""
    return np.sign(values) == -np.sign(np.nanmedian(values))


def _listed(values: Sequence[float]) -> str:
    return ", ".join(map(_plain, values))


def _range_of(columns: Sequence[str]) -> str:
    return columns[0] if len(columns) == 1 else f"{columns[0]}–{columns[-1]}"


def _lowered(number: int) -> str:
    return "".join(chr(0x2080 + int(digit)) for digit in str(number))


def _plain(value: object) -> str:
    """Write a number short, and a text as it is."""
    return value if isinstance(value, str) else plain(float(value))
