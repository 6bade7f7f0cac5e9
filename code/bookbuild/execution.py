"""How the cells of a page are run: in the page's language, and not again while nothing they use has changed."""

from __future__ import annotations

import os
import platform
import shutil
from hashlib import sha256
from pathlib import Path

from introdl import datasets
from sphinx.application import Sphinx
from sphinx.config import Config

from bookbuild.languages import BUILD, ROOT, of_source

CACHES = BUILD / "executed"
USED_BY_CELLS = ("code/introdl", "data", "requirements.txt", "constraints.txt")
FETCHED = ROOT / "data" / "fetched"  # what is at hand there counts by its checksum, wherever it is at hand


def files_below(*paths: Path) -> list[Path]:
    """Return the files at and below paths, sorted, without what Python leaves behind and without fetched data."""
    found = [file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()]
    sources = (file for file in found if not file.is_relative_to(FETCHED))
    return sorted(file for file in sources if "__pycache__" not in file.parts and ".egg-info" not in str(file))


def fingerprint(files: list[Path], *words: str) -> str:
    """Return a digest of the names and contents of files, and of words."""
    digest = sha256("\0".join(words).encode())
    for file in files:
        name = file.relative_to(ROOT) if file.is_relative_to(ROOT) else file
        digest.update(f"\0{name.as_posix()}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def environment_words() -> list[str]:
    """Return what cells depend on besides files of the project: Python, and which fetched data is at hand.

    Raises
    ------
    DataError
        If a fetched set is at hand with another checksum, or INTRODL_DATA is no folder.
    """
    datasets.folders()
    at_hand = [f"{name} {datasets.checksum(name)}" for name in datasets.fetchable() if datasets.at_hand(name)]
    return [platform.python_version(), *at_hand]


def cache_folder(language: str) -> Path:
    """Return where the executed cells of one language are kept for the present code, data and versions."""
    used = files_below(*(ROOT / path for path in USED_BY_CELLS if (ROOT / path).exists()))
    return CACHES / language / fingerprint(used, *environment_words())


def forget_old(language: str, keep: int = 3) -> None:
    """Delete all but the newest few caches of a language: one is left behind by every change of the package."""
    folder = CACHES / language
    caches = sorted(folder.iterdir(), key=lambda cache: cache.stat().st_mtime, reverse=True) if folder.is_dir() else []
    for cache in caches[keep:]:
        shutil.rmtree(cache, ignore_errors=True)


def prepare(app: Sphinx, config: Config) -> None:
    """Tell the kernels their language and to download nothing, and MyST-NB where their executed cells are kept."""
    language = of_source(Path(app.srcdir)).code
    os.environ["INTRODL_LANGUAGE"] = language
    os.environ["INTRODL_OFFLINE"] = "1"  # a build never downloads
    folder = cache_folder(language)
    folder.mkdir(parents=True, exist_ok=True)
    os.utime(folder)
    config.nb_execution_cache_path = str(folder)


def setup(app: Sphinx) -> None:
    """Run before MyST-NB reads its settings."""
    app.connect("config-inited", prepare)
