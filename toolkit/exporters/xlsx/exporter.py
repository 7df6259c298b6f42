"""``jupyter nbconvert --to nianbao-xlsx``."""

from __future__ import annotations

from toolkit.exporters.document import Document
from toolkit.exporters.notebook_exporter import NotebookExporter
from toolkit.exporters.xlsx.writing import set_xlsx


class XlsxExporter(NotebookExporter):
    """``jupyter nbconvert --to nianbao-xlsx``: the exporter that nbconvert finds by its entry point.

    Apart from the module that sets the file: a batch needs no nbconvert, which takes half a second to import.
    ."""

    file_extension = ".xlsx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    export_from_notebook = "政府信息公开年报（Excel）"

    def write(self, document: Document) -> bytes:
        return set_xlsx(document.publication_copy())
