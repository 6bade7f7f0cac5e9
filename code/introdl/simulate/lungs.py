"""Simulated people who blow into a spirometer, and a simulated oscillometer for people simulated or real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from introdl.arrays import numbers, whole
from introdl.lungs import INPUTS, LIMIT_Z, Lung, extended_ric, inputs, reference, z_scores

if TYPE_CHECKING:
    import pandas as pd

SPIROMETRY_UNITS = {
    "person": "number of the person",
    "sex": "female or male",
    "age": "years",
    "height": "cm",
    "bmi": "kg/m²",
    "fev1": "L",
    "fvc": "L",
    "ratio": "FEV1 / FVC",
}
BODY = {"female": (160.6, 7.0, 29.0), "male": (174.0, 7.6, 28.5)}  # height: mean, SD (cm); BMI: median (kg/m²)
BMI_SPREAD = 0.20  # SD of its logarithm
FVC_WITH_RATIO = -0.13  # correlation of the two scores in healthy people
SEVERITY = (1.6, 1.0)  # shape and scale of a gamma distribution, in standard deviations of the ratio
FVC_LOST = 0.35  # standard deviations of FVC for each of the ratio

MEASURED = np.arange(5, 51)  # Hz
# log of R, I, Rp and Cp of a healthy person: constant, age (years), male, 100 / height (cm), 10 / BMI
HEALTHY = np.array(
    [
        [-2.7868, 0.0036, -0.0663, 2.2247, -0.3310],
        [-7.1863, 0.0006, -0.0543, -0.9582, 0.5433],
        [-3.1726, -0.0062, -0.1648, 3.6729, 0.2257],
        [1.2364, -0.0076, 0.0166, -5.2388, 1.8205],
    ]
)
OBSTRUCTION = np.array([0.09, 0.0, 0.25, -0.18])  # log of R, I, Rp, Cp for each SD of the ratio below its reference
SMALL_VOLUME = np.array([0.05, 0.0, 0.05, -0.13])  # and for each SD of FVC below its reference
PERSON = np.array([0.21, 0.15, 0.36, -0.25])  # SD of the logarithm among like people
WITHIN = {"healthy": (0.061, 0.037), "obstructed": (0.145, 0.110)}  # coefficient of variation: mean and SD
RELATIVE, ABSOLUTE, SMOOTH = 0.03, 0.008, 2.5  # noise: share, kPa s/L, and over how many Hz it stays alike


@dataclass(frozen=True)
class Oscillometry:
    """What the simulated device measured, and what it would have measured without noise."""

    features: pd.DataFrame  # (n, 21): X1 to X21, from the mean of the repeats
    variation: pd.Series  # (n,): coefficient of variation of R5 over the repeats
    frequency: np.ndarray  # (k,), Hz
    resistance: np.ndarray  # (n, k), kPa s/L: mean of the repeats, as measured
    reactance: np.ndarray  # (n, k)
    lung: Lung  # the model's four numbers of each person; no device knows them


def spirometry_people(people: int = 2000, seed: int = 0, obstructed: float = 0.20) -> pd.DataFrame:
    """Simulate adults with their spirometry, from published reference equations.

    Nobody in this table exists. The rules:

    - ``sex`` is female or male with equal chance; ``age`` is uniform from 40 to 80 years. ``height`` is normal, mean
      160.6 cm (SD 7.0) for women and 174.0 cm (7.6) for men; ``bmi`` is lognormal, median 29.0 and 28.5 kg/m², SD of
      the logarithm 0.20, kept from 16 to 60 (about as in NHANES 2007 to 2012 from 40 years; ours).
    - A healthy person's ``fvc`` and ``ratio`` are normal around :func:`introdl.lungs.reference` (Hankinson 1999), with
      its spread, (reference − lower limit) / 1.645. The two scores have a correlation of −0.13: with it, FEV1, which
      is the product, has the spread that is published for FEV1 (ours, fitted).
    - With probability ``obstructed`` the score of the ratio is lower by a gamma variable of shape 1.6 and scale 1.0,
      and that of FVC by 0.35 of the same (ours). Nobody's score is under −6, nobody's ratio under 0.20.

    Parameters
    ----------
    people : int
        How many people, at least 1.
    seed : int
        The same seed gives the same table.
    obstructed : float
        Probability of an obstruction, from 0 to 1.

    Returns
    -------
    pandas.DataFrame, shape (people, 8)
        ``person`` (from 1), ``sex``, ``age``, ``height``, ``bmi``, ``fev1``, ``fvc``, ``ratio``; ``attrs`` holds
        ``units`` and ``source``.

    Raises
    ------
    TypeError, ValueError
        If a count is not a whole number or is under 1, or ``obstructed`` is not from 0 to 1.

    Examples
    --------
    >>> table = spirometry_people(people=500)
    >>> table.shape, bool((table["fev1"] < table["fvc"]).all())
    ((500, 8), True)
    """
    import pandas as pd

    people, draw = whole(people, "people", least=1), np.random.default_rng(whole(seed, "seed"))
    if not 0 <= float(numbers(obstructed, "obstructed", ndim=0)) <= 1:
        raise ValueError(f"obstructed must be a probability, from 0 to 1, got {obstructed}")
    sex = np.where(draw.random(people) < 0.5, "female", "male").astype(object)
    mean, spread, bmi = (np.array([BODY[one][place] for one in sex]) for place in range(3))
    age = draw.uniform(40, 80, people).round(1)
    height = np.clip(mean + spread * draw.normal(0, 1, people), 135, 205).round(1)
    bmi = np.clip(bmi * np.exp(BMI_SPREAD * draw.normal(0, 1, people)), 16, 60).round(1)
    of_fvc, other = draw.normal(0, 1, (2, people))
    of_ratio = FVC_WITH_RATIO * of_fvc + np.sqrt(1 - FVC_WITH_RATIO**2) * other
    severity = np.where(draw.random(people) < obstructed, draw.gamma(*SEVERITY, people), 0)
    of_ratio, of_fvc = np.maximum(of_ratio - severity, -6), np.maximum(of_fvc - FVC_LOST * severity, -4)
    expected = reference(sex, age, height)
    fvc, ratio = (
        (expected[name] + score * (expected[name] - expected[f"{name}_lln"]) / LIMIT_Z).to_numpy()
        for name, score in (("fvc", of_fvc), ("ratio", of_ratio))
    )
    fvc, ratio = np.maximum(fvc, 0.5), np.clip(ratio, 0.20, 0.98)
    table = pd.DataFrame({"person": np.arange(1, people + 1), "sex": sex, "age": age, "height": height, "bmi": bmi})
    table["fev1"], table["fvc"] = (fvc * ratio).round(3), fvc.round(3)
    table["ratio"] = table["fev1"] / table["fvc"]
    table.attrs = {"units": SPIROMETRY_UNITS, "source": "simulated by introdl.simulate.spirometry_people"}
    return table


def oscillometry(people: pd.DataFrame, seed: int = 0, repeats: int = 3) -> Oscillometry:
    """Simulate an impulse oscillometry of each person, from the extended RIC model of their lungs.

    The people may be simulated or real; the oscillometry never is. What a model makes of it is a property of these
    rules:

    - *A healthy lung.* The logarithms of R, I, Rp and Cp are linear in age, sex, 100 / height and 10 / BMI (BMI from
      17 to 36). The constants were fitted, by us, to the spectra that Gochicoa-Rangel and others (2023) predict for
      healthy people.
    - *Obstruction and size.* With ``so`` the score of FEV1/FVC with its sign turned, from −1 to 6, and ``sv`` that of
      FVC, from −3 to 5: R rises by the factor exp(0.09 so + 0.05 sv), Rp by exp(0.25 so + 0.05 sv), and Cp falls by
      exp(−0.18 so − 0.13 sv). The directions are published; **the slopes are ours**, chosen so that about as many
      obstructed people look healthy as in a large study (Crim 2011). They are no measured values.
    - *People differ.* Normal noise on the logarithms, SD 0.21 (R), 0.36 (Rp), 0.25 (Cp), 0.15 (I); that of R, Rp and
      Cp has correlation 0.36, and a stiff periphery goes with a narrow one.
    - *Repeats differ.* Each of the ``repeats`` measurements has all of its impedance multiplied by 1 plus a normal
      number, whose SD is the person's own: lognormal, 6.1% on average (SD 3.7) where FEV1/FVC is at or above its
      lower limit, 14.5% (SD 11.0, at most 40) below. With the noise of the device, three repeats then have about the
      coefficients of variation of R5 that Harkness and others (2021) report for healthy people (6.7 ± 4.7%) and for
      people with COPD (12.6 ± 11.2%).
    - *The device* measures every Hz from 5 to 50. Noise of 3% of the impedance, and of 0.008 kPa s/L on resistance
      and on reactance, changes smoothly with frequency (alike over about 2.5 Hz; ours). The repeats are averaged, and
      every one of X1 to X21 is read from that mean, Fres, AX, Rc and Rp too.
    - ``VT``, the volume of a quiet breath, is normal, mean 0.55 L for women and 0.67 L for men, SD 0.15, kept from
      0.2 to 1.5, and has **nothing to do with the lung**: a distractor, planted.

    Parameters
    ----------
    people : pandas.DataFrame
        With ``sex``, ``age``, ``height``, ``bmi``, ``fev1`` and ``fvc``; ages from 20 to 80.
    seed : int
        The same seed gives the same measurements.
    repeats : int
        How many measurements are averaged, at least 2.

    Returns
    -------
    Oscillometry
        Tables keep the index of ``people``.

    Raises
    ------
    TypeError, ValueError
        As :func:`introdl.lungs.z_scores`; and if a BMI is not above 0, or ``repeats`` is under 2.

    Notes
    -----
    The model without noise: :func:`introdl.lungs.extended_ric`. Checks against published values, with their
    tolerances, are in the tests.

    Examples
    --------
    >>> found = oscillometry(spirometry_people(people=20))
    >>> found.features.shape, found.resistance.shape
    ((20, 21), (20, 46))
    """
    import pandas as pd

    scores = z_scores(people)
    if "bmi" not in people.columns:
        raise ValueError("people must have the column bmi (kg/m²), got none called so")
    bmi = numbers(people["bmi"].to_numpy(), "bmi", ndim=1)
    if not (bmi > 0).all():
        raise ValueError(f"bmi must be above 0 (kg/m²), got {bmi.min():g}")
    repeats, n = whole(repeats, "repeats", least=2), len(people)
    person, shift, device, breath = np.random.default_rng(whole(seed, "seed")).spawn(4)
    male = (people["sex"] == "male").to_numpy().astype(float)
    age, height = (people[name].to_numpy(dtype=float) for name in ("age", "height"))

    about = np.stack([np.ones(n), age, male, 100 / height, 10 / np.clip(bmi, 17, 36)])
    so = np.clip(-scores["z_ratio"].to_numpy(), -1, 6)
    sv = np.clip(-scores["z_fvc"].to_numpy(), -3, 5)
    own = person.normal(0, 1, (4, n))
    shared = person.normal(0, 1, n)
    own[[0, 2, 3]] = 0.6 * shared + 0.8 * own[[0, 2, 3]]
    logs = HEALTHY @ about + np.outer(OBSTRUCTION, so) + np.outer(SMALL_VOLUME, sv) + PERSON[:, None] * own
    lung = Lung(*np.exp(logs))
    clean = np.stack(extended_ric(MEASURED, *lung), axis=1)  # (n, 2, k)

    below = scores["z_ratio"].to_numpy() < -LIMIT_Z
    mean, spread = np.where(below, np.array(WITHIN["obstructed"])[:, None], np.array(WITHIN["healthy"])[:, None])
    width = np.sqrt(np.log1p((spread / mean) ** 2))
    within = np.minimum(mean * np.exp(width * shift.normal(0, 1, n) - width**2 / 2), 0.40)
    bend = _smooth(len(MEASURED))
    sums, at_5 = np.zeros_like(clean), []
    for _ in range(repeats):
        factor = 1 + within * shift.normal(0, 1, n)
        factor = np.maximum(factor, 0.3)[:, None] * (1 + RELATIVE * device.normal(0, 1, (n, len(MEASURED))) @ bend)
        measured = clean * factor[:, None] + ABSOLUTE * device.normal(0, 1, clean.shape) @ bend
        sums += measured
        at_5.append(measured[:, 0, 0])
    resistance, reactance = (sums / repeats).transpose(1, 0, 2)
    at_5 = np.array(at_5)
    vt = np.clip(0.55 + 0.12 * male + 0.15 * breath.normal(0, 1, n), 0.2, 1.5)
    features = inputs(MEASURED, resistance, reactance, vt, people["sex"], age)
    units = features.attrs
    features = features.set_axis(people.index)[list(INPUTS)]
    features.attrs = units | {"source": "simulated by introdl.simulate.oscillometry"}
    variation = pd.Series(at_5.std(axis=0, ddof=1) / at_5.mean(axis=0), index=people.index, name="variation")
    return Oscillometry(features, variation, MEASURED.astype(float), resistance, reactance, lung)


def _smooth(points: int) -> np.ndarray:
    """Return what makes noise that changes smoothly, of variance 1 at every frequency, out of independent numbers."""
    apart = np.subtract.outer(np.arange(points), np.arange(points))
    return np.linalg.cholesky(np.exp(-((apart / SMOOTH) ** 2) / 2) + 1e-8 * np.eye(points)).T
