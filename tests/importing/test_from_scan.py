"""Scans of printed reports: the data code gives every figure, the picture what can be read for certain, and never a guess."""

from __future__ import annotations

import io
import struct
import sys
import time
import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import product
from pathlib import Path
from random import Random

import cv2
import numpy
import pikepdf
import pytest
from PIL import ExifTags, Image, ImageDraw, ImageFont

from tests.examples import sampled
from tests.importing import scans
from tests.importing.scans import Look, Page, pages_of, pdf_file, pdf_of, png_file, random_report, tiff_file
from toolkit.core.fonts import find_fonts
from toolkit.importing import CannotImport, Imported, TooLarge, read_published
from toolkit.importing.limits import LIMITS
from toolkit.importing.published import import_source
from toolkit.importing.readers.scan import page_reading, reading
from toolkit.importing.readers.scan.cell_text import Ink, beside_figures, find_ink, is_clean, nearest_edge, sizes
from toolkit.importing.readers.scan.figure_reading import read_figures
from toolkit.importing.readers.scan.lines import whole_lines
from toolkit.importing.readers.scan.page_reading import PageReading, upright
from toolkit.importing.readers.scan.pictures import PagePicture, open_pages
from toolkit.importing.readers.scan.reading import read_scan
from toolkit.importing.readers.scan.recognising import Recognised, recogniser
from toolkit.importing.readers.scan.rulings import CellBox, find_tables
from toolkit.importing.readers.scan.straight import Page as StraightPage
from toolkit.importing.readers.scan.straight import Picture as StraightPicture
from toolkit.importing.readers.scan.straight import straighten
from toolkit.importing.source import Line
from toolkit.report import Report, read_report

SAMPLE = Path(__file__).resolve().parents[2] / "params/2024/云溪县/松石镇.yaml"
GREY = Look(150, "L", skew=1.5, jpeg=60)
LEVEL = Look(150, "L", jpeg=75)
DISCLOSURE, APPLICATIONS, DISPUTES, LAST = 2, 3, 5, -1  # pages of the sample


@cache
def story() -> tuple[Report, bytes]:
    """A report with figures of its own, printed with its data code."""
    report = random_report(read_report(SAMPLE), Random(19))
    return report, pdf_of(report)


@cache
def printed(place: int, look: Look = GREY) -> Page:
    (page,) = pages_of(story()[1], look, Random(place), [place if place >= 0 else 6])
    return page


def read(*pages: Page, year: int | None = None) -> Imported:
    return import_source(read_scan(pdf_file(pages), "扫描件.pdf"), year=year, name="扫描件")


