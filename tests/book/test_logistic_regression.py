"""What the chapter says outside its cells: messages, limits of float32, and what is claimed of other libraries."""

import re
import warnings
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from introdl import datasets, linear, logistic
from sklearn.linear_model import LogisticRegression

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "logistic-regression.md" for language in ("en", "zh-TW")]
PEOPLE = datasets.load_tug()
SECONDS, LOW, SLOW = (PEOPLE[column].to_numpy(float) for column in ("tug", "y2", "y1"))
ONE_COLUMN = SECONDS.reshape(-1, 1)


@pytest.fixture(params=PAGES, ids=lambda page: page.parent.name)
def text(request):
    return request.param.read_text(encoding="utf-8")


# --- the four people and the two models


def test_the_table_of_four_people_holds_the_probability_given_to_what_happened(text):
    rows = [
        row for row in re.findall(r"^\| (\d+) \| (\d+) \| (.+?) \| (\S+) \| (\S+) \| (\S+) \|$", text, re.MULTILINE)
    ]
    assert [row[0] for row in rows] == ["1", "3", "13", "14"]
    products = np.ones(2)
    for number, seconds, happened, said, a, b in rows:
        person = PEOPLE.set_index("no").loc[int(number)]
        low = happened in ("low", "低分")
        said, a, b = (float(Fraction(share)) for share in (said, a, b))
        assert (person["tug"], person["y2"]) == (int(seconds), low)
        assert a == (said if low else 1 - said)
        products *= a, b
    assert products.tolist() == [3 / 128, 8 / 128]
    assert "3/128" in text
    assert "8/128" in text


# --- the straight line


def test_the_line_is_a_probability_for_the_23_people_and_for_few_others():
    line = linear.least_squares(SECONDS, LOW)
    inside = line.predict(SECONDS)
    assert 0 < inside.min() < inside.max() < 1
    ends = [-line.bias / line.weight[0], (1 - line.bias) / line.weight[0]]
    assert 7 < ends[0] < 8 < 29 < ends[1] < 30


# --- scikit-learn, in whatever version is installed


def test_no_penalty_has_one_spelling_that_warns_nowhere():
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # ConvergenceWarning is one
        warnings.simplefilter("error", FutureWarning)
        model = LogisticRegression(C=np.inf, tol=1e-10).fit(ONE_COLUMN, LOW)
        apart = LogisticRegression(C=np.inf).fit(ONE_COLUMN, SLOW)
    found = logistic.fit(SECONDS, LOW)
    assert [model.coef_[0, 0], model.intercept_[0]] == pytest.approx([found.weight[0], found.bias], abs=1e-6)
    # separated, and scikit-learn says nothing: its number only tells where it stopped
    longer = LogisticRegression(C=np.inf, tol=1e-12, max_iter=10_000).fit(ONE_COLUMN, SLOW)
    assert longer.coef_[0, 0] > apart.coef_[0, 0] + 1


def test_the_penalty_of_the_page_is_scikit_learns_own():
    model = LogisticRegression(tol=1e-10).fit(ONE_COLUMN, SLOW)
    slope = logistic.gradient(SECONDS, SLOW, model.coef_[0], model.intercept_[0])
    assert slope.weight[0] + model.coef_[0, 0] / 23 == pytest.approx(0, abs=1e-6)  # w / (C n), and C is 1
    assert slope.bias == pytest.approx(0, abs=1e-6)


# --- the bootstrap


def test_nearly_all_draws_without_an_answer_are_separated():
    random, parted, without = np.random.default_rng(0), 0, 0
    for _ in range(400):
        drawn = random.integers(0, 23, 23)
        try:
            logistic.fit(SECONDS[drawn], LOW[drawn])
        except ValueError as error:
            without += 1
            parted += "separates" in str(error)
    assert 10 < without, "more than are cut off at the upper end, so it is infinite"
    assert parted >= 0.9 * without


# --- the squared loss


def test_the_slope_of_the_squared_loss_is_the_one_on_the_page():
    z = torch.linspace(-6, 6, 25, dtype=torch.float64, requires_grad=True)
    for y in (0.0, 1.0):
        said = torch.sigmoid(z)
        (slope,) = torch.autograd.grad(((said - y) ** 2).sum(), z)
        torch.testing.assert_close(slope, 2 * (said - y) * said * (1 - said))


