"""The exercises of *Decide who decides*: what is written down is what the simulated month gives, by loops of school."""

import pandas as pd
import pytest
from introdl import simulate
from introdl.exercises import check

PAGE = "ex-people-and-ai"


def kinds(number, answers):
    return [check(f"{PAGE}-{number}", answer).kind for answer in answers]


def made(parts, seed, torque_mean):
    table = simulate.milling(parts, seed=seed, torque_mean=torque_mean)
    table["failed"] = table["power_failure"] | table["overstrain_failure"]
    return table


@pytest.fixture(scope="module")
def seen():
    table = made(3000, 0, 60)
    return table[table["torque"] <= 60].head(400)


@pytest.fixture(scope="module")
def month():
    table = made(2500, 50, 60)
    table = table[table["torque"] <= 60]
    return pd.concat([table[:500], made(100, 100, 70), table[500:900]], ignore_index=True)


def rows(table):
    return list(zip(table["torque"], table["tool_wear"], table["failed"], strict=True))


def limits(seen, tail=0.0):
    """Return the range of torque and of wear, without the tails."""
    return [tuple(seen[column].quantile([tail, 1 - tail])) for column in ("torque", "tool_wear")]


def inside(part, ranges):
    return all(low <= value <= high for value, (low, high) in zip(part[:2], ranges, strict=True))


def corner(torque, wear):
    return torque >= 52 and wear >= 190


def line(torque, wear):
    return torque + wear / 5 >= 94


def product(torque, wear):
    return torque * wear >= 11_000


def handed_over(month, ranges, models):
    return [not inside(part, ranges) or len({model(*part[:2]) for model in models}) == 2 for part in rows(month)]


def test_the_models_of_the_page_are_the_cheapest(seen):
    def price(says):
        return sum(5 * bool(failed and not said) + bool(said and not failed) for said, failed in says)

    def best(candidates, rule):
        return min(candidates, key=lambda limit: price([(rule(t, w, limit), f) for t, w, f in rows(seen)]))

    corners = [(torque, wear) for torque in range(30, 61, 2) for wear in range(100, 250, 10)]
    assert best(corners, lambda t, w, at: t >= at[0] and w >= at[1]) == (52, 190)
    assert best(range(60, 121, 2), lambda t, w, at: t + w / 5 >= at) == 94
    assert best(range(8000, 14_001, 250), lambda t, w, at: t * w >= at) == 11_000


def test_the_fifth_part_is_disputed_and_inside(seen):
    assert inside((50, 225), limits(seen))
    assert (corner(50, 225), line(50, 225)) == (False, True)
    assert kinds(1, "abcd") == ["corner-only", "line-only", "right", "column-wise"]


def test_a_tighter_range_hands_over_more(seen, month):
    outside = [sum(not inside(part, limits(seen, tail)) for part in rows(month)) for tail in (0, 0.01, 0.02)]
    low, high = limits(seen, 0.02)[0]
    by_torque = sum(not low <= part[0] <= high for part in rows(month))
    all_handed = sum(handed_over(month, limits(seen, 0.02), [corner, line]))
    assert outside == sorted(outside)
    said = ["whole-range", "middle-98", "right", "torque-only", "disputed-too"]
    assert kinds(2, [*outside, by_torque, all_handed]) == said


def test_a_quarter_of_the_failing_parts_handed_over_joins_the_misses(seen, month):
    handed = handed_over(month, limits(seen), [corner, line])
    failing = [failed for *_, failed in rows(month)]
    said_fine = [not line(*part[:2]) for part in rows(month)]
    missed = sum(f and s and not h for f, s, h in zip(failing, said_fine, handed, strict=True))
    given = sum(f and h for f, h in zip(failing, handed, strict=True))
    wrong = [given / 4, missed + sum(handed) / 4, missed + given / 10, missed + 0.75 * given]
    assert kinds(3, [missed + given / 4]) == ["right"]
    assert kinds(3, wrong) == ["models-forgotten", "of-all-handed-over", "one-in-ten", "all-but-a-quarter"]


def test_the_bench_of_30_needs_time_for_55_of_100(seen, month):
    def longest(of_hundred):
        length, most = 0, 0
        for arrives in handed_over(month, limits(seen), [corner, line]):
            length = max(0, 100 * length + 100 * arrives - of_hundred) / 100
            most = max(most, length)
        return most

    assert longest(50) > 31
    assert longest(55) < 29
    assert kinds(4, [15, 50, 55, 60, 30]) == [
        "by-the-mean",
        "just-too-little",
        "right",
        "more-than-needed",
        "length-for-time",
    ]


def test_two_error_rates_leave_the_joint_error_open():
    assert kinds(5, "abcd") == ["multiplied", "always-caught", "all-in-common", "right"]


def test_three_models_hand_over_a_little_more_and_miss_as_many(seen, month):
    three, two = [corner, line, product], [corner, line]
    everywhere = [(-1e9, 1e9)] * 2
    counts = [sum(handed_over(month, limits(seen), models)) for models in (three, two)]
    assert counts[0] > counts[1]
    without_range = sum(handed_over(month, everywhere, three))
    never_seen = sum(not inside(part, limits(seen)) for part in rows(month))
    said = ["right", "two-models", "no-range-check", "majority"]
    assert kinds(6, [*counts, without_range, never_seen]) == said
