"""Fall risk drawn: what stands in the drawing and its description, in both languages, and what is refused."""

import numpy as np
import pandas as pd
import pytest
from drawn import assert_described_in_both_languages, assert_labels_are_drawn, texts
from introdl.checking import wilson
from introdl.figures import (
    contacts_checked,
    cut_tested,
    gain_by_group,
    hundred_people,
    shuffled_search,
    walking_signal,
)
from introdl.language import use
from introdl.signals import foot_contacts, simulated_walk, smoothed

FIRST = (13 / 15, *wilson(13, 15))
STUDIES = {
    "first": {"sensitivity": FIRST, "specificity": FIRST},
    "pooled": {"sensitivity": (0.31, 0.13, 0.57), "specificity": (0.74, 0.52, 0.88)},
}
WAYS = {"first": (26, 4, 9, 61), "pooled": (9, 21, 18, 52), "never": (0, 30, 0, 70)}
CONTACTS = [1.0, 1.6, 2.15, 2.75, 3.3]
WALK = simulated_walk(CONTACTS, seconds=5)
CHECKED = pd.DataFrame(
    {
        "recording": ["A", "B"],
        "matched": [54, 9],
        "missed": [9, 0],
        "extra": [3, 0],
        "median_error": [0.045, 0.08],
    }
)
LUCK = pd.DataFrame({"right": [54, 55, 56], "times": [300, 500, 200]})
GAINS = pd.DataFrame(
    {
        "group": ["everybody", "older", "younger"],
        "people": [163, 76, 87],
        "gain": [1.31, 0.45, 0.2],
        "low": [0.96, 0.05, -0.07],
        "high": [1.68, 0.9, 0.5],
    }
)


def walk():
    return walking_signal(WALK, 100, smoothed(WALK, 100), CONTACTS, foot_contacts(WALK, 100))


DRAWINGS = {
    "cut": (
        lambda: cut_tested(STUDIES),
        ["falls.first", "falls.pooled", "falls.sensitivity", "falls.specificity", "falls.cut-axis"],
    ),
    "hundred": (
        lambda: hundred_people(WAYS),
        ["falls.found", "falls.missed", "falls.alarmed", "falls.left-alone", "falls.way-first", "falls.way-never"],
    ),
    "walk": (
        walk,
        ["falls.simulated", "falls.measured", "falls.smoothed", "falls.contact", "falls.contact-found"],
    ),
    "checked": (
        lambda: contacts_checked(CHECKED),
        ["falls.matched", "falls.missed", "falls.extra", "falls.contacts-axis"],
    ),
    "luck": (
        lambda: shuffled_search(LUCK, 73, 53, 56, 0.75),
        ["falls.shuffled-axis", "falls.shuffled-times"],
    ),
    "gains": (lambda: gain_by_group(GAINS), ["falls.everybody", "falls.older", "falls.younger", "falls.gain-axis"]),
}


@pytest.fixture(autouse=True)
def _english_again():
    yield
    use("en")


@pytest.mark.parametrize("code", ["en", "zh-TW"])
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_labelled_in_the_readers_language(name, code):
    draw, labels = DRAWINGS[name]
    assert_labels_are_drawn(draw, labels, code)


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_described_in_both_languages(name):
    assert_described_in_both_languages(DRAWINGS[name][0])


def test_the_simulated_walk_says_so_and_the_others_do_not():
    assert "simulated" in texts(walk())
    assert walk().alt.endswith("The data are simulated.")
    for name in set(DRAWINGS) - {"walk"}:
        drawing = DRAWINGS[name][0]()
        assert "simulated" not in " ".join([*texts(drawing), drawing.alt])


def test_the_cut_stands_in_both_studies_with_its_intervals():
    assert "fallers found, first study, 30 people: 87, from 62 to 96" in cut_tested(STUDIES).alt
    assert "fallers found, pooled, 10 studies: 31, from 13 to 57" in cut_tested(STUDIES).alt


def test_of_a_hundred_everybody_is_drawn_and_counted():
    drawing = hundred_people(WAYS)
    numbers = [text for text in texts(drawing) if text.isdigit()]
    assert [number for number in numbers if int(number) % 20] == "26 4 9 61 9 21 18 52 30 70".split()
    lengths = [round(bar.get_width()) for bar in drawing.figure.axes[0].patches if bar.get_y() > -1]
    assert sum(lengths) == 300


def test_the_true_contacts_and_the_found_ones_are_counted():
    assert "5 contacts are marked, 5 were found" in walk().alt


def test_a_recording_shows_its_three_counts_and_its_error():
    drawing = contacts_checked(CHECKED)
    assert "A: 54 matched, 9 missed, 3 extra, median timing error 45 ms" in drawing.alt
    assert "80 ms" in texts(drawing)


def test_luck_is_drawn_with_the_three_numbers_beside_it():
    drawing = shuffled_search(LUCK, 73, 53, 56, 0.75)
    shown = texts(drawing)
    assert "always “no” 72.6%" in shown
    assert "published 75.0%" in shown
    assert "same search, true labels 76.7%" in shown
    assert "when 1000 times the labels of 73 people were shuffled: from 74.0% to 76.7% right" in drawing.alt


def test_a_negative_end_has_a_real_minus_sign():
    assert "under 60, 87 people: 0.20, from −0.07 to 0.50" in gain_by_group(GAINS).alt


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cut_tested({"first": STUDIES["first"]}), "first and pooled"),
        (lambda: cut_tested(STUDIES | {"pooled": {"sensitivity": FIRST}}), "sensitivity and specificity"),
        (lambda: cut_tested(STUDIES | {"first": dict.fromkeys(STUDIES["first"], (0.9, 0.95, 1))}), "between its two"),
        (lambda: hundred_people({}), "none"),
        (lambda: hundred_people({"other": (0, 30, 0, 70)}), "other"),
        (lambda: hundred_people({"never": (0, 30, 0, 60)}), "make 100"),
        (lambda: hundred_people({"never": (0, 30, 0, 70), "first": (26, 5, 9, 60)}), r"same found \+ missed"),
        (lambda: hundred_people({"never": (0.5, 29.5, 0, 70)}), "count"),
        (lambda: walking_signal(WALK, 100, WALK[:-1], CONTACTS, CONTACTS), "smooth"),
        (lambda: walking_signal([np.nan], 100, [0.0], CONTACTS, CONTACTS), "finite"),
        (lambda: contacts_checked(CHECKED.drop(columns="missed")), "missed"),
        (lambda: contacts_checked(CHECKED[:0]), "at least one row"),
        (lambda: shuffled_search([1, 2], 73, 53, 56, 0.75), "data frame"),
        (lambda: shuffled_search(LUCK, 73, 53, 56, 75), "between 0 and 1"),
        (lambda: shuffled_search(LUCK, 50, 40, 45, 0.75), "n = 50"),
        (lambda: gain_by_group(GAINS.assign(group="all")), "all"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()
