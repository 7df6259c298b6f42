"""Turn blocks into semantic HTML: blocks in, an escaped fragment out.

The same fragment is what JupyterLab shows under a cell and what stands in the exported file; it carries no style
sheet, except in :func:`render_preview`. Every text is data and is escaped here, nowhere else.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from itertools import count, groupby
from typing import Any

from toolkit.core.files import sha256_of
from toolkit.core.text import printable
from toolkit.report.chart_words import NOT_SHOWN
from toolkit.sections.blocks import (
    BLOCKS_MIME,
    Block,
    Cell,
    Code,
    Heading,
    ListItems,
    Note,
    Paragraph,
    Picture,
    Run,
    Table,
    Title,
    blocks_to_json,
    iter_text,
)
from toolkit.sections.svg_sanitizer import has_stylesheet, inline_svg

FIXED = "applications"  # the table with labels in three columns beside seven of figures
_PHONE_POINTS = 320  # a wider picture scrolls on a phone, for its text would be too small to read
_SCOPES = {"caption": "rowgroup", "corner": "col", "head": "col", "stub": "row"}
_LINK = re.compile(r"(https?://|mailto:|tel:|#)", re.IGNORECASE)

# the class twice: JupyterLab's own rule for cells of tables sets them to the right, and is the more specific one otherwise
PREVIEW_CSS = """
.nianbao{max-width:50em;line-height:1.75;color:#1a1a1a;background:#fff}
.nianbao .nb-title{text-align:center;font-size:1.5em;line-height:1.5}.nianbao .nb-title span{display:block}
.nianbao p{text-indent:2em;margin:.3em 0}.nianbao .nb-note{text-indent:0;color:#555;font-size:.9em}
.nianbao table{border-collapse:collapse;width:100%;table-layout:fixed;font-size:.85em}
.nianbao caption{text-align:center;padding:.3em}
.nianbao.nianbao th,.nianbao.nianbao td{border:1px solid #555;padding:.3em;text-align:center;font-weight:400;
overflow-wrap:anywhere;white-space:normal}
.nianbao.nianbao .nb-left{text-align:left}.nianbao.nianbao .nb-right{text-align:right}.nianbao .nb-unseen{color:#555}
.nianbao figure{margin:1em 0;text-align:center}.nianbao .nb-narrow{display:none}.nianbao svg,.nianbao img{width:100%;height:auto}
"""


def render_blocks(blocks: Iterable[Block], *, anchors: bool = False) -> str:
    """Blocks as an HTML fragment.

    A heading never skips a rank (h2 to h4), whatever its level of numbering: readers who move by headings rely on
    it (WCAG technique H42). Level 1 is h2; the title is h1.

    Args:
        blocks: what a section, or the whole report, is made of; `Front` and `Attachment` are passed over.
        anchors: give headings of level 1 the ids ``part-1``, ``part-2`` … for a table of contents.
    """
    return "\n".join(_render(blocks, anchors, count(1)))


def render_preview(blocks: Iterable[Block]) -> str:
    """The same fragment with a small style sheet around it, for the output of a notebook cell."""
    return f'<div class="nianbao"><style>{PREVIEW_CSS}</style>\n{render_blocks(blocks)}\n</div>'


def _render(blocks: Iterable[Block], anchors: bool, numbers: Iterator[int]) -> Iterator[str]:
    """``numbers`` runs through the whole fragment, lists included, so that ids and region names stay unique."""
    rank, parts = 1, 0
    for block in blocks:
        match block:
            case Heading(level, text):
                rank = min(level + 1, rank + 1, 6)
                parts += level == 1
                anchor = f' id="part-{parts}"' if anchors and level == 1 else ""
                yield f'<h{rank} class="nb-level-{level}"{anchor}>{html_text(text)}</h{rank}>'
            case Table():
                yield _table(block, next(numbers))
            case Picture():
                yield _picture(block, next(numbers))
            case ListItems():
                yield _render_list(block, numbers)
            case _:
                yield from _render_text(block)


def _render_list(block: ListItems, numbers: Iterator[int]) -> str:
    tag, first = ("ol", f' start="{block.start}"' if block.start != 1 else "") if block.ordered else ("ul", "")
    entries = "".join(f"<li>{''.join(_render(item, False, numbers))}</li>" for item in block.items)
    return f"<{tag}{first}>{entries}</{tag}>"


def _render_text(block: Block) -> Iterator[str]:
    match block:
        case Title(lines):
            # the lines are one title: no blank between them when it is read aloud or copied
            yield '<h1 class="nb-title">' + "".join(f"<span>{html_text(line)}</span>" for line in lines) + "</h1>"
        case Paragraph(runs):
            yield f"<p>{''.join(map(html_run, runs))}</p>"
        case Note(text):
            yield f'<p class="nb-note">{html_text(text)}</p>'
        case Code(text):
            yield f"<pre>{escape(printable(text))}</pre>"


def html_text(text: str) -> str:
    """A text as HTML: escaped, without control characters, line breaks as ``<br>``."""
    return escape(printable(text)).replace("\n", "<br>")


def html_run(run: Run) -> str:
    """A run with its styles; a link that could run something is only its text."""
    out = html_text(run.text)
    for applies, tag in ((run.code, "code"), (run.italic, "em"), (run.bold, "strong")):
        out = f"<{tag}>{out}</{tag}>" if applies else out
    if _LINK.match(run.link):
        out = f'<a href="{escape(printable(run.link))}" rel="noopener noreferrer">{out}</a>'
    return out


def _table(table: Table, number: int) -> str:
    """A table in its own scrolling region, which the keyboard can reach (WCAG 2.1.1)."""
    heading = f"<caption>{html_text(table.caption)}</caption>" if table.caption else ""
    caption = heading or f'<caption class="nb-unseen">{html_text(table.label)}</caption>'
    fixed = ' class="nb-fixed"' if table.key == FIXED else ""
    widths = columns(table, 'style="width:{}"')
    label = escape(printable(f"表格 {number}：{table.label or table.caption}"))
    return (
        f'<div class="nb-scroll" role="region" aria-label="{label}" tabindex="0">'
        f'<table border="1"{fixed} style="--columns:{table.columns}">{caption}{widths}'
        f"{table_rows(table, _cell)}</table></div>"
    )


def columns(table: Table, attribute: str) -> str:
    """The widths of the columns; ``attribute`` is how one is written, with ``{}`` for its percentage."""
    if not table.widths:
        return ""
    return "<colgroup>" + "".join(f"<col {attribute.format(f'{share:.2%}')}>" for share in table.shares) + "</colgroup>"


def table_rows(table: Table, write: Callable[[Cell], str]) -> str:
    """The rows of a table in their groups, each cell as ``write`` writes it."""
    groups = ((tag, "".join(f"<tr>{''.join(map(write, cells))}</tr>" for cells in rows)) for tag, rows in _row_groups(table))
    return "".join(f"<{tag}>{rows}</{tag}>" for tag, rows in groups)


def _row_groups(table: Table) -> Iterator[tuple[str, list[list[Cell]]]]:
    """The rows in groups: thead, then one tbody for each caption inside the table (第二十条第（一）项 …), to name its rows."""
    rows: dict[int, list[Cell]] = {row: [] for row in range(table.rows)}
    for cell in sorted(table.cells, key=lambda cell: (cell.row, cell.column)):
        rows.setdefault(cell.row, []).append(cell)
    group = 0
    groups: dict[int, int] = {}
    for row, cells in rows.items():
        group += any(cell.role == "caption" for cell in cells) and row >= table.head_rows
        groups[row] = -1 if row < table.head_rows else group
    for key, members in groupby(rows, key=groups.__getitem__):
        tag = "thead" if key == -1 else "tbody"
        yield tag, [rows[row] for row in members]


def _scope(cell: Cell) -> str:
    """The ``scope`` of a header cell; empty for a figure and for a header without text.

    ``col`` and ``row`` reach all columns and rows that a merged cell spans (HTML 4.9.12.2); ``colgroup`` and ``rowgroup``
    would reach the rest of the group as well, e.g. 三、本年度办理结果 the row 四 below it.
    """
    return _SCOPES.get(cell.role, "") if cell.text.strip() else ""


def _classes(cell: Cell) -> str:
    """Alignment, and what a phone keeps in sight while a wide table is moved: the labels of rows and the last total."""
    names = [] if cell.align == "center" else [f"nb-{cell.align}"]
    if cell.role in ("stub", "corner"):
        names.append(f"nb-stub-{cell.column}")
    elif cell.address.endswith(".total") or (cell.role == "head" and cell.text == "总计"):
        names.append("nb-total")
    return f' class="{" ".join(names)}"' if names else ""


@lru_cache(maxsize=4096)  # the labels are those of every report, and most figures are 0
def _cell(cell: Cell) -> str:
    tag, named = cell_tag(cell)
    return f"<{tag}{named}{_classes(cell)}>{html_text(cell.text)}</{tag}>"


def cell_tag(cell: Cell) -> tuple[str, str]:
    """The tag of a cell, and its attributes that every page needs: scope and spans."""
    scope = _scope(cell)
    named = f' scope="{scope}"' if scope else ""
    named += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    named += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    return "th" if scope else "td", named


def _picture(picture: Picture, number: int) -> str:
    caption = f"<figcaption>{html_text(picture.caption)}</figcaption>" if picture.caption else ""
    image = _image(picture, number)
    if picture.narrow:
        # shown instead of the wide one, whose text alternative stays (the page's style sheet)
        data = base64.b64encode(picture.narrow).decode("ascii")
        narrow = f'<img class="nb-narrow" src="data:image/svg+xml;base64,{data}" alt="">'
        image = f'{narrow}<div class="nb-wide">{image}</div>'  # office suites keep the words of the wide one above the caption
    elif picture.width > _PHONE_POINTS:
        label = escape(printable(f"图片 {number}：{picture.caption or '可左右滚动'}"))
        image = f'<div class="nb-scroll" role="region" aria-label="{label}" tabindex="0">{image}</div>'
    return f"<figure>{image}{caption}</figure>"


@lru_cache(maxsize=32)  # a drawing is set twice: for the cell of the notebook and for the page
def _inlined(data: bytes, digest: str, alt: str, width: float) -> str:
    """A drawing for any place of a page: its ids begin with its digest, which no drawing holds."""
    return inline_svg(data, digest, alt, width)


def _image(picture: Picture, number: int) -> str:
    alt = printable(picture.alt or picture.caption or "图片")
    if picture.mime == "image/svg+xml":
        digest = sha256_of(picture.data)
        try:
            # a drawing with CSS becomes an image element, in which a browser runs and fetches nothing
            if not has_stylesheet(picture.data):
                return _inlined(picture.data, digest, alt, picture.width).replace(digest, f"fig-{number}-{digest[:8]}")
        except ValueError:
            return f'<p class="nb-note">{NOT_SHOWN.format(words=escape(alt))}</p>'
    data = base64.b64encode(picture.data).decode("ascii")
    width = f' style="max-width:{picture.width:g}pt"' if picture.width else ""
    return f'<img src="data:{picture.mime};base64,{data}" alt="{escape(alt)}"{width}>'


@dataclass(frozen=True)
class Section:
    """The blocks one cell puts on paper; an empty section shows nothing."""

    blocks: tuple[Block, ...] = ()

    def _repr_mimebundle_(self, include: Iterable[str] = (), exclude: Iterable[str] = ()) -> dict[str, Any]:
        return {
            "text/plain": "\n".join(text for text in iter_text(self.blocks) if text),
            "text/html": render_preview(self.blocks),
            BLOCKS_MIME: blocks_to_json(self.blocks),
        }
