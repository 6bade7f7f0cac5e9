"""Logistic regression agrees with PyTorch, with scikit-learn and with itself, wherever rounding would tempt it away."""

import math
import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl import datasets, linear, logistic
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

PEOPLE = datasets.load_tug()
SECONDS, LOW, SLOW = (PEOPLE[column].to_numpy(float) for column in ("tug", "y2", "y1"))

finite = st.floats(-30, 30, allow_nan=False)


@st.composite
def people(draw, features=2):
    """Draw a few people: features, what happened, weights and a bias."""
    n = draw(st.integers(2, 8))
    X = draw(st.lists(st.lists(st.floats(-3, 3), min_size=features, max_size=features), min_size=n, max_size=n))
    y = draw(st.lists(st.sampled_from([0.0, 1.0]), min_size=n, max_size=n))
    return (
        np.array(X),
        np.array(y),
        np.array(draw(st.lists(finite, min_size=features, max_size=features))),
        draw(finite),
    )


# --- sigmoid and log-odds


def test_the_sigmoid_by_hand():
    assert logistic.sigmoid(0) == 0.5
    assert logistic.sigmoid(math.log(3)) == pytest.approx(3 / 4)
    assert logistic.sigmoid([-math.log(4), math.log(9)]) == pytest.approx([0.2, 0.9])


def test_the_sigmoid_is_exact_and_silent_far_out():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert logistic.sigmoid([-1000, 1000]).tolist() == [0, 1]
        assert logistic.sigmoid(-700) == pytest.approx(math.exp(-700), rel=1e-12)


@given(finite)
def test_both_sides_of_the_sigmoid_add_up_to_one(z):
    assert logistic.sigmoid(z) + logistic.sigmoid(-z) == pytest.approx(1, abs=1e-15)


@given(st.floats(1e-9, 1 - 1e-9))
def test_there_and_back_gives_the_probability(p):
    assert logistic.sigmoid(logistic.log_odds(p)) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize("certain", [0, 1, -0.1, 1.5])
def test_a_certain_or_impossible_probability_has_no_log_odds(certain):
    with pytest.raises(ValueError, match=rf"strictly between 0 and 1, got {certain:g} at index \(1,\)"):
        logistic.log_odds([0.5, certain])
    with pytest.raises(ValueError, match=rf"strictly between 0 and 1, got {certain:g}$"):
        logistic.log_odds(certain)


# --- cross-entropy


def test_the_four_people_of_the_page_by_hand():
    z = logistic.log_odds([1 / 4, 1 / 4, 1 / 2, 3 / 4])
    product = 3 / 4 * 1 / 4 * 1 / 2 * 1 / 4
    assert product == 3 / 128
    assert logistic.cross_entropy(z, [0, 1, 1, 0]) == pytest.approx(-math.log(product) / 4)
    assert logistic.cross_entropy(z, [0, 1, 1, 0], reduction="sum") == pytest.approx(-math.log(product))
    each = logistic.cross_entropy(z, [0, 1, 1, 0], reduction="none")
    assert np.exp(-each) == pytest.approx([3 / 4, 1 / 4, 1 / 2, 1 / 4])


@given(
    st.lists(st.floats(-10, 10), min_size=2, max_size=9), st.data()
)  # farther out a rounded probability is not exact
def test_it_is_the_log_loss_of_scikit_learn(z, data):
    y = data.draw(st.lists(st.sampled_from([0, 1]), min_size=len(z), max_size=len(z)))
    assert logistic.cross_entropy(z, y) == pytest.approx(log_loss(y, logistic.sigmoid(z), labels=[0, 1]), abs=1e-9)


@pytest.mark.parametrize("size", [40, 800, 1e6])
def test_a_confident_mistake_costs_its_log_odds_and_keeps_its_slope(size):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert logistic.cross_entropy([size], [0]) == size
        assert logistic.cross_entropy([-size], [1]) == size
        assert logistic.gradient([1], [0], 0, size).bias == 1
        assert logistic.gradient([1], [1], 0, -size).bias == -1


