"""A real mail server for tests: it keeps what it takes, and refuses what it is told to."""

import ssl
from asyncio import Server
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from diary.config import MailServer

SENDER = "Dagboken <dagbok@example.org>"


@dataclass
class Mailbox:
    """What has arrived, and the answers that the next recipients and mails get instead of 250."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    to_recipients: list[str] = field(default_factory=list)
    to_mails: list[str] = field(default_factory=list)
    hellos: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """As in DIARY_MAIL_URL."""
        return f"smtp://127.0.0.1:{self.port}?tls=none"

    @property
    def server(self) -> MailServer:
        """As in the settings."""
        return MailServer("127.0.0.1", self.port, "none", SENDER)

    async def handle_RCPT(self, _server, session, envelope, address, _options) -> str:  # noqa: N802
        """Take a recipient or not."""
        self.hellos.append(session.host_name)
        if self.to_recipients:
            return self.to_recipients.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802
        """Take a mail or not."""
        if self.to_mails:
            return self.to_mails.pop(0)
        self.raw.append(envelope.content)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


class OnFreePort(Controller):
    """A server whose port is chosen as it starts."""

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
