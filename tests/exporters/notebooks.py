"""Executed notebooks for the exporters, without running one."""

from __future__ import annotations

from collections.abc import Iterable

from nbformat import NotebookNode, v4

from toolkit.sections.blocks import BLOCKS_MIME, Block, blocks_to_json


def notebook_of(blocks: Iterable[Block]) -> NotebookNode:
    """A notebook whose only cell printed these blocks."""
    output = v4.new_output("display_data", {BLOCKS_MIME: blocks_to_json(blocks), "text/plain": ""})
    return v4.new_notebook(cells=[v4.new_code_cell("report", id="report", outputs=[output])])
