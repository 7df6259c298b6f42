"""What a figure counts when its own clause does not say: the clauses behind it and the figures before it do.

In: the figure, what its clause says, the words up to the next figure, the one or two figures of the sentence before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from toolkit.checks.narrative.candidates.context import Context
from toolkit.checks.narrative.candidates.quantities import read_quantity
from toolkit.checks.narrative.candidates.quantity import COUNTS, DISPUTE_ROWS, Quantity, taken, total, unknown_inside
from toolkit.checks.narrative.candidates.slips import SMALL
from toolkit.checks.narrative.figures import Figure
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.forms import Address, Form

_SAYS_NOTHING = frozenset(("total", "now", "year", "soft", "edge", "reach"))
_CASES = frozenset(("", "件", "宗"))
_ELSE = frozenset(("act", "doc", "docverb", "publish", "outcome", "carried_in", "carried_out", "carry", *DISPUTE_ROWS))
_MANY = 100  # decisions, and no kinds of them
_TOPIC = 40  # tokens before a figure
_TOPICS = ("text-new", "text-handled", "text-carried", "text-article20")
_NAMES = frozenset(
    ("app", "new", "handled", "carried_in", "carried_out", "act", "docverb", "outcome", "review", "suit", "applicant")
)
_LEADS = _SAYS_NOTHING | {"manage", "noun", "show", "date", "scope", "rest"}
_LED = 14  # unknown characters of a clause that names nothing: 依法审批并登记在案的计 286 件
_DATES = ("year", "period", "date")  # 延期至 2023 年 1 月答复
_LONGEST = 12  # tokens of a clause looked back at
_CLAUSE = 10  # tokens behind 年底仍有 3 件 in which 未办结 is looked for
_OUTSIDE = frozenset(
    (*DISPUTE_ROWS, "among", "other", "publish", "paper", "zero", "past", "compare", "act", "doc", "modal", "next")
)
_NEAR = 6  # tokens between a figure and the one of another year beside it
Before = Sequence[tuple[Figure, Quantity | None]]


@dataclass(frozen=True, slots=True)
class Around:
    """What is around a figure: the one or two figures before it, the words up to the next, the clause and the topic before."""

    before: Before
    behind: tuple[Token, ...]
    clause: tuple[Token, ...]
    own: tuple[Token, ...] = ()  # the words of its own clause before the figure, with those before a 、
    topic: tuple[Token, ...] = ()  # all words of the sentence before the figure, up to the last ；


def clause_before(sentence: tuple[Token, ...], figure: Figure) -> tuple[Token, ...]:
    """The clause without a figure before that of a figure: 因我局不掌握，无法提供的 10 件; 不予公开和无法提供的，两项共 9 件."""
    mark = figure.index - len(figure.left)
    if mark > 0 and sentence[mark].chinese and sentence[mark].value in ("项", "类"):
        mark -= 1
    if mark < 1 or sentence[mark].value != "，":
        return ()
    first = mark
    while first and mark - first < _LONGEST and not _closes(sentence[first - 1]):
        first -= 1
    return sentence[first:mark]


def own_clause(sentence: tuple[Token, ...], figure: Figure) -> tuple[Token, ...]:
    """The words before a figure up to a mark that is no 、, and to the figure before it: 头年没办完、挪到今年接着办的 7 件."""
    first = figure.index
    while first and figure.index - first < _TOPIC and not _closes(sentence[first - 1]):
        first -= 1
    return sentence[first : figure.index]


def topic_before(sentence: tuple[Token, ...], figure: Figure) -> tuple[Token, ...]:
    """The words before a figure from the last ；, when nothing among them is counted: persons and days are no cases."""
    first = figure.index
    while first and figure.index - first < _TOPIC and sentence[first - 1].value != "；":
        first -= 1
        if sentence[first].kind == "figure" and sentence[first].value in COUNTS:
            return ()
    return sentence[first : figure.index]


def says_nothing(words: Sequence[Token]) -> bool:
    """合计, 全年共, 2025年为: words that lead to a figure and do not say of what."""
    kinds = {token.kind for token in words}
    return kinds <= _SAYS_NOTHING and bool(kinds & {"total", "now", "year", "reach"})


def _leads_on(figure: Figure) -> bool:
    """依法审批并登记在案的计 286 件, 全年入库金额为 382.6 万元: a clause that names nothing leads to its figure."""
    last = figure.left[-2] if len(figure.left) > 1 else figure.left[-1]
    beside = last.end == figure.left[-1].start and (last.kind in ("total", "now", "year", "reach") or last.kind == "soft")
    pairs = pairwise((*figure.left, last))
    kinds = {one.kind for one, two in pairs if (one.kind, two.kind) != ("part", "total")}  # 两类合在一起是 12 件
    return beside and kinds <= _LEADS and unknown_inside(figure.left) <= _LED


def _closes(token: Token) -> bool:
    return token.kind == "figure" or (token.kind == "sep" and token.value != "、")


def from_neighbours(form: Form, figure: Figure, own: Quantity | None, context: Context, around: Around) -> Quantity | None:
    """The quantity of the figure's own clause, or what its neighbours make of it."""
    before, behind = around.before, around.behind
    own = (
        own
        or _together(figure, before)
        or _carried_to_all(figure, before)
        or _named_in_clause(form, figure, context, around.clause, alone=len(figure.left) == 1 and not figure.lead)
        or (_named_in_clause(form, figure, context, around.topic) if around.topic != around.clause else None)
        or _named_by_topic(figure, around.topic or around.clause)
        or _outcome_by_topic(form, figure, context, around.topic)
    )
    candidate = own or _of_another_year(figure, before) or _reached(figure, before)
    candidate = _left_over(figure, behind, candidate, context) or candidate
    if candidate is not None and candidate.code == "text-outcome" and any(token.value == "cause" for token in around.clause):
        candidate = _for_a_reason(candidate, around.clause)
    if candidate is not None and figure.unit != "条" and _told_behind(form, candidate, behind):
        return replace(candidate, certainty="likely")
    return candidate


