"""A stamp says which two texts were read together; an edit of one names the other."""

import json
import os
from pathlib import Path

import pytest
from bookbuild import stamps
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
EN, ZH = "en/descent.md", "zh-TW/descent.md"

FRONT = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""

ENGLISH = (
    FRONT
    + """\
(sec-descent)=
# Walk down

The ball rolls
down the slope by $w^2$.

```{code-cell} ipython3
---
mystnb:
  figure: {caption: "It falls.", name: fig-descent-path}
---
figures.path()
```

(sec-descent-step)=
## Take a step

One step, see {ref}`sec-descent`.
"""
)

CHINESE = (
    FRONT
    + """\
(sec-descent)=
# 往下走

球沿著斜坡滾下來，損失是 $w^2$。

```{code-cell} ipython3
---
mystnb:
  figure: {caption: "它往下掉。", name: fig-descent-path}
---
figures.path()
```

(sec-descent-step)=
## 走一步

一步，見 {ref}`sec-descent`。
"""
)

UNITS = ["descent#sec-descent/1", "descent#sec-descent/2", "descent#sec-descent-step/1"]


def write_page(book: Path, name: str, english: str, chinese: str) -> None:
    for language, text in (("en", english), ("zh-TW", chinese)):
        path = book / language / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    write_page(folder, "descent", ENGLISH, CHINESE)
    write_page(folder, "ascent", "(sec-ascent)=\n# Go up\n", "(sec-ascent)=\n# 往上走\n")
    return folder


@pytest.fixture
def stamped(book: Path) -> Path:
    for page in ("descent", "ascent"):
        stamps.stamp(book, page)
    return book


def edit(book: Path, file: str, old: str, new: str) -> None:
    text = (book / file).read_text(encoding="utf-8")
    assert old in text, f"the fixture has no {old!r}"
    (book / file).write_text(text.replace(old, new), encoding="utf-8")


def line_of(book: Path, file: str, words: str) -> int:
    lines = (book / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def only(found: list[stamps.Stale]) -> stamps.Stale:
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def test_a_page_that_was_read_is_not_stale(stamped):
    assert stamps.stale(stamped) == []


def test_prose_nobody_has_compared_is_to_be_looked_at_in_both_languages(book):
    stamps.stamp(book, "ascent")
    found = stamps.stale(book)
    assert [(one.page, one.language, one.reason) for one in found] == [("descent", "both", "new")] * 3
    assert [f"{one.page}#{one.unit}" for one in found] == UNITS


def test_an_english_edit_makes_the_chinese_stale(stamped):
    edit(stamped, EN, "One step", "Two steps")
    one = only(stamps.stale(stamped))
    assert (one.page, one.unit, one.language) == ("descent", "sec-descent-step/1", "zh-TW")
    assert (one.file, one.line) == ("book/zh-TW/descent.md", line_of(stamped, ZH, "## 走一步"))
    assert one.twin == f"book/en/descent.md:{line_of(stamped, EN, '## Take')}"
    assert one.first_words.startswith("走一步")
    assert str(one).startswith(f"{one.file}:{one.line}: “走一步")


def test_a_chinese_edit_makes_the_english_stale(stamped):
    edit(stamped, ZH, "球沿著", "小球沿著")
    one = only(stamps.stale(stamped))
    assert (one.unit, one.language, one.file) == ("sec-descent/1", "en", "book/en/descent.md")
    assert one.line == line_of(stamped, EN, "# Walk")
    assert one.first_words.startswith("Walk down The ball rolls down")


def test_an_edit_of_both_is_to_be_looked_at_again(stamped):
    edit(stamped, EN, "One step", "Two steps")
    edit(stamped, ZH, "一步，見", "兩步，見")
    one = only(stamps.stale(stamped))
    assert (one.language, one.reason) == ("both", "changed")


def test_a_caption_is_prose(stamped):
    edit(stamped, EN, "It falls.", "It falls fast.")
    one = only(stamps.stale(stamped))
    assert (one.unit, one.language) == ("sec-descent/2", "zh-TW")
    assert one.line == line_of(stamped, ZH, "它往下掉")


def test_two_computed_numbers_that_change_places_make_the_other_language_stale(stamped):
    for file, words in ((EN, "The ball"), (ZH, "它往下掉")):
        edit(stamped, file, words, "{glue:text}`first` {glue:text}`second` " + words)
    stamps.stamp(stamped, "descent")
    edit(stamped, ZH, "{glue:text}`first` {glue:text}`second`", "{glue:text}`second` {glue:text}`first`")
    assert only(stamps.stale(stamped)).language == "en"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        pytest.param(EN, "rolls\ndown", "rolls down", id="lines joined"),
        pytest.param(EN, "The ball", "The  ball", id="two spaces"),
        pytest.param(EN, "The ball rolls", "**The ball** rolls", id="emphasis"),
        pytest.param(EN, "$w^2$", "$w^3$", id="a formula, which the parity check compares"),
        pytest.param(EN, "{ref}`sec-descent`", "{ref}`sec-ascent`", id="a target, which the parity check compares"),
        pytest.param(EN, "figures.path()", "figures.path(2)", id="a cell, which the parity check compares"),
        pytest.param(EN, "(sec-descent-step)=", "% a note to writers\n\n(sec-descent-step)=", id="a comment"),
    ],
)
def test_what_is_not_prose_makes_nothing_stale(stamped, file, old, new):
    edit(stamped, file, old, new)
    assert stamps.stale(stamped) == []


