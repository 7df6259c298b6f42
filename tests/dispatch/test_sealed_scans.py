"""Scans of sealed reports at the county: beside the electronic copy, told when they differ, alone as params to be confirmed."""

from __future__ import annotations

import io
import os
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from random import Random

import pikepdf
import pytest
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

import toolkit.dispatch.intake.confined
from tests.dispatch.offices import COUNTY, TOWN, YEAR, Desk, address_of_member, corrected, mail_of, pdf_of, sample, without_text
from tests.dispatch.receipts import receipts
from tests.importing.scans import Look, pages_of, pdf_file, png_file, with_seal
from tests.importing.test_from_scan import bomb
from toolkit.cli import app
from toolkit.dispatch.intake.collecting import Rules, collect
from toolkit.dispatch.intake.confined import Confined
from toolkit.dispatch.intake.examining import Examined, Kind, MailReport, examine
from toolkit.dispatch.intake.incoming import IntakeResult
from toolkit.dispatch.intake.inspecting import IntakeLimits, RefusedPdf
from toolkit.dispatch.intake.scans import ReadCopy, compare_with, figures_of
from toolkit.dispatch.intake.sources import open_folder
from toolkit.dispatch.intake.store import open_intake
from toolkit.importing.readers.scan import reading
from toolkit.report import Report, read_report
from toolkit.report.reading import report_from_yaml

RULES = Rules(now=lambda: datetime(2025, 2, 1, tzinfo=UTC))
REPORT = without_text(sample())


class Here(Confined):
    """Examines in this process, without the recogniser: what a confined process does is tried by the tests below."""

    def examine(self, raw: bytes, kind: Kind, moment: datetime | None = None, *, scans: bool = True) -> tuple[Examined, bytes]:
        examined, pdf = examine(raw, kind)
        if not scans:
            return examined, pdf
        others = tuple(MailReport(self._scanned(item.examined, item.data), item.data) for item in examined.others)
        return self._scanned(replace(examined, others=others), pdf), pdf

    def _scanned(self, examined: Examined, pdf: bytes) -> Examined:
        if not examined.may_be_scan:
            return examined
        scan, _ = examine(pdf, "scan")
        return replace(examined, scan=scan.scan, refusal=scan.refusal)


@pytest.fixture
def confined(monkeypatch: pytest.MonkeyPatch) -> Confined:
    monkeypatch.setattr(reading, "has_recogniser", lambda: False)
    return Here(workers=1)


def last_page(report: Report) -> Image.Image:
    """The page with the data code, sealed beside it."""
    pdf = pdf_of(report)
    (page,) = pages_of(pdf, Look(150, jpeg=70, skew=1), Random(8), [_pages(pdf) - 1])
    return with_seal(page, 0.75, 0.3)


def _pages(pdf: bytes) -> int:
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def scan_of(report: Report) -> bytes:
    return pdf_file([last_page(report)], 150)


def put(folder: Path, name: str, raw: bytes, day: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(raw)
    moment = datetime(2025, 1, day, 9, tzinfo=UTC).timestamp()
    os.utime(folder / name, (moment, moment))


def take(inbox: Path, county: Desk, confined: Confined) -> list[IntakeResult]:
    return list(collect(open_folder(inbox, IntakeLimits()), open_intake(county.params, county.post), confined, RULES))


def params_file(county: Desk) -> Path:
    return county.params / str(YEAR) / COUNTY / f"{TOWN}.yaml"


def kept(county: Desk) -> list[str]:
    return sorted(path.name for path in (county.post / "versions").rglob("*") if path.is_file())


def test_a_scan_of_the_same_report_is_filed_beside_the_electronic_copy(county: Desk, tmp_path: Path, confined: Confined) -> None:
    put(tmp_path / "inbox", "a.pdf", pdf_of(REPORT), 10)
    put(tmp_path / "inbox", "b.pdf", scan_of(REPORT), 12)
    first, second = take(tmp_path / "inbox", county, confined)
    assert (first.outcome, second.outcome, second.who) == ("received", "sealed", REPORT.organ.name)
    assert "盖章扫描件，与已收到的电子版是同一份数据" in second.message
    assert any("盖章扫描件.pdf" in name for name in kept(county))
    assert read_report(params_file(county)) == REPORT
    assert receipts(county.post, YEAR, COUNTY)[TOWN].versions == 1
    assert take(tmp_path / "inbox", county, confined) == []


def test_a_scan_of_other_figures_is_put_aside_with_the_cells(county: Desk, tmp_path: Path, confined: Confined) -> None:
    put(tmp_path / "inbox", "a.pdf", pdf_of(REPORT), 10)
    put(tmp_path / "inbox", "b.pdf", scan_of(corrected(REPORT)), 12)
    _, second = take(tmp_path / "inbox", county, confined)
    assert second.outcome == "quarantined"
    assert "扫描件与已收到的电子版不符" in second.message
    assert "行政许可" in second.message
    assert "电子版是“25”，扫描件是“26”" in second.message
    assert read_report(params_file(county)) == REPORT


def test_a_scan_alone_becomes_params(county: Desk, tmp_path: Path, confined: Confined) -> None:
    put(tmp_path / "inbox", "扫描.png", png_file(last_page(REPORT)), 12)
    (found,) = take(tmp_path / "inbox", county, confined)
    assert (found.outcome, "没有收到电子版，数字取自数据码" in found.message) == ("received", True)
    assert read_report(params_file(county)).figures == REPORT.figures
    assert [name.rpartition(".")[2] for name in kept(county)] == ["png", "yaml"]
    # the electronic copy that follows is in force
    put(tmp_path / "inbox", "b.pdf", pdf_of(REPORT), 15)
    assert [item.outcome for item in take(tmp_path / "inbox", county, confined)] == ["corrected"]
    assert read_report(params_file(county)) == REPORT


def test_a_pdf_of_pages_with_text_and_one_that_was_sealed_and_scanned_is_read(
    county: Desk, tmp_path: Path, confined: Confined
) -> None:
    mixed = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_of(REPORT))) as pdf, pikepdf.open(io.BytesIO(scan_of(REPORT))) as scan:
        pages = pikepdf.Pdf.new()
        pages.pages.extend([*list(pdf.pages)[:-1], *scan.pages])
        pages.save(mixed)
    put(tmp_path / "inbox", "合并.pdf", mixed.getvalue(), 12)
    (found,) = take(tmp_path / "inbox", county, confined)
    assert (found.outcome, "没有收到电子版，数字都已读出" in found.message) == ("received", True)
    assert read_report(params_file(county)).figures == REPORT.figures


