"""The seven-step card: what a project with data has to have settled before a model is fitted.

Every case of the book fills one, in ``labels/case-<name>.toml``, and a reader can fill one of their own.

Chapter: ``cases``.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from importlib import resources

import pandas as pd

from introdl.language import label

FIELDS = (
    "question",
    "who_decides",
    "sensors",
    "unit_of_split",
    "target",
    "metric",
    "baseline",
    "threshold_rule",
    "human_role",
    "stop_rule",
    "consent",
    "identifiability",
    "real_or_simulated",
)
CASES = ("fall-risk", "dementia", "spirometry", "elderly-care", "manufacturing")
"""The cases of the book, in its order; ``table`` compares them."""


@dataclass(frozen=True)
class Card:
    """A case's card: 13 answers in words, and a title. It shows itself as a table in the reader's language.

    Raises
    ------
    TypeError, ValueError
        If an answer is no text, or an empty one.
    """

    title: str
    question: str
    who_decides: str
    sensors: str
    unit_of_split: str
    target: str
    metric: str
    baseline: str
    threshold_rule: str
    human_role: str
    stop_rule: str
    consent: str
    identifiability: str
    real_or_simulated: str

    def __post_init__(self) -> None:
        for one in fields(self):
            answer = getattr(self, one.name)
            if not isinstance(answer, str):
                raise TypeError(f"{one.name} must be a text, got {type(answer).__name__}")
            if not answer.strip():
                raise ValueError(
                    f'{one.name} is empty: answer "{label(f"cases.{one.name}")}" in a sentence, even if the answer is '
                    "that nobody knows yet"
                )

    @property
    def frame(self) -> pd.DataFrame:
        """The answers, a row each, under the heads of the reader's language."""
        heads = pd.Index([label(f"cases.{name}") for name in FIELDS])
        return pd.DataFrame({self.title: [getattr(self, name) for name in FIELDS]}, index=heads)

    def __repr__(self) -> str:
        lines = [f"{head}: {answer}" for head, answer in self.frame[self.title].items()]
        return "\n".join([self.title, *lines])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row">{html.escape(head)}</th><td style="text-align:left">{html.escape(answer)}</td></tr>'
            for head, answer in self.frame[self.title].items()
        )
        return f'<table class="dataframe"><caption>{html.escape(self.title)}</caption><tbody>{rows}</tbody></table>'


class _WholeText(pd.DataFrame):
    """A table that shows its texts to their end, where pandas would cut them after 50 characters."""

    @property
    def _constructor(self) -> type[_WholeText]:
        return _WholeText

    def _repr_html_(self) -> str | None:
        with pd.option_context("display.max_colwidth", None):
            return super()._repr_html_()


def card(name: str) -> Card:
    """Return the card of a case, in the reader's language.

    Parameters
    ----------
    name : str
        As the page is called, ``"fall-risk"``.

    Raises
    ------
    ValueError
        If there is no such case.

    Examples
    --------
    >>> card("fall-risk").title
    'Fall risk'
    """
    if name not in known():
        raise ValueError(f"there is no case {name!r}: it must be one of {', '.join(known())}")
    return Card(**{field: label(f"case-{name}.{field}") for field in ("title", *FIELDS)})


def known() -> list[str]:
    """Return the names of all cases that have a card.

    Examples
    --------
    >>> "fall-risk" in known()
    True
    """
    files = (resources.files("introdl") / "labels").iterdir()
    return sorted(
        file.name.removeprefix("case-").removesuffix(".toml") for file in files if file.name.startswith("case-")
    )


def table(only: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the cases of the book side by side: a row for each field of the card, a column for each case.

    Parameters
    ----------
    only : sequence of str, optional
        Some of :data:`FIELDS`, in the order wanted. Default: all.

    Raises
    ------
    ValueError
        If there is no such field.

    Examples
    --------
    >>> table(["target"]).shape
    (1, 5)
    """
    wanted = FIELDS if only is None else tuple(only)
    for name in wanted:
        if name not in FIELDS:
            raise ValueError(f"there is no field {name!r}: it must be one of {', '.join(FIELDS)}")
    cards = [card(name) for name in CASES]
    heads = pd.Index([label(f"cases.{name}") for name in wanted])
    return _WholeText({one.title: [getattr(one, name) for name in wanted] for one in cards}, index=heads)


def ranked(
    staff: Sequence[tuple[str, str]], model: Sequence[str], held_up: Mapping[str, bool] | None = None
) -> pd.DataFrame:
    """Set what staff held important, before they saw the model's reading, beside that reading.

    Parameters
    ----------
    staff : sequence of (str, str)
        Names with the reason for each, the most important first; written down before.
    model : sequence of str
        Names, the most important first. Names that only one side has are kept.
    held_up : mapping of str to bool, optional
        Name → whether a test that settles it found the name to matter. What is not in it stays open.

    Returns
    -------
    pandas.DataFrame
        One row a name, in the order of staff, then of the model; columns in the reader's language: the name, its rank
        on either side (– where it has none), the reason, whether they agree (both or neither among their first
        three), and who was right.

    Raises
    ------
    ValueError
        If a list is empty, or a name stands in it twice, or a reason is empty.

    Examples
    --------
    >>> said = [("age", "older people fall more"), ("shoes", "seen often")]
    >>> ranked(said, ["age", "speed"], {"age": True, "speed": True}).shape
    (3, 6)
    """
    names, other = [name for name, _ in staff], list(model)
    for who, given in (("staff", names), ("model", other)):
        if not given or len(set(given)) != len(given):
            raise ValueError(f"{who} must name at least one thing, and each once, got {given}")
    for name, reason in staff:
        if not str(reason).strip():
            raise ValueError(f"{name!r} has no reason: staff write one for each, before they see the model's ranking")
    everything = [*names, *(name for name in other if name not in names)]
    reasons, settled = dict(staff), dict(held_up or {})
    rows = []
    for name in everything:
        high = [name in given[:3] for given in (names, other)]
        rows.append(
            {
                "name": name,
                "staff": _place(names, name),
                "model": _place(other, name),
                "reason": reasons.get(name, "–"),
                "agree": label("cases.agree" if high[0] == high[1] else "cases.differ"),
                "right": _who(high, settled.get(name)),
            }
        )
    return _WholeText(rows).rename(columns=lambda head: label(f"cases.ranked-{head}"))


def _place(given: Sequence[str], name: str) -> str:
    return str(given.index(name) + 1) if name in given else "–"


def _who(high: Sequence[bool], held_up: bool | None) -> str:
    if held_up is None:
        return label("cases.open")
    right = [one == held_up for one in high]
    if right[0] == right[1]:
        return label("cases.both" if right[0] else "cases.neither")
    return label("cases.staff" if right[0] else "cases.model")
