"""Draw a report as a PDF by hand, every figure in a shape of its own: bold drawn twice, struck through, under a white box.

In: a report and, for each of its cells, how it is drawn. Out: the bytes of a PDF whose Chinese text is in a font that is
not embedded, as office programs write it, and whose rulings are plain strokes.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from tests.importing.shapes import preamble, printed
from toolkit.forms import Address, Form, PrintedCell
from toolkit.report import Report

WIDE, HIGH = 900.0, 1250.0
LEFT, TOP = 50.0, 1200.0
STUB, COLUMN, ROW = 130.0, 62.0, 26.0
SIZE = 9.0
DIGIT = 0.556 * SIZE
STOP = 0.278 * SIZE
Box = tuple[float, float, float, float]  # x0, y0, x1, y1 from the foot of the page


@dataclass
class Sheet:
    """One page being drawn: its operators, and the form fields on it."""

    ops: list[str] = field(default_factory=list)
    fields: list[tuple[Box, str]] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, *, size: float = SIZE, grey: float = 0, mode: int = 0) -> None:
        """Text from ``x``, its foot at ``y``: digits and signs in Helvetica, everything else in the Chinese font."""
        self.ops.append(f"BT {grey} g {mode} Tr 1 0 0 1 {x:.2f} {y:.2f} Tm")
        for run in _runs(text):
            latin = run.isascii()
            shown = f"({run})" if latin and not set(run) & set("()\\") else f"<{run.encode('utf-16-be').hex()}>"
            self.ops.append(f"/{'F1' if shown[0] == '(' else 'F2'} {size} Tf {shown} Tj")
        self.ops.append("0 Tr ET 0 g")

    def figure(self, box: Box, text: str, **more: float) -> float:
        """A figure in the middle of its cell; gives where it begins."""
        x = (box[0] + box[2]) / 2 - width_of(text) / 2
        self.text(x, self.foot(box), text, **more)  # type: ignore[arg-type]
        return x

    @staticmethod
    def foot(box: Box) -> float:
        return (box[1] + box[3]) / 2 - 3

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.6) -> None:
        self.ops.append(f"{width} w {x0:.2f} {y0:.2f} m {x1:.2f} {y1:.2f} l S")

    def fill(self, box: Box, grey: float) -> None:
        self.ops.append(f"{grey} g {box[0]:.2f} {box[1]:.2f} {box[2] - box[0]:.2f} {box[3] - box[1]:.2f} re f 0 g")

    def outlined(self, box: Box, text: str) -> None:
        """Digits as strokes and no text, as a program converts text to paths."""
        for at, _ in enumerate(text):
            x, y = (box[0] + box[2]) / 2 + 6 * at - 3 * len(text), self.foot(box)
            self.ops.append(f"1 w {x:.2f} {y:.2f} m {x:.2f} {y + 7:.2f} l {x + 4:.2f} {y + 7:.2f} l {x + 4:.2f} {y:.2f} l h S")


def width_of(text: str) -> float:
    """How wide a figure is in Helvetica."""
    return sum(STOP if character in ".," else DIGIT for character in text)


def _runs(text: str) -> list[str]:
    runs: list[str] = []
    for character in text:
        if runs and runs[-1][-1].isascii() == character.isascii():
            runs[-1] += character
        else:
            runs.append(character)
    return runs


Shape = Callable[[Sheet, Box, str], bool]


def plain(sheet: Sheet, box: Box, text: str) -> bool:
    sheet.figure(box, text)
    return True


def bold(sheet: Sheet, box: Box, text: str) -> bool:
    """PageDrawing twice, a third of a point apart."""
    x = sheet.figure(box, text)
    sheet.text(x + 0.3, sheet.foot(box), text)
    return True


def bolder(sheet: Sheet, box: Box, text: str) -> bool:
    """PageDrawing four times around its place."""
    x = sheet.figure(box, text)
    for right, up in ((0.5, 0), (0, 0.5), (0.5, 0.5)):
        sheet.text(x + right, sheet.foot(box) + up, text)
    return True


def shadowed(sheet: Sheet, box: Box, text: str) -> bool:
    """A grey shadow below and to the right."""
    x = (box[0] + box[2]) / 2 - width_of(text) / 2
    sheet.text(x + 1.2, sheet.foot(box) - 1.2, text, grey=0.7)
    sheet.figure(box, text)
    return True


def in_pieces(sheet: Sheet, box: Box, text: str) -> bool:
    """Every digit placed on its own."""
    x = (box[0] + box[2]) / 2 - width_of(text) / 2
    for at, character in enumerate(text):
        sheet.text(x + width_of(text[:at]), sheet.foot(box), character)
    return True


def struck_beside(sheet: Sheet, box: Box, text: str) -> bool:
    """An old figure struck through, the new one beside it."""
    y = sheet.foot(box)
    sheet.text(box[0] + 3, y, "87")
    sheet.line(box[0] + 2, y + 3.2, box[0] + 4 + 2 * DIGIT, y + 3.2)
    sheet.text(box[0] + 5 + 2 * DIGIT, y, text)
    return True


def struck_only(sheet: Sheet, box: Box, text: str) -> bool:
    x = sheet.figure(box, text)
    sheet.line(x - 1, sheet.foot(box) + 3, x + width_of(text) + 1, sheet.foot(box) + 3)
    return False


def white_before(sheet: Sheet, box: Box, text: str) -> bool:
    """A digit in the colour of the paper before the figure."""
    x = sheet.figure(box, text)
    sheet.text(x - DIGIT, sheet.foot(box), "9", grey=1)
    return True


def invisible_before(sheet: Sheet, box: Box, text: str) -> bool:
    """A digit that is not painted at all (text render mode 3) before the figure."""
    x = sheet.figure(box, text)
    sheet.text(x - DIGIT, sheet.foot(box), "9", mode=3)
    return True


def under_a_box(sheet: Sheet, box: Box, text: str) -> bool:
    """An old figure covered by a white box, the new one on the box."""
    sheet.figure(box, "8" + text)
    sheet.fill((box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1), 1)
    sheet.figure(box, text)
    return True


def covered(sheet: Sheet, box: Box, text: str) -> bool:
    """A figure covered by a white box, and nothing on it."""
    sheet.figure(box, text)
    sheet.fill((box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1), 1)
    return False


def cut_off(sheet: Sheet, box: Box, text: str) -> bool:
    """Digits outside a clipping path: a figure that is not printed whole."""
    middle = (box[0] + box[2]) / 2
    sheet.ops.append(f"q {box[0]:.2f} {box[1]:.2f} {middle - box[0] + DIGIT / 4:.2f} {ROW:.2f} re W n")
    sheet.figure(box, text + text)
    sheet.ops.append("Q")
    return False


def overprinted(sheet: Sheet, box: Box, text: str) -> bool:
    """Another figure printed over it."""
    sheet.figure(box, text)
    sheet.figure(box, "".join(str((int(digit) + 3) % 10) if digit.isdigit() else digit for digit in text))
    return False


def raised_mark(sheet: Sheet, box: Box, text: str) -> bool:
    """A note's mark of the same size, raised."""
    x = sheet.figure(box, text)
    sheet.text(x + width_of(text), sheet.foot(box) + 3, "2")
    return False


