"""Find counts in free words: 一年里发出许可文书 860 份, 还剩 14 件要到 2025 年才能办完, 企业递交的 14 件.

In go clauses with figures that no fixed wording names, out come counts whose cell is named by the roles around them, is told
nowhere else and is missed by what looks like a slip of the keys. A figure that another cell explains counts that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import total
from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.candidates.slips import SMALL, is_typing_slip
from toolkit.checks.narrative.statements.amounts import amounts_of
from toolkit.checks.narrative.statements.clauses import Clause, in_applications, place_of
from toolkit.checks.narrative.statements.roles import Role
from toolkit.checks.narrative.statements.targets import Target, target_of
from toolkit.forms import Address
from toolkit.report import Report

_CASES = frozenset(("", "件", "宗", "起", "例", "份"))
_STOPS = frozenset(
    ("apart", "paper", "neg", "zero", "modal", "period", "last", "many", "share", "rate", "up", "down", "compare", "to")
)
_NEAR = 6  # roles of the clauses before
_FEW = 4  # characters of the clause that no role explains, for a small figure


@dataclass(frozen=True, slots=True)
class Count:
    """A figure of free wording that misses its cells."""

    code: str
    cells: tuple[Address, ...]
    expected: Decimal
    value: Decimal
    where: str
    start: int
    end: int
    text: str


def doubtful_counts(clause: Clause, report: Report) -> Iterator[Count]:
    """The counts of a clause that miss the cells that its roles name."""
    if not any(_is_open(item) for item in clause.figures):
        return
    if any(role.kind == "apart" for role in clause.earlier) or (clause.topic == "app" and not in_applications(clause)):
        return
    places = [place_of(clause, item) for item in clause.figures]
    for at, item in enumerate(clause.figures):
        if not _is_open(item) or _is_share(clause, places[at]):
            continue
        left = places[at - 1] if at else clause.start - clause.base
        right = places[at + 1] if at + 1 < len(places) else clause.end - clause.base
        before = [role for role in clause.roles if left <= role.start < places[at]]
        behind = [role for role in clause.roles if places[at] < role.start < right]
        yield from _missed(clause, item, before, behind, report)


def _is_share(clause: Clause, place: int) -> bool:
    """每三件中有两件: figures of a share count nothing."""
    place -= clause.start - clause.base
    return any(amount.start <= place < amount.end for amount in amounts_of(clause.text))


def _is_open(item: Reading) -> bool:
    figure = item.figure
    whole = not (figure.scope or figure.about or figure.year is not None or figure.one or figure.change)
    candidate = item.candidate  # of another matter: 土地案件引起的复议 6 件（其中维持 5 件）
    other = candidate is not None and candidate.code == "text-disputes" and not candidate.doubt
    return whole and item.tie.kind == "untied" and figure.value > 0 and not other


def _missed(clause: Clause, item: Reading, before: Sequence[Role], behind: Sequence[Role], report: Report) -> Iterator[Count]:
    around = (*before, *behind)
    stops = _STOPS - {"last"} if _names(around, "carry", "undone") else _STOPS
    if any(role.kind in stops or (role.kind == "block" and role.value not in ("among", "rest")) for role in around):
        return
    target = _target(clause, before, behind, report)
    if target is None or not _counts_so(item, target):
        return
    expected, figure = sum_of(report, target.cells), item.figure
    if not expected or figure.value == expected or not is_typing_slip(figure.value, expected):
        return
    if min(figure.value, expected) < SMALL and _unexplained(clause, around) > _FEW:
        return
    start, end = figure.start, figure.end
    yield Count(
        target.code, target.cells, expected, figure.value, figure.where, start, end, clause.part.plain.original[start:end]
    )


def _target(clause: Clause, before: Sequence[Role], behind: Sequence[Role], report: Report) -> Target | None:
    form, year = report.form, report.year
    if clause.topic == "act" and _names(before, "closed", "made", "answer", "done") and not _names(clause.roles, "act"):
        before = (*(role for role in clause.earlier[-_NEAR:] if role.kind == "act"), *before)  # 行政处罚方面，共结案 217 件
    target = target_of(clause, before, form, year) if before else None
    target = target or (target_of(clause, behind, form, year) if behind else None)
    if target is not None and target.kind == "new":
        row = "total" if not _names((*before, *behind), "recv") and _names((*before, *behind), "answer", "done") else "new"
        return target._replace(code="text-handled" if row == "total" else "text-new", cells=(total(row),))
    if target is not None and target.code == "text-none":
        return target._replace(code="text-disputes")
    return target


def _names(roles: Sequence[Role], *kinds: str) -> bool:
    return any(role.kind in kinds for role in roles)


def _counts_so(item: Reading, target: Target) -> bool:
    unit = item.figure.unit
    if target.kind == "fees":
        return unit == "万元"
    return unit in _CASES or (unit == "件次" and target.cells[0].table != "applications")


def _unexplained(clause: Clause, roles: Sequence[Role]) -> int:
    """Characters of the clause that belong to no role and no figure."""
    explained = sum(role.end - role.start for role in roles) + sum(len(item.figure.text) for item in clause.figures)
    return len(clause.text) - explained
