"""What a lung test says: reference values, the spectrum of an oscillometer, and the 21 numbers that are read from it.

Chapter: ``spirometry``. Pressures are in kPa, flows in L/s, volumes in L, frequencies in Hz, heights in cm, ages in
years. 1 kPa s/L = 10 hPa s/L = 10.197 cmH2O s/L.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from introdl.arrays import numbers
from introdl.checking import share
from introdl.language import known, label

if TYPE_CHECKING:
    import pandas as pd

FREQUENCIES = (5, 10, 15, 20, 25, 35)  # Hz: those of the slides' R and X
INPUTS = (
    *(f"R{f}" for f in FREQUENCIES),
    *(f"X{f}" for f in FREQUENCIES),
    *("Z5", "VT", "Rc", "Rp", "Fres", "AX", "R5-R20", "male", "age"),
)
"""X1 to X21 of the slides, in their order; ``male`` is 1 for men and 0 for women."""

INPUT_UNITS = {
    **{name: "kPa s/L" for name in INPUTS if name[0] in "RXZ"},
    "VT": "L",
    "Fres": "Hz",
    "AX": "kPa/L",
    "male": "1 male, 0 female",
    "age": "years",
}

# Hankinson 1999 (NHANES III), adults, the columns "Caucasian": b0 + b1 age + b2 age² + b3 height²; b3 of the limit
VOLUMES = {
    "fev1": {
        "male": (0.5536, -0.01303, -0.000172, 0.00014098, 0.00011607),
        "female": (0.4333, -0.00361, -0.000194, 0.00011496, 0.00009283),
    },
    "fvc": {
        "male": (-0.1933, 0.00064, -0.000269, 0.00018642, 0.00015695),
        "female": (-0.3560, 0.01870, -0.000382, 0.00014815, 0.00012198),
    },
}
RATIO = {"male": (88.066, -0.2066, 78.388), "female": (90.809, -0.2125, 81.015)}  # %: b0, b1 age; b0 of the limit
ADULT, OLDEST = 20, 80  # years: where the equations for adults begin for both sexes, and where their data end
LIMIT_Z = 1.645  # the lower limit of normal is the 5th percentile
TIME_CONSTANTS = np.geomspace(0.004, 0.4, 161)  # s: what the fit tries for Rp Cp


class Crossing(NamedTuple):
    """Where reactance becomes zero, and the area until there."""

    fres: np.ndarray  # (n,), Hz
    ax: np.ndarray  # (n,), kPa/L
    seen: np.ndarray  # (n,): "within" the measured frequencies, already "below" them, or not until "above" them


class Lung(NamedTuple):
    """The four numbers of the extended RIC model, each of shape (n,)."""

    R: np.ndarray  # central resistance, kPa s/L
    I: np.ndarray  # noqa: E741  inertance, kPa s²/L
    Rp: np.ndarray  # peripheral resistance, kPa s/L
    Cp: np.ndarray  # peripheral compliance, L/kPa


def reference(sex: object, age: object, height: object) -> pd.DataFrame:
    """Return what healthy people of that sex, age and height blow, and the lower limit of normal.

    The equations of Hankinson, Odencrantz and Fedan (1999) for adults, as published for one of their three groups,
    named "Caucasian" there. They are used here for everybody, and that is their limit: they come from one country,
    from 1988 to 1994, and from people who named themselves one thing. A race-neutral set of equations is GLI Global
    (Bowerman and others, 2023); it rests on tables of splines that belong to their authors and are not copied here.

    Parameters
    ----------
    sex : array-like of str, shape (n,)
        "female" or "male".
    age : array-like, shape (n,)
        Years, from 20 to 80.
    height : array-like, shape (n,)
        cm, from 100 to 230.

    Returns
    -------
    pandas.DataFrame, shape (n, 6)
        ``fev1`` and ``fvc`` (L) and ``ratio`` (FEV1 / FVC), each followed by its lower limit of normal, the 5th
        percentile of healthy people: ``fev1_lln``, ``fvc_lln``, ``ratio_lln``.

    Raises
    ------
    TypeError, ValueError
        If there are other words for the sex, an age or a height is outside of its range, or lengths differ.

    Examples
    --------
    >>> reference(["male"], [60], [175]).round(2).iloc[0].tolist()
    [3.47, 2.71, 4.59, 3.68, 0.76, 0.66]
    """
    import pandas as pd

    male, age, height = _person(sex, age, height)
    found = {}
    for name, equation in VOLUMES.items():
        b0, b1, b2, b3, limit = (
            np.where(male, *pair) for pair in zip(equation["male"], equation["female"], strict=True)
        )
        found[name] = b0 + b1 * age + b2 * age**2 + b3 * height**2
        found[f"{name}_lln"] = found[name] + (limit - b3) * height**2
    b0, b1, limit = (np.where(male, *pair) for pair in zip(RATIO["male"], RATIO["female"], strict=True))
    found["ratio"], found["ratio_lln"] = (b0 + b1 * age) / 100, (limit + b1 * age) / 100
    return pd.DataFrame(found)


def z_scores(people: pd.DataFrame) -> pd.DataFrame:
    """Return how many standard deviations each person lies above or below the reference.

    Parameters
    ----------
    people : pandas.DataFrame
        With ``sex``, ``age``, ``height``, ``fev1`` and ``fvc``.

    Returns
    -------
    pandas.DataFrame, shape (n, 3)
        ``z_fev1``, ``z_fvc``, ``z_ratio``; below −1.645 is below the lower limit of normal. The index is that of
        ``people``.

    Raises
    ------
    TypeError, ValueError
        As :func:`reference`; and if a column is missing, or FEV1 or FVC is not above 0.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"sex": ["male"], "age": [60], "height": [175], "fev1": [2.71], "fvc": [4.59]})
    >>> z_scores(people).round(1).iloc[0].tolist()
    [-1.6, 0.0, -2.8]
    """
    import pandas as pd

    _has_columns(people, ("sex", "age", "height", "fev1", "fvc"))
    expected = reference(people["sex"], people["age"], people["height"])
    measured = {name: numbers(people[name].to_numpy(), name, ndim=1) for name in ("fev1", "fvc")}
    for name, values in measured.items():
        if not (values > 0).all():
            raise ValueError(f"{name} must be above 0 (L), got {values.min():g}")
    measured["ratio"] = measured["fev1"] / measured["fvc"]
    scores = {}
    for name, values in measured.items():
        spread = (expected[name] - expected[f"{name}_lln"]).to_numpy() / LIMIT_Z
        scores[f"z_{name}"] = (values - expected[name].to_numpy()) / spread
    return pd.DataFrame(scores, index=people.index)


def extended_ric(
    frequency: object,
    R: object,
    I: object,  # noqa: E741
    Rp: object,
    Cp: object,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return resistance and reactance of the extended RIC model: a tube, a mass, a spring, and what lies behind it.

    With :math:`\omega = 2\pi f` and :math:`\tau = R_p C_p`, resistance is :math:`R + R_p / (1 + (\omega\tau)^2)` and
    reactance :math:`\omega I - R_p\,\omega\tau / (1 + (\omega\tau)^2)` (Diong and others, 2007). They are the real
    and the imaginary part of :math:`R + j\omega I + R_p / (1 + j\omega\tau)`.

    Parameters
    ----------
    frequency : array-like, shape (k,)
        Hz, above 0.
    R, I, Rp, Cp : number or array-like, shape (n,)
        kPa s/L, kPa s²/L, kPa s/L, L/kPa.

    Returns
    -------
    resistance, reactance : ndarray, shape (k,) for numbers, else (n, k)
        kPa s/L.

    Raises
    ------
    TypeError, ValueError
        If something is no finite number, a frequency is not above 0, or lengths differ.

    Examples
    --------
    >>> resistance, reactance = extended_ric([5], R=0.2, I=0.0, Rp=0.4, Cp=1 / (2 * np.pi * 5 * 0.4))
    >>> resistance.round(3).tolist(), reactance.round(3).tolist()
    ([0.4], [-0.2])
    """
    omega = 2 * np.pi * _frequencies(frequency)
    R, I, Rp, Cp = (numbers(value, name) for value, name in ((R, "R"), (I, "I"), (Rp, "Rp"), (Cp, "Cp")))  # noqa: E741
    try:
        R, I, Rp, Cp = np.broadcast_arrays(R, I, Rp, Cp)  # noqa: E741
    except ValueError:
        raise ValueError("R, I, Rp and Cp must have the same length") from None
    R, I, Rp, Cp = (value[..., None] for value in (R, I, Rp, Cp))  # noqa: E741
    turned = omega * Rp * Cp
    return R + Rp / (1 + turned**2), omega * I - Rp * turned / (1 + turned**2)


