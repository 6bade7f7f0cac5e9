"""Features made by hand and features learned: four rows moved, a line folded, models compared, weights as pictures.

Drawn in the chapter *Who makes the features?* (``from-ml-to-dl``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

import numpy as np
from matplotlib.axes import Axes

from introdl.arrays import is_tensor, numbers, together
from introdl.figures.base import BLUE, GREEN, GREY, INK, ORANGE, PAPER, PURPLE, Figure, new_figure
from introdl.language import label

YEARS = (1986, 2006, 2012, 2018, 2024)
LOOKS = {  # colour, marker and line style of each model
    "baseline": (GREY, "s", ":"),
    "linear": (BLUE, "o", "-"),
    "tree": (GREEN, "^", "-."),
    "network": (ORANGE, "D", "--"),
}


def four_rows(X: np.ndarray, hidden: np.ndarray, y: np.ndarray) -> Figure:
    """Draw rows where the inputs put them, and where a hidden layer of two nodes puts them.

    Parameters
    ----------
    X : array-like, shape (n, 2)
        The inputs, between 0 and 1.
    hidden : array-like, shape (n, 2)
        Values of the two hidden nodes for the same rows.
    y : array-like, shape (n,)
        What was observed: 0 or 1.

    Returns
    -------
    Figure
        Dots for 1, squares for 0; in the second drawing the line on which n₃ − 2 n₄ is one half.

    Raises
    ------
    TypeError, ValueError
        If the shapes do not fit, or ``y`` holds anything but 0 and 1.

    Examples
    --------
    >>> four_rows([[0, 0], [0, 1], [1, 0], [1, 1]], [[0, 0], [1, 0], [1, 0], [2, 1]], [0, 1, 1, 0])
    Two drawings of 4 rows. ...
    """
    X, hidden, y = _array(X, "X", 2), _array(hidden, "hidden", 2), _array(y, "y", 1)
    together(X=X, hidden=hidden, y=y)
    for name, array in (("X", X), ("hidden", hidden)):
        if array.shape[1] != 2:
            raise ValueError(f"{name} must have 2 columns to be drawn, got {array.shape[1]}")
    if not np.isin(y, (0, 1)).all():
        raise ValueError("y must hold only 0 and 1")
    with new_figure(4.8, 2.75, ncols=2) as (canvas, axes):
        for ax, places, names in zip(axes, (X, hidden), (("$x_1$", "$x_2$"), ("$n_3$", "$n_4$")), strict=True):
            _rows(ax, places, y)
            ax.set(xlabel=names[0], ylabel=names[1], aspect="equal")
            ax.set_xticks((0, 1, 2))
            ax.set_yticks((0, 1))
        axes[0].set(xlim=(-0.5, 1.7), ylim=(-0.5, 1.7))
        axes[1].set(xlim=(-0.5, 2.6), ylim=(-0.85, 1.85))
        axes[1].axline((0.5, 0), slope=0.5, color=PURPLE, linestyle="--", linewidth=1.6, zorder=1)
        for ax, name in zip(axes, ("before", "after"), strict=True):
            ax.set_title(label(f"features.{name}"), fontsize=10.5)
    words = [", ".join(f"({_plain(a)}, {_plain(b)})" for a, b in hidden[y == kind]) for kind in (1, 0)]
    return Figure(canvas, label("features.rows-alt", n=len(y), ones=words[0], zeros=words[1]))


def folded(x: np.ndarray, layers: Sequence[np.ndarray]) -> Figure:
    """Draw what a line from 0 to 1 has become after each layer of a network that folds it.

    Parameters
    ----------
    x : array-like, shape (n,)
        The input, rising.
    layers : sequence of array-like, shape (n,)
        The output after 1 layer, after 2 layers, ….

    Returns
    -------
    Figure
        One drawing below the other, with the number of straight pieces, counted from the slopes.

    Raises
    ------
    TypeError, ValueError
        If there is no layer, ``x`` does not rise, or an output has another length.

    Examples
    --------
    >>> folded([0, 0.5, 1], [[0, 1, 0]])
    The output against the input, from 0 to 1. After 1 layers: 2 straight pieces.
    """
    x = _array(x, "x", 1)
    outputs = [_array(output, f"layers[{place}]", 1) for place, output in enumerate(layers)]
    if not outputs:
        raise ValueError("layers must hold the output of at least one layer, got none")
    together(x=x, **{f"layer {place}": output for place, output in enumerate(outputs, 1)})
    if (np.diff(x) <= 0).any():
        raise ValueError("x must rise from one number to the next")
    pieces = [straight_pieces(x, output) for output in outputs]
    with new_figure(4.8, 1.25 * len(outputs) + 0.6, nrows=len(outputs), sharex=True, squeeze=False) as (canvas, grid):
        for place, (ax, output) in enumerate(zip(grid[:, 0], outputs, strict=True)):
            ax.plot(x, output, color=BLUE)
            ax.set_yticks((0, 1))
            words = label("features.pieces", layers=place + 1, nodes=2 * (place + 1), pieces=pieces[place])
            ax.set_title(words, fontsize=10.5, loc="left")
        grid[-1, 0].set_xlabel(label("features.input"))
    said = _together(label("features.pieces-alt", layers=place, pieces=count) for place, count in enumerate(pieces, 1))
    return Figure(canvas, label("features.folded-alt", first=_plain(x[0]), last=_plain(x[-1]), pieces=said))


def straight_pieces(x: np.ndarray, y: np.ndarray) -> int:
    """Count the straight pieces of a curve given at many points: changes of its slope, plus one.

    Examples
    --------
    >>> straight_pieces([0, 1, 2, 3], [0, 1, 2, 1])
    2
    """
    slopes = np.diff(np.asarray(y, float)) / np.diff(np.asarray(x, float))
    return 1 + int((np.abs(np.diff(slopes)) > 1e-6 * max(1.0, np.abs(slopes).max())).sum())


def hinton_years() -> Figure:
    """Draw five years between 1986 and 2024 on one scale, each with what was published or awarded, and by or to whom.

    Returns
    -------
    Figure

    Examples
    --------
    >>> hinton_years()
    A time line from 1986 to 2024. 1986: ...
    """
    said = {year: label(f"features.year-{year}") for year in YEARS}
    with new_figure(4.8, 4.9) as (canvas, ax):
        ax.plot([0, 0], [YEARS[0], YEARS[-1]], color=GREY, linewidth=2.5, zorder=1)
        for year, words in said.items():
            award = year in (2018, 2024)
            colour, marker = (ORANGE, "D") if award else (BLUE, "o")
            ax.plot(0, year, marker, color=colour, markersize=10, markeredgecolor=PAPER, zorder=2)
            ax.text(-0.35, year, str(year), ha="right", va="center", weight="bold")
            ax.text(0.35, year, words, ha="left", va="center", fontsize=10)
        ax.set(xlim=(-1.6, 8), ylim=(2027, 1983))
        ax.axis("off")
    lines = _together(
        label("features.year-alt", year=year, words=label("features.comma").join(words.split("\n")))
        for year, words in said.items()
    )
    return Figure(canvas, label("features.years-alt", first=YEARS[0], last=YEARS[-1], lines=lines))


def tiles(pictures: np.ndarray, names: Sequence[object], *, signed: bool = False) -> Figure:
    """Draw small pictures in rows of five, dark for large numbers, each with a name below.

    Parameters
    ----------
    pictures : array-like, shape (n, height, width)
        All on one scale.
    names : sequence
        What stands below each.
    signed : bool
        The numbers are weights: middle grey is 0, dark positive, light negative.

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If there is no picture, or another number of names.

    Examples
    --------
    >>> tiles([[[0, 16], [16, 0]]], ["1"])
    1 small pictures of 2 × 2 pixels, the darker the larger the number. Below them stands: 1.
    """
    pictures = _array(pictures, "pictures", 3)
    names = [str(name) for name in names]
    if len(names) != len(pictures):
        raise ValueError(f"expected a name for each of {len(pictures)} pictures, got {len(names)} names")
    rows = -(-len(pictures) // 5)
    largest = np.abs(pictures).max() or 1.0
    low = -largest if signed else pictures.min()
    with new_figure(4.8, 1.15 * rows + 0.1, nrows=rows, ncols=5, squeeze=False) as (canvas, grid):
        for ax in grid.flat:
            ax.axis("off")
        for ax, picture, name in zip(grid.flat, pictures, names, strict=False):
            ax.imshow(picture, cmap="gray_r", vmin=low, vmax=largest, interpolation="nearest")
            ax.text(0.5, -0.07, name, transform=ax.transAxes, ha="center", va="top", fontsize=10)
    values = {"n": len(pictures), "height": pictures.shape[1], "width": pictures.shape[2]}
    values["names"] = label("features.comma").join(names)
    return Figure(canvas, label("features.weights-alt" if signed else "features.tiles-alt", **values))


def errors_by_split(errors: Mapping[str, Sequence[float]], axis: str) -> Figure:
    """Draw the test error of several models, split by split, one line a model.

    Parameters
    ----------
    errors : mapping of str to sequence of float
        ``baseline``, ``linear``, ``tree``, ``network`` → one error for each split, in the same order.
    axis : str
        What the errors are: ``"wrong"`` (shares, drawn in per cent) or ``"missed"`` (units of disease progression).

    Returns
    -------
    Figure

    Raises
    ------
    TypeError, ValueError
        If a model is not one of the four, there is none, or the numbers of splits differ.

    Examples
    --------
    >>> errors_by_split({"linear": [0.08, 0.1], "network": [0.02, 0.03]}, "wrong")
    Test error in 2 splits. Linear: mean 9.0%, from 8.0% to 10.0%. Network: mean 2.5%, from 2.0% to 3.0%.
    """
    columns = _models(errors)
    if axis not in ("wrong", "missed"):
        raise ValueError(f'axis must be "wrong" or "missed", got {axis!r}')
    together(**columns)
    factor, unit = (100, "%") if axis == "wrong" else (1, "")
    splits = np.arange(1, len(next(iter(columns.values()))) + 1)
    with new_figure(4.8, 3.6) as (canvas, ax):
        for name, values in columns.items():
            colour, marker, style = LOOKS[name]
            ax.plot(splits, factor * values, color=colour, marker=marker, linestyle=style, linewidth=1.4, markersize=5)
        _names_at_end(ax, splits[-1], {name: factor * values[-1] for name, values in columns.items()})
        ax.set(xlabel=label("features.split"), ylabel=label(f"features.{axis}"), ylim=(0, None))
        ax.set_xticks(splits)
        ax.set_xlim(0.6, splits[-1] + 0.32 * len(splits))
    said = [
        label(
            "features.model-alt",
            name=label(f"features.{name}"),
            mean=f"{factor * values.mean():.1f}{unit}",
            low=f"{factor * values.min():.1f}{unit}",
            high=f"{factor * values.max():.1f}{unit}",
        )
        for name, values in columns.items()
    ]
    return Figure(canvas, label("features.splits-alt", n=len(splits), models=_together(said)))


def images_needed(sizes: Sequence[int], errors: Mapping[str, np.ndarray]) -> Figure:
    """Draw the test error against the number of training images: the mean of several draws, and their whole range.

    Parameters
    ----------
    sizes : sequence of int, rising
        How many images there were to train on.
    errors : mapping of str to array-like, shape (draws, sizes)
        ``linear``, ``network``, … → the share judged wrong in each draw.

    Returns
    -------
    Figure
        Sizes on a logarithmic axis.

    Raises
    ------
    TypeError, ValueError
        If the sizes do not rise, or a model has another number of them.

    Examples
    --------
    >>> images_needed([20, 500], {"linear": [[0.2, 0.1]], "network": [[0.3, 0.03]]})
    Test error for 20 to 500 training images, mean of 1 draws. Linear: from 20.0% to 10.0%. Network: from 30.0% to 3.0%.
    """
    sizes = _array(sizes, "sizes", 1)
    if (np.diff(sizes) <= 0).any() or sizes[0] <= 0:
        raise ValueError("sizes must be positive and rise from one to the next")
    tables = _models(errors, ndim=2)
    for name, table in tables.items():
        if table.shape[1] != len(sizes):
            raise ValueError(f"{name} must have one column for each of {len(sizes)} sizes, got shape {table.shape}")
    with new_figure(4.8, 3.6) as (canvas, ax):
        for name, table in tables.items():
            colour, marker, style = LOOKS[name]
            mean = 100 * table.mean(axis=0)
            ax.fill_between(sizes, 100 * table.min(axis=0), 100 * table.max(axis=0), color=colour, alpha=0.15, lw=0)
            ax.plot(sizes, mean, color=colour, marker=marker, linestyle=style, linewidth=1.8, markersize=5)
        ax.set_xscale("log")
        ax.set_xticks(sizes, [f"{size:.0f}" for size in sizes])
        ax.set_xticks([], minor=True)
        ax.set_xlim(sizes[0] / 1.15, sizes[-1] * (sizes[-1] / sizes[0]) ** 0.3)
        _names_at_end(ax, sizes[-1] * 1.08, {name: 100 * table.mean(axis=0)[-1] for name, table in tables.items()}, 0)
        ax.set(xlabel=label("features.images"), ylabel=label("features.wrong"), ylim=(0, None))
    said = [
        label(
            "features.curve-alt",
            name=label(f"features.{name}"),
            first=f"{100 * table.mean(axis=0)[0]:.1f}%",
            last=f"{100 * table.mean(axis=0)[-1]:.1f}%",
        )
        for name, table in tables.items()
    ]
    values = {"first": f"{sizes[0]:.0f}", "last": f"{sizes[-1]:.0f}", "draws": len(next(iter(tables.values())))}
    return Figure(canvas, label("features.images-alt", models=_together(said), **values))


def _rows(ax: Axes, places: np.ndarray, y: np.ndarray) -> None:
    """Draw dots for 1 and squares for 0; rows that share a place are counted in it."""
    for kind, marker, colour in ((0, "s", ORANGE), (1, "o", BLUE)):
        spots, counts = np.unique(places[y == kind], axis=0, return_counts=True)
        for (across, up), count in zip(spots, counts, strict=True):
            ax.plot(across, up, marker, color=colour, markersize=15, markeredgecolor=PAPER, zorder=3)
            ax.text(across, up, str(kind), color="white", ha="center", va="center_baseline", fontsize=9, zorder=4)
            if count > 1:
                ax.text(across, up - 0.3, f"{count} ×", color=INK, ha="center", va="top", fontsize=9, zorder=4)


def _names_at_end(ax: Axes, across: float, heights: Mapping[str, float], shift: float = 0.25) -> None:
    """Write each model's name beside the end of its line, moved apart where two would touch."""
    low, high = ax.get_ylim()
    least, below = 0.075 * (high - min(0, low)), -np.inf
    for name, height in sorted(heights.items(), key=lambda item: item[1]):
        place = max(height, below + least)
        ax.text(across + shift, place, label(f"features.{name}"), color=LOOKS[name][0], va="center", fontsize=10)
        below = place


def _models(errors: Mapping[str, Sequence[float]], ndim: int = 1) -> dict[str, np.ndarray]:
    if not errors:
        raise ValueError("errors must hold at least one model, got none")
    unknown = [name for name in errors if name not in LOOKS]
    if unknown:
        raise ValueError(f"errors must be named {', '.join(LOOKS)}, got {', '.join(map(str, unknown))}")
    tables = {name: _array(values, name, ndim) for name, values in errors.items()}
    if any((table < 0).any() for table in tables.values()):
        raise ValueError("errors must not be negative")
    return tables


def _together(sentences: Iterable[str]) -> str:
    """Join sentences as the language joins them: English with a space, Chinese without."""
    return reduce(lambda first, second: label("features.together", first=first, second=second), sentences)


def _array(value: object, name: str, ndim: int) -> np.ndarray:
    array = numbers(value, name, ndim=ndim)
    return array.detach().cpu().numpy().astype(np.float64) if is_tensor(array) else array


def _plain(value: float) -> str:
    """Write 2.0 as 2, and the minus sign as one."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-", "−")