def _for_a_reason(quantity: Quantity, clause: tuple[Token, ...]) -> Quantity:
    """因我局不掌握所申请信息，无法提供的 10 件: of the reason in the clause before, or of one that is not known."""
    rows = {cell.row for cell in quantity.addresses}
    reasons = [token.value for token in clause if token.kind == "reason" and token.value in rows]
    if len(rows) < 2 or any(cell.column != "total" for cell in quantity.addresses):
        return quantity
    if len(reasons) == 1:
        return replace(quantity, addresses=(total(reasons[0]),), certainty="likely")  # and the name of the group
    return replace(quantity, certainty="weak", doubt="")


def _carried_to_all(figure: Figure, before: Before) -> Quantity | None:
    """上年结转 2 件自然人申请，共 16 件: a sum right behind what was carried in may be of all there was to do."""
    last = before[-1][1] if before else None
    kinds = {token.kind for token in figure.left}
    if last is None or last.addresses[0].row != "carried_in" or "total" not in kinds or figure.unit not in _CASES:
        return None
    return replace(taken(), certainty="weak", doubt="wording") if kinds <= {"total", "soft", "edge"} else None


def _named_in_clause(
    form: Form, figure: Figure, context: Context, words: tuple[Token, ...], *, alone: bool = False
) -> Quantity | None:
    """5 名村民提出政府信息公开申请，合计 8 件; 行政处罚，坚持教育在先，作出决定的有 25 件: doubtful, for 合计 names nothing.

    ``words`` are those of the clause or of the topic before the figure; ``alone``: the figure has a clause of its own
    (本年制发，4 件).
    """
    acts = figure.unit == "项" and figure.value >= _MANY  # 各类行政许可，累计作出决定 471 项
    if not (figure.unit in (*_CASES, "万元") or acts) or not (alone or _leads_on(figure)):
        return None
    words = tuple(token for token in words if token.kind not in ("grow", "fall", "compare", "past"))
    named = {token.value if token.kind == "act" else token.kind for token in words if token.kind in _NAMES}
    together = any(token.kind == "total" for token in figure.left)
    if named.isdisjoint(("app", "new", "handled")) and len(named) != 1 and not (together and len(named) > 1):
        return None
    if len(named) == 1 and (acts_named := [at for at, token in enumerate(words) if token.kind == "act"]):
        words = words[: acts_named[-1] + 1]  # what follows says how they are made
    quantity = read_quantity(words, (), context, form, figure.unit)
    several = quantity is not None and "+" in quantity.name and together
    if quantity is None or not (several or alone or quantity.code in _TOPICS):
        return None
    return replace(quantity, certainty="weak", doubt="wording", at_most=False)


