"""Data sets by name, each checked against its checksum before anyone computes with it.

``load_…`` reads what is installed with the package: the slides' own 23 people and the tensors of
practice 1.1. ``data/registry.toml`` says where each comes from and on what terms.
"""

from __future__ import annotations

import hashlib
import io
import json
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

TUG_UNITS = {
    "age": "years",
    **{f"t{i}": "s since the recording began" for i in range(1, 7)},
    "time": "s",
    "step_frequency": "Hz",
    **{f"n{i}": "samples since the recording began" for i in range(1, 7)},
    "steps": "steps",
    "tug": "s",
    "bbs": "points of 28",
}


class DataError(RuntimeError):
    """A data file is missing, or is not the file whose checksum the registry holds."""


@dataclass(frozen=True)
class MatrixOperation:
    """The tensors printed in practice 1.1, to four decimals, as float64 arrays in PyTorch's layout (out, in)."""

    X: np.ndarray  # (3, 2): three rows of x1, x2
    W1: np.ndarray  # (3, 2)
    b1: np.ndarray  # (3,)
    W2: np.ndarray  # (2, 3)
    b2: np.ndarray  # (2,)
    W3: np.ndarray  # (1, 2)
    b3: np.ndarray  # (1,)
    hidden_layer_1: np.ndarray  # (3, 3): n3, n4, n5 as printed
    hidden_layer_2: np.ndarray  # (3, 2): n6, n7 as printed

    @property
    def layers(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Weight and bias of each layer, in the order of the forward pass."""
        return [(self.W1, self.b1), (self.W2, self.b2), (self.W3, self.b3)]


def load_tug() -> pd.DataFrame:
    """Load the slides' table: 23 people, one instrumented Timed-Up-and-Go walk each.

    Columns as printed on the slide. ``t1`` to ``t6`` are time stamps, not durations; ``n1`` to ``n6`` are
    the same events counted in samples; ``px`` of people 6 and 7 cannot be read on the slide and is missing.

    Returns
    -------
    pandas.DataFrame, shape (23, 25)
        ``attrs`` holds ``units``, ``source`` and ``licence``.

    Raises
    ------
    DataError
        If the file is missing or was changed.

    Examples
    --------
    >>> people = load_tug()
    >>> people.shape, int(people["px"].isna().sum())
    ((23, 25), 2)
    """
    import pandas as pd

    content, entry = _read("tug")
    people = pd.read_csv(io.BytesIO(content))
    people.attrs = {"units": TUG_UNITS, "source": entry["source"], "licence": entry["licence"]}
    return people


def load_matrix_operation() -> MatrixOperation:
    """Load the network, the inputs and the results printed in practice 1.1 of the slides.

    Returns
    -------
    MatrixOperation

    Raises
    ------
    DataError
        If the file is missing or was changed.

    Examples
    --------
    >>> load_matrix_operation().W1[0, 0]  # w13: from node 1 to node 3
    np.float64(0.4727)
    """
    printed = json.loads(_read("matrix-operation")[0])
    names = MatrixOperation.__dataclass_fields__
    return MatrixOperation(**{name: np.array(printed[name], dtype=np.float64) for name in names})


def verify() -> list[str]:
    """Check every installed data set against its checksum and return their names.

    Raises
    ------
    DataError
        If a file is missing or was changed.

    Examples
    --------
    >>> verify()
    ['tug', 'matrix-operation']
    """
    names = list(_registry())
    for name in names:
        _read(name)
    return names


def _registry() -> dict[str, dict[str, str]]:
    try:
        return tomllib.loads((resources.files("introdl.data") / "registry.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError("data/registry.toml is missing: install the package again, or restore the file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"data/registry.toml cannot be read: {error}: restore the file") from None


def _read(name: str) -> tuple[bytes, dict[str, str]]:
    """Return the bytes of an installed data set, once its checksum is right, and its entry in the registry."""
    entry = _registry()[name]
    try:
        content = (resources.files("introdl.data") / entry["file"]).read_bytes()
    except FileNotFoundError:
        raise DataError(f"data/{entry['file']} is missing: install the package again, or restore the file") from None
    found = hashlib.sha256(content).hexdigest()
    if found != entry["sha256"]:
        raise DataError(
            f"data/{entry['file']} has sha256 {found}, expected {entry['sha256']}: "
            "restore the file (git checkout -- data), or, if the change is meant, "
            "put the new checksum into data/registry.toml"
        )
    return content, entry
