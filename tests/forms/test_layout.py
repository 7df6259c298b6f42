"""The printed grid of both editions, label by label, against the labels as they stand on the form.

A grid is written here as it is printed: one line per row, cells between bars, ``2×3`` before the label of a cell that
spans two rows and three columns, and the addresses of figures shortened to ``·``.
"""

from __future__ import annotations

import pytest

from toolkit.forms import Form, PrintedTable, form_for_year, print_part
from toolkit.forms.layout import describe

DISCLOSURE_2021 = """
1×4 第二十条第（一）项
信息内容|本年制发件数|本年废止件数|现行有效件数
规章|·|·|·
行政规范性文件|·|·|·
1×4 第二十条第（五）项
信息内容|1×3 本年处理决定数量
行政许可|1×3 ·
1×4 第二十条第（六）项
信息内容|1×3 本年处理决定数量
行政处罚|1×3 ·
行政强制|1×3 ·
1×4 第二十条第（八）项
信息内容|1×3 本年收费金额（单位：万元）
行政事业性收费|1×3 ·
"""

DISCLOSURE_2019 = """
1×4 第二十条第（一）项
信息内容|本年新制作数量|本年新公开数量|对外公开总数量
规章|·|·|·
规范性文件|·|·|·
1×4 第二十条第（五）项
信息内容|上一年项目数量|本年增/减|处理决定数量
行政许可|·|·|·
其他对外管理服务事项|·|·|·
1×4 第二十条第（六）项
信息内容|上一年项目数量|本年增/减|处理决定数量
行政处罚|·|·|·
行政强制|·|·|·
1×4 第二十条第（八）项
信息内容|上一年项目数量|1×2 本年增/减
行政事业性收费|·|1×2 ·
1×4 第二十条第（九）项
信息内容|采购项目数量|1×2 采购总金额
政府集中采购|·|1×2 ·
"""

# parts of part three that both editions share
HEAD = """
3×3 （本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）|1×7 申请人情况
2×1 自然人|1×5 法人或其他组织|2×1 总计
商业企业|科研机构|社会公益组织|法律服务机构|其他
1×3 一、本年新收政府信息公开申请数量|·|·|·|·|·|·|·
1×3 二、上年结转政府信息公开申请数量|·|·|·|·|·|·|·
"""
RESULTS = """
1×2 （一）予以公开|·|·|·|·|·|·|·
1×2 （二）部分公开（区分处理的，只计这一情形，不计其他情形）|·|·|·|·|·|·|·
8×1 （三）不予公开|1.属于国家秘密|·|·|·|·|·|·|·
2.其他法律行政法规禁止公开|·|·|·|·|·|·|·
3.危及“三安全一稳定”|·|·|·|·|·|·|·
4.保护第三方合法权益|·|·|·|·|·|·|·
5.属于三类内部事务信息|·|·|·|·|·|·|·
6.属于四类过程性信息|·|·|·|·|·|·|·
7.属于行政执法案卷|·|·|·|·|·|·|·
8.属于行政查询事项|·|·|·|·|·|·|·
3×1 （四）无法提供|1.本机关不掌握相关政府信息|·|·|·|·|·|·|·
2.没有现成信息需要另行制作|·|·|·|·|·|·|·
3.补正后申请内容仍不明确|·|·|·|·|·|·|·
5×1 （五）不予处理|1.信访举报投诉类申请|·|·|·|·|·|·|·
2.重复申请|·|·|·|·|·|·|·
3.要求提供公开出版物|·|·|·|·|·|·|·
4.无正当理由大量反复申请|·|·|·|·|·|·|·
5.要求行政机关确认或重新出具已获取信息|·|·|·|·|·|·|·
"""
END = """
1×2 （七）总计|·|·|·|·|·|·|·
1×3 四、结转下年度继续办理|·|·|·|·|·|·|·
"""
OTHER_2021 = """
3×1 （六）其他处理|1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请|·|·|·|·|·|·|·
2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请|·|·|·|·|·|·|·
3.其他|·|·|·|·|·|·|·
"""
OTHER_2019 = """
1×2 （六）其他处理|·|·|·|·|·|·|·
"""
DISPUTES = """
1×5 行政复议|1×10 行政诉讼
2×1 结果维持|2×1 结果纠正|2×1 其他结果|2×1 尚未审结|2×1 总计|1×5 未经复议直接起诉|1×5 复议后起诉
结果维持|结果纠正|其他结果|尚未审结|总计|结果维持|结果纠正|其他结果|尚未审结|总计
·|·|·|·|·|·|·|·|·|·|·|·|·|·|·
"""


