"""One year of the invented county, as README.zh-CN.md tells it: real mail servers, every office on its own desk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.dispatch.conftest import Certificates
from tests.dispatch.imap_server import PASSWORD, USER, ImapServer, imap_server
from tests.dispatch.offices import (
    COUNTY,
    COUNTY_ADDRESS,
    FOLDER,
    YEAR,
    Desk,
    corrected,
    county_desk,
    mail_of,
    members,
    pdf_of,
    sample,
    wrong,
)
from tests.dispatch.smtp_server import SmtpServer, smtp_server
from toolkit.cli import app
from toolkit.dispatch.intake.collecting import IntakeResult, Rules, collect
from toolkit.dispatch.intake.confined import Confined
from toolkit.dispatch.intake.inspecting import LIMITS
from toolkit.dispatch.intake.mailbox import open_imap
from toolkit.dispatch.intake.store import open_intake
from toolkit.dispatch.ledger import Ledger, read_ledger
from toolkit.dispatch.letters.reporting_up import ReportDelivery, finished_path, send_all
from toolkit.dispatch.letters.sending import Outbox, smtp_post
from toolkit.dispatch.settings import Imap, Mail, Secret, Smtp
from toolkit.dispatch.states import steps_by_file
from toolkit.report import Report, read_report, write_report
from toolkit.rollup.completeness import (
    Receipts,
    SubmissionStatus,
    member_findings,
    reminder,
    submission_statuses,
    submit_by,
    to_chase,
)
from toolkit.rollup.members import read_members
from toolkit.rollup.own_report import roll_up

LATE, WRONG, CORRECTED, MISSING, SPOOFED = "望江镇", "柳湾镇", "松石镇", "教育局", "杏坪镇"
# what the county writes itself, beside the drafted part one
WRITTEN = {
    "problems": "（一）存在的主要问题\n部分乡镇公开不够及时。\n（二）改进情况\n加强培训，按月督促，把时限、内容、责任落实到人。",
    "other": "本年度没有收取信息处理费，收取金额为0元。",
}


@dataclass
class World:
    """The county's mail servers, and the desks of everybody."""

    root: Path
    smtp: SmtpServer
    imap: ImapServer
    certificates: Certificates
    confined: Confined  # shared by all desks, which saves a process for each
    letters: int = 0

    def desk(self, name: str) -> Desk:
        return Desk(self.root / name)

    def send(self, desk: Desk, sender: str, day: date, to: tuple[str, ...] = (COUNTY_ADDRESS,)) -> list[ReportDelivery]:
        """``nianbao send`` on one desk, and the server's delivery into the mailbox."""
        smtp = Smtp(host="127.0.0.1", port=self.smtp.port, ca_file=self.certificates.root)
        outbox = Outbox(
            desk.post / "outbox", Ledger(desk.post / "sent.jsonl"), smtp_post(smtp, Secret("")),
            now=lambda: datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
        )  # fmt: skip
        files = sorted(path for path in desk.params.rglob("[!_]*.yaml") if to or path.stem == COUNTY)
        sent = list(send_all(files, desk.outputs, Mail(sender=sender, to=to), outbox))
        self.deliver(day)
        return sent

    def deliver(self, day: date, raw: bytes = b"") -> None:
        taken = [raw] if raw else self.smtp.handler.taken[:]
        self.smtp.handler.taken.clear()
        for letter in taken:
            self.letters += 1
            path = self.imap.deliver(letter, f"{self.letters:06}.host")
            moment = datetime(day.year, day.month, day.day, 10, tzinfo=UTC).timestamp()
            os.utime(path, (moment, moment))

    def collect(self, desk: Desk, today: date) -> list[IntakeResult]:
        """``nianbao collect`` on one desk."""
        settings = Imap(host="127.0.0.1", port=self.imap.port, user=USER, ca_file=self.certificates.root)
        rules = Rules(now=lambda: datetime(today.year, today.month, today.day, 18, tzinfo=UTC))
        with open_imap(settings, Secret(PASSWORD), LIMITS) as source:
            return list(collect(source, open_intake(desk.params, desk.post), self.confined, rules))


@pytest.fixture
def world(tmp_path: Path, certificates: Certificates) -> Iterator[World]:
    with smtp_server(certificates.server) as smtp, imap_server(certificates.server) as imap, Confined(workers=1) as confined:
        yield World(tmp_path, smtp, imap, certificates, confined)


def report_of(file: str) -> Report:
    return read_report(FOLDER / f"{file}.yaml")


def town_sends(world: World, file: str, day: date, report: Report | None = None) -> ReportDelivery:
    member = next(item for item in members().members if item.file == file)
    desk = world.desk(file)
    desk.finish(report or report_of(file), file)
    (sent,) = world.send(desk, member.email, day)
    return sent


def draft_on_a_desk(world: World, file: str, report: Report) -> bytes:
    """The draft that ``nianbao build --draft`` makes on the desk of an office."""
    desk = world.desk(file)
    path = desk.file(report, file)
    typed(desk, "build", str(path.relative_to(desk.root)), "--to", "pdf", "--draft")
    return finished_path(path.relative_to(desk.root), report, desk.outputs, "pdf").read_bytes()


