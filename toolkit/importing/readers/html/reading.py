"""Read a web page, as content systems publish it: any Chinese encoding, layout tables, navigation around the text.

In: the bytes of the page. Out: a ``Source``. The encoding is detected from the bytes, not from the page's declaration;
scripts, styles and hidden parts fall away; a table that only lays out the page is text. Nothing is fetched or run.
"""

from __future__ import annotations

import base64
import re
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from itertools import combinations
from typing import Any

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.element import Tag

from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge
from toolkit.importing.narrative.headings import is_heading
from toolkit.importing.readers.encoding import decode_page
from toolkit.importing.readers.html.cells import LARGE_TABLE, TableCells, is_text, marker_of, span_of
from toolkit.importing.readers.html.css import around, read_style_sheets, tags
from toolkit.importing.readers.html.grids import make_grids, make_tables
from toolkit.importing.readers.html.hiding import BLOCKS
from toolkit.importing.readers.html.look import Look, Looks
from toolkit.importing.readers.shown import HiddenFigures
from toolkit.importing.readers.text import tables_in_lines
from toolkit.importing.recognition.labels import all_labels, has_labels, match_text
from toolkit.importing.source import Grid, Image, Line, Piece, Source, make_grid, without_columns

_SILENT = {"script", "style", "template", "noscript", "head", "nav", "iframe", "object", "select", "button", "textarea", "svg"}
_RANK = re.compile(r"h[1-6]")
_BY_SCRIPT = "年报正文在网页文件里是隐藏的，打开网页时由脚本显示，已读入，请对照网页核对"
_HIDDEN = "网页里有隐藏的年报表格，可能由脚本显示，也可能是别的年度的，没有读入；需要的请在浏览器中显示出来后另存"
_YEAR = re.compile(r"(20\d\d)\s*年(?!\s*\d{1,2}\s*月)")
_UNTIL_SHOWN = ("display", "visibility", "opacity", "height", "max-height")
_WITH_LINES = ("pre", "textarea", "xmp")  # elements that keep the lines of their text
_PASSAGE = 30  # characters of a text area that are text of the report
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)(?:\s[^<>]*)?>")
# tags without an end, and those whose end is often left out: the next one closes them
_NO_END = {
    "img", "br", "hr", "input", "meta", "link", "col", "area", "base", "wbr", "source", "param", "embed", "o:p", "p", "li", "td",
    "th", "tr", "dt", "dd", "option", "tbody", "thead", "tfoot", "colgroup", "html", "body", "head",
}  # fmt: skip
_DEEPEST = 400  # tags open at once; pages of content systems stay under a hundred
_EMBEDDED = re.compile(r"data:(?:image|font|video|audio)/[^\"')\s>]*")
_SIGNS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "存在的主要问题",
    "其他需要报告的事项",
    "信息公开",
)


def read_html(raw: bytes, name: str, limits: Limits = LIMITS, sheets: Mapping[str, str] | None = None) -> Source:
    """The pieces of a web page; ``sheets`` are the style sheets beside it, by the addresses in its links.

    Raises:
        CannotImport: no text in it, or over a limit.
    """
    text, notes = decode_page(raw)
    text = _EMBEDDED.sub("", text)
    _check_size(text, name, limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)  # browsers read such pages as HTML too
        soup = BeautifulSoup(text, "html5lib")
    style_sheets = read_style_sheets(soup, sheets or {})
    if _unfold(soup, Looks(style_sheets), name, limits):
        style_sheets = read_style_sheets(soup, sheets or {})
    make_grids(soup, style_sheets)
    inexact = make_tables(soup, style_sheets)
    hidden = _show_what_a_script_shows(soup, Looks(style_sheets))
    content = _content(soup)
    reader = _Reader(name, Looks(style_sheets), limits, inexact)
    pieces = tuple(reader.read(content))
    pieces = tuple(tables_in_lines(pieces)) if content.name in _WITH_LINES or tags(content, *_WITH_LINES) else pieces
    notes += [hidden] if hidden else []
    if not any(isinstance(piece, Line | Grid) for piece in pieces):
        frames = "是由几个网页拼成的（Excel 存的网页就是这样），内容在旁边的文件夹里；请打开后另存为 .xlsx 或单个文件网页"
        nothing = f"网页里没有文字；{hidden or '内容可能由脚本加载或放在附件里，请在浏览器中打开后另存'}"
        raise CannotImport(name, frames if soup.find("frameset") else nothing)
    return Source("html", pieces, _page_title(soup), (), (*notes, *reader.notes()), _params(soup))