def test_a_scan_comes_by_mail_and_from_nobody_else(county: Desk, tmp_path: Path, confined: Confined) -> None:
    put(tmp_path / "inbox", "a.eml", mail_of(REPORT, pdf=scan_of(REPORT)), 12)
    put(tmp_path / "inbox", "b.eml", mail_of(REPORT, pdf=scan_of(REPORT), sender="someone@elsewhere.example", day=13), 13)
    first, second = take(tmp_path / "inbox", county, confined)
    assert (first.outcome, second.outcome) == ("received", "quarantined")
    assert "发件人却是" in second.message


def mail_with_both(scan: bytes, *, scan_first: bool = False) -> bytes:
    """A mail with the electronic report and a scan."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        address_of_member(REPORT.organ.name),
        "county@example.cn",
        "年报和盖章扫描件",
    )
    message["Date"], message["Message-ID"] = "Fri, 10 Jan 2025 09:00:00 +0800", "<both@example.cn>"
    message.set_content("见附件")
    files = [("年报.pdf", pdf_of(REPORT)), ("扫描件.pdf", scan)]
    for name, data in reversed(files) if scan_first else files:
        message.add_attachment(data, maintype="application", subtype="pdf", filename=name)
    return message.as_bytes()


@pytest.mark.parametrize("scan_first", [False, True])
def test_a_scan_in_the_mail_of_the_report_is_filed_beside_it(
    county: Desk, tmp_path: Path, confined: Confined, scan_first: bool
) -> None:
    put(tmp_path / "inbox", "a.eml", mail_with_both(scan_of(REPORT), scan_first=scan_first), 12)
    first, second = take(tmp_path / "inbox", county, confined)
    assert (first.outcome, second.outcome) == ("received", "sealed")
    assert any("盖章扫描件.pdf" in name for name in kept(county))
    assert take(tmp_path / "inbox", county, confined) == []


def test_a_scan_in_the_mail_of_another_report_names_the_cells(county: Desk, tmp_path: Path, confined: Confined) -> None:
    put(tmp_path / "inbox", "a.eml", mail_with_both(scan_of(corrected(REPORT))), 12)
    first, second = take(tmp_path / "inbox", county, confined)
    assert (first.outcome, second.outcome) == ("received", "quarantined")
    assert "扫描件与已收到的电子版不符" in second.message


def test_a_scanned_letter_beside_a_report_is_mentioned_and_puts_nothing_aside(
    county: Desk, tmp_path: Path, confined: Confined
) -> None:
    blank = pdf_file([Image.new("L", (1240, 1754), 255)], 150)
    put(tmp_path / "inbox", "a.eml", mail_with_both(blank), 12)
    (only,) = take(tmp_path / "inbox", county, confined)
    assert only.outcome == "received"
    assert "另有 1 个扫描的附件" in only.message


def test_only_a_confined_process_opens_a_scan_and_a_bomb_ends_in_a_sentence() -> None:
    with Confined(IntakeLimits(scan_seconds=120), workers=1) as running:
        with pytest.raises(RefusedPdf, match="压缩炸弹"):
            running.read_pdf(bomb(9_000, 9_000))
        scan = running.read_pdf(scan_of(REPORT))
    assert isinstance(scan, ReadCopy)
    assert scan.figures == figures_of(REPORT)
    assert scan.unconfirmed == ()


def test_a_scan_that_takes_too_long_is_ended() -> None:
    with Confined(IntakeLimits(scan_seconds=0.01), workers=1) as quick, pytest.raises(RefusedPdf, match="时间"):
        quick.read_pdf(scan_of(REPORT))


def test_read_prints_the_params_of_a_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, confined: Confined) -> None:
    monkeypatch.setattr(toolkit.dispatch.intake.confined, "Confined", lambda *_, **__: confined)
    monkeypatch.chdir(tmp_path)
    Path("扫描.pdf").write_bytes(scan_of(REPORT))
    result: Result = CliRunner().invoke(app, ["read", "扫描.pdf", "-o", "读回.yaml"])
    assert result.exit_code == 0, result.output
    assert "各表的数字取自数据码" in result.output
    assert report_from_yaml(Path("读回.yaml").read_bytes()).figures == REPORT.figures


def test_a_recognised_figure_that_differs_is_named_and_an_unread_one_is_not() -> None:
    """A figure without a sum waits to be confirmed; beside the electronic copy it says that the paper differs."""
    permits, penalties = ("permits.permits.decisions", "enforcement.penalties.decisions")
    figures = {name: value for name, value in figures_of(corrected(REPORT)).items() if name != penalties}
    copy = ReadCopy(YEAR, TOWN, "", "", "", figures, unconfirmed=(permits, penalties))
    assert copy.unread == (penalties,)
    (sentence,) = compare_with(REPORT, copy)
    assert "行政许可" in sentence
    assert "电子版是“25”，扫描件是“26”" in sentence
