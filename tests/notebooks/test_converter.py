"""A page becomes a clean notebook with the page's own numbers, or the build stops and says where."""

import ast
import hashlib
import html
import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bookbuild import first_cell, markdown, words
from bookbuild.languages import LANGUAGES, Repository
from bookbuild.leaks import leaks
from bookbuild.provenance import UNKNOWN, Provenance
from docutils import nodes
from hypothesis import given
from hypothesis import strategies as st
from introdl import language as introdl_language
from markdown_it import MarkdownIt

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "site"))

import constructs
from small_book import SmallBook

SITE = "https://some-fork.github.io/name/"
SHA = "1234567890" * 4
FORK = {"GITHUB_REPOSITORY": "some-fork/name", "GITHUB_SHA": SHA}
CAPTIONS = {"en": "Who is slow?", "zh-TW": "誰走得慢？"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A small book with a page that uses every construct, built once for a fork."""
    book = SmallBook(tmp_path_factory.mktemp("book"))
    (book.root / "book" / "glossary.csv").write_text(constructs.GLOSSARY, encoding="utf-8")
    (book.root / "code" / "introdl" / "exercises" / "everything.py").write_text(constructs.EXERCISES, encoding="utf-8")
    for language in LANGUAGES:
        (book.root / "book" / language / "dot.svg").write_text(constructs.DOT, encoding="utf-8")
    book.add("all", en=constructs.everything("en"), zh_TW=constructs.everything("zh-TW"))
    for name, body in {"glossary": "```{book-glossary}\n```\n", "references": "```{bibliography}\n```\n"}.items():
        book.add(name, en=f"(sec-{name})=\n# Look\n\n{body}", zh_TW=f"(sec-{name})=\n# 查\n\n{body}")
    done = book.build(**FORK)
    assert done.returncode == 0, done.stdout
    return book


def notebook_of(book, language, page="all"):
    return nbformat.read(book.site / "notebooks" / language / f"{page}.ipynb", as_version=nbformat.NO_CONVERT)


@pytest.fixture(scope="module", params=list(LANGUAGES))
def language(request):
    return request.param


@pytest.fixture(scope="module")
def notebook(built, language):
    return notebook_of(built, language)


def text_of(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code_of(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def html_of(book, language, page="all"):
    return (book.site / language / f"{page}.html").read_text(encoding="utf-8")


def visible(fragment):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", fragment)).split())


# -- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_page_with_cells_has_a_notebook_in_both_languages_and_no_other_page(built):
    for code in LANGUAGES:
        names = sorted(path.name for path in (built.site / "notebooks" / code).iterdir())
        assert names == ["all.ipynb", "cells.ipynb", "more.ipynb"]


@pytest.mark.slow
def test_the_notebook_is_valid_nbformat_4_5_and_names_a_python_3_kernel(notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec == {"name": "python3", "display_name": "Python 3", "language": "python"}
    assert notebook.metadata.colab.toc_visible is True
    assert "accelerator" not in notebook.metadata


@pytest.mark.slow
def test_no_output_and_no_count_is_stored(notebook):
    assert [cell.id for cell in code_of(notebook) if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.slow
def test_there_is_one_heading_of_the_first_level_and_it_opens_the_notebook(notebook):
    assert len(re.findall(r"^# ", text_of(notebook), re.MULTILINE)) == 1
    assert notebook.cells[0].source.startswith("# ")


@pytest.mark.slow
def test_the_audit_finds_no_leak(notebook):
    assert leaks(notebook) == []


@pytest.mark.slow
def test_every_cell_has_an_id_of_its_own_that_a_second_build_gives_again(built, tmp_path):
    done = built.run("language", "en", str(tmp_path / "html"), **FORK)
    assert done.returncode == 0, done.stdout
    files = sorted((tmp_path / "notebooks" / "en").iterdir())
    assert [f.read_bytes() for f in files] == [(built.site / "notebooks/en" / f.name).read_bytes() for f in files]
    ids = [cell.id for cell in notebook_of(built, "en").cells]
    assert len(set(ids)) == len(ids)


@pytest.mark.slow
def test_the_two_languages_have_the_same_code_cells_but_for_titles_and_the_first(built):
    def plain(cell):
        return re.sub(r"^#@title .*\n", "", cell.source)

    english, chinese = (code_of(notebook_of(built, code)) for code in LANGUAGES)
    assert [plain(cell) for cell in english[1:]] == [plain(cell) for cell in chinese[1:]]
    assert [cell.metadata for cell in english] == [cell.metadata for cell in chinese]


# -- numbers and targets are the page's -------------------------------------------------------------------------------


@pytest.mark.slow
def test_figures_have_the_numbers_and_captions_of_the_page(built, notebook, language):
    page = html_of(built, language)
    numbers = [visible(m) for m in re.findall(r'<span class="caption-number">((?:Fig|圖)[^<]*)</span>', page)]
    assert numbers == [("Fig. 1", "圖 1")[language != "en"], ("Fig. 2", "圖 2")[language != "en"]]
    for number, caption in zip(numbers, [CAPTIONS[language], "$a \\lt b$"], strict=True):
        lines = [line for line in text_of(notebook).splitlines() if line.startswith(f"**{number}")]
        assert len(lines) == 1
        assert caption in lines[0]
        assert f"[{number}]({SITE}{language}/all.html#fig-all-" in text_of(notebook)


@pytest.mark.slow
def test_equations_have_the_numbers_of_the_page_and_references_to_them_too(built, notebook, language):
    numbers = re.findall(r'class="eqno">\((\d+)\)', html_of(built, language))
    assert numbers == re.findall(r"\\tag\{(\d+)\}", text_of(notebook)) == ["1"]
    assert f"[(1)]({SITE}{language}/all.html#equation-eq-all-one)" in text_of(notebook)


@pytest.mark.slow
def test_exercises_and_solutions_have_the_numbers_of_the_page(built, notebook, language):
    page = html_of(built, language)
    number = visible(re.search(r'caption-number">((?:Exercise|習題) \d+)', page)[1])
    text = text_of(notebook)
    assert {"en": "**Exercise 1 (Predict: which number?)**", "zh-TW": "**習題 1（預測：是哪個數字？）**"}[
        language
    ] in text
    assert f"[{number}]({SITE}{language}/all.html#ex-all-1)" in text
    assert f"<b>{words.say('solution', language, exercise=number)}</b>" in text


@pytest.mark.slow
def test_every_link_is_absolute_and_those_to_the_book_lead_to_pages_and_places_that_exist(built, notebook):
    links = re.findall(r"\]\(([^)\s]+)\)", text_of(notebook))
    assert [link for link in links if not link.startswith("https://")] == []
    inside = [link.removeprefix(SITE) for link in links if link.startswith(SITE)]
    assert len(inside) > 15
    for link in inside:
        file, _, place = link.partition("#")
        assert (built.site / file).is_file(), link
        assert not place or f'id="{place}"' in (built.site / file).read_text(encoding="utf-8"), link


@pytest.mark.slow
def test_the_last_cell_leads_back_to_the_page_and_to_the_other_language(notebook, language):
    other = next(code for code in LANGUAGES if code != language)
    last = notebook.cells[-1].source
    assert f"({SITE}{language}/all.html)" in last
    assert f"({SITE}{other}/all.html)" in last
    assert f"/some-fork/name/blob/notebooks/{other}/all.ipynb)" in last
    assert f"({SITE}{language}/references.html)" in last


# -- each construct ---------------------------------------------------------------------------------------------------

EXPECTED = {
    "emphasis, strong words, code and a link": "Text with *emphasis*, **strong words**, `code` and "
    "[a link](https://example.org/a_b?q=1), for \\$5, in snake_case and \\_ alone.",
    "a heading with a mark": "## Figures and **numbers**",
    "a glued number": "The glued number is 3.",
    "a reference to a section": f"See [Cells]({SITE}en/cells.html#sec-cells), ",
    "a reference to a page": f"[More]({SITE}en/more.html)",
    "a term": f"[slope]({SITE}en/glossary.html#term-slope)",
    "a citation in brackets": f"[[Wilson, 1927]({SITE}en/references.html#",
    "a citation in the text": f"Wilson [[1927]({SITE}en/references.html#",
    "a space between a link and a formula": "#sec-cells) $x$ comes",
    "a picture": f"![A black dot]({SITE}en/_images/dot.svg)",
    "the caption of a picture": "**Fig. 2.** A dot, and $a \\lt b$.",
    "a formula in a line": "Inline $a_1 * b_1$ and $|x|$.",
    "a numbered formula": "$$y = w x + b \\tag{1}$$",
    "lines of a formula": "$$\n\\begin{aligned}\na &= 1 \\\\\nb & \\lt 2\n\\end{aligned}\n$$",
    "a formula in a list": "2. second\n\n   with a paragraph, and\n\n   $$z = 1$$",
    "a list in a list": "- a point\n\n  - a point below",
    "a definition": "- **term**\n\n  what it means",
    "a table": "| left | right $x$ |\n| :--- | ---: |\n| `a\\|b` | **bold** |\n| $\\lvert x \\rvert$ | 2 |",
    "a table written as a list": "| head | other |\n| --- | --- |\n| one | • item 1<br>• item 2 |",
    "a quotation": "> A quotation.",
    "an admonition": "> **A box with `code`**\n>\n> In the box, a formula:\n>\n> $$p = 2$$",
    "an admonition without a title": "> **Note**\n>\n> A note.",
    "a fold": "<details>\n<summary><b>What then?</b></summary>\n\nIt opens.\n\n</details>",
    "static code": '```python\nprice = "$5 * 2"  # {ref}`not-a-role`\n```',
    "tabs": "**Colab**\n\nIn Colab.\n\n**Home**\n\nAt home.",
    "a footnote": "**[1]** Below the page.",
    "a folded solution": "<summary><b>Solution to Exercise 1</b></summary>\n\nOne more than 3.\n\n</details>",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EXPECTED)
def test_each_construct_has_its_form(built, name):
    assert f"\n{EXPECTED[name]}".strip() in text_of(notebook_of(built, "en"))


@pytest.mark.slow
def test_a_download_leads_to_the_published_file(built):
    found = re.search(rf"\[`the dot`\]\({SITE}(en/_downloads/[0-9a-f]+/dot\.svg)\)", text_of(notebook_of(built, "en")))
    assert (built.site / found[1]).read_text(encoding="utf-8") == constructs.DOT


@pytest.mark.slow
def test_admonitions_speak_the_language_of_the_page(built):
    assert "> **備註**" in text_of(notebook_of(built, "zh-TW"))


@pytest.mark.slow
def test_a_figure_is_drawn_by_its_cell_and_its_caption_follows_the_cell(notebook):
    place = next(i for i, cell in enumerate(notebook.cells) if "people_scatter" in cell.source)
    assert notebook.cells[place].source == "figures.people_scatter(datasets.load_tug())"
    assert re.match(r"\*\*(Fig\. 1\.|圖 1)\*\*", notebook.cells[place + 1].source)


@pytest.mark.slow
def test_a_cell_that_the_page_leaves_out_stands_folded_before_the_cell_that_needs_it(notebook, language):
    folded, after = (
        [c.source for c in code_of(notebook)].index(s) for s in (hidden(language), "assert hidden == 3\nprint(hidden)")
    )
    assert folded + 1 == after
    assert code_of(notebook)[folded].metadata.cellView == "form"


def hidden(language):
    return f'#@title {words.say("fold-hidden", language)}\nhidden = 3\nglue("all-hidden", hidden)'


@pytest.mark.slow
def test_the_code_of_a_solution_is_folded_under_a_title_in_the_language_of_the_page(notebook, language):
    cell = code_of(notebook)[-1]
    assert cell.metadata.cellView == "form"
    assert cell.source.splitlines()[0] == {
        "en": "#@title Solution to Exercise 1: try first, then open this cell",
        "zh-TW": "#@title 習題 1 的解答：先自己試，再打開這一格",
    }[language]  # fmt: skip
    assert "cellView" not in code_of(notebook)[-2].metadata


# -- what stops the build ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def refused(tmp_path_factory):
    """What a build says of a page that holds everything unknown, and on which lines that stands."""
    book = SmallBook(tmp_path_factory.mktemp("refused"))
    text, lines = constructs.bad_page()
    book.add("bad", en=text)
    done = book.run("language", "en", str(book.root / "out" / "html"))
    assert done.returncode == 1
    assert not (book.root / "out" / "notebooks" / "en" / "bad.ipynb").exists()
    return done.stdout, lines


@pytest.mark.slow
@pytest.mark.parametrize("name", constructs.UNKNOWN)
def test_what_no_notebook_can_hold_stops_the_build_by_page_and_line(refused, name):
    said, lines = refused
    source, message = constructs.UNKNOWN[name]
    found = re.findall(r"/book/en/bad\.md:(\d+): WARNING: (.*)", said)
    places = [int(line) for line, text in found if message in text]
    assert any(lines[name] <= place < lines[name] + len(source.splitlines()) for place in places), places


@pytest.mark.slow
def test_the_whole_build_fails_each_time_with_one_line_for_each_place_and_leaves_the_site(built):
    before = built.state()
    built.change("more", "2 + 2\n```\n", "2 + 2\n```\n\n{kbd}`Enter`\n")
    try:
        for _ in range(2):
            done = built.build(**FORK)
            assert done.returncode == 1
            for code in LANGUAGES:
                assert f"book/{code}/more.md:15: the role kbd has no form in a notebook" in done.stdout
            assert "Traceback" not in done.stdout
            assert built.state() == before
    finally:
        built.change("more", "\n{kbd}`Enter`\n", "")


# -- the audit --------------------------------------------------------------------------------------------------------


def with_text(text):
    cells = [nbformat.v4.new_markdown_cell("# Title"), nbformat.v4.new_markdown_cell(text)]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (":::{admonition} Title\nText.\n:::", ":::"),
        ("```{note}\nText.\n```", "directive {note}"),
        ("See {ref}`sec-one`.", "{ref}"),
        ("See {numref}`fig-one`.", "{numref}"),
        ("Press {kbd}`Enter`.", "{kbd}"),
        ("(sec-one)=\nText.", "(sec-one)="),
        ("A footnote.[^1]", "[^1]"),
        ("Text **注意：**請看。", "**"),
        ("A formula $x + 1.", "$"),
        ("$$\nx", "$$"),
        ("A [link](other.html).", "'other.html', which is relative"),
        ("A [link](#place).", "'#place', which is relative"),
        ("![A picture](picture.png)", "'picture.png', which is relative"),
        ("% a comment", "'%'"),
        ("+++\nText.", "'+++'"),
        ("<div>Text.</div>", "<div>"),
        ("Text with <kbd>key</kbd>.", "<kbd>"),
        ("Text.\n\n    indented", "shows as code"),
        ("# Another title", "2 headings"),
        ("| a | b |\n| --- | --- |\n| {eq}`x` | 1 |", "{eq}"),
        ("> quoted {doc}`x`", "{doc}"),
        ("<details>\n<summary><b>**Title**</b></summary>\n\nText.\n\n</details>", "**"),
    ],
)
def test_the_audit_finds_each_kind_of_leak(text, word):
    assert any(word in what for what in leaks(with_text(text))), leaks(with_text(text))


@pytest.mark.parametrize(
    "text",
    [
        "Costs \\$5, and 2 \\times 3 is $2 * 3$.",
        "Code `{ref}` and `$x$` and ``a`b``.",
        "```python\n# {ref}`x` $5 ::: [^1] (a)=\n```",
        "$$x * y \\tag{1}$$",
        "<details>\n<summary><b>Title $x$ <code>*</code></b></summary>\n\nText.\n\n</details>",
        "A [link](https://example.org/a_b) and **bold**，*more*。",
        "中文**粗體**中文 $x$ 中文。",
    ],
)
def test_the_audit_leaves_what_is_right_alone(text):
    assert leaks(with_text(text)) == []


def test_the_audit_finds_a_stored_result():
    notebook = with_text("Text.")
    notebook.cells.append(nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("stream", text="1")]))
    assert leaks(notebook) == ["cell 3: stores a result"]


def test_the_audit_finds_a_title_that_is_missing():
    assert leaks(nbformat.v4.new_notebook()) == ["has 0 headings of the first level, and should have 1"]


# -- marks ------------------------------------------------------------------------------------------------------------

READ = MarkdownIt("commonmark")
WORDS = st.text(st.sampled_from("ab中文 *_`$[]()<>&#!~\\|.:-+=1，「"), max_size=12)


def shown(text):
    """Return what a reader sees of a paragraph, spaces apart."""
    tokens = [child for token in READ.parse(text) for child in (token.children or [])]
    return "".join(t.content for t in tokens if t.type in ("text", "code_inline")).replace("\n", " ").split()


def paragraph(*parts):
    writer = markdown.Markdown(place=None)
    return writer.block(nodes.paragraph("", "", *parts))


@given(WORDS)
def test_text_is_shown_as_it_is_whatever_marks_it_holds(words):
    assert shown(paragraph(nodes.Text(words))) == words.split()


@given(WORDS, WORDS, WORDS, st.sampled_from([nodes.strong, nodes.emphasis]))
def test_emphasis_never_prints_its_asterisks(before, inner, after, kind):
    written = paragraph(nodes.Text(before), kind("", inner), nodes.Text(after))
    assert "".join(shown(written)) == "".join((before + inner + after).split())


def test_bold_that_markdown_could_not_read_is_written_with_tags():
    assert (
        paragraph(nodes.Text("請看"), nodes.strong("", "「注意」"), nodes.Text("這裡"))
        == "請看<strong>「注意」</strong>這裡"
    )


@given(st.text(st.sampled_from("ab`|$ "), min_size=1).filter(str.strip))
def test_code_is_shown_as_it_is_whatever_backticks_it_holds(code):
    assert shown(paragraph(nodes.literal("", code))) == code.split()


# -- the first cell ---------------------------------------------------------------------------------------------------

FORKED = Repository("some-fork", "name")


def first(language="en", sha=SHA):
    return first_cell.source(FORKED, Provenance(sha), language)


class Machine:
    """A machine as the first cell finds it: what is installed, what is loaded, and what pip would do."""

    def __init__(self, monkeypatch):
        self.monkeypatch, self.origins, self.calls, self.pip = monkeypatch, [], [], self.install
        monkeypatch.setattr(importlib.metadata, "distributions", lambda name: [Distribution(o) for o in self.origins])
        monkeypatch.setattr(subprocess, "run", lambda command, **options: self.run(command, options))
        monkeypatch.delitem(sys.modules, "introdl", raising=False)

    def load(self):
        self.monkeypatch.setitem(sys.modules, "introdl", object())

    def run(self, command, options):
        self.calls.append((command, options))
        return self.pip(command)

    def install(self, command):
        self.origins = [{"url": "https://github.com/some-fork/name", "vcs_info": {"commit_id": SHA}}]
        return subprocess.CompletedProcess(command, 0, "", "")

    def satisfied(self, command):
        """Do as pip does where another commit of the same version is there: nothing, unless forced."""
        return (
            self.install(command) if "--force-reinstall" in command else subprocess.CompletedProcess(command, 0, "", "")
        )

    def no_network(self, command):
        return subprocess.CompletedProcess(command, 1, "", "fatal: Could not resolve host: github.com")

    def start(self, source):
        space = {}
        exec(compile(source, "first cell", "exec"), space)
        return space


class Distribution:
    def __init__(self, origin):
        self.origin = origin

    def read_text(self, name):
        return json.dumps(self.origin) if name == "direct_url.json" and self.origin is not None else None


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


@pytest.fixture
def current():
    return introdl_language.current


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_the_first_cell_installs_the_very_commit_and_sets_the_language(machine, current, capsys, language):
    machine.start(first(language))
    [(command, options)] = machine.calls
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert command[-1] == f"introdl @ git+https://github.com/some-fork/name@{SHA}"
    assert options["env"]["GIT_TERMINAL_PROMPT"] == "0"
    assert current() == language
    assert words.say("first-ready", language) in capsys.readouterr().out


@pytest.mark.parametrize(
    "origin",
    [
        {"url": "https://github.com/some-fork/name", "vcs_info": {"vcs": "git", "commit_id": SHA}},
        {"url": "file:///somewhere/book", "dir_info": {"editable": True}},
    ],
    ids=["that commit", "an editable install"],
)
@pytest.mark.parametrize("loaded", [False, True], ids=["not loaded", "loaded"])
def test_the_first_cell_does_nothing_where_the_package_is_there(machine, current, origin, loaded):
    machine.origins = [None, origin]  # beside it a folder that only looks like an installed package
    if loaded:
        machine.load()
    machine.start(first("zh-TW"))
    assert machine.calls == []
    assert current() == "zh-TW"


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_the_first_cell_asks_for_a_restart_where_another_commit_is_loaded(machine, language):
    machine.origins = [{"url": "https://github.com/some-fork/name", "vcs_info": {"commit_id": "0" * 40}}]
    machine.load()
    with pytest.raises(Exception, match=re.escape(words.say("first-restart", language))) as stopped:
        machine.start(first(language))
    assert machine.calls == []
    assert type(stopped.value).__name__ == "Stop"


def test_the_first_cell_replaces_another_commit_that_is_installed_and_not_loaded(machine):
    machine.origins = [{"url": "https://github.com/some-fork/name", "vcs_info": {"commit_id": "0" * 40}}]
    machine.pip = machine.satisfied
    machine.start(first())
    assert ["--force-reinstall" in command for command, _ in machine.calls] == [False, True]


@pytest.mark.parametrize("language", LANGUAGES, ids=str)
def test_the_first_cell_says_what_to_do_where_nothing_can_be_installed(machine, language):
    machine.pip = machine.no_network
    with pytest.raises(Exception, match="Could not resolve host") as stopped:
        machine.start(first(language))
    message = str(stopped.value)
    assert message.startswith(words.say("first-failed", language, address=FORKED.address))
    assert "make book" in message
    assert len(machine.calls) == 1


def test_the_first_cell_of_a_book_without_a_commit_says_so(machine):
    with pytest.raises(Exception, match=re.escape(words.say("first-unknown", "en"))):
        machine.start(first(sha=UNKNOWN))
    machine.origins = [{"url": "file:///somewhere/book", "dir_info": {"editable": True}}]
    machine.start(first(sha=UNKNOWN))
    assert machine.calls == []


def test_the_first_cells_of_two_languages_differ_in_their_texts_and_the_languages_code_alone():
    def skeleton(source, language):
        texts = {text.format(address=FORKED.address) for text in words.texts("first", language).values()} | {language}
        tree = ast.parse(source)
        constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        for node in constants:
            if node.value in texts:
                node.value = "…"
        return ast.dump(tree)

    english, chinese = first("en"), first("zh-TW")
    assert skeleton(english, "en") == skeleton(chinese, "zh-TW")
    assert len(english.splitlines()) == len(chinese.splitlines()) <= 35


def test_the_first_cell_is_a_form_whose_title_says_what_it_does_and_for_how_long():
    assert re.match(r"#@title .*install.*half a minute", first("en"))
    assert re.match(r"#@title .*安裝.*半分鐘", first("zh-TW"))


def test_a_stop_of_the_first_cell_shows_its_message_without_a_traceback(machine, capsys):
    from IPython.core.history import HistoryManager
    from IPython.core.interactiveshell import InteractiveShell

    machine.monkeypatch.setattr(HistoryManager, "enabled", False)
    machine.pip = machine.no_network
    result = InteractiveShell().run_cell(first("zh-TW"))
    said = "".join(capsys.readouterr())
    assert not result.success
    assert words.say("first-failed", "zh-TW", address=FORKED.address) in said
    assert "Traceback" not in said


def test_every_text_of_notebooks_stands_in_both_languages():
    texts = words._texts()
    assert {name for name, text in texts.items() if set(text) != set(LANGUAGES)} == set()


@pytest.mark.slow
def test_the_first_code_cell_of_every_notebook_is_the_one_that_installs(built, language):
    for file in (built.site / "notebooks" / language).iterdir():
        cells = nbformat.read(file, as_version=nbformat.NO_CONVERT).cells
        source = next(cell for cell in cells if cell.cell_type == "code").source
        assert hashlib.sha256(source.encode()).digest() == hashlib.sha256(first(language).encode()).digest()
        assert cells[1].id == first_cell.ID
