"""Say what a figure of the text counts: in go the words around it, out comes a ``Quantity`` – cells of the tables – or nothing.

Three degrees of certainty. *sure*: the words say it and nothing between them is unknown; *likely*: they say it with something
in between; *weak*: it may be a part only (收到网上申请 5 件), so it counts when it fits and says nothing when it does not.

Source: labels of the form; wordings of published reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from toolkit.checks.narrative.candidates.context import Context, asks_for_else
from toolkit.checks.narrative.candidates.outcomes import read_outcome
from toolkit.checks.narrative.candidates.quantity import (
    COUNTS,
    DISPUTE_ROWS,
    EVERYDAY,
    ORGANIZATIONS,
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

_BARE = len("申请")
FOREIGN = 3  # unknown characters before 行政复议 that say what it was about
_LONG = 6  # unknown characters between a figure and 予以公开 behind it that name what was made public
_FEW = 4  # unknown characters before 政府信息公开申请 22 件 that need not make it other people's
_NO_CASES = frozenset(("个", "项", "次", "条次"))  # units that count applications only where they are named
_DOC_COUNTS = frozenset(("", "件", "份", "个", "部", "项", "条", "种"))


def read_quantity(left: Sequence[Token], right: Sequence[Token], context: Context, form: Form, unit: str) -> Quantity | None:
    """What the figure between ``left`` and ``right`` (its clause) counts; words before it go first."""
    if _joins(left) and any(token.kind in KEYS for token in right):  # 95 件新申请和 4 件旧申请
        left = left[-1:]
    whole, left, right = left, _outside(left), _up_to_inside(right)
    denied = any(token.kind == "neg" for token in left) and any(token.kind in KEYS for token in right)
    if any(token.kind in KEYS for token in left) and not denied:  # 未办结 5 件结转下年 tells what was carried over
        found = _from_words(left, right, context, form, unit, before=True)
        if found is not None and found.code in ("text-new", "text-handled") and _is_one_kind(right):
            return replace(found, certainty="weak", doubt="part", at_most=False)  # 新收的申请有 1 件是企业的
        return found
    everyday = _everyday_applicant(left, right, context, form) if unit in ("件", "宗", "份", "") else None
    if everyday is not None:
        return everyday
    last = next((at for at in range(len(right) - 1, -1, -1) if right[at].kind in KEYS), -1)
    if last < 0:
        return None
    until = last + (3 if right[last].kind == "carry" else 1)  # 3 件结转到 2025 年: the year behind it says which way
    past = [token for token in left if token.kind == "past"] if right[last].kind == "carry" else []  # 上年 2 件结转
    found = _from_words((*past, *right[:until]), (), context, form, unit, before=False)
    if found is not None and found.name == "handled" and _is_next_year(right[:until], context.year):
        return Quantity("carried_out", "text-carried", (total("carried_out"),), "likely")  # 28 件将在 2025 年办结
    if found is not None and len(left) < len(whole) and found.code in ("text-new", "text-handled"):
        return replace(found, certainty="weak", doubt="", at_most=False)  # 15 件申请中有 3 件答复不够完整
    if found is not None and any(token.value == "against" for token in right):
        return replace(found, certainty="weak", at_most=False, doubt="")  # 对 1 件不予公开的答复不服
    rest = found is not None and found.code == "text-disputes" and any(token.kind == "rest" for token in left)
    return (
        replace(found, certainty="weak") if rest and found and len(context.told) > 1 else found
    )  # 除 1 件复议被纠正外，其余 2 件均为维持


def _is_next_year(words: Sequence[Token], own: int) -> bool:
    return any(token.kind == "next" or (token.kind == "year" and int(token.value) > own) for token in words)


def _is_one_kind(right: Sequence[Token]) -> bool:
    """1 件是企业的, 3 件来自自然人: the words behind the figure say of whom it is told."""
    said = [token for token in right if token.kind != "edge"]
    return len(said) > 1 and said[0].value == "is" and (said[1].kind == "applicant" or said[1].value in EVERYDAY)


def _joins(left: Sequence[Token]) -> bool:
    """新申请和 4 件: words of the figure before, and an 和 right before this one."""
    return len(left) > 2 and left[-2].value == "and" and left[-2].end == left[-1].start


def _up_to_inside(right: Sequence[Token]) -> Sequence[Token]:
    """8 件申请中予以公开 6 件: what stands behind 中 is said of a part of the eight."""
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
    kinds = {token.kind for token in words}
    found: Quantity | None = None
    if kinds & {"carried_in", "carried_out", "carry"} and unit in COUNTS:
        found = _carried(words, kinds, context)
    elif _left_at_the_end(words, kinds, context) and unit in COUNTS:
        found = Quantity("carried_out", "text-carried", (total("carried_out"),), "likely")
    elif kinds & set(DISPUTE_ROWS) or ("result" in kinds and (context.disputes or _by_reviewer(words))):
        found = _disputes(words, after, kinds, context, unit) if unit in COUNTS else None
    elif kinds & {"act"}:
        found = _act(words, kinds, context, form, unit)
    elif kinds & {"doc", "docverb"} and not kinds & {"new", "handled", "outcome"}:
        found = _document(words, kinds, context, form, unit, before=before)
    elif kinds & {"outcome", "reason"} and unit in COUNTS:
        found = read_outcome(words, after, kinds, context, form)
    elif kinds & {"applicant"} and unit in COUNTS:
        found = _applicant(words, kinds, context)
    elif kinds & {"new", "handled", "manage", "app"} and unit in COUNTS:
        found = _received(words, after, kinds, context, before=before)
    if found is None or any(address not in form.cells for address in found.addresses):
        return None
    return _doubted(found, words, after, kinds, context, unit, before=before)


def _of_one_kind(words: Sequence[Token], context: Context, *, before: bool) -> bool:
    """土地确权行政复议 4 件: of another kind; 1 件复议案件因申请人撤回而终止: what became of one of them."""
    if before:
        return context.lead >= FOREIGN and words[0].kind in DISPUTE_ROWS
    at = next((index for index, token in enumerate(words) if token.kind in DISPUTE_ROWS), 0)
    return any(token.kind in KEYS and token.kind not in DISPUTE_ROWS for token in words[at:])


def _names_else(words: Sequence[Token], unit: str) -> bool:
    """8 项补贴资金的发放名册予以公开: what is made public stands between, and it is no application."""
    if any(token.kind in ("app", "reason") for token in words):
        return False
    return unknown_inside(words) > (1 if unit not in ("", "件", "宗", "份") else _LONG)


def _doubted(
    found: Quantity, words: Sequence[Token], after: Sequence[Token], kinds: set[str], context: Context, unit: str, *, before: bool
) -> Quantity:
    """The reading with its doubts: 收到用电报装申请 18 件 and 3 条不予公开信息 are no slips of a cell."""
    found = _weakened(found, words, after, kinds, context, unit, before=before)
    applications = found.addresses[0].table == "applications"
    if applications and unit in _NO_CASES and not any(token.kind == "app" for token in (*words, *after)):
        return replace(found, certainty="weak", doubt="", at_most=False)  # 平台当年新增 3110 个, 公示环评受理 112 项
    return replace(found, doubt="") if found.doubt and (unit == "条" or asks_for_else(words)) else found


def _weakened(
    found: Quantity, words: Sequence[Token], after: Sequence[Token], kinds: set[str], context: Context, unit: str, *, before: bool
) -> Quantity:
    """Less certain with words that say: only some of them."""
    if found.code == "text-outcome" and not before and _names_else(words, unit):
        return replace(found, certainty="weak", at_most=False, doubt="")
    if found.name.endswith(".total") and found.code == "text-disputes" and _of_one_kind(words, context, before=before):
        return replace(found, certainty="weak", doubt="")
    applications = found.addresses[0].table == "applications"
    if context.some and context.among and found.code in ("text-handled", "text-carried", "text-outcome"):
        return replace(found, certainty="weak", doubt="part")
    if found.code == "text-outcome" and "rest" in kinds and _named_in_part(found, context):
        return replace(found, certainty="weak", doubt="part")  # 重复申请 14 件，其余不予处理 7 件
    doubts = kinds & {"part", "period", "distribute", "modal", "rate", "neg"}
    if found.code == "text-outcome" and _only_gives_reasons(words):
        doubts -= {"part"}
    if found.code == "text-outcome" and _told_in_the_manner(words):
        doubts -= {"part"}
    if found.name == "carried_out" and _left_undone(words):
        doubts -= {"neg"}
    if found.code in ("text-new", "text-handled") and _ends_with_noun(words):
        return replace(found, certainty="weak", doubt="")  # 新增依申请公开栏目 1 个
    if doubts or ("other" in kinds and applications):
        at_most = (
            (found.certainty != "weak" or found.at_most) and doubts == {"part"} and _told_by_way(found, words, kinds, context)
        )
        doubt = _doubt_of_part(found, doubts, context, other="other" in kinds)
        return replace(found, certainty="weak", at_most=at_most, doubt=doubt)
    if after and after[0].kind in ("other", "part", "doc") and applications:
        return replace(found, certainty="weak", doubt="")
    return found


def _named_in_part(found: Quantity, context: Context) -> bool:
    """Whether the sentence names a reason of the same outcome, so that 其余 is what is left of it."""
    rows = {cell.row for cell in found.addresses}
    return len(rows) > 1 and bool(rows & context.reasons)


def _doubt_of_part(found: Quantity, doubts: set[str], context: Context, *, other: bool) -> Doubt:
    if found.name == "unprocessed" and other and not doubts:
        return "wording"  # 作为信访件不予处理 5 件
    if other or not doubts or not doubts <= {"part"}:
        return ""
    return "wording" if found.code == "text-article20" and not context.among else "part"  # 林木采伐类行政许可 123 件


def _only_gives_reasons(words: Sequence[Token]) -> bool:
    """因涉及商业秘密不予公开 1 件: 涉及 next to the reason of a named outcome makes it no part."""
    parts = [at for at, token in enumerate(words) if token.kind == "part"]
    named = any(token.kind == "outcome" for token in words)
    if named and parts and all(at and words[at - 1].value == "cause" for at in parts):
        return True  # 因涉及他人隐私未予公开
    return named and all(at + 1 < len(words) and words[at + 1].kind == "reason" for at in parts)


def _told_in_the_manner(words: Sequence[Token]) -> bool:
    """以不予公开方式答复的有 5 件: 方式 behind the outcome makes it no part."""
    parts = [at for at, token in enumerate(words) if token.kind == "part"]
    return all(words[at].value == "manner" and at and words[at - 1].kind == "outcome" for at in parts)


def _left_at_the_end(words: Sequence[Token], kinds: set[str], context: Context) -> bool:
    """截至年底，未办结申请 2 件: what was not finished when the year ended is carried over."""
    if (
        not {"neg", "handled"} <= kinds
        or not (context.at_end or kinds & {"now", "year"})
        or not (context.topic == "app" or "app" in kinds)
    ):
        return False
    plain = kinds <= {"neg", "handled", "now", "app", "soft", "year", "edge", "total", "scope"}
    return plain and any(word.kind == "neg" and after.value == "done" for word, after in pairwise(words))


def _ends_with_noun(words: Sequence[Token]) -> bool:
    named = [token for token in words if token.kind not in ("soft", "edge", "total", "sep")]
    return bool(named) and named[-1].kind == "noun" and named[-1].value != "person"


def _left_undone(words: Sequence[Token]) -> bool:
    """未办结、转入 2025 年的 4 件: what is denied is the handling, not the figure."""
    following = [words[at + 1].kind for at, token in enumerate(words[:-1]) if token.kind == "neg"]
    return bool(following) and set(following) == {"handled"}


def _told_by_way(found: Quantity, words: Sequence[Token], kinds: set[str], context: Context) -> bool:
    """通过平台提交的政府信息公开申请 5 件: a part by the way it came in; 累计 may be more than this year's."""
    ways = all(token.value in ("way", "manner") for token in words if token.kind == "part")
    named = context.full or any(token.kind == "app" and token.end - token.start > _BARE for token in words)
    ever = any(token.value == "ever" for token in words)  # 累计 may be more than this year's
    others = any(token.kind == "scope" and token.value != "whole" for token in words)  # 平台受理各镇街申请 86 件
    return found.name in ("new", "handled") and ways and named and not others and not ("other" in kinds or ever)


