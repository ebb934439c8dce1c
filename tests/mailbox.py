"""A real mail server for tests: it keeps what it takes, refuses what it is told to, and fails."""

import asyncio
import enum
import ssl
from asyncio import Server
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from diary.config import MailServer

SENDER = "Dagboken <dagbok@example.org>"


class Step(enum.StrEnum):
    """Where a server can fail, or its client be killed, while a mail is handed over."""

    HELLO = "hello"
    SENDER = "sender"
    RECIPIENT = "recipient"
    HALF = "half"
    """The words are on their way."""
    WHOLE = "whole"
    """All has come and nothing is taken yet."""
    TAKEN = "taken"
    """It is taken, and that is not said yet."""
    BYE = "bye"
    """It was said."""


DROP, STALL = "drop", "stall"


@dataclass
class Mailbox:
    """What has arrived, and the answers that the next recipients and mails get instead of 250."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    to_recipients: list[str] = field(default_factory=list)
    to_mails: list[str] = field(default_factory=list)
    hellos: list[str] = field(default_factory=list)
    fails: dict[Step, str] = field(default_factory=dict)
    """What befalls the next client at a step: the line is dropped, or no answer comes."""
    watch: Callable[[Step], None] = lambda _step: None
    """Is told of each step."""

    async def reached(self, step: Step, server: Any) -> None:
        """Fail if it is to be so."""
        self.watch(step)
        failure = self.fails.pop(step, "")
        if failure == DROP:
            server.transport.abort()
        if failure:
            await asyncio.Event().wait()  # no answer

    @property
    def url(self) -> str:
        """As in DIARY_MAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    @property
    def server(self) -> MailServer:
        """As in the settings."""
        return MailServer("127.0.0.1", self.port, "none", SENDER)

    async def handle_EHLO(self, server, session, _envelope, hostname, responses) -> Any:  # noqa: N802
        """Greet."""
        await self.reached(Step.HELLO, server)
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, _session, envelope, address, _options) -> str:  # noqa: N802
        """Take a sender."""
        await self.reached(Step.SENDER, server)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, _options) -> str:  # noqa: N802
        """Take a recipient or not."""
        await self.reached(Step.RECIPIENT, server)
        self.hellos.append(session.host_name)
        if self.to_recipients:
            return self.to_recipients.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope) -> str:  # noqa: N802
        """Take a mail or not."""
        await self.reached(Step.WHOLE, server)
        if self.to_mails:
            return self.to_mails.pop(0)
        self.raw.append(envelope.content)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        await self.reached(Step.TAKEN, server)
        return "250 OK"

    async def handle_QUIT(self, server, _session, _envelope) -> str:  # noqa: N802
        """Say goodbye."""
        await self.reached(Step.BYE, server)
        return "221 Bye"


class Peer(SMTP):
    """A server that can fail while the words come."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Ask for them."""
        box: Mailbox = self.event_handler
        if Step.HALF in box.fails:
            await self.push("354 Go on")
            await self._reader.readline()
        await box.reached(Step.HALF, self)
        await super().smtp_DATA(arg)


class OnFreePort(Controller):
    """A server whose port is chosen as it starts."""

    def factory(self) -> SMTP:
        """For each client one."""
        return Peer(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        assert isinstance(self.server, Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mailbox(
    *, tls: ssl.SSLContext | None = None, starttls: bool = True, password: bytes = b""
) -> Iterator[Mailbox]:
    """A server on a free port of this machine; with `tls` it asks for encryption."""
    box = Mailbox()

    def knows(_server: Any, _session: Any, _envelope: Any, _way: str, login: Any) -> AuthResult:
        return AuthResult(
            success=isinstance(login, LoginPassword) and login.password == password, handled=False
        )

    ways: dict[str, Any] = {}
    if tls is not None and starttls:
        ways = {"tls_context": tls, "require_starttls": True}
    elif tls is not None:
        ways = {"ssl_context": tls}
    if password:
        early = "tls_context" in ways  # the only encryption it knows of when it is asked to log in
        ways |= {"authenticator": knows, "auth_required": early, "auth_require_tls": early}
    controller = OnFreePort(box, hostname="127.0.0.1", port=0, **ways)
    controller.start()
    box.port = controller.port
    try:
        yield box
    finally:
        controller.stop()
