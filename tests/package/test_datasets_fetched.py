"""Fetched data sets: found, downloaded, converted, refused; with a registry and a server of the test's own."""

import gzip
import hashlib
import json
import os
import subprocess
import sys

import pytest
from introdl import datasets, fetching
from introdl.datasets import DataError
from served import nobody, serving

TABLE = b"part,failed\n" + b"".join(f"{part},{part % 7 == 0:d}\n".encode() for part in range(5000))
SHA256 = hashlib.sha256(TABLE).hexdigest()


def row(content, path="a table.csv", **more):
    return {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), **more}


@pytest.fixture
def server():
    with serving() as server:
        server.files["owner/name/0123abc/a%20table.csv"] = TABLE
        yield server


@pytest.fixture
def entry(server):
    """The row of a registry, for one file that the server has."""
    return {
        "kind": "fetched",
        "source": "somebody",
        "licence": "CC BY 4.0",
        "citation": "Somebody 2020",
        "repository": "owner/name",
        "commit": "0123abc",
        "sources": [server.address("{repository}/{commit}/{path}")],
        "files": [
            {
                "file": "parts/parts.csv",
                "sha256": SHA256,
                "bytes": len(TABLE),
                "conversion": "none",
                "originals": [row(TABLE)],
            }
        ],
    }


@pytest.fixture
def folder(tmp_path, monkeypatch, entry):
    """The folder that downloads fill, on a machine with nothing at hand."""
    own = tmp_path / "own"
    monkeypatch.setattr(datasets, "_own_folder", lambda: own)
    monkeypatch.setattr(datasets, "_registry", lambda: {"parts": entry})
    monkeypatch.setattr(fetching, "PAUSE", 0.0)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.delenv("INTRODL_DATA", raising=False)
    monkeypatch.delenv("INTRODL_OFFLINE", raising=False)
    return own


def everything(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.name != ".lock")


# --- the registry ---


def test_every_row_of_the_registry_says_what_a_reader_must_know():
    needed = {"source", "citation", "licence", "repository", "commit", "loaders", "files"}
    for name in datasets.fetchable():
        entry = datasets._fetched(name)
        assert needed <= set(entry), name
        assert len(entry["commit"]) == 40
        for file in entry["files"]:
            assert file["file"].startswith(f"{name}/")
            assert file["conversion"] in datasets.CONVERSIONS
            assert file["conversion"] != "none" or file["originals"][0]["sha256"] == file["sha256"]
            assert len(file["sha256"]) == 64
            for original in file["originals"]:
                assert len(original["sha256"]) == 64
                assert original["bytes"] > 0


def test_an_original_is_asked_for_by_commit_at_more_than_one_place():
    (file,) = datasets._fetched("ai4i2020")["files"]
    addresses = datasets._addresses(datasets._fetched("ai4i2020"), file["originals"][0])
    assert addresses[0] == (
        "https://raw.githubusercontent.com/Dawood0/Fault-Prognosis-AI4I-dataset/"
        "be60e30fa6da3cec088aa9f018a382ec102e9535/ai4i2020%20-%20backup.csv"
    )
    assert len({address.split("/")[2] for address in addresses}) == len(addresses) == 3
    assert all("be60e30" in address or file["sha256"] in address for address in addresses)


def test_what_comes_with_the_package_is_not_fetched_and_the_other_way_round():
    assert not set(datasets.verify()) & set(datasets.fetchable())
    for ask in (datasets.at_hand, datasets.fetch, datasets.checksum):
        with pytest.raises(DataError, match="no fetched data set 'tug': it must be one of ai4i2020"):
            ask("tug")


# --- found ---


def test_nothing_is_at_hand_until_it_is_fetched_and_then_nothing_is_asked_for(folder, server):
    assert not datasets.at_hand("parts")
    assert server.asked == []
    first = datasets.fetch("parts")
    assert first.files == (folder / "parts" / "parts.csv",)
    assert first.files[0].read_bytes() == TABLE
    assert (first.downloaded, len(first.addresses)) == (len(TABLE), 1)
    assert datasets.at_hand("parts")
    again = datasets.fetch("parts")
    assert (again.downloaded, again.addresses, len(server.asked)) == (0, (), 1)
    assert everything(folder) == ["parts", "parts/parts.csv"]


def test_the_named_folder_comes_first_and_nothing_is_written_there(folder, server, tmp_path, monkeypatch):
    named = tmp_path / "mirror"
    (named / "parts").mkdir(parents=True)
    monkeypatch.setenv("INTRODL_DATA", str(named))
    datasets.fetch("parts")  # the mirror has none
    assert everything(named) == ["parts"]
    (named / "parts" / "parts.csv").write_bytes(TABLE)
    assert datasets.fetch("parts").files == (named / "parts" / "parts.csv",)
    assert len(server.asked) == 1


