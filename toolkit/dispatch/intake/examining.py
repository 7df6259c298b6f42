"""Examine one incoming mail or PDF as untrusted input. Runs inside a confined process.

In: raw bytes and limits. Out: ``Examined``: the claimed sender, the PDF in it, the content of that PDF, or why
it is refused. Names inside a mail are only ever shown; none becomes a path.
"""

from __future__ import annotations

import email
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from typing import Literal

import pypdfium2

from toolkit.core.errors import ParamsUnreadable
from toolkit.core.files import sha256_of
from toolkit.core.sniffing import decode_chinese, picture_suffix
from toolkit.dispatch.intake.automatic import BOUNCE_STEP, bounce_of, is_automatic, is_called_automatic, is_delivery_report
from toolkit.dispatch.intake.documents import differing_figures, read_document, read_documents, refuse_two
from toolkit.dispatch.intake.inspecting import LIMITS, IntakeLimits, NoParams, RefusedPdf, carried_bytes, megabytes
from toolkit.dispatch.intake.reading_back import NOBODY, ReadBack, Trust, read_back
from toolkit.dispatch.intake.scans import ReadCopy, figures_of, is_scanned, read_scan_back
from toolkit.dispatch.intake.store import suffix_of_document
from toolkit.dispatch.intake.unpacking import MailPart, attached
from toolkit.dispatch.intake.visible_tables import VisiblePages
from toolkit.importing.readers.mail_parts import readable, subject_of, without_mark
from toolkit.report import Report
from toolkit.report.embedded import read_carried

Kind = Literal["mail", "pdf", "scan", "document"]
_MOST_SCANS = 2  # read beside a report: each takes seconds
_FIRST_REPORTS = 2009  # the regulations came into force on 1 May 2008
# a report may be there instead of in the mail; the address of an office's site or of a mail program in a footer does not count
_ELSEWHERE = re.compile(
    r"网盘|云盘|超大附件|云附件|中转站|提取码|提取密码|data:application/"
    r"|https?://(?:[\w-]+\.)*(?:pan|yunpan|cloud|drive|disk|share|files?|download|dl)\."
    r"|https?://[^\s\"'<>]{0,500}(?:/(?:s|share|ftn|file|attach|(?:large-attachment-)?download)[/?]"
    r"|\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|7z)(?![\w.]))"
    r"|(?:附件|请[从到在]|点击)[^\n。]{0,30}(?:https?://|www\.)|(?:https?://|www\.)[^\n。]{0,120}(?:下载|查收|获取)",
    re.IGNORECASE,
)


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
    """The outcome. ``refusal`` is a sentence, empty when ``back`` has the content of the PDF, ``scan`` that of a scan, or
    ``document`` that of a Word or Excel file.

    ``may_be_scan``: the file has no params of ours, but it may be pictures of pages, which take longer to read. ``is_letter``:
    a mail without attachment or link; ``is_automatic``: one that a program sent in reply. ``others``: the other reports of the
    same mail. ``beside``: a scan that came with a report of ours: its sealed paper, or another document.
    """

    envelope: Envelope = Envelope()
    pdf_sha256: str = ""
    back: ReadBack | None = None
    refusal: str = ""
    scan: ReadCopy | None = None
    may_be_scan: bool = False
    document: ReadCopy | None = None
    is_letter: bool = False
    next_step: str = ""  # after a refusal; empty for the usual one
    others: tuple[MailReport, ...] = ()
    beside: bool = False
    is_automatic: bool = False

    @property
    def copy(self) -> ReadCopy | None:
        """What the importer read, where there was no PDF with its data."""
        return self.scan or self.document


@dataclass(frozen=True, slots=True)
class MailReport:
    """One more report of a mail, with its bytes."""

    examined: Examined
    data: bytes


