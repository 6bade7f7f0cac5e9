"""What the chapter says outside its cells, and what it claims of PyTorch, each found a second way."""

import ast
import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch
from introdl import checking, linear, training
from sklearn.datasets import load_diabetes
from torch import nn

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "training-in-practice.md" for language in ("en", "zh-TW")]
TOP = "sec-training-in-practice"


@pytest.fixture(params=PAGES, ids=lambda page: page.parent.name)
def text(request):
    return request.param.read_text(encoding="utf-8")


def cells(text):
    found = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [re.sub(r"^---\n.*?^---\n", "", cell, flags=re.MULTILINE | re.DOTALL) for cell in found]


def section(text, name):
    part = text.split(f"({TOP}-{name})=", 1)[1]
    return re.split(r"^\(sec-[\w-]+\)=\n## ", part.split("\n", 1)[1].split("\n", 1)[1], maxsplit=1, flags=re.M)[0]


# --- the page


def test_the_sections_stand_in_the_order_agreed(text):
    found = re.findall(rf"^\({TOP}-([\w-]+)\)=\n## ", text, re.MULTILINE)
    parts = "data optimisers initialisation seeds modes regularisation curves saving unseen gallery"
    assert found == [*parts.split(), "exercises", "found", "sources", "after"]


def test_nothing_after_the_gallery_uses_a_name_that_the_gallery_overwrites(text):
    before, gallery = text.split(f"({TOP}-gallery)=")
    gallery, after = gallery.split(f"({TOP}-exercises)=")

    def names(code, kind):
        tree = ast.parse("\n".join(cells(code)))
        return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, kind)}

    made_before, needed_after = names(before, ast.Store), names(after, ast.Load) - names(after, ast.Store)
    at_top = {
        target.id
        for statement in ast.parse("\n".join(cells(gallery))).body
        for target in ast.walk(statement)
        if isinstance(target, ast.Name)
        and isinstance(target.ctx, ast.Store)
        and not isinstance(statement, ast.FunctionDef)
    }
    assert {"X", "y"} <= needed_after & made_before
    assert needed_after & at_top == set()


def test_every_load_on_the_page_is_of_weights_only_but_the_warned_one(text):
    loads = [line for cell in cells(text) for line in cell.splitlines() if "torch.load(" in line]
    assert len(loads) == 2
    assert [line for line in loads if "weights_only=True" not in line] == [loads[1]]
    assert "weights_only=False)  # never" in loads[1]


def test_everything_is_written_in_a_temporary_folder_that_is_emptied(text):
    code = "\n".join(cells(text))
    assert code.count("TemporaryDirectory()") == code.count("folder.cleanup()") == 1
    assert all("folder.name" in line or "new_file" in line for line in code.splitlines() if ".to_csv(" in line)


def test_health_data_carries_its_warning(text):
    assert re.search("nothing here may be used to diagnose or treat|不得用於診斷或治療", text)


# --- numbers of the prose


def test_the_split_and_the_batches_are_those_of_the_prose(text):
    parts = checking.split_by_person(range(442), parts=(0.5, 0.2, 0.3))
    assert [len(part) for part in parts] == [221, 88, 133]
    sizes = [len(batch) for batch in torch.arange(221).split(32)]
    assert sizes == [32] * 6 + [29]
    for number in ("442", "221", "88", "133", "32", "29"):
        assert re.search(rf"(?<!\d){number}(?!\d)", section(text, "data"))


def test_the_network_has_769_parameters(text):
    net = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 1))
    assert sum(parameter.numel() for parameter in net.parameters()) == 769
    assert "769" in section(text, "regularisation")


def test_four_times_the_people_halve_the_spread_of_a_batch():
    """Drawn without replacement from 221: the formula of the finite population, and every batch of a small case."""

    def spread(size):
        return math.sqrt((221 - size) / (221 - 1) / size)

    assert 1.8 < spread(8) / spread(32) < 2.6
    slopes = np.array([-4.0, -8, -36, -16])
    pairs = [(slopes[i] + slopes[j]) / 2 for i in range(4) for j in range(i)]
    assert np.mean(pairs) == slopes.mean() == (-6 - 26) / 2 == -16


def diabetes():
    data = load_diabetes(as_frame=True, scaled=False)
    table, points = data.data.to_numpy(), data.target.to_numpy()
    fit_on, tuning, _ = checking.split_by_person(range(442), parts=(0.5, 0.2, 0.3))
    inputs, scores = linear.standardise(table[fit_on]), linear.standardise(points[fit_on])
    return [
        (
            torch.tensor(inputs.apply(table[rows]), dtype=torch.float32),
            torch.tensor(scores.apply(points[rows]), dtype=torch.float32).reshape(-1, 1),
        )
        for rows in (fit_on, tuning)
    ]


