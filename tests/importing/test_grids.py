"""Tables that a page makes of a grid of a style sheet: read where every place is certain, else left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.importing.shapes import html_body, page, printed, report
from toolkit.importing import Imported, read_published
from toolkit.report import Report

OF = report()


def read(part: object, folder: Path) -> Imported:
    file = folder / "年报.html"
    file.write_text(page(html_body(OF, part)), encoding="utf-8")  # type: ignore[arg-type]
    return read_published(file)


def grid(of: Report, part: str, place: str, columns: str = "repeat({width}, minmax(0, 1fr))") -> str:
    """One part as a grid, each cell with its ``place``."""
    cells = [item for row in printed(of, part) for item in row]
    width = max(cell.column + cell.colspan for cell, _ in cells)
    items = (
        f'<div style="{place.format(row=cell.row + 1, column=cell.column + 1, cell=cell)}"><span>{text}</span></div>'
        for cell, text in cells
    )
    return f'<div style="display:grid;grid-template-columns:{columns.format(width=width)}">{"".join(items)}</div>'


@pytest.mark.parametrize(
    "place",
    [
        "grid-column:{column} / span {cell.colspan};grid-row:{row} / span {cell.rowspan}",
        "grid-column-start:{column};grid-column-end:span {cell.colspan};grid-row:{row} / span {cell.rowspan}",
        "grid-column:span {cell.colspan};grid-row:span {cell.rowspan}",  # where there is room
    ],
)
def test_grid_with_merged_cells(place: str, tmp_path: Path) -> None:
    got = read(lambda part: grid(OF, part, place), tmp_path)
    assert [str(at) for at in OF.form.cells if got.cells[at].value != OF.figures[at]] == []


@pytest.mark.parametrize(("item", "is_read"), [("grid-column:{column} / span {span}", True), ("grid-column:{column}", False),
                                               ("grid-column:{column} / span {span};grid-row:span 2", False)])  # fmt: skip
def test_rows_that_take_their_columns_from_the_grid_around_them(item: str, is_read: bool, tmp_path: Path) -> None:
    def part(key: str) -> str:
        rows = printed(OF, key)
        width = max(cell.column + cell.colspan for row in rows for cell, _ in row)
        lines = (
            "".join(f'<i style="{item.format(column=cell.column + 1, span=cell.colspan)}">{text}</i>' for cell, text in row)
            for row in rows
        )
        row = '<div style="display:grid;grid-column:1 / -1;grid-template-columns:subgrid">{}</div>'
        return f'<div style="display:grid;grid-template-columns:repeat({width}, 1fr)">{"".join(map(row.format, lines))}</div>'

    got = read(part, tmp_path)
    assert {str(at) for at in OF.form.cells if got.cells[at].value not in (OF.figures[at], None)} == set()
    assert not is_read or [str(at) for at in OF.form.cells if got.cells[at].value is None] == []


@pytest.mark.parametrize(
    ("place", "columns"),
    [
        ("", "repeat({width}, 1fr)"),  # its merged cells are lost
        ("grid-column:span {cell.colspan};grid-row:span {cell.rowspan}", "repeat(auto-fit, minmax(5em, 1fr))"),
        ("grid-column:span {cell.colspan};grid-row:span {cell.rowspan};order:2", "repeat({width}, 1fr)"),
        ("grid-area:a{row}", "repeat({width}, 1fr)"),
        ("grid-column:-{column}", "repeat({width}, 1fr)"),
        ("grid-row:{row}", "repeat({width}, 1fr)"),
        ("grid-column:span {cell.colspan};position:absolute", "repeat({width}, 1fr)"),
        ("grid-row:span {cell.rowspan}", "repeat({width}, 1fr)"),  # merged columns are lost
        ("grid-column:{column} / span 40;grid-row:span {cell.rowspan}", "repeat({width}, 1fr)"),
        ("grid-column:span {cell.colspan};grid-row:span {cell.rowspan}", "minmax(0, calc(1px + 2px)) repeat({width}, 1fr)"),
        ("grid-column:span {cell.colspan};grid-row:span {cell.rowspan}", "var(--first) repeat({width}, 1fr)"),
        ("grid-column-start:1;grid-column:{column} / span {cell.colspan};grid-row:{row}", "repeat({width}, 1fr)"),
    ],
)
def test_grid_of_which_nobody_can_tell_the_places_gives_no_figure(place: str, columns: str, tmp_path: Path) -> None:
    got = read(lambda part: grid(OF, part, place, columns), tmp_path)
    assert [str(at) for at in OF.form.cells if got.cells[at].value is not None] == []


@pytest.mark.parametrize(
    ("item", "is_read"),
    [
        ('<input style="{style}" value="{figure}">', True),
        ('<div hidden>9</div><div style="{style}">{figure}</div>', True),
        ('<script>let a = 9</script><div style="{style}">{figure}</div>', True),
        ('<s style="{style}">{figure}</s>', False),
        ('<div style="{style};position:relative;left:120px">{figure}</div>', False),
    ],
)
def test_items_that_are_no_plain_boxes(item: str, is_read: bool, tmp_path: Path) -> None:
    def part(key: str) -> str:
        made = grid(OF, key, "grid-column:span {cell.colspan};grid-row:span {cell.rowspan}")
        return re.sub(r'<div style="([^"]*)"><span>(\d+)</span></div>', lambda at: item.format(style=at[1], figure=at[2]), made)

    got = read(part, tmp_path)
    whole = [at for at, column in OF.form.cells.items() if column.type != "money"]
    assert {got.cells[at].value == OF.figures[at] for at in whole} == {is_read}
    assert is_read or {got.cells[at].value for at in whole} == {None}


def test_item_as_wide_as_its_grid(tmp_path: Path) -> None:
    place = "grid-column:span {cell.colspan};grid-row:span {cell.rowspan}"
    title = '<p style="grid-column:1 / -1">统计表</p>'
    got = read(lambda part: grid(OF, part, place).replace("><div", f">{title}<div", 1), tmp_path)
    assert [str(at) for at in OF.form.cells if got.cells[at].value != OF.figures[at]] == []


def test_rows_of_a_grid_that_are_no_boxes(tmp_path: Path) -> None:
    def part(key: str) -> str:
        made = grid(OF, key, "grid-column:span {cell.colspan};grid-row:span {cell.rowspan}")
        return made.replace("<div", '<div style="display:contents"><div', 2).replace("</span></div>", "</span></div></div>", 1)

    got = read(part, tmp_path)
    assert all(got.cells[at].value in (OF.figures[at], None) for at in OF.form.cells)
