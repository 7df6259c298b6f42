"""Read a PDF with text: ruled tables, also over several pages or sheets, and the text around them as paragraphs.

In: the bytes of a PDF. Out: a ``Source``. Tables are looked for in four ways, until all of them are there: by their
rulings, by the tags of the file, on pages put side by side, and in the lines of text. Pages without text (scans) are
handed over to be recognised, or reported. Page numbers, running heads, what a browser prints at the edges and the
lettering of charts are left out; a paragraph may go on over a page break. Scripts and links in the file are never followed.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

import pdfplumber
import pikepdf
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.utils.exceptions import PdfminerException

from toolkit.importing.limits import CannotImport, Limits, TooLarge
from toolkit.importing.narrative.sorting import rows_with_captions
from toolkit.importing.readers.pdf.drawn import PageDrawing, PdfPage, draw, is_continuation, side_by_side
from toolkit.importing.readers.pdf.forms import comments_in, with_fields_drawn
from toolkit.importing.readers.pdf.lines import Column, PageLine, paragraphs, text_column
from toolkit.importing.readers.pdf.page import lay_out
from toolkit.importing.readers.pdf.tables import ruled_tables
from toolkit.importing.readers.pdf.tags import tagged_pages, tagged_tables
from toolkit.importing.readers.pdf.visible import BEHIND, OVERPRINTED, RECOGNISED, Raster, VisibleText
from toolkit.importing.readers.shown import comment_notes
from toolkit.importing.readers.text import tables_in_lines
from toolkit.importing.recognition.labels import match_text
from toolkit.importing.recognition.tables import find_tables, has_every_table, is_figure
from toolkit.importing.source import SCAN, Grid, Image, Line, Piece, Source
from toolkit.report.read_form import Observation

_EDGE = 0.085  # of the page's height: where page numbers and running heads are
_NUMBER = re.compile(r"[-—–－ ]*(第)?\s*\d{1,4}\s*(页)?([/／,，共 ]+\d{1,4}\s*页?)?[-—–－ ]*")
_BROWSER = re.compile(r"https?://\S+|(?:file|ﬁle)://\S+|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[,， ].{0,60}")
_FULL = 2.6  # of the type size: what a full line leaves free at most
_CAPTION = re.compile(r"图 ?[0-9]{1,2}[ \u2003\u3000].{2,60}")
_OF_SCANS = (BEHIND, RECOGNISED)
_ReadPages = Callable[[Sequence[int]], Source]  # numbers of pages that are pictures in, what is on them out
_Way = tuple[Sequence[PdfPage], tuple[Piece, ...]]
# pages that belong side by side are put so, unless that loses figures: apart, their rows are rows without a label
_MOST = 0.8
_ROWS_OF_TABLE = 3  # fewer are a box around a notice
_ITEMS_KEPT = 100_000  # characters and rulings that need not be drawn again for the next way
_CHARS_IN_MEMORY = 300_000  # of a whole file: ways that need all of its pages at once are tried below that only
# the libraries report every oddity of a file; what matters to a clerk becomes an observation
for _library in ("pdfminer", "fontTools"):
    logging.getLogger(_library).setLevel(logging.ERROR)


class NoText(CannotImport):
    """A PDF whose pages are pictures.

    ``source`` is what a scanner's own recognition put behind them, if anything; ``elsewhere`` is where the report may be
    when no picture shows it, "" for nowhere else.
    """

    def __init__(self, name: str, reason: str, source: Source | None = None, elsewhere: str = "") -> None:
        self.source, self.elsewhere = source, elsewhere
        super().__init__(name, reason)


def read_pdf(raw: bytes, name: str, limits: Limits, read_pages: _ReadPages) -> Source:
    """The pieces of a PDF; ``read_pages`` recognises pages without text among others.

    Raises:
        NoText: its pages are pictures.
        CannotImport: damaged, encrypted, or over a limit.
    """
    try:
        drawn = with_fields_drawn(raw)
        with pdfplumber.open(io.BytesIO(drawn)) as document, closing(Raster(drawn)) as raster:
            if len(document.pages) > limits.pages:
                raise TooLarge(name, f"超过 {limits.pages} 页，不像一份年报，没有读入")
            title = document.metadata.get("Title", "")
            (pages, pieces), scan = _read(document, name, raster, limits, read_pages)
    except CannotImport:
        raise
    except PdfminerException as error:
        locked = isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect)
        raise CannotImport(name, "PDF 加了打开密码，请先去掉密码" if locked else "PDF 已损坏，打不开；请重新下载") from error
    except RecursionError as error:
        raise TooLarge(name, "PDF 内部嵌套过深，没有读入") from error
    except Exception as error:  # pdfminer raises whatever a broken object makes it stumble over
        raise CannotImport(name, "PDF 已损坏，读不下去；请重新下载或换用 Word、网页版本") from error
    is_scan = all(page.doubtful in _OF_SCANS or not page.letters for page in pages)
    pictures = is_scan and any(page.images for page in pages)
    # a page that only asks for another program has no table
    has_table = any(len(grid.rows) >= _ROWS_OF_TABLE for page in pages for _, grid in page.grids)
    has_report = has_table or bool(find_tables(rows_with_captions(pieces)).sections)
    elsewhere = "" if has_report else _where_else(drawn, pictures=pictures)
    if elsewhere and not pictures:
        raise CannotImport(name, elsewhere)
    if not any(page.letters for page in pages):
        raise NoText(name, "PDF 里只有图片没有文字（扫描件）", elsewhere=elsewhere)
    title = title if isinstance(title, str) else ""
    notes = (*_notes(pages), *comment_notes(comments_in(raw)))
    observations = (*_observations(pages), *scan.observations)
    source = Source("pdf", pieces, title, observations, (*notes, *scan.notes))
    if is_scan:
        raise NoText(name, "PDF 里是图片，文字是扫描时识别的", source, elsewhere)
    return source


def _where_else(raw: bytes, *, pictures: bool) -> str:
    """Where the report is when the pages only say that another program is needed, "" for nowhere else.

    Pages that are ``pictures`` may be a scan, or the cover of a portfolio; no form has them for a notice.
    """
    try:
        with pikepdf.open(io.BytesIO(raw)) as pdf:
            if "/Collection" in pdf.Root:
                return f"是 PDF 包，文件在附件里（{'、'.join(pdf.attachments)}）；请把附件另存后再读入"
            if not pictures and "/XFA" in pdf.Root.get("/AcroForm", {}):
                return "是动态表单（XFA），页面上没有内容；请用 Adobe Acrobat 打开后打印成 PDF，再读入"
    except Exception:  # the reader of its pages reports whatever is broken in it
        return ""
    return ""


def _read(document: Any, name: str, raster: Raster, limits: Limits, read_pages: _ReadPages) -> tuple[_Way, Source]:
    """The pages and their pieces, by the way that finds most figures of the form; the later ways only where they may.

    Beside them what was recognised on pages that are pictures among others.
    """
    kept: list[PageDrawing] = []
    pages = list(_pages(document.pages, name, raster, kept))
    if any(page.misleading for page in pages) and not all(page.misleading for page in pages):
        kept.clear()
        pages = list(_pages(document.pages, name, raster, kept))  # the font may have looked sound on the pages before

    scans = [page.number for page in pages if page.is_picture]
    has_text = any(page.letters and page.doubtful not in _OF_SCANS for page in pages)
    scan = read_pages(scans) if scans and has_text else Source(SCAN, ())
    read: dict[int, list[tuple[float, Piece]]] = {}
    for at, piece in enumerate(scan.pieces):
        read.setdefault(int(re.findall("[0-9]+", piece.place)[0]), []).append((at, piece))
    pages = [
        replace(page, grids=(), lines=(), images=read[page.number], letters=0, doubtful="") if page.number in read else page
        for page in pages
    ]

    def drawn() -> Iterator[PageDrawing]:
        for page in kept if len(kept) == len(pages) else _drawn(document.pages, name, raster):
            bare = replace(page, seen=VisibleText([]), edges=(), letters=0)
            yield replace(bare, images=read[page.number]) if page.number in read else page

    best: _Way = pages, tuple(_pieces_of(pages))
    if sum(page.letters for page in pages) < _CHARS_IN_MEMORY:
        if not has_every_table(rows_with_captions(best[1])):
            best = _better(best, list(tagged_pages(drawn(), tagged_tables(document, limits))))
        if any(map(is_continuation, pages)):
            best = _better(best, _tiled(list(drawn())), at_least=_MOST)
    if has_every_table(rows_with_captions(best[1])):
        return best, scan
    return (best[0], _with_lines(*best)), scan


def _better(best: _Way, pages: Sequence[PdfPage], *, at_least: float = 1.0) -> _Way:
    """The other way where it finds more figures than the best one so far, or more than a share of them."""
    other = pages, tuple(_pieces_of(pages))
    figures, others = (_figures(_with_lines(*way)) for way in (best, other))
    return other if others > at_least * figures else best


def _with_lines(pages: Sequence[PdfPage], pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    return tuple(_of_lines(pieces, next((page.doubtful for page in pages if page.doubtful), "")))


def _of_lines(pieces: Sequence[Piece], doubtful: str) -> Iterator[Piece]:
    """The pieces with the tables that their lines hold; on pages that are in doubt every cell of these is."""
    ruled = {piece.place for piece in pieces if isinstance(piece, Grid)}
    for piece in tables_in_lines(pieces):
        if doubtful and isinstance(piece, Grid) and piece.place not in ruled:
            rows = (replace(row, cells=tuple(replace(cell, doubtful=doubtful) for cell in row.cells)) for row in piece.rows)
            yield Grid(tuple(rows), piece.place)
        else:
            yield piece


def _figures(pieces: Sequence[Piece]) -> int:
    """How many figures are in the rows of the form's tables that were found."""
    rows = (row for section in find_tables(rows_with_captions(pieces)).sections for row in section.rows)
    return sum(is_figure(match_text(cell.text)) for row in rows for cell in row.cells)


