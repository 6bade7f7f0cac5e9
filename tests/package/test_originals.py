"""Originals become the very files that are read; collected only where a mirror keeps them (conftest)."""

import os
from pathlib import Path

import pandas as pd
import pytest
from introdl import conversions, datasets
from served import nobody, serving

R_FILES = {
    "ad_csf/original/ad_data.RData": ("r-frame", "ad_csf/ad_data.csv"),
    "rigr_fev/original/fev.rda": ("r-frame", "rigr_fev/fev.csv"),
    "rigr_mri/original/mri.rda": ("r-frame", "rigr_mri/mri.csv"),
    "nhanes_spirometry/original/SpirometryUS.rda": ("r-frame-rounded", "nhanes_spirometry/SpirometryUS.csv"),
}


@pytest.fixture
def place():
    """The mirror."""
    return Path(os.environ["INTRODL_DATA"])


@pytest.mark.parametrize("original", R_FILES)
def test_an_r_file_that_is_downloaded_becomes_the_very_file_that_is_read(place, original, tmp_path, monkeypatch):
    """The whole way, with the real original: asked for, checked, converted, checked again."""
    way, file = R_FILES[original]
    name = file.split("/")[0]
    entry = datasets.registered(name)
    (row,) = entry["files"]
    assert row["conversion"] == way
    with serving() as server:
        path = row["originals"][0]["path"]
        server.files[f"{entry['repository']}/{entry['commit']}/{path}"] = (place / original).read_bytes()
        sources = (nobody(), server.address("{repository}/{commit}/{path}"))
        monkeypatch.setattr(datasets, "SOURCES", sources)
        monkeypatch.setattr(datasets, "_own_folder", lambda: tmp_path)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.delenv("INTRODL_DATA")
        monkeypatch.delenv("INTRODL_OFFLINE", raising=False)
        fetched = datasets.fetch(name)
    assert fetched.files == (tmp_path / file,)
    assert fetched.downloaded == row["originals"][0]["bytes"]
    assert fetched.files[0].read_bytes() == (place / file).read_bytes()


def test_our_conversion_of_walks_and_falls_gives_the_very_file_that_is_read(place):
    """The authors' lists are made again out of the file that is read, as their program's text has them."""
    features = place / "tug_accel_falls" / "featuresAcc.npy"
    file = datasets.fetch("tug_accel_falls").files[0]
    people = pd.read_csv(file)
    lists = {name: people.index[people["age_group"] == group] for name, group in conversions.AGE_LISTS.items()}
    lists["index_excluded"] = people.index[people["excluded"] == 1]
    for name, months in conversions.FALL_LISTS.items():
        lists[name] = people.index[people["first_fall_within_months"] <= months]
    program = "\n".join(f"{name} = {list(map(int, rows))} # lista" for name, rows in lists.items())
    made = conversions.tug_falls([features.read_bytes(), program.encode()])
    assert made == file.read_bytes()
