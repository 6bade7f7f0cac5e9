"""The kept loop does what the written one does, the same way every time, and refuses what PyTorch would train on."""

import copy
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from introdl.training import History, predict, train
from torch import nn

pytestmark = pytest.mark.torch

SQUARED = nn.MSELoss()


def a_net(*sizes: int, seed: int = 0, dtype=torch.float64) -> nn.Sequential:
    torch.manual_seed(seed)
    layers = []
    for before, after in pairwise(sizes):
        layers += [nn.Linear(before, after, dtype=dtype), nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def some(rows: int = 20, columns: int = 2, seed: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    X = torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return X, (X[:, :1] * 2 - X[:, 1:2] ** 2)


def sgd(net: nn.Module, rate: float = 0.05) -> torch.optim.Optimizer:
    return torch.optim.SGD(net.parameters(), lr=rate)


def weights(net: nn.Module) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in net.parameters()])


def with_defaults(net=None, X=None, y=None, loss=SQUARED, optimizer=None, epochs=1, **others) -> History:
    net = a_net(2, 3, 1) if net is None else net
    examples, targets = some()
    optimizer = sgd(net) if optimizer is None else optimizer
    return train(net, examples if X is None else X, targets if y is None else y, loss, optimizer, epochs, **others)


# --- what it does


def test_one_step_by_hand():
    net = nn.Linear(1, 1)
    nn.init.zeros_(net.weight)
    nn.init.zeros_(net.bias)
    X, y = torch.tensor([[1.0], [3.0]]), torch.tensor([[2.0], [4.0]])
    # residuals 2 and 4: loss (4 + 16)/2, slopes -2(2*1 + 4*3)/2 = -14 and -2(2 + 4)/2 = -6
    history = train(net, X, y, SQUARED, sgd(net, 0.1), epochs=1)
    assert history.training[0] == 10
    assert net.weight.item() == pytest.approx(1.4)
    assert net.bias.item() == pytest.approx(0.6)
    assert history.training[1] == pytest.approx(((2 - 2.0) ** 2 + (4 - 4.8) ** 2) / 2)


@pytest.mark.parametrize("batch_size", [None, 1, 7, 20, 50])
def test_it_does_exactly_what_the_written_loop_does(batch_size):
    (X, y), kept, written = some(), a_net(2, 4, 1), a_net(2, 4, 1)
    history = train(kept, X, y, SQUARED, torch.optim.Adam(kept.parameters()), 5, batch_size=batch_size, seed=3)

    optimizer, generator = torch.optim.Adam(written.parameters()), torch.Generator().manual_seed(3)
    losses = [SQUARED(written(X), y).item()]
    for _ in range(5):
        order = torch.arange(20) if batch_size is None else torch.randperm(20, generator=generator)
        for start in range(0, 20, batch_size or 20):
            rows = order[start : start + (batch_size or 20)]
            optimizer.zero_grad()
            SQUARED(written(X[rows]), y[rows]).backward()
            optimizer.step()
        losses.append(SQUARED(written(X), y).item())
    assert history.training.tolist() == losses
    assert torch.equal(weights(kept), weights(written))


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    runs = {}
    for name, seed in (("once", 0), ("again", 0), ("other", 1)):
        net = a_net(2, 4, 1)
        runs[name] = (with_defaults(net, epochs=4, batch_size=5, seed=seed).training, weights(net))
    assert np.array_equal(runs["once"][0], runs["again"][0])
    assert torch.equal(runs["once"][1], runs["again"][1])
    assert not torch.equal(runs["once"][1], runs["other"][1])


def test_it_leaves_pytorchs_own_generator_alone():
    net = a_net(2, 3, 1)
    before = torch.random.get_rng_state()
    with_defaults(net, batch_size=4)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_every_example_is_used_once_an_epoch():
    seen = []

    class Noting(nn.Linear):
        def forward(self, X):
            if self.training:
                seen.extend(X[:, 0].tolist())
            return super().forward(X)

    net, X = Noting(1, 1), torch.arange(10.0).reshape(10, 1)
    train(net, X, X, SQUARED, sgd(net, 1e-4), epochs=2, batch_size=3)
    assert sorted(seen[:10]) == sorted(seen[10:]) == list(range(10))
    assert seen[:10] != seen[10:]


def test_no_epochs_only_measure():
    net, (X, y) = a_net(2, 3, 1), some()
    before = weights(net)
    history = train(net, X, y, SQUARED, sgd(net), epochs=0, validation=(X, y))
    assert history.epochs == 0
    assert history.training.tolist() == history.validation.tolist() == [SQUARED(net(X), y).item()]
    assert torch.equal(weights(net), before)


