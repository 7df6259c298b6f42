"""What the office above asked when it returned the report (审核意见), until each item is changed or answered."""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.checks.catalogue import Case, all_rules, rule
from toolkit.checks.finding import Finding
from toolkit.core.dates import chinese_day
from toolkit.report.opinion import OPEN_CODE, Opinion, OpinionItem, answer_place, answers, place_label

GROUP = "审核意见"


@rule(OPEN_CODE, GROUP, needs="opinion")
def check_review_open(case: Case) -> Iterator[Finding]:
    """review-open: 上级退回时提出的审核意见，逐条改正，或者写明原因予以确认。

    What a rule finds here as well is left to that rule.

    Source: 县政务公开主管部门的审核意见单。
    """
    assert case.opinion is not None
    for answer in answers(case.opinion, case.report):
        if answer.done != "changed" and not _occurs_here(case, answer.item):
            yield _open(case, case.opinion, answer.item)


def _occurs_here(case: Case, item: OpinionItem) -> bool:
    """Whether the rule that found the item above finds it on this desk too; the reports of other organs are only there."""
    rules = (each for each in all_rules() if each.code == item.code and each.needs not in ("siblings", "members"))
    return any(each.applies(case) for each in rules)


def _open(case: Case, opinion: Opinion, item: OpinionItem) -> Finding:
    cell, label = case.report.form.cell(item.place), place_label(case.report, item.place)
    at = f"{label}：" if label and not item.message.startswith(label) else ""
    day = opinion.answer_by
    return Finding(
        OPEN_CODE, "warning", f"审核意见（第{opinion.round}次）第{item.number}条　{at}{item.message}",
        table=cell.table if cell else "", row=cell.row if cell else "", column=cell.column if cell else "",
        expected=item.message, found=item.value[:80], where="" if cell else answer_place(opinion, item),
        next_step=f"请在{chinese_day(day)}前改正；核实无误的，确认并写明原因，随更正稿一并报送",
    )  # fmt: skip
