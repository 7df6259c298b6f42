"""The year of the invented county from `start` to `archive`, as README.zh-CN.md tells it: real mail servers, fifteen organs.

One is late, one is returned twice, one sends a scan only, one a Word file only, one corrects its report after it was accepted,
one publishes another figure than was accepted.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import docx
import pytest
from click.testing import Result
from openpyxl import Workbook
from typer.testing import CliRunner

from tests.dispatch.conftest import Certificates, certificates  # noqa: F401
from tests.dispatch.imap_server import PASSWORD, USER
from tests.dispatch.offices import COUNTY, YEAR, Desk, corrected, mail_of, members, pdf_of, sample
from tests.dispatch.sites import article
from tests.dispatch.test_documents_by_mail import docx_of, mail
from tests.dispatch.test_one_year import World, town_sends, world  # noqa: F401
from tests.dispatch.test_sealed_scans import scan_of
from tests.dispatch.unconfined import examine_here
from toolkit.cli import app
from toolkit.forms import Address
from toolkit.importing.opinion import find_opinion
from toolkit.report import Report, read_report, write_report
from toolkit.report.jurisdiction import read_jurisdiction
from toolkit.report.opinion import save_opinion

LATE, RETURNED, SCANNED, WORD, CORRECTING, PUBLISHING = "望江镇", "柳湾镇", "龙泉街道", "竹园乡", "松石镇", "青禾镇"
PLACE = f"params/{YEAR}/{COUNTY}"
PERMITS = Address("permits", "permits", "decisions")


@dataclass
class Office:
    """The county's office: what is typed there, and what is on its disk."""

    desk: Desk
    world: World

    def run(self, *words: str, expect: int = 0) -> str:
        done: Result = CliRunner().invoke(app, list(words), env={"COLUMNS": "80"})
        assert done.exit_code == expect, f"{words}: {done.output}\n{done.exception!r}"
        return done.output

    def file(self, name: str) -> Path:
        return self.desk.params / str(YEAR) / COUNTY / f"{name}.yaml"

    def status(self) -> str:
        return self.run("status", PLACE, "--today", "2025-01-26", expect=1)

    def collect(self, expect: int = 0) -> str:
        return self.run("collect", "--jobs", "1", expect=expect)


