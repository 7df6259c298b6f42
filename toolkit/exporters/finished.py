"""The files of a finished report: what each is called, of which format it is, and its bytes.

Most formats are one file. The page for a site's editor brings its charts along, the picture for the public (一图读懂) comes as
PNG and PDF. All names begin with the title of the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.core.settings import INTERPRETATION_MARK, POSTER_MARK, PUBLICATION_MARK, PUBLICATION_PDF
from toolkit.core.text import printable

if TYPE_CHECKING:
    from toolkit.exporters.document import Document

SUBMISSION = "pdf"  # the submission copy (报送稿); every other format is a publication copy (发布稿)
MAX_NAME_BYTES = 200  # file systems allow 255 bytes, and a Chinese character takes three
# imported when a report has the format: together they take a tenth of the time that a worker takes to start
FORMAT_MODULES = {
    SUBMISSION: "toolkit.exporters.pdf.setting",
    PUBLICATION_PDF: "toolkit.exporters.pdf.setting",
    "html": "toolkit.exporters.html.writing",
    "docx": "toolkit.exporters.docx.writing",
    "xlsx": "toolkit.exporters.xlsx.writing",
    "cms": "toolkit.exporters.cms",
    "tujie": "toolkit.exporters.tujie.setting",
}


@dataclass(frozen=True, slots=True)
class FinishedFile:
    """One file of a format."""

    format: str
    name: str
    data: bytes


def file_stem(title: str) -> str:
    """The title as a file name that is valid on every system."""
    title = printable(title).replace("\n", "")
    encoded = title.encode("utf-8")
    return title if len(encoded) <= MAX_NAME_BYTES else encoded[:MAX_NAME_BYTES].decode("utf-8", "ignore")


def files_of(name: str, document: Document, stem: str) -> Iterator[FinishedFile]:
    """The files of one format, none for an unknown one; the first is the one that is read back."""
    match name:
        case "cms":
            from toolkit.exporters.cms import MARK, set_cms

            page = set_cms(document, f"{stem}_")
            yield FinishedFile(name, f"{stem}{MARK}.html", page.fragment)
            yield from (FinishedFile(name, picture, data) for picture, data in page.pictures.items())
        case "tujie":
            from toolkit.exporters.tujie.setting import set_interpretation, set_poster

            for suffix, data in zip(("pdf", "png"), set_poster(document), strict=True):
                yield FinishedFile(name, f"{stem}{POSTER_MARK}.{suffix}", data)
            yield FinishedFile(name, f"{stem}{INTERPRETATION_MARK}.docx", set_interpretation(document))
        case _ if name in (SUBMISSION, PUBLICATION_PDF):
            from toolkit.exporters.pdf.setting import set_pdf

            mark = PUBLICATION_MARK if name == PUBLICATION_PDF else ""
            yield FinishedFile(name, f"{stem}{mark}.pdf", set_pdf(document))
        case "html":
            from toolkit.exporters.html.writing import set_html

            yield FinishedFile(name, f"{stem}.html", set_html(document))
        case "docx":
            from toolkit.exporters.docx.writing import set_docx

            yield FinishedFile(name, f"{stem}.docx", set_docx(document))
        case "xlsx":
            from toolkit.exporters.xlsx.writing import set_xlsx

            yield FinishedFile(name, f"{stem}.xlsx", set_xlsx(document))