def small_mark(sheet: Sheet, box: Box, text: str) -> bool:
    """A note's mark in small type."""
    x = sheet.figure(box, text)
    sheet.text(x + width_of(text), sheet.foot(box) + 3, "2", size=5)
    return False


def two_lines(sheet: Sheet, box: Box, text: str) -> bool:
    """Two figures one under the other."""
    sheet.text(box[0] + 20, sheet.foot(box) + 6, text)
    sheet.text(box[0] + 20, sheet.foot(box) - 5, "190")
    return False


def two_figures(sheet: Sheet, box: Box, text: str) -> bool:
    """Two figures side by side."""
    sheet.text(box[0] + 4, sheet.foot(box), text)
    sheet.text(box[0] + 9 + width_of(text), sheet.foot(box), "7")
    return False


def slanted(sheet: Sheet, box: Box, text: str) -> bool:
    """A slanted line over the figure."""
    sheet.figure(box, text)
    sheet.line(box[0] + 3, box[1] + 3, box[2] - 3, box[3] - 3)
    return False


def off_the_page(sheet: Sheet, box: Box, text: str) -> bool:
    """A figure beside the paper on the same line."""
    sheet.text(WIDE + 20, sheet.foot(box), "41")
    sheet.text(-40, sheet.foot(box), "17")
    return plain(sheet, box, text)


