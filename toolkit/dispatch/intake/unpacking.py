"""Find the PDFs of a mail wherever mail programs put them: as they are, in a ZIP file, in Outlook's winmail.dat (TNEF).

In: a parsed mail and limits. Out: the bytes of each PDF, and the names of whatever else was attached. Known by content,
not by label. One level is unpacked, never more than the limit is inflated, and no name in a package becomes a path.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message

from toolkit.dispatch.intake.inspecting import Limits, Refused, megabytes

_TNEF = struct.Struct("<IH")
_TNEF_MAGIC = 0x223E9F78
_TNEF_ATTRIBUTE = struct.Struct("<BII")
_TNEF_DATA = 0x0006800F  # attAttachData, MS-OXTNEF 2.1.3.3.2: the bytes of one attached file
_STILL_ENCODED = b"JVBERi"  # base64 of "%PDF-": text that ends in the middle is not decoded
_OTHER_PACKAGES = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z"}


@dataclass(frozen=True, slots=True)
class Found:
    """One PDF, or (``data`` empty) something else under its ``name``, with what there is to say of it."""

    name: str
    data: bytes = b""
    remark: str = ""


def attached(mail: Message, limits: Limits) -> Iterator[Found]:
    """Everything attached to a mail, those of forwarded mails inside it too.

    Raises:
        Refused: too many parts, or a package that unpacks to more than the limit.
    """
    for number, part in enumerate(mail.walk(), 1):
        if number > limits.mail_parts:
            raise Refused(f"邮件的组成部分超过 {limits.mail_parts} 个")
        if part.is_multipart():
            continue
        data, name = part.get_payload(decode=True), readable(part.get_filename() or "")
        if not isinstance(data, bytes):
            continue
        if data.startswith(_STILL_ENCODED):
            raise Refused("附件没有收全，或在途中损坏；请重新发送")
        if is_pdf(data) or part.get_content_type() == "application/pdf" or name.lower().endswith(".pdf"):
            # by content first: programs label a PDF as they like; by label second, so that a wrong one is told
            yield Found(name, data)
        elif data.startswith(b"PK\x03\x04") and not name.lower().endswith((".docx", ".xlsx", ".pptx", ".ofd")):
            yield from _in_zip(data, name, limits)
        elif data[:6] and len(data) >= _TNEF.size and _TNEF.unpack_from(data)[0] == _TNEF_MAGIC:
            yield from _in_tnef(data, name)
        elif name:
            package = next((kind for magic, kind in _OTHER_PACKAGES.items() if data.startswith(magic)), "")
            yield Found(name, remark=f"{package} 压缩包打不开，请直接附 PDF" if package else "")


def is_pdf(data: bytes) -> bool:
    """Whether bytes begin as a PDF does."""
    return data[:1024].lstrip().startswith(b"%PDF-")


def readable(text: str) -> str:
    """A head of a mail, or a name in it, as a person reads it, in one line; also when raw GB18030 stands in it."""
    with suppress(ValueError, LookupError, UnicodeError):
        text = str(make_header(decode_header(text)))
    raw = text.encode("utf-8", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        with suppress(UnicodeDecodeError):
            return " ".join(raw.decode(encoding).split())[:200]
    return " ".join(raw.decode("utf-8", "replace").split())[:200]


def _in_zip(data: bytes, name: str, limits: Limits) -> Iterator[Found]:
    """The PDFs of a ZIP file; what is no PDF is not unpacked."""
    room, held = limits.message_bytes, False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
            if len(entries) > limits.mail_parts:
                raise Refused(f"压缩包里的文件超过 {limits.mail_parts} 个")
            for entry in entries:
                if entry.flag_bits & 1:
                    yield Found(name, remark="压缩包加了密码，请直接附 PDF")
                    return
                with package.open(entry) as opened:
                    begin = opened.read(1024)
                    if not is_pdf(begin):
                        continue
                    whole = begin + opened.read(limits.pdf_bytes + 1)
                room -= len(whole)
                if len(whole) > limits.pdf_bytes or room < 0:
                    raise Refused(f"压缩包里的 PDF 超过上限 {megabytes(limits.pdf_bytes)}")
                held = True
                yield Found(entry.filename, whole)
        if not held:
            yield Found(name, remark=f"压缩包 {name[:40]} 里没有 PDF（包中的压缩包不打开），请直接附 PDF")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
        yield Found(name, remark="压缩包已损坏，请直接附 PDF")


def _in_tnef(data: bytes, name: str) -> Iterator[Found]:
    """The files in winmail.dat, which Outlook sends instead of attachments when it is set to rich text."""
    at, held = _TNEF.size, False
    while at + _TNEF_ATTRIBUTE.size <= len(data):
        _, kind, length = _TNEF_ATTRIBUTE.unpack_from(data, at)
        at += _TNEF_ATTRIBUTE.size
        content = data[at : at + length]
        at += length + 2  # a checksum behind each
        if kind == _TNEF_DATA and is_pdf(content):
            held = True
            yield Found(name, content)
    if not held:
        yield Found(name, remark=f"{name} 里没有 PDF；Outlook 请把邮件格式改为 HTML 或纯文本，直接附 PDF")
