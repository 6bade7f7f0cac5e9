"""The exercises of *Backpropagation*: each right answer and each typical mistake, worked out a second way."""

import numpy as np
import pytest
from introdl.exercises import check

PENCIL = [
    (np.array([[1.0, -1], [0, 2], [3, 1]]), np.array([1.0, -4, -5])),
    (np.array([[2.0, 1, 1], [1, -3, 4]]), np.array([-2.0, -1])),
    (np.array([[-4.0, 2]]), np.array([1.0])),
]


def kinds(label, *answers):
    return [check(f"ex-backpropagation-{label}", answer).kind for answer in answers]


def loss_at(row, loss="squared"):
    """Return the pencil's loss with all 20 parameters in one row: weights before biases, layer by layer."""
    values = np.array([1.0, 2])
    for W, b in PENCIL:
        weight, bias, row = row[: W.size].reshape(W.shape), row[W.size : W.size + b.size], row[W.size + b.size :]
        values = 1 / (1 + np.exp(-(weight @ values + bias)))
    return (values[0] - 1) ** 2 if loss == "squared" else -np.log(values[0])


def slopes(loss="squared"):
    here = np.concatenate([part.ravel() for layer in PENCIL for part in layer])
    steps = 1e-5 * np.eye(20)
    return here, np.array([(loss_at(here + h, loss) - loss_at(here - h, loss)) / 2e-5 for h in steps])


def test_a_bias_has_the_whole_delta_of_its_node():
    _, measured = slopes()
    b7, w57 = measured[16], measured[14]
    assert kinds(1, b7, w57, 4 * b7, measured[19], 0) == [
        "right",
        "times-a-value",
        "slope-forgotten",
        "stopped-at-output",
        "bias-left-alone",
    ]


def test_two_paths_are_measured_one_at_a_time():
    here, measured = slopes()

    def with_path_cut(place):
        """Cut the other path: the weight behind node 4 becomes 0 and the bias keeps the sum where it was."""
        cut = here.copy()
        cut[place] = 0
        cut[15 if place < 12 else 16] += here[place] / 2
        pulled = [cut + sign * 1e-5 * np.eye(20)[3] for sign in (1, -1)]
        return (loss_at(pulled[0]) - loss_at(pulled[1])) / 2e-5

    through_6, through_7 = with_path_cut(13), with_path_cut(10)
    assert through_6 + through_7 == pytest.approx(measured[3])
    answers = [measured[3], through_6, through_7, 4 * measured[3], measured[2], through_6 - through_7]
    assert kinds(2, *answers) == [
        "right",
        "only-through-6",
        "only-through-7",
        "slope-forgotten",
        "other-input",
        "paths-subtracted",
    ]


def test_the_work_is_that_of_the_products_of_matrices():
    forward = 784 * 128 + 128 * 10
    weights, deltas = forward, 10 * 128  # delta.T @ arriving in both layers; delta @ W in the second alone
    assert kinds(3, weights + deltas, 2 * forward, forward, deltas) == [
        "right",
        "first-layer-too",
        "forward-alone",
        "rule-2-alone",
    ]


def test_cross_entropy_pulls_twice_as_much_as_the_square():
    _, squared = slopes()
    _, crossed = slopes("cross-entropy")
    assert kinds(4, crossed[18], squared[18], crossed[18] / 4, crossed[19]) == [
        "right",
        "still-squared",
        "slope-kept",
        "value-forgotten",
    ]


def test_one_step_is_taken_with_all_parameters_or_with_weights_alone():
    here, measured = slopes()
    biases = np.isin(np.arange(20), [6, 7, 8, 15, 16, 19])
    answers = [here - measured, here + measured, here - np.where(biases, 0, measured), here]
    assert kinds(5, *map(loss_at, answers)) == ["right", "uphill", "weights-alone", "before-the-step"]


def relu_slopes(bend=lambda z: np.maximum(z, 0), is_on=lambda z: z > 0, factor=2):
    x, w3y, w4y = np.array([1.0, 2]), -0.5, 1.5
    z = np.array([[1, 1], [-1, -1]]) @ x + 1
    came_back = factor * (np.array([w3y, w4y]) @ bend(z) - 1 + 2)
    deltas = came_back * np.array([w3y, w4y]) * is_on(z)
    return [came_back * bend(z)[0], *(deltas[0] * x), *(deltas[1] * x)]


def test_relu_is_off_on_the_way_forward_and_on_the_way_back():
    everywhere = np.ones_like
    right = relu_slopes()
    answers = [right, relu_slopes(lambda z: z, everywhere), relu_slopes(is_on=everywhere)]
    assert kinds(6, *answers, 2 * np.array(right), relu_slopes(factor=1)) == [
        "right",
        "relu-forgotten",
        "relu-slope-forgotten",
        "called-twice",
        "two-forgotten",
    ]


def test_a_mean_in_place_of_a_sum_hides_behind_one_example():
    deltas = np.arange(18.0).reshape(3, 6) + 1  # three examples, the six nodes that have a bias
    ratio = deltas.sum(axis=0) / deltas.mean(axis=0)
    assert (deltas[:1].sum(axis=0) / deltas[:1].mean(axis=0) == 1).all()
    assert kinds(7, [len(ratio), ratio[0]], [6, 1 / 3], [0, 1], [20, 3], [3, 3]) == [
        "right",
        "turned-round",
        "one-example",
        "all-of-them",
        "first-layer-alone",
    ]
