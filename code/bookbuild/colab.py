"""An environment like Colab's, in which notebooks are run before they are published.

It holds the packages of Colab's image that the notebooks use, at the image's versions, and nothing else: no
introdl, which the first cell of a notebook installs, and no font beside matplotlib's own.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from bookbuild.languages import BUILD, ROOT

VERSIONS = ROOT / "tests" / "notebooks" / "colab-versions.txt"
LOCKED = ROOT / "constraints.txt"
FOLDER = BUILD / "colab-env"
LINE = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)$")
PATIENCE = 1800  # seconds for one installation: PyTorch is large

OWN_FONTS_ONLY = """
import matplotlib.font_manager as fonts
everywhere = fonts.findSystemFonts
fonts.findSystemFonts = lambda paths=None, fontext="ttf": everywhere(paths, fontext) if paths else []
fonts._load_fontmanager(try_read_cache=False)
"""


class ColabError(RuntimeError):
    """The environment could not be made; the message says what failed and what to do."""


@dataclass(frozen=True)
class Image:
    """What is known of Colab's image: its Python, its versions by normal name, and what it lacks."""

    python: str
    versions: dict[str, str]
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Environment:
    """A Python environment with Colab's versions, as far as they can be had here."""

    folder: Path
    differs: tuple[str, ...]  # what differs from Colab's image, each a short sentence

    @property
    def python(self) -> Path:
        """The interpreter."""
        return self.folder / "bin" / "python"

    @property
    def kernels(self) -> Path:
        """A Jupyter data folder whose kernel ``python3`` is this environment's."""
        return self.folder / "jupyter"

    @property
    def settings_of_matplotlib(self) -> Path:
        """Matplotlib's folder, with a list of fonts that holds matplotlib's own alone."""
        return self.folder / "matplotlib"

    def pip(self, *words: str) -> str:
        """Run the environment's pip and return what it printed.

        Raises
        ------
        ColabError
            If pip fails.
        """
        return _run([str(self.python), "-m", "pip", *words])


