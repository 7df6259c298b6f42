"""Compute the state of each member's report (missing, late, with errors), and the reminder (催报) to members that owe one.

In: the members of a jurisdiction, what the intake knows of each (when it came, how often), and the day. Out: rows
for the screen and the overview; the words of a reminder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from toolkit.checks import Finding
from toolkit.checks.assembly import judge_file, texts_of
from toolkit.checks.rules.year_on_year import copied_organ
from toolkit.core.dates import chinese_date, chinese_day
from toolkit.core.tree import full_path
from toolkit.core.tree import year_of as year_of_folder
from toolkit.dispatch.ledger import read_ledger
from toolkit.dispatch.states import DECISIONS, MISSING, Received, Status, Step, receipt_of, status_of, steps_by_file
from toolkit.entry.session.office_words import problem_in_words
from toolkit.report.embedded import report_digest
from toolkit.report.jurisdiction import Jurisdiction, Member
from toolkit.report.scanned import read_scanned
from toolkit.rollup.members import Members

if TYPE_CHECKING:  # reports are read without the mail intake
    from toolkit.dispatch.intake.store import QuarantinedMail

State = Literal["missing", "unreadable", "draft", "errors", "warnings", "fine"]
STATE_NAMES: dict[State, str] = {
    "missing": "未报", "unreadable": "读不出", "draft": "草稿", "errors": "有错误", "warnings": "有警告未确认", "fine": "合格",
}  # fmt: skip
DEFAULT_DAY = (1, 31)  # month and day of the following year: the law sets no separate date for townships


@dataclass(frozen=True)
class SubmissionStatus:
    """The state of one member's report. ``late_days`` counts from the due day, up to today while no formal report came."""

    member: Member
    state: State
    errors: int = 0
    warnings: int = 0
    confirmed: tuple[str, ...] = ()  # reasons of confirmed warnings
    received: date | None = None
    late_days: int = 0
    corrected: int = 0
    first_finding: str = ""
    unconfirmed: int = 0  # cells that were recognised on a scan and that nobody has compared with it yet
    aside: str = ""  # why the last mail of this member is in quarantine, unless a later one was accepted
    status: Status = MISSING  # what the office did with the report

    @property
    def came_on(self) -> str:
        """Month and day of receipt, ``01-22``; "" before it."""
        return self.received.strftime("%m-%d") if self.received else ""

    @property
    def is_here(self) -> bool:
        return self.state not in ("missing", "unreadable")


@dataclass(frozen=True)
class Receipts:
    """What the ledger says of members: ``steps`` by the name of the params file, ``aside`` (mails in quarantine) by the sender's
    address and by the organ they name."""

    steps: Mapping[str, Sequence[Step]] = field(default_factory=dict)
    aside: Mapping[str, Sequence[QuarantinedMail]] = field(default_factory=dict)


NO_RECEIPTS = Receipts()


def submission_statuses(
    members: Members, today: date, findings: Mapping[str, Sequence[Finding]], receipts: Receipts = NO_RECEIPTS
) -> tuple[SubmissionStatus, ...]:
    """Every member of the list, in its order.

    Args:
        findings: the findings of each readable report, by name of file (``member_findings``).
        receipts: what the ledger says of the members; without it a file has no day of receipt.
    """
    deadline, rows = submit_by(members), []
    for item in members.jurisdiction.members:
        steps = receipts.steps.get(item.file, ())
        receipt = receipt_of(steps)
        row = _standing(members, item, today, deadline, findings, receipt)
        mails = [mail for name in (item.email.strip().lower(), item.name) for mail in receipts.aside.get(name, ())]
        open_cells = len(read_scanned(members.folder / f"{item.file}.yaml")) if row.is_here else 0
        status = _status(members, item, steps)
        closed = status.stage in ("accepted", "published")  # a chatty mail afterwards is nobody's concern
        rows.append(replace(row, aside="" if closed else _put_aside(receipt, mails), unconfirmed=open_cells, status=status))
    return tuple(rows)


