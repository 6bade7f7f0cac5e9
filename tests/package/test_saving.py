"""What comes back from a file is what was saved, whole or not at all; whatever else a file may be is refused unrun."""

import os
import pickle
import zipfile

import numpy as np
import pandas as pd
import pytest
import torch
from introdl.saving import load, new_rows, read_notes, save
from torch import nn


def a_net(*, inputs: int = 3, hidden: int = 4, seed: int = 0, dtype=torch.float32) -> nn.Sequential:
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(inputs, hidden, dtype=dtype), nn.BatchNorm1d(hidden, dtype=dtype), nn.Linear(hidden, 2, dtype=dtype)
    )


def copied(net: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in net.state_dict().items()}


def same(net: nn.Module, weights: dict[str, torch.Tensor]) -> bool:
    state = net.state_dict()
    return list(state) == list(weights) and all(torch.equal(state[name], weights[name]) for name in weights)


class Calls:
    """Unpickling this would call the function."""

    def __init__(self, function, *arguments):
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.fixture
def place(tmp_path):
    return tmp_path / "net.pt"


@pytest.fixture
def saved(place):
    save(a_net(seed=1), place)
    return place


def assert_refused(net, path, words, error=ValueError):
    """The file is refused with these words, and not one weight has moved."""
    before = copied(net)
    with pytest.raises(error, match=words):
        load(net, path)
    assert same(net, before)


# --- what comes back


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_weights_come_back_to_the_last_bit(place, dtype):
    one, other = a_net(seed=1, dtype=dtype), a_net(seed=2, dtype=dtype)
    save(one, place)
    assert not same(other, copied(one))
    assert load(other, place) is other
    assert same(other, copied(one))


def test_a_file_of_torch_save_is_read_too(place):
    one, other = a_net(seed=1), a_net(seed=2)
    torch.save(one.state_dict(), place)
    assert same(load(other, place), copied(one))
    assert read_notes(place) == {}


def test_the_file_is_read_by_torch_alone_with_weights_only(saved):
    content = torch.load(saved, weights_only=True)
    assert same(a_net(seed=1), content["weights"])


def test_running_means_of_a_batch_norm_travel_too(place):
    one = a_net(seed=1)
    one(torch.randn(20, 3, generator=torch.Generator().manual_seed(0)))
    save(one, place)
    other = load(a_net(seed=2), place)
    assert other[1].num_batches_tracked == 1
    assert torch.equal(other[1].running_mean, one[1].running_mean)


def test_saving_changes_neither_network_nor_mode(place):
    net = a_net(seed=1).eval()
    before = copied(net)
    save(net, place)
    assert same(net, before)
    assert not net.training


@pytest.mark.parametrize("training", [True, False])
def test_loading_leaves_the_mode_and_what_is_frozen(saved, training):
    net = a_net(seed=2).train(training)
    net[0].weight.requires_grad_(False)
    weight = net[0].weight
    load(net, saved)
    assert net.training is training
    assert net[0].weight is weight
    assert not weight.requires_grad


def test_a_view_takes_only_its_own_numbers_into_the_file(place):
    net = nn.Linear(1, 1)
    net.weight.data = torch.zeros(1_000_000)[:1].reshape(1, 1)
    save(net, place)
    assert place.stat().st_size < 10_000


def test_a_mask_of_minus_infinity_is_no_failed_training(place):
    net, other = nn.Linear(1, 1), nn.Linear(1, 1)
    net.register_buffer("mask", torch.tensor([0.0, -torch.inf]))
    other.register_buffer("mask", torch.zeros(2))
    save(net, place)
    assert load(other, place).mask.tolist() == [0, -torch.inf]


def test_a_file_from_another_device_is_mapped_and_never_opened_as_code(saved, monkeypatch):
    asked = []
    real = torch.load
    monkeypatch.setattr(torch, "load", lambda *a, **k: asked.append(k) or real(*a, **k))
    load(a_net(), saved)
    assert asked == [{"map_location": "cpu", "weights_only": True}]


# --- notes


def test_notes_come_back_as_texts_numbers_and_lists(place):
    notes = {
        "columns": ("tug", "steps"),
        "mean": np.array([1.5, 2.0]),
        "scale": torch.tensor([0.5, 0.25], dtype=torch.float64),
        "share": np.float64(0.1),
        "whole": np.int64(3),
        "nested": {"yes": True, "none": None},
    }
    save(a_net(), place, notes)
    lists = {"columns": ["tug", "steps"], "mean": [1.5, 2.0], "scale": [0.5, 0.25]}
    assert read_notes(place) == {**lists, "share": 0.1, "whole": 3, "nested": {"yes": True, "none": None}}
    load(a_net(seed=2), place)