def _named_by_topic(figure: Figure, words: tuple[Token, ...]) -> Quantity | None:
    """群众向我局申请公开补贴信息，经逐件登记，全年为 37 件: the words before the figure speak of applications only."""
    if not says_nothing(figure.left) or figure.unit not in _CASES:
        return None
    kinds = {token.kind for token in words}
    disputes = kinds & {*DISPUTE_ROWS}
    if len(disputes) == 1:  # 转而寻求行政复议救济的，年内计 4 件
        name = disputes.pop()
        cells = tuple(Address("disputes", row, "total") for row in DISPUTE_ROWS[name])
        return Quantity(f"{name}.total", "text-disputes", cells, "weak", doubt="wording")
    if "app" not in kinds or kinds & _ELSE:
        return None
    if "handled" in kinds and "new" not in kinds:  # 办结的申请，以答复书送达为准，全年计 33 件
        return Quantity("handled", "text-handled", (total("total"),), "weak", either=(total("new"),), doubt="wording")
    return Quantity("new", "text-new", (total("new"),), "weak", doubt="wording")


def _outcome_by_topic(form: Form, figure: Figure, context: Context, words: tuple[Token, ...]) -> Quantity | None:
    """不掌握的信息，老实写明去哪家问，这样的答复发出 8 件: one outcome, or several with a word for a sum."""
    if figure.unit not in _CASES or figure.one or context.topic != "app" or any(token.kind in KEYS for token in figure.right):
        return None
    answers = any(token.kind == "handled" for token in figure.left)
    if figure.value < SMALL and not answers and figure.lead + unknown_inside(figure.left):
        return None  # 不予处理的，都告知理由，全年回访 3 件
    rows = dict.fromkeys(token.value for token in words if token.kind in ("outcome", "reason"))
    kinds = {token.kind for token in words}
    if not rows or kinds & _OUTSIDE or _is_denied(words) or (len(rows) > 1 and "total" not in kinds):
        return None
    groups = {outcome.key: outcome.rows for outcome in form.outcomes}
    reasons = [row for row in rows if row not in groups and total(row) in form.cells]
    within = reasons and all(set(groups.get(row, ())) & {*reasons} for row in rows if row in groups)  # 两种情形同归无法提供
    named = reasons if within else [row for key in rows for row in groups.get(key, (key,))]
    cells = tuple(dict.fromkeys(total(row) for row in named))
    if not cells or any(cell not in form.cells for cell in cells):
        return None
    return Quantity("+".join(cell.row for cell in cells), "text-outcome", cells, "weak", doubt="wording")


def _is_denied(words: Sequence[Token]) -> bool:
    """没有不予公开的: a negation in the clause of an outcome; 予以公开，也就是未作遮蔽的 denies another thing."""
    clause: set[str] = set()
    for token in (*words, None):
        if token is None or (token.kind == "sep" and token.value != "、"):
            if "neg" in clause and clause & {"outcome", "reason"}:
                return True
            clause = set()
        else:
            clause.add(token.kind)
    return False


def _of_another_year(figure: Figure, before: Before) -> Quantity | None:
    """收到申请 12 件（2023年为 9 件）: the same thing, another year."""
    if not before or figure.year is None or figure.lead or figure.index - before[-1][0].index > _NEAR:
        return None
    beside, quantity = before[-1]
    named = {token.kind for token in figure.left} <= {"year", "past", "soft", "edge", "compare"}  # 58 件，比上年的 73 件下降
    is_sure = quantity is not None and quantity.certainty == "sure" and beside.year is None
    return quantity if named and is_sure and beside.unit == figure.unit and not unknown_inside(figure.left) else None


def _together(figure: Figure, before: Before) -> Quantity | None:
    """新收 12 件，上年结转 1 件，共计 13 件."""
    names = {quantity.name for _, quantity in before if quantity is not None and quantity.certainty == "sure"}
    kinds = {token.kind for token in figure.left}
    plain = "total" in kinds and kinds <= {"total", "soft", "edge", "manage", "app"} and not unknown_inside(figure.left)
    return taken() if plain and names == {"new", "carried_in"} and figure.unit in COUNTS else None


