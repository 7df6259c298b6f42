"""Arithmetic inside the tables: the identities of the edition, clean cells, and cells that do not fit together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from toolkit.checks.catalogue import Case, rule, rules_of_one_check
from toolkit.checks.finding import Finding, cell_finding, line_name, number_text
from toolkit.core.text import find_signs, meant, odd_characters, sign_name, visible
from toolkit.forms import Address, Column, Form, Identity, Table
from toolkit.report import Report
from toolkit.report.cell_text import BLANK_MARKS, REASONS, FigureReading, read_figure

GROUP = "表内勾稽"
_MOST_TERMS = 8  # of a sum that is shown term by term
# More 万元 in fees than an organ of the level can have taken in; such a figure was counted in 元.
_MOST_WAN = {"township": 10_000, "street": 10_000, "county_department": 1_000_000, "county": 1_000_000}
_FEW_WAN = 50  # below, ten times more or less is nothing strange


def _check_identity(case: Case, code: str) -> Iterator[Finding]:
    for table in case.report.form.tables:
        for identity in table.identities:
            if identity.code == code:
                for key, left, right in table.instances(identity):
                    yield from _check_instance(case.report, table, identity, key, left, right)


# columns and rows with a blank cell are left to ``cell-blank``
rules_of_one_check(_check_identity, GROUP, rules={
    "applications-balance": (
        "每一列的“新收＋上年结转”等于“办理结果总计＋结转下年度”。",
        "格式第三部分表内注：第一项加第二项之和，等于第三项加第四项之和。",
    ),
    "applications-results-sum": (
        "每一列的办理结果总计等于各项办理结果之和。", "格式第三部分（2019 版 19 行，2021 版 21 行）。",
    ),
    "applications-row-total": ("每一行的总计等于六类申请人之和。", "格式第三部分。"),
    "disputes-sum": ("行政复议和两类行政诉讼的总计各等于维持、纠正、其他、尚未审结之和。", "格式第四部分。"),
})  # fmt: skip


def _check_instance(
    report: Report, table: Table, identity: Identity, key: str, left: tuple[Address, ...], right: tuple[Address, ...]
) -> Iterator[Finding]:
    total_left, total_right = report.figures.total(left), report.figures.total(right)
    if total_left is None or total_right is None or total_left == total_right:
        return
    name = line_name(report.form, table, key, identity.along)
    both = "，".join(_side(report, table, identity, side) for side in (left, right))
    difference = abs(Decimal(total_left) - total_right)
    yield Finding(
        identity.code,
        "error",
        f"{table.name} {name}：{both}，相差 {number_text(difference)}",
        left[0].table,
        left[0].row,
        left[0].column,
        expected=number_text(total_right),
        found=number_text(total_left),
        next_step="请核对这一" + ("行" if identity.along == "row" else "列") + "的各个数，改正其中有误的一个",
    )


def _side(report: Report, table: Table, identity: Identity, side: tuple[Address, ...]) -> str:
    """``一 12 ＋ 二 0 ＝ 12``; zeros of long sums are left out so that a clerk sees the figures that count."""
    terms = [(_short(table, identity, address), report.figures.number(address) or 0) for address in side]
    total = sum(value for _, value in terms)
    listed = [term for term in terms if term[1]] if len(terms) > 4 else terms
    if len(terms) == 1:
        return f"{terms[0][0]} {number_text(terms[0][1])}"
    if len(listed) > _MOST_TERMS:  # the six outcomes instead of their many reasons
        return f"{_grouped(listed)} ＝ {number_text(total)}"
    joined = " ＋ ".join(f"{name} {number_text(value)}" for name, value in listed) or f"{len(terms)} 项均为 0"
    rest = f"（其余 {len(terms) - len(listed)} 项为 0）" if listed and len(listed) < len(terms) else ""
    return f"{joined}{rest} ＝ {number_text(total)}"


def _grouped(terms: list[tuple[str, int | Decimal]]) -> str:
    """三（三）2 2 ＋ 三（三）4 6 as 三（三） 8."""
    groups: dict[str, int | Decimal] = {}
    for name, value in terms:
        outcome, mark, _ = name.rpartition("）")
        groups[outcome + mark or name] = groups.get(outcome + mark or name, 0) + value
    return " ＋ ".join(f"{name} {number_text(value)}" for name, value in groups.items())


def _short(table: Table, identity: Identity, address: Address) -> str:
    if identity.along == "row":
        return table.column_by_key[address.column].label
    row = table.row_by_key[address.row]
    return row.number or row.label


@rule("cell-not-count", GROUP)
def check_cell_not_count(case: Case) -> Iterator[Finding]:
    """cell-not-count: 件数应为不小于 0 的整数；只有 2019 版“本年增/减”可为负数，只有金额可有小数。

    Source: 格式第二至四部分。
    """
    for address, value in case.report.figures.given.items():
        if type(value) is int and value >= 0:
            continue
        if not isinstance(value, int | Decimal):
            continue
        kind = case.report.form.cells[address].type
        if kind != "money" and value != int(value):
            yield _not_count(case.report.form, address, f"{number_text(value)} 不是整数", "整数", str(value))
        elif kind != "change" and value < 0:
            yield _not_count(case.report.form, address, f"{number_text(value)} 小于 0", "不小于 0 的数", str(value))


def _not_count(form: Form, address: Address, message: str, expected: str, found: str) -> Finding:
    return cell_finding(
        form, address, "cell-not-count", "error", message, expected=expected, found=found, next_step=f"请改为{expected}"
    )


@rule("cell-blank", GROUP)
def check_cell_blank(case: Case) -> Iterator[Finding]:
    """cell-blank: 表格不留空，也不用“/”“-”“—”“无”代替；没有发生的填 0。

    A missing total is computed and does not count as blank while its parts have values.

    Source: 上级机关审核实践。
    """
    report, given = case.report, case.report.figures.given
    for address in report.form.cells:
        value = given.get(address)
        if type(value) is int:  # most are
            continue
        if value is None:
            if address in report.form.sums:
                continue  # its blank parts are named themselves
            message, found = "还没有填写", ""
        elif isinstance(value, str) and value in BLANK_MARKS:
            message, found = f"“{value}”不是数，没有发生请填 0", value
        else:
            continue
        yield _blank(report.form.label(address), address, message, found)


@lru_cache(maxsize=1024)  # every key in a new form finds all of them again
def _blank(label: str, address: Address, message: str, found: str) -> Finding:
    return Finding(
        "cell-blank", "error", f"{label}：{message}", *address,
        expected="数字", found=found, next_step="请填实际的数或 0" if found else "没有发生的请填 0", repair="0",
    )  # fmt: skip


@rule("cell-has-unit", GROUP)
def check_cell_has_unit(case: Case) -> Iterator[Finding]:
    """cell-has-unit: 格内只写数字，不带单位、文字、分隔符或全角数字；能看懂的给出改法。

    Source: 上级机关审核实践。
    """
    form = case.report.form
    for address, value in case.report.figures.given.items():
        if not isinstance(value, str) or value in BLANK_MARKS:
            continue
        column = form.cells[address]
        money = column.type == "money"
        reading = read_figure(value, money=money, unit=column.unit)
        offer = reading.offer if reading.offer is not None else read_figure(meant(value), money=money, unit=column.unit).offer
        excerpt = f"{visible(value[:40])}{'…' if len(value) > 40 else ''}"
        yield cell_finding(
            form, address, "cell-has-unit", "error", f"“{excerpt}”{_odd_signs(value)}{reading.words or REASONS['not_a_number']}",
            expected="数字" if offer is None else str(offer), found=excerpt, next_step=_repair_step(offer, reading, column),
            repair="" if offer is None else str(offer),
        )  # fmt: skip


def _odd_signs(value: str) -> str:
    """The characters of a cell that pass for digits, by name; of those that draw nothing the value itself shows the name."""
    odd = "".join(odd_characters(sign) for sign in find_signs(value[:40]) if sign.kind == "alike")
    return f"里有{'、'.join(f'“{character}”（{sign_name(character)}）' for character in odd)}，" if odd else ""


def _repair_step(offer: int | Decimal | None, reading: FigureReading, column: Column) -> str:
    if offer is not None:
        return f"可改为 {offer}"
    if reading.reason in ("spaces", "separator"):
        return "是一个数的请连着写，是几个数的请分别填进各格"
    return f"请填写以{column.unit}为单位的数字" if column.unit else "请填写阿拉伯数字"


@rule("items-negative", GROUP)
def check_items_negative(case: Case) -> Iterator[Finding]:
    """items-negative: 2019 版：上一年项目数量加本年增减不小于 0。

    Source: 2019 版格式第二部分。
    """
    for table, row in _rows_with(case.report.form, "previous_items"):
        previous, change = (case.report.number(table, row, column) for column in ("previous_items", "change"))
        if previous is not None and change is not None and previous + change < 0:
            yield cell_finding(
                case.report.form, Address(table, row, "change"), "items-negative", "error",
                f"上一年 {number_text(previous)}，本年增减 {number_text(change)}，合计小于 0",
                expected=f"不小于 {number_text(-previous)}", found=number_text(change), next_step="请核对增减数",
            )  # fmt: skip


@rule("decisions-without-items", GROUP)
def check_decisions_without_items(case: Case) -> Iterator[Finding]:
    """decisions-without-items: 2019 版：项目数量为 0 却有处理决定。

    Source: 2019 版格式第二部分。
    """
    for table, row in _rows_with(case.report.form, "previous_items"):
        previous, change, decisions = (
            case.report.number(table, row, column) for column in ("previous_items", "change", "decisions")
        )
        if previous is not None and change is not None and decisions and previous + change == 0:
            yield cell_finding(
                case.report.form, Address(table, row, "decisions"), "decisions-without-items", "warning",
                f"项目数量为 0，处理决定却有 {number_text(decisions)} 件",
                expected="0", found=number_text(decisions), next_step="请核对项目数量，或确认并写明原因",
            )  # fmt: skip


@rule("documents-published", GROUP)
def check_documents_published(case: Case) -> Iterator[Finding]:
    """documents-published: 2019 版：对外公开总数量不少于本年新公开数量。

    Source: 2019 版格式第二部分。
    """
    yield from _check_not_less(case.report, "public_total", "published", "documents-published", "请核对，或确认并写明原因")


@rule("documents-valid", GROUP)
def check_documents_valid(case: Case) -> Iterator[Finding]:
    """documents-valid: 2021 版：现行有效件数不少于本年制发件数（当年制发又废止的除外）。

    Source: 2021 版格式第二部分。
    """
    step = "请核对；当年制发又废止的，确认并写明原因"
    yield from _check_not_less(case.report, "valid", "issued", "documents-valid", step)


def _check_not_less(report: Report, more: str, less: str, code: str, step: str) -> Iterator[Finding]:
    for table, row in _rows_with(report.form, more):
        high, low = report.number(table, row, more), report.number(table, row, less)
        if high is None or low is None or high >= low:
            continue
        name = report.form.table_by_key[table].column_by_key[less].label
        yield cell_finding(
            report.form, Address(table, row, more), code, "warning",
            f"{number_text(high)}，少于{name} {number_text(low)}",
            expected=f"不少于 {number_text(low)}", found=number_text(high), next_step=step,
        )  # fmt: skip


@rule("procurement-money", GROUP)
def check_procurement_money(case: Case) -> Iterator[Finding]:
    """procurement-money: 2019 版：采购项目数量与采购总金额同为 0 或同不为 0。

    Source: 2019 版格式第二部分。
    """
    for table, row in _rows_with(case.report.form, "amount"):
        items, amount = case.report.number(table, row, "items"), case.report.number(table, row, "amount")
        if items is not None and amount is not None and (items == 0) != (amount == 0):
            yield cell_finding(
                case.report.form, Address(table, row, "amount"), "procurement-money", "warning",
                f"采购项目 {number_text(items)} 个，金额 {number_text(amount)}",
                expected="数量与金额一致", found=number_text(amount), next_step="请核对数量和金额，或确认并写明原因",
            )  # fmt: skip


@rule("amount-unit", GROUP)
def check_amount_unit(case: Case) -> Iterator[Finding]:
    """amount-unit: 金额像是填错了单位（元、万元）：大得不合本级情况，或与上年相差十倍以上。

    Source: 上级机关审核实践。
    """
    report = case.report
    for address, column in report.form.cells.items():
        amount = report.figures.number(address) if column.type == "money" else None
        if not amount:
            continue
        last = case.last_year.number(*address) if case.last_year else None
        why = _amount_doubt(amount, last, column.unit, report.organ.level)
        if why:
            unit = f"本栏以{column.unit}为单位，" if column.unit else ""
            yield cell_finding(
                report.form, address, "amount-unit", "warning", f"{number_text(amount)}，{why}",
                expected=column.unit or "与上年同一单位", found=number_text(amount),
                next_step=f"{unit}请核对；无误的确认并写明原因",
            )  # fmt: skip


def _amount_doubt(amount: int | Decimal, last: int | Decimal | None, unit: str, level: str) -> str:
    """Why an amount may be in the wrong unit; "" when nothing speaks for it."""
    if unit == "万元" and amount >= _MOST_WAN.get(level, amount + 1):
        return "像是以元计的数"
    if last and max(amount, last) > _FEW_WAN and not last / 10 <= amount <= last * 10:
        return f"与上年 {number_text(last)} 相差十倍以上"
    return ""


@rule("rules-not-allowed", GROUP, tables=["documents"])
def check_rules_not_allowed(case: Case) -> Iterator[Finding]:
    """rules-not-allowed: 乡镇、街道、县级政府和地方各级部门无权制定规章。

    Source: 立法法（2023）第九十一、九十三条：国务院部门、省级和设区的市才能制定规章。
    """
    if case.report.organ.level in ("province", "city"):
        return
    table = case.report.form.table_by_key["documents"]
    for column in table.columns:
        value = case.report.number("documents", "rules", column.key)
        if value is not None and value > 0:
            yield cell_finding(
                case.report.form, Address("documents", "rules", column.key), "rules-not-allowed", "warning",
                f"填有 {number_text(value)}，本级机关无权制定规章",
                expected="0", found=number_text(value), next_step="规范性文件请填在下一行；确属规章请确认并写明原因",
            )  # fmt: skip


def _rows_with(form: Form, column: str) -> Iterator[tuple[str, str]]:
    for table in form.tables:
        if column in table.column_by_key:
            for row in table.rows:
                yield table.key, row.key
