"""A build is strict, says what stops it and how to cure it, and never leaves half a site behind."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from small_book import SmallBook

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A small book, built once; a test takes a copy."""
    book = SmallBook(tmp_path_factory.mktemp("book"))
    done = book.build()
    assert done.returncode == 0, done.stdout
    assert "Built in" in done.stdout
    return book


@pytest.fixture
def book(built, tmp_path):
    """The built book in a folder of the test's own, with its caches."""
    copy = tmp_path / "book"
    shutil.copytree(built.root, copy, symlinks=True)
    link = copy / "code" / "introdl" / "data"
    link.unlink()
    link.symlink_to(copy / "data")
    moved = SmallBook.__new__(SmallBook)
    moved.root = copy
    return moved


def assert_fails_twice_and_keeps_the_site(book, *words):
    """A failing build fails the second time too, names what it should, and leaves the good site as it was."""
    before = book.state()
    for _ in range(2):
        done = book.build()
        assert done.returncode != 0, done.stdout
        assert "Traceback" not in done.stdout
        for word in words:
            assert word in done.stdout
        assert book.state() == before
        assert not list((book.root / "_build").glob("site.new*"))


def test_the_site_holds_the_chooser_and_both_languages(built):
    for name in ("index.html", "404.html", "en/index.html", "en/cells.html", "zh-TW/index.html", "zh-TW/cells.html"):
        assert (built.site / name).is_file()
    assert sorted(path.name for path in built.site.iterdir() if path.is_dir()) == ["en", "notebooks", "zh-TW"]


def test_each_language_runs_its_own_cells(built):
    assert "one number" in (built.site / "en" / "cells.html").read_text(encoding="utf-8")
    assert "一個數字" in (built.site / "zh-TW" / "cells.html").read_text(encoding="utf-8")


def test_the_glued_number_stands_in_the_prose_of_both_languages(built):
    assert "The sum is <span" in (built.site / "en" / "cells.html").read_text(encoding="utf-8")
    for code in ("en", "zh-TW"):
        assert ">6<" in (built.site / code / "cells.html").read_text(encoding="utf-8").replace(
            "<strong>6</strong>", ">6<"
        )


def test_building_again_with_nothing_changed_does_nothing(book):
    before = book.state()
    done = book.build()
    assert "Nothing has changed" in done.stdout
    assert book.state() == before


def test_a_site_that_somebody_spoiled_is_built_again(book):
    (book.site / "en" / "cells.html").unlink()
    assert book.build().returncode == 0
    assert (book.site / "en" / "cells.html").is_file()


def test_changed_prose_runs_no_cell(book):
    book.change("cells", "And a word.", "And another word.", languages=("en",))
    done = book.build()
    assert done.returncode == 0, done.stdout
    assert "running the cells" not in done.stdout
    assert "And another word." in (book.site / "en" / "cells.html").read_text(encoding="utf-8")


def test_a_changed_cell_runs_that_page_alone(book):
    book.change("cells", "sum([1, 2, 3])", "sum([1, 2, 4])")
    done = book.build()
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("running the cells of cells") == 2
    assert "running the cells of more" not in done.stdout


def test_a_changed_package_runs_every_page(book):
    labels = book.root / "code" / "introdl" / "labels" / "exercises.toml"
    labels.write_text(labels.read_text(encoding="utf-8").replace("one number", "a single number"), encoding="utf-8")
    done = book.build()
    assert done.returncode == 0, done.stdout
    ran = set(re.findall(r"(\S+) +running the cells of (\S+)", done.stdout))  # a slow page is named again
    assert len(ran) == 4
    assert "a single number" in (book.site / "en" / "cells.html").read_text(encoding="utf-8")


def test_a_broken_reference_fails_twice_by_file_and_line(book):
    book.change("index", "sec-cells", "sec-nowhere")
    assert_fails_twice_and_keeps_the_site(
        book, "book/en/index.md:4", "book/zh-TW/index.md:4", "sec-nowhere", "write a label that exists"
    )


