"""Signs that a figure counts something that the reader does not know: takes the text and its lists, answers for one figure.

Words that are not known narrow what a figure counts, name the figure that it divides, or name other business. Nothing here says
that a figure is right: there is only no cell to compare it with.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import DISPUTE_ROWS, Quantity, total, unknown_inside
from toolkit.checks.narrative.candidates.readings import Reading, TextReading, last_before
from toolkit.checks.narrative.candidates.slips import SMALL, is_near, is_typing_slip
from toolkit.checks.narrative.relations.claims import find_claims
from toolkit.checks.narrative.relations.list_shapes import TextList
from toolkit.checks.narrative.tokens.vocabulary import KEYS

_FEW = 2  # unknown characters that need not name another subject
_MANY = 4  # unknown characters behind a name that say what became of some
_ORIGINS = ("new", "carried_in")


@dataclass(frozen=True)
class UnknownWords:
    """The text with its lists: explains one differing figure at a time."""

    text: TextReading
    lists: tuple[TextList, ...]

    def reason(self, item: Reading, quantity: Quantity) -> str:
        """Why a differing figure is not compared with its cells, in Chinese; empty when nothing unknown explains it."""
        behind = next((token for token in item.figure.right if token.kind != "edge"), None)
        if behind is not None and behind.kind == "other" and behind.start == item.figure.place + len(item.figure.text):
            return "后面的词说的是别的事"  # 办结的 41 件网民留言
        if self._is_of_each(item):
            return "写的是各有多少，每一格都正是此数"
        if self._is_denied(quantity):
            return "文中已写明没有，说的是别的数"
        if self._is_of_unknown_head(item):
            return "前面的数不是表里的，说的是那一个数中的"
        if self._is_named_by_next(item):
            return "后面的词说的是下一个数"
        return "前面有不认得的词，说的可能只是其中一部分" if self._is_part(item) else ""

    def _is_named_by_next(self, item: Reading) -> bool:
        """11 件申请由自然人提出 7 件: the words between two figures name the second, which has the value of their cell."""
        figure = item.figure
        if any(token.kind in KEYS and token.end > token.start for token in figure.left):
            return False
        sentence = self.text.by_where[figure.where].sentences[figure.sentence]
        behind = next((at for at in range(figure.index + 1, len(sentence)) if sentence[at].kind in ("sep", "figure")), -1)
        one = self.text.by_place.get((figure.where, figure.sentence, behind))
        return one is not None and one.figure.value == item.tie.expected

    def _is_denied(self, quantity: Quantity) -> bool:
        """没有行政复议 beside 复议案 62 件: the text says rightly that there are none, so the figure counts something else."""
        if sum_of(self.text.report, quantity.addresses) != 0:
            return False
        if quantity.code == "text-disputes":
            rows = {cell.row for cell in quantity.addresses}
            return any(rows <= set(DISPUTE_ROWS.get(name, ())) for name in self.denied)
        return any(quantity.addresses == (total(name),) for name in self.denied)

    def _is_of_each(self, item: Reading) -> bool:
        """科研机构、法律服务机构、其他各 9 件: each of the cells has the value."""
        named = any(token.kind == "each" for token in (*item.figure.left, *item.figure.right))
        return named and all(self.text.report.figures.number(cell) == item.figure.value for cell in item.tie.addresses)

    @cached_property
    def denied(self) -> frozenset[str]:
        return frozenset(claim.what.removeprefix("no-") for claim in find_claims(self.text) if claim.what.startswith("no-"))

    def _is_of_unknown_head(self, item: Reading) -> bool:
        """审了 322 份文，其中定为不公开的 61 份; 其中联合抽查 12 次，作出处罚 8 件: of a figure of no cell."""
        figure, expected = item.figure, item.tie.expected or Decimal(0)
        words = self.text.by_where[figure.where].sentences[figure.sentence]
        before = last_before(self.text.of_sentence(figure.where, figure.sentence), figure.index)
        if before is None or before.quantity or before.candidate or before.candidates:
            return False
        between = words[before.figure.index + 1 : figure.index]
        if any(token.kind == "among" or token.value == "joint" for token in before.figure.left):
            less = figure.value < expected and not is_near(figure.value, expected)
            return less and not any(token.value == "；" or token.kind == "total" for token in between)
        if before.figure.unit != figure.unit:
            return False
        return any(token.kind == "among" for token in between) and bool(before.figure.lead or unknown_inside(before.figure.left))

    def _is_part(self, item: Reading) -> bool:
        """其中涉及征地的 3 件公开: words that are not known narrow what a figure counts that is less than its cell."""
        figure, expected = item.figure, item.tie.expected or Decimal(0)
        if figure.value >= expected:
            return False
        words = figure.left
        among = next((at for at in range(len(words) - 1, -1, -1) if words[at].kind == "among"), -1)
        if among >= 0 and unknown_inside(words[among:]) >= _FEW:
            return True  # 其中最快的 1 件当日答复
        summed = any(token.kind == "total" for token in words) and is_near(figure.value, expected)  # 决定予以废止的文件共 5 件
        slip = summed or (figure.value >= SMALL and is_typing_slip(figure.value, expected))
        return not slip and (figure.lead + unknown_inside(words) > _FEW or self._unknown_to_end(item) > _MANY)

    def _unknown_to_end(self, item: Reading) -> int:
        """有两件复议完了又告到法院: unknown characters behind the words that name what a figure counts, up to the next mark."""
        figure = item.figure
        sentence = self.text.by_where[figure.where].sentences[figure.sentence]
        if any(token.kind in KEYS and token.end > token.start for token in figure.left):
            return 0
        last = next(
            (at for at in range(figure.index + 1, len(sentence)) if sentence[at].kind in ("sep", "figure")), len(sentence) - 1
        )
        return unknown_inside(sentence[figure.index : last + 1])
