"""Lines of text as headings of their level and paragraphs; the sentence on fees."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.report.stories import all_zero
from toolkit.report import Narrative, ProcessingFee
from toolkit.sections.blocks import Block, Heading, Paragraph, iter_text
from toolkit.sections.paper import fee_sentence, heading_level, narrative

LEVELS: list[tuple[str, int, str]] = [
    ("（一）主动公开", 2, "level of the standard"),
    ("(一)主动公开", 2, "half-width brackets"),
    ("（十二）其他", 2, "two characters"),
    ("1.加强培训", 3, "level of the standard"),
    ("1．加强培训", 3, "full-width point"),
    ("1、加强培训", 3, "as people write it"),
    ("（1）培训", 4, "level of the standard"),
    ("一、主动公开", 2, "would stand beside the six parts: one level down"),
    ("1.5万人次", 0, "a decimal"),
    ("2020年，全镇", 0, "a year"),
    ("（含街道）", 0, "a bracket"),
    ("一是加强培训", 0, "一是 is running text"),
    ("100、200", 0, "three digits"),
    ("", 0, "nothing"),
]


@pytest.mark.parametrize(("line", "level", "why"), LEVELS, ids=[case[2] for case in LEVELS])
def test_the_number_of_a_line_gives_its_level(line: str, level: int, why: str) -> None:
    assert heading_level(line) == level, why


def body(text: str) -> tuple[Block, ...]:
    """The blocks under the heading of the part."""
    head, *rest = narrative(text, "一、总体情况")
    assert head == Heading(1, "一、总体情况")
    return tuple(rest)


def test_a_whole_line_is_a_heading_and_a_leading_sentence_is_set_as_one() -> None:
    heading, leading, plain = body("（一）主动公开\n1.抓住重点，加大力度。优先公开重点信息。\n全年公开500条。")
    assert heading == Heading(2, "（一）主动公开")
    assert isinstance(leading, Paragraph)
    assert [(run.text, run.level) for run in leading.runs] == [("1.抓住重点，加大力度。", 3), ("优先公开重点信息。", 0)]
    assert isinstance(plain, Paragraph)
    assert [(run.text, run.level) for run in plain.runs] == [("全年公开500条。", 0)]


PLAIN = [
    ("1.信息处理费收入0元。", "a sentence with a number"),
    ("（2）培训信息员；", "an item of a list"),
    ("（一）全年收到申请3件，均已答复。", "a sentence at the second level"),
    ("（一）" + "长" * 60, "too long for a heading"),
    ("（一）" + "长" * 60 + "。后文。", "too long a leading sentence"),
]


@pytest.mark.parametrize("line", [case[0] for case in PLAIN], ids=[case[1] for case in PLAIN])
def test_a_long_line_is_a_paragraph(line: str) -> None:
    (block,) = body(line)
    assert isinstance(block, Paragraph)
    assert [run.level for run in block.runs] == [0]


def test_a_heading_with_a_stray_full_stop_is_one() -> None:
    assert body("（一）主动公开。\n全年公开500条。")[0] == Heading(2, "（一）主动公开。")


def test_a_colon_leads_into_the_sentence() -> None:
    (block,) = body("（一）渠道：网站、微信。")
    assert list(iter_text([block])) == ["（一）渠道：网站、微信。"]


@pytest.mark.parametrize("text", ["一、总体情况\n正文", "一、总体情况：\n正文", "  一、总体情况。\n\n正文"])
def test_the_heading_of_the_part_is_not_printed_twice(text: str) -> None:
    assert list(iter_text(body(text))) == ["正文"]


@pytest.mark.parametrize("text", ["", "\n \n　\n"])
def test_no_text_no_blocks(text: str) -> None:
    assert body(text) == ()


MARKUP = "#panic(1) *星* $x^2$ \\alpha <b>粗</b> {{ 7*7 }} `码` =SUM(A1) @引 & %"


def test_markup_is_text_letter_by_letter() -> None:
    assert list(iter_text(body(f"（一）{MARKUP}\n{MARKUP}"))) == [f"（一）{MARKUP}", MARKUP]


def test_no_character_of_200_000_is_lost() -> None:
    text = "（一）" * 33_000 + "\n" + "全年公开信息：1.甲；" * 10_000
    assert sum(len(piece) for piece in iter_text(body(text))) > 180_000


FEES = [
    (ProcessingFee(), "本年度未发出收费通知，收取信息处理费0元。", "0 is told, too"),
    (ProcessingFee(notices=2, amount_yuan=Decimal(300)), "本年度发出收费通知2件，收取信息处理费300元。", "both"),
    (ProcessingFee(notices=1, amount_yuan=Decimal("10.50")), "本年度发出收费通知1件，收取信息处理费10.5元。", "with jiao"),
]


@pytest.mark.parametrize(("fee", "end", "why"), FEES, ids=[case[2] for case in FEES])
def test_the_fee_is_printed_where_the_edition_requires_it(fee: ProcessingFee, end: str, why: str) -> None:
    (sentence,) = fee_sentence(replace(all_zero(2024), processing_fee=fee))
    assert isinstance(sentence, Paragraph)
    assert sentence.text == f"依据《政府信息公开信息处理费管理办法》，{end}", why


def test_the_fee_is_not_printed_twice_nor_when_unknown_or_not_required() -> None:
    fee = ProcessingFee()
    told = replace(all_zero(2024), processing_fee=fee, narrative=Narrative(other="本年度没有收取信息处理费。"))
    assert [list(fee_sentence(report)) for report in (told, replace(all_zero(2020), processing_fee=fee), all_zero(2024))] == [
        [],
        [],
        [],
    ]