def examine(raw: bytes, kind: Kind, limits: IntakeLimits = LIMITS, trust: Trust = NOBODY) -> tuple[Examined, bytes]:
    """The outcome, and the bytes of its report (empty when refused before one was found)."""
    envelope = Envelope()
    try:
        if not raw.strip():
            none = "邮件里没有 PDF 附件：" if kind == "mail" else ""
            raise RefusedPdf(f"{none}文件是空的（没有内容），多半是没有传完", "请核对原文件，再放一次或请该单位重发")
        if kind == "mail":
            mail = _parsed(raw, limits)
            envelope = _envelope(mail)
            if bounce := bounce_of(mail):
                raise RefusedPdf(bounce.sentence, BOUNCE_STEP)
            files = [] if is_delivery_report(mail) else list(attached(mail, limits))
            if not files:
                is_elsewhere = _ELSEWHERE.search(_words_of(raw)) is not None
                automatic = is_automatic(mail) or (is_called_automatic(mail) and not is_elsewhere)
                letter = automatic or not is_elsewhere
                subject = f"，主题是“{envelope.subject[:40]}”" if envelope.subject.strip() else ""
                refusal = f"邮件里没有 PDF 附件{_what_instead(files)}{subject}"
                return Examined(envelope, refusal=refusal, is_letter=letter, is_automatic=automatic), b""
            first, *others = [_examined_file(item, envelope, limits, trust) for item in _reports(files, limits)]
            return replace(first.examined, others=tuple(others)), first.data
        if kind == "scan":
            return Examined(envelope, sha256_of(raw), scan=read_scan_back(raw)), raw
        # called by its content, since the name of a file from outside says nothing
        document = read_document(raw, f"年报{suffix_of_document(raw)}", limits) if kind == "document" else None
        only = _examined_file(_Candidate(raw, document), envelope, limits, trust)
    except RefusedPdf as error:
        refused = Examined(envelope, "" if kind == "mail" else sha256_of(raw), refusal=str(error), next_step=error.next_step)
        return refused, b"" if kind == "mail" else raw
    except RecursionError:
        return Examined(envelope, refusal="内容层层嵌套，超过上限"), b""
    return only.examined, only.data


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A file of a mail that may be a report; ``document`` is what the importer read in it."""

    data: bytes
    document: ReadCopy | None = None
    beside: bool = False


def _examined_file(attached: _Candidate, envelope: Envelope, limits: IntakeLimits, trust: Trust) -> MailReport:
    examined, data = Examined(envelope, sha256_of(attached.data), beside=attached.beside), attached.data
    try:
        if attached.document:
            examined = replace(examined, document=attached.document)
        elif picture_suffix(data):
            examined = replace(examined, refusal="是图片，还没有读", may_be_scan=True)
        else:
            examined = replace(examined, back=read_back(data, limits, trust))
    except NoParams as error:
        examined = replace(examined, refusal=str(error), may_be_scan=is_scanned(data, partly=True), next_step=error.next_step)
    except RefusedPdf as error:
        examined = replace(examined, refusal=str(error), next_step=error.next_step)
    except RecursionError:
        examined = replace(examined, refusal="内容层层嵌套，超过上限")
    return MailReport(examined, data)


def _parsed(raw: bytes, limits: IntakeLimits) -> Message:
    if len(raw) > limits.message_bytes:
        raise RefusedPdf(f"邮件有 {megabytes(len(raw))}，超过上限 {megabytes(limits.message_bytes)}")
    # the older parser is the forgiving one: it raises on nothing and keeps heads as they came
    return email.message_from_bytes(without_mark(raw))


def _envelope(mail: Message) -> Envelope:
    senders = [address for value in mail.get_all("From", []) for address in _addresses(str(value))]
    paths = _addresses(str(mail["Return-Path"])) if mail["Return-Path"] else []
    return Envelope(
        senders=tuple(address.strip().lower()[:200] for address in senders[:5]),
        return_path=paths[0].strip().lower()[:200] if paths else "",
        message_id=str(mail.get("Message-ID", "")).strip()[:300],
        subject=subject_of(mail),
        date=_time_of_sending(mail),
    )


def _addresses(header: str) -> list[str]:
    """The addresses of a header; one that a mail program put into an encoded word is decoded.

    The names are parsed off first: a name may decode to anything, an address included.

    Source: RFC 2047, 5: an encoded word must not appear in an address, and in some mails does.
    """
    if "@" not in header:  # name and address in one encoded word
        header = readable(header)
    addresses = [address for _, address in getaddresses([header])]
    return [readable(address) if "=?" in address else address for address in addresses]


def _reports(files: Sequence[MailPart], limits: IntakeLimits) -> list[_Candidate]:
    """The reports of a mail: PDFs with params, else Word and Excel files, else the one PDF or picture that may be a scan.

    Raises:
        RefusedPdf: nothing that may be a report, or several versions of one.
    """
    pdfs = list(dict.fromkeys(item.data for item in files if item.data))
    documents = list(dict.fromkeys((item.name, item.document) for item in files if item.document))
    ours = _with_params(pdfs, limits) if len(files) > 1 else []
    if ours:
        beside = [data for data in pdfs if data not in ours and is_scanned(data)]
        beside += [item.picture for item in files if item.picture]
        return [*(_Candidate(data) for data in ours), *(_Candidate(data, beside=True) for data in beside[:_MOST_SCANS])]
    problem = ""
    if documents:
        copies, problem = read_documents(documents, limits)
        if copies:
            scans = [_Candidate(data) for data in pdfs if is_scanned(data)]
            return [*(_Candidate(data, copy) for copy, data in copies), *scans[:1]]
    return [_Candidate(_only_file(files, pdfs, problem))]


def _only_file(files: Sequence[MailPart], pdfs: Sequence[bytes], problem: str) -> bytes:
    pictures = [item.picture for item in files if item.picture]
    if not pdfs and len(pictures) > 1:
        raise RefusedPdf(f"邮件里没有 PDF，只有 {len(pictures)} 张图片；如是扫描的各页，请合成一个 PDF 再发")
    if not pdfs and not pictures:
        reason = f"邮件里没有 PDF 附件{_what_instead(files)}{f'（{problem}）' if problem else ''}"
        raise RefusedPdf(reason, _step_for([item.name.lower() for item in files]))
    return pdfs[0] if pdfs else pictures[0]


_OLD = (".doc", ".wps", ".xls", ".et", ".rtf", ".odt", ".ods")
_OLD_FORMAT = (
    "旧格式收件时不打开：请该单位在 Word、WPS、Excel 中另存为 .docx、.xlsx 后重发；或在装有 LibreOffice 的机器上，"
    "用 nianbao import 读入这个文件夹里的 message.eml，核对后使用"
)


def _step_for(names: Sequence[str]) -> str:
    """The next step where the files of these names came instead of a PDF; empty when the reason says enough.

    A page beside a broken or packed report is a signature or the text of the mail again, not what the office meant to send.
    """
    if any(name.endswith(_OLD) for name in names):
        return _OLD_FORMAT
    is_only_ours = all(name.endswith((*_OURS, ".txt")) for name in names)
    return _NO_PAPER if is_only_ours and any(name.endswith(_OURS) for name in names) else ""


_OURS = (".yaml", ".yml", ".html", ".htm", ".ipynb", ".md")
_NO_PAPER = "这是填报数据、网页或笔记本，不是正式文本：请该单位附生成的 PDF（和它们在同一个成品文件夹里），重新报送"


def _with_params(pdfs: Sequence[bytes], limits: IntakeLimits) -> list[bytes]:
    """The PDFs that are reports of ours, one of each organ and year; other PDFs (a scan, a notice) are not read.

    Raises:
        RefusedPdf: two of one organ and year differ, and neither is a draft of the other.
    """
    reports: dict[tuple[int, str], list[bytes]] = {}
    for number, data in enumerate(data for data in pdfs if _carries_params(data, limits)):
        report = _report_of(data, limits)
        reports.setdefault((report.year, report.organ.name) if report else (number, ""), []).append(data)
    return [_formal(versions, limits) for versions in reports.values()]


def _formal(versions: Sequence[bytes], limits: IntakeLimits) -> bytes:
    """The one report among the PDFs of one organ and year: a draft beside a report does not count, nor a second copy of it."""
    if len(versions) == 1:
        return versions[0]
    formal = [data for data in versions if not _is_draft(data)] or versions
    first, *others = [report for data in formal if (report := _report_of(data, limits)) is not None]
    for other in others:
        if other != first:
            refuse_two(first.year, first.organ.name, differing_figures(figures_of(first), figures_of(other)))
    return formal[0]


def _is_draft(pdf: bytes) -> bool:
    try:
        with pypdfium2.PdfDocument(pdf) as pages:
            return VisiblePages(pages).is_draft
    except pypdfium2.PdfiumError:
        return False


def _report_of(pdf: bytes, limits: IntakeLimits) -> Report | None:
    """The report that a PDF of ours carries; ``None`` when its params cannot be read."""
    try:
        return read_carried(carried_bytes(pdf, limits)).report
    except (RefusedPdf, ParamsUnreadable):
        return None


def _carries_params(pdf: bytes, limits: IntakeLimits) -> bool:
    try:
        return bool(carried_bytes(pdf, limits))
    except RefusedPdf:
        return False


def _words_of(raw: bytes) -> str:
    """The text of a mail, parsed once more: decoding a part changes what is known of it."""
    mail = email.message_from_bytes(without_mark(raw))
    parts = (part for part in mail.walk() if part.get_content_maintype() == "text")
    return "\n".join(
        decode_chinese(data, part.get_content_charset())
        for part in parts
        if isinstance(data := part.get_payload(decode=True), bytes)
    )


def _what_instead(files: Sequence[MailPart]) -> str:
    """The attachments instead of a PDF, and the next step."""
    remark = next((item.remark for item in files if item.remark), "")
    if remark:
        return f"：{remark}"
    names = "、".join(item.name[:40] for item in files[:3])
    return f"，只有 {names}" if names else "（超大附件、网盘链接不在邮件里，收不到）"


def _time_of_sending(mail: Message) -> str:
    """The Date of a mail; where the server that received it noted an earlier time, the sender's clock was wrong.

    A computer whose clock stands begins in a year (1970, 1980, 2000) in which no office had such a report to send.
    """
    dates = (_date(str(mail.get("Date", ""))), _date(str(mail.get("Received", "")).rpartition(";")[2]))
    return min(filter(None, dates), key=datetime.fromisoformat, default="")


def _date(text: str) -> str:
    with suppress(ValueError, TypeError, OverflowError, OSError):  # Windows: before 1970 and after 3000
        moment: datetime = parsedate_to_datetime(text).astimezone()
        return moment.isoformat() if moment.year >= _FIRST_REPORTS else ""
    return ""
