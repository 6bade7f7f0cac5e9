"""Windows over the irregular readings of a tag, what is known of each, and answers counted by trial.

Chapter: ``elderly-care``. A tag without a battery answers when an antenna's waves reach it, so its readings come at odd
moments and sometimes not at all. Time is therefore cut into windows of equal length, and a window without a reading
stays in the table: nobody is known to be where nothing was heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from introdl.arrays import positive, whole
from introdl.checking import Interval
from introdl.subgroups import Difference

if TYPE_CHECKING:
    import pandas as pd

ACTIVITIES = {1: "on bed", 2: "on chair", 3: "lying", 4: "walking"}
"""The numbers of the fetched set, and the words used for them here."""

AXES = ("acc_frontal", "acc_vertical", "acc_lateral")
ANTENNAS = (1, 2, 3, 4)
NEEDED = ("trial", "time", *AXES, "antenna", "rssi", "activity")
KINDS = ("reading", "window", "sequence")


def features(kind: str, antennas: bool = True) -> list[str]:
    """Return the names of the columns that a model of this kind may see.

    Parameters
    ----------
    kind : {"reading", "window", "sequence"}
        The last reading of the window alone; the whole window; the window, its last reading and the two windows before.
    antennas : bool
        Whether it may see which antenna heard the tag.

    Examples
    --------
    >>> features("reading", antennas=False)
    ['acc_frontal last', 'acc_vertical last', 'acc_lateral last', 'rssi last']
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    last = [*(f"{axis} last" for axis in AXES), "rssi last"]
    heard_last = [f"antenna {one} last" for one in ANTENNAS]
    inside = [*(f"{axis} {what}" for axis in AXES for what in ("mean", "sd")), "rssi mean", "readings"]
    heard = [f"antenna {one}" for one in ANTENNAS]
    if kind == "reading":
        return last + (heard_last if antennas else [])
    if kind == "window":
        return inside + (heard if antennas else [])
    before = [f"{name} since {back}" for back in (1, 2) for name in _COMPARED]
    return inside + last + before + ["silent before"] + (heard + heard_last if antennas else [])


_COMPARED = (*(f"{axis} mean" for axis in AXES), "rssi mean", "readings")


