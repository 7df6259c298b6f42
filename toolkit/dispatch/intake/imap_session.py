"""An IMAP session with one folder: log in, open, search, fetch, mark.

In: settings and a password. Out: an ``ImapSession``; what imaplib, ssl and the network raise becomes sentences. A command
that the server refuses (NO, BAD) is an answer, not an error: the caller decides what to do without it.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from toolkit.core.errors import UsageError
from toolkit.dispatch.intake.imap_answers import by_uid, read_answers
from toolkit.dispatch.intake.incoming import MailboxGone
from toolkit.dispatch.letters.sending import certificate_problem, tls_context, what_broke, words
from toolkit.dispatch.settings import Imap, Secret

KEYWORD = "NianbaoCollected"
# of an untagged answer (* 12 FETCH, * OK), or behind the tag that imaplib gives a command
_KEYWORD_OF_ANSWER = re.compile(rb"\A(?:\* (?:\d+ )?|[A-P]{4}\d+ )[A-Za-z-]+(?= |\Z)")
_WORD_OF_ANSWER = re.compile(rb"(?<!\S)\d+(?:,\d+)*(?!\S)")  # 1 2 3, and 1,2,3 of servers that confuse SEARCH with a set
_NUMBER = re.compile(rb"\d+")
_MOST_BLANK_LINES = 20  # between two answers
_MOST_FOLDERS = 12  # named when the one in the settings does not exist


class ImapSession:
    """An open folder of a server. ``validity`` is empty when the server's UIDs hold for this session only."""

    def __init__(self, imap: imaplib.IMAP4, folder: str, writable: bool) -> None:
        self._imap, self._folder, self._writable = imap, folder, writable
        self.validity = _validity(imap)
        flags = b" ".join(item for item in imap.response("PERMANENTFLAGS")[1] if item)
        self._keyword = b"\\*" in flags or KEYWORD.encode() in flags

    def search_new(self) -> list[str]:
        """The UIDs of all mails without our mark, in ascending order.

        Raises:
            MailboxGone: the connection broke, or the server refuses to search.
        """
        kind, answer = self._command("SEARCH", f"UNKEYWORD {KEYWORD}") if self._keyword else ("NO", [])
        if kind != "OK":  # without keywords, or a server that cannot search for them
            kind, answer = self._command("SEARCH", "ALL")
        if kind != "OK":
            raise MailboxGone(f"收信服务器没有完成 SEARCH（{_reply_text(answer)}）；已收下的不受影响，请稍后再运行一次")
        return self._unmarked() if answer == [None] else _uids(answer)

    def _unmarked(self) -> list[str]:
        """The same from the list of all mails, for a server that answers SEARCH with OK alone, or with ESEARCH (RFC 4731)."""
        answers = by_uid(read_answers(self.fetch(["1:*"], "(UID FLAGS)")))
        new = [uid for uid, answer in answers.items() if KEYWORD.encode() not in (answer.items.get("FLAGS") or ())]
        return sorted(new, key=int)

    def exists(self, uid: str) -> bool:
        """Whether the mail is still in the folder, according to the server."""
        with suppress(MailboxGone):
            kind, answer = self._command("SEARCH", f"UID {uid}")
            return kind != "OK" or uid in _uids(answer)
        return True

    def fetch(self, uids: Sequence[str], items: str) -> list[Any]:
        """The lines of the answer, including those before a refusal.

        Raises:
            MailboxGone: the connection broke.
        """
        kind, answer = self._command("FETCH", ",".join(uids), items)
        return answer if kind == "OK" else [line for line in self._imap.response("FETCH")[1] or [] if line is not None]

    def mark(self, uids: Sequence[str]) -> bool:
        """Flag mails as collected and seen; False when the server refuses marks (read-only, shared mailbox).

        Raises:
            MailboxGone: the connection broke.
        """
        while self._writable:
            flags = f"(\\Seen {KEYWORD})" if self._keyword else "(\\Seen)"
            if self._command("STORE", ",".join(uids), "+FLAGS.SILENT", flags)[0] == "OK":
                return self._writable
            # a server that takes no keyword after all may still take the flag
            self._writable, self._keyword = self._keyword, False
        return False

    def close(self) -> None:
        try:
            self._imap.logout()
        except (imaplib.IMAP4.error, OSError):  # it went away before we did
            with suppress(OSError):
                self._imap.shutdown()

    def _command(self, name: str, *arguments: str) -> tuple[str, list[Any]]:
        with translated_errors():
            try:
                return _ask(self._imap.uid, name, *arguments)
            except imaplib.IMAP4.readonly:  # the server took the right to write away: go on reading
                self._writable = False
                self._imap.select(self._folder, readonly=True)
                return _ask(self._imap.uid, name, *arguments)


