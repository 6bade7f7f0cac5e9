"""Results on fetched data: live where the data are at hand, recorded elsewhere, and said which."""

import re
from importlib import resources

import numpy as np
import pandas as pd
import pytest
from introdl import datasets, language, recorded
from introdl.datasets import DataError
from introdl.recorded import differences, live_or_recorded, parse

SUM = "9" * 64


def table(**changed):
    columns = {
        "method": ["T², Hotelling", "# PCA", 'a "quoted" one', ""],
        "parts": [10, 0, -3, 10_000],
        "share": [0.25, np.nan, 1 / 3, 1e-9],
        "good": [True, False, True, True],
    }
    return pd.DataFrame(columns | changed)


@pytest.fixture
def world(tmp_path, monkeypatch):
    """A package with recorded results in a folder of the test's own, and sets that are at hand or not as told."""
    (tmp_path / "recorded").mkdir()
    here = {"parts": True, "people": False}
    files = resources.files
    monkeypatch.setattr(resources, "files", lambda package: tmp_path if package == "introdl.data" else files(package))
    monkeypatch.setattr(datasets, "at_hand", here.__getitem__)
    monkeypatch.setattr(datasets, "checksum", lambda name: SUM)
    monkeypatch.setenv("INTRODL_RECORD", str(tmp_path / "recorded"))
    return here


def never():
    raise AssertionError("nothing is to be computed")


def test_where_the_data_are_at_hand_it_is_computed_and_says_so(world):
    result = live_or_recorded("some-result", "parts", table)
    assert result.live
    pd.testing.assert_frame_equal(result.frame, table())
    assert result.note == "Computed just now, on parts."
    assert result.word == "live"


def test_elsewhere_the_recorded_one_is_shown_and_says_so(world):
    live_or_recorded("some-result", "parts", table, seed=3)
    world["parts"] = False
    result = live_or_recorded("some-result", "parts", never)
    assert not result.live
    pd.testing.assert_frame_equal(result.frame, table(), rtol=1e-5, check_dtype=False)
    assert re.match(r"Recorded on \d{4}-\d\d-\d\d, computed then on parts \(Python 3\.\d+\.\d+, numpy", result.note)
    assert result.note.endswith("; the data are not at hand here.")
    assert recorded.read("some-result").seed == 3


@pytest.mark.parametrize("live", [True, False])
def test_both_languages_are_told_which_it_is(world, live):
    live_or_recorded("some-result", "parts", table)
    world["parts"] = live
    said = {}
    for code in ("en", "zh-TW"):
        language.use(code)
        result = live_or_recorded("some-result", "parts", table)
        said[code] = (result.note, result.word)
        assert result.note in result._repr_html_()
        assert result.note in repr(result)
    assert not set(said["en"]) & set(said["zh-TW"])
    assert said["zh-TW"][1] == ("當場計算" if live else "先前存下")
    assert re.findall(r"\d+", said["en"][0]) == re.findall(r"\d+", said["zh-TW"][0])


def test_with_two_sets_both_must_be_at_hand(world, tmp_path):
    with pytest.raises(DataError, match="nothing is recorded as two, and its data are not at hand: make data"):
        live_or_recorded("two", ["parts", "people"], never)
    world["people"] = True
    assert live_or_recorded("two", ["parts", "people"], table).live
    assert recorded.read("two").data == {"parts": SUM, "people": SUM}


def test_nothing_is_written_unless_one_records(world, tmp_path, monkeypatch):
    monkeypatch.delenv("INTRODL_RECORD")
    live_or_recorded("some-result", "parts", table)
    assert list((tmp_path / "recorded").iterdir()) == []
    assert recorded.recorded_names() == []


def test_what_is_written_holds_all_that_a_reader_needs_to_repeat_it(world, tmp_path):
    live_or_recorded("some-result", "parts", table, seed=7, tolerance=0.02)
    lines = (tmp_path / "recorded" / "some-result.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(":")[0] for line in lines[:7]] == [
        *("# date", "# data", "# versions", "# seed", "# tolerance", "# columns", "# rows")
    ]
    assert lines[1] == f"# data: parts {SUM}"
    assert re.search(r"numpy \d.*pandas \d.*scikit-learn \d", lines[2])
    assert lines[3:6] == ["# seed: 7", "# tolerance: 0.02", "# columns: method=str, parts=int, share=float, good=bool"]
    assert recorded.recorded_names() == ["some-result"]


def test_results_of_other_data_are_not_shown(world, monkeypatch):
    live_or_recorded("some-result", "parts", table)
    world["parts"] = False
    monkeypatch.setattr(datasets, "checksum", lambda name: "1" * 64)
    with pytest.raises(DataError, match=r"computed on parts 9{64}, and the registry now has parts 1{64}: record it"):
        live_or_recorded("some-result", "parts", never)


