"""Words that wait in a page on a shared device, where whoever stands there must not read them."""

import base64
import hashlib
import json
import secrets
import zlib

from diary.web.session import seal, services, unseal

NONCE_BYTES = 16


def lock(value: object, purpose: str) -> str:
    """A value as text that only this diary can read and have made, for one purpose."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    hidden = _masked(zlib.compress(json.dumps(value).encode()), nonce)
    return seal(base64.urlsafe_b64encode(nonce + hidden).decode(), purpose)


def unlock(text: str, purpose: str) -> object:
    """The value locked for a purpose; None for anything else."""
    hidden = unseal(text, purpose)
    if not isinstance(hidden, str):
        return None
    data = base64.urlsafe_b64decode(hidden)
    shown = _masked(data[NONCE_BYTES:], data[:NONCE_BYTES])
    found: object = json.loads(zlib.decompress(shown))
    return found


def _masked(data: bytes, nonce: bytes) -> bytes:
    """Data under a stream that the secret key and a nonce give (SHAKE256, FIPS 202)."""
    key = f"locked:{services().settings.secret_key}".encode()
    stream = hashlib.shake_256(hashlib.sha256(key).digest() + nonce).digest(len(data))
    return (int.from_bytes(data) ^ int.from_bytes(stream)).to_bytes(len(data))
