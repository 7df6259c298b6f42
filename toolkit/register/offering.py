"""Offer the counts of the register to the annual form: figures, the processing fee, and the sentences for part one.

In: the counts of a year. Out: values by path of the params file, and text whose figures are linked to their cells
(文中数字随表), so that a figure changed later changes in the text.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from toolkit.core.errors import UsageError
from toolkit.forms import Address, Form
from toolkit.register.counting import DISPUTES, Counts
from toolkit.register.lookup import look_up
from toolkit.register.requests import TABLE, role
from toolkit.report import Figures, ProcessingFee, Report
from toolkit.report.model import FigureLink, FromRegister

TOTAL = "total"
_LAWSUITS = ("direct_lawsuit", "lawsuit_after_review")


@dataclass
class Draft:
    """A text under way, with the links of its figures; ``start`` is where it begins in its part."""

    figures: Figures
    start: int = 0
    text: str = ""
    links: list[FigureLink] = field(default_factory=list)

    def add(self, words: str) -> None:
        self.text += words

    def figure(self, row: str, column: str = TOTAL, table: str = TABLE) -> None:
        """A figure that follows its cell."""
        address = Address(table, row, column)
        digits = str(self.figures.number(address) or 0)
        self.links.append(FigureLink(part="overview", start=self.start + len(self.text), address=str(address), text=digits))
        self.text += digits


def values_for(counts: Counts, today: date) -> dict[str, Any]:
    """The counts as values of the params file by path, with the mark ``from_register``; totals are left to be computed."""
    values: dict[str, Any] = {f"figures.{address}": None for address in counts.totals}
    values |= {f"figures.{address}": count for address, count in counts.figures.items()}
    if counts.states_fee:
        values |= {"processing_fee.notices": counts.fee_notices, "processing_fee.amount_yuan": counts.fee_yuan}
    return values | {"from_register.counted_on": today.isoformat()}


def sentences_for(counts: Counts, start: int = 0) -> tuple[str, tuple[FigureLink, ...]]:
    """The sentences on applications and disputes for part one, and the links of their figures.

    Args:
        counts: the counts of the year.
        start: where the sentences will begin in the text of part one.
    """
    figures = Figures(counts.form, counts.figures)
    text = Draft(figures, start)
    draft_applications(text, counts.year, "本机关")
    if DISPUTES in counts.form.table_by_key:
        _disputes(text)
    return text.text, tuple(text.links)


def draft_applications(text: Draft, year: int, who: str, received: str = "新收") -> None:
    """The sentences on the applications of a year; ``who`` received them."""
    form, number = text.figures.form, text.figures.number
    new, carried_in, handled, carried_out = (role(form, name) for name in ("new", "carried_in", "handled", "carried_out"))
    if not any(number(Address(TABLE, row, TOTAL)) for row in (new, carried_in, handled, carried_out)):
        text.add(f"{year}年，{who}未收到政府信息公开申请，也没有上年结转的申请。")
        return
    text.add(f"{year}年，{who}{received}政府信息公开申请")
    text.figure(new)
    text.add("件")
    _listed(text, [(label, new, kind) for kind, label in form.applicant_kinds.items()])
    text.add("，上年结转")
    text.figure(carried_in)
    text.add("件；办结")
    text.figure(handled)
    text.add("件")
    _outcomes(text, form)
    text.add("，结转下年度继续办理")
    text.figure(carried_out)
    text.add("件。")


def _listed(text: Draft, items: list[tuple[str, str, str]]) -> None:
    """其中 and the cells that are not 0, each linked."""
    present = [item for item in items if text.figures.number(Address(TABLE, item[1], item[2]))]
    for at, (label, row, column) in enumerate(present):
        text.add(f"{'，其中' if not at else '、'}{label}")
        text.figure(row, column)
        text.add("件")


def _outcomes(text: Draft, form: Form) -> None:
    """其中 and the kinds of outcome; one that is the sum of several rows has no cell to follow."""
    counts = {item: sum(int(text.figures.number(Address(TABLE, row, TOTAL)) or 0) for row in item.rows) for item in form.outcomes}
    for at, (outcome, count) in enumerate((outcome, count) for outcome, count in counts.items() if count):
        text.add(f"{'，其中' if not at else '、'}{outcome.label}")
        if len(outcome.rows) == 1:
            text.figure(outcome.rows[0])
        else:
            text.add(str(count))
        text.add("件")


def _disputes(text: Draft) -> None:
    rows = [("行政复议", "review"), ("未经复议直接提起的行政诉讼", _LAWSUITS[0]), ("复议后提起的行政诉讼", _LAWSUITS[1])]
    present = [item for item in rows if text.figures.number(Address(DISPUTES, item[1], TOTAL))]
    if not present:
        text.add("未发生因政府信息公开引起的行政复议、行政诉讼。")
        return
    for at, (label, row) in enumerate(present):
        text.add(f"{'因政府信息公开引起的' if not at else '、'}{label}")
        text.figure(row, table=DISPUTES)
        text.add("件")
    text.add("。")


def counts_for(report: Report, file: Path) -> Counts:
    """The counts of a report's register.

    Raises:
        UsageError: there is no register, none for this year, or it cannot be read.
    """
    figures = look_up(file, report.year)
    if figures.counts is None:
        raise UsageError(figures.problem or f"没有 {file.stem} 的台账，或台账里没有 {report.year} 年以前收到的申请")
    return figures.counts


def fill_report(report: Report, file: Path, today: date) -> Report:
    """The report with the counts of its register; totals are left to be computed.

    Raises:
        UsageError: as ``counts_for``.
    """
    counts = counts_for(report, file)
    written = {address: value for address, value in report.figures.given.items() if address not in counts.totals}
    fee = ProcessingFee(notices=counts.fee_notices, amount_yuan=counts.fee_yuan) if counts.states_fee else report.processing_fee
    return replace(
        report, figures=Figures(report.form, {**written, **counts.figures}), processing_fee=fee,
        from_register=FromRegister(counted_on=today.isoformat()),
    )  # fmt: skip
