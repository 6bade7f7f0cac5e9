"""Walks of simulated people: more of them, and more for each, than a real table at hand has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from introdl.arrays import numbers, whole

if TYPE_CHECKING:
    import pandas as pd

WALKS_UNITS = {
    "person": "number of the person",
    "walk": "number of the walk",
    "age": "years",
    "tug": "s",
    "step_frequency": "Hz",
    "px": "m/s²",
    "py": "m/s²",
    "pz": "m/s²",
    "bbs": "points of 28",
}

GRAVITY = 9.81  # m/s²
DIFFICULTY = (-5.6, -4.6, -4.2, -3.6, -5.0, -2.0, -1.1)  # ability at which each balance task is half done


def repeated_walks(people: int = 40, walks: int = 10, seed: int = 0, frail: float = 0.30) -> pd.DataFrame:
    """Simulate people who each do the Timed Up and Go test several times and have one balance score.

    Nobody in this table exists. The rules, all of them ours:

    - *Person.* Age is normal around 73 years (SD 7), kept between 60 and 95. A person is frail with probability
      ``frail`` at 73, a fifteenth of it more with each year, kept between 1/6 and 8/3 of it. Ability is
      −0.60 (age − 70) / 7, less 2.3 if frail, plus normal noise of SD 0.8.
    - *Score* ``bbs``. Seven tasks, each 0, 2 or 4 points: ability, plus normal noise of SD 0.6, is compared with how
      hard the task is. One score a person, the same in every walk.
    - *Walk.* The time ``tug`` is 8.5 s · exp(−0.17 · ability), times a factor of the person (SD of its logarithm
      0.08) and one of the walk (0.06). ``step_frequency`` is 1.95 Hz + 0.09 Hz · ability, plus normal noise of SD
      0.10 Hz for the person and 0.05 Hz for the walk.
    - *Sensor.* It stays on for all walks of a person, at an angle that is the person's own, up to 40 degrees forward
      or backward and to either side, and hardly changes from walk to walk (SD 0.5 degrees).
      ``px``, ``py``, ``pz`` are gravity seen at that angle. They tell people apart and say nothing about balance.

    Parameters
    ----------
    people : int
        How many people, at least 1.
    walks : int
        How many walks each, at least 1.
    seed : int
        The same seed gives the same table.
    frail : float
        Probability of being frail at 73, from 0 (nobody is) to 0.375.

    Returns
    -------
    pandas.DataFrame, shape (people · walks, 9)
        Columns ``person`` and ``walk`` (both from 1), ``age``, ``tug``, ``step_frequency``, ``px``, ``py``, ``pz``,
        ``bbs``; ``attrs`` holds ``units`` and ``source``.

    Raises
    ------
    TypeError, ValueError
        If a count is not a whole number, or is under 1; if ``frail`` is not between 0 and 0.375.

    Notes
    -----
    The rules for person and score follow published summaries of people of that age: mean time by decade
    (Bohannon 2006), and how closely time and balance score go together (Podsiadlo and Richardson 1991). The tests
    say how closely. How much one person's walks differ, and the angle of the sensor, rest on no published figure.

    Examples
    --------
    >>> table = repeated_walks(people=3, walks=2)
    >>> table.shape, table["person"].tolist(), int(table.groupby("person")["bbs"].nunique().max())
    ((6, 9), [1, 1, 2, 2, 3, 3], 1)
    """
    import pandas as pd

    people, walks = whole(people, "people", least=1), whole(walks, "walks", least=1)
    if not 0 <= float(numbers(frail, "frail", ndim=0)) <= 0.375:
        raise ValueError(f"frail must be a probability between 0 and 0.375, got {frail}")
    draw = np.random.default_rng(whole(seed, "seed"))
    age, ability = _age_and_ability(draw, people, float(frail))
    score = _balance_score(draw, ability)
    pace = draw.normal(0, 0.08, people)
    cadence = 1.95 + 0.09 * ability + draw.normal(0, 0.10, people)
    forward, sideways = draw.uniform(-40, 40, (2, people))

    each = np.repeat(np.arange(people), walks)
    seconds = 8.5 * np.exp(-0.17 * ability[each] + pace[each] + draw.normal(0, 0.06, len(each)))
    steps = cadence[each] + draw.normal(0, 0.05, len(each))
    forward, sideways = np.radians([angle[each] + draw.normal(0, 0.5, len(each)) for angle in (forward, sideways)])
    table = pd.DataFrame(
        {
            "person": each + 1,
            "walk": np.tile(np.arange(walks), people) + 1,
            "age": age[each].round().astype(int),
            "tug": seconds.round(1),
            "step_frequency": steps.round(2),
            "px": (GRAVITY * np.cos(forward) * np.cos(sideways)).round(2),
            "py": (GRAVITY * np.cos(forward) * np.sin(sideways)).round(2),
            "pz": (GRAVITY * np.sin(forward)).round(2),
            "bbs": score[each],
        }
    )
    table.attrs = {"units": WALKS_UNITS, "source": "simulated by introdl.simulate.repeated_walks"}
    return table


def _age_and_ability(draw: np.random.Generator, people: int, frail: float) -> tuple[np.ndarray, np.ndarray]:
    age = np.clip(draw.normal(73, 7, people), 60, 95)
    is_frail = draw.random(people) < frail * np.clip(1 + (age - 73) / 15, 1 / 6, 8 / 3)
    return age, -0.60 * (age - 70) / 7 - 2.3 * is_frail + draw.normal(0, 0.8, people)


def _balance_score(draw: np.random.Generator, ability: np.ndarray) -> np.ndarray:
    seen = 1.6 * (ability[:, None] + draw.normal(0, 0.6, (len(ability), 1)) - np.array(DIFFICULTY))
    seen += draw.logistic(0, 1, seen.shape)
    return 2 * ((seen > -1.6).astype(int) + (seen > 1.6)).sum(axis=1)