def test_the_strengths_are_those_that_the_validation_people_choose():
    (X, y), validation = diabetes()

    def last_loss(decay, dropout):
        losses = []
        for seed in range(3):
            torch.manual_seed(seed)
            net = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Dropout(dropout), nn.Linear(64, 1))
            optimizer = torch.optim.AdamW(net.parameters(), lr=0.01, weight_decay=decay)
            run = training.train(net, X, y, nn.MSELoss(), optimizer, 40, 32, seed, validation)
            losses.append(run.validation[-1])
        return np.mean(losses)

    assert last_loss(1.0, 0) < min(last_loss(0.3, 0), last_loss(0, 0))
    assert last_loss(0, 0.5) < min(last_loss(0, 0.2), last_loss(0, 0.8))


# --- what is claimed of PyTorch


def stepped(optimizer, slopes, **settings):
    w = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    made, places = optimizer([w], **settings), []
    for slope in slopes:
        w.grad = torch.tensor([slope], dtype=torch.float64)
        made.step()
        places.append(w.item())
    return places


SLOPES = [3.0, -1.0, 0.5, 2.0]


def test_momentum_is_the_formula_of_the_page(text):
    w, m, by_hand = 0.0, 0.0, []
    for g in SLOPES:
        m = 0.8 * m + g
        w -= 0.4 * m
        by_hand.append(w)
    assert stepped(torch.optim.SGD, SLOPES, lr=0.4, momentum=0.8) == pytest.approx(by_hand)
    assert "momentum=0.8" in text
    assert r"0.8\, m + g" in text


def test_adam_is_the_formula_of_the_page_with_its_start_divided_out(text):
    w, m, v, by_hand = 0.0, 0.0, 0.0, []
    for step, g in enumerate(SLOPES, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        w -= 0.4 * (m / (1 - 0.9**step)) / math.sqrt(v / (1 - 0.999**step))
        by_hand.append(w)
    assert stepped(torch.optim.Adam, SLOPES, lr=0.4) == pytest.approx(by_hand, rel=1e-6)
    assert r"0.999\, v + 0.001\, (g)^2" in text


@pytest.mark.parametrize("slope", [1e-3, 1.0, -500.0])
def test_the_first_step_of_adam_is_the_rate_whatever_the_slope(slope):
    assert abs(stepped(torch.optim.Adam, [slope], lr=0.4)[0]) == pytest.approx(0.4, rel=1e-4)


def decayed(optimizer, slope=1.0):
    w = torch.tensor([2.0], dtype=torch.float64, requires_grad=True)
    w.grad = torch.tensor([slope], dtype=torch.float64)
    optimizer([w], lr=0.1, weight_decay=0.5).step()
    return w.item()


def test_weight_decay_shrinks_by_rate_times_strength_in_adamw_and_sgd_and_not_in_adam():
    shrunk = 2 * (1 - 0.1 * 0.5)
    assert decayed(torch.optim.SGD) == pytest.approx(shrunk - 0.1 * 1)
    assert decayed(torch.optim.AdamW) == pytest.approx(shrunk - 0.1)
    assert decayed(torch.optim.Adam) == pytest.approx(2 - 0.1)


def test_the_starts_are_as_large_as_the_page_says():
    torch.manual_seed(0)
    own = nn.Linear(64, 2000).weight.detach()
    assert own.abs().max() <= 1 / math.sqrt(64)
    assert own.abs().max() > 0.99 / math.sqrt(64)
    drawn = nn.init.kaiming_normal_(torch.empty(2000, 64), nonlinearity="relu")
    assert drawn.var().item() == pytest.approx(2 / 64, rel=0.05)


def test_from_zero_only_the_last_bias_has_a_slope():
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    for parameter in net.parameters():
        nn.init.zeros_(parameter)
    nn.MSELoss()(net(torch.randn(9, 3, generator=torch.Generator().manual_seed(0))), torch.ones(9, 1)).backward()
    moved = [name for name, parameter in net.named_parameters() if parameter.grad.abs().max() > 0]
    assert moved == ["2.bias"]


def test_the_running_numbers_of_batch_normalisation_move_a_tenth_of_the_way():
    norm = nn.BatchNorm1d(1)
    batch = [1, 3, 5, 7]
    norm(torch.tensor(batch, dtype=torch.float32).reshape(4, 1))
    assert norm.running_mean.item() == pytest.approx(np.mean(batch) / 10)
    assert norm.running_var.item() == pytest.approx(0.9 + np.var(batch, ddof=1) / 10)
    assert np.var(batch, ddof=1) == pytest.approx(20 / 3)
