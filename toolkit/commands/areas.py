"""``nianbao status PATH --areas N`` and ``rollup PATH --areas N``: many jurisdictions at once, by province, city, county."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from toolkit.checks import all_rules
from toolkit.checks.finding import SEVERITY_NAMES
from toolkit.commands.screen import console, first_of, plain_table, warn_of_dates
from toolkit.core.errors import ParamsUnreadable, UsageError
from toolkit.core.files import save_bytes
from toolkit.dispatch.intake.store import RECEIVED_NAME
from toolkit.dispatch.ledger import read_ledger
from toolkit.forms import Address, form_by_id
from toolkit.report.model import comparable_text
from toolkit.rollup.areas import (
    AreaSums,
    area_standings,
    area_sums,
    misdated_lists,
    open_warehouse,
    part_of,
    sums_csv,
    unreadable_lists,
)
from toolkit.rollup.warehouse import UNREADABLE

_MOST_CODES = 12  # rows of the table of rules
_SHOWN = {
    "新收": "applications.new.total", "上年结转": "applications.carried_in.total", "办结": "applications.total.total",
    "结转下年": "applications.carried_out.total", "行政复议": "disputes.review.total",
}  # fmt: skip


def print_area_standings(path: Path, below: int, outputs: Path, today: date, post: Path) -> bool:
    """Print the state of each area; whether any has members missing, unreadable, with a draft only, or with errors.

    ``post`` is the folder of mail, whose ledger records drafts.
    """
    part = part_of(path)
    with open_warehouse(part, outputs, _reading, today) as warehouse:
        rows = area_standings(warehouse, part, below, read_ledger(post / RECEIVED_NAME))
        unread = unreadable_lists(warehouse, part)
        codes, strangers = warehouse.codes(part.year, under=part.under), warehouse.strangers(part.year, under=part.under)
        warn_of_dates(*misdated_lists(warehouse, part))
    table = plain_table("地区", "已报", "未报", "草稿", "读不出", "有错误", "警告", "退回", "通过", "未报单位")
    for row in rows:
        # an unreadable report counts as an error too; here each is listed once
        cells = (row.reports, len(row.missing), row.drafts, row.unreadable, row.errors - row.unreadable, row.warnings)
        table.add_row(_area_name(row.area, part.under), *map(str, (*cells, row.returned, row.accepted)), first_of(row.missing, 3))
    console.print(table)
    totals = (sum(row.reports for row in rows), sum(len(row.missing) for row in rows))
    in_draft = sum(row.drafts for row in rows)
    draft_note = f"（其中 {in_draft} 份只是草稿）" if in_draft else ""
    console.print(f"共 {sum(bool(row.area) for row in rows)} 个地区，已报 {totals[0]} 份{draft_note}，未报 {totals[1]} 份")
    _print_codes(codes)
    _print_unreadable(unread, "谁没有报不知道")
    _print_strangers(strangers)
    return bool(unread) or any(row.missing or row.errors or row.drafts for row in rows)


def print_area_sums(path: Path, below: int, outputs: Path, cell: str, table_file: Path | None) -> None:
    """Print the sums of each area, or one cell of it; write every cell as CSV when asked."""
    part = part_of(path)
    with open_warehouse(part, outputs, _reading) as warehouse:
        rows, unread = area_sums(warehouse, part, below), unreadable_lists(warehouse, part)
        strangers = warehouse.strangers(part.year, under=part.under)
        warn_of_dates(*misdated_lists(warehouse, part))
    cells = {cell: cell} if cell else _SHOWN
    table = plain_table("地区", "版本", "份数", *(_label(rows, name, address) for name, address in cells.items()))
    for row in rows:
        values = (row.values.get(Address.parse(address)) for address in cells.values())
        table.add_row(_area_name(row.area, part.under), row.form, str(row.reports), *map(comparable_text, values))
    console.print(table)
    forms = sorted({row.form for row in rows})
    if len(forms) > 1:
        console.print(f"有 {len(forms)} 版格式（{'、'.join(forms)}），各版分开相加，没有换算", style="yellow")
    _print_unreadable(unread, "其中垂直管理的单位也加进来了")
    _print_strangers(strangers)
    if blank := sum(row.blank for row in rows):
        console.print(f"有 {blank} 格没有填，按没有数处理；哪些单位见 nianbao check", style="yellow")
    if table_file:
        save_bytes(table_file, sums_csv(rows))
        console.print(f"全部数据已写入 {table_file}（可用 Excel 打开）")


def _print_unreadable(lists: Sequence[ParamsUnreadable], so: str) -> None:
    for error in lists:
        console.print(f"成员名单读不出，{so}：{error}", style="red")


def _print_strangers(files: Sequence[str]) -> None:
    if files:
        console.print(f"名单以外的文件，没有计入：{first_of(files, 3)}", style="yellow")


def _print_codes(codes: Sequence[tuple[str, str, int, int]]) -> None:
    """What is wrong most often, with the sentence of each rule."""
    if not codes:
        return
    sentences = {rule.code: rule.sentence for rule in all_rules()} | {UNREADABLE: "填报数据能读出来"}
    table = plain_table("规则", "级别", "处数", "单位数", "要求")
    for code, severity, count, reports in codes[:_MOST_CODES]:
        name = next(name for key, name in SEVERITY_NAMES.items() if key == severity)
        table.add_row(code, name, str(count), str(reports), sentences.get(code, ""))
    console.print(table)
    if len(codes) > _MOST_CODES:
        console.print(f"另有 {len(codes) - _MOST_CODES} 条规则的问题，见 nianbao check")


def _label(rows: list[AreaSums], name: str, address: str) -> str:
    if name != address:
        return name
    cell = Address(*address.split(".")) if address.count(".") == 2 else None
    if cell is None or not any(cell in row.values for row in rows):
        raise UsageError(f"没有“{address}”这一格，或它不能相加；写法如 applications.new.total（表.行.列）")
    return form_by_id(next(row.form for row in rows if cell in row.values)).label(cell)


def _reading(done: int, of: int) -> None:
    if of > 1000:
        console.print(f"有 {of} 份新的或改过的年报要读入，已读 {done} 份 ……")


def _area_name(area: str, under: str) -> str:
    """An area by the name of its folder; reports beside the folders are the areas' own ones."""
    return area.removeprefix(f"{under}/") if under and area else area or "（本级）"
