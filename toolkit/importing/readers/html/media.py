"""Evaluate media queries for a page on a desk: a wide screen, in landscape, with a mouse, in light colours.

In: the text of a list of media queries. Out: whether it holds, ``None`` where it depends on the machine.

Source: Media Queries Level 4, 3 (syntax) and 4 to 6 (features).
"""

from __future__ import annotations

import re

_SCREEN_WIDTH = 1280.0  # pixels; the page is read as on a desk, not as on a telephone
_QUERY = re.compile(r"(?:(only|not)\s+)?(all|screen|[a-z]+)?\s*(?:and\s*)?((?:\([^()]*\)\s*(?:and\s*)?)*)")
_LENGTH = r"\s*([0-9.]+)(px|em|rem)?\s*"
_WIDTH = re.compile(rf"\(\s*(min|max)-(?:device-)?width\s*:{_LENGTH}\)")
_RANGE = re.compile(rf"\(\s*width\s*(<=|>=|<|>){_LENGTH}\)")
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
        pixels = _pixels(bound[2], bound[3])
        return pixels <= _SCREEN_WIDTH if bound[1] == "min" else pixels >= _SCREEN_WIDTH
    if interval:
        pixels = _pixels(interval[2], interval[3])
        return pixels < _SCREEN_WIDTH if interval[1][0] == ">" else pixels > _SCREEN_WIDTH
    name, _, value = condition.strip("() ").partition(":")
    return _DESK[name.strip()] == value.strip() if name.strip() in _DESK and value else None


def _pixels(number: str, unit: str | None) -> float:
    try:
        return float(number) * (16 if unit in ("em", "rem") else 1)
    except ValueError:
        return 0.0
