"""The catalogue itself: every rule says what it is, confirmations are kept to warnings, order and places are right."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.checks.stories import faultless
from toolkit.checks import Case, Finding, all_rules, count_by_severity, has_errors, run_case
from toolkit.checks.catalogue import GROUPS, Rule, confirms, rule, subject_of, text_at
from toolkit.checks.examples import rule_examples
from toolkit.checks.finding import marked_sentence
from toolkit.forms import Address
from toolkit.report import Confirmation, Report
from toolkit.report.reading import report_from_yaml


@pytest.mark.parametrize("item", all_rules(), ids=lambda item: item.code)
def test_every_rule_says_code_sentence_and_source(item: Rule) -> None:
    doc = item.check.__doc__ or ""
    assert doc.startswith(f"{item.code}: ")
    assert re.search(r"[\u4e00-\u9fff].*。$", item.sentence), "one Chinese sentence, for clerks"
    assert not re.search(r"[a-z]_|\.yaml", item.sentence), "keys and files are for the source, which the catalogue alone shows"
    assert re.search(r"^ *Source: \S", doc, re.MULTILINE)
    assert item.check.__name__ == "check_" + item.code.replace("-", "_")
    assert item.group


def test_codes_are_taken_once() -> None:
    with pytest.raises(ValueError, match="cell-blank"):
        rule("cell-blank", "表内勾稽")(lambda case: iter(()))


def test_rules_come_in_one_order() -> None:
    order = [(GROUPS.index(item.group), item.check.__module__) for item in all_rules()]
    assert order == sorted(order), "by part of the catalogue, then by module, whichever was imported first"


def found(report: Report, *codes: str) -> list[Finding]:
    return [finding for finding in run_case(Case(report)) if finding.code in codes]


def doubtful(*confirmed: Confirmation) -> Report:
    report = faultless().with_value(Address("documents", "normative", "valid"), 1)
    narrative = report.narrative.model_copy(update={"overview": report.narrative.overview.replace("现行有效6件", "现行有效1件")})
    return replace(report, narrative=narrative, confirmed=confirmed)


@pytest.mark.parametrize(
    ("where", "kept", "why"),
    [
        ("documents.normative.valid", True, "the cell named"),
        ("figures.documents.normative.valid", True, "named by its path in the file"),
        ("", True, "wherever it is"),
        ("documents.rules.valid", False, "another cell"),
    ],
)
def test_a_warning_can_be_confirmed_and_stays_visible(where: str, kept: bool, why: str) -> None:
    report = doubtful(Confirmation(code="documents-valid", where=where, reason="当年制发又废止"))
    (finding,) = found(report, "documents-valid")
    assert finding.severity == "warning"
    assert (finding.confirmed == "当年制发又废止") is kept, why


TEXT = "本镇公开政策解读十二篇，群众来电询问明显减少，公示牌换成能扫码的新牌。"
CELL = Finding("documents-valid", "warning", "", where="documents.normative.valid")
WHOLE = replace(CELL, where="narrative.overview")
WORDS = replace(WHOLE, start=0, end=2)
OFFICE = replace(CELL, where="organ.contact.office", start=0, end=2)


@pytest.mark.parametrize(
    ("place", "before", "after", "holds"),
    [
        (CELL, ("6", "10"), ("6", "10"), True),
        (CELL, ("6", "10"), ("6", "58"), False),  # the other side changed
        (CELL, ("", "联系电话"), ("", "地址"), False),
        (CELL, ("1250 字", "不超过 1000 字"), ("1300 字", "不超过 1000 字"), True),
        (CELL, ("1250 字", "不超过 1000 字"), ("1100 字", "不超过 1000 字"), True),
        (CELL, ("1250 字", "不超过 1000 字"), ("2800 字", "不超过 1000 字"), False),
        (CELL, ("1250 字", "不超过 1000 字"), ("1250 字", "不超过 600 字"), False),
        (WHOLE, ("80 字", "不少于 100 字"), ("95 字", "不少于 100 字"), True),
        (WHOLE, ("80 字", "不少于 100 字"), ("30 字", "不少于 100 字"), False),
        (WHOLE, ("52%", "不超过 50%"), ("99%", "不超过 50%"), False),
        (WHOLE, ("", "政府公报"), ("", "政策解读"), False),
        (WORDS, ("", "75.0%"), ("", "75.0%"), True),
        (WORDS, ("", "75.0%"), ("", "20.0%"), False),
        (OFFICE, ("教育局", "体育局"), ("民政局", "体育局"), False),
    ],
)
def test_a_confirmation_ends_when_what_it_was_about_changes(
    place: Finding, before: tuple[str, str], after: tuple[str, str], holds: bool
) -> None:
    text = "" if place in (CELL, OFFICE) else TEXT
    first, second = (replace(place, found=found, expected=expected) for found, expected in (before, after))
    kept = Confirmation(code=place.code, where=place.place, reason="核实无误", about=subject_of(first, text))
    assert confirms(kept, first, text)
    assert confirms(kept, second, text) is holds
    # as forms wrote it before they named both sides
    of_before = kept.model_copy(update={"about": first.found if place is OFFICE else kept.about.split("｜")[0]})
    assert confirms(of_before, first, text)


def test_two_warnings_of_one_report_share_no_confirmation() -> None:
    for code, examples in rule_examples().items():
        for example in examples.fails:
            report = example.case.report
            found = [item for item in run_case(example.case) if item.severity == "warning"]
            subjects = {(item.code, item.place, subject_of(item, text_at(report, item.where))): item.message for item in found}
            assert len(subjects) == len({(item.code, item.place, item.message) for item in found}), code


def test_an_error_cannot_be_confirmed_away() -> None:
    report = faultless().with_value(Address("enforcement", "coercion", "decisions"), None)
    (finding,) = found(replace(report, confirmed=(Confirmation(code="cell-blank", where="", reason="没有"),)), "cell-blank")
    assert finding.severity == "error"
    assert finding.confirmed == ""
    assert has_errors([finding])
    assert "错误不能用“确认”代替" in finding.next_step


def test_errors_come_before_warnings() -> None:
    report = doubtful().with_value(Address("enforcement", "coercion", "decisions"), -1)
    findings = found(report, "documents-valid", "cell-not-count")
    assert [finding.severity for finding in findings] == ["error", "warning"]
    assert count_by_severity(findings) == {"error": 1, "warning": 1, "notice": 0}


def test_a_finding_knows_file_and_line() -> None:
    text = "year: 2024\norgan: {name: 云水县清河镇人民政府}\nfigures:\n  documents:\n    normative: {issued: -3}\n"
    report = report_from_yaml(text.encode(), "清河镇.yaml")
    finding = next(item for item in run_case(Case(report)) if item.code == "cell-not-count")
    assert (finding.file, finding.line) == ("清河镇.yaml", 5)


def test_a_finding_in_a_text_knows_its_line_and_sentence() -> None:
    text = (
        "year: 2024\norgan: {name: 云水县清河镇人民政府}\nnarrative:\n  overview: |\n    第一行。\n    上年转结1件，均已办完。\n"
    )
    report = report_from_yaml(text.encode(), "清河镇.yaml")
    finding = next(item for item in run_case(Case(report)) if item.code == "repeated-words")
    assert (finding.line, finding.quote) == (6, "上年【转结】1件，均已办完。")


def test_findings_come_as_they_stand_on_paper() -> None:
    report = faultless().with_value(Address("disputes", "review", "other"), -1)
    report = report.with_value(Address("enforcement", "coercion", "decisions"), -1)
    report = replace(report, narrative=report.narrative.model_copy(update={"overview": "", "problems": ""}))
    report = replace(report, narrative=report.narrative.model_copy(update={"other": ""}))
    codes = ("cell-not-count", "section-empty", "fee-missing")
    assert [finding.place for finding in run_case(Case(report)) if finding.code in codes] == [
        "narrative.overview",
        "enforcement.coercion.decisions",
        "disputes.review.other",
        "narrative.problems",
        "narrative.other",
    ]


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("前句。收到15件申请，已办。后句。", "15件", "收到【15件】申请，已办。"),
        ("一行\n二行有15件\n三行", "15件", "二行有【15件】"),
        ("15件", "15件", "【15件】"),
        ("甲" * 100 + "15件" + "乙" * 100, "15件", "……" + "甲" * 43 + "【15件】" + "乙" * 43 + "……"),
    ],
)
def test_the_sentence_is_shown_with_the_words_marked(text: str, words: str, marked: str) -> None:
    start = text.index(words)
    assert marked_sentence(text, start, start + len(words)) == marked


def test_json_has_the_nine_keys_first_and_nothing_empty_behind() -> None:
    (finding,) = found(doubtful(), "documents-valid")
    values = finding.to_json()
    assert list(values)[:9] == ["code", "severity", "file", "table", "row", "column", "message", "expected", "found"]
    assert all(value not in ("", -1, 0) for key, value in list(values.items())[9:])
