"""The network as matrices, checked against hand-worked layers, plain loops and PyTorch's own layers."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl import datasets, descent, language, mlp
from torch import nn

pytestmark = pytest.mark.torch

WHOLE = (torch.tensor([[1.0, -1.0], [0.0, 2.0], [3.0, 1.0]]), torch.tensor([1.0, 0.0, -2.0]))
HANDFUL = torch.tensor([[1.0, 2.0], [2.0, 3.0], [10.0, 5.0]])

sizes_of_networks = st.lists(st.integers(1, 5), min_size=2, max_size=5)


def a_network(sizes: list[int], seed: int = 0) -> nn.Sequential:
    torch.manual_seed(seed)
    layers = [nn.Linear(before, after, dtype=torch.float64) for before, after in pairwise(sizes)]
    return nn.Sequential(*layers)


def some_inputs(rows: int, columns: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def by_loops(layers: list[mlp.Layer], X: torch.Tensor) -> list[list[float]]:
    """Compute the output one neuron at a time, in Python's own numbers."""
    rows = X.tolist()
    for weight, bias in layers:
        neurons = list(zip(weight.tolist(), bias.tolist(), strict=True))
        rows = [[sum(x * w for x, w in zip(row, ws, strict=True)) + b for ws, b in neurons] for row in rows]
    return rows


# --- forward ---------------------------------------------------------------------------------------


def test_forward_matches_the_layer_worked_out_with_a_pencil():
    (values,) = mlp.forward([WHOLE], HANDFUL)
    assert values.tolist() == [[0, 4, 3], [0, 6, 7], [6, 10, 33]]


def test_forward_gives_the_printed_first_layer_within_what_rounding_allows():
    """Half a unit of the fourth decimal in each weight (times x), in the bias and in the printed result."""
    slides = datasets.load_matrix_operation()
    X = torch.tensor(slides.X)
    first, *_ = mlp.forward([(torch.tensor(w), torch.tensor(b)) for w, b in slides.layers], X)
    bound = 5e-5 * (X.abs().sum(dim=1, keepdim=True) + 2)
    assert ((first - torch.tensor(slides.hidden_layer_1)).abs() <= bound).all()


@given(sizes_of_networks, st.integers(0, 4))
@settings(max_examples=30, deadline=None)
def test_forward_agrees_with_pytorch_and_with_plain_loops_for_any_sizes(sizes, rows):
    net, X = a_network(sizes), some_inputs(rows, sizes[0])
    values = mlp.forward(mlp.layers_of(net), X)
    assert [tuple(v.shape) for v in values] == [(rows, size) for size in sizes[1:]]
    torch.testing.assert_close(values[-1], net(X).detach())
    loops = torch.tensor(by_loops(mlp.layers_of(net), X), dtype=torch.float64).reshape(rows, sizes[-1])
    torch.testing.assert_close(values[-1], loops)


@given(sizes_of_networks)
@settings(max_examples=20, deadline=None)
def test_a_row_has_the_same_answer_alone_and_in_a_batch(sizes):
    layers, X = mlp.layers_of(a_network(sizes)), some_inputs(4, sizes[0])
    together = mlp.forward(layers, X)[-1]
    alone = torch.cat([mlp.forward(layers, row.reshape(1, -1))[-1] for row in X])
    torch.testing.assert_close(together, alone)


@given(sizes_of_networks)
@settings(max_examples=20, deadline=None)
def test_without_activation_halfway_in_is_halfway_out(sizes):
    layers = mlp.layers_of(a_network(sizes))
    start, end = some_inputs(2, sizes[0]).split(1)

    def f(x):
        return mlp.forward(layers, x)[-1]

    torch.testing.assert_close(f((start + end) / 2), (f(start) + f(end)) / 2)


