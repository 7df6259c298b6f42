"""Lower the certainty of doubtful quantities: takes a quantity and its words, returns it with its certainty.

A part (网上申请), another kind (土地确权行政复议), a reason, a manner: each weakens what the words name.

Source: wordings of published reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from toolkit.checks.narrative.candidates.context import Context, asks_for_else
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, Doubt, Quantity
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS

BARE = len("申请")
FOREIGN = 3  # unknown characters before 行政复议 that say what it was about
_LONG = 6  # unknown characters between a figure and 予以公开 behind it that name what was made public
_NAMED = frozenset(("outcome", "act", "doc", *DISPUTE_ROWS))
_NO_CASES = frozenset(("个", "项", "次", "条次"))  # units that count applications only where they are named


def _of_one_kind(words: Sequence[Token], context: Context, *, before: bool) -> bool:
    """土地确权行政复议 4 件, 因处罚引起的诉讼 2 件: of another kind; 1 件复议案件因申请人撤回而终止: what became of one."""
    at = next((index for index, token in enumerate(words) if token.kind in DISPUTE_ROWS), 0)
    if before:
        beside = any(token.value in ("、", "and") for token in words[:at])  # 行政许可和行政复议
        cause = not beside and any(token.kind in ("act", "doc") for token in words[:at])
        return cause or (not at and context.lead >= FOREIGN)
    return any(token.kind in KEYS and token.kind not in DISPUTE_ROWS for token in words[at:])


class Wording(NamedTuple):
    """The words of a figure: ``kinds`` are those of ``words``, ``before`` says that they stand before the figure."""

    words: Sequence[Token]
    after: Sequence[Token]
    kinds: set[str]
    context: Context
    unit: str
    before: bool


def doubted(quantity: Quantity, wording: Wording) -> Quantity:
    """The reading with its doubts: 收到用电报装申请 18 件 and 3 条不予公开信息 are no slips of a cell."""
    words, after, unit = wording.words, wording.after, wording.unit
    quantity = _weakened(quantity, wording)
    applications = quantity.addresses[0].table == "applications"
    if applications and unit in _NO_CASES and not any(token.kind == "app" for token in (*words, *after)):
        return replace(quantity, certainty="weak", doubt="", at_most=False)  # 平台当年新增 3110 个, 公示环评受理 112 项
    return replace(quantity, doubt="") if quantity.doubt and (unit == "条" or asks_for_else(words)) else quantity


def _weakened(quantity: Quantity, wording: Wording) -> Quantity:
    """Less certain with words that say: only some of them."""
    words, _, kinds, context, _, before = wording
    if quantity.name.endswith(".total") and quantity.code == "text-disputes" and _of_one_kind(words, context, before=before):
        return replace(quantity, certainty="weak", doubt="")
    applications = quantity.addresses[0].table == "applications"
    some = context.some and context.among and quantity.code in ("text-handled", "text-carried", "text-outcome")
    if some or (quantity.code == "text-outcome" and "rest" in kinds and _named_in_part(quantity, context)):
        return replace(quantity, certainty="weak", doubt="part")  # 重复申请 14 件，其余不予处理 7 件
    doubts = kinds & {"part", "period", "distribute", "modal", "rate", "neg"}
    if quantity.code == "text-outcome" and (_only_gives_reasons(words) or _told_in_the_manner(words)):
        doubts -= {"part"}
    if _counts_kinds(words):
        doubts -= {"part"}
    of_cases = quantity.code == "text-disputes"
    whole = (of_cases and _is_about_own(words)) or _names_all_ways(words)
    if quantity.certainty == "sure" and (whole or (of_cases and any(token.value == "party" for token in words))):
        quantity = replace(quantity, certainty="likely")  # 当事人申请复议 6 件 may be about other matters
    if whole:
        doubts -= {"part"}
    if (quantity.code == "text-carried" and _left_undone(words)) or _denies_for_a_reason(words):
        doubts -= {"neg"}
    if doubts or ("other" in kinds and applications):
        joint = all(token.value == "joint" for token in words if token.kind == "part")
        at_most = (
            (quantity.certainty != "weak" or quantity.at_most)
            and doubts == {"part"}
            and (joint or _told_by_way(quantity, words, kinds, context))
        )
        doubt = _doubt_of_part(quantity, doubts, context, other="other" in kinds)
        return replace(quantity, certainty="weak", at_most=at_most, doubt=doubt)
    return replace(quantity, certainty="weak", doubt="") if _sums_unlike(words) else quantity


def _sums_unlike(words: Sequence[Token]) -> bool:
    """行政许可、规范性文件两项合计 142 件: rows of two tables that are named side by side and counted together."""
    if not any(token.kind == "total" for token in words):
        return False
    joins = [at for at, token in enumerate(words) if token.value in ("、", "and")]
    return any(_are_unlike(words[max(0, at - 2) : at], words[at + 1 : at + 2]) for at in joins)


def _are_unlike(before: Sequence[Token], behind: Sequence[Token]) -> bool:
    one, two = ({_TABLES[token.kind] for token in side if token.kind in _TABLES} for side in (before, behind))
    return bool(one and two) and one.isdisjoint(two)


_TABLES = {"act": "act", "doc": "doc", "docverb": "doc", "app": "app", "new": "app", **dict.fromkeys(DISPUTE_ROWS, "dispute")}


def _named_in_part(quantity: Quantity, context: Context) -> bool:
    """Whether the sentence names a reason of the same outcome, so that 其余 is what is left of it."""
    rows = {cell.row for cell in quantity.addresses}
    return len(rows) > 1 and bool(rows & context.reasons)


def _doubt_of_part(quantity: Quantity, doubts: set[str], context: Context, *, other: bool) -> Doubt:
    if quantity.name.startswith("unprocessed") and other and not doubts:
        return "wording"  # 作为信访件不予处理 5 件
    if other or not doubts or not doubts <= {"part"}:
        return ""
    return "wording" if quantity.code == "text-article20" and not context.among else "part"  # 林木采伐类行政许可 123 件


def _only_gives_reasons(words: Sequence[Token]) -> bool:
    """因涉及商业秘密不予公开 1 件: 涉及 next to the reason of a named outcome makes it no part."""
    parts = [at for at, token in enumerate(words) if token.kind == "part"]
    named = any(token.kind == "outcome" for token in words)
    if named and parts and all(at and words[at - 1].value == "cause" for at in parts):
        return True  # 因涉及他人隐私未予公开
    return named and all("reason" in {token.kind for token in words[max(0, at - 1) : at + 3]} for at in parts)


def _told_in_the_manner(words: Sequence[Token]) -> bool:
    """以不予公开方式答复的有 5 件: 方式 behind the outcome makes it no part."""
    parts = [at for at, token in enumerate(words) if token.kind == "part"]
    return all(words[at].value == "manner" and at and words[at - 1].kind == "outcome" for at in parts)


def _names_all_ways(words: Sequence[Token]) -> bool:
    """经窗口、信函、网络等途径新收申请 83 件: every way in which applications come."""
    parts = [token.value for token in words if token.kind == "part"]
    several = sum(token.value == "、" for token in words) > 1  # 网络、信函等方式 are two of them
    return set(parts) == {"way"} and several and any(token.value == "all_ways" for token in words)


def _is_about_own(words: Sequence[Token]) -> bool:
    """涉及我局的行政复议 4 件, 有关区政府办公室的: cases about the organ itself are all cases of the tables."""
    pairs = [(one, two) for one, two in pairwise((*words, words[-1])) if one.kind == "part"]
    return bool(pairs) and all(one.value == "about" and two.kind == "scope" and two.value != "below" for one, two in pairs)


def _denies_for_a_reason(words: Sequence[Token]) -> bool:
    """因为本机关手里没有而答复无法提供 12 件: what is denied is the reason of a named outcome."""
    kinds = [token.kind for token in words]
    cause = next((at for at, token in enumerate(words) if token.value == "cause"), len(words))
    return {"neg", "outcome"} <= set(kinds) and cause < kinds.index("neg") < kinds.index("outcome")


def _counts_kinds(words: Sequence[Token]) -> bool:
    """不予公开、无法提供两类 17 件: how many kinds the names before it are."""
    parts = [at for at, token in enumerate(words) if token.kind == "part"]
    beside = all(at and words[at - 1].kind in _NAMED and words[at].start == words[at - 1].end + 1 for at in parts)
    return beside and len({token[:2] for token in words if token.kind in _NAMED}) > 1


def _left_undone(words: Sequence[Token]) -> bool:
    """未办结、转入 2025 年的 4 件: what is denied is the handling, not the figure."""
    following = [words[at + 1].kind for at, token in enumerate(words[:-1]) if token.kind == "neg"]
    return bool(following) and set(following) == {"handled"}


def _told_by_way(quantity: Quantity, words: Sequence[Token], kinds: set[str], context: Context) -> bool:
    """通过平台提交的政府信息公开申请 5 件: a part by the way it came in; 累计 may be more than this year's."""
    ways = all(token.value in ("way", "manner") for token in words if token.kind == "part")
    named = context.full or any(token.kind == "app" and token.end - token.start > BARE for token in words)
    ever = any(token.value == "ever" for token in words)  # 累计 may be more than this year's
    others = any(token.kind == "scope" and token.value != "whole" for token in words)  # 平台受理各镇街申请 86 件
    return quantity.name in ("new", "handled") and ways and named and not others and not ("other" in kinds or ever)