def _status(members: Members, item: Member, steps: Sequence[Step]) -> Status:
    """Where a report is on its way; only a report that something was decided on need be compared with that version."""
    report = members.reports.get(item.file)
    if report is None:
        return status_of(steps, "" if item.file in members.unreadable else None)
    decided = any(step.event in DECISIONS for step in steps)
    return status_of(steps, report_digest(report) if decided else "")


def _put_aside(receipt: Received | None, items: Sequence[QuarantinedMail]) -> str:
    """The last mail put aside, in words; nothing when a sound one came later."""
    last = max(items, key=lambda item: item.day, default=None)
    if last is None or (receipt and receipt.latest > last.day):
        return ""
    return f"{chinese_day(last.day)}来件被隔离：{last.reason}"


def member_findings(members: Members, today: date) -> dict[str, tuple[Finding, ...]]:
    """The findings of every member's report, by file name."""
    siblings = texts_of(members.folder)
    files = {name: members.folder / f"{name}.yaml" for name in members.reports}
    return {name: judge_file(file, today=today, siblings=siblings).findings for name, file in files.items()}


def submit_by(members: Members) -> date:
    """The day reports are due: the jurisdiction's own, else 31 January of the following year.

    A day of another year is not the jurisdiction's own: its list was copied, and the dates were left as they were.
    """
    year = year_of(members)
    return members.jurisdiction.dates.of_year(year).organs_submit_by or date(year + 1, *DEFAULT_DAY)


def year_of(members: Members) -> int:
    """The report year: that of the reports, or of the folder while it has no report."""
    for report in members.reports.values():
        return report.year
    return year_of_folder(members.folder) or date.today().year - 1


def _standing(
    members: Members, item: Member, today: date, deadline: date,
    listed: Mapping[str, Sequence[Finding]], receipt: Received | None,
) -> SubmissionStatus:  # fmt: skip
    received = receipt.first if receipt else None
    if item.file in members.unreadable:
        first = problem_in_words(members.unreadable[item.file].problems[0])  # keys and the county's path mean nothing there
        return SubmissionStatus(item, "unreadable", received=received, first_finding=f"{item.file}.yaml {first}")
    report = members.reports.get(item.file)
    if report is None:
        return SubmissionStatus(item, "missing", late_days=max(0, (today - deadline).days))
    findings = listed[item.file]
    errors = [finding for finding in findings if finding.severity == "error"]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    open_warnings = [finding for finding in warnings if not finding.confirmed]
    state: State = "errors" if errors else "warnings" if open_warnings else "fine"
    draft = receipt is not None and receipt.draft
    return SubmissionStatus(
        item,
        "draft" if draft else state,
        errors=len(errors),
        warnings=len(warnings),
        confirmed=tuple(f"{finding.code}：{finding.confirmed}" for finding in warnings if finding.confirmed),
        received=received,
        late_days=max(0, ((today if draft else received) - deadline).days) if received else 0,
        corrected=receipt.versions - 1 if receipt and not draft else 0,
        first_finding=next((finding.message for finding in (*errors, *open_warnings)), ""),
    )


def reminder(jurisdiction: Jurisdiction, year: int, standing: SubmissionStatus, deadline: date, today: date) -> str:
    """催报: the letter of a day to a member that has not sent its report, or has to correct it."""
    if standing.status.stage == "returned":
        body = _return_reminder(f"{year}年政府信息公开工作年度报告", standing.status, deadline)
    else:
        body = _first_reminder(f"{year}年政府信息公开工作年度报告", standing, deadline, jurisdiction.office.phone)
    return f"{standing.member.name}：\n\n　　{body}\n\n{jurisdiction.signed_by}\n{chinese_date(today)}"


