"""Find the rows of a ledger that may be one request: a number that comes twice, or the same row in two sheets.

In: the requests of a workbook in their order, with the sheets they were read from. Out: positions, with the reason.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from toolkit.register.requests import Request, identity


def rows_of_other_sheets(requests: Sequence[Request], sheets: Sequence[str]) -> dict[int, str]:
    """The rows that a sheet before has word for word, with their sheet: that of a month beside that of the whole year."""
    first: dict[tuple[object, ...], int] = {}
    repeated = {}
    for position, request in enumerate(requests):
        before = first.setdefault(identity(request, by_number=bool(request.number)), position)
        if sheets[position] != sheets[before] and requests[before].says_the_same(request):
            repeated[position] = sheets[position]
    return repeated


def why_doubled(requests: Sequence[Request], left_out: Container[int]) -> dict[int, str]:
    """Why each of the rows that may be one request is not taken.

    Args:
        left_out: positions that do not count.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for position, request in enumerate(requests):
        if position not in left_out:
            groups.setdefault(identity(request, by_number=bool(request.number)), []).append(position)
    reasons: dict[int, str] = {}
    for positions in groups.values():
        if len(positions) > 1:
            reasons |= dict.fromkeys(positions, _reason([requests[position] for position in positions]))
    return reasons


def _reason(rows: Sequence[Request]) -> str:
    if not rows[0].number:
        return f"收到日期、申请人、申请内容都相同的有 {len(rows)} 行；不是重复登记的，请给各行写上编号"
    advice = "分次答复的只留一行，前几次答复写在工作表“分次答复”里；不是同一件的，请改编号"
    if len({request.received_on.year for request in rows if request.received_on}) > 1:
        advice = "每年从头编号的，请在编号前加年份，如 2024-1；同一件登记了两次的，只留一行"
    return f"申请编号：“{rows[0].number}”在台账里有 {len(rows)} 行；{advice}"
