"""Made-up people and machines whose rules we know, for questions no table at hand can answer; simulated, and called so.

A simulator states every rule and every constant it uses and takes a seed, so that the same call gives the same people.
What a model achieves on such data is a property of the simulator. Only the way of working carries over to real data.

:func:`repeated_walks`, for the chapter *How good is the model? Check it on people it has never met*, has many
walks for each person, which the slides' table has not.

:func:`milling`, for the part *When to trust a model*, has thousands of parts of a milling machine, few of which fail,
for reasons that are known exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from introdl.arrays import numbers, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

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
MILLING_UNITS = {
    "type": "quality of the part: L low, M medium, H high",
    "air_temperature": "K",
    "process_temperature": "K",
    "speed": "rpm",
    "torque": "Nm",
    "tool_wear": "min",
    "failure": "1 if the part failed for any of the five reasons below, else 0",
    "tool_wear_failure": "0 or 1",
    "heat_dissipation_failure": "0 or 1",
    "power_failure": "0 or 1",
    "overstrain_failure": "0 or 1",
    "random_failure": "0 or 1",
}
MILLING_TYPES = {"L": 0.60, "M": 0.30, "H": 0.10}  # the file's shares
WEAR_OF_A_PART = {"L": 2, "M": 3, "H": 5}  # min
OVERSTRAIN = {"L": 11_000, "M": 12_000, "H": 13_000}  # min Nm
RPM = 60 / (2 * np.pi)  # rad/s -> rpm
IDLE_POWER, POWER_PER_TORQUE = 2095.0, 104.7  # W, W/Nm: fitted
SPEED_NOISE = 50.0  # rpm: fitted
LIGHT, LIGHT_SPEED, LIGHT_SPEED_PER_TORQUE = 12.0, 3000.0, 30.0  # Nm, rpm, rpm/Nm: fitted
TOOL_LIFE = (191.0, 5.0, 4.65)  # min: start, shape and scale of a gamma distribution: fitted
WORN_OUT = 0.40  # share of the tools that fail at the end of their life

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


def milling(
    parts: int = 10_000,
    seed: int = 0,
    types: Mapping[str, float] | None = None,
    torque_mean: float = 40.0,
) -> pd.DataFrame:
    """Simulate the parts that one milling machine makes, one after the other, and which of them fail and why.

    No such machine exists. The form of the simulation is the published description of the data set *AI4I 2020*
    (Matzka 2020), itself simulated. Carried out to the letter, that description does not give its own file: 2860 W at
    40 Nm would be 683 rpm, and the file's mean is 1539 rpm. So each constant below is marked *described* (as
    published) or *fitted* (to the published file of 10,000 parts, by us).

    - ``type`` is drawn part by part: L, M, H with probability 0.60, 0.30, 0.10 (*fitted*; described as 0.50, 0.30,
      0.20).
    - ``air_temperature`` is a random walk with normal steps, shifted and scaled as a whole to mean 300 K and SD 2 K.
      ``process_temperature`` is air temperature plus 10 K plus a second such walk, of mean 0 and SD 1 K (*described*).
      Both are rounded to 0.1 K.
    - ``torque`` is normal, mean ``torque_mean`` = 40 Nm, SD 10 Nm, never negative (*described*; a negative draw
      changes its sign, ours), rounded to 0.1 Nm.
    - ``speed``: the power that the process takes is 2095 W + 104.7 W/Nm · torque, and speed is power divided by torque
      (*fitted*); under 12 Nm, where that would grow without end, it is 3000 rpm − 30 rpm/Nm · torque (*fitted* to the
      file's 16 such parts); plus normal noise (*described*) of SD 50 rpm (*fitted*), rounded to whole rpm.
    - ``tool_wear`` starts at 0 with a new tool; a part adds 2, 3 or 5 min by its type L, M, H (*described*), seen from
      the next part on. A tool is replaced after the first part whose wear has reached the tool's life: 191 min plus a
      gamma variable of shape 5 and scale 4.65 min (*fitted*; described as random between 200 and 240 min, and the
      file's 119 replaced tools end at 198 to 253 min).

    The reasons to fail, from the numbers as printed in the table:

    - ``tool_wear_failure``: the last part of a tool, with probability 0.40 (*fitted*; described as 51 of 120 tools,
      46 of 120 in the file).
    - ``heat_dissipation_failure``: process less air temperature under 8.6 K, and speed under 1380 rpm (*described*).
      Of the file's 27 parts with exactly 8.6 K and such a speed, 12 are marked, by the rounding of its arithmetic;
      here none is.
    - ``power_failure``: torque · speed (in rad/s) under 3500 W or above 9000 W (*described*).
    - ``overstrain_failure``: tool wear · torque above 11,000, 12,000, 13,000 min Nm for type L, M, H (*described*).
    - ``random_failure``: any part, with probability 0.001 (*described*; 19 of 10,000 in the file).
    - ``failure``: any of the five (*described*). The file marks 18 of its 19 random failures as no failure, and
      9 failures without any reason; here there is no such noise in the labels.

    Parameters
    ----------
    parts : int
        How many parts, at least 1.
    seed : int
        The same seed gives the same table. Types, temperatures, torque, speed noise, tools and random failures each
        have a stream of random numbers of their own, so that a change of ``types`` or ``torque_mean`` leaves the
        others' numbers as they were.
    types : mapping, optional
        Another mix of types, as ``{"L": 0.2, "M": 0.3, "H": 0.5}``; the shares must add up to 1.
    torque_mean : float
        Mean torque in Nm, from 0 to 100: a harder material needs more.

    Returns
    -------
    pandas.DataFrame, shape (parts, 12)
        Columns ``type``, ``air_temperature``, ``process_temperature``, ``speed``, ``torque``, ``tool_wear``; then,
        each 0 or 1, ``failure``, ``tool_wear_failure``, ``heat_dissipation_failure``, ``power_failure``,
        ``overstrain_failure``, ``random_failure``. The order is the order of making. ``attrs`` holds ``units`` and
        ``source``.

    Raises
    ------
    TypeError, ValueError
        If ``parts`` or ``seed`` is not a whole number, or ``parts`` is under 1; if ``types`` names another type, has a
        negative share, or shares that do not add up to 1; if ``torque_mean`` is not between 0 and 100.

    Notes
    -----
    A walk that is scaled as a whole wanders: how many parts come at a small difference of the temperatures, and so
    the rate of heat dissipation failures, differs from seed to seed (0 to 2.4 % of 10,000 parts over 300 seeds, 1.0 %
    in the mean; the file has 1.15 %), and so does the correlation of the two temperatures. The other reasons come at
    about the file's rates with every seed. The tests say how closely.

    A sensor that reads 5 Nm too much is ``table["torque"] += 5``: what the machine did, and whether it failed, stays.

    Examples
    --------
    >>> table = milling(parts=1000)
    >>> table.shape, table["type"].value_counts().index.tolist()
    ((1000, 12), ['L', 'M', 'H'])
    >>> bool(np.corrcoef(table["speed"], table["torque"])[0, 1] < -0.8)
    True
    """
    import pandas as pd

    parts = whole(parts, "parts", least=1)
    names, shares = _mix_of_types(MILLING_TYPES if types is None else types)
    torque_mean = float(numbers(torque_mean, "torque_mean", ndim=0))
    if not 0 <= torque_mean <= 100:
        raise ValueError(f"torque_mean must be between 0 and 100 (Nm), got {torque_mean:g}")
    kind_draw, air_draw, process_draw, torque_draw, speed_draw, tool_draw, chance_draw = np.random.default_rng(
        whole(seed, "seed")
    ).spawn(7)

    kind = names[np.searchsorted(np.cumsum(shares)[:-1], kind_draw.random(parts), side="right")]
    air = 300 + 2 * _walk(air_draw, parts)
    process = air + 10 + _walk(process_draw, parts)
    air, process = air.round(1), process.round(1)
    torque = np.abs(torque_draw.normal(torque_mean, 10, parts)).round(1)
    speed = (IDLE_POWER / np.maximum(torque, LIGHT) + POWER_PER_TORQUE) * RPM
    speed = np.where(torque < LIGHT, LIGHT_SPEED - LIGHT_SPEED_PER_TORQUE * torque, speed)
    speed = np.rint(speed + speed_draw.normal(0, SPEED_NOISE, parts)).astype(int)
    wear, last = _tools(tool_draw, pd.Series(kind).map(WEAR_OF_A_PART).to_numpy())

    power = torque * speed / RPM
    reasons = {
        "tool_wear_failure": last & (tool_draw.random(parts) < WORN_OUT),
        "heat_dissipation_failure": ((process - air).round(1) < 8.6) & (speed < 1380),
        "power_failure": (power < 3500) | (power > 9000),
        "overstrain_failure": wear * torque > pd.Series(kind).map(OVERSTRAIN).to_numpy(),
        "random_failure": chance_draw.random(parts) < 0.001,
    }
    table = pd.DataFrame(
        {
            "type": kind,
            "air_temperature": air,
            "process_temperature": process,
            "speed": speed,
            "torque": torque,
            "tool_wear": wear,
            "failure": np.logical_or.reduce(list(reasons.values())).astype(int),
        }
        | {reason: happened.astype(int) for reason, happened in reasons.items()}
    )
    table.attrs = {"units": MILLING_UNITS, "source": "simulated by introdl.simulate.milling"}
    return table


def _mix_of_types(types: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
    try:
        shares = {str(name): float(share) for name, share in types.items()}
    except (AttributeError, TypeError, ValueError):
        raise TypeError(f"types must give a share for each type, as {MILLING_TYPES}, got {types!r}") from None
    if not set(shares) <= set(MILLING_TYPES):
        raise ValueError(f"types must be among {', '.join(MILLING_TYPES)}, got {', '.join(shares)}")
    if not all(0 <= share <= 1 for share in shares.values()) or abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError(f"the shares of types must be from 0 to 1 and add up to 1, got {shares}")
    return np.array(list(MILLING_TYPES), dtype=object), np.array([shares.get(name, 0.0) for name in MILLING_TYPES])


def _walk(draw: np.random.Generator, steps: int) -> np.ndarray:
    """Return a random walk, shifted and scaled as a whole to mean 0 and SD 1 (a single step: 0)."""
    walk = np.cumsum(draw.normal(0, 1, steps))
    return (walk - walk.mean()) / (walk.std() or 1.0)


def _tools(draw: np.random.Generator, added: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the wear that each part meets, and whether it was the last of its tool."""
    total = np.concatenate([[0], np.cumsum(added)])  # wear if no tool was ever replaced
    start, shape, scale = TOOL_LIFE
    wear, last = total[:-1].copy(), np.zeros(len(added), dtype=bool)
    first = 0
    while first < len(added):
        end = np.searchsorted(total, total[first] + start + draw.gamma(shape, scale))
        wear[first : end + 1] -= total[first]
        last[end : end + 1] = True
        first = end + 1
    return wear, last
