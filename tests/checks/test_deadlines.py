"""Days of publication against the law and the jurisdiction; what day it is, is handed in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.checks.stories import case
from toolkit.checks import run_case
from toolkit.report.jurisdiction import Dates, Jurisdiction

COUNTY = Jurisdiction(name="云溪县人民政府", dates=Dates(publish_by=date(2025, 1, 20)))


def codes(published: str, level: str = "township", area: Jurisdiction | None = None, today: date | None = None) -> list[str]:
    story = case(organ={"published_on": published, "level": level})
    return [
        finding.code
        for finding in run_case(replace(story, jurisdiction=area, today=today))
        if finding.code in ("late", "too-early", "publication-day-unclear")
    ]


@pytest.mark.parametrize(
    ("published", "level", "found", "why"),
    [
        ("2025-01-31", "township", [], "the last day"),
        ("2025-02-01", "township", ["late"], "a day late"),
        ("2025年3月10日", "street", ["late"], "written in Chinese"),
        ("2025/4/1", "county", ["late"], "governments have until the end of March"),
        ("2025-03-31", "county", [], "the last day of a government"),
        ("2025-02-10", "county_department", ["late"], "departments have until the end of January"),
        ("2025-03-01", "city", [], "a city is a government"),
        ("2024-12-31", "township", ["too-early"], "before the year is over"),
        ("2024-01-15", "township", ["too-early"], "the year was not changed"),
        ("2025-01-01", "township", [], "the first day"),
        ("", "township", [], "not filled in"),
        ("一月底", "township", ["publication-day-unclear"], "no day"),
        ("2025年1月", "township", ["publication-day-unclear"], "a month"),
        ("2025-02-30", "township", ["publication-day-unclear"], "no day of the calendar"),
    ],
)
def test_days_of_the_law(published: str, level: str, found: list[str], why: str) -> None:
    assert codes(published, level) == found, why


def test_the_jurisdictions_day_comes_first() -> None:
    assert codes("2025-01-25", area=COUNTY) == ["late"]
    assert codes("2025-01-20", area=COUNTY) == []


def test_a_jurisdictions_own_report_goes_by_the_law() -> None:
    story = case(organ={"name": "云溪县人民政府", "level": "county", "published_on": "2025-03-20"})
    assert not [item for item in run_case(replace(story, jurisdiction=COUNTY)) if item.code == "late"]


def test_without_a_day_of_publication_today_decides() -> None:
    assert codes("", today=date(2025, 2, 1)) == ["late"]
    assert codes("", today=date(2025, 1, 31)) == []


def test_a_day_of_another_year_was_copied_with_the_list() -> None:
    copied = Jurisdiction(name="云溪县人民政府", dates=Dates(publish_by=date(2024, 1, 20), organs_submit_by=date(2025, 1, 10)))
    assert codes("2025-01-25", area=copied) == [], "the law's day"
    assert codes("2025-02-01", area=copied) == ["late"]
    assert copied.dates.of_year(2024) == Dates(organs_submit_by=date(2025, 1, 10))
    december = Jurisdiction(name="云溪县人民政府", dates=Dates(publish_by=date(2024, 12, 25)))
    assert codes("2025-01-02", area=december) == ["late"], "a county may want them before the year ends"
