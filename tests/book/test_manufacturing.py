"""The headline figures of *Manufacturing*, from the page's own cells, each with its tolerance; the seeds stand in them.

Simulated: reactor_batches(80, seed=0), milling(20_000, seed=0) and milling(10_000, seed=4); resampling with seed 0.
"""

import re
from pathlib import Path

import pytest
from introdl import language

BOOK = Path(__file__).parents[2] / "book"
CELL = re.compile(r"```\{code-cell\} ipython3\n(?:---\n.*?\n---\n)?(.*?)```", re.DOTALL)


def cells(code):
    return CELL.findall((BOOK / code / "manufacturing.md").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def page():
    """Run every cell of the page that is no exercise, and keep what it names and what it glues."""
    language.use("en")
    names, glued = {}, {}
    for place, cell in enumerate(cells("en")):
        if "answer" not in cell:
            exec(compile(cell, f"cell {place}", "exec"), names)
            names["glue"] = lambda key, value: glued.__setitem__(key, str(value))
    return names | {"glued": glued}


def test_both_languages_have_the_same_cells_but_for_the_captions():
    assert cells("en") == cells("zh-TW")


def test_the_formula_alarms_too_often_and_the_counted_limit_does_not(page):
    formula = int(page["glued"]["mf-formula-phase"]), int(page["glued"]["mf-formula-unfolded"])
    left_out = int(page["glued"]["mf-left-phase"]), int(page["glued"]["mf-left-unfolded"])
    assert formula == pytest.approx((5, 12), abs=2)
    assert left_out == pytest.approx((2, 1), abs=1)


def test_all_planted_faults_are_named_and_no_usual_batch_is(page):
    judged = page["judged"].loc[51:]
    assert judged.index[judged["alarm"]].tolist() == [51, 57, 63, 70]
    assert judged.loc[[51, 57, 63, 70], "variable"].tolist() == [
        "jacket_temperature",
        "pressure",
        "gas_flow",
        "agitator_power",
    ]
    assert judged.loc[57, ["t2", "spe"]].tolist() == pytest.approx([0.08, 31], rel=0.1)
    assert page["outcome"].loc[63, "conversion"] == pytest.approx(89.35, abs=0.01)


def test_the_real_batches_give_few_alarms_and_other_batches_by_other_features(page):
    real = page["real"].frame
    assert real.groupby("table").size().to_dict() == {"dryer, unfolded": 71, "dryer, whole": 71, "nylon, by phase": 57}
    assert [int(page["glued"][f"mf-real-{name}"]) for name in ("nylon", "dryer")] == pytest.approx([2, 3], abs=1)
    assert (page["glued"]["mf-dryer-whole"], page["glued"]["mf-dryer-curves"]) == ("34", "37")
    firm = real[(real["judged"] >= 4) & (real["alarms"] > 0.7)]
    assert firm[["table", "batch"]].values.tolist() == [["dryer, whole", 34]]


def test_engineered_columns_add_to_average_precision(page):
    later = page["compared"]["later"]
    assert later[("forest", "as they come")] == pytest.approx(0.78, abs=0.03)
    assert later[("forest", "engineered")] == pytest.approx(0.86, abs=0.02)
    assert later[("tree", "engineered")] - later[("tree", "as they come")] == pytest.approx(0.29, abs=0.06)
    assert page["gained"].interval == pytest.approx((0.05, 0.11), abs=0.03)


def test_costs_and_referrals_are_those_of_the_page(page):
    cost = page["handed"]["cost"]
    assert cost.tolist() == pytest.approx([0.14, 0.087, 0.066, 0.071], abs=0.012)
    assert page["handed"]["referrals per 100"].tolist() == pytest.approx([0, 5.6, 0, 1.2], abs=1.2)
    over = [int((of > 5).sum()) for of in page["shifts"].values()]
    assert over == pytest.approx([36, 0], abs=8)


def test_each_type_is_counted_and_the_promise_is_kept(page):
    assert page["found"]["of"].to_dict() == {"H": 15, "L": 174, "M": 60}
    promised = page["promised"]
    assert promised["right"].sum() >= 100
    assert promised["promised"].between(promised["low"], promised["high"]).all()


def test_the_limits_of_the_process_come_back_where_failures_are_many(page):
    limits = page["limits"]
    off = limits["found"] / limits["known"] - 1
    assert off[limits["events"] >= 30].abs().max() < 0.01
    assert limits["events"].to_dict() == {
        "heat difference": 63,
        "heat speed": 63,
        "power low": 130,
        "power high": 130,
        "strain L": 111,
        "strain M": 12,
        "strain H": 3,
    }
    assert off["strain H"] == pytest.approx(-0.12, abs=0.05)


def test_the_model_and_the_staff_name_the_same_three_first(page):
    first = page["importance"]["engineered"].nlargest(3).index
    assert set(first) == {name for name, _ in page["staff"][:3]}
    assert page["importance"]["as they come"].idxmax() == "torque"


def test_the_tree_that_is_right_for_a_wrong_reason_fails_in_other_months(page):
    counts = {key: (row["found"] / row["failures"], row["false alarms"]) for key, row in page["found_by"].items()}
    assert counts["as they come", "same month"][0] == pytest.approx(39 / 46, abs=0.07)
    assert counts["as they come", "four other months"][0] == pytest.approx(89 / 442, abs=0.07)
    assert counts["engineered", "four other months"] == (1, 0)
    assert page["uses"]["as they come"].idxmax() == "air_temperature"


def test_the_published_file_reads_alike(page):
    value = page["published"].frame.set_index("result")["value"]
    assert value["average precision, as they come"] == pytest.approx(0.67, abs=0.04)
    assert value["average precision, engineered"] == pytest.approx(0.81, abs=0.04)
    assert value["failures to judge"] == 84
    assert value["strain L"] == pytest.approx(11_000, rel=0.01)
