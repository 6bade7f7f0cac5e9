"""Lungs drawn: two curves of impedance, two limits of normal, redundant inputs, limits of agreement, promises kept.

Chapter: ``spirometry``. What comes from the simulator says so in the drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from introdl.agreement import Agreement, agreement
from introdl.arrays import numbers, together
from introdl.checking import wilson
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import fixed, listed, sentences
from introdl.language import known, label
from introdl.lungs import crossing, reference

if TYPE_CHECKING:
    import pandas as pd

KINDS = ((BLUE, "-", "o"), (ORANGE, "--", "s"), (GREEN, "-.", "^"), (PURPLE, ":", "D"))
PUBLISHED = (29, 86)  # %: Crim 2011, the lowest and the highest over their indices and stages
REPEATABLE = 0.15  # L: two blows of one person may differ by so much (Graham 2019)


def two_curves(frequency: Sequence[float], curves: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Figure:
    """Draw resistance and reactance against frequency, one line a person, with Fres marked and AX filled.

    Parameters
    ----------
    frequency : sequence of float, length k
        Hz, rising from 5.
    curves : mapping of str to (resistance, reactance), each of shape (k,)
        Name, a table of ``labels/lungs.toml`` or shown as it is → kPa s/L. One to four.

    Returns
    -------
    Figure
        Simulated data: the figure says so.

    Raises
    ------
    TypeError, ValueError
        If there are no curves or more than four, or they do not fit the frequencies.

    Examples
    --------
    >>> two_curves([5, 10, 15], {"healthy": ([0.4, 0.3, 0.3], [-0.2, -0.1, 0.1])})
    Resistance and reactance from 5 to 15 Hz. ...
    """
    if not 1 <= len(curves) <= len(KINDS):
        raise ValueError(f"curves must be one to {len(KINDS)}, got {len(curves)}")
    frequency, said = numbers(frequency, "frequency", ndim=1), []
    with new_figure(4.8, 4.9, nrows=2, sharex=True) as (canvas, (above, below)):
        below.axhline(0, color=INK, linewidth=0.8)
        for (name, (resistance, reactance)), (colour, line, mark) in zip(curves.items(), KINDS, strict=False):
            resistance, reactance = numbers(resistance, name, ndim=1), numbers(reactance, name, ndim=1)
            together(frequency=frequency, resistance=resistance, reactance=reactance)
            (fres,), (ax_area,), (seen,) = crossing(frequency, reactance)
            above.plot(frequency, resistance, color=colour, linestyle=line, label=_name(name))
            below.plot(frequency, reactance, color=colour, linestyle=line)
            until = frequency <= fres
            across = np.append(frequency[until], fres) if seen == "within" else frequency[until]
            down = np.append(reactance[until], 0) if seen == "within" else reactance[until]
            below.fill_between(across, down, 0, color=colour, alpha=0.15, linewidth=0)
            if seen == "within":
                below.plot(fres, 0, mark, color=colour, markersize=8, markeredgecolor=PAPER, zorder=4)
            values = {
                "r_low": fixed(resistance[0]),
                "r_high": fixed(resistance[-1]),
                "x_low": fixed(reactance[0]),
                "fres": fixed(fres, 1),
                "ax": fixed(ax_area),
            }
            said.append(label(f"lungs.curve-{seen}-alt", name=_name(name), **values))
        above.set_ylabel(label("lungs.resistance-axis"))
        above.set_ylim(0, 1.1 * above.get_ylim()[1])
        below.set_ylabel(label("lungs.reactance-axis"))
        below.set_xlabel(label("lungs.frequency"))
        above.legend(loc="upper right", fontsize=10)
        below.annotate(label("lungs.mark-fres"), (0.98, 0.06), xycoords="axes fraction", ha="right", fontsize=10)
        _say_simulated(canvas)
    start = label("lungs.curves-alt", low=f"{frequency[0]:g}", high=f"{frequency[-1]:g}")
    return Figure(canvas, sentences(start, *said, label("lungs.simulated-alt")))


def two_limits(people: pd.DataFrame, simulated: bool = True) -> Figure:
    """Draw FEV1/FVC against age with two limits: 0.70 for everybody, and the lower limit of normal, which falls.

    Parameters
    ----------
    people : pandas.DataFrame
        With ``sex``, ``age``, ``height`` and ``ratio``; a panel for women and one for men.
    simulated : bool
        Whether the people are; the figure then says so.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        As :func:`introdl.lungs.reference`.

    Examples
    --------
    >>> from introdl.simulate import spirometry_people
    >>> two_limits(spirometry_people(200))
    FEV1/FVC against age, with the line 0.70 and the lower limit of normal. ...
    """
    limit = reference(people["sex"], people["age"], people["height"])["ratio_lln"].to_numpy()
    ratio, age = people["ratio"].to_numpy(), people["age"].to_numpy()
    said = []
    with new_figure(4.8, 3.5, ncols=2, sharey=True) as (canvas, axes):
        canvas.set_dpi(200)
        for ax, sex in zip(axes, ("female", "male"), strict=True):
            own = (people["sex"] == sex).to_numpy()
            fixed_only = own & (ratio < 0.70) & (ratio >= limit)
            limit_only = own & (ratio >= 0.70) & (ratio < limit)
            both = own & (ratio < 0.70) & (ratio < limit)
            rest = own & ~(fixed_only | limit_only | both)
            for mask, colour, mark, size in (
                (rest, GREY, ".", 6),
                (both, ORANGE, ".", 12),
                (fixed_only, PURPLE, "x", 14),
                (limit_only, GREEN, "^", 14),
            ):
                ax.scatter(age[mask], ratio[mask], s=size, color=colour, marker=mark, linewidth=0.9, rasterized=True)
            ax.axhline(0.70, color=INK, linewidth=1.4, linestyle="--")
            if own.any():
                ends = np.array([age[own].min(), age[own].max()])
                line = reference([sex] * 2, ends, [170.0, 170.0])["ratio_lln"]
                ax.plot(ends, line, color=INK, linewidth=1.8)
            ax.set_title(label(f"lungs.{sex}"), loc="left", fontsize=10)
            ax.set_xlabel(label("lungs.age-axis"))
            ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
            values = {"both": int(both.sum()), "fixed": int(fixed_only.sum()), "limit": int(limit_only.sum())}
            said.append(label("lungs.limits-alt", sex=label(f"lungs.{sex}"), n=int(own.sum()), **values))
        axes[0].set_ylabel("FEV1/FVC")
        marks = ((ORANGE, ".", "both-limits"), (PURPLE, "x", "only-fixed"), (GREEN, "^", "only-lln"))
        handles = [
            axes[0].plot([], [], mark, color=colour, markersize=7, label=label(f"lungs.{text}"))[0]
            for colour, mark, text in marks
        ]
        canvas.legend(handles=handles, loc="outside lower center", ncols=1, fontsize=10)
        if simulated:
            _say_simulated(canvas)
    ending = [label("lungs.simulated-alt")] if simulated else []
    return Figure(canvas, sentences(label("lungs.two-limits-alt"), *said, *ending))


def correlations(table: pd.DataFrame) -> Figure:
    """Draw how closely each input goes with each other one: the darker, the closer to 1 or −1.

    Parameters
    ----------
    table : pandas.DataFrame, shape (n, d)
        The inputs.

    Returns
    -------
    Figure
        Simulated data: the figure says so.

    Raises
    ------
    TypeError, ValueError
        If there are fewer than 2 columns, or one is constant.

    Examples
    --------
    >>> import pandas as pd
    >>> correlations(pd.DataFrame({"R5": [1.0, 2, 3], "R10": [1.0, 2, 2.5]}))
    Correlations of 2 inputs. Of 1 pairs 1 have at least 0.8, with either sign. ...
    """
    values = numbers(table.to_numpy(), "table", ndim=2)
    if values.shape[1] < 2 or (np.ptp(values, axis=0) == 0).any():
        raise ValueError(f"table must have at least 2 columns, none of them constant, got shape {values.shape}")
    r = np.corrcoef(values.T)
    with new_figure(4.8, 4.6) as (canvas, ax):
        canvas.set_dpi(200)
        shown = np.where(np.tri(len(r), dtype=bool), r, np.nan)
        drawn = ax.imshow(shown, cmap="PuOr", vmin=-1, vmax=1)
        ax.set_xticks(range(len(r)), table.columns, rotation=90, fontsize=8)
        ax.set_yticks(range(len(r)), table.columns, fontsize=8)
        ax.tick_params(length=0)
        ax.spines[["left", "bottom"]].set_visible(False)
        bar = canvas.colorbar(drawn, ax=ax, shrink=0.55, ticks=[-1, -0.5, 0, 0.5, 1])
        bar.ax.set_yticklabels([fixed(tick, 1) for tick in (-1, -0.5, 0, 0.5, 1)], fontsize=9)
        bar.set_label(label("lungs.correlation"))
        _say_simulated(canvas)
    pairs = np.abs(r[np.triu_indices(len(r), 1)])
    said = label("lungs.correlations-alt", d=len(r), pairs=len(pairs), close=int((pairs >= 0.8).sum()))
    return Figure(canvas, sentences(said, label("lungs.simulated-alt")))


def healthy_looking(table: pd.DataFrame) -> Figure:
    """Draw for each index the share of ill people who lie where the middle 90% of the healthy lie.

    Parameters
    ----------
    table : pandas.DataFrame
        What :func:`introdl.lungs.inside_healthy` gave.

    Returns
    -------
    Figure
        Simulated data: the figure says so. The band is the published range.

    Raises
    ------
    TypeError
        If it is no such table.

    Examples
    --------
    >>> import pandas as pd
    >>> from introdl.lungs import inside_healthy
    >>> values = pd.DataFrame({"R5": range(40)})
    >>> healthy_looking(inside_healthy(values, values["R5"] < 20, values["R5"] >= 20))
    Share of ill people inside the middle 90% of healthy people. R5: 0 of 20, 0%, interval 0 to 16%. ...
    """
    if not {"right", "of", "share", "low", "high"} <= set(table.columns):
        raise TypeError(f"expected the table of inside_healthy, got the columns {list(table.columns)}")
    said = []
    with new_figure(4.8, 1.5 + 0.34 * len(table)) as (canvas, ax):
        ax.axvspan(*PUBLISHED, color=GREY, alpha=0.25, linewidth=0)
        for place, (name, row) in enumerate(table.iterrows()):
            values = {end: fixed(100 * row[end], 0) for end in ("share", "low", "high")}
            ax.plot([100 * row["low"], 100 * row["high"]], [place, place], color=BLUE, linewidth=2.5)
            ax.plot(100 * row["share"], place, "o", color=BLUE, markersize=7, markeredgecolor=PAPER)
            said.append(label("lungs.inside-alt", name=name, right=int(row["right"]), of=int(row["of"]), **values))
        ax.set_yticks(range(len(table)), table.index)
        ax.set_ylim(len(table) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        ax.set_xlim(0, 100)
        ax.set_xlabel(label("lungs.inside-axis"))
        _say_simulated(canvas)
    band = label("lungs.band-alt", low=PUBLISHED[0], high=PUBLISHED[1])
    listing = listed(said) + label("lungs.stop")
    return Figure(canvas, sentences(label("lungs.inside-head-alt"), listing, band, label("lungs.simulated-alt")))


def limits_of_agreement(measured: np.ndarray, estimated: np.ndarray, marked: np.ndarray | None = None) -> Figure:
    """Draw estimated − measured against the mean of the two, with the bias and the limits of agreement.

    Parameters
    ----------
    measured, estimated : array-like, shape (n,)
        L.
    marked : array-like of bool, shape (n,), optional
        People with an obstruction, drawn in their own way.

    Returns
    -------
    Figure
        Simulated data: the figure says so.

    Raises
    ------
    TypeError, ValueError
        As :func:`introdl.agreement.agreement`.

    Examples
    --------
    >>> limits_of_agreement([2.0, 3.0, 4.0], [2.1, 3.0, 3.9])
    Estimated − measured FEV1 of 3 people, against the mean of the two. ...
    """
    found = agreement(measured, estimated)
    measured, estimated = np.asarray(measured, dtype=float), np.asarray(estimated, dtype=float)
    marked = np.zeros(len(measured), dtype=bool) if marked is None else np.asarray(marked, dtype=bool)
    together(measured=measured, marked=marked.astype(float))
    mean, apart = (measured + estimated) / 2, estimated - measured
    with new_figure(4.8, 3.8) as (canvas, ax):
        canvas.set_dpi(200)
        ax.scatter(mean[~marked], apart[~marked], s=6, color=BLUE, marker="o", alpha=0.5, linewidth=0, rasterized=True)
        ax.scatter(mean[marked], apart[marked], s=12, color=ORANGE, marker="x", linewidth=0.9, rasterized=True)
        for value, line in ((found.bias, "-"), (found.limits.low, "--"), (found.limits.high, "--")):
            ax.axhline(value, color=INK, linewidth=1.5, linestyle=line)
            written = fixed(value, 2) if value < 0 else f"+{fixed(value, 2)}"
            ax.annotate(written, (1.01, value), xycoords=("axes fraction", "data"), va="center", fontsize=10)
        ax.set_xlabel(label("lungs.mean-axis"))
        ax.set_ylabel(label("lungs.apart-axis"))
        if marked.any():
            for text, colour, mark in (("not-obstructed", BLUE, "o"), ("obstructed", ORANGE, "x")):
                ax.plot([], [], mark, color=colour, markersize=6, label=label(f"lungs.{text}"))
            canvas.legend(loc="outside lower center", ncols=2, fontsize=10)
        _say_simulated(canvas)
    values = {"bias": fixed(found.bias), "low": fixed(found.limits.low), "high": fixed(found.limits.high)}
    said = [label("lungs.agreement-alt", n=found.n, r=fixed(found.r), **values)]
    if marked.any():
        words = {"ill": fixed(apart[marked].mean()), "rest": fixed(apart[~marked].mean())}
        said.append(label("lungs.marked-alt", n=int(marked.sum()), **words))
    return Figure(canvas, sentences(*said, label("lungs.simulated-alt")))


def agreements(models: Mapping[str, Agreement]) -> Figure:
    """Draw the limits of agreement of several models under each other, with r beside them, and how far a blow varies.

    Parameters
    ----------
    models : mapping of str to Agreement
        Name, a table of ``labels/lungs.toml`` or shown as it is → what :func:`introdl.agreement.agreement` gave.

    Returns
    -------
    Figure
        Simulated data: the figure says so.

    Raises
    ------
    ValueError
        If there is no model.

    Examples
    --------
    >>> agreements({"linear": agreement([2.0, 3.0, 4.0], [2.1, 3.0, 3.9])})
    Bias and limits of agreement, in litres. linear, X1–X21 + height: bias 0.00, from −0.20 to 0.20, r 1.00. ...
    """
    if not models:
        raise ValueError("models must hold at least one, got none")
    said = []
    with new_figure(4.8, 1.3 + 0.48 * len(models)) as (canvas, ax):
        ax.axvspan(-REPEATABLE, REPEATABLE, color=GREY, alpha=0.3, linewidth=0)
        ax.axvline(0, color=INK, linewidth=0.8)
        for place, (name, found) in enumerate(models.items()):
            ax.plot(found.limits, [place, place], color=BLUE, linewidth=2.5)
            for end, (low, high) in zip(found.limits, (found.low_interval, found.high_interval), strict=True):
                ax.plot([low, high], [place, place], color=ORANGE, linewidth=6, solid_capstyle="butt")
                ax.plot([end, end], [place - 0.18, place + 0.18], color=INK, linewidth=1.5)
            ax.plot(found.bias, place, "o", color=BLUE, markersize=7, markeredgecolor=PAPER, zorder=4)
            text = f"r {fixed(found.r)}"
            ax.annotate(text, (1.02, place), xycoords=("axes fraction", "data"), va="center", fontsize=10)
            values = {"bias": fixed(found.bias), "low": fixed(found.limits.low), "high": fixed(found.limits.high)}
            said.append(label("lungs.model-alt", name=_name(name), r=fixed(found.r), **values))
        ax.set_yticks(range(len(models)), [_name(name) for name in models])
        ax.set_ylim(len(models) - 0.4, -0.6)
        ax.tick_params(axis="y", length=0)
        canvas.supxlabel(label("lungs.agreements-axis"), fontsize=11)
        _say_simulated(canvas)
    listing = listed(said) + label("lungs.stop")
    band = label("lungs.repeatable-alt", litres=fixed(REPEATABLE))
    return Figure(canvas, sentences(label("lungs.agreements-alt"), listing, band, label("lungs.simulated-alt")))


def promises(y: np.ndarray, chance: np.ndarray, edges: Sequence[float] = (0, 0.05, 0.1, 0.2, 0.4, 0.7, 1)) -> Figure:
    """Draw how often an obstruction was there against the probability that a model promised.

    Parameters
    ----------
    y : array-like of bool, shape (n,)
        Whether it was there.
    chance : array-like, shape (n,)
        The promised probability, from 0 to 1.
    edges : sequence of float
        Where groups of people begin and end, rising from 0 to 1.

    Returns
    -------
    Figure
        Simulated data: the figure says so. A bar is Wilson's 95% interval; a group without people is left out.

    Raises
    ------
    TypeError, ValueError
        If probabilities are not from 0 to 1, lengths differ, or edges do not rise from 0 to 1.

    Examples
    --------
    >>> promises([0, 1, 1, 0], [0.1, 0.9, 0.8, 0.3], edges=[0, 0.5, 1])
    Promised against happened. promised 20%, happened 0% (0 of 2); promised 85%, happened 100% (2 of 2). ...
    """
    y, chance, edges = numbers(y, "y", ndim=1), numbers(chance, "chance", ndim=1), numbers(edges, "edges", ndim=1)
    together(y=y, chance=chance)
    if chance.min() < 0 or chance.max() > 1 or not np.isin(y, (0, 1)).all():
        raise ValueError("y must hold 0 and 1 and chance probabilities from 0 to 1")
    if edges[0] != 0 or edges[-1] != 1 or (np.diff(edges) <= 0).any():
        raise ValueError(f"edges must rise from 0 to 1, got {edges.tolist()}")
    group, said = np.minimum(np.searchsorted(edges, chance, side="right") - 1, len(edges) - 2), []
    with new_figure(4.8, 4.0) as (canvas, ax):
        ax.plot([0, 100], [0, 100], color=GREY, linewidth=1.2, linestyle="--")
        for number in range(len(edges) - 1):
            rows = group == number
            if not rows.any():
                continue
            happened, of = int(y[rows].sum()), int(rows.sum())
            promised, share = 100 * chance[rows].mean(), 100 * happened / of
            low, high = (100 * end for end in wilson(happened, of))
            ax.plot([promised, promised], [low, high], color=BLUE, linewidth=2.5)
            ax.plot(promised, share, "o", color=BLUE, markersize=7, markeredgecolor=PAPER, zorder=3)
            values = {"promised": fixed(promised, 0), "share": fixed(share, 0), "right": happened, "of": of}
            said.append(label("lungs.promise-alt", **values))
        ax.set_xlim(-2, 102)
        ax.set_ylim(-2, 102)
        ax.set_xlabel(label("lungs.promised"))
        ax.set_ylabel(label("lungs.happened"))
        _say_simulated(canvas)
    listing = listed(said) + label("lungs.stop")
    return Figure(canvas, sentences(label("lungs.promises-alt"), listing, label("lungs.simulated-alt")))


def distractor(table: pd.DataFrame) -> Figure:
    """Draw for each input how closely it goes with FEV1 by itself, and how much worse the model gets without it.

    Parameters
    ----------
    table : pandas.DataFrame
        Index: inputs or groups of them; columns ``alone`` (the size of r) and ``shuffled`` (mL by which the mean
        error grows).

    Returns
    -------
    Figure
        Simulated data: the figure says so.

    Raises
    ------
    TypeError
        If a column is missing.

    Examples
    --------
    >>> import pandas as pd
    >>> distractor(pd.DataFrame({"alone": [0.2, 0.7], "shuffled": [0.0, 90.0]}, index=["VT", "height"]))
    By itself, and in the model. VT: r 0.20, 0 mL; height: r 0.70, 90 mL. The data are simulated.
    """
    if not {"alone", "shuffled"} <= set(table.columns):
        raise TypeError(f"expected the columns alone and shuffled, got {list(table.columns)}")
    places = np.arange(len(table))
    names = [_name(f"short-{name}") if known(f"lungs.short-{name}") else _name(name) for name in table.index]
    with new_figure(4.8, 1.3 + 0.36 * len(table), ncols=2, sharey=True) as (canvas, axes):
        for ax, column, colour in zip(axes, ("alone", "shuffled"), (GREY, BLUE), strict=True):
            ax.barh(places, table[column], color=colour, height=0.6)
            ax.axvline(0, color=INK, linewidth=0.8)
            ax.set_xlabel(label(f"lungs.{column}"))
            ax.tick_params(axis="y", length=0)
            ax.xaxis.set_major_locator(MaxNLocator(3))
        axes[0].set_yticks(places, names)
        axes[0].set_ylim(len(table) - 0.4, -0.6)
        _say_simulated(canvas)
    said = listed(
        label("lungs.distractor-alt", name=name, r=fixed(row["alone"]), ml=fixed(row["shuffled"], 0))
        for name, (_, row) in zip(names, table.iterrows(), strict=True)
    )
    listing = said + label("lungs.stop")
    return Figure(canvas, sentences(label("lungs.distractor-head-alt"), listing, label("lungs.simulated-alt")))


def _name(name: object) -> str:
    return label(f"lungs.{name}") if isinstance(name, str) and known(f"lungs.{name}") else str(name)


def _say_simulated(canvas: Canvas) -> None:
    height = canvas.get_size_inches()[1]
    canvas.get_layout_engine().set(rect=(0, 0, 1, 1 - 0.2 / height))  # a line of its own at the top
    canvas.text(0.995, 0.995, label("lungs.simulated"), ha="right", va="top", fontsize=10, style="italic")
