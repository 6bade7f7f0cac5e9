"""Every data set has a datasheet in both languages, complete and the same, and it shows without the data."""

import re
import tomllib
from collections import Counter
from importlib import resources

import pytest
from introdl import datasets, datasheets, language
from introdl.datasets import DataError

LABELS = resources.files("introdl") / "labels"
WRITTEN = {
    file.name.removeprefix("datasheet-").removesuffix(".toml"): tomllib.loads(file.read_text(encoding="utf-8"))
    for file in LABELS.iterdir()
    if file.name.startswith("datasheet-")
}
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
CHINESE = re.compile("[\u4e00-\u9fff]")


def test_registry_and_datasheets_name_the_same_sets():
    assert set(WRITTEN) == set(datasets.names())
    assert [sheet.name for sheet in datasets.catalogue().sheets] == datasets.names()


@pytest.mark.parametrize("name", datasets.names())
def test_a_datasheet_says_all_there_is_to_say_and_no_other(name):
    needed = {"title", *datasheets.TEXTS, "evidence"}
    assert needed <= set(WRITTEN[name]) <= needed | {"licence"}
    for code in language.LANGUAGES:
        language.use(code)
        sheet = datasets.datasheet(name)
        assert all(sheet.texts.values())
        assert sheet.citation
        assert sheet.source
        assert re.fullmatch("[0-9a-f]{64}", sheet.checksum)
        assert (sheet.download == 0) == (sheet.kind == "loaded")


@pytest.mark.parametrize("name", datasets.names())
def test_both_languages_give_the_same_numbers(name):
    for key, texts in WRITTEN[name].items():
        counted = [Counter(NUMBER.findall(texts[code])) for code in language.LANGUAGES]
        assert counted[0] == counted[1], key


@pytest.mark.parametrize("name", [name for name in WRITTEN if "licence" in WRITTEN[name]])
def test_a_licence_in_words_is_that_of_the_registry(name):
    assert WRITTEN[name]["licence"]["en"] == datasets.registered(name)["licence"]


def test_every_loader_reads_one_set_and_every_set_has_a_loader():
    named = [loader for name in datasets.names() for loader in datasets.registered(name)["loaders"]]
    readers = [name for name in datasets.__all__ if name.startswith(("load_", "fetch_"))]
    assert sorted(named) == sorted(readers)
    assert all(callable(getattr(datasets, loader)) for loader in named)


def test_loaded_sets_have_as_many_rows_as_their_datasheets_say():
    assert datasets.datasheet("tug").loaders == {"load_tug": len(datasets.load_tug())}
    tensors = vars(datasets.load_matrix_operation())
    assert datasets.datasheet("matrix-operation").loaders == {"load_matrix_operation": len(tensors)}
    assert [name for name in tensors if name not in WRITTEN["matrix-operation"]["columns"]["en"]] == []


def test_what_is_said_of_the_23_people_is_so():
    people = datasets.load_tug()
    assert (people["age"].min(), people["age"].max()) == (66, 109)
    assert people["gender"].value_counts().to_dict() == {"F": 12, "M": 11}
    assert ((people["t6"] - people["t1"]).round() == people["tug"]).sum() == 22
    said = WRITTEN["tug"]["columns"]["en"]
    ranges = {f"{letter}{i}" for letter in "tn" for i in range(2, 6)}  # said as t1 to t6
    assert [column for column in people if column not in ranges and not re.search(rf"\b{column}\b", said)] == []


def test_a_datasheet_shows_itself_in_the_readers_language():
    language.use("en")
    shown = datasets.datasheet("eeg_ds004504_participants")
    assert not CHINESE.search(repr(shown) + shown._repr_html_())
    language.use("zh-TW")
    shown = datasets.datasheet("eeg_ds004504_participants")
    assert all(CHINESE.search(head) for head in shown.frame.index)
    assert shown._repr_html_().count("<tr>") == len(shown.frame) == 13
    assert "授權：CC0" in repr(shown)


def test_what_would_be_a_tag_is_shown_as_text():
    sheet = datasets.datasheet("tug")
    sheet.texts["row"] = "a <script> & more"
    assert "a &lt;script&gt; &amp; more" in sheet._repr_html_()


def test_the_catalogue_has_a_line_for_each_set_and_says_where_a_licence_is_a_sentence():
    language.use("en")
    table = datasets.catalogue().frame
    assert table.index.tolist() == datasets.names()
    assert table.loc["process_improve"].tolist()[1:] == ["fetched", "6,641 + 9,220", "MIT"]
    assert table.loc["tug", "licence"] == "see its datasheet"
    assert datasets.catalogue()._repr_html_().count("<tr>") == len(table) + 1
    language.use("zh-TW")
    assert datasets.catalogue().frame.columns.tolist() == ["內容", "種類", "列數", "授權"]


def test_how_much_is_downloaded_is_said_in_a_fitting_unit():
    language.use("en")
    assert "downloads 0.5 MB" in repr(datasets.datasheet("ai4i2020"))
    assert "downloads 1.7 kB" in repr(datasets.datasheet("eeg_ds004504_participants"))
    assert "Comes with the package." in repr(datasets.datasheet("tug"))


def test_a_set_that_is_none_is_refused_with_the_names_of_those_that_are():
    for ask in (datasets.datasheet, datasets.registered):
        with pytest.raises(DataError, match="there is no data set 'TUG': it must be one of tug, matrix-operation, ai4"):
            ask("TUG")
