"""Work out the numbers that a browser puts before the items of a list: they are nowhere in the text.

In: an item of a list. Out: its number as it is shown (``1.``, ``一、``), "" for bullets.

Source: HTML, 4.4.5 (the ol element); CSS Counter Styles 3, 6 and 7.
"""

from __future__ import annotations

from typing import Any

from toolkit.importing.readers.docx.numbering import chinese, counted
from toolkit.importing.readers.html.look import Looks

_TYPES = {"a": "lowerLetter", "A": "upperLetter", "1": "decimal"}
_STYLES = {"lower-alpha": "lowerLetter", "lower-latin": "lowerLetter", "upper-alpha": "upperLetter", "upper-latin": "upperLetter"}
_CHINESE = ("cjk-ideographic", "simp-chinese", "trad-chinese", "cjk-decimal", "japanese", "ideographic")
_NONE = ("none", "disc", "circle", "square")


def is_numbered(item: Any, looks: Looks) -> bool:
    """Whether a browser may put more than a bullet before an item."""
    around = item.parent
    if item.name != "li" or around is None:
        return False
    kind = _kind(item, around, looks)
    return kind != "" and not set(kind.split()) & set(_NONE) if around.name != "ol" else True


def _kind(item: Any, around: Any, looks: Looks) -> str:
    styles = (looks.sheets.of(item), looks.sheets.of(around))
    return next((text for style in styles if (text := style.get("list-style-type") or style.get("list-style", ""))), "")


def marker_of(item: Any, looks: Looks) -> str:
    """The number of one item."""
    around = item.parent
    if around is None or around.name != "ol":
        return ""
    kind = _kind(item, around, looks)
    if any(word in kind.split() for word in _NONE):
        return ""
    number = _number(item, around)
    if kind.startswith(_CHINESE):
        return f"{chinese(number)}、"
    return f"{counted(number, _STYLES.get(kind, _TYPES.get(str(around.get('type') or ''), 'decimal')))}."


def _number(item: Any, around: Any) -> int:
    """The number of an item: counted from the start of the list, or from an item that has a number."""
    items = around.find_all("li", recursive=False)
    step = -1 if around.has_attr("reversed") else 1
    number = _whole(around.get("start"), len(items) if step < 0 else 1) - step
    for other in items:
        number = _whole(other.get("value"), number + step)
        if other is item:
            break
    return number


def _whole(text: object, default: int) -> int:
    value = str(text or "").strip()
    return int(value) if value.lstrip("-").isascii() and value.lstrip("-").isdigit() and len(value) < 8 else default
