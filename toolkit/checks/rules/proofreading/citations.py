"""Laws and documents that a text cites: their names, their numbers, and whether they are still in force."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA

from toolkit.checks.catalogue import Case, rule
from toolkit.checks.finding import Finding
from toolkit.checks.narrative.passages import Passage, matches, text_finding
from toolkit.core.dates import chinese_date
from toolkit.core.shipped import read_table

GROUP = "格式与名称"
_STATE = "中华人民共和国"
_TITLE = re.compile(r"《([^《》\n]{3,80}(?:〈[^《》〈〉\n]{2,60}〉[^《》\n]{0,40})?)》")
_ORDER = re.compile(r"(?:中华人民共和国)?国务院(?:令)?(?:第)?(\d{2,4})号(令)?|国令第?(\d{2,4})号")
_FILE_NUMBER = re.compile(
    r"((?:国办公开办函|国办发|国办函|国发|中办发|中发|国函)(?:明电)?)[〔\[【（(]((?:19|20)\d\d)[〕\]】）)]第?(\d{1,3})号"
)
_BEHIND = 24  # characters between a title and its number
_BRACKET = re.compile(r"[（(](?:[^（）()《》。\n]|[（(]\d{4}[）)]){0,60}")
_FROM_TITLE = re.compile(rf"《([^《》\n]{{1,80}})》[（(][^（）()《》。\n]{{0,{_BEHIND}}}\Z")
_HISTORY = re.compile(r"废止|失效|修订前|修改前|原《|清理|停止执行|代替|替代|取代|公布(?:以来|后)|历程|周年|2007年|首次")
# 国务院办公厅关于印发……的通知: the number behind it is that of what was issued with it
_ISSUED = re.compile(
    r"(?:(?:中共中央办公厅|国务院办公厅|国务院)?[ 、]?)*(?:关于)?(?:印发|公布|发布)[《〈]?(?P<title>[^《》〈〉]+)[》〉]?的通知"
)
_ORDER_BEFORE = re.compile(rf"(?:{_ORDER.pattern})(?:公布|颁布|发布|修订)?的?(?:{_STATE})?\Z")
_KINDS = ("条例", "办法", "规定", "法")
_KIND = re.compile(r"(?<=..)(?:(?:监督|管理|实施|执行|暂行|试行|工作|程序|促进)*(?:条例|办法|规定|细则|法))+\Z")
_SHORTEST = 5  # characters of a name that can be misspelt and still be known
_LONG = 12  # characters of a name in which two may be wrong


@dataclass(frozen=True)
class Law:
    """One law or document; ``earlier`` are numbers it had before, with the day from which they no longer apply."""

    title: str
    number: str = ""
    since: date | None = None
    earlier: tuple[tuple[str, date], ...] = ()
    repealed: date | None = None
    by: str = ""


@cache
def laws() -> dict[str, Law]:
    """Every law of the table by its title without 中华人民共和国."""
    rows: list[dict[str, Any]] = read_table(Path(__file__).parent / "laws.yaml")
    return {row["title"]: _law(row) for row in rows}


@cache
def old_orders() -> dict[str, tuple[Law, date]]:
    """The laws by the numbers that they had before, with the day until which each applied."""
    return {number: (law, until) for law in laws().values() for number, until in law.earlier}


def _law(row: dict[str, Any]) -> Law:
    earlier = tuple((item["number"], item["until"]) for item in row.get("earlier", ()))
    return Law(row["title"], row.get("number", ""), row.get("since"), earlier, row.get("repealed"), row.get("by", ""))


@rule("law-wrong", GROUP)
def check_law_wrong(case: Case) -> Iterator[Finding]:
    """law-wrong: 引用的法律、法规和国家文件，名称和发文字号都对：不写成“公开条理”，不用修订前的“国务院令第492号”。

    Names are compared with a table; one that differs from it in a single character (of twelve or more, in two) is taken for a
    slip of the pen.

    Source: 各文件的公布令和通知（laws.yaml）；国务院令第711号。
    """
    for passage in case.prose:
        for match in _TITLE.finditer(passage.plain.text):
            title = match[1].removeprefix(_STATE)
            law = laws().get(title) or laws().get(_issued(title))
            if law is None:
                yield from _misspelt(passage, match, title) if len(_near(title)) == 1 else _another_law(passage, match, title)
            elif law.number:
                yield from _wrong_number(case, passage, match, law)
        yield from _old_orders(case, passage)


@rule("law-repealed", GROUP)
def check_law_repealed(case: Case) -> Iterator[Finding]:
    """law-repealed: 不引用已经废止的法律、法规：《信访条例》《民法通则》《合同法》等。

    A text that speaks of the repeal itself is left alone; what was repealed in the year of the report is a notice.

    Source: 各法律、法规的废止决定（laws.yaml）；民法典第一千二百六十条；国务院令第590号、第752号。
    """
    year = case.report.year
    for passage in case.prose:
        text = passage.plain.text
        for match in _TITLE.finditer(text):
            law = laws().get(match[1].removeprefix(_STATE))
            if law is None or law.repealed is None or law.repealed > date(year, 12, 31) or _is_history(text, match):
                continue
            day = chinese_date(law.repealed)
            instead = f"，现行的是《{law.by}》" if law.by else ""
            yield text_finding(
                "law-repealed", "warning" if law.repealed < date(year, 1, 1) else "notice", passage, match.span(),
                f"《{law.title}》自{day}起废止{instead}", expected=f"《{law.by}》" if law.by else "现行的规定",
                next_step="请核对依据，改用现行的规定；确需提及的，写明已经废止",
            )  # fmt: skip


def _is_history(text: str, match: re.Match[str]) -> bool:
    before = re.split(r"[。；\n]", text[max(0, match.start() - 12) : match.start()])[-1]
    after = re.split(r"[。；\n]", text[match.end() : match.end() + 14])[0]
    return before.endswith("原") or bool(_HISTORY.search(before) or _HISTORY.search(after))


def _issued(title: str) -> str:
    """What a notice of issue issued; empty for another title."""
    match = _ISSUED.fullmatch(title)
    return match["title"].removeprefix(_STATE) if match else ""


@lru_cache(maxsize=256)
def _near(title: str) -> tuple[str, ...]:
    """Titles of the table that differ from one by a single character, long ones by two."""
    if len(title) < _SHORTEST:
        return ()
    slips = 2 if len(title) >= _LONG else 1
    titles = (law.title for law in laws().values() if len(law.title) >= _SHORTEST)
    return tuple(right for right in titles if 0 < OSA.distance(title, right, score_cutoff=slips) <= slips)


def _misspelt(passage: Passage, match: re.Match[str], title: str) -> Iterator[Finding]:
    """A title that is in no table, and differs from one that is by a single character."""
    (right,) = _near(title)
    yield _named_wrongly(passage, (match.end(1) - len(title), match.end(1)), title, right)


def _another_law(passage: Passage, match: re.Match[str], title: str) -> Iterator[Finding]:
    """A title of another kind than the State's law has (条例 for 法), or one whose number is that of another law."""
    right = _of_another_kind(title)
    if right and not match[1].startswith(_STATE) and _may_be_own(title, right):
        right = ""
    right = right or _title_of_number(passage.plain.text, match)
    if right:
        yield _named_wrongly(passage, (match.end(1) - len(title), match.end(1)), title, right)


