"""Requests as small stories, and registers of random requests without problems. All applicants are invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from toolkit.register.requests import CHANNELS, DISPUTE_KINDS, DISPUTE_RESULTS, Dispute, PartAnswer, Request, applicant_kinds
from toolkit.register.requests import outcomes_of as outcomes
from toolkit.register.store import Register

TODAY = date(2023, 1, 10)
FIRST, LAST = date(2019, 12, 1), date(2022, 12, 31)


def clock(day: date = TODAY) -> Callable[[], datetime]:
    return lambda: datetime(day.year, day.month, day.day, 9, 30).astimezone()


def opened(path: Path, day: date = TODAY, who: str = "经办人甲") -> Register:
    return Register(path, who=who, now=clock(day))


def request(number: str = "2022-001", **more: Any) -> Request:
    """An open request of a natural person."""
    values: dict[str, Any] = {
        "received_on": date(2022, 3, 7), "applicant_kind": "natural_person", "channel": "online",
        "applicant": "申请人甲", "contact": "000-0000001", "subject": "2021年道路养护经费的使用情况",
    }  # fmt: skip
    return Request(number, **(values | more))


def answered(number: str = "2022-001", **more: Any) -> Request:
    return request(
        number, **({"answered_on": date(2022, 3, 25), "outcome": "granted", "answer_number": "竹公开〔2022〕1号"} | more)
    )


@st.composite
def requests(draw: st.DrawFn, number: str) -> Request:
    """One request without problems, received between December 2019 and the end of 2022."""
    received = draw(st.dates(FIRST, LAST))
    closed = draw(st.none() | st.dates(received, TODAY))
    values: dict[str, Any] = {
        "received_on": received,
        "channel": draw(st.sampled_from(["", *CHANNELS])),
        "applicant_kind": draw(st.sampled_from(list(applicant_kinds()))),
        "applicant": draw(st.sampled_from(["申请人甲", "申请人乙公司", ""])),
        "subject": draw(st.text(st.characters(categories=["L", "N", "P"]), max_size=12)),
        "attachments": tuple(draw(st.lists(st.sampled_from(["附件/甲.pdf", "附件/乙.docx"]), max_size=2))),
    }
    if closed and draw(st.integers(0, 5)) == 0:
        values["withdrawn_on"] = closed
    elif closed:
        values |= {"answered_on": closed, "outcome": draw(st.sampled_from(list(outcomes(closed.year))))}
        values["parts"] = tuple(draw(st.lists(parts(received, closed), max_size=2)))
    if draw(st.integers(0, 4)) == 0:
        notice = draw(st.dates(received, closed or TODAY))
        values |= {"fee_notice_on": notice, "fee_yuan": Decimal(draw(st.integers(0, 50)) * 10)}
        if values.get("outcome") != "other_not_paid":
            values["fee_paid_on"] = draw(st.none() | st.dates(notice, closed or TODAY))
    values["disputes"] = draw(st.lists(disputes(received), max_size=2, unique=True).map(in_order))
    return Request(number, **values)


@st.composite
def parts(draw: st.DrawFn, received: date, closed: date) -> PartAnswer:
    day = draw(st.dates(received, closed))
    return PartAnswer(day, draw(st.sampled_from(list(outcomes(day.year)))), draw(st.sampled_from(["", "竹公开〔2022〕9号"])))


@st.composite
def disputes(draw: st.DrawFn, received: date) -> Dispute:
    filed = draw(st.dates(received, TODAY))
    decided = draw(st.none() | st.dates(filed, TODAY))
    result = draw(st.sampled_from(list(DISPUTE_RESULTS))) if decided else ""
    return Dispute(draw(st.sampled_from(list(DISPUTE_KINDS))), filed, "云溪县人民政府", "", decided, result)


def in_order(drawn: list[Dispute]) -> tuple[Dispute, ...]:
    """Without lawsuits after a review that were filed before it."""
    reviews = [item.filed_on for item in drawn if item.kind == "review"]
    first = min(reviews, default=date.min)
    return tuple(item for item in drawn if item.kind != "lawsuit_after_review" or item.filed_on >= first)


def registers() -> st.SearchStrategy[list[Request]]:
    """Up to thirty requests with numbers of their own."""
    return st.integers(0, 30).flatmap(lambda many: st.tuples(*(requests(f"甲-{at:03}") for at in range(many))).map(list))


def days(start: date, end: date) -> list[date]:
    return [start + timedelta(days=at) for at in range((end - start).days + 1)]
