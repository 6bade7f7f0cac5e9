"""What the dementia case says: its arithmetic, its simulated elders, its recorded results, and what it must not say."""

import re
from pathlib import Path

import numpy as np
import pytest
from introdl import cases, recorded, simulate
from introdl.screening import referrals, screened
from sklearn.metrics import roc_auc_score

BOOK = Path(__file__).parents[2] / "book"
PAGES = {language: (BOOK / language / "dementia.md").read_text(encoding="utf-8") for language in ("en", "zh-TW")}
SAME = ["CDR", "MMSE", "GDS", "EEG", "HRV", "GSR", "MRI", "fMRI"]
SLIDE = {
    "en": [*SAME, "schooling", "illnesses", "eye tracker", "blood test"],
    "zh-TW": [*SAME, "教育", "疾病", "Eye Tracker", "血液檢查"],
}


def table(name, index):
    return recorded.read(f"dementia-{name}").frame.set_index(index)


@pytest.fixture(scope="module")
def elders():
    return simulate.two_stage_screening(4000, seed=0)


@pytest.mark.parametrize("language", PAGES)
def test_the_seven_steps_are_there_in_their_order(language):
    places = [PAGES[language].index(f"(sec-dementia-step-{step})=\n## {step}. ") for step in range(1, 8)]
    assert places == sorted(places)


@pytest.mark.parametrize("language", PAGES)
def test_every_x_of_the_slide_has_a_row_with_what_is_here(language):
    step = PAGES[language].split("(sec-dementia-step-1)=")[1].split("(sec-dementia-step-2)=")[0]
    rows = [line for line in step.splitlines() if line.startswith("| ")]
    assert [x for x in SLIDE[language] if not any(x in row.split("|")[1] for row in rows)] == []
    assert all(len(row.strip("|").split("|")) == 4 for row in rows)


@pytest.mark.parametrize("language", PAGES)
def test_both_sites_and_both_scales_called_gds_are_named(language):
    text = PAGES[language]
    assert "失智共同照護據點" in text
    assert "樂齡學習中心" in text
    assert "Geriatric Depression Scale" in text
    assert "Global Deterioration Scale" in text


def test_spinal_fluid_is_never_called_a_blood_test():
    for text in PAGES.values():
        for sentence in re.split(r"(?<=[.。：|])\s*", text):
            if "ad_csf" in sentence and re.search(r"blood|血液", sentence):
                pytest.fail(f"blood and ad_csf in one sentence: {sentence}")
    assert "None of these is a blood test" in PAGES["en"]
    assert "這三樣都不是血液檢查" in PAGES["zh-TW"]


def test_the_card_is_filled_and_tells_real_from_simulated():
    card = cases.card("dementia")
    assert "Simulated: schooling" in card.real_or_simulated
    assert "fMRI" in card.real_or_simulated


# Screening arithmetic: exact


def test_ppv_at_one_five_and_twenty_percent():
    ppv = referrals([0.01, 0.05, 0.20], 0.85, 0.85, people=2000)["ppv"]
    assert ppv.tolist() == pytest.approx([0.054, 0.230, 0.586], abs=0.0005)


def test_of_two_thousand_elders_370_are_referred_and_85_of_them_rightly():
    counts = screened(0.05, 0.85, 0.85, people=2000)
    assert (counts.referred, counts.found, counts.false_alarms, counts.missed) == pytest.approx((370, 85, 285, 15))
    assert counts.false_alarms / counts.referred > 0.75  # "more than three in four"


def test_the_clinics_of_exercise_two_see_40_of_42_and_miss_a_third():
    assert 40 / (40 + 2) > 0.95
    assert 40 / (40 + 2 * 800 / 80) == pytest.approx(2 / 3)


# Simulated elders, seed 0: figures in the prose; tolerance 3 percentage points, and the direction with other seeds


def test_a_cut_at_24_refers_by_schooling_those_with_nothing_wrong(elders):
    ill, under = elders["impaired"] == 1, elders["mmse"] < 24
    few, many = elders["schooling"] <= 4, elders["schooling"] >= 9
    assert under[~ill & few].mean() == pytest.approx(0.85, abs=0.03)
    assert under[~ill & many].mean() == 0
    assert 1 - under[ill & many].mean() == pytest.approx(0.47, abs=0.03)


def test_the_doors_differ_with_every_seed():
    for seed in range(5):
        people = simulate.two_stage_screening(4000, seed=seed)
        ill = people.groupby("site")["impaired"].mean()
        assert ill["care site"] > 2.5 * ill["learning centre"]
        assert roc_auc_score(people["impaired"], people["site"] == "care site") > 0.6