def test_a_confident_answer_that_is_right_costs_next_to_nothing_but_not_nothing():
    assert logistic.cross_entropy([40], [1]) == pytest.approx(math.exp(-40), rel=1e-12)


# --- gradient


def test_the_gradient_by_hand():
    # 11 s, not low; 16 s, low; everybody gets 1/2: misses 1/2 and -1/2
    slope = logistic.gradient([11, 16], [0, 1], weight=0, bias=0)
    assert (slope.weight.tolist(), slope.bias) == ([-1.25], 0)
    slope = logistic.gradient([11, 16], [0, 1], 0, 0, reduction="sum")
    assert (slope.weight.tolist(), slope.bias) == ([-2.5], 0)


@settings(max_examples=60)
@given(people(), st.sampled_from(["mean", "sum"]))
def test_the_gradient_is_what_a_nudge_finds(person, reduction):
    X, y, weight, bias = person
    nudge = 1e-5

    def loss(change):
        return logistic.cross_entropy(X @ (weight + change[:2]) + bias + change[2], y, reduction)

    nudged = [(loss(step) - loss(-step)) / (2 * nudge) for step in nudge * np.eye(3)]
    slope = logistic.gradient(X, y, weight, bias, reduction)
    assert [*slope.weight, slope.bias] == pytest.approx(nudged, abs=1e-5)


@pytest.mark.torch
@settings(max_examples=40, deadline=None)
@given(people())
def test_the_gradient_and_the_loss_are_those_of_pytorch(person):
    import torch

    X, y, weight, bias = (torch.tensor(value, dtype=torch.float64) for value in person)
    theta = torch.cat([weight, bias.reshape(1)]).requires_grad_()
    z = X @ theta[:2] + theta[2]
    loss = torch.nn.functional.binary_cross_entropy_with_logits(z, y)
    loss.backward()
    slope = logistic.gradient(X, y, weight, bias)
    torch.testing.assert_close(torch.cat([slope.weight, slope.bias.reshape(1)]), theta.grad)
    torch.testing.assert_close(logistic.cross_entropy(z, y), loss)


@pytest.mark.torch
def test_a_tensor_carries_its_gradient_through_sigmoid_loss_and_softmax_even_at_zero():
    import torch

    for ours, theirs in (
        (logistic.sigmoid, torch.sigmoid),
        (lambda z: logistic.cross_entropy(z, torch.ones(5)), lambda z: -torch.nn.functional.logsigmoid(z).mean()),
        (logistic.softmax, lambda z: torch.softmax(z, dim=-1)),
    ):
        slopes = []
        for function in (ours, theirs):
            z = torch.tensor([-1000.0, -2.0, 0.0, 2.0, 1000.0], requires_grad=True)
            value = function(z)
            (value * torch.arange(1, value.numel() + 1)).sum().backward()
            slopes.append((value.detach(), z.grad))
        torch.testing.assert_close(*slopes)


# --- softmax


def test_softmax_by_hand():
    assert logistic.softmax(np.log([1, 2, 5])) == pytest.approx([1 / 8, 2 / 8, 5 / 8])
    rows = logistic.softmax([[0, 0], [0, math.log(3)]])
    assert rows == pytest.approx(np.array([[1 / 2, 1 / 2], [1 / 4, 3 / 4]]))


@given(st.lists(finite, min_size=1, max_size=6), st.floats(-1e4, 1e4))
def test_one_number_added_to_all_scores_changes_nothing(z, shift):
    z = np.array(z)
    shifted = logistic.softmax(z + shift)
    assert shifted == pytest.approx(logistic.softmax(z), abs=1e-10)  # z + shift is rounded to 1e-12
    assert shifted.sum() == pytest.approx(1)


@given(finite, finite)
def test_softmax_of_two_scores_is_the_sigmoid_of_their_difference(one, other):
    assert logistic.softmax([one, other])[1] == pytest.approx(logistic.sigmoid(other - one), abs=1e-15)


