"""Working days and deadlines: each rule of the law with a date counted by hand, and the explanation day by day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.register.stories import request, requests
from toolkit.core.errors import ParamsUnreadable
from toolkit.register.deadlines import deadline, explain
from toolkit.register.requests import Request
from toolkit.register.working_days import CALENDAR_FILE, WorkCalendar, read_calendar, state_calendar

STATE = state_calendar()
FAR = date(2026, 12, 31)


def due(**more: Any) -> date | None:
    return deadline(request(**more), STATE, date(2022, 3, 8)).due_on


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("day", "counts", "why"),
        [
            (date(2022, 3, 7), True, ""),
            (date(2022, 3, 6), False, "周日"),
            (date(2022, 10, 3), False, "国庆节放假"),
            (date(2022, 10, 8), True, "周六，国庆节调休上班"),
            (date(2022, 1, 29), True, "周六，春节调休上班"),
        ],
    )
    def test_the_states_calendar(self, day: date, counts: bool, why: str) -> None:
        assert (STATE.is_working_day(day), STATE.reason(day)) == (counts, why)

    @settings(max_examples=200, deadline=None)
    @given(st.dates(date(2019, 1, 1), date(2028, 1, 1)), st.integers(0, 900))
    def test_working_days_between_are_those_that_count_one_by_one(self, start: date, days: int) -> None:
        off, work = (
            {date(2027, 1, 1): "", date(2027, 1, 2): "", date(2027, 1, 4): ""},
            {date(2027, 1, 3): "", date(2027, 1, 4): ""},
        )
        for calendar in (STATE, WorkCalendar(off, work)):
            end = start + timedelta(days=days)
            one_by_one = sum(calendar.is_working_day(start + timedelta(days=at)) for at in range(1, days + 1))
            assert calendar.working_days_between(start, end) == one_by_one
            assert calendar.working_days_between(end, start) == -one_by_one

    def test_a_year_not_announced_is_reported_and_counted_by_weekends(self) -> None:
        assert STATE.note(2022) == ""
        assert "2098 年的放假安排本机还没有，暂按周末推算" in STATE.note(2098)
        assert not STATE.is_working_day(date(2098, 3, 1)), "a Saturday"

    def test_a_file_overrides_the_calendar(self, tmp_path: Path) -> None:
        (tmp_path / CALENDAR_FILE).write_text("off: [2098-03-03]\nwork: [2098-03-01, 2022-10-03]\n", encoding="utf-8")
        calendar = read_calendar(tmp_path)
        assert calendar.is_working_day(date(2098, 3, 1))
        assert not calendar.is_working_day(date(2098, 3, 3))
        assert calendar.is_working_day(date(2022, 10, 3)), "the office's own word goes before the State's"
        assert calendar.is_announced(2098)

    @pytest.mark.parametrize("text", ["off: [2027-02-30]", "off: 明天", "frei: [2027-01-01]", "- 2027-01-01"])
    def test_a_file_of_something_else_is_named(self, tmp_path: Path, text: str) -> None:
        (tmp_path / CALENDAR_FILE).write_text(text, encoding="utf-8")
        with pytest.raises(ParamsUnreadable, match=CALENDAR_FILE):
            read_calendar(tmp_path)


class TestRules:
    def test_twenty_working_days_the_day_of_receipt_not_counted(self) -> None:
        # Monday 7 March 2022: 4 weeks to 4 April, of which Sunday 2 April is worked and 3–5 April are Tomb-sweeping days
        assert due() == date(2022, 4, 2)

    def test_received_on_a_day_off_counts_from_the_next_working_day(self) -> None:
        days = explain(request(received_on=date(2022, 3, 5)), STATE)
        assert [(day.day, day.number) for day in days[:3]] == [
            (date(2022, 3, 5), 0), (date(2022, 3, 6), 0), (date(2022, 3, 7), 1),
        ]  # fmt: skip
        assert due(received_on=date(2022, 3, 5)) == due(received_on=date(2022, 3, 4))

    def test_an_extension_announced_in_time_adds_twenty_days(self) -> None:
        # from 2 April: 6–8, 11–15, 18–22, 24 (worked), 25–29 April make nineteen, 5 May is the first day after the holidays
        assert due(extended_on=date(2022, 4, 2)) == date(2022, 5, 5)
        assert due(extended_on=date(2022, 4, 2), extension_days=5) == date(2022, 4, 12)

    def test_an_extension_announced_too_late_adds_nothing_and_is_reported(self) -> None:
        late = deadline(request(extended_on=date(2022, 4, 6)), STATE, date(2022, 4, 7))
        assert late.due_on == date(2022, 4, 2)
        assert "延期告知晚于原期限 2022-04-02" in late.notes[0]

    def test_a_correction_starts_the_count_again(self) -> None:
        assert due(correction_asked_on=date(2022, 3, 9), correction_answered_on=date(2022, 3, 16)) == due(
            received_on=date(2022, 3, 16)
        )

    def test_an_extension_before_the_count_starts_again_is_reported(self) -> None:
        one = request(
            extended_on=date(2022, 3, 10), correction_asked_on=date(2022, 3, 9), correction_answered_on=date(2022, 3, 16)
        )
        found = deadline(one, STATE, date(2022, 3, 17))
        assert "延期告知早于期限重新起算的 2022-03-16" in found.notes[0]

    def test_while_the_correction_is_awaited_nothing_runs(self) -> None:
        waits = deadline(request(correction_asked_on=date(2022, 3, 9)), STATE, FAR)
        assert (waits.state, waits.text, waits.due_on) == ("waiting_correction", "等待补正", None)

    @pytest.mark.parametrize(
        ("more", "text", "rule"),
        [
            ({"correction_asked_on": date(2022, 3, 9), "correction_due_on": date(2022, 3, 24)}, "补正期限已过", "条例第三十条"),
            ({"fee_notice_on": date(2022, 2, 21), "fee_yuan": Decimal(10)}, "缴费期限已过", "第六条"),
        ],
    )
    def test_an_applicant_who_let_the_day_pass_is_reported_with_the_rule(
        self, more: dict[str, Any], text: str, rule: str
    ) -> None:
        one = request(received_on=date(2022, 2, 18), **more)
        found = deadline(one, state_calendar(), date(2022, 3, 25))
        assert (found.text, found.overdue) == (text, True)
        assert rule in found.notes[-1]
        assert not deadline(one, state_calendar(), date(2022, 3, 10)).overdue

    def test_a_correction_asked_for_too_late_is_reported(self) -> None:
        asked = request(correction_asked_on=date(2022, 3, 17), correction_answered_on=date(2022, 3, 18))
        assert "补正告知超过收到申请后 7 个工作日（条例第三十条）" in deadline(asked, STATE, FAR).notes

    def test_days_on_which_a_third_party_is_asked_do_not_count(self) -> None:
        asked = {"third_party_asked_on": date(2022, 3, 9), "third_party_answered_on": date(2022, 3, 16)}
        days = explain(request(**asked), STATE)
        assert [day.day.day for day in days if "征求第三方" in day.reason] == [10, 11, 14, 15, 16]
        assert due(**asked) == STATE.add(date(2022, 4, 2), 5)

    def test_a_third_party_that_says_nothing_holds_the_count_for_fifteen_days(self) -> None:
        silent = request(third_party_asked_on=date(2022, 3, 9))
        assert deadline(silent, STATE, FAR).due_on == STATE.add(date(2022, 4, 2), 15)

    def test_a_fee_starts_the_count_again_when_it_is_paid(self) -> None:
        fee = {"fee_notice_on": date(2022, 3, 10), "fee_yuan": Decimal(200)}
        waits = deadline(request(**fee), STATE, FAR)
        assert (waits.state, waits.due_on) == ("waiting_fee", STATE.add(date(2022, 3, 10), 20))
        assert due(**fee, fee_paid_on=date(2022, 3, 21)) == due(received_on=date(2022, 3, 21))

    @pytest.mark.parametrize(
        ("today", "state", "text"),
        [
            (date(2022, 3, 8), "running", "还有 19 个工作日"),
            (date(2022, 3, 30), "soon", "还有 3 个工作日"),
            (date(2022, 4, 2), "today", "今天到期"),
            (date(2022, 4, 3), "late", "已逾期"),
            (date(2022, 4, 7), "late", "已逾期 2 个工作日"),
        ],
    )
    def test_the_state_of_a_day(self, today: date, state: str, text: str) -> None:
        found = deadline(request(), STATE, today)
        assert (found.state, found.text) == (state, text)

    def test_a_closed_request_was_in_time_or_not(self) -> None:
        closed = {"answered_on": date(2022, 4, 2), "outcome": "granted"}
        assert deadline(request(**closed), STATE, FAR).text == "按期办结"
        assert deadline(request(**closed | {"answered_on": date(2022, 4, 6)}), STATE, FAR).text == "逾期办结"
        assert deadline(request(withdrawn_on=date(2022, 5, 6)), STATE, FAR).text == "已办结"

    def test_a_holiday_announced_later_moves_open_deadlines(self) -> None:
        weekends = WorkCalendar()
        announced = WorkCalendar({date(2098, 3, 10): "放假"}, {}, frozenset({2098}))
        one = request(received_on=date(2098, 3, 3))
        assert deadline(one, weekends, date(2098, 3, 4)).due_on == date(2098, 3, 31)
        assert deadline(one, announced, date(2098, 3, 4)).due_on == date(2098, 4, 1)
        assert "暂按周末推算" in deadline(one, weekends, date(2098, 3, 4)).notes[0]

    def test_an_answer_in_a_year_not_announced_is_judged_by_weekends_and_says_so(self) -> None:
        closed = request(received_on=date(2027, 12, 20), answered_on=date(2028, 1, 20), outcome="granted")
        found = deadline(closed, STATE, date(2028, 2, 1))
        assert (found.in_time, found.notes) == (False, (STATE.note(2028),))

    def test_a_void_request_has_no_deadline(self) -> None:
        assert deadline(request(voided_on=date(2022, 3, 8)), STATE, FAR).text == "已作废"


@settings(max_examples=60, deadline=None)
@given(requests("甲"), st.booleans())
def test_the_explanation_ends_on_the_deadline_and_counts_without_gaps(one: Request, stopped: bool) -> None:
    days = explain(one, STATE)
    assert [day.day.toordinal() for day in days] == list(range(days[0].day.toordinal(), days[-1].day.toordinal() + 1))
    numbers = [day.number for day in days if day.number]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) in (20, 40)
    assert all(STATE.is_working_day(day.day) for day in days if day.number)
    assert all(day.reason for day in days if not day.number), "what does not count says why"
    found = deadline(one, STATE, FAR)
    if found.state in ("closed", "late"):
        assert found.due_on == days[-1].day
