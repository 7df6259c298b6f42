"""Find shares in free words: 予以公开的超过六成, 四分之三由自然人提出, 企业申请比例为25%, 自然人和企业之比为3：1.

In go clauses, out come portions: the cells, what they are a part of and how much the text says. A portion is wrong only when
no base that the words may mean makes it right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import Quantity, total
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.statements.amounts import Amount, amounts_of
from toolkit.checks.narrative.statements.clauses import Clause, in_applications
from toolkit.checks.narrative.statements.roles import Role
from toolkit.checks.narrative.statements.targets import COLUMNS, OUTCOMES, target_of
from toolkit.forms import Address
from toolkit.report import Report

_ROWS = ("total", "new")
_NOUNS = (*OUTCOMES, *COLUMNS, "reason")
_RATE = re.compile("(?<![分以务])(?:依申请|申请(?:政府)?信息)?公开率")
_WITHIN = re.compile("的?(?:里面?|中|当中|之中|之内|内)(?:的)?(?=[约近超占不有过大一二三四五六七八九十\\d])")
_RANKED = re.compile(r"\A(?:申请|类|的)?(?:为主|居多|最多)，\Z")
_SLACK = 0.05  # per cent


@dataclass(frozen=True, slots=True)
class Portion:
    """A part in words: its cells, the closest true share in per cent, and the words."""

    part: tuple[Address, ...]
    expected: float
    where: str
    start: int
    end: int
    text: str


def wrong_portions(clause: Clause, report: Report) -> Iterator[Portion]:
    """The shares of a clause that no base makes right."""
    amounts = amounts_of(clause.text) if clause.topic == "app" else ()
    if not amounts or clause.has("modal", "period", "down", "neg") or _is_other(clause):
        return
    if (
        any(role.kind == "paper" for role in (*clause.earlier, *clause.roles))
        or clause.has("up", "compare")
        or (clause.has("rate", "last") and not _RATE.search(clause.text))
    ):
        return
    for amount in amounts[-1:] if clause.has("to") else amounts:
        if _RATE.search(clause.text) and _is_of_figures(clause, amount):
            continue
        nouns = _nouns(clause, amount, report)
        shares = [share for part, bases in nouns for share in _shares(report, part, bases)]
        shares += _of_divided(clause, report) if shares else ()
        if shares and not any(amount.low - _SLACK <= share <= amount.high + _SLACK for share in shares):
            start, end = clause.part.plain.span(clause.start + amount.start, clause.start + amount.end)
            middle = (amount.low + amount.high) / 2
            nearest = min(shares, key=lambda share: abs(share - middle))
            yield Portion(nouns[0][0], nearest, clause.part.where, start, end, clause.part.plain.original[start:end])


def _is_of_figures(clause: Clause, amount: Amount) -> bool:
    """企业申请 8 件中 6 件公开，公开率 75%: two figures of the sentence make the share right."""
    values = [float(item.figure.value) for item in (*clause.before, *clause.figures) if item.figure.unit != "%"]
    pairs = ((part, base) for at, base in enumerate(values) for part in values[at + 1 :] if base > 0)
    return any(amount.low - _SLACK <= 100 * part / base <= amount.high + _SLACK for part, base in pairs)


def _of_divided(clause: Clause, report: Report) -> Iterator[float]:
    """公开 10 件，自然人 9 件、企业 1 件，占三分之二: the share of the figure that those right before the clause make up."""
    values, whole = [item.figure.value for item in clause.before if item.figure.unit != "%"], Decimal(0)
    for at in range(len(values) - 1, 0, -1):
        whole += values[at]
        if len(values) - at > 1 and values[at - 1] == whole:
            wholes = (sum_of(report, base) for base in _BASES)
            yield from (float(100 * whole / base) for base in wholes if base)
            return


def _is_other(clause: Clause) -> bool:
    last = any(role.kind in ("last", "year") for role in clause.roles) and not clause.has("to")
    years = last or clause.has("many") or (bool(clause.figures) and clause.figures[-1].figure.year is not None)
    return years or any(role.kind == "block" and role.value not in ("among", "rest") for role in clause.roles)


Noun = tuple[tuple[Address, ...], tuple[tuple[Address, ...], ...]]


def _nouns(clause: Clause, amount: Amount, report: Report) -> list[Noun]:
    """The cells that the amount may be told of, with their bases."""
    offset = clause.start - clause.base
    named = [role for role in clause.roles if role.kind in _NOUNS]
    of = clause.text.rfind("占", 0, amount.start) if clause.text[: amount.start].endswith("的") else -1
    if named and 0 <= of < named[0].start - offset < amount.start:
        # 不掌握的 7 件，占无法提供的 78%: the noun is the whole; 执法案卷类申请多，占不予公开的 53% has no figure of the part
        return _of_figure(clause.before[-1], report) if clause.before else []
    before = [role for role in named if role.end - offset <= amount.start]
    behind = [role for role in named if role.start - offset >= amount.end]
    rate = _RATE.search(clause.text, 0, amount.start)
    if rate is not None:
        explained = sum(role.end - role.start for role in clause.roles if role.end - offset <= rate.start())
        if explained < rate.start() or not (in_applications(clause) or clause.start == clause.base):
            return []  # 部门预算公开率, 权责清单公开率, 公开率 beside no application
        return [((total("granted"),), _BASES), ((total("granted"), total("partly_granted")), _BASES)]
    together = {role.kind for role in before} & set(OUTCOMES)
    if len(together) > 1 and not any(role.kind == "reason" for role in before):
        return _of_several(before, report)
    if before and _WITHIN.match(clause.text, before[-1].end - offset):
        return []  # 不予处理里近八成属此类: the noun is the whole, and what is a part of it is named elsewhere
    rest = any(role.value == "rest" for role in clause.roles)  # 其余 10% 为执法案卷 1 件、重复申请 2 件
    chosen: Sequence[Role] = _last_row(before) or ([] if rest else _first_row(behind))
    if chosen:
        return _of_roles(clause, chosen, report)
    if "占" not in clause.text[: amount.end] or named or any(item.figure.unit != "%" for item in clause.figures):
        return []
    last = _last_row([role for role in clause.earlier if role.kind in _NOUNS])
    if last and _RANKED.search(clause.part.plain.text[clause.base + last[-1].end : clause.start]):
        return _of_roles(clause, last[-1:], report)  # 申请人以自然人为主，占新收的 78.5%
    return _of_figure(clause.before[-1], report) if clause.before and not clause.figures else []


def _last_row(roles: Sequence[Role]) -> list[Role]:
    """The noun nearest to the amount, with a reason beside its outcome."""
    if not roles:
        return []
    kinds = (*OUTCOMES, "reason")
    if roles[-1].kind in kinds:
        return [role for role in roles if role.kind in kinds]
    return [role for role in roles if role.kind in COLUMNS]


def _first_row(roles: Sequence[Role]) -> list[Role]:
    return _last_row(roles[:1])


def _of_several(roles: Sequence[Role], report: Report) -> list[Noun]:
    """公开与部分公开合计占办结数的 48.4%: of all of them together, or of the last one."""
    rows = {outcome.key: tuple(total(row) for row in outcome.rows) for outcome in report.form.outcomes}
    named = list(dict.fromkeys(role.kind for role in roles if role.kind in OUTCOMES))
    return [(tuple(cell for key in named for cell in rows[key]), _BASES), (rows[named[-1]], _BASES)]


def _of_roles(clause: Clause, roles: Sequence[Role], report: Report) -> list[Noun]:
    target = target_of(clause, roles, report.form, report.year)
    if target is None or target.code not in ("text-outcome", "text-new"):
        return []
    if target.code == "text-new":
        columns = [cell.column for cell in target.cells]
        if len({role.kind for role in roles}) > 1:
            return []
        return [(tuple(total(row, column) for column in columns), ((total(row),),)) for row in _ROWS]
    group = _outcome_of(target.cells, report)
    if group:  # 不予公开的 6 件，半数因第三方合法权益
        return [(target.cells, (*_BASES, group))]
    if target.kind == "granted":  # 公开的占七成 may count those given out in part
        return [(target.cells, _BASES), ((*target.cells, total("partly_granted")), _BASES)]
    return [(target.cells, _BASES)]


_BASES = ((total("total"),), (total("new"),), (total("new"), total("carried_in")))


def _outcome_of(cells: tuple[Address, ...], report: Report) -> tuple[Address, ...]:
    """The cells of the outcome that these are only some of; empty for a whole outcome and for other cells."""
    rows = next((outcome.rows for outcome in report.form.outcomes if cells[0].row in outcome.rows), ())
    return tuple(total(row) for row in rows) if len(rows) > len(cells) else ()


def _of_figure(reading: Reading, report: Report) -> list[Noun]:
    """予以公开 8 件，占三分之二; 不予公开的 12 件中执法案卷 8 件，占三分之二: of the figure before."""
    quantity: Quantity | None = reading.quantity
    if quantity is None or quantity.addresses[0].table != "applications" or quantity.name in ("new", "taken", "handled"):
        return []
    group = _outcome_of(quantity.addresses, report)
    return [(quantity.addresses, (*_BASES, group) if group else _BASES)]


def _shares(report: Report, part: tuple[Address, ...], bases: Sequence[tuple[Address, ...]]) -> Iterator[float]:
    value = sum_of(report, part)
    for base in bases:
        whole = sum_of(report, base)
        if value is not None and whole:
            yield float(Decimal(100) * value / whole)
