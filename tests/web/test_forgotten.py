"""A forgotten password: the same answer for all, a link that works once, within the hour."""

import re
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.config import MailServer
from diary.domain import accounts, outbox
from diary.domain.settings import put
from diary.mail import sender
from diary.models import Account, Device, Outgoing
from diary.web.session import Services
from tests.builders import NOW
from tests.conftest import Browser, Clock, browser_of
from tests.mailbox import SENDER, mailbox

ENGLISH = {"Accept-Language": "en"}
NEW = "tre ord tillsammans"


@pytest.fixture(autouse=True)
def _light_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real argon2id with light parameters."""
    monkeypatch.setattr(accounts, "hasher", PasswordHasher(1, 8, 1))


@pytest.fixture
def app(app: Flask) -> Flask:
    """The diary with a mail server."""
    now: Services = app.extensions["diary"]
    settings = replace(now.settings, mail=MailServer("127.0.0.1", 1, "none", SENDER))
    app.extensions["diary"] = replace(now, settings=settings)
    return app


@pytest.fixture
def amal(db: Session, alice: Account) -> Account:
    """Alice with an address."""
    alice.email = "alice@example.org"
    db.commit()
    return alice


def ask(client: Browser, name: str = "alice"):
    """Ask for a link."""
    return client.post("/forgotten", data={"name": name}, headers=ENGLISH)


def waiting(db: Session) -> list[Outgoing]:
    """The mails in the outbox."""
    db.rollback()
    return list(db.scalars(select(Outgoing).order_by(Outgoing.id)))


def link_in(db: Session) -> str:
    """The path of the link in the last mail."""
    found = re.search(r"http://localhost(/forgotten/\S+)", waiting(db)[-1].body)
    assert found
    return found[1]


def choose(client: Browser, link: str, password: str = NEW):
    """Choose a new password."""
    return client.post(link, data={"password": password}, headers=ENGLISH)


@pytest.mark.parametrize("name", ["alice", " ALICE@example.org "])
def test_the_link_opens_the_diary(db: Session, amal: Account, client: Browser, name: str) -> None:
    ask(client, name)
    link = link_in(db)
    assert client.get(link, headers=ENGLISH).status_code == 200
    answer = choose(client, link)
    assert (answer.status_code, answer.location) == (303, "/write")
    assert client.get("/me").status_code == 200
    again = browser_of(client.application)
    sent = {"name": "alice", "password": NEW}
    assert again.post("/login", data=sent).status_code == 303


def test_the_mail_arrives_in_the_recipients_language(
    db: Session, amal: Account, client: Browser, app: Flask, clock: Clock
) -> None:
    put(db, {"title": "Min dagbok"})
    amal.language = "en"
    db.commit()
    client.post("/forgotten", data={"name": "alice"}, headers={"Accept-Language": "sv"})
    with mailbox() as box:
        given = app.extensions["diary"]
        outbox.deliver(given.sessions, sender(box.server, "localhost"), clock)
    mail = box.mails[0]
    assert mail["To"] == "alice@example.org"
    assert mail["Subject"] == "A new password for Min dagbok"
    assert mail["Content-Language"] == "en"
    text = mail.get_content()
    assert "Hello Alice!" in text
    assert "user name alice" in text
    assert re.search(r"^http://localhost/forgotten/\S+\r?$", text, re.MULTILINE)


def test_without_a_language_of_their_own_they_get_the_main_one(
    db: Session, amal: Account, client: Browser
) -> None:
    put(db, {"main_language": "en"})
    db.commit()
    client.post("/forgotten", data={"name": "alice"}, headers={"Accept-Language": "sv"})
    assert waiting(db)[0].lang == "en"
    assert waiting(db)[0].subject.startswith("A new password")


def test_the_answer_is_the_same_for_all(
    db: Session, amal: Account, bob: Account, client: Browser
) -> None:
    answers = [ask(client, name) for name in ("alice", "bob", "nobody", "", "a\0b", "å" * 900)]
    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, "/forgotten?asked=1")
    }
    assert [mail.recipient for mail in waiting(db)] == ["alice@example.org"]
    text = client.get("/forgotten?asked=1", headers=ENGLISH).text
    assert "If we have your e-mail address" in text
    assert "Set-Cookie" not in answers[0].headers


def test_a_closed_account_gets_no_mail(db: Session, amal: Account, client: Browser) -> None:
    amal.closed_at = NOW
    db.commit()
    ask(client)
    assert waiting(db) == []


def test_nobodys_mailbox_is_filled(
    db: Session, amal: Account, client: Browser, clock: Clock
) -> None:
    answers = {ask(client, name).status_code for name in ("alice", "alice@example.org") * 5}
    assert answers == {303}
    assert len(waiting(db)) == 3
    clock.pass_by(hours=1)
    ask(client)
    assert len(waiting(db)) == 4


def test_whoever_asks_for_many_waits(client: Browser) -> None:
    answers = [ask(client, f"name{number}") for number in range(61)]
    assert [answer.status_code for answer in answers] == [303] * 60 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 3000


def test_a_link_works_once(db: Session, amal: Account, client: Browser, app: Flask) -> None:
    ask(client)
    ask(client)
    links = [re.findall(r"(/forgotten/\S+)", mail.body)[0] for mail in waiting(db)]
    assert choose(client, links[0]).status_code == 303
    for link in links:
        stranger = browser_of(app)
        assert stranger.get(link, headers=ENGLISH).status_code == 410
        answer = choose(stranger, link, "another password")
        assert answer.status_code == 410
        assert "Ask for a new link" in answer.text


def test_a_link_holds_for_an_hour(
    db: Session, amal: Account, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(client)
    link, really = link_in(db), time.time
    monkeypatch.setattr(time, "time", lambda: really() + 3590)
    assert client.get(link).status_code == 200
    monkeypatch.setattr(time, "time", lambda: really() + 3610)
    assert client.get(link).status_code == 410
    assert choose(client, link).status_code == 410


@pytest.mark.parametrize("token", ["x", "WzEsMF0", "WzEsMF0.Xj1.abc", "%00", "å"])
def test_a_made_up_link_opens_nothing(amal: Account, client: Browser, token: str) -> None:
    assert client.get(f"/forgotten/{token}").status_code in {404, 410}
    assert choose(client, f"/forgotten/{token}").status_code in {404, 410}


def test_a_short_password_keeps_the_link(db: Session, amal: Account, client: Browser) -> None:
    ask(client)
    answer = choose(client, link_in(db), "kort")
    assert answer.status_code == 422
    assert "At least 8 characters." in answer.text
    assert choose(client, link_in(db)).status_code == 303


def test_everywhere_else_they_are_logged_out(
    db: Session, amal: Account, client: Browser, log_in: Callable[[Account], Browser]
) -> None:
    elsewhere = log_in(amal)
    ask(client)
    choose(client, link_in(db))
    assert elsewhere.get("/me").status_code == 303
    db.rollback()
    revoked = [device.revoked_at is not None for device in db.scalars(select(Device))]
    assert revoked == [True, False]


def test_an_account_without_a_password_can_get_one(
    db: Session, amal: Account, client: Browser
) -> None:
    amal.password_hash = None
    db.commit()
    ask(client)
    assert choose(client, link_in(db)).status_code == 303
    db.rollback()
    assert accounts.verify(amal.password_hash, NEW)


def test_without_a_mail_server_the_one_who_invited_helps(
    db: Session, amal: Account, client: Browser, app: Flask
) -> None:
    given = app.extensions["diary"]
    app.extensions["diary"] = replace(given, settings=replace(given.settings, mail=None))
    text = client.get("/forgotten", headers=ENGLISH).text
    assert "Ask the one who invited you" in text
    assert 'name="name"' not in text
    assert ask(client).status_code == 303
    assert waiting(db) == []
    assert "is on its way" not in client.get("/forgotten?asked=1", headers=ENGLISH).text


def test_the_login_page_leads_there(client: Browser) -> None:
    assert 'href="/forgotten"' in client.get("/login").text
