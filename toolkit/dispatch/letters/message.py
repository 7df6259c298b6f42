"""Write the letter that carries a finished report: Chinese subject and body, attachments with Chinese names.

In: a ``Letter``. Out: the bytes of one e-mail (RFC 5322, CRLF), the same for the same letter. A file name is given
three times, because mail programs read different ones: RFC 2047 in ``name`` (Outlook, Foxmail) and ``filename``
(QQ Mail), RFC 2231 in ``filename*`` (all that follow the standard).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.generator import BytesGenerator
from email.header import Header
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, parseaddr
from io import BytesIO
from urllib.parse import quote

from toolkit.core.dates import chinese_date
from toolkit.core.errors import UsageError
from toolkit.core.files import sha256_of
from toolkit.report import Report

MIME_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ENCODED_WORD = 75  # RFC 2047, section 2: the largest length with delimiters
_PER_WORD = (_ENCODED_WORD - len("=?utf-8?B??=")) // 4 * 3
# 原样写出: what we encoded is not folded or encoded again
_RAW = compat32.clone(linesep="\r\n", max_line_length=0)


@dataclass(frozen=True, slots=True)
class MailAttachment:
    """One attached file (附件)."""

    name: str
    data: bytes

    @property
    def mime(self) -> str:
        return MIME_TYPES.get(self.name.rpartition(".")[2].lower(), "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter. ``corrects`` is the day of the earlier report, for a 更正; ``answers`` that letter's Message-ID."""

    sender: str  # "云溪县青禾镇人民政府 <qinghe@…>" or the address alone
    to: str
    subject: str
    body: str
    date: datetime
    message_id: str
    enclosures: tuple[MailAttachment, ...] = ()
    answers: str = ""


def report_letter(
    report: Report, enclosures: Sequence[MailAttachment], *, sender: str, to: str, date: datetime, version: int = 1,
    corrects: datetime | None = None, answers: str = "", done: Sequence[str] = (),
    cover: Callable[[LetterWords], bytes] | None = None,
) -> Letter:  # fmt: skip
    """The letter that reports a year upward (报送), or corrects an earlier one (更正).

    ``done`` says line by line what was done about the opinion on a returned report. ``cover`` makes a document of the letter's
    words, which is enclosed as well.

    Raises:
        UsageError: sender or recipient is not a mail address.
    """
    digest = sha256_of(b"".join((to.encode("utf-8"), *(item.data for item in enclosures))))
    words = letter_words(report, [item.name for item in enclosures], _name_of(to), date, corrects, done)
    subject = f"{report.organ.name}{words.title}"
    covers = (MailAttachment(f"{subject}.docx", cover(words)),) if cover else ()
    return Letter(
        sender=sender if _name_of(sender) else f"{report.organ.name} <{address_of(sender)}>",
        to=to,
        subject=f"（更正）{subject}" if corrects else subject,
        body=_body(words),
        date=date,
        message_id=f"<nianbao.{report.year}.{digest[:32]}.{version}@{address_of(sender).rpartition('@')[2]}>",
        enclosures=(*enclosures, *covers),
        answers=answers,
    )


def letter_bytes(letter: Letter) -> bytes:
    """The letter's bytes for SMTP or an ``.eml`` file."""
    boundary = f"=_nianbao_{sha256_of(letter.message_id.encode())[:24]}"
    mail = MIMEMultipart("mixed", boundary=boundary, policy=_RAW)
    for name, value in _headers(letter):
        mail[name] = value
    mail.attach(MIMEText(letter.body, "plain", "utf-8", policy=_RAW))
    for item in letter.enclosures:
        mail.attach(_part(item))
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=_RAW).flatten(mail)
    return out.getvalue()


def address_of(text: str) -> str:
    """The address in ``名称 <address>``.

    Raises:
        UsageError: no sender is configured.
    """
    address = parseaddr(text)[1]
    # a line break in a name would begin another header
    if (
        set(text) & set("\r\n")
        or not address.isascii()
        or not all(address.partition("@")[::2])
        or any(char in address for char in ' \r\n"<>,;')
    ):
        raise UsageError(f"“{text}”不是邮箱地址，应写成 name@example.gov.cn 或 单位名称 <name@example.gov.cn>")
    return address


