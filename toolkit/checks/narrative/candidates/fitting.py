"""Compare each figure with the cells that it may count: takes meanings and tables, returns readings.

Here a figure is only compared. Which of the differences are worth a finding is decided when the whole report was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from toolkit.checks.narrative.candidates.meanings import meanings_of
from toolkit.checks.narrative.candidates.quantity import Quantity, total
from toolkit.checks.narrative.candidates.readings import PARTS, Candidate, Kind, Meaning, Reading, State, TextReading, Tie
from toolkit.checks.narrative.figures import Figure, PartText
from toolkit.checks.narrative.tokens.chinese_numbers import Interval
from toolkit.forms import Address
from toolkit.report import Figures, Report

_BESIDE = 24  # characters between 新收 13 件 and 上年结转 1 件
_AROUND = 3  # figures looked at on either side of one
_ONLY_NEW = ("fresh", "added")


def read_cells(report: Report, last_year: Report | None = None) -> TextReading:
    """The text with every figure compared: what lists, growths and percentages build on."""
    read = [meanings_of(report, where) for where in PARTS]
    readings = _fitted_again(report, last_year, [meaning for _, meanings in read for meaning in meanings])
    parts = tuple(part for part, _ in read)
    return TextReading(report, last_year, parts, _told_in_pieces(report, parts, readings))


def _fitted_again(report: Report, last_year: Report | None, meanings: Sequence[Meaning]) -> list[Reading]:
    """The readings of all figures; while a clerk types, those of a figure that is where it was stay the same objects."""
    kept = _last_readings(report.figures, last_year and (last_year.year, last_year.figures))
    readings = []
    for meaning in meanings:
        before, reading = kept.get(id(meaning.figure), (meaning, None))
        if reading is None or reading.figure is not meaning.figure or before.candidates is not meaning.candidates:
            reading = _fitted(report, last_year, meaning)
        readings.append(reading)
    kept.clear()
    kept.update((id(meaning.figure), (meaning, reading)) for meaning, reading in zip(meanings, readings, strict=True))
    return readings


@lru_cache(maxsize=2)
def _last_readings(_now: Figures, _before: tuple[int, Figures] | None) -> dict[int, tuple[Meaning, Reading]]:
    """The last figures, by ``id``, that were compared with these tables."""
    return {}


def _fitted(report: Report, last_year: Report | None, meaning: Meaning) -> Reading:
    figure, quantity = meaning.figure, meaning.quantity
    if quantity is None:
        return Reading(figure, _tie(figure, "untied", "untied", reason="没有对应的表格数据"))
    if last_year is not None and _adds_to_last_year(report, last_year, figure, quantity):
        return Reading(figure, _tie(figure, "growth", "agrees", reason="与上年数据比较"))
    # 连同往年在内，对外公开的规范性文件一共 26 件: such a cell counts those of all years
    of_all_years = figure.year == 0 and quantity.name.endswith(".public_total")
    to_next_year = figure.year == report.year + 1 and quantity.name == "carried_out"
    if (figure.year is not None and not (of_all_years or to_next_year)) or figure.scope == "other":
        return _elsewhere(report, last_year, figure, quantity)
    return _compared(report, meaning)


def _adds_to_last_year(report: Report, last_year: Report, figure: Figure, quantity: Quantity) -> bool:
    """新增申请 4 件 where four more came in than last year."""
    if not any(token.value == "added" for token in figure.left) or quantity.name != "new":
        return False
    now, was = sum_of(report, quantity.addresses), sum_of(last_year, (total("new"),))
    return now is not None and was is not None and figure.value == now - was


def _elsewhere(report: Report, last_year: Report | None, figure: Figure, quantity: Quantity) -> Reading:
    """Another year's figure, compared with that year's report when it is last year's and at hand."""
    if figure.scope == "other":
        return Reading(figure, _tie(figure, "untied", "untied", reason="说的是其他范围的数"), None)
    kept = (
        last_year is not None
        and figure.year == last_year.year
        and all(address in last_year.form.cells for address in quantity.addresses)
    )
    expected = sum_of(last_year, quantity.addresses) if kept and last_year is not None else None
    if expected is None or quantity.certainty == "weak":
        return Reading(figure, _tie(figure, "other_year", "untied", reason="其他年度的数"), quantity)
    state: State = "agrees" if expected in _span(figure, quantity) else "differs"
    beside = any(token.kind in ("year", "past") for token in figure.left) and quantity.code != "text-carried"
    own = sum_of(report, quantity.addresses) if not beside and state == "differs" else None
    if own is not None and own in figure.span:  # 承接2018年 13 件; 处罚上年 163 项，处罚决定 92 件: of this year after all
        return Reading(figure, _tie(figure, "cell", "agrees", quantity.addresses, own, "与表格一致"), quantity)
    return Reading(figure, _tie(figure, "other_year", state, quantity.addresses, expected, "上年报告中的数"), quantity)


