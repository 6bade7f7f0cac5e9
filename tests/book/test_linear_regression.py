"""What the chapter on linear regression says in words and numbers, worked out here a second way."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from introdl import datasets, linear
from scipy import stats
from sklearn.linear_model import LinearRegression

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "linear-regression.md" for language in ("en", "zh-TW")]
PEOPLE = datasets.load_tug()
SECONDS, POINTS = PEOPLE["tug"].to_numpy(float), PEOPLE["bbs"].to_numpy(float)


def left_out(X, y):
    """Return observed minus predicted for each person left out, from one fit: residual / (1 − leverage)."""
    X = np.column_stack([X, np.ones(len(y))])
    hat = X @ np.linalg.pinv(X)
    return (y - hat @ y) / (1 - np.diag(hat))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_line_that_the_page_prints_is_that_of_the_data(page):
    printed = re.search(r"= (\d+\.\d+) - (\d\.\d+) \\cdot", page.read_text(encoding="utf-8"))
    found = stats.linregress(SECONDS, POINTS)
    assert (float(printed[1]), float(printed[2])) == (round(found.intercept, 2), round(-found.slope, 3))


def test_r_squared_and_r_with_and_without_number_19():
    others = PEOPLE["no"] != 19
    assert round(stats.linregress(SECONDS, POINTS).rvalue ** 2, 2) == 0.56
    assert round(stats.pearsonr(SECONDS, POINTS).statistic, 2) == -0.75
    assert round(stats.pearsonr(SECONDS[others], POINTS[others]).statistic, 2) == -0.59


def test_people_left_out_are_missed_by_2_66_points_and_by_the_mean_by_3_72():
    assert round(abs(left_out(SECONDS, POINTS)).mean(), 2) == 2.66
    assert round(abs(left_out(np.empty((23, 0)), POINTS)).mean(), 2) == 3.72


def test_the_time_is_the_difference_of_two_stamps_for_all_but_number_16():
    same = np.round(PEOPLE["t6"] - PEOPLE["t1"]) == PEOPLE["tug"]
    assert same.sum() == 22
    assert PEOPLE.loc[~same, "no"].tolist() == [16]


def test_the_leak_shows_neither_in_r_squared_nor_on_people_left_out():
    stamps = PEOPLE[["t1", "t6"]].to_numpy(float)
    fit = LinearRegression().fit(stamps, SECONDS)
    assert fit.coef_ == pytest.approx([-1, 1], abs=0.06)
    assert fit.score(stamps, SECONDS) > 0.998
    assert abs(left_out(stamps, SECONDS)).mean() < 0.1  # seconds


def test_number_19_has_the_longest_lever_a_small_residual_and_moves_the_slope_most():
    X = np.column_stack([SECONDS, np.ones(23)])
    hat = X @ np.linalg.pinv(X)
    lever = dict(zip(PEOPLE["no"], np.diag(hat), strict=True))
    residual = dict(zip(PEOPLE["no"], abs(POINTS - hat @ POINTS), strict=True))
    slopes = {no: stats.linregress(SECONDS[PEOPLE["no"] != no], POINTS[PEOPLE["no"] != no]).slope for no in lever}
    whole = stats.linregress(SECONDS, POINTS).slope
    assert max(lever, key=lever.get) == 19
    assert round(lever[19], 2) == 0.44
    assert sum(lever.values()) == pytest.approx(2)
    assert sum(other > residual[19] for other in residual.values()) == 9
    assert max(slopes, key=lambda no: abs(slopes[no] - whole)) == 19
    assert 0.18 < 1 - slopes[19] / whole < 0.2  # "almost a fifth"


def test_age_raises_r_squared_and_not_the_error_on_people_left_out():
    both = PEOPLE[["tug", "age"]].to_numpy(float)
    assert LinearRegression().fit(both, POINTS).score(both, POINTS) > 0.6
    assert abs(left_out(both, POINTS)).mean() > abs(left_out(SECONDS, POINTS)).mean()


@pytest.mark.parametrize("seed", range(5))
def test_random_columns_never_lower_r_squared_and_as_many_parameters_as_people_fit_exactly(seed):
    noise = np.random.default_rng(seed).normal(size=(23, 21))
    scores = []
    for k in range(22):
        X = np.column_stack([SECONDS, noise[:, :k]])
        scores.append(LinearRegression().fit(X, POINTS).score(X, POINTS))
    assert (np.diff(scores) > -1e-9).all()
    assert scores[-1] == pytest.approx(1)


def test_fifteen_random_columns_are_mostly_worse_than_the_mean_and_the_page_shows_an_ordinary_draw():
    errors = []
    for seed in range(200):
        noise = np.random.default_rng(seed).normal(size=(23, 21))
        errors.append(abs(left_out(np.column_stack([SECONDS, noise[:, :15]]), POINTS)).mean())
    mean = abs(left_out(np.empty((23, 0)), POINTS)).mean()
    assert np.mean(np.array(errors) > mean) > 0.85
    assert np.percentile(errors, 10) < errors[0] < np.percentile(errors, 90)  # seed 0 is the page's


def test_the_two_clocks_tick_together_and_only_their_sum_is_determined():
    end = PEOPLE[["t6", "n6"]].to_numpy(float)
    rate = (end[:, 1] / end[:, 0]).mean()
    refits = np.array([LinearRegression().fit(np.delete(end, n, 0), np.delete(POINTS, n)).coef_ for n in range(23)])
    assert 44.9 < rate < 45.3
    assert refits[:, 0].min() < -18 < 3 < refits[:, 0].max()
    assert np.ptp(refits @ [1, rate]) < 0.3


def test_the_inverse_is_worse_than_lstsq_and_lstsq_gives_up_on_seconds_since_1970():
    x, y = np.array([1, 2, 3]), np.array([2, 3, 7])
    exact = Fraction(5, 2)
    X = np.column_stack([10_000_000 + x, np.ones(3)])
    inverse = (np.linalg.inv(X.T @ X) @ X.T @ y)[0]
    assert abs(inverse - exact) > 100 * abs(np.linalg.lstsq(X, y, rcond=None)[0][0] - exact)
    clock = 1_700_000_000 + x
    assert np.linalg.lstsq(np.column_stack([clock, np.ones(3)]), y, rcond=None)[2] == 1
    assert linear.least_squares(clock, y).weight[0] == pytest.approx(2.5)
    assert LinearRegression().fit(clock.reshape(-1, 1), y).coef_[0] == pytest.approx(2.5)  # "and so does scikit-learn"


def test_a_loss_of_everybody_against_everybody_is_lowest_when_all_answers_are_the_mean():
    def loss(weight, bias):
        answers = weight * SECONDS + bias
        return ((answers.reshape(-1, 1) - POINTS) ** 2).mean()

    lowest = loss(0, POINTS.mean())
    assert lowest < loss(*stats.linregress(SECONDS, POINTS)[:2])
    moves = np.random.default_rng(0).normal(size=(100, 2)) * [0.1, 1]
    assert all(loss(w, POINTS.mean() + b) > lowest for w, b in moves)


def test_the_table_of_the_walk_has_times_from_8_to_29_seconds():
    assert (SECONDS.min(), SECONDS.max()) == (8, 29)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_warning_stands_before_the_first_cell(page):
    text = page.read_text(encoding="utf-8")
    assert text.index(":class: warning") < text.index("```{code-cell}")
