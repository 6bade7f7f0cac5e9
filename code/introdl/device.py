"""On what does it run, and how long does it take? A device chosen with its reason, and times that can be believed.

PyTorch does the timing: ``torch.utils.benchmark.Timer`` repeats a call until there is enough to say. This module adds
what is easily forgotten, a warm-up, waiting for the device, the spread and the threads, and reads results that
were recorded on machines with a GPU.

Chapter: ``gpu``.
Source: PyTorch, *Benchmark Utils* and *CUDA semantics*; Williams, Waterman and Patterson (2009), *Roofline*.
"""

from __future__ import annotations

import argparse
import io
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from importlib import metadata, resources
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from introdl.arrays import positive, whole
from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd
    import torch

NAME = re.compile(r"gpu-[a-z0-9]+(-[a-z0-9]+)*")
HEADS = ("device", "driver", "versions", "date", "command")
COLUMNS = ("what", "n", "dtype", "seconds", "low", "high", "runs", "operations", "error")
LIBRARIES = ("torch", "numpy")
ROUNDS = 3  # at least, however slow the call
SPARE = 0.8  # of the memory that is free, what a sweep dares to take
NO_ROOM = ("out of memory", "can't allocate memory", "not enough memory", "invalid buffer size")


class DeviceError(RuntimeError):
    """A device that was asked for is not there; the message says what to do."""


class RecordError(ValueError):
    """A recorded result is not as it was written."""


@dataclass(frozen=True)
class Choice:
    """A device, and why it was chosen, in the reader's language; shows as the reason.

    Parameters
    ----------
    device : torch.device
    reason : str
    """

    device: torch.device
    reason: str

    def __repr__(self) -> str:
        return self.reason


@dataclass(frozen=True)
class Measured:
    """How long one call took: the middle of many, and between what the middle half of them lay.

    Parameters
    ----------
    seconds : float
        The median of the rounds, for one call.
    low, high : float
        The quartiles: half of the rounds lie between them.
    rounds : int
        How many times the clock was read. With a slow call it can be 1, and then nothing is known of the spread.
    runs : int
        How many calls there were in all rounds.
    warm_up : int
        Calls before the clock was first read.
    threads : int
        Threads on the CPU.
    device : str
    """

    seconds: float
    low: float
    high: float
    rounds: int
    runs: int
    warm_up: int
    threads: int
    device: str

    @property
    def spread(self) -> float:
        """The distance between the quartiles, in seconds."""
        return self.high - self.low

    def __repr__(self) -> str:
        values = {name: in_words(getattr(self, name)) for name in ("seconds", "low", "high")}
        return label("device.measured", **{**vars(self), **values})


@dataclass(frozen=True)
class Sweep:
    """Matrix products of growing size.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``n``, ``operations``, ``seconds``, ``low``, ``high``, ``rate`` (operations a second), and where the device
        is not the CPU ``with_transfer``: seconds with both matrices sent there and the product fetched.
    stopped : str or None
        Why it stopped before the last size, in the reader's language.
    device : str
    threads : int
    """

    frame: pd.DataFrame
    stopped: str | None
    device: str
    threads: int


@dataclass(frozen=True)
class Ceilings:
    """What a device can do at best, as measured: how many operations a second, and how many bytes.

    Parameters
    ----------
    operations : float
        A second, in the fastest of several products of large matrices, float32.
    bytes : float
        A second, read and written together, when a large array is copied within the device's memory.
    n : int
        The size of the product that was fastest.
    threads : int
    device : str
    """

    operations: float
    bytes: float
    n: int
    threads: int
    device: str

    def raised(self, operations: float, taken: Measured, n: int) -> Ceilings:
        """Return the ceilings with the first one raised if a product of size ``n`` was found to be faster still.

        Examples
        --------
        >>> Ceilings(1e9, 1e9, 512, 1, "cpu").raised(4e6, Measured(0.002, 0.001, 0.003, 3, 3, 1, 2, "cpu"), 160)
        Ceilings(operations=4000000000.0, bytes=1000000000.0, n=160, threads=2, device='cpu')
        """
        rate = operations / taken.low
        return self if rate <= self.operations else replace(self, operations=rate, n=n, threads=taken.threads)


