"""A jurisdiction's own report against those of its members: own office and all below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity, cell_finding, number_text
from toolkit.forms import Address
from toolkit.report import Report

GROUP = "汇总"
_NAMED = 6  # organs named in one sentence


@rule("rollup-sum", GROUP, needs="members")
def check_rollup_sum(case: Case) -> Iterator[Finding]:
    """rollup-sum: 汇总数＝本级＋各下级单位之和，逐格核对；金额按小数计算。

    With organs still missing, or a blank cell among the members', a difference is a notice. Members on another
    edition are left to ``rollup-edition``; nothing is compared then.

    Source: 格式；垂直管理单位不计入。
    """
    members = summed_members(case)
    if not members or _other_editions(case):
        return
    missing = bool(_missing(case))
    for address, column in case.report.form.cells.items():
        total = case.report.figures.number(address)
        if total is None or not column.additive:
            continue
        parts = [(member.organ.name, member.figures.number(address)) for member in members]
        amounts = {name: value for name, value in parts if value is not None}
        expected = sum(amounts.values(), start=Decimal(0))
        if total != expected:
            certain = not missing and len(amounts) == len(parts)
            yield _differs(case, address, total, expected, amounts, certain=certain)


def _differs(
    case: Case,
    address: Address,
    found: int | Decimal,
    expected: int | Decimal,
    parts: Mapping[str, int | Decimal],
    *,
    certain: bool,
) -> Finding:
    severity: Severity = "error" if certain else "notice"
    rest = "" if certain else "（还有单位未报或未填，尚不能定）"
    return cell_finding(
        case.report.form, address, "rollup-sum", severity,
        f"汇总填 {number_text(found)}，{len(parts)} 个单位合计 {number_text(expected)}（{_largest(parts)}），"
        f"相差 {number_text(abs(Decimal(found) - expected))}{rest}",
        expected=number_text(expected), found=number_text(found), repair=number_text(expected) if certain else "",
        next_step="请按各单位报送数重新汇总；某单位有误的，退回改正",
    )  # fmt: skip


def _largest(parts: Mapping[str, int | Decimal]) -> str:
    """The members that weigh most; a clerk looks there first."""
    ordered = sorted(((value, name) for name, value in parts.items() if value), key=lambda item: -item[0])
    text = "、".join(f"{name} {number_text(value)}" for value, name in ordered[:3])
    return f"{text} 等" if len(ordered) > 3 else text or "均为 0"


@rule("rollup-edition", GROUP, needs="members")
def check_rollup_edition(case: Case) -> Iterator[Finding]:
    """rollup-edition: 各单位用同一版格式；不同格式的数据不能直接相加。

    The one row 其他处理 of 2019 has no place in the three rows of 2021, so nothing is converted silently.

    Source: 国办公开办函〔2019〕60号、〔2021〕30号。
    """
    others = _other_editions(case)
    if others:
        own_edition = case.report.form.id
        found = "、".join(sorted({f"{member.form.id} 版" for member in others}))
        who = _names([member.organ.name for member in others])
        yield Finding(
            "rollup-edition", "error", f"{who}用的是 {found}格式，汇总表是 {own_edition} 版，不能相加",
            expected=f"{own_edition} 版", found=found, where="figures", next_step=f"请这些单位改用 {own_edition} 版格式重新报送",
        )  # fmt: skip


@rule("rollup-missing", GROUP, needs="members")
def check_rollup_missing(case: Case) -> Iterator[Finding]:
    """rollup-missing: 本地区所有单位都已报送；未报送的逐个点名。

    Source: 上级机关审核实践。
    """
    missing = _missing(case)
    if missing:
        yield Finding(
            "rollup-missing", "warning", f"还有 {len(missing)} 个单位没有年报：{_names(missing)}",
            expected="全部报送", found=f"缺 {len(missing)} 个", where="figures",
            next_step="请催报；确实不报的（如已撤并），确认并写明原因",
        )  # fmt: skip


@rule("rollup-not-additive", GROUP, needs="members")
def check_rollup_not_additive(case: Case) -> Iterator[Finding]:
    """rollup-not-additive: 2019 版的项目数量（上一年、增减）各单位互有重叠，只列出，不相加。

    Source: 2019 版格式第二部分：项目清单为同级各单位共用。
    """
    form = case.report.form
    filled = [
        address
        for address, column in form.cells.items()
        if not column.additive and any(member.figures.number(address) for member in summed_members(case))
    ]
    if filled:
        labels = "、".join(dict.fromkeys(form.table_by_key[item.table].row_by_key[item.row].label for item in filled))
        yield Finding(
            "rollup-not-additive", "notice", f"表二 {labels}：各单位的项目数量互有重叠，没有相加",
            where=f"figures.{filled[0].table}", next_step="请按本级权责清单填写项目数量",
        )  # fmt: skip


def summed_members(case: Case) -> tuple[Report, ...]:
    """The members whose figures are added: all but the independently managed (垂直管理)."""
    area = case.jurisdiction
    vertical = {member.name for member in area.members if member.vertical} if area else set()
    return tuple(member for member in case.members if member.organ.name not in vertical)


def _other_editions(case: Case) -> list[Report]:
    return [member for member in summed_members(case) if member.form.id != case.report.form.id or member.foreign]


def _missing(case: Case) -> list[str]:
    reported = {member.organ.name for member in case.members}
    return [member.name for member in case.jurisdiction.members if member.name not in reported] if case.jurisdiction else []


def _names(names: list[str]) -> str:
    text = "、".join(names[:_NAMED])
    return f"{text}等 {len(names)} 个单位" if len(names) > _NAMED else text
