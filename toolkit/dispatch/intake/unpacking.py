"""Find the PDFs of a mail wherever mail programs put them: attached, in a forwarded mail, in a mail that is signed as a
whole, in a ZIP file, in Outlook's winmail.dat (TNEF), encoded in the text, in parts that a gateway made text.

In: a parsed mail and limits. Out: the bytes of each PDF, and the names of whatever else was attached. Known by content,
not by label. One level of packages is unpacked (with the mails in it), never more than the limit is inflated, and no name in
a package becomes a path.
"""

from __future__ import annotations

import email
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from toolkit.core.sniffing import COMPOUND, PDF, ZIP, picture_suffix
from toolkit.dispatch.intake.documents import document_name, in_package, is_document
from toolkit.dispatch.intake.inspecting import IntakeLimits, RefusedPdf, megabytes
from toolkit.dispatch.intake.smime import NoContent, is_cms, signed_content
from toolkit.importing.readers.mail_parts import decode_part, file_name, files_in_text, readable, transfer_encoding, without_mark

_TNEF = struct.Struct("<IH")
_TNEF_MAGIC = 0x223E9F78
_TNEF_ATTRIBUTE = struct.Struct("<BII")
_TNEF_DATA = 0x0006800F  # attAttachData, MS-OXTNEF 2.1.3.3.2: the bytes of one attached file
_OTHER_PACKAGES = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "GZ", b"BZh": "BZ2", b"\xfd7zXZ": "XZ"}
_OPC = b"[Content_Types].xml"  # in packages of Word and Excel
_PGP = "邮件加了密（PGP），打不开；请不加密发送"
_NO_FILES = {
    "application/pgp-encrypted": _PGP,
    "message/partial": "邮件软件把一封邮件拆成了几封发出，合不起来；请在邮件软件里关掉“拆分大邮件”后重发",
    "message/external-body": "附件不在邮件里，只有一个链接；请直接附 PDF",
}
_SMALLEST_SCAN = 30_000  # bytes; a logo in a mail is smaller than a page
_DEEPEST = 8  # mails in mails
_MAIL_HEAD = re.compile(rb"(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_MAIL_FIELDS = re.compile(rb"^(?:mime-version|received|message-id|content-type):", re.IGNORECASE | re.MULTILINE)
_WEB_ARCHIVES = (".mht", ".mhtml")
_FIRST_BOUNDARY = re.compile(rb"^--([^\r\n]{1,70}?)[ \t]*\r?$", re.MULTILINE)
# the same in what is no multipart: a boundary with the head of a part behind it
_PARTS_IN_TEXT = re.compile(rb"^--([^\r\n]{1,70}?)[ \t]*\r?\nContent-[A-Za-z-]+:", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MailPart:
    """One PDF, or (``data`` empty) another attachment with its ``name`` and a remark.

    ``picture`` are the bytes of something that may be a scanned page, ``document`` those of a Word or Excel file.
    """

    name: str
    data: bytes = b""
    remark: str = ""
    picture: bytes = b""
    document: bytes = b""


def attached(mail: Message, limits: IntakeLimits) -> Iterator[MailPart]:
    """All attachments of a mail and of the mails forwarded in it.

    Raises:
        RefusedPdf: too many parts, mails in mails too deep, or a package that unpacks to more than the limit.
    """
    room = iter(range(limits.mail_parts))
    for part, depth in _leaves(mail, 0):
        yield from _in_part(part, depth, limits, room)


_ADDED = (".txt", ".htm", ".html")  # ATT00001.txt, often empty, is added by Exchange


def _in_part(part: Message, depth: int, limits: IntakeLimits, room: Iterator[int]) -> Iterator[MailPart]:
    """The content of one leaf part; ``room`` counts the parts of the whole mail, including those of forwarded mails."""
    if next(room, None) is None:
        raise RefusedPdf(f"邮件的组成部分超过 {limits.mail_parts} 个")
    data, name, kind = decode_part(part), file_name(part), part.get_content_type()
    if kind == "application/pdf" or name.lower().endswith(".pdf"):
        data = without_junk(data)
    if is_pdf(data):
        yield MailPart(name, data)
        return
    if name and not data.strip() and not name.lower().endswith(_ADDED):
        yield MailPart(name, remark=f"{name[:40]} 是空的（没有内容），请核对原文件后重发")
        return
    inner, remark = _mail_inside(data, name, kind, limits)
    if inner is not None:
        if is_pdf(inner):  # a file that was signed as a whole
            yield MailPart(name, inner)
            return
        for leaf, below in _leaves(email.message_from_bytes(without_mark(inner)), depth + 1):
            yield from _in_part(leaf, below, limits, room)
    elif remark:
        yield MailPart(name, remark=remark)
    else:
        yield from _in_file(data, name, kind, limits, room)


def _in_file(data: bytes, name: str, kind: str, limits: IntakeLimits, room: Iterator[int]) -> Iterator[MailPart]:
    if kind in _NO_FILES:
        yield MailPart(name, remark=_NO_FILES[kind])
    elif kind == "application/pdf" or name.lower().endswith(".pdf"):
        # a package of Word or Excel is no archive
        if data.startswith(ZIP) and _OPC not in data[:4096] and zipfile.is_zipfile(io.BytesIO(data)):
            yield from _in_zip(data, name, limits, room)
        else:
            yield MailPart(name, data)  # by label, so that a wrong one is named
    elif is_document(data, name):
        yield MailPart(document_name(data, name), document=data)
    elif data.startswith(ZIP) and not name.lower().endswith((".pptx", ".ofd")):
        yield from _in_zip(data, name, limits, room)
    elif data[:6] and len(data) >= _TNEF.size and _TNEF.unpack_from(data)[0] == _TNEF_MAGIC:
        yield from _in_tnef(data, name)
    elif name and picture_suffix(data) and len(data) >= _SMALLEST_SCAN:
        yield MailPart(name, picture=data)
    else:
        yield from _in_text(data, name, kind)


def _in_text(data: bytes, name: str, kind: str) -> Iterator[MailPart]:
    """The files encoded in a text; anything else by its name."""
    files = list(files_in_text(data)) if kind.startswith("text/") and b"begin" in data else []
    yield from (MailPart(readable(called.decode("utf-8", "surrogateescape")), file) for called, file in files)
    if b"-----BEGIN PGP MESSAGE-----" in data[:65_536]:
        yield MailPart(name, remark=_PGP)
    elif name and not files:
        yield MailPart(name, remark=_cannot_open(data, name))


def _cannot_open(data: bytes, name: str) -> str:
    if data.startswith(COMPOUND) and name.lower().endswith(".msg"):
        return f"{name[:40]} 是 Outlook 的邮件文件，读不出里面的附件；请直接附 PDF"
    package = next((kind for magic, kind in _OTHER_PACKAGES.items() if data.startswith(magic)), "")
    return f"{package} 压缩包打不开，请直接附 PDF" if package else ""


def _mail_inside(data: bytes, name: str, kind: str, limits: IntakeLimits) -> tuple[bytes | None, str]:
    """The bytes of a mail (or of a signed file) in an attachment, or why they cannot be read."""
    if is_cms(data, kind, name):
        try:
            return signed_content(data, limits.message_bytes), ""
        except NoContent as error:
            return None, str(error)
    is_mail = _looks_like_mail(data) and not name.lower().endswith(_WEB_ARCHIVES)
    if is_mail or name.lower().endswith(".eml") or kind == "message/rfc822":
        return data, ""
    return None, ""


def _looks_like_mail(data: bytes) -> bool:
    head = _MAIL_HEAD.match(without_mark(data[:65_536].lstrip()))
    return bool(head and len(set(map(bytes.lower, _MAIL_FIELDS.findall(head[0])))) >= 2)


def _leaves(part: Message, depth: int) -> Iterator[tuple[Message, int]]:
    """The parts with content, each with the number of mails around it."""
    if depth > _DEEPEST:
        raise RefusedPdf(f"邮件里的邮件超过 {_DEEPEST} 层")
    if part.get_content_type() == "message/rfc822" and part.is_multipart() and transfer_encoding(part) not in _AS_IT_IS:
        yield _encoded_mail(part), depth
    elif part.is_multipart() and part.get_content_type() not in _NO_FILES:
        inner = depth + (part.get_content_maintype() == "message")
        for child in part.get_payload():
            if isinstance(child, Message):
                yield from _leaves(child, inner)
        # a boundary that two levels share, or a first close that came too early, leaves parts before or behind the others
        for text in (part.preamble, part.epilogue):
            if text and (lost := _with_boundary(text.encode("utf-8", "surrogateescape"), _PARTS_IN_TEXT)):
                yield from _leaves(lost, depth + 1)
    elif mended := _parts_of(part):
        yield from _leaves(mended, depth + 1)
    else:
        yield part, depth


_AS_IT_IS = {"", "7bit", "8bit", "binary"}


def _encoded_mail(part: Message) -> Message:
    """A forwarded mail in base64, which RFC 2046 forbids and programs write: the parser took the base64 for its text."""
    leaf = Message()
    leaf["Content-Type"] = "message/rfc822"
    leaf["Content-Transfer-Encoding"] = transfer_encoding(part)
    leaf.set_payload(b"".join(child.as_bytes() for child in part.get_payload() if isinstance(child, Message)).lstrip())
    return leaf


def _parts_of(part: Message) -> Message | None:
    """A multipart whose head names no boundary or another one than its parts use, or, lost on the way, calls it a text."""
    kind, raw = part.get_content_maintype(), part.get_payload(decode=True)
    if kind not in ("multipart", "text") or not isinstance(raw, bytes):
        return None
    return _with_boundary(raw, _FIRST_BOUNDARY if kind == "multipart" else _PARTS_IN_TEXT)


def _with_boundary(raw: bytes, boundary: re.Pattern[bytes]) -> Message | None:
    """The parts in some bytes, by the first boundary in them."""
    match = boundary.search(raw)
    if not match:
        return None
    mended = email.message_from_bytes(b'Content-Type: multipart/mixed; boundary="' + match[1] + b'"\r\n\r\n' + raw)
    return mended if mended.is_multipart() else None


def without_junk(data: bytes) -> bytes:
    """A PDF without what came before it (a byte order mark, a line of a gateway): readers look for it in the first 1024 bytes.

    Source: PDF Reference 1.7, appendix H, implementation note 13. Anything else stays as it is.
    """
    start = data[:1024].find(PDF)
    return data[start:] if start > 0 and data[:start].strip() and b"startxref" in data[-4096:] else data


def is_pdf(data: bytes) -> bool:
    return data[:1024].lstrip().startswith(PDF)


def _in_zip(data: bytes, name: str, limits: IntakeLimits, room: Iterator[int]) -> Iterator[MailPart]:
    """The PDFs of a ZIP file, its Word and Excel files, and those of the mails in it; other files are not unpacked."""
    left, held = limits.message_bytes, False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
            if len(entries) > limits.mail_parts:
                raise RefusedPdf(f"压缩包里的文件超过 {limits.mail_parts} 个")
            for entry in entries:
                if entry.flag_bits & 1:
                    yield MailPart(name, remark="压缩包加了密码，请直接附 PDF")
                    return
                with package.open(entry) as opened:
                    begin = opened.read(1024)
                    is_mail = entry.filename.lower().endswith(".eml") or _looks_like_mail(begin)
                    if not (is_pdf(begin) or is_mail):
                        continue
                    whole = begin + opened.read(limits.pdf_bytes + 1)
                left -= len(whole)
                if len(whole) > limits.pdf_bytes or left < 0:
                    raise RefusedPdf(f"压缩包里的 PDF 超过上限 {megabytes(limits.pdf_bytes)}")
                files = list(_in_packed_mail(whole, room, limits)) if is_mail else [MailPart(entry.filename, whole)]
                held = held or bool(files)
                yield from files
            for called, document in in_package(package, entries, limits):
                left -= len(document)
                if len(document) > limits.pdf_bytes or left < 0:
                    raise RefusedPdf(f"压缩包里的文件超过上限 {megabytes(limits.pdf_bytes)}")
                held = True
                yield MailPart(called, document=document)
        if not held:
            yield MailPart(name, remark=f"压缩包 {name[:40]} 里没有 PDF（包中的压缩包不打开），请直接附 PDF")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError):
        yield MailPart(name, remark="压缩包已损坏，请直接附 PDF")


def _in_packed_mail(data: bytes, room: Iterator[int], limits: IntakeLimits) -> Iterator[MailPart]:
    """The PDFs, Word and Excel files of a mail in a ZIP file; packages in it are not unpacked."""
    for part, _ in _leaves(email.message_from_bytes(without_mark(data)), 0):
        if next(room, None) is None:
            raise RefusedPdf(f"邮件的组成部分超过 {limits.mail_parts} 个")
        content, name = without_junk(decode_part(part)), file_name(part)
        if is_pdf(content):
            yield MailPart(name, content)
        elif is_document(content, name):
            yield MailPart(document_name(content, name), document=content)


def _in_tnef(data: bytes, name: str) -> Iterator[MailPart]:
    """The files in winmail.dat, which Outlook sends instead of attachments when it is set to rich text."""
    at, held = _TNEF.size, False
    while at + _TNEF_ATTRIBUTE.size <= len(data):
        _, kind, length = _TNEF_ATTRIBUTE.unpack_from(data, at)
        at += _TNEF_ATTRIBUTE.size
        content = data[at : at + length]
        at += length + 2  # a checksum behind each
        if kind == _TNEF_DATA and is_pdf(content):
            held = True
            yield MailPart(name, content)
    if not held:
        yield MailPart(name, remark=f"{name} 里没有 PDF；Outlook 请把邮件格式改为 HTML 或纯文本，直接附 PDF")
