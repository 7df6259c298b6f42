"""``jupyter nbconvert --to nianbao-docx``."""

from __future__ import annotations

from toolkit.exporters.document import Document
from toolkit.exporters.docx.writing import set_docx
from toolkit.exporters.notebook_exporter import NotebookExporter


class DocxExporter(NotebookExporter):
    """``jupyter nbconvert --to nianbao-docx``: an executed report notebook as a Word file."""

    file_extension = ".docx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    export_from_notebook = "政府信息公开年报（Word）"

    def write(self, document: Document) -> bytes:
        return set_docx(document.publication_copy())
