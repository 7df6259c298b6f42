"""Send reminders (催报) by e-mail: one letter per member and day, through the same outbox and ledger as reports.

In: the members to chase, the words of the reminder, the outbox. Out: the outcome of each letter, with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from toolkit.core.errors import UsageError
from toolkit.core.files import sha256_of
from toolkit.dispatch.letters.message import Letter, address_of
from toolkit.dispatch.letters.sending import Outbox
from toolkit.report.jurisdiction import Jurisdiction
from toolkit.rollup.completeness import SubmissionStatus, reminder


@dataclass(frozen=True, slots=True)
class ReminderOutcome:
    """How reminding one member ended; ``state`` is that of a delivery, ``already`` or ``no_address``."""

    organ: str
    state: str
    message: str


def remind(
    rows: Iterable[SubmissionStatus], jurisdiction: Jurisdiction, year: int, deadline: date, sender: str, outbox: Outbox
) -> Iterator[ReminderOutcome]:
    """A reminder to every member of ``rows``; at most one per day."""
    for row in rows:
        if not row.member.email:
            yield ReminderOutcome(row.member.name, "no_address", "成员名单里没有邮箱地址，请电话催报")
            continue
        try:
            address_of(row.member.email)
        except UsageError as error:  # of one member: the others are reminded all the same
            yield ReminderOutcome(row.member.name, "no_address", f"{error}；请在成员名单里改正")
            continue
        letter = reminder_letter(row, jurisdiction, year, deadline, sender, outbox)
        events = {item["event"] for item in outbox.ledger.find("message_id", letter.message_id)}
        if "sent" in events:
            yield ReminderOutcome(row.member.name, "already", "今天已经催过")
            continue
        if "prepared" not in events or not outbox.letter_path(letter.message_id).is_file():  # or somebody tidied up
            outbox.prepare(letter, {"reminder": row.member.name, "year": year, "because": row.state})
        delivery = outbox.deliver(letter.message_id)
        yield ReminderOutcome(row.member.name, delivery.outcome, delivery.message)


def reminder_letter(
    row: SubmissionStatus, jurisdiction: Jurisdiction, year: int, deadline: date, sender: str, outbox: Outbox
) -> Letter:
    """The letter of one day: the same member, address, state, sender and day give the same Message-ID."""
    now = outbox.now()
    named = (jurisdiction.name, row.member.name, row.member.email, row.state, sender, now.date())
    about = sha256_of("|".join(map(str, named)).encode())
    return Letter(
        sender=sender,
        to=f"{row.member.name} <{row.member.email}>",
        subject=f"关于{'报送' if row.state == 'missing' else '改正并重新报送'}{year}年政府信息公开工作年度报告的通知",
        body=reminder(jurisdiction, year, row, deadline, now.date()) + "\n",
        date=now,
        message_id=f"<nianbao.remind.{year}.{about[:32]}@{address_of(sender).rpartition('@')[2]}>",
    )
