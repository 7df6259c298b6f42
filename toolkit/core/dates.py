"""Tell the time with its offset, and write days as Chinese offices do: 2025年1月31日, without zeros before month and day."""

from __future__ import annotations

from datetime import date, datetime


def now() -> datetime:
    """The present moment, with the offset of this computer's time zone."""
    return datetime.now().astimezone()


def chinese_date(day: date) -> str:
    """A day with its year: ``2025年1月31日``."""
    return f"{day.year}年{chinese_day(day)}"


def spaced_date(day: date) -> str:
    """A day as findings have it, digits apart from the words: ``2025 年 1 月 31 日``."""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def chinese_day(day: date) -> str:
    """A day where the year goes without saying: ``1月31日``."""
    return f"{day.month}月{day.day}日"