@pytest.fixture
def only_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without the extra that recognises pictures."""
    monkeypatch.setattr(reading, "has_recogniser", lambda: False)
    monkeypatch.setitem(sys.modules, page_reading.__name__, None)  # to import it fails


@pytest.mark.usefixtures("only_code")
@pytest.mark.parametrize(
    "look",
    sampled(
        [
            GREY,
            Look(200, "1", skew=1, jpeg=0),
            Look(200, perspective=0.03, shadow=0.4, noise=6, jpeg=60),
            Look(150, jpeg=40, skew=3),
        ]
    ),
    ids=["grey", "fax", "photo", "skewed"],
)
def test_the_code_gives_every_figure_without_any_recogniser(look: Look) -> None:
    report, _ = story()
    found = read(printed(LAST, look))
    assert found.report is not None
    assert dict(found.report.figures) == dict(report.figures)
    assert (found.report.organ.name, found.year) == (report.organ.name, report.year)
    assert {reading.state for reading in found.cells.values()} <= {"read", "blank"}
    assert any("没有文字部分" in note and 'pip install "nianbao[ocr]"' in note for note in found.notes)


@pytest.mark.usefixtures("only_code")
@pytest.mark.parametrize(("x", "y", "mode"), [(0.3, 0.558, "RGB"), (0.35, 0.528, "RGB"), (0.3, 0.558, "L")])
def test_a_red_seal_over_the_codes_hides_none_of_them(x: float, y: float, mode: str) -> None:
    report, _ = story()
    found = read(scans.with_seal(printed(LAST, Look(200)), x, y).convert(mode))
    assert found.report is not None
    assert dict(found.report.figures) == dict(report.figures)


@pytest.mark.usefixtures("only_code")
def test_without_code_and_recogniser_a_sentence_says_what_to_install() -> None:
    with pytest.raises(CannotImport, match=r"没有找到数据码.*nianbao\[ocr\]"):
        read(printed(DISCLOSURE))


@pytest.mark.usefixtures("only_code")
@pytest.mark.parametrize("name", ["页.png", "页.jpg", "页.tif", "页.pdf"])
def test_every_kind_of_picture_is_detected_from_its_bytes(name: str, tmp_path: Path) -> None:
    page = printed(LAST)
    out = io.BytesIO()
    page.save(out, "JPEG")
    raw = {"png": png_file(page), "jpg": out.getvalue(), "tif": tiff_file([page, page]), "pdf": pdf_file([page])}
    (tmp_path / name).write_bytes(raw[name.rpartition(".")[2]])
    assert read_published(tmp_path / name).year == 2024


def put_text_behind(pdf: pikepdf.Pdf) -> None:
    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    pdf.pages[0].Resources.Font = pikepdf.Dictionary(F1=pdf.make_indirect(font))
    pdf.pages[0].contents_add(b"BT 3 Tr /F1 12 Tf 50 700 Td (recognised by the scanner 12 34 56) Tj ET")


@pytest.mark.usefixtures("only_code")
def test_text_that_the_scanner_put_behind_the_picture_does_not_count_beside_the_code(tmp_path: Path) -> None:
    report, _ = story()
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_file([printed(LAST)], 150))) as pdf:
        put_text_behind(pdf)
        pdf.save(out)
    (tmp_path / "扫描.pdf").write_bytes(out.getvalue())
    found = read_published(tmp_path / "扫描.pdf")
    assert found.report is not None
    assert dict(found.report.figures) == dict(report.figures)


@pytest.mark.usefixtures("only_code")
def test_two_reports_in_one_scan_are_named() -> None:
    report, _ = story()
    other = replace(report, organ=report.organ.model_copy(update={"name": "青禾县云水镇人民政府"}))
    (page,) = pages_of(pdf_of(other), GREY, Random(1), [6])
    found = read(printed(LAST), page)
    assert found.form
    assert any(item.code == "several-reports" and "云水镇" in item.message for item in found.form.observations)


@pytest.mark.parametrize(
    ("place", "table"),
    [(DISPUTES, "disputes"), pytest.param(APPLICATIONS, "applications", marks=pytest.mark.sweep)],
    ids=["15 cells", "the largest"],  # of which test_a_seal_over_the_table_hides_and_never_changes_figures reads most
)
def test_a_table_is_recognised_and_proven_by_its_sums(place: int, table: str) -> None:
    report, _ = story()
    found = read(printed(place), year=2024)
    cells = {address: reading for address, reading in found.cells.items() if address.table == table}
    assert {address: reading.value for address, reading in cells.items()} == {
        address: report.figures[address] for address in report.form.cells if address.table == table
    }
    assert {reading.state for reading in cells.values()} == {"proven"}
    assert all(reading.picture.startswith(b"\x89PNG") for reading in cells.values())


def among_text(place: int, page: Page, scanner: str) -> bytes:
    """The pages of the sample with tables, with text, but that at a place, which is the picture of a page."""
    scan, out = io.BytesIO(), io.BytesIO()
    page.convert("RGBA" if scanner == "JPXDecode" else page.mode).save(scan, "PDF", resolution=150)
    with pikepdf.open(io.BytesIO(story()[1])) as pdf, pikepdf.open(scan) as other:
        assert scanner.encode() in scan.getvalue()
        if place == APPLICATIONS:
            put_text_behind(other)
        pdf.pages[place : place + 1] = other.pages
        del pdf.pages[DISPUTES + 1 :], pdf.pages[:DISCLOSURE]
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("place", "table", "look", "scanner"),
    [
        pytest.param(DISCLOSURE, "documents", LEVEL, "JPXDecode", marks=pytest.mark.sweep),
        pytest.param(APPLICATIONS, "applications", LEVEL, "DCTDecode", marks=pytest.mark.sweep),
        (DISPUTES, "disputes", Look(200, "1", jpeg=0), "CCITTFaxDecode"),
    ],
    ids=["first", "amidst, with text of the scanner", "last"],
)
def test_a_scanned_page_among_pages_with_text_is_recognised(
    place: int, table: str, look: Look, scanner: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, _ = story()
    file = tmp_path / "年报.pdf"
    file.write_bytes(among_text(place, printed(place, look), scanner))
    found = read_published(file, year=2024)
    assert {address: cell.value for address, cell in found.cells.items()} == {at: report.figures[at] for at in report.form.cells}
    of_table = {cell.state for address, cell in found.cells.items() if address.table == table}
    assert of_table == ({"recognised"} if table == "documents" else {"proven"})
    assert {cell.state for cell in found.cells.values() if not cell.picture} == {"read"}
    assert any("是扫描的图片" in note for note in found.notes)
    monkeypatch.setattr(reading, "has_recogniser", lambda: False)
    unread = read_published(file, year=2024)
    assert {cell.state for address, cell in unread.cells.items() if address.table == table} == {"missing"}
    assert unread.form
    assert "page-unread" in {item.code for item in unread.form.observations}


def test_a_page_that_lies_on_its_side_is_read() -> None:
    report, _ = story()
    found = read(printed(DISCLOSURE, Look(100, "L")).rotate(90, expand=True), year=2024)
    figures = [(address, reading) for address, reading in found.cells.items() if address.table == "documents"]
    assert figures
    assert all(reading.value == report.figures[address] and reading.state == "recognised" for address, reading in figures)


def test_lines_of_a_table_on_its_side_are_read_as_letters_that_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Columns of a wide table that lies on its side are lines with a 一 for each line of the table, and read as certainly."""
    page = straighten(numpy.asarray(printed(DISCLOSURE).convert("RGB")))

    def read_on_the_side(lines: Sequence[StraightPicture]) -> list[Recognised]:
        return [Recognised("息一一一一一一件一", 0.6, 0.89) for _ in lines]

    reader = recogniser()
    monkeypatch.setattr(reader, "read", read_on_the_side)
    assert page_reading._legibility(page, reader) < 0.3