def _pages(pages: Iterable[Any], name: str, raster: Raster, kept: list[PageDrawing]) -> Iterator[PdfPage]:
    """Every page with its ruled tables; what the pages draw is put into ``kept``, as long as it is little."""
    tables = items = 0
    for page in pages:
        laid_out = lay_out(page, raster.sharp_picture)
        page_drawn = draw(laid_out, name, raster.picture(laid_out))
        items += page_drawn.letters + len(page_drawn.edges)
        if items < _ITEMS_KEPT:
            kept.append(replace(page_drawn, picture=None))
        tables_read = ruled_tables(page_drawn, tables + 1)
        tables += len(tables_read.grids)
        yield tables_read
        page.close()  # a page keeps all it drew otherwise


def _drawn(pages: Iterable[Any], name: str, raster: Raster) -> Iterator[PageDrawing]:
    """Every page as it is drawn; without its picture, which is large."""
    for page in (lay_out(page, raster.sharp_picture) for page in pages):
        yield replace(draw(page, name, raster.picture(page)), picture=None)


def _tiled(drawn: Sequence[PageDrawing]) -> list[PdfPage]:
    """The pages of a sheet that is wider than the paper, side by side; none when no page continues another."""
    sheets = side_by_side(drawn)
    tables = 0
    pages_out: list[PdfPage] = []
    for sheet in sheets if len(sheets) < len(drawn) else ():
        pages_out.append(ruled_tables(sheet, tables + 1))
        tables += len(pages_out[-1].grids)
    return pages_out


