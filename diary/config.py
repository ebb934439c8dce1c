"""Settings from the environment (and a `.env` file), checked once at the start."""

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.policy import SMTP
from pathlib import Path
from tempfile import mkstemp
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values

OWN = {
    "DIARY_INSTANCE",
    "DIARY_DATABASE_URL",
    "DIARY_STORAGE_URL",
    "DIARY_PICTURES_URL",
    "DIARY_PICTURES_STORAGE_URL",
    "DIARY_SECRET_KEY",
    "DIARY_MAIL_URL",
    "DIARY_HUB_URL",
}
"""What makes a diary that diary; the demonstration must never be built into a real one."""

MAIL_PORTS = {"starttls": 587, "ssl": 465, "none": 25}
"""For each way of encrypting (RFC 6409, RFC 8314, RFC 5321)."""

LOGS = ("errors", "requests", "json")
"""What can be logged."""

KEY_FILE = "secret_key"
"""Where the instance folder keeps the key that the diary has made."""

ROOT = Path(__file__).resolve().parent.parent


class SettingsError(Exception):
    """A setting is wrong; the message says which and how to mend it."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where the diary hands over its mail, and in whose name."""

    host: str
    port: int
    tls: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides. What the lead may change lives in the database."""

    instance: Path
    database_url: str
    storage_url: str
    secret_key: str
    base_url: str | None = None
    proxies: int = 0
    timezone: str = "Europe/Stockholm"
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    cache_mb: int = 64
    """How much of each process's memory finished pages may take; 0: none are kept."""
    log: str = "errors"
    """What is logged: errors alone, a plain line for each request too, or both as JSON."""
    metrics_port: int = 0
    """Where on this machine numbers for Prometheus are shown; 0: nowhere."""
    mail: MailServer | None = None
    """None: the diary sends no mail."""
    hub_url: str | None = None
    """Who is told of feeds that change (WebSub); None: nobody."""
    pictures_url: str | None = None
    """Where readers fetch the copies of public pictures; None: from the diary."""
    pictures_storage_url: str | None = None
    """Where the diary puts these copies; set if and only if `pictures_url` is."""

    @property
    def https(self) -> bool:
        """Whether the diary's public address is an encrypted one."""
        return (self.base_url or "").startswith("https://")

    @property
    def home(self) -> str:
        """The diary's address for what is written without a visitor who has asked for one."""
        return self.base_url or f"http://{self.host}:{self.port}"

    @property
    def zone(self) -> ZoneInfo:
        """The diary's time zone: it decides which day it is today."""
        return ZoneInfo(self.timezone)


