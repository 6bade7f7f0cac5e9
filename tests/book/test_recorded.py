"""Every result on fetched data that a page shows is recorded, and nothing is recorded that no page shows."""

from bookbuild import record
from bookbuild.languages import pages
from introdl import recorded

ASKED = {result.name: result for page in pages() for result in record.results(page)}


def test_what_is_recorded_is_what_the_pages_ask_for():
    assert recorded.recorded_names() == sorted(ASKED)


def test_a_result_was_recorded_on_the_data_that_its_page_names():
    for name, result in ASKED.items():
        assert set(recorded.read(name).data) == set(result.data), name


def test_each_name_is_asked_for_by_one_page():
    names = [result.name for page in pages() for result in record.results(page)]
    assert sorted(names) == sorted(ASKED)
