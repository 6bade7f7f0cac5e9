"""One network trained by several processes: start them, let them talk, keep what they have, and never hang.

PyTorch does the work: ``torchrun`` starts the processes and starts them anew when one dies,
``DistributedDataParallel`` averages their gradients. This module asks beforehand whether it can go well, gives every
wait a limit, and brings back what the processes report.

Chapter: ``beyond-one-device``.
Source: PyTorch, *torchrun (Elastic Launch)*, *DistributedDataParallel* and *Distributed communication package*.
"""

from __future__ import annotations

import json
import math
import os
import pickle
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from introdl.arrays import positive, whole

if TYPE_CHECKING:
    import pandas as pd
    import torch

REPORTS = "INTRODL_REPORTS"  # the folder in which the processes of a run leave their reports
LAUNCHER_SPEAKS = re.compile(r"[EW]\d{4} \d\d:\d\d:")  # how torchrun begins a line of its own log
LAST_LINES = 15  # of what a failed run wrote, quoted in the error
GRACE = 5.0  # s from the request to stop until a run is stopped by force
ORPHAN_CHECK = 0.5  # s between two looks whether the launcher is still there
LETTING_GO = 0.2  # s that gloo's threads get, at the end, to let go of the last gradients


class RunError(RuntimeError):
    """A run of several processes failed, or took too long; the message says what was seen."""


@dataclass(frozen=True)
class Run:
    """What came of a run.

    Parameters
    ----------
    reports : pandas.DataFrame
        A row for each :meth:`Group.report`: ``rank``, ``attempt`` (0 before any restart), and what was reported.
    printed : str
        What the processes printed, in the order in which it came.
    seconds : float
        From the start of the launcher to its end, with Python and PyTorch starting in every process.
    """

    reports: pd.DataFrame
    printed: str
    seconds: float


@dataclass(frozen=True)
class Group:
    """One process's view of all: which it is, of how many, and where its tensors go.

    Parameters
    ----------
    rank : int
        From 0 to ``size`` − 1. Process 0 is the one that prints and saves.
    size : int
        How many processes there are.
    attempt : int
        How often the processes have been started anew.
    device : torch.device
        The process's own GPU where there is one for each, else the CPU.
    """

    rank: int
    size: int
    attempt: int
    device: torch.device

    def mine(self, n: int) -> slice:
        """Return this process's share of n rows: every ``size``-th, from ``rank`` on.

        Raises
        ------
        ValueError
            If the shares would not be equal: the mean of their means would not be the mean over all rows.

        Examples
        --------
        >>> Group(rank=1, size=2, attempt=0, device=None).mine(6)
        slice(1, None, 2)
        """
        if whole(n, "n", least=1) % self.size:
            raise ValueError(
                f"n must be a multiple of the {self.size} processes, got {n}: with unequal shares the mean of the "
                f"processes' gradients is not the gradient of the mean; leave out {n % self.size} rows"
            )
        return slice(self.rank, None, self.size)

    def report(self, **found: Any) -> None:
        """Leave numbers or texts for the program that started the run; JSON must be able to hold them."""
        folder = os.environ.get(REPORTS)
        if folder:
            line = json.dumps({"rank": self.rank, "attempt": self.attempt, **found})
            with (Path(folder) / f"{self.rank}.jsonl").open("a", encoding="utf-8") as file:
                file.write(line + "\n")