@pytest.fixture
def office(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:  # noqa: F811
    """The county's folder with its settings, and nothing else."""
    examine_here(monkeypatch)  # thirty commands need not start a child each
    desk = world.desk("county")
    desk.root.mkdir()
    server = f'host = "127.0.0.1"\nca_file = "{world.certificates.root.as_posix()}"\n'
    settings = (
        f'[mail]\nsender = "zwgk@yunxi.gov.example"\n[smtp]\n{server}port = {world.smtp.port}\n'
        f'[imap]\n{server}port = {world.imap.port}\nuser = "{USER}"\n'
    )
    (desk.root / "nianbao.toml").write_text(settings, encoding="utf-8")
    (desk.root / "params").mkdir()
    monkeypatch.chdir(desk.root)
    monkeypatch.setenv("NIANBAO_IMAP_PASSWORD", PASSWORD)
    return Office(desk, world)


def member_table(path: Path) -> None:
    """The list of contacts as an office keeps it: a title above the heads."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(("云溪县政务公开联络员名单（虚构）",))
    sheet.append(("序号", "单位名称", "简称", "电子邮箱", "办公电话"))
    for number, item in enumerate(members().members, 1):
        sheet.append((number, item.name, item.file, item.email, f"0601-55501{number:02}"))
    book.save(path)


def email_of(file: str) -> str:
    return next(item.email for item in members().members if item.file == file)


def steps_in(archive: Path, organ: str) -> Sequence[str]:
    with zipfile.ZipFile(archive) as package:
        name = next(name for name in package.namelist() if name.endswith("办理过程.csv"))
        rows = list(csv.reader(io.StringIO(package.read(name).decode("utf-8-sig"))))
    return [row[2] for row in rows[1:] if organ in row[0]]


def returns(office: Office, remark: str) -> Path:
    """The officer returns the report by mail; the sheet as the clerk gets it."""
    words = ("review", f"{PLACE}/{RETURNED}.yaml", "--return", "--remark", remark, "--by", "王某", "--mail")
    assert "退回" in office.run(*words, "--today", "2025-01-16")
    (raw,) = office.world.smtp.handler.taken
    office.world.smtp.handler.taken.clear()
    path = office.desk.root.parent / "退回.eml"
    path.write_bytes(raw)
    return path


def answers(office: Office, letter: Path, report: Report, day: int) -> None:
    """The clerk reads the mail into the form's folder, changes the report and sends it again."""
    opinion = find_opinion(letter)
    assert opinion is not None
    desk = office.world.desk(RETURNED)
    params = desk.finish(report, RETURNED)
    save_opinion(opinion, params)
    (sent,) = office.world.send(desk, email_of(RETURNED), date(2025, 1, day))
    assert (sent.state, sent.correction) == ("sent", True)


@pytest.mark.needs_dovecot
def test_the_year_of_a_county(office: Office) -> None:
    root = office.desk.root
    # December: the list of contacts becomes the list of members, everybody gets a workbook
    member_table(root / "成员.xlsx")
    assert "15 个单位" in office.run("start", str(YEAR), COUNTY, "--members", "成员.xlsx")
    assert len(list((root / f"outputs/{YEAR}/{COUNTY}/发给各单位").glob("*.xlsx"))) == 15
    listed = read_jurisdiction(office.file("_jurisdiction")).members
    assert [(item.file, item.email) for item in listed] == [(item.file, item.email) for item in members().members]

    # January: thirteen offices send what they have
    everybody = [item.file for item in members().members]
    for file in everybody:
        if file in (LATE, SCANNED, WORD):
            continue
        town_sends(office.world, file, date(2025, 1, 10))
    office.world.deliver(
        date(2025, 1, 12), mail_of(sample(SCANNED), sender=email_of(SCANNED), pdf=scan_of(sample(SCANNED)), day=12)
    )
    word = mail(("年报.docx", docx_of(sample(WORD))), sender=email_of(WORD), day=13)
    office.world.deliver(date(2025, 1, 13), word)
    taken = office.collect()
    assert (taken.count("收到："), "由 Word 文件读入，待核对" in taken, "扫描件" in taken) == (14, True, True)
    told = office.status()
    assert "未报 1" in told
    assert "待核对" in told

    # the officer returns one report twice, and the clerk answers twice
    first = returns(office, "permits.permits.decisions=与审批系统的数不一致")
    assert "退回 " in office.status()
    once = corrected(sample(RETURNED))
    answers(office, first, once, 17)
    assert "更正" in office.collect()
    assert "由 " in office.run("review", f"{PLACE}/{RETURNED}.yaml", "--by", "王某")  # what was done about each item
    answers(office, returns(office, "overview=请补充政策解读的情况"), _with_sentence(once), 19)

    # the late one; the texts of the scan are typed in by hand
    town_sends(office.world, LATE, date(2025, 1, 25))
    told = office.collect()
    assert ("更正：" in told, "收到：" in told) == (True, True)
    scanned = read_report(office.file(SCANNED))
    write_report(replace(scanned, narrative=sample(SCANNED).narrative), office.file(SCANNED))

    # everything is accepted; what is said afterwards marks nobody, what is sent afterwards is a correction
    told = office.run("review", PLACE, "--accept", "--by", "王某")
    assert told.count("通过 ") == 15
    thanks = mail(subject="回复：收到，谢谢", body="收到，谢谢。", sender=email_of(LATE), day=27)
    office.world.deliver(date(2025, 1, 27), thanks)
    town_sends(office.world, CORRECTING, date(2025, 1, 28), corrected(sample(CORRECTING)))
    told = office.collect()
    assert ("来信：" in told, "更正：" in told) == (True, True)
    told = office.run("status", PLACE, "--today", "2025-01-30", "--notice")
    assert "通过以后又改过" in told
    assert "隔离" not in told
    office.run("review", f"{PLACE}/{CORRECTING}.yaml", "--accept", "--by", "王某")
    _the_notice_names_them(root / f"outputs/{YEAR}/{COUNTY}")

    # the reports are public; one is not what was accepted
    pages = root / "公开的页面"
    pages.mkdir()
    for file in (RETURNED, CORRECTING, WORD, PUBLISHING):
        report = read_report(office.file(file))
        shown = report.with_value(PERMITS, int(report.figures[PERMITS] or 0) + 7) if file == PUBLISHING else report
        (pages / f"{file}.html").write_bytes(article(shown))
    told = office.run("published", PLACE, "--pages", str(pages), "--today", "2025-01-31", "--by", "王某", expect=1)
    assert "已公开 4，其中晚了 0、与通过的不一致 1" in told
    before = int(sample(PUBLISHING).figures[PERMITS] or 0)
    assert f"{before + 7}" in next(part for part in told.split("云溪县") if PUBLISHING in part)
    told = office.run("status", PLACE, "--today", "2025-01-31", "--notice")
    assert ("已公开" in told, "公开的与通过的不一致" in told) == (True, True)
    (path,) = (root / f"outputs/{YEAR}/{COUNTY}").glob("*通报.docx")
    assert [row.cells[0].text for row in docx.Document(str(path)).tables[-1].rows[1:]] == [f"云溪县{PUBLISHING}人民政府"]

    # the county's own report, and the archive
    assert "已写入" in office.run("rollup", PLACE)
    _is_archived(office)


def _with_sentence(report: Report) -> Report:
    text = report.narrative.overview.rstrip("\n") + "\n政策解读形式进一步丰富。\n"
    return replace(report, narrative=report.narrative.model_copy(update={"overview": text}))


def _the_notice_names_them(folder: Path) -> None:
    (path,) = folder.glob("*通报.docx")
    late, returned, later = docx.Document(str(path)).tables
    assert [row.cells[0].text for row in late.rows[1:]] == [f"云溪县{LATE}人民政府"]
    assert [row.cells[1].text for row in returned.rows[1:]] == ["2"]
    assert [row.cells[0].text for row in later.rows[1:]] == [f"云溪县{CORRECTING}人民政府"]


def _is_archived(office: Office) -> None:
    told = office.run("archive", PLACE)
    (path,) = office.desk.outputs.rglob("*档案.zip")
    assert "没有通过" not in told
    assert "完好" in office.run("archive", str(path), "--verify")
    assert steps_in(path, RETURNED) == ["已收", "退回", "已收", "审核中", "退回", "已收", "通过", "已公开"]
    assert steps_in(path, CORRECTING) == ["已收", "通过", "已收", "通过", "已公开"]
    with zipfile.ZipFile(path) as package:
        names = {name.partition("/data/")[2]: package.read(name) for name in package.namelist()}
    assert names[f"年报/{CORRECTING}/年报.pdf"] == pdf_of(corrected(sample(CORRECTING)))
    assert f"年报/{WORD}/年报.docx" in names
    assert f"年报/{SCANNED}/扫描件.pdf" in names
