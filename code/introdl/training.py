"""The training loop, kept: predict, measure the loss, clear the slopes, go backwards, step, and begin again.

The five lines stand in :func:`train`. All else in this module looks at what comes in, because PyTorch itself trains on
many mistakes without a word: a target of another shape, an optimizer that holds another network's parameters.

Chapter: ``multilayer-perceptron``.
Source: PyTorch, *Optimizing model parameters*.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from introdl.arrays import numbers, refuse_without_numbers, whole

Loss = Callable[[Tensor, Tensor], Tensor]

NUMBER_BY_NUMBER = (nn.MSELoss, nn.L1Loss, nn.SmoothL1Loss, nn.HuberLoss, nn.BCELoss, nn.BCEWithLogitsLoss)


@dataclass(frozen=True)
class History:
    """What the losses were, before the first epoch and after each.

    Parameters
    ----------
    training : ndarray of float64, shape (epochs done + 1,)
        The loss over all training examples, in evaluation mode; before the first epoch in place 0.
    validation : ndarray of float64 of the same shape, or None
        The loss over the validation examples, if there were any.
    best : int or None
        The epoch of the lowest validation loss, 0 being before the first; the earliest of equals.
    stopped : bool
        True if patience ran out before the epochs did.
    diverged : bool
        True if training stopped because a loss was not a finite number; that epoch is left out.

    Examples
    --------
    >>> History(np.array([3.0, 1.0, 0.5]), None).epochs
    2
    """

    training: np.ndarray
    validation: np.ndarray | None
    best: int | None = None
    stopped: bool = False
    diverged: bool = False

    @property
    def epochs(self) -> int:
        """How many epochs were done."""
        return len(self.training) - 1


def train(
    net: nn.Module,
    X: Tensor,
    y: Tensor,
    loss: Loss,
    optimizer: Optimizer,
    epochs: int,
    batch_size: int | None = None,
    seed: int = 0,
    validation: tuple[Tensor, Tensor] | None = None,
    patience: int | None = None,
) -> History:
    """Train a network: go through all examples, batch by batch, as often as there are epochs.

    Parameters
    ----------
    net : nn.Module
        Changed in place. Its modes (training or evaluation) are put back at the end.
    X : Tensor, shape (n, …)
        One example a row, in the network's type, on its device.
    y : Tensor, shape (n, …)
        The targets: as many numbers as the network gives, in the same shape; or, for a loss that takes scores of k
        classes, whole numbers from 0 to k − 1.
    loss : callable
        (prediction, target) → one number, such as ``nn.MSELoss()``.
    optimizer : torch.optim.Optimizer
        Over the network's parameters, all that are trained and no others.
    epochs : int
        How often to go through all examples; 0 only measures.
    batch_size : int, optional
        Examples a step; the last batch of an epoch may be smaller. None takes all in one batch, in their order.
    seed : int
        Shuffles the examples anew before each epoch, the same way for the same seed. It sets nothing else: what the
        network starts from, or drops out, comes from PyTorch's own generator.
    validation : (Tensor, Tensor), optional
        Examples and targets that are measured after each epoch and never trained on.
    patience : int, optional
        Stop after so many epochs in a row without a lower validation loss. With it the network ends with the weights
        of the best epoch, whatever made the training end.

    Returns
    -------
    History
        Where it is ``diverged`` and there was no patience, the network keeps the weights that gave no finite loss.

    Raises
    ------
    TypeError
        If an argument is of another kind, or a target of another type than the loss takes.
    ValueError
        If examples or targets are empty, hold NaN, are on another device or do not fit the network, if prediction and
        target differ in shape, if the optimizer does not hold the network's trained parameters, if the loss is not one
        finite number at the start, or if there is patience without validation.

    Examples
    --------
    >>> net = nn.Linear(1, 1)
    >>> _ = nn.init.zeros_(net.weight), nn.init.zeros_(net.bias)
    >>> X, y = torch.tensor([[0.0], [1.0], [2.0]]), torch.tensor([[1.0], [3.0], [5.0]])
    >>> history = train(net, X, y, nn.MSELoss(), torch.optim.SGD(net.parameters(), lr=0.1), epochs=200)
    >>> f"from {history.training[0]:.2f} to {history.training[-1]:.2f}"
    'from 11.67 to 0.00'
    """
    X, y = _looked_at(net, loss, X, y, "X", "y")
    if validation is not None:
        if not isinstance(validation, (tuple, list)) or len(validation) != 2:
            raise TypeError(f"validation must be (examples, targets), got {type(validation).__name__}")
        validation = _looked_at(net, loss, *validation, "validation X", "validation y")
    _look_at_optimizer(net, optimizer)
    epochs, seed = whole(epochs, "epochs"), whole(seed, "seed")
    size = len(X) if batch_size is None else whole(batch_size, "batch_size", least=1)
    if patience is not None:
        whole(patience, "patience", least=1)
        if validation is None:
            raise ValueError("patience watches the validation loss: give validation=(X_val, y_val), or no patience")
    generator = torch.Generator().manual_seed(seed)
    with _modes_put_back(net):
        losses = [_measured(net, loss, (X, y), validation)]
    if not np.isfinite(losses).all():
        raise ValueError(f"the loss must be finite before the first step, got {losses[0]}: look at the net's weights")
    best, kept = 0, _copied(net)
    diverged = stopped = False
    with _modes_put_back(net):
        for epoch in range(1, epochs + 1):
            net.train()
            order = torch.arange(len(X)) if batch_size is None else torch.randperm(len(X), generator=generator)
            for rows in order.to(X.device).split(size):
                prediction = net(X[rows])
                value = loss(prediction, y[rows])
                if not math.isfinite(value.item()):
                    diverged = True
                    break
                optimizer.zero_grad()
                value.backward()
                optimizer.step()
            measured = _measured(net, loss, (X, y), validation)
            if diverged or not np.isfinite(measured).all():
                diverged = True
                break
            losses.append(measured)
            if validation is not None and measured[1] < losses[best][1]:
                best, kept = epoch, _copied(net) if patience is not None else kept
            if patience is not None and epoch - best >= patience and epoch < epochs:
                stopped = True
                break
    if patience is not None:
        net.load_state_dict(kept)
    columns = np.array(losses, dtype=np.float64).T
    if validation is None:
        return History(columns[0], None, None, False, diverged)
    return History(columns[0], columns[1], best, stopped, diverged)


def predict(net: nn.Module, X: Tensor) -> Tensor:
    """Return what the network says, in evaluation mode and without keeping track of slopes.

    Parameters
    ----------
    net : nn.Module
        Its modes (training or evaluation) are put back.
    X : Tensor, shape (n, …)
        One example a row, in the network's type, on its device.

    Returns
    -------
    Tensor, shape (n, …)
        On the same device.

    Raises
    ------
    TypeError, ValueError
        As :func:`train` for its ``X``.

    Examples
    --------
    >>> net = nn.Sequential(nn.Dropout(), nn.Identity())
    >>> predict(net, torch.ones(1, 3)), net.training
    (tensor([[1., 1., 1.]]), True)
    """
    X = _examples(net, X, "X")
    with _modes_put_back(net), torch.no_grad():
        return net.eval()(X)


def _measured(net: nn.Module, loss: Loss, *parts: tuple[Tensor, Tensor] | None) -> tuple[float, ...]:
    """Return the loss over each part, in evaluation mode."""
    with torch.no_grad():
        net.eval()
        return tuple(loss(net(part[0]), part[1]).item() for part in parts if part is not None)


def _copied(net: nn.Module) -> dict[str, Tensor]:
    return {name: value.detach().clone() for name, value in net.state_dict().items()}


@contextmanager
def _modes_put_back(net: nn.Module) -> Iterator[None]:
    """Remember which modules are in training mode: a frozen part of a network need not be in that of the whole."""
    modes = [(module, module.training) for module in net.modules()]
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def _examples(net: nn.Module, X: Tensor, name: str) -> Tensor:
    """Return examples that the network can take, cut off from any gradient."""
    if not isinstance(net, nn.Module):
        raise TypeError(f"net must be an nn.Module, got {type(net).__name__}")
    _refuse_no_tensor(X, name)
    takes_whole_numbers = any(isinstance(module, nn.Embedding) for module in net.modules())
    if X.is_floating_point() or not takes_whole_numbers:
        numbers(X, name)
    _refuse_no_rows(X, name)
    refuse_without_numbers(**{name: X})
    for parameter in net.parameters():
        if parameter.device != X.device:
            raise ValueError(
                f"net and {name} must be on the same device, got {parameter.device} and {X.device}: "
                f"move one of them, {name}.to({str(parameter.device)!r})"
            )
        if parameter.is_floating_point() and X.is_floating_point() and parameter.dtype != X.dtype:
            raise TypeError(
                f"net and {name} must be of one type, got {parameter.dtype} and {X.dtype}: "
                f"convert the examples, {name}.to({parameter.dtype})"
            )
    return X.detach()


def _looked_at(net: nn.Module, loss: Loss, X: Tensor, y: Tensor, x_name: str, y_name: str) -> tuple[Tensor, Tensor]:
    """Return examples and targets that fit each other, the network and the loss."""
    X = _examples(net, X, x_name)
    if not callable(loss) or isinstance(loss, type):
        hint = f": write {loss.__name__}()" if isinstance(loss, type) else ""
        raise TypeError(f"loss must be a function of prediction and target, got {loss!r}{hint}")
    _refuse_no_tensor(y, y_name)
    if y.dtype == torch.bool:
        raise TypeError(f"{y_name} must hold numbers, got truth values: write {y_name}.float(), or .long() for classes")
    if y.is_floating_point() or y.is_complex():
        numbers(y, y_name)
    _refuse_no_rows(y, y_name)
    if y.device != X.device:
        raise ValueError(
            f"{x_name} and {y_name} must be on the same device, got {X.device} and {y.device}: "
            f"move one of them, {y_name}.to({str(X.device)!r})"
        )
    if len(X) != len(y):
        raise ValueError(f"{x_name} and {y_name} must have the same number of rows, got {len(X)} and {len(y)}")
    y = y.detach()
    with _modes_put_back(net), torch.no_grad():
        prediction = net.eval()(X[:2])
    if not isinstance(prediction, Tensor):
        raise TypeError(f"net must return one tensor, got {type(prediction).__name__}")
    _look_at_target(loss, prediction, y, y_name)
    with torch.no_grad():
        value = loss(prediction, y[:2])
    if not isinstance(value, Tensor) or value.ndim:
        got = f"shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
        raise ValueError(f"loss must return one number, got {got}: use reduction='mean'")
    return X, y


def _look_at_target(loss: Loss, prediction: Tensor, y: Tensor, name: str) -> None:
    """Refuse targets that a loss would stretch to the prediction's shape, or misread, without a word."""
    given, wanted = (len(y), *prediction.shape[1:]), tuple(y.shape)
    if y.is_floating_point():
        if given != wanted:
            hint = f"write {name}.reshape{given}" if math.prod(given) == math.prod(wanted) else "check both"
            if isinstance(loss, nn.CrossEntropyLoss):
                hint = f"if they are classes, they must be whole numbers: write {name}.long()"
            raise ValueError(f"prediction and {name} must have the same shape, got {given} and {wanted}: {hint}")
        if isinstance(loss, nn.CrossEntropyLoss) and given[1:2] == (1,):
            raise ValueError(
                "CrossEntropyLoss needs a score for each class, got one column, which always gets all the probability: "
                "use BCEWithLogitsLoss, or as many outputs as classes"
            )
        if isinstance(loss, (nn.BCELoss, nn.BCEWithLogitsLoss)) and not ((y >= 0) & (y <= 1)).all():
            raise ValueError(f"{name} must lie between 0 and 1 for {type(loss).__name__}, got up to {y.abs().max():g}")
        return
    if isinstance(loss, NUMBER_BY_NUMBER) or given == wanted or given[1:2] == (1,) or prediction.ndim < 2:
        raise TypeError(
            f"{name} must be of a floating-point type for this prediction of shape {given}, got {y.dtype}: "
            f"write {name}.float().reshape{given}"
        )
    if (given[0], *given[2:]) != wanted:
        raise ValueError(
            f"{name} must have shape {(given[0], *given[2:])}, one class for each row of scores, got {wanted}"
        )
    if y.dtype != torch.int64:
        raise TypeError(f"{name} must be of type torch.int64 to number classes, got {y.dtype}: write {name}.long()")
    left_out = getattr(loss, "ignore_index", None)
    classes = y if left_out is None else y[y != left_out]
    if len(classes) == 0 or classes.min() < 0 or classes.max() >= given[1]:
        raise ValueError(f"{name} must hold classes from 0 to {given[1] - 1}, got {sorted(set(y.flatten().tolist()))}")


