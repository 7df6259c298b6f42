"""Sniff what bytes from outside are: the kind of a file by its magic number, the text of a mail or an answer by its charset.

In: bytes, and the charset that their sender names. Out: a suffix, a text. A name or a charset may be wrong: the bytes decide.
"""

from __future__ import annotations

from contextlib import suppress

PDF = b"%PDF-"
ZIP = b"PK\x03\x04"  # also packages of Word and Excel
COMPOUND = b"\xd0\xcf\x11\xe0"  # .doc, .xls and .wps of old, mails of Outlook, and workbooks with a password
PICTURES = {b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg", b"II*\0": ".tif", b"MM\0*": ".tif"}  # that a scanner makes
_DOCUMENTS = {PDF: ".pdf", ZIP: ".docx", COMPOUND: ".doc"}


def document_suffix(data: bytes) -> str:
    """The suffix of a published document, "" for a web page or text; a package is taken for one of Word."""
    return _suffix(data, _DOCUMENTS)


def picture_suffix(data: bytes) -> str:
    """The suffix of a scanned picture, "" for anything else."""
    return _suffix(data, PICTURES)


def _suffix(data: bytes, kinds: dict[bytes, str]) -> str:
    return next((suffix for begin, suffix in kinds.items() if data.startswith(begin)), "")


def decode_chinese(data: bytes, charset: str | None = None) -> str:
    """The text of bytes: as their charset says, else UTF-8, else GB18030, which Chinese mail programs write without saying so.

    Nothing fails: a sender may name an unknown charset, or one that Python has for other things (``undefined``, ``rot13``).
    """
    for encoding in (charset, "utf-8", "gb18030"):
        with suppress(LookupError, ValueError):
            if encoding:
                return data.decode(encoding)
    return data.decode("utf-8", "replace")
