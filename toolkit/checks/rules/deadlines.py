"""When a report was published against the dates of the law and of its jurisdiction."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.core.dates import spaced_date
from toolkit.report.jurisdiction import Jurisdiction, may_be_due
from toolkit.report.model import GOVERNMENTS

GROUP = "时间"
_LONGEST = 20  # characters of a day that are repeated
_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?\Z")


@rule("late", GROUP)
def check_late(case: Case) -> Iterator[Finding]:
    """late: 部门、乡镇于次年 1 月 31 日前（地区另有规定的从其规定），县级以上政府于 3 月 31 日前公开。

    A report without a day of publication is late once ``today`` is after the last day, until that year ends;
    there are no reminders for an older one. A day that cannot be read is left alone.

    Source: 条例第四十九条；乡镇的日期由县里规定。
    """
    last_day = publish_by(case)
    published = published_on(case)
    day = published or (None if case.report.organ.published_on.strip() else case.today)
    if day is None or day <= last_day or (not published and day.year > case.report.year + 1):
        return
    days = (day - last_day).days
    state = f"公开日期 {spaced_date(day)}" if published else f"到 {spaced_date(day)}还没有填公开日期"
    yield Finding(
        "late", "warning", f"{state}，最后期限是 {spaced_date(last_day)}，已晚 {days} 天",
        expected=f"不晚于 {last_day.isoformat()}", found=published.isoformat() if published else "", where="organ.published_on",
        next_step="请核对公开日期；确实晚了的，确认并写明原因" if published else "请尽快公开并填写公开日期",
    )  # fmt: skip


@rule("too-early", GROUP)
def check_too_early(case: Case) -> Iterator[Finding]:
    """too-early: 公开日期不早于次年 1 月 1 日，统计期满以后才能公布全年数据。

    Source: 上级机关审核实践。
    """
    published, first_day = published_on(case), date(case.report.year + 1, 1, 1)
    if published is not None and published < first_day:
        yield Finding(
            "too-early", "warning", f"公开日期 {spaced_date(published)}，统计期到 {case.report.year} 年 12 月 31 日才满",
            expected=f"不早于 {first_day.isoformat()}", found=published.isoformat(), where="organ.published_on",
            next_step="请核对公开日期的年份，或确认并写明原因",
        )  # fmt: skip


@rule("publication-day-unclear", GROUP)
def check_publication_day_unclear(case: Case) -> Iterator[Finding]:
    """publication-day-unclear: 公开日期是日历上的一天；读不出是哪一天的（下周一、2025年1月），是否按期公开无从核对。

    Source: 实践：条例第四十九条的期限按公开日期核对。
    """
    text = case.report.organ.published_on.strip()
    if text and day_of(text) is None:
        yield Finding(
            "publication-day-unclear", "warning", f"公开日期“{text[:_LONGEST]}”读不出是哪一天，没有核对是否按期",
            expected="日历上的一天", found=text[:_LONGEST], where="organ.published_on",
            next_step="请写成 2025-01-20 的样子；还没有公开的，空着",
        )  # fmt: skip


def publish_by(case: Case) -> date:
    """The last day to publish: the jurisdiction's own if it names one for this organ, else the law's."""
    return last_day(case.report.year, case.report.organ.name, case.report.organ.level, case.jurisdiction)


def last_day(year: int, organ: str, level: str, jurisdiction: Jurisdiction | None) -> date:
    """The last day on which an organ may publish its report of ``year``."""
    # the file names the days of the members; the jurisdiction's own report goes by the law
    own = jurisdiction.dates.publish_by if jurisdiction is not None and jurisdiction.name != organ else None
    if own is not None and may_be_due(own, year):  # else the list was copied from another year's
        return own
    return date(year + 1, 3, 31) if level in GOVERNMENTS else date(year + 1, 1, 31)


def published_on(case: Case) -> date | None:
    """公开日期 as a date; ``None`` when it is missing or not a date."""
    return day_of(case.report.organ.published_on)


def day_of(text: str) -> date | None:
    """A day as people write it (2025-01-20, 2025.1.20, 2025年1月20日); ``None`` for anything else."""
    match = _DAY.match(text.strip())
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None
