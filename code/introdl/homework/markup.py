"""The few pieces of HTML that every sheet is made of: symbols, numbers, boxes, tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from html import escape


def symbol(letter: str, below: str = "") -> str:
    """Return a letter of a formula, with what stands below it.

    Examples
    --------
    >>> symbol("w", "13")
    '<i>w</i><sub>13</sub>'
    """
    return f"<i>{letter}</i>" + (f"<sub>{below}</sub>" if below else "")


def number(value: Fraction) -> str:
    """Return a number with a finite number of decimals as it is printed, with a true minus sign.

    Raises
    ------
    ValueError
        If its decimals do not end.

    Examples
    --------
    >>> number(Fraction(-3, 4)), number(Fraction(2))
    ('−0.75', '2')
    """
    value = Fraction(value)
    digits = next((d for d in range(20) if (value * 10**d).denominator == 1), None)
    if digits is None:
        raise ValueError(f"expected a number whose decimals end, got {value}")
    whole = str(abs(value.numerator * 10**digits // value.denominator)).rjust(digits + 1, "0")
    written = whole if digits == 0 else f"{whole[:-digits]}.{whole[-digits:]}"
    return ("−" if value < 0 else "") + written


def given(name: str, value: Fraction) -> str:
    """Return what the sheet gives, such as *x* = 2."""
    return formula(f"{name} = {number(value)}")


def formula(html: str) -> str:
    """Return a formula that is not torn apart at the end of a line."""
    return f'<span class="formula">{html}</span>'


def box(name: str) -> str:
    """Return the box to write a field's number into; the field's name stands small in its corner."""
    return f'<span class="box" data-field="{name}"><small>{name}</small></span>'


def line(head: str, name: str) -> str:
    """Return a line to work on, with the box for its result at the end."""
    return f'<div class="line"><span class="head">{head} =</span><span class="work"></span>{box(name)}</div>'


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """Return a table whose first column names the rows; heads and cells are HTML."""
    top = "".join(f'<th scope="col">{head}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>' for row in rows
    )
    return f'<table class="{escape(kind)}"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>'
