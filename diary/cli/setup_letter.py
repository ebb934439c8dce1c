"""The test letter of `diary setup`."""

import secrets
import smtplib
import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

from diary.config import Settings
from diary.mail import Mail, NotSent, sender

SUBJECT = "The diary can send mail"
BODY = """This is a test letter from the diary at {address}.

It has arrived, so letters to those who follow the diary will, too. If it was among the spam, see
"Mail and letters" in docs/operations.md.
"""


def send_test(settings: Settings, to: str) -> str:
    """Send a letter; why that failed, as a sentence, or nothing."""
    if settings.mail is None:
        return "No mail server is set."
    mail = Mail(
        key=f"setup-{secrets.token_hex(8)}", to=to, subject=SUBJECT, lang="en",
        body=BODY.format(address=settings.home), at=datetime.now(UTC),
    )  # fmt: skip
    try:
        sender(settings.mail, urlsplit(settings.home).hostname or "localhost")(mail)
    except NotSent as error:
        why, server = _why(error.__cause__ or error), settings.mail
        return f"{why} ({server.host}, port {server.port}: {error})."
    return ""


def _why(error: BaseException) -> str:
    """The commonest reasons in words."""
    for kind, words in REASONS:
        if isinstance(error, kind):
            return words
    return "The mail server did not take it"


REASONS = (
    (smtplib.SMTPAuthenticationError, "The mail server does not accept the user and password"),
    (smtplib.SMTPNotSupportedError, "The mail server does not encrypt as it was asked to"),
    (smtplib.SMTPRecipientsRefused, "The mail server refuses to send to that address"),
    (smtplib.SMTPSenderRefused, "The mail server refuses the address the mail comes from"),
    (smtplib.SMTPException, "The mail server did not take it"),
    (ssl.SSLCertVerificationError, "The mail server's certificate is not valid for its name"),
    (ssl.SSLError, "The mail server does not encrypt on that port as it was asked to"),
    (socket.gaierror, "There is no mail server of that name"),
    (ConnectionRefusedError, "No mail server answers on that port"),
    (TimeoutError, "The mail server does not answer"),
    (OSError, "The mail server cannot be reached"),
)
"""From the narrow to the wide."""
