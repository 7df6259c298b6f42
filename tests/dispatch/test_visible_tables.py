"""What the pages show against what the params say: agreement for every sample, a difference for every change."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from tests.dispatch.forgeries import with_picture_over, with_untagged_watermark, with_watermark_moved
from tests.dispatch.offices import FOLDER, SAMPLES, corrected, draft_of, pdf_of, sample, without_text, wrong
from tests.examples import sampled
from toolkit.checks import Finding
from toolkit.dispatch.intake.visible_tables import VisiblePages, compare_tables
from toolkit.forms import Address
from toolkit.report import Organ, Report, read_report

REAL = SAMPLES / "2020" / "嘉祥县" / "孟姑集镇.yaml"


def differences(report: Report, pdf: bytes) -> list[Finding]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return compare_tables(report, VisiblePages(opened))


@pytest.mark.parametrize("path", [REAL, *sorted(FOLDER.glob("[!_]*镇.yaml"))[:4]], ids=lambda path: path.stem)
def test_every_sample_of_both_editions_agrees(path: Path) -> None:
    report = read_report(path)
    assert differences(report, pdf_of(report)) == []


CHANGES = [
    ("applications.new.natural_person", "a count of part three"),
    ("applications.refused_third_party.legal_service", "a cell deep inside merged labels"),
    ("disputes.lawsuit_after_review.pending", "the last cell of part four"),
    ("documents.normative.valid", "a count of part two"),
]


@pytest.mark.parametrize(("place", "why"), CHANGES, ids=[why for _, why in CHANGES])
def test_a_changed_figure_is_named_with_both_sides(place: str, why: str) -> None:
    report = without_text(sample())
    address = Address(*place.split("."))
    pdf = pdf_of(report)
    changed = report.with_value(address, 77)
    found = differences(changed, pdf)
    own = next(item for item in found if (item.table, item.row, item.column) == tuple(place.split(".")))
    assert (own.code, own.severity, own.expected) == ("output-differs", "error", "77")
    assert own.found == str(report.figures[address])
    assert f"页面上是“{own.found}”，随附数据是“77”" in own.message
    # totals go with their parts, and nothing else is found
    assert all(item.row == own.row or item.column in ("total", own.column) or "total" in item.row for item in found)


def test_a_picture_over_a_table_hides_nothing_from_us() -> None:
    report = without_text(sample())
    pdf = pdf_of(report)
    with pypdfium2.PdfDocument(pdf) as opened:
        own = [number for number, page in enumerate(VisiblePages(opened)) if any(len(grid.down) > 10 for grid in page.grids)]
    for page in own:
        assert len(differences(report, with_picture_over(pdf, page))) > 20


@pytest.mark.parametrize("path", sampled([REAL, *sorted(FOLDER.glob("[!_]*.yaml"))], every=3), ids=lambda path: path.stem)
def test_the_watermark_of_a_draft_is_no_text_of_the_page(path: Path) -> None:
    report = wrong(read_report(path))
    for pdf in (draft := draft_of(report), with_untagged_watermark(draft)):
        with pypdfium2.PdfDocument(pdf) as opened:
            pages = VisiblePages(opened)
            assert (compare_tables(report, pages), pages.is_draft) == ([], True)


def test_a_finished_report_is_no_draft_whatever_its_text_says() -> None:
    report = sample()
    text = "本年度制定《政府信息公开管理办法（草稿）》。草稿"
    report = replace(report, narrative=report.narrative.model_copy(update={"overview": text}))
    with pypdfium2.PdfDocument(pdf_of(report)) as opened:
        assert not VisiblePages(opened).is_draft


NO_WATERMARK = [
    (b"/f0 150 Tf", b"/f0 12 Tf", "small letters that could be part of a cell"),
    (b"0.81915206 0.57357645 0.57357645 -0.81915206 ", b"1 0 0 -1 ", "letters that stand upright"),
]


@pytest.mark.parametrize(("old", "new", "why"), NO_WATERMARK, ids=[why for *_, why in NO_WATERMARK])
def test_letters_are_left_out_only_where_they_are_seen_to_be_a_watermark(old: bytes, new: bytes, why: str) -> None:
    report = without_text(sample())
    with pypdfium2.PdfDocument(with_watermark_moved(draft_of(report), (old, new))) as opened:
        pages = VisiblePages(opened)
        assert compare_tables(report, pages) != []
        assert not pages.is_draft


def test_money_is_compared_by_its_digits() -> None:
    report = without_text(sample()).with_value(Address("fees", "fees", "amount_wan"), Decimal("12.50"))
    pdf = pdf_of(report)
    assert differences(report, pdf) == []
    assert [
        item.found for item in differences(report.with_value(Address("fees", "fees", "amount_wan"), Decimal("12.5")), pdf)
    ] == ["12.50"]


def test_another_organ_and_another_year_are_no_titles_of_this_page() -> None:
    report = without_text(sample())
    pdf = pdf_of(report)
    renamed = replace(report, organ=Organ(**{**report.organ.model_dump(), "name": "云溪县白鹭乡人民政府"}))
    (found,) = differences(renamed, pdf)
    assert "首页上没有“云溪县白鹭乡人民政府2024年政府信息公开工作年度报告”这个标题" in found.message


def test_pages_of_another_edition_have_no_such_tables() -> None:
    old, new = read_report(REAL), without_text(sample())
    found = differences(replace(new, organ=old.organ), pdf_of(old))
    assert [item.message[:6] for item in found].count("页面上没有“") == 2


def test_blank_and_dirty_cells_are_compared_as_they_were_written() -> None:
    report = without_text(sample())
    report = report.with_value(Address("permits", "permits", "decisions"), "3件").with_value(
        Address("documents", "rules", "valid"), None
    )
    assert differences(report, pdf_of(report)) == []
    assert len(differences(corrected(without_text(sample())), pdf_of(report))) == 2
