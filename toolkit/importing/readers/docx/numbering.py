"""Work out the numbers that Word puts before paragraphs by itself: they stand nowhere in the text.

In: numbering.xml and styles.xml. Out: a ``Numbering`` that gives, paragraph by paragraph, the rank of its style and
the number that is shown (``一、``, ``（二）``, ``3.``). Without it every automatic heading would seem to have lost its number.

Source: ISO/IEC 29500-1, 17.9.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.importing.limits import CannotImport, parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts, what it shows (``（%2）``), where it begins."""

    format: str
    text: str
    start: int


@dataclass
class Numbering:
    """The lists of one file; counts on as its paragraphs are asked for in order."""

    lists: Mapping[str, Mapping[int, Level]] = field(default_factory=dict)
    styles: Mapping[str, tuple[int, str, int]] = field(default_factory=dict)  # id -> rank, list, level
    counts: dict[tuple[str, int], int] = field(default_factory=dict)

    def next_of(self, paragraph: Any) -> tuple[int, str]:
        """The rank of a paragraph's style (0 for plain text) and the number shown before it ("" for none)."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return 0, ""
        style = _value(properties.find(f"{W}pStyle"))
        rank, listed, level = self.styles.get(style, (0, "", 0))
        own = properties.find(f"{W}numPr")
        if own is not None:
            listed = _value(own.find(f"{W}numId")) or listed
            level = int(_value(own.find(f"{W}ilvl")) or level)
        outline = _value(properties.find(f"{W}outlineLvl"))
        if outline.isdigit() and int(outline) < 9:
            rank = int(outline) + 1
        return rank, self._label(listed, level)

    def _label(self, listed: str, level: int) -> str:
        levels = self.lists.get(listed, {})
        if level not in levels:
            return ""
        self.counts[listed, level] = self.counts.get((listed, level), levels[level].start - 1) + 1
        for deeper in levels:
            if deeper > level:
                self.counts.pop((listed, deeper), None)
        if levels[level].format in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            item = levels.get(at)
            return counted(self.counts.get((listed, at), item.start), item.format) if item else ""

        return re.sub(r"%([1-9])", shown, levels[level].text)


def read_numbering(numbering: bytes, styles: bytes, name: str) -> Numbering:
    """The lists and styles of a file; damaged ones are as none."""
    try:
        lists = _lists(parse_xml(numbering, name)) if numbering else {}
        ranks = _styles(parse_xml(styles, name)) if styles else {}
    except CannotImport:
        return Numbering()
    return Numbering(lists, ranks)


def counted(number: int, kind: str) -> str:
    """A number as a list shows it: 一 二 三 for the Chinese ways of counting, ① for circled, digits for others."""
    if kind.startswith(("chinese", "japanese", "ideograph", "taiwanese")) and kind not in (
        "ideographTraditional",
        "ideographZodiac",
    ):
        return chinese(number)
    if kind in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= number <= len(_CIRCLED):
        return _CIRCLED[number - 1]
    if kind in ("upperLetter", "lowerLetter") and 1 <= number <= 26:
        return chr(number + (64 if kind == "upperLetter" else 96))
    return str(number)


def chinese(number: int) -> str:
    """1 to 99 in Chinese numerals: 十, 十一, 二十一."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十") + (_DIGITS[ones] if ones else "")


def _lists(root: Any) -> dict[str, dict[int, Level]]:
    abstract = {node.get(f"{W}abstractNumId"): _levels(node) for node in root.findall(f"{W}abstractNum")}
    found: dict[str, dict[int, Level]] = {}
    for node in root.findall(f"{W}num"):
        levels = dict(abstract.get(_value(node.find(f"{W}abstractNumId")), {}))
        for override in node.findall(f"{W}lvlOverride"):
            at, start = int(override.get(f"{W}ilvl", "0")), _value(override.find(f"{W}startOverride"))
            if start.isdigit() and at in levels:
                levels[at] = Level(levels[at].format, levels[at].text, int(start))
        found[node.get(f"{W}numId", "")] = levels
    return found


def _levels(node: Any) -> dict[int, Level]:
    return {
        int(level.get(f"{W}ilvl", "0")): Level(
            _value(level.find(f"{W}numFmt")) or "decimal",
            _value(level.find(f"{W}lvlText")),
            int(_value(level.find(f"{W}start")) or 1),
        )
        for level in node.findall(f"{W}lvl")
    }


def _styles(root: Any) -> dict[str, tuple[int, str, int]]:
    found = {}
    for node in root.findall(f"{W}style"):
        label = _value(node.find(f"{W}name")).lower()
        match = re.fullmatch(r"heading (\d)|标题 ?(\d)", label)
        rank = int(match[1] or match[2]) if match else 0
        listed = node.find(f"{W}pPr/{W}numPr")
        number = _value(listed.find(f"{W}numId")) if listed is not None else ""
        level = _value(listed.find(f"{W}ilvl")) if listed is not None else ""
        found[node.get(f"{W}styleId", "")] = (rank, number, int(level or 0))
    return found


def _value(node: Any) -> str:
    return "" if node is None else str(node.get(f"{W}val", ""))
