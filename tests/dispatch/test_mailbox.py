"""Mails are taken out of a mailbox once each, whatever the server's manners; what cannot be fetched is named."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.dispatch.odd_imap import Behaviour, Box, odd_imap
from toolkit.core.errors import UsageError
from toolkit.core.files import sha256_of
from toolkit.dispatch.intake.imap_session import KEYWORD, from_utf7, utf7
from toolkit.dispatch.intake.incoming import Incoming, MailboxGone
from toolkit.dispatch.intake.inspecting import IntakeLimits
from toolkit.dispatch.intake.mailbox import ImapMailbox, open_imap
from toolkit.dispatch.intake.sources import Maildir, open_folder
from toolkit.dispatch.settings import Imap, Secret


def mail(number: int) -> bytes:
    return f"From: town{number}@yunxi.gov.example\r\nSubject: report {number}\r\n\r\nbody {number}\r\n".encode()


def mails(count: int = 5) -> dict[int, bytes]:
    return {number: mail(number) for number in range(1, count + 1)}


def settings(port: int, **more: object) -> Imap:
    given = {"host": "127.0.0.1", "port": port, "user": "zwgk", "security": "plain", "plain_allowed": ("127.0.0.1",),
             "timeout_seconds": 5}  # fmt: skip
    return Imap(**(given | more))  # type: ignore[arg-type]


class Taken:
    """What a run took: UIDs in their order, and the ledger of several runs."""

    def __init__(self) -> None:
        self.known: set[str] = set()

    def run(self, port: int, *, limits: IntakeLimits | None = None, **more: object) -> tuple[list[Incoming], ImapMailbox]:
        with open_imap(settings(port, **more), Secret("x"), limits or IntakeLimits()) as mailbox:
            found = []
            for item in mailbox.incoming(self.known.__contains__):
                found.append(item)
                self.known.add(item.source)
                mailbox.mark(item)
            mailbox.finish()
        return found, mailbox


def numbers(found: list[Incoming]) -> list[int]:
    return [int(item.handle) for item in found]


MANNERS = [
    (Behaviour(), "the usual order"),
    (Behaviour(order="BODY UID DATE SIZE"), "UID and date behind the text (RFC 3501 allows any order)"),
    (Behaviour(order="DATE BODY SIZE UID"), "UID last"),
    (Behaviour(split=True), "two answers for one mail, the second without UID"),
    (Behaviour(no_uid=True), "no UID in any answer: each mail is asked for alone"),
    (Behaviour(extra="* {n} FETCH (FLAGS (\\Seen))"), "flags that another program changes meanwhile"),
    (Behaviour(extra="* {n} FETCH (UID 99 FLAGS ())"), "an answer for a mail that was not asked for"),
    (Behaviour(extra="* 12 EXISTS"), "new mail meanwhile"),
    (Behaviour(extra="* 9 EXPUNGE"), "another mail is removed meanwhile"),
    (Behaviour(sizes=False), "no sizes"),
    (Behaviour(search_keyword="NO [BADCHARSET] no"), "no search for keywords"),
    (Behaviour(search_keyword="BAD what"), "a server that knows no keywords"),
    (Behaviour(permanent="(\\Seen)"), "no keywords of one's own"),
    (Behaviour(lower=True), "small letters"),
    (Behaviour(bye=True), "the server goes down once and comes back"),
    (Behaviour(line_end="\n"), "lines that end in LF alone"),
    (Behaviour(line_end="\r\n\r\n"), "blank lines between the answers"),
    (Behaviour(search="* SEARCH {commas}"), "numbers with commas"),
    (Behaviour(search=""), "no answer to SEARCH but OK"),
    (Behaviour(search='* ESEARCH (TAG "A1") UID ALL {commas}'), "ESEARCH, which nobody asked for"),
    (Behaviour(preauth=True), "a server that knows us already (PREAUTH)"),
    (Behaviour(literal="{%d+}"), "literals as a client writes them"),
    (Behaviour(literal="{ %d } "), "blanks around the length of a literal"),
    (Behaviour(label="RFC822"), "the name of RFC 1730 for the whole message"),
    (Behaviour(label="BODY.PEEK[]"), "the name of the request in the answer"),
    (Behaviour(literal="~{%d}"), "literal8 (RFC 3516)"),
    (Behaviour(label="BINARY[]", literal="~{%d}"), "BINARY (RFC 3516)"),
    (Behaviour(extra="* {n} FETCH (BODY[] NIL)"), "a body of NIL before the body"),
    (Behaviour(extra='* {n} FETCH (BODY[] "")'), "an empty body before the body"),
    (Behaviour(extra="* {n} FETCH (UID 3 FLAGS ())"), "flags under the number of another mail"),
    (Behaviour(search="* SEARCH {spaced} (MODSEQ 917162500)"), "SEARCH with MODSEQ (RFC 7162)"),
    (Behaviour(torn=3), "the connection ends in the middle of a mail"),
    (Behaviour(lines="* OK [ALERT] 邮箱空间不足\r\n".encode("gb18030")), "a warning in GB18030 before each answer"),
    (Behaviour(lines=b"* NO [ALERT] nearly full\r\n* CAPABILITY IMAP4rev1 ID\r\n"), "warnings and new abilities at any time"),
    (Behaviour(lines=b"* 1 FETCH (FLAGS (\\Seen $Junk) MODSEQ (12))\r\n* FLAGS (\\Seen)\r\n"), "flags after the answer"),
    (Behaviour(offers="IMAP4rev1 LOGINDISABLED AUTH=PLAIN"), "no LOGIN, but AUTHENTICATE"),
]  # fmt: skip


@pytest.mark.parametrize(("how", "why"), MANNERS, ids=[why for _, why in MANNERS])
def test_every_mail_is_taken_once(how: Behaviour, why: str) -> None:
    box, taken = Box(mails()), Taken()
    with odd_imap({"INBOX": box}, how) as (port, _):
        found, mailbox = taken.run(port)
        assert [(int(item.handle), item.raw) for item in found] == list(mails().items())
        assert (mailbox.unread, mailbox.remarks) == ([], [])
        assert all("\\Seen" in box.flags[uid] for uid in box.mails)
        again, _ = taken.run(port)
        assert again == []


@pytest.mark.parametrize("partial", [False, True], ids=["all refused", "the mails before it are sent"])
@pytest.mark.parametrize("hangs_up", [False, True], ids=["NO", "hangs up"])
def test_one_poisoned_mail_stops_nothing_and_is_named(hangs_up: bool, partial: bool) -> None:
    box, taken = Box(mails()), Taken()
    how = Behaviour(poison=3, poison_hangs_up=hangs_up, partial=partial)
    with odd_imap({"INBOX": box}, how) as (port, _):
        for first in (True, False):
            found, mailbox = taken.run(port)
            assert numbers(found) == ([1, 2, 4, 5] if first else [])
            assert mailbox.unread == ["编号（UID）3，发件人：songshi@yunxi.gov.example、主题：nianbao"]
    assert KEYWORD not in box.flags.get(3, set())


ENVELOPES = [
    ("NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL", "编号（UID）3", "all NIL"),
    ('NIL "=?utf-8?b?5bm05oql?=" NIL NIL NIL NIL NIL NIL NIL NIL', "编号（UID）3，主题：年报", "an encoded subject"),
    ('NIL "a \\"b\\" (c" (("x" NIL "u" "h.example")) NIL NIL NIL NIL NIL NIL NIL',
     '编号（UID）3，发件人：u@h.example、主题：a "b" (c', "quotes and parentheses"),
    ("broken ((", "编号（UID）3", "torn"),
]  # fmt: skip


@pytest.mark.parametrize(("envelope", "named", "why"), ENVELOPES, ids=[why for *_, why in ENVELOPES])
def test_a_poisoned_mail_is_named_from_its_envelope(envelope: str, named: str, why: str) -> None:
    with odd_imap({"INBOX": Box(mails())}, Behaviour(poison=3, envelope=envelope)) as (port, _):
        assert Taken().run(port)[1].unread == [named]


def test_a_mail_without_content_is_named() -> None:
    with odd_imap({"INBOX": Box(mails())}, Behaviour(nil_body=2)) as (port, _):
        found, mailbox = Taken().run(port)
    assert numbers(found) == [1, 3, 4, 5]
    assert len(mailbox.unread) == 1


def test_a_mail_of_no_bytes_is_named_and_asked_for_again() -> None:
    """Exchange answers so for mails that it cannot convert at the moment."""
    box, taken = Box(mails()), Taken()
    box.mails[3] = b""
    with odd_imap({"INBOX": box}) as (port, _):
        found, mailbox = taken.run(port)
        assert numbers(found) == [1, 2, 4, 5]
        assert mailbox.unread[0].startswith("编号（UID）3")
        box.mails[3] = mail(3)
        assert [item.raw for item in taken.run(port)[0]] == [mail(3)]


def test_a_mail_that_somebody_removes_meanwhile_is_a_remark() -> None:
    with odd_imap({"INBOX": Box(mails())}, Behaviour(vanishes=2)) as (port, _):
        found, mailbox = Taken().run(port)
    assert numbers(found) == [1, 3, 4, 5]
    assert mailbox.unread == []
    assert "编号 2 的邮件在收取途中被移走或删除" in mailbox.remarks[0]


UNMARKABLE = [
    (Behaviour(store="NO [CANNOT] no"), "STORE is refused"),
    (Behaviour(store="BAD what"), "STORE is not known"),
    (Behaviour(read_only="select"), "a mailbox that opens for reading only"),
    (Behaviour(read_only="refused"), "a shared mailbox that may not be opened for writing"),
    (Behaviour(read_only="later"), "the right to write is taken away meanwhile"),
]  # fmt: skip


@pytest.mark.parametrize(("how", "why"), UNMARKABLE, ids=[why for _, why in UNMARKABLE])
def test_a_mailbox_that_takes_no_marks_is_collected_and_says_so_once(how: Behaviour, why: str) -> None:
    box, taken = Box(mails(60)), Taken()
    with odd_imap({"INBOX": box}, how) as (port, _):
        found, mailbox = taken.run(port)
        assert numbers(found) == list(range(1, 61))
        assert len(mailbox.remarks) == 1
        box.mails[61] = mail(61)
        found, mailbox = taken.run(port)
        assert numbers(found) == [61]
        assert len(mailbox.remarks) == 1
        assert mailbox.unread == []


def test_the_same_number_in_another_folder_account_server_or_after_a_rebuild_is_another_mail() -> None:
    taken = Taken()
    boxes = {"INBOX": Box(mails(2)), "&XnRipQ-": Box({1: mail(11), 2: mail(12)})}
    with odd_imap(boxes, Behaviour(store="NO")) as (port, _):
        assert len(taken.run(port)[0]) == 2
        assert len(taken.run(port, mailbox="年报")[0]) == 2
        assert len(taken.run(port, user="other")[0]) == 2
        boxes["INBOX"].validity = 2
        assert len(taken.run(port)[0]) == 2
        assert taken.run(port)[0] == []
    with odd_imap(boxes, Behaviour(store="NO")) as (port, _):
        assert len(taken.run(port)[0]) == 2


def test_without_uidvalidity_mails_are_recognised_by_their_content() -> None:
    import hashlib

    box, taken = Box(mails(2), validity=None), Taken()
    with odd_imap({"INBOX": box}, Behaviour(store="NO")) as (port, _):
        assert len(taken.run(port)[0]) == 2
        taken.known |= {hashlib.sha256(raw).hexdigest() for raw in box.mails.values()}
        box.mails = {1: mail(3), 2: mail(1)}  # numbers are given again in the next session
        assert [item.raw for item in taken.run(port)[0]] == [mail(3)]


def test_no_mark_is_set_by_a_number_of_an_earlier_session() -> None:
    box, again = Box(mails(), validity=None), Taken()
    with odd_imap({"INBOX": box}, Behaviour(bye=True)) as (port, _):
        found, _ = again.run(port)
        assert numbers(found) == [1, 2, 3, 4, 5]
        assert box.flags == {}, "without UIDVALIDITY another mail may have that number after a reconnect"
        again.known.update(sha256_of(item.raw) for item in found)
        assert again.run(port)[0] == []
        assert len(box.flags) == 5


@pytest.mark.parametrize("sizes", [True, False], ids=["the server tells the size", "it does not"])
def test_a_mail_over_the_limit_waits_for_a_higher_one(sizes: bool) -> None:
    box, taken = Box(mails(2) | {3: mail(3) + bytes(5000)}), Taken()
    with odd_imap({"INBOX": box}, Behaviour(sizes=sizes)) as (port, _):
        found, _ = taken.run(port, limits=IntakeLimits(message_bytes=1000))
        assert {int(item.handle): bool(item.refusal) for item in found} == {1: False, 2: False, 3: True}
        assert taken.run(port, limits=IntakeLimits(message_bytes=1000))[0] == []
        assert numbers(taken.run(port)[0]) == [3]


def test_a_server_that_knows_more_commands_after_the_login_gets_our_name() -> None:
    """Some mail providers open no folder to a program without a name (RFC 2971), and offer ID after the login only."""
    with odd_imap({"INBOX": Box(mails(1))}, Behaviour(offers_later="IMAP4rev1 ID")) as (port, log):
        assert len(Taken().run(port)[0]) == 1
    assert [command for command in log if command.startswith("ID")] == ['ID ("name" "nianbao" "version" "1")']


def test_a_port_without_passwords_is_no_wrong_password() -> None:
    with (
        odd_imap({"INBOX": Box({})}, Behaviour(offers="IMAP4rev1 LOGINDISABLED STARTTLS")) as (port, log),
        pytest.raises(UsageError, match=r"在这个端口上不接受密码。请核对 \[imap\] security"),
    ):
        Taken().run(port)
    assert not any(command.startswith(("LOGIN", "AUTHENTICATE")) for command in log)


def test_a_name_with_chinese_characters_is_given_where_the_server_takes_it() -> None:
    with odd_imap({"INBOX": Box(mails(1))}, Behaviour(offers="IMAP4rev1 AUTH=PLAIN")) as (port, log):
        assert len(Taken().run(port, user="政务公开")[0]) == 1
    assert "PLAIN \0政务公开\0x" in log


def test_the_inbox_in_small_letters_is_the_same_folder() -> None:
    taken, boxes = Taken(), {"INBOX": Box(mails(2))}
    boxes["inbox"] = boxes["INBOX"]
    with odd_imap(boxes, Behaviour(store="NO")) as (port, _):
        assert len(taken.run(port)[0]) == 2
        assert taken.run(port, mailbox="inbox")[0] == []


def test_every_name_of_a_folder_survives_utf7() -> None:
    for code in (*range(0x20, 0xD800), *range(0xE000, 0x10000), 0x20BB7, 0x1F4E7):
        name = f"年{chr(code)}报&-{chr(code)}"
        assert from_utf7(utf7(name)) == name, hex(code)
    assert utf7("﨑镇/2024 R&D") == "&+hGVRw-/2024 R&-D"


def test_a_missing_folder_is_reported_with_the_existing_ones() -> None:
    boxes = {"INBOX": Box({}), "&XnRipQ-": Box({}), "INBOX.&T+Fgbw-": Box({})}
    with odd_imap(boxes) as (port, _), pytest.raises(UsageError) as caught:
        Taken().run(port, mailbox="年度报告")
    assert "邮箱里没有文件夹“年度报告”" in str(caught.value)
    assert "可用的文件夹：INBOX、年报、INBOX.信息" in str(caught.value)


def test_a_server_that_says_goodbye_for_good_is_gone() -> None:
    with (
        odd_imap({"INBOX": Box(mails())}, Behaviour()) as (port, _),
        open_imap(settings(port), Secret("x"), IntakeLimits()) as mailbox,
    ):
        running = mailbox.incoming(lambda _: False)
        next(running)
        mailbox._connect = lambda: (_ for _ in ()).throw(MailboxGone("连接中断"))  # type: ignore[method-assign]
        mailbox._session._imap.shutdown()
        assert len(list(running)) == 4  # of the batch that was fetched before
        mailbox.mark(Incoming("x", "mail", b"", datetime.now(UTC), handle="1"))
        with pytest.raises(MailboxGone):
            mailbox.finish()


def test_no_name_of_a_mail_is_longer_than_it_must_be() -> None:
    with odd_imap({"INBOX": Box(mails(1))}) as (port, _):
        (item,) = Taken().run(port)[0]
    assert re.fullmatch(rf"imap:zwgk@127\.0\.0\.1:{port}/INBOX:1:1", item.source)


# ---------------------------------------------------------------- Maildirs that others use as well


def maildir(folder: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    for number in (1, 2):
        (folder / "new" / f"{number}.host").write_bytes(mail(number))
    return folder


def test_a_mail_that_another_program_moves_meanwhile_is_a_remark(tmp_path: Path) -> None:
    source = open_folder(maildir(tmp_path / "Maildir"), IntakeLimits())
    assert isinstance(source, Maildir)
    running = source.incoming(lambda _: False)
    first = next(running)
    (tmp_path / "Maildir" / "new" / "2.host").unlink()
    source.mark(first)
    assert list(running) == []
    assert "2.host 在收取途中被别的程序移走" in source.remarks[0]


def test_a_maildir_that_takes_no_marks_says_so_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = open_folder(maildir(tmp_path / "Maildir"), IntakeLimits())

    def refuse(self: Path, target: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    for item in source.incoming(lambda _: False):
        source.mark(item)
    assert len(source.remarks) == 1
    assert "不让做标记" in source.remarks[0]