@dataclass(frozen=True)
class Record:
    """A result recorded on a machine with a GPU: a table, and where, when and how it came about."""

    frame: pd.DataFrame
    device: str
    driver: str
    versions: str
    date: str
    command: str

    @property
    def note(self) -> str:
        """Where it comes from, in the reader's language."""
        return label("device.recorded", **{name: getattr(self, name) for name in HEADS})


def choose(prefer: str | None = None) -> Choice:
    """Choose the device to compute on: CUDA where there is one, else Apple's MPS, else the CPU.

    Parameters
    ----------
    prefer : {"cuda", "mps", "cpu"}, optional
        What you want; it is refused where it is not there, never silently replaced.

    Returns
    -------
    Choice
        ``device``, and ``reason``, which it shows.

    Raises
    ------
    DeviceError
        If ``prefer`` is not there; the message says what to do.
    ValueError
        If ``prefer`` is none of the three.

    Examples
    --------
    >>> choose("cpu")
    cpu: you asked for it.
    """
    import torch

    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if prefer is not None:
        if prefer not in there:
            raise ValueError(f"prefer must be one of {', '.join(there)}, got {prefer!r}")
        if not there[prefer]:
            raise DeviceError(label(f"device.no-{prefer}"))
        name = torch.cuda.get_device_name(0) if prefer == "cuda" else prefer
        return Choice(torch.device(prefer), label("device.asked", name=name))
    kind = next(kind for kind, is_there in there.items() if is_there)
    name = torch.cuda.get_device_name(0) if kind == "cuda" else kind
    return Choice(torch.device(kind), label(f"device.{kind}", name=name))


def shared_device(*things: object) -> torch.device:
    """Return the one device on which all tensors among the arguments are; the CPU if there are none.

    Parameters
    ----------
    *things
        Tensors, modules, lists and dictionaries of them, and anything else, which is not looked at.

    Raises
    ------
    ValueError
        If they are on more than one device.

    Examples
    --------
    >>> shared_device(1, "two")
    device(type='cpu')
    """
    import torch

    found = list(dict.fromkeys(tensor.device for tensor in _tensors(things)))
    if len(found) > 1:
        raise ValueError(
            f"all tensors must be on one device, got {' and '.join(map(str, found))}: "
            f'move them together, as tensor.to("{found[0]}")'
        )
    return found[0] if found else torch.device("cpu")


def synchronize(device: torch.device | str) -> None:
    """Wait until a device has done all that it was told to do; the CPU is never behind."""
    import torch

    kind = torch.device(device).type
    if kind == "cuda":
        torch.cuda.synchronize(device)
    elif kind == "mps":
        torch.mps.synchronize()


