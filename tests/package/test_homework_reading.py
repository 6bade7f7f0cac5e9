"""What people type and spreadsheets save is read kindly, and never guessed where two readings differ."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from introdl.homework.markup import number as written
from introdl.homework.reading import decoded, is_date, number, rows
from introdl.homework.sheets import Student
from introdl.homework.students import students_from

WIDE = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", "7"),
        (" +7 ", "7"),
        ("-1.5", "-1.5"),
        ("−1.5", "-1.5"),
        ("－1.5", "-1.5"),
        ("–1.5", "-1.5"),
        ("﹣1.5", "-1.5"),
        ("⁻2", "-2"),
        ("- 2", "-2"),
        ("１２．５", "12.5"),
        ("1,5", "1.5"),
        ("1，5", "1.5"),
        ("3。5", "3.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("3/4", "0.75"),
        ("－３／４", "-0.75"),
        ("-1 1/2", "-1.5"),
        ("1½", "1.5"),
        ("¾", "0.75"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234", "1.234"),
        ("1.5E+1", "15"),
        ("n3 = 7", "7"),
        ("5·1 + 3·(−2) = −1", "-1"),
        ("'7", "7"),
        ("\u200b7\ufeff", "7"),
        ("-3.3333333333333335", "-3.3333333333333335"),
    ],
)
def test_a_number_is_read_in_every_usual_spelling(text, value):
    assert number(text) == Fraction(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "seven", "七", "x", "?", "-", "--3", "=", "5 cm", "nan", "inf", "1_000", "0x10", "1e999", "1" * 50),
        *("1 2", "1.2.3", "1,2,3", "1/0", "3/4/5", "2026/3/4", "4-Mar", "3月4日"),
    ],
)
def test_what_is_no_number_is_none(text):
    assert number(text) is None


@pytest.mark.parametrize(
    "text", ["4-Mar", "Mar-26", "3月4日", "2026/3/4", "2026-03-04", "03/04/2026", "4 Mar", "３月４日"]
)
def test_what_excel_makes_of_a_fraction_is_known_as_a_date(text):
    assert is_date(text)
    assert number(text) is None


@pytest.mark.parametrize("text", ["3/4", "-3/4", "1.5", "seven", "", "13-4", "May be 4"])
def test_other_texts_are_no_dates(text):
    assert not is_date(text)


@given(st.integers(-10_000, 10_000))
def test_every_number_of_two_decimals_comes_back_however_it_is_written(hundredths):
    value = Fraction(hundredths, 100)
    printed = written(value)
    ascii_minus = printed.replace("−", "-")
    for text in (printed, ascii_minus, ascii_minus.translate(WIDE), printed.replace(".", ","), f"{hundredths}/100"):
        assert number(text) == value


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text):
    found = number(text)
    assert found is None or isinstance(found, Fraction)
    assert all(cells for _, cells in rows(text))


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reader(data):
    text = decoded(data)
    assert text is None or isinstance(text, str)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950", "utf-16", "utf-16-le", "utf-16-be"])
def test_what_spreadsheets_save_in_taiwan_is_decoded(encoding):
    text = "field 欄位,答案\r\nn3,－1\r\n"
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize("data", [b"\x00\x01\x02\xff", b"\x89PNG\r\n\x1a\n\x00", b"\xff\xff\xff", b"\xff\xfe\x00"])
def test_what_is_no_text_is_none(data):
    assert decoded(data) is None


@pytest.mark.parametrize(
    "text",
    ["n3,1\nn4,2", "n3;1\nn4;2", "n3\t1\nn4\t2", "n3，1\nn4，2", "sep=;\nn3;1\nn4;2", '"n3","1"\r\n"n4","2"\r\n'],
)
def test_commas_semicolons_and_tabs_part_a_line(text):
    assert [cells for _, cells in rows(text)] == [["n3", "1"], ["n4", "2"]]


def test_a_decimal_comma_is_none_that_parts_where_something_else_does():
    assert [cells for _, cells in rows("n3;1,5\nn4;2,5")] == [["n3", "1,5"], ["n4", "2,5"]]
    assert [cells for _, cells in rows("n3\t1,5")] == [["n3", "1,5"]]


def test_lines_keep_their_numbers_where_others_are_empty():
    assert [place for place, _ in rows("a,1\n\n  \nb,2")] == [1, 4]


@pytest.mark.parametrize(
    ("value", "text"), [("0", "0"), ("-0.25", "−0.25"), ("10", "10"), ("-18.5", "−18.5"), ("0.05", "0.05")]
)
def test_numbers_are_printed_without_needless_digits(value, text):
    assert written(Fraction(value)) == text


def test_a_number_without_an_end_cannot_be_printed():
    with pytest.raises(ValueError, match="expected a number whose decimals end, got 1/3"):
        written(Fraction(1, 3))


# -- the list of students ----------------------------------------------------------------------------------------


def numbers_in(tmp_path, text, encoding="utf-8", name="class.csv"):
    (tmp_path / name).write_bytes(text.encode(encoding))
    return students_from([str(tmp_path / name)])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp950", "utf-16"])
@pytest.mark.parametrize(
    "text",
    [
        "學號,姓名\nB101,王小明\nB102,李大華\n",
        "姓名;系級;學號\n王小明;工管;B101\n李大華;工管;B102\n",
        "B101\t王小明\nB102\t李大華",
        "B101 王小明\n\nB102 李大華\n",
        "Ｂ１０１，王小明\nＢ１０２，李大華",
    ],
)
def test_a_list_may_have_heads_names_and_any_order(tmp_path, text, encoding):
    assert numbers_in(tmp_path, text, encoding) == ([Student("B101", "王小明"), Student("B102", "李大華")], [])


def test_numbers_alone_do():
    assert students_from(["101", "102", "103,104"])[0] == [Student(number) for number in ("101", "102", "103", "104")]


def test_leading_zeros_stay():
    assert students_from(["007"]) == ([Student("007")], [])


def test_what_is_odd_in_a_list_is_named_by_its_line_and_the_rest_is_taken(tmp_path):
    students, problems = numbers_in(tmp_path, "101,A\n,B\nabc,C\n10 1,D\n101,E\n王102,F\n103,G\n")
    assert [student.number for student in students] == ["101", "103"]
    assert [problem.split(":")[0].rpartition(" ")[2] for problem in problems] == ["2", "3", "4", "5", "6"]
    words = [
        "no student number beside “B”",
        "“abc” is not",
        "“10 1” is not",
        "101 stands in the list twice",
        "“王102” is",
    ]
    assert all(word in problem for word, problem in zip(words, problems, strict=True))


@pytest.mark.parametrize("text", ["", "\n \n", "學號,姓名\n", "abc\n"])
def test_a_list_without_a_student_is_refused(tmp_path, text):
    with pytest.raises(ValueError, match="There is no student in the list"):
        numbers_in(tmp_path, text)


@pytest.mark.parametrize("given", ["nowhere.csv", "folder/nowhere", r"folder\nowhere", "class.xlsx"])
def test_a_list_that_is_not_there_is_not_taken_for_a_number(given):
    with pytest.raises(ValueError, match="There is no file"):
        students_from([given])


@pytest.mark.parametrize("data", [b"PK\x03\x04\x00\x00", b"\xff\xfe\x00", b"1" * 2_000_000])
def test_a_list_that_cannot_be_read_is_named(tmp_path, data):
    (tmp_path / "class.xlsx").write_bytes(data)
    with pytest.raises(ValueError, match=r"class\.xlsx cannot be read as a list of students"):
        students_from([str(tmp_path / "class.xlsx")])
