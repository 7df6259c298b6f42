"""Days in the words of a letter."""

from __future__ import annotations

from datetime import UTC, date, datetime

from toolkit.core.dates import chinese_date, chinese_day, moment_of


def test_month_and_day_have_no_zeros_before_them() -> None:
    assert chinese_date(date(2025, 1, 5)) == "2025年1月5日"
    assert chinese_day(date(2025, 12, 31)) == "12月31日"


def test_a_moment_is_written_as_its_day() -> None:
    assert chinese_date(datetime(2025, 1, 5, 23, 59)) == "2025年1月5日"


def test_the_time_of_a_file_can_be_read_on_every_computer() -> None:
    assert moment_of(-1) == datetime(1970, 1, 1, tzinfo=UTC)  # Windows tells no time before 1970
    assert moment_of(1_767_225_600.5) == datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=UTC)
    assert moment_of(1e12) == datetime(3000, 1, 1, tzinfo=UTC)
