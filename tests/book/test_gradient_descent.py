"""What the chapter on gradient descent says outside its cells: its tables by hand, and what it claims of symptoms."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from introdl import datasets, linear
from introdl.descent import batches, descend, largest_rate

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "gradient-descent.md" for language in ("en", "zh-TW")]
PEOPLE = datasets.load_tug()
TUG, BBS = PEOPLE["tug"].to_numpy(float), PEOPLE["bbs"].to_numpy(float)
Z = linear.standardise(TUG).values
SMALL = st.integers(-9, 9)


def tables(page: Path) -> list[list[list[str]]]:
    """Return the pipe tables of a page: rows of cells, without the heads."""
    found = re.findall(r"(?:^\|.*\|\n)+", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [[[cell.strip() for cell in line.strip("|\n").split("|")] for line in t.splitlines()[2:]] for t in found]


def number(cell: str) -> Fraction:
    return Fraction(cell.replace("−", "-"))


def gradient_of(x, y, reduction="mean"):
    return lambda theta: np.append(*linear.gradient(x, y, *theta, reduction))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_table_of_one_parameter_is_the_walk(page):
    w = Fraction(0)
    for k, row in enumerate(tables(page)[0]):
        assert (number(row[0]), number(row[1])) == (k, w)
        slope = 2 * (w - 3)
        if k < 3:
            assert (number(row[2]), number(row[3])) == (slope, -slope / 4)
        w -= slope / 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_two_steps_on_paper_are_exact(page):
    text = page.read_text(encoding="utf-8")
    w = b = Fraction(0)
    for rows in tables(page)[1:3]:
        residuals, products = [], []
        for (x, y), row in zip([(0, 5), (1, 3), (2, 2)], rows, strict=False):
            e = y - (w * x + b)
            assert [number(cell) for cell in row] == [x, y, w * x + b, e, e * x]
            residuals.append(e)
            products.append(e * x)
        assert [number(cell) for cell in rows[3][3:]] == [sum(residuals), sum(products)]
        slopes = [str(slope).replace("-", "−") for slope in (-2 * sum(products), -2 * sum(residuals))]
        assert f"{slopes[0]} and {slopes[1]}" in text or f"{slopes[0]} 和 {slopes[1]}" in text
        w, b = w + Fraction(2, 10) * sum(products), b + Fraction(2, 10) * sum(residuals)
    assert f"= {w}$" in text
    assert f"= {b}$" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_algorithm_has_the_seven_lines_that_the_page_counts(page):
    text = page.read_text(encoding="utf-8")
    body = re.search(r"^def gradient_descent.*?(?=^```)", text, re.DOTALL | re.MULTILINE)[0]
    assert len(body.splitlines()) == 7
    assert ("seven lines" in text) or ("七行" in text)


@pytest.mark.parametrize(
    ("product", "shrinks", "changes_sides"),
    [(0.3, True, False), (0.9, True, False), (1.2, True, True), (1.9, True, True), (2.1, False, True)],
)
def test_the_table_of_factors_says_what_the_walk_does(product, shrinks, changes_sides):
    errors = descend(lambda w: 2 * (w - 3), [0], product / 2, 6).parameters[:, 0] - 3
    assert (abs(errors[1:]) < abs(errors[:-1])).all() == shrinks
    assert (errors[1:] * errors[:-1] < 0).all() == changes_sides


def test_at_one_it_arrives_and_at_two_it_jumps_to_and_fro():
    assert descend(lambda w: 2 * (w - 3), [0], 0.5, 2).parameters.ravel().tolist() == [0, 3, 3]
    assert descend(lambda w: 2 * (w - 3), [0], 1, 3).parameters.ravel().tolist() == [0, 6, 0, 6]


def test_the_second_derivatives_of_the_dropdown_are_those_of_autograd():
    x, y = torch.tensor([0.0, 1.0, 2.0]), torch.tensor([5.0, 3.0, 2.0])
    found = torch.autograd.functional.hessian(lambda p: ((y - p[0] * x - p[1]) ** 2).sum(), torch.zeros(2))
    torch.testing.assert_close(found, 2 * torch.tensor([[(x**2).sum(), x.sum()], [x.sum(), 3.0]]))


def test_pytorch_averages_unless_told_otherwise():
    assert torch.nn.MSELoss().reduction == "mean"


@given(start=st.tuples(SMALL, SMALL), direction=st.tuples(SMALL, SMALL))
def test_every_straight_cut_through_the_loss_of_a_line_is_a_parabola_that_opens_upward(start, direction):
    places = np.array(start) + np.outer(np.arange(6), direction)
    second = np.diff([linear.squared_loss(TUG, BBS, *place) for place in places], 2)
    np.testing.assert_allclose(second, second[0], atol=1e-6)
    assert second[0] > 0 or direction == (0, 0)


def test_one_standardised_feature_gives_a_round_bowl_and_two_that_go_together_an_oval_one():
    def longer_than_wide(X):
        columns = np.column_stack([X, np.ones(len(X))])
        values = np.linalg.eigvalsh(columns.T @ columns)
        return np.sqrt(values[-1] / values[0])

    assert longer_than_wide(Z) == pytest.approx(1)
    both = PEOPLE[["tug", "steps"]].to_numpy(float)
    assert np.corrcoef(both.T)[0, 1] > 0.5
    assert 1.5 < longer_than_wide(linear.standardise(both).values) < longer_than_wide(both) / 5


def test_the_rate_of_the_views_is_right_for_the_mean_only():
    assert not descend(gradient_of(TUG, BBS), [0, 0], 0.004, 2000).diverged
    assert descend(gradient_of(TUG, BBS, "sum"), [0, 0], 0.004, 2000).diverged


def test_a_rate_just_above_the_bound_never_reaches_the_line():
    path = descend(gradient_of(TUG, BBS), [0, 0], 1.01 * largest_rate(TUG), 2000)
    assert linear.squared_loss(TUG, BBS, *path.last) > linear.squared_loss(TUG, BBS, 0, 0)


def test_a_smaller_rate_calms_small_batches():
    def excess(rate):
        theta, losses = np.zeros(2), []
        for batch in batches(23, 1, 100, seed=0):
            theta = theta - rate * gradient_of(Z[batch], BBS[batch])(theta)
            losses.append(linear.squared_loss(Z, BBS, *theta))
        fit = linear.least_squares(Z, BBS)
        return np.mean(losses[-230:]) - linear.squared_loss(Z, BBS, fit.weight, fit.bias)

    assert 0 < excess(0.01) < excess(0.05) / 2


def test_with_old_slopes_kept_the_loss_swings_and_never_settles():
    x, y = torch.tensor(Z[:, 0]), torch.tensor(BBS)
    theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    losses = []
    for _ in range(400):
        loss = ((y - theta[0] * x - theta[1]) ** 2).mean()
        loss.backward()  # and nobody sets theta.grad to zero
        with torch.no_grad():
            theta -= 0.1 * theta.grad
        losses.append(loss.item())
    rises = np.diff(losses) > 0
    assert 100 < rises.sum() < 300
    assert max(losses[-50:]) > 0.9 * losses[0]


def test_a_saved_place_that_is_changed_in_place_is_the_last_place_in_every_row():
    place, path = np.array([0.0]), []
    for _ in range(3):
        path.append(place)
        place -= 0.25 * 2 * (place - 3)
    assert np.ptp(path) == 0


def test_a_missing_value_makes_the_first_loss_nan_in_pytorch_and_is_refused_by_the_package():
    y = BBS.copy()
    y[4] = np.nan
    assert torch.nn.MSELoss()(torch.zeros(23, dtype=torch.float64), torch.tensor(y)).isnan()
    with pytest.raises(ValueError, match=r"y must hold finite numbers only, got nan at index \(4,\)"):
        descend(gradient_of(TUG, y), [0, 0], 0.004, 1)


def test_the_walk_arrives_at_the_closed_form_by_either_road():
    fit = linear.least_squares(TUG, BBS)
    best = np.append(fit.weight, fit.bias)
    raw = descend(gradient_of(TUG, BBS), [0, 0], 0.0045, 12_000).last
    standard = linear.standardise(TUG)
    back = standard.back(*descend(gradient_of(standard.values, BBS), [0, 0], 0.3, 20).last)
    np.testing.assert_allclose(raw, best, rtol=1e-5)
    np.testing.assert_allclose(np.append(back.weight, back.bias), best, rtol=1e-5)
