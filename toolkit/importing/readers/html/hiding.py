"""Find declarations that make an element of a page invisible for good, and those that only may.

In: an element with its declarations. Out: whether a browser shows nothing of it. Many properties act on boxes only: a part of
a line has none, and a cell grows with its text. What they would hide there is doubtful and not hidden.

Source: CSS 2.2, 9.3 (positioning), 11.1 (overflow, clip); CSS Transforms 1, 2 (transformable element); CSS Containment 2, 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from toolkit.importing.readers.html.lengths import pixels, plain_number

# elements that begin a line
BLOCKS = {
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "main", "center", "blockquote",
    "hr", "header", "footer", "form", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "pre", "figure",
    "figcaption", "dl", "dt", "dd", "address", "aside", "fieldset", "body", "details", "summary", "legend",
}  # fmt: skip
_REPLACED = {"img", "input", "select", "textarea", "button", "object", "embed", "iframe", "video", "canvas", "svg"}
_OFF_PAGE = -400.0  # pixels to the left or above
_SCALED_AWAY = re.compile(r"scale[xyz3d]{0,2}\((?:[^(),]{0,40},){0,2}\s{0,40}(?:0{1,40}|0{0,40}\.0{1,40})%?\s{0,40}[,)]")
_CLIPPED = re.compile(r"inset\((50|100)%|circle\(0|rect\(([01](px)?[ ,]+){3}[01](px)?\)")
CELLS = {"td", "th", "tr", "table", "tbody", "thead", "tfoot", "col", "colgroup", "caption"}
TINY = 1.5  # pixels: not to be seen at all


def hides(element: Any, style: dict[str, str], size: float) -> bool:
    """Whether a declaration makes an element invisible for good: no child can undo it."""
    if plain_number(style.get("opacity") or "1") == 0 or re.search(r"opacity\(0%?\)", style.get("filter", "")):
        return True
    if _CLIPPED.search(style.get("clip-path", "")):
        return True
    position = style.get("position", "static")
    if position in ("absolute", "fixed") and _CLIPPED.search(style.get("clip", "")):
        return True
    if position in ("absolute", "fixed", "relative", "sticky") and _is_away(style, size, ("left", "top", "right", "bottom")):
        return True
    return _has_box(element, style) and _hides_box(style, size)


def _has_box(element: Any, style: dict[str, str]) -> bool:
    """Whether an element has a box with sides; one in a line of text has none, and a cell grows with its text."""
    if style.get("position") in ("absolute", "fixed") or style.get("float", "none") not in ("none", ""):
        return True
    display = style.get("display", "block" if element.name in BLOCKS | _REPLACED else "inline")
    return display not in ("inline", "contents", "table-cell", "table-row") and element.name not in CELLS


def _hides_box(style: dict[str, str], size: float) -> bool:
    """Whether declarations hide an element that has a box."""
    if style.get("content-visibility") == "hidden" or _SCALED_AWAY.search(style.get("transform", "")):
        return True
    shifts = re.findall(r"-?\d+(?=px|em|%|vw)", style.get("transform", ""))
    if any(map(_is_far, map(float, shifts))) or any(plain_number(side) == 0 for side in style.get("scale", "").split()[:2]):
        return True
    return _is_cut(style, size) or _is_away(style, size, ("margin-left", "margin-top", "margin", "text-indent"))


def may_hide(style: dict[str, str], size: float) -> bool:
    """Whether a declaration would hide an element that has a box, or hides it in some programs only."""
    if style.get("mso-hide") == "all" or any(plain_number(side) == 0 for side in style.get("zoom", "").split()[:1]):
        return True
    if _CLIPPED.search(style.get("clip", "")) or _is_away(style, size, ("left", "top", "right", "bottom")):
        return True
    return _hides_box(style, size)


def _is_cut(style: dict[str, str], size: float) -> bool:
    """A box without height or width that shows nothing outside."""
    cut = any(style.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y"))
    sides = [pixels(style[name], size) for name in ("width", "height", "max-width", "max-height") if name in style]
    if style.get("display", "inline") != "inline":
        sides.append(pixels(style.get("line-height", "normal"), size))
    return cut and any(side is not None and side <= TINY for side in sides)


def _is_away(style: dict[str, str], size: float, names: Iterable[str]) -> bool:
    """Off the page: far to the left of it or above it."""
    sides = (pixels(style[name], size) for name in names if name in style)
    return any(side is not None and _is_far(side) for side in sides)


def _is_far(side: float) -> bool:
    return side < _OFF_PAGE or side > -20 * _OFF_PAGE
