"""Statistics by month: counts agree with the year's figures, members add up, and nobody is named."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pdfplumber
import pytest

from tests.register.sample import sample_requests
from toolkit.core.errors import UsageError
from toolkit.exporters.pdf.statistics_page import set_statistics
from toolkit.register.ledger.statistics_book import read_statistics, write_statistics
from toolkit.register.statistics import (
    HANDLED,
    IN_TIME,
    LATE,
    QUARTERS,
    RECEIVED,
    WITHDRAWN,
    keys_of,
    statistics_of,
    sum_statistics,
)
from toolkit.register.working_days import state_calendar

MONTHS = tuple(range(1, 13))
YEAR = statistics_of(sample_requests(), 2021, state_calendar())


def test_parts_add_up_to_the_year() -> None:
    assert YEAR.count(RECEIVED, MONTHS) == 20
    assert YEAR.count(HANDLED, MONTHS) == sum(YEAR.count(key, MONTHS) for key in (IN_TIME, LATE, WITHDRAWN))
    for group, whole in (("applicant:", RECEIVED), ("outcome:", HANDLED)):
        assert sum(YEAR.count(key, MONTHS) for key in keys_of(2021) if key.startswith(group)) == YEAR.count(whole, MONTHS)
    assert sum(YEAR.count(RECEIVED, months) for months in QUARTERS) == 20
    mean = YEAR.mean_days(MONTHS)
    assert mean is not None
    assert 5 < mean < 20


def test_members_add_up_without_names(tmp_path: Path) -> None:
    file = tmp_path / "竹溪镇.xlsx"
    file.write_bytes(write_statistics(YEAR, "统计", by_quarter=True))
    again = read_statistics(file, 2021)
    assert dict(again.counts) == {key: count for key, count in YEAR.counts.items() if count}
    both = sum_statistics([YEAR, again], 2021)
    assert (both.organs, both.count(RECEIVED, MONTHS), both.mean_days(MONTHS)) == (2, 40, YEAR.mean_days(MONTHS))
    import zipfile

    with zipfile.ZipFile(file) as book:
        text = "".join(book.read(name).decode("utf-8") for name in book.namelist() if name.endswith(".xml"))
    assert "申请人甲" not in text
    assert "竹溪2021" not in text


@pytest.mark.parametrize("by_quarter", [False, True])
def test_the_printed_page_holds_the_counts_and_nobody(by_quarter: bool) -> None:
    members = {"云溪县/竹溪镇": YEAR, "云溪县/另一镇": YEAR}
    pdf = set_statistics(
        sum_statistics(members.values(), 2021), "2021 年统计", date(2022, 1, 5), by_quarter=by_quarter, members=members
    )
    assert pdf == set_statistics(
        sum_statistics(members.values(), 2021), "2021 年统计", date(2022, 1, 5), by_quarter=by_quarter, members=members
    )
    with pdfplumber.open(io.BytesIO(pdf)) as read:
        assert len(read.pages) == 2, "the table fits on one page, the members are on the next"
        assert all(page.width > page.height for page in read.pages)
        first, second = (page.extract_table() for page in read.pages)
        text = "".join(page.extract_text() for page in read.pages)
    assert first is not None
    assert second is not None
    assert [row[-1] for row in first[1:3]] == ["40", "40"]
    assert len(first[0]) == (6 if by_quarter else 14)
    assert [row[:2] for row in second[1:]] == [["云溪县/竹溪镇", "20"], ["云溪县/另一镇", "20"], ["合计", "40"]]
    assert "申请人甲" not in text
    assert "竹溪2021" not in text


def test_another_workbook_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "竹溪镇.xlsx"
    file.write_bytes(write_statistics(YEAR, "统计", by_quarter=False))
    with pytest.raises(UsageError, match="是 2021 年的统计表，不是 2022 年的"):
        read_statistics(file, 2022)
    file.write_bytes(b"no workbook")
    with pytest.raises(UsageError, match="不是用 nianbao register statistics 做的"):
        read_statistics(file, 2021)
