"""Set a report as a fragment for a site's editor: a Document in, HTML and PNG files out.

Such editors drop ``<style>``, classes, scripts and drawings. The fragment has none: lines and alignment of the tables are
given twice, by inline styles and by the attributes of HTML 3.2 (``border``, ``align``), and every chart is a picture with its
figures in the text alternative. The title is left out, since an article has a field for it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape

from toolkit.core.text import printable
from toolkit.exporters.document import Document
from toolkit.exporters.raster import svg_to_png
from toolkit.report.chart_words import NOT_SHOWN
from toolkit.sections.blocks import Block, Cell, Code, Heading, ListItems, Note, Paragraph, Picture, Table
from toolkit.sections.html import cell_tag, columns, html_run, html_text, table_rows

MARK = "（网站粘贴用）"  # ends the name of the fragment
PIXELS_PER_INCH = 144
_POINT = 96 / 72  # CSS pixels
_LINE = "border:1px solid #333333"
# no box around it: wangEditor, which many sites use, drops a table inside a <div> when it opens a stored article
_TABLE = f"border-collapse:collapse;width:100%;margin:8px 0 16px 0;{_LINE};font-size:14px;line-height:1.5"
_TEXT = "margin:0 0 8px 0;line-height:1.8;font-size:16px"
_INDENT = "\u3000\u3000"  # as offices type it: an editor that drops styles keeps it
_DRAFT = f'<p align="center" style="{_TEXT};text-align:center;color:#b00000"><strong>草稿：尚未定稿，不得公布</strong></p>'
_SUFFIXES = {"image/svg+xml": "png", "image/png": "png", "image/jpeg": "jpg"}

Address = Callable[[str, bytes], str]


@dataclass(frozen=True, slots=True)
class CmsPage:
    """``fragment`` in UTF-8 with a byte order mark, for without a head nothing else names the encoding; ``pictures`` by name."""

    fragment: bytes
    pictures: Mapping[str, bytes]


def set_cms(document: Document, stem: str = "") -> CmsPage:
    """The fragment and its pictures.

    Args:
        document: the publication copy of a report.
        stem: begins the names of the pictures (``图1.png``), which are put beside the fragment.
    """
    pictures: dict[str, bytes] = {}

    def keep(name: str, data: bytes) -> str:
        pictures[f"{stem}{name}"] = data
        return f"{stem}{name}"

    fragment = "\n".join(_Writer(keep).report(document)) + "\n"
    return CmsPage(fragment.encode("utf-8-sig"), pictures)


def clipboard_html(document: Document) -> str:
    """The fragment with the pictures inside, as a clipboard takes it."""

    def inside(name: str, data: bytes) -> str:
        mime = "image/jpeg" if name.endswith("jpg") else "image/png"
        return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"

    return "\n".join(_Writer(inside).report(document))


class _Writer:
    """Writes blocks; ``address`` gives the address of a picture, whose number runs through the report."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._pictures = 0

    def report(self, document: Document) -> Iterator[str]:
        if document.front.draft:
            yield _DRAFT
        yield from self.blocks(document.blocks)

    def blocks(self, blocks: Iterable[Block]) -> Iterator[str]:
        rank = 1
        for block in blocks:
            match block:
                case Heading(level, text):
                    rank = min(level + 1, rank + 1, 6)  # a heading skips no rank (WCAG H42)
                    size = 18 if level == 1 else 16
                    yield f'<h{rank} style="margin:16px 0 8px 0;font-size:{size}px">{html_text(text)}</h{rank}>'
                case Table():
                    yield _table(block)
                case Picture():
                    yield from self._picture(block)
                case ListItems(ordered, items, start):
                    tag, first = ("ol", f' start="{start}"' if start != 1 else "") if ordered else ("ul", "")
                    entries = "".join(f"<li>{''.join(self.blocks(item))}</li>" for item in items)
                    yield f"<{tag}{first}>{entries}</{tag}>"
                case _:
                    yield from _text(block)

    def _picture(self, picture: Picture) -> Iterator[str]:
        self._pictures += 1
        alt = printable(picture.alt or picture.caption or "图片")
        try:
            data = svg_to_png(picture.data, PIXELS_PER_INCH) if picture.mime == "image/svg+xml" else picture.data
        except ValueError:
            yield f'<p style="{_TEXT}">{NOT_SHOWN.format(words=escape(alt))}</p>'
            return
        address = self._address(f"图{self._pictures}.{_SUFFIXES[picture.mime]}", data)
        width = f' width="{round(picture.width * _POINT)}"' if picture.width else ""
        image = f'<img src="{escape(address)}" alt="{escape(alt)}"{width} style="max-width:100%;height:auto">'
        yield f'<p align="center" style="margin:12px 0 4px 0;text-align:center">{image}</p>'
        if picture.caption:
            yield f'<p align="center" style="{_TEXT};text-align:center">{html_text(picture.caption)}</p>'


def _text(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(runs):
            yield f'<p style="{_TEXT}">{_INDENT}{"".join(map(html_run, runs))}</p>'
        case Note(text):
            yield f'<p style="{_TEXT}">{html_text(text)}</p>'
        case Code(text):
            yield f'<pre style="white-space:pre-wrap">{escape(printable(text))}</pre>'


def _table(table: Table) -> str:
    caption = f'<caption style="padding:4px">{html_text(table.caption)}</caption>' if table.caption else ""
    widths = columns(table, 'width="{}"')
    label = escape(printable(table.label or table.caption or "表格"))
    return (
        f'<table border="1" cellspacing="0" cellpadding="4" width="100%" summary="{label}" style="{_TABLE}">'
        f"{caption}{widths}{table_rows(table, _cell)}</table>"
    )


@lru_cache(maxsize=4096)  # the labels are those of every report, and most figures are 0
def _cell(cell: Cell) -> str:
    tag, named = cell_tag(cell)
    look = f"{_LINE};padding:4px 3px;text-align:{cell.align};vertical-align:middle;font-weight:normal"
    return f'<{tag}{named} align="{cell.align}" valign="middle" style="{look}">{html_text(cell.text)}</{tag}>'
