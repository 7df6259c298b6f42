"""Set statistics of the register as a printed page: landscape A4 with the table by month or quarter, and one of the members.

In: ``Statistics`` and the members they were added from. Out: the bytes of a PDF, the same for the same input. It holds counts
and names of organs, never names of persons or numbers of requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from toolkit.core.dates import spaced_date
from toolkit.core.fonts import find_fonts
from toolkit.exporters.pdf.setting import typesetter
from toolkit.register.statistics import Statistics, StatisticsTable, members_table, statistics_table

_TEMPLATE = Path(__file__).with_name("statistics.typ")
_NOTE = "件数按收到、办结的月份计；平均工作日自收到次日起算到答复之日，不扣除补正、征求意见的时间。"


def set_statistics(
    statistics: Statistics, title: str, today: date, *, by_quarter: bool, members: Mapping[str, Statistics]
) -> bytes:
    """The printed page.

    Raises:
        SettingFailed: Typst cannot set it.
    """
    foot = f"{_NOTE}　{spaced_date(today)}制表"
    tables = [_table_data(statistics_table(statistics, by_quarter=by_quarter), title, foot, 120 if by_quarter else 98)]
    if members and len(members) > 1:
        tables.append(_table_data(members_table(members), f"{title}：各单位", foot, 90))
    data = {"title": title, "author": "", "tables": tables}
    return typesetter(_TEMPLATE, find_fonts()).set(data, datetime(today.year, today.month, today.day, tzinfo=UTC))


def _table_data(table: StatisticsTable, title: str, note: str, stub_mm: int) -> dict[str, Any]:
    """A table for the template; ``groups`` are the rows that begin with another word than the row before."""
    rows = [[name, *("" if value is None else f"{value:g}" for value in values)] for name, values in table.rows]
    starts = [row[0].partition("·")[0] if "·" in row[0] else "" for row in rows]
    groups = [at for at, start in enumerate(starts, 1) if start == "新收"]
    return {"title": title, "heads": list(table.heads), "rows": rows, "note": note, "stub": stub_mm, "groups": groups}
