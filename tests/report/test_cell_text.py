"""The text of a figure is read by one table of cases, here and in the browser (``tests/entry/web/figures.test.js``)."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.report.cell_text import REASONS, read_figure
from toolkit.report.model import Channel, ProcessingFee, value_text

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "entry" / "typed_cases.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_what_a_text_means(case: dict[str, Any]) -> None:
    money = case["kind"] == "money"
    reading = read_figure(case["text"], money=money, unit=case["unit"])
    assert (value_text(reading.value) or None, reading.approximate, reading.reason) == (
        case["value"], case["approximate"], case["reason"],
    )  # fmt: skip
    assert (value_text(reading.likely) or None) == case["likely"]
    assert reading.value is None or isinstance(reading.value, Decimal if money else int)


def test_every_reason_has_words() -> None:
    assert {case["reason"] for case in CASES} <= {"", *REASONS}
    assert all(REASONS.values())


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_every_way_to_write_a_count_is_that_count(number: int) -> None:
    wide = str(number).translate(str.maketrans("0123456789-", "０１２３４５６７８９－"))
    for text in (str(number), f"{number:,}", f"{number:,}".replace(",", " "), f"{number}件", wide):
        assert read_figure(text).exact == number


@given(st.text(max_size=20))
def test_a_reading_is_a_number_or_says_why_not(text: str) -> None:
    for money in (False, True):
        reading = read_figure(text, money=money)
        assert (reading.value is None) == bool(reading.reason)
        assert reading.exact is not None or reading.words


@pytest.mark.parametrize(
    ("typed", "count", "approximate"), [("3件", 3, False), ("350余条", 350, True), ("约500", 500, True), ("1,200", 1200, False)]
)
def test_the_count_of_a_channel_in_a_params_file(typed: str, count: int, approximate: bool) -> None:
    channel = Channel.model_validate({"name": "政府网站", "count": typed})
    assert (channel.count, channel.approximate) == (count, approximate)


@pytest.mark.parametrize("typed", ["11①", "12 1", "三百", "约", ""])
def test_a_channel_without_a_count_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="count"):
        Channel.model_validate({"name": "政府网站", "count": typed})


@pytest.mark.parametrize("text", ["。" * 5_000, "1" + "." * 5_000, "1" + ". " * 5_000, "一" + "、　" * 5_000, "约" * 5_000])
def test_rows_of_signs_are_no_number(text: str) -> None:
    """Dots that lead to a page number, from the contents of a document."""
    for money in (False, True):
        assert read_figure(text, money=money).offer is None


def test_the_fee_in_a_params_file() -> None:
    fee = ProcessingFee.model_validate({"notices": "2件", "amount_yuan": "1,000元"})
    assert (fee.notices, fee.amount_yuan) == (2, Decimal(1000))


@pytest.mark.parametrize("typed", ["约1000元", "1e3", ".5", "12.", "1_0", "０x10"])
def test_a_fee_that_is_no_exact_figure_is_refused(typed: str) -> None:
    for key in ("amount_yuan", "notices"):
        with pytest.raises(ValueError, match=key):
            ProcessingFee.model_validate({key: typed})
