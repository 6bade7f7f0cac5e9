"""What the two languages of a page share is compared, what they may say in their own way is left alone."""

import re
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from bookbuild import pages
from bookbuild.parity import compare, same_formula
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
EN, ZH, TOC = "book/en/descent.md", "book/zh-TW/descent.md", "_toc.yml"

FRONT = """\
---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
myst:
  html_meta:
    description: DESCRIPTION
---
"""

ENGLISH = (
    FRONT.replace("DESCRIPTION", "Walk down a loss in 3 steps.")
    + """\
(sec-descent)=
# Walk down a loss

On 3 May 2021 there were 1.5 million readers and 1,234 of them walked. Each sees the loss $L(w) = w^2$
and the mean $\\text{mean}(w)$ in {numref}`fig-descent-path`, as {cite:t}`cauchy1847,polyak1964` did.

See {ref}`the step <sec-descent-step>` and [the lecture](https://example.org/descent) by `torch.optim`.

```{code-cell} ipython3
from introdl import figures
from introdl.exercises import check
```

Both are ours.

(sec-descent-step)=
## Take one step

{term}`Gradient descent <gradient descent>` starts with {eq}`eq-descent-step`. It goes on for 20 steps.

```{math}
:label: eq-descent-step
w' = w - \\eta \\, \\text{slope}(w).
```

| step | loss |
| --- | --- |
| 1 | 0.5 |
| 2 | 0.25 |

:::{admonition} Beware
:class: warning
Too large a step goes *up*.

- It is easy to see.
- It is easy to cure.
:::

```{code-cell} ipython3
---
mystnb:
  figure: {caption: "The loss falls for 2 steps.", name: fig-descent-path}
  image: {alt: A falling line}
tags: [hide-input]
---
figures.path([1, 2])
```

The line falls.

```python
w = w - 0.1 * slope
```

(sec-descent-try)=
## Try it

````{exercise-start} Predict: how far?
:label: ex-descent-1
````
How far is one step from $w = 4$?
````{exercise-end}
````

```{code-cell} ipython3
answer = None
check("ex-descent-1", answer)
```

````{solution-start} ex-descent-1
:class: dropdown
````
Twice the place, times the rate.

```{code-cell} ipython3
answer = 0.8
assert check("ex-descent-1", answer).right
```

````{solution-end}
````

(sec-descent-pictures)=
### Look at pictures

```{figure} ../ball.svg
:name: fig-descent-ball
:alt: A ball on a slope

The ball rolls.
```

::::{tab-set}

:::{tab-item} By hand
Work it out.
:::
:::{tab-item} By PyTorch
Let it work.
:::
::::

```{list-table} Rates
:header-rows: 1
* - rate
  - loss
* - 0.1
  - 0.64
```
"""
)

SENTENCES = [
    "2021 年 5 月 3 日，150 萬名讀者中有 1234 人走了這一趟。",
    "如 {cite:t}`polyak1964,cauchy1847` 所示，圖在 {numref}`fig-descent-path`。",
    "損失是 $L(w) = w^2$，平均是 $\\text{平均}(w)$。",
    "請見[上課內容](https://example.org/descent)、{ref}`這一步 <sec-descent-step>`與 `torch.optim`。",
]