def load(
    environ: Mapping[str, str] | None = None, *, demo: bool = False, root: Path | None = None
) -> Settings:
    """Read the settings; `demo` means the demonstration, in its own folder whatever is set.

    Relative paths count from `root` (default: the working directory).
    Raises SettingsError for a value that cannot be used.
    """
    root = root or Path.cwd()
    values = {**dotenv(root), **(os.environ if environ is None else environ)}
    if demo:
        values = {name: value for name, value in values.items() if name not in OWN}
    values = {name: value for name, value in values.items() if value}
    _lend_keys(values)
    instance = root / values.get("DIARY_INSTANCE", "instance/demo" if demo else "instance")
    _make_private(instance)
    return Settings(
        instance=instance,
        database_url=values.get("DIARY_DATABASE_URL") or f"sqlite:///{instance / 'diary.db'}",
        storage_url=values.get("DIARY_STORAGE_URL") or _default_storage(values, instance, root),
        secret_key=values.get("DIARY_SECRET_KEY") or _kept_secret(instance),
        base_url=base_url(values.get("DIARY_BASE_URL")),
        proxies=_number(values, "DIARY_PROXIES", 0, 0, 9),
        timezone=_timezone(values.get("DIARY_TIMEZONE", "Europe/Stockholm")),
        host=values.get("HOST", "127.0.0.1"),
        port=_number(values, "PORT", 8000, 1, 65535),
        demo=demo,
        cache_mb=_number(values, "DIARY_CACHE_MB", 64, 0, 65_536),
        log=_log(values.get("DIARY_LOG", "errors")),
        metrics_port=_number(values, "DIARY_METRICS_PORT", 0, 0, 65_535),
        mail=_mail(values),
        hub_url=_hub_url(values),
        pictures_url=_pictures_url(values),
        pictures_storage_url=values.get("DIARY_PICTURES_STORAGE_URL"),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """A setting as it may be shown, and where it comes from."""

    name: str
    value: str
    source: str


def tell(settings: Settings, environ: Mapping[str, str], root: Path) -> tuple[Told, ...]:
    """Every setting with its source: the environment, `.env` or its default. No secret is shown."""
    in_file = dotenv(root)
    given = {**in_file, **environ}
    used = {
        "DIARY_INSTANCE": str(settings.instance),
        "DIARY_DATABASE_URL": settings.database_url,
        "DIARY_STORAGE_URL": settings.storage_url,
        "DIARY_PICTURES_URL": settings.pictures_url,
        "DIARY_PICTURES_STORAGE_URL": settings.pictures_storage_url,
        "DIARY_SECRET_KEY": "(secret)",
        "DIARY_BASE_URL": settings.base_url,
        "DIARY_PROXIES": str(settings.proxies),
        "DIARY_TIMEZONE": settings.timezone,
        "DIARY_MAIL_URL": given.get("DIARY_MAIL_URL"),
        "DIARY_MAIL_FROM": settings.mail.sender if settings.mail else None,
        "DIARY_HUB_URL": settings.hub_url,
        "DIARY_CACHE_MB": str(settings.cache_mb),
        "DIARY_LOG": settings.log,
        "DIARY_METRICS_PORT": str(settings.metrics_port) if settings.metrics_port else None,
        "HOST": settings.host,
        "PORT": str(settings.port),
    }
    sources = {
        name: "default" if not given.get(name) else "environment" if name in environ else ".env"
        for name in used
    }
    return tuple(Told(name, without_password(value), sources[name]) for name, value in used.items())


def without_password(value: str | None) -> str:
    """A setting as it may be shown: an address may hold a password."""
    return re.sub(r"(://[^/@:]*:)\S*(?=@)|(password=)[^&]*", r"\1\2(secret)", value or "none")


def dotenv(root: Path) -> dict[str, str]:
    """What the file `.env` in a folder says; nothing without one."""
    return {name: value for name, value in dotenv_values(root / ".env").items() if value}


def _lend_keys(values: Mapping[str, str]) -> None:
    """What opens a bucket is read where it is opened, from the environment."""
    for name in ("DIARY_STORAGE_KEY", "DIARY_STORAGE_SECRET"):
        if name in values:
            os.environ.setdefault(name, values[name])


def _default_storage(values: Mapping[str, str], instance: Path, root: Path) -> str:
    own_folder = "DIARY_INSTANCE" in values or instance != root / "instance"
    return f"file:{instance / 'uploads' if own_folder else root / 'uploads'}"


def _number(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = values.get(name, str(default))
    if not text.isdecimal() or not low <= int(text) <= high:
        raise SettingsError(f"{name} is {text!r}; set it to a number from {low} to {high}.")
    return int(text)


def _log(text: str) -> str:
    if text not in LOGS:
        raise SettingsError(f"DIARY_LOG is {text!r}; set it to one of {', '.join(LOGS)}.")
    return text


def base_url(text: str | None) -> str | None:
    """A public address, without a slash at its end; raises SettingsError if it is none."""
    if text is None:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise SettingsError(
            f"DIARY_BASE_URL is {text!r}; set it to the diary's own address, "
            "such as https://dagbok.example.org, without a path."
        )
    return f"{parts.scheme}://{parts.netloc}"


def _hub_url(values: Mapping[str, str]) -> str | None:
    if "DIARY_HUB_URL" not in values:
        return None
    text = values["DIARY_HUB_URL"]
    if not _is_web_address(text):
        raise SettingsError(
            f"DIARY_HUB_URL is {text!r}; set it to the address of a WebSub hub, "
            "such as https://hub.example.org/."
        )
    if "DIARY_BASE_URL" not in values:
        raise SettingsError(
            "DIARY_BASE_URL is not set; set it to the diary's own address, "
            "or the hub of DIARY_HUB_URL cannot fetch the feeds."
        )
    return text


def _pictures_url(values: Mapping[str, str]) -> str | None:
    text, place = values.get("DIARY_PICTURES_URL"), values.get("DIARY_PICTURES_STORAGE_URL")
    if (text is None) != (place is None) or (place and place == values.get("DIARY_STORAGE_URL")):
        raise SettingsError(
            "DIARY_PICTURES_URL and DIARY_PICTURES_STORAGE_URL go together: set the first to the "
            "public address of the second, a place of its own where only public pictures lie."
        )
    if text is None:
        return None
    if not _is_web_address(text) or not _POLICY.fullmatch(text) or "?" in text or "#" in text:
        raise SettingsError(
            f"DIARY_PICTURES_URL is {text!r}; set it to the public address of the pictures, "
            "such as https://pictures.example.org."
        )
    return text.rstrip("/")


_POLICY = re.compile(r"[^;,'\s]+")
"""What may stand in a Content-Security-Policy without ending it."""


def _is_web_address(text: str) -> bool:
    """Whether it can be sent to as it stands (RFC 3986)."""
    try:
        parts = urlsplit(text)
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no number, or brackets that do not close
        return False
    return known and text.isascii() and text.isprintable() and not set(' "<>') & set(text)


def _mail(values: Mapping[str, str]) -> MailServer | None:
    if "DIARY_MAIL_URL" not in values:
        return None
    try:
        return mail_server(values["DIARY_MAIL_URL"], _mail_from(values))
    except ValueError as error:
        # It holds a password, so it is not repeated.
        raise SettingsError(
            "DIARY_MAIL_URL cannot be used; set it to such as "
            "smtp://user:password@mail.example.org:587?tls=starttls (or ssl, or none), "
            "with signs such as @ : / in the password written as %40 %3A %2F."
        ) from error


def mail_server(url: str, sender: str) -> MailServer:
    """Raises ValueError for anything but smtp://[user:password@]host[:port][?tls=…]."""
    parts = urlsplit(url)
    options = {"tls": "starttls", **dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))}
    tls = options.pop("tls")
    known = tls in MAIL_PORTS and not options
    if parts.scheme != "smtp" or not parts.hostname or parts.path.strip("/") or not known:
        raise ValueError
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    port = MAIL_PORTS[tls] if parts.port is None else parts.port
    return MailServer(parts.hostname, port, tls, sender, user, password)


