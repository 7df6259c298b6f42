"""Tell the time with its offset, and write days as Chinese offices do: 2025年1月31日, without zeros before month and day."""

from __future__ import annotations

from datetime import UTC, date, datetime

_YEAR_3000 = 32_503_680_000  # seconds since 1970


def now() -> datetime:
    """The present moment, with the offset of this computer's time zone."""
    return datetime.now().astimezone()


def moment_of(seconds: float) -> datetime:
    """A time of a file in UTC, kept within the years that every computer can tell in its own time (Windows none before 1970)."""
    return datetime.fromtimestamp(min(max(seconds, 0), _YEAR_3000), UTC)


def chinese_date(day: date) -> str:
    """A day with its year: ``2025年1月31日``."""
    return f"{day.year}年{chinese_day(day)}"


def spaced_date(day: date) -> str:
    """A day as findings have it, digits apart from the words: ``2025 年 1 月 31 日``."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def chinese_day(day: date) -> str:
    """A day where the year goes without saying: ``1月31日``."""
    return f"{day.month}月{day.day}日"
