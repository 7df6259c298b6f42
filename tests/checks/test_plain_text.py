"""Text made equal, with the way back to the text as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.checks.narrative.plain_text import plain_text


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("收到 申请　１２ 件", "收到申请12件"),
        ("⻅⺠⻥⻔", "见民鱼门"),  # as PDF files give them
        ("⽂件", "文件"),
        ("1 204 条", "1204条"),
        ("网站 12 30 条", "网站12 30条"),
        ("(1);:%", "（1）；：%"),
        ("规 章\u200b", "规章"),
    ],
)
def test_made_equal(written: str, plain: str) -> None:
    assert plain_text(written).text == plain


def test_lines_of_one_sentence_are_joined_and_headings_are_not() -> None:
    text = "今年以来，收到申请\n12件。\n（一）主动公开情况\n2024年，公开\n（二）平台"
    assert plain_text(text, join_lines=True).text == "今年以来，收到申请12件。\n（一）主动公开情况\n2024年，公开\n（二）平台"


@given(st.text("收到 １２件,.（\n⻅　0", max_size=60))
def test_offsets_lead_back(text: str) -> None:
    plain = plain_text(text)
    for at in range(len(plain.text)):
        start, end = plain.span(at, at + 1)
        assert end - start == 1
        assert plain_text(text[start:end]).text in (plain.text[at], "")
    assert plain.span(0, len(plain.text))[1] <= len(text)
