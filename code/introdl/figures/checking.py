"""How good is a model: trees that bend too far, who is held out, a thousand people, and intervals that miss.

Drawn in the chapter *How good is the model? Check it on people it has never met*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import MaxNLocator

from introdl.arrays import is_tensor, numbers, whole
from introdl.checking import Confusion, Interval, wilson
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, Figure, Steps, new_figure
from introdl.figures.people import HIGHEST_SCORE
from introdl.figures.said import listed
from introdl.language import label

if TYPE_CHECKING:
    import pandas as pd

ROWS_OF_PEOPLE = 20  # a thousand people stand in 20 rows of 50
MARKS = {"tp": (ORANGE, "s", ORANGE), "fn": ("none", "s", ORANGE), "fp": (BLUE, "D", BLUE), "tn": (GREY, ".", "none")}


def staircases(trained: pd.DataFrame, held_out: pd.DataFrame, trees: Mapping[int, Any]) -> Steps:
    """Draw what trees of growing size answer to a time, and how far they miss people trained on and held out.

    Parameters
    ----------
    trained, held_out : pandas.DataFrame
        Columns ``tug`` (s) and ``bbs`` (points, 0 to 28), one row a person.
    trees : mapping of int to estimator
        Most leaves it may have → a model fitted to the column ``tug``, with ``predict``; at least two.

    Returns
    -------
    Steps
        Each frame shows both mean absolute errors.

    Raises
    ------
    ValueError
        If a column is missing, or a table is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> from sklearn.dummy import DummyRegressor
    >>> people = pd.DataFrame({"tug": [8, 10, 20], "bbs": [22, 20, 12]})
    >>> flat = DummyRegressor().fit(people[["tug"]], people["bbs"])
    >>> staircases(people, people[:1], {1: flat, 2: flat})
    leaves at most 1: A tree with at most 1 leaves: ... 4.00 points; the 1 held out by 4.00 points.
    leaves at most 2: A tree with at most 2 leaves: ... 4.00 points; the 1 held out by 4.00 points.
    """
    import pandas as pd

    for name, table in (("trained", trained), ("held_out", held_out)):
        missing = [column for column in ("tug", "bbs") if column not in table]
        if missing or len(table) == 0:
            raise ValueError(f"{name} must have the columns tug and bbs and at least one row, got {table.shape}")
    both = pd.concat([trained, held_out])["tug"]
    grid = pd.DataFrame({"tug": np.linspace(both.min() - 1, both.max() + 1, 401)})
    frames = []
    for leaves, tree in trees.items():
        answers = tree.predict(held_out[["tug"]])
        values = {
            "leaves": leaves,
            "trained": f"{np.abs(trained['bbs'] - tree.predict(trained[['tug']])).mean():.2f}",
            "held_out": f"{np.abs(held_out['bbs'] - answers).mean():.2f}",
            "n_trained": len(trained),
            "n_held_out": len(held_out),
        }
        with new_figure(4.8, 3.7) as (canvas, ax):
            ax.vlines(held_out["tug"], held_out["bbs"], answers, color=ORANGE, linewidth=1.2, linestyle=":")
            ax.plot(grid["tug"], tree.predict(grid), color=GREEN, linewidth=1.6, zorder=2)
            ax.scatter(trained["tug"], trained["bbs"], s=30, color=BLUE, edgecolor=PAPER, linewidth=0.7, zorder=3)
            hollow = {"facecolor": PAPER, "edgecolor": ORANGE, "linewidth": 1.6, "marker": "s", "zorder": 4}
            ax.scatter(held_out["tug"], held_out["bbs"], s=30, **hollow)
            ax.set_ylim(-1, HIGHEST_SCORE + 1.5)
            ax.set_yticks(range(0, HIGHEST_SCORE + 1, 7))
            ax.set_xlabel(label("people.seconds"))
            ax.set_ylabel(label("people.points"))
            for height, name, color in ((0.13, "tree-trained", BLUE), (0.04, "tree-held-out", ORANGE)):
                ax.text(0.03, height, label(f"checking.{name}", **values), transform=ax.transAxes, color=color)
        frames.append(Figure(canvas, label("checking.tree-alt", **values)))
    return Steps(frames, [str(leaves) for leaves in trees], title=label("checking.leaves-at-most"))


def flexibility(sizes: Sequence[int], trained: np.ndarray, held_out: np.ndarray) -> Figure:
    """Draw training error and held-out error against how freely a model can bend, with their spread.

    Parameters
    ----------
    sizes : sequence of int, length d
        How freely: the most leaves a tree may have.
    trained, held_out : array-like, shape (tables, d)
        Mean absolute error (points) on the people trained on, and on those held out, for each table of people.

    Returns
    -------
    Figure
        Lines are means over the tables, bands hold the middle 80% of them.

    Raises
    ------
    TypeError, ValueError
        If the errors are not finite numbers of the same shape, or there is not one column for each size.

    Examples
    --------
    >>> flexibility([2, 5, 40], [[3, 2, 1], [3, 2, 1]], [[4, 2, 5], [4, 3, 5]])
    Mean absolute error ... falls from 3.00 with 2 leaves to 1.00 with 40. ... smallest with 5 leaves (2.50), and ...
    """
    errors = {"trained": _array(trained, "trained", ndim=2), "held-out": _array(held_out, "held_out", ndim=2)}
    shapes = {errors[name].shape for name in errors}
    if len(shapes) > 1 or errors["trained"].shape[1] != len(sizes):
        raise ValueError(f"trained and held_out must have shape (tables, {len(sizes)}), got {sorted(shapes)}")
    places = range(len(sizes))
    with new_figure(4.8, 3.4) as (canvas, ax):
        for (name, values), color, marker, above in zip(
            errors.items(), (BLUE, ORANGE), "os", (False, True), strict=True
        ):
            low, high = np.quantile(values, [0.1, 0.9], axis=0)
            ax.fill_between(places, low, high, color=color, alpha=0.18, linewidth=0)
            ax.plot(places, values.mean(axis=0), color=color, marker=marker)
            place = min(2 if above else 3, len(sizes) - 1)
            spot = (places[place], values[:, place].mean())
            shift = (-30, 26) if above else (8, 4)
            text = label(f"checking.people-{name}")
            ax.annotate(text, spot, xytext=shift, textcoords="offset points", va="bottom", color=color)
        ax.set_xticks(places, [str(size) for size in sizes])
        ax.set_ylim(bottom=0)
        ax.set_xlabel(label("checking.leaves-at-most"))
        ax.set_ylabel(label("checking.mae"))
    means = {name: values.mean(axis=0) for name, values in errors.items()}
    best = int(means["held-out"].argmin())
    values = {
        "tables": len(errors["trained"]),
        "first": sizes[0],
        "last": sizes[-1],
        "from_": f"{means['trained'][0]:.2f}",
        "to": f"{means['trained'][-1]:.2f}",
        "best": sizes[best],
        "least": f"{means['held-out'][best]:.2f}",
        "end": f"{means['held-out'][-1]:.2f}",
    }
    return Figure(canvas, label("checking.flexibility-alt", **values))


def who_is_held_out(
    rounds: Mapping[str, np.ndarray] | Sequence[np.ndarray], person: np.ndarray | None = None
) -> Figure:
    """Draw which rows train the model and which are held out, one line of squares a round.

    Parameters
    ----------
    rounds : sequence of arrays, or mapping of str to array; each of bool, shape (n,)
        True where the row is held out. Names are tables ``split-…`` of ``labels/checking.toml``; without names they
        are rounds 1, 2, ….
    person : array-like, shape (n,), optional
        Whose row it is: rows of one person stand together, with a gap to the next.

    Returns
    -------
    Figure
        Its description says how many persons are on both sides in each round, where ``person`` is given.

    Raises
    ------
    ValueError
        If there is no round, or masks differ in length from each other or from ``person``.

    Examples
    --------
    >>> who_is_held_out([[True, False, False], [False, True, False]])
    Which of 3 rows are held out. Round 1: 1 held out, 2 train the model. Round 2: 1 held out, 2 train the model.
    """
    if not isinstance(rounds, Mapping):
        rounds = {str(place): mask for place, mask in enumerate(rounds, start=1)}
        names = {name: label("checking.round", number=name) for name in rounds}
    else:
        names = {name: label(f"checking.split-{name}") for name in rounds}
    masks = {name: np.asarray(mask, dtype=bool) for name, mask in rounds.items()}
    lengths = sorted({len(mask) for mask in masks.values()} | ({len(person)} if person is not None else set()))
    if len(lengths) != 1 or lengths[0] == 0:
        raise ValueError(f"rounds must be masks of one length, as long as person, got lengths {lengths}")
    whose = np.zeros(lengths[0], dtype=int) if person is None else np.unique(np.asarray(person), return_inverse=True)[1]
    across = np.arange(lengths[0]) + 0.9 * np.cumsum(np.diff(whose, prepend=whose[0]) != 0)
    said = []
    with new_figure(4.8, 0.62 + 0.42 * len(masks)) as (canvas, ax):
        for place, (name, held) in enumerate(masks.items()):
            size = min(90.0, (4.0 * 72 / (across[-1] + 2)) ** 2 * 0.62)
            ax.scatter(across[~held], np.full((~held).sum(), -place), s=size * 0.55, color=BLUE, marker="o")
            ax.scatter(
                across[held],
                np.full(held.sum(), -place),
                s=size,
                facecolor="none",
                edgecolor=ORANGE,
                linewidth=1.8,
                marker="s",
            )
            values = {"round": names[name], "held": int(held.sum()), "rest": int((~held).sum())}
            text = label("checking.round-alt", **values)
            if person is not None:
                both = len(np.intersect1d(whose[held], whose[~held]))
                text += label("checking.round-alt-both", both=both)
            said.append(text)
        ax.set_xlim(-0.9, across[-1] + 0.9)
        ax.set_ylim(-len(masks) + 0.4, 0.6)
        ax.set_yticks([-place for place in range(len(masks))], [names[name] for name in masks])
        ax.set_xticks([])
        ax.tick_params(length=0)
        ax.spines[["left", "bottom"]].set_visible(False)
        ax.set_xlabel(label("checking.squares" if person is None else "checking.squares-person"))
    return Figure(canvas, label("checking.held-alt", n=lengths[0]) + "".join(said))


def how_often_right(counts: Mapping[str, Sequence[int]], n: int, chance: float = 0.5) -> Figure:
    """Draw, for repeated experiments, how many of ``n`` were judged right, one panel a way of checking.

    Parameters
    ----------
    counts : mapping of str to sequence of int
        Way of checking (a table ``way-…`` of ``labels/checking.toml``) → how many right in each experiment.
    n : int
        Out of how many.
    chance : float
        Share that guessing gets right.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is nothing to draw, or a count is not between 0 and ``n``.

    Examples
    --------
    >>> how_often_right({"outside": [36, 38], "inside": [19, 21]}, n=40)
    How many of 40 were judged right... guessing gets 20. Selected before ...: mean 37.0, from 36 to 38, in 2 ...
    """
    n = whole(n, "n", least=1)
    found = {name: _array(values, name, ndim=1) for name, values in counts.items()}
    if not found:
        raise ValueError("counts must hold at least one way of checking, got none")
    for name, values in found.items():
        if values.min() < 0 or values.max() > n:
            raise ValueError(f"{name} must hold counts between 0 and n = {n}, got {values.min():g} to {values.max():g}")
    low, high = min(values.min() for values in found.values()), max(values.max() for values in found.values())
    edges = np.arange(min(low, chance * n) - 1.5, high + 2)
    said = []
    size = (4.8, 0.6 + 1.4 * len(found))
    with new_figure(*size, nrows=len(found), sharex=True, squeeze=False) as (canvas, axes):
        for ax, (name, values), color in zip(axes[:, 0], found.items(), (ORANGE, BLUE, GREEN), strict=False):
            ax.hist(values, edges, color=color, edgecolor=PAPER, linewidth=0.8)
            ax.axvline(chance * n, color=INK, linewidth=1.2, linestyle="--")
            words = {"way": label(f"checking.way-{name}"), "mean": f"{values.mean():.1f}", "times": len(values)}
            ax.set_title(label("checking.way-heading", **words), loc="left", fontsize=10)
            ax.yaxis.set_major_locator(MaxNLocator(3, integer=True))
            ax.set_ylabel(label("checking.times"))
            said.append(label("checking.way-alt", low=f"{values.min():g}", high=f"{values.max():g}", **words))
        axes[-1, 0].set_xlabel(label("checking.right-of", n=n))
        axes[-1, 0].xaxis.set_major_locator(MaxNLocator(integer=True))
        beside = {"xycoords": ("data", "axes fraction"), "xytext": (5, 0), "textcoords": "offset points"}
        axes[0, 0].annotate(label("checking.guessing"), (chance * n, 0.8), fontsize=10, **beside)
    return Figure(canvas, label("checking.ways-alt", n=n, chance=f"{chance * n:g}") + "".join(said))


def thousand_people(counts: Sequence[Confusion]) -> Steps:
    """Draw the people whom a test judged, one mark each, for one prevalence after another.

    Parameters
    ----------
    counts : sequence of Confusion
        At least two, with different prevalences; the first rows of people are those with the condition.

    Returns
    -------
    Steps
        A button for each prevalence; each frame says how many of the positive really have the condition.

    Raises
    ------
    ValueError
        If there are fewer than two, nobody is called positive, or there are more than 2,000 people to draw.

    Examples
    --------
    >>> thousand_people([Confusion(tn=842, fp=148, fn=1, tp=9), Confusion(tn=808, fp=142, fn=7, tp=43)])
    prevalence 1%: 1000 people, 10 of them with the condition. ... Of 157 positive, 9 have the condition: 6%.
    prevalence 5%: 1000 people, 50 of them with the condition. ... Of 185 positive, 43 have the condition: 23%.
    """
    frames, names = [], []
    for count in counts:
        if not 0 < count.n <= 2000:
            raise ValueError(f"expected 1 to 2000 people to draw, got {count.n}")
        values = {
            **count._asdict(),
            "n": count.n,
            "ill": count.tp + count.fn,
            "positive": count.tp + count.fp,
            "ppv": f"{100 * count.ppv:.0f}",
        }
        names.append(f"{100 * values['ill'] / count.n:g}%")
        frames.append(Figure(_crowd(count, values), label("checking.thousand-alt", **values)))
    return Steps(frames, names, title=label("checking.prevalence"))


def _crowd(count: Confusion, values: Mapping[str, object]) -> Canvas:
    people = np.arange(count.n)
    across, down = people // ROWS_OF_PEOPLE, people % ROWS_OF_PEOPLE
    width = across[-1] + 1
    with new_figure(4.8, 3.5, nrows=2, height_ratios=(2.0, 1.0)) as (canvas, (ax, key)):
        canvas.set_dpi(220)  # for the dots that are drawn as a picture
        start = 0
        for kind in ("tp", "fn", "fp", "tn"):
            own = slice(start, start + getattr(count, kind))
            start = own.stop
            face, marker, edge = MARKS[kind]
            style = {"s": 12, "facecolor": face, "edgecolor": edge, "linewidth": 1.0, "marker": marker}
            ax.scatter(across[own], -down[own], rasterized=kind == "tn", **style)
        ax.set_xlim(-0.8, max(width, 10) - 0.2)
        ax.set_ylim(-ROWS_OF_PEOPLE + 0.2, 0.8)
        for place, kind in enumerate(("tp", "fn", "fp", "tn")):
            face, marker, edge = MARKS[kind]
            key.scatter(0.02, -place, s=34, facecolor=face, edgecolor=edge, linewidth=1.4, marker=marker)
            key.text(0.05, -place, label(f"checking.key-{kind}", **values), va="center_baseline", fontsize=10)
        key.text(0, -4.15, label("checking.ppv-line", **values), va="center_baseline", weight="bold")
        key.set_xlim(0, 1)
        key.set_ylim(-4.6, 0.5)
        for axes in (ax, key):
            axes.set_axis_off()
    return canvas


def roc(false_alarms: np.ndarray, found: np.ndarray, thresholds: np.ndarray, marked: float) -> Figure:
    """Draw a ROC curve as the staircase it is, with one threshold marked on it.

    Parameters
    ----------
    false_alarms, found, thresholds : array-like, shape (k,)
        As ``sklearn.metrics.roc_curve`` returns them: 1 − specificity, sensitivity, and the threshold (s).
    marked : float
        The threshold to mark; one of ``thresholds``.

    Returns
    -------
    Figure
        Its description says the area under the curve.

    Raises
    ------
    ValueError
        If the arrays differ in length, or ``marked`` is not among the thresholds.

    Examples
    --------
    >>> roc([0, 0, 1], [0, 1, 1], [np.inf, 14, 8], marked=14)
    ROC curve with 3 thresholds and an area of 1.00 below it. At 14 s or more: sensitivity 1.00, false alarms 0.00.
    """
    false_alarms, found = _array(false_alarms, "false_alarms", ndim=1), _array(found, "found", ndim=1)
    cuts = np.asarray(thresholds, dtype=float)
    if not len(false_alarms) == len(found) == len(cuts):
        raise ValueError(f"expected three arrays of one length, got {len(false_alarms)}, {len(found)}, {len(cuts)}")
    places = np.flatnonzero(cuts == marked)
    if len(places) == 0:
        raise ValueError(f"marked must be one of the thresholds {cuts.tolist()}, got {marked}")
    here = places[0]
    area = float(((found[1:] + found[:-1]) / 2 * np.diff(false_alarms)).sum())
    with new_figure(4.2, 3.7) as (canvas, ax):
        ax.plot([0, 1], [0, 1], color=GREY, linewidth=1.2, linestyle="--")
        ax.plot(false_alarms, found, color=BLUE, marker="o", markersize=4)
        ax.plot(false_alarms[here], found[here], color=ORANGE, marker="s", markersize=9)
        text = label("checking.roc-marked", threshold=f"{marked:g}")
        spot = (false_alarms[here], found[here])
        ax.annotate(text, spot, xytext=(10, -6), textcoords="offset points", va="top", color=ORANGE)
        ax.text(0.97, 0.06, label("checking.auc", area=f"{area:.2f}"), transform=ax.transAxes, ha="right")
        ax.set_xlim(-0.03, 1.03)
        ax.set_ylim(-0.03, 1.05)
        ax.set_aspect("equal")
        ax.set_xlabel(label("checking.false-alarms"))
        ax.set_ylabel(label("checking.sensitivity"))
    values = {
        "k": len(cuts),
        "area": f"{area:.2f}",
        "threshold": f"{marked:g}",
        "found": f"{found[here]:.2f}",
        "false_alarms": f"{false_alarms[here]:.2f}",
    }
    return Figure(canvas, label("checking.roc-alt", **values))


def calibration(y: np.ndarray, models: Mapping[str, np.ndarray], bins: int = 5) -> Figure:
    """Draw what was promised against what happened: people grouped by the probability a model gave them.

    Parameters
    ----------
    y : array-like, shape (n,)
        1 where the condition is there, else 0.
    models : mapping of str to array-like, shape (n,)
        Model (a table ``model-…`` of ``labels/checking.toml``) → its probabilities, between 0 and 1.
    bins : int
        How many groups of equal width.

    Returns
    -------
    Figure
        One panel a model; a bar is Wilson's 95% interval of a group. A group without anybody is left out.

    Raises
    ------
    TypeError, ValueError
        If probabilities are not between 0 and 1, do not belong to ``y``, or ``y`` holds anything but 0 and 1.

    Examples
    --------
    >>> calibration([0, 0, 1, 1], {"modest": [0.3, 0.3, 0.7, 0.7]}, bins=2)
    Promised against happened... Probabilities as fitted: promised 30%, happened 0% (2 people); promised 70%, ...
    """
    y = _array(y, "y", ndim=1)
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"y must hold only 0 and 1, got {y[~np.isin(y, (0, 1))][0]:g}")
    bins = whole(bins, "bins", least=1)
    said = []
    size = {"ncols": len(models), "sharey": True, "squeeze": False}
    with new_figure(4.8, 3.1, **size) as (canvas, axes):
        for ax, (name, given) in zip(axes[0], models.items(), strict=True):
            p = _array(given, name, ndim=1)
            if len(p) != len(y):
                raise ValueError(f"y and {name} must have the same number of rows, got {len(y)} and {len(p)}")
            if p.min() < 0 or p.max() > 1:
                raise ValueError(f"{name} must hold probabilities between 0 and 1, got {p.min():g} to {p.max():g}")
            groups = []
            group = np.minimum((p * bins).astype(int), bins - 1)
            for here in (group == number for number in np.unique(group)):
                groups.append((p[here].mean(), int(y[here].sum()), int(here.sum())))
            _promises(ax, name, groups)
            parts = [
                label("checking.group-alt", promised=f"{100 * mean:.0f}", share=f"{100 * ill / n:.0f}", n=n)
                for mean, ill, n in groups
            ]
            said.append(label("checking.model-alt", model=label(f"checking.model-{name}"), groups=listed(parts)))
        axes[0, 0].set_ylabel(label("checking.happened"))
    return Figure(canvas, label("checking.calibration-alt") + "".join(said))


def _promises(ax: Axes, name: str, groups: Sequence[tuple[float, int, int]]) -> None:
    color, marker = (ORANGE, "s") if name == "boastful" else (BLUE, "o")
    ax.plot([0, 100], [0, 100], color=GREY, linewidth=1.2, linestyle="--")
    for mean, ill, n in groups:
        low, high = wilson(ill, n)
        ax.plot([100 * mean] * 2, [100 * low, 100 * high], color=color, linewidth=2, solid_capstyle="butt")
        ax.plot(100 * mean, 100 * ill / n, color=color, marker=marker, markersize=7)
    ax.set_xlim(-4, 104)
    ax.set_ylim(-4, 104)
    ax.set_aspect("equal")
    ax.set_xticks([0, 50, 100])
    ax.set_yticks([0, 25, 50, 75, 100])
    ax.set_xlabel(label(f"checking.model-{name}") + "\n" + label("checking.promised"))


def repeated_intervals(truth: float, studies: Mapping[str, Sequence[Interval]]) -> Figure:
    """Draw the intervals of many studies of the same kind, and which of them miss the truth.

    Parameters
    ----------
    truth : float
        The true mean absolute error (points).
    studies : mapping of str to sequence of Interval
        What was drawn (a table ``drawn-…`` of ``labels/checking.toml``) → the interval of each study.

    Returns
    -------
    Figure
        One panel each; a bar that misses the truth has a cross at its end nearest to it.

    Raises
    ------
    ValueError
        If there is no interval to draw.

    Examples
    --------
    >>> repeated_intervals(2.0, {"rows": [Interval(1.9, 2.2), Interval(2.1, 2.4)]})
    The intervals of repeated studies, and the truth, 2.00 points. Rows drawn: 1 of 2 intervals hold the truth.
    """
    if not studies or not all(len(intervals) for intervals in studies.values()):
        raise ValueError("studies must hold at least one interval of each kind, got none")
    said = []
    size = {"nrows": len(studies), "sharex": True, "sharey": True, "squeeze": False}
    with new_figure(4.8, 0.5 + 1.6 * len(studies), **size) as (canvas, axes):
        for ax, (name, intervals) in zip(axes[:, 0], studies.items(), strict=True):
            ax.axhline(truth, color=INK, linewidth=1.2, linestyle="--")
            held = 0
            for place, (low, high) in enumerate(intervals, start=1):
                inside = low <= truth <= high
                held += inside
                ax.plot([place] * 2, [low, high], color=BLUE if inside else ORANGE, linewidth=2.4)
                if not inside:
                    ax.plot(place, low if low > truth else high, color=ORANGE, marker="x", markersize=6)
            values = {"drawn": label(f"checking.drawn-{name}"), "held": held, "n": len(intervals)}
            ax.set_title(label("checking.drawn-heading", **values), loc="left", fontsize=10)
            said.append(label("checking.drawn-alt", **values))
        axes[-1, 0].set_xlabel(label("checking.study"))
        canvas.supylabel(label("checking.mae"), fontsize=11)
    return Figure(canvas, label("checking.repeated-alt", truth=f"{truth:.2f}") + "".join(said))


def _array(value: object, name: str, ndim: int) -> np.ndarray:
    """Return numbers to draw, as an array also where they came as a tensor."""
    found = numbers(value, name, ndim=ndim)
    return found.detach().cpu().numpy() if is_tensor(found) else found