def _look_at_optimizer(net: nn.Module, optimizer: Optimizer) -> None:
    """Refuse an optimizer that would leave the network as it is, or change something else."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be a torch.optim.Optimizer, got {type(optimizer).__name__}")
    if isinstance(optimizer, torch.optim.LBFGS):
        raise TypeError("optimizer must take one gradient a step, got LBFGS, which asks for several")
    trained = {id(parameter) for parameter in net.parameters() if parameter.requires_grad}
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    if not trained:
        raise ValueError("net has no parameter that can be trained")
    if not trained <= held:
        raise ValueError(
            f"optimizer must hold the net's parameters, got {len(trained - held)} of {len(trained)} left out: "
            "make it of net.parameters(), after the net; what is to stay as it is needs requires_grad_(False)"
        )
    if not held <= {id(parameter) for parameter in net.parameters()}:
        raise ValueError("optimizer must hold the net's parameters only, got others too: make one of net.parameters()")


def _refuse_no_tensor(value: object, name: str) -> None:
    if not isinstance(value, Tensor):
        raise TypeError(f"{name} must be a tensor, got {type(value).__name__}: write torch.tensor({name})")


def _refuse_no_rows(value: Tensor, name: str) -> None:
    if value.ndim == 0 or 0 in value.shape:
        raise ValueError(f"{name} must have at least one example, one a row, got shape {tuple(value.shape)}")
