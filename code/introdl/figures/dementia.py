"""The dementia case drawn: a scale and schooling, who gets a diagnosis, honest selection, and a referral counted out.

Chapter: ``dementia``. What comes from other people's data comes as a small table of counts, shares or quantiles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from introdl.figures.base import BLUE, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import fixed, listed, plain, sentences
from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Canvas

    from introdl.screening import Screened

SCHOOLING = (("0–4", 0, 4), ("5–8", 5, 8), ("9+", 9, 16))  # years


def mmse_by_schooling(table: pd.DataFrame, cut: float = 24) -> Figure:
    """Draw the MMSE of simulated people without impairment by years of schooling, and how many fall under a cut.

    Parameters
    ----------
    table : pandas.DataFrame
        As :func:`introdl.simulate.two_stage_screening` gives it; those with ``impaired`` 1 are left out.
    cut : float
        Scores under it are referred.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a column is missing, or a band of schooling has nobody.

    Examples
    --------
    >>> from introdl.simulate import two_stage_screening
    >>> mmse_by_schooling(two_stage_screening(400))
    MMSE of simulated people without impairment, ...
    """
    _is_table(table, {"mmse", "schooling", "impaired"})
    well = table[table["impaired"] == 0]
    said = []
    with new_figure(4.8, 3.9, nrows=3, sharex=True, sharey=True) as (canvas, axes):
        for ax, (name, first, last) in zip(axes, SCHOOLING, strict=True):
            scores = well.loc[well["schooling"].between(first, last), "mmse"].to_numpy()
            if len(scores) == 0:
                raise ValueError(f"nobody without impairment has {name} years of schooling: simulate more people")
            points, counts = np.unique(scores, return_counts=True)
            shares = 100 * counts / len(scores)
            under = points < cut
            ax.bar(points[under], shares[under], color=ORANGE, width=0.86, hatch="////", edgecolor=PAPER, linewidth=0)
            ax.bar(points[~under], shares[~under], color=BLUE, width=0.86)
            ax.axvline(cut - 0.5, color=INK, linestyle="--", linewidth=1)
            ax.yaxis.set_major_locator(MaxNLocator(3))
            values = {"years": name, "n": len(scores), "share": fixed(100 * (scores < cut).mean(), 0)}
            values["median"] = plain(float(np.median(scores)))
            ax.text(0.02, 0.95, label("dementia.years", **values), transform=ax.transAxes, va="top", fontsize=10)
            ax.text(0.02, 0.70, label("dementia.under", **values), transform=ax.transAxes, va="top", fontsize=10)
            said.append(label("dementia.schooling-alt", **values))
        axes[-1].set_xlim(12, 30.6)
        axes[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
        axes[-1].set_xlabel(label("dementia.mmse"))
        canvas.supylabel(label("dementia.share"), fontsize=11)
        _say_simulated(canvas)
    return Figure(
        canvas,
        sentences(
            label("dementia.schooling-start", cut=plain(cut)), listed(said) + label("dementia.stop"), _simulated_alt()
        ),
    )


def verified(rows: Mapping[str, tuple[float, float, float]]) -> Figure:
    """Draw sensitivity and specificity three ways: in truth, among those with a diagnosis, and weighted back.

    Parameters
    ----------
    rows : mapping of str to (true, among the diagnosed, weighted)
        ``sensitivity`` and ``specificity``, each with three shares from 0 to 1.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a name is none of the two, or there are not three shares.

    Examples
    --------
    >>> verified({"sensitivity": (0.8, 0.98, 0.8), "specificity": (0.8, 0.3, 0.8)})
    Simulated people. Sensitivity: ...
    """
    if not rows or not set(rows) <= {"sensitivity", "specificity"}:
        raise ValueError(f"rows must be called sensitivity and specificity, got {', '.join(rows) or 'none'}")
    marks = (("true", INK, "D"), ("diagnosed", ORANGE, "s"), ("weighted", BLUE, "o"))
    said = []
    with new_figure(4.8, 1.75 + 0.5 * len(rows)) as (canvas, ax):
        for place, (name, shares) in enumerate(rows.items()):
            if len(shares) != 3:
                raise ValueError(f"{name} must have three shares, got {len(shares)}")
            for step, ((kind, colour, marker), share) in enumerate(zip(marks, shares, strict=True)):
                text = label(f"dementia.{kind}") if place == 0 else None
                at = place - 0.22 + 0.22 * step
                ax.plot(100 * share, at, marker, color=colour, markersize=8, markeredgecolor=PAPER, label=text)
            values = dict(zip(("true", "diagnosed", "weighted"), (fixed(100 * x, 0) for x in shares), strict=True))
            said.append(label("dementia.verified-alt", what=label(f"dementia.{name}"), **values))
        _rows(ax, [label(f"dementia.{name}") for name in rows])
        ax.set_xlim(0, 103)
        ax.set_xlabel(label("dementia.percent"))
        ax.grid(axis="x", color=GREY, linewidth=0.4)
        canvas.legend(loc="outside upper left", fontsize=10, ncols=1)
        _say_simulated(canvas)
    return Figure(canvas, sentences(label("dementia.people-simulated"), listed(said) + label("dementia.stop")))


def body_mass(counts: pd.DataFrame) -> Figure:
    """Draw the body mass index of a table twice: with its weights read as kilograms, and as pounds.

    Parameters
    ----------
    counts : pandas.DataFrame
        ``from`` and ``to`` (kg/m²), and how many people fall between them with each reading: ``as kg``, ``as lb``.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a column is missing or there are no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> body_mass(pd.DataFrame({"from": [20, 30], "to": [30, 40], "as kg": [0, 4], "as lb": [3, 1]}))
    Body mass index, counted twice. ...
    """
    _is_table(counts, {"from", "to", "as kg", "as lb"})
    edges = [*counts["from"], counts["to"].iloc[-1]]
    said = []
    with new_figure(4.8, 2.8) as (canvas, ax):
        ax.axvspan(18.5, 35, color=GREY, alpha=0.18, linewidth=0)
        for name, colour, line in (("as kg", ORANGE, "--"), ("as lb", BLUE, "-")):
            ax.stairs(counts[name], edges, color=colour, linestyle=line, linewidth=2)
            peak = counts[name].idxmax()
            middle = (counts["from"][peak] + counts["to"][peak]) / 2
            text = label(f"dementia.{name.replace(' ', '-')}")
            ax.annotate(text, (middle, counts[name][peak]), (0, 3), textcoords="offset points", ha="center", color=INK)
            values = {"low": plain(counts["from"][peak]), "high": plain(counts["to"][peak])}
            said.append(label("dementia.body-alt", how=text, n=int(counts[name].sum()), **values))
        ax.set_ylim(0, 1.22 * counts[["as kg", "as lb"]].to_numpy().max())
        ax.set_xlabel(label("dementia.bmi"))
        ax.set_ylabel(label("dementia.people"))
    return Figure(canvas, sentences(label("dementia.body-start"), listed(said) + label("dementia.stop")))


def inside_and_outside(table: pd.DataFrame, simulated: bool = False) -> Figure:
    """Draw the area under the curve with features chosen inside and outside the folds, for true and shuffled labels.

    Parameters
    ----------
    table : pandas.DataFrame
        ``labels`` (true or shuffled), ``selection`` (inside or outside), ``auc`` with ``low`` and ``high``.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a column is missing, or a row is called otherwise.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"labels": ["true"], "selection": ["inside"], "auc": [0.9], "low": [0.8], "high": [1.0]}
    >>> inside_and_outside(pd.DataFrame(rows))
    Area under the ROC curve by cross-validation. ...
    """
    _is_table(table, {"labels", "selection", "auc", "low", "high"})
    if not set(table["labels"]) <= {"true", "shuffled"} or not set(table["selection"]) <= {"inside", "outside"}:
        raise ValueError("labels must be true or shuffled, and selection inside or outside")
    kinds = list(dict.fromkeys(table["labels"]))
    marks = {"outside": (ORANGE, "s", -0.13), "inside": (BLUE, "o", 0.13)}
    said, named = [], set()
    with new_figure(4.8, 1.7 + 0.55 * len(kinds)) as (canvas, ax):
        ax.axvline(0.5, color=GREY, linestyle=":", linewidth=1.2)
        for _, row in table.iterrows():
            colour, marker, shift = marks[row["selection"]]
            place = kinds.index(row["labels"]) + shift
            text = None if row["selection"] in named else label(f"dementia.{row['selection']}")
            named.add(row["selection"])
            ax.plot([row["low"], row["high"]], [place, place], color=colour, linewidth=2, solid_capstyle="butt")
            ax.plot(row["auc"], place, marker, color=colour, markersize=8, markeredgecolor=PAPER, label=text, zorder=4)
            values = {end: fixed(row[end], 2) for end in ("auc", "low", "high")}
            which = label(f"dementia.labels-{row['labels']}")
            said.append(
                label("dementia.selection-alt", labels=which, how=label(f"dementia.{row['selection']}"), **values)
            )
        _rows(ax, [label(f"dementia.labels-{kind}") for kind in kinds])
        ax.set_xlim(min(0.34, table["low"].min() - 0.02), 1.0)
        ax.set_xlabel(label("dementia.area"))
        canvas.legend(loc="outside upper left", fontsize=10, ncols=1)
        if simulated:
            _say_simulated(canvas)
    end = [_simulated_alt()] if simulated else []
    return Figure(canvas, sentences(label("dementia.selection-start"), listed(said) + label("dementia.stop"), *end))


def inputs_compared(table: pd.DataFrame) -> Figure:
    """Draw the area under the curve of several sets of inputs, on the same people, with intervals.

    Parameters
    ----------
    table : pandas.DataFrame
        ``inputs`` (a table of ``labels/dementia.toml`` of the form ``inputs-…``, or any name), ``auc``, ``low``,
        ``high``.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a column is missing or there are no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> inputs_compared(pd.DataFrame({"inputs": ["age"], "auc": [0.6], "low": [0.5], "high": [0.7]}))
    Area under the ROC curve on the people kept for testing: age 0.60 (95% interval 0.50 to 0.70).
    """
    _is_table(table, {"inputs", "auc", "low", "high"})
    names = [_input(name) for name in table["inputs"]]
    said = []
    with new_figure(4.8, 1.05 + 0.42 * len(table)) as (canvas, ax):
        ax.axvline(0.5, color=GREY, linestyle=":", linewidth=1.2)
        for place, (name, (_, row)) in enumerate(zip(names, table.iterrows(), strict=True)):
            _bar(ax, place, row["auc"], row["low"], row["high"])
            values = {end: fixed(row[end], 2) for end in ("auc", "low", "high")}
            said.append(label("dementia.inputs-alt", name=name, **values))
        _rows(ax, names)
        ax.set_xlim(min(0.45, table["low"].min() - 0.02), 1.0)
        ax.set_xlabel(label("dementia.area"))
    return Figure(canvas, label("dementia.inputs-start", said=listed(said)))


def spread_in_bands(table: pd.DataFrame) -> Figure:
    """Draw how much a picture of the brain differs among people whose scale reads alike.

    Parameters
    ----------
    table : pandas.DataFrame
        ``band`` (points of the scale, as text), ``n``, and the quantiles of the atrophy score ``q10``, ``q25``,
        ``q50``, ``q75``, ``q90``.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a column is missing or there are no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> one = {"band": ["31–40"], "n": [50], "q10": [20], "q25": [25], "q50": [33], "q75": [41], "q90": [50]}
    >>> spread_in_bands(pd.DataFrame(one))
    Atrophy score by band of the scale: 31–40 points, 50 people: middle 33, half of them 25 to 41, ...
    """
    _is_table(table, {"band", "n", "q10", "q25", "q50", "q75", "q90"})
    said = []
    with new_figure(4.8, 1.15 + 0.42 * len(table)) as (canvas, ax):
        for place, (_, row) in enumerate(table.iterrows()):
            ax.plot([row["q10"], row["q90"]], [place, place], color=BLUE, linewidth=1.6)
            ax.plot([row["q25"], row["q75"]], [place, place], color=BLUE, linewidth=7, solid_capstyle="butt")
            ax.plot(row["q50"], place, "o", color=PAPER, markeredgecolor=INK, markersize=7, zorder=4)
            ax.annotate(
                label("dementia.n", n=int(row["n"])), (1.02, place), xycoords=("axes fraction", "data"), va="center"
            )
            values = {name: plain(row[name]) for name in ("q10", "q25", "q50", "q75", "q90")}
            said.append(label("dementia.band-alt", band=row["band"], n=int(row["n"]), **values))
        _rows(ax, list(table["band"]))
        ax.set_ylabel(label("dementia.dsst"))
        ax.set_xlim(0, 5 + table["q90"].max())
        ax.set_xlabel(label("dementia.atrophy"))
    return Figure(canvas, label("dementia.bands-start", said=listed(said)))


def kept_promises(table: pd.DataFrame) -> Figure:
    """Draw what a model promised against what happened, in groups from the least to the most likely.

    Parameters
    ----------
    table : pandas.DataFrame
        ``promised``, ``happened`` with ``low`` and ``high`` (shares from 0 to 1), and ``n``.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a column is missing or there are no rows.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"promised": [0.1], "happened": [0.12], "low": [0.05], "high": [0.2], "n": [100]}
    >>> kept_promises(pd.DataFrame(row))
    Promised against happened: promised 10%, happened 12% of 100 people (95% interval 5% to 20%).
    """
    _is_table(table, {"promised", "happened", "low", "high", "n"})
    top = 100 * min(1.0, 1.08 * max(table["high"].max(), table["promised"].max()))
    said = []
    with new_figure(4.0, 3.3) as (canvas, ax):
        ax.plot([0, top], [0, top], color=GREY, linestyle=":", linewidth=1.2)
        for _, row in table.iterrows():
            at = 100 * row["promised"]
            ax.plot([at, at], [100 * row["low"], 100 * row["high"]], color=BLUE, linewidth=2.5, solid_capstyle="butt")
            ax.plot(at, 100 * row["happened"], "o", color=BLUE, markersize=7, markeredgecolor=PAPER, zorder=3)
            values = {end: fixed(100 * row[end], 0) for end in ("promised", "happened", "low", "high")}
            said.append(label("dementia.promise-alt", n=int(row["n"]), **values))
        ax.set_xlim(0, top)
        ax.set_ylim(0, top)
        ax.set_xlabel(label("dementia.promised"))
        ax.set_ylabel(label("dementia.happened"))
    return Figure(canvas, label("dementia.promises-start", said=listed(said)))


def referral_strips(counts: Mapping[float, Screened]) -> Figure:
    """Draw whom a screen of so many people sends to the clinic: how many rightly, how many wrongly, how many it misses.

    Parameters
    ----------
    counts : mapping of float to Screened
        Prevalence (a share) → expected numbers, from :func:`introdl.screening.screened`.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is no prevalence.

    Examples
    --------
    >>> from introdl.screening import screened
    >>> referral_strips({0.05: screened(0.05, 0.85, 0.85, people=2000)})
    Of 2,000 people screened, expected. At 5%: 370 referred, 85 of them rightly (PPV 23%), 285 wrongly; 15 missed.
    """
    if not counts:
        raise ValueError("counts must hold at least one prevalence, got none")
    said, most = [], max(one.referred + one.missed for one in counts.values())
    (people,) = {round(one.referred + one.missed + one.cleared) for one in counts.values()}
    with new_figure(4.8, 1.7 + 0.85 * len(counts)) as (canvas, ax):
        for place, (prevalence, one) in enumerate(counts.items()):
            parts = (
                ("found", one.found, BLUE, None),
                ("wrongly", one.false_alarms, ORANGE, "////"),
                ("missed", one.missed, PURPLE, "...."),
            )
            start = 0.0
            for kind, size, colour, hatch in parts:
                text = label(f"dementia.{kind}") if place == 0 else None
                gap = 0.012 * most if kind == "missed" else 0
                ax.barh(
                    place, size, left=start + gap, height=0.5, color=colour, hatch=hatch, edgecolor=PAPER, label=text
                )
                start += size + gap
            values = {
                "prevalence": plain(100 * prevalence),
                "referred": _whole(one.referred),
                "found": _whole(one.found),
                "wrongly": _whole(one.false_alarms),
                "missed": _whole(one.missed),
                "ppv": fixed(100 * one.ppv, 0),
            }
            ax.text(0.008 * most, place - 0.36, label("dementia.strip", **values), va="bottom", fontsize=10)
            said.append(label("dementia.strip-alt", **values))
        _rows(ax, [label("dementia.prevalence", percent=plain(100 * prevalence)) for prevalence in counts])
        ax.set_ylim(len(counts) - 0.6, -0.75)
        ax.set_xlim(0, 1.04 * most)
        ax.set_xlabel(label("dementia.of-people", n=f"{people:,}"))
        canvas.legend(loc="outside upper left", fontsize=10, ncols=1)
    return Figure(canvas, sentences(label("dementia.strips-start", n=f"{people:,}"), *said))


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _input(name: object) -> str:
    return label(f"dementia.inputs-{name}") if known(f"dementia.inputs-{name}") else str(name)


def _bar(ax: Axes, place: float, middle: float, low: float, high: float) -> None:
    ax.plot([low, high], [place, place], color=BLUE, linewidth=2.5, solid_capstyle="butt", zorder=2)
    ax.plot(middle, place, "o", color=BLUE, markersize=7, markeredgecolor=PAPER, zorder=3)


def _rows(ax: Axes, names: Sequence[str]) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.tick_params(axis="y", length=0)


def _is_table(table: object, columns: set[str]) -> None:
    import pandas as pd

    if not isinstance(table, pd.DataFrame) or not columns <= set(table.columns):
        raise TypeError(f"expected a table with the columns {', '.join(sorted(columns))}, got {type(table).__name__}")
    if len(table) == 0:
        raise ValueError("the table must have at least one row, got none")


def _say_simulated(canvas: Canvas) -> None:
    canvas.text(0.995, 0.995, label("dementia.simulated"), ha="right", va="top", fontsize=10, style="italic")


def _simulated_alt() -> str:
    return label("dementia.simulated-alt")
