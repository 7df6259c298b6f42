"""Find changes against last year in free words: 数量有所回落, 比去年少了三分之一, 相当于2023年的1.5倍, 与2023年一样多.

In go clauses and both years' reports, out come trends that last year's report contradicts. What changed is named in the clause;
otherwise it is the last whole that the sentence has told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import COUNTS, total
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.statements.amounts import amounts_of
from toolkit.checks.narrative.statements.clauses import Clause, place_of
from toolkit.checks.narrative.statements.roles import Role
from toolkit.forms import Address
from toolkit.report import Report

_TIMES = re.compile(r"(?:相当于|是|为|达).{0,14}?(?P<times>\d{1,3}(?:\.\d{1,2})?|[一二三两四五六七八九十])(?P<unit>倍|%)")
_DOUBLED = re.compile(r"翻(?:了)?(?:一番|番|倍|一倍)")
_SAME, _NEARLY = Decimal("0.1"), 5.0
_DENIED = ("neg", "zero", "cleared")
_NO_SUBJECT = ("text-carried", "text-outcome")
_WORDS = {"二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "一": 1}


@dataclass(frozen=True, slots=True)
class Trend:
    """A change that the two reports do not have: the cells, both years' values and the words."""

    cells: tuple[Address, ...]
    now: Decimal
    before: Decimal
    where: str
    start: int
    end: int
    text: str


def wrong_trends(clause: Clause, report: Report, last_year: Report | None) -> Iterator[Trend]:
    """The changes of a clause that the reports contradict."""
    if last_year is None or clause.has("modal", "period", "many", "rate", "block"):
        return
    changes = [role for role in clause.roles if role.kind in ("up", "down", "same", "to")]
    subject = _subject(clause)
    if not subject or not _compares_with_last(clause, report.year) or len(changes) > 1:
        return
    if any(cell not in last_year.form.cells for cell in subject):
        return
    now, before = sum_of(report, subject), sum_of(last_year, subject)
    if now is None or before is None:
        return
    change = changes[0] if changes else None
    if _contradicts(clause, change, now, before):
        start, end = _span(clause, change)
        yield Trend(subject, now, before, clause.part.where, start, end, clause.part.plain.original[start:end])


def _span(clause: Clause, change: Role | None) -> tuple[int, int]:
    if change is None or clause.figures or amounts_of(clause.text):
        return clause.part.plain.span(clause.start, clause.end)
    return clause.part.plain.span(clause.base + change.start - min(2, change.start), clause.base + change.end)


def _subject(clause: Clause) -> tuple[Address, ...]:
    """What the clause names, or the last whole that the sentence has told."""
    acts = [role.value for role in clause.roles if role.kind == "act"]
    items = any(item.figure.unit == "项" for item in clause.figures)  # 行政许可上年 115 项，减 5 项: items, not decisions
    if "fees" in acts or (acts and items):
        return ()
    if acts and clause.topic == "act":
        table = "permits" if acts[-1] == "permits" else "enforcement"
        return (Address(table, acts[-1], "decisions"),)
    if any(role.kind in ("person", "firm", "body", "review", "suit", "doc", "publish", "share") for role in clause.roles):
        return ()
    last = clause.before[-1] if clause.before else None
    own = {item.quantity.addresses for item in clause.figures if item.quantity is not None}
    if last is not None and own - {last.quantity.addresses if last.quantity is not None else ()}:
        return ()  # 新制发 8 件，现行有效由上年的 70 件减为 63 件
    if last is not None:
        denied = any(role.kind in _DENIED and role.start > place_of(clause, last) for role in clause.earlier)
        return () if denied else _told(last)  # 办结 2 件，今年末没有结转，比去年末少 1 件
    return (total("new"),) if clause.topic == "app" and clause.has("app") else ()


def _told(reading: Reading) -> tuple[Address, ...]:
    figure, quantity = reading.figure, reading.quantity
    whole = not (figure.scope or figure.about or figure.year is not None or figure.one or figure.change)
    if not whole or quantity is None or quantity.certainty == "weak" or quantity.each or quantity.name == "fees":
        return ()
    if quantity.code in _NO_SUBJECT:
        return ()
    return quantity.addresses if reading.tie.state == "agrees" and len(reading.tie.addresses) == len(quantity.addresses) else ()


def _compares_with_last(clause: Clause, year: int) -> bool:
    """较上年, 同比, 2023年: not with the month or a year before the last."""
    roles = (*clause.earlier[-3:], *clause.roles)
    if any((role.kind, role.value) in (("compare", "other"), ("last", "before")) for role in roles):
        return False
    years = [int(role.value) for role in clause.roles if role.kind == "year" and int(role.value) != year]
    if years:
        return years == [year - 1]
    words, begin = clause.part.plain.text, clause.base
    degrees = {role.start for role in clause.roles if role.kind in ("up", "down") and words[begin + role.start - 1] == "较"}
    compared = any(role.kind == "compare" and role.end not in degrees for role in clause.roles)  # 误申请较多: rather many
    return clause.has("last") or compared or _alone(clause)


def _alone(clause: Clause) -> bool:
    """收到申请 12 件，数量有所回落: a change without a figure right behind the whole."""
    change = [role for role in clause.roles if role.kind in ("up", "down")]
    return len(change) == 1 and "有所" in clause.text and bool(clause.before)


def _contradicts(clause: Clause, change: Role | None, now: Decimal, before: Decimal) -> bool:
    times = _times(clause)
    if times is not None:
        return before > 0 and abs(float(now / before) - times) > max(0.1 * times, 0.05)
    if change is None or change.kind == "to":
        return False
    if change.kind == "same":
        return abs(now - before) > before * _SAME
    gap = now - before
    if (gap <= 0 and change.kind == "up") or (gap >= 0 and change.kind == "down"):
        return True
    return _amount_differs(clause, abs(gap), before)


def _times(clause: Clause) -> float | None:
    if _DOUBLED.search(clause.text):
        return 2.0
    match = _TIMES.search(clause.text)
    if match is None or not (clause.has("last") or clause.has("year")) or clause.has("up", "down"):
        return None
    value = float(_WORDS.get(match["times"], 0) or match["times"])
    return value / 100 if match["unit"] == "%" else value


def _is_base(clause: Clause, before: Decimal) -> bool:
    """较上年的 3 件有所上升: the figure is last year's."""
    return re.search(rf"(?:上年|去年|上一年度?|同期|20\d\d年)的{before:f}(?!\d)", clause.text) is not None


def _amount_differs(clause: Clause, gap: Decimal, before: Decimal) -> bool:
    """By how much, where the clause says so; a figure of last year beside it is none of the change."""
    shares = amounts_of(clause.text)
    if shares:
        share = float(100 * gap / before) if before else 0.0
        return all(not item.low - _NEARLY / 10 <= share <= item.high + _NEARLY / 10 for item in shares)
    counts = [item.figure for item in clause.figures if item.figure.unit in COUNTS and item.figure.year is None]
    return len(counts) == 1 and gap not in counts[0].span and not _is_base(clause, before)
