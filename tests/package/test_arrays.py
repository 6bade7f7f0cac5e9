"""What comes from a reader is computed with or refused; nothing goes on silently."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from introdl import arrays


def test_a_list_an_integer_column_and_fractions_become_float64():
    for value in ([1, 2], pd.Series([1, 2]), [Fraction(1), 2], [True, 2], np.array([1, 2], dtype="int8")):
        numbers = arrays.numbers(value, "x")
        assert numbers.dtype == np.float64
        assert numbers.tolist() == [1.0, 2.0]


def test_a_vector_becomes_one_column_and_a_matrix_stays():
    assert arrays.features([1, 2, 3]).shape == (3, 1)
    assert arrays.features([[1, 2, 3]]).shape == (1, 3)
    with pytest.raises(ValueError, match=r"X must have shape \(n, d\).*got \(1, 1, 1\)"):
        arrays.features([[[1]]])
    with pytest.raises(ValueError, match=r"got \(\)"):
        arrays.features(3.0)


@pytest.mark.parametrize("value", ["abc", ["1", "2"], [[1, 2], [3]], None, [None, 1], 1 + 2j, {"a": 1}, object()])
def test_what_is_no_number_is_refused_with_its_name_and_type(value):
    with pytest.raises(TypeError, match=f"heights must hold real numbers.* of type {type(value).__name__}"):
        arrays.numbers(value, "heights")


@pytest.mark.parametrize(
    "value",
    [pd.to_timedelta([1, 2], unit="s"), np.array([np.timedelta64(1, "s"), 2], dtype=object), np.array("2020", "M8[D]")],
)
def test_a_duration_or_a_date_is_no_number(value):
    with pytest.raises(TypeError, match="seconds must hold real numbers"):
        arrays.numbers(value, "seconds")


@pytest.mark.parametrize("dtype", [float, int])
def test_a_masked_number_is_missing_and_not_what_lies_under_the_mask(dtype):
    masked = np.ma.array([1, 999, 3], mask=[False, True, False], dtype=dtype)
    with pytest.raises(ValueError, match=r"x must hold finite numbers only, got nan at index \(1,\)"):
        arrays.numbers(masked, "x")
    assert arrays.numbers(masked[[0, 2]], "x").tolist() == [1.0, 3.0]


def test_an_array_is_copied_never_shared():
    given = np.array([1.0, 2.0])
    assert not np.shares_memory(arrays.numbers(given, "x"), given)
    assert not np.shares_memory(arrays.floats(given, "x"), given)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_the_first_number_that_is_not_finite_is_named_with_its_place(odd):
    with pytest.raises(ValueError, match=rf"X must hold finite numbers only, got {odd} at index \(1, 0\)"):
        arrays.numbers([[1, 2], [odd, 3]], "X")


@pytest.mark.parametrize("empty", [[], [[]], np.zeros((0, 2))])
def test_nothing_to_compute_with_is_refused(empty):
    with pytest.raises(ValueError, match="X must hold at least one number, got shape"):
        arrays.numbers(empty, "X")


def test_a_wrong_number_of_dimensions_is_refused():
    with pytest.raises(ValueError, match=r"w must have 1 dimension, got shape \(1, 2\)"):
        arrays.numbers([[1, 2]], "w", ndim=1)


def test_rows_must_be_as_many():
    with pytest.raises(ValueError, match="X and y must have the same number of rows, got 3 and 4"):
        arrays.together(X=np.zeros((3, 2)), y=np.zeros(4))


@pytest.mark.parametrize("bad", [0, -1, 0.0, float("nan"), float("inf"), -float("inf")])
def test_a_rate_that_is_not_positive_and_finite_is_refused(bad):
    with pytest.raises(ValueError, match="rate must be a positive finite number, got"):
        arrays.positive(bad, "rate")


@pytest.mark.parametrize("bad", [10**400, Fraction(1, 10**400), Fraction(10**400)])
def test_a_rate_that_no_float_can_hold_is_refused(bad):
    with pytest.raises(ValueError, match="rate must be a positive finite number, got"):
        arrays.positive(bad, "rate")


@pytest.mark.parametrize("bad", ["0.1", None, True, [0.1], 1j])
def test_a_rate_that_is_no_number_is_refused(bad):
    with pytest.raises(TypeError, match="rate must be a positive finite number, got"):
        arrays.positive(bad, "rate")


def test_a_whole_number_is_asked_for_where_things_are_counted():
    assert arrays.whole(np.int64(3), "steps") == 3
    with pytest.raises(TypeError, match=r"steps must be a whole number, got 2.5 of type float"):
        arrays.whole(2.5, "steps")
    with pytest.raises(ValueError, match="folds must be at least 2, got 1"):
        arrays.whole(1, "folds", least=2)


@pytest.mark.torch
def test_a_tensor_keeps_its_type_and_gradient_and_whole_numbers_are_refused():
    import torch

    weight = torch.ones(3, dtype=torch.float32, requires_grad=True)
    assert arrays.numbers(weight, "w") is weight
    with pytest.raises(
        TypeError, match=r"y must be a tensor of a floating-point type, got torch.int64: write y.double"
    ):
        arrays.numbers(torch.tensor([1, 2]), "y")
    with pytest.raises(ValueError, match=r"w must hold finite numbers only, got nan at index \(1,\)"):
        arrays.numbers(torch.tensor([1.0, float("nan")]), "w")


@pytest.mark.torch
def test_tensors_of_other_devices_or_types_and_mixtures_are_refused():
    import torch

    here, there = torch.zeros(2), torch.zeros(2, device="meta")
    with pytest.raises(ValueError, match=r"X and y must be on the same device, got cpu and meta: .*y.to\(X.device\)"):
        arrays.together(X=here, y=there)
    with pytest.raises(ValueError, match=r"same dtype, got torch.float32 and torch.float64"):
        arrays.together(X=here, y=here.double())
    with pytest.raises(TypeError, match="X and y must both be tensors or both arrays, got a tensor and an array"):
        arrays.together(X=here, y=np.zeros(2))


@pytest.mark.torch
def test_tensors_that_cannot_be_summed_safely_or_looked_through_are_refused_with_the_cure():
    import torch

    with pytest.raises(TypeError, match=r"at least 32 bits a number, got torch.float16: write X.float\(\)"):
        arrays.numbers(torch.ones(2).half(), "X")
    with pytest.raises(TypeError, match=r"at least 32 bits a number, got torch.bfloat16"):
        arrays.numbers(torch.ones(2).bfloat16(), "X")
    with pytest.raises(TypeError, match=r"dense tensor, got the layout torch.sparse_coo: write X.to_dense\(\)"):
        arrays.numbers(torch.eye(2).to_sparse(), "X")
    with pytest.raises(TypeError, match=r"X must hold real numbers, got a tensor of torch.complex64"):
        arrays.numbers(torch.ones(2, dtype=torch.complex64), "X")


@pytest.mark.torch
def test_a_refusal_of_a_tensor_with_a_gradient_warns_of_nothing(recwarn):
    import torch

    with pytest.raises(ValueError, match="finite numbers only, got inf"):
        arrays.numbers(torch.tensor([1.0, float("inf")], requires_grad=True), "w")
    assert not list(recwarn)


@pytest.mark.torch
def test_a_tensor_with_a_shape_only_is_refused_by_name_where_numbers_are_needed():
    import torch

    arrays.refuse_without_numbers(X=np.zeros(2), y=torch.zeros(2))
    with pytest.raises(ValueError, match="y must hold numbers, got a tensor on the device meta"):
        arrays.refuse_without_numbers(X=np.zeros(2), y=torch.zeros(2, device="meta"))
