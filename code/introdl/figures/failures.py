"""Drawings of training that went wrong, each beside the run that was put right.

Chapter: ``training-in-practice``, the gallery of failures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from introdl.arrays import floats, is_tensor, numbers, refuse_without_numbers
from introdl.figures.base import BLUE, GREY, INK, ORANGE, PAPER, Figure, new_figure
from introdl.language import label

# The broken run is dashed and orange everywhere, the cured one a blue line, so that grey print tells them apart.
BROKEN = {"color": ORANGE, "linestyle": (0, (4, 1.6)), "linewidth": 1.8}
CURED = {"color": BLUE, "linestyle": "-", "linewidth": 1.8}
# The legend stands above the drawing, where no curve can run into it.
ABOVE = {"loc": "lower left", "bbox_to_anchor": (0, 1), "ncols": 2, "handlelength": 2.8, "borderaxespad": 0.2}
UNITS = ("step", "epoch")
WAYS = ("honest", "scaled", "chosen")
TOO_HIGH = 30  # a loss that rises to so many times its start leaves the drawing


def broken_and_cured(
    broken: Sequence[float], cured: Sequence[float], unit: str = "step", floor: float | None = None
) -> Figure:
    """Draw the loss of a run that failed and of the same run put right.

    Parameters
    ----------
    broken : array-like, shape (steps,)
        The loss at each step; it may end in inf or NaN, which are told, not drawn.
    cured : array-like, shape (steps,)
        The same for the cured run; finite.
    unit : str
        What is counted along the axis: ``"step"`` or ``"epoch"``.
    floor : float, optional
        A loss that the broken run cannot get below, drawn as a thin line.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a run has fewer than two losses, the first is not finite, the cured run is not, one is not positive, or the
        unit is not known.

    Examples
    --------
    >>> print(broken_and_cured([4, 8, float("inf")], [4, 2, 1]).alt.partition(". ")[2])
    With the mistake: from 4 to 8, no finite number from step 2 on. Cured: from 4 to 1.
    """
    if unit not in UNITS:
        raise ValueError(f"unit must be 'step' or 'epoch', got {unit!r}")
    heights, lost = _run(broken, "broken")
    good = numbers(_plain_array(cured), "cured", ndim=1)
    if len(good) < 2 or good.min() <= 0 or heights.min() <= 0:
        raise ValueError("each run needs two losses or more, all of them positive")
    out = heights.max() > TOO_HIGH * heights[0]
    logarithmic = out or max(heights.max(), good.max()) > TOO_HIGH * min(heights.min(), good.min())
    with new_figure(4.8, 2.8) as (canvas, ax):
        ax.plot(np.arange(len(heights)), heights, label=label("failures.broken"), **BROKEN)
        ax.plot(np.arange(len(good)), good, label=label("failures.cured"), **CURED)
        if floor is not None:
            floor = float(numbers(floor, "floor", ndim=0))
            ax.axhline(floor, color=GREY, linewidth=1, linestyle=":")
            ax.text(0.3 * len(good), floor, label("failures.floor", floor=f"{floor:.3f}"), va="top", color=INK)
        if logarithmic:
            ax.set_yscale("log")
            ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            ax.yaxis.set_minor_formatter(NullFormatter())
        else:
            ax.set_ylim(bottom=0)
        if out:
            ax.set_ylim(0.5 * min(heights.min(), good.min()), TOO_HIGH * heights[0])
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel(label(f"failures.{unit}"))
        ax.set_ylabel(label("failures.loss"))
        ax.legend(**ABOVE)
    said = [label("failures.runs-alt", unit=label(f"failures.{unit}"))]
    values = {"start": _plain(heights[0]), "end": _plain(heights[-1]), "lost": lost}
    values["unit"] = label(f"failures.{unit}-word")
    said.append(label("failures.broken-alt" if lost is None else "failures.lost-alt", **values))
    said.append(label("failures.cured-alt", start=_plain(good[0]), end=_plain(good[-1])))
    if floor is not None:
        said.append(label("failures.floor-alt", floor=f"{floor:.3f}"))
    return Figure(canvas, _sentences(*said))


def two_fits(x: Sequence[float], y: Sequence[float], broken: Sequence[float], cured: Sequence[float]) -> Figure:
    """Draw examples and what two networks answer: one trained with a mistake, one cured.

    Parameters
    ----------
    x, y, broken, cured : array-like, shape (n,) or (n, 1)
        The feature, the target, and the two networks' answers.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If one is not finite, or they are of different lengths.

    Examples
    --------
    >>> two_fits([0, 1, 2], [0, 2, 4], [2, 2, 2], [0, 2, 4]).alt[-72:]
    'The answers go from 2 to 2 with the mistake, and from 0 to 4 once cured.'
    """
    named = {"x": x, "y": y, "broken": broken, "cured": cured}
    x, y, broken, cured = (numbers(_plain_array(value), name).reshape(-1) for name, value in named.items())
    if len({len(x), len(y), len(broken), len(cured)}) > 1:
        raise ValueError(
            "x, y, broken and cured must be of one length, "
            f"got {len(x)}, {len(y)}, {len(broken)} and {len(cured)}: one answer for each example"
        )
    order = np.argsort(x)
    with new_figure(4.8, 2.8) as (canvas, ax):
        ax.plot(x, y, "o", markersize=4, markerfacecolor=PAPER, markeredgecolor=INK, label=label("failures.examples"))
        ax.plot(x[order], broken[order], label=label("failures.broken"), **BROKEN)
        ax.plot(x[order], cured[order], label=label("failures.cured"), **CURED)
        ax.set_xlabel(label("failures.x"))
        ax.set_ylabel(label("failures.y"))
        ax.legend(**ABOVE)
    values = {"n": len(x)}
    for name, answers in (("broken", broken), ("cured", cured)):
        values |= {f"{name}_low": _plain(answers.min()), f"{name}_high": _plain(answers.max())}
    return Figure(canvas, label("failures.fits-alt", **values))


def memorised(training: Sequence[float], validation: Sequence[float]) -> Figure:
    """Draw the training loss and the validation loss, and mark where the second is lowest.

    Parameters
    ----------
    training, validation : array-like, shape (epochs + 1,)
        From before the first epoch on.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If one is not finite, has fewer than two losses, or they are of different lengths.

    Examples
    --------
    >>> print(memorised([2, 1, 0.5], [2, 1, 3]).alt.partition(". ")[2])
    Training: from 2 to 0.5. Validation: lowest, 1, after epoch 1, and 3 at the end.
    """
    seen = numbers(_plain_array(training), "training", ndim=1)
    unseen = numbers(_plain_array(validation), "validation", ndim=1)
    if len(seen) != len(unseen) or len(seen) < 2:
        raise ValueError(f"training and validation need as many losses, two or more, got {len(seen)} and {len(unseen)}")
    best = int(unseen.argmin())
    with new_figure(4.8, 2.8) as (canvas, ax):
        ax.axvline(best, color=GREY, linewidth=1, linestyle=":")
        ax.plot(unseen, label=label("failures.validation"), **BROKEN)
        ax.plot(seen, label=label("failures.training"), **CURED)
        ax.plot([best], [unseen[best]], "o", color=INK, markersize=6, zorder=3)
        ax.annotate(
            label("failures.lowest", epoch=best),
            (best, unseen[best]),
            (best + 0.05 * len(seen), 0.09 * max(seen.max(), unseen.max())),
            va="center",
            arrowprops={"arrowstyle": "-", "color": GREY},
        )
        ax.set_ylim(bottom=0)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel(label("failures.epoch"))
        ax.set_ylabel(label("failures.loss"))
        ax.legend(**ABOVE)
    values = {"start": _plain(seen[0]), "end": _plain(seen[-1]), "best": best}
    values |= {"lowest": _plain(unseen[best]), "last": _plain(unseen[-1])}
    return Figure(canvas, label("failures.memorised-alt", **values))


def split_scores(scores: Mapping[str, Sequence[float]], chance: float = 0.5) -> Figure:
    """Draw how often each accuracy came out over many repeated splits, a strip for each way of preparing the data.

    Parameters
    ----------
    scores : mapping of str to array-like
        ``"honest"``, ``"scaled"``, ``"chosen"`` (or some of them) → accuracies between 0 and 1, one a split.
    chance : float
        The accuracy that the data deserves.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a way is not known, there is none, or an accuracy is not between 0 and 1.

    Examples
    --------
    >>> print(split_scores({"honest": [0.4, 0.6], "chosen": [0.8, 0.9]}).alt.rpartition(". ")[2])
    Features chosen on all: mean accuracy 85%, number of splits 2.
    """
    strange = [name for name in scores if name not in WAYS]
    if not scores or strange:
        raise ValueError(f"scores must have some of {', '.join(WAYS)}, got {strange or 'none'}")
    of_way = {way: numbers(_plain_array(values), way, ndim=1) for way, values in scores.items()}
    chance = float(numbers(chance, "chance", ndim=0))
    for name, values in {**of_way, "chance": np.array([chance])}.items():
        if values.min() < 0 or values.max() > 1:
            raise ValueError(f"{name} must be between 0 and 1, got {values.min()} to {values.max()}")
    said = [label("failures.splits-alt", chance=f"{100 * chance:.0f}")]
    with new_figure(4.8, 0.95 * len(of_way) + 0.6, nrows=len(of_way), sharex=True, squeeze=False) as (canvas, grid):
        for ax, (way, values) in zip(grid[:, 0], of_way.items(), strict=True):
            places, counts = np.unique(values.round(6), return_counts=True)
            ax.bar(100 * places, counts, width=2.6, color=BLUE if way == "honest" else ORANGE, linewidth=0)
            ax.axvline(100 * chance, color=INK, linewidth=1, linestyle=":")
            mean = 100 * values.mean()
            ax.plot([mean], [0], "^", color=INK, markersize=8, clip_on=False, zorder=4)
            ax.set_title(label(f"failures.{way}", mean=f"{mean:.0f}"), loc="left", fontsize=10, color=INK)
            ax.set_yticks([])
            ax.spines["left"].set_visible(False)
            ax.set_xlim(0, 100)
            name = label(f"failures.{way}-word")
            said.append(label("failures.way-alt", name=name, mean=f"{mean:.0f}", n=len(values)))
        grid[-1, 0].set_xlabel(label("failures.accuracy"))
    return Figure(canvas, _sentences(*said))


def _run(losses: Sequence[float], name: str) -> tuple[np.ndarray, int | None]:
    """Return the losses up to the first that is not finite, and the place of that one."""
    heights = floats(_plain_array(losses), name)
    if heights.ndim != 1 or heights.size < 2 or not np.isfinite(heights[0]):
        raise ValueError(f"{name} must hold two losses or more, the first of them finite, got shape {heights.shape}")
    lost = np.flatnonzero(~np.isfinite(heights))
    if not lost.size:
        return heights, None
    return heights[: lost[0]], int(lost[0])


def _plain_array(values: object) -> object:
    if not is_tensor(values):
        return values
    refuse_without_numbers(values=values)
    return values.detach().cpu().numpy()


def _sentences(*said: str) -> str:
    text = said[0]
    for sentence in said[1:]:
        text = label("failures.then", said=text, sentence=sentence)
    return text


def _plain(value: float) -> str:
    """Write three digits that matter, without an exponent up to a million."""
    written = f"{value:.3g}" if abs(value) < 1000 or abs(value) >= 1e6 else f"{value:.0f}"
    return written.replace("-", "−")
