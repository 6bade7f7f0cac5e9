"""Simulated elders on the way from a community site to a clinic, where only those who were referred get a diagnosis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from introdl.arrays import numbers, positive, whole

if TYPE_CHECKING:
    import pandas as pd

SCREENING_UNITS = {
    "person": "number of the person",
    "site": "where the person was met",
    "age": "years",
    "sex": "F or M",
    "schooling": "years",
    "e4": "copies of ApoE ε4, 0 to 2",
    "mmse": "points of 30",
    "gds15": "points of 15 (Geriatric Depression Scale, short form)",
    "blood_marker": "SD of people without impairment",
    "referred": "0 or 1",
    "theta": "share of EEG power",
    "alpha": "share of EEG power",
    "atrophy": "points of 100",
    "cdr": "0, 0.5, 1, 2 or 3",
    "impaired": "0 or 1; the truth, which no real table holds",
}
STAGE_TWO = ["theta", "alpha", "atrophy", "cdr"]  # measured at the clinic, and missing for whoever was not referred

SITES = {  # a site's mean age and its SD, share of women, and shares of 0–4, 5–8 and 9–16 years of schooling
    "care site": (76, 7, 0.55, (0.30, 0.35, 0.35)),
    "learning centre": (72, 6, 0.70, (0.10, 0.30, 0.60)),
}
SCHOOLING = ((0, 4), (5, 8), (9, 16))  # years, both ends included
MEDIAN_MMSE = (22, 26, 29)  # points, by these years: Crum and others 1993
SITE_ODDS, AGE_ODDS, E4_ODDS = 1.2, 0.10, 0.9  # of impairment, in log odds: care site, a year of age, a copy of ε4
SPREAD = 0.37  # SD of the points lost, as a share of their mean
NOISE = 1.5  # SD of one MMSE, in points
STAGES = (0, 4, 9, 16)  # points lost from which the CDR is 0.5, 1, 2, 3


def two_stage_screening(
    people: int = 2000,
    seed: int = 0,
    prevalence: float = 0.05,
    cut: float = 24,
    sampled: float = 0.0,
    severity: float = 6.0,
) -> pd.DataFrame:
    """Simulate elders who are screened in the community, some of whom are referred and get a diagnosis.

    Nobody in this table exists. It shows what comes of giving a diagnosis only to those who were referred
    (verification bias), of who comes to which site, and of a cut that takes no account of schooling. **What a model
    achieves on it is a property of the simulator, and says nothing about dementia.**

    Stage 1, for everybody, at a community site:

    - ``site``: ``care site`` or ``learning centre``, one half each. ``age`` is normal, around 76 years (SD 7) at the
      care site and 72 (SD 6) at the learning centre, kept between 60 and 95; 55% and 70% are women.
    - ``schooling`` in years: 0–4, 5–8, 9–16 with shares 0.30, 0.35, 0.35 at the care site and 0.10, 0.30, 0.60 at the
      learning centre; within a band every number of years is as likely.
    - ``e4``: copies of ApoE ε4, two chances of 0.1.
    - ``impaired``, hidden: log odds = c + 1.2 at the care site + 0.10 (age − 75) + 0.9 e4, where c is such that the
      mean probability is ``prevalence``.
    - Points lost s: 0 without impairment, else a gamma variable with mean ``severity`` and SD 0.37 of it.
    - ``mmse`` = median by schooling (22, 26, 29 for 0–4, 5–8, 9 or more years) − s + noise of SD 1.5, a whole number
      from 0 to 30.
    - ``gds15`` is a Poisson variable with mean 2.5, at most 15: it has nothing to do with impairment here, on purpose.
    - ``blood_marker`` is normal with SD 1, around 0, and around 1.2 with impairment.

    Stage 2, at the clinic, only for those ``referred``: everybody with ``mmse`` under ``cut``, and a share ``sampled``
    of the others, drawn at random. Missing for all the rest.

    - ``theta`` = 0.20 + 0.006 s (noise SD 0.04) and ``alpha`` = 0.30 − 0.006 s (SD 0.05), shares of EEG power.
    - ``atrophy`` = 36 + 0.8 s (SD 12.8), kept between 0 and 100.
    - ``cdr``: 0 without impairment, else 0.5, 1, 2, 3 from 0, 4, 9, 16 points lost.

    Parameters
    ----------
    people : int
        How many, at least 1.
    seed : int
        The same seed gives the same people. Who is referred has a stream of random numbers of its own, so that
        ``cut`` and ``sampled`` change nobody's measurements.
    prevalence : float
        Mean probability of impairment, above 0 and at most 0.5.
    cut : float
        MMSE under which a person is referred.
    sampled : float
        Share, from 0 to 1, of those at or above the cut who are referred all the same.
    severity : float
        Mean points of MMSE lost by the impaired; positive.

    Returns
    -------
    pandas.DataFrame, shape (people, 15)
        ``person``, ``site``, ``age``, ``sex``, ``schooling``, ``e4``, ``mmse``, ``gds15``, ``blood_marker``,
        ``referred``, ``theta``, ``alpha``, ``atrophy``, ``cdr``, ``impaired``; ``attrs`` holds ``units`` and
        ``source``.

    Raises
    ------
    TypeError, ValueError
        If ``people`` or ``seed`` is not a whole number, or ``people`` is under 1; if a share or ``severity`` is not
        in its range.

    Notes
    -----
    Two figures are published, and the tests say how closely they are met: the medians of MMSE by schooling (Crum and
    others 1993), and, with ``severity=11.2``, the MMSE of the patients with Alzheimer's disease of the data set
    ds004504 (mean 17.8, SD 4.5) among people of 9 or more years of schooling. Everything else is ours: sites, odds,
    the marker and every slope of stage 2.

    References
    ----------
    R. M. Crum, J. C. Anthony, S. S. Bassett, M. F. Folstein, *Population-based norms for the Mini-Mental State
    Examination by age and educational level*, 1993.

    Examples
    --------
    >>> table = two_stage_screening(people=500)
    >>> table.shape, bool(table.loc[table["referred"] == 0, "cdr"].isna().all())
    ((500, 15), True)
    """
    import pandas as pd

    people = whole(people, "people", least=1)
    prevalence, sampled = _between(prevalence, "prevalence", 0.5), _between(sampled, "sampled", 1)
    if prevalence == 0:
        raise ValueError("prevalence must be above 0, got 0")
    cut, severity = float(numbers(cut, "cut", ndim=0)), positive(severity, "severity")
    who, ill, scale, clinic, refer = np.random.default_rng(whole(seed, "seed")).spawn(5)

    at = who.integers(0, 2, people)
    mean, spread, women = (np.array([site[place] for site in SITES.values()])[at] for place in range(3))
    age = np.clip(who.normal(mean, spread), 60, 95).round().astype(int)
    sex = np.where(who.random(people) < women, "F", "M")
    shares = np.cumsum([site[3] for site in SITES.values()], axis=1)[at]
    band = np.minimum((who.random(people)[:, None] > shares).sum(axis=1), 2)
    first, last = np.array(SCHOOLING)[band].T
    schooling = who.integers(first, last + 1)
    e4 = who.binomial(2, 0.1, people)

    odds = SITE_ODDS * (at == 0) + AGE_ODDS * (age - 75) + E4_ODDS * e4
    impaired = ill.random(people) < 1 / (1 + np.exp(-_shifted(odds, prevalence)))
    lost = np.where(impaired, ill.gamma(SPREAD**-2, severity * SPREAD**2, people), 0.0)
    mmse = np.array(MEDIAN_MMSE)[band] - lost + scale.normal(0, NOISE, people)
    mmse = np.clip(np.rint(mmse), 0, 30).astype(int)

    referred = (mmse < cut) | (refer.random(people) < sampled)
    stages = np.where(impaired, np.array([0.5, 1, 2, 3])[np.searchsorted(STAGES, lost, side="right") - 1], 0.0)
    second = {
        "theta": (0.20 + 0.006 * lost + clinic.normal(0, 0.04, people)).clip(0, 1).round(3),
        "alpha": (0.30 - 0.006 * lost + clinic.normal(0, 0.05, people)).clip(0, 1).round(3),
        "atrophy": (36 + 0.8 * lost + clinic.normal(0, 12.8, people)).clip(0, 100).round(),
        "cdr": stages,
    }
    table = pd.DataFrame(
        {
            "person": np.arange(people) + 1,
            "site": np.array(list(SITES), dtype=object)[at],
            "age": age,
            "sex": sex,
            "schooling": schooling,
            "e4": e4,
            "mmse": mmse,
            "gds15": np.minimum(scale.poisson(2.5, people), 15),
            "blood_marker": (scale.normal(0, 1, people) + 1.2 * impaired).round(2),
            "referred": referred.astype(int),
            **{name: np.where(referred, values, np.nan) for name, values in second.items()},
            "impaired": impaired.astype(int),
        }
    )
    table.attrs = {"units": SCREENING_UNITS, "source": "simulated by introdl.simulate.two_stage_screening"}
    return table


def _shifted(odds: np.ndarray, prevalence: float) -> np.ndarray:
    """Shift log odds, all by the same, until their mean probability is the prevalence (by halving an interval)."""
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 / (1 + np.exp(-odds - middle))).mean() < prevalence else (low, middle)
    return odds + (low + high) / 2


def _between(value: float, name: str, most: float) -> float:
    found = float(numbers(value, name, ndim=0))
    if not 0 <= found <= most:
        raise ValueError(f"{name} must be a share between 0 and {most:g}, got {value}")
    return found
