"""A model that may say "ask a person": it answers where its parts agree and are sure, and hands over the rest.

Two classifiers like scikit-learn's. :class:`AgreementClassifier` has several different models and answers only where
all give the same answer. :class:`HandOverClassifier` puts rules around a classifier: is the row like those it learned
from, does the classifier answer, is it sure enough? ``decide`` gives the answer or the reason for every row.
``predict`` never gives a class for a row that is handed over, and no row gets lost on the way. :func:`report` counts
what came of it, for these and for any other classifier. :func:`save` writes a file that holds no code.

Chapter: ``human-and-ai``.
Sources: Chow 1970, for the rule that weighs an error against a referral; El-Yaniv and Wiener 2010, for risk and
coverage; Vovk, Gammerman and Shafer 2005, for the conformal rule.
"""

from __future__ import annotations

import math
import os
import zipfile
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin, clone, is_classifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.utils import _safe_indexing, check_random_state
from sklearn.utils.metaestimators import _BaseComposition, available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from introdl.arrays import floats, numbers, whole
from introdl.checking import wilson

REASONS = ("", "out-of-range", "disagreement", "unsure", "several-classes", "no-class")


class _HandsOver(ClassifierMixin, BaseEstimator):
    """What both classifiers share: looking at the data, predict out of decide, and the cost of what was decided."""

    def predict(self, X: Any) -> np.ndarray:
        """Return the answer of each row, or ``hand_over_label_``, which is no class.

        Parameters
        ----------
        X : array-like or DataFrame, shape (n, d)

        Returns
        -------
        ndarray, shape (n,)
        """
        decided = self.decide(X)
        answers = np.full(len(decided), self.hand_over_label_, dtype=self._answer_type())
        kept = ~decided["handed_over"].to_numpy()
        answers[kept] = np.array(decided.loc[kept, "answer"].tolist(), dtype=self.classes_.dtype)
        return answers

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return the mean cost of a row, with a minus sign: higher is better, as model selection expects.

        Accuracy would be no use for choosing: a model that never refers always has the higher one.

        Parameters
        ----------
        X : array-like or DataFrame, shape (n, d)
        y : array-like, shape (n,)
        sample_weight : array-like, shape (n,), optional

        Returns
        -------
        float
        """
        return -float(np.average(self.costs(X, y), weights=sample_weight))

    def costs(self, X: Any, y: Any) -> np.ndarray:
        """Return what each row costs: a referral, a miss, a false alarm, or nothing for a right answer.

        Parameters
        ----------
        X : array-like or DataFrame, shape (n, d)
        y : array-like, shape (n,)

        Returns
        -------
        ndarray of float64, shape (n,)
        """
        decided = self.decide(X)
        return self._costs(decided["answer"].to_numpy(), decided["handed_over"].to_numpy(), _as_many(y, decided))

    def _costs(self, answers: np.ndarray, handed_over: np.ndarray, y: np.ndarray) -> np.ndarray:
        prices = {"miss": self.cost_miss, "false_alarm": self.cost_false_alarm, "referral": self.cost_referral}
        return _priced(answers, handed_over, y, self.positive_, prices)

    def _looked_at(self, X: Any, y: Any) -> tuple[Any, np.ndarray]:
        """Check data and settings; set ``classes_``, ``positive_`` and ``hand_over_label_``."""
        for name in ("cost_miss", "cost_false_alarm", "cost_referral"):
            _cost(getattr(self, name), name)
        X, y = validate_data(self, X, y, dtype="numeric")
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) < 2:
            raise ValueError(f"y must hold at least 2 classes, got the one class {self.classes_[0]!r} alone")
        self.positive_ = self.classes_[-1] if self.positive is None else self.positive
        if self.positive_ not in self.classes_:
            raise ValueError(f"positive must be one of the classes {self.classes_.tolist()}, got {self.positive!r}")
        self.hand_over_label_ = self._own_label()
        return self._named(X), y

    def _own_label(self) -> Any:
        if self.hand_over_label is not None:
            if self.hand_over_label in self.classes_.tolist():
                raise ValueError(
                    f"hand_over_label must be no class, got {self.hand_over_label!r}, which y holds: "
                    "a row handed over could not be told from an answer"
                )
            return self.hand_over_label
        if self.classes_.dtype.kind in "biuf":
            return min(-1, math.floor(self.classes_.min()) - 1)
        label = "hand over"
        while label in self.classes_:
            label += "!"
        return label

    def _answer_type(self) -> Any:
        """Return a type that holds the classes and the label for a hand-over, each as it is."""
        kind = self.classes_.dtype.kind
        if kind in "biuf" and isinstance(self.hand_over_label_, int | float):
            return np.int64 if kind in "biu" and float(self.hand_over_label_).is_integer() else np.float64
        return object

    def _new_rows(self, X: Any) -> Any:
        check_is_fitted(self)
        return self._named(validate_data(self, X, reset=False, dtype="numeric"))

    def _named(self, X: np.ndarray) -> Any:
        """Return X under its columns' names, where it came with names, so that what is inside sees them too."""
        return pd.DataFrame(X, columns=self.feature_names_in_) if hasattr(self, "feature_names_in_") else X