def test_the_activation_is_put_on_every_layer_the_last_included():
    net, X = a_network([2, 3, 1]), some_inputs(5, 2)
    bent = nn.Sequential(net[0], nn.Sigmoid(), net[1], nn.Sigmoid())
    hidden, output = mlp.forward(mlp.layers_of(net), X, activation=torch.sigmoid)
    torch.testing.assert_close(output, bent(X).detach())
    assert ((hidden > 0) & (hidden < 1)).all()


def test_forward_stays_on_the_device_and_in_the_type_of_its_tensors():
    """The meta device holds no numbers and takes part in no arithmetic with the CPU, so a copy would fail."""
    weight, bias, X = (torch.empty(shape, device="meta", dtype=torch.float16) for shape in [(3, 2), (3,), (4, 2)])
    (values,) = mlp.forward([(weight, bias)], X)
    assert (values.device.type, values.dtype) == ("meta", torch.float16)


def test_forward_keeps_the_gradient_of_weights_that_want_one():
    weight = WHOLE[0].clone().requires_grad_()
    mlp.forward([(weight, WHOLE[1])], HANDFUL)[-1].sum().backward()
    assert weight.grad[0].tolist() == [13, 10], "each weight's gradient is the sum of its input column"


def test_no_rows_give_no_rows():
    assert mlp.forward([WHOLE], torch.empty(0, 2))[-1].shape == (0, 3)


def test_transposed_weights_are_refused_with_both_shapes():
    with pytest.raises(ValueError, match=r"weights must have shape \(3, 2\), got \(2, 3\)"):
        mlp.forward([(WHOLE[0].T, WHOLE[1])], HANDFUL)


def test_one_example_without_its_row_is_refused():
    with pytest.raises(ValueError, match=r"X must have shape \(n, in\), one example a row, got \(2,\)"):
        mlp.forward([WHOLE], HANDFUL[0])


def test_a_bias_that_stands_as_a_column_is_refused_and_not_broadcast():
    with pytest.raises(ValueError, match=r"bias must have shape \(out,\), got \(3, 1\)"):
        mlp.forward([(WHOLE[0], WHOLE[1].reshape(3, 1))], HANDFUL)


# --- layers and names --------------------------------------------------------------------------------


def test_layers_share_the_networks_memory():
    net = a_network([2, 3, 1])
    with torch.no_grad():
        net[0].weight.fill_(7)
    assert (mlp.layers_of(net)[0][0] == 7).all()


@pytest.mark.parametrize(
    ("net", "said"),
    [
        (nn.Sequential(nn.ReLU()), "at least one nn.Linear layer"),
        (nn.Sequential(nn.Linear(2, 3, bias=False)), "every layer needs a bias"),
    ],
)
def test_a_network_without_what_a_layer_needs_is_refused(net, said):
    with pytest.raises(ValueError, match=said):
        mlp.layers_of(net)


@given(sizes_of_networks)
def test_names_never_repeat_and_there_is_one_for_each_node(sizes):
    names = mlp.node_names(*sizes)
    assert [len(layer) for layer in names] == sizes
    flat = [name for layer in names for name in layer]
    assert len(set(flat)) == len(flat)


@pytest.mark.parametrize("sizes", [(), (3,), (2, 0, 1)])
def test_a_network_needs_two_layers_with_nodes(sizes):
    with pytest.raises(ValueError, match="at least two layers of at least one node"):
        mlp.node_names(*sizes)


def test_the_table_names_the_slides_parameters_and_says_where_each_one_is():
    slides = datasets.load_matrix_operation()
    net = nn.Sequential(nn.Linear(2, 3), nn.Linear(3, 2), nn.Linear(2, 1))
    with torch.no_grad():
        for layer, (weight, bias) in zip(net, slides.layers, strict=True):
            layer.weight.copy_(torch.tensor(weight))
            layer.bias.copy_(torch.tensor(bias))
    table = mlp.parameter_table(net)
    assert len(table) == 20
    assert table.loc["w13"].tolist() == ["1", "3", "net[0].weight[0, 0]", 0.4727]
    assert table.loc["w23"].tolist() == ["2", "3", "net[0].weight[0, 1]", -0.5188]
    assert table.loc["w57"].tolist() == ["5", "7", "net[1].weight[1, 2]", -0.3146]
    assert table.loc["by"].tolist() == ["–", "y", "net[2].bias[0]", -0.227]


