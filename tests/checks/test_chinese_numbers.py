"""Numbers as they stand in Chinese text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.checks.narrative.tokens.chinese_numbers import parse_number, parse_share, possible_values

_DIGITS = "零一二三四五六七八九"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("1,204", "1204"), ("1 204", "1204"), ("１２", "12"), ("1，204", "1204"), ("3.5", "3.5"), ("1.2万", "12000"),
        ("20余万", "200000"), ("3亿", "300000000"), ("三", "3"), ("两", "2"), ("十", "10"), ("十二", "12"), ("二十", "20"),
        ("廿三", "23"),
        ("二十余", "20"), ("一百二十", "120"), ("二百零五", "205"), ("百余", "100"), ("两千三百", "2300"), ("一万二千", "12000"),
        ("三亿五千万", "350000000"), ("二〇二四", "2024"), ("零", "0"),
        ("一百二", "120"), ("三千五", "3500"), ("一万二", "12000"), ("一千零二", "1002"), ("一百二十三", "123"),
    ],
)  # fmt: skip
def test_numbers(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "件", "三件", "1" * 16, "万岁"])
def test_what_is_none(text: str) -> None:
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("45.3%", "45.3"),
        ("百分之三", "3"),
        ("百分之三点五", "3.5"),
        ("百分之百", "100"),
        ("百分之12.5", "12.5"),
        ("三成", "30"),
        ("九成八", "98"),
        ("一半", "50"),
    ],
)
def test_shares(text: str, share: str) -> None:
    assert parse_share(text) == Decimal(share)


@given(st.integers(0, 9999))
def test_every_numeral_is_read_back(value: int) -> None:
    assert parse_number(_numeral(value)) == value


def _numeral(value: int) -> str:
    """As people write it: 一千零五, 二十, 三百一十."""
    if value == 0:
        return "零"
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + name
        gap = not digit
    return text


@pytest.mark.parametrize(
    ("value", "about", "low", "high"),
    [
        ("500", "余", 500, 600),
        ("120", "余", 120, 132),
        ("20", "多", 20, 30),
        ("1000", "近", 0, 1000),
        ("100", "约", 0, 200),
        ("12", "", 12, 12),
    ],
)
def test_what_an_approximate_figure_may_be(value: str, about: str, low: int, high: int) -> None:
    assert possible_values(Decimal(value), about) == (low, high)
