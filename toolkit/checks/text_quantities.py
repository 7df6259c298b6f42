"""Say what a figure of the text counts: in go the words around it, out comes a ``Quantity`` – cells of the tables – or nothing.

Three degrees of certainty. *sure*: the words say it and nothing between them is unknown; *likely*: they say it with something
in between; *weak*: it may be a part only (收到网上申请 5 件), so it counts when it fits and says nothing when it does not.

Source: labels of the form; wordings of published reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from toolkit.checks.text_tokens import Token
from toolkit.forms import Address, Form

Certainty = Literal["sure", "likely", "weak"]
DISPUTE_ROWS: dict[str, tuple[str, ...]] = {
    "review": ("review",), "direct": ("direct_lawsuit",), "after": ("lawsuit_after_review",),
    "suit": ("direct_lawsuit", "lawsuit_after_review"),
}  # fmt: skip
ORGANIZATIONS = ("business", "research", "public_welfare", "legal_service", "other_organization")
KEYS = frozenset((
    "new", "handled", "manage", "carried_in", "carried_out", "carry", "outcome", "reason", "applicant", "review", "suit",
    "direct",
    "after", "result", "doc", "docverb", "act", "app",
))  # fmt: skip
COUNTS = frozenset(("", "件", "宗", "起", "例", "份", "条", "项", "个", "件次", "次", "条次"))
_BARE = len("申请")
_DOC_COUNTS = frozenset(("", "件", "份", "个", "部", "项", "条", "种"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """What is counted. The figure is the sum of the cells; with ``each`` every one of these parts has that figure."""

    name: str  # the same for the same thing, wherever it is told
    code: str
    addresses: tuple[Address, ...]
    certainty: Certainty = "sure"
    each: tuple[tuple[Address, ...], ...] = ()
    either: tuple[Address, ...] = ()  # what the words may mean as well: 自然人 10 件 of those received or of those handled
    at_most: bool = False  # weak, for a part is told, and yet no part is more than the whole


@dataclass(slots=True)
class Context:
    """What was read before in this part of the text: it says what a bare 办结 3 件 is about."""

    topic: str = ""
    disputes: tuple[str, ...] = ()
    told: frozenset[str] = frozenset()  # disputes whose total the sentence has told
    doc: str = ""
    head: str = ""  # the row of part three that a list after 其中 divides
    heads: frozenset[str] = frozenset()  # all such rows that the last sentence with one has told
    heads_at: int = -1
    among: bool = False
    aside: bool = False  # 行政许可方面，受理申请 30 件: a bare 申请 after other business is an application for that
    show: bool = False  # 公开, 公示 began the list: what follows was published, which need not be all
    papers: bool = False  # 公文 150 件，其中主动公开…、依申请公开…、不予公开…: kinds of papers, not applications
    counting: bool = False  # 全年共有 15 件申请: the words before the figure say that it counts all
    judging: bool = False  # an organ that decides on 复议 counts all of them, not those about itself


def read_quantity(left: Sequence[Token], right: Sequence[Token], context: Context, form: Form, unit: str) -> Quantity | None:
    """What the figure between ``left`` and ``right`` (its clause) counts; words before it go first."""
    denied = any(token.kind == "neg" for token in left) and any(token.kind in KEYS for token in right)
    if any(token.kind in KEYS for token in left) and not denied:  # 未办结 5 件结转下年 tells what was carried over
        return _from_words(left, right, context, form, unit, before=True)
    last = next((at for at in range(len(right) - 1, -1, -1) if right[at].kind in KEYS), -1)
    if last < 0:
        return None
    until = last + (3 if right[last].kind == "carry" else 1)  # 3 件结转到 2025 年: the year behind it says which way
    return _from_words(right[:until], (), context, form, unit, before=False)


def _from_words(
    words: Sequence[Token], after: Sequence[Token], context: Context, form: Form, unit: str, *, before: bool
) -> Quantity | None:
    kinds = {token.kind for token in words}
    found: Quantity | None = None
    if kinds & {"carried_in", "carried_out", "carry"} and unit in COUNTS:
        found = _carried(words, kinds)
    elif kinds & set(DISPUTE_ROWS) or ("result" in kinds and context.disputes):
        found = _disputes(words, after, kinds, context, unit) if unit in COUNTS else None
    elif kinds & {"act"}:
        found = _act(words, kinds, context, form, unit)
    elif kinds & {"doc", "docverb"} and not kinds & {"new", "handled", "outcome"}:
        found = _document(words, kinds, context, form, unit, before=before)
    elif kinds & {"outcome", "reason"} and unit in COUNTS:
        found = _outcome(words, kinds, context, form)
    elif kinds & {"applicant"} and unit in COUNTS:
        found = _applicant(words, kinds, context)
    elif kinds & {"new", "handled", "manage", "app"} and unit in COUNTS:
        found = _received(words, after, kinds, context, before=before)
    if found is None or any(address not in form.cells for address in found.addresses):
        return None
    return _doubted(found, words, after, kinds)


def _doubted(found: Quantity, words: Sequence[Token], after: Sequence[Token], kinds: set[str]) -> Quantity:
    """Less certain with words that say: only some of them."""
    applications = found.addresses[0].table == "applications"
    doubts = kinds & {"part", "period", "distribute", "modal", "rate", "neg"}
    if found.name == "carried_out" and _left_undone(words):
        doubts -= {"neg"}
    if doubts or ("other" in kinds and applications):
        at_most = found.certainty != "weak" and doubts == {"part"} and _told_by_way(found, words, kinds)
        return replace(found, certainty="weak", at_most=at_most)
    if after and after[0].kind in ("other", "part", "doc") and applications:
        return replace(found, certainty="weak")
    return found


def _left_undone(words: Sequence[Token]) -> bool:
    """未办结、转入 2025 年的 4 件: what is denied is the handling, not the figure."""
    following = [words[at + 1].kind for at, token in enumerate(words[:-1]) if token.kind == "neg"]
    return bool(following) and set(following) == {"handled"}


def _told_by_way(found: Quantity, words: Sequence[Token], kinds: set[str]) -> bool:
    """通过平台提交的政府信息公开申请 5 件: a part by the way it came in; 累计 may be more than this year's."""
    ways = all(token.value == "way" for token in words if token.kind == "part")
    named = any(token.kind == "app" and token.end - token.start > _BARE for token in words)
    return found.name in ("new", "handled") and ways and named and not kinds & {"other", "total"}