def _carried(words: Sequence[Token], kinds: set[str], context: Context) -> Quantity:
    if "carried_in" in kinds and "new" in kinds:
        return taken()
    gap = unknown_after_last(words)
    if context.judging or gap:  # 上年结转项目 3 个, 上年度遗留的资金问题 3 个
        row = "carried_in" if "carried_in" in kinds else "carried_out"
        return Quantity(row, "text-carried", (total(row),), "weak")
    if "carried_in" in kinds:
        # 加上上年结转共 13 件 may be everything together
        return Quantity("carried_in", "text-carried", (total("carried_in"),), "weak" if "total" in kinds else "sure")
    if "carried_out" in kinds:
        return Quantity("carried_out", "text-carried", (total("carried_out"),))
    if "past" in kinds or _year_before_carry(words, context.year):
        return Quantity("carried_in", "text-carried", (total("carried_in"),))
    if _year_after_carry(words):
        return Quantity("carried_out", "text-carried", (total("carried_out"),))
    own = any(token.kind == "year" and token.value == str(context.year) for token in words)  # 2024年末结转 2 件
    if (any(token.value == "end" for token in words) and context.topic == "app") or (own and context.at_end):  # 年末结转 2 件
        return Quantity("carried_out", "text-carried", (total("carried_out"),), "likely")
    if "carried_out" in context.carries and not context.done:  # 新收 12 件，结转 1 件，办结 11 件，结转下年 2 件
        return Quantity("carried_in", "text-carried", (total("carried_in"),), "likely" if context.topic == "app" else "weak")
    surely = context.done and context.topic == "app" and not context.among and "carried_out" not in context.carries
    either = () if surely else (total("carried_in"),)
    certainty: Certainty = "likely" if surely else "weak"
    doubt: Doubt = "" if surely or context.topic != "app" else "wording"
    return Quantity("carried_out", "text-carried", (total("carried_out"),), certainty, either=either, doubt=doubt)


