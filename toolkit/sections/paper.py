"""Turn a report, its earlier years and its findings into the paper: front, title, preamble, six parts, closing.

The notebook calls one method per cell. Charts are numbered through the paper (图 1, 图 2, …), so a chart that is
not drawn leaves no gap. Lines of the text that begin 一、（一）1.（1） are headings of their level when the whole line is one; a
sentence with a number is a paragraph, and when another follows it, its leading sentence is set as a heading (文中标题).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from toolkit.checks import RULES_VERSION, Case, Finding, all_rules, count_by_severity, has_errors, rules_for, run_case
from toolkit.core.text import printable
from toolkit.report import ProcessingFee, Report
from toolkit.report.data_code import pack_report
from toolkit.report.embedded import PARAMS_NAME, carried_text, digest_in
from toolkit.sections import charts
from toolkit.sections.blocks import (
    CHECKS_NOTE,
    Attachment,
    Block,
    DataCode,
    Front,
    Heading,
    Note,
    Paragraph,
    Picture,
    Poster,
    Run,
    Title,
    paragraph,
)
from toolkit.sections.html import Section
from toolkit.sections.poster import poster_content, poster_to_json
from toolkit.sections.tables import table

LONGEST_HEADING = 45
_LEVELS = (
    (2, re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]")),
    (3, re.compile(r"\d{1,2}[.．、](?!\d)")),
    (4, re.compile(r"[（(]\d{1,2}[）)]")),
    # 一、 inside a part would look like a part of the form; it is printed one level lower
    (2, re.compile(r"[一二三四五六七八九十]{1,3}、")),
)


def heading_level(line: str) -> int:
    """The level a line's number gives it: 2 for （一）, 3 for 1., 4 for （1）, 0 for none."""
    return next((level for level, pattern in _LEVELS if pattern.match(line)), 0)


def narrative(text: str, heading: str) -> tuple[Block, ...]:
    """The blocks of one part's text under the part's ``heading`` (一、总体情况), which the text need not repeat."""
    lines = [line.strip() for line in printable(text).splitlines()]
    paragraphs = [line for line in lines if line and line.rstrip("。：:") != heading]
    return (Heading(1, heading), *(_line(line) for line in paragraphs))


def _line(line: str) -> Block:
    level = heading_level(line)
    if not level:
        return paragraph(line)
    lead, rest = _lead(line)
    if not rest and _is_sentence(line, level):
        return paragraph(line)
    if not rest:
        return Heading(level, line) if len(line) <= LONGEST_HEADING else paragraph(line)
    return Paragraph((Run(lead, level=level), Run(rest))) if len(lead) <= LONGEST_HEADING else paragraph(line)


def _is_sentence(line: str, level: int) -> bool:
    """An item of a list such as 1.信息处理费收入0元。, not a heading: headings end without a mark, save for a slip of the pen."""
    return line.endswith(("。", "；", "！", "？")) and (level > 2 or "，" in line)


def _lead(line: str) -> tuple[str, str]:
    """The first sentence of a line and the rest; ``1.`` does not end a sentence."""
    match = re.match(r"[^。：；]*[。：；]?", line)
    end = match.end() if match else len(line)
    if end < len(line) and line[end - 1] != "。":
        return line, ""  # a colon or semicolon leads into the sentence, it does not end a heading
    return line[:end], line[end:].strip()


def fee_sentence(report: Report) -> Iterator[Block]:
    """信息处理费, when the edition requires it, the params have it and the text does not mention it.

    Source: 2021 edition, part six; 国办函〔2020〕109号.
    """
    topics = report.form.part("other").must_mention if report.form.has(parts=["other"]) else ()
    if report.processing_fee and topics and not any(word in report.narrative.other for word in topics):
        yield paragraph(_fee_text(report.processing_fee))


def _fee_text(fee: ProcessingFee) -> str:
    notices = f"本年度发出收费通知{fee.notices}件" if fee.notices else "本年度未发出收费通知"
    amount = format(fee.amount_yuan.normalize() if fee.amount_yuan else Decimal(0), "f")
    return f"依据《政府信息公开信息处理费管理办法》，{notices}，收取信息处理费{amount}元。"


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
    period = f"所列数据的统计期限为{report.year}年1月1日至{report.year}年12月31日。"
    return (paragraph("".join((_basis(report), _parts(report), period, _published(report), _contact(report)))),)


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


