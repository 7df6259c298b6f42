"""The workbook reopened: merged heads, numbers, live totals, wrong totals marked, text that stays text."""

from __future__ import annotations

import io
import re
import zipfile

import openpyxl
import pytest
from openpyxl.cell import Cell as SheetCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from PIL import Image

from tests.exporters import stories
from tests.exporters.notebooks import notebook_of
from toolkit.exporters.document import make_document
from toolkit.exporters.notebook_exporters import XlsxExporter
from toolkit.exporters.xlsx.tables import TOP
from toolkit.exporters.xlsx.writing import set_xlsx
from toolkit.report.cell_text import CONTINUED
from toolkit.sections.blocks import Block, Cell, Front, Heading, Picture, Table, paragraph

TABLES = (stories.disclosure_table(), stories.applications_table(), stories.disputes_table())


def _open(*blocks: Block, values: bool = False, draft: bool = False) -> Workbook:
    raw = set_xlsx(make_document((stories.front(draft), *blocks)))
    return openpyxl.load_workbook(io.BytesIO(raw), data_only=values)


def _report(values: bool = False) -> Workbook:
    return _open(*stories.full_report_blocks()[1:], values=values)


def _sums_table(*numbers: str, sums: tuple[tuple[str, tuple[str, ...]], ...]) -> Table:
    """One row of figures with the addresses a, b, c …"""
    cells = tuple(Cell(0, at, number or "无", address=chr(97 + at), number=number) for at, number in enumerate(numbers))
    return Table("t", "表", 1, len(numbers), cells, sums=sums)


def _total(*numbers: str, sums: tuple[tuple[str, tuple[str, ...]], ...], at: int) -> tuple[SheetCell, SheetCell]:
    """The same cell as formula and as the value kept beside it."""
    table = _sums_table(*numbers, sums=sums)
    return tuple(_open(table, values=values)["表"].cell(TOP + 1, at + 1) for values in (False, True))  # type: ignore[return-value]


def test_the_same_report_gives_the_same_bytes() -> None:
    document = make_document(stories.full_report_blocks())
    assert set_xlsx(document) == set_xlsx(document)


def test_one_sheet_for_each_table_between_cover_and_text() -> None:
    assert _report().sheetnames == ["说明", *(table.label for table in TABLES), "文字部分"]


@pytest.mark.parametrize("table", TABLES, ids=[table.key for table in TABLES])
def test_cells_stand_and_merge_as_printed(table: Table) -> None:
    sheet = _report(values=True)[table.label]
    merged = {str(area) for area in sheet.merged_cells.ranges}
    for cell in table.cells:
        found = sheet.cell(TOP + cell.row + 1, cell.column + 1)
        assert found.value == (float(cell.number) if cell.number else cell.text), cell
        assert found.border.left.style == "thin"
        if cell.rowspan > 1 or cell.colspan > 1:
            end = sheet.cell(TOP + cell.row + cell.rowspan, cell.column + cell.colspan)
            assert f"{found.coordinate}:{end.coordinate}" in merged


def test_money_keeps_its_decimals() -> None:
    sheet = _report()["主动公开政府信息情况"]
    (money,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == 23246297.53]
    assert money.number_format == "0.00"


SUMS = (
    # reason, numbers, parts of the last one, formula
    ("parts that touch are one range", ("1", "2", "3", "6"), "abc", "=SUM(A3:C3)"),
    ("parts that do not touch", ("1", "9", "3", "4"), "ac", "=SUM(A3,C3)"),
    ("one part", ("1", "9", "3", "3"), "c", "=SUM(C3)"),
    ("money", ("0.10", "0.20", "5", "0.30"), "ab", "=SUM(A3:B3)"),
    ("changes may be negative", ("-4", "1", "9", "-3"), "ab", "=SUM(A3:B3)"),
)