def highlighted(sheet: Sheet, box: Box, text: str) -> bool:
    """A tint painted over the figure, which shines through."""
    x = sheet.figure(box, text)
    sheet.ops.append(f"q /Half gs 1 1 0 rg {x - 2:.2f} {box[1] + 3:.2f} {width_of(text) + 4:.2f} 18 re f Q")
    return True


def on_a_ground(sheet: Sheet, box: Box, text: str) -> bool:
    """White digits on a dark ground."""
    sheet.fill(box, 0.2)
    sheet.figure(box, text, grey=1)
    return True


def underlined(sheet: Sheet, box: Box, text: str) -> bool:
    x = sheet.figure(box, text)
    sheet.line(x - 1, sheet.foot(box) - 1.2, x + width_of(text) + 1, sheet.foot(box) - 1.2)
    return True


def spaced_out(sheet: Sheet, box: Box, text: str) -> bool:
    """Digits spread over the cell: one figure or two, nobody can tell."""
    for at, character in enumerate(text):
        sheet.text(box[0] + 5 + at * 2 * DIGIT, sheet.foot(box), character)
    return len(text) == 1


def too_wide(sheet: Sheet, box: Box, text: str) -> bool:
    """A figure that begins in the cell before; its cell and that one are then uncertain."""
    if len(text) == 1:
        return plain(sheet, box, text)
    sheet.text(box[0] - width_of(text) / 2 - 1, sheet.foot(box), text)
    return False


def as_picture(sheet: Sheet, box: Box, text: str) -> bool:
    x, y = (box[0] + box[2]) / 2 - 5, sheet.foot(box)
    sheet.ops.append(f"q 12 0 0 9 {x:.2f} {y:.2f} cm /Digits Do Q")
    return False


def as_paths(sheet: Sheet, box: Box, text: str) -> bool:
    sheet.outlined(box, text)
    return False


def in_a_field(sheet: Sheet, box: Box, text: str) -> bool:
    """The value of a form field, which has no appearance yet."""
    sheet.fields.append(((box[0] + 2, box[1] + 2, box[2] - 2, box[3] - 2), text))
    return True


SHAPES: Mapping[str, Shape] = {
    shape.__name__: shape
    for shape in (
        plain, bold, bolder, shadowed, in_pieces, struck_beside, struck_only, white_before, invisible_before, under_a_box,
        covered, cut_off, overprinted, raised_mark, small_mark, two_lines, two_figures, slanted, as_paths, in_a_field,
        off_the_page, highlighted, on_a_ground, underlined, spaced_out, too_wide, as_picture,
    )
}  # fmt: skip


def draw_pdf(
    of: Report, shape: Callable[[Address], Shape], *, ruled: bool = True, scanned: bool = False, descent: int = 0
) -> tuple[bytes, dict[Address, bool]]:
    """The report as a PDF, and for each cell whether its figure can be read for certain; blank cells can."""
    sheets = [Sheet()]
    certain: dict[Address, bool] = {}
    y = _lines(sheets[0], TOP, [of.title, preamble(of)])
    for part in of.form.parts:
        y = _lines(sheets[-1], y, [part.heading, *getattr(of.narrative, part.key, "").splitlines()])
        if part.tables:
            rows = printed(of, part.key)
            if y - len(rows) * ROW < 60:
                sheets.append(Sheet())
                y = TOP
            _draw_table(sheets[-1], y, rows, shape, certain, ruled=ruled)
            y -= len(rows) * ROW + 20
    if scanned:  # a picture of each page, and its text without paint
        for sheet in sheets:
            text = [op.replace(" 0 Tr ", " 3 Tr ") for op in sheet.ops if "BT" in op or "Tf" in op or "Tr" in op]
            sheet.ops = [f"q {WIDE} 0 0 {HIGH} 0 0 cm /Digits Do Q", *text]
    return _write(sheets, descent), certain


def _lines(sheet: Sheet, y: float, texts: list[str]) -> float:
    for text in texts:
        for start in range(0, len(text), 60):
            sheet.text(LEFT, y, text[start : start + 60], size=12)
            y -= 20
        y -= 4
    return y