CHINESE = (
    FRONT.replace("DESCRIPTION", "沿著損失往下走 3 步。")
    + "(sec-descent)=\n# 沿著損失往下走\n\n"
    + "".join(SENTENCES)
    + """

```{code-cell} ipython3
from introdl import figures
from introdl.exercises import check
```

兩個都是自己寫的。

(sec-descent-step)=
## 走一步

{term}`梯度下降`由 {eq}`eq-descent-step` 開始，共走 20 步。

```{math}
:label: eq-descent-step
w' = w - \\eta \\, \\text{斜率}(w)
```

| 步 | 損失 |
| --- | --- |
| 1 | 0.5 |
| 2 | 0.25 |

:::{admonition} 小心
:class: warning
步子太大會往上走，一看就知道，也很容易修正。
:::

```{code-cell} ipython3
---
mystnb:
  figure: {caption: "損失下降了 2 步。", name: fig-descent-path}
  image: {alt: 一條下降的線}
tags: [hide-input]
---
figures.path([1, 2])
```

線往下走。

```python
w = w - 0.1 * slope
```

(sec-descent-try)=
## 試試看

````{exercise-start} 預測：走多遠？
:label: ex-descent-1
````
從 $w = 4$ 走一步有多遠？
````{exercise-end}
````

```{code-cell} ipython3
answer = None
check("ex-descent-1", answer)
```

````{solution-start} ex-descent-1
:class: dropdown
````
位置的兩倍，乘上學習率。

```{code-cell} ipython3
answer = 0.8
assert check("ex-descent-1", answer).right
```

````{solution-end}
````

(sec-descent-pictures)=
### 看圖

```{figure} ../ball.svg
:name: fig-descent-ball
:alt: 斜坡上的球

球往下滾。
```

::::{tab-set}

:::{tab-item} 用手算
自己算。
:::
:::{tab-item} 用 PyTorch
讓它算。
:::
::::

```{list-table} 學習率
:header-rows: 1
* - 學習率
  - 損失
* - 0.1
  - 0.64
```
"""
)

EXERCISE = re.compile(r"````\{exercise-start\}.*?````\{exercise-end\}\n````\n", re.DOTALL)
SOLUTION = re.compile(r"````\{solution-start\}.*````\{solution-end\}\n````\n", re.DOTALL)