def _unfold(soup: Any, looks: Looks, name: str, limits: Limits) -> bool:
    """Put markup of a report that a page holds as text, in a frame, a text area or an example, in its place, and tell of any."""
    unfolded = False
    for tag in tags(soup, "iframe", *_WITH_LINES, "content"):
        text = str(tag.get("srcdoc") or tag.get_text())
        if "<td" in text.lower() and any(sign in text for sign in _SIGNS):
            _check_size(text, name, limits)
            inner: Any = BeautifulSoup(text, "html5lib").html
            inner.name = inner.body.name = "div"
            inner.attrs = {} if looks.of(tag).shows and tag.get("height") not in ("0", "1") else {"hidden": ""}  # as it was
            tag.replace_with(inner)
            unfolded = True
    return unfolded


def _show_what_a_script_shows(soup: Any, looks: Looks) -> str:
    """Show the parts with tables of the form that a page hides until a script runs, as those of WeChat and pages of tabs do.

    Returns:
        What the reader of the report should know of the tables that were hidden, "" where there are none.
    """
    forms = [table for table in tags(soup, "table") if _has_labels(table)] if soup.find("script") else []
    hidden: list[Any] = []
    shown = [_labels(table) for table in forms if looks.of(table).shows]
    for table in (table for table in forms if not looks.of(table).shows and _labels(table) not in shown):
        outermost = next(item for item in [*reversed(list(table.parents)), table] if not looks.of(item).shows)
        hidden += [] if any(item is outermost for item in hidden) else [outermost]
    if not hidden or not _are_the_report(soup, forms, hidden):
        return _HIDDEN if hidden else ""
    for part in hidden:
        del part["hidden"]
        looks.sheets.settle(part, _UNTIL_SHOWN)
    return _BY_SCRIPT


def _are_the_report(soup: Any, forms: Sequence[Any], hidden: Sequence[Any]) -> bool:
    """Whether no table is there twice and the rest of the page names no other year: reports of other years are hidden too.

    A report that is hidden as a whole leaves no heading in the rest of the page, either.
    """
    labels = [_labels(table) for table in forms]
    if any(len(one & other) * 2 > min(len(one), len(other)) for one, other in combinations(labels, 2)):
        return False
    inside = "\n".join(part.get_text("\n") for part in hidden)
    rest = soup.get_text("\n")
    for part in hidden:
        rest = rest.replace(part.get_text("\n"), "")
    years = _YEAR.findall(inside)
    own = {year for year, _ in Counter(years).most_common(1)} | set(years[:1])
    whole = len(hidden) == 1 and all(any(item is hidden[0] for item in (table, *table.parents)) for table in forms)
    return (not years or set(_YEAR.findall(rest)) <= own) and not (whole and any(map(is_heading, rest.split("\n"))))


def _labels(table: Any) -> set[str]:
    """The labels of the form in a table."""
    return {text for cell in tags(table, "td", "th") if (text := match_text(_own_text(cell))) in all_labels()}


def read_mht(raw: bytes, name: str, limits: Limits = LIMITS) -> Source:
    """The pieces of a page saved as one file (单个文件网页, .mht): what it embeds is not opened, but for the frames of a page.

    Raises:
        CannotImport: no page in it, or as ``read_html``.
    """
    message = message_from_bytes(raw)
    sheets = {str(part.get("Content-Location") or ""): _text_of(part) for part in message.walk()
              if part.get_content_type() == "text/css"}  # fmt: skip
    parts = (part for part in message.walk() if part.get_content_type() == "text/html")
    pages = [page for part in parts if isinstance(page := part.get_payload(decode=True), bytes)]
    if not pages:
        raise CannotImport(name, "单个文件网页（.mht）里没有网页内容；请在浏览器中打开后另存为网页")
    if len(pages) > 1 and b"<frameset" in pages[0].lower():  # a workbook saved by Excel: each sheet is a frame
        pages[0] = max(pages[1:], key=len)
    return read_html(pages[0], name, limits, sheets)


def _text_of(part: Message) -> str:
    """The text of a part, as its encoding says."""
    raw = part.get_payload(decode=True)
    return decode_page(raw)[0] if isinstance(raw, bytes) else ""


