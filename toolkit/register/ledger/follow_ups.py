"""Read what may follow a request several times: answers in parts (分次答复), reviews and lawsuits (复议诉讼).

In: the cells of one line, from a sheet of the ledger or from the screen. Out: a ``PartAnswer`` or a ``Dispute``; a line that is
unclear is refused with the reason, and nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from toolkit.importing.wording import one_line
from toolkit.register.ledger import words
from toolkit.register.ledger.values import FIRST_DAY, read_date
from toolkit.register.requests import DISPUTE_KINDS, DISPUTE_RESULTS, Dispute, PartAnswer, outcome_label

PARTS_SHEET, DISPUTES_SHEET = "分次答复", "复议诉讼"
PART_HEADS = ("申请编号", "答复日期", "办理结果", "答复文号")
DISPUTE_HEADS = ("申请编号", "类别", "提起日期", "受理机关", "案号", "审结日期", "结果")


def part_of(
    cells: Sequence[Any], year: int | None, own: Mapping[str, str] | None = None, first_day: date = FIRST_DAY
) -> PartAnswer:
    """One answer in parts.

    Args:
        cells: as ``PART_HEADS`` after the number of the request.
        year: what days without a year belong to.
        own: rows of part three by the words of this office.
        first_day: day 0 of the workbook's serial numbers.

    Raises:
        ValueError: a date or an outcome is missing or unclear.
    """
    day, outcome, number = cells
    answered = _day(day, year, "答复日期", first_day)
    if answered is None:
        raise ValueError("答复日期：没有填")
    word = one_line(str(outcome))
    row = words.outcome_of(word, answered.year, own)
    if row is None or row in (words.OPEN, words.WITHDRAWN):
        raise ValueError(f"办理结果：“{word}”认不出来" if word else "办理结果：没有填")
    return PartAnswer(answered, row, one_line(str(number)))


def dispute_of(cells: Sequence[Any], year: int | None, first_day: date = FIRST_DAY) -> Dispute:
    """One review or lawsuit; ``cells`` as ``DISPUTE_HEADS`` after the number of the request, the rest as in ``part_of``.

    Raises:
        ValueError: kind, day or result is missing or unclear.
    """
    kind, filed, body, case_number, decided, result = cells
    kind_word, result_word = one_line(str(kind)), one_line(str(result))
    key, outcome = words.dispute_kind_of(kind_word), words.result_of(result_word) if result_word else ""
    if key is None:
        raise ValueError(f"类别：“{kind_word}”认不出来，应为{'、'.join(DISPUTE_KINDS.values())}之一")
    filed_on = _day(filed, year, "提起日期", first_day)
    if filed_on is None:
        raise ValueError("提起日期：没有填")
    if outcome is None:
        raise ValueError(f"结果：“{result_word}”认不出来，应为{'、'.join(DISPUTE_RESULTS.values())}之一")
    decided_on = _day(decided, year, "审结日期", first_day)
    return Dispute(key, filed_on, one_line(str(body)), one_line(str(case_number)), decided_on, outcome)


def _day(value: Any, year: int | None, head: str, first_day: date) -> date | None:
    try:
        return read_date(value or None, year, first_day)
    except ValueError as error:
        raise ValueError(f"{head}：{error}") from error


def part_in_words(part: PartAnswer) -> list[Any]:
    """The cells of an answer in parts, choices in words."""
    return [part.answered_on, outcome_label(part.outcome, part.answered_on.year), part.number]


def dispute_in_words(item: Dispute) -> list[Any]:
    """The cells of a review or lawsuit, choices in words; a pending one has neither day nor result."""
    kind, result = DISPUTE_KINDS.get(item.kind, item.kind), DISPUTE_RESULTS.get(item.result, item.result)
    return [kind, item.filed_on, item.body, item.case_number, item.decided_on or "", result]