@given(sizes_of_networks, st.booleans())
@settings(max_examples=20, deadline=None)
def test_every_place_in_the_table_leads_to_its_value(sizes, with_sigmoid):
    net = a_network(sizes)
    if with_sigmoid:
        net = nn.Sequential(*(module for layer in net for module in (layer, nn.Sigmoid())))
    table = mlp.parameter_table(net)
    assert len(table) == sum(p.numel() for p in net.parameters())
    assert table.index.is_unique
    for *_, place, value in table.itertuples(index=False):
        assert eval(place, {"net": net}).item() == pytest.approx(value, abs=5.1e-5)  # shown with 4 decimals


def test_names_of_two_figures_are_parted_by_a_comma():
    table = mlp.parameter_table(a_network([9, 2, 2]))
    assert {"w1,10", "w9,11", "w10,y1", "w11,y2", "b10", "by2"} <= set(table.index)


def test_the_tables_speak_chinese():
    language.use("zh-TW")
    table = mlp.parameter_table(a_network([2, 1]))
    assert [table.index.name, *table.columns] == ["參數", "起點", "終點", "PyTorch 位置", "數值"]
    assert list(mlp.value_table(HANDFUL, "x1 x2").index) == ["第 1 筆", "第 2 筆", "第 3 筆"]


# --- value_table -------------------------------------------------------------------------------------


def test_values_keep_their_rows_columns_and_decimals():
    table = mlp.value_table(np.array([[1.23456, -2.0]]), ["a", "b"], decimals=2, rows=["y"])
    assert table.to_dict() == {"a": {"y": 1.23}, "b": {"y": -2.0}}


def test_values_with_a_gradient_can_be_shown():
    assert mlp.value_table(HANDFUL.clone().requires_grad_() * 2, "x1 x2").iloc[2].tolist() == [20, 10]


def test_a_table_of_no_examples_still_has_its_columns():
    assert list(mlp.value_table(torch.empty(0, 2), "x1 x2").columns) == ["x1", "x2"]


@pytest.mark.parametrize(
    ("values", "rows", "said"),
    [
        (HANDFUL.T, None, r"shape \(n, 2\) for \['x1', 'x2'\], got \(2, 3\)"),
        (HANDFUL[0], None, r"got \(2,\)"),
        (HANDFUL, ["y"], r"rows must name 3 rows, got \['y'\]"),
    ],
)
def test_names_that_do_not_fit_are_refused(values, rows, said):
    with pytest.raises(ValueError, match=said):
        mlp.value_table(values, "x1 x2", rows=rows)


# -- backward ----------------------------------------------------------------------------------------------------


