"""Find the lists of one sentence: 共 N 条，其中 A a 条、B b 条; 网站 a 条、公众号 b 条，合计 N 条.

Takes the tokens and readings of the sentence, returns lists. A list ends where its items have reached the head; brackets and a
second 其中 are lists inside a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from toolkit.checks.narrative.candidates.readings import Reading
from toolkit.checks.narrative.figures import Figure
from toolkit.checks.narrative.relations.list_shapes import (
    STOPS,
    UNITS,
    Firmness,
    TextList,
    depths_of,
    divides,
    goes_on,
    is_aside,
    is_carried,
    is_counted_in,
    named,
    same_unit,
    sorts_papers,
    speaks_of_all,
)
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.vocabulary import KEYS

LONGEST = 60  # items and tokens looked at, so that the time stays linear in the text
NEAR = Decimal("0.1")  # a shortage below a tenth looks like an item forgotten, not like a list of some only
_WAY = ("way", "manner")


class Sentence:
    """The figures of one sentence with what stands between them."""

    def __init__(self, tokens: tuple[Token, ...], readings: list[Reading], depths: list[int] | None = None) -> None:
        self.tokens, self.depths = tokens, depths or depths_of(tokens)
        self.readings = readings

    def lists(self) -> Iterator[TextList]:
        sums = tuple(self._sums_behind())
        settled = {id(entry.head) for entry in sums if entry.adds_up or self._number_of_addends(entry.head)}
        inside: set[int] = set()  # items of a list already found are no heads of loose ones: the time stays linear
        for at, head in enumerate(self.readings[:-1]):
            if head.figure.unit not in UNITS or is_aside(head) or is_carried(head) or self._counts_a_noun(head):
                continue
            firmness = self._firmness(at)
            if firmness is None or (firmness == "loose" and at in inside and head.quantity is None):
                continue
            if firmness != "among" and id(head) in settled:
                continue  # 公开 46 件、部分公开 15 件，两项共 61 件；不予公开 10 件: it has its items before it
            items = self.items_after(at, firm=firmness != "loose")
            marks = {token.value for token in self.tokens[head.figure.index : items[0].figure.index]} if items else set()
            if firmness != "among" and "；" in marks and "：" not in marks:
                continue  # 两类合计 33 件，占 61.1%；不予公开 9 件
            if len(items) >= (1 if firmness == "among" else 2):
                inside.update(range(at + 1, at + 1 + len(items)))
                firmness = "among" if firmness == "loose" and (divides(head, items) or sorts_papers(items)) else firmness
                yield TextList(head, tuple(items), firmness, self._is_closed(head, items))
        yield from sums

    def _is_closed(self, head: Reading, items: Sequence[Reading]) -> bool:
        last = items[-1].figure.index
        between = self.tokens[head.figure.index : last + 2]
        behind = self.tokens[last + 1 : last + 2]
        ends = bool(behind) and behind[0].value in ("。", "；", "\n") and behind[0].start == self.tokens[last].end
        some = [at for at, token in enumerate(between[:-1]) if token.value == "some"]
        return ends and all(between[at + 1].kind == "rest" for at in some)  # 广播、宣传单等其他方式 47 条 are the last of all

    def _counts_a_noun(self, reading: Reading) -> bool:
        """三条路径, 两件大事: a Chinese numeral with its noun behind it is not a total."""
        token = self.tokens[reading.figure.index]
        following = self.tokens[reading.figure.index + 1 : reading.figure.index + 2]
        return token.chinese and not (following and following[0].kind == "sep" and following[0].start == token.end)

    def _between(self, at: int, behind: int = 1) -> tuple[Token, ...]:
        """The tokens between a figure and the next; for a head in the sentence before, those from the beginning."""
        figure, following = self.readings[at].figure, self.readings[at + behind].figure
        first = figure.index + 1 if figure.sentence == following.sentence else 0
        note = [token.value for token in self.tokens[first : first + 3 : 2]] == ["（", "）"]
        return self.tokens[first + 3 if note and first + 3 <= following.index else first : following.index]

    def _firmness(self, at: int) -> Firmness | None:
        if self.depths[self.readings[at].figure.index] > self.depths[self.readings[at + 1].figure.index]:
            return None  # 10 件申请（自然人 7 件、企业 3 件）的办理结果：公开 7 件
        between = self._between(at, 2 if self._steps_over(at) else 1)
        kinds = {token.kind for token in between}
        inside = next((at for at, token in enumerate(between) if token.value == "inside"), -1)
        if inside >= 0:  # 12 件申请中网络申请 8 件; not 未结 1 件，结案中维持 12 件
            if not any(token.kind == "sep" for token in between[:inside]):
                return "among"
            if "among" not in kinds:
                return None
        if "among" in kinds and speaks_of_all(between):
            return None
        if "among" in kinds:
            first = next(token for token in between if token.kind == "among")
            return (
                "among"
                if not any(token.value in "；。" and token.kind == "sep" for token in between[: between.index(first)])
                else None
            )
        seps = [token.value for token in between if token.kind == "sep"]
        if seps[:1] == ["（"]:
            return "whole"
        if "：" in seps[:2] or (seps[:1] == ["，"] and _deals_out(between)):
            return "whole"
        if (seps[:1] and seps[0] in "，、") or "respectively" in kinds:
            figure = self.readings[at].figure
            is_total = any(token.kind == "total" for token in figure.left)
            return "whole" if is_total and not self._is_main_item(figure) else "loose"
        return None

    def _steps_over(self, at: int) -> bool:
        """44 件，增长 22.2%，其中…; 信息 178 条，由 2 名信息员上传，其中动态 92 条: 其中 divides the figure before that one."""
        if at + 2 >= len(self.readings):
            return False
        head, aside, item = (reading.figure for reading in self.readings[at : at + 3])
        beside = head.sentence == aside.sentence  # 408 条（含转载 36 条），其中 A 152 条、…
        inside = beside and self.depths[aside.index] > self.depths[head.index]
        apart = aside.change or inside or not same_unit(aside.unit, item.unit)
        divides_head = same_unit(head.unit, item.unit) and apart
        return aside.unit == "%" or (divides_head and any(token.kind == "among" for token in self._between(at + 1)))

    def _is_main_item(self, figure: Figure) -> bool:
        """渠道以网络为主，共 152 件，信函 66 件，当面 12 件: the figure is of what 为主 names, the first of a row."""
        words = self.tokens[max(0, figure.index - len(figure.left) - 1) : figure.index]
        return any(token.value == "mainly" for token in words)

    def items_after(self, at: int, *, firm: bool) -> list[Reading]:
        """The items that follow a head, as far as they are of its kind, up to where they reach it."""
        head, items = self.readings[at].figure, list[Reading]()
        first = at + 2 if self._steps_over(at) else at + 1
        depth = self.depths[self.readings[first].figure.index] if first < len(self.readings) else 0
        behind = firm and self._names_behind(at)
        sub: Reading | None = None
        rest = total = Decimal(0)
        for next_at in range(first, min(len(self.readings), at + LONGEST)):
            item = self.readings[next_at]
            figure = item.figure
            if (
                self.depths[figure.index] > depth
                or figure.unit == "%"
                or (figure.one and figure.value > 1 and figure.unit == head.unit)
            ):
                continue  # 后两件没有公开: counted before
            if items and _is_shared_out(items[-1].figure, figure):
                continue
            between = self._between(next_at - 1)
            divided = bool(items) and firm and any(token.value == "：" for token in between)  # 49 件中办结 45 件：公开 21 件
            near = len(items) > 1 and sub is None and abs(total - head.value) <= head.value * NEAR
            divided |= near and any(token.value == "；" for token in between)  # 27 件，包括公开 20 件、部分 5 件；不予公开 1 件
            added = firm and any(token.value == "，" and token.end - token.start > 1 for token in between)  # 48 件，加上上年 5 件
            opens = bool(items) and any(token.value == "inside" for token in self.tokens[figure.index + 1 : figure.index + 2])
            if (
                divided
                or added
                or opens  # 改造的 23 件里公开 9 件，入学的 18 件里公开 10 件
                or self.depths[figure.index] < depth
                or not goes_on(self.readings[at], item, firm=firm, first=not items)
            ):
                break
            if items and any(token.kind == "among" for token in between):
                sub, rest = items[-1], items[-1].figure.value
            if sub is not None and rest > 0:  # an item of the list inside the list
                rest -= figure.value
                if rest >= 0:
                    continue
                sub = None
            if not is_counted_in(figure.unit, head.unit) or not (named(figure.left, between) or behind):
                break
            items.append(item)
            total += figure.value
            if len(items) > 1 and total == head.value and not figure.about and not self._goes_on_in_bracket(next_at):
                break
        return items

    def _goes_on_in_bracket(self, at: int) -> bool:
        """5 件（重复 4 件、要求确认 1 件、大量反复 1 件）: the bracket, or a row of ways to apply, has another item behind."""
        if at + 1 >= len(self.readings):
            return False
        one, two = self.readings[at].figure, self.readings[at + 1].figure
        if not self.depths[one.index] and not (is_way(one) and is_way(two)):
            return False
        same = self.depths[one.index] == self.depths[two.index] and one.unit == two.unit
        return same and [token.value for token in self._between(at) if token.kind == "sep"] == ["、"]

    def _names_behind(self, at: int) -> bool:
        """其中有 22 条工作动态、18 条通知公告: the first figure stands next to 其中, so every name stands behind its figure."""
        between = self._between(at) if at + 1 < len(self.readings) else ()
        place = self.tokens[self.readings[at + 1].figure.index].start if between else 0
        for token in reversed(between):
            if token.end != place or token.kind not in ("soft", "sep", "among", "respectively"):
                return False
            if token.kind in ("among", "respectively") or token.value in ("：", "（", "inside"):
                return True
            place = token.start
        return False

    def _sums_behind(self) -> Iterator[TextList]:
        """``网站 263 条，公众号 291 条，合计 554 条``."""
        for at, head in enumerate(self.readings):
            totals = [token for token in head.figure.left if token.kind == "total"] or self._total_before(head.figure)
            if at < 2 or not totals or any(token.kind in KEYS for token in head.figure.left):  # 科研机构和公益组织合计 3 件
                continue
            items = self._items_before(at)
            listed = TextList(head, tuple(items), "whole")
            # a mere 共 may begin something new, unless the sum is near it
            near = abs(listed.shown_sum - head.figure.value) <= head.figure.value * NEAR
            if any(token.kind == "docverb" for item in items for token in item.figure.left) and not near:
                continue  # 制作 4 件，公开 3 件，总数 12 件: columns of a row
            stated = totals[-1].end - totals[-1].start > 1 or (near and self._number_of_addends(head))
            if 1 < len(items) >= self._number_of_addends(head) and (stated or (near and self._adds_row(at))):
                yield listed

    def _total_before(self, head: Figure) -> list[Token]:
        """把不予公开 4 件、无法提供 15 件加在一起，是 19 件: the words for a sum end the clause before."""
        mark = head.index - len(head.left)
        before = self.tokens[max(0, mark - 1) : mark + 1]
        sums = [token.kind for token in before] == ["total", "sep"] and before[1].value == "，"
        return [before[0]] if sums and {token.kind for token in head.left} <= {"soft", "edge", "now"} else []

    def _number_of_addends(self, head: Reading) -> int:
        """两项共 61 件: right before the sum is how many figures it adds, some of which may be in a sentence before; else 0."""
        at = head.figure.index - len(head.figure.left)
        token = self.tokens[at] if at >= 0 else None
        counts = token is not None and token.kind == "figure" and token.chinese and token.value in ("项", "类", "种")
        return int(token.number or 0) if token is not None and counts else 0

    def _adds_row(self, at: int) -> bool:
        """``建议 9 件、提案 4 件，共 14 件``: nothing but 共 between the row and its sum."""
        left = self.readings[at].figure.left
        before, two = self._between(at - 1), self._between(at - 2)
        kinds = [token.kind for token in left if token.kind != "part"]  # 三类共 367 条
        plain = kinds == ["total", "edge"] and [token.value for token in before if token.kind != "part"] == ["，", ""]
        return plain and any(token.value == "、" for token in two)

    def _items_before(self, at: int) -> list[Reading]:
        """The items a total behind them adds up, nearest last; none when something else stands among them."""
        head = self.readings[at].figure
        items: list[Reading] = []
        low = high = Decimal(0)
        many = 0  # 两项合计: how many there are
        for item in reversed(self.readings[max(0, at - LONGEST) : at]):
            figure = item.figure
            if figure.unit == "%":
                continue  # 公开 25 件，占 46.3%；部分公开 8 件，合计 33 件
            if figure.one and figure.unit == "项":  # 三项相加 2100 次
                many = int(figure.value)
                continue
            if self.depths[figure.index] > self.depths[head.index] and not self.depths[head.index]:
                continue  # 不予公开 25 件（…），无法提供 49 件（…），两类相加 74 件
            if not same_unit(figure.unit, head.unit) or is_aside(item) or self.depths[figure.index] != self.depths[head.index]:
                return []
            items.insert(0, item)
            low, high = low + figure.span.low, high + figure.span.high
            reached = len(items) > 1 and low <= head.span.high and head.span.low <= high
            if reached or (len(items) == many and abs(high - head.value) <= head.value * NEAR):
                return items
            if low > head.span.high and len(items) > 1:
                break
        stops = [{token.kind for token in item.figure.left} & STOPS for item in items]
        if stops and items[0].quantity is None:
            stops[0] -= {"new", "handled"}  # 答复领导留言 20 件、网友留言 12 件，共 34 件
        return [] if any(stops) else items


def _deals_out(between: Sequence[Token]) -> bool:
    """412 条，分别是 198 条工作信息、87 条公示公告; not 分别比上年增加 310 件."""
    kinds = [token.kind for token in between]
    at = kinds.index("respectively") if "respectively" in kinds else 0
    leads = {*kinds[:at]} <= {"sep", "part", "soft"} and "sep" in kinds[:at]  # 216 条，分作四类，分别是…
    is_verb = leads and between[at].end - between[at].start > len("分别")  # 分别是, not 分别在网站发布
    return is_verb and not {"compare", "past", "grow", "fall"} & {*kinds}


def is_way(figure: Figure) -> bool:
    """网上 5 件、邮寄 2 件: a way to apply."""
    return any(token.value in _WAY for token in figure.left)


def _is_shared_out(head: Figure, figure: Figure) -> bool:
    """公开 4 件，自然人、公益组织各 2 件: each of two or more has that much of the item before."""
    each = any(token.kind == "each" for token in figure.left)
    return each and figure.value > 0 and head.value > figure.value and head.value % figure.value == 0
