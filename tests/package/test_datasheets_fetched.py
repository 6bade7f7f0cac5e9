"""What the datasheets say of fetched data is so; collected only where all of them are at hand (conftest)."""

import re

import pandas as pd
import pytest
from introdl import datasets, language

SETS = {name: list(datasets.registered(name)["loaders"]) for name in datasets.fetchable()}
READ = {name: [getattr(datasets, loader)(download_if_missing=False) for loader in SETS[name]] for name in SETS}


def said(name, key):
    language.use("en")
    return datasets.datasheet(name).texts[key]


@pytest.mark.parametrize("name", SETS)
def test_a_set_has_as_many_rows_as_its_datasheet_says(name):
    assert [len(one) for one in READ[name]] == list(datasets.datasheet(name).loaders.values())


@pytest.mark.parametrize("name", [name for name in SETS if name != "mobgap_lowback_imu"])
def test_columns_that_a_datasheet_names_are_there_and_all_of_a_narrow_table_are_named(name):
    text = said(name, "columns")
    columns = [column for table in READ[name] for column in table.columns]
    named = set(re.findall(r"\b[a-z]+_[a-z0-9_]+\b", text)) | set(re.findall(r"\b[a-z]+\d+\b", text))
    assert named <= {*columns, "tag01", "tag10"}
    between = re.compile(r"(psp|pspf)2|tag0[2-9]")  # said as psp1 to psp3
    if len(columns) < 25:
        assert [c for c in columns if not between.fullmatch(c) and not re.search(rf"\b{c}\b", text)] == []


@pytest.mark.parametrize("name", [name for name in SETS if name != "mobgap_lowback_imu"])
def test_a_unit_of_a_column_is_the_one_that_the_datasheet_says(name):
    text = said(name, "columns")
    for table in READ[name]:
        units = {unit for unit in table.attrs["units"].values() if re.fullmatch(r"[A-Za-z/²]{1,5}", unit)}
        assert [unit for unit in units if not re.search(rf"(?<![A-Za-z]){unit}(?![A-Za-z])", text)] == []


def test_walks_and_falls():
    (people,) = READ["tug_accel_falls"]
    kept = people[people["excluded"] == 0]
    assert (len(people), len(kept), kept["faller_12m"].sum()) == (79, 73, 20)
    assert people["age_group"].isna().sum() == 6
    assert people.loc[people["age_group"].isna(), "excluded"].sum() == 5
    assert (people["wpsp"] - people["psp1"] * (people["pspf1"] - 1)).abs().max() < 1e-9


def test_balance():
    (trials,), people = READ["bds_balance"], datasets.fetch_bds_balance(level="subject", download_if_missing=False)
    assert people["sex"].value_counts().to_dict() == {"F": 116, "M": 47}
    ages = people.groupby("age_group")["age"].agg(["size", "min", "max", "mean"])
    assert ages["size"].to_dict() == {"Young": 87, "Old": 76}
    assert ages[["min", "max"]].map(int).values.tolist() == [[60, 85], [18, 59]]
    assert ages.loc["Young", "max"] == 59
    assert ages.loc["Old", "min"] == 60.5
    assert 38 < ages.loc["Old", "mean"] - ages.loc["Young", "mean"] < 45
    assert (trials.groupby("subject").size() < 12).sum() == 5
    assert people["falls_12m"].nlargest(3).tolist() == [52, 20, 12]
    assert [(people[column] == 300).sum() for column in ("tmt_a", "tmt_b")] == [1, 16]
    missing = people.isna().sum()
    assert missing[missing > 0].to_dict() == {"foot_length": 2, "tmt_errors_a": 1, "tmt_errors_b": 5}


def test_lower_back():
    (walks,) = READ["mobgap_lowback_imu"]
    assert {name[:6] for name in walks} == {"HA 001", "HA 002", "MS 001"}
    assert {name[:6] for name, walk in walks.items() if not len(walk.contacts)} == {"HA 002"}
    file = datasets.fetch("mobgap_lowback_imu", download_if_missing=False).files[-1]
    listed = pd.read_csv(file, dtype={"participant": str})
    listed["name"] = listed[["cohort", "participant", "test", "trial"]].agg(" ".join, axis=1)
    elsewhere = listed[~listed["name"].isin(list(walks))]
    assert elsewhere["name"].nunique() == 2
    assert elsewhere["initial_contact_s"].isna().sum() == listed["initial_contact_s"].isna().sum() == 13
    times = listed.dropna()
    twice = times[times.duplicated(["name", "initial_contact_s"])]
    assert len(twice) > 0
    assert set(twice["name"]) <= set(elsewhere["name"])


