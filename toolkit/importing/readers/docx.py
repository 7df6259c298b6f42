"""Read a Word file, as Word, WPS and LibreOffice save it: paragraphs with their numbers, tables with merged cells.

In: the bytes of a .docx. Out: a ``Source``. The main part is read as XML and not through a word processor's model, so
that files with odd or missing parts open as well. Deleted text of tracked changes is left out, inserted text is in;
text in frames and fields is read once.

Source: ISO/IEC 29500-1, 17.3 (paragraphs), 17.4 (tables), 17.9 (numbering).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge, open_zip, parse_xml, read_member
from toolkit.importing.readers.docx_numbering import Numbering, read_numbering
from toolkit.importing.remarks import Remark
from toolkit.importing.source import GridSpot, Image, Line, Piece, Source, grid_of_spots
from toolkit.importing.wording import raised

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_VML = "{urn:schemas-microsoft-com:vml}"
_SKIPPED = {
    f"{W}{tag}"
    for tag in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "sectPr", "footnoteReference", "commentReference")
}
_THROUGH = {f"{W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "body")}


def read_docx(raw: bytes, name: str, limits: Limits = LIMITS) -> Source:
    """The pieces of a Word file.

    Raises:
        CannotImport: damaged, encrypted, no Word file, or over a limit.
    """
    archive = open_zip(raw, name, limits)
    main = read_member(archive, "word/document.xml", name, limits)
    if not main:
        raise CannotImport(name, "不是 Word 文档（缺少 word/document.xml）")
    root = parse_xml(main.replace(_STRICT[1:-1].encode(), W[1:-1].encode()), name)
    body = root.find(f"{W}body")
    if body is None:
        raise CannotImport(name, "Word 文档没有正文")
    lists, styles = (read_member(archive, part, name, limits) for part in ("word/numbering.xml", "word/styles.xml"))
    numbering = read_numbering(lists, styles, name)
    reader = _Reader(numbering, name, limits)
    pieces = tuple(reader.blocks(body, 0))
    notes = ("文件中有尚未接受的修订，已按修订后的文字读入",) if reader.tracked else ()
    return Source("docx", pieces, _title(archive, name, limits), tuple(reader.remarks), notes, _params(archive, name, limits))


@dataclass
class _Reader:
    """Walks over one body; counts tables and paragraphs for their places."""

    numbering: Numbering
    name: str
    limits: Limits
    tables: int = 0
    paragraphs: int = 0
    tracked: bool = False
    remarks: list[Remark] = field(default_factory=list)

    def blocks(self, parent: Any, depth: int) -> Iterator[Piece]:
        if depth > self.limits.depth:
            raise TooLarge(self.name, f"文档嵌套超过 {self.limits.depth} 层")
        for child in parent:
            if child.tag == f"{W}p":
                yield from self.paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self.table(child, depth)
            elif child.tag in _THROUGH:
                yield from self.blocks(child, depth + 1)

    def paragraph(self, node: Any) -> Iterator[Piece]:
        self.paragraphs += 1
        place = f"第 {self.paragraphs} 段"
        frames = [frame for frame in node.iter(f"{W}txbxContent") if not _inside(frame, f"{_MC}Fallback")]
        for frame in frames:
            yield from self.blocks(frame, 1)
        text = "".join(self.runs(node))
        level, label = self.numbering.next_of(node)
        for line in text.split("\n") if text.strip() else []:
            if line.strip():
                yield Line(label + line.strip(" \t\u3000"), place, level)
                label = ""
        for alt in _pictures(node):
            yield Image(place, alt)

    def runs(self, node: Any) -> Iterator[str]:
        """The visible text of a paragraph, in order."""
        for child in node:
            tag = child.tag
            if tag in _SKIPPED or tag == f"{_MC}Fallback" or not isinstance(tag, str):
                self.tracked |= tag in (f"{W}del", f"{W}moveFrom")
            elif tag == f"{W}t":
                yield child.text or ""
            elif tag in (f"{W}tab", f"{W}ptab"):
                yield "\t"
            elif tag in (f"{W}br", f"{W}cr"):
                yield "\n"
            elif tag == f"{W}noBreakHyphen":
                yield "-"
            elif tag == f"{W}sym":
                yield ""
            elif tag not in (f"{W}txbxContent", f"{W}drawing", f"{W}pict", f"{W}object") and not _is_hidden(child):
                self.tracked |= tag == f"{W}ins"
                yield from map(raised, self.runs(child)) if _is_raised(child) else self.runs(child)

    def table(self, node: Any, depth: int) -> Iterator[Piece]:
        self.tables += 1
        place = f"第 {self.tables} 个表格"
        number = self.tables
        spots, images = self.spots(node, depth)
        if len(spots) > self.limits.cells:
            raise TooLarge(self.name, f"表格超过 {self.limits.cells} 格")
        grid = grid_of_spots(spots, place, number)
        # one cell that holds everything is a frame around the page and no table
        if len(spots) <= 2 and any(cell.find(f".//{W}tbl") is not None or len(cell) > 4 for cell in node.iter(f"{W}tc")):
            for cell in node.findall(f"{W}tr/{W}tc"):
                yield from self.blocks(cell, depth + 1)
            return
        yield grid
        yield from (Image(place, alt) for alt in images)

    def spots(self, node: Any, depth: int) -> tuple[list[GridSpot], list[str]]:
        """The cells of a table as (row, column, rowspan, colspan, text): ``vMerge`` makes rows into one cell."""
        spots: list[list[Any]] = []
        above: dict[int, list[Any]] = {}
        images: list[str] = []
        for row, line in enumerate(_rows(node)):
            column = _number(line.find(f"{W}trPr/{W}gridBefore"), 0)
            for cell in _cells(line):
                span = max(1, min(_number(cell.find(f"{W}tcPr/{W}gridSpan"), 1), 200))
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                text = self.cell_text(cell, depth)
                images += _pictures(cell)
                going_on = merge is not None and merge.get(f"{W}val", "continue") != "restart" and column in above
                if going_on and (not text.strip() or not above[column][4].strip()):
                    above[column][2] += 1
                    above[column][4] = above[column][4] or text
                else:
                    spot = [row, column, 1, span, text]
                    spots.append(spot)
                    above |= dict.fromkeys(range(column, column + span), spot)
                column += span
        return [GridSpot(*spot) for spot in spots], images

    def cell_text(self, cell: Any, depth: int) -> str:
        """Paragraphs of a cell, one per line; a table inside a cell is read into it."""
        if depth > self.limits.depth:
            raise TooLarge(self.name, f"表格嵌套超过 {self.limits.depth} 层")
        lines = []
        for paragraph in cell.iter(f"{W}p"):
            _, label = self.numbering.next_of(paragraph)
            text = "".join(self.runs(paragraph))
            lines.append(label + text if text.strip() else text)
        return "\n".join(lines)


def _rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == f"{W}tr":
            if child.find(f"{W}trPr/{W}del") is None:
                yield child
        elif child.tag in _THROUGH:
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == f"{W}tc":
            yield child
        elif child.tag in _THROUGH:
            yield from _cells(child)


def _number(node: Any, default: int) -> int:
    value = "" if node is None else node.get(f"{W}val", "")
    return int(value) if value.isascii() and value.isdigit() else default


def _pictures(node: Any) -> list[str]:
    """The text alternatives of the pictures in a paragraph or cell."""
    found = [
        item.get("descr") or item.get("title") or ""
        for item in node.iter(f"{_DRAWING}docPr")
        if not _inside(item, f"{_MC}Fallback")
    ]
    return found + [item.get("title") or "" for item in node.iter(f"{_VML}imagedata") if not _inside(item, f"{_MC}Fallback")]


def _is_hidden(run: Any) -> bool:
    """Hidden text (w:vanish): nobody sees it in print."""
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "true") not in ("0", "false", "off")


def _is_raised(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vertAlign")
    return mark is not None and mark.get(f"{W}val") == "superscript"


def _inside(node: Any, tag: str) -> bool:
    return any(parent.tag == tag for parent in node.iterancestors())


def _title(archive: Any, name: str, limits: Limits) -> str:
    """The title among the file's properties."""
    try:
        raw = read_member(archive, "docProps/core.xml", name, limits)
        node = parse_xml(raw, name).find("{http://purl.org/dc/elements/1.1/}title") if raw else None
    except CannotImport:
        return ""
    return (node.text or "") if node is not None else ""


def _params(archive: Any, name: str, limits: Limits) -> bytes:
    """The params our own files carry in a custom XML part."""
    for info in archive.infolist():
        if info.filename.startswith("customXml/") and info.filename.endswith(".xml"):
            try:
                root = parse_xml(read_member(archive, info.filename, name, limits), name)
            except CannotImport:
                continue
            if "nianbao" in str(root.tag).lower():
                return (root.text or "").encode("utf-8")
    return b""
