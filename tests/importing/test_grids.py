"""Tables that a page makes of a grid of a style sheet: read where every place is certain, else left alone."""

from __future__ import annotations

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
    ],
)
def test_grid_of_which_nobody_can_tell_the_places_gives_no_figure(place: str, columns: str, tmp_path: Path) -> None:
    got = read(lambda part: grid(OF, part, place, columns), tmp_path)
    assert [str(at) for at in OF.form.cells if got.cells[at].value is not None] == []


def test_rows_of_a_grid_that_are_no_boxes(tmp_path: Path) -> None:
    def part(key: str) -> str:
        made = grid(OF, key, "grid-column:span {cell.colspan};grid-row:span {cell.rowspan}")
        return made.replace("<div", '<div style="display:contents"><div', 2).replace("</span></div>", "</span></div></div>", 1)

    got = read(part, tmp_path)
    assert all(got.cells[at].value in (OF.figures[at], None) for at in OF.form.cells)
