"""Write days as Chinese offices do: 2025年1月31日, without zeros before month and day."""

from __future__ import annotations

from datetime import date


def chinese_date(day: date) -> str:
    """A day with its year: ``2025年1月31日``."""
    return f"{day.year}年{chinese_day(day)}"


def chinese_day(day: date) -> str:
    """A day where the year goes without saying: ``1月31日``."""
    return f"{day.month}月{day.day}日"
