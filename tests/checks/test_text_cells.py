"""Every figure of the text appears once, with what it is tied to; and a text may be as long and as odd as it likes."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.checks.wordings import TEXT_GROUPS, last_year, report_saying
from tests.examples import examples
from toolkit.checks.catalogue import Case, all_rules
from toolkit.checks.narrative.candidates.meanings import _read as read_meanings
from toolkit.checks.narrative.figures.clauses import read_text as read_part
from toolkit.checks.narrative.figures.figure import _kept as kept_figures
from toolkit.checks.narrative.ties import Tie, tie_figures
from toolkit.report import Channel


def ties(text: str, **changes: object) -> list[Tie]:
    return [tie for tie in tie_figures(report_saying(text, **changes), last_year()) if tie.where == "narrative.overview"]


@pytest.mark.parametrize("typed", ["", "一", "\n", "新增一句话。", "（1）", "收到申请9件。"])
def test_figures_kept_from_before_are_those_of_a_first_reading(typed: str) -> None:
    text = "全年收到申请12件。2023年结转1件，予以公开5件，其中 自然人 3 件。\n共公开100条：网站60条、公众号40条。"
    tie_figures(report_saying(text), last_year())
    for at in (0, text.index("2023"), text.index("\n"), len(text)):
        changed = text[:at] + typed + text[at:]
        kept = tie_figures(report_saying(changed), last_year())
        kept_figures.cache_clear()
        read_part.cache_clear()
        read_meanings.cache_clear()
        assert tie_figures(report_saying(changed), last_year()) == kept


@pytest.mark.parametrize(
    ("text", "figure", "kind", "state"),
    [
        ("全年收到申请12件。", "12件", "cell", "agrees"),
        ("全年收到申请15件。", "15件", "cell", "differs"),
        ("收到网上申请5件。", "5件", "untied", "untied"),
        ("全年收到申请十余件。", "十余件", "cell", "agrees"),
        ("共公开100条，其中网站60条、公众号40条。", "60条", "list", "agrees"),
        ("共公开100条：网站60条、公众号50条。", "50条", "list", "differs"),
        ("予以公开5件，占办结总数的45.5%。", "45.5%", "percentage", "agrees"),
        ("收到申请12件，比上年增加4件。", "4件", "growth", "agrees"),
        ("去年收到申请8件。", "8件", "other_year", "agrees"),
        ("去年收到申请9件。", "9件", "other_year", "differs"),
        ("培训3次，参训120人次。", "120人次", "untied", "untied"),
        ("村务公开栏张贴650条。", "650条", "channel", "agrees"),
        ("村务公开栏张贴640条。", "640条", "channel", "differs"),
        ("村务公开栏政策解读12条。", "12条", "untied", "untied"),
        ("全县收到申请560件。", "560件", "untied", "untied"),
    ],
)
def test_kind_and_state(text: str, figure: str, kind: str, state: str) -> None:
    report = replace(report_saying(text), channels=(Channel(name="村务公开栏", count=650),))
    found = [tie for tie in tie_figures(report, last_year()) if tie.text == figure]
    assert [(tie.kind, tie.state) for tie in found] == [(kind, state)]
    assert found[0].reason


def test_a_figure_beside_those_carried_in_is_held_against_its_own_cell() -> None:
    first, *_ = ties("新收申请13件；上年结转1件；办结11件。")
    assert (first.state, first.value, first.expected) == ("differs", 13, 12)


def test_cells_and_both_sides_are_named() -> None:
    (tie,) = ties("全年收到申请15件。")
    assert ([str(address) for address in tie.addresses], tie.value, tie.expected) == (["applications.new.total"], 15, 12)


@pytest.mark.parametrize(
    "text",
    [
        "2024年12月31日，依据国办发〔2021〕30号、《2019—2024年规划》第二十条第（五）项，",
        "电话0537-6508002，手机13912345678，地址清河路1号，",
        "“三公”经费、“最多跑一次”、一网通办、12345热线、5G、H5、第3次会议，",
        "1.平台建设。（2）第三方意见；24小时、7×24，零距离、一体化、一般性，",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    found = [tie.text for tie in ties(text + "共收到申请12件。")]
    assert [item for item in found if item != "24小时"] == ["12件"]


def test_offsets_are_those_of_the_text_as_written() -> None:
    text = "收 到 申请\u3000１２ 件；予以公⺠ 1 204 条"
    assert [(text[tie.start : tie.end], tie.text, int(tie.value)) for tie in ties(text)] == [
        ("１２ 件", "１２ 件", 12),
        ("1 204 条", "1 204 条", 1204),
    ]


WORDS = [
    "收到", "申请", "12件", "，", "。", "其中", "、", "；", "共", "3条", "50%", "比上年", "增加", "（", "）", "分别", "各",
    "行政复议", "维持", "未", "无", "均", "予以公开", "结转", "上年", "\n", "一件", "信息处理费", "元", "2023年",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=40))
@settings(max_examples=examples(20, 150), deadline=None)
def test_every_figure_once_and_in_order(words: list[str]) -> None:
    text = "".join(words)
    found = ties(text)
    places = [(tie.start, tie.end) for tie in found]
    assert places == sorted(set(places))
    assert all(text[tie.start : tie.end] == tie.text for tie in found)
    assert (
        len(found) >= sum(word in ("12件", "3条", "50%") for word in words) - text.count("12件3条") * 2 - text.count("3条50%") * 2
    )


ADVERSARIAL = [
    "一", "1,", "（", "“", "未", "均", "分别", "收到申请12件，", "其中1件，", "合计1件，", "占1%，比上年增加1件，",
    "行政复议1件维持1件，",
    "不予公开1件（不掌握）", "未收到申请、", "百分之", "1\n", "⻅１", "信息处理费1元",
]  # fmt: skip


@pytest.mark.sweep
@pytest.mark.parametrize("piece", ADVERSARIAL)
def test_time_grows_with_the_length_only(piece: str) -> None:
    """Four times the text may take eight times as long at most; a quadratic rule takes sixteen times."""
    small, large = (_seconds(piece * (length // len(piece))) for length in (1_500, 6_000))
    assert large < max(9 * small, 0.3)


def _seconds(text: str) -> float:
    rules = [item for item in all_rules() if item.group in TEXT_GROUPS or item.code == "growth-misquoted"]
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        case = Case(report_saying(text), last_year())
        for item in rules:
            list(item.check(case))
        best = min(best, time.process_time() - start)
    return best


def test_two_hundred_thousand_characters_are_read() -> None:
    text = "（一）主动公开。全年共公开信息100条，其中网站60条、公众号40条；收到申请12件，予以公开5件。\n" * 4000
    assert len(text) > 180_000
    found = ties(text)
    assert len(found) == 5 * 4000
    assert {tie.state for tie in found} == {"agrees"}


def test_empty_and_odd_texts() -> None:
    assert ties("") == []
    assert [tie.text for tie in ties("𠮷野家12件😀。\x00３件")] == ["12件", "３件"]
