"""Work out how the text inside an element of a web page looks: hidden, struck out, raised, off the page, on a separate line.

In: an element, the style sheets of its page, its parents. Out: a ``Look``. What a browser does not show is not read;
where only a style sheet on another server could tell, the look is ``faint`` or carries a doubt.

Source: CSS 2.2, 9.2 (display), 11 (visual effects), 16 (text); CSS Display 3; CSS Color 4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.importing.readers.html.css import StyleSheets
from toolkit.importing.readers.html.hiding import (
    CELLS,
    CHANGED,
    PLACED,
    TINY,
    UNSURE,
    arrangement,
    hides,
    is_in_cell,
    may_hide,
    odd_font,
    why_uncertain,
)
from toolkit.importing.readers.html.properties import ODD
from toolkit.importing.readers.html.values import (
    Colour,
    colour_of,
    first_length,
    horizontal,
    legacy_colour,
    on_white,
    pixels,
    plain_number,
)
from toolkit.importing.readers.shown import FAINT, REVERSED, WHITE, Rgb, Visibility, visibility

BLACK, LINK = Colour(0, 0, 0), Colour(0, 0, 0.93)
_MARKED: Rgb = (255, 255, 0)
_STRUCK = {"s", "strike", "del"}
_HIDING_CLASSES = re.compile(
    r"^(hide|hidden|hid|is-hidden|d-none|display-none|none|invisible|sr-only|visually-hidden|screen-reader-text|noshow|undis|dn)$"
)
# in the name of a class of an element in a cell: of sheets elsewhere nothing else is known
_HIDING_WORDS = re.compile(r"(?:^|[-_])(hide|hidden|hid|none|invisible|noshow|undis|dn|sr-only|visually-hidden|screen-reader-text"
                           r"|del|deleted|removed|strike|struck|line-through)(?:$|[-_])")  # fmt: skip
_BLOCK_DISPLAYS = ("block", "flex", "grid", "list-item", "table", "table-row", "table-cell", "flow-root", "table-caption")
_KEYWORD_SIZES = {"xx-small": 9, "x-small": 10, "small": 13, "medium": 16, "large": 18, "x-large": 24, "xx-large": 32}
_FONT_SIZES = {"1": 10, "2": 13, "3": 16, "4": 18, "5": 24, "6": 32, "7": 48}
_SMALL = 5.0  # pixels: hardly to be read
_PALE = 0.25  # opacity
# elements and attributes that change a look without a style sheet
_TELLING = {"s", "strike", "del", "sup", "sub", "rt", "small", "font", "bdo", "big", "dialog", "a", "mark"}
_ATTRIBUTES = {"hidden", "bgcolor", "class", "popover", "text"}
_ELSEWHERE = 20.0  # pixels by which a cell is moved towards the next column
_APART = 3.0  # pixels between two inline elements that read as a blank
_CLIP_TO_TEXT = "-webkit-background-clip"
_CLASS = "网页把它归入隐藏一类，样式表不在文件里，不能确定是否显示"
_LEVEL = ("baseline", "middle", "inherit", "initial", "unset", "bottom", "text-bottom", "auto", "")


@dataclass(frozen=True, slots=True)
class Look:
    """How text looks. ``gone``: the element has no box at all; ``block``: it begins a line; ``apart``: a gap around it.

    ``paper`` is the colour behind the text, ``None`` when a picture is there. ``size`` in pixels.
    """

    visible: Visibility = "shown"
    gone: bool = False
    struck: bool = False
    raised: int = 0
    size: float = 16.0
    ink: Colour = BLACK
    paper: Rgb | None = WHITE
    block: bool = False
    apart: bool = False
    doubt: str = ""
    hiding: bool = False  # by ``visibility``, which a child may undo
    odd: bool = False  # whether a value that is not worked out may show what is hidden here
    font: str = ""  # why the font may draw other digits
    inside: str = ""  # how its children stand: "block" one under the other, "apart" with gaps between them

    @property
    def shows(self) -> bool:
        return self.visible != "hidden" and not self.hiding and not self.gone and not self.struck and self.size > TINY


@dataclass
class Looks:
    """The looks of one page, worked out when they are asked for."""

    sheets: StyleSheets
    known: dict[int, Look] = field(default_factory=dict)

    def of(self, element: Any) -> Look:
        """The look of the text inside an element."""
        waiting = []
        while element is not None and id(element) not in self.known:
            waiting.append(element)
            element = element.parent
        look = self.known[id(element)] if element is not None else Look()
        for item in reversed(waiting):
            look = self._look(item, look)
            self.known[id(item)] = look
        return look

    def _look(self, element: Any, parent: Look) -> Look:
        if element.name == "[document]":
            return parent
        style = self.sheets.of(element)
        inherited = replace(parent, block=parent.inside == "block", apart=parent.inside == "apart", inside="")
        if element.name == "table" and inherited.doubt in (PLACED, CHANGED, UNSURE):  # what moves a whole table glues no figures
            inherited = replace(inherited, doubt="")
        if inherited.raised and element.name in ("td", "th"):  # a row that is raised does not raise its text
            inherited = replace(inherited, raised=0)
        plain = not style and element.name not in _TELLING and element.attrs.keys().isdisjoint(_ATTRIBUTES)
        if plain and id(element) not in self.sheets.uncertain:
            return inherited
        look = self._visible_look(element, style, inherited)
        look = _placed(element, style, _coloured(element, style, look), parent)
        return replace(look, doubt=REVERSED) if _is_reversed(element, style) else look

    def _visible_look(self, element: Any, style: dict[str, str], look: Look) -> Look:
        """Shown at all: the properties that hide an element, its size, lines through it."""
        display, decoration = style.get("display", ""), style.get("text-decoration", "") + style.get("text-decoration-line", "")
        block = look.block or display.startswith(_BLOCK_DISPLAYS)
        look = replace(
            look, size=_size(element, style, look.size), block=block, inside=arrangement(style), odd=look.odd or ODD in style,
            font=odd_font(element, style, self.sheets.fonts, look.font),
        )  # fmt: skip
        if not display and _closed(element):
            display = "none"
        if display == "none" or (style.get("visibility") == "collapse" and element.name in ("tr", "col", "colgroup")):
            return replace(look, gone=True, visible="hidden")
        struck = (
            (look.struck and not display.startswith("inline-"))
            or "line-through" in decoration
            or (element.name in _STRUCK and (not decoration or "inherit" in decoration))
        )
        setting = style.get("visibility", "inherit")
        hiding = setting in ("hidden", "collapse") if setting not in ("inherit", "unset") else look.hiding
        visible = "hidden" if hides(element, style, look.size) else look.visible
        return replace(
            look, visible=visible, struck=struck, hiding=hiding, doubt=look.doubt or self._why_faint(element, style, look)
        )

    def _why_faint(self, element: Any, style: dict[str, str], look: Look) -> str:
        """Why it is not certain that an element is seen: very small, pale, or of a class that hides on many sites."""
        if "-webkit-text-security" in style or 0 < look.size < _SMALL or plain_number(style.get("opacity", "1")) < _PALE:
            return FAINT
        if id(element) in self.sheets.uncertain and is_in_cell(element):
            return UNSURE
        doubt = why_uncertain(element, style, look.size)
        if doubt:
            return doubt
        deleted = "msoDel" in (element.get("class") or [])  # in the sheet that Word writes, of text deleted with revisions
        if (deleted or may_hide(style, look.size)) and is_in_cell(element):
            return CHANGED
        classes = element.get("class") or [] if self.sheets.linked and "display" not in style else []
        names = _HIDING_WORDS if classes and is_in_cell(element) else _HIDING_CLASSES
        return _CLASS if any(names.search(str(name).lower()) for name in classes) else ""


def _closed(element: Any) -> bool:
    """Whether an element stays closed until a script or the user opens it."""
    return bool(
        element.has_attr("hidden") or element.has_attr("popover") or (element.name == "dialog" and not element.has_attr("open"))
    )


def _coloured(element: Any, style: dict[str, str], look: Look) -> Look:
    """Text and paper of the same colour: invisible."""
    background = style.get("background-color") or style.get("background") or ""
    paper = _MARKED if element.name == "mark" and not background else look.paper
    if "url(" in background + style.get("background-image", "") or "gradient" in background + style.get("background-image", ""):
        paper = None
    else:
        base = next((colour for word in _words(background) if (colour := colour_of(word))), None)
        base = base or (legacy_colour(str(element.get("bgcolor") or "")) if not background else None)
        paper = on_white(base) if base and base.alpha > 0.5 else paper
    ink = _ink(element, style, look)
    if style.get("text-shadow", "none") != "none" or "text" in style.get("background-clip", "") + style.get(_CLIP_TO_TEXT, ""):
        return replace(look, ink=BLACK, paper=paper, doubt=look.doubt or CHANGED)  # shown by other means than its colour
    return replace(look, ink=ink, paper=paper)


def _ink(element: Any, style: dict[str, str], look: Look) -> Colour:
    """The colour of the text of an element: by its style, by older markup, by what browsers give to links and marks."""
    filled = style.get("-webkit-text-fill-color", "currentcolor")
    written = style.get("color", "") if filled == "currentcolor" else filled
    if written:
        return BLACK if written in ("initial", "auto", "windowtext") else colour_of(written) or look.ink
    old = {"font": "color", "body": "text"}.get(element.name, "")
    if old and element.get(old):
        return legacy_colour(str(element[old])) or look.ink
    if element.name == "a" and element.get("href"):
        return LINK
    return BLACK if element.name == "mark" else look.ink


def ink_visible(look: Look, *, sure: bool) -> Visibility:
    """Whether the colour of text differs from the paper; ``sure`` when no other sheet can have set either."""
    if look.ink.alpha == 0:
        return "hidden"
    if look.paper is None:
        return "shown" if visibility(on_white(look.ink), WHITE) == "shown" else "faint"
    visible = visibility(on_white(look.ink), look.paper)
    return visible if sure or visible == "shown" else "faint"


def _placed(element: Any, style: dict[str, str], look: Look, parent: Look) -> Look:
    """Raised, moved away, or set apart from its neighbours; cells and tables are no part of a line."""
    sideways = [pixels(style[side], look.size) or 0 for side in ("left", "right") if side in style]
    if element.name in CELLS:
        far = style.get("position") == "relative" and any(abs(side) > _ELSEWHERE for side in sideways)
        return replace(look, doubt=look.doubt or PLACED) if far else look
    doubt = look.doubt
    moved = style.get("position") == "relative" and any(abs(side) > _APART for side in sideways)
    if moved or style.get("position", "") in ("absolute", "fixed", "sticky"):
        doubt = doubt or PLACED
    clipped = any(style.get(name, "none") not in ("none", "auto") for name in ("clip", "clip-path"))
    if clipped or re.search(r"[1-9]|matrix", style.get("transform", "")):
        doubt = doubt or CHANGED
    gap = any(abs(side) > _APART for side in horizontal(style, look.size)) or _has_side_border(style)
    inline = style.get("display", "").startswith("inline-")
    wide = inline and ("width" in style or "table" in style["display"] or _moved(style.get("text-indent", "")))
    apart = look.apart or gap or wide or style.get("float", "none") not in ("none", "")
    return replace(look, raised=_raised(element, style, look, parent), doubt=doubt, apart=apart)


def _has_side_border(style: dict[str, str]) -> bool:
    """Whether a line is drawn to the left or right of the text."""
    borders = (style[name] for name in ("border", "border-left", "border-right") if name in style)
    return any(
        re.search(r"solid|double|dashed|dotted|groove|ridge|inset|outset", border) and _moved(border) for border in borders
    )


def _raised(element: Any, style: dict[str, str], look: Look, parent: Look) -> int:
    align = style.get("vertical-align", "")
    if element.name == "a" and _is_note_link(element):
        return 1
    if element.name in ("sup", "sub", "rt") and not (align == "baseline" and look.size >= parent.size * 0.8):
        return -1 if element.name == "sub" else 1
    if align not in _LEVEL and not re.fullmatch(r"[-+]?0(\D.*)?", align):
        return -1 if align == "sub" or align.startswith("-") else 1
    moved = style.get("position") == "relative" and any(_moved(style.get(side, "")) for side in ("top", "bottom"))
    if style.get("display", "").startswith("inline-"):
        moved = moved or any(_moved(style.get(side, "")) for side in ("margin-top", "margin-bottom", "padding-bottom"))
    if moved or style.get("font-variant-position") in ("super", "sub") or _moved(style.get("mso-text-raise", "")):
        return 1
    return look.raised


def _is_note_link(element: Any) -> bool:
    """Whether a link leads to a note: to a place in the same page, or called a reference to a note."""
    kind = f"{element.get('epub:type') or ''} {element.get('role') or ''}"
    return "noteref" in kind or re.fullmatch(r"[^#]*#.+", str(element.get("href") or "")) is not None


def _is_reversed(element: Any, style: dict[str, str]) -> bool:
    """Whether digits are drawn from right to left, or boxes in another order than they are written."""
    if style.get("flex-direction", "").endswith("reverse"):
        return True
    way = str(style.get("direction") or element.get("dir") or "").lower()
    if "override" in style.get("unicode-bidi", ""):  # the direction is often that of an element around it
        return way != "ltr"
    return element.name == "bdo" and way == "rtl"


def _moved(text: str) -> bool:
    return re.search(r"[1-9]", text) is not None


def _size(element: Any, style: dict[str, str], inherited: float) -> float:
    """The size of the font in pixels, out of ``font-size``, ``font`` or the older markup."""
    text = style.get("font-size", "")
    if not text and "font" in style:
        text = first_length(re.sub(r"\b[1-9]00\b", "", style["font"]))
    if text:
        return _font_size(text, inherited)
    if element.name == "font" and element.get("size"):
        return _font_step(str(element["size"]).strip(), inherited)
    return inherited * (0.83 if element.name in ("small", "sub", "sup") else 1)


def _font_step(text: str, inherited: float) -> float:
    """The size that ``<font size>`` asks for: one of seven steps, or some steps up or down from the third."""
    if not re.fullmatch(r"[-+]?[0-9]{1,3}", text):
        return inherited
    step = int(text) + (3 if text[0] in "+-" else 0)
    return float(_FONT_SIZES[str(min(7, max(1, step)))])


def _font_size(text: str, inherited: float) -> float:
    if text in _KEYWORD_SIZES:
        return float(_KEYWORD_SIZES[text])
    if text in ("smaller", "larger"):
        return inherited * (0.83 if text == "smaller" else 1.2)
    size = pixels(text, inherited, whole=inherited)
    return inherited if size is None else max(0.0, size)


def _words(text: str) -> list[str]:
    return re.findall(r"[-\w]+\([^)]*\)|#?[-\w]+", text)