def test_a_page_whose_longest_lines_are_figures_is_turned_by_its_headings() -> None:
    page = numpy.full((1700, 2400), 255, numpy.uint8)
    for at in range(9):
        page[200 + 100 * at : 225 + 100 * at, 300 : 600 if at < 2 else 900] = 0

    class Reader:
        """Reads the shorter lines as words."""

        def read(self, lines: Sequence[StraightPicture]) -> list[Recognised]:
            headings = [line.shape[1] < 1.2 * 300 / 25 * 0.62 * 48 for line in lines]
            return [Recognised("主动公开政府信息情况" if heading else "150 260", 1.0, 1.0) for heading in headings]

    rgb = numpy.repeat(numpy.rot90(page, -1)[..., None], 3, 2)
    none = numpy.zeros(rgb.shape[:2], bool)
    turned = upright(StraightPage(rgb, rgb[..., 0], none, none), Reader())  # type: ignore[arg-type]
    assert (turned.gray == page).all()


@cache
def disclosure_as_read() -> Imported:
    return read(printed(DISCLOSURE, LEVEL), year=2024)


def _cell_box(page: Page, found: Imported, name: str) -> tuple[int, int]:
    """The middle of the picture of a cell on a page, found by its cut-out: both at half size, four times as fast."""
    (picture,) = (reading.picture for address, reading in found.cells.items() if str(address) == name)
    whole = numpy.asarray(page.convert("L").resize((850, round(850 * page.height / page.width))))
    part = numpy.asarray(Image.open(io.BytesIO(picture)).convert("L").reduce(2))
    _, _, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(whole, part, cv2.TM_CCOEFF_NORMED))
    scale = page.width / 850
    return round((x + part.shape[1] / 2) * scale), round((y + part.shape[0] / 2) * scale)


def test_a_figure_changed_after_printing_differs_from_the_code() -> None:
    report, _ = story()
    page, last = printed(DISCLOSURE, LEVEL), printed(LAST, LEVEL)
    address = next(each for each in report.form.cells if str(each) == "permits.permits.decisions")
    x, y = _cell_box(page, disclosure_as_read(), str(address))
    changed = page.copy()
    draw = ImageDraw.Draw(changed)
    draw.rectangle((x - 60, y - 14, x + 60, y + 14), fill=255)
    draw.text((x, y), "7777", fill=0, font_size=22, anchor="mm")
    found = read(changed, last)
    # the cut-out of a 0 is found in the first cell that holds one
    (item,) = found.differences  # and no cell that is as it was printed
    assert (item.in_code, item.on_paper, item.certain) == (str(report.figures[item.address]), "7777", True)
    assert item.picture.startswith(b"\x89PNG")
    assert found.cells[item.address].value == report.figures[item.address]


def test_a_seal_over_the_table_hides_and_never_changes_figures() -> None:
    report, _ = story()
    sealed = scans.with_seal(printed(APPLICATIONS, Look(150)), 0.62, 0.45)
    found = read(sealed, year=2024)
    for address, cell in found.cells.items():
        assert cell.value in (None, report.figures[address]), address
    assert sum(cell.state in ("recognised", "proven") for cell in found.cells.values()) > 120
    assert any(cell.state == "unclear" and "印章" in cell.why for cell in found.cells.values())


def test_a_form_filled_by_hand_is_refused() -> None:
    page = printed(DISCLOSURE, LEVEL).convert("RGB")
    found = disclosure_as_read()
    random = Random(4)
    draw = ImageDraw.Draw(page)
    for address, reading_ in found.cells.items():
        if reading_.picture:
            x, y = _cell_box(printed(DISCLOSURE, LEVEL), found, str(address))
            draw.rectangle((x - 25, y - 13, x + 25, y + 13), fill="white")
            size = random.randint(14, 30)
            draw.text(
                (x + random.randint(-9, 9), y + random.randint(-7, 7)), str(random.randint(0, 99)), (20, 30, 120), font_size=size
            )
    with pytest.raises(CannotImport, match="手写"):
        read(page, year=2024)