def _decisions(X: Any, answers: Sequence[Any], reasons: np.ndarray, columns: dict[str, Any]) -> pd.DataFrame:
    index = X.index if isinstance(X, pd.DataFrame) else pd.RangeIndex(len(reasons))
    handed_over = reasons != ""
    kept = np.empty(len(reasons), dtype=object)
    kept[:] = [None if over else _plain(answer) for answer, over in zip(answers, handed_over, strict=True)]
    table = {"row": np.arange(len(reasons)), "answer": kept, "handed_over": handed_over, "reason": reasons}
    return pd.DataFrame(table | columns, index=index)


def _plain(answer: Any) -> Any:
    return answer.item() if isinstance(answer, np.generic) else answer


def _all_give_probabilities(classifier: AgreementClassifier) -> bool:
    members = getattr(classifier, "estimators_", [member for _, member in classifier._members()])
    return all(hasattr(member, "predict_proba") for member in members)


class AgreementClassifier(_HandsOver, _BaseComposition):
    """Several different models, and an answer only where all of them give the same.

    Parameters
    ----------
    estimators : list of (str, classifier), optional
        At least two, each with a name. Default: a support vector machine, a random forest and a multilayer perceptron,
        with scaling where it matters.
    hand_over_label : optional
        What ``predict`` gives for a row handed over. It must be no class. Default: a number below all classes, or
        "hand over" where classes are texts.
    positive : optional
        The class that must not be missed. Default: the last in ``classes_``.
    cost_miss, cost_false_alarm, cost_referral : float
        What it costs to give another answer where the truth is ``positive``, any other wrong answer, and to hand a row
        over; in one unit, 0 or more.
    random_state : int or RandomState, optional
        For the default members. Members that are given keep their own.

    Attributes
    ----------
    classes_, hand_over_label_, positive_, n_features_in_, feature_names_in_
    estimators_ : list of fitted classifiers

    Notes
    -----
    That all agree does not make an answer right: models that learned from the same rows fail together more often than
    the product of their error rates says. Measure the error of what is answered on rows held out.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> members = [("near", KNeighborsClassifier(1)), ("wide", KNeighborsClassifier(4))]
    >>> X, y = [[0.0], [1.0], [2.0], [3.0], [9.0]], ["good", "good", "good", "good", "bad"]
    >>> model = AgreementClassifier(members, positive="bad").fit(X, y)
    >>> model.predict([[0.5], [8.0]]).tolist()
    ['good', 'hand over']
    """

    def __init__(
        self,
        estimators: list[tuple[str, Any]] | None = None,
        *,
        hand_over_label: Any = None,
        positive: Any = None,
        cost_miss: float = 10.0,
        cost_false_alarm: float = 1.0,
        cost_referral: float = 0.5,
        random_state: Any = None,
    ) -> None:
        self.estimators = estimators
        self.hand_over_label = hand_over_label
        self.positive = positive
        self.cost_miss = cost_miss
        self.cost_false_alarm = cost_false_alarm
        self.cost_referral = cost_referral
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Fit every member on the same rows.

        Parameters
        ----------
        X : array-like or DataFrame, shape (n, d)
            Numeric and finite.
        y : array-like, shape (n,)
            At least two classes.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the data are not numeric or not finite, there is one class only, there are fewer than two members, two
            have one name, a cost is negative, or ``hand_over_label`` is a class.
        TypeError
            If ``estimators`` is no list of names with classifiers.
        """
        members = self._members()
        if len(members) < 2:
            raise ValueError(f"estimators must be two or more, got {[name for name, _ in members]}")
        self._validate_names([name for name, _ in members])
        X, y = self._looked_at(X, y)
        seeds = check_random_state(self.random_state)
        self.estimators_ = []
        for _, member in members:
            fresh = clone(member)
            if self.estimators is None:
                _give_seed(fresh, seeds.randint(np.iinfo(np.int32).max))
            self.estimators_.append(fresh.fit(X, y))
        return self

    def decide(self, X: Any) -> pd.DataFrame:
        """Say for every row what is answered, or that and why it is handed over.

        Parameters
        ----------
        X : array-like or DataFrame, shape (n, d)

        Returns
        -------
        DataFrame, one row a row of X, under its index
            ``row`` (its place in X, from 0), ``answer`` (None where it is handed over), ``handed_over``, ``reason``
            ("" or "disagreement"), and a column ``says <name>`` for each member.
        """
        rows = self._new_rows(X)
        said = np.array([member.predict(rows) for member in self.estimators_])
        reasons = np.where((said == said[0]).all(axis=0), "", "disagreement").astype(object)
        names = [name for name, _ in self._members()]
        return _decisions(X, said[0], reasons, {f"says {name}": said[at] for at, name in enumerate(names)})

    @available_if(_all_give_probabilities)
    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the mean of the members' probabilities; only there if every member gives some.

        Parameters
        ----------
        X : array-like or DataFrame, shape (n, d)

        Returns
        -------
        ndarray of float64, shape (n, classes)
        """
        rows = self._new_rows(X)
        return np.mean([member.predict_proba(rows) for member in self.estimators_], axis=0)

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the settings, with those of the members as ``name__setting``."""
        return self._get_params("estimators", deep=deep)

    def set_params(self, **params: Any) -> Self:
        """Set settings; those of a member are called ``name__setting``."""
        return self._set_params("estimators", **params)

    def _members(self) -> list[tuple[str, Any]]:
        if self.estimators is None:
            return [
                ("svm", make_pipeline(StandardScaler(), SVC())),
                ("forest", RandomForestClassifier(n_estimators=100)),
                ("mlp", make_pipeline(StandardScaler(), MLPClassifier(hidden_layer_sizes=(32,), max_iter=500))),
            ]
        try:
            members = [(name, member) for name, member in self.estimators]
        except (TypeError, ValueError):
            raise TypeError(f"estimators must be a list of (name, classifier), got {self.estimators!r}") from None
        if strangers := [name for name, member in members if not (isinstance(name, str) and _classifies(member))]:
            raise TypeError(f"estimators must be names with classifiers, got something else at {strangers}")
        return members


def _classifies(member: Any) -> bool:
    return hasattr(member, "fit") and not isinstance(member, type) and is_classifier(member)


def _give_seed(estimator: Any, seed: int) -> None:
    settings = estimator.get_params()
    estimator.set_params(**{name: seed for name in settings if name.split("__")[-1] == "random_state"})


class HandOverClassifier(_HandsOver):
    """A classifier with rules around it for when to ask a person.

    The rules are asked in this order, and the first that says no gives the reason: is the row in the range of the
    training rows ("out-of-range"); does the classifier itself answer ("disagreement"); is it sure enough ("unsure");
    does the conformal rule leave exactly one class ("several-classes", "no-class").

    Parameters
    ----------
    estimator : classifier, optional
        One with ``predict_proba``, or one that decides, such as :class:`AgreementClassifier`. Default: a random forest.
    detector : novelty detector, optional
        Fitted on the training rows of all classes; its ``predict`` gives −1 for what is out of range.
    threshold : float, "cost" or None
        The least probability of the answer; or "cost": the one that made the mean cost least on rows held out.
    alpha : float, optional
        Between 0 and 1: a conformal rule keeps, for each row, the classes that go with the held-out rows. Over
        repeated draws of all the data the true class is among them with probability 1 − alpha or more; that is a mean
        over all rows of the same kind, and promises nothing for a group, a single row or a shifted process.
    held_out : float
        The share of the training rows held out to set threshold or conformal rule; each gets rows of its own.
    capacity : int, optional
        How many rows at a time the person can take. Rows beyond it stay handed over, and wait.
    hand_over_label, positive, cost_miss, cost_false_alarm, cost_referral, random_state
        As for :class:`AgreementClassifier`; ``random_state`` draws the rows held out and seeds the default estimator.

    Attributes
    ----------
    classes_, hand_over_label_, positive_, n_features_in_, feature_names_in_
    estimator_, detector_ : fitted; ``detector_`` None where there is none
    threshold_ : float or None
    conformal_ : float or None
        The largest score, 1 − probability, that a class may have.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> X, y = [[-2.0], [-1.0], [1.0], [2.0]], [0, 0, 1, 1]
    >>> model = HandOverClassifier(LogisticRegression(), threshold=0.7).fit(X, y)
    >>> model.predict([[-2.0], [0.1], [2.0]]).tolist()
    [0, -1, 1]
    >>> model.decide([[0.1]])["reason"].tolist()
    ['unsure']
    """

    def __init__(
        self,
        estimator: Any = None,
        *,
        detector: Any = None,
        threshold: float | str | None = "cost",
        alpha: float | None = None,
        held_out: float = 0.25,
        capacity: int | None = None,
        hand_over_label: Any = None,
        positive: Any = None,
        cost_miss: float = 10.0,
        cost_false_alarm: float = 1.0,
        cost_referral: float = 0.5,
        random_state: Any = None,
    ) -> None:
        self.estimator = estimator
        self.detector = detector
        self.threshold = threshold
        self.alpha = alpha
        self.held_out = held_out
        self.capacity = capacity
        self.hand_over_label = hand_over_label
        self.positive = positive
        self.cost_miss = cost_miss
        self.cost_false_alarm = cost_false_alarm
        self.cost_referral = cost_referral
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:
        """Fit classifier and detector, then set threshold and conformal rule on rows that neither has seen.

        Parameters
        ----------
        X : array-like or DataFrame, shape (n, d)
            Numeric and finite.
        y : array-like, shape (n,)
            At least two classes, each with enough rows to be split.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If the data are not numeric or not finite, there is one class only, a setting is out of range, a class is
            missing from the part that trains, or there are too few rows held out for the conformal rule.
        TypeError
            If threshold or alpha need probabilities and the estimator gives none.
        """
        self._look_at_settings()
        X, y = self._looked_at(X, y)
        rows, tuning, calibrating = self._split(y)
        random = check_random_state(self.random_state)
        self.estimator_ = clone(self.estimator) if self.estimator is not None else RandomForestClassifier()
        if self.estimator is None:
            _give_seed(self.estimator_, random.randint(np.iinfo(np.int32).max))
        self.estimator_.fit(_safe_indexing(X, rows), y[rows])
        self.detector_ = None if self.detector is None else clone(self.detector).fit(_safe_indexing(X, rows))
        self.threshold_, self.conformal_ = None, None
        if (self.threshold is not None or self.alpha is not None) and not hasattr(self.estimator_, "predict_proba"):
            raise TypeError(
                f"threshold and alpha need probabilities, and {type(self.estimator_).__name__} gives none: "
                "give them as None, or take an estimator with predict_proba"
            )
        if self.alpha is not None:
            chances = self.estimator_.predict_proba(_safe_indexing(X, calibrating))
            own = np.searchsorted(self.classes_, y[calibrating])
            self.conformal_ = conformal_limit(1 - chances[np.arange(len(own)), own], self.alpha)
        if self.threshold is not None:
            chosen = self.threshold == "cost"
            self.threshold_ = self._cheapest(_safe_indexing(X, tuning), y[tuning]) if chosen else float(self.threshold)
        return self

    def decide(self, X: Any) -> pd.DataFrame:
        """Say for every row what is answered, or that and why it is handed over.

        Parameters
        ----------
        X : array-like or DataFrame, shape (n, d)

        Returns
        -------
        DataFrame, one row a row of X, under its index
            ``row`` (its place in X, from 0), ``answer`` (None where it is handed over), ``handed_over``, ``reason``
            (one of :data:`REASONS`), ``confidence`` (the largest probability; NaN where there is none), ``classes``
            (how many the conformal rule leaves; only with ``alpha``), the ``says`` columns of the estimator, and with a
            ``capacity`` whether the person gets to the row now: ``attended``, the least sure rows first, so that with
            a capacity of 0 all of them wait.
        """
        rows = self._new_rows(X)
        answers, reasons, columns = self._answered(rows)
        if self.alpha is not None:
            left = self._kept(rows).sum(axis=1)
            columns["classes"] = left
            reasons = np.where((reasons == "") & (left > 1), "several-classes", reasons)
            reasons = np.where((reasons == "") & (left == 0), "no-class", reasons)
        if self.capacity is not None:
            columns["attended"] = self._attended(reasons, columns["confidence"])
        return _decisions(X, answers, reasons, columns)

    @available_if(lambda self: self.alpha is not None)
    def prediction_set(self, X: Any) -> pd.DataFrame:
        """Say for every row which classes the conformal rule leaves; only there with ``alpha``.

        Parameters
        ----------
        X : array-like or DataFrame, shape (n, d)

        Returns
        -------
        DataFrame of bool, one row a row of X, under its index, and one column a class
        """
        index = X.index if isinstance(X, pd.DataFrame) else None
        return pd.DataFrame(self._kept(self._new_rows(X)), index=index, columns=self.classes_)

    def _kept(self, rows: Any) -> np.ndarray:
        return 1 - self.estimator_.predict_proba(rows) <= self.conformal_

    def _answered(self, rows: Any) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
        """Return answers, reasons by range, classifier and threshold, and what else was said."""
        columns: dict[str, Any] = {"confidence": np.full(len(rows), np.nan)}
        chances = self.estimator_.predict_proba(rows) if hasattr(self.estimator_, "predict_proba") else None
        if chances is not None:
            columns["confidence"] = chances.max(axis=1)
        if hasattr(self.estimator_, "decide"):
            inner = self.estimator_.decide(rows)
            answers, reasons = inner["answer"].to_numpy(), inner["reason"].to_numpy(dtype=object)
            columns |= {name: inner[name].to_numpy() for name in inner.columns if name.startswith("says ")}
        else:
            answers = self.estimator_.predict(rows)
            reasons = np.full(len(rows), "", dtype=object)
        if self.detector_ is not None:
            reasons = np.where(self.detector_.predict(rows) == -1, "out-of-range", reasons)
        if self.threshold_ is not None:
            reasons = np.where((reasons == "") & (columns["confidence"] < self.threshold_), "unsure", reasons)
        return answers, reasons.astype(object), columns

    def _cheapest(self, X: Any, y: np.ndarray) -> float:
        """Return the threshold of least mean cost; of several the lowest, which refers least."""
        answers, reasons, columns = self._answered(X)
        sure, over = columns["confidence"], reasons != ""
        candidates = [0.0, *np.unique(sure[~over]), np.nextafter(1.0, 2.0)]
        means = [self._costs(answers, over | (sure < least), y).mean() for least in candidates]
        return float(candidates[int(np.argmin(means))])

    def _attended(self, reasons: np.ndarray, confidence: np.ndarray) -> np.ndarray:
        waiting = np.flatnonzero(reasons != "")
        order = waiting[np.argsort(np.nan_to_num(confidence[waiting], nan=-1.0), kind="stable")]
        attended = np.zeros(len(reasons), dtype=bool)
        attended[order[: self.capacity]] = True
        return attended

    def _split(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the places of the rows that train, that set the threshold, and that set the conformal rule."""
        rows = np.arange(len(y))
        wanted = (self.threshold == "cost") + (self.alpha is not None)
        if not wanted:
            return rows, rows[:0], rows[:0]
        counts = np.unique(y, return_counts=True)[1]
        held = max(round(self.held_out * len(y)), wanted)
        apart = counts.min() >= 2 and min(held, len(y) - held) >= len(counts)
        training, rest = train_test_split(
            rows, test_size=held, stratify=y if apart else None, random_state=self.random_state
        )
        if len(np.unique(y[training])) < len(counts):
            raise ValueError(
                f"the {len(training)} rows that train must hold every class, got a class in the held-out rows alone: "
                "give more rows of the rarest class, or set threshold to a number and alpha to None"
            )
        if wanted == 2:
            return training, rest[: len(rest) // 2], rest[len(rest) // 2 :]
        return training, rest, rest

    def _look_at_settings(self) -> None:
        if self.threshold is not None and self.threshold != "cost":
            least = self.threshold
            if isinstance(least, str) or not 0 <= float(numbers(least, "threshold", ndim=0)) <= 1:
                raise ValueError(f"threshold must be a probability, 'cost' or None, got {least!r}")
        if self.alpha is not None:
            _alpha(self.alpha)
        if not 0 < float(numbers(self.held_out, "held_out", ndim=0)) < 1:
            raise ValueError(f"held_out must be a share between 0 and 1, got {self.held_out}")
        if self.capacity is not None:
            whole(self.capacity, "capacity", least=0)


def conformal_limit(scores: Any, alpha: float) -> float:
    """Return the largest score that a class may have: the k-th smallest, k = ⌈(n + 1)(1 − α)⌉, of n held-out scores.

    Parameters
    ----------
    scores : array-like, shape (n,)
        Of rows that took no part in training: 1 − the probability given to the true class.
    alpha : float
        Between 0 and 1: how often the true class may be left out, over repeated draws.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If k exceeds n: with so few rows no score can promise that much; the message names how many are needed.

    Examples
    --------
    >>> conformal_limit([i / 10 for i in range(1, 20)], alpha=0.1)
    1.8
    """
    scores = np.sort(floats(scores, "scores"))
    if scores.ndim != 1:
        raise ValueError(f"scores must have shape (n,), got {scores.shape}")
    miss = _alpha(alpha)
    rank = math.ceil((len(scores) + 1) * (1 - miss))
    if rank > len(scores):
        enough = math.ceil((1 - miss) / miss)
        raise ValueError(f"alpha = {alpha} needs at least {enough} held-out rows, got {len(scores)}")
    return float(scores[rank - 1])


def risk_coverage(wrong: Any, confidence: Any) -> pd.DataFrame:
    """Return, for each least confidence, how many rows are answered and how many of these answers are wrong.

    Parameters
    ----------
    wrong : array-like, shape (n,)
        1 or ``True`` where the answer is wrong; or any loss.
    confidence : array-like, shape (n,)
        Higher is surer. Rows of equal confidence are answered together or not at all.

    Returns
    -------
    DataFrame, one row for each different confidence, the highest first
        ``threshold``, ``answered`` (rows), ``coverage`` (their share) and ``risk`` (the mean of ``wrong`` among them).

    Raises
    ------
    TypeError, ValueError
        If they are not numbers, not finite, empty, or differ in length.

    Examples
    --------
    >>> risk_coverage([0, 1, 0, 1], [0.9, 0.8, 0.8, 0.6]).round(2).values.tolist()
    [[0.9, 1.0, 0.25, 0.0], [0.8, 3.0, 0.75, 0.33], [0.6, 4.0, 1.0, 0.5]]
    """
    wrong, confidence = floats(np.asarray(wrong, dtype=float), "wrong"), floats(confidence, "confidence")
    if wrong.ndim != 1 or wrong.shape != confidence.shape or not len(wrong):
        raise ValueError(
            f"wrong and confidence must have one shape (n,), n at least 1, got {wrong.shape} and {confidence.shape}"
        )
    order = np.argsort(-confidence, kind="stable")
    last_of_tie = np.append(np.diff(confidence[order]) != 0, True)
    answered = np.flatnonzero(last_of_tie) + 1
    return pd.DataFrame(
        {
            "threshold": confidence[order][answered - 1],
            "answered": answered,
            "coverage": answered / len(wrong),
            "risk": np.cumsum(wrong[order])[answered - 1] / answered,
        }
    )


def imperfect_person(y: Any, error_rate: float, random_state: Any = None) -> np.ndarray:
    """Simulate a person who decides rows that are handed over, and is wrong now and then, whatever the row.

    Parameters
    ----------
    y : array-like, shape (n,)
        What is so.
    error_rate : float
        From 0 to 1; independent from row to row, which real people's errors are not.
    random_state : int or RandomState, optional

    Returns
    -------
    ndarray, shape (n,)
        A wrong answer is one of the other classes in ``y``, each with the same chance.

    Raises
    ------
    ValueError
        If the rate is not between 0 and 1, or ``y`` holds one class only and the rate is above 0.

    Examples
    --------
    >>> imperfect_person(["good", "bad"], error_rate=1.0).tolist()
    ['bad', 'good']
    """
    rate = float(numbers(error_rate, "error_rate", ndim=0))
    if not 0 <= rate <= 1:
        raise ValueError(f"error_rate must be a share between 0 and 1, got {error_rate}")
    y = np.asarray(y)
    classes, places = np.unique(y, return_inverse=True)
    if len(classes) < 2 and rate > 0 and len(y):
        raise ValueError(f"y must hold at least 2 classes for a wrong answer to be possible, got {classes.tolist()}")
    random = check_random_state(random_state)
    fails = random.random_sample(len(y)) < rate
    shift = random.randint(1, max(len(classes), 2), size=len(y))
    return classes[(places + fails * shift) % max(len(classes), 1)]


def decisions(model: Any, X: Any) -> pd.DataFrame:
    """Return what a fitted classifier decides, row by row, whether it can hand over or not.

    Parameters
    ----------
    model : classifier
        One of this module, also at the end of a pipeline or found by a search; or any other, which answers every row.
    X : array-like or DataFrame, shape (n, d)

    Returns
    -------
    DataFrame, one row a row of X
        As ``decide`` of :class:`AgreementClassifier`: ``row``, ``answer``, ``handed_over``, ``reason``, and more where
        the model says more.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> decisions(KNeighborsClassifier(1).fit([[0.0], [1.0]], ["good", "bad"]), [[0.9]])["answer"].tolist()
    ['bad']
    """
    if hasattr(model, "decide"):
        return model.decide(X)
    if hasattr(model, "best_estimator_"):
        return decisions(model.best_estimator_, X)
    if isinstance(model, Pipeline) and hasattr(model[-1], "decide"):
        inner = model[-1].decide(model[:-1].transform(X))
        return inner.set_axis(X.index) if isinstance(X, pd.DataFrame) else inner
    answers = np.asarray(model.predict(X))
    return _decisions(X, answers, np.full(len(answers), "", dtype=object), {})


def report(
    models: Mapping[str, Any],
    X: Any,
    y: Any,
    *,
    positive: Any,
    where: Any = None,
    cost_miss: float = 10.0,
    cost_false_alarm: float = 1.0,
    cost_referral: float = 0.5,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Count, for each model on the same rows, what it answered, what was wrong, what it referred, and what that cost.

    Parameters
    ----------
    models : mapping of str to fitted classifier
        Whatever :func:`decisions` takes.
    X : array-like or DataFrame, shape (n, d)
        Rows that took no part in training or choosing.
    y : array-like, shape (n,)
    positive : object
        The class that must not be missed; it stands in ``y``.
    where : array-like, shape (n,), optional
        Kinds of rows to be counted apart, as "in range" and "out of range".
    cost_miss, cost_false_alarm, cost_referral : float
        In one unit, 0 or more.
    level : float
        Of the intervals.
    seed : int
        Of the 2,000 resamplings behind the interval of the cost.

    Returns
    -------
    DataFrame, one row for each kind of rows and model
        ``where``, ``model``, ``rows``, ``positives``, ``answered``, ``coverage``, ``wrong``, ``error rate`` (the share
        of the answered that is wrong) with ``error from`` and ``error to`` (Wilson; NaN where nothing was answered),
        ``misses``, ``false alarms``, ``referrals per 100``, ``cost`` (mean of a row) with ``cost from`` and
        ``cost to`` (percentile bootstrap over rows).

    Raises
    ------
    ValueError
        If there is no model or no row, the rows of ``X``, ``y`` and ``where`` differ in number, ``positive`` is not in
        ``y``, or a cost is negative.

    Examples
    --------
    >>> from sklearn.dummy import DummyClassifier
    >>> never = DummyClassifier(strategy="constant", constant=0).fit([[0.0], [1.0]], [0, 1])
    >>> report({"never": never}, [[0.0]] * 4, [0, 0, 0, 1], positive=1)[["answered", "misses", "cost"]].values.tolist()
    [[4.0, 1.0, 2.5]]
    """
    prices = {"miss": cost_miss, "false_alarm": cost_false_alarm, "referral": cost_referral}
    for name, cost in prices.items():
        _cost(cost, f"cost_{name}")
    if not models:
        raise ValueError("models must hold at least one model, got none")
    decided = {name: decisions(model, X) for name, model in models.items()}
    first = next(iter(decided.values()))
    y = _as_many(y, first)
    if not len(y):
        raise ValueError("X must hold at least one row, got none")
    if positive not in y.tolist():
        raise ValueError(f"positive must be a class in y, got {positive!r}; y holds {np.unique(y).tolist()}")
    kinds = np.full(len(y), "all", dtype=object) if where is None else _as_many(where, first, "where")
    lines = []
    for kind in dict.fromkeys(kinds.tolist()):
        for name, frame in decided.items():
            here = frame[kinds == kind]
            counts = _counted(here, y[kinds == kind], positive, prices, level, np.random.default_rng(seed))
            lines.append({"where": kind, "model": name} | counts)
    return pd.DataFrame(lines)


def _counted(
    decided: pd.DataFrame, y: np.ndarray, positive: Any, prices: dict[str, float], level: float, rng: Any
) -> dict[str, Any]:
    answers, over = decided["answer"].to_numpy(), decided["handed_over"].to_numpy()
    wrong = ~over & _differ(answers, y)
    n, answered = len(y), int((~over).sum())
    low, high = wilson(int(wrong.sum()), answered, level) if answered else (math.nan, math.nan)
    costs = _priced(answers, over, y, positive, prices)
    values, counts = np.unique(costs, return_counts=True)
    means = rng.multinomial(n, counts / n, size=2000) @ values / n
    tails = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return {
        "rows": n,
        "positives": int((y == positive).sum()),
        "answered": answered,
        "coverage": answered / n,
        "wrong": int(wrong.sum()),
        "error rate": wrong.sum() / answered if answered else math.nan,
        "error from": low,
        "error to": high,
        "misses": int((wrong & (y == positive)).sum()),
        "false alarms": int((wrong & (y != positive)).sum()),
        "referrals per 100": 100 * (n - answered) / n,
        "cost": costs.mean(),
        "cost from": tails[0],
        "cost to": tails[1],
    }


# The kinds of objects, besides those that skops trusts by itself, that a saved model may be made of.
OWN_KINDS = frozenset(
    {
        "introdl.selective.AgreementClassifier",
        "introdl.selective.HandOverClassifier",
        *(f"introdl.detectors.{name}Detector" for name in ("Hotelling", "Residual", "OneClassSVM")),
        *(f"introdl.detectors.{name}Detector" for name in ("Autoencoder", "VAE", "GAN")),
        "sklearn.frozen._frozen.FrozenEstimator",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.neural_network._stochastic_optimizers.SGDOptimizer",
        "sklearn.tree._tree.Tree",
    }
)


def save(model: Any, path: str | os.PathLike[str]) -> None:
    """Save a fitted model, whole or not at all, in skops' format: arrays and settings, and no code.

    Parameters
    ----------
    model : fitted estimator
        Of this module or of scikit-learn.
    path : path
        What stood there is replaced only once the new file is whole.

    Raises
    ------
    sklearn.exceptions.NotFittedError
        If the model is not fitted.
    ImportError
        If skops is not installed.
    """
    check_is_fitted(model)
    path = Path(path)
    part = path.with_name(path.name + ".part")
    try:
        _skops().dump(model, part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def load(path: str | os.PathLike[str]) -> Any:
    """Load a model that :func:`save` wrote. Nothing in the file is run.

    Parameters
    ----------
    path : path

    Returns
    -------
    fitted estimator

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is no such file, or names kinds of objects that a saved model has no use for; they are listed, and
        nothing is loaded.
    ImportError
        If skops is not installed.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no file {path}: expected a model that introdl.selective.save wrote")
    if not zipfile.is_zipfile(path):
        raise ValueError(f"{path} is no model that introdl.selective.save wrote, or it was cut off on its way")
    io = _skops()
    try:
        kinds = io.get_untrusted_types(file=path)
        if strangers := sorted(set(kinds) - OWN_KINDS):
            raise ValueError(f"{path} names kinds of objects that no saved model needs: {', '.join(strangers)}")
        return io.load(path, trusted=kinds)
    except (KeyError, zipfile.BadZipFile, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is no model that introdl.selective.save wrote ({error})") from None


def _skops() -> Any:
    try:
        import skops.io
    except ImportError:
        raise ImportError("saving a hand-over model needs skops: python -m pip install skops") from None
    return skops.io


def _differ(answers: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.array([answer != so for answer, so in zip(answers, y, strict=True)], dtype=bool)


def _priced(
    answers: np.ndarray, handed_over: np.ndarray, y: np.ndarray, positive: Any, prices: Mapping[str, float]
) -> np.ndarray:
    """Return the cost of each row."""
    error = np.where(y == positive, prices["miss"], prices["false_alarm"])
    return np.where(handed_over, prices["referral"], np.where(_differ(answers, y), error, 0.0)).astype(float)


def _as_many(values: Any, decided: pd.DataFrame, name: str = "y") -> np.ndarray:
    values = np.asarray(values)
    if values.shape != (len(decided),):
        raise ValueError(f"{name} must have a value for each of the {len(decided)} rows of X, got {values.shape}")
    return values


def _cost(value: Any, name: str) -> float:
    cost = float(numbers(value, name, ndim=0))
    if cost < 0:
        raise ValueError(f"{name} must be 0 or more, got {cost:g}")
    return cost


def _alpha(alpha: float) -> Fraction:
    """Return alpha as the decimal it was written as: 0.1 is a tenth here, so that k is not off by one."""
    value = float(numbers(alpha, "alpha", ndim=0))
    if not 0 < value < 1:
        raise ValueError(f"alpha must be between 0 and 1, got {alpha}")
    return Fraction(repr(value))