def benchmark(
    function: Callable[..., Any],
    *arguments: Any,
    seconds: float = 0.3,
    warm_up: int = 1,
    threads: int | None = None,
) -> Measured:
    """Measure how long a call takes, the right way: warmed up, waited for, repeated, with its spread.

    ``torch.utils.benchmark.Timer`` does the work; its clock here waits for the device of the arguments.

    Parameters
    ----------
    function : callable
    *arguments
        What it is called with. All tensors among them must be on one device.
    seconds : float
        How long to measure, at least; a call that takes longer is still measured three times.
    warm_up : int
        Calls before the clock is read.
    threads : int, optional
        On the CPU, for PyTorch and NumPy alike. Default: as many as PyTorch uses now.

    Returns
    -------
    Measured

    Raises
    ------
    ValueError
        If the tensors are on two devices, or on ``meta``, where nothing is computed.

    Examples
    --------
    >>> benchmark(sum, range(1000), seconds=0.01).seconds > 0
    True
    """
    import torch
    from torch.utils.benchmark import Timer

    if not callable(function):
        raise TypeError(f"function must be callable, got {type(function).__name__}: give f and x, not f(x)")
    positive(seconds, "seconds")
    whole(warm_up, "warm_up")
    threads = whole(torch.get_num_threads() if threads is None else threads, "threads", least=1)
    device = shared_device(function, *arguments)
    if device.type == "meta":
        raise ValueError("tensors on the device meta have a shape and no numbers: nothing would be measured")

    def clock() -> float:
        synchronize(device)
        return time.perf_counter()

    timed = {"function": function, "arguments": arguments}
    timer = Timer("function(*arguments)", timer=clock, globals=timed, num_threads=threads)
    with _blas_threads(threads):
        if warm_up:
            timer.timeit(warm_up)
        measured = timer.blocked_autorange(min_run_time=seconds)
        times = list(measured.times)
        while len(times) < ROUNDS:
            times += timer.timeit(measured.number_per_run).times
    low, middle, high = np.quantile(times, [0.25, 0.5, 0.75]).tolist()
    runs = len(times) * measured.number_per_run
    return Measured(middle, low, high, len(times), runs, warm_up, threads, str(device))


def wrong_way(function: Callable[..., Any], *arguments: Any) -> float:
    """Return the seconds that a hasty measurement gives: the first call, not waited for. Never report it.

    Without a warm-up it counts what happens once, such as loading a library. Without waiting it ends, on a GPU, when
    the work has been handed over, and not when it is done.
    """
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def _tensors(thing: object) -> list[torch.Tensor]:
    import torch

    if isinstance(thing, torch.Tensor):
        return [thing]
    if isinstance(thing, torch.nn.Module):
        return [*thing.parameters(), *thing.buffers()]
    if isinstance(thing, Mapping):
        return _tensors(list(thing.values()))
    if isinstance(thing, (list, tuple)):
        return [tensor for part in thing for tensor in _tensors(part)]
    return []


@contextmanager
def _blas_threads(threads: int):
    """Let NumPy's matrix products use so many threads too, where threadpoolctl (of scikit-learn) is there."""
    try:
        from threadpoolctl import threadpool_limits
    except ImportError:
        yield
        return
    with threadpool_limits(limits=threads, user_api="blas"):
        yield


def square(n: int, device: torch.device | str = "cpu", seed: int = 0) -> torch.Tensor:
    """Return an n-by-n matrix of float32 drawn from the normal distribution, the same on every device.

    Examples
    --------
    >>> square(3).shape
    torch.Size([3, 3])
    """
    import torch

    return torch.randn(n, n, generator=torch.Generator().manual_seed(seed)).to(device)


def matmul_sweep(
    sizes: Sequence[int],
    device: torch.device | str = "cpu",
    seconds: float = 0.1,
    threads: int | None = None,
) -> Sweep:
    """Measure the product of two n-by-n matrices for growing n, until the memory is full.

    Parameters
    ----------
    sizes : sequence of int
        The n, from small to large.
    device : torch.device or str
    seconds : float
        How long to measure each, at least.
    threads : int, optional
        On the CPU. Default: as many as PyTorch uses now.

    Returns
    -------
    Sweep
        If memory ran out, what was measured before, and a message in ``stopped``.

    Examples
    --------
    >>> matmul_sweep([8, 16], seconds=0.01).frame["operations"].tolist()
    [1024, 8192]
    """
    import pandas as pd
    import torch

    sizes = [whole(n, "a size", least=1) for n in sizes]
    device = torch.device(device)
    threads = torch.get_num_threads() if threads is None else threads
    rows, stopped = [], None
    for n in sizes:
        try:
            _refuse_too_large(n, device)
            a, b = square(n, device), square(n, device, seed=1)
            taken = benchmark(torch.matmul, a, b, seconds=seconds, threads=threads)
            row = {"n": n, "operations": 2 * n**3, "seconds": taken.seconds, "low": taken.low, "high": taken.high}
            row["rate"] = row["operations"] / taken.seconds
            if device.type != "cpu":
                here = a.cpu(), b.cpu()
                row["with_transfer"] = benchmark(there_and_back, *here, str(device), seconds=seconds).seconds
            rows.append(row)
        except (RuntimeError, MemoryError) as error:
            if not _no_room(error):
                raise
            stopped = label("device.no-room", n=n, device=device)
            a = b = None
            if device.type == "cuda":
                torch.cuda.empty_cache()
            break
    columns = ["n", "operations", "seconds", "low", "high", "rate"]
    columns += ["with_transfer"] if device.type != "cpu" else []
    return Sweep(pd.DataFrame(rows, columns=columns), stopped, str(device), threads)