def cores() -> int:
    """Return how many of the machine's cores this process may use.

    Examples
    --------
    >>> cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run(
    script: str | os.PathLike[str],
    *arguments: object,
    processes: int = 2,
    restarts: int = 0,
    seconds: float = 60.0,
    port: int | None = None,
    share_cores: bool = False,
) -> Run:
    """Run a script in several processes with ``torchrun``, and wait for them no longer than ``seconds``.

    Each process computes with one thread, so that they do not take the cores from each other.

    Parameters
    ----------
    script : path
        A Python file that opens a :func:`group`.
    *arguments
        Passed to the script, as text.
    processes : int
        How many; at most one for each core of the machine.
    restarts : int
        How often all processes are started anew after one has died.
    seconds : float
        After which everything is stopped.
    port : int, optional
        On which the processes find each other. Default: a free one.
    share_cores : bool
        Allow more processes than there are cores. They take turns, and are slower for it.

    Returns
    -------
    Run

    Raises
    ------
    FileNotFoundError
        If there is no such script.
    ValueError
        If there are fewer cores than processes, or the port is no port or in use.
    RunError
        If a process failed more often than it may be restarted, or the time ran out.
    """
    import pandas as pd

    command = _command(script, processes, restarts, port, share_cores)
    limit = positive(seconds, "seconds")
    with tempfile.TemporaryDirectory() as folder:
        settings = {"OMP_NUM_THREADS": "1", REPORTS: folder, "PYTHONUNBUFFERED": "1", "PYTHONPATH": _own_path()}
        started = time.perf_counter()
        printed, failure = _watched([*command, *map(str, arguments)], os.environ | settings, limit)
        took = time.perf_counter() - started
        lines = [line for file in sorted(Path(folder).glob("*.jsonl")) for line in file.read_text().splitlines()]
    if failure:
        raise RunError(f"{Path(script).name} with {processes} processes {failure}")
    return Run(pd.DataFrame([json.loads(line) for line in lines]), printed, took)


@contextmanager
def group(seconds: float = 30.0) -> Iterator[Group]:
    """Join the other processes of a run, and leave them at the end.

    They talk over NCCL where each has a GPU of its own, else over gloo between CPUs. Nobody waits for another longer
    than ``seconds``: a process that stays away ends the run, with an error in those that waited.

    Parameters
    ----------
    seconds : float

    Yields
    ------
    Group

    Raises
    ------
    RuntimeError
        If the script was not started by :func:`run` or ``torchrun``.
    """
    import torch
    from torch import distributed

    limit = timedelta(seconds=positive(seconds, "seconds"))
    try:
        rank, size, attempt = (int(os.environ[name]) for name in ("RANK", "WORLD_SIZE", "TORCHELASTIC_RESTART_COUNT"))
    except (KeyError, ValueError):
        raise RuntimeError(
            "this process was started alone, and knows of no others: start the script with introdl.parallel.run, "
            "or with torchrun"
        ) from None
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    own_gpu = torch.cuda.is_available() and torch.cuda.device_count() >= size and distributed.is_nccl_available()
    device = torch.device("cuda", rank) if own_gpu else torch.device("cpu")
    # torchrun keeps one store for all attempts: under a name of its own no attempt reads where the dead ones listened
    store, _, _ = next(distributed.rendezvous("env://", timeout=limit))
    store = distributed.PrefixStore(f"attempt-{attempt}", store)
    distributed.init_process_group(
        "nccl" if own_gpu else "gloo", store=store, rank=rank, world_size=size, timeout=limit
    )
    try:
        yield Group(rank, size, attempt, device)
        _leave_together(store, rank, size, limit)
    finally:
        distributed.destroy_process_group()


def keep(path: str | os.PathLike[str], **states: Any) -> None:
    """Write a checkpoint: whole beside its place, then moved there, so that a death in between leaves the old one.

    Parameters
    ----------
    path : path
        In a folder that exists. One process writes: ``if me.rank == 0``.
    **states
        Numbers, texts, tensors and ``state_dict()``s.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist.
    """
    import torch

    path = Path(path)
    if not path.parent.is_dir():
        raise FileNotFoundError(f"{path.parent} does not exist: make the folder first")
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        torch.save(states, beside)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def kept(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return what the checkpoint holds, on the CPU, or None where there is none yet. No code in it is run.

    Raises
    ------
    ValueError
        If the file is no checkpoint, was cut short, or holds code.
    """
    import torch

    if not Path(path).exists():
        return None
    try:
        states = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, EOFError, KeyError, pickle.UnpicklingError, zipfile.BadZipFile) as error:
        raise ValueError(
            f"{path} is no checkpoint that can be read ({type(error).__name__}): it was cut short, holds code, or was "
            "written by another program; take it away to begin anew"
        ) from None
    if not isinstance(states, dict):
        raise ValueError(f"{path} must hold the states of a checkpoint, got {type(states).__name__}")
    return states


def sent(parameters: int, processes: int, size: int = 4) -> float:
    """Return the bytes that each process sends in one step, when gradients are averaged around a ring.

    Every process sends ``2 (p − 1) / p`` times the gradient: once around to add up, once around to hand out.

    Parameters
    ----------
    parameters : int
        How many numbers the gradient has.
    processes : int
        p
    size : int
        Bytes of one number; 4 for float32.

    Returns
    -------
    float
        Bytes.

    Examples
    --------
    >>> sent(1000, processes=2), sent(1000, processes=4)
    (4000.0, 6000.0)
    """
    p = whole(processes, "processes", least=1)
    return 2 * (p - 1) / p * whole(parameters, "parameters", least=1) * whole(size, "size", least=1)


