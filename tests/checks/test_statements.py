"""Statements in free words – of none, of all, shares, changes, counts – against the tables.

``statements.yaml`` has sentences with tables under which they are right and tables under which they are wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.checks.reading_cases import CODES, SmallReport, small_report
from toolkit.checks.catalogue import all_rules
from toolkit.checks.narrative.analysis import read_text
from toolkit.checks.narrative.statements.amounts import amounts_of
from toolkit.checks.narrative.statements.clauses import clauses_of, outlined_sentences
from toolkit.checks.narrative.statements.of_sentence import _looks_at
from toolkit.checks.narrative.statements.roles import roles_of
from toolkit.checks.narrative.statements.wording import portion_findings, statement_findings, trend_findings
from toolkit.core.shipped import read_table

SENTENCES = read_table(Path(__file__).with_name("statements.yaml"))
ORGAN = {"year": 2024, "organ": "松川县自然资源局", "level": "county_department"}
FLOOR = {"all": 14, "none": 22, "result": 8, "share": 8, "growth": 13, "list": 8, "num": 25}
ANY = "text-any"
CODES[ANY] = tuple(rule.code for rule in all_rules())


def _reports(entry: Mapping[str, Any]) -> Iterator[SmallReport]:
    """The sentence as it is right, then as it is wrong."""
    figure = entry.get("figure")
    for wrong in (False, True):
        tables = entry["wrong"] if wrong and not figure else entry["right"]
        at = figure[1] if figure else entry["at"]
        expect: Any = {"code": ANY, "at": at, "right": ""} if wrong else "clean"
        text = entry["text"].format(figure[int(wrong)]) if figure else entry["text"]
        last = entry.get("last_wrong" if wrong else "last")
        yield small_report(
            {"id": text, "tables": tables, "text": {"依申请公开": text}, "expect": expect, **ORGAN}
            | ({} if last is None else {"last_year": last})
        )


def test_as_many_wrong_statements_are_found_as_before() -> None:
    found: Counter[str] = Counter()
    for entry in SENTENCES:
        _, wrong = _reports(entry)
        found[entry["kind"]] += wrong.is_found()
    assert {kind: count for kind, count in found.items() if count < FLOOR[kind]} == {}


def test_a_right_statement_raises_no_alarm() -> None:
    assert [(entry["text"], item.message) for entry in SENTENCES for item in next(_reports(entry)).alarms()] == []


def test_statements_in_free_words_are_no_errors() -> None:
    for entry in SENTENCES:
        _, wrong = _reports(entry)
        text = wrong.case.text
        found = [item for code in CODES[ANY] for item in statement_findings(text, code)]
        assert {item.severity for item in (*found, *portion_findings(text), *trend_findings(text))} <= {"warning"}, entry["text"]


def test_a_sentence_read_beside_other_cells_before_is_read_as_for_the_first_time() -> None:
    contradicted = 0
    for entry in SENTENCES:
        cases = [each.case for each in _reports(entry)]
        kept = [read_text(case.report, case.last_year).statements for case in (*cases, *cases)]
        contradicted += kept[0] != kept[1]
        for case, statements in zip((*cases, *cases), kept, strict=True):
            _looks_at.cache_clear()
            assert read_text(case.report, case.last_year).statements == statements, entry["text"]
    assert contradicted >= 50


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("占三分之二", 62, 71), ("超过六成", 60, 70), ("66.7%", 66.6, 66.8), ("每三件中就有两件", 62, 71), ("过半数", 50, 100),
        ("约占四分之一", 15, 35), ("不到一半", -50, 50), ("百分之三十", 29, 31), ("七成半", 71, 79),
    ],
)  # fmt: skip
def test_amounts_are_read_as_intervals(text: str, low: float, high: float) -> None:
    (amount,) = amounts_of(text)
    assert amount.low == pytest.approx(low, abs=1.1)
    assert amount.high == pytest.approx(high, abs=1.1)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("没有一家企业提出申请", ["neg", "one", "firm", "recv", "app"]),
        ("无法提供4件", ["unavailable"]),
        ("行政复议、行政诉讼双双为零", ["review", "suit", "all", "zero"]),
        ("主动公开信息", ["plain"]),
    ],
)
def test_roles_are_read_longest_word_first(text: str, kinds: list[str]) -> None:
    assert [role.kind for role in roles_of(text)] == kinds


def test_the_topic_goes_on_until_another_is_named() -> None:
    report = small_report(
        {"id": "topics", "tables": {}, "expect": "clean", **ORGAN}
        | {"text": {"依申请公开": "收到政府信息公开申请3件，均已答复。行政复议1件，结果维持。受理残疾补贴申请86件。"}}
    )
    topics = [clause.topic for sentence in outlined_sentences(report.case.text.cells) for clause in clauses_of(sentence)]
    assert topics == ["app", "app", "dispute", "dispute", "other"]


def _saying(text: str, tables: Mapping[str, int]) -> list[tuple[str, int]]:
    """What is found, and where, in a report with these tables."""
    report = small_report({"id": text, "tables": tables, "expect": "clean", **ORGAN} | {"text": {"依申请公开": text}})
    return [(item.code, item.start) for item in report.findings()]


def test_a_sentence_that_contradicted_nothing_is_held_against_changed_tables() -> None:
    text, right = "收到申请5件。没有一件属于企业提出。", {"applications.new.total": 5, "applications.new.natural_person": 5}
    wrong = right | {"applications.new.natural_person": 4, "applications.new.business": 1}
    assert _saying(text, right) == []
    found = _saying(text, wrong)
    assert found
    assert _saying(text, right) == []
    moved = _saying("本局重视此项工作。" + text, wrong)
    assert moved == [(code, start + len("本局重视此项工作。")) for code, start in found]


def test_only_a_figure_of_its_own_sentence_tells_which_disputes_were_all_upheld() -> None:
    tables = {"disputes.review.total": 4, "disputes.review.upheld": 3, "disputes.review.corrected": 1}
    tables |= {"disputes.lawsuit_after_review.total": 3, "disputes.lawsuit_after_review.upheld": 3}
    assert "text-disputes" in [code for code, _ in _saying("发布信息3条。行政复议全部维持。", tables)]


def test_a_kind_of_applicants_that_the_row_has_none_of_is_found() -> None:
    tables = {"applications.new.total": 2, "applications.new.natural_person": 2}
    assert "text-new" in [code for code, _ in _saying("全年新收2件，来自企业的1件。", tables)]
