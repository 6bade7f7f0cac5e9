"""Models that answer together or not at all: joint failures, risk and coverage, in range and out, a person's errors.

Drawn in the chapter *Let models agree, or ask a person*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from introdl.arrays import numbers
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, Figure, new_figure
from introdl.figures.said import fixed, listed, sentences
from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd

MARKS = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"), (GREY, "v", "-"))


def fail_together(alone: Mapping[str, float], together: float) -> Figure:
    """Draw how often each model is wrong, how often all at once, and what multiplying would have promised.

    Parameters
    ----------
    alone : mapping of str to float
        Error rate of each model on the same rows, above 0 and at most 1.
    together : float
        Share of the rows on which all of them are wrong, above 0.

    Returns
    -------
    Figure
        Simulated data: the figure says so.

    Raises
    ------
    ValueError
        If there are fewer than two models, or a rate is not above 0 and at most 1.

    Examples
    --------
    >>> fail_together({"SVM": 0.02, "forest": 0.01}, together=0.005)
    Simulated. Wrong alone: SVM 2.00%; forest 1.00%. All at once, measured: 0.50%. ...
    """
    rates = numbers([*alone.values(), together], "alone and together")
    if len(alone) < 2 or not ((rates > 0) & (rates <= 1)).all():
        raise ValueError(f"expected two or more error rates above 0 and at most 1, got {dict(alone)} and {together}")
    product = float(np.prod(list(alone.values())))
    names = [_name(name) for name in alone] + [label("agreement.all-measured"), label("agreement.all-multiplied")]
    values = [*alone.values(), together, product]
    with new_figure(5.6, 0.42 * len(values) + 1.1) as (canvas, ax):
        places = np.arange(len(values))[::-1]
        colours = [BLUE] * len(alone) + [ORANGE, GREY]
        for place, value, colour in zip(places, values, colours, strict=True):
            ax.plot([product / 4, value], [place, place], color=colour, linewidth=1.5)
            ax.plot(value, place, "o", color=colour, markersize=7)
            ax.text(value * 1.5, place, _share(value), va="center", color=INK)
        ax.set_xscale("log")
        ax.set_xlim(product / 4, max(values) * 12)
        ax.xaxis.set_major_locator(LogLocator(base=100))
        ax.xaxis.set_major_formatter(
            FuncFormatter(lambda share, _: f"{100 * share:.10f}".rstrip("0").rstrip(".") + "%")
        )
        ax.xaxis.set_minor_formatter(NullFormatter())
        ax.set_ylim(-0.6, len(values) - 0.4)
        ax.set_yticks(places, names)
        ax.set_xlabel(label("agreement.share-wrong"))
    said = listed(f"{_name(name)} {_share(rate)}" for name, rate in alone.items())
    alt = sentences(
        label("agreement.simulated-said"),
        label("agreement.alone-said", said=said),
        label("agreement.together-said", together=_share(together), product=_share(product)),
    )
    return Figure(canvas, alt)


def risk_against_coverage(curves: Mapping[str, pd.DataFrame], points: Mapping[str, tuple[float, float]]) -> Figure:
    """Draw how often answers are wrong against how many rows are answered, and rules that are a single point.

    Parameters
    ----------
    curves : mapping of str to DataFrame
        Of :func:`introdl.selective.risk_coverage`.
    points : mapping of str to (coverage, risk)

    Returns
    -------
    Figure
        Simulated data: the figure says so.

    Raises
    ------
    ValueError
        If there is no curve or more than four.

    Examples
    --------
    >>> from introdl.selective import risk_coverage
    >>> curve = risk_coverage([0, 0, 0, 1], [0.9, 0.8, 0.7, 0.6])
    >>> risk_against_coverage({"forest": curve}, {"agreement": (0.75, 0.1)})
    Simulated. Share of answers that are wrong. forest: 0.00% at coverage 0.50, ...
    """
    if not 1 <= len(curves) <= 4:
        raise ValueError(f"curves must be one to four, got {len(curves)}")
    said = []
    with new_figure(5.6, 3.7) as (canvas, ax):
        for (name, curve), (colour, _, line) in zip(curves.items(), MARKS, strict=False):
            ax.step(curve["coverage"], 100 * curve["risk"], where="post", color=colour, linestyle=line, linewidth=2,
                    label=_name(name))  # fmt: skip
            at = [f"{_share(_risk_at(curve, c))} ({fixed(c)})" for c in (0.5, 0.9, 1.0)]
            said.append(label("agreement.curve-said", name=_name(name), half=at[0].split(" ")[0],
                              nine=at[1].split(" ")[0], all=at[2].split(" ")[0]))  # fmt: skip
        for (name, (coverage, risk)), (_, mark, _) in zip(points.items(), MARKS[1:], strict=False):
            ax.plot(coverage, 100 * risk, mark, color=INK, markersize=8, label=_name(name), linestyle="none")
            said.append(label("agreement.point-said", name=_name(name), risk=_share(risk), coverage=fixed(coverage)))
        ax.set_xlabel(label("agreement.coverage"))
        ax.set_ylabel(label("agreement.wrong-percent"))
        ax.set_ylim(bottom=0)
        ax.legend(loc="upper left", frameon=False, title=label("agreement.simulated"))
    alt = sentences(label("agreement.simulated-said"), label("agreement.curves-said"), *said)
    return Figure(canvas, alt)


def in_and_out(table: pd.DataFrame, column: str = "error rate") -> Figure:
    """Draw one column of a report for each model, in range and out of range side by side.

    Parameters
    ----------
    table : DataFrame
        Of :func:`introdl.selective.report`, with ``where`` "in range" and "out of range".
    column : str
        "error rate" or "cost", drawn with their intervals, or "referrals per 100".

    Returns
    -------
    Figure
        Simulated data: the figure says so.

    Raises
    ------
    ValueError
        If the table has not both kinds of rows, or not that column.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = {"where": ["in range", "out of range"], "model": ["forest", "forest"], "referrals per 100": [2.0, 30.0]}
    >>> in_and_out(pd.DataFrame(rows), "referrals per 100")
    Simulated. ... forest: 2.0 in range, 30.0 out of range.
    """
    kinds = ("in range", "out of range")
    known_columns = ("error rate", "cost", "referrals per 100")
    if column not in known_columns or column not in table or set(table["where"]) != set(kinds):
        raise ValueError(f"expected rows in range and out of range with a column of {known_columns}, got {column!r}")
    models = list(dict.fromkeys(table["model"]))
    places = np.arange(len(models))[::-1]
    scale = 100 if column == "error rate" else 1
    cells = table.set_index(["where", "model"])
    with new_figure(6.0, 0.5 * len(models) + 1.2) as (canvas, ax):
        for kind, shift, (colour, mark, _) in zip(kinds, (0.14, -0.14), MARKS, strict=False):
            values = scale * np.array([cells.loc[(kind, name), column] for name in models], dtype=float)
            stem = "error" if column == "error rate" else column
            if f"{stem} from" in cells:
                low, high = (
                    scale * np.array([cells.loc[(kind, name), f"{stem} {end}"] for name in models], dtype=float)
                    for end in ("from", "to")
                )
                ax.hlines(places + shift, low, high, color=colour, linewidth=1.5)
            ax.plot(values, places + shift, mark, color=colour, markersize=6, label=_name(kind))
        ax.set_yticks(places, [_name(name) for name in models])
        ax.set_ylim(-0.6, len(models) - 0.4)
        ax.set_xlim(left=0)
        ax.set_xlabel(label(f"agreement.axis-{column.replace(' ', '-')}"))
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, frameon=False,
                  title=label("agreement.simulated"))  # fmt: skip
    said = [
        label(
            "agreement.in-out-said",
            name=_name(name),
            inside=_valued(scale * cells.loc[(kinds[0], name), column], column),
            outside=_valued(scale * cells.loc[(kinds[1], name), column], column),
        )
        for name in models
    ]
    return Figure(canvas, sentences(label("agreement.simulated-said"), label("agreement.in-out"), *said))


def person_errs(
    rates: Sequence[float], with_person: Mapping[str, Sequence[float]], alone: Mapping[str, float]
) -> Figure:
    """Draw what a part costs when a person decides what is handed over, against how often the person is wrong.

    Parameters
    ----------
    rates : sequence of float
        Error rates of the person, rising.
    with_person : mapping of str to sequence of float
        Mean cost of a row, for each rate.
    alone : mapping of str to float
        Mean cost of a row where the model answers all.

    Returns
    -------
    Figure
        Simulated data and a simulated person: the figure says so.

    Raises
    ------
    ValueError
        If a sequence has not one cost for each rate.

    Examples
    --------
    >>> person_errs([0.0, 0.1], {"agreement": [0.2, 0.4]}, {"forest": 0.3})
    Simulated. ... agreement: 0.20 if the person is wrong in 0%, 0.40 in 10%. forest, answering all: 0.30.
    """
    said = []
    with new_figure(5.6, 3.6) as (canvas, ax):
        for (name, costs), (colour, mark, line) in zip(with_person.items(), MARKS, strict=False):
            if len(costs) != len(rates):
                raise ValueError(f"{name} must have a cost for each of the {len(rates)} rates, got {len(costs)}")
            ax.plot(100 * np.asarray(rates), costs, color=colour, marker=mark, linestyle=line, label=_name(name))
            said.append(label("agreement.person-said", name=_name(name), first=fixed(costs[0]), last=fixed(costs[-1]),
                              low=fixed(100 * rates[0], 0), high=fixed(100 * rates[-1], 0)))  # fmt: skip
        for (name, cost), line in zip(alone.items(), ("--", ":"), strict=False):
            shown = label("agreement.answering-all", name=_name(name))
            ax.axhline(cost, color=GREY, linestyle=line, label=shown)
            said.append(label("agreement.alone-cost-said", name=shown, cost=fixed(cost)))
        ax.set_xlabel(label("agreement.person-wrong"))
        ax.set_ylabel(label("agreement.axis-cost"))
        ax.set_ylim(bottom=0)
        ax.legend(loc="best", frameon=False, title=label("agreement.simulated"))
    return Figure(canvas, sentences(label("agreement.simulated-said"), label("agreement.persons"), *said))


def _name(name: str) -> str:
    return label(f"tables.{name}") if known(f"tables.{name}") else name


def _share(rate: float) -> str:
    """Write a share in percent, with as many digits as it needs to be seen."""
    percent = 100 * rate
    return f"{percent:.2f}%" if percent >= 0.005 or percent == 0 else f"{percent:.1g}%".replace("e-0", "e-")


def _valued(value: float, column: str) -> str:
    if np.isnan(value):
        return label("agreement.nothing")
    return {"error rate": f"{value:.2f}%", "cost": f"{value:.2f}"}.get(column, f"{value:.1f}")


def _risk_at(curve: pd.DataFrame, coverage: float) -> float:
    """Return the risk of the first row that answers at least so many."""
    return float(curve.loc[curve["coverage"] >= coverage - 1e-12, "risk"].iloc[0])
