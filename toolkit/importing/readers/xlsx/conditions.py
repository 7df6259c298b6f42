"""Find what conditional formats may do to the figures of a sheet: hide them, change them, or fill cells in their colour.

In: a sheet as openpyxl reads it, and its XML, for openpyxl passes over the formats of Excel 2010. Out: a ``Condition`` for each.
Whether a condition holds is not worked out: a figure that it could hide is not certain.

Source: ISO/IEC 29500-1, 18.3.1.18 (conditionalFormatting); [MS-XLSX] 2.6.6 (x14 conditional formatting).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from openpyxl.styles.colors import Color
from openpyxl.worksheet.cell_range import MultiCellRange

from toolkit.importing.readers.shown import WHITE, Rgb, visibility
from toolkit.importing.readers.xlsx.colours import Palette

_STEPS = 16  # colours looked at between two of a scale
_OFF = ("0", "false")


@dataclass(frozen=True)
class Condition:
    """``ink`` is the colour that a condition gives to figures, ``papers`` those it may lay under them.

    ``masks``: it hides them or shows other text instead.
    """

    area: MultiCellRange
    ink: Rgb | None = None
    papers: tuple[Rgb, ...] = ()
    masks: bool = False

    def may_hide(self, coordinate: str, ink: Rgb, paper: Rgb | None) -> bool:
        """Whether a figure of one colour in a cell may not be seen when the condition holds."""
        if not (self.masks or self.ink or self.papers) or coordinate not in self.area:
            return False
        return self.masks or any(visibility(self.ink or ink, under) != "shown" for under in self.papers or (paper or WHITE,))


def conditions_of(sheet: Any, root: Any, palette: Palette) -> list[Condition]:
    """The conditions of one sheet; ``root`` is its XML, ``None`` where the sheet has no part."""
    conditions = [_condition(area.sqref, rule, palette) for area in sheet.conditional_formatting for rule in area.rules]
    return conditions + (list(_later_ones(root, palette)) if root is not None else [])


def _condition(area: MultiCellRange, rule: Any, palette: Palette) -> Condition:
    masks = any(getattr(getattr(rule, kind, None), "showValue", None) is False for kind in ("iconSet", "dataBar"))
    papers: list[Rgb | None] = []
    if rule.colorScale is not None:
        papers += _between([palette.colour(colour) for colour in rule.colorScale.color])
    if rule.dataBar is not None:
        papers.append(palette.colour(rule.dataBar.color))
    style, ink = rule.dxf, None
    if style is not None:
        font, fill = style.font, style.fill
        ink = palette.colour(font.color) if font is not None else None
        papers += [palette.colour(colour) for colour in _filled_with(fill)]
        masks = masks or style.numFmt is not None or bool(font is not None and font.strike)
    return Condition(area, ink, tuple(paper for paper in papers if paper), masks)


def _filled_with(fill: Any) -> Iterator[Any]:
    """The colours of a fill; of a plain one in a condition the background counts."""
    if fill is None:
        return
    if getattr(fill, "bgColor", None) is not None and fill.bgColor.value != "00000000":
        yield fill.bgColor
    if getattr(fill, "patternType", None) not in (None, "none", "solid") and fill.fgColor is not None:
        yield fill.fgColor
    for stop in getattr(fill, "stop", None) or ():
        yield stop.color


def _between(colours: Sequence[Rgb | None]) -> Iterator[Rgb]:
    """The colours of a scale."""
    for one, other in pairwise(colour for colour in colours if colour):
        for step in range(_STEPS + 1):
            red, green, blue = (round(a + (b - a) * step / _STEPS) for a, b in zip(one, other, strict=True))
            yield red, green, blue


def _later_ones(root: Any, palette: Palette) -> Iterator[Condition]:
    """The conditions that Excel 2010 and later keep apart at the end of a sheet."""
    for part in root.iter("{*}conditionalFormatting"):
        written = " ".join(str(node.text) for node in part.iter("{*}sqref") if node.text)
        try:
            area = MultiCellRange(written)
        except ValueError:
            continue
        for rule in part.iter("{*}cfRule") if written else ():
            yield _later(area, rule, palette)


def _later(area: MultiCellRange, rule: Any, palette: Palette) -> Condition:
    def colours(*names: str) -> list[Rgb]:
        nodes = [rule]
        for name in names:
            nodes = [inner for node in nodes for inner in node.iter(f"{{*}}{name}")]
        return [colour for node in nodes if (colour := palette.colour(_colour(node)))]

    masks = any(node.get("showValue") in _OFF for name in ("iconSet", "dataBar") for node in rule.iter(f"{{*}}{name}")) or any(
        True for name in ("numFmt", "strike") for _ in rule.iter(f"{{*}}{name}")
    )
    papers = [
        *_between(colours("colorScale", "color")),
        *colours("fillColor"),
        *colours("fill", "bgColor"),
        *colours("fill", "fgColor"),
    ]
    return Condition(area, next(iter(colours("font", "color")), None), tuple(papers), masks)


def _colour(node: Any) -> Color | None:
    try:
        return Color(**{name: value for name, value in node.attrib.items() if name in ("rgb", "theme", "indexed", "tint")})
    except (TypeError, ValueError):
        return None