@given(st.integers(1, 4), st.sampled_from([None, 1, 3, 8]), st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_the_history_has_one_loss_more_than_epochs_and_ends_where_the_net_is(epochs, batch_size, seed):
    net, (X, y) = a_net(2, 3, 1), some(8)
    history = train(net, X, y, SQUARED, sgd(net, 0.01), epochs, batch_size=batch_size, seed=seed, validation=(X, y))
    assert history.epochs == epochs
    assert history.training.shape == history.validation.shape == (epochs + 1,)
    assert history.training.dtype == np.float64
    assert history.training[-1] == SQUARED(net(X), y).item()
    assert history.best == int(history.validation.argmin())


def test_leftover_slopes_do_not_count():
    clean, dirty = a_net(2, 3, 1), a_net(2, 3, 1)
    for parameter in dirty.parameters():
        parameter.grad = torch.full_like(parameter, 100)
    with_defaults(clean)
    with_defaults(dirty)
    assert torch.equal(weights(clean), weights(dirty))


def test_classes_are_learned_from_whole_numbers():
    X, _ = some(60)
    y = (X[:, 0] > 0).long() + (X[:, 1] > 0).long()
    net = a_net(2, 8, 3)
    train(net, X, y, nn.CrossEntropyLoss(), torch.optim.Adam(net.parameters(), lr=0.05), epochs=150)
    assert (predict(net, X).argmax(dim=1) == y).float().mean() > 0.9


def test_an_embedding_takes_whole_numbers_as_examples():
    net = nn.Sequential(nn.Embedding(5, 2), nn.Flatten(), nn.Linear(2, 1))
    history = train(net, torch.arange(5).reshape(5, 1), torch.ones(5, 1), SQUARED, sgd(net), epochs=3)
    assert history.training[-1] < history.training[0]


def test_a_frozen_layer_stays():
    net = a_net(2, 3, 1)
    net[0].requires_grad_(False)
    before = net[0].weight.clone()
    with_defaults(net)
    assert torch.equal(net[0].weight, before)


# --- modes


def test_every_modules_mode_is_put_back():
    net = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Dropout(), nn.Linear(3, 1)).double()
    net[1].eval()
    with_defaults(net)
    assert [module.training for module in net] == [True, False, True, True]
    predict(net.eval(), some()[0])
    with_defaults(net)
    assert not any(module.training for module in net.modules())


def test_modes_are_put_back_after_an_error_too():
    class Fails(nn.Linear):
        def forward(self, X):
            if self.training:
                raise RuntimeError("on purpose")
            return super().forward(X)

    net = Fails(2, 1, dtype=torch.float64).eval()
    with pytest.raises(RuntimeError, match="on purpose"):
        with_defaults(net)
    assert not net.training


def test_it_trains_with_dropout_and_measures_without():
    class Noting(nn.Linear):
        modes = ()

        def forward(self, X):
            self.modes = (*self.modes, self.training)
            return super().forward(X)

    net = Noting(2, 1, dtype=torch.float64)
    with_defaults(net, batch_size=10)
    assert net.modes[-4:] == (False, True, True, False)


def test_a_prediction_has_no_gradient_and_uses_no_dropout():
    net = nn.Sequential(nn.Dropout(0.9), nn.Linear(2, 1)).double()
    X, _ = some()
    assert torch.equal(predict(net, X), net[1](X))
    assert not predict(net, X).requires_grad
    assert net.training


# --- validation and early stopping


def test_early_stopping_puts_back_the_best_weights():
    net, (X, y) = a_net(2, 3, 1), some()
    held_out = (X, -y)  # what is learned makes it worse sooner or later
    history = train(net, X, y, SQUARED, sgd(net, 0.1), 200, validation=held_out, patience=4)
    assert history.stopped
    assert history.epochs == history.best + 4 < 200
    assert SQUARED(predict(net, X), -y).item() == history.validation[history.best] == history.validation.min()


def test_patience_puts_back_the_best_weights_when_the_epochs_run_out_too():
    net, (X, y) = a_net(2, 3, 1), some()
    history = train(net, X, y, SQUARED, sgd(net, 0.1), 10, validation=(X, -y), patience=10)
    assert not history.stopped
    assert history.epochs == 10 > history.best
    assert SQUARED(predict(net, X), -y).item() == history.validation.min()


def test_without_patience_the_last_weights_stay():
    net, (X, y) = a_net(2, 3, 1), some()
    history = train(net, X, y, SQUARED, sgd(net, 0.1), 10, validation=(X, -y))
    assert not history.stopped
    assert SQUARED(predict(net, X), -y).item() == history.validation[-1] > history.validation.min()


def test_watching_the_validation_changes_nothing():
    watched, unwatched, (X, y) = a_net(2, 3, 1), a_net(2, 3, 1), some()
    with_defaults(watched, epochs=3, batch_size=4, validation=(X[:5], y[:5]))
    with_defaults(unwatched, epochs=3, batch_size=4)
    assert torch.equal(weights(watched), weights(unwatched))


