"""Intervals, counts and splits: against independent sources, slow second ways, and simulation."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl import checking, datasets, language
from scipy.optimize import brentq
from scipy.stats import binomtest, norm
from sklearn.metrics import confusion_matrix, precision_score, recall_score, roc_auc_score

NAN = float("nan")


# -- Wilson's interval --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.99])
@pytest.mark.parametrize(
    ("right", "n"), [(0, 1), (1, 1), (18, 23), (17, 23), (0, 40), (40, 40), (3, 1000), (500, 1000)]
)
def test_wilson_is_scipys(right, n, level):
    theirs = binomtest(right, n).proportion_ci(confidence_level=level, method="wilson")
    assert checking.wilson(right, n, level) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@pytest.mark.parametrize(("right", "n"), [(18, 23), (4, 6), (1, 200)])
def test_the_ends_solve_the_score_equation(right, n):
    z = norm.ppf(0.975)

    def surprise(p):
        return abs(right / n - p) - z * math.sqrt(p * (1 - p) / n)

    low, high = checking.wilson(right, n)
    assert low == pytest.approx(brentq(surprise, 1e-9, right / n), abs=1e-9)
    assert high == pytest.approx(brentq(surprise, right / n, 1 - 1e-9), abs=1e-9)


@given(n=st.integers(1, 3000), data=st.data())
def test_wilson_holds_the_share_and_stays_between_0_and_1(n, data):
    right = data.draw(st.integers(0, n))
    low, high = checking.wilson(right, n)
    assert 0 <= low <= right / n <= high <= 1
    assert high - low > 0
    assert checking.wilson(n - right, n) == pytest.approx((1 - high, 1 - low))


def test_nothing_right_and_all_right_reach_the_very_ends():
    assert checking.wilson(0, 23).low == 0
    assert checking.wilson(23, 23).high == 1


def test_wilson_holds_the_truth_about_as_often_as_promised():
    draw = np.random.default_rng(0)
    for n, truth in product((10, 23, 100), (0.1, 0.5, 0.8)):
        ends = np.array([checking.wilson(right, n) for right in range(n + 1)])[draw.binomial(n, truth, 20000)]
        held = ((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean()
        assert 0.91 < held < 0.99  # Wilson's known range at such n; a normal interval falls to 0.65 at n = 10, p = 0.1


def test_more_confidence_is_wider():
    widths = [np.diff(checking.wilson(18, 23, level))[0] for level in (0.5, 0.8, 0.95, 0.99)]
    assert widths == sorted(widths)


@pytest.mark.parametrize("make", [checking.wilson, checking.share])
@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((24, 23), ValueError, "right must be at most n = 23, got 24"),
        ((-1, 23), ValueError, "right must be at least 0, got -1"),
        ((1, -2), ValueError, "n must be at least 0, got -2"),
        ((0.5, 2), TypeError, "right must be a whole number, got 0.5"),
        ((True, 2), TypeError, "right must be a whole number, got True"),
        ((NAN, 2), TypeError, "right must be a whole number, got nan"),
        (("18", 23), TypeError, "right must be a whole number, got '18'"),
    ],
)
def test_counts_that_cannot_be_are_refused(make, arguments, error, words):
    with pytest.raises(error, match=words):
        make(*arguments)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5, NAN, math.inf])
def test_a_level_that_is_no_share_is_refused(level):
    with pytest.raises(ValueError, match="level must be"):
        checking.wilson(18, 23, level)
    with pytest.raises(ValueError, match="level must be"):
        checking.share(1, 2, level=level)


def test_a_level_in_percent_is_told_how_to_write_it():
    with pytest.raises(ValueError, match=r"between 0 and 1, got 95: write 0\.95 for 95%"):
        checking.wilson(18, 23, 95)


def test_a_share_of_nobody_has_no_interval():
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        checking.wilson(0, 0)


# -- too few to say -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "n", "events", "enough"),
    [
        (9, 9, None, False),
        (9, 10, None, True),
        (18, 23, 5, True),
        (18, 23, 4, False),
        (0, 0, None, False),
        (4, 6, 6, False),
        (50, 50, 0, False),
    ],
)
def test_under_10_units_or_5_events_there_is_no_number(right, n, events, enough):
    found = checking.share(right, n, events=events)
    assert (found.interval is not None) is enough
    assert (found.estimate is not None) is enough


def test_a_share_carries_wilsons_interval():
    assert checking.share(18, 23).interval == checking.wilson(18, 23)
    assert checking.share(18, 23, level=0.8).interval == checking.wilson(18, 23, 0.8)
    assert checking.share(18, 23).estimate == 18 / 23


def test_a_share_speaks_the_readers_language():
    assert repr(checking.share(18, 23)) == "18 of 23, 78% (95% interval 58% to 90%)"
    assert repr(checking.share(4, 6)) == "too few to say (4 of 6)"
    assert "90% interval" in repr(checking.share(18, 23, level=0.9))
    language.use("zh-TW")
    assert repr(checking.share(18, 23)) == "23 個中有 18 個，78%（95% 區間 58% 至 90%）"
    assert repr(checking.share(4, 6)) == "太少了，無法下結論（6 個中有 4 個）"


def test_more_events_than_units_are_refused():
    with pytest.raises(ValueError, match="events must be at most n = 23, got 24"):
        checking.share(18, 23, events=24)
    with pytest.raises(TypeError, match="events must be a whole number"):
        checking.share(18, 23, events=2.5)


# -- the confusion matrix -----------------------------------------------------------------------------------------


def test_the_rule_on_the_23_people_counted_one_by_one():
    people = datasets.load_tug()
    boxes = {"tn": 0, "fp": 0, "fn": 0, "tp": 0}
    for seconds, points in zip(people["tug"], people["bbs"], strict=True):
        said, so = seconds >= 14, points <= 22
        boxes[("t" if said == so else "f") + ("p" if said else "n")] += 1
    counts = checking.confusion(people["y2"], people["tug"] >= 14)
    assert counts._asdict() == boxes == {"tn": 14, "fp": 3, "fn": 2, "tp": 4}


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_the_counts_are_scikit_learns(pairs):
    y, y_hat = zip(*pairs, strict=True)
    theirs = confusion_matrix(y, y_hat, labels=[False, True]).ravel().tolist()
    assert list(checking.confusion(y, y_hat)) == theirs
    assert checking.confusion(y, y_hat).n == len(pairs)


def test_the_shares_are_scikit_learns():
    draw = np.random.default_rng(1)
    y, y_hat = draw.integers(0, 2, (2, 200))
    counts = checking.confusion(y, y_hat)
    assert counts.sensitivity == recall_score(y, y_hat)
    assert counts.specificity == recall_score(1 - y, 1 - y_hat)
    assert counts.ppv == precision_score(y, y_hat)
    assert counts.npv == precision_score(1 - y, 1 - y_hat)
    assert counts.accuracy == (y == y_hat).mean()


@pytest.mark.parametrize(
    ("y", "y_hat", "without"),
    [
        ([0, 0], [0, 1], {"sensitivity": "those with the condition", "npv": None}),
        ([1, 1], [0, 1], {"specificity": "those without the condition"}),
        ([0, 1], [0, 0], {"ppv": "those called positive"}),
        ([0, 1], [1, 1], {"npv": "those called negative"}),
    ],
)
def test_a_share_of_nobody_has_no_value(y, y_hat, without):
    counts = checking.confusion(y, y_hat)
    for name, who in without.items():
        if who is None:
            assert getattr(counts, name) == 1
        else:
            with pytest.raises(ValueError, match=f"{name} is a share of {who}.*there is nobody"):
                getattr(counts, name)


def test_an_empty_confusion_has_no_accuracy():
    with pytest.raises(ValueError, match="accuracy is a share of everybody"):
        _ = checking.Confusion(0, 0, 0, 0).accuracy


@pytest.mark.parametrize(
    ("y", "y_hat", "error", "words"),
    [
        ([0, 1, 2], [0, 1, 1], ValueError, "y must hold only 0 and 1.*got 2"),
        ([0, 1], [0, 0.7], ValueError, r"y_hat must hold only 0 and 1.*got 0\.7"),
        ([0, NAN], [0, 1], ValueError, "y must hold finite numbers only, got nan"),
        ([0, 1], [0, 1, 1], ValueError, "same number of rows, got 2 and 3"),
        ([], [], ValueError, "y must hold at least one number"),
        ([[0, 1]], [0, 1], ValueError, "y must have 1 dimension"),
        (["no", "yes"], [0, 1], TypeError, "y must hold real numbers"),
        (1, [1], ValueError, "y must have 1 dimension"),
    ],
)
def test_answers_that_are_not_yes_or_no_are_refused(y, y_hat, error, words):
    with pytest.raises(error, match=words):
        checking.confusion(y, y_hat)


@pytest.mark.torch
def test_tensors_of_whole_numbers_truth_values_and_floats_are_all_taken():
    import torch

    y, y_hat = torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 1, 1])
    counts = checking.Confusion(1, 1, 0, 2)
    assert checking.confusion(y, y_hat) == counts
    assert checking.confusion(y.bool(), y_hat.bool()) == counts
    assert checking.confusion(y.double(), y_hat.double()) == counts


@pytest.mark.torch
def test_tensors_on_two_devices_and_tensors_beside_arrays_are_refused():
    import torch

    y = torch.tensor([0.0, 1.0])
    with pytest.raises(ValueError, match="same device, got cpu and meta"):
        checking.confusion(y, y.to("meta"))
    with pytest.raises(TypeError, match="both be tensors or both arrays"):
        checking.compare(y, [0, 1])
    with pytest.raises(ValueError, match="same device, got cpu and meta"):
        checking.bootstrap(lambda a, b: 0.0, y, y.to("meta"))


# -- the bootstrap of persons -------------------------------------------------------------------------------------


def slow_draws(statistic, column, person, repeats, seed):
    """Redraw persons with a dictionary and lists, one person at a time."""
    rows = {}
    for name, value in zip(person, column, strict=True):
        rows.setdefault(name, []).append(value)
    names, draw = list(rows), np.random.default_rng(seed)
    found = []
    for _ in range(repeats):
        values = []
        for place in draw.integers(len(names), size=len(names)):
            values += rows[names[place]]
        found.append(statistic(values))
    return np.array(found)


def test_the_bootstrap_is_the_slow_one():
    draw = np.random.default_rng(5)
    person = draw.integers(0, 9, 50)
    values = draw.normal(size=50) + person
    found = checking.bootstrap(np.median, values, person=person, repeats=300, seed=7)
    slow = slow_draws(np.median, values, person, 300, 7)
    np.testing.assert_allclose(found.draws, slow)
    assert found.interval == pytest.approx(tuple(np.percentile(slow, [2.5, 97.5])))
    assert found.estimate == np.median(values)
    assert found.undefined == 0


def test_rows_of_one_person_come_together():
    person = np.repeat(["a", "b", "c"], [1, 2, 4])

    def seen_whole(names):
        counts = pd.Series(names).value_counts()
        return float(all(counts.get(name, 0) % size == 0 for name, size in (("a", 1), ("b", 2), ("c", 4))))

    assert checking.bootstrap(seen_whole, person, person=person, repeats=200).draws.min() == 1


def test_without_persons_every_row_is_one():
    values = np.arange(12.0)
    as_rows = checking.bootstrap(np.mean, values, repeats=100, seed=3)
    named = checking.bootstrap(np.mean, values, person=np.arange(12), repeats=100, seed=3)
    np.testing.assert_array_equal(as_rows.draws, named.draws)


def test_copied_rows_make_rows_narrower_and_persons_not():
    values = np.random.default_rng(2).normal(size=30)
    person = np.arange(30)
    single = checking.bootstrap(np.mean, values, repeats=2000)
    copied = np.repeat(values, 10), np.repeat(person, 10)
    by_person = checking.bootstrap(np.mean, copied[0], person=copied[1], repeats=2000)
    by_row = checking.bootstrap(np.mean, copied[0], repeats=2000)
    width, persons, rows = (np.diff(found.interval)[0] for found in (single, by_person, by_row))
    assert persons == pytest.approx(width)  # the same persons drawn by the same seed
    assert rows == pytest.approx(width / math.sqrt(10), rel=0.1)


def test_the_bootstraps_spread_is_the_standard_error():
    values = np.random.default_rng(3).normal(size=400)
    draws = checking.bootstrap(np.mean, values, repeats=4000).draws
    assert draws.std() == pytest.approx(values.std() / math.sqrt(400), rel=0.05)


def test_the_seed_decides_and_a_level_narrows():
    values = np.random.default_rng(4).normal(size=40)
    first, again, other = (checking.bootstrap(np.mean, values, seed=seed, repeats=200) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.draws, again.draws)
    assert (first.draws != other.draws).any()
    narrow = checking.bootstrap(np.mean, values, seed=1, repeats=200, level=0.5).interval
    assert first.interval.low < narrow.low < narrow.high < first.interval.high


def test_several_columns_keep_their_rows_together():
    x = np.arange(20.0)
    assert checking.bootstrap(lambda a, b: np.abs(a - b).max(), x, x, repeats=50).draws.max() == 0


def test_columns_of_words_frames_and_truth_values_are_passed_on_as_they_are():
    table = pd.DataFrame({"person": list("aabbcc"), "x": range(6)})
    kinds = []
    checking.bootstrap(lambda a, b, c: kinds.append((a.dtype.kind, b.shape[1], c.dtype)) or 0.0,
                       table["x"], table[["x", "x"]], table["x"] > 2, person=table["person"], repeats=2)  # fmt: skip
    assert {(kind, width, str(dtype)) for kind, width, dtype in kinds} == {("i", 2, "bool")}


@pytest.mark.torch
def test_tensors_stay_tensors():
    import torch

    values = torch.arange(8, dtype=torch.float32)
    found = checking.bootstrap(lambda t: t.mean(), values, person=torch.arange(8) // 2, repeats=50, seed=1)
    arrays = checking.bootstrap(np.mean, values.numpy(), person=np.arange(8) // 2, repeats=50, seed=1)
    np.testing.assert_allclose(found.draws, arrays.draws, rtol=1e-6)


def auc(y, score):
    return roc_auc_score(y, score) if 0 < np.mean(y) < 1 else NAN


def test_a_few_resamples_without_a_value_are_counted_and_left_out():
    people = datasets.load_tug()
    y, score = people["y2"].to_numpy(), people["tug"].to_numpy()
    rare = np.r_[np.flatnonzero(y)[:4], np.flatnonzero(y == 0)]  # 4 with a low score: about 1 resample in 80 has none
    found = checking.bootstrap(auc, y[rare], score[rare], repeats=1000)
    assert 0 < found.undefined <= 50
    assert len(found.draws) == 1000 - found.undefined
    assert np.isfinite(found.draws).all()


def test_many_resamples_without_a_value_are_an_error():
    with pytest.raises(ValueError, match=r"got none in \d+ of 500: there are too few persons of one kind"):
        checking.bootstrap(auc, [1, 0, 0, 0, 0, 0], [3, 1, 2, 1, 1, 2], repeats=500)


def test_one_class_only_has_no_auc_to_resample():
    with pytest.raises(ValueError, match="statistic of the data must be a finite number, got nan"):
        checking.bootstrap(auc, [0, 0, 0], [1, 2, 3])


@pytest.mark.parametrize(
    ("columns", "options", "error", "words"),
    [
        ((), {}, ValueError, "at least one column"),
        (([1.0, NAN],), {}, ValueError, "column 1 must hold finite numbers only, got nan"),
        (([],), {}, ValueError, "column 1 must hold at least one number"),
        ((5.0,), {}, ValueError, "column 1 must hold one row a unit"),
        (([1, 2], [1, 2, 3]), {}, ValueError, r"same number of rows, got \[2, 3\]"),
        (([1, 2],), {"person": ["a"]}, ValueError, "person must have as many rows as the columns, got 1 and 2"),
        (([1, 2],), {"person": ["a", None]}, ValueError, "person must name somebody in every row, got none in row 1"),
        (([1, 2],), {"person": [NAN, 1]}, ValueError, "got none in row 0"),
        (([1, 2],), {"person": [[1, 2]]}, ValueError, "person must have shape"),
        (([1, 2],), {"person": ["a", "a"]}, ValueError, "at least 2 persons to draw from, got 1"),
        (([1, 2],), {"repeats": 0}, ValueError, "repeats must be at least 1"),
        (([1, 2],), {"repeats": 2.5}, TypeError, "repeats must be a whole number"),
        (([1, 2],), {"seed": -1}, ValueError, "seed must be at least 0"),
        (([1, 2],), {"level": 95}, ValueError, "level must be between 0 and 1"),
    ],
)
def test_what_cannot_be_resampled_is_refused(columns, options, error, words):
    with pytest.raises(error, match=words):
        checking.bootstrap(np.mean, *columns, **options)


@pytest.mark.parametrize("statistic", [lambda values: values, lambda values: "high"])
def test_a_statistic_that_is_not_one_number_is_refused(statistic):
    with pytest.raises(TypeError, match="must return one number"):
        checking.bootstrap(statistic, [1.0, 2.0])


# -- two models on the same people --------------------------------------------------------------------------------


@settings(deadline=None)
@given(first=st.integers(0, 30), second=st.integers(0, 30), both=st.integers(0, 5))
def test_the_sign_test_is_scipys_and_agreement_does_not_count(first, second, both):
    right_first = [1] * first + [0] * second + [1] * both + [0]
    right_second = [0] * first + [1] * second + [1] * both + [0]
    found = checking.compare(right_first, right_second)
    theirs = binomtest(first, first + second).pvalue if first + second else 1.0
    assert (found.only_first, found.only_second) == (first, second)
    assert found.p == pytest.approx(theirs)


def test_on_the_23_people_the_rule_is_no_better_than_never():
    people = datasets.load_tug()
    low = people["y2"] == 1
    assert checking.compare((people["tug"] >= 14) == low, ~low) == (4, 3, 1.0)


def test_a_comparison_of_different_people_is_refused():
    with pytest.raises(ValueError, match="right_first and right_second must have the same number of rows, got 2 and 3"):
        checking.compare([1, 0], [1, 0, 1])
    with pytest.raises(ValueError, match="right_second must hold only 0 and 1"):
        checking.compare([1, 0], [1, 18])


# -- the split by person ------------------------------------------------------------------------------------------


@given(
    sizes=st.lists(st.integers(1, 5), min_size=3, max_size=30),
    shares=st.lists(st.floats(0.05, 1), min_size=2, max_size=3),
    seed=st.integers(0, 100),
)
def test_nobody_is_in_two_parts_and_nobody_is_lost(sizes, shares, seed):
    person = np.repeat(np.arange(len(sizes)), sizes)
    parts = checking.split_by_person(person, np.array(shares) / sum(shares), seed)
    assert sorted(np.concatenate(parts)) == list(range(len(person)))
    members = [set(person[rows]) for rows in parts]
    assert all(members)
    assert sum(map(len, members)) == len(sizes)


def test_four_persons_in_three_parts_leave_no_part_empty():
    """Rounded, the ends of 0.4, 0.2, 0.4 would both lie behind the second of four persons."""
    assert [len(part) for part in checking.split_by_person(list("abcd"), (0.4, 0.2, 0.4))] == [2, 1, 1]


def test_parts_have_the_asked_share_of_persons():
    person = np.repeat(np.arange(100), 3)
    parts = checking.split_by_person(person)
    assert [len(set(person[rows])) for rows in parts] == [60, 20, 20]
    assert all((np.diff(rows) > 0).all() for rows in parts)


def test_the_split_hangs_on_the_seed_and_not_on_the_order_of_ages():
    person = [f"p{number}" for number in range(30)]
    first, again, other = (checking.split_by_person(person, (0.5, 0.5), seed)[0].tolist() for seed in (0, 0, 1))
    assert first == again != other
    everybody = np.concatenate([checking.split_by_person(person, (0.5, 0.5), seed)[0] for seed in range(200)])
    assert np.bincount(everybody).min() > 60  # each of the 30 is in the first half about 100 times of 200


@pytest.mark.parametrize(
    ("person", "parts", "error", "words"),
    [
        (["a", "b"], (0.6, 0.2, 0.2), ValueError, "got 2 persons for 3 parts"),
        (["a", "a", "a"], (0.5, 0.5), ValueError, "got 1 persons for 2 parts"),
        (list("abcdef"), (0.6, 0.6), ValueError, "add up to 1"),
        (list("abcdef"), (1.0,), ValueError, "at least two shares"),
        (list("abcdef"), (), ValueError, "at least two shares"),
        (list("abcdef"), (1.5, -0.5), ValueError, "every part must be a positive finite number, got -0.5"),
        (list("abcdef"), ("half", 0.5), TypeError, "every part must be a positive finite number"),
        ([], (0.5, 0.5), ValueError, "at least one, got"),
        (["a", None, "b"], (0.5, 0.5), ValueError, "got none in row 1"),
        ([pd.NA, "a", "b"], (0.5, 0.5), ValueError, "got none in row 0"),
    ],
)
def test_what_cannot_be_split_is_refused(person, parts, error, words):
    with pytest.raises(error, match=words):
        checking.split_by_person(person, parts)


# -- the pairs of the chapter -------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["tug", "steps", "age", "py"])
def test_auc_is_the_share_of_pairs_in_the_right_order(column):
    people = datasets.load_tug()
    low, other = people.loc[people["y2"] == 1, column], people.loc[people["y2"] == 0, column]
    won = sum((one > two) + (one == two) / 2 for one in low for two in other)
    assert won / 102 == pytest.approx(roc_auc_score(people["y2"], people[column]))


def test_a_small_middle_part_is_not_rounded_away():
    parts = checking.split_by_person(list("abcd"), (0.4, 0.2, 0.4))
    assert sorted(len(rows) for rows in parts) == [1, 1, 2]
    for count in range(2, 8):  # as few persons as parts, and a few more
        for number in range(2, count + 1):
            for tiny in range(number):
                shares = np.full(number, 1.0)
                shares[tiny] = 0.001
                sizes = [len(rows) for rows in checking.split_by_person(list(range(count)), shares / shares.sum())]
                assert min(sizes) >= 1
                assert sum(sizes) == count
