"""Work out the colours of a workbook: plain ones, those of its palette, and those of its theme with their tints.

In: a colour as openpyxl reads it. Out: red, green and blue.

Source: ISO/IEC 29500-1, 18.8.3 (``bgColor``: theme, tint), 18.8.27 (indexed colours), 20.1.6.2 (colour scheme).
"""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from typing import Any

from openpyxl.styles.colors import COLOR_INDEX

from toolkit.importing.limits import CannotImport, parse_xml
from toolkit.importing.readers.shown import WHITE, Rgb, rgb

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
