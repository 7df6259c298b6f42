"""Sort the declarations of a style: those that decide what is seen of a figure, those that cannot change it, and all others.

In: a block of declarations as tinycss2 parses it. Out: the names and values to keep. A property that is neither known to
decide nor known to be harmless becomes ``UNKNOWN``, a value outside the grammar of a deciding property ``ODD``: a figure in an
element with one of them is not certain. New properties of CSS are therefore doubted until somebody sorts them here.

Source: CSS Display 3, 2; CSS Color 4; CSS Text Decoration 3; CSS Cascading and Inheritance 4, 3.1 (shorthands).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import tinycss2

from toolkit.importing.readers.html.values import colour_of

UNKNOWN = "unknown property"
ODD = "odd value"
# where an item of a grid is
PLACING = (
    "grid", "grid-area", "grid-column", "grid-column-start", "grid-column-end", "grid-row", "grid-row-start", "grid-row-end",
    "grid-auto-flow", "grid-auto-columns", "grid-auto-rows", "grid-template", "grid-template-areas", "grid-template-columns",
    "grid-template-rows",
)  # fmt: skip
_DECIDING = frozenset({
    *PLACING,
    "display", "visibility", "opacity", "font-size", "font", "color", "-webkit-text-fill-color", "background", "background-color",
    "background-image", "text-decoration", "text-decoration-line", "vertical-align", "position", "top", "bottom", "left", "right",
    "transform", "scale", "clip", "clip-path", "overflow", "overflow-x", "overflow-y", "width", "height", "max-width",
    "max-height", "text-indent", "mso-hide", "content", "content-visibility", "unicode-bidi", "direction", "float",
    "margin", "margin-left", "margin-right", "padding", "padding-left", "padding-right", "filter", "white-space",
    "font-variant-position", "-webkit-text-security", "mso-text-raise", "flex-direction", "list-style", "list-style-type",
    "translate", "rotate", "zoom", "mask", "mask-image", "-webkit-mask", "-webkit-mask-image", "mix-blend-mode", "animation",
    "animation-name", "order", "offset-path", "baseline-shift", "letter-spacing", "font-family", "text-shadow", "inset",
    "background-clip", "-webkit-background-clip", "gap", "column-gap", "grid-gap", "justify-content", "margin-inline",
    "margin-inline-start", "margin-inline-end", "padding-inline", "padding-inline-start", "padding-inline-end", "margin-top",
    "margin-bottom", "padding-top", "padding-bottom", "border", "border-left", "border-right", "border-width", "border-bottom",
    "border-top", "line-height", "z-index",
})  # fmt: skip
_HARMLESS = re.compile(
    r"(?:mso|-moz|-ms|-o|-khtml)-.*|--.*|[_*].*"  # of office programs, of other browsers, of none
    r"|text-(?:align|justify|wrap|size-adjust|rendering|autospace|spacing|transform|emphasis|kashida|line-through|orientation"
    r"|combine-upright|overflow)(?:-.*)?|text-underline(?:-position|-style|-color)?"
    r"|line-break|word-.*|overflow-wrap|hyphens|tab-(?:size|stops)|white-space-collapse|writing-mode|hanging-punctuation"
    r"|font-(?:weight|style|stretch|kerning|optical-sizing|synthesis.*|charset|display)"
    r"|border-.*(?:color|style|radius|collapse|spacing|width)|border-(?:block|inline).*|outline.*|(?:min|padding)-.*"
    r"|box-(?:sizing|decoration-break)|table-layout|empty-cells|caption-side|cursor|pointer-events|user-select|resize"
    r"|scroll.*|overscroll.*|overflow-(?:anchor|block|inline)|touch-action|will-change|transition.*|orphans|widows|page|page-break.*"
    r"|break-.*|list-style-(?:image|position)|counter-.*|background-(?:position|repeat|size|attachment|origin)(?:-.)?"
    r"|align-.*|justify-(?:items|self)|place-.*|flex|flex-(?:grow|shrink|basis|wrap)|row-gap|column-(?:fill|rule.*)|clear"
    r"|ruby-.*|speak.*|voice.*|(?:print-color|forced-color)-adjust|accent-color|caret-color|appearance|image-.*|object-.*"
    r"|-webkit-(?:font-smoothing|text-size-adjust|locale|line-break|nbsp-mode|hyphens|box-sizing|border-.*|transition.*|user-.*"
    r"|overflow-scrolling|appearance|tap-highlight-color|touch-callout|print-color-adjust|text-underline-position)"
    r"|layout-.*|punctuation-.*|panose-1|language|ime-mode|behavior|so-.*|unicode-range|src|fill|stroke|speak|quotes"
    r"|vertical-align-.*|isolation|color-adjust|margin-(?:block|trim).*|zoom-.*|lang|row-span|col-span"
)
NEUTRAL = re.compile(
    r"\s*(?:(?:none|normal|initial|unset|inherit|auto|revert|baseline|visible|static|solid|0(?:px|pt|em|deg|%)?|1|100%)(?:\s+|$))*"
)
_GLOBAL = ("inherit", "initial", "unset", "revert", "revert-layer")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "display": (
        "none", "inline", "block", "inline-block", "table", "table-row", "table-cell", "inline-table", "table-row-group",
        "table-header-group", "table-footer-group", "table-column", "table-column-group", "table-caption", "flex", "inline-flex",
        "grid", "inline-grid", "list-item", "contents", "flow-root",
    ),
    "visibility": ("visible", "hidden", "collapse"),
    "position": ("static", "relative", "absolute", "fixed", "sticky"),
}  # fmt: skip
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)%?")
_SIZE = re.compile(
    r"\+?(?:\d+\.?\d*|\.\d+)(?:px|pt|pc|in|cm|mm|q|em|rem|ex|ch|%)|\+?0*\.?0+(?:vw|vh)?|\d+\.?\d*|(?:xx?-)?(?:small|large)|medium"
    r"|smaller|larger|xxx-large"
)
_LINES = re.compile(r"(?:none|underline|overline|line-through|blink|solid|single|from-font|auto|\s)*")
_LINE_STYLES = re.compile(r"(?:double|dotted|dashed|wavy|[0-9.]+[a-z%]*)")
_COLOUR_WORDS = ("currentcolor", "auto", "windowtext", "")
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
COMPUTED = re.compile(r"(?:var|calc|min|max|clamp|env|attr)\(")
_LOGICAL = {"inline-size": "width", "block-size": "height", "max-inline-size": "max-width", "max-block-size": "max-height"}
_SHOWING = ("all", "text-decoration", "-webkit-text-stroke", "-webkit-text-decoration", "paint-order")  # of hidden text
# what a shorthand sets back, where it comes later
_SET_BACK: Mapping[str, tuple[str, ...]] = {
    "font": ("font-size", "font-family", "line-height"),
    "background": ("background-color", "background-image"),
}
_FEATURES = re.compile(r"(?:normal|\"(?:tnum|lnum|kern|liga|palt|calt|clig|pnum|locl|rlig|ccmp|dlig|vert)\"|on|off|0|1|,|\s)*")
_VARIANTS = re.compile(r"(?:normal|none|[a-z-]*ligatures|contextual|small-caps|lining-nums|tabular-nums|proportional-nums|\s)*")


def declarations(nodes: Any) -> Iterator[tuple[str, str, bool]]:
    """Name, value and importance of every declaration that decides what is seen, or may."""
    for node in nodes:
        if node.type == "declaration":
            value = " ".join(_COMMENT.sub(" ", tinycss2.serialize(node.value)).lower().split())
            for name, text in _classified(node.lower_name, value):
                yield name, text, bool(node.important)


def _classified(name: str, value: str) -> Iterator[tuple[str, str]]:
    name = _LOGICAL.get(name, name)
    if name not in _DECIDING:
        if name == "all" or not _changes_nothing(name, value):
            yield (ODD if name.startswith(_SHOWING) else UNKNOWN), name
        return
    if not _is_valid(name, value):
        yield ODD, name
        return
    yield from ((part, "") for part in _SET_BACK.get(name, ()))
    yield ("text-decoration-line" if name == "text-decoration" else name), value


def _changes_nothing(name: str, value: str) -> bool:
    """Whether a declaration that is not worked out leaves the digits of an element as they are."""
    if name in ("font-feature-settings", "-webkit-font-feature-settings"):
        return _FEATURES.fullmatch(value.replace("'", '"')) is not None
    if name.startswith("font-variant") and _VARIANTS.fullmatch(value):
        return True
    if name.endswith("box-shadow"):
        return "inset" not in value
    return _HARMLESS.fullmatch(name) is not None or NEUTRAL.fullmatch(value) is not None


def _is_valid(name: str, value: str) -> bool:
    """Whether a value is in the grammar of its property, as far as that decides; what is computed is sorted elsewhere."""
    if value in _GLOBAL or COMPUTED.search(value):
        return True
    if name in _WORDS:
        return value in _WORDS[name]
    if name == "opacity":
        return _NUMBER.fullmatch(value) is not None
    if name == "font-size":
        return _SIZE.fullmatch(value) is not None
    if name in ("color", "-webkit-text-fill-color"):
        return value in _COLOUR_WORDS or colour_of(value) is not None
    if name.startswith("text-decoration"):  # a line through text of which the colour may be that of the paper is not worked out
        plain = _LINES.fullmatch(value) is not None
        return plain or ("line-through" not in value and all(map(_is_word_of_line, value.split())))
    return True


def _is_word_of_line(word: str) -> bool:
    return bool(_LINES.fullmatch(word) or _LINE_STYLES.fullmatch(word) or colour_of(word) or word in _COLOUR_WORDS)
