"""The law of the importer: what we export, read back, is the same report, in every format and both editions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.importing.shapes import SETTERS, document, report, reports
from toolkit.importing import Imported
from toolkit.importing.published import import_source
from toolkit.importing.readers.formats import read_source
from toolkit.report import Report

# a failing report is told as it is: making it smaller would take minutes of exporting
QUICK = settings(
    max_examples=12,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def read_back(of: Report, kind: str, folder: Path) -> Imported:
    file = folder / f"report.{kind}"
    file.write_bytes(SETTERS[kind](document(of)))
    return import_source(read_source(file))


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def assert_same(read: Imported, of: Report) -> None:
    """Everything that is printed; which of them a report was is not (short name, superior, confirmations)."""
    got = read.report
    assert got is not None
    assert {str(a): got.figures[a] for a in of.form.cells} == {str(a): of.figures[a] for a in of.form.cells}
    assert (got.year, got.title, got.organ.level) == (of.year, of.title, of.organ.level)
    assert (got.organ.contact, got.organ.published_at) == (of.organ.contact, of.organ.published_at)
    assert sorted(got.channels, key=str) == sorted(of.channels, key=str)
    for part in ("overview", "problems", "other"):
        assert lines(getattr(got.narrative, part)) == lines(getattr(of.narrative, part))
    assert {remark.code for remark in read.findings} <= {"amount-unit"}
    assert {str(at): (cell.raw, cell.why) for at, cell in read.cells.items() if cell.state in ("unclear", "missing")} == {}


@given(of=reports())
@QUICK
def test_docx_reads_back(of: Report, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_same(read_back(of, "docx", tmp_path_factory.mktemp("docx")), of)


@given(of=reports())
@QUICK
def test_html_reads_back(of: Report, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_same(read_back(of, "html", tmp_path_factory.mktemp("html")), of)


@given(of=reports())
@QUICK
def test_xlsx_reads_back(of: Report, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_same(read_back(of, "xlsx", tmp_path_factory.mktemp("xlsx")), of)


@given(of=reports())
@settings(QUICK, max_examples=4)
def test_pdf_reads_back(of: Report, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert_same(read_back(of, "pdf", tmp_path_factory.mktemp("pdf")), of)


@pytest.mark.parametrize("kind", SETTERS)
@pytest.mark.parametrize("year", [2020, 2023])
def test_a_second_round_changes_nothing(kind: str, year: int, tmp_path: Path) -> None:
    """Preamble and title are texts of their own after the first import; printed and read again they stay."""
    first = read_back(report(year), kind, tmp_path).report
    assert first is not None
    second = read_back(first, kind, tmp_path).report
    assert second is not None
    assert second.narrative == first.narrative
    assert second.figures == first.figures


@pytest.mark.parametrize("kind", SETTERS)
def test_a_paragraph_longer_than_a_row_of_a_workbook_stays_one(kind: str, tmp_path: Path) -> None:
    long = "".join(f"第{at}项工作按期完成，群众办事少跑了一趟路。" for at in range(150))
    of = replace(report(2023), narrative=report(2023).narrative.model_copy(update={"overview": f"{long}\n另一段。\n"}))
    read = read_back(of, kind, tmp_path).report
    assert read is not None
    assert lines(read.narrative.overview) == [long, "另一段。"]
