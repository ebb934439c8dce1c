"""The questions of `diary setup`: each with a default, and checked at once."""

import getpass
import re
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.policy import SMTP
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from diary.config import SettingsError, base_url, is_one_address, mail_server, without_password

Known = Mapping[str, str]
"""What was answered so far, by the questions' names; `instance` is the diary's folder."""
NONE = "none"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class Wrong(Exception):
    """An answer that cannot be used; the message is one sentence saying what can."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, unless a command's option has answered it."""

    name: str
    words: str
    default: Callable[[Known], str]
    check: Callable[[str, Known], str]
    """The answer as it is used; raises Wrong."""
    about_mail: bool = False
    """It is asked only where mail is sent."""


def answer(given: Known, earlier: Known, instance: Path, *, ask: bool) -> dict[str, str]:
    """All answers: those given, else asked for, else those of an earlier time, else the defaults.

    Raises BadParameter for one that cannot be used and was not typed here.
    """
    known = {"instance": str(instance)}
    for one in QUESTIONS:
        if one.about_mail and known["mail"] == NONE:
            known[one.name] = NONE
        elif ask and one.name not in given:
            known[one.name] = _asked(one, earlier.get(one.name) or one.default(known), known)
        else:
            text = given.get(one.name) or earlier.get(one.name) or one.default(known)
            known[one.name] = _checked(one, text, known, click.BadParameter)
    return known


def _asked(one: Question, default: str, known: Known) -> str:
    shown = without_password(default)
    found: str = click.prompt(
        f"{one.words} [{shown}]",
        default=default,
        show_default=False,
        value_proc=lambda text: _checked(one, text, known, click.UsageError),
    )
    return found


def _checked(
    one: Question, text: str, known: Known, error: type[click.BadParameter | click.UsageError]
) -> str:
    try:
        return one.check(_on_one_line(text), known)
    except Wrong as wrong:
        if error is click.BadParameter:
            raise click.BadParameter(str(wrong), param_hint=f"--{one.name}") from wrong
        raise error(str(wrong)) from wrong


def _on_one_line(text: str) -> str:
    if not text.isprintable():
        raise Wrong("Write it on one line, with letters and signs only.")
    return text.strip()


def _address(text: str, _known: Known) -> str:
    wrong = Wrong("Write the diary's own address, such as https://dagbok.example.org.")
    try:
        address = base_url(text if "://" in text else f"https://{text}") or ""
        parts = urlsplit(address)
        named = re.fullmatch(r"[A-Za-z0-9.-]+(:\d+)?", parts.netloc) and parts.port != 0
    except (SettingsError, ValueError) as error:
        raise wrong from error
    if not named:
        raise wrong
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise Wrong("Begin it with https://, as passwords travel there.")
    return address.lower()


def _mail(text: str, _known: Known) -> str:
    if text.lower() == NONE:
        return NONE
    text = text.replace("${", "%24{")  # in `.env` it would name a variable
    try:
        mail_server(text if "://" in text else f"smtp://{text}", "")
    except ValueError as error:
        raise Wrong(
            "Write it as smtp://user:password@mail.example.org (?tls=ssl or ?tls=none at its end "
            "if it needs that; @ : / in the password as %40 %3A %2F), or none."
        ) from error
    return text if "://" in text else f"smtp://{text}"


def _sender(text: str, _known: Known) -> str:
    if not is_one_address(text) or "${" in text:
        raise Wrong("Write one e-mail address, such as Dagboken <dagbok@example.org>.")
    return text


def _letter(text: str, _known: Known) -> str:
    if text.lower() == NONE:
        return NONE
    if not is_one_address(text):
        raise Wrong("Write one e-mail address, such as lea@example.org, or none.")
    return bare(text)


def bare(sender: str) -> str:
    """An address without the name before it."""
    header: Any = SMTP.header_factory("From", sender)
    return str(header.addresses[0].addr_spec)


def _proxy(text: str, _known: Known) -> str:
    if text.lower() not in {"caddy", "nginx", NONE}:
        raise Wrong("Write caddy, nginx, or none if another proxy has the certificate.")
    return text.lower()


def _user(text: str, _known: Known) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_-]{0,30}", text) or text == "root":
        raise Wrong("Write a user's name other than root, such as diary.")
    return text


def _backup(text: str, known: Known) -> str:
    path = Path(text).expanduser()
    if not path.is_absolute() or not is_plain(path):
        raise Wrong("Write a folder from / on, without spaces, such as /var/backups/diary.")
    if path.resolve().is_relative_to(Path(known["instance"], "uploads").resolve()):
        raise Wrong("Write a folder that is not among the diary's pictures.")
    if path.exists() and not path.is_dir():
        raise Wrong("That is a file; write a folder.")
    return str(path)


def is_plain(path: Path) -> bool:
    """Whether a path can stand in a unit, a site and a shell's line as it is."""
    return bool(re.fullmatch(r"[\w./+@-]+", str(path)))


def _port(text: str, _known: Known) -> str:
    if not text.isdecimal() or not 1024 <= int(text) <= 65535:
        raise Wrong("Write a number from 1024 to 65535, such as 8000.")
    return str(int(text))


def _own_user(_known: Known) -> str:
    name = getpass.getuser()
    return "diary" if name == "root" else name


QUESTIONS = (
    Question(
        "address", "The diary's public address",
        lambda _known: f"https://{socket.getfqdn()}", _address,
    ),
    Question("mail", "The mail server, or none", lambda _known: NONE, _mail),
    Question(
        "sender", "The address mail comes from",
        lambda known: f"Dagboken <dagbok@{urlsplit(known['address']).hostname}>", _sender,
        about_mail=True,
    ),
    Question(
        "letter", "Where a test letter goes, or none",
        lambda known: bare(known["sender"]), _letter, about_mail=True,
    ),
    Question(
        "proxy", "What stands in front: caddy, nginx or none",
        lambda _known: "nginx" if shutil.which("nginx") else "caddy", _proxy,
    ),
    Question("user", "The system's user the diary runs as", _own_user, _user),
    Question(
        "backup", "The folder for a backup each night, best on another disk",
        lambda known: str(Path(known["instance"], "backups")), _backup,
    ),
    Question("port", "The port of this machine it listens on", lambda _known: "8000", _port),
)  # fmt: skip
