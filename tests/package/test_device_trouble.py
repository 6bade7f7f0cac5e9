"""Full memory, work still owed, a record that was changed: what is kept, what is waited for, what is refused."""

import time

import numpy as np
import pandas as pd
import pytest
import torch
from introdl import device, language

MADE_UP = """\
# device: A Made-up GPU
# driver: 1.2.3
# versions: Python 3.11.7, torch 2.13.0, CUDA 99.9
# date: 2026-01-02
# command: python -m introdl.device --out data/recorded/gpu-made-up.csv
what,n,dtype,seconds,low,high,runs,operations,error
product,128,float32,1e-05,9e-06,1.1e-05,300,4194304,1e-06
wrong way,128,float32,1e-06,1e-06,1e-06,1,4194304,
"""

FULL = {
    "cuda": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 4.00 GiB"),
    "python": MemoryError("out of memory"),
    "windows": RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate"),
    "linux": RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate"),
}


@pytest.fixture
def recorded(tmp_path):
    (tmp_path / "gpu-made-up.csv").write_text(MADE_UP, encoding="utf-8")
    return tmp_path


# --- out of memory


@pytest.mark.parametrize("code", language.LANGUAGES)
@pytest.mark.parametrize("full", FULL)
def test_what_was_measured_before_memory_ran_out_is_kept_and_the_rest_is_said(monkeypatch, full, code):
    language.use(code)
    real = device.square

    def square(n, *where, **seeds):
        if n >= 16:
            raise FULL[full]
        return real(n, *where, **seeds)

    monkeypatch.setattr(device, "square", square)
    sweep = device.matmul_sweep([4, 8, 16, 32], seconds=0.001)
    assert sweep.frame["n"].tolist() == [4, 8]
    assert sweep.stopped == language.label("device.no-room", n=16, device="cpu")
    to_record = device.measure("cpu", sizes=[4, 8, 16], seconds=0.001)
    assert sorted(set(to_record.query("what == 'product'")["n"])) == [4, 8]
    assert "conv1" in set(to_record["what"])
    assert to_record.attrs["stopped"] == sweep.stopped


def test_another_error_while_recording_is_not_taken_for_full_memory(monkeypatch):
    def broken(*where, **seeds):
        raise RuntimeError("something else")

    monkeypatch.setattr(device, "square", broken)
    with pytest.raises(RuntimeError, match="something else"):
        device.measure("cpu", sizes=[4], seconds=0.001)


def test_ceilings_without_room_for_any_product_say_why(monkeypatch):
    monkeypatch.setattr(device, "free_bytes", lambda where: 100)
    with pytest.raises(MemoryError, match="out of memory on cpu"):
        device.ceilings(sizes=[64])


def test_a_ceiling_is_the_fastest_product_undisturbed_and_bytes_are_counted_both_ways(monkeypatch):
    times = pd.DataFrame({"n": [8, 16], "operations": [8e6, 9e6], "low": [1e-3, 3e-3], "seconds": [9e-3, 3e-3]})
    monkeypatch.setattr(device, "matmul_sweep", lambda *given: device.Sweep(times, None, "cpu", 1))
    copied = device.Measured(0.009, 0.001, 0.02, 3, 3, 1, 1, "cpu")
    monkeypatch.setattr(device, "benchmark", lambda *given, **settings: copied)
    top = device.ceilings(megabytes=1)
    assert (top.operations, top.n) == (pytest.approx(8e9), 8)
    assert top.bytes == pytest.approx(2 * 1e6 / 0.001)


# --- the wrong way to time


def test_the_first_call_is_not_counted_but_the_wrong_way_counts_it():
    def once_slow():
        waits = iter([0.2])
        return lambda: time.sleep(next(waits, 0.0005))

    assert device.wrong_way(once_slow()) >= 0.19
    assert device.benchmark(once_slow(), seconds=0.02).seconds < 0.19


