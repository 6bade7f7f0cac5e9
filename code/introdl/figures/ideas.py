"""Ideas drawn: nested names, rules against learning, a search for a cut and what it is worth, two kinds of question.

Chapters: ``machine-learning`` and ``regression-and-classification``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from introdl.arrays import is_tensor, numbers, together, whole
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import plain
from introdl.language import label

if TYPE_CHECKING:
    import pandas as pd

HIGHEST_SCORE = 28


def nested_ideas() -> Figure:
    """Draw artificial intelligence around machine learning around deep learning, each with what lies in no smaller one.

    Returns
    -------
    Figure

    Examples
    --------
    >>> nested_ideas()
    Three boxes, one inside the other. ...
    """
    boxes = {  # left, bottom, width, height
        "ai": (0.1, 0.1, 9.8, 7.8),
        "ml": (0.5, 0.4, 9.0, 5.0),
        "dl": (0.9, 0.7, 8.2, 2.3),
    }
    colours = {"ai": GREY, "ml": BLUE, "dl": ORANGE}
    with new_figure(4.8, 3.8) as (canvas, ax):
        _blank(ax, 10, 8)
        for name, (left, bottom, width, height) in boxes.items():
            _box(ax, left, bottom, width, height, colours[name], {"ai": 1.2, "ml": 1.8, "dl": 2.6}[name])
            ax.text(left + 0.35, bottom + height - 0.55, label(f"ideas.{name}"), va="center", weight="bold")
            ax.text(left + 0.35, bottom + height - 0.95, label(f"ideas.only-{name}"), va="top", fontsize=9.5)
    said = {name: label(f"ideas.{name}") for name in boxes}
    inside = {f"only_{name}": _one_line(label(f"ideas.only-{name}")) for name in boxes}
    return Figure(canvas, label("ideas.nested-alt", **said, **inside))


def two_ways() -> Figure:
    """Draw what goes into the computer and what comes out, when a person writes the rule and when a computer finds it.

    Returns
    -------
    Figure

    Examples
    --------
    >>> two_ways()
    Two drawings, one above the other. ...
    """
    ways = {"written": ("rule", "cases", "answers"), "learned": ("answers", "cases", "rule")}
    with new_figure(4.8, 4.0) as (canvas, ax):
        _blank(ax, 10, 8)
        for (way, (first, second, out)), floor in zip(ways.items(), (4.2, 0), strict=True):
            ax.text(0.1, floor + 3.4, label(f"ideas.way-{way}"), va="center", weight="bold")
            for name, height in ((first, 1.65), (second, 0.15)):
                _station(ax, 0.1, floor + height, 2.9, name, person=name == first)
                ax.annotate("", (3.95, floor + 1.6), (3.05, floor + height + 0.6), arrowprops=_ARROW)
            _station(ax, 4.0, floor + 0.9, 2.1, "computer", person=False, colour=GREY)
            ax.annotate("", (7.0, floor + 1.5), (6.15, floor + 1.5), arrowprops=_ARROW)
            _station(ax, 7.05, floor + 0.9, 2.9, out, person=False)
    names = ("rule", "cases", "answers", "way-written", "way-learned")
    said = {name.replace("-", "_"): label(f"ideas.{name}") for name in names}
    return Figure(canvas, label("ideas.two-ways-alt", **said))


def cut_search(cuts: Sequence[float], right: Sequence[int], n: int, written: float) -> Figure:
    """Draw how many of ``n`` people each cut judges right, with the written rule and the best cut marked.

    Parameters
    ----------
    cuts : sequence of float, rising
        Seconds from which on the answer is "low". The last one lies above every time: it never says "low".
    right : sequence of int
        How many people each cut judges right.
    n : int
        Number of people.
    written : float
        The cut of the written rule; one of ``cuts``.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If counts and cuts do not belong together, the cuts do not rise, or ``written`` is not among them.

    Examples
    --------
    >>> cut_search([8, 10, 14, 30], [6, 11, 18, 17], n=23, written=14)
    How many of 23 people are judged right, for 4 cuts from 8 to 30 seconds. ... Never saying “low” has 17 right.
    """
    n = whole(n, "n", least=1)
    cuts, right = _vector(cuts, "cuts"), _counts(right, "right", n)
    together(cuts=cuts, right=right)
    if (np.diff(cuts) <= 0).any():
        raise ValueError("cuts must rise from one to the next: sort them, each once")
    if written not in cuts:
        raise ValueError(f"written must be one of the cuts, got {written!r}")
    best = np.flatnonzero(right == right.max())
    place = int(np.flatnonzero(cuts == written)[0])
    never = right[-1]
    with new_figure(4.8, 3.3) as (canvas, ax):
        ax.axhline(never, color=GREY, linewidth=1.4, linestyle="--")
        never_text = label("ideas.never-right", right=plain(never))
        ax.text(cuts[-1], never - 0.35, never_text, ha="right", va="top", fontsize=10)
        ax.plot(cuts, right, color=BLUE, linewidth=1.2, marker="o", markersize=4)
        ax.scatter(cuts[best], right[best], color=GREEN, marker="D", s=60, zorder=3)
        found = label("ideas.found-right", right=plain(right.max()))
        ax.annotate(found, (cuts[best[0]], right[best[0]]), (0, 9), textcoords="offset points", ha="left", fontsize=10)
        ax.scatter(cuts[place], right[place], color=ORANGE, marker="s", s=55, zorder=4)
        by_hand = label("ideas.written-right", cut=plain(written), right=plain(right[place]))
        ax.annotate(by_hand, (cuts[place], right[place]), (-8, 6), textcoords="offset points", ha="right", fontsize=10)
        ax.set(xlim=(cuts[0] - 3, cuts[-1] + 1), ylim=(0, n + 0.5))
        ax.set(xlabel=label("ideas.cut"), ylabel=label("ideas.right-of", n=n))
    values = {
        "n": n,
        "count": len(cuts),
        "first": plain(cuts[0]),
        "last": plain(cuts[-1]),
        "written": plain(written),
        "written_right": plain(right[place]),
        "best": label("ideas.comma").join(plain(cut) for cut in cuts[best]),
        "best_right": plain(right.max()),
        "never": plain(never),
    }
    return Figure(canvas, label("ideas.cut-search-alt", **values))


def searched_noise(best: Sequence[int], honest: Sequence[int], n: int, real: int) -> Figure:
    """Draw what the best cut gets on answers dealt out at random, and what the same cut gets on a fresh deal.

    Parameters
    ----------
    best : sequence of int
        One deal each: how many of ``n`` the best cut judged right on the deal it was chosen on.
    honest : sequence of int
        How many the same cut judged right on another deal; as many as ``best``.
    n : int
        Number of people.
    real : int
        How many the best cut judges right on the real answers.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If the counts are not between 0 and ``n``, or there are not equally many.

    Examples
    --------
    >>> searched_noise([17, 18, 17], [17, 15, 16], n=23, real=20)
    Counts from 3 random deals. ... 17.3 of 23 ... 16.0 ...
    """
    n = whole(n, "n", least=1)
    best, honest = _counts(best, "best", n), _counts(honest, "honest", n)
    together(best=best, honest=honest)
    real = int(_counts([real], "real", n)[0])
    lowest = min(best.min(), honest.min(), real) - 1
    with new_figure(4.8, 4.0, nrows=2, ncols=1, sharex=True, sharey=True) as (canvas, axes):
        for ax, counts, name, colour in zip(axes, (best, honest), ("chosen", "fresh"), (ORANGE, BLUE), strict=True):
            values, often = np.unique(counts, return_counts=True)
            ax.bar(values, 100 * often / len(counts), color=colour, width=0.75)
            ax.axvline(counts.mean(), ymax=0.76, color=INK, linewidth=1.2, linestyle=":")
            ax.axvline(real, color=GREEN, linewidth=1.6, linestyle="--")
            heading = label(f"ideas.deal-{name}", mean=f"{counts.mean():.1f}")
            ax.text(0.02, 0.93, heading, transform=ax.transAxes, va="top", fontsize=10)
            ax.set_ylabel(label("ideas.deals"))
        real_text = label("ideas.real", real=real)
        axes[1].text(real + 0.25, 0.93, real_text, transform=axes[1].get_xaxis_transform(), va="top", fontsize=10)
        axes[1].set(xlim=(lowest - 0.5, n + 0.5), xlabel=label("ideas.right-of", n=n))
        axes[1].set_ylim(0, 1.35 * axes[1].get_ylim()[1])
    values = {"count": len(best), "n": n, "real": real, "reached": f"{100 * (best >= real).mean():.1f}"}
    means = {"best": f"{best.mean():.1f}", "honest": f"{honest.mean():.1f}"}
    return Figure(canvas, label("ideas.searched-noise-alt", **values, **means))


def learning_curve(
    sizes: Sequence[int], seen: Sequence[float], lowest: Sequence[float], highest: Sequence[float], never: float
) -> Figure:
    """Draw how well a learned cut judges the people it was chosen on, and others, as there are more to learn from.

    Parameters
    ----------
    sizes : sequence of int, rising
        How many people were there to learn from.
    seen : sequence of float
        Mean share judged right among the people the cut was chosen on.
    lowest, highest : sequence of float
        Mean share judged right among the other people, where the lowest, or the highest, of equally good cuts is taken.
    never : float
        Share judged right by always saying "not low".

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If these are not shares between 0 and 1, one for each size.

    Examples
    --------
    >>> learning_curve([4, 12], [0.92, 0.88], [0.68, 0.79], [0.74, 0.79], never=0.74)
    Mean share judged right, for 4 to 12 people to learn from. ... Never saying “low”: 74%.
    """
    sizes = _vector(sizes, "sizes")
    if (np.diff(sizes) <= 0).any():
        raise ValueError("sizes must rise from one to the next: sort them, each once")
    named = {"seen": seen, "lowest": lowest, "highest": highest}
    shares = {name: _shares(values, name) for name, values in named.items()}
    together(sizes=sizes, **shares)
    never = float(_shares([never], "never")[0])
    looks = {"seen": (ORANGE, "s", "-"), "lowest": (BLUE, "o", "-"), "highest": (PURPLE, "^", "-.")}
    below = 100 * min(never, *(values.min() for values in shares.values()))
    with new_figure(4.8, 3.9) as (canvas, ax):
        ax.axhline(100 * never, color=GREY, linewidth=1.4, linestyle="--", label=label("ideas.curve-never"))
        for name, (colour, marker, style) in looks.items():
            text = label(f"ideas.curve-{name}")
            ax.plot(sizes, 100 * shares[name], color=colour, marker=marker, linestyle=style, label=text)
        ax.set(ylim=(min(60, below - 5), 100), xlabel=label("ideas.sizes"), ylabel=label("ideas.share"))
        ax.set_xticks(sizes)
        handles, texts = ax.get_legend_handles_labels()
        order = (1, 3, 2, 0)
        canvas.legend([handles[i] for i in order], [texts[i] for i in order], loc="outside upper left", fontsize=10)
    ends = {
        f"{name}_{end}": f"{100 * values[place]:.0f}"
        for name, values in shares.items()
        for end, place in (("first", 0), ("last", -1))
    }
    span = {"first": plain(sizes[0]), "last": plain(sizes[-1]), "never": f"{100 * never:.0f}"}
    return Figure(canvas, label("ideas.learning-curve-alt", **span, **ends))


def line_and_cut(people: pd.DataFrame, weight: float, bias: float, limit: float) -> Figure:
    """Draw a line through the people, a limit on its answers, and the cut in seconds that the two make together.

    Parameters
    ----------
    people : pandas.DataFrame
        Columns ``tug`` (s) and ``bbs`` (points), one row a person.
    weight, bias : float
        Of the line, in points per second and in points; the line falls.
    limit : float
        Points: at most this many is a low score.

    Returns
    -------
    Figure
        Low scores as squares, the others as dots; a number says how many people share a place.

    Raises
    ------
    TypeError, ValueError
        If a column is missing, there is nobody to draw, or the line does not fall.

    Examples
    --------
    >>> from introdl import datasets
    >>> line_and_cut(datasets.load_tug(), weight=-0.67, bias=32.27, limit=22)
    23 people, 6 of them with 22 points or less. ... crosses 22 points at 15.3 seconds. 4 of the 6 ... 16 of the 17 ...
    """
    missing = [name for name in ("tug", "bbs") if name not in people]
    if missing:
        raise ValueError(f"people must have the columns tug and bbs, got none called {' or '.join(missing)}")
    seconds, points = _vector(people["tug"], "tug"), _vector(people["bbs"], "bbs")
    weight, bias, limit = (
        float(numbers(v, name, ndim=0)) for v, name in ((weight, "weight"), (bias, "bias"), (limit, "limit"))
    )
    if weight >= 0:
        raise ValueError(f"weight must be negative, so that slower means a lower score, got {weight:g}")
    cut = (limit - bias) / weight
    low, called = points <= limit, weight * seconds + bias <= limit
    with new_figure(4.8, 3.8) as (canvas, ax):
        ends = np.array([min(5.0, seconds.min() - 2), max(31.0, seconds.max() + 2)])
        ax.plot(ends, weight * ends + bias, color=INK, linewidth=1.6)
        ax.axhline(limit, color=GREY, linewidth=1.2, linestyle="--")
        ax.axvline(cut, color=GREEN, linewidth=1.6, linestyle="--")
        ax.axvspan(cut, ends[1], color=GREY, alpha=0.16, linewidth=0)
        for group, colour, marker in ((~low, BLUE, "o"), (low, ORANGE, "s")):
            places, counts = np.unique(np.column_stack([seconds, points])[group], axis=0, return_counts=True)
            sizes = np.where(counts > 1, 130, 45)
            ax.scatter(*places.T, s=sizes, color=colour, marker=marker, edgecolor=PAPER, linewidth=0.8, zorder=3)
            for (across, up), count in zip(places, counts, strict=True):
                if count > 1:
                    ax.text(
                        across, up, str(count), color="white", fontsize=8, ha="center", va="center_baseline", zorder=4
                    )
        ax.text(cut + 0.3, HIGHEST_SCORE + 1.8, label("ideas.called-low"), va="top", fontsize=10)
        ax.text(cut - 0.3, 7, label("ideas.called-not-low"), ha="right", va="bottom", fontsize=10)
        ax.text(ends[1] - 0.2, limit + 0.2, label("ideas.limit", limit=plain(limit)), ha="right", fontsize=10)
        ax.set(xlim=ends, ylim=(6, HIGHEST_SCORE + 2), yticks=range(8, HIGHEST_SCORE + 1, 4))
        ax.set(xlabel=label("people.seconds"), ylabel=label("people.points"))
    values = {
        "n": len(seconds),
        "low": low.sum(),
        "others": (~low).sum(),
        "limit": plain(limit),
        "cut": f"{cut:.1f}",
        "found": (low & called).sum(),
        "left": (~low & ~called).sum(),
    }
    return Figure(canvas, label("ideas.line-and-cut-alt", **values))


def smooth_and_stairs(slopes: Sequence[float], squared: Sequence[float], wrong: Sequence[int], n: int) -> Figure:
    """Draw a loss and a count of mistakes over the same parameter: one is smooth, the other a staircase.

    Parameters
    ----------
    slopes : sequence of float, rising
        Points per second.
    squared : sequence of float
        Mean squared error at each slope, in points².
    wrong : sequence of int
        How many of ``n`` people are put into the wrong class at each slope.
    n : int
        Number of people.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If there are not equally many of each, or the slopes do not rise.

    Examples
    --------
    >>> smooth_and_stairs([-1, -0.5, 0], [12.6, 10.4, 22.0], [3, 5, 6], n=23)
    Two curves over the slope, from −1 to 0 points per second. ... it is smallest, 3, at −1.
    """
    slopes, squared, n = _vector(slopes, "slopes"), _vector(squared, "squared"), whole(n, "n", least=1)
    wrong = _counts(wrong, "wrong", n)
    together(slopes=slopes, squared=squared, wrong=wrong)
    if (np.diff(slopes) <= 0).any():
        raise ValueError("slopes must rise from one to the next: sort them, each once")
    lowest = int(squared.argmin())
    fewest = np.flatnonzero(wrong == wrong.min())
    stretch = "everywhere" if (np.diff(fewest) == 1).all() else "here-and-there"
    where = "there" if len(fewest) == 1 else stretch
    with new_figure(4.8, 4.4, nrows=2, ncols=1, sharex=True) as (canvas, (above, below)):
        above.plot(slopes, squared, color=BLUE)
        above.scatter(slopes[lowest], squared[lowest], color=GREEN, marker="D", s=55, zorder=3)
        best = label("ideas.lowest", slope=plain(slopes[lowest]))
        above.annotate(
            best, (slopes[lowest], squared[lowest]), (0, 12), textcoords="offset points", ha="center", fontsize=10
        )
        below.step(slopes, wrong, where="mid", color=ORANGE)
        for ax in (above, below):
            ax.set_ylim(bottom=0)
        below.set_ylim(top=wrong.max() + 2)
        above.set_ylabel(label("ideas.squared"))
        below.set(xlabel=label("warmup.slope"), ylabel=label("ideas.wrong-of", n=n))
    values = {
        "first": plain(slopes[0]),
        "last": plain(slopes[-1]),
        "loss": f"{squared[lowest]:.1f}",
        "at": plain(slopes[lowest]),
        "fewest": plain(wrong.min()),
        "where": label(f"ideas.{where}", first=plain(slopes[fewest[0]]), last=plain(slopes[fewest[-1]])),
        "levels": len(np.unique(wrong)),
    }
    return Figure(canvas, label("ideas.smooth-and-stairs-alt", **values))


def rare_class(n: int, ill: int, found: int, false_alarms: int) -> Figure:
    """Draw ``n`` people as dots: who has a rare condition, and whom a test calls.

    Parameters
    ----------
    n : int
        Number of people, a multiple of 40.
    ill : int
        How many have the condition.
    found : int
        How many of these the test calls.
    false_alarms : int
        How many of the others it calls.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If these are not whole numbers that fit into each other.

    Examples
    --------
    >>> rare_class(n=1000, ill=20, found=16, false_alarms=98)
    1000 people as dots. 20 are ill: 16 of them are called, 4 are not. ... So 114 are called in all.
    """
    n = whole(n, "n", least=40)
    ill, found, false_alarms = whole(ill, "ill"), whole(found, "found"), whole(false_alarms, "false_alarms")
    if n % 40 or ill > n or found > ill or false_alarms > n - ill:
        raise ValueError(
            "n must be a multiple of 40, found at most ill, and false_alarms at most n − ill, "
            f"got n = {n}, ill = {ill}, found = {found}, false_alarms = {false_alarms}"
        )
    groups = {"found": found, "false-alarm": false_alarms, "missed": ill - found, "cleared": n - ill - false_alarms}
    looks = {
        "found": {"color": ORANGE, "marker": "s", "s": 26},
        "false-alarm": {"color": BLUE, "marker": "x", "s": 22, "linewidth": 1.2},
        "missed": {"facecolor": PAPER, "edgecolor": ORANGE, "marker": "s", "s": 26, "linewidth": 1.6},
        "cleared": {"color": GREY, "marker": ".", "s": 7},
    }
    rows = n // 40
    place = 0
    with new_figure(4.8, 1.5 + 0.105 * rows) as (canvas, ax):
        for name, count in groups.items():
            order = np.arange(place, place + count)
            text = label(f"ideas.{name}", count=count)
            ax.scatter(order % 40, rows - order // 40, label=text, **looks[name])
            place += count
        ax.set(xlim=(-1, 40), ylim=(0, rows + 1))
        ax.axis("off")
        canvas.legend(loc="outside upper left", fontsize=10, handletextpad=0.4)
    said = {name.replace("-", "_"): count for name, count in groups.items()}
    return Figure(canvas, label("ideas.rare-class-alt", n=n, ill=ill, called=found + false_alarms, **said))


_ARROW = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.3, "shrinkA": 0, "shrinkB": 0}


def _blank(ax: Axes, width: float, height: float) -> None:
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.axis("off")


def _box(ax: Axes, left: float, bottom: float, width: float, height: float, colour: str, line: float) -> None:
    shape = FancyBboxPatch(
        (left, bottom),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.3",
        facecolor=PAPER,
        edgecolor=colour,
        linewidth=line,
    )
    ax.add_patch(shape)


def _station(
    ax: Axes, left: float, bottom: float, width: float, name: str, *, person: bool, colour: str = BLUE
) -> None:
    """Draw one box of a way; what a person has to bring has a thick orange border."""
    _box(ax, left, bottom, width, 1.2, ORANGE if person else colour, 2.8 if person else 1.4)
    ax.text(left + width / 2, bottom + 0.6, label(f"ideas.{name}"), ha="center", va="center", fontsize=10)


def _one_line(text: str) -> str:
    """Join a text of two lines as the language joins them: English with a space, Chinese without."""
    first, second = text.split("\n")
    return label("ideas.two-lines", first=first, second=second)


def _vector(value: object, name: str) -> np.ndarray:
    """Return numbers as a plain array of one dimension, whatever they came in."""
    vector = numbers(value, name, ndim=1)
    return vector.detach().cpu().numpy() if is_tensor(vector) else vector


def _counts(value: object, name: str, n: int) -> np.ndarray:
    counts = _vector(value, name)
    if (counts != counts.round()).any() or counts.min() < 0 or counts.max() > n:
        raise ValueError(f"{name} must hold whole numbers from 0 to n = {n}, got {counts.min():g} to {counts.max():g}")
    return counts


def _shares(value: object, name: str) -> np.ndarray:
    shares = _vector(value, name)
    if shares.min() < 0 or shares.max() > 1:
        raise ValueError(f"{name} must hold shares from 0 to 1, got {shares.min():g} to {shares.max():g}")
    return shares
