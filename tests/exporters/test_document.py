"""An executed notebook becomes a document: our blocks as they are, everything else as blocks."""

from __future__ import annotations

import base64
import json
from typing import Any

import nbformat.v4 as v4
import pytest

from tests.exporters.stories import CHART_SVG, PNG, front, full_report_blocks
from toolkit.core.errors import NotebookFailed
from toolkit.exporters.document import Document, NotAReport, make_document, read_notebook
from toolkit.sections.blocks import (
    BLOCKS_MIME,
    Attachment,
    Block,
    Code,
    Paragraph,
    Picture,
    Run,
    blocks_to_json,
    paragraph,
)

PNG_TEXT = base64.b64encode(PNG).decode("ascii")


def section(*blocks: Block, **metadata: Any) -> Any:
    """A code cell that printed blocks, as a section of the report does."""
    data = {BLOCKS_MIME: blocks_to_json(blocks), "text/plain": "…"}
    return v4.new_code_cell("…", outputs=[v4.new_output("display_data", data)], metadata=metadata)


def printing(output_type: str, data: dict[str, Any] | None = None, *, tags: tuple[str, ...] = (), **rest: Any) -> Any:
    """A code cell that someone added, with one output."""
    output = v4.new_output(output_type, data, **rest) if data is not None else v4.new_output(output_type, **rest)
    return v4.new_code_cell("…", outputs=[output], metadata={"tags": list(tags)})


def read(*cells: Any) -> Document:
    return read_notebook(v4.new_notebook(cells=[section(front()), *cells]))


def test_sections_come_through_unchanged() -> None:
    document = read_notebook(v4.new_notebook(cells=[section(block) for block in full_report_blocks()]))
    assert document == make_document(full_report_blocks())
    assert [type(item) for item in document.attachments] == [Attachment]


def test_a_notebook_read_as_plain_json_is_the_same() -> None:
    notebook = v4.new_notebook(cells=[section(*full_report_blocks()), v4.new_markdown_cell("# 补\n正文")])
    assert read_notebook(json.loads(json.dumps(notebook))) == read_notebook(notebook)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (printing("display_data", {"image/png": PNG_TEXT, "text/plain": "<Figure>"}), (Picture(PNG, "image/png", "图片"),)),
        (
            printing("display_data", {"image/svg+xml": CHART_SVG, "text/plain": "两根条"}),
            (Picture(CHART_SVG.encode(), "image/svg+xml", "两根条"),),
        ),
        (printing("display_data", {"image/png": "!"}), (paragraph("[图片已损坏：图片]"),)),
        (printing("execute_result", {"text/markdown": "**粗**", "text/plain": "x"}), (Paragraph((Run("粗", bold=True),)),)),
        (
            printing("execute_result", {"text/html": "<p>甲<script>坏</script> &lt;</p><p>乙</p>", "text/plain": "x"}),
            (paragraph("甲 <"), paragraph("乙")),
        ),
        (printing("execute_result", {"text/plain": ["行\n", "\x1b[31m红\x1b[0m"]}), (Code("行\n红"),)),
        (printing("execute_result", {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "钮"}), (Code("钮"),)),
        (printing("stream", name="stdout", text="输出\n"), (Code("输出"),)),
        (printing("stream", name="stderr", text="警告\n"), ()),
        (printing("stream", name="stdout", text="藏", tags=("remove-output",)), ()),
        (printing("stream", name="stdout", text="藏", tags=("remove_cell",)), ()),
        (printing("stream", name="stdout", text="藏", tags=("injected-parameters",)), ()),
        (v4.new_markdown_cell("显"), (paragraph("显"),)),
        (v4.new_markdown_cell("藏", metadata={"tags": ["remove-input"]}), ()),
        (v4.new_markdown_cell("藏", metadata={"tags": ["hide-cell"]}), ()),
        (v4.new_markdown_cell("藏", metadata={"jupyter": {"source_hidden": True}}), ()),
        (v4.new_raw_cell("生"), ()),
        (v4.new_code_cell("1 + 1"), ()),
    ],
)
def test_cells_that_someone_added(cell: Any, expected: tuple[Block, ...]) -> None:
    assert read(cell).blocks == expected


def test_an_error_names_its_cell() -> None:
    failed = printing("error", ename="ValueError", evalue="坏", traceback=["…"], tags=("remove-output",))
    with pytest.raises(NotebookFailed, match="第 2 个代码单元格") as caught:
        read(v4.new_markdown_cell("好"), failed)
    assert (caught.value.cell, caught.value.name, caught.value.message) == (2, "ValueError", "坏")


def test_a_notebook_without_a_report_says_what_to_do() -> None:
    with pytest.raises(NotAReport, match="nianbao build"):
        read_notebook(v4.new_notebook(cells=[v4.new_markdown_cell("空")]))


@pytest.mark.parametrize("value", [{"version": 99, "blocks": []}, {"version": 1, "blocks": [{"kind": "alien"}]}, {"version": 1}])
def test_blocks_of_another_version_are_named(value: dict[str, Any]) -> None:
    with pytest.raises(NotAReport, match="第 2 个代码单元格"):
        read(printing("display_data", {BLOCKS_MIME: value}))
