"""Write the letters that go as Word files: that with a report (报送函), and the opinion on a returned one (审核意见单).

In: the words of a letter, to be printed, signed and sealed; an ``Opinion``. Out: the bytes of a DOCX; the same words give the
same bytes. The data of an opinion travel in it as a custom XML part, and its words in the ``Letter`` of the mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from toolkit.checks.finding import SEVERITY_NAMES
from toolkit.core.dates import chinese_date
from toolkit.core.files import sha256_of
from toolkit.dispatch.letters.message import Letter, LetterWords, MailAttachment, address_of
from toolkit.exporters.document import make_document
from toolkit.exporters.docx.writing import set_docx
from toolkit.report import Report
from toolkit.report.opinion import OPINION_MIME, Opinion, OpinionItem, place_label
from toolkit.sections.blocks import Attachment, Block, Front, Paragraph, Run, Title, paragraph, plain_table


def cover_letter(words: LetterWords) -> bytes:
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


_HOW = "各条已改的，重新生成后报送；核实无误的，在填报表中确认并写明原因，一并报送。"
_IN_FORM = "把本文件（或整封邮件）用“导入”或 nianbao import 读入，各条意见就显示在填报表的相应位置。"


def sheet_name(opinion: Opinion) -> str:
    """The file's name: ``云溪县松石镇人民政府2024年年报审核意见单（第1次）.docx``."""
    return f"{opinion.organ}{opinion.year}年年报审核意见单（第{opinion.round}次）.docx"


def opinion_sheet(opinion: Opinion, report: Report) -> bytes:
    """The 审核意见单 as a Word file; the same opinion gives the same bytes."""
    return set_docx(make_document(_sheet_blocks(opinion, report)))


def opinion_letter(opinion: Opinion, sheet: bytes, *, sender: str, to: str, date: datetime) -> Letter:
    """The letter that returns a report, with the opinion in its text and as DOCX.

    Raises:
        UsageError: sender or recipient is not a mail address.
    """
    about = sha256_of(opinion.model_dump_json().encode("utf-8") + to.encode("utf-8"))
    return Letter(
        sender=sender,
        to=to,
        subject=f"关于退回修改{opinion.year}年政府信息公开工作年度报告的通知（第{opinion.round}次）",
        body="\r\n".join(_lines(opinion, date.date())),
        date=date,
        message_id=f"<nianbao.return.{opinion.year}.{about[:32]}@{address_of(sender).rpartition('@')[2]}>",
        enclosures=(MailAttachment(sheet_name(opinion), sheet),),
    )


def _sheet_blocks(opinion: Opinion, report: Report) -> Iterator[Block]:
    title = f"{opinion.organ}{opinion.year}年年报审核意见单（第{opinion.round}次）"
    yield Front(title, opinion.office, opinion.year, report.form.id)
    yield Title((f"{opinion.year}年政府信息公开工作年度报告", f"审核意见单（第{opinion.round}次）"))
    yield line(f"{opinion.organ}：", "addressee")
    yield paragraph(_opening(opinion))
    heads = ("序号", "位置", "审核意见", "建议", "办理情况")
    rows = [
        (str(item.number), place, _item_text(item, place), item.next_step, "")
        for item in opinion.items
        for place in (place_label(report, item.place) or "全文",)
    ]
    yield plain_table("opinion", "审核意见", heads, rows, widths=(7, 23, 34, 24, 12), left=(1, 2, 3))
    yield paragraph(_HOW + _IN_FORM)
    yield paragraph("")
    yield line(opinion.office, "signature")
    yield line(chinese_date(opinion.returned_on), "signature")
    if opinion.officer:
        yield paragraph(f"（审核人：{opinion.officer}）")
    yield Attachment("审核意见.json", OPINION_MIME, "审核意见单的数据", opinion.model_dump_json())


def _lines(opinion: Opinion, day: date) -> Iterator[str]:
    """The mail's text: the same items, for readers without the attachment."""
    yield f"{opinion.organ}："
    yield f"　　{_opening(opinion)}"
    yield ""
    for item in opinion.items:
        step = f"（{item.next_step}）" if item.next_step else ""
        yield f"　　{item.number}. {_item_text(item)}{step}"
    yield ""
    yield f"　　{_HOW}{_IN_FORM}"
    yield ""
    yield f"　　附件：{sheet_name(opinion)}"
    yield ""
    yield f"　　　　　　　　{opinion.office}"
    yield f"　　　　　　　　{chinese_date(day)}"
    yield ""


def _opening(opinion: Opinion) -> str:
    return (
        f"你单位报来的{opinion.year}年政府信息公开工作年度报告经审核，有以下{len(opinion.items)}处需要改正或说明，现予退回。"
        f"请逐条办理，于{chinese_date(opinion.answer_by)}前重新报送。"
    )


def _item_text(item: OpinionItem, place: str = "") -> str:
    """What is asked for; beside a column that names the place it need not be named once more."""
    kind = f"{SEVERITY_NAMES[item.severity]}：" if item.code else ""
    return f"{kind}{item.message.removeprefix(f'{place}：')}"
