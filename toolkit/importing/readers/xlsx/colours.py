"""Work out the colours of a workbook, and what its conditional formats may do to figures: hide, change or cover them.

In: a colour or a sheet as openpyxl reads it, and the XML of the sheet, for openpyxl passes over the formats of Excel 2010.
Out: red, green and blue; a ``Condition`` for each format. Whether it holds is not worked out: a figure it could hide is doubtful.

Source: ISO/IEC 29500-1, 18.3.1.18 (conditional formatting), 18.8.3 (tints), 18.8.27 (indexed colours), 20.1.6.2 (themes).
"""

from __future__ import annotations

import colorsys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from openpyxl.styles.colors import COLOR_INDEX, Color
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange

from toolkit.importing.limits import CannotImport, parse_xml
from toolkit.importing.readers.shown import WHITE, Rgb, rgb, visibility

BLACK: Rgb = (0, 0, 0)
_SYSTEM = {64: BLACK, 65: WHITE, 81: BLACK}
# of Office 2013 and later; a workbook counts light before dark, a theme lists dark before light
_OFFICE = ("FFFFFF", "000000", "E7E6E6", "44546A", "4472C4", "ED7D31", "A5A5A5", "FFC000", "5B9BD5", "70AD47", "0563C1", "954F72")
_ORDER = ("lt1", "dk1", "lt2", "dk2", *(f"accent{at}" for at in range(1, 7)), "hlink", "folHlink")


class Palette:
    """The colours of one workbook."""

    def __init__(self, theme: bytes | str | None = None, indexed: Sequence[str] = COLOR_INDEX) -> None:
        self._theme = _theme_colours(theme)
        self._indexed = indexed

    def colour(self, colour: Any) -> Rgb | None:
        """A colour in red, green and blue; ``None`` when it is automatic or unknown."""
        kind = getattr(colour, "type", None)
        if kind == "rgb" and isinstance(colour.rgb, str):
            value = rgb(colour.rgb)
        elif kind == "indexed":
            value = self._of_index(int(colour.indexed))
        elif kind == "theme" and 0 <= int(colour.theme) < len(self._theme):
            value = self._theme[int(colour.theme)]
        else:
            value = None
        return value and _tinted(value, float(getattr(colour, "tint", 0) or 0))

    def _of_index(self, index: int) -> Rgb | None:
        if index in _SYSTEM:
            return _SYSTEM[index]
        return rgb(self._indexed[index]) if 0 <= index < len(self._indexed) else None


def _theme_colours(theme: bytes | str | None) -> list[Rgb]:
    """The twelve colours of a theme, those of Office where it does not give them."""
    colours: dict[str, Rgb] = {}
    if theme:
        try:
            root = parse_xml(theme if isinstance(theme, bytes) else theme.encode("utf-8"), "theme")
        except CannotImport:
            root = ()
        for node in root.iter("{*}clrScheme") if len(root) else ():
            for slot in node:
                values = [rgb(str(colour.get("lastClr") or colour.get("val") or "")) for colour in slot]
                colours |= {str(slot.tag).rpartition("}")[2]: value for value in values[:1] if value}
    return [colours.get(name) or rgb(code) or BLACK for name, code in zip(_ORDER, _OFFICE, strict=True)]


def _tinted(colour: Rgb, tint: float) -> Rgb:
    """A colour made darker (tint below 0) or lighter (above 0)."""
    if not tint:
        return colour
    hue, light, saturation = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    light = light * (1 + tint) if tint < 0 else light * (1 - tint) + tint
    red, green, blue = colorsys.hls_to_rgb(hue, min(1.0, max(0.0, light)), saturation)
    return round(255 * red), round(255 * green), round(255 * blue)


_STEPS = 16  # colours looked at between two of a scale
_OFF = ("0", "false")


def covers(area: CellRange, cell: Any) -> bool:
    """Whether a cell is in an area; ``cell.coordinate in area`` parses the coordinate again for each area."""
    return bool(area.min_row <= cell.row <= area.max_row and area.min_col <= cell.column <= area.max_col)


@dataclass(frozen=True)
class Condition:
    """``ink`` is the colour that a condition gives to figures, ``papers`` those it may lay under them.

    ``masks``: it hides them or shows other text instead.
    """

    area: MultiCellRange
    ink: Rgb | None = None
    papers: tuple[Rgb, ...] = ()
    masks: bool = False

    def concerns(self, cell: Any) -> bool:
        """Whether the condition is on a cell."""
        return any(covers(area, cell) for area in self.area.ranges)

    def may_hide(self, cell: Any, ink: Rgb, paper: Rgb | None) -> bool:
        """Whether a figure of one colour in a cell may not be seen when the condition holds."""
        if not (self.masks or self.ink or self.papers) or not self.concerns(cell):
            return False
        return self.masks or any(visibility(self.ink or ink, under) != "shown" for under in self.papers or (paper or WHITE,))


def conditions_of(root: Any, styles: Sequence[Any], palette: Palette) -> Iterator[Condition]:
    """The conditions of one sheet, those that Excel 2010 and later keep apart at its end as well.

    ``root`` is its XML, ``None`` where it has none; ``styles`` are those that older conditions refer to by number.
    """
    for part in root.iter("{*}conditionalFormatting") if root is not None else ():
        written = part.get("sqref") or " ".join(str(node.text) for node in part.iter("{*}sqref") if node.text)
        try:
            area = MultiCellRange(written)
        except ValueError:
            continue
        for rule in part.iter("{*}cfRule") if written else ():
            number = str(rule.get("dxfId", ""))
            style = styles[int(number)] if number.isdecimal() and int(number) < len(styles) else rule
            yield _condition(area, rule, style, palette)


def _between(colours: Sequence[Rgb | None]) -> Iterator[Rgb]:
    """The colours of a scale."""
    for one, other in pairwise(colour for colour in colours if colour):
        for step in range(_STEPS + 1):
            red, green, blue = (round(a + (b - a) * step / _STEPS) for a, b in zip(one, other, strict=True))
            yield red, green, blue


def _condition(area: MultiCellRange, rule: Any, style: Any, palette: Palette) -> Condition:
    """What one rule may do; ``style`` is what it gives to cells, elsewhere or in the rule itself."""

    def colours(node: Any, *path: str) -> list[Rgb]:
        nodes = [node]
        for name in path:
            nodes = [inner for outer in nodes for inner in outer.iter(f"{{*}}{name}")]
        return [colour for inner in nodes if (colour := palette.colour(_colour(inner)))]

    masks = any(node.get("showValue") in _OFF for name in ("iconSet", "dataBar") for node in rule.iter(f"{{*}}{name}")) or any(
        node.get("val") not in _OFF for name in ("numFmt", "strike") for node in style.iter(f"{{*}}{name}")
    )
    papers = [
        *_between(colours(rule, "colorScale", "color")),
        *colours(rule, "dataBar", "color"),
        *colours(rule, "fillColor"),
        *colours(style, "fill", "bgColor"),
        *colours(style, "fill", "stop", "color"),
        *(
            colour
            for fill in style.iter("{*}patternFill")
            if fill.get("patternType") != "solid"
            for colour in colours(fill, "fgColor")
        ),
    ]
    return Condition(area, next(iter(colours(style, "font", "color")), None), tuple(papers), masks)


def _colour(node: Any) -> Color | None:
    try:
        return Color(**{name: value for name, value in node.attrib.items() if name in ("rgb", "theme", "indexed", "tint")})
    except (TypeError, ValueError):
        return None
