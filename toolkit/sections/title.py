"""Turn a report into the blocks before part one: file properties, title, preamble."""

from __future__ import annotations

import re

from toolkit.core.text import printable
from toolkit.report import Report
from toolkit.sections.blocks import Front, Paragraph, Title, paragraph

REPORT_NAME = "政府信息公开工作年度报告"
TITLE_LINE = 20  # characters of 22 pt on a line of 156 mm
_PLACE = re.compile(r"(.{2,}?(?:自治区|自治州|自治县|省|市|州|盟|地区|区|县|旗))(.{4,})")


def front(report: Report, *, draft: bool) -> Front:
    """文件属性: title, author, year and edition, for the properties of every exported file."""
    return Front(report.title, report.organ.name, report.year, report.form.id, draft, notice=report.form.notice_number)


def title(report: Report) -> Title:
    """标题, broken by sense: the organ's name, then year and kind of report."""
    return Title((*_organ_lines(report.organ.name), f"{report.year}年{REPORT_NAME}"))


def _organ_lines(name: str) -> tuple[str, ...]:
    """A name too long for one line breaks after the place it belongs to, never inside a word."""
    if len(name) <= TITLE_LINE:
        return (name,)
    match = _PLACE.fullmatch(name)
    return (match[1], *_organ_lines(match[2])) if match else (name,)


def preamble(report: Report) -> tuple[Paragraph, ...]:
    """导语: legal basis with the notice of the right edition, the six parts, period, place of publication, contact.

    A preamble that the clerk wrote (or an import found) is taken as it is.

    Source: 条例 article 50 and the notice of the edition.
    """
    if report.narrative.preamble.strip():
        return tuple(paragraph(line.strip()) for line in printable(report.narrative.preamble).splitlines() if line.strip())
    return (paragraph("".join((_basis(report), _parts(report), _period(report), _published(report), _contact(report)))),)


def _basis(report: Report) -> str:
    return (
        f"本报告根据《中华人民共和国政府信息公开条例》（国务院令第711号，以下简称《条例》）第五十条"
        f"和《{report.form.notice_title}》（{report.form.notice_number}）的要求编制。"
    )


_COUNTS = "一两三四五六七八九十"


def _parts(report: Report) -> str:
    # the names have 、 of their own (行政复议、行政诉讼), so commas set them apart
    names = "，".join(part.heading.partition("、")[2] for part in report.form.parts)
    return f"全文包括{names}{_COUNTS[len(report.form.parts) - 1]}个部分。"


def _period(report: Report) -> str:
    return f"所列数据的统计期限为{report.year}年1月1日至{report.year}年12月31日。"


def _published(report: Report) -> str:
    return f"本报告在{report.organ.published_at}公布。" if report.organ.published_at else ""


def _contact(report: Report) -> str:
    contact = report.organ.contact
    details = "，".join(f"{name}：{value}" for name, value in (("地址", contact.address), ("联系电话", contact.phone)) if value)
    if not (contact.office or details):
        return ""
    office = contact.office or report.organ.name
    return f"对本报告如有疑问，请与{office}联系{f'（{details}）' if details else ''}。"
