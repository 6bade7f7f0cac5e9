"""What the chapter says outside its cells: the pencil's table and formulas, its counts, what it claims of PyTorch."""

import ast
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch
from introdl import datasets, mlp
from introdl.descent import finite_differences
from introdl.homework.backpropagation import Backpropagation
from introdl.homework.task import solution

BOOK = Path(__file__).parents[2] / "book"
PAGES = [BOOK / language / "backpropagation.md" for language in ("en", "zh-TW")]


@pytest.fixture(params=PAGES, ids=lambda page: page.parent.name)
def text(request):
    return request.param.read_text(encoding="utf-8")


def number(written):
    return Fraction(written.replace("−", "-"))


def pencil_of(text):
    """Return the layers that the table of the page prints."""
    rows = re.findall(r"^\| ([3-7y]) \| ([−\d, ]+) \| (−?\d) \| \$(.+) = 0\$ \|$", text, re.MULTILINE)
    found = {node: ([number(w) for w in weights.split(",")], number(bias), sums) for node, weights, bias, sums in rows}
    layers = []
    for nodes in ("345", "67", "y"):
        weights, biases = [found[node][0] for node in nodes], [found[node][1] for node in nodes]
        layers.append((np.array(weights), np.array(biases)))
    return layers, {node: sums for node, (_, _, sums) in found.items()}


def test_every_sum_of_the_pencils_table_is_zero_and_written_out_rightly(text):
    layers, sums = pencil_of(text)
    values = np.array([Fraction(1), Fraction(2)])
    for weights, biases in layers:
        assert (weights @ values + biases == 0).all()
        values = np.full(len(biases), Fraction(1, 2))
    assert len(sums) == 6
    for written in sums.values():
        parts = re.findall(r"[-+]?\s*\d+(?:/\d+)?", written)
        assert sum(Fraction(part.replace(" ", "")) for part in parts) == 0


def test_the_table_is_the_network_of_the_cell_and_its_first_layer_that_of_the_earlier_page(text):
    (first, _), *_ = pencil_of(text)[0]
    assert first.tolist() == [[1, -1], [0, 2], [3, 1]]
    cell = re.search(r"pencil = tensors\(\n(.*?)\n\)", text, re.DOTALL).group(1)
    written = [tuple(np.array(part).tolist() for part in layer) for layer in ast.literal_eval(f"[{cell}]")]
    assert written == [(weights.tolist(), biases.tolist()) for weights, biases in pencil_of(text)[0]]


def test_the_slopes_that_the_prose_and_the_exercises_print(text):
    layers = [tuple(torch.tensor(part.astype(float)) for part in layer) for layer in pencil_of(text)[0]]
    x, y = torch.tensor([[1.0, 2.0]], dtype=torch.float64), torch.tensor([[1.0]], dtype=torch.float64)
    found = mlp.backward(layers, x, y)
    assert found.loss == 1 / 4
    assert found.layers[2][0].tolist() == [[-1 / 8, -1 / 8]]  # w6y, w7y
    assert found.layers[1][0][1, 2] == -1 / 16  # w57
    assert found.layers[0][0][2].tolist() == [-1 / 16, -1 / 8]  # w15, w25
    assert (found.deltas[0][0, 1], found.layers[0][0][1, 1]) == (5 / 32, 5 / 16)  # δ4, w24
    assert r"= -\frac{1}{8}" in text
    assert r"= -\frac{1}{16}" in text
    assert r"\delta_4 = 5/32" in text


def test_the_slope_of_the_sigmoid_is_its_value_times_what_it_lacks_to_1():
    z = np.linspace(-5, 5, 11)
    value = 1 / (1 + np.exp(-z))
    measured = (1 / (1 + np.exp(-z - 1e-6)) - 1 / (1 + np.exp(-z + 1e-6))) / 2e-6
    assert value * (1 - value) == pytest.approx(measured, abs=1e-9)
    assert 1 - value == pytest.approx(np.exp(-z) / (1 + np.exp(-z)))


def test_the_row_of_20_holds_the_four_weights_where_the_page_says(text):
    names = mlp.parameter_table(
        torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 2), torch.nn.Linear(2, 1))
    ).index.tolist()
    places = [names.index(name) for name in ("w6y", "w7y", "w57", "w15")]
    assert f"four = {places}" in text
    assert len(names) == 20


def test_a_weight_of_the_deep_network_has_as_many_paths_as_said(text):
    nodes_behind = [50] * 9 + [1]  # the other nine hidden layers, and the output
    assert np.prod([float(size) for size in nodes_behind]) == 50.0**9
    assert "$50^9$" in text
    assert re.search(r"\b51,102\b", text)
    assert 2 * (10 * (50 * 50 + 50) + 51) == 51102


def test_float32_leaves_the_referee_only_the_first_digits():
    slides = datasets.load_matrix_operation()
    errors = {}
    for kind in (torch.float32, torch.float64):
        layers = [tuple(torch.tensor(part, dtype=kind) for part in layer) for layer in slides.layers]
        x, y = torch.tensor(slides.X[:1], dtype=kind), torch.ones(1, 1, dtype=kind)
        right = mlp.backward(layers, x, y).layers[2][0].flatten()

        def loss(row, layers=layers, x=x, y=y):
            new = [*layers[:2], (row.reshape(1, 2), layers[2][1])]
            return ((mlp.forward(new, x, torch.sigmoid)[-1] - y) ** 2).mean()

        best = [finite_differences(loss, layers[2][0].flatten(), step) for step in 10.0 ** -np.arange(1, 5)]
        errors[kind] = min(((found - right) / right).abs().max().item() for found in best)
    assert errors[torch.float64] < 1e-7 < 1e-6 < errors[torch.float32] < 1e-1


def test_nothing_is_put_aside_without_a_gradient():
    kept = []
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Sigmoid())
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.append(t) or t, lambda t: t), torch.no_grad():
        net(torch.ones(5, 2)).sum()
    assert kept == []


def test_the_sheet_and_the_exercise_are_one_network(text):
    half = Fraction(1, 2)
    found = solution(Backpropagation((1, 2), ((1, 1), (-1, -1)), (1, 1), (-half, 3 * half), -1, -2, Fraction(1, 10)))
    names = ("back_dw3y", "back_dw13", "back_dw23", "back_dw14", "back_dw24")
    assert f"assert answer == {[int(found[name]) for name in names]}" in text


def test_simulated_numbers_are_called_so(text):
    assert re.search(r"\*\*simulated\*\*|\*\*模擬\*\*", text)
