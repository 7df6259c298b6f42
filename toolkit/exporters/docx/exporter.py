"""``jupyter nbconvert --to nianbao-docx``: the exporter that nbconvert finds by its entry point.

Apart from the module that sets the file: a batch needs no nbconvert, which takes half a second to import.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from toolkit.exporters.document import read_notebook
from toolkit.exporters.docx.writing import set_docx


class DocxExporter(Exporter):
    """``jupyter nbconvert --to nianbao-docx``: an executed report notebook as a Word file."""

    file_extension = ".docx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    export_from_notebook = "政府信息公开年报（Word）"

    def from_notebook_node(  # type: ignore[override]  # nbconvert lets a converter return what its file holds
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The bytes of the file and nbconvert's resources."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        return set_docx(read_notebook(notebook)), resources
