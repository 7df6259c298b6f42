"""Compute every percentage of the text again: 予以公开 59 件，占 45.3%.

Takes the text with cells and lists, returns shares with the base that fits: the one the words name, else the head of the
list, else the base (new, handled, both with what was carried in) that makes most percentages of the text right.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.quantity import ORGANIZATIONS, total
from toolkit.checks.narrative.candidates.readings import Reading, TextReading, last_before
from toolkit.checks.narrative.candidates.slips import is_typing_slip
from toolkit.checks.narrative.figures import Figure
from toolkit.checks.narrative.relations.growth import Verdict, compare_share
from toolkit.checks.narrative.relations.list_shapes import TextList, depths_of
from toolkit.checks.narrative.tokens import Token
from toolkit.checks.narrative.tokens.chinese_numbers import possible_values
from toolkit.forms import Address

_NEAR = 12  # figures looked back for the part
_FAR = 30  # percentage points: no other rounding
_ROW = 3  # percentages of one sentence that fit one base: then all of them are told on it
_PARTS = ("applicant", "outcome", "reason")
_NAMES = frozenset(("outcome", "reason", "part", "applicant", "doc", "docpart", "other"))  # 5 家更新不及时，图解占四成
_NO_PARTS = frozenset(("%", "个工作日", "日", "天", "小时", "分钟", "个月", "年"))  # 11 件在第 18 至 20 个工作日答复，占 16%
BASES: dict[str, tuple[Address, ...]] = {
    "handled": (total("total"),), "new": (total("new"),), "taken": (total("new"), total("carried_in")),
}  # fmt: skip
BASE_NAMES = {
    "handled": "办结总数",
    "new": "新收申请",
    "taken": "收办总数",
    "list": "所列总数",
    "disputes": "该类案件总数",
    "closed": "该类已审结数",
}


@dataclass(frozen=True, slots=True)
class Share:
    """One percentage: its part and base in figures, what the base is called, and whether it is right."""

    reading: Reading
    part: Decimal
    base: Decimal
    base_name: str
    expected: Decimal
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Open:
    """A percentage whose part is known and whose base is among candidates."""

    reading: Reading
    part: Decimal
    bases: dict[str, Decimal]
    sums: tuple[Decimal, ...] = ()  # with 合起来, 合计: what the figures before it make together
    parts: dict[str, Decimal] | None = None  # by base, where the part is a cell: 自然人 of the new ones or of those handled


def find_shares(text: TextReading, lists: Sequence[TextList]) -> tuple[Share, ...]:
    """Every percentage that says of what it is one."""
    lists_in_use = (entry for entry in lists if entry.firmness != "loose" or entry.adds_up)
    heads = {id(item): entry.head for entry in lists_in_use for item in entry.items}
    shares: list[_Open] = []
    before: list[Reading] = []
    for readings in text.by_sentence.values():
        if any(item.figure.unit == "%" for item in readings):
            entries = list(_open_shares(text, readings, heads))
            shares += entries or _of_sentence_before(text, readings, before)
        before = readings
    loose = [entry for entry in shares if len(entry.bases) > 1]
    best = max(BASES, key=lambda name: sum(_fits(entry, name) for entry in loose))
    rows = Counter(_sentence_of(entry) for entry in loose if _fits(entry, best))
    settled = (_settled(entry, best, in_row=rows[_sentence_of(entry)] >= _ROW) for entry in shares)
    explained = (_explained(text, share) if share.verdict == "differs" else share for share in settled)
    return tuple(share for share in explained if not _is_of_else(text, share))


def _is_of_else(text: TextReading, share: Share) -> bool:
    """占各科所来件的 6%: of a base that the tables do not have, far from the right percentage or the part, and no slip."""
    figure = share.reading.figure
    sentence = text.by_where[figure.where].sentences[figure.sentence]
    before = last_before(text.of_sentence(figure.where, figure.sentence), figure.index)
    between = sentence[before.figure.index : figure.index] if before is not None else ()
    apart = sum(token.kind == "sep" for token in between) > 1  # 1 件被纠正；视频数量少，仅占解读稿件的 12.5%
    if share.verdict != "differs" or not (apart or abs(figure.value - share.expected) > _FAR):
        return False
    words = figure.left[_share_at(figure.left) :] if any(token.kind == "share" for token in figure.left) else ()
    place = sentence[figure.index].start
    unknown = place - words[0].start - sum(token.end - token.start for token in words) if words else 0
    other = unknown > 0 or any(token.kind == "other" for token in words)
    return other and not is_typing_slip(figure.value, share.expected.quantize(figure.value))


def _explained(text: TextReading, share: Share) -> Share:
    """不予处理的 46 件中信访类 26 件，占 56.5%: a figure told before that is the base of this share."""
    figure = share.reading.figure
    sentence = text.by_where[figure.where].sentences[figure.sentence]
    readings = text.of_sentence(figure.where, figure.sentence)
    at = bisect_left(readings, figure.index, key=lambda item: item.figure.index)
    for item in readings[max(0, at - _NEAR) : at]:
        base = item.figure.value
        behind = sentence[item.figure.index + 1 : item.figure.index + 2]
        divided = bool(behind) and behind[0].value == "inside"
        if divided and item.figure.unit != "%" and base > share.part > 0:
            expected = share.part / base * 100
            if compare_share(figure.value, expected, figure) == "agrees":
                return replace(share, base=base, base_name=BASE_NAMES["list"], expected=expected, verdict="agrees")
    for outcome in text.report.form.outcomes if _is_topic(sentence[: figure.index]) else ():
        whole = sum_of(text.report, tuple(total(row) for row in outcome.rows))
        if outcome.key == sentence[0].value and whole:
            expected = share.part / whole * 100
            name, verdict = f"{outcome.label}总数", compare_share(figure.value, expected, figure)
            return replace(share, base=whole, base_name=name, expected=expected, verdict=verdict)
    return next(_with_unknown_between(text, share, readings[max(0, at - _NEAR) : at]), share)


def _with_unknown_between(text: TextReading, share: Share, near: Sequence[Reading]) -> Iterator[Share]:
    """公开 12 件，其中某类 11 件，占 42.9%: a figure of unknown words is neither part nor base, so those around it may be."""
    end = next((at for at in range(len(near), 0, -1) if near[at - 1].figure.unit == "%"), 0)
    own = [item.figure.value for item in near[end:]] if near and not near[-1].candidates else []
    cells = [sum_of(text.report, cells) for cells in BASES.values()] if share.base_name == BASE_NAMES["list"] else []
    for part in (share.part, *own):
        for base in (share.base, *(cell for cell in cells if cell)):
            expected = part / base * 100
            if compare_share(share.reading.figure.value, expected, share.reading.figure) == "agrees":
                yield replace(share, part=part, base=base, expected=expected, verdict="agrees")


def _is_topic(before: Sequence[Token]) -> bool:
    """不予公开中，属于执法案卷的 35 件，占六成: one outcome and 中 open what a share is of."""
    at = next((at for at, token in enumerate(before) if token.value == "inside"), 0)
    kinds = {token.kind for token in before[1:at]}
    beside = all(one.end == two.start for one, two in pairwise(before[: at + 1]))
    return at > 0 and before[0].kind == "outcome" and kinds <= {"soft", "app"} and beside


def _sentence_of(entry: _Open) -> tuple[str, int]:
    return entry.reading.figure.where, entry.reading.figure.sentence


def _fits(entry: _Open, name: str) -> bool:
    return name in entry.bases and _share(entry, name).verdict != "differs"


def _settled(entry: _Open, best: str, *, in_row: bool) -> Share:
    names = [best, *entry.bases] if best in entry.bases else list(entry.bases)
    if best in entry.bases and in_row:
        names = [best]  # a row of percentages has one base
    # a percentage alone is right when any base makes it so
    choices = [entry, *(replace(entry, part=part) for part in entry.sums)]
    shares = [_share(choice, name) for choice in choices for name in names]
    if entry.parts and "new" in names:  # 自然人占 … speaks of those who applied
        shares.sort(key=lambda share: share.base_name != BASE_NAMES["new"])
    return next((share for share in shares if share.verdict == "agrees"), shares[0])


def _share(entry: _Open, name: str) -> Share:
    base, part = entry.bases[name], (entry.parts or {}).get(name, entry.part)
    expected = part / base * 100
    figure = entry.reading.figure
    if any((token.kind, token.value) == ("share", "about") for token in figure.left):  # 约占六成
        about = figure.about or "约"
        figure = replace(figure, about=about, span=possible_values(figure.value, about))
    return Share(entry.reading, part, base, BASE_NAMES[name], expected, compare_share(figure.value, expected, figure))


def _open_shares(text: TextReading, readings: list[Reading], heads: dict[int, Reading]) -> Iterator[_Open]:
    first = readings[0].figure
    sentence = text.by_where[first.where].sentences[first.sentence]
    depths = depths_of(sentence)
    own: list[_Open] = []
    for at, reading in enumerate(readings):
        figure = reading.figure
        if figure.unit != "%" or figure.change or figure.scope == "other":  # 占全县申请总量的 6%
            continue
        kinds = {token.kind for token in figure.left}
        since = readings[at - 1].figure.index if at else figure.index
        if "share" in kinds and any(token.kind == "rest" for token in sentence[since : figure.index]):
            yield from _of_the_rest(readings[:at], own, reading)
            continue
        if "rate" in kinds:
            continue
        if "share" not in kinds:
            yield from _in_brackets(text, readings, at)
            yield from _of_base_in_brackets(text, readings, at)
            continue
        portions = _part_in_cells(text, figure)
        if portions:
            cells = {name: part for name, part, _ in portions}
            yield _Open(reading, portions[0][1], {name: base for name, _, base in portions}, parts=cells)
            continue
        near = _up_to_semicolon(sentence, _outside_brackets(depths, readings, at), figure)
        parts = [] if _names_another(text, figure) else _parts(near, reading)
        bases = _bases(text, figure.left, parts, heads) if parts else {}
        own_base = _divided_base(sentence, readings[:at], parts[-1]) if parts else ""
        bases = {name: base for name, base in bases.items() if base > 0 and (own_base not in bases or name == own_base)}
        if bases:
            sums = tuple(_sums(readings, at)) if "total" in kinds else tuple(_sum_of_row(sentence, depths, readings, at))
            head = heads.get(id(parts[-1]))  # 公开 13 件，其中自然人 6 件、企业 7 件，占 68.42%: of the thirteen
            sums = (*sums, head.figure.value) if head is not None and not head.figure.about else sums
            base = heads.get(id(parts[0])) if "list" in bases else None
            sums = (*sums, bases["list"] * figure.value / 100) if base and _fits_rounded(figure, parts[0], base) else sums
            own.append(_Open(reading, sum((part.figure.value for part in parts), Decimal(0)), bases, sums))
            yield own[-1]


def _divided_base(sentence: Sequence[Token], before: Sequence[Reading], part: Reading) -> str:
    """新收 30 件（自然人 20 件，占 62.5%）: the base that a bracket or 其中 right before the part divides; empty for none."""
    head = last_before(before, part.figure.index)
    if head is None or head.quantity is None or (head.tie.kind, head.tie.state) != ("cell", "agrees"):
        return ""
    between = sentence[head.figure.index + 1 : part.figure.index]
    divides = any(token.kind == "among" or token.value == "（" for token in between)
    return head.quantity.name if divides and head.quantity.name in ("new", "handled") else ""


def _of_sentence_before(text: TextReading, readings: list[Reading], before: Sequence[Reading]) -> Iterator[_Open]:
    """公开信息 386 条。网站 230 条，占 59.6%；公众号 156 条，占 40.4%: parts that make up a figure of the sentence before."""
    parts: list[tuple[Reading, Reading]] = []
    for at, reading in enumerate(readings):
        words = reading.figure.left
        if reading.figure.unit == "%" and not reading.figure.change and any(token.kind == "share" for token in words):
            named = [] if _names_another(text, reading.figure) else _parts(readings[max(0, at - _NEAR) : at], reading)
            parts += [(reading, named[0])] if len(named) == 1 else []
    whole = sum((part.figure.value for _, part in parts), Decimal(0))
    near = [item for item in before[-_NEAR:] if item.figure.value == whole and not item.figure.about]
    if len(parts) > 1 and near and whole > 0 and all(part.figure.unit == near[-1].figure.unit for _, part in parts):
        for reading, part in parts:
            yield _Open(reading, part.figure.value, {"list": whole})


def _of_the_rest(before: Sequence[Reading], told: Sequence[_Open], share: Reading) -> Iterator[_Open]:
    """自然人 170 件，占 75.6%；其余为企业等，占 24.4%: what the parts with a percentage before it leave of their base."""
    parts = sum((entry.part for entry in told), Decimal(0))
    counts = [item for item in before if item.figure.unit != "%"]
    if told and len(counts) - len(told) < 2:
        left = {name: base - parts for name, base in told[0].bases.items() if base > parts}
        if left:
            bases = {name: told[0].bases[name] for name in left}
            yield _Open(share, next(iter(left.values())), bases, parts=left)


def _in_brackets(text: TextReading, readings: list[Reading], at: int) -> Iterator[_Open]:
    """予以公开 5 件（45.5%）: a mere percentage in brackets behind an outcome or a kind of applicants."""
    figure, before = readings[at].figure, readings[at - 1] if at else None
    part = text.by_where[figure.where]
    around = part.sentences[figure.sentence][figure.index - 1 : figure.index + 2 : 2]
    if before is None or [token.value for token in around] != ["（", "）"] or before.figure.index != figure.index - 2:
        return
    is_certain = before.quantity is not None and _is_known(before) and not before.figure.about
    if is_certain and before.quantity is not None and (before.quantity.code == "text-outcome" or "." in before.quantity.name):
        bases = {name: base for name, base in _bases(text, (), [before], {}).items() if base > 0}
        if bases:
            yield _Open(readings[at], before.figure.value, bases)


def _of_base_in_brackets(text: TextReading, readings: list[Reading], at: int) -> Iterator[_Open]:
    """予以公开 88 件，占办结总数（151 件）的 62.3%, 占 151 件的 62.3%: the base is the figure before the percentage."""
    figure = readings[at].figure
    if at < 2 or not {token.kind for token in figure.left} <= {"soft", "edge"}:
        return
    base, part = readings[at - 1].figure, readings[at - 2].figure
    sentence = text.by_where[figure.where].sentences[figure.sentence]
    between = [token.value for token in sentence[base.index + 1 : figure.index] if token.kind == "sep"]
    has_share = any(token.kind == "share" for token in sentence[max(part.index, base.index - _NEAR) : base.index])
    plain = not (base.about or part.about or base.year is not None or part.year is not None)
    if has_share and plain and between in ([], ["）"]) and base.unit == part.unit != "%" and base.value > 0:
        yield _Open(readings[at], part.value, {"list": base.value})


def _outside_brackets(depths: Sequence[int], readings: list[Reading], at: int) -> list[Reading]:
    """24 件由科研机构（2 件）、其他组织（7 件）提出，占 15%: brackets are about the figure before them."""
    depth = depths[readings[at].figure.index]
    return [item for item in readings[max(0, at - _NEAR) : at] if depths[item.figure.index] <= depth]


def _fits_rounded(share: Figure, part: Reading, base: Reading) -> bool:
    """全系统处罚 6.42 万件，其中市县 6.23 万件，占 97.1%: some figures that are rounded so make it right."""
    (low, high), whole = part.figure.rounded, base.figure.rounded
    return low < high and low / whole.high <= share.value / 100 <= high / whole.low


def _up_to_semicolon(sentence: tuple[Token, ...], near: list[Reading], figure: Figure) -> list[Reading]:
    """视频解读仅 7 篇；医疗类申请较多，占新收申请的 38.4%: a percentage without a figure in its clause is of none before ；."""
    last = near[-1].figure.index if near else figure.index
    return [] if any(token.value == "；" for token in sentence[last : figure.index]) else near


def _sums(readings: list[Reading], at: int) -> Iterator[Decimal]:
    """What the last two, three and more figures of one unit make together."""
    whole, count = Decimal(0), 0
    for item in reversed(readings[max(0, at - _NEAR) : at]):
        if item.figure.unit != readings[at - 1].figure.unit or item.figure.change:
            return
        whole, count = whole + item.figure.value, count + 1
        if count > 1:
            yield whole


def _sum_of_row(sentence: Sequence[Token], depths: Sequence[int], readings: list[Reading], at: int) -> Iterator[Decimal]:
    """公开 84 件、部分公开 15 件，占 51.6%: the percentage may be of the whole 、-row before it."""
    row: list[Reading] = []
    for before in reversed(_outside_brackets(depths, readings, at)):
        end = row[0].figure.index if row else before.figure.index
        marks = [
            sentence[index].value
            for index in range(before.figure.index + 1, end)
            if sentence[index].kind == "sep" and not depths[index]
        ]
        if row and (marks not in (["、"], ["，"]) or before.figure.unit != row[0].figure.unit):
            break
        row.insert(0, before)
    if len(row) > 1 and all(item.quantity is not None and _is_known(item) for item in row):
        yield sum((item.figure.value for item in row), Decimal(0))


def _parts(near: Sequence[Reading], share: Reading) -> list[Reading]:
    """The figures a percentage belongs to: the one before it, or as many as 两项 says."""
    before = [item for item in near if item.figure.unit not in _NO_PARTS and not item.figure.change]
    if not before:
        return []
    last = before[-1]
    if last.figure.value <= 6 and last.figure.text[:1] in "两二三四五六" and last.figure.text[1:]:  # 两项, 三家合计
        count = int(last.figure.value)
        return before[-1 - count : -1] if len(before) > count else []
    words = share.figure.left
    direct = share.figure.index - len(words) == last.figure.index  # 5 件行政查询事项占: the name is that figure's
    named = not direct and any(token.kind in _NAMES for token in words[: _share_at(words)])
    return [] if named or last.figure.about or last.figure.year is not None else [last]


def _names_another(text: TextReading, figure: Figure) -> bool:
    """收到 12 件，法人占 16.7%: words we do not know before 占 name something else than the figure before."""
    part = text.by_where[figure.where]
    own = figure.left[: _share_at(figure.left) + 1]
    before = figure.index - len(figure.left)  # the mark or figure that the words begin behind; the last of them is the edge
    begin = part.sentences[figure.sentence][before].end if before >= 0 else own[0].start
    return own[-1].end - begin - sum(token.end - token.start for token in own) > 1


def _part_in_cells(text: TextReading, figure: Figure) -> list[tuple[str, Decimal, Decimal]]:
    """自然人占 83.3%, 予以公开的占 45.5%: base, part and whole from the tables, where only one thing is named before 占."""
    words = _with_bracket(text, figure)
    at = _share_at(words)
    kinds = text.kinds[figure.where, figure.sentence] & {"handled", "app", "new"}  # 公开数量占办结数的 78%
    words = tuple(
        token._replace(kind="outcome", value="granted") if kinds and token.value == "given" else token for token in words
    )
    named = [token for token in words[:at] if token.kind in _PARTS]
    plain = all(token.kind in (*_PARTS, "soft", "app", "now") for token in words[:at])
    papers = text.kinds[figure.where, figure.sentence] & {"publish", "doc"}
    if len(named) != 1 or not plain or papers or figure.scope or figure.year is not None or _names_another(text, figure):
        return []
    if any(token.kind not in ("share", "soft", "edge", "app", "new", "handled", "total", "noun") for token in words[at:]):
        return []
    key = named[0].value
    if named[0].kind != "applicant":
        rows = next((outcome.rows for outcome in text.report.form.outcomes if outcome.key == key), (key,))
        choices = {"handled": tuple(total(row) for row in rows)}
    else:
        columns = ORGANIZATIONS if key == "organizations" else (key,)
        choices = {name: tuple(total(cell.row, column) for cell in cells for column in columns) for name, cells in BASES.items()}
    sums = [(name, sum_of(text.report, cells), sum_of(text.report, BASES[name])) for name, cells in choices.items()]
    return [(name, part, whole) for name, part, whole in sums if part is not None and whole]


def _with_bracket(text: TextReading, figure: Figure) -> tuple[Token, ...]:
    """予以公开（不含部分公开）的占 55.6%: a bracket without figures is passed over."""
    sentence = text.by_where[figure.where].sentences[figure.sentence]
    first = figure.index - len(figure.left) + 1
    if first > 2 and sentence[first - 1].value == "，" and sentence[first - 2].value == "%" and sentence[first - 2].about:
        start = first - 2  # 无法提供超过一半，占 58.2%
        while start and sentence[start - 1].kind not in ("sep", "figure"):
            start -= 1
        return (*sentence[start : first - 2], *figure.left)
    if first < 2 or sentence[first - 1].value != "）":
        return figure.left
    opened = next((at for at in range(first - 1, max(0, first - _NEAR), -1) if sentence[at].value == "（"), 0)
    start = opened
    while start and sentence[start - 1].kind not in ("sep", "figure"):
        start -= 1
    bracket = sentence[opened:first]
    return (*sentence[start:opened], *figure.left) if not any(token.kind == "figure" for token in bracket) else figure.left


def _share_at(words: Sequence[Token]) -> int:
    return next(index for index, token in enumerate(words) if token.kind == "share")


def _bases(text: TextReading, words: Sequence[Token], parts: list[Reading], heads: dict[int, Reading]) -> dict[str, Decimal]:
    tail = words[_share_at(words) :] if words else ()
    names = [
        name
        for name, kind in (("handled", "handled"), ("handled", "manage"), ("new", "new"), ("new", "app"))
        if any(token.kind == kind for token in tail)
    ]
    head = heads.get(id(parts[0]))
    cells = {name: value for name, addresses in BASES.items() if (value := sum_of(text.report, addresses)) is not None}
    of_disputes = _of_disputes(text, parts) if names[:1] == ["handled"] else {}
    if of_disputes:  # 纠正 236 件，占审结数的 14.2%
        return {"closed": of_disputes["closed"]}
    if names:  # 占收到申请总数 may count those carried in
        bases = {"handled"} if names[0] == "handled" else {"new", "taken"}
        return {name: value for name, value in cells.items() if name in bases}
    applications = all(part.quantity is not None and part.quantity.addresses[0].table == "applications" for part in parts)
    if head is not None and not head.figure.about and not applications:
        return {"list": head.figure.value}
    if not all(_is_known(part) for part in parts):
        return {}
    if applications and head is not None and head.quantity is not None and head.tie.state == "agrees":
        name = "new" if head.quantity.name == "new" else "handled" if head.quantity.name == "handled" else ""
        return {name: cells[name]} if name in cells else cells  # 新收 36 件，其中自然人 27 件，占 75%
    return cells if applications else _of_disputes(text, parts)


def _of_disputes(text: TextReading, parts: Sequence[Reading]) -> dict[str, Decimal]:
    """行政复议维持 4 件、纠正 1 件，占 20%: of all disputes of the row, or of those that are closed."""
    cells = [cell for part in parts if part.quantity is not None for cell in part.quantity.addresses]
    if any(cell.table != "disputes" or cell.column == "total" for cell in cells):
        return {}
    rows = tuple(dict.fromkeys(cell.row for cell in cells))
    whole, pending = (sum_of(text.report, tuple(Address("disputes", row, name) for row in rows)) for name in ("total", "pending"))
    return {} if whole is None or pending is None else {"disputes": whole, "closed": whole - pending}


def _is_known(part: Reading) -> bool:
    """Its words say what it counts; for 自然人 10 件 without a verb it is enough that the figure fits."""
    quantity = part.quantity
    return quantity is not None and (quantity.certainty != "weak" or bool(quantity.either and part.tie.state == "agrees"))