def _first_reminder(report: str, standing: SubmissionStatus, deadline: date, phone: str) -> str:
    """The request to a member whose report was not decided on; ``report`` is the report's name with the year."""
    late = f"，至今已超过 {standing.late_days} 天" if standing.late_days else ""
    due = f"报送期限为{chinese_date(deadline)}"
    findings = f"有错误 {standing.errors} 处、警告 {standing.warnings} 处，首先是：{standing.first_finding}"
    match standing.state:
        case "missing" if standing.aside:
            return f"以你单位名义报来的邮件没有收入（{standing.aside}），{report}仍缺。请改正后重新报送（{due}{late}）。"
        case "missing":
            call = f"（电话 {phone}）" if phone else ""
            return f"你单位{report}尚未收到。{due}{late}。请尽快报送；确有困难的，请来电说明{call}。"
        case "draft":
            checked = f"，经校验{findings}" if standing.first_finding else ""
            return f"你单位报来的{report}是草稿，不是正式报告{checked}。请改正后生成正式报告，重新报送（{due}{late}）。"
        case "unreadable":
            return f"你单位报来的{report}无法读取（{standing.first_finding}）。请重新生成后再次报送。"
    return f"你单位{report}经校验{findings}。请改正后重新报送（{due}）。"


def _return_reminder(report: str, status: Status, deadline: date) -> str:
    """The request to a member whose report was returned and was not sent again."""
    when, due = chinese_day(status.day or deadline), chinese_date(status.answer_by or deadline)
    return f"你单位{report}已于{when}退回（审核意见单第{status.returns}次），请逐条改正或说明，于{due}前重新报送。"


def to_chase(rows: Sequence[SubmissionStatus]) -> tuple[SubmissionStatus, ...]:
    """The members a reminder goes to: nothing received, nothing readable, a draft only, errors left, or returned."""
    return tuple(
        row for row in rows if row.state in ("missing", "unreadable", "draft", "errors") or row.status.stage == "returned"
    )


def worst_first(rows: Sequence[SubmissionStatus]) -> tuple[SubmissionStatus, ...]:
    """Missing, unreadable, drafts, with errors, with warnings, fine; among equals in the order of the list."""
    return tuple(sorted(rows, key=lambda row: list(STATE_NAMES).index(row.state)))


def copying_groups(rows: Sequence[SubmissionStatus]) -> list[tuple[SubmissionStatus, ...]]:
    """Members whose first finding is that their text is another member's, three and more together; each in one group."""
    by_name = {row.member.name: row for row in rows if copied_organ(row.first_finding)}
    groups = {name: {name} for name in by_name}
    for name, row in by_name.items():
        other = copied_organ(row.first_finding)
        if other in groups and groups[other] is not groups[name]:
            groups[name] |= groups[other]
            groups.update(dict.fromkeys(groups[other], groups[name]))
    distinct = {id(names): names for names in groups.values() if len(names) > 2}
    return [tuple(row for name, row in by_name.items() if name in names) for names in distinct.values()]


def remarks(row: SubmissionStatus) -> tuple[str, ...]:
    """Remarks on a member, shortest first: late, corrected, returned, quarantined, the first finding."""
    due = row.status.answer_by
    texts = (
        f"晚{row.late_days}天" if row.late_days else "", f"更正{row.corrected}次" if row.corrected else "",
        f"扫描件待确认{row.unconfirmed}格" if row.unconfirmed else "",
        f"退回{row.status.returns}次" if row.status.returns else "", f"{chinese_day(due)}前答复" if due else "",
        "通过以后又改过" if row.status.stage == "corrected" else "",
        f"公开的与通过的不一致{row.status.differing}处" if row.status.differing else "", row.aside, row.first_finding,
    )  # fmt: skip
    return tuple(text for text in texts if text)


def read_receipts(members: Members, post: Path) -> Receipts:
    """Everything that the ledger below ``post`` says of these members' year: receipts, decisions, mails in quarantine."""
    from toolkit.dispatch.intake.store import RECEIVED_NAME, quarantined_mail

    records, year = list(read_ledger(post / RECEIVED_NAME)), year_of(members)
    return Receipts(steps_by_file(records, year, place_of(members.folder, year)), quarantined_mail(records, year))


def place_of(folder: Path, year: int) -> str:
    """A jurisdiction's folder as the ledger calls it: counted from that of the year."""
    parts = full_path(folder).parts
    return "/".join(parts[parts.index(str(year)) + 1 :]) if str(year) in parts else folder.name