@pytest.mark.parametrize(
    "notes", [{"rule": len}, {"set": {1}}, {"mean": [1.0, float("nan")]}, {"mean": torch.tensor([torch.inf])}]
)
def test_a_note_that_would_not_come_back_is_refused_and_nothing_is_written(place, notes):
    with pytest.raises((TypeError, ValueError, AttributeError), match="notes must hold texts"):
        save(a_net(), place, notes)
    assert os.listdir(place.parent) == []


# --- another network


def test_the_first_difference_is_named(saved):
    assert_refused(a_net(inputs=5), saved, r"0.weight has shape \(4, 3\) in the file and \(4, 5\) in net")
    assert_refused(a_net(hidden=5), saved, r"another network: 0.weight has shape \(4, 3\) in the file and \(5, 3\)")
    assert_refused(a_net(dtype=torch.float64), saved, r"0.weight is of type torch.float32 .* net.to\(torch.float32\)")
    assert_refused(a_net()[:2], saved, "the file has 2.weight, net has not")
    assert_refused(nn.Sequential(*a_net(), nn.Linear(2, 1)), saved, "net has 3.weight, the file has not")


def test_a_difference_in_the_last_layer_leaves_the_first_one_alone(place):
    save(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 2)), place)
    assert_refused(nn.Sequential(nn.Linear(3, 4), nn.Linear(4, 7)), place, r"1.weight has shape \(2, 4\)")


# --- files that are no such file


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.99])
def test_a_file_cut_short_is_refused(saved, share):
    whole = saved.read_bytes()
    saved.write_bytes(whole[: int(len(whole) * share)])
    assert_refused(a_net(), saved, "cut short, damaged, or no file of torch.save")


def test_one_changed_byte_in_the_weights_is_found(saved):
    whole = bytearray(saved.read_bytes())
    at = bytes(whole).index(a_net(seed=1)[0].weight.detach().numpy().tobytes())
    whole[at] ^= 1
    saved.write_bytes(bytes(whole))
    assert_refused(a_net(), saved, "damaged in")


def test_an_empty_file_is_called_empty_and_a_missing_one_missing(place):
    assert_refused(a_net(), place, "there is no file .*net.pt", FileNotFoundError)
    place.touch()
    assert_refused(a_net(), place, "net.pt is empty")


@pytest.mark.parametrize(
    "content", [b"weights: 1, 2, 3\n", b"P", b"\x00" * 100, "權重\n".encode(), b"\x89PNG\r\n\x1a\n"]
)
def test_a_file_of_another_kind_is_refused(place, content):
    place.write_bytes(content)
    assert_refused(a_net(), place, "no file of torch.save")
    with pytest.raises(ValueError, match=r"no file of torch\.save"):
        read_notes(place)


def test_an_archive_of_another_kind_is_refused(place):
    with zipfile.ZipFile(place, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert_refused(a_net(), place, "no file of weights")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([torch.ones(1)], "weights by name, got list"),
        (torch.ones(1), "weights by name, got Tensor"),
        ({"epoch": 3, "net": {"weight": torch.ones(1)}}, "got int under 'epoch'"),
        ({0: torch.ones(1)}, "got Tensor under 0"),
        ({"weights": 3, "notes": "{}"}, "weights by name, got int"),
        ({"weight": torch.ones(1, device="meta")}, "meta"),
    ],
)
def test_numbers_in_another_order_are_refused(place, content, words):
    torch.save(content, place)
    assert_refused(nn.Linear(1, 1), place, words)


# --- code


def test_a_pickle_that_holds_code_is_refused_and_the_code_does_not_run(place, tmp_path):
    trace = tmp_path / "ran"
    torch.save({"weight": Calls(os.mkdir, str(trace))}, place)
    assert_refused(a_net(), place, r"holds code.*\.mkdir\. It was not run")
    with pytest.raises(ValueError, match="holds code"):
        read_notes(place)
    assert not trace.exists()


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_bare_pickle_is_refused_unopened(place, tmp_path, protocol):
    trace = tmp_path / "ran"
    place.write_bytes(pickle.dumps(Calls(os.mkdir, str(trace)), protocol=protocol))
    assert_refused(a_net(), place, "no file of torch.save")
    assert not trace.exists()


def test_the_code_of_these_tests_would_run_if_it_were_opened(tmp_path):
    """Without this, a harmless file would make the two tests above pass."""
    trace = tmp_path / "ran"
    pickle.loads(pickle.dumps(Calls(os.mkdir, str(trace))))
    assert trace.is_dir()


def test_a_whole_network_is_code(place):
    torch.save(a_net(), place)
    assert_refused(a_net(), place, "holds code.*torch.nn.modules.container.Sequential.*state_dict")


