"""How far apart are two ways of measuring the same thing? Limits of agreement beside the correlation.

For the chapter ``spirometry``. No library that the book needs has them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from introdl.arrays import Array, is_tensor, numbers, together
from introdl.checking import Interval

Z = 1.96  # about 95 of 100 differences lie so many standard deviations around their mean, if they are normal


@dataclass(frozen=True)
class Agreement:
    """Estimated less measured, described: the bias, and the limits between which about 95% of the differences lie."""

    n: int
    r: float  # correlation; NaN where one of the two does not vary
    bias: float
    sd: float
    limits: Interval
    bias_interval: Interval  # 95%
    low_interval: Interval  # 95%, of the lower limit
    high_interval: Interval


def agreement(measured: Array, estimated: Array) -> Agreement:
    """Return Bland and Altman's limits of agreement of an estimate with a measurement.

    Parameters
    ----------
    measured, estimated : array-like or Tensor, shape (n,)
        In the same unit, one row a person; n at least 3.

    Returns
    -------
    Agreement
        Differences are estimated − measured: a positive ``bias`` says too much.

    Raises
    ------
    TypeError, ValueError
        If they are no finite numbers, differ in length, or are fewer than 3.

    Notes
    -----
    ``bias`` ± 1.96 ``sd``. The standard error of the bias is sd / √n, that of a limit sd · √(1/n + 1.96² / (2(n − 1)));
    both assume people who are independent of each other and differences that are about normal.

    References
    ----------
    J. M. Bland and D. G. Altman, *Statistical methods for assessing agreement between two methods of clinical
    measurement*, 1986.

    Examples
    --------
    >>> found = agreement([2.0, 3.0, 4.0], [2.1, 3.0, 3.9])
    >>> round(found.bias, 3), round(found.sd, 3), [round(end, 3) for end in found.limits]
    (0.0, 0.1, [-0.196, 0.196])
    """
    measured, estimated = (
        _array(numbers(values, name, ndim=1)) for values, name in ((measured, "measured"), (estimated, "estimated"))
    )
    together(measured=measured, estimated=estimated)
    n = len(measured)
    if n < 3:
        raise ValueError(f"limits of agreement need at least 3 people, got {n}")
    differences = estimated - measured
    bias, sd = float(differences.mean()), float(differences.std(ddof=1))
    varies = np.ptp(measured) > 0 and np.ptp(estimated) > 0
    r = float(np.corrcoef(measured, estimated)[0, 1]) if varies else math.nan
    low, high = bias - Z * sd, bias + Z * sd
    of_bias, of_limit = Z * sd / math.sqrt(n), Z * sd * math.sqrt(1 / n + Z**2 / (2 * (n - 1)))
    return Agreement(
        n,
        r,
        bias,
        sd,
        Interval(low, high),
        Interval(bias - of_bias, bias + of_bias),
        Interval(low - of_limit, low + of_limit),
        Interval(high - of_limit, high + of_limit),
    )


def _array(values: Array) -> np.ndarray:
    values = values.detach().cpu().numpy() if is_tensor(values) else values
    return np.asarray(values, dtype=np.float64)