def there_and_back(a: torch.Tensor, b: torch.Tensor, device: str) -> torch.Tensor:
    """Send two matrices to a device, multiply them there, and fetch the product."""
    return (a.to(device) @ b.to(device)).cpu()


def break_even(slow_start: pd.DataFrame, other: pd.DataFrame, column: str = "seconds") -> int | None:
    """Return the size from which on one way is faster at every size measured, or None.

    Parameters
    ----------
    slow_start, other : pandas.DataFrame
        Two sweeps' frames: the way that costs something to begin with, such as a GPU, and the one it is compared with.
    column : {"seconds", "with_transfer"}
        Which time of ``slow_start`` counts.

    Examples
    --------
    >>> import pandas as pd
    >>> many = pd.DataFrame({"n": [8, 16, 32], "seconds": [3.0, 3.0, 4.0]})
    >>> one = pd.DataFrame({"n": [8, 16, 32], "seconds": [1.0, 4.0, 16.0]})
    >>> break_even(many, one)
    16
    """
    both = slow_start.merge(other[["n", "seconds"]], on="n", suffixes=("", "_other")).sort_values("n")
    mine = both[column]
    theirs = both["seconds_other"]
    found = None
    for n, faster in zip(both["n"][::-1], (mine < theirs)[::-1], strict=True):
        if not faster:
            break
        found = int(n)
    return found


def _refuse_too_large(n: int, device: torch.device) -> None:
    """Raise MemoryError before three matrices are made for which there is no room: Linux would grant, then kill."""
    free = free_bytes(device)
    if free is not None and 3 * 4 * n * n > SPARE * free:
        raise MemoryError(f"out of memory: {3 * 4 * n * n} bytes wanted, {free} free")


