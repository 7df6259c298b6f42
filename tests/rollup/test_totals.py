"""Sums are exact, the same in any order, and open into their members."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rollup.stories import NEW, report_of
from toolkit.forms import Address
from toolkit.report import Channel
from toolkit.rollup.own_report import MixedEditions, add_up

AMOUNT = Address("fees", "fees", "amount_wan")
ITEMS = Address("permits", "permits", "previous_items")


def test_counts_are_added_and_every_sum_opens_into_its_members() -> None:
    sums = add_up([report_of("甲镇", figures={NEW: 3}), report_of("乙镇", figures={NEW: 4})])
    assert sums.figures.number(NEW) == 7
    assert sums.figures.number(Address("applications", "new", "total")) == 7
    assert [(share.organ, share.value) for share in sums.shares[NEW]] == [("甲镇", 3), ("乙镇", 4)]


@given(st.lists(st.decimals("0", "1e18", places=6), min_size=1, max_size=40), st.randoms())
def test_money_is_exact_in_any_order(amounts: list[Decimal], random: object) -> None:
    reports = [report_of(f"{at}镇", figures={AMOUNT: amount}) for at, amount in enumerate(amounts)]
    once = add_up(reports).figures.number(AMOUNT)
    random.shuffle(reports)  # type: ignore[attr-defined]
    assert add_up(reports).figures.number(AMOUNT) == once
    assert once is not None
    assert int(once * 1_000_000) == sum(int(amount * 1_000_000) for amount in amounts)


def test_editions_are_never_mixed_silently() -> None:
    with pytest.raises(MixedEditions, match=r"2019 版：甲镇；2021 版：乙镇"):
        add_up([report_of("甲镇", 2020), report_of("乙镇", 2024)])


def test_overlapping_items_are_shown_and_summed_only_when_asked() -> None:
    reports = [report_of("甲镇", 2020, {ITEMS: 5}), report_of("乙镇", 2020, {ITEMS: 6})]
    sums = add_up(reports)
    assert ITEMS in sums.not_added
    assert sums.figures.number(ITEMS) is None
    assert [share.value for share in sums.shares[ITEMS]] == [5, 6]
    assert add_up(reports, overlapping=True).figures.number(ITEMS) == 11


def test_a_blank_cell_of_a_member_is_named_not_taken_for_zero() -> None:
    sums = add_up([report_of("甲镇", figures={NEW: None}), report_of("乙镇", figures={NEW: 4})])
    assert sums.incomplete is not None
    assert sums.incomplete[NEW] == ("甲镇",)


def test_channels_of_one_name_are_added_and_stay_approximate() -> None:
    one = report_of("甲镇")
    two = report_of("乙镇")
    object.__setattr__(one, "channels", (Channel(name="网站", count=100, approximate=True),))
    object.__setattr__(two, "channels", (Channel(name="网站", count=20), Channel(name="公示栏", count=7)))
    assert add_up([one, two]).channels == (
        Channel(name="网站", count=120, approximate=True),
        Channel(name="公示栏", count=7),
    )