def write_book(root: Path, **languages: str) -> Path:
    """Write a book of two pages in two languages; keyword arguments replace the text of a page."""
    texts = {
        "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: descent\n",
        "_config.yml": "parse: {myst_enable_extensions: [amsmath, colon_fence, deflist, dollarmath]}\n",
        "book/glossary.csv": "term,zh,avoid,unless,en_meaning,zh_meaning\ngradient descent,梯度下降,,,,\n",
        "book/en/index.md": "(sec-index)=\n# Welcome\n",
        "book/zh-TW/index.md": "(sec-index)=\n# 歡迎\n",
        EN: languages.get("english", ENGLISH),
        ZH: languages.get("chinese", CHINESE),
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_book(tmp_path)


def edit(root: Path, file: str, old: str, new: str, count: int = 1) -> None:
    path = root / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"the fixture has no {old!r}"
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def line_of(root: Path, file: str, words: str) -> int:
    lines = (root / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def test_the_real_book_says_the_same_in_both_languages():
    problems = compare(ROOT / "book")
    assert problems == [], "\n" + "\n".join(map(str, problems))


def test_a_faithful_translation_has_no_problems(root):
    """Captions, titles, link and alt texts, order, paragraphs, lists and words in formulas all differ here."""
    assert compare(root / "book") == []


@dataclass(frozen=True)
class Drift:
    """One edit of one page, and what must be said about it.

    A message about the Chinese page names `names`; its line is `up` lines above the first one with `at`.
    """

    name: str
    file: str
    old: str
    new: str
    names: tuple[str, ...]
    at: str
    up: int = 0


DRIFTS = [
    Drift(
        "a changed cell", ZH, "figures.path([1, 2])", "figures.path([1, 3])", ("cell", "[1, 3]", "[1, 2]"), "mystnb:", 2
    ),
    Drift("a cell changed in English", EN, "answer = 0.8", "answer = 0.9", ("cell", "0.8", "0.9"), "answer = 0.8", 1),
    Drift(
        "a blank at the end of a line of a cell",
        ZH,
        "answer = 0.8",
        "answer = 0.8 ",
        ("cell", "line 1"),
        "answer = 0.8",
        1,
    ),
    Drift("cell metadata", ZH, "tags: [hide-input]", "tags: [hide-cell]", ("cell", "tags", "hide-cell"), "mystnb:", 2),
    Drift(
        "a figure name of a cell", ZH, "name: fig-descent-path}", "name: fig-path}", ("name", "fig-path"), "mystnb:", 2
    ),
    Drift(
        "a caption in one language", ZH, 'caption: "損失下降了 2 步。", ', "", ("caption", "not given"), "mystnb:", 2
    ),
    Drift("a label of a heading", ZH, "(sec-descent-step)=", "(sec-descent-a-step)=", ("heading", "a-step"), "## 走"),
    Drift("a label elsewhere", ZH, "線往下走。", "(here)=\n線往下走。", ("label (here)=",), "(here)="),
    Drift("a label of a formula", ZH, ":label: eq-descent-step", ":label: eq-x", ("label", "eq-x"), "```{math}"),
    Drift("an inline formula", ZH, "$L(w) = w^2$", "$L(w) = w^3$", ("inline formulas", "w^3", "w^2"), "2021 年"),
    Drift("a displayed formula", ZH, "w - \\eta", "w + \\eta", ("formula", "w +", "w -"), "```{math}"),
    Drift("a word in a formula", EN, "\\text{mean}", "{mean}", ("inline formulas", "{mean}"), "2021 年"),
    Drift("a number", ZH, "共走 20 步", "共走 21 步", ("numbers", "`21`", "`20`", "走一步"), "共走 21"),
    Drift("a number that was written out", ZH, "共走 20 步", "共走二十步", ("numbers", "`20`"), "## 走一步"),
    Drift("a number in a caption", ZH, "下降了 2 步", "下降了 3 步", ("numbers", "`3`", "`2`"), "下降了 3"),
    Drift("a number in a table", ZH, "| 0.25 |", "| 0.52 |", ("numbers", "`0.52`"), "0.52"),
    Drift("a month", ZH, "5 月", "6 月", ("numbers", "`6`", "`5`"), "2021 年"),
    Drift("a magnitude", ZH, "150 萬", "15 萬", ("numbers", "`150000`", "`1500000`"), "2021 年"),
    Drift("a link", ZH, "example.org/descent", "example.org/rise", ("links", "rise"), "2021 年"),
    Drift("a bare address", ZH, "線往下走。", "線往下走，見 https://example.org/7 。", ("links", "org/7"), "線往下走"),
    Drift("a heading level", ZH, "## 走一步", "### 走一步", ("heading", "###"), "### 走一步"),
    Drift("a missing heading", ZH, "(sec-descent-try)=\n## 試試看\n", "", ("sec-descent-try", "missing"), "```python"),
    Drift("a reference", ZH, "<sec-descent-step>", "<sec-descent-try>", ("references", "sec-descent-try"), "2021 年"),
    Drift("a kind of reference", ZH, "{eq}`eq-", "{ref}`eq-", ("references", "{ref}`eq-descent-step`"), "{ref}`eq-"),
    Drift("a citation", ZH, "polyak1964,", "", ("references", "`cauchy1847`"), "2021 年"),
    Drift("a term", ZH, "{term}`梯度下降`", "{term}`梯度`", ("references", "{term}`梯度`"), "{term}`"),
    Drift("quoted code", ZH, "`torch.optim`", "`torch.nn`", ("code", "`torch.nn`", "`torch.optim`"), "2021 年"),
    Drift("static code", ZH, "w = w - 0.1 * slope", "w = w - 0.2 * slope", ("code block", "0.2"), "```python"),
    Drift("the language of static code", ZH, "```python", "```r", ("code block", "python"), "```r"),
    Drift("a table row", ZH, "| 2 | 0.25 |\n", "", ("table", "2 rows", "3 rows"), "| 步 | 損失 |"),
    Drift("a table column", ZH, "| 步 | 損失 |\n| --- | --- |", "| 步 |\n| --- |", ("table", "1 columns"), "| 步 |"),
    Drift("a list-table row", ZH, "* - 0.1\n  - 0.64\n", "", ("list-table", "1 rows", "2 rows"), "```{list-table}"),
    Drift("an admonition's kind", ZH, ":class: warning", ":class: tip", ("admonition", "tip", "warning"), ":::{adm"),
    Drift("a folded admonition", ZH, ":class: warning", ":class: dropdown", ("admonition", "dropdown"), ":::{adm"),
    Drift("a missing tab", ZH, ":::{tab-item} 用手算\n自己算。\n:::\n", "", ("tab-item", "missing"), ":::{tab-item}"),
    Drift("a picture's file", ZH, "{figure} ../ball.svg", "{figure} ../box.svg", ("figure", "box.svg"), "box.svg"),
    Drift("a picture's name", ZH, "fig-descent-ball", "fig-descent-box", ("figure", "fig-descent-box"), "{figure}"),
    Drift("an exercise's rung", ZH, "預測：", "修改：", ("exercise", "change", "predict"), "修改："),
    Drift("an exercise's label", ZH, ":label: ex-descent-1", ":label: ex-descent-2", ("ex-descent-2",), "預測："),
    Drift("a front matter key", ZH, "kernelspec: {display_name: Python 3, ", "kernelspec: {", ("display_name",), "---"),
    Drift("a front matter value", ZH, "language: python", "language: julia", ("julia",), "kernelspec"),
    Drift(
        "prose nobody translated", ZH, "兩個都是自己寫的。\n", "", ("nothing is written", "Both are"), "from introdl", 1
    ),
    Drift("prose in Chinese only", EN, "Both are ours.\n", "", ("兩個都是", "no prose"), "兩個都是"),
]


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.name)
def test_drift_is_caught_and_named_at_its_line(root, drift):
    edit(root, drift.file, drift.old, drift.new)
    problems = compare(root / "book")
    fitting = [problem for problem in problems if all(name in problem.message for name in drift.names)]
    assert fitting, "not caught, only: " + "\n".join(map(str, problems))
    assert (fitting[0].file, fitting[0].line) == (ZH, line_of(root, ZH, drift.at) - drift.up)
    assert fitting[0].message.endswith(")"), "a message ends with its cure"


CASCADES = {"an exercise's label": 4, "a caption in one language": 2}
CASCADES |= {"a table row": 2, "a table column": 2, "a list-table row": 2}


@pytest.mark.parametrize("drift", DRIFTS, ids=lambda drift: drift.name)
def test_one_edit_does_not_set_off_a_flood(root, drift):
    edit(root, drift.file, drift.old, drift.new)
    problems = compare(root / "book")
    assert len(problems) <= CASCADES.get(drift.name, 1), "\n" + "\n".join(map(str, problems))


def only_problem(root: Path):
    problems = compare(root / "book")
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


@pytest.mark.parametrize(("missing", "other"), [(EN, ZH), (ZH, EN)])
def test_a_page_that_exists_in_one_language_is_missing_in_the_other(root, missing, other):
    (root / missing).unlink()
    problem = only_problem(root)
    assert (problem.file, problem.line) == (missing, 1)
    assert "missing" in problem.message
    assert other in problem.message


def test_a_page_in_the_contents_must_exist(root):
    edit(root, TOC, "- file: descent\n", "- file: descent\n- file: ascent\n")
    problem = only_problem(root)
    assert (problem.file, problem.line) == (TOC, 5)
    assert "ascent" in problem.message


def test_a_page_must_be_in_the_contents(root):
    edit(root, TOC, "- file: descent\n", "- url: https://example.org\n")
    problems = compare(root / "book")
    assert [problem.file for problem in problems] == [EN, ZH]
    assert all("not in _toc.yml" in problem.message for problem in problems)


def test_the_list_of_pages_may_be_given_instead_of_read(root):
    (root / TOC).unlink()
    assert compare(root / "book", ["index", "descent"]) == []
    assert only_problem(root).file == TOC


def cut(root: Path, file: str, pattern: re.Pattern) -> str:
    path = root / file
    text, count = pattern.subn("", path.read_text(encoding="utf-8"))
    assert count == 1
    path.write_text(text, encoding="utf-8")
    return text


def test_a_missing_exercise_is_named(root):
    cut(root, ZH, EXERCISE)
    told = [problem for problem in compare(root / "book") if "exercise-start ex-descent-1" in problem.message]
    assert [(problem.file, problem.line) for problem in told] == [(ZH, line_of(root, ZH, "## 試試看"))]
    assert "missing" in told[0].message


def test_a_missing_solution_is_named_by_the_comparison_and_by_the_page(root):
    cut(root, ZH, SOLUTION)
    messages = [problem.message for problem in compare(root / "book") if problem.file == ZH]
    assert any("solution-start ex-descent-1" in message and "missing" in message for message in messages)
    assert any("the exercise ex-descent-1 has no solution" in message for message in messages)


def test_a_missing_cell_does_not_blame_the_prose_around_it(root):
    edit(root, ZH, '```{code-cell} ipython3\nanswer = None\ncheck("ex-descent-1", answer)\n```\n', "")
    problems = compare(root / "book")
    assert all("cell" in problem.message for problem in problems), "\n".join(map(str, problems))
    assert any("`answer = None`" in problem.message and "missing" in problem.message for problem in problems)


def test_the_content_of_a_directive_that_holds_no_text_is_compared(root):
    for file, code in ((EN, "x = 1"), (ZH, "x = 2")):
        edit(root, file, "```python", f"```{{code-block}} r\n:caption: A\n{code}\n```\n\n```python")
    problem = only_problem(root)
    assert problem.line == line_of(root, ZH, "{code-block}")
    assert "x = 2 here, x = 1 there" in problem.message


def test_sections_in_another_order_are_one_problem(root):
    text = (root / ZH).read_text(encoding="utf-8")
    head, step, try_it = re.split(r"(?=^\(sec-descent-(?:step|try)\)=)", text, flags=re.MULTILINE)
    (root / ZH).write_text(head + try_it + "\n" + step, encoding="utf-8")
    problems = [problem for problem in compare(root / "book") if "stands at another place" in problem.message]
    assert len(problems) == 1
    assert "heading ## sec-descent-step" in problems[0].message
    assert problems[0].line == line_of(root, ZH, "## 走一步")


def test_a_page_owes_its_own_order_whatever_the_other_says(root):
    """The same fault in both languages is no drift, and is still told for both."""
    cases = {
        "has no label": ("(sec-descent-try)=\n", ""),
        "has no solution": ("{solution-start} ex-descent-1", "{solution-start} ex-descent-2"),
        "no cell to answer in": ('check("ex-descent-1", answer)\n', "answer\n"),
        "proves nothing": ("assert check(", "check("),
        "exercise-start ex-descent-1 has no end": ("````{exercise-end}\n````\n", ""),
        "is taken by line": ("(sec-descent-try)=", "(sec-descent-step)="),
        "nothing runs them": ("format_name: myst", "format_name: markdown"),
        "never runs": (":class: warning\n", ":class: warning\n```{code-cell} ipython3\n1\n```\n"),
        "{exercise-end} stands inside {exercise-start}": (":label: ex-descent-1\n````\n", ":label: ex-descent-1\n"),
        "```{list-table}": ("  - 0.64\n```\n", "  - 0.64\n"),
        "takes no title": (":::{admonition}", ":::{warning}"),
        "front matter is not YAML": ("kernelspec: {", "kernelspec: {{"),
        "options of this cell cannot be read": ("tags: [hide-input]", "tags: [hide-input"),
    }
    for said, (old, new) in cases.items():
        write_book(root)
        for file in (EN, ZH):
            edit(root, file, old, new)
        told = [problem for problem in compare(root / "book") if said in problem.message]
        assert [problem.file for problem in told] == [EN, ZH], said


@pytest.mark.parametrize("file", [EN, ZH])
def test_a_page_without_front_matter_is_a_problem_and_not_a_crash(root, file):
    text = (root / file).read_text(encoding="utf-8")
    (root / file).write_text(text.split("---\n", 2)[2], encoding="utf-8")
    messages = [problem.message for problem in compare(root / "book")]
    assert any("front matter" in message and "kernelspec.name" in message for message in messages)
    assert any("nothing runs them" in message for message in messages)


@pytest.mark.parametrize(
    "lost", ["  text_representation: ", "  html_meta:\n", "mystnb:\n", ":label: ex", "display_name"]
)
def test_a_page_with_half_a_setting_is_still_read(root, lost):
    for file in (EN, ZH):
        text = (root / file).read_text(encoding="utf-8")
        edit(root, file, next(line for line in text.splitlines(keepends=True) if lost in line), "")
    edit(root, ZH, "共走 20 步", "共走 21 步")
    assert any("`21` only here" in problem.message for problem in compare(root / "book"))


def test_a_page_that_is_not_utf8_is_a_problem_and_not_a_crash(root):
    line = line_of(root, ZH, "線往下走")
    (root / ZH).write_bytes((root / ZH).read_bytes().replace("線往下走".encode(), "線往下走".encode("big5")))
    told = [problem for problem in compare(root / "book") if "not UTF-8" in problem.message]
    assert [(problem.file, problem.line) for problem in told] == [(ZH, line)]


def test_a_chinese_page_that_was_only_copied_is_not_a_translation(root):
    (root / ZH).write_text(ENGLISH, encoding="utf-8")
    told = [problem for problem in compare(root / "book") if "is not Chinese" in problem.message]
    assert told
    assert told[0].file == ZH


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("兩個都是自己寫的。", "都是自己寫的，\n\n兩個。", id="paragraphs split"),
        pytest.param("步子太大會往上走，一看就知道，也很容易修正。", "- 一\n- 二\n- 三", id="list items"),
        pytest.param("[上課內容]", "[另一個連結文字]", id="link text"),
        pytest.param("斜坡上的球", "球", id="alt text of a picture"),
        pytest.param("一條下降的線", "線", id="alt text of a cell"),
        pytest.param("損失下降了 2 步。", "看，2 步之內損失變小了。", id="caption"),
        pytest.param("\\text{斜率}", "\\text{坡度}", id="word in a formula"),
        pytest.param("小心", "注意", id="title of an admonition"),
        pytest.param("看圖", "看看圖", id="heading"),
        pytest.param("{term}`梯度下降`", "{term}`往下走 <gradient descent>`", id="term by its English name"),
        pytest.param("{ref}`這一步 <sec", "{ref}`那一步 <sec", id="title of a reference"),
        pytest.param("與 `torch.optim`", "與 `torch.optim`，`torch.optim`", id="code mentioned twice"),
        pytest.param("w' = w - \\eta", "w' =  w\n  - \\eta", id="white space in a formula"),
        pytest.param("1234 人", "1,234 人", id="separator of thousands"),
    ],
)
def test_a_language_may_say_it_in_its_own_way(root, old, new):
    edit(root, ZH, old, new)
    assert compare(root / "book") == []


