"""Radicals, widths, traditional characters, numbers: what is made equal before labels are compared."""

from __future__ import annotations

import unicodedata

import pytest

from toolkit.core.text import RADICALS, cleaned
from toolkit.importing.wording import core, fold, is_traditional, number_of, simplified


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("规 章", "规章"),  # blanks inside a word
        ("本年新\n制作数量", "本年新制作数量"),
        ("(七)总计", "（七）总计"),
        ("⻅⺠⻥⻔⼾", "见民鱼门户"),  # radicals, which NFKC leaves alone or takes for another form
        ("１．属于国家秘密", "1.属于国家秘密"),
        ("1、属于国家秘密", "1、属于国家秘密"),  # an alteration, so it stays one
        ("危及“三安全一稳定”", '危及"三安全一稳定"'),
        ("\u200b信\xad息\ufeff", "信息"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_every_radical_becomes_one_ordinary_character() -> None:
    named = [point for point in range(0x2E80, 0x2FD6) if unicodedata.name(chr(point), "")]
    left = [chr(point) for point in named if point not in RADICALS]
    assert left == ["⺀", "⺚"][: len(left)] or left == ["⺀"]
    assert all(len(character) == 1 and not 0x2E80 <= ord(character) < 0x2FE0 for character in RADICALS.values())


def test_punctuation_stays_full_width_in_cleaned() -> None:
    assert cleaned("（⻅）：，；“”") == "（见）：，；“”"


def test_traditional() -> None:
    text = "總體情況，主動公開，收到和處理政府信息公開申請情況，行政復議、行政訴訟情況"
    assert simplified(text) == "总体情况，主动公开，收到和处理政府信息公开申请情况，行政复议、行政诉讼情况"
    assert is_traditional(text * 2)
    assert not is_traditional(simplified(text) * 2)


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("一、总体情况", "一、"),
        ("（七）总计", "（七）"),
        ("1.属于", "1."),
        ("1、属于", "1、"),
        ("第一部分总体", "第一部分"),
        ("一般", ""),
        ("3.5", ""),
    ],
)
def test_number_of_a_label(label: str, number: str) -> None:
    assert number_of(label) == number
    assert core(label) == label.removeprefix(number)
