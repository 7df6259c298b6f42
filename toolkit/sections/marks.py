"""The marks of a chart: bars, lines and labels in points from the top left corner.

Widths of text are reckoned from the characters, not measured with a font, so that a chart is laid out the same on
every machine and without waiting for a font to be read.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

Anchor = Literal["left", "center", "right"]

INK, SOFT_INK, PAPER = "#222222", "#555555", "#ffffff"


@dataclass(frozen=True, slots=True)
class Fill:
    """The filling of a bar: a colour, and a hatching (斜纹) with an outline where colour is not enough."""

    color: str
    hatch: str = ""
    hatch_color: str = INK
    edge: str = ""
    text: str = PAPER  # colour of a number printed on the bar


@dataclass(frozen=True, slots=True)
class Bar:
    """A filled rectangle; ``x`` and ``y`` name its top left corner."""

    x: float
    y: float
    width: float
    height: float
    fill: Fill


@dataclass(frozen=True, slots=True)
class RuleMark:
    """A thin straight line from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float
    color: str = "#9a9a9a"
    width: float = 0.6


@dataclass(frozen=True, slots=True)
class TextMark:
    """One line of text; ``y`` is the middle of its characters, ``anchor`` its end that is at ``x``."""

    x: float
    y: float
    text: str
    size: float = 10
    anchor: Anchor = "left"
    color: str = INK
    bold: bool = False


Mark = Bar | RuleMark | TextMark


def text_width(text: str, size: float) -> float:
    """How wide a line of text is in points, reckoned on the wide side: a Chinese character is as wide as high."""
    return size * sum(_character_width(character) for character in text)


def wrap_text(text: str, size: float, width: float, lines: int = 2) -> tuple[str, ...]:
    """``text`` in at most ``lines`` lines of ``width`` points; the rest becomes …"""
    text = " ".join(text.split())
    pieces: list[str] = []
    while text and len(pieces) < lines:
        line = text if text_width(text, size) <= width else _head(text, size, width)
        pieces.append(line.strip())
        text = text[len(line) :].lstrip()
    if text:
        pieces[-1] = _head(pieces[-1], size, width - size) + "…"
    return tuple(pieces)


def _head(text: str, size: float, width: float) -> str:
    used = 0.0
    for count, character in enumerate(text):
        used += size * _character_width(character)
        if used > width:
            return text[: max(count, 1)]
    return text


def _character_width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    return 0.66 if character.isupper() else 0.56