@pytest.mark.parametrize(
    ("paper", "line", "letter"),
    [((255, 255, 255), (40, 40, 40), True), ((219, 232, 244), (100, 115, 140), False), ((219, 232, 244), (100, 115, 140), True)],
)
def test_lines_are_found_around_a_coloured_row_and_letters_as_high_as_a_row_are_none(
    paper: tuple[int, ...], line: tuple[int, ...], letter: bool
) -> None:
    page = numpy.full((2_200, 1_700, 3), 255, numpy.uint8)
    page[100:138, 200:1_500] = paper
    for row in range(5):
        page[100 + 36 * row :][:2, 200:1_502] = line if row < 2 else 40
    for column in (200, 700, 1_100, 1_500):
        page[100:246, column : column + 2] = 40
    for left in (420, 460) if letter else ():  # 申, which touches the lines above and below
        page[136:173, left + 12 : left + 15] = page[144:146, left : left + 27] = 40
        page[152:154, left : left + 27] = page[160:162, left : left + 27] = 40
        page[144:162, [left, left + 1, left + 25, left + 26]] = 40
    (table,) = find_tables(straighten(page))
    assert [(cell.row, cell.column) for cell in table.cells] == [(row, column) for row in range(4) for column in range(3)]


@pytest.mark.parametrize(("start", "left"), [(262, 262), (200, 300)], ids=["a thin letter", "a mark further off"])
def test_a_line_of_print_begins_with_the_thin_letter_before_it(start: int, left: int) -> None:
    """一 before 、总体情况, which is as thin as dust."""
    page = Image.new("L", (1700, 400), 255)
    draw = ImageDraw.Draw(page)
    draw.rectangle((300, 100, 900, 130), fill=0)
    draw.line((start, 114, start + 26, 114), fill=0, width=2)
    gray = numpy.asarray(page)
    none = numpy.zeros(gray.shape, bool)
    (line,) = whole_lines(StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none), ())
    assert abs(line.left - left) <= 1


@pytest.mark.parametrize(("high", "apart", "lines"), [(26, 1, 3), (26, 2, 3), (26, 9, 3), (30, 0, 1)])
def test_lines_of_a_label_that_are_set_close_are_read_one_by_one(high: int, apart: int, lines: int) -> None:
    """Beside figures of 20 pixels."""
    gray = numpy.full((140, 300), 255, numpy.uint8)
    for number in range(lines):
        gray[10 + number * (high + apart) : 10 + number * (high + apart) + high, 20:240] = 0
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none)
    assert len(find_ink(page, CellBox(0, 0, 1, 1, 0, 0, 300, 140), 20).lines) == lines


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [((100, 20, 190, 40), (140, 42, 144, 62)), ((50, 62, 250, 65), (140, 20, 146, 60)), ((20, 20, 260, 46), (20, 47, 30, 73))],
    ids=["a figure under a long one", "a large figure that is underlined", "the last letter of a label"],
)
def test_a_narrow_letter_close_to_a_wide_line_is_not_lost(wide: tuple[int, ...], narrow: tuple[int, ...]) -> None:
    gray = numpy.full((140, 300), 255, numpy.uint8)
    for left, top, right, bottom in (wide, narrow):
        gray[top:bottom, left:right] = 0
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none)
    lines = find_ink(page, CellBox(0, 0, 1, 1, 0, 0, 300, 140), 20).lines
    assert min(top for _, top, _, _ in lines) <= narrow[1]
    assert max(bottom for *_, bottom in lines) >= narrow[3]


@pytest.mark.parametrize(
    ("left", "width", "clean"), [(-2, 200, True), (-2, 110, False), (1, 104, False), (10, 106, False), (10, 120, True)]
)
def test_a_figure_that_fills_its_cell_up_to_the_edge_may_be_longer(left: int, width: int, clean: bool) -> None:
    picture = Image.new("L", (width, 60), 255)
    ImageDraw.Draw(picture).text((left, 16), "101033", fill=0, font_size=28)
    gray = numpy.asarray(picture)
    none = numpy.zeros(gray.shape, bool)
    page, box = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none), CellBox(0, 0, 1, 1, 0, 0, width, 60)
    assert is_clean(page, find_ink(page, box), "101033", 20) is clean


@pytest.mark.parametrize(("text", "left", "clean"), [("10", 0, False), ("10", 6, True), ("30", 0, True)])
def test_a_first_digit_at_the_line_of_its_cell_may_be_the_blur_of_the_line(text: str, left: int, clean: bool) -> None:
    picture = Image.new("L", (200, 60), 255)
    draw = ImageDraw.Draw(picture)
    draw.text((left - draw.textbbox((0, 0), text, font_size=28)[0], 16), text, fill=0, font_size=28)
    gray = numpy.asarray(picture)
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none, none)
    assert is_clean(page, find_ink(page, CellBox(0, 0, 1, 1, 0, 0, 200, 60)), text, 20) is clean


