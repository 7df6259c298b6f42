"""Compare figures whose words name no cell with the cells that the text does not state.

Takes the text with its readings, returns such figures with the cell that each misses. Where no word of the clauses before names
the cell, only two kinds of slips count: the digits of the cell in another order, and last year's figure of the cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from decimal import Decimal
from itertools import takewhile

from toolkit.checks.narrative.assignment.grounds import NAMED_BEFORE, SLIP_OF_UNSTATED, Ground
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, EVERYDAY, Quantity, code_of, total
from toolkit.checks.narrative.candidates.readings import PARTS, Reading, TextReading
from toolkit.checks.narrative.candidates.slips import ALIKE, SMALL, is_near
from toolkit.checks.narrative.tokens import Token
from toolkit.forms import Address, Form

# by table: kinds of words of which a sentence that speaks of its figures has one
_TOPICS = {
    "applications": frozenset(("app", "new", "handled", "outcome", "reason", "carried_in", "carried_out")),
    "disputes": frozenset(("review", "suit", "direct", "after")),
    "documents": frozenset(("doc",)),
    "permits": frozenset(("act",)),
    "enforcement": frozenset(("act",)),
}
_TO_HANDLE = (total("new"), total("carried_in"))
_LONG = 100  # a figure whose digits are no accident, whatever part of the organ its sentence names
_UNITS = frozenset(("件", "宗", "起", "例", "份"))
_STEPS = re.compile("征求|征询|补正|听证|延期|通知|转送|移送|转交|沟通|约谈|协商|会商")
_DIVIDES = frozenset(("among", "applicant", "neg"))
_ASIDE = frozenset(("other", "publish", "past", "compare"))


def unstated_cells(
    text: TextReading, explained: frozenset[int], in_rows: frozenset[int]
) -> Iterator[tuple[int, tuple[Quantity, Ground]]]:
    """The figures, by ``id``, that are a slip of what the text gives nowhere, and why.

    ``explained`` have a meaning already, those ``in_rows`` one another's.
    """
    stated = frozenset(cell for cells in text.agreeing_cells for cell in cells)
    unstated, named = _unstated_by_slip(text, stated), _unstated_by_word(text, stated)
    for item in text.readings if unstated or named else ():
        if not _is_open(item) or id(item) in explained or _is_in_sum(text, item):
            continue
        slips = unstated.get(item.figure.value, ()) if item.figure.value >= SMALL and id(item) not in in_rows else ()
        missed = [one for one in slips if _may_be_meant(text, item, one)]
        missed = [one for one in missed if one.addresses != _TO_HANDLE] or missed
        if len({text.report.figures.total(one.addresses) for one in missed}) == 1:
            yield id(item), (missed[0], SLIP_OF_UNSTATED)
        elif (near := _named_before(text, item, named)) is not None:
            yield id(item), (near, NAMED_BEFORE)


def _unstated_by_word(text: TextReading, stated: Set[Address]) -> dict[tuple[str, str], list[Quantity]]:
    """The cells that the text gives nowhere, by kind and value of the words that name them."""
    figures = text.report.figures
    unstated: dict[tuple[str, str], list[Quantity]] = {}
    for word, cells in _named_cells(text.report.form):
        value = figures.total(cells)
        if value and stated.isdisjoint(cells):
            name = "+".join(f"{cell.row}.{cell.column}" for cell in cells)
            unstated.setdefault(word, []).append(Quantity(name, code_of(cells), cells, "weak"))
    return unstated


def _named_cells(form: Form) -> Iterator[tuple[tuple[str, str], tuple[Address, ...]]]:
    for outcome in form.outcomes:
        rows = tuple(total(row) for row in outcome.rows)
        yield ("outcome", outcome.key), rows
        yield from ((("reason", cell.row), (cell,)) for cell in rows)
    yield from (((row, ""), (total(row),)) for row in ("carried_in", "carried_out"))
    for word, kinds in DISPUTE_ROWS.items():
        disputes = tuple(Address("disputes", row, "total") for row in kinds)
        if set(disputes) <= form.cells.keys():
            yield (word, ""), disputes
    yield from ((("act", cell.row), (cell,)) for cell in form.cells if cell.column == "decisions")


def _named_before(text: TextReading, item: Reading, named: Mapping[tuple[str, str], list[Quantity]]) -> Quantity | None:
    """The unstated cell that the clauses before name, or the sum of those that its own does, which is near the figure.

    属于第三方合法权益的情形，征求意见后依法处理，全年为 36 件: whatever the words between.
    不予公开、无法提供、不予处理三类归拢起来是 27 件.
    """
    if item.figure.where != PARTS[0] or _counts_steps(text, item):
        return None
    own, before = _words_before(text, item)
    cells, several = _named_by(before, named), _named_by(own, named)
    near = cells[0] if len(cells) == 1 else _together(several) if len(several) > 1 else None
    expected = text.report.figures.total(near.addresses) if near is not None else None
    if near is None or not expected or not _is_slip(item.figure.value, Decimal(expected)):
        return None
    if _was_passed_over(text, item, near, expected):
        return None
    figures, value = text.report.figures, item.figure.value
    others = {figures.total(one.addresses) for each in named.values() for one in each}
    beside = {figures.number(cell) for cell in _beside(text.report.form, near.addresses)}
    return near if value not in others and value - expected not in beside else None


def _counts_steps(text: TextReading, item: Reading) -> bool:
    """发出征求意见函 3 份, 书面征求意见 3 件: papers, a noun that is not known, or a step on the way to the answer."""
    figure = item.figure
    words = text.by_where[figure.where].plain.text[: figure.place]
    is_noun = len(figure.left) > 1 and figure.left[-2].end < figure.place
    return figure.unit == "份" or is_noun or _STEPS.search(re.split("[，；。\n]", words)[-1]) is not None


def _is_slip(value: Decimal, expected: Decimal) -> bool:
    """A figure near the cell, or, 6 for 9, one whose digit the eye takes for the other."""
    return is_near(value, expected) or (max(value, expected) < SMALL and abs(value - expected) <= ALIKE)


def _named_by(words: Sequence[Token], named: Mapping[tuple[str, str], list[Quantity]]) -> list[Quantity]:
    cells = {one.addresses: one for token in words for one in named.get((token.kind, token.value), ())}
    return [*cells.values()]


def _together(several: Sequence[Quantity]) -> Quantity | None:
    """The sum of outcomes of which none is within another."""
    cells = tuple(cell for one in several for cell in one.addresses)
    if len({*cells}) != len(cells) or any(one.code != "text-outcome" for one in several):
        return None
    return Quantity("+".join(one.name for one in several), "text-outcome", cells, "weak")


def _words_before(text: TextReading, item: Reading) -> tuple[list[Token], list[Token]]:
    """The words of the clause of a figure, and those of the clauses before it, back to the figure before; none of a part."""
    words = text.by_where[item.figure.where].sentences[item.figure.sentence][: item.figure.index]
    between = [*takewhile(lambda token: token.kind != "figure" and token.value != "；", reversed(words))]
    at = next((at for at, token in enumerate(between) if token.value == "，"), len(between))
    own, before = between[:at], between[at:]
    return ([], []) if any(token.kind in _DIVIDES for token in own) else (own, before)


def _was_passed_over(text: TextReading, item: Reading, near: Quantity, expected: Decimal | int) -> bool:
    """The words of the figure name the cell, and it may be a part of it or, 采矿权纠纷行政复议 4 件, of other disputes."""
    considered = any(one.quantity.addresses == near.addresses for one in item.candidates)
    if near.code != "text-disputes":
        return considered and item.figure.value < expected
    before = text.by_where[item.figure.where].plain.text[: item.figure.place]
    return considered and "公开" not in re.split("[；。\\n]", before)[-1]


def _beside(form: Form, cells: tuple[Address, ...]) -> Iterator[Address]:
    """The other rows of the cells' group of outcomes, or of their table."""
    rows = next((outcome.rows for outcome in form.outcomes if cells[0].row in outcome.rows), None)
    for cell in form.cells:
        alike = (cell.table, cell.column) == (cells[0].table, cells[0].column) and cell not in cells
        if alike and (rows is None or cell.row in rows):
            yield cell