def test_a_raising_cell_fails_twice_with_the_cell_and_its_error(book):
    book.change("cells", "sum([1, 2, 3])", "1 / 0")
    assert_fails_twice_and_keeps_the_site(
        book, "book/en/cells.md:12: a cell raised ZeroDivisionError: division by zero", "1 / 0"
    )


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("import os; os._exit(3)", ("book/en/cells.md: the kernel died", "a cell ends Python")),
        ("class Oops(BaseException): pass\n\nraise Oops('hi')", ("book/en/cells.md:12: a cell raised Oops: hi",)),
        ("next(iter([]))", ("book/en/cells.md:12: a cell raised StopIteration",)),
    ],
    ids=["dead kernel", "own exception", "no message"],
)
def test_whatever_a_cell_raises_is_named(book, cell, words):
    book.change("cells", 'glue("total", sum([1, 2, 3]))', cell)
    assert_fails_twice_and_keeps_the_site(book, *words)


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("_toc.yml", "root: [", ("_toc.yml is not YAML", "line 1")),
        ("_toc.yml", "", ("_toc.yml: expected names and values",)),
        ("_config.yml", "title: 'a", ("_config.yml is not YAML",)),
        ("data/registry.toml", "[tug", ("data/registry.toml cannot be read",)),
        ("book/glossary.csv", "term,zh\na,b\n", ("book/glossary.csv:1: expected the columns",)),
        ("book/glossary.csv", "term,zh,avoid,unless,en_meaning,zh_meaning\na,b,c\n", ("book/glossary.csv:2:",)),
        ("code/introdl/labels/people.toml", "[a\n", ("code/introdl/labels/people.toml:", "not valid TOML")),
    ],
)
def test_a_broken_file_of_the_project_is_named_and_not_traced(book, file, content, words):
    (book.root / file).write_text(content, encoding="utf-8")
    assert_fails_twice_and_keeps_the_site(book, *words)


def test_a_picture_from_another_site_is_refused(book):
    book.change("index", "{ref}`sec-cells`", "![A picture](https://example.com/a.png) {ref}`sec-cells`")
    assert_fails_twice_and_keeps_the_site(book, "book/en/index.md", "a picture from another site")


def test_a_folder_with_a_space_and_chinese_in_its_name_builds_and_names_its_faults(book):
    moved = book.root.with_name("書 two")
    book.root.rename(moved)
    book.root = moved
    link = moved / "code" / "introdl" / "data"
    link.unlink()
    link.symlink_to(moved / "data")
    book.change("cells", "sum([1, 2, 3])", "1 / 0")
    done = book.build()
    assert "book/en/cells.md:12: a cell raised ZeroDivisionError: division by zero" in done.stdout


@pytest.mark.parametrize("name", ["own er/name", "owner/", "a/b/c", "owner/name/", "/name"])
def test_a_name_that_is_no_repository_is_refused_before_anything_runs(book, name):
    done = book.build(GITHUB_REPOSITORY=name)
    assert done.returncode != 0
    assert "expected a repository as owner/name" in done.stdout
    assert "reading" not in done.stdout


def test_a_folder_of_data_that_is_not_there_is_refused(book):
    done = book.build(INTRODL_DATA="nowhere")
    assert done.returncode != 0
    assert "INTRODL_DATA: expected a folder of data sets, got 'nowhere'" in done.stdout


def test_a_glued_number_keeps_its_digits(book):
    book.change("cells", 'glue("total", sum([1, 2, 3]))', 'glue("total", f"{2.5:.2f} and {3e-7:.7f}")')
    assert book.build().returncode == 0
    assert "2.50 and 0.0000003" in (book.site / "en" / "cells.html").read_text(encoding="utf-8")
    book.change("cells", 'f"{2.5:.2f} and {3e-7:.7f}"', 'f"{2.5:.2f}"')
    assert book.build().returncode == 0
    assert ">2.50<" in (book.site / "en" / "cells.html").read_text(encoding="utf-8")


def test_a_port_that_cannot_be_is_refused(book):
    done = book.run("serve", "--port", "70000")
    assert done.returncode != 0
    assert "expected a port from 0 to 65535" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_build_killed_at_once_leaves_nobody_writing(book):
    make_slow(book)
    process = start_and_wait_for(book, "")  # the first word of all
    time.sleep(0.3)
    process.kill()
    process.communicate(timeout=30)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _builders(book):
        time.sleep(0.5)
    assert _builders(book) == []


