"""Publishing, rehearsed against a bare repository on this machine."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from bookbuild import first_cell, launch, publish
from bookbuild.commits import GitError, settings
from bookbuild.languages import ROOT, Repository, repository
from bookbuild.provenance import Provenance

FORK = Repository("some-fork", "name")
NAMES = ["en/more.ipynb", "en/page.ipynb", "zh-TW/more.ipynb", "zh-TW/page.ipynb"]
TOKEN = "ghs_onlyForThisTest0123456789"


def git(folder, *words):
    who = ["-c", "user.name=A Teacher", "-c", "user.email=teacher@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


class Fork:
    """A checkout with a remote that has its commit, and a site built from it."""

    def __init__(self, folder):
        self.root, self.site, self.remote = folder / "checkout", folder / "site", folder / "remote.git"
        self.root.mkdir()
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        git(self.root, "init", "--quiet", "--initial-branch=main")
        git(self.root, "remote", "add", "origin", str(self.remote))
        self.commit("A page")
        self.push()
        self.build()

    @property
    def head(self):
        return git(self.root, "rev-parse", "HEAD")

    def commit(self, text):
        (self.root / "page.md").write_text(f"# {text}\n")
        git(self.root, "add", ".")
        git(self.root, "commit", "--quiet", "-m", text)

    def push(self):
        git(self.root, "push", "--quiet", "origin", "main")

    def build(self, place=FORK, text="A page", pages=("more", "page")):
        shutil.rmtree(self.site, ignore_errors=True)
        for language in ("en", "zh-TW"):
            (self.site / "notebooks" / language).mkdir(parents=True)
            for page in pages:
                source = first_cell.source(place, Provenance(self.head), language)
                cells = [nbformat.v4.new_markdown_cell(f"# {text}", id="title")]
                cells.append(nbformat.v4.new_code_cell(source, id=first_cell.ID))
                file = self.site / "notebooks" / language / f"{page}.ipynb"
                nbformat.write(nbformat.v4.new_notebook(cells=cells), file)

    def publish(self, remote="origin"):
        said = []
        commit = publish.publish(remote, root=self.root, site=self.site, say=said.append)
        return commit, "\n".join(said)

    def published(self):
        """The commits and the files of the published branch."""
        commits = git(self.remote, "log", "--format=%H", "notebooks").split()
        return commits, git(self.remote, "ls-tree", "-r", "--name-only", "notebooks").split()

    @property
    def branches(self):
        return git(self.remote, "for-each-ref", "--format=%(refname:short)").split()


@pytest.fixture
def fork(tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", FORK.slug)
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return Fork(tmp_path)


def test_the_branch_is_one_commit_with_exactly_the_notebooks(fork):
    commit, said = fork.publish()
    assert fork.published() == ([commit], NAMES)
    for name in NAMES:
        published = git(fork.remote, "show", f"notebooks:{name}")
        assert published == (fork.site / "notebooks" / name).read_text(encoding="utf-8").strip()
    assert said.startswith(f"Published 4 notebooks of {fork.head[:10]} to the branch notebooks of ")


def test_published_again_the_branch_is_one_other_commit_with_exactly_the_new_notebooks(fork):
    first, _ = fork.publish()
    fork.commit("Another text")
    fork.push()
    fork.build(text="Another text", pages=("page",))
    second, _ = fork.publish()
    assert second != first
    assert fork.published() == ([second], ["en/page.ipynb", "zh-TW/page.ipynb"])


def test_the_same_site_published_twice_is_the_same_commit(fork):
    first, _ = fork.publish()
    second, _ = fork.publish()
    assert first == second
    assert fork.published() == ([first], NAMES)


def test_the_commit_names_its_source_and_nobody(fork):
    fork.publish()
    about = git(fork.remote, "log", "-1", "--format=%an <%ae> %cn <%ce>%n%s", "notebooks")
    assert about.splitlines() == [
        "The book's build <build@book.invalid> The book's build <build@book.invalid>",
        f"Notebooks of some-fork/name at {fork.head}",
    ]


def test_every_published_first_cell_installs_from_the_fork_and_no_other(fork):
    fork.publish()
    for name in NAMES:
        text = git(fork.remote, "show", f"notebooks:{name}")
        assert text.count("https://github.com/") == text.count("https://github.com/some-fork/name")
        assert fork.head in text


def test_the_branch_is_the_one_that_the_launch_buttons_name(fork):
    fork.publish()
    branch = git(fork.remote, "for-each-ref", "--format=%(refname:short)", "refs/heads/notebooks")
    assert f"/blob/{branch}/en/start-here.ipynb" in launch.colab(FORK, "en", "start-here")


def test_the_checkout_is_left_as_it_was(fork):
    def state():
        return {p: p.read_bytes() for p in sorted(fork.root.rglob("*")) if p.is_file()}

    before = state()
    fork.publish()
    assert state() == before


def test_a_relative_address_of_the_remote_means_what_it_says(fork):
    git(fork.root, "remote", "set-url", "origin", "../remote.git")
    commit, _ = fork.publish()
    assert fork.published() == ([commit], NAMES)


def test_an_address_serves_where_no_remote_is_set_up(fork):
    git(fork.root, "remote", "remove", "origin")
    commit, _ = fork.publish(remote=str(fork.remote))
    assert fork.published() == ([commit], NAMES)


# -- refusals: nothing is published, and the message has the cure


def refusal(fork, kind=publish.PublishError, remote="origin"):
    with pytest.raises(kind) as refused:
        fork.publish(remote)
    if fork.remote.exists():
        assert fork.branches == ["main"]
    return str(refused.value)


def test_without_a_known_repository_it_refuses(fork, monkeypatch):
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)  # what is left is the name shipped in _config.yml
    said = refusal(fork, ValueError)
    assert "no repository is known" in said
    assert "GITHUB_REPOSITORY=owner/name" in said


def test_a_repository_that_the_environment_names_is_taken_at_its_word(monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "some_fork/name")
    assert not repository().is_placeholder
    monkeypatch.delenv("GITHUB_REPOSITORY")
    assert repository().is_placeholder


def test_without_a_built_site_it_refuses(fork):
    shutil.rmtree(fork.site)
    assert refusal(fork).endswith("build the site first (make book)")


def test_with_a_notebook_in_one_language_only_it_refuses_and_names_the_other(fork):
    (fork.site / "notebooks" / "zh-TW" / "page.ipynb").unlink()
    assert "the site lacks zh-TW/page.ipynb" in refusal(fork)


def test_with_a_file_that_is_no_notebook_it_refuses_and_names_it(fork):
    (fork.site / "notebooks" / "en" / "page.ipynb").write_text("{}")
    assert "page.ipynb is no notebook" in refusal(fork)


def test_with_a_first_cell_that_installs_nothing_it_refuses(fork):
    file = fork.site / "notebooks" / "en" / "page.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("import introdl")]), file)
    assert "its first cell installs nothing" in refusal(fork)


def test_with_a_site_built_from_another_commit_it_refuses_and_names_both(fork):
    before = fork.head
    fork.commit("A newer text")
    fork.push()
    said = refusal(fork)
    assert f"installs {before[:10]}, checked out is {fork.head[:10]}" in said
    assert said.endswith("make book publish-notebooks")


def test_with_a_site_built_for_another_repository_it_refuses(fork, monkeypatch):
    monkeypatch.setenv("GITHUB_REPOSITORY", "another-fork/name")
    assert "installs from some-fork/name, but the repository is another-fork/name" in refusal(fork)


def test_with_work_that_no_commit_holds_it_refuses(fork):
    (fork.root / "page.md").write_text("# Not committed\n")
    assert "there is work that no commit holds" in refusal(fork)


def test_with_a_commit_that_the_remote_does_not_have_it_refuses(fork):
    fork.commit("Not pushed")
    fork.build()
    assert "push it (git push), then: make publish-notebooks" in refusal(fork)


def test_before_the_first_commit_it_refuses(fork):
    shutil.rmtree(fork.root / ".git")
    git(fork.root, "init", "--quiet", "--initial-branch=main")
    assert "nothing has been committed yet" in refusal(fork)


def test_without_git_it_refuses_and_says_how_to_get_it(fork, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="git is not installed, or not on the PATH: install it"):
        fork.publish()


def test_to_a_remote_that_is_not_there_it_refuses_and_names_those_that_are(fork):
    assert "there is no remote 'upstream' here (there is: origin)" in refusal(fork, remote="upstream")


def test_to_a_remote_on_github_that_the_notebooks_do_not_name_it_refuses(fork):
    git(fork.root, "remote", "set-url", "--push", "origin", "git@github.com:teacher/book.git")
    said = refusal(fork)
    assert "origin is git@github.com:teacher/book.git, but the notebooks name some-fork/name" in said


def test_to_a_remote_that_cannot_be_reached_it_refuses_and_quotes_git(fork):
    shutil.rmtree(fork.remote)
    said = refusal(fork, remote=str(fork.remote))
    assert "nothing was published" in said
    assert "does not appear to be a git repository" in said


def test_a_remote_that_refuses_is_quoted_and_keeps_what_it_had(fork):
    first, _ = fork.publish()
    fork.commit("Another text")
    fork.push()
    fork.build(text="Another text")
    hook = fork.remote / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'this branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(publish.PublishError, match="this branch is protected") as refused:
        fork.publish()
    assert "permission contents: write" in str(refused.value)
    assert fork.published() == ([first], NAMES)


# -- the token of CI


@pytest.fixture
def on_github(fork, monkeypatch, tmp_path):
    """The fork's address on GitHub leads to the bare repository, a token is there, and git's command lines are kept."""
    address = FORK.address
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    for name, value in settings({f"url.{fork.remote.as_uri()}.insteadOf": address}).items():
        monkeypatch.setenv(name, value)
    log, real = tmp_path / "commands.txt", shutil.which("git")
    wrapper = tmp_path / "bin" / "git"
    wrapper.parent.mkdir()
    header = "git config --get-urlmatch http.extraheader https://github.com/".replace("git", real, 1)
    wrapper.write_text(f'#!/bin/sh\necho "$@" "| $({header})" >> "{log}"\nexec "{real}" "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}{os.pathsep}{os.environ['PATH']}")
    return log


def test_a_token_reaches_the_push_and_no_command_line(fork, on_github):
    commit, said = fork.publish(FORK.address)
    assert fork.published() == ([commit], NAMES)
    commands, headers = zip(*(line.split("| ", 1) for line in on_github.read_text().splitlines()), strict=True)
    pushes = [header for command, header in zip(commands, headers, strict=True) if " push " in command]
    assert [header.startswith("AUTHORIZATION: basic ") for header in pushes] == [True]
    assert TOKEN not in said + "".join(commands)
    assert not any(header and "push" not in command and "ls-remote" not in command
                   for command, header in zip(commands, headers, strict=True))  # fmt: skip


def test_a_token_is_not_in_what_is_said_of_a_refusal(fork, on_github):
    hook = fork.remote / "hooks" / "pre-receive"
    hook.write_text(f"#!/bin/sh\necho 'wrong token {TOKEN}' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(publish.PublishError, match=r"wrong token \*\*\*"):
        fork.publish(FORK.address)


def test_a_token_is_kept_from_a_remote_that_is_not_github(fork, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    assert not any("GIT_CONFIG" in name for name in publish._access(str(fork.remote)))


def test_the_command_says_in_one_line_why_it_refuses_and_ends_with_a_status(tmp_path):
    environment = os.environ | {"PYTHONPATH": str(ROOT / "code"), "GITHUB_REPOSITORY": ""}
    command = [sys.executable, "-m", "bookbuild", "publish-notebooks"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "no repository is known" in done.stderr
