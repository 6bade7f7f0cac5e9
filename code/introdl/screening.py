"""What a screening test does to a thousand people: who is referred, who is found, who is missed, and at what cost.

Expected numbers, worked out from how common the condition is and how often the test is right. Nothing here is
measured. Chapter: ``dementia``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from introdl.arrays import numbers, positive

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Screened:
    """Expected numbers of people, not rounded.

    Parameters
    ----------
    found, missed : float
        Have the condition, and were referred, or were not.
    false_alarms, cleared : float
        Do not have it, and were referred, or were not.
    """

    found: float
    missed: float
    false_alarms: float
    cleared: float

    @property
    def referred(self) -> float:
        """Everybody the test sends on."""
        return self.found + self.false_alarms

    @property
    def ppv(self) -> float:
        """Of those referred, the share who have the condition."""
        if self.referred == 0:
            raise ValueError("ppv is a share of those referred, and nobody is referred")
        return self.found / self.referred

    @property
    def npv(self) -> float:
        """Of those not referred, the share who do not have it."""
        sent_home = self.missed + self.cleared
        if sent_home == 0:
            raise ValueError("npv is a share of those not referred, and everybody is referred")
        return self.cleared / sent_home


def screened(prevalence: float, sensitivity: float, specificity: float, people: float = 1000) -> Screened:
    """Return what to expect when people are screened with a test.

    Parameters
    ----------
    prevalence, sensitivity, specificity : float
        Shares from 0 to 1: how many have the condition; of those with it, how many the test refers; of those without
        it, how many it does not refer.
    people : float
        How many are screened; positive.

    Returns
    -------
    Screened

    Raises
    ------
    TypeError, ValueError
        If a share is no number from 0 to 1, or ``people`` is not positive.

    Examples
    --------
    >>> counts = screened(0.05, 0.85, 0.85)
    >>> round(counts.found, 1), round(counts.false_alarms, 1), round(counts.ppv, 3)
    (42.5, 142.5, 0.23)
    """
    ill = _share(prevalence, "prevalence") * positive(people, "people")
    well = people - ill
    found, cleared = _share(sensitivity, "sensitivity") * ill, _share(specificity, "specificity") * well
    return Screened(found, ill - found, well - cleared, cleared)


def referrals(
    prevalences: Iterable[float],
    sensitivity: float,
    specificity: float,
    people: float = 1000,
    test_cost: float = 1.0,
    referral_cost: float = 20.0,
) -> pd.DataFrame:
    """Return a table of what a screen does at several prevalences, with what it costs to find one person.

    Parameters
    ----------
    prevalences : iterable of float
    sensitivity, specificity, people
        As for :func:`screened`.
    test_cost, referral_cost : float
        What one screening test, and one examination of a referred person, cost, in the same unit; positive.

    Returns
    -------
    pandas.DataFrame, one row a prevalence
        ``prevalence``, ``referred``, ``people found``, ``missed``, ``false alarms``, ``ppv``, ``npv``, and
        ``cost a person found`` (NaN where nobody is found).

    Raises
    ------
    TypeError, ValueError
        As :func:`screened`, and if there is no prevalence or a cost is not positive.

    Examples
    --------
    >>> referrals([0.01, 0.05], 0.85, 0.85)["ppv"].round(3).tolist()
    [0.054, 0.23]
    """
    import pandas as pd

    test_cost, referral_cost = positive(test_cost, "test_cost"), positive(referral_cost, "referral_cost")
    rows = []
    for prevalence in prevalences:
        counts = screened(prevalence, sensitivity, specificity, people)
        cost = test_cost * people + referral_cost * counts.referred
        rows.append(
            {
                "prevalence": float(prevalence),
                "referred": counts.referred,
                "people found": counts.found,
                "missed": counts.missed,
                "false alarms": counts.false_alarms,
                "ppv": counts.ppv if counts.referred else float("nan"),
                "npv": counts.npv if counts.missed + counts.cleared else float("nan"),
                "cost a person found": cost / counts.found if counts.found else float("nan"),
            }
        )
    if not rows:
        raise ValueError("prevalences must hold at least one share, got none")
    return pd.DataFrame(rows)


def _share(value: float, name: str) -> float:
    found = float(numbers(value, name, ndim=0))
    if not 0 <= found <= 1:
        raise ValueError(f"{name} must be a share between 0 and 1, got {value}")
    return found