def _builders(book):
    running = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [line for line in running if "bookbuild language" in line and str(book.root) in line]


def _kernel_that_ends(folder, *times):
    """Make a kernel of Jupyter's that ends at once the given times it is started, and then runs; return its folder."""
    spec = folder / "kernels" / "python3"
    spec.mkdir(parents=True)
    starts = folder / "starts"
    starts.write_text("")
    program = (
        "import runpy, sys\n"
        f"with open({str(starts)!r}, 'a+') as file:\n"
        "    file.write('x'); file.flush(); file.seek(0)\n"
        f"    if len(file.read()) in {times!r}: sys.exit(1)\n"
        "sys.argv = ['ipykernel', '-f', sys.argv[1]]\n"
        "runpy.run_module('ipykernel_launcher', run_name='__main__')\n"
    )
    words = {"argv": [sys.executable, "-c", program, "{connection_file}"], "display_name": "3", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(words), encoding="utf-8")
    return str(folder)


def test_a_kernel_that_is_lost_at_its_start_costs_a_second_try_and_not_the_build(book, tmp_path):
    book.change("more", "2 + 2", "2 + 3")
    done = book.build(JUPYTER_PATH=_kernel_that_ends(tmp_path / "jupyter", 1))
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("building this language once more") == 1
    assert "5" in (book.site / "en" / "more.html").read_text(encoding="utf-8")


def test_a_kernel_that_is_never_there_is_named_after_the_second_try(book, tmp_path):
    book.change("more", "2 + 2", "2 + 3")
    before = book.state()
    done = book.build(JUPYTER_PATH=_kernel_that_ends(tmp_path / "jupyter", *range(1, 50)))
    assert done.returncode != 0
    assert done.stdout.count("building this language once more") == 2
    assert "book/en: the kernel ended twice before it could run a cell" in done.stdout
    assert "Traceback" not in done.stdout
    assert book.state() == before


def test_a_formula_that_cannot_be_set_is_named(book):
    book.change("index", "{ref}`sec-cells`", r"$\nosuchcommand$ {ref}`sec-cells`")
    assert_fails_twice_and_keeps_the_site(book, "book/en/index.md:4", r"\nosuchcommand", "Undefined control sequence")


def test_a_heading_without_a_label_is_named(book):
    book.change("index", "(sec-index)=\n", "")
    assert_fails_twice_and_keeps_the_site(book, "book/en/index.md", "label")


def test_a_page_in_one_language_only_is_named(book):
    book.page("zh-TW", "more").unlink()
    assert_fails_twice_and_keeps_the_site(book, "book/zh-TW/more.md")


def test_a_cell_that_differs_between_the_languages_is_named(book):
    book.change("more", "2 + 2", "2 + 3", languages=("zh-TW",))
    assert_fails_twice_and_keeps_the_site(book, "book/zh-TW/more.md:")


def test_a_label_with_no_chinese_is_named(book):
    labels = book.root / "code" / "introdl" / "labels" / "exercises.toml"
    labels.write_text(labels.read_text(encoding="utf-8") + '\n[lonely]\nen = "alone"\n', encoding="utf-8")
    assert_fails_twice_and_keeps_the_site(book, "code/introdl/labels/exercises.toml:", "[lonely] has no zh-TW text")


def test_a_data_file_whose_checksum_differs_is_named_with_the_cure(book):
    file = book.root / "data" / "tug_23_subjects.csv"
    file.write_bytes(file.read_bytes() + b"\n")
    assert_fails_twice_and_keeps_the_site(book, "data/tug_23_subjects.csv has sha256", "restore the file")


def test_a_repository_that_is_no_repository_is_named(book):
    done = book.build(GITHUB_REPOSITORY="just-a-name")
    assert done.returncode != 0
    assert "GITHUB_REPOSITORY: expected a repository as owner/name, got 'just-a-name'" in done.stdout


def test_a_known_repository_gives_full_addresses_and_a_sitemap(book):
    done = book.build(GITHUB_REPOSITORY="some-fork/name")
    assert done.returncode == 0, done.stdout
    page = (book.site / "zh-TW" / "cells.html").read_text(encoding="utf-8")
    assert '<link rel="canonical" href="https://some-fork.github.io/name/zh-TW/cells.html"' in page
    assert 'hreflang="en" href="https://some-fork.github.io/name/en/cells.html"' in page
    assert "https://some-fork.github.io/name/en/cells.html" in (book.site / "sitemap.xml").read_text(encoding="utf-8")


