"""What the case *Who might fall?* says: its published and its own headline figures, and those that were recorded.

Recorded results are compared with live ones by ``test_recorded_live``; here stands what the prose makes of them.
"""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from introdl import cases, datasets, recorded, simulate
from introdl.checking import confusion, wilson
from introdl.rows import account
from introdl.subgroups import by_group

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "fall-risk.md" for language in ("en", "zh-TW")]
LABELS = [f"sec-fall-risk-step-{number}" for number in range(1, 8)]


@pytest.fixture(scope="module")
def people():
    return datasets.load_tug()


def result(name):
    return recorded.read(name).frame


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_seven_steps_stand_in_their_order(page):
    found = re.findall(r"^\((sec-fall-risk-step-\d)\)=\n## (\d)\. ", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert found == [(label, str(number)) for number, label in enumerate(LABELS, start=1)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_paper_is_never_called_wrong_without_a_not(page):
    text = page.read_text(encoding="utf-8")
    assert ("not distinguishable from chance" in text) or ("和碰運氣分不開" in text)
    assert len(re.findall(r"the paper is wrong|論文錯了", text)) == 1
    assert re.search(
        r"may not be said: that they are useless, or that the paper is wrong|不可以說的是：.*論文錯了", text
    )


def test_the_card_says_that_neither_answer_of_the_slides_is_a_fall():
    card = cases.card("fall-risk")
    assert "Fall" in card.title
    assert "only where falls were recorded" in card.target
    assert "No fall is simulated" in card.real_or_simulated


def test_slow_and_low_are_shared_by_four_of_the_23(people):
    """4 both, 3 only slow, 2 only low, 14 neither: exact, from the slides' table."""
    assert confusion(people["y2"], people["y1"]) == (14, 3, 2, 4)


def test_the_rule_gains_one_person_with_everybody_and_two_without_the_flagged(people):
    """18 of 23 against 17 by never; 17 of 21 against 15 without persons 16 and 23: exact."""
    rules = {
        "contradiction": (people["t6"] - people["t1"]).round() != people["tug"],
        "age": people["age"] > 105,
    }
    rows = account(people, rules)
    assert rows.set_aside["no"].tolist() == [16, 23]
    for table, right, never in ((people, 18, 17), (rows.used, 17, 15)):
        assert (table["y1"] == table["y2"]).sum() == right
        assert (table["y2"] == 0).sum() == never
        assert wilson(never, len(table)).high > right / len(table)  # the intervals swallow the gain


def test_the_first_study_of_the_cut_has_the_interval_that_is_printed():
    """Shumway-Cook 2000: 87 % of 15 and of 15; Wilson 62 % to 96 %."""
    low, high = wilson(13, 15)
    assert (round(100 * 13 / 15), round(100 * low), round(100 * high)) == (87, 62, 96)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_the_pooled_shares_are_those_of_the_review(page):
    """Barry 2014, 13.5 s: sensitivity 0.31 (0.13 to 0.57), specificity 0.74 (0.52 to 0.88)."""
    text = page.read_text(encoding="utf-8")
    assert '"sensitivity": (0.31, 0.13, 0.57), "specificity": (0.74, 0.52, 0.88)' in text


def test_of_100_people_with_30_falls_nine_are_found():
    assert (round(0.31 * 30), round(0.26 * 70)) == (9, 18)


def test_four_times_the_people_halve_the_interval():
    """Simulated, seed 0: 73, 300 and 1200 people; each width half of the one before within a quarter."""
    people = simulate.instrumented_tug(people=1200, seed=0)
    widths = []
    for n in (73, 300, 1200):
        low_scores = by_group(people["y2"][:n], people["y1"][:n], [n] * n, "sensitivity").iloc[0]
        widths.append(low_scores["high"] - low_scores["low"])
    assert widths[0] == pytest.approx(0.40, abs=0.03)
    assert widths[2] == pytest.approx(0.10, abs=0.01)
    for wide, narrow in pairwise(widths):
        assert narrow / wide == pytest.approx(0.5, abs=0.125)


def test_with_23_simulated_people_it_is_too_few_to_say():
    people = simulate.instrumented_tug(people=23, seed=0)
    share = by_group(people["y2"], people["y1"], [23] * 23, "sensitivity")["share"]
    assert share.isna().all()


def test_person_7_is_slow_only_in_the_turn(people):
    """t2 to t3 as the median, t3 to t4 2.8 times it: ± 0.05, from the slides' table."""
    gaps = people.set_index("no")[[f"t{number}" for number in range(1, 7)]].diff(axis=1).iloc[:, 1:]
    times = (gaps / gaps.median()).loc[7]
    assert times["t3"] == pytest.approx(1.0, abs=0.05)
    assert times["t4"] == pytest.approx(2.8, abs=0.05)


def test_falls_remembered_turn_round_with_two_flagged_people():
    """Older 0.95 and younger 0.87 falls a year with everybody, 0.27 and 0.65 without two: ± 0.01."""
    table = result("fall-risk-bds-balance-falls").set_index(["people kept", "group"])
    means = table["mean falls"].round(2)
    assert means.to_dict() == pytest.approx(
        {
            ("everybody", "older"): 0.95,
            ("everybody", "younger"): 0.87,
            ("without the flagged", "older"): 0.27,
            ("without the flagged", "younger"): 0.65,
        },
        abs=0.011,
    )
    assert table["people"].tolist() == [76, 87, 75, 86]
    assert table["fell"].tolist() == [19, 23, 18, 22]


def test_twenty_of_73_fell_and_no_row_vanished():
    """12 of 39, 5 of 22, 3 of 11, and 0 of 1 without an age group: exact."""
    table = result("fall-risk-tug-accel-falls-age").set_index("age group")
    assert table["fell"].to_dict() == {"60-69": 12, "70-79": 5, "80+": 3, "unknown": 0}
    assert table["of"].to_dict() == {"60-69": 39, "70-79": 22, "80+": 11, "unknown": 1}
    assert np.isnan(table.loc["unknown", "share"])


def test_nothing_is_told_from_chance_on_the_real_falls():
    """Always no 53 of 73; best of all rules 56; nested 0.70 ± 0.02; AUC 0.55 (0.40 to 0.68), ± 0.03; seed 0."""
    found = result("fall-risk-tug-accel-falls").iloc[0]
    assert (found["people"], found["fell"], found["best of all"]) == (73, 20, 56)
    assert 53 / 73 == pytest.approx(0.726, abs=5e-4)
    assert found["nested"] == pytest.approx(0.70, abs=0.02)
    assert found["nested"] < 53 / 73
    assert [found["AUC"], found["from"], found["to"]] == pytest.approx([0.55, 0.40, 0.68], abs=0.03)


def test_the_published_accuracy_lies_among_the_shuffles():
    """2000 shuffles, seed 0: 95 in 100 between 0.74 and 0.795; 56 or more right in 41 % ± 3."""
    table = result("fall-risk-tug-accel-falls-shuffled")
    luck = np.repeat(table["right"], table["times"]).to_numpy()
    low, high = np.quantile(luck, [0.025, 0.975]) / 73
    assert len(luck) == 2000
    assert low == pytest.approx(0.74, abs=0.014)
    assert high == pytest.approx(0.795, abs=0.014)
    assert low <= 0.75 <= high
    assert (luck >= 56).mean() == pytest.approx(0.41, abs=0.03)


def test_the_score_is_learned_for_all_and_hardly_within_an_age_group():
    """Points closer than the mean: all 1.31, older 0.45, younger 0.20, each ± 0.05; R² 0.52 ± 0.02; seed 0."""
    table = result("fall-risk-bds-balance").set_index("group")
    assert table["people"].to_dict() == {"everybody": 163, "older": 76, "younger": 87}
    gains = {"everybody": 1.31, "older": 0.45, "younger": 0.20}
    assert table["gain"].to_dict() == pytest.approx(gains, abs=0.05)
    assert table.loc["everybody", "r2"] == pytest.approx(0.52, abs=0.02)
    assert table.loc["younger", "low"] < 0 < table.loc["everybody", "low"]
    assert table.loc[["older", "younger"], "r2"].max() < 0.4


def test_age_matters_to_everybody_and_little_among_the_older():
    """Points lost when shuffled: age 1.00 over everybody, 0.13 among the older; pencil test A 0.55 there; ± 0.05."""
    table = result("fall-risk-bds-balance-importance").set_index("column")
    assert table["everybody"].nlargest(3).index.tolist() == ["age", "tmt_a", "fes"]
    assert table.loc["age", "everybody"] == pytest.approx(1.00, abs=0.05)
    assert table.loc["age", "older"] == pytest.approx(0.13, abs=0.05)
    assert table.loc["tmt_a", "older"] == pytest.approx(0.55, abs=0.05)
    assert table.index[table["from"] > 0.1].tolist() == ["tmt_a"]


def test_every_step_of_a_short_walk_is_found_and_the_error_is_stated():
    """Four short walks: 9 of 9 and no extra; daily life: 54 of 63 ± 1; median error 0.01 to 0.08 s, ± 0.01."""
    table = result("fall-risk-mobgap-lowback-imu")
    daily = table["matched"].idxmax()
    short = table.drop(index=daily)
    assert len(table) == 5
    assert (short["matched"] == 9).all()
    assert (short[["missed", "extra"]] == 0).all().all()
    assert table.loc[daily, "matched"] == pytest.approx(54, abs=1)
    assert table.loc[daily, ["matched", "missed"]].sum() == 63
    assert table["median_error"].min() == pytest.approx(0.01, abs=0.01)
    assert table["median_error"].max() == pytest.approx(0.08, abs=0.01)
    assert (table["steps/s"] / table["reference steps/s"] - 1).abs().max() < 0.08