def crossing(frequency: object, reactance: object) -> Crossing:
    """Read the resonant frequency and the area of reactance from a measured curve, as a device does.

    ``fres`` is the first frequency at which reactance is no longer negative, by a straight line between neighbouring
    points. ``ax`` is the area between the curve and zero from the first frequency to ``fres``.

    Parameters
    ----------
    frequency : array-like, shape (k,)
        Hz, rising; the first is 5 Hz by definition of AX.
    reactance : array-like, shape (k,) or (n, k)
        kPa s/L.

    Returns
    -------
    Crossing
        Where reactance is not negative at the first frequency, Fres lies below it: ``seen`` is "below", ``fres`` is
        the first frequency (it is no more than that) and ``ax`` is 0. Where it stays negative, ``seen`` is "above",
        ``fres`` the last frequency (it is no less) and ``ax`` the area until there (no less).

    Raises
    ------
    TypeError, ValueError
        If something is no finite number, frequencies do not rise, or lengths differ.

    Examples
    --------
    >>> found = crossing([5, 10, 15], [-0.2, -0.1, 0.1])
    >>> found.fres.tolist(), found.ax.round(3).tolist(), found.seen.tolist()
    ([12.5], [0.875], ['within'])
    """
    frequency = _frequencies(frequency)
    reactance = np.atleast_2d(numbers(reactance, "reactance"))
    if reactance.ndim != 2 or reactance.shape[1] != len(frequency):
        raise ValueError(
            f"reactance must have a value for each of the {len(frequency)} frequencies, got shape {reactance.shape}"
        )
    if len(frequency) < 2:
        raise ValueError(f"a curve needs at least 2 frequencies, got {len(frequency)}")
    reached = reactance >= 0
    ever, first = reached.any(axis=1), reached.argmax(axis=1)
    rows = np.arange(len(reactance))
    before = np.maximum(first - 1, 0)
    low, high = reactance[rows, before], reactance[rows, np.maximum(first, 1)]
    part = np.where(high > low, -low / np.where(high > low, high - low, 1), 0)
    fres = frequency[before] + part * (frequency[np.maximum(first, 1)] - frequency[before])
    steps = np.diff(frequency) * (reactance[:, 1:] + reactance[:, :-1]) / 2
    areas = np.concatenate([np.zeros((len(reactance), 1)), np.cumsum(steps, axis=1)], axis=1)
    area = -areas[rows, before] - low * (fres - frequency[before]) / 2
    below = ever & (first == 0)
    seen = np.where(below, "below", np.where(ever, "within", "above"))
    fres = np.where(below, frequency[0], np.where(ever, fres, frequency[-1]))
    ax = np.where(below, 0.0, np.where(ever, area, -areas[:, -1]))
    return Crossing(fres, ax, seen)