def test_a_unit_that_one_language_lost_leaves_the_other_stale(stamped):
    edit(stamped, EN, "(sec-descent-step)=\n## Take a step\n\nOne step, see {ref}`sec-descent`.\n", "")
    one = only(stamps.stale(stamped))
    assert (one.unit, one.language) == ("sec-descent-step/1", "zh-TW")
    assert one.first_words.startswith("走一步")


def test_a_page_in_one_language_is_left_to_the_parity_check(stamped):
    (stamped / ZH).unlink()
    assert stamps.stale(stamped) == []


def test_stamping_names_what_changed_and_makes_it_fresh(stamped):
    edit(stamped, EN, "One step", "Two steps")
    assert stamps.stamp(stamped, "descent") == ["descent#sec-descent-step/1"]
    assert stamps.stale(stamped) == []
    assert stamps.stamp(stamped, "descent") == []


def test_stamping_one_page_leaves_the_others_stale(stamped):
    edit(stamped, EN, "One step", "Two steps")
    edit(stamped, "en/ascent.md", "Go up", "Go up!")
    stamps.stamp(stamped, "descent")
    assert only(stamps.stale(stamped)).page == "ascent"


def test_stamps_are_one_line_a_unit_in_the_order_of_the_page(stamped):
    text = (stamped / "stamps.json").read_text(encoding="utf-8")
    assert list(json.loads(text)) == ["ascent#sec-ascent/1", *UNITS]
    lines = text.splitlines()
    assert (lines[0], lines[-1]) == ("{", "}")
    assert len(lines) == 4 + 2
    assert all(json.loads("{" + line.rstrip(",") + "}") for line in lines[1:-1])
    assert all(set(hashes) == {"en", "zh-TW"} for hashes in json.loads(text).values())


def test_stamping_again_changes_no_byte(stamped):
    before = (stamped / "stamps.json").read_bytes()
    stamps.stamp(stamped, "ascent")
    assert (stamped / "stamps.json").read_bytes() == before


def test_stamps_of_a_deleted_page_go_with_the_next_stamp(stamped):
    for language in ("en", "zh-TW"):
        (stamped / language / "ascent.md").unlink()
    stamps.stamp(stamped, "descent")
    assert list(stamps.read(stamped)) == UNITS


@pytest.mark.parametrize("page", ["decent", "", "en/descent", "descent.md"])
def test_an_unknown_page_is_refused_with_the_names_of_the_pages(stamped, page):
    before = (stamped / "stamps.json").read_bytes()
    with pytest.raises(stamps.StampsError, match="ascent, descent"):
        stamps.stamp(stamped, page)
    assert (stamped / "stamps.json").read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{\n"a#b/1": {"en": "1", "zh-TW": "2"},\n<<<<<<< HEAD\n', r"book/stamps\.json:3: is not valid JSON"),
        ("", r"book/stamps\.json:1: is not valid JSON"),
        ("[]", "expected lines like"),
        ('{"a#b/1": {"en": "1"}}', "expected lines like"),
        ('{"a#b/1": "1"}', "expected lines like"),
    ],
)
def test_broken_stamps_are_named_with_their_cure_and_not_overwritten(book, text, said):
    (book / "stamps.json").write_text(text, encoding="utf-8")
    for use in (lambda: stamps.stale(book), lambda: stamps.stamp(book, "descent")):
        with pytest.raises(stamps.StampsError, match=said) as error:
            use()
        assert "git checkout book/stamps.json" in str(error.value)
    assert (book / "stamps.json").read_text(encoding="utf-8") == text


def test_a_write_that_fails_leaves_the_old_stamps_and_no_litter(stamped, monkeypatch):
    before = (stamped / "stamps.json").read_bytes()
    edit(stamped, EN, "One step", "Two steps")

    def fail(source, target):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(OSError, match="the disk is full"):
            stamps.stamp(stamped, "descent")
    assert (stamped / "stamps.json").read_bytes() == before
    assert sorted(path.name for path in stamped.iterdir()) == ["en", "stamps.json", "zh-TW"]


def test_a_report_gives_a_new_page_one_line_and_an_edit_one_line_each(stamped):
    sections = "".join(f"(sec-new-{number})=\n## {{0}} {number}\n\n" for number in range(5))
    write_page(stamped, "new", sections.format("Go", "", "", "", ""), sections.format("走", "", "", "", ""))
    edit(stamped, EN, "One step", "Two steps")
    lines = stamps.report(stamps.stale(stamped))
    assert len(lines) == 2
    assert lines[0].startswith("book/zh-TW/descent.md:")
    assert "5 pieces of prose" in lines[1]
    assert "stamp new" in lines[1]


@given(st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1), min_size=1), st.data())
def test_a_hash_does_not_depend_on_where_lines_break(words, data):
    gaps = [data.draw(st.sampled_from([" ", "\n", "  ", "\n  "])) for _ in words]
    wrapped = "".join(word + gap for word, gap in zip(words, gaps, strict=True))
    assert stamps.fingerprint(wrapped) == stamps.fingerprint(" ".join(words))


@given(st.text(), st.text())
def test_different_words_have_different_hashes(one, other):
    assert (stamps.fingerprint(one) == stamps.fingerprint(other)) == (one.split() == other.split())