def _ask(command: Callable[..., Any], *arguments: Any) -> tuple[str, list[Any]]:
    """The answer to one command, a refusal (BAD) as well; a connection that breaks, or a folder for reading only, is raised."""
    try:
        answer: tuple[str, list[Any]] = command(*arguments)
        return answer
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        return "BAD", [str(error).encode()]


# A shared mailbox has so many mails that the answer to SEARCH ALL is longer than imaplib's million bytes.
vars(imaplib)["_MAXLINE"] = 20_000_000


class _Lenient(imaplib.IMAP4):
    """imaplib for servers that deviate: keywords in small letters, lines that end in LF alone, blank lines, literals ``{4+}``.

    IMAP makes no difference between capitals and small letters (RFC 3501, 9); the other deviations are errors of the server
    that cannot be taken for anything else.
    """

    def readline(self) -> bytes:
        line: bytes = super().readline()
        return line[:-1] + b"\r\n" if line.endswith(b"\n") and not line.endswith(b"\r\n") else line

    def _get_line(self) -> bytes:
        line: bytes = super()._get_line()  # type: ignore[misc]
        return _KEYWORD_OF_ANSWER.sub(lambda match: match[0].upper(), line, count=1)

    def _get_response(self) -> Any:
        for _ in range(_MOST_BLANK_LINES):
            try:
                return super()._get_response()  # type: ignore[misc]
            except imaplib.IMAP4.abort as error:
                if not str(error).endswith("unexpected response: b''"):
                    raise
        raise imaplib.IMAP4.abort("blank lines")

    def _mode_ascii(self) -> None:
        super()._mode_ascii()  # type: ignore[misc]
        self.Literal = re.compile(rb".*\{ *(?P<size>\d+)\+? *\} *$", re.ASCII)


class _LenientTls(_Lenient, imaplib.IMAP4_SSL):
    """The same over TLS."""


def open_session(settings: Imap, password: Secret) -> ImapSession:
    """Log in and open the folder of the settings, read-only when that is all the server allows.

    Raises:
        UsageError: wrong certificate, a wrong password, no such folder.
        MailboxGone: the server cannot be reached, or goes away.
    """
    with translated_errors(settings.host):
        imap = _connect(settings)
        try:
            _log_in(imap, settings, password)
            return _open(imap, settings.mailbox)
        except BaseException:
            with suppress(imaplib.IMAP4.error, OSError):
                imap.shutdown()
            raise


def _open(imap: imaplib.IMAP4, mailbox: str) -> ImapSession:
    folder = '"' + utf7(mailbox).replace("\\", "\\\\").replace('"', '\\"') + '"'
    kind, answer = _select(imap, folder, readonly=False)
    writable = kind == "OK"
    if not writable:  # a shared folder may allow to read and not to write
        kind, refusal = _select(imap, folder, readonly=True)
        answer = answer if answer != [None] else refusal
    if kind != "OK":
        reply = _reply_text(answer)
        there = _folders(imap)
        raise UsageError(
            f"邮箱里没有文件夹“{mailbox}”（[imap] mailbox）"
            + (f"，或不让打开：服务器答复 {reply}" if reply else "")
            + (f"。可用的文件夹：{'、'.join(there)}" if there else "")
        )
    return ImapSession(imap, folder, writable)


def _select(imap: imaplib.IMAP4, folder: str, *, readonly: bool) -> tuple[str, list[Any]]:
    """SELECT or EXAMINE; ("READ-ONLY", [None]) when a folder opens, but for reading only."""
    try:
        return _ask(imap.select, folder, readonly)
    except imaplib.IMAP4.readonly:
        return "READ-ONLY", [None]


def _folders(imap: imaplib.IMAP4) -> list[str]:
    """The names of the first folders of the account, decoded."""
    try:
        kind, lines = imap.list()
    except (imaplib.IMAP4.error, OSError):
        return []
    names = []
    for line in lines if kind == "OK" else []:
        text = line[1] if isinstance(line, tuple) else line or b""
        quoted = re.search(rb'(?:"((?:[^"\\]|\\.)*)"|(\S+))\s*$', text)
        if quoted and b"\\Noselect" not in text:
            names.append(from_utf7((quoted[1] if quoted[1] is not None else quoted[2]).decode("ascii", "replace")))
    return names[:_MOST_FOLDERS]


def _connect(settings: Imap) -> imaplib.IMAP4:
    if settings.security == "tls":
        return _LenientTls(settings.host, settings.port, ssl_context=tls_context(settings), timeout=settings.timeout_seconds)
    imap = _Lenient(settings.host, settings.port, timeout=settings.timeout_seconds)
    if settings.security == "starttls":
        imap.starttls(tls_context(settings))
    return imap


