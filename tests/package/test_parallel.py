"""Several processes agree with one, survive a death, and never hang; needs torch (conftest)."""

import os
import pickle
import socket
import subprocess
import sys
import textwrap
import time

import pytest
import torch
from introdl import parallel
from torch import nn

pytestmark = pytest.mark.slow

TRAINS = """
    import os, signal, sys
    import torch
    from torch import nn
    from torch.nn.parallel import DistributedDataParallel
    from introdl import parallel

    checkpoint, dies_at = sys.argv[1], int(sys.argv[2])
    draw = torch.Generator().manual_seed(3)
    X, y = torch.randn(24, 4, generator=draw), torch.randn(24, 1, generator=draw)
    torch.manual_seed(1)
    net, loss, first = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 1)), nn.MSELoss(), 0
    with parallel.group(seconds=20) as me:
        copy = DistributedDataParallel(net)
        optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
        if before := parallel.kept(checkpoint):
            net.load_state_dict(before["net"])
            optimizer.load_state_dict(before["optimizer"])
            first = before["epoch"] + 1
        mine = me.mine(len(X))
        for epoch in range(first, 8):
            optimizer.zero_grad()
            loss(copy(X[mine]), y[mine]).backward()
            if epoch == 0:
                me.report(gradient=[g for p in net.parameters() for g in p.grad.flatten().tolist()])
            optimizer.step()
            if me.rank == 0:
                parallel.keep(checkpoint, net=net.state_dict(), optimizer=optimizer.state_dict(), epoch=epoch)
            if (me.rank, epoch, me.attempt) == (1, dies_at, 0):
                os.kill(os.getpid(), signal.SIGKILL)
        me.report(first=first, loss=loss(net(X), y).item())
"""


def script(folder, text, name="script.py"):
    file = folder / name
    file.write_text(textwrap.dedent(text))
    return file


def one_process():
    """The gradient of the first step and the loss at the end, without any second process."""
    draw = torch.Generator().manual_seed(3)
    X, y = torch.randn(24, 4, generator=draw), torch.randn(24, 1, generator=draw)
    torch.manual_seed(1)
    net, loss = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 1)), nn.MSELoss()
    optimizer, first = torch.optim.Adam(net.parameters(), lr=0.02), None
    for _ in range(8):
        optimizer.zero_grad()
        loss(net(X), y).backward()
        if first is None:
            first = torch.cat([parameter.grad.flatten() for parameter in net.parameters()])
        optimizer.step()
    return first, loss(net(X), y).item()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed")
    return parallel.run(script(folder, TRAINS), folder / "checkpoint.pt", -1, seconds=120)


def last_loss(run):
    return run.reports.dropna(subset=["loss"])["loss"].tolist()


def test_two_processes_have_the_gradient_of_one(undisturbed):
    first, _ = one_process()
    for gradient in undisturbed.reports.dropna(subset=["gradient"])["gradient"]:
        assert (torch.tensor(gradient) - first).abs().max() < 1e-6


def test_two_processes_end_on_the_loss_of_one(undisturbed):
    _, end = one_process()
    assert last_loss(undisturbed) == pytest.approx([end, end], abs=1e-6)


@pytest.mark.parametrize("dies_at", [0, 5])
def test_a_killed_run_goes_on_from_its_checkpoint_to_the_same_loss(tmp_path, undisturbed, dies_at):
    run = parallel.run(script(tmp_path, TRAINS), tmp_path / "checkpoint.pt", dies_at, restarts=1, seconds=120)
    assert last_loss(run) == pytest.approx(last_loss(undisturbed), abs=1e-7)
    ended = run.reports.dropna(subset=["loss"])
    assert ended["attempt"].tolist() == [1, 1]
    assert set(ended["first"]) <= {dies_at, dies_at + 1}


def test_a_killed_run_that_may_not_be_restarted_fails_and_keeps_its_checkpoint(tmp_path):
    with pytest.raises(parallel.RunError, match=r"script.py with 2 processes failed"):
        parallel.run(script(tmp_path, TRAINS), tmp_path / "checkpoint.pt", 5, seconds=120)
    assert parallel.kept(tmp_path / "checkpoint.pt")["epoch"] in (4, 5)


