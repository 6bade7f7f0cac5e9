"""Gradient descent: by hand, against PyTorch and the closed form, and at the edge where it stops arriving."""

import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from introdl import datasets, descent
from introdl.descent import batches, descend, finite_differences, largest_rate

X3, Y3 = np.array([0.0, 1.0, 2.0]), np.array([5.0, 3.0, 2.0])
NUMBER = st.floats(-5, 5).map(lambda value: round(value, 3))


def line_gradient(x, y, reduction="sum"):
    """Return the gradient of the squared loss of w x + b, from its formula."""
    share = 1 if reduction == "sum" else 1 / len(x)

    def gradient(theta):
        residuals = y - (theta[0] * x + theta[1])
        return np.array([-2 * share * (residuals * x).sum(), -2 * share * residuals.sum()])

    return gradient


def people(standardised=True):
    table = datasets.load_tug()
    x, y = table["tug"].to_numpy(float), table["bbs"].to_numpy(float)
    return ((x - x.mean()) / x.std() if standardised else x), y


def test_a_walk_in_one_parameter_by_hand():
    path = descend(lambda w: 2 * (w - 3), [0], rate=0.25, steps=3, loss=lambda w: (w[0] - 3) ** 2)
    assert path.parameters.tolist() == [[0], [1.5], [2.25], [2.625]]
    assert path.losses.tolist() == [9, 2.25, 0.5625, 0.140625]
    assert (path.rate, path.steps, path.diverged, path.last.tolist()) == (0.25, 3, False, [2.625])


def test_two_steps_in_two_parameters_agree_with_exact_fractions():
    w, b = Fraction(0), Fraction(0)
    walked = [(w, b)]
    for _ in range(2):
        residuals = [y - (w * x + b) for x, y in ((0, 5), (1, 3), (2, 2))]
        slope_w = -2 * sum(e * x for e, x in zip(residuals, (0, 1, 2), strict=True))
        w, b = w - Fraction(1, 10) * slope_w, b - Fraction(1, 10) * -2 * sum(residuals)
        walked.append((w, b))
    assert walked[1:] == [(Fraction(7, 5), Fraction(2)), (Fraction(1, 5), Fraction(49, 25))]
    np.testing.assert_allclose(descend(line_gradient(X3, Y3), [0, 0], 0.1, 2).parameters, np.array(walked, float))


def test_no_step_leaves_the_start_alone():
    path = descend(lambda w: w, [4, 5], rate=1, steps=0)
    assert path.parameters.tolist() == [[4, 5]]
    assert path.losses is None


@pytest.mark.parametrize("standardised", [True, False])
def test_the_end_is_the_closed_form(standardised):
    x, y = people(standardised)
    path = descend(line_gradient(x, y, "mean"), [0, 0], 0.9 * largest_rate(x), 100 if standardised else 20_000)
    np.testing.assert_allclose(path.last, np.polyfit(x, y, 1), rtol=1e-5)


@given(start=st.lists(NUMBER, min_size=2, max_size=2), rate=st.floats(0.001, 0.2), steps=st.integers(0, 8))
def test_every_step_of_the_path_follows_the_rule(start, rate, steps):
    gradient = line_gradient(X3, Y3)
    path = descend(gradient, start, rate, steps)
    assert path.parameters.shape == (steps + 1, 2)
    assert path.parameters[0].tolist() == start
    for before, after in zip(path.parameters, path.parameters[1:], strict=False):
        np.testing.assert_array_equal(after, before - rate * gradient(before))


