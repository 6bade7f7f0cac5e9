"""The line: by hand in whole numbers, against three other programs, against slopes by small steps, and its errors."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from introdl import datasets
from introdl.linear import Fit, absolute_loss, gradient, least_squares, loss_surface, squared_loss, standardise
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import StandardScaler

X3, Y3 = [1, 2, 3], [2, 3, 7]
# Whole numbers up to 100, so that what differs between two programs is rounding and no more.
WHOLE = st.integers(-100, 100).map(float)


@st.composite
def tables(draw, most_columns=3):
    """Return X (n, d), y (n,) whose weights are well determined."""
    d = draw(st.integers(1, most_columns))
    n = draw(st.integers(d + 3, 12))
    X, y = draw(arrays(float, (n, d), elements=WHOLE)), draw(arrays(float, n, elements=WHOLE))
    assume(np.linalg.cond(np.column_stack([X / 100, np.ones(n)])) < 1e4)
    return X, y


def data(n=40, d=3, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d)) * [1, 10, 0.1][:d] + [0, 50, -3][:d]
    return X, X @ np.array([2, -0.5, 7])[:d] + 4 + rng.normal(size=n)


# The closed form


def test_three_points_by_hand_in_fractions():
    n, sx, sy = 3, Fraction(6), Fraction(12)
    sxx, sxy = sum(Fraction(x * x) for x in X3), sum(Fraction(x * y) for x, y in zip(X3, Y3, strict=True))
    slope = (n * sxy - sx * sy) / (n * sxx - sx * sx)
    assert (slope, sy / n - slope * sx / n) == (Fraction(5, 2), -1)
    fit = least_squares(X3, Y3)
    assert fit.weight == pytest.approx([2.5])
    assert fit.bias == pytest.approx(-1)


def test_the_line_of_the_23_people():
    people = datasets.load_tug()
    fit = least_squares(people["tug"], people["bbs"])
    assert (round(fit.bias, 2), round(float(fit.weight[0]), 3)) == (32.27, -0.670)


@given(tables())
@settings(deadline=None)
def test_least_squares_agrees_with_lstsq_and_with_scikit_learn(table):
    X, y = table
    fit = least_squares(X, y)
    with_ones = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), y, rcond=None)[0]
    sklearn = LinearRegression().fit(X, y)
    # the answers, not the weights: those may differ more where columns are nearly alike
    for other in (with_ones[:-1], with_ones[-1]), (sklearn.coef_, sklearn.intercept_):
        np.testing.assert_allclose(fit.predict(X), X @ other[0] + other[1], atol=1e-7)
    np.testing.assert_allclose(fit.weight, with_ones[:-1], rtol=1e-6, atol=1e-7)


@given(tables(), st.integers(0, 1000))
@settings(deadline=None)
def test_no_other_line_has_a_smaller_squared_loss(table, seed):
    X, y = table
    fit = least_squares(X, y)
    step = np.random.default_rng(seed).normal(size=X.shape[1] + 1)
    best = squared_loss(X, y, fit.weight, fit.bias)
    assert squared_loss(X, y, fit.weight + step[:-1], fit.bias + step[-1]) >= best - 1e-9


@given(tables())
@settings(deadline=None)
def test_at_the_least_squares_line_the_gradient_is_zero(table):
    X, y = table
    fit = least_squares(X, y)
    d_weight, d_bias = gradient(X, y, fit.weight, fit.bias)
    # the terms that cancel are sums of products of numbers up to 100 with residuals of up to some hundreds
    np.testing.assert_allclose([*d_weight, d_bias], 0, atol=1e-6)


@given(tables())
@settings(deadline=None)
def test_another_column_never_makes_the_loss_on_the_same_people_larger(table):
    X, y = table
    wider = np.column_stack([X, np.random.default_rng(0).normal(size=len(X))])
    few, many = (least_squares(Z, y) for Z in (X, wider))
    assert squared_loss(wider, y, many.weight, many.bias) <= squared_loss(X, y, few.weight, few.bias) + 1e-9


@given(tables(), st.floats(0.1, 10), st.floats(-10, 10))
@settings(deadline=None)
def test_other_units_change_the_weights_and_not_the_answers(table, factor, shift):
    X, y = table
    np.testing.assert_allclose(
        least_squares(X, y).predict(X), least_squares(factor * X + shift, y).predict(factor * X + shift), atol=1e-6
    )


@pytest.mark.torch
def test_closed_form_descent_a_trained_layer_and_scikit_learn_agree():
    import torch
    from torch import nn

    X, y = data()
    X = standardise(X).values
    fit = least_squares(X, y)
    theta = np.zeros(4)
    for _ in range(2000):  # rate 0.1 on standardised columns: far below the largest, and 2000 steps end at rounding
        theta = theta - 0.1 * np.array(
            [*gradient(X, y, theta[:3], theta[3]).weight, gradient(X, y, theta[:3], theta[3])[1]]
        )
    layer = nn.Linear(3, 1, dtype=torch.float64)
    optimiser = torch.optim.SGD(layer.parameters(), lr=0.1)
    for _ in range(2000):
        optimiser.zero_grad()
        nn.functional.mse_loss(layer(torch.tensor(X)).squeeze(1), torch.tensor(y)).backward()
        optimiser.step()
    sklearn = LinearRegression().fit(X, y)
    trained = layer.weight.detach()[0].numpy(), layer.bias.item()
    for weight, bias in ((theta[:3], theta[3]), trained, (sklearn.coef_, sklearn.intercept_)):
        np.testing.assert_allclose(weight, fit.weight, atol=1e-8)
        assert bias == pytest.approx(fit.bias, abs=1e-8)


def test_a_large_mean_does_not_spoil_the_answer():
    # time stamps of seconds since 1970: the square of 1.7e9 has more digits than a float keeps
    X = 1.7e9 + np.arange(10.0)
    fit = least_squares(X, 3 * np.arange(10.0) + 1)
    assert fit.weight == pytest.approx([3], rel=1e-9)


# Losses and their gradient


def test_the_losses_by_hand():
    # answers 1, 2, 3 against 2, 3, 7: residuals 1, 1, 4
    line = X3, Y3, [1], 0
    assert squared_loss(*line, reduction="sum") == 18
    assert squared_loss(*line) == 6
    assert absolute_loss(*line, reduction="sum") == 6
    assert absolute_loss(*line) == 2
    d_weight, d_bias = gradient(*line, reduction="sum")
    assert (d_weight.tolist(), d_bias) == ([-2 * (1 + 2 + 12)], -2 * 6)


@pytest.mark.torch
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_losses_are_those_of_pytorch(reduction):
    import torch
    from torch import nn

    X, y = data()
    weight, bias = np.array([1.0, -1, 2]), 0.5
    answers = torch.tensor(X @ weight + bias)
    mse = nn.functional.mse_loss(answers, torch.tensor(y), reduction=reduction)
    mae = nn.functional.l1_loss(answers, torch.tensor(y), reduction=reduction)
    assert squared_loss(X, y, weight, bias, reduction) == pytest.approx(mse.item())
    assert absolute_loss(X, y, weight, bias, reduction) == pytest.approx(mae.item())


@pytest.mark.torch
@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("d", [1, 3])
def test_the_gradient_is_that_of_autograd(d, reduction):
    import torch

    X, y = data(d=d)
    weight = torch.linspace(-1, 1, d, dtype=torch.float64, requires_grad=True)
    bias = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    squared_loss(torch.tensor(X), torch.tensor(y), weight, bias, reduction).backward()
    by_array = gradient(X, y, weight.detach().numpy(), 0.3, reduction)
    by_tensor = gradient(torch.tensor(X), torch.tensor(y), weight, bias, reduction)
    for d_weight, d_bias in (by_array, (by_tensor.weight.detach(), by_tensor.bias.detach())):
        np.testing.assert_allclose(d_weight, weight.grad)
        assert float(d_bias) == pytest.approx(bias.grad.item())


@given(tables(), st.sampled_from(["mean", "sum"]))
@settings(deadline=None)
def test_the_gradient_is_that_of_small_steps(table, reduction):
    X, y = table
    theta, h = np.linspace(-1, 1, X.shape[1] + 1), 1e-3
    steps = np.eye(len(theta)) * h

    def loss(theta):
        return squared_loss(X, y, theta[:-1], theta[-1], reduction)

    # the loss is a parabola, for which a central difference is exact: what remains is rounding, divided by the step
    slopes = [(loss(theta + step) - loss(theta - step)) / (2 * h) for step in steps]
    d_weight, d_bias = gradient(X, y, theta[:-1], theta[-1], reduction)
    np.testing.assert_allclose([*d_weight, d_bias], slopes, rtol=1e-6, atol=1e-3)


def test_a_flat_line_is_best_at_the_mean_for_squares_and_at_the_median_for_lengths():
    y = [1, 2, 9]
    levels = np.arange(0, 10.01, 0.25)
    squares = loss_surface([5, 6, 7], y, [0], levels)[:, 0]
    lengths = loss_surface([5, 6, 7], y, [0], levels, absolute_loss)[:, 0]
    assert (levels[squares.argmin()], levels[lengths.argmin()]) == (np.mean(y), np.median(y)) == (4, 2)


# The landscape


@pytest.mark.parametrize("loss", [squared_loss, absolute_loss])
@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_the_surface_is_the_loss_at_each_pair_with_a_row_for_each_bias(loss, reduction):
    weights, biases = [-1.0, 0, 2], [0.0, 5]
    surface = loss_surface(X3, Y3, weights, biases, loss, reduction)
    assert surface.shape == (2, 3)
    for row, bias in enumerate(biases):
        for column, weight in enumerate(weights):
            assert surface[row, column] == pytest.approx(loss(X3, Y3, [weight], bias, reduction))


@pytest.mark.torch
def test_the_surface_takes_a_loss_of_the_readers_own():
    import torch

    def own(X, y, weight, bias, reduction="mean"):
        return squared_loss(X, y, weight, bias, reduction) + abs(weight).sum()

    for kind in (np.array, lambda values: torch.tensor(values, dtype=torch.float64)):
        surface = loss_surface(kind([1.0, 2, 3]), kind([2.0, 3, 7]), [1, 2], [0], own)
        assert np.asarray(surface) == pytest.approx(np.array([[6 + 1, 2 / 3 + 2]]))


def test_the_lowest_place_of_the_surface_is_the_closed_form():
    weights, biases = np.linspace(0, 5, 51), np.linspace(-3, 1, 41)
    surface = loss_surface(X3, Y3, weights, biases)
    row, column = np.unravel_index(surface.argmin(), surface.shape)
    assert (weights[column], biases[row]) == pytest.approx((2.5, -1))


# Standardising


@given(tables())
@settings(deadline=None)
def test_standardising_is_scikit_learns(table):
    X, _ = table
    theirs = StandardScaler().fit(X)
    ours = standardise(X)
    np.testing.assert_allclose(ours.values, theirs.transform(X), atol=1e-9)
    np.testing.assert_allclose(ours.mean, theirs.mean_, atol=1e-9)
    np.testing.assert_allclose(ours.scale, theirs.scale_)
    np.testing.assert_allclose(ours.apply(X[:2]), ours.values[:2], atol=1e-12)


@given(tables())
@settings(deadline=None)
def test_what_was_learned_on_standardised_columns_can_be_said_in_their_units(table):
    X, y = table
    ours = standardise(X)
    fit = least_squares(ours.values, y)
    np.testing.assert_allclose(ours.back(fit.weight, fit.bias).weight, least_squares(X, y).weight, atol=1e-7)
    np.testing.assert_allclose(ours.back(fit.weight, fit.bias).predict(X), fit.predict(ours.values), atol=1e-7)


# Lists, tables and tensors


def test_lists_columns_of_a_table_and_arrays_give_the_same():
    people = datasets.load_tug()
    one = least_squares(people["tug"], people["bbs"])
    other = least_squares(people["tug"].tolist(), people["bbs"].to_numpy())
    table = least_squares(people[["tug"]], people["bbs"])
    assert one.weight.tolist() == other.weight.tolist() == table.weight.tolist()
    assert isinstance(one.bias, float)
    assert one.weight.dtype == np.float64


def test_nothing_is_written_into_what_comes_in():
    X, y = data()
    before = X.copy(), y.copy()
    least_squares(X, y), gradient(X, y, [0, 0, 0], 0), standardise(X), loss_surface(X[:, 0], y, [0], [0])
    assert (X == before[0]).all()
    assert (y == before[1]).all()


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_tensors_stay_tensors_of_their_type(dtype):
    import torch

    X, y = data()
    tX, ty = (torch.tensor(values, dtype=getattr(torch, dtype)) for values in (X, y))
    fit, by_array = least_squares(tX, ty), least_squares(X, y)
    surface = loss_surface(tX[:, 0], ty, [0, 1], [0])
    values = standardise(tX)
    out = [fit.weight, fit.bias, fit.predict(tX), squared_loss(tX, ty, fit.weight, fit.bias), surface, values.values]
    out += [*gradient(tX, ty, [0, 0, 0], 0), values.apply(tX), values.back(fit.weight, fit.bias).bias]
    assert {(type(value), value.dtype) for value in out} == {(torch.Tensor, getattr(torch, dtype))}
    # float32 keeps 7 digits, and the second column has mean 50
    np.testing.assert_allclose(fit.weight, by_array.weight, rtol=1e-3 if dtype == "float32" else 1e-9)


@pytest.mark.torch
def test_autograd_reaches_through_the_closed_form():
    import torch

    X, y = data(n=8)
    tX = torch.tensor(X, requires_grad=True)
    ty = torch.tensor(y, requires_grad=True)
    assert torch.autograd.gradcheck(lambda X, y: least_squares(X, y).predict(X), (tX, ty))
    assert torch.autograd.gradcheck(lambda X: standardise(X).values, (tX,))
    weights = torch.tensor([1.0, 2], dtype=torch.float64, requires_grad=True)
    loss_surface(tX[:, 0], ty, weights, [0]).sum().backward()
    assert weights.grad.shape == (2,)


# Errors


def test_as_many_parameters_as_rows_are_allowed_and_more_are_not():
    assert least_squares([[1, 2], [3, 4], [5, 7]], [1, 2, 3]).predict([[1, 2]]) == pytest.approx([1])
    with pytest.raises(ValueError, match="2 weights and a bias need at least 3 rows, got 2: use fewer columns or more"):
        least_squares([[1, 2], [3, 5]], [1, 2])


@pytest.mark.parametrize("constant", [0.0, 11.0, 0.1, 1e9 + 0.1])
@pytest.mark.parametrize("n", [2, 23, 1000])
@pytest.mark.parametrize("work", [lambda X: least_squares(X, np.arange(len(X))), standardise])
def test_a_constant_column_is_named(constant, n, work):
    X = np.column_stack([np.arange(n), np.full(n, constant)])[:, : 2 if n > 2 else 1]
    with pytest.raises(ValueError, match=r"column \d of X is constant, so nothing can be learned from it: drop it"):
        work(X if n > 2 else np.full(n, constant))
    table = pd.DataFrame({"tug": np.arange(n + 3), "year": constant})
    with pytest.raises(ValueError, match=r"column 1 \(year\) of X is constant"):
        work(table)


@pytest.mark.parametrize("work", [lambda X: least_squares(X, [1, 2, 3]), standardise])
def test_a_column_that_differs_by_rounding_alone_is_constant(work):
    assert 0.1 + 0.2 != 0.3
    with pytest.raises(ValueError, match="column 0 of X is constant"):
        work([0.3, 0.1 + 0.2, 0.3])


@given(tables(most_columns=2), st.floats(-5, 5), st.floats(-100, 100))
@settings(deadline=None)
def test_a_column_that_follows_from_the_others_is_named(table, factor, shift):
    X, y = table
    assume(abs(factor) > 0.01)
    follower = factor * X[:, 0] + (X[:, 1] if X.shape[1] == 2 else 0) + shift
    with pytest.raises(ValueError, match=f"column {X.shape[1]} of X follows from the columns before it"):
        least_squares(np.column_stack([X, follower]), y)


@pytest.mark.torch
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_copied_column_is_refused_in_tensors_too(dtype):
    import torch

    X, y = data(n=1000)
    copied = torch.tensor(np.column_stack([X, 0.1 * X[:, 1] + 3]), dtype=getattr(torch, dtype))
    with pytest.raises(ValueError, match="column 3 of X follows from the columns before it"):
        least_squares(copied, torch.tensor(y).to(copied))
    assert least_squares(copied[:, :3], torch.tensor(y).to(copied)).weight.isfinite().all()


def test_a_column_that_is_nearly_another_is_still_fitted():
    people = datasets.load_tug()
    fit = least_squares(people[["t1", "n1"]], people["bbs"])
    assert np.isfinite(fit.weight).all()


def test_the_shape_of_y_is_looked_at():
    with pytest.raises(ValueError, match=r"y must have 1 dimension, got shape \(3, 1\)"):
        least_squares(X3, [[2], [3], [7]])
    with pytest.raises(ValueError, match="X and y must have the same number of rows, got 3 and 2"):
        squared_loss(X3, [1, 2], [1], 0)


def test_the_shapes_of_weight_and_bias_are_looked_at():
    with pytest.raises(ValueError, match=r"weight must have shape \(1,\), one for each column of X, got \(2,\)"):
        squared_loss(X3, Y3, [1, 2], 0)
    with pytest.raises(ValueError, match=r"weight must have shape \(2,\), one for each column of X, got \(1, 2\)"):
        gradient([[1, 2], [2, 3]], [1, 2], [[1, 2]], 0)
    with pytest.raises(ValueError, match=r"bias must be one number, got shape \(3,\)"):
        absolute_loss(X3, Y3, [1], [1, 2, 3])
    assert squared_loss(X3, Y3, 1, [0]) == squared_loss(X3, Y3, [1], 0)


def test_a_fit_refuses_rows_with_another_number_of_columns():
    with pytest.raises(ValueError, match=r"weight must have shape \(2,\), one for each column of X, got \(1,\)"):
        Fit(np.array([1.0]), 0.0).predict([[1, 2]])
    with pytest.raises(ValueError, match=r"mean must have shape \(2,\)"):
        standardise(X3).apply([[1, 2]])


@pytest.mark.parametrize("work", [squared_loss, absolute_loss, gradient])
def test_an_unknown_reduction_is_refused(work):
    with pytest.raises(ValueError, match="reduction must be 'mean' or 'sum', got 'average'"):
        work(X3, Y3, [1], 0, reduction="average")


def test_a_surface_refuses_an_unknown_reduction_and_two_features():
    with pytest.raises(ValueError, match="reduction must be 'mean' or 'sum', got 'max'"):
        loss_surface(X3, Y3, [0], [0], reduction="max")
    with pytest.raises(ValueError, match="X must have 1 column, got 2"):
        loss_surface([[1, 2], [3, 4]], [1, 2], [0], [0])
    with pytest.raises(ValueError, match="weights must have 1 dimension"):
        loss_surface(X3, Y3, [[0]], [0])


WORK = {
    "least_squares": lambda X, y: least_squares(X, y),
    "squared_loss": lambda X, y: squared_loss(X, y, 1, 0),
    "absolute_loss": lambda X, y: absolute_loss(X, y, 1, 0),
    "gradient": lambda X, y: gradient(X, y, 1, 0),
    "loss_surface": lambda X, y: loss_surface(X, y, [1], [0]),
    "standardise": lambda X, y: standardise(X),
}


@pytest.mark.parametrize("name", WORK)
def test_what_cannot_be_computed_with_is_refused_by_name(name):
    work = WORK[name]
    with pytest.raises(ValueError, match=r"X must hold finite numbers only, got nan at index \(1"):
        work([1, np.nan, 3], Y3)
    with pytest.raises(ValueError, match="X must hold at least one number"):
        work([], [])
    with pytest.raises(TypeError, match="X must hold real numbers"):
        work(["11", "8", "16"], Y3)
    with pytest.raises(TypeError, match="X must hold real numbers"):
        work([[1, 2], [3]], [1, 2])
    with pytest.raises(ValueError, match=r"X must have shape \(n, d\)"):
        work(np.ones((2, 2, 2)), [1, 2])


@pytest.mark.torch
@pytest.mark.parametrize("name", WORK)
def test_a_tensor_of_whole_numbers_is_refused(name):
    import torch

    with pytest.raises(TypeError, match=r"X must be a tensor of a floating-point type, got torch\.int64"):
        WORK[name](torch.tensor(X3), torch.tensor(Y3))


@pytest.mark.torch
@pytest.mark.parametrize("name", [name for name in WORK if name != "standardise"])
def test_an_array_with_a_tensor_and_two_devices_are_refused(name):
    import torch

    work = WORK[name]
    X, y = torch.tensor([1.0, 2, 3]), torch.tensor([2.0, 3, 7])
    with pytest.raises(TypeError, match="must both be tensors or both arrays"):
        work(X, Y3)
    with pytest.raises(ValueError, match="same device, got meta and cpu"):
        work(X.to("meta"), y)
    with pytest.raises(ValueError, match="same dtype"):
        work(X, y.double())


@pytest.mark.torch
def test_parameters_of_another_kind_or_device_are_refused():
    import torch

    X, y = torch.tensor([1.0, 2, 3]), torch.tensor([2.0, 3, 7])
    with pytest.raises(TypeError, match="X and weight must both be tensors or both arrays, got an array and a tensor"):
        squared_loss(X3, Y3, torch.ones(1), 0)
    with pytest.raises(ValueError, match=r"X and weight must have the same device and dtype, got cpu, .* and meta"):
        squared_loss(X, y, torch.ones(1, device="meta"), 0)
    with pytest.raises(ValueError, match=r"X and bias must have the same device and dtype, .*: write bias\.to\(X\)"):
        squared_loss(X, y, torch.ones(1), torch.tensor(0.0, dtype=torch.float64))
    with pytest.raises(TypeError, match="X and weights must both be"):
        loss_surface(X3, Y3, torch.ones(2), [0])


@pytest.mark.parametrize("unit", [1e-300, 1e-160, 1e160, 1e300])
def test_columns_whose_squares_leave_the_range_of_numbers_are_neither_constant_nor_infinite(unit):
    seconds, points = np.array([1.0, 2, 3, 5, 8]), [3, 1, 4, 1, 5]
    same = standardise(seconds)
    scaled = standardise(seconds * unit)
    np.testing.assert_allclose(scaled.values, same.values, rtol=1e-12)
    np.testing.assert_allclose(scaled.scale / unit, same.scale, rtol=1e-12)
    fit = least_squares(seconds * unit, points)
    np.testing.assert_allclose(fit.weight * unit, least_squares(seconds, points).weight, rtol=1e-12)


@pytest.mark.torch
@pytest.mark.parametrize("work", [standardise, lambda X: least_squares(X, X[:, 0])])
def test_columns_without_numbers_or_too_large_to_add_up_are_refused(work):
    import torch

    with pytest.raises(ValueError, match="X must hold numbers, got a tensor on the device meta"):
        work(torch.ones(5, 1, device="meta"))
    with pytest.raises(ValueError, match="X holds numbers too large to add up"):
        work(torch.tensor([[1.0], [2], [3], [3.4], [3.4]]) * 1e38)


@pytest.mark.torch
def test_a_weight_that_does_not_fit_the_type_of_the_tensor_is_refused():
    import torch

    with pytest.raises(ValueError, match="weight must hold finite numbers only, got inf"):
        squared_loss(torch.ones(2), torch.ones(2), 1e300, 0)
