"""``jupyter nbconvert --to nianbao-pdf``: the exporter that nbconvert finds by its entry point.

Apart from the module that sets the file: a batch needs no nbconvert, which takes half a second to import.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from toolkit.exporters.document import read_notebook
from toolkit.exporters.pdf.setting import set_pdf


class PdfExporter(Exporter):
    """``jupyter nbconvert --to nianbao-pdf``: an executed notebook as PDF."""

    export_from_notebook = "年报 PDF"
    output_mimetype = "application/pdf"

    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[bytes, dict[str, Any]]:
        _, ready = super().from_notebook_node(nb, resources, **kwargs)
        ready["output_extension"] = self.file_extension
        return set_pdf(read_notebook(nb)), ready
