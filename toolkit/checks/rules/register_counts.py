"""A report beside what is counted elsewhere: by the register of its organ, and by the office of justice."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, Severity, cell_finding, number_text
from toolkit.checks.narrative.findings import shown
from toolkit.forms import Address

GROUP = "与台账核对"
_NEXT = "请核对台账和表格：台账改过的，按“从台账带入”再取一次；表格改得对的，把台账补全，或确认并写明原因"


@rule("register-differs", GROUP, needs="register")
def check_register_differs(case: Case) -> Iterator[Finding]:
    """register-differs: 本机有依申请公开台账的，第三、四部分的数和信息处理费与台账数得的一致。

    The figures of a report that took them from the register must agree: a warning. Figures that were typed while a register
    exists get a notice, for the register may have begun within the year. A register that cannot be read is a notice.

    Source: 格式第三、四部分；国办函〔2020〕109号。
    """
    register = case.register
    assert register is not None
    if register.problem:
        yield Finding("register-differs", "notice", f"台账读不出来，没有核对：{register.problem}", where="figures.applications")
    if register.counts is None:
        return
    severity: Severity = "warning" if case.report.from_register is not None else "notice"
    for address, counted in register.counts.figures.items():
        written = case.report.figures.number(address)
        if written is None or written == counted:
            continue
        yield cell_finding(
            case.report.form, address, "register-differs", severity,
            f"填 {number_text(written)}，台账数得 {counted}，相差 {number_text(abs(Decimal(written) - counted))}",
            expected=str(counted), found=number_text(written), next_step=_NEXT, repair=str(counted),
        )  # fmt: skip
    yield from _fee(case, severity)


def _fee(case: Case, severity: Severity) -> Iterator[Finding]:
    """The number of notices and the amount, where the report tells them."""
    counts, fee = case.register.counts if case.register else None, case.report.processing_fee
    if counts is None or fee is None:
        return
    sides: list[tuple[str, int | Decimal | None, int | Decimal]] = [
        ("收费通知件数", fee.notices, counts.fee_notices), ("收取金额（元）", fee.amount_yuan, counts.fee_yuan),
    ]  # fmt: skip
    for name, written, counted in sides:
        if written is not None and written != counted:
            yield Finding(
                "register-differs", severity, f"信息处理费{name}：填 {number_text(written)}，台账数得 {number_text(counted)}",
                where="processing_fee", expected=number_text(counted), found=number_text(written), next_step=_NEXT,
            )  # fmt: skip


AGREED = "与部门核对"


@rule("agreed-differs", AGREED)
def check_agreed_differs(case: Case) -> Iterator[Finding]:
    """agreed-differs: 规范性文件、行政复议、行政诉讼等数与司法行政部门核对过的数一致（名单文件里的 agreed）；没有核对数的不查。

    The county writes the figures of the other office into its list of members. A blank cell is left to ``cell-blank``, a row
    of another edition alone.

    Source: 上级的填报通知：规范性文件、行政复议、行政诉讼的数据与司法行政部门衔接一致。
    """
    jurisdiction, form = case.jurisdiction, case.report.form
    member = jurisdiction.member(case.report.organ.name) if jurisdiction else None
    agreed = jurisdiction.agreed.get(member.file, {}) if jurisdiction and member else {}
    for path, number in agreed.items():
        address = Address.parse(path)
        value = case.report.number(*address) if address in form.cells else None
        if jurisdiction and value is not None and value != number:
            yield cell_finding(
                form, address, "agreed-differs", "warning", f"为 {shown(value)}，与{jurisdiction.agreed_with}核对的是 {number}",
                expected=str(number), found=shown(value), next_step=f"请与{jurisdiction.agreed_with}核对后改成一致",
            )  # fmt: skip