def normal(name: str) -> str:
    """Return a package's name as registries compare it.

    Examples
    --------
    >>> normal("Typing_Extensions")
    'typing-extensions'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def image(file: Path = VERSIONS) -> Image:
    """Read the list of Colab's versions.

    Raises
    ------
    ColabError
        If a line is neither a comment nor an exact version, or the head does not name the Python.
    """
    python, lacking, versions = "", (), {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("# Python "):
            python = line.removeprefix("# Python ")
        elif line.startswith("# Not in the image: "):
            lacking = tuple(normal(name) for name in line.removeprefix("# Not in the image: ").split(", "))
        elif found := LINE.match(line):
            versions[normal(found[1])] = found[2]
        elif line and not line.startswith("#"):
            raise ColabError(f"{file.name}:{number}: expected name==version, got {line!r}")
    if not python:
        raise ColabError(f"{file.name}: expected a line '# Python 3.x.y', got none")
    return Image(python, versions, lacking)


def ensure(say: Callable[[str], None] = print) -> Environment:
    """Return the environment; make it first where there is none for the present versions and this Python.

    Raises
    ------
    ColabError
        If a package cannot be installed.
    """
    BUILD.mkdir(exist_ok=True)
    with FileLock(BUILD / "colab-env.lock"):
        made = _made()
        return made if made else _make(say)


def _key() -> str:
    words = [VERSIONS.read_bytes(), LOCKED.read_bytes(), Path(__file__).read_bytes()]
    about = f"{platform.python_version()} {sys.platform} {os.environ.get('TORCH_BACKEND', '')} {FOLDER}"
    return sha256(b"\0".join([*words, about.encode()])).hexdigest()


def _made() -> Environment | None:
    try:
        receipt = json.loads((FOLDER / "made.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    environment = Environment(FOLDER, tuple(receipt.get("differs", ())))
    return environment if receipt.get("key") == _key() and environment.python.exists() else None


def _make(say: Callable[[str], None]) -> Environment:
    began = time.monotonic()
    theirs = image()
    say(f"Making an environment with Colab's versions in {FOLDER.relative_to(ROOT)}/ (some minutes the first time)")
    shutil.rmtree(FOLDER, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(FOLDER)])
    environment = Environment(FOLDER, ())
    wanted = {name: version for name, version in theirs.versions.items() if name != "torch"}
    listed = _constraints("colab.txt", wanted)
    # pip itself first, so that Colab's pip installs the rest; compiled files are written by whoever imports first.
    environment.pip("install", "--quiet", f"pip=={wanted['pip']}")
    environment.pip("install", "--quiet", "--no-compile", "--requirement", str(listed))
    _install_torch(environment, theirs, say)
    _drop_what_colab_lacks(environment, theirs)
    _write_kernel(environment)
    environment.settings_of_matplotlib.mkdir()
    _run([str(environment.python), "-c", OWN_FONTS_ONLY], MPLCONFIGDIR=str(environment.settings_of_matplotlib))
    differs = _differences(environment, theirs)
    (FOLDER / "made.json").write_text(json.dumps({"key": _key(), "differs": differs}), encoding="utf-8")
    say(f"Made in {time.monotonic() - began:.0f} s. Other than in Colab: {'; '.join(differs) or 'nothing'}.")
    return Environment(FOLDER, tuple(differs))


def _constraints(name: str, versions: dict[str, str]) -> Path:
    file = FOLDER / name
    file.write_text("".join(f"{package}=={version}\n" for package, version in versions.items()), encoding="utf-8")
    return file


def _install_torch(environment: Environment, theirs: Image, say: Callable[[str], None]) -> None:
    """Install Colab's PyTorch, else the one the book is built with; never let a build for CUDA in by surprise.

    For Linux the registry's builds of PyTorch bring CUDA along, some gigabytes. With ``TORCH_BACKEND`` the build
    comes from PyTorch's own index; without it Linux gets the version that has been installed for the book already.
    """
    listed = f"torch=={theirs.versions['torch']}"
    locked = next(line for line in LOCKED.read_text(encoding="utf-8").splitlines() if line.startswith("torch=="))
    rest = {name: version for name, version in theirs.versions.items() if name != "torch"}
    # A newer PyTorch asks for a newer setuptools than Colab has.
    near = {name: version for name, version in rest.items() if name != "setuptools"}
    tries = [(listed, _constraints("torch-of-colab.txt", rest)), (locked, _constraints("torch-of-book.txt", near))]
    backend = os.environ.get("TORCH_BACKEND")
    if backend and importlib.util.find_spec("uv"):
        start = [sys.executable, "-m", "uv", "pip", "install", "--python", str(environment.python)]
        start += ["--torch-backend", backend]
    else:
        start = [str(environment.python), "-m", "pip", "install", "--no-compile"]
        tries = tries[1:] if sys.platform == "linux" else tries
    for torch, constraints in tries:
        try:
            _run([*start, "--quiet", "--constraint", str(constraints), torch])
            return
        except ColabError as error:
            if torch == locked:
                raise
            say(f"{listed}, Colab's, cannot be had here, so {locked} it is: {str(error).splitlines()[-1]}")


def _drop_what_colab_lacks(environment: Environment, theirs: Image) -> None:
    """Take away what pip brought along although the image goes without it."""
    extra = sorted(_installed(environment).keys() & set(theirs.lacking))
    if extra:
        environment.pip("uninstall", "--quiet", "--yes", *extra)


def _installed(environment: Environment) -> dict[str, str]:
    """Return the installed versions by normal name, without what tells one build of a version from another."""
    listed = json.loads(environment.pip("list", "--format=json"))
    return {normal(entry["name"]): entry["version"].partition("+")[0] for entry in listed}


def _write_kernel(environment: Environment) -> None:
    folder = environment.kernels / "kernels" / "python3"
    folder.mkdir(parents=True)
    command = [str(environment.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    kernel = {"argv": command, "display_name": "Python 3", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(kernel), encoding="utf-8")


def _differences(environment: Environment, theirs: Image) -> list[str]:
    here, installed = platform.python_version(), _installed(environment)
    found = [] if here == theirs.python else [f"Python {here}, not {theirs.python}"]
    for name in sorted(installed.keys() | theirs.versions.keys()):
        ours, version = installed.get(name, "none"), theirs.versions.get(name, "none")
        found += [] if ours == version else [f"{name} {ours}, not {version}"]
    return found


def _run(command: list[str], **environment: str) -> str:
    """Run a command for the environment, untouched by the caller's Python settings.

    Raises
    ------
    ColabError
        If it fails; the message holds the end of what it said.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    try:
        done = subprocess.run(
            command, env=clean | {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "UV_HTTP_TIMEOUT": "60"} | environment,
            capture_output=True, text=True, timeout=PATIENCE, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ColabError(
            f"{_told(command)} took longer than {PATIENCE // 60} minutes: look at the connection"
        ) from None
    if done.returncode:
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-5:])
        raise ColabError(f"{_told(command)} failed; try make colab again when the network is there. It said:\n{said}")
    return done.stdout


def _told(command: list[str]) -> str:
    return " ".join([Path(command[0]).name, *command[1:4], *([command[-1]] if len(command) > 4 else [])])
