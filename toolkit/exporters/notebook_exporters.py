"""The exporters that nbconvert finds by their entry points (``jupyter nbconvert --to nianbao-…``), one for each format.

In: an executed notebook. Out: a finished file. They are apart from the modules that write the files: a batch needs no nbconvert,
which takes half a second to import; and each imports the writer of its own format only.
"""

from __future__ import annotations

from typing import Any, ClassVar

from nbconvert.exporters import Exporter
from nbconvert.preprocessors import ExecutePreprocessor, RegexRemovePreprocessor, TagRemovePreprocessor
from nbformat import NotebookNode
from traitlets.config import Application

from toolkit.core.errors import NianbaoError
from toolkit.exporters.document import Document, read_notebook
from toolkit.exporters.finished import SUBMISSION, files_of


class NotebookExporter(Exporter):
    """An exporter for one format; a subclass writes it."""

    format: ClassVar[str] = ""
    is_text: ClassVar[bool] = False  # nbconvert encodes text files itself

    def _init_preprocessors(self) -> None:
        """Register what a person asks for on the command line: to execute, to leave out cells.

        Others, set up for all notebooks in ``jupyter_nbconvert_config``, would clear the outputs that are the report.
        """
        self._preprocessors = []
        for kind in (TagRemovePreprocessor, RegexRemovePreprocessor, ExecutePreprocessor):
            self.register_preprocessor(kind)  # type: ignore[no-untyped-call]  # nbconvert has no types

    def write(self, document: Document) -> bytes:
        """The content of the file, of a publication copy unless it is the PDF; a format of another package has its own."""
        copy = document if self.format == SUBMISSION else document.publication_copy()
        return next(files_of(self.format, copy, "")).data

    def from_notebook_node(  # type: ignore[override]  # nbconvert accepts bytes too
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes | str, dict[str, Any]]:
        """The content of the file and nbconvert's resources.

        Raises:
            NotebookFailed, NotAReport: the notebook is not the executed notebook of a report.
            SystemExit: in ``jupyter nbconvert``, which would print a traceback; the sentence of the error.
        """
        notebook, ready = super().from_notebook_node(nb, resources, **kw)
        try:
            data = self.write(read_notebook(notebook))
        except NianbaoError as error:
            if Application.initialized() and Application.instance().name == "jupyter-nbconvert":
                raise SystemExit(str(error)) from error
            raise
        return data.decode("utf-8") if self.is_text else data, ready


class PdfExporter(NotebookExporter):
    """``nianbao-pdf``: PDF/A with the data inside."""

    format = "pdf"
    file_extension = ".pdf"
    output_mimetype = "application/pdf"
    export_from_notebook = "年报 PDF"


class HtmlExporter(NotebookExporter):
    """``nianbao-html``: one web page."""

    format = "html"
    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "政府信息公开年报（网页）"
    is_text = True


class DocxExporter(NotebookExporter):
    """``nianbao-docx``: a Word file."""

    format = "docx"
    file_extension = ".docx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    export_from_notebook = "政府信息公开年报（Word）"


class XlsxExporter(NotebookExporter):
    """``nianbao-xlsx``: a workbook of the tables."""

    format = "xlsx"
    file_extension = ".xlsx"
    output_mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    export_from_notebook = "政府信息公开年报（Excel）"


class PosterExporter(NotebookExporter):
    """``nianbao-tujie``: the picture for the public (一图读懂)."""

    file_extension = ".png"
    output_mimetype = "image/png"
    export_from_notebook = "一图读懂（PNG）"

    def write(self, document: Document) -> bytes:
        from toolkit.exporters.tujie.setting import set_poster

        return set_poster(document)[1]


class CmsExporter(NotebookExporter):
    """``nianbao-cms``: a fragment for a site's editor; nbconvert writes the pictures beside it."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "政府信息公开年报（粘贴到网站编辑器）"
    is_text = True

    def from_notebook_node(  # type: ignore[override]  # as the base
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes | str, dict[str, Any]]:
        """The fragment, and its pictures among nbconvert's ``outputs``."""
        self._pictures: dict[str, bytes] = {}
        fragment, ready = super().from_notebook_node(nb, resources, **kw)
        ready["outputs"] = {**(ready.get("outputs") or {}), **self._pictures}
        return fragment, ready

    def write(self, document: Document) -> bytes:
        from toolkit.exporters.cms import set_cms

        page = set_cms(document.publication_copy())
        self._pictures = dict(page.pictures)
        return page.fragment