def total(row: str, column: str = "total") -> Address:
    return Address("applications", row, column)


def _carried(words: Sequence[Token], kinds: set[str]) -> Quantity:
    if "carried_in" in kinds and "new" in kinds:
        return taken()
    if "carried_in" in kinds:
        # 加上上年结转共 13 件 may be everything together
        return Quantity("carried_in", "text-carried", (total("carried_in"),), "weak" if "total" in kinds else "sure")
    if "carried_out" in kinds:
        return Quantity("carried_out", "text-carried", (total("carried_out"),))
    if "past" in kinds or _year_before_carry(words):
        return Quantity("carried_in", "text-carried", (total("carried_in"),))
    return Quantity("carried_out", "text-carried", (total("carried_out"),), "sure" if _year_after_carry(words) else "weak")


def _year_before_carry(words: Sequence[Token]) -> bool:
    at = next(index for index, token in enumerate(words) if token.kind == "carry")
    return any(token.kind == "year" for token in words[:at])


def _year_after_carry(words: Sequence[Token]) -> bool:
    at = next(index for index, token in enumerate(words) if token.kind == "carry")
    return any(token.kind == "year" for token in words[at:])


def taken() -> Quantity:
    """收办总数: what came in this year and what was carried in."""
    return Quantity("taken", "text-new", (total("new"), total("carried_in")))


def _disputes(words: Sequence[Token], after: Sequence[Token], kinds: set[str], context: Context, unit: str) -> Quantity | None:
    named = [token.kind for token in words if token.kind in DISPUTE_ROWS]
    if {"direct", "after"} & set(named):
        named = [kind for kind in named if kind not in ("review", "suit")]
    keys = tuple(dict.fromkeys(named)) or context.disputes
    told = (*reversed(words), *(after if "each" in kinds else ()))  # 复议、诉讼各有 1 件被纠正
    result = next((token.value for token in told if token.kind == "result"), "total")
    parts = tuple(tuple(Address("disputes", row, result) for row in DISPUTE_ROWS[key]) for key in keys)
    gap = unknown_between(words)  # 行政诉讼庭审 3 次, 行政复议典型案例 10 个 are no disputes
    doubtful = context.judging or "other" in kinds or gap > (2 if unit not in ("次", "个") else 0)
    certainty: Certainty = "weak" if doubtful else ("likely" if gap else "sure")
    if context.among and result == "total" and set(keys) <= context.told:
        certainty = "weak"  # 行政复议 3 件，其中以县政府为被申请人的行政复议 1 件
    each = parts if "each" in kinds and len(parts) > 1 else ()
    addresses = tuple(dict.fromkeys(address for part in parts for address in part))
    return Quantity("+".join(keys) + "." + result, "text-disputes", addresses, certainty, each)


def _act(words: Sequence[Token], kinds: set[str], context: Context, form: Form, unit: str) -> Quantity | None:
    act = next(token for token in reversed(words) if token.kind == "act")
    if act.value == "fees":
        return Quantity("fees", "text-article20", (Address("fees", "fees", "amount_wan"),)) if unit in ("元", "万元") else None
    table = next((table.key for table in form.tables if act.value in table.row_by_key and "decisions" in table.column_by_key), "")
    if not table or unit not in COUNTS:
        return None
    certainty: Certainty = "likely" if "show" in kinds or context.show else "sure"
    if unknown_between(words) or any(token.kind == "noun" for token in words) or unit in ("项", "条"):
        certainty = "weak"
    return Quantity(act.value, "text-article20", (Address(table, act.value, "decisions"),), certainty)


