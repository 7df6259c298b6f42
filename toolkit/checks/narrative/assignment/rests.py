"""Compare what a row of applicants calls 其他 with the kinds that it does not name: 企业 9 件、律所 4 件、其他 7 件.

Takes the readings of a sentence, returns figures with the cells that they miss. 其他 counts every kind that is not named before
it, so it is wrong only when all of the others agree with one row, or when it has changed places with one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import EVERYDAY, ORGANIZATIONS, Quantity, total
from toolkit.checks.narrative.candidates.readings import Reading, TextReading
from toolkit.checks.narrative.tokens import Token

_NOUNS = frozenset(("applicant", "rest", "part", "edge", "soft", "among", "sep"))
_COLUMNS = ("natural_person", *ORGANIZATIONS)
_ROWS = ("new", "total")
_FEWEST = 2  # kinds before 其他


def wrong_rests(text: TextReading) -> Iterator[tuple[int, Quantity]]:
    """The figures behind 其他, and the one that such a figure has changed places with, that differ from the tables."""
    for readings in text.by_sentence.values():
        for at, item in enumerate(readings):
            if at >= _FEWEST and _is_rest(item):
                yield from _compared(text, _kinds_before(text, readings, at), item)


def _is_rest(item: Reading) -> bool:
    """其他 7 件, 其他组织 7 件: nothing but the name of the remaining kinds stands right before the figure."""
    words = [token for token in item.figure.left if token.kind not in ("edge", "soft")]
    behind = any(token.kind != "edge" for token in item.figure.right)  # 其他 2 件来自律师
    if len(words) != 1 or behind or not _is_plain(item):
        return False
    token = words[0]
    return token.value in ("others", "other_organization") and item.figure.place - token.end <= len("主体")


def _is_plain(item: Reading) -> bool:
    figure = item.figure
    return not (figure.scope or figure.about or figure.change or figure.year is not None or figure.one)


def _column(item: Reading) -> str:
    """The kind of applicants that the words before a figure name, empty for none or several."""
    words = item.figure.left
    named = {EVERYDAY.get(token.value, token.value) for token in words if _is_kind(token)}
    return named.pop() if len(named) == 1 and {token.kind for token in words} <= _NOUNS else ""


def _is_kind(token: Token) -> bool:
    return token.kind == "applicant" or token.value in EVERYDAY


def _kinds_before(text: TextReading, readings: Sequence[Reading], at: int) -> dict[str, Reading]:
    """The run of kinds right before a figure, each with its name; empty when one is named twice."""
    found: dict[str, Reading] = {}
    for before, item in pairwise(reversed(readings[: at + 1])):
        column = _column(item)
        between = text.by_where[item.figure.where].sentences[item.figure.sentence][item.figure.index : before.figure.index]
        marks = [token.value for token in between if token.kind == "sep"]
        same = item.figure.unit == before.figure.unit and _is_plain(item)
        if column not in _COLUMNS or column in found or marks not in (["、"], ["，"]) or not same:
            break
        found[column] = item
    return found if len(found) >= _FEWEST else {}


def _compared(text: TextReading, named: dict[str, Reading], rest: Reading) -> Iterator[tuple[int, Quantity]]:
    left = tuple(column for column in _COLUMNS if column not in named)
    if _is_own_kind(text, rest):
        return
    if not named or not left or "natural_person" in left:
        return
    for row in _ROWS:
        value = sum_of(text.report, tuple(total(row, column) for column in left))
        cells = {column: sum_of(text.report, (total(row, column),)) for column in named}
        odd = [column for column, item in named.items() if item.figure.value != cells[column]]
        if value is None or (not odd and value == rest.figure.value):
            return
        swapped = len(odd) == 1 and cells[odd[0]] == rest.figure.value and named[odd[0]].figure.value == value
        if not odd or swapped:
            yield id(rest), _kind(row, left)
            yield from ((id(named[column]), _kind(row, (column,))) for column in odd)
            return


def _is_own_kind(text: TextReading, rest: Reading) -> bool:
    """其他组织 4 件，科研机构 2 件: the kind of that name, whatever is named behind it."""
    own = any(token.value == "other_organization" for token in rest.figure.left)
    cells = ((total(row, "other_organization"),) for row in _ROWS)
    return own and any(sum_of(text.report, cell) == rest.figure.value for cell in cells)


def _kind(row: str, columns: Sequence[str]) -> Quantity:
    code = "text-new" if row == "new" else "text-handled"
    return Quantity(f"{row}.{'+'.join(columns)}", code, tuple(total(row, column) for column in columns), "likely")