def _observations(pages: Sequence[PdfPage]) -> Iterator[Observation]:
    all_scans = all(page.is_picture for page in pages)
    scans = [str(page.number) for page in pages if page.is_picture and not (page.letters and all_scans)]
    if scans:
        yield Observation("page-unread", f"第 {'、'.join(scans)} 页是图片，没有文字，读不出来", f"第 {scans[0]} 页",
                     next_step="请对照原文填写这几页的内容")  # fmt: skip
    twice = [str(page.number) for page in pages if page.doubtful == OVERPRINTED]
    if twice:
        message = f"第 {'、'.join(twice)} 页印有两层文字，像是两份文件叠印在一起，数字没有读入"
        yield Observation("page-unread", message, f"第 {twice[0]} 页", next_step="请换用没有叠印的文件，或对照原文填写")
    wrong = [str(page.number) for page in pages if page.misleading]
    if wrong:
        message = f"第 {'、'.join(wrong)} 页的数字不能确定：字体里登记的数字与印出的字形不符，复制出来的会是别的数字"
        yield Observation(
            "page-unread", message, f"第 {wrong[0]} 页", next_step="请对照原文填写这几页的数字，或换用 Word、网页版本"
        )


def _notes(pages: Sequence[PdfPage]) -> Iterator[str]:
    for page in pages:
        if page.unseen:
            signs = "、".join(page.unseen[:5]) + ("等" if len(page.unseen) > 5 else "")
            yield f"第 {page.number} 页有 {len(page.unseen)} 处划去、盖住或看不见的数字没有读入：{signs}"


