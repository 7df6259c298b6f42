"""Sentences of the report's own text: whole, able to stand alone, each used once."""

from __future__ import annotations

import pytest

from toolkit.sections.poster import SUBJECTS, own_sentence

CHANNEL = "县政府网站和微信公众号同步发布各类政务信息。"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (f"（一）主动公开\n1.{CHANNEL}后面还有一句。", CHANNEL),
        (f"一是{CHANNEL}", CHANNEL),
        ("其中，县政府网站和微信公众号发布的占九成以上。", ""),
        ("县政府网站和微信公众号发布情况如下：甲、乙、丙、丁。", ""),
        ("微信公众号已开。", ""),
        ("微信公众号" + "发布各类信息" * 20 + "。", ""),
        ("县政府网站发布263条，微信公众号291条，公开栏650余条，广播12次。" + CHANNEL, CHANNEL),
        ("县政府网站和微信公众号同步发布各类政务信息", ""),
    ],
    ids=[
        "a number in front",
        "一是",
        "leans on another",
        "leads to a list",
        "too short",
        "too long",
        "full of figures",
        "no end",
    ],
)
def test_the_sentence_that_is_picked(text: str, sentence: str) -> None:
    assert own_sentence(text, SUBJECTS["channels"], set()) == sentence


def test_a_sentence_is_used_once() -> None:
    taken: set[str] = set()
    assert own_sentence(CHANNEL, SUBJECTS["channels"], taken) == CHANNEL
    assert own_sentence(CHANNEL, SUBJECTS["channels"], taken) == ""
