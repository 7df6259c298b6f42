"""Turn a Markdown cell that someone added into blocks.

In: the source of the cell and the pictures it carries. Out: headings, paragraphs, lists, tables, pictures. HTML
is printed as its source; a picture at another address is named and not fetched.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from toolkit.core.text import printable
from toolkit.sections.blocks import Align, Block, Cell, Code, Heading, ListItems, Paragraph, Picture, Run, Table

PictureMime = Literal["image/svg+xml", "image/png", "image/jpeg"]
PICTURES: tuple[PictureMime, ...] = ("image/svg+xml", "image/png", "image/jpeg")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")
_DATA_URI = re.compile(r"data:(image/(?:svg\+xml|png|jpeg));(?:charset=[\w-]+;)?base64,(.+)", re.DOTALL)


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
    tree = SyntaxTreeNode(_MARKDOWN.parse(printable(source)))
    return tuple(_markdown_blocks(tree.children, attachments or {}))


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