def _check_size(text: str, name: str, limits: Limits) -> None:
    """Bounds on markup and nesting before the parser builds a tree it cannot walk.

    Raises:
        TooLarge: over a limit.
    """
    if len(text) > limits.markup_chars:
        raise TooLarge(name, f"网页超过 {limits.markup_chars // 1_000_000} 百万字符，不像一份年报，没有读入")
    open_tags: list[str] = []
    count: Counter[str] = Counter()
    for number, match in enumerate(_TAG.finditer(text)):
        tag = match[2].lower()
        if number > limits.cells:
            raise TooLarge(name, f"网页标签超过 {limits.cells} 个，不像一份年报，没有读入")
        if tag in _NO_END:
            continue
        if not match[1]:
            open_tags.append(tag)
            count[tag] += 1
        while match[1] and count[tag]:  # an end closes what was left open inside
            closed = open_tags.pop()
            count[closed] -= 1
            if closed == tag:
                break
        if len(open_tags) > _DEEPEST:
            raise TooLarge(name, f"网页标签嵌套超过 {_DEEPEST} 层")


def _content(soup: Any) -> Any:
    """The smallest part of the page that holds the report: navigation and footers stay outside."""
    node = soup.body or soup
    whole = _weigh(node)
    forms = [table for table in tags(node, "table") if _has_labels(table)]
    while whole.signs:
        inner = next((child for child in node.children if isinstance(child, Tag) and _holds(child, whole, forms)), None)
        if inner is None or inner.name in ("table", "tbody", "tr"):
            return node
        node = inner
    return node


@dataclass(frozen=True, slots=True)
class _Weight:
    """What a part of a page holds: words of the form, pictures and tables, length of text."""

    signs: frozenset[str]
    tables: int
    length: int


def _weigh(node: Any) -> _Weight:
    text = match_text(node.get_text())
    return _Weight(frozenset(sign for sign in _SIGNS if sign in text), len(tags(node, "table", "img")), len(text))


def _holds(node: Any, whole: _Weight, forms: Sequence[Any]) -> bool:
    """Whether a part has all that makes the report; a preamble alone names all six parts as well, so size counts.

    ``forms`` are the tables of the form on the page: one outside of the report may be a corrected one.
    """
    if node.name in _SILENT or not all(any(node is each for each in (table, *table.parents)) for table in forms):
        return False
    own = _weigh(node)
    return own.signs >= whole.signs and own.tables * 2 >= whole.tables and own.length * 2 >= whole.length


