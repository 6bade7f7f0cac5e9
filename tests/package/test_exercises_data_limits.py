"""The exercises of *Find what the data cannot teach*: the answers that are written down are what the models give."""

import math

import numpy as np
import pytest
from introdl import datasets, simulate
from introdl.exercises import check
from introdl.limits import at_most

PAGE = "ex-data-limits"


def kinds(number, answers):
    return [check(f"{PAGE}-{number}", answer).kind for answer in answers]


def test_as_many_parameters_as_people_miss_nobody():
    assert kinds(1, ["a", "b", "c", "d"]) == ["right", "error-of-many", "error-of-mean", "error-on-others"]


def line_at(seconds, extra):
    """Return what the line answers, by the formula of school."""
    people = datasets.load_tug()
    rows = [(s, p) for s, p in zip(people["tug"], people["bbs"], strict=True) if s < 14 or s in extra]
    mean_s, mean_p = (sum(values) / len(rows) for values in zip(*rows, strict=True))
    slope = sum((s - mean_s) * (p - mean_p) for s, p in rows) / sum((s - mean_s) ** 2 for s, _ in rows)
    return mean_p + slope * (seconds - mean_s)


def test_one_slow_person_pulls_the_line_down():
    assert line_at(29, [25]) < line_at(29, []) - 5
    assert kinds(2, [line_at(29, [25]), 14.2]) == ["right", "right"]
    wrong = [line_at(29, []), line_at(29, [22]), line_at(25, [25]), line_at(29, range(40))]
    assert kinds(2, wrong) == ["nobody-added", "other-person", "asked-at-25", "everybody-added"]


@pytest.fixture(scope="module")
def votes():
    """Return the mean share of votes (8s never seen, other digits, 8s after learning from them)."""
    from sklearn.datasets import load_digits
    from sklearn.neighbors import KNeighborsClassifier

    digits = load_digits()
    order = np.random.default_rng(0).permutation(1797)
    learn, others = order[:1200], order[1200:]
    eights = digits.target[others] == 8
    shares = []
    for used in (learn[digits.target[learn] != 8], learn):
        model = KNeighborsClassifier(10).fit(digits.data[used], digits.target[used])
        shares.append(model.predict_proba(digits.data[others]).max(axis=1))
    return shares[0][eights].mean(), shares[0][~eights].mean(), shares[1][eights].mean()


def test_two_thirds_of_the_votes_go_to_a_wrong_digit(votes):
    unseen, known, learned = votes
    assert kinds(3, [unseen, 0.67, 2 / 3]) == ["right"] * 3
    assert kinds(3, [known, learned, 0]) == ["known-digits", "eights-learned", "share-right"]


def test_only_wear_that_heals_cannot_be():
    assert kinds(4, "bacd") == ["right", "cold-is-possible", "steel-is-possible", "fault-is-possible"]


def made(seed):
    table = simulate.milling(10_000, seed=seed)
    table["failed"] = table["power_failure"] | table["overstrain_failure"]
    return table


@pytest.fixture(scope="module")
def called():
    """Return (failures called, called that fail), as shares, for a sensor 5 Nm low, right, 5 Nm high."""
    from sklearn.tree import DecisionTreeClassifier

    columns, seen = ["torque", "tool_wear"], made(0)
    model = DecisionTreeClassifier(min_samples_leaf=100, random_state=0).fit(seen[columns], seen["failed"])
    found = []
    for shift in (-5, 0, 5):
        week = made(15)
        week["torque"] += shift
        alarm = model.predict_proba(week[columns])[:, 1] >= 0.1
        failed = (week["failed"] == 1).to_numpy()
        found.append((alarm[failed].mean(), failed[alarm].mean()))
    return found


def test_a_sensor_that_reads_too_little_hides_failures(called):
    low, good, high = called
    assert low[0] < good[0] - 0.1
    assert kinds(5, [low[0], 0.69]) == ["right", "right"]
    assert kinds(5, [high[0], good[0], low[1]]) == ["reads-too-much", "sensor-good", "of-the-called"]


def test_30_000_good_parts_allow_one_failure_in_10_000():
    least = math.ceil(math.log(0.05) / math.log(0.9999))
    assert at_most(least) <= 1e-4 < at_most(least - 1)
    assert kinds(6, [least, 30_000, 29_956]) == ["right"] * 3
    wrong = [10_000, 6931, 513, 2994, 3000]
    assert kinds(6, wrong) == [
        "as-many-as-the-share",
        "half-sure",
        "level-for-doubt",
        "one-in-a-thousand",
        "one-in-a-thousand",
    ]


def test_parts_as_many_as_the_share_come_out_clean_more_than_once_in_three():
    assert 0.9999**10_000 > 1 / 3
