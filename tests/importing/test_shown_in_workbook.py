"""The figure that is shown is the figure: formats, rich text, hidden rows and columns, what floats over the cells."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.dimensions import ColumnDimension
from PIL import Image

from tests.importing.many_cells import CELL, MANY, MARK, mark_of, marked_report, read_marked, reading_of_mark, with_mark
from tests.importing.shapes import assert_as, report, wrong_cells, zip_of
from tests.importing.sheet_shapes import place_of, plain, rows_of_report, workbook
from toolkit.forms import PrintedCell
from toolkit.importing import CellReading, Imported, read_published
from toolkit.importing.readers.xlsx.looks import why_too_narrow
from toolkit.importing.readers.xlsx.number_formats import show_number
from toolkit.importing.recognition.cells import CUT_DECIMALS, TOO_NARROW, TOO_NARROW_GENERAL
from toolkit.report import Report

At = Callable[[Any, Any, int, int], None]


def read(raw: bytes, folder: Path) -> Imported:
    (folder / "年报.xlsx").write_bytes(raw)
    return read_published(folder / "年报.xlsx")


def reading(write: At, folder: Path, finish: At | None = None) -> CellReading:
    """What comes of the marked cell when it is written so; every other cell must be right."""
    of = with_mark()
    row, column = place_of(of, str(MARK))

    def cell(book: Any, sheet: Any, at: int, to: int, printed: PrintedCell, text: str) -> None:
        if text == str(MARK):
            write(book, sheet, at, to)
        else:
            plain(book, sheet, at, to, printed, text)

    got = read(workbook(of, cell, (lambda book, sheet: finish(book, sheet, row, column)) if finish else None), folder)
    assert wrong_cells(got, of).keys() <= {CELL, "applications.granted.total"}
    return reading_of_mark(got)


def number(value: float, code: str = "", **looks: Any) -> At:
    return lambda book, sheet, row, column: sheet.write_number(
        row, column, value, book.add_format({**looks, **({"num_format": code} if code else {})})
    )


def rich(*parts: tuple[str, dict[str, Any]]) -> At:
    def write(book: Any, sheet: Any, row: int, column: int) -> None:
        sheet.write_rich_string(row, column, *(item for text, looks in parts for item in (book.add_format(looks), text)))

    return write


def text(value: str, **looks: Any) -> At:
    return lambda book, sheet, row, column: sheet.write_string(row, column, value, book.add_format(looks))


def no_result(book: Any, sheet: Any, row: int, column: int) -> None:
    sheet.write_array_formula(row, column, row, column, "{=A1}", value="")


SHOWN: list[tuple[str, At, int]] = [
    ("plain", number(5), 5),
    ("as text", text("5"), 5),
    ("a format of three places", number(5, "000"), 5),
    ("thousands", number(1386, "#,##0"), 1386),
    ("a unit of counts", number(5, '0"件"'), 5),
    ("a unit behind a text", text("5", num_format='@"件"'), 5),
    ("shown in thousands", number(5000, "0,"), 5),
    ("rounded", number(4.6, "0"), 5),
    ("ten-thousandths", number(50_000, r"0\.0000"), 5),
    ("struck digits beside the new", rich(("8", {"font_strikeout": True}), ("5", {})), 5),
    ("white digits beside the new", rich(("8", {"font_color": "#FFFFFF"}), ("5", {"bold": True})), 5),
    ("tiny digits beside the new", rich(("8", {"font_size": 1}), ("5", {"bold": True})), 5),
    ("white on blue", number(5, font_color="#FFFFFF", bg_color="#1F4E79"), 5),
    ("raised as a whole", number(5, font_script=1), 5),
    ("red", number(5, "[Red]0", font_color="#FF0000"), 5),
    ("without a format, in capitals", number(5, "GENERAL"), 5),
    ("turned", number(5, rotation=90), 5),
    ("of a condition that holds", number(5, '[>3]0;[<=3]"-"'), 5),
    ("accounting", number(5, '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"_ ;_ @_ '), 5),
]
UNSURE: list[tuple[str, At]] = [
    ("money in yuan in a cell of counts", number(5, '0"元"')), ("percent", number(0.05, "0%")),
    ("hidden by its format", number(5, ";;;")), ("zero hidden by its format", number(0, "0;-0;;@")),
    ("Chinese numerals", number(5, "[DBNum1]General")), ("a date", number(5, "yyyy-mm-dd")), ("a day", number(5, "d")),
    ("a fraction", number(0.5, "# ?/?")), ("scientific", number(5, "0E+00")),
    ("negative without its sign", number(-5, "0;[Red]0")), ("brackets for a negative", number(-5, "0;(0)")),
    ("a font of signs", number(8, font_name="Wingdings")), ("a text in a font of signs", text("8", font_name="Webdings")),
    ("one digit in a font of signs", rich(("8", {"font_name": "Wingdings"}), ("5", {"bold": True}))),
    ("of a condition that holds, a dash", number(5, '[>3]"-";0')), ("another figure as its format", number(5, '"8"')),
    ("digits of another script", number(5, "[$-D000000]0")), ("a stroke over a digit", text("8\u03365")),
    ("a bar between", number(5, '0"/"0')), ("a line break of a Mac", text("2_x000D_5")),
    ("repeated over the cell", number(5, align="fill")), ("raised mark", rich(("275", {}), ("2", {"font_script": 1}))),
    ("lowered mark", rich(("275", {}), ("2", {"font_script": 2}))),
    ("small mark", rich(("275", {"font_size": 11}), ("2", {"font_size": 6}))),
    ("nearly white digits", rich(("8", {"font_color": "#E8E8E8"}), ("5", {"bold": True}))), ("two lines", text("275\n190")),
    ("a blank between", text("275 190")), ("a comma that is no thousands mark", text("1386,275")),
    ("a formula without a result", lambda book, sheet, row, column: sheet.write_formula(row, column, "=A1+1", value="")),
    ("an array formula without a result", no_result),
    ("a formula as text", text("=5+0")),
    ("an error", lambda book, sheet, row, column: sheet.write_formula(row, column, "=1/0", value="#DIV/0!")),
    ("true", lambda book, sheet, row, column: sheet.write_boolean(row, column, True)),
    ("white by its format", number(5, "[White]0")), ("white by its format, in Chinese", number(5, "[白色]0")),
    ("white by number", number(5, "[Color 2]0")), ("filled with dashes", number(5, "*-0")),
    ("filled with fives", number(5, "*50")),
    ("crossed out from corner to corner", number(5, diag_type=1, diag_border=1)), ("a tab of a Mac", text("2_x000B_5")),
    ("a letter that draws a blank", text("2\u31645")), ("a font of bars", number(5, font_name="Code39")),
    ("a picture that WPS keeps in a cell", text('=DISPIMG("ID_1",1)')),
]  # fmt: skip


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CellReading]:
    """The cells of all cases by their names, from a few workbooks."""
    folder = tmp_path_factory.mktemp("cells")
    cases = [(name, write) for name, write, *_ in (*SHOWN, *UNSURE)]
    pages = (cases[first : first + MANY] for first in range(0, len(cases), MANY))
    return {name: cell for page in pages for name, cell in _read_workbook(page, folder)}


def _read_workbook(cases: list[tuple[str, At]], folder: Path) -> list[tuple[str, CellReading]]:
    of, marked = marked_report(len(cases))
    writes = {str(mark_of(at)): write for at, (_, write) in enumerate(cases)}

    def cell(book: Any, sheet: Any, row: int, column: int, printed: PrintedCell, shown: str) -> None:
        if shown in writes:
            writes[shown](book, sheet, row, column)
        else:
            plain(book, sheet, row, column, printed, shown)

    return list(zip((name for name, _ in cases), read_marked(read(workbook(of, cell), folder), of, marked), strict=True))


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, _, value in SHOWN])
def test_shown(name: str, value: int, cells: dict[str, CellReading]) -> None:
    assert cells[name].value == value, cells[name]


@pytest.mark.parametrize("name", [name for name, _ in UNSURE])
def test_unsure(name: str, cells: dict[str, CellReading]) -> None:
    cell = cells[name]
    assert (cell.state, cell.value) == ("unclear", None), cell
    assert cell.why


@pytest.mark.parametrize("write", [number(5, font_strikeout=True), number(5, font_color="#FFFFFF"), number(5, font_size=1)])
def test_cell_whose_only_figure_is_not_shown(write: At, tmp_path: Path) -> None:
    """Struck out without another figure, or hidden: nobody can tell what was meant."""
    cell = reading(write, tmp_path)
    assert (cell.state, cell.value) == ("unclear", None)
    assert "划去或隐藏" in cell.why
    assert any("没有读入" in note for note in read_published(tmp_path / "年报.xlsx").notes)


def array_result(book: Any, sheet: Any, row: int, column: int) -> None:
    sheet.write_array_formula(row, column, row, column, "{=SUM(A1:A2)}", value=5)


def test_result_of_an_array_formula(tmp_path: Path) -> None:
    assert reading(array_result, tmp_path).value == 5


def picture() -> io.BytesIO:
    raw = io.BytesIO()
    Image.new("RGB", (20, 12), "black").save(raw, "PNG")
    raw.seek(0)
    return raw


def blank(book: Any, sheet: Any, row: int, column: int) -> None:
    pass


@pytest.mark.parametrize("under", [blank, number(5)])
@pytest.mark.parametrize("kind", ["picture", "text box"])
def test_what_floats_over_a_cell(under: At, kind: str, tmp_path: Path) -> None:
    def finish(book: Any, sheet: Any, row: int, column: int) -> None:
        if kind == "picture":
            sheet.insert_image(row, column, "n.png", {"image_data": picture(), "x_offset": 2, "y_offset": 2})
        else:
            sheet.insert_textbox(row, column, "275", {"width": 40, "height": 15})

    cell = reading(under, tmp_path, finish)
    assert (cell.state, cell.value) == ("unclear", None), cell


def test_text_box_with_a_sentence_is_text(tmp_path: Path) -> None:
    of = report()
    raw = workbook(
        of, finish=lambda book, sheet: sheet.insert_textbox(2, 3, "其中2件由派出所办理。", {"width": 300, "height": 60})
    )
    got = read(raw, tmp_path)
    assert_as(got, of)


@pytest.mark.parametrize(
    "rule",
    [
        {"type": "cell", "criteria": "==", "value": 5, "format": {"font_color": "#FFFFFF"}},
        {"type": "cell", "criteria": "==", "value": 5, "format": {"num_format": ";;;"}},
        {"type": "cell", "criteria": "==", "value": 5, "format": {"bg_color": "#000000"}},
        {"type": "cell", "criteria": "==", "value": 5, "format": {"font_color": "#FFFF00", "bg_color": "#FFFF00"}},
        {"type": "duplicate", "format": {"font_color": "#FFFFFF"}},
        {"type": "cell", "criteria": "==", "value": 5, "format": {"font_strikeout": True}},
        {"type": "icon_set", "icon_style": "3_arrows", "icons_only": True},
        {"type": "data_bar", "bar_only": True},
    ],
)
def test_conditional_format_that_hides(rule: dict[str, Any], tmp_path: Path) -> None:
    def finish(book: Any, sheet: Any, row: int, column: int) -> None:
        looks = {"format": book.add_format(rule["format"])} if "format" in rule else {}
        sheet.conditional_format(row, column, row, column, {**rule, **looks})

    assert reading(number(5), tmp_path, finish).state == "unclear"


def test_text_box_over_many_cells(tmp_path: Path) -> None:
    """A figure in it hides the cells under it, however large it is."""
    of = with_mark()
    row, column = place_of(of, str(MARK))
    got = read(
        workbook(of, finish=lambda book, sheet: sheet.insert_textbox(row, column, "5", {"width": 300, "height": 300})), tmp_path
    )
    cell = reading_of_mark(got)
    assert cell.state == "unclear"


def test_zeros_that_the_sheet_does_not_show(tmp_path: Path) -> None:
    of = report()
    got = read(workbook(of, finish=lambda book, sheet: sheet.hide_zero()), tmp_path)
    for address, cell in got.cells.items():
        assert cell.state == "unclear" if of.figures[address] == 0 else cell.value == of.figures[address]


def last_year(of: Report) -> Report:
    for address in of.form.cells:
        if address not in of.form.sums and of.form.cells[address].type == "count":
            of = of.with_value(address, 9_000)
    return of


@pytest.mark.parametrize("how", ["hidden", "no height", "grouped and folded", "filtered"])
def test_hidden_rows_of_last_year(how: str, tmp_path: Path) -> None:
    """Above each row of part three stands the one of last year, with the same label."""
    of, old = report(), last_year(report())
    book = load_workbook(io.BytesIO(workbook(of, merged=False)))
    sheet = book.worksheets[0]
    lines = rows_of_report(old)
    first = next(at for at, (text, _) in enumerate(lines) if text.startswith("四、"))
    start = next(at for at, (_, cells) in enumerate(lines) if any(text == "（一）予以公开" for _, text in cells))
    for at in reversed(range(start, first)):
        sheet.insert_rows(at + 1)
        for cell, shown in lines[at][1]:
            sheet.cell(at + 1, cell.column + 1, int(shown) if cell.address and shown else shown)
        sheet.row_dimensions[at + 1].height = None
    for at in range(start, first):
        line = sheet.row_dimensions[start + 1 + 2 * (at - start)]
        line.hidden = how != "no height"
        line.height = 0.5 if how == "no height" else None
        line.outlineLevel = how.startswith("grouped")
    raw = io.BytesIO()
    book.save(raw)
    got = read(raw.getvalue(), tmp_path)
    assert_as(got, of)
    assert any("隐藏" in note for note in got.notes)


def test_rows_without_a_height_where_unused_rows_are_hidden(tmp_path: Path) -> None:
    def finish(book: Any, sheet: Any) -> None:
        sheet.set_default_row(hide_unused_rows=True)

    assert_as(read(workbook(report(), finish=finish), tmp_path), report())


def test_rows_too_low_for_their_figures(tmp_path: Path) -> None:
    raw = io.BytesIO()
    book = load_workbook(io.BytesIO(workbook(report())))
    for row in range(1, 90):
        book.worksheets[0].row_dimensions[row].height = 4
    book.save(raw)
    assert read(raw.getvalue(), tmp_path).count()["unclear"] == len(report().form.cells)


@pytest.mark.parametrize(("down", "across"), [(1, 2), (2, 1), (1, 3)])
def test_merged_figures_move_no_other_figure(down: int, across: int, tmp_path: Path) -> None:
    """The cells behind a merged one are counted as one column too far to the left."""
    of = with_mark()
    row, column = place_of(of, str(MARK))
    book = load_workbook(io.BytesIO(workbook(of, merged=False)))
    book.worksheets[0].merge_cells(start_row=row + 1, start_column=column + 1, end_row=row + down, end_column=column + across)
    raw = io.BytesIO()
    book.save(raw)
    got = read(raw.getvalue(), tmp_path)
    wrong = {str(at): cell for at, cell in got.cells.items() if cell.value is not None and cell.value != of.figures[at]}
    assert wrong == {}
    assert reading_of_mark(got).state == "unclear"


@pytest.mark.parametrize("merged", [True, False])
def test_hidden_columns(merged: bool, tmp_path: Path) -> None:
    """Last year's figures in a hidden column before each column of figures."""
    of = report()
    book = load_workbook(io.BytesIO(workbook(of, merged=False)))
    sheet = book.worksheets[0]
    sheet.insert_cols(5)
    for row in range(1, sheet.max_row + 1):
        sheet.cell(row, 5, 99)
    sheet.column_dimensions["E"].hidden = True
    raw = io.BytesIO()
    book.save(raw)
    assert_as(read(raw.getvalue(), tmp_path), of)


