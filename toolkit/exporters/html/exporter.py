"""``jupyter nbconvert --to nianbao-html``: the exporter that nbconvert finds by its entry point.

Apart from the module that sets the file: a batch needs no nbconvert, which takes half a second to import.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from toolkit.exporters.document import read_notebook
from toolkit.exporters.html.writing import set_html


class HtmlExporter(Exporter):
    """``jupyter nbconvert --to nianbao-html``: an executed report notebook as one web page."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "政府信息公开年报（网页）"

    def from_notebook_node(  # type: ignore[override]  # nbconvert lets a converter return what its file holds
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page as text, as nbconvert writes it, and nbconvert's resources."""
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        return set_html(read_notebook(notebook)).decode("utf-8"), resources