def fit_extended_ric(frequency: object, resistance: object, reactance: object) -> Lung:
    """Fit the extended RIC model to measured spectra by least squares: how a device comes to its Rc and Rp.

    For a given time constant Rp Cp the model is linear in R, I and Rp. So all time constants of a fine grid are
    tried, with one linear fit each, and the one with the smallest residuals is kept.

    Parameters
    ----------
    frequency : array-like, shape (k,)
        Hz; at least 2.
    resistance, reactance : array-like, shape (k,) or (n, k)
        kPa s/L.

    Returns
    -------
    Lung
        Central resistance ``R`` (a device prints it as Rc), ``I``, ``Rp`` and ``Cp``, each of shape (n,).

    Raises
    ------
    TypeError, ValueError
        If something is no finite number, there are fewer than 2 frequencies, or shapes differ.

    Examples
    --------
    >>> curves = extended_ric([5, 10, 15, 20], R=0.25, I=0.0005, Rp=0.3, Cp=0.19)
    >>> lung = fit_extended_ric([5, 10, 15, 20], *curves)
    >>> [round(float(value[0]), 2) for value in (lung.R, lung.Rp, lung.Cp)]
    [0.25, 0.3, 0.19]
    """
    frequency = _frequencies(frequency)
    resistance, reactance = (
        np.atleast_2d(numbers(value, name)) for value, name in ((resistance, "resistance"), (reactance, "reactance"))
    )
    if resistance.shape != reactance.shape or resistance.shape[1:] != frequency.shape or len(frequency) < 2:
        raise ValueError(
            f"resistance and reactance must have a value for each of at least 2 frequencies, got shapes "
            f"{resistance.shape} and {reactance.shape} for {len(frequency)} frequencies"
        )
    measured = np.concatenate([resistance, reactance], axis=1).T  # (2k, n)
    taus = TIME_CONSTANTS
    best, chosen, kept = (
        np.full(measured.shape[1], np.inf),
        np.zeros((3, measured.shape[1])),
        np.zeros(measured.shape[1]),
    )
    for tau in taus:
        design = _design(frequency, tau)
        solved = np.linalg.lstsq(design, measured, rcond=None)[0]
        squares = ((measured - design @ solved) ** 2).sum(axis=0)
        better = squares < best
        best[better], kept[better], chosen[:, better] = squares[better], tau, solved[:, better]
    peripheral = np.maximum(chosen[2], 1e-6)  # a spectrum without any fall has none
    return Lung(chosen[0], chosen[1], peripheral, kept / peripheral)