def start_and_wait_for(book, words):
    """Start a build and return it once it has said the words."""
    process = subprocess.Popen(
        book.command("book"), cwd=book.root, env=book.environment, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        # where the tests were started in the background, Ctrl-C is ignored, and a child would inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    for line in process.stdout:
        if words in line:
            return process
    raise AssertionError(f"the build ended without saying {words!r}")


def make_slow(book):
    book.change("more", "2 + 2", "import time; time.sleep(6)")


def test_a_second_build_at_the_same_time_is_refused(book):
    make_slow(book)
    first = start_and_wait_for(book, "running the cells of more")
    second = book.build()
    assert second.returncode != 0
    assert "another build is running" in second.stdout
    first.communicate(timeout=120)
    assert first.returncode == 0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_a_killed_build_leaves_the_last_good_site_and_can_be_started_again(book, how):
    before = book.state()
    make_slow(book)
    process = start_and_wait_for(book, "running the cells of more")
    process.send_signal(how)
    process.communicate(timeout=30)
    assert process.returncode != 0
    assert book.state() == before
    book.change("more", "time.sleep(6)", "time.sleep(0)")
    deadline = time.monotonic() + 20
    done = book.build()
    while "another build is running" in done.stdout and time.monotonic() < deadline:
        time.sleep(0.5)
        done = book.build()
    assert done.returncode == 0, done.stdout
    assert not list((book.root / "_build").glob("site.new*"))
    assert "time.sleep" in (book.site / "en" / "more.html").read_text(encoding="utf-8").replace(
        '<span class="o">', ""
    ).replace("</span>", "").replace('<span class="n">', "")


def test_a_build_killed_between_its_two_renames_is_mended_by_the_next(book):
    before = book.state()
    book.site.rename(book.root / "_build" / "site.old")
    assert book.build().returncode == 0
    assert book.state() == before
    assert not (book.root / "_build" / "site.old").exists()


def test_two_builds_of_the_same_sources_give_the_same_bytes(book):
    before = book.state()
    (book.root / "_build" / "site.json").unlink()
    assert book.build().returncode == 0
    assert book.state() == before


def test_jupyter_book_alone_builds_the_same_pages(book):
    program = str(Path(sys.executable).with_name("jupyter-book"))
    options = ["-W", "-n", "--config", "_config.yml", "--toc", str(book.root / "_toc.yml")]
    command = [program, "build", "book/en", *options]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=book.root,
        env=book.environment | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    pages = list(book.root.rglob("_build/html/cells.html"))
    assert len(pages) == 1
    assert "The sum is" in pages[0].read_text(encoding="utf-8")


def test_serving_on_a_port_in_use_names_the_port_and_another(book):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = book.run("serve", "--port", str(port))
    assert done.returncode != 0
    assert f"port {port} is in use: take another (make serve PORT={port + 1})" in done.stdout


def test_serving_before_building_says_what_to_do(book):
    shutil.rmtree(book.site)
    done = book.run("serve", "--port", "0")
    assert done.returncode != 0
    assert "build it first (make book)" in done.stdout


def test_a_changed_text_in_one_language_is_mentioned_by_the_build_and_stops_the_strict_check(book):
    for page in ("index", "cells", "more"):
        assert book.run("stamp", page).returncode == 0
    assert book.run("stale", "--strict").returncode == 0
    book.change("cells", "And a word.", "And another word.", languages=("en",))
    built = book.build()
    assert built.returncode == 0
    assert "book/zh-TW/cells.md" in built.stdout
    strict = book.run("stale", "--strict")
    assert strict.returncode != 0
    assert "book/zh-TW/cells.md" in strict.stdout
    assert book.run("stale", "--strict", GITHUB_EVENT_NAME="pull_request").returncode != 0
    publishing = book.run("stale", "--strict", GITHUB_EVENT_NAME="push")
    assert publishing.returncode == 0
    assert "book/zh-TW/cells.md" in publishing.stdout
