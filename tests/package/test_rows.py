"""Where rows went: every row is used or set aside once, the first rule wins, what is odd is flagged."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from introdl import language
from introdl.rows import account, flag

TABLE = pd.DataFrame({"age": [70, 190, 81, 66], "tug": [11.0, 9.0, None, None]}, index=["a", "b", "c", "d"])
RULES = {"age over 120": lambda table: table["age"] > 120, "no time": TABLE["tug"].isna()}


def test_every_row_is_used_or_set_aside_under_its_own_name():
    rows = account(TABLE, RULES)
    assert rows.used.index.tolist() == ["a"]
    assert rows.set_aside["reason"].to_dict() == {"b": "age over 120", "c": "no time", "d": "no time"}
    assert rows.counts.to_dict("list") == {"reason": ["used", "age over 120", "no time", "all"], "rows": [1, 1, 2, 4]}


def test_the_first_rule_that_applies_is_the_reason():
    everything = {"first": np.ones(4, dtype=bool), "second": np.ones(4, dtype=bool)}
    rows = account(TABLE, everything)
    assert set(rows.set_aside["reason"]) == {"first"}
    assert rows.counts["rows"].tolist() == [0, 4, 0, 4]


def test_without_a_rule_every_row_is_used():
    rows = account(TABLE, {})
    assert rows.used.equals(TABLE)
    assert len(rows.set_aside) == 0
    assert rows.counts["rows"].tolist() == [4, 4]


def test_the_table_given_is_left_as_it_was():
    before = TABLE.copy()
    used = account(TABLE, RULES).used
    used.loc["a", "age"] = -1
    assert TABLE.equals(before)


@given(st.lists(st.lists(st.booleans(), min_size=7, max_size=7), max_size=4))
def test_rows_in_are_rows_used_plus_rows_set_aside(masks):
    table = pd.DataFrame({"x": range(7)})
    rows = account(table, {f"rule {place}": np.array(mask) for place, mask in enumerate(masks)})
    assert sorted([*rows.used.index, *rows.set_aside.index]) == list(table.index)
    assert rows.counts["rows"].iloc[:-1].sum() == rows.counts["rows"].iloc[-1] == 7
    for row, reason in rows.set_aside["reason"].items():
        assert reason == f"rule {[mask[row] for mask in masks].index(True)}"


def test_the_counts_are_shown_in_the_readers_language():
    language.use("zh-TW")
    shown = account(TABLE, RULES)
    for text in (repr(shown), shown._repr_html_()):
        assert "使用" in text
        assert "全部" in text
        assert "age over 120" in text


def test_a_reason_called_used_is_not_taken_for_the_rows_used():
    language.use("zh-TW")
    shown = repr(account(TABLE, {"used": np.array([True, False, False, False])}))
    assert shown.count("使用") == 1


@pytest.mark.parametrize(
    ("table", "rules", "error", "says"),
    [
        ([1, 2], {}, TypeError, "DataFrame"),
        (TABLE.set_axis(list("aabc")), {}, ValueError, "reset_index"),
        (TABLE.assign(reason="?"), {}, ValueError, "rename"),
        (TABLE, {"short": np.array([True])}, ValueError, "4 values"),
        (TABLE, {"numbers": np.array([0, 1, 0, 1])}, TypeError, "True or False"),
        (TABLE, {"gaps": pd.Series([True, None, False, False], index=TABLE.index)}, TypeError, "missing"),
        (TABLE, {"other rows": pd.Series([True] * 4)}, ValueError, "in their order"),
    ],
)
def test_what_cannot_be_accounted_for_is_refused(table, rules, error, says):
    with pytest.raises(error, match=says):
        account(table, rules)


def test_an_implausible_value_is_listed_with_its_row_and_the_limit():
    odd = flag(TABLE, {"age": (0, 120), "tug": (10, None)})
    assert odd.to_dict("list") == {
        "row": ["b", "b"],
        "column": ["age", "tug"],
        "value": [190.0, 9.0],
        "limit": ["≤ 120", "≥ 10"],
    }


def test_the_limit_itself_is_plausible_and_a_gap_is_not_flagged():
    assert len(flag(TABLE, {"age": (66, 190), "tug": (9, 11)})) == 0


@pytest.mark.parametrize(
    ("limits", "says"),
    [({"size": (0, 1)}, "columns are age, tug"), ({"age": (120, 0)}, r"\(low, high\)"), ({"name": (0, 1)}, "numbers")],
)
def test_limits_that_cannot_be_held_against_anything_are_refused(limits, says):
    with pytest.raises(ValueError, match=says):
        flag(TABLE.assign(name="x"), limits)
