"""Inputs that are unlike the known: two charts and an ellipse, a chart over time, what each detector found, digits.

Drawn in the chapter *Has the model ever seen anything like this? Find what is abnormal*.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.ticker import FuncFormatter, NullFormatter

from introdl.arrays import numbers, whole
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, Figure, new_figure
from introdl.figures.said import fixed, listed, plain, sentences
from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd

COLUMNS_OF_MEASURED = ("found", "found from", "found to", "false alarms")


def two_charts(
    normal: pd.DataFrame, detector: Any, point: Mapping[str, float], shown: int = 400, simulated: bool = True
) -> Figure:
    """Draw two columns, the limits of a chart for each, the border of a detector of both, and one row to judge.

    Parameters
    ----------
    normal : pandas.DataFrame, shape (n, 2)
        Normal rows; the names of its columns are tables ``column-…`` of ``labels/abnormal.toml``, or stand as they are.
    detector : estimator
        Fitted to these two columns, with ``decision_function``.
    point : mapping
        The row to judge, by column.
    shown : int
        How many of the normal rows are drawn, from the first.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure
        Each chart's limits are the mean ± 3 standard deviations.

    Raises
    ------
    ValueError
        If there are not exactly two columns, or the point has others.

    Examples
    --------
    >>> import pandas as pd
    >>> from introdl.detectors import HotellingDetector
    >>> rows = pd.DataFrame(np.random.default_rng(0).normal(size=(100, 2)), columns=["speed", "torque"])
    >>> two_charts(rows, HotellingDetector(limit="F").fit(rows), {"speed": 0, "torque": 0})
    Normal rows ... The row to judge, speed 0 and torque 0, is inside both charts' limits and inside the border ...
    """
    import pandas as pd

    if normal.shape[1:] != (2,) or set(point) != set(normal.columns):
        raise ValueError(f"normal and point must have the same two columns, got {list(normal)} and {list(point)}")
    across, up = normal.columns
    middle, spread = normal.mean(), normal.std()
    low, high = middle - 3 * spread, middle + 3 * spread
    row = pd.DataFrame([point])[list(normal.columns)].astype(float)
    inside_charts = bool(((row >= low) & (row <= high)).all(axis=None))
    inside_border = bool(detector.decision_function(row)[0] >= 0)
    edges = [np.linspace(low[name] - spread[name], high[name] + spread[name], 161) for name in normal.columns]
    grid = np.stack(np.meshgrid(*edges), axis=-1)
    heights = detector.decision_function(pd.DataFrame(grid.reshape(-1, 2), columns=normal.columns))
    with new_figure(4.8, 3.7) as (canvas, ax):
        some = normal.iloc[:shown]
        ax.scatter(some[across], some[up], s=9, color=BLUE, alpha=0.45, linewidth=0, rasterized=True)
        box_x, box_y = ([ends[name] for ends in (low, high)] for name in normal.columns)
        ax.plot(np.take(box_x, [0, 1, 1, 0, 0]), np.take(box_y, [0, 0, 1, 1, 0]), color=GREY, linestyle="--")
        ax.contour(*edges, heights.reshape(161, 161), levels=[0], colors=[GREEN], linewidths=2)
        ax.scatter(row[across], row[up], marker="X", s=110, color=ORANGE, edgecolor=PAPER, zorder=4)
        for words, place, color in (
            (label("abnormal.judge-this"), (row[across][0], row[up][0]), ORANGE),
            (label("abnormal.charts"), (box_x[0] - spread[across] / 4, box_y[1]), INK),
        ):
            ax.annotate(words, place, (6, 5), textcoords="offset points", color=color, va="bottom")
        ax.set_xlim(edges[0][0], edges[0][-1])
        ax.set_ylim(edges[1][0], edges[1][-1])
        ax.set_xlabel(_column(across, unit=True))
        ax.set_ylabel(_column(up, unit=True))
        _say(canvas, simulated)
    where = f"{'in' if inside_charts else 'out'}-{'in' if inside_border else 'out'}"
    values = {
        "across": _column(across),
        "up": _column(up),
        "x": plain(point[across]),
        "y": plain(point[up]),
        "where": label(f"abnormal.where-{where}"),
    }
    return Figure(canvas, _with_origin([label("abnormal.two-charts-alt", **values)], simulated))


def control_chart(distance: np.ndarray, limit: float, trained: int, simulated: bool = True) -> Figure:
    """Draw a distance for each row in the order of time, with the control limit and where training ended.

    Parameters
    ----------
    distance : array-like, shape (n,)
        Positive; larger is less normal, such as T².
    limit : float
        Above it is abnormal.
    trained : int
        The first so many rows were known when the limit was set.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure
        The scale of the distance is logarithmic.

    Raises
    ------
    ValueError
        If a distance or the limit is not positive, or training takes all the rows or none.

    Examples
    --------
    >>> control_chart([1, 2, 9, 1, 8, 20], limit=7, trained=3)
    A distance for each of 6 rows... limit 7. Of the first 3 rows 33% lie above it, of the other 3 rows 67%. ...
    """
    distance = numbers(distance, "distance", ndim=1)
    limit, trained = float(numbers(limit, "limit", ndim=0)), whole(trained, "trained", least=1)
    if limit <= 0 or distance.min() <= 0:
        raise ValueError("distance and limit must be positive: turn the sign of score_samples and offset_")
    if trained >= len(distance):
        raise ValueError(f"trained must leave rows over, got {trained} of {len(distance)}")
    before, after = (100 * (part > limit).mean() for part in (distance[:trained], distance[trained:]))
    with new_figure(4.8, 3.0) as (canvas, ax):
        places = np.arange(len(distance))
        for part, color in ((places < trained, BLUE), (places >= trained, ORANGE)):
            ax.scatter(places[part], distance[part], s=4, color=color, linewidth=0, alpha=0.5, rasterized=True)
        ax.axhline(limit, color=INK, linewidth=1.4, linestyle="--")
        ax.axvline(trained, color=GREY, linewidth=1)
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.yaxis.set_minor_formatter(NullFormatter())
        top = distance.max()
        ax.set_ylim(np.quantile(distance, 0.001), 8 * top)
        ax.text(0.02 * trained, 4.5 * top, label("abnormal.before", share=fixed(before, 0)), va="center", color=BLUE)
        ax.text(1.02 * trained, 4.5 * top, label("abnormal.after", share=fixed(after, 0)), va="center", color=ORANGE)
        ax.set_xlim(0, len(distance))
        ax.set_xlabel(label("abnormal.parts"))
        ax.set_ylabel("T²")
        _say(canvas, simulated)
    values = {"n": len(distance), "limit": plain(limit), "trained": trained, "rest": len(distance) - trained}
    values |= {"before": fixed(before, 0), "after": fixed(after, 0)}
    return Figure(canvas, _with_origin([label("abnormal.chart-alt", **values)], simulated))


def detectors_found(tables: Mapping[str, pd.DataFrame], simulated: bool = True) -> Figure:
    """Draw what each detector found and how often it cried wolf, one panel a question.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Question (a table ``question-…`` of ``labels/abnormal.toml``) → a table of
        :func:`introdl.detectors.measured`; the same detectors in each.
    simulated : bool
        Whether the data are; the figure then says so.

    Returns
    -------
    Figure
        Filled marks are the share found, with its interval; hollow ones the share of false alarms.

    Raises
    ------
    ValueError
        If there is no table, or they do not name the same detectors.

    Examples
    --------
    >>> import pandas as pd
    >>> row = {"found": 0.5, "found from": 0.4, "found to": 0.6, "false alarms": 0.05}
    >>> detectors_found({"fault": pd.DataFrame([row], index=["T²"])})
    What each detector found... Is this part abnormal? T²: 50% found (interval 40 to 60), 5% false alarms. The ...
    """
    names = [list(table.index) for table in tables.values()]
    if not names or any(other != names[0] for other in names):
        raise ValueError(f"tables must name the same detectors in the same order, got {names}")
    places = -np.arange(len(names[0]))
    said = []
    with new_figure(4.8, 0.75 + 0.36 * len(places) + 0.35, ncols=len(tables), sharey=True) as (canvas, axes):
        for ax, (question, table) in zip(np.atleast_1d(axes), tables.items(), strict=True):
            share, low, high, false = (100 * table[name].to_numpy(float) for name in COLUMNS_OF_MEASURED)
            ax.hlines(places, low, high, color=BLUE, linewidth=2)
            ax.scatter(share, places, s=38, color=BLUE, zorder=3)
            ax.scatter(false, places, s=34, marker="s", facecolor=PAPER, edgecolor=ORANGE, linewidth=1.6, zorder=3)
            ax.set_xlim(-4, 104)
            ax.set_xticks([0, 50, 100])
            ax.set_title(label(f"abnormal.question-{question}"))
            ax.set_xlabel(label("abnormal.percent"))
            each = [
                label(
                    "abnormal.found-alt",
                    name=_detector(name),
                    **{key: fixed(value, 0) for key, value in zip(("found", "low", "high", "false"), row, strict=True)},
                )
                for name, *row in zip(table.index, share, low, high, false, strict=True)
            ]
            said.append(label("abnormal.question-alt", question=label(f"abnormal.asks-{question}"), all=listed(each)))
        first = np.atleast_1d(axes)[0]
        first.set_yticks(places, [_detector(name) for name in names[0]])
        first.set_ylim(places[-1] - 0.6, 0.6)
        canvas.supxlabel(label("abnormal.marks"), fontsize=11)
        _say(canvas, simulated)
    return Figure(canvas, _with_origin([label("abnormal.found-intro"), *said], simulated))


def digits_judged(images: np.ndarray, scores: np.ndarray, offset: float, count: int = 6) -> Figure:
    """Draw the images that a detector takes for the most normal, and those it takes for the least.

    Parameters
    ----------
    images : array-like, shape (n, height, width)
        From 0 (white) to 1 (black).
    scores : array-like, shape (n,)
        Higher is more normal.
    offset : float
        Under it is abnormal.
    count : int
        So many of each kind.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are fewer images than are to be drawn, or not one score for each.

    Examples
    --------
    >>> digits_judged(np.zeros((4, 8, 8)), [1, 2, 3, 4], offset=2.5, count=2)
    4 images... most normal: 2 of 2 pass as normal. The least normal: 0 of 2 pass. Of all 4, 2 pass.
    """
    images = numbers(images, "images", ndim=3)
    scores = numbers(scores, "scores", ndim=1)
    offset, count = float(numbers(offset, "offset", ndim=0)), whole(count, "count", least=1)
    if len(images) != len(scores) or len(images) < 2 * count:
        raise ValueError(
            f"expected a score for each of {2 * count} images or more, "
            f"got {len(images)} images and {len(scores)} scores"
        )
    order = np.argsort(-scores, kind="stable")
    lines = {"most": order[:count], "least": order[-count:]}
    passed = {name: int((scores[places] >= offset).sum()) for name, places in lines.items()}
    with new_figure(4.8, 2.3, nrows=2, ncols=count) as (canvas, axes):
        for row, (name, places) in zip(axes.reshape(2, count), lines.items(), strict=True):
            for ax, place in zip(row, places, strict=True):
                ax.imshow(images[place], cmap="gray_r", vmin=0, vmax=1, interpolation="nearest")
                ax.set_xticks([])
                ax.set_yticks([])
                ax.spines[:].set_visible(True)
            title = row[0].set_title(label(f"abnormal.{name}-normal"), loc="left")
            title.set_in_layout(False)  # or the first column would be as wide as the words
    values = {"n": len(images), "count": count, "passed": int((scores >= offset).sum())}
    return Figure(canvas, label("abnormal.digits-alt", most=passed["most"], least=passed["least"], **values))


def _say(canvas: Any, simulated: bool) -> None:
    if simulated:
        canvas.suptitle(label("abnormal.simulated"), x=0.995, ha="right", fontsize=10, style="italic")


def _with_origin(said: list[str], simulated: bool) -> str:
    return sentences(*said, *([label("abnormal.simulated-alt")] if simulated else []))


def _column(name: str, unit: bool = False) -> str:
    key = f"abnormal.{'unit' if unit else 'column'}-{name}"
    return label(key) if known(key) else str(name)


def _detector(name: str) -> str:
    key = f"tables.{name}"
    return label(key) if known(key) else str(name)