def _log_in(imap: imaplib.IMAP4, settings: Imap, password: Secret) -> None:
    try:
        if imap.state == "AUTH":  # the server knows us by our address (PREAUTH)
            return
        _give_password(imap, settings.user, password.reveal())
    except imaplib.IMAP4.abort:
        raise
    except UnicodeEncodeError as error:
        raise UsageError("用户名或密码里有汉字等字符，收信服务器不支持；请核对，或改用授权码") from error
    except imaplib.IMAP4.error as error:
        raise UsageError(f"收信服务器不接受用户名或密码（授权码）：{words(error.args[0] if error.args else '')}") from error
    with suppress(imaplib.IMAP4.error):  # servers tell a client that is logged in of more than they did before
        imap._get_capabilities()
    if "ID" in imap.capabilities:
        # NetEase's servers open no mailbox to a program that does not say its name (RFC 2971)
        imaplib.Commands.setdefault("ID", ("AUTH", "SELECTED"))
        _ask(imap._simple_command, "ID", '("name" "nianbao" "version" "1")')


def _give_password(imap: imaplib.IMAP4, user: str, password: str) -> None:
    """LOGIN, or AUTHENTICATE PLAIN for servers without LOGIN and for what LOGIN cannot carry (RFC 4616: UTF-8)."""
    no_login = "LOGINDISABLED" in imap.capabilities
    if "AUTH=PLAIN" in imap.capabilities and (no_login or not (user + password).isascii()):
        imap.authenticate("PLAIN", lambda _: f"\0{user}\0{password}".encode())
    elif no_login:
        raise UsageError("收信服务器在这个端口上不接受密码。请核对 [imap] security（一般是 tls 或 starttls）和 port")
    else:
        imap.login(user, password)


@contextmanager
def translated_errors(host: str = "收信服务器") -> Iterator[None]:
    """Convert exceptions of imaplib, ssl and the network to sentences.

    Raises:
        UsageError: a setting is wrong.
        MailboxGone: the connection broke.
    """
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise UsageError(f"{host} 的证书核对不上，没有收信：证书{certificate_problem(error, 'imap')}") from error
    except socket.gaierror as error:
        raise UsageError(f"找不到服务器 {host}。请检查网络，并核对 [imap] host") from error
    except (imaplib.IMAP4.error, OSError, EOFError) as error:
        if isinstance(error, ssl.SSLError) and error.reason == "WRONG_VERSION_NUMBER":
            raise UsageError(f"{host} 的这个端口不是加密的端口。请核对 [imap] security 和 port（tls 一般是 993）") from error
        if refusal := re.search(r"b'\* BYE ?(.*)'", str(error)):
            raise MailboxGone(
                f"{host}现在不接受连接（{words(refusal[1]) or 'BYE'}）；已收下的不受影响，请稍后再运行一次"
            ) from error
        raise MailboxGone(f"与{host}的连接中断（{what_broke(error)}）；已收下的不受影响，请稍后再运行一次") from error


def _validity(imap: imaplib.IMAP4) -> str:
    items = [item for item in imap.response("UIDVALIDITY")[1] or [] if item]
    return items[-1].decode("ascii", "replace") if items else ""


def _uids(answer: Sequence[Any]) -> list[str]:
    words = (word for line in answer if isinstance(line, bytes) for word in _WORD_OF_ANSWER.findall(line))
    numbers = {int(number) for word in words for number in _NUMBER.findall(word)}
    return [str(number) for number in sorted(numbers)]


def _reply_text(answer: Sequence[Any]) -> str:
    return words(answer[-1]) if answer and answer[-1] else ""


def utf7(name: str) -> str:
    """A mailbox name in IMAP's modified UTF-7 (RFC 3501, 5.1.3): folders of Chinese mailboxes have Chinese names."""
    out = []
    for piece in re.split("([^\x20-\x7e]+)", name):
        if piece and not piece.isascii():
            encoded = piece.encode("utf-7").decode("ascii")  # its base64 may begin with another plus
            out.append("&" + encoded.removeprefix("+").removesuffix("-").replace("/", ",") + "-")
        else:
            out.append(piece.replace("&", "&-"))
    return "".join(out)


def from_utf7(name: str) -> str:
    """The inverse of ``utf7``; other names stay as they are."""

    def decoded(match: re.Match[str]) -> str:
        if not match[1]:
            return "&"
        with suppress(UnicodeDecodeError):
            return f"+{match[1].replace(',', '/')}-".encode("ascii", "replace").decode("utf-7")
        return match[0]

    return re.sub("&([A-Za-z0-9+,]*)-", decoded, name)
