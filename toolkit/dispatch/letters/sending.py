"""Send letters over SMTP exactly once: recorded before, retried safely, confirmed after.

In: a letter, a server, the ledger of what was sent. Out: how it ended. The letter is in the outbox before the first
connection, so a second attempt, today or after a crash, sends the same bytes under the same Message-ID; a recipient that takes
it in knows that as one message.
"""

from __future__ import annotations

import errno
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, Protocol

from toolkit.core.dates import now
from toolkit.core.errors import NianbaoError, UsageError
from toolkit.core.files import save_bytes
from toolkit.core.sniffing import decode_chinese
from toolkit.dispatch.ledger import SENT_NAME, Ledger, timestamp
from toolkit.dispatch.letters.message import Letter, address_of, letter_bytes
from toolkit.dispatch.settings import SMTP_PASSWORD, DispatchSettings, Secret, Server, Smtp, secret_from

Outcome = Literal["sent", "refused", "unanswered"]


class ServerBusy(NianbaoError):
    """Temporary failure: a 4xx answer, a lost or slow connection; retried. ``code`` is 0 without an answer."""

    def __init__(self, stage: str, code: int, answer: str) -> None:
        self.stage, self.code, self.answer = stage, code, answer
        super().__init__(f"{stage}时{f'对方暂时不收（{code} {answer}）' if code else f'连接中断（{answer}）'}")


class ServerRefused(NianbaoError):
    """Permanent failure (5xx); not retried. The sentence quotes the server."""

    def __init__(self, stage: str, code: int, answer: str) -> None:
        self.stage, self.code, self.answer = stage, code, answer
        super().__init__(f"{stage}时对方拒收（{code} {answer}）{_advice(stage, code)}")


LOGGING_IN, RECIPIENT, SENDER, CONTENT = "登录", "报收件人", "报寄件人", "传送邮件"
# as long as these last, the server has not heard of any letter: what goes wrong goes wrong for the next one as well
_BEFORE_ANY_LETTER = ("连接", "加密", "问候", LOGGING_IN)
_ADVICE = {
    530: "：对方要求先登录，请在 [smtp] 写明 user，密码放在环境变量里",
    535: "：用户名或密码（授权码）不对",
    550: "：请核对收件地址",
    552: "：对方邮箱已满或附件过大，请电话联系对方",
    553: "：请核对寄件地址",
}


def _advice(stage: str, code: int) -> str:
    if stage == CONTENT and code in (550, 554):
        return "：可能被当作垃圾邮件，请电话联系对方"
    return _ADVICE.get(code, "")


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's answer when it accepted the letter."""

    code: int
    text: str


class Transport(Protocol):
    """Sends a letter; raises ``ServerBusy`` or ``ServerRefused``, or returns the server's answer."""

    def __call__(self, raw: bytes, sender: str, to: str) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Delivery:
    """The outcome of one letter, with a sentence for the clerk."""

    outcome: Outcome
    message_id: str
    message: str


@dataclass(frozen=True)
class Outbox:
    """The folder of letters to send, their ledger, and functions that wait and report."""

    folder: Path
    ledger: Ledger
    post: Transport
    retry_seconds: tuple[float, ...] = ()
    now: Callable[[], datetime] = now
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] = lambda _: None
    # why this run asks the server no more: a hundred wrong passwords lock an account, a hundred waits take a day
    given_up: list[str] = field(default_factory=list)

    def prepare(self, letter: Letter, about: dict[str, object]) -> None:
        """Write a letter to disk, then to the ledger; ``about`` describes it (year, organ, hash, version)."""
        save_bytes(self.letter_path(letter.message_id), letter_bytes(letter))
        self.ledger.append(
            {"event": "prepared", "at": timestamp(letter.date), "message_id": letter.message_id,
             "sender": address_of(letter.sender), "to": address_of(letter.to), "subject": letter.subject, **about}
        )  # fmt: skip

    def deliver(self, message_id: str) -> Delivery:
        """Send a prepared letter; retry with pauses while the server is busy."""
        prepared = next(item for item in self.ledger.find("message_id", message_id) if item["event"] == "prepared")
        if self.given_up:
            return Delivery("unanswered", message_id, f"没有再试（{self.given_up[0]}）。问题解决后再运行一次，不会重复报送")
        raw = self.letter_path(message_id).read_bytes()
        for wait in (*self.retry_seconds, None):
            self._record(message_id, "attempt")
            try:
                answer = self.post(raw, prepared["sender"], prepared["to"])
            except UsageError:
                self._record(message_id, "unreached")
                raise
            except ServerRefused as error:
                self._record(message_id, "refused", error.code, error.answer)
                self._give_up_after(error)
                return Delivery("refused", message_id, f"{error}。没有送达")
            except ServerBusy as error:
                # only where the text was under way and no answer came may the letter have arrived
                doubtful = error.stage == CONTENT and not error.code
                self._record(message_id, "unanswered" if doubtful else "unreached", error.code, error.answer)
                if wait is None:
                    self._give_up_after(error)
                    return Delivery("unanswered", message_id, f"{error}。请稍后再运行一次，不会重复报送")
                self.tell(f"{error}，{wait:.0f} 秒后再试")
                self.sleep(wait)
            else:
                self._record(message_id, "sent", answer.code, answer.text)
                return Delivery("sent", message_id, f"已送达对方服务器（{answer.code} {answer.text}）")
        raise AssertionError("the last wait is None")

    def _give_up_after(self, error: ServerBusy | ServerRefused) -> None:
        if error.stage in _BEFORE_ANY_LETTER:
            self.given_up.append(str(error))

    def letter_path(self, message_id: str) -> Path:
        return self.folder / f"{message_id.strip('<>').partition('@')[0]}.eml"

    def _record(self, message_id: str, event: str, code: int = 0, answer: str = "") -> None:
        record: dict[str, object] = {"event": event, "at": timestamp(self.now()), "message_id": message_id}
        self.ledger.append(record | ({"code": code, "answer": answer} if code or answer else {}))


