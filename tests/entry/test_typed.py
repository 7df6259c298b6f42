"""What is typed becomes a number put right, a blank, or stays as it is."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from toolkit.core.text import cleaned
from toolkit.entry.session.boxes import typed_value
from toolkit.forms import Column
from toolkit.forms.definition import CellType
from toolkit.report.model import value_text

# what clerks type and what it means; without an exact value the text is kept as typed, with a finding
CASES = json.loads(Path(__file__).with_name("typed_cases.json").read_text(encoding="utf-8"))


def column(kind: str, unit: str) -> Column:
    return Column("any", "任一列", cast("CellType", kind), unit=unit)


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_typed_text(case: dict[str, Any]) -> None:
    text, exact = case["text"], case["value"] is not None and not case["approximate"]
    value = typed_value(text, column(case["kind"], case["unit"]))
    assert value_text(value) == (case["value"] if exact else text.strip()), case["why"]
    if exact:
        assert isinstance(value, Decimal if case["kind"] == "money" else int)


@pytest.mark.parametrize("text", ["", "   ", "\u3000", "\x07"])
def test_nothing_typed_is_a_blank(text: str) -> None:
    assert typed_value(text, column("count", "")) is None


def test_a_decimal_count_is_kept_as_a_number_for_the_check_to_name() -> None:
    assert typed_value("12.5", column("count", "")) == Decimal("12.5")


def test_characters_no_file_can_carry_are_left_out() -> None:
    assert cleaned("甲\x00\ud800乙\n") == "甲乙\n"