# --- recorded beside live ---


@pytest.fixture
def record(world, tmp_path):
    live_or_recorded("some-result", "parts", table, tolerance=0.01)
    return recorded.read("some-result")


def test_a_result_agrees_with_itself(record):
    assert differences(record, table()) == []


@pytest.mark.parametrize(
    ("column", "row", "value", "agrees"),
    [
        ("share", 0, 0.2599, True),  # within 0.01, since both are under 1
        ("share", 0, 0.2601, False),
        ("parts", 3, 10_099, True),  # within 1 % of the larger
        ("parts", 3, 10_102, False),
        ("share", 1, 0.0, False),  # was missing
        ("share", 0, np.nan, False),
        ("share", 2, np.inf, False),
        ("method", 3, " ", False),
        ("good", 1, True, False),
    ],
)
def test_numbers_agree_within_the_tolerance_and_all_else_exactly(record, column, row, value, agrees):
    live = table()
    live[column] = [value if at == row else kept for at, kept in enumerate(live[column])]
    assert (differences(record, live) == []) is agrees
    assert agrees or differences(record, live)[0].startswith(f"{column}, row {row}: recorded ")


def test_another_shape_is_named(record):
    assert differences(record, table().iloc[:2])[0] == "rows: recorded 4, live 2"
    assert differences(record, table().rename(columns={"parts": "rows"}))[0].startswith("columns: recorded ['method'")


# --- what cannot be recorded, and what was not recorded so ---


@pytest.mark.parametrize(
    ("bad", "error", "says"),
    [
        (lambda: [1, 2], TypeError, "must return a pandas.DataFrame, got list"),
        (lambda: table().rename(columns={"parts": 3}), TypeError, "named by different words"),
        (lambda: table().rename(columns={"parts": "share"}), TypeError, "named by different words"),
        (lambda: table().rename(columns={"parts": "a,b"}), ValueError, "without commas"),
        (lambda: table().set_index("method"), ValueError, "the index must be 0, 1"),
        (lambda: table()[::-1], ValueError, "the index must be 0, 1"),
        (lambda: table(method=["a", None, "b", "c"]), TypeError, "column method must hold"),
        (lambda: table(method=["a", "b\nc", "d", "e"]), TypeError, "column method must hold"),
        (lambda: table(parts=[[1], 2, 3, 4]), TypeError, "column parts must hold"),
    ],
)
def test_a_table_that_could_not_be_recorded_is_refused_when_it_is_computed(world, bad, error, says):
    with pytest.raises(error, match=says):
        live_or_recorded("some-result", "parts", bad)


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        ({"name": "../escape"}, "name must be small letters"),
        ({"name": "Upper"}, "name must be small letters"),
        ({"data": []}, "data must name at least one"),
        ({"tolerance": 0}, "tolerance must be from"),
        ({"tolerance": float("nan")}, "tolerance must be from"),
    ],
)
def test_bad_words_are_refused(world, bad, says):
    with pytest.raises(ValueError, match=says):
        live_or_recorded(**({"name": "some-result", "data": "parts", "compute": never} | bad))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# rows: 4", "# rows: 5"),
        ("# seed: none", "# seed: zero"),
        ("parts=int", "parts=complex"),
        ("# date: 20", "# date: yesterday 20"),
        ("True", "yes"),
        ("method,parts", "methods,parts"),
        ("-3", "-3.5"),
        ("# columns", "# rubbish"),
    ],
)
def test_a_spoiled_record_is_named_and_not_shown(world, tmp_path, old, new):
    live_or_recorded("some-result", "parts", table)
    file = tmp_path / "recorded" / "some-result.csv"
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new), encoding="utf-8")
    world["parts"] = False
    with pytest.raises(DataError, match=r"data/recorded/some-result\.csv is not as it was recorded .*: restore it"):
        live_or_recorded("some-result", "parts", never)


def test_bytes_that_are_no_text_are_no_record():
    with pytest.raises(DataError, match=r"here\.csv is not as it was recorded"):
        parse(b"\xff\xfe\x00", "here.csv")


def test_every_recorded_result_of_the_book_can_be_read_and_is_small():
    for name in recorded.recorded_names():
        record = recorded.read(name)
        assert len(record.frame) <= 500, name
        assert set(record.data) <= set(datasets.fetchable()), name
        assert record.data == {one: datasets.checksum(one) for one in record.data}, name


def test_another_table_is_shown_with_the_same_note():
    import pandas as pd
    from introdl.recorded import Recorded

    result = Recorded(pd.DataFrame({"a": [1.26]}), live=False, note="Recorded then.")
    shown = result.showing(result.frame.round(1))
    assert "Recorded then." in shown._repr_html_()
    assert shown.frame["a"].tolist() == [1.3]
    assert not shown.live