def _year_before_carry(words: Sequence[Token], own: int) -> bool:
    """2023年结转 1 件; 2024年末结转 2 件 of the report's own year are carried out."""
    at = next(index for index, token in enumerate(words) if token.kind == "carry")
    return any(token.kind == "year" and token.value != str(own) for token in words[:at])


def _year_after_carry(words: Sequence[Token]) -> bool:
    at = next(index for index, token in enumerate(words) if token.kind == "carry")
    return any(token.kind == "year" for token in words[at:])


def _by_reviewer(words: Sequence[Token]) -> bool:
    """1 件答复被复议机关纠正: a result of 复议, not what was answered."""
    return any(token.value == "reviewer" for token in words)


def _disputes(words: Sequence[Token], after: Sequence[Token], kinds: set[str], context: Context, unit: str) -> Quantity | None:
    named = [token.kind for token in words if token.kind in DISPUTE_ROWS]
    if {"direct", "after"} & set(named):
        named = [kind for kind in named if kind not in ("review", "suit")]
    keys = tuple(dict.fromkeys(named)) or context.disputes or ("review",)
    told = (*reversed(words), *(after if "each" in kinds else ()))  # 复议、诉讼各有 1 件被纠正
    result = next((token.value for token in told if token.kind == "result"), "total")
    parts = tuple(tuple(Address("disputes", row, result) for row in DISPUTE_ROWS[key]) for key in keys)
    gap = unknown_between(words)  # 行政诉讼庭审 3 次, 行政复议典型案例 10 个 are no disputes
    others = any(one.value == "others" and two.kind in DISPUTE_ROWS for one, two in pairwise(words))  # 其他行政复议案件
    doubtful = context.judging or context.apart or others or "other" in kinds or gap > (2 if unit not in ("次", "个") else 0)
    certainty: Certainty = "weak" if doubtful else ("likely" if gap else "sure")
    of_several = "rest" in kinds and not named and len(context.told) > 1
    if of_several or (context.among and result == "total" and set(keys) <= context.told):
        certainty = "weak"  # 行政复议 3 件，其中以县政府为被申请人的行政复议 1 件; 其余 2 件均为维持
    each = parts if "each" in kinds and len(parts) > 1 else ()
    lawsuits = tuple(Address("disputes", row, result) for row in DISPUTE_ROWS["suit"])
    # 诉讼 22 件，其中直接起诉 17 件、复议后起诉 5 件，未审结 4 件: of the last kind, or of all
    either = lawsuits if not named and set(keys) <= {"direct", "after"} and result != "total" else ()
    addresses = tuple(dict.fromkeys(address for part in parts for address in part))
    other = context.judging or context.apart or others or "other" in kinds
    doubt: Doubt = "wording" if certainty == "weak" and not other and not of_several else ""
    return Quantity("+".join(keys) + "." + result, "text-disputes", addresses, certainty, each, either, doubt=doubt)


