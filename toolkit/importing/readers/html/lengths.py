"""Turn lengths of style sheets into pixels.

In: the text of a length, and the size of the font. Out: pixels.

Source: CSS Values and Units Level 4, 6 (distance units).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_UNITS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "q": 0.945}
_LENGTH = re.compile(r"(?<![\w.#])([-+]?(?:\d+\.?\d*|\.\d+))(px|pt|pc|in|cm|mm|q|em|rem|ex|ch|vw|vh|%)?(?![\w.])")
_SIDES = tuple(f"{box}-{side}" for box in ("margin", "padding", "border") for side in ("left", "right"))
_LOGICAL = tuple(f"{box}-inline{side}" for box in ("margin", "padding") for side in ("", "-start", "-end"))


def first_length(text: str) -> str:
    """The first length in a text, "" for none."""
    match = _LENGTH.search(text)
    return match[0] if match else ""


def pixels(text: str, size: float, whole: float | None = None) -> float | None:
    """A length in pixels; ``size`` is that of the font, ``whole`` what a percentage is taken of."""
    match = _LENGTH.match(text.strip())
    if not match:
        return None
    number, unit = float(match[1]), match[2] or "px"
    if unit in ("em", "ex", "ch"):
        return number * size
    if unit == "rem":
        return number * 16
    if unit in ("%", "vw", "vh"):
        return number / 100 * whole if whole is not None else (number if number == 0 else number * 10)
    return number * _UNITS[unit]


def horizontal(style: Mapping[str, str], size: float) -> Iterator[float]:
    """What the margins, paddings and borders of an element take to its left and right, in pixels."""
    for name in ("margin", "padding", "border-width"):
        parts = style.get(name, "").split()
        yield from (pixels(part, size) or 0.0 for part in (parts[1::2] if len(parts) > 1 else parts))
    for name in (*_SIDES, *_LOGICAL, "border"):
        if name in style:
            yield from (pixels(part, size) or 0.0 for part in style[name].split())


def plain_number(text: str) -> float:
    """A number, or the number of a percentage; 1 for any other text."""
    try:
        return float(text.rstrip("%"))
    except ValueError:
        return 1.0
