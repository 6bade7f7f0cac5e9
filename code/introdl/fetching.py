"""Download one file, whole and with the right checksum or not at all; ``introdl.datasets`` says which file from where.

What came before the connection broke is kept beside the place in ``….part`` and asked for no second time. The file
appears under its name only when it is whole and its checksum is right. Several addresses may hold the same file; they
are tried in turn.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

CHUNK = 64 * 1024
SILENCE = 30.0  # s without a byte after which a connection counts as broken
TRIES = 3  # connections to one address, as long as each of them brings something
PAUSE = 1.0  # s before the second try of an address, twice that before the third


class DownloadError(RuntimeError):
    """No address gave the file; ``reasons`` has one line for each attempt."""

    def __init__(self, file: str, reasons: Sequence[str]) -> None:
        super().__init__("\n".join([f"{file} could not be fetched:", *(f"  {reason}" for reason in reasons)]))
        self.reasons = tuple(reasons)


class _RefusedError(Exception):
    """An address answered, but not with the file."""


def checksum_of(path: Path) -> str:
    """Return the sha256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def download(addresses: Sequence[str], place: Path, sha256: str, size: int) -> str:
    """Download a file to ``place`` from the first address that has it, and return that address.

    Parameters
    ----------
    addresses : sequence of str
        Where the file may be had, by http or https, the best first.
    place : Path
        Where it is put, only once it is whole. Its folder is made.
    sha256 : str
        Its checksum, in hexadecimal digits.
    size : int
        Its size in bytes: fewer is a cut connection, and more is another file.

    Raises
    ------
    DownloadError
        If no address gave it; the message has a line for each attempt. What is surely a beginning of the file (its
        connection broke) stays in ``….part`` for the next time; a file with another checksum leaves nothing.

    Notes
    -----
    Two processes that download to one place at once must take turns: ``introdl.datasets`` holds a lock.
    """
    part = place.with_name(f"{place.name}.part")
    place.parent.mkdir(parents=True, exist_ok=True)
    reasons = []
    for address in addresses:
        for reason in _attempts(address, part, sha256, size):
            if reason is None:
                os.replace(part, place)
                return address
            reasons.append(f"{address}: {reason}")
    raise DownloadError(place.name, reasons)


def _attempts(address: str, part: Path, sha256: str, size: int) -> Iterator[str | None]:
    """Try one address until it gave the file (None), or there is no use; otherwise say why not, try by try."""
    for number in range(TRIES):
        if number:
            time.sleep(PAUSE * number)
        before = _size(part)
        try:
            _append(address, part, size)
        except _RefusedError as refusal:
            if not _size(part):
                part.unlink(missing_ok=True)
            yield str(refusal)
            return
        except HTTPError as error:
            yield f"answered {error.code} {error.reason}"
            return
        except (URLError, HTTPException, OSError, ValueError) as error:
            yield _plain(error)
            if _size(part) <= before:
                return
            continue
        if _size(part) < size:
            yield f"the connection was cut after {_size(part):,} of {size:,} bytes"
            if _size(part) <= before:
                return
            continue
        found = checksum_of(part)
        if found == sha256:
            yield None
            return
        part.unlink()
        yield f"it has sha256 {found}, expected {sha256}"
        if not before:
            return  # all of it came from here; otherwise its beginning may have been at fault, so try once more


def _append(address: str, part: Path, size: int) -> None:
    """Add to the part what it lacks, as far as the connection holds."""
    have = _size(part)
    if have >= size:
        return  # to be judged by its checksum
    asked = {"User-Agent": "introdl", "Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    with urlopen(Request(address, headers=asked), timeout=SILENCE) as answer:
        if answer.status == 206:
            start = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
            if not start or int(start[1]) != have:
                raise _RefusedError(f"asked for what follows byte {have:,}, it sent another piece")
        else:
            have = 0  # it sends the whole file, whatever was asked for
        announced = answer.headers.get("Content-Length", "")
        if announced.isdigit() and have + int(announced) != size:
            raise _RefusedError(f"its file has {have + int(announced):,} bytes, expected {size:,}")
        with part.open("ab" if have else "wb") as file:
            while chunk := answer.read(CHUNK):
                have += len(chunk)
                if have > size:
                    file.truncate(0)
                    raise _RefusedError(f"its file has more than the expected {size:,} bytes")
                file.write(chunk)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _plain(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return " ".join(str(reason).split()) or type(error).__name__
