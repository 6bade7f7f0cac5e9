"""A batch is one row: what its curves become as features, and which batches are unlike the rest, by which variable.

Rows of one batch are not independent, and batches are of unlike length. So each batch becomes one row: by lengths,
means, slopes and areas in each phase (:func:`phase_features`), or by its curves at as many places as all others
(:func:`unfold`). :class:`Monitor` then draws the two control charts of the trade over batches, Hotelling's T² and the
residual SPE, with limits from batches left out.

Chapter: ``manufacturing``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from introdl.arrays import numbers, whole

if TYPE_CHECKING:
    import pandas as pd

BETWEEN = " · "  # stands between the words of a feature's name: "pressure · mean · heat"
WHOLE = "whole"  # the phase of a batch without phases
FEATURES = ("mean", "slope", "area")
CHARTS = ("t2", "spe")


class Counted(NamedTuple):
    """How many batches were called unlike the rest, out of how many."""

    alarms: int
    n: int


def lengths(table: pd.DataFrame, batch: str = "batch", phase: str | None = None) -> pd.DataFrame:
    """Count the rows of each batch, phase by phase.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a sample, in the order of time within each batch.
    batch, phase : str
        Columns that name the batch and, if there is one, the phase.

    Returns
    -------
    pandas.DataFrame, a row a batch
        A column a phase in the order of the table, 0 where a batch has no row of it; then ``whole``.

    Raises
    ------
    KeyError, TypeError, ValueError
        As :func:`phase_features`.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"batch": [1, 1, 1, 2], "phase": ["heat", "cool", "cool", "heat"]})
    >>> lengths(table, phase="phase").values.tolist()
    [[1, 2, 3], [1, 0, 1]]
    """
    pieces = _pieces(table, [], batch, phase, None)
    import pandas as pd

    found = {
        name: {part: len(rows) for part, rows in parts.items()} | {WHOLE: sum(map(len, parts.values()))}
        for name, parts in pieces.items()
    }
    columns = [*dict.fromkeys(part for parts in pieces.values() for part in parts if part != WHOLE), WHOLE]
    frame = pd.DataFrame.from_dict(found, orient="index").reindex(columns=columns).fillna(0).astype(int)
    return frame.rename_axis(batch)


def phase_features(
    table: pd.DataFrame,
    variables: Sequence[str],
    batch: str = "batch",
    phase: str | None = None,
    time: str | None = None,
    kinds: Sequence[str] = ("mean", "slope"),
) -> pd.DataFrame:
    """Make one row of each batch: how long each phase took, and each variable's mean, slope and area within it.

    Parameters
    ----------
    table : pandas.DataFrame
        A row a sample, in the order of time within each batch; the batches may be of any length.
    variables : sequence of str
        Columns of numbers.
    batch, phase, time : str
        Columns that name the batch, its phase (None: the whole batch is one) and the time (None: samples are counted,
        0, 1, …).
    kinds : sequence of str
        Among ``mean`` (in the variable's unit), ``slope`` (of the least-squares line; the unit per unit of time; 0
        for a phase of one sample) and ``area`` (under the curve, by trapezes; the unit times the unit of time).

    Returns
    -------
    pandas.DataFrame, a row a batch, in the order in which they come
        ``length · heat`` (samples) for each phase, then ``pressure · mean · heat`` and so on. ``attrs["units"]`` says
        in what each is measured, where the table's ``attrs["units"]`` does.

    Raises
    ------
    TypeError
        If ``table`` is no data frame or a variable does not hold numbers.
    KeyError
        If a column is not there.
    ValueError
        If there is no row or no variable, a value is missing or infinite, a row names no batch or phase, time does
        not rise within a batch, a batch comes twice with others between, or has not got every phase of the others, or
        a phase twice: nothing is filled in here.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"batch": [1, 1, 1, 2, 2], "heat": [20.0, 30.0, 40.0, 20.0, 40.0]})
    >>> features = phase_features(table, ["heat"], kinds=("mean", "slope", "area"))
    >>> features.columns.tolist()
    ['length · whole', 'heat · mean · whole', 'heat · slope · whole', 'heat · area · whole']
    >>> features.values.tolist()
    [[3.0, 30.0, 10.0, 60.0], [2.0, 30.0, 20.0, 30.0]]
    """
    import pandas as pd

    if unknown := [kind for kind in kinds if kind not in FEATURES]:
        raise ValueError(f"kinds must be among {', '.join(FEATURES)}, got {', '.join(map(str, unknown))}")
    pieces = _complete(_pieces(table, variables, batch, phase, time))
    rows = {}
    for name, parts in pieces.items():
        row = {f"length{BETWEEN}{part}": len(piece) for part, piece in parts.items()}
        for part, piece in parts.items():
            clock, values = piece[:, 0], piece[:, 1:]
            for kind in kinds:
                found = _FEATURE[kind](clock, values)
                row |= {
                    f"{one}{BETWEEN}{kind}{BETWEEN}{part}": float(v) for one, v in zip(variables, found, strict=True)
                }
        rows[name] = row
    frame = pd.DataFrame.from_dict(rows, orient="index").astype(float).rename_axis(batch)
    units, of_time = table.attrs.get("units", {}), "sample" if time is None else f"unit of {time}"
    frame.attrs = {"units": {column: _unit(column, units, of_time) for column in frame}}
    return frame


def unfold(
    table: pd.DataFrame,
    variables: Sequence[str],
    points: int = 20,
    batch: str = "batch",
    phase: str | None = None,
    time: str | None = None,
) -> pd.DataFrame:
    """Make one row of each batch: its curves, read off at as many places as those of all others.

    The places are at equal shares of each phase (of the whole batch, if there are no phases), the first and the last
    sample among them; between two samples the curve is straight. So a long batch and a short one of the same shape
    give the same row, but for their lengths, which come first.

    Parameters
    ----------
    table, variables, batch, phase, time
        As for :func:`phase_features`.
    points : int
        Places in each phase, at least 2.

    Returns
    -------
    pandas.DataFrame, a row a batch
        ``length · heat`` (samples) for each phase, then ``pressure · 1/20 · heat``, … in the variables' units.

    Raises
    ------
    TypeError, KeyError, ValueError
        As :func:`phase_features`; and if a phase has a single sample, which is no curve.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"batch": [1, 1, 1, 2, 2], "heat": [20.0, 30.0, 40.0, 20.0, 40.0]})
    >>> unfold(table, ["heat"], points=3).values.tolist()
    [[3.0, 20.0, 30.0, 40.0], [2.0, 20.0, 30.0, 40.0]]
    """
    import pandas as pd

    points = whole(points, "points", least=2)
    pieces = _complete(_pieces(table, variables, batch, phase, time))
    rows = {}
    for name, parts in pieces.items():
        row = {f"length{BETWEEN}{part}": len(piece) for part, piece in parts.items()}
        for part, piece in parts.items():
            if len(piece) < 2:
                raise ValueError(
                    f"batch {name}: phase {part} has one sample, and a curve needs two: use phase_features"
                )
            clock = piece[:, 0]
            places = np.linspace(clock[0], clock[-1], points)
            for number, one in enumerate(variables, start=1):
                curve = np.interp(places, clock, piece[:, number])
                row |= {
                    f"{one}{BETWEEN}{at}/{points}{BETWEEN}{part}": v for at, v in enumerate(curve.tolist(), start=1)
                }
        rows[name] = row
    frame = pd.DataFrame.from_dict(rows, orient="index").astype(float).rename_axis(batch)
    units = table.attrs.get("units", {})
    frame.attrs = {"units": {column: _unit(column, units, "sample") for column in frame}}
    return frame


def variable_of(feature: str) -> str:
    """Return the variable that a feature is made of.

    Examples
    --------
    >>> variable_of("pressure · mean · heat"), variable_of("length · heat")
    ('pressure', 'length')
    """
    return feature.split(BETWEEN)[0]


class Monitor:
    """T² and SPE over batches, with limits from batches left out, and the variables that an alarm is about.

    Features are standardised, and a few principal components describe them. T² is how far a batch lies from the mean
    along the components, SPE how far from their plane. An alarm is a batch over the limit of either.

    Parameters
    ----------
    components : int
        How many principal components.
    false_alarm_rate : float
        Share of batches like those of ``fit`` that may be called unlike the rest, by either chart; half for each.
    limit : {"left-out", "formula"}
        ``"left-out"``: the batches are dealt in turn into ten parts, each part is scored by a model of the others, and
        the limit is the score at place ``floor(rate/2 · (n + 1))`` from above. ``"formula"``: for T² the F
        distribution, as :class:`introdl.detectors.HotellingDetector` has it; for SPE g χ²(h) with the mean and the
        variance of the batches of ``fit``. Both hold for normal features and many batches; the chapter counts how
        badly with few.

    Attributes
    ----------
    limits_ : dict
        Of ``t2`` and ``spe``.
    variables_ : list of str
    left_out_ : pandas.DataFrame or None
        T² and SPE of each batch of ``fit``, scored by a model that has not seen it.

    Raises
    ------
    ValueError
        If a setting is out of range.

    Notes
    -----
    T² is that of ``HotellingDetector(components=…, limit="F")``, and SPE uses the same components.

    Examples
    --------
    >>> import pandas as pd
    >>> random = np.random.default_rng(0)
    >>> heat = random.normal(size=80)
    >>> usual = pd.DataFrame({"heat": heat, "pressure": heat + random.normal(size=80) / 10, "power": -heat})
    >>> odd = pd.DataFrame({"heat": [1.0], "pressure": [-1.0], "power": [-1.0]}, index=["odd"])
    >>> Monitor(components=1).fit(usual).judge(odd)[["alarm", "chart", "variable"]].values.tolist()
    [[True, 'spe', 'pressure']]
    """

    def __init__(self, components: int = 3, false_alarm_rate: float = 0.05, limit: str = "left-out") -> None:
        self.components = whole(components, "components", least=1)
        self.false_alarm_rate = float(numbers(false_alarm_rate, "false_alarm_rate", ndim=0))
        if not 0 < self.false_alarm_rate < 0.5:
            raise ValueError(f"false_alarm_rate must be over 0 and under 0.5, got {false_alarm_rate}")
        if limit not in ("left-out", "formula"):
            raise ValueError(f'limit must be "left-out" or "formula", got {limit!r}')
        self.limit = limit

    def fit(self, features: pd.DataFrame) -> Monitor:
        """Learn what the batches have in common, and set the limits.

        Parameters
        ----------
        features : pandas.DataFrame, a row a batch
            As :func:`phase_features` and :func:`unfold` give it. A column that is constant here counts later in its
            own unit.

        Returns
        -------
        self

        Raises
        ------
        TypeError
            If ``features`` is no data frame.
        ValueError
            If a value is missing, there are too few batches for the components or, with ``limit="left-out"``, for
            the rate; the message says how many are needed.
        """
        import pandas as pd

        X = _features(features)
        needed = self.components + 3
        if len(X) < needed:
            raise ValueError(f"{self.components} components need at least {needed} batches, got {len(X)}")
        if self.components >= X.shape[1]:
            raise ValueError(f"components must be fewer than the {X.shape[1]} features, got {self.components}")
        half = self.false_alarm_rate / 2
        place = math.floor(half * (len(X) + 1) + 1e-9)
        if self.limit == "left-out" and place == 0:
            raise ValueError(
                f"a false_alarm_rate of {self.false_alarm_rate:g} over two charts needs at least "
                f"{math.ceil(1 / half - 1 - 1e-9)} batches, got {len(X)}: a higher rate, or more batches"
            )
        self.variables_, self.left_out_ = list(features.columns), None
        self._plane = _Plane(X, self.components)
        if self.limit == "left-out":
            self.left_out_ = pd.DataFrame(_left_out(X, self.components), index=features.index, columns=list(CHARTS))
            self.limits_ = {chart: float(self.left_out_[chart].nlargest(place).iloc[-1]) for chart in CHARTS}
        else:
            self.limits_ = self._plane.formulas(X, half)
        return self

    def judge(self, features: pd.DataFrame) -> pd.DataFrame:
        """Say of each batch whether it is unlike those of ``fit``, by which chart, and by which variable most.

        Parameters
        ----------
        features : pandas.DataFrame, a row a batch
            With the columns of ``fit``, in any order.

        Returns
        -------
        pandas.DataFrame, a row a batch
            ``t2`` and ``spe``, as shares of their limits (over 1 is an alarm); ``alarm``; ``chart``, the one further
            over its limit, or nearer to it; ``variable`` and ``feature``, the largest contributions to that chart.

        Raises
        ------
        TypeError, ValueError, KeyError
            If it is not fitted, a column is missing, or a value is.
        """
        import pandas as pd

        X = self._looked_at(features)
        shares = self._plane.scores(X) / [self.limits_[chart] for chart in CHARTS]
        judged = pd.DataFrame(shares, index=features.index, columns=list(CHARTS))
        judged["alarm"] = (shares > 1).any(axis=1)
        judged["chart"] = np.array(CHARTS, dtype=object)[shares.argmax(axis=1)]
        both = {chart: self.contributions(features, chart) for chart in CHARTS}
        parts = pd.concat([both[chart].loc[[name]] for name, chart in judged["chart"].items()])
        judged["variable"] = by_variable(parts).idxmax(axis=1).to_numpy(dtype=object)
        judged["feature"] = parts.idxmax(axis=1).to_numpy(dtype=object)
        return judged

    def contributions(self, features: pd.DataFrame, chart: str) -> pd.DataFrame:
        """Say how much each feature adds to a batch's T² or SPE.

        Parameters
        ----------
        features : pandas.DataFrame, a row a batch
        chart : {"t2", "spe"}

        Returns
        -------
        pandas.DataFrame, a row a batch and a column a feature
            They add up to T² or SPE (not to its share of the limit). Those to SPE are squares; of those to T² some
            may be negative: the feature brings the batch nearer to what its other features make likely.

        Raises
        ------
        TypeError, ValueError, KeyError
            As :meth:`judge`; and if the chart is unknown.
        """
        import pandas as pd

        if chart not in CHARTS:
            raise ValueError(f"chart must be one of {', '.join(CHARTS)}, got {chart!r}")
        parts = self._plane.parts(self._looked_at(features), chart)
        return pd.DataFrame(parts, index=features.index, columns=self.variables_)

    def _looked_at(self, features: pd.DataFrame) -> np.ndarray:
        if not hasattr(self, "_plane"):
            raise ValueError("this monitor is not fitted: call fit with the features of batches first")
        _features(features)
        if missing := [name for name in self.variables_ if name not in features.columns]:
            raise KeyError(f"features must have the columns of fit, missing: {', '.join(missing[:3])}")
        return features[self.variables_].to_numpy(dtype=float)


def by_variable(contributions: pd.DataFrame) -> pd.DataFrame:
    """Add up what the features of one variable contribute.

    Parameters
    ----------
    contributions : pandas.DataFrame
        As :meth:`Monitor.contributions` gives it.

    Returns
    -------
    pandas.DataFrame, a row a batch and a column a variable
        The lengths of the phases are one variable, ``length``.

    Examples
    --------
    >>> import pandas as pd
    >>> by_variable(pd.DataFrame({"heat · mean · react": [1.0], "heat · slope · react": [2.0]})).values.tolist()
    [[3.0]]
    """
    return contributions.T.groupby([variable_of(name) for name in contributions.columns], sort=False).sum().T


def false_alarms(features: pd.DataFrame, folds: int = 10, seed: int = 0, **settings: Any) -> Counted:
    """Count how many of the batches are called unlike the rest by monitors that have not seen them.

    Parameters
    ----------
    features : pandas.DataFrame, a row a batch
    folds : int
        The batches are dealt into so many parts; each part is judged by a monitor of the others, limits and all.
    seed : int
        Of the deal.
    **settings
        Of :class:`Monitor`.

    Returns
    -------
    Counted
        ``alarms`` and ``n``. Where the batches hold no fault, these are false alarms; in batches without labels they
        are alarms, and nobody knows which are false.

    Raises
    ------
    TypeError, ValueError
        As :meth:`Monitor.fit`, for the batches that are left; and if there are fewer batches than folds.

    Examples
    --------
    >>> import pandas as pd
    >>> usual = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 3)), columns=["a", "b", "c"])
    >>> false_alarms(usual, components=1).n
    60
    """
    X = _features(features)
    folds = whole(folds, "folds", least=2)
    if folds > len(X):
        raise ValueError(f"folds must be at most the {len(X)} batches, got {folds}")
    order = np.random.default_rng(whole(seed, "seed")).permutation(len(X))
    alarms = 0
    for part in np.array_split(order, folds):
        rest = np.setdiff1d(order, part)
        alarms += int(Monitor(**settings).fit(features.iloc[rest]).judge(features.iloc[part])["alarm"].sum())
    return Counted(alarms, len(X))


def stability(
    features: pd.DataFrame, draws: int = 40, leave_out: float = 0.2, seed: int = 0, **settings: Any
) -> pd.DataFrame:
    """Leave batches out at random, again and again, and see whether the same ones are called unlike the rest.

    Parameters
    ----------
    features : pandas.DataFrame, a row a batch
    draws : int
        How often.
    leave_out : float
        Which share of the batches, over 0 and under 0.5; each is judged only when it is among them.
    seed : int
    **settings
        Of :class:`Monitor`.

    Returns
    -------
    pandas.DataFrame, a row a batch
        ``judged``: how often it was left out; ``alarms``: the share of these in which it was called unlike the rest;
        ``variable``: the one that contributed most, in the largest number of them; ``same``: in which share.
        NaN and an empty text where it was never left out.

    Raises
    ------
    TypeError, ValueError
        As :meth:`Monitor.fit`; and if ``leave_out`` is out of range.

    Examples
    --------
    >>> import pandas as pd
    >>> usual = pd.DataFrame(np.random.default_rng(0).normal(size=(60, 3)), columns=["a", "b", "c"])
    >>> usual.loc[7, "b"] = 40.0
    >>> [str(value) for value in stability(usual, components=1).loc[7, ["alarms", "variable", "same"]]]
    ['1.0', 'b', '1.0']
    """
    import pandas as pd

    X = _features(features)
    share = float(numbers(leave_out, "leave_out", ndim=0))
    if not 0 < share < 0.5:
        raise ValueError(f"leave_out must be over 0 and under 0.5, got {leave_out}")
    random, size = np.random.default_rng(whole(seed, "seed")), math.ceil(share * len(X))
    said: dict[int, list[tuple[bool, str]]] = {at: [] for at in range(len(X))}
    for _ in range(whole(draws, "draws", least=1)):
        order = random.permutation(len(X))
        out = np.sort(order[:size])
        judged = Monitor(**settings).fit(features.iloc[np.sort(order[size:])]).judge(features.iloc[out])
        for at, alarm, variable in zip(out, judged["alarm"], judged["variable"], strict=True):
            said[at].append((bool(alarm), variable))
    rows = []
    for heard in said.values():
        names = [variable for _, variable in heard]
        most = max(sorted(set(names)), key=names.count) if names else ""
        rows.append(
            {
                "judged": len(heard),
                "alarms": float(np.mean([alarm for alarm, _ in heard])) if heard else math.nan,
                "variable": most,
                "same": names.count(most) / len(names) if names else math.nan,
            }
        )
    return pd.DataFrame(rows, index=features.index)


class _Plane:
    """Principal components of standardised features, and how far from them a batch lies."""

    def __init__(self, X: np.ndarray, components: int) -> None:
        from introdl.detectors import HotellingDetector

        self.detector = HotellingDetector(components=components, limit="F").fit(X)
        whitening = self.detector.learned_["whitening"]  # directions, each divided by its spread
        self.directions = whitening / np.linalg.norm(whitening, axis=0)

    def scores(self, X: np.ndarray) -> np.ndarray:
        """Return T² and SPE, shape (n, 2)."""
        return np.column_stack([-self.detector.score_samples(X), self.parts(X, "spe").sum(axis=1)])

    def parts(self, X: np.ndarray, chart: str) -> np.ndarray:
        z = (X - self.detector.mean_) / self.detector.scale_
        if chart == "t2":
            whitening = self.detector.learned_["whitening"]
            return z * (z @ whitening @ whitening.T)
        return (z - z @ self.directions @ self.directions.T) ** 2

    def formulas(self, X: np.ndarray, rate: float) -> dict[str, float]:
        from scipy import stats

        spe = self.scores(X)[:, 1]
        mean, variance = spe.mean(), spe.var(ddof=1)
        self.detector.set_params(false_alarm_rate=rate)
        limit = -self.detector.fit(X).offset_
        return {"t2": float(limit), "spe": float(variance / (2 * mean) * stats.chi2.isf(rate, 2 * mean**2 / variance))}


def _left_out(X: np.ndarray, components: int) -> np.ndarray:
    """Return T² and SPE of each row by a model that has not seen it, shape (n, 2)."""
    scores = np.empty((len(X), 2))
    parts = np.arange(len(X)) % min(10, len(X))
    for part in range(parts.max() + 1):
        scores[parts == part] = _Plane(X[parts != part], components).scores(X[parts == part])
    return scores


def _slope(clock: np.ndarray, values: np.ndarray) -> np.ndarray:
    centred = clock - clock.mean()
    spread = (centred**2).sum()
    return centred @ values / spread if spread else np.zeros(values.shape[1])


def _area(clock: np.ndarray, values: np.ndarray) -> np.ndarray:
    return (np.diff(clock)[:, None] * (values[1:] + values[:-1]) / 2).sum(axis=0)


_FEATURE: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "mean": lambda _, values: values.mean(axis=0),
    "slope": _slope,
    "area": _area,
}


def _unit(column: str, units: Any, of_time: str) -> str:
    name, *kind = column.split(BETWEEN)
    if name == "length" and len(kind) == 1:
        return "samples"
    unit = units.get(name, "")
    return {"slope": f"{unit} per {of_time}", "area": f"{unit} × {of_time}"}.get(kind[0], unit).strip()


def _features(features: pd.DataFrame) -> np.ndarray:
    import pandas as pd

    if not isinstance(features, pd.DataFrame):
        raise TypeError(f"features must be a pandas DataFrame, a row a batch, got {type(features).__name__}")
    if not features.index.is_unique:
        raise ValueError("features must have one row a batch, got a batch twice")
    return numbers(features.to_numpy(), "features", ndim=2)


def _pieces(
    table: pd.DataFrame, variables: Sequence[str], batch: str, phase: str | None, time: str | None
) -> dict[Any, dict[Any, np.ndarray]]:
    """Return for each batch and phase an array: time, then the variables."""
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table must be a pandas DataFrame, a row a sample, got {type(table).__name__}")
    if isinstance(variables, str):
        raise TypeError(f'variables must be a list of columns, got the text {variables!r}: write ["{variables}"]')
    wanted = [batch, *([phase] if phase else []), *([time] if time else []), *variables]
    if missing := [name for name in wanted if name not in table.columns]:
        raise KeyError(f"no column {', '.join(map(str, missing))}; there are {', '.join(map(str, table.columns))}")
    if len(table) == 0:
        raise ValueError("table must hold at least one row, got none")
    for name in wanted[: 2 if phase else 1]:
        if table[name].isna().any():
            raise ValueError(f"every row must name its {name}, got none in row {int(table[name].isna().argmax())}")
    starts = np.flatnonzero(table[batch].ne(table[batch].shift()).to_numpy())
    again = table[batch].iloc[starts]
    if again.duplicated().any():
        name = again[again.duplicated()].iloc[0]
        raise ValueError(f"the rows of a batch must stand together, got batch {name} twice: sort the table first")
    values = np.empty((len(table), len(variables)))
    for place, name in enumerate(variables):
        values[:, place] = numbers(table[name].to_numpy(), name, ndim=1)
    clock = None if time is None else numbers(table[time].to_numpy(), time, ndim=1)
    phases = table[phase].to_numpy() if phase else None
    pieces: dict[Any, dict[Any, np.ndarray]] = {}
    for start, end in zip(starts, [*starts[1:], len(table)], strict=True):
        name = table[batch].iloc[start]
        now = np.arange(end - start, dtype=float) if clock is None else clock[start:end]
        if (np.diff(now) <= 0).any():
            raise ValueError(f"time must rise within a batch, and does not in batch {name}")
        rows = np.column_stack([now, values[start:end]])
        pieces[name] = {WHOLE: rows} if phases is None else _by_phase(rows, phases[start:end], name)
    return pieces


def _by_phase(rows: np.ndarray, phases: np.ndarray, name: Any) -> dict[Any, np.ndarray]:
    starts = [0, *(np.flatnonzero(phases[1:] != phases[:-1]) + 1).tolist()]
    found: dict[Any, np.ndarray] = {}
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        part = phases[start]
        if part in found:
            raise ValueError(f"batch {name} goes through phase {part} twice: give the second one a name of its own")
        found[part] = rows[start:end]
    return found


def _complete(pieces: dict[Any, dict[Any, np.ndarray]]) -> dict[Any, dict[Any, np.ndarray]]:
    every = list(dict.fromkeys(part for parts in pieces.values() for part in parts))
    for name, parts in pieces.items():
        if missing := [str(part) for part in every if part not in parts]:
            raise ValueError(
                f"batch {name} has no phase {', '.join(missing)}: set it aside, with the reason, or leave the phase out"
            )
    return pieces