def _compared(report: Report, meaning: Meaning) -> Reading:
    """The figure against each of its candidates; the first that agrees is its meaning."""
    figure, candidates = meaning
    quantity = candidates[0].quantity
    expected = _expected(report, figure, quantity)
    if expected is None:
        return Reading(figure, _tie(figure, "untied", "untied", quantity.addresses, reason="表格尚未填写"), quantity)
    if expected in _span(figure, quantity):
        fits = quantity.doubt == "wording" and expected != 0  # free wording that fits its cell is taken for it
        quantity = replace(quantity, certainty="likely", doubt="") if fits else quantity
        tie = _tie(figure, "cell", "agrees", quantity.addresses, expected, "与表格一致")
        return Reading(figure, tie, quantity, candidates=candidates)
    for other in candidates[1:]:
        value = _also_agrees(report, figure, other)
        if value is not None:
            reason = "与表格一致（收办总数）" if other.quantity.name == "taken" else "与表格一致"
            tie = _tie(figure, "cell", "agrees", other.quantity.addresses, value, reason)
            return Reading(figure, tie, quantity, takes_carried=quantity.name == "new", candidates=candidates)
    if any(_is_unreadable(report, other.quantity) for other in candidates[1:]):
        return Reading(
            figure, _tie(figure, "untied", "untied", reason="可能说的是没有填写或者认不出的一格"), candidates=candidates
        )
    if quantity.certainty == "weak" and quantity.at_most and _is_more_than_all(report, figure, quantity, expected):
        quantity = replace(quantity, certainty="likely")
    if quantity.certainty == "weak":
        reason = "可能只是其中一部分，未与表格核对" if quantity.doubt != "wording" else "说法不能确定，未与表格核对"
        return Reading(figure, _tie(figure, "untied", "untied", reason=reason), candidate=quantity, candidates=candidates)
    tie = _tie(figure, "cell", "differs", quantity.addresses, expected, "与表格不一致")
    return Reading(figure, tie, quantity, candidates=candidates)


def _is_unreadable(report: Report, quantity: Quantity) -> bool:
    """A further meaning with a cell that is blank or no number: the figure may be right in it."""
    return quantity.name != "taken" and any(report.figures.number(address) is None for address in quantity.addresses)


def _also_agrees(report: Report, figure: Figure, other: Candidate) -> Decimal | None:
    """The value of the cells of a further candidate when the figure has it; those carried in count only where there are any."""
    quantity = other.quantity
    if quantity.name == "taken" and not report.number("applications", "carried_in", "total"):
        return None
    if quantity.name == "bodies" and report.number("applications", quantity.addresses[0].row, "business"):
        return None  # the tables part firms from other bodies, and so should the text
    value = sum_of(report, quantity.addresses)
    return value if value is not None and value in _span(figure, quantity) else None


def _span(figure: Figure, quantity: Quantity) -> Interval:
    return figure.rounded if figure.unit != "元" or quantity.name != "fees" else _in_wan(figure)


