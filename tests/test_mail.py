"""Mails: their headers, and how they reach a real server."""

import ipaddress
import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from diary.config import MailServer
from diary.mail import Mail, NoServer, NotSent, Refused, sender
from tests.builders import NOW
from tests.mailbox import SENDER, mailbox

MAIL = Mail("20200207.1", "amal@example.org", "Nytt lösenord", "Hej!\nباب مفتوح\n", "sv", NOW)


def test_a_mail_says_what_it_is() -> None:
    with mailbox() as box:
        sender(box.server, "dagbok.example.org")(MAIL)
    mail = box.mails[0]
    assert mail["From"] == SENDER
    assert mail["To"] == "amal@example.org"
    assert mail["Subject"] == "Nytt lösenord"
    assert mail["Date"] == "Fri, 07 Feb 2020 12:00:00 +0000"
    assert mail["Message-ID"] == "<20200207.1@dagbok.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "sv"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == ["Hej!", "باب مفتوح"]
    assert box.hellos == ["dagbok.example.org"]
    assert box.raw[0].isascii()


@pytest.mark.parametrize(
    "to",
    ["", "amal", "amal@", "a b@example.org", "a@example.org, b@example.org", "a@b\r\nBcc: c@d"],
)
def test_what_is_no_address_is_refused_before_a_server_is_asked(to: str) -> None:
    nowhere = MailServer("localhost", 1, "none", SENDER)
    with pytest.raises(Refused):
        sender(nowhere, "localhost")(replace(MAIL, to=to))


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        ("450 4.2.1 <amal@example.org> is busy", NotSent),
        ("550 5.1.1 <amal@example.org> is not known", Refused),
    ],
)
def test_a_refusal_is_told_without_the_address(answer: str, failure: type[NotSent]) -> None:
    with mailbox() as box:
        box.to_recipients = [answer]
        with pytest.raises(NotSent) as caught:
            sender(box.server, "localhost")(MAIL)
        assert type(caught.value) is failure
        assert answer[:3] in str(caught.value)
        assert "amal" not in str(caught.value)
        box.to_mails = [answer]
        with pytest.raises(failure):
            sender(box.server, "localhost")(MAIL)


def test_a_server_that_is_not_there_is_told_apart() -> None:
    with mailbox() as box:
        server = box.server
    with pytest.raises(NoServer, match="ConnectionRefusedError"):
        sender(server, "localhost")(MAIL)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for localhost that this machine trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=365_00))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize("tls", ["starttls", "ssl"])
def test_it_logs_in_over_an_encrypted_line(certificate: ssl.SSLContext, tls: str) -> None:
    with mailbox(tls=certificate, starttls=tls == "starttls", password=b"p@ss:w/rd") as box:
        server = MailServer("127.0.0.1", box.port, tls, SENDER, "dagbok", "p@ss:w/rd")
        sender(server, "localhost")(MAIL)
        with pytest.raises(NoServer, match="SMTPAuthenticationError 535"):
            sender(replace(server, password="guess"), "localhost")(MAIL)
    assert len(box.mails) == 1


def test_a_server_that_does_not_encrypt_gets_nothing() -> None:
    with mailbox() as box:
        server = replace(box.server, tls="starttls", user="dagbok", password="secret")
        with pytest.raises(NoServer):
            sender(server, "localhost")(MAIL)
    assert box.mails == []


def test_a_stranger_with_a_certificate_of_their_own_gets_nothing(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with mailbox(tls=certificate) as box, pytest.raises(NoServer, match="SSLCertVerification"):
        sender(replace(box.server, tls="starttls"), "localhost")(MAIL)
    assert box.mails == []


def test_a_host_in_other_letters_travels_in_ascii() -> None:
    with mailbox() as box:
        sender(box.server, "dagbok.åre.example")(MAIL)
    assert box.hellos == ["dagbok.xn--re-xia.example"]
    assert box.mails[0]["Message-ID"].endswith("@dagbok.xn--re-xia.example>")


def test_so_does_a_recipients_host_to_a_server_that_knows_no_other_letters() -> None:
    with mailbox() as box:
        sender(box.server, "localhost")(replace(MAIL, to="amal+dagbok@åre.example"))
    assert box.mails[0]["To"] == "amal+dagbok@xn--re-xia.example"


@pytest.mark.parametrize(
    "wrong", [{"host": "å" * 80}, {"host": "a..b"}, {"user": "amal", "password": "lösen"}]
)
def test_a_server_that_cannot_be_spoken_to_is_no_server(wrong: dict[str, Any]) -> None:
    with mailbox(password="lösen".encode()) as box, pytest.raises(NoServer):
        sender(replace(box.server, **wrong), "localhost")(MAIL)
