"""Typing slips: letters left by an input method, an invalid telephone number, an overlong name, a figure with too many digits.

In: every text of a report that is printed, the contact, the counts. Out: notices and warnings, for each has an innocent
reading: a name may have letters, and a province may have a hundred million of something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from operator import attrgetter
from unicodedata import east_asian_width

from toolkit.checks.catalogue import TABLES, TEXTS, Case, rule
from toolkit.checks.finding import Finding, cell_finding, number_text
from toolkit.checks.narrative.passages import Passage, passages, text_finding
from toolkit.report import Report

FORMAT, ARITHMETIC = "格式与名称", "表内勾稽"
_MOST = 10  # findings of one text: a text in a foreign language needs no more
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s\u4e00-\u9fff，。；、）)]+|(?<![\w.+-])[\w.+-]+@[A-Za-z0-9.-]+"
    r"|(?<![A-Za-z0-9.-])(?:[a-z0-9-]+\.)+(?:cn|com|net|org|gov|edu|example|html?|pdf|docx?|xlsx?)(?![A-Za-z])",
    re.ASCII | re.IGNORECASE,
)
_GLOSS = re.compile(r"[（(“《〈「\[][A-Za-z][A-Za-z0-9 .,&'’/+-]*[）)”》〉」\]]")  # （open data）, “wechat”
_LETTER = re.compile("[A-Za-z]")
_RUN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]+(?:['’][A-Za-z]+)*|(?<=[0-9])[A-Za-z]+")
# APP, GDP, APPs; WeChat, DeepSeek; iOS, eSIM; Internet: what people write so on purpose
_NAME = re.compile(r"[A-Z]{1,8}s?|(?:[A-Z][a-z]+){1,4}|[a-z][A-Z][A-Za-z]{1,9}|[A-Z]{1,4}[a-z]+[A-Z]?[a-z]*")
_UNITS = re.compile("km|m|cm|mm|hm|kg|g|mg|t|ha|h|s|min|w|kwh?|v|[mgtk]b|d|dpi|px|db|ml|l|mu|k", re.IGNORECASE)
_IN_USE = re.compile(
    "apps?|pdf|word|excel|ppt|wps|ofd|docx?|xlsx?|txt|zip|mp|wi|fi|wifi|e?mail|web|https?|www|cn|com|net|gov|html|qq|wechat|weibo"
    "|vlog|logo|live|h|id|ip|it|ai|vr|ar|pc|ocr|vip|vs|ok|pos|no|e|i",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"[^A-Za-z]*[a-z][)）.．、]")  # a) b. c、 number the points of a list
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


@rule("latin-letters", FORMAT, reads=TEXTS)
def check_latin_letters(case: Case) -> Iterator[Finding]:
    """latin-letters: 文字里没有漏选汉字的拼音字母；通用的缩写、名称、单位、网址不算。

    An input method that was interrupted leaves ``公开gon公开``. Capitals (APP, PDF), names (WeChat, iOS), units behind a
    figure (10km), addresses, and letters alone in brackets or quotes are left alone.

    Source: 实践：输入法中断后残留的字母。
    """
    for passage in passages(case.report):
        if passage.where not in ("organ.contact.phone", "narrative.title"):
            yield from islice(_left_letters(passage), _MOST)


def _left_letters(passage: Passage) -> Iterator[Finding]:
    text = passage.plain.text
    if not _LETTER.search(text):
        return
    masked = _GLOSS.sub(_blanked, _ADDRESS.sub(_blanked, text))
    for match in _RUN.finditer(masked):
        if not _is_meant(masked, match):
            yield text_finding(
                "latin-letters", "notice", passage, match.span(), f"有没变成汉字的字母“{match[0][:20]}”",
                expected="汉字", next_step="输入时漏选的请改成汉字；确是名称、单位的不用改",
            )  # fmt: skip


def _blanked(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _is_meant(text: str, match: re.Match[str]) -> bool:
    word, before, after = match[0], text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    if before.isdigit():
        return bool(_UNITS.fullmatch(word)) or word.isupper()
    if _NAME.fullmatch(word) or _IN_USE.fullmatch(word):
        return True
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.end() + 1]
    return (len(word) == 1 and bool(_LETTERED.fullmatch(line))) or (len(word) <= 2 and after.isdigit())


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
