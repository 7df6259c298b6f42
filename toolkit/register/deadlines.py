"""Count the day by which a request has to be answered, and show how it was counted, day by day.

In: a request, the calendar of working days, today. Out: a ``Deadline``. The day of receipt does not count; a request that came
in on a day off counts from the next working day. A correction that was asked for starts the count again when it comes in, a
fee when it is paid; days on which a third party is asked do not count; an extension adds working days if the applicant was
informed in time. ``calendar_file`` writes deadlines as an .ics (RFC 5545), which Outlook, WPS and phones take in: an event
names the number of its request and nothing personal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from toolkit.register.requests import EXTENSION_DAYS, Request
from toolkit.register.working_days import WorkCalendar

State = Literal["closed", "voided", "late", "today", "soon", "running", "waiting_correction", "waiting_fee"]
ANSWER_DAYS = 20  # 条例第三十三条
CORRECTION_DAYS = 7  # 条例第三十条
THIRD_PARTY_DAYS = 15  # 条例第三十二条
PAYMENT_DAYS = 20  # 国办函〔2020〕109号第六条
SOON_DAYS = 3  # working days
_LAPSED = {
    "waiting_correction": "申请人逾期没有补正的，视为放弃申请，可按“逾期不补正”办结（条例第三十条）",
    "waiting_fee": "申请人逾期没有缴费的，视为放弃申请，可按“逾期不缴费”办结（国办函〔2020〕109号第六条）",
}
_LONGEST = 1500  # days; no request runs as long as the calendar is counted here


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the count: its number among the counted ones (0: not counted), and why."""

    day: date
    number: int
    reason: str


@dataclass(frozen=True)
class Deadline:
    """When a request is due. ``days_left`` are working days, negative when it is late; ``None`` while nothing runs.

    ``overdue``: the applicant has let the day for correction or payment pass, and the office may close the request.
    """

    state: State
    due_on: date | None = None
    days_left: int | None = None
    in_time: bool | None = None
    notes: tuple[str, ...] = ()
    overdue: bool = False

    @property
    def text(self) -> str:
        """The state in a few words, as the list shows it."""
        days = self.days_left or 0
        match self.state:
            case "late":
                return f"已逾期 {-days} 个工作日" if days else "已逾期"
            case "today":
                return "今天到期"
            case "soon" | "running":
                return f"还有 {days} 个工作日"
            case "waiting_correction":
                return "补正期限已过" if self.overdue else "等待补正"
            case "waiting_fee":
                return "缴费期限已过" if self.overdue else "等待缴费"
            case "voided":
                return "已作废"
        return "按期办结" if self.in_time else "逾期办结" if self.in_time is False else "已办结"


@dataclass(frozen=True, slots=True)
class _Count:
    """A count of working days: the day before its first, its length, and the days that are left out."""

    start: date
    why: str
    days: int
    pause: tuple[date, date] | None


def deadline(request: Request, calendar: WorkCalendar, today: date) -> Deadline:
    """The deadline of a request as of ``today``; a closed one says whether it was answered in time."""
    if request.voided_on is not None or request.received_on is None:
        return Deadline("voided")
    notes = tuple(_notes(request, calendar))
    if request.closed_on is not None:
        due = _due(request, calendar)
        in_time = request.closed_on <= due if request.answered_on is not None else None
        return Deadline("closed", due, in_time=in_time, notes=_with_calendar(notes, due, calendar))
    if waiting := _waiting(request, calendar):
        state, until = waiting
        overdue = until is not None and until < today
        return Deadline(state, until, notes=(*notes, _LAPSED[state]) if overdue else notes, overdue=overdue)
    due = _due(request, calendar)
    days = calendar.working_days_between(today, due)
    return Deadline(_state(days, due, today), due, days, notes=_with_calendar(notes, due, calendar))


def _with_calendar(notes: tuple[str, ...], due: date, calendar: WorkCalendar) -> tuple[str, ...]:
    """The notes with the one on a year whose holidays are not announced yet."""
    unannounced = calendar.note(due.year)
    return (*notes, unannounced) if unannounced else notes


def explain(request: Request, calendar: WorkCalendar) -> tuple[Day, ...]:
    """Every day from receipt to the deadline: what counts, what does not, and why."""
    if request.received_on is None:
        return ()
    days = [Day(request.received_on, 0, "收到申请，当日不计（民法典第二百零一条）")]
    count = _count(request, calendar)
    day = request.received_on
    while day < count.start:
        day = next(calendar.days_after(day))
        days.append(Day(day, 0, count.why if day == count.start else _before_restart(request, day)))
    days += _counted(count, calendar)
    return tuple(days)


def _before_restart(request: Request, day: date) -> str:
    if request.correction_asked_on and day >= request.correction_asked_on:
        return "等待补正，不计（条例第三十条）"
    if request.fee_notice_on and day >= request.fee_notice_on:
        return "等待缴费，不计（国办函〔2020〕109号第七条）"
    return "期限后来重新起算，此前不计"


def _due(request: Request, calendar: WorkCalendar) -> date:
    return _last_day(_count(request, calendar), calendar)


def _last_day(count: _Count, calendar: WorkCalendar) -> date:
    *_, last = _counted(count, calendar)
    return last.day


