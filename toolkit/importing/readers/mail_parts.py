"""Decode the parts of a mail and their names, including the deviations of real mail programs and gateways.

In: a leaf part of a parsed mail. Out: its bytes, its name. Content-Transfer-Encoding may come with blanks, a comment, quotes or
in capitals, may be missing though the content is encoded, or hold several padded pieces. Programs without MIME write files into
the text (uuencode, its base64 form, yEnc), which may be quoted (``> `` before each line): a torn file is decoded as far as it
goes, nothing is raised, and the time is linear in the length of the text.

Source: RFC 2045, 6 (Content-Transfer-Encoding); IEEE Std 1003.1 (uuencode, uuencode -m); yEnc 1.3.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.header import decode_header, make_header
from email.message import Message

from toolkit.core.sniffing import decode_chinese

_BASE64 = {"base64", "base-64", "x-base64", "b64"}
_QUOTED = {"quoted-printable", "quotedprintable", "quoted_printable", "qp"}
_UUENCODE = {"x-uuencode", "uuencode", "uue", "x-uue", "x-uu", "uu"}
# how a PDF, a ZIP file, an Outlook message and a winmail.dat begin in base64
_ENCODED_STARTS = (b"JVBERi", b"UEsDB", b"0M8R4K", b"eJ8+I")
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/=]*")
_MARKS = b" \t>|!*\x00\xa0"  # before and behind lines: quoted, marked or padded on the way (RFC 2045, 6.8: to be ignored)
_URL_SAFE = bytes.maketrans(b"-_", b"+/")  # RFC 4648, 5
_LONG_LINE = 40  # characters; a line with blanks inside that is shorter is text of a gateway, not base64
# what programs that took base64 for text put at its line ends
_LINE_TAIL = re.compile(rb"(?:<br ?/?>|&#(?:13|10|x[dD]|x[aA]);|=0D(?:=0A)?|=20)+(?=\s*$)", re.MULTILINE | re.IGNORECASE)
# before the head of a mail: a line of mbox that was quoted, the length that Apple Mail writes into an .emlx file
_BEFORE_HEAD = re.compile(rb"\A(?:>+From [^\n]*\n|[0-9]{1,10} *\r?\n(?=[A-Za-z-]+:))")
_MARK = rb"^((?:> ?)*)"
_BEGIN = re.compile(
    _MARK + rb"(begin|begin-base64|=ybegin)(?: [0-7]{3,4} +| [^\r\n]*? ?name=)([^\r\n]+?)[ \t]*\r?\n", re.MULTILINE
)
_END = re.compile(_MARK + rb"(?:end|====|=yend[^\r\n]*)[ \t]*\r?$", re.MULTILINE)
_FULL_LINE = re.compile(rb"(?:> ?)*M[ -`]{40,60}\r?\n")  # 45 bytes: nothing else is taken for a file without an end
_PART_LINE = re.compile(rb"\A=ypart[^\r\n]*\r?\n")
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_MINUS_42, _MINUS_64 = (bytes((byte - shift) % 256 for byte in range(256)) for shift in (42, 64))


def files_in_text(text: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and bytes of each file in a text."""
    at, torn = 0, False
    while match := _BEGIN.search(text, at):
        end = None if torn else _END.search(text, match.end())
        torn = end is None
        at = end.end() if end else match.end()
        if end or _FULL_LINE.match(text, match.end()):
            body = text[match.end() : end.start() if end else len(text)]
            if match[1]:
                body = re.sub(rb"^(?:> ?)+", b"", body, flags=re.MULTILINE)
            yield match[3], _DECODERS[match[2]](body)
            at = at if end else len(text)


def _decode_uu(lines: bytes) -> bytes:
    out = []
    for line in lines.splitlines():
        if not line or line == b"`":
            continue
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:  # trailing bits of some encoders: only as many characters as the length byte says
            count = (((line[0] - 32) & 63) * 4 + 5) // 3
            with suppress(binascii.Error):
                out.append(binascii.a2b_uu(line[:count]))
    return b"".join(out)


def _decode_base64(lines: bytes) -> bytes:
    with suppress(binascii.Error):
        return binascii.a2b_base64(lines)
    return b""


def _decode_yenc(lines: bytes) -> bytes:
    """Each byte plus 42, and plus 64 more behind ``=``; lines begin with a second point where they began with one."""
    joined = b"".join(
        line.removeprefix(b".") if line.startswith(b"..") else line for line in re.split(rb"\r?\n", _PART_LINE.sub(b"", lines))
    )
    return _ESCAPED.sub(lambda match: match[1].translate(_MINUS_64), joined).translate(_MINUS_42)


_DECODERS: dict[bytes, Callable[[bytes], bytes]] = {
    b"begin": _decode_uu, b"begin-base64": _decode_base64, b"=ybegin": _decode_yenc,
}  # fmt: skip


