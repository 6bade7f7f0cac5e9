"""The drawings of the 23 people and of the self-check: in the reader's language, with numbers from the data."""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl import datasets, language
from introdl.figures import accuracy_intervals, downhill_walk, people_line, people_scatter

SVG = "{http://www.w3.org/2000/svg}"
FOUR = pd.DataFrame({"tug": [8, 10, 10, 20], "bbs": [26, 24, 24, 12]})  # two people share a place


def parabola(slope):
    return (slope + 1) ** 2


DRAWINGS = {
    "scatter": (lambda: people_scatter(FOUR), ["people.seconds", "people.points"]),
    "line": (lambda: people_line(FOUR, -1, 34), ["people.seconds", "people.points"]),
    "intervals": (lambda: accuracy_intervals(23, {"never": (17, 0.54, 0.87)}), ["warmup.accuracy"]),
    "walk": (lambda: downhill_walk(parabola, [0, -0.5]), ["warmup.slope", "warmup.loss", "warmup.start"]),
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


def test_people_who_share_a_place_are_counted_in_their_dot():
    assert texts(people_scatter(FOUR)).count("2") == 1


def test_the_numbers_in_the_dots_and_the_single_dots_add_up_to_everybody():
    people = datasets.load_tug()
    places = people.groupby(["tug", "bbs"]).size()
    shared = sorted(int(text) for text in texts(people_scatter(people)) if text in {"2", "3"})
    assert shared == sorted(places[places > 1])
    assert sum(shared) + (places == 1).sum() == 23


def test_the_scatter_is_described_by_ranges_the_slowest_and_the_commonest_time():
    alt = people_scatter(datasets.load_tug()).alt
    said = ["23 people", "8 to 29", "10 to 28", "slowest person has 10 points", "11 seconds: 7 people, with 20 to 26"]
    assert [words for words in said if words not in alt] == []


def test_the_error_in_the_drawing_is_the_mean_absolute_error_worked_out_by_hand():
    # guesses 26, 24, 24, 14 against 26, 24, 24, 12: misses 0, 0, 0, 2
    drawing = people_line(FOUR, slope=-1, intercept=34)
    assert "mean absolute error: 0.50 points" in texts(drawing)
    assert "mean absolute error: 0.50 points" in drawing.alt
    assert "largest miss is 2 points, at the person with 20 seconds and 12 points" in drawing.alt


def test_the_errors_on_the_page_are_those_of_a_plain_loop():
    people = datasets.load_tug()
    for slope, intercept in ((-0.5, 30), (-0.7, 30), (-0.7, 33), (0, 26)):
        total = sum(abs(y - (slope * x + intercept)) for x, y in zip(people["tug"], people["bbs"], strict=True))
        assert f"{total / 23:.2f} points" in people_line(people, slope, intercept).alt


def test_every_line_is_drawn_on_the_same_axes():
    flat, steep = (people_line(FOUR, slope, 30).figure.axes[0] for slope in (0, -5))
    assert flat.get_xlim() == steep.get_xlim()
    assert flat.get_ylim() == steep.get_ylim()


def test_a_text_for_a_slope_is_refused_by_name():
    with pytest.raises(TypeError, match=r"slope must be a number, got '-0\.5'"):
        people_line(FOUR, "-0.5", 30)


def test_a_numpy_number_is_a_number():
    assert "−0.5 points per second" in people_line(FOUR, np.float64(-0.5), np.int64(30)).alt


@pytest.mark.parametrize("draw", [people_scatter, lambda people: people_line(people, 0, 1)])
def test_a_missing_column_and_an_empty_table_are_refused(draw):
    with pytest.raises(ValueError, match="must have the columns tug and bbs, got none called bbs"):
        draw(FOUR[["tug"]])
    with pytest.raises(ValueError, match="at least one row"):
        draw(FOUR.iloc[:0])


def test_drawing_leaves_the_table_as_it_was():
    people = FOUR.copy()
    people_line(people, 0, 20)
    assert people.equals(FOUR)


def test_an_interval_is_described_in_percent():
    figure = accuracy_intervals(23, {"slow": (18, 0.5810, 0.9034), "never": (17, 0.5353, 0.8745)})
    assert "18 right, 78%, interval 58% to 90%" in figure.alt
    assert "17 right, 74%, interval 54% to 87%" in figure.alt


def test_an_interval_that_does_not_hold_its_share_is_refused():
    with pytest.raises(ValueError, match=r"must hold the share 0\.739, got 0\.100 to 0\.200"):
        accuracy_intervals(23, {"never": (17, 0.1, 0.2)})
    with pytest.raises(ValueError, match="between 0 and n = 23, got 24"):
        accuracy_intervals(23, {"never": (24, 0.9, 1.0)})


def test_a_walk_is_described_by_where_it_starts_and_ends():
    alt = downhill_walk(parabola, [0, -0.5, -0.75]).alt
    assert "walk of 2 steps" in alt
    assert "from slope 0.00, loss 1.00, to slope −0.75, loss 0.06" in alt


def test_a_walk_that_flies_away_says_how_much_is_not_drawn():
    assert "2 steps lie outside" in texts(downhill_walk(parabola, [0, 1.5, -40, 500]))
    assert not [text for text in texts(downhill_walk(parabola, [0, -1])) if "outside" in text]


def test_a_walk_without_a_start_is_refused():
    with pytest.raises(ValueError, match="place where it starts"):
        downhill_walk(parabola, [])