def _mail_from(values: Mapping[str, str]) -> str:
    text = " ".join(values.get("DIARY_MAIL_FROM", "").split())
    if not is_one_address(text):
        raise SettingsError(
            f"DIARY_MAIL_FROM is {text!r}; set it to the address the diary's mail comes from, "
            "such as Dagboken <dagbok@example.org>."
        )
    return text


def is_one_address(text: str) -> bool:
    """Whether mail can come from it: one address, with a name or without."""
    try:
        header: Any = SMTP.header_factory("From", text)
    except IndexError:  # how it reads an address that ends too early
        return False
    return not header.defects and len(header.addresses) == 1 and bool(header.addresses[0].domain)


def _timezone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingsError(
            f"DIARY_TIMEZONE is {name!r}; set it to a zone such as Europe/Stockholm."
        ) from error
    return name


def _make_private(instance: Path) -> None:
    """The diary's folder, open to its owner alone: it holds addresses and password hashes."""
    try:
        instance.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            f"The folder {instance} cannot be used ({error.strerror}); "
            "make it writable or set DIARY_INSTANCE to another one."
        ) from error
    if not os.access(instance, os.R_OK | os.W_OK | os.X_OK):
        raise SettingsError(
            f"The folder {instance} cannot be written; "
            "make it writable or set DIARY_INSTANCE to another one."
        )


def _kept_secret(instance: Path) -> str:
    """The secret key of this diary: made at the first start, readable by its owner only."""
    path = instance / KEY_FILE
    if not path.exists():
        _make_secret(path)
    return path.read_text()


def keep_secret(instance: Path, secret: str) -> None:
    """Put a diary's own key back into its instance folder."""
    Path(_written(instance, secret)).replace(instance / KEY_FILE)


def _make_secret(path: Path) -> None:
    """Write the whole key first, then give it its name: of two starts at once one wins."""
    name = _written(path.parent, secrets.token_urlsafe(48))
    try:
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def _written(folder: Path, secret: str) -> str:
    """The name of a new file for its owner only."""
    descriptor, name = mkstemp(dir=folder)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    return name
