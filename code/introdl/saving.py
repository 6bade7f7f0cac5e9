"""Weights are kept in a file as numbers only, and come back whole or not at all.

:func:`torch.save` and :func:`torch.load` do the work. This module looks at what they are given: a file may be cut
short, belong to another network, or hold code that would run on being opened. What a network cannot do without, such
as the names of its columns and their scale, travels in the same file, as notes.

Chapter: ``training-in-practice``.
Source: PyTorch, *Saving and loading models* and *Serialization semantics*.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import zipfile
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from introdl.arrays import numbers, refuse_without_numbers

if TYPE_CHECKING:
    import pandas as pd
    from torch import Tensor, nn

    Net = TypeVar("Net", bound=nn.Module)


def save(net: nn.Module, path: str | os.PathLike[str], notes: dict[str, Any] | None = None) -> None:
    """Write a network's weights, and notes on how to use them, into a file that holds no code.

    The file is written beside its place and moved there once it is complete: an old file is replaced by a whole new
    one, or stays.

    Parameters
    ----------
    net : nn.Module
        Its ``state_dict()`` is written, from the CPU. The network stays as it is, on its device.
    path : str or path
        In a folder that exists.
    notes : dict, optional
        What else is needed: column names, mean and scale, classes. Whatever JSON can hold; arrays and tensors become
        lists, names become texts.

    Raises
    ------
    TypeError
        If net is no network, or a note cannot be kept.
    ValueError
        If a weight or a note is NaN or infinite, or there is no weight.
    FileNotFoundError
        If the folder does not exist.

    Examples
    --------
    >>> import tempfile
    >>> from torch import nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(nn.Linear(2, 1), f"{folder}/line.pt", notes={"columns": ["tug", "steps"]})
    ...     read_notes(f"{folder}/line.pt")
    {'columns': ['tug', 'steps']}
    """
    import torch

    weights = _weights(net)
    _refuse_bad_numbers(weights, net, "net")
    try:
        said = json.dumps(notes or {}, allow_nan=False, default=lambda value: value.tolist())
    except (TypeError, ValueError, AttributeError) as error:
        raise type(error)(f"notes must hold texts, finite numbers, lists and dicts of these: {error}") from None
    place = Path(path)
    if not place.parent.is_dir():
        raise FileNotFoundError(f"the folder {place.parent} does not exist: make it first")
    beside = place.with_name(place.name + ".part")
    try:
        # a copy: a view of a larger tensor would take all of it into the file
        torch.save({"weights": {name: value.cpu().clone() for name, value in weights.items()}, "notes": said}, beside)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def load(net: Net, path: str | os.PathLike[str]) -> Net:
    """Put the weights from a file into a network that was built the same way, all of them or none.

    Parameters
    ----------
    net : nn.Module
        Changed in place, on its own device, wherever the weights were saved. It stays in training or evaluation mode
        as it is; if anything is refused, its weights stay too.
    path : str or path
        A file of :func:`save`, or of ``torch.save(net.state_dict(), path)``.

    Returns
    -------
    nn.Module
        The same network.

    Raises
    ------
    TypeError
        If net is no network.
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is empty, cut short, damaged, of another kind, or holds code; if its weights are those of another
        network (the first difference is named), or NaN or infinite.

    Examples
    --------
    >>> import tempfile
    >>> from torch import nn
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(nn.Linear(2, 1), f"{folder}/line.pt")
    ...     load(nn.Linear(3, 1), f"{folder}/line.pt")
    Traceback (most recent call last):
    ValueError: line.pt is of another network: weight has shape (1, 2) in the file and (1, 3) in net
    """
    own, file = _weights(net), Path(path).name
    weights, _ = _opened(path)
    _refuse_differences(weights, own, file)
    _refuse_bad_numbers(weights, net, file)
    net.load_state_dict(weights)
    return net


def read_notes(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the notes that :func:`save` put beside the weights; none if there were none.

    Parameters
    ----------
    path : str or path
        As for :func:`load`.

    Returns
    -------
    dict

    Raises
    ------
    FileNotFoundError, ValueError
        As :func:`load`, as far as the file alone can tell.
    """
    return _opened(path)[1]


def new_rows(
    table: pd.DataFrame, columns: Sequence[str], low: Sequence[float] | None = None, high: Sequence[float] | None = None
) -> np.ndarray:
    """Return the numbers of new rows, if their columns are those that a network was trained on.

    Parameters
    ----------
    table : pandas.DataFrame, shape (n, d)
        New rows, such as ``pandas.read_csv`` gives them.
    columns : sequence of str, length d
        The columns of the training, in its order.
    low, high : sequence of float, length d, optional
        Between what each column may lie: what is possible in its unit, or what the training has seen.

    Returns
    -------
    ndarray of float64, shape (n, d)

    Raises
    ------
    TypeError
        If table is no data frame, or a column holds something else than numbers.
    ValueError
        If a column is missing, stands twice or in another place, one is too many, there is no row, or a number is
        missing or out of range: the first such row is named by its index, the first column by its name.

    Examples
    --------
    >>> import pandas as pd
    >>> new_rows(pd.DataFrame({"b": [1], "a": [2]}), ["a", "b"])
    Traceback (most recent call last):
    ValueError: columns must stand in the order of the training, got b, a: write table[['a', 'b']]
    """
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table must be a pandas DataFrame, got {type(table).__name__}: without names nobody knows")
    columns, given = [str(name) for name in columns], [str(name) for name in table.columns]
    _refuse_columns(given, columns)
    if not len(table):
        raise ValueError("the table has columns but no row")
    for name in columns:
        if not pd.api.types.is_numeric_dtype(table[name]) or pd.api.types.is_bool_dtype(table[name]):
            raise TypeError(f"column {name} must hold numbers, got {table[name].iloc[0]!r} in its first row")
    values = table.to_numpy(dtype="float64")
    bounds = [np.full(len(columns), limit) for limit in (-np.inf, np.inf)]
    for at, (limit, name) in enumerate([(low, "low"), (high, "high")]):
        if limit is not None:
            bounds[at] = numbers(limit, name, ndim=1)
            if len(bounds[at]) != len(columns):
                raise ValueError(f"{name} must hold a number for each of {len(columns)} columns, got {len(bounds[at])}")
    for row, place in np.argwhere(~(np.isfinite(values) & (values >= bounds[0]) & (values <= bounds[1]))):
        where, value = f"row {table.index[row]}, column {columns[place]}", values[row, place]
        if np.isnan(value):
            raise ValueError(f"{where} is empty: fill it in as in the training, or leave the row out")
        limits = f"{bounds[0][place]:.4g} and {bounds[1][place]:.4g}"
        raise ValueError(f"{where} must lie between {limits}, got {value:g}: is it in another unit?")
    return values


