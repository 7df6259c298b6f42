"""Say which row of applications carried over a figure counts: 上年结转 2 件, 结转下年度 1 件, 年末未办结 3 件.

Source: labels of the form, part three, rows 二 and 四.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from toolkit.checks.narrative.candidates.context import Context
from toolkit.checks.narrative.candidates.quantity import Certainty, Doubt, Quantity, taken, total, unknown_after_last
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS


def left_undone(words: Sequence[Token], kinds: set[str], context: Context) -> str:
    """The row that unfinished applications belong to: ``carried_in``, ``carried_out`` or "" for neither.

    截至年底，未办结申请 2 件 was carried over; 去年没有办完的申请 5 件 came into this year.
    """
    undone = [after.value for word, after in pairwise(words) if (word.kind, after.kind) == ("neg", "handled")]
    if not undone:
        return ""
    if "done" in undone and any(token.kind == "past" and token.value == "last" for token in words):
        return "" if kinds & {"new", "compare"} else "carried_in"
    opening = next((token for token in words if token.kind not in ("soft", "edge")), None)
    if opening is not None and _is_of_earlier_year(opening, context.year):
        return "" if kinds & {"new", "compare"} else "carried_in"  # 2019年末尚未办结的 9 件
    # 截至12月31日尚未作出答复的 5 件
    of_year = bool(("done" in undone and (context.at_end or kinds & {"now", "year"})) or kinds & {"date", "undone"})
    of_year = of_year and (context.topic == "app" or "app" in kinds)
    plain = kinds <= {"neg", "handled", "now", "app", "soft", "year", "edge", "total", "scope", "date", "undone", "manage", "sep"}
    return "carried_out" if of_year and plain else ""


def left_of_year_before(words: Sequence[Token], right: Sequence[Token], context: Context) -> Quantity | None:
    """去年未了的 2 件, 头年没办完、挪到今年接着办的 7 件: what was not done in the year before, whatever the verb."""
    kinds = [token.kind for token in words]
    at = next((at for at, kind in enumerate(kinds) if kind in ("neg", "undone")), 0)
    if not at or {*kinds} & KEYS - {"handled", "app", "carry", "manage"} or {*kinds} & {"new", "compare"}:
        return None
    before = words[:at]
    past = any(token.kind == "past" and token.value == "last" for token in before)
    past |= any(_is_of_earlier_year(token, context.year) for token in before)
    of_requests = context.topic == "app" or any(token.kind == "app" for token in (*words, *right))
    return (
        Quantity("carried_in", "text-carried", (total("carried_in"),), "weak", doubt="wording") if past and of_requests else None
    )


def _is_of_earlier_year(token: Token, own: int) -> bool:
    """2023年, 2023年12月31日 in the report of 2024."""
    return token.kind in ("year", "period", "date") and token.value.isdigit() and int(token.value) < own


def read_carried(words: Sequence[Token], kinds: set[str], context: Context) -> Quantity:
    """What was carried over; 转下年自然人 2 件 of one kind of applicants, or of all when nothing else was."""
    quantity = _read_row(words, kinds, context)
    columns = tuple(dict.fromkeys(token.value for token in words if token.kind == "applicant" and token.value != "organizations"))
    if len(columns) != 1 or len(quantity.addresses) != 1 or kinds & {"handled", "all"}:
        return quantity
    cells = (total(quantity.addresses[0].row, columns[0]),)
    return replace(
        quantity,
        name=f"{quantity.name}.{columns[0]}",
        addresses=cells,
        certainty="weak",
        either=quantity.addresses,
        doubt="wording",
    )


def _read_row(words: Sequence[Token], kinds: set[str], context: Context) -> Quantity:
    if "carried_in" in kinds and "new" in kinds:
        return taken()
    gap = unknown_after_last(words)
    if context.judging or gap:  # 上年结转项目 3 个, 上年度遗留的资金问题 3 个
        row = "carried_in" if "carried_in" in kinds else "carried_out"
        return Quantity(row, "text-carried", (total(row),), "weak")
    if "carried_in" in kinds:
        # 加上上年结转共 13 件 may be everything together
        return Quantity("carried_in", "text-carried", (total("carried_in"),), "weak" if "total" in kinds else "sure")
    if "carried_out" in kinds and _says_of_earlier_year(words, context.year):  # 2023 年跨年的 5 件
        return Quantity("carried_in", "text-carried", (total("carried_in"),), "likely")
    if "carried_out" in kinds:
        return Quantity("carried_out", "text-carried", (total("carried_out"),))
    if "past" in kinds or _year_before_carry(words, context.year) or _carries_year_in(words, context.year):
        return Quantity("carried_in", "text-carried", (total("carried_in"),))
    if _year_after_carry(words):
        return Quantity("carried_out", "text-carried", (total("carried_out"),))
    own = any(token.kind == "year" and token.value == str(context.year) for token in words)  # 2024年末结转 2 件
    if (any(token.value == "end" for token in words) and context.topic == "app") or (own and context.at_end):  # 年末结转 2 件
        return Quantity("carried_out", "text-carried", (total("carried_out"),), "likely")
    if "carried_out" in context.carries and not context.done:  # 新收 12 件，结转 1 件，办结 11 件，结转下年 2 件
        return Quantity("carried_in", "text-carried", (total("carried_in"),), "likely" if context.topic == "app" else "weak")
    of_new = not context.among or context.head == "new"  # 今年收到的 38 件中办结 37 件，结转 1 件
    surely = context.done and context.topic == "app" and of_new and "carried_out" not in context.carries
    either = () if surely else (total("carried_in"),)
    certainty: Certainty = "likely" if surely else "weak"
    doubt: Doubt = "" if surely or context.topic != "app" else "wording"
    return Quantity("carried_out", "text-carried", (total("carried_out"),), certainty, either=either, doubt=doubt)


def _says_of_earlier_year(words: Sequence[Token], own: int) -> bool:
    """Whether the first year named before the row is one before the report's."""
    at = next(index for index, token in enumerate(words) if token.kind == "carried_out")
    years = [int(token.value) for token in words[:at] if token.kind == "year"]
    return bool(years) and years[0] < own


def _year_before_carry(words: Sequence[Token], own: int) -> bool:
    """2023年结转 1 件; 2024年末结转 2 件 of the report's own year are carried out."""
    at = next(index for index, token in enumerate(words) if token.kind == "carry")
    return any(token.kind == "year" and token.value != str(own) for token in words[:at])


def _carries_year_in(words: Sequence[Token], own: int) -> bool:
    """结转 2019 年的 2 件 in the report of 2020."""
    at = next(index for index, token in enumerate(words) if token.kind == "carry")
    return any(token.kind == "year" and int(token.value) < own for token in words[at:])


def _year_after_carry(words: Sequence[Token]) -> bool:
    at = next(index for index, token in enumerate(words) if token.kind == "carry")
    return any(token.kind == "year" for token in words[at:])
