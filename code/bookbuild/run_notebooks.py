"""The dress rehearsal of journey 2: each notebook, the very file that would be published, is run as Colab would.

First its first cell, with network. GitHub is played by a bare repository that holds the working tree, uncommitted
work included, and git's own ``insteadOf`` leads there, so the file needs no change. Then the whole notebook, in
an empty folder, with the network gone.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat
from filelock import FileLock

from bookbuild import colab, first_cell
from bookbuild.commits import complete, head, repository_of_tree, settings
from bookbuild.kernel import LOST_AT_ITS_START, ONE_THREAD
from bookbuild.languages import BUILD, LANGUAGES, ROOT, SITE
from bookbuild.provenance import UNKNOWN, Provenance
from bookbuild.publish import Origin, notebooks, origin

OUT = BUILD / "as-published"
CELL = 300  # seconds that a cell may take; installing takes longest
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NAMESPACES = (["unshare", "--net", "--"], ["unshare", "--user", "--map-root-user", "--net", "--"])
NOT_OURS = ("PYTHON", "INTRODL_", "GITHUB_", "JUPYTER", "IPYTHON", "MPL", "VIRTUAL_ENV")

PROBE = f"""
import socket, sys
from bookbuild.kernel import switch_on_loopback
switch_on_loopback()
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname(), timeout=5).close()
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as error:
    sys.exit(error.errno != {errno.ENETUNREACH})
sys.exit(1)
"""

GUARD = '''
"""Stand in for a missing network: Python may connect to this machine only."""
import sys

def _guard(event, words):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        host = words[1][0] if isinstance(words[1], tuple) else None
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = words[0]
    else:
        return
    host = host.decode() if isinstance(host, bytes) else host
    if host and host not in ("localhost", "::1", "0.0.0.0", "::") and not str(host).startswith("127."):
        raise OSError(101, "the network is gone")

sys.addaudithook(_guard)
'''


class RehearsalError(RuntimeError):
    """A notebook would fail its readers; the message names notebook and cell."""


@dataclass(frozen=True)
class Isolation:
    """A way to run a program without network."""

    prefix: tuple[str, ...]  # what stands before its command
    guarded: bool  # whether only Python is kept from connecting
    words: str


@dataclass(frozen=True)
class Run:
    """One notebook, run."""

    file: Path
    executed: nbformat.NotebookNode
    first: float  # seconds of the first cell, with network
    whole: float  # seconds of the whole notebook, without

    @property
    def language(self) -> str:
        """The language, by its folder."""
        return self.file.parent.name

    @property
    def name(self) -> str:
        """The notebook as its address names it."""
        return told(self.file)


def told(file: Path) -> str:
    """Return a notebook's name as its address has it.

    Examples
    --------
    >>> told(Path("site/notebooks/en/start-here.ipynb"))
    'notebooks/en/start-here.ipynb'
    """
    return "/".join(("notebooks", file.parent.name, file.name))


@cache
def isolation() -> Isolation:
    """Return the strongest way to take the network away that this machine allows."""
    for prefix in NAMESPACES:
        command = [*prefix, sys.executable, "-c", PROBE]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "code")}
        try:
            done = subprocess.run(command, env=environment, capture_output=True, timeout=60, check=False)
        except OSError:
            continue
        if done.returncode == 0:
            return Isolation(tuple(prefix), False, "the network is gone (a namespace of its own)")
    return Isolation((), True, "Python is kept from connecting (no namespace to be had here: a weaker check)")


def rehearse(files: list[Path], say: Callable[[str], None] = print, root: Path = ROOT, out: Path = OUT) -> list[Run]:
    """Run notebooks as published and return them with their outputs; they are kept in ``out`` to be looked at.

    Raises
    ------
    RehearsalError
        If a cell raises, a kernel dies, a figure speaks another language than its notebook, or the notebooks were
        built from another state of the files.
    ColabError, GitError, PublishError
        If there is no environment to run in, no git, or a file is no such notebook.
    """
    built = {origin(file) for file in files}
    if len(built) != 1:
        raise RehearsalError("the notebooks do not all install the same commit: build the site anew (make book)")
    environment = colab.ensure(say)
    say(f"Other than in Colab: {'; '.join(environment.differs) or 'nothing'}. In the second run {isolation().words}.")
    with FileLock(BUILD / "as-published.lock"), tempfile.TemporaryDirectory(prefix="introdl-remote-") as folder:
        bare = Path(folder) / "remote.git"
        commit = repository_of_tree(bare, root)
        complete(bare, root)
        files = as_published(files, built.pop(), commit, head(root), Path(folder), say)
        network = settings({f"url.{bare.resolve().as_uri()}.insteadOf": origin(files[0]).place.address})
        first = {}
        for code in LANGUAGES:
            take_away(environment)
            for file in (file for file in files if file.parent.name == code):
                first[file] = _first_cell(file, environment, network, out, say)
                require_installed(environment, commit, file)
        with ThreadPoolExecutor(max_workers=2) as pool:
            runs = list(pool.map(lambda file: _whole(file, environment, first[file], out, say), files))
    problems = [problem for run in runs for problem in wrong_language(run)]
    if problems:
        raise RehearsalError("\n".join(problems))
    return runs


def as_published(
    files: list[Path], built: Origin, commit: str, below: str | None, folder: Path, say: Callable[[str], None]
) -> list[Path]:
    """Return the files that would be published if the working tree were committed as it stands.

    Where it is committed, those are the files themselves. Where it is not, they could install only the commit
    below; once the tree is committed, their first cells alone would be others, so those are written anew into
    copies in ``folder``, by the function that wrote them.

    Raises
    ------
    RehearsalError
        If the notebooks were built on another commit, or their first cells were not written by that function.
    """
    if built.commit == commit:
        return files
    if built.commit != (below or ""):
        raise RehearsalError(
            f"the site was built on another commit, {built.commit[:10] or 'none'}; the one checked out is "
            f"{(below or 'none')[:10]}: build it anew (make book), then try again"
        )
    say(
        f"Not everything is committed: the first cells name a temporary commit of the files as they are, {commit[:10]}."
    )
    copies = []
    for file in files:
        notebook, code = nbformat.read(file, as_version=nbformat.NO_CONVERT), file.parent.name
        cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
        if cell.source != first_cell.source(built.place, Provenance(built.commit or UNKNOWN), code):
            raise RehearsalError(f"{told(file)}: the first cell is not the book's: build the site anew (make book)")
        cell.source = first_cell.source(built.place, Provenance(commit), code)
        copy = folder / "notebooks" / code / file.name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        copies.append(copy)
    return copies


def take_away(environment: colab.Environment) -> None:
    """Bring the environment back to how Colab's readers find theirs: without introdl and what it brought along."""
    environment.pip("uninstall", "--quiet", "--yes", "introdl", *colab.image().lacking)


