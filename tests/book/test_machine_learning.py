"""What the chapter *Write the rules, or learn them?* claims, counted a second way."""

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from introdl import datasets

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "machine-learning.md" for language in ("en", "zh-TW")]
CUTS = range(8, 31)

people = datasets.load_tug()
SECONDS, LOW = people["tug"].to_numpy(), people["y2"].to_numpy() == 1


def judged_right(cut, low=LOW):
    return sum(bool(seconds >= cut) == bool(answer) for seconds, answer in zip(SECONDS, low, strict=True))


def test_the_written_rule_the_best_cut_and_never():
    counts = {cut: judged_right(cut) for cut in CUTS}
    assert counts[14] == 18
    assert [cut for cut, count in counts.items() if count == max(counts.values())] == [15, 16]
    assert counts[15] == 20
    assert counts[30] == (~LOW).sum() == 17


def test_everything_that_learning_gains_is_two_people_with_14_seconds():
    gained = people[(SECONDS >= 14) & (SECONDS < 15)]
    assert gained["no"].tolist() == [11, 16]
    assert gained["bbs"].tolist() == [26, 26]
    assert judged_right(15) - judged_right(14) == len(gained)
    person = people.set_index("no").loc[16]
    assert round(person["t6"] - person["t1"], 2) == 13.02


@pytest.fixture(scope="module")
def every_deal():
    """Return the best count of every way to deal 6 low scores to 23 people, and the lowest cut that reaches it."""
    holders = np.array(list(itertools.combinations(range(23), 6)))
    deals = np.zeros((len(holders), 23), dtype=bool)
    np.put_along_axis(deals, holders, values=True, axis=1)
    counts = np.stack([((SECONDS >= cut) == deals).sum(axis=1) for cut in CUTS], axis=1)
    return counts.max(axis=1), np.array(CUTS)[counts.argmax(axis=1)]


def test_over_all_deals_a_search_earns_about_one_person_and_rarely_20(every_deal):
    best, cuts = every_deal
    assert len(best) == 100_947
    assert best.min() == 17
    assert best.mean() == pytest.approx(17.42, abs=0.005)
    flagged = np.array([(SECONDS >= cut).sum() for cut in cuts])
    on_a_fresh_deal = flagged * 6 / 23 + (23 - flagged) * 17 / 23
    assert on_a_fresh_deal.mean() == pytest.approx(16.4, abs=0.05)
    assert (best >= 20).sum() == 1771
    # The page's 1000 deals are a sample of these: its 11 must be within what chance allows (mean 17.5, sd 4.2).
    share = (best >= 20).mean()
    assert abs(11 - 1000 * share) < 2 * (1000 * share * (1 - share)) ** 0.5


def test_five_coins_by_hand():
    best = []
    for toss in itertools.product((0, 1), repeat=5):
        # a cut says "not low" to the first k people and "low" to the others
        best.append(max(toss[:k].count(0) + toss[k:].count(1) for k in range(6)))
    assert len(best) == 32
    assert sum(best) / 32 == 3.875


def test_a_cut_chosen_before_the_toss_is_right_for_half():
    for k in range(6):
        right = [t[:k].count(0) + t[k:].count(1) for t in itertools.product((0, 1), repeat=5)]
        assert sum(right) / len(right) == 2.5


def test_more_than_two_thirds_of_all_groups_of_four_are_sorted_by_some_cut():
    sorted_by_a_cut = total = 0
    for four in itertools.combinations(range(23), 4):
        chosen = list(four)
        counts = [((SECONDS[chosen] >= cut) == LOW[chosen]).sum() for cut in CUTS]
        sorted_by_a_cut += max(counts) == 4
        total += 1
    assert total == 8855
    assert 2 / 3 < sorted_by_a_cut / total < 0.7


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_numbers_of_the_two_studies_are_those_of_their_abstracts(page):
    text = page.read_text(encoding="utf-8")
    paragraph = next(p for p in text.split("\n\n") if "shumwaycook2000predicting" in p and "barry2014timed" in p)
    assert set(re.findall(r"\d+(?:\.\d+)?%?", re.sub(r"`[^`]*`", "", paragraph))) >= {
        "13.5",
        "87%",
        "31%",
        "74%",
        "30",
        "15",
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_page_says_that_it_is_for_teaching_only_and_that_a_low_score_is_no_fall(page):
    text = page.read_text(encoding="utf-8")
    assert ":class: warning" in text
    assert "A low score is not a fall" in text or "低分不等於跌倒" in text