def test_best_is_the_earliest_of_equals():
    net = nn.Linear(2, 1, dtype=torch.float64)
    (X, y), zeros = some(), torch.zeros(3, 2, dtype=torch.float64)
    net.bias.requires_grad_(False)  # on inputs of 0 it says the same for ever
    history = train(net, X, y, SQUARED, sgd(net), 5, validation=(zeros, zeros[:, :1]))
    assert history.best == 0


# --- what runs away


def test_a_loss_that_runs_away_is_said_and_left_out():
    net, (X, y) = nn.Linear(2, 1, dtype=torch.float64), some()
    history = train(net, X, y, SQUARED, sgd(net, 50), epochs=1000)
    assert history.diverged
    assert 0 < history.epochs < 1000
    assert np.isfinite(history.training).all()


def test_with_patience_the_best_weights_survive_a_divergence():
    net, (X, y) = nn.Linear(2, 1, dtype=torch.float64), some()
    history = train(net, X, y, SQUARED, sgd(net, 50), 1000, validation=(X, y), patience=1000)
    assert history.diverged
    assert not history.stopped
    assert torch.isfinite(weights(net)).all()
    assert SQUARED(predict(net, X), y).item() == history.validation.min()


def test_a_training_that_arrives_has_not_diverged():
    assert not with_defaults(epochs=20).diverged


def test_weights_that_are_no_numbers_are_refused_before_the_first_step():
    net = a_net(2, 3, 1)
    nn.init.constant_(net[0].bias, float("nan"))
    with pytest.raises(ValueError, match="finite before the first step"):
        with_defaults(net)


# --- what PyTorch would train on without a word


def test_a_target_that_would_be_stretched_is_refused():
    _, y = some()
    with pytest.raises(ValueError, match=r"same shape, got \(20, 1\) and \(20,\): write y.reshape\(20, 1\)"):
        with_defaults(y=y.flatten())
    with pytest.raises(ValueError, match=r"same shape, got \(20, 1\) and \(20, 2\)"):
        with_defaults(y=torch.cat([y, y], dim=1))
    with pytest.raises(ValueError, match=r"same shape, got \(20,\) and \(20, 1\)"):
        with_defaults(nn.Sequential(a_net(2, 1), nn.Flatten(0)))


def test_whole_numbers_are_refused_where_the_loss_takes_numbers():
    _, y = some()
    for loss in (SQUARED, nn.BCEWithLogitsLoss(), nn.functional.mse_loss):
        with pytest.raises(TypeError, match="floating-point type"):
            with_defaults(y=(y > 0).long(), loss=loss)
    with pytest.raises(TypeError, match="floating-point type"):
        with_defaults(a_net(2, 3, 4), y=(y > 0).long().flatten(), loss=SQUARED)
    with pytest.raises(TypeError, match="truth values"):
        with_defaults(y=y > 0)


def test_classes_are_refused_unless_they_are_whole_numbers_from_zero_up():
    X, y = some()
    net, entropy, classes = a_net(2, 3, 3), nn.CrossEntropyLoss(), (X[:, 0] > 0).long()
    with pytest.raises(ValueError, match=r"whole numbers: write y.long\(\)"):
        with_defaults(net, y=classes.double(), loss=entropy)
    with pytest.raises(ValueError, match="classes from 0 to 2"):
        with_defaults(net, y=classes + 2, loss=entropy)
    with pytest.raises(ValueError, match=r"must have shape \(20,\)"):
        with_defaults(net, y=classes.reshape(20, 1), loss=entropy)
    with pytest.raises(TypeError, match="int64"):
        with_defaults(net, y=classes.int(), loss=entropy)
    with pytest.raises(ValueError, match="BCEWithLogitsLoss"):
        with_defaults(y=y, loss=entropy)
    with pytest.raises(TypeError, match="floating-point"):
        with_defaults(y=classes, loss=entropy)


def test_labels_outside_0_and_1_are_refused_by_the_two_class_losses():
    _, y = some()
    with pytest.raises(ValueError, match="between 0 and 1 for BCEWithLogitsLoss, got up to 2"):
        with_defaults(y=(y > 0).double() + 1, loss=nn.BCEWithLogitsLoss())


def test_an_optimizer_of_another_net_is_refused():
    net = a_net(2, 3, 1)
    with pytest.raises(ValueError, match="4 of 4 left out"):
        with_defaults(net, optimizer=sgd(copy.deepcopy(net)))
    with pytest.raises(ValueError, match="2 of 4 left out"):
        with_defaults(net, optimizer=sgd(net[0]))
    others = torch.optim.SGD([*net.parameters(), *a_net(1, 1).parameters()], lr=0.1)
    with pytest.raises(ValueError, match="others too"):
        with_defaults(net, optimizer=others)


