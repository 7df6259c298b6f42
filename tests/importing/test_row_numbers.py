"""A column that only counts rows is neither a label nor a figure, whether a head names it or not."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from tests.importing.shapes import html_body, page, printed, report
from toolkit.importing import read_published
from toolkit.importing.recognition.row_numbers import without_row_numbers
from toolkit.importing.source import Grid, RawCell, make_grid
from toolkit.report import Report

OF = report()


def numbered(of: Report, part: str, head: str) -> str:
    """One part with numbers of rows before its labels, which begin again under every caption."""
    rows, number = [], 0
    for row in printed(of, part):
        cells = "".join(f'<td rowspan="{cell.rowspan}" colspan="{cell.colspan}">{escape(text)}</td>' for cell, text in row)
        if any(cell.role == "caption" for cell, _ in row):
            number = 0
            wider = cells.replace('colspan="4"', 'colspan="5"')
            rows.append(f"<tr>{wider}</tr>")
        else:
            number += any(cell.address is not None for cell, _ in row)
            rows.append(f"<tr><td>{number or head}</td>{cells}</tr>")
    return f"<table>{''.join(rows)}</table>"


@pytest.mark.parametrize("head", ["序号", "行次", "No.", "编号", ""])
def test_tables_with_numbers_of_rows(head: str, tmp_path: Path) -> None:
    file = tmp_path / "年报.html"
    file.write_text(page(html_body(OF, lambda part: numbered(OF, part, head))), encoding="utf-8")
    got = read_published(file)
    assert {str(at) for at in OF.form.cells if got.cells[at].value != OF.figures[at]} == set()


def first_column(*texts: str) -> list[str]:
    """What is left in the first column of a grid whose second one has letters."""
    grid = make_grid([[RawCell(text), RawCell(letter)] for text, letter in zip(texts, "甲乙丙丁戊己庚辛", strict=False)], "", 1)
    (left,) = without_row_numbers([grid])
    assert isinstance(left, Grid)
    return [row.cells[0].text for row in left.rows]


LETTERS = list("甲乙丙丁戊己庚辛")


def test_numbers_of_rows_are_left_out() -> None:
    assert first_column("序号", "1", "2") == LETTERS[:3]
    assert first_column("0", "1", "2", "3", "4", "5") == LETTERS[:6]
    assert first_column("1", "2", "3", "1", "2", "3") == LETTERS[:6]
    assert first_column("行次", "1", "3", "4") == LETTERS[:4]


def test_figures_and_labels_stay() -> None:
    for texts in (
        ("1", "2", "3"),
        ("5", "7", "9", "1", "2", "4"),
        ("规章", "1", "2"),
        ("序号", "3", "2"),
        ("1", "2", "3", "甲", "5", "6"),
    ):
        assert first_column(*texts) == list(texts)
