"""The commit that the book is built from, and the repository that stands in for the published one."""

import subprocess

import pytest
from bookbuild import commits


def run(folder, *words):
    who = ["-c", "user.name=A Teacher", "-c", "user.email=teacher@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    """A checkout with one commit and an ignored folder."""
    folder = tmp_path / "a checkout"
    folder.mkdir()
    run(folder, "init", "--quiet", "--initial-branch=main")
    (folder / ".gitignore").write_text("/_build/\n")
    (folder / "page.md").write_text("# A page\n")
    (folder / "_build").mkdir()
    (folder / "_build" / "site").write_text("made")
    run(folder, "add", ".")
    run(folder, "commit", "--quiet", "-m", "A page")
    return folder


def state(folder):
    """Every file of the checkout's own repository, with its content."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted((folder / ".git").rglob("*")) if p.is_file()}


def test_where_everything_is_committed_it_is_the_commit_checked_out(checkout):
    assert commits.of_tree(checkout) == run(checkout, "rev-parse", "HEAD")


def test_uncommitted_work_gets_a_commit_that_holds_changes_new_files_and_deletions(checkout, tmp_path):
    (checkout / "new.md").write_text("# New\n")
    (checkout / ".gitignore").write_text("/_build/\n/other/\n")
    (checkout / "page.md").unlink()
    bare = tmp_path / "bare.git"
    commit = commits.repository_of_tree(bare, checkout)
    assert run(bare, "ls-tree", "-r", "--name-only", commit).split() == [".gitignore", "new.md"]
    assert run(bare, "rev-parse", f"{commit}^") == run(checkout, "rev-parse", "HEAD")


def test_the_same_files_give_the_same_commit_and_other_files_another(checkout):
    (checkout / "page.md").write_text("# Another\n")
    first = commits.of_tree(checkout)
    assert commits.of_tree(checkout) == first
    (checkout / "page.md").write_text("# A third\n")
    assert commits.of_tree(checkout) != first


def test_neither_index_nor_branches_nor_objects_of_the_checkout_change(checkout):
    (checkout / "staged.md").write_text("staged\n")
    run(checkout, "add", "staged.md")
    (checkout / "new.md").write_text("new\n")
    before = state(checkout)
    commits.of_tree(checkout)
    assert state(checkout) == before


def test_a_file_that_is_tracked_although_ignored_is_in_the_commit(checkout, tmp_path):
    run(checkout, "add", "--force", "_build/site")
    bare = tmp_path / "bare.git"
    commit = commits.repository_of_tree(bare, checkout)
    assert "_build/site" in run(bare, "ls-tree", "-r", "--name-only", commit).split()


def test_before_the_first_commit_the_tree_has_a_commit_all_the_same(tmp_path):
    run(tmp_path, "init", "--quiet", "--initial-branch=main")
    (tmp_path / "page.md").write_text("# A page\n")
    assert commits.head(tmp_path) is None
    assert len(commits.of_tree(tmp_path)) == 40


@pytest.mark.parametrize("shallow", [False, True])
def test_the_repository_can_be_cloned_as_pip_does_also_from_a_shallow_checkout(checkout, tmp_path, shallow):
    (checkout / "more.md").write_text("more\n")
    run(checkout, "add", ".")
    run(checkout, "commit", "--quiet", "-m", "More")
    if shallow:
        run(tmp_path, "clone", "--quiet", "--depth=1", checkout.as_uri(), "shallow")
        checkout = tmp_path / "shallow"
    (checkout / "page.md").write_text("# Not committed\n")
    bare = tmp_path / "bare.git"
    commit = commits.repository_of_tree(bare, checkout)
    commits.complete(bare, checkout)
    run(tmp_path, "clone", "--quiet", "--filter=blob:none", bare.as_uri(), "clone")
    run(tmp_path / "clone", "checkout", "--quiet", commit)
    assert (tmp_path / "clone" / "page.md").read_text() == "# Not committed\n"


def test_a_history_that_cannot_be_completed_is_said_to_be_cut_short_with_the_cure(checkout, tmp_path):
    run(checkout, "commit", "--quiet", "--allow-empty", "-m", "More")
    run(tmp_path, "clone", "--quiet", "--depth=1", checkout.as_uri(), "shallow")
    run(tmp_path / "shallow", "remote", "set-url", "origin", str(tmp_path / "nowhere"))
    commits.repository_of_tree(tmp_path / "bare.git", tmp_path / "shallow")
    with pytest.raises(commits.GitError, match=r"cut short here: fetch it all first \(git fetch --unshallow\)"):
        commits.complete(tmp_path / "bare.git", tmp_path / "shallow")


def test_settings_come_after_those_that_git_is_given_already():
    given = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "a.b", "GIT_CONFIG_VALUE_0": "c"}
    assert commits.settings({"d.e": "f"}, given) == {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_1": "d.e",
        "GIT_CONFIG_VALUE_1": "f",
    }


def test_a_missing_git_is_named_with_the_cure(checkout, monkeypatch):
    monkeypatch.setenv("PATH", str(checkout))
    with pytest.raises(commits.GitError, match=r"git is not installed, or not on the PATH: install it"):
        commits.of_tree(checkout)


def test_outside_a_repository_git_is_quoted(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(commits.GitError, match="not a git repository"):
        commits.head(tmp_path)
