"""The seven-step card: complete in both languages, refused by its field's name where not, and step 7's table."""

import re
from xml.etree import ElementTree

import pytest
from introdl import cases, language
from introdl.cases import CASES, FIELDS, Card, card, ranked, table

FILLED = {field: f"about {field}" for field in FIELDS}
CHINESE = re.compile("[\u4e00-\u9fff]")
SAID = [("age", "older people fall more"), ("shoes", "seen often"), ("speed", "slow walkers"), ("sex", "no idea")]


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", cases.known())
def test_every_case_has_every_answer_in_the_readers_language(name, code):
    language.use(code)
    shown = card(name)
    for field in ("title", *FIELDS):
        assert bool(CHINESE.search(getattr(shown, field))) == (code == "zh-TW"), field


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_the_five_cases_of_the_book_stand_side_by_side(code):
    language.use(code)
    compared = table()
    assert compared.shape == (len(FIELDS), len(CASES))
    assert compared.columns.tolist() == [card(name).title for name in CASES]
    assert compared.index.tolist() == [language.label(f"cases.{field}") for field in FIELDS]
    assert not compared.isna().any(axis=None)


def test_fields_can_be_picked_in_the_order_wanted():
    picked = table(["target", "question"])
    assert picked.index.tolist() == ["Target", "Question"]
    assert picked.loc["Target"].tolist() == [card(name).target for name in CASES]


def test_an_unknown_case_or_field_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="fall-risk"):
        card("gout")
    with pytest.raises(ValueError, match="stop_rule"):
        table(["colour"])


@pytest.mark.parametrize("field", FIELDS)
def test_a_card_with_an_empty_answer_is_refused_by_the_name_of_the_field(field):
    with pytest.raises(ValueError, match=field):
        Card(title="Mine", **FILLED | {field: "  "})
    with pytest.raises(TypeError, match=field):
        Card(title="Mine", **{name: text for name, text in FILLED.items() if name != field})
    with pytest.raises(TypeError, match=field):
        Card(title="Mine", **FILLED | {field: None})


@pytest.mark.parametrize("code", language.LANGUAGES)
def test_a_card_shows_itself_as_a_table_with_a_caption_and_a_head_for_every_row(code):
    language.use(code)
    shown = ElementTree.fromstring(Card(title="Falls & slips", **FILLED | {"target": "<b>y</b>"})._repr_html_())
    assert shown.find("caption").text == "Falls & slips"
    heads = shown.findall(".//th")
    assert [head.text for head in heads] == [language.label(f"cases.{field}") for field in FIELDS]
    assert {head.get("scope") for head in heads} == {"row"}
    assert shown.findall(".//td")[FIELDS.index("target")].text == "<b>y</b>"


def test_a_card_as_text_says_each_answer_behind_its_head():
    lines = repr(Card(title="Mine", **FILLED)).splitlines()
    assert lines[0] == "Mine"
    assert lines[1] == "Question: about question"
    assert len(lines) == 14


def test_the_seven_steps_have_titles_in_both_languages():
    for code in language.LANGUAGES:
        language.use(code)
        titles = [language.label(f"cases.step-{step}") for step in range(1, 8)]
        assert len(set(titles)) == 7
        assert all(bool(CHINESE.search(title)) == (code == "zh-TW") for title in titles)


def test_staff_and_model_agree_where_both_or_neither_hold_it_among_the_first_three():
    compared = ranked(SAID, ["speed", "age", "light", "sex"]).set_index("input")
    assert compared.index.tolist() == ["age", "shoes", "speed", "sex", "light"]
    assert compared["agree or differ"].tolist() == ["agree", "differ", "agree", "agree", "differ"]
    assert compared.loc["shoes", ["staff", "model"]].tolist() == ["2", "–"]
    assert compared.loc["light", ["staff", "model", "reason, written before"]].tolist() == ["–", "3", "–"]
    assert set(compared["who was right"]) == {"open"}


def test_who_was_right_is_settled_by_what_held_up_and_by_nothing_else():
    held_up = {"age": True, "shoes": False, "light": True, "speed": False}
    compared = ranked(SAID, ["speed", "age", "light", "sex"], held_up).set_index("input")
    assert compared["who was right"].to_dict() == {
        "age": "both",
        "shoes": "model",
        "speed": "neither",
        "sex": "open",
        "light": "model",
    }
    staff_right = ranked(SAID, ["speed", "age", "light"], {"shoes": True, "light": False}).set_index("input")
    assert staff_right.loc[["shoes", "light"], "who was right"].tolist() == ["staff", "staff"]


def test_the_table_of_step_seven_is_in_the_readers_language():
    language.use("zh-TW")
    compared = ranked(SAID, ["speed"])
    assert all(CHINESE.search(head) for head in compared.columns)


@pytest.mark.parametrize(
    ("staff", "model", "says"),
    [
        ([], ["age"], "staff"),
        (SAID, [], "model"),
        ([("age", "a"), ("age", "b")], ["age"], "each once"),
        (SAID, ["age", "age"], "each once"),
        ([("age", " ")], ["age"], "reason"),
    ],
)
def test_a_ranking_without_names_or_reasons_is_refused(staff, model, says):
    with pytest.raises(ValueError, match=says):
        ranked(staff, model)


def test_tables_show_their_texts_to_the_end():
    longest = max(cases.card("dementia").frame.iloc[:, 0], key=len)
    assert longest in cases.table().T._repr_html_().replace("&amp;", "&")
    reason = "a reason that is much longer than the fifty characters after which pandas would cut it"
    assert reason in cases.ranked([("a", reason)], ["a"])._repr_html_()
