"""Compare figures with the quantity that their words most likely count, where the text states it nowhere.

Takes the text, what it states nowhere and the figures that nothing explains; returns such figures with the quantity that each
misses. The words need not name it: the second opinion says how likely they count each quantity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from itertools import takewhile

from toolkit.checks.narrative.assignment.grounds import Ground
from toolkit.checks.narrative.assignment.kept import WINDOW
from toolkit.checks.narrative.candidates.quantity import Quantity, total
from toolkit.checks.narrative.candidates.readings import PARTS, Reading, TextReading, last_before
from toolkit.checks.narrative.candidates.slips import ALIKE, SMALL, is_near
from toolkit.checks.narrative.figures import Figure
from toolkit.checks.narrative.second_opinion import NONE, class_of, figure_chances
from toolkit.checks.narrative.tokens import Token
from toolkit.forms import Address, Form

UNITS = frozenset(("件", "宗", "起", "例", "份"))
_STATES = 0.05  # the least chance that a figure of the same value states a quantity
_OUTWEIGHS = 4  # times the chance of another quantity of that value: a figure states one
_LIKELY = 0.5  # the least share of chance, beside that of other matters, of a slip of a quantity
_OF_QUANTITY = {"new": 0.98, "granted": 0.95}  # the same of those whose everyday words, 申请 and 公开, name other matters as well
_LEAST = 0.15  # the least chance
_OF_SUM = 0.3  # the same of granted and partly granted together
_NAMED, _NAMED_SHARE = 0.02, 0.3  # the same, one or the other, where the clauses before that of the figure name the quantity
_SEVERAL = "refused+unavailable+unprocessed"  # the name of any groups of outcomes together
_CERTAIN = 0.95  # the least chance of a figure of a part of the organ
_KINDS = 2  # kinds of applicants stated rightly, beside which another is compared
_FAR = 100  # words of the sentence that are looked at: time stays linear
GRANTED_BOTH = "granted+partly_granted"
_CARRIED = ("carried_in", "carried_out")
_BALANCE = ("new", "carried_in", "total", "carried_out")


def likely_slips(
    text: TextReading, unstated: Sequence[Quantity], items: Sequence[Reading]
) -> Iterator[tuple[int, tuple[Quantity, Ground]]]:
    """The figures, by ``id``, that are near a quantity of ``unstated`` which no other figure states, and why."""
    items = [item for item in items if _may_count(item)]
    by_value: dict[Decimal, list[Quantity]] = {}
    for one in unstated:
        by_value.setdefault(Decimal(text.report.figures.total(one.addresses) or 0), []).append(one)
    stated, columns = _stated_by(text, items, by_value)
    names = {one.name for ones in stated.values() for one in ones}
    missing = {expected: [one for one in same if one.name not in names] for expected, same in by_value.items()}
    near_to, kinds_near_to = (cache(partial(_near_of, _only(of_sort, missing))) for of_sort in (_is_whole, _is_kind))
    for item in (item for item in items if id(item) not in stated):
        value = item.figure.value
        near = [*near_to(value), *_left_kinds(text, item, kinds_near_to(value), columns)]
        if "outcome" in text.kinds[_sentence_of(item)]:
            near += [each for each in _together(text, _words_before(text, item)) if _is_slip(value, each[1])]
        if not near:
            continue
        words, chances = _words_before(text, item), chances_of(text, item.figure)
        known = [(chances.get(class_of(one.name), 0.0), one, expected) for one, expected in near]
        possible = [each for each in known if each[0] >= _NAMED and _may_miss(text, item, each[1], each[2])]
        possible = [each for each in possible if each[2] not in item.figure.rounded or each[2] == value]
        chance, best, expected = max(possible, key=lambda each: each[0], default=(0.0, None, value))
        if best is not None and expected != value and _is_sure(best, words, chance, chances, part=bool(item.figure.scope)):
            share = _share(chance, chances)
            yield id(item), (best, Ground(0, f"说法像是写这一格的（{share:.0%}），此数又与它相近"))


def _only(
    of_sort: Callable[[Quantity], bool], by_value: Mapping[Decimal, Sequence[Quantity]]
) -> Mapping[Decimal, Sequence[Quantity]]:
    """The quantities of one sort by their values."""
    left = {value: [one for one in same if of_sort(one)] for value, same in by_value.items()}
    return {value: same for value, same in left.items() if same}


def _near_of(by_value: Mapping[Decimal, Sequence[Quantity]], value: Decimal) -> Sequence[tuple[Quantity, Decimal]]:
    """The quantities of which the value may be a slip, each with its own value."""
    return [(one, expected) for expected, same in by_value.items() if _is_slip(value, expected) for one in same]


_Columns = dict[tuple[str, int], set[Address]]  # by part and sentence: kinds of applicants that are stated rightly


def _stated_by(
    text: TextReading, items: Sequence[Reading], by_value: Mapping[Decimal, Sequence[Quantity]]
) -> tuple[dict[int, list[Quantity]], _Columns]:
    """By ``id`` of a figure the quantities of its value that it likely states, and the kinds of applicants that are stated."""
    stated: dict[int, list[Quantity]] = {}
    columns = _stated_columns(text)
    for item in items:
        same = by_value.get(item.figure.value) or _rounded_by(item.figure, by_value)
        before = last_before(text.of_sentence(*_sentence_of(item)), item.figure.index) if same else None
        if before is not None and before.quantity is not None and _is_of_both_years(before, item, same):
            stated[id(item)] = [before.quantity]
            continue
        chances = chances_of(text, item.figure) if same else {}
        likely = [(one, chance) for one in same if (chance := chances.get(class_of(one.name), 0.0)) >= _STATES]
        best = max((chance for _, chance in likely), default=0.0)
        likely = [(one, chance) for one, chance in likely if chance * _OUTWEIGHS >= best]
        if likely:
            stated[id(item)] = [one for one, _ in likely]
        for one, chance in likely:
            if chance >= _LIKELY and not _is_whole(one):
                columns.setdefault(_sentence_of(item), set()).add(one.addresses[0])
    return stated, columns


def _is_of_both_years(before: Reading, item: Reading, same: Sequence[Quantity]) -> bool:
    """办完的从 199 件落到 168 件: both figures are of one quantity, whose value of this year the second is."""
    reaches = before.tie.kind == "other_year" and any(token.kind == "reach" for token in item.figure.left)
    return reaches and before.quantity is not None and any(one.addresses == before.quantity.addresses for one in same)


def _rounded_by(figure: Figure, by_value: Mapping[Decimal, Sequence[Quantity]]) -> list[Quantity]:
    """The quantities that a figure is rounded from: 184.63 万 for 1846273."""
    return [one for value, same in by_value.items() if value in figure.rounded for one in same] if figure.step else []


def _is_sure(best: Quantity, words: Sequence[Token], chance: float, chances: Mapping[str, float], *, part: bool) -> bool:
    """Whether the words before a figure, the last first, make it likely enough that it counts the quantity."""
    if best.name == GRANTED_BOTH and chance < _OF_SUM:
        return False
    if part and chance < _CERTAIN:
        return False  # 镇党政办收进来的 19 件 may be some of the town's
    share = _share(chance, chances)
    own = next((at for at, token in enumerate(words) if token.value == "，"), len(words))
    named = {name for token in words[own:] for name in (token.kind, token.value, f"{token.kind}.total")}
    is_named = best.name != "new" and (best.name in named or best.name == _SEVERAL)
    sure = share >= _OF_QUANTITY.get(best.name, _LIKELY) and chance >= (_LEAST if not is_named else _NAMED)
    return sure or (is_named and chance >= _LEAST and share >= _NAMED_SHARE)


def _share(chance: float, chances: Mapping[str, float]) -> float:
    """The share of a chance beside that of other matters."""
    return chance / (chance + chances.get(NONE, 0.0))


def chance_of(text: TextReading, figure: Figure, name: str) -> float | None:
    """How likely its words are those of the quantity, 0 to 1; ``None`` for a quantity that was not learnt."""
    return chances_of(text, figure).get(class_of(name))


def chances_of(text: TextReading, figure: Figure) -> Mapping[str, float]:
    """The classes of the second opinion with how likely the words of the figure are those of each."""
    original = text.by_where[figure.where].plain.original
    first = max(0, figure.start - WINDOW[0])
    words = original[first : figure.end + WINDOW[1]]
    return figure_chances(words, figure.start - first, figure.end - first, figure.unit, text.report.year)


def _is_whole(one: Quantity) -> bool:
    """No kind of applicants and no result of disputes, of which texts state parts."""
    return all(cell.column == "total" or cell.table not in ("applications", "disputes") for cell in one.addresses)


def _is_kind(one: Quantity) -> bool:
    """A kind of applicants of the new or of the handled applications; 其他 4 件 may be anything."""
    cell = one.addresses[0]
    return len(one.addresses) == 1 and cell.row in ("new", "total") and cell.column not in ("total", "other_organization")


def _sentence_of(item: Reading) -> tuple[str, int]:
    return item.figure.where, item.figure.sentence


def _stated_columns(text: TextReading) -> _Columns:
    """The kinds of applicants that each sentence states rightly."""
    columns: _Columns = {}
    for item in text.readings:
        tie = item.tie
        if (tie.kind, tie.state, len(tie.addresses)) == ("cell", "agrees", 1) and tie.addresses[0].column != "total":
            columns.setdefault(_sentence_of(item), set()).add(tie.addresses[0])
    return columns


def _left_kinds(
    text: TextReading,
    item: Reading,
    kinds: Sequence[tuple[Quantity, Decimal]],
    columns: _Columns,
) -> Iterator[tuple[Quantity, Decimal]]:
    """The kinds of applicants whose row is stated beside the figure: two others of it, or all that there are.

    出自个人的 30 份，出自企业的 6 份，出自律所的 1 份. In another sentence only more than all may be wrong.
    """
    where, at = _sentence_of(item)
    for one, expected in kinds:
        sentences = range(at - 1, at + 2) if item.figure.value > expected else (at,)
        stated = {cell for each in sentences for cell in columns.get((where, each), ())}
        others = (
            [each for each in _row_of(text.report.form, one.addresses[0]) if text.report.figures.number(each)] if stated else []
        )
        beside = [each for each in others if each in stated]
        if len(beside) >= _KINDS or (beside and len(beside) == len(others)):
            yield one, expected


@cache
def _row_of(form: Form, cell: Address) -> tuple[Address, ...]:
    """The cells of the other kinds of applicants in the row."""
    return tuple(
        one for one in form.cells if (one.table, one.row) == (cell.table, cell.row) and one.column not in ("total", cell.column)
    )


def _may_count(item: Reading) -> bool:
    figure = item.figure
    aside = figure.about or figure.change or figure.one or figure.scope == "other"
    return not aside and figure.where == PARTS[0] and figure.unit in UNITS


def _is_slip(value: Decimal, expected: Decimal) -> bool:
    """A figure near the cell, or, 6 for 9, one whose digit the eye takes for the other."""
    return is_near(value, expected) or (max(value, expected) < SMALL and abs(value - expected) <= ALIKE)


def _words_before(text: TextReading, item: Reading) -> list[Token]:
    """The words of the sentence back to the figure before, the last first."""
    words = _sentence_before(text, item)
    return [*takewhile(lambda token: token.kind != "figure" and token.value != "；", reversed(words))]


def _sentence_before(text: TextReading, item: Reading) -> Sequence[Token]:
    figure = item.figure
    return text.by_where[figure.where].sentences[figure.sentence][max(0, figure.index - _FAR) : figure.index]


def _together(text: TextReading, words: Sequence[Token]) -> Iterator[tuple[Quantity, Decimal]]:
    """The sum of the outcomes that the words name one after another: 不予公开、无法提供、不予处理三类归拢起来是 27 件."""
    named = [
        one for one in text.report.form.outcomes if any((token.kind, token.value) == ("outcome", one.key) for token in words)
    ]
    if len(named) > 1:
        cells = tuple(Address("applications", row, "total") for one in named for row in one.rows)
        yield Quantity(_SEVERAL, "text-outcome", cells, "weak"), Decimal(text.report.figures.total(cells) or 0)


def _may_miss(text: TextReading, item: Reading, one: Quantity, expected: Decimal) -> bool:
    """Whether the figure is not explained as the quantity with a row beside it, one of its rows, or disputes of any cause."""
    figure, figures = item.figure, text.report.figures
    if figure.year is not None and one.name not in _CARRIED:
        return False
    if item.quantity is not None and item.quantity.addresses == one.addresses:
        return False  # weighed by its words
    if _is_kind(one):
        return True
    considered = any(candidate.quantity.addresses == one.addresses for candidate in item.candidates)
    if considered and one.name != _SEVERAL and figure.value < expected:
        return False  # its words name the quantity, and it was left alone as a part of it
    if one.code == "text-disputes":
        words = re.split("[；。\n]|非政府信息公开", text.by_where[figure.where].plain.text[: figure.place])[-1]
        closed = expected - (figures.total(tuple(cell._replace(column="pending") for cell in one.addresses)) or 0)
        return "公开" in words and not ("结" in words and figure.value == closed)
    rows = {figures.number(cell) for cell in one.addresses} if len(one.addresses) > 1 else set()
    beside = {figures.number(cell) for cell in _beside(text.report.form, one.addresses)}
    if one.code == "text-outcome" and _speaks_of_new(text, item):  # 本年新收 12 件，其中予以公开 4 件: one carried in was granted
        beside |= {*range(-int(figures.number(total("carried_in")) or 0), 0)}
    return figure.value not in rows and (figure.value == expected or figure.value - expected not in beside)


def _speaks_of_new(text: TextReading, item: Reading) -> bool:
    return any((token.kind, token.value) == ("new", "fresh") for token in _sentence_before(text, item))


def _beside(form: Form, cells: tuple[Address, ...]) -> Iterator[Address]:
    """The other rows of the cells' group of outcomes, of the balance above them, or of their table."""
    rows = next((outcome.rows for outcome in form.outcomes if cells[0].row in outcome.rows), None)
    rows = _BALANCE if rows is None and cells[0].table == "applications" else rows
    for cell in form.cells:
        alike = (cell.table, cell.column) == (cells[0].table, cells[0].column) and cell not in cells
        if alike and (rows is None or cell.row in rows):
            yield cell