# --- numbers that are none, and what is no network


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_failed_training_is_neither_saved_nor_loaded(place, bad):
    net = a_net(seed=1)
    with torch.no_grad():
        net[2].bias[1] = bad
    with pytest.raises(ValueError, match=r"2\.bias in net holds NaN or infinity.*missing values"):
        save(net, place)
    assert not place.exists()
    torch.save(net.state_dict(), place)
    assert_refused(a_net(), place, "2.bias in net.pt holds")


def test_nan_in_a_running_mean_is_found(place):
    net = a_net()
    net[1].running_mean[0] = float("nan")
    with pytest.raises(ValueError, match=r"1\.running_mean"):
        save(net, place)


@pytest.mark.parametrize(
    ("net", "error", "words"),
    [
        (nn.Linear(1, 1).state_dict(), TypeError, "give the network itself"),
        (None, TypeError, "nn.Module, got NoneType"),
        (nn.ReLU(), ValueError, "no weights"),
        (nn.Linear(1, 1, device="meta"), ValueError, "meta"),
    ],
)
def test_what_is_no_network_is_neither_saved_nor_loaded(saved, net, error, words):
    before = saved.read_bytes()
    with pytest.raises(error, match=words):
        save(net, saved)
    with pytest.raises(error, match=words):
        load(net, saved)
    assert saved.read_bytes() == before


# --- nothing half-written


def test_an_interrupted_save_leaves_the_old_file_and_no_rest(saved, monkeypatch):
    before = saved.read_bytes()

    def interrupted(content, file):
        file.write_bytes(b"PK\x03\x04 half")
        raise OSError("no space left on device")

    monkeypatch.setattr(torch, "save", interrupted)
    with pytest.raises(OSError, match="no space"):
        save(a_net(seed=5), saved)
    assert saved.read_bytes() == before
    assert os.listdir(saved.parent) == ["net.pt"]


def test_a_new_file_replaces_the_old_one_and_leaves_no_rest(saved):
    save(a_net(seed=5), saved)
    assert same(load(a_net(), saved), copied(a_net(seed=5)))
    assert os.listdir(saved.parent) == ["net.pt"]


def test_a_folder_that_is_missing_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere does not exist: make it first"):
        save(a_net(), tmp_path / "nowhere" / "net.pt")


# --- new rows


def test_rows_in_the_order_of_the_training_come_as_numbers():
    rows = new_rows(pd.DataFrame({"a": [2, -40], "b": [1, 3.5]}), ["a", "b"], low=[-40, 0], high=[2, 3.5])
    assert rows.dtype == np.float64
    assert rows.tolist() == [[2, 1], [-40, 3.5]]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"b": [1], "a": [2]}, r"order of the training, got b, a: write table\[\['a', 'b'\]\]"),
        ({"a": [1]}, "1 of 2 columns missing, first b: the network needs"),
        ({"a": [1], "bb": [1]}, "first b: did you mean bb?"),
        ({"a": [1], "b": [1], "c": [1]}, "got c too many"),
        ({"a": [], "b": []}, "no row"),
        ({"a": [1, 2], "b": [1, None]}, "row 1, column b is empty"),
        ({"a": [1], "b": ["two"]}, "column b must hold numbers, got 'two'"),
        ({"a": [1], "b": [True]}, "column b must hold numbers"),
        ({"a": [1], "b": [17]}, "row 0, column b must lie between 0 and 16, got 17: is it in another unit"),
        ({"a": [-1], "b": [1]}, "column a must lie between 0 and 10, got -1"),
        ({"a": [1], "b": [float("inf")]}, "column b must lie between"),
    ],
)
def test_what_are_no_such_rows_is_refused_with_its_place(table, words):
    with pytest.raises((TypeError, ValueError), match=words):
        new_rows(pd.DataFrame(table), ["a", "b"], low=[0, 0], high=[10, 16])


def test_a_column_that_stands_twice_is_too_many():
    with pytest.raises(ValueError, match="got a too many"):
        new_rows(pd.DataFrame([[1, 2, 3]], columns=["a", "b", "a"]), ["a", "b"])


def test_infinity_is_refused_without_bounds_and_rows_are_named_by_their_index():
    with pytest.raises(ValueError, match="row p7, column a must lie between -inf and inf, got inf"):
        new_rows(pd.DataFrame({"a": [np.inf]}, index=["p7"]), ["a"])


def test_rows_without_names_are_refused():
    with pytest.raises(TypeError, match="pandas DataFrame, got ndarray"):
        new_rows(np.ones((1, 2)), ["a", "b"])


@pytest.mark.parametrize("low", [[0], [0, float("nan")]])
def test_bounds_must_be_one_number_a_column(low):
    with pytest.raises(ValueError, match="low must hold"):
        new_rows(pd.DataFrame({"a": [1], "b": [1]}), ["a", "b"], low=low)
