"""Set a report as PDF after GB/T 9704-2012 (公文格式): PDF/A-3a and PDF/UA-1, its params attached.

In: a ``Document`` of blocks. Out: the bytes of one file, the same for the same input. Typst does the setting,
in this process; ``report.typ`` holds the layout and gets all text as JSON, so that none of it is markup.
``zxing-cpp``, which reads the data codes, also draws them: in 0.2 ms instead of the 10 ms of a library in Python.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise, takewhile
from math import ceil
from pathlib import Path
from threading import Lock
from typing import Any
from xml.etree import ElementTree

import numpy
import typst
import zxingcpp
from numpy.typing import NDArray

from toolkit.core.errors import GlyphMissing, NianbaoError
from toolkit.core.fonts import ROLES, FontFile, FontSet, check_glyphs, find_fonts
from toolkit.core.logs import log_warning_once
from toolkit.core.text import printable
from toolkit.exporters.document import Document
from toolkit.exporters.pdf.font_folder import font_folder
from toolkit.exporters.pdf.headers import name_headers
from toolkit.exporters.pdf.objects import UnknownPdf
from toolkit.exporters.pdf.tables import breakable, fit_table, wrap
from toolkit.sections.blocks import (
    Attachment,
    Block,
    Code,
    DataCode,
    Heading,
    ListItems,
    Note,
    Paragraph,
    Picture,
    Run,
    Table,
    Title,
    iter_text,
)

LARGEST_MM = 30.0  # side of a data code
QUIET_MODULES = 4  # blank around the symbol (ISO/IEC 18004, 9.1)
_LARGEST_MODULE_MM = 0.65


@dataclass(frozen=True, slots=True)
class DrawnCode:
    """One symbol. ``side_mm`` is its side and ``quiet_mm`` the blank that it needs on each side, in millimetres."""

    svg: str
    side_mm: float
    quiet_mm: float


def draw_code(data: bytes) -> DrawnCode:
    """A QR symbol of level M for the bytes of one code; its modules are at least half a millimetre, three pixels at 150 dpi.

    Raises:
        ValueError: more bytes than any symbol holds.

    Source: ISO/IEC 18004.
    """
    symbol = zxingcpp.create_barcode(data, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dark = numpy.asarray(symbol.to_image(scale=1, add_quiet_zones=False)) == 0
    modules = len(dark)
    module = min(_LARGEST_MODULE_MM, LARGEST_MM / modules)
    path = f'<path stroke="#000" d="{_strokes(dark)}"/>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {modules} {modules}">{path}</svg>'
    return DrawnCode(svg, round(module * modules, 3), round(module * QUIET_MODULES, 3))


def _strokes(dark: NDArray[numpy.bool_]) -> str:
    """Each run of dark modules of a row as a line as thick as a module."""
    edges = numpy.diff(numpy.pad(dark.astype(numpy.int8), ((0, 0), (1, 1))))
    (rows, starts), (_, ends) = numpy.nonzero(edges == 1), numpy.nonzero(edges == -1)
    runs = zip(starts.tolist(), rows.tolist(), (ends - starts).tolist(), strict=True)
    return "".join([f"M{start} {row}.5h{length}" for start, row, length in runs])


STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]
_TEMPLATE = Path(__file__).with_name("report.typ")
_FORMATS = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg"}
_SPOTS = 3
_SHORT = 280  # characters, ten lines
_SAFE_LINK = re.compile(r"(?i)(https?://|mailto:)\S+")
_KEYWORDS = ("政府信息公开", "工作年度报告")
# Letters, digits and punctuation, half and full width; not 々〆〇, which are written like characters.
_NOT_HAN = "[\\u{21}-\\u{24f}\\u{2010}-\\u{2027}\\u{3001}-\\u{3003}\\u{3008}-\\u{3011}\\u{3014}-\\u{301f}\\u{ff01}-\\u{ff5e}]"

Families = list[str | dict[str, str]]


class SettingFailed(NianbaoError):
    """Typst could not set the report; ``detail`` is its own message."""

    def __init__(self, detail: str) -> None:
        self.detail = detail
        super().__init__(f"PDF 排版失败：{detail}")


def set_pdf(document: Document, fonts: FontSet | None = None) -> bytes:
    """The report as PDF, A4, dated 1 January after its year; ``fonts`` are those of this machine when left out.

    Raises:
        GlyphMissing: a character that no font at hand draws.
        SettingFailed: anything else that keeps Typst from a file of both standards, such as a broken picture.
    """
    fonts = fonts or find_fonts()
    if missing := check_glyphs(_drawn_text(document), fonts=fonts):
        raise GlyphMissing(missing)
    when = datetime(document.front.year + 1, 1, 1, tzinfo=UTC)
    pdf = typesetter(_TEMPLATE, fonts).set(_document_json(document), when)
    try:
        return name_headers(pdf, _tables(document.blocks))
    except UnknownPdf as error:  # another version of Typst: its file is valid, with fewer headers of tables
        log_warning_once(str(error))
        return pdf


class Typesetter:
    """Typst with one template and its fonts, kept for the life of the process. A process that has one must not be forked.

    The template reads ``data.json``, to which are added ``date`` and, by role, the families that ``text.font`` takes (``fonts``).
    """

    def __init__(self, template: Path, book: typst.Fonts, families: Mapping[str, Families]) -> None:
        self._template, self._families, self._lock = template.read_bytes(), families, Lock()
        self._typst = typst.Compiler(font_paths=book)

    def set(self, data: Mapping[str, Any], when: datetime) -> bytes:
        """The data as a PDF of both standards.

        Raises:
            SettingFailed: Typst cannot set it.
        """
        return self._compile(data, when, format="pdf", pdf_standards=STANDARDS)

    def draw(self, data: Mapping[str, Any], when: datetime, pixels_per_inch: int) -> bytes:
        """The data as one page in PNG.

        Raises:
            SettingFailed: Typst cannot set it, or sets more than one page.
        """
        return self._compile(data, when, format="png", ppi=pixels_per_inch)

    def _compile(self, data: Mapping[str, Any], when: datetime, **options: Any) -> bytes:
        values = {**data, "fonts": self._families, "date": {"year": when.year, "month": when.month, "day": when.day}}
        # not as sys_inputs: those are part of Typst's library, and with another library it remembers nothing
        files = {"main": self._template, "data.json": b"//" + json.dumps(values, ensure_ascii=False).encode("utf-8")}
        try:
            with self._lock:
                made = self._typst.compile(files, timestamp=when, **options)
        except typst.TypstError as error:
            raise SettingFailed(error.message) from error
        if not isinstance(made, bytes):
            raise SettingFailed("应排成一页，排成了几页")
        return made


@cache
def typesetter(template: Path, fonts: FontSet) -> Typesetter:
    """Typst with a template and the fonts of documents."""
    linked = font_folder(fonts)
    book = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[linked.folder])
    # Typst names a family in its own way
    names = {(os.path.realpath(info.path), info.index): info.family for info in book.fonts() if info.path}
    return Typesetter(template, book, {role: _families(fonts.chain(role), linked.places, names) for role in ROLES})


def _families(chain: Sequence[FontFile], places: Mapping[Path, str], names: Mapping[tuple[str, int], str]) -> Families:
    """The families of one role for Typst's ``text.font``.

    Fandol's Latin is that of Computer Modern, for 仿宋 its heavy sans, and its 《》…… are uneven: the wide font
    behind it in the chain draws those. An official font keeps its own.
    """
    families_of_chain = [names.get((places[face.path], face.face)) for face in chain]
    families: Families = list(dict.fromkeys(name for name in families_of_chain if name))
    if len(families) > 1 and chain[0].path.stem.casefold().startswith("fandol"):
        families.insert(0, {"name": str(families[1]), "covers": _NOT_HAN})
    return families


def _document_json(document: Document) -> dict[str, Any]:
    front = document.front
    return {
        "title": printable(front.title).strip() or "".join(_KEYWORDS),
        "author": printable(front.author),
        "keywords": [*_KEYWORDS, str(front.year)],
        "draft": front.draft,
        "attachments": list(_attachments(document.attachments)),
        "blocks": list(_spotted(_with_keeps(list(_blocks_json(document.blocks))))),
    }


def _attachments(attachments: Iterable[Attachment]) -> Iterator[dict[str, str]]:
    seen: set[str] = set()
    for item in attachments:
        name = re.sub(r'[/\\:*?"<>|\x00-\x1f]', "_", item.name).strip(" .") or "data"
        while name in seen:
            name = "_" + name
        seen.add(name)
        yield {"name": name, "mime": item.mime, "description": item.description, "text": item.text, "relationship": "source"}


def _blocks_json(blocks: Iterable[Block], deepest: int = 0) -> Iterator[dict[str, Any]]:
    """Blocks for the template; PDF/UA forbids skipping a level of headings."""
    for block in blocks:
        match block:
            case Title(lines) if "".join(lines).strip():
                yield {"kind": "title", "lines": [breakable(line) for line in lines]}
            case Heading(level, text) if printable(text).strip():
                deepest = min(level, deepest + 1)
                yield {"kind": "heading", "level": deepest, "style": min(level, 4), "text": breakable(text)}
            case Paragraph(runs):
                yield {"kind": "paragraph", "runs": [_run_json(run) for run in runs], "keep": False}
            case Note(text):
                yield {"kind": "note", "text": breakable(text)}
            case Code(text):
                rows = printable(text).expandtabs().split("\n")
                yield {"kind": "code", "text": "\n".join(row for line in rows for row in wrap(line))}
            case ListItems(ordered, items, start):
                entries = [list(_blocks_json(item, 6)) for item in items]
                yield {"kind": "listitems", "ordered": ordered, "start": start, "items": entries}
            case Table():
                yield fit_table(block) | {"spot": 0, "above": 0}
            case Picture() | DataCode():
                yield _picture_json(block) if isinstance(block, Picture) else _codes_json(block.parts)


def _with_keeps(blocks: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """A short paragraph stays with the note after it, which would look lost on another page."""
    for block, after in pairwise(blocks):
        if block["kind"] == "paragraph" and after["kind"] == "note":
            block["keep"] = sum(len(run["text"]) for run in block["runs"]) <= _SHORT
    return blocks


def _spotted(blocks: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Mark the position above each statutory table, so that the template can query the remaining height of the page.

    Three tables: Typst repeats the layout for each, and gives up after five iterations.
    """
    number = 0
    for place, block in enumerate(blocks):
        if block["kind"] in ("heading", "table") and (place == 0 or blocks[place - 1]["kind"] != "heading"):
            headings = list(takewhile(lambda item: item["kind"] == "heading", blocks[place:]))
            after = blocks[place + len(headings)] if place + len(headings) < len(blocks) else {}
            if after.get("kind") == "table" and number < _SPOTS:
                number += 1
                after |= {"spot": number, "above": sum(ceil(len(item["text"]) / 26) for item in headings)}
                yield {"kind": "spot", "number": number}
        yield block


