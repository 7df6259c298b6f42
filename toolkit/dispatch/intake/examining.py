"""Examine one incoming mail or PDF as untrusted input. Runs inside a confined process.

In: raw bytes and limits. Out: ``Examined``: who says to have sent it, which PDF it holds, what that gives back, or why
it is refused. Names inside a mail are only ever shown; none becomes a path.
"""

from __future__ import annotations

import email
import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Literal

from toolkit.dispatch.intake.inspecting import LIMITS, IntakeLimits, NoParams, RefusedPdf, carried_bytes, megabytes
from toolkit.dispatch.intake.reading_back import NOBODY, ReadBack, Trust, read_back
from toolkit.dispatch.intake.scans import ScanBack, is_picture, is_scanned, read_scan_back
from toolkit.dispatch.intake.unpacking import MailPart, attached, readable

Kind = Literal["mail", "pdf", "scan"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """The headers of a mail; none of them is proof."""

    senders: tuple[str, ...] = ()  # addresses of From, lower case
    return_path: str = ""  # the address for delivery failures, from the last server
    message_id: str = ""
    subject: str = ""
    date: str = ""  # ISO 8601, empty when missing or unreadable


@dataclass(frozen=True, slots=True)
class Examined:
    """The outcome. ``refusal`` is a sentence, empty when ``back`` has the content of the PDF, or ``scan`` that of a scan.

    ``may_be_scan``: the file has no params of ours, but it may be pictures of pages, which take longer to read.
    """

    envelope: Envelope = Envelope()
    pdf_sha256: str = ""
    back: ReadBack | None = None
    refusal: str = ""
    scan: ScanBack | None = None
    may_be_scan: bool = False


def examine(raw: bytes, kind: Kind, limits: IntakeLimits = LIMITS, trust: Trust = NOBODY) -> tuple[Examined, bytes]:
    """The outcome, and the bytes of its PDF (empty when refused before one was found)."""
    examined, pdf = Examined(), b""
    try:
        if kind == "mail":
            mail = _parsed(raw, limits)
            examined = replace(examined, envelope=_envelope(mail))
            pdf = _only_report(mail, limits)
        else:
            pdf = raw
        examined = replace(examined, pdf_sha256=hashlib.sha256(pdf).hexdigest())
        if kind == "scan":
            return replace(examined, scan=read_scan_back(pdf, "扫描件")), pdf
        if is_picture(pdf):
            return replace(examined, refusal="是图片，还没有读", may_be_scan=True), pdf
        return replace(examined, back=read_back(pdf, limits, trust)), pdf
    except NoParams as error:
        return replace(examined, refusal=str(error), may_be_scan=is_scanned(pdf)), pdf
    except RefusedPdf as error:
        return replace(examined, refusal=str(error)), pdf
    except RecursionError:
        return replace(examined, refusal="内容层层嵌套，超过上限"), pdf


def _parsed(raw: bytes, limits: IntakeLimits) -> Message:
    if len(raw) > limits.message_bytes:
        raise RefusedPdf(f"邮件有 {megabytes(len(raw))}，超过上限 {megabytes(limits.message_bytes)}")
    # the older parser is the forgiving one: it raises on nothing and keeps heads as they came
    return email.message_from_bytes(raw)


def _envelope(mail: Message) -> Envelope:
    senders = [address for _, address in getaddresses([str(value) for value in mail.get_all("From", [])])]
    paths = getaddresses([str(mail["Return-Path"])]) if mail["Return-Path"] else []
    return Envelope(
        senders=tuple(address.strip().lower()[:200] for address in senders[:5]),
        return_path=paths[0][1].strip().lower()[:200] if paths else "",
        message_id=str(mail.get("Message-ID", "")).strip()[:300],
        subject=readable(str(mail.get("Subject", ""))),
        date=_date(str(mail.get("Date", ""))),
    )


def _only_report(mail: Message, limits: IntakeLimits) -> bytes:
    """The one PDF of a mail that carries params; other attachments (Word, Excel) are not read.

    Raises:
        RefusedPdf: no PDF, or several reports.
    """
    files = list(attached(mail, limits))
    pdfs = [item.data for item in files if item.data]
    pictures = [item.picture for item in files if item.picture]
    if not pdfs and len(pictures) > 1:
        raise RefusedPdf(f"邮件里没有 PDF，只有 {len(pictures)} 张图片；如是扫描的各页，请合成一个 PDF 再发")
    if not pdfs and not pictures:
        raise RefusedPdf(f"邮件里没有 PDF 附件{_what_instead(files)}")
    if not pdfs:
        return pictures[0]
    different = list(dict.fromkeys(pdfs))
    reports = [data for data in different if _carries_params(data, limits)] if len(different) > 1 else different
    if len(reports) > 1:
        raise RefusedPdf(f"一封邮件里有 {len(reports)} 份年报，分不清以哪一份为准；请一封邮件只报一份")
    return reports[0] if reports else different[0]


def _carries_params(pdf: bytes, limits: IntakeLimits) -> bool:
    """Whether one of several PDFs is a report of ours; other PDFs (a scan, a notice) are not read."""
    try:
        return bool(carried_bytes(pdf, limits))
    except RefusedPdf:
        return False


def _what_instead(files: Sequence[MailPart]) -> str:
    """The attachments instead of a PDF, and the next step."""
    remark = next((item.remark for item in files if item.remark), "")
    if remark:
        return f"：{remark}"
    names = "、".join(item.name[:40] for item in files[:3])
    return f"，只有 {names}" if names else "（超大附件、网盘链接不在邮件里，收不到）"


def _date(text: str) -> str:
    with suppress(ValueError, TypeError, OverflowError):
        moment: datetime = parsedate_to_datetime(text)
        return moment.astimezone().isoformat()
    return ""