def require_installed(environment: colab.Environment, commit: str, file: Path) -> None:
    """Make sure that the first cell has installed the commit that it names.

    Raises
    ------
    RehearsalError
        If introdl is not there, or not from that commit.
    """
    ask = "import importlib.metadata as m; print(m.distribution('introdl').read_text('direct_url.json'))"
    command = [str(environment.python), "-I", "-c", ask]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=environment.folder)
    if done.returncode or commit not in done.stdout:
        raise RehearsalError(f"{told(file)}: the first cell ran, but introdl is not installed at {commit[:10]}")


def _first_cell(
    file: Path, environment: colab.Environment, network: dict[str, str], out: Path, say: Callable[[str], None]
) -> float:
    cells = nbformat.read(file, as_version=nbformat.NO_CONVERT).cells
    count = 1 + next(number for number, cell in enumerate(cells) if cell.cell_type == "code")
    _, seconds = execute(file, environment, out / f"{file.parent.name}-first" / file.name, extra=network, cells=count)
    say(f"  {seconds:5.1f} s  {told(file)}, its first cell, with network")
    return seconds


def _whole(file: Path, environment: colab.Environment, first: float, out: Path, say: Callable[[str], None]) -> Run:
    way = isolation()
    executed, seconds = execute(file, environment, out / file.parent.name / file.name, way=way)
    say(f"  {seconds:5.1f} s  {told(file)}, the whole, without network")
    return Run(file, executed, first, seconds)


