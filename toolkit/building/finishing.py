"""Finish a report: an executed notebook and its report in, the files of each format out.

Each file is read back and compared (``toolkit.exporters.readback``). The notebook is read once for all formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from toolkit.checks.case import OutputDifference
from toolkit.core import settings
from toolkit.core.errors import NianbaoError
from toolkit.exporters.document import Document, read_notebook
from toolkit.exporters.finished import FinishedFile, file_stem
from toolkit.exporters.html.writing import set_html
from toolkit.exporters.pdf.setting import set_pdf
from toolkit.exporters.readback import CHECKS
from toolkit.report import Report

SUBMISSION = "pdf"  # the submission copy (报送稿); every other format is a publication copy (发布稿)


class OutputDiffers(NianbaoError):
    """A finished file differs from the params; code ``output-differs`` of the catalogue."""

    code = "output-differs"

    def __init__(self, differences: Sequence[OutputDifference]) -> None:
        self.differences = tuple(differences)
        super().__init__("成品与填报数据不一致，没有保存：" + "；".join(item.sentence for item in differences[:3]))


def finish_report(
    notebook: Mapping[str, Any], report: Report, formats: Iterable[str], *, data_code: bool = True
) -> tuple[FinishedFile, ...]:
    """The finished files of one report.

    Args:
        notebook: the executed notebook.
        report: what it was made from.
        formats: which formats to make, the files in their order.
        data_code: print the data code on the last page of the PDF.

    Raises:
        OutputDiffers: a file read back says something else than the params.
        NotebookFailed, NotAReport, GlyphMissing, SettingFailed: as the exporters.
    """
    document = read_notebook(notebook) if data_code else read_notebook(notebook).without_data_code()
    publication = document.publication_copy()
    copies = {name: document if name == SUBMISSION else publication for name in formats}
    finished = {name: tuple(files_of(name, copy, notebook, file_stem(report.title))) for name, copy in copies.items()}
    differences = [
        item for name, files in finished.items() if name in CHECKS for item in CHECKS[name](files[0].data, copies[name], report)
    ]
    if differences:
        raise OutputDiffers(differences)
    return tuple(chain.from_iterable(finished.values()))


def files_of(name: str, document: Document, notebook: Mapping[str, Any], stem: str) -> Iterator[FinishedFile]:
    """The files of one format; the first is the one that is read back."""
    match name:
        case "cms":
            from toolkit.exporters.cms.writing import MARK, set_cms

            page = set_cms(document, f"{stem}_")
            yield FinishedFile(name, f"{stem}{MARK}.html", page.fragment)
            yield from (FinishedFile(name, picture, data) for picture, data in page.pictures.items())
        case "tujie":
            from toolkit.exporters.tujie.setting import set_interpretation, set_poster

            poster = set_poster(document)
            yield FinishedFile(name, f"{stem}{settings.POSTER_MARK}.pdf", poster.pdf)
            yield FinishedFile(name, f"{stem}{settings.POSTER_MARK}.png", poster.png)
            yield FinishedFile(name, f"{stem}{settings.INTERPRETATION_MARK}.docx", set_interpretation(document))
        case settings.PUBLICATION_PDF:
            yield FinishedFile(name, f"{stem}{settings.PUBLICATION_MARK}.pdf", set_pdf(document))
        case "docx":
            from toolkit.exporters.docx.writing import set_docx

            yield FinishedFile(name, f"{stem}.docx", set_docx(document))
        case "xlsx":
            from toolkit.exporters.xlsx.writing import set_xlsx

            yield FinishedFile(name, f"{stem}.xlsx", set_xlsx(document))
        case "pdf" | "html":
            yield FinishedFile(name, f"{stem}.{name}", set_pdf(document) if name == "pdf" else set_html(document))
        case _:
            yield FinishedFile(name, f"{stem}.{name}", _exported(name, notebook))


def _exported(name: str, notebook: Mapping[str, Any]) -> bytes:
    """A format of another package."""
    import nbconvert  # half a second

    data, _ = nbconvert.get_exporter(f"nianbao-{name}")().from_notebook_node(notebook)
    return data.encode("utf-8") if isinstance(data, str) else bytes(data)
