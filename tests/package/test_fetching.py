"""Downloading one file, against a server on this machine that cuts, lies and dies as told."""

import hashlib
import time

import numpy as np
import pytest
from introdl import fetching
from introdl.fetching import DownloadError, download
from served import Handler, nobody, serving

FILE = np.random.default_rng(0).bytes(300_000)
SHA256 = hashlib.sha256(FILE).hexdigest()
OTHER = np.random.default_rng(1).bytes(300_000)


@pytest.fixture(autouse=True)
def _no_pause_and_no_proxy(monkeypatch):
    monkeypatch.setattr(fetching, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def server():
    with serving() as server:
        yield server


@pytest.fixture
def place(tmp_path):
    return tmp_path / "folder" / "table.csv"


def get(place, *addresses):
    return download(addresses, place, SHA256, len(FILE))


def left(place):
    return sorted(path.name for path in place.parent.iterdir())


def test_a_file_comes_whole_under_its_name_and_nothing_else_stays(server, place):
    server.files["a"] = FILE
    assert get(place, server.address("a")) == server.address("a")
    assert place.read_bytes() == FILE
    assert left(place) == ["table.csv"]
    assert server.asked == [("a", None)]


def test_after_a_cut_only_the_rest_is_asked_for(server, place):
    server.files["a"], server.cuts = FILE, [100_000, 50_000]
    get(place, server.address("a"))
    assert place.read_bytes() == FILE
    assert server.asked == [("a", None), ("a", "bytes=100000-"), ("a", "bytes=150000-")]


def test_what_came_before_the_cut_is_kept_for_the_next_day(server, place):
    server.files["a"], server.cuts = FILE, [100_000, 0]
    with pytest.raises(DownloadError, match="cut after 100,000 of 300,000 bytes"):
        get(place, server.address("a"))
    assert left(place) == ["table.csv.part"]
    assert not place.exists()
    get(place, server.address("a"))
    assert place.read_bytes() == FILE
    assert server.asked[-1] == ("a", "bytes=100000-")
    assert left(place) == ["table.csv"]


def test_another_source_goes_on_where_the_first_broke_off(server, place):
    server.files |= {"a": FILE, "b": FILE}
    server.cuts = [120_000, 0]
    assert get(place, server.address("a"), server.address("b")) == server.address("b")
    assert server.asked[-1] == ("b", "bytes=120000-")
    assert place.read_bytes() == FILE


def test_a_server_that_knows_no_ranges_sends_the_file_again_from_its_start(server, place):
    server.files["a"], server.cuts, server.knows_ranges = FILE, [100_000], False
    get(place, server.address("a"))
    assert place.read_bytes() == FILE
    assert server.asked == [("a", None), ("a", "bytes=100000-")]


def test_a_server_that_names_no_length_is_cut_and_resumed_all_the_same(server, place):
    server.files["a"], server.cuts, server.says_length = FILE, [70_000], False
    get(place, server.address("a"))
    assert place.read_bytes() == FILE
    assert server.asked[1] == ("a", "bytes=70000-")


def test_a_server_that_sends_another_piece_than_asked_is_left(server, place):
    server.files |= {"a": FILE, "b": FILE}
    server.cuts, server.shift = [100_000], 5
    with pytest.raises(DownloadError, match="it sent another piece"):
        get(place, server.address("a"))
    server.shift = 0
    get(place, server.address("b"))
    assert place.read_bytes() == FILE


def test_a_wrong_checksum_is_refused_with_both_and_leaves_nothing(server, place):
    server.files["a"] = OTHER
    with pytest.raises(DownloadError, match=f"sha256 {hashlib.sha256(OTHER).hexdigest()}, expected {SHA256}"):
        get(place, server.address("a"))
    assert left(place) == []
    assert len(server.asked) == 1, "the whole of it came from here: asking again is of no use"


def test_a_wrong_beginning_from_one_source_does_not_spoil_the_next(server, place):
    server.files |= {"bad": OTHER, "good": FILE}
    server.cuts = [100_000, 0]
    assert get(place, server.address("bad"), server.address("good")) == server.address("good")
    assert place.read_bytes() == FILE
    assert server.asked[-2:] == [("good", "bytes=100000-"), ("good", None)]


def test_a_file_left_whole_in_the_part_is_judged_without_asking(server, place):
    place.parent.mkdir()
    place.with_name("table.csv.part").write_bytes(FILE)
    get(place, server.address("a"))
    assert (place.read_bytes(), server.asked) == (FILE, [])


def test_a_part_that_is_longer_than_the_file_is_thrown_away(server, place):
    server.files["a"] = FILE
    place.parent.mkdir()
    place.with_name("table.csv.part").write_bytes(FILE + b"more")
    get(place, server.address("a"))
    assert place.read_bytes() == FILE


@pytest.mark.parametrize("says_length", [True, False])
def test_a_longer_file_is_refused_before_it_fills_the_disk(server, place, says_length):
    server.files["a"], server.says_length = FILE + OTHER, says_length
    with pytest.raises(DownloadError, match=r"600,000 bytes, expected 300,000|more than the expected 300,000"):
        get(place, server.address("a"))
    assert left(place) == []


def test_a_truncated_file_and_a_page_of_excuses_are_refused(server, place):
    server.files |= {"short": FILE[:-1], "portal": b"<html>Please log in</html>"}
    with pytest.raises(DownloadError) as refused:
        get(place, server.address("short"), server.address("portal"))
    assert "299,999 bytes, expected 300,000" in refused.value.reasons[0]
    assert "26 bytes, expected 300,000" in refused.value.reasons[1]
    assert left(place) == []


def test_the_second_source_serves_when_the_first_is_gone(server, place):
    server.files["b"] = FILE
    assert get(place, server.address("a"), nobody(), server.address("b")) == server.address("b")
    assert place.read_bytes() == FILE


def test_when_all_are_gone_each_is_named_with_its_reason(server, place):
    silent = nobody()
    with pytest.raises(DownloadError) as refused:
        get(place, server.address("a"), silent)
    first, second = refused.value.reasons
    assert first == f"{server.address('a')}: answered 404 Not Found"
    assert second.startswith(f"{silent}: ")
    assert "refused" in second
    assert str(refused.value).startswith("table.csv could not be fetched:\n  http://")
    assert not place.exists()


def test_a_machine_without_a_network_gets_reasons_and_no_traceback_of_sockets(place):
    with pytest.raises(DownloadError) as refused:
        get(place, "https://no-such-host.invalid/a", "no address at all")
    assert len(refused.value.reasons) == 2
    assert "unknown url type" in refused.value.reasons[1]


def test_a_server_that_falls_silent_is_left_after_a_while(server, place, monkeypatch):
    monkeypatch.setattr(fetching, "SILENCE", 0.2)
    monkeypatch.setattr(Handler, "do_GET", lambda self: time.sleep(1))
    with pytest.raises(DownloadError, match="timed out"):
        get(place, server.address("a"))
    assert not place.exists()


def test_a_source_gets_a_few_tries_and_no_more(server, place):
    server.files["a"], server.cuts = FILE, [10, 10, 10, 10, 10]
    with pytest.raises(DownloadError, match="cut after 30 of"):
        get(place, server.address("a"))
    assert len(server.asked) == fetching.TRIES