def _pieces_of(pages: Sequence[PdfPage]) -> Iterator[Piece]:
    """Text, tables and pictures of all pages in reading order."""
    repeated = _running_heads(pages)
    inner = {page.number: [line for line in page.lines if not _is_edge(line, page, repeated)] for page in pages}
    column = text_column([line for lines in inner.values() for line in lines])
    text_lines = {number: _without_lettering(lines, column) for number, lines in inner.items()}
    waiting: list[PageLine] = []
    for page in pages:
        items = sorted(
            [(line.top, 0, line) for line in text_lines[page.number]] + [(top, 1, grid) for top, grid in page.grids]
            + [(top, 2, image) for top, image in page.images],
            key=lambda item: (item[0], item[1]),
        )  # fmt: skip
        for _, _, item in items:
            if isinstance(item, PageLine):
                waiting.append(item)
            else:
                yield from _lines(waiting, column)
                waiting = []
                yield item
    yield from _lines(waiting, column)
    yield from (Image("", alt) for page in pages for alt in page.alts)


def _lines(lines: Sequence[PageLine], column: Column) -> Iterator[Line]:
    for paragraph in paragraphs(lines, column):
        level = 1 if paragraph.size > column.size + 2.5 else 0
        yield Line(paragraph.text.strip(), f"第 {paragraph.page} 页", level)


def _without_lettering(lines: Sequence[PageLine], column: Column) -> list[PageLine]:
    """Lines without the captions of charts, and without their lettering: small type above a caption (图 1 …).

    A caption that fills its line is kept, for it may go on: a workbook prints the words of the chart behind it.
    """
    kept: list[PageLine] = []
    for line in lines:
        caption = _CAPTION.fullmatch(line.text.strip())
        if caption:
            while kept and kept[-1].size < column.size - 1.5:
                kept.pop()
        if not caption or line.x1 > column.right - _FULL * column.size:
            kept.append(line)
    return kept


def _running_heads(pages: Sequence[PdfPage]) -> set[str]:
    """Texts that stand at the edge of three pages or more."""
    counts = Counter(
        _without_digits(line.text) for page in pages for line in page.lines if _at_edge(line, page)
    )  # fmt: skip
    return {text for text, count in counts.items() if count >= 3}


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "0", "".join(text.split()))


def _at_edge(line: PageLine, page: PdfPage) -> bool:
    return line.top < page.height * _EDGE or line.bottom > page.height * (1 - _EDGE)


def _is_edge(line: PageLine, page: PdfPage, repeated: set[str]) -> bool:
    if not _at_edge(line, page):
        return False
    text = line.text.strip()
    return bool(_NUMBER.fullmatch(text) or _BROWSER.match(text) or _without_digits(text) in repeated)
