"""Fill in a report from its register: figures of parts three and four, the processing fee, the mark ``from_register``."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from toolkit.core.errors import UsageError
from toolkit.register.counting import Counts
from toolkit.register.lookup import look_up
from toolkit.report import Figures, ProcessingFee, Report
from toolkit.report.model import FromRegister


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