def inputs(
    frequency: object, resistance: object, reactance: object, vt: object, sex: object, age: object
) -> pd.DataFrame:
    """Return X1 to X21 of the slides, all of them read from the measured spectrum.

    Parameters
    ----------
    frequency : array-like, shape (k,)
        Hz, rising from 5; 5, 10, 15, 20, 25 and 35 must be among them.
    resistance, reactance : array-like, shape (n, k)
        kPa s/L, as measured.
    vt : array-like, shape (n,)
        Tidal volume, L.
    sex : array-like of str, shape (n,)
        "female" or "male".
    age : array-like, shape (n,)
        Years.

    Returns
    -------
    pandas.DataFrame, shape (n, 21)
        The columns :data:`INPUTS`. ``Rc`` and ``Rp`` are fitted to the six frequencies, ``Fres`` and ``AX`` read from
        the whole curve. ``attrs["units"]`` holds the units.

    Raises
    ------
    TypeError, ValueError
        As :func:`crossing`; and if one of the six frequencies is missing, or there are other words for the sex.

    Examples
    --------
    >>> curves = extended_ric(range(5, 51), R=[0.25], I=[0.0005], Rp=[0.3], Cp=[0.19])
    >>> table = inputs(range(5, 51), *curves, vt=[0.6], sex=["female"], age=[70])
    >>> table.shape, table[["R5", "X5", "Fres"]].round(2).iloc[0].tolist()
    ((1, 21), [0.32, -0.11, 16.09])
    """
    import pandas as pd

    frequency = _frequencies(frequency)
    missing = [f for f in FREQUENCIES if f not in frequency]
    if missing:
        raise ValueError(f"frequency must hold {FREQUENCIES} Hz, got none at {missing}")
    resistance, reactance = (
        np.atleast_2d(numbers(value, name)) for value, name in ((resistance, "resistance"), (reactance, "reactance"))
    )
    places = [int(np.flatnonzero(frequency == f)[0]) for f in FREQUENCIES]
    r, x = resistance[:, places], reactance[:, places]
    fres, ax, _ = crossing(frequency, reactance)
    lung = fit_extended_ric(FREQUENCIES, r, x)
    columns = [*r.T, *x.T, np.hypot(r[:, 0], x[:, 0]), numbers(vt, "vt", ndim=1), lung.R, lung.Rp, fres, ax]
    columns += [r[:, 0] - r[:, 3], _is_male(sex).astype(float), numbers(age, "age", ndim=1)]
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        raise ValueError(f"all must have the same number of rows, got {sorted(lengths)}")
    table = pd.DataFrame(dict(zip(INPUTS, columns, strict=True)))
    table.attrs = {"units": INPUT_UNITS}
    return table


