"""``jupyter nbconvert --to nianbao-html``."""

from __future__ import annotations

from toolkit.exporters.document import Document
from toolkit.exporters.html.writing import set_html
from toolkit.exporters.notebook_exporter import NotebookExporter


class HtmlExporter(NotebookExporter):
    """``jupyter nbconvert --to nianbao-html``: an executed report notebook as one web page."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "政府信息公开年报（网页）"
    is_text = True

    def write(self, document: Document) -> bytes:
        return set_html(document.publication_copy())
