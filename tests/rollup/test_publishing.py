"""A county watches what its organs published: matched, compared, recorded once, late ones named; by files and by address."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.dispatch.offices import FOLDER, OTHER_TOWN, sample
from tests.dispatch.sites import Answer, article, site, without_date
from tests.dispatch.unconfined import examine_here
from toolkit.cli import main
from toolkit.dispatch.ledger import Ledger
from toolkit.dispatch.publication.comparing import compare_page
from toolkit.dispatch.publication.page import PublishedPage, read_page
from toolkit.report import write_report
from toolkit.rollup.publishing import SourcePage, match_pages, organs_of, publication_of, record_publication
from toolkit.rollup.reviewing import accept_report, open_review

TODAY = date(2025, 2, 20)
NOW = datetime.fromisoformat("2025-02-20T12:00:00+08:00")


@dataclass
class County:
    folder: Path
    pages: Path

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.folder.parents[2] / "post" / "received.jsonl")

    def accept(self, *files: str) -> None:
        for file in files:
            accept_report(open_review(self.folder / f"{file}.yaml", self.ledger, TODAY), self.ledger, "王某", NOW)

    def run(self, *arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
        monkeypatch.chdir(self.folder.parents[2])
        monkeypatch.setattr("sys.argv", ["nianbao", "published", "params/2024/云溪县", "--today", "2025-02-20", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0)


@pytest.fixture
def county(tmp_path: Path) -> County:
    """Three organs: two whose reports are in, 教育局 without one."""
    folder = tmp_path / "params" / "2024" / "云溪县"
    folder.mkdir(parents=True)
    for file in ("松石镇", OTHER_TOWN):
        shutil.copy(FOLDER / f"{file}.yaml", folder)
    members = "\n".join(f"  - {{name: {name}, file: {file}}}" for name, file in (
        ("云溪县松石镇人民政府", "松石镇"), (f"云溪县{OTHER_TOWN}人民政府", OTHER_TOWN), ("云溪县教育局", "教育局")))  # fmt: skip
    text = f"name: 云溪县人民政府\ndates: {{publish_by: 2025-01-25}}\nmembers:\n{members}\n"
    (folder / "_jurisdiction.yaml").write_text(text, encoding="utf-8")
    pages = tmp_path / "pages"
    pages.mkdir()
    return County(folder, pages)


def by_file(county: County, *pages: tuple[str, bytes]) -> dict[str, SourcePage]:
    read = [SourcePage(name, read_page(raw, "page.html", 2024), Path(name).stem) for name, raw in pages]
    matched, left = match_pages(organs_of(county.folder, county.ledger), read)
    return {**matched, "": SourcePage("、".join(page.source for page in left), PublishedPage())}


def test_a_page_belongs_to_the_organ_of_its_title_else_of_its_name(county: County) -> None:
    unread = b"<html><body><p>x</p></body></html>"
    found = by_file(county, ("1.html", article()), (f"{OTHER_TOWN}年报.html", unread), ("3.html", unread))
    assert {file: page.source for file, page in found.items()} == {
        "松石镇": "1.html",
        OTHER_TOWN: f"{OTHER_TOWN}年报.html",
        "": "3.html",
    }


def test_pages_of_one_article_are_put_together_and_a_second_copy_is_named(county: County) -> None:
    title = sample().title.encode()
    landing = b"<html><head><meta name='PubDate' content='2025-01-24'><title>" + title + b"</title></head><body><h1>" + title
    landing += "</h1><p>附件：年报.docx</p></body></html>".encode()
    found = by_file(county, ("松石镇.html", landing), ("松石镇（附件）.html", article(day="")), ("松石镇2.html", article()))
    assert found["松石镇"].source == "松石镇.html、松石镇（附件）.html"
    assert str(found["松石镇"].page.published_on) == "2025-01-24"
    assert compare_page(sample(), found["松石镇"].page) == ()
    assert found[""].source == "松石镇2.html"


def test_a_publication_is_recorded_once_and_again_when_something_changes(county: County) -> None:
    county.accept("松石镇")

    def look(raw: bytes) -> bool:
        (organ,) = (item for item in organs_of(county.folder, county.ledger) if item.file == "松石镇")
        known = publication_of(organ, SourcePage("1.html", read_page(raw, "page.html", 2024)))
        return record_publication(known, county.ledger, "王某", NOW)

    assert look(article())
    assert not look(article())
    assert look(article(change=lambda page: page.replace(">168<", ">186<")))
    status = next(item.status for item in organs_of(county.folder, county.ledger) if item.file == "松石镇")
    assert (status.stage, status.day, status.hand) == ("published", date(2025, 1, 24), "王某")
    last = county.ledger.records[-1]
    assert (last["address"], last["differences"]) == ("https://www.yunxi.gov.example/zwgk/1.html", 1)


def test_before_acceptance_or_without_a_day_nothing_is_recorded(county: County) -> None:
    organ = organs_of(county.folder, county.ledger)[0]
    page = SourcePage("1.html", read_page(article(), "page.html", 2024))
    known = publication_of(organ, page)
    assert "还没有通过（已收）" in known.remark
    assert not record_publication(known, county.ledger, "王某", NOW)
    county.accept("松石镇")
    organ = organs_of(county.folder, county.ledger)[0]
    undated = SourcePage("1.html", read_page(without_date(article()), "page.html", 2024))
    assert "--on" in publication_of(organ, undated).remark
    assert publication_of(organ, undated, day=date(2025, 1, 20)).remark == ""


def test_a_report_that_changed_after_publication_is_to_be_looked_at_again(county: County) -> None:
    county.accept("松石镇")
    organ = organs_of(county.folder, county.ledger)[0]
    record_publication(publication_of(organ, SourcePage("1", read_page(article(), "a.html", 2024))), county.ledger, "王某", NOW)
    report = sample()
    write_report(report.with_value(next(iter(report.form.cells)), 9), county.folder / "松石镇.yaml")
    assert "公开以后填报数据又改过" in publication_of(organs_of(county.folder, county.ledger)[0], None).remark


def test_the_command_lists_changed_late_missing_and_unknown_pages(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    county.accept("松石镇", OTHER_TOWN)
    (county.pages / "1.html").write_bytes(article(day="2025-01-30", change=lambda page: page.replace(">168<", ">186<", 1)))
    (county.pages / "别处.html").write_bytes(b"<html><body><p>x</p></body></html>")
    (county.pages / "a.txt").write_bytes(b"")
    assert county.run("--pages", "pages", monkeypatch=monkeypatch) == 1
    said = capsys.readouterr()
    assert "云溪县松石镇人民政府　2025-01-30 公开，晚 5 天（应于 2025-01-25 前公开），与通过的不一致 1 处" in said.out
    assert "表三 一、本年新收政府信息公开申请数量·自然人：通过的是 168，页面上是 186" in said.out
    assert "云溪县教育局　没有公开，应于 2025-01-25 前公开，已过 26 天" in said.out
    assert "不知道是谁的页面：pages/别处.html" in said.out.replace("\\", "/")
    assert "没有打开 a.txt" in said.err
    assert "共 3 个单位：已公开 1，其中晚了 1、与通过的不一致 1；过期还没有公开 2" in said.out


def test_pages_are_fetched_only_when_asked_and_kept_as_evidence(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    examine_here(monkeypatch)
    county.accept("松石镇", OTHER_TOWN)
    asked: list[str] = []
    answers = {"/1.html": Answer(article()), "/2.html": Answer(article(sample(OTHER_TOWN)))}
    with site(answers, asked) as here:
        (county.folder / "_jurisdiction.yaml").write_text(
            (county.folder / "_jurisdiction.yaml").read_text(encoding="utf-8").rpartition("  - ")[0], encoding="utf-8"
        )
        assert county.run("--pages", f"{here}/1.html", f"{here}/2.html", "--json", monkeypatch=monkeypatch) == 0
        told = json.loads(capsys.readouterr().out)
        assert [item["address"] for item in told["organs"]] == [f"{here}/1.html", f"{here}/2.html"]
        assert [(item["differing"], item["late_days"], item["compared"]) for item in told["organs"]] == [(0, 0, True)] * 2
        assert county.run(monkeypatch=monkeypatch) == 0
        assert asked == ["/1.html", "/2.html"], "without being asked nothing is fetched"
        answers["/1.html"] = Answer(article(change=lambda page: page.replace(">168<", ">186<", 1)))
        assert county.run("--fetch", monkeypatch=monkeypatch) == 1
    assert asked == ["/1.html", "/2.html"] * 2
    kept = sorted((county.folder.parents[2] / "post" / "published").rglob("*.html"))
    assert [path.stem.partition("_")[0] for path in kept] == [OTHER_TOWN, "松石镇", "松石镇"]
    assert {path.read_bytes() for path in kept[1:]} == {article(), answers["/1.html"].body}


def test_a_site_that_does_not_answer_is_a_problem_of_that_page_only(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    examine_here(monkeypatch)
    county.accept("松石镇")
    with site({"/1.html": Answer(article())}) as here:
        assert county.run("--pages", f"{here}/1.html", f"{here}/2.html", monkeypatch=monkeypatch) == 1
    out = capsys.readouterr().out
    assert "云溪县松石镇人民政府　2025-01-24 公开，与通过的一致" in out
    assert f"没有取到：{here}/2.html 取不到：网站回答 404" in out
    assert "请把文件名改成" not in out


def test_wrong_usage_is_reported_in_a_sentence(
    county: County, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert county.run("--pages", "nowhere", monkeypatch=monkeypatch) == 2
    assert county.run("--on", "2025-01-20", monkeypatch=monkeypatch) == 2
    assert county.run("pages", monkeypatch=monkeypatch) == 2
    said = capsys.readouterr().err
    assert "找不到 nowhere" in said.replace(str(county.folder.parents[2]), "")
    assert "只能用于一份年报" in said
    assert "--pages 后面" in said
