"""Decide on every figure when the whole report is read: one assignment of figures to cells, lists and other business.

Takes the text with its readings and lists, returns the text with each figure decided. A figure that one of its candidates
explains was taken for that one. What is left contradicts every meaning of its words; how surely, the degree says: that of the
words, with the grounds for and against that the whole report gives. ``Reading.degree`` decides whether a difference is an
error, a warning, a notice or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, pairwise, takewhile

from toolkit.checks.narrative.assignment import grounds as why
from toolkit.checks.narrative.assignment.divisions import ReadDivision, divisions_of
from toolkit.checks.narrative.assignment.evidence import Evidence, is_named
from toolkit.checks.narrative.assignment.kept import Decisions
from toolkit.checks.narrative.assignment.likely import chance_of
from toolkit.checks.narrative.assignment.rests import wrong_rests
from toolkit.checks.narrative.assignment.unstated import unstated_cells
from toolkit.checks.narrative.candidates.degrees import degree_of
from toolkit.checks.narrative.candidates.fitting import sum_of
from toolkit.checks.narrative.candidates.neighbours import says_nothing
from toolkit.checks.narrative.candidates.quantity import Quantity, code_of, total
from toolkit.checks.narrative.candidates.readings import Candidate, Kind, Parts, Place, Reading, TextReading, last_before
from toolkit.checks.narrative.candidates.slips import SMALL, is_near, is_typing_slip
from toolkit.checks.narrative.figures import Figure
from toolkit.checks.narrative.relations.list_shapes import TextList
from toolkit.checks.narrative.tokens.vocabulary import KEYS
from toolkit.forms import Address
from toolkit.report import Report

ERROR, WARNING, NOTICE = 90, 50, 40  # the least degree of each
LEAST = 30  # of clear words; below it everything speaks against the cell
# of the second opinion: below the first no alarm, below the second no error, below the third only of a slip
_UNLIKELY, _DOUBTFUL, _EVIDENT = 0.03, 0.4, 0.7
_LONG = 100  # figures that have each other's digits by accident only when they are shorter
_ADDENDS, _MOST_ADDENDS = 2, 6  # figures that are added up behind their sum
_FAR = 4  # small figures that differ more are no slip
_FIRM = 85  # the least degree at which a figure is compared with a cell that it is far from
_RECEIVED = ("new", "taken", "handled", "manage")
_NAMES = frozenset(("outcome", "applicant", "act", "doc", "review", "suit"))
_DIVIDING = ("outcome", "part", "suit", "review", "handled")  # kinds of words behind a figure that say what became of some
_AGAINST = frozenset((why.ROW_ADDS_UP, why.EXAMPLE, why.BOTH))  # grounds that leave no warning


def choose(text: TextReading, lists: Sequence[TextList]) -> tuple[TextReading, Parts]:
    """The text with every figure decided; the same text when each of them agrees or counts nothing of the tables.

    With it the parts of each head whose list the tables divide.
    """
    divisions = tuple(divisions_of(text))
    odd = dict(_odd_of(text, divisions))
    rows = dict((*_swapped_neighbours(text), *wrong_rests(text), *_odd_ones(text, lists))) | odd
    divided = {id(item) for one in divisions if one.odd is None for item in one.readings[1:]}
    right = [entry for entry in lists if entry.adds_up and (entry.head.tie.kind, entry.head.tie.state) == ("cell", "agrees")]
    for entry in right:  # 许可 236 件，其中经营许可 84 件、…许可 23 件、其他 129 件: each is a part of that cell
        divided |= {id(item) for item in entry.items if _are_alike(item, entry.head)}
    for entry in lists:
        counted = [item for item in entry.items if item.quantity is not None]
        if entry.adds_up and entry.head.quantity is None and all(_differs(item) and _is_outcome(item) for item in counted):
            # 涉及土地征收的 11 件里，予以公开 8 件、部分公开 2 件、无法提供 1 件; items in free words have no quantity
            divided |= {id(item) for item in entry.items if len(counted) == len(entry.items) or _is_referred_to(text, entry.head)}
    divided |= _heads_of_sums(text)
    parts = _parts_of_heads(divisions)
    unstated = dict(unstated_cells(text, _in_lists(lists, adding_up=True), _in_lists(lists, adding_up=False)))
    known = rows.keys() | unstated.keys()
    open_figures = [
        at for at, item in enumerate(text.readings) if _differs(item) or item.candidate is not None or id(item) in known
    ]
    if not open_figures:
        return text, parts
    evidence = Evidence(text, tuple(lists))
    by_words = Decisions(evidence, _of_own_words)
    readings = list(text.readings)
    for at in open_figures:
        item = readings[at]
        if id(item) in rows:
            row, own = rows[id(item)], by_words.of(item)
            keeps = id(item) in odd and _is_error_of(own, row)
            readings[at] = own if keeps else _taken(evidence, item, row, WARNING + 10, (why.ROW_TOLD,))
            continue
        if id(item) in divided:
            reason = "与同列各数合起来正是表中一数的各部分"
            readings[at] = _left_alone(item, reason, "apart") if _differs(item) else item
            continue
        own = by_words.of(item)
        missed = None if _differs(own) else unstated.get(id(item))
        readings[at] = own if missed is None else _taken(evidence, item, missed[0], WARNING + 10, missed[1:])
    changed = any(readings[at] is not text.readings[at] for at in open_figures)
    return (replace(text, readings=tuple(readings)) if changed else text), parts


def _is_referred_to(text: TextReading, head: Reading) -> bool:
    """这 8 件当中: the words before a figure say that it was stated before."""
    return text.by_where[head.figure.where].plain.text.endswith(("这", "那", "上述", "以上"), 0, head.figure.place)


def _heads_of_sums(text: TextReading) -> set[int]:
    """公开了信息的 24 件，这个数是予以公开 20 件与部分公开 4 件之和: by ``id`` a figure that those behind it explain."""
    heads = set()
    for key, readings in text.by_sentence.items():
        summed = "total" in text.kinds[key] and any(_differs(one) for one in readings)
        for at, item in enumerate(readings[:-_ADDENDS] if summed else ()):
            rows = [*takewhile(lambda one: (one.tie.kind, one.tie.state) == ("cell", "agrees"), readings[at + 1 :])]
            sums = accumulate(one.figure.value for one in rows[:_MOST_ADDENDS])
            if _differs(item) and _is_outcome(item) and item.figure.value in [*sums][_ADDENDS - 1 :]:
                heads.add(id(item))
    return heads


def _is_outcome(item: Reading) -> bool:
    return item.quantity is not None and item.quantity.code == "text-outcome"


def _in_lists(lists: Sequence[TextList], *, adding_up: bool) -> frozenset[int]:
    """The figures of lists that add up, or of rows side by side: 自然资源局 41 件、青桠镇 19 件、住建局 15 件."""
    chosen = (entry for entry in lists if (entry.adds_up if adding_up else entry.firmness == "loose"))
    return frozenset(id(item) for entry in chosen for item in (entry.head, *entry.items))


def _are_alike(item: Reading, head: Reading) -> bool:
    """The same cell, or documents and decisions of any kind, which have no further parts in the tables."""
    one, whole = item.quantity, head.quantity
    return one == whole or (one is not None and whole is not None and one.code == whole.code == "text-article20")


def leave_alone(text: TextReading, places: Collection[tuple[str, int]], reason: str) -> TextReading:
    """The text where the differing figures at these places (part and offset) count something else, for a reason in Chinese."""
    if not places:
        return text
    changed = (
        _left_alone(item, reason) if _differs(item) and (item.figure.where, item.figure.start) in places else item
        for item in text.readings
    )
    return replace(text, readings=tuple(changed))


def _of_own_words(evidence: Evidence, item: Reading) -> Reading:
    if id(item) in evidence.divided:
        return _left_alone(item, "与同列各项合起来正是前面写的另一格，说的是那一格中的", "apart") if _differs(item) else item
    item = _decided(evidence, item) if _is_doubtful(item) else item if item.quantity is None else _weighed(evidence, item)
    if _differs(item) and evidence.is_of_other_matters(item):
        return _left_alone(item, "这一句里没有别的数说的是表格，此数又不像笔误")
    return _confirmed(evidence, _with_second_opinion(evidence.text, item))


def _is_error_of(item: Reading, row: Quantity) -> bool:
    """Whether the own words of a figure make it an error at the cells that its list finds: no list makes less of it."""
    return _differs(item) and item.degree >= ERROR and item.quantity is not None and item.quantity.addresses == row.addresses


def _with_second_opinion(text: TextReading, item: Reading) -> Reading:
    """The figure without its alarm, or with a mere warning, where its words are unlike those that count its cell."""
    if not _differs(item) or item.degree < WARNING or not item.figure.right:  # 分别 has dealt out names from afar
        return item
    figure, quantity = item.figure, item.quantity
    if quantity is None or quantity.name == "fees" or _names_several(item):  # few words name money or several rows
        return item
    if _is_named_afar(item) or _holds_a_part(text, item):
        return item
    names = _RECEIVED if quantity.name in _RECEIVED else (quantity.name,)  # 收到并办结 2 件: of either
    chances = [chance for name in names if (chance := chance_of(text, figure, name)) is not None]
    chance = max(chances, default=1.0)
    expected = item.tie.expected or Decimal(0)
    far = abs(figure.value - expected) > _FAR and not is_near(figure.value, expected)
    named = is_named(item) or quantity.addresses[0].table == "documents"  # 规范性文件 is the name of its cells
    if expected and far and chance < _EVIDENT and item.degree < _FIRM and not named:
        return _left_alone(item, "与这一格相差很多，不像笔误，说法又不确定")
    if chance >= _DOUBTFUL:
        return item
    slip = max(figure.value, expected) >= SMALL and is_typing_slip(figure.value, expected)  # no accident, whatever its words
    if chance < _UNLIKELY and not slip and not _is_in_words_of_form(figure, quantity):
        return _left_alone(item, f"与平时写这一格的话很不像（{chance:.0%}），多半是别的数")
    grounds = (*item.grounds, f"与平时写这一格的话不大像（{chance:.0%}），只作提醒")
    return replace(item, degree=min(item.degree, ERROR - 1), grounds=grounds)


def _is_in_words_of_form(figure: Figure, quantity: Quantity) -> bool:
    """由…商业企业…提出的 8 件; 属本局不掌握、无法提供的 9 件; 上年未办结、延续到本年的 6 件; 与政府信息公开有关的诉讼 6 件: the
    form's name of the column, a reason with its outcome, the full name of what was carried over, or disputes over disclosure."""
    kinds = {token.kind for token in figure.left}
    columns, rows = ({cell.column for cell in quantity.addresses}, {cell.row for cell in quantity.addresses})
    if any(token.kind == quantity.name and token.end - token.start >= len("上年结转") for token in figure.left):
        return True
    if quantity.code == "text-disputes" and any(token.value == "disclosure" for token in figure.left):
        return True
    several = any(token.value == "some" for token in figure.left)  # 企业、科研机构等单位
    if not several and any(token.kind == "applicant" and token.value in columns for token in figure.left):
        return True
    reasons = {token.value for token in figure.left if token.kind == "reason"}
    named_behind = any(token.kind in KEYS for token in figure.right)  # 属于行政查询不予公开、5 件无法提供
    return reasons == rows and not named_behind and "outcome" in kinds


