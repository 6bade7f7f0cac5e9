"""Build the whole site: both languages at the same time, strictly, aside, and swapped in only when all is well."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from introdl import datasets

from bookbuild import chooser, execution, labels, parity, provenance, record, report, stamps, wording
from bookbuild.glossary import read_glossary
from bookbuild.kernel import LOST_AT_ITS_START, ONE_THREAD
from bookbuild.languages import BOOK, BUILD, CONFIG, LANGUAGES, ROOT, SITE, TOC, Language, pages, read_yaml, repository

ASIDE = "site.new-"  # a folder of this name holds a site that is being assembled
OLD = BUILD / "site.old"
RECEIPT = BUILD / "site.json"
LOCK = BUILD / "build.lock"
LOGS = BUILD / "logs"

SOURCES = ("book", "code", "data", "_config.yml", "_toc.yml", "requirements.txt", "constraints.txt", "pyproject.toml")


class BuildError(RuntimeError):
    """The build stopped; the message names the file and the cure."""


def build(say: Callable[[str], None] = print) -> Path:
    """Build both languages into ``_build/site/`` and return that folder.

    Nothing is written there until everything has been built; where the build stops, the last good site stays.

    Raises
    ------
    BuildError
        If another build is running, the languages have drifted apart, or a page does not build.
    """
    with _only_build():
        began = time.monotonic()
        commit = provenance.current()
        key = fingerprint(commit.sha)
        if _is_current(key):
            say(f"Nothing has changed since the last build.\n{_where()}")
            return SITE
        check(say)
        new = Path(tempfile.mkdtemp(prefix=ASIDE, dir=BUILD))
        _build_languages(new, commit.sha, say)
        chooser.write(new)
        _swap_in(new, key)
        for line in record.live_or_recorded():
            say(f"  {line}")
        say(f"Built in {time.monotonic() - began:.0f} s.\n{_where()}")
        if repository().is_placeholder:
            say(
                "No repository is known yet (GITHUB_REPOSITORY, else repository.url in _config.yml): the site's own "
                f"addresses are left out, and Colab buttons and notebooks name {repository().slug}, which is nobody's."
            )
        if commit.warning:
            say(commit.warning)
        return SITE


def check(say: Callable[[str], None] = print) -> None:
    """Compare the languages; stop at drift, and only mention prose whose other language may be stale.

    Raises
    ------
    BuildError
        If the languages differ in anything but prose, or a text breaks the rules of wording.
    """
    repository()  # a name that is none would be noticed by every page
    execution.environment_words()
    datasets.verify()
    read_glossary()
    problems = [
        *parity.compare(BOOK, pages()),
        *wording.check(ROOT),
        *labels.problems(ROOT / "code" / "introdl" / "labels"),
    ]
    if problems:
        raise BuildError("\n".join(str(problem) for problem in problems))
    stale = stamps.stale(BOOK)
    for line in stamps.report(stale):
        say(f"  {line}")
    if stale:
        say("  These texts changed in one language only. Bring the other up to date, then: make stamp PAGE=<page>")


def build_language(language: Language, out: Path) -> None:
    """Build the pages of one language, strictly, into ``out``; called in a process of its own.

    Raises
    ------
    SystemExit
        With a status other than 0 where a page does not build.
    """
    _end_with(int(os.environ.get("BOOKBUILD_PARENT", os.getppid())))
    from jupyter_book.sphinx import build_sphinx

    theme_options = read_yaml(CONFIG)["sphinx"]["config"]["html_theme_options"]
    settings = {
        "external_toc_path": str(TOC),
        "latex_individualpages": False,
        "html_title": language.title,
        "project": language.title,
        "html_theme_options": theme_options | language.theme,
        **language.settings,
    }
    result = build_sphinx(
        str(language.source),
        str(out),
        path_config=str(CONFIG),
        noconfig=True,
        confoverrides=settings,
        doctreedir=str(BUILD / "doctrees" / language.code),
        # A kept environment lets the second run of a failing build pass: read every page anew. Cells are cached.
        freshenv=True,
        warningiserror=True,
        keep_going=True,
    )
    if result != 0:  # an exception is returned, not raised, when Sphinx itself stops
        raise SystemExit(1)
    execution.forget_old(language.code)


def _end_with(parent: int) -> None:
    """End this process when its parent is gone, so that a killed build leaves nobody writing."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.3)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def fingerprint(commit: str) -> str:
    """Return a digest of everything the site is made from: the sources, and the commit that notebooks install."""
    files = execution.files_below(*(ROOT / name for name in SOURCES if (ROOT / name).exists()))
    sources = [file for file in files if "_generated" not in file.parts]
    words = [*execution.environment_words(), os.environ.get("GITHUB_REPOSITORY", ""), commit]
    return execution.fingerprint(sources, *words)


