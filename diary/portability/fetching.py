"""Fetching from the network where it was asked for, with care: addresses come from strangers."""

import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable
from urllib.parse import SplitResult, urljoin, urlsplit

from diary.text.films import is_web

SECONDS = 30
"""For all of one file, however slowly it comes."""
REDIRECTS = 5
_PIECE = 64 * 1024
_MOVED = {301, 302, 303, 307, 308}
_HEADERS = {"User-Agent": "Share-Stories", "Accept-Encoding": "identity", "Accept": "*/*"}

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Leads to the IPv4 address at its end (RFC 6052)."""

Allowed = Callable[[str], bool]


class NotFetched(Exception):
    """It could not be fetched, or must not be; the message says why in plain words."""


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
    until = time.monotonic() + SECONDS
    try:
        for _ in range(REDIRECTS + 1):
            found = _get(_checked(address), limit, until, allowed)
            if isinstance(found, bytes):
                return found
            address = urljoin(address, found)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NotFetched(f"not to be reached ({type(error).__name__})") from error
    raise NotFetched("it leads on and on")


def _checked(address: str) -> SplitResult:
    if not is_web(address):
        raise NotFetched("neither http nor https")
    return urlsplit(address)


def _get(parts: SplitResult, limit: int, until: float, allowed: Allowed) -> bytes | str:
    """The bytes, or where it has moved to."""
    connection = _connected(parts, until, allowed)
    try:
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        connection.request("GET", _quoted(target), headers=_HEADERS)
        answer = connection.getresponse()
        if answer.status in _MOVED and (moved := answer.headers.get("Location")):
            return moved
        if answer.status != http.client.OK:
            raise NotFetched(f"the answer is {answer.status}")
        return _body(answer, limit, until)
    finally:
        connection.close()


def _quoted(target: str) -> str:
    return "".join(c if "!" <= c <= "~" else _percent(c) for c in target)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _connected(parts: SplitResult, until: float, allowed: Allowed) -> http.client.HTTPConnection:
    secure = parts.scheme.lower() == "https"
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    ips = [str(where[0]) for *_, where in found]
    if not ips or not all(map(allowed, ips)):
        raise NotFetched("its host is not a public one")
    connection = http.client.HTTPConnection(host, port, timeout=_left(until))
    connection.sock = socket.create_connection((ips[0], port), timeout=_left(until))
    if secure:
        context = ssl.create_default_context()
        connection.sock = context.wrap_socket(connection.sock, server_hostname=host)
    return connection


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise NotFetched(f"it takes over {SECONDS} seconds")
    return left


def _body(answer: http.client.HTTPResponse, limit: int, until: float) -> bytes:
    said = answer.headers.get("Content-Length", "")
    if said.isdecimal() and int(said) > limit:
        raise NotFetched(f"larger than {limit // 1024**2} MB")
    pieces, size = [], 0
    while piece := answer.read1(_PIECE):
        _left(until)
        pieces.append(piece)
        size += len(piece)
        if size > limit:
            raise NotFetched(f"larger than {limit // 1024**2} MB")
    return b"".join(pieces)
