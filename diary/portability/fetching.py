"""Fetching from the network where it was asked for, with care: addresses come from strangers."""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from string import punctuation
from threading import Timer
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from diary.text.films import is_web

SECONDS = 30
"""For all of one file, however slowly it comes."""
REDIRECTS = 5
_MOVED = {301, 302, 303, 307, 308}
_HEADERS = {"User-Agent": "Share-Stories", "Accept-Encoding": "identity", "Accept": "*/*"}

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Leads to the IPv4 address at its end (RFC 6052)."""

Allowed = Callable[[str], bool]


class NotFetched(Exception):
    """It could not be fetched, or must not be; the message says why in plain words.

    `status` is what was answered, if anything was and it was no success.
    """

    def __init__(self, why: str, status: int = 0) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands at an address; `data` is None where it is what the asker has (304)."""

    data: bytes | None
    etag: str = ""
    """As the server wrote it (RFC 9110, section 8.8.3)."""


@dataclass(frozen=True, slots=True)
class Asking:
    """How something is asked for: how much it may be, which address may be talked to, what is had.

    `trusted` is a host and port that somebody named by hand: it may stand in the own network.
    """

    limit: int
    allowed: Allowed
    trusted: tuple[str, int] | None = None
    etag: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """With the condition, if it is had already (RFC 9110, section 13.1.2)."""
        return _HEADERS | ({"If-None-Match": self.etag} if self.etag else {})


def is_public(ip: str) -> bool:
    """Whether an address (IPv4 or IPv6) is anybody's to reach: no private, local or shared one."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
    if address in _NAT64 or (address.version == 6 and int(address) < 2**32):
        inner = ipaddress.IPv4Address(int(address) % 2**32)  # the second: RFC 4291, section 2.5.5.1
    return all(a.is_global and not a.is_multicast for a in (address, inner) if a is not None)


def fetch(address: str, limit: int, *, allowed: Allowed = is_public) -> bytes:
    """The bytes at an address (http or https), at most `limit`; raises NotFetched.

    Redirects are followed, and each host is looked up once and checked before it is talked to, so
    that no name can lead into the network that the diary stands in.
    """
    return _asked(address, Asking(limit, allowed)).data or b""


def ask(
    address: str, limit: int, etag: str = "", *, trusted: tuple[str, int] | None = None
) -> Answer:
    """As `fetch`, unless what stands there still has the ETag; the host and port that somebody
    named by hand need not be public, but no redirect leads to another that is not."""
    return _asked(address, Asking(limit, is_public, trusted, etag))


def _asked(address: str, asking: Asking) -> Answer:
    until = time.monotonic() + SECONDS
    try:
        for _ in range(REDIRECTS + 1):
            found = _get(_checked(address), asking, until)
            if isinstance(found, Answer):
                return found
            address = urljoin(address, found)
    except (OSError, http.client.HTTPException, ValueError) as error:
        _left(until)
        raise NotFetched(f"not to be reached ({type(error).__name__})") from error
    raise NotFetched("it leads on and on")


def door(parts: SplitResult) -> tuple[str, int]:
    """The host and the port that an address is asked for at."""
    return parts.hostname or "", parts.port or (443 if parts.scheme.lower() == "https" else 80)


def stands_within(host: str, port: int) -> bool:
    """Whether a host stands in the own network; raises NotFetched for one that nobody knows."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotFetched(f"not to be reached ({type(error).__name__})") from error
    return not all(is_public(str(where[0])) for *_, where in found)


def _checked(address: str) -> SplitResult:
    if not is_web(address):
        raise NotFetched("neither http nor https")
    return urlsplit(address)


def _get(parts: SplitResult, asking: Asking, until: float) -> Answer | str:
    """What stands there, or where it has moved to."""
    target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    with _talking(parts, until, asking) as connection:
        connection.request("GET", quote(target, safe=punctuation), headers=asking.headers)
        with connection.getresponse() as answer:
            if answer.status in _MOVED and (moved := answer.headers.get("Location")):
                return moved
            if answer.status == http.client.NOT_MODIFIED and asking.etag:
                return Answer(None, asking.etag)
            if answer.status != http.client.OK:
                raise NotFetched(f"the answer is {answer.status}", answer.status)
            data = answer.read(asking.limit + 1)
            _left(until)
            if len(data) > asking.limit:
                raise NotFetched(f"larger than {asking.limit // 1024**2} MB")
            if answer.length:
                raise NotFetched("it broke off")
            return Answer(data, answer.headers.get("ETag", ""))


@contextmanager
def _talking(
    parts: SplitResult, until: float, asking: Asking
) -> Iterator[http.client.HTTPConnection]:
    """A connection to the host, cut off when the time is over, whatever it is waiting for."""
    secure = parts.scheme.lower() == "https"
    host, port = door(parts)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ips = [str(where[0]) for *_, where in found]
    if not ips or not ((host, port) == asking.trusted or all(map(asking.allowed, ips))):
        raise NotFetched("its host is not a public one")
    with closing(http.client.HTTPConnection(host, port)) as connection:
        talk: Any = socket.create_connection((ips[0], port), timeout=_left(until))
        if secure:  # it waits with the handshake until the time is kept
            context = ssl.create_default_context()
            talk = context.wrap_socket(talk, server_hostname=host, do_handshake_on_connect=False)
        connection.sock = talk
        over = Timer(_left(until), _cut_off, [talk])
        over.start()
        try:
            if secure:
                talk.do_handshake()
            yield connection
        finally:
            over.cancel()


def _cut_off(talk: socket.socket) -> None:
    with suppress(OSError):  # it may be over already
        socket.socket.shutdown(talk, socket.SHUT_RDWR)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise NotFetched(f"it takes over {SECONDS} seconds")
    return left
