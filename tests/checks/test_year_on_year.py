"""A report beside last year's: what must follow from it, across the change of edition, bad neighbours, and repeated texts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.checks.stories import case, faultless, of_code
from toolkit.checks import run_case

CARRIED: list[tuple[int, dict[str, Any], list[str], str]] = [
    (2024, {}, [], "one carried out, one carried in"),
    (2021, {}, [], "the same across the change of edition"),
    (2024, {"cells": {"applications.carried_out.natural_person": 3}}, ["error", "error"], "the column and its total"),
    (2021, {"cells": {"applications.carried_out.natural_person": 0}}, ["error", "error"], "across the change of edition"),
    (
        2024,
        {"cells": {"applications.carried_out.natural_person": 0, "applications.carried_out.research": 1}},
        ["warning", "warning"],
        "the same total, another applicant",
    ),
    (2024, {"cells": {"applications.carried_out.natural_person": None}}, [], "last year's cell is blank"),
    (2024, {"cells": {"applications.carried_out.natural_person": "1件"}}, [], "last year's cell is dirty"),
]


@pytest.mark.parametrize(("year", "last", "severities", "why"), CARRIED)
def test_carried_in(year: int, last: dict[str, Any], severities: list[str], why: str) -> None:
    assert [finding.severity for finding in of_code("carried-in-differs", year=year, last_year=last)] == severities, why


def test_a_computed_total_is_not_offered_to_be_written() -> None:
    column, total = of_code("carried-in-differs", last_year={"cells": {"applications.carried_out.natural_person": 3}})
    assert (column.column, column.repair) == ("natural_person", "3")
    assert (total.column, total.repair) == ("total", "")


STOCK: list[tuple[str, int, dict[str, Any], int, str]] = [
    ("documents-stock", 2024, {"documents.normative.valid": 5}, 0, "5 + 2 − 1"),
    ("documents-stock", 2024, {"documents.normative.valid": 6}, 1, "repealed was forgotten"),
    ("documents-stock", 2024, {"documents.normative.valid": 4}, 1, "one too many"),
    ("documents-stock", 2024, {"documents.normative.valid": 5, "documents.rules.valid": 1}, 1, "规章 that disappeared"),
    ("documents-stock", 2024, {"documents.normative.valid": None}, 0, "last year's cell is blank"),
    ("documents-stock", 2021, {"documents.normative.public_total": 60}, 0, "the edition before counts something else"),
    ("items-stock", 2020, {}, 0, "unchanged"),
    ("items-stock", 2020, {"permits.permits.change": 1}, 1, "one more"),
    ("items-stock", 2020, {"permits.permits.change": -1}, 1, "one fewer"),
    ("items-stock", 2020, {"fees.fees.previous_items": 2}, 1, "fees that disappeared"),
    ("items-stock", 2020, {"permits.permits.change": None}, 0, "blank"),
    ("items-stock", 2024, {}, 0, "the 2021 edition does not ask"),
]


@pytest.mark.parametrize(("code", "year", "cells", "number", "why"), STOCK)
def test_stocks(code: str, year: int, cells: dict[str, Any], number: int, why: str) -> None:
    findings = of_code(code, year=year, last_year={"cells": cells})
    assert [finding.severity for finding in findings] == ["warning"] * number, why


def test_a_stock_says_how_it_is_reckoned() -> None:
    (finding,) = of_code("documents-stock", last_year={"cells": {"documents.normative.valid": 9}})
    assert "上年年报“现行有效件数” 9 ＋ 本年制发件数 2 － 本年废止件数 1 ＝ 10，相差 4" in finding.message


def test_without_last_year_nothing_is_compared() -> None:
    assert run_case(case()) == []


def test_last_year_that_cannot_be_read_is_reported_and_the_rest_is_checked() -> None:
    problem = "青石镇.yaml:14 figures.documents：应为以“键: 值”写成的一组，现为 3"
    findings = run_case(case(last_year_problem=problem, cells={"enforcement.coercion.decisions": -1}))
    assert [(finding.code, finding.severity) for finding in findings] == [
        ("cell-not-count", "error"),
        ("carried-in-differs", "notice"),
    ]
    assert problem in findings[-1].message


OWN = faultless()
ANOTHER = (
    "本镇沿河而建，汛期安全是头等大事，水位、转移路线、避险点名单和值班电话随时更新，河道采砂的执法结果也都见了阳光，"
    "应急信息由应急办拟稿、镇长签发，三人各签一个名字，扫码页面增加了语音播报，由播音员用本地话录制。"
)
HALF = OWN.narrative.problems[: len(OWN.narrative.problems) * 2 // 3] + ANOTHER[:40]


@pytest.mark.parametrize(
    ("text", "found", "why"),
    [
        ({"overview": ANOTHER}, ["narrative.problems"], "part five was copied"),
        ({"problems": ANOTHER}, ["narrative.overview"], "part one was copied"),
        ({}, ["narrative.overview", "narrative.problems"], "both were copied"),
        ({"overview": ANOTHER, "problems": HALF}, ["narrative.problems"], "two thirds were copied"),
        ({"overview": ANOTHER, "problems": ANOTHER}, [], "both are new"),
        ({"overview": "", "problems": ""}, [], "last year's are empty"),
        ({"overview": ANOTHER, "problems": "公开不够及时，今后改进。"}, [], "last year's is too short to tell"),
    ],
)
def test_text_repeats_last_year(text: dict[str, str], found: list[str], why: str) -> None:
    findings = of_code("text-repeats-last-year", last_year={"text": text})
    assert [finding.where for finding in findings] == found, why
    assert {finding.severity for finding in findings} <= {"warning"}


def sibling(name: str, **text: str) -> dict[str, Any]:
    return {"organ": {"name": name}, "text": {"overview": ANOTHER, "problems": ANOTHER} | text}


@pytest.mark.parametrize(
    ("siblings", "found", "why"),
    [
        ([sibling("云溪县白沙镇人民政府", problems=OWN.narrative.problems)], ["narrative.problems"], "another town's part five"),
        ([sibling("云溪县白沙镇人民政府", overview=OWN.narrative.overview)], ["narrative.overview"], "another town's part one"),
        (
            [sibling("云溪县教育局", overview=OWN.narrative.overview.replace("青石镇", "教育局"))],
            ["narrative.overview"],
            "names put in",
        ),
        ([sibling("云溪县白沙镇人民政府")], [], "each wrote its own"),
        ([], [], "nobody to compare with"),
        ([sibling(OWN.organ.name, problems=OWN.narrative.problems)], [], "the organ itself"),
    ],
)
def test_text_repeats_sibling(siblings: list[dict[str, Any]], found: list[str], why: str) -> None:
    assert [finding.where for finding in of_code("text-repeats-sibling", siblings=siblings)] == found, why


def test_the_finding_names_the_copied_organ_and_the_share() -> None:
    (finding,) = of_code("text-repeats-sibling", siblings=[sibling("云溪县白沙镇人民政府", problems=OWN.narrative.problems)])
    assert "云溪县白沙镇人民政府" in finding.message
    assert finding.found == "100%"