@pytest.mark.parametrize(("reason", "numbers", "parts", "formula"), SUMS, ids=[case[0] for case in SUMS])
def test_a_total_is_a_formula_with_its_value_beside_it(reason: str, numbers: tuple[str, ...], parts: str, formula: str) -> None:
    live, kept = _total(*numbers, sums=(("d", tuple(parts)),), at=3)
    assert (live.value, kept.value) == (formula, float(numbers[3])), reason
    assert live.comment is None


def test_a_total_down_a_column_is_one_range() -> None:
    cells = tuple(Cell(at, 0, str(at), address=f"r{at}", number=str(at)) for at in range(3))
    table = Table("t", "表", 4, 1, (*cells, Cell(3, 0, "3", address="all", number="3")), sums=(("all", ("r0", "r1", "r2")),))
    assert _open(table)["表"].cell(TOP + 4, 1).value == "=SUM(A3:A5)"


def test_a_wrong_total_keeps_its_number_and_is_marked() -> None:
    live, kept = _total("1", "2", "4", sums=(("c", ("a", "b")),), at=2)
    assert live.value == kept.value == 4
    assert live.fill.start_color.rgb == "FFF8CBCB"
    assert live.comment is not None
    assert "各项之和为 3，相差 1" in live.comment.text


def test_a_total_right_by_row_and_wrong_by_column_is_marked() -> None:
    live, _ = _total("1", "2", "9", "3", sums=(("d", ("a", "b")), ("d", ("a", "c"))), at=3)
    assert live.value == 3
    assert "各项之和为 10，相差 7" in live.comment.text  # type: ignore[union-attr]


@pytest.mark.parametrize("numbers", [("1", "", "1"), ("", "", "0"), ("1", "2", "")])
def test_a_blank_part_is_not_zero(numbers: tuple[str, ...]) -> None:
    live, _ = _total(*numbers, sums=(("c", ("a", "b")),), at=2)
    assert live.value == (int(numbers[2]) if numbers[2] else "无")
    assert live.comment is None


def test_a_number_too_long_for_a_spreadsheet_stays_text() -> None:
    sheet = _open(_sums_table("12345678901234567890", sums=()))["表"]
    assert sheet.cell(TOP + 1, 1).value == "12345678901234567890"


HARMFUL = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    '=HYPERLINK("https://example.org")',
    "＝1+1",
    "{=1+1}",
    "https://example.org",
)
MARKUP = '<script>alert(1)</script> {{ 7*7 }} #emph[x] \\textbf{x} & "引" ]]> _x0041_'


@pytest.mark.parametrize("text", [*HARMFUL, MARKUP])
def test_text_is_text_whatever_it_begins_with(text: str) -> None:
    table = Table("t", text, 1, 2, (Cell(0, 0, text), Cell(0, 1, text, "stub")), caption=text)
    front = Front(text, text, 2023, "2021")
    raw = set_xlsx(make_document((front, Heading(1, text), paragraph(text), table)))
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        sheets = [file.read(name).decode() for name in file.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not any(re.search(r"<f>|<f ", sheet) for sheet in sheets)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == text]
    assert len(found) >= 6
    assert all(cell.data_type == "s" for cell in found)


@pytest.mark.parametrize("text", HARMFUL[:7])
def test_text_like_a_formula_stays_text_when_it_is_edited(text: str) -> None:
    book = _open(paragraph(text), Table("t", "表", 1, 1, (Cell(0, 0, text),)))
    for cell in (book["文字部分"]["A1"], book["表"].cell(TOP + 1, 1)):
        assert cell.quotePrefix
        assert cell.number_format == "@"


def test_very_long_texts_are_split_behind_sentences_and_lose_nothing() -> None:
    text = "全年主动公开政府信息，做到及时、准确。" * 11_000  # 209,000 characters
    sheet = _open(paragraph(text))["文字部分"]
    pieces = [str(row[0].value) for row in sheet.iter_rows()]
    assert [piece[0] == CONTINUED for piece in pieces] == [False] + [True] * (len(pieces) - 1)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == text
    assert max(map(len, pieces)) <= 32_767
    assert all(piece.endswith("。") for piece in pieces)


