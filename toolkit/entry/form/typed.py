"""Turn what a clerk typed into the value of a cell, and a value into what the cell shows.

In: text as typed or pasted. Out: ``None`` (blank), a number put right, or the text itself when it is no number: then
the checks say so, and what was typed stays. ``wire.js`` does the same at once in the browser, for the totals.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from toolkit.forms import Column
from toolkit.report import Value
from toolkit.report.cell_text import repair_cell
from toolkit.report.yaml_reading import PLAIN_DECIMAL

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def typed_value(text: str, column: Column) -> Value:
    """The value of a cell of ``column`` that was given ``text``.

    Full-width digits, separators, units and signs are understood (``repair_cell``); 元 in a column of 万元 is not, for
    the figure would be ten thousand times too large.
    """
    text = clean_text(text).strip()
    if not text:
        return None
    number = repair_cell(text, money=column.type == "money", unit=column.unit)
    if number is not None:
        return number.copy_abs() if isinstance(number, Decimal) and not number else number  # no −0
    plain = unicodedata.normalize("NFKC", text)
    return Decimal(plain) if PLAIN_DECIMAL.match(plain) else text


def clean_text(text: str) -> str:
    """Text without the characters no file can carry (control characters, halves of surrogate pairs)."""
    return _CONTROLS.sub("", text)


def shown_value(value: Value) -> str:
    """A value as its cell shows it: digits with an ordinary minus, text as typed, nothing for a blank."""
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)
