"""Turn what someone added to a notebook into blocks: a Markdown cell, or the HTML that a cell printed.

In: the source of the cell and the pictures it carries, or its HTML. Out: headings, paragraphs, lists, tables, pictures. HTML in
Markdown is printed as its source, and a picture at another address is named and not fetched. Of HTML the text and the tables
stay (a ``DataFrame`` of pandas); scripts, styles and all other markup fall away.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, zip_longest
from typing import TYPE_CHECKING, Any, Literal

from lxml import etree, html
from lxml.html.builder import P

from toolkit.core.text import printable
from toolkit.sections.blocks import Align, Block, Cell, CellRole, Code, Heading, ListItems, Paragraph, Picture, Run, Table

if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode

PictureMime = Literal["image/svg+xml", "image/png", "image/jpeg"]
PICTURES: tuple[PictureMime, ...] = ("image/svg+xml", "image/png", "image/jpeg")
_DATA_URI = re.compile(r"data:(image/(?:svg\+xml|png|jpeg));(?:charset=[\w-]+;)?base64,(.+)", re.DOTALL)
_BLOCKS = ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "ul", "ol", "section", "caption")
_MOST_SPAN = 1000  # columns or rows, as HTML 4.9.11 has it
_END_OF_PAGE = re.compile(r"(?i)</(?:body|html)\s*>")  # lxml drops what follows
_TABLE = "\ufdd0"  # stands for a table in the text; Unicode gives it to programs, and no printable text contains it


@dataclass(frozen=True, slots=True)
class _Style:
    bold: bool = False
    italic: bool = False
    link: str = ""


def read_markdown(source: str, attachments: Mapping[str, Mapping[str, Any]] | None = None) -> tuple[Block, ...]:
    """The blocks of one Markdown cell; ``attachments`` are the pictures that the cell carries.

    ``#`` becomes a heading of level 2, since the six parts 一 to 六 are level 1 and may not be added to.
    HTML inside is printed as its source.
    """
    return tuple(_markdown_blocks(_parse()(printable(source)).children, attachments or {}))


@cache
def _parse() -> Callable[[str], SyntaxTreeNode]:
    """The parser of Markdown, whose import takes 20 ms: most notebooks have none to print."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    return lambda source: SyntaxTreeNode(markdown.parse(source))


def _markdown_blocks(nodes: Iterable[SyntaxTreeNode], files: Mapping[str, Any]) -> Iterator[Block]:
    for node in nodes:
        match node.type:
            case "heading":
                text = "".join(run.text for run in _runs(node.children[0].children, _Style()))
                yield Heading(min(int(node.tag[1:]) + 1, 4), text)
            case "paragraph":
                yield from _paragraph(node.children[0].children, files)
            case "bullet_list" | "ordered_list":
                items = tuple(tuple(_markdown_blocks(item.children, files)) for item in node.children)
                yield ListItems(node.type == "ordered_list", items, int(node.attrs.get("start", 1)))
            case "table":
                yield _table(node)
            case "fence" | "code_block":
                yield Code(node.content.rstrip("\n"))
            case "blockquote":
                yield from _markdown_blocks(node.children, files)
            case _:  # a rule (---) between parts has no place in an official document
                pass


def _paragraph(nodes: Sequence[SyntaxTreeNode], files: Mapping[str, Any]) -> Iterator[Block]:
    """A paragraph, split at each picture."""
    for is_image, group in groupby(nodes, lambda node: node.type == "image"):
        if is_image:
            for node in group:
                yield from _image(node, files)
            continue
        words = Paragraph(tuple(_runs(group, _Style())))
        if words.text.strip():
            yield words


def _runs(nodes: Iterable[SyntaxTreeNode], style: _Style) -> Iterator[Run]:
    before = ""
    for node in nodes:
        match node.type:
            case "text" | "code_inline" | "softbreak" | "hardbreak":
                # Chinese lines that follow each other are one text without a blank between
                blank = "" if before > "\u2e7f" else " "
                text = {"softbreak": blank, "hardbreak": "\n"}.get(node.type, node.content)
                before = text[-1:]
                if text:
                    yield Run(text, style.bold, style.italic, node.type == "code_inline", style.link)
            case "strong":
                yield from _runs(node.children, _Style(True, style.italic, style.link))
            case "em":
                yield from _runs(node.children, _Style(style.bold, True, style.link))
            case "link":
                yield from _runs(node.children, _Style(style.bold, style.italic, str(node.attrs.get("href", ""))))
            case "image":
                yield Run(_alt(node), style.bold, style.italic, False, style.link)


def _alt(node: SyntaxTreeNode) -> str:
    return "".join(run.text for run in _runs(node.children, _Style()))


def _image(node: SyntaxTreeNode, files: Mapping[str, Any]) -> Iterator[Block]:
    source, alt = str(node.attrs.get("src", "")), _alt(node)
    caption = str(node.attrs.get("title", ""))
    if source.startswith("attachment:"):
        bundle = files.get(source.removeprefix("attachment:"), {})
        for mime in PICTURES:
            if mime in bundle:
                yield from read_picture(mime, joined(bundle[mime]), alt, caption)
                return
    elif match := _DATA_URI.fullmatch(source):
        mime = next(mime for mime in PICTURES if mime == match[1])
        text = match[2] if mime != "image/svg+xml" else _decoded(match[2]).decode("utf-8", "replace")
        yield from read_picture(mime, text, alt, caption)
        return
    # a picture at another address is named, not fetched
    yield Paragraph((Run(f"[图片未随笔记本保存：{alt or source}]"),))


