"""Several processes that train one network, drawn: what one step is, and a run that was disturbed.

Chapter: ``beyond-one-device``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.ticker import MaxNLocator

from introdl.arrays import numbers, whole
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, Figure, new_figure
from introdl.figures.said import fixed, sentences
from introdl.language import label

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

STAGES = ("rows", "copy", "gradient")
WIDTH, HEIGHT, APART = 1.0, 0.56, 1.36
ATTEMPTS = ((BLUE, "o"), (ORANGE, "s"))


def one_step(processes: int = 2) -> Figure:
    """Draw one step: each process has its rows, its copy and its gradient; the gradients become one; all step alike.

    Parameters
    ----------
    processes : int
        From 2 to 4.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there are fewer or more.

    Examples
    --------
    >>> one_step()
    2 processes, one under the other. ...
    """
    count = whole(processes, "processes", least=2)
    if count > 4:
        raise ValueError(f"processes must be from 2 to 4 to be drawn, got {count}")
    with new_figure(4.8, 0.62 + 0.72 * count) as (canvas, axes):
        for rank in range(count):
            y = -rank
            for place, stage in enumerate(STAGES):
                text = label(f"processes.{stage}", rank=rank)
                _box(axes, place * APART, y, text, GREY if stage == "rows" else BLUE)
                if place:
                    _arrow(axes, ((place - 1) * APART + WIDTH, y), (place * APART, y))
            _arrow(axes, (2 * APART + WIDTH, y), (3 * APART, y))
        tall = count - 1 + HEIGHT
        _box(axes, 3 * APART, -(count - 1) / 2, label("processes.mean"), GREEN, tall)
        axes.text(
            3 * APART + WIDTH / 2, 0.42, label("processes.all-step"), ha="center", va="bottom", fontsize=8, color=INK
        )
        for rank in range(count):
            axes.text(-0.1, -rank, str(rank), ha="right", va="center", color=INK)
        axes.set_xlim(-0.35, 3 * APART + WIDTH + 0.1)
        axes.set_ylim(-(count - 1) - 0.5, 0.75)
        axes.axis("off")
    return Figure(canvas, label("processes.step-alt", count=count))


def resumed(undisturbed: Sequence[float], told: pd.DataFrame) -> Figure:
    """Draw the loss of a run that lost a process and went on, over that of a run which nothing disturbed.

    Parameters
    ----------
    undisturbed : array-like, shape (epochs,)
        The loss after each epoch.
    told : pandas.DataFrame
        Columns ``attempt`` (0 or 1), ``epoch`` and ``loss``: what process 0 reported.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a column is missing, or there are not the attempts 0 and 1.

    Examples
    --------
    >>> import pandas as pd
    >>> told = pd.DataFrame({"attempt": [0, 1, 1], "epoch": [0, 1, 2], "loss": [3.0, 2.0, 1.0]})
    >>> resumed([3.0, 2.0, 1.0], told)
    Loss after each epoch. ...
    """
    whole_run = numbers(undisturbed, "undisturbed", ndim=1)
    for column in ("attempt", "epoch", "loss"):
        if column not in getattr(told, "columns", ()):
            raise ValueError(f"told must be a table with the columns attempt, epoch and loss, got none called {column}")
    if sorted(set(told["attempt"])) != [0, 1]:
        raise ValueError(f"told must hold the attempts 0 and 1, got {sorted(set(told['attempt']))}")
    with new_figure(4.8, 2.9) as (canvas, axes):
        axes.plot(range(len(whole_run)), whole_run, color=GREY, linewidth=5, alpha=0.45, solid_capstyle="round")
        for attempt, (colour, mark) in enumerate(ATTEMPTS):
            part = told[told["attempt"] == attempt]
            axes.plot(part["epoch"], part["loss"], color=colour, marker=mark, markersize=4, linewidth=1.2)
            last = part.iloc[-1 if attempt == 0 else 0]
            axes.annotate(
                label(f"processes.attempt-{attempt}"),
                (last["epoch"], last["loss"]),
                xytext=(-8, -18) if attempt == 0 else (10, 22),
                textcoords="offset points",
                ha="right" if attempt == 0 else "left",
                color=colour,
                arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 0.7},
            )
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(label("processes.epoch"))
        axes.set_ylabel(label("processes.loss"))
    first, second = (told[told["attempt"] == attempt] for attempt in (0, 1))
    return Figure(
        canvas,
        sentences(
            label("processes.resumed-alt", last=int(first["epoch"].max()), again=int(second["epoch"].min())),
            label("processes.end-alt", end=fixed(second["loss"].iloc[-1], 4), undisturbed=fixed(whole_run[-1], 4)),
        ),
    )


def _box(axes: Axes, x: float, y: float, text: str, colour: str, height: float = HEIGHT) -> None:
    axes.add_patch(
        FancyBboxPatch(
            (x, y - height / 2), WIDTH, height, boxstyle="round,pad=0,rounding_size=0.08", ec=colour, fc=PAPER, lw=1.4
        )
    )
    axes.text(x + WIDTH / 2, y, text, ha="center", va="center", fontsize=8, color=INK)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.add_patch(FancyArrowPatch(start, end, arrowstyle="->", mutation_scale=9, color=INK, linewidth=0.9))
