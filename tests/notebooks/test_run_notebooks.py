"""The rehearsal itself: what it takes away from a notebook, and what it says of one that fails."""

import json
import subprocess
import sys

import nbformat
import pytest
from bookbuild import first_cell, run_notebooks
from bookbuild.kernel import LOST_AT_ITS_START
from bookbuild.languages import Repository
from bookbuild.provenance import UNKNOWN, Provenance
from bookbuild.publish import Origin, origin
from bookbuild.run_notebooks import Isolation, RehearsalError

NAMESPACE, GUARD = run_notebooks.isolation(), Isolation((), True, "Python is kept from connecting")
PLACE = Repository("some-fork", "name")
ONE, TWO = "1" * 40, "2" * 40


@pytest.fixture
def run(environment, tmp_path):
    """Run the cells of a notebook made of sources, and return it with its outputs."""

    def start(*sources, language="en", way=NAMESPACE, **options):
        cells = [nbformat.v4.new_markdown_cell("# A page")]
        cells += [nbformat.v4.new_code_cell(source) for source in sources]
        file = tmp_path / language / "page.ipynb"
        file.parent.mkdir(exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(cells=cells), file)
        executed, _ = run_notebooks.execute(file, environment, tmp_path / "out.ipynb", way=way, **options)
        return executed

    return start


def printed(executed, number=-1):
    return "".join(output.get("text", "") for output in executed.cells[number].outputs)


CONNECT = """
import errno, socket
with socket.create_server(("127.0.0.1", 0)) as here:
    socket.create_connection(here.getsockname(), timeout=5).close()
for attempt in (lambda: socket.create_connection(("192.0.2.1", 80), timeout=5),
                lambda: socket.getaddrinfo("example.org", 80)):
    try:
        attempt()
        print("connected")
    except OSError as error:
        print(errno.errorcode.get(error.errno, "no such name"))
"""


def test_in_a_namespace_nothing_outside_this_machine_can_be_reached(run):
    assert printed(run(CONNECT)).split("\n")[0] == "ENETUNREACH"
    assert "connected" not in printed(run(CONNECT))


def test_where_there_is_no_namespace_python_is_kept_from_connecting(run):
    assert printed(run(CONNECT, way=GUARD)).split() == ["ENETUNREACH", "ENETUNREACH"]


def test_the_weaker_check_says_that_it_is_weaker(monkeypatch):
    monkeypatch.setattr(
        run_notebooks, "NAMESPACES", (["no-such-program"], [sys.executable, "-c", "raise SystemExit(1)"])
    )
    weaker = run_notebooks.isolation.__wrapped__()
    assert weaker.guarded
    assert "weaker" in weaker.words


def test_a_reader_has_an_empty_folder_and_nothing_of_the_builders(run, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere/code")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("INTRODL_LANGUAGE", "zh-TW")
    builders = ("PYTHONPATH", "GITHUB", "INTRODL")
    look = f"import os; print(os.listdir(), [n for n in os.environ if n.startswith({builders})])"
    assert printed(run(look)).strip() == "[] []"


def test_a_reader_has_colabs_versions(run, environment):
    executed = run(
        "import IPython, matplotlib, numpy; print(IPython.__version__, matplotlib.__version__, numpy.__version__)"
    )
    assert printed(executed).split() == ["7.34.0", "3.10.0", "2.1.3"]


def test_a_cell_that_raises_is_named_with_its_number_its_first_line_and_what_it_said(run):
    with pytest.raises(RehearsalError) as failed:
        run("1 + 1", "print('half way')\nraise ValueError('no such thing')")
    assert str(failed.value).splitlines() == [
        "notebooks/en/page.ipynb, cell 3 (it begins: print('half way')) raised ValueError: no such thing",
        "    half way",
    ]


def test_a_kernel_that_dies_is_said_to_have_died_and_in_which_cell(run):
    with pytest.raises(RehearsalError, match=r"en/page\.ipynb, cell 3 \(it begins: import os\): the kernel died"):
        run("1 + 1", "import os\nos._exit(1)")


def test_a_kernel_that_is_lost_at_its_start_is_started_once_more(run, monkeypatch):
    starts = []

    def start(command, **settings):
        starts.append(command)
        if len(starts) == 1:
            return subprocess.CompletedProcess(command, 1, "", f"RuntimeError: {LOST_AT_ITS_START}")
        return real(command, **settings)

    real = subprocess.run
    monkeypatch.setattr(run_notebooks.subprocess, "run", start)
    assert printed(run("print(6 * 7)")) == "42\n"
    assert len(starts) == 2


def test_a_cell_that_does_not_end_is_stopped_and_named(run):
    with pytest.raises(RehearsalError, match=r"cell 2 .* took longer than 3 s"):
        run("import time\ntime.sleep(60)", timeout=3)


def test_the_notebook_itself_is_not_changed_by_running_it(run, tmp_path):
    run("print(1)")
    stored = json.loads((tmp_path / "en" / "page.ipynb").read_text())
    assert [cell.get("outputs", []) for cell in stored["cells"]] == [[], []]


@pytest.mark.parametrize("way", [NAMESPACE, GUARD], ids=["namespace", "guard"])
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_a_first_cell_without_network_says_in_its_language_what_to_do(run, environment, language, way):
    run_notebooks.take_away(environment)
    with pytest.raises(RehearsalError) as failed:
        run(first_cell.source(PLACE, Provenance(ONE), language), language=language, way=way)
    cure = {"en": "Check that this machine is online", "zh-TW": "請確認這台機器連得上網路"}[language]
    assert cure in str(failed.value)
    assert "https://github.com/some-fork/name" in str(failed.value)


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_a_first_cell_that_finds_another_version_loaded_asks_in_its_language_for_a_restart(run, environment, language):
    run_notebooks.take_away(environment)
    loaded = "import sys, types\nsys.modules['introdl'] = types.ModuleType('introdl')"
    with pytest.raises(RehearsalError, match="cell 3") as failed:
        run(loaded, first_cell.source(PLACE, Provenance(ONE), language), language=language)
    assert {"en": "Restart the session", "zh-TW": "請重新啟動工作階段"}[language] in str(failed.value)


# -- which files are run


def notebook(folder, commit, language="en"):
    cell = nbformat.v4.new_code_cell(first_cell.source(PLACE, Provenance(commit), language), id=first_cell.ID)
    rest = [
        nbformat.v4.new_markdown_cell("# 標題 of a page", id="title"),
        cell,
        nbformat.v4.new_code_cell("1 + 1", id="one"),
    ]
    file = folder / language / "page.ipynb"
    file.parent.mkdir(parents=True)
    file.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=rest)) + "\n", encoding="utf-8")
    return file


