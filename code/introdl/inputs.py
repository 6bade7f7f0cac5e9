"""Which inputs are worth having? Sets of inputs compared on the same people, with every choice made on others.

Chapter: ``dementia``. The people are split once; selection, scaling, filling of gaps and the threshold see the learning
people only, and the test people are counted at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from introdl import checking
from introdl.arrays import whole
from introdl.subgroups import by_group

if TYPE_CHECKING:
    import pandas as pd

Array = Any
MOST = 20  # inputs a model takes, the best of those it is offered
FOLDS = 5


def modest(inputs: int, most: int = MOST) -> Any:
    """Return a small model that does all its choosing inside: gaps, selection, scale, logistic regression.

    Parameters
    ----------
    inputs : int
        How many inputs it will be offered.
    most : int
        How many of them it may keep, those that differ most between the classes by the F test.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Gaps are filled with the median; the regression is held back (C = 0.1).

    Examples
    --------
    >>> len(modest(130).steps)
    4
    """
    from sklearn.feature_selection import SelectKBest, f_classif
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    few = SelectKBest(f_classif, k=min(whole(most, "most", least=1), whole(inputs, "inputs", least=1)))
    fit = LogisticRegression(C=0.1, max_iter=1000)
    return make_pipeline(SimpleImputer(strategy="median"), few, StandardScaler(), fit)


def areas(
    X: pd.DataFrame,
    y: pd.Series,
    learn: Sequence[object],
    test: Sequence[object],
    sets: Mapping[str, Sequence[str]],
    repeats: int = 200,
) -> pd.DataFrame:
    """Compare sets of inputs by the area under the ROC curve, on the same test people.

    Parameters
    ----------
    X : pandas.DataFrame
        Inputs, one row a person.
    y : pandas.Series
        0 or 1, with the row names of ``X``.
    learn, test : sequence of row names
        With nobody in common.
    sets : mapping of str to list of columns
    repeats : int
        Resamples of test people for the interval.

    Returns
    -------
    pandas.DataFrame
        ``inputs``; ``within``, the area by cross-validation among the learning people, and ``error``, its standard
        error over the folds; ``auc`` on the test people, with ``low`` and ``high`` from drawing persons.

    Raises
    ------
    ValueError
        If somebody is in both parts, a column is not there, or there is no set.

    Examples
    --------
    >>> import pandas as pd
    >>> random = np.random.default_rng(0)
    >>> X = pd.DataFrame(random.normal(size=(80, 2)), columns=["a", "b"])
    >>> areas(X, (X["a"] > 0).astype(int), range(40), range(40, 80), {"a": ["a"]}, repeats=20)["auc"].tolist()
    [1.0]
    """
    import pandas as pd
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_score

    learn, test = _apart(learn, test)
    if not sets:
        raise ValueError("sets must hold at least one set of inputs, got none")
    folds, lines = StratifiedKFold(FOLDS, shuffle=True, random_state=0), []
    for name, columns in sets.items():
        columns = list(columns)
        if missing := [column for column in columns if column not in X.columns]:
            raise ValueError(f"the set {name!r} asks for {', '.join(map(str, missing))}, which X has not")
        model = modest(len(columns))
        within = cross_val_score(model, X.loc[learn, columns], y.loc[learn], cv=folds, scoring="roc_auc")
        chance = model.fit(X.loc[learn, columns], y.loc[learn]).predict_proba(X.loc[test, columns])[:, 1]
        found = checking.bootstrap(roc_auc_score, y.loc[test], chance, repeats=repeats, seed=0)
        lines.append((name, within.mean(), within.std(ddof=1) / FOLDS**0.5, found.estimate, *found.interval))
    return pd.DataFrame(lines, columns=["inputs", "within", "error", "auc", "low", "high"])


def finding(share: float, X: pd.DataFrame, y: pd.Series) -> float:
    """Return the threshold from which a modest model finds this share of those with the condition.

    Each person's probability comes from a fold that did not hold that person.

    Parameters
    ----------
    share : float
        Above 0, at most 1.
    X, y
        Inputs and 0 or 1 of the learning people.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If ``share`` is not above 0 and at most 1.

    Examples
    --------
    >>> import pandas as pd
    >>> X = pd.DataFrame({"a": np.arange(40.0)})
    >>> y = (X["a"] >= 20).astype(int)
    >>> 0 < finding(0.9, X, y) < finding(0.5, X, y) < 1
    True
    """
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    if not 0 < share <= 1:
        raise ValueError(f"share must be above 0 and at most 1, got {share}")
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    chance = cross_val_predict(modest(X.shape[1]), X, y, cv=folds, method="predict_proba")[:, 1]
    return float(np.quantile(chance[np.asarray(y) == 1], 1 - share))


def counted(y: Array, alarm: Array, groups: Mapping[str, Array], metrics: Sequence[str]) -> pd.DataFrame:
    """Count metrics in groups that may overlap, such as everybody, women, carriers.

    Parameters
    ----------
    y, alarm : array-like of 0 or 1, shape (n,)
        What is so, and whether the model raised an alarm.
    groups : mapping of str to array-like of bool, shape (n,)
    metrics : sequence of str
        As :func:`introdl.subgroups.by_group` has them.

    Returns
    -------
    pandas.DataFrame
        ``metric``, ``group``, ``people``, ``referred`` (the share with an alarm), and ``right``, ``of``, ``share``,
        ``low``, ``high``; the last three are NaN where there are too few to say.

    Raises
    ------
    ValueError
        If a group has nobody.

    Examples
    --------
    >>> y, alarm = [1] * 12 + [0] * 8, [1] * 9 + [0] * 11
    >>> counted(y, alarm, {"everybody": [True] * 20}, ["sensitivity"])[["right", "of"]].values.tolist()
    [[9, 12]]
    """
    import pandas as pd

    y, alarm = np.asarray(y).astype(int), np.asarray(alarm).astype(int)
    lines = []
    for metric in metrics:
        for name, rows in groups.items():
            here = np.asarray(rows, dtype=bool)
            if not here.any():
                raise ValueError(f"the group {name!r} has nobody")
            line = by_group(y[here], alarm[here], [name] * int(here.sum()), metric).iloc[0]
            numbers = [float(line[end]) for end in ("share", "low", "high")]
            of = int(line["right"]), int(line["of"])
            lines.append((metric, name, int(here.sum()), float(alarm[here].mean()), *of, *numbers))
    heads = ["metric", "group", "people", "referred", "right", "of", "share", "low", "high"]
    return pd.DataFrame(lines, columns=heads)


def _apart(learn: Sequence[object], test: Sequence[object]) -> tuple[list[object], list[object]]:
    learn, test = list(learn), list(test)
    if both := set(learn) & set(test):
        raise ValueError(f"{len(both)} people are in both parts, such as {next(iter(both))!r}: test on others")
    return learn, test
