"""Days in the words of a letter."""

from __future__ import annotations

from datetime import date, datetime

from toolkit.core.dates import chinese_date, chinese_day


def test_month_and_day_have_no_zeros_before_them() -> None:
    assert chinese_date(date(2025, 1, 5)) == "2025年1月5日"
    assert chinese_day(date(2025, 12, 31)) == "12月31日"


def test_a_moment_is_written_as_its_day() -> None:
    assert chinese_date(datetime(2025, 1, 5, 23, 59)) == "2025年1月5日"
