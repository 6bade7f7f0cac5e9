"""Probabilities drawn: odds and the sigmoid, one neuron, two losses, weights that settle or grow, and several classes.

Chapter: ``logistic-regression``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from introdl import logistic
from introdl.arrays import is_tensor, numbers, together
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.figures.said import fixed, listed
from introdl.language import label

LOOKS = ((BLUE, "-"), (ORANGE, "--"), (GREEN, "-."), (PURPLE, ":"))


def low_scores(
    seconds: object, low: object, lines: Mapping[str, tuple[object, object]], window: tuple[float, float] = (0, 40)
) -> Figure:
    """Draw who has a low score, and what one or more models say of each time.

    Parameters
    ----------
    seconds, low : array-like, shape (n,)
        Timed Up and Go in seconds, and 1 for a low score, 0 for none.
    lines : mapping of str to (weight, bias)
        ``"line"`` draws weight × seconds + bias itself, ``"sigmoid"`` the sigmoid of it.
    window : (float, float)
        From which to which second.

    Returns
    -------
    Figure
        One mark a person. What is below 0 or above 1 is shaded.

    Raises
    ------
    TypeError, ValueError
        If the numbers cannot be drawn, or a model is called anything else.

    Examples
    --------
    >>> low_scores([8, 11, 16, 25], [0, 0, 1, 1], {"line": (0.07, -0.55)})
    4 people; 2 of them have a low score ... the straight line says −0.55 at 0 seconds and 2.25 at 40 seconds.
    """
    seconds, low = _people(seconds, low)
    unknown = [name for name in lines if name not in ("line", "sigmoid")]
    if unknown or not lines:
        raise ValueError(f"lines must be called 'line' or 'sigmoid', got {', '.join(map(repr, unknown)) or 'none'}")
    across = np.linspace(*window, 241)
    said = []
    with new_figure(4.8, 3.4) as (canvas, ax):
        ax.axhspan(1, 1.6, color=GREY, alpha=0.22, linewidth=0)
        ax.axhspan(-0.6, 0, color=GREY, alpha=0.22, linewidth=0)
        for name, (weight, bias) in lines.items():
            weight, bias = float(np.squeeze(_plain_array(weight))), float(np.squeeze(_plain_array(bias)))
            heights = weight * across + bias
            heights = logistic.sigmoid(heights) if name == "sigmoid" else heights
            colour, style = (ORANGE, "--") if name == "line" else (BLUE, "-")
            ax.plot(across, heights, color=colour, linestyle=style, zorder=2)
            ends = {"first": fixed(heights[0]), "last": fixed(heights[-1])}
            said.append(label(f"probability.says-{name}", start=f"{window[0]:g}", end=f"{window[1]:g}", **ends))
        _dots(ax, seconds, low)
        ax.text(window[0] + 0.6, 1.3, label("probability.no-such"), va="center", fontsize=10)
        ax.text(window[1] - 0.6, -0.27, label("probability.no-such"), va="center", ha="right", fontsize=10)
        ax.text(window[0] + 0.6, 0.94, label("probability.is-low"), va="top", fontsize=10)
        ax.text(window[1] - 0.6, 0.06, label("probability.not-low"), va="bottom", ha="right", fontsize=10)
        ax.set(xlim=window, ylim=(-0.36, 1.38))
        ax.set_yticks([0, 0.25, 0.5, 0.75, 1])
        ax.set_xlabel(label("people.seconds"))
        ax.set_ylabel(label("probability.probability"))
    values = {
        "n": len(seconds),
        "low": int(low.sum()),
        "fastest": f"{seconds.min():g}",
        "slowest": f"{seconds.max():g}",
    }
    return Figure(canvas, label("probability.low-alt", said=listed(said), **values))


def doubled_odds(doublings: int = 4) -> Figure:
    """Draw the sigmoid with a mark at each doubling of the odds, on both sides of 1 : 1.

    Parameters
    ----------
    doublings : int
        How many times the odds are doubled, and halved, from 1 : 1.

    Returns
    -------
    Figure
        Log-odds across, probability up; the odds stand beside their marks.

    Raises
    ------
    ValueError
        If there are fewer than 1 or more than 5 doublings.

    Examples
    --------
    >>> doubled_odds(2)
    The sigmoid, ... at the odds 1:4, 1:2, 1:1, 2:1, 4:1; ... are 0.20, 0.33, 0.50, 0.67, 0.80.
    """
    if not 1 <= doublings <= 5:
        raise ValueError(f"doublings must be 1 to 5, got {doublings}")
    powers = np.arange(-doublings, doublings + 1)
    marks = powers * np.log(2)
    across = np.linspace(1.25 * marks[0], 1.25 * marks[-1], 201)
    names = [f"1:{2**-power}" if power < 0 else f"{2**power}:1" for power in powers]
    heights = logistic.sigmoid(marks)
    with new_figure(4.8, 3.5) as (canvas, ax):
        ax.plot(across, logistic.sigmoid(across), color=GREY, zorder=1)
        ax.vlines(marks, 0, heights, color=GREY, linewidth=0.8, linestyle=":", zorder=1)
        ax.plot(marks, heights, "o", color=BLUE, markersize=7, zorder=3)
        for name, mark, height, power in zip(names, marks, heights, powers, strict=True):
            aside = {"ha": "right", "xytext": (-6, 5)} if power < 0 else {"ha": "left", "xytext": (6, -12)}
            ax.annotate(name, (mark, height), textcoords="offset points", fontsize=10, **aside)
        ax.text(across[0] + 0.12, 0.97, label("probability.odds-beside"), va="top", fontsize=10, color=BLUE)
        ax.set(xlim=(across[0], across[-1]), ylim=(0, 1.02))
        ax.set_xlabel(label("probability.log-odds"))
        ax.set_ylabel(label("probability.probability-p"))
    comma = label("probability.comma")
    percents = comma.join(f"{height:.2f}" for height in heights)
    return Figure(canvas, label("probability.odds-alt", odds=comma.join(names), probabilities=percents))


def logistic_neuron(weight: float, bias: float, seconds: float) -> Figure:
    """Draw one neuron at work: the weighted sum in its left half, the sigmoid in its right half.

    Parameters
    ----------
    weight, bias : float
        Of the log-odds, per second and at 0 seconds.
    seconds : float
        What goes in.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If one of them is not a finite number.

    Examples
    --------
    >>> logistic_neuron(0.25, -4.5, 16)
    One neuron. In goes x = 16 seconds. It multiplies by w = 0.250, adds b = −4.500 and has the log-odds z = −0.500; ...
    """
    weight, bias, seconds = (
        float(np.squeeze(numbers(_plain_array(value), name)))
        for name, value in {"weight": weight, "bias": bias, "seconds": seconds}.items()
    )
    z = weight * seconds + bias
    p = float(logistic.sigmoid(z))
    said = {"w": fixed(weight, 3), "b": fixed(bias, 3), "z": fixed(z, 3), "p": f"{p:.3f}", "x": f"{seconds:g}"}
    with new_figure(4.8, 2.35) as (canvas, ax):
        for left, words in ((1.22, r"$wx + b$"), (2.22, r"$\sigma(z)$")):
            box = FancyBboxPatch((left, 0.62), 1.0, 0.9, boxstyle="square,pad=0", facecolor=PAPER, edgecolor=INK)
            ax.add_patch(box)
            ax.text(left + 0.5, 1.07, words, ha="center", va="center", fontsize=14)
        ax.plot(0.3, 1.07, "o", markersize=30, markerfacecolor=PAPER, markeredgecolor=INK)
        ax.plot(4.12, 1.07, "o", markersize=30, markerfacecolor=PAPER, markeredgecolor=INK)
        ax.text(0.3, 1.07, "$x$", ha="center", va="center", fontsize=14)
        ax.text(4.12, 1.07, r"$\hat{y}$", ha="center", va="center", fontsize=14)
        arrow = {"arrowstyle": "-|>", "color": INK, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (1.22, 1.07), xytext=(0.58, 1.07), arrowprops=arrow)
        ax.annotate("", (3.84, 1.07), xytext=(3.22, 1.07), arrowprops=arrow)
        ax.text(2.22, 1.8, label("probability.one-neuron"), ha="center", va="center", fontsize=11)
        below = {"ha": "center", "va": "top", "fontsize": 10}
        ax.text(0.3, 0.55, label("probability.neuron-in", x=said["x"]), **below)
        ax.text(1.72, 0.5, label("probability.neuron-sum", z=said["z"]), color=ORANGE, **below)
        ax.text(2.88, 0.5, label("probability.neuron-sigmoid"), color=BLUE, **below)
        ax.text(4.12, 0.55, label("probability.neuron-out", p=said["p"]), **below)
        ax.set(xlim=(-0.25, 4.65), ylim=(-0.2, 2.0))
        ax.axis("off")
    return Figure(canvas, label("probability.neuron-alt", **said))


def two_losses(z: object, losses: Mapping[str, object], slopes: Mapping[str, object]) -> Figure:
    """Draw two losses of one person against the log-odds, and below them their slopes.

    Parameters
    ----------
    z : array-like, shape (n,)
        Log-odds that the model gives to what happened, rising.
    losses, slopes : mapping of str to array-like, shape (n,)
        ``"cross-entropy"`` and ``"squared"``.

    Returns
    -------
    Figure
        Its description says the slopes at the left end, where the model is surely wrong.

    Raises
    ------
    TypeError, ValueError
        If lengths differ, or the two mappings name other losses.

    Examples
    --------
    >>> z = np.array([-6.0, 0, 6])
    >>> p = logistic.sigmoid(z)
    >>> curves = {"cross-entropy": -np.log(p), "squared": (1 - p) ** 2}
    >>> two_losses(z, curves, {"cross-entropy": p - 1, "squared": 2 * (p - 1) * p * (1 - p)})
    Two drawings, ... At −6, ... the slope of the cross-entropy is −0.998 and that of the squared loss −0.005.
    """
    z = numbers(_plain_array(z), "z", ndim=1)
    curves = {"losses": dict(losses), "slopes": dict(slopes)}
    for which, given in curves.items():
        if list(given) != ["cross-entropy", "squared"]:
            raise ValueError(f"{which} must be called cross-entropy and squared, in this order, got {list(given)}")
        for name, values in given.items():
            given[name] = numbers(_plain_array(values), f"{which} {name}", ndim=1)
            together(z=z, **{which: given[name]})
    with new_figure(4.8, 4.6, nrows=2, ncols=1, sharex=True) as (canvas, axes):
        for ax, (which, given) in zip(axes, curves.items(), strict=True):
            for values, (colour, style) in zip(given.values(), LOOKS, strict=False):
                ax.plot(z, values, color=colour, linestyle=style)
            ax.axhline(0, color=GREY, linewidth=0.8, zorder=0)
            ax.set_ylabel(label(f"probability.{which}"))
        places = {"cross-entropy": (0.3, 0.72), "squared": (0.06, 0.27)}
        for (name, (across, up)), (colour, _) in zip(places.items(), LOOKS, strict=False):
            axes[0].text(across, up, label(f"probability.{name}"), transform=axes[0].transAxes, color=colour)
        axes[1].set_xlabel(label("probability.logit-of-truth"))
    ends = {f"{name.partition('-')[0]}_slope": fixed(values[0], 3) for name, values in curves["slopes"].items()}
    heights = {f"{name.partition('-')[0]}_loss": fixed(values[0]) for name, values in curves["losses"].items()}
    return Figure(canvas, label("probability.losses-alt", start=fixed(z[0], 0), end=fixed(z[-1], 0), **ends, **heights))


def two_descents(losses: Mapping[str, object], level: float) -> Figure:
    """Draw what cross-entropy two ways of descending reach, step by step, on a logarithmic scale of steps.

    Parameters
    ----------
    losses : mapping of str to array-like, shape (steps + 1,)
        ``"cross-entropy"`` and ``"squared"``: which loss each descent followed → the cross-entropy after each step.
    level : float
        The loss to beat, drawn as a line: everybody gets the same probability.

    Returns
    -------
    Figure
        Its description says after how many steps each is below the level.

    Raises
    ------
    TypeError, ValueError
        If there are no such losses.

    Examples
    --------
    >>> two_descents({"cross-entropy": [2, 0.9, 0.5], "squared": [2, 1.9, 1.7]}, level=0.57)
    The cross-entropy of two descents ... the cross-entropy: after 2 steps; following the squared loss: not ...
    """
    if list(losses) != ["cross-entropy", "squared"]:
        raise ValueError(f"losses must be called cross-entropy and squared, in this order, got {list(losses)}")
    said = []
    with new_figure(4.8, 3.3) as (canvas, ax):
        most = 0
        for (name, values), (colour, style) in zip(losses.items(), LOOKS, strict=False):
            values = numbers(_plain_array(values), name, ndim=1)
            ax.plot(np.arange(len(values)) + 1, values, color=colour, linestyle=style)
            below = np.flatnonzero(values < level)
            said.append(
                label("probability.race-below", name=label(f"probability.following-{name}"), step=int(below[0]))
                if len(below)
                else label("probability.race-never", name=label(f"probability.following-{name}"))
            )
            most = max(most, len(values))
            middle = (values.max() + level) / 2
            spot = int(np.argmin(np.abs(values - middle)))
            side = (
                {"ha": "right", "xytext": (-6, 0)} if name == "cross-entropy" else {"ha": "right", "xytext": (-4, -6)}
            )
            words = label(f"probability.following-{name}-short")
            ax.annotate(words, (spot + 1, values[spot]), textcoords="offset points", color=colour, va="center", **side)
        ax.axhline(level, color=GREY, linewidth=1, linestyle=":")
        ax.text(most**0.32, level + 0.07, label("probability.everybody"), fontsize=10, va="bottom")
        ax.set_xscale("log")
        ticks = [1, *(10**power + 1 for power in range(0, 7) if 10**power < most)]
        ax.xaxis.set_major_locator(FixedLocator(ticks))
        ax.xaxis.set_major_formatter(FixedFormatter([f"{tick - 1:,}" for tick in ticks]))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_ylim(bottom=0)
        ax.set_xlabel(label("probability.steps"))
        ax.set_ylabel(label("probability.loss"))
    return Figure(canvas, label("probability.race-alt", level=f"{level:.3f}", said=listed(said)))


def growing_weights(weights: Mapping[str, object]) -> Figure:
    """Draw weights against the number of steps, on a logarithmic scale: who settles, and who does not.

    Parameters
    ----------
    weights : mapping of str to array-like, shape (steps + 1,)
        ``"slow"``, ``"slow-penalty"`` and ``"low"`` → the weight after each step, per second.

    Returns
    -------
    Figure
        Its description says each weight after 10 steps and at the end.

    Raises
    ------
    TypeError, ValueError
        If there are no such weights, or fewer than 10 steps.

    Examples
    --------
    >>> growing_weights({"slow": np.arange(12.0), "low": np.ones(12)})
    Weights of the log-odds, per second, ... slow (y1), no penalty: 10.00 after 10 steps, 11.00 after 11 steps; ...
    """
    said = []
    with new_figure(4.8, 3.5) as (canvas, ax):
        for (name, values), (colour, style) in zip(weights.items(), LOOKS, strict=False):
            values = numbers(_plain_array(values), name, ndim=1)
            if len(values) < 11:
                raise ValueError(
                    f"{name} must hold the weight after each of 10 steps or more, got {len(values)} values"
                )
            ax.plot(np.arange(1, len(values)), values[1:], color=colour, linestyle=style)
            words = label(f"probability.weight-{name}")
            ends = {"ten": fixed(values[10]), "last": fixed(values[-1]), "steps": f"{len(values) - 1:,}"}
            said.append(label("probability.weight-one", name=words, **ends))
            place = int((len(values) - 1) ** 0.58) if name == "slow" else len(values) - 1
            aside = {"slow": 14, "slow-penalty": -16}.get(name, 7)
            ax.annotate(
                words, (place, values[place]), xytext=(-2, aside), textcoords="offset points", color=colour, ha="right"
            )
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(lambda step, _: f"{step:,.0f}")
        ax.set_xlim(left=1)
        ax.set_ylim(bottom=0)
        ax.set_xlabel(label("probability.steps"))
        ax.set_ylabel(label("probability.weight"))
    if not said:
        raise ValueError("weights must hold at least one row of weights, got none")
    return Figure(canvas, label("probability.weights-alt", said=listed(said)))


def grade_probabilities(seconds: object, probabilities: object, counts: Sequence[int]) -> Figure:
    """Draw the probability of each of three grades of the balance score against the time.

    Parameters
    ----------
    seconds : array-like, shape (n,)
        Rising.
    probabilities : array-like, shape (n, 3)
        Low, middle, high; each row adds up to 1.
    counts : sequence of three int
        How many people have each grade.

    Returns
    -------
    Figure
        Its description says the three probabilities at both ends.

    Raises
    ------
    TypeError, ValueError
        If shapes do not fit, or a row does not add up to 1.

    Examples
    --------
    >>> grade_probabilities([10, 20], [[0.1, 0.2, 0.7], [0.6, 0.3, 0.1]], counts=[6, 5, 12])
    Three curves over the seconds, ... At 10 seconds: low (6 people) 0.10, middle (5 people) 0.20, ...
    """
    seconds = numbers(_plain_array(seconds), "seconds", ndim=1)
    probabilities = numbers(_plain_array(probabilities), "probabilities", ndim=2)
    if probabilities.shape != (len(seconds), 3) or len(counts) != 3:
        raise ValueError(
            f"probabilities must have shape ({len(seconds)}, 3) and counts hold 3 numbers, "
            f"got {probabilities.shape} and {len(counts)}"
        )
    sums = probabilities.sum(axis=1)
    if not np.allclose(sums, 1, atol=1e-4):
        raise ValueError(f"each row of probabilities must add up to 1, got {sums[np.abs(sums - 1).argmax()]:.3f}")
    names = [
        label(f"probability.grade-{grade}", n=n) for grade, n in zip(("low", "middle", "high"), counts, strict=True)
    ]
    spots = (
        (0.62, (8, -14)),
        (0.62, (4, 6)),
        (0.03, (0, 7)),
    )  # where along each curve its name stands, and how far off
    with new_figure(4.8, 3.4) as (canvas, ax):
        for name, curve, (colour, style), (share, aside) in zip(names, probabilities.T, LOOKS, spots, strict=False):
            ax.plot(seconds, curve, color=colour, linestyle=style)
            place = int(share * (len(seconds) - 1))
            spot = (seconds[place], curve[place])
            ax.annotate(name, spot, xytext=aside, textcoords="offset points", color=colour)
        ax.set(xlim=(seconds[0], seconds[-1]), ylim=(0, 1.02))
        ax.set_xlabel(label("people.seconds"))
        ax.set_ylabel(label("probability.of-grade"))
    said = [
        label(
            "probability.grades-at",
            seconds=f"{seconds[row]:g}",
            said=label("probability.comma").join(
                label("probability.grade-value", name=name, value=f"{value:.2f}")
                for name, value in zip(names, probabilities[row], strict=True)
            ),
        )
        for row in (0, -1)
    ]
    return Figure(canvas, label("probability.grades-alt", said=label("probability.gap").join(said)))


def left_out(factors: object, everybody: float, numbers_of: Sequence[int]) -> Figure:
    """Draw the factor for the odds that is found when each person in turn is left out.

    Parameters
    ----------
    factors : array-like, shape (n,)
        Factor without person 1, without person 2, …
    everybody : float
        The factor with everybody.
    numbers_of : sequence of int
        The people's numbers; the one whose absence changes most is named.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If lengths differ, or a factor is not positive.

    Examples
    --------
    >>> left_out([1.3, 1.28, 1.8], everybody=1.29, numbers_of=[1, 2, 14])
    The factor for the odds with each of 3 people left out in turn: 1.28 to 1.80, ... without person 14.
    """
    factors = numbers(_plain_array(factors), "factors", ndim=1)
    if len(factors) != len(numbers_of) or (factors <= 0).any() or everybody <= 0:
        raise ValueError(
            f"factors must be positive, one for each person, got {len(factors)} for {len(numbers_of)} people, "
            f"the smallest {min(factors.min(), everybody):g}"
        )
    farthest = int(np.abs(np.log(factors / everybody)).argmax())
    with new_figure(4.8, 2.3) as (canvas, ax):
        heights = _piled(factors)
        ax.plot(factors, heights, "o", color=BLUE, markersize=6, alpha=0.9, markeredgecolor=PAPER)
        ax.axvline(1, color=GREY, linewidth=1)
        ax.axvline(everybody, color=ORANGE, linestyle="--", linewidth=1.5, zorder=0)
        top = max(heights) + 2.2
        ax.text(1.005, top - 0.2, label("probability.no-change"), va="top", fontsize=10)
        ax.text(everybody + 0.012, top - 0.2, label("probability.with-everybody"), va="top", color=ORANGE, fontsize=10)
        words = label("probability.without", person=numbers_of[farthest])
        spot = (factors[farthest], heights[farthest])
        ax.annotate(words, spot, xytext=(0, 8), textcoords="offset points", ha="center", fontsize=10)
        ax.set(xlim=(0.97, max(factors.max(), everybody) + 0.12), ylim=(0, top))
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.set_xlabel(label("probability.factor"))
    values = {
        "n": len(factors),
        "lowest": f"{factors.min():.2f}",
        "highest": f"{factors.max():.2f}",
        "everybody": f"{everybody:.2f}",
        "person": numbers_of[farthest],
    }
    return Figure(canvas, label("probability.left-out-alt", **values))


def _people(seconds: object, low: object) -> tuple[np.ndarray, np.ndarray]:
    seconds, low = numbers(_plain_array(seconds), "seconds", ndim=1), numbers(_plain_array(low), "low", ndim=1)
    together(seconds=seconds, low=low)
    if not np.isin(low, [0, 1]).all():
        raise ValueError(f"low must hold 0 and 1 only, got {low[~np.isin(low, [0, 1])][0]:g}")
    return seconds, low


def _dots(ax: Axes, seconds: np.ndarray, low: np.ndarray) -> None:
    """Draw one mark a person; marks of one time are piled up away from the probabilities between 0 and 1."""
    for value, colour, marker, away in ((0, BLUE, "o", -1), (1, PURPLE, "s", 1)):
        times = np.sort(seconds[low == value])
        place = np.array([np.sum(times[:person] == time) for person, time in enumerate(times)])
        ax.plot(times, value + away * (0.035 + 0.057 * place), marker, color=colour, markersize=5, zorder=3)


def _piled(values: np.ndarray, width: float = 0.02) -> np.ndarray:
    """Return heights that pile up dots where they would lie on one another."""
    heights = np.zeros(len(values))
    for place in np.argsort(values, kind="stable"):
        near = [
            heights[other]
            for other in range(len(values))
            if heights[other] and abs(values[other] - values[place]) < width
        ]
        heights[place] = next(level for level in range(1, len(values) + 1) if level not in near)
    return heights


def _plain_array(value: object) -> object:
    """Take a tensor from wherever it is; matplotlib draws arrays."""
    return value.detach().cpu().numpy() if is_tensor(value) else value
