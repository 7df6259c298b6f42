"""同比 and 比上年, computed again from both years' tables (new 8 → 12, handled 7 → 11, 复议 1 → 3)."""

from __future__ import annotations

import pytest

from tests.checks.wordings import codes_in, found_in, last_year, report_saying

FOUND = [
    ("warning", "全年收到申请12件，比上年增加3件。", "count"),
    ("warning", "全年收到申请12件，同比增长40%。", "percentage"),
    ("warning", "全年收到申请12件，较上年减少4件。", "direction"),
    ("warning", "全年收到申请12件，同比下降50.0%。", "direction of a percentage"),
    ("warning", "办结申请11件，较2023年增加5件。", "year named"),
    ("warning", "政府信息公开申请量同比增长103%。", "what grew is named beside the growth"),
    ("warning", "收到申请12件（自然人10件，商业企业2件），较2023年增长60%。", "behind a bracket"),
    ("warning", "行政复议3件，比去年增加1件。", "disputes"),
    ("warning", "去年收到申请9件。", "last year's figure"),
    ("warning", "全年收到申请12件，同比增长2倍。", "倍"),
    ("warning", "新收申请12件，与上年相比增长了四成。", "成"),
    ("warning", "新收申请12件，与上年相比增长了五成半。", "half of a 成"),
    ("warning", "收到申请12件，由上年的8件下降到12件。", "direction of the way from one figure to the other"),
    ("warning", "全年收到申请12件，办结11件，由上年的7件减少到11件。", "the same behind two figures"),
    ("warning", "收到申请12件、行政复议3件，申请比上年的8件增加5件。", "neither of the two cells before it"),
    ("warning", "收到申请12件，较上年减少。", "a word alone"),
    ("warning", "去年收申请8件，今年12件，多出4件，涨了33.3%。", "a percentage of this year's, behind a right change"),
    ("warning", "新收申请由2023年的8件升至2024年的12件，净添4件，增幅33.3%。", "the same in other words"),
    ("warning", "前一年是8件申请，这一年是12件，多出4件，涨了40%。", "the same without the word for the year"),
]
NEAR = [
    ("全年收到申请12件，比上年增加4件，同比增长50%。", "right"),
    ("全年收到申请12件，较去年上升50.0%。", "right, other words"),
    ("办结申请11件，同比增长57.1%。", "rounded"),
    ("全年收到申请12件，同比增长约50%。", "approximate"),
    ("网站访问量同比增长30%。", "nothing of the tables"),
    ("政府信息公开申请的补正量比上年减少9件。", "the other way and another amount without a figure of the cell"),
    ("收到申请12件，环比增长20%。", "another comparison"),
    ("收到申请12件，比2020年增加7件。", "another year"),
    ("收到申请12件，新增栏目3个，增加公开专栏2个。", "no comparison"),
    ("收到申请12件，公众号粉丝比上年增加500人。", "something else"),
    ("收到申请12件，满意度提高5个百分点。", "points"),
    ("去年收到申请8件，今年收到申请12件。", "right"),
    ("前一年是8件申请，这一年是12件，多出4件，涨了50.0%。", "right, behind a change"),
    ("去年订报8份，今年12份，多出4份，水电费涨了20%。", "the percentage of something else"),
    ("收到申请12件，其中网上申请8件，比上年增加6件。", "a part of them"),
    ("收到申请12件、行政复议3件，申请比上年的8件增加4件，复议比上年的1件增加2件。", "each against its own cell"),
    ("收到申请12件、行政复议3件，分别比上年（8件、1件）增长50%和增长200%。", "each against its own cell"),
    ("行政复议3件（维持2件、纠正1件），较上年1件增加2件。", "of the figure before the bracket"),
    ("收到申请12件，其中误申请较多。", "rather many, no comparison"),
    ("收到申请12件，重复申请较少。", "rather few, no comparison"),
]


@pytest.mark.parametrize(("severity", "sentence"), [(severity, sentence) for severity, sentence, _ in FOUND])
def test_is_found(severity: str, sentence: str) -> None:
    assert ("growth-misquoted", severity) in codes_in(sentence)


@pytest.mark.parametrize("sentence", [sentence for sentence, _ in NEAR])
def test_is_left_alone(sentence: str) -> None:
    assert codes_in(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "count"),
    [
        ("全年收到申请12件，比上年增加4件，同比增长50%。", 0),
        ("全年收到申请12件，比上年增加4件，同比增长33.3%。", 1),
        ("全年收到申请12件，同比增长33.3%。", 0),
    ],
)
def test_without_last_year_the_sentence_is_held_against_itself(sentence: str, count: int) -> None:
    assert [item.code for item in found_in(report_saying(sentence), None)] == ["growth-misquoted"] * count


def test_a_share_cut_off_is_a_notice() -> None:
    report = report_saying("办结申请13件，同比增长85%。", cells={"applications.granted.natural_person": 6})
    found = [item for item in found_in(report, last_year()) if item.code == "growth-misquoted"]
    assert [(item.severity, "截去尾数" in item.message) for item in found] == [("notice", True)]  # 6 ÷ 7 = 85.71 %


def test_message_says_both_years_and_the_right_figure() -> None:
    found = found_in(report_saying("全年收到申请12件，同比增长40%。"), last_year())
    assert [item.message for item in found] == ["第一部分写增加“40%”，表三 一、新收·总计上年 8、本年 12，应为增加 50.0%"]