def test_softmax_of_large_scores_does_not_overflow():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert logistic.softmax([1000, 1001, 1002]) == pytest.approx(logistic.softmax([0, 1, 2]))
        assert logistic.softmax([-1000, 1000]).tolist() == [0, 1]


def test_softmax_of_a_single_number_is_refused():
    with pytest.raises(ValueError, match=r"shape \(\.\.\., k\), got a single number"):
        logistic.softmax(3.0)


# --- fit


def test_the_fit_is_that_of_scikit_learn_without_penalty():
    found = logistic.fit(SECONDS, LOW)
    other = LogisticRegression(C=np.inf, tol=1e-10).fit(SECONDS.reshape(-1, 1), LOW)
    assert [*found.weight, found.bias] == pytest.approx([other.coef_[0, 0], other.intercept_[0]], abs=1e-6)
    assert found.probability([11, 16, 22]) == pytest.approx(other.predict_proba([[11], [16], [22]])[:, 1], abs=1e-7)


def test_at_the_fit_the_slope_is_zero():
    X = PEOPLE[["tug", "age"]]
    found = logistic.fit(X, LOW)
    slope = logistic.gradient(X, LOW, found.weight, found.bias)
    assert [*slope.weight, slope.bias] == pytest.approx([0, 0, 0], abs=1e-10)
    assert isinstance(found.bias, float)


def test_the_mean_probability_is_the_share_observed():
    # the slope of the bias is zero: what was said adds up to what happened
    assert logistic.fit(SECONDS, LOW).probability(SECONDS).sum() == pytest.approx(LOW.sum())


def test_a_change_of_unit_changes_the_weight_and_no_probability():
    in_seconds, in_minutes = logistic.fit(SECONDS, LOW), logistic.fit(SECONDS / 60, LOW)
    assert in_minutes.weight == pytest.approx(60 * in_seconds.weight)
    assert in_minutes.probability(SECONDS / 60) == pytest.approx(in_seconds.probability(SECONDS))


def test_turning_the_labels_turns_the_line():
    there, back = logistic.fit(SECONDS, LOW), logistic.fit(SECONDS, 1 - LOW)
    assert [*back.weight, back.bias] == pytest.approx([-there.weight[0], -there.bias])


@pytest.mark.torch
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 1e-4), ("float64", 1e-10)])
def test_tensors_give_tensors_of_their_own_type(dtype, tolerance):
    import torch

    X, y = (torch.tensor(value, dtype=getattr(torch, dtype)) for value in (SECONDS, LOW))
    found, wanted = logistic.fit(X, y), logistic.fit(SECONDS, LOW)
    assert found.weight.dtype == found.bias.dtype == X.dtype
    assert [found.weight.item(), found.bias.item()] == pytest.approx([wanted.weight[0], wanted.bias], rel=tolerance)
    assert found.probability(X).dtype == X.dtype


def test_where_full_steps_overshoot_halved_ones_arrive():
    # a few values far from all others: Newton's full steps from zero leave the valley and do not come back
    first = [-8, 39, -5, 30, 5, -20, 1, -54, -11, -54, 12, 8, 18]
    second = [-8, 8, -8, -2, 3, 6, 10, 7, 13, -710, 1, 2, -98]
    X, y = np.column_stack([first, second]), [0, 1, 0, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1]
    found = logistic.fit(X, y)
    slope = logistic.gradient(X, y, found.weight, found.bias)
    assert [*slope.weight, slope.bias] == pytest.approx([0, 0, 0], abs=1e-7)


def test_too_few_steps_are_said_not_hidden(monkeypatch):
    monkeypatch.setattr(logistic, "MOST_STEPS", 1)
    with pytest.raises(ArithmeticError, match="no answer after 1 steps"):
        logistic.fit(SECONDS, LOW)


# --- separation


