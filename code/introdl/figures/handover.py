"""Who decides, drawn: where two simple models answer, where they differ, where they have never been; and the queue.

Chapter: ``people-and-ai``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch
from matplotlib.transforms import blended_transform_factory

from introdl.arrays import floats, numbers, whole
from introdl.checking import wilson
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import fixed, listed, plain, sentences
from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd

# What the three steps can come to, in the order in which a region covers another's border: colour, hatching, alpha.
DECISIONS = {
    "fine": (BLUE, "", 0.10),
    "fails": (ORANGE, "////", 0.26),
    "disagree": (PURPLE, "xxxx", 0.34),
    "never seen": (GREY, "--", 0.22),
}
OUTCOMES = {"handed-over": (GREY, "D"), "missed": (ORANGE, "s"), "false-alarm": (BLUE, "o")}
LINES = ((ORANGE, "-"), (BLUE, "--"), (GREEN, "-."), (PURPLE, ":"))
TORQUES, WEARS = (20.0, 85.0), (0.0, 255.0)  # what the plane shows, Nm and min


def who_decides(
    parts: pd.DataFrame,
    decide: Callable[[float, float], str] | None = None,
    walked: Mapping[str, tuple[float, float]] | None = None,
) -> Figure:
    """Draw simulated parts by torque and tool wear and, behind them, what a rule decides at each place.

    Parameters
    ----------
    parts : pandas.DataFrame
        Columns ``torque`` (Nm), ``tool_wear`` (min) and ``failed`` (0 or 1), one row a simulated part.
    decide : callable, optional
        Takes a torque and a tool wear, two numbers, and returns ``"fine"``, ``"fails"``, ``"disagree"`` or
        ``"never seen"``. Without it the parts stand alone.
    walked : mapping of str to (torque, wear), optional
        Single parts to mark by name, ``{"A": (45, 60)}``.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a column is missing, ``failed`` holds anything but 0 and 1, a marked part does not lie in the drawing, or
        ``decide`` returns another answer.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"torque": [40, 60], "tool_wear": [50, 200], "failed": [0, 1]})
    >>> who_decides(table, lambda torque, wear: "fails" if torque > 50 else "fine", {"A": (45, 60)})
    2 simulated parts by torque and tool wear, of which 1 failed. ...
    """
    for column in ("torque", "tool_wear", "failed"):
        if column not in getattr(parts, "columns", ()):
            raise ValueError(
                f"parts must be a table with the columns torque, tool_wear and failed, got none called {column}"
            )
    torque, wear, failed = (numbers(parts[name], name, ndim=1) for name in ("torque", "tool_wear", "failed"))
    if not np.isin(failed, (0, 1)).all():
        raise ValueError("failed must hold 0 and 1 only")
    marks = {name: _place(name, place) for name, place in (walked or {}).items()}
    said = [label("handover.parts-alt", n=len(torque), failed=int(failed.sum()))]
    with new_figure(4.8, 4.5 if decide else 4.1) as (canvas, ax):
        drawn = []
        if decide is not None:
            drawn = _regions(ax, decide)
            said.append(label("handover.regions-alt", regions=listed(_word(name) for name in drawn)))
        crossed = failed == 1
        ax.scatter(torque[~crossed], wear[~crossed], s=9, color=INK, alpha=0.45, linewidth=0, rasterized=True)
        ax.scatter(torque[crossed], wear[crossed], s=34, color=INK, marker="x", linewidth=1.5, zorder=3)
        for name, (at_torque, at_wear) in marks.items():
            ax.scatter(at_torque, at_wear, s=120, color=PAPER, edgecolor=INK, linewidth=1.3, zorder=4)
            ax.text(at_torque, at_wear, name, ha="center", va="center_baseline", fontsize=9, weight="bold", zorder=5)
            if decide is not None:
                place = {"torque": plain(at_torque), "wear": plain(at_wear)}
                said.append(
                    label("handover.walked-alt", name=name, decision=_word(_checked(decide, *marks[name])), **place)
                )
        ax.set(xlim=TORQUES, ylim=WEARS, xlabel=label("handover.torque"), ylabel=label("handover.wear"))
        dots = [
            ax.scatter([], [], s=18, color=INK, alpha=0.6, linewidth=0),
            ax.scatter([], [], s=34, color=INK, marker="x", linewidth=1.5),
        ]
        signs = [*dots, *map(_patch, drawn)]
        words = [label("handover.was-fine"), label("handover.had-failed"), *map(_word, drawn)]
        canvas.legend(signs, words, loc="outside upper left", fontsize=10, ncols=2, handleheight=1.1)
        _say_simulated(ax, 0.98, 0.03, va="bottom")
    return Figure(canvas, sentences(*said, label("handover.simulated-alt")))


def three_steps(counts: Mapping[str, int]) -> Figure:
    """Draw the way of the parts through the three steps, and how many take which way.

    Parameters
    ----------
    counts : mapping of str to int
        How many parts are ``"never seen"``, how many the models ``"disagree"`` about, and how many they call
        ``"fine"`` and ``"fails"``.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a count is missing, is none of the four, or is no count.

    Examples
    --------
    >>> three_steps({"fine": 80, "fails": 5, "disagree": 5, "never seen": 10})
    The way of 100 simulated parts through the three steps. ...
    """
    if set(counts) != set(DECISIONS):
        raise ValueError(f"counts must be given for {', '.join(DECISIONS)}, got {', '.join(map(str, counts))}")
    count = {name: whole(number, f"counts[{name!r}]") for name, number in counts.items()}
    everything = sum(count.values())
    inside = everything - count["never seen"]
    values = {
        "n": everything,
        "inside": inside,
        "never": count["never seen"],
        "disagree": count["disagree"],
        "agree": inside - count["disagree"],
        "person": count["never seen"] + count["disagree"],
        "fine": count["fine"],
        "fails": count["fails"],
    }
    with new_figure(4.8, 4.4) as (canvas, ax):
        ax.set(xlim=(0, 10), ylim=(0.2, 10))
        ax.axis("off")
        _box(ax, 2.7, 9.1, label("handover.step-0", **values), INK)
        _box(ax, 2.7, 6.7, label("handover.step-1"), INK, height=1.3)
        _box(ax, 2.7, 4.0, label("handover.step-2"), INK, height=1.3)
        _box(ax, 2.7, 1.3, label("handover.answered", **values), BLUE, height=1.5)
        _box(ax, 8.2, 5.35, label("handover.step-3", **values), ORANGE, width=3.1, height=2.0, dashed=True)
        for start, end, key, place in (
            ((2.7, 8.55), (2.7, 7.4), None, None),
            ((2.7, 6.0), (2.7, 4.7), "handover.yes-seen", (2.9, 5.35)),
            ((2.7, 3.3), (2.7, 2.1), "handover.yes-same", (2.9, 2.7)),
            ((5.1, 6.7), (6.65, 5.95), "handover.no-never", (5.6, 6.95)),
            ((5.1, 4.0), (6.65, 4.75), "handover.no-disagree", (5.6, 3.8)),
        ):
            ax.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=13, color=INK, linewidth=1.3))
            if key:
                ax.text(*place, label(key, **values), fontsize=10, va="center")
        _say_simulated(ax, 0.98, 0.0, va="bottom")
    return Figure(canvas, sentences(label("handover.three-steps-alt", **values), label("handover.simulated-alt")))


def per_hundred(ways: Mapping[str, Mapping[str, tuple[int, int]]]) -> Figure:
    """Draw how many of a hundred parts are handed over, missed or called in vain, for each way of deciding.

    Parameters
    ----------
    ways : mapping of str to mapping of str to (count, n)
        Name of a way (a table of ``labels/handover.toml``) → outcome (``"handed-over"``, ``"missed"``,
        ``"false-alarm"``) → how many parts came to it, and out of how many.

    Returns
    -------
    Figure
        With Wilson's intervals of 95%.

    Raises
    ------
    TypeError, ValueError
        If there is no way, one has other outcomes, or a count does not fit.

    Examples
    --------
    >>> per_hundred({"line-alone": {"handed-over": (0, 100), "missed": (4, 100), "false-alarm": (5, 100)}})
    Of 100 simulated parts. ...
    """
    if not ways:
        raise ValueError("ways must hold at least one way of deciding, got none")
    for name, outcomes in ways.items():
        if set(outcomes) != set(OUTCOMES):
            raise ValueError(f"ways[{name!r}] must hold {', '.join(OUTCOMES)}, got {', '.join(map(str, outcomes))}")
    said, up, ticks, heads = [], 0.0, [], []
    with new_figure(4.8, 1.4 + 0.34 * len(OUTCOMES) * (len(ways) + 1)) as (canvas, ax):
        for outcome, (colour, marker) in OUTCOMES.items():
            heads.append((up, label(f"handover.{outcome}")))
            told = []
            for name, outcomes in ways.items():
                up -= 1
                count, n = outcomes[outcome]
                low, high = (100 * end for end in wilson(count, n))
                ax.plot([low, high], [up, up], color=colour, linewidth=3, alpha=0.55, solid_capstyle="butt")
                ax.plot(
                    100 * count / n, up, color=colour, marker=marker, markersize=6, markeredgecolor=PAPER, clip_on=False
                )
                ends = {"share": fixed(100 * count / n, 1), "low": fixed(low, 1), "high": fixed(high, 1)}
                ax.text(high + 0.35, up, ends["share"], va="center", fontsize=10)
                ticks.append((up, _way(name)))
                told.append(label("handover.way-alt", name=_way(name), **ends))
            said.append(label("handover.outcome-alt", outcome=label(f"handover.{outcome}"), ways=listed(told)))
            up -= 1.35
        across = blended_transform_factory(canvas.transFigure, ax.transData)
        for place, text in heads:
            head = ax.text(0.02, place, text, transform=across, fontsize=10, weight="bold", va="center")
            head.set_in_layout(False)  # from the edge of the drawing, however wide the names are
        ax.set_yticks([place for place, _ in ticks], [text for _, text in ticks])
        ax.tick_params(axis="y", length=0)
        ax.spines["left"].set_visible(False)
        ax.set(xlim=(0, ax.get_xlim()[1] + 1.6), ylim=(up + 0.7, 0.6), xlabel=label("handover.of-hundred"))
        _say_simulated(ax, 0.99, 0.01, va="bottom")
    return Figure(canvas, sentences(label("handover.per-hundred-alt"), *said, label("handover.simulated-alt")))


def queues(waiting: Mapping[float, Sequence[float]], batch: tuple[int, int]) -> Figure:
    """Draw how many parts wait for a person, part after part, for persons with more or less time.

    Parameters
    ----------
    waiting : mapping of number to sequence of float
        How many parts of a hundred the person can look at → how many are waiting after each part made.
    batch : (first, last)
        Where a new kind of parts comes, from part to part.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If there is no queue, more than four, their lengths differ, one is negative, or the batch lies outside.

    Examples
    --------
    >>> queues({10: [0, 1, 2, 1], 50: [0, 0, 1, 0]}, batch=(1, 2))
    Parts that wait for a person, over 4 simulated parts made; ...
    """
    if not 1 <= len(waiting) <= len(LINES):
        raise ValueError(f"waiting must hold 1 to {len(LINES)} queues, got {len(waiting)}")
    lengths = {capacity: numbers(line, f"waiting[{capacity}]", ndim=1) for capacity, line in waiting.items()}
    n = len(next(iter(lengths.values())))
    for capacity, line in lengths.items():
        if len(line) != n or line.min() < 0:
            raise ValueError(
                f"waiting[{capacity}] must hold {n} lengths, none of them negative, "
                f"got {len(line)} with the smallest {line.min():g}"
            )
    first, last = (whole(end, "batch") for end in batch)
    if not first < last <= n:
        raise ValueError(f"batch must lie within the {n} parts, from a lower to a higher number, got {tuple(batch)}")
    told = []
    with new_figure(4.8, 3.7) as (canvas, ax):
        ax.axvspan(first, last, color=GREY, alpha=0.2, linewidth=0)
        top = 1.22 * max(float(line.max()) for line in lengths.values()) or 1.0
        ax.text(first, 0.99 * top, label("handover.batch"), ha="right", va="top", fontsize=10)
        for (capacity, line), (colour, style) in zip(lengths.items(), LINES, strict=False):
            text = label("handover.capacity", capacity=plain(capacity))
            ax.plot(np.arange(1, n + 1), line, color=colour, linestyle=style, label=text)
            told.append(
                label("handover.queue-alt", capacity=plain(capacity), most=fixed(line.max(), 0), end=fixed(line[-1], 0))
            )
        ax.set(xlim=(0, n), ylim=(0, top), xlabel=label("handover.part-number"), ylabel=label("handover.waiting"))
        canvas.legend(loc="outside upper left", fontsize=10)
        _say_simulated(ax, 0.02, 0.86, ha="left")
    start = label("handover.queues-alt", n=n, first=first, last=last)
    return Figure(canvas, sentences(start, *told, label("handover.simulated-alt")))


def _regions(ax: Axes, decide: Callable[[float, float], str]) -> list[str]:
    """Colour and hatch the plane by what is decided there, and return the decisions that occur."""
    across, up = np.linspace(*TORQUES, 171), np.linspace(*WEARS, 171)
    names = list(DECISIONS)
    decided = np.array([[names.index(_checked(decide, torque, wear)) for torque in across] for wear in up])
    found = [names[place] for place in np.unique(decided)]
    for name in found:
        colour, hatch, alpha = DECISIONS[name]
        here = (decided == names.index(name)).astype(float)
        levels = [0.5, 1.5]
        ax.contourf(across, up, here, levels=levels, colors=[colour], alpha=alpha)
        if hatch:
            hatched = ax.contourf(across, up, here, levels=levels, colors="none", hatches=[hatch])
            hatched.set(edgecolor=colour, linewidth=0)
    return found


def _patch(name: str) -> tuple[Patch, Patch]:
    """Return what stands for a region in the legend, one patch on the other: SVG fades a fill with its hatching."""
    colour, hatch, alpha = DECISIONS[name]
    frame = Patch(facecolor="none", edgecolor=colour, hatch=hatch, linewidth=0.8)
    return Patch(facecolor=colour, alpha=alpha, linewidth=0), frame


def _checked(decide: Callable[[float, float], str], torque: float, wear: float) -> str:
    decision = decide(torque, wear)
    if not isinstance(decision, str) or decision not in DECISIONS:
        raise ValueError(f"decide must return one of {', '.join(DECISIONS)}, got {decision!r}")
    return decision


def _place(name: str, place: tuple[float, float]) -> tuple[float, float]:
    at = floats(place, f"walked[{name!r}]")
    if at.shape != (2,) or not (TORQUES[0] <= at[0] <= TORQUES[1] and WEARS[0] <= at[1] <= WEARS[1]):
        raise ValueError(
            f"walked[{name!r}] must be a torque from {TORQUES[0]:g} to {TORQUES[1]:g} Nm "
            f"and a wear from {WEARS[0]:g} to {WEARS[1]:g} min, got {place!r}"
        )
    return float(at[0]), float(at[1])


def _word(decision: str) -> str:
    return label(f"handover.{decision.replace(' ', '-')}")


def _way(name: str) -> str:
    return label(f"handover.{name}") if known(f"handover.{name}") else name


def _box(
    ax: Axes, x: float, y: float, text: str, colour: str, width: float = 4.8, height: float = 1.0, dashed: bool = False
) -> None:
    box = FancyBboxPatch(
        (x - width / 2, y - height / 2),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.2",
        facecolor=PAPER,
        edgecolor=colour,
        linewidth=1.8,
        linestyle="--" if dashed else "-",
    )
    ax.add_patch(box)
    ax.text(x, y, text, ha="center", va="center", fontsize=10, linespacing=1.35)


def _say_simulated(ax: Axes, across: float, up: float, ha: str = "right", va: str = "top") -> None:
    text = label("handover.simulated")
    ax.text(across, up, text, transform=ax.transAxes, ha=ha, va=va, fontsize=9, color=INK, style="italic", zorder=6)
