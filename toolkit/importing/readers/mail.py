"""Open a mail, saved as .eml or by Outlook as .msg: its attachments and its body.

In: the bytes. Out: a ``Mail``. Forwarded mails are looked into as well; nothing is fetched or run.

Source: RFC 5322, 2045 to 2047, 2231; [MS-OXMSG] 2.2 (storages), [MS-OXPROPS] for the numbers of the properties.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any, TypeVar

import olefile

from toolkit.core.sniffing import decode_chinese
from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge
from toolkit.importing.readers.rich_text import page_in, unpacked

T = TypeVar("T")
_MOST_PARTS = 200
_ATTACHMENT, _EMBEDDED = "__attach_version1.0_", "__substg1.0_3701000D"
_BODY, _HTML, _RICH, _DATA = "1000", "1013", "1009", "3701"
_NAMES = ("3707", "3704", "3001")  # long name, short name, display name
_QUOTED = re.compile(r"^>(?:[ >]*>)? ?", re.MULTILINE)  # how a reply marks the lines of the mail it answers
_SIGNED_WHOLE = ("application/pkcs7-mime", "application/x-pkcs7-mime")


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a mail."""

    name: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: its files, and its body as a page and as text (blank when it has none).

    ``rich`` is the body as rich text of Outlook, where the mail has no page.
    """

    attachments: tuple[Attachment, ...] = ()
    html: bytes = b""
    text: str = ""
    rich: bytes = b""


def open_eml(raw: bytes, name: str, limits: Limits = LIMITS) -> Mail:
    """A mail as it is sent.

    Raises:
        CannotImport: no mail, encrypted, or over a limit.
    """
    try:
        message = message_from_bytes(raw.removeprefix(BOM_UTF8).lstrip(b"\r\n"), policy=default)
        parts = [part for part in message.walk() if not part.is_multipart()]
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, RecursionError, LookupError) as error:
        raise CannotImport(name, "邮件已损坏，打不开；请在邮箱中重新下载") from error
    if len(parts) > _MOST_PARTS:
        raise TooLarge(name, f"邮件超过 {_MOST_PARTS} 个部分，没有读入")
    if any(_content_type(part) in _SIGNED_WHOLE for part in parts):
        raise CannotImport(name, "邮件整体经过签名或加密（smime.p7m），读不出附件；请把附件另存后再读入")
    attachments, html, text = [], b"", ""
    for number, part in enumerate(parts, 1):
        content, kind, file_name = _payload(part), _content_type(part), _file_name(part)
        if file_name or not kind.startswith(("text/", "image/", "message/")):
            attachments.append(Attachment(file_name or f"附件{number}", content))
        elif kind == "text/html":
            html = html or content
        elif kind.startswith("text/"):
            charset = _safely(part.get_content_charset, None)
            text = text or _QUOTED.sub("", decode_chinese(content, charset))
    return Mail(tuple(attachments), html, text)


def _safely(read: Callable[[], T], default: T) -> T:
    """What a mail says, or a default: the parser of Python raises many errors over damaged headers."""
    try:
        return read()
    except (ValueError, TypeError, AttributeError, IndexError, KeyError, LookupError):
        return default


def _content_type(part: Message) -> str:
    return _safely(part.get_content_type, "application/octet-stream")


def _payload(part: Message) -> bytes:
    """The content of a part; some senders leave a blank behind the name of its encoding."""

    def read() -> Any:
        encoding = str(part.get("content-transfer-encoding", "")).strip()
        del part["content-transfer-encoding"]
        part["content-transfer-encoding"] = encoding
        return part.get_payload(decode=True)

    content = _safely(read, b"")
    return content if isinstance(content, bytes) else b""


def _file_name(part: Message) -> str:
    return _safely(lambda: str(part.get_filename() or "").replace("\\", "/").rpartition("/")[2], "")


def open_msg(raw: bytes, name: str, limits: Limits = LIMITS) -> Mail:
    """A mail as Outlook saves it.

    Raises:
        CannotImport: damaged, or over a limit.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as container:
            return _mail_in(container, [], limits)
    except TooLarge:
        raise
    except Exception as error:  # olefile raises what its parsing happens to meet
        raise CannotImport(name, "Outlook 邮件（.msg）已损坏，打不开；请把附件另存后再读入") from error


def _mail_in(container: olefile.OleFileIO, folder: list[str], limits: Limits) -> Mail:
    attachments = list(_attachments(container, folder, limits))
    html = _stream(container, [*folder, f"__substg1.0_{_HTML}0102"], limits)
    if not html:
        html = _text_of(container, folder, _HTML, limits).encode("utf-8")
    packed = b"" if html else _stream(container, [*folder, f"__substg1.0_{_RICH}0102"], limits)
    rich = unpacked(packed, limits) or packed
    html = html or page_in(rich).encode("utf-8")
    return Mail(tuple(attachments), html, _text_of(container, folder, _BODY, limits), rich)


def _attachments(container: olefile.OleFileIO, folder: list[str], limits: Limits) -> Iterator[Attachment]:
    depth = len(folder)
    inside = sorted(
        {
            entry[depth]
            for entry in container.listdir(streams=True, storages=True)
            if entry[:depth] == folder and len(entry) > depth
        }
    )
    for number, storage in enumerate((entry for entry in inside if entry.startswith(_ATTACHMENT)), 1):
        path = [*folder, storage]
        if container.exists([*path, _EMBEDDED]) and depth < 4 * 2:  # a mail inside the mail
            yield from _mail_in(container, [*path, _EMBEDDED], limits).attachments
            continue
        names = (_text_of(container, path, kind, limits) for kind in _NAMES)
        yield Attachment(
            next((name for name in names if name), f"附件{number}"),
            _stream(container, [*path, f"__substg1.0_{_DATA}0102"], limits),
        )


def _text_of(container: olefile.OleFileIO, folder: list[str], kind: str, limits: Limits) -> str:
    """A property as text: Unicode, or the bytes of an older Outlook."""
    wide = _stream(container, [*folder, f"__substg1.0_{kind}001F"], limits)
    narrow = b"" if wide else _stream(container, [*folder, f"__substg1.0_{kind}001E"], limits)
    text = wide.decode("utf-16-le", "replace") if wide else narrow.decode("gb18030", "replace")
    return text.rstrip("\0")


def _stream(container: olefile.OleFileIO, path: list[str], limits: Limits) -> bytes:
    if not container.exists(path):
        return b""
    if container.get_size(path) > limits.file_bytes:
        raise TooLarge(path[-1], f"附件超过 {limits.file_bytes // 1_000_000} MB，没有读入")
    return bytes(container.openstream(path).read())
