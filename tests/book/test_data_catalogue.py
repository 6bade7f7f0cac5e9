"""The catalogue is complete: registry, datasheets, loaders and the page name the same sets, in both languages."""

import re

import pytest
from bookbuild import record
from bookbuild.languages import ROOT, pages
from introdl import datasets, recorded, simulate

LANGUAGES = ("en", "zh-TW")
SECTION = re.compile(r"^\((sec-data-catalogue-[\w-]+)\)=\n#+ (.+)\n", re.MULTILINE)


def page(code):
    return (ROOT / "book" / code / "data-catalogue.md").read_text(encoding="utf-8")


def sections(code):
    """The text beneath each heading, by its label."""
    parts = SECTION.split(page(code))
    return dict(zip(parts[1::3], parts[3::3], strict=True))


def label(name):
    return f"sec-data-catalogue-{name.replace('_', '-')}"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_set_has_a_section_of_its_own_with_its_datasheet_and_no_other(code):
    shown = re.findall(r'^datasets\.datasheet\("([\w-]+)"\)$', page(code), re.MULTILINE)
    assert shown == datasets.names()
    for name in datasets.names():
        assert f'datasets.datasheet("{name}")' in sections(code)[label(name)]


@pytest.mark.parametrize("code", LANGUAGES)
def test_loaded_sets_stand_under_loaded_and_fetched_ones_under_fetched(code):
    order = list(sections(code))
    places = [order.index(f"sec-data-catalogue-{kind}") for kind in ("loaded", "fetched", "simulated")]
    for name in datasets.names():
        kind = datasets.registered(name)["kind"]
        first = places[0] if kind == "loaded" else places[1]
        after = places[1] if kind == "loaded" else places[2]
        assert first < order.index(label(name)) < after


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_fetched_set_names_the_pages_that_show_results_on_it_and_no_other(code):
    used = {name: set() for name in datasets.fetchable()}
    for one in pages():
        for result in record.results(one):
            for name in result.data:
                used[name].add(one)
    for name, where in used.items():
        assert set(re.findall(r"\{doc\}`([\w-]+)`", sections(code)[label(name)])) == where, name


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_simulator_is_named_with_the_pages_that_use_it(code):
    rows = [line for line in sections(code)["sec-data-catalogue-simulated"].splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`simulate\.(\w+)`", row)]
    assert sorted(named) == sorted(name for name in simulate.__all__ if name.islower())
    for row in rows:
        for name in re.findall(r"`simulate\.(\w+)`", row):
            for one in re.findall(r"\{doc\}`([\w-]+)`", row):
                text = (ROOT / "book" / code / f"{one}.md").read_text(encoding="utf-8")
                assert re.search(rf"\b{name}\(", text), f"{one} does not use {name}"


def test_what_is_recorded_was_computed_on_sets_of_the_catalogue():
    for name in recorded.recorded_names():
        assert set(recorded.read(name).data) <= set(datasets.fetchable())


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_number_of_a_set_is_typed_on_the_page(code):
    """Counts stand in registry and datasheets, where tests compare them with the data."""
    text = page(code).split("\n---\n", 1)[1]
    prose = re.sub(r"```.*?```|`[^`]*`|^\(sec-[^\n]*$", "", text, flags=re.DOTALL | re.MULTILINE)
    assert set(re.findall(r"\d+", prose.partition("OASIS")[0])) <= {"23", "85"}
