"""Journey 2, before anybody takes it: every notebook of the built site, the very file, with Colab's versions."""

import pytest
from bookbuild import first_cell, run_notebooks
from bookbuild.languages import LANGUAGES, SITE
from bookbuild.publish import notebooks
from bookbuild.words import say

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def runs(request, environment):
    """Every notebook, run to its end; a cell that raises or a kernel that dies fails here, by name."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        print(flush=True)
        return run_notebooks.rehearse_site([], [], say=lambda line: print(f"  {line}", flush=True))


def test_every_notebook_of_the_site_runs_to_its_end_in_both_languages(runs):
    assert [run.name for run in runs] == [run_notebooks.told(file) for file in notebooks(SITE)]
    assert {run.language for run in runs} == set(LANGUAGES)


def test_no_cell_is_left_out(runs):
    for run in runs:
        counts = [
            cell.execution_count for cell in run.executed.cells if cell.cell_type == "code" and cell.source.strip()
        ]
        assert counts == list(range(1, len(counts) + 1))


def test_once_installed_the_first_cell_needs_no_network_and_says_so_in_the_pages_language(runs):
    for run in runs:
        cell = next(cell for cell in run.executed.cells if cell.id == first_cell.ID)
        assert "".join(output.text for output in cell.outputs).strip() == say("first-ready", run.language)


def test_figures_are_labelled_in_the_notebooks_language_without_a_chinese_font_for_python(runs):
    assert [problem for run in runs for problem in run_notebooks.wrong_language(run)] == []
    drawn = {run.language for run in runs if run_notebooks.figure_texts(run.executed)}
    assert drawn == set(LANGUAGES)


def test_no_cell_warns_of_a_missing_glyph(runs):
    for run in runs:
        outputs = [output for cell in run.executed.cells for output in cell.get("outputs", ())]
        assert not any("missing from" in output.get("text", "") for output in outputs)