@cache
def _laws_by_stem() -> dict[str, list[str]]:
    """The titles of laws in force by what they are about: 信访 of 信访工作条例."""
    stems: dict[str, list[str]] = {}
    for law in laws().values():
        if law.repealed is None:
            stems.setdefault(_KIND.sub("", law.title), []).append(law.title)
    return stems


def _of_another_kind(title: str) -> str:
    """The law of the table that is about the same but is another 法, 条例 or 办法 (《信访工作实施法》); empty for none."""
    laws_of_stem = _laws_by_stem().get(_KIND.sub("", title), []) if title.endswith((*_KINDS, "细则")) else []
    return min(laws_of_stem, key=lambda right: OSA.distance(title, right), default="")


def _may_be_own(title: str, right: str) -> bool:
    """Offices make 办法, 规定 and 细则 and name them freely; a 法 and a 条例 are the State's, or have a place in their name."""
    if title.endswith("法") and not title.endswith("办法"):
        return False
    same_words = any(title.removesuffix(kind) + "法" == right for kind in _KINDS if title.endswith(kind))
    return not same_words and not (title.endswith("条例") and right.endswith("条例"))


def _title_of_number(text: str, match: re.Match[str]) -> str:
    """The law whose order of the State Council is right before or behind a title that is in no table."""
    if not match[1].endswith(_KINDS):
        return ""
    bracket = _BRACKET.match(text, match.end())
    number = _ORDER.search(text, match.end(), bracket.end()) if bracket else None
    number = number or _ORDER_BEFORE.search(text, max(0, match.start() - _BEHIND), match.start())
    named = f"国务院令第{int(number[1] or number[3])}号" if number else ""
    return next((law.title for law in laws().values() if named and named == law.number), "")


