"""Each page with cells leads to its notebook, in Colab and on the site, under the name of whoever publishes it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from bookbuild import launch, provenance, site
from bookbuild.languages import LANGUAGES, Repository
from bookbuild.words import say

sys.path.insert(0, str(Path(__file__).parent))

from small_book import SmallBook

SHA = "1234567890" * 4
WITH_CELLS, WITHOUT = ("cells", "more"), ("index",)


@pytest.fixture(scope="module")
def forked(tmp_path_factory):
    """A small book, built by a fork."""
    book = SmallBook(tmp_path_factory.mktemp("forked"))
    done = book.build(GITHUB_REPOSITORY="some-fork/name", GITHUB_SHA=SHA)
    assert done.returncode == 0, done.stdout
    return book, done.stdout


@pytest.fixture(scope="module")
def nobodys(tmp_path_factory):
    """A small book of which nobody knows where it is published, nor from which commit."""
    book = SmallBook(tmp_path_factory.mktemp("nobodys"))
    done = book.build()
    assert done.returncode == 0, done.stdout
    return book, done.stdout


def buttons(book, code, page):
    html = (book.site / code / f"{page}.html").read_text(encoding="utf-8")
    return re.findall(
        r'<a class="btn btn-sm (launch-colab|download-notebook)" href="([^"]+)" title="([^"]+)"([^>]*)>', html
    )


@pytest.mark.slow
@pytest.mark.parametrize("code", LANGUAGES, ids=str)
@pytest.mark.parametrize("page", WITH_CELLS)
def test_each_page_with_cells_has_both_buttons_in_its_own_language(forked, code, page):
    (colab, opened, asks, _), (download, file, offers, more) = buttons(forked[0], code, page)
    assert (colab, download) == ("launch-colab", "download-notebook")
    assert opened == f"https://colab.research.google.com/github/some-fork/name/blob/notebooks/{code}/{page}.ipynb"
    assert (forked[0].site / code / file).resolve() == forked[0].site / "notebooks" / code / f"{page}.ipynb"
    assert (forked[0].site / code / file).is_file()
    assert (asks, offers) == (say("colab-button", code), say("download-button", code))
    assert f'aria-label="{offers}"' in more
    assert " download" in more
    assert "Colab" in asks


@pytest.mark.slow
@pytest.mark.parametrize("code", LANGUAGES, ids=str)
@pytest.mark.parametrize("page", [*WITHOUT, "search"])
def test_a_page_without_cells_has_no_button_and_no_notebook(forked, code, page):
    assert buttons(forked[0], code, page) == []
    assert not (forked[0].site / "notebooks" / code / f"{page}.ipynb").exists()


@pytest.mark.slow
def test_every_launch_link_and_every_first_cell_names_the_fork_and_nothing_names_another(forked):
    book, said = forked
    files = [path for path in book.site.rglob("*") if path.suffix in {".html", ".ipynb", ".xml"}]
    text = {path: path.read_text(encoding="utf-8") for path in files}
    places = {
        slug for t in text.values() for slug in re.findall(r"colab\.research\.google\.com/github/([^/]+/[^/]+)", t)
    }
    assert places == {"some-fork/name"}
    owners = {owner for t in text.values() for owner in re.findall(r"https://([\w-]+)\.github\.io/", t)}
    assert owners == {"some-fork"}
    assert not any("your_name" in t for t in text.values())
    notebooks = [t for path, t in text.items() if path.suffix == ".ipynb"]
    assert len(notebooks) == len(WITH_CELLS) * len(LANGUAGES)
    for notebook in notebooks:
        first = next("".join(cell["source"]) for cell in json.loads(notebook)["cells"] if cell["cell_type"] == "code")
        assert f'REPOSITORY, COMMIT = "https://github.com/some-fork/name", "{SHA}"' in first
    assert "nobody's" not in said


@pytest.mark.slow
def test_a_button_asks_nobody_until_it_is_pressed(forked):
    for code in LANGUAGES:
        page = (forked[0].site / code / "cells.html").read_text(encoding="utf-8")
        fetched = re.findall(r'<(?:script|img|link|iframe)[^>]*(?:src|href)="(https?:[^"]+)"', page)
        assert [address for address in fetched if "some-fork.github.io" not in address] == []


@pytest.mark.slow
def test_without_a_repository_the_book_builds_and_says_that_its_launch_links_are_nobodys(nobodys):
    book, said = nobodys
    assert "Colab buttons and notebooks name your_name/introduction-to-deep-learning, which is nobody's" in said
    assert "/github/your_name/introduction-to-deep-learning/blob/" in buttons(book, "en", "cells")[0][1]


@pytest.mark.slow
def test_without_a_commit_the_book_builds_and_says_that_its_notebooks_install_nothing(nobodys):
    book, said = nobodys
    assert "notebooks install nothing" in said
    notebook = json.loads((book.site / "notebooks" / "en" / "cells.ipynb").read_text(encoding="utf-8"))
    first = next("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    assert "make book and make serve" in first
    assert "pip" not in first


def test_publishing_can_refuse_the_name_that_is_nobodys():
    with pytest.raises(ValueError, match=r"set GITHUB_REPOSITORY=owner/name, or repository\.url in _config\.yml"):
        Repository("your_name", "introduction-to-deep-learning", is_placeholder=True).must_be_known()
    assert Repository("some-fork", "name").must_be_known() is None


def test_a_page_in_a_folder_finds_its_notebook_from_there():
    assert launch.buttons(Repository("o", "r"), "en", "a/b")[1]["url"] == "../../notebooks/en/a/b.ipynb"


# -- the commit -------------------------------------------------------------------------------------------------------


def git(folder, *words):
    who = ["-c", "user.name=Somebody", "-c", "user.email=somebody@book.invalid"]
    return subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_SHA", raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    git(tmp_path, "init", "--quiet")
    (tmp_path / "page.md").write_text("A page.\n")
    git(tmp_path, "add", "page.md")
    git(tmp_path, "commit", "--quiet", "--message", "A page")
    return tmp_path


def test_the_commit_is_the_one_that_is_checked_out(checkout):
    assert provenance.current(checkout) == provenance.Provenance(git(checkout, "rev-parse", "HEAD"))


def test_the_commit_of_ci_comes_first(checkout, monkeypatch):
    monkeypatch.setenv("GITHUB_SHA", SHA)
    assert provenance.current(checkout) == provenance.Provenance(SHA)


def test_a_commit_that_is_none_is_named(monkeypatch):
    monkeypatch.setenv("GITHUB_SHA", "main")
    with pytest.raises(ValueError, match="GITHUB_SHA: expected the 40 digits of a commit, got 'main'"):
        provenance.current()


def test_changes_that_no_commit_holds_are_mentioned(checkout):
    (checkout / "new.md").write_text("Another page.\n")
    found = provenance.current(checkout)
    assert found.sha == git(checkout, "rev-parse", "HEAD")
    assert f"the notebooks install the last one, {found.sha[:10]}" in found.warning


def test_a_folder_without_a_commit_has_none_and_says_so(tmp_path, monkeypatch):
    monkeypatch.delenv("GITHUB_SHA", raising=False)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert not provenance.current(tmp_path).is_known
    git(tmp_path, "init", "--quiet")
    found = provenance.current(tmp_path)
    assert not found.is_known
    assert "Nothing has been committed here yet" in found.warning


def test_a_folder_inside_another_project_does_not_take_that_projects_commit(checkout):
    (checkout / "copy").mkdir()
    assert not provenance.current(checkout / "copy").is_known


def test_without_git_there_is_no_commit_and_the_builder_is_told(checkout, monkeypatch):
    monkeypatch.setenv("PATH", str(checkout))
    found = provenance.current(checkout)
    assert not found.is_known
    assert "git is not installed" in found.warning


def test_another_commit_makes_the_site_anew():
    assert site.fingerprint("a" * 40) != site.fingerprint("b" * 40)
