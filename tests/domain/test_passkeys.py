"""Passkeys: only a fresh answer, for this diary, by a key it knows."""

import json
import secrets
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import passkeys
from diary.domain.errors import NotFound
from diary.domain.passkeys import Ceremony, PasskeyRefused
from diary.models import Account, Event, Passkey
from tests.authenticator import PRESENT, Authenticator
from tests.builders import NOW
from tests.conftest import Clock


def a_ceremony() -> Ceremony:
    """A new one."""
    return Ceremony("localhost", "http://localhost", secrets.token_bytes(32))


def added(db: Session, account: Account, device: Authenticator, name: str = "") -> Passkey:
    """A passkey that a device has made."""
    ceremony = a_ceremony()
    options = passkeys.options_to_add(db, account, "Dagboken", ceremony)
    return passkeys.add(db, account, name, device.make(options), ceremony, NOW)


def signed(device: Authenticator, ceremony: Ceremony) -> str:
    """A device's answer."""
    return device.sign(passkeys.options_to_sign_in(ceremony))


def test_a_passkey_is_added_and_opens_its_account(
    db: Session, alice: Account, bob: Account, clock: Clock
) -> None:
    mine, others = Authenticator(), Authenticator()
    passkey = added(db, alice, mine, "  Min   telefon ")
    added(db, bob, others)
    assert passkey.name == "Min telefon"
    clock.pass_by(days=1)
    ceremony = a_ceremony()
    assert passkeys.sign_in(db, signed(mine, ceremony), ceremony, clock()) is alice
    assert passkey.used_at == clock()
    assert "add_passkey" in db.scalars(select(Event.action)).all()


def test_the_options_ask_for_a_key_that_knows_who_it_is_for(db: Session, alice: Account) -> None:
    first = added(db, alice, device := Authenticator())
    options = passkeys.options_to_add(db, alice, "Dagboken", a_ceremony())
    assert options["rp"] == {"id": "localhost", "name": "Dagboken"}
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "preferred"
    assert len(options["excludeCredentials"]) == 1
    assert first.credential_id == device.id
    assert "allowCredentials" not in {
        key for key, value in passkeys.options_to_sign_in(a_ceremony()).items() if value
    }


def test_an_answer_counts_once(db: Session, alice: Account, clock: Clock) -> None:
    device = Authenticator()
    added(db, alice, device)
    ceremony = a_ceremony()
    answer = signed(device, ceremony)
    passkeys.sign_in(db, answer, ceremony, clock())
    for minutes in (0, 4):
        clock.pass_by(minutes=minutes)
        with pytest.raises(PasskeyRefused):
            passkeys.sign_in(db, answer, ceremony, clock())


def test_a_counter_that_does_not_grow_is_a_copied_key(db: Session, alice: Account) -> None:
    device = Authenticator(count=5)
    passkey = added(db, alice, device)
    copy = replace(device, count=4)
    ceremony = a_ceremony()
    passkeys.sign_in(db, signed(device, ceremony), ceremony, NOW)
    assert passkey.sign_count == 6
    ceremony = a_ceremony()
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(db, signed(copy, ceremony), ceremony, NOW)


WRONG: dict[str, Callable[[Authenticator], Authenticator]] = {
    "another page": lambda one: replace(one, origin="https://evil.example"),
    "another host": lambda one: replace(one, host="evil.example"),
    "nobody there": lambda one: replace(one, flags=0),
    "another key": lambda one: replace(one, key=Authenticator().key),
    "another account": lambda one: replace(one, user="AAAA"),
    "unknown": lambda one: replace(one, id=b"unknown"),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_does_not_fit_opens_nothing(
    db: Session, alice: Account, wrong: Callable[[Authenticator], Authenticator]
) -> None:
    device = Authenticator()
    passkey = added(db, alice, device)
    ceremony = a_ceremony()
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(db, signed(wrong(device), ceremony), ceremony, NOW)
    assert passkey.used_at is None


def test_an_answer_to_another_challenge_opens_nothing(db: Session, alice: Account) -> None:
    device = Authenticator()
    added(db, alice, device)
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(db, signed(device, a_ceremony()), a_ceremony(), NOW)


def test_a_closed_account_stays_closed(db: Session, alice: Account) -> None:
    device = Authenticator()
    added(db, alice, device)
    alice.closed_at = NOW
    ceremony = a_ceremony()
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(db, signed(device, ceremony), ceremony, NOW)


@pytest.mark.parametrize("name", ["another page", "another host", "nobody there"])
def test_a_passkey_made_elsewhere_is_not_kept(db: Session, alice: Account, name: str) -> None:
    with pytest.raises(PasskeyRefused):
        added(db, alice, WRONG[name](Authenticator()))
    assert passkeys.of(db, alice.id) == ()


def test_one_key_belongs_to_one_account(db: Session, alice: Account, bob: Account) -> None:
    device = Authenticator()
    added(db, alice, device)
    with pytest.raises(PasskeyRefused):
        added(db, bob, device)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"response": 1}',
        '{"response": {"clientDataJSON": "å"}}',
        '{"response": {"clientDataJSON": "bnVsbA"}}',
        "[" * 100_000,
    ],
)
def test_nonsense_is_refused(db: Session, alice: Account, answer: str) -> None:
    with pytest.raises(PasskeyRefused):
        passkeys.challenge_of(answer)
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(db, answer, a_ceremony(), NOW)
    with pytest.raises(PasskeyRefused):
        passkeys.add(db, alice, "", answer, a_ceremony(), NOW)


def test_whatever_is_cut_or_turned_in_an_answer_is_refused(db: Session, alice: Account) -> None:
    ceremony = a_ceremony()
    answer = Authenticator().make(passkeys.options_to_add(db, alice, "Dagboken", ceremony))
    whole = json.loads(answer)["response"]["attestationObject"]
    for at in range(0, len(whole), 7):
        broken = answer.replace(whole, whole[:at])
        with pytest.raises(PasskeyRefused):
            passkeys.add(db, alice, "", broken, ceremony, NOW)


def test_only_ones_own_can_be_removed(db: Session, alice: Account, bob: Account) -> None:
    device = Authenticator()
    passkey = added(db, alice, device)
    with pytest.raises(NotFound):
        passkeys.remove(db, bob, passkey.id, NOW)
    passkeys.remove(db, alice, passkey.id, NOW)
    db.flush()
    with pytest.raises(NotFound):
        passkeys.remove(db, alice, passkey.id, NOW)
    ceremony = a_ceremony()
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(db, signed(device, ceremony), ceremony, NOW)


def test_who_needs_a_password_shows_who_they_are_to_their_key(db: Session, lea: Account) -> None:
    device = Authenticator()
    options = passkeys.options_to_add(db, lea, "Dagboken", a_ceremony())
    assert options["authenticatorSelection"]["userVerification"] == "required"
    added(db, lea, device)
    device.flags = PRESENT
    with pytest.raises(PasskeyRefused):
        passkeys.sign_in(db, signed(device, ceremony := a_ceremony()), ceremony, NOW)
    with pytest.raises(PasskeyRefused):
        added(db, lea, Authenticator(flags=PRESENT))
