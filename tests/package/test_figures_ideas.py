"""The drawings of the part on ideas: in the reader's language, with the numbers that were put in, and nothing else."""

import itertools

import numpy as np
import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import datasets, language
from introdl.figures import (
    cut_search,
    learning_curve,
    line_and_cut,
    nested_ideas,
    rare_class,
    searched_noise,
    smooth_and_stairs,
    two_ways,
)

SVG = "{http://www.w3.org/2000/svg}"
FOUR = pd.DataFrame({"tug": [8, 10, 10, 20], "bbs": [26, 24, 24, 12]})  # two people share a place


def curve(**changes):
    values = {"sizes": [4, 12], "seen": [0.9, 0.88], "lowest": [0.7, 0.8], "highest": [0.75, 0.8], "never": 0.74}
    return learning_curve(**(values | changes))


DRAWINGS = {
    "nested": (nested_ideas, ["ideas.ai", "ideas.ml", "ideas.dl"]),
    "ways": (two_ways, ["ideas.rule", "ideas.cases", "ideas.answers", "ideas.computer", "ideas.way-written"]),
    "search": (lambda: cut_search([8, 14, 30], [6, 18, 17], n=23, written=14), ["ideas.cut"]),
    "noise": (lambda: searched_noise([17, 18], [16, 15], n=23, real=20), ["ideas.deals"]),
    "curve": (curve, ["ideas.curve-seen", "ideas.curve-lowest", "ideas.curve-highest", "ideas.curve-never"]),
    "line": (lambda: line_and_cut(FOUR, -1, 34, limit=22), ["ideas.called-low", "people.seconds", "people.points"]),
    "stairs": (lambda: smooth_and_stairs([-1, 0], [3.0, 2.0], [1, 2], n=4), ["warmup.slope"]),
    "rare": (lambda: rare_class(1000, 20, 16, 98), []),
}


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("name", DRAWINGS)
def test_every_label_stands_in_the_drawing_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_description_is_in_the_readers_language(name):
    draw, _ = DRAWINGS[name]
    assert_described_in_both_languages(draw)


def test_each_box_lies_inside_the_one_before():
    patches = nested_ideas().figure.axes[0].patches
    boxes = [patch.get_bbox() for patch in patches]
    assert len(boxes) == 3
    for outer, inner in itertools.pairwise(boxes):
        assert outer.x0 < inner.x0
        assert outer.y0 < inner.y0
        assert inner.x1 < outer.x1
        assert inner.y1 < outer.y1


def test_the_rule_goes_in_above_and_comes_out_below():
    ax = two_ways().figure.axes[0]
    places = {text.get_position(): text.get_text() for text in ax.texts if text.get_text()}
    rules = sorted((y, x) for (x, y), text in places.items() if text == "rule")
    answers = sorted((y, x) for (x, y), text in places.items() if text == "answers")
    (below, above), (answers_below, answers_above) = rules, answers
    assert below[1] > above[1], "below, the rule stands at the right"
    assert answers_below[1] < answers_above[1]


def test_what_a_person_brings_has_the_thickest_border():
    ax = two_ways().figure.axes[0]
    thickest = max(patch.get_linewidth() for patch in ax.patches)
    thick = [patch.get_bbox() for patch in ax.patches if patch.get_linewidth() == thickest]
    inside = [t.get_text() for box in thick for t in ax.texts if t.get_text() and box.contains(*t.get_position())]
    assert sorted(inside) == ["answers", "rule"]


def test_the_search_is_described_by_its_best_cut_the_written_one_and_never():
    people = datasets.load_tug()
    counts = [int(((people["tug"] >= cut) == (people["y2"] == 1)).sum()) for cut in range(8, 31)]
    alt = cut_search(range(8, 31), counts, n=23, written=14).alt
    said = ["at 14 seconds, has 18 right", "20, at a cut of 15, 16 seconds", "Never saying “low” has 17"]
    assert [words for words in said if words not in alt] == []