@pytest.mark.parametrize(("high", "clean"), [(1.0, True), (0.4, False)])
def test_a_low_figure_that_stands_on_a_line_is_not_clean(high: float, clean: bool) -> None:
    gray = numpy.full((60, 120), 255, numpy.uint8)
    cv2.putText(gray, "5", (40, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.9 * high, (0,), max(1, round(3 * high)))
    cut = numpy.zeros(gray.shape, bool)
    cut[39:43] = True
    gray[cut] = 255
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none, cut)
    assert is_clean(page, find_ink(page, CellBox(0, 0, 1, 1, 0, 8, 120, 39)), "5", 22 * high) is clean


@pytest.mark.parametrize(("at", "clean"), [(None, True), (9, False), (16, False), (111, False), (126, True)])
def test_what_is_left_of_a_digit_on_a_line_shows_that_a_figure_in_the_middle_is_longer(at: int | None, clean: bool) -> None:
    """1273801 with both its 1 on the lines of a narrow cell would be 27380; the lines are painted white."""
    picture = Image.new("L", (130, 60), 255)
    draw = ImageDraw.Draw(picture)
    draw.text((20, 16), "27380", fill=0, font_size=28)
    left, _, right, _ = draw.textbbox((20, 16), "27380", font_size=28)
    if at is not None:
        draw.rectangle((at, 32, at + 1, 33), fill=0)
    gray = numpy.asarray(picture)
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none)
    box = CellBox(0, 0, 1, 1, round(left) - 6, 0, round(right) + 8, 60)
    assert is_clean(page, find_ink(page, box), "27380", 20) is clean


@pytest.mark.parametrize(
    ("text", "line", "clean"),
    [
        ("1", (0, 24), False),  # a 7 whose bar is gone with the line
        ("7", (38, 60), False),  # a 2 whose foot is gone
        ("7", (0, 24), True),
        ("1", (0, 18), True),  # a line that it does not touch
    ],
)
def test_a_figure_that_touches_a_line_may_be_another(text: str, line: tuple[int, int], clean: bool) -> None:
    gray = numpy.full((60, 120), 255, numpy.uint8)
    cv2.putText(gray, text, (40, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0,), 3)
    cut = numpy.zeros(gray.shape, bool)
    cut[slice(*line)] = True
    gray[cut] = 255
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none, cut)
    assert is_clean(page, find_ink(page, CellBox(0, 0, 1, 1, 0, 8, 120, 52)), text, 22) is clean


@pytest.mark.parametrize(("gap", "lean", "clean"), [(2, 6, False), (2, 0, True), (2, -4, True), (12, 6, True)])
def test_a_1_that_leans_under_a_line_may_be_a_7_without_its_bar(gap: int, lean: int, clean: bool) -> None:
    gray = numpy.full((60, 120), 255, numpy.uint8)
    cv2.line(gray, (50 + lean, 20), (50, 44), (0,), 3)
    top = numpy.flatnonzero((gray < 128).any(axis=1))[0]
    cut = numpy.zeros(gray.shape, bool)
    cut[top - gap - 1 : top - gap + 1] = True
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none, cut)
    assert is_clean(page, find_ink(page, CellBox(0, 0, 1, 1, 0, top - gap, 120, 56)), "1", 24) is clean


@pytest.mark.parametrize(("beyond", "clean"), [(0, True), (8, False)])
def test_a_figure_that_goes_on_behind_the_side_of_its_cell_is_longer(beyond: int, clean: bool) -> None:
    """820 of 8205, whose 0 was taken for a line: that side is painted white, and print is on both sides of it."""
    gray = numpy.full((60, 220), 255, numpy.uint8)
    for left in (62, 80):
        cv2.rectangle(gray, (left, 20), (left + 12, 40), (0,), 2)
    gray[20:41, 98:101] = 0
    gray[20:41, 104 : 104 + beyond] = 0
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none)
    assert is_clean(page, find_ink(page, CellBox(0, 0, 1, 1, 0, 8, 101, 52)), "001", 22) is clean


@pytest.mark.parametrize(("left", "right", "doubtful"), [(140, 199, {2}), (101, 160, {0}), (140, 197, set())])
def test_a_blank_beside_a_figure_that_reaches_the_line_between_them_is_in_doubt(
    left: int, right: int, doubtful: set[int]
) -> None:
    """19 whose 9 was cut by a stroke of it that was taken for a line: no cell of another row is in doubt."""
    places = product((0, 1), (0, 1, 2))
    boxes = [CellBox(row, column, 1, 1, 100 * column, 50 * row, 100 * column + 100, 50 * row + 40) for row, column in places]
    inks = [Ink(box, ((left, 10, right, 30),) if at == 1 else ()) for at, box in enumerate(boxes)]
    assert beside_figures(inks, {1}) == doubtful


