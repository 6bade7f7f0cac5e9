"""Run one notebook in a kernel: the part of a rehearsal that can be cut off from the network as a whole.

Started as a program of its own, ``python -m bookbuild.kernel JOB``, so that a namespace without network can be
put around it and the kernel it starts. The job is a small JSON file; see :func:`main`.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
from pathlib import Path

import nbformat

UP = 1  # the flag of an interface that is switched on
GET_FLAGS, SET_FLAGS = 0x8913, 0x8914  # Linux: SIOCGIFFLAGS, SIOCSIFFLAGS

# What Jupyter says of a kernel that ended before it answered. Jupyter draws the ports of a kernel and lets go of them
# again before the kernel takes them, so now and then another process has been quicker; a second start draws others.
LOST_AT_ITS_START = "Kernel died before replying to kernel_info"

# Several kernels run at once, one a language. On small matrices their threads wait for each other instead of working:
# pages took up to twenty times as long. One thread also adds up in the same order on every machine.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class NotebookError(RuntimeError):
    """A notebook did not run to its end; the message names the cell and what happened."""


def run(notebook: nbformat.NotebookNode, folder: Path, environment: dict[str, str], timeout: int) -> None:
    """Run the cells of a notebook from top to bottom and put their outputs into it.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        Its kernel is looked up as Jupyter does, so ``JUPYTER_PATH`` decides which ``python3`` it is.
    folder : Path
        Where the kernel works.
    environment : dict of str
        The kernel's whole environment.
    timeout : int
        Seconds that a cell may take.

    Raises
    ------
    NotebookError
        If a cell raises or takes too long, or the kernel dies.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    client = NotebookClient(notebook, timeout=timeout, kernel_name="python3")
    client.resources = {"metadata": {"path": str(folder)}}
    with client.setup_kernel(env=environment):
        for number, cell in enumerate(notebook.cells, 1):
            if cell.cell_type != "code":
                continue
            where = f"cell {number} (it begins: {_first_line(cell.source)})"
            try:
                client.execute_cell(cell, number - 1)
            except CellExecutionError as error:
                raise NotebookError(f"{where} raised {error.ename}: {error.evalue}\n{_end(cell)}") from None
            except CellTimeoutError:
                raise NotebookError(f"{where} took longer than {timeout} s") from None
            except DeadKernelError:
                raise NotebookError(f"{where}: the kernel died (out of memory, or a crash below Python)") from None


def _first_line(source: str) -> str:
    return next((line.strip() for line in source.splitlines() if line.strip()), "nothing")


def _end(cell: nbformat.NotebookNode) -> str:
    """Return the last lines that a cell printed before it raised."""
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
    return "\n".join(f"    {line}" for line in printed.splitlines()[-12:])


def switch_on_loopback() -> None:
    """Switch on the interface through which a client and its kernel talk: a new namespace has it switched off."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = fcntl.ioctl(any_socket, GET_FLAGS, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", asked)[1]
        fcntl.ioctl(any_socket, SET_FLAGS, struct.pack("16sh14x", b"lo", flags | UP))


def main(job: Path) -> int:
    """Do a job: a JSON object with the arguments of :func:`run` and a few more.

    ``notebook`` and ``out`` are files, ``cells`` is how many cells from the top are run (null for all), ``kernels``
    a Jupyter data folder, ``loopback`` whether to switch it on, ``problem`` the file that says what went wrong.
    """
    wanted = json.loads(job.read_text(encoding="utf-8"))
    if wanted["loopback"]:
        switch_on_loopback()
    os.environ["JUPYTER_PATH"] = wanted["kernels"]
    notebook = nbformat.read(wanted["notebook"], as_version=nbformat.NO_CONVERT)
    notebook.cells = notebook.cells[: wanted["cells"]]
    try:
        run(notebook, Path(wanted["folder"]), wanted["environment"], wanted["timeout"])
    except NotebookError as error:
        Path(wanted["problem"]).write_text(str(error), encoding="utf-8")  # stderr is the kernel's too
        return 1
    finally:
        nbformat.write(notebook, wanted["out"])
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
