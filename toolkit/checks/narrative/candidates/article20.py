"""Say which cell of part two a figure counts: 规范性文件, 行政许可, 行政处罚, 行政强制, 收费, 集中采购.

Source: labels of the form, part two (条例第二十条).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.checks.narrative.candidates.context import Context
from toolkit.checks.narrative.candidates.quantity import (
    COUNTS,
    Certainty,
    Doubt,
    Quantity,
    unknown_after_last,
    unknown_between,
    unknown_inside,
)
from toolkit.checks.narrative.figures import Figure
from toolkit.checks.narrative.tokens import Token
from toolkit.forms import Address, Form

_DOC_COUNTS = frozenset(("", "件", "份", "个", "部", "项", "条", "种"))


def read_act(words: Sequence[Token], kinds: set[str], context: Context, form: Form, unit: str) -> Quantity | None:
    act = next(token for token in reversed(words) if token.kind == "act")
    if context.among and (context.disputes or (context.head and act.end - act.start < len("行政许可"))):
        return None  # 收到申请 120 件，其中排污许可类 31 件: what was asked about; 复议 120 件，其中行政处罚类 80 件
    if any(token.kind == "other" for token in words[words.index(act) + 1 :]):
        return None  # 解答行政许可咨询 46 件, 行政处罚投诉 3 件
    if act.value == "procurement":
        return _procurement(form, unit)
    if act.value == "fees":
        return Quantity("fees", "text-article20", (Address("fees", "fees", "amount_wan"),)) if unit in ("元", "万元") else None
    table = next((table.key for table in form.tables if act.value in table.row_by_key and "decisions" in table.column_by_key), "")
    if not table or unit not in COUNTS:
        return None
    certainty: Certainty = "likely" if "show" in kinds or context.show else "sure"
    applied = kinds & {"new", "app"}  # 受理行政许可申请 52 件: not all of them are decided yet
    nouns = any(token.kind == "noun" and token.value != "various" for token in words)
    other = applied or nouns or unit in ("项", "个", "条")
    one_kind = "among" in kinds and unknown_inside(words[: words.index(act) + 1]) > 0  # 其中取水许可 46 件
    if other or one_kind or unknown_between(words):
        certainty = "weak"
    doubt: Doubt = "wording" if certainty == "weak" and not (other or one_kind) else ""
    own = Quantity(act.value, "text-article20", (Address(table, act.value, "decisions"),), certainty, doubt=doubt)
    rows = [row for row in _named_together(words, "act") if row != act.value]
    whole = _with_others(own, [cell for cell in form.cells if cell.row in rows and cell.column == "decisions"])
    summed = len(whole.addresses) > 1 and "total" in kinds and not other  # 处罚、强制两类执法决定合计 89 件
    return replace(whole, certainty="likely", doubt="") if summed and unknown_between(words) <= _SUMMED else whole


def _named_together(words: Sequence[Token], kind: str) -> tuple[str, ...]:
    """行政处罚和行政强制共 64 件, 规章、规范性文件 15 件: the rows of part two that are named side by side."""
    named: list[str] = []
    joined = False
    for token in words:
        if token.kind == kind:
            named = [*named, token.value] if joined else [token.value]
            joined = False
        elif named:
            joined = joined or token.value in ("、", "and")
            if token.kind in ("figure", "sep") and token.value != "、":
                named = []
    return tuple(dict.fromkeys(named))


def _with_others(own: Quantity, beside: Sequence[Address]) -> Quantity:
    """What is named side by side is counted together, or the last of it alone."""
    if not beside:
        return own
    cells = (*beside, *own.addresses)
    name = "+".join(dict.fromkeys([own.name] + [f"{cell.row}.{cell.column}" for cell in beside]))
    certainty: Certainty = "likely" if own.certainty == "sure" else own.certainty
    return replace(own, name=name, addresses=cells, certainty=certainty, either=own.addresses)


def _procurement(form: Form, unit: str) -> Quantity | None:
    """集中采购 186 个项目、3205.6 万元: projects and their amount, of the first edition."""
    column = "items" if unit in ("个", "项", "件") else "amount" if unit in ("元", "万元") else ""
    address = Address("procurement", "procurement", column)
    if address not in form.cells:
        return None
    return Quantity("fees" if column == "amount" else "procurement", "text-article20", (address,), "likely")


def read_document(
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
        return Quantity(
            f"{row}.shown", "text-article20", valid, "weak", at_most=not kinds & {"docpart", "other", "total", "past"}
        )
    gap, behind = unknown_between(words), unknown_after_last(words)  # 规范性文件目录 1 份 is no document
    parts = [at for at, token in enumerate(words) if token.kind == "docpart"]
    cleared = verb in ("valid", "repealed") and any(token.kind == "docverb" for token in words[parts[-1] :]) if parts else False
    aside = (parts and not cleared) or (not before and kinds & {"date", "period"})  # 1 件于 12 月 31 日印发: one of them
    if aside or "other" in kinds or behind or gap > (0 if "doc" not in kinds else 4) or (not before and "docverb" not in kinds):
        certainty = "weak"
    doubt: Doubt = "wording" if certainty == "weak" and not aside and not behind and verb else ""
    own = Quantity(f"{row}.{column}", "text-article20", (Address("documents", row, column),), certainty, doubt=doubt)
    verbs = [verb for verb in _named_together(words, "docverb") if verb in columns and verb != column]
    if verbs:  # 制发和废止行政规范性文件共 6 件
        return _with_others(own, [Address("documents", row, verb) for verb in verbs])
    return _with_others(own, [Address("documents", one, column) for one in _named_together(words, "doc") if one != row])


def total_of_documents(figure: Figure, context: Context, form: Form) -> Quantity | None:
    """规范性文件制作 6 件、公开 6 件，累计公开 14 件; 总数 12 件: all that are published, in the words of the first edition."""
    if not context.doc or "public_total" not in form.columns("documents"):
        return None
    kinds = [token.kind for token in figure.left]
    plain = set(kinds) <= {"total", "show", "soft", "edge", "scope", "doc"} and not unknown_inside(figure.left)
    displayed = "show" in kinds or any(token.kind == "total" and token.end - token.start > 1 for token in figure.left)
    if not plain or not displayed or figure.lead > 1:
        return None
    column, certainty, doubt = _PUBLIC["total" in kinds]
    cells = (Address("documents", context.doc, column),)
    return Quantity(f"{context.doc}.{column}", "text-article20", cells, certainty, doubt=doubt)


# 累计公开 14 件, and 新公开 2 件, which may as well be of all that are published
_PUBLIC: dict[bool, tuple[str, Certainty, Doubt]] = {
    True: ("public_total", "likely", ""),
    False: ("published", "weak", "wording"),
}
_DEALT = frozenset(("manage", "handled", "now", "total", "soft", "edge", "scope", "year", "noun"))


def goes_on_with_act(figure: Figure, context: Context, form: Form) -> Quantity | None:
    """其他对外管理服务事项 18 项，办理 236 件; 集中采购 12 项，金额 143.6 万元: what was named before, in free words."""
    money = figure.unit == "万元"
    few = len("采购总金额为") if money and context.act == "procurement" else _FEW
    if not context.act or not {token.kind for token in figure.left} <= _DEALT or figure.lead > few:
        return None
    if not money and (figure.unit not in ("件", "次", "宗") or not any(token.kind in _VERBS for token in figure.left)):
        return None
    columns = ("amount_wan", "amount") if money else ("decisions",)
    cells = [cell for cell in form.cells if cell.row == context.act and cell.column in columns]
    if len(cells) != 1 or unknown_inside(figure.left) > few:
        return None
    name = "fees" if money else context.act
    return Quantity(name, "text-article20", tuple(cells), "weak", doubt="wording")


_VERBS = ("manage", "handled", "noun")
_FEW = 2  # unknown characters: 金额, 决定
_SUMMED = 8  # unknown characters between rows named together and their sum
