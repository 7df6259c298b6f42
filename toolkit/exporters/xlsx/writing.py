"""Set a report as a workbook: a Document in, the bytes of an .xlsx with one sheet per statutory table out.

Figures are numbers, totals are live formulas with their value beside them, text is text whatever it begins with.
The narrative has a separate sheet. The same document gives the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image
from xlsxwriter import Workbook
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.worksheet import Worksheet

from toolkit.core.text import printable
from toolkit.exporters.document import Document
from toolkit.exporters.raster import svg_to_png
from toolkit.exporters.xlsx.tables import Formats, set_print, text_format, write_table
from toolkit.report.cell_text import CONTINUED
from toolkit.report.chart_words import NOT_SHOWN
from toolkit.sections.blocks import Block, Front, Heading, Picture, Table, Title, iter_text

_PLAIN = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
# Widths are counted in digits of this font. Not the scheme's font: a program would put its own in its place.
_FONT = {"font_name": "宋体", "font_size": 11, "font_scheme": "none"}
_TEXT_WIDTH = 72  # of the sheet of text, in digits: A4 without being made smaller
_PIECE = 900  # characters that fit into a row of 409 points, the highest that Excel shows; its limit of a cell is 32,767
_PICTURE_WIDTH, _PICTURE_HEIGHT = 375.0, 400.0  # points of a row on the sheet of text
_BAD_IMAGE = (
    UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError, XlsxWriterException,
    ValueError, KeyError, ZeroDivisionError,
)  # fmt: skip
_NAME_LIMIT = 31


def set_xlsx(document: Document) -> bytes:
    """One report as a workbook (ISO/IEC 29500).

    Returns:
        The bytes of the .xlsx; the same document gives the same bytes.
    """
    raw = io.BytesIO()
    book = Workbook(raw, {**_PLAIN, "default_format_properties": dict(_FONT)})  # XlsxWriter writes into it
    formats = Formats(book)
    _describe(book, document.front)
    names = _SheetNames()
    tables = [block for block in document.blocks if isinstance(block, Table)]
    sheets = [(table, names.take(table.label or table.caption or table.key)) for table in tables]
    _write_cover(book, formats, document.front, [name for _, name in sheets])
    for table, name in sheets:
        sheet = book.add_worksheet(name)
        write_table(sheet, formats, table, document.front)
    _write_narrative(book, formats, document)
    book.close()
    return raw.getvalue()


class _SheetNames:
    """Valid sheet names for Excel: 31 characters, none of ``[]:*?/\\``, each once."""

    def __init__(self) -> None:
        self.taken = {"说明", "文字部分"}

    def take(self, title: str) -> str:
        base = re.sub(r"[\[\]:*?/\\]", " ", printable(title)).strip(" '")[:_NAME_LIMIT] or "表"
        name, number = base, 1
        while name.casefold() in self.taken:
            number += 1
            name = f"{base[: _NAME_LIMIT - 5]} ({number})"
        self.taken.add(name.casefold())
        return name


def _describe(book: Workbook, front: Front) -> None:
    """The file's own properties. Its date is the first day after the report year, not the clock's."""
    author = printable(front.author)[:255]
    book.set_properties(
        {
            "title": printable(front.title)[:255],
            "author": author,
            "company": author,
            "subject": "政府信息公开工作年度报告",
            "keywords": f"政府信息公开,年度报告,{front.year}",
            "status": "草稿" if front.draft else "定稿",
            "created": datetime(min(max(front.year + 1, 1980), 9998), 1, 1),
        }
    )


def _write_cover(book: Workbook, formats: Formats, front: Front, sheets: list[str]) -> None:
    sheet = book.add_worksheet("说明")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 64)
    sheet.set_row(0, 40)
    sheet.merge_range(0, 0, 0, 1, "", formats.title)
    sheet.write_string(0, 0, printable(front.title)[:255], formats.title)
    rows = [
        ("机关名称", front.author),
        ("统计年度", f"{front.year}年（{front.year}年1月1日至{front.year}年12月31日）"),
        ("报告格式", f"{front.form}年版 {front.notice}".strip()),
        ("状态", "草稿（未定稿，不得公布）" if front.draft else "定稿"),
        ("合计", "总计、合计栏是公式，改动数字后自动重算；红底表示填报的合计与各项之和不一致，批注写明相差多少。"),
    ]
    for row, (name, text) in enumerate(rows, 2):
        sheet.set_row(row, 36 if len(text) > 30 else 20)
        sheet.write_string(row, 0, name, formats.stub)
        sheet.write_string(row, 1, printable(text)[:255], text_format(formats, printable(text)))
    for row, name in enumerate(sheets, len(rows) + 2):
        sheet.write_string(row, 0, "表格", formats.stub)
        sheet.write_url(row, 1, f"internal:'{name.replace(chr(39), chr(39) * 2)}'!A1", formats.link, name)
    set_print(sheet, front)


def _write_narrative(book: Workbook, formats: Formats, document: Document) -> None:
    sheet = book.add_worksheet("文字部分")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _TEXT_WIDTH)
    row = 0
    for block in document.blocks:
        for text in _texts_of(block):
            for piece in _pieces(printable(text)):
                chosen = formats.heading if isinstance(block, Title | Heading) else text_format(formats, piece)
                sheet.write_string(row, 0, piece, chosen)
                sheet.set_row(row, min(409.0, 6 + 15.0 * _lines(piece)))
                row += 1
        # our charts are replaced by their figures in words; added pictures are inserted
        if isinstance(block, Picture) and not (block.caption and block.mime == "image/svg+xml"):
            _write_picture(sheet, formats, row, block)
            row += 1
    set_print(sheet, document.front)


def _write_picture(sheet: Worksheet, formats: Formats, row: int, picture: Picture) -> None:
    """A picture in a separate row, no larger than the row; a sentence for a broken one."""
    alt = printable(picture.alt)[:255]
    try:
        data = svg_to_png(picture.data, 96) if picture.mime == "image/svg+xml" else picture.data
        size = Image.from_blob(data)
        scale = min(1.0, _PICTURE_WIDTH / size.width.pt, _PICTURE_HEIGHT / size.height.pt)
        options = {"image_data": io.BytesIO(data), "x_scale": scale, "y_scale": scale, "description": alt}
        sheet.insert_image(row, 0, "picture", options)
    except _BAD_IMAGE:
        sheet.write_string(row, 0, NOT_SHOWN.format(words=alt), text_format(formats, alt))
        return
    sheet.set_row(row, size.height.pt * scale + 6)


def _texts_of(block: Block) -> Iterator[str]:
    match block:
        case Title(lines):
            yield "".join(lines)
        case Table():
            yield f"〔见工作表：{block.label or block.caption or block.key}〕"
        case Picture():
            yield "：".join(part for part in (block.caption, block.alt) if part)
        case _:
            yield from iter_text((block,))


def _pieces(text: str) -> Iterable[str]:
    """Split a text into pieces that fit a row, after a sentence that ends in the second half.

    All but the first begin with ``CONTINUED``, so that an import puts the paragraph together again.
    """
    mark = ""
    while len(text) > _PIECE:
        at = max(text.rfind(end, _PIECE // 2, _PIECE) for end in "。；\n") + 1 or _PIECE
        yield mark + text[:at]
        text, mark = text[at:], CONTINUED
    if text.strip():
        yield mark + text


def _lines(text: str) -> int:
    """The number of lines of a text: a Chinese character is two digits wide."""
    return sum(1 + sum(1 if c < "\u2e80" else 2 for c in line) // (_TEXT_WIDTH - 2) for line in text.split("\n"))
