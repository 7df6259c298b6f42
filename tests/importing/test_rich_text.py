"""The rich text of a mail of Outlook: unpacked, and the web page in it."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from zlib import crc32

import pytest

from tests.importing.compound_files import compound_file
from tests.importing.shapes import html_body, page, report
from toolkit.importing import read_published
from toolkit.importing.limits import Limits
from toolkit.importing.readers.rich_text import page_in, unpacked


def stored(rtf: bytes, kind: bytes = b"MELA") -> bytes:
    """A stream without compression, or with every byte written out."""
    body = rtf if kind == b"MELA" else b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf), 8))
    checksum = 0 if kind == b"MELA" else crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return struct.pack("<II4sI", len(body) + 12, len(rtf), kind, checksum) + body


def rich(html: str, page: int = 936) -> bytes:
    """A page as Outlook puts it into RTF: tags in groups of their own, paragraphs once more for programs without HTML."""
    pieces: list[str] = []
    for piece in re.split("(<[^>]*>)", html):
        if piece.startswith("<"):
            again = "\\htmlrtf \\par 9 \\htmlrtf0 " if piece.startswith("<p") else ""
            pieces.append("{\\*\\htmltag64 " + re.sub(r"([\\{}])", r"\\\1", piece) + "}" + again)
        else:
            pieces += [sign if sign.isascii() else "".join(f"\\'{byte:02x}" for byte in sign.encode("gb18030")) for sign in piece]
    head = (
        f"{{\\rtf1\\ansi\\ansicpg{page}\\fromhtml1 {{\\fonttbl{{\\f0\\fcharset134 SimSun;}}}}{{\\*\\generator 7;}}\\uc1\\pard\r\n"
    )
    return (head + "".join(pieces) + "}").encode("ascii")


@pytest.mark.parametrize(
    ("packed", "expected"),
    [
        (
            "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0",
            b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
        ),
        ("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0", b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
        ("00", b""),
        ("1a0000001c00000041424344e2d44b5141000420", b""),
        ("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb1", b""),  # not as its checksum says
    ],
)
def test_examples_of_the_specification(packed: str, expected: bytes) -> None:
    assert unpacked(bytes.fromhex(packed)) == expected


def test_stream_that_unpacks_to_too_much() -> None:
    assert unpacked(struct.pack("<II4sI", 20, 1_000, b"LZFu", 0) + b"\0" * 20, Limits(part_bytes=999)) == b""


def test_characters_of_two_bytes_and_by_number() -> None:
    assert page_in(rb"{\rtf1\ansicpg936\fromhtml1 \'d2\'bb\u20108?{\*\htmltag84 &nbsp;}\{3\}\par}") == "一二&nbsp;{3}\r\n"
    assert page_in(rb"{\rtf1\ansi rich from the beginning}") == ""


@pytest.mark.parametrize(
    ("rtf", "expected"),
    [
        (rb"\uc0\u20214 15", "件15"),
        (rb"{\uc0 a}\u20214?15", "a件15"),
        (rb"\uc2\u20108 \'b6\'fe5", "二5"),
        (rb"\u-10179?\u-8701?9", "\U0001f6039"),
        (rb"\u-10179?9", "\ufffd9"),
        (rb"\_5 1\emspace 2\~3", "-5 1 2 3"),
    ],
)
def test_substitutes_and_signs(rtf: bytes, expected: str) -> None:
    page_of = page_in(rb"{\rtf1\ansicpg936\fromhtml1 " + rtf + b"}")
    assert page_of == expected
    assert page_of.encode("utf-8")


@pytest.mark.parametrize(("kind", "code_page"), [(b"MELA", 936), (b"LZFu", 936), (b"MELA", 1252)])
def test_report_in_the_rich_text_of_a_mail(kind: bytes, code_page: int, tmp_path: Path) -> None:
    of = report()
    streams = {"__properties_version1.0": b"\0" * 32, "__substg1.0_10090102": stored(rich(page(html_body(of)), code_page), kind)}
    (tmp_path / "来信.msg").write_bytes(compound_file(streams))
    got = read_published(tmp_path / "来信.msg")
    assert [str(at) for at in of.form.cells if got.cells[at].value != of.figures[at]] == []
