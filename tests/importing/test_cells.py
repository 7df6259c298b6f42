"""One cell: what is a figure, and what may be two."""

from __future__ import annotations

import pytest

from toolkit.forms import all_forms
from toolkit.importing.recognition.cells import read_cell
from toolkit.importing.recognition.matching import read_table
from toolkit.importing.recognition.tables import find_tables
from toolkit.importing.source import RawCell, make_grid

COUNT = next(column for column in all_forms()[-1].cells.values() if column.type == "count")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,386", 1386),
        ("1,386,275", 1386275),
        ("1，386件", 1386),
        ("1386,275", None),  # four digits before the comma
        ("12,34", None),
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


def test_a_doubtful_cell_is_unclear_whatever_its_text() -> None:
    rows = [["信息内容", "本年处理决定数量"], ["行政许可", "1386"]]
    cells = [[RawCell(text, doubtful="数字上面有图片" if text == "1386" else "") for text in row] for row in rows]
    (section,) = find_tables(make_grid(cells, "第 1 个表格", 1).rows).sections
    reading = next(iter(read_table(section, None).cells.values()))
    assert (reading.state, reading.value, reading.raw, reading.why) == ("unclear", None, "1386", "数字上面有图片")