def free_bytes(device: torch.device | str = "cpu") -> int | None:
    """Return how much of a device's memory is free, or None where it cannot be asked."""
    import torch

    if torch.device(device).type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    if torch.device(device).type == "cpu" and "SC_AVPHYS_PAGES" in getattr(os, "sysconf_names", {}):
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _no_room(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or any(words in str(error).lower() for words in NO_ROOM)


def ceilings(
    device: torch.device | str = "cpu",
    sizes: Sequence[int] = (512, 1024, 2048),
    megabytes: int = 64,
    seconds: float = 0.2,
    threads: int | None = None,
) -> Ceilings:
    """Measure the two ceilings of a device: operations a second, and bytes a second.

    Parameters
    ----------
    device : torch.device or str
    sizes : sequence of int
        Matrices to multiply, in float32; the fastest product counts, by the lower quartile of its times: a ceiling is
        what the machine can do when it is not disturbed.
    megabytes : int
        The size of the array that is copied; larger than the caches.
    seconds : float
        How long to measure each, at least.
    threads : int, optional
        On the CPU.

    Returns
    -------
    Ceilings

    Examples
    --------
    >>> ceilings(sizes=[64], megabytes=1, seconds=0.01).n
    64
    """
    import torch

    sweep = matmul_sweep(sizes, device, seconds, threads)
    if sweep.frame.empty:
        raise MemoryError(sweep.stopped)
    rates = sweep.frame["operations"] / sweep.frame["low"]
    best = rates.idxmax()
    there = torch.zeros(whole(megabytes, "megabytes", least=1) * 250_000, device=device)
    copied = benchmark(torch.Tensor.copy_, torch.empty_like(there), there, seconds=seconds, threads=threads)
    moved = 2 * 4 * there.numel()  # read once, written once
    return Ceilings(float(rates[best]), moved / copied.low, int(sweep.frame["n"][best]), copied.threads, str(device))


def as_tf32(tensor: torch.Tensor) -> torch.Tensor:
    """Round float32 numbers to TF32's 10 bits after the leading one, as some GPUs do before a matrix product.

    Examples
    --------
    >>> import torch
    >>> float(as_tf32(torch.tensor(1 + 2**-11 + 2**-13)))
    1.0009765625
    """
    import torch

    if tensor.dtype != torch.float32:
        raise TypeError(f"tensor must be float32, got {tensor.dtype}")
    bits = tensor.contiguous().view(torch.int32)
    return ((bits + 0x1000) & ~0x1FFF).view(torch.float32)


def table(measured: Mapping[str, Measured], operations: float | None = None, peak: float | None = None) -> pd.DataFrame:
    """Return measurements as a table in the reader's language.

    Parameters
    ----------
    measured : mapping of str to Measured
        Name → time. A name for which ``labels/devices.toml`` has a word is shown as that.
    operations : float, optional
        In one call: adds how many a second.
    peak : float, optional
        Operations a second: adds the share of it.

    Examples
    --------
    >>> table({"NumPy": Measured(0.002, 0.002, 0.003, 3, 30, 1, 1, "cpu")}, operations=2e6).iloc[0, -1]
    '1.0'
    """
    import pandas as pd

    rows = []
    for name, one in measured.items():
        row = {"method": named(name), "time": in_words(one.seconds)}
        row["middle"] = label("device.to", low=in_words(one.low), high=in_words(one.high))
        row["threads"] = one.threads
        if operations is not None:
            row["rate"] = f"{operations / one.seconds / 1e9:.{1 if operations / one.seconds > 5e8 else 3}f}"
        if operations is not None and peak is not None:
            row["of-peak"] = _percent(operations / one.seconds / peak)
        rows.append(row)
    frame = pd.DataFrame(rows).rename(columns=lambda head: label(f"device.{head}"))
    return frame.set_index(frame.columns[0]).rename_axis(None)


def named(name: str) -> str:
    """Return the word of ``labels/devices.toml`` for a way to compute, or the name itself where it has none."""
    return label(f"devices.{name}") if known(f"devices.{name}") else name


def in_words(seconds: float) -> str:
    """Write a time with three digits and a unit that suits it.

    Examples
    --------
    >>> [in_words(seconds) for seconds in (2.5, 0.0123, 4.56e-5, 1e-7)]
    ['2.50 s', '12.3 ms', '45.6 µs', '0.100 µs']
    """
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "µs")):
        if seconds * factor >= 1 or unit == "µs":
            break
    value = seconds * factor
    return f"{value:.{2 if 1 <= value < 10 else 1 if 10 <= value < 100 else 0 if value >= 100 else 3}f} {unit}"


def _percent(share: float) -> str:
    return f"{100 * share:.{0 if share >= 0.095 else 1 if share >= 0.00095 else 4}f}%"


def recorded_names(folder: Path | None = None) -> list[str]:
    """Return the names of the results recorded on machines with a GPU; there may be none.

    Parameters
    ----------
    folder : path, optional
        Default: the book's ``data/recorded``.
    """
    folder = _folder(folder)
    if not folder.is_dir():
        return []
    names = (file.name.removesuffix(".csv") for file in folder.iterdir() if file.name.endswith(".csv"))
    return sorted(name for name in names if NAME.fullmatch(name))


