"""Data sets by name, each checked against its checksum before anyone computes with it.

``load_…`` reads what is installed with the package: the slides' own 23 people and the tensors of
practice 1.1. ``fetch_…`` reads real data of others, which are downloaded once and never committed.
``data/registry.toml`` says where each comes from and on what terms.

A fetched set is looked for in the folder that ``INTRODL_DATA`` names, then in the folder that ``make data`` fills:
``data/fetched/`` of a checkout, else ``introdl`` in the user's cache folder. Only ``fetch_…`` and ``make data``
download, and nothing does where ``INTRODL_OFFLINE`` is set, as it is in every build of the book.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tomllib
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from introdl.conversions import CONVERSIONS
from introdl.datasheets import Catalogue, Datasheet, catalogue, datasheet
from introdl.fetched import (
    Recording,
    fetch_ad_csf,
    fetch_ai4i2020,
    fetch_bds_balance,
    fetch_darwin_handwriting,
    fetch_dryer,
    fetch_eeg_participants,
    fetch_mobgap_lowback,
    fetch_nhanes_spirometry,
    fetch_nylon,
    fetch_older_adults_rfid,
    fetch_rigr_fev,
    fetch_rigr_mri,
    fetch_tug_accel_falls,
)
from introdl.fetching import DownloadError, checksum_of, download

if TYPE_CHECKING:
    import pandas as pd

SOURCES = (
    "https://raw.githubusercontent.com/{repository}/{commit}/{path}",
    "https://cdn.jsdelivr.net/gh/{repository}@{commit}/{path}",
    "https://archive.softwareheritage.org/api/1/content/sha256:{sha256}/raw/",
)
"""Where an original may be had, tried in turn; a row of the registry may name ``sources`` of its own."""

MARK = b"\xef\xbb\xbf"  # the byte order mark of UTF-8
SPOILT: dict[str, Callable[[bytes], bytes]] = {
    "with a byte order mark": lambda content: content.removeprefix(MARK),
    "without its byte order mark": lambda content: MARK + content,
    "with the line ends of Windows": lambda content: content.replace(b"\r\n", b"\n"),
    "with the line ends of Windows and a byte order mark": lambda content: content.removeprefix(MARK).replace(
        b"\r\n", b"\n"
    ),
    "with semicolons between the columns": lambda content: content.replace(b";", b","),
    "with tabs between the columns": lambda content: content.replace(b"\t", b","),
}
"""What editors and spreadsheets do to a table whose numbers stay the same, each with its undoing."""

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


__all__ = [
    "Catalogue",
    "DataError",
    "Datasheet",
    "Fetched",
    "MatrixOperation",
    "Recording",
    "at_hand",
    "catalogue",
    "checksum",
    "datasheet",
    "fetch",
    "fetch_ad_csf",
    "fetch_ai4i2020",
    "fetch_bds_balance",
    "fetch_darwin_handwriting",
    "fetch_dryer",
    "fetch_eeg_participants",
    "fetch_mobgap_lowback",
    "fetch_nhanes_spirometry",
    "fetch_nylon",
    "fetch_older_adults_rfid",
    "fetch_rigr_fev",
    "fetch_rigr_mri",
    "fetch_tug_accel_falls",
    "fetchable",
    "folders",
    "load_matrix_operation",
    "load_tug",
    "names",
    "registered",
    "terms",
    "verify",
]


class DataError(RuntimeError):
    """A data file is missing, or is not the file whose checksum the registry holds."""


@dataclass(frozen=True)
class Fetched:
    """What became of fetching a data set: its files, the bytes that were downloaded, and from where."""

    name: str
    files: tuple[Path, ...]
    downloaded: int  # bytes; 0 where all was at hand
    addresses: tuple[str, ...]


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


def names() -> list[str]:
    """Return the names of all data sets, those that come with the package first.

    Examples
    --------
    >>> names()[:3]
    ['tug', 'matrix-operation', 'ai4i2020']
    """
    return list(_registry())


def registered(name: str) -> dict[str, Any]:
    """Return what the registry holds of a data set.

    Raises
    ------
    DataError
        If there is no such set.

    Examples
    --------
    >>> registered("tug")["kind"]
    'loaded'
    """
    if name not in _registry():
        raise DataError(f"there is no data set {name!r}: it must be one of {', '.join(names())}")
    return _registry()[name]


def fetchable() -> list[str]:
    """Return the names of the sets that are fetched, in the order of the registry.

    Examples
    --------
    >>> "ai4i2020" in fetchable(), "tug" in fetchable()
    (True, False)
    """
    return [name for name, entry in _registry().items() if entry["kind"] == "fetched"]


def at_hand(name: str) -> bool:
    """Tell whether every file of a fetched set is on this machine, with the right checksum. Never downloads.

    Raises
    ------
    DataError
        If there is no such set, or a file of that name is there and is another file.
    """
    return all([_find(file) for file in _fetched(name)["files"]])


def checksum(name: str) -> str:
    """Return the checksum of a fetched set: the sha256 of its one file, or of its files' checksums one after another.

    Examples
    --------
    >>> checksum("ai4i2020")[:8]
    '9841aaa0'
    """
    sums = [file["sha256"] for file in _fetched(name)["files"]]
    return sums[0] if len(sums) == 1 else hashlib.sha256("\n".join(sums).encode()).hexdigest()


def fetch(name: str, download_if_missing: bool = True) -> Fetched:
    """Have a fetched set on this machine: find its files, or download and convert what is missing.

    Parameters
    ----------
    name : str
        As the registry calls it.
    download_if_missing : bool
        Where it is False, or ``INTRODL_OFFLINE`` is set, a missing file is an error.

    Returns
    -------
    Fetched

    Raises
    ------
    DataError
        If there is no such set, no source has a missing file, or a file at hand is another; the message says what to
        do.
    """
    entry = _fetched(name)
    places, addresses, downloaded = [], [], 0
    for file in entry["files"]:
        place = _find(file)
        if not place:
            if not download_if_missing or os.environ.get("INTRODL_OFFLINE"):
                raise DataError(f"{name} is not at hand, and nothing is to be downloaded here. {_cure(entry, file)}")
            with _turn(_own_folder()):
                place = _find(file)  # another process may have fetched it meanwhile
                if not place:
                    place, gave = _get(name, entry, file)
                    addresses += gave
                    downloaded += sum(original["bytes"] for original in file["originals"])
        places.append(place)
    return Fetched(name, tuple(places), downloaded, tuple(dict.fromkeys(addresses)))


def folders() -> list[Path]:
    """Return the folders in which fetched sets are looked for, the first first.

    Raises
    ------
    DataError
        If ``INTRODL_DATA`` is set and is no folder.
    """
    named = os.environ.get("INTRODL_DATA", "")
    if named and not Path(named).is_dir():
        raise DataError(f"INTRODL_DATA: expected a folder of data sets, got {named!r}: correct it, or leave it out")
    return [*([Path(named)] if named else []), _own_folder()]


def terms(name: str) -> dict[str, str]:
    """Return what a table of a fetched set says of itself: source, licence, citation and checksum.

    Examples
    --------
    >>> terms("darwin_handwriting")["licence"]
    'CC BY 4.0'
    """
    entry = _fetched(name)
    return {key: entry[key] for key in ("source", "licence", "citation")} | {"checksum": checksum(name)}


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
    names = [name for name, entry in _registry().items() if entry["kind"] == "loaded"]
    for name in names:
        _read(name)
    return names


def _own_folder() -> Path:
    """Return the folder that downloads fill: in a checkout beside the registry, else the user's."""
    data = Path(str(resources.files("introdl.data"))).resolve()
    if (data.parent / "pyproject.toml").is_file():
        return data / "fetched"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "introdl"


