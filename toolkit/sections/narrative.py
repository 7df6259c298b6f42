"""Turn the text of a part into headings and paragraphs.

Lines that begin 一、（一）1.（1） are headings of their level when the whole line is one; a sentence with a number is a
paragraph, and when another follows it, its leading sentence is set as a heading (文中标题).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from toolkit.core.text import printable
from toolkit.report import ProcessingFee, Report
from toolkit.sections.blocks import Block, Heading, Paragraph, Run, paragraph

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
