"""Write deadlines as a calendar file (.ics), which Outlook, WPS and phones take in: one all-day event for each open request.

In: numbers with their deadlines, the day. Out: bytes. An event names the number of its request and nothing personal.

Source: RFC 5545.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from toolkit.register.deadlines import Deadline

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