def without_mark(raw: bytes) -> bytes:
    """A mail that an editor or a copy in text mode saved again, as it was.

    Without a byte order mark, blank lines or a line of the mailbox before it, not in UTF-16, and with line ends of CR LF
    where each has become CR CR LF.
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        with suppress(UnicodeDecodeError):
            raw = raw.decode("utf-16").encode("utf-8")
    raw = _BEFORE_HEAD.sub(b"", raw.removeprefix(codecs.BOM_UTF8).lstrip(b"\r\n"))
    return raw.replace(b"\r\r\n", b"\r\n") if raw.partition(b"\n")[0].endswith(b"\r\r") else raw


def decode_part(part: Message) -> bytes:
    """The bytes of a leaf part. Damaged content is decoded as far as possible; nothing is raised."""
    encoding = transfer_encoding(part)
    del part["Content-Transfer-Encoding"]  # the parser decodes what is labelled well only; from here on it gives raw bytes
    raw = part.get_payload(decode=True)
    data = _decode(raw, encoding) if isinstance(raw, bytes) else b""
    if data.lstrip().startswith(_ENCODED_STARTS):  # label missing or wrong, or encoded twice by a gateway
        return decode_base64(data)
    if data.lstrip().startswith((b"begin ", b"begin-base64 ", b"=ybegin ")):
        return next((file for _, file in files_in_text(data)), data)
    return data


def transfer_encoding(part: Message) -> str:
    """The name of the encoding in lower case, without blanks, quotes, comments and parameters."""
    text = re.sub(r"\(.*?\)", "", str(part.get("Content-Transfer-Encoding", "")))
    return text.partition(";")[0].strip().strip("\"'").strip().lower()


def decode_base64(raw: bytes) -> bytes:
    """Base64 with line breaks, lines of other text, missing padding, and padding in the middle (pieces joined)."""
    raw = _LINE_TAIL.sub(b"", raw)
    standard = raw if b"+" in raw or b"/" in raw else raw.translate(_URL_SAFE)
    lines = []
    odd_before = False  # whether the line before was base64 with blanks or marks: then the last, short one may have them, too
    for line in standard.splitlines():
        core = line.strip(_MARKS)
        close = b"".join(core.split())
        odd = close != line.strip()
        is_base64 = _BASE64_LINE.fullmatch(close) is not None and (not odd or odd_before or len(close) >= _LONG_LINE)
        if is_base64:
            lines.append(close)
        odd_before = is_base64 and odd
    text = b"".join(lines)
    return b"".join(_piece(piece) for piece in re.split(rb"=+", text))


def _decode(raw: bytes, encoding: str) -> bytes:
    if encoding in _BASE64:
        return decode_base64(raw)
    if encoding in _QUOTED:
        return quopri.decodestring(raw)
    if encoding in _UUENCODE:
        return next((data for _, data in files_in_text(raw)), raw)
    return raw


def _piece(text: bytes) -> bytes:
    whole = text[: len(text) - 1] if len(text) % 4 == 1 else text  # a torn last character holds no byte
    with suppress(binascii.Error):
        return base64.b64decode(whole + b"=" * (-len(whole) % 4))
    return b""


def file_name(part: Message) -> str:
    """The name of an attachment; bytes without a charset, or under a wrong one, are UTF-8 or GB18030."""
    for head_name, value in part.raw_items():
        if not (text := str(value)).isascii() and head_name.lower() in ("content-disposition", "content-type"):
            part.replace_header(head_name, decode_chinese(text.encode("utf-8", "surrogateescape")))
    name = part.get_param("filename", None, "content-disposition") or part.get_param("name", "")
    if isinstance(name, tuple):  # RFC 2231
        name = decode_chinese(name[2].encode("raw-unicode-escape"), _WIDER.get((name[0] or "").lower(), name[0] or ""))
    return readable(str(name))


# Foxmail and Outlook write characters that GB2312 and Big5 lack under these names
_WIDER = dict.fromkeys(("gb2312", "gbk", "x-gbk", "cp936", "gb_2312-80", "euc-cn"), "gb18030") | {"big5": "big5hkscs"}


_NO_CHARACTER = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # halves of characters without a byte, as from UTF-7


def readable(text: str) -> str:
    """A header of a mail, or a name in it, decoded to one line; raw GB18030 is accepted."""
    with suppress(ValueError, LookupError, UnicodeError):
        words = [(data, _WIDER.get(charset or "", charset)) for data, charset in decode_header(text)]
        text = str(make_header(words))
    raw = _NO_CHARACTER.sub("\ufffd", text).encode("utf-8", "surrogateescape")
    return " ".join(decode_chinese(raw).split())[:200]


def subject_of(mail: Message) -> str:
    """The first subject, readable; "" without one. ``mail["Subject"]`` loses unencoded characters beyond ASCII."""
    values = (str(value) for key, value in mail.raw_items() if key.lower() == "subject")
    return readable(next(values, ""))
