"""Files that programs wrote into the text of a mail are decoded, torn ones as far as they go; words are no files."""

from __future__ import annotations

import pytest

from tests.dispatch.test_mail_content import uuencoded, yenc
from toolkit.importing.readers.mail_parts import files_in_text

EVERY_BYTE = bytes(range(256)) * 3


def test_two_uuencoded_files_in_one_text() -> None:
    text = (uuencoded(b"one") + "and\r\n" + uuencoded(b"two")).encode()
    assert list(files_in_text(text)) == [(b"nianbao.pdf", b"one"), (b"nianbao.pdf", b"two")]


def test_every_byte_survives_yenc_and_its_doubled_points() -> None:
    doubled = yenc(EVERY_BYTE).replace(b"\r\n.", b"\r\n..")
    assert list(files_in_text(doubled)) == [(b"nian bao.pdf", EVERY_BYTE)]
    parted = yenc(EVERY_BYTE).replace(b"pdf\r\n", b"pdf\r\n=ypart begin=1 end=768\r\n")
    assert list(files_in_text(parted)) == [(b"nian bao.pdf", EVERY_BYTE)]


@pytest.mark.parametrize("quote", ["> ", ">> ", "> > "])
def test_a_quoted_file_is_read(quote: str) -> None:
    text = quote + uuencoded(EVERY_BYTE).replace("\r\n", f"\r\n{quote}")
    assert list(files_in_text(text.encode())) == [(b"nianbao.pdf", EVERY_BYTE)]


@pytest.mark.parametrize(
    "words", ["begin 2025 with news\nof good", "we begin 644 a.pdf\nM", "=ybegin line=128\nname=x", "end\nbegin"]
)
def test_words_are_no_file(words: str) -> None:
    assert list(files_in_text(words.encode())) == []


def test_many_beginnings_without_an_end_take_no_time() -> None:
    assert list(files_in_text(b"begin 644 a.pdf\nx\n" * 200_000)) == []
