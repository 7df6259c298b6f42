"""Set the picture for the public (一图读懂) and the draft of the 解读: a notebook's content in, PNG, PDF and DOCX out.

Typst sets the picture in this process from one template; all text is data. The draft is the text, its numbers in bold, and a
table that says where each comes from. The same content gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from toolkit.core.errors import GlyphMissing
from toolkit.core.fonts import Role, check_glyphs, find_fonts
from toolkit.core.text import printable
from toolkit.exporters.document import Document, NotAReport
from toolkit.exporters.docx.writing import set_docx
from toolkit.exporters.pdf.setting import Typesetter
from toolkit.forms import Address, Form, form_for_year
from toolkit.sections.blocks import Heading, Note, Paragraph, Run, Title, plain_table
from toolkit.sections.marks import FONT_FAMILIES
from toolkit.sections.poster import poster_values

PIXELS_PER_INCH = 144  # of a page 540 points wide: 1080 pixels
_TEMPLATE = Path(__file__).with_name("poster.typ")
_ROLES: tuple[Role, ...] = ("sans", "title")
_NOTE = "草稿，由年报的数字写成，请修改后发布。数字改了的，请先改年报。"
_TABLE_HEADING = "数字出处（发布时删去）"


def set_poster(document: Document) -> tuple[bytes, bytes]:
    """The picture of a report as PDF and as PNG.

    Raises:
        NotAReport: the notebook carries no content for it.
        GlyphMissing: a character that no font draws.
        SettingFailed: anything else that keeps Typst from a file.
    """
    values = content_of(document)
    if missing := check_glyphs(_texts(values), "sans"):
        raise GlyphMissing(missing)
    compiler, when = _typesetter(), datetime(document.front.year + 1, 1, 1, tzinfo=UTC)
    data = {**values, "draft": document.front.draft}
    return compiler.set(data, when), compiler.draw(data, when, PIXELS_PER_INCH)


def content_of(document: Document) -> dict[str, Any]:
    """The content of the picture, its texts fit to print.

    Raises:
        NotAReport: the notebook was run by an older version, or carries none.
    """
    try:
        return _printable(poster_values(document.poster))  # type: ignore[no-any-return]
    except ValueError as error:
        raise NotAReport("其中没有一图读懂的内容，可能是旧版本运行的") from error


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return re.sub(r"\s+", " ", printable(value)).strip()
    if isinstance(value, dict):
        return {key: value[key] if key == "interpretation" else _printable(value[key]) for key in value}
    return [_printable(item) for item in value] if isinstance(value, list) else value


def _texts(value: Any) -> Iterator[str]:
    """Every text that is drawn."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from () if key in ("cells", "interpretation") else _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


@cache
def _typesetter() -> Typesetter:
    """Typst with the fonts of charts and titles, in all their weights."""
    fonts = find_fonts()
    folders = sorted({str(face.path.parent) for role in _ROLES for face in fonts.chain(role)})
    book = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)
    present = {info.family for info in book.fonts()}
    sans = [name for name in FONT_FAMILIES if name in present] or sorted(present)
    title = [face.family for face in fonts.chain("title") if face.family in present]
    return Typesetter(_TEMPLATE, book, {"sans": [*sans], "title": [*title, *sans]})


def set_interpretation(document: Document) -> bytes:
    """The draft as .docx; the same document gives the same bytes.

    Raises:
        NotAReport: the notebook carries none.
    """
    content = content_of(document)["interpretation"]
    form = form_for_year(document.front.year)
    paragraphs = [Paragraph(tuple(map(_run, pieces))) for pieces in content["paragraphs"]]
    rows = list(_rows(content["paragraphs"], form, document.front.year))
    table = plain_table("sources", _TABLE_HEADING, ("数字", "出处"), rows, widths=(20, 80), left=(1,))
    blocks = (Title((content["title"],)), *paragraphs, Note(_NOTE), *((Heading(1, _TABLE_HEADING), table) if rows else ()))
    return set_docx(Document(document.front, blocks))


def plain_text(pieces: Sequence[Any]) -> str:
    """A paragraph as text."""
    return "".join(piece if isinstance(piece, str) else piece["text"] for piece in pieces)


def _run(piece: Any) -> Run:
    return Run(piece) if isinstance(piece, str) else Run(piece["text"], bold=True)


def _rows(paragraphs: Sequence[Sequence[Any]], form: Form, year: int) -> Iterator[tuple[str, str]]:
    for piece in (piece for pieces in paragraphs for piece in pieces if not isinstance(piece, str)):
        yield piece["text"], _source(piece, form, year)


def _source(piece: Mapping[str, Any], form: Form, year: int) -> str:
    """The cells of a number in words: those of a sum that are many by their first and last."""
    labels = [form.label(Address(*cell.split("."))) for cell in piece["cells"]]
    named = " ＋ ".join(labels) if len(labels) <= 3 else f"{labels[0]} 至 {labels[-1]} 共 {len(labels)} 格之和"
    return f"{named}：{year} 年与 {year - 1} 年之差" if piece["last_year"] else named
