"""Tell the format of a file by its first bytes and hand it to the reader of that format.

In: a path. Out: a ``Source``. A name that lies (a web page called .doc, as many content systems give it) is no obstacle.
"""

from __future__ import annotations

import re
from pathlib import Path

from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge, open_zip
from toolkit.importing.source import Source

SUFFIXES = (
    ".docx",
    ".doc",
    ".wps",
    ".html",
    ".htm",
    ".shtml",
    ".mht",
    ".mhtml",
    ".pdf",
    ".txt",
    ".xlsx",
    ".xlsm",
    ".et",
    ".xls",
    ".rtf",
    ".odt",
    ".ofd",
)
_MHT = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_source(path: Path, limits: Limits = LIMITS) -> Source:
    """The pieces of one file.

    Raises:
        CannotImport: not readable, of no known format, damaged or over a limit.
    """
    raw = _read(path, limits)
    kind = detect(raw, path.suffix.lower())
    if kind == "docx":
        from toolkit.importing.readers.docx import read_docx

        return read_docx(raw, path.name, limits)
    if kind == "xlsx":
        from toolkit.importing.readers.xlsx import read_xlsx

        return read_xlsx(raw, path.name, limits)
    if kind == "pdf":
        from toolkit.importing.readers.pdf import read_pdf

        return read_pdf(raw, path.name, limits)
    if kind == "html":
        from toolkit.importing.readers.html import read_html

        return read_html(raw, path.name, limits)
    if kind == "mht":
        from toolkit.importing.readers.html import read_mht

        return read_mht(raw, path.name, limits)
    if kind == "office":
        from toolkit.importing.readers.office import read_office

        return read_office(raw, path, limits)
    if kind == "text":
        from toolkit.importing.readers.html import decode_page
        from toolkit.importing.readers.text import read_text

        text, notes = decode_page(raw)
        if len(text) > limits.text_chars or text.count("\n") > limits.text_lines:
            most = f"{limits.text_chars // 10_000} 万字或 {limits.text_lines} 行"
            raise TooLarge(path.name, f"文字超过 {most}，不像一份年报，没有读入")
        return read_text(text, tuple(note.replace("网页", "文件") for note in notes))
    raise CannotImport(path.name, kind)


def detect(raw: bytes, suffix: str) -> str:
    """The format: docx, xlsx, pdf, html, mht, office (through LibreOffice) or text; else the sentence why not."""
    head = raw[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"From: <Saved by") or (b"mime-version:" in head[:600].lower() and _MHT.search(head)):
        return "mht"
    if raw[:5] == b"%PDF-" or b"%PDF-" in raw[:1024]:
        return "pdf"
    if raw[:4] == b"PK\x03\x04":
        return _zip_kind(raw)
    if raw[:8] == _OLE or raw[:5] == b"{\\rtf":
        return "office"
    if not raw.strip():
        return "是空文件"
    if head[:1] == b"<" or suffix in (".html", ".htm", ".shtml"):
        return "html"
    if raw[:8] == b"\x89PNG\r\n\x1a\n" or raw[:3] == b"\xff\xd8\xff":
        return "是图片，里面的文字和数字读不出来；请找 Word、网页或 PDF 版本"
    if b"\0" in raw[:4096] and raw[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return f"不认识的文件类型（{suffix or '没有后缀'}）；可读入 Word、WPS、网页、PDF、Excel 和纯文本"
    return "text"


def _zip_kind(raw: bytes) -> str:
    names = set(open_zip(raw, "").namelist())
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "OFD.xml" in names:
        return "是 OFD 版式文件，暂不能读入；请用阅读器另存为 PDF 或 Word"
    if "content.xml" in names and "mimetype" in names:
        return "office"
    return "是压缩包，不是文档；请先解压"


def _read(path: Path, limits: Limits) -> bytes:
    try:
        if path.stat().st_size > limits.file_bytes:
            raise TooLarge(path.name, f"文件超过 {limits.file_bytes // 1_000_000} MB，没有读入")
        return path.read_bytes()
    except OSError as error:
        raise CannotImport(path.name, f"打不开（{error.strerror or error}）") from error
