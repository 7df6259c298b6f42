"""Read a scan: the figures from its data code, tables and text from the pictures of its pages.

In: the bytes of a PDF of pictures, a TIFF, PNG or JPEG. Out: a ``Source`` with the data code, when one was found, and with what
was recognised. Without the extra ``ocr`` only the code is read. Pages may come in any order, upside down, on their side, twice.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy
import zxingcpp

from toolkit.core.shipped import EXTRAS
from toolkit.importing.limits import LIMITS, CannotImport, Limits
from toolkit.importing.narrative.sorting import without_lettering
from toolkit.importing.readers.scan.pictures import Gray, PagePicture, open_pages
from toolkit.importing.readers.scan.recognising import has_recogniser, recogniser, threads
from toolkit.importing.source import FROM_CODE, SCAN, Grid, Piece, Source
from toolkit.report.data_code import DataCode, DataCodePart, DataCodeUnreadable, join_parts, read_part
from toolkit.report.read_form import Observation

if TYPE_CHECKING:  # it needs the extra
    from toolkit.importing.readers.scan.page_reading import PageReading

_NO_RECOGNISER = f"识别图片里的表格和文字要用的软件包没有安装（{EXTRAS['ocr'].command}）"
_OTHER_TABLES = 10_000  # more than the pages with text have: no two tables of a file have one number


@dataclass
class _ScanContent:
    """What the pages gave so far."""

    parts: list[DataCodePart] = field(default_factory=list)
    pages: list[PageReading] = field(default_factory=list)
    damage: str = ""


def has_data_code(raw: bytes, name: str, limits: Limits = LIMITS) -> bool:
    """Whether a data code is on the pages; nothing is recognised.

    Raises:
        CannotImport: no page can be opened, or a limit is exceeded.
    """
    try:
        return any(find_parts(page) for page in open_pages(raw, name, limits))
    except DataCodeUnreadable:
        return False


def read_scan(raw: bytes, name: str, limits: Limits = LIMITS) -> Source:
    """The data code and the recognised pieces of a scan.

    Raises:
        CannotImport: no page can be opened, nothing on them can be read, or a limit is exceeded.
    """
    gathered = _ScanContent()
    readable = has_recogniser()
    pages = _pages_searched(open_pages(raw, name, limits), gathered)
    gathered.pages += _read_pages(pages) if readable else ()
    deque(pages, 0)  # the codes alone
    codes = _codes(gathered)
    if not codes and not readable:
        why = f"，数据码也读不出来：{gathered.damage}" if gathered.damage else "，没有找到数据码"
        raise CannotImport(name, f"是扫描件或照片{why}；{_NO_RECOGNISER}，或找 Word、网页、可复制文字的 PDF")
    return _source(name, codes, gathered, readable)


def _pages_searched(pages: Iterable[PagePicture], gathered: _ScanContent) -> Iterator[PagePicture]:
    """The pages, each picture once; their data codes are put into ``gathered``."""
    digests: set[bytes] = set()
    for page in pages:
        if page.digest not in digests:
            digests.add(page.digest)
            try:
                gathered.parts += find_parts(page)
            except DataCodeUnreadable as error:
                gathered.damage = error.reason
            yield page


def read_pages(raw: bytes, name: str, limits: Limits, numbers: Sequence[int]) -> Source:
    """The recognised pieces of the pages of a PDF that are pictures among pages with text.

    Nothing of a page that is over a limit or filled by hand, of the pages behind one over a limit, and without a recogniser.
    """
    opened = _until_refused(open_pages(raw, name, limits, numbers))
    pages = [page for page in (_read_pages(opened) if has_recogniser() else ()) if page.pieces and not page.handwritten]
    listed = "、".join(str(page.at) for page in pages)
    notes = (f"第 {listed} 页是扫描的图片：数字和文字是识别出来的，请对照原文核对",) if pages else ()
    return Source(SCAN, tuple(without_lettering(_numbered(pages, _OTHER_TABLES))), "", tuple(_sealed(pages)), notes)


def _until_refused(pages: Iterable[PagePicture]) -> Iterator[PagePicture]:
    with suppress(CannotImport):
        yield from pages


def _numbered(pages: Iterable[PageReading], number: int = 0) -> tuple[Piece, ...]:
    """The pieces of all pages, their grids numbered through after ``number``."""
    pieces: list[Piece] = []
    for piece in (piece for page in pages for piece in page.pieces):
        if isinstance(piece, Grid):
            number += 1
            pieces.append(replace(piece, rows=tuple(replace(row, grid=number) for row in piece.rows)))
        else:
            pieces.append(piece)
    return tuple(pieces)


def _source(name: str, codes: Sequence[DataCode], found: _ScanContent, readable: bool) -> Source:
    pages = _in_order(found.pages)
    handwritten = [page for page in pages if page.handwritten]
    pieces = tuple(without_lettering(_numbered(pages)))
    with_tables = [page for page in pages if any(isinstance(piece, Grid) for piece in page.pieces)]
    if not codes and 2 * len(handwritten) > len(with_tables):
        raise CannotImport(name, "表格里的数字是手写的，不作识别；请在填报表中照原件填写")
    if not codes and not any(isinstance(piece, Grid) for piece in pieces):
        raise CannotImport(name, "是扫描件或照片，没有找到数据码，也没有找到年报的表格；请核对是否扫描完整、清楚（150 dpi 以上）")
    return Source(
        SCAN, pieces, observations=tuple(_observations(codes, found, pages)), notes=tuple(_notes(codes, readable)),
        data_code=codes[0] if codes else None,
    )  # fmt: skip


def _read_pages(pages: Iterable[PagePicture]) -> Iterator[PageReading]:
    """The readings in the order of the pages: a thread for each processor, one page more than threads unpacked at a time."""
    from toolkit.importing.readers.scan.page_reading import read_page

    started: deque[Future[PageReading]] = deque()
    with ThreadPoolExecutor(threads()) as executor:
        for page in pages:
            recogniser()  # loaded before several threads ask for it
            started.append(executor.submit(read_page, page))
            if len(started) > threads():
                yield started.popleft().result()
        yield from (page.result() for page in started)


def _codes(found: _ScanContent) -> list[DataCode]:
    try:
        return join_parts(found.parts)
    except DataCodeUnreadable as error:
        found.damage = error.reason
        return []


def _in_order(pages: Sequence[PageReading]) -> list[PageReading]:
    """The pages by their printed numbers, when every page has one; a page that is there twice comes once."""
    numbers = [page.number for page in pages]
    if not all(numbers):
        return list(pages)
    once = {page.number: page for page in reversed(pages)}
    if len(once) < len(pages) and any(not _same(page, once[page.number]) for page in pages):
        return list(pages)  # the pages of two reports
    return [once[number] for number in sorted(once)]


def _same(one: PageReading, other: PageReading) -> bool:
    """Whether two pages with the same number are the same page."""
    return one is other or [type(piece) for piece in one.pieces] == [type(piece) for piece in other.pieces]


def _observations(codes: Sequence[DataCode], found: _ScanContent, pages: Sequence[PageReading]) -> Iterator[Observation]:
    if len(codes) > 1:
        names = "、".join(f"{code.organ}{code.year}年" for code in codes)
        yield Observation("several-reports", f"扫描件里有 {len(codes)} 份年报的数据码（{names}），只读入了第一份",
                    next_step="请把各份分开扫描后分别导入")  # fmt: skip
    if found.damage and not codes:
        yield Observation("page-unread", f"数据码读不出来：{found.damage}", next_step="数字是从图片识别的，请逐格核对")
    missing = missing_pages([page.number for page in pages])
    if missing:
        listed = "、".join(map(str, missing))
        yield Observation("page-unread", f"从页码看，扫描件缺第 {listed} 页", next_step="请补扫缺的页，或对照原文填写")
    yield from _sealed(pages)


def missing_pages(numbers: Sequence[int]) -> list[int]:
    """The page numbers left out: of a cover and pages with an unread number (0) only those between neighbours that have one."""
    if all(numbers):
        return sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    read = [number for number in numbers if number]
    between = [range(before + 1, after) for before, after in pairwise(numbers) if before]
    return [number for gap in between for number in gap] if read == sorted(read) else []


def _sealed(pages: Sequence[PageReading]) -> Iterator[Observation]:
    for page in pages:
        for text in page.sealed:
            yield Observation("text-unread", f"第 {page.at} 页有印章或签字盖住的文字：“{text[:60]}”", f"第 {page.at} 页",
                         next_step="请对照原件核对这一处")  # fmt: skip


def _notes(codes: Sequence[DataCode], readable: bool) -> Iterator[str]:
    if codes:
        yield FROM_CODE
    if readable:
        yield "扫描件：文字部分是识别出来的，请通读核对"
    else:
        yield f"只读了数据码，没有文字部分；{_NO_RECOGNISER}"


_SMALL_SIDE = 2_200  # pixels of a page's longer side, below which it is looked at once more, enlarged


_RED = 40  # of 255: by how much red ink is redder than green


def find_parts(page: PagePicture) -> list[DataCodePart]:
    """The data codes of a page, each once.

    Raises:
        DataCodeUnreadable: a code of a later format.
    """
    parts: set[DataCodePart] = set()
    for picture in _tries(page):
        codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)  # type: ignore[arg-type]
        read = (read_part(code.bytes) for code in codes)
        parts.update(part for part in read if part)
        if parts and len(parts) >= max(part.count for part in parts):
            break
    return sorted(parts)


def _tries(page: PagePicture) -> Iterator[Gray]:
    """The page as it is, enlarged where it has few pixels, its paper made white (a shadow, a yellow sheet), without red ink."""
    gray = page.gray
    yield gray
    if max(gray.shape) < _SMALL_SIDE:
        yield gray.repeat(2, 0).repeat(2, 1)
    yield _black_and_white(gray, 0.6)
    yield _black_and_white(gray, 0.4)  # where a seal over the code is darker than paper, but lighter than print
    red, green = page.rgb[..., 0], page.rgb[..., 1]
    if (red[::4, ::4].astype(numpy.int16) - green[::4, ::4] > _RED).any():
        yield _black_and_white(red, 0.7)  # where a seal over the code is nearly as light as paper


def _black_and_white(picture: Gray, share: float) -> Gray:
    """What is darker than a share of the paper's brightness in black."""
    paper = float(numpy.percentile(picture, 90)) or 1.0
    return numpy.where(picture < share * paper, 0, 255).astype(numpy.uint8)
