"""Letters go over a real SMTP server that fails at every stage: taken once, tried again safely, told when refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.dispatch.authority import START, make_authority, save_pem
from tests.dispatch.conftest import Certificates
from tests.dispatch.smtp_server import PASSWORD, TAKEN, USER, Fault, Handler, SmtpServer, smtp_server
from toolkit.core.errors import UsageError
from toolkit.dispatch.intake.inspecting import IntakeLimits
from toolkit.dispatch.intake.mailbox import open_imap
from toolkit.dispatch.ledger import Ledger
from toolkit.dispatch.letters.message import Letter, MailAttachment
from toolkit.dispatch.letters.sending import Outbox, smtp_post
from toolkit.dispatch.settings import Imap, Secret, Smtp

LETTER = Letter(
    "松石镇 <songshi@yunxi.gov.example>", "zwgk@yunxi.gov.example", "报送年报", "请审阅。\r\n.\r\n..点\r\n",
    datetime(2025, 1, 10, tzinfo=UTC), "<nianbao.1@yunxi.gov.example>",
    (MailAttachment("年报.pdf", b"%PDF-" + bytes(range(256))),),
)  # fmt: skip


@dataclass
class Waits:
    """A clock that only remembers how long it was asked to sleep."""

    slept: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def server(certificates: Certificates) -> Iterator[SmtpServer]:
    with smtp_server(certificates.server) as running:
        yield running


@pytest.fixture
def handler(server: SmtpServer) -> Handler:
    server.handler.__init__()  # type: ignore[misc]
    return server.handler


@pytest.fixture
def outbox(tmp_path: Path, server: SmtpServer, certificates: Certificates, handler: Handler) -> Callable[..., Outbox]:
    """An outbox to the running server; ``waits`` are those between attempts."""

    def make(waits: Waits | None = None, retry: tuple[float, ...] = (5.0, 30.0)) -> Outbox:
        waits = waits or Waits()
        settings = Smtp(host="127.0.0.1", port=server.port, ca_file=certificates.root, timeout_seconds=1.5)
        return Outbox(
            tmp_path / "outbox", Ledger(tmp_path / "sent.jsonl"), smtp_post(settings, Secret("")), retry,
            sleep=waits.slept.append, tell=waits.told.append,
        )  # fmt: skip

    return make


def events(outbox: Outbox) -> list[str]:
    return [item["event"] for item in outbox.ledger.records]


def test_a_letter_goes_once_and_the_answer_is_kept(outbox: Callable[..., Outbox], handler: Handler) -> None:
    box = outbox()
    box.prepare(LETTER, {})
    delivery = box.deliver(LETTER.message_id)
    assert (delivery.outcome, events(box)) == ("sent", ["prepared", "attempt", "sent"])
    assert box.ledger.records[-1]["answer"] == TAKEN.partition(" ")[2]
    assert handler.envelopes == [("songshi@yunxi.gov.example", ["zwgk@yunxi.gov.example"])]
    mail = message_from_bytes(handler.taken[0])
    assert mail.get_payload(1).get_payload(decode=True) == LETTER.enclosures[0].data  # type: ignore[union-attr]
    assert "..点".encode() in mail.get_payload(0).get_payload(decode=True)  # type: ignore[union-attr,operator]


def test_it_is_written_down_before_anybody_is_asked(outbox: Callable[..., Outbox], handler: Handler) -> None:
    box = outbox()
    seen: list[list[str]] = []

    def look(raw: bytes, sender: str, to: str) -> object:
        seen.append([item["event"] for item in Ledger(box.ledger.path).records])
        raise KeyboardInterrupt

    stopped = Outbox(box.folder, box.ledger, look)  # type: ignore[arg-type]
    stopped.prepare(LETTER, {})
    with pytest.raises(KeyboardInterrupt):
        stopped.deliver(LETTER.message_id)
    assert seen == [["prepared", "attempt"]]
    assert box.letter_path(LETTER.message_id).is_file()


BUSY = [
    (Fault("ehlo", cut=True), "cut while greeting"),
    (Fault("mail", cut=True), "cut at the sender"),
    (Fault("rcpt", cut=True), "cut at the recipient"),
    (Fault("data", cut=True), "cut while the text is taken"),
    (Fault("mail", "421 4.3.2 shutting down"), "going down"),
    (Fault("mail", "450 4.7.1 greylisted"), "greylisting asks to come again"),
    (Fault("rcpt", "451 4.3.0 try later"), "local error at the recipient"),
    (Fault("rcpt", "452 4.2.2 mailbox full"), "full, but may be emptied"),
    (Fault("data", "421 4.7.0 too busy"), "busy after the text"),
    (Fault("rcpt", seconds=2.5), "slower than our patience"),
]


@pytest.mark.parametrize(("fault", "why"), BUSY, ids=[why for _, why in BUSY])
def test_a_busy_or_lost_server_is_asked_again(outbox: Callable[..., Outbox], handler: Handler, fault: Fault, why: str) -> None:
    waits = Waits()
    box = outbox(waits)
    handler.faults = [Fault(fault.stage, fault.answer, fault.cut, fault.seconds)]
    box.prepare(LETTER, {})
    assert box.deliver(LETTER.message_id).outcome == "sent"
    assert waits.slept == [5.0]
    assert "5 秒后再试" in waits.told[0]
    # the ledger keeps apart what may have arrived from what the server surely did not take
    ended = "unanswered" if fault.stage == "data" and fault.cut else "unreached"
    assert events(box) == ["prepared", "attempt", ended, "attempt", "sent"]
    assert len(handler.taken) == 1


def test_an_answer_lost_after_the_text_is_asked_again_with_the_same_letter(
    outbox: Callable[..., Outbox], handler: Handler
) -> None:
    box = outbox()
    handler.faults = [Fault("answer", cut=True)]
    box.prepare(LETTER, {})
    assert box.deliver(LETTER.message_id).outcome == "sent"
    # the server took it twice; to the letter the same, so the intake knows it as one
    assert len(handler.taken) == 2
    assert len({message_from_bytes(raw)["Message-ID"] for raw in handler.taken}) == 1
    assert handler.taken[0] == handler.taken[1]


def test_there_is_a_limit_and_the_next_run_goes_on(outbox: Callable[..., Outbox], handler: Handler) -> None:
    waits = Waits()
    box = outbox(waits)
    handler.faults = [Fault("rcpt", "450 later") for _ in range(3)]
    box.prepare(LETTER, {})
    delivery = box.deliver(LETTER.message_id)
    assert (delivery.outcome, waits.slept) == ("unanswered", [5.0, 30.0])
    assert "450" in delivery.message
    assert "再运行一次" in delivery.message
    assert box.deliver(LETTER.message_id).outcome == "sent"
    assert len(handler.taken) == 1


REFUSED = [
    (Fault("rcpt", "550 5.1.1 no such user"), "核对收件地址"),
    (Fault("mail", "553 5.7.1 sender not owned"), "核对寄件地址"),
    (Fault("rcpt", "552 5.2.2 mailbox full"), "邮箱已满"),
    (Fault("data", "554 5.7.1 spam"), "554"),
]


@pytest.mark.parametrize(("fault", "told"), REFUSED, ids=[fault.answer for fault, _ in REFUSED])
def test_a_refusal_is_reported_and_not_retried(outbox: Callable[..., Outbox], handler: Handler, fault: Fault, told: str) -> None:
    waits = Waits()
    box = outbox(waits)
    handler.faults = [Fault(fault.stage, fault.answer)]
    box.prepare(LETTER, {})
    delivery = box.deliver(LETTER.message_id)
    assert (delivery.outcome, waits.slept, handler.taken) == ("refused", [], [])
    assert told in delivery.message
    assert box.ledger.records[-1]["code"] == int(fault.answer[:3])


def test_no_server_listens(tmp_path: Path) -> None:
    settings = Smtp(host="127.0.0.1", port=9, security="starttls", timeout_seconds=1)
    box = Outbox(tmp_path, Ledger(tmp_path / "sent.jsonl"), smtp_post(settings, Secret("")))
    box.prepare(LETTER, {})
    delivery = box.deliver(LETTER.message_id)
    assert delivery.outcome == "unanswered"
    assert delivery.message.startswith("连接时连接中断")


def deliver_to(port: int, tmp_path: Path, password: str = "", **more: object) -> Outbox:
    settings = Smtp(host=str(more.pop("host", "127.0.0.1")), port=port, timeout_seconds=2, **more)  # type: ignore[arg-type]
    box = Outbox(tmp_path / "outbox", Ledger(tmp_path / "sent.jsonl"), smtp_post(settings, Secret(password)))
    box.prepare(LETTER, {})
    box.deliver(LETTER.message_id)
    return box


def test_starttls_and_login(tmp_path: Path, certificates: Certificates) -> None:
    with smtp_server(certificates.server, implicit_tls=False, auth=True) as server:
        more = {"security": "starttls", "ca_file": certificates.root, "user": USER}
        assert events(deliver_to(server.port, tmp_path / "right", PASSWORD, **more))[-1] == "sent"
        with pytest.raises(UsageError, match="密码里有汉字"):
            deliver_to(server.port, tmp_path / "chinese", "授权码", **more)
        box = deliver_to(server.port, tmp_path / "wrong", "other", **more)
        assert (box.ledger.records[-1]["event"], box.ledger.records[-1]["code"]) == ("refused", 535)
        assert len(server.handler.taken) == 1


@pytest.mark.parametrize(("implicit", "security"), [(True, "tls"), (False, "starttls")])
def test_a_wrong_certificate_gets_no_letter(tmp_path: Path, certificates: Certificates, implicit: bool, security: str) -> None:
    with smtp_server(certificates.stranger, implicit_tls=implicit) as server:
        with pytest.raises(UsageError, match=r"证书核对不上.*没有发送.*ca_file"):
            deliver_to(server.port, tmp_path, security=security, ca_file=certificates.root)
        assert server.handler.taken == []


NOW = datetime.now(UTC)
CERTIFICATES = [
    (("127.0.0.1",), START, NOW - timedelta(days=2), "已经过期；本机的日期是 20", "expired, or the clock is ahead"),
    (("127.0.0.1",), NOW + timedelta(days=2), None, "还没有到生效的日子；本机的日期是 20", "of tomorrow, or the clock is behind"),
    (("mail.yunxi.gov.example",), START, None, "是发给别的服务器的；请核对 [{}] host", "of another server"),
    (("10.1.2.3",), START, None, "是发给别的服务器的；请核对 [{}] host", "of another address"),
    (None, START, None, "不是由公认的机构签发的；单位自建证书的，请在 [{}] 写明 ca_file", "of an authority nobody knows"),
]


@pytest.mark.parametrize(("names", "start", "end", "reason", "why"), CERTIFICATES, ids=[why for *_, why in CERTIFICATES])
def test_a_problem_of_a_certificate_is_reported_in_chinese(
    tmp_path: Path, names: tuple[str, ...] | None, start: datetime, end: datetime | None, reason: str, why: str
) -> None:
    authority = make_authority()
    issuer = authority if names else make_authority("另一个（虚构）")
    root = save_pem(tmp_path / "root.pem", authority)
    key = save_pem(tmp_path / "server.pem", issuer.for_server(*(names or ("127.0.0.1",)), start=start, end=end), with_key=True)
    with smtp_server(key) as server:
        with pytest.raises(UsageError) as refused:
            deliver_to(server.port, tmp_path, ca_file=root)
        imap = Imap(host="127.0.0.1", port=server.port, user="u", ca_file=root, timeout_seconds=5)
        with pytest.raises(UsageError) as not_read, open_imap(imap, Secret("x"), IntakeLimits()):
            pass
    assert f"127.0.0.1 的证书核对不上，没有发送：证书{reason.format('smtp')}" in str(refused.value)
    assert f"127.0.0.1 的证书核对不上，没有收信：证书{reason.format('imap')}" in str(not_read.value)
    assert not re.search("[A-Za-z]{3,} [A-Za-z]{2,}", f"{refused.value}{not_read.value}"), "English in front of a clerk"


def test_plain_text_only_where_it_is_allowed_by_name(tmp_path: Path, certificates: Certificates) -> None:
    with smtp_server(None, implicit_tls=False) as server:
        with pytest.raises(UsageError, match="没有加密，不连接"):
            deliver_to(server.port, tmp_path, security="plain")
        with pytest.raises(UsageError, match="没有加密，不连接"):
            deliver_to(server.port, tmp_path, security="plain", plain_allowed=("mail.example",))
        # no falling back: a server without STARTTLS is not spoken to in plain text
        with pytest.raises(UsageError, match="不支持加密所需的功能"):
            deliver_to(server.port, tmp_path, security="starttls", ca_file=certificates.root)
        assert server.handler.taken == []
        assert events(deliver_to(server.port, tmp_path / "b", security="plain", plain_allowed=("127.0.0.1",)))[-1] == "sent"


def test_a_server_is_not_asked_without_a_password() -> None:
    with pytest.raises(UsageError, match="NIANBAO_SMTP_PASSWORD"):
        smtp_post(Smtp(host="127.0.0.1", user="songshi"), Secret(""))