def test_every_best_cut_is_marked_and_no_other():
    ax = cut_search([8, 10, 14, 16, 30], [6, 20, 18, 20, 17], n=23, written=14).figure.axes[0]
    diamonds = ax.collections[0].get_offsets().tolist()
    assert diamonds == [[10, 20], [16, 20]]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"written": 13}, "written must be one of the cuts, got 13"),
        ({"cuts": [14, 8, 30]}, "cuts must rise"),
        ({"right": [6, 18]}, "same number of rows, got 3 and 2"),
        ({"right": [6, 24, 17]}, "whole numbers from 0 to n = 23, got 6 to 24"),
        ({"right": [6, 17.5, 17]}, "whole numbers"),
        ({"right": [6, float("nan"), 17]}, "finite"),
        ({"n": 0}, "at least 1"),
        ({"cuts": []}, "at least one number"),
    ],
)
def test_a_search_that_cannot_be_drawn_is_refused(changes, message):
    values = {"cuts": [8, 14, 30], "right": [6, 18, 17], "n": 23, "written": 14} | changes
    with pytest.raises(ValueError, match=message):
        cut_search(**values)


def test_text_for_a_count_is_refused_by_name():
    with pytest.raises(TypeError, match="right must hold real numbers"):
        cut_search([8, 30], ["many", "few"], n=23, written=8)


def test_the_noise_is_described_by_both_means_and_by_how_often_the_real_count_is_reached():
    alt = searched_noise([17, 18, 20, 17], [16, 15, 17, 16], n=23, real=20).alt
    assert "4 random deals" in alt
    assert "18.0 of 23" in alt
    assert "16.0 on average" in alt
    assert "25.0% of the deals" in alt


def test_the_bars_of_the_noise_add_up_to_all_deals():
    axes = searched_noise([17, 18, 20, 17], [16, 15, 17, 16], n=23, real=20).figure.axes
    assert [sum(bar.get_height() for bar in ax.patches) for ax in axes] == [100, 100]


def test_noise_of_different_lengths_and_counts_beyond_n_are_refused():
    with pytest.raises(ValueError, match="best and honest must have the same number of rows, got 2 and 1"):
        searched_noise([17, 18], [16], n=23, real=20)
    with pytest.raises(ValueError, match="real must hold whole numbers from 0 to n = 23"):
        searched_noise([17], [16], n=23, real=24)


def test_the_curve_is_described_by_where_it_begins_and_ends():
    alt = curve().alt
    for words in ("4 to 12 people", "from 90% to 88%", "from 70% to 80%", "from 75% to 80%", "“low”: 74%"):
        assert words in alt


def test_a_low_share_stays_in_the_drawing():
    bottom, _ = curve(lowest=[0.2, 0.8]).figure.axes[0].get_ylim()
    assert bottom < 20


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sizes": [12, 4]}, "sizes must rise"),
        ({"seen": [90, 88]}, "seen must hold shares from 0 to 1, got 88 to 90"),
        ({"highest": [0.7]}, "same number of rows"),
        ({"never": -0.1}, "never must hold shares"),
    ],
)
def test_a_curve_that_cannot_be_drawn_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        curve(**changes)


def test_the_line_and_its_cut_are_worked_out_by_hand():
    # 34 - seconds reaches 22 at 12 seconds: only the person with 20 seconds is beyond, and has 12 points
    alt = line_and_cut(FOUR, weight=-1, bias=34, limit=22).alt
    assert "4 people, 1 of them with 22 points or less" in alt
    assert "crosses 22 points at 12.0 seconds" in alt
    assert "1 of the 1 are slower than that, and 3 of the 3 others are quicker" in alt


def test_people_who_share_a_place_are_counted_in_their_dot():
    assert texts(line_and_cut(FOUR, -1, 34, limit=22)).count("2") == 1


