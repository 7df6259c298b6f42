"""One cell: what is a figure, and what may be two."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.importing.shapes import page, printed, report
from toolkit.forms import Column, all_forms
from toolkit.importing import read_published
from toolkit.importing.recognition.cells import CellReading, agreed, read_cell
from toolkit.importing.recognition.labels import match_text
from toolkit.importing.recognition.matching import read_table
from toolkit.importing.recognition.tables import find_tables, is_figure
from toolkit.importing.source import RawCell, make_grid

PARTS = ("disclosure", "applications", "disputes")
MONEY = next(column for column in all_forms()[-1].cells.values() if column.type == "money")
COUNT = next(column for column in all_forms()[-1].cells.values() if column.type == "count")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,386", 1386),
        ("1,386,275", 1386275),
        ("1，386件", 1386),
        ("1386,275", None),  # four digits before the comma
        ("12,34", None),
        ("3.00", 3),
        ("3.000", None),  # a dot between thousands
        ("1.386.000", None),
        ("1.000件", None),
        ("0.000", 0),
        ("0,1", None),
        ("1,386,27", None),
        ("3 120", None),  # a blank is no thousands mark
        ("275 190", None),
        ("275\t190", None),
        ("1,386 275", None),
    ],
)
def test_two_figures_are_never_one(raw: str, value: int | None) -> None:
    reading = read_cell(raw, COUNT, "第 1 行")
    assert reading.value == value
    assert (reading.state == "unclear") == (value is None)


@pytest.mark.parametrize(
    "sign", ["\u3164", "\u115f", "\uffa0", "\u180e", "\u2800", "\x0b", "\x0c", "\x85", "\x1f", "\x00", "\u2028\u2028"]
)
def test_signs_that_part_two_figures(sign: str) -> None:
    """Signs that draw a blank, and line ends of other programs, which a cleaning of the text takes out."""
    assert read_cell(f"2{sign}5", COUNT, "第 1 行").state == "unclear"


@pytest.mark.parametrize("text", ["\u202e52\u202c", "\u202b5-2", "\u206752\u2069"])
def test_marks_that_turn_digits_around(text: str) -> None:
    assert read_cell(text, COUNT, "第 1 行").state == "unclear"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("####", "列太窄"),
        ("#", "列太窄"),
        ("＃＃＃", "列太窄"),
        ("1E+05", "科学记数"),
        ("1.2E+05", "科学记数"),
        ("#DIV/0!", "公式出错"),
        ("#REF!", "公式出错"),
        ("Err:502", "公式出错"),
    ],
)
@pytest.mark.parametrize("column", [COUNT, MONEY])
def test_what_a_spreadsheet_shows_in_place_of_a_figure(raw: str, why: str, column: Column) -> None:
    """Such a cell is a figure of its row, of which nothing can be read; the row is not taken for more heads."""
    reading = read_cell(raw, column, "第 1 行")
    assert (reading.state, reading.value) == ("unclear", None)
    assert why in reading.why
    assert is_figure(match_text(raw))


@pytest.mark.parametrize("shown", ["####", "#", "1E+05"])
def test_tables_whose_columns_were_too_narrow(shown: str, tmp_path: Path) -> None:
    """As a spreadsheet writes them to a CSV file: every row is there, and every cell of it is unclear for that reason."""
    of = report()
    rows = [[text if cell.address is None else shown for cell, text in row] for part in PARTS for row in printed(of, part)]
    body = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows)
    (tmp_path / "年报.html").write_text(page(f"<h1>{of.title}</h1><table>{body}</table>"), encoding="utf-8")
    got = read_published(tmp_path / "年报.html")
    assert {str(at): cell for at, cell in got.cells.items() if cell.state != "unclear"} == {}
    assert sum("列太窄" in cell.why for cell in got.cells.values()) > 150


def test_a_doubtful_cell_is_unclear_whatever_its_text() -> None:
    rows = [["信息内容", "本年处理决定数量"], ["行政许可", "1386"]]
    cells = [[RawCell(text, doubtful="数字上面有图片" if text == "1386" else "") for text in row] for row in rows]
    (section,) = find_tables(make_grid(cells, "第 1 个表格", 1).rows).sections
    reading = next(iter(read_table(section, None).cells.values()))
    assert (reading.state, reading.value, reading.raw, reading.why) == ("unclear", None, "1386", "数字上面有图片")


def test_quotation_of_a_figure_that_is_there_many_times_stays_short() -> None:
    reading = CellReading("read", 1, "1", "第 1 行")
    for number in range(2, 2000):
        reading = agreed(reading, CellReading("read", number, str(number), f"第 {number} 行"), "这一行")
    assert reading.state == "unclear"
    assert len(reading.raw) < 250
