"""Draw bars, lines and labels as an SVG picture.

In: marks. Out: SVG bytes whose text stays text, the same for the same marks. Three kinds of mark need no drawing library:
loading one would take longer than all the charts of a report.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from toolkit.core.text import printable
from toolkit.sections.marks import Bar, Fill, Mark, RuleMark, TextMark

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
    identity = "h" + hashlib.sha256(name.encode("utf-8")).hexdigest()[:10]
    size = {"width": str(_TILE), "height": str(_TILE)}
    pattern = SubElement(patterns, "pattern", {"id": identity, "patternUnits": "userSpaceOnUse", "x": "0", "y": "0", **size})
    SubElement(pattern, "rect", {"x": "0", "y": "0", **size, "fill": fill.color})
    step = 12 / len(fill.hatch)
    lines = (f"M {_text(start)} {_TILE} L {_text(start + _TILE)} 0" for start in _steps(-_TILE, _TILE, step))
    stroke = {"stroke": fill.hatch_color, "stroke-width": _text(_HATCH_WIDTH), "stroke-linecap": "square"}
    SubElement(pattern, "path", {"d": " ".join(lines), "fill": "none", **stroke})
    return f"url(#{identity})"


def _steps(first: float, last: float, step: float) -> Iterable[float]:
    return (first + number * step for number in range(round((last - first) / step) + 1))


def _rule(root: Element, rule: RuleMark) -> None:
    ends = {"x1": rule.x1, "y1": rule.y1, "x2": rule.x2, "y2": rule.y2}
    SubElement(root, "line", {key: _text(value) for key, value in ends.items()}
               | {"stroke": rule.color, "stroke-width": _text(rule.width)})  # fmt: skip


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