@pytest.mark.parametrize(
    ("text", "line", "beyond", "clean"),
    [
        ("5", (39, 43), False, True),  # it stands on a line
        ("5", (39, 43), True, False),  # more of it may be below the line
        ("9", (36, 44), False, False),  # a thick line hides so much that a 9 may be a 0
        ("2", (19, 23), False, True),  # it hangs on a line
        ("0", (19, 23), False, False),  # a 6 without its top
    ],
)
def test_a_figure_on_a_line_is_clean_where_it_loses_little(text: str, line: tuple[int, int], beyond: bool, clean: bool) -> None:
    gray = numpy.full((60, 120), 255, numpy.uint8)
    cv2.putText(gray, text, (40, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0,), 3)
    if beyond:
        gray[line[1] : line[1] + 2, 44:54] = 0
    cut = numpy.zeros(gray.shape, bool)
    cut[slice(*line)] = True
    gray[cut] = 255
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none, cut)
    top, bottom = (line[1], 52) if line[0] < 30 else (8, line[0])
    assert is_clean(page, find_ink(page, CellBox(0, 0, 1, 1, 0, top, 120, bottom)), text, 22) is clean


@pytest.mark.parametrize("figures", ["1234567", ""])
def test_a_wide_page_with_nothing_but_the_end_of_a_table_is_not_turned(figures: str) -> None:
    """Its lines are all in cells: figures alone, or labels."""
    pixels = numpy.full((1700, 2400, 3), 255, numpy.uint8)
    for x in range(200, 2201, 250):
        cv2.line(pixels, (x, 200), (x, 500), (0, 0, 0), 3)
    for y in range(200, 501, 50):
        cv2.line(pixels, (200, y), (2200, y), (0, 0, 0), 3)
    for row, (x, digit) in product(range(6), enumerate(figures or "12")):
        cv2.putText(pixels, digit, (300 + 250 * x, 236 + 50 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0, 0, 0), 2)
    page = Image.fromarray(pixels)
    if not figures:
        font = ImageFont.truetype(str(find_fonts().chain("song")[-1].path), 30)
        for row, text in enumerate(("重复申请", "要求提供公开出版物", "无正当理由", "其他处理", "本机关不掌握", "总计")):
            ImageDraw.Draw(page).text((720, 208 + 50 * row), text, fill="black", font=font)
    straight = straighten(numpy.asarray(page))
    for quarters in (0, 2):
        assert numpy.array_equal(upright(straight.turned(quarters), recogniser()).gray, straight.gray)


@pytest.mark.parametrize(("shade", "clean"), [(150, True), (60, False)])
def test_a_figure_at_the_edge_of_its_cell_is_clean_where_only_blur_is_between(shade: int, clean: bool) -> None:
    gray = numpy.full((60, 120), 255, numpy.uint8)
    cv2.putText(gray, "5", (40, 48), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0,), 3)
    gray[50:52, 40:58] = shade
    cut = numpy.zeros(gray.shape, bool)
    cut[52:] = True
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none, cut)
    assert is_clean(page, find_ink(page, CellBox(0, 0, 1, 1, 0, 8, 120, 52)), "5", 22) is clean


@pytest.mark.parametrize(("text", "clean"), [("6", False), ("-6", True), ("4", True)])
def test_a_figure_whose_minus_was_not_read_is_not_clean(text: str, clean: bool) -> None:
    gray = numpy.full((60, 120), 255, numpy.uint8)
    cv2.putText(gray, text[-1], (50, 40), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (0,), 3)
    if "6" in text:
        gray[30:33, 40:48] = 200  # a thin stroke of a coarse copy
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none)
    assert is_clean(page, find_ink(page, CellBox(0, 0, 1, 1, 0, 0, 120, 60)), text, 22) is clean


def test_pages_are_read_side_by_side_and_come_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = {1: 0.2, 2: 0.0, 3: 0.0}

    def slow(page: PagePicture) -> PageReading:
        time.sleep(readings[page.number])
        return PageReading(page.number, page.number, (Line(str(page.number), ""),))

    monkeypatch.setattr(page_reading, "read_page", slow)
    pictures = [Image.new("L", (60, 80), shade) for shade in (200, 210, 220)]
    pages = reading.read_pages(pdf_file(pictures), "扫描件.pdf", LIMITS, (1, 2, 3))
    assert [piece.text for piece in pages.pieces if isinstance(piece, Line)] == ["1", "2", "3"]


