"""Tell the format of a file by its first bytes and hand it to the reader of that format.

In: a path. Out: a ``Source``, or several where one file holds several documents (a mail). A name that lies (a web page
called .doc, as many content systems give it) does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path, PurePath

from toolkit.core.sniffing import PDF, ZIP
from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge, parse_xml
from toolkit.importing.narrative.narrative import years_of
from toolkit.importing.narrative.sorting import charts_as_pictures, count_tables
from toolkit.importing.readers.encoding import is_wide_text
from toolkit.importing.readers.mail import open_eml, open_msg, reports_in
from toolkit.importing.readers.opc import open_package, package_of_flat
from toolkit.importing.source import Source
from toolkit.report.read_form import Observation

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp")
SUFFIXES = (
    ".docx", ".docm", ".doc", ".wps", ".html", ".htm", ".shtml", ".mht", ".mhtml", ".pdf", ".txt", ".xlsx", ".xlsm", ".et",
    ".xls", ".xlsb", ".ods", ".fodt", ".fods", ".csv", ".tsv", ".rtf", ".odt", ".ofd", ".eml", ".msg",
    *PICTURES,
)  # fmt: skip
_MHT = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_MAIL = re.compile(rb"^(received|delivered-to|return-path|to|cc|dkim-signature|x-qq-\S+|x-mailer):", re.IGNORECASE | re.MULTILINE)
_ROOT = re.compile(rb"<(?:\w+:)?(\w+)[\s>]")  # the first tag: before it are only declarations and comments
_XML_KINDS = {
    b"package": "flat",
    **dict.fromkeys((b"wordDocument", b"Workbook", b"document", b"UOF"), "office"),
}  # of Office 2003, ODF, UOF
_HEADER = re.compile(rb"\A[\w-]+:[ \t]?\S")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE_STREAMS = ("worddocument", "workbook", "book", "contents", "mn0")  # of Word, Excel, and of Works, which LibreOffice reads
_PRESENTATION = "是演示文稿，不是年报文件；请找 Word、网页或 PDF 版本"
_OTHER_PROGRAM = "里没有 Word 或 Excel 的内容，是别的程序的文件；请用原来的程序打开，另存为 .docx 或 PDF 后再读入"
_ARCHIVE = "是压缩包，不是文档；请先解压"
_NO_DOCUMENTS = {
    **dict.fromkeys((b"Rar!\x1a\x07", b"7z\xbc\xaf'\x1c", b"\x1f\x8b"), _ARCHIVE),
    b"\x78\x9f\x3e\x22": "是 Outlook 用自己的格式打包的附件（winmail.dat），打不开；请对方改用 HTML 或纯文本格式重发",
}
_PHOTO = "是手机的高效图像格式（HEIC、AVIF），打不开；请在手机上把照片存为 JPEG（相机格式选“兼容性最佳”），或截成图片后再读入"
_PHOTO_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1", b"avif")  # of ISO/IEC 23008-12 and AV1
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"BM", b"GIF8")
_WITH_CHARTS = ("html", "docx", "pdf")  # an office suite may have made any of them of a page with charts
_IN_PACKAGES = {
    "xlsx": ("xlsx", "read_xlsx"), "html": ("html", "read_html"), "mht": ("html", "read_mht"),
    "office": ("office", "read_office"), "scan": ("scan.reading", "read_scan"),
}  # fmt: skip
_CSV, _WORKBOOKS = (".csv", ".tsv"), (".xls", ".xlsx", ".xlsm", ".et")  # many systems call their CSV a workbook
_DEEPEST = 5  # documents inside documents
_MARKDOWN = re.compile(r"(?:^#{1,6} .+\n[^#]*){3}", re.MULTILINE)  # three headings
_MARKED = re.compile(r"\d *, *\d+ *, *\d")  # figures with commas between them
_SIGNS_OF_MARKDOWN = re.compile(r"^#{1,6} +|\*\*|\\(?=[-.()\[\]*_#+])", re.MULTILINE)


def read_source(path: Path, limits: Limits = LIMITS, year: int | None = None) -> Source:
    """The pieces of one file; of several reports in it that of ``year``, else the one with most tables, the others named.

    Raises:
        CannotImport: not readable, of no known format, damaged or over a limit.
    """
    sources = read_sources(path, limits)
    of_year = (item for item in sources if len(sources) > 1 and year in years_of(item[1].pieces, item[1].title))
    chosen = next(of_year, sources[0])
    others, first = [item for item in sources if item is not chosen], chosen[1]
    if not others:
        return first
    names = "、".join(f"“{name}”" for name, _ in others)
    observation = Observation("several-reports", f"文件里有 {len(others) + 1} 份文件，只读入了其中一份，没有读入的是{names}",
                    next_step="请把其余的分别另存后导入")  # fmt: skip
    return replace(first, observations=(*first.observations, observation))


def read_sources(path: Path, limits: Limits = LIMITS) -> list[tuple[str, Source]]:
    """Every document of one file with its name, nearly always one; the reports among the attachments of a mail.

    Raises:
        CannotImport: as ``read_source``.
    """
    return _read_all(_read(path, limits), path.name, limits, 0)


def read_bytes(raw: bytes, name: str, limits: Limits = LIMITS, depth: int = 0) -> Source:
    """The pieces of one document inside another.

    Raises:
        CannotImport: as ``read_source``.
    """
    return _read_all(raw, PurePath(name.replace("\\", "/")).name, limits, depth)[0][1]


def _read_all(raw: bytes, name: str, limits: Limits, depth: int) -> list[tuple[str, Source]]:
    if depth > _DEEPEST:
        raise CannotImport(name, f"文件一层套一层，超过 {_DEEPEST} 层，没有读入")
    kind = detect(raw, PurePath(name).suffix.lower())
    if kind in ("eml", "msg"):
        mail = (open_eml if kind == "eml" else open_msg)(raw, name, limits)
        return reports_in(mail, name, lambda part: _read_all(part.raw, part.name, limits, depth + 1))
    reader = _READERS.get(kind)
    if reader is None:
        raise CannotImport(name, kind)
    source = reader(raw, name, limits, depth)
    if source.format in _WITH_CHARTS:
        source = replace(source, pieces=tuple(charts_as_pictures(source.pieces)))
    return [(name, source)]


def _docx(raw: bytes, name: str, limits: Limits, depth: int) -> Source:
    from toolkit.importing.readers.docx import read_docx

    return read_docx(raw, name, limits, lambda part, part_name, below: read_bytes(part, part_name, limits, below), depth)


def _pdf(raw: bytes, name: str, limits: Limits, depth: int) -> Source:
    from toolkit.importing.readers.pdf import read_pdf
    from toolkit.importing.readers.pdf.reading import NoText

    try:
        return read_pdf(raw, name, limits, partial(_pages, raw, name, limits))
    except NoText as error:
        return _of_pictures(raw, name, limits, error.source, error.elsewhere)


def _pages(raw: bytes, name: str, limits: Limits, numbers: Sequence[int]) -> Source:
    from toolkit.importing.readers.scan.reading import read_pages

    return read_pages(raw, name, limits, numbers)


def _of_pictures(raw: bytes, name: str, limits: Limits, layer: Source | None, elsewhere: str) -> Source:
    """The pictures of the pages; where no report is read from them, the reason also names where ``elsewhere`` one may be."""
    try:
        source = _scan_or_layer(raw, name, limits, layer)
    except TooLarge:
        raise
    except CannotImport as error:
        raise CannotImport(name, f"{error.reason}；这个文件又{elsewhere}") if elsewhere else error from error
    if elsewhere and source.data_code is None and not count_tables(source.pieces):
        raise CannotImport(name, elsewhere)
    return source


def _scan_or_layer(raw: bytes, name: str, limits: Limits, layer: Source | None) -> Source:
    """The pictures of the pages; only where nothing can be made of them, the ``layer`` of text that a scanner put behind them.

    Such a layer holds what another program recognised, without its doubts, and no reader of the page sees it.
    """
    from toolkit.importing.readers.scan.reading import has_data_code, read_scan
    from toolkit.importing.readers.scan.recognising import has_recogniser

    if layer is not None and not has_recogniser() and not has_data_code(raw, name, limits):
        return layer
    try:
        source = read_scan(raw, name, limits)
    except TooLarge:
        raise
    except CannotImport:
        if layer is None:
            raise
        return layer
    return source if layer is None or source.data_code or count_tables(source.pieces) else layer


def _flat(raw: bytes, name: str, limits: Limits, depth: int) -> Source:
    return _docx(package_of_flat(raw, name), name, limits, depth)


def _by(package: str, reader: str, raw: bytes, name: str, limits: Limits, depth: int) -> Source:
    """The pieces by a reader that is imported when it is first needed."""
    source: Source = getattr(import_module(f"toolkit.importing.readers.{package}"), reader)(raw, name, limits)
    return source


def _text(raw: bytes, name: str, limits: Limits, depth: int) -> Source:
    from toolkit.importing.readers.delimited import is_table, read_delimited
    from toolkit.importing.readers.html import read_html
    from toolkit.importing.readers.text import read_text

    text, notes = _decoded(raw, name, limits)
    if _MARKDOWN.search(text):
        text = _SIGNS_OF_MARKDOWN.sub("", text)
    if "<td" in text and "</table>" in text:  # as Markdown has tables with merged cells
        page = "\n".join(line if line.lstrip().startswith("<") else f"<p>{line}</p>" for line in text.split("\n"))
        return read_html(page.encode("utf-8"), name, limits)
    source = read_delimited(text, name, notes, limits) if is_table(text) else read_text(text, notes)
    if source.format == "csv" or not _MARKED.search(text):
        return source
    marked = read_delimited(text, name, notes, limits)
    return marked if count_tables(marked.pieces) > count_tables(source.pieces) else source


def _delimited(raw: bytes, name: str, limits: Limits, depth: int) -> Source:
    from toolkit.importing.readers.delimited import read_delimited
    from toolkit.importing.readers.text import read_text

    text, notes = _decoded(raw, name, limits)
    source = read_delimited(text, name, notes, limits)
    return source if PurePath(name).suffix.lower() in _CSV or count_tables(source.pieces) else read_text(text, notes)


def _decoded(raw: bytes, name: str, limits: Limits) -> tuple[str, tuple[str, ...]]:
    from toolkit.importing.readers.encoding import decode_page

    text, notes = decode_page(raw)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > limits.text_chars or text.count("\n") > limits.text_lines:
        most = f"{limits.text_chars // 10_000} 万字或 {limits.text_lines} 行"
        raise TooLarge(name, f"文字超过 {most}，不像一份年报，没有读入")
    return text, tuple(note.replace("网页", "文件") for note in notes)


_READERS: dict[str, Callable[[bytes, str, Limits, int], Source]] = {
    "docx": _docx, "pdf": _pdf, "flat": _flat, "text": _text, "csv": _delimited,
    **{kind: partial(_by, *reader) for kind, reader in _IN_PACKAGES.items()},
}  # fmt: skip


def detect(raw: bytes, suffix: str) -> str:
    """The format: docx, flat (a .docx as XML), xlsx, pdf, html, mht, eml, msg, csv, office (through LibreOffice) or text.

    For anything else it is the sentence why it cannot be read.
    """
    head = raw[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if PDF in raw[:1024]:
        return "pdf"
    if raw.startswith(_PICTURES) or (raw[:4] == b"RIFF" and raw[8:12] == b"WEBP"):
        return "scan"
    if raw.startswith(ZIP):
        return _zip_kind(raw)
    if raw[:8] == _OLE or raw[:5] == b"{\\rtf":
        return _ole_kind(raw, suffix)
    refusal = "" if raw.strip() else "是空文件"
    refusal = next((why for start, why in _NO_DOCUMENTS.items() if raw.startswith(start)), refusal)
    refusal = _PHOTO if raw[4:8] == b"ftyp" and raw[8:12] in _PHOTO_BRANDS else refusal
    if refusal:
        return refusal
    if _HEADER.match(head) or suffix == ".eml":
        kind = _header_kind(raw, head, suffix)
        if kind:
            return kind
    if head[:1] == b"<" or suffix in (".html", ".htm", ".shtml"):
        root = _ROOT.search(head) if head.startswith(b"<?xml") else None
        return _XML_KINDS.get(root[1], "html") if root else "html"
    if b"\0" in raw[:4096] and not is_wide_text(raw):
        return f"不认识的文件类型（{suffix or '没有后缀'}）；可读入 Word、WPS、网页、PDF、Excel、邮件、纯文本和扫描的图片"
    return "csv" if suffix in (*_CSV, *_WORKBOOKS) else "text"


def _header_kind(raw: bytes, head: bytes, suffix: str) -> str:
    """A page saved as one file and a mail both begin with header lines, "" for neither."""
    if suffix == ".eml":
        return "eml"
    lines = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if head.startswith(b"From: <Saved by") or (suffix in (".mht", ".mhtml") and b"mime-version:" in lines.lower()):
        return "mht"
    if _MAIL.search(lines):
        return "eml" if not suffix or b"mime-version:" in raw[:16384].lower() else ""
    return "mht" if b"mime-version:" in head[:600].lower() and _MHT.search(head) else ""


def _ole_kind(raw: bytes, suffix: str) -> str:
    from toolkit.importing.readers.office import locked, streams_of

    if raw[:8] != _OLE:
        return "office"
    if locked(raw):
        return "加了密码，打不开；请打开后去掉密码（另存时把密码留空），再读入"
    streams = streams_of(raw)
    if suffix == ".msg" or "__properties_version1.0" in streams:
        return "msg"
    if "powerpoint document" in streams:
        return _PRESENTATION
    return "office" if not streams or not streams.isdisjoint(_OFFICE_STREAMS) else _OTHER_PROGRAM


def _zip_kind(raw: bytes) -> str:
    package = open_package(raw, "")
    main = package.main_part(next((part for part in ("word/document.xml", "xl/workbook.xml") if part in package), ""))
    if main.endswith(".bin"):
        return "office"
    if main:
        try:
            kind = str(parse_xml(package.read(main), "").tag).rpartition("}")[2]
        except CannotImport:
            kind = "document" if main.startswith("word") else "workbook"
        if kind in ("document", "workbook"):
            return "docx" if kind == "document" else "xlsx"
        return _PRESENTATION
    if "OFD.xml" in package:
        return "是 OFD 版式文件，暂不能读入；请用阅读器另存为 PDF 或 Word"
    return "office" if "content.xml" in package and "mimetype" in package else _ARCHIVE


def _read(path: Path, limits: Limits) -> bytes:
    try:
        if path.stat().st_size > limits.file_bytes:
            raise TooLarge(path.name, f"文件超过 {limits.file_bytes // 1_000_000} MB，没有读入")
        return path.read_bytes()
    except OSError as error:
        raise CannotImport(path.name, f"打不开（{error.strerror or error}）") from error
