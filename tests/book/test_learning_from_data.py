"""What *Learn from data in three steps* says outside its cells, and whether it hangs on one seed."""

import random
import re
import warnings
from fractions import Fraction
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from introdl import datasets, linear

BOOK = Path(__file__).parents[2] / "book"
PAGES = {language: (BOOK / language / "learning-from-data.md").read_text("utf-8") for language in ("en", "zh-TW")}
THREE = [(8, 24), (12, 24), (16, 18)]  # persons 4, 8 and 7: seconds, points
PEOPLE = datasets.load_tug()
ROWS = [(int(x), int(y)) for x, y in zip(PEOPLE["tug"], PEOPLE["bbs"], strict=True)]

both = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)


def errors(w, b, people=THREE):
    return [y - (w * x + b) for x, y in people]


def squares(w, b, people=THREE):
    return sum(error**2 for error in errors(w, b, people))


def table_rows(page, columns):
    """Return the rows of all pipe tables with so many columns, each cell a text."""
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in page.splitlines() if line.startswith("|")]
    return [row for row in rows if len(row) == columns]


def number(text):
    return Fraction(text.replace("−", "-").replace("$", ""))


def numbers(text):
    return [number(found) for found in re.findall(r"[−-]?\d+(?:\.\d+)?", text)]


# -- by hand


@both
def test_the_table_of_three_lines_is_right_in_every_cell(page):
    rows = {row[0]: row[1:] for row in table_rows(page, 7) if row[0] in "ABC"}
    assert sorted(rows) == ["A", "B", "C"]
    for w, b, guesses, missed, total, squared in rows.values():
        w, b = number(w), number(b)
        assert numbers(guesses) == [w * x + b for x, _ in THREE]
        assert numbers(missed) == errors(w, b)
        assert [number(total), number(squared)] == [sum(errors(w, b)), squares(w, b)]


@both
def test_the_table_of_two_losses_is_right_in_every_cell(page):
    rows = [row for row in table_rows(page, 4) if row[0].startswith("$w")]
    assert len(rows) == 2
    for line, missed, squared, absolute in rows:
        w, b = numbers(line)
        assert numbers(missed) == errors(w, b)
        assert [number(squared), number(absolute)] == [squares(w, b), sum(map(abs, errors(w, b)))]


def test_each_of_the_two_lines_is_the_best_under_its_own_loss():
    """Every line: squares by the normal equations, absolute errors by the lines through two of the people."""
    fit = linear.least_squares(*zip(*THREE, strict=True))
    assert (round(fit.weight[0], 9), round(fit.bias, 9)) == (-0.75, 31)
    assert squares(Fraction(-3, 4), 31) == 6
    through_two = []
    for i, j in ((0, 1), (0, 2), (1, 2)):  # with two parameters, some best line passes through two people
        (x0, y0), (x1, y1) = THREE[i], THREE[j]
        w = Fraction(y1 - y0, x1 - x0)
        through_two.append((sum(map(abs, errors(w, y0 - w * x0))), w, y0 - w * x0))
    assert sorted(through_two)[0] == (3, Fraction(-3, 4), 30)
    assert sorted(through_two)[1][0] > 3, "no other line does as well"


def test_lines_a_b_and_c_pass_through_the_middle_and_the_bottom_lies_halfway_between_b_and_c():
    for w, b in ((0, 22), (Fraction(-1, 2), 28), (-1, 34)):
        assert w * 12 + b == 22
    heights = {w: squares(Fraction(w, 100), 22 - 12 * Fraction(w, 100)) for w in range(-175, 26)}
    assert min(heights, key=heights.get) == -75


def test_the_best_single_value_for_three_people_is_their_mean():
    assert min(range(0, 29), key=lambda level: squares(0, level)) == 22
    assert squares(0, 22) == 24


# -- the grid


def test_the_best_of_651_lines_does_not_lie_on_the_edge():
    heights = {
        (w, b): squares(Fraction(w, 10), b, ROWS) for w in range(-20, 11) for b in range(20, 41)
    }  # exact, in plain loops
    assert len(heights) == 651
    assert min(heights, key=heights.get) == (-7, 33)


def test_the_grids_of_the_table_hold_the_pairs_it_counts():
    for steps, pairs in (((7, 5), 35), ((31, 21), 651), ((301, 201), 60501)):
        assert steps[0] * steps[1] == pairs