def _document(
    words: Sequence[Token], kinds: set[str], context: Context, form: Form, unit: str, *, before: bool
) -> Quantity | None:
    row = next((token.value for token in reversed(words) if token.kind == "doc"), context.doc)
    if not row or unit not in _DOC_COUNTS:
        return None
    verb = next((token.value for token in words if token.kind == "docverb" and token.value != "issued"), "")
    verb = verb or ("issued" if "docverb" in kinds else "")
    columns = form.table_by_key["documents"].column_by_key
    column = verb if verb in columns else {"issued": "made", "valid": "public_total"}.get(verb, "")
    certainty: Certainty = "sure"
    if not verb:  # 主动公开规范性文件 3 件: published, whenever it was made
        column, certainty = ("published", "likely") if "published" in columns and "show" in kinds else ("issued", "weak")
    if column not in columns:
        return None
    if "docpart" in kinds or unknown_between(words) > (0 if "doc" not in kinds else 4) or (not before and "docverb" not in kinds):
        certainty = "weak"
    return Quantity(f"{row}.{column}", "text-article20", (Address("documents", row, column),), certainty)


def _outcome(words: Sequence[Token], kinds: set[str], context: Context, form: Form) -> Quantity | None:
    """Several outcomes before one figure are told together: 予以公开及部分公开 43 件."""
    outcomes = {outcome.key: outcome for outcome in form.table_by_key["applications"].outcomes}
    keys = tuple(dict.fromkeys(token.value for token in words if token.kind == "outcome"))
    reason = next((token.value for token in reversed(words) if token.kind == "reason"), "")
    about = not context.papers and not kinds & {"docverb", "show", "publish"}
    certainty: Certainty = "sure" if about and context.topic == "app" else "weak"
    if about and not (context.topic or context.aside) and ("app" in kinds or {"granted", "partly_granted"} <= set(keys)):
        certainty = "likely"  # nothing before says what it is about, but these words are the form's
    if certainty != "weak" and unknown_between(words) > 1:
        certainty = "likely" if unknown_between(words) <= 4 else "weak"
    if reason and (not keys or (len(keys) == 1 and reason in outcomes[keys[0]].rows)):
        rows = (reason,) if reason not in outcomes else outcomes[reason].rows
        return Quantity(
            reason, "text-outcome", tuple(total(row) for row in rows), "weak" if reason in outcomes or not keys else "likely"
        )
    rows = tuple(row for key in keys for row in outcomes[key].rows)
    each = tuple(tuple(total(row) for row in outcomes[key].rows) for key in keys) if "each" in kinds and len(keys) > 1 else ()
    return Quantity("+".join(keys), "text-outcome", tuple(total(row) for row in rows), certainty, each)


def _applicant(words: Sequence[Token], kinds: set[str], context: Context) -> Quantity | None:
    if context.topic != "app":
        return None
    row, other = _applicants_row(kinds, context)
    keys = [token.value for token in words if token.kind == "applicant"]
    columns = tuple(dict.fromkeys(column for key in keys for column in (ORGANIZATIONS if key == "organizations" else (key,))))
    sure = bool(kinds & {"new", "handled", "app"}) or context.among
    name = f"{row}.{'+'.join(columns)}"
    return Quantity(
        name,
        "text-new" if row == "new" else "text-handled",
        tuple(total(row, column) for column in columns),
        "likely" if sure else "weak",
        either=tuple(total(other, column) for column in columns) if other else (),
    )


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
    about = "app" in kinds or any(token.kind == "app" for token in after)
    if not about and context.topic != "app":
        return None
    if any(token.kind == "new" and token.value == "taken" for token in words):
        return replace(taken(), certainty="sure")
    if context.aside and not any(token.kind == "app" and token.end - token.start > _BARE for token in words):
        return Quantity("new", "text-new", (total("new"),), "weak")
    gap = unknown_between(words) if before else unknown_inside(words)
    if "handled" in kinds:
        certainty: Certainty = "weak" if (context.among and context.head == "total") or gap > (0 if before else 8) else "sure"
        return Quantity("handled", "text-handled", (total("total"),), certainty)
    if "new" in kinds:
        certainty = "weak" if (context.among and context.head == "new") or gap or (not before and not about) else "sure"
        return Quantity("new", "text-new", (total("new"),), certainty)
    if "manage" in kinds:
        return Quantity(
            "manage",
            "text-handled",
            (total("total"),),
            "likely" if about and before and not gap and not context.among else "weak",
        )
    named = any(token.kind == "app" and not token.value for token in words)  # 依申请公开信息 5 件 may be what was given out
    alone = named and not (
        context.papers or context.among or unknown_inside(words) or kinds & {"rest", "mask", "show", "publish"}
    )
    return Quantity("new", "text-new", (total("new"),), "likely" if alone and (before or context.counting) else "weak")


def unknown_between(words: Sequence[Token]) -> int:
    """Characters that are no word we know between the first word that counts and the figure."""
    first = next((index for index, token in enumerate(words) if token.kind in KEYS and token.kind != "app"), 0)
    return unknown_inside(words[first:])


def unknown_inside(words: Sequence[Token]) -> int:
    """Characters between the first and the last of these tokens that belong to none; a masked name counts as unknown."""
    known = sum(token.end - token.start for token in words if token.kind != "mask")
    return words[-1].end - words[0].start - known if words else 0
