"""Publish the notebooks: a branch of one commit that holds them and nothing else, where Colab finds them.

The commit is made and pushed from a repository aside. The checkout's index, branches and working files stay as
they are, and the remote gets the whole branch or nothing.
"""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bookbuild.commits import GitError, commit_tree, git, head, of_tree, settings
from bookbuild.languages import LANGUAGES, NOTEBOOKS_BRANCH, ROOT, SITE, Repository, repository

INSTALLS = re.compile(
    r'^REPOSITORY, COMMIT = "https://github\.com/([^/"]+)/([^/"]+)", "([0-9a-f]{40}|)"$', re.MULTILINE
)
ON_GITHUB = re.compile(
    r"^(?:https://(?:[^@/]*@)?github\.com/|(?:ssh://)?git@github\.com[:/])([\w.-]+)/([\w.-]+?)(?:\.git)?/?$"
)


class PublishError(RuntimeError):
    """Nothing was published; the message says why and what to do."""


@dataclass(frozen=True)
class Origin:
    """What the first cell of a notebook installs."""

    place: Repository
    commit: str  # empty where the page was built from no commit


def notebooks(site: Path = SITE) -> list[Path]:
    """Return the notebooks of a built site, language by language.

    Raises
    ------
    PublishError
        If there is no built site, or a page's notebook is missing in a language.
    """
    found = {code: sorted((site / "notebooks" / code).glob("*.ipynb")) for code in LANGUAGES}
    names = {code: {file.name for file in files} for code, files in found.items()}
    every = set.union(*names.values())
    if not every:
        raise PublishError(f"there are no notebooks in {_short(site / 'notebooks')}: build the site first (make book)")
    missing = [f"{code}/{name}" for code in LANGUAGES for name in sorted(every - names[code])]
    if missing:
        raise PublishError(
            f"the site lacks {', '.join(missing)} in {_short(site / 'notebooks')}: build it anew (make book)"
        )
    return [file for files in found.values() for file in files]


def origin(file: Path) -> Origin:
    """Return the repository and the commit that a notebook's first cell installs.

    Raises
    ------
    PublishError
        If the file is no notebook, or its first cell installs nothing.
    """
    try:
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        first = "".join(next((cell["source"] for cell in cells if cell["cell_type"] == "code"), ""))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PublishError(f"{_short(file)} is no notebook ({error}): build the site anew (make book)") from None
    found = INSTALLS.search(first)
    if not found:
        raise PublishError(f"{_short(file)}: its first cell installs nothing: build the site anew (make book)")
    return Origin(Repository(found[1], found[2]), found[3])


def publish(remote: str = "origin", root: Path = ROOT, site: Path = SITE, say: Callable[[str], None] = print) -> str:
    """Replace the branch ``notebooks`` of a remote by one commit with the built notebooks, and return that commit.

    The same built site gives the same commit. In CI, ``GITHUB_TOKEN`` opens the door where the remote is on GitHub
    and asks for it; it is handed to git through the environment alone.

    Parameters
    ----------
    remote : str
        A remote of the checkout, or an address.

    Raises
    ------
    ValueError
        If no repository is known.
    PublishError
        If there is no built site, the site was not built from the commit checked out, that
        commit is not at the remote, or the remote refuses. Nothing has been published then.
    GitError
        If git is missing.
    """
    place = repository()
    place.must_be_known()
    files = notebooks(site)
    commit = head(root)
    if commit is None:
        raise PublishError("nothing has been committed yet: commit, push, then: make book publish-notebooks")
    _require_same_origin(files, place, commit, root)
    address = _address(remote, place, root)
    access = _access(address)
    _require_at_remote(commit, remote, address, access, root)
    with tempfile.TemporaryDirectory(prefix="introdl-publish-") as folder:
        aside = Path(folder) / "aside.git"
        git("init", "--quiet", "--bare", str(aside), folder=root)
        date = git("show", "--no-patch", "--format=%cI", commit, folder=root)
        new = commit_tree(aside, _tree(files, aside), f"Notebooks of {place.slug} at {commit}", date)
        _push(new, aside, address, access, root)
    say(f"Published {len(files)} notebooks of {commit[:10]} to the branch {NOTEBOOKS_BRANCH} of {_told(address)}.")
    return new


