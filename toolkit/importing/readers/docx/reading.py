"""Read a Word file, as Word, WPS and LibreOffice save it: paragraphs with their numbers, tables with merged cells.

In: the bytes of a .docx. Out: a ``Source``. The main part is read as XML and not through a word processor's model, so
that files with odd or missing parts open as well. What is printed is read: deleted, hidden and struck-out text is left
out and noted; what a cell shows otherwise than by text (a picture, an equation) makes it doubtful.

Source: ISO/IEC 29500-1, 17.3 (paragraphs), 17.4 (tables), 17.9 (numbering), 17.17.2 (other formats inside, altChunk).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge, parse_xml
from toolkit.importing.readers.docx.bindings import mark_stale_controls
from toolkit.importing.readers.docx.numbering import Numbering, read_numbering
from toolkit.importing.readers.docx.runs import DELETED, MC, Box, Inline, Picture, Runs, branches_of
from toolkit.importing.readers.docx.styles import OFF, Around, W, fill_of, read_styles, value_of, whole_of
from toolkit.importing.readers.opc import RELATION, Package, open_package
from toolkit.importing.readers.shown import (
    BREAK,
    NUMBERED,
    PICTURE,
    Fragment,
    comment_notes,
    has_digit,
    is_bare_figure,
    shown_cell,
    shown_line,
)
from toolkit.importing.source import Grid, GridSpot, Image, Line, Piece, Source, grid_of_spots, numbered

_THROUGH = {f"{W}{tag}" for tag in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "body")}
_LARGE_TABLE = 8  # cells; a table of that many inside a cell is a table, a smaller one is the cell's text
_LOWEST_ROW, _LOW_ROW, _GROWS = 40, 110, 100_000  # twentieths of a point: lower rows show nothing, or not the whole of a figure
_MOST_FILES, _DEEPEST_FILES = 20, 2  # other files inside one file, and how deep
_OF_MARKUP = "HTML:"  # LibreOffice keeps tags that it does not know as comments
_OUT_OF_PLACE = "这一格的段落设了图文框、固定行距或很大的缩进，不能确定数字是否印出"
_CUT = "这一行的行高固定得太低，数字可能没有显示完整"
_COVERED = "合并单元格中被盖住的数字，Word 不显示"

ReadPart = Callable[[bytes, str, int], Source]


def read_docx(raw: bytes, name: str, limits: Limits = LIMITS, read_part: ReadPart | None = None, depth: int = 0) -> Source:
    """The pieces of a Word file; ``read_part`` reads files of other formats inside it (altChunk).

    Raises:
        CannotImport: damaged, encrypted, no Word file, or over a limit.
    """
    package = open_package(raw, name, limits)
    main_part = package.main_part("word/document.xml")
    main = package.read(main_part)
    if not main:
        raise CannotImport(name, "不是 Word 文档（缺少 word/document.xml）")
    root = parse_xml(main, name)
    body = root.find(f"{W}body")
    if body is None:
        raise CannotImport(name, "Word 文档没有正文")
    beside = {relation.kind: relation.target for relation in package.relations(main_part) if not relation.external}
    lists, styles = (package.read(beside.get(part, f"word/{part}.xml")) for part in ("numbering", "styles"))
    background = root.find(f"{W}background")
    look = read_styles(styles, name, "" if background is None else str(background.get(f"{W}color", "")))
    mark_stale_controls(root, package)
    reader = _Reader(read_numbering(lists, styles, name), Runs(look, name), package, main_part, limits, read_part, depth)
    pieces = tuple(reader.blocks(body, 0))
    return Source("docx", pieces, _title(package), notes=(*reader.notes(), *_footnotes(package, beside)), params=_params(package))


@dataclass
class _Reader:
    """Walks over one body; counts tables and paragraphs for their places."""

    numbering: Numbering
    runs: Runs
    package: Package
    main_part: str
    limits: Limits
    read_part: ReadPart | None
    depth: int
    tables: int = 0
    paragraphs: int = 0
    hidden_rows: int = 0
    files: int = 0
    lost: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.package.name

    def notes(self) -> Iterator[str]:
        if self.runs.tracked:
            yield "文件中有尚未接受的修订，已按修订后的文字读入"
        if self.hidden_rows:
            yield f"表格中有 {self.hidden_rows} 行是隐藏的，没有读入"
        yield from self.runs.dropped.notes()
        yield from self.lost

    def blocks(self, parent: Any, depth: int) -> Iterator[Piece]:
        if depth > self.limits.depth:
            raise TooLarge(self.name, f"文档嵌套超过 {self.limits.depth} 层")
        for child in _content(parent):
            if child.tag == f"{W}p":
                yield from self.paragraph(child, depth)
            elif child.tag == f"{W}tbl":
                yield from self.table(child, depth)
            elif child.tag == f"{W}altChunk":
                relation = str(child.get(f"{RELATION}id", ""))
                yield from self.other_file(relation, "文件里嵌有另一个文件，没有读入；请在 Word 中打开后另存")
            elif child.tag in _THROUGH:
                yield from self.blocks(child, depth + 1)

    def paragraph(self, node: Any, depth: int) -> Iterator[Piece]:
        self.paragraphs += 1
        place = f"第 {self.paragraphs} 段"
        content = self.runs.read(node, Around(_style(node), fill=self.runs.styles.fill(node)), place)
        for box in (item for item in content if isinstance(item, Box)):
            yield from self.box(box, place, depth)
        text = shown_line(item for item in content if isinstance(item, Fragment))
        # a paragraph whose end is deleted by a revision takes no number
        deleted = any(node.find(f"{W}pPr/{W}rPr/{tag}") is not None for tag in DELETED)
        level, label = self.numbering.next_of(node) if text.strip() or not deleted else (0, "")
        for line in text.split("\n") if text.strip() else []:
            if line.strip():
                yield Line(label + line.strip(" \t\u3000"), place, level)
                label = ""
        for item in content:
            if isinstance(item, Picture):
                pieces = list(self.workbook(item.workbook, place)) if item.workbook else []
                yield from pieces or [Image(place, item.alt)]

    def workbook(self, relation: str, place: str) -> Iterator[Piece]:
        """The tables of a workbook of which the page shows a picture, that of when it was last closed."""
        pieces = list(
            self.other_file(relation, f"{place}是嵌入的 Excel 表格，没有读入；请在 Word 中双击打开它，把表格复制到正文中")
        )
        if pieces:
            self.lost.append(f"{place}是嵌入的 Excel 表格，数字取自其中的工作表；请与文件上显示的核对")
        yield from pieces

    def box(self, box: Box, place: str, depth: int) -> Iterator[Piece]:
        """A text box beside the text; a lone figure in it may float over a cell that is blank underneath."""
        for piece in self.blocks(box.content, depth + 1):
            if isinstance(piece, Line) and is_bare_figure(piece.text):
                self.lost.append(f"表格以外的文本框里有数字“{piece.text.strip()}”，没有读入（{place}）")
            else:
                yield piece

    def other_file(self, relation: str, unread: str) -> Iterator[Piece]:
        """The pieces of a file of another format inside this one, its tables numbered on; else ``unread`` is noted."""
        target = next((item.target for item in self.package.relations(self.main_part) if item.id == relation), "")
        raw = self.package.read(target) if target else b""
        self.files += 1
        source = self._opened(raw, target) if raw and self.files <= _MOST_FILES and self.depth < _DEEPEST_FILES else None
        if source is None:
            self.lost.append(unread)
            return
        self.lost += source.notes
        for piece in source.pieces:
            if isinstance(piece, Grid):
                self.tables += 1
                yield numbered(piece, self.tables)
            else:
                yield piece

    def _opened(self, raw: bytes, target: str) -> Source | None:
        """A file inside this one; ``None`` when it cannot be read. Limits hold for it as well."""
        try:
            return self.read_part(raw, target, self.depth + 1) if self.read_part else None
        except TooLarge:
            raise
        except CannotImport:
            return None

    def table(self, node: Any, depth: int) -> Iterator[Piece]:
        self.tables += 1
        place, number = f"第 {self.tables} 个表格", self.tables
        rows = list(self.rows(node))
        cells = [cell for row in rows for cell in _cells(row)]
        # one cell that holds everything is a frame around the page and no table
        if len(cells) <= 2 and any(cell.find(f".//{W}tbl") is not None or len(cell) > 4 for cell in cells):
            for cell in cells:
                yield from self.blocks(cell, depth + 1)
            return
        table = _Table(self, place, value_of(node.find(f"{W}tblPr/{W}tblStyle")), fill_of(node), depth)
        spots = table.spots(rows)
        if len(spots) > self.limits.cells:
            raise TooLarge(self.name, f"表格超过 {self.limits.cells} 格")
        yield grid_of_spots(spots, place, number)
        yield from (Image(place, picture.alt) for picture in table.pictures)
        for inner in table.large:
            yield from self.table(inner, depth + 1)

    def rows(self, table: Any) -> Iterator[Any]:
        for child in _content(table):
            if child.tag == f"{W}tr":
                if _row_hidden(child):
                    self.hidden_rows += 1
                elif any(child.find(f"{W}trPr/{tag}") is not None for tag in DELETED):
                    self.runs.tracked = True
                else:
                    yield child
            elif child.tag in _THROUGH:
                yield from self.rows(child)


@dataclass
class _Table:
    """Reads the cells of one table; gathers the pictures and the large tables inside its cells."""

    reader: _Reader
    place: str
    style: str
    fill: str
    depth: int
    pictures: list[Picture] = field(default_factory=list)
    large: list[Any] = field(default_factory=list)

    def spots(self, rows: list[Any]) -> list[GridSpot]:
        """The cells with their places: ``vMerge`` makes rows into one cell, ``hMerge`` columns."""
        spots: list[GridSpot] = []
        above: dict[int, int] = {}  # column -> which spot covers it from above
        for at, line in enumerate(rows):
            cut = _CUT if _height(line) < _LOW_ROW else ""
            column = max(0, whole_of(value_of(line.find(f"{W}trPr/{W}gridBefore")), 0))
            for cell in _cells(line):
                span = max(1, min(whole_of(value_of(cell.find(f"{W}tcPr/{W}gridSpan")), 1), 200))
                text, doubt = self.cell(cell, f"{self.place}第 {at + 1} 行")
                doubt = doubt or (cut if has_digit(text) else "")
                if spots and spots[-1].row == at and _goes_on(cell, "hMerge"):
                    spots[-1] = _covering(replace(spots[-1], colspan=spots[-1].colspan + span), text)
                    above |= dict.fromkeys(range(column, column + span), len(spots) - 1)
                elif _goes_on(cell, "vMerge") and column in above and _may_cover(spots[above[column]].text, text):
                    over = spots[above[column]]
                    spots[above[column]] = _covering(replace(over, rowspan=over.rowspan + 1), text)
                else:
                    covered = _COVERED if _goes_on(cell, "vMerge") and column in above and has_digit(text) else ""
                    spots.append(GridSpot(at, column, 1, span, text, doubt or covered))
                    above |= dict.fromkeys(range(column, column + span), len(spots) - 1)
                column += span
        return spots

    def cell(self, node: Any, place: str) -> tuple[str, str]:
        """The text of a cell, and why a figure in it is not certain."""
        if node.find(f"{W}tcPr/{W}cellDel") is not None:
            return "［？］", "这一格在修订中被删除，后面各格会移位"
        return shown_cell(self.fragments(node, fill_of(node) or self.fill, place, self.depth + 1))

    def fragments(self, node: Any, fill: str, place: str, depth: int) -> Iterator[Fragment]:
        """The paragraphs of a cell, one per line; a small table or a text box inside is read into it."""
        if depth > self.reader.limits.depth:
            raise TooLarge(self.reader.name, f"表格嵌套超过 {self.reader.limits.depth} 层")
        for child in _content(node):
            if child.tag == f"{W}p":
                yield from self.paragraph(child, fill, place, depth)
                yield BREAK
            elif child.tag == f"{W}altChunk":
                yield Fragment("", doubt="这一格里嵌有另一个文件，没有读入", stand_in="［文件］")
            elif child.tag == f"{W}tbl" and sum(1 for _ in child.iter(f"{W}tc")) >= _LARGE_TABLE:
                self.large.append(child)
                yield Fragment("", doubt="这一格里另有一张表", stand_in="［表］")
            elif child.tag in (f"{W}tbl", f"{W}tr", f"{W}tc") or child.tag in _THROUGH:
                yield from self.fragments(child, fill, place, depth + 1)

    def paragraph(self, node: Any, fill: str, place: str, depth: int) -> Iterator[Fragment]:
        styles = self.reader.runs.styles
        content = self.reader.runs.read(node, Around(_style(node), self.style, styles.fill(node) or fill), place)
        text = shown_line(item for item in content if isinstance(item, Fragment))
        label = self.reader.numbering.next_of(node)[1]
        if label and (text.strip() or has_digit(label)):
            doubt = NUMBERED if is_bare_figure(text) or not text.strip() else ""
            yield Fragment(label if text.strip() else "", doubt=doubt, stand_in=label)
        if has_digit(text) and styles.is_out_of_place(node):
            yield Fragment("", doubt=_OUT_OF_PLACE)
        yield from self.inlines(content, fill, place, depth)

    def inlines(self, content: list[Inline], fill: str, place: str, depth: int) -> Iterator[Fragment]:
        for item in content:
            if isinstance(item, Fragment):
                yield item
            elif isinstance(item, Box):
                yield BREAK
                yield from self.fragments(item.content, fill, place, depth + 1)
            else:
                self.pictures.append(item)
                yield Fragment("", doubt="" if item.floating else PICTURE, stand_in="［图片］")


def _may_cover(over: str, text: str) -> bool:
    """Whether a merged cell can be one with a part of it that has text: what is under a label is not shown."""
    return not text.strip() or not is_bare_figure(over)


def _covering(spot: GridSpot, text: str) -> GridSpot:
    """A merged cell with what stands in a part that it covers: a label is taken over, a figure is not certain."""
    if not text.strip() or spot.text.strip():
        return replace(spot, doubtful=spot.doubtful or (_COVERED if has_digit(text) else ""))
    return replace(spot, text=text, doubtful=_COVERED if has_digit(text) else spot.doubtful)


def _content(node: Any) -> Iterator[Any]:
    """The children of a node; in place of a choice those of the branch that Word takes."""
    for child in node:
        if child.tag == f"{MC}AlternateContent":
            yield from (item for branch in branches_of(child)[:1] for item in branch)
        else:
            yield child


def _cells(row: Any) -> Iterator[Any]:
    for child in _content(row):
        if child.tag == f"{W}tc":
            yield child
        elif child.tag in _THROUGH:
            yield from _cells(child)


def _goes_on(cell: Any, kind: str) -> bool:
    merge = cell.find(f"{W}tcPr/{W}{kind}")
    return merge is not None and merge.get(f"{W}val", "continue") != "restart"


def _row_hidden(row: Any) -> bool:
    hidden = row.find(f"{W}trPr/{W}hidden")
    return (hidden is not None and hidden.get(f"{W}val", "true") not in OFF) or _height(row) < _LOWEST_ROW


def _height(row: Any) -> int:
    """The height of a row that does not grow with its text, in twentieths of a point; a large number for any other."""
    height = row.find(f"{W}trPr/{W}trHeight")
    exact = height is not None and height.get(f"{W}hRule") == "exact"
    return (whole_of(value_of(height), 0) if exact else 0) or _GROWS


def _style(paragraph: Any) -> str:
    return value_of(paragraph.find(f"{W}pPr/{W}pStyle"))


def _footnotes(package: Package, beside: dict[str, str]) -> Iterator[str]:
    """What the notes and comments of the file say: they have no place among the parts of the form."""
    for kind, label in (("footnotes", "脚注"), ("endnotes", "尾注")):
        yield from (
            f"{label}“{text[:60]}”没有读入，如需保留请补入文字部分" for text in _texts_of(package, beside.get(kind, "")) if text
        )
    comments = _texts_of(package, beside.get("comments", ""))
    yield from comment_notes(text for text in comments if not text.startswith(_OF_MARKUP))


def _texts_of(package: Package, part: str) -> list[str]:
    """The text of every note in a part; none of a part that is damaged or not there."""
    try:
        raw = package.read(part) if part else b""
        root = parse_xml(raw, package.name) if raw else ()
    except CannotImport:
        return []
    return ["".join(node.text or "" for node in note.iter(f"{W}t")).strip() for note in root]


def _title(package: Package) -> str:
    """The title among the file's properties."""
    try:
        raw = package.read("docProps/core.xml")
        node = parse_xml(raw, package.name).find("{http://purl.org/dc/elements/1.1/}title") if raw else None
    except CannotImport:
        return ""
    return (node.text or "") if node is not None else ""


def _params(package: Package) -> bytes:
    """The params our own files carry in a custom XML part."""
    for part in package.parts:
        if part.startswith("customXml/") and part.endswith(".xml"):
            try:
                root = parse_xml(package.read(part), package.name)
            except CannotImport:
                continue
            if "nianbao" in str(root.tag).lower():
                return (root.text or "").encode("utf-8")
    return b""
