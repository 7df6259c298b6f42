"""Check a report that was just imported, and write its params with a head that says what a person has to look at.

In: an ``Imported``. Out: its findings, as ``nianbao check`` has them, with those on the document; the text of its params; and
the same report with those recognised figures in doubt beside which the text of the scan has another number: table and text were
printed alike, so one of them was misread or altered. What was proven by sums with these cells is recognised only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from toolkit.checks.assembly import assemble, case_of_document
from toolkit.checks.case import OutputDifference
from toolkit.checks.catalogue import run_case
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.findings import severity_of
from toolkit.checks.running import FileFindings, check_case
from toolkit.forms import Address
from toolkit.importing.published import Imported
from toolkit.importing.recognition.cells import STATE_NAMES, CellReading
from toolkit.importing.recognition.proving import PROVEN_BY_SUMS, prove
from toolkit.importing.source import TEXT_DIFFERS
from toolkit.report import Report
from toolkit.report.scanned import ScannedCell
from toolkit.report.writing import report_to_yaml

_PASSED = ("recognised", "proven")
_NOT_PROVEN = "看不清，而能核实它的合计里有数与文字部分不同"
_HEAD = 60  # lines of comment before the params


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


def check_imported(imported: Imported, file: Path) -> FileFindings:
    """The findings of an imported report whose params are, or will be, in a file.

    Raises:
        ValueError: nothing was imported.
    """
    if imported.report is None:
        raise ValueError("no report")
    case = assemble(imported.report, file)
    return check_case(replace(case, read_form=imported.form, outputs=paper_differences(imported)), file)


def form_findings(imported: Imported) -> list[Finding]:
    """The findings that only the document shows, without those that the params show as well; none without a report."""
    if imported.report is None or imported.form is None:
        return []
    alone = case_of_document(imported.report)
    already_reported = set(run_case(alone))
    read = replace(alone, read_form=imported.form, outputs=paper_differences(imported))
    return [finding for finding in run_case(read) if finding not in already_reported]


def scanned_cells(imported: Imported) -> dict[str, ScannedCell]:
    """The cells of the year's form that a person has to compare with the scan: recognised ones and unclear ones."""
    form = imported.report.form if imported.report else None
    waiting: dict[str, ScannedCell] = {}
    for address, reading in imported.cells.items():
        if form and address in form.cells and reading.state in ("recognised", "unclear") and reading.picture:
            waiting[str(address)] = ScannedCell(reading.raw, reading.picture, reading.state == "recognised")
    return waiting


def paper_differences(imported: Imported) -> tuple[OutputDifference, ...]:
    """The cells in which the paper of a scan differs from its data code, as output-differs reports them."""
    form = imported.data_code.form if imported.data_code else None
    return tuple(
        OutputDifference(
            "扫描件", form.label(item.address), item.in_code, item.on_paper + ("" if item.certain else "（不很清楚）"), True
        )
        for item in imported.differences
        if form
    )


def params_text(imported: Imported, name: str, findings: Sequence[Finding]) -> str:
    """The params with a header comment that lists what was read and what remains to be filled in.

    Raises:
        ValueError: nothing was imported.
    """
    if imported.report is None:
        raise ValueError("no report")
    counts = "，".join(f"{STATE_NAMES[state]} {number} 格" for state, number in imported.count().items())
    lines = [f"# 从“{name}”导入：{counts}。"]
    for finding in findings:
        if finding.severity != "notice":
            step = f"。{finding.next_step}" if finding.next_step and finding.code != "cell-unread" else ""
            lines.append(f"# 请核对：{finding.message}{step}")
    safe = [re.sub(r"[\r\n\x85\u2028\u2029]+", " ", line) for line in lines[:_HEAD]]
    return "\n".join((*safe, report_to_yaml(imported.report)))