def variance_inflation(X: pd.DataFrame) -> pd.Series:
    """Return for each column how much the others already say: 1 / (1 − R²) of its regression on all others.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, d)
        At least 2 columns, none of them constant, and more rows than columns.

    Returns
    -------
    pandas.Series of float
        1 where a column is uncorrelated with the others; infinite where it is a sum of them.

    Raises
    ------
    TypeError, ValueError
        If ``X`` is no such table.

    Examples
    --------
    >>> import pandas as pd
    >>> variance_inflation(pd.DataFrame({"a": [1, 2, 3, 4.0], "b": [1, -1, -1, 1.0]})).tolist()
    [1.0, 1.0]
    """
    import pandas as pd

    if not isinstance(X, pd.DataFrame):
        raise TypeError(f"X must be a pandas DataFrame, got {type(X).__name__}")
    values = numbers(X.to_numpy(), "X", ndim=2)
    if values.shape[1] < 2 or values.shape[0] <= values.shape[1]:
        raise ValueError(f"X must have at least 2 columns and more rows than columns, got shape {values.shape}")
    constant = [name for name, column in zip(X.columns, values.T, strict=True) if np.ptp(column) == 0]
    if constant:
        raise ValueError(f"a constant column says nothing and has no inflation, got {constant}: leave it out")
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    found = []
    for place in range(scaled.shape[1]):
        others = np.delete(scaled, place, axis=1)
        left = scaled[:, place] - others @ np.linalg.lstsq(others, scaled[:, place], rcond=None)[0]
        unexplained = float((left**2).mean())
        found.append(np.inf if unexplained < 1e-10 else 1 / unexplained)
    return pd.Series(np.round(found, 6), index=X.columns, name="inflation")


