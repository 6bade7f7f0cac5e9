"""What the chapter says outside its cells: the proof, the sources' numbers, and claims about data and settings."""

import re
import warnings
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "from-ml-to-dl.md" for language in ("en", "zh-TW")]
LAMP = {(0, 0): 0, (0, 1): 1, (1, 0): 1, (1, 1): 0}


@pytest.fixture(scope="module")
def diabetes():
    return load_diabetes(return_X_y=True, scaled=False)


def mean_misses(models, X, y):
    """Return the mean absolute error of each model in each of the page's ten splits."""
    found = np.empty((10, len(models)))
    for seed in range(10):
        train, test, known, true = train_test_split(X, y, test_size=110, random_state=seed)
        for place, model in enumerate(models):
            found[seed, place] = np.abs(true - model.fit(train, known).predict(test)).mean()
    return found


def stopping(rate):
    net = MLPRegressor(
        hidden_layer_sizes=(32,), random_state=0, early_stopping=True, learning_rate_init=rate, max_iter=1000
    )
    return make_pipeline(StandardScaler(), net)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_table_of_the_lamp_is_exactly_one_switch_up(page):
    text = page.read_text(encoding="utf-8").split("(sec-from-ml-to-dl-four)=")[1].split("```")[0]
    rows = [tuple(map(int, row)) for row in re.findall(r"^\| (\d) \| (\d) \| (\d) \|$", text, re.MULTILINE)]
    assert {row[:2]: row[2] for row in rows} == LAMP


def test_the_two_sums_of_the_proof_are_the_same_sum():
    draw = np.random.default_rng(0)
    for w1, w2, b in draw.normal(size=(100, 3)):
        score = {row: w1 * row[0] + w2 * row[1] + b for row in LAMP}
        on = sum(score[row] for row in LAMP if LAMP[row])
        off = sum(score[row] for row in LAMP if not LAMP[row])
        assert on == pytest.approx(off)
        assert on == pytest.approx(w1 + w2 + 2 * b)
        assert not all((score[row] > 0) == LAMP[row] for row in LAMP)


def test_the_second_hidden_node_is_the_product_on_the_four_rows_and_nowhere_else_nearby():
    rows = list(product(range(4), repeat=2))
    same = [(a, b) for a, b in rows if max(a + b - 1, 0) == a * b]
    assert set(LAMP) < set(same)
    assert (2, 2) not in same


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_numbers_of_alexnet_are_those_of_the_paper(page):
    text = page.read_text(encoding="utf-8").split("(sec-from-ml-to-dl-hinton)=")[1].split("(sec-")[0]
    item = next(line for line in text.splitlines() if "krizhevsky2012imagenet" in line)
    assert [number in item for number in ("15.3%", "26.2%", "GTX 580", "3 GB")] == [True] * 4
    assert any(words in item for words in ("60 million", "6,000 萬"))
    assert any(words in item for words in ("1.2 million", "120 萬"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_year_has_a_source_that_the_book_lists(page):
    text = page.read_text(encoding="utf-8").split("(sec-from-ml-to-dl-hinton)=")[1].split("(sec-")[0]
    known = set(re.findall(r"^@\w+\{([^,]+),", (BOOK / "references.bib").read_text(encoding="utf-8"), re.MULTILINE))
    items = [line for line in text.splitlines() if line.startswith("- **")]
    cited = [re.findall(r"\{cite:p\}`([^`]+)`", item) for item in items]
    assert len(items) == 5
    assert all(keys and set(keys) <= known for keys in cited)


def test_the_bundles_say_what_the_page_says_of_them():
    digits, diabetes = load_digits(), load_diabetes()
    assert digits.images.shape == (1797, 8, 8)
    assert re.search(r"43 people, 30 contributed to the training set and different 13\s+to the test set", digits.DESCR)
    assert "copy of the test set" in digits.DESCR
    assert diabetes.data.shape == (442, 10)
    assert "one year after baseline" in diabetes.DESCR
    assert (diabetes.target.min(), diabetes.target.max()) == (25, 346)


def test_neighbours_in_the_file_look_more_alike_than_strangers_do():
    digits = load_digits()
    near, far = [], []
    for digit in range(10):
        own = digits.data[digits.target == digit]
        near.append(np.linalg.norm(own[1:] - own[:-1], axis=1).mean())
        far.append(np.linalg.norm(own[len(own) // 2 :] - own[: -(len(own) // 2)], axis=1).mean())
    assert (np.array(near) < np.array(far)).mean() >= 0.9


def test_another_start_gives_other_weights_and_nearly_the_same_error():
    digits = load_digits()
    train, test, known, true = train_test_split(
        digits.data / 16, digits.target % 2 == 0, test_size=450, random_state=0, stratify=digits.target
    )
    nets = [
        MLPClassifier(hidden_layer_sizes=(32,), solver="lbfgs", max_iter=500, random_state=start).fit(train, known)
        for start in (0, 1)
    ]
    one, other = (net.coefs_[0] / np.linalg.norm(net.coefs_[0], axis=0) for net in nets)
    nearest = (one.T @ other).max(axis=1)
    assert np.median(nearest) < 0.8
    assert abs(nets[0].score(test, true) - nets[1].score(test, true)) < 0.02


def test_a_tree_that_grows_freely_does_no_better_than_the_mean(diabetes):
    free = mean_misses([DecisionTreeRegressor(random_state=0)], *diabetes).mean()
    always = []
    for seed in range(10):
        _, _, known, true = train_test_split(*diabetes, test_size=110, random_state=seed)
        always.append(np.abs(true - known.mean()).mean())
    assert free > np.mean(always) - 2


def test_of_three_learning_rates_two_come_out_alike_and_one_goes_badly_once(diabetes):
    found = mean_misses([stopping(rate) for rate in (0.1, 0.03, 0.01)], *diabetes)
    first, second, third = found.mean(axis=0)
    assert abs(first - second) < 1.5
    assert third > first
    assert found[:, 2].max() > found[:, :2].max() + 5


def test_more_steps_make_the_network_better_on_the_trained_and_worse_on_the_others(diabetes):
    train, test, known, true = train_test_split(*diabetes, test_size=110, random_state=0)
    errors = []
    for steps in (20, 1000):
        net = MLPRegressor(hidden_layer_sizes=(32,), random_state=0, solver="lbfgs", max_iter=steps)
        model = make_pipeline(StandardScaler(), net)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(train, known)
        errors.append([np.abs(y - model.predict(X)).mean() for X, y in ((train, known), (test, true))])
    (few_own, few_other), (many_own, many_other) = errors
    assert many_own < few_own / 2
    assert many_other > few_other + 10


def test_the_line_has_ten_weights_and_a_bias(diabetes):
    line = LinearRegression().fit(*diabetes)
    assert (line.coef_.size, np.size(line.intercept_)) == (10, 1)


def test_pairs_of_a_million_pixels():
    pixels = 1000 * 1000
    assert pixels * (pixels - 1) // 2 == pytest.approx(500_000_000_000, rel=1e-5)
