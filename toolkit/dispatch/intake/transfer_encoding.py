"""Decode the parts of a mail, including the deviations of real mail programs and gateways.

In: a leaf part of a parsed mail. Out: its bytes. Content-Transfer-Encoding may come with blanks, a comment, quotes or in
capitals, may be missing though the content is encoded, or hold several padded pieces; files encoded in plain text are
read by ``files_in_text``.

Source: RFC 2045, 6 (Content-Transfer-Encoding).
"""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from contextlib import suppress
from email.message import Message

from toolkit.dispatch.intake.files_in_text import files_in_text

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
