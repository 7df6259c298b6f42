"""Find the files that programs without MIME write into the text of a mail: uuencode, its base64 form, yEnc.

In: the bytes of a text. Out: name and bytes of each file; a torn file is decoded as far as it goes. The text may be quoted
(``> `` before each line). Nothing is raised, and the time is linear in the length of the text.

Source: IEEE Std 1003.1 (uuencode, uuencode -m); yEnc 1.3.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator
from contextlib import suppress

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
