"""Is this input like the ones we know? Six novelty detectors with one interface, from the control chart to the GAN.

A detector is fitted on normal rows only and asks of every new row how normal it is. What *normal* means is the user's
choice: all the inputs that a predictor was trained on (may the model speak here?), or the good parts alone (is this
part abnormal?). All six are used like scikit-learn's ``OneClassSVM``: ``score_samples`` (higher is more normal),
``decision_function`` (under 0 is abnormal) and ``predict`` (+1 normal, −1 abnormal).

The threshold is set on a part of the normal rows that was held out of training, so that of new normal rows about
``false_alarm_rate`` are called abnormal. That holds for rows of the same kind as those held out, and for nothing else:
not for next month's, and not for how many faults are found.

What is learned is plain arrays. Scoring needs no PyTorch, and :func:`save` writes a file that holds no code.

Chapter: ``abnormality-detection``.
Sources: Hotelling 1931; Schölkopf and others 2001; Sakurada and Yairi 2014; Kingma and Welling 2014; Goodfellow and
others 2014.
"""

from __future__ import annotations

import json
import math
import os
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, OutlierMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from introdl.arrays import Array, is_tensor, positive, whole
from introdl.language import label

if TYPE_CHECKING:
    import pandas as pd
    from torch import Tensor, nn

LEAST_ROWS = 4
CHUNK = 8192  # rows scored at a time: what is needed for a row is some hundred numbers, for a million rows it adds up
FLOOR = 1e-6  # directions of less than this share of the largest variance are taken to have this share
DRAWS = 8  # of the variational autoencoder's code, the same for every row
GENERATED = 2000  # rows that a generator makes once, to which new rows are held


class FewRowsHeldOutWarning(UserWarning):
    """The false-alarm rate that was asked for needs more held-out rows than there are."""