# --- float32


def loss_and_slope(function, z, y):
    z = torch.tensor([z], requires_grad=True)
    loss = function(z, torch.tensor([y]))
    loss.backward()
    return loss.item(), z.grad.item()


def through_sigmoid(z, y):
    return torch.nn.BCELoss()(torch.sigmoid(z), y)


def test_17_is_the_first_whole_number_where_the_detour_loses_everything():
    for z in range(1, 17):
        loss, slope = loss_and_slope(through_sigmoid, float(z), 0.0)
        assert loss == pytest.approx(z, abs=0.5)
        assert slope == pytest.approx(1, abs=0.5)
    assert loss_and_slope(through_sigmoid, 17.0, 0.0) == (100, 0)


def test_the_slope_at_minus_40_is_what_a_floor_of_1e_12_gives():
    said = 1 / (1 + np.exp(40))
    loss, slope = loss_and_slope(through_sigmoid, -40.0, 1.0)
    assert loss == pytest.approx(40)
    assert slope == pytest.approx((said - 1) / 1e-12 * said * (1 - said), rel=1e-5)
    assert -1 / slope > 200_000


@pytest.mark.parametrize("z", [10.0, 17.0, 40.0, 100.0, 200.0])
def test_from_the_log_odds_nothing_is_lost(z):
    for side, y in ((z, 0.0), (-z, 1.0)):
        loss, slope = loss_and_slope(torch.nn.BCEWithLogitsLoss(), side, y)
        assert loss == pytest.approx(z, abs=1e-4)
        assert slope == pytest.approx(np.sign(side), abs=1e-4)


def test_e_to_the_200_is_too_large_for_float32():
    assert torch.isinf(torch.exp(torch.tensor(200.0)))
    assert torch.isfinite(torch.exp(torch.tensor(200.0, dtype=torch.float64)))


# --- the messages, and the silence


def test_whole_number_labels_and_a_row_of_labels_are_refused_by_pytorch():
    z, y = torch.zeros(23, 1), torch.tensor(PEOPLE["y2"].to_numpy())
    loss = torch.nn.BCEWithLogitsLoss()
    with pytest.raises(RuntimeError, match=r"Float.*Long"):
        loss(z, y.reshape(23, 1))
    with pytest.raises(
        ValueError, match=r"Target size \(torch.Size\(\[23\]\)\).*input size \(torch.Size\(\[23, 1\]\)\)"
    ):
        loss(z, y.float())
    assert torch.isfinite(loss(z, y.float().reshape(23, 1)))
    assert (z - y).shape == (23, 23)


def test_a_perfect_model_with_two_sigmoids_is_worse_than_the_baseline():
    y = torch.tensor(LOW, dtype=torch.float32)
    twice = torch.nn.BCEWithLogitsLoss()(y, y).item()
    baseline = logistic.cross_entropy(np.full(23, logistic.log_odds(6 / 23)), LOW)
    assert twice > baseline


# --- three grades


def test_middle_is_never_the_most_probable_grade_even_for_exact_weights():
    points = PEOPLE["bbs"].to_numpy()
    grades = (points >= 24).astype(int) + (points >= 26)
    assert np.bincount(grades).tolist() == [6, 5, 12]
    model = LogisticRegression(C=np.inf, tol=1e-10).fit(ONE_COLUMN, grades)
    assert 1 not in model.predict(np.linspace(0, 100, 2001).reshape(-1, 1))


# --- thresholds


def test_no_threshold_on_the_time_beats_20_of_23():
    right = [((SECONDS >= cut) == LOW).sum() for cut in np.arange(0, 32, 0.5)]
    assert max(right) == 20
    said = logistic.fit(SECONDS, LOW).probability(SECONDS)
    assert ((said >= 0.3) == LOW).sum() == 20
    assert ((said >= 0.5) == LOW).sum() == 18


def test_the_price_of_a_miss_gives_the_threshold_of_exercise_6(text):
    assert "3 × 0.25 = 1 × 0.75" in text
    assert 3 * 0.25 == 1 * 0.75


def test_the_page_says_what_it_is_not(text):
    assert "`y2`" in text
    assert "not a fall" in text or "不等於跌倒" in text