def _is_current(key: str) -> bool:
    """Tell whether the site that stands there is whole and was made from the present sources."""
    try:
        receipt = json.loads(RECEIPT.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return receipt == {"sources": key, "files": _inventory(SITE)}


def _inventory(folder: Path) -> dict[str, int]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in found}


@contextmanager
def _only_build():
    """Keep a second build out, and finish what a killed one left: put the last good site back."""
    BUILD.mkdir(exist_ok=True)
    lock = FileLock(LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BuildError(
            f"another build is running in this folder (it holds {LOCK.relative_to(ROOT)}): "
            "wait until it is done, then build again"
        ) from None
    try:
        if OLD.exists() and not SITE.exists():
            OLD.rename(SITE)
        _clear_aside()
        yield
    finally:
        _clear_aside()
        lock.release()


def _clear_aside() -> None:
    for folder in BUILD.glob(f"{ASIDE}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _swap_in(new: Path, key: str) -> None:
    new.chmod(0o755)  # mkdtemp keeps it to its owner; a web server may be somebody else
    shutil.rmtree(OLD, ignore_errors=True)
    if SITE.exists():
        SITE.rename(OLD)
    new.rename(SITE)
    shutil.rmtree(OLD, ignore_errors=True)
    RECEIPT.write_text(json.dumps({"sources": key, "files": _inventory(SITE)}), encoding="utf-8")


def _where() -> str:
    return f"The site is in {SITE.relative_to(ROOT)}/. To read it: make serve"


def _build_languages(new: Path, commit: str, say: Callable[[str], None]) -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    # MyST-NB keeps its own files beside the folder of the pages, so each language gets a folder around its pages.
    around = new / "around"
    runs = [_Run(language, around / language.code / "html", commit, say) for language in LANGUAGES.values()]
    try:
        for run in runs:
            run.wait()
    finally:
        for run in runs:
            run.stop()
    failed = [run for run in runs if run.failed]
    if failed:
        raise BuildError("\n".join(run.explained() for run in failed))
    for language in LANGUAGES.values():
        (around / language.code / "html").rename(new / language.code)
        (new / language.code / ".buildinfo").unlink(missing_ok=True)
        if (around / language.code / "notebooks").is_dir():
            shutil.copytree(around / language.code / "notebooks", new / "notebooks", dirs_exist_ok=True)
    shutil.rmtree(around)


class _Run:
    """The build of one language in a process of its own, its progress told line by line."""

    def __init__(self, language: Language, out: Path, commit: str, say: Callable[[str], None]) -> None:
        self.language, self.say = language, say
        self.log = LOGS / f"{language.code}.log"
        self.command = [sys.executable, "-m", "bookbuild", "language", language.code, str(out)]
        self.environment = os.environ | {
            "PYTHONPATH": str(ROOT / "code"),
            "PYTHONUNBUFFERED": "1",
            "NO_COLOR": "1",
            "BOOKBUILD_PARENT": str(os.getpid()),
            "GITHUB_SHA": commit,
            **ONE_THREAD,
        }
        self._start()

    def _start(self) -> None:
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=self.environment, text=True, encoding="utf-8", errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self.reader = threading.Thread(target=self._follow, daemon=True)
        self.reader.start()

    def _follow(self) -> None:
        with self.log.open("w", encoding="utf-8") as log:
            for line in self.process.stdout:
                log.write(line)
                progress = report.told(line)
                if progress:
                    self.say(f"  {self.language.code:6} {progress}")

    def wait(self) -> None:
        """Wait for the end. Where a kernel was lost at its start, build once more: cells that ran are not run again."""
        self._wait_for_this_one()
        if self.failed and LOST_AT_ITS_START in self.log.read_text(encoding="utf-8"):
            self.say(f"  {self.language.code:6} a kernel did not start: building this language once more")
            self._start()
            self._wait_for_this_one()

    def _wait_for_this_one(self) -> None:
        self.process.wait()
        self.reader.join()

    def stop(self) -> None:
        """End the process and the kernels it started, if it still runs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, 15)
            self.process.wait()

    @property
    def failed(self) -> bool:
        return self.process.returncode != 0

    def explained(self) -> str:
        return report.explain(self.log.read_text(encoding="utf-8"), self.log.relative_to(ROOT))
