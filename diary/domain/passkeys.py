"""Passkeys: a finger, a face or a code instead of a password (W3C Web Authentication Level 2)."""

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import webauthn
from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_client_data_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from diary.domain import policy, throttle
from diary.domain.errors import DiaryError, NotFound, TooManyTries
from diary.domain.journal import record
from diary.models import Account, Passkey
from diary.text.plain import tidy_line

CHALLENGE_LASTS = timedelta(minutes=5)
MAX_NAME = 80


class PasskeyRefused(DiaryError):
    """What a browser has answered is no passkey for here, or not to a challenge of now."""


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ceremony:
    """What a browser's answer must be made for: this diary, from its own pages, just now."""

    host: str
    origin: str
    challenge: bytes


# ---------------------------------------------------------------- what the browser is asked


def options_to_add(
    session: Session, account: Account, diary: str, ceremony: Ceremony
) -> dict[str, Any]:
    """What the browser is asked to make: a key that needs no user name and tells no maker."""
    options = webauthn.generate_registration_options(
        rp_id=ceremony.host,
        rp_name=diary,
        user_id=account.person.uid.bytes,
        user_name=account.username,
        user_display_name=account.person.name,
        challenge=ceremony.challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=(
                UserVerificationRequirement.REQUIRED
                if policy.needs_password(account.role)
                else UserVerificationRequirement.PREFERRED
            ),
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=passkey.credential_id)
            for passkey in of(session, account.id)
        ],
    )
    return options_to_json_dict(options)


def options_to_sign_in(ceremony: Ceremony) -> dict[str, Any]:
    """What the browser is asked to sign, with whichever key it has for this diary."""
    return options_to_json_dict(
        webauthn.generate_authentication_options(
            rp_id=ceremony.host,
            challenge=ceremony.challenge,
            user_verification=UserVerificationRequirement.PREFERRED,
        )
    )


def challenge_of(answer: str) -> bytes:
    """The challenge that a browser says it answers; raises PasskeyRefused if there is none."""
    with _refusing():
        client_data = json.loads(answer)["response"]["clientDataJSON"]
        return parse_client_data_json(base64url_to_bytes(client_data)).challenge


# ---------------------------------------------------------------- what it answers


def add(
    session: Session, account: Account, name: str, answer: str, ceremony: Ceremony, now: datetime
) -> Passkey:
    """Keep the public half of a new passkey; raises PasskeyRefused."""
    with _refusing():
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=ceremony.challenge,
            expected_rp_id=ceremony.host,
            expected_origin=ceremony.origin,
            require_user_verification=policy.needs_password(account.role),
        )
    _spend(session, ceremony, now)
    if _find(session, made.credential_id) is not None:
        raise PasskeyRefused
    passkey = Passkey(
        account_id=account.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=tidy_line(name, MAX_NAME),
        made_at=now,
    )
    session.add(passkey)
    session.flush()
    record(session, "add_passkey", now, actor_id=account.id, account_id=account.id)
    return passkey


def sign_in(session: Session, answer: str, ceremony: Ceremony, now: datetime) -> Account:
    """The open account whose passkey has answered; raises PasskeyRefused.

    An answer counts once, and its counter must have grown where there is one (section 6.1.1). An
    account that needs a password asks for a finger, a face or a code, too (section 6.1, flag UV).
    """
    with _refusing():
        given = parse_authentication_credential_json(answer)
    passkey = _find(session, given.raw_id)
    account = session.get(Account, passkey.account_id) if passkey else None
    if passkey is None or account is None or account.closed_at is not None:
        raise PasskeyRefused
    if given.response.user_handle not in {None, b"", account.person.uid.bytes}:
        raise PasskeyRefused
    with _refusing():
        verified = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=ceremony.challenge,
            expected_rp_id=ceremony.host,
            expected_origin=ceremony.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=policy.needs_password(account.role),
        )
    _spend(session, ceremony, now)
    passkey.sign_count = verified.new_sign_count
    passkey.used_at = now
    return account


def _find(session: Session, credential_id: bytes) -> Passkey | None:
    return session.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def _spend(session: Session, ceremony: Ceremony, now: datetime) -> None:
    """Remember a challenge as answered for as long as it would hold."""
    key = hashlib.sha256(ceremony.challenge).hexdigest()
    try:
        throttle.spend(session, key, 1, CHALLENGE_LASTS, now)
    except TooManyTries as error:
        raise PasskeyRefused from error


@contextmanager
def _refusing() -> Iterator[None]:
    """Anything can be sent, and taking it apart can fail in as many ways."""
    try:
        yield
    except Exception as error:
        log.info("A passkey was refused: %r", error)
        raise PasskeyRefused from error


# ---------------------------------------------------------------- what there is


def of(session: Session, account_id: int) -> tuple[Passkey, ...]:
    """The passkeys of an account, the newest first."""
    statement = select(Passkey).where(Passkey.account_id == account_id)
    return tuple(session.scalars(statement.order_by(Passkey.id.desc())))


def remove(session: Session, account: Account, passkey_id: int, now: datetime) -> None:
    """Remove a passkey of one's own; raises NotFound for any other."""
    passkey = session.get(Passkey, passkey_id)
    if passkey is None or passkey.account_id != account.id:
        raise NotFound
    session.delete(passkey)
    record(session, "remove_passkey", now, actor_id=account.id, account_id=account.id)