def test_spirometry():
    (people,) = READ["nhanes_spirometry"]
    assert ((people["gender"] == "female").sum(), people["age"].min(), people["age"].max()) == (8303, 6, 80)
    assert [(people["age"] >= age).sum() for age in (40, 60, 80)] == [7019, 2879, 4]
    assert people.isna().sum().sum() == 0
    assert (people["age"] % 0.25 == 0).all()
    assert (people["fev1"] / people["fvc"] - people["ratio"]).abs().max() < 1e-6


def test_tag():
    (readings,) = READ["older_adults_rfid_har"]
    trials = readings.drop_duplicates("trial")
    assert trials["room"].value_counts().to_dict() == {"S1": 60, "S2": 27}
    assert trials["sex"].value_counts().to_dict() == {"F": 62, "M": 25}
    assert readings["activity"].value_counts().loc[[3, 4]].tolist() == [51520, 2291]
    assert readings.duplicated().sum() == 2


def test_batches():
    nylon, dryer = READ["process_improve"]
    sizes = [table.groupby("batch").size() for table in (nylon, dryer)]
    assert [(len(size), size.min(), size.max()) for size in sizes] == [(57, 113, 135), (71, 89, 201)]
    assert sorted(nylon["tag01"].unique()) == [1, 2, 3, 4, 5]
    assert (dryer.groupby("batch")["clock_time"].diff().dropna() == 1).all()


def test_cerebrospinal_fluid():
    (people,) = READ["ad_csf"]
    assert people["class"].value_counts().to_dict() == {"Control": 242, "Impaired": 91}
    assert people["male"].value_counts().to_dict() == {0: 204, 1: 129}
    assert (round(people["age"].min(), 3), round(people["age"].max(), 3)) == (0.983, 0.990)
    assert "acth_adrenocorticotropic_hormon" in people.columns
    assert (people["genotype"] == "E2E2").sum() == 2
    assert (people.shape[1] - 1, people.isna().sum().sum()) == (130, 0)


def test_older_adults_with_mri():
    (people,) = READ["rigr_mri"]
    assert people["sex"].value_counts().to_dict() == {"Female": 369, "Male": 366}
    missing = people.isna().sum()
    assert missing.sum() == 55
    text = said("rigr_mri", "absent")
    for column, count in missing[missing > 0].items():
        assert (f"{column} {count}" in text) if count > 1 else (column in text.split("1 each of")[1])
    assert (people["albumin"].min(), people["albumin"].max()) == (3.2, 5.0)
    assert (people["mri_date"].min(), people["mri_date"].max()) == (7961, 8320)
    assert people.loc[people["death"] == 0, "obstime"].min() == 1827


def test_handwriting():
    (people,) = READ["darwin_handwriting"]
    assert people["class"].value_counts().to_dict() == {"P": 89, "H": 85}
    assert (people["class"] != people["class"].shift()).sum() == 2  # sorted
    for task in range(1, 26):
        times = people[[f"total_time{task}", f"air_time{task}", f"paper_time{task}"]]
        assert (times.iloc[:, 0] == times.iloc[:, 1] + times.iloc[:, 2]).all()
    assert (people["total_time19"].max(), people["total_time19"].median()) == (9206165, 65862.5)


def test_participants():
    (people,) = READ["eeg_ds004504_participants"]
    counted = people.groupby("group")["gender"].agg(["size", lambda sex: (sex == "F").sum()])
    assert counted.to_numpy().tolist() == [[36, 24], [29, 11], [23, 9]]
    assert set(people.loc[people["group"] == "C", "mmse"]) == {30}
    spread = people[people["group"] == "F"][["mmse", "age"]].std()
    assert spread.round(2).tolist() == [2.64, 8.22]


def test_children():
    (people,) = READ["rigr_fev"]
    assert people["sex"].value_counts().to_dict() == {"male": 336, "female": 318}
    smokers = people[people["smoke"] == "yes"]
    assert (len(smokers), smokers["age"].min()) == (65, 9)
    means = people.groupby("smoke")[["fev", "age"]].mean()
    assert means.round({"fev": 2, "age": 1}).values.tolist() == [[2.57, 9.5], [3.28, 13.5]]


def test_milling():
    (parts,) = READ["ai4i2020"]
    reasons = parts.filter(like="_failure")
    assert parts["failure"].sum() == 339
    assert ((parts["failure"] == 1) & (reasons.sum(axis=1) == 0)).sum() == 9
    assert ((parts["random_failure"] == 1) & (parts["failure"] == 0)).sum() == 18
    assert parts["random_failure"].sum() == 19
