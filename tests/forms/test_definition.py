"""The editions as data: which year has which, what stands in them, which cells are sums of which."""

from __future__ import annotations

import pytest

from toolkit.core.errors import NoSuchForm
from toolkit.forms import Address, Form, all_forms, form_for_year, row_label

FORM_2019, FORM_2021 = form_for_year(2019), form_for_year(2021)
BOTH = pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.id)


@pytest.mark.parametrize(
    ("year", "edition"), [(2019, "2019"), (2020, "2019"), (2021, "2021"), (2022, "2021"), (2024, "2021"), (2099, "2021")]
)
def test_a_year_has_one_edition(year: int, edition: str) -> None:
    assert form_for_year(year).id == edition
    assert [form.id for form in all_forms() if form.serves(year)] == [edition]


@pytest.mark.parametrize("year", [2018, 1999, 0, -1])
def test_before_2019_there_is_no_edition_and_the_message_names_those_there_are(year: int) -> None:
    with pytest.raises(NoSuchForm) as caught:
        form_for_year(year)
    assert str(caught.value) == f"{year} 年没有对应的年报格式；已有的版本：2019 版（2019年至2020年）、2021 版（2021年起）"


@BOTH
def test_the_six_headings_are_those_of_the_form(form: Form) -> None:
    assert [part.heading for part in form.parts] == [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ]
    assert [part.key for part in form.parts if part.is_narrative] == ["overview", "problems", "other"]


def test_notices_are_those_of_the_editions() -> None:
    assert [(form.id, form.notice_number) for form in all_forms()] == [
        ("2019", "国办公开办函〔2019〕60号"),
        ("2021", "国办公开办函〔2021〕30号"),
    ]


def test_only_the_2021_edition_asks_for_the_processing_fee() -> None:
    assert FORM_2019.part("other").must_mention == ()
    assert FORM_2021.part("other").must_mention == ("信息处理费",)


@pytest.mark.parametrize(("form", "cells"), [(FORM_2019, 198), (FORM_2021, 200)], ids=["2019", "2021"])
def test_number_of_cells(form: Form, cells: int) -> None:
    assert len(form.cells) == cells
    assert len({str(address) for address in form.cells}) == cells


@BOTH
def test_addresses_print_and_parse(form: Form) -> None:
    assert all(Address.parse(str(address)) == address for address in form.cells)


@pytest.mark.parametrize("text", ["", "applications", "applications.new", "a.b.c.d"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="unpack"):
        Address.parse(text)


@BOTH
def test_only_changes_may_be_negative_and_only_money_has_decimals(form: Form) -> None:
    kinds = {
        kind: {address.column for address, column in form.cells.items() if column.type == kind} for kind in ("change", "money")
    }
    expected = {"2019": ({"change"}, {"amount"}), "2021": (set(), {"amount_wan"})}
    assert (kinds["change"], kinds["money"]) == expected[form.id]


@pytest.mark.parametrize(("form", "details"), [(FORM_2019, 19), (FORM_2021, 21)], ids=["2019", "2021"])
def test_results_are_the_sum_of_every_row_of_detail(form: Form, details: int) -> None:
    table = form.table_by_key["applications"]
    (identity,) = (item for item in table.identities if item.code == "applications-results-sum")
    rows = [row.key for row in table.rows]
    assert identity.right == tuple(rows[rows.index("granted") : rows.index("total")])
    assert len(identity.right) == details


@BOTH
def test_outcomes_share_the_rows_of_detail_out_among_them(form: Form) -> None:
    table = form.table_by_key["applications"]
    (identity,) = (item for item in table.identities if item.code == "applications-results-sum")
    assert tuple(row for outcome in table.outcomes for row in outcome.rows) == identity.right


@BOTH
def test_a_corner_total_is_a_sum_along_both_ways(form: Form) -> None:
    corner = form.sums[Address("applications", "total", "total")]
    assert sorted(len(parts) for parts in corner) == [6, {"2019": 19, "2021": 21}[form.id]]


@BOTH
def test_sums_are_the_cells_in_rows_and_columns_called_total(form: Form) -> None:
    marked = {
        address
        for table in form.tables
        for address in table.addresses()
        if table.row_by_key[address.row].sum or table.column_by_key[address.column].sum
    }
    assert set(form.sums) == marked


@BOTH
def test_the_balance_holds_in_each_of_the_seven_columns(form: Form) -> None:
    table = form.table_by_key["applications"]
    (balance,) = (item for item in table.identities if item.code == "applications-balance")
    instances = list(table.instances(balance))
    assert [key for key, _, _ in instances] == [column.key for column in table.columns]
    for key, left, right in instances:
        assert [str(address) for address in (*left, *right)] == [
            f"applications.{row}.{key}" for row in ("new", "carried_in", "total", "carried_out")
        ]


def test_people_call_a_cell_by_table_row_and_column() -> None:
    names = {
        "applications.new.total": "表三 一、本年新收政府信息公开申请数量·总计",
        "applications.partly_granted.natural_person": "表三 （二）部分公开·自然人",
        "applications.refused_state_secret.business": "表三 （三）不予公开1.属于国家秘密·商业企业",
        "disputes.direct_lawsuit.upheld": "表四 行政诉讼未经复议直接起诉·结果维持",
        "documents.normative.issued": "表二 行政规范性文件·本年制发件数",
    }
    assert {text: FORM_2021.label(Address.parse(text)) for text in names} == names


@BOTH
def test_row_labels_are_different_in_a_table(form: Form) -> None:
    for table in form.tables:
        labels = [row_label(table, row) for row in table.rows]
        assert len(set(labels)) == len(labels)


def test_what_overlaps_between_siblings_is_not_added() -> None:
    overlapping = {(address.table, address.column) for address, column in FORM_2019.cells.items() if not column.additive}
    tables = ("permits", "enforcement", "fees")
    assert overlapping == {(table, column) for table in tables for column in ("previous_items", "change")}
    assert all(column.additive for column in FORM_2021.cells.values())