def _draw_table(
    sheet: Sheet, top: float, rows: list[list[tuple[PrintedCell, str]]], shape: Callable[[Address], Shape],
    certain: dict[Address, bool], *, ruled: bool,
) -> None:  # fmt: skip
    figures = {cell.column for row in rows for cell, _ in row if cell.address}
    width = max(cell.column + cell.colspan for row in rows for cell, _ in row)
    edges = [LEFT]
    for column in range(width):
        edges.append(edges[-1] + (COLUMN if column in figures and width > 5 else STUB) * (0.8 if width > 12 else 1))
    for cell, text in (item for row in rows for item in row):
        box = edges[cell.column], top - (cell.row + cell.rowspan) * ROW, edges[cell.column + cell.colspan], top - cell.row * ROW
        if ruled:
            sheet.ops.append(f"0.6 w {box[0]:.2f} {box[1]:.2f} {box[2] - box[0]:.2f} {box[3] - box[1]:.2f} re S")
        if cell.address is None:
            _label(sheet, box, text)
        else:
            certain[cell.address] = shape(cell.address)(sheet, box, text) if text else True


def _label(sheet: Sheet, box: Box, text: str) -> None:
    size = 7.0
    room = max(1, int((box[2] - box[0] - 4) / size))
    lines = [text[start : start + room] for start in range(0, len(text), room)]
    for at, line in enumerate(lines):
        step = min(size, (box[3] - box[1] - 2) / len(lines))
        sheet.text(box[0] + 2, box[3] - 1 - step * (at + 1), line, size=min(size, step))


def _write(sheets: list[Sheet], descent: int) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        fonts = _fonts(pdf, descent)
        for sheet in sheets:
            pdf.add_blank_page(page_size=(WIDE, HIGH))
            page = pdf.pages[-1]
            page.Contents = Stream(pdf, "\n".join(sheet.ops).encode())
            digits = Stream(
                pdf, bytes(at * 37 % 256 for at in range(48)), Type=Name.XObject, Subtype=Name.Image, Width=8, Height=6,
                ColorSpace=Name.DeviceGray, BitsPerComponent=8,
            )  # fmt: skip
            page.Resources = Dictionary(
                Font=fonts, ExtGState=Dictionary(Half=Dictionary(ca=0.4)), XObject=Dictionary(Digits=digits)
            )
            _add_fields(pdf, page, sheet, fonts)
        pdf.save(made)
    return made.getvalue()


def _fonts(pdf: pikepdf.Pdf, descent: int) -> Dictionary:
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=Name("/STSong-Light"), Flags=6, FontBBox=[-25, -254, 1000, 880], ItalicAngle=0,
        Ascent=880, Descent=-120, CapHeight=880, StemV=93,
    )  # fmt: skip
    below = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=Name("/STSong-Light"), DW=1000, FontDescriptor=descriptor,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("GB1"), Supplement=0),
    )  # fmt: skip
    chinese = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/STSong-Light-UniGB-UCS2-H"), Encoding=Name("/UniGB-UCS2-H"),
        DescendantFonts=[below],
    )  # fmt: skip
    latin = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    if descent:  # a font of its own, which says so much of how far its letters reach below the baseline
        latin.BaseFont = Name("/Office")
        latin.FirstChar, latin.LastChar, latin.Widths = 32, 126, Array([556] * 95)
        latin.FontDescriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=Name("/Office"), Flags=32, FontBBox=[0, descent, 1000, 900], ItalicAngle=0,
            Ascent=900, Descent=descent, CapHeight=700, StemV=80,
        )  # fmt: skip
    return Dictionary(F1=pdf.make_indirect(latin), F2=pdf.make_indirect(chinese))


def _add_fields(pdf: pikepdf.Pdf, page: pikepdf.Page, sheet: Sheet, fonts: Dictionary) -> None:
    if not sheet.fields:
        return
    if "/AcroForm" not in pdf.Root:
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([]), NeedAppearances=True, DR=Dictionary(Font=Dictionary(Helv=fonts.F1)), DA=String("/Helv 9 Tf 0 g")
        )
    page.obj.Annots = Array([])
    for number, (box, text) in enumerate(sheet.fields):
        field_ = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String(f"{len(pdf.pages)}_{number}"), V=String(text),
            Rect=list(box), F=4, DA=String("/Helv 9 Tf 0 g"), P=page.obj,
        )  # fmt: skip
        made = pdf.make_indirect(field_)
        page.obj.Annots.append(made)
        pdf.Root.AcroForm.Fields.append(made)


def every_cell(form: Form, name: str) -> Callable[[Address], Shape]:
    """All cells in one shape."""
    return lambda address: SHAPES[name]