def _holds_a_part(text: TextReading, item: Reading) -> bool:
    """公开信息的 7 件（含部分公开 1 件）: what stands in brackets is an outcome, as the tables have it."""
    figure = item.figure
    words = text.by_where[figure.where].sentences[figure.sentence][figure.index + 1 :]
    behind = next((one for one in text.of_sentence(figure.where, figure.sentence) if one.figure.index > figure.index), None)
    if behind is None or not words or words[0].value != "（":
        return False
    return _is_outcome(behind) and (behind.tie.kind, behind.tie.state) == ("cell", "agrees")


def _is_named_afar(item: Reading) -> bool:
    """合计 3 件; 有 3 件因年底才收到，结转下年度: another clause names what is counted."""
    named = [token.kind for token in (*item.figure.left, *item.figure.right) if token.kind in KEYS]
    if item.quantity is not None and item.quantity.name == "carried_out":
        return item.figure.unit != "项" and not any(kind.startswith("carr") or kind == "handled" for kind in named)
    nothing = says_nothing(item.figure.left) or len(item.figure.left) == len(item.figure.right) == 1 > item.figure.lead
    return nothing and not any(token.kind in KEYS for token in item.figure.right)


def _names_several(item: Reading) -> bool:
    """企业和律所合计 6 件: rows or columns that the words before a figure name one by one."""
    words = [token for token in item.figure.left if token.value != "other_organization"]  # everyday words for all the others
    # 许可、处罚被复议 6 件 names what the reviews were about; 企业和律所合计 6 件予以公开 may be some of them
    of_cases = item.quantity is not None and item.quantity.code == "text-disputes"
    kinds = _NAMES - {"act"} if of_cases else _NAMES
    names = sum(token.kind in kinds or token.value == "firm" for token in words)
    divided = any(token.kind in _DIVIDING for token in item.figure.right)
    return names > 1 and not divided and not any(token.kind == "each" or token.value == "some" for token in words)


