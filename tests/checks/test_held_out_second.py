"""A second trial on sentences and whole texts by someone who had not seen the rules.

``held_out_second.yaml``: the half ``taught`` was looked at while the rules were mended, the half ``held`` only when they
were final. First run of ``held``: 63 of 76 contradictions found after a sentence of context, 58 alone, 4 and 1 false alarms
in 74; by rule in docs/evaluation.md. ``held_out_reports.yaml``: six faultless texts and six with two slips each; before
any mending 10 of 12 slips were found, with 3 false findings in 2 of the 12. What was missed and mistaken was mended
afterwards, so what stands here keeps it from getting worse and measures nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks.test_held_out import CONTEXTS, FEW_CONTEXTS, report_with_tables
from tests.examples import sampled
from toolkit.checks import Case, all_rules, run_case
from toolkit.core.shipped import read_table

HERE = Path(__file__).parent
SECOND: dict[str, Any] = read_table(HERE / "held_out_second.yaml")
REPORTS: list[dict[str, Any]] = read_table(HERE / "held_out_reports.yaml")["reports"]
FLOOR = {("taught", "alone"): 74, ("taught", "after a sentence"): 76, ("held", "alone"): 68, ("held", "after a sentence"): 74}
RULES = [
    item
    for item in all_rules()
    if (item.group == "文字与表格" and item.code != "text-silent") or item.code in ("growth-misquoted", "other-year")
]
TRUE = [entry["text"] for half in SECOND.values() for entry in half if "wrong" not in entry]


def codes_of(text: str, context: str) -> list[str]:
    """What the rules find; a sentence on 信息处理费 stands in part six."""
    six = "信息处理费" in text
    report, last = report_with_tables(context if six else context + text, text if six else "本年度未收取信息处理费。")
    return [finding.code for item in RULES for finding in item.check(Case(report, last))]


@pytest.mark.parametrize(("half", "context"), sampled(reversed(FLOOR)))
def test_as_many_contradictions_are_found_as_before(half: str, context: str) -> None:
    wrong = [entry for entry in SECOND[half] if "wrong" in entry]
    missed = [entry["text"] for entry in wrong if not set(entry["wrong"]) & set(codes_of(entry["text"], CONTEXTS[context]))]
    assert len(wrong) == 76
    assert len(wrong) - len(missed) >= FLOOR[half, context], missed


@pytest.mark.parametrize("context", FEW_CONTEXTS)
def test_no_true_sentence_raises_an_alarm(context: str) -> None:
    assert [(text, codes) for text in TRUE if (codes := codes_of(text, CONTEXTS[context]))] == []


@pytest.mark.parametrize("entry", REPORTS, ids=[entry["id"] for entry in REPORTS])
def test_whole_texts_have_the_findings_that_were_planted_and_no_others(entry: dict[str, Any]) -> None:
    findings = run_case(Case(*report_with_tables(entry["overview"], entry["other"], entry["problems"])))
    found = {finding.code for finding in findings} - {"look-alike"}  # full-width digits, as some offices write them
    planted = {slip["code"] for slip in entry["wrong"]}
    # 公众号 136 条 is not what its list needs, nor what the channels have
    assert found - {"figure-twice"} == planted - {"figure-twice"} if "list-does-not-add-up" in planted else found == planted
