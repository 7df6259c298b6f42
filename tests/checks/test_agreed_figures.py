"""Figures agreed with another office: three that differ and three that do not; the list that names them is read with care."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks.stories import of_code
from toolkit.core.errors import ParamsUnreadable
from toolkit.report.jurisdiction import read_jurisdiction

ORGAN = ["云溪县青石镇人民政府"]


def differing(agreed: dict[str, dict[str, int]], **more: Any) -> list[tuple[str, str]]:
    found = of_code("agreed-differs", **({"jurisdiction": ORGAN, "county_asks": {"agreed": agreed}} | more))
    return [(finding.severity, f"{finding.table}.{finding.row}.{finding.column}") for finding in found]


@pytest.mark.parametrize(
    ("cell", "number"),
    [("documents.normative.issued", 3), ("disputes.review.total", 0), ("disputes.direct_lawsuit.pending", 2)],
)
def test_another_figure_is_found(cell: str, number: int) -> None:
    assert differing({"青石镇": {cell: number}}) == [("warning", cell)]


@pytest.mark.parametrize(
    ("agreed", "more", "why"),
    [
        ({"青石镇": {"documents.normative.issued": 2, "disputes.review.upheld": 2}}, {}, "the same figures"),
        ({"白沙镇": {"documents.normative.issued": 3}}, {"jurisdiction": [*ORGAN, "云溪县白沙镇人民政府"]}, "of another organ"),
        ({"青石镇": {"documents.rules.issued": 3}}, {"cells": {"documents.rules.issued": None}}, "a blank is said as a blank"),
        ({"青石镇": {"documents.normative.made": 3}}, {}, "a cell of the other edition"),
    ],
)
def test_near_misses_are_left_alone(agreed: dict[str, dict[str, int]], more: dict[str, Any], why: str) -> None:
    assert differing(agreed, **more) == [], why


def test_the_message_names_the_office() -> None:
    asked = {"agreed_with": "县司法局", "agreed": {"青石镇": {"disputes.review.total": 4}}}
    (finding,) = of_code("agreed-differs", jurisdiction=ORGAN, county_asks=asked)
    assert "与县司法局核对的是 4" in finding.message


@pytest.mark.parametrize(
    ("agreed", "message"),
    [
        ("松石: {disputes.review.total: 1}", "成员名单里的文件名"),
        ("松石镇: {disputes.review.sum: 1}", "表.行.列"),
        ("松石镇: {disputes.review.total: 一件}", "非负整数"),
        ("松石镇: {disputes.review.total: -1}", "非负整数"),
    ],
)
def test_agreed_figures_of_an_unknown_member_are_reported(agreed: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "_jurisdiction.yaml"
    file.write_text(
        f"name: 云溪县人民政府\nmembers:\n  - {{name: 云溪县松石镇人民政府, file: 松石镇}}\nagreed:\n  {agreed}\n",
        encoding="utf-8",
    )
    with pytest.raises(ParamsUnreadable, match=message):
        read_jurisdiction(file)
