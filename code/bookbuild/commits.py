"""Which commit the book is built from, uncommitted work included, and how others are handed that very commit.

What no commit holds yet gets a commit of its own, always the same one for the same files. It is made in a
repository aside, so that neither the checkout's index nor its branches nor its objects change.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from bookbuild.languages import ROOT

NOBODY = "The book's build"
ADDRESS = "build@book.invalid"  # the top-level domain that no mail can reach
LONG_AGO = "2026-01-01T00:00:00+00:00"
BRANCH = "main"


class GitError(RuntimeError):
    """Git is missing, or would not do what it was asked; the message holds what it said."""


def git(*words: str, folder: Path = ROOT, given: bytes | None = None, **environment: str) -> str:
    """Run git and return what it printed, without the line end.

    Raises
    ------
    GitError
        If git is missing or ends with another status than 0.
    """
    try:
        done = subprocess.run(
            ["git", *words], cwd=folder, env=os.environ | {"LC_ALL": "C.UTF-8"} | environment, input=given,
            stdin=subprocess.DEVNULL if given is None else None, capture_output=True, timeout=600, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise GitError(
            "git is not installed, or not on the PATH: install it (your system's package git, or git-scm.com), "
            "then try again"
        ) from None
    except subprocess.TimeoutExpired:
        raise GitError(f"git {words[0]} did not answer within ten minutes: look at the connection") from None
    if done.returncode:
        said = (done.stderr or done.stdout).decode(errors="replace").strip() or f"status {done.returncode}, and no word"
        raise GitError(f"git {words[0]} failed. Git said:\n{said}")
    return done.stdout.decode(errors="replace").rstrip("\n")


def settings(wanted: dict[str, str], environment: dict[str, str] | None = None) -> dict[str, str]:
    """Return the environment variables that give git more settings, beside those it is given already.

    Nothing of them is seen in a list of processes or written to a file.

    Examples
    --------
    >>> settings({"core.quotePath": "off"}, {})
    {'GIT_CONFIG_COUNT': '1', 'GIT_CONFIG_KEY_0': 'core.quotePath', 'GIT_CONFIG_VALUE_0': 'off'}
    """
    before = int((os.environ if environment is None else environment).get("GIT_CONFIG_COUNT") or 0)
    found = {"GIT_CONFIG_COUNT": str(before + len(wanted))}
    for number, (key, value) in enumerate(wanted.items(), before):
        found |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return found


def head(root: Path = ROOT) -> str | None:
    """Return the commit that is checked out, or None where nothing has been committed yet.

    Raises
    ------
    GitError
        If git is missing or ``root`` is not in a repository.
    """
    git("rev-parse", "--git-dir", folder=root)
    try:
        return git("rev-parse", "--quiet", "--verify", "HEAD^{commit}", folder=root)
    except GitError:
        return None


def of_tree(root: Path = ROOT) -> str:
    """Return the commit that holds the files as they stand now.

    That is the one checked out where it holds them all; else a temporary one on top of it, whose name depends
    on nothing but the files and the commit below.

    Raises
    ------
    GitError
        If git is missing or ``root`` is not in a repository.
    """
    with tempfile.TemporaryDirectory(prefix="introdl-commit-") as folder:
        return repository_of_tree(Path(folder) / "aside.git", root)


def repository_of_tree(bare: Path, root: Path = ROOT) -> str:
    """Make a bare repository in ``bare`` whose one branch is :func:`of_tree`, and return that commit.

    It borrows the checkout's objects, so it is small and of use only while the checkout is there. It can be
    cloned and fetched from like the published one, any commit by name.

    Raises
    ------
    GitError
        If git is missing or ``root`` is not in a repository.
    """
    below = head(root)
    ours = root / git("rev-parse", "--git-common-dir", folder=root)
    git("init", "--quiet", "--bare", f"--initial-branch={BRANCH}", str(bare), folder=root)
    (bare / "objects" / "info" / "alternates").write_text(f"{(ours / 'objects').resolve()}\n", encoding="utf-8")
    index = root / git("rev-parse", "--git-path", "index", folder=root)
    # What is tracked although ignored, what is ignored in this checkout alone, and where a shallow history ends.
    for known in (index, ours / "info" / "exclude", ours / "shallow"):
        if known.is_file():
            shutil.copyfile(known, bare / "info" / "exclude" if known.name == "exclude" else bare / known.name)
    for name in ("uploadpack.allowFilter", "uploadpack.allowAnySHA1InWant"):
        git("config", name, "true", folder=bare)
    top = git("rev-parse", "--show-toplevel", folder=root)
    aside = {"GIT_DIR": str(bare), "GIT_WORK_TREE": top, "GIT_INDEX_FILE": str(bare / "index")}
    git("add", "--all", ".", folder=Path(top), **aside)
    tree = git("write-tree", folder=Path(top), **aside)
    commit = below
    if below is None or git("rev-parse", f"{below}^{{tree}}", folder=bare) != tree:
        commit = commit_tree(bare, tree, "Work that no commit holds yet", LONG_AGO, below)
    git("update-ref", f"refs/heads/{BRANCH}", commit, folder=bare)
    return commit


def complete(bare: Path, root: Path = ROOT) -> None:
    """Fetch what lies below the end of a shallow history: from one cut short, pip's partial clone takes minutes.

    Raises
    ------
    GitError
        If the remote does not hand it out.
    """
    if not (bare / "shallow").exists():
        return
    try:
        git("fetch", "--quiet", "--unshallow", git("remote", "get-url", "origin", folder=root), "HEAD", folder=bare)
    except GitError as error:
        raise GitError(f"the history is cut short here: fetch it all first (git fetch --unshallow). {error}") from None


def commit_tree(repository: Path, tree: str, message: str, date: str, parent: str | None = None) -> str:
    """Write a commit that names nobody and no hour of the day, so that the same content gives the same commit."""
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", NOBODY), ("EMAIL", ADDRESS), ("DATE", date))
    }
    above = ["-p", parent] if parent else []
    return git("commit-tree", "--no-gpg-sign", tree, *above, "-m", message, folder=repository, **who)