@st.composite
def passes(draw):
    """Make a network with its activations, examples, targets, a loss and a reduction."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=6))
    loss = draw(st.sampled_from(mlp.LOSSES))
    names = draw(st.lists(st.sampled_from(list(mlp.ACTIVATIONS)), min_size=len(sizes) - 1, max_size=len(sizes) - 1))
    if loss == "cross-entropy":
        names[-1] = "identity"
    rows, seed = draw(st.integers(1, 6)), draw(st.integers(0, 10_000))
    generator = torch.Generator().manual_seed(seed)
    layers = [
        (torch.randn(after, before, generator=generator).double(), torch.randn(after, generator=generator).double())
        for before, after in pairwise(sizes)
    ]
    X = torch.randn(rows, sizes[0], generator=generator).double()
    y = torch.rand(rows, sizes[-1], generator=generator).double()
    return layers, X, y, names, loss, draw(st.sampled_from(["mean", "sum"]))


def loss_by_pytorch(layers, X, y, names, loss, reduction):
    out = X
    for (weight, bias), name in zip(layers, names, strict=True):
        out = nn.functional.linear(out, weight, bias)
        out = out if name == "identity" else getattr(torch, name)(out)
    measure = nn.functional.mse_loss if loss == "squared" else nn.functional.binary_cross_entropy_with_logits
    return measure(out, y, reduction=reduction)


def close(one, other, tolerance):
    """Tell whether two tensors agree relative to the largest number among them; all of them 0 agree too."""
    return (one - other).abs().max() <= tolerance * max(one.abs().max(), other.abs().max(), torch.tensor(1e-12))


@settings(max_examples=200, deadline=None)
@given(passes())
def test_gradients_by_matrices_are_those_of_autograd(given_pass):
    layers, X, y, names, loss, reduction = given_pass
    tracked = [(weight.clone().requires_grad_(), bias.clone().requires_grad_()) for weight, bias in layers]
    wanted = loss_by_pytorch(tracked, X, y, names, loss, reduction)
    slopes = torch.autograd.grad(wanted, [tensor for layer in tracked for tensor in layer])
    found = mlp.backward(layers, X, y, names, loss, reduction)
    assert close(found.loss, wanted.detach(), 1e-12)
    flat = [tensor for layer in found.layers for tensor in layer]
    assert all(close(ours, theirs, 1e-6) for ours, theirs in zip(flat, slopes, strict=True))
    assert [tensor.shape for tensor in flat] == [tensor.shape for layer in layers for tensor in layer]


@settings(max_examples=60, deadline=None)
@given(passes())
def test_gradients_by_matrices_are_those_of_finite_differences(given_pass):
    layers, X, y, names, loss, reduction = given_pass
    names = ["tanh" if name == "relu" else name for name in names]  # at a corner there is no slope to measure
    shapes = [tensor.shape for layer in layers for tensor in layer]

    def height(theta):
        parts = [
            part.reshape(shape) for part, shape in zip(theta.split([s.numel() for s in shapes]), shapes, strict=True)
        ]
        return loss_by_pytorch(list(zip(parts[::2], parts[1::2], strict=True)), X, y, names, loss, reduction)

    theta = torch.cat([tensor.reshape(-1) for layer in layers for tensor in layer])
    found = mlp.backward(layers, X, y, names, loss, reduction)
    ours = torch.cat([tensor.reshape(-1) for layer in found.layers for tensor in layer])
    measured = descent.finite_differences(height, theta)
    assert (ours - measured).abs().max() <= 1e-5 * max(ours.abs().max(), 1)


def test_the_slopes_of_the_slides_network_by_the_chain_rule_in_loops():
    slides = datasets.load_matrix_operation()
    layers = [
        (torch.tensor(weight), torch.tensor(bias))
        for weight, bias in ((slides.W1, slides.b1), (slides.W2, slides.b2), (slides.W3, slides.b3))
    ]
    X, y = torch.tensor(slides.X[:1]), torch.tensor([[1.0]], dtype=torch.float64)
    found = mlp.backward(layers, X, y)
    n6, n7 = found.values[1][0].tolist()
    n5, y_hat = found.values[0][0, 2].item(), found.values[2].item()
    w7y = layers[2][0][0, 1].item()
    d_y = 2 * (y_hat - 1) * y_hat * (1 - y_hat)
    assert found.layers[2][0][0].tolist() == pytest.approx([d_y * n6, d_y * n7], rel=1e-12)
    assert found.layers[1][0][1, 2].item() == pytest.approx(d_y * w7y * n7 * (1 - n7) * n5, rel=1e-12)


def test_the_mean_is_the_sum_divided_by_how_many_numbers_there_are():
    layers, X, y = [WHOLE], HANDFUL, torch.zeros(3, 3)
    mean, total = (mlp.backward(layers, X, y, "identity", reduction=reduction) for reduction in ("mean", "sum"))
    assert torch.allclose(total.layers[0][0], 9 * mean.layers[0][0])
    assert torch.allclose(total.loss, 9 * mean.loss)


def test_a_cross_entropy_far_out_stays_finite():
    found = mlp.backward(
        [(torch.tensor([[1000.0]]), torch.zeros(1))], torch.ones(2, 1), torch.tensor([[0.0], [1.0]]),
        "identity", "cross-entropy",
    )  # fmt: skip
    assert found.loss == 500
    assert found.deltas[0].tolist() == [[0.5], [0]]


def test_gradients_carry_no_gradient_and_leave_the_network_as_it_was():
    net = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 1))
    before = [parameter.clone() for parameter in net.parameters()]
    found = mlp.backward(mlp.layers_of(net), HANDFUL, torch.zeros(3, 1), ["tanh", "identity"])
    assert not any(tensor.requires_grad for layer in found.layers for tensor in layer)
    assert all(torch.equal(old, new) for old, new in zip(before, net.parameters(), strict=True))
    assert all(parameter.grad is None for parameter in net.parameters())


ONE = [(torch.ones(1, 2), torch.zeros(1))]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"layers": []}, ValueError, "at least one layer"),
        ({"layers": [torch.ones(1, 2)]}, TypeError, r"layer 1 must be \(weight, bias\), got Tensor"),
        (
            {"layers": [(torch.ones(1, 3), torch.zeros(1))]},
            ValueError,
            r"shape \(1, 2\), got \(1, 3\)",
        ),
        ({"layers": [(torch.ones(1, 2), torch.zeros(1, 1))]}, ValueError, "bias 1 must have 1 dimension"),
        ({"layers": [(torch.ones(1, 2).double(), torch.zeros(1))]}, ValueError, "weight 1 and X must be of one type"),
        ({"layers": [(torch.tensor([[1.0, float("nan")]]), torch.zeros(1))]}, ValueError, "weight 1 must hold finite"),
        ({"layers": [(torch.ones(1, 2, device="meta"), torch.zeros(1))]}, ValueError, "on one device, got .* on meta"),
        ({"X": [[1.0, 2.0]]}, (TypeError, AttributeError), "tensor"),
        ({"X": torch.ones(0, 2)}, ValueError, "X must hold at least one number"),
        ({"X": torch.tensor([[1.0, float("inf")]])}, ValueError, "X must hold finite numbers"),
        ({"X": torch.ones(2)}, ValueError, "X must have 2 dimensions"),
        ({"X": torch.ones(1, 2).long()}, (TypeError, ValueError), "int64"),
        ({"y": torch.ones(2, 1)}, ValueError, "same number of rows, got 1 and 2"),
        ({"y": torch.ones(1, 3)}, ValueError, r"y must have shape \(1, 1\), .* got \(1, 3\)"),
        ({"y": torch.ones(1)}, ValueError, "y must have 2 dimensions"),
        (
            {"activations": "swish"},
            ValueError,
            "one of sigmoid, tanh, relu, identity, got 'swish'",
        ),
        ({"activations": ["relu", "relu"]}, ValueError, "must be one name or 1, one a layer, got 2"),
        ({"loss": "absolute"}, ValueError, "the loss must be one of squared, cross-entropy, got 'absolute'"),
        ({"reduction": "none"}, ValueError, "the reduction must be one of mean, sum, got 'none'"),
        ({"loss": "cross-entropy"}, ValueError, "the last activation must be identity, got 'sigmoid'"),
        (
            {"loss": "cross-entropy", "activations": "identity", "y": torch.tensor([[2.0]])},
            ValueError,
            "y must lie between 0 and 1",
        ),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_computed(arguments, error, words):
    given_ones = {"layers": ONE, "X": torch.ones(1, 2), "y": torch.ones(1, 1)} | arguments
    with pytest.raises(error, match=words):
        mlp.backward(**given_ones)


def test_all_on_the_device_meta_has_no_numbers_to_work_with():
    nothing = [(torch.ones(1, 2, device="meta"), torch.zeros(1, device="meta"))]
    with pytest.raises(ValueError, match="device meta, which has a shape only"):
        mlp.backward(nothing, torch.ones(1, 2, device="meta"), torch.ones(1, 1, device="meta"))
