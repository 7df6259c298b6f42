"""The days after which a verdict may change are those of the law and of the jurisdiction."""

from __future__ import annotations

from datetime import date

import pytest

from toolkit.report.due_days import turning_days, turns_passed
from toolkit.report.jurisdiction import Jurisdiction


def test_a_day_of_the_jurisdiction_joins_those_of_the_law() -> None:
    law = (date(2025, 1, 31), date(2025, 3, 31), date(2025, 12, 31))
    assert turning_days(2024, None) == law
    assert turning_days(2024, date(2025, 1, 20)) == (date(2025, 1, 20), *law)
    assert turning_days(2024, date(2025, 1, 31)) == law


@pytest.mark.parametrize(
    ("today", "passed"),
    [
        (date(2025, 1, 1), "0"), (date(2025, 1, 20), "0"), (date(2025, 1, 21), "1"), (date(2025, 1, 31), "1"),
        (date(2025, 2, 1), "2"), (date(2025, 4, 1), "3"), (date(2026, 1, 1), "4"),
    ],
)  # fmt: skip
def test_a_verdict_holds_until_the_next_day_has_passed(today: date, passed: str) -> None:
    area = Jurisdiction.model_validate({"name": "云溪县人民政府", "dates": {"publish_by": "2025-01-20"}})
    assert turns_passed(2024, area, today) == passed


def test_outside_a_tree_every_day_counts() -> None:
    assert turns_passed(None, None, date(2025, 1, 20)) == "2025-01-20"
