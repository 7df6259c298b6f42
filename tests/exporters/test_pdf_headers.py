"""The PDF reopened: every figure names its labels and heads, and readers aloud are told which cells those are."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pikepdf
import pytest
import typst

from tests.exporters.stories import added_blocks, applications_table, chart, disclosure_table, disputes_table, front
from toolkit.exporters.document import make_document
from toolkit.exporters.pdf.headers import name_headers
from toolkit.exporters.pdf.reading import read_pieces
from toolkit.exporters.pdf.setting import STANDARDS, set_pdf
from toolkit.sections.blocks import Block, Cell, Heading, ListItems, Note, Table, paragraph

TABLES = (disclosure_table(), applications_table(), disputes_table())


def opened(*blocks: Block) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(set_pdf(make_document((front(), *blocks)))))


def elements(element: Any, *kinds: str) -> Iterator[Any]:
    children = element.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            if str(child.S) in kinds:
                yield child
            yield from elements(child, *kinds)


def about_table(element: Any) -> Any:
    return next(item for item in element.A if item.O == "/Table")


def places_named(element: Any) -> set[tuple[int, int]]:
    """Row and column of the heads a cell names; an id ends in its place."""
    ids = [re.fullmatch(r"\w+x(\d+)y(\d+)", str(name)) for name in about_table(element).Headers]
    return {(int(found[2]), int(found[1])) for found in ids if found}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.key)
def test_headers_and_labels_are_distinguished_from_figures(table: Table) -> None:
    with opened(table) as pdf:
        found = list(elements(pdf.Root.StructTreeRoot, "/TH", "/TD"))
        ordered = sorted(table.cells, key=lambda cell: (cell.row, cell.column))
        assert len(found) == len(ordered)
        for element, cell in zip(found, ordered, strict=True):
            assert str(element.S) == ("/TD" if cell.role == "value" else "/TH"), cell
            if cell.role != "value":
                assert about_table(element).Scope == ("/Row" if cell.role == "stub" else "/Column"), cell


def test_a_figure_names_its_row_its_column_and_its_block() -> None:
    with opened(*TABLES) as pdf:
        tables = list(elements(pdf.Root.StructTreeRoot, "/Table"))
        cells = {
            (number, cell.row, cell.column): element
            for number, (tagged, table) in enumerate(zip(tables, TABLES, strict=True), 2)
            for element, cell in zip(
                elements(tagged, "/TH", "/TD"), sorted(table.cells, key=lambda cell: (cell.row, cell.column)), strict=True
            )
        }
        assert {(0, 0), (1, 2), (3, 0)} <= places_named(cells[2, 3, 2])  # 第（一）项, 本年废止件数, 行政规范性文件
        assert (1, 2) not in places_named(cells[2, 6, 1])  # a head of another block
        assert {(2, 4), (8, 2)} <= places_named(cells[3, 8, 4])  # 商业企业, 2.其他法律行政法规禁止公开
        assert (7, 1) in places_named(cells[3, 8, 2])  # which belongs to （三）不予公开
        assert (5, 0) in places_named(cells[3, 7, 1])  # which belongs to 三、本年度办理结果


def test_every_id_named_is_in_the_tree_of_ids_which_is_sorted() -> None:
    with opened(*TABLES, *added_blocks()) as pdf:
        root = pdf.Root.StructTreeRoot
        known = [str(name) for name in list(root.IDTree.Names)[::2]]
        assert known == sorted(set(known))
        for element in elements(root, "/TH", "/TD"):
            assert {str(name) for name in about_table(element).get("/Headers", ())} <= set(known)
        for name, element in zip(known, list(root.IDTree.Names)[1::2], strict=True):
            assert (str(element.ID), element.S) == (name, "/TH")


def test_a_table_with_labels_of_rows_only_gets_its_ids() -> None:
    table = Table("t", "两行", 2, 2, (Cell(0, 0, "甲", "stub"), Cell(0, 1, "1"), Cell(1, 0, "乙", "stub"), Cell(1, 1, "2")))
    with opened(table) as pdf:
        assert [str(name) for name in list(pdf.Root.StructTreeRoot.IDTree.Names)[::2]] == ["L1x0y0", "L1x0y1"]
        assert [places_named(cell) for cell in elements(pdf.Root.StructTreeRoot, "/TD")] == [{(0, 0)}, {(1, 0)}]


def test_a_table_that_the_file_does_not_have_so_is_left_as_it_is() -> None:
    cells = (Cell(0, 0, "甲", "stub"), Cell(0, 1, "1"), Cell(1, 0, "乙", "stub"), Cell(1, 1, "2"))
    source = '#set document(title: "t")\n#table(columns: 2, [甲], [1], [乙])'
    data = typst.compile(source.encode("utf-8"), format="pdf", pdf_standards=STANDARDS, timestamp=0)
    assert isinstance(data, bytes)
    for number, named in ((4, ["/TH", "/TH"]), (3, [])):  # Typst fills the row
        with pikepdf.open(io.BytesIO(name_headers(data, (Table("t", "表", 2, 2, cells[:number]),)))) as pdf:
            root = pdf.Root.StructTreeRoot
            assert [str(element.S) for element in elements(root, "/TH")] == named
            assert len(root.IDTree.Names if "/IDTree" in root else ()) == 2 * len(named)
            assert pdf.check_pdf_syntax() == []


@pytest.mark.parametrize(
    "text", ["/K[1 0 R]>>", "/K[9 0 R]/Pg 1 0 R>>", "<</Type/StructElem/S/Table/P 1 0 R/K[3 0 R]>>", "(/IDTree)"]
)
def test_text_that_looks_like_structure_is_not_taken_for_it(text: str) -> None:
    picture = replace(chart(), alt=text, caption=text)
    blocks = (Heading(1, text), paragraph(text), picture, replace(disputes_table(), label=text, caption=text), Note(text))
    with opened(*blocks) as pdf:
        root = pdf.Root.StructTreeRoot
        assert len(list(elements(root, "/TD"))) == 15
        assert len(list(elements(root, "/TH"))) == len(disputes_table().cells) - 15
        assert [str(figure.Alt) for figure in elements(root, "/Figure")] == [text]
        (table,) = elements(root, "/Table")
        assert str(about_table(table).Summary) == text
        assert pdf.check_pdf_syntax() == []


def test_a_table_says_what_it_holds() -> None:
    with opened(disputes_table()) as pdf:
        (table,) = elements(pdf.Root.StructTreeRoot, "/Table")
        assert str(about_table(table).Summary) == disputes_table().label


def test_tables_in_a_list_and_files_without_tables_pass() -> None:
    with opened(ListItems(False, ((disputes_table(),),)), disclosure_table()) as pdf:
        assert len(list(elements(pdf.Root.StructTreeRoot, "/TD"))) == 15 + sum(
            cell.role == "value" for cell in disclosure_table().cells
        )
        assert "行政复议" in read_pieces(pdf)
    assert name_headers(b"anything", ()) == b"anything"
