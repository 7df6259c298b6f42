"""A jurisdiction's report against its members'."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.checks.stories import case
from toolkit.checks import Finding, run_case
from toolkit.report.jurisdiction import Jurisdiction, Member

ONE, TWO = "云溪县白沙镇人民政府", "云溪县青山镇人民政府"
NOTHING = {
    "permits.permits.decisions": 0, "enforcement.penalties.decisions": 0, "documents.normative.issued": 0,
    "documents.normative.repealed": 0, "documents.normative.valid": 0, "applications.new.natural_person": 0,
    "applications.new.business": 0, "applications.carried_in.natural_person": 0, "applications.granted.natural_person": 0,
    "applications.granted.business": 0, "applications.refused_third_party.natural_person": 0,
    "applications.unprocessed_repeat.natural_person": 0, "applications.carried_out.natural_person": 0,
    "disputes.review.upheld": 0, "disputes.direct_lawsuit.pending": 0,
}  # fmt: skip


def member(name: str, cells: dict[str, Any] | None = None, year: int = 2024) -> dict[str, Any]:
    return {"organ": {"name": name}, "cells": cells or {}, "year": year}


def rolled(members: list[dict[str, Any]], names: tuple[str, ...] = (), vertical: str = "", **written: Any) -> list[Finding]:
    story = case(members=members, **written)
    listed = tuple(Member(name=name, file=name, vertical=name == vertical) for name in names)
    area = Jurisdiction(name="云溪县人民政府", members=listed) if names else None
    return [finding for finding in run_case(replace(story, jurisdiction=area)) if finding.code.startswith("rollup")]


@pytest.mark.parametrize(
    ("members", "found", "why"),
    [
        ([member(ONE), member(TWO, NOTHING)], [], "the sum"),
        ([member(TWO, NOTHING), member(ONE)], [], "in any order"),
        ([member(ONE), member(TWO, {**NOTHING, "permits.permits.decisions": 1})], ["error"], "one permit too few in the sum"),
        ([member(ONE), member(TWO, {**NOTHING, "fees.fees.amount_wan": 0.01})], ["error"], "a hundred yuan"),
        ([member(ONE, {"permits.permits.decisions": 13}), member(TWO, NOTHING)], ["error"], "one too many in the sum"),
        ([member(ONE), member(TWO, {**NOTHING, "permits.permits.decisions": None})], [], "a blank that does not matter"),
        ([member(ONE, {"permits.permits.decisions": None}), member(TWO, NOTHING)], ["notice"], "a blank: not certain"),
    ],
)
def test_rollup_sum(members: list[dict[str, Any]], found: list[str], why: str) -> None:
    assert [item.severity for item in rolled(members) if item.code == "rollup-sum"] == found, why


def test_money_is_added_in_decimals() -> None:
    members = [member(f"云溪县第{at}镇人民政府", {**NOTHING, "fees.fees.amount_wan": 0.1}) for at in range(3)]
    assert rolled([member(ONE), *members], cells={"fees.fees.amount_wan": 0.3}) == []


def test_independently_managed_organs_are_not_added() -> None:
    members = [member(ONE), member(TWO, {**NOTHING, "permits.permits.decisions": 40})]
    assert rolled(members, (ONE, TWO), vertical=TWO) == []
    assert [item.code for item in rolled(members, (ONE, TWO))] == ["rollup-sum"]


def test_who_is_missing_is_named_and_a_difference_is_then_uncertain() -> None:
    findings = rolled([member(ONE)], (ONE, TWO), cells={"permits.permits.decisions": 20})
    assert [(item.code, item.severity) for item in findings] == [("rollup-missing", "warning"), ("rollup-sum", "notice")]
    assert TWO in findings[0].message


def test_another_edition_is_named_and_nothing_is_added() -> None:
    findings = rolled([member(ONE), member(TWO, year=2020)])
    assert [(item.code, item.severity) for item in findings] == [("rollup-edition", "error")]
    assert TWO in findings[0].message


def test_rows_of_another_edition_in_a_member() -> None:
    odd = {**member(TWO, NOTHING), "foreign": {"figures.applications.other.total": 1}}
    assert [item.code for item in rolled([member(ONE), odd])] == ["rollup-edition"]


def test_items_of_2019_are_shown_and_not_added() -> None:
    findings = rolled([member(ONE, year=2020)], year=2020)
    assert [(item.code, item.severity) for item in findings] == [("rollup-not-additive", "notice")]


def test_without_members_there_is_no_finding() -> None:
    assert rolled([]) == []