@pytest.mark.parametrize("seed", range(4))
def test_verification_bias_lifts_sensitivity_and_weights_take_it_back(seed):
    seen = simulate.two_stage_screening(20_000, seed=seed, sampled=0.1)
    positive, ill, went = seen["mmse"] < 24, seen["impaired"] == 1, seen["referred"] == 1
    weight = went * np.where(positive, 1, 10)
    true = positive[ill].mean()
    own_files = positive[ill & went].mean()
    back = (weight * (positive & ill)).sum() / (weight * ill).sum()
    assert own_files > 0.95
    assert own_files - true > 0.1
    assert back == pytest.approx(true, abs=0.11)  # about 20 of the missed are drawn: three standard errors
    assert (~positive)[~ill & went].mean() < 0.5 < (~positive)[~ill].mean()


# Results on fetched data, as recorded: the tolerance beside each is what the prose can bear


def test_what_the_sets_hold():
    sets = table("people", "set")
    assert sets["people"].to_dict() == {
        "ad_csf": 333,
        "darwin_handwriting": 174,
        "rigr_mri": 735,
        "eeg_ds004504_participants": 88,
    }
    assert sets["with Y"].tolist() == [91, 89, 143, 59]


def test_mmse_by_group():
    groups = table("eeg-mmse", "group")
    assert groups.loc["A", ["mean", "sd"]].tolist() == pytest.approx([17.75, 4.5], abs=0.01)
    assert groups.loc["F", ["sd", "sd of age"]].tolist() == pytest.approx([2.64, 8.22], abs=0.01)
    assert groups["24 or more"].to_dict() == {"A": 0, "C": 29, "F": 9}


def test_selection_outside_the_folds_flatters_on_real_handwriting():
    found = recorded.read("dementia-darwin-selection").frame.set_index(["labels", "selection"])
    assert found.loc[("true", "outside"), "auc"] == pytest.approx(0.94, abs=0.02)
    assert found.loc[("true", "inside"), "auc"] == pytest.approx(0.89, abs=0.02)
    assert found.loc[("shuffled", "outside"), "auc"] == pytest.approx(0.71, abs=0.04)
    assert found.loc[("shuffled", "inside"), "auc"] == pytest.approx(0.5, abs=0.05)
    assert found.loc[("shuffled", "inside"), "high"] < found.loc[("true", "inside"), "low"]


def test_spinal_fluid_and_the_label_from_the_cdr():
    inputs = table("csf-inputs", "inputs")["auc"]
    assert inputs.tolist() == pytest.approx([0.63, 0.71, 0.84, 0.88], abs=0.03)
    groups = recorded.read("dementia-csf-groups").frame.set_index(["metric", "group"])
    assert groups.loc[("specificity", "ApoE ε4"), "share"] == pytest.approx(0.31, abs=0.1)
    assert groups.loc[("specificity", "no ApoE ε4"), "share"] == pytest.approx(0.86, abs=0.06)
    assert groups.loc["sensitivity", "of"].to_dict()["everybody"] == 46
    assert groups.loc["specificity", "of"].to_dict()["everybody"] == 121


def test_too_few_impaired_for_calibration_where_the_page_says_so():
    assert table("people", "set").loc["ad_csf", "with Y"] < 100
    promises = recorded.read("dementia-mri-promises").frame
    assert round((promises["happened"] * promises["n"]).sum()) >= 100


def test_blood_and_mri_scores_add_nothing_to_age_and_sex():
    inputs = table("mri-inputs", "inputs")
    assert inputs["auc"].drop("scale").between(0.62, 0.75).all()
    assert (inputs.loc[["blood", "mri", "both"], "low"] < inputs.loc["age-sex", "auc"]).all()
    assert inputs.loc["scale", "auc"] == pytest.approx(0.99, abs=0.01)


def test_the_ranking_agrees_on_two_and_differs_on_p_tau():
    weighed = table("csf-ranking", "input")
    assert set(weighed["fall"].nlargest(2).index) == {"tau", "ab_42"}
    assert weighed.loc["p_tau", "fall"] == pytest.approx(0, abs=0.02)
    assert weighed.loc["p_tau", "low"] > 0.6


def test_the_fluid_differs_where_the_scale_is_alike():
    cells = recorded.read("dementia-csf-cells").frame.set_index(["scale", "model"])
    assert cells.loc["unimpaired", "people"].sum() == 121
    assert cells.loc[("unimpaired", "alarm"), "ab_42"] < cells.loc[("unimpaired", "no alarm"), "ab_42"] - 1


def test_scale_and_blood_explain_little_of_the_atrophy():
    bands = recorded.read("dementia-mri-bands").frame
    assert bands["explained"].iloc[0] == pytest.approx(0.14, abs=0.03)
    assert bands["n"].sum() == 723


@pytest.mark.parametrize("name", [name for name in recorded.recorded_names() if name.startswith("dementia-")])
def test_nothing_recorded_is_a_row_of_a_person(name):
    frame = recorded.read(name).frame
    assert len(frame) <= 25
    assert not {"id", "participant_id", "ptid"} & set(frame.columns)
