"""Finish a report: an executed notebook and its report in, the files of each format out.

Each file is read back and compared (``toolkit.exporters.readback``). The notebook is read once for all formats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

from toolkit.checks.case import OutputDifference
from toolkit.core.errors import NianbaoError
from toolkit.exporters.document import read_notebook
from toolkit.exporters.finished import SUBMISSION, FinishedFile, file_stem, files_of
from toolkit.exporters.readback import CHECKS
from toolkit.report import Report


class OutputDiffers(NianbaoError):
    """A finished file differs from the params; code ``output-differs`` of the catalogue."""

    code = "output-differs"

    def __init__(self, differences: Sequence[OutputDifference]) -> None:
        self.differences = tuple(differences)
        super().__init__("成品与填报数据不一致，没有保存：" + "；".join(item.sentence for item in differences[:3]))


def finish_report(
    notebook: Mapping[str, Any], report: Report, formats: Iterable[str], *, data_code: bool = True
) -> tuple[FinishedFile, ...]:
    """The finished files of one report.

    Args:
        notebook: the executed notebook.
        report: what it was made from.
        formats: which formats to make, the files in their order.
        data_code: print the data code on the last page of the PDF.

    Raises:
        OutputDiffers: a file read back says something else than the params.
        NotebookFailed, NotAReport, GlyphMissing, SettingFailed: as the exporters.
    """
    document = read_notebook(notebook) if data_code else read_notebook(notebook).without_data_code()
    publication = document.publication_copy()
    copies = {name: document if name == SUBMISSION else publication for name in formats}
    stem = file_stem(report.title)
    finished = {name: tuple(files_of(name, copy, stem)) or (_exported(name, notebook, stem),) for name, copy in copies.items()}
    differences = [
        item for name, files in finished.items() if name in CHECKS for item in CHECKS[name](files[0].data, copies[name], report)
    ]
    if differences:
        raise OutputDiffers(differences)
    return tuple(chain.from_iterable(finished.values()))


def _exported(name: str, notebook: Mapping[str, Any], stem: str) -> FinishedFile:
    """A format of another package."""
    import nbconvert  # half a second

    data, _ = nbconvert.get_exporter(f"nianbao-{name}")().from_notebook_node(notebook)
    return FinishedFile(name, f"{stem}.{name}", data.encode("utf-8") if isinstance(data, str) else bytes(data))