def _run_json(run: Run) -> dict[str, Any]:
    link = run.link if _SAFE_LINK.fullmatch(run.link) else ""
    return {
        "text": breakable(run.text),
        "bold": run.bold,
        "italic": run.italic,
        "code": run.code,
        "link": link,
        "style": run.level,
    }


def _tables(blocks: Iterable[Block]) -> Iterator[Table]:
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, ListItems):
            for item in block.items:
                yield from _tables(item)


def _picture_json(picture: Picture) -> dict[str, Any]:
    svg = picture.mime == "image/svg+xml"
    return {
        "kind": "picture",
        "format": _FORMATS[picture.mime],
        "data": picture.data.decode("utf-8", "replace") if svg else list(picture.data),
        "alt": printable(picture.alt) or printable(picture.caption) or "图片",
        "caption": breakable(picture.caption),
        "width": picture.width,
        "height": picture.height,
    }


def _codes_json(parts: Sequence[bytes]) -> dict[str, Any]:
    """The symbols with what each is called, in print and for people who do not see it."""
    codes = []
    for number, code in enumerate(map(draw_code, parts), 1):
        name = f"数据码（{number}/{len(parts)}）" if len(parts) > 1 else "数据码"
        alt = f"{name}：二维码，载有本报告各表的全部数字，供扫描件读取"
        codes.append({"data": code.svg, "side": code.side_mm, "quiet": code.quiet_mm, "caption": name, "alt": alt})
    return {"kind": "codes", "codes": codes}


def _drawn_text(document: Document) -> Iterator[str]:
    codes = "数据码（1/2）" if any(isinstance(block, DataCode) for block in document.blocks) else ""
    yield "".join(dict.fromkeys("".join((*map(printable, iter_text(document.blocks)), codes))))
    for block in document.blocks:
        if isinstance(block, Picture) and block.mime == "image/svg+xml":
            yield from _svg_text(block.data)


def _svg_text(svg: bytes) -> Iterator[str]:
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise SettingFailed(f"图片不是有效的 SVG（{error}）") from error
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] in ("text", "tspan"):
            yield element.text or ""
            yield element.tail or ""
