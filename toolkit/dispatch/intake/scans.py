"""Read a printed, sealed and scanned report that came in (盖章扫描件). Runs inside a confined process.

In: the bytes of a PDF with pictures of pages, a TIFF, PNG or JPEG. Out: ``ReadCopy``, plain data that a confined process can hand
over as JSON. The figures come from the data code of the page; without one they were recognised, and a person has to confirm them.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pypdfium2

from toolkit.core.sniffing import PDF
from toolkit.dispatch.intake.inspecting import RefusedPdf
from toolkit.forms import Address
from toolkit.importing.limits import CannotImport
from toolkit.report import Report
from toolkit.report.model import comparable_text
from toolkit.report.scanned import ScannedCell

if TYPE_CHECKING:
    from toolkit.importing import Imported

KINDS = {"scan": "扫描件", "docx": "Word 文件", "xlsx": "Excel 文件"}
_PAGES_TRIED, _COVERED = 3, 0.7


@dataclass(frozen=True, slots=True)
class ReadCopy:
    """What the importer read on a scan, or in a Word or Excel file.

    ``code`` is the beginning of the SHA-256 of the params that the code names, hexadecimal; "" for a scan without a code.
    ``waiting`` are cells with their cut-outs: address, what was read, PNG in base64, whether the figure is in the params.
    ``figures`` are the figures as text by address, blanks left out; those that the text of a scan contradicts are among them.
    ``unconfirmed`` are the cells that a person has to look at.
    """

    year: int
    organ: str
    title: str
    params: str
    code: str
    figures: dict[str, str]
    unconfirmed: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    waiting: tuple[tuple[str, str, str, bool], ...] = ()
    format: Literal["scan", "docx", "xlsx"] = "scan"
    draft: bool = False

    @property
    def kind(self) -> str:
        """The kind of the copy, in words."""
        return KINDS[self.format]

    @property
    def unread(self) -> tuple[str, ...]:
        """The cells of which no figure was read, and which cannot be compared with another copy."""
        return tuple(name for name in self.unconfirmed if name not in self.figures)

    @property
    def cells(self) -> dict[str, ScannedCell]:
        """The cells that wait for a person, with their cut-outs."""
        return {name: ScannedCell(text, base64.b64decode(png), certain) for name, text, png, certain in self.waiting}


def is_scanned(pdf: bytes, *, partly: bool = False) -> bool:
    """Whether a picture covers each of the first pages of a PDF, whatever text a scanner put behind it; ``partly``: any page."""
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            if partly:
                return any(map(_is_picture_page, document))
            return all(_is_picture_page(document[number]) for number in range(min(len(document), _PAGES_TRIED)))
    except pypdfium2.PdfiumError:
        return False


def _is_picture_page(page: pypdfium2.PdfPage) -> bool:
    width, height = page.get_size()
    for item in page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) >= _COVERED * width * height:
            return True
    return False


def read_scan_back(data: bytes) -> ReadCopy:
    """Year, organ and figures of a scan; the pages with text of a PDF that has both are not recognised but read.

    Raises:
        RefusedPdf: nothing can be read; the sentence says why.
    """
    # importer and rules take half a second, and a PDF that brings its data needs neither
    from toolkit.checks.imported import doubt_by_text, form_findings, paper_differences, params_text, scanned_cells
    from toolkit.importing.published import import_source
    from toolkit.importing.readers.formats import read_bytes
    from toolkit.importing.readers.scan.reading import read_scan

    name = KINDS["scan"]
    mixed = data.startswith(PDF) and not is_scanned(data)
    try:
        as_recognised = import_source(read_bytes(data, f"{name}.pdf") if mixed else read_scan(data, name))
    except CannotImport as error:
        raise RefusedPdf(error.reason) from error
    imported = doubt_by_text(as_recognised)
    report = imported.report
    if as_recognised.report is None or report is None:
        raise RefusedPdf(f"是扫描件，{imported.problem}")
    observations = imported.form.observations if imported.form else ()
    if imported.data_code is None and any(item.code == "organ-unread" for item in observations):
        raise RefusedPdf("是扫描件，没有数据码，标题里也认不出机关名称", "请用 nianbao import 读入后核对，或请该单位发送电子原件")
    return ReadCopy(
        year=report.year, organ=report.organ.name, title=report.title,
        params=params_text(imported, name, form_findings(imported)),
        code=imported.data_code.digest.hex() if imported.data_code else "",
        figures=figures_of(as_recognised.report), unconfirmed=tuple(map(str, unconfirmed(imported))),
        differences=tuple(item.sentence for item in paper_differences(imported)),
        waiting=tuple(
            (place, cell.seen, base64.b64encode(cell.picture).decode("ascii"), cell.certain)
            for place, cell in scanned_cells(imported).items()
        ),
    )  # fmt: skip


def unconfirmed(imported: Imported) -> list[Address]:
    """The cells of the year's form that a person has to look at: recognised ones that no sum proves, unclear and missing ones."""
    form = imported.report.form if imported.report else None
    states = ("recognised", "unclear", "missing")
    return [address for address, reading in imported.cells.items() if form and address in form.cells and reading.state in states]


def figures_of(report: Report) -> dict[str, str]:
    """The printed figures of a report as text, in a form in which equal figures are equal texts."""
    values = ((address, report.figures[address]) for address in report.form.cells)
    return {str(address): comparable_text(value) for address, value in values if value is not None}


def compare_with(report: Report, scan: ReadCopy) -> list[str]:
    """The cells in which a copy differs from the electronic report, in words; those of which no figure was read are left out."""
    expected, form, unread = figures_of(report), report.form, set(scan.unread)
    messages = []
    for address in form.cells:
        name = str(address)
        mine, scanned = expected.get(name, "空白"), scan.figures.get(name, "空白")
        if mine != scanned and name not in unread:
            messages.append(f"{form.label(address)}：电子版是“{mine}”，{scan.kind}是“{scanned}”")
    return messages