def test_the_slow_test_is_separated_by_the_seconds_and_the_low_score_is_not():
    assert logistic.separated(SECONDS, SLOW)
    assert not logistic.separated(SECONDS, LOW)
    with pytest.raises(ValueError, match=r"a line separates the two classes of y.*grow for ever"):
        logistic.fit(SECONDS, SLOW)


@pytest.mark.parametrize(
    ("X", "y", "apart"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], True),
        ([1, 2, 3, 4], [1, 1, 0, 0], True),
        ([1, 2, 2, 3], [0, 0, 1, 1], True),  # both classes on the dividing line, nobody beyond it
        ([1, 2, 2, 1], [0, 0, 1, 1], False),
        ([1, 2, 3, 4], [0, 1, 0, 1], False),
        ([2, 2, 2], [0, 1, 1], False),  # nothing differs, so nothing separates
        ([[0, 0], [1, 1], [0, 1], [1, 0]], [0, 0, 1, 1], False),  # exclusive or
        ([[0, 0], [1, 0], [0, 1], [1, 1]], [0, 0, 0, 1], True),  # and
        ([1e-9, 2e-9, 3e-9], [0, 1, 1], True),
        ([1e9, 1e9 + 1, 1e9 + 2], [0, 1, 0], False),
    ],
)
def test_separation_by_eye(X, y, apart):
    assert logistic.separated(X, y) is apart


@given(st.lists(st.tuples(st.integers(0, 6), st.sampled_from([0, 1])), min_size=2, max_size=10))
def test_one_feature_separates_where_the_ranges_only_touch(rows):
    x, y = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if len(set(y)) < 2:
        with pytest.raises(ValueError, match="both classes"):
            logistic.separated(x, y)
        return
    one, other = x[y == 0], x[y == 1]
    touching = one.max() <= other.min() or other.max() <= one.min()
    assert logistic.separated(x, y) == (touching and len(set(x)) > 1)


# --- what is refused

FUNCTIONS = {
    "cross_entropy": lambda x, y: logistic.cross_entropy(x, y),
    "gradient": lambda x, y: logistic.gradient(x, y, 0, 0),
    "fit": logistic.fit,
    "separated": logistic.separated,
}


@pytest.fixture(params=FUNCTIONS)
def function(request):
    return FUNCTIONS[request.param]


@pytest.mark.parametrize(("odd", "place"), [(2, 3), (-1, 0), (0.5, 2)])
def test_labels_other_than_0_and_1_are_named_with_their_place(function, odd, place):
    y = np.array([0.0, 1, 0, 1, 0])
    y[place] = odd
    with pytest.raises(ValueError, match=rf"y must hold 0 and 1 only, got {odd:g} at index \({place},\)"):
        function([8, 11, 9, 16, 22], y)


def test_nan_and_infinity_are_refused(function):
    with pytest.raises(ValueError, match="must hold finite numbers only, got nan"):
        function([8, float("nan"), 9], [0, 1, 0])
    with pytest.raises(ValueError, match="y must hold finite numbers only, got inf"):
        function([8, 11, 9], [0, float("inf"), 0])


def test_words_and_nothing_are_refused(function):
    with pytest.raises(TypeError, match="y must hold real numbers"):
        function([8, 11, 9], ["low", "not", "low"])
    with pytest.raises(ValueError, match="at least one number"):
        function([], [])


def test_other_lengths_and_shapes_are_refused(function):
    with pytest.raises(ValueError, match="must have the same number of rows, got 3 and 4"):
        function([8, 11, 9], [0, 1, 0, 1])
    with pytest.raises(ValueError, match=r"y must have 1 dimension, got shape \(3, 1\)"):
        function([8, 11, 9], [[0], [1], [0]])