def test_a_net_with_nothing_to_train_is_refused():
    net = a_net(2, 3, 1)
    optimizer = sgd(net)
    with pytest.raises(ValueError, match="no parameter that can be trained"):
        with_defaults(net.requires_grad_(False), optimizer=optimizer)


def test_another_kind_of_optimizer_is_refused():
    net = a_net(2, 1)
    for optimizer, message in ((0.1, "got float"), (torch.optim.LBFGS(net.parameters()), "LBFGS")):
        with pytest.raises(TypeError, match=message):
            with_defaults(net, optimizer=optimizer)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_missing_and_infinite_numbers_are_refused(bad):
    X, y = some()
    spoiled_X, spoiled_y = X.clone(), y.clone()
    spoiled_X[3, 1] = spoiled_y[4, 0] = bad
    with pytest.raises(ValueError, match=r"X must hold finite numbers.*\(3, 1\)"):
        with_defaults(X=spoiled_X)
    with pytest.raises(ValueError, match=r"y must hold finite numbers.*\(4, 0\)"):
        with_defaults(y=spoiled_y)
    with pytest.raises(ValueError, match="validation y must hold finite"):
        with_defaults(validation=(X, spoiled_y))
    with pytest.raises(ValueError, match="finite"):
        predict(a_net(2, 1), spoiled_X)


def test_no_examples_are_refused():
    X, y = some()
    for call in (lambda: with_defaults(X=X[:0], y=y[:0]), lambda: predict(a_net(2, 1), X[:0])):
        with pytest.raises(ValueError, match="at least one"):
            call()
    with pytest.raises(ValueError, match="at least one"):
        with_defaults(a_net(2, 3, 3), X=X, y=torch.zeros(0, dtype=torch.int64), loss=nn.CrossEntropyLoss())
    with pytest.raises(ValueError, match="same number of rows, got 20 and 19"):
        with_defaults(y=y[:19])
    with pytest.raises(ValueError, match="validation X and validation y must have the same number"):
        with_defaults(validation=(X, y[:5]))


def test_other_devices_are_refused():
    X, y = some()
    with pytest.raises(ValueError, match="device"):
        with_defaults(X=X.to("meta"))
    with pytest.raises(ValueError, match="X and y must be on the same device, got cpu and meta"):
        with_defaults(y=y.to("meta"))
    with pytest.raises(ValueError, match="net and X must be on the same device, got meta and cpu"):
        with_defaults(a_net(2, 1).to("meta"))
    with pytest.raises(ValueError, match="net and X must be on the same device, got meta and cpu"):
        predict(a_net(2, 1).to("meta"), X)


def test_other_types_are_refused_with_what_to_write():
    X, y = some()
    with pytest.raises(TypeError, match=r"write X.double\(\)"):
        with_defaults(X=X.long())
    with pytest.raises(TypeError, match=r"torch.float64 and torch.float32: convert the examples, X.to"):
        with_defaults(X=X.float())
    with pytest.raises(TypeError, match=r"X must be a tensor, got ndarray: write torch.tensor\(X\)"):
        with_defaults(X=X.numpy())
    with pytest.raises(TypeError, match="y must be a tensor, got list"):
        with_defaults(y=y.tolist())
    with pytest.raises(TypeError, match=r"net must be an nn\.Module, got function"):
        predict(lambda X: X, X)
    with pytest.raises(TypeError, match=r"MSELoss.*write MSELoss\(\)"):
        with_defaults(loss=nn.MSELoss)
    with pytest.raises(ValueError, match="reduction='mean'"):
        with_defaults(loss=nn.MSELoss(reduction="none"))
    with pytest.raises(ValueError, match="one number, got float"):
        with_defaults(loss=lambda prediction, target: 0.0)


def test_a_net_that_returns_two_things_is_refused():
    class Two(nn.Linear):
        def forward(self, X):
            return X, X

    with pytest.raises(TypeError, match="one tensor, got tuple"):
        with_defaults(Two(2, 1, dtype=torch.float64))


@pytest.mark.parametrize(
    "settings",
    [
        {"epochs": -1},
        {"epochs": 1.5},
        {"batch_size": 0},
        {"seed": -1},
        {"seed": 0.5},
        {"patience": 0, "validation": some()},
        {"validation": some()[0]},
        {"validation": (some()[0],)},
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(settings):
    net = a_net(2, 1)
    before = weights(net)
    with pytest.raises((TypeError, ValueError), match=next(iter(settings))):
        with_defaults(net, **settings)
    assert torch.equal(weights(net), before)


def test_patience_without_validation_is_refused():
    with pytest.raises(ValueError, match="patience watches the validation loss"):
        with_defaults(patience=3)
