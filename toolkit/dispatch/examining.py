"""Examine one thing that came in, a mail or a bare PDF, without believing it. Runs inside a confined process.

In: raw bytes and limits. Out: ``Examined``: who says to have sent it, which PDF it holds, what that gives back, or why
it is refused. Names inside a mail are only ever shown; none becomes a path.
"""

from __future__ import annotations

import email
import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Literal

from toolkit.dispatch.inspecting import LIMITS, Limits, Refused, megabytes
from toolkit.dispatch.reading_back import NOBODY, ReadBack, Trust, read_back

Kind = Literal["mail", "pdf"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail's head says; nothing of it is proof."""

    senders: tuple[str, ...] = ()  # addresses of From, lower case
    return_path: str = ""  # whom the last server would have told of a failure
    message_id: str = ""
    subject: str = ""
    date: str = ""  # ISO 8601, empty when there is none that can be read


@dataclass(frozen=True, slots=True)
class Examined:
    """The outcome. ``refusal`` is a sentence, empty when ``back`` holds what the PDF gave back."""

    envelope: Envelope = Envelope()
    pdf_sha256: str = ""
    back: ReadBack | None = None
    refusal: str = ""


def examine(raw: bytes, kind: Kind, limits: Limits = LIMITS, trust: Trust = NOBODY) -> tuple[Examined, bytes]:
    """The outcome, and the bytes of the PDF it speaks of (none when refused before one was found)."""
    examined, pdf = Examined(), b""
    try:
        if kind == "mail":
            mail = _parsed(raw, limits)
            examined = replace(examined, envelope=_envelope(mail))
            pdf = _only_report(mail, limits)
        else:
            pdf = raw
        examined = replace(examined, pdf_sha256=hashlib.sha256(pdf).hexdigest())
        return replace(examined, back=read_back(pdf, limits, trust)), pdf
    except Refused as error:
        return replace(examined, refusal=str(error)), pdf
    except RecursionError:
        return replace(examined, refusal="内容层层嵌套，超过上限"), pdf


def _parsed(raw: bytes, limits: Limits) -> Message:
    if len(raw) > limits.message_bytes:
        raise Refused(f"邮件有 {megabytes(len(raw))}，超过上限 {megabytes(limits.message_bytes)}")
    # the older parser is the forgiving one: it raises on nothing and keeps heads as they came
    return email.message_from_bytes(raw)


def _envelope(mail: Message) -> Envelope:
    senders = [address for _, address in getaddresses([str(value) for value in mail.get_all("From", [])])]
    paths = getaddresses([str(mail["Return-Path"])]) if mail["Return-Path"] else []
    return Envelope(
        senders=tuple(address.strip().lower()[:200] for address in senders[:5]),
        return_path=paths[0][1].strip().lower()[:200] if paths else "",
        message_id=str(mail.get("Message-ID", "")).strip()[:300],
        subject=_readable(str(mail.get("Subject", ""))),
        date=_date(str(mail.get("Date", ""))),
    )


def _only_report(mail: Message, limits: Limits) -> bytes:
    """The one PDF of a mail that carries params; other attachments (Word, Excel) go along and are not read.

    Raises:
        Refused: no PDF, or several reports.
    """
    pdfs = list(_pdfs(mail, limits))
    if not pdfs:
        raise Refused("邮件里没有 PDF 附件")
    reports = [data for data in pdfs if b"params.yaml" in data] or pdfs[:1]
    if len(set(reports)) > 1:
        raise Refused(f"一封邮件里有 {len(set(reports))} 份年报，分不清以哪一份为准；请一封邮件只报一份")
    return reports[0]


def _pdfs(mail: Message, limits: Limits) -> Iterator[bytes]:
    for number, part in enumerate(mail.walk(), 1):
        if number > limits.mail_parts:
            raise Refused(f"邮件的组成部分超过 {limits.mail_parts} 个")
        if part.is_multipart():
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        # by content first: programs label a PDF as they like; by label second, so that a wrong one is told
        if data[:1024].lstrip().startswith(b"%PDF-") or _says_pdf(part):
            yield data


def _says_pdf(part: Message) -> bool:
    return part.get_content_type() == "application/pdf" or _readable(part.get_filename() or "").lower().endswith(".pdf")


def _readable(text: str) -> str:
    with suppress(ValueError, LookupError, UnicodeError):
        text = str(make_header(decode_header(text)))
    return " ".join(text.split())[:200]


def _date(text: str) -> str:
    with suppress(ValueError, TypeError, OverflowError):
        moment: datetime = parsedate_to_datetime(text)
        return moment.astimezone().isoformat()
    return ""