def typed(desk: Desk, *words: str) -> str:
    """What a command prints in the folder of an office."""
    with chdir(desk.root):
        done = CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})
    assert done.exit_code in (0, 1), done.output
    return str(done.stdout)


def standing_of(county: Desk, today: date) -> dict[str, SubmissionStatus]:
    found = read_members(county.params / str(YEAR) / COUNTY)
    rows = submission_statuses(
        found,
        today,
        member_findings(found, today),
        Receipts(steps_by_file(read_ledger(county.post / "received.jsonl"), YEAR, COUNTY)),
    )
    return {row.member.file: row for row in rows}


def city_desk(root: Path) -> Desk:
    """The city's desk: it knows the county as its member."""
    desk = Desk(root / "city")
    folder = desk.params / str(YEAR) / "江澜市"
    folder.mkdir(parents=True)
    county = "{name: 云溪县人民政府, file: 云溪县, level: county, email: zfb@yunxi.gov.example}"
    text = f"name: 江澜市人民政府\nlevel: city\nmembers:\n  - {county}\n"
    (folder / "_jurisdiction.yaml").write_text(text, encoding="utf-8")
    return desk


@pytest.mark.needs_dovecot
def test_a_year_of_the_county(world: World) -> None:
    county = county_desk(world.root / "county")
    files = [item.file for item in members().members]

    # January: fourteen send; one is late, one sends a draft with an error, one corrects, somebody pretends
    for file in files:
        if file not in (LATE, WRONG, MISSING):
            assert town_sends(world, file, date(2025, 1, 10)).state == "sent"
    assert town_sends(world, CORRECTED, date(2025, 1, 18), corrected(sample(CORRECTED))).correction
    draft = draft_on_a_desk(world, WRONG, wrong(report_of(WRONG)))
    world.deliver(date(2025, 1, 12), mail_of(wrong(report_of(WRONG)), pdf=draft, day=12))
    world.deliver(date(2025, 1, 13), mail_of(report_of(SPOOFED), sender="hacker@elsewhere.example", day=13))
    found = world.collect(county, date(2025, 1, 19))
    assert [item.outcome for item in found].count("quarantined") == 1
    assert [item.who for item in found if item.outcome == "draft"] == [f"{COUNTY}{WRONG}人民政府"]
    assert len(found) == len(files) - 2 + 2
    assert town_sends(world, LATE, date(2025, 1, 25)).state == "sent"
    assert [item.outcome for item in world.collect(county, date(2025, 1, 25))] == ["received"]

    # the county sees who stands where, and chases
    rows = standing_of(county, date(2025, 1, 26))
    assert {file: row.state for file, row in rows.items() if row.state not in ("fine", "warnings")} == {
        MISSING: "missing",
        WRONG: "draft",
    }
    assert rows[WRONG].errors == 3
    lines = typed(county, "status", f"params/{YEAR}/{COUNTY}", "--today", "2025-01-26").splitlines()
    assert next(line.split() for line in lines if line.strip().startswith(WRONG))[:3] == [f"{WRONG}人民政府", "草稿", "3"]
    assert "draft" not in "".join(lines)
    assert (rows[LATE].late_days, rows[CORRECTED].corrected, rows[SPOOFED].corrected) == (5, 1, 0)
    chased = to_chase(list(rows.values()))
    assert {row.member.file for row in chased} == {MISSING, WRONG}
    deadline = submit_by(read_members(county.params / str(YEAR) / COUNTY))
    assert "尚未收到" in reminder(members(), YEAR, rows[MISSING], deadline, deadline)
    assert "是草稿，不是正式报告，经校验有错误 3 处" in reminder(members(), YEAR, rows[WRONG], deadline, deadline)

    # both answer
    town_sends(world, MISSING, date(2025, 1, 27))
    world.deliver(date(2025, 1, 27), mail_of(report_of(WRONG), day=27, version=2))
    assert [item.outcome for item in world.collect(county, date(2025, 1, 28))] == ["received", "received"]
    assert to_chase(list(standing_of(county, date(2025, 1, 28)).values())) == ()
    assert world.collect(county, date(2025, 1, 29)) == []

    # the county adds up, writes, builds and sends to its city, which takes it in the same way
    made = roll_up(read_members(county.params / str(YEAR) / COUNTY))
    own = replace(made.report, narrative=made.report.narrative.model_copy(update=WRITTEN))
    write_report(own, made.path)
    pdf = finished_path(made.path, own, county.outputs, "pdf")
    pdf.parent.mkdir(parents=True, exist_ok=True)  # where status keeps its findings
    pdf.write_bytes(pdf_of(own))
    (sent,) = world.send(county, "zfb@yunxi.gov.example", date(2025, 2, 10), to=())
    assert (sent.state, sent.to) == ("sent", "江澜市人民政府办公室 <zwgk@jianglan.gov.example>"), sent.message
    city = city_desk(world.root)
    assert [item.who for item in world.collect(city, date(2025, 2, 11))] == ["云溪县人民政府"]
    taken = read_report(city.params / str(YEAR) / "江澜市" / "云溪县.yaml")
    assert taken.figures == own.figures
    total = sum(int(report_of(file).number("applications", "new", "total") or 0) for file in files)
    assert taken.number("applications", "new", "total") == total
    shutil.rmtree(world.root / "city")
