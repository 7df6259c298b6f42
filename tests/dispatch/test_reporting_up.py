"""A report goes up once, a changed one as 更正, one that is not ready not at all."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.dispatch.offices import (
    COUNTY,
    COUNTY_ADDRESS,
    FOLDER,
    TOWN,
    YEAR,
    Desk,
    corrected,
    pdf_of,
    sample,
    without_text,
    wrong,
)
from toolkit.core.errors import UsageError
from toolkit.dispatch.ledger import Ledger
from toolkit.dispatch.letters.reporting_up import ReportDelivery, recipients, send_all
from toolkit.dispatch.letters.sending import Answer, Outbox, ServerBusy, ServerRefused
from toolkit.dispatch.settings import Mail
from toolkit.report import Organ
from toolkit.report.model import empty_report

MAIL = Mail(sender="songshi@yunxi.gov.example", to=(COUNTY_ADDRESS,))


class Server:
    """Takes letters, or raises what it is told to raise."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.raises: list[Exception] = []

    def __call__(self, raw: bytes, sender: str, to: str) -> Answer:
        if self.raises:
            raise self.raises.pop(0)
        self.taken.append(raw)
        return Answer(250, "OK")

    @property
    def subjects(self) -> list[str]:
        return [message_from_bytes(raw, policy=policy.default)["Subject"] for raw in self.taken]


@pytest.fixture
def server() -> Server:
    return Server()


def outbox(desk: Desk, server: Server, day: int = 10) -> Outbox:
    return Outbox(
        desk.post / "outbox", Ledger(desk.post / "sent.jsonl"), server, now=lambda: datetime(2025, 1, day, 9, tzinfo=UTC)
    )


def send(desk: Desk, server: Server, *, day: int = 10, mail: Mail = MAIL, dry_run: bool = False) -> ReportDelivery:
    files = sorted(desk.params.rglob("[!_]*.yaml"))
    (sent,) = send_all(files, desk.outputs, mail, outbox(desk, server, day), dry_run=dry_run)
    return sent


def test_a_report_goes_once(desk: Desk, server: Server) -> None:
    desk.finish(sample())
    first, second = send(desk, server), send(desk, server, day=11)
    assert (first.state, second.state, len(server.taken)) == ("sent", "already", 1)
    assert "已于 2025-01-10" in second.message
    assert server.subjects == ["云溪县松石镇人民政府关于报送2024年政府信息公开工作年度报告的函"]


def test_a_changed_one_goes_as_correction_and_names_the_first(desk: Desk, server: Server) -> None:
    desk.finish(sample())
    first = send(desk, server)
    desk.finish(corrected(sample()))
    second = send(desk, server, day=18)
    assert (second.state, second.correction) == ("sent", True)
    assert server.subjects[1].startswith("（更正）")
    mail = message_from_bytes(server.taken[1], policy=policy.default)
    assert mail["In-Reply-To"] == first.message_id
    assert "我单位2025年1月10日报送的" in mail.get_body().get_content()  # type: ignore[union-attr]


def test_back_to_the_first_version_is_another_correction(desk: Desk, server: Server) -> None:
    ids = []
    for report in (sample(), corrected(sample()), sample()):
        desk.finish(report)
        ids.append(send(desk, server).message_id)
    assert len(set(ids)) == 3
    assert [subject.startswith("（更正）") for subject in server.subjects] == [False, True, True]


def test_what_may_have_left_is_put_right_by_a_correction(desk: Desk, server: Server) -> None:
    desk.finish(sample())
    server.raises = [ServerBusy("传送邮件", 0, "connection lost")]
    assert send(desk, server).state == "unanswered"
    desk.finish(corrected(sample()))
    assert send(desk, server).correction


def test_an_unanswered_letter_goes_again_as_the_same(desk: Desk, server: Server) -> None:
    desk.finish(sample())
    server.raises = [ServerBusy("传送邮件", 0, "connection lost")]
    first, second = send(desk, server), send(desk, server, day=12)
    assert (first.state, second.state) == ("unanswered", "sent")
    assert first.message_id == second.message_id
    # the letter that lay in the outbox, of the day it was written
    assert message_from_bytes(server.taken[0])["Date"] == "Fri, 10 Jan 2025 09:00:00 +0000"


@pytest.mark.parametrize(
    ("raised", "state"),
    [
        (ServerRefused("报收件人", 550, "no such user"), "refused"),
        (ServerBusy("连接", 0, "no route"), "unanswered"),
        (ServerBusy("报寄件人", 451, "later"), "unanswered"),
        (ServerBusy("传送邮件", 452, "full"), "unanswered"),
        (UsageError("证书"), ""),
    ],
    ids=["refused", "no server", "busy before the text", "busy after the text", "wrong certificate"],
)
def test_what_the_server_never_took_is_followed_by_no_correction(
    desk: Desk, server: Server, raised: Exception, state: str
) -> None:
    desk.finish(sample())
    server.raises = [raised]
    with pytest.raises(UsageError) if not state else nullcontext():
        assert send(desk, server).state == state
    desk.finish(corrected(sample()))
    assert (send(desk, server).correction, server.subjects[0][:1]) == (False, "云")


def test_a_sender_that_was_refused_and_put_right_makes_another_letter(desk: Desk, server: Server) -> None:
    desk.finish(sample())
    server.raises = [ServerRefused("报寄件人", 553, "not yours")]
    assert send(desk, server, mail=MAIL.model_copy(update={"sender": "sonshi@yunxi.gov.example"})).state == "refused"
    assert send(desk, server).state == "sent"
    assert "songshi@yunxi.gov.example" in message_from_bytes(server.taken[0])["From"]


