"""What the chapter says outside its cells: numbers of loop and tables, and what is claimed of other libraries."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from introdl import checking
from sklearn.datasets import load_diabetes, load_digits
from torch import nn

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "multilayer-perceptron.md" for language in ("en", "zh-TW")]


@pytest.fixture(params=PAGES, ids=lambda page: page.parent.name)
def text(request):
    return request.param.read_text(encoding="utf-8")


def test_the_table_of_the_hat_adds_up(text):
    rows = re.findall(r"^\| .+? \| (−?\d) \| (−?\d) \| (−?\d) \| (−?\d) \| (−?\d) \|$", text, re.MULTILINE)
    x, *parts, total = [[int(value.replace("−", "-")) for value in row] for row in rows]
    by_hand = [[max(v + 1, 0) for v in x], [-2 * max(v, 0) for v in x], [max(v - 1, 0) for v in x]]
    assert parts == by_hand
    assert np.sum(parts, axis=0).tolist() == total == [0, 0, 1, 0, 0]


def test_eleven_steps_an_epoch_the_last_of_twelve_people(text):
    inside, outside = checking.split_by_person(range(442), parts=(0.75, 0.25))
    batches = torch.arange(len(inside)).split(32)
    assert (len(inside), len(outside), len(batches), len(batches[-1])) == (332, 110, 11, 12)
    for number in ("332", "110", "11", "12"):
        assert re.search(rf"\b{number}\b", text)


def test_the_network_has_193_parameters_and_the_line_11():
    net = nn.Sequential(nn.Linear(10, 16), nn.ReLU(), nn.Linear(16, 1))
    assert sum(parameter.numel() for parameter in net.parameters()) == 193
    assert sum(parameter.numel() for parameter in nn.Linear(10, 1).parameters()) == 11


def test_the_data_are_what_the_page_says():
    assert load_diabetes().data.shape == (442, 10)
    assert load_digits().data.shape == (1797, 64)
    assert "test set" in load_digits().DESCR
    assert "43 people" in load_digits().DESCR
    assert len(checking.split_by_person(range(1797), parts=(0.75, 0.25))[1]) == 449


def test_ten_sigmoids_leave_less_than_a_millionth():
    assert (1 / 4) ** 10 < 1e-6


def test_relu_has_slope_0_at_its_corner_in_pytorch():
    z = torch.zeros(1, requires_grad=True)
    torch.relu(z).sum().backward()
    assert z.grad.item() == 0


def test_squares_written_by_hand_are_stretched_without_a_word():
    prediction, target = torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([1.0, 2.0, 3.0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert ((prediction - target) ** 2).mean().item() == pytest.approx(12 / 9)
    with pytest.warns(UserWarning, match="target size"):
        nn.MSELoss()(prediction, target)


def test_simulated_points_are_called_so_in_both_languages(text):
    assert re.search("SIMULATED|模擬", text)
    assert "make_moons" in text
