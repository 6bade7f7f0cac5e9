"""Words of another region, Simplified characters, half-width marks and stray asterisks are found where they stand."""

import html
import re
from pathlib import Path

import pytest
from bookbuild import pages, wording
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
ZH, EN, README = "book/zh-TW/descent.md", "book/en/descent.md", "README.zh-TW.md"
LABELS, GLOSSARY = "code/introdl/labels/people.toml", "book/glossary.csv"

FINE = {
    GLOSSARY: (
        "term,zh,avoid,unless,en_meaning,zh_meaning\n"
        "algorithm,演算法,算法,計算法,Steps.,解題的步驟。\n"
        "quality,品質,質量,身體質量指數,How good.,有多好。\n"
        "body mass index,身體質量指數,,,,\n"
        'data set,資料集,數據集;數據,,"Rows, together.",許多列。\n'
        "return,回傳,返回,,,\n"
        "regression,迴歸,回歸,,,\n"
    ),
    EN: """\
(sec-descent)=
# Walk down

In Chinese it is 梯度下降（gradient descent）, 簡稱 GD, and 「演算法」 is (演算法). It costs \\$5, and $w$ is **bold.**
""",
    ZH: """\
(sec-descent)=
# 往下走

梯度下降（gradient descent）是一種**演算法**，函式 `torch.sum(x)` 會回傳身體質量指數 23.5 與 50%，見 <https://a.tw/算法,好>。

另見 https://a.tw/數據 一處。

- 座標 (3, 2)、點 (x, -0.5)、比例 3:1，以及 $f(x)$ 的值……
- 「Predict, then run: what?」是句英文。

| 步 | 損失 |
| --- | --- |
| 1 | 0.5 |

```python
x = "算法,數據"  # 這
```
""",
    README: "# 深度學習導論\n\n這本書用 PyTorch。\n",
    LABELS: '[seconds]\nen = "seconds (s)"\nzh-TW = "秒數（{unit}）共{n}人"\n\n[deep.table]\nen = "a"\nzh-TW = "甲"\n',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FINE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def edit(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text(encoding="utf-8")
    assert old in text, f"the fixture has no {old!r}"
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(root: Path, file: str, words: str) -> int:
    lines = (root / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def only_problem(root: Path) -> pages.Problem:
    problems = wording.check(root)
    assert len(problems) == 1, "\n".join(map(str, problems)) or "not caught"
    return problems[0]


def test_the_real_book_is_well_worded():
    problems = wording.check(ROOT)
    assert problems == [], "\n" + "\n".join(map(str, problems))


def test_careful_prose_has_no_problems(root):
    assert wording.check(root) == []


FAULTS = [
    # words
    pytest.param(ZH, "**演算法**", "算法", ("says “算法”", "演算法", "algorithm"), id="an avoided word"),
    pytest.param(ZH, "**演算法**", "**算**法", ("says “算法”",), id="an avoided word, half of it bold"),
    pytest.param(ZH, "會回傳", "會返回", ("says “返回”", "回傳"), id="an avoided word for a function's value"),
    pytest.param(ZH, "| 損失 |", "| 數據 |", ("says “數據”", "資料集"), id="an avoided word in a table"),
    pytest.param(ZH, "# 往下走", "# 數據集", ("says “數據集”",), id="the longer of two avoided words"),
    pytest.param(README, "這本書", "這本算法書", ("says “算法”",), id="an avoided word in the README"),
    pytest.param(LABELS, "共{n}人", "共{n}筆數據", ("says “數據”",), id="an avoided word in a label"),
    pytest.param(GLOSSARY, "解題的步驟。", "一種算法。", ("says “算法”",), id="an avoided word in the glossary"),
    # characters
    pytest.param(ZH, "梯度下降（", "梯度下降与（", ("Simplified 与", "與"), id="a Simplified character"),
    pytest.param(ZH, "# 這", "# 这", ("Simplified 这", "這"), id="a Simplified character in code"),
    pytest.param(ZH, "往下走", "头发", ("Simplified 头",), id="Simplified that cp950 lacks"),
    pytest.param(EN, "「演算法」", "「演算法与」", ("Simplified 与",), id="in English"),
    pytest.param(LABELS, '"甲"', '"数"', ("Simplified 数", "數"), id="a Simplified character in a label"),
    pytest.param(ZH, "是一種", "是沿着的", ("has 着", "著"), id="a character that Taiwan writes otherwise"),
    # marks
    pytest.param(ZH, "**，函式", "**,函式", ("half-width ,", "，"), id="a half-width comma"),
    pytest.param(ZH, "是句英文。", "是句英文.", ("half-width .", "。"), id="a half-width full stop"),
    pytest.param(ZH, "是句英文。", "是句:英文。", ("half-width :", "："), id="a half-width colon"),
    pytest.param(ZH, "是句英文。", "是句英文?", ("half-width ?", "？"), id="a half-width question mark"),
    pytest.param(ZH, "，見", "; 見", ("half-width ;", "；"), id="a half-width semicolon after a sign"),
    pytest.param(
        ZH, "（gradient descent）", " (gradient descent) ", ("half-width brackets",), id="half-width brackets"
    ),
    pytest.param(ZH, "「Predict", "“是 Predict", ("has “", "「"), id="quotation marks of the mainland"),
    # spaces
    pytest.param(ZH, "指數 23.5", "指數23.5", ("no space", "數 2"), id="no space before a digit"),
    pytest.param(ZH, "23.5 與", "23.5與", ("no space", "5 與"), id="no space after a digit"),
    pytest.param(README, "用 PyTorch", "用PyTorch", ("no space", "用 P"), id="no space before a Latin letter"),
    pytest.param(README, "用 PyTorch", "用 FEV₁算", ("no space", "₁ 算"), id="no space after a lowered digit"),
    pytest.param(ZH, "，見", "， 見", ("space beside",), id="a space after a mark"),
    pytest.param(ZH, "（gradient", " （gradient", ("space beside",), id="a space before a mark"),
    pytest.param(ZH, "50%", "50 %", ("space before %", "0%"), id="a space before a per cent sign"),
    # bold, line breaks, marks of the source
    pytest.param(ZH, "是句英文。", "是**句英文。**", ("sets a mark", "outside"), id="bold that ends with a mark"),
    pytest.param(
        ZH, "**演算法**", "**「演算法」**", ("prints **", "must not begin"), id="bold that prints its asterisks"
    ),
    pytest.param(ZH, "是一種", "是\n一種", ("breaks the line", "one line"), id="a line break"),
    pytest.param(EN, "It costs", "5\\*3, it costs", ("prints *",), id="an asterisk in English"),
    pytest.param(EN, "It costs", "{ref} `sec-descent` costs", ("prints {ref}",), id="a role that is none"),
    pytest.param(EN, "$w$", "$w", ("prints $",), id="half a formula"),
    pytest.param(EN, "It costs", "Look: ::: it costs", ("prints :::",), id="half a fence"),
    # English
    pytest.param(EN, "It costs", "It costs，too", ("full-width ，",), id="a full-width comma in English"),
    pytest.param(EN, "It costs", "It （here） costs", ("full-width （",), id="full-width brackets in English"),
]


@pytest.mark.parametrize(("file", "old", "new", "names"), FAULTS)
def test_a_fault_is_found_at_its_line(root, file, old, new, names):
    edit(root, file, old, new)
    first = new.splitlines()[0]
    line = line_of(root, file, first)
    problems = wording.check(root)
    fitting = [problem for problem in problems if all(name in problem.message for name in names)]
    assert fitting, "\n".join(map(str, problems)) or "not caught"
    assert (fitting[0].file, fitting[0].line) == (file, line)
    assert fitting[0].message.endswith(")"), "a message ends with its cure"


def test_a_fault_deep_in_a_page_is_at_its_line(root):
    edit(root, ZH, "```python", ":::{admonition} 小心\n:class: warning\n- 甲\n- 這個算法\n:::\n\n```python")
    assert only_problem(root).line == line_of(root, ZH, "這個算法")


def test_captions_titles_alt_texts_and_descriptions_are_read(root):
    text = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
myst:
  html_meta:
    description: 算法一
---
(sec-descent)=
# 往下走

```{code-cell} ipython3
---
mystnb:
  figure: {caption: "算法二", name: fig-a}
  image: {alt: "算法三"}
---
1
```

````{exercise-start} 預測：算法四
:label: ex-1
````

```{figure} x.svg
:alt: 算法五

算法六
```
"""
    (root / ZH).write_text(text, encoding="utf-8")
    problems = wording.check(root)
    assert [problem.line for problem in problems] == [line_of(root, ZH, f"算法{number}") for number in "一二三四五六"]


WORDS = wording.Words(
    [
        {"term": "algorithm", "zh": "演算法", "avoid": "算法", "unless": "計算法;心算法"},
        {"term": "quality", "zh": "品質", "avoid": "質量", "unless": ""},
        {"term": "body mass index", "zh": "身體質量指數", "avoid": "", "unless": ""},
        {"term": "network", "zh": "網路", "avoid": "網絡；聯網", "unless": ""},
    ]
)


@given(st.lists(st.sampled_from(["演算法", "計算法則", "身體質量指數", "品質", "網路", "，", "。", "的"])))
def test_right_words_are_never_taken_for_avoided_ones(pieces):
    assert list(WORDS.avoided("".join(pieces))) == []


@given(
    st.lists(st.sampled_from(["演算法", "計算法則", "身體質量指數", "品質"])),
    st.sampled_from(["算法", "質量", "網絡", "聯網"]),
    st.lists(st.sampled_from(["演算法", "計算法則", "身體質量指數", "品質"])),
)
def test_an_avoided_word_is_found_beside_any_right_ones(before, avoided, after):
    text = "，".join([*before, avoided, *after])
    found = list(WORDS.avoided(text))
    assert len(found) == 1
    assert text[found[0].offset :].startswith(avoided)


def test_of_two_avoided_words_in_one_place_only_the_longer_is_named(root):
    edit(root, ZH, "# 往下走", "# 數據集")
    assert "says “數據集”" in only_problem(root).message


def test_a_word_cannot_be_right_and_avoided(root):
    edit(root, GLOSSARY, "regression,迴歸,回歸", "bias,偏差,,,,\nstatistical bias,偏誤,偏差,,,\nregression,迴歸,回歸")
    problem = only_problem(root)
    assert problem.file == GLOSSARY
    assert "偏差 is to be avoided for statistical bias and right for bias" in problem.message


@pytest.mark.parametrize("text", [None, "term,zh\n"])
def test_a_glossary_that_cannot_be_used_is_a_problem(root, text):
    (root / GLOSSARY).unlink()
    if text:
        (root / GLOSSARY).write_text(text, encoding="utf-8")
    assert only_problem(root).file == GLOSSARY


def test_a_row_of_the_glossary_on_several_lines_does_not_shift_the_next(root):
    edit(root, GLOSSARY, "許多列。", '"許多\n列。"')
    edit(root, GLOSSARY, "return,回傳,返回,,,", "return,回傳,返回,,,一種算法")
    assert only_problem(root).line == line_of(root, GLOSSARY, "return,")


@pytest.mark.parametrize("character", "后里台只干面系范群床峰秘霉")
def test_characters_that_are_traditional_too_are_fine(character):
    assert list(wording.foreign_characters(character)) == []


@pytest.mark.parametrize("character", "与这说头国学网时间数为层变优")
def test_simplified_characters_are_known(character):
    assert [found.offset for found in wording.foreign_characters(f"甲{character}")] == [1]


def test_every_traditional_form_offered_is_itself_accepted():
    """The cure must not be the next fault."""
    for form in [*wording.simplified().values(), *wording.variants().values()]:
        assert list(wording.foreign_characters(form)) == []


@given(st.text(alphabet="梯度下降，。（）、「」：", max_size=30))
def test_chinese_text_alone_is_well_set(text):
    assert list(wording.typography(text)) == []


def page(tmp_path: Path, language: str, text: str) -> pages.Page:
    path = tmp_path / f"{language}.md"
    path.write_text(f"(sec-a)=\n# A\n\n{text}\n", encoding="utf-8")
    return pages.read(path, "a", language)


@pytest.mark.parametrize(
    ("english", "chinese", "count"),
    [
        ("Row 2 of the matrix, each row.", "矩陣第 2 行，每一行。", 2),
        ("Row 2 of the matrix.", "矩陣第 2 列。", 0),
        ("Rows and columns.", "第 2 行與第 3 列。", 0),
        ("Each row is one line of code.", "每一行程式。", 0),
        ("Every row.", "每行動一次。", 0),
        ("The second column.", "第 2 行。", 0),
    ],
)
def test_a_row_is_not_called_a_column(tmp_path, english, chinese, count):
    problems = wording.rows_called_columns(page(tmp_path, "en", english), page(tmp_path, "zh-TW", chinese))
    assert len(problems) == count
    assert all("列" in problem.message for problem in problems)


@pytest.mark.parametrize(
    ("markup", "marks"),
    [
        ("<p>**注意：**請</p>", ["**", "**"]),
        ("<p>a * b</p>", ["*"]),
        ("<p>see {ref}`sec-a`</p>", ["{ref}"]),
        ("<p>{glue:text} and {numref}</p>", ["{glue:text}", "{numref}"]),
        ("<p>:::{admonition} Title</p>", [":::"]),
        ("<p>so $w^2$ is</p>", ["$", "$"]),
        ("<p>$$w$$</p>", ["$$", "$$"]),
        ("<p>it costs $5</p>", []),
        ("<p>$5 to $w$</p>", ["$", "$", "$"]),
        ("<p>[text](page.md)</p>", ["]("]),
        ("<p>(sec-a)=</p>", ["(sec-a)="]),
        ("<p>```{note}</p>", ["```"]),
        ("<p><code>a * b</code> <em>c</em></p>", []),
        ("<pre><span>**kwargs</span></pre><p>**x</p>", ["**"]),
        ('<div class="highlight"><br>a * b<img src="x"></div>', []),
        ('<span class="math notranslate">\\(a * b\\)</span>', []),
        ('<span class="katex"><math><annotation>a*b</annotation></math><span>∗</span></span>', []),
        ("<script>a = '**'</script><style>* {color: red}</style>", []),
        ("<svg><metadata>*</metadata><text>a*b</text></svg>", ["*"]),
        ("<ul><li><p>one<li>two * three</ul>", ["*"]),
        ("<code>a</pre></div></code><p>*</p>", ["*"]),
        ("<p title='a * b'>&#42;&nbsp;x</p>", ["*"]),
    ],
)
def test_marks_that_a_reader_would_see_are_found_in_built_pages(markup, marks):
    assert [stray.mark for stray in wording.stray_marks(markup)] == marks


def test_a_stray_mark_comes_with_the_words_around_it():
    (stray,) = wording.stray_marks("<p>the size is 3*2 in all</p>")
    assert "3*2" in stray.context


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="*$`:[({")))
def test_text_without_marks_has_no_stray_marks(text):
    assert wording.stray_marks(f"<p>{html.escape(text)}</p>") == []


def test_every_message_ends_with_a_cure():
    """A message that only complains sends the writer searching."""
    text = "算法,a好 “好” (好) ，  50 % 与着"
    faults = [*WORDS.avoided(text), *wording.typography(text), *wording.foreign_characters(text), *wording.stray("*")]
    assert len(faults) > 6
    assert all(re.search(r"\(.+\)$", fault.message) for fault in faults)
