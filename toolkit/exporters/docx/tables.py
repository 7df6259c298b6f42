"""One table of the report as WordprocessingML: a Table in, its ``w:tbl`` out.

Merged cells as Word keeps them (gridSpan to the right, vMerge downwards), head rows that repeat, rows that do not
break, widths that add up to the type area. Built as XML at once: python-docx's cell by cell way takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from toolkit.core.text import printable
from toolkit.exporters.docx.page import KAI, TYPE_AREA_TWIPS
from toolkit.exporters.label_lines import even_blank
from toolkit.sections.blocks import Cell, Table

_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
    for side, size in (("top", 8), ("left", 8), ("bottom", 8), ("right", 8), ("insideH", 4), ("insideV", 4))
)
_ROW_HEIGHT_TWIPS = 360
_SIDE_TWIPS = 50  # room left and right of the text in a cell


def table_element(table: Table) -> Any:
    """The ``w:tbl`` element, ready to be put into a body."""
    widths = _column_widths(table)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    kept_rows = _kept_rows(table)
    rows = "".join(_row(table, row, widths, row in kept_rows) for row in range(table.rows))
    return parse_xml(f"<w:tbl {nsdecls('w')}>{_properties(table)}<w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>")


def _column_widths(table: Table) -> list[int]:
    """Widths of the columns in twips; they add up to the type area exactly."""
    edges = [round(TYPE_AREA_TWIPS * edge) for edge in accumulate(table.shares, initial=0.0)]
    return [right - left for left, right in pairwise(edges)]


def _properties(table: Table) -> str:
    label = quoteattr(printable(table.label or table.caption))
    return (
        f'<w:tblPr><w:tblW w:w="{TYPE_AREA_TWIPS}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f'<w:tblCellMar><w:top w:w="24" w:type="dxa"/><w:left w:w="{_SIDE_TWIPS}" w:type="dxa"/>'
        f'<w:bottom w:w="24" w:type="dxa"/><w:right w:w="{_SIDE_TWIPS}" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="0420"/><w:tblCaption w:val={label}/></w:tblPr>'
    )


def _row(table: Table, row: int, widths: list[int], kept: bool) -> str:
    head = "<w:tblHeader/>" if row < table.head_rows else ""
    height = f'<w:trHeight w:val="{_ROW_HEIGHT_TWIPS}" w:hRule="atLeast"/>'
    cells = "".join(_cells_of_row(table, row, widths, kept))
    return f"<w:tr><w:trPr><w:cantSplit/>{height}{head}</w:trPr>{cells}</w:tr>"


def _kept_rows(table: Table) -> set[int]:
    """Rows that stay on the page of the next row: all of a table, or of each block with a caption."""
    captions = {cell.row for cell in table.cells if cell.role == "caption"}
    return {row for row in range(table.rows - 1) if row + 1 not in captions}


def _cells_of_row(table: Table, row: int, widths: list[int], kept: bool) -> Iterator[str]:
    covering = {cell.column: cell for cell in table.cells if cell.row <= row < cell.row + cell.rowspan}
    column = 0
    while column < table.columns:
        cell = covering.get(column, Cell(row, column, ""))
        span = min(cell.colspan, table.columns - column)
        yield _cell(cell, row, sum(widths[column : column + span]), span, _size_half_points(table), kept)
        column += span


def _cell(cell: Cell, row: int, width: int, span: int, size: int, kept: bool) -> str:
    across = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    down = ""
    if cell.rowspan > 1:
        down = '<w:vMerge w:val="restart"/>' if row == cell.row else "<w:vMerge/>"
    properties = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{across}{down}<w:vAlign w:val="center"/></w:tcPr>'
    text = _runs(cell, size) if row == cell.row else ""
    layout = f'{"<w:keepNext/>" if kept else ""}{_indent(cell, width, size / 2)}<w:jc w:val="{cell.align}"/>'
    return f'<w:tc>{properties}<w:p><w:pPr><w:pStyle w:val="表格文字"/>{layout}</w:pPr>{text}</w:p></w:tc>'


def _indent(cell: Cell, width: int, size: float) -> str:
    """Blank at both sides of a label, so that it breaks evenly: 结果 / 维持, not 结果维 / 持."""
    blank = even_blank(cell.text, (width - 2 * _SIDE_TWIPS) / 20, size) if cell.align == "center" else 0
    return f'<w:ind w:left="{round(blank * 20)}" w:right="{round(blank * 20)}"/>' if blank else ""


def _runs(cell: Cell, size: int) -> str:
    # the form prints 本列数据的勾稽关系为… in 楷体, all else in 宋体
    font = f'<w:rFonts w:eastAsia="{KAI}"/>' if cell.role == "corner" and cell.rowspan > 1 else ""
    style = f'<w:rPr>{font}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    lines = escape(printable(cell.text)).split("\n")
    return "".join(
        f'<w:r>{style}{"<w:br/>" if number else ""}<w:t xml:space="preserve">{line}</w:t></w:r>'
        for number, line in enumerate(lines)
    )


def _size_half_points(table: Table) -> int:
    """10 pt for narrow tables, 9 for part three, 8 for the fifteen columns of part four."""
    return 20 if table.columns <= 6 else 18 if table.columns <= 10 else 16