def read_picture(mime: PictureMime, data: str, alt: str, caption: str = "") -> Iterator[Block]:
    """One picture of a notebook: SVG as text, the others in base64; a broken one leaves a sentence in its place."""
    raw = data.encode("utf-8") if mime == "image/svg+xml" else _decoded(data)
    if raw:
        yield Picture(raw, mime, printable(alt) or caption or "图片", caption)
    else:
        yield Paragraph((Run(f"[图片已损坏：{alt or '未命名'}]"),))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _table(node: SyntaxTreeNode) -> Table:
    rows = [row for part in node.children for row in part.children]
    cells = tuple(_table_cells(rows))
    columns = max((cell.column + 1 for cell in cells), default=1)
    label = "、".join(cell.text for cell in cells if cell.row == 0)
    return Table("", label, len(rows), columns, cells, head_rows=1)


def _table_cells(rows: Sequence[SyntaxTreeNode]) -> Iterator[Cell]:
    for row, line in enumerate(rows):
        for column, node in enumerate(line.children):
            text = "".join(run.text for run in _runs(node.children[0].children, _Style()))
            yield Cell(row, column, text, "value" if row else "head", align=_align(str(node.attrs.get("style", ""))))


def _align(style: str) -> Align:
    aligns: tuple[Align, ...] = ("left", "right")
    return next((align for align in aligns if align in style), "center")


def joined(text: Any) -> str:
    """Notebook JSON keeps long text as a list of lines."""
    return text if isinstance(text, str) else "".join(text)


def read_html(source: str) -> tuple[Block, ...]:
    """Paragraphs and tables of an HTML fragment, in order; a table within a table is text of its cell."""
    source = _END_OF_PAGE.sub("", printable(source))
    page = html.document_fromstring(f"<div>{source}</div>", html.HTMLParser(huge_tree=True))
    etree.strip_elements(page, etree.Comment, "script", "style", with_tail=False)
    for tag in page.iter(*_BLOCKS):
        tag.text, tag.tail = (f"\n{printable(text or '')}" for text in (tag.text, tag.tail))
    for entry in page.iter("td", "th"):
        entry.text = f" {printable(entry.text or '')}"
    tables = page.xpath("//table[not(ancestor::table)]")
    for table in tables:
        for caption in table.findall("caption"):
            table.addprevious(caption)
        # text between the tags of a table comes before it, as in a browser
        loose = " ".join(table.xpath(".//text()[not(ancestor::td or ancestor::th)]"))
        table.addprevious(P(f"\n{printable(loose)}\n"))
        table.tail = f"{_TABLE}{printable(table.tail or '')}"
        table.drop_tree()
    return tuple(_html_blocks(page.text_content().split(_TABLE), tables))


def _html_blocks(texts: Sequence[str], tables: Sequence[Any]) -> Iterator[Block]:
    """The lines of each text as paragraphs, and behind it the table that follows."""
    for text, table in zip_longest(texts, tables):
        yield from (Paragraph((Run(words),)) for line in text.split("\n") if (words := _one_line(line)))
        if table is not None:
            rows = [row.xpath("td | th") for row in table.xpath("(. | * | */*)[td or th]")]
            yield from _html_table(rows)


def _span(entry: Any, name: str) -> int:
    digits = str(entry.get(name, "")).strip()
    return max(1, min(int(digits), _MOST_SPAN)) if digits.isascii() and digits.isdigit() and len(digits) < 6 else 1


def _one_line(text: str) -> str:
    return " ".join(printable(text).split())  # a character reference may name any character


def _html_table(rows: list[list[Any]]) -> Iterator[Table]:
    placed = list(_place(rows))
    if not placed:
        return
    columns = max(cell.column + cell.colspan for cell in placed)
    occupied = {
        (cell.row + down, cell.column + right) for cell in placed for down in range(cell.rowspan) for right in range(cell.colspan)
    }
    # a row that is too short is filled up
    blank = [Cell(row, column, "") for row in range(len(rows)) for column in range(columns) if (row, column) not in occupied]
    heads = next((number for number, row in enumerate(rows) if not all(entry.tag == "th" for entry in row)), len(rows))
    cells = tuple(replace(cell, role=_role(cell, heads)) for cell in (*placed, *blank))
    label = "、".join(cell.text for cell in cells if cell.row < heads and cell.text) or "表格"
    yield Table("", label, len(rows), columns, cells, head_rows=heads if heads < len(rows) else 0)


def _role(cell: Cell, heads: int) -> CellRole:
    return "head" if cell.row < heads and cell.role == "stub" else cell.role


def _place(rows: list[list[Any]]) -> Iterator[Cell]:
    """Cells where the spans of those before leave room (HTML 4.9.12, forming a table)."""
    occupied: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for entry in row:
            colspan = _span(entry, "colspan")
            while (number, column) in occupied:
                column += 1
            free = next((at for at in range(1, colspan) if (number, column + at) in occupied), colspan)
            down = min(_span(entry, "rowspan"), len(rows) - number)
            occupied |= {(number + below, column + right) for below in range(down) for right in range(free)}
            role: CellRole = "stub" if entry.tag == "th" else "value"
            yield Cell(number, column, _one_line(entry.text_content()), role, down, free)
            column += free