def test_control_characters_do_no_harm() -> None:
    book = _open(paragraph("甲\x00\x0b\x1b乙\ud800丙"), Table("t", "表\x01", 1, 1, (Cell(0, 0, "1\x02"),)))
    assert book["文字部分"]["A1"].value == "甲乙丙"
    assert book["表"].cell(TOP + 1, 1).value == "1"


NAMES = (
    ("characters Excel forbids", ("收/支[一]:*?\\表",), ["收 支 一     表"]),
    ("the same name twice, in any case", ("A表", "a表"), ["A表", "a表 (2)"]),
    ("longer than 31 characters", ("政" * 40, "政" * 40), ["政" * 31, "政" * 26 + " (2)"]),
    ("taken by our own sheets", ("说明",), ["说明 (2)"]),
    ("nothing left", ("'?'",), ["表"]),
)


@pytest.mark.parametrize(("reason", "labels", "names"), NAMES, ids=[case[0] for case in NAMES])
def test_sheets_get_names_that_excel_takes(reason: str, labels: tuple[str, ...], names: list[str]) -> None:
    tables = [Table("t", label, 1, 1, (Cell(0, 0, "1"),)) for label in labels]
    assert _open(*tables).sheetnames[1:-1] == names, reason


def test_heads_stay_in_sight_and_repeat_in_print() -> None:
    sheet: Worksheet = _report()["收到和处理政府信息公开申请情况"]
    assert sheet.freeze_panes == f"D{TOP + 4}"
    assert sheet.print_title_rows == f"${TOP + 1}:${TOP + 3}"
    # A4; as wide as one page (the default, so not written), as many pages as it takes
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, None, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage  # type: ignore[union-attr]


def test_the_cover_names_organ_year_and_edition() -> None:
    book = _report()
    cover = {row[0].value: row[1].value for row in book["说明"].iter_rows(min_row=2)}
    assert book["说明"]["A1"].value == stories.TITLE
    assert cover["机关名称"] == stories.ORGAN
    assert "2023年1月1日至2023年12月31日" in str(cover["统计年度"])
    assert "国办公开办函〔2021〕30号" in str(cover["报告格式"])
    assert book.properties.creator == stories.ORGAN
    assert book.properties.created is not None
    assert book.properties.created.year == 2024


def test_a_draft_says_so_on_every_printed_page() -> None:
    book = _open(*stories.full_report_blocks()[1:], draft=True)
    assert all("草稿" in str(sheet.oddHeader.right.text) for sheet in book)


def test_nbconvert_gets_the_same_bytes() -> None:
    out, resources = XlsxExporter().from_notebook_node(notebook_of(stories.full_report_blocks()))
    assert out == set_xlsx(make_document(stories.full_report_blocks()))
    assert resources["output_extension"] == ".xlsx"


def _png(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 50).save(out, "PNG", dpi=(100, 100))
    return out.getvalue()


@pytest.mark.parametrize(("width", "height"), [(200, 100), (6000, 1000), (300, 5000)], ids=["small", "wide", "tall"])
def test_a_picture_that_someone_added_is_on_the_sheet_of_text(width: int, height: int) -> None:
    sheet = _open(Picture(_png(width, height), "image/png", "照片"), paragraph("后文。"))["文字部分"]
    (image,) = sheet._images
    start, end = image.anchor._from, image.anchor.to
    assert (start.row, start.col) == (end.row, end.col), "within its row, which is as high as the picture"
    row = start.row + 1
    assert sheet.cell(row + 1, 1).value == "后文。"


def test_a_broken_picture_leaves_a_sentence() -> None:
    broken = (Picture(data, "image/png", "照片") for data in (b"nothing", b"\x89PNG\r\n\x1a\nxx", _png(200, 100)[:60]))
    sheet = _open(*broken)["文字部分"]
    assert [sheet.cell(row, 1).value for row in (2, 4, 6)] == ["（此图无法显示：照片）"] * 3