def _act(words: Sequence[Token], kinds: set[str], context: Context, form: Form, unit: str) -> Quantity | None:
    act = next(token for token in reversed(words) if token.kind == "act")
    if context.among and context.head and act.end - act.start < len("行政许可"):
        return None  # 收到申请 120 件，其中环评类 52 件、排污许可类 31 件: what was asked about
    if act.value == "procurement":
        return _procurement(form, unit)
    if act.value == "fees":
        return Quantity("fees", "text-article20", (Address("fees", "fees", "amount_wan"),)) if unit in ("元", "万元") else None
    table = next((table.key for table in form.tables if act.value in table.row_by_key and "decisions" in table.column_by_key), "")
    if not table or unit not in COUNTS:
        return None
    certainty: Certainty = "likely" if "show" in kinds or context.show else "sure"
    applied = kinds & {"new", "app"}  # 受理行政许可申请 52 件: not all of them are decided yet
    other = applied or any(token.kind == "noun" for token in words) or unit in ("项", "个", "条")
    if other or unknown_between(words):
        certainty = "weak"
    doubt: Doubt = "wording" if certainty == "weak" and not other else ""
    return Quantity(act.value, "text-article20", (Address(table, act.value, "decisions"),), certainty, doubt=doubt)


def _procurement(form: Form, unit: str) -> Quantity | None:
    """集中采购 186 个项目、3205.6 万元: projects and their amount, of the first edition."""
    column = "items" if unit in ("个", "项", "件") else "amount" if unit in ("元", "万元") else ""
    address = Address("procurement", "procurement", column)
    if address not in form.cells:
        return None
    return Quantity("fees" if column == "amount" else "procurement", "text-article20", (address,), "likely")


