"""``nianbao published``: which reports are public, whether their pages are what was accepted, and who is late."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from toolkit.commands.screen import SETTINGS_FILE, JsonOption, SettingsOption, TodayOption, complaints, console
from toolkit.core import dates
from toolkit.core.errors import UsageError
from toolkit.core.output import print_utf8

if TYPE_CHECKING:
    from toolkit.dispatch.ledger import Ledger
    from toolkit.dispatch.publication.fetching import FetchedPage
    from toolkit.dispatch.publication.page import PageReader, PublishedPage
    from toolkit.dispatch.settings import DispatchSettings
    from toolkit.rollup.publishing import Organ, Publication, SourcePage

PagesArguments = Annotated[
    list[str], typer.Argument(help="一个地区一年的文件夹或一份填报数据；写了 --pages 的，后面可以接着写别的页面", metavar="PATH…")
]
PagesOption = Annotated[
    list[str] | None,
    typer.Option("--pages", help="公开的页面：存下来的文件、放这些文件的文件夹，或网址；可以写几个", metavar="PATH"),
]
DayOption = Annotated[
    datetime | None,
    typer.Option("--on", help="公开日期，页面上没有的才写（只有一份年报时）", metavar="YYYY-MM-DD", formats=["%Y-%m-%d"]),
]


def published(
    paths: PagesArguments,
    pages: PagesOption = None,
    fetch: Annotated[bool, typer.Option("--fetch", help="按记下的网址再取一次，看有没有改动")] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="取网页时，再取文章后面几页；页面上没有表格的，取附的 PDF、Word、WPS（限同一网站）")
    ] = False,
    address: Annotated[
        str, typer.Option("--address", help="网址，存下来的页面里没有的才写（只有一份年报时）", metavar="URL")
    ] = "",
    on: DayOption = None,
    by: Annotated[str, typer.Option("--by", help="经手人，默认是登录本机的用户名", metavar="NAME")] = "",
    as_json: JsonOption = False,
    today: TodayOption = None,
    settings: SettingsOption = SETTINGS_FILE,
) -> None:
    """年报公开了没有：记下网址和日期，把公开的页面与通过的年报逐格逐句比较，列出缺表、改了的数和文字、晚了的。"""
    from toolkit.core.machine import user_name
    from toolkit.dispatch.intake.store import RECEIVED_NAME
    from toolkit.dispatch.ledger import Ledger, only_one
    from toolkit.dispatch.settings import read_settings
    from toolkit.rollup.publishing import organs_of

    path, sources = Path(paths[0]), [*(pages or ()), *paths[1:]]
    if paths[1:] and not pages:
        raise UsageError("要比较的页面请写在 --pages 后面")
    now = dates.now()
    day, chosen = today.date() if today else now.date(), read_settings(settings)
    with only_one(chosen.post):
        ledger = Ledger(chosen.post / RECEIVED_NAME)
        organs = organs_of(path, ledger)
        if len(organs) > 1 and (address or on):
            raise UsageError("--address 和 --on 只能用于一份年报，请写明是哪一份填报数据")
        addresses = [str(organ.last["address"]) for organ in organs if organ.last and organ.last.get("address")] if fetch else []
        look = _Look(chosen, day, on.date() if on else None, address, follow=follow)
        every = look.compare(organs, [*sources, *addresses])
        for item in every:
            look.record(item, ledger, by or user_name(), now)
    _print(every, look.left, day, as_json=as_json)
    raise typer.Exit(int(bool(look.left) or not all(item.is_sound(day) for item in every)))


class _Look:
    """One look at pages: reads them, compares, keeps what was fetched as evidence."""

    def __init__(self, settings: DispatchSettings, today: date, on: date | None, address: str, *, follow: bool) -> None:
        self._settings, self._today, self._on, self._address, self._follow = settings, today, on, address, follow
        self.left: list[SourcePage] = []
        self._fetched: dict[str, bytes] = {}

    def compare(self, organs: Sequence[Organ], sources: Sequence[str]) -> list[Publication]:
        from toolkit.rollup.publishing import match_pages, publication_of

        matched, self.left = match_pages(organs, self._read(sources, organs[0].year if organs else None))
        return [publication_of(organ, matched.get(organ.file), self._address, self._on) for organ in organs]

    def _read(self, sources: Sequence[str], year: int | None) -> Iterator[SourcePage]:
        from toolkit.dispatch.publication.page import PageReader
        from toolkit.rollup.publishing import SourcePage

        with PageReader(self._settings.limits) as reader:
            for item in sources:
                if "://" in item:
                    yield self._from_site(item, reader, year)
                else:
                    for file in _files(Path(item)):
                        yield SourcePage(str(file), reader.read(file.read_bytes(), file.name, year), file.stem)

    def _from_site(self, address: str, reader: PageReader, year: int | None) -> SourcePage:
        from toolkit.dispatch.publication.fetching import NotFetched, fetch_page, follow
        from toolkit.dispatch.publication.page import PublishedPage
        from toolkit.rollup.publishing import SourcePage

        def read(fetched: FetchedPage) -> PublishedPage:
            return reader.read(fetched.data, fetched.name, year, fetched.address)

        try:
            fetched = fetch_page(address)
        except NotFetched as error:
            return SourcePage(address, PublishedPage(address=address, problem=str(error)))
        page, data = replace(read(fetched), address=address), fetched.data
        if self._follow:
            followed = follow(fetched, page, fetch_page, read)
            page, data = followed.page, followed.data
        self._fetched[address] = data
        return SourcePage(address, page)

    def record(self, item: Publication, ledger: Ledger, hand: str, now: datetime) -> None:
        """Note a publication, and keep the page that was fetched for it."""
        from toolkit.core.files import save_bytes, sha256_of
        from toolkit.core.sniffing import document_suffix
        from toolkit.rollup.publishing import record_publication

        data = self._fetched.get(item.source)
        if data is None:
            record_publication(item, ledger, hand, now)
            return
        suffix = document_suffix(data) or ".html"
        organ = item.organ
        copy_path = f"published/{organ.year}/{organ.place}/{organ.file}_{now:%Y%m%d}_{sha256_of(data)[:8]}{suffix}"
        if record_publication(item, ledger, hand, now, copy_path):
            save_bytes(self._settings.post / copy_path, data)


def _files(path: Path) -> list[Path]:
    """The pages among the files of a folder, or the file itself."""
    from toolkit.dispatch.publication.page import SUFFIXES

    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageError(f"找不到 {path}；网址请连同 http:// 或 https:// 一起写")
    files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith("."))
    for file in files:
        if file.suffix.lower() not in SUFFIXES:
            complaints.print(f"没有打开 {file.name}：不是网页、PDF、Word 或 WPS 文件", style="yellow")
    return [file for file in files if file.suffix.lower() in SUFFIXES]


def _print(every: Sequence[Publication], left: Sequence[SourcePage], today: date, *, as_json: bool) -> None:
    if as_json:
        values = {"organs": [_to_json(item, today) for item in every], "unmatched": [item.source for item in left]}
        print_utf8(json.dumps(values, ensure_ascii=False, indent=2))
        return
    for item in every:
        _print_one(item, today)
    for page in left:
        if page.compared:
            console.print(f"没有比较：{page.source}；同一单位比较的是 {page.compared}", style="yellow")
            continue
        console.print(_unmatched(page), style="yellow")
    published = [item for item in every if item.published_on]
    late, differing = sum(item.late_days > 0 for item in every), sum(item.differing > 0 for item in every)
    missing = sum(item.overdue_days(today) > 0 for item in every)
    console.print(
        f"共 {len(every)} 个单位：已公开 {len(published)}，其中晚了 {late}、与通过的不一致 {differing}；过期还没有公开 {missing}"
    )


def _unmatched(page: SourcePage) -> str:
    """The sentence on a page of an unknown organ, or on one that could not be fetched."""
    why = page.page.problem or f"页面上的机关是“{page.page.organ or '看不出'}”"
    if "://" not in page.source:
        return f"不知道是谁的页面：{page.source}（{why}）；请把文件名改成成员名单里的文件名"
    if why.startswith(page.source):  # it was not fetched
        return f"没有取到：{why}；请核对网址，或在浏览器中打开后另存，再写存下来的文件"
    return f"不知道是谁的页面：{page.source}（{why}）；知道是谁的，请只写那个单位的填报数据文件，再用 --pages 写这个网址"


def _print_one(item: Publication, today: date) -> None:
    standing, style = _standing(item, today)
    console.print(f"{item.organ.name}　{standing}", style=style)
    for line in (item.address, item.problem, item.remark):
        if line:
            console.print(f"  {line}", style="default" if line == item.address else "red")
    for difference in item.differences:
        console.print(f"  {difference.sentence}", style="red")


def _standing(item: Publication, today: date) -> tuple[str, str]:
    """The first line of an organ, and its colour."""
    due = f"应于 {item.organ.due} 前公开"
    if overdue := item.overdue_days(today):
        return f"没有公开，{due}，已过 {overdue} 天", "red"
    if not item.looked_at and item.published_on is None:
        return f"还没有公开，{due}", "yellow"
    day = f"{item.published_on} 公开" if item.published_on else "已公开，日期不详"
    late = f"，晚 {item.late_days} 天（{due}）" if item.late_days else ""
    if item.problem:
        return f"{day}{late}，页面没有读出来", "red"
    same = f"，与通过的不一致 {item.differing} 处" if item.differing else "，与通过的一致" if item.looked_at else ""
    return f"{day}{late}{same}", "green" if item.is_sound(today) else "red"


def _to_json(item: Publication, today: date) -> dict[str, Any]:
    organ = item.organ
    differences = [
        {"kind": one.kind, "where": one.where, "accepted": one.accepted, "published": one.published, "message": one.sentence}
        for one in item.differences
    ]
    return {
        "organ": organ.name, "file": organ.file, "year": organ.year, "stage": organ.status.stage, "address": item.address,
        "published_on": item.published_on.isoformat() if item.published_on else None, "due": organ.due.isoformat(),
        "late_days": item.late_days, "overdue_days": item.overdue_days(today), "compared": item.looked_at and not item.problem,
        "source": item.source, "problem": item.problem, "remark": item.remark, "differing": item.differing,
        "differences": differences,
    }  # fmt: skip
