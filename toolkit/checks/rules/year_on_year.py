"""A report beside last year's of the same organ: what was carried over must be what was left."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.checks.catalogue import TABLES, Case, rule
from toolkit.checks.finding import Finding, cell_finding, number_text
from toolkit.forms import Address, row_label

GROUP = "与上年衔接"
_CHECK_BOTH = "请对照上年年报核对；上年有误的，说明情况后报上级更正"


@rule("carried-in-differs", GROUP, reads=TABLES)
def check_carried_in_differs(case: Case) -> Iterator[Finding]:
    """carried-in-differs: 每一列的“上年结转”等于上年年报的“结转下年度继续办理”，2020 与 2021 年换格式时也一样。

    Where the totals agree and only their split over the kinds of applicants differs, it is a warning. That last
    year's file is there and cannot be read is reported here as a notice.

    Source: 格式第三部分第二、四行。
    """
    if case.last_year_problem:
        yield Finding(
            "carried-in-differs", "notice", f"上年数据读不出来，没有与上年比较：{case.last_year_problem}",
            where="figures.applications.carried_in", next_step="请先改好上年的数据文件，再校验一次",
        )  # fmt: skip
    if case.last_year is None:
        return
    differing = [column for column in _columns_in_both(case) if _pair(case, column) is not None]
    if not differing:
        return
    split_only = "total" not in differing and _totals_known(case)
    for column in differing:
        pair = _pair(case, column)
        assert pair is not None
        now, before = pair
        note = "；总计相符，只是分类不同" if split_only else ""
        yield cell_finding(
            case.report.form, Address("applications", "carried_in", column), "carried-in-differs",
            "warning" if split_only else "error",
            f"填 {now}，上年（{case.last_year.year}）结转下年度的是 {before}，相差 {abs(now - before)}{note}",
            expected=str(before), found=str(now), next_step=_CHECK_BOTH, repair="" if split_only else str(before),
        )  # fmt: skip


def _columns_in_both(case: Case) -> tuple[str, ...]:
    last = case.last_year.form.columns("applications") if case.last_year else {}
    return tuple(key for key in case.report.form.columns("applications") if key in last)


def _pair(case: Case, column: str) -> tuple[int, int] | None:
    """Carried in and last year's carried out where both are counts and differ."""
    assert case.last_year is not None
    now = case.report.number("applications", "carried_in", column)
    before = case.last_year.number("applications", "carried_out", column)
    if not isinstance(now, int) or not isinstance(before, int) or now == before:
        return None
    return now, before


def _totals_known(case: Case) -> bool:
    assert case.last_year is not None
    totals = (
        case.report.number("applications", "carried_in", "total"),
        case.last_year.number("applications", "carried_out", "total"),
    )
    return None not in totals


@rule("documents-stock", GROUP, needs="last_year", reads=TABLES)
def check_documents_stock(case: Case) -> Iterator[Finding]:
    """documents-stock: 2021 版：现行有效件数＝上年现行有效件数＋本年制发件数－本年废止件数。

    Source: 上级机关审核实践。
    """
    yield from _check_stock(case, "valid", before=("valid",), plus=("issued",), minus=("repealed",), code="documents-stock")


@rule("items-stock", GROUP, needs="last_year", reads=TABLES)
def check_items_stock(case: Case) -> Iterator[Finding]:
    """items-stock: 2019 版：上一年项目数量＝上年年报的“上一年项目数量”＋“本年增/减”。

    Source: 2019 版格式第二部分。
    """
    yield from _check_stock(case, "previous_items", before=("previous_items", "change"), plus=(), minus=(), code="items-stock")


def _check_stock(
    case: Case, stock: str, *, before: tuple[str, ...], plus: tuple[str, ...], minus: tuple[str, ...], code: str
) -> Iterator[Finding]:
    """A stock against what last year left and this year brought; both years on the same edition."""
    last = case.last_year
    if last is None or last.form.id != case.report.form.id:
        return
    for table in case.report.form.tables:
        if stock not in table.column_by_key:
            continue
        for row in table.rows:
            found = case.report.number(table.key, row.key, stock)
            terms = [(f"上年年报“{_label(case, table.key, key)}”", last.number(table.key, row.key, key), 1) for key in before]
            terms += [(_label(case, table.key, key), case.report.number(table.key, row.key, key), 1) for key in plus]
            terms += [(_label(case, table.key, key), case.report.number(table.key, row.key, key), -1) for key in minus]
            amounts: list[tuple[str, int | Decimal]] = [(name, value * sign) for name, value, sign in terms if value is not None]
            expected = sum((value for _, value in amounts), start=Decimal(0))
            if found is None or len(amounts) < len(terms) or found == expected:
                continue
            sum_text = "".join(f"{_sign(value, first=at == 0)}{name} {abs(value)}" for at, (name, value) in enumerate(amounts))
            difference = number_text(abs(Decimal(found) - expected))
            yield cell_finding(
                case.report.form, Address(table.key, row.key, stock), code, "warning",
                f"{number_text(found)}；{sum_text} ＝ {number_text(expected)}，相差 {difference}",
                expected=number_text(expected), found=number_text(found),
                next_step=f"请核对{row_label(table, row)}的各个数，或确认并写明原因",
            )  # fmt: skip


def _label(case: Case, table: str, column: str) -> str:
    return case.report.form.table_by_key[table].column_by_key[column].label


def _sign(value: int | Decimal, *, first: bool) -> str:
    negative = value < 0
    return ("－" if negative else "") if first else (" － " if negative else " ＋ ")