@pytest.mark.torch
def test_whole_number_tensors_and_other_devices_are_refused(function):
    import torch

    x, y = torch.tensor([8.0, 11, 9]), torch.tensor([0.0, 1, 0])
    with pytest.raises(
        TypeError, match=r"y must be a tensor of a floating-point type, got torch.int64: write y.double"
    ):
        function(x, y.long())
    with pytest.raises(ValueError, match="must be on the same device, got cpu and meta"):
        function(x, y.to("meta"))
    with pytest.raises(ValueError, match="must have the same dtype"):
        function(x, y.double())
    with pytest.raises(TypeError, match="must both be tensors or both arrays"):
        function(x, y.numpy())


@pytest.mark.parametrize("only", [0, 1])
@pytest.mark.parametrize("function", [logistic.fit, logistic.separated])
def test_one_class_only_is_refused(function, only):
    with pytest.raises(ValueError, match=rf"y must hold both classes, 0 and 1, got 3 times {only}"):
        function([8, 11, 9], [only] * 3)


def test_a_constant_and_a_repeated_column_are_refused_by_name():
    with pytest.raises(ValueError, match="column 1 of X is constant"):
        logistic.fit(np.column_stack([SECONDS, np.full(23, 7.0)]), LOW)
    with pytest.raises(ValueError, match="column 1 of X follows from the columns before it"):
        logistic.fit(np.column_stack([SECONDS, 60 * SECONDS + 1]), LOW)


@pytest.mark.parametrize(
    ("weight", "bias", "said"), [([1, 2], 0, "weight must have shape"), (1, [1, 2], "bias must be")]
)
def test_weights_and_biases_of_another_shape_are_refused(weight, bias, said):
    with pytest.raises(ValueError, match=said):
        logistic.gradient(SECONDS, LOW, weight, bias)
    with pytest.raises(ValueError, match=said):
        logistic.Fit(weight, bias).probability(SECONDS)


@pytest.mark.parametrize("call", [logistic.cross_entropy, lambda x, y, r: logistic.gradient(x, y, 0, 0, r)])
def test_an_unknown_reduction_is_refused(call):
    with pytest.raises(ValueError, match=r"reduction must be one of mean, sum.*, got 'average'"):
        call(SECONDS, LOW, "average")


def test_a_gradient_for_each_person_is_not_offered():
    with pytest.raises(ValueError, match="reduction must be one of mean, sum, got 'none'"):
        logistic.gradient(SECONDS, LOW, 0, 0, "none")


@pytest.mark.torch
def test_on_the_device_without_numbers_shapes_come_out_and_a_fit_is_refused():
    import torch

    x = torch.zeros(3, device="meta")
    assert logistic.cross_entropy(x, x).shape == ()
    assert logistic.sigmoid(x).device.type == "meta"
    with pytest.raises(ValueError, match="X must hold numbers, got a tensor on the device meta"):
        logistic.fit(x, x)


def test_nothing_given_is_changed():
    x, y = SECONDS.copy(), LOW.copy()
    logistic.fit(x, y), logistic.gradient(x, y, 0, 0), logistic.softmax(x)
    assert (x == SECONDS).all()
    assert (y == LOW).all()


def test_importing_brings_neither_torch_nor_scikit_learn():
    code = "import sys, introdl.logistic; sys.exit(bool({'torch', 'sklearn', 'scipy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_descent_arrives_where_the_fit_is():
    from introdl.descent import descend

    standard = linear.standardise(SECONDS)

    def slope(theta):
        found = logistic.gradient(standard.values, LOW, theta[:1], theta[1])
        return np.append(found.weight, found.bias)

    path = descend(slope, [0, 0], rate=2, steps=200)
    arrived, wanted = standard.back(path.last[:1], path.last[1]), logistic.fit(SECONDS, LOW)
    assert [*arrived.weight, arrived.bias] == pytest.approx([*wanted.weight, wanted.bias], abs=1e-9)


@pytest.mark.torch
def test_a_refused_probability_that_carries_a_gradient_warns_of_nothing(recwarn):
    import torch

    with pytest.raises(ValueError, match=r"strictly between 0 and 1, got 1 at index \(1,\)"):
        logistic.log_odds(torch.tensor([0.5, 1.0], requires_grad=True))
    assert not list(recwarn)