def speed_up(parallel_share: float, processes: int) -> float:
    """Return how much faster p processes are if a share of the work can be divided and the rest cannot (Amdahl).

    Parameters
    ----------
    parallel_share : float
        From 0 to 1.
    processes : int
        p

    Returns
    -------
    float
        1 / (1 − s + s / p)

    Examples
    --------
    >>> round(speed_up(0.9, 2), 2)
    1.82
    """
    if not (isinstance(parallel_share, int | float) and math.isfinite(parallel_share) and 0 <= parallel_share <= 1):
        raise ValueError(f"parallel_share must be from 0 to 1, got {parallel_share!r}")
    return 1 / (1 - parallel_share + parallel_share / whole(processes, "processes", least=1))


def _leave_together(store: Any, rank: int, size: int, limit: timedelta) -> None:
    """Wait until every process is done, so that none hangs up on another, and until gloo's threads are idle.

    A thread of gloo that still holds a gradient while Python ends aborts the process (PyTorch, pull request 179291);
    it lets go of it a moment after the wait for that gradient is over.
    """
    store.set(f"done-{rank}", "")
    store.wait([f"done-{other}" for other in range(size)], limit)
    time.sleep(LETTING_GO)


def _command(
    script: str | os.PathLike[str], processes: int, restarts: int, port: int | None, share_cores: bool
) -> list[str]:
    if not Path(script).is_file():
        raise FileNotFoundError(f"there is no script {script}: write it first, or correct its path")
    asked, here = whole(processes, "processes", least=1), cores()
    if asked > here and not share_cores:
        raise ValueError(
            f"processes must be at most {here}, one for each core of this machine, got {asked}: ask for fewer, or say "
            "share_cores=True and let them take turns"
        )
    if port is None:
        meeting = ["--standalone"]
    else:
        meeting = ["--nnodes=1", "--master-addr=127.0.0.1", f"--master-port={_free(port)}"]
    again = f"--max-restarts={whole(restarts, 'restarts')}"
    launcher = [sys.executable, "-m", "torch.distributed.run", *meeting, again, "--monitor-interval=0.1"]
    return [*launcher, f"--nproc-per-node={asked}", str(script)]


def _free(port: int) -> int:
    if not 1 <= whole(port, "port") <= 65535:
        raise ValueError(f"port must be from 1 to 65535, got {port}")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError as error:
            raise ValueError(
                f"port {port} cannot be had ({error.strerror}): leave port out, and a free one is taken, or name "
                "another"
            ) from None
    return port


def _own_path() -> str:
    """Return a PYTHONPATH with which the processes find the very modules that this one has."""
    here = str(Path(__file__).resolve().parents[1])
    return os.pathsep.join(dict.fromkeys([here, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]))


def _watched(command: list[str], environment: dict[str, str], limit: float) -> tuple[str, str]:
    """Return what a command printed, and how it failed in words, or ""."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        launched = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True)
        try:
            printed, _ = launched.communicate(timeout=limit)
            failure = "" if launched.returncode == 0 else f"failed:\n{_end_of(errors)}"
        except subprocess.TimeoutExpired:
            printed = _stopped(launched)
            failure = f"was stopped after {limit:g} s: give it more, or look for a process that waits for another"
        except BaseException:
            _stopped(launched)
            raise
    return printed, failure


def _stopped(launched: subprocess.Popen[str]) -> str:
    """End the launcher, which ends its processes; by force after a while (they look for it, and end by themselves)."""
    launched.send_signal(signal.SIGTERM)
    try:
        return launched.communicate(timeout=GRACE)[0]
    except subprocess.TimeoutExpired:
        launched.kill()
        return launched.communicate()[0]


def _end_of(errors: Any) -> str:
    """Return the error of the process that failed first, else the last lines that the processes wrote."""
    errors.seek(0)
    lines = errors.read().splitlines()
    told = [line for line in lines if line.startswith("[rank")]
    if not told:  # a process that ends without Python's words: what it wrote stands before the launcher's report
        launcher = next((i for i, line in enumerate(lines) if LAUNCHER_SPEAKS.match(line)), len(lines) - 1)
        told = lines[: launcher + 1]
    return "\n".join(told[-LAST_LINES:])


def _end_with(parent: int) -> None:
    """End this process once its launcher is gone: nobody would collect it."""
    while os.getppid() == parent:
        time.sleep(ORPHAN_CHECK)
    os._exit(1)
