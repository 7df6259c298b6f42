"""Say which kind of applicants a figure counts: 自然人 10 件, 企业 2 件, 法人或其他组织 3 件.

Source: labels of the form, part three, the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.checks.narrative.candidates.context import Context
from toolkit.checks.narrative.candidates.doubts import BARE
from toolkit.checks.narrative.candidates.quantity import EVERYDAY, ORGANIZATIONS, Quantity, total, unknown_inside
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.forms import Form


def is_one_kind(right: Sequence[Token]) -> bool:
    """1 件是企业的, 3 件来自自然人: the words behind the figure name the applicants."""
    tokens = [token for token in right if token.kind != "edge"]
    return len(tokens) > 1 and tokens[0].value == "is" and (tokens[1].kind == "applicant" or tokens[1].value in EVERYDAY)


def read_applicant(words: Sequence[Token], kinds: set[str], context: Context, *, before: bool) -> Quantity | None:
    if context.topic not in ("app", "") or (context.aside and not context.topic):
        return None
    row, other = _applicants_row(kinds, context)
    keys = [token.value for token in words if token.kind == "applicant"]
    columns = tuple(dict.fromkeys(column for key in keys for column in (ORGANIZATIONS if key == "organizations" else (key,))))
    if context.divided and not kinds & {"new", "handled", "app"}:
        return _of_outcome(context.divided, columns, within=bool(context.opened), shared="each" in kinds and len(columns) > 1)
    some = not before and context.among and not kinds & {"new", "handled", "app"}  # 其中 1 件自然人、1 件企业是上年留下的
    if before and "total" in kinds and _names_others(words):
        return None
    sure = not some and (bool(kinds & {"new", "handled", "app"}) or context.among) and context.topic == "app"
    name = f"{row}.{'+'.join(columns)}"
    return Quantity(
        name,
        "text-new" if row == "new" else "text-handled",
        tuple(total(row, column) for column in columns),
        "likely" if sure else "weak",
        either=tuple(total(other, column) for column in columns) if other else (),
        doubt="" if sure else "wording",
    )


def _names_others(words: Sequence[Token]) -> bool:
    """科研、公益和法律服务机构共 6 件: short names, which are not known, before the one that is."""
    first = next(at for at, token in enumerate(words) if token.kind == "applicant")
    joins = [at for at in range(first) if words[at].value in ("、", "and")]
    return any(at == 0 or words[at - 1].end < words[at].start for at in joins)


def _of_outcome(rows: Sequence[str], columns: Sequence[str], *, within: bool, shared: bool = False) -> Quantity:
    """予以公开 13 件（自然人 10 件、企业 3 件）: whose applications the outcome before is of; surely so in brackets."""
    cells = tuple(total(row, column) for row in rows for column in columns)
    name = f"{'+'.join(rows)}.{'+'.join(columns)}"
    each = tuple(tuple(total(row, column) for row in rows) for column in columns) if shared else ()  # 自然人、律所各 1 件
    return Quantity(name, "text-outcome", cells, "likely" if within else "weak", each, doubt="" if within else "wording")


def read_everyday_applicant(left: Sequence[Token], right: Sequence[Token], context: Context, form: Form) -> Quantity | None:
    """收到申请 15 件，公民 13 件、企业 2 件; 8 件由个人提出: people's words for a column, beside what came in."""
    words = left if any(token.value in EVERYDAY for token in left) else right
    named = {EVERYDAY[token.value] for token in words if token.value in EVERYDAY}
    plain = {token.kind for token in words} <= {"part", "soft", "among", "sep", "edge"} and not unknown_inside(words)
    other = any(token.kind == "part" and token.value not in EVERYDAY for token in words)
    has_key = any(token.kind in KEYS and token.kind != "app" for token in (*left, *right))  # 企业 2 件申请全部办结
    if len(named) != 1 or not plain or other or has_key or context.topic != "app" or not context.heads:
        return None
    if context.divided:
        return replace(_of_outcome(context.divided, (*named,), within=False), explains=not context.opened)
    column, row = named.pop(), "total" if context.head == "total" else "new"
    either = (total("new" if row == "total" else "total", column),)
    return Quantity(f"{row}.{column}", "text-new", (total(row, column),), "weak", either=either, doubt="wording")


def with_names_of_list(words: Sequence[Token]) -> Sequence[Token]:
    """来自企业、律师事务所和其他组织; 分属部分公开、信访: beside the form's names people's words are such names as well."""
    kinds = {token.kind for token in words} & _LISTED
    if not kinds or not any(token.value in ("、", "and") for token in words):
        return words
    return tuple(_as_named(token, kinds) for token in words)


def _as_named(token: Token, beside: set[str]) -> Token:
    if token.value in EVERYDAY and "applicant" in beside:
        return token._replace(kind="applicant", value=EVERYDAY[token.value])
    if token.value == "petition" and beside != {"applicant"}:
        return token._replace(kind="reason", value="unprocessed_petition")
    return token


_LISTED = frozenset(("applicant", "outcome", "reason"))


def without_noun(words: Sequence[Token]) -> Sequence[Token]:
    """企业申请 9 件, 个人申请 6 件: the words without 申请 where nothing but one kind of applicants stands before it."""
    said = [token for token in words if token.kind not in ("soft", "edge")]
    if [token.kind for token in said] != ["part", "app"] or said[0].value not in EVERYDAY or said[1].end - said[1].start > BARE:
        return words
    return tuple(token._replace(kind="soft") if token is said[1] else token for token in words)


def _applicants_row(kinds: set[str], context: Context) -> tuple[str, str]:
    """The row that a count of applicants belongs to and, without a verb or one 其中 to say so, the other it may belong to."""
    if kinds & {"new", "handled"}:
        return ("new" if "new" in kinds else "total"), ""
    row = "total" if context.head == "total" and (context.among or "app" not in kinds) else "new"
    settled = context.among and len(context.heads) < 2  # 新收 12 件，办结 11 件，其中自然人 10 件: of either
    return row, "" if settled else ("new" if row == "total" else "total")


def named_by_applicant(words: Sequence[Token]) -> bool:
    """公民申请 10 件、企业申请 2 件: perhaps only those of one kind of applicant."""
    at = next((index for index, token in enumerate(words) if token.kind == "app"), 0)
    return at > 0 and words[at - 1].value == "who" and words[at].end - words[at].start == BARE
