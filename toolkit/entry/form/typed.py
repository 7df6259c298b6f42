"""Turn what a clerk typed into the value of a cell, and a value into what the cell shows.

In: text as typed or pasted, which ``read_figure`` reads. Out: ``None`` (blank), a number, or the text itself when it is no
number: then the checks say so, and what was typed stays. ``web/figures.js`` does the same in the browser, for the totals.
"""

from __future__ import annotations

import re
from decimal import Decimal

from toolkit.forms import Column
from toolkit.report import Value
from toolkit.report.cell_text import read_figure

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def typed_value(text: str, column: Column) -> Value:
    """The value of a cell of ``column`` that was given ``text``: ``None`` for a blank, a number, or the text as it is.

    What is no exact number (``11①``, ``约500``, ``12 1``) stays as typed for the checks to name; so does a count with decimals.
    """
    text = clean_text(text).strip()
    if not text:
        return None
    reading = read_figure(text, money=column.type == "money", unit=column.unit)
    if reading.exact is not None:
        return reading.exact
    fraction = read_figure(text, money=True).exact if reading.reason == "fraction" else None
    return text if fraction is None else fraction


def clean_text(text: str) -> str:
    """Text without the characters no file can carry (control characters, halves of surrogate pairs)."""
    return _CONTROLS.sub("", text)


def shown_value(value: Value) -> str:
    """A value as its cell shows it: digits with an ordinary minus, text as typed, nothing for a blank."""
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
