"""``jupyter nbconvert --to nianbao-pdf``."""

from __future__ import annotations

from toolkit.exporters.document import Document
from toolkit.exporters.notebook_exporter import NotebookExporter
from toolkit.exporters.pdf.setting import set_pdf


class PdfExporter(NotebookExporter):
    """``jupyter nbconvert --to nianbao-pdf``: an executed report notebook as PDF."""

    file_extension = ".pdf"
    output_mimetype = "application/pdf"
    export_from_notebook = "年报 PDF"

    def write(self, document: Document) -> bytes:
        return set_pdf(document)
