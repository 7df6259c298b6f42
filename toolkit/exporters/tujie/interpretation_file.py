"""Set the draft of the 解读 as a Word file: the text, its numbers in bold, and a table that says where each comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toolkit.exporters.document import Document
from toolkit.exporters.docx.writing import set_docx
from toolkit.exporters.tujie.setting import content_of
from toolkit.forms import Address, Form, form_for_year
from toolkit.sections.blocks import Heading, Note, Paragraph, Run, Title, plain_table

_NOTE = "草稿，由年报的数字写成，请修改后发布。数字改了的，请先改年报。"
_TABLE_HEADING = "数字出处（发布时删去）"


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
