"""Find declarations of an element in a cell that may change which figure is seen, and are not worked out.

In: an element with its declarations. Out: why a figure in it is not certain, "" when it is. What turns, masks, moves or
animates text is not computed, nor are values that need a computation (``calc()``, ``var()``).

Source: CSS Transforms 2, Masking 1, Animations 1, Flexible Box Layout 1, Fonts 4.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import Any

from tinycss2.color3 import parse_color

from toolkit.importing.readers.html.lengths import pixels

PLACED = "数字另有指定位置，不能确定显示在哪里"
CHANGED = "数字经样式变形，不能确定显示成什么"
UNSURE = "样式是否生效要看打开网页的环境，不能确定显示的是哪个数"
_FONT = "数字用的是网页自带的字体或符号字体，不能确定印出来的是哪个数"
_CUT = "这一格太窄，数字可能没有显示完整"
_TABLE_PARTS = ("td", "th", "tr")
_CHANGING = (
    "translate", "rotate", "zoom", "filter", "mask", "mask-image", "-webkit-mask", "-webkit-mask-image", "mix-blend-mode",
    "animation", "animation-name", "order", "offset-path", "baseline-shift", "inset",
)  # fmt: skip
_NEUTRAL = re.compile(r"(?:none|normal|initial|unset|inherit|auto|revert|baseline|0(?:px|deg|%)?|1|100%|\s)*")
_COMPUTED = re.compile(r"(?:var|calc|min|max|clamp|env|attr)\(")
_DECISIVE = ("display", "visibility", "opacity", "font-size", "font", "color", "position", "left", "vertical-align")
_COLOUR_WORDS = ("inherit", "initial", "unset", "revert", "currentcolor", "auto", "windowtext", "")
_ICON_FONTS = re.compile(r"wingdings|webdings|marlett|mt extra|dingbats|iconfont|icomoon|awesome|barcode|private|numfont")
_WIDEST_SPACE = 0.3  # of the type size, between two digits of one figure
_DIGIT_WIDTH, _DIGIT_HEIGHT = 0.4, 0.5  # of the type size, what a digit needs at least


def is_in_cell(element: Any) -> bool:
    """Whether an element is a cell or a row of a table, or inside a cell."""
    return element.name in _TABLE_PARTS or element.find_parent(["td", "th"]) is not None


def why_uncertain(element: Any, style: Mapping[str, str], size: float, fonts: Set[str]) -> str:
    """Why the figure of an element in a cell is not certain; ``fonts`` are those that the page brings along."""
    doubt = _why(element, style, size, fonts)
    return doubt if doubt and is_in_cell(element) else ""


def _why(element: Any, style: Mapping[str, str], size: float, fonts: Set[str]) -> str:
    if any(name in style and not _NEUTRAL.fullmatch(style[name]) for name in _CHANGING) or _is_painted(style):
        return CHANGED
    if any(_COMPUTED.search(style.get(name, "")) for name in _DECISIVE):
        return CHANGED
    if abs(pixels(style.get("letter-spacing", "0"), size) or 0) > _WIDEST_SPACE * size:
        return CHANGED
    colour = style.get("color", "")
    if colour not in _COLOUR_WORDS and not re.match(r"#|rgb|hsl", colour) and parse_color(colour) is None:
        return CHANGED
    if _has_odd_font(element, style, fonts):
        return _FONT
    return _CUT if _is_too_small(element, style, size) else ""


def _is_painted(style: Mapping[str, str]) -> bool:
    """Whether a gradient is behind the text, which may be a line through it or hide it."""
    return "gradient(" in style.get("background", "") + style.get("background-image", "")


def _has_odd_font(element: Any, style: Mapping[str, str], fonts: Set[str]) -> bool:
    """Whether the first font is one of symbols, or one whose file may draw anything as a digit."""
    names = style.get("font-family") or style.get("font") or (str(element.get("face") or "") if element.name == "font" else "")
    first = names.partition(",")[0].strip(" \"'").lower()
    return bool(first) and (_ICON_FONTS.search(first) is not None or any(name and name in first for name in fonts))


def _is_too_small(element: Any, style: Mapping[str, str], size: float) -> bool:
    """Whether a box that shows nothing outside has no room for the digits in it."""
    if not any(style.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y")):
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