def _require_same_origin(files: list[Path], place: Repository, commit: str, root: Path) -> None:
    for file in files:
        named = origin(file)
        if named.place != place:
            raise PublishError(
                f"{_short(file)} installs from {named.place.slug}, but the repository is {place.slug}: "
                f" build the site for it (make book), then publish"
            )
        if named.commit != commit:
            raise PublishError(
                f"the site was built from another commit than the one checked out: {_short(file)} installs "
                f"{named.commit[:10] or 'none'}, checked out is {commit[:10]}. Commit what is meant to be published, "
                "then: make book publish-notebooks"
            )
    if of_tree(root) != commit:
        raise PublishError(
            "there is work that no commit holds, so nobody could install what the notebooks were built from: "
            "commit and push it (or put it aside), then: make book publish-notebooks"
        )


def _address(remote: str, place: Repository, root: Path) -> str:
    """Return where a remote is pushed to, and make sure that it is the repository which the notebooks name."""
    try:
        address = git("remote", "get-url", "--push", remote, folder=root)
    except GitError:
        address = remote
    if address == remote and not any(mark in address for mark in ("/", ":", "\\")):
        known = git("remote", folder=root).split() or ["none"]
        raise PublishError(
            f"there is no remote {remote!r} here (there is: {', '.join(known)}); name another with REMOTE=…"
        )
    on_github = ON_GITHUB.match(address)
    if on_github and tuple(word.lower() for word in on_github.groups()) != (place.owner.lower(), place.name.lower()):
        raise PublishError(
            f"{remote} is {_told(address)}, but the notebooks name {place.slug}: correct repository.url "
            "in _config.yml (or GITHUB_REPOSITORY), then: make book publish-notebooks"
        )
    return address


def _access(address: str) -> dict[str, str]:
    """Return what git needs besides its own credentials: a token where there is one, and no question nobody answers."""
    quiet = {} if sys.stdin and sys.stdin.isatty() else {"GIT_TERMINAL_PROMPT": "0"}
    token = os.environ.get("GITHUB_TOKEN")
    if not token or not address.startswith("https://github.com/"):
        return quiet
    secret = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return quiet | settings({"http.https://github.com/.extraheader": f"AUTHORIZATION: basic {secret}"})


def _require_at_remote(commit: str, remote: str, address: str, access: dict[str, str], root: Path) -> None:
    """Make sure that readers can fetch the commit which the first cells install."""
    if git("for-each-ref", "--count=1", "--contains", commit, f"refs/remotes/{remote}", folder=root):
        return
    try:
        refs = git("ls-remote", address, folder=root, **access)
    except GitError as error:
        raise _refused(error, address) from None
    if commit not in refs:
        raise PublishError(
            f"{_told(address)} does not have the commit {commit[:10]}, which the notebooks install: "
            "push it (git push), then: make publish-notebooks"
        )


def _tree(files: list[Path], aside: Path) -> str:
    """Write the notebooks, each below the folder of its language, and return the tree."""
    folders: dict[str, list[str]] = {}
    for file in files:
        blob = git("hash-object", "-w", "--no-filters", "--stdin", folder=aside, given=file.read_bytes())
        folders.setdefault(file.parent.name, []).append(f"100644 blob {blob}\t{file.name}\n")
    trees = [
        f"040000 tree {git('mktree', folder=aside, given=''.join(lines).encode())}\t{name}\n"
        for name, lines in folders.items()
    ]
    return git("mktree", folder=aside, given="".join(trees).encode())


def _push(commit: str, aside: Path, address: str, access: dict[str, str], root: Path) -> None:
    """Push from the repository aside, but from the checkout's folder, so that a relative address means what it says."""
    target = f"{commit}:refs/heads/{NOTEBOOKS_BRANCH}"
    try:
        git(f"--git-dir={aside}", "push", "--quiet", "--force", "--no-verify", address, target, folder=root, **access)
        there = git("ls-remote", address, f"refs/heads/{NOTEBOOKS_BRANCH}", folder=root, **access)
    except GitError as error:
        raise _refused(error, address) from None
    if not there.startswith(commit):
        raise PublishError(
            f"{_told(address)} took the push, but its branch {NOTEBOOKS_BRANCH} is {there[:40] or 'missing'}: try again"
        )


def _refused(error: GitError, address: str) -> PublishError:
    said = str(error)
    for secret in filter(None, (os.environ.get("GITHUB_TOKEN"),)):
        said = said.replace(secret, "***")
    return PublishError(
        f"{_told(address)} refused; nothing was published. {said}\n"
        "In GitHub Actions the job needs the permission contents: write, and no rule may protect the branch "
        f"{NOTEBOOKS_BRANCH}. At home, git push must work for you."
    )


def _told(address: str) -> str:
    """Return an address without the name and the password that may stand in it."""
    return re.sub(r"//[^/@]*@", "//", address)


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
