"""Make a jurisdiction's own report from its members' reports: an ordinary params file.

In: the members. Out: a ``Report`` with summed figures, every other part taken from what the clerk already wrote,
from last year's report, or drafted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from toolkit.core.errors import NianbaoError, ParamsUnreadable
from toolkit.forms import Address
from toolkit.register.offering import Draft, draft_applications
from toolkit.report import Contact, Figures, Narrative, Organ, Report, read_report
from toolkit.report.jurisdiction import JURISDICTION_FILE, read_jurisdiction
from toolkit.report.model import Level
from toolkit.report.neighbours import file_of_year, read_in_place
from toolkit.rollup.members import Members, own_file, read_members_of
from toolkit.rollup.totals import RolledUp, add_up

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
