"""Servers that are not what the settings say, or answer as no standard does: told in words, and asked no more than needed."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.dispatch.test_sending import LETTER, Waits
from toolkit.core.errors import UsageError
from toolkit.dispatch.intake.incoming import MailboxGone
from toolkit.dispatch.intake.inspecting import IntakeLimits
from toolkit.dispatch.intake.mailbox import open_imap
from toolkit.dispatch.ledger import Ledger
from toolkit.dispatch.letters.sending import Delivery, Outbox, smtp_post
from toolkit.dispatch.settings import Imap, Secret, Smtp

Talk = Callable[[socket.socket], None]


@contextmanager
def speaking(talk: Talk) -> Iterator[tuple[int, list[str]]]:
    """A server of a few lines: its port, and a mark for each connection."""
    came: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                came.append("")
                with connection:
                    try:
                        talk(connection)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1], came
        with suppress(OSError):  # Windows: nobody is connected to this socket; there its end wakes the thread
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(10)


def answering(**answers: bytes) -> Talk:
    """Says 250 to every command but those named; ``END`` is the answer to the text."""

    def talk(connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            connection.sendall(answers.get("GREETING", b"220 hello\r\n"))
            for line in lines:
                word = line.split()[0].upper().decode("ascii", "replace")
                connection.sendall(answers.get(word, b"354 go\r\n" if word == "DATA" else b"250 ok\r\n"))
                if word == "DATA" and word not in answers:
                    while lines.readline() not in (b".\r\n", b""):
                        pass
                    connection.sendall(answers.get("END", b"250 taken\r\n"))

    return talk


def outbox(folder: Path, port: int, *, retry: tuple[float, ...] = (), **more: object) -> Outbox:
    settings = {"host": "127.0.0.1", "security": "plain", "plain_allowed": ("127.0.0.1",), "timeout_seconds": 5} | more
    post = smtp_post(Smtp(port=port, **settings), Secret("x"))  # type: ignore[arg-type]
    return Outbox(folder / "outbox", Ledger(folder / "sent.jsonl"), post, retry, sleep=Waits().slept.append)


def sent(box: Outbox) -> Delivery:
    box.prepare(LETTER, {})
    return box.deliver(LETTER.message_id)


AUTH = b"250-hi\r\n250 AUTH LOGIN PLAIN\r\n"
TOLD: list[tuple[str, Talk, dict[str, object], str, str]] = [
    ("busy at the door", answering(GREETING=b"421 busy\r\n"), {}, "unanswered", "暂时不收（421 busy）"),
    ("blocked at the door", answering(GREETING=b"554 blocked\r\n"), {}, "refused", "554 blocked"),
    ("asks for a login", answering(MAIL=b"530 login\r\n"), {}, "refused", "请在 [smtp] 写明 user"),
    ("wrong password", answering(EHLO=AUTH, AUTH=b"535 no\r\n"), {"user": "u"}, "refused", "密码（授权码）不对"),
    ("login out of order", answering(EHLO=AUTH, AUTH=b"454 later\r\n"), {"user": "u"}, "unanswered", "454 later"),
    ("taken for spam", answering(END=b"550 spam\r\n"), {}, "refused", "可能被当作垃圾邮件"),
    ("answers in GB18030", answering(RCPT="550 邮箱不存在\r\n".encode("gb18030")), {}, "refused", "550 邮箱不存在"),
    ("too large", answering(EHLO=b"250-hi\r\n250 SIZE 9\r\n", MAIL=b"552 big\r\n"), {}, "refused", "附件过大"),
    ("STARTTLS out of order", answering(EHLO=b"250-hi\r\n250 STARTTLS\r\n", STARTTLS=b"454 no\r\n"), {"security": "starttls"},
     "unanswered", "加密时对方暂时不收"),
    ("knows no EHLO, no 8BITMIME, no SMTPUTF8", answering(EHLO=b"502 what\r\n"), {}, "sent", "250 taken"),
    ("no answer but noise", lambda c: c.sendall(b"\0\xff" * 5000), {}, "refused", "500"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "talk", "more", "outcome", "message"), TOLD, ids=[why for why, *_ in TOLD])
def test_the_servers_answer_is_quoted(
    tmp_path: Path, why: str, talk: Talk, more: dict[str, object], outcome: str, message: str
) -> None:
    with speaking(talk) as (port, _):
        delivery = sent(outbox(tmp_path, port, **more))
    assert (delivery.outcome, message in delivery.message) == (outcome, True), delivery.message


NAMES = [
    ("pc-7.yunxi.example", "pc-7.yunxi.example", "a full name"),
    ("办公室.yunxi.local", "[127.0.0.1]", "a Chinese name in a domain"),
    ("my_pc.yunxi.local", "[127.0.0.1]", "an underscore, which servers refuse"),
    ("localhost", "[127.0.0.1]", "no domain"),
    ("-x.yunxi.local", "[127.0.0.1]", "a hyphen first"),
    (f"{'a' * 64}.example", "[127.0.0.1]", "a label that is too long"),
    ("", "[127.0.0.1]", "none"),
    (UnicodeDecodeError("utf-8", b"\xb0\xec", 0, 1, "invalid start byte"), "[127.0.0.1]", "as CPython before 3.13 on Windows"),
    (OSError("no network"), "[127.0.0.1]", "no network"),
]


@pytest.mark.parametrize(("name", "greeting", "why"), NAMES, ids=[why for *_, why in NAMES])
def test_the_name_of_the_computer_keeps_no_letter_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str | Exception, greeting: str, why: str
) -> None:
    def named(_: str = "") -> str:
        if isinstance(name, Exception):
            raise name
        return name

    monkeypatch.setattr(socket, "getfqdn", named)
    heard: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        with connection.makefile("rb") as lines:
            connection.sendall(b"220 hello\r\n")
            heard.append(lines.readline())
            connection.sendall(b"421 later\r\n")

    with speaking(talk) as (port, _):
        sent(outbox(tmp_path, port))
    assert heard == [f"ehlo {greeting}\r\n".encode()]


def test_a_port_without_tls_is_a_setting_to_mend(tmp_path: Path) -> None:
    with speaking(answering()) as (port, came):
        with pytest.raises(UsageError, match=r"不是加密的端口.*核对 security 和 port"):
            sent(outbox(tmp_path, port, retry=(1, 1), security="tls"))
        assert len(came) == 1
        settings = Imap(host="127.0.0.1", port=port, user="u", timeout_seconds=5)
        with pytest.raises(UsageError, match="不是加密的端口"), open_imap(settings, Secret("x"), IntakeLimits()):
            pass


def test_an_unknown_host_name_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="找不到服务器"):
        sent(outbox(tmp_path, 465, host="mail.nowhere.invalid", security="tls", retry=(1, 1)))
    settings = Imap(host="mail.nowhere.invalid", user="u", timeout_seconds=5)
    with pytest.raises(UsageError, match="找不到服务器"), open_imap(settings, Secret("x"), IntakeLimits()):
        pass


def hang_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def nobody() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def test_a_server_that_is_missing_hangs_up_or_is_silent_is_reported_in_chinese(tmp_path: Path) -> None:
    message = [sent(outbox(tmp_path / "none", nobody())).message]
    for talk in (hang_up, lambda connection: threading.Event().wait(1)):
        with speaking(talk) as (port, _):
            message.append(sent(outbox(tmp_path / f"{port}", port, timeout_seconds=0.3)).message)
            plain = {"security": "plain", "plain_allowed": ("127.0.0.1",), "timeout_seconds": 0.3}
            imap = Imap(host="127.0.0.1", port=port, user="u", **plain)  # type: ignore[arg-type]
            with pytest.raises(MailboxGone) as gone, open_imap(imap, Secret("x"), IntakeLimits()):
                pass
            message.append(str(gone.value))
    assert [text for text in message if re.search("[A-Za-z]{4,}", text.replace("host", "").replace("port", ""))] == []
    assert "对方没有开这个端口" in message[0]
    assert "对方断开了" in message[1]
    assert "等不到回音" in message[3]


GIVEN_UP = [
    (answering(EHLO=AUTH, AUTH=b"535 no\r\n"), {"user": "u"}, 1, "a wrong password is said once"),
    (answering(GREETING=b"421 busy\r\n"), {}, 3, "a door that stays shut is knocked at for one letter"),
]


@pytest.mark.parametrize(("talk", "more", "asked", "why"), GIVEN_UP, ids=[why for *_, why in GIVEN_UP])
def test_the_next_letters_do_not_knock_in_vain(tmp_path: Path, talk: Talk, more: dict[str, object], asked: int, why: str) -> None:
    with speaking(talk) as (port, came):
        box = outbox(tmp_path, port, retry=(1, 1), **more)
        sent(box)
        assert len(came) == asked
        again = box.deliver(LETTER.message_id)
        assert (again.outcome, len(came)) == ("unanswered", asked)
        assert "没有再试" in again.message
        # another run tries again
        assert sent(outbox(tmp_path / "b", port, **more)).message.startswith(("登录时", "连接时"))


def test_a_wrong_address_keeps_no_other_letter_back(tmp_path: Path) -> None:
    with speaking(answering(RCPT=b"550 nobody\r\n")) as (port, came):
        box = outbox(tmp_path, port)
        sent(box)
        box.deliver(LETTER.message_id)
        assert len(came) == 2
