"""The marks of a chart: bars, lines and labels in points from the top left corner, and the SVG that is written of them.

Widths of text are reckoned from the characters, not measured with a font, so that a chart is laid out the same on
every machine and without waiting for a font to be read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal

from toolkit.core.files import sha256_of
from toolkit.core.text import printable

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
_Attributes = Mapping[str, float | str]


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


# Names that Typst, browsers and LibreOffice find, for Linux, Windows and none of both.
FONT_FAMILIES = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "SimHei")

_STYLE = "font-family: " + ", ".join([f"'{name}'" for name in FONT_FAMILIES] + ["sans-serif"])
_ANCHORS = {"left": "start", "center": "middle", "right": "end"}
_TILE = 72  # points, one tile of a hatching: a small one would show its seams
_HATCH_WIDTH = 0.9
_EDGE_WIDTH = 0.8


def draw_svg(marks: Iterable[Mark], width: float, height: float, name: str) -> bytes:
    """The marks as an SVG of ``width`` by ``height`` points; ``name`` keeps two pictures' hatchings apart in one page."""
    hatchings: dict[Fill, str] = {}
    patterns, drawn = [], []
    for mark in marks:
        match mark:
            case Bar():
                if mark.fill.hatch and mark.fill not in hatchings:
                    identity = "h" + sha256_of(f"{name}-{len(hatchings)}".encode())[:10]
                    hatchings[mark.fill] = f"url(#{identity})"
                    patterns.append(_hatching(mark.fill, identity))
                drawn.append(_bar(mark, hatchings.get(mark.fill, mark.fill.color)))
            case RuleMark():
                drawn.append(_rule(mark))
            case TextMark():
                drawn.append(_label(mark))
    if patterns:
        drawn.insert(0, f"<defs>{''.join(patterns)}</defs>")
    size = {"width": f"{_text(width)}pt", "height": f"{_text(height)}pt", "viewBox": f"0 0 {_text(width)} {_text(height)}"}
    root = {"xmlns": "http://www.w3.org/2000/svg", "version": "1.1", **size}
    return _element("svg", root, "".join(drawn)).encode("utf-8")


def _element(name: str, attributes: _Attributes, inside: str = "") -> str:
    """An element; no attribute holds a text of the report, and ``inside`` is escaped."""
    listed = "".join([f' {key}="{value if isinstance(value, str) else _text(value)}"' for key, value in attributes.items()])
    return f"<{name}{listed}>{inside}</{name}>" if inside else f"<{name}{listed} />"


def _bar(bar: Bar, paint: str) -> str:
    places = {"x": bar.x, "y": bar.y, "width": max(bar.width, 0), "height": bar.height}
    edge: _Attributes = {"stroke": bar.fill.edge, "stroke-width": _EDGE_WIDTH} if bar.fill.edge else {}
    return _element("rect", {**places, "fill": paint, **edge})


def _hatching(fill: Fill, identity: str) -> str:
    """Lines from bottom left to top right, denser with more strokes in ``fill.hatch``: the filling of a bar."""
    size = {"x": 0, "y": 0, "width": _TILE, "height": _TILE}
    step = 12 / len(fill.hatch)
    starts = (number * step - _TILE for number in range(round(2 * _TILE / step) + 1))
    lines = " ".join([f"M {_text(start)} {_TILE} L {_text(start + _TILE)} 0" for start in starts])
    stroke: _Attributes = {"stroke": fill.hatch_color, "stroke-width": _HATCH_WIDTH, "stroke-linecap": "square"}
    inside = _element("rect", {**size, "fill": fill.color}) + _element("path", {"d": lines, "fill": "none", **stroke})
    return _element("pattern", {"id": identity, "patternUnits": "userSpaceOnUse", **size}, inside)


def _rule(rule: RuleMark) -> str:
    ends = {"x1": rule.x1, "y1": rule.y1, "x2": rule.x2, "y2": rule.y2}
    return _element("line", {**ends, "stroke": "#9a9a9a", "stroke-width": 0.6})


def _label(label: TextMark) -> str:
    weight = "font-weight: 700; " if label.bold else ""
    style = f"{weight}font-size: {_text(label.size)}px; {_STYLE}; text-anchor: {_ANCHORS[label.anchor]}; fill: {label.color}"
    # the middle of digits and Chinese characters is about 0.36 of the size above their baseline
    place = {"x": label.x, "y": label.y + 0.36 * label.size}
    return _element("text", {"style": style, **place}, escape(_printable(label.text), quote=False))


def _printable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(c for c in printable(text) if c.isprintable() or c == "\u3000")


def _text(number: float) -> str:
    """A number of points to the hundredth."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
