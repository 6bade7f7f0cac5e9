"""What a convolution does place by place, and how long things take: seconds by method, the roofline, growing sizes.

Chapter: ``gpu``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle

from introdl.arrays import numbers, positive, whole
from introdl.device import in_words, named
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PURPLE, Figure, Steps, new_figure
from introdl.figures.said import listed, plain, sentences
from introdl.language import label

if TYPE_CHECKING:
    from introdl.device import Ceilings, Measured, Sweep

LINES = ((BLUE, "o", "-"), (ORANGE, "s", "--"), (GREEN, "^", "-."), (PURPLE, "D", ":"))


def kernel_steps(image: object, kernel: object, stride: int = 1) -> Steps:
    """Draw a kernel at every place that it visits in an image, beside the result so far; one step a place.

    Parameters
    ----------
    image, kernel : array-like, shape (height, width)
    stride : int
        How far it moves each time.

    Returns
    -------
    Steps

    Raises
    ------
    ValueError
        If the kernel is larger than the image, or there is only one place.

    Examples
    --------
    >>> kernel_steps([[1, 2], [3, 4]], [[1, 1]])
    place 1: ...
    """
    image, kernel = (np.asarray(numbers(part, name, ndim=2)) for part, name in ((image, "image"), (kernel, "kernel")))
    stride = whole(stride, "stride", least=1)
    if any(small > large for small, large in zip(kernel.shape, image.shape, strict=True)):
        raise ValueError(f"kernel must fit into the image of shape {image.shape}, got {kernel.shape}")
    tall, wide = ((a - b) // stride + 1 for a, b in zip(image.shape, kernel.shape, strict=True))
    if tall * wide < 2:
        raise ValueError("the kernel has one place only: nothing moves; give a larger image or a smaller stride")
    result = np.full((tall, wide), np.nan)
    frames = []
    for place in range(tall * wide):
        row, column = divmod(place, wide)
        top, left = row * stride, column * stride
        under = image[top : top + kernel.shape[0], left : left + kernel.shape[1]]
        result[row, column] = (under * kernel).sum()
        frames.append(_place(image, kernel, result, (row, column), (top, left)))
    return Steps(frames, [str(place + 1) for place in range(tall * wide)], title=label("devices.place"))


def _place(image: np.ndarray, kernel: np.ndarray, result: np.ndarray, cell: tuple, corner: tuple) -> Figure:
    (row, column), (top, left) = cell, corner
    across = image.shape[1] + kernel.shape[1] + result.shape[1] + 3
    with new_figure(4.8, 4.8 * (image.shape[0] + 1.3) / across) as (canvas, axes):
        start = 0.0
        for part, name in ((image, "image"), (kernel, "kernel"), (result, "result")):
            axes.text(start + part.shape[1] / 2, -0.25, label(f"devices.{name}"), ha="center", va="bottom", fontsize=9)
            for (y, x), value in np.ndenumerate(part):
                axes.add_patch(Rectangle((start + x, y), 1, 1, fill=False, ec=GREY, lw=0.8))
                said = "" if np.isnan(value) else plain(value)
                axes.text(start + x + 0.5, y + 0.5, said, ha="center", va="center", fontsize=10, color=INK)
            start += part.shape[1] + 1.5
        high, long = kernel.shape
        axes.add_patch(Rectangle((left, top), long, high, fill=True, fc=BLUE, alpha=0.15, lw=0))
        axes.add_patch(Rectangle((left, top), long, high, fill=False, ec=BLUE, lw=2.4))
        there = image.shape[1] + kernel.shape[1] + 3
        axes.add_patch(Rectangle((there + column, row), 1, 1, fill=False, ec=BLUE, lw=2.4))
        axes.set_xlim(-0.1, start - 1.4)
        axes.set_ylim(image.shape[0] + 0.1, -1.0)
        axes.set_aspect("equal")
        axes.axis("off")
    under = image[top : top + kernel.shape[0], left : left + kernel.shape[1]]
    terms = ", ".join(f"{plain(a)}·{plain(b)}" for a, b in zip(under.ravel(), kernel.ravel(), strict=True))
    return Figure(
        canvas,
        label("devices.place-alt", row=top, column=left, terms=terms, total=plain(result[row, column])),
    )


def seconds_by_method(measured: Mapping[str, Measured]) -> Figure:
    """Draw the time of each way as a point with its middle half, on a scale on which each step is ten times as long.

    Parameters
    ----------
    measured : mapping of str to Measured
        Name → time, drawn from the top down.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is nothing to draw.

    Examples
    --------
    >>> from introdl.device import Measured
    >>> seconds_by_method({"mine": Measured(0.001, 0.001, 0.002, 3, 3, 1, 1, "cpu")})
    Time of one call, on a logarithmic axis. mine: 1.00 ms.
    """
    if not measured:
        raise ValueError("measured must hold at least one way, got none")
    names = [named(name) for name in measured]
    with new_figure(4.8, 0.9 + 0.42 * len(names)) as (canvas, axes):
        for y, one in enumerate(measured.values()):
            colour, mark, _ = LINES[y % len(LINES)]
            axes.plot([one.low, one.high], [y, y], color=colour, linewidth=5, alpha=0.4, solid_capstyle="butt")
            axes.plot(one.seconds, y, mark, color=colour, markersize=7)
            axes.annotate(
                in_words(one.seconds),
                (max(one.seconds, one.high), y),
                xytext=(9, 0),
                textcoords="offset points",
                va="center",
                size=9,
            )
        axes.set_xscale("log")
        shortest, longest = min(one.low for one in measured.values()), max(one.high for one in measured.values())
        axes.set_xlim(shortest / 2, longest * (longest / shortest) ** 0.35 * 3)
        axes.set_yticks(range(len(names)), names)
        axes.set_ylim(len(names) - 0.5, -0.5)
        axes.set_xlabel(label("devices.seconds"))
    said = [f"{name}: {in_words(one.seconds)}" for name, one in zip(names, measured.values(), strict=True)]
    return Figure(canvas, sentences(label("devices.seconds-alt"), label("devices.stop", said=listed(said))))


def device_roofline(top: Ceilings, points: Mapping[str, tuple[float, float]]) -> Figure:
    """Draw a device's two measured ceilings, and where some computations lie below them.

    Parameters
    ----------
    top : Ceilings
    points : mapping of str to (float, float)
        Name → operations per byte, and operations a second reached.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If a number is not positive.

    Examples
    --------
    >>> from introdl.device import Ceilings
    >>> device_roofline(Ceilings(8e9, 1e9, 512, 1, "cpu"), {"adding": (0.1, 9e7)})
    Two ceilings on logarithmic axes. ...
    """
    for name, pair in points.items():
        for value in pair:
            positive(value, name)
    ridge = top.operations / top.bytes
    least = min([ridge / 20, *(x / 3 for x, _ in points.values())])
    most = max([ridge * 20, *(x * 4 for x, _ in points.values())])
    with new_figure(4.8, 3.3 + 0.2 * ((len(points) + 1) // 2)) as (canvas, axes):
        axes.plot([least, ridge, most], [least * top.bytes, top.operations, top.operations], color=INK, linewidth=1.6)
        axes.axvline(ridge, color=GREY, linewidth=0.8, linestyle=":")
        for place, (name, (x, y)) in enumerate(points.items()):
            colour, mark, _ = LINES[place % len(LINES)]
            axes.plot(x, y, mark, color=colour, markersize=7, linestyle="none", label=named(name))
        axes.text(most, top.operations * 1.2, label("devices.ceiling"), ha="right", va="bottom", size=9)
        half = (least * ridge) ** 0.5  # the words end here, over the part of the slope that lies lower
        axes.text(half, half * top.bytes * 1.5, label("devices.slope"), ha="right", va="bottom", size=9)
        if points:
            axes.legend(
                loc="lower left", bbox_to_anchor=(-0.1, 1), ncols=2, fontsize=9, handletextpad=0.2, columnspacing=1
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        lowest = min([least * top.bytes, *(y for _, y in points.values())])
        axes.set_ylim(lowest / 2, top.operations * 5)
        axes.set_xlabel(label("devices.intensity"))
        axes.set_ylabel(label("devices.rate"))
    shares = [(name, y / min(top.operations, x * top.bytes)) for name, (x, y) in points.items()]
    said = listed(label("devices.share", name=named(name), share=f"{100 * share:.1f}") for name, share in shares)
    values = {"rate": f"{top.operations / 1e9:.1f}", "bytes": f"{top.bytes / 1e9:.1f}", "ridge": f"{ridge:.1f}"}
    return Figure(canvas, sentences(label("devices.roofline-alt", **values), label("devices.stop", said=said)))


def rate_by_size(sweeps: Mapping[str, Sweep]) -> Figure:
    """Draw operations a second over the size of the matrices, a line a sweep.

    Parameters
    ----------
    sweeps : mapping of str to Sweep
        Name → sweep, at most four.

    Returns
    -------
    Figure

    Raises
    ------
    ValueError
        If there is none, more than four, or one without a size.

    Examples
    --------
    >>> from introdl.device import matmul_sweep
    >>> rate_by_size({"NumPy": matmul_sweep([8, 16], seconds=0.01)})
    Operations a second over the size n, ...
    """
    if not 1 <= len(sweeps) <= len(LINES):
        raise ValueError(f"sweeps must be from 1 to {len(LINES)}, got {len(sweeps)}")
    said: list[str] = []
    with new_figure(4.8, 3.1) as (canvas, axes):
        for (colour, mark, line), (name, sweep) in zip(LINES, sweeps.items(), strict=False):
            frame = sweep.frame
            if frame.empty:
                raise ValueError(f"the sweep {name} has no size that was measured: {sweep.stopped}")
            giga = frame["rate"] / 1e9
            axes.plot(frame["n"], giga, color=colour, marker=mark, linestyle=line, label=named(name), markersize=5)
            values = {"first": f"{giga.iloc[0]:.1f}", "last": f"{giga.iloc[-1]:.1f}", "name": named(name)}
            said.append(label("devices.from-to", low=frame["n"].iloc[0], high=frame["n"].iloc[-1], **values))
        axes.set_xscale("log", base=2)
        axes.set_yscale("log")
        sizes: Sequence[int] = sorted({n for sweep in sweeps.values() for n in sweep.frame["n"]})
        axes.set_xticks(sizes, [str(n) for n in sizes])
        axes.minorticks_off()
        axes.set_xlabel(label("devices.size"))
        axes.set_ylabel(label("devices.giga"))
        axes.legend(loc="lower left", bbox_to_anchor=(-0.1, 1), ncols=2, fontsize=9, handlelength=2.6, columnspacing=1)
    return Figure(canvas, sentences(label("devices.sweep-alt"), label("devices.stop", said=listed(said))))
