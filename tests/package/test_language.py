"""Every visible text stands in both languages, and a missing one is named."""

import string
import tomllib
from importlib import resources

import pytest
from introdl import language
from introdl.language import LabelError, label

LABELS = sorted((resources.files("introdl") / "labels").iterdir(), key=lambda path: path.name)
TABLES = {path.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in LABELS if path.name.endswith(".toml")}


@pytest.fixture
def table(monkeypatch):
    """A label table of one subject, ``test``, for the cases that a real file must not hold."""

    def put(**names):
        monkeypatch.setattr(language, "_table", lambda subject: names)

    return put


def fields(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("name", TABLES)
def test_every_text_stands_in_both_languages(name):
    missing = [f"{name}[{key}]" for key, texts in TABLES[name].items() if set(texts) != set(language.LANGUAGES)]
    assert missing == []
    assert all(text.strip() for texts in TABLES[name].values() for text in texts.values())


@pytest.mark.parametrize("name", TABLES)
def test_both_languages_of_a_text_want_the_same_values(name):
    differ = [key for key, texts in TABLES[name].items() if len({frozenset(fields(t)) for t in texts.values()}) > 1]
    assert differ == []


def test_the_language_is_english_until_told():
    assert language.current() == "en"


def test_the_environment_sets_the_language_and_use_overrides_it(monkeypatch):
    monkeypatch.setenv("INTRODL_LANGUAGE", "zh-TW")
    assert language.current() == "zh-TW"
    language.use("en")
    assert language.current() == "en"


def test_flipping_the_language_flips_the_text():
    language.use("en")
    english = label("exercises.unanswered")
    language.use("zh-TW")
    assert label("exercises.unanswered") != english


@pytest.mark.parametrize("wrong", ["zh", "zh_TW", "EN", "", None])
def test_an_unknown_language_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=r"one of en, zh-TW, got"):
        language.use(wrong)


def test_an_unknown_language_in_the_environment_is_named(monkeypatch):
    monkeypatch.setenv("INTRODL_LANGUAGE", "fr")
    with pytest.raises(ValueError, match="INTRODL_LANGUAGE must be one of en, zh-TW, got 'fr'"):
        language.current()


def test_a_label_with_no_chinese_is_named_with_its_file(table):
    table(line={"en": "a line"})
    language.use("zh-TW")
    with pytest.raises(LabelError, match=r"labels/test\.toml: \[line\] has no zh-TW text"):
        label("test.line")


def test_a_label_that_nobody_wrote_is_named_with_its_file(table):
    table()
    with pytest.raises(LabelError, match=r"labels/test\.toml has no table \[line\]"):
        label("test.line")


def test_a_subject_without_a_file_is_named():
    with pytest.raises(LabelError, match=r"no labels/nothing\.toml"):
        label("nothing.at-all")


def test_a_missing_value_is_named(table):
    table(count={"en": "{n} people", "zh-TW": "{n} 人"})
    with pytest.raises(LabelError, match=r"wants a value for 'n', got \['m'\]"):
        label("test.count", m=3)


def test_values_are_formatted(table):
    table(error={"en": "{mae:.2f} points", "zh-TW": "{mae:.2f} 分"})
    language.use("en")
    assert label("test.error", mae=2.657) == "2.66 points"