@settings(max_examples=60)
@given(
    factor=st.lists(NUMBER, min_size=9, max_size=9),
    bottom=st.lists(NUMBER, min_size=3, max_size=3),
    share=st.floats(0.05, 0.95),
)
def test_below_the_bound_a_quadratic_arrives_and_above_it_diverges(factor, bottom, share):
    root = np.array(factor).reshape(3, 3)
    curvature = root @ root.T + 0.1 * np.eye(3)
    values, vectors = np.linalg.eigh(curvature)
    bound, start = 2 / values[-1], np.array(bottom) + vectors.sum(axis=1)
    assume(values[-1] < 1e4 * values[0])

    def gradient(theta):
        return curvature @ (theta - bottom)

    # in each direction the error is multiplied by 1 - rate * λ, so its length never grows and the slowest decides
    below = descend(gradient, start, share * bound, 30).parameters - bottom
    slowest = np.abs(1 - share * bound * values).max()
    assert slowest < 1
    lengths = np.linalg.norm(below, axis=1)
    assert (np.diff(lengths) <= 1e-9).all()
    assert lengths[-1] <= slowest**30 * lengths[0] + 1e-9
    above = descend(gradient, start, (2 - share) * bound, 30).parameters - bottom
    steepest = np.abs(above @ vectors[:, -1])
    assert steepest[-1] == pytest.approx((3 - 2 * share) ** 30, rel=1e-6)
    assert steepest[-1] > steepest[0]


def test_exactly_at_the_bound_a_parabola_is_crossed_for_ever():
    assert descend(lambda w: 2 * (w - 3), [0], rate=1, steps=4).parameters.ravel().tolist() == [0, 6, 0, 6, 0]


@given(x=st.lists(NUMBER, min_size=2, max_size=12))
def test_the_largest_rate_is_two_over_the_largest_eigenvalue_by_hand(x):
    n, s, q = len(x), sum(x), sum(value * value for value in x)
    # [[q, s], [s, n]] doubled: its largest eigenvalue from trace and determinant
    largest = (q + n) + np.sqrt((q - n) ** 2 + 4 * s**2)
    assert largest_rate(x, "sum") == pytest.approx(2 / largest)
    assert largest_rate(x) == pytest.approx(len(x) * largest_rate(x, "sum"))


@pytest.mark.torch
def test_the_largest_rate_with_several_features_is_that_of_autograd():
    import torch

    X = torch.randn(9, 3, generator=torch.Generator().manual_seed(4), dtype=torch.float64)
    y = X.sum(dim=1)

    def loss(theta):
        return ((y - X @ theta[:3] - theta[3]) ** 2).mean()

    second = torch.autograd.functional.hessian(loss, torch.zeros(4, dtype=torch.float64))
    assert largest_rate(X) == pytest.approx(2 / torch.linalg.eigvalsh(second)[-1].item())


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_a_line_arrives_just_below_the_largest_rate_and_diverges_just_above(reduction):
    bound = largest_rate(X3, reduction)
    gradient = line_gradient(X3, Y3, reduction)
    np.testing.assert_allclose(descend(gradient, [0, 0], 0.98 * bound, 2000).last, np.polyfit(X3, Y3, 1))
    above = descend(gradient, [0, 0], 1.02 * bound, 2000).parameters
    assert np.abs(above[-1]).max() > 1e6


def test_numbers_too_large_to_square_still_have_a_rate_and_none_is_said_to_be_zero():
    assert largest_rate([1e160, 2e160]) == pytest.approx(2 / 5e160 / 1e160, rel=1e-9, abs=0)
    with pytest.raises(ValueError, match="so large that every rate diverges: standardise X"):
        largest_rate([1e200, 2e200])


def test_a_walk_that_leaves_the_range_of_numbers_stops_and_says_so(recwarn):
    path = descend(lambda w: 2 * w, [1.0], rate=5.0, steps=10_000)
    assert path.diverged
    assert 100 < path.steps < 10_000
    assert np.isfinite(path.parameters).all()
    assert not recwarn.list


def test_a_loss_that_is_not_finite_stops_the_walk_too():
    path = descend(lambda w: 2 * w, [1.0], rate=5.0, steps=10_000, loss=lambda w: w[0] ** 2)
    assert path.diverged
    assert np.isfinite(path.losses).all()
    assert len(path.losses) == len(path.parameters) == path.steps + 1