def _fetched(name: str) -> dict[str, Any]:
    entry = _registry().get(name, {})
    if entry.get("kind") != "fetched":
        raise DataError(f"there is no fetched data set {name!r}: it must be one of {', '.join(fetchable())}")
    return entry


def _find(file: dict[str, Any]) -> Path | None:
    """Return where a file of a fetched set is at hand, once its checksum is right."""
    for folder in folders():
        place = folder / file["file"]
        if not place.is_file():
            continue
        found = _sum_of(place)
        if found != file["sha256"]:
            raise DataError(
                f"{place} has sha256 {found}, expected {file['sha256']}: {_what_became_of(place, file)}. "
                "Take it away, then: make data"
            )
        return place
    return None


def _what_became_of(place: Path, file: dict[str, Any]) -> str:
    """Return in words how a file with a wrong checksum came to differ, as far as that can be told."""
    try:
        content = gzip.decompress(place.read_bytes()) if place.suffix == ".gz" else place.read_bytes()
    except (OSError, EOFError, zlib.error):
        return "it cannot be unpacked: it is cut, or damaged"
    for what, undo in SPOILT.items():
        if hashlib.sha256(undo(content)).hexdigest() == file["sha256"]:
            return f"the data are right, but a program saved them anew {what}"
    whole = file["originals"][0]["bytes"] if file["conversion"] == "none" else 0
    if len(content) < whole:
        return f"it is cut ({len(content):,} of {whole:,} bytes), or was edited"
    return "it is another file, or was edited (a number changed, a column renamed)"