def windows(readings: pd.DataFrame, seconds: float = 10.0) -> pd.DataFrame:
    """Cut every trial into windows of equal length and describe each by what was read in it.

    Nothing from after a window is used for it, so that a model could answer at the window's end.

    Parameters
    ----------
    readings : pandas.DataFrame
        One row a reading: ``trial``, ``time`` (s, rising within a trial), ``acc_frontal``, ``acc_vertical``,
        ``acc_lateral`` (g), ``antenna`` (1 to 4), ``rssi`` and ``activity`` (a word, or a number of
        :data:`ACTIVITIES`). ``person``, ``room`` and ``sex`` are taken along where they are there.
    seconds : float
        The length of a window.

    Returns
    -------
    pandas.DataFrame, one row a window
        ``trial``, ``person``, ``room``, ``sex`` (where known), ``window`` (from 0), ``start`` and ``end`` (s),
        ``readings`` (how many; 0 where the tag was silent), ``activity`` (at the last reading; None where silent),
        ``mixed`` (more than one activity), and the columns of :func:`features`, NaN where silent. ``… since 1`` and
        ``… since 2`` are changes since the first and second window before that was not silent, 0 where there is none.

    Raises
    ------
    TypeError, ValueError
        If it is no table, columns are missing, it is empty, a number is missing or not finite, time falls within a
        trial, an antenna or activity is unknown, or ``seconds`` is not positive.

    Examples
    --------
    >>> import pandas as pd
    >>> read = pd.DataFrame({"trial": "a", "time": [1.0, 4.0, 33.0], "acc_frontal": [0.2, 0.4, 1.0]})
    >>> read = read.assign(acc_vertical=0.9, acc_lateral=0.0, antenna=1, rssi=-58.0, activity=[1, 1, 3])
    >>> cut = windows(read)
    >>> cut["readings"].tolist(), cut["activity"].tolist()
    ([2, 0, 0, 1], ['on bed', None, None, 'lying'])
    """
    import pandas as pd

    length = positive(seconds, "seconds")
    table = _looked_at(readings)
    known = [name for name in ("person", "room", "sex") if name in table]
    table["window"] = (table["time"] // length).astype(int)
    for one in ANTENNAS:
        table[f"antenna {one}"] = (table["antenna"] == one).astype(float)
    groups = table.groupby(["trial", "window"], sort=False)
    parts = {
        "readings": groups.size(),
        "activity": groups["activity"].last(),
        "mixed": groups["activity"].nunique() > 1,
        "rssi mean": groups["rssi"].mean(),
        "rssi last": groups["rssi"].last(),
    }
    for axis in AXES:
        parts[f"{axis} mean"] = groups[axis].mean()
        parts[f"{axis} sd"] = groups[axis].std(ddof=0)
        parts[f"{axis} last"] = groups[axis].last()
    for one in ANTENNAS:
        parts[f"antenna {one}"] = groups[f"antenna {one}"].mean()
        parts[f"antenna {one} last"] = groups[f"antenna {one}"].last()
    heard = pd.DataFrame(parts)
    trials = heard.groupby("trial", sort=False)
    changes = {}
    for back in (1, 2):
        for name in _COMPARED:
            changes[f"{name} since {back}"] = (heard[name] - trials[name].shift(back)).fillna(0)
    number = pd.Series(heard.index.get_level_values("window"), index=heard.index)
    changes["silent before"] = number.groupby("trial", sort=False).diff().fillna(1) - 1
    heard = heard.join(pd.DataFrame(changes))
    ends = number.groupby("trial", sort=False).max()
    every = pd.MultiIndex.from_tuples(
        [(trial, place) for trial, end in ends.items() for place in range(end + 1)], names=["trial", "window"]
    )
    cut = heard.reindex(every).reset_index()
    cut["readings"] = cut["readings"].fillna(0).astype(int)
    cut["activity"] = cut["activity"].astype(object).where(cut["readings"] > 0, None)
    cut["mixed"] = cut["mixed"].eq(True)
    cut.insert(2, "start", cut["window"] * length)
    cut.insert(3, "end", (cut["window"] + 1) * length)
    whose = table.drop_duplicates("trial").set_index("trial")
    for place, name in enumerate(known):
        cut.insert(1 + place, name, cut["trial"].map(whose[name]))
    cut.attrs = {"seconds": length}
    return cut


def judged(
    y: Sequence[str],
    said: Sequence[str],
    trial: Sequence[str],
    repeats: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Count right answers overall and for each activity, with intervals from trials drawn with replacement.

    Parameters
    ----------
    y, said : sequence of str, shape (n,)
        What is so, and what the model says.
    trial : sequence, shape (n,)
        To which trial a window belongs; all windows of a drawn trial come along.
    repeats, level, seed
        As for :func:`introdl.checking.bootstrap`.

    Returns
    -------
    pandas.DataFrame
        Rows "accuracy", "balanced accuracy" (the mean of the activities' recalls) and one for each activity that
        occurs in y; columns ``right``, ``of`` (windows), ``trials`` (in which it occurs), ``share``, ``low``, ``high``.
        ``low`` and ``high`` are NaN where it occurs in fewer than 10 trials: too few to say.

    Raises
    ------
    ValueError
        If lengths differ or there are fewer than 2 trials.

    Examples
    --------
    >>> y, said = ["lying", "lying", "walking", "lying"], ["lying", "lying", "lying", "lying"]
    >>> judged(y, said, ["a", "a", "b", "b"])[["right", "of", "share"]].round(2).values.tolist()
    [[3.0, 4.0, 0.75], [3.0, 4.0, 0.5], [3.0, 3.0, 1.0], [0.0, 1.0, 0.0]]
    """
    import pandas as pd

    names, right, of = _by_trial(y, said, trial)
    weights = _drawn(len(of), repeats, seed)
    right_drawn, of_drawn = weights @ right, weights @ of
    with np.errstate(invalid="ignore"):
        recalls = right_drawn / of_drawn
    values = np.column_stack([right_drawn.sum(axis=1) / of_drawn.sum(axis=1), recalls.mean(axis=1), recalls])
    tails = (1 - level) / 2
    low, high = np.nanquantile(values[1:], [tails, 1 - tails], axis=0)
    occurs = np.concatenate([[len(of), (of > 0).sum(axis=0).min()], (of > 0).sum(axis=0)]).astype(int)
    few = occurs < 10
    return pd.DataFrame(
        {
            "right": np.concatenate([[right.sum()] * 2, right.sum(axis=0)]).astype(int),
            "of": np.concatenate([[of.sum()] * 2, of.sum(axis=0)]).astype(int),
            "trials": occurs,
            "share": values[0],
            "low": np.where(few, np.nan, low),
            "high": np.where(few, np.nan, high),
        },
        index=["accuracy", "balanced accuracy", *names],
    )


def difference(
    y: Sequence[str],
    said: Sequence[str],
    other: Sequence[str],
    trial: Sequence[str],
    repeats: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Difference:
    """Return how much higher the balanced accuracy of one set of answers is than that of another, on the same windows.

    Parameters
    ----------
    y, said, other : sequence of str, shape (n,)
        What is so, and the two sets of answers.
    trial, repeats, level, seed
        As for :func:`judged`; a drawn trial brings its windows to both sides.

    Returns
    -------
    Difference

    Examples
    --------
    >>> y, trial = ["lying", "walking"] * 4, list("aabbccdd")
    >>> difference(y, y, ["lying"] * 8, trial)
    Difference(estimate=0.5, interval=Interval(low=0.5, high=0.5))
    """
    draws = [_balanced(y, answers, trial, repeats, seed) for answers in (said, other)]
    gap = draws[0] - draws[1]
    low, high = np.nanquantile(gap[1:], [(1 - level) / 2, (1 + level) / 2])
    return Difference(float(gap[0]), Interval(float(low), float(high)))


def named(readings: pd.DataFrame) -> pd.DataFrame:
    """Return the readings with activities as words, looked at as :func:`windows` does.

    Examples
    --------
    >>> from introdl.simulate import tag_readings
    >>> named(tag_readings(people=1, trials=1))["activity"].isin(ACTIVITIES.values()).all()
    np.True_
    """
    return _looked_at(readings)


def overview(readings: pd.DataFrame, seconds: float = 10.0, short: float = 30.0, gap: float = 60.0) -> pd.DataFrame:
    """Count, room by room, readings and windows, what share of each is lying, and what is odd.

    Parameters
    ----------
    readings : pandas.DataFrame
        As for :func:`windows`, with ``room``.
    seconds : float
        The length of a window.
    short, gap : float
        A trial shorter than ``short`` s and a silence longer than ``gap`` s are counted as odd; nothing is taken away.

    Returns
    -------
    pandas.DataFrame, one row a room

    Examples
    --------
    >>> from introdl.simulate import tag_readings
    >>> overview(tag_readings(people=2, trials=2))[["room", "trials", "short trials"]].values.tolist()
    [['A', 4, 0]]
    """
    import pandas as pd

    table, cut = _looked_at(readings), windows(readings, seconds)
    if "room" not in table:
        raise ValueError("readings must say the room of each trial: the column room is missing")
    heard, rows = cut[cut["readings"] > 0], []
    for room, part in table.groupby("room"):
        trials, inside, known = part.groupby("trial")["time"], cut[cut["room"] == room], heard[heard["room"] == room]
        rows.append(
            {
                "room": str(room),
                "trials": int(part["trial"].nunique()),
                "readings": len(part),
                "lying readings": float((part["activity"] == "lying").mean()),
                "windows": len(inside),
                "silent windows": int((inside["readings"] == 0).sum()),
                "lying windows": float((known["activity"] == "lying").mean()),
                "walking windows": int((known["activity"] == "walking").sum()),
                "short trials": int((trials.max() < short).sum()),
                "long silences": int((trials.diff() > gap).sum()),
            }
        )
    return pd.DataFrame(rows)


def stacked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Put tables of :func:`judged` under each other, so that they can be recorded; :func:`unstacked` parts them again.

    Examples
    --------
    >>> found = judged(["lying", "walking"], ["lying", "lying"], ["a", "b"])
    >>> unstacked(stacked({"one": found}))["one"].equals(found.rename_axis("judged"))
    True
    """
    import pandas as pd

    return pd.concat([table.rename_axis("judged").reset_index().assign(what=name) for name, table in tables.items()])[
        ["what", "judged", "right", "of", "trials", "share", "low", "high"]
    ].reset_index(drop=True)


def unstacked(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the tables that :func:`stacked` put together, by name."""
    return {name: part.drop(columns="what").set_index("judged") for name, part in table.groupby("what", sort=False)}


def side_by_side(tables: Mapping[str, pd.DataFrame], rows: Sequence[str]) -> pd.DataFrame:
    """Return one line for each table with its shares and intervals as text, such as "0.62 (0.55–0.70)".

    Where there are too few trials for an interval the share stands alone.
    """
    import pandas as pd

    def said(share: float, low: float, high: float) -> str:
        return f"{share:.2f} ({low:.2f}–{high:.2f})" if np.isfinite(low) else f"{share:.2f} (–)"

    lines = {
        name: [said(*table.loc[row, ["share", "low", "high"]]) if row in table.index else "–" for row in rows]
        for name, table in tables.items()
    }
    return pd.DataFrame.from_dict(lines, orient="index", columns=list(rows))


def _balanced(y: Sequence[str], said: Sequence[str], trial: Sequence[str], repeats: int, seed: int) -> np.ndarray:
    """Return the balanced accuracy of the data and of each resample of trials."""
    right, of = _by_trial(y, said, trial)[1:]
    weights = _drawn(len(of), repeats, seed)
    with np.errstate(invalid="ignore"):
        return (weights @ right / (weights @ of)).mean(axis=1)


def _by_trial(y: Sequence[str], said: Sequence[str], trial: Sequence[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return the activities, and for each trial how many windows of each were judged right, and how many there are."""
    y, said, trial = (np.asarray(list(column), dtype=object) for column in (y, said, trial))
    if not len(y) == len(said) == len(trial):
        raise ValueError(f"y, said and trial must have the same length, got {len(y)}, {len(said)}, {len(trial)}")
    names = [name for name in ACTIVITIES.values() if (y == name).any()]
    if not len(y) or sum((y == name).sum() for name in names) < len(y):
        raise ValueError(f"y must hold activities only ({', '.join(ACTIVITIES.values())}), and at least one")
    trials, place = np.unique(trial.astype(str), return_inverse=True)
    if len(trials) < 2:
        raise ValueError("at least 2 trials are needed to say how trials differ, got 1")
    of, right = np.zeros((len(trials), len(names))), np.zeros((len(trials), len(names)))
    for at, name in enumerate(names):
        np.add.at(of[:, at], place[y == name], 1)
        np.add.at(right[:, at], place[(y == name) & (said == name)], 1)
    return names, right, of


def _drawn(trials: int, repeats: int, seed: int) -> np.ndarray:
    """Return how often each trial counts: once each, then in each resample."""
    random = np.random.default_rng(whole(seed, "seed"))
    drawn = random.multinomial(trials, np.full(trials, 1 / trials), size=whole(repeats, "repeats", least=1))
    return np.vstack([np.ones(trials), drawn])


def _looked_at(readings: pd.DataFrame) -> pd.DataFrame:
    """Return a copy whose columns are as :func:`windows` needs them."""
    import pandas as pd

    if not isinstance(readings, pd.DataFrame):
        raise TypeError(f"readings must be a pandas DataFrame, got {type(readings).__name__}")
    if missing := [name for name in NEEDED if name not in readings]:
        raise ValueError(f"readings must have the columns {', '.join(NEEDED)}; missing: {', '.join(missing)}")
    if readings.empty:
        raise ValueError("readings must have at least one row, got none")
    table = readings.reset_index(drop=True).copy()
    numbers = table[["time", *AXES, "rssi"]].to_numpy(dtype=float)
    if not np.isfinite(numbers).all():
        raise ValueError(
            "time, accelerations and rssi must be finite numbers, got NaN or infinity: set such rows aside"
        )
    if (table["time"] < 0).any() or (table.groupby("trial")["time"].diff() < 0).any():
        raise ValueError(
            "time must not be negative and must not fall within a trial: sort the readings by trial and time"
        )
    if not table["antenna"].isin(ANTENNAS).all():
        strange = table.loc[~table["antenna"].isin(ANTENNAS), "antenna"].iloc[0]
        raise ValueError(f"antenna must be one of {', '.join(map(str, ANTENNAS))}, got {strange!r}")
    table["activity"] = [ACTIVITIES.get(one, one) for one in table["activity"].tolist()]
    if strange := set(table["activity"]) - set(ACTIVITIES.values()):
        raise ValueError(f"activity must be one of {', '.join(ACTIVITIES.values())}, got {sorted(map(str, strange))}")
    return table
