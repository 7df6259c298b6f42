"""Turn findings into what the browser lists, marks and offers to mend; plain JSON out.

A finding keeps its number from one check to the next as long as rule, place and words stay the same, so that the list
does not jump while a clerk types. No mend is offered where a person would have to think first: of no figure of the text that
is approximate, of a part of the organ, or written in words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha1
from typing import Any, Literal

from toolkit.checks import Finding, Severity
from toolkit.checks.fixes.localisation import Mend as TableMend
from toolkit.entry.session.boxes import BLANK, CARRIED, REFUSED, SCANNED
from toolkit.entry.session.office_words import office_words
from toolkit.forms import Address, Form, Table
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
        yield _mend_of_cell(finding.place, finding.repair)
    elif _is_figure_of_text(finding):
        text = getattr(report.narrative, finding.where.removeprefix("narrative."), "")
        yield from _figure_of_text(finding, text[finding.start : finding.end], text[finding.end : finding.end + 2])


@lru_cache(maxsize=1024)
def _mend_of_cell(place: str, repair: str) -> Mend:
    return Mend(f"改为 {repair}", {f"figures.{place}": repair})


def _is_figure_of_text(finding: Finding) -> bool:
    return finding.code.startswith("text-") and finding.start >= 0 and not finding.edits


@lru_cache(maxsize=1024)  # a key changes few of them
def _figure_of_text(finding: Finding, words: str, behind: str) -> tuple[Mend, ...]:
    """写“15件”, the table has 13: the one number of these words, written in digits, exact, of the organ as a whole."""
    numbers = list(_NUMBER.finditer(words))
    if len(numbers) != 1 or numbers[0][0] != finding.found or not _NUMBER.fullmatch(finding.expected):
        return ()
    if _NOT_THE_FIGURE.search(words + behind) or "本级或内设机构" in finding.message:
        return ()
    start, end = (finding.start + place for place in numbers[0].span())
    mend = Mend(f"把文字改为 {finding.expected}", {}, edits=((start, end, finding.expected),), where=finding.where)
    return (mend,)


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


ListedSeverity = Literal["blank"] | Severity
LISTED_NAMES: dict[ListedSeverity, str] = {"error": "错误", "blank": "待填", "warning": "警告", "notice": "提示"}
_ORDER = {severity: at for at, severity in enumerate(LISTED_NAMES)}

FEW_BLANKS = 5  # so many blank cells of a table are listed one by one
_FEW = 4  # sides of an identity that are marked whole; a sum of 21 rows is marked at its total only


@dataclass(frozen=True, slots=True)
class ListedFinding:
    """A finding with its number, the cells it concerns and the mends on offer."""

    id: str
    finding: Finding
    cells: tuple[Address, ...]
    mends: tuple[Mend, ...]
    is_todo: bool = False  # 待填: nothing was put in yet, which is not wrong while the form is being filled in
    culprit: Address | None = None  # the cell that a sure mend names

    @property
    def severity(self) -> ListedSeverity:
        return "blank" if self.is_todo and not self.finding.confirmed else self.finding.severity

    @property
    def severity_name(self) -> str:
        return LISTED_NAMES[self.severity]


def list_findings(report: Report, findings: Iterable[Finding], *, todo: bool = True) -> tuple[ListedFinding, ...]:
    """Findings in the order given, each with a number that no other has; with ``todo`` blanks are 待填 and no errors."""
    listed: dict[str, ListedFinding] = {}
    items = tuple(findings)
    agree = _tables_agree(report.form, items)
    for finding in items:
        number = _number(finding)
        while number in listed:
            number += "+"
        cells = concerned(report.form, finding)
        listed[number] = ListedFinding(
            number, finding, cells, mends_of(report, finding, tables_agree=agree), todo and is_todo(report, finding)
        )  # fmt: skip
    return tuple(listed.values())


def _tables_agree(form: Form, findings: Iterable[Finding]) -> bool:
    """Whether every sum of the tables adds up."""
    sums = {identity.code for table in form.tables for identity in table.identities}
    return not any(finding.code in sums for finding in findings)


def is_todo(report: Report, finding: Finding) -> bool:
    """Whether a finding says no more than that a place was not filled in yet."""
    match finding.code:
        case "section-empty":
            return not getattr(report.narrative, finding.where.removeprefix("narrative."), "").strip()
        case "fee-missing":
            return not report.narrative.other.strip()
        case "contact-missing":
            return finding.where == "organ.contact"
    return finding.code in ("fee-blank", BLANK) or is_blank(finding)


def count_listed(listed: Iterable[ListedFinding]) -> dict[ListedSeverity, int]:
    """The number of unconfirmed findings of each kind."""
    counts = Counter(item.severity for item in listed if not item.finding.confirmed)
    return {severity: counts[severity] for severity in LISTED_NAMES}


def with_mends(report: Report, listed: Sequence[ListedFinding], suggested: Sequence[TableMend]) -> tuple[ListedFinding, ...]:
    """Findings about sums with the mends of their table on offer: at the first of them that a mend sets right."""
    offered: set[int] = set()
    out = []
    agree = _tables_agree(report.form, (item.finding for item in listed))
    for item in listed:
        fitting = [at for at, mend in enumerate(suggested) if at not in offered and _touches(mend, item)]
        offered.update(fitting)
        mends = (*mends_of(report, item.finding, tables_agree=agree), *(table_mend(suggested[at]) for at in fitting))
        settling = [mend for mend in suggested if _settles(mend, item)]
        out.append(_with_culprit(replace(item, mends=mends), [suggested[at] for at in fitting] or settling))
    return tuple(out)


def _with_culprit(item: ListedFinding, offered: Sequence[TableMend]) -> ListedFinding:
    """The finding leads to the one cell that its only sure mend changes; where several are as likely none is named."""
    if len(offered) != 1 or not offered[0].sure or len(offered[0].changes) != 1:
        return item
    culprit = offered[0].changes[0][0]
    return replace(item, culprit=culprit, cells=(culprit, *(cell for cell in item.cells if cell != culprit)))


def _settles(mend: TableMend, item: ListedFinding) -> bool:
    """The sum that a finding is about holds again after the mend, perhaps that of the totals beside it."""
    return len(item.cells) > 1 and any(cells.issuperset(item.cells) for cells in mend.settled)


def _touches(mend: TableMend, item: ListedFinding) -> bool:
    """A mend belongs to a finding about a sum in its table; the cell it changes need not be one that is marked."""
    return len(item.cells) > 1 and any(address.table == item.finding.table for address, _, _ in mend.changes)


@lru_cache(maxsize=1024)
def _number(finding: Finding) -> str:
    text = f"{finding.code}|{finding.place}|{finding.found if finding.where else ''}"
    return sha1(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()[:10]


def concerned(form: Form, finding: Finding) -> tuple[Address, ...]:
    """The cells a finding is about, the one to go to first."""
    if not (finding.table and finding.row and finding.column):
        return _whole_table(form, finding.where or finding.place)
    own = Address(finding.table, finding.row, finding.column)
    table = form.table_by_key.get(finding.table)
    if table is None or own not in form.cells:
        return ()
    return tuple(dict.fromkeys((own, *_sides(table, finding, own))))


def _whole_table(form: Form, where: str) -> tuple[Address, ...]:
    """The first cell of what a finding about a table, a row or a part of the form names."""
    kind, _, place = where.partition(".")
    if kind == "form":
        tables = next((part.tables for part in form.parts if part.key == place), ())
        return tuple(address for address in form.cells if address.table in tables)[:1]
    named = place if kind == "figures" else where
    if kind == "figures" or kind in form.table_by_key:
        return tuple(address for address in form.cells if f"{address}.".startswith(f"{named}.") or not named)[:1]
    return ()


def _sides(table: Table, finding: Finding, own: Address) -> Iterable[Address]:
    for identity in table.identities:
        if identity.code != finding.code:
            continue
        left, right = identity.sides(own.row if identity.along == "row" else own.column)
        if own in (*left, *right):
            yield from left
            yield from right if len(right) <= _FEW else ()


def with_blanks_together(form: Form, listed: Iterable[ListedFinding]) -> tuple[ListedFinding, ...]:
    """The list without a line for each blank cell: a table with many says how many, and leads to the first.

    A blank cell that waits to be read off a scan has a finding of its own, which says where to look.
    """
    items = tuple(listed)
    waiting = {item.cells for item in items if item.finding.code == SCANNED}
    items = tuple(item for item in items if not (is_blank(item.finding) and item.cells in waiting))
    blanks: dict[str, list[ListedFinding]] = {}
    for item in items:
        if is_blank(item.finding):
            blanks.setdefault(form.table_by_key[item.finding.table].name, []).append(item)
    many = {name: group for name, group in blanks.items() if len(group) > FEW_BLANKS}
    hidden = {item.id for group in many.values() for item in group}
    together = [_group(name, group) for name, group in many.items()]
    # errors first: what is still to be filled in must not hide what is wrong
    left = [*together, *(item for item in items if item.id not in hidden)]
    return tuple(sorted(left, key=lambda item: _ORDER[item.severity]))


def _group(name: str, group: Sequence[ListedFinding]) -> ListedFinding:
    first = group[0]
    message = f"{name}还有 {len(group)} 格没有填写"
    return replace(first, id=f"blank-{name}", finding=replace(first.finding, message=message, repair=""), mends=())


def is_blank(finding: Finding) -> bool:
    """A cell with nothing in it; its look says so already."""
    return finding.code == "cell-blank" and not finding.found


def finding_json(listed: ListedFinding) -> dict[str, Any]:
    finding = listed.finding
    return {
        "id": listed.id, "severity": listed.severity, "message": office_words(finding.message),
        "next_step": finding.next_step and office_words(finding.next_step),
        "confirmed": finding.confirmed, "where": finding.where, "start": finding.start, "end": finding.end,
        "cells": [str(address) for address in listed.cells], "culprit": str(listed.culprit or ""),
        "mends": [{"id": at, "label": mend.label, "reason": mend.reason} for at, mend in enumerate(listed.mends)],
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Progress:
    """填报进度: cells to fill in (totals fill themselves) and those filled."""

    filled: int
    total: int


def fill_progress(report: Report) -> Progress:
    """How many cells of the tables are filled in; a dirty cell counts, for it is not empty."""
    to_fill = [address for address in report.form.cells if address not in report.form.sums]
    return Progress(sum(report.figures[address] is not None for address in to_fill), len(to_fill))