def _count(request: Request, calendar: WorkCalendar) -> _Count:
    """The count with the extension, where the applicant was notified in time."""
    plain = _plain_count(request, calendar)
    if request.extended_on is None or request.extended_on > _last_day(plain, calendar):
        return plain
    more = min(request.extension_days or EXTENSION_DAYS, EXTENSION_DAYS)
    return _Count(plain.start, plain.why, plain.days + more, plain.pause)


def _plain_count(request: Request, calendar: WorkCalendar) -> _Count:
    assert request.received_on is not None
    start, why = request.received_on, ""
    restarts = (
        (request.correction_answered_on, "收到补正，当日不计，重新起算（条例第三十条）"),
        (request.fee_paid_on, "缴费，次日重新起算（国办函〔2020〕109号第七条）"),
    )
    for day, reason in restarts:
        if day is not None and day > start:
            start, why = day, reason
    return _Count(start, why, ANSWER_DAYS, _pause(request, calendar))


def _pause(request: Request, calendar: WorkCalendar) -> tuple[date, date] | None:
    """The days after the third party was asked, up to its answer; at most the 15 working days the law gives it."""
    asked_on = request.third_party_asked_on
    if asked_on is None:
        return None
    longest = calendar.add(asked_on, THIRD_PARTY_DAYS)
    return asked_on, min(request.third_party_answered_on or longest, longest)


def _counted(count: _Count, calendar: WorkCalendar) -> Iterator[Day]:
    number = 0
    for passed, day in enumerate(calendar.days_after(count.start)):
        reason = calendar.reason(day)
        if not calendar.is_working_day(day):
            yield Day(day, 0, f"{reason}，不计")
        elif count.pause and count.pause[0] < day <= count.pause[1]:
            yield Day(day, 0, "征求第三方（其他机关）意见，不计（条例第三十三条）")
        else:
            number += 1
            more = "延长（条例第三十三条）" if number > ANSWER_DAYS else ""
            yield Day(day, number, "，".join(part for part in (reason, more) if part))
        if number >= count.days or passed > _LONGEST:
            return


def _waiting(request: Request, calendar: WorkCalendar) -> tuple[State, date | None] | None:
    """What stops the count, a correction or a payment, and the day by which the applicant has to make it, if one was set."""
    if request.correction_asked_on and request.correction_answered_on is None:
        return "waiting_correction", request.correction_due_on
    if request.fee_notice_on and request.fee_paid_on is None:
        return "waiting_fee", calendar.add(request.fee_notice_on, PAYMENT_DAYS)
    return None


def _state(days: int, due: date, today: date) -> State:
    if due < today:
        return "late"
    if due == today:
        return "today"
    return "soon" if days <= SOON_DAYS else "running"


def _notes(request: Request, calendar: WorkCalendar) -> Iterator[str]:
    """A sentence for each step that was late or contradicts another date, with the article."""
    received = request.received_on
    assert received is not None
    asked_on = request.correction_asked_on
    if asked_on and calendar.working_days_between(received, asked_on) > CORRECTION_DAYS:
        yield f"补正告知超过收到申请后 {CORRECTION_DAYS} 个工作日（条例第三十条）"
    if request.extended_on:
        count = _plain_count(request, calendar)
        plain = _last_day(count, calendar)
        if request.extended_on > plain:
            yield f"延期告知晚于原期限 {plain:%Y-%m-%d}，延长不算（条例第三十三条）"
        elif received < count.start and request.extended_on < count.start:
            yield f"延期告知早于期限重新起算的 {count.start:%Y-%m-%d}，延长照算，请核对日期"
    third = request.third_party_asked_on
    if third and request.third_party_answered_on:
        longest = calendar.add(third, THIRD_PARTY_DAYS)
        if request.third_party_answered_on > longest:
            yield f"第三方意见晚于 {THIRD_PARTY_DAYS} 个工作日（{longest:%Y-%m-%d}）收到，只扣到那一天（条例第三十二条）"


_WIDTH = 74  # bytes of a line


def calendar_file(events: Iterable[tuple[str, Deadline]], today: date) -> bytes:
    """The calendar of these requests; the same requests on the same day give the same bytes."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//nianbao//register//ZH", "X-WR-CALNAME:依申请公开期限"]
    for number, deadline in events:
        if deadline.due_on is not None:
            lines += _event(number, deadline.due_on, deadline.text, today)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(number: str, due: date, text: str, today: date) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{number.encode('utf-8').hex()}@register.nianbao",
        f"DTSTAMP:{today:%Y%m%d}T000000Z",
        f"DTSTART;VALUE=DATE:{due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(f'依申请公开 {number} 到期')}",
        f"DESCRIPTION:{_escaped(text)}",
        "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-P3D", f"DESCRIPTION:{_escaped(f'{number} 三天后到期')}", "END:VALARM",
        "END:VEVENT",
    ]  # fmt: skip


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return " ".join(text.split())


def _folded(line: str) -> bytes:
    """A line of at most 75 bytes, continued on lines that begin with a blank; no character is cut."""
    parts, room, current = [], _WIDTH, b""
    for character in line:
        encoded = character.encode("utf-8")
        if len(current) + len(encoded) > room:
            parts.append(current)
            current, room = b"", _WIDTH - 1
        current += encoded
    return b"\r\n ".join([*parts, current]) + b"\r\n"