def _headers(letter: Letter) -> Iterator[tuple[str, str]]:
    yield "From", _address_header(letter.sender)
    yield "To", _address_header(letter.to)
    yield "Subject", "\r\n ".join(_encoded_words(letter.subject))
    yield "Date", format_datetime(letter.date)
    yield "Message-ID", letter.message_id
    if letter.answers:
        yield "In-Reply-To", letter.answers
        yield "References", letter.answers
    yield "X-Mailer", "nianbao"


def _part(item: MailAttachment) -> MIMENonMultipart:
    main, _, sub = item.mime.partition("/")
    part = MIMENonMultipart(main, sub, policy=_RAW)
    words = "\r\n ".join(_encoded_words(item.name))
    part.replace_header("Content-Type", f'{item.mime};\r\n name="{words}"')
    part["Content-Disposition"] = f"attachment;\r\n filename=\"{words}\";\r\n filename*=utf-8''{quote(item.name, safe='')}"
    part["Content-Transfer-Encoding"] = "base64"
    part.set_payload(base64.encodebytes(item.data).decode("ascii"))
    return part


def _encoded_words(text: str) -> Iterator[str]:
    """RFC 2047 words of whole characters; ASCII stays as it is."""
    if text.isascii() and '"' not in text:
        yield text
        return
    chunk = b""
    for character in text:
        encoded = character.encode("utf-8")
        if len(chunk) + len(encoded) > _PER_WORD:
            yield _encoded_word(chunk)
            chunk = b""
        chunk += encoded
    yield _encoded_word(chunk)


def _encoded_word(raw: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(raw).decode('ascii')}?="


def _address_header(text: str) -> str:
    name, address = _name_of(text), address_of(text)
    return f"{Header(name, 'utf-8').encode(linesep=chr(13) + chr(10))} <{address}>" if name else address


def _name_of(text: str) -> str:
    return parseaddr(text)[0]


@dataclass(frozen=True, slots=True)
class LetterWords:
    """As an office writes: whom it goes to, what is sent, what was done about an opinion, what is enclosed, whom to ask."""

    title: str
    addressee: str
    statement: str
    done: tuple[str, ...]
    enclosures: tuple[str, ...]
    contact_line: str
    organ: str
    day: str

    @property
    def enclosed(self) -> tuple[str, ...]:
        """The enclosures, numbered when there are several."""
        numbered = (f"{number}. {name}" for number, name in enumerate(self.enclosures, 1))
        return tuple(numbered) if len(self.enclosures) > 1 else self.enclosures


def letter_words(
    report: Report,
    names: Sequence[str],
    recipient: str,
    date: datetime,
    corrects: datetime | None = None,
    done: Sequence[str] = (),
) -> LetterWords:
    """The words of the letter that reports a year (报送函), or corrects an earlier report."""
    statement = f"现将《{report.title}》随函报送，请审阅。"
    if corrects:
        statement = f"我单位{chinese_date(corrects)}报送的《{report.title}》有更正，现重新报送，请以本次报送的为准。"
    contact = report.organ.contact
    contact_line = "，".join(text for text in (contact.office, contact.phone and f"电话 {contact.phone}") if text)
    title = f"关于报送{report.year}年政府信息公开工作年度报告的函"
    to = recipient or "政务公开办公室"
    return LetterWords(title, to, statement, tuple(done), tuple(names), contact_line, report.organ.name, chinese_date(date))


def _body(words: LetterWords) -> str:
    lines = [
        f"{words.addressee}：", f"　　{words.statement}", "　　PDF 内附有本报告的填报数据，可由程序直接读取。", "",
        *(["　　对审核意见的办理情况：", *(f"　　{line}" for line in words.done), ""] if words.done else []),
        f"　　附件：{words.enclosed[0]}", *(f"　　　　　{line}" for line in words.enclosed[1:]), "",
        *([f"　　联系：{words.contact_line}", ""] if words.contact_line else []),
        f"　　　　　　　　{words.organ}", f"　　　　　　　　{words.day}", "",
    ]  # fmt: skip
    return "\r\n".join(lines)
