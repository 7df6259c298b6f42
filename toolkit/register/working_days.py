"""Tell working days from days off by the State's calendar: weekends, holidays, and weekend days that are worked instead.

In: the calendar of the package ``chinesecalendar``, and a file ``节假日.yaml`` beside the registers that overrides it.
Out: a ``WorkCalendar``. A year that the State has not announced yet is counted by weekends alone, and the calendar says so;
deadlines move when the announcement is taken in.

Source: 国务院办公厅关于部分节假日安排的通知, every November for the next year.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from pathlib import Path

from toolkit.core.errors import ParamsUnreadable, Problem
from toolkit.report.yaml_reading import placed, read_yaml_bytes, yaml_values

CALENDAR_FILE = "节假日.yaml"
_WEEKDAYS = "一二三四五六日"
_DAY = timedelta(days=1)
_SHAPE = "off（放假）、work（调休上班）两组日期，如 off: [2027-01-01]"


@dataclass(frozen=True)
class WorkCalendar:
    """Working days. ``off`` and ``work`` are the exceptions from the week, with the reason; ``years`` are the announced ones."""

    off: Mapping[date, str] = field(default_factory=dict)
    work: Mapping[date, str] = field(default_factory=dict)
    years: frozenset[int] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether a day counts."""
        return day in self.work or (day.weekday() < 5 and day not in self.off)

    def reason(self, day: date) -> str:
        """Why a day counts or does not: 周六, 国庆节放假, 调休上班; empty for an ordinary working day."""
        if day in self.work:
            return f"周{_WEEKDAYS[day.weekday()]}，{self.work[day]}"
        if day in self.off:
            return self.off[day]
        return "" if day.weekday() < 5 else f"周{_WEEKDAYS[day.weekday()]}"

    def days_after(self, day: date) -> Iterator[date]:
        while True:
            day += _DAY
            yield day

    def working_days_between(self, start: date, end: date) -> int:
        """The working days after ``start`` up to ``end``; negative when ``end`` is the earlier one."""
        if end < start:
            return -self.working_days_between(end, start)
        return self._working_days_until(end) - self._working_days_until(start)

    def _working_days_until(self, day: date) -> int:
        """The working days from the first day of year 1, a Monday, to a day."""
        weeks, rest = divmod(day.toordinal(), 7)
        return weeks * 5 + min(rest, 5) + bisect_right(self._worked, day) - bisect_right(self._lost, day)

    @cached_property
    def _worked(self) -> list[date]:
        """The days of weekends that are worked."""
        return sorted(day for day in self.work if day.weekday() >= 5)

    @cached_property
    def _lost(self) -> list[date]:
        """The days of the week that are off."""
        return sorted(day for day in self.off if day.weekday() < 5 and day not in self.work)

    def add(self, start: date, count: int) -> date:
        """The day on which ``count`` working days after ``start`` have passed."""
        days = self.days_after(start)
        day = start
        while count > 0:
            day = next(days)
            count -= self.is_working_day(day)
        return day

    def is_announced(self, year: int) -> bool:
        """Whether the State's arrangement of a year is in this calendar."""
        return year in self.years

    def note(self, year: int) -> str:
        """The note on a year whose holidays are not announced yet; empty for others."""
        if self.is_announced(year):
            return ""
        return f"{year} 年的放假安排本机还没有，暂按周末推算；国务院办公厅公布后写进“{CALENDAR_FILE}”或升级程序，期限自动重算"


@cache
def state_calendar() -> WorkCalendar:
    from chinese_calendar.constants import Holiday, holidays, workdays

    names = {item.value: item.chinese for item in Holiday}
    off = {day: f"{names.get(name, name)}放假" for day, name in holidays.items()}
    work = {day: f"{names.get(name, name)}调休上班" for day, name in workdays.items()}
    return WorkCalendar(off, work, frozenset(day.year for day in off))


def read_calendar(folder: Path) -> WorkCalendar:
    """The State's calendar with the file ``节假日.yaml`` of a folder on top of it.

    A year of which the file names a day counts as announced.

    Raises:
        ParamsUnreadable: the file holds something else than days.
    """
    base, path = state_calendar(), folder / CALENDAR_FILE
    if not path.is_file():
        return base
    read = yaml_values(read_yaml_bytes(path), str(path), expected=_SHAPE)
    problems = [*read.problems, *(Problem(key, _SHAPE, key) for key in read.values if key not in ("off", "work"))]
    off, work = (_days(read.values.get(key), key, problems) for key in ("off", "work"))
    if problems:
        raise ParamsUnreadable(placed(problems, read.source))
    years = {day.year for day in (*off, *work)}
    kept_off = {day: name for day, name in base.off.items() if day not in work}
    kept_work = {day: name for day, name in base.work.items() if day not in off}
    return WorkCalendar(
        kept_off | dict.fromkeys(off, "放假（节假日.yaml）"), kept_work | dict.fromkeys(work, "调休上班（节假日.yaml）"),
        base.years | years,
    )  # fmt: skip


def _days(value: object, key: str, problems: list[Problem]) -> list[date]:
    days: list[date] = []
    for at, item in enumerate(value if isinstance(value, list) else [] if value is None else [value]):
        try:
            days.append(date.fromisoformat(str(item)))
        except ValueError:
            problems.append(Problem(f"{key}.{at}", "2027-01-01 这样写的日期", str(item)))
    return days
