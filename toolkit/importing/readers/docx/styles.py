"""Work out how a run of a Word file looks: hidden, struck out, raised, in the colour of the paper.

In: styles.xml, and the properties of a run with the styles around it. Out: a ``Look``. A figure hidden by a style is
no more in print than one that is hidden directly.

Source: ISO/IEC 29500-1, 17.7.2 (order of styles), 17.7.3 (toggle properties), 17.3.2 (run properties).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.importing.limits import CannotImport, parse_xml
from toolkit.importing.readers.shown import SYMBOL_FONTS, WHITE, Rgb, Visibility, rgb, visibility

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
Properties = dict[str, str]
_TOGGLES = ("vanish", "strike")
OFF = ("0", "false", "off")
DEEPEST = 30  # styles based on one another; Word itself stops far below
_HIGHLIGHTS: dict[str, Rgb] = {
    "black": (0, 0, 0), "blue": (0, 0, 255), "cyan": (0, 255, 255), "green": (0, 255, 0), "magenta": (255, 0, 255),
    "red": (255, 0, 0), "yellow": (255, 255, 0), "white": WHITE, "darkBlue": (0, 0, 128), "darkCyan": (0, 128, 128),
    "darkGreen": (0, 128, 0), "darkMagenta": (128, 0, 128), "darkRed": (128, 0, 0), "darkYellow": (128, 128, 0),
    "darkGray": (128, 128, 128), "lightGray": (192, 192, 192),
}  # fmt: skip
_SMALLEST, _SMALL = 2, 8  # half-points: not to be seen at all, hardly to be read
SQUEEZED = "字符间距或排列方式特殊，不能确定显示的是哪个数"
_HIDDEN_IN_PART = "表格的样式把一部分格子的文字设为隐藏或删除线，不能确定这一格是否印出"
_LARGEST_SPACE = 60  # twentieths of a point between two digits of one figure
_FARTHEST = 48  # half-points above or below the line
_PALE = "EEEEEE"
_FITTING = range(200, 1200)  # twentieths of a point: a width in which the digits of a figure are neither squeezed nor spread
_NARROW = 20  # percent of the width of a character
_LOWEST_LINE, _WIDEST = 100, 1000  # twentieths of a point: a line that shows its digits, an indent that keeps them in the cell
_EFFECTS = ("outline", "shadow", "emboss", "imprint")  # letters of which the edges are drawn in another colour


@dataclass(frozen=True, slots=True)
class Look:
    """How one run looks: ``raised`` is 1 above and -1 below the line, ``size`` in half-points (0: nothing says it)."""

    visible: Visibility = "shown"
    struck: bool = False
    raised: int = 0
    size: float = 0.0
    font: str = ""
    doubt: str = ""
    boxed: bool = False

    @property
    def symbols(self) -> bool:
        """Whether the font draws signs in place of characters."""
        return self.font.startswith("symbol") or SYMBOL_FONTS.match(self.font) is not None


@dataclass(frozen=True, slots=True)
class Around:
    """What a run inherits from: the style of its paragraph and its table, the fill of its cell ("" for none)."""

    paragraph: str = ""
    table: str = ""
    fill: str = ""


@dataclass(frozen=True)
class Styles:
    """The styles of one file: own properties and base by id, the defaults, the colour of the page."""

    own: Mapping[str, Properties] = field(default_factory=dict)
    based_on: Mapping[str, str] = field(default_factory=dict)
    defaults: Properties = field(default_factory=dict)
    default_paragraph: str = ""
    paper: Rgb = WHITE

    def look(self, properties: Any, around: Around) -> Look:
        """How a run with these properties (``w:rPr`` or ``None``) looks."""
        direct = run_properties(properties)
        levels = [self.of(around.table), self.of(around.paragraph or self.default_paragraph), self.of(direct.get("style", ""))]
        merged = dict(self.defaults)
        for level in levels:
            merged |= level
        for toggle in _TOGGLES:
            if any(toggle in level for level in levels):
                merged[toggle] = "1" if sum(level.get(toggle) == "1" for level in levels) % 2 else "0"
        merged |= direct
        return Look(
            visible=self._visible(merged, around),
            struck=merged.get("strike") == "1" or merged.get("dstrike") == "1",
            raised=_raised(merged),
            size=_number(merged.get("sz", "")),
            font=merged.get("font", ""),
            doubt=_why_odd(merged) or (_HIDDEN_IN_PART if merged.get("hides") else ""),
            boxed=merged.get("bdr", "none") not in ("", "none", "nil"),
        )

    def of(self, style: str) -> Properties:
        """The properties of a style with those that it is based on."""
        chain: list[str] = []
        while style in self.own and style not in chain and len(chain) < DEEPEST:
            chain.append(style)
            style = self.based_on.get(style, "")
        merged: Properties = {}
        for name in reversed(chain):
            merged |= self.own[name]
        return merged

    def _visible(self, merged: Properties, around: Around) -> Visibility:
        size = _number(merged.get("sz", ""))
        if merged.get("vanish") == "1" or 0 < size <= _SMALLEST:
            return "hidden"
        if 0 < size < _SMALL or 0 < _number(merged.get("w", "")) < _NARROW or merged.get("noFill") == "1":
            return "faint"
        ink = rgb(merged.get("color", ""))
        paper = self._paper(merged, around)
        if ink is None:
            return "shown"
        if paper is None:  # which cells the style of the table fills is not worked out: white text is probably on a dark one
            fills = self.of(around.table).get("shaded", "").split()
            papers = [WHITE, *(fill for fill in map(rgb, fills) if fill)]
            return "faint" if any(visibility(ink, fill) == "hidden" for fill in papers) else "shown"
        visible = visibility(ink, paper)
        return "faint" if visible == "hidden" and any(merged.get(effect) == "1" for effect in _EFFECTS) else visible

    def _paper(self, merged: Properties, around: Around) -> Rgb | None:
        """The colour behind a run; ``None`` when a table style may fill its cell."""
        fills = (merged.get("fill", ""), around.fill)
        painted = next((fill for fill in fills if fill), "")
        if painted:
            return _HIGHLIGHTS.get(painted) or rgb(painted)
        return None if self.of(around.table).get("shaded") else self.paper

    def fill(self, paragraph: Any) -> str:
        """The fill of a paragraph, else that of its style."""
        return fill_of(paragraph) or self._of_paragraph(paragraph).get("behind", "")

    def is_out_of_place(self, paragraph: Any) -> bool:
        """Whether a paragraph, or one of its style, is in a frame, in a line too low to show it, or far to the side."""
        return _is_out_of_place(paragraph) or "away" in self._of_paragraph(paragraph) or "away" in self.defaults

    def _of_paragraph(self, paragraph: Any) -> Properties:
        return self.of(value_of(paragraph.find(f"{W}pPr/{W}pStyle")) or self.default_paragraph)


def read_styles(raw: bytes, name: str, paper: str) -> Styles:
    """The styles of a file; damaged ones are as none. ``paper`` is the colour of the page's background."""
    try:
        root = parse_xml(raw, name) if raw else None
    except CannotImport:
        root = None
    page = rgb(paper) or WHITE
    if root is None:
        return Styles(paper=page)
    nodes = {str(node.get(f"{W}styleId", "")): node for node in root.findall(f"{W}style")}
    defaults = run_properties(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
    defaults |= {"away": "1"} if any(map(_is_out_of_place, root.findall(f"{W}docDefaults/{W}pPrDefault"))) else {}
    first = (
        key for key, node in nodes.items() if node.get(f"{W}type") == "paragraph" and node.get(f"{W}default") in ("1", "true")
    )
    own = {key: run_properties(node.find(f"{W}rPr")) | _around_runs(node) | _hiding(node, page) for key, node in nodes.items()}
    return Styles(own, {key: value_of(node.find(f"{W}basedOn")) for key, node in nodes.items()}, defaults, next(first, ""), page)


def _around_runs(style: Any) -> Properties:
    """What a style says of the fills and the place of the text in it."""
    fills = [fill for fill in map(_fill, style.iter(f"{W}shd")) if rgb(fill)]
    behind = fill_of(style) if style.get(f"{W}type") == "paragraph" else ""
    properties = {"shaded": " ".join(fills), "behind": behind, "away": "1" if _is_out_of_place(style) else ""}
    return {name: value for name, value in properties.items() if value}


def _hiding(style: Any, paper: Rgb) -> Properties:
    """Whether a style of tables may hide the text of some of its cells: of the first row, of the last column."""
    parts = style.findall(f"{W}tblStylePr") if style.get(f"{W}type") == "table" else []
    rows = any(row.get(f"{W}val", "1") not in OFF for row in style.iter(f"{W}hidden") if row.getparent().tag == f"{W}trPr")
    return {"hides": "1"} if rows or any(_part_hides(part, fill_of(part) or fill_of(style), paper) for part in parts) else {}


def _part_hides(part: Any, fill: str, paper: Rgb) -> bool:
    properties = run_properties(part.find(f"{W}rPr"))
    ink = rgb(properties.get("color", ""))
    unseen = ink is not None and visibility(ink, rgb(fill) or paper) == "hidden"
    tiny = 0 < _number(properties.get("sz", "")) < _SMALL
    return tiny or unseen or "1" in map(properties.get, ("vanish", "strike", "dstrike"))


def _is_out_of_place(node: Any) -> bool:
    """Whether the properties of a paragraph put it in a frame, in a line too low to show it, or far to the side."""
    properties = node.find(f"{W}pPr")
    if properties is None:
        return False
    spacing, indent = properties.find(f"{W}spacing"), properties.find(f"{W}ind")
    exact = spacing is not None and spacing.get(f"{W}lineRule") == "exact"
    names = ("left", "start", "right", "end", "firstLine", "hanging") if indent is not None else ()
    far = any(not -_WIDEST < whole_of(str(indent.get(f"{W}{name}", "")), 0) < 5 * _WIDEST for name in names)
    low = exact and whole_of(str(spacing.get(f"{W}line", "")), _LOWEST_LINE) < _LOWEST_LINE
    return properties.find(f"{W}framePr") is not None or low or far


def whole_of(text: str, default: int) -> int:
    """A whole number as an attribute has it."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,8}", text) else default


def run_properties(node: Any) -> Properties:
    """What ``w:rPr`` says, as far as it decides whether and how the run is seen."""
    properties: Properties = {}
    for child in node if node is not None else ():
        tag = child.tag if isinstance(child.tag, str) else ""
        name, value = tag.removeprefix(W), str(child.get(f"{W}val", ""))
        if name in ("vanish", "strike", "dstrike", *_EFFECTS):
            properties[name] = "0" if value in OFF else "1"
        elif name in ("vertAlign", "position", "sz", "w", "spacing", "bdr"):
            properties[name] = value
        elif name == "specVanish":
            properties["vanish"] = "1"
        elif name in _READERS:
            properties |= _READERS[name](child, value)
        elif tag.startswith(W) and name not in _HARMLESS:
            properties["unknown"] = name
        elif tag == f"{W14}textFill":
            properties |= _text_fill(child)
    return properties


# properties that leave the digits of a run as they are
_HARMLESS = frozenset({
    "b", "bCs", "i", "iCs", "caps", "smallCaps", "noProof", "snapToGrid", "kern", "szCs", "u", "effect", "lang", "cs", "em",
    "rtl", "oMath", "webHidden", "rPrChange", "ins", "moveTo",
})  # fmt: skip


def _fonts(node: Any, value: str) -> Properties:
    fonts = (node.get(f"{W}{kind}") for kind in ("ascii", "hAnsi", "eastAsia"))
    return {"font": next((str(font) for font in fonts if font), "").lower()}


def _behind(node: Any, value: str) -> Properties:
    """The fill of a highlight or a shading."""
    fill = value or _fill(node) if node.tag == f"{W}highlight" else _fill(node)
    return {"fill": fill} if fill not in ("", "auto", "none") else {}


_READERS: Mapping[str, Callable[[Any, str], Properties]] = {
    "color": lambda node, value: {"color": _colour(node, value)},
    "rStyle": lambda node, value: {"style": value},
    "rFonts": _fonts,
    "highlight": _behind,
    "shd": _behind,
    "fitText": lambda node, value: {} if whole_of(value, 0) in _FITTING else {"unknown": "fitText"},
    "del": lambda node, value: {"vanish": "1"},
    "moveFrom": lambda node, value: {"vanish": "1"},
    "eastAsianLayout": lambda node, value: {"combined": "1"} if node.get(f"{W}combine") or node.get(f"{W}vert") else {},
}


def _colour(node: Any, value: str) -> str:
    """The colour that ``w:color`` gives: that of the theme, where it names one, is stronger than the value beside it."""
    theme, tint = str(node.get(f"{W}themeColor", "")), str(node.get(f"{W}themeTint", ""))
    if theme in ("text1", "dark1") or tint:  # the value beside it is for programs without themes
        return _PALE if tint[:1] in tuple("0123") and tint else "auto" if theme in ("text1", "dark1") else value
    if theme in ("background2", "light2"):
        return _PALE
    if theme not in ("background1", "light1"):
        return value
    shade = str(node.get(f"{W}themeShade", "FF"))
    return 3 * shade if len(shade) == 2 else "FFFFFF"


def _fill(shading: Any) -> str:
    """The colour of a shading; a pattern without blanks is all in the colour of its lines."""
    colour = str(shading.get(f"{W}color", "")) if shading.get(f"{W}val") == "solid" else ""
    return colour if rgb(colour) else str(shading.get(f"{W}fill", ""))


def _text_fill(node: Any) -> Properties:
    """The colour of letters by the effects of Word 2010; what is not one plain colour is not worked out."""
    plain = node.find(f"{W14}solidFill/{W14}srgbClr")
    if plain is not None and len(plain) == 0:
        return {"color": str(plain.get(f"{W14}val", ""))}
    scheme = node.find(f"{W14}solidFill/{W14}schemeClr")
    if scheme is not None and len(scheme) == 0:
        return {"color": "FFFFFF"} if scheme.get(f"{W14}val") in ("bg1", "lt1") else {}
    return {"noFill": "1"}


def fill_of(node: Any) -> str:
    """The fill of a cell, table or paragraph, "" for none."""
    shadings = (node.find(f"{W}{properties}/{W}shd") for properties in ("tcPr", "tblPr", "pPr"))
    fills = [_fill(shading) for shading in shadings if shading is not None]
    return next((fill for fill in fills if rgb(fill)), "")


def _why_odd(merged: Properties) -> str:
    """Why the place or the shape of a run is not certain: digits squeezed, spread or moved far up or down, unknown properties."""
    far = abs(_number(merged.get("spacing", ""))) > _LARGEST_SPACE or abs(_number(merged.get("position", ""))) > _FARTHEST
    return SQUEEZED if far or merged.get("combined") or merged.get("unknown") else ""


def _raised(merged: Properties) -> int:
    kind, position = merged.get("vertAlign"), _number(merged.get("position", ""))
    return 1 if kind == "superscript" or position > 0 else -1 if kind == "subscript" or position < 0 else 0


def _number(text: str) -> float:
    try:
        return float(text.removesuffix("pt").removesuffix("%") or 0)
    except ValueError:
        return 0.0


def value_of(node: Any) -> str:
    """The value of a property, "" where it is not there."""
    return "" if node is None else str(node.get(f"{W}val", ""))