@pytest.mark.torch
def test_the_path_agrees_with_torch_optim_sgd():
    import torch

    x, y = (torch.tensor(values) for values in people())
    theta = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([theta], lr=0.1)
    theirs = [theta.detach().clone()]
    for _ in range(25):
        optimizer.zero_grad()
        ((y - theta[0] * x - theta[1]) ** 2).mean().backward()
        optimizer.step()
        theirs.append(theta.detach().clone())
    ours = descend(line_gradient(x.numpy(), y.numpy(), "mean"), [0, 0], 0.1, 25)
    np.testing.assert_allclose(ours.parameters, torch.stack(theirs), rtol=1e-12, atol=1e-12)


@pytest.mark.torch
def test_a_tensor_stays_a_tensor_of_its_type_and_an_array_an_array():
    import torch

    start = torch.tensor([0.0, 0.0], requires_grad=True)
    path = descend(lambda theta: 2 * theta + 1, start, 0.1, 3, loss=lambda theta: (theta**2).sum())
    assert (path.parameters.dtype, path.losses.dtype) == (torch.float32, torch.float32)
    assert not path.parameters.requires_grad
    assert start.tolist() == [0, 0]
    assert descend(lambda theta: [1, 2], (0, 0), 0.1, 1).parameters.dtype == np.float64


@pytest.mark.torch
def test_the_walk_stays_on_the_callers_device():
    import torch

    path = descend(lambda theta: 2 * theta, torch.ones(2, device="meta"), 0.1, 3, loss=lambda theta: theta.sum())
    assert path.parameters.device.type == path.losses.device.type == "meta"
    assert path.parameters.shape == (4, 2)


def test_a_gradient_that_writes_into_its_argument_does_not_change_the_path():
    def careless(theta):
        theta *= 2
        return theta

    assert descend(careless, [1.0], 0.25, 2).parameters.ravel().tolist() == [1, 0.5, 0.25]


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"rate": -0.1}, ValueError, "rate must be a positive finite number, got -0.1"),
        ({"rate": 0}, ValueError, "rate must be a positive finite number, got 0"),
        ({"rate": float("nan")}, ValueError, "rate must be a positive finite number, got nan"),
        ({"rate": float("inf")}, ValueError, "rate must be a positive finite number, got inf"),
        ({"rate": "0.1"}, TypeError, "rate must be a positive finite number, got '0.1'"),
        ({"steps": -1}, ValueError, "steps must be at least 0, got -1"),
        ({"steps": 2.5}, TypeError, "steps must be a whole number, got 2.5"),
        ({"start": []}, ValueError, "start must hold at least one number"),
        ({"start": [0, float("nan")]}, ValueError, r"start must hold finite numbers only, got nan at index \(1,\)"),
        ({"start": [[0, 0]]}, ValueError, r"start must have 1 dimension, got shape \(1, 2\)"),
        ({"start": ["a", "b"]}, TypeError, "start must hold real numbers"),
        ({"gradient": None}, TypeError, "gradient must be a function of the parameters, got NoneType"),
        ({"loss": 3.0}, TypeError, "loss must be a function of the parameters, got float"),
        ({"gradient": lambda _: [1, 2, 3]}, ValueError, r"shape of start, \(2,\).*got \(3,\)"),
        ({"gradient": lambda _: 1.0}, ValueError, r"shape of start, \(2,\).*got \(\)"),
        ({"gradient": lambda _: "up"}, TypeError, "gradient must return one flat array of real numbers, got str"),
        ({"gradient": lambda _: ([1.0], 2.0)}, TypeError, "one flat array of real numbers, got tuple"),
        ({"gradient": lambda _: [1, np.inf]}, ValueError, r"gradient at the start must be finite, got \[1.0, inf\]"),
        ({"loss": lambda _: np.nan}, ValueError, "loss at the start must be finite, got nan"),
        ({"loss": lambda theta: theta}, ValueError, r"loss must return one number, got shape \(2,\)"),
        ({"loss": lambda _: "low"}, TypeError, "loss must return one number, got str"),
        ({"gradient": lambda _: None}, TypeError, "one flat array of real numbers, got NoneType"),
        ({"gradient": lambda _: ["1", "2"]}, TypeError, "one flat array of real numbers, got list"),
        ({"gradient": lambda _: np.array([1j, 2])}, TypeError, "one flat array of real numbers, got ndarray"),
        ({"gradient": lambda _: np.array([3, 4], "m8[s]")}, TypeError, "one flat array of real numbers, got ndarray"),
        ({"loss": lambda _: None}, TypeError, "loss must return one number, got NoneType"),
        ({"loss": lambda _: "1.5"}, TypeError, "loss must return one number, got str"),
        ({"loss": lambda _: 2j}, TypeError, "loss must return one number, got complex"),
        ({"rate": 10**400}, ValueError, "rate must be a positive finite number, got 1000"),
    ],
)
def test_what_cannot_be_walked_is_refused_with_what_was_expected(changed, error, message):
    arguments = {"gradient": lambda theta: 2 * theta, "start": [1.0, 1.0], "rate": 0.1, "steps": 2} | changed
    with pytest.raises(error, match=message):
        descend(**arguments)


