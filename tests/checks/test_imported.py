"""A figure of a scan that its own text contradicts waits for a person; what sums with it had proven is recognised only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.checks.imported import doubt_by_text, form_findings, scanned_cells
from toolkit.forms import Address
from toolkit.importing import Imported
from toolkit.importing.recognition.cells import CellReading
from toolkit.importing.recognition.proving import prove
from toolkit.importing.source import SCAN, TEXT_DIFFERS
from toolkit.report import Report, read_report
from toolkit.report.data_code import DataCode
from toolkit.report.read_form import ReadForm

SAMPLE = Path(__file__).resolve().parents[2] / "params/2024/云溪县/松石镇.yaml"
GRANTED, HANDLED = (Address("applications", row, "total") for row in ("granted", "total"))
OF_PERSONS = Address("applications", "granted", "natural_person")


@pytest.fixture
def report() -> Report:
    return read_report(SAMPLE)


def scan_of(report: Report) -> Imported:
    """The report as a scan gives it, its sums proven."""
    read = {
        at: CellReading("blank" if value is None else "recognised", value, str(value or 0), picture=b"png")
        for at in report.form.cells
        for value in (report.figures[at],)
    }
    return Imported(report, SCAN, year=report.year, cells=prove(read, report.form), form=ReadForm())


def with_another_sentence(report: Report) -> Report:
    words = f"予以公开{report.figures[GRANTED]}件"
    assert words in report.narrative.overview
    overview = report.narrative.overview.replace(words, f"予以公开{int(str(report.figures[GRANTED])) + 5}件")
    return replace(report, narrative=report.narrative.model_copy(update={"overview": overview}))


def test_a_figure_that_the_text_contradicts_is_unclear(report: Report) -> None:
    before = scan_of(with_another_sentence(report))
    after = doubt_by_text(before)
    assert before.cells[GRANTED].state == "proven"
    assert (after.cells[GRANTED].state, after.cells[GRANTED].value) == ("unclear", None)
    assert after.cells[GRANTED].why.startswith(TEXT_DIFFERS)
    assert after.cells[OF_PERSONS].state == after.cells[HANDLED].state == "recognised"
    waiting = scanned_cells(after)
    assert not waiting[str(GRANTED)].certain
    assert waiting[str(OF_PERSONS)].certain
    assert [finding for finding in form_findings(after) if finding.code == "cell-unread" and finding.row == "granted"]


def test_a_scan_whose_text_agrees_stays_as_it_is(report: Report) -> None:
    scan = scan_of(report)
    assert doubt_by_text(scan) is scan


@pytest.mark.parametrize("kind", ["a document of Word", "a scan with a data code"])
def test_figures_that_were_not_recognised_are_left_to_the_checks(report: Report, kind: str) -> None:
    scan = scan_of(with_another_sentence(report))
    code = DataCode(report.form.id, report.year, report.organ.name, b"", {}) if kind == "a scan with a data code" else None
    text = {at: replace(cell, state="read", picture=b"") for at, cell in scan.cells.items()}
    read = replace(scan, data_code=code) if code else replace(scan, format="docx", cells=text)
    assert doubt_by_text(read) is read


def test_a_blurred_figure_that_only_sums_with_the_doubted_one_prove_is_unclear_again(report: Report) -> None:
    scan = scan_of(with_another_sentence(report))
    blurred = Address("applications", "granted", "business")
    assert blurred in scan.cells
    read = {at: replace(cell, state="recognised") if cell.state == "proven" else cell for at, cell in scan.cells.items()}
    read[blurred] = CellReading("unclear", None, str(report.figures[blurred]), why="看不清", picture=b"png")
    scan = replace(scan, cells=prove(read, report.form))
    assert scan.cells[blurred].state == "proven"
    others = [at for at in scan.cells if at.row == "total" and at.column == blurred.column]
    scan = replace(scan, cells={**scan.cells, **{at: CellReading("missing", None, "") for at in others}})
    after = doubt_by_text(scan)
    assert (after.cells[blurred].state, after.cells[blurred].value) == ("unclear", None)
    assert after.form is not None
    assert {GRANTED, blurred} <= after.form.unread.keys()
