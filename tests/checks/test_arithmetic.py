"""Each rule of the tables: stories that must be found and near misses that must not, with the reason of each."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.report.stories import all_zero, busy
from toolkit.checks import Case, Finding, run_case
from toolkit.forms import Address
from toolkit.report import Figures, Organ, Report, Value
from toolkit.report.model import empty_report

Cells = dict[str, Value]


def with_cells(report: Report, cells: Cells) -> Report:
    """A story with some cells written otherwise; totals that are not named are computed."""
    sums = report.form.sums
    given = {address: value for address, value in report.figures.given.items() if address not in sums}
    given |= {Address.parse(path): value for path, value in cells.items()}
    return replace(report, figures=Figures(report.form, given))


def codes(report: Report, last_year: Report | None = None) -> set[str]:
    return {finding.code for finding in run_case(Case(report, last_year))}


def of_code(report: Report, code: str) -> list[Finding]:
    return [finding for finding in run_case(Case(report)) if finding.code == code]


NEW, OLD = "applications.new", "applications.carried_in"
BUY, PERMITS, NORMATIVE, ENFORCED = "procurement.procurement", "permits.permits", "documents.normative", "enforcement"
FAILING: list[tuple[str, int, Cells, str]] = [
    ("applications-balance", 2024, {f"{NEW}.natural_person": 11}, "one more new than handled and carried out"),
    ("applications-balance", 2024, {f"{OLD}.business": 1}, "carried in, but nobody handled it"),
    ("applications-balance", 2024, {"applications.carried_out.natural_person": 0}, "the one still open is forgotten"),
    ("applications-balance", 2020, {f"{NEW}.research": 3}, "2019 edition, one column only"),
    ("applications-results-sum", 2024, {"applications.total.natural_person": 11}, "typed total one too many"),
    ("applications-results-sum", 2024, {"applications.total.total": 13}, "only the corner is wrong"),
    (
        "applications-results-sum",
        2020,
        {"applications.other.natural_person": 2, "applications.total.natural_person": 10},
        "2019's one 其他处理 is a detail too",
    ),
    ("applications-row-total", 2024, {f"{NEW}.total": 10}, "the total repeats the first column"),
    ("applications-row-total", 2024, {"applications.granted.total": 0}, "total left at 0"),
    ("applications-row-total", 2020, {"applications.carried_out.total": 2}, "carried out in total, by nobody"),
    ("disputes-sum", 2024, {"disputes.review.total": 1}, "two upheld, total one"),
    ("disputes-sum", 2024, {"disputes.direct_lawsuit.total": 0}, "pending counts as well"),
    ("disputes-sum", 2020, {"disputes.lawsuit_after_review.total": 3}, "a total without parts"),
    ("cell-not-count", 2024, {f"{NEW}.research": -1}, "negative count"),
    ("cell-not-count", 2024, {f"{NEW}.research": Decimal("1.5")}, "half an application"),
    ("cell-not-count", 2024, {"fees.fees.amount_wan": Decimal("-3.2")}, "negative money"),
    ("cell-not-count", 2020, {f"{PERMITS}.change": Decimal("0.5")}, "a change may be negative, not broken"),
    ("cell-blank", 2024, {f"{NEW}.research": None}, "not filled in"),
    ("cell-blank", 2024, {f"{NEW}.research": "—"}, "a dash for nothing"),
    ("cell-blank", 2024, {"documents.rules.issued": "无"}, "a word for nothing"),
    ("cell-blank", 2020, {f"{BUY}.amount": "/"}, "a stroke for no money"),
    ("cell-has-unit", 2020, {f"{BUY}.amount": "251000元", f"{BUY}.items": 1}, "unit in the cell"),
    ("cell-has-unit", 2020, {f"{PERMITS}.change": "减4"}, "a word for the sign"),
    ("cell-has-unit", 2024, {f"{NEW}.research": "１２"}, "full-width digits"),
    ("cell-has-unit", 2024, {f"{NEW}.research": "1,200"}, "separator"),
    ("cell-has-unit", 2024, {f"{NEW}.research": "9" * 400}, "a number nobody counts to"),
    ("items-negative", 2020, {f"{PERMITS}.previous_items": 3, f"{PERMITS}.change": -4}, "four fewer than three"),
    ("items-negative", 2020, {"fees.fees.change": -1}, "one fewer than none"),
    (
        "items-negative",
        2019,
        {f"{ENFORCED}.coercion.previous_items": 1, f"{ENFORCED}.coercion.change": -2},
        "first year of the edition",
    ),
    ("decisions-without-items", 2020, {f"{PERMITS}.decisions": 5}, "decisions on nothing"),
    (
        "decisions-without-items",
        2020,
        {f"{ENFORCED}.penalties.previous_items": 2, f"{ENFORCED}.penalties.change": -2, f"{ENFORCED}.penalties.decisions": 1},
        "all items were given up",
    ),
    ("decisions-without-items", 2019, {"permits.other_services.decisions": 1}, "the second row as well"),
    ("documents-published", 2020, {f"{NORMATIVE}.published": 3, f"{NORMATIVE}.public_total": 2}, "fewer in all than this year"),
    ("documents-published", 2020, {f"{NORMATIVE}.published": 1}, "total left at 0"),
    ("documents-published", 2019, {f"{NORMATIVE}.published": 9, f"{NORMATIVE}.public_total": 6}, "turned over"),
    ("documents-valid", 2024, {f"{NORMATIVE}.issued": 3, f"{NORMATIVE}.valid": 2}, "fewer valid than issued"),
    ("documents-valid", 2024, {f"{NORMATIVE}.issued": 1}, "valid left at 0"),
    (
        "documents-valid",
        2021,
        {f"{NORMATIVE}.issued": 2, f"{NORMATIVE}.repealed": 1, f"{NORMATIVE}.valid": 1},
        "may be, when repealed within the year: a person confirms it",
    ),
    ("procurement-money", 2020, {f"{BUY}.items": 2}, "bought for nothing"),
    ("procurement-money", 2020, {f"{BUY}.amount": Decimal(1000)}, "paid for nothing"),
    ("procurement-money", 2019, {f"{BUY}.amount": Decimal("0.01")}, "even a cent"),
    ("amount-unit", 2024, {"fees.fees.amount_wan": Decimal(251000)}, "a township with 25 亿 of fees"),
    ("amount-unit", 2024, {"fees.fees.amount_wan": Decimal(10000)}, "just 1 亿"),
    ("amount-unit", 2021, {"fees.fees.amount_wan": Decimal("36520.5")}, "with jiao"),
    ("rules-not-allowed", 2024, {"documents.rules.issued": 1, "documents.rules.valid": 1}, "a township makes no 规章"),
    ("rules-not-allowed", 2024, {"documents.rules.valid": 2}, "nor has one in force"),
    ("rules-not-allowed", 2020, {"documents.rules.made": 1}, "2019 edition"),
]

PASSING: list[tuple[str, int, Cells, str]] = [
    ("applications-balance", 2024, {}, "10 + 1 new and carried in, 10 handled, 1 carried out"),
    ("applications-balance", 2024, {f"{NEW}.research": 1, "applications.carried_out.research": 1}, "still open: nothing handled"),
    ("applications-balance", 2024, {f"{OLD}.natural_person": None}, "with a blank nothing can be said but the blank"),
    ("applications-results-sum", 2024, {"applications.total.natural_person": 10}, "typed total that is right"),
    (
        "applications-results-sum",
        2024,
        {"applications.granted.natural_person": None, "applications.total.natural_person": 10},
        "a part is blank",
    ),
    ("applications-results-sum", 2020, {}, "computed totals are right by themselves"),
    ("applications-row-total", 2024, {f"{NEW}.total": 12}, "10 + 2"),
    (
        "applications-row-total",
        2024,
        {"applications.granted.business": "2件", "applications.granted.total": 9},
        "a dirty part is named itself",
    ),
    ("applications-row-total", 2020, {f"{NEW}.total": 12}, "2019 edition"),
    ("disputes-sum", 2024, {"disputes.review.total": 2}, "typed total that is right"),
    ("disputes-sum", 2024, {"disputes.review.total": None}, "left out: computed"),
    ("disputes-sum", 2024, {"disputes.review.upheld": None, "disputes.review.total": 7}, "a part is blank"),
    ("cell-not-count", 2020, {f"{PERMITS}.previous_items": 9, f"{PERMITS}.change": -4}, "a change may be negative"),
    ("cell-not-count", 2024, {"fees.fees.amount_wan": Decimal("2.65")}, "money has decimals"),
    ("cell-not-count", 2024, {f"{NEW}.research": 0}, "0 is a count"),
    ("cell-blank", 2024, {f"{NEW}.total": None}, "a total left out is computed"),
    ("cell-blank", 2024, {f"{NORMATIVE}.valid": 0}, "0 is an answer"),
    ("cell-blank", 2024, {f"{NEW}.research": "3件"}, "dirty, but not blank"),
    ("cell-has-unit", 2024, {f"{NEW}.research": "-"}, "that is a blank"),
    ("cell-has-unit", 2024, {"fees.fees.amount_wan": Decimal("1200.50")}, "a plain amount"),
    ("cell-has-unit", 2024, {f"{NEW}.research": None}, "that is a blank, too"),
    ("items-negative", 2020, {f"{PERMITS}.previous_items": 4, f"{PERMITS}.change": -4}, "down to none"),
    ("items-negative", 2020, {f"{PERMITS}.change": None}, "blank"),
    ("items-negative", 2024, {}, "the 2021 edition does not ask"),
    ("decisions-without-items", 2020, {f"{PERMITS}.previous_items": 1, f"{PERMITS}.decisions": 5}, "one item, five decisions"),
    ("decisions-without-items", 2020, {f"{PERMITS}.change": 2, f"{PERMITS}.decisions": 5}, "new items"),
    ("decisions-without-items", 2024, {f"{PERMITS}.decisions": 5}, "the 2021 edition does not ask for items"),
    ("documents-published", 2020, {f"{NORMATIVE}.published": 3, f"{NORMATIVE}.public_total": 3}, "the first ones"),
    ("documents-published", 2020, {f"{NORMATIVE}.made": 3}, "made, but not published"),
    ("documents-published", 2020, {f"{NORMATIVE}.public_total": None, f"{NORMATIVE}.published": 3}, "blank"),
    ("documents-valid", 2024, {f"{NORMATIVE}.issued": 3, f"{NORMATIVE}.valid": 3}, "the first ones"),
    ("documents-valid", 2024, {f"{NORMATIVE}.repealed": 3}, "repealed only"),
    ("documents-valid", 2024, {f"{NORMATIVE}.issued": 1, f"{NORMATIVE}.valid": None}, "blank"),
    ("procurement-money", 2020, {f"{BUY}.items": 20, f"{BUY}.amount": Decimal("23246297.53")}, "as it should be"),
    ("procurement-money", 2020, {}, "nothing bought"),
    ("procurement-money", 2020, {f"{BUY}.items": 2, f"{BUY}.amount": None}, "blank"),
    ("amount-unit", 2024, {"fees.fees.amount_wan": Decimal("9999.99")}, "much, but thinkable"),
    ("amount-unit", 2024, {"fees.fees.amount_wan": Decimal("0.01")}, "a hundred yuan"),
    ("amount-unit", 2020, {f"{BUY}.items": 2, f"{BUY}.amount": Decimal("23246297.53")}, "the 2019 form names no unit"),
    ("rules-not-allowed", 2024, {f"{NORMATIVE}.issued": 3, f"{NORMATIVE}.valid": 5}, "规范性文件 are allowed"),
    ("rules-not-allowed", 2024, {"documents.rules.issued": None}, "blank"),
    ("rules-not-allowed", 2024, {}, "0 is none"),
]


def story(year: int) -> Report:
    return busy(year) if year >= 2021 else busy_2019(year)


def busy_2019(year: int) -> Report:
    applications: Cells = {
        "applications.new.natural_person": 10,
        "applications.new.business": 2,
        "applications.granted.natural_person": 9,
        "applications.granted.business": 2,
        "applications.other.natural_person": 1,
    }
    return with_cells(all_zero(year), applications)


@pytest.mark.parametrize(("code", "year", "cells", "why"), FAILING, ids=[f"{case[0]}: {case[3]}" for case in FAILING])
def test_a_mistake_is_found(code: str, year: int, cells: Cells, why: str) -> None:
    findings = of_code(with_cells(story(year), cells), code)
    assert findings, why
    for finding in findings:
        assert finding.severity == ("warning" if code in WARNINGS else "error")
        assert finding.message
        assert finding.next_step
        assert Address(finding.table, finding.row, finding.column) in story(year).form.cells


@pytest.mark.parametrize(("code", "year", "cells", "why"), PASSING, ids=[f"{case[0]}: {case[3]}" for case in PASSING])
def test_a_near_miss_is_left_alone(code: str, year: int, cells: Cells, why: str) -> None:
    assert of_code(with_cells(story(year), cells), code) == [], why


WARNINGS = {
    "decisions-without-items", "documents-published", "documents-valid", "procurement-money", "amount-unit", "rules-not-allowed",
}  # fmt: skip


@pytest.mark.parametrize("table", [FAILING, PASSING], ids=["failing", "passing"])
def test_every_rule_of_this_module_has_three_stories_of_each_kind(table: list[tuple[str, int, Cells, str]]) -> None:
    from toolkit.checks import all_rules

    own = [rule.code for rule in all_rules() if rule.check.__module__ == "toolkit.checks.rules.arithmetic"]
    assert {code: sum(case[0] == code for case in table) >= 3 for code in own} == dict.fromkeys(own, True)


@pytest.mark.parametrize("report", [all_zero(2019), all_zero(2020), all_zero(2021), all_zero(2024), busy(2024), busy_2019(2020)])
def test_a_clean_report_has_no_arithmetic_finding(report: Report) -> None:
    from toolkit.checks import all_rules

    own = {rule.code for rule in all_rules() if rule.check.__module__ == "toolkit.checks.rules.arithmetic"}
    assert codes(report) & own == set()


def test_the_balance_is_reported_with_both_sides_and_the_difference() -> None:
    report = with_cells(all_zero(2024), {f"{NEW}.natural_person": 12, "applications.granted.natural_person": 11})
    messages = [finding.message for finding in of_code(report, "applications-balance")]
    assert messages == [
        "表三 自然人列：一 12 ＋ 二 0 ＝ 12，三（七） 11 ＋ 四 0 ＝ 11，相差 1",
        "表三 总计列：一 12 ＋ 二 0 ＝ 12，三（七） 11 ＋ 四 0 ＝ 11，相差 1",
    ]


def test_a_long_sum_names_the_figures_that_count() -> None:
    report = with_cells(busy(2024), {"applications.total.natural_person": 12})
    (finding, *_) = of_code(report, "applications-results-sum")
    assert finding.message == (
        "表三 自然人列：三（七） 12，三（一） 7 ＋ 三（三）4 2 ＋ 三（五）2 1（其余 18 项为 0） ＝ 10，相差 2"
    )
    assert (finding.expected, finding.found) == ("10", "12")


def test_an_empty_report_names_every_cell_that_is_no_total_once() -> None:
    report = empty_report(2024, Organ(name="云水县清河镇人民政府"))
    blanks = of_code(report, "cell-blank")
    assert len(blanks) == len(report.form.cells) - len(report.form.sums)
    assert codes(report) >= {"cell-blank"}
    assert all(finding.repair == "0" for finding in blanks)


AMOUNTS = [
    ("251", "2511", True, "more than ten times"),
    ("251", "2510", False, "just ten times"),
    ("2510", "250", True, "less than a tenth"),
    ("40", "4", False, "under 50 nothing is strange"),
    ("0", "900", False, "nothing to compare with"),
    ("900", "0", False, "no amount at all"),
]


@pytest.mark.parametrize(("before", "now", "found", "why"), AMOUNTS, ids=[case[3] for case in AMOUNTS])
def test_an_amount_is_held_against_last_year(before: str, now: str, found: bool, why: str) -> None:
    last, this = (with_cells(busy(year), {"fees.fees.amount_wan": Decimal(text)}) for year, text in ((2023, before), (2024, now)))
    assert ("amount-unit" in codes(this, last)) is found, why


def test_a_city_may_make_rules() -> None:
    cells: Cells = {"documents.rules.issued": 1, "documents.rules.valid": 4}
    report = with_cells(all_zero(2024, Organ(name="江澜市人民政府", level="city")), cells)
    assert "rules-not-allowed" not in codes(report)


OFFERS = [
    ("3件", "3", "不是单纯的数字"),
    ("约5", "5", "是约数"),
    ("12 1", "", "数字中间有空格"),
    ("11①", "", "像注释的标记"),
    ("O", "0", "夹有字母或圆圈"),
    ("十二", "12", "是汉字写的数"),
    ("12万", "120000", "单位与本栏不同"),
    ("abc", "", "不是单纯的数字"),
]


@pytest.mark.parametrize(("typed", "offer", "words"), OFFERS, ids=[case[0] for case in OFFERS])
def test_a_dirty_cell_is_named_with_its_reason_and_what_it_may_mean(typed: str, offer: str, words: str) -> None:
    report = with_cells(all_zero(2024), {"applications.new.natural_person": typed})
    found = of_code(report, "cell-has-unit")[0]
    assert (found.repair, words in found.message) == (offer, True)