def _cure(entry: dict[str, Any], file: dict[str, Any]) -> str:
    origin = _addresses(entry, file["originals"][0])[0]
    made = "from" if file["conversion"] == "none" else f"made ({file['conversion']}) from"
    return (
        "The book is complete without it: it shows recorded results. To have it, run make data where there is a "
        f"network; or put {file['file']}, {made} {origin}, into {_own_folder()} or into a folder named by INTRODL_DATA."
    )


def _addresses(entry: dict[str, Any], original: dict[str, Any]) -> list[str]:
    """Return where an original may be had, its path written as an address wants it."""
    known = {key: entry.get(key, "") for key in ("repository", "commit")} | {"sha256": original["sha256"]}
    return [source.format(path=quote(original["path"]), **known) for source in entry.get("sources", SOURCES)]


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Hold the folder, so that two processes do not write one file; the second waits for the first."""
    from filelock import FileLock  # torch brings it

    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        yield


def _get(name: str, entry: dict[str, Any], file: dict[str, Any]) -> tuple[Path, list[str]]:
    """Download the originals of a file, convert them, and put the file in its place once its checksum is right."""
    place = _own_folder() / file["file"]
    originals = [place.parent / "originals" / original["sha256"] for original in file["originals"]]
    addresses = []
    for original, path in zip(file["originals"], originals, strict=True):
        if path.is_file() and checksum_of(path) == original["sha256"]:
            continue
        try:
            addresses.append(download(_addresses(entry, original), path, original["sha256"], original["bytes"]))
        except DownloadError as error:
            tried = "\n".join(f"  {reason}" for reason in error.reasons)
            raise DataError(
                f"{name} could not be fetched ({original['path']}):\n{tried}\n{_cure(entry, file)}"
            ) from None
    converted = place.with_name(f"{place.name}.new")
    try:
        converted.write_bytes(_converted(file, originals))
        found = _sum_of(converted)
        if found != file["sha256"]:
            raise DataError(
                f"{name}: the conversion {file['conversion']} gave a file with sha256 {found}, expected "
                f"{file['sha256']}: the originals are right, so it is the conversion or a library it uses that changed"
            )
        os.replace(converted, place)
    finally:
        converted.unlink(missing_ok=True)
    for path in originals:
        path.unlink(missing_ok=True)  # two originals may be the same
    if not any((place.parent / "originals").iterdir()):
        (place.parent / "originals").rmdir()
    return place, addresses


def _converted(file: dict[str, Any], originals: Sequence[Path]) -> bytes:
    names = [original["path"] for original in file["originals"]]
    try:
        return CONVERSIONS[file["conversion"]]([path.read_bytes() for path in originals], names)
    except ImportError as missing:
        raise DataError(f"{file['file']} is made with the library {missing.name}: pip install {missing.name}") from None


def _sum_of(place: Path) -> str:
    """Return the checksum of a file; of what is in it where it is packed, since no two machines pack alike."""
    if place.suffix != ".gz" and ".gz." not in place.name:
        return checksum_of(place)
    try:
        with gzip.open(place) as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except (OSError, EOFError, zlib.error):
        return f"unreadable ({checksum_of(place)[:8]})"


def _registry() -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads((resources.files("introdl.data") / "registry.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError("data/registry.toml is missing: install the package again, or restore the file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"data/registry.toml cannot be read: {error}: restore the file") from None


def _read(name: str) -> tuple[bytes, dict[str, Any]]:
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