def execute(
    file: Path,
    environment: colab.Environment,
    out: Path,
    *,
    extra: dict[str, str] | None = None,
    cells: int | None = None,
    way: Isolation | None = None,
    timeout: int = CELL,
) -> tuple[nbformat.NotebookNode, float]:
    """Run a notebook in an empty folder, in the environment's kernel, and return it with its outputs, and the seconds.

    Parameters
    ----------
    file : Path
        The notebook; it is not changed.
    out : Path
        Where the notebook with its outputs is kept, also when a cell raises.
    extra : dict of str, optional
        More environment variables for the kernel.
    cells : int, optional
        How many cells from the top to run; by default all.
    way : Isolation, optional
        How the network is taken away; by default it is there.

    Raises
    ------
    RehearsalError
        If a cell raises or the kernel dies.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="introdl-reader-") as home:
        folder, job, problem = (Path(home) / name for name in ("empty", "job.json", "problem.txt"))
        folder.mkdir()
        kernels = _kernel_environment(environment, Path(home), way) | (extra or {})
        if way and way.guarded:
            (Path(home) / "sitecustomize.py").write_text(GUARD, encoding="utf-8")
        words = {
            "notebook": str(file), "out": str(out), "folder": str(folder), "environment": kernels, "timeout": timeout,
            "cells": cells, "kernels": str(environment.kernels), "loopback": bool(way and way.prefix),
            "problem": str(problem),
        }  # fmt: skip
        job.write_text(json.dumps(words), encoding="utf-8")
        command = [*(way.prefix if way else ()), sys.executable, "-m", "bookbuild.kernel", str(job)]
        ours = os.environ | {"PYTHONPATH": str(ROOT / "code"), "JUPYTER_RUNTIME_DIR": str(Path(home) / "runtime")}
        for _ in range(2):
            done = subprocess.run(
                command, env=ours, cwd=home, capture_output=True, text=True, errors="replace", check=False
            )
            if done.returncode == 0 or LOST_AT_ITS_START not in done.stderr:
                break
        if done.returncode:
            said = (
                problem.read_text(encoding="utf-8") if problem.exists() else f"could not be run:\n{done.stderr[-2000:]}"
            )
            raise RehearsalError(f"{told(file)}, {said}")
    return nbformat.read(out, as_version=nbformat.NO_CONVERT), time.monotonic() - began


def _kernel_environment(environment: colab.Environment, home: Path, way: Isolation | None) -> dict[str, str]:
    """Return a reader's environment: nothing of the book's own, no font but matplotlib's, and no secrets."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
    path = os.pathsep.join([str(environment.python.parent), kept.get("PATH", os.defpath)])
    offline = {"HOME": str(home)} if way else {}  # with network, pip finds its settings and its cache at home
    guard = {"PYTHONPATH": str(home)} if way and way.guarded else {}
    return kept | offline | guard | ONE_THREAD | {
        "PATH": path,
        "PYTHONNOUSERSITE": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # a warning of the debugger's that is no reader's concern
        "IPYTHONDIR": str(home / "ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": str(environment.settings_of_matplotlib),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }  # fmt: skip


def figure_texts(notebook: nbformat.NotebookNode) -> list[str]:
    """Return every text that stands in the figures of an executed notebook, descriptions included.

    Examples
    --------
    >>> drawn = nbformat.v4.new_output("display_data", {"image/svg+xml": "<svg><text>年齡</text></svg>"})
    >>> figure_texts(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[drawn])]))
    ['年齡']
    """
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", ()))
    drawings = (output.get("data", {}).get("image/svg+xml", "") for output in outputs)
    found = (re.findall(r"<(text|title|tspan)\b[^>]*>([^<]+)<", "".join(drawing)) for drawing in drawings)
    return [text.strip() for texts in found for _, text in texts if text.strip()]


def wrong_language(run: Run) -> list[str]:
    """Return what is wrong with the language of a notebook's figures: each speaks its notebook's."""
    texts = figure_texts(run.executed)
    chinese = [text for text in texts if CHINESE.search(text)]
    if run.language == "en" and chinese:
        return [f"{run.name}: a figure says {chinese[0]!r} (is that label in English too?)"]
    if run.language != "en" and texts and not chinese:
        return [f"{run.name}: no figure says anything in Chinese (does the first cell set the language?)"]
    return []


def rehearse_site(pages: list[str], languages: list[str], say: Callable[[str], None] = print) -> list[Run]:
    """Run the notebooks of the built site, all or those of some pages or languages, and say what they cost."""
    files = [file for file in notebooks(SITE) if not pages or file.stem in pages]
    files = [file for file in files if not languages or file.parent.name in languages]
    if not files:
        raise RehearsalError(f"the site has no notebook {', '.join(pages)}: name pages that have cells")
    shutil.rmtree(OUT, ignore_errors=True)
    began = time.monotonic()
    runs = rehearse(files, say)
    seconds = time.monotonic() - began
    say(f"Ran {len(runs)} notebooks as published in {seconds:.0f} s; with outputs: {OUT.relative_to(ROOT)}/.")
    return runs