def recorded_note(folder: Path | None = None) -> str:
    """Say in the reader's language which GPU results are recorded, or that none is."""
    names = recorded_names(folder)
    return label("device.some-recorded", names=", ".join(names)) if names else label("device.none-recorded")


def read(name: str, folder: Path | None = None) -> Record | None:
    """Return a result recorded on a machine with a GPU, or None where nothing of that name is recorded.

    Parameters
    ----------
    name : str
        ``"gpu-<machine>"``: the file ``data/recorded/gpu-<machine>.csv``.
    folder : path, optional
        Default: the book's ``data/recorded``.

    Raises
    ------
    ValueError
        If the name is not of that form.
    RecordError
        If the file is not as it was written.
    """
    import pandas as pd

    if not NAME.fullmatch(name):
        raise ValueError(f'name must be "gpu-" and small letters and digits with hyphens between, got {name!r}')
    file = _folder(folder) / f"{name}.csv"
    if not file.is_file():
        return None
    try:
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        heads = list(takewhile(lambda line: line.startswith("# "), lines))
        head = dict(line[2:].rstrip("\n").split(": ", 1) for line in heads)
        frame = pd.read_csv(io.StringIO("".join(lines[len(heads) :])))
        if tuple(frame.columns) != COLUMNS:
            raise ValueError(f"its columns should be {', '.join(COLUMNS)}, they are {', '.join(frame.columns)}")
        if frame.empty or not (frame["seconds"] > 0).all():
            raise ValueError("every row should have seconds above 0")
        found = {key: head[key] for key in HEADS}
        if not all(found.values()):
            raise ValueError("a head line is empty")
        date.fromisoformat(found["date"])
    except KeyError as missing:
        raise RecordError(f"{file.name} has no head line {missing}: record it anew") from None
    except (ValueError, TypeError) as error:
        raise RecordError(f"{file.name} is not as it was recorded ({error}): restore it, or record it anew") from None
    return Record(frame, **found)


def write(frame: pd.DataFrame, file: Path, device: str, driver: str, versions: str, command: str) -> None:
    """Write what :func:`measure` found as a file that :func:`read` reads.

    Parameters
    ----------
    frame : pandas.DataFrame
        With the columns that :func:`measure` gives.
    file : path
        ``gpu-<machine>.csv``.
    device, driver, versions, command : str
        Where and how it was measured; today's date is added.
    """
    file = Path(file)
    if file.suffix != ".csv" or not NAME.fullmatch(file.stem):
        raise ValueError(f"the file must be called gpu-<machine>.csv, got {file.name}")
    values = (device, driver, versions, date.today().isoformat(), command)
    head = "".join(f"# {key}: {value}\n" for key, value in zip(HEADS, values, strict=True))
    file.write_text(head + frame.to_csv(index=False, float_format="%.6g", lineterminator="\n"), encoding="utf-8")
    read(file.stem, file.parent)


def _folder(folder: Path | None):
    return resources.files("introdl.data") / "recorded" if folder is None else Path(folder)