def _named_wrongly(passage: Passage, span: tuple[int, int], title: str, right: str) -> Finding:
    return text_finding(
        "law-wrong", "warning", passage, span, f"《{title}》应为《{right}》", expected=right,
        next_step=f"可改为“{right}”", instead=right,
    )  # fmt: skip


def _wrong_number(case: Case, passage: Passage, match: re.Match[str], law: Law) -> Iterator[Finding]:
    """The number in brackets behind a title is another one than the table has."""
    text = passage.plain.text
    bracket = _BRACKET.match(text, match.end())
    within = (match.end(), bracket.end()) if bracket else (0, 0)
    number = _ORDER.search(text, *within) or _FILE_NUMBER.search(text, *within)
    if number is None or _number(number) == law.number or _kind(_number(number)) != _kind(law.number):
        return
    if _number(number) in [old for old, until in law.earlier if until > date(case.report.year, 1, 1)]:
        return  # in force in this year, or a part of it
    yield text_finding(
        "law-wrong", "warning", passage, number.span(), f"《{law.title}》的发文字号应为{law.number}，现为“{number[0]}”",
        expected=law.number, next_step=f"可改为“{law.number}”", instead=law.number,
    )  # fmt: skip


def _old_orders(case: Case, passage: Passage) -> Iterator[Finding]:
    """An outdated decree number of a revised law, also without the law's name right before it."""
    text = passage.plain.text
    old = old_orders()
    for match in matches(_ORDER, text, "号"):
        law, until = old.get(_number(match), (None, None))
        if law is None or until is None or until > date(case.report.year, 1, 1) or _is_history(text, match):
            continue
        titled = _FROM_TITLE.search(text, max(0, match.start() - _BEHIND - 84), match.start())
        if titled and (laws().get(titled[1].removeprefix(_STATE)) or laws().get(_issued(titled[1]))):
            continue  # reported with the title; a short name (《信息公开条例》) is in no table
        yield text_finding(
            "law-wrong", "warning", passage, match.span(),
            f"“{match[0]}”是修订前的《{law.title}》，自{chinese_date(until)}起为{law.number}",
            expected=law.number, next_step=f"可改为“{law.number}”", instead=law.number,
        )  # fmt: skip


def _number(match: re.Match[str]) -> str:
    if match.re is _ORDER:
        return f"国务院令第{int(match[1] or match[3])}号"
    return f"{match[1]}〔{match[2]}〕{int(match[3])}号"


def _kind(number: str) -> str:
    """国务院令 or 国办函: a law may be cited by the order or by the letter that it came with."""
    return re.split(r"[第〔]", number)[0]
