"""Evidence of the whole report for or against one meaning of a figure: takes readings and lists, returns grounds.

A ``Ground`` raises or lowers the degree of the words. Every cell that a figure tells rightly, every list that adds up and
every other cell with the figure's value is evidence; nothing here looks at the words of a single clause alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import takewhile, zip_longest
from operator import itemgetter

from toolkit.checks.narrative.assignment import grounds as why
from toolkit.checks.narrative.assignment.other_cells import COLUMNS, OtherCells
from toolkit.checks.narrative.assignment.unknown_words import UnknownWords
from toolkit.checks.narrative.candidates.context import up_to_next_figure
from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import EVERYDAY, Quantity, total, unknown_inside
from toolkit.checks.narrative.candidates.readings import Reading, TextReading, last_before
from toolkit.checks.narrative.candidates.slips import ALIKE, SMALL, is_near, is_typing_slip
from toolkit.checks.narrative.figures import Figure
from toolkit.checks.narrative.relations.list_shapes import TextList
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.forms import Address
from toolkit.report import Report

_ROW_LENGTH = 6  # figures of a row looked back
_LONGEST_ROW = 24  # figures of a sentence looked at on either side
_ROW_WORDS = frozenset(("new", "handled", "manage", "carried_in", "carried_out", "outcome", "reason"))
_DISPUTES = ("review", "direct_lawsuit", "lawsuit_after_review")
_ORIGINS = ("new", "carried_in")
_BALANCE = frozenset(("new", "carried_in", "handled", "carried_out"))
_WHOLES = ("handled", "manage", "new", "taken")
_FEW = 2  # unknown characters that need not name another subject


@dataclass(frozen=True)
class Evidence:
    """The whole report after reading: which cells the text states correctly, and which figures a list explains."""

    text: TextReading
    lists: tuple[TextList, ...]

    @property
    def report(self) -> Report:
        return self.text.report

    @cached_property
    def other_cells(self) -> OtherCells:
        """The values of the cells that the words of a figure might mean as well."""
        return OtherCells(self.text)

    @cached_property
    def unknown_words(self) -> UnknownWords:
        """What the words that are not known say of a figure."""
        return UnknownWords(self.text, self.lists)

    @cached_property
    def listed(self) -> frozenset[int]:
        """The readings that belong to a list that adds up, by ``id``."""
        return frozenset(id(item) for entry in self.lists if entry.adds_up for item in (entry.head, *entry.items))

    @cached_property
    def _divided_heads(self) -> frozenset[Decimal]:
        """The cases that lists divide rightly, where the words before them name no cell: 单冲着我办来的是 12 件，公开 5 件、…"""
        heads = (entry.head for entry in self.lists if entry.adds_up and len(entry.items) > 1)
        return frozenset(head.figure.value for head in heads if head.quantity is None and head.figure.unit == "件")

    @cached_property
    def _of_new(self) -> frozenset[int]:
        """上年转入 1 件，予以公开；新收 7 件，其中予以公开 3 件…: by ``id`` the outcomes that make up what was new."""
        found: set[int] = set()
        alike = sum_of(self.report, (total("new"),)) == sum_of(self.report, (total("total"),))
        for readings in () if alike else self.text.by_sentence.values():
            at = next((at for at, one in enumerate(readings) if one.tie.addresses == (total("new"),)), len(readings))
            of_outcomes = (one.quantity is not None and one.quantity.code == "text-outcome" for one in readings[at + 1 :])
            items = [one for one, _ in takewhile(itemgetter(1), zip(readings[at + 1 :], of_outcomes, strict=True))]
            if len(items) > 1 and sum(one.figure.value for one in items) == readings[at].figure.value:
                found.update(map(id, items))
        return frozenset(found)

    def grounds(self, item: Reading, quantity: Quantity) -> Iterator[why.Ground]:
        """Everything that the report says for or against a figure that differs from these cells."""
        value, expected = item.figure.value, sum_of(self.report, quantity.addresses)
        agrees_elsewhere = quantity.addresses in self.text.agreeing_cells
        agrees_elsewhere |= expected in self._divided_heads and not is_near(value, expected or Decimal(0))
        near = is_typing_slip(value, expected) if expected else value < SMALL
        unknown = item.figure.lead + unknown_inside(item.figure.left)
        yield why.TOLD_ELSEWHERE if agrees_elsewhere else why.TOLD_NOWHERE
        part_five = item.figure.where == "narrative.problems" and value < (expected or 0)
        slip = near and value >= SMALL  # 收到的 23 件申请里，有 4 件… where 32 came in
        if part_five and not slip and (not _is_of_year(item) or agrees_elsewhere):
            yield why.EXAMPLE
        yield from self._grounds_of_kind(item, quantity)
        if near:
            yield why.NEAR_MISS
        elif not is_named(item) and quantity.name != "fees":
            yield why.FAR_AND_UNNAMED
        doubtful = quantity.certainty == "weak"  # clear words with a small figure that another cell has are no accident
        if (doubtful or value >= SMALL) and value in self.other_cells.values(quantity):
            yield why.EXPLAINED if doubtful else why.OTHER_CELL

        elif doubtful and value in self._applicants_of(item, quantity):
            yield why.EXPLAINED  # 提出申请的多为居民，全年 11 件
        if max(unknown, _unknown_behind(item)) > _FEW:
            yield why.UNKNOWN_WORDS
        elif quantity.code == "text-carried" and not _names_direction(item) and value == self._other_way(quantity):
            yield why.OTHER_WAY

    def _applicants_of(self, item: Reading, quantity: Quantity) -> set[int | Decimal | None]:
        """The values of the row's kinds of applicants where the sentence speaks of some of them."""
        row = quantity.addresses[0]
        if row.table != "applications" or (item.figure.where, item.figure.sentence) not in self._with_applicants:
            return set()
        return {self.report.number(row.table, row.row, column) for column in COLUMNS if column != "total"}

    def repeats(self, item: Reading) -> bool:
        """Whether a figure tells a whole again: 全年收到申请 15 件; 新收 15 件，办结 13 件; the first of its sentence."""
        figure = item.figure
        words = self.text.by_where[figure.where].plain.text
        if item.quantity is not None and item.quantity.code == "text-article20":
            return True  # a text rarely gives a part of its documents or decisions
        if words.endswith("的", 0, figure.place) and figure.value < (item.tie.expected or 0):
            return False  # 承接的 1 件 where 2 are elsewhere: cases that its words single out
        beside = self._around(item)
        rows = {one.quantity.name for one in beside if one.quantity is not None and one.quantity.name in _BALANCE}
        balances = len(rows) > 1 and item.quantity is not None and item.quantity.name in rows
        return self.text.of_sentence(figure.where, figure.sentence)[0] is item or balances or is_named(item) or _is_of_year(item)

    def _grounds_of_kind(self, item: Reading, quantity: Quantity) -> Iterator[why.Ground]:
        if quantity.code == "text-outcome" and (item.figure.where, item.figure.sentence) in self._with_applicants:
            yield why.BY_APPLICANT
        in_row = quantity.code in ("text-outcome", "text-article20")
        if in_row and sum_of(self.report, quantity.addresses) in self._row_sums(item):
            yield why.ROW_ADDS_UP
        if quantity.code == "text-outcome" and id(item) in self._of_new:
            yield why.OF_NEW
        if quantity.addresses == (total("total"),) and self._is_of_one_origin(item):
            yield why.OF_ORIGIN
        if quantity.code == "text-disputes":
            yield from self._grounds_of_disputes(item, quantity)
        if self._is_of_crossing_cell(item, quantity):
            yield why.CROSSED
        if self._is_of_others(item, quantity):
            yield why.OF_OTHERS

    def _grounds_of_disputes(self, item: Reading, quantity: Quantity) -> Iterator[why.Ground]:
        if self._is_of_all_causes(item, quantity):
            yield why.OF_ALL_CAUSES
        if self._is_of_both(item, quantity):
            yield why.BOTH
        if self._is_of_other_disputes(item, quantity):
            yield why.OTHER_DISPUTES
        if self._is_of_closed(item, quantity):
            yield why.CLOSED

    def _is_of_one_origin(self, item: Reading) -> bool:
        """新收 25 件，办结 24 件；上年结转 1 件，已办结; 收到的 25 件中办结 24 件: of what was new or carried in, not of all."""
        new, carried, handled = (sum_of(self.report, (total(row),)) for row in ("new", "carried_in", "total"))
        before = last_before(self.text.of_sentence(item.figure.where, item.figure.sentence), item.figure.index)
        if not carried or before is None or handled is None:
            return False
        if before.tie.addresses == (total("carried_in"),):
            return before.figure.value == item.figure.value
        if before.figure.value != new or item.figure.value != handled - carried:
            return False
        inside = any(token.value == "inside" for token in before.figure.right)
        return inside or item.tie.addresses in self.text.agreeing_cells or self.finishes_carried_in

    @cached_property
    def finishes_carried_in(self) -> bool:
        """Whether the text says what became of the applications carried in: 上年结转 1 件，已办结; 上年结转 4 件，办结 4 件."""
        carried = sum_of(self.report, (total("carried_in"),))
        for readings in self.text.by_sentence.values():
            for one, following in zip_longest(readings, readings[1:]):
                if one.quantity is None or one.quantity.code != "text-carried" or one.figure.value != carried:
                    continue
                behind = up_to_next_figure(self.text.by_where[one.figure.where].sentences[one.figure.sentence], one.figure.index)
                if following is not None and (following.figure.unit == "%" or following.figure.value == carried):
                    behind = (*behind, *following.figure.left)
                if any(token.kind in ("handled", "rate") for token in behind):
                    return True
        return False

    def _is_of_others(self, item: Reading, quantity: Quantity) -> bool:
        """提案 21 件，剩下 4 件明年办; 诉求 283 件，办结 280 件，其余 3 件: left of figures that are none of the tables.

        各县区被申请行政复议 11 件，被纠正 2 件: a result of disputes whose number before it is far from that of the table.
        """
        where, at = item.figure.where, item.figure.sentence
        before = [one for one in self._around(item) if one.figure.index < item.figure.index]
        others = [one for one in before if (one.tie.kind, one.tie.state) != ("cell", "agrees")]
        whole_name = f"{quantity.name.partition('.')[0]}.total"
        head = next((one for one in reversed(before) if one.quantity is not None and one.quantity.name == whole_name), None)
        if quantity.code == "text-disputes" and head is not None and head.tie.state == "differs" and not _is_slip(head):
            return True
        if quantity.code == "text-carried" and before and others == before and "app" not in self.text.kinds[where, at]:
            return True
        of_rest = any(token.kind == "rest" for token in item.figure.left)
        if quantity.code == "text-outcome" and quantity.certainty == "sure" and not of_rest:
            return False  # 线上 13 件，线下 4 件，全部办结，其中予以公开 9 件
        nearest = [one for one in before if one.figure.unit == item.figure.unit][-2:]
        whole, *part = [one.figure.value for one in nearest if one in others] or [Decimal(0)]
        return len(part) == 1 and whole - part[0] == item.figure.value

    def _is_of_crossing_cell(self, item: Reading, quantity: Quantity) -> bool:
        """Whether it is the cell where its row or column crosses one that another figure of the sentence counts.

        个人的共 16 件，新收 14 件、转来 2 件: 14 is what persons handed in; 自然人得 8 件、企业得 1 件，公开共 9 件: of those.
        """
        own, value, number = quantity.addresses[0], item.figure.value, self.report.number
        if len(quantity.addresses) > 1 or own.table != "applications":
            return False
        heads = {one.figure.value for one in self._beside_up_to_semicolons(item) if one.figure.value > value}
        if not heads or (own.column != "total" and any(token.kind in _ROW_WORDS for token in item.figure.left)):
            return False
        if own.column != "total":
            rows = [row.key for row in self.report.form.table_by_key[own.table].rows]
            return any(number(own.table, row, own.column) == value and number(own.table, row, "total") in heads for row in rows)
        # 企业问得多，22 件，其中 4 件碰到商业秘密: of what they handed in
        whole = ("new", "total") if any(token.kind == "among" for token in item.figure.left) else ("total",)
        columns = (column for column in COLUMNS[:-1] if number(own.table, own.row, column) == value)
        return any(number(own.table, row, column) in heads for column in columns for row in whole)

    def _beside_up_to_semicolons(self, item: Reading) -> Iterator[Reading]:
        """The figures of the sentence that no ； parts from a figure."""
        marks = self._semicolons.get((item.figure.where, item.figure.sentence), [])
        own = bisect_left(marks, item.figure.index)
        yield from (one for one in self._around(item) if bisect_left(marks, one.figure.index) == own)

    def _around(self, item: Reading) -> list[Reading]:
        """The nearest figures of the sentence on either side of a figure, and the figure: time stays linear."""
        beside = self.text.of_sentence(item.figure.where, item.figure.sentence)
        at = bisect_left(beside, item.figure.index, key=lambda one: one.figure.index)
        return beside[max(0, at - _LONGEST_ROW) : at + _LONGEST_ROW]

    @cached_property
    def _semicolons(self) -> dict[tuple[str, int], list[int]]:
        """By part and sentence the places of its ； among the tokens."""
        sentences = {(part.where, at): sentence for part in self.text.parts for at, sentence in enumerate(part.sentences)}
        marks = {key: [at for at, token in enumerate(sentence) if token.value == "；"] for key, sentence in sentences.items()}
        return {key: places for key, places in marks.items() if places}

    def _is_of_all_causes(self, item: Reading, quantity: Quantity) -> bool:
        """被申请复议 88 件，因信息公开而起的 12 件: what the table has is the next figure, in words that name no row."""
        beside = self.text.of_sentence(item.figure.where, item.figure.sentence)
        following = next((one for one in beside if one.figure.index > item.figure.index), None)
        if following is None or following.quantity is not None or following.figure.value >= item.figure.value:
            return False
        if "公开" not in self.text.by_where[item.figure.where].plain.text[item.figure.place : following.figure.place]:
            return False
        return following.figure.value == sum_of(self.report, quantity.addresses)

    def _is_of_both(self, item: Reading, quantity: Quantity) -> bool:
        """复议 2 件、诉讼 3 件，合计 5 件，其中维持的 2 件: of all disputes together; or of the one row that has any."""
        column, rows = quantity.addresses[0].column, {cell.row for cell in quantity.addresses}
        sums = [
            sum_of(self.report, tuple(Address("disputes", row, column) for row in each)) for each in (_DISPUTES, _DISPUTES[1:])
        ]
        names = [one.quantity.name for one in self._around(item) if one.quantity]
        together = "review.total" in names and any(name in names for name in ("suit.total", "direct.total", "after.total"))
        none = not any(self.report.number("disputes", row, "total") for row in rows)
        return column != "total" and (together or none) and item.figure.value in sums

    def _is_of_other_disputes(self, item: Reading, quantity: Quantity) -> bool:
        """三件从复议一路走到法院，三件都维持, where one review was decided: the figures beside are those of another row."""
        column, own, number = quantity.addresses[0].column, {cell.row for cell in quantity.addresses}, self.report.number
        if column == "total" and quantity.addresses not in self.text.agreeing_cells:
            return False
        beside = [one.figure.value for one in self._beside_up_to_semicolons(item)]
        totals = [number("disputes", row, "total") for row in own]
        others = [row for row in _DISPUTES if row not in own and number("disputes", row, column) == item.figure.value]
        elsewhere = any(number("disputes", row, "total") in beside for row in others)
        return len(beside) > 1 and elsewhere and not any(total in beside for total in totals)

    def _is_of_closed(self, item: Reading, quantity: Quantity) -> bool:
        """结案 3 件——维持、纠正、其他结果各占一件: all results together, which are named behind."""
        own, number = quantity.addresses[0], self.report.number
        sentence = self.text.by_where[item.figure.where].sentences[item.figure.sentence]
        results = [token for token in up_to_next_figure(sentence, item.figure.index) if token.kind == "result"]
        if len(quantity.addresses) > 1 or own.column == "total" or len(results) < 2:
            return False
        whole, pending = number(own.table, own.row, "total") or Decimal(0), number(own.table, own.row, "pending") or Decimal(0)
        return item.figure.value == whole - pending > (item.tie.expected or 0)

    def _other_way(self, quantity: Quantity) -> Decimal | None:
        row = "carried_in" if quantity.addresses[0].row == "carried_out" else "carried_out"
        return sum_of(self.report, (total(row),))

    def _row_sums(self, item: Reading) -> set[Decimal]:
        """甲类 3 件，乙类 3 件不予公开; 许可 37 件、审批 8 件: what a row makes together, up to this figure and to its end."""
        marks = ("、", "，") if any(token.kind == "outcome" for token in item.figure.right) else ("、",)
        sentence = self.text.by_where[item.figure.where].sentences[item.figure.sentence]
        beside = [one.figure for one in self._around(item)]
        first = last = next(at for at, one in enumerate(beside) if one is item.figure)

        def joined(one: Figure, other: Figure) -> bool:
            between = [token.value for token in sentence[one.index + 1 : other.index] if token.kind == "sep"]
            return len(between) == 1 and between[0] in marks and one.unit == other.unit

        own = last
        while first and own - first < _ROW_LENGTH and joined(beside[first - 1], beside[first]):
            first -= 1
        while last + 1 < len(beside) and last - own < _ROW_LENGTH and joined(beside[last], beside[last + 1]):
            last += 1
        return {sum((one.value for one in beside[first : end + 1]), Decimal(0)) for end in (own, last) if end > first}

    @cached_property
    def _with_applicants(self) -> frozenset[tuple[str, int]]:
        return frozenset(
            (where, at)
            for (where, at), kinds in self.text.kinds.items()
            if "applicant" in kinds or any(token.value in EVERYDAY for token in self.text.by_where[where].sentences[at])
        )

    def confirms(self, item: Reading) -> bool:
        """Whether more than its own clause says that a differing figure counts its cell.

        Such are a sentence in which hardly a character is unknown, a slip of its digits, and another figure of its sentence.
        In free words a figure that is the value of another cell, which the text does not tell rightly, may count that one.
        """
        value, expected = item.figure.value, item.tie.expected or Decimal(0)
        if (item.figure.where, item.figure.sentence) in self._known:
            return True
        if item.quantity is not None and value in self.other_cells.values(item.quantity):
            return False
        if min(value, expected) >= SMALL and is_typing_slip(value, expected):
            return True
        table = item.tie.addresses[0].table
        return any(
            (one.tie.kind, one.tie.state) == ("cell", "agrees") and one.tie.addresses[0].table == table and one.figure.value
            for one in self._around(item)
        )

    def is_of_other_matters(self, item: Reading) -> bool:
        """Whether the sentence is about something else: “12345”派单收到 421 件，办结 420 件, which are no slips of any cell."""
        if _is_slip(item):
            return False
        around, right = self._around(item), self.text.agreeing_cells
        again = any(one.tie.state == "differs" and one.tie.addresses in right for one in around)
        if not again and (item.figure.where, item.figure.sentence) in self._known:
            return False
        untied = sum(
            one.tie.state == "untied" and one.figure.unit == item.figure.unit and id(one) not in self.listed for one in around
        )
        agreeing = sum(one.tie.state == "agrees" for one in around)
        before = [one for one in around if one.figure.index < item.figure.index and one.figure.unit != "%"]
        if not agreeing and len(before) > 1 and all(one.quantity is None for one in before):
            return True  # 预售账户 12 个，资金余额 3.4 亿元，行政处罚 4 件: no word before it speaks of the tables
        if self._has_another_subject(item) or agreeing < untied:
            return True
        return not agreeing and any(self._has_another_subject(one) for one in around)

    def _has_another_subject(self, item: Reading) -> bool:
        """派单收到 421 件: unknown words before a figure that is no slip, while the text gives the cell correctly elsewhere."""
        unknown = item.figure.lead + unknown_inside(item.figure.left)
        differs = item.tie.state == "differs" and item.tie.addresses in self.text.agreeing_cells
        return differs and unknown > _FEW and not _is_slip(item)

    @cached_property
    def _known(self) -> frozenset[tuple[str, int]]:
        return frozenset(key for key in self.text.by_sentence if self._is_known(*key))

    def _is_known(self, where: str, sentence: int) -> bool:
        """Hardly a character of the sentence is without a meaning to the reader."""
        part = self.text.by_where[where]
        tokens = part.sentences[sentence]
        start = part.sentences[sentence - 1][-1].end if sentence else 0
        explained = sum(token.end - token.start for token in tokens)
        return len(part.plain.text[start : tokens[-1].end].strip()) - explained <= _FEW

    @cached_property
    def divided(self) -> frozenset[int]:
        """The outcomes, by ``id``, that make up a figure of another cell: 结转的 2 件中 1 件公开、1 件无法提供."""
        return frozenset(one for readings in self.text.by_sentence.values() for one in _divided(readings))


