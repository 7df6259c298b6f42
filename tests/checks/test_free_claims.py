"""Ranks, results of disputes, applicants held against results, and claims in words, each told rightly and wrongly.

``free_claims.yaml`` has the tables of one report and sentences that agree with them or contradict them. No sentence that agrees
raises an alarm, and no contradiction in free words is an error, so that each can be confirmed with a reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks.reading_cases import SmallReport, small_report
from toolkit.checks import Finding, all_rules
from toolkit.core.shipped import read_table

DATA: dict[str, Any] = read_table(Path(__file__).with_name("free_claims.yaml"))
ROWS = [(kind, row) for kind, rows in DATA["sentences"].items() for row in rows]
RIGHT = [row["right"] for _, row in ROWS if "right" in row]
RULES = [rule for rule in all_rules() if rule.group == "文字与表格" or rule.code in ("growth-misquoted", "other-year")]
WRONG = [(kind, row["wrong"]) for kind, row in ROWS if "wrong" in row]


def report_saying(sentence: str, **changes: Any) -> SmallReport:
    """The report of ``free_claims.yaml`` with one more sentence; ``tables`` changes cells."""
    tables = DATA["tables"] | changes.pop("tables", {})
    written = {
        "id": "free", "year": 2024, "organ": "芦岭县人力资源和社会保障局", "level": "county_department", "tables": tables,
        "last_year_tables": DATA["last_year_tables"], "text": {"依申请公开": DATA["context"] + sentence}, "expect": "clean",
    }  # fmt: skip
    return small_report(written | changes)


def findings(sentence: str, **changes: Any) -> list[Finding]:
    case = report_saying(sentence, **changes).case
    found = [item for rule in RULES if rule.code not in ("text-silent", "fee-missing", "fee-blank") for item in rule.check(case)]
    return [item for item in found if item.severity != "notice"]


def test_what_agrees_raises_no_alarm() -> None:
    assert [(sentence, item.message) for sentence in RIGHT for item in findings(sentence)] == []


def test_what_contradicts_is_a_warning() -> None:
    for kind, sentence in WRONG:
        found = [item for item in findings(sentence) if len(DATA["context"]) <= item.end]
        assert found, sentence
        if kind in ("ranking", "outcome_by_applicant"):
            assert {item.severity for item in found} == {"warning"}, sentence


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("法律服务机构是第二大申请群体。", "实为第 3 位"),
        ("法律服务机构的3件全部公开。", "办理结果总计·法律服务机构为 3"),
        ("行政诉讼2件，都是复议后起诉。", "复议后起诉·总计为 0"),
        ("没有因重复申请不予处理的申请。", "重复申请·总计为 2"),
        ("2023年没有未办结的申请转入。", "上年结转·总计为 2"),
    ],
)
def test_the_message_names_the_cell(sentence: str, words: str) -> None:
    assert any(words in item.message for item in findings(sentence)), [item.message for item in findings(sentence)]


def test_the_first_application_ever_is_denied_by_last_year() -> None:
    assert [item.code for item in findings("这也是我局首次收到政府信息公开申请。")] == ["text-none"]


def test_a_reason_in_free_words_that_the_table_does_not_have() -> None:
    sentence = "还有1件，申请人未在规定期限内补正，我局不再处理。"
    assert findings(sentence) == []
    cells = {"applications.other_not_corrected.natural_person": 0, "applications.other_not_corrected.total": 0}
    moved = {"applications.other_other.natural_person": 2, "applications.other_other.total": 2}
    assert [item.code for item in findings(sentence, tables=cells | moved)] == ["text-outcome"]


def test_a_figure_that_two_mentions_cross_is_not_held_against_the_whole() -> None:
    """对企业申请，公开 2 件: the table has 11 made public, 2 of them of firms."""
    assert findings("企业的6件申请中，2件予以公开，1件部分公开，1件不予公开，2件无法提供。") == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("行政许可上年项目11项，本年减少4项，作出处理决定560件。", False),
        ("行政许可上年项目11项，本年增加4项，作出处理决定560件。", True),
        ("行政许可事项由11项减至7项。", False),
        ("行政许可事项由11项增至14项。", True),
        ("行政许可材料减少6项。", False),
    ],
)
def test_changes_of_items_are_compared_with_the_first_edition(sentence: str, found: bool) -> None:
    tables = {"permits.permits.previous_items": 11, "permits.permits.change": -4, "permits.permits.decisions": 560}
    written = {"year": 2019, "tables": tables, "last_year_tables": None, "text": {"主动公开": sentence}}
    codes = [item.code for item in small_report({**report_saying("").written, **written}).findings()]
    assert ("text-article20" in codes) == found