def _expected(report: Report, figure: Figure, quantity: Quantity) -> Decimal | None:
    """The value of the cells; of several parts that share the figure the first that differs."""
    span = _span(figure, quantity)
    for part in quantity.each:
        value = sum_of(report, part)
        if value is not None and value not in span:
            return value
    return sum_of(report, quantity.each[0] if quantity.each else quantity.addresses)


def _is_more_than_all(report: Report, figure: Figure, quantity: Quantity, whole: Decimal) -> bool:
    """收到网上申请 20 件 where 13 were there at all, those carried in among them."""
    more = 0 if quantity.code in ("text-outcome", "text-article20") else report.number("applications", "carried_in", "total") or 0
    return figure.span.low > whole + more


def _in_wan(figure: Figure) -> Interval:
    return Interval(figure.span.low / 10000, figure.span.high / 10000)


def sum_of(report: Report, addresses: tuple[Address, ...]) -> Decimal | None:
    """The sum of cells, ``None`` when one is blank or not a number."""
    whole: int | Decimal = 0
    for address in addresses:
        value = report.figures.number(address)
        if value is None or (not value and _is_unfilled(report, address)):
            return None
        whole += value
    return Decimal(whole) if addresses else None


def _is_unfilled(report: Report, address: Address) -> bool:
    """A column of applicants whose row has a total and no applicant at all: the columns are still to be filled in."""
    if address.column == "total" or address.table != "applications":
        return False
    columns = report.form.table_by_key["applications"].column_by_key
    parts = (report.number("applications", address.row, column) for column in columns if column != "total")
    return bool(report.number("applications", address.row, "total")) and not any(parts)


def _tie(
    figure: Figure,
    kind: Kind,
    state: State,
    addresses: tuple[Address, ...] = (),
    expected: Decimal | None = None,
    reason: str = "",
) -> Tie:
    about = bool(figure.about)
    return Tie(figure.where, figure.start, figure.end, figure.text, figure.value, about, kind, state, addresses, expected, reason)


def _told_in_pieces(report: Report, parts: Sequence[PartText], readings: list[Reading]) -> tuple[Reading, ...]:
    """1 件征求第三方意见，结转下年度，另 1 件…结转下年度: what a sentence tells in pieces is right when they add up."""
    _part_new_from_carried(report, {part.where: part for part in parts}, readings)
    _part_one_kind_of_suits(report, readings)
    pieces: dict[tuple[str, int, str], list[int]] = {}
    for at, item in enumerate(readings):
        if item.quantity is not None and item.tie.state == "differs" and item.tie.kind == "cell" and not item.figure.about:
            pieces.setdefault((item.figure.where, item.figure.sentence, item.quantity.name), []).append(at)
    for places in pieces.values():
        together = [readings[at] for at in places]
        whole = together[0].tie.expected or 0
        adds_up = sum(item.figure.value for item in together) == whole
        # 县本级 4 件，各乡镇 3 件，县直部门 5 件: who received how many
        shared_out = all(item.figure.scope and item.figure.value < whole for item in together)
        if len(together) > 1 and (adds_up or shared_out):
            for at in places:
                item, quantity = readings[at], readings[at].quantity
                tie = replace(item.tie, state="agrees", reason="几处之和与表格一致")
                readings[at] = replace(item, tie=tie, quantity=quantity and replace(quantity, certainty="weak"))
    return tuple(readings)


