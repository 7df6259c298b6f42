"""Rules on words, marks and citations: for each what must be found, and near misses that must be left alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.checks.stories import case, of_code
from toolkit.checks import Finding, run_case
from toolkit.checks.catalogue import all_rules
from toolkit.checks.finding import edited
from toolkit.checks.rules.proofreading.citations import laws
from toolkit.checks.rules.proofreading.phrases import fixed_phrases, former_bodies, wrong_words
from toolkit.core.shipped import read_table
from toolkit.report import Confirmation, Report

CASES: dict[str, dict[str, list[dict[str, Any]]]] = read_table(Path(__file__).with_name("proofreading.yaml"))
MEMBERS = ["云溪县青石镇人民政府", "云溪县白沙镇人民政府", "云溪县马跑泉镇人民政府", "云溪县教育局"]
CODES = {  # by module, so that the test of the catalogue finds the codes in a file of tests
    "law-wrong", "law-repealed", "file-number", "half-width", "phrase-wrong", "body-abolished", "word-listed", "another-organ",
    "another-area", "sentence-twice", "text-too-long", "element-missing", "date-impossible", "rate-impossible", "off-topic",
    "secret-mark", "period-wrong", "published-exceeds",
}  # fmt: skip


def rows(kind: str, code: str) -> Iterator[dict[str, Any]]:
    return (row for row in CASES[code][kind] if "skip" not in row)


def found_in(code: str, row: dict[str, Any]) -> tuple[list[Finding], Report]:
    keys = ("problems", "other")
    written: dict[str, Any] = {
        "add": {part: row[part] for part in keys if part in row} | ({"overview": row["add"]} if "add" in row else {}),
        "text": {"preamble": row["preamble"]} if "preamble" in row else {},
        "organ": row.get("organ", {}),
        "county_asks": row.get("county_asks", {}),
        "jurisdiction": MEMBERS if code.startswith("another-") else [],
    }
    return of_code(code, **written), case(**written).report


@pytest.mark.parametrize("code", CASES)
def test_it_is_found_and_the_right_words_are_offered(code: str) -> None:
    for row in rows("found", code):
        findings, report = found_in(code, row)
        assert [finding.severity for finding in findings][:1] == [row["severity"]], row
        if "instead" in row:
            finding = findings[0]
            text = str(getattr(report.narrative, finding.where.removeprefix("narrative.")))
            assert finding.edits[0][2] == row["instead"], row
            assert row["instead"] in edited(text, finding.edits), row
            assert code not in {"law-wrong", "phrase-wrong"} or text[finding.start : finding.end] in finding.message, row


@pytest.mark.parametrize("code", CASES)
def test_near_misses_are_left_alone(code: str) -> None:
    assert [(row, finding.message) for row in rows("left", code) for finding in found_in(code, row)[0]] == []


def test_every_rule_has_three_of_each() -> None:
    assert set(CASES) == CODES <= {item.code for item in all_rules()}
    assert {code: len(both["found"]) for code, both in CASES.items() if min(map(len, both.values())) < 3} == {}


def test_of_two_limits_each_is_confirmed_for_itself() -> None:
    too_long = case(county_asks={"overview_max_characters": 50, "total_max_characters": 100})
    part = Confirmation(code="text-too-long", where="narrative.overview", reason="事项多")
    findings = run_case(replace(too_long, report=replace(too_long.report, confirmed=(part,))))
    assert [finding.confirmed for finding in findings if finding.code == "text-too-long"] == ["事项多", ""]


def test_mending_what_is_offered_leaves_nothing_to_mend() -> None:
    text = "依据《政府信息公开条理》和云政办发[2024]第05号,镇里统一布署(含村组),做到应公开进公开."
    now = case(add={"problems": text})
    for _ in range(8):
        findings = [finding for finding in run_case(now) if finding.edits]
        if not findings:
            break
        problems = edited(now.report.narrative.problems, findings[0].edits)
        now = case(text={"problems": problems})
    assert now.report.narrative.problems.endswith(
        "依据《政府信息公开条例》和云政办发〔2024〕5号，镇里统一部署（含村组），做到应公开尽公开。"
    )


@pytest.mark.parametrize(
    ("written", "right"),
    [("按(依据（条例)办理。", "按（依据（条例）办理。"), ("见(附件）说明)的文件。", "见（附件）说明）的文件。")],
)
def test_a_bracket_of_two_pairs_is_put_right_once(written: str, right: str) -> None:
    (finding,) = of_code("half-width", text={"overview": written})
    assert edited(written, finding.edits) == right


def test_the_width_of_brackets_in_a_name_is_that_of_the_member_list() -> None:
    organ = case(organ={"name": "云溪县教育局(县教育工委)", "level": "county_department"})
    for listed, codes in (("云溪县教育局(县教育工委)", set()), ("云溪县教育局（县教育工委）", {"organ-wrong"})):
        found = run_case(replace(organ, listed_as=listed))
        assert {item.code for item in found if item.where == "organ.name"} == codes


def test_one_sentence_two_hundred_times_is_one_finding() -> None:
    findings = of_code("sentence-twice", add={"overview": "每月检查一次栏目更新情况，到期未更新的当场通报。" * 200})
    assert len(findings) <= 30
    assert findings[0].severity == "warning"


def test_a_paragraph_twice_is_one_finding_that_names_the_paragraph_of_the_first() -> None:
    paragraph = "安置点公开栏每周更新一次，内容由村民代表核对签字。需要纸质材料的群众，可到便民服务大厅领取复印件。"
    (finding,) = of_code("sentence-twice", text={"overview": f"本镇概况。\n\n{paragraph}\n\n{paragraph}"})
    assert finding.message.endswith("这 2 句话与前面第 2 段的重复")
    assert finding.edits[0][2] == ""


def test_a_sentence_of_another_part_is_named_with_its_part_and_paragraph() -> None:
    sentence = "安置点公开栏每周更新一次，内容由村民代表核对签字，每月抽查一次。"
    found = of_code("sentence-twice", add={"overview": f"\n{sentence}", "other": f"\n{sentence}"})
    assert [finding.message.partition("这一句话")[2] for finding in found] == ["与“一、总体情况”第 6 段的重复"]


def test_tables_are_whole() -> None:
    assert all(law.by or not law.repealed for law in laws().values())
    assert all(law.since is None or law.repealed is None or law.since < law.repealed for law in laws().values())
    successors = {law.by for law in laws().values() if law.by} - {"监察法", "民法典"}
    assert successors <= set(laws())
    assert all(len(phrase.right) >= 5 for phrase in fixed_phrases())
    assert all(not wrong.pattern.search(wrong.right) for wrong in wrong_words())
    assert all(2009 <= body.since <= 2023 for body in former_bodies())
    assert all(not body.pattern.search(body.now + "局") for body in former_bodies())
