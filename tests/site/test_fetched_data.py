"""Data sets that are fetched, and pages that live on them: fetched by a command, live or recorded, never by a build."""

import hashlib
import os
import sys
from pathlib import Path

import pytest
from served import nobody, serving

sys.path.insert(0, str(Path(__file__).parent))

from small_book import HEAD, SmallBook

pytestmark = pytest.mark.slow

TABLE = b"part,failed\n" + b"".join(f"{part},{part % 7 == 0:d}\n".encode() for part in range(1, 5001))
SHA256 = hashlib.sha256(TABLE).hexdigest()
ROW = """
[parts]
kind = "fetched"
source = "somebody"
licence = "CC BY 4.0"
citation = "Somebody 2020"
sources = ["{address}"]

[[parts.files]]
file = "parts/parts.csv"
bytes = {bytes}
sha256 = "{sha256}"
conversion = "none"
originals = [{{ path = "parts.csv", bytes = {bytes}, sha256 = "{sha256}" }}]
"""
CELL = """
```{code-cell} ipython3
import pandas as pd
from introdl import datasets
from introdl.recorded import live_or_recorded


def failures():
    (file,) = datasets.fetch("parts").files
    return pd.read_csv(file)[["failed"]].sum().rename_axis("what").reset_index(name="parts")


name = "failures"
live_or_recorded(name, "parts", failures, seed=0)
```
"""


@pytest.fixture(scope="module")
def server():
    with serving() as server:
        yield server


@pytest.fixture(autouse=True)
def _reset(server, monkeypatch):
    server.files, server.asked[:] = {"parts.csv": TABLE}, []
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture(scope="module")
def made(tmp_path_factory, server):
    """A small book with a page that lives on a fetched set, and a folder that holds the set."""
    book = SmallBook(tmp_path_factory.mktemp("book"))
    write_row(book, server.address("parts.csv"))
    book.add("more", en=HEAD + "(sec-more)=\n# More\n" + CELL, zh_TW=HEAD + "(sec-more)=\n# 更多\n" + CELL)
    book.mirror = tmp_path_factory.mktemp("mirror")
    (book.mirror / "parts").mkdir()
    (book.mirror / "parts" / "parts.csv").write_bytes(TABLE)
    return book


def write_row(book, address):
    registry = book.root / "data" / "registry.toml"
    kept = registry.read_text(encoding="utf-8").split("\n[ai4i2020]")[0].split("\n[parts]")[0]
    row = ROW.format(address=address, bytes=len(TABLE), sha256=SHA256)
    registry.write_text(kept + row, encoding="utf-8")


def page(book, language):
    return (book.site / language / "more.html").read_text(encoding="utf-8")


def test_a_result_is_recorded_shown_as_recorded_and_computed_anew_where_the_data_come_to_hand(made, server):
    """One book's life, in the order in which it happens; each build takes its time, so it is told in one test."""
    without = made.build()
    assert without.returncode != 0
    assert "nothing is recorded as failures, and its data are not at hand: make data" in without.stdout

    done = made.run("record", "--page", "more")
    assert done.returncode != 0
    assert "more needs parts, which is not at hand: make data" in done.stdout

    done = made.run("record", INTRODL_DATA=str(made.mirror))
    assert "more: recorded failures" in done.stdout
    text = (made.root / "data" / "recorded" / "failures.csv").read_text(encoding="utf-8")
    assert f"# data: parts {SHA256}\n" in text
    assert text.endswith("what,parts\nfailed,714\n")

    recorded = made.build()
    assert recorded.returncode == 0, recorded.stdout
    assert "more: recorded (parts not at hand: make data)" in recorded.stdout
    assert "714" in page(made, "en")
    assert "the data are not at hand here" in page(made, "en")
    assert "這台機器上沒有這份資料" in page(made, "zh-TW")

    live = made.build(INTRODL_DATA=str(made.mirror))
    assert live.returncode == 0, live.stdout
    assert "more: live (parts)" in live.stdout
    assert live.stdout.count("running the cells of more") == 2
    assert "Computed just now, on parts." in page(made, "en")
    assert "以 parts 當場算出。" in page(made, "zh-TW")

    again = made.build()
    assert "has the cells of more" in again.stdout
    assert "running the cells" not in again.stdout
    assert "the data are not at hand here" in page(made, "en")
    assert server.asked == [], "no build and no recording has asked for anything"