def _document(
    words: Sequence[Token], kinds: set[str], context: Context, form: Form, unit: str, *, before: bool
) -> Quantity | None:
    row = next((token.value for token in reversed(words) if token.kind == "doc"), context.doc)
    if not row or unit not in _DOC_COUNTS:
        return None
    verb = next((token.value for token in words if token.kind == "docverb" and token.value != "issued"), "")
    verb = verb or ("issued" if "docverb" in kinds else "")
    columns = form.columns("documents")
    column = verb if verb in columns else {"issued": "made", "valid": "public_total"}.get(verb, "")
    certainty: Certainty = "sure"
    if not verb and "published" in columns and kinds & {"show", "publish"}:
        column, certainty = "published", "likely"
    elif not verb:  # 主动公开规范性文件 3 件: whenever it was made, but not more than there are
        column, certainty = "issued", "weak"
    if column not in columns:
        return None
    if not verb and "valid" in columns and kinds & {"show", "publish"} and not unknown_between(words):
        valid = (Address("documents", row, "valid"),)
        return Quantity(f"{row}.shown", "text-article20", valid, "weak", at_most=not kinds & {"docpart", "other", "total", "past"})
    gap, behind = unknown_between(words), unknown_after_last(words)  # 规范性文件目录 1 份 is no document
    if kinds & {"docpart", "other"} or behind or gap > (0 if "doc" not in kinds else 4) or (not before and "docverb" not in kinds):
        certainty = "weak"
    doubt: Doubt = "wording" if certainty == "weak" and "docpart" not in kinds and not behind and verb else ""
    return Quantity(f"{row}.{column}", "text-article20", (Address("documents", row, column),), certainty, doubt=doubt)


def _applicant(words: Sequence[Token], kinds: set[str], context: Context) -> Quantity | None:
    if context.topic not in ("app", "") or (context.aside and not context.topic):
        return None
    row, other = _applicants_row(kinds, context)
    keys = [token.value for token in words if token.kind == "applicant"]
    columns = tuple(dict.fromkeys(column for key in keys for column in (ORGANIZATIONS if key == "organizations" else (key,))))
    sure = (bool(kinds & {"new", "handled", "app"}) or context.among) and context.topic == "app"
    name = f"{row}.{'+'.join(columns)}"
    return Quantity(
        name,
        "text-new" if row == "new" else "text-handled",
        tuple(total(row, column) for column in columns),
        "likely" if sure else "weak",
        either=tuple(total(other, column) for column in columns) if other else (),
        doubt="" if sure else "wording",
    )