def _confirmed(evidence: Evidence, item: Reading) -> Reading:
    """The figure as an error only where something besides its own words says that it is one.

    Such are a slip of the pen, or another figure of the sentence that tells its cell of the same table rightly.
    """
    if item.degree < ERROR or not _differs(item) or evidence.confirms(item):
        return item
    grounds = (*item.grounds, "只有这一处的说法可以依据，只作提醒")
    return replace(item, degree=ERROR - 1, grounds=grounds)


def _parts_of_heads(divisions: Sequence[ReadDivision]) -> Parts:
    """Where the heads of lists without an odd figure are, each with the places of its items."""
    right = [[_place(item) for item in one.readings] for one in divisions if one.odd is None]
    return {head: frozenset(items) for head, *items in right}


def _place(item: Reading) -> Place:
    return item.figure.where, item.figure.start


def _odd_of(text: TextReading, divisions: Sequence[ReadDivision]) -> Iterator[tuple[int, Quantity]]:
    """The odd figure of each list that the tables explain but for it; 公开的 7 件，包含部分公开 2 件 is none."""
    granted = sum_of(text.report, (total("granted"), total("partly_granted")))
    for one in divisions:
        cells = one.cells
        both = cells == (total("granted"),) and one.odd is not None and one.odd.figure.value == granted
        apart = one.odd is not None and one.odd.candidate is not None and one.odd.candidate.code == "text-disputes"
        far = one.odd is not None and _is_far(one.odd, sum_of(text.report, cells) or Decimal(0))
        if one.odd is not None and len({cell.column for cell in cells}) == 1 and not (both or apart or far):
            name = "+".join(dict.fromkeys(f"{cell.row}.{cell.column}" for cell in cells))
            yield id(one.odd), Quantity(name, code_of(cells), cells, "likely")


