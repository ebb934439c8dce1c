"""Passkeys through the pages: whose they are, what comes along, and what is replayed."""

import json
import time
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Account, Device, Passkey
from diary.web.guards import SHARED_COOKIE
from diary.web.session import seal
from tests.authenticator import Authenticator
from tests.builders import NOW, PASSWORD
from tests.conftest import Browser, browser_of

ENGLISH = {"Accept-Language": "en"}


def options(browser: Browser, address: str) -> dict[str, Any]:
    """What the browser is asked for."""
    answer = browser.post(address, data={})
    assert answer.status_code == 200
    return dict(answer.json or {})


def add(browser: Browser, device: Authenticator, name: str = "Min telefon"):
    """Add a passkey."""
    made = device.make(options(browser, "/me/passkeys/options"))
    return browser.post("/me/passkeys", data={"credential": made, "name": name}, headers=ENGLISH)


def sign_in(browser: Browser, device: Authenticator, **more: str):
    """Log in with a passkey."""
    answer = device.sign(options(browser, "/login/passkey/options"))
    return browser.post("/login/passkey", data={"credential": answer, **more}, headers=ENGLISH)


def test_a_passkey_opens_the_door(as_author: Browser, client: Browser) -> None:
    device = Authenticator()
    answer = add(as_author, device)
    assert (answer.status_code, answer.location) == (303, "/me/passkeys")
    assert "Min telefon" in as_author.get("/me/passkeys").text
    answer = sign_in(client, device, next="/mine")
    assert (answer.status_code, answer.location) == (303, "/mine")
    assert client.get("/mine").status_code == 200
    assert "last used" in client.get("/me/passkeys", headers=ENGLISH).text


def test_words_that_came_too_late_come_along(as_author: Browser, client: Browser) -> None:
    device = Authenticator()
    add(as_author, device)
    late = {"kept-body": "Mina ord", "next": "/write", "name": "", "password": ""}
    answer = sign_in(client, device, **late)
    assert answer.status_code == 200
    assert "Mina ord" in answer.text


def test_a_failed_try_keeps_them_and_sets_no_cookie(client: Browser) -> None:
    answer = sign_in(client, Authenticator(), **{"kept-body": "Mina ord", "next": "/write"})
    assert answer.status_code == 422
    assert "does not open the diary" in answer.text
    assert "Mina ord" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_options_set_no_cookie(client: Browser) -> None:
    assert "Set-Cookie" not in client.post("/login/passkey/options").headers


def test_an_answer_sent_again_opens_nothing(
    as_author: Browser, client: Browser, app: Flask
) -> None:
    device = Authenticator()
    add(as_author, device)
    answer = {"credential": device.sign(options(client, "/login/passkey/options"))}
    assert client.post("/login/passkey", data=answer).status_code == 303
    thief = browser_of(app)
    assert thief.post("/login/passkey", data=answer).status_code == 422
    assert thief.get("/mine").status_code == 303


def test_a_challenge_holds_for_five_minutes(
    as_author: Browser, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Authenticator()
    add(as_author, device)
    answer = device.sign(options(client, "/login/passkey/options"))
    really = time.time
    monkeypatch.setattr(time, "time", lambda: really() + 310)
    assert client.post("/login/passkey", data={"credential": answer}).status_code == 422


@pytest.mark.parametrize("challenge", ["YWJj", "", "WzEsWzFdXQ"])
def test_a_challenge_of_somebody_elses_making_is_refused(
    as_author: Browser, client: Browser, challenge: str
) -> None:
    device = Authenticator()
    add(as_author, device)
    answer = device.sign({"challenge": challenge})
    assert client.post("/login/passkey", data={"credential": answer}).status_code == 422


def test_one_kind_of_challenge_is_no_other(as_author: Browser, client: Browser) -> None:
    device = Authenticator()
    add(as_author, device)
    answer = device.sign(options(as_author, "/me/passkeys/options"))
    assert client.post("/login/passkey", data={"credential": answer}).status_code == 422


def test_a_challenge_to_add_belongs_to_one_session(
    as_author: Browser, as_lead: Browser, db: Session
) -> None:
    device = Authenticator()
    made = device.make(options(as_author, "/me/passkeys/options"))
    assert as_lead.post("/me/passkeys", data={"credential": made}).status_code == 422
    assert db.scalars(select(Passkey)).all() == []
    assert as_author.post("/me/passkeys", data={"credential": made}).status_code == 303
    assert as_author.post("/me/passkeys", data={"credential": made}).status_code == 422


def test_a_passkey_without_a_name_has_one(as_author: Browser, db: Session) -> None:
    add(as_author, Authenticator(), " ")
    assert db.scalars(select(Passkey.name)).one() == "Passkey"


def test_a_long_name_is_cut(as_author: Browser, db: Session) -> None:
    assert add(as_author, Authenticator(), "ord " * 500).status_code == 303
    assert len(db.scalars(select(Passkey.name)).one()) <= 80


def test_a_removed_passkey_opens_nothing(
    as_author: Browser, as_lead: Browser, client: Browser, db: Session
) -> None:
    device = Authenticator()
    add(as_author, device)
    number = db.scalars(select(Passkey.id)).one()
    db.rollback()
    assert as_lead.post(f"/me/passkeys/{number}/remove").status_code == 404
    assert as_author.post(f"/me/passkeys/{number}/remove").status_code == 303
    assert as_author.post(f"/me/passkeys/{number}/remove").status_code == 404
    assert sign_in(client, device).status_code == 422


def test_a_shared_device_knows_no_passkeys(
    as_author: Browser, alice: Account, client: Browser, db: Session, app: Flask
) -> None:
    device = Authenticator()
    add(as_author, device)
    db.rollback()
    db.add(tablet := Device(made_at=NOW, seen_on=NOW.date()))
    db.commit()
    with app.test_request_context():
        client.set_cookie(SHARED_COOKIE, seal(tablet.id, SHARED_COOKIE))
    assert "passkey" not in client.get("/login", headers=ENGLISH).text
    assert client.post("/login/passkey/options").status_code == 403
    sent = {"name": "alice", "password": PASSWORD}
    assert client.post("/login", data=sent).status_code == 303
    assert client.get("/me/passkeys").status_code == 403
    assert client.post("/me/passkeys/options").status_code == 403


def test_nonsense_is_refused_in_a_sentence(as_author: Browser, client: Browser) -> None:
    for credential in ("", "{}", json.dumps({"response": {"clientDataJSON": "bnVsbA"}})):
        data = {"credential": credential}
        assert as_author.post("/me/passkeys", data=data, headers=ENGLISH).status_code == 422
        assert client.post("/login/passkey", data=data, headers=ENGLISH).status_code == 422


def test_whoever_is_in_already_goes_on(as_author: Browser) -> None:
    assert as_author.post("/login/passkey", data={"next": "/mine"}).location == "/mine"


def test_a_closed_account_stays_out(
    as_author: Browser, alice: Account, client: Browser, db: Session
) -> None:
    device = Authenticator()
    add(as_author, device)
    db.get_one(Account, alice.id).closed_at = alice.created_at
    db.commit()
    assert sign_in(client, device).status_code == 422
