"""Batches of a simulated stirred reactor: heated, left to react, cooled, with faults that are planted and known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from introdl.arrays import numbers, whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

BATCH_UNITS = {
    "batch": "number of the batch, in the order of making",
    "minute": "min since the batch began",
    "phase": "heat, react or cool",
    "jacket_temperature": "°C",
    "reactor_temperature": "°C",
    "pressure": "bar",
    "agitator_power": "kW",
    "gas_flow": "L/min",
    "fault": "what was planted in this batch, or none",
    "conversion": "% of the feed that has reacted, measured in the laboratory after the batch",
}
BATCH_FAULTS = ("weak catalyst", "fouled jacket", "temperature sensor", "stirrer blade")
START, SETPOINT, REACTING, OPENED = 25.0, 80.0, 75.0, 35.0  # °C: feed, wanted, reaction counted from, vessel opened at
REACT_MINUTES = 60
TRANSFER, HEAT_OF_REACTION = 0.06, 45.0  # 1/min, K
RATE, RATE_PER_KELVIN = 0.045, 0.05  # 1/min at 80 °C, 1/K
STEAM, COOLANT, GAIN, LAG = 105.0, 12.0, 4.0, 3.0  # °C, °C, K/K, min
STEPS = 5  # of the equations in a minute
LONGEST = 400  # min


def reactor_batches(
    count: int = 60,
    seed: int = 0,
    faults: Mapping[int, str] | None = None,
    fouling: float = 0.0,
) -> pd.DataFrame:
    r"""Simulate a campaign of batches of one stirred reactor, minute by minute.

    No such reactor exists, and no constant below was measured: all are the course's own, chosen so that the curves
    look like those of a jacketed vessel. With temperatures T (reactor) and J (jacket) in °C, the share c of the feed
    that has not reacted, and time in minutes:

    - dT/dt = a (J − T) + 45 K · k c, dc/dt = −k c, with k = 0.045/min · exp(0.05/K · (T − 80 °C)) and a = 0.06/min;
    - dJ/dt = (wanted − J) / 3 min. Wanted is 105 °C (steam) in phase *heat*, until T is read as 75 °C or more; in
      phase *react*, 60 min long, 80 °C + 4 · (80 °C − T as read), kept between 12 and 105 °C; in phase *cool* 12 °C,
      until T is read as 35 °C or less;
    - pressure = 1 bar + 0.012 bar/K · (T − 25 °C); agitator power = 2 kW · (1 + 0.8 (1 − c)), since the mass grows
      stiff; gas flow = 100 L · k c per minute, the gas that the reaction sets free.

    From batch to batch vary (normal): the temperature of the feed, 25 °C, SD 1 K; log a, SD 0.05; log k, SD 0.06;
    steam, SD 1.5 K; log agitator power, SD 0.03. Noise of a reading (normal): temperatures 0.2 K, pressure 0.01 bar,
    power 0.04 kW, gas flow 0.1 L/min; conversion, 100 (1 − c) at the end, 0.2 points of a hundred.

    Planted faults, each from the first minute on unless said otherwise:

    - ``weak catalyst``: k is 0.6 times what it would be;
    - ``fouled jacket``: a is 0.7 times what it would be;
    - ``temperature sensor``: the reactor temperature is read 4 K too high, and the controller believes it;
    - ``stirrer blade``: from phase *react* on, agitator power is 0.8 times and a is 0.9 times what it would be.

    Parameters
    ----------
    count : int
        How many batches, at least 1.
    seed : int
        The same seed gives the same table. A fault that is planted leaves all other batches as they were.
    faults : mapping of int to str, optional
        Number of a batch (from 1) to what is planted in it, one of :data:`BATCH_FAULTS`.
    fouling : float
        By how much a falls from each batch to the next, as a share, from 0 to 0.01: nothing is cleaned.

    Returns
    -------
    pandas.DataFrame
        A row a minute; columns as in :data:`BATCH_UNITS`. ``fault`` and ``conversion`` belong to a batch and stand in
        each of its rows. ``attrs`` holds ``units`` and ``source``.

    Raises
    ------
    TypeError, ValueError
        If ``count`` or ``seed`` is not a whole number, or ``count`` is under 1; if ``faults`` names a batch that is
        not made, or a fault that is not known; if ``fouling`` is not between 0 and 0.01.

    Examples
    --------
    >>> table = reactor_batches(3, seed=0, faults={2: "weak catalyst"})
    >>> table.groupby("batch")["fault"].first().tolist()
    ['none', 'weak catalyst', 'none']
    >>> ends = table.groupby("batch")["conversion"].first()
    >>> bool(ends[2] < ends[1] - 2)
    True
    """
    import pandas as pd

    count = whole(count, "count", least=1)
    planted = _planted({} if faults is None else faults, count)
    fouling = float(numbers(fouling, "fouling", ndim=0))
    if not 0 <= fouling <= 0.01:
        raise ValueError(f"fouling must be a share between 0 and 0.01 a batch, got {fouling:g}")
    draws = np.random.default_rng(whole(seed, "seed")).spawn(count)  # a stream for each batch
    own = np.array([draw.normal(size=5) for draw in draws])
    state = {
        "T": START + own[:, 0],
        "J": START + own[:, 0],
        "c": np.ones(count),
        "a": TRANSFER * np.exp(0.05 * own[:, 1]) * (1 - fouling) ** np.arange(count),
        "k": RATE * np.exp(0.06 * own[:, 2]),
        "steam": STEAM + 1.5 * own[:, 3],
        "power": 2 * np.exp(0.03 * own[:, 4]),
        "reads": np.where(planted == "temperature sensor", 4.0, 0.0),
    }
    state["k"] = state["k"] * np.where(planted == "weak catalyst", 0.6, 1.0)
    state["a"] = state["a"] * np.where(planted == "fouled jacket", 0.7, 1.0)

    rows, phases, ended, left = [], [], np.full(count, -1), np.ones(count)
    phase, since, broken = np.zeros(count, dtype=int), np.zeros(count, dtype=int), planted == "stirrer blade"
    for minute in range(LONGEST):
        read = state["T"] + state["reads"]
        up = ((phase == 0) & (read >= REACTING)) | ((phase == 1) & (since >= REACT_MINUTES))
        phase, since = phase + up, np.where(up, 0, since)
        rate = state["k"] * np.exp(RATE_PER_KELVIN * (state["T"] - SETPOINT)) * state["c"]
        blade = np.where(broken & (phase > 0), 0.8, 1.0)
        power = state["power"] * (1 + 0.8 * (1 - state["c"])) * blade
        pressure = 1 + 0.012 * (state["T"] - START)
        rows.append([state["J"], read, pressure, power, 100 * rate])
        phases.append(phase)
        over = (ended < 0) & (phase == 2) & (read <= OPENED)
        ended, left = np.where(over, minute, ended), np.where(over, state["c"], left)
        if (ended >= 0).all():
            break
        since = since + 1
        _minute(state, phase, np.where(broken & (phase > 0), 0.9, 1.0))

    curves, phases = np.array(rows), np.array(phases)  # (minute, variable, batch), (minute, batch)
    noise = np.array([0.2, 0.2, 0.01, 0.04, 0.1])
    frames = []
    for place, draw in enumerate(draws):
        minutes = ended[place] + 1
        read = curves[:minutes, :, place] + noise * draw.normal(size=(minutes, 5))
        frame = pd.DataFrame(read, columns=list(BATCH_UNITS)[3:8]).round(3)
        frame["gas_flow"] = frame["gas_flow"].clip(lower=0)
        frame.insert(0, "batch", place + 1)
        frame.insert(1, "minute", np.arange(minutes))
        frame.insert(2, "phase", np.array(["heat", "react", "cool"], dtype=object)[phases[:minutes, place]])
        frame["fault"] = planted[place]
        frame["conversion"] = min(round(100 * (1 - left[place]) + 0.2 * draw.normal(), 2), 100.0)
        frames.append(frame)
    table = pd.concat(frames, ignore_index=True)
    table.attrs = {"units": BATCH_UNITS, "source": "simulated by introdl.simulate.reactor_batches"}
    return table


def _minute(state: dict[str, np.ndarray], phase: np.ndarray, transfer: np.ndarray) -> None:
    """Carry the equations one minute on, in place."""
    for _ in range(STEPS):
        read = state["T"] + state["reads"]
        held = np.clip(SETPOINT + GAIN * (SETPOINT - read), COOLANT, STEAM)
        wanted = np.choose(phase, [state["steam"], held, np.full(len(phase), COOLANT)])
        reacts = state["k"] * np.exp(RATE_PER_KELVIN * (state["T"] - SETPOINT)) * state["c"]
        flows = state["a"] * transfer * (state["J"] - state["T"])
        state["T"] = state["T"] + (flows + HEAT_OF_REACTION * reacts) / STEPS
        state["J"] = state["J"] + (wanted - state["J"]) / LAG / STEPS
        state["c"] = state["c"] * np.exp(-reacts / state["c"] / STEPS)


def _planted(faults: Mapping[int, str], count: int) -> np.ndarray:
    try:
        wanted = {whole(number, "the number of a batch", least=1): str(name) for number, name in faults.items()}
    except AttributeError:
        raise TypeError(
            f'faults must give a fault for a batch, as {{7: "{BATCH_FAULTS[0]}"}}, got {faults!r}'
        ) from None
    if strange := sorted(set(wanted.values()) - set(BATCH_FAULTS)):
        raise ValueError(f"faults must be among {', '.join(BATCH_FAULTS)}, got {', '.join(strange)}")
    if wanted and max(wanted) > count:
        raise ValueError(f"only {count} batches are made, got a fault for batch {max(wanted)}")
    planted = np.full(count, "none", dtype=object)
    for number, name in wanted.items():
        planted[number - 1] = name
    return planted