def test_of_the_23_people_the_line_finds_4_low_scores_of_6():
    people = datasets.load_tug()
    weight, bias = np.polyfit(people["tug"], people["bbs"], 1)
    assert (
        "15.3 seconds. 4 of the 6 are slower than that, and 16 of the 17" in line_and_cut(people, weight, bias, 22).alt
    )


def test_a_limit_that_nobody_stays_under_can_be_drawn():
    assert "0 of them with 2 points or less" in line_and_cut(FOUR, -1, 34, limit=2).alt


def test_a_line_that_does_not_fall_and_a_table_without_scores_are_refused():
    with pytest.raises(ValueError, match="weight must be negative"):
        line_and_cut(FOUR, 0.5, 20, limit=22)
    with pytest.raises(ValueError, match="got none called bbs"):
        line_and_cut(FOUR[["tug"]], -1, 34, limit=22)
    with pytest.raises(ValueError, match="tug must hold at least one number"):
        line_and_cut(FOUR.iloc[:0], -1, 34, limit=22)


def test_drawing_leaves_the_table_as_it_was():
    people = FOUR.copy()
    line_and_cut(people, -1, 34, limit=22)
    assert people.equals(FOUR)


def test_loss_and_mistakes_are_described_by_their_lowest_places():
    alt = smooth_and_stairs([-1, -0.5, 0], [12.6, 10.4, 22.0], [3, 3, 6], n=23).alt
    assert "from −1 to 0 points per second" in alt
    assert "lowest, 10.4, at −0.5" in alt
    assert "only 2 values; it is smallest, 3, everywhere from −1 to −0.5" in alt


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"slopes": [0, -1]}, "slopes must rise"),
        ({"wrong": [1, 5]}, "whole numbers from 0 to n = 4, got 1 to 5"),
        ({"squared": [1.0, float("inf")]}, "finite"),
        ({"squared": [1.0]}, "same number of rows"),
    ],
)
def test_a_loss_that_cannot_be_drawn_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        smooth_and_stairs(**({"slopes": [-1, 0], "squared": [3.0, 2.0], "wrong": [1, 2], "n": 4} | changes))


def test_fewest_mistakes_in_two_separate_places_are_not_called_one_stretch():
    alt = smooth_and_stairs([-1, 0, 1], [3.0, 2.0, 3.0], [1, 2, 1], n=4).alt
    assert "everywhere" not in alt
    assert "smallest, 1, in several places between −1 and 1" in alt


def test_there_is_one_dot_a_person_in_four_groups():
    ax = rare_class(1000, ill=20, found=16, false_alarms=98).figure.axes[0]
    groups = [group.get_offsets() for group in ax.collections]
    assert [len(group) for group in groups] == [16, 98, 4, 882]
    places = {tuple(place) for group in groups for place in np.asarray(group).tolist()}
    assert len(places) == 1000, "no two people share a place"


def test_the_rare_class_is_described_with_everybody_called():
    alt = rare_class(1000, ill=20, found=16, false_alarms=98).alt
    assert "20 are ill: 16 of them are called, 4 are not" in alt
    assert "So 114 are called in all" in alt


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"n": 990}, ValueError),
        ({"found": 21}, ValueError),
        ({"false_alarms": 981}, ValueError),
        ({"ill": 1001, "found": 0}, ValueError),
        ({"ill": 0.02}, TypeError),
        ({"n": 0}, ValueError),
    ],
)
def test_groups_that_do_not_fit_are_refused(changes, error):
    with pytest.raises(error, match=r"multiple of 40|must be a whole number|at least 40"):
        rare_class(**({"n": 1000, "ill": 20, "found": 16, "false_alarms": 98} | changes))


@pytest.mark.torch
def test_tensors_are_drawn_as_arrays_are():
    import torch

    sizes, share = torch.tensor([4.0, 12.0]), torch.tensor([0.9, 0.88])
    assert (
        curve(sizes=sizes, seen=share, lowest=share, highest=share).alt
        == curve(lowest=[0.9, 0.88], highest=[0.9, 0.88]).alt
    )
