"""Decide what a figure of the text counts: takes the words around it, returns a ``Quantity`` – cells of the tables – or ``None``.

Three degrees of certainty. *sure*: the words say it and nothing between them is unknown; *likely*: they say it with something
in between; *weak*: it may be a part only (收到网上申请 5 件), so it counts when it fits and says nothing when it does not.

Source: labels of the form; wordings of published reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from toolkit.checks.narrative.candidates.applicants import (
    is_one_kind,
    named_by_applicant,
    read_applicant,
    read_everyday_applicant,
    with_names_of_list,
    without_noun,
)
from toolkit.checks.narrative.candidates.article20 import read_act, read_document
from toolkit.checks.narrative.candidates.carried import left_undone, read_carried
from toolkit.checks.narrative.candidates.context import Context
from toolkit.checks.narrative.candidates.doubts import BARE, Wording, doubted
from toolkit.checks.narrative.candidates.outcomes import published_answers, read_outcome
from toolkit.checks.narrative.candidates.quantity import (
    COUNTS,
    DISPUTE_ROWS,
    Certainty,
    Doubt,
    Quantity,
    taken,
    total,
    unknown_after_last,
    unknown_between,
    unknown_inside,
)
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.forms import Address, Form

_CLOSED = ("upheld", "corrected", "other")  # every result but 尚未审结
_TELLING = KEYS | {"neg", "part", "other", "past", "year", "next", "scope"}
_FEW = 4  # unknown characters before 政府信息公开申请 22 件 that need not make it other people's


def read_quantity(left: Sequence[Token], right: Sequence[Token], context: Context, form: Form, unit: str) -> Quantity | None:
    """What the figure between ``left`` and ``right`` (its clause) counts; words before it go first."""
    whole, left = left, with_names_of_list(without_noun(_outside(_without_asides(left))))
    right = with_names_of_list(_up_to_inside(right))
    if any(token.kind == "carry" for token in left) and [token.kind for token in right[1:3]] == ["past", "app"]:
        left = (*left[:-1], right[1]._replace(start=left[-1].start, end=left[-1].start), left[-1])  # 结转的 2 件上年申请
    denied = any(token.kind == "neg" for token in left) and any(token.kind in KEYS for token in right)
    if any(token.kind in KEYS for token in left) and not denied:  # 未办结 5 件结转下年 tells what was carried over
        quantity = _from_words(left, right, context, form, unit, before=True)
        if quantity is not None and quantity.code in ("text-new", "text-handled") and is_one_kind(right):
            return replace(quantity, certainty="weak", doubt="part", at_most=False)  # 新收的申请有 1 件是企业的
        return quantity
    if context.named_disputes and _is_other_result(left) and unit in COUNTS:
        words = (left[-2]._replace(kind="result", value="other"), left[-1])
        quantity = _from_words(words, (), context, form, unit, before=True)
        return replace(quantity, certainty="likely") if quantity is not None and quantity.certainty == "sure" else quantity
    everyday = read_everyday_applicant(left, right, context, form) if unit in ("件", "宗", "份", "") else None
    if everyday is not None:
        return everyday
    last = next((at for at in range(len(right) - 1, -1, -1) if right[at].kind in KEYS), -1)
    if last < 0 or (unit == "个" and any(token.kind == "scope" for token in right[:2])):
        return None  # 全县 14 个乡镇新收申请 31 件
    until = last + (3 if right[last].kind == "carry" else 1)  # 3 件结转到 2025 年: the year behind it says which way
    past = [token for token in left if token.kind == "past"] if right[last].kind == "carry" else []  # 上年 2 件结转
    quantity = _from_words((*past, *right[:until]), (), context, form, unit, before=False)
    if quantity is not None and quantity.name == "handled" and _is_next_year(right[:until], context.year):
        certainty: Certainty = "weak" if any(token.kind == "date" for token in right) else "likely"
        return Quantity("carried_out", "text-carried", (total("carried_out"),), certainty)  # 28 件将在 2025 年办结
    if quantity is not None and len(left) < len(whole) and quantity.code in ("text-new", "text-handled"):
        return replace(quantity, certainty="weak", doubt="", at_most=False)  # 15 件申请中有 3 件答复不够完整
    if quantity is not None and any(token.kind == "rest" for token in left):
        quantity = _of_the_rest(quantity, context)
    return _told_behind(quantity, right) if quantity is not None else None


def _without_asides(left: Sequence[Token]) -> Sequence[Token]:
    """行政许可（含新办、变更）1346 件: brackets that name nothing of the tables say nothing of the figure."""
    opening = next((at for at in range(len(left) - 1, -1, -1) if left[at].value == "（"), -1)
    closing = next((at for at in range(opening, len(left)) if left[at].value == "）"), -1)
    if not 0 < opening < closing or any(token.kind in _TELLING for token in left[opening:closing]):
        return left
    aside = left[opening]._replace(kind="soft", value="", end=left[closing].end)
    return (*left[:opening], aside, *left[closing + 1 :])


def _names_more(right: Sequence[Token]) -> bool:
    """由企业、律师事务所等提出, 分属部分公开、另行制作和其他情形: what is named need not be all."""
    return any(token.kind in ("rest", "other") or token.value == "some" for token in right)


def _told_behind(found: Quantity, right: Sequence[Token]) -> Quantity:
    """The quantity that the words behind a figure name."""
    if any(token.value == "against" for token in right):
        return replace(found, certainty="weak", at_most=False, doubt="")  # 对 1 件不予公开的答复不服
    if len(found.addresses) > 1 and _names_more(right):
        return replace(found, certainty="weak", at_most=False, doubt="")
    return found


def _of_the_rest(quantity: Quantity, context: Context) -> Quantity:
    """余下 2 件都作了说明理由的答复 are not all that was answered; 其余 2 件均为维持 may be of several kinds."""
    if quantity.name == "handled":
        return replace(quantity, certainty="weak", doubt="", at_most=False)
    if quantity.code == "text-new" and len(quantity.addresses) > 1 and len(context.heads) < 2:
        return replace(quantity, either=())  # 收到 27 件，自然人 18 件，其余 9 件由企业和科研机构提出: the rest of those
    several = quantity.code == "text-disputes" and len(context.named_disputes) > 1
    return replace(quantity, certainty="weak") if several else quantity


def _is_next_year(words: Sequence[Token], own: int) -> bool:
    """将在 2025 年办结, 到 2025 年 1 月才能答复; on a day (已于 2025 年 1 月 6 日答复) they may be some of those left over."""
    dated = (token for token in words if token.kind in ("year", "period", "date") and token.value.isdigit())
    return any(int(token.value) > own for token in dated) or any(token.kind == "next" for token in words)


def _up_to_inside(right: Sequence[Token]) -> Sequence[Token]:
    """8 件申请中予以公开 6 件, 除 1 件信访外都是重复申请: the words behind 中 and 外 are about others."""
    right = right[: next((at for at, token in enumerate(right) if token.kind == "outside"), len(right))]
    at = next((at for at, token in enumerate(right) if token.value == "inside"), len(right))
    direct = at == 1 < len(right) and right[1].start == right[0].end  # 57 件中自然人 52 件
    # 一起在行政复议中被纠正 is one of its results
    return right[:at] if direct or any(token.kind == "app" for token in right[:at]) else right


def _outside(left: Sequence[Token]) -> Sequence[Token]:
    """15 件申请中有 3 件: the three are some of the applications, and only what stands behind 中 counts them."""
    at = next((at for at in range(len(left) - 1, -1, -1) if left[at].value == "inside"), -1)
    counted = any(token.kind in ("app", "handled", "new", *DISPUTE_ROWS) for token in left[:at])
    return left[at + 1 :] if at > 0 and counted else left


def _from_words(
    words: Sequence[Token], after: Sequence[Token], context: Context, form: Form, unit: str, *, before: bool
) -> Quantity | None:
    words = _with_results(words, context)
    kinds = {token.kind for token in words} - ({"act", "doc"} if context.sorts else set())  # 从申请领域看，执法处罚类 19 件
    quantity: Quantity | None = None
    if kinds & {"carried_in", "carried_out", "carry"} and unit in COUNTS:
        quantity = read_carried(words, kinds, context)
    elif (row := left_undone(words, kinds, context)) and unit in COUNTS:
        quantity = Quantity(row, "text-carried", (total(row),), "likely")
    elif kinds & set(DISPUTE_ROWS) or ("result" in kinds and (context.disputes or _by_reviewer(words))):
        quantity = _disputes(words, after, kinds, context, unit) if unit in COUNTS else None
    elif kinds & {"act"}:
        quantity = read_act(words, kinds, context, form, unit)
    elif kinds & {"doc", "docverb"} and not kinds & {"new", "handled", "outcome"}:
        quantity = read_document(words, kinds, context, form, unit, before=before)
    elif kinds & {"outcome", "reason"} and unit in COUNTS:
        against = before and any(token.value == "against" for token in words)  # 复议 9 件，因不服不予公开决定的 4 件
        quantity = None if against else read_outcome(words, after, kinds, context, form)
    elif kinds & {"applicant"} and unit in COUNTS:
        quantity = read_applicant(words, kinds, context, before=before)
    elif kinds & {"new", "handled", "manage", "app"} and unit in COUNTS:
        quantity = _received(words, after, kinds, context, before=before)
    if quantity is None or any(address not in form.cells for address in quantity.addresses):
        return None
    return doubted(quantity, Wording(words, after, kinds, context, unit, before))


def _with_results(words: Sequence[Token], context: Context) -> Sequence[Token]:
    """诉讼 24 件，作其他处理的 3 件: a result of disputes in a sentence that names no outcome besides; 答复结果为公开 3 件."""
    at = next((at for at, token in enumerate(words) if token.value == "given"), 0)
    if at and words[at - 1].kind == "soft" and [token.kind for token in words[:at] if token.kind != "soft"][-1:] == ["handled"]:
        return [token._replace(kind="outcome", value="granted") if token.value == "given" else token for token in words]
    if context.topic != "dispute" or context.outcomes != {"other"}:
        return words
    return [token._replace(kind="result") if token.kind == "outcome" else token for token in words]


def _is_other_result(words: Sequence[Token]) -> bool:
    """维持 5 件、纠正 3 件、其他 2 件: a mere 其他 beside results of disputes."""
    named = [token for token in words if token.kind not in ("soft", "edge", "sep")]
    return len(words) > 1 and len(named) == 1 and words[-2].value == "others" and words[-2].end == words[-1].start


def _by_reviewer(words: Sequence[Token]) -> bool:
    """1 件答复被复议机关纠正: a result of 复议, not what was answered."""
    return any(token.value == "reviewer" for token in words)


def _disputes(words: Sequence[Token], after: Sequence[Token], kinds: set[str], context: Context, unit: str) -> Quantity | None:
    named = [token.kind for token in words if token.kind in DISPUTE_ROWS]
    if {"direct", "after"} & set(named):
        named = [kind for kind in named if kind not in ("review", "suit")]
    keys = tuple(dict.fromkeys(named)) or context.disputes or ("review",)
    told = (*reversed(words), *(after if "each" in kinds else ()))  # 复议、诉讼各有 1 件被纠正
    result = next((token.value for token in told if token.kind == "result"), context.result if named else "") or "total"
    columns = _CLOSED if result == "closed" else (result,)
    parts = tuple(tuple(Address("disputes", row, column) for row in DISPUTE_ROWS[key] for column in columns) for key in keys)
    gap = unknown_between(words)  # 行政诉讼庭审 3 次, 行政复议典型案例 10 个 are no disputes
    # 其他行政复议案件; 各类行政复议案件 5 件，其中涉及政府信息公开 3 件
    others = any(one.value in ("others", "various") and two.kind in DISPUTE_ROWS for one, two in pairwise(words))
    doubtful = context.judging or context.apart or others or "other" in kinds or gap > (2 if unit not in ("次", "个") else 0)
    certainty: Certainty = "weak" if doubtful else ("likely" if gap else "sure")
    of_several = "rest" in kinds and not named and len(context.named_disputes) > 1
    each = parts if "each" in kinds and len(parts) > 1 else ()
    lawsuits = tuple(Address("disputes", row, column) for row in DISPUTE_ROWS["suit"] for column in columns)
    # 诉讼 22 件，其中直接起诉 17 件、复议后起诉 5 件，未审结 4 件: of the last kind, or of all
    either = lawsuits if not named and set(keys) <= {"direct", "after"} and result != "total" else ()
    if result == "total" and keys == ("suit",) and (row := _row_behind(after)):  # 诉讼 2 件均在复议之后提起
        either = tuple(Address("disputes", one, "total") for one in DISPUTE_ROWS[row])
    addresses = tuple(dict.fromkeys(address for part in parts for address in part))
    other = context.judging or context.apart or others or "other" in kinds
    doubt: Doubt = "wording" if certainty == "weak" and not other and not of_several else ""
    return Quantity("+".join(keys) + "." + result, "text-disputes", addresses, certainty, each, either, doubt=doubt)


def _row_behind(after: Sequence[Token]) -> str:
    named = next((token.kind for token in after if token.kind not in ("soft", "edge", "all")), "")
    return named if named in ("direct", "after") else ""


def _received(
    words: Sequence[Token], after: Sequence[Token], kinds: set[str], context: Context, *, before: bool
) -> Quantity | None:
    about = "app" in kinds or any(token.value == "registered" for token in words) or any(token.kind == "app" for token in after)
    if not about and context.topic != "app":
        return _unnamed(words, kinds, context)
    if "undone" in kinds and not kinds & {"new", "handled"}:
        return None  # 1月1日在办申请 2 件: neither received nor handled
    if any(token.kind == "new" and token.value == "taken" for token in words):
        return replace(taken(), certainty="sure")
    aside = context.aside and not any(token.kind == "app" and token.end - token.start > BARE for token in words)
    if aside or ("each" in kinds and not kinds & {"applicant"}):  # 三名村民各提出申请 1 件
        return Quantity("new", "text-new", (total("new"),), "weak")
    gap = unknown_between(words) if before else unknown_inside(words)
    if "handled" in kinds:
        return _handled(words, kinds, context, gap, before=before)
    short = any(token.value == "registered" and token.end - token.start <= len("登记申请") for token in words)
    if short:
        return Quantity("new", "text-new", (total("new"),), "weak", doubt="wording")  # 登记申请 28 件
    if any(one.value == "various" and two.kind == "app" and two.end - two.start == BARE for one, two in pairwise(words)):
        return Quantity(
            "new", "text-new", (total("new"),), "weak", doubt="wording"
        )  # 各类申请 326 件，其中政府信息公开申请 12 件
    if "new" in kinds:
        more = "compare" in kinds and any(token.value == "added" for token in words)  # 较上年新增 4 件
        fresh = any(token.value in ("fresh", "added") for token in words)  # 应办 31 件，包括本年新收 27 件
        dated = not before and bool(kinds & {"date", "period"})  # 1 件申请于 12 月 26 日收到
        part = dated or (context.among and context.head == "new" and not fresh)
        certainty: Certainty = "weak" if part or gap or more or (not before and not about) else "sure"
        doubt = "" if more else _doubt(certainty, part=part)
        return Quantity("new", "text-new", (total("new"),), certainty, doubt=doubt)
    if "manage" in kinds:
        return Quantity(
            "manage",
            "text-handled",
            (total("total"),),
            "likely" if about and before and not gap and not context.among else "weak",
        )
    named = any(token.kind == "app" and not token.value for token in words)  # 依申请公开信息 5 件 may be what was given out
    alone = named and not (
        context.lead
        or named_by_applicant(words)
        or context.papers
        or context.among
        or unknown_inside(words)
        or kinds & {"rest", "mask", "show", "publish"}
    )
    certain: Certainty = "likely" if alone and (before or context.counting) else "weak"
    elsewhere = context.papers or kinds & {"rest", "mask", "show", "publish", "docpart"}
    at_most = named and before and not elsewhere and unknown_inside(words) <= _FEW and not unknown_after_last(words)
    doubted = "" if elsewhere or kinds & {"handled", "other"} or not named else _doubt(certain, part=context.among)
    return Quantity("new", "text-new", (total("new"),), certain, at_most=at_most, doubt=doubted)


def _handled(words: Sequence[Token], kinds: set[str], context: Context, gap: int, *, before: bool) -> Quantity:
    if before and _is_next_year(words, context.year):  # 到 2025 年才能答复的 2 件
        return Quantity("carried_out", "text-carried", (total("carried_out"),), "weak", doubt="wording")
    allowed = 0 if before else 1 if "app" in kinds else 8  # 5 件申请当日办结 may be some of them
    part = context.among and context.head == "total"
    certainty: Certainty = "weak" if part or gap > allowed else "sure"
    doubt = _doubt(certainty, part=part)
    if any((token.kind, token.value) == ("handled", "within") for token in words):
        certainty, doubt = "weak", "wording"  # 当年办结 10 件 may leave out those carried in
    if not before and any(token.kind == "now" and token.value in ("within", "same") for token in words):
        certainty, doubt = "weak", "part"  # 5 件当年全部办完 may be some of them
    if published_answers(words):
        both = (total("granted"), total("partly_granted"))
        if context.within:  # 公开答复 15 件（含部分公开 4 件）
            return Quantity("granted+partly_granted", "text-outcome", both, "likely")
        return Quantity("granted", "text-outcome", both[:1], "weak", either=both)
    return Quantity("handled", "text-handled", (total("total"),), certainty, doubt=doubt)


def _doubt(certainty: Certainty, *, part: bool) -> Doubt:
    if certainty != "weak":
        return ""
    return "part" if part else "wording"


def _unnamed(words: Sequence[Token], kinds: set[str], context: Context) -> Quantity | None:
    """全年收到 7 件，答复 7 件: nothing names what it is, and in such a report it may well be applications."""
    plain = kinds <= {"new", "handled", "manage", "now", "total", "soft", "edge", "scope", "year", "all", "sep"}
    if context.topic or context.aside or not plain or len(kinds & {"new", "handled", "manage"}) != 1 or unknown_inside(words):
        return None
    if "new" in kinds:
        added = any(token.value == "added" for token in words)
        return None if added else Quantity("new", "text-new", (total("new"),), "weak", doubt="wording")
    name = "handled" if "handled" in kinds else "manage"
    return Quantity(name, "text-handled", (total("total"),), "weak", doubt="wording")
