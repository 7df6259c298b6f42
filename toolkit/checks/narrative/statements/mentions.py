"""Find what a sentence speaks of: kinds of applicants, results of applications, applications carried over.

In go the text of a sentence and its roles, out come mentions in order, each with the rows or columns of part three that it
names. Rows and columns are the two sides of a table: 企业 names a column, 不予公开 the rows of a group.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import total
from toolkit.checks.narrative.statements.roles import Role
from toolkit.checks.narrative.statements.targets import COLUMNS, OUTCOMES
from toolkit.forms import Address, Form
from toolkit.report import Report

Side = Literal["who", "what"]
_OTHER = re.compile("其他处理|其它处理|其他情形处理|作其他方式处理")
# reasons in free words, which no list of words holds
_REASONS = re.compile(
    r"(?P<other_not_corrected>(?:未|没有(?!因|出现|发生)|不|迟迟不|拒不|仍未)(?!在规定期限内缴)[^，。；0-9]{0,10}?补正(?!后)|迟迟不补)"
    r"|(?P<other_not_paid>(?:未|没有(?!因|出现|发生)|不|拒不)(?!收)[^，。；0-9]{0,8}?(?:缴费|缴纳|交费|缴款|付费))"
)
_CARRIED = re.compile(
    r"(?P<carried_out>(?:结?转|顺延|留|延|转入|结转)(?:至|到|入|待)?(?:下一?年度?|次年|明年|来年|翌年)|跨年(?!的?[”“]?[老旧])|(?<!年)(?<!年度)(?:结转|转|转结|顺延|延续|留待|留|延|流转)(?:至|到|入|待)20\d\d年)"
    r"|(?P<carried_in>(?:上一?年度?|去年度?|年初|往年)(?:的)?(?:结转|转来|转入|遗留|结存|留下))"
)
# what follows a kind of applicants, so that 企业登记信息 and 个人隐私 are none
_FOLLOWED = re.compile(
    r"(?:类|方面|们|单位|法人|主体|申请人)?(?:$|的(?!用工|经营|登记|信息)|提|递|申(?!报)|所|、|和|与|及|或|，|。|；|）|（|：|[0-9一二两三四五六七八九十]+[件份宗]|为|占|是|居|等|最"
    r"|那|这|仍|已|未|均|都|也|全|没|无|来|不|排|次|其|多|少|远|比|高|略|紧|成|获|[0-9])"
)
_WANTED = ("申请", "禁止", "要求", "请求", "主动", "信息", "政务", "依法应当", "应", "应当", "不宜", "不应")
_ASKED = ("征求", "征询", "听取", "征得")
_IN_CHARGE = ("主管", "责任", "牵头", "有关", "相关", "有权", "对口", "承办", "用人", "建设", "施工")  # 指明了主管单位
_ABOUT = ("涉及", "关于", "有关", "针对", "损害", "保护", "涉", "服务")


@dataclass(frozen=True, slots=True)
class Mention:
    """``rows`` or ``columns`` of part three by the side that it names; ``start`` and ``end`` are offsets into the sentence."""

    side: Side
    key: str
    names: tuple[str, ...]
    start: int
    end: int


def mentions_of(text: str, roles: Sequence[Role], groups: Mapping[str, tuple[str, ...]]) -> tuple[Mention, ...]:
    """The mentions of a sentence in order; a reason and the outcome that it is told under are one."""
    found = sorted((*_who(text, roles), *_what(text, roles, groups)), key=lambda item: item.start)
    merged: list[Mention] = []
    for item in found:
        if merged and item.names == merged[-1].names and item.start < merged[-1].end:
            continue
        if merged and item.side == merged[-1].side == "what" and _is_within(merged[-1], item, text):
            narrow = min(merged[-1], item, key=lambda one: len(one.names))
            merged[-1] = replace(narrow, start=merged[-1].start, end=item.end)
        else:
            merged.append(item)
    return tuple(merged)


def _is_within(one: Mention, other: Mention, text: str) -> bool:
    """因本机关不掌握无法提供, 重复申请不予处理: one of them is a row of the other."""
    near = not re.search("[，。；\n0-9均都全皆是为系多]|主要", text[one.end : other.start]) and other.start - one.end <= len(
        "的信息而依法"
    )
    return near and (set(one.names) <= set(other.names) or set(other.names) <= set(one.names))


def _who(text: str, roles: Sequence[Role]) -> Iterator[Mention]:
    for role in roles:
        named = role.kind in COLUMNS and _FOLLOWED.match(text[role.end : role.end + 8])
        if named and not text[: role.start].endswith(_ABOUT if role.kind not in ("unit", "body") else _ABOUT + _IN_CHARGE):
            yield Mention("who", role.kind, COLUMNS[role.kind], role.start, role.end)


def _what(text: str, roles: Sequence[Role], groups: Mapping[str, tuple[str, ...]]) -> Iterator[Mention]:
    rows = {row for names in groups.values() for row in names}
    for role in roles:
        if text[: role.start].endswith(_WANTED if role.kind == "granted" else _ASKED):
            continue  # 申请公开, 禁止公开, 要求公开; 征求第三方意见后延期 is a step of the handling
        if role.kind in OUTCOMES and role.kind in groups:
            yield Mention("what", role.kind, groups[role.kind], role.start, role.end)
        elif role.kind == "reason" and (role.value in rows or role.value in groups):
            yield Mention("what", role.value, groups.get(role.value, (role.value,)), role.start, role.end)
    for match in _REASONS.finditer(text):
        if (row := match.lastgroup or "") in rows:
            yield Mention("what", row, (row,), *match.span())
    for match in _OTHER.finditer(text):
        if "other" in groups:
            yield Mention("what", "other", groups["other"], *match.span())
    for match in _CARRIED.finditer(text):
        row = match.lastgroup or ""
        yield Mention("what", row, (row,), *match.span())


def groups_of(form: Form) -> dict[str, tuple[str, ...]]:
    """The rows of each outcome by its key."""
    return {outcome.key: outcome.rows for outcome in form.outcomes}


def cells_of(rows: Sequence[str], columns: Sequence[str]) -> tuple[Address, ...]:
    return tuple(total(row, column) for row in rows for column in columns)


def number_of(report: Report, rows: Sequence[str], columns: Sequence[str]) -> Decimal | None:
    """What the cells of these rows and columns make together; ``None`` when one of them is blank."""
    return sum_of(report, cells_of(rows, columns))


def has_columns(report: Report) -> bool:
    """Whether the columns of new applications are filled in: small reports may have totals only."""
    parts = number_of(report, ("new",), _EVERY_COLUMN)
    return bool(parts) and parts == number_of(report, ("new",), ("total",))


_EVERY_COLUMN = tuple(dict.fromkeys(("natural_person", *COLUMNS["body"])))
