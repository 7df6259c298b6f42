"""Add up the members' reports exactly, and make the jurisdiction's own report of the sums: an ordinary params file.

In: the members, on one edition of the form. Out: the sums with each member's share of every cell; a ``Report`` with them, every
other part taken from what the clerk already wrote, from last year's report, or drafted. Cells that overlap between members (2019:
上一年项目数量, 本年增减) are shown and not summed unless asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from pathlib import Path

from toolkit.core.errors import NianbaoError, ParamsUnreadable
from toolkit.forms import Address, Form
from toolkit.register.offering import Draft, draft_applications
from toolkit.report import Channel, Contact, Figures, Narrative, Organ, Report, Value, read_report
from toolkit.report.jurisdiction import JURISDICTION_FILE, read_jurisdiction
from toolkit.report.model import Level
from toolkit.report.neighbours import file_of_year, read_in_place
from toolkit.rollup.members import Members, own_file, read_members_of

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
    shares = {
        address: tuple(MemberShare(item.organ.name, item.source.file, item.figures.number(address)) for item in reports)
        for address in form.cells
    }
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


def _sum(shares: Iterable[MemberShare], start: int | Decimal) -> int | Decimal:
    with localcontext(prec=DIGITS):
        return sum((share.value for share in shares if share.value is not None), start)


_WHOLE: dict[Level, str] = {"county": "全县", "city": "全市", "province": "全省", "township": "全镇", "street": "全街道"}


class NotComplete(NianbaoError):
    """Members are missing or unreadable, and a partial sum was not requested."""

    def __init__(self, missing: Sequence[str], unreadable: Sequence[str]) -> None:
        self.missing, self.unreadable = tuple(missing), tuple(unreadable)
        parts = [f"未报 {len(missing)} 个（{'、'.join(missing)}）" if missing else "",
                 f"读不出 {len(unreadable)} 个（{'、'.join(unreadable)}）" if unreadable else ""]  # fmt: skip
        reason = "；".join(part for part in parts if part) or f"{JURISDICTION_FILE} 的 members 里没有要相加的单位"
        super().__init__(f"成员单位没有报齐：{reason}。请先催报；确需按已报单位汇总的，加 --partial")


@dataclass(frozen=True)
class OwnReport:
    """The report, its path, and its sums."""

    report: Report
    path: Path
    sums: RolledUp


def roll_up(members: Members, *, partial: bool = False, overlapping: bool = False) -> OwnReport:
    """The jurisdiction's own report.

    Raises:
        NotComplete: members are missing and ``partial`` is false.
        MixedEditions: the members are on different editions.
        ParamsUnreadable: the own report that is there cannot be read, or says another year (it is left alone).
    """
    if (members.missing or members.unreadable_members or not members.summed) and not (partial and members.summed):
        raise NotComplete([item.name for item in members.missing], members.unreadable_members)
    sums = add_up(members.summed, overlapping=overlapping)
    path = own_file(members.folder)
    year = members.summed[0].year
    before = read_in_place(path) if path.is_file() else _last_year(path, year)
    report = Report(year=year, organ=_organ(members, before), figures=sums.figures, channels=sums.channels)
    if before and before.year == year:
        return OwnReport(replace(before, figures=_keeping(before, sums), channels=sums.channels), path, sums)
    narrative = draft_narrative(sums.figures, year, _WHOLE.get(members.jurisdiction.level, "本地区"))
    return OwnReport(replace(report, narrative=narrative), path, sums)


def missing_last_year(members: Members) -> OwnReport | NotComplete | None:
    """Last year's own report, made of the members' reports of that year, when the jurisdiction has none; why it cannot be made.

    ``None``: it is there, or there are no reports of last year.

    Raises:
        MixedEditions: last year's reports are on different editions.
    """
    year = next((report.year for report in members.reports.values()), None)
    path = own_file(members.folder)
    before = file_of_year(path, year, year - 1) if year else None
    if before is None or before.exists() or not before.with_suffix("").is_dir():
        return None
    folder = before.with_suffix("")
    listed = folder if (folder / JURISDICTION_FILE).is_file() else members.folder
    last = read_members_of(folder, read_jurisdiction(listed / JURISDICTION_FILE))
    if not last.reports:
        return None
    try:
        return roll_up(last)
    except NotComplete as error:
        return error


def _keeping(before: Report, sums: RolledUp) -> Figures:
    """Overlapping cells that the clerk filled in by hand stay; everything else is the new sum."""
    figures = sums.figures
    for address in sums.not_added:
        figures = figures.with_value(address, before.figures.given.get(address))
    return figures


def _last_year(path: Path, year: int) -> Report | None:
    file = file_of_year(path, year, year - 1)
    try:
        return read_report(file) if file and file.is_file() else None
    except ParamsUnreadable:
        return None


def _organ(members: Members, before: Report | None) -> Organ:
    if before:
        return before.organ.model_copy(update={"published_on": ""})
    area = members.jurisdiction
    office = next((report for report in members.summed if report.organ.name == f"{area.name}办公室"), None)
    contact = office.organ.contact if office else Contact()
    published_at = office.organ.published_at if office else ""
    return Organ(name=area.name, level=area.level, contact=contact, published_at=published_at)


def draft_narrative(figures: Figures, year: int, area: str) -> Narrative:
    """Part one with the totals of the tables that the edition has; ``area`` is the name of the whole in the text (全县)."""
    form = figures.form
    if not form.has(parts=["overview"]):
        return Narrative()
    lines = ["（一）主动公开", _disclosure(figures, year, area)] if form.has(["documents", "permits", "enforcement"]) else []
    lines += ["（二）依申请公开", _applications(figures, year, area)] if form.has(["applications"]) else []
    lines += [_disputes(figures, area)] if form.has(["disputes"]) else []
    return Narrative(overview="".join(f"{line}\n" for line in lines))


def _number(figures: Figures, table: str, row: str, column: str) -> int | Decimal:
    return figures.number(Address(table, row, column)) or 0


def _disclosure(figures: Figures, year: int, area: str) -> str:
    form = figures.form
    if "issued" in form.columns("documents"):
        issued, repealed, valid = (_number(figures, "documents", "normative", key) for key in ("issued", "repealed", "valid"))
        documents = f"共制发行政规范性文件{issued}件，废止{repealed}件，现行有效{valid}件"
    else:
        made_count, published, total = (
            _number(figures, "documents", "normative", key) for key in ("made", "published", "public_total")
        )
        documents = f"共制作规范性文件{made_count}件，新公开{published}件，对外公开总数{total}件"
    decided = _number(figures, "permits", "permits", "decisions")
    penalties, coercion = (_number(figures, "enforcement", key, "decisions") for key in ("penalties", "coercion"))
    return (
        f"{year}年，{area}各级行政机关{documents}；作出行政许可处理决定{decided}件、"
        f"行政处罚处理决定{penalties}件、行政强制处理决定{coercion}件。"
    )


def _applications(figures: Figures, year: int, area: str) -> str:
    text = Draft(figures)
    draft_applications(text, year, f"{area}各级行政机关", "共新收")
    return text.text


def _disputes(figures: Figures, area: str) -> str:
    review = _number(figures, "disputes", "review", "total")
    lawsuits = sum(_number(figures, "disputes", row, "total") for row in ("direct_lawsuit", "lawsuit_after_review"))
    if not (review or lawsuits):
        return f"{area}未发生因政府信息公开引起的行政复议、行政诉讼。"
    return f"因政府信息公开引起的行政复议{review}件、行政诉讼{lawsuits}件。"
