"""Write the letter that goes with a report (报送函) as a Word file, to be printed, signed and sealed.

In: the words of the letter. Out: the bytes of a DOCX; the same words give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from toolkit.dispatch.letters.message import LetterWords
from toolkit.exporters.document import make_document
from toolkit.exporters.docx.writing import set_docx
from toolkit.sections.blocks import Block, Front, Paragraph, Run, Title, paragraph


def cover_letter(words: LetterWords) -> bytes:
    """The letter as a Word file."""
    return set_docx(make_document(_blocks(words)))


def line(text: str, role: Literal["addressee", "signature"]) -> Paragraph:
    """The addressee of a letter, or a line of its signature."""
    return Paragraph((Run(text),), role)


def _blocks(words: LetterWords) -> Iterator[Block]:
    title = f"{words.organ}{words.title}"
    yield Front(title, words.organ, int(words.day[:4]), "")
    first, heading, rest = words.title.partition("工作年度报告")
    yield Title((words.organ, first, heading + rest))  # broken where it is read, and never before the last word
    yield line(f"{words.addressee}：", "addressee")
    yield paragraph(words.statement)
    if words.done:
        yield paragraph("对审核意见的办理情况：")
        yield from map(paragraph, words.done)
    enclosed = list(map(_as_printed, words.enclosed))
    yield paragraph(f"附件：{enclosed[0]}")
    yield from (paragraph(f"　　　{name}") for name in enclosed[1:])
    yield paragraph("")
    yield line(words.organ, "signature")
    yield line(words.day, "signature")
    if words.contact_line:
        yield paragraph(f"联系：{words.contact_line}".replace("，电话 ", "　电话："))


def _as_printed(name: str) -> str:
    """The name of an enclosure with its format in words: 报告.pdf → 报告（PDF）."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}（{suffix.upper()}）"