def test_merged_area_whose_first_row_is_hidden(tmp_path: Path) -> None:
    """A label over two rows, of which the first is hidden: Excel shows it in the second."""
    of = report()
    raw = workbook(of, finish=lambda book, sheet: None)
    book = load_workbook(io.BytesIO(raw))
    sheet = book.worksheets[0]
    area = next(item for item in sheet.merged_cells.ranges if item.max_row > item.min_row)
    sheet.row_dimensions[area.min_row].hidden = True
    out = io.BytesIO()
    book.save(out)
    got = read(out.getvalue(), tmp_path)
    assert got.report is not None
    assert [str(a) for a in of.form.cells if got.report.figures[a] not in (of.figures[a], None)] == []


def parts_of(raw: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


STRICT = {
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties": "http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
    "http://schemas.openxmlformats.org/officeDocument/2006/": "http://purl.oclc.org/ooxml/officeDocument/",
    "http://schemas.openxmlformats.org/drawingml/2006/": "http://purl.oclc.org/ooxml/drawingml/",
}


def test_strict_workbook(tmp_path: Path) -> None:
    of = report()
    parts = parts_of(workbook(of))
    for old, new in STRICT.items():
        parts = {name: raw.replace(old.encode(), new.encode()) for name, raw in parts.items()}
    assert b"purl" in parts["xl/workbook.xml"]
    assert_as(read(zip_of(parts), tmp_path), of)


@pytest.mark.parametrize("kind", ["backslash", "upper case", "leading slash"])
def test_odd_names_of_parts(kind: str, tmp_path: Path) -> None:
    of = report()
    parts = parts_of(workbook(of))
    if kind == "upper case":
        parts = {name if name.startswith(("[", "_rels")) else name.replace("xl/", "XL/"): raw for name, raw in parts.items()}
    raw = zip_of({f"/{name}" if kind == "leading slash" else name: data for name, data in parts.items()})
    if kind == "backslash":
        raw = raw.replace(b"xl/worksheets/sheet1.xml", b"xl\\worksheets\\sheet1.xml").replace(
            b"xl/workbook.xml", b"xl\\workbook.xml"
        )
    assert_as(read(raw, tmp_path), of)


def test_escaped_characters(tmp_path: Path) -> None:
    assert reading(text("_x0035_"), tmp_path).value == 5


def why_narrow(value: float, width: float | None, code: str = "0", **looks: Any) -> str:
    """Why a number does not fit into a column of this width; ``looks``: of its font, or of its alignment."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    cell = sheet["A1"]
    cell.value, cell.number_format = value, code
    font = {key: looks.pop(key) for key in ("name", "sz") if key in looks}
    cell.font, cell.alignment = Font(**{"name": "Calibri", "sz": 11, **font}), Alignment(**looks)
    if width is not None:
        sheet.column_dimensions["A"] = ColumnDimension(sheet, width=width, min=1, max=1)
    return why_too_narrow(sheet, cell, show_number(value, code)[0], set())


@pytest.mark.parametrize(
    ("value", "width", "code", "looks", "why"),
    [
        (1_234_567, 4.7, "0", {}, TOO_NARROW),
        (1_234_567, 4.7, "0", {"wrap_text": True}, TOO_NARROW),  # Excel breaks texts into lines, never numbers
        (1_234_567, 6.7, "#,##0", {}, TOO_NARROW),
        (1_234_567, 7.7, '0"件"', {}, TOO_NARROW),
        (777_777, 9.7, "0", {"sz": 22}, TOO_NARROW),
        (1_234_567_890, None, "0", {}, TOO_NARROW),
        (1_234_567, 4.7, "0", {"name": "Arial Narrow"}, TOO_NARROW),
        (1_234_567, 5.7, "General", {}, TOO_NARROW_GENERAL),
        (1_234_567, 2.7, "General", {}, TOO_NARROW),
        (12.3456789, 5.7, "General", {}, CUT_DECIMALS),
        (777_777, 6.1, "General", {}, ""),  # near misses are read
        (777_777, 5.1, "0", {"name": "Arial Narrow"}, ""),
        (777_777, 2.7, "0", {"shrink_to_fit": True}, ""),
        (777_777, 2.7, "0", {"text_rotation": 90}, ""),
        (777_777, 4.7, "0", {"sz": 6}, ""),
        (777_777, None, "0", {}, ""),
        (12.34567, 7.7, "General", {}, ""),
    ],
)
def test_column_too_narrow_for_its_number(value: float, width: float | None, code: str, looks: dict[str, Any], why: str) -> None:
    assert why_narrow(value, width, code, **looks) == why


def test_merged_columns_are_as_wide_as_those_that_are_shown() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A1"].number_format = MARK, "0"
    sheet.column_dimensions["A"] = ColumnDimension(sheet, width=4, min=1, max=2)
    assert why_too_narrow(sheet, sheet["A1"], str(MARK), set()) == TOO_NARROW
    sheet.merge_cells("A1:B1")
    assert why_too_narrow(sheet, sheet["A1"], str(MARK), set()) == ""
    assert why_too_narrow(sheet, sheet["A1"], str(MARK), {2}) == TOO_NARROW


@pytest.mark.parametrize(("width", "state"), [(3.0, "unclear"), (8.43, "read")])
def test_figure_of_which_the_sheet_shows_hashes(width: float, state: str, tmp_path: Path) -> None:
    of = with_mark()
    got = read(workbook(of, finish=lambda book, sheet: sheet.set_column(place_of(of, str(MARK))[1], 12, width)), tmp_path)
    cells = {str(address): cell for address, cell in got.cells.items()}
    assert cells[CELL].state == state
    assert all(cell.value in (None, of.figures[address]) for address, cell in got.cells.items() if address in of.form.cells)


def test_comments_are_reported(tmp_path: Path) -> None:
    row, column = place_of(report(), "行政许可")
    got = read(workbook(report(), finish=lambda book, sheet: sheet.write_comment(row, column, "应为 275")), tmp_path)
    assert "有 1 条批注没有读入，请看是否涉及数字：“应为 275”" in got.notes
