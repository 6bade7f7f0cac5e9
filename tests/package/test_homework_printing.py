"""The sheets on paper: one A4 page each with nothing cut off, in both languages; and what else is handed out."""

import csv
import html
import io
import re
import subprocess

import pytest
from bookbuild import tools
from introdl import language
from introdl.homework import Student, make, paper
from introdl.homework.__main__ import main
from introdl.homework.markup import number as written
from introdl.homework.printing import key_document, sheets_document

CLASS = [
    Student("B11012345", "王小明"),
    Student("102", "Maximiliana Featherstonehaugh-Cholmondeley"),
    Student("S1234567890-ABCDEFGHIJK"),
]
CHOICES = [["forward-pass", "descent"], ["forward-pass"], ["descent"], ["backpropagation"]]  # one page each

# Lays the pages out as for print and writes what does not fit, in a line of text at the end.
MEASURE = """
<script>
document.fonts.ready.then(() => {
  const out = [...document.querySelectorAll('.page')].map(page => {
    const paper = page.getBoundingClientRect(), footer = page.querySelector('footer').getBoundingClientRect();
    const inside = [...page.querySelectorAll('*')].filter(e => !e.closest('svg') && !e.closest('.name'));
    const beyond = inside.filter(e => {
      const box = e.getBoundingClientRect();
      return box.right > paper.right + 1 || box.bottom > paper.bottom + 1 || box.left < paper.left - 1
        || (box.bottom > footer.top + 1 && !e.closest('footer')) || e.scrollWidth > e.clientWidth + 1 && e.clientWidth;
    });
    return `${page.scrollHeight <= page.clientHeight} ${beyond.map(e => e.tagName + '.' + e.className).join(' ')}|`;
  });
  document.body.innerHTML = '<pre>' + out.join('') + '</pre>';
});
</script>
"""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    program = tools.chromium()
    assert program, "no Chromium or Chrome: run make tools, which finds or installs one"
    profile = tmp_path_factory.mktemp("profile")

    def run(*arguments):
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        command = [str(program), *flags, f"--user-data-dir={profile}", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout

    return run


def document(spoken, sheets=CHOICES[0], students=CLASS, term="Autumn 2026"):
    language.use(spoken)
    return sheets_document([paper(student, sheets, term=term) for student in students], term)


@pytest.mark.browser
@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("sheets", CHOICES, ids="+".join)
def test_a_sheet_is_one_a4_page(chromium, tmp_path, spoken, sheets):
    (tmp_path / "sheets.html").write_text(document(spoken, sheets), encoding="utf-8")
    out = tmp_path / "sheets.pdf"
    chromium("--no-pdf-header-footer", f"--print-to-pdf={out}", (tmp_path / "sheets.html").as_uri())
    pages = re.findall(rb"/Type\s*/Page\b(?!s).*?endobj", out.read_bytes(), re.DOTALL)
    assert len(pages) == len(CLASS)
    boxes = {
        tuple(round(float(n)) for n in box.split()) for box in re.findall(rb"/MediaBox\s*\[(.*?)\]", out.read_bytes())
    }
    assert boxes == {(0, 0, 595, 842)}


@pytest.mark.browser
@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("sheets", [CHOICES[0], CHOICES[3]], ids="+".join)
@pytest.mark.parametrize("larger", [1, 1.1], ids=["as it is", "with letters a tenth larger"])
def test_nothing_is_cut_off_even_where_the_readers_letters_are_larger(chromium, tmp_path, spoken, sheets, larger):
    text = document(spoken, sheets).replace("@media screen", "@media speech")  # what is measured is the page for print
    text = text.replace("font: 10pt/", f"width: 184mm; font: {10 * larger}pt/")
    assert f"{10 * larger}pt/" in text
    (tmp_path / "sheets.html").write_text(text.replace("</body>", f"{MEASURE}</body>"), encoding="utf-8")
    found = chromium("--dump-dom", "--virtual-time-budget=3000", (tmp_path / "sheets.html").as_uri())
    assert re.search("<pre>(.*?)</pre>", found)[1] == "true |" * len(CLASS)


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_a_sheet_needs_no_script_and_nothing_from_elsewhere(spoken):
    text = document(spoken)
    assert not re.search(r"<script|<link|<img|\bsrc=|url\((?!#)|@import|javascript:", text)
    links = set(re.findall(r"https?://[^\s\"'<>]+", text))
    assert all(link.startswith(("http://www.w3.org/", "https://www.w3.org/")) for link in links)
    assert '<meta charset="utf-8">' in text


def test_the_chinese_sheet_is_chinese_and_the_english_is_not():
    chinese = re.compile("[\u4e00-\u9fff]")
    nameless = [Student("S1234567890-ABCDEFGHIJK")]
    assert not chinese.search(re.sub("<style>.*?</style>", "", document("en", students=nameless), flags=re.DOTALL))
    text = document("zh-TW", students=nameless)
    assert '<html lang="zh-Hant-TW">' in text
    assert all(word in text for word in ("學號", "神經元", "梯度下降", "隱藏層 1", "作業代號"))


@pytest.mark.parametrize("sheets", CHOICES, ids="+".join)
def test_every_field_has_one_box_on_the_sheet_and_one_line_in_the_file(tmp_path, sheets):
    language.use("en")
    make(CLASS, tmp_path / "out", sheets, term="t")
    for student in CLASS:
        asked = paper(student, sheets, term="t")
        text = (tmp_path / "out" / "sheets" / f"sheet-{student.number}.html").read_text(encoding="utf-8")
        file = (tmp_path / "out" / "answers" / f"answers-{student.number}.csv").read_bytes()
        lines = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
        assert file.startswith(b"\xef\xbb\xbf")
        assert re.findall('data-field="(.*?)"', text) == list(asked.fields)
        assert lines[:3] == [["field", "answer"], ["Student number", f"#{student.number}"], ["Sheet code", asked.code]]
        assert lines[3:] == [[name, ""] for name in asked.fields]
        assert all(
            shown in text
            for shown in (student.number, html.escape(student.name), asked.code, f"answers-{student.number}.csv")
        )


def cells(text):
    """Return the rows of every table of a page as plain text."""
    rows = re.findall("<tr>(.*?)</tr>", text)
    return [
        [html.unescape(re.sub("<.*?>", "", cell)) for cell in re.findall("<t[hd].*?>(.*?)</t[hd]>", row)]
        for row in rows
    ]


def test_the_sheet_prints_the_numbers_that_the_key_was_made_from():
    asked = paper(Student("101"), term="t")
    text = sheets_document([asked])
    forward, descent, backward = asked.tasks
    rows = cells(text)
    for (weights, biases), names in zip(forward.layers, (("n3", "n4", "n5"), ("n6", "n7"), ("y",)), strict=True):
        for row, bias, name in zip(weights, biases, names, strict=True):
            assert [name, *map(written, row), written(bias)] in rows
    plain = re.sub("<.*?>", "", text)
    assert f"x1 = {written(forward.inputs[0])}, x2 = {written(forward.inputs[1])}." in plain
    assert f"w = {written(descent.start[0])}, b = {written(descent.start[1])}." in plain
    assert f"η = {written(descent.rate)}." in plain
    for point, x, y in zip("ABC", descent.x, descent.y, strict=True):
        assert [point, written(x), written(y), "", f"step1_e{point}"] in rows
    for name, row, bias in zip(("n3", "n4"), backward.weights, backward.biases, strict=True):
        assert [name, *map(written, (*row, bias))] in rows
    assert ["y", *map(written, (*backward.last, backward.last_bias))] in rows
    assert f"x1 = {written(backward.inputs[0])}, x2 = {written(backward.inputs[1])} and" in plain
    assert f"y = {written(backward.target)}." in plain
    assert f"η = {written(backward.rate)}." in plain


def test_the_key_holds_every_right_number_of_every_student():
    papers = [paper(student, term="t") for student in CLASS]
    rows = cells(key_document(papers, "t"))
    for asked in papers:
        student = asked.student
        right = [written(value) for value in asked.solution.values()]
        assert [student.number, student.name, asked.code, *right[:6]] in rows
        assert [student.number, student.name, asked.code, *right[6:20]] in rows
        assert [student.number, student.name, asked.code, *right[20:]] in rows


def test_no_sheet_gives_an_answer_away_or_the_teachers_salt(tmp_path):
    make(CLASS[:1], tmp_path, ["descent"], term="t", salt="rosebud")
    asked = paper(CLASS[0], ["descent"], term="t", salt="rosebud")
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert not any("rosebud" in text for text in texts)
    sheet = re.sub("<.*?>", " ", (tmp_path / "all-sheets.html").read_text(encoding="utf-8").split("</style>")[1])
    for name in ("step2_w", "step2_b"):
        assert not re.search(rf"(?<![\d.]){re.escape(written(asked.solution[name]))}(?![\d.])", sheet)


def test_names_and_terms_are_text_and_never_html(tmp_path):
    text = sheets_document([paper(Student("101", "<b>A & B</b>"), ["descent"])], "<i>term</i>")
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in text
    assert "&lt;i&gt;term&lt;/i&gt;" in text
    assert "<b>A" not in text
    assert "<i>term" not in text


def test_the_class_file_is_the_sheets_one_after_the_other(tmp_path):
    make(CLASS, tmp_path, term="t")
    pages = re.findall("<article.*?</article>", (tmp_path / "all-sheets.html").read_text(encoding="utf-8"), re.DOTALL)
    alone = [(tmp_path / "sheets" / f"sheet-{student.number}.html").read_text(encoding="utf-8") for student in CLASS]
    assert len(pages) == 2 * len(CLASS)  # two sheets share a page, the third fills one
    assert all(page in text for page, text in zip(pages, [text for text in alone for _ in range(2)], strict=True))


def test_the_same_command_writes_the_same_bytes(tmp_path):
    for folder in ("one", "two"):
        assert main(["make", "--students", "101", "102", "--out", str(tmp_path / folder), "--term", "t"]) == 0
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / f).rglob("*") if p.is_file()} for f in ("one", "two"))
    assert one == two
    assert len(one) == 6


