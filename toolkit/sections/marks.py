"""The marks of a chart: bars, lines and labels in points from the top left corner, and the SVG that is written of them.

Widths of text are reckoned from the characters, not measured with a font, so that a chart is laid out the same on
every machine and without waiting for a font to be read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, tostring

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
    root = Element(
        "svg", xmlns="http://www.w3.org/2000/svg", version="1.1",
        width=f"{_text(width)}pt", height=f"{_text(height)}pt", viewBox=f"0 0 {_text(width)} {_text(height)}",
    )  # fmt: skip
    patterns = SubElement(root, "defs")
    hatchings: dict[Fill, str] = {}
    for mark in marks:
        match mark:
            case Bar():
                if mark.fill.hatch and mark.fill not in hatchings:
                    hatchings[mark.fill] = _hatching(patterns, mark.fill, f"{name}-{len(hatchings)}")
                _bar(root, mark, hatchings.get(mark.fill, mark.fill.color))
            case RuleMark():
                _rule(root, mark)
            case TextMark():
                _label(root, mark)
    if not hatchings:
        root.remove(patterns)
    return tostring(root, encoding="unicode").encode("utf-8")


def _bar(root: Element, bar: Bar, paint: str) -> None:
    places = {"x": bar.x, "y": bar.y, "width": max(bar.width, 0), "height": bar.height}
    edge = {"stroke": bar.fill.edge, "stroke-width": _text(_EDGE_WIDTH)} if bar.fill.edge else {}
    SubElement(root, "rect", {key: _text(value) for key, value in places.items()} | {"fill": paint} | edge)


def _hatching(patterns: Element, fill: Fill, name: str) -> str:
    """Lines from bottom left to top right, denser with more strokes in ``fill.hatch``: the filling of a bar."""
    identity = "h" + sha256_of(name.encode("utf-8"))[:10]
    size = {"width": str(_TILE), "height": str(_TILE)}
    pattern = SubElement(patterns, "pattern", {"id": identity, "patternUnits": "userSpaceOnUse", "x": "0", "y": "0", **size})
    SubElement(pattern, "rect", {"x": "0", "y": "0", **size, "fill": fill.color})
    step = 12 / len(fill.hatch)
    starts = (number * step - _TILE for number in range(round(2 * _TILE / step) + 1))
    lines = (f"M {_text(start)} {_TILE} L {_text(start + _TILE)} 0" for start in starts)
    stroke = {"stroke": fill.hatch_color, "stroke-width": _text(_HATCH_WIDTH), "stroke-linecap": "square"}
    SubElement(pattern, "path", {"d": " ".join(lines), "fill": "none", **stroke})
    return f"url(#{identity})"


def _rule(root: Element, rule: RuleMark) -> None:
    ends = {"x1": rule.x1, "y1": rule.y1, "x2": rule.x2, "y2": rule.y2}
    SubElement(root, "line", {key: _text(value) for key, value in ends.items()}
               | {"stroke": "#9a9a9a", "stroke-width": "0.6"})  # fmt: skip


def _label(root: Element, label: TextMark) -> None:
    weight = "font-weight: 700; " if label.bold else ""
    style = f"{weight}font-size: {_text(label.size)}px; {_STYLE}; text-anchor: {_ANCHORS[label.anchor]}; fill: {label.color}"
    # the middle of digits and Chinese characters is about 0.36 of the size above their baseline
    place = {"x": _text(label.x), "y": _text(label.y + 0.36 * label.size)}
    SubElement(root, "text", {"style": style, **place}).text = _printable(label.text)


def _printable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(c for c in printable(text) if c.isprintable() or c == "\u3000")


def _text(number: float) -> str:
    """A number of points to the hundredth."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