def test_pages_before_one_that_is_over_a_limit_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        page_reading, "read_page", lambda page: PageReading(page.number, page.number, (Line(str(page.number), ""),))
    )
    raw = pdf_file([Image.new("L", (side, side), 200) for side in (60, 70, 80, 900)])
    pages = reading.read_pages(raw, "扫描件.pdf", replace(LIMITS, pixels=10_000), (1, 2, 3, 4))
    assert [piece.text for piece in pages.pieces if isinstance(piece, Line)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("readings", "certain"),
    [
        ([("8", 0.77), ("3", 0.8), ("8", 0.97)], False),  # a 3 of a fax
        ([("8", 0.77), ("8", 0.8), ("8", 0.97)], True),
        ([("8", 0.77), ("8", 0.8), ("8", 0.89)], False),
        ([("8", 0.99), ("8", 0.98), ("3", 0.5)], False),
    ],
)
def test_a_figure_counts_when_no_reading_of_it_is_another(readings: list[tuple[str, float]], certain: bool) -> None:
    picture = Image.new("L", (120, 60), 255)
    ImageDraw.Draw(picture).text((50, 16), "8", fill=0, font_size=28)
    gray = numpy.asarray(picture)
    none = numpy.zeros(gray.shape, bool)
    page = StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none)
    first, *later = [Recognised(text, certainty) for text, certainty in readings]

    class Reader:
        def read(self, lines: Sequence[StraightPicture]) -> list[Recognised]:
            return [later.pop(0) for _ in lines]

    inks = {0: find_ink(page, CellBox(0, 0, 1, 1, 0, 0, 120, 60))}
    (figure,) = read_figures(page, inks, {0: first}, Reader()).values()  # type: ignore[arg-type]
    assert (figure.text, not figure.doubt) == ("8", certain)


@pytest.mark.parametrize(
    ("offsets", "hidden"),
    [
        ([0, 2, -3], False),
        ([30, 31, 29], True),  # figures at the right edge of their cells
        ([], True),
    ],
)
def test_a_line_may_hide_a_thin_digit_where_figures_are_not_in_the_middle(offsets: list[int], hidden: bool) -> None:
    box = CellBox(0, 0, 1, 1, 0, 0, 100, 40)
    inks = [Ink(box, ((44 + offset, 10, 56 + offset, 30),)) for offset in offsets]
    assert (nearest_edge(inks, 20) > 5) is hidden


@pytest.mark.parametrize(("width", "high", "size"), [(84, 16, 0.8), (104, 20, 1.0), (84, 20, 1.0), (84, 13, 1.0), (60, 12, 1.0)])
def test_the_type_of_a_figure_is_smaller_when_it_fills_its_cell_and_is_as_low_as_it_is_narrow(
    width: int, high: int, size: float
) -> None:
    usual = {at: Ink(CellBox(0, at, 1, 1, 0, 0, 106, 40), ((47, 10, 59, 30),)) for at in range(3)}
    pairs = {at: Ink(CellBox(0, at, 1, 1, 0, 0, 106, 40), ((40, 10, 70, 30),)) for at in range(3, 6)}
    long = Ink(CellBox(0, 6, 1, 1, 0, 0, 106, 40), ((1, 10, 1 + width, 10 + high),))
    texts = {**dict.fromkeys(usual, "0"), **dict.fromkeys(pairs, "20"), 6: "232522"}
    assert sizes({**usual, **pairs, 6: long}, texts, 20)[6] == pytest.approx(size, abs=0.03)


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [([1, 2, 4], [3]), ([2, 1], []), ([0, 0, 3, 5, 6], [4]), ([0, 2, 0, 5], []), ([0, 5, 3], []), ([], [])],
)
def test_missing_pages_are_named_by_the_numbers_of_their_neighbours(numbers: list[int], missing: list[int]) -> None:
    assert reading.missing_pages(numbers) == missing


@pytest.mark.parametrize(("top", "lines"), [(2191, 1), (1000, 0)])
def test_a_low_line_at_the_foot_may_be_the_number_of_the_page(top: int, lines: int) -> None:
    gray = numpy.full((2400, 1700), 255, numpy.uint8)
    gray[top : top + 14, 1338:1455] = 0
    none = numpy.zeros(gray.shape, bool)
    assert len(whole_lines(StraightPage(numpy.stack([gray] * 3, axis=2), gray, none, none), ())) == lines


def deep(page: Page) -> dict[str, Page]:
    """A gray page in the modes that hold more than 256 shades, and as a negative."""
    gray = numpy.asarray(page.convert("L"))
    return {
        "I;16": Image.fromarray(gray.astype(numpy.uint16) * 257),
        "I": Image.fromarray(gray.astype(numpy.int32)),
        "I of 16 bits": Image.fromarray(gray.astype(numpy.int32) * 257),
        "F": Image.fromarray(gray.astype(numpy.float32)),
        "F of fractions": Image.fromarray(gray.astype(numpy.float32) / 255),
        "negative": Image.fromarray(255 - gray),
    }


@pytest.mark.parametrize("mode", ["I;16", "I", "I of 16 bits", "F", "F of fractions", "negative"])
def test_pages_of_more_than_256_shades_and_negatives_look_like_others(mode: str) -> None:
    page = Image.linear_gradient("L").point(lambda value: min(255, value + 150))
    out = io.BytesIO()
    deep(page)[mode].save(out, "TIFF")
    (opened,) = open_pages(out.getvalue(), "页.tif", LIMITS)
    assert numpy.abs(opened.rgb[..., 0].astype(int) - numpy.asarray(page)).max() <= 1


