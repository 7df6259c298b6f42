"""PDFs whose text says other digits than their glyphs show: their figures are unclear, and no other PDF is taken for one."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from importlib.metadata import distribution
from itertools import combinations
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from fontTools.pens.basePen import BasePen
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Stream

from tests.examples import sampled
from tests.importing.paper import draw_pdf, every_cell
from tests.importing.shapes import document, report
from tests.importing.test_pdf_shapes import filled
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.importing import read_published
from toolkit.importing.readers.pdf.digit_shapes import doubt_of, shape_of

Change = Callable[[pikepdf.Pdf, Dictionary], Dictionary]
FONTS = Path(str(distribution("matplotlib").locate_file("matplotlib/mpl-data/fonts/ttf")))
TEXT_FONTS = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono", "DejaVuSerif", "STIXGeneral", "STIXGeneralItalic", "STIXGeneralBol",
    "cmr10", "cmss10", "cmtt10",
)  # fmt: skip


def glyphs(name: str) -> list[Any]:
    """The ten digits of a font."""
    font = TTFont(FONTS / f"{name}.ttf")
    return [font.getGlyphSet()[font.getBestCmap()[ord(digit)]] for digit in "0123456789"]


@pytest.mark.parametrize("name", TEXT_FONTS)
def test_digits_are_distinguished(name: str) -> None:
    shapes = [shape_of(glyph.draw) for glyph in glyphs(name)]
    own = [doubt_of(shape, digit) for digit, shape in enumerate(shapes) if shape]
    assert max(own) < 1.2
    for one, other in combinations(range(10), 2):
        doubts = doubt_of(shapes[one], other), doubt_of(shapes[other], one)  # type: ignore[arg-type]
        assert max(doubts) > 2 or min(doubts) > 1.4, (one, other, doubts)


def map_of(digits: str) -> bytes:
    """A ToUnicode map of one-byte codes that calls the digits so."""
    lines = "\n".join(f"<{ord('0') + at:02x}> <{ord(digit):04x}>" for at, digit in enumerate(digits))
    return f"""/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def