@pytest.mark.parametrize("ask", [datasets.at_hand, datasets.fetch])
def test_an_edited_file_of_the_named_folder_is_refused_and_not_replaced(folder, server, tmp_path, monkeypatch, ask):
    file = tmp_path / "mirror" / "parts" / "parts.csv"
    file.parent.mkdir(parents=True)
    edited = TABLE.replace(b"1,0", b"1,1", 1)
    file.write_bytes(edited)
    monkeypatch.setenv("INTRODL_DATA", str(tmp_path / "mirror"))
    with pytest.raises(DataError, match=rf"parts\.csv has sha256 [0-9a-f]{{64}}, expected {SHA256}.*was edited"):
        ask("parts")
    assert file.read_bytes() == edited
    assert server.asked == []


SPOILT = {
    "with a byte order mark": b"\xef\xbb\xbf" + TABLE,
    "with the line ends of Windows": TABLE.replace(b"\n", b"\r\n"),
    "with the line ends of Windows and a byte order mark": b"\xef\xbb\xbf" + TABLE.replace(b"\n", b"\r\n"),
    "with semicolons between the columns": TABLE.replace(b",", b";"),
    "with tabs between the columns": TABLE.replace(b",", b"\t"),
    "it is cut (30,000 of": TABLE[:30_000],
    "another file, or was edited (a number changed, a column renamed)": TABLE.replace(b"failed", b"broken"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_file_that_a_program_spoilt_is_refused_and_the_message_says_how(folder, tmp_path, monkeypatch, what):
    file = tmp_path / "mirror" / "parts" / "parts.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(SPOILT[what])
    monkeypatch.setenv("INTRODL_DATA", str(tmp_path / "mirror"))
    with pytest.raises(DataError) as refused:
        datasets.fetch("parts")
    message = str(refused.value)
    assert what in message
    assert all(part in message for part in (str(file), f"expected {SHA256}", "Take it away, then: make data"))
    assert all(other == what or other in what or other not in message for other in SPOILT)


def test_a_file_without_the_mark_that_it_should_have_is_refused_as_that(folder, entry, tmp_path, monkeypatch):
    entry["files"][0]["sha256"] = hashlib.sha256(b"\xef\xbb\xbf" + TABLE).hexdigest()
    file = tmp_path / "mirror" / "parts" / "parts.csv"
    file.parent.mkdir(parents=True)
    file.write_bytes(TABLE)
    monkeypatch.setenv("INTRODL_DATA", str(tmp_path / "mirror"))
    with pytest.raises(DataError, match="a program saved them anew without its byte order mark"):
        datasets.at_hand("parts")


def test_a_packed_file_that_is_cut_is_refused_as_that(folder, entry, tmp_path, monkeypatch):
    entry["files"][0] |= {"file": "parts/parts.csv.gz", "conversion": "packed"}
    file = tmp_path / "mirror" / "parts" / "parts.csv.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(gzip.compress(TABLE))
    monkeypatch.setenv("INTRODL_DATA", str(tmp_path / "mirror"))
    assert datasets.at_hand("parts")
    file.write_bytes(gzip.compress(TABLE)[:-100])
    with pytest.raises(DataError, match="cannot be unpacked: it is cut, or damaged"):
        datasets.at_hand("parts")


def test_a_named_folder_that_is_none_is_refused(folder, monkeypatch):
    monkeypatch.setenv("INTRODL_DATA", "nowhere")
    with pytest.raises(DataError, match="INTRODL_DATA: expected a folder of data sets, got 'nowhere'"):
        datasets.at_hand("parts")


def test_a_checkout_keeps_downloads_beside_its_registry_and_an_installed_package_in_the_users_cache(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(datasets.resources, "files", lambda package: tmp_path / "project" / "data")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert datasets._own_folder() == tmp_path / "cache" / "introdl"
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "pyproject.toml").touch()
    assert datasets._own_folder() == tmp_path / "project" / "data" / "fetched"


# --- not to be had ---


def test_a_build_asks_nobody(folder, server, monkeypatch):
    monkeypatch.setenv("INTRODL_OFFLINE", "1")
    with pytest.raises(DataError, match=r"parts is not at hand, and nothing is to be downloaded here\..*make data"):
        datasets.fetch("parts")
    assert server.asked == []


def test_who_asks_for_no_download_gets_none(folder, server):
    with pytest.raises(DataError, match="parts is not at hand"):
        datasets.fetch("parts", download_if_missing=False)
    assert server.asked == []


def test_when_no_source_has_it_each_is_named_and_what_to_do(folder, server, entry):
    entry["sources"] = [server.address("gone/{path}"), nobody()]
    with pytest.raises(DataError) as refused:
        datasets.fetch("parts")
    message = str(refused.value)
    assert "gone/a%20table.csv: answered 404 Not Found" in message
    assert "refused" in message
    assert "run make data where there is a network; or put parts/parts.csv, from http://" in message
    assert str(folder) in message
    assert "recorded results" in message
    assert "parts/parts.csv" not in everything(folder)


def test_the_second_source_serves_when_the_first_is_gone(folder, server, entry):
    entry["sources"] = [nobody(), *entry["sources"]]
    assert datasets.fetch("parts").addresses == (server.address("owner/name/0123abc/a%20table.csv"),)


def test_a_wrong_file_is_refused_and_leaves_nothing(folder, server):
    server.files["owner/name/0123abc/a%20table.csv"] = TABLE.replace(b"1,0", b"1,1", 1)
    with pytest.raises(DataError, match=f"expected {SHA256}"):
        datasets.fetch("parts")
    assert [name for name in everything(folder) if "." in name] == []


def test_a_cut_download_goes_on_the_next_time(folder, server):
    server.cuts = [1000, 0]
    with pytest.raises(DataError, match="cut after 1,000 of"):
        datasets.fetch("parts")
    assert not datasets.at_hand("parts")
    datasets.fetch("parts")
    assert server.asked[-1][1] == "bytes=1000-"
    assert everything(folder) == ["parts", "parts/parts.csv"]


# --- converted ---


@pytest.fixture
def two_originals(server, entry, monkeypatch):
    """A file that is made of two originals, their lines one after another."""
    halves = [TABLE[:20_000], TABLE[20_000:]]
    server.files |= {"owner/name/0123abc/one": halves[0], "owner/name/0123abc/two": halves[1]}
    entry["files"][0] |= {
        "conversion": "joined",
        "originals": [row(halves[0], "one"), row(halves[1], "two")],
    }
    monkeypatch.setitem(datasets.CONVERSIONS, "joined", lambda originals, names: b"".join(originals))


def test_originals_are_converted_and_then_thrown_away(folder, server, two_originals):
    fetched = datasets.fetch("parts")
    assert fetched.files[0].read_bytes() == TABLE
    assert (fetched.downloaded, len(fetched.addresses)) == (len(TABLE), 2)
    assert everything(folder) == ["parts", "parts/parts.csv"]


def test_originals_that_came_are_not_asked_for_again(folder, server, two_originals):
    second = server.files.pop("owner/name/0123abc/two")
    with pytest.raises(DataError, match=r"parts could not be fetched \(two\)"):
        datasets.fetch("parts")
    server.files["owner/name/0123abc/two"] = second
    datasets.fetch("parts")
    assert [path.rpartition("/")[2] for path, _ in server.asked] == ["one", "two", "two"]


def test_a_conversion_that_gives_another_file_is_refused(folder, server, two_originals, monkeypatch):
    monkeypatch.setitem(datasets.CONVERSIONS, "joined", lambda originals, names: b"\n".join(originals))
    with pytest.raises(DataError, match=r"the conversion joined gave a file with sha256 .* the originals are right"):
        datasets.fetch("parts")
    assert not datasets.at_hand("parts")
    assert not any(name.endswith((".csv", ".new")) for name in everything(folder))


def test_a_conversion_that_raises_leaves_no_half_file(folder, server, two_originals, monkeypatch):
    def broken(originals, names):
        raise ValueError("no such table")

    monkeypatch.setitem(datasets.CONVERSIONS, "joined", broken)
    with pytest.raises(ValueError, match="no such table"):
        datasets.fetch("parts")
    assert not any(name.endswith((".csv", ".new")) for name in everything(folder))


def test_a_set_of_two_files_is_at_hand_only_when_both_are(folder, server, entry):
    other = b"another table\n"
    server.files["owner/name/0123abc/other.csv"] = other
    file = {"file": "parts/other.csv", "conversion": "none", "originals": [row(other, "other.csv")], **row(other)}
    entry["files"].append(file)
    one = datasets.fetch("parts").files
    assert [path.name for path in one] == ["parts.csv", "other.csv"]
    assert len(datasets.checksum("parts")) == 64
    assert datasets.checksum("parts") not in (SHA256, file["sha256"])
    one[1].unlink()
    assert not datasets.at_hand("parts")


# --- two at once ---

TWO_AT_ONCE = """
import json, sys
from pathlib import Path
from introdl import datasets, fetching
entry, folder = json.loads(sys.argv[1]), Path(sys.argv[2])
datasets._registry, datasets._own_folder = lambda: {"parts": entry}, lambda: folder
print(datasets.fetch("parts").downloaded)
"""


def test_two_processes_at_once_download_it_once_and_both_have_it(folder, server, entry):
    server.slow = 0.5
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "no_proxy": "127.0.0.1"}
    command = [sys.executable, "-c", TWO_AT_ONCE, json.dumps(entry), str(folder)]
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = sorted(int(process.communicate(timeout=60)[0]) for process in both)
    assert said == [0, len(TABLE)]
    assert len(server.asked) == 1
    assert (folder / "parts" / "parts.csv").read_bytes() == TABLE


def test_a_killed_download_leaves_no_half_file_and_no_lock(folder, server, entry):
    server.files["owner/name/0123abc/a%20table.csv"], server.slow = TABLE, 30
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "no_proxy": "127.0.0.1"}
    process = subprocess.Popen(
        [sys.executable, "-c", TWO_AT_ONCE, json.dumps(entry), str(folder)], env=environment, stdout=subprocess.PIPE
    )
    assert server.was_asked.wait(30)
    process.kill()
    process.communicate()
    assert not (folder / "parts" / "parts.csv").exists()
    server.slow = 0
    assert datasets.fetch("parts").downloaded == len(TABLE)
