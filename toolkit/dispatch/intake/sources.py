"""Where reports come in from: an IMAP mailbox, a Maildir, a folder of PDFs and ``.eml`` files.

In: a place. Out: ``Incoming`` things one by one, each with its raw bytes; ``mark`` is called when one is safely on
disk, and only then is a mailbox changed. A message over the limit is not fetched: its head comes with the reason.
"""

from __future__ import annotations

import imaplib
import os
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from toolkit.core.errors import NianbaoError, UsageError
from toolkit.dispatch.intake.examining import Kind
from toolkit.dispatch.intake.inspecting import Limits, megabytes
from toolkit.dispatch.letters.sending import tls_context, what_broke, words
from toolkit.dispatch.settings import IMAP_PASSWORD, DispatchSettings, Imap, Secret

KEYWORD = "NianbaoCollected"
_KINDS: dict[str, Kind] = {".pdf": "pdf", ".eml": "mail"}
_BATCH = 25  # messages fetched, and marked, in one command
_BATCH_BYTES = 32_000_000


class MailboxGone(NianbaoError):
    """The mail server went away; what was taken in is safe, the rest comes with the next run."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail or PDF. ``source`` names it within its place for good; ``dated`` when ``received_at`` is to be trusted."""

    source: str
    kind: Kind
    raw: bytes
    received_at: datetime
    dated: bool = True
    refusal: str = ""
    handle: Any = None


class Source(Protocol):
    """A place reports come in from."""

    def incoming(self, skip: Callable[[str], bool]) -> Iterator[Incoming]:
        """Everything not marked yet; what ``skip`` knows by its source is only marked."""

    def mark(self, item: Incoming) -> None:
        """Remember at the source that this is on disk."""

    def finish(self) -> None:
        """Marks that wait are made."""


class Folder:
    """PDFs and ``.eml`` files in a folder, below it too. Nothing there is changed; the ledger remembers."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self.limits = path, limits
        self.closed: list[str] = []  # what could not be opened, by name

    def incoming(self, skip: Callable[[str], bool]) -> Iterator[Incoming]:
        for file in sorted(self.path.rglob("*")):
            kind = _KINDS.get(file.suffix.lower())
            if kind is None or file.is_symlink() or not file.is_file():
                continue
            facts = file.stat()
            source = f"{file.relative_to(self.path).as_posix()}:{facts.st_size}:{facts.st_mtime_ns}"
            source += _over(facts.st_size, self.limits)
            if not skip(source):
                try:
                    raw, refusal = _within(file, self.limits.message_bytes)
                except OSError:  # no permission, open in another program: it keeps no other from being taken in
                    self.closed.append(f"{file.relative_to(self.path).as_posix()}（打不开）")
                    continue
                yield Incoming(source, kind, raw, _moment(facts.st_mtime), kind == "pdf", refusal)

    def passed_over(self) -> list[str]:
        """What could not be opened, and everything else that is seen there, by name: a report may be in a ZIP file, a
        Word file, an Outlook message."""
        return self.closed + [
            file.relative_to(self.path).as_posix()
            for file in sorted(self.path.rglob("*"))
            if file.is_file()
            and (file.is_symlink() or file.suffix.lower() not in _KINDS)
            and not file.name.startswith((".", "~$"))
        ]

    def mark(self, item: Incoming) -> None:
        """A folder is the clerk's: nothing is moved."""

    def finish(self) -> None:
        """Nothing waits."""


