"""Which commit the notebooks install: the one that the book is built from."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from bookbuild.commits import GitError, git, head
from bookbuild.languages import ROOT

UNKNOWN = "0" * 40


@dataclass(frozen=True)
class Provenance:
    """A commit by its full name, and what a builder should know about it."""

    sha: str  # UNKNOWN where there is none
    warning: str = ""

    @property
    def is_known(self) -> bool:
        """Whether notebooks can install from it."""
        return self.sha != UNKNOWN


def current(root: Path = ROOT) -> Provenance:
    """Return the commit: ``GITHUB_SHA``, else the one that is checked out.

    Raises
    ------
    ValueError
        If ``GITHUB_SHA`` is not the full name of a commit.
    """
    named = os.environ.get("GITHUB_SHA", "").strip()
    if named:
        if not re.fullmatch("[0-9a-f]{40}", named):
            raise ValueError(f"GITHUB_SHA: expected the 40 digits of a commit, got {named!r}")
        return Provenance(named)
    cure = "The notebooks install nothing and say so; commit, then build again."
    try:
        sha = head(root)
        if sha is None:
            return Provenance(UNKNOWN, f"Nothing has been committed here yet. {cure}")
        if not Path(git("rev-parse", "--show-toplevel", folder=root)).samefile(root):
            return Provenance(UNKNOWN, f"This folder is not the top of its git repository. {cure}")
        changed = git("status", "--porcelain", folder=root)
    except GitError as error:
        return Provenance(UNKNOWN, f"The commit is not known: {str(error).strip().splitlines()[-1]}. {cure}")
    if changed:
        return Provenance(sha, f"Some changes are in no commit yet; the notebooks install the last one, {sha[:10]}.")
    return Provenance(sha)
