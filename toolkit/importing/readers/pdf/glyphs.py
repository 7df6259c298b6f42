"""Tell fonts whose digits are not what the file says they are: a wrong ToUnicode map makes a 3 of what is printed as an 8.

In: a font as pdfminer reads it, and its dictionary. Out: whether the shapes of its glyphs, or the names of glyphs that the file
does not carry, contradict the digits that text extraction gives. Where it has no outlines to compare, ``printed_glyphs`` looks at
the page. Not covered: digits that a producer replaced by ones of nearly the same shape.

Source: ISO 32000-2, 9.6.5 (character encoding), 9.7.4 (CIDFonts), 9.10 (extraction of text content).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal
from weakref import WeakKeyDictionary

from pdfminer.pdffont import PDFCIDFont, PDFFont, PDFSimpleFont, PDFType3Font
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral

from toolkit.importing.readers.pdf.digit_shapes import Draw, Shape, doubt_of, shape_of

_CERTAIN, _LIKELY = 2.0, 1.4  # how much nearer glyphs must be to another digit than to their own: one, or two of them
_MOST_BYTES = 30_000_000
_MOST_CALLS = 400  # of subroutines in one glyph
_NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
Verdict = Literal["agrees", "misleads", "open"]
_judged: WeakKeyDictionary[PDFFont, Verdict] = WeakKeyDictionary()


def verdict_of(font: PDFFont, spec: Mapping[str, Any]) -> Verdict:
    """Whether the digits of a font agree with what is drawn; "open" where the file has no outlines to compare."""
    if font not in _judged:
        try:
            _judged[font] = _verdict(font, spec)
        except Exception:  # the reader of its page reports a broken font
            _judged[font] = "open"
    return _judged[font]


def _verdict(font: PDFFont, spec: Mapping[str, Any]) -> Verdict:
    claimed = _claimed_digits(font)
    if not claimed or isinstance(font, PDFType3Font):
        return "open"
    names = _glyph_names(spec)
    outlines = _outlines(font, spec, names)
    if outlines is None:
        others = (names[code] in _NAMES and names[code] != _NAMES[digit] for code, digit in claimed.items() if code in names)
        return "misleads" if any(others) else "open"
    comparisons = [[doubt_of(shape, digit) for shape in _shapes(outlines(code))] for code, digit in claimed.items()]
    doubts = [min(ways, default=0.0) for ways in comparisons]
    if max(doubts) > _CERTAIN or sum(doubt > _LIKELY for doubt in doubts) > 1:
        return "misleads"
    return "agrees" if all(comparisons) else "open"


def _claimed_digits(font: PDFFont) -> dict[int, int]:
    """The codes of a font that the file says are digits: by its ToUnicode map, without one by its encoding."""
    extracted: Mapping[int, str] = getattr(getattr(font, "unicode_map", None), "cid2unichr", {})
    if not extracted and isinstance(font, PDFSimpleFont):
        extracted = font.cid2unicode
    return {code: int(text) for code, text in extracted.items() if len(text) == 1 and text.isdecimal()}


def _glyph_names(spec: Mapping[str, Any]) -> dict[int, str]:
    """The names that the dictionary of a simple font gives to codes (Differences)."""
    encoding = resolve1(spec.get("Encoding"))
    differences = resolve1(encoding.get("Differences")) if isinstance(encoding, dict) else None
    names: dict[int, str] = {}
    code = 0
    for item in map(resolve1, differences or ()):
        if isinstance(item, int):
            code = item
        elif isinstance(item, PSLiteral):
            names[code] = str(item.name)
            code += 1
    return names


def _outlines(font: PDFFont, spec: Mapping[str, Any], names: Mapping[int, str]) -> Callable[[int], list[Draw]] | None:
    """What draws a code: one way, or several where the file leaves the glyph open; ``None`` without an embedded outline."""
    streams = ((kind, resolve1(font.descriptor.get(kind))) for kind in ("FontFile2", "FontFile3"))
    kind, stream = next(((kind, stream) for kind, stream in streams if isinstance(stream, PDFStream)), ("", None))
    data = stream.get_data() if stream is not None else b""
    if not data or len(data) > _MOST_BYTES:
        return None
    if kind == "FontFile2" or data[:4] in (b"OTTO", b"\0\1\0\0", b"true"):
        return _of_truetype(data, font, spec, names)
    return _of_cff(_cff(data), font, names)


def _of_truetype(
    data: bytes, font: PDFFont, spec: Mapping[str, Any], names: Mapping[int, str]
) -> Callable[[int], list[Draw]] | None:
    from fontTools.ttLib import TTFont

    file = TTFont(io.BytesIO(data), lazy=True, fontNumber=0)
    if "CFF " in file:
        return _of_cff(file["CFF "].cff, font, names)
    if "glyf" not in file:
        return None
    glyphs, outlines, order = file.getGlyphSet(), file["glyf"], file.getGlyphOrder()
    of_cid = _glyph_numbers(spec)

    def draw(name: str) -> list[Draw]:
        # a glyph of components is no plain digit, and may be a tree without end
        return [glyphs[name].draw] if name in glyphs and not outlines[name].isComposite() else []

    def of_code(code: int) -> list[Draw]:
        if isinstance(font, PDFCIDFont):
            number = of_cid(code)
            return draw(order[number]) if number < len(order) else []
        tables = [table.cmap for table in file["cmap"].tables] if "cmap" in file else []
        keys = [code, 0xF000 + code, *map(ord, getattr(font, "cid2unicode", {}).get(code, "")[:1])]
        entries = {table[key] for table in tables for key in keys if key in table} | (
            {names[code]} & {*order} if code in names else set()
        )
        return [way for name in sorted(entries) for way in draw(name)]

    return of_code


def _glyph_numbers(spec: Mapping[str, Any]) -> Callable[[int], int]:
    """The glyph of a CID (CIDToGIDMap), which is its number where no map says otherwise."""
    descendants = resolve1(spec.get("DescendantFonts"))
    below = resolve1(descendants[0]) if isinstance(descendants, list) and descendants else {}
    numbers = resolve1(below.get("CIDToGIDMap"))
    data = numbers.get_data() if isinstance(numbers, PDFStream) else None
    return lambda cid: cid if data is None else int.from_bytes(data[2 * cid : 2 * cid + 2], "big")


def _cff(data: bytes) -> Any:
    from fontTools.cffLib import CFFFontSet

    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(data), None)
    return fonts


def _of_cff(fonts: Any, font: PDFFont, names: Mapping[int, str]) -> Callable[[int], list[Draw]]:
    top = fonts[0]
    strings, order = top.CharStrings, top.charset

    def name_of(code: int) -> str:
        if isinstance(font, PDFCIDFont):
            if hasattr(top, "ROS"):
                return f"cid{code:05d}"
            return order[code] if code < len(order) else ""
        encoding = getattr(top, "Encoding", None)
        return names.get(code) or (encoding[code] if isinstance(encoding, list) else "")

    def of_code(code: int) -> list[Draw]:
        name = name_of(code)
        return [lambda pen: _run(strings[name], pen)] if name in strings else []

    return of_code


def _run(string: Any, pen: Any) -> None:
    """Draw a glyph of a CFF font, with a limit on its subroutines."""
    from fontTools.misc.psCharStrings import T2OutlineExtractor

    class Bounded(T2OutlineExtractor):  # type: ignore[misc]
        calls = 0

        def execute(self, string: Any) -> None:
            self.calls += 1
            if self.calls > _MOST_CALLS:
                raise ValueError("too many subroutines")
            super().execute(string)

    string.outlineExtractor = Bounded
    string.draw(pen)


def _shapes(ways: list[Draw]) -> Iterator[Shape]:
    for way in ways:
        shape = shape_of(way)
        if shape is not None:
            yield shape
