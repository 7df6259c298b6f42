"""Read the colours of web pages: those of style sheets, and those of the older attributes.

In: the text of a colour. Out: an ``RGBA``, ``None`` for what is none or is not worked out.

Source: CSS Color 4, 5; HTML, 2.3.6 (legacy colour values).
"""

from __future__ import annotations

import re

from tinycss2.color3 import RGBA, parse_color

from toolkit.importing.readers.shown import Rgb

_SHORT = re.compile(r"#([0-9a-f])([0-9a-f])([0-9a-f])([0-9a-f])")
_LONG = re.compile(r"#([0-9a-f]{6})([0-9a-f]{2})")
_NOT_HEX = re.compile(r"[^0-9a-f]")
_MOST = 128  # characters of an attribute that count


def colour_of(text: str) -> RGBA | None:
    """A colour of a style sheet."""
    short, long, alpha = _SHORT.fullmatch(text), _LONG.fullmatch(text), 1.0
    if short:
        text, alpha = "#" + "".join(short.groups()[:3]), int(short[4], 16) / 15
    elif long:
        text, alpha = f"#{long[1]}", int(long[2], 16) / 255
    if text.startswith("hsl"):
        text = text.replace("deg", "")
    if text.startswith("rgb(") and "/" in text:
        text = text.replace("rgb(", "rgba(")
    colour = parse_color(re.sub(r"\(([^,)]*?) ([^,)]*?) ([^,)/]*?)(?: ?/ ?([^)]*))?\)", _with_commas, text)) if text else None
    if not isinstance(colour, RGBA):
        return None
    return RGBA(*tuple(colour)[:3], alpha) if short or long else colour


def _with_commas(match: re.Match[str]) -> str:
    parts = [part for part in match.groups() if part]
    if len(parts) == 4 and parts[3].strip().endswith("%"):
        parts[3] = str(float(re.sub(r"[^0-9.]", "", parts[3]) or 0) / 100)
    return "(" + ",".join(parts) + ")"


def legacy_colour(text: str) -> RGBA | None:
    """The colour of an attribute (``bgcolor``, ``<font color>``): a name, or digits in nearly any shape (``ffffff``)."""
    text = text.strip().lower()
    if not text or text == "transparent":
        return None
    named = parse_color(text)
    if isinstance(named, RGBA) and (not text.startswith("#") or len(text) == 4):
        return named
    digits = _NOT_HEX.sub("0", text[:_MOST].removeprefix("#"))
    digits += "0" * (-len(digits) % 3 or (0 if digits else 3))
    length = len(digits) // 3
    parts = [digits[at * length : (at + 1) * length][-8:] for at in range(3)]
    while len(parts[0]) > 2 and all(part.startswith("0") for part in parts):
        parts = [part[1:] for part in parts]
    return RGBA(*(int(part[:2], 16) / 255 for part in parts), 1)


def on_white(colour: RGBA) -> Rgb:
    """A colour on white paper, in 0 to 255."""
    red, green, blue, alpha = (float(part) for part in colour)
    return (
        round(255 * (1 - alpha + alpha * red)),
        round(255 * (1 - alpha + alpha * green)),
        round(255 * (1 - alpha + alpha * blue)),
    )