def measure(
    device: torch.device | str, sizes: Sequence[int] = (128, 512, 2048, 8192), seconds: float = 0.5
) -> pd.DataFrame:
    """Measure on a device what the page shows: products, the first convolution of AlexNet, a tiny net, the wrong way.

    Parameters
    ----------
    device : torch.device or str
    sizes : sequence of int
        Of the matrices.
    seconds : float
        How long to measure each, at least.

    Returns
    -------
    pandas.DataFrame
        ``what``, ``n``, ``dtype``, ``seconds``, ``low``, ``high``, ``runs``, ``operations``, and ``error``: the
        largest difference from float64, as a share of the largest number of the product. If memory ran out, larger
        products are not tried, and ``attrs["stopped"]`` says so; otherwise it is None.
    """
    import pandas as pd
    import torch

    device, rows = torch.device(device), []

    def add(what: str, n: int, kind: str, operations: int, error: float, function: Callable, *arguments: Any) -> None:
        one = benchmark(function, *arguments, seconds=seconds)
        rows.append((what, n, kind, one.seconds, one.low, one.high, one.runs, operations, error))

    stopped = None
    for n in sizes:
        try:
            _refuse_too_large(n, device)
            a, b = square(n), square(n, seed=1)
            exact = a.double() @ b.double()
            for kind in _kinds(device):
                with _tf32(kind == "tf32"):
                    type_ = getattr(torch, "float32" if kind == "tf32" else kind)
                    left, right = a.to(device, type_), b.to(device, type_)
                    error = ((left @ right).cpu().double() - exact).abs().max() / exact.abs().max()
                    add("product", n, kind, 2 * n**3, float(error), torch.matmul, left, right)
            left, right = a.to(device), b.to(device)
            synchronize(device)
            hasty = wrong_way(torch.matmul, left, right)
            rows.append(("wrong way", n, "float32", hasty, hasty, hasty, 1, 2 * n**3, float("nan")))
            add("with transfer", n, "float32", 2 * n**3, float("nan"), there_and_back, a, b, str(device))
        except (RuntimeError, MemoryError) as error:
            if not _no_room(error):
                raise
            stopped = label("device.no-room", n=n, device=device)
            a = b = left = right = exact = None
            if device.type == "cuda":
                torch.cuda.empty_cache()
            break
    image, layer = torch.randn(1, 3, 224, 224).to(device), torch.nn.Conv2d(3, 64, 11, stride=4, padding=2).to(device)
    layers = [part for wide in ((2, 3), (3, 2), (2, 1)) for part in (torch.nn.Linear(*wide), torch.nn.Sigmoid())]
    net = torch.nn.Sequential(*layers).to(device)
    with torch.no_grad():
        add("conv1", 224, "float32", 2 * 55 * 55 * 64 * 363, float("nan"), layer, image)
        add("2-3-2-1 net", 128, "float32", 2 * 128 * 14, float("nan"), net, torch.randn(128, 2).to(device))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame.attrs["stopped"] = stopped
    return frame


def _kinds(device: torch.device) -> list[str]:
    """Return the number formats to try: MPS has no float64, TF32 is CUDA's."""
    kinds = ["float32", "bfloat16"]
    return [*([] if device.type == "mps" else ["float64"]), *kinds, *(["tf32"] if device.type == "cuda" else [])]


@contextmanager
def _tf32(allowed: bool):
    import torch

    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("high" if allowed else "highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def driver() -> str:
    """Return the version of the NVIDIA driver, or ``"none"`` where there is none to ask."""
    asked = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    try:
        said = subprocess.run(asked, capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return "none"
    return said.splitlines()[0].strip() if said.strip() else "none"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure on this machine's GPU and write the record; 1 where there is no GPU."""
    parser = argparse.ArgumentParser(prog="python -m introdl.device", description="Record results on a GPU.")
    parser.add_argument("--out", type=Path, required=True, help="gpu-<machine>.csv, in data/recorded")
    parser.add_argument("--seconds", type=float, default=0.5, help="how long to measure each, at least")
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parser.parse_args(given)
    chosen = choose().device
    if chosen.type == "cpu":
        print(label("device.cpu"), file=sys.stderr)
        return 1
    import torch

    name = torch.cuda.get_device_name(0) if chosen.type == "cuda" else f"Apple {platform.machine()} (mps)"
    found = [f"Python {platform.python_version()}", *(f"{lib} {metadata.version(lib)}" for lib in LIBRARIES)]
    found += [f"CUDA {torch.version.cuda}"] if torch.version.cuda else []
    command = " ".join(["python -m introdl.device", *given])
    frame = measure(chosen, seconds=options.seconds)
    write(frame, options.out, name, driver(), ", ".join(found), command)
    if frame.attrs["stopped"]:
        print(frame.attrs["stopped"], file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