1 begincodespacerange <00> <ff> endcodespacerange\n10 beginbfchar\n{lines}\nendbfchar endcmap end end""".encode()


def swapped(raw: bytes, one: str, other: str) -> bytes:
    """The PDF with two digits exchanged in every ToUnicode map that has both."""
    made = io.BytesIO()
    pair = {f"<{ord(digit):04x}>".encode(): f"<{ord(to):04x}>".encode() for digit, to in ((one, other), (other, one))}

    def exchanged(match: re.Match[bytes]) -> bytes:
        return match[1] + pair.get(match[2].lower(), match[2])

    with pikepdf.open(io.BytesIO(raw)) as pdf:
        for item in pdf.objects:
            if isinstance(item, Dictionary) and "/ToUnicode" in item:
                text = item.ToUnicode.read_bytes()
                item.ToUnicode.write(re.sub(rb"(<[0-9A-Fa-f]+>\s*)(<[0-9A-Fa-f]{4}>)", exchanged, text))
        pdf.save(made)
    return made.getvalue()


@pytest.mark.parametrize(("one", "other"), sampled([("3", "8"), ("1", "7"), ("5", "6"), ("0", "9")], every=4))
def test_swapped_digits_of_our_own_pdf_give_no_figure(one: str, other: str, tmp_path: Path) -> None:
    of = report(2024)
    (tmp_path / "年报.pdf").write_bytes(swapped(set_pdf(document(of)), one, other))
    got = read_published(tmp_path / "年报.pdf", year=2024)
    wrong = {str(at): cell for at, cell in got.cells.items() if cell.value is not None and cell.value != of.figures[at]}
    assert wrong == {}
    assert got.count()["unclear"] > 150
    assert got.form is not None
    assert any("字形不符" in seen.message for seen in got.form.observations)


def embedded(pdf: pikepdf.Pdf, name: str) -> Dictionary:
    """A simple TrueType font with its file."""
    file = Stream(pdf, (FONTS / f"{name}.ttf").read_bytes())
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name(f"/{name}"), Flags=32, FontBBox=[0, -200, 1000, 900], ItalicAngle=0, Ascent=900,
        Descent=-200, CapHeight=700, StemV=80, FontFile2=pdf.make_indirect(file),
    )  # fmt: skip
    return Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name(f"/{name}"), Encoding=Name.WinAnsiEncoding, FirstChar=32,
        LastChar=126, Widths=Array([556] * 95), FontDescriptor=pdf.make_indirect(descriptor),
    )  # fmt: skip


def drawn(change: Callable[[pikepdf.Pdf, Dictionary], Dictionary]) -> bytes:
    """A report drawn by hand, the font of its digits changed."""
    raw, _ = draw_pdf(filled(1), every_cell(filled(1).form, "plain"))
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(raw)) as pdf:
        fonts = pdf.pages[0].Resources.Font
        font = pdf.make_indirect(change(pdf, fonts.F1))
        for page in pdf.pages:
            page.Resources.Font.F1 = font
        pdf.save(made)
    return made.getvalue()


def with_map(digits: str, font: str = "") -> Callable[[pikepdf.Pdf, Dictionary], Dictionary]:
    def change(pdf: pikepdf.Pdf, old: Dictionary) -> Dictionary:
        made = embedded(pdf, font) if font else Dictionary(old)
        made.ToUnicode = pdf.make_indirect(Stream(pdf, map_of(digits)))
        return made

    return change


def standard(font: str, digits: str) -> Change:
    """One of the fonts that every viewer has."""

    def change(pdf: pikepdf.Pdf, old: Dictionary) -> Dictionary:
        made = with_map(digits)(pdf, old)
        made.BaseFont = Name(f"/{font}")
        return made

    return change


def with_names(digits: str) -> Callable[[pikepdf.Pdf, Dictionary], Dictionary]:
    """A font that is not in the file, whose encoding names the digits: these are drawn, whatever the map says."""
    names = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

    def change(pdf: pikepdf.Pdf, old: Dictionary) -> Dictionary:
        made = with_map(digits)(pdf, old)
        made.Encoding = Dictionary(Type=Name.Encoding, Differences=Array([48, *(Name(f"/{name}") for name in names)]))
        return made

    return change


def drawn_by_operators(
    digits: str, font: str = "DejaVuSans", *, upright: float = 1
) -> Callable[[pikepdf.Pdf, Dictionary], Dictionary]:
    """A Type 3 font, which draws each digit by operators of a page; the map calls them so."""

    def change(pdf: pikepdf.Pdf, old: Dictionary) -> Dictionary:
        procedures, names = Dictionary(), [f"/d{digit}" for digit in range(10)]
        for name, glyph in zip(names, glyphs(font), strict=True):
            pen = Operators()
            glyph.draw(pen)
            procedures[name] = pdf.make_indirect(Stream(pdf, f"1139 0 0 -500 1200 1600 d1 {' '.join(pen.operators)} f".encode()))
        return Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, -500, 1200, 1600],
            FontMatrix=[0.00049, 0, 0, 0.00049 * upright, 0, 0], CharProcs=procedures,
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([48, *map(Name, names)])),
            FirstChar=48, LastChar=57, Widths=Array([1139] * 10), Resources=Dictionary(),
            ToUnicode=pdf.make_indirect(Stream(pdf, map_of(digits))),
        )  # fmt: skip

    return change


class Operators(BasePen):  # type: ignore[misc]
    """Writes an outline as operators of a page."""

    def __init__(self) -> None:
        super().__init__(None)
        self.operators: list[str] = []

    def _moveTo(self, point: Any) -> None:  # noqa: N802
        self.operators.append(f"{point[0]} {point[1]} m")

    def _lineTo(self, point: Any) -> None:  # noqa: N802
        self.operators.append(f"{point[0]} {point[1]} l")

    def _curveToOne(self, first: Any, second: Any, end: Any) -> None:  # noqa: N802
        self.operators.append(" ".join(f"{x} {y}" for x, y in (first, second, end)) + " c")

    def _closePath(self) -> None:  # noqa: N802
        self.operators.append("h")


SWEEP = pytest.mark.sweep  # of two drawings of a kind


@pytest.mark.parametrize(
    ("change", "right", "why"),
    [
        (drawn_by_operators("0123456789"), True, "drawn by operators"),
        pytest.param(drawn_by_operators("0123456789", "cmr10"), True, "drawn by operators in another shape", marks=SWEEP),
        (drawn_by_operators("0128456739"), False, "drawn by operators, 3 and 8 are exchanged"),
        pytest.param(drawn_by_operators("1234567890"), False, "drawn by operators, all are moved by one", marks=SWEEP),
        (drawn_by_operators("0123456789", upright=-1), False, "drawn upside down"),
        (with_map("0128456739"), False, "a font that is not in the file, 3 and 8 are exchanged"),
        (standard("Helvetica-Oblique", "0123459786"), False, "slanted, 6 and 9 are exchanged"),
        pytest.param(standard("Helvetica-Oblique", "0123456789"), True, "slanted", marks=SWEEP),
        pytest.param(with_map("0123456789", "DejaVuSans"), True, "map and glyphs agree", marks=SWEEP),
        pytest.param(with_map("0123456789", "cmr10"), True, "in another font too", marks=SWEEP),
        (with_names("0123456789"), True, "map and names agree"),
        (with_map("0123456789"), True, "a font that is not in the file"),
        (with_map("0128456739", "DejaVuSans"), False, "3 and 8 are exchanged"),
        pytest.param(with_map("1234567890", "DejaVuSans"), False, "all digits are moved by one", marks=SWEEP),
        (with_names("0128456739"), False, "the names say what is drawn"),
    ],
)
def test_figures_of_a_hand_made_pdf(
    change: Callable[[pikepdf.Pdf, Dictionary], Dictionary], right: bool, why: str, tmp_path: Path
) -> None:
    of = filled(1)
    (tmp_path / "年报.pdf").write_bytes(drawn(change))
    got = read_published(tmp_path / "年报.pdf", year=2024)
    read = {at: cell.value for at, cell in got.cells.items() if cell.value is not None}
    assert {str(at): value for at, value in read.items() if value != of.figures[at]} == {}, why
    assert (len(read) > 150) is right, why


def test_widths_that_are_not_those_of_the_font(tmp_path: Path) -> None:
    """A viewer puts the digits elsewhere than the file says: the end of a figure is not where it is looked for."""

    def change(pdf: pikepdf.Pdf, old: Dictionary) -> Dictionary:
        return Dictionary(
            Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier, Encoding=Name.WinAnsiEncoding, FirstChar=32, LastChar=126,
            Widths=Array([500] * 95),
        )  # fmt: skip

    of = filled(1)
    (tmp_path / "年报.pdf").write_bytes(drawn(change))
    got = read_published(tmp_path / "年报.pdf", year=2024)
    assert [str(at) for at, cell in got.cells.items() if cell.value is not None and cell.value != of.figures[at]] == []
