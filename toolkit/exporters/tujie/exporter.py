"""``jupyter nbconvert --to nianbao-tujie``."""

from __future__ import annotations

from toolkit.exporters.document import Document
from toolkit.exporters.notebook_exporter import NotebookExporter
from toolkit.exporters.tujie.setting import set_poster


class PosterExporter(NotebookExporter):
    """``jupyter nbconvert --to nianbao-tujie``: the picture for the public (一图读懂) of an executed report notebook."""

    file_extension = ".png"
    output_mimetype = "image/png"
    export_from_notebook = "一图读懂（PNG）"

    def write(self, document: Document) -> bytes:
        return set_poster(document).png