@both
def test_the_networks_have_the_parameters_the_page_counts(page):
    assert "20 parameters" in page or "20 個參數" in page
    layers = datasets.load_matrix_operation().layers
    assert sum(weight.size + bias.size for weight, bias in layers) == 20
    assert 784 * 128 + 128 + 128 * 10 + 10 == 101_770


def test_a_computer_a_thousand_times_as_fast_buys_three_parameters():
    assert 10 ** (20 + 3) / 10**20 == 1000


# -- families


def test_the_parabola_passes_through_the_three_people():
    assert [24 - Fraction(3, 16) * (x - 8) * (x - 12) for x, _ in THREE] == [y for _, y in THREE]


def test_the_warning_and_the_error_on_the_page_are_what_numpy_and_python_say():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        np.polynomial.Polynomial.fit([8, 8, 9, 9, 9], [1, 2, 3, 4, 5], 4)  # 2 different times, 5 parameters
    said = f"{caught[0].category.__name__}: {caught[0].message}"
    with pytest.raises(KeyError) as missing:
        {22: 24}[23]
    for page in PAGES.values():
        assert said in page
        assert f"KeyError: {missing.value}" in page


# -- splits


def loss_of(family, used, judged):
    """Do what the page's function does, another way: normal equations, and a plain loop for the nearest time."""
    if family == "nearest":
        guesses = []
        for x, _ in judged:
            gap = min(abs(x - other) for other, _ in used)
            near = [y for other, y in used if abs(x - other) == gap]
            guesses.append(sum(near) / len(near))
    else:
        centre = sum(x for x, _ in used) / len(used)
        columns = np.array([[((x - centre) / 10) ** power for power in range(family + 1)] for x, _ in used])
        weights = np.linalg.lstsq(columns, np.array([y for _, y in used], dtype=float), rcond=None)[0]
        guesses = [sum(w * ((x - centre) / 10) ** power for power, w in enumerate(weights)) for x, _ in judged]
    return sum((y - guess) ** 2 for (_, y), guess in zip(judged, guesses, strict=True)) / len(judged)


FAMILIES = [0, 1, 2, 3, 4, "nearest"]


@pytest.mark.parametrize("seed", [1, 2])
def test_other_splits_tell_the_same_story(seed):
    shuffle = random.Random(seed)
    seen = {family: [] for family in FAMILIES}
    for _ in range(300):
        order = shuffle.sample(ROWS, 23)
        for family in FAMILIES:
            seen[family].append([loss_of(family, order[:15], part) for part in (order[:15], order[15:])])
    used, others = ([median(pair[part] for pair in seen[family]) for family in FAMILIES] for part in (0, 1))
    assert used == sorted(used, reverse=True), "more parameters, lower loss on the people used"
    assert others[0] > others[1] < others[2] < others[3] < others[4], "and a lowest place on the others: the line"
    assert abs(others[5] - others[1]) < 2.5, "nearest time and the line cannot be told apart"
    assert used[5] < used[1] / 3


@pytest.mark.parametrize("seed", [1, 2])
def test_other_contests_have_a_winner_that_looked_twice_as_good(seed):
    shuffle = random.Random(seed)
    line, winner = [], []
    for _ in range(600):
        order = shuffle.sample(ROWS, 23)
        training, validation, test = order[:13], order[13:18], order[18:]
        scored = {family: loss_of(family, training, validation) for family in FAMILIES}
        chosen = min(scored, key=scored.get)
        winner.append((scored[chosen], loss_of(chosen, training, test)))
        line.append((scored[1], loss_of(1, training, test)))
    (shown, met), (line_shown, line_met) = (map(median, zip(*pairs, strict=True)) for pairs in (winner, line))
    assert 1.6 < met / shown < 2.5
    assert 0.8 < line_met / line_shown < 1.25, "a line that nobody chose has nothing to flatter it"
    assert met > line_met


@both
def test_the_numbers_of_splits_in_the_prose_are_those_of_the_cells(page):
    assert set(re.findall(r"for split in range\((\d+)\)", page)) == {"1000"}
    assert "1,000" in page
    assert page.count("order[:13], order[13:18], order[18:]") == 2
    assert set(re.findall(r"default_rng\((\d+)\)", page)) == {"5"}