def _published(report: Report) -> str:
    return f"本报告在{report.organ.published_at}公布。" if report.organ.published_at else ""


def _contact(report: Report) -> str:
    contact = report.organ.contact
    details = "，".join(f"{name}：{value}" for name, value in (("地址", contact.address), ("联系电话", contact.phone)) if value)
    if not (contact.office or details):
        return ""
    office = contact.office or report.organ.name
    return f"对本报告如有疑问，请与{office}联系{f'（{details}）' if details else ''}。"


Draw = Callable[[Report, tuple[Report, ...], int], tuple[Block, ...]]


# The charts of each part in print order, always after the part's table: a table that follows text fits
# into what is left of a page more often than one that follows a chart.
_DRAWN: dict[str, tuple[Draw, ...]] = {
    "disclosure": (lambda report, _, number: (charts.chart_channels(report, number),) if report.channels else (),),
    "applications": (lambda report, _, number: charts.charts_applications(report, number),),
    "disputes": (
        lambda report, _, number: (charts.chart_disputes(report, number),),
        lambda report, earlier, number: (charts.chart_years(report, earlier, number),) if earlier else (),
    ),
}


@dataclass(frozen=True)
class Paper:
    """The finished sections of one report. With errors among the findings everything is a draft (草稿).

    ``applied`` are the codes of the rules that could be applied; without them, those that need nothing but the report.
    """

    report: Report
    earlier: tuple[Report, ...] = ()
    findings: tuple[Finding, ...] = ()
    applied: tuple[str, ...] | None = None

    @property
    def draft(self) -> bool:
        return has_errors(self.findings)

    def front(self) -> Section:
        """Title and preamble, with the file's properties and what the picture for the public shows."""
        poster = Poster(poster_to_json(poster_content(self.report, self.earlier)))
        return Section((front(self.report, draft=self.draft), title(self.report), *preamble(self.report), poster))

    def part(self, key: str) -> Section:
        """A part with the charts that belong to it after its text or table; empty when the edition has no such part."""
        if not self.report.form.has(parts=[key]):
            return Section(())
        part = self.report.form.part(key)
        text = getattr(self.report.narrative, key, "")
        blocks = [*narrative(text, part.heading)]
        if part.tables:
            blocks.append(table(self.report, key))
        if key == "other":
            blocks += fee_sentence(self.report)
        return Section((*blocks, *self._charts.get(key, ())))

    def closing(self) -> Section:
        """The line about the checks, the data code, and the attached params."""
        return Section((Note(self._verdict()), DataCode(pack_report(self.report, digest_in(self._carried))), self._attachment()))

    @cached_property
    def _charts(self) -> dict[str, tuple[Block, ...]]:
        """Charts by part, numbered in the order of print."""
        numbered: dict[str, tuple[Block, ...]] = {}
        number = 1
        for part in self.report.form.parts:
            drawn: list[Block] = []
            for draw in _DRAWN.get(part.key, ()):
                blocks = draw(self.report, self.earlier, number)
                number += sum(isinstance(block, Picture) for block in blocks)
                drawn += blocks
            numbered[part.key] = tuple(drawn)
        return numbered

    def _verdict(self) -> str:
        counts = count_by_severity(self.findings)
        confirmed = sum(bool(finding.confirmed) for finding in self.findings)
        alone = (item.code for item in all_rules() if not item.needs)
        applied = set(alone if self.applied is None else self.applied)
        passed = len(applied - {finding.code for finding in self.findings if finding.severity != "notice"})
        warnings = f"警告 {counts['warning']} 处（已确认 {confirmed} 处）" if counts["warning"] else "警告 0 处"
        return (
            f"{CHECKS_NOTE}按规则版本 {RULES_VERSION} 校验，共 {len(all_rules())} 条规则，"
            f"适用 {len(applied)} 条，通过 {passed} 条；错误 {counts['error']} 处，{warnings}，提示 {counts['notice']} 处。"
        )

    @cached_property
    def _carried(self) -> str:
        return carried_text(self.report, RULES_VERSION)

    def _attachment(self) -> Attachment:
        return Attachment(
            name=PARAMS_NAME,
            mime="application/yaml",
            description=f"{self.report.title}的填报数据（规则版本 {RULES_VERSION}）",
            text=self._carried,
        )


def paper_of(case: Case) -> Paper:
    """The paper of a case with what the rules find in it."""
    return Paper(case.report, case.earlier, tuple(run_case(case)), tuple(rule.code for rule in rules_for(case)))
