"""Recorded results beside live ones, page by page; collected only where the data are at hand (conftest)."""

import pytest
from bookbuild import record
from introdl import recorded

pytestmark = [pytest.mark.slow, pytest.mark.torch]


def test_recorded_and_live_agree_within_the_stated_tolerance(tmp_path):
    pages = record.with_results()
    for line in record.record(pages, tmp_path):
        assert ": recorded " in line
    for result in (result for page in pages for result in record.results(page)):
        live = recorded.parse((tmp_path / f"{result.name}.csv").read_bytes(), result.name)
        assert recorded.differences(recorded.read(result.name), live.frame) == [], f"{result.name}: make record"