def test_what_a_process_raises_is_told(tmp_path):
    text = """
        from introdl import parallel
        with parallel.group(seconds=20) as me:
            if me.rank == 1:
                raise ValueError("row 17 has no target")
    """
    with pytest.raises(parallel.RunError, match="row 17 has no target"):
        parallel.run(script(tmp_path, text), seconds=120)


def test_a_process_that_ends_without_pythons_words_is_told_with_what_it_wrote(tmp_path):
    text = """
        import os, sys
        print("the last words of C++", file=sys.stderr, flush=True)
        os.abort()
    """
    with pytest.raises(parallel.RunError) as failed:
        parallel.run(script(tmp_path, text), processes=1, seconds=60)
    assert "the last words of C++" in str(failed.value)
    assert "exitcode: -6" in str(failed.value)


def test_no_process_leaves_before_all_are_done(tmp_path):
    text = """
        import time
        from introdl import parallel
        with parallel.group(seconds=20) as me:
            time.sleep(1.5 * me.rank)
            done = time.time()
        me.report(done=done, left=time.time())
    """
    told = parallel.run(script(tmp_path, text), processes=2, seconds=60, share_cores=True).reports
    assert told["left"].min() >= told["done"].max()


def test_a_process_that_stays_away_does_not_keep_the_others_for_ever(tmp_path):
    text = """
        import torch
        from torch import distributed
        from introdl import parallel
        with parallel.group(seconds=3) as me:
            if me.rank == 0:
                distributed.all_reduce(torch.ones(1))
            else:
                import time
                time.sleep(100)
    """
    started = time.perf_counter()
    with pytest.raises(parallel.RunError, match=r"(?i)time"):
        parallel.run(script(tmp_path, text), seconds=90)
    assert time.perf_counter() - started < 80


def alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_run_that_takes_too_long_is_stopped_with_all_its_processes(tmp_path):
    text = """
        import os, sys, time
        from pathlib import Path
        (Path(sys.argv[1]) / f"pid-{os.environ['RANK']}").write_text(str(os.getpid()))
        time.sleep(100)
    """
    with pytest.raises(parallel.RunError, match="was stopped after 12 s: give it more"):
        parallel.run(script(tmp_path, text), tmp_path, seconds=12)
    processes = [int(file.read_text()) for file in tmp_path.glob("pid-*")]
    deadline = time.time() + 10
    while any(map(alive, processes)) and time.time() < deadline:
        time.sleep(0.2)
    assert not any(map(alive, processes))


def test_a_port_may_be_named(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = """
        from introdl import parallel
        with parallel.group(seconds=20) as me:
            me.report(size=me.size)
            print(f"rank {me.rank}")  # one text: the processes print at the same moment
    """
    run = parallel.run(script(tmp_path, text), port=port, seconds=120)
    assert run.reports["size"].tolist() == [2, 2]
    assert "rank 0" in run.printed
    assert "rank 1" in run.printed


def test_a_port_in_use_is_said_before_anything_starts(tmp_path):
    file = script(tmp_path, "print('ran')")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ValueError, match=r"port \d+ cannot be had .*leave port out"):
            parallel.run(file, port=taken.getsockname()[1])


@pytest.mark.parametrize("port", [0, 70_000])
def test_a_port_that_is_none_is_refused(tmp_path, port):
    with pytest.raises(ValueError, match="port must be from 1 to 65535"):
        parallel.run(script(tmp_path, ""), port=port)


def test_more_processes_than_cores_are_refused_unless_they_may_take_turns(tmp_path, monkeypatch):
    monkeypatch.setattr(parallel, "cores", lambda: 1)
    file = script(tmp_path, "print('ran')")
    with pytest.raises(ValueError, match=r"at most 1, one for each core of this machine, got 2.*share_cores=True"):
        parallel.run(file)
    assert parallel.run(file, share_cores=True, seconds=120).printed.split() == ["ran", "ran"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"processes": 0}, "processes"),
        ({"processes": 1.5}, "processes"),
        ({"restarts": -1}, "restarts"),
        ({"seconds": 0}, "seconds"),
        ({"seconds": float("nan")}, "seconds"),
    ],
)
def test_settings_that_make_no_run_are_refused(tmp_path, wrong, words):
    with pytest.raises((ValueError, TypeError), match=words):
        parallel.run(script(tmp_path, ""), **wrong)