def _reached(figure: Figure, before: Before) -> Quantity | None:
    """申请由上年的 8 件增加到 12 件: the same thing, this year."""
    if not before or figure.year is not None or before[-1][0].year is None or before[-1][1] is None:
        return None
    kinds = {token.kind for token in figure.left}
    plain = "reach" in kinds and kinds <= {"reach", "grow", "fall", "now", "soft", "edge"} and not unknown_inside(figure.left)
    same = before[-1][1].certainty != "weak" and before[-1][0].unit == figure.unit
    return replace(before[-1][1], certainty="likely") if plain and same else None


def _left_over(figure: Figure, behind: tuple[Token, ...], quantity: Quantity | None, context: Context) -> Quantity | None:
    """还有 5 件正在办理中，结转下年度: the clauses behind a figure that counts nothing by itself say where it went.

    ``behind`` are the words up to the next figure. With 其中 it may be one of several that were carried over.
    """
    rest = any(token.kind == "rest" for token in figure.left)
    if figure.unit not in COUNTS or context.topic != "app" or figure.one or not figure.value:
        return None
    reason = quantity is not None and quantity.code == "text-outcome" and quantity.addresses[0].column == "total"
    reason = reason and not any(token.kind == "outcome" for token in figure.left)
    # 1 件涉及第三方，待反馈后于2025年办理; 另外 2 件因收件较晚，待2025年元月答复
    if (reason or (rest and quantity is None)) and _is_next_year(behind, context.year):
        return Quantity("carried_out", "text-carried", (total("carried_out"),), "likely")
    if context.among and not rest:
        return None
    if quantity is not None and (quantity.certainty != "weak" or quantity.name not in ("new", "handled", "manage")):
        return None
    goes = next((at for at, (one, two) in enumerate(pairwise(behind)) if one.kind == "carry" and two.kind in _DATES), -1)
    others = (*figure.left, *behind[: goes + 1 if goes >= 0 else len(behind)])
    if any(token.kind in ("other", "doc", "act", "past", "all", "period") for token in others):
        return None
    if goes >= 0:
        return Quantity("carried_out", "text-carried", (total("carried_out"),), "likely")
    undone = context.at_end and any(token.kind == "undone" for token in figure.left)  # 年末尚在办理期内的 5 件
    if undone or ((context.at_end or rest) and _undone(behind, going_on=rest)):
        return Quantity("carried_out", "text-carried", (total("carried_out"),), "likely")
    if any(token.kind == "carried_out" for token in behind):
        return Quantity("carried_out", "text-carried", (total("carried_out"),), "likely")
    return None


def _is_next_year(behind: tuple[Token, ...], own: int) -> bool:
    """A later year and no outcome."""
    later = any(token.kind == "year" and int(token.value) > own for token in behind)
    handled = any(token.kind in ("handled", "manage") for token in behind)
    return later and handled and not any(token.kind == "outcome" for token in behind)


def _undone(behind: tuple[Token, ...], *, going_on: bool) -> bool:
    """未办结, and with 其余 正在办理, in the clause of the figure."""
    clause = behind[:_CLAUSE]
    clause = clause[: next((at for at, token in enumerate(clause) if token.kind == "sep"), len(clause))]
    denied = any(one.kind == "neg" and two.value == "done" for one, two in pairwise(clause))
    return denied or (going_on and any(token.kind == "undone" for token in clause))


def _told_behind(form: Form, quantity: Quantity, behind: tuple[Token, ...]) -> bool:
    """涉及第三方合法权益的 2 件，不予公开: a reason whose outcome stands in the clause behind."""
    if quantity.certainty != "weak" or quantity.code != "text-outcome" or len(quantity.addresses) != 1:
        return False
    outcomes = {outcome.key: outcome.rows for outcome in form.outcomes}
    named = {token.value for token in behind if token.kind == "outcome"}
    plain = {token.kind for token in behind} <= {"edge", "soft", "sep", "outcome", "all", "handled"}
    if quantity.name in outcomes:  # 8 项资金的名册予以公开: no reason, and doubted already
        return False
    return plain and len(named) == 1 and quantity.addresses[0].row in outcomes[named.pop()]