def _unstated_by_slip(text: TextReading, stated: Set[Address]) -> dict[Decimal, list[Quantity]]:
    """The cells that the text gives nowhere, and the sum of new and carried in, by the slips of their values."""
    figures = text.report.figures
    known = {Decimal(figures.number(cell) or 0) for cell in figures.form.cells}
    known |= {item.figure.value for item in text.readings if item.quantity is not None}
    written = {item.figure.value for item in text.readings}
    unstated: dict[Decimal, list[Quantity]] = {}
    for cells in _countable(text, stated):
        value = figures.total(cells)
        if not value or value < SMALL or value in written:
            continue
        before = text.last_year.figures.total(cells) if text.last_year is not None else None
        name = "taken" if cells == _TO_HANDLE else f"{cells[0].row}.{cells[0].column}"
        for slip in {Decimal(before or 0), *_slips(str(value), swapped=cells != _TO_HANDLE)} - known:
            unstated.setdefault(slip, []).append(Quantity(name, code_of(cells), cells, "weak"))
    return unstated


def _countable(text: TextReading, stated: Set[Address]) -> Iterator[tuple[Address, ...]]:
    """The cells, groups of outcomes and all disputes together that the text gives nowhere."""
    form, agreeing = text.report.form, text.agreeing_cells
    number = text.report.figures.number
    yield from ((cell,) for cell in form.cells if (number(cell) or 0) >= SMALL and cell.table in _TOPICS and cell not in stated)
    groups = [tuple(total(row) for row in outcome.rows) for outcome in form.outcomes if len(outcome.rows) > 1]
    disputes = tuple(cell for cell in form.cells if cell.table == "disputes" and cell.column == "total")
    yield from (cells for cells in (*groups, disputes) if cells and cells not in agreeing)
    if {*_TO_HANDLE} <= stated:
        yield _TO_HANDLE


