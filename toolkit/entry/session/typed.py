"""Turn what a clerk typed into the value of a cell, and a value into what the cell shows.

In: text as typed or pasted, which ``read_figure`` reads. Out: ``None`` (blank), a number, or the text itself when it is no
number: then the checks say so, and what was typed stays. ``web/figures.js`` does the same in the browser, for the totals.
"""

from __future__ import annotations

from decimal import Decimal

from toolkit.core.text import cleaned
from toolkit.forms import Column
from toolkit.report import Value
from toolkit.report.cell_text import read_figure


def typed_value(text: str, column: Column) -> Value:
    """The value of a cell of ``column`` that was given ``text``: ``None`` for a blank, a number, or the text as it is.

    Inexact text (``11①``, ``约500``, ``12 1``) stays as typed for the checks, as does a count with decimals.
    """
    text = cleaned(text).strip()
    if not text:
        return None
    reading = read_figure(text, money=column.type == "money", unit=column.unit)
    if reading.exact is not None:
        return reading.exact
    fraction = read_figure(text, money=True).exact if reading.reason == "fraction" else None
    return text if fraction is None else fraction


def shown_value(value: Value) -> str:
    """A value as its cell shows it: digits with an ordinary minus, text as typed, nothing for a blank."""
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
