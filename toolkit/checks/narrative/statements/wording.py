"""Word the findings on statements in free words: in goes the analysis, out come findings. None of them is an error."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.checks.finding import Finding
from toolkit.checks.narrative.analysis import TextAnalysis
from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import Quantity
from toolkit.checks.narrative.findings import PART_NAMES, name_of, one_line, percent, shown
from toolkit.checks.narrative.statements.counts import Count
from toolkit.checks.narrative.statements.crossing import Crossing
from toolkit.checks.narrative.statements.polarity import Statement
from toolkit.checks.narrative.statements.rankings import Ranking

_STEP = "请核对：说法另有所指的可确认并写明原因，文字照抄上年的改文字，表格多填的改表格"


def statement_findings(text: TextAnalysis, code: str) -> Iterator[Finding]:
    """What the text says of none, of all and as a count in free words, against the tables."""
    for item in text.statements.polar:
        if item.code == code:
            yield _polar(text, item)
    for count in text.statements.counts:
        if count.code == code:
            yield _count(text, count)
    for ranking in text.statements.rankings:
        if ranking.code == code:
            yield _ranking(text, ranking)
    for crossing in text.statements.crossings:
        if crossing.code == code:
            yield _crossing(text, crossing)


def _crossing(text: TextAnalysis, item: Crossing) -> Finding:
    form = text.cells.report.form
    part = name_of(form, Quantity("", "", item.part))
    expected = item.size if item.says == "all" else Decimal(0) if item.says == "none" else item.value
    against = f"，{name_of(form, Quantity('', '', item.whole))}为 {shown(item.size)}" if item.says == "all" else ""
    return Finding(
        item.code, "warning",
        f"{PART_NAMES[item.where]}写“{one_line(item.text)}”，{part}为 {shown(item.value)}{against}",
        expected=shown(expected), found=shown(item.stated if item.says == "count" else item.value), where=item.where,
        start=item.start, end=item.end, next_step=_STEP,
    )  # fmt: skip


def _ranking(text: TextAnalysis, item: Ranking) -> Finding:
    form = text.cells.report.form
    own, rival = (name_of(form, Quantity("", "", cells)) for cells in (item.cells, item.rival))
    place = f"，实为第 {item.rank} 位" if item.rank else ""
    return Finding(
        item.code, "warning",
        f"{PART_NAMES[item.where]}写“{one_line(item.text)}”，{own}为 {shown(item.value)}，{rival}为 {shown(item.beside)}{place}",
        expected=shown(item.beside), found=shown(item.value), where=item.where, start=item.start, end=item.end, next_step=_STEP,
    )  # fmt: skip


def _count(text: TextAnalysis, item: Count) -> Finding:
    name = name_of(text.cells.report.form, Quantity("", "", item.cells))
    return Finding(
        item.code, "warning",
        f"{PART_NAMES[item.where]}写“{one_line(item.text)}”，按上下文像是说{name}，表中为 {shown(item.expected)}",
        expected=shown(item.expected), found=shown(item.value), where=item.where, start=item.start, end=item.end,
        next_step=_STEP,
    )  # fmt: skip


def _polar(text: TextAnalysis, item: Statement) -> Finding:
    report = text.cells.report if not item.last else text.cells.last_year or text.cells.report
    value = sum_of(report, item.part) or Decimal(0)
    whole = sum_of(report, item.whole) if item.whole and not item.last else None
    name = name_of(report.form, Quantity("", "", item.part))
    against = "" if whole is None else f"，{name_of(report.form, Quantity('', '', item.whole))}为 {shown(whole)}"
    return Finding(
        item.code, "warning", f"{PART_NAMES[item.where]}写“{one_line(item.text)}”，{name}为 {shown(value)}{against}",
        expected="0" if whole is None else shown(whole), found=shown(value), where=item.where, start=item.start, end=item.end,
        next_step=_STEP,
    )  # fmt: skip


def portion_findings(text: TextAnalysis) -> Iterator[Finding]:
    """Shares in words that no base makes right."""
    for item in text.statements.portions:
        name, share = name_of(text.cells.report.form, Quantity("", "", item.part)), percent(Decimal(item.expected))
        yield Finding(
            "text-percentage", "warning", f"{PART_NAMES[item.where]}写“{one_line(item.text)}”，{name}应占 {share}",
            expected=share, found=one_line(item.text), where=item.where, start=item.start, end=item.end,
            next_step="请核对比例和它的基数",
        )  # fmt: skip


def trend_findings(text: TextAnalysis) -> Iterator[Finding]:
    """Changes in words that the two years' reports do not have."""
    for item in text.statements.trends:
        name = name_of(text.cells.report.form, Quantity("", "", item.cells))
        way = "持平" if item.now == item.before else "增加" if item.now > item.before else "减少"
        gap = "" if item.now == item.before else f" {shown(abs(item.now - item.before))}"
        yield Finding(
            "growth-misquoted", "warning",
            f"{PART_NAMES[item.where]}写“{one_line(item.text)}”，{name}上年 {shown(item.before)}、本年 {shown(item.now)}，"
            f"应为{way}{gap}",
            expected=f"{way}{gap}", found=one_line(item.text), where=item.where, start=item.start, end=item.end,
            next_step="请按两年的数核对",
        )  # fmt: skip
