"""How long the book takes to build, as ratios in one run on a copy of the project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bookbuild.languages import LANGUAGES, ROOT

CHAPTER = "matrix-operations"


def measure(say: Callable[[str], None] = print) -> None:
    """Time the builds that CONTRIBUTING records, each against the cold build of both languages."""
    with tempfile.TemporaryDirectory() as folder:
        root = _copy(Path(folder) / "book")
        cold = _timed(root, "book")
        rows = [("cold build of both languages", cold)]
        plain = [str(Path(sys.executable).with_name("jupyter-book")), "build", "book/en", "--config", "_config.yml"]
        shutil.rmtree(root / "_build" / "executed")
        rows.append(
            ("plain jupyter-book build of English, cold", _time(root, [*plain, "--toc", str(root / "_toc.yml")]))
        )
        _timed(root, "book")
        rows.append(("nothing changed", _timed(root, "book")))
        _change(root, ("en",), "\n# ", "\n# A new word: ")
        rows.append(("one page's prose changed", _timed(root, "book")))
        _change(root, tuple(LANGUAGES), "import tempfile\n", "import tempfile  # changed\n")
        rows.append(("one page's cell changed", _timed(root, "book")))
        say("| build | seconds | ratio to cold |\n| --- | --- | --- |")
        for name, seconds in rows:
            say(f"| {name} | {seconds:.1f} | {seconds / cold:.2f} |")


def _copy(root: Path) -> Path:
    ignored = shutil.ignore_patterns(".git", ".venv", "_build", "build", "__pycache__", "_generated", ".*_cache")
    shutil.copytree(ROOT, root, ignore=ignored)
    (root / "code" / "introdl" / "data").symlink_to(root / "data")  # as an installed package has it
    return root


def _timed(root: Path, *words: str) -> float:
    return _time(root, [sys.executable, "-m", "bookbuild", *words])


def _time(root: Path, command: list[str]) -> float:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PYTHONPATH": str(root / "code"), "PATH": path}
    began = time.monotonic()
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.monotonic() - began


def _change(root: Path, codes: tuple[str, ...], old: str, new: str) -> None:
    for code in codes:
        page = root / "book" / code / f"{CHAPTER}.md"
        text = page.read_text(encoding="utf-8")
        if old not in text:
            raise ValueError(f"{page.name} no longer holds {old!r}: choose another text to change")
        page.write_text(text.replace(old, new, 1), encoding="utf-8")