def lines(*pieces: str) -> list[str]:
    return [line for piece in pieces for line in piece.strip().splitlines()]


def applications(rows: int, other: str) -> list[str]:
    results = lines(RESULTS)
    return lines(HEAD, f"{rows}×1 三、本年度办理结果|{results[0]}", *results[1:], other, END)


GRIDS = [
    (2020, "disclosure", (18, 4, 0), lines(DISCLOSURE_2019)),
    (2020, "applications", (26, 10, 3), applications(20, OTHER_2019)),
    (2020, "disputes", (4, 15, 3), lines(DISPUTES)),
    (2024, "disclosure", (14, 4, 0), lines(DISCLOSURE_2021)),
    (2024, "applications", (28, 10, 3), applications(22, OTHER_2021)),
    (2024, "disputes", (4, 15, 3), lines(DISPUTES)),
]
IDS = [f"{year} {part}" for year, part, *_ in GRIDS]


def drawn(table: PrintedTable) -> list[str]:
    """A grid in the notation of this file."""
    rows: list[list[str]] = [[] for _ in range(table.rows)]
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        span = f"{cell.rowspan}×{cell.colspan} " if cell.rowspan * cell.colspan > 1 else ""
        rows[cell.row].append(span + ("·" if cell.address else cell.text))
    return ["|".join(row) for row in rows]


@pytest.mark.parametrize(("year", "part", "size", "expected"), GRIDS, ids=IDS)
def test_grid_is_printed_as_on_the_form(year: int, part: str, size: tuple[int, int, int], expected: list[str]) -> None:
    table = print_part(form_for_year(year), part)
    assert (table.rows, table.columns, table.head_rows) == size
    assert drawn(table) == expected


@pytest.mark.parametrize(("year", "part"), [case[:2] for case in GRIDS], ids=IDS)
def test_every_place_of_the_grid_is_covered_once(year: int, part: str) -> None:
    table = print_part(form_for_year(year), part)
    covered = [
        (cell.row + down, cell.column + across)
        for cell in table.cells
        for down in range(cell.rowspan)
        for across in range(cell.colspan)
    ]
    assert sorted(covered) == [(row, column) for row in range(table.rows) for column in range(table.columns)]


@pytest.mark.parametrize("form", [form_for_year(2020), form_for_year(2024)], ids=lambda form: form.id)
def test_the_three_grids_hold_every_figure_once_and_in_order(form: Form) -> None:
    parts = [part.key for part in form.parts if part.tables]
    printed = [cell.address for part in parts for cell in print_part(form, part).cells if cell.address]
    assert printed == list(form.cells)


@pytest.mark.parametrize("form", [form_for_year(2020), form_for_year(2024)], ids=lambda form: form.id)
def test_only_figures_have_an_address_and_only_labels_a_text(form: Form) -> None:
    for part in form.parts:
        for cell in print_part(form, part.key).cells if part.tables else ():
            assert (cell.role == "value") == (cell.address is not None) == (not cell.text)


def test_a_screen_reader_hears_row_and_column() -> None:
    form = form_for_year(2024)
    heard = [describe(form, address) for address in form.cells]
    assert "（三）不予公开1.属于国家秘密，自然人" in heard
    assert "行政诉讼复议后起诉，尚未审结" in heard
    assert len(set(heard)) == len(heard)
