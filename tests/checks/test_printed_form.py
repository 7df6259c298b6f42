"""The printed form as importers read it: every alteration is named, and what prints the same is left alone."""

from __future__ import annotations

import pytest

from tests.checks.stories import of_code
from toolkit.checks.rules.printed_form import check_read_headings, check_read_labels, form_labels
from toolkit.forms import Form, all_forms, form_for_year

FORM = form_for_year(2024)
HEADINGS = tuple(part.heading for part in FORM.parts)
PARTS = ("disclosure", "applications", "disputes")


def altered(part: str, old: str, new: str | None) -> list[str]:
    """Messages for a table in which one label (its first place) reads otherwise, or is gone."""
    labels = list(form_labels(FORM, part))
    at = labels.index(old)
    labels[at : at + 1] = [] if new is None else [new]
    return [finding.message for finding in check_read_labels(FORM, part, labels)]


@pytest.mark.parametrize("form", all_forms(), ids=lambda form: form.id)
@pytest.mark.parametrize("part", PARTS)
def test_the_form_itself_is_not_altered(form: Form, part: str) -> None:
    assert list(check_read_labels(form, part, form_labels(form, part))) == []


ALTERED: list[tuple[str, str, str | None, str]] = [
    ("applications", "（一）予以公开", "（一）主动公开", "another word"),
    ("applications", "四、结转下年度继续办理", "四、结转下年度", "shortened"),
    ("applications", "2.重复申请", None, "a row left out"),
    ("disputes", "结果纠正", "纠正结果", "words turned round"),
    ("disclosure", "行政规范性文件", "规范性文件", "the label of the edition before"),
    ("disclosure", "本年收费金额（单位：万元）", "本年收费金额（单位：元）", "another unit"),
]
SAME: list[tuple[str, str, str, str]] = [
    ("applications", "（一）予以公开", "(一) 予以公开", "half-width brackets"),
    ("applications", "一、本年新收政府信息公开申请数量", "一、本年新收政府信息\n公开申请数量", "a line break"),
    ("applications", "3.危及“三安全一稳定”", '3.危及"三安全一稳定"', "straight quotation marks"),
    ("disclosure", "行政规范性文件", "⾏政规范性⽂件", "radicals"),
    ("disputes", "尚未审结", "尚 未 审 结", "blanks inside"),
]


@pytest.mark.parametrize(("part", "old", "new", "why"), ALTERED)
def test_label_altered(part: str, old: str, new: str | None, why: str) -> None:
    (message,) = altered(part, old, new)
    assert f"“{old}”" in message, why


@pytest.mark.parametrize(("part", "old", "new", "why"), SAME)
def test_what_prints_the_same_is_no_alteration(part: str, old: str, new: str, why: str) -> None:
    assert altered(part, old, new) == [], why


def test_an_import_is_checked_like_any_report() -> None:
    (finding,) = of_code("label-altered", read_form={"disputes": {"尚未审结": "未审结"}})
    assert (finding.severity, finding.expected, finding.found) == ("error", "尚未审结", "未审结")


def test_columns_that_changed_places_are_found() -> None:
    labels = list(form_labels(FORM, "disputes"))
    first, second = labels.index("结果维持"), labels.index("结果纠正")
    labels[first], labels[second] = labels[second], labels[first]
    assert len(list(check_read_labels(FORM, "disputes", labels))) >= 1


HEADING_CASES: list[tuple[dict[str, str], list[str], str]] = [
    ({"五、存在的主要问题及改进情况": "五、存在的主要问题和改进情况"}, ["应为"], "和 for 及"),
    ({"五、存在的主要问题及改进情况": "存在的主要问题及改进情况"}, ["应为"], "the number is lost"),
    ({"一、总体情况": "一、概述"}, ["缺少"], "another heading"),
    ({"六、其他需要报告的事项": "六、其他需要报告的事项 "}, [], "a blank behind"),
]


@pytest.mark.parametrize(("changes", "words", "why"), HEADING_CASES)
def test_headings(changes: dict[str, str], words: list[str], why: str) -> None:
    read = [changes.get(heading, heading) for heading in HEADINGS]
    messages = [finding.message for finding in check_read_headings(FORM, read)]
    assert len(messages) == len(words), why
    assert all(word in message for word, message in zip(words, messages, strict=True))


def test_headings_out_of_order() -> None:
    read = [*HEADINGS[:2], HEADINGS[3], HEADINGS[2], *HEADINGS[4:]]
    (finding,) = check_read_headings(FORM, read)
    assert "次序" in finding.message


def test_a_heading_repeated_in_other_words_in_the_text() -> None:
    (finding,) = of_code("heading-altered", text={"problems": "五、存在的问题及改进情况\n" + "公开不够及时。" * 20})
    assert finding.where == "narrative.problems"


@pytest.mark.parametrize("first", ["五、存在的主要问题及改进情况", "五、加强学习", "一、存在的问题", "（一）存在的主要问题"])
def test_headings_of_the_texts_own_are_left_alone(first: str) -> None:
    assert of_code("heading-altered", text={"problems": first + "\n" + "公开不够及时。" * 20}) == []


@pytest.mark.parametrize(
    ("written", "number", "why"),
    [
        ({"read_form": {"pictures": ["applications", "disputes"]}}, 2, "two tables are pictures"),
        ({"read_form": {"absent": ["permits"]}}, 1, "one piece of part two is left out"),
        ({"without": "applications", "read_form": {}}, 0, "a table that is there with blank cells: these are named one by one"),
        ({"without": "permits", "read_form": {}}, 0, "the same of one piece of part two"),
        ({"without": "applications"}, 0, "in a params file no table is missing"),
        ({"read_form": {}}, 0, "all there"),
        ({}, 0, "nothing was imported"),
    ],
)
def test_table_missing(written: dict[str, object], number: int, why: str) -> None:
    assert len(of_code("table-missing", **written)) == number, why
