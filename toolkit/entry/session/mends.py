"""What the form offers to press: the mends of one finding, as values by path or as edits of a text.

In: a report and a finding. Out: ``Mend``s, each with what its button says. Nothing is offered where a person would have to
think first: no figure of the text that is approximate, of a part of the organ, or written in words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.checks import Finding
from toolkit.checks.fixes.localisation import Mend as TableMend
from toolkit.entry.session.boxes import CARRIED, REFUSED
from toolkit.report import Report

NO_FEE = "本年度未收取信息处理费（0元）。"
_NUMBER = re.compile(r"(?<![0-9.,])[0-9]+(?:\.[0-9]+)?(?![0-9.,])")
_NOT_THE_FIGURE = re.compile(r"约|余|多|近|左右|上下|以上|超过|逾|万|亿|%|％|[一二三四五六七八九十百千]+[件次条项个人]")


@dataclass(frozen=True, slots=True)
class Mend:
    """One press that puts a finding right: what the button says, the values it sets by path, and what speaks for it."""

    label: str
    changes: Mapping[str, Any]
    reason: str = ""
    edits: tuple[tuple[int, int, str], ...] = ()  # in the text at ``where``
    where: str = ""


def mends_of(report: Report, finding: Finding, *, tables_agree: bool = True) -> tuple[Mend, ...]:
    """The mends of a finding that need no search.

    Where the tables do not agree with themselves (``tables_agree``), the text may be right and is not changed after them.
    """
    if _is_figure_of_text(finding) and not tables_agree:
        return ()
    return tuple(_mends(report, finding))


def table_mend(mend: TableMend) -> Mend:
    """A mend of sums that do not add up."""
    changes = {f"figures.{address}": value for address, _, value in mend.changes}
    label = f"改为 {mend.changes[0][2]}" if len(mend.changes) == 1 else "照此改正"
    return Mend(label, changes, f"{mend.sentence}（{mend.why}）" if mend.why else mend.sentence)


def _mends(report: Report, finding: Finding) -> Iterator[Mend]:
    if finding.edits:
        yield Mend(_edits_label(finding), {}, edits=finding.edits, where=finding.where)
    elif finding.code == CARRIED:
        yield Mend("都核对过了", {})
    elif finding.code == "fee-missing":
        yield from _no_fee(report)
    elif finding.code == REFUSED and finding.repair:
        yield Mend(f"改为 {finding.repair}", {finding.where: int(finding.repair) if finding.repair.isdigit() else finding.repair})
    elif finding.repair and finding.column:
        yield Mend(f"改为 {finding.repair}", {f"figures.{finding.place}": finding.repair})
    elif _is_figure_of_text(finding):
        yield from _figure_of_text(report, finding)


def _is_figure_of_text(finding: Finding) -> bool:
    return finding.code.startswith("text-") and finding.start >= 0 and not finding.edits


def _figure_of_text(report: Report, finding: Finding) -> Iterator[Mend]:
    """写“15件”, the table has 13: the one number of these words, written in digits, exact, of the organ as a whole."""
    text = getattr(report.narrative, finding.where.removeprefix("narrative."), "")
    words = text[finding.start : finding.end]
    numbers = list(_NUMBER.finditer(words))
    if len(numbers) != 1 or numbers[0][0] != finding.found or not _NUMBER.fullmatch(finding.expected):
        return
    if _NOT_THE_FIGURE.search(words + text[finding.end : finding.end + 2]) or "本级或内设机构" in finding.message:
        return
    start, end = (finding.start + place for place in numbers[0].span())
    yield Mend(f"把文字改为 {finding.expected}", {}, edits=((start, end, finding.expected),), where=finding.where)


def _no_fee(report: Report) -> Iterator[Mend]:
    """The sentence that there was no fee, unless table three or another part tells of one."""
    unpaid = report.number("applications", "other_not_paid", "total")
    texts = report.narrative.model_dump().values()
    if unpaid or any("处理费" in text for text in texts):
        return
    other = report.narrative.other.rstrip()
    words = f"{other and chr(10)}{NO_FEE}"
    yield Mend(
        f"写上“{NO_FEE.rstrip('。')}”", {}, edits=((len(other), len(report.narrative.other), words),), where="narrative.other"
    )


def _edits_label(finding: Finding) -> str:
    """What the button says: 改为“人民”, 删去, 改正 12 处."""
    if len(finding.edits) > 1:
        return f"改正 {len(finding.edits)} 处"
    words = finding.edits[0][2]
    return f"改为“{words[:16]}{'…' if len(words) > 16 else ''}”" if words.strip() else "删去" if not words else "改正"
