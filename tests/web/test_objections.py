""" "This is me": a form without an account, a receipt, an answer; and nowhere afterwards."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import (
    Account,
    Event,
    Lab,
    Objection,
    Outgoing,
    Picture,
    Post,
    Role,
    Status,
    begin_writing,
)
from diary.web.guards import Access, access_of
from tests.builders import NOW, a_lab, a_method, a_post, an_account
from tests.conftest import Browser, Clock

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def post(db: Session, store: Storage, alice: Account, lab: Lab) -> Post:
    """A post that is out, with two pictures."""
    a_method(db, "kor", "Kören")
    post = a_post(db, alice, store=store, pictures=2, lab="boden", methods=("kor",))
    alice.person.slug = "alice"
    db.commit()
    return post


@pytest.fixture
def token(db: Session, post: Post) -> str:
    """Of the first of its pictures."""
    return db.scalars(select(Picture.token).order_by(Picture.id).limit(1)).one()


def ask(client: Browser, post: Post, what: str, **more: str) -> TestResponse:
    data = {"what": what, **more}
    return client.post(f"/report/{post.short}", data=data, headers=ENGLISH)


def first(db: Session) -> Objection:
    db.rollback()
    return db.scalars(select(Objection)).one()


def decide(browser: Browser, objection: Objection, decision: str, words: str = "") -> TestResponse:
    data = {"decision": decision, "words": words}
    return browser.post(f"/moderation/requests/{objection.id}", data=data, headers=ENGLISH)


def test_the_post_leads_to_the_form_and_the_form_shows_its_pictures(
    client: Browser, post: Post, token: str
) -> None:
    assert f'href="/report/{post.short}"' in client.get(f"/posts/{post.slug}").text
    answer = client.get(f"/report/{post.short}", headers=ENGLISH)
    assert token in answer.text
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert 'content="noindex"' in answer.text
    assert client.get("/report/nix").status_code == 404


def test_asking_hides_it_at_once_and_gives_a_receipt(
    db: Session, client: Browser, post: Post, token: str
) -> None:
    answer = ask(client, post, token, words="Det är jag.", contact="070-123")
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    assert token not in client.get("/").text
    receipt = client.get(answer.location, headers=ENGLISH).text
    assert "Out of sight" in receipt
    assert "At the latest" in receipt
    db.rollback()
    deeds = db.scalars(select(Event).where(Event.action.in_(("object", "hide")))).all()
    assert [(one.action, one.actor_id) for one in deeds] == [("object", None), ("hide", None)]


def test_taken_away_it_stays_away_and_the_receipt_says_so(
    db: Session, client: Browser, as_lead: Browser, as_author: Browser, post: Post, token: str
) -> None:
    as_author.post("/me/take-out").close()
    address = picture_address(client, post, token)
    receipt = ask(client, post, token).location
    listed = as_lead.get("/moderation/requests", headers=ENGLISH).text
    assert "Answer at the latest" in listed
    assert "To answer (1)" in as_lead.get("/moderation", headers=ENGLISH).text
    decide(as_lead, first(db), "away", "Förlåt! Nu är den borta.")
    text = client.get(receipt, headers=ENGLISH).text
    assert "Taken away for good" in text
    assert "Förlåt! Nu är den borta." in text
    assert "A writer’s own copy" in text
    assert client.get(address).status_code == 410
    assert "To answer (" not in as_lead.get("/moderation", headers=ENGLISH).text


def picture_address(client: Browser, post: Post, token: str) -> str:
    found = re.search(rf"/pictures/{token}/\d+-\w+\.webp", client.get(f"/posts/{post.slug}").text)
    assert found
    return found[0]


def test_one_tap_shows_it_again(
    db: Session, client: Browser, as_lead: Browser, post: Post, token: str
) -> None:
    receipt = ask(client, post, token).location
    decide(as_lead, first(db), "stay")
    assert token in client.get(f"/posts/{post.slug}").text
    assert "It stays." in client.get(receipt, headers=ENGLISH).text


def test_the_text_is_not_hidden_but_can_be_taken_down(
    db: Session, client: Browser, as_lead: Browser, post: Post
) -> None:
    receipt = ask(client, post, "text", words="Mitt namn står där.").location
    assert client.get(f"/posts/{post.slug}").status_code == 200
    decide(as_lead, first(db), "away")
    assert client.get(f"/posts/{post.slug}").status_code == 410
    db.rollback()
    assert post.status is Status.WITHDRAWN
    assert "The post is gone" in client.get(receipt, headers=ENGLISH).text


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client: Browser, post: Post) -> None:
    answer = ask(client, post, "", words="Hej")
    assert answer.status_code == 422
    assert "Choose a picture or the text first." in answer.text
    assert "Hej</textarea>" in answer.text
    assert ask(client, post, "no-such-token").status_code == 404
    answer = ask(client, post, "text", contact="a" * 201)
    assert answer.status_code == 422
    assert "too long" in answer.text


def test_the_lead_may_turn_hiding_off_and_vandals_meet_a_ceiling(
    db: Session, client: Browser, post: Post, token: str
) -> None:
    put(db, {"requests_a_day": 1})
    db.commit()
    other = db.scalars(select(Picture.token).where(Picture.token != token)).one()
    ask(client, post, token)
    ask(client, post, other)
    assert other in client.get(f"/posts/{post.slug}").text
    db.rollback()
    begin_writing(db)
    put(db, {"requests_a_day": 9, "hide_on_request": False})
    db.commit()
    ask(client, post, other)
    assert other in client.get(f"/posts/{post.slug}").text


def test_one_network_asks_twenty_times_an_hour(client: Browser, post: Post, clock: Clock) -> None:
    answers = [ask(client, post, "text").status_code for _ in range(21)]
    assert answers == [303] * 20 + [429]
    clock.pass_by(hours=1, seconds=1)
    assert ask(client, post, "text").status_code == 303


def test_a_deputy_is_told_like_the_lead(
    db: Session, post: Post, client: Browser, lea: Account, cora: Account
) -> None:
    begin_writing(db)
    cora.email = "cora@example.org"
    lea.deputy_id, lea.deputy_until = cora.id, NOW.date()
    db.commit()
    ask(client, post, "text", words="Jag vill inte stå här.")
    db.rollback()
    assert db.scalars(select(Outgoing.recipient)).all() == ["cora@example.org"]


def test_the_writer_is_told_that_the_post_was_taken_down(
    db: Session, post: Post, client: Browser, alice: Account, as_lead: Browser
) -> None:
    ask(client, post, "text", words="Jag vill inte stå här.")
    begin_writing(db)
    alice.email = "alice@example.org"
    db.commit()
    assert decide(as_lead, first(db), "away").status_code == 303
    db.rollback()
    mail = db.scalars(select(Outgoing)).one()
    assert mail.recipient == "alice@example.org"
    assert "har tagits bort" in mail.body
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "Somebody in it has asked for that." in page


def test_the_lead_is_told_by_mail(
    db: Session, client: Browser, lea: Account, post: Post, token: str
) -> None:
    lea.email = "lea@example.org"
    db.commit()
    ask(client, post, token)
    db.rollback()
    mail = db.scalars(select(Outgoing)).one()
    assert mail.recipient == "lea@example.org"
    assert "/moderation/requests" in mail.body


def test_only_who_looks_after_the_place_answers(
    db: Session, client: Browser, log_in: Callable[[Account], Browser], as_author: Browser,
    as_coordinator: Browser, post: Post, token: str,
) -> None:  # fmt: skip
    olle = an_account(db, "olle", Role.COORDINATOR, labs=(a_lab(db, "lina-hage"),))
    db.commit()
    ask(client, post, token)
    objection = first(db)
    assert decide(as_author, objection, "stay").status_code == 403
    assert decide(log_in(olle), objection, "stay").status_code == 404
    assert decide(as_coordinator, objection, "stay").status_code == 303


def test_a_picture_can_be_taken_away_without_a_request(
    client: Browser, as_coordinator: Browser, post: Post, token: str
) -> None:
    address = picture_address(client, post, token)
    answer = as_coordinator.post(f"/moderation/{post.id}/pictures/{token}/recall")
    assert answer.status_code == 303
    assert client.get(address).status_code == 410


ARGUMENTS = {"year": 2020, "month": 2, "build": "x", "name": "write", "page": "about",
             "number": 1, "n": 1}  # fmt: skip


def public_addresses(app: Flask, post: Post) -> list[str]:
    """Every public address of a small diary, feeds of each kind and scope among them."""
    slugs = {"reading.lab": "boden", "reading.method": "kor",
             "reading.author": "alice", "feeds.lab_feed": "boden", "feeds.method_feed": "kor",
             "feeds.author_feed": "alice"}  # fmt: skip
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if access_of(rule.endpoint) is not Access.PUBLIC or rule.endpoint == "static":
                continue
            given = {"slug": slugs.get(rule.endpoint, post.slug), "short": post.short, **ARGUMENTS}
            formats = ["atom", "rss", "json"] if "format" in rule.arguments else [""]
            formats = formats[:2] if rule.endpoint == "feeds.archive" else formats
            for form in formats:
                values = {name: {**given, "format": form}[name] for name in rule.arguments}
                found.append(app.url_map.bind("localhost").build(rule.endpoint, values))
    return found


def test_after_a_recall_the_picture_is_nowhere(
    db: Session, app: Flask, client: Browser, as_lead: Browser, as_author: Browser, post: Post,
    token: str,
) -> None:  # fmt: skip
    def everywhere() -> list[str]:
        answers = {path: client.get(path, follow_redirects=True) for path in addresses}
        etags.update({path: answer.headers.get("ETag", "") for path, answer in answers.items()})
        return [path for path, answer in answers.items() if token in answer.text]

    addresses, etags = public_addresses(app, post), dict[str, str]()
    seen = everywhere()
    assert {"/", "/feed.atom", "/feed.rss", "/feed.json", "/labs/boden"} <= set(seen)
    warm = {**etags}
    sizes = set(re.findall(rf"/pictures/{token}/[\w./-]+", client.get("/").text))
    as_lead.post(f"/moderation/{post.id}/pictures/{token}/recall")
    assert everywhere() == []
    for path in seen:
        headers = {"If-None-Match": warm[path]}
        again = client.get(path, headers=headers, follow_redirects=True)
        assert again.status_code == 200, path
    assert sizes
    assert {client.get(size).status_code for size in sizes} == {410}
    for browser in (as_lead, as_author):
        for path in ("/", "/mine", f"/write/{post.id}", f"/posts/{post.slug}"):
            assert token not in browser.get(path).text, path
        assert {browser.get(size).status_code for size in sizes} == {410}
    with as_author.post("/me/take-out") as parcel:
        assert parcel.data.count(b"picture-1") > 0
        assert b"picture-2" not in parcel.data


def test_a_deadline_comes_from_the_settings(
    db: Session, client: Browser, post: Post, token: str, clock: Clock
) -> None:
    put(db, {"answer_days": 3})
    db.commit()
    ask(client, post, token)
    assert first(db).answer_by == clock() + timedelta(days=3)
