"""Check a report that was just imported, and write its params with a head that says what a person has to look at.

In: an ``Imported``. Out: its findings, as ``nianbao check`` has them, with those on the document; the text of its params.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from toolkit.checks.assembly import assemble, case_of_document
from toolkit.checks.case import OutputDifference
from toolkit.checks.catalogue import run_case
from toolkit.checks.finding import Finding
from toolkit.checks.running import FileFindings, check_case
from toolkit.importing.published import Imported
from toolkit.importing.recognition.cells import STATE_NAMES
from toolkit.report.scanned import ScannedCell
from toolkit.report.writing import report_to_yaml

_HEAD = 60  # lines of comment before the params


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