class _Reader:
    """Walks over a part of the page; text between block tags is one line."""

    def __init__(self, name: str, looks: Looks, limits: Limits, inexact: Set[int]) -> None:
        self.name, self.looks, self.limits, self.inexact = name, looks, limits, inexact
        self.cells = TableCells(looks, name, limits, HiddenFigures())
        self.parts: list[str] = []
        self.level = 0
        self.lines = self.tables = 0

    def read(self, node: Any) -> Iterator[Piece]:
        yield from self._walk(node, 0)
        yield from self._flush()

    def notes(self) -> Iterator[str]:
        if self.cells.hidden_rows:
            yield f"表格中有 {self.cells.hidden_rows} 行是隐藏的，没有读入"
        yield from self.cells.dropped.notes()

    def _walk(self, node: Any, depth: int) -> Iterator[Piece]:
        if depth > self.limits.depth:
            raise TooLarge(self.name, f"网页标签嵌套超过 {self.limits.depth} 层")
        look = self.looks.of(node)
        for child in node.children:
            if is_text(child) and node.name in _WITH_LINES:
                for line in str(child).splitlines():
                    yield from self._flush()
                    self._string(line, look)
            elif is_text(child):
                self._string(re.sub(r"\s+", " ", str(child)), look)
            elif isinstance(child, Tag):
                yield from self._tag(child, depth)

    def _string(self, text: str, look: Look) -> None:
        if look.struck and not look.gone:  # what is hidden on a page is mostly no text of the report
            self.cells.dropped.add(text, f"第 {self.lines + 1} 段")
        self.parts.append(text if look.shows else "")

    def _tag(self, tag: Any, depth: int) -> Iterator[Piece]:
        look = self.looks.of(tag)
        if tag.name in ("img", "svg") and look.shows:
            yield from self._flush()
            yield Image(f"第 {self.lines + 1} 段", _words_of(tag))
        elif look.gone or (tag.name in _SILENT and not _is_written_area(tag)):
            return
        elif tag.name == "table" and not _is_layout(tag):
            yield from self._flush()
            yield from self._table(tag)
        elif tag.name not in BLOCKS and not look.block:
            yield from self._walk(tag, depth + 1)
        else:
            yield from self._flush()
            outer, self.level = self.level, int(tag.name[1]) if _RANK.fullmatch(tag.name) else self.level
            self.parts += [marker_of(tag, self.looks)] if tag.name == "li" else []
            yield from self._walk(tag, depth + 1)
            yield from self._flush()
            self.level = outer

    def _flush(self) -> Iterator[Line]:
        text = "".join(self.parts).strip(" \t\r\n\u3000\xa0")
        self.parts = []
        if text:
            self.lines += 1
            yield Line(text, f"第 {self.lines} 段", self.level)

    def _table(self, table: Any) -> Iterator[Piece]:
        if not self.looks.of(table).shows:
            return
        self.tables += 1
        place, number = f"第 {self.tables} 个表格", self.tables
        rows = self.cells.rows(table, place)
        if sum(map(len, rows)) > self.limits.cells:
            raise TooLarge(self.name, f"表格超过 {self.limits.cells} 格")
        for caption in table.find_all("caption", recursive=False):
            if self.looks.of(caption).shows:
                yield from self._walk(caption, 0)
                yield from self._flush()
        grid = make_grid(rows, place, number, exact=id(table) not in self.inexact)
        yield without_columns(grid, self._collapsed(table))
        inside, self.cells.large = self.cells.large, []
        for inner in inside:
            yield from self._table(inner)

    def _collapsed(self, table: Any) -> frozenset[int]:
        """The columns that a ``<col>`` hides."""
        hidden: set[int] = set()
        at = 0
        for column in (item for item in tags(table, "col") if around(item, "table") is table):
            span = span_of(column, "span")
            hidden |= set(range(at, at + span)) if self.looks.of(column).gone else set()
            at += span
        return frozenset(hidden)


def _is_written_area(tag: Any) -> bool:
    """A text area that holds a passage of the report: some content systems show the text in one."""
    return bool(tag.name == "textarea" and len(tag.get_text(strip=True)) > _PASSAGE)


def _is_layout(table: Any) -> bool:
    """A table around other tables or around whole paragraphs of text holds the page together and no figures."""
    if tags(table, "table"):  # pasted into a cell, a table makes no layout of the one around it
        return not _has_labels(table)
    cells = tags(table, "td", "th")
    return len(cells) <= 3 and any(len(cell.get_text(strip=True)) > 300 for cell in cells)


def _has_labels(table: Any) -> bool:
    """Whether the cells of a table, without the tables in them, hold labels of the form."""
    return has_labels(_own_text(cell) for cell in tags(table, "td", "th") if around(cell, "table") is table)


def _own_text(cell: Any) -> str:
    """The text of a cell without the tables in it; a table of a few cells is the text of the cell."""
    if all(len(tags(inner, "td", "th")) < LARGE_TABLE for inner in tags(cell, "table")):
        return str(cell.get_text())
    return "".join(str(item) for item in cell.find_all(string=True) if around(item, "td", "th") is cell)


def _words_of(picture: Any) -> str:
    """The text alternative of a picture."""
    inner = next((description.get_text() for description in picture.find_all(["desc", "title"])), "")
    return str(picture.get("alt") or picture.get("aria-label") or inner)


def _page_title(soup: Any) -> str:
    for meta in soup.find_all("meta"):
        if str(meta.get("name") or "").lower() in ("articletitle", "title") and meta.get("content"):
            return str(meta["content"])
    return soup.title.get_text(strip=True) if soup.title else ""


def _params(soup: Any) -> bytes:
    """The params our own pages carry in a download link, which office suites keep; a damaged link carries none."""
    for link in soup.find_all("a", href=True):
        address = re.sub(r"\s+", "", str(link["href"]))
        match = re.match(r"data:application/yaml;charset=utf-8;base64,([A-Za-z0-9+/=]+)$", address)
        if match:
            try:
                return base64.b64decode(match[1])
            except ValueError:
                return b""
    return b""
