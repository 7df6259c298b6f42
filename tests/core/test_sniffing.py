"""Kinds of files by their first bytes, texts by what they decode as."""

from __future__ import annotations

import pytest

from toolkit.core.sniffing import decode_chinese, document_suffix, picture_suffix


@pytest.mark.parametrize(
    ("data", "document", "picture"),
    [
        (b"%PDF-1.7", ".pdf", ""),
        (b"PK\x03\x04", ".docx", ""),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", ".doc", ""),
        (b"\x89PNG\r\n\x1a\n", "", ".png"),
        (b"II*\0", "", ".tif"),
        (b"<html>", "", ""),
        (b"", "", ""),
    ],
)
def test_kinds_of_files(data: bytes, document: str, picture: str) -> None:
    assert (document_suffix(data), picture_suffix(data)) == (document, picture)


@pytest.mark.parametrize("charset", [None, "", "undefined", "a\0b", "rot13", "idna", "no-such", "ascii"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_text_under_a_wrong_charset(charset: str | None, encoding: str) -> None:
    assert decode_chinese("年报已发".encode(encoding), charset) == "年报已发"


def test_text_in_its_charset_and_in_none() -> None:
    assert decode_chinese("年報".encode("big5"), "big5") == "年報"
    assert decode_chinese(b"\xff\xff") == "\ufffd\ufffd"
