"""Codes to type or scan: worked out from a uid and the diary's secret key, kept as a keyed hash.

So a lost card or poster can be printed again, while the database alone gives nobody a code.
"""

import hashlib
import hmac
import re
import unicodedata
from uuid import UUID

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without look-alikes such as 0/O and 1/I/L."""
LENGTH = 10
"""49 bits: centuries of guessing at the speed a server answers."""
FREE_GUESSES = 60
"""Wrong codes that cost one network nothing: a class may mistype a few."""


def code_of(secret: str, kind: str, uid: UUID) -> str:
    """The code that belongs to a card or an invitation (`kind`) for good."""
    number = int.from_bytes(_mac(secret, f"{kind}-code", uid.hex))
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        digits.append(_ALPHABET[digit])
    return "".join(digits)


def pin_of(secret: str, uid: UUID) -> str:
    """The four digits that go with a card, for devices marked shared."""
    return f"{int.from_bytes(_mac(secret, 'pin', uid.hex)) % 10_000:04}"


def normal(typed: str) -> str:
    """A code as it was meant: in capitals, without the spaces and dashes it is printed with."""
    return re.sub(r"[^0-9A-Z]", "", digits(typed).upper())


def digits(typed: str) -> str:
    """What was typed, with the digits of any keyboard (٤) as 0 to 9."""
    return "".join(
        sign if (value := unicodedata.decimal(sign, None)) is None else str(value) for sign in typed
    )


def in_groups(code: str) -> str:
    """A code as it is printed: two groups of five."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"


def code_hash(secret: str, code: str) -> str:
    """What is kept of a code (HMAC-SHA-256, RFC 2104)."""
    return _mac(secret, "code", normal(code)).hex()


def _mac(secret: str, purpose: str, what: str) -> bytes:
    return hmac.new(secret.encode(), f"{purpose}:{what}".encode(), hashlib.sha256).digest()