def test_a_page_on_a_dark_desk_is_no_negative() -> None:
    photo = Image.new("L", (400, 400), 20)
    photo.paste(235, (100, 60, 300, 340))
    out = io.BytesIO()
    photo.save(out, "PNG")
    (opened,) = open_pages(out.getvalue(), "页.png", LIMITS)
    assert opened.rgb[200, 200].tolist() == [235] * 3


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says to be huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (9_000, 9_000), (2**31 - 1, 2**31 - 1)])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    with pytest.raises((TooLarge, CannotImport)):
        list(open_pages(bomb(width, height), "图.png", LIMITS))


def test_too_many_pages_and_damaged_pictures_are_refused() -> None:
    small = Image.new("1", (10, 10))
    with pytest.raises(TooLarge, match="超过 60 页"):
        list(open_pages(tiff_file([small] * 61), "图.tif", LIMITS))
    whole = png_file(Image.new("L", (400, 400), 200))
    for raw in (whole[:60], whole[:-40], b"\xff\xd8\xff\xe0" + bytes(100), b"II*\0" + bytes(50)):
        with pytest.raises(CannotImport, match="图片"):
            list(open_pages(raw, "图.png", LIMITS))


@pytest.mark.parametrize(("across", "down"), [(204, 98), (204, 196), (100, 200)])
def test_a_fax_of_uneven_resolution_is_as_high_as_its_paper(across: int, down: int) -> None:
    page = Image.new("1", (round(8.27 * across), round(11.69 * down)), 1)
    out = io.BytesIO()
    page.save(out, "TIFF", compression="group3", dpi=(across, down))
    (opened,) = open_pages(out.getvalue(), "传真.tif", LIMITS)
    assert opened.rgb.shape[0] / opened.rgb.shape[1] == pytest.approx(11.69 / 8.27, rel=0.01)
    assert max(opened.rgb.shape[1] / 8.27, opened.rgb.shape[0] / 11.69) == pytest.approx(max(across, down), rel=0.01)


@pytest.mark.parametrize("kind", ["TIFF", "JPEG"])
def test_a_fax_that_was_put_in_sideways_is_as_wide_as_its_paper(kind: str) -> None:
    sideways = Image.Exif()
    sideways[ExifTags.Base.Orientation] = 6
    out = io.BytesIO()
    Image.new("L", (400, 600), 255).save(out, kind, dpi=(204, 102), exif=sideways)
    (opened,) = open_pages(out.getvalue(), "传真", LIMITS)
    assert opened.rgb.shape[:2] == (400, 1200)


@pytest.mark.parametrize("dpi", [(200, 200), (0, 98), (1, 5000)])
def test_a_picture_of_even_or_senseless_resolution_stays_as_it_is(dpi: tuple[int, int]) -> None:
    out = io.BytesIO()
    Image.new("L", (60, 80), 255).save(out, "TIFF", dpi=dpi)
    (opened,) = open_pages(out.getvalue(), "扫描.tif", LIMITS)
    assert opened.rgb.shape[:2] == (80, 60)


def test_a_page_that_is_packed_as_jbig2_is_opened() -> None:
    """JBIG2 as scanners write it in a PDF (ISO/IEC 14492): a page, and one region packed as a fax of Group 4."""
    page = Image.new("1", (160, 96), 1)
    ImageDraw.Draw(page).rectangle((40, 20, 119, 59), fill=0)
    (opened,) = open_pages(jbig2_file(page), "扫描.pdf", LIMITS)
    gray, (height, width) = opened.gray, opened.rgb.shape[:2]
    assert gray[height * 40 // 96, width // 2] < 20
    assert gray[height * 80 // 96, width // 2] > 235


def jbig2_file(page: Page) -> bytes:
    out = io.BytesIO()
    page.save(out, "TIFF", compression="group4", tiffinfo={278: page.height})  # packed with 1 for black, as JBIG2 has it
    with Image.open(io.BytesIO(out.getvalue())) as tiff:
        start, size = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    size_of_page = struct.pack(">II", *page.size)
    information = size_of_page + bytes(11)
    region = size_of_page + bytes(9) + b"\x01" + out.getvalue()[start : start + size]
    packed = b"".join(
        struct.pack(">IBBBI", number, kind, 0, 1, len(body)) + body
        for number, (kind, body) in enumerate(((48, information), (38, region)))
    )
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=page.size)
        image = pikepdf.Stream(
            pdf, packed, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=page.width, Height=page.height,
            ColorSpace=pikepdf.Name.DeviceGray, BitsPerComponent=1, Filter=pikepdf.Name.JBIG2Decode,
        )  # fmt: skip
        pdf.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Page=image))
        pdf.pages[0].Contents = pikepdf.Stream(pdf, f"q {page.width} 0 0 {page.height} 0 0 cm /Page Do Q".encode())
        made = io.BytesIO()
        pdf.save(made)
    return made.getvalue()
