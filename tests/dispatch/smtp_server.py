"""A real SMTP server on loopback that fails where it is told to: answers, cuts, silence at every stage."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.dispatch.imap_server import free_port

USER, PASSWORD = "songshi", "secret-1"
TAKEN = "250 OK queued as 1A2B3C"


@dataclass
class Fault:
    """What happens at a stage: an ``answer`` instead of 250, a ``cut`` of the connection, silence for ``seconds``.

    ``stage`` is one of ehlo, auth, mail, rcpt, data (before the text is taken), answer (after it was taken).
    """

    stage: str
    answer: str = ""
    cut: bool = False
    seconds: float = 0.0


@dataclass
class Handler:
    """Takes mail, unless a fault of its list comes first; each fault happens once."""

    faults: list[Fault] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    connections: int = 0

    async def at(self, server: SMTP, stage: str) -> str:
        """The fault of this stage, if it is next; the answer it gives, empty for none."""
        if not self.faults or self.faults[0].stage != stage:
            return ""
        fault = self.faults.pop(0)
        if fault.cut:
            server.transport.abort()
            return "421 cut"
        await asyncio.sleep(fault.seconds)
        return fault.answer

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        answer = await self.at(server, "ehlo")
        return [answer] if answer else responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self.at(server, "mail"):
            return answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := await self.at(server, "rcpt"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if answer := await self.at(server, "data"):
            return answer
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        return await self.at(server, "answer") or TAKEN


@dataclass(frozen=True)
class SmtpServer:
    """Where it listens and what it was given."""

    port: int
    handler: Handler


@contextmanager
def smtp_server(certificate: Path | None, *, implicit_tls: bool = True, auth: bool = False) -> Iterator[SmtpServer]:
    """Serve until the block ends: TLS from the first byte, STARTTLS, or (without a certificate) plain text."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH) if certificate else None
    if context:
        context.load_cert_chain(str(certificate))
    handler, port = Handler(), free_port()
    more: dict[str, Any] = {"ssl_context": context} if implicit_tls else {}
    if context and not implicit_tls:
        more |= {"tls_context": context, "require_starttls": True}
    if auth:
        more |= {"authenticator": _authenticate, "auth_required": True}
    controller = Controller(handler, hostname="127.0.0.1", port=port, data_size_limit=50_000_000, **more)
    controller.start()
    try:
        yield SmtpServer(port, handler)
    finally:
        controller.stop()


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword) -> AuthResult:
    right = data.login == USER.encode() and data.password == PASSWORD.encode()
    return AuthResult(success=right, handled=False)