def _is_far(item: Reading, expected: Decimal) -> bool:
    """未能满足的（部分公开、…、其他处理）共 63 件 where 其他处理 is 1: no slip of it."""
    more = abs(item.figure.value - expected)
    return more > max(Decimal(SMALL), 2 * expected) and not is_typing_slip(item.figure.value, expected)


def _odd_ones(text: TextReading, lists: Sequence[TextList]) -> Iterator[tuple[int, Quantity]]:
    """不予公开的 29 件中，A 9 件、B 6 件、C 5 件: head and most items are cells, so the odd one is compared with its own."""
    for entry in lists:
        head = entry.head.quantity
        if head is None or (entry.head.tie.kind, entry.head.tie.state) != ("cell", "agrees") or not entry.adds_up:
            continue
        named = [(item, item.candidates[0].quantity) for item in entry.items if item.candidates]
        within = [(item, one) for item, one in named if len(one.addresses) == 1 and _is_within(one.addresses[0], head)]
        right = {id(item) for item, one in within if sum_of(text.report, one.addresses) == item.figure.value}
        odd = [(item, one) for item, one in within if id(item) not in right]
        if (len(right) > 1 and len(head.addresses) > 1) or (right and len(odd) > 1 and _are_swapped(text, odd)):
            yield from ((id(item), one) for item, one in odd)


def _swapped_neighbours(text: TextReading) -> Iterator[tuple[int, Quantity]]:
    """内部事务 3 份、行政查询 2 份 where the table has 2 and 3: each of two neighbours has the value of the other one."""
    for readings in text.by_sentence.values():
        for one, two in pairwise(readings):
            cells = [item.candidates[0].quantity for item in (one, two) if item.candidates]
            if len(cells) < len((one, two)) or any(len(cell.addresses) != 1 or cell.each for cell in cells):
                continue
            if cells[0].code != "text-outcome" or cells[1].code != "text-outcome" or cells[0].addresses == cells[1].addresses:
                continue
            right = [sum_of(text.report, cell.addresses) for cell in cells]
            values = [one.figure.value, two.figure.value]
            if right[0] and right[1] and right[0] != right[1] and values == right[::-1] and one.figure.unit == two.figure.unit:
                yield from ((id(one), cells[0]), (id(two), cells[1]))


