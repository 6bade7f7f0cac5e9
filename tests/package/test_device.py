"""The device is chosen with a reason, and times agree with PyTorch's own; what cannot be measured is said."""

import pandas as pd
import pytest
import torch
from introdl import device, language
from torch.utils.benchmark import Timer

CPU = torch.device("cpu")


@pytest.fixture
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


@pytest.fixture
def cuda(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda index: "Made-up GPU")


def recorded(folder, **changed):
    heads = {"device": "Made-up GPU", "driver": "1.2", "versions": "torch 2", "date": "2026-01-02", "command": "a: b"}
    heads |= changed
    frame = device.measure("cpu", sizes=(8,), seconds=0.001)
    lines = "".join(f"# {key}: {value}\n" for key, value in heads.items() if value is not None)
    (folder / "gpu-made-up.csv").write_text(lines + frame.to_csv(index=False), encoding="utf-8")
    return frame


def test_without_a_gpu_the_cpu_is_chosen_and_the_reason_is_in_the_readers_language(no_gpu):
    assert device.choose().device == CPU
    assert "sees no GPU" in repr(device.choose())
    language.use("zh-TW")
    assert "看不到 GPU" in repr(device.choose())


def test_a_cuda_device_is_chosen_and_named(cuda):
    assert device.choose().device.type == "cuda"
    assert "Made-up GPU" in device.choose().reason
    assert device.choose("cpu").device == CPU


@pytest.mark.parametrize("kind", ["cuda", "mps"])
def test_a_gpu_asked_for_and_absent_is_refused_with_the_cure(no_gpu, kind):
    with pytest.raises(device.DeviceError, match=rf"(?s){kind} was asked for.*choose\(\)"):
        device.choose(kind)


def test_an_unknown_device_is_refused():
    with pytest.raises(ValueError, match="one of cuda, mps, cpu, got 'tpu'"):
        device.choose("tpu")


def test_benchmark_agrees_with_torchs_own_timer():
    a = device.square(256)
    ours = device.benchmark(torch.matmul, a, a, seconds=0.2, threads=1)
    theirs = Timer("torch.matmul(a, a)", globals={"a": a}, num_threads=1).blocked_autorange(min_run_time=0.2)
    assert 1 / 3 < ours.seconds / theirs.median < 3


def test_the_calls_are_counted_and_the_threads_are_those_asked_for():
    seen = []
    found = device.benchmark(lambda: seen.append(torch.get_num_threads()), seconds=0.001, warm_up=7, threads=2)
    assert len(seen) >= found.runs + 7
    assert found.warm_up == 7
    assert set(seen) == {2}
    assert found.threads == 2


def test_a_slow_call_is_measured_three_times_and_the_quartiles_enclose_the_median():
    found = device.benchmark(sum, range(200_000), seconds=1e-9)
    assert found.rounds >= 3
    assert found.low <= found.seconds <= found.high
    assert found.spread == found.high - found.low


def test_the_clock_waits_for_the_device(monkeypatch):
    waited = []
    monkeypatch.setattr(device, "synchronize", waited.append)
    device.benchmark(torch.add, torch.ones(2), 1, seconds=0.001)
    right = len(waited)
    device.wrong_way(torch.add, torch.ones(2), 1)
    assert right >= 6
    assert len(waited) == right


def test_tensors_on_two_devices_are_refused_wherever_they_are():
    net = torch.nn.Linear(2, 1)
    with pytest.raises(ValueError, match="one device, got cpu and meta"):
        device.shared_device(net, {"x": [torch.ones(2, device="meta")]})
    with pytest.raises(ValueError, match=r"move them together"):
        device.benchmark(torch.add, torch.ones(2), torch.ones(2, device="meta"))


def test_meta_tensors_and_results_are_no_computation():
    with pytest.raises(ValueError, match="nothing would be measured"):
        device.benchmark(torch.add, torch.ones(2, device="meta"), 1)
    with pytest.raises(TypeError, match=r"give f and x, not f\(x\)"):
        device.benchmark(torch.ones(2))


@pytest.mark.parametrize("bad", [{"seconds": 0}, {"warm_up": -1}, {"threads": 0}])
def test_settings_that_measure_nothing_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        device.benchmark(sum, [1], **bad)


def test_the_sweep_stops_at_out_of_memory_and_keeps_what_it_measured(monkeypatch):
    def full(n, *rest, **more):
        if n > 16:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate")
        return torch.ones(n, n)

    monkeypatch.setattr(device, "square", full)
    sweep = device.matmul_sweep([8, 16, 32, 64], seconds=0.001)
    assert sweep.frame["n"].tolist() == [8, 16]
    assert "Stopped at n = 32: out of memory" in sweep.stopped