@given(st.permutations(SENTENCES), st.lists(st.sampled_from(["", "\n\n"]), min_size=4, max_size=4))
@settings(max_examples=25, deadline=None)
def test_order_and_paragraphs_inside_a_unit_are_free(tmp_path_factory, sentences, gaps):
    prose = "".join(sentence + gap for sentence, gap in zip(sentences, gaps, strict=True))
    start = CHINESE.index("2021 年")
    chinese = CHINESE[:start] + prose + CHINESE[CHINESE.index("\n\n```{code-cell}") :]
    root = write_book(tmp_path_factory.mktemp("book"), chinese=chinese)
    assert compare(root / "book") == []


@given(st.integers(0, 10**9), st.integers(0, 3))
def test_a_number_is_the_same_with_and_without_separators(integer, places):
    tail = f".{'7' * places}" if places else ""
    assert [value for value, _ in pages.numbers(f"{integer:,}{tail}")] == [f"{integer}{tail}"]


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("2.5 million", "250 萬"),
        ("10,000 people", "1 萬人"),
        ("3 billion", "30 億"),
        ("12 March 2020", "2020 年 3 月 12 日"),
        ("in May 2020", "2020 年 5 月"),
        ("the 1980s", "1980 年代"),
        ("the 2-3-2-1 network", "2-3-2-1 網路"),
        ("0.50 and 50%", "50% 與 0.50"),
        ("a 3 kg, 5 percentage points", "3 公斤，5 百分點"),
    ],
)
def test_numbers_are_the_same_however_each_language_writes_them(english, chinese):
    values = [sorted(value for value, _ in pages.numbers(text)) for text in (english, chinese)]
    assert values[0] == values[1]


