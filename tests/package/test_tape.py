"""The tape: by hand, against autograd on random expressions, and against finite differences."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl.tape import Value

pytestmark = pytest.mark.torch

BENDS = ("sigmoid", "tanh", "relu")
START = st.floats(-2, 2).filter(lambda number: abs(number) > 0.01)


def test_a_chain_of_three_by_hand():
    w, x, b = Value(2), Value(3), Value(-1)
    loss = (w * x + b - 4) ** 2  # (6 - 1 - 4)² = 1
    loss.backward()
    assert (loss.value, w.gradient, x.gradient, b.gradient) == (1, 6, 4, 2)


def test_a_value_that_is_used_twice_gets_both_shares():
    a = Value(3)
    result = a * a + a
    result.backward()
    assert a.gradient == 7


def test_every_operation_agrees_with_plain_python_and_takes_plain_numbers_on_both_sides():
    a = Value(2)
    assert [v.value for v in (a + 1, 1 + a, a - 5, 5 - a, a * 4, 4 * a, a / 4, 4 / a, a**3, -a)] == [
        3, 3, -3, 3, 8, 8, 0.5, 2, 8, -2,
    ]  # fmt: skip
    assert a.exp().value == math.exp(2)
    assert a.log().value == math.log(2)
    assert a.tanh().value == math.tanh(2)
    assert a.sigmoid().value == pytest.approx(1 / (1 + math.exp(-2)), rel=1e-15)
    assert (a.relu().value, (-a).relu().value) == (2, 0)


@st.composite
def programs(draw):
    """Make numbers to begin with, and steps that take any of the numbers that are there already."""
    starts = draw(st.lists(START, min_size=2, max_size=4))
    steps = []
    for done in range(draw(st.integers(1, 10))):
        place = st.integers(0, len(starts) + done - 1)
        kind = draw(st.sampled_from(["+", "-", "*", "/", "power", "softplus", *BENDS]))
        steps.append((kind, draw(place), draw(place), draw(st.sampled_from([2, 3, -1]))))
    return starts, steps


def run(starts, steps, exp, log):
    """Run a program on values of any kind; divisors and bases are kept away from 0, so that slopes stay moderate."""
    there = list(starts)
    for kind, one, other, power in steps:
        a, b = there[one], there[other]
        if kind == "/":
            there.append(a / (b * b + 1))
        elif kind == "power":
            there.append((a.tanh() + 2) ** power)
        elif kind == "softplus":
            there.append(log(exp(a.tanh()) + 1))
        elif kind in BENDS:
            there.append(getattr(a, kind)())
        else:  # a product's bounded partner keeps numbers small, however often they are multiplied
            there.append(a + b if kind == "+" else a - b if kind == "-" else a * b.tanh())
    return there[-1]


@settings(max_examples=300, deadline=None)
@given(programs())
def test_the_tape_agrees_with_autograd_on_random_expressions(program):
    starts, steps = program
    values = [Value(number) for number in starts]
    tensors = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in starts]
    ours = run(values, steps, Value.exp, Value.log)
    theirs = run(tensors, steps, torch.exp, torch.log)
    ours.backward()
    theirs.backward()
    assert ours.value == pytest.approx(theirs.item(), rel=1e-9, abs=1e-12)
    wanted = [0.0 if tensor.grad is None else tensor.grad.item() for tensor in tensors]
    assert [value.gradient for value in values] == pytest.approx(wanted, rel=1e-9, abs=1e-9)


def test_two_calls_give_the_same_gradient_and_another_result_writes_it_anew():
    a = Value(3)
    square, cube = a**2, a**3
    for _ in range(2):
        square.backward()
    assert a.gradient == 6
    cube.backward()
    assert a.gradient == 27


def test_no_expression_is_too_deep():
    start = total = Value(1)
    for _ in range(20_000):
        total = total + 1
    total.backward()
    assert (total.value, start.gradient) == (20_001, 1)


def test_a_sigmoid_far_out_neither_overflows_nor_has_a_slope():
    for number, height in ((800, 1), (-800, 0)):
        z = Value(number)
        out = z.sigmoid()
        out.backward()
        assert (out.value, z.gradient) == (height, 0)


def test_zero_to_the_power_zero_and_one_have_the_slopes_of_a_polynomial():
    for power, slope in ((0, 0), (1, 1), (2, 0)):
        a = Value(0)
        (a**power).backward()
        assert a.gradient == slope


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Value(1) / 0, ValueError, "cannot divide 1 by 0"),
        (lambda: 1 / Value(0), ValueError, "cannot divide 1 by 0"),
        (lambda: Value(0) ** -1, ValueError, "no finite slope"),
        (lambda: Value(0) ** 0.5, ValueError, "no finite slope"),
        (lambda: Value(-2) ** 0.5, ValueError, "no real number"),
        (lambda: Value(2) ** Value(2), TypeError, "power must be a plain number"),
        (lambda: Value(0).log(), ValueError, "positive number, got 0"),
        (lambda: Value(-1).log(), ValueError, "positive number, got -1"),
        (lambda: Value(1000).exp(), ValueError, "exp leaves the range of numbers"),
        (lambda: Value(1e200) * Value(1e200), ValueError, r"\* leaves the range"),
        (lambda: Value(1e200) ** 2, ValueError, r"\*\* leaves the range"),
        (lambda: Value("3"), TypeError, "one real number, got '3'"),
        (lambda: Value(True), TypeError, "got True of type bool"),
        (lambda: Value(float("nan")), ValueError, "finite number, got nan"),
        (lambda: Value(1) + "1", TypeError, r"\+ takes a Value or a plain number, got str"),
        (lambda: Value(1) * torch.tensor(2.0), TypeError, r"got Tensor: of a tensor take .item\(\)"),
        (lambda: Value(torch.tensor(2.0)), TypeError, "one real number"),
        (lambda: Value(1) - True, TypeError, "got bool"),
    ],
)
def test_what_has_no_number_or_no_slope_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()
