"""``jupyter nbconvert --to nianbao-xlsx``: the exporter that nbconvert finds by its entry point.

Apart from the module that sets the file: a batch needs no nbconvert, which takes half a second to import.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from toolkit.exporters.document import read_notebook
from toolkit.exporters.xlsx.writing import set_xlsx


class XlsxExporter(Exporter):
    """``jupyter nbconvert --to nianbao-xlsx``: an executed report notebook as a workbook."""

    file_extension = ".xlsx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    export_from_notebook = "政府信息公开年报（Excel）"

    def from_notebook_node(  # type: ignore[override]  # nbconvert lets a converter return what its file holds
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """The bytes of the workbook and nbconvert's resources."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        return set_xlsx(read_notebook(notebook)), resources