class _Detector(OutlierMixin, BaseEstimator):
    """What all detectors share: standardising, holding out, the threshold, and scoring in pieces."""

    _score_key = ""

    def fit(self, X: Any, y: Any = None) -> _Detector:
        """Learn what is normal, and set the threshold on normal rows held out.

        Parameters
        ----------
        X : array-like or pandas.DataFrame, shape (n, d)
            Normal rows only; at least 4. A column that is constant here counts later in its own unit: a step of 1 is
            taken for one standard deviation.
        y : ignored

        Returns
        -------
        self
            With ``offset_`` (the threshold), ``mean_``, ``scale_``, ``n_features_in_``, ``n_trained_``,
            ``n_held_out_``, ``learned_`` (a dict of arrays) and, for a data frame, ``feature_names_in_``.

        Raises
        ------
        ValueError
            If there are too few rows, a value is NaN or infinite, a column is not numeric, every column is constant,
            or a setting is out of range.

        Warns
        -----
        FewRowsHeldOutWarning
            If too few rows are held out for the false-alarm rate that was asked for. The threshold is then the lowest
            score among them, and the rate about 1 in (rows held out + 1).
        """
        rate = _between(self.false_alarm_rate, "false_alarm_rate", 0, 0.5)
        share = _between(self.held_out, "held_out", 0, 1)
        X = self._looked_at(X, reset=True)
        random = check_random_state(self.random_state)
        order = random.permutation(len(X))
        held = 0 if self._needs_no_held_out() else min(max(math.ceil(share * len(X)), 1), len(X) - 2)
        training = X[np.sort(order[held:])]
        self.mean_, self.scale_ = _mean_and_scale(training, self.standardise)
        self.n_trained_, self.n_held_out_ = len(training), held
        self.learned_ = self._learn((training - self.mean_) / self.scale_, random)
        self.offset_ = self._limit(rate) if held == 0 else self._threshold(X[order[:held]], rate)
        return self

    def score_samples(self, X: Any) -> np.ndarray:
        """Return how normal each row is; higher is more normal. What the number is, ``score_name`` says.

        Parameters
        ----------
        X : array-like or pandas.DataFrame, shape (n, d)
            The columns of ``fit``, in its order.

        Returns
        -------
        ndarray of float64, shape (n,)
        """
        check_is_fitted(self)
        return self._scores(self._looked_at(X, reset=False))

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the score less the threshold: under 0 is abnormal.

        Parameters
        ----------
        X : array-like or pandas.DataFrame, shape (n, d)

        Returns
        -------
        ndarray of float64, shape (n,)
        """
        return self.score_samples(X) - self.offset_

    def predict(self, X: Any) -> np.ndarray:
        """Return +1 for each row that looks normal and −1 for each that does not.

        Parameters
        ----------
        X : array-like or pandas.DataFrame, shape (n, d)

        Returns
        -------
        ndarray of int, shape (n,)
        """
        return np.where(self.decision_function(X) >= 0, 1, -1)

    @property
    def score_name(self) -> str:
        """What ``score_samples`` gives, in words."""
        return label(f"abnormal.score-{self._score_key}")

    def _needs_no_held_out(self) -> bool:
        return False

    def _looked_at(self, X: Any, reset: bool) -> np.ndarray:
        if hasattr(X, "columns") and hasattr(X, "dtypes"):
            odd = [str(name) for name, kind in zip(X.columns, X.dtypes, strict=True) if _is_text(kind)]
            if odd:
                raise ValueError(f"X must hold numbers only, got text in {', '.join(odd)}: encode or drop such columns")
        least = LEAST_ROWS if reset else 1
        return validate_data(self, X, reset=reset, dtype=np.float64, ensure_min_samples=least)

    def _scores(self, X: np.ndarray) -> np.ndarray:
        pieces = [X[at : at + CHUNK] for at in range(0, len(X), CHUNK)]
        return np.concatenate([self._score((piece - self.mean_) / self.scale_) for piece in pieces])

    def _threshold(self, held_out: np.ndarray, rate: float) -> float:
        scores = np.sort(self._scores(held_out))
        place = math.floor(rate * (len(scores) + 1) + 1e-9)  # 0.05 · 20 is a little less than 1
        if place == 0:
            needed = math.ceil(1 / rate - 1 - 1e-9)
            warnings.warn(
                f"a false_alarm_rate of {rate:g} needs {needed} rows held out, got {len(scores)}: the threshold is "
                f"the lowest of their scores, and about 1 in {len(scores) + 1} normal rows will be called abnormal. "
                f"Fit on {math.ceil(needed / self.held_out)} rows or more",
                FewRowsHeldOutWarning,
                stacklevel=3,
            )
            place = 1
        return float(scores[place - 1])


class HotellingDetector(_Detector):
    """Hotelling's T²: how far from the mean, measured along the data's own spread.

    Parameters
    ----------
    false_alarm_rate : float
        Share of normal rows that may be called abnormal, over 0 and under 0.5.
    limit : {"held-out", "F"}
        Where the control limit comes from. ``"held-out"``: the scores of normal rows held out, whatever their
        distribution. ``"F"``: p(n+1)(n−1) / (n(n−p)) times the quantile of the F distribution with p and n−p degrees
        of freedom, the limit for a new row if rows are drawn independently from a normal distribution; nothing is held
        out.
    components : int, optional
        Keep so many principal components and measure along these only; the rest is :class:`ResidualDetector`'s. None
        keeps all. A direction without variance would count without end; one with less than a millionth of the largest
        variance is taken to have that much.
    held_out : float
        Share of the rows that set the threshold.
    standardise : bool
        Divide each column by its standard deviation. False where all columns have one unit, such as pixels.
    random_state : int, RandomState or None
        Which rows are held out. An int gives the same detector each time.

    Examples
    --------
    >>> normal = np.random.default_rng(0).normal(size=(500, 2)) * [1, 100]
    >>> detector = HotellingDetector(random_state=0).fit(normal)
    >>> detector.predict([[0, 0], [5, 0], [0, 5]]).tolist()
    [1, -1, 1]
    """

    _score_key = "hotelling"

    def __init__(
        self,
        false_alarm_rate: float = 0.05,
        limit: str = "held-out",
        components: int | None = None,
        held_out: float = 0.3,
        standardise: bool = True,
        random_state: Any = None,
    ) -> None:
        self.false_alarm_rate = false_alarm_rate
        self.limit = limit
        self.components = components
        self.held_out = held_out
        self.standardise = standardise
        self.random_state = random_state

    def _needs_no_held_out(self) -> bool:
        if self.limit not in ("held-out", "F"):
            raise ValueError(f'limit must be "held-out" or "F", got {self.limit!r}')
        return self.limit == "F"

    def _learn(self, X: np.ndarray, random: np.random.RandomState) -> dict[str, np.ndarray]:
        variances, directions = _principal(X, of_constant=1.0)  # the step it counts in
        count = len(variances) if self.components is None else whole(self.components, "components", least=1)
        if count > len(variances):
            raise ValueError(f"components must be at most {len(variances)}, the columns of X, got {count}")
        if self.limit == "F" and (len(X) <= count or variances[count - 1] < FLOOR * variances[0]):
            raise ValueError(
                f'limit="F" needs more rows than columns, and columns none of which follows from the others; got '
                f'{len(X)} rows of {X.shape[1]}: drop columns, keep fewer components, or use limit="held-out"'
            )
        spread = np.sqrt(np.maximum(variances, FLOOR * variances[0]))
        return {"whitening": directions[:, :count] / spread[:count]}

    def _limit(self, rate: float) -> float:
        from scipy import stats

        n, p = self.n_trained_, self.learned_["whitening"].shape[1]
        return -float(p * (n + 1) * (n - 1) / (n * (n - p)) * stats.f.isf(rate, p, n - p))

    def _score(self, X: np.ndarray) -> np.ndarray:
        return -((X @ self.learned_["whitening"]) ** 2).sum(axis=1)


class ResidualDetector(_Detector):
    """The residual of principal components, Q or SPE: what a flat description of normal rows leaves over.

    Parameters
    ----------
    false_alarm_rate : float
        Share of normal rows that may be called abnormal, over 0 and under 0.5.
    components : int or float
        A whole number: so many components describe a row (at most the columns less one; 0 for a single column). A
        share under 1: as many as hold this share of the variance, at most the columns less one.
    held_out, standardise, random_state
        As for :class:`HotellingDetector`.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=500)
    >>> normal = np.column_stack([x, 2 * x + np.random.default_rng(1).normal(size=500) / 10])
    >>> detector = ResidualDetector(components=1, random_state=0).fit(normal)
    >>> detector.predict([[1, 2], [1, 0], [9, 18]]).tolist()
    [1, -1, 1]
    """

    _score_key = "residual"

    def __init__(
        self,
        false_alarm_rate: float = 0.05,
        components: float = 0.9,
        held_out: float = 0.3,
        standardise: bool = True,
        random_state: Any = None,
    ) -> None:
        self.false_alarm_rate = false_alarm_rate
        self.components = components
        self.held_out = held_out
        self.standardise = standardise
        self.random_state = random_state

    def _learn(self, X: np.ndarray, random: np.random.RandomState) -> dict[str, np.ndarray]:
        variances, directions = _principal(X)
        most = X.shape[1] - 1
        if isinstance(self.components, float):
            share = _between(self.components, "components", 0, 1)
            count = int(np.searchsorted(np.cumsum(variances) / variances.sum(), share - 1e-9)) + 1
            count = min(count, most)
        else:
            count = whole(self.components, "components", least=0)
            if count > most:
                raise ValueError(
                    f"components must be at most {most}, the columns of X less one, or nothing is left over; "
                    f"got {count} with X of n_features = {X.shape[1]}"
                )
        return {"directions": directions[:, :count]}

    def _score(self, X: np.ndarray) -> np.ndarray:
        described = X @ self.learned_["directions"] @ self.learned_["directions"].T
        return -((X - described) ** 2).sum(axis=1)


class OneClassSVMDetector(_Detector):
    """The one-class support vector machine: a border around the normal rows, with a threshold on rows held out.

    Parameters
    ----------
    false_alarm_rate : float
        Share of normal rows that may be called abnormal, over 0 and under 0.5.
    nu : float
        Upper bound on the share of *training* rows outside the machine's own border, and lower bound on the share of
        rows it keeps (the support vectors). It shapes the border; ``false_alarm_rate`` then says where to cut.
    gamma : float or "scale"
        How quickly likeness fades with distance; ``"scale"`` is 1 / (columns · variance).
    held_out, standardise, random_state
        As for :class:`HotellingDetector`.

    Notes
    -----
    Fitting compares rows with rows: ten times the rows take about a hundred times as long.

    Examples
    --------
    >>> normal = np.random.default_rng(0).normal(size=(500, 2))
    >>> OneClassSVMDetector(random_state=0).fit(normal).predict([[0, 0], [5, 5]]).tolist()
    [1, -1]
    """

    _score_key = "svm"

    def __init__(
        self,
        false_alarm_rate: float = 0.05,
        nu: float = 0.05,
        gamma: float | str = "scale",
        held_out: float = 0.3,
        standardise: bool = True,
        random_state: Any = None,
    ) -> None:
        self.false_alarm_rate = false_alarm_rate
        self.nu = nu
        self.gamma = gamma
        self.held_out = held_out
        self.standardise = standardise
        self.random_state = random_state

    def _learn(self, X: np.ndarray, random: np.random.RandomState) -> dict[str, np.ndarray]:
        from sklearn.svm import OneClassSVM

        gamma = 1 / (X.shape[1] * X.var()) if self.gamma == "scale" else positive(self.gamma, "gamma")
        machine = OneClassSVM(nu=_between(self.nu, "nu", 0, 1), gamma=gamma).fit(X)
        return {
            "vectors": machine.support_vectors_,
            "weights": machine.dual_coef_[0],
            "gamma": np.array(gamma),
            "border": np.array(machine.offset_).reshape(()),
        }

    def _score(self, X: np.ndarray) -> np.ndarray:
        vectors, gamma = self.learned_["vectors"], self.learned_["gamma"]
        far = (X**2).sum(axis=1)[:, None] + (vectors**2).sum(axis=1) - 2 * X @ vectors.T
        return np.exp(-gamma * np.maximum(far, 0)) @ self.learned_["weights"] - self.learned_["border"]


class _NeuralDetector(_Detector):
    """What the three detectors that are networks have in common: their settings."""

    def __init__(
        self,
        false_alarm_rate: float = 0.05,
        code: int = 2,
        hidden: int = 16,
        epochs: int = 50,
        batch_size: int = 128,
        learning_rate: float = 0.01,
        held_out: float = 0.3,
        standardise: bool = True,
        random_state: Any = None,
    ) -> None:
        self.false_alarm_rate = false_alarm_rate
        self.code = code
        self.hidden = hidden
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.held_out = held_out
        self.standardise = standardise
        self.random_state = random_state


class AutoencoderDetector(_NeuralDetector):
    """An autoencoder: squeeze a row into few numbers, rebuild it, and see how far off that is.

    Trained with PyTorch on the training part of the normal rows; scored without it.

    Parameters
    ----------
    false_alarm_rate : float
        Share of normal rows that may be called abnormal, over 0 and under 0.5.
    code : int
        Into how many numbers a row is squeezed; at most the columns less one are used (one for a single column).
    hidden : int
        Nodes in the hidden layer before the code, and in the one after it; their activation is tanh.
    epochs, batch_size : int
        Adam goes so often through the training rows, so many at a time.
    learning_rate : float
    held_out, standardise, random_state
        As for :class:`HotellingDetector`; ``random_state`` also starts the network and shuffles the batches.

    Examples
    --------
    >>> x = np.random.default_rng(0).uniform(-2, 2, 1000)
    >>> normal = np.column_stack([x, x**2])
    >>> detector = AutoencoderDetector(code=1, random_state=0).fit(normal)
    >>> detector.predict([[1, 1], [0, 3]]).tolist()
    [1, -1]
    """

    _score_key = "autoencoder"

    def _learn(self, X: np.ndarray, random: np.random.RandomState) -> dict[str, np.ndarray]:
        d, code, hidden = _sizes(self, X)

        def build() -> dict[str, nn.Module]:
            return {"encoder": _net(d, hidden, code), "decoder": _net(code, hidden, d)}

        def losses(nets: dict[str, nn.Module], rows: Tensor) -> Iterator[Tensor]:
            rebuilt = nets["decoder"](nets["encoder"](rows))
            yield ((rows - rebuilt) ** 2).sum(dim=1).mean()

        return _trained(self, X, random, build, losses, [("encoder", "decoder")])

    def _score(self, X: np.ndarray) -> np.ndarray:
        rebuilt = _answer(self.learned_, "decoder", _answer(self.learned_, "encoder", X))
        return -((X - rebuilt) ** 2).sum(axis=1)


class VAEDetector(_NeuralDetector):
    """A variational autoencoder: its code is a distribution, so that it says how likely a row is, at least.

    Trained with PyTorch by :func:`vae_loss`; scored without it, by the same loss with the sign turned: the evidence
    lower bound (ELBO), which is a lower bound on the logarithm of the model's density, up to a constant. The
    expectation over the code is a mean over 8 draws that are the same for every row.

    Parameters
    ----------
    false_alarm_rate : float
        Share of normal rows that may be called abnormal, over 0 and under 0.5.
    noise : float
        Standard deviation of the rows around what the decoder gives, in standardised units: the smaller it is, the
        more rebuilding counts beside the code.
    code, hidden, epochs, batch_size, learning_rate, held_out, standardise, random_state
        As for :class:`AutoencoderDetector`.

    Examples
    --------
    >>> x = np.random.default_rng(0).uniform(-2, 2, 1000)
    >>> normal = np.column_stack([x, x**2])
    >>> detector = VAEDetector(code=1, random_state=0).fit(normal)
    >>> detector.predict([[1, 1], [0, 4]]).tolist()
    [1, -1]
    """

    _score_key = "vae"

    def __init__(
        self,
        false_alarm_rate: float = 0.05,
        code: int = 2,
        noise: float = 0.3,
        hidden: int = 16,
        epochs: int = 50,
        batch_size: int = 128,
        learning_rate: float = 0.01,
        held_out: float = 0.3,
        standardise: bool = True,
        random_state: Any = None,
    ) -> None:
        super().__init__(
            false_alarm_rate, code, hidden, epochs, batch_size, learning_rate, held_out, standardise, random_state
        )
        self.noise = noise

    def _learn(self, X: np.ndarray, random: np.random.RandomState) -> dict[str, np.ndarray]:
        import torch

        noise = positive(self.noise, "noise")
        d, code, hidden = _sizes(self, X)

        def build() -> dict[str, nn.Module]:
            return {"encoder": _net(d, hidden, 2 * code), "decoder": _net(code, hidden, d)}

        def losses(nets: dict[str, nn.Module], rows: Tensor) -> Iterator[Tensor]:
            mean, log_variance = nets["encoder"](rows).chunk(2, dim=1)
            drawn = mean + (log_variance / 2).exp() * torch.randn_like(mean)
            yield vae_loss(rows, nets["decoder"](drawn), mean, log_variance, noise).mean()

        learned = _trained(self, X, random, build, losses, [("encoder", "decoder")])
        return learned | {"draws": random.standard_normal((DRAWS, code)), "noise": np.array(noise)}

    def _score(self, X: np.ndarray) -> np.ndarray:
        mean, log_variance = np.split(_answer(self.learned_, "encoder", X), 2, axis=1)
        log_variance = np.clip(log_variance, -60, 60)  # far out it may run away; the score stays a number
        losses = [
            vae_loss(
                X,
                _answer(self.learned_, "decoder", mean + np.exp(log_variance / 2) * draw),
                mean,
                log_variance,
                float(self.learned_["noise"]),
            )
            for draw in self.learned_["draws"]
        ]
        return -np.mean(losses, axis=0)


class GANDetector(_NeuralDetector):
    """A generative adversarial network: one network makes rows, the other tries to tell them from real ones.

    Trained with PyTorch by :func:`gan_losses`; scored without it. Neither network gives a density, so which score is
    used is a choice, and has a name.

    Parameters
    ----------
    false_alarm_rate : float
        Share of normal rows that may be called abnormal, over 0 and under 0.5.
    score_by : {"generated", "discriminator"}
        ``"generated"``: the squared distance to the nearest of 2,000 rows that the generator made, with the sign
        turned. ``"discriminator"``: the discriminator's log-odds that a row is real rather than generated. It is *not*
        how normal a row is: where both kinds are equally common it says 0, and far from both it was never trained.
    code : int
        From how many random numbers a row is generated.
    hidden, epochs, batch_size, learning_rate, held_out, standardise, random_state
        As for :class:`AutoencoderDetector`.

    Examples
    --------
    >>> normal = np.random.default_rng(0).normal(size=(1000, 2))
    >>> detector = GANDetector(random_state=0).fit(normal)
    >>> detector.predict([[0, 0], [6, 6]]).tolist()
    [1, -1]
    """

    def __init__(
        self,
        false_alarm_rate: float = 0.05,
        score_by: str = "generated",
        code: int = 4,
        hidden: int = 32,
        epochs: int = 50,
        batch_size: int = 128,
        learning_rate: float = 0.002,
        held_out: float = 0.3,
        standardise: bool = True,
        random_state: Any = None,
    ) -> None:
        super().__init__(
            false_alarm_rate, code, hidden, epochs, batch_size, learning_rate, held_out, standardise, random_state
        )
        self.score_by = score_by

    @property
    def _score_key(self) -> str:
        return f"gan-{self.score_by}"

    def _learn(self, X: np.ndarray, random: np.random.RandomState) -> dict[str, np.ndarray]:
        import torch

        if self.score_by not in ("generated", "discriminator"):
            raise ValueError(f'score_by must be "generated" or "discriminator", got {self.score_by!r}')
        code, hidden = (whole(getattr(self, name), name, least=1) for name in ("code", "hidden"))
        d = X.shape[1]

        def build() -> dict[str, nn.Module]:
            return {"discriminator": _net(d, hidden, 1), "generator": _net(code, hidden, d)}

        def losses(nets: dict[str, nn.Module], rows: Tensor) -> Iterator[Tensor]:
            judge = nets["discriminator"]
            made = nets["generator"](torch.randn(len(rows), code, dtype=rows.dtype))
            real = judge(rows)
            yield gan_losses(real, judge(made.detach()))[0]
            yield gan_losses(real.detach(), judge(made))[1]  # judged anew: the discriminator has taken its step

        learned = _trained(self, X, random, build, losses, [("discriminator",), ("generator",)])
        learned["generated"] = _answer(learned, "generator", random.standard_normal((GENERATED, code)))
        return learned

    def _score(self, X: np.ndarray) -> np.ndarray:
        if self.score_by == "discriminator":
            return _answer(self.learned_, "discriminator", X)[:, 0]
        made = self.learned_["generated"]
        far = (made**2).sum(axis=1) - 2 * X @ made.T
        return -np.maximum(far.min(axis=1) + (X**2).sum(axis=1), 0)


def vae_loss(X: Array, rebuilt: Array, mean: Array, log_variance: Array, noise: float = 1.0) -> Array:
    r"""Return the loss of a variational autoencoder for each row: the negative ELBO, up to a constant.

    .. math:: \frac{1}{2 s^2} \sum_i (x_i - \hat{x}_i)^2 + \frac{1}{2} \sum_k (\mu_k^2 + v_k - 1 - \ln v_k)

    The first part is how badly the row was rebuilt, with noise :math:`s`. The second is the Kullback–Leibler divergence
    of the row's code, normal with means :math:`\mu` and variances :math:`v`, from the standard normal distribution.

    Parameters
    ----------
    X, rebuilt : array-like or Tensor, shape (n, d)
    mean, log_variance : array-like or Tensor, shape (n, k)
    noise : float
        Standard deviation of the rows around what was rebuilt.

    Returns
    -------
    ndarray or Tensor, shape (n,)

    Examples
    --------
    >>> vae_loss([[3.0, 1.0]], [[1.0, 1.0]], mean=[[1.0]], log_variance=[[0.0]]).tolist()
    [2.5]
    """
    X, rebuilt, mean, log_variance = (
        value if is_tensor(value) else np.asarray(value, dtype=np.float64) for value in (X, rebuilt, mean, log_variance)
    )
    for one, other, names in ((X, rebuilt, "X and rebuilt"), (mean, log_variance, "mean and log_variance")):
        if one.shape != other.shape or one.ndim != 2 or len(one) != len(X):
            raise ValueError(
                f"{names} must have the same shape, a row for each row of X, got {tuple(one.shape)} and "
                f"{tuple(other.shape)}"
            )
    variance = log_variance.exp() if is_tensor(log_variance) else np.exp(log_variance)
    badly = ((X - rebuilt) ** 2).sum(1) / (2 * noise**2)
    return badly + (mean**2 + variance - 1 - log_variance).sum(1) / 2


def gan_losses(real: Tensor, made: Tensor) -> tuple[Tensor, Tensor]:
    r"""Return the two losses of a GAN, from the discriminator's log-odds that a row is real.

    The discriminator's is the cross-entropy of *real* against *made*, :math:`\overline{\ln(1 + e^{-r})} +
    \overline{\ln(1 + e^{m})}`. The generator's is :math:`\overline{\ln(1 + e^{-m})}`: it wants what it made to be
    called real (the form that Goodfellow and others recommend, since its slope does not vanish at the start).

    Parameters
    ----------
    real, made : Tensor, shape (n,) or (n, 1)
        Log-odds for rows that are real, and for rows that the generator made.

    Returns
    -------
    (Tensor, Tensor)
        The discriminator's loss and the generator's.

    Examples
    --------
    >>> import torch
    >>> one, two = gan_losses(torch.zeros(3), torch.zeros(3))
    >>> round(one.item(), 4), round(two.item(), 4)
    (1.3863, 0.6931)
    """
    from torch.nn.functional import softplus

    for name, value in (("real", real), ("made", made)):
        if not is_tensor(value) or value.numel() == 0:
            raise TypeError(f"{name} must be a tensor of log-odds, not empty, got {type(value).__name__}")
    return softplus(-real).mean() + softplus(made).mean(), softplus(-made).mean()


def measured(detectors: Mapping[str, Any], normal: Any, abnormal: Any, level: float = 0.95) -> pd.DataFrame:
    """Count what fitted detectors find, and how often they cry wolf, with intervals.

    Parameters
    ----------
    detectors : mapping of str to estimator
        Fitted; anything with ``predict`` (+1, −1) and ``score_samples`` that is scikit-learn's way, so a pipeline or an
        ``IsolationForest`` too.
    normal, abnormal : array-like or pandas.DataFrame, shape (n, d)
        Rows that no detector was fitted on.
    level : float
        Of Wilson's intervals. They are for rows drawn one by one: rows of one batch are fewer than they seem.

    Returns
    -------
    pandas.DataFrame
        A row a detector; columns ``found``, ``found from``, ``found to`` (share of the abnormal rows called abnormal,
        and its interval), ``false alarms``, ``false alarms from``, ``false alarms to`` (share of the normal rows) and
        ``AUC`` (share of pairs of one row each in which the abnormal one scores lower; ties count half).

    Raises
    ------
    ValueError
        If there is no detector.

    Examples
    --------
    >>> normal = np.random.default_rng(0).normal(size=(600, 2))
    >>> one = HotellingDetector(random_state=0).fit(normal[:400])
    >>> measured({"T²": one}, normal[400:], normal[400:] + 9)["found"].tolist()
    [1.0]
    """
    import pandas as pd
    from sklearn.metrics import roc_auc_score

    from introdl.checking import wilson

    if not detectors:
        raise ValueError("detectors must hold at least one fitted detector, got none")
    rows = {}
    for name, detector in detectors.items():
        found, false = (int((detector.predict(X) == -1).sum()) for X in (abnormal, normal))
        scores = np.concatenate([detector.score_samples(normal), detector.score_samples(abnormal)])
        is_normal = np.repeat([1, 0], [len(normal), len(abnormal)])
        rows[name] = {
            "found": found / len(abnormal),
            **dict(zip(("found from", "found to"), wilson(found, len(abnormal), level), strict=True)),
            "false alarms": false / len(normal),
            **dict(zip(("false alarms from", "false alarms to"), wilson(false, len(normal), level), strict=True)),
            "AUC": float(roc_auc_score(is_normal, scores)),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def save(detector: _Detector, path: str | os.PathLike[str]) -> None:
    """Write a fitted detector into a file of plain arrays; no code is in it, and none runs when it is opened.

    The file is written beside its place and moved there once it is complete.

    Parameters
    ----------
    detector : one of the detectors of this module
        Fitted, with a ``random_state`` that is an int or None.
    path : str or path
        In a folder that exists; ``.npz`` is a good ending.

    Raises
    ------
    TypeError
        If it is another object, such as a pipeline, or a setting is no number or text.
    FileNotFoundError
        If the folder does not exist.

    Examples
    --------
    >>> import tempfile
    >>> detector = HotellingDetector(random_state=0).fit(np.random.default_rng(0).normal(size=(100, 2)))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(detector, f"{folder}/press.npz")
    ...     load(f"{folder}/press.npz").predict([[0, 0]]).tolist()
    [1]
    """
    if type(detector) not in KINDS.values():
        raise TypeError(f"detector must be one of {', '.join(KINDS)}, got {type(detector).__name__}")
    check_is_fitted(detector)
    settings = {
        name: getattr(value, "tolist", lambda value=value: value)() for name, value in detector.get_params().items()
    }
    head = {
        "format": FORMAT,
        "kind": type(detector).__name__,
        "settings": settings,
        "offset": float(detector.offset_),
        "trained": detector.n_trained_,
        "held_out": detector.n_held_out_,
        "names": [str(name) for name in getattr(detector, "feature_names_in_", [])],
    }
    try:
        said = json.dumps(head, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise TypeError(f"settings must be numbers and texts to be kept, such as random_state=0: {error}") from None
    place = Path(path)
    if not place.parent.is_dir():
        raise FileNotFoundError(f"the folder {place.parent} does not exist: make it first")
    beside = place.with_name(place.name + ".part")
    try:
        with beside.open("wb") as file:
            arrays = {f"learned_{name}": value for name, value in detector.learned_.items()}
            np.savez(file, head=np.array(said), mean=detector.mean_, scale=detector.scale_, **arrays)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def load(path: str | os.PathLike[str]) -> _Detector:
    """Return the detector that :func:`save` wrote; it scores as it did, also where there is no PyTorch.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    One of the detectors of this module, fitted.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is empty, cut short, damaged, of another kind or a later format, or would need code to be run.
    """
    place = Path(path)
    try:
        with place.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        head = json.loads(str(arrays.pop("head")))
        if head["format"] > FORMAT:
            raise ValueError(f"it has format {head['format']}, and this version of the package reads {FORMAT}")
        detector = KINDS[head["kind"]](**head["settings"])
        detector.mean_, detector.scale_ = arrays.pop("mean"), arrays.pop("scale")
        detector.learned_ = {name.removeprefix("learned_"): value for name, value in arrays.items()}
        detector.offset_, detector.n_trained_, detector.n_held_out_ = (
            head[name] for name in ("offset", "trained", "held_out")
        )
        detector.n_features_in_ = len(detector.mean_)
        if head["names"]:
            detector.feature_names_in_ = np.array(head["names"], dtype=object)
        looked_at = [*arrays.values(), detector.mean_, detector.scale_, np.array(detector.offset_)]
        if not all(value.dtype.kind == "f" and np.isfinite(value).all() for value in looked_at):
            raise ValueError("it holds something else than finite numbers")
        detector.score_samples(_as_named(detector, np.zeros((1, detector.n_features_in_))))
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no file {place}") from None
    except (ValueError, KeyError, TypeError, EOFError, OSError, AttributeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{place.name} is no whole file of a detector: {error}") from None
    return detector


FORMAT = 1
KINDS = {
    kind.__name__: kind
    for kind in (
        HotellingDetector,
        ResidualDetector,
        OneClassSVMDetector,
        AutoencoderDetector,
        VAEDetector,
        GANDetector,
    )
}


def _as_named(detector: _Detector, X: np.ndarray) -> Any:
    """Return rows with the column names that a detector knows, if it knows any."""
    if not hasattr(detector, "feature_names_in_"):
        return X
    import pandas as pd

    return pd.DataFrame(X, columns=detector.feature_names_in_)


def _is_text(kind: object) -> bool:
    return str(kind) in ("category", "string", "str") or str(kind).startswith("string")


def _between(value: object, name: str, low: float, high: float) -> float:
    number = positive(value, name)
    if not low < number < high:
        raise ValueError(f"{name} must be over {low:g} and under {high:g}, got {number:g}")
    return number


def _mean_and_scale(X: np.ndarray, standardise: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return what to take away from each column and what to divide it by, 1 where the column is constant."""
    mean = X.mean(axis=0)
    spread = X.std(axis=0)
    constant = spread <= 10 * len(X) * np.finfo(float).eps * np.abs(mean)
    if constant.all():
        raise ValueError("every column of X is constant in the training part: there is nothing to learn what varies")
    return mean, np.where(constant, 1.0, spread) if standardise else np.ones_like(mean)


def _principal(X: np.ndarray, of_constant: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return the variances along the principal directions, largest first, and the directions as columns.

    A column that is constant in training has a direction of its own, with the variance ``of_constant``.
    """
    covariance = np.atleast_2d(np.cov(X, rowvar=False))
    constant = np.diag(covariance) < 1e-20
    covariance[constant, constant] = of_constant
    variances, directions = np.linalg.eigh(covariance)
    return np.maximum(variances[::-1], 0), directions[:, ::-1]


def _sizes(detector: Any, X: np.ndarray) -> tuple[int, int, int]:
    d = X.shape[1]
    code, hidden = (whole(getattr(detector, name), name, least=1) for name in ("code", "hidden"))
    return d, min(code, max(d - 1, 1)), hidden


def _net(d: int, hidden: int, out: int) -> nn.Module:
    import torch
    from torch import nn

    net = nn.Sequential(nn.Linear(d, hidden), nn.Tanh(), nn.Linear(hidden, out))
    return net.to(torch.float64)  # so that many rows and one row give the same score


def _trained(
    detector: Any,
    X: np.ndarray,
    random: np.random.RandomState,
    build: Callable[[], dict[str, nn.Module]],
    losses: Callable[[dict[str, nn.Module], Tensor], Iterator[Tensor]],
    turns: Sequence[Sequence[str]],
) -> dict[str, np.ndarray]:
    """Train networks in turns, a loss and an optimizer each, and return their weights as arrays.

    PyTorch's own random numbers are put back as they were.
    """
    import torch

    epochs, size = (whole(getattr(detector, name), name, least=1) for name in ("epochs", "batch_size"))
    rate = positive(detector.learning_rate, "learning_rate")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(random.randint(2**31 - 1))
        nets = build()
        rows = torch.tensor(X)
        optimizers = [
            torch.optim.Adam([weight for name in names for weight in nets[name].parameters()], lr=rate)
            for names in turns
        ]
        for _ in range(epochs):
            for batch in torch.randperm(len(rows)).split(size):
                for optimizer, loss in zip(optimizers, losses(nets, rows[batch]), strict=True):
                    optimizer.zero_grad()
                    loss.backward()
                    optimizer.step()
    arrays = {
        f"{name}_{weight}".replace(".", "_"): value.numpy().copy()
        for name, net in nets.items()
        for weight, value in net.state_dict().items()
    }
    if not all(np.isfinite(value).all() for value in arrays.values()):
        raise ValueError(f"training ended in weights that are no numbers: make learning_rate smaller than {rate:g}")
    return arrays


def _answer(learned: Mapping[str, np.ndarray], name: str, X: np.ndarray) -> np.ndarray:
    """Return what a trained network answers, worked out from its weights alone."""
    hidden = np.tanh(X @ learned[f"{name}_0_weight"].T + learned[f"{name}_0_bias"])
    return hidden @ learned[f"{name}_2_weight"].T + learned[f"{name}_2_bias"]
