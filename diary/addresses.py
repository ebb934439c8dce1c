"""Addresses that stay: uids, short ids, and the paths of what has one. Pure."""

import re
import secrets
import unicodedata
import uuid
from urllib.parse import parse_qs, unquote, urlsplit

NAMESPACE = uuid.UUID("5d1c6a58-7f0a-4d0e-9a57-2b6f0f6f4c11")
"""For uids derived from a key (imports, the demonstration): done twice, they are the same."""

_SHORT_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_uid() -> uuid.UUID:
    """A fresh random uid (RFC 9562, version 4)."""
    return uuid.uuid4()


def uid_of(key: str) -> uuid.UUID:
    """The uid that belongs to a key for good (RFC 9562, version 5)."""
    return uuid.uuid5(NAMESPACE, key)


def urn(uid: uuid.UUID) -> str:
    """The id feeds use (RFC 9562, section 4)."""
    return f"urn:uuid:{uid}"


def new_short() -> str:
    """Six characters for a short address, without look-alikes such as 0/o and 1/l/i."""
    return "".join(secrets.choice(_SHORT_ALPHABET) for _ in range(6))


def new_token() -> str:
    """128 random bits for an address that must not be guessed."""
    return secrets.token_urlsafe(16)


def post_path(slug: str) -> str:
    """Path of a post's page."""
    return f"/posts/{slug}"


_POST = re.compile(r"(?:\S*/)?(p|posts)/([A-Za-z0-9-]+)/?(?:[?#]\S*)?")


def post_named(address: str) -> tuple[str, str] | None:
    """The post that an address leads to, be it whole or only its path: whether it is named by its
    `p` (short) or `posts` (slug), and that name; None for any other text."""
    found = _POST.fullmatch(address.strip())
    return (found[1], found[2]) if found else None


def short_path(short: str) -> str:
    """Path of a post's short address."""
    return f"/p/{short}"


def picture_path(token: str, width: int, stamp: str, extension: str, crop: str = "") -> str:
    """Path of one rendition of a picture; `crop` names a piece of it."""
    folder = f"/pictures/{token}/{crop}" if crop else f"/pictures/{token}"
    return f"{folder}/{width}-{stamp}.{extension}"


def old_address(address: str) -> str:
    """An address of another site as this one knows it: its path as it reads, without slashes
    around it, or `?p=<number>` (WordPress); "" if it leads to no page of its own."""
    try:
        parts = urlsplit(address)
        numbers = parse_qs(parts.query)
    except ValueError:
        return ""
    path = unicodedata.normalize("NFC", unquote(parts.path)).replace("\0", "").strip("/")
    path = path.removesuffix("/embed")
    if path not in {"", "index.php"}:
        return path[:500]
    return next(
        (f"?p={numbers[name][0]}" for name in NUMBERED if numbers.get(name, [""])[0].isdecimal()),
        "",
    )


NUMBERED = ("p", "page_id")
"""How WordPress calls the number of a post in an address without a path."""
