"""The statutory tables with a report's figures in them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.report.stories import all_zero, busy
from toolkit.forms import Address, print_part
from toolkit.report import Value
from toolkit.report.model import value_text
from toolkit.sections.tables import table

PARTS = ("disclosure", "applications", "disputes")


@pytest.mark.parametrize("year", [2020, 2024])
@pytest.mark.parametrize("part", PARTS)
def test_a_table_is_the_printed_grid_with_every_figure_at_its_place(year: int, part: str) -> None:
    report = all_zero(year)
    numbered = report
    for number, address in enumerate(report.form.cells):
        numbered = numbered.with_value(address, number)
    printed, made = print_part(report.form, part), table(numbered, part)
    assert [(cell.row, cell.column, cell.rowspan, cell.colspan, cell.role) for cell in made.cells] == [
        (cell.row, cell.column, cell.rowspan, cell.colspan, cell.role) for cell in printed.cells
    ]
    places = {str(address): number for number, address in enumerate(report.form.cells)}
    for cell, blank in zip(made.cells, printed.cells, strict=True):
        assert cell.text == (str(places[cell.address]) if cell.address else blank.text)
        assert cell.number == (cell.text if cell.address else "")
    assert (made.rows, made.columns, made.head_rows) == (printed.rows, printed.columns, printed.head_rows)


@pytest.mark.parametrize("year", [2020, 2024])
@pytest.mark.parametrize("part", PARTS)
def test_widths_fit_the_columns(year: int, part: str) -> None:
    made = table(all_zero(year), part)
    assert len(made.widths) in (0, made.columns)


def test_the_label_says_what_the_table_holds() -> None:
    assert table(busy(), "applications").label == "表三　收到和处理政府信息公开申请情况"


def text_and_number(value: Value) -> tuple[str, str]:
    address = Address("fees", "fees", "amount_wan")
    made = table(all_zero(2024).with_value(address, value), "disclosure")
    (cell,) = [cell for cell in made.cells if cell.address == str(address)]
    return cell.text, cell.number


@pytest.mark.parametrize(
    ("value", "text", "number", "why"),
    [
        (None, "", "", "a blank prints empty"),
        (0, "0", "0", "0 is printed"),
        (Decimal("2.50"), "2.50", "2.50", "money keeps its decimals"),
        (Decimal("1E+3"), "1000", "1000", "no exponent"),
        ("251000元", "251000元", "", "a dirty cell prints as it was written, and is no number of a workbook"),
        ("=1+1", "=1+1", "", "a formula is text"),
    ],
)
def test_how_a_figure_is_printed(value: Value, text: str, number: str, why: str) -> None:
    assert text_and_number(value) == (text, number), why
    assert value_text(value) == text


def test_missing_totals_are_printed_and_marked_as_sums() -> None:
    made = table(busy(), "applications")
    printed = {cell.address: cell.text for cell in made.cells}
    assert printed["applications.total.total"] == "12"
    sums = dict(made.sums)
    assert sums["applications.new.total"][0] == "applications.new.natural_person"
    assert all(address in printed for parts in sums.values() for address in parts)
    assert set(sums) == {str(address) for address in busy().form.sums if address.table == "applications"}
