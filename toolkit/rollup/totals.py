"""Add the figures of many reports exactly, and keep the parts of every sum.

In: reports on one edition of the form. Out: the summed figures, and per cell each member's share. Cells that
overlap between members (2019: 上一年项目数量, 本年增减) are shown and not summed unless asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from toolkit.core.errors import NianbaoError
from toolkit.forms import Address, Form
from toolkit.report import Channel, Figures, Report, Value

DIGITS = 60  # more than any sum of money needs, so that no addition is rounded


class MixedEditions(NianbaoError):
    """Reports on different editions of the form cannot be added: one row of 2019 has no place in 2021's three."""

    def __init__(self, organs: Mapping[str, Sequence[str]]) -> None:
        self.organs = organs
        listed = "；".join(f"{form} 版：{'、'.join(names[:5])}{'等' if len(names) > 5 else ''}" for form, names in organs.items())
        super().__init__(f"各单位用的格式版本不同，不能相加（{listed}）。请先让这些单位改用同一版格式重报")


@dataclass(frozen=True, slots=True)
class MemberShare:
    """One member's part of a sum; ``value`` is ``None`` when its cell is blank or not a number."""

    organ: str
    file: str
    value: int | Decimal | None


@dataclass(frozen=True)
class RolledUp:
    """The sums of a jurisdiction.

    ``shares`` opens every cell into its members, in their order. ``not_added`` are the overlapping cells left
    blank; ``incomplete`` the cells for which some member has no number, with the members' names.
    """

    figures: Figures
    shares: Mapping[Address, tuple[MemberShare, ...]]
    not_added: tuple[Address, ...] = ()
    incomplete: Mapping[Address, tuple[str, ...]] | None = None
    channels: tuple[Channel, ...] = ()


def add_up(reports: Sequence[Report], *, overlapping: bool = False) -> RolledUp:
    """The sums of the reports' figures, in any order.

    Args:
        reports: at least one, all on one edition.
        overlapping: also add the cells that overlap between members.

    Raises:
        MixedEditions: the reports are on different editions, or carry rows of another one.
        ValueError: no report.
    """
    form = _common_form(reports)
    shares = {address: tuple(_share(report, address) for report in reports) for address in form.cells}
    sums: dict[Address, Value] = {}
    not_added = []
    for address, column in form.cells.items():
        if column.additive or overlapping:
            sums[address] = _sum(shares[address], Decimal(0) if column.type == "money" else 0)
        else:
            not_added.append(address)
    incomplete = {
        address: names for address, listed in shares.items() if (names := tuple(s.organ for s in listed if s.value is None))
    }
    return RolledUp(Figures(form, sums), shares, tuple(not_added), incomplete, add_channels(reports))


def add_channels(reports: Iterable[Report]) -> tuple[Channel, ...]:
    """Channels of the same name together, the largest first; one approximate count makes the sum approximate."""
    counts: dict[str, tuple[int, bool]] = {}
    for report in reports:
        for channel in report.channels:
            count, approximate = counts.get(channel.name, (0, False))
            counts[channel.name] = (count + channel.count, approximate or channel.approximate)
    ordered = sorted(counts.items(), key=lambda item: (-item[1][0], item[0]))
    return tuple(Channel(name=name, count=count, approximate=approximate) for name, (count, approximate) in ordered)


def _common_form(reports: Sequence[Report]) -> Form:
    if not reports:
        raise ValueError("nothing to add up")
    editions: dict[str, list[str]] = {}
    for report in reports:
        editions.setdefault(report.form.id, []).append(report.organ.name)
    stray = [report.organ.name for report in reports if report.foreign]
    if stray:
        editions["混用"] = stray
    if len(editions) > 1:
        raise MixedEditions(editions)
    return reports[0].form


def _share(report: Report, address: Address) -> MemberShare:
    return MemberShare(report.organ.name, report.source.file, report.figures.number(address))


def _sum(shares: Iterable[MemberShare], start: int | Decimal) -> int | Decimal:
    with localcontext(prec=DIGITS):
        return sum((share.value for share in shares if share.value is not None), start)