@pytest.mark.torch
@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (
            lambda torch: torch.ones(2, device="meta"),
            ValueError,
            "gradient must return a tensor on cpu, as start is, got meta",
        ),
        (lambda torch: torch.ones(2).double(), ValueError, "type torch.float32, as start is, got torch.float64"),
        (lambda torch: torch.ones(2).long(), ValueError, "type torch.float32, as start is, got torch.int64"),
        (lambda _: np.ones(2), TypeError, "gradient must return a tensor where start is a tensor, got ndarray"),
    ],
)
def test_a_gradient_of_another_kind_than_the_start_is_refused(returned, error, message):
    import torch

    with pytest.raises(error, match=message):
        descend(lambda _: returned(torch), torch.zeros(2), 0.1, 1)


@pytest.mark.torch
def test_tensors_of_whole_numbers_without_numbers_or_beside_arrays_are_refused():
    import torch

    whole = "must be a tensor of a floating-point type, got torch.int64: write"
    with pytest.raises(TypeError, match=f"start {whole}"):
        descend(lambda theta: theta, torch.tensor([0, 0]), 0.1, 1)
    with pytest.raises(TypeError, match=f"X {whole}"):
        largest_rate(torch.tensor([1, 2]))
    with pytest.raises(TypeError, match="got a tensor: make start a tensor"):
        descend(lambda _: torch.zeros(2), [0, 0], 0.1, 1)
    with pytest.raises(ValueError, match="X must hold numbers, got a tensor on the device meta"):
        largest_rate(torch.ones(2, device="meta"))


@pytest.mark.torch
def test_the_largest_rate_of_a_tensor_is_that_of_its_numbers():
    import torch

    assert largest_rate(torch.tensor([1.0, 2.0, 4.0], requires_grad=True)) == pytest.approx(largest_rate([1, 2, 4]))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([],), ValueError, "X must hold at least one number"),
        (([1, float("nan")],), ValueError, "X must hold finite numbers only"),
        ((np.zeros((2, 2, 2)),), ValueError, r"X must have shape \(n, d\)"),
        ((["a"],), TypeError, "X must hold real numbers"),
        (([1, 2], "total"), ValueError, "reduction must be 'mean' or 'sum', got 'total'"),
    ],
)
def test_the_largest_rate_refuses_what_it_cannot_read(arguments, error, message):
    with pytest.raises(error, match=message):
        largest_rate(*arguments)


