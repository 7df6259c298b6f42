"""Read a web page, as content systems publish it: any Chinese encoding, layout tables, navigation around the text.

In: the bytes of the page. Out: a ``Source``. The encoding is told by the bytes and not by what the page says of itself;
scripts, styles and hidden parts fall away; a table that only lays out the page is text. Nothing is fetched or run.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from charset_normalizer import from_bytes

from toolkit.importing.limits import LIMITS, CannotImport, Limits, TooLarge
from toolkit.importing.recognition.labels import match_text
from toolkit.importing.source import Grid, Image, Line, Piece, RawCell, Source, make_grid
from toolkit.importing.wording import raised

_SILENT = {"script", "style", "template", "noscript", "head", "nav", "iframe", "object", "select", "button", "textarea", "svg"}
_BLOCKS = {
    "p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "main", "center", "blockquote",
    "hr", "header", "footer", "form", "table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "pre", "figure",
    "figcaption", "dl", "dt", "dd", "address", "aside", "fieldset", "body",
}  # fmt: skip
_RANK = re.compile(r"h[1-6]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_TYPED = ("", "text", "number", "tel")  # inputs whose value stands on the page
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)(?:\s[^<>]*)?>")
# tags without an end, and those whose end is often left out: the next one closes them
_NO_END = {
    "img", "br", "hr", "input", "meta", "link", "col", "area", "base", "wbr", "source", "param", "embed", "o:p", "p", "li", "td",
    "th", "tr", "dt", "dd", "option", "tbody", "thead", "tfoot", "colgroup", "html", "body", "head",
}  # fmt: skip
_DEEPEST = 400  # tags open at once; pages of content systems stay under a hundred
_EMBEDDED = re.compile(r"data:(?:image|font|video|audio)/[^\"')\s>]*")
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([-\w]+)", re.IGNORECASE)
_CHINESE = re.compile("[的年一人公]")  # words without which no Chinese page does
_SIGNS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "存在的主要问题",
    "其他需要报告的事项",
    "信息公开",
)


def read_html(raw: bytes, name: str, limits: Limits = LIMITS) -> Source:
    """The pieces of a web page.

    Raises:
        CannotImport: no text in it, or over a limit.
    """
    text, notes = decode_page(raw)
    text = _EMBEDDED.sub("", text)
    _check_size(text, name, limits)
    soup = BeautifulSoup(text, "html5lib")
    content = _content(soup)
    reader = _Reader(name, limits)
    pieces = tuple(reader.read(content))
    if not any(isinstance(piece, Line | Grid) for piece in pieces):
        raise CannotImport(name, "网页里没有文字；内容可能由脚本加载或放在附件里，请在浏览器中打开后另存")
    return Source("html", pieces, _page_title(soup), (), tuple(notes), _params(soup))


def read_mht(raw: bytes, name: str, limits: Limits = LIMITS) -> Source:
    """The pieces of a page saved as one file (单个文件网页, .mht): its first page of markup; what it embeds is not opened.

    Raises:
        CannotImport: no page in it, or as ``read_html``.
    """
    pages = (part for part in message_from_bytes(raw).walk() if part.get_content_type() == "text/html")
    page = next(pages, None)
    content = page.get_payload(decode=True) if page is not None else None
    if not isinstance(content, bytes):
        raise CannotImport(name, "单个文件网页（.mht）里没有网页内容；请在浏览器中打开后另存为网页")
    return read_html(content, name, limits)


def decode_page(raw: bytes) -> tuple[str, list[str]]:
    """The text of a page or text file, and what is to be said of its encoding.

    UTF-8 that decodes without a fault is UTF-8 whatever the page says; else GB18030 (GBK and GB2312 are its parts),
    else Big5, else the best guess, with unreadable characters as U+FFFD.
    """
    declared = _META.search(raw[:4096])
    said = declared[1].decode("ascii", "replace").lower() if declared else ""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, "replace"), []
    order = ["utf-8", *(["big5hkscs"] if "big5" in said else []), "gb18030", "big5hkscs"]
    for encoding in order:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and not _CHINESE.search(text) and _is_big5(raw):
            continue
        wrong = said and not _same_encoding(said, encoding)
        return text, [f"网页声明的编码是 {said}，实际是 {encoding.upper()}，已按实际编码读入"] if wrong else []
    return _best_guess(raw)


def _is_big5(raw: bytes) -> bool:
    """GB18030 decodes nearly any bytes: words of a report in Big5 tell a mirror in traditional characters."""
    try:
        return "政府" in raw.decode("big5hkscs")
    except UnicodeDecodeError:
        return False


def _best_guess(raw: bytes) -> tuple[str, list[str]]:
    cut = raw.decode("utf-8", "replace")
    faults = cut.count("\ufffd")
    if faults * 50 < len(cut):
        return cut, [f"有 {faults} 处字节损坏，读作“\ufffd”，请对照原文"]
    chinese = raw.decode("gb18030", "replace")
    if chinese.count("\ufffd") * 50 < len(chinese):
        return chinese, [f"有 {chinese.count(chr(0xFFFD))} 处字节损坏，读作“\ufffd”，请对照原文"]
    best = from_bytes(raw).best()
    return (
        (str(best), [f"编码不明，按 {best.encoding} 读入，请核对"]) if best else (chinese, ["编码不明，按 GB18030 读入，请核对"])
    )


def _same_encoding(said: str, real: str) -> bool:
    if real == "gb18030":
        return said in ("gb2312", "gbk", "gb18030", "gb_2312-80", "cp936")
    return said.replace("-", "").startswith(real.replace("-", "")[:4])


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
    while whole.signs:
        inner = next((child for child in node.children if isinstance(child, Tag) and _holds(child, whole)), None)
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
    return _Weight(frozenset(sign for sign in _SIGNS if sign in text), len(node.find_all(["table", "img"])), len(text))


def _holds(node: Any, whole: _Weight) -> bool:
    """Whether a part has all that makes the report; a preamble alone names all six parts as well, so size counts."""
    if node.name in _SILENT:
        return False
    own = _weigh(node)
    return own.signs >= whole.signs and own.tables * 2 >= whole.tables and own.length * 2 >= whole.length


class _Reader:
    """Walks over a part of the page; text between block tags is one line."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.parts: list[str] = []
        self.level = 0
        self.lines = self.tables = 0

    def read(self, node: Any) -> Iterator[Piece]:
        yield from self._walk(node, 0)
        yield from self._flush()

    def _walk(self, node: Any, depth: int) -> Iterator[Piece]:
        if depth > self.limits.depth:
            raise TooLarge(self.name, f"网页标签嵌套超过 {self.limits.depth} 层")
        for child in node.children:
            if type(child) is NavigableString:
                self.parts.append(re.sub(r"\s+", " ", str(child)))
            elif isinstance(child, Tag):
                yield from self._tag(child, depth)

    def _tag(self, tag: Any, depth: int) -> Iterator[Piece]:
        if tag.name in ("img", "svg") and not _is_hidden(tag):
            yield from self._flush()
            yield Image(f"第 {self.lines + 1} 段", _words_of(tag))
        elif tag.name in _SILENT or _is_hidden(tag):
            return
        elif tag.name == "table" and not _is_layout(tag):
            yield from self._flush()
            yield self._table(tag)
        elif tag.name not in _BLOCKS:
            yield from self._walk(tag, depth + 1)
        else:
            yield from self._flush()
            outer, self.level = self.level, int(tag.name[1]) if _RANK.fullmatch(tag.name) else self.level
            yield from self._walk(tag, depth + 1)
            yield from self._flush()
            self.level = outer

    def _flush(self) -> Iterator[Line]:
        text = "".join(self.parts).strip(" \t\r\n\u3000\xa0")
        self.parts = []
        if text:
            self.lines += 1
            yield Line(text, f"第 {self.lines} 段", self.level)

    def _table(self, table: Any) -> Grid:
        self.tables += 1
        rows = []
        for row in table.find_all("tr"):
            if row.find_parent("table") is table and not any(map(_is_hidden, (row, *_up_to(row, table)))):
                cells = [cell for cell in row.find_all(["td", "th"], recursive=False) if not _is_hidden(cell)]
                rows.append([RawCell(_cell_text(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in cells])
        if sum(map(len, rows)) > self.limits.cells:
            raise TooLarge(self.name, f"表格超过 {self.limits.cells} 格")
        return make_grid(rows, f"第 {self.tables} 个表格", self.tables)


def _is_layout(table: Any) -> bool:
    """A table around other tables or around whole paragraphs of text holds the page together and no figures."""
    if table.find("table") is not None:
        return True
    cells = table.find_all(["td", "th"])
    return len(cells) <= 3 and any(len(cell.get_text(strip=True)) > 300 for cell in cells)


def _cell_text(cell: Any) -> str:
    parts = []
    for item in cell.descendants:
        if isinstance(item, Tag):
            parts.append("\n" if item.name in _BLOCKS else _typed(item))
            continue
        around = list(_up_to(item, cell))
        if type(item) is NavigableString and not any(_is_hidden(parent) or parent.name in _SILENT for parent in around):
            text = re.sub(r"\s+", " ", str(item))
            parts.append(raised(text) if any(parent.name == "sup" for parent in around) else text)
    return "".join(parts).strip("\n \xa0\u3000")


def _typed(tag: Any) -> str:
    """What an input shows: some content systems print a form of inputs that cannot be changed."""
    shown = tag.name == "input" and str(tag.get("type") or "").lower() in _TYPED and not _is_hidden(tag)
    return str(tag.get("value") or "") if shown else ""


def _up_to(item: Any, stop: Any) -> Iterator[Any]:
    for parent in item.parents:
        if parent is stop:
            return
        yield parent


def _span(cell: Any, name: str) -> int:
    match = re.match(r"\s*(\d{1,4})", str(cell.get(name) or ""))
    return max(1, int(match[1])) if match else 1


def _is_hidden(node: Any) -> bool:
    return bool(node.has_attr("hidden") or _HIDDEN.search(str(node.get("style") or "")))


def _words_of(picture: Any) -> str:
    """What a picture says of itself."""
    inner = next((found.get_text() for found in picture.find_all(["desc", "title"])), "")
    return str(picture.get("alt") or picture.get("aria-label") or inner)


def _page_title(soup: Any) -> str:
    for meta in soup.find_all("meta"):
        if str(meta.get("name") or "").lower() in ("articletitle", "title") and meta.get("content"):
            return str(meta["content"])
    return soup.title.get_text(strip=True) if soup.title else ""


def _params(soup: Any) -> bytes:
    """The params our own pages carry in a download link."""
    for link in soup.find_all("a", download=True):
        match = re.match(r"data:application/yaml;charset=utf-8;base64,([A-Za-z0-9+/=]+)$", str(link.get("href") or ""))
        if match:
            return base64.b64decode(match[1])
    return b""
