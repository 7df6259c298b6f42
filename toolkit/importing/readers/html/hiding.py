"""Find declarations that make an element of a page invisible for good, and those that may change which figure is seen.

In: an element with its declarations. Out: whether a browser shows nothing of it; why a figure in it is not certain, "" when it
is. Many properties act on boxes only: a part of a line has none, and a cell grows with its text. What they would hide there is
doubtful and not hidden. What turns, masks, moves or animates text is not computed, nor are values such as ``calc()``.

Source: CSS 2.2, 9.3 (positioning), 11.1 (overflow, clip); CSS Transforms 1, 2; CSS Containment 2, 4; CSS Masking 1; CSS Fonts 4.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Set
from typing import Any

from toolkit.importing.readers.html.properties import COMPUTED, NEUTRAL, ODD, PLACING, UNKNOWN
from toolkit.importing.readers.html.values import pixels, plain_number

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
    sides = [pixels(style[name], size) for name in ("width", "height", "max-width", "max-height") if name in style]
    if style.get("display", "inline") != "inline":
        sides.append(pixels(style.get("line-height", "normal"), size))
    return _shows_nothing_outside(style) and any(side is not None and side <= TINY for side in sides)


def _shows_nothing_outside(style: Mapping[str, str]) -> bool:
    return any(style.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y"))


def _is_away(style: dict[str, str], size: float, names: Iterable[str]) -> bool:
    """Off the page: far to the left of it or above it."""
    sides = (pixels(style[name], size) for name in names if name in style)
    return any(side is not None and _is_far(side) for side in sides)


def _is_far(side: float) -> bool:
    return side < _OFF_PAGE or side > -20 * _OFF_PAGE


PLACED = "数字另有指定位置，不能确定显示在哪里"
CHANGED = "数字经样式变形，不能确定显示成什么"
UNSURE = "样式是否生效要看打开网页的环境，不能确定显示的是哪个数"
_FONT = "数字用的是网页自带的字体或符号字体，不能确定印出来的是哪个数"
CUT = "这一格太窄，数字可能没有显示完整"
_TABLE_PARTS = ("td", "th", "tr")
_CHANGING = (
    "translate", "rotate", "zoom", "filter", "mask", "mask-image", "-webkit-mask", "-webkit-mask-image", "mix-blend-mode",
    "animation", "animation-name", "order", "offset-path", "baseline-shift", "inset", UNKNOWN, ODD, *PLACING,
)  # fmt: skip
_DECISIVE = ("display", "visibility", "opacity", "font-size", "font", "color", "position", "left", "vertical-align")
_ICON_FONTS = re.compile(r"wingdings|webdings|marlett|mt extra|dingbats|iconfont|icomoon|awesome|barcode|private|numfont")
_TEXT_FONTS = re.compile(
    r"source ?han|noto|siyuan|fang ?song|kai ?ti|hei ?ti|sim(?:sun|hei)|yahei|pingfang|puhuiti|harmony|misans|roboto|open ?sans"
    r"|lato|montserrat|inter\b|din\b|arial|helvetica|times|georgia|verdana|segoe|ubuntu|song|[\u4e00-\u9fff]"
)
_LINE_HEIGHT = 0.9  # of the type size; a lower box does not hold a line of text
_DRAWN_BACK = 3.0  # pixels
_WIDEST_SPACE = 0.3  # of the type size, between two digits of one figure
_DIGIT_WIDTH, _DIGIT_HEIGHT = 0.4, 0.5  # of the type size, what a digit needs at least


def is_in_cell(element: Any) -> bool:
    """Whether an element is a cell or a row of a table, or inside a cell."""
    return element.name in _TABLE_PARTS or element.find_parent(["td", "th"]) is not None


def why_uncertain(element: Any, style: Mapping[str, str], size: float) -> str:
    """Why the figure of an element in a cell is not certain, "" when it is."""
    doubt = _why(element, style, size)
    return doubt if doubt and is_in_cell(element) else ""


def _why(element: Any, style: Mapping[str, str], size: float) -> str:
    if any(name in style and not NEUTRAL.fullmatch(style[name]) for name in _CHANGING) or _is_painted(style):
        return CHANGED
    if any(COMPUTED.search(style.get(name, "")) for name in _DECISIVE):
        return CHANGED
    if abs(pixels(style.get("letter-spacing", "0"), size) or 0) > _WIDEST_SPACE * size:
        return CHANGED
    if style.get("z-index", "").startswith("-") or _is_changed_by_transform(style):
        return CHANGED
    if _shows_nothing_outside(style) and (pixels(style.get("text-indent", "0"), size) or 0) < 0:  # it begins before its box
        return CHANGED
    if _is_crossed_by_border(style, size):
        return CHANGED
    return CUT if _is_too_small(element, style, size) else ""


def _is_changed_by_transform(style: Mapping[str, str]) -> bool:
    """Whether a transformation is more than one that leaves everything in its place."""
    scale = style.get("scale", "none")
    moved = re.sub(r"(?:translate|rotate|skew)[xyz3d]*\([0-9., a-z%]*\)", lambda at: at[0] if re.search("[1-9]", at[0]) else "",
                   style.get("transform", "none"))  # fmt: skip
    moved = re.sub(r"scale[xyz3d]*\((?:\s*1(?:\.0*)?\s*,?)+\)", "", moved)
    return not NEUTRAL.fullmatch(moved) or not re.fullmatch(r"none|initial|unset|(?:1(?:\.0*)?|100%|\s)+", scale)


def _is_crossed_by_border(style: Mapping[str, str], size: float) -> bool:
    """Whether the text is higher than its box, of which the border then goes through it."""
    borders = (style[name] for name in ("border", "border-top", "border-bottom", "border-width") if name in style)
    sides = (pixels(style[name], size) for name in ("height", "max-height") if name in style)
    return any(re.search("[1-9]|thin|medium|thick", border) for border in borders) and any(
        side is not None and side < _LINE_HEIGHT * size for side in sides
    )


def may_cover(style: Mapping[str, str], size: float) -> bool:
    """Whether an element may lie over its neighbours: it has a place apart, or a negative margin draws it back over them."""
    if style.get("position") in ("absolute", "fixed", "sticky"):
        return True
    margins = (part for name, value in style.items() if name.startswith("margin") for part in value.split())
    return any((pixels(part, size) or 0) < -_DRAWN_BACK for part in margins)


def _is_painted(style: Mapping[str, str]) -> bool:
    """Whether a gradient is behind the text, which may be a line through it or hide it, or a colour that is computed."""
    behind = style.get("background", "") + style.get("background-image", "") + style.get("background-color", "")
    return re.search(r"gradient\(|currentcolor|color-mix\(|light-dark\(|(?:hwb|lab|lch|oklab|oklch|color)\(", behind) is not None


def odd_font(element: Any, style: Mapping[str, str], fonts: Set[str], before: str) -> str:
    """Why the font of an element may draw other digits: it is one of symbols, or a file of the page that may draw anything.

    ``before`` is what its parent gives. Of fonts for a whole page those with names of fonts for text are trusted.
    """
    names = style.get("font-family") or style.get("font") or (str(element.get("face") or "") if element.name == "font" else "")
    first = names.partition(",")[0].strip(" \"'").lower()
    if not first or first in ("inherit", "unset"):
        return before
    brought = any(name and name in first for name in fonts) and (is_in_cell(element) or not _TEXT_FONTS.search(first))
    return _FONT if brought or _ICON_FONTS.search(first) else ""


def _is_too_small(element: Any, style: Mapping[str, str], size: float) -> bool:
    """Whether a box that shows nothing outside has no room for the digits in it."""
    if not _shows_nothing_outside(style):
        return False
    digits = sum(character.isdigit() for character in element.get_text())
    wide, high = (
        min((side for name in names if name in style and (side := pixels(style[name], size)) is not None), default=None)
        for names in (("width", "max-width"), ("height", "max-height"))
    )
    narrow = wide is not None and not style.get("width", "").endswith("%") and wide < _DIGIT_WIDTH * size * digits
    return bool(digits) and (narrow or (high is not None and high < _DIGIT_HEIGHT * size))


def arrangement(style: Mapping[str, str]) -> str:
    """How the children of an element are arranged: "block" one under the other, "apart" with gaps, "" as text."""
    display = style.get("display", "")
    if display in ("grid", "inline-grid"):
        return "block"
    if display not in ("flex", "inline-flex"):
        return ""
    if style.get("flex-direction", "").startswith("column"):
        return "block"
    gap = any(re.search("[1-9]", style.get(name, "")) for name in ("gap", "column-gap", "grid-gap"))
    return "apart" if gap or style.get("justify-content", "").startswith("space") else ""
