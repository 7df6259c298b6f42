"""Workbooks that offices keep: without merged cells, with formulas, with hidden sheets."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from tests.importing.shapes import noticed, printed, report, wrong_cells
from toolkit.importing import read_published
from toolkit.report import Report


def by_hand(of: Report, path: Path, *, merged: bool) -> None:
    """Every table on its sheet with a title over it; without merged cells the cells they cover are empty."""
    book = Workbook()
    book.remove(book.active)
    for part in (part for part in of.form.parts if part.tables):
        sheet = book.create_sheet(f"{of.year + 1}年1月{part.heading[:10]}")  # the day of publication: the title tells the year
        sheet.append([of.title])
        for row in printed(of, part.key):
            for cell, text in row:
                value = float(text) if "." in text and cell.address else int(text) if cell.address else text
                sheet.cell(cell.row + 3, cell.column + 1, value)
                if merged and (cell.rowspan > 1 or cell.colspan > 1):
                    at = {"start_row": cell.row + 3, "start_column": cell.column + 1}
                    sheet.merge_cells(**at, end_row=cell.row + 2 + cell.rowspan, end_column=cell.column + cell.colspan)
    book.save(path)


def test_with_and_without_merged_cells(tmp_path: Path) -> None:
    for year in (2020, 2023):
        of = report(year)
        for merged in (True, False):
            by_hand(of, tmp_path / "报表.xlsx", merged=merged)
            got = read_published(tmp_path / "报表.xlsx")
            assert wrong_cells(got, of) == {}
            assert got.report is not None
            assert got.report.title == of.title


def test_formula_without_a_kept_result_is_unclear_and_a_hidden_sheet_reported(tmp_path: Path) -> None:
    of = report()
    file = tmp_path / "报表.xlsx"
    by_hand(of, file, merged=True)
    book = load_workbook(file)
    book.worksheets[1]["D6"] = "=1+1"
    book.create_sheet("底稿").sheet_state = "hidden"
    book.save(file)
    got = read_published(file)
    cell = next(reading for address, reading in got.cells.items() if str(address) == "applications.new.natural_person")
    assert (cell.state, cell.value) == ("unclear", None)
    assert "隐藏" in "".join(remark.message for remark in noticed(got))


def sheets_without_titles(reports: dict[str, Report], path: Path, title: str) -> None:
    """The parts of each report below their headings, on a sheet named after it; the workbook may have a title."""
    book = Workbook()
    book.properties.title = title
    book.remove(book.active)
    for name, of in reports.items():
        sheet = book.create_sheet(name)
        for part in of.form.parts:
            sheet.append([part.heading])
            for row in printed(of, part.key) if part.tables else ():
                sheet.append([])
                for cell, text in row:
                    sheet.cell(sheet.max_row + (cell is row[0][0]), cell.column + 1, text)
    book.save(path)


@pytest.mark.parametrize(
    ("names", "certain", "titled"),
    [
        (("2022年度", "2023年度"), True, True),
        (("22年", "23年"), True, False),
        (("上年", "本年"), True, False),
        (("Sheet1", "Sheet2"), False, True),
    ],
)
def test_sheets_that_only_their_names_tell_apart(names: tuple[str, str], certain: bool, titled: bool, tmp_path: Path) -> None:
    of, last = report(), report(2022)
    for at in of.form.cells:
        if at not in of.form.sums:
            last = last.with_value(at, 900)
    sheets_without_titles({names[0]: last, names[1]: of}, tmp_path / "报表.xlsx", of.title if titled else "")
    got = read_published(tmp_path / "报表.xlsx", year=2023)
    assert {str(at): cell for at, cell in got.cells.items() if cell.value not in (None, of.figures[at])} == {}
    assert got.count()["unclear" if not certain else "read"] == len(of.form.cells)
    assert {finding.code for finding in noticed(got)} & {"several-reports", "table-twice"}