def test_a_script_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no script .*nowhere\.py"):
        parallel.run(tmp_path / "nowhere.py")


def test_a_script_started_alone_says_how_to_start_it(tmp_path):
    file = script(tmp_path, "from introdl import parallel\nwith parallel.group():\n    pass\n")
    clean = {name: value for name, value in os.environ.items() if name not in ("RANK", "WORLD_SIZE")}
    clean["PYTHONPATH"] = parallel._own_path()
    done = subprocess.run([sys.executable, file], env=clean, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "start the script with introdl.parallel.run" in done.stderr


def test_unequal_shares_are_refused():
    with pytest.raises(ValueError, match=r"multiple of the 2 processes, got 7.*leave out 1 rows"):
        parallel.Group(0, 2, 0, torch.device("cpu")).mine(7)


def test_all_shares_together_are_all_rows_once():
    rows = list(range(12))
    shares = [rows[parallel.Group(rank, 3, 0, torch.device("cpu")).mine(12)] for rank in range(3)]
    assert sorted(row for share in shares for row in share) == rows


# --- checkpoints ---


def test_what_is_kept_comes_back(tmp_path):
    net = nn.Linear(2, 1)
    parallel.keep(tmp_path / "c.pt", net=net.state_dict(), epoch=3, note="half way")
    states = parallel.kept(tmp_path / "c.pt")
    assert (states["epoch"], states["note"]) == (3, "half way")
    assert torch.equal(states["net"]["weight"], net.weight)
    assert [file.name for file in tmp_path.iterdir()] == ["c.pt"]


def test_no_checkpoint_yet_is_none(tmp_path):
    assert parallel.kept(tmp_path / "c.pt") is None


def test_a_write_that_fails_leaves_the_old_checkpoint_whole(tmp_path):
    parallel.keep(tmp_path / "c.pt", epoch=1)
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        parallel.keep(tmp_path / "c.pt", epoch=lambda: 2)
    assert parallel.kept(tmp_path / "c.pt") == {"epoch": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["c.pt"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="nowhere does not exist: make the folder first"):
        parallel.keep(tmp_path / "nowhere" / "c.pt", epoch=1)


class Runs:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_a_checkpoint_that_holds_code_is_refused_and_not_run(tmp_path):
    torch.save({"net": Runs(tmp_path / "ran")}, tmp_path / "c.pt")
    with pytest.raises(ValueError, match="no checkpoint that can be read"):
        parallel.kept(tmp_path / "c.pt")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("left", [0, 40, 400])
def test_a_checkpoint_cut_short_is_refused(tmp_path, left):
    parallel.keep(tmp_path / "c.pt", net=nn.Linear(20, 20).state_dict())
    (tmp_path / "c.pt").write_bytes((tmp_path / "c.pt").read_bytes()[:left])
    with pytest.raises(ValueError, match="no checkpoint that can be read"):
        parallel.kept(tmp_path / "c.pt")


def test_a_file_that_holds_something_else_is_refused(tmp_path):
    torch.save([1, 2], tmp_path / "c.pt")
    with pytest.raises(ValueError, match="must hold the states of a checkpoint, got list"):
        parallel.kept(tmp_path / "c.pt")


# --- sums ---


def test_one_process_sends_nothing_and_many_send_nearly_twice_the_gradient():
    assert parallel.sent(1000, 1) == 0
    assert parallel.sent(1000, 1000) == pytest.approx(2 * 4000, rel=2e-3)


def test_speed_up_ends_where_the_part_that_cannot_be_divided_is_all_that_is_left():
    assert parallel.speed_up(1, 8) == 8
    assert parallel.speed_up(0, 8) == 1
    assert parallel.speed_up(0.9, 10**9) == pytest.approx(10)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), "half"])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="parallel_share must be from 0 to 1"):
        parallel.speed_up(share, 2)
