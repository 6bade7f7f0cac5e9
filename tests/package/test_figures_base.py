"""A figure is SVG whose text is text, described for those who cannot see it, and the same every time."""

import re
import subprocess
import sys
import warnings
import xml.etree.ElementTree as ET

import pytest
from introdl.figures import INK, PAPER, Figure, Steps, new_figure

SVG = "{http://www.w3.org/2000/svg}"


def drawing(alt="A line that rises.", xlabel="時間 (s)"):
    with new_figure() as (canvas, axes):
        axes.plot([1, 2], [2, 3])
        axes.set_xlabel(xlabel)
    return Figure(canvas, alt)


def test_text_stays_text_and_is_set_by_the_browser():
    root = ET.fromstring(drawing().svg())
    texts = {"".join(element.itertext()).strip(): element for element in root.iter(f"{SVG}text")}
    assert "時間 (s)" in texts
    assert "Noto Sans TC" in texts["時間 (s)"].get("style")
    assert "DejaVu" not in drawing().svg()


def test_the_description_is_the_title_of_the_image():
    root = ET.fromstring(drawing(alt="Errors < 5 & rising \\1").svg())
    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == "Errors < 5 & rising \\1"


def test_a_notebook_gets_svg_and_the_description():
    bundle = drawing()._repr_mimebundle_()
    assert set(bundle) == {"image/svg+xml", "text/plain"}
    assert bundle["text/plain"] == "A line that rises."


@pytest.mark.parametrize("alt", ["  ", "", None, 3])
def test_a_figure_without_a_description_is_refused(alt):
    with new_figure() as (canvas, _), pytest.raises(ValueError, match="needs an alt text"):
        Figure(canvas, alt)


def test_characters_that_xml_forbids_are_left_out_of_the_description():
    assert ET.fromstring(drawing(alt="a\x00 line\x0b ]]> here").svg())[0].text == "a line ]]> here"


def test_drawing_twice_gives_the_same_bytes():
    assert drawing().svg() == drawing().svg()


@pytest.mark.parametrize("label", ["步頻 (Hz)", "權重 $w_{13}$"])
def test_chinese_without_a_font_warns_of_nothing(label, caplog):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        svg = drawing(xlabel=label).svg()
    assert label[0] in svg
    assert caplog.records == []


def test_other_warnings_of_matplotlib_are_still_heard():
    with new_figure() as (canvas, axes):
        axes.set_xlabel("x")
    canvas.set_size_inches(0.2, 0.2)
    with pytest.warns(UserWarning, match="constrained_layout"):
        Figure(canvas, "Too small for its label.").svg()


def test_ink_and_paper_are_colours_that_nothing_else_has():
    from introdl.figures import BLUE, GREEN, GREY, ORANGE, PURPLE

    assert len({INK, PAPER, BLUE, GREEN, GREY, ORANGE, PURPLE}) == 7


def test_importing_figures_leaves_pyplot_alone():
    command = "import sys, introdl.figures; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0


def three_steps():
    return Steps([drawing(alt=f"Line <{name}>.") for name in "abc"], ["0", "1", "10"], title="step")


def test_steps_are_one_well_formed_element_whose_buttons_name_their_drawings():
    root = ET.fromstring(three_steps().html())
    buttons = root.findall("input")
    assert [button.get("type") for button in buttons] == ["radio"] * 3
    assert {button.get("name") for button in buttons} == {root.get("id")}
    assert [label.text for label in root.findall("label")] == ["0", "1", "10"]
    assert [label.get("for") for label in root.findall("label")] == [button.get("id") for button in buttons]
    assert [title.text for title in root.iter(f"{SVG}title")] == ["Line <a>.", "Line <b>.", "Line <c>."]


def test_only_the_first_step_is_chosen_and_a_rule_shows_each_drawing_for_its_button():
    html = three_steps().html()
    root = ET.fromstring(html)
    assert ["checked" in button.attrib for button in root.findall("input")] == [True, False, False]
    assert root.find("input").get("checked") == ""
    for place, button in enumerate(root.findall("input"), start=1):
        assert f"#{button.get('id')}:checked~.frames>:nth-child({place})" in html


def test_no_id_stands_twice_among_the_drawings_and_their_rules_reach_no_further():
    html = three_steps().html()
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids)) > 3
    assert set(re.findall(r"url\(#([^)]+)\)", html)) <= set(ids)
    assert "*{" not in html.replace(".frames>*{", "")


def test_steps_are_told_in_words_where_nothing_can_be_drawn():
    bundle = three_steps()._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"].splitlines()[2] == "step 10: Line <c>."


@pytest.mark.parametrize(("count", "names"), [(1, ["0"]), (2, ["0"]), (2, ["0", "0"]), (0, [])])
def test_steps_want_several_drawings_and_a_name_for_each(count, names):
    with pytest.raises(ValueError, match=r"expected at least two drawings|a name of its own"):
        Steps([drawing() for _ in range(count)], names, title="step")


@pytest.mark.parametrize("names", [["1", 1], ["0", ""], ["0", " 0"]])
def test_names_that_look_alike_or_are_empty_name_no_button(names):
    with pytest.raises(ValueError, match="every button needs a name of its own, got"):
        Steps([drawing(), drawing()], names, title="step")


@pytest.mark.parametrize("title", ["", " ", None, 3])
def test_steps_need_a_title_in_words(title):
    with pytest.raises(ValueError, match="the buttons need a title that says what they choose, got"):
        Steps([drawing(), drawing()], ["0", "1"], title=title)


def test_a_step_that_is_no_figure_is_refused_before_anything_is_drawn():
    with pytest.raises(TypeError, match="every drawing must be a Figure, with a description, got str"):
        Steps([drawing(), "<svg/>"], ["0", "1"], title="step")


def test_the_same_drawings_under_other_names_share_no_id_or_button():
    def ids(names, title):
        return set(re.findall(r'\bid="([^"]+)"', Steps([drawing(), drawing()], names, title).html()))

    assert not ids(["0", "1"], "step") & ids(["0", "2"], "step")
    assert not ids(["0", "1"], "step") & ids(["0", "1"], "rate")


def test_a_picture_shown_twice_in_one_drawing_has_its_id_once():
    with new_figure(ncols=2) as (canvas, axes):
        for one in axes:
            one.imshow([[0, 1], [1, 0]])
    svg = Figure(canvas, "The same four squares twice.").svg()
    ids = re.findall(r' id="([^"]+)"', svg)
    assert svg.count("<image ") == 2
    assert len(ids) == len(set(ids))