def open_outbox(settings: DispatchSettings, *, tell: Callable[[str], None], offline: bool = False) -> Outbox:
    """The outbox of the office, with the server of the settings; without any server when ``offline``.

    Raises:
        UsageError: no server is named, or it may not be spoken to without encryption.
    """
    ledger = Ledger(settings.post / SENT_NAME)
    smtp = None if offline else settings.need_smtp()
    post = smtp_post(smtp, secret_from(SMTP_PASSWORD)) if smtp else _nobody
    return Outbox(settings.post / "outbox", ledger, post, smtp.retry_seconds if smtp else (), tell=tell)


def _nobody(raw: bytes, sender: str, to: str) -> Answer:
    raise UsageError("没有连接发信服务器")


def smtp_post(settings: Smtp, password: Secret) -> Transport:
    """Connect to an SMTP server, encrypted and with its certificate verified.

    Raises:
        UsageError: plain text is configured and not allowed for this host; the user has no password.
    """
    settings.refuse_plain()
    settings.need_password(password, SMTP_PASSWORD)

    def post(raw: bytes, sender: str, to: str) -> Answer:
        stage = _Stage()
        with _translate_errors(stage, settings), _connected(settings, stage) as smtp:
            if settings.user:
                stage.name = LOGGING_IN
                smtp.login(settings.user, password.reveal())
            stage.name = SENDER
            _expect(stage, *smtp.mail(sender, [f"size={len(raw)}"] if smtp.has_extn("size") else []))
            stage.name = RECIPIENT
            _expect(stage, *smtp.rcpt(to))
            stage.name = CONTENT
            return _expect(stage, *smtp.data(raw))

    return post


def tls_context(settings: Server) -> ssl.SSLContext:
    """A TLS context that verifies certificates and names, with the office's root certificate when the settings name one.

    Raises:
        UsageError: the certificate file cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
    except (OSError, ssl.SSLError) as error:
        raise UsageError(f"读不出根证书 {settings.ca_file}（ca_file），应为 PEM 格式") from error


@dataclass
class _Stage:
    """The current step of the SMTP session, in words."""

    name: str = "连接"


@contextmanager
def _connected(settings: Smtp, stage: _Stage) -> Iterator[smtplib.SMTP]:
    timeout, name = settings.timeout_seconds, _greeting_name()
    smtp: smtplib.SMTP
    if settings.security == "tls":
        smtp = smtplib.SMTP_SSL(settings.host, settings.port, name, timeout=timeout, context=tls_context(settings))
    else:
        smtp = smtplib.SMTP(settings.host, settings.port, name, timeout=timeout)
    try:
        if settings.security == "starttls":
            stage.name = "加密"
            smtp.starttls(context=tls_context(settings))
        stage.name = "问候"
        smtp.ehlo_or_helo_if_needed()
        yield smtp
        # the letter is taken: what happens to the farewell does not matter
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME = re.compile(rf"(?=.{{1,255}}$)(?:{_LABEL}\.)+{_LABEL}", re.ASCII)


def _greeting_name() -> str:
    """The name of this computer in EHLO: its full name, or an address when the name is not valid for the net.

    Source: RFC 5321, 4.1.3 and 4.1.4. A Chinese computer name makes ``socket.getfqdn`` raise (CPython before 3.13 on
    Windows), or is not ASCII; servers refuse names with an underscore.
    """
    try:
        name = socket.getfqdn()
    except (UnicodeError, OSError):
        name = ""
    return name if _HOST_NAME.fullmatch(name) else "[127.0.0.1]"


def _expect(stage: _Stage, code: int, answer: bytes) -> Answer:
    text = words(answer)
    if 200 <= code < 300:
        return Answer(code, text)
    raise _failure(stage.name, code, text)


def words(answer: object) -> str:
    """The server's answer in one line; Chinese servers may answer in GB18030."""
    text = decode_chinese(answer) if isinstance(answer, bytes) else str(answer)
    return " ".join(text.split())[:300]