def test_where_all_is_committed_the_very_files_of_the_site_are_run(tmp_path):
    files = [notebook(tmp_path, ONE)]
    said = []
    assert run_notebooks.as_published(files, Origin(PLACE, ONE), ONE, ONE, tmp_path / "copies", said.append) is files
    assert said == []


@pytest.mark.parametrize("built", [ONE, UNKNOWN], ids=["a commit below", "no commit below"])
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_uncommitted_work_changes_the_name_of_the_commit_and_nothing_else(tmp_path, language, built):
    file = notebook(tmp_path, built, language)
    named, below = origin(file), None if built == UNKNOWN else built
    (copy,) = run_notebooks.as_published([file], named, TWO, below, tmp_path / "copies", lambda line: None)
    published = notebook(tmp_path / "published", TWO, language)
    assert copy.read_bytes() == published.read_bytes()
    assert origin(copy) == Origin(PLACE, TWO)


def test_a_site_built_on_another_commit_is_refused(tmp_path):
    files = [notebook(tmp_path, ONE)]
    with pytest.raises(RehearsalError, match=r"built on another commit, 1111111111; .* 2222222222: build it anew"):
        run_notebooks.as_published(files, Origin(PLACE, ONE), TWO, TWO, tmp_path / "copies", print)


def test_a_first_cell_that_is_not_the_books_is_refused(tmp_path):
    file = notebook(tmp_path, ONE)
    file.write_text(file.read_text().replace("import importlib", "import  importlib", 1))
    with pytest.raises(RehearsalError, match="the first cell is not the book's"):
        run_notebooks.as_published([file], origin(file), TWO, ONE, tmp_path / "copies", lambda line: None)


# -- the language of the figures


def drawn(language, *texts):
    svg = "<svg>" + "".join(f"<text x='1'>{text}</text>" for text in texts) + "</svg>"
    output = nbformat.v4.new_output("display_data", {"image/svg+xml": svg})
    executed = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=[output])])
    return run_notebooks.Run(run_notebooks.Path(f"notebooks/{language}/page.ipynb"), executed, 0.0, 0.0)


def test_a_chinese_notebook_whose_figures_say_nothing_in_chinese_is_named():
    assert run_notebooks.wrong_language(drawn("zh-TW", "age", "年齡")) == []
    (problem,) = run_notebooks.wrong_language(drawn("zh-TW", "age"))
    assert problem.startswith("notebooks/zh-TW/page.ipynb: no figure says anything in Chinese")


def test_an_english_notebook_with_a_chinese_label_is_named_with_the_label():
    assert run_notebooks.wrong_language(drawn("en", "age")) == []
    (problem,) = run_notebooks.wrong_language(drawn("en", "age", "年齡"))
    assert "'年齡'" in problem
