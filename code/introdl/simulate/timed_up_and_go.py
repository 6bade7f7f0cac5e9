"""Simulated people who each do one instrumented Timed Up and Go walk: a table like the slides', of any length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from introdl.arrays import numbers, positive, whole
from introdl.simulate.walking import _age_and_ability, _balance_score

if TYPE_CHECKING:
    import pandas as pd

TUG_WALK_UNITS = {
    "no": "number of the person",
    "age": "years",
    **{f"t{number}": "s, time stamp" for number in range(1, 7)},
    "time": "s",
    "step_frequency": "Hz",
    **{f"n{number}": "samples, the same moments as t1 to t6" for number in range(1, 7)},
    "px": "g",
    "py": "g",
    "pz": "g",
    "steps": "number",
    "gender": "F or M",
    "tug": "s",
    "y1": "1 if tug is 14 s or more, else 0",
    "bbs": "points of 28",
    "y2": "1 if bbs is 22 or less, else 0",
}

MEN = 0.35  # share of men
METRES = 3.0  # from the chair to the turn
SLOW_TEST, LOW_SCORE = 14, 22  # s and points: the slides' cuts


def instrumented_tug(people: int = 85, seed: int = 0, frail: float = 0.30, rate: float = 50.0) -> pd.DataFrame:
    r"""Simulate people who each do the Timed Up and Go test once with a sensor on the waist, and have a balance score.

    Nobody in this table exists, and nobody in it falls: falls are not simulated. All constants are ours, tuned to the
    published summaries under Notes. With :math:`\varepsilon` a fresh draw from the standard normal distribution each
    time it stands:

    - *Person.* Age :math:`a = 73 + 7\varepsilon` years, kept between 60 and 95; a man with probability 0.35; frail with
      probability ``frail`` at 73, a fifteenth of it more with each year, kept between 1/6 and 8/3 of it. Ability
      :math:`\theta = -0.60 (a - 70) / 7 - 2.3` if frail :math:`+ 0.15` for a man :math:`+ 0.8\varepsilon`.
    - *Walking.* Speed :math:`v = \exp(\ln 1.28 + 0.155\,\theta + 0.08\varepsilon)` m/s; step frequency
      :math:`f = 1.95 + 0.09\,\theta + 0.10\varepsilon` Hz, kept between 1.1 and 2.6.
    - *Phases*, in seconds: sitting still before the test :math:`d_0 = 0.8\exp(0.5\varepsilon)`, which has to do with
      nothing; standing up :math:`d_1 = 1.00\exp(-0.17\,\theta + 0.15\varepsilon)`; walking out
      :math:`d_2 = 0.85 \cdot 3 / v + 0.25`; turning :math:`d_3 = 1.15\exp(-0.19\,\theta + 0.15\varepsilon)`; walking
      back :math:`d_4 = d_2 + 0.1\varepsilon`; turning before the chair
      :math:`d_5 = 0.85\exp(-0.19\,\theta + 0.18\varepsilon)`; sitting down
      :math:`d_6 = 1.05\exp(-0.17\,\theta + 0.18\varepsilon)`.
    - *Time stamps.* As on the slides, ``t1`` to ``t6`` are moments, not durations: :math:`t_1 = d_0`,
      :math:`t_2 = t_1 + d_1`, :math:`t_3 = t_2 + d_2`, :math:`t_4 = t_3 + d_3`, :math:`t_5 = t_4 + d_4`,
      :math:`t_6 = t_5 + d_5 + d_6`. (Six stamps have five gaps between them, so the last two phases share one; which
      event each stamp of the slides marks is not stated there.) ``tug`` and ``time`` are :math:`t_6 - t_1`, rounded to
      whole seconds; ``n1`` to ``n6`` are the stamps times ``rate``, rounded.
    - *Steps*: :math:`f \cdot (d_2 + d_3 + d_4 + d_5)`, rounded.
    - *Acceleration* in three directions, in g and without gravity: :math:`0.25 v^{1.2}`, :math:`0.55 v^{1.5}`,
      :math:`0.35 v^{1.3}`, each times :math:`\exp(0.2\varepsilon)`. On the slides ``px`` seems to hold gravity and to
      be in m/s²; do not compare them.
    - *Score* ``bbs``. Seven tasks, each 0, 2 or 4 points: 1.6 times (:math:`\theta + 0.6\varepsilon`, one draw for all
      tasks, less how hard the task is), plus logistic noise, is above −1.6, and above +1.6.

    Parameters
    ----------
    people : int
        How many, at least 1.
    seed : int
        The same seed gives the same people.
    frail : float
        Probability of being frail at 73, from 0 (nobody is) to 0.375.
    rate : float
        Samples each second, for ``n1`` to ``n6``: 50 is our assumption.

    Returns
    -------
    pandas.DataFrame, shape (people, 25)
        The columns of :func:`introdl.datasets.load_tug`, in its order; ``attrs`` holds ``units`` and ``source``.

    Raises
    ------
    TypeError, ValueError
        If ``people`` or ``seed`` is not a whole number, or ``people`` is under 1; if ``frail`` is not between 0 and
        0.375; if ``rate`` is not positive.

    Notes
    -----
    Published summaries which the tests compare with, each with its tolerance: mean time of three decades of age
    without the frail (Bohannon 2006); how closely time and score go together (Podsiadlo and Richardson 1991; Alghadir
    2018); the error with which 85 persons' scores were predicted (Yu 2021). The mean time above 80 comes out about a
    second too short. How frailty, ability and the phases hang together rests on no published figure.

    Examples
    --------
    >>> table = instrumented_tug(people=3)
    >>> table.shape, bool((table["t1"] < table["t6"]).all())
    ((3, 25), True)
    """
    import pandas as pd

    people = whole(people, "people", least=1)
    if not 0 <= float(numbers(frail, "frail", ndim=0)) <= 0.375:
        raise ValueError(f"frail must be a probability between 0 and 0.375, got {frail}")
    rate = positive(rate, "rate")
    draw = np.random.default_rng(whole(seed, "seed"))

    age, ability = _age_and_ability(draw, people, float(frail))
    male = draw.random(people) < MEN
    ability = ability + 0.15 * male
    speed = np.exp(np.log(1.28) + 0.155 * ability + draw.normal(0, 0.08, people))
    cadence = np.clip(1.95 + 0.09 * ability + draw.normal(0, 0.10, people), 1.1, 2.6)

    def phase(usual: float, slope: float, spread: float) -> np.ndarray:
        return usual * np.exp(-slope * ability + draw.normal(0, spread, people))

    still = 0.8 * np.exp(draw.normal(0, 0.5, people))
    stand, turn = phase(1.00, 0.17, 0.15), phase(1.15, 0.19, 0.15)
    turn_at_chair, sit = phase(0.85, 0.19, 0.18), phase(1.05, 0.17, 0.18)
    out = 0.85 * METRES / speed + 0.25
    back = out + draw.normal(0, 0.1, people)
    stamps = np.cumsum([still, stand, out, turn, back, turn_at_chair + sit], axis=0)
    seconds = np.rint(stamps[-1] - stamps[0]).astype(int)
    score = _balance_score(draw, ability)
    table = pd.DataFrame(
        {
            "no": np.arange(people) + 1,
            "age": age.round().astype(int),
            **{f"t{place}": stamp.round(2) for place, stamp in enumerate(stamps, start=1)},
            "time": seconds,
            "step_frequency": cadence.round(3),
            **{f"n{place}": np.rint(stamp * rate).astype(int) for place, stamp in enumerate(stamps, start=1)},
            **{
                name: (usual * speed**power * np.exp(draw.normal(0, 0.2, people))).round(3)
                for name, usual, power in (("px", 0.25, 1.2), ("py", 0.55, 1.5), ("pz", 0.35, 1.3))
            },
            "steps": np.rint(cadence * (out + turn + back + turn_at_chair)).astype(int),
            "gender": np.where(male, "M", "F"),
            "tug": seconds,
            "y1": (seconds >= SLOW_TEST).astype(int),
            "bbs": score,
            "y2": (score <= LOW_SCORE).astype(int),
        }
    )
    table.attrs = {"units": TUG_WALK_UNITS, "source": "simulated by introdl.simulate.instrumented_tug"}
    return table
