"""Find figures of single members that the county should ask about: right by every rule, but unlike the others or last year.

In: this year's and last year's reports of the members. Out: one sentence per figure, with both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.report import Report

FEW = 10  # below this many cases a change or a share says little
JUMP = 2  # this year more than twice, or less than half, of last year


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask a member about."""

    organ: str
    about: str
    sentence: str


def questions(reports: Sequence[Report], last_year: Mapping[str, Report]) -> tuple[Question, ...]:
    """What to ask, member by member; ``last_year`` by the organ's full name."""
    listed: list[Question] = []
    shares = _share_refused(reports)
    for report in reports:
        before = last_year.get(report.organ.name)
        listed += _jumps(report, before) if before else ()
        listed += _results(report, shares)
    return tuple(listed)


def _count(report: Report, table: str, row: str, column: str) -> int:
    return int(report.number(table, row, column) or 0)


_COMPARED = (
    ("新收申请", "applications", "new", "total"),
    ("行政许可处理决定", "permits", "permits", "decisions"),
    ("行政处罚处理决定", "enforcement", "penalties", "decisions"),
    ("行政复议", "disputes", "review", "total"),
)


def _jumps(report: Report, before: Report) -> Iterator[Question]:
    for name, table, row, column in _COMPARED:
        now, then = _count(report, table, row, column), _count(before, table, row, column)
        if max(now, then) >= FEW and (now > JUMP * then or now * JUMP < then):
            yield Question(report.organ.name, name, f"{name}由 {then} 件变为 {now} 件（{_change(now, then)}）")


def _change(now: int, then: int) -> str:
    """As people say it: a percentage, and from tenfold on the times."""
    if not then:
        return "上年为 0"
    return f"是上年的 {Decimal(now * 100) / then:.0f}%" if now < 10 * then else f"是上年的 {Decimal(now) / then:.0f} 倍"


def _results(report: Report, usual: Decimal) -> Iterator[Question]:
    organ, refused = report.organ.name, _refused(report)
    handled, carried_out = (_count(report, "applications", row, "total") for row in ("total", "carried_out"))
    if handled >= FEW and Decimal(refused) / handled > max(usual * 2, Decimal("0.3")):
        share = Decimal(refused * 100) / handled
        sentence = f"办结 {handled} 件中不予公开 {refused} 件（{share:.0f}%），各单位平均 {usual * 100:.0f}%"
        yield Question(organ, "不予公开", sentence)
    if carried_out >= FEW and carried_out * 2 > handled:
        yield Question(organ, "结转", f"结转下年度 {carried_out} 件，超过办结数 {handled} 件的一半，请核对办理期限")
    for row, name in (("review", "行政复议"), ("direct_lawsuit", "直接起诉"), ("lawsuit_after_review", "复议后起诉")):
        total, corrected = _count(report, "disputes", row, "total"), _count(report, "disputes", row, "corrected")
        if total >= 3 and corrected * 2 > total:
            yield Question(organ, "纠正", f"{name} {total} 件中被纠正 {corrected} 件，请了解答复质量")


def _refused(report: Report) -> int:
    rows = [row for outcome in report.form.outcomes if outcome.key == "refused" for row in outcome.rows]
    return sum(_count(report, "applications", row, "total") for row in rows)


def _share_refused(reports: Sequence[Report]) -> Decimal:
    handled = sum(_count(report, "applications", "total", "total") for report in reports)
    return Decimal(sum(_refused(report) for report in reports)) / handled if handled else Decimal(0)
