"""The slides' data are found where the package is installed, and are the files whose checksums are known."""

import shutil
from importlib import resources

import numpy as np
import pytest
from introdl import datasets
from introdl.datasets import DataError, load_matrix_operation, load_tug


@pytest.fixture
def data_folder(tmp_path, monkeypatch):
    """A copy of the data that a test may spoil."""
    for file in resources.files("introdl.data").iterdir():
        if file.is_file():
            shutil.copy(file, tmp_path)
    monkeypatch.setattr(datasets.resources, "files", lambda package: tmp_path)
    return tmp_path


def test_the_table_holds_the_23_people_of_the_slide():
    people = load_tug()
    assert people["no"].tolist() == list(range(1, 24))
    assert people.loc[18, ["age", "tug", "bbs", "gender"]].tolist() == [69, 29, 10, "F"]


def test_what_cannot_be_read_on_the_slide_is_missing_and_not_zero():
    people = load_tug()
    missing = people.isna()
    assert people.loc[missing["px"], "no"].tolist() == [6, 7]
    assert missing.to_numpy().sum() == 2


def test_the_table_says_where_it_comes_from_and_in_which_units():
    attributes = load_tug().attrs
    assert "Sun" in attributes["source"]
    assert "outside the book's text licence" in attributes["licence"]
    assert set(attributes["units"]) <= set(load_tug().columns)
    assert attributes["units"]["tug"] == "s"


def test_two_loads_do_not_share_their_table():
    people = load_tug()
    people.loc[0, "tug"] = 99
    assert load_tug().loc[0, "tug"] == 11


def test_the_printed_tensors_have_the_shapes_of_a_2_3_2_1_network():
    printed = load_matrix_operation()
    assert [(w.shape, b.shape) for w, b in printed.layers] == [((3, 2), (3,)), ((2, 3), (2,)), ((1, 2), (1,))]
    assert printed.X.tolist() == [[1, 2], [2, 3], [10, 5]]
    assert printed.hidden_layer_1.dtype == np.float64
    assert printed.hidden_layer_1[2, 1] == -9.3577
    assert printed.hidden_layer_2[2].tolist() == [-4.0429, 0.4054]


def test_a_changed_file_is_refused_with_both_checksums_and_the_cure(data_folder):
    file = data_folder / "tug_23_subjects.csv"
    file.write_text(file.read_text().replace("1,70,1.76", "1,71,1.76"))
    with pytest.raises(DataError, match=r"data/tug_23_subjects\.csv has sha256 [0-9a-f]{64}, expected a67ad4.*restore"):
        load_tug()


def test_a_missing_file_is_named(data_folder):
    (data_folder / "matrix_operation_reference.json").unlink()
    with pytest.raises(DataError, match=r"data/matrix_operation_reference\.json is missing"):
        load_matrix_operation()