def test_the_sweep_asks_for_room_before_it_takes_it(monkeypatch):
    monkeypatch.setattr(device, "free_bytes", lambda place: 3 * 4 * 16 * 16 / device.SPARE)
    assert device.matmul_sweep([16, 17], seconds=0.001).frame["n"].tolist() == [16]


def test_another_error_in_a_sweep_is_not_taken_for_full_memory(monkeypatch):
    def broken(*arguments, **more):
        raise RuntimeError("something else")

    monkeypatch.setattr(device, "square", broken)
    with pytest.raises(RuntimeError, match="something else"):
        device.matmul_sweep([8])


def test_the_break_even_point_holds_for_every_larger_size():
    slow = pd.DataFrame({"n": [1, 2, 4, 8], "seconds": [1.0, 1, 1, 1]})
    assert device.break_even(slow, slow.assign(seconds=[2.0, 0, 2, 2])) == 4
    assert device.break_even(slow, slow.assign(seconds=[2.0, 2, 2, 0])) is None
    both = slow.assign(with_transfer=9.0)
    assert device.break_even(both, slow.assign(seconds=2.0), "with_transfer") is None


def test_tf32_keeps_ten_bits_and_rounds_to_the_nearest():
    numbers = torch.tensor([1.0, -3.5, 1 + 2**-10, 1 + 2**-12, 1 + 2**-11 + 2**-12])
    assert device.as_tf32(numbers).tolist() == [1.0, -3.5, 1 + 2**-10, 1.0, 1 + 2**-10]
    with pytest.raises(TypeError, match="must be float32"):
        device.as_tf32(numbers.double())


def test_a_ceiling_is_the_best_of_the_products():
    top = device.ceilings(sizes=[8, 128], megabytes=1, seconds=0.01)
    assert top.n in (8, 128)
    assert top.operations > 0
    assert top.bytes > 0


def test_nothing_recorded_is_said_and_is_none(tmp_path):
    assert device.recorded_names(tmp_path / "absent") == device.recorded_names(tmp_path) == []
    assert device.recorded_note(tmp_path) == "No GPU result is recorded yet."
    assert device.read("gpu-none", tmp_path) is None


def test_a_recorded_result_is_read_with_where_it_comes_from(tmp_path):
    frame = recorded(tmp_path)
    record = device.read("gpu-made-up", tmp_path)
    assert device.recorded_names(tmp_path) == ["gpu-made-up"]
    assert len(record.frame) == len(frame)
    assert (record.device, record.driver, record.command) == ("Made-up GPU", "1.2", "a: b")
    assert "Recorded, not run here: Made-up GPU" in record.note


@pytest.mark.parametrize("changed", [{"driver": None}, {"date": "yesterday"}, {"device": ""}])
def test_a_record_without_its_heads_is_refused(tmp_path, changed):
    recorded(tmp_path, **changed)
    with pytest.raises(device.RecordError, match=r"record it anew"):
        device.read("gpu-made-up", tmp_path)


def test_a_name_of_another_form_is_refused(tmp_path):
    with pytest.raises(ValueError, match="name must be"):
        device.read("../secret", tmp_path)
    with pytest.raises(ValueError, match="must be called"):
        device.write(pd.DataFrame(), tmp_path / "other.csv", "a", "b", "c", "d")


def test_what_is_written_is_read(tmp_path):
    frame = device.measure("cpu", sizes=(8,), seconds=0.001)
    device.write(frame, tmp_path / "gpu-made-up.csv", "Made-up GPU", "1.2", "torch 2", "command")
    back = device.read("gpu-made-up", tmp_path).frame
    assert back["seconds"].tolist() == pytest.approx(frame["seconds"].tolist(), rel=1e-5)
    assert back.query("what == 'conv1'")["operations"].item() == 140_553_600


def test_the_command_records_nothing_where_there_is_no_gpu(no_gpu, tmp_path, capsys):
    assert device.main(["--out", str(tmp_path / "gpu-mine.csv")]) == 1
    assert "sees no GPU" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_table_says_rates_and_shares_in_the_readers_language():
    one = device.Measured(0.001, 0.001, 0.002, 3, 3, 1, 2, "cpu")
    assert device.table({"loops": one}, operations=1e6, peak=2e9).iloc[0].tolist()[-2:] == ["1.0", "50%"]
    language.use("zh-TW")
    assert device.table({"loops": one}).index.tolist() == [language.label("devices.loops")]
