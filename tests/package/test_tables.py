"""Heads of result tables in the reader's language."""

import pandas as pd
import pytest
from introdl.language import use
from introdl.tables import titled


@pytest.fixture
def chinese():
    use("zh-TW")
    yield
    use("en")


@pytest.fixture
def results():
    return pd.DataFrame(
        {"error": [44.1, 70.2], "from": [38.0, 61.5]}, index=pd.Index(["PyTorch", "mean"], name="right")
    )


def test_heads_are_set_in_the_readers_language_and_names_of_products_stay(chinese, results):
    shown = titled(results)
    assert shown.columns.tolist() == ["誤差", "下限"]
    assert shown.index.tolist() == ["PyTorch", "平均值"]
    assert shown.index.name == "答對"


def test_in_english_the_table_reads_as_the_cell_wrote_it(results):
    pd.testing.assert_frame_equal(titled(results), results)


def test_the_callers_table_and_all_values_stay_as_they_were(chinese, results):
    before = results.copy()
    shown = titled(results)
    pd.testing.assert_frame_equal(results, before)
    assert (shown.to_numpy() == before.to_numpy()).all()


def test_heads_that_are_numbers_or_come_in_levels_are_no_obstacle(chinese):
    wide = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("error", 0), ("error", 1)]))
    assert titled(wide).columns.tolist() == [("誤差", 0), ("誤差", 1)]
    assert titled(pd.DataFrame([[1, 2]])).columns.tolist() == [0, 1]


def test_something_else_is_refused_with_its_type():
    with pytest.raises(TypeError, match="table must be a pandas DataFrame, got dict"):
        titled({"error": [1]})
