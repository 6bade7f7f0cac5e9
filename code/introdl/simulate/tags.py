"""Readings of a batteryless tag that simulated people wear on the chest in a room with antennas, day and night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from introdl.arrays import whole

if TYPE_CHECKING:
    import pandas as pd

TAG_UNITS = {
    "trial": "name of the trial",
    "person": "number of the person; the fetched set has no such column",
    "room": "A or B",
    "sex": "F or M",
    "time": "s since the trial began",
    "acc_frontal": "g",
    "acc_vertical": "g",
    "acc_lateral": "g",
    "antenna": "number of the antenna that heard the tag",
    "rssi": "dBm, strength of what was heard",
    "activity": "on bed, on chair, lying or walking",
}
DOES = ("on bed", "on chair", "lying", "walking")
LEAN = {"on bed": 20.0, "on chair": 32.0, "lying": 85.0, "walking": 10.0}  # degrees that the chest leans back
SHAKE = {"on bed": 0.010, "on chair": 0.010, "lying": 0.005, "walking": 0.050}  # g, SD of quick movement
WANDER = {"on bed": 8.0, "on chair": 6.0, "lying": 3.0, "walking": 5.0}  # degrees, SD of slow movement
PERIODS = (37.0, 71.0, 143.0)  # s, of the slow movement
GAP = {"on bed": 0.35, "on chair": 1.0, "lying": 0.25, "walking": 0.7}  # s, mean time to the next reading
SILENT = {"on bed": 0.01, "on chair": 0.04, "lying": 0.001, "walking": 0.05}  # chance that the tag then falls silent
SILENCE = 12.0  # s, mean length of a silence
HEARS = {  # which antenna hears what, as shares
    "A": {
        "on bed": (0.62, 0.02, 0.12, 0.24),
        "on chair": (0.14, 0.84, 0.01, 0.01),
        "lying": (0.34, 0.00, 0.33, 0.33),
        "walking": (0.36, 0.42, 0.06, 0.16),
    },
    "B": {
        "on bed": (0.08, 0.44, 0.48, 0.0),
        "on chair": (0.97, 0.02, 0.01, 0.0),
        "lying": (0.01, 0.42, 0.57, 0.0),
        "walking": (0.58, 0.15, 0.27, 0.0),
    },
}
ON_THE_SIDE = {"A": 0.15, "B": 0.65}  # share of people who lie on a side: room A has an adjustable bed with its head up


def tag_readings(people: int = 14, trials: int = 4, room: str = "A", seed: int = 0) -> pd.DataFrame:
    r"""Simulate trials in one room: each person walks in, sits, lies down and gets up, while antennas read a tag.

    Nobody in this table exists. With :math:`\varepsilon` a fresh draw from the standard normal distribution each time
    it stands, all rules and all constants ours:

    - *Person.* A woman with probability 0.7. Everybody holds the chest in a way of their own, :math:`11\varepsilon`
      degrees more or less for each activity (lying 4), moves more or less (a factor with SD 0.3 of its logarithm), and
      lies on a side (left or right, 75 degrees) with probability 0.15 in room A and 0.65 in room B, else on the back;
      in every third bout of lying the other way.
    - *Trial.* The tag is put on anew: :math:`6\varepsilon` degrees forward or back, :math:`8\varepsilon` to a side.
    - *Script.* Walking 6 to 15 s, then either chair, walking, bed, lying, bed, walking, or bed, lying, bed, walking,
      chair, walking. Sitting on the bed takes 15 to 50 s, on the chair 30 to 70 s, lying 150 to 300 s.
    - *Gravity.* A chest that leans back by :math:`\theta` and is rolled to a side by :math:`\varphi` reads
      :math:`\cos\theta` on the vertical axis, :math:`\sin\theta\cos\varphi` on the frontal and
      :math:`\sin\theta\sin\varphi` on the lateral one, in g. :math:`\theta` is 10 degrees walking, 20 on the bed, 32 on
      the chair, 85 lying, plus :math:`5\varepsilon` for the bout, and sways slowly: three sine waves with
      periods of 37, 71 and 143 s, with an SD of 3 degrees (lying) to 8 (bed), likewise :math:`\varphi`. Quick movement
      adds noise of SD 0.005 g (lying) to 0.05 g (walking).
    - *Readings.* The time to the next one is exponential with mean 0.25 s (lying), 0.35 s (bed), 0.7 s (walking) or
      1.0 s (chair), times a factor of the person (SD of its logarithm 0.2), rounded to 0.025 s; now and then the tag
      falls silent, for 12 s on average. Which antenna hears it goes by room and activity (:data:`HEARS`): room A has
      four, room B three, and the numbers mean other places. ``rssi`` is :math:`-58 + 1.5\varepsilon` for the person,
      plus a slow sway as above with an SD of 3 dB, or 5 dB walking, plus noise of SD 0.5 dB.

    Parameters
    ----------
    people : int
        How many people, at least 1.
    trials : int
        How many trials each, at least 1.
    room : {"A", "B"}
    seed : int
        The same seed gives the same table.

    Returns
    -------
    pandas.DataFrame
        One row a reading: ``trial``, ``person``, ``room``, ``sex``, ``time``, three accelerations, ``antenna``,
        ``rssi``, ``activity``; ``attrs`` holds ``units`` and ``source``.

    Raises
    ------
    TypeError, ValueError
        If a count is not a whole number or is under 1, or there is no such room.

    Notes
    -----
    The set of Shinmoto Torres and others (2016) has these columns, without ``person``; shares of antennas and posture
    were chosen so that the same difficulties appear, not so that any number of theirs comes out.

    Examples
    --------
    >>> table = tag_readings(people=2, trials=3, seed=1)
    >>> table["trial"].nunique(), sorted(table["activity"].unique())
    (6, ['lying', 'on bed', 'on chair', 'walking'])
    """
    import pandas as pd

    people, trials = whole(people, "people", least=1), whole(trials, "trials", least=1)
    random = np.random.default_rng([whole(seed, "seed"), ord(_known(room))])
    parts = []
    for person in range(1, people + 1):
        wearer = _wearer(random, room)
        for trial in range(1, trials + 1):
            part = _read(_script(random, wearer), wearer, room, random)
            parts.append(part.assign(trial=f"{room}-{person:02}-{trial}", person=person, room=room, sex=wearer["sex"]))
    table = pd.concat(parts, ignore_index=True)[list(TAG_UNITS)]
    table.attrs = {"units": TAG_UNITS, "source": "simulated by introdl.simulate.tag_readings"}
    return table


def tag_night(room: str = "A", seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulate one night, 22:00 to 06:00, of one person who gets up twice and leaves the room for some minutes.

    By the rules of :func:`tag_readings`. The person lies, turns over every 20 to 70 minutes, and about 01:00 and 04:00
    sits up on the bed for 20 to 60 s, walks 8 to 20 s, is out of the room for 3 to 6 minutes (nothing is read there),
    walks back, sits down and lies down again.

    Parameters
    ----------
    room : {"A", "B"}
    seed : int
        The same seed gives the same night.

    Returns
    -------
    readings, truth : tuple of pandas.DataFrame
        ``readings`` as :func:`tag_readings` gives them, ``time`` in s after 22:00. ``truth`` has one row a bout:
        ``start`` and ``end`` in s, and ``does``, an activity or "out of room".

    Raises
    ------
    TypeError, ValueError
        If there is no such room, or the seed is no whole number.

    Examples
    --------
    >>> readings, truth = tag_night(seed=1)
    >>> int(truth["end"].max()), int((truth["does"] == "out of room").sum())
    (28800, 2)
    """
    import pandas as pd

    random = np.random.default_rng([whole(seed, "seed"), ord(_known(room)), 22])
    wearer = _wearer(random, room)
    bouts, now = [], 0.0

    def then(does: str, seconds: float, roll: float = 0.0) -> None:
        nonlocal now
        bouts.append((now, min(now + seconds, 28_800.0), does, roll))
        now = bouts[-1][1]

    for rises in (random.uniform(2.7, 3.3) * 3600, random.uniform(5.7, 6.3) * 3600, 28_800.0):
        while now < rises:
            then("lying", min(random.uniform(1200, 4200), rises - now), _roll(wearer, len(bouts)))
        if rises < 28_800:
            for does, low, high in (
                ("on bed", 20, 60),
                ("walking", 8, 20),
                ("out of room", 180, 360),
                ("walking", 8, 20),
                ("on bed", 10, 40),
            ):
                then(does, random.uniform(low, high))
    truth = pd.DataFrame(bouts, columns=["start", "end", "does", "roll"])
    readings = _read([bout for bout in bouts if bout[2] != "out of room"], wearer, room, random)
    readings = readings.assign(trial=f"{room}-night", person=1, room=room, sex=wearer["sex"])[list(TAG_UNITS)]
    readings.attrs = {"units": TAG_UNITS, "source": "simulated by introdl.simulate.tag_night"}
    return readings, truth.drop(columns="roll")


