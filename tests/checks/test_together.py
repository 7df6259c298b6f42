"""Sums of figures that a text states in words, and figures that words behind 除……外, 比 or 各 explain."""

from __future__ import annotations

import pytest

from tests.checks.wordings import found_in, last_year, report_saying

# The township of ``wordings``: granted 5, partly granted 1, refused 2; new 12 (natural persons 10, firms 2), handled 11.
WRONG = [
    ("予以公开5件，不予公开2件，两类相加8件。", "7"),
    ("予以公开5件，部分公开1件，不予公开2件，三项合起来9件。", "8"),
    ("126条通知、38条预警、21条科普、9条采购，四样凑在一起，便是全年登出的204条。", "194"),
    ("上年带来1件，今年新来12件，两笔相加，手头的共15件。", "13"),
    ("予以公开5件、不予公开2件，把这两项相加，得8件。", "7"),
    ("今年手头的共15件，即新收的12件与上年结转的1件之和。", "13"),
    ("接待来访312人次，由窗口205人次和下乡117人次相加而得。", "322"),
    ("培训干部82人次，也就是上半年40人次加下半年52人次。", "92"),
    ("一年推送318篇，拆开来是126篇活动预告、88篇非遗故事、54篇景区提示和57篇政策问答。", "325"),
    ("公开栏一共贴出263张纸，由低保名单84张、惠农补贴97张、工程公示63张、财务收支29张组成。", "273"),
]
RIGHT = [
    "126条通知、38条预警、21条科普、9条采购，四样凑在一起，便是全年登出的194条。",
    "今年手头的共13件，即新收的12件与上年结转的1件之和。",
    "培训干部92人次，也就是上半年40人次加下半年52人次。",
    "予以公开（5件）与部分公开（1件）两类给了人的；不予公开（2件）的给不了；剩下的是其他处理和撤回的，并在一起3件。",
    "一年推送325篇，拆开来是126篇活动预告、88篇非遗故事、54篇景区提示和57篇政策问答。",
    "一年推送318篇，读得最多的是126篇活动预告，点赞最多的是88篇非遗故事，另有54篇、57篇转到了县里。",
    "12件新件和1件老件，一共办了11件，2件没办完。",
    "接待来访312人次，即便是假日也有窗口205人次和下乡。",
    "予以公开5件，不予公开2件，两类相加7件。",
    "予以公开5件，部分公开1件，不予公开2件，三项合起来8件。",
    "网站发布30条，公众号发布12条，两个渠道加起来42条。",
    "与邻镇两家合计办理27件。",
]
EXPLAINED = [
    ("上年结转1件，比前一年转来的9件少8件。", "the base of a comparison"),
    ("制作规范性文件6份，公开5份；网上共有10份。", "a total behind ；"),
    ("居民10件，企业和律所各1件，合起来12件。", "one figure for two names"),
    ("全年办结的唯一一件复杂申请由镇长签发。", "唯一一件 is one"),
    ("新收申请12件，占全县同期申请总量的6%左右。", "a share of the county's applications"),
    ("另有2件因行政处罚引起的复议案件，不属于本报告统计范围。", "disputes of another kind"),
]


EXCEPTIONS = [
    ("办结11宗，除4宗外，其余均予以公开。", "6"),
    ("全年办结11件，除7件外均予以公开。", "6"),
]
RIGHT_EXCEPTIONS = [
    "办结11件，除6件外，其余均予以公开。", "办结11件，除5件外，其余均全部或部分公开。", "新收12件，除6件外，其余均由自然人提出。",
    "办结11件，除1件不予公开外，其余均予以公开或者作了说明。",
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), EXCEPTIONS)
def test_an_exception_that_the_whole_and_the_rest_do_not_leave_is_a_warning(text: str, expected: str) -> None:
    found = [item for item in found_in(report_saying(text), last_year()) if item.code == "text-balance"]
    assert [(item.severity, item.expected) for item in found] == [("warning", expected)]


@pytest.mark.parametrize("text", RIGHT_EXCEPTIONS)
def test_an_exception_that_may_be_right_is_left_alone(text: str) -> None:
    assert "text-balance" not in _codes(text)


def _codes(text: str) -> list[str]:
    return [item.code for item in found_in(report_saying(text)) if item.severity != "notice"]


@pytest.mark.parametrize(("text", "expected"), WRONG)
def test_a_sum_that_no_choice_of_figures_makes_is_found_once(text: str, expected: str) -> None:
    found = [item for item in found_in(report_saying(text), last_year()) if item.code == "list-does-not-add-up"]
    assert len(found) == 1
    assert found[0].severity != "notice"
    assert f"＝ {expected}" in found[0].message


@pytest.mark.parametrize("text", RIGHT)
def test_a_sum_that_figures_make_or_that_is_of_others_is_left_alone(text: str) -> None:
    assert "list-does-not-add-up" not in _codes(text)


@pytest.mark.parametrize(("text", "why"), EXPLAINED)
def test_a_figure_that_its_words_explain_raises_no_alarm(text: str, why: str) -> None:
    assert _codes(text) == [], why


def test_an_exception_is_reported_in_the_unit_of_the_text() -> None:
    found = [item for item in found_in(report_saying("办结11宗，除4宗外，其余均予以公开。")) if item.code == "text-balance"]
    assert [item.message.partition("，")[2] for item in found] == ["前面写的是 11宗，其余 5 宗，应为 6 宗"]
