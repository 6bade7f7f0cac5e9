"""A folder of answers is graded whole: what can be read is, and what cannot is named, with what to do."""

import csv
import io

import pytest
from introdl import language
from introdl.homework.__main__ import main
from introdl.homework.answers import file_name, template
from introdl.homework.grading import grade
from introdl.homework.sheets import Student, paper

NUMBERS = ["101", "102", "103", "104", "105"]
STUDENTS = [Student(number) for number in NUMBERS]


@pytest.fixture(scope="module")
def papers():
    return {number: paper(Student(number), term="t") for number in NUMBERS}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def filled(asked, changed=None, **options):
    """Return a student's file with the right answers, some of them changed; None takes a line out."""
    values = {name: str(float(value)) for name, value in asked.solution.items()} | (changed or {})
    lines = list(csv.reader(io.StringIO(template(asked))))
    lines = [[head, values.get(head, answer)] for head, answer in lines if values.get(head, "") is not None]
    lines += options.get("more", [])
    out = io.StringIO()
    csv.writer(out, delimiter=options.get("delimiter", ",")).writerows(lines)
    return out.getvalue()


def put(folder, asked, changed=None, name=None, encoding="utf-8-sig", **options):
    path = folder / (name or file_name(asked.student))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(filled(asked, changed, **options).encode(encoding))
    return path


def graded(folder, students=STUDENTS, **options):
    return grade(folder, students, folder.parent / "marks.csv", term="t", **options)


