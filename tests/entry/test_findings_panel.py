"""Where a finding stands in the form, and what the row of parts says about each."""

from __future__ import annotations

from dataclasses import replace

import pytest

from toolkit.checks import Case, Finding, run_case
from toolkit.entry.form.findings_panel import FINISH, FRONT, list_state, part_of
from toolkit.entry.session.listing import list_findings
from toolkit.report.reading import report_from_yaml

REPORT = report_from_yaml("year: 2024\norgan: {name: 云溪县新兴镇人民政府}\n".encode())
FORM = REPORT.form
BLANK = Finding("cell-blank", "error", "没有填写", table="disputes", row="review", column="upheld")
WARNING = Finding("documents-valid", "warning", "少于", table="documents", row="rules", column="valid")
ERROR = Finding("text-new", "error", "不符", where="narrative.overview")


@pytest.mark.parametrize(
    ("finding", "key"),
    [
        pytest.param(BLANK, "disputes", id="a cell: the part of its table"),
        pytest.param(WARNING, "disclosure", id="one of several tables of a part"),
        pytest.param(ERROR, "overview", id="words of a text"),
        pytest.param(replace(ERROR, where="channels"), "overview", id="channels stand in part one"),
        pytest.param(replace(ERROR, where="processing_fee.amount_yuan"), "other", id="fees stand in part six"),
        pytest.param(replace(ERROR, where="form.applications"), "applications", id="a table as a whole"),
        pytest.param(replace(ERROR, where="figures.disputes"), "disputes", id="a table without any figure"),
        pytest.param(replace(ERROR, where="figures.enforcement"), "disclosure", id="one of several tables without any figure"),
        pytest.param(replace(ERROR, where="figures.notices"), FRONT[0], id="a table this edition does not have"),
        pytest.param(replace(ERROR, where="organ.contact"), FRONT[0], id="above part one"),
        pytest.param(replace(ERROR, where="narrative.preamble"), FRONT[0], id="the preamble"),
    ],
)
def test_every_finding_has_its_part(finding: Finding, key: str) -> None:
    assert part_of(FORM, finding) == key


def test_a_part_says_the_worst_of_what_is_left_and_blanks_before_warnings() -> None:
    confirmed = replace(WARNING, confirmed="当年制发又废止")
    beside = replace(WARNING, table="disputes", row="review", column="other")
    state = list_state(FORM, list_findings(REPORT, (BLANK, WARNING, beside, ERROR)))
    assert {part["key"]: part["state"] for part in state["parts"] if part["state"]} == {
        "overview": "error",
        "disclosure": "warning",
        "disputes": "blank",
    }
    assert [part["label"] for part in state["parts"]] == [FRONT[1], "一", "二", "三", "四", "五", "六", FINISH[1]]
    done = list_state(FORM, list_findings(REPORT, (confirmed,)))
    assert not any(part["state"] for part in done["parts"])


def test_one_figure_makes_no_other_table_wrong() -> None:
    text = "year: 2024\norgan: {name: 云溪县新兴镇人民政府}\nfigures: {documents: {rules: {issued: 0}}}\n"
    found = run_case(Case(report_from_yaml(text.encode(), "新兴镇.yaml")))
    assert not any(finding.code == "table-missing" for finding in found), "each blank cell is named, once"
    states = {part["key"]: part["state"] for part in list_state(FORM, list_findings(REPORT, found))["parts"]}
    assert [states[key] for key in ("front", "disclosure", "applications", "disputes")] == ["blank"] * 4


def test_a_new_form_has_no_errors_and_says_each_blank_once() -> None:
    found = list_findings(REPORT, run_case(Case(REPORT)))
    counts = list_state(FORM, found)["counts"]
    assert list(counts) == ["error", "blank", "warning", "notice"]
    assert counts == {"error": 0, "blank": 170, "warning": 0, "notice": 0}, "166 cells, two texts, the fee, the contact"
    asked = list_state(FORM, list_findings(REPORT, run_case(Case(REPORT)), todo=False))
    assert asked["counts"] == {"error": 169, "blank": 0, "warning": 1, "notice": 0}
    text = "year: 2024\norgan: {name: 云溪县新兴镇人民政府}\nfigures: {documents: {rules: {issued: 0, repealed: 0, valid: 0}}}\n"
    begun = report_from_yaml(text.encode())
    items = list_state(FORM, list_findings(begun, run_case(Case(begun))))["findings"]
    assert {item["severity"] for item in items} == {"blank"}
    assert not any("缺少" in item["message"] or "整张表" in item["message"] for item in items), "the cells say so"


def test_a_mistake_is_an_error_beside_what_is_still_to_be_filled_in() -> None:
    text = "year: 2024\norgan: {name: 云溪县新兴镇人民政府}\nfigures: {documents: {rules: {issued: 三件}}}\n"
    begun = report_from_yaml(text.encode())
    items = list_state(FORM, list_findings(begun, run_case(Case(begun))))["findings"]
    assert items[0]["severity"] == "error", "it stands before all blanks"
    assert [item["severity"] for item in items].count("error") == 1
