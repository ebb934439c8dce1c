"""An authenticator made of software: it makes passkeys and answers with them as a phone does.

Web Authentication Level 2, sections 5.8.1, 6.1 and 6.5.1; attestation "none".
"""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One passkey on one device; `count` is its counter, 0 for one that does not count."""

    origin: str = "http://localhost"
    host: str = "localhost"
    count: int = 0
    flags: int = PRESENT | VERIFIED
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    user: str = ""

    def make(self, options: dict[str, Any]) -> str:
        """The browser's answer to options to make a passkey."""
        self.user = options["user"]["id"]
        held = bytes(16) + struct.pack(">H", len(self.id)) + self.id + self._public_key()
        made = encode_cbor({"fmt": "none", "attStmt": {}, "authData": self._data(WITH_KEY) + held})
        return self._answer(
            {
                "clientDataJSON": self._client_data("webauthn.create", options),
                "attestationObject": made,
            }
        )

    def sign(self, options: dict[str, Any]) -> str:
        """The browser's answer to options to sign in."""
        self.count += 1 if self.count else 0
        client_data, data = self._client_data("webauthn.get", options), self._data()
        signed = data + hashlib.sha256(client_data).digest()
        parts = {
            "clientDataJSON": client_data,
            "authenticatorData": data,
            "signature": self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
        }
        return self._answer(parts, userHandle=self.user)

    def _answer(self, parts: dict[str, bytes], **more: str) -> str:
        name = bytes_to_base64url(self.id)
        response = {part: bytes_to_base64url(value) for part, value in parts.items()}
        return json.dumps(
            {"id": name, "rawId": name, "type": "public-key", "response": {**response, **more}}
        )

    def _client_data(self, kind: str, options: dict[str, Any]) -> bytes:
        given = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(given).encode()

    def _data(self, more: int = 0) -> bytes:
        digest = hashlib.sha256(self.host.encode()).digest()
        return digest + struct.pack(">BI", self.flags | more, self.count)

    def _public_key(self) -> bytes:
        """As a COSE key (RFC 9053, section 7.1.1): ES256 on P-256."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return bytes(encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y}))
