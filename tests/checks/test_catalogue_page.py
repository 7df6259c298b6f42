"""The catalogue's page and the examples in it: nothing missing, nothing untrue, every rule tested."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from toolkit.checks import Case, all_rules, run_case
from toolkit.checks.catalogue import Rule
from toolkit.checks.catalogue_page import catalogue_page, first_finding
from toolkit.checks.examples import faultless, rule_examples

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "docs" / "规则目录.md"
RULES = all_rules()
# the codes that upper offices, the form while typing and the files sent upward know the rules by
CODES = [
    "applications-balance", "applications-results-sum", "applications-row-total", "disputes-sum", "cell-not-count",
    "cell-blank", "cell-has-unit", "items-negative", "decisions-without-items", "documents-published",
    "documents-valid", "procurement-money", "amount-unit", "rules-not-allowed", "carried-in-differs",
    "documents-stock", "items-stock", "growth-misquoted", "text-repeats-last-year", "text-repeats-sibling",
    "text-new", "text-carried", "text-handled", "text-balance", "text-outcome", "text-outcome-group",
    "text-percentage", "text-disputes", "text-article20", "text-none", "text-silent", "list-does-not-add-up",
    "figure-twice", "fee-missing", "fee-contradiction", "fee-amount", "edition-wrong", "label-altered",
    "table-missing", "heading-altered", "subtopic-missing", "section-empty", "title-wrong", "period-wrong",
    "other-year", "organ-wrong", "notice-wrong", "contact-missing", "template-left", "personal-data",
    "repeated-words", "late", "too-early", "rollup-sum", "rollup-edition", "rollup-missing", "rollup-not-additive",
    "count-too-large", "fee-blank", "latin-letters", "phone-odd", "name-too-long", "glyph-missing", "output-differs",
    "hidden-character",
    "look-alike", "another-organ", "another-area", "sentence-twice", "law-wrong", "law-repealed", "file-number",
    "half-width", "phrase-wrong", "body-abolished", "word-listed", "text-too-long", "element-missing", "date-impossible",
    "rate-impossible", "off-topic", "secret-mark",
    "cell-unread", "row-unread", "table-twice", "several-reports", "page-unread", "organ-unread", "channel-unread",
    "text-unread", "number-restored", "unit-assumed", "level-unknown", "table-unread",
]  # fmt: skip


def test_no_published_code_disappears() -> None:
    assert set(CODES) - {item.code for item in RULES} == set()


def test_the_page_is_what_the_rules_say() -> None:
    """Made anew with ``nianbao rules > docs/规则目录.md``."""
    assert PAGE.read_text(encoding="utf-8") == catalogue_page()


@pytest.mark.parametrize("item", RULES, ids=lambda item: item.code)
def test_a_rule_is_on_the_page_in_chinese(item: Rule) -> None:
    section = catalogue_page().split(f"### `{item.code}`")[1].split("\n### ")[0]
    assert item.sentence in section
    assert re.search(r"- 依据：.*[\u4e00-\u9fff]", section)
    assert "- 会指出：" in section
    assert "- 不会指出：" in section


@pytest.mark.parametrize("item", RULES, ids=lambda item: item.code)
def test_a_rule_finds_its_failing_examples(item: Rule) -> None:
    for example in rule_examples()[item.code].fails:
        finding = first_finding(item, example)
        assert finding is not None, example.say
        assert not re.search(r"第 ?\d+ ?行", finding.message + finding.next_step), "a clerk does not see the lines of the file"


@pytest.mark.parametrize("item", RULES, ids=lambda item: item.code)
def test_a_rule_leaves_its_passing_example_alone(item: Rule) -> None:
    assert first_finding(item, rule_examples()[item.code].passes) is None


@pytest.mark.parametrize("year", [2019, 2020, 2021, 2024])
def test_the_report_the_examples_start_from_is_faultless(year: int) -> None:
    assert run_case(Case(faultless(year))) == []


@pytest.mark.parametrize("code", CODES)
def test_a_rule_has_tests_of_its_own(code: str) -> None:
    """Beside this page: wordings or cases that must be found, and near misses."""
    others = [path for path in HERE.glob("*.py") if path.name != Path(__file__).name]
    assert any(f'"{code}"' in path.read_text(encoding="utf-8") for path in others)
