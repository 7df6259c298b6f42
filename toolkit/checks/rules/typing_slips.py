"""Typing slips: an invalid telephone number, an overlong name, a figure with too many digits.

In: the contact, the names, the counts. Out: warnings, for each has an innocent reading: a province
may have a hundred million of something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter
from unicodedata import east_asian_width

from toolkit.checks.catalogue import TABLES, TEXTS, Case, rule
from toolkit.checks.finding import Finding, cell_finding, number_text
from toolkit.report import Report

FORMAT, ARITHMETIC = "格式与名称", "表内勾稽"
_DIGITS = re.compile(r"(?<!\d)(?:\d[-—–\s()（）]{0,2}){4,}\d")  # 12345 is the shortest that an office gives
_LARGEST = {"township": 1_000_000, "street": 1_000_000, "county_department": 10_000_000, "county": 10_000_000}
_LARGEST_ELSEWHERE = 100_000_000
_LONGEST_NAMES = {
    "organ.name": ("机关全称", 50),
    "organ.short_name": ("机关简称", 30),
    "organ.superior": ("上级机关", 50),
    "organ.contact.office": ("联系科室", 50),
    "organ.contact.address": ("地址", 80),
    "organ.contact.phone": ("联系电话", 60),
    "organ.published_at": ("公开网站", 150),
}
_LONGEST_CHANNEL = 34


@rule("phone-odd", FORMAT, reads=TEXTS)
def check_phone_odd(case: Case) -> Iterator[Finding]:
    """phone-odd: 联系电话是能拨打的号码。

    Source: 条例第五十条；群众有疑问能找到人。
    """
    phone = case.report.organ.contact.phone.strip()
    if phone and not _DIGITS.search(phone):
        yield Finding(
            "phone-odd", "warning", f"联系电话“{phone[:30]}”不像电话号码", expected="区号和号码", found=phone[:30],
            where="organ.contact.phone", next_step="请核对，如 0601-5550101",
        )  # fmt: skip


@rule("name-too-long", FORMAT, reads=("channels", "organ"))
def check_name_too_long(case: Case) -> Iterator[Finding]:
    """name-too-long: 机关、联系方式、主动公开渠道的名称没有长到印不下，里面没有误粘贴的整段话。

    A wide character counts as one, a narrow one as half. Charts have room for 34 of a channel's name.

    Source: 实践：把整段文字粘贴到名称栏。
    """
    for where, label, most, text in _names(case.report):
        length = _printed_length(text.strip()) if len(text) > most else 0
        if length > most:
            yield Finding(
                "name-too-long", "warning", f"{label}“{text.strip()[:10]}……”有 {length} 字，太长", expected=f"不超过 {most} 字",
                found=f"{length} 字", where=where, next_step="请只填名称本身；确实这么长的，确认并写明原因",
            )  # fmt: skip


def _printed_length(text: str) -> int:
    return -(-sum(2 if east_asian_width(character) in "WFA" else 1 for character in text) // 2)


def _names(report: Report) -> Iterator[tuple[str, str, int, str]]:
    """Path, name, longest length and text of whatever is printed on one line."""
    for path, (label, most) in _LONGEST_NAMES.items():
        yield path, label, most, attrgetter(path)(report)
    for at, channel in enumerate(report.channels):
        yield f"channels.{at}.name", "主动公开渠道", _LONGEST_CHANNEL, channel.name


@rule("count-too-large", ARITHMETIC, reads=TABLES)
def check_count_too_large(case: Case) -> Iterator[Finding]:
    """count-too-large: 件数大得超出这一级机关的常情，多半是多打了几位。

    Source: 实践；乡镇、街道一百万件，县级一千万件，其他一亿件。
    """
    most = _LARGEST.get(case.report.organ.level, _LARGEST_ELSEWHERE)
    form = case.report.form
    for address, value in case.report.figures.given.items():
        if isinstance(value, int) and form.cells[address].type != "money" and abs(value) > most and address not in form.sums:
            yield cell_finding(
                form, address, "count-too-large", "warning", f"填的是 {number_text(value)}，有 {len(str(abs(value)))} 位数",
                expected=f"不超过 {most}", found=str(value), next_step="请核对是不是多打了几位；确实这么多的，确认并写明原因",
            )  # fmt: skip
