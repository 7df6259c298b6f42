"""Unpack the rich text of an Outlook mail: the compressed stream, and the web page that an RTF document may carry inside.

In: bytes. Out: the RTF document; the page in it, "" where it carries none.

Source: [MS-OXRTFCP] 2.1 (compressed RTF), [MS-OXRTFEX] 2.1 (HTML inside RTF); RTF 1.9.1, characters.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from zlib import crc32

from toolkit.importing.limits import LIMITS, Limits

_COMPRESSED, _PLAIN = b"LZFu", b"MELA"
_KNOWN = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArial"
    rb"Times New RomanCourier{\colortbl\red0\green0\blue0" + b"\r\n" + rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)  # what every compressed document may refer to
_WINDOW = 4096
_ONES = 0xFFFFFFFF  # the checksum begins with zeros and is not inverted
_TOKEN = re.compile(
    rb"\\(?P<word>[a-z]+(?:-?\d+)?) ?|\\'(?P<code>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-z'])|(?P<brace>[{}])|[\r\n]+"
    rb"|(?P<text>[^\\{}\r\n]+)"
)
_SIGNS = {"par": "\r\n", "line": "\r\n", "tab": "\t", "emspace": " ", "enspace": " ", "qmspace": " ",
          "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
          "bullet": "•", "endash": "–", "emdash": "—"}  # fmt: skip
_SILENT = ("fonttbl", "colortbl", "stylesheet", "info", "pict", "generator", "listtable")
_SYMBOLS = {b"\\": b"\\", b"{": b"{", b"}": b"}", b"~": b" ", b"_": b"-"}
_CHARSETS = {"134": "gb18030", "136": "big5hkscs"}
_CODE_PAGES = {"936": "gb18030", "950": "big5hkscs", "65001": "utf-8"}


def unpacked(raw: bytes, limits: Limits = LIMITS) -> bytes:
    """The RTF document of a compressed stream, b"" for a damaged one or one over the limit of a part."""
    if len(raw) < 16:
        return b""
    size, length, kind, checksum = struct.unpack_from("<II4sI", raw)
    body = raw[16 : size + 4]
    if length > limits.part_bytes or (kind == _COMPRESSED and crc32(body, _ONES) ^ _ONES != checksum):
        return b""
    return body[:length] if kind == _PLAIN else _decompressed(body, length) if kind == _COMPRESSED else b""


def _decompressed(body: bytes, length: int) -> bytes:
    window = bytearray(_WINDOW)
    window[: len(_KNOWN)] = _KNOWN
    write, at, out = len(_KNOWN), 0, bytearray()
    while at < len(body) and len(out) < length:
        flags, at = body[at], at + 1
        for bit in range(8):
            if at >= len(body):
                break
            if flags >> bit & 1:
                if at + 1 >= len(body):
                    return bytes(out)
                reference, at = body[at] << 8 | body[at + 1], at + 2
                start, count = reference >> 4, (reference & 15) + 2
                if start == write:
                    return bytes(out[:length])  # a reference to the place of writing ends the document
            else:
                start, count, window[write], at = write, 1, body[at], at + 1
            for step in range(count):
                sign = window[(start + step) % _WINDOW]
                window[write] = sign
                out.append(sign)
                write = (write + 1) % _WINDOW
    return bytes(out[:length])


def page_in(rtf: bytes) -> str:
    """The web page that an RTF document was made of, "" for a document that was rich text from the beginning."""
    if b"\\fromhtml" not in rtf[:4096]:
        return ""
    page = re.search(rb"\\ansicpg(\d{1,5})", rtf[:4096])
    number = page[1].decode() if page else "936"
    font = re.search(rb"\\fcharset(134|136)\b", rtf[:16384])  # an Outlook that is not Chinese tells it of its fonts only
    of_font = _CHARSETS[font[1].decode()] if font else f"cp{number}"
    reading = _Page(_CODE_PAGES.get(number, of_font))
    for match in _TOKEN.finditer(rtf):
        reading.take(str(match.lastgroup), match[match.lastgroup] if match.lastgroup else b"")
    return reading.text()


@dataclass
class _Page:
    """The page so far. ``silent``: the group is none of the page; ``hidden``: its text is for programs without HTML."""

    encoding: str
    parts: list[str] = field(default_factory=list)
    held: bytearray = field(default_factory=bytearray)  # bytes of characters, of which one may take two
    groups: list[tuple[bool, bool, int]] = field(default_factory=list)
    silent: bool = False
    hidden: bool = False
    starred: bool = False
    substitutes: int = 1  # characters behind one by number, for programs without Unicode
    skipped: int = 0  # those of them that are still to come

    def text(self) -> str:
        self._decode()
        return (
            "".join(self.parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        )  # two numbers make an emoji

    def take(self, kind: str, value: bytes) -> None:
        if kind == "brace" and value == b"{":
            self.groups.append((self.silent, self.hidden, self.substitutes))
        elif kind == "brace" and self.groups:
            self.silent, self.hidden, self.substitutes = self.groups.pop()
        elif kind == "symbol" and value == b"*":
            self.starred = True
        elif kind == "word":
            name = value.rstrip(b"-0123456789").decode()
            self._word(name, value[len(name) :].decode())
        elif kind in ("code", "symbol", "text") and not (self.silent or self.hidden):
            self._characters(kind, value)

    def _word(self, name: str, number: str) -> None:
        starred, self.starred = self.starred, False
        if name == "htmlrtf":
            self.hidden = number != "0"
        elif name == "htmltag":
            self.silent = self.hidden = False
        elif name == "uc":
            self.substitutes = max(0, int(number or 1))
        elif starred or name in _SILENT:
            self.silent = True
        elif not (self.silent or self.hidden) and (name in _SIGNS or (name == "u" and number)):
            self._decode()
            self.parts.append(_SIGNS.get(name) or chr(int(number) % 0x10000))
            self.skipped = self.substitutes if name == "u" else 0

    def _characters(self, kind: str, value: bytes) -> None:
        if kind == "code":
            value = bytes.fromhex(value.decode())
        elif kind == "symbol":
            value = _SYMBOLS.get(value, b"")
        self.held += value[self.skipped :]
        self.skipped = max(0, self.skipped - len(value))

    def _decode(self) -> None:
        try:
            self.parts.append(self.held.decode(self.encoding, "replace"))
        except LookupError:
            self.parts.append(self.held.decode("gb18030", "replace"))
        self.held.clear()