def _known(room: str) -> str:
    if room not in HEARS:
        raise ValueError(f"room must be one of {', '.join(HEARS)}, got {room!r}")
    return room


def _wearer(random: np.random.Generator, room: str) -> dict[str, object]:
    aside = random.random() < ON_THE_SIDE[room]
    return {
        "sex": "F" if random.random() < 0.7 else "M",
        "lean": {does: (4 if does == "lying" else 11) * random.normal() for does in DOES},  # degrees
        "shake": np.exp(0.3 * random.normal()),
        "roll": random.choice([-75.0, 75.0]) if aside else 0.0,
        "gap": np.exp(0.2 * random.normal()),
        "rssi": -58 + 1.5 * random.normal(),
    }


def _roll(wearer: dict[str, object], bout: int) -> float:
    """Return how far the person is rolled over: as usual, and every third time the other way."""
    usual = float(wearer["roll"])
    return (0.0 if usual else 75.0) if bout % 3 == 2 else usual


def _script(random: np.random.Generator, wearer: dict[str, object]) -> list[tuple[float, float, str, float]]:
    bed = [("on bed", 15, 50), ("lying", 150, 300), ("on bed", 15, 50)]
    chair = [("on chair", 30, 70)]
    first, second = (bed, chair) if random.random() < 0.5 else (chair, bed)
    walk = [("walking", 6, 15)]
    now, bouts, turned = 0.0, [], int(random.integers(3))
    for does, low, high in walk + first + walk + second + walk:
        end = now + random.uniform(low, high)
        bouts.append((now, end, does, _roll(wearer, turned) if does == "lying" else 0.0))
        now = end
    return bouts