_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}


def what_broke(error: Exception) -> str:
    """Why a connection failed, in a clerk's words; for unusual errors the system's message."""
    message = str(error)
    match error:
        case ConnectionRefusedError():
            return "对方没有开这个端口；请核对 host 和 port"
        case OSError(errno=number) if number in _UNREACHABLE:
            return "网络不通；请检查网络"
    if isinstance(error, TimeoutError) or "timed out" in message:
        return "等不到回音"
    if isinstance(error, ConnectionError | EOFError | smtplib.SMTPServerDisconnected) or "EOF" in message:
        return "对方断开了"
    return words(message) or "对方没有按约定回答"


_SELF_SIGNED = {18, 19, 20, 21}  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT to _UNABLE_TO_VERIFY_LEAF_SIGNATURE


def certificate_problem(error: ssl.SSLCertVerificationError, section: str) -> str:
    """What is wrong with a server's certificate and what to do, in a clerk's words.

    Args:
        section: of the settings, ``smtp`` or ``imap``.

    Source: OpenSSL, X509_STORE_CTX_get_error(3).
    """
    clock = f"本机的日期是 {date.today():%Y-%m-%d}"
    match error.verify_code:
        case number if number in _SELF_SIGNED:
            return f"不是由公认的机构签发的；单位自建证书的，请在 [{section}] 写明 ca_file"
        case 9:
            return f"还没有到生效的日子；{clock}，不对的请先校准"
        case 10:
            return f"已经过期；{clock}，不对的请先校准，日期没有错的请邮件服务器的管理员换证书"
        case 62 | 64:
            return f"是发给别的服务器的；请核对 [{section}] host，写证书上的那个名字"
        case 23:
            return "已被吊销；请与邮件服务器的管理员联系"
    return f"{error.verify_message}；请与邮件服务器的管理员联系，单位自建证书的，请在 [{section}] 写明 ca_file"


def _failure(stage: str, code: int, text: str) -> ServerBusy | ServerRefused:
    return ServerRefused(stage, code, text) if 500 <= code < 600 else ServerBusy(stage, code, text)


@contextmanager
def _translate_errors(stage: _Stage, settings: Smtp) -> Iterator[None]:
    """Convert exceptions of smtplib, ssl and the network to the two failures, and to usage errors that a clerk can correct."""
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise UsageError(f"{settings.host} 的证书核对不上，没有发送：证书{certificate_problem(error, 'smtp')}") from error
    except ssl.SSLError as error:
        if error.reason != "WRONG_VERSION_NUMBER":
            raise ServerBusy(stage.name, 0, str(error)) from error
        place, usual = f"{settings.host} 的 {settings.port} 端口", "tls 一般是 465，starttls 一般是 587"
        raise UsageError(f"{place}不是加密的端口，没有发送。请核对 security 和 port（{usual}）") from error
    except socket.gaierror as error:
        raise UsageError(f"找不到服务器 {settings.host}，没有发送。请检查网络，并核对 [smtp] host") from error
    except smtplib.SMTPNotSupportedError as error:
        raise UsageError(f"{settings.host} 不支持{stage.name}所需的功能（{error}），没有发送。请核对 security 和 port") from error
    except smtplib.SMTPResponseException as error:
        raise _failure(stage.name, error.smtp_code, words(error.smtp_error)) from error
    except UnicodeEncodeError as error:
        raise UsageError("用户名或密码里有汉字等字符，发信服务器不支持；请核对，或改用授权码") from error
    except (smtplib.SMTPException, OSError) as error:
        raise ServerBusy(stage.name, 0, what_broke(error)) from error