def _are_swapped(text: TextReading, odd: Sequence[tuple[Reading, Quantity]]) -> bool:
    """企业 10 件、律所 31 件 where the table has them the other way round: each has the value of another's cell."""
    cells = [sum_of(text.report, one.addresses) for _, one in odd]
    return None not in cells and sorted(item.figure.value for item, _ in odd) == sorted(cell or 0 for cell in cells)


def _is_within(cell: Address, head: Quantity) -> bool:
    """A row of the group that the head counts, or a kind of applicants of its row."""
    if cell in head.addresses:
        return len(head.addresses) > 1
    return cell.table == "applications" and cell.column != "total" and head.addresses == (cell._replace(column="total"),)


def _is_granted_in_any_way(evidence: Evidence, item: Reading, quantity: Quantity) -> bool:
    """以“予以公开”加“部分公开”计算，实质公开 220 件: the two are named side by side before the figure, which is their sum."""
    if quantity.addresses != (total("granted"),):
        return False
    before = last_before(evidence.text.of_sentence(item.figure.where, item.figure.sentence), item.figure.index)
    first = before.figure.index if before is not None else 0
    sentence = evidence.text.by_where[item.figure.where].sentences[item.figure.sentence]
    named = any(token.value == "partly_granted" for token in sentence[first : item.figure.index])
    return named and item.figure.value == sum_of(evidence.report, (total("granted"), total("partly_granted")))


def _differs(item: Reading) -> bool:
    return item.quantity is not None and (item.tie.kind, item.tie.state) == ("cell", "differs")


def _is_doubtful(item: Reading) -> bool:
    return item.candidate is not None and bool(item.candidate.doubt)


def _weighed(evidence: Evidence, item: Reading) -> Reading:
    """A differing figure of clear words, with the degree that the report leaves it."""
    quantity = item.quantity
    assert quantity is not None
    reason = evidence.unknown_words.reason(item, quantity)
    if reason:
        return _left_alone(item, reason)
    if _is_another_named(evidence.report, item):
        return _left_alone(item, "旁边的词还写到另一格，此数正是那一格")
    if _is_granted_in_any_way(evidence, item, quantity):
        return _left_alone(item, "前面还写到部分公开，此数正是两项之和", "apart")
    grounds = tuple(ground for ground in evidence.grounds(item, quantity) if ground.change < 0)
    for ground in (why.OF_OTHERS, why.OF_ORIGIN):
        if ground in grounds:
            return _left_alone(item, ground.reason, "apart")
    degree = degree_of(quantity) + sum(ground.change for ground in grounds)
    if item.figure.scope and not is_near(item.figure.value, item.tie.expected or Decimal(0)) and _may_be_of_others(item):
        return _left_alone(item, "说的是本级，或是本地区同类机关，全部的数与它不同")
    if _is_share_of(item):
        return _left_alone(item, "后面说的是它占多少")
    column = quantity.addresses[0].table == "applications" and quantity.addresses[0].column != "total"
    least = WARNING if column and quantity.certainty == "likely" else LEAST  # 1 件自然人申请 may be one of them
    if why.TOLD_ELSEWHERE in grounds and not evidence.repeats(item):
        return _left_alone(item, why.TOLD_ELSEWHERE.reason)
    if degree < least or (degree < WARNING and _AGAINST & {*grounds}):
        return _left_alone(item, "、".join(ground.reason for ground in grounds))
    return replace(item, degree=max(degree, WARNING), grounds=_reasons(grounds))


def _is_another_named(report: Report, item: Reading) -> bool:
    """上述办结件来自本年新收的 9864 件; 提供可公开内容的部分公开类 2764 件: the words name another cell, which has the value."""
    value, own = item.figure.value, item.quantity.addresses if item.quantity is not None else ()
    words = [(token.kind, token.value) for token in item.figure.left if token.end > token.start]
    outcomes = [next((one.rows for one in report.form.outcomes if ("outcome", one.key) == word), ()) for word in words]
    cells = [tuple(map(total, rows)) for rows in outcomes if rows]
    cells = cells if value >= SMALL else cells[-1:]  # a small figure may have the value of any cell
    if ("new", "fresh") in words and value >= SMALL:
        cells.append((total("new"),))
    # 不掌握而无法提供的 6 件: the group of the row is no other cell
    return bool(own) and any(not {*own} <= {*one} and sum_of(report, one) == value for one in cells)