class Maildir:
    """A Maildir; what is on disk moves from ``new`` to ``cur`` and is flagged as seen."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path, self.limits = path, limits

    def incoming(self, skip: Callable[[str], bool]) -> Iterator[Incoming]:
        for file in sorted([*(self.path / "new").iterdir(), *(self.path / "cur").iterdir()], key=lambda item: item.name):
            if not file.is_file() or file.is_symlink():
                continue
            source = re.split("[:;!]2,", file.name)[0] + _over(file.stat().st_size, self.limits)
            if skip(source):
                self._see(file)
            else:
                raw, refusal = _within(file, self.limits.message_bytes)
                yield Incoming(source, "mail", raw, _moment(file.stat().st_mtime), True, refusal, file)

    def mark(self, item: Incoming) -> None:
        self._see(item.handle)

    def _see(self, file: Path) -> None:
        if file.parent.name == "new" and file.exists():
            separator = ":" if os.name == "posix" else ";"  # Windows takes no colon in a name
            file.rename(self.path / "cur" / f"{re.split('[:;!]2,', file.name)[0]}{separator}2,S")

    def finish(self) -> None:
        """Nothing waits."""


def open_folder(path: Path, limits: Limits) -> Folder | Maildir:
    """A folder on disk: a Maildir when it has ``new``, ``cur`` and ``tmp``.

    Raises:
        UsageError: there is no such folder, or it is a file.
    """
    if path.is_file():
        raise UsageError(f"{path} 是文件，应为放有 PDF、.eml 的文件夹；只看一份 PDF 用 nianbao read")
    if not path.is_dir():
        raise UsageError(f"收件文件夹 {path} 不存在")
    return Maildir(path, limits) if all((path / name).is_dir() for name in ("new", "cur", "tmp")) else Folder(path, limits)


@contextmanager
def open_source(path: Path | None, settings: DispatchSettings, password: Secret) -> Iterator[Source]:
    """The folder that was named, or the mailbox of the settings.

    Raises:
        UsageError: no such folder, no mailbox in the settings, or it does not let us in.
        MailboxGone: the server cannot be reached.
    """
    if path is not None:
        yield open_folder(path, settings.limits)
        return
    with open_imap(settings.need_imap(), password, settings.limits) as mailbox:
        yield mailbox


class ImapMailbox:
    """An open mailbox; what is on disk gets the keyword ``NianbaoCollected`` and is flagged as seen."""

    def __init__(self, imap: imaplib.IMAP4, validity: str, limits: Limits, keyword: bool) -> None:
        self._imap, self._validity, self._limits, self._keyword = imap, validity, limits, keyword
        self._waiting: list[str] = []

    def incoming(self, skip: Callable[[str], bool]) -> Iterator[Incoming]:
        wanted = f"UNKEYWORD {KEYWORD}" if self._keyword else "ALL"
        for batch in self._batches(_numbers(self._command("SEARCH", wanted))):
            fetch = []
            for uid, size in batch:
                over = _over(size, self._limits)
                if skip(self._source(uid) + over):
                    if not over:
                        self._mark(uid)
                elif size > self._limits.message_bytes:
                    refusal = f"邮件有 {megabytes(size)}，超过上限 {megabytes(self._limits.message_bytes)}，没有下载"
                    yield from self._fetch([uid], "BODY.PEEK[HEADER]<0.65536>", refusal, over)
                else:
                    fetch.append(uid)
            yield from self._fetch(fetch, "BODY.PEEK[]")

    def mark(self, item: Incoming) -> None:
        if not item.refusal:  # what was not fetched is not marked: a higher limit finds it again
            self._mark(item.handle)

    def finish(self) -> None:
        """Make the marks that wait. A mark that is lost costs a look into the ledger next time, nothing else."""
        if self._waiting:
            flags = f"(\\Seen {KEYWORD})" if self._keyword else "(\\Seen)"
            self._command("STORE", ",".join(self._waiting), "+FLAGS.SILENT", flags)
            self._waiting = []

    def _mark(self, uid: str) -> None:
        self._waiting.append(uid)
        if len(self._waiting) >= _BATCH:
            self.finish()

    def _source(self, uid: str) -> str:
        return f"imap:{self._validity}:{uid}"

    def _batches(self, uids: list[str]) -> Iterator[list[tuple[str, int]]]:
        """UIDs with their sizes, few enough to be held at once."""
        for start in range(0, len(uids), 500):
            answer = self._command("FETCH", ",".join(uids[start : start + 500]), "(UID RFC822.SIZE)")
            batch: list[tuple[str, int]] = []
            for line in answer:
                facts = line[0] if isinstance(line, tuple) else line or b""
                uid, size = re.search(rb"UID (\d+)", facts), re.search(rb"RFC822\.SIZE (\d+)", facts)
                if not uid or not size:
                    continue
                if batch and (len(batch) >= _BATCH or sum(item[1] for item in batch) + int(size[1]) > _BATCH_BYTES):
                    yield batch
                    batch = []
                batch.append((uid[1].decode(), int(size[1])))
            if batch:
                yield batch

    def _fetch(self, uids: list[str], part: str, refusal: str = "", over: str = "") -> Iterator[Incoming]:
        if not uids:
            return
        for line in self._command("FETCH", ",".join(uids), f"(UID INTERNALDATE {part})"):
            if not isinstance(line, tuple):
                continue
            uid = re.search(rb"UID (\d+)", line[0])
            if uid is None:
                continue
            when = imaplib.Internaldate2tuple(line[0])
            moment = datetime(*when[:6]).astimezone() if when else datetime.now(UTC)
            number = uid[1].decode()
            yield Incoming(self._source(number) + over, "mail", line[1], moment, when is not None, refusal, number)

    def _command(self, name: str, *arguments: str) -> list[Any]:
        with _told():
            kind, answer = self._imap.uid(name, *arguments)
        if kind != "OK":
            raise MailboxGone(
                f"收信服务器没有完成 {name}（{words(answer[-1] if answer else '')}）；已收下的不受影响，请稍后再运行一次"
            )
        return answer


@contextmanager
def open_imap(settings: Imap, password: Secret, limits: Limits) -> Iterator[ImapMailbox]:
    """A mailbox, encrypted and with the server's certificate verified.

    Raises:
        UsageError: plain text not allowed by name, wrong certificate, no password or a wrong one, no such mailbox.
        MailboxGone: the server cannot be reached, or goes away.
    """
    settings.refuse_plain()
    settings.need_password(password, IMAP_PASSWORD)
    with _told(settings.host):
        imap = _connect(settings)
    try:
        with _told(settings.host):
            _log_in(imap, settings, password)
            kind, _ = imap.select(f'"{_utf7(settings.mailbox)}"')
        if kind != "OK":
            raise UsageError(f"邮箱里没有文件夹“{settings.mailbox}”（[imap] mailbox）")
        validity = (imap.response("UIDVALIDITY")[1] or [b""])[0]
        flags = b" ".join(item for item in imap.response("PERMANENTFLAGS")[1] if item)
        keyword = b"\\*" in flags or KEYWORD.encode() in flags
        yield ImapMailbox(imap, (validity or b"").decode(), limits, keyword)
    finally:
        try:
            imap.logout()
        except (imaplib.IMAP4.error, OSError):  # it went away before we did
            with suppress(OSError):
                imap.shutdown()


def _connect(settings: Imap) -> imaplib.IMAP4:
    if settings.security == "tls":
        return imaplib.IMAP4_SSL(
            settings.host, settings.port, ssl_context=tls_context(settings), timeout=settings.timeout_seconds
        )
    imap = imaplib.IMAP4(settings.host, settings.port, timeout=settings.timeout_seconds)
    if settings.security == "starttls":
        imap.starttls(tls_context(settings))
    return imap


def _log_in(imap: imaplib.IMAP4, settings: Imap, password: Secret) -> None:
    try:
        imap.login(settings.user, password.reveal())
    except imaplib.IMAP4.abort:
        raise
    except UnicodeEncodeError as error:
        raise UsageError("用户名或密码里有汉字等字符，收信服务器不支持；请核对，或改用授权码") from error
    except imaplib.IMAP4.error as error:
        raise UsageError(f"收信服务器不接受用户名或密码（授权码）：{words(error.args[0] if error.args else '')}") from error
    if "ID" in imap.capabilities:
        # NetEase's servers open no mailbox to a program that does not say its name (RFC 2971)
        imaplib.Commands.setdefault("ID", ("AUTH", "SELECTED"))
        imap._simple_command("ID", '("name" "nianbao" "version" "1")')


@contextmanager
def _told(host: str = "收信服务器") -> Iterator[None]:
    """Turn what imaplib, ssl and the network raise into sentences."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise UsageError(
            f"{host} 的证书核对不上（{error.verify_message}），没有收信。单位自建证书的，请在 [imap] 写明 ca_file"
        ) from error
    except socket.gaierror as error:
        raise UsageError(f"找不到服务器 {host}。请检查网络，并核对 [imap] host") from error
    except (imaplib.IMAP4.error, OSError, EOFError) as error:
        if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
            raise UsageError(f"{host} 的这个端口不是加密的端口。请核对 [imap] security 和 port（tls 一般是 993）") from error
        raise MailboxGone(f"与{host}的连接中断（{what_broke(error)}）；已收下的不受影响，请稍后再运行一次") from error


def _numbers(answer: list[Any]) -> list[str]:
    return [number.decode() for line in answer if line for number in line.split()]


def _utf7(name: str) -> str:
    """A mailbox name in IMAP's own UTF-7 (RFC 3501, 5.1.3): folders of Chinese mailboxes have Chinese names."""
    out = []
    for piece in re.split("([^\x20-\x7e]+)", name):
        if piece and not piece.isascii():
            encoded = piece.encode("utf-7").decode("ascii")
            out.append("&" + encoded.strip("+").rstrip("-").replace("/", ",") + "-")
        else:
            out.append(piece.replace("&", "&-"))
    return "".join(out)


def _over(size: int, limits: Limits) -> str:
    """What is added to the name of something too large: under a higher limit it has not been seen before."""
    return f":>{limits.message_bytes}" if size > limits.message_bytes else ""


def _within(file: Path, limit: int) -> tuple[bytes, str]:
    """A file's bytes, or the first of them with the reason when there are too many."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        raw = opened.read(65_536 if size > limit else -1)
    return raw, f"文件有 {megabytes(size)}，超过上限 {megabytes(limit)}" if size > limit else ""


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