def table(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def marks_of(report, number):
    return next(marked for marked in report.marked if marked.student.number == number)


# -- what comes back is read -------------------------------------------------------------------------------------


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_comes_back_from_any_spreadsheet_and_in_either_language(folder, papers, spoken, encoding, delimiter):
    asked = papers["101"]
    language.use(spoken)
    put(folder, asked, encoding=encoding, delimiter=delimiter)
    language.use("en")
    report = graded(folder)
    assert report.problems == []
    assert marks_of(report, "101").count("right") == len(asked.fields) == 37


@pytest.mark.parametrize(
    "spelling",
    [
        lambda text: text.replace("-", "−").replace(".", ","),
        lambda text: text.translate(str.maketrans("0123456789.-", "０１２３４５６７８９．－")),
        lambda text: f" {text} ",
        lambda text: f"= {text}",
    ],
)
def test_answers_may_be_typed_with_wide_digits_true_minus_signs_and_decimal_commas(folder, papers, spelling):
    asked = papers["101"]
    put(folder, asked, {name: spelling(str(float(value))) for name, value in asked.solution.items()})
    assert marks_of(graded(folder), "101").count("right") == 37


def test_a_decimal_comma_that_nobody_quoted_is_put_together_again(folder, papers):
    asked = papers["101"]
    lines = [f"{name},{float(value)}".replace(".", ",") for name, value in asked.solution.items()]
    (folder / "answers-101.csv").write_text("\n".join(["field,answer", *lines]))
    assert marks_of(graded(folder), "101").count("right") == 37


def test_fields_may_be_written_with_spaces_capitals_and_true_subscripts(folder, papers):
    asked = papers["101"]
    right = {name: float(value) for name, value in asked.solution.items()}
    lines = [f"n₃;{right['n3']}", f"N_4;{right['n4']}", f"step1 ea;{right['step1_eA']}", f"STEP1_W ;{right['step1_w']}"]
    (folder / "answers-101.csv").write_text("\n".join(lines), encoding="utf-8")
    report = graded(folder)
    assert report.problems == []
    assert marks_of(report, "101").count("right") == 4


@pytest.mark.parametrize(
    "name",
    [
        "answers-101.csv",
        "Answers-101 (1).csv",
        "answers-101_2.csv",
        "王小明_77_assignsubmission_file_answers-101.csv",
        "王小明_77/answers-101.txt",
        "answers-101 - 複製.csv",
        "my homework.csv",
    ],
)
def test_a_file_is_known_by_its_line_or_its_name_wherever_it_lies(folder, papers, name):
    put(folder, papers["101"], name=name)
    report = graded(folder)
    assert report.problems == []
    assert marks_of(report, "101").count("right") == 37


def test_zeros_that_a_spreadsheet_ate_do_not_matter(folder):
    asked = paper(Student("00101"), term="t")
    put(folder, asked, name="homework.csv")
    path = folder / "homework.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("#00101", "101"))
    assert marks_of(graded(folder, [asked.student]), "00101").count("right") == 37


def test_the_file_handed_out_is_all_unanswered(folder, papers):
    (folder / "answers-101.csv").write_text(template(papers["101"]), encoding="utf-8-sig")
    report = graded(folder)
    assert report.problems == []
    assert marks_of(report, "101").count("unanswered") == 37


def test_no_number_a_date_and_two_answers_are_told_apart(folder, papers):
    changed = {"n3": "seven", "n4": "4-Mar", "n5": "1"}
    put(folder, papers["101"], changed, more=[["n5", "2"], ["n6", ""]])
    marks = marks_of(graded(folder), "101")
    kinds = {name: judged.kind for name, judged in marks.fields.items()}
    assert [kinds[name] for name in ("n3", "n4", "n5", "n6")] == ["not-a-number", "date", "two-answers", "right"]
    assert str(marks.fields["n3"]) == "not a number (seven)"


# -- the tables --------------------------------------------------------------------------------------------------


def test_the_marks_have_a_row_a_student_and_the_summary_the_commonest_mistake_first(folder, papers):
    for number in ("101", "102"):
        values = papers[number].solution
        put(folder, papers[number], {"y": str(float(values["y"]) * -1), "step1_w": ""})
    put(folder, papers["103"], {"y": "0"})
    report = graded(folder)
    marks, summary = (table(path) for path in report.files)
    assert marks[0][:7] == ["Student number", "Name", "File", "Right", "Carried forward", "Asked", "Remark"]
    assert [row[0] for row in marks[1:]] == NUMBERS
    assert marks[1][2:7] == ["answers-101.csv", "35", "0", "37", ""]
    assert marks[4][2:7] == ["", "", "", "37", "no file"]
    assert marks[1][marks[0].index("y")] == "wrong sign"
    assert marks[3][marks[0].index("y")] == "ReLU at the output"
    assert [row[:4] for row in summary[1:]] == [["wrong sign", "2", "2", "y"], ["ReLU at the output", "1", "1", "y"]]
    assert "wrong sign: 2 student(s), 2 time(s), in y" in report.said


def test_the_tables_speak_the_language_in_use(folder, papers):
    put(folder, papers["101"], {"n3": "seven", "y": "0"})
    language.use("zh-TW")
    report = graded(folder)
    text = "".join(path.read_text(encoding="utf-8-sig") for path in report.files) + report.said
    assert all(word in text for word in ("學號", "不是數字", "輸出多用了 ReLU", "沒有交檔案", "已批改：5 人中的 1 人"))


def test_a_text_of_a_student_is_never_a_formula_in_the_marks(folder, papers):
    put(folder, papers["101"], {"n3": "=HYPERLINK(1)"}, name="=1+1.csv")
    row = table(graded(folder).files[0])[1]
    assert row[2] == "'=1+1.csv"
    assert all(cell[:1] not in "=+@" for cell in row if cell)


# -- bad input ---------------------------------------------------------------------------------------------------


def broken(folder, papers):
    """Fill a folder with all that can be wrong, and one file that is right."""
    put(folder, papers["101"], {"y": "8"}, more=[["n8", "3"]])
    put(folder, papers["102"], name="answers-999.csv")
    (folder / "answers-103.csv").write_bytes(b"")
    (folder / "answers-104.csv").write_bytes(b"\x81\x20\xff\xff")
    (folder / "answers-105.xlsx").write_bytes(b"PK\x03\x04")


def test_every_bad_file_is_named_and_the_rest_is_graded(folder, papers):
    broken(folder, papers)
    (folder / "whose.csv").write_text("n3,1\n")
    (folder / "answers-777.csv").write_text("n3,1\n")
    (folder / "answers-105.csv").write_text("first,1\nsecond,2\n")
    (folder / "big.csv").write_bytes(b"n3,1\n" * 300_000)
    (folder / ".DS_Store").write_bytes(b"\0\0")
    (folder / "~$answers-101.csv").write_bytes(b"\0\0")
    report = graded(folder)
    named = {
        "answers-101.csv: not on the sheet: n8",
        "answers-103.csv is empty",
        "answers-104.csv is in no encoding",
        "answers-105.xlsx is not a CSV file",
        "answers-105.csv holds no field",
        "answers-777.csv is of student 777, who is not on the list",
        "whose.csv does not say whose it is",
        "big.csv is far too large",
    }
    assert {name for name in named if sum(problem.startswith(name) for problem in report.problems) == 1} == named
    assert len(report.problems) == len(named)
    assert marks_of(report, "101").count("right") == 36
    assert marks_of(report, "102").count("right") == 37  # the line inside says whose it is


@pytest.mark.parametrize("spoken", language.LANGUAGES)
def test_the_exit_code_and_the_messages_say_that_something_was_passed_over(folder, papers, capsys, spoken):
    broken(folder, papers)
    arguments = ["grade", str(folder), "--students", *NUMBERS, "101", "--out", str(folder / "marks.csv"), "--term", "t"]
    assert main([*arguments, "--language", spoken]) == 1
    shown = capsys.readouterr()
    word = {"en": "Please look after these (5)", "zh-TW": "以下 5 件請您處理"}[spoken]
    assert word in shown.err
    assert {"en": "101 stands in the list twice", "zh-TW": "101 在名單裡出現兩次"}[spoken] in shown.err
    assert main([*arguments, "--force"]) == 1  # its own marks lie in the folder, and are not taken for answers
    assert "(5)" in capsys.readouterr().err
    assert language.current() == "en"


def test_all_well_is_exit_code_0(folder, papers):
    put(folder, papers["101"])
    assert main(["grade", str(folder), "--students", *NUMBERS, "--out", str(folder / "m.csv"), "--term", "t"]) == 0


def test_two_files_of_one_student_are_graded_only_if_they_say_the_same(folder, papers):
    put(folder, papers["101"])
    put(folder, papers["101"], name="answers-101 (1).csv", encoding="utf-16")
    put(folder, papers["102"])
    put(folder, papers["102"], {"y": "1"}, name="again/answers-102.csv")
    report = graded(folder)
    (problem,) = report.problems
    assert problem.startswith("Student 102 has several files that differ (again/answers-102.csv, answers-102.csv)")
    assert marks_of(report, "101").count("right") == 37
    assert marks_of(report, "102").fields == {}


def without_owner(folder, asked, name):
    """Put a file whose number and code somebody has deleted."""
    lines = filled(asked).splitlines()
    (folder / name).write_text("\n".join([lines[0], *lines[3:]]), encoding="utf-8")


def test_two_students_with_each_others_answers_are_named_together(folder, papers):
    without_owner(folder, papers["102"], "answers-101.csv")
    without_owner(folder, papers["101"], "answers-102.csv")
    put(folder, papers["103"])
    report = graded(folder)
    assert report.problems == [
        "Students 101 and 102 have each other's file: not graded. Exchange the two files, and grade again."
    ]
    assert marks_of(report, "101").remark == "fits the sheet of 102"
    assert marks_of(report, "101").fields == {}
    assert marks_of(report, "103").count("right") == 37


def test_answers_that_fit_another_students_sheet_are_named(folder, papers):
    without_owner(folder, papers["102"], "answers-101.csv")
    put(folder, papers["102"])
    (problem,) = graded(folder).problems
    assert problem == "answers-101.csv fits the sheet of student 102: not graded. Ask both students."


def test_a_file_named_after_one_student_and_signed_by_another_is_named(folder, papers):
    put(folder, papers["102"], name="answers-101.csv")
    (problem,) = graded(folder).problems
    assert "called after student 101, and says inside that it is of 102" in problem


def test_another_students_code_is_known_even_where_all_else_is_empty(folder, papers):
    text = template(papers["102"]).replace("#102", "#101")
    (folder / "answers-101.csv").write_text(text, encoding="utf-8-sig")
    assert "answers-101.csv fits the sheet of student 102" in graded(folder).problems[0]


@pytest.mark.parametrize("other", [{"term": "u"}, {"salt": "s"}, {"sheets": ["descent"]}])
def test_sheets_of_another_term_salt_or_choice_are_known_by_their_code(folder, papers, other):
    given = {"sheets": ["forward-pass", "descent"], "term": "t", "salt": ""} | other
    put(folder, papers["101"])
    report = grade(folder, STUDENTS, folder.parent / "marks.csv", **given)
    assert any("Was another --term, --salt or --sheet given" in problem for problem in report.problems)
    assert marks_of(report, "101").fields == {}


def test_bad_answers_are_not_taken_for_anothers(folder, papers):
    put(folder, papers["101"], dict.fromkeys(papers["101"].fields, "77"))
    put(folder, papers["102"], dict.fromkeys(list(papers["102"].fields)[3:], ""))
    lucky = dict.fromkeys(papers["103"].fields, "77")  # and some of these numbers are another's, by chance
    lucky |= {name: str(float(papers["104"].solution[name])) for name in ("n3", "n5", "y", "step1_dw")}
    put(folder, papers["103"], lucky)
    report = graded(folder)
    assert report.problems == []
    assert [marks_of(report, number).count("unanswered") for number in ("101", "102", "103")] == [0, 34, 0]
    assert marks_of(report, "102").count("right") == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere", "--students", "101", "--out", "m.csv"], "There is no folder nowhere"),
        (["in", "--students", "101", "--out", "m.csv"], "There is no file of answers in in"),
        (["in", "--students", "no.csv", "--out", "m.csv"], "There is no file no.csv"),
        (["in", "--students", "abc", "--out", "m.csv"], "“abc” is not a student number"),
    ],
)
def test_where_nothing_can_be_graded_nothing_is_written(tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    assert main(["grade", *arguments]) == 2
    assert message in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_older_marks_stay_unless_forced(folder, papers, capsys):
    put(folder, papers["101"])
    arguments = ["grade", str(folder), "--students", "101", "--out", str(folder.parent / "m.csv"), "--term", "t"]
    (folder.parent / "m-summary.csv").write_text("mine")
    assert main(arguments) == 2
    assert "exists already" in capsys.readouterr().err
    assert not (folder.parent / "m.csv").exists()
    assert (folder.parent / "m-summary.csv").read_text() == "mine"
    assert main([*arguments, "--force"]) == 0
    assert "mine" not in (folder.parent / "m-summary.csv").read_text(encoding="utf-8-sig")


def test_marks_that_cannot_be_written_are_named(folder, papers, capsys):
    put(folder, papers["101"])
    (folder.parent / "file").write_text("")
    out = folder.parent / "file" / "m.csv"
    assert main(["grade", str(folder), "--students", "101", "--out", str(out), "--term", "t"]) == 2
    assert "cannot be written" in capsys.readouterr().err