@given(n=st.integers(1, 30), data=st.data(), epochs=st.integers(0, 3), seed=st.integers(0, 99))
def test_every_epoch_sees_everybody_once(n, data, epochs, seed):
    size = data.draw(st.integers(1, n))
    dealt = batches(n, size, epochs, seed)
    each = -(-n // size)
    assert len(dealt) == epochs * each
    for epoch in range(epochs):
        mine = dealt[epoch * each : (epoch + 1) * each]
        assert sorted(np.concatenate(mine).tolist()) == list(range(n))
        assert all(len(batch) == size for batch in mine[:-1])


def test_the_seed_fixes_the_order_and_each_epoch_has_its_own():
    first, again, other = (np.concatenate(batches(23, 4, 2, seed)) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
    assert first[:23].tolist() != first[23:].tolist()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 1, 1, 0), ValueError, "n must be at least 1, got 0"),
        ((23, 0, 1, 0), ValueError, "size must be at least 1, got 0"),
        ((23, 24, 1, 0), ValueError, "size must be at most n = 23, got 24"),
        ((23, 4, -1, 0), ValueError, "epochs must be at least 0, got -1"),
        ((23, 4, 1, None), TypeError, "seed must be a whole number, got None"),
    ],
)
def test_batches_that_cannot_be_dealt_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        batches(*arguments)


def test_importing_descent_does_not_import_torch():
    code = Path(descent.__file__).parents[1]
    program = "import sys, introdl.descent; assert 'torch' not in sys.modules"
    result = subprocess.run([sys.executable, "-c", program], cwd=code, capture_output=True, text=True)
    assert result.stderr == ""


# -- finite differences ------------------------------------------------------------------------------------------


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=6))
def test_finite_differences_find_the_slopes_of_a_cubic_surface(place):
    def height(w):
        return (w**3).sum() + w[0] * w[-1]

    slopes = 3 * np.array(place) ** 2
    slopes[0] += place[-1]
    slopes[-1] += place[0]
    assert np.abs(finite_differences(height, place) - slopes).max() < 1e-8


def test_a_step_ten_times_smaller_has_a_hundredth_of_the_error_until_rounding_takes_over():
    errors = [abs(finite_differences(lambda w: math.exp(w[0]), [1.0], step)[0] - math.e) for step in (1e-1, 1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)
    assert errors[1] / errors[2] == pytest.approx(100, rel=0.01)
    assert abs(finite_differences(lambda w: math.exp(w[0]), [1.0], 1e-13)[0] - math.e) > 1e-5


@pytest.mark.torch
def test_finite_differences_of_a_tensor_are_a_tensor_and_leave_the_place_alone():
    import torch

    place = torch.tensor([2.0, -1.0], dtype=torch.float64, requires_grad=True)
    found = finite_differences(lambda w: (w**2).sum(), place)
    assert found.dtype == torch.float64
    assert found.tolist() == pytest.approx([4, -2], abs=1e-8)
    assert place.tolist() == [2, -1]


@pytest.mark.parametrize(
    ("loss", "place", "step", "error", "words"),
    [
        (3, [1.0], 1e-5, TypeError, "loss must be a function"),
        (sum, [], 1e-5, ValueError, "place must hold at least one number"),
        (sum, [float("nan")], 1e-5, ValueError, "place must hold finite numbers"),
        (sum, [[1.0]], 1e-5, ValueError, "place must have 1 dimension"),
        (sum, [1.0], 0, ValueError, "step must be a positive"),
        (sum, [1.0], "small", TypeError, "step must be a positive"),
        (sum, [1.0], 1e-20, ValueError, "step must be large enough to change 1.0, got 1e-20"),
        (lambda w: w, [1.0, 2.0], 1e-5, ValueError, r"loss must return one number, got shape \(2,\)"),
        (lambda w: float("inf"), [1.0], 1e-5, ValueError, "finite around the place"),
    ],
)
def test_what_has_no_differences_is_refused(loss, place, step, error, words):
    with pytest.raises(error, match=words):
        finite_differences(loss, place, step)