def test_nothing_is_overwritten_unless_forced(tmp_path, capsys):
    arguments = ["make", "--students", "101", "102", "--out", str(tmp_path), "--sheet", "descent"]
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "answers-102.csv").write_text("somebody's work")
    assert main(arguments) == 2
    assert "answers-102.csv exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["answers-102.csv"]
    assert main([*arguments, "--force"]) == 0
    assert "somebody" not in (tmp_path / "answers" / "answers-102.csv").read_text(encoding="utf-8-sig")


def test_making_sheets_goes_on_past_what_is_odd_in_the_list_and_says_how_to_grade(tmp_path, capsys):
    given = [
        "--students",
        "101",
        "abc",
        "--out",
        str(tmp_path / "o"),
        "--term",
        "fall 26",
        "--salt",
        "s",
        "--language",
        "zh-TW",
    ]
    assert main(["make", *given, "--sheet", "descent"]) == 1
    shown = capsys.readouterr()
    assert "「abc」不是學號" in shown.err
    assert "--term 'fall 26' --salt … --sheet descent" in shown.out
    assert (tmp_path / "o" / "sheets" / "sheet-101.html").is_file()
    assert language.current() == "en"


def test_a_folder_that_is_a_file_is_named(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["make", "--students", "101", "--out", str(tmp_path / "file"), "--sheet", "descent"]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["make"], ["make", "--students", "1"], ["grade", "x", "--sheet", "other"]])
def test_a_command_that_lacks_something_ends_with_2_and_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: python -m introdl.homework" in capsys.readouterr().err