def _everyday_applicant(left: Sequence[Token], right: Sequence[Token], context: Context, form: Form) -> Quantity | None:
    """收到申请 15 件，公民 13 件、企业 2 件; 8 件由个人提出: people's words for a column, beside what came in."""
    words = left if any(token.value in EVERYDAY for token in left) else right
    named = {EVERYDAY[token.value] for token in words if token.value in EVERYDAY}
    plain = {token.kind for token in words} <= {"part", "soft", "among", "sep", "edge"} and not unknown_inside(words)
    other = any(token.kind == "part" and token.value not in EVERYDAY for token in words)
    told = any(token.kind in KEYS and token.kind != "app" for token in (*left, *right))  # 企业 2 件申请全部办结
    if len(named) != 1 or not plain or other or told or context.topic != "app" or not context.heads:
        return None
    column, row = named.pop(), "total" if context.head == "total" else "new"
    either = (total("new" if row == "total" else "total", column),)
    return Quantity(f"{row}.{column}", "text-new", (total(row, column),), "weak", either=either, doubt="wording")


def _applicants_row(kinds: set[str], context: Context) -> tuple[str, str]:
    """The row that a count of applicants belongs to and, without a verb or one 其中 to say so, the other it may belong to."""
    if kinds & {"new", "handled"}:
        return ("new" if "new" in kinds else "total"), ""
    row = "total" if context.head == "total" and (context.among or "app" not in kinds) else "new"
    settled = context.among and len(context.heads) < 2  # 新收 12 件，办结 11 件，其中自然人 10 件: of either
    return row, "" if settled else ("new" if row == "total" else "total")


def _received(
    words: Sequence[Token], after: Sequence[Token], kinds: set[str], context: Context, *, before: bool
) -> Quantity | None:
    about = "app" in kinds or any(token.value == "registered" for token in words) or any(token.kind == "app" for token in after)
    if not about and context.topic != "app":
        return _unnamed(words, kinds, context)
    if any(token.kind == "new" and token.value == "taken" for token in words):
        return replace(taken(), certainty="sure")
    if context.aside and not any(token.kind == "app" and token.end - token.start > _BARE for token in words):
        return Quantity("new", "text-new", (total("new"),), "weak")
    gap = unknown_between(words) if before else unknown_inside(words)
    if "handled" in kinds:
        allowed = 0 if before else 1 if "app" in kinds else 8  # 5 件申请当日办结 may be some of them
        part = context.among and context.head == "total"
        certainty: Certainty = "weak" if part or gap > allowed else "sure"
        return Quantity("handled", "text-handled", (total("total"),), certainty, doubt=_doubt(certainty, part=part))
    # 其他方式收到 2 件; 各类申请 326 件，其中政府信息公开申请 12 件
    various = any(one.value == "various" and two.kind == "app" and two.end - two.start == _BARE for one, two in pairwise(words))
    if "new" in kinds and (various or any(token.value == "others" for token in words)):
        return Quantity("new", "text-new", (total("new"),), "weak")
    short = any(token.value == "registered" and token.end - token.start <= len("登记申请") for token in words)
    if short and not _names_in_full(words):
        return Quantity("new", "text-new", (total("new"),), "weak", doubt="wording")  # 登记申请 28 件
    if "new" in kinds:
        more = "compare" in kinds and any(token.value == "added" for token in words)  # 较上年新增 4 件
        # 新增事项 5 项; beside 上年结转 2 件 it is what came in
        beside = bool(context.carries)
        more = more or ("app" not in kinds and not beside and any(token.value == "added" for token in words))
        part = context.among and context.head == "new"
        certainty = "weak" if part or gap or more or (not before and not about) else "sure"
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
        (context.lead and not _names_in_full(words))
        or _named_by_applicant(words)
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


def _names_in_full(words: Sequence[Token]) -> bool:
    return any(token.kind == "app" and token.end - token.start > _BARE for token in words)


def _named_by_applicant(words: Sequence[Token]) -> bool:
    """公民申请 10 件、企业申请 2 件: perhaps only those of one kind of applicant."""
    at = next((index for index, token in enumerate(words) if token.kind == "app"), 0)
    return at > 0 and words[at - 1].value == "who" and words[at].end - words[at].start == _BARE