def inside_healthy(table: pd.DataFrame, healthy: object, ill: object) -> pd.DataFrame:
    """Count for each index how many of the ill lie where the middle 90% of the healthy lie.

    Parameters
    ----------
    table : pandas.DataFrame, shape (n, d)
        The indices, such as R5 or AX.
    healthy, ill : array-like of bool, shape (n,)
        Who is which; nobody is both, some may be neither.

    Returns
    -------
    pandas.DataFrame, one row an index
        ``healthy_low`` and ``healthy_high``, the 5th and the 95th percentile of the healthy; ``right`` of ``of``, the
        ill inside and all the ill; ``share`` with Wilson's ``low`` and ``high`` (NaN where there are too few to say).

    Raises
    ------
    TypeError, ValueError
        If masks are of another length, overlap, or mark nobody.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"R5": range(40)})
    >>> inside_healthy(table, table["R5"] < 20, table["R5"] >= 15 + 5)[["right", "of"]].values.tolist()
    [[0, 20]]
    """
    import pandas as pd

    masks = {name: np.asarray(mask, dtype=bool) for name, mask in (("healthy", healthy), ("ill", ill))}
    for name, mask in masks.items():
        if mask.shape != (len(table),) or not mask.any():
            raise ValueError(
                f"{name} must mark some of the {len(table)} rows, got shape {mask.shape}, {mask.sum()} marked"
            )
    if (masks["healthy"] & masks["ill"]).any():
        raise ValueError("nobody may be both healthy and ill")
    rows = []
    for name in table.columns:
        values = numbers(table[name].to_numpy(), name, ndim=1)
        low, high = np.quantile(values[masks["healthy"]], [0.05, 0.95])
        ill_values = values[masks["ill"]]
        found = share(int(((ill_values >= low) & (ill_values <= high)).sum()), len(ill_values))
        ends = (np.nan, np.nan) if found.interval is None else found.interval
        estimate = np.nan if found.estimate is None else found.estimate
        rows.append([low, high, found.right, found.n, estimate, *ends])
    heads = ["healthy_low", "healthy_high", "right", "of", "share", "low", "high"]
    return pd.DataFrame(rows, index=table.columns, columns=heads).astype({"right": int, "of": int})


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of this chapter with its heads, and the names of its rows, in the reader's language.

    Parameters
    ----------
    table : pandas.DataFrame
        A name that ``labels/lungs.toml`` does not know, such as FEV1 or Z5, stays as it is; so do the values.

    Returns
    -------
    pandas.DataFrame, same shape
        A copy.

    Raises
    ------
    TypeError
        If ``table`` is no data frame.

    Examples
    --------
    >>> import pandas as pd
    >>> named(pd.DataFrame({"sd": [0.4]}, index=["slide"])).index.tolist()
    ['linear, X1–X21']
    """
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"table must be a pandas DataFrame, got {type(table).__name__}")
    shown = table.rename(index=_word, columns=_word)
    shown.index.names = [_word(name) for name in table.index.names]
    return shown


def _word(head: object) -> object:
    return label(f"lungs.{head}") if isinstance(head, str) and known(f"lungs.{head}") else head


def _design(frequency: np.ndarray, tau: float) -> np.ndarray:
    """Return the matrix that makes resistance and reactance of R, I and Rp."""
    omega = 2 * np.pi * frequency
    falls = 1 / (1 + (omega * tau) ** 2)
    zero = np.zeros(len(omega))
    upper = np.stack([np.ones(len(omega)), zero, falls], axis=1)
    return np.concatenate([upper, np.stack([zero, omega, -omega * tau * falls], axis=1)])


def _frequencies(frequency: object) -> np.ndarray:
    frequency = numbers(list(frequency) if isinstance(frequency, range) else frequency, "frequency", ndim=1)
    if not (frequency > 0).all() or not (np.diff(frequency) > 0).all():
        raise ValueError(f"frequency must be above 0 Hz and rise, got {frequency.tolist()[:5]}")
    return frequency


def _is_male(sex: object) -> np.ndarray:
    words = np.asarray(sex, dtype=object)
    if words.ndim != 1 or not len(words):
        raise ValueError(f"sex must be a list of words, got shape {words.shape}")
    odd = sorted({str(word) for word in words if word not in ("female", "male")})
    if odd:
        raise ValueError(f"sex must be female or male, the reference equations know no other, got {', '.join(odd[:3])}")
    return words == "male"


def _person(sex: object, age: object, height: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    male, age, height = _is_male(sex), numbers(age, "age", ndim=1), numbers(height, "height", ndim=1)
    if not len(male) == len(age) == len(height):
        raise ValueError(f"sex, age and height must have the same length, got {len(male)}, {len(age)}, {len(height)}")
    for name, values, low, high, unit in (("age", age, ADULT, OLDEST, "years"), ("height", height, 100, 230, "cm")):
        outside = values[(values < low) | (values > high)]
        if len(outside):
            raise ValueError(
                f"{name} must be from {low} to {high} {unit}, where the equations hold, got {outside[0]:g}"
            )
    return male, age, height


def _has_columns(people: object, columns: tuple[str, ...]) -> None:
    import pandas as pd

    if not isinstance(people, pd.DataFrame):
        raise TypeError(f"people must be a pandas DataFrame, got {type(people).__name__}")
    missing = [name for name in columns if name not in people.columns]
    if missing:
        raise ValueError(f"people must have the columns {', '.join(columns)}, got none called {', '.join(missing)}")