def _part_new_from_carried(report: Report, parts: Mapping[str, PartText], readings: list[Reading]) -> None:
    """新收 13 件；上年结转 1 件；办结 11 件: those carried in have words of their own, so the figure is not 收办总数."""
    stated_alone = {item.figure.where for item in readings if _states_carried_in(item)}
    for at, item in enumerate(readings):
        if not item.takes_carried or item.quantity is None:
            continue
        # 上年结转的 2 件已答复。今年新增 11 件
        only_new = any(token.value in _ONLY_NEW for token in item.figure.left) and not _counts_together(item)
        following = readings[at + 1] if at + 1 < len(readings) else None
        carried = following if following is not None and _is_carried_in_of(item, following) else None
        # not 新收 13 件（含上年结转 1 件）
        aside = only_new and item.figure.where in stated_alone and (carried is None or not _is_among(carried))
        if aside and not _names_carried_alone(parts[item.figure.where], item, readings[max(0, at - _AROUND) : at + _AROUND]):
            readings[at] = _of_own_cells(report, item)
            continue
        if carried is None:
            continue
        near = carried.figure.where == item.figure.where and carried.figure.end - item.figure.end < _BESIDE
        named = [token.kind for token in carried.figure.left if token.kind != "sep"]
        mark = parts[item.figure.where].sentences[item.figure.sentence][item.figure.index + 1]
        # not 其中上年结转 1 件, nor 收到 13 件（上年结转 1 件）
        if near and named[0] == "carried_in" and mark.value == "，" and _names_what_came_in(item):
            readings[at] = _of_own_cells(report, item)


def _names_carried_alone(part: PartText, item: Reading, around: Sequence[Reading]) -> bool:
    """新收 13 件（含上年结转件）, 连同上述结转件，新收 13 件: the sentence names those carried in without their figure."""
    named = any(token.kind in ("carried_in", "carry") for token in part.sentences[item.figure.sentence])
    return named and not any(
        one.quantity is not None and one.quantity.name == "carried_in" and one.figure.sentence == item.figure.sentence
        for one in around
    )


def _is_carried_in_of(item: Reading, following: Reading) -> bool:
    same = following.figure.sentence == item.figure.sentence
    return same and following.quantity is not None and following.quantity.name == "carried_in"


def _states_carried_in(item: Reading) -> bool:
    """上年结转的 2 件, right and not among others: neither 其中上年结转 2 件 nor 含上年结转 2 件."""
    if item.quantity is None or item.quantity.name != "carried_in" or (item.tie.kind, item.tie.state) != ("cell", "agrees"):
        return False
    return not _is_among(item)


def _is_among(item: Reading) -> bool:
    words = {token.kind for token in item.figure.left} | {token.value for token in item.figure.left}
    return bool(words & {"among", "inside", "（"})


def _counts_together(item: Reading) -> bool:
    """连同上年结转的一共 13 件."""
    return any(token.kind == "total" for token in item.figure.left)


def _names_what_came_in(item: Reading) -> bool:
    """全市公安机关接收公开申请 95 件，上年结转 4 件: neither 办理 nor 共, which may count those carried in."""
    kinds = {token.kind for token in item.figure.left}
    return "new" in kinds and not kinds & {"manage", "handled", "total", "neg"}


def _part_one_kind_of_suits(report: Report, readings: list[Reading]) -> None:
    """直接起诉 18 件，维持 12 件、纠正 3 件: the 12 are of that kind alone, so the 3 are not those of all lawsuits."""
    kinds: dict[tuple[str, int, str], list[int]] = {}
    for at, item in enumerate(readings):
        quantity = item.quantity
        if quantity is not None and quantity.either and (quantity.code, item.tie.state) == ("text-disputes", "agrees"):
            kinds.setdefault((item.figure.where, item.figure.sentence, quantity.name.partition(".")[0]), []).append(at)
    for places in kinds.values():
        of_all = [
            at for at in places if sum_of(report, readings[at].candidates[-1].quantity.addresses) == readings[at].figure.value
        ]
        shared = [at for at in of_all if readings[at].tie.addresses != readings[at].candidates[0].quantity.addresses]
        if len(places) - len(of_all) > 1:
            for at in shared:
                readings[at] = _of_own_cells(report, readings[at])


def _of_own_cells(report: Report, item: Reading) -> Reading:
    """The figure against the cells that its words name first."""
    assert item.quantity is not None
    cells = item.quantity.addresses
    tie = replace(item.tie, state="differs", addresses=cells, expected=sum_of(report, cells), reason="与表格不一致")
    return replace(item, tie=tie, takes_carried=False)