def _may_be_of_others(item: Reading) -> bool:
    """全县收到 86 件，县政府办本级 24 件; 全市公安机关 305 件: part of a whole, or more than the organ's own."""
    return item.figure.scope == "field" or item.figure.value < (item.tie.expected or 0)


def _is_share_of(item: Reading) -> bool:
    """20 件约占办结总数的七成: the words behind the figure are those of the base."""
    named = any(token.kind in KEYS and token.end > token.start for token in item.figure.left)
    behind = [token.kind for token in item.figure.right if token.kind != "edge"]
    return not named and behind[:1] == ["share"]


def _decided(evidence: Evidence, item: Reading) -> Reading:
    """A doubtful figure: taken for the cell that it most likely misses, and only when nothing else explains the number."""
    figure = item.figure
    if figure.scope or figure.about or figure.year is not None or figure.one or not figure.value:
        return item
    best = max((_appraised(evidence, item, candidate) for candidate in item.candidates), key=lambda appraisal: appraisal[0])
    degree, quantity, grounds = best
    return _taken(evidence, item, quantity, degree, grounds) if degree >= WARNING else item


def _appraised(evidence: Evidence, item: Reading, candidate: Candidate) -> tuple[int, Quantity, tuple[why.Ground, ...]]:
    """The degree that is left of one candidate; 0 when its cell cannot be missed by this figure."""
    quantity = candidate.quantity
    expected = sum_of(evidence.report, quantity.addresses)
    possible = expected or (expected is not None and _may_be_none(evidence, quantity))
    if quantity.each or quantity.explains or not possible or not _may_differ(evidence, item, quantity, expected or Decimal(0)):
        return 0, quantity, ()
    grounds = tuple(evidence.grounds(item, quantity))
    if id(item) in evidence.listed:
        grounds = (*grounds, why.LISTED if quantity.addresses[0].column in ("total", "decisions") else why.LISTED_APPLICANTS)
    return candidate.degree + sum(ground.change for ground in grounds), quantity, grounds


def _may_be_none(evidence: Evidence, quantity: Quantity) -> bool:
    """1 件来自企业 where the row has applicants and none of that kind; any other cell that is 0 is most likely not meant."""
    place = quantity.addresses[0]
    return (
        place.table == "applications"
        and place.column != "total"
        and bool(evidence.report.number(place.table, place.row, "total"))
    )


def _may_differ(evidence: Evidence, item: Reading, quantity: Quantity, expected: Decimal) -> bool:
    """A part (网上申请 5 件) is wrong only when it is more than the whole, or has the digits of the whole in another order."""
    if quantity.doubt != "part":
        small = min(item.figure.value, expected) < SMALL <= max(item.figure.value, expected)  # 3 件申请曾通知补正 of 38
        return is_near(item.figure.value, expected) if small else is_typing_slip(item.figure.value, expected)
    if min(item.figure.value, expected) >= _LONG and sorted(str(item.figure.value)) == sorted(str(expected)):
        return True
    carried = evidence.report.number("applications", "carried_in", "total") or 0
    more = item.figure.value > expected + carried and is_typing_slip(item.figure.value, expected)
    return quantity.name in ("new", "handled") and more


def _reasons(grounds: Sequence[why.Ground]) -> tuple[str, ...]:
    return tuple(f"{ground.reason}（{ground.change:+d}）" for ground in grounds)


def _taken(evidence: Evidence, item: Reading, quantity: Quantity, degree: int, grounds: Sequence[why.Ground]) -> Reading:
    expected = sum_of(evidence.report, quantity.addresses)
    tie = replace(
        item.tie, kind="cell", state="differs", addresses=quantity.addresses, expected=expected,
        reason="别处没有写到这一格，此数又与它相近，按这一格核对",
    )  # fmt: skip
    quantity = replace(quantity, certainty="likely", doubt="")
    return replace(item, tie=tie, quantity=quantity, degree=min(degree, ERROR - 1), grounds=_reasons(grounds))


def _left_alone(item: Reading, reason: str, kind: Kind = "untied") -> Reading:
    tie = replace(item.tie, kind=kind, state="untied", addresses=(), expected=None, reason=reason)
    return replace(item, tie=tie, quantity=None, candidate=item.quantity, takes_carried=False)
