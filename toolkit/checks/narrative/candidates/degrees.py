"""How strongly the words of a figure speak for a cell: in goes the quantity that was read, out come candidates with degrees.

The degree (0–100) is that of the words alone. What the whole report says for or against is added in ``assignment``.
"""

from __future__ import annotations

from dataclasses import replace

from toolkit.checks.narrative.candidates.context import Context
from toolkit.checks.narrative.candidates.quantity import Quantity, taken, total, unknown_inside
from toolkit.checks.narrative.candidates.readings import Candidate
from toolkit.checks.narrative.figures import Figure

SURE, LIKELY, WORDING, PART, PLACE, REMOTE = 95, 75, 45, 35, 30, 15
_ALSO = 10  # what the words may mean as well is that much less likely


def degree_of(quantity: Quantity) -> int:
    """The degree of a quantity by the words alone: its certainty, and when it is weak the reason why."""
    if quantity.certainty != "weak":
        return SURE if quantity.certainty == "sure" else LIKELY
    return {"wording": WORDING, "part": PART, "place": PLACE, "": REMOTE}[quantity.doubt]


def candidates_of(figure: Figure, quantity: Quantity | None, context: Context) -> tuple[Candidate, ...]:
    """The quantity that the words name first, then what the same words may mean as well."""
    if quantity is None:
        return _by_place(figure, context)
    degree = degree_of(quantity)
    return (Candidate(quantity, degree), *(Candidate(item, degree - _ALSO) for item in _also(quantity)))


def _also(quantity: Quantity) -> tuple[Quantity, ...]:
    """收到 N 件 may count those carried in; 办理 N 件 and 自然人 N 件 may be what came in or was finished."""
    if quantity.name == "new":
        return (taken(),)
    if quantity.either:
        return (replace(quantity, addresses=quantity.either, either=()),)
    if quantity.name == "manage":
        new = Quantity("new", "text-new", (total("new"),), quantity.certainty, doubt=quantity.doubt)
        return new, replace(taken(), certainty=quantity.certainty, doubt=quantity.doubt)
    return ()


def _by_place(figure: Figure, context: Context) -> tuple[Candidate, ...]:
    """接件 28 宗 where applications are spoken of: no word says what it counts, so it may be what came in or was finished."""
    words = (*figure.left, *figure.right)
    if context.topic != "app" or context.aside or context.papers or context.among or context.opened or figure.one:
        return ()
    unknown = figure.lead + unknown_inside(figure.left)
    if figure.unit not in _CASES or not 0 < unknown <= _FEW or any(token.kind not in _SILENT for token in words):
        return ()
    rows = [row for row in _CODES if row not in context.heads]
    return tuple(Candidate(Quantity(row, _CODES[row], (total(row),), "weak", doubt="place"), PLACE) for row in rows)


_CASES = frozenset(("件", "宗"))
_SILENT = frozenset(("soft", "edge", "now", "year", "total", "scope", "app", "rest", "sep"))
_CODES = {"new": "text-new", "total": "text-handled"}
_FEW = 4  # unknown characters that may be a verb we do not know: 来件, 登收