@pytest.mark.parametrize("raised", [ServerBusy("传送邮件", 0, "lost"), ServerBusy("连接", 0, "no route")])
def test_an_outbox_that_was_tidied_up_makes_another_letter(desk: Desk, server: Server, raised: Exception) -> None:
    desk.finish(sample())
    server.raises = [raised]
    assert send(desk, server).state == "unanswered"
    for letter in (desk.post / "outbox").iterdir():
        letter.unlink()
    assert (send(desk, server).state, len(server.taken)) == ("sent", 1)


def test_each_recipient_gets_its_own(desk: Desk, server: Server) -> None:
    desk.finish(sample())
    mail = MAIL.model_copy(update={"to": (COUNTY_ADDRESS, "archive@yunxi.gov.example")})
    sent = list(send_all(desk.params.rglob("*.yaml"), desk.outputs, mail, outbox(desk, server)))
    assert [item.state for item in sent] == ["sent", "sent"]
    assert len({item.message_id for item in sent}) == 2


def test_a_wrong_address_is_reported_before_anything_is_sent(desk: Desk, server: Server) -> None:
    desk.finish(sample())
    mail = MAIL.model_copy(update={"to": (COUNTY_ADDRESS, "坏地址")})
    with pytest.raises(UsageError, match="“坏地址”不是邮箱地址"):
        list(send_all(desk.params.rglob("*.yaml"), desk.outputs, mail, outbox(desk, server)))
    assert server.taken == []


NOT_READY = [
    (lambda desk: desk.finish(wrong(sample())), "处错误，不能报送", "errors left"),
    (lambda desk: desk.file(sample()), "还没有生成", "not built"),
    (lambda desk: desk.finish(corrected(sample()), pdf=pdf_of(sample())), "生成 PDF 以后改过", "changed after building"),
    (lambda desk: desk.finish(sample(), pdf=pdf_of(sample())[:-900]), "已损坏或不完整", "PDF cut off"),
]


@pytest.mark.parametrize(("prepare", "message", "why"), NOT_READY, ids=[why for *_, why in NOT_READY])
def test_what_is_not_ready_does_not_go(desk: Desk, server: Server, prepare: object, message: str, why: str) -> None:
    prepare(desk)  # type: ignore[operator]
    sent = send(desk, server)
    assert (sent.state, server.taken) == ("not_ready", [])
    assert message in sent.message
    assert not (desk.post / "sent.jsonl").exists()


def test_a_copy_that_a_program_made_does_not_go_as_another_report(desk: Desk, server: Server) -> None:
    right = desk.finish(sample())
    copy = desk.finish(sample(), f"{TOWN} - 副本")
    box = outbox(desk, server)
    copied, sent = send_all([copy, right], desk.outputs, MAIL, box)
    assert (copied.state, sent.state, sent.correction) == ("not_ready", "sent", False)
    assert f"像是 {TOWN}.yaml 的副本，不能报送" in copied.message
    right.unlink()
    assert [item.state for item in send_all([copy], desk.outputs, MAIL, box)] == ["already"]


def test_one_that_is_not_ready_keeps_no_other_from_going(desk: Desk, server: Server) -> None:
    desk.file(sample(), "甲镇")
    desk.finish(sample(), "乙镇")
    (desk.params / str(YEAR) / COUNTY / "丙镇.yaml").write_text("year: x", encoding="utf-8")
    sent = {
        item.params.stem: item.state for item in send_all(desk.params.rglob("*.yaml"), desk.outputs, MAIL, outbox(desk, server))
    }
    assert sent == {"甲镇": "not_ready", "乙镇": "sent", "丙镇": "not_ready"}


def test_a_dry_run_writes_the_letter_and_nothing_else(desk: Desk, server: Server) -> None:
    desk.finish(sample())
    sent = send(desk, server, dry_run=True)
    (written,) = (desk.post / "dry-run").glob("*.eml")
    assert (sent.state, server.taken) == ("written", [])
    assert message_from_bytes(written.read_bytes())["Message-ID"] == sent.message_id
    assert sorted(path.name for path in desk.post.iterdir()) == ["dry-run"]


def test_no_recipient_is_configured(desk: Desk, server: Server) -> None:
    desk.finish(sample())
    with pytest.raises(UsageError, match="没有写明报送到哪里"):
        send(desk, server, mail=Mail(sender="a@b.example"))
    with pytest.raises(UsageError, match="没有写明寄件人"):
        send(desk, server, mail=Mail(to=(COUNTY_ADDRESS,)))


def test_the_countys_own_report_goes_to_the_superior_it_names() -> None:
    report = empty_report(YEAR, Organ(name="云溪县人民政府", level="county"))
    assert recipients(FOLDER / "云溪县.yaml", report, Mail()) == ("江澜市人民政府办公室 <zwgk@jianglan.gov.example>",)
    with pytest.raises(UsageError):
        recipients(FOLDER / f"{TOWN}.yaml", replace(report, organ=Organ(name="云溪县松石镇人民政府")), Mail())


def test_a_short_report_is_enough_for_the_other_tests() -> None:
    assert len(pdf_of(without_text(sample()))) < len(pdf_of(sample()))


def test_the_outbox_keeps_what_went(desk: Desk, server: Server) -> None:
    desk.finish(sample())
    send(desk, server)
    (kept,) = (desk.post / "outbox").glob("*.eml")
    assert kept.read_bytes() == server.taken[0]
    assert isinstance(kept, Path)
