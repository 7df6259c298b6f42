"""Turn values of style sheets into numbers and answers: lengths, colours, media queries.

In: the text of a value. Out: pixels, a ``Colour``, whether a query holds for a page on a desk: a wide screen, in landscape, with
a mouse, in light colours. ``None`` stands for what is not worked out.

Source: CSS Values and Units 4, 6; CSS Color 4; HTML, 2.3.6 (legacy colour values); Media Queries 4, 3 to 6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tinycss2.color4 import Color, parse_color

from toolkit.importing.readers.shown import Rgb

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
    """A number, or a percentage as a part of 1; 1 for any other text."""
    try:
        return float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return 1.0


_SPACES = ("srgb", "hsl")  # colours that every browser shows alike
_NOT_HEX = re.compile(r"[^0-9a-f]")
_LONGEST_COLOUR = 128  # characters of an attribute that count


class Colour(NamedTuple):
    """Red, green, blue and how opaque they are, each from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0


def colour_of(text: str) -> Colour | None:
    """A colour of a style sheet; ``None`` for ``currentcolor`` and for spaces of colours that screens show differently."""
    colour = parse_color(text) if text and not text.startswith("color(") else None
    if not isinstance(colour, Color) or colour.space not in _SPACES:
        return None
    red, green, blue = (min(1.0, max(0.0, float(part or 0))) for part in colour.to("srgb").coordinates)
    return Colour(red, green, blue, float(colour.alpha))


def legacy_colour(text: str) -> Colour | None:
    """The colour of an attribute (``bgcolor``, ``<font color>``): a name, or digits in nearly any shape (``ffffff``)."""
    text = text.strip().lower()
    if not text or text == "transparent":
        return None
    named = colour_of(text)
    if named and (not text.startswith("#") or len(text) == 4):
        return named
    digits = _NOT_HEX.sub("0", text[:_LONGEST_COLOUR].removeprefix("#"))
    digits += "0" * (-len(digits) % 3 or (0 if digits else 3))
    length = len(digits) // 3
    parts = [digits[at * length : (at + 1) * length][-8:] for at in range(3)]
    while len(parts[0]) > 2 and all(part.startswith("0") for part in parts):
        parts = [part[1:] for part in parts]
    return Colour(*(int(part[:2], 16) / 255 for part in parts))


def on_white(colour: Colour) -> Rgb:
    """A colour on white paper, in 0 to 255."""
    *parts, alpha = colour
    red, green, blue = (round(255 * (1 - alpha + alpha * part)) for part in parts)
    return red, green, blue


_SCREEN_WIDTH, _TYPE_SIZE = 1280.0, 16.0  # pixels; the page is read as on a desk, not as on a telephone
_QUERY = re.compile(r"(?:(only|not)\s+)?(all|screen|[a-z]+)?\s*(?:and\s*)?((?:\([^()]*\)\s*(?:and\s*)?)*)")
_BOUND = r"\s*([0-9.]+(?:px|em|rem)?)\s*"
_WIDTH = re.compile(rf"\(\s*(min|max)-(?:device-)?width\s*:{_BOUND}\)")
_RANGE = re.compile(rf"\(\s*width\s*(<=|>=|<|>){_BOUND}\)")
_DESK = {
    "orientation": "landscape", "hover": "hover", "any-hover": "hover", "pointer": "fine", "any-pointer": "fine",
    "prefers-color-scheme": "light", "prefers-reduced-motion": "no-preference", "scripting": "enabled", "forced-colors": "none",
}  # fmt: skip


def applies_on_screen(media: str) -> bool | None:
    """Whether a list of media queries holds on a wide screen; ``None`` when nobody can tell."""
    held = [_holds(query.strip()) for query in media.lower().split(",")]
    return True if True in held else None if None in held else False


def _holds(query: str) -> bool | None:
    match = _QUERY.fullmatch(query)
    if match is None:
        return None
    held: list[bool | None] = [match[2] in (None, "all", "screen"), *map(_is_met, re.findall(r"\([^()]*\)", match[3]))]
    whole = False if False in held else None if None in held else True
    return whole if match[1] != "not" or whole is None else not whole


def _is_met(condition: str) -> bool | None:
    bound, interval = _WIDTH.fullmatch(condition), _RANGE.fullmatch(condition)
    if bound:
        edge = pixels(bound[2], _TYPE_SIZE) or 0.0
        return edge <= _SCREEN_WIDTH if bound[1] == "min" else edge >= _SCREEN_WIDTH
    if interval:
        edge = pixels(interval[2], _TYPE_SIZE) or 0.0
        return edge < _SCREEN_WIDTH if interval[1][0] == ">" else edge > _SCREEN_WIDTH
    name, _, value = condition.strip("() ").partition(":")
    return _DESK[name.strip()] == value.strip() if name.strip() in _DESK and value else None
