"""The days on which reports of a year are due, as far as time alone changes what the rules say.

In: a year and its jurisdiction. Out: the days after which a verdict may change though no file does. Builds and the roll-up ask
this without the rules, which take a fifth of a second to import.
"""

from __future__ import annotations

from datetime import date

from toolkit.report.jurisdiction import Jurisdiction


def turning_days(year: int, publish_by: date | None) -> tuple[date, ...]:
    """The days after which ``late`` may judge a report of a year otherwise than before, whatever the report says."""
    last_days = (date(year + 1, 1, 31), date(year + 1, 3, 31), *([publish_by] if publish_by else ()))
    return tuple(sorted({*last_days, date(year + 1, 12, 31)}))


def turns_passed(year: int | None, jurisdiction: Jurisdiction | None, today: date) -> str:
    """What the day does to a verdict, as text: how many of the days after which it may change have passed."""
    if year is None:
        return today.isoformat()
    days = turning_days(year, jurisdiction.dates.publish_by if jurisdiction else None)
    return str(sum(day < today for day in days))
