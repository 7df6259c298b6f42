"""Fetch mails from an IMAP mailbox; a mail that cannot be fetched stops no other.

In: settings and a password. Out: ``Incoming`` mails named by account, server, folder, UIDVALIDITY and UID; marks at the
server when they are on disk, where the server lets them be set. Batches are fetched first; what a batch lacks, whatever the
reason, is fetched alone, and what cannot be fetched alone is named in ``unread``.
"""

from __future__ import annotations

import imaplib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from toolkit.core.errors import NianbaoError
from toolkit.core.files import sha256_of
from toolkit.dispatch.intake.imap_answers import Answer, by_uid, read_answers
from toolkit.dispatch.intake.imap_session import ImapSession, open_session
from toolkit.dispatch.intake.incoming import Incoming, MailboxGone, over_limit
from toolkit.dispatch.intake.inspecting import IntakeLimits, megabytes
from toolkit.dispatch.settings import IMAP_PASSWORD, Imap, Secret
from toolkit.importing.readers.mail_parts import readable

_BATCH = 25  # messages fetched, and marked, in one command
_BATCH_BYTES = 32_000_000
_ASK_SIZES = 500  # messages per command that fetches sizes
_MOST_LOSSES = 3  # connections lost one after the other, each by the fetch of a single mail
_HEAD_BYTES = 65_536
_WHOLE, _HEAD = "BODY.PEEK[]", f"BODY.PEEK[HEADER]<0.{_HEAD_BYTES}>"
_CANNOT_MARK = "这个邮箱不让做标记（只读或共享邮箱），已收的记在本机的台账里，不会重复收取"


