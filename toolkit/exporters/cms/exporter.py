"""``jupyter nbconvert --to nianbao-cms``."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode

from toolkit.exporters.cms.writing import set_cms
from toolkit.exporters.document import Document, read_notebook
from toolkit.exporters.notebook_exporter import NotebookExporter


class CmsExporter(NotebookExporter):
    """``jupyter nbconvert --to nianbao-cms``: a fragment for a site's editor; nbconvert writes the pictures beside it."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "政府信息公开年报（粘贴到网站编辑器）"
    is_text = True

    def write(self, document: Document) -> bytes:
        return set_cms(document.publication_copy()).fragment

    def from_notebook_node(  # type: ignore[override]  # as the base
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes | str, dict[str, Any]]:
        """The fragment, and its pictures among nbconvert's ``outputs``."""
        fragment, ready = super().from_notebook_node(nb, resources, **kw)
        ready["outputs"] = {**(ready.get("outputs") or {}), **set_cms(read_notebook(nb).publication_copy()).pictures}
        return fragment, ready