def _is_open(item: Reading) -> bool:
    """A figure that agrees with no cell."""
    return item.tie.state != "agrees" and _is_plain(item)


def _is_in_sum(text: TextReading, item: Reading) -> bool:
    """45 件中，当场答复 3 件，邮寄 30 件，电子邮件 12 件: one figure of the sentence is the sum of the others."""
    beside = text.of_sentence(item.figure.where, item.figure.sentence)
    values = [one.figure.value for one in beside if one.figure.unit == item.figure.unit]
    return len(values) > 2 and sum(values) == 2 * max(values)


def _may_be_meant(text: TextReading, item: Reading, missed: Quantity) -> bool:
    """Whether the sentence speaks of the cell's table, and the words before the figure name its kind of applicants."""
    sentence, cell = (item.figure.where, item.figure.sentence), missed.addresses[0]
    if missed.addresses == _TO_HANDLE:  # 共 227 件，由新收的 209 件与上年转来的 8 件相加而得
        return {*_TO_HANDLE} <= {one for each in text.of_sentence(*sentence) for one in each.tie.addresses}
    of_all = cell.column == "total" or cell.table not in ("applications", "disputes")
    column = cell.row in ("new", "total") and any(EVERYDAY.get(one.value, one.value) == cell.column for one in item.figure.left)
    if "respectively" in text.kinds[sentence]:
        return False  # 排名靠前的为住建、自然资源，分别为 64 件、41 件
    return bool(text.kinds[sentence] & _TOPICS[cell.table]) and (of_all or column)


def _slips(digits: str, *, swapped: bool) -> Iterator[Decimal]:
    """The number with two neighbouring digits in the other order, or with one digit changed."""
    for at, digit in enumerate(digits):
        if swapped:
            yield Decimal(digits[:at] + digits[at + 1 : at + 2] + digit + digits[at + 2 :])
        else:
            yield from (Decimal(digits[:at] + other + digits[at + 1 :]) for other in "0123456789")


def _is_plain(item: Reading) -> bool:
    figure = item.figure
    of_others = figure.scope == "other" or (figure.scope and figure.value < _LONG)
    aside = of_others or figure.about or figure.year is not None or figure.one or figure.change
    behind = [token for token in figure.right if token.kind != "edge"][:2]
    some = [token.kind for token in behind] == ["app", "soft"] and behind[0].end == behind[1].start  # 12 件申请的办理人员
    elsewhere = some or any(token.kind in _ASIDE or token.value == "inside" for token in figure.left)
    return not aside and not elsewhere and figure.unit in _UNITS