class ImapMailbox:
    """An open mailbox; stored mails get the keyword ``NianbaoCollected`` and the flag seen."""

    def __init__(self, connect: Callable[[], ImapSession], name: str, limits: IntakeLimits) -> None:
        """``name`` identifies a mailbox: account, server and folder. A UID is unique within a UIDVALIDITY of one only."""
        self._connect, self._name, self._limits = connect, name, limits
        self._session = connect()
        self._waiting: list[str] = []
        self._losses = 0
        self._uids_hold = True  # whether the UIDs that were read are those of the open session
        self.unread: list[str] = []
        self.remarks: list[str] = []

    def close(self) -> None:
        self._session.close()

    def incoming(self, skip: Callable[[str], bool]) -> Iterator[Incoming]:
        for batch in self._batches(self._session.search_new()):
            fetch = []
            for uid, size in batch:
                over = over_limit(size or 0, self._limits)
                if self._is_known(uid, size, skip):
                    if skip(self._source(uid)):  # what was too large is not marked: a higher limit finds it again
                        self._mark(uid)
                elif over:
                    refusal = f"邮件有 {megabytes(size or 0)}，超过上限 {megabytes(self._limits.message_bytes)}，没有下载"
                    yield from self._fetch([uid], _HEAD, skip, refusal, over)
                else:
                    fetch.append(uid)
            # of a mail of unknown size no more than the limit is fetched
            part = f"{_WHOLE}<0.{self._limits.message_bytes + 1}>" if batch[0][1] is None else _WHOLE
            yield from self._fetch(fetch, part, skip)

    def _is_known(self, uid: str, size: int | None, skip: Callable[[str], bool]) -> bool:
        """Whether a mail was processed in an earlier run; one of unknown size may have been refused as too large."""
        sizes = (0, self._limits.message_bytes + 1) if size is None else (size,)
        names = [self._source(uid) + over_limit(one, self._limits) for one in sizes]
        return bool(self._session.validity) and any(skip(name) for name in names)

    def mark(self, item: Incoming) -> None:
        if not item.refusal:  # what was not fetched is not marked: a higher limit finds it again
            self._mark(item.handle)

    def finish(self) -> None:
        """Set the pending marks. A lost mark costs one lookup in the ledger of the next run."""
        waiting, self._waiting = self._waiting, []
        if waiting and not self._set_marks(waiting) and _CANNOT_MARK not in self.remarks:
            self.remarks.append(_CANNOT_MARK)

    def _set_marks(self, uids: Sequence[str]) -> bool:
        try:
            return self._session.mark(uids)
        except MailboxGone:  # servers close a connection that was idle while the mails were examined
            self._reconnect()
            return self._session.mark(uids) if self._uids_hold else True

    def _mark(self, uid: str) -> None:
        if not self._uids_hold:  # another mail may have this number now; the ledger knows this one by its content
            return
        self._waiting.append(uid)
        if len(self._waiting) >= _BATCH:
            self.finish()

    def _source(self, uid: str) -> str:
        return f"imap:{self._name}:{self._session.validity}:{uid}"

    def _batches(self, uids: Sequence[str]) -> Iterator[list[tuple[str, int | None]]]:
        """UIDs with their sizes in bytes, in batches that fit into memory; a mail of unknown size is a separate batch."""
        for start in range(0, len(uids), _ASK_SIZES):
            some = uids[start : start + _ASK_SIZES]
            sizes = self._answers(some, "RFC822.SIZE")
            batch: list[tuple[str, int | None]] = []
            batch_bytes = 0
            for uid in some:
                size = sizes.get(uid, Answer()).size
                if batch and (size is None or len(batch) >= _BATCH or batch_bytes + size > _BATCH_BYTES):
                    yield batch
                    batch, batch_bytes = [], 0
                batch.append((uid, size))
                batch_bytes += size or 0
                if size is None:
                    yield batch
                    batch, batch_bytes = [], 0
            if batch:
                yield batch

    def _fetch(
        self, uids: Sequence[str], part: str, skip: Callable[[str], bool], refusal: str = "", over: str = ""
    ) -> Iterator[Incoming]:
        batch = self._answers(uids, f"INTERNALDATE {part}") if len(uids) > 1 else {}
        for uid in uids:
            answer = batch.pop(uid, None)
            if answer is None or not answer.body:  # no mail has no bytes: the server cannot give it at the moment
                answer = self._fetch_alone(uid, part)
            if answer is None or not answer.body:
                self._give_up(uid)
            elif not self._session.validity and skip(sha256_of(answer.body)):
                self._mark(uid)  # UIDs of this server are not valid in the next session: mails are recognised by content
            else:
                yield self._incoming(uid, answer, answer.body, refusal, over)

    def _incoming(self, uid: str, answer: Answer, body: bytes, refusal: str, over: str) -> Incoming:
        if not over and len(body) > self._limits.message_bytes:  # larger than announced, or of unknown size
            refusal, over = f"邮件超过上限 {megabytes(self._limits.message_bytes)}", over_limit(len(body), self._limits)
            body = body[:_HEAD_BYTES]
        when = answer.received_at
        return Incoming(self._source(uid) + over, "mail", body, when or datetime.now(UTC), when is not None, refusal, uid)

    def _fetch_alone(self, uid: str, part: str) -> Answer | None:
        try:
            answers = self._ask([uid], f"INTERNALDATE {part}")
        except MailboxGone:
            self._losses += 1
            if self._losses > _MOST_LOSSES:
                raise
            self._reconnect()
            return None
        self._losses = 0
        own = by_uid(answers).get(uid)
        if own and own.body:
            return own
        nameless = [answer for answer in answers if not answer.uid and answer.body]
        return nameless[0] if len(nameless) == 1 else None  # the only one requested

    def _ask(self, uids: Sequence[str], items: str) -> list[Answer]:
        """The server's answer to one FETCH, also when it refuses part of it (NO)."""
        return read_answers(self._session.fetch(uids, f"(UID {items})"))

    def _answers(self, uids: Sequence[str], items: str) -> dict[str, Answer]:
        """The answers by UID; none when the connection is lost: some servers hang up over one mail that they cannot read."""
        try:
            return by_uid(self._ask(uids, items))
        except MailboxGone:
            self._reconnect()
            return {}

    def _reconnect(self) -> None:
        validity = self._session.validity
        self._session.close()
        self._session = self._connect()
        if self._session.validity != validity:
            raise MailboxGone("邮箱在收取途中换了编号（UIDVALIDITY）；已收下的不受影响，请再运行一次")
        if not validity:  # UIDs hold for one session only
            self._uids_hold = False
            self._waiting.clear()

    def _give_up(self, uid: str) -> None:
        """Name a mail that cannot be fetched; a mail removed meanwhile is only a remark."""
        if not self._session.exists(uid):
            self.remarks.append(f"编号 {uid} 的邮件在收取途中被移走或删除，没有收到；不是您移走的，请到邮箱中核对")
            return
        about = "、".join(part for part in self._about(uid) if part)
        self.unread.append(f"编号（UID）{uid}" + (f"，{about}" if about else ""))

    def _about(self, uid: str) -> tuple[str, str]:
        """Sender and subject of a mail, from the server's envelope, without opening it."""
        envelope = self._answers([uid], "ENVELOPE").get(uid, Answer()).items.get("ENVELOPE")
        if not isinstance(envelope, list) or len(envelope) < 3:
            return "", ""
        subject = f"主题：{_text(envelope[1])}" if isinstance(envelope[1], bytes) and envelope[1].strip() else ""
        senders = envelope[2] if isinstance(envelope[2], list) else []
        names = [f"{_text(item[2])}@{_text(item[3])}" for item in senders if isinstance(item, list) and len(item) > 3 and item[2]]
        return (f"发件人：{'、'.join(names)}" if names else ""), subject


def _text(value: object) -> str:
    return readable(value.decode("utf-8", "surrogateescape")) if isinstance(value, bytes) else ""


@contextmanager
def open_imap(settings: Imap, password: Secret, limits: IntakeLimits) -> Iterator[ImapMailbox]:
    """A mailbox, encrypted and with the server's certificate verified.

    Raises:
        UsageError: plain text not allowed by name, wrong certificate, no password or a wrong one, no such mailbox.
        MailboxGone: the server cannot be reached, or goes away.
    """
    settings.refuse_plain()
    settings.need_password(password, IMAP_PASSWORD)
    # RFC 3501, 5.1: INBOX in capitals or not is one folder
    folder = "INBOX" if settings.mailbox.upper() == "INBOX" else settings.mailbox
    name = f"{settings.user}@{settings.host.lower()}:{settings.port}/{folder}"
    mailbox = ImapMailbox(lambda: open_session(settings, password), name, limits)
    try:
        yield mailbox
    finally:
        with suppress(imaplib.IMAP4.error, OSError, NianbaoError):
            mailbox.close()
