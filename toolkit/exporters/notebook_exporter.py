"""The base of the exporters that nbconvert finds by their entry points (``jupyter nbconvert --to nianbao-…``).

In: an executed notebook. Out: a finished file. They are apart from the modules that write the files: a batch needs no nbconvert,
which takes half a second to import.
"""

from __future__ import annotations

from typing import Any, ClassVar

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from toolkit.exporters.document import Document, read_notebook


class NotebookExporter(Exporter):
    """An exporter for one format; a subclass writes it."""

    is_text: ClassVar[bool] = False  # nbconvert encodes text files itself

    def write(self, document: Document) -> bytes:
        """The content of the file."""
        raise NotImplementedError

    def from_notebook_node(  # type: ignore[override]  # nbconvert accepts bytes too
        self, nb: NotebookNode, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes | str, dict[str, Any]]:
        """The content of the file and nbconvert's resources.

        Raises:
            NotebookFailed, NotAReport: the notebook is not the executed notebook of a report.
        """
        notebook, ready = super().from_notebook_node(nb, resources, **kw)
        data = self.write(read_notebook(notebook))
        return data.decode("utf-8") if self.is_text else data, ready
