"""Watch the publication (公开) of the reports of a jurisdiction: which page is whose, what differs on it, who is late.

In: the params of the organs, the ledger, pages that were read. Out: one ``Publication`` per organ, and a record ``published``
in the ledger for each report that was accepted. Reading and fetching pages is left to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from toolkit.checks.rules.deadlines import day_of, last_day
from toolkit.core.errors import UsageError
from toolkit.core.tree import year_of
from toolkit.dispatch.ledger import Ledger, LedgerRecord
from toolkit.dispatch.publication.comparing import Difference, compare_page
from toolkit.dispatch.publication.page import PublishedPage
from toolkit.dispatch.states import MISSING, STAGE_NAMES, Status, decision_record, status_of, steps_by_file
from toolkit.importing.wording import fold
from toolkit.report import Report
from toolkit.report.embedded import report_digest
from toolkit.report.jurisdiction import Jurisdiction, governing_list, known_jurisdiction
from toolkit.report.neighbours import read_in_place
from toolkit.rollup.completeness import place_of
from toolkit.rollup.members import read_members


@dataclass(frozen=True)
class Organ:
    """An organ whose publication is watched; ``report`` is ``None`` while there is none, or none that can be read."""

    file: str
    name: str
    year: int
    place: str
    due: date
    report: Report | None
    status: Status = MISSING
    last: LedgerRecord | None = None  # the last record ``published``

    @property
    def digest(self) -> str:
        return report_digest(self.report) if self.report else ""


@dataclass(frozen=True)
class SourcePage:
    """A page with its source, a file or an address; ``compared`` is the source of another page of the same organ."""

    source: str
    page: PublishedPage
    stem: str = ""  # of the file's name, which may name the organ
    compared: str = ""


@dataclass(frozen=True)
class Publication:
    """The state of an organ's publication.

    ``differences`` are those of the page at hand; without a page ``differing`` is their number at the last look.
    ``remark`` says what keeps the publication from being recorded, or what to look at.
    """

    organ: Organ
    address: str = ""
    published_on: date | None = None
    differences: tuple[Difference, ...] = ()
    differing: int = 0
    source: str = ""
    problem: str = ""
    remark: str = ""
    looked_at: bool = False

    @property
    def late_days(self) -> int:
        return max(0, (self.published_on - self.organ.due).days) if self.published_on else 0

    def overdue_days(self, today: date) -> int:
        """Days since the report should have been published; 0 when it was, or need not be yet."""
        return 0 if self.published_on or self.address or self.looked_at else max(0, (today - self.organ.due).days)

    def is_sound(self, today: date) -> bool:
        """Whether nothing is to be done about it."""
        return not (self.problem or self.remark or self.differing or self.late_days or self.overdue_days(today))


def organs_of(path: Path, ledger: Ledger) -> list[Organ]:
    """The organs of a jurisdiction's folder, or the one of a params file.

    Raises:
        UsageError: neither; a folder without a member list.
        ParamsUnreadable: the list or the file cannot be read.
    """
    if path.is_dir():
        members = read_members(path)
        year = year_of(path) or next((report.year for report in members.reports.values()), None)
        if year is None:
            raise UsageError(f"{path} 不在某一年度的文件夹里，不知道是哪一年的年报")
        area, place = members.jurisdiction, place_of(path, year)
        named = [(item.file, item.name, item.level, members.reports.get(item.file)) for item in area.members]
        return list(_organs(named, area, year, place, ledger))
    if not path.is_file():
        raise UsageError(f"找不到 {path}；应为一个地区一年的文件夹，如 params/2024/云溪县，或一份填报数据")
    report = read_in_place(path)
    listed = governing_list(path)
    area_above = known_jurisdiction(listed) if listed else None
    one = [(path.stem, report.organ.name, report.organ.level, report)]
    return list(_organs(one, area_above, report.year, place_of(path.parent, report.year), ledger))


def _organs(
    named: Iterable[tuple[str, str, str, Report | None]], area: Jurisdiction | None, year: int, place: str, ledger: Ledger
) -> Iterator[Organ]:
    steps = steps_by_file(ledger.records, year, place)
    last = {item["file"]: item for item in ledger.find("event", "published") if (item["year"], item["place"]) == (year, place)}
    for file, name, level, report in named:
        organ = Organ(file, name, year, place, last_day(year, name, level, area), report, last=last.get(file))
        yield replace(organ, status=status_of(steps.get(file, ()), organ.digest if report else None))


def match_pages(organs: Sequence[Organ], pages: Iterable[SourcePage]) -> tuple[dict[str, SourcePage], list[SourcePage]]:
    """Whose page each is: by the organ in its title, else by the name of its file. The pages by file of the organ, and the rest.

    A single organ gets a page whatever it says: the comparison tells whether it is another's. Pages of one organ that show
    different tables are the parts of one article, also an article and the file that is attached to it.
    """
    matched: dict[str, SourcePage] = {}
    unmatched: list[SourcePage] = []
    for page in pages:
        organ = organs[0] if len(organs) == 1 else _organ_of(organs, page)
        before = matched.get(organ.file) if organ else None
        if organ is None:
            unmatched.append(page)
        elif before is None:
            matched[organ.file] = page
        elif _shown_cells(before.page) & _shown_cells(page.page):
            unmatched.append(replace(page, compared=before.source))
        else:
            matched[organ.file] = _together(before, page)
    return matched, unmatched


def _shown_cells(page: PublishedPage) -> set[str]:
    return {address for address, cell in page.cells.items() if cell.state != "missing"}


def _together(one: SourcePage, other: SourcePage) -> SourcePage:
    """Two pages of one article as one; address and day are those of the page that names them."""
    first, second = (one.page, other.page) if not one.page.problem else (other.page, one.page)
    cells = dict(first.cells)
    cells |= {address: cell for address, cell in second.cells.items() if address in _shown_cells(second) or address not in cells}
    texts = {part: "\n".join(filter(None, (first.texts.get(part), text))) for part, text in second.texts.items()}
    page = replace(
        first, cells=cells, texts=dict(first.texts) | texts, organ=first.organ or second.organ, title=first.title or second.title,
        address=one.page.address or other.page.address, published_on=one.page.published_on or other.page.published_on,
    )  # fmt: skip
    return replace(one, source=f"{one.source}、{other.source}", page=page)


def _organ_of(organs: Sequence[Organ], page: SourcePage) -> Organ | None:
    titled = [organ for organ in organs if page.page.organ and fold(page.page.organ) == fold(organ.name)]
    named = [organ for organ in organs if organ.name in page.stem] or [organ for organ in organs if organ.file in page.stem]
    # 河口镇 is part of 新河口镇: the longest name is meant
    return next(iter(titled), None) or max(named, key=lambda organ: len(organ.file), default=None)


def publication_of(organ: Organ, source_page: SourcePage | None, address: str = "", day: date | None = None) -> Publication:
    """The state of an organ's publication, by the page that was read, else by the ledger.

    Args:
        source_page: its page, if one was read.
        address, day: as the officer states them; else those of the page, else those of the ledger.
    """
    last: dict[str, Any] = organ.last or {}
    recorded = date.fromisoformat(last["published_on"]) if last.get("published_on") else None
    if source_page is None:
        return Publication(
            organ, address or last.get("address", ""), day or recorded, differing=int(last.get("differences", 0)),
            remark=_changed(organ),
        )  # fmt: skip
    page = source_page.page
    stated = day_of(organ.report.organ.published_on) if organ.report else None
    result = Publication(
        organ, address or page.address or last.get("address", ""), day or page.published_on or recorded or stated,
        source=source_page.source, problem=page.problem, looked_at=True,
    )  # fmt: skip
    if page.problem or organ.report is None:
        return replace(result, remark="" if page.problem else "没有收到这份年报，无法比较")
    differences = compare_page(organ.report, page)
    result = replace(result, differences=differences, differing=len(differences))
    return replace(result, remark=_why_not_recorded(result))


def _changed(organ: Organ) -> str:
    """A report that was changed after it had been published."""
    is_changed = organ.last and organ.report and organ.last["digest"] != organ.digest
    return "公开以后填报数据又改过，请核对页面是否也改了" if is_changed else ""


def _why_not_recorded(publication: Publication) -> str:
    status = publication.organ.status
    if status.stage not in ("accepted", "published"):
        return f"还没有通过（{STAGE_NAMES[status.stage]}）就已公开，没有记为已公开；请先用 nianbao review 审核"
    if publication.published_on is None:
        return "页面上没有公开日期，没有记为已公开；请用 --on 写明"
    return ""


def record_publication(result: Publication, ledger: Ledger, hand: str, now: datetime, page_copy: str = "") -> bool:
    """Note a publication in the ledger (已公开); once while nothing about it changes. Returns whether it was noted now.

    Args:
        page_copy: path of the copy of a fetched page, below the folder of mail.
    """
    organ = result.organ
    if result.remark or result.problem or organ.report is None or result.published_on is None or not result.looked_at:
        return False
    facts = {"address": result.address, "published_on": result.published_on.isoformat(), "differences": result.differing}
    if organ.last and all(organ.last.get(name) == value for name, value in {**facts, "digest": organ.digest}.items()):
        return False
    key = {"year": organ.year, "place": organ.place, "file": organ.file}
    more = {**facts, "page": page_copy} if page_copy else facts
    ledger.append(decision_record("published", key, organ.name, now, hand, organ.digest, **more))
    return True
