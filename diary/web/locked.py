"""Words that wait in a page on a shared device, where whoever stands there must not read them."""

import base64
import hashlib
import json
import zlib

from cryptography.fernet import Fernet, InvalidToken

from diary.web.session import services


def lock(value: object, purpose: str) -> str:
    """A value as text that only this diary can read and have made, for one purpose."""
    return _box(purpose).encrypt(zlib.compress(json.dumps(value).encode())).decode()


def unlock(text: str, purpose: str) -> object:
    """The value locked for a purpose; None for anything else."""
    try:
        packed = _box(purpose).decrypt(text)
    except (InvalidToken, ValueError):  # the latter for what is no ASCII
        return None
    found: object = json.loads(zlib.decompress(packed))
    return found


def _box(purpose: str) -> Fernet:
    key = f"{services().settings.secret_key}:{purpose}".encode()
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key).digest()))