@pytest.mark.parametrize("text", ["v½ ", "10⁵", "W₁", "x²"])
def test_raised_and_lowered_digits_are_letters(text):
    assert [value for value, _ in pages.numbers(text.replace("10", "ten"))] == []


def test_words_in_a_formula_may_become_chinese_but_not_other_english():
    assert same_formula(r"\text{loss} = \mathrm{MSE}", r"\text{損失} = \mathrm{MSE}")
    assert not same_formula(r"\text{train}", r"\text{test}")
    assert not same_formula(r"\mathrm{d}x", r"\mathrm{e}x")
    assert not same_formula("a", r"a\text{若}")


def test_lines_are_right_inside_nested_blocks_and_long_paragraphs(root):
    edit(root, ZH, "讓它算。", "{doc}`index`")
    assert only_problem(root).line == line_of(root, ZH, "{doc}`index`")
    write_book(root)
    edit(root, EN, "and the mean $\\text", "and 77 means $\\text")
    assert f"{EN}:{line_of(root, EN, '77')}" in only_problem(root).message


def test_line_ends_of_another_system_change_nothing(root):
    (root / ZH).write_bytes(CHINESE.replace("\n", "\r\n").encode())
    assert compare(root / "book") == []


def test_a_problem_prints_as_a_place_an_editor_can_open(root):
    edit(root, ZH, "共走 20 步", "共走 21 步")
    line = line_of(root, ZH, "21 步")
    assert str(only_problem(root)).startswith(f"{ZH}:{line}: the numbers differ")


def test_a_page_is_parsed_once(root):
    page = pages.load(root / "book", "descent", "en")
    assert pages.load(root / "book", "descent", "en") is page
    edit(root, EN, "Both are ours.", "Both are mine.")
    assert pages.load(root / "book", "descent", "en") is not page


def test_a_book_of_forty_pages_is_compared_in_five_seconds(root):
    names = [f"page{number}" for number in range(40)]
    for name in names:
        for file, text in ((EN, ENGLISH), (ZH, CHINESE)):
            (root / file).with_stem(name).write_text(text.replace("descent", name), encoding="utf-8")
    started = time.process_time()
    compare(root / "book", ["index", "descent", *names])
    assert time.process_time() - started < 5


def test_pages_are_read_with_the_extensions_of_the_configuration(root):
    for file, formula in ((EN, "a &= b"), (ZH, "a &= c")):
        edit(root, file, "```python", f"\\begin{{align}}\n{formula}\n\\end{{align}}\n\n```python")
    assert "formula is `\\begin{align} a &= c" in only_problem(root).message
