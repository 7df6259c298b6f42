"""Figures that another office counts as well: files of 规范性文件, reviews and lawsuits are agreed with the office of justice."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding, cell_finding
from toolkit.checks.narrative.findings import shown
from toolkit.forms import Address

GROUP = "与部门核对"


@rule("agreed-differs", GROUP)
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