def _refuse_columns(given: Sequence[str], columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in given]
    if missing:
        close = get_close_matches(missing[0], [name for name in given if name not in columns], n=1)
        hint = f"did you mean {close[0]}?" if close else "the network needs every column of its training"
        raise ValueError(f"{len(missing)} of {len(columns)} columns missing, first {missing[0]}: {hint}")
    if list(given) != list(columns):
        rest = [name for place, name in enumerate(given) if name not in columns or name in given[:place]]
        if rest:
            raise ValueError(f"columns must be those of the training, got {rest[0]} too many")
        raise ValueError(
            f"columns must stand in the order of the training, got {', '.join(given)}: write table[{list(columns)}]"
        )


def _opened(path: str | os.PathLike[str]) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return weights and notes of a file, having run nothing that it holds."""
    import torch

    place = Path(path)
    if not place.is_file():
        raise FileNotFoundError(f"there is no file {place}: check folder and name")
    _refuse_damage(place)
    try:
        content = torch.load(place, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        found = re.search(r"(?:GLOBAL|class|function) ([\w.]+)", str(error))
        raise ValueError(
            f"{place.name} holds code, not only weights: it asks for {found.group(1) if found else 'more'}. It was "
            "not run. Open such a file only if you trust who made it; ask for the state_dict instead"
        ) from None
    except Exception as error:
        first = (str(error).strip() or type(error).__name__).splitlines()[0][:120]
        raise ValueError(f"{place.name} is no file of weights: {first}") from None
    weights, notes = content, {}
    if isinstance(content, dict) and set(content) == {"weights", "notes"}:
        weights, notes = content["weights"], json.loads(content["notes"])
    if not isinstance(weights, dict):
        raise ValueError(f"{place.name} must hold weights by name, got {type(weights).__name__}")
    for name, value in weights.items():
        if not isinstance(name, str) or not isinstance(value, torch.Tensor):
            raise ValueError(
                f"{place.name} must hold weights by name, got {type(value).__name__} under {name!r}: "
                "if it holds more than a state_dict, save the state_dict alone"
            )
        refuse_without_numbers(**{f"{name} in {place.name}": value})
    return dict(weights), notes


def _refuse_damage(place: Path) -> None:
    """Refuse what torch.save has not written whole, before anything opens it: its files are zip archives."""
    if not place.stat().st_size:
        raise ValueError(f"{place.name} is empty: was the program stopped while it was written?")
    try:
        with zipfile.ZipFile(place) as archive:
            damaged = archive.testzip()
    except Exception:
        raise ValueError(f"{place.name} is cut short, damaged, or no file of torch.save: copy it again") from None
    if damaged is not None:
        raise ValueError(f"{place.name} is damaged in {damaged}: copy it again")


def _refuse_differences(weights: dict[str, Tensor], own: dict[str, Tensor], file: str) -> None:
    """Name the first difference between the weights of a file and those of the network, in the network's order."""
    start = f"{file} is of another network: "
    for name, value in own.items():
        if name not in weights:
            raise ValueError(f"{start}net has {name}, the file has not")
        saved = weights[name]
        if saved.shape != value.shape:
            raise ValueError(
                f"{start}{name} has shape {tuple(saved.shape)} in the file and {tuple(value.shape)} in net"
            )
        if saved.dtype != value.dtype:
            raise ValueError(
                f"{start}{name} is of type {saved.dtype} in the file and {value.dtype} in net: "
                f"convert the network first, net.to({saved.dtype})"
            )
    for name in weights:
        if name not in own:
            raise ValueError(f"{start}the file has {name}, net has not")


def _refuse_bad_numbers(weights: dict[str, Tensor], net: nn.Module, where: str) -> None:
    """Refuse NaN anywhere, and infinity in what is trained; a mask among the buffers may hold infinity."""
    trained = {name for name, _ in net.named_parameters(remove_duplicate=False)}
    for name, value in weights.items():
        if value.isnan().any() or (name in trained and value.isinf().any()):
            raise ValueError(
                f"{name} in {where} holds NaN or infinity, so every answer would be lost: "
                "look for missing values in the data, then at the learning rate, and train again"
            )


def _weights(net: nn.Module) -> dict[str, Tensor]:
    from torch import nn

    if not isinstance(net, nn.Module):
        hint = ": give the network itself, not its state_dict" if isinstance(net, dict) else ""
        raise TypeError(f"net must be an nn.Module, got {type(net).__name__}{hint}")
    weights = {name: value.detach() for name, value in net.state_dict().items()}
    if not weights:
        raise ValueError("net has no weights")
    refuse_without_numbers(**weights)
    return weights
