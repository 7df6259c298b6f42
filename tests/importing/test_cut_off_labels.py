"""Labels that a spreadsheet cut off at the next cell, and that print as one where there are no rulings, still name their rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from toolkit.forms import Form, all_forms
from toolkit.importing.recognition.labels import match_text
from toolkit.importing.recognition.matching import TableReading, read_table
from toolkit.importing.recognition.tables import find_tables
from toolkit.importing.source import RawCell, make_grid

HEADS = [
    ["申请人情况"],
    ["法人或其他组织（本列数据的勾稽关系为：第一项加自然人", "商业企业", "科研机构", "社会公益组法律服务机", "其他", "总计"],
]


def read(rows: list[list[str]], form: Form) -> TableReading:
    grid = make_grid([[RawCell(text) for text in row] for row in rows], "", 1, exact=False)
    (section,) = find_tables(grid.rows).sections
    return read_table(section, form)


def cut_rows(form: Form, size: int) -> Iterator[list[str]]:
    """The rows of part three with labels cut off; that of a group stands at its last row, before the label of the row."""
    rows = form.table_by_key["applications"].rows
    for number, (row, after) in enumerate(pairwise([*rows, None])):
        assert row is not None
        group = row.groups[-1] if len(row.groups) > 1 else ""
        last = after is None or (after.groups[-1] if len(after.groups) > 1 else "") != group
        label = row.label[:size] if group else row.label[: size + 8]
        yield [(group[:5] if last else "") + label, *(str(7 * number + column) for column in range(7))]


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.id)
@pytest.mark.parametrize("size", [6, 7, 9])
def test_rows_of_part_three(form: Form, size: int) -> None:
    got = read([*HEADS, *cut_rows(form, size)], form)
    table = form.table_by_key["applications"]
    keys = [(row.key, column.key) for row in table.rows for column in table.columns]
    values = {(at.row, at.column): cell.value for at, cell in got.cells.items()}
    assert (got.edition, values) == (form.id, {key: number for number, key in enumerate(keys)})


def test_row_that_a_province_added_to_a_group_is_not_that_of_another() -> None:
    form = all_forms()[-1]
    rows = [row if "3.其他" not in row[0] else ["3.其他情形", *row[1:]] for row in cut_rows(form, 6)]
    rows.insert(-3, ["1.其他", *["8888"] * 7])
    got = read([*HEADS, *rows], form)
    assert not any(cell.value == 8888 for cell in got.cells.values())
    assert any("8888" in seen.found for seen in got.observations)


def test_heads_of_part_two_in_one() -> None:
    form = all_forms()[-1]
    got = read([["信息内容", "本年制发件本年废止件现行有效件数"], ["规章", "1", "2", "3"], ["行政规范性", "4", "5", "6"]], form)
    assert {str(at): cell.value for at, cell in got.cells.items()} == {
        f"documents.{row}.{column}": value
        for row, values in {"rules": (1, 2, 3), "normative": (4, 5, 6)}.items()
        for column, value in zip(("issued", "repealed", "valid"), values, strict=True)
    }


@pytest.mark.parametrize(
    "heads", [["信息内容", "本年制发件现行有效件"], ["信息内容", "本年本年现行"], ["信息内容", "本年制发件数废止件数有效件数"]]
)
def test_heads_in_one_that_could_be_others_give_no_figure(heads: list[str]) -> None:
    got = read([heads, ["规章", "1", "2", "3"]], all_forms()[-1])
    assert not any(cell.value for cell in got.cells.values())


def test_outcomes_of_part_four_below_their_heads() -> None:
    """Without rulings all outcomes are on one line, under the three heads over them."""
    form = all_forms()[-1]
    table = form.table_by_key["disputes"]
    outcomes = [column.label for column in table.columns]
    heads = [["行政复议", "行政诉讼"], ["未经复议直接起诉", "复议后起诉"], outcomes * 3]
    got = read([*heads, [str(number) for number in range(15)]], form)
    assert [cell.value for cell in got.cells.values()] == list(range(15))
    assert match_text(outcomes[0]) == "结果维持"
