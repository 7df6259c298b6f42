"""Review a member's report (审核): look at it, return it with an opinion, or accept the version at hand.

In: a params file of a jurisdiction's member, the ledger, the officer's name and the moment. Out: what there is to see of
it, and one record in the ledger per decision. An acceptance is of one version: another one is a correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from toolkit.checks import Finding
from toolkit.checks.assembly import Verdict, judge_file
from toolkit.checks.finding import Severity
from toolkit.core.errors import NianbaoError, UsageError
from toolkit.core.files import remove_file
from toolkit.dispatch.ledger import Ledger
from toolkit.dispatch.states import Decision, Status, Step, decision_record, status_of, steps_by_file
from toolkit.report import Report
from toolkit.report.embedded import report_digest
from toolkit.report.jurisdiction import JURISDICTION_FILE, Jurisdiction, Member, read_jurisdiction
from toolkit.report.opinion import (
    OPEN_CODE,
    Answer,
    Opinion,
    OpinionItem,
    answers,
    opinion_beside,
    opinion_path,
    place_label,
    save_opinion,
    value_at,
)
from toolkit.rollup.completeness import place_of

DAYS_TO_ANSWER = 5


class CannotDecide(NianbaoError):
    """The decision does not fit the report; the sentence says why and what to do instead."""


@dataclass(frozen=True)
class Review:
    """A member's report under review, with what was decided on it before."""

    verdict: Verdict
    area: Jurisdiction
    member: Member
    steps: tuple[Step, ...]

    @property
    def params(self) -> Path:
        return self.verdict.file

    @property
    def report(self) -> Report:
        return self.verdict.report

    @property
    def key(self) -> dict[str, object]:
        """The report's place in the ledger."""
        year = self.report.year
        return {"year": year, "place": place_of(self.params.parent, year), "file": self.params.stem}

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical params: what a decision is about."""
        return report_digest(self.report)

    @property
    def status(self) -> Status:
        return status_of(self.steps, self.digest)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Warnings without a reason."""
        return tuple(item for item in self.verdict.findings if item.severity == "warning" and not item.confirmed)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What the organ did about the last opinion; none when the report was not returned."""
        opinion = opinion_beside(self.params)
        return answers(opinion, self.report, {(item.code, item.place) for item in self.verdict.findings}) if opinion else ()


def open_review(params: Path, ledger: Ledger, today: date) -> Review:
    """The report of a member.

    Raises:
        UsageError: there is no member list beside the file, or the file belongs to none of its members.
        ParamsUnreadable: the report or the list cannot be read.
    """
    listed = params.parent / JURISDICTION_FILE
    if not listed.is_file():
        raise UsageError(f"{params.parent} 里没有成员名单（{JURISDICTION_FILE}），不能审核；名单可用 nianbao start 建立")
    area = read_jurisdiction(listed)
    member = next((item for item in area.members if item.file == params.stem), None)
    if member is None:
        raise UsageError(f"{params.name} 不属于成员名单中的任何单位，请先补进 {JURISDICTION_FILE} 的 members")
    verdict = judge_file(params, today=today)
    year = verdict.report.year
    steps = steps_by_file(ledger.records, year, place_of(params.parent, year)).get(params.stem, ())
    return Review(verdict, area, member, steps)


def begin_review(review: Review, ledger: Ledger, hand: str, now: datetime) -> bool:
    """Note that an officer looks at a version (审核中); once for each version. Returns whether it was noted now."""
    if review.status.stage not in ("received", "resubmitted", "corrected"):
        return False
    _record(review, ledger, "reviewing", hand, now)
    return True


def make_opinion(review: Review, remarks: Sequence[str], hand: str, today: date, answer_by: date | None = None) -> Opinion:
    """The opinion on a report: errors, warnings without a reason, and the officer's own remarks.

    A remark may name its place: ``applications.new.total=与登记台账不一致``.

    Raises:
        CannotDecide: there is nothing to return it for.
    """
    findings = [
        (_bare(item), item.code, item.severity, item.place, item.next_step) for item in (*review.verdict.errors, *review.warnings)
    ]
    remarks_asked = [_remark(review, text) for text in remarks]
    items = [_item(review, number, *parts) for number, parts in enumerate([*findings, *remarks_asked], 1)]
    if not items:
        raise CannotDecide(f"{review.member.name}：没有错误，也没有未确认的警告；要退回的，请用 --remark 写明审核意见")
    return Opinion(
        year=review.report.year, organ=review.member.name, round=review.status.returns + 1, digest=review.digest,
        returned_on=today, answer_by=answer_by or today + timedelta(days=DAYS_TO_ANSWER), office=review.area.signed_by,
        officer=hand, items=tuple(items),
    )  # fmt: skip


def return_report(review: Review, opinion: Opinion, ledger: Ledger, now: datetime) -> None:
    """Note the return, with the opinion as data, and keep the opinion beside the params."""
    save_opinion(opinion, review.params)
    more = {"answer_by": opinion.answer_by.isoformat(), "opinion": opinion.model_dump(mode="json")}
    _record(review, ledger, "returned", opinion.officer, now, **more)


def accept_report(review: Review, ledger: Ledger, hand: str, now: datetime) -> bool:
    """Accept the version at hand; False when it was accepted before.

    Raises:
        CannotDecide: it has errors, is a draft, or what was asked has no answer.
    """
    if review.status.stage in ("accepted", "published"):
        return False
    came = [step.draft for step in review.steps if step.event == "received"]
    if came and all(came):
        raise CannotDecide(f"{review.member.name}：报来的是草稿，不能通过；请催报正式报告")
    if review.verdict.errors:
        raise CannotDecide(f"{review.member.name}：还有 {len(review.verdict.errors)} 处错误，不能通过；请用 --return 退回")
    open_items = [str(answer.item.number) for answer in review.answers if answer.done == "open"]
    if open_items:
        raise CannotDecide(
            f"{review.member.name}：审核意见第 {'、'.join(open_items)} 条还没有改，也没有说明，不能通过；请用 --return 再退回"
        )
    _record(review, ledger, "accepted", hand, now)
    remove_file(opinion_path(review.params))  # answered; the ledger keeps it
    return True


def _item(review: Review, number: int, message: str, code: str, kind: Severity, place: str, step: str) -> OpinionItem:
    """One item of the opinion; one that was asked for before is a remark again."""
    asked_before = code == OPEN_CODE
    severity: Literal["error", "warning"] = "error" if kind == "error" else "warning"
    at = _place(review, place)
    return OpinionItem(
        number=number, message=message, code="" if asked_before else code, severity=severity,
        place=at, value=value_at(review.report, at), next_step=step,
    )  # fmt: skip


def _remark(review: Review, text: str) -> tuple[str, str, Severity, str, str]:
    """A remark of the officer as message, code, severity, place and next step."""
    place, equals, words = text.partition("=")
    name = f"narrative.{place.strip()}" if place.strip() in review.report.form.part_by_key else place.strip()
    if equals and place_label(review.report, name):
        return words.strip(), "", "warning", name, ""
    if equals and place.isascii() and place.count(".") == 2:
        raise UsageError(f"没有“{place}”这一格；写法如 applications.new.total=意见，或 overview=意见")
    return text.strip(), "", "warning", "", ""


def _bare(finding: Finding) -> str:
    """The message of a finding; of an item asked before without its number there."""
    return (finding.code == OPEN_CODE and finding.message.partition("\u3000")[2]) or finding.message


def _place(review: Review, place: str) -> str:
    """A place that the opinion can compare later; none for a finding about the report as a whole."""
    return place if review.report.form.cell(place) or place.startswith(("narrative.", "organ.")) else ""


def _record(review: Review, ledger: Ledger, decision: Decision, hand: str, now: datetime, **more: object) -> None:
    ledger.append(decision_record(decision, review.key, review.member.name, now, hand, review.digest, **more))