def test_a_build_with_an_edited_data_file_stops_before_anything_runs(made, tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "parts.csv").write_bytes(TABLE.replace(b"1,0", b"1,1", 1))
    done = made.build(INTRODL_DATA=str(tmp_path))
    assert done.returncode != 0
    assert f"expected {SHA256}: it is another file, or was edited" in done.stdout
    assert "reading" not in done.stdout


def test_a_page_that_asks_at_build_time_for_what_is_not_at_hand_is_refused_and_asks_nobody(made, server):
    before = made.page("en", "cells").read_text(encoding="utf-8"), made.page("zh-TW", "cells").read_text("utf-8")
    made.change("cells", "sum([1, 2, 3])", '__import__("introdl.datasets").datasets.fetch("parts").downloaded')
    try:
        done = made.build()
    finally:
        for language, text in zip(("en", "zh-TW"), before, strict=True):
            made.page(language, "cells").write_text(text, encoding="utf-8")
    assert done.returncode != 0
    assert "nothing is to be downloaded here" in done.stdout
    assert server.asked == []


# --- make data ---


@pytest.fixture
def data(made, server):
    """Run the command; give its status and words."""
    fetched = made.root / "data" / "fetched" / "parts" / "parts.csv"
    fetched.unlink(missing_ok=True)

    def run(*words, **environment):
        done = made.run("data", *words, **environment)
        return done.returncode, done.stdout

    run.file = fetched
    yield run
    fetched.unlink(missing_ok=True)
    write_row(made, server.address("parts.csv"))


def test_make_data_says_what_came_from_where_and_how_much(data, server):
    status, said = data()
    assert status == 0
    assert "Come with the package: tug, matrix-operation." in said
    assert f"parts: fetched {len(TABLE):,} bytes from {server.address('parts.csv')} into" in said
    assert data.file.read_bytes() == TABLE
    assert data() == (0, said.splitlines()[0] + f"\nparts: at hand in {data.file.parent}.\n")
    assert len(server.asked) == 1


def test_make_data_takes_what_is_in_the_named_folder(data, made, server):
    status, said = data(INTRODL_DATA=str(made.mirror))
    assert (status, f"parts: at hand in {made.mirror / 'parts'}" in said) == (0, True)
    assert not data.file.exists()
    assert server.asked == []


def test_make_data_goes_on_without_what_cannot_be_had_and_fails_only_when_asked_to(data, made):
    write_row(made, nobody())
    status, said = data()
    assert status == 0
    assert "parts: not at hand. parts could not be fetched (parts.csv):" in said
    assert "run make data where there is a network; or put parts/parts.csv, from http://127.0.0.1" in said
    assert "Traceback" not in said
    status, said = data("--strict")
    assert status == 1
    assert said.endswith("could not be fetched: parts\n")


def test_make_data_knows_the_sets_by_name(data):
    assert data("parts")[0] == 0
    status, said = data("part")
    assert status == 1
    assert "no such fetched data set: part (there are: parts)" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--page", "nowhere"], "expected a page of _toc.yml, got 'nowhere'"),
        (["--page", "cells"], "cells has no results on fetched data"),
    ],
)
def test_a_page_that_cannot_be_recorded_is_named(made, words, says):
    done = made.run("record", *words, INTRODL_DATA=str(made.mirror))
    assert done.returncode == 1
    assert says in done.stdout
    assert os.linesep + "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('name = "failures"', 'name = "failures".lower()', "write the result's name and its data out"),
        ('"parts", failures', '"people", failures', "has no fetched set people"),
    ],
)
def test_a_call_that_cannot_be_read_is_named_by_file_and_line(made, old, new, says):
    made.change("more", old, new)
    try:
        done = made.run("record", INTRODL_DATA=str(made.mirror))
    finally:
        made.change("more", new, old)
    assert done.returncode == 1
    assert "book/en/more.md:9: " in done.stdout
    assert says in done.stdout
