"""Offices for the tests: an invented county's params, finished PDFs, letters as they arrive."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from toolkit.checks import Finding
from toolkit.dispatch.letters.message import MailAttachment, letter_bytes, report_letter
from toolkit.exporters.document import make_document
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.forms import Address
from toolkit.report import Report, read_report, write_report
from toolkit.report.jurisdiction import Jurisdiction, read_jurisdiction
from toolkit.sections.paper import Paper

SAMPLES = Path(__file__).resolve().parents[2] / "params"
YEAR, COUNTY = 2024, "云溪县"
FOLDER = SAMPLES / str(YEAR) / COUNTY
TOWN, OTHER_TOWN = "松石镇", "㙍垯镇"
COUNTY_ADDRESS = "云溪县人民政府办公室 <zwgk@yunxi.gov.example>"
NEW = Address("applications", "new", "natural_person")
GRANTED = Address("applications", "granted", "natural_person")


def sample(file: str = TOWN) -> Report:
    """A complete report of the invented county, without errors."""
    return read_report(FOLDER / f"{file}.yaml")


def corrected(report: Report) -> Report:
    """The same report with one more permit, which no sum depends on."""
    address = Address("permits", "permits", "decisions")
    return report.with_value(address, int(report.figures[address] or 0) + 1)


def wrong(report: Report) -> Report:
    """The same report with an error: one request more than was answered."""
    return report.with_value(NEW, int(report.figures[NEW] or 0) + 1)


@cache
def _pdf(text: str) -> bytes:
    from toolkit.report.reading import report_from_yaml

    return set_pdf(make_document(_blocks(report_from_yaml(text.encode()))))


def draft_of(report: Report) -> bytes:
    """The PDF of a draft: its report has errors."""
    return set_pdf(make_document(_blocks(report, draft=True)))


def _blocks(report: Report, *, draft: bool = False) -> list[object]:
    errors = (Finding("cell-blank", "error", "还没有填写"),) if draft else ()
    paper = Paper(report, findings=errors)
    sections = [paper.front(), *(paper.part(part.key) for part in report.form.parts), paper.closing()]
    return [block for section in sections for block in section.blocks]


def pdf_of(report: Report) -> bytes:
    """The finished PDF of a report."""
    from toolkit.report import report_to_yaml

    return _pdf(report_to_yaml(report))


def without_text(report: Report) -> Report:
    """A short report: the tables, one line of text. Sets in a fraction of the time."""
    return replace(
        report, narrative=report.narrative.model_copy(update={"overview": "无。", "problems": "无。", "other": "无。"})
    )


def members() -> Jurisdiction:
    """The county's member list."""
    return read_jurisdiction(FOLDER / "_jurisdiction.yaml")


def address_of_member(organ: str) -> str:
    found = members().member(organ)
    assert found
    return found.email


def mail_of(report: Report, *, sender: str = "", pdf: bytes = b"", day: int = 10, version: int = 1) -> bytes:
    """The mail that brings a report, as it lies in the county's mailbox."""
    letter = report_letter(
        report, [MailAttachment(f"{report.title}.pdf", pdf or pdf_of(report))],
        sender=sender or address_of_member(report.organ.name),
        to=COUNTY_ADDRESS, date=datetime(2025, 1, day, 9, tzinfo=UTC), version=version,
    )  # fmt: skip
    return letter_bytes(letter)


@dataclass(frozen=True)
class Desk:
    """One office's folder: params, outputs and post."""

    root: Path

    @property
    def params(self) -> Path:
        return self.root / "params"

    @property
    def outputs(self) -> Path:
        return self.root / "outputs"

    @property
    def post(self) -> Path:
        return self.root / "post"

    def file(self, report: Report, name: str = TOWN) -> Path:
        """The params file of a report on this desk, written."""
        path = self.params / str(report.year) / COUNTY / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_report(report, path)
        return path

    def finish(self, report: Report, name: str = TOWN, pdf: bytes = b"") -> Path:
        """Params file and finished PDF of a report, as ``nianbao build`` leaves them; the params file."""
        from toolkit.dispatch.letters.reporting_up import finished_path

        path = self.file(report, name)
        finished = finished_path(path, report, self.outputs, "pdf")
        finished.parent.mkdir(parents=True, exist_ok=True)
        finished.write_bytes(pdf or pdf_of(report))
        return path


def county_desk(root: Path) -> Desk:
    """The county's folder before anything came in: the member list alone."""
    desk = Desk(root)
    folder = desk.params / str(YEAR) / COUNTY
    folder.mkdir(parents=True)
    shutil.copy(FOLDER / "_jurisdiction.yaml", folder)
    return desk
