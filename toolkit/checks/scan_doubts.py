"""Doubt figures that were recognised on a scan where the text of the same scan states another number.

In: an ``Imported``. Out: the same, in which such cells are unclear: table and text were printed alike, so one of them was misread
or altered, and a person has to look. What was proven by sums with these cells is recognised only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from toolkit.checks.assembly import case_of_document
from toolkit.checks.narrative.findings import severity_of
from toolkit.forms import Address
from toolkit.importing.published import Imported
from toolkit.importing.recognition.cells import CellReading
from toolkit.importing.recognition.proving import PROVEN_BY_SUMS, prove
from toolkit.importing.source import TEXT_DIFFERS
from toolkit.report import Report

_PASSED = ("recognised", "proven")
_NOT_PROVEN = "看不清，而能核实它的合计里有数与文字部分不同"


def doubt_by_text(imported: Imported) -> Imported:
    """The report with the cells in doubt that the text of its scan contradicts.

    Figures of a data code, and those of text, stay as they are.
    """
    report, recognised = imported.report, any(cell.state in _PASSED for cell in imported.cells.values())
    if report is None or imported.data_code is not None or not recognised:
        return imported
    doubted = {at: words for at, words in _stated_otherwise(report).items() if imported.cells[at].state in _PASSED}
    if not doubted:
        return imported
    cells = prove({at: _doubted(reading, doubted.get(at, "")) for at, reading in imported.cells.items()}, report.form)
    form = imported.form
    if form:
        form = replace(form, unread={**form.unread, **_unread(imported.cells, cells)})
    return replace(imported, cells=cells, report=_with_figures(report, cells), form=form)


def _stated_otherwise(report: Report) -> dict[Address, str]:
    """The cells that a sentence contradicts, with its number; approximate numbers do not count."""
    return {
        address: reading.tie.text
        for reading in case_of_document(report).text.readings
        if (reading.tie.kind, reading.tie.state) == ("cell", "differs") and severity_of(reading) != "notice"
        for address in reading.tie.addresses
    }


def _doubted(reading: CellReading, words: str) -> CellReading:
    if words:
        return replace(reading, state="unclear", value=None, why=f"{TEXT_DIFFERS}“{words}”")
    if reading.why == PROVEN_BY_SUMS:
        return replace(reading, state="unclear", value=None, why=_NOT_PROVEN)
    return replace(reading, state="recognised") if reading.state == "proven" and reading.value is not None else reading


def _with_figures(report: Report, cells: Mapping[Address, CellReading]) -> Report:
    for address in report.form.cells:
        if cells[address].value is None:
            report = report.with_value(address, None)
    return report


def _unread(before: Mapping[Address, CellReading], after: Mapping[Address, CellReading]) -> dict[Address, str]:
    """Why each cell is unclear that was not: the text contradicts it, or the sums that are left do."""
    return {at: f"不清：{cell.why}" for at, cell in after.items() if cell.state == "unclear" != before[at].state}
