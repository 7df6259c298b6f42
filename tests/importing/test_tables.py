"""Statutory tables found among the rows of a source: cut by pages, cut inside a row, among other tables."""

from __future__ import annotations

import pytest

from toolkit.forms import all_forms
from toolkit.importing.recognition.matching import read_table
from toolkit.importing.recognition.tables import find_tables, is_figure
from toolkit.importing.source import GridRow, GridSpot, RawCell, grid_of_spots, make_grid

HEAD = [
    ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况"],
    ["自然人", "法人或其他组织", "总计"],
]
ZEROS = ["0"] * 7


def rows(*grids: list[list[str]]) -> list[GridRow]:
    made = [make_grid([[RawCell(text) for text in row] for row in grid], f"第 {n} 页", n) for n, grid in enumerate(grids, 1)]
    return [row for grid in made for row in grid.rows]


def labels(*grids: list[list[str]]) -> list[str]:
    (section,) = find_tables(rows(*grids)).sections
    return [label.text for label in section.labels()]


def test_labels_that_a_page_break_cut_are_put_together() -> None:
    """The merged labels on the left end on the next page, beside a row that is whole; a head stands between."""
    above = [*HEAD, ["三、本年度办理结", "（三）不予", "1.属于国家秘密", *ZEROS]]
    below = [*HEAD, ["果", "公开", "2.其他法律行政法规禁止公开", *ZEROS]]
    assert labels(above, below)[-4:] == ["三、本年度办理结果", "（三）不予公开", "1.属于国家秘密", "2.其他法律行政法规禁止公开"]


WHOLE = "3.补正后申请内容仍不明确"
BLANKS = [""] * 7


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (["", "3.补正后申请内容", *ZEROS], ["", "仍不明确", *BLANKS]),
        (["", "3.补正后申清内容", *ZEROS], ["", "仍不明确", *BLANKS]),
        (["", WHOLE, *ZEROS], ["（四）无法提供", "仍不明确", *BLANKS]),
        (["", WHOLE, *BLANKS], ["", "仍不朋确", *ZEROS]),
        (["（四）无法提供", "3.补正后串请内容", *ZEROS], ["", WHOLE, *BLANKS]),
    ],
    ids=["halves", "one misread", "the upper completed by a reader of scans", "the lower misread", "the lower completed"],
)
def test_row_that_a_page_break_cut_is_one_row(above: list[str], below: list[str]) -> None:
    """A half of a label that is read as a row would have blanks for figures."""
    (section,) = find_tables(rows([*HEAD, above], [below, ["", "2.重复申请", *ZEROS]])).sections
    first, second = section.rows
    assert [first.texts[1].replace("\n", "").replace("清", "请"), *first.texts[2:]] == [WHOLE, *ZEROS]
    assert first.texts[0] == above[0] + below[0]
    assert second.texts[1] == "2.重复申请"


@pytest.mark.parametrize(("above", "states"), [("总计", {"read"}), ("备注", {"unclear"})])
def test_heads_of_part_four_that_a_page_break_cut_are_all_heads(above: str, states: set[str]) -> None:
    """The heads over two rows have their text above or below the break."""
    outcomes = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    upper = [["行政复议", "行政诉讼"], ["", "", "", "", above, "未经复议直接起诉", "复议后起诉"]]
    lower = [[*outcomes[:-1], "", *outcomes, *outcomes], [str(number) for number in range(15)]]
    (section,) = find_tables(rows(upper, lower)).sections
    cells = read_table(section, all_forms()[-1]).cells.values()
    assert {cell.state for cell in cells} == states
    assert states == {"unclear"} or [cell.value for cell in cells] == list(range(15))


def test_other_tables_are_left_aside_and_counted() -> None:
    other = [["渠道", "条数"], ["网站", "12"], ["合计", "12"]]
    found = find_tables(rows(other, [*HEAD, ["一、本年新收政府信息公开申请数量", *ZEROS]], other))
    assert [section.key for section in found.sections] == ["applications"]
    assert found.ignored == ("第 1 页第 2 行", "第 1 页第 3 行", "第 3 页第 2 行", "第 3 页第 3 行")


def test_figures_of_a_chart_below_part_four_are_none_of_its_rows() -> None:
    heads = [["行政复议", "行政诉讼"], ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]]
    (section,) = find_tables(rows([*heads, [str(number) for number in range(15)]], [["6"], ["1"]])).sections
    assert [len(row.cells) for row in section.rows] == [15]


def test_minus_that_a_scan_shows_before_a_count_is_doubted() -> None:
    """Somebody may have written it; in a file it is a figure for the checks."""
    for figure, picture, state in (("-65", b"png", "unclear"), ("-0", b"png", "unclear"), ("-65", b"", "read")):
        texts = [["信息内容", "本年处理决定数量"], ["行政许可", figure]]
        spots = [
            GridSpot(row, column, 1, 1, text, "", picture if row else b"")
            for row, line in enumerate(texts)
            for column, text in enumerate(line)
        ]
        (section,) = find_tables(grid_of_spots(spots, "", 1).rows).sections
        assert [cell.state for cell in read_table(section, all_forms()[-1]).cells.values()] == [state]


def test_what_can_only_be_a_figure() -> None:
    assert all(map(is_figure, ["0", "12件", "减4", "1,200", "23246297.53", "/", "—", "无"]))
    assert not any(map(is_figure, ["3.其他", "1.属于国家秘密", "", "第二十条第（一）项"]))
