"""Set a report as a Word file: a Document in, the bytes of a .docx that an office can edit out.

Native styles, native tables with merged cells, charts as pictures with a text alternative, the params in a custom
XML part (read back letter by letter). The same document gives the same bytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as WordParagraph

from toolkit.core.text import printable, without_controls
from toolkit.exporters.document import Document
from toolkit.exporters.docx.page import FANG, new_page
from toolkit.exporters.docx.tables import table_element
from toolkit.exporters.raster import svg_to_png
from toolkit.report.chart_words import NOT_SHOWN
from toolkit.sections.blocks import (
    Attachment,
    Block,
    Code,
    Front,
    Heading,
    ListItems,
    Note,
    Paragraph,
    Picture,
    Run,
    Table,
    Title,
    paragraph,
)

_WIDTH_POINTS, _HEIGHT_POINTS = 442.0, 560.0  # what a picture may take of the type area
_CHART_PPI = 200
_EPOCH = bytes((0, 0, 0x21, 0))  # 1980-01-01 00:00, the earliest time of a zip entry
_LINKS = ("http://", "https://", "mailto:")
_BAD_IMAGE = (UnrecognizedImageError, InvalidImageStreamError, UnexpectedEndOfFileError, ValueError, KeyError)


def set_docx(document: Document) -> bytes:
    """One report as a Word file (ISO/IEC 29500, transitional).

    Returns:
        The bytes of the .docx; the same document gives the same bytes.
    """
    word = new_page(document.front.draft)
    writer = _Writer(word)
    for block in document.blocks:
        writer.add(block)
    writer.close()
    _describe(word, document.front)
    for number, attachment in enumerate(document.attachments, 1):
        _carry(word, attachment, number)
    raw = io.BytesIO()
    word.save(raw)
    return _without_clock(raw.getvalue())


class _Writer:
    """Appends blocks to the body of one Word document, which python-docx changes in place."""

    def __init__(self, word: WordDocument) -> None:
        self.word = word
        # looking a style up by its name takes longer than making the paragraph
        self._styles = {style.name: style.style_id for style in word.styles}
        self.after_table = False

    def add(self, block: Block, depth: int = 0) -> None:
        """Append one block; ``depth`` counts the lists around it."""
        if isinstance(block, Table):
            self._add_table(block)
            return
        self.after_table = False
        match block:
            case Title(lines):
                self._text("\n".join(lines), "Title")
            case Heading(level, text):
                self._text(text, f"Heading {min(level, 4)}")
            case Paragraph():
                self._add_paragraph(block, depth)
            case Note(text):
                self._add_note(text)
            case Code(text):
                self._text(text, "代码")
            case ListItems():
                self._add_list(block, depth + 1)
            case Picture():
                self._add_picture(block)

    def close(self) -> None:
        """A table may not be the last thing of a body (ISO/IEC 29500-1, 17.2.2)."""
        if self.after_table:
            self._paragraph("表后")

    def _add_paragraph(self, block: Paragraph, depth: int) -> None:
        """Running text, an item of a list, or the addressee or signature of a letter."""
        of_letter = block.role != "text"
        target = self._paragraph("Normal" if of_letter else "List Paragraph" if depth else "Body Text")
        if block.role == "signature":
            target.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            target.paragraph_format.right_indent = Pt(64)
        if depth > 1:
            target.paragraph_format.left_indent = Pt(32 * (depth + 1))
        self._runs(target, block.runs)

    def _add_note(self, text: str) -> None:
        """The note keeps the paragraph before it: alone on a page it would look lost."""
        before = self.word.paragraphs[-1:]
        if before and before[0].style and before[0].style.name == "Body Text":
            before[0].paragraph_format.keep_with_next = True
        self._text(text, "说明")

    def _paragraph(self, style: str) -> WordParagraph:
        added = self.word.add_paragraph()
        added._p.style = self._styles[style]
        return added

    def _text(self, text: str, style: str) -> None:
        self._paragraph(style).add_run(printable(text))

    def _runs(self, target: WordParagraph, runs: Iterable[Run]) -> None:
        for run in runs:
            added = target.add_run(printable(run.text))
            added.bold, added.italic = run.bold or None, run.italic or None
            if run.code:
                added.font.name = "Consolas"
                added._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FANG)
            if run.link.lower().startswith(_LINKS):
                _link(target, added, printable(run.link))

    def _add_table(self, table: Table) -> None:
        self.close()  # two tables that touch become one
        if table.caption:
            self._text(table.caption, "表格标题")
        self.word.element.body.insert_element_before(table_element(table), "w:sectPr")
        self.after_table = True

    def _add_list(self, items: ListItems, depth: int) -> None:
        for number, item in enumerate(items.items, items.start):
            first, *rest = item or (paragraph(""),)
            mark = Run(f"{number}. " if items.ordered else "• ")
            if isinstance(first, Paragraph):
                first = Paragraph((mark, *first.runs))
            else:
                rest.insert(0, first)
                first = Paragraph((mark,))
            for block in (first, *rest):
                self.add(block, depth)

    def _add_picture(self, picture: Picture) -> None:
        alt = printable(picture.alt or picture.caption)
        target = self._paragraph("图")
        try:
            data = picture.data
            if picture.mime == "image/svg+xml":
                data = svg_to_png(data, _CHART_PPI)
            size = (Pt(picture.width), Pt(picture.height)) if picture.width and picture.height else (None, None)
            shape = target.add_run().add_picture(io.BytesIO(data), *size)
        except _BAD_IMAGE:
            target.style, _ = "说明", target.add_run(NOT_SHOWN.format(words=alt))
            return
        _fit(shape)
        properties = shape._inline.docPr
        properties.set("descr", alt)
        properties.set("name", f"图片 {properties.get('id')}")
        if picture.caption:
            self._text(picture.caption, "Caption")


def _fit(shape: Any) -> None:
    """Shrink a picture that is larger than the type area, keeping its shape."""
    factor = min(1.0, Pt(_WIDTH_POINTS) / shape.width, Pt(_HEIGHT_POINTS) / shape.height)
    shape.width, shape.height = int(shape.width * factor), int(shape.height * factor)


def _link(target: WordParagraph, run: Any, address: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), target.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run._r.addprevious(link)
    link.append(run._r)
    run.font.underline = True


def _describe(word: WordDocument, front: Front) -> None:
    """The file's own properties (文件属性). Its date is the first day after the report year, not the clock's."""
    properties = word.core_properties
    moment = datetime(min(max(front.year + 1, 1980), 9998), 1, 1)
    properties.title, properties.author = printable(front.title)[:255], printable(front.author)[:255]
    properties.last_modified_by, properties.comments = properties.author, ""
    properties.subject, properties.keywords = "政府信息公开工作年度报告", f"政府信息公开,年度报告,{front.year}"
    properties.language, properties.revision = front.language, 1
    properties.created = properties.modified = moment
    properties.content_status = "草稿" if front.draft else "定稿"
    for key, relation in list(word.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):  # python-docx's template brings a picture of itself
            del word.part.package.rels[key]


def _carry(word: WordDocument, attachment: Attachment, number: int) -> None:
    """Put the params into a custom XML part, which Word keeps when the file is edited and saved."""
    package = word.part.package
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<params xmlns="urn:nianbao:params" '
        f"name={quoteattr(printable(attachment.name))} type={quoteattr(printable(attachment.mime))}>"
        f"{escape(without_controls(attachment.text))}</params>"
    )
    part = Part(PackURI(f"/customXml/item{number}.xml"), "application/xml", text.encode("utf-8"), package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_XML)


def _without_clock(raw: bytes) -> bytes:
    """The same zip file with every entry dated 1980, which python-docx dates now (PKWARE APPNOTE, 4.3.7 and 4.3.12)."""
    dated = bytearray(raw)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries, at = archive.infolist(), archive.start_dir
    for entry in entries:  # each is described before its data and once more at the end
        dated[entry.header_offset + 10 : entry.header_offset + 14] = _EPOCH
        dated[at + 12 : at + 16] = _EPOCH
        at += 46 + sum(struct.unpack_from("<3H", dated, at + 28))  # name, extra field, comment
    return bytes(dated)
