"""Read an executed notebook (已运行的笔记本) as one document, ready for any exporter.

In: a notebook, as nbformat or plain JSON gives it. Out: a ``Document``: what the file says of itself, the blocks
in order, the attachments. Our sections are taken as they are; Markdown cells and the output of cells that someone
added are turned into the same blocks. Nothing is fetched from the network or from the disk.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from toolkit.core.errors import NianbaoError, NotebookFailed
from toolkit.core.text import printable
from toolkit.exporters.added_cells import PICTURES, joined, read_html, read_markdown, read_picture
from toolkit.sections.blocks import (
    BLOCKS_MIME,
    CHECKS_NOTE,
    Attachment,
    Block,
    Code,
    DataCode,
    Front,
    Note,
    Poster,
    blocks_from_json,
)

# Tags of nbconvert's TagRemovePreprocessor in both spellings in use, and papermill's own cells.
_HIDE_CELL = {"remove-cell", "remove_cell", "hide-cell", "hide_cell", "parameters", "injected-parameters"}
_HIDE_OUTPUT = {"remove-output", "remove_output", "hide-output", "hide_output"}
_HIDE_INPUT = {"remove-input", "remove_input", "hide-input", "hide_input"}
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class NotAReport(NianbaoError):
    """The notebook holds no report: it was not executed, or it is another notebook."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"笔记本里没有年报内容：{reason}。请先用 nianbao build 或 papermill 运行 annual_report.ipynb")


@dataclass(frozen=True, slots=True)
class Document:
    """A report ready to be set: ``blocks`` hold neither ``Front`` nor ``Attachment`` nor ``Poster``."""

    front: Front
    blocks: tuple[Block, ...]
    attachments: tuple[Attachment, ...] = ()
    poster: str = ""  # content of the picture for the public, as JSON

    def without(self, *kinds: type[Block]) -> Document:
        """The same report without its blocks of some kinds."""
        return replace(self, blocks=tuple(block for block in self.blocks if not isinstance(block, kinds)))

    def without_data_code(self) -> Document:
        """The same report without the codes for scanners."""
        return self.without(DataCode)

    def publication_copy(self) -> Document:
        """The report as it is published (发布稿): neither data code nor 校验说明, figures and text the same."""
        blocks = self.without_data_code().blocks
        notes = [block for block in blocks if isinstance(block, Note) and block.text.startswith(CHECKS_NOTE)]
        return replace(self, blocks=tuple(block for block in blocks if block not in notes))


def read_notebook(notebook: Mapping[str, Any]) -> Document:
    """The document that an executed notebook prints.

    Raises:
        NotebookFailed: a cell ended in an error; names its place among the code cells, from 1, as the batch does.
        NotAReport: no cell printed a report, or one of another version of this package did.
    """
    blocks: list[Block] = []
    number = 0
    for cell in notebook["cells"]:
        number += cell["cell_type"] == "code"
        blocks += _read_cell(cell, number)
    return make_document(blocks)


def make_document(blocks: Iterable[Block]) -> Document:
    """Sort blocks into a document; the first ``Front`` counts.

    Raises:
        NotAReport: there is no ``Front``.
    """
    every = tuple(blocks)
    front = next((block for block in every if isinstance(block, Front)), None)
    if front is None:
        raise NotAReport("没有一个单元格输出了年报")
    attachments = tuple(block for block in every if isinstance(block, Attachment))
    poster = next((block.data for block in every if isinstance(block, Poster)), "")
    body = tuple(block for block in every if not isinstance(block, Front | Attachment | Poster))
    return Document(front, body, attachments, poster)


def _read_cell(cell: Mapping[str, Any], number: int) -> Iterator[Block]:
    metadata = cell.get("metadata", {})
    tags = set(metadata.get("tags", ()))
    outputs: Sequence[Mapping[str, Any]] = cell.get("outputs", ())
    # an error counts wherever it is hidden: the report is not whole
    for output in outputs:
        if output["output_type"] == "error":
            raise NotebookFailed(number, str(output.get("ename", "")), _plain(output.get("evalue", "")))
    jupyter = metadata.get("jupyter", {})
    if tags & _HIDE_CELL and not any(BLOCKS_MIME in output.get("data", {}) for output in outputs):
        return
    if cell["cell_type"] == "markdown" and not (tags & _HIDE_INPUT or jupyter.get("source_hidden")):
        yield from read_markdown(joined(cell["source"]), cell.get("attachments", {}))
    if not (tags & (_HIDE_OUTPUT | _HIDE_CELL) or jupyter.get("outputs_hidden")):
        for output in outputs:
            yield from _read_output(output, number)


def _read_output(output: Mapping[str, Any], number: int) -> Iterator[Block]:
    if output["output_type"] == "stream":
        # stderr holds warnings of libraries, which are for the log and not for the reader
        text = _plain(output.get("text", "")).strip("\n") if output.get("name") == "stdout" else ""
        yield from (Code(text),) if text else ()
        return
    data: Mapping[str, Any] = output.get("data", {})
    if BLOCKS_MIME in data:
        try:
            yield from blocks_from_json(data[BLOCKS_MIME])
        except (ValueError, KeyError, TypeError) as error:
            raise NotAReport(f"第 {number} 个代码单元格的内容无法识别（{error}）") from error
        return
    yield from _read_data(data)


def _read_data(data: Mapping[str, Any]) -> Iterator[Block]:
    """The richest form of an output that a page can show; an interactive widget has its text only."""
    text = _plain(data.get("text/plain", "")).strip("\n")
    for mime in PICTURES:
        if mime in data:
            alt = "" if text.startswith("<") else text
            yield from read_picture(mime, joined(data[mime]), alt or "图片")
            return
    if "text/markdown" in data:
        yield from read_markdown(joined(data["text/markdown"]))
    elif "text/html" in data:
        yield from read_html(joined(data["text/html"]))
    elif text:
        yield Code(text)


def _plain(text: Any) -> str:
    return printable(_ANSI.sub("", joined(text)))