def _read(
    bouts: list[tuple[float, float, str, float]],
    wearer: dict[str, object],
    room: str,
    random: np.random.Generator,
) -> pd.DataFrame:
    import pandas as pd

    parts, tilt, skew = [], 6 * random.normal(), 8 * random.normal()  # degrees: how the tag was put on
    for start, end, does, roll in bouts:
        mean = GAP[does] * float(wearer["gap"])
        most = int(3 * (end - start) / mean) + 20
        gaps = random.exponential(mean, most)
        gaps += (random.random(most) < SILENT[does]) * random.exponential(SILENCE, most)
        times = start + np.cumsum(gaps)
        times = times[times < end]
        n = len(times)
        lean = LEAN[does] + wearer["lean"][does] + tilt + 5 * random.normal() + WANDER[does] * _sway(times, random)
        over = roll + skew + 5 * random.normal() + WANDER[does] * _sway(times, random)
        moving = _gravity(lean, over) + SHAKE[does] * float(wearer["shake"]) * random.normal(size=(3, n))
        heard = (5 if does == "walking" else 3) * _sway(times, random) + 0.5 * random.normal(size=n)
        parts.append(
            pd.DataFrame(
                {
                    "time": np.round(times / 0.025) * 0.025,
                    **dict(zip(("acc_frontal", "acc_vertical", "acc_lateral"), moving, strict=True)),
                    "antenna": random.choice([1, 2, 3, 4], size=n, p=HEARS[room][does]),
                    "rssi": float(wearer["rssi"]) + heard,
                    "activity": does,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _gravity(lean: np.ndarray, over: np.ndarray) -> np.ndarray:
    """Return what gravity reads on the frontal, vertical and lateral axis, in g; angles in degrees."""
    lean, over = np.radians(lean), np.radians(over)
    return np.array([np.sin(lean) * np.cos(over), np.cos(lean), np.sin(lean) * np.sin(over)])


def _sway(times: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Return a slow movement of SD 1 at these times: three sine waves, each started at random."""
    starts = random.uniform(0, 2 * np.pi, len(PERIODS))
    return np.sqrt(2 / len(PERIODS)) * sum(
        np.sin(2 * np.pi * times / period + start) for period, start in zip(PERIODS, starts, strict=True)
    )
