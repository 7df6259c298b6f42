"""Work out the numbers that Word puts before paragraphs: they are nowhere in the text.

In: numbering.xml and styles.xml. Out: a ``Numbering`` that gives, paragraph by paragraph, the rank of its style and
the number that is shown (``一、``, ``（二）``, ``3.``). Without it every automatic heading would seem to have lost its number.

Source: ISO/IEC 29500-1, 17.9.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.importing.limits import CannotImport, parse_xml
from toolkit.importing.readers.docx.styles import DEEPEST, W, value_of, whole_of

_DIGITS = "〇一二三四五六七八九"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts, what it shows (``（%2）``), where it begins."""

    format: str
    text: str
    start: int
    digits: bool = False  # shows the numbers of the levels above in digits (w:isLgl)


@dataclass(frozen=True, slots=True)
class List:
    """One list: its levels, the definition that it counts with others on, the levels that it restarts."""

    levels: Mapping[int, Level]
    definition: str = ""
    restarts: frozenset[int] = frozenset()


@dataclass
class Numbering:
    """The lists of one file; counts on as its paragraphs are asked for in order."""

    lists: Mapping[str, List] = field(default_factory=dict)
    styles: Mapping[str, tuple[int, str, int]] = field(default_factory=dict)  # id -> rank, list, level
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def next_of(self, paragraph: Any) -> tuple[int, str]:
        """The rank of a paragraph's style (0 for plain text) and the number shown before it ("" for none)."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return 0, ""
        style = value_of(properties.find(f"{W}pStyle"))
        rank, listed, level = self.styles.get(style, (0, "", 0))
        own = properties.find(f"{W}numPr")
        if own is not None:
            listed = value_of(own.find(f"{W}numId")) or listed
            level = whole_of(value_of(own.find(f"{W}ilvl")), level)
        outline = value_of(properties.find(f"{W}outlineLvl"))
        if outline.isdigit() and int(outline) < 9:
            rank = int(outline) + 1
        return rank, self._label(listed, level)

    def _label(self, listed: str, level: int) -> str:
        chosen = self.lists.get(listed)
        if chosen is None or level not in chosen.levels:
            return ""
        levels, counted_as = chosen.levels, chosen.definition or listed
        if level in chosen.restarts and (listed, level) not in self.begun:
            self.counts.pop((counted_as, level), None)
        self.begun.add((listed, level))
        self.counts[counted_as, level] = self.counts.get((counted_as, level), levels[level].start - 1) + 1
        for deeper in levels:
            if deeper > level:
                self.counts.pop((counted_as, deeper), None)
        if levels[level].format in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            item = levels.get(at)
            kind = "decimal" if levels[level].digits or item is None else item.format
            return counted(self.counts.get((counted_as, at), item.start), kind) if item else ""

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


def _lists(root: Any) -> dict[str, List]:
    abstract = {str(node.get(f"{W}abstractNumId")): _levels(node) for node in root.findall(f"{W}abstractNum")}
    lists: dict[str, List] = {}
    for node in root.findall(f"{W}num"):
        definition = value_of(node.find(f"{W}abstractNumId"))
        levels = dict(abstract.get(definition, {}))
        restarts = set()
        for override in node.findall(f"{W}lvlOverride"):
            at, start = whole_of(str(override.get(f"{W}ilvl", "0")), 0), value_of(override.find(f"{W}startOverride"))
            levels |= _levels(override)
            if start.isdigit() and at in levels:
                levels[at] = replace(levels[at], start=whole_of(start, 1))
                restarts.add(at)
        lists[str(node.get(f"{W}numId", ""))] = List(levels, definition, frozenset(restarts))
    return lists


def _levels(node: Any) -> dict[int, Level]:
    return {
        whole_of(str(level.get(f"{W}ilvl", "0")), 0): Level(
            value_of(level.find(f"{W}numFmt")) or "decimal",
            value_of(level.find(f"{W}lvlText")),
            whole_of(value_of(level.find(f"{W}start")), 1),
            level.find(f"{W}isLgl") is not None,
        )
        for level in node.findall(f"{W}lvl")
    }


def _styles(root: Any) -> dict[str, tuple[int, str, int]]:
    """Rank, list and level of every style; what a style does not say itself comes from the one that it is based on."""
    nodes = {str(node.get(f"{W}styleId", "")): node for node in root.findall(f"{W}style")}
    return {name: _style(name, nodes) for name in nodes}


def _style(name: str, nodes: Mapping[str, Any]) -> tuple[int, str, int]:
    rank, number, level = 0, "", ""
    for _ in range(DEEPEST):
        node = nodes.get(name)
        if node is None:
            break
        match = re.fullmatch(r"heading (\d)|标题 ?(\d)", value_of(node.find(f"{W}name")).lower())
        rank = rank or (int(match[1] or match[2]) if match else 0)
        number = number or value_of(node.find(f"{W}pPr/{W}numPr/{W}numId"))
        level = level or value_of(node.find(f"{W}pPr/{W}numPr/{W}ilvl"))
        name = value_of(node.find(f"{W}basedOn"))
    return rank, number, whole_of(level, 0)