def _exceeds(item: Reading) -> bool:
    """More were handled of those carried in than were carried in."""
    return item.tie.expected is not None and item.figure.value > item.tie.expected


def _divided(readings: Sequence[Reading]) -> Iterator[int]:
    """Outcomes right behind a figure that tells another cell rightly, when they add up to it; 办结 31 件，其中新收 29 件."""
    for at, head in enumerate(readings):
        quantity = head.quantity
        if quantity is None or quantity.code == "text-outcome" or head.tie.state != "agrees":
            continue
        names = _ORIGINS if quantity.name in ("handled", "manage") else None
        if names is None and quantity.name in _WHOLES:
            continue
        parts: list[Reading] = []
        for item in readings[at + 1 : at + 1 + _ROW_LENGTH]:
            own = item.quantity or item.candidate
            if own is None or (own.name not in names or _exceeds(item) if names else not _is_part_of_kind(own)):
                break
            parts.append(item)
            if sum((one.figure.value for one in parts), Decimal(0)) >= head.figure.value:
                break
        if len(parts) > 1 and sum((one.figure.value for one in parts), Decimal(0)) == head.figure.value:
            yield from (id(one) for one in parts)


def _is_part_of_kind(quantity: Quantity) -> bool:
    """律所提出的 3 件，2 件不掌握，1 件转入下年: an outcome, or what is left over."""
    return quantity.code == "text-outcome" or quantity.name == "carried_out"


def _unknown_behind(item: Reading) -> int:
    """4 件申请明确了内容并予以公开: unknown characters between a figure and the words behind it that it is read by."""
    named = any(token.kind in KEYS and token.end > token.start for token in item.figure.left)
    keys = [at for at, token in enumerate(item.figure.right) if token.kind in KEYS]
    return 0 if named or not keys else unknown_inside(item.figure.right[: keys[-1] + 1])


def _names_direction(item: Reading) -> bool:
    """上年结转, 结转下年度 in one word; a bare 结转 beside a year does not."""
    return any(token.kind in ("carried_in", "carried_out") for token in (*item.figure.left, *item.figure.right))


def _is_of_year(item: Reading) -> bool:
    """全年收到, 共办结: about the whole year, also in the part on problems."""
    return any(token.kind in ("now", "year", "total") for token in item.figure.left)


def is_named(item: Reading) -> bool:
    return any(token.kind == "app" for token in (*item.figure.left, *item.figure.right))


def _is_slip(item: Reading) -> bool:
    value, expected = item.figure.value, item.tie.expected or Decimal(0)
    return abs(value - expected) <= ALIKE or is_near(value, expected)
