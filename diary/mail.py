"""Mails by SMTP: words in, a mail handed to the server that is set."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from functools import partial
from typing import Any

from diary.config import MailServer

TIMEOUT_SECONDS = 20
"""For each step of a dozen: all of them must be over before a mail is tried again."""
HANDED_OVER_SECONDS = 60
"""For the answer to a whole mail: many servers look through it before they say that they took it
(RFC 5321, section 4.5.3.2.6), and whoever goes too early sends it twice."""


class _Whole(UnstructuredHeader, BaseHeader):
    """A header that holds an address (RFC 2369, section 2): it is broken and encoded nowhere."""

    def fold(self, *, policy: Policy) -> str:
        """The header on one line, however long the address is."""
        return f"{self.name}: {self}{policy.linesep}"


_headers = HeaderRegistry()
_headers.map_to_type("List-Unsubscribe", _Whole)
PLAIN = SMTP.clone(cte_type="7bit", header_factory=_headers)
"""Whatever the words, only ASCII travels: no server has to know 8BITMIME (RFC 6152)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Words for one recipient: a plain text and, if there is some, the same as HTML."""

    key: str
    """The same at every try, so that a mail that comes twice is known for one."""
    to: str
    subject: str
    body: str
    lang: str
    at: datetime
    html: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    """More of them, such as how to stop a letter."""


class NotSent(Exception):
    """The server did not take a mail; the message never names the address."""


class Refused(NotSent):
    """The server will never take this mail."""


class Unanswered(NotSent):
    """The line was lost while the mail was handed over: the server may have taken it."""


class NoServer(NotSent):
    """The server cannot be reached or does not let the diary in: others would fare no better."""


Send = Callable[[Mail], None]


class _Line(smtplib.SMTP):
    """A line to a server; it knows whether a whole mail is on its way over it."""

    handing_over = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand a mail over (RFC 5321, section 4.1.1.4) and wait for the answer."""
        self.handing_over = True
        if self.sock is not None:
            self.sock.settimeout(HANDED_OVER_SECONDS)
        return super().data(msg)


class _EncryptedLine(_Line, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte (RFC 8314)."""


def sender(server: MailServer, host: str) -> Send:
    """A function that sends a mail in the name of the diary at `host`; it raises NotSent."""

    def send(mail: Mail) -> None:
        try:
            here, there = _ascii(host), _ascii(server.host)
        except UnicodeError as error:
            raise NoServer("not a host") from error
        try:
            to = _travelling(mail.to)
            message = compose(replace(mail, to=to), server.sender, here)
        except (ValueError, IndexError, MessageError) as error:
            raise Refused("not an address") from error
        try:
            smtp = _connect(server, there, here)
        except (OSError, ValueError) as error:  # smtplib's are OSErrors, a password's ö is none
            raise NoServer(_reason(error)) from error
        try:
            smtp.send_message(message, _bare(server.sender), [to])
        except smtplib.SMTPServerDisconnected as error:
            raise (Unanswered if smtp.handing_over else NotSent)(_reason(error)) from error
        except smtplib.SMTPException as error:
            raise (Refused if _is_final(error) else NotSent)(_reason(error)) from error
        except (OSError, ValueError) as error:
            raise (Unanswered if smtp.handing_over else NotSent)(_reason(error)) from error
        finally:
            with suppress(OSError):  # what was taken is taken, however the server says goodbye
                smtp.quit()

    return send


def compose(mail: Mail, sender: str, host: str) -> EmailMessage:
    """A mail with its headers (RFC 5322); no reply is sent to it by machines (RFC 3834, section 5).

    Raises ValueError, IndexError or MessageError for a recipient that is no address.
    """
    message = EmailMessage(PLAIN)
    message["From"] = sender
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(mail.at)
    message["Message-ID"] = f"<{mail.key}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    for name, value in mail.headers:
        message[name] = value
    message.set_content(mail.body)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    message["Content-Language"] = mail.lang
    return message


def _bare(sender: str) -> str:
    header = PLAIN.header_factory("From", sender)
    return str(header.addresses[0].addr_spec)


def _connect(server: MailServer, host: str, local: str) -> _Line:
    context = ssl.create_default_context()
    kind = partial(_EncryptedLine, context=context) if server.tls == "ssl" else _Line
    smtp = kind(host, server.port, local_hostname=local, timeout=TIMEOUT_SECONDS)
    try:
        if server.tls == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
    except (OSError, ValueError):
        smtp.close()
        raise
    return smtp


def _ascii(host: str) -> str:
    """A host's name as it travels (RFC 5890, A-label); raises UnicodeError if it is none."""
    return host.encode("idna").decode("ascii")


def _travelling(address: str) -> str:
    """An address whose host is in ASCII: no server has to know SMTPUTF8 (RFC 6531) for it."""
    name, at, host = address.rpartition("@")
    return f"{name}{at}{_ascii(host)}"


def _is_final(error: smtplib.SMTPException) -> bool:
    """Whether it is this mail that the server will not have (RFC 5321, section 4.2.1: 5yz)."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return False  # the diary's own address can be set right
    code, words = _answer(error)
    if words.startswith(b"5.7."):
        return False  # so can what it is let do: it may not relay, or has sent too much (RFC 3463)
    return isinstance(error, smtplib.SMTPNotSupportedError) or code >= 500


def _answer(error: Exception) -> tuple[int, bytes]:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))
    return int(getattr(error, "smtp_code", 0)), getattr(error, "smtp_error", b"")


def _reason(error: Exception) -> str:
    """The server's number or the kind of failure: its own words might name the recipient."""
    return f"{type(error).__name__} {_answer(error)[0] or ''}".strip()
