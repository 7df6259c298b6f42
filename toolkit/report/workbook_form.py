"""The form as a workbook (Excel 填报表): for clerks without Jupyter; the import reads the filled-in workbook.

In: a report, blank or begun. Out: the bytes of an .xlsx: labels locked, totals as formulas, whole numbers only, the
identities in red when they do not hold. The sheets carry the same labels as the printed form, so the importer reads
them like any other report; what the printed form has no cell for (level, channels) has a separate sheet.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from toolkit.core.errors import UsageError
from toolkit.core.files import save_bytes
from toolkit.forms import Address, Form, PrintedCell, PrintedTable, print_part
from toolkit.report.model import LARGEST, LEVEL_NAMES, Organ, Report
from toolkit.report.starting import NewParams, first_report, params_path

FACTS_SHEET, TEXT_SHEET, HELP_SHEET = "基本情况", "文字部分", "填写说明"
MARK = "nianbao-form"  # among the file's properties: this workbook is our form
FACTS: tuple[tuple[str, str], ...] = (
    ("year", "报告年度"), ("name", "机关全称"), ("level", "层级"), ("office", "联系科室"), ("address", "地址"),
    ("phone", "联系电话"), ("published_at", "公开网站"), ("published_on", "公开日期"),
)  # fmt: skip
_HINTS = {
    "name": "写标题里的全称，如 云水县清河镇人民政府",
    "published_at": "年报在哪里公开，如 云水县人民政府网站",
    "published_on": "写成 2025-01-20 的样子；还没公开的不填",
}
CHANNEL_HEADS = ("渠道", "条数", "约数（余、约）")
CHANNEL_ROWS = 12
BALANCE = "勾稽差额"
TEXT_ROWS = {"overview": 60, "problems": 30, "other": 15}
_HELP = (
    "1. 在“基本情况”“表二”“表三”“表四”“文字部分”各表的白色格里填写；灰色格是表头和公式，不能改。",
    "2. 没有发生的填 0，不要留空；只填数字，不写单位和符号。总计自动计算。",
    "3. 表三最下面一行“勾稽差额”应全部为 0；不为 0 的列会变红：本年新收＋上年结转，应等于办理结果总计＋结转下年度。",
    "4. “文字部分”一段一行，写不下会自动换行；小标题以（一）1.（1）开头。从 Word 粘贴时先按 F2 或双击，再粘贴文字。",
    "5. 下面三行都是 0 才算填完。保存后把本文件交给县政务公开办，由他们导入；也可以自己运行 nianbao import 本文件。",
)
_SHEET_WIDTH = 135  # of a table whose columns differ, in digits
_NARROWEST = 9


def new_workbook(params: Path, year: int, place: str) -> NewParams:
    """Write ``params/<year>/<place>.xlsx`` with last year's organ and carried-over figures.

    Raises:
        UsageError: the place is no ``jurisdiction/organ``, or the workbook is there already (it is left alone).
        ParamsUnreadable: last year's params are there but cannot be read.
        NoSuchForm: no edition serves the year.
    """
    path = params_path(params, year, place).with_suffix(".xlsx")
    if path.exists():
        raise UsageError(
            f"{year} 年的“{place}”的 Excel 填报表“{path.name}”已经有了，没有改动：请打开它接着填；要重新填的，先把它移到别处"
        )
    report, is_carried = first_report(params_path(params, year - 1, place), year, Organ(name=path.stem))
    save_bytes(path, set_workbook(report))
    return NewParams(path, is_carried)


def set_workbook(report: Report) -> bytes:
    """The form of a report's year as a workbook, with the report's figures and words in it."""
    raw = io.BytesIO()
    book = Workbook(raw, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": report.title, "subject": "政府信息公开工作年度报告填报表", "keywords": MARK})
    looks = _Looks(book)
    printed = [print_part(report.form, part.key) for part in report.form.parts if part.tables]
    _write_help(book, looks, report, printed)
    _write_facts(book, looks, report)
    for table in printed:
        _write_table(book, looks, report, table)
    _write_text(book, looks, report)
    book.close()
    return raw.getvalue()


class _Looks:
    """The formats of one workbook: cells to fill in are white and unlocked, all others grey and locked."""

    def __init__(self, book: Workbook) -> None:
        base: dict[str, Any] = {"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "vcenter", "border": 1}
        grey = {**base, "bg_color": "#EFEBE4", "align": "center"}
        self.title = book.add_format({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"})
        self.help = book.add_format({"font_name": "宋体", "font_size": 12, "text_wrap": True, "valign": "top"})
        self.head = book.add_format({**grey, "font_name": "黑体"})
        self.heading = book.add_format({**grey, "font_name": "黑体", "align": "left"})
        self.total = book.add_format({**grey, "bold": True, "num_format": "0"})
        self.count = book.add_format({**base, "align": "center", "locked": False, "num_format": "0"})
        self.money = book.add_format({**base, "align": "center", "locked": False, "num_format": "0.00####"})
        self.text = book.add_format({**base, "valign": "top", "locked": False, "num_format": "@"})
        self.wrong = book.add_format({"bg_color": "#F8CBCB", "font_color": "#9D1C1C", "bold": True})


def _write_help(book: Workbook, looks: _Looks, report: Report, printed: Sequence[PrintedTable]) -> None:
    """The instructions, and the number of blank cells per sheet."""
    sheet = book.add_worksheet(HELP_SHEET)
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 72)
    sheet.set_column(1, 1, 10)
    sheet.set_row(0, 36)
    sheet.merge_range(0, 0, 0, 1, f"{report.year}年政府信息公开工作年度报告填报表", looks.title)
    for row, line in enumerate(_HELP, 1):
        sheet.set_row(row, 36)
        sheet.merge_range(row, 0, row, 1, line, looks.help)
    for row, table in enumerate(printed, len(_HELP) + 2):
        formula, blank = _blank_cells(table, report)
        sheet.set_row(row, 22)
        sheet.write_string(row, 0, f"{table.name} 还没填的格数（应为 0）", looks.heading)
        sheet.write_formula(row, 1, formula, looks.total, blank)
        sheet.conditional_format(row, 1, row, 1, {"type": "cell", "criteria": ">", "value": 0, "format": looks.wrong})
    _fit(sheet)
    sheet.protect()


def _blank_cells(table: PrintedTable, report: Report) -> tuple[str, int]:
    """The number of blank cells of a table: the formula, and its present value."""
    inputs = [(cell, cell.address) for cell in table.cells if cell.address and cell.address not in report.form.sums]
    rows: dict[int, list[int]] = {}
    for cell, _ in inputs:
        rows.setdefault(cell.row, []).append(cell.column)
    places = [xl_rowcol_to_cell(row, column) for row, columns in rows.items() for column in columns]
    if all(columns == list(range(columns[0], columns[-1] + 1)) for columns in rows.values()):
        places = [xl_range(row, columns[0], row, columns[-1]) for row, columns in rows.items()]
    filled = sum(isinstance(report.figures[address], int | Decimal) for _, address in inputs)
    ranges = ",".join(f"'{table.name}'!{place}" for place in places)
    return f"={len(inputs)}-COUNT({ranges})", len(inputs) - filled


def _fit(sheet: Worksheet, pages_high: int = 0) -> None:
    """One A4 page wide when it is printed."""
    sheet.set_paper(9)
    sheet.set_margins(left=0.6, right=0.6)
    sheet.fit_to_pages(1, pages_high)


def _write_facts(book: Workbook, looks: _Looks, report: Report) -> None:
    """Organ, contact and channels: label in the first column, answer in the second."""
    sheet = book.add_worksheet(FACTS_SHEET)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 2, 16)
    organ = report.organ
    values = {**organ.model_dump(exclude={"contact"}), **organ.contact.model_dump(), "level": LEVEL_NAMES[organ.level]}
    for row, (key, label) in enumerate(FACTS):
        sheet.set_row(row, 23)
        sheet.write_string(row, 0, label, looks.heading)
        if key == "year":
            sheet.write_number(row, 1, report.year, looks.total)
        else:
            sheet.write_string(row, 1, str(values[key]), looks.text)
        if key in _HINTS:
            sheet.data_validation(row, 1, row, 1, {"validate": "any", "input_title": label, "input_message": _HINTS[key]})
        if key == "level":
            sheet.data_validation(row, 1, row, 1, {"validate": "list", "source": list(LEVEL_NAMES.values())})
    start = len(FACTS) + 1
    for column, label in enumerate(CHANNEL_HEADS):
        sheet.write_string(start, column, label, looks.head)
    for at in range(max(CHANNEL_ROWS, len(report.channels))):
        row, channel = start + 1 + at, report.channels[at] if at < len(report.channels) else None
        sheet.write(row, 0, channel.name if channel else "", looks.text)
        sheet.write(row, 1, channel.count if channel else None, looks.count)
        sheet.write(row, 2, "是" if channel and channel.approximate else "", looks.text)
        sheet.data_validation(row, 1, row, 1, _whole(0))
        sheet.data_validation(row, 2, row, 2, {"validate": "list", "source": ["是"]})
    _fit(sheet)
    sheet.protect()


def _write_table(book: Workbook, looks: _Looks, report: Report, printed: PrintedTable) -> None:
    """One part as printed, from the first row of the sheet on."""
    sheet = book.add_worksheet(printed.name)
    widths = _widths(report.form, printed)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for row in range(printed.rows):
        sheet.set_row(row, _height(printed, row, widths))
    places = {cell.address: (cell.row, cell.column) for cell in printed.cells if cell.address}
    for cell in printed.cells:
        style = looks.head if cell.address is None else _style(looks, report.form, cell.address)
        if cell.rowspan > 1 or cell.colspan > 1:
            last = cell.row + cell.rowspan - 1, cell.column + cell.colspan - 1
            sheet.merge_range(cell.row, cell.column, *last, "", style)
        if cell.address is None:
            sheet.write_string(cell.row, cell.column, cell.text, style)
        else:
            _write_figure(sheet, looks, report, cell, places)
    _write_balance(sheet, looks, report.form, printed, places)
    sheet.freeze_panes(printed.head_rows, 0)
    if printed.head_rows:  # a wide table
        sheet.set_landscape()
    _fit(sheet, 1)
    sheet.protect(options={"format_columns": True, "format_rows": True})


def _widths(form: Form, printed: PrintedTable) -> list[int]:
    """Width of each column, in digits."""
    shares = form.part(printed.part).widths
    return [max(_NARROWEST, round(share * _SHEET_WIDTH / 100)) for share in shares] or [_NARROWEST] * printed.columns


def _height(printed: PrintedTable, row: int, widths: Sequence[int]) -> float:
    """Points that the longest label beginning in a row takes; one that spans rows has room enough."""
    lines = 1
    for cell in printed.cells:
        if cell.row == row and cell.rowspan == 1:
            room = sum(widths[cell.column : cell.column + cell.colspan]) - 2
            lines = max(lines, -(-2 * len(cell.text) // max(room, 1)))
    return 8 + 15.0 * lines


def _style(looks: _Looks, form: Form, address: Address) -> Any:
    if address in form.sums:
        return looks.total
    return looks.money if form.cells[address].type == "money" else looks.count


def _write_figure(
    sheet: Worksheet, looks: _Looks, report: Report, cell: PrintedCell, places: dict[Address, tuple[int, int]]
) -> None:
    address = cell.address
    assert address is not None
    form = report.form
    style = _style(looks, form, address)
    if address in form.sums:
        parts = [xl_rowcol_to_cell(*places[part]) for part in form.sums[address][0]]
        total = report.figures.number(address)
        # blank is not zero: a total is shown only when all its parts are
        formula = f'=IF(COUNT({",".join(parts)})={len(parts)},SUM({",".join(parts)}),"")'
        sheet.write_formula(cell.row, cell.column, formula, style, "" if total is None else total)
        return
    value = report.figures[address]
    if isinstance(value, int | Decimal):
        sheet.write_number(cell.row, cell.column, float(value), style)
    else:
        sheet.write(cell.row, cell.column, value or None, style)
    kind = form.cells[address].type
    rule = _whole(-LARGEST + 1 if kind == "change" else 0) if kind != "money" else _money(form.cells[address].unit)
    sheet.data_validation(cell.row, cell.column, cell.row, cell.column, rule)


def _whole(least: int) -> dict[str, Any]:
    message = "只填整数；减少的填负数" if least < 0 else "只填 0 或正整数，不写单位"
    return {"validate": "integer", "criteria": "between", "minimum": least, "maximum": LARGEST - 1,
            "error_title": "填写有误", "error_message": message}  # fmt: skip


def _money(unit: str) -> dict[str, Any]:
    message = f"只填数字，以{unit or '元'}为单位"
    return {"validate": "decimal", "criteria": ">=", "value": 0, "input_message": message, "error_title": "填写有误",
            "error_message": message}  # fmt: skip


def _write_balance(
    sheet: Worksheet, looks: _Looks, form: Form, printed: PrintedTable, places: dict[Address, tuple[int, int]]
) -> None:
    """Under a table with a balance: the difference of both sides in each column, red with its column when not 0."""
    tables = [form.table_by_key[key] for key in form.part(printed.part).tables]
    balances = [(table, item) for table in tables for item in table.identities if item.along == "column" and len(item.left) > 1]
    if not balances:
        return
    table, identity = balances[0]
    row = printed.rows + 1
    first = printed.columns - len(table.columns)
    sheet.merge_range(row, 0, row, first - 1, f"{BALANCE}（应为 0）", looks.head)
    for at, column in enumerate(table.columns):
        sides = [[places[address] for address in side] for side in identity.sides(column.key)]
        left, right = ("+".join(xl_rowcol_to_cell(*place, row_abs=True, col_abs=True) for place in side) for side in sides)
        cells = [place for side in sides for place in side]
        complete = f"COUNT({','.join(xl_rowcol_to_cell(*place) for place in cells)})={len(cells)}"
        sheet.write_formula(row, first + at, f'=IF({complete},({left})-({right}),"")', looks.total, "")
        for place in (*cells, (row, first + at)):
            rule = {"type": "formula", "criteria": f"=AND({complete},({left})<>({right}))", "format": looks.wrong}
            sheet.conditional_format(*place, *place, rule)


def _write_text(book: Workbook, looks: _Looks, report: Report) -> None:
    """The narrative parts, one paragraph per row under the part's heading."""
    sheet = book.add_worksheet(TEXT_SHEET)
    sheet.set_column(0, 0, 80)
    row = 0
    for part in (part for part in report.form.parts if part.is_narrative):
        sheet.write_string(row, 0, part.heading, looks.heading)
        lines: Sequence[str] = [line.strip() for line in getattr(report.narrative, part.key).splitlines() if line.strip()]
        for at in range(max(TEXT_ROWS[part.key], len(lines) + 5)):
            text = lines[at] if at < len(lines) else ""
            sheet.write(row + 1 + at, 0, text or None, looks.text)
            if text:
                sheet.set_row(row + 1 + at, min(400, 16 * (1 + len(text) // 38)))
        row += 1 + max(TEXT_ROWS[part.key], len(lines) + 5)
    _fit(sheet)
    sheet.protect(options={"format_rows": True, "insert_rows": True})
