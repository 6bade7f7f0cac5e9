"""Steps from the acceleration of the lower back: where the feet touch the ground, how often, and with what error.

For the chapter *Who might fall? See what four tables can carry*. A sensor at the lower back goes up and down once with
every step. Its upward acceleration, smoothed, has a peak close to the moment at which a foot meets the ground. A method
is worth what a comparison says of it: :func:`compare_contacts` sets found contacts beside those of a reference.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from introdl.arrays import Array, floats, positive, whole

BAND = (
    0.5,
    3.0,
)  # Hz: one to three steps a second; slower is sway, faster the blow of a heel
LEAST_HEIGHT = 0.05  # g: what moves less is not walking; the book's own
LEAST_GAP = 0.3  # s between two steps, as long as the fastest of BAND
TOLERANCE = 0.2  # s: about a third of a step
LEAST_SECONDS = 4.0  # the filter needs some seconds to start from


class Compared(NamedTuple):
    """What :func:`compare_contacts` counted; times in seconds."""

    matched: int  # reference contacts with a found one within the tolerance
    missed: int  # reference contacts without
    extra: int  # found contacts without a reference one, within the walking that the reference has seen
    outside: int  # found contacts where the reference has seen no walking: nobody can say whether they are right
    errors: np.ndarray  # (matched,) found − reference

    @property
    def median_error(self) -> float:
        """Median of the lengths of the timing errors, in s; NaN where nothing matched."""
        return float(np.median(np.abs(self.errors))) if len(self.errors) else float("nan")


def smoothed(acceleration: Array, rate: float, band: tuple[float, float] = BAND) -> np.ndarray:
    """Keep what changes as slowly as steps do: a Butterworth filter, run forwards and backwards so that nothing shifts.

    Parameters
    ----------
    acceleration : array-like, shape (n,)
        Upward acceleration in g; gravity may be in it, it is filtered out.
    rate : float
        Samples each second (Hz).
    band : (float, float)
        What is kept, in Hz, from and to.

    Returns
    -------
    ndarray, shape (n,)
        In g, around 0.

    Raises
    ------
    TypeError, ValueError
        If the signal is not a row of finite numbers or lasts under 4 s, or the band does not lie between 0 and half
        the rate.

    Notes
    -----
    Second order in each direction, from SciPy (``butter``, ``sosfiltfilt``).

    Examples
    --------
    >>> seconds = np.arange(0, 10, 0.01)
    >>> walking = 1 + 0.2 * np.cos(2 * np.pi * 2 * seconds)  # gravity, and two steps a second
    >>> bool(abs(smoothed(walking, rate=100)[200:800].mean()) < 0.01)
    True
    """
    from scipy.signal import butter, sosfiltfilt

    acceleration, rate = _signal(acceleration, least=0), positive(rate, "rate")
    low, high = (float(positive(end, "every end of band")) for end in band)
    if not low < high < rate / 2:
        raise ValueError(
            f"band must rise and end under half the rate, {rate / 2:g} Hz, got {low:g} to {high:g} Hz: "
            "no sensor sees what changes faster than that"
        )
    if len(acceleration) < LEAST_SECONDS * rate:
        raise ValueError(
            f"acceleration must last at least {LEAST_SECONDS:g} s, {LEAST_SECONDS * rate:g} samples at {rate:g} Hz, "
            f"got {len(acceleration)} samples"
        )
    return sosfiltfilt(butter(2, (low, high), "bandpass", fs=rate, output="sos"), acceleration)


def foot_contacts(
    acceleration: Array, rate: float, band: tuple[float, float] = BAND, height: float = LEAST_HEIGHT
) -> np.ndarray:
    """Return the moments at which a foot meets the ground, as the lower back's upward acceleration shows them.

    Parameters
    ----------
    acceleration : array-like, shape (n,)
        Upward acceleration in g, of a sensor at the lower back.
    rate : float
        Samples each second (Hz).
    band : (float, float)
        What :func:`smoothed` keeps, in Hz.
    height : float
        How high a peak of the smoothed signal must be, in g.

    Returns
    -------
    ndarray, shape (steps,)
        In s since the first sample, rising; empty where nobody walks.

    Raises
    ------
    TypeError, ValueError
        As :func:`smoothed`; or if ``height`` is not positive.

    Notes
    -----
    A contact is a peak of the smoothed signal, at least ``height`` high and 0.3 s after the one before. It finds
    movements that look like steps. Whoever bends, sits down or rides a bus may be given some.

    Examples
    --------
    >>> seconds = np.arange(0, 10, 0.01)
    >>> walking = 1 + 0.2 * np.cos(2 * np.pi * 2 * seconds)
    >>> [float(moment) for moment in foot_contacts(walking, rate=100).round(1) if 2 < moment < 4]
    [2.5, 3.0, 3.5]
    """
    from scipy.signal import find_peaks

    rate = positive(rate, "rate")
    peaks, _ = find_peaks(
        smoothed(acceleration, rate, band), height=positive(height, "height"), distance=max(1, round(LEAST_GAP * rate))
    )
    return peaks / rate


def step_frequency(contacts: Array) -> float:
    """Return how many steps are taken each second: 1 / the median time from one contact to the next, in Hz.

    Parameters
    ----------
    contacts : array-like, shape (steps,)
        Moments in s, rising; at least 3. The median lets a pause between two walks pass.

    Raises
    ------
    TypeError, ValueError
        If there are fewer, or they do not rise.

    Examples
    --------
    >>> step_frequency([1.0, 1.5, 2.0, 2.5, 9.0, 9.5])
    2.0
    """
    contacts = _signal(contacts, "contacts")
    if len(contacts) < 3:
        raise ValueError(f"contacts must be at least 3 moments, got {len(contacts)}: too few steps for a frequency")
    gaps = np.diff(contacts)
    if (gaps <= 0).any():
        raise ValueError("contacts must rise, each moment after the one before: sort them, and look for doubles")
    return float(1 / np.median(gaps))


def compare_contacts(found: Array, reference: Array, tolerance: float = TOLERANCE, pause: float = 3.0) -> Compared:
    """Compare found contacts with those of a reference, one to one: matched, missed, extra, and by how much in time.

    Parameters
    ----------
    found : array-like, shape (steps,)
        Moments in s; may be empty.
    reference : array-like, shape (contacts,)
        Moments in s, at least one.
    tolerance : float
        How far apart a pair may be, in s.
    pause : float
        Where two reference contacts lie further apart than this, in s, the reference has seen no walking between them.

    Returns
    -------
    Compared

    Raises
    ------
    TypeError, ValueError
        If they are not rows of finite numbers, the reference is empty, or ``tolerance`` or ``pause`` is not positive.

    Notes
    -----
    The closest pair is joined first, then the closest of those that are left; nobody is joined twice.

    Examples
    --------
    >>> compare_contacts([1.02, 1.60, 1.80, 9.00], [1.00, 1.50, 2.10], tolerance=0.2)[:4]
    (2, 1, 1, 1)
    """
    found, reference = _signal(found, "found", least=0), np.sort(_signal(reference, "reference"))
    tolerance, pause = float(positive(tolerance, "tolerance")), float(positive(pause, "pause"))
    distances = np.abs(found[:, None] - reference[None, :])
    near = np.argwhere(distances <= tolerance)
    nearest_first = near[np.argsort(distances[distances <= tolerance], kind="stable")]
    joined: dict[int, int] = {}
    for one, other in nearest_first.tolist():
        if one not in joined and other not in joined.values():
            joined[one] = other
    walks = np.split(reference, np.flatnonzero(np.diff(reference) > pause) + 1)
    seen = np.zeros(len(found), dtype=bool)
    for walk in walks:
        seen |= (found >= walk[0] - tolerance) & (found <= walk[-1] + tolerance)
    left = np.array([place not in joined for place in range(len(found))], dtype=bool)
    errors = np.array([found[one] - reference[other] for one, other in sorted(joined.items())], dtype=float)
    return Compared(
        matched=len(joined),
        missed=len(reference) - len(joined),
        extra=int((left & seen).sum()),
        outside=int((left & ~seen).sum()),
        errors=errors,
    )


def simulated_walk(
    contacts: Array, seconds: float, rate: float = 100.0, noise: float = 0.02, tilt: float = 20.0, seed: int = 0
) -> np.ndarray:
    r"""Simulate the upward acceleration of a lower back whose feet touch the ground at known moments; nobody walked.

    Parameters
    ----------
    contacts : array-like, shape (steps,)
        The moments, in s, rising, at least 0.3 s apart.
    seconds : float
        How long the recording lasts; the contacts lie within it.
    rate : float
        Samples each second (Hz).
    noise : float
        SD of the sensor's noise, in g; 0 is possible.
    tilt : float
        How far the sensor leans, in degrees, under 90: it sees the upward direction with the cosine of it.
    seed : int
        For the noise.

    Returns
    -------
    ndarray, shape (seconds · rate,)
        In g, gravity included.

    Raises
    ------
    TypeError, ValueError
        If a moment lies outside the recording, moments are too close or do not rise, or a setting is out of range.

    Notes
    -----
    With contacts :math:`c_k`, the signal is :math:`\cos(\text{tilt})\,(1 + \sum_k 0.25\,e^{-((t - c_k)/0.08)^2}
    - 0.12\,e^{-((t - c_k - 0.25)/0.1)^2} + 0.06\,e^{-((t - c_k - 0.06)/0.015)^2})` plus noise: a push up at the
    contact, a fall after it, and the short blow of the heel, which comes late and is sharp. All constants are ours.

    Examples
    --------
    >>> simulated_walk([1.0, 1.5, 2.0], seconds=5).shape
    (500,)
    """
    contacts, seconds, rate = _signal(contacts, "contacts"), positive(seconds, "seconds"), positive(rate, "rate")
    if (np.diff(contacts) < LEAST_GAP).any():
        raise ValueError(
            f"contacts must rise by at least {LEAST_GAP} s each, got gaps down to {np.diff(contacts).min():g}"
        )
    if contacts[0] < 0 or contacts[-1] > seconds:
        raise ValueError(f"contacts must lie within the {seconds:g} s of the recording, got up to {contacts.max():g} s")
    if not 0 <= float(noise):
        raise ValueError(f"noise must not be negative, got {noise}")
    if not 0 <= abs(float(tilt)) < 90:
        raise ValueError(f"tilt must be under 90 degrees, got {tilt}")
    moments = np.arange(round(seconds * rate)) / rate
    after = moments[:, None] - contacts[None, :]
    moves = 0.25 * np.exp(-((after / 0.08) ** 2)) - 0.12 * np.exp(-(((after - 0.25) / 0.1) ** 2))
    moves += 0.06 * np.exp(-(((after - 0.06) / 0.015) ** 2))
    upward = np.cos(np.radians(float(tilt))) * (1 + moves.sum(axis=1))
    return upward + np.random.default_rng(whole(seed, "seed")).normal(0, float(noise), len(moments))


def _signal(values: Array, name: str = "acceleration", least: int = 1) -> np.ndarray:
    """Return a row of at least so many finite numbers."""
    row = np.zeros(0) if np.size(values) == 0 else floats(values, name)
    if row.ndim != 1:
        raise ValueError(f"{name} must have shape (n,), one number after the other, got {row.shape}")
    if len(row) < least:
        raise ValueError(f"{name} must hold at least {least} number, got none")
    if not np.isfinite(row).all():
        raise ValueError(f"{name} must be finite, got {int((~np.isfinite(row)).sum())} values that are not")
    return row