def test_work_handed_over_and_not_done_misleads_the_wrong_way_only(monkeypatch):
    owed = []
    monkeypatch.setattr(device, "synchronize", lambda where: [time.sleep(owed.pop()) for _ in list(owed)])

    def asynchronous():
        owed.append(0.05)

    assert device.wrong_way(asynchronous) < 0.05
    owed.clear()
    assert device.benchmark(asynchronous, seconds=0.02).seconds >= 0.049


def test_synchronize_waits_for_the_gpu_that_is_named_and_for_no_cpu(monkeypatch):
    waited = []
    monkeypatch.setattr(torch.cuda, "synchronize", waited.append)
    monkeypatch.setattr(torch.mps, "synchronize", lambda: waited.append("mps"))
    for where in ("cpu", "cuda:1", "mps"):
        device.synchronize(where)
    assert waited == ["cuda:1", "mps"]


def test_a_module_is_where_its_weights_and_its_buffers_are():
    assert device.shared_device(torch.nn.BatchNorm1d(3, affine=False, device="meta")) == torch.device("meta")
    assert device.shared_device(torch.nn.Linear(2, 1), "text", None) == torch.device("cpu")


def test_apples_gpu_is_chosen_where_there_is_no_cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert device.choose().device.type == "mps"
    assert device.choose("mps").device.type == "mps"


# --- records that are not as they were


def test_a_made_up_record_is_read_and_says_where_it_comes_from_in_both_languages(recorded):
    record = device.read("gpu-made-up", recorded)
    assert record.frame["what"].tolist() == ["product", "wrong way"]
    for code in language.LANGUAGES:
        language.use(code)
        for said in ("A Made-up GPU", "1.2.3", "CUDA 99.9", "2026-01-02", "python -m introdl.device"):
            assert said in record.note
        assert "gpu-made-up" in device.recorded_note(recorded)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("# driver: 1.2.3\n", "", "no head line 'driver'"),
        ("what,n,", "what,m,", "its columns should be what, n, dtype"),
        ("1e-05,9e-06", "-1e-05,9e-06", "every row should have seconds above 0"),
        ("1e-05,9e-06", "soon,9e-06", "not as it was recorded"),
        (MADE_UP.split("error\n")[1], "", "every row should have seconds above 0"),
    ],
)
def test_a_record_that_was_changed_is_refused(recorded, before, after, words):
    assert before in MADE_UP
    (recorded / "gpu-made-up.csv").write_text(MADE_UP.replace(before, after), encoding="utf-8")
    with pytest.raises(device.RecordError, match=words):
        device.read("gpu-made-up", recorded)


def test_every_record_of_the_book_can_be_read():
    records = [device.read(name) for name in device.recorded_names()]
    assert all(len(record.frame) > 0 for record in records)
    assert bool(records) == (device.recorded_note() != language.label("device.none-recorded"))


# --- the script


def test_the_errors_of_a_record_are_in_the_order_of_their_bits():
    found = device.measure("cpu", sizes=[32], seconds=0.001)
    errors = found.query("what == 'product'").set_index("dtype")["error"]
    assert errors["float64"] < errors["float32"] < 1e-5 < errors["bfloat16"] < 0.05
    assert np.isnan(found.query("what == 'wrong way'")["error"]).all()
    assert torch.get_float32_matmul_precision() == "highest"


def test_the_script_writes_a_record_and_says_where_it_stopped(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda place=0: "A Made-up GPU")
    found = pd.DataFrame([("product", 8, "float32", 1e-5, 1e-5, 1e-5, 9, 1024, 1e-7)], columns=device.COLUMNS)
    found.attrs["stopped"] = "Stopped at n = 16."
    monkeypatch.setattr(device, "measure", lambda *given, **settings: found)
    assert device.main(["--out", str(tmp_path / "gpu-some.csv")]) == 0
    record = device.read("gpu-some", tmp_path)
    assert record.device == "A Made-up GPU"
    assert record.command.startswith("python -m introdl.device --out ")
    assert "torch" in record.versions
    assert "Stopped at n = 16." in capsys.readouterr().err
