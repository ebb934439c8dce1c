"""Following by mail: asked for, confirmed by a button, changed, stopped; nobody learns who does."""

import re
import time
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.config import MailServer
from diary.domain import erasures, merging, outbox, retention, subscriptions, traces
from diary.mail import sender
from diary.media.storage import Storage
from diary.models import Account, Lab, Letter, Outgoing, Pace, Subscriber, Subscription
from diary.queries.overview import overview
from diary.queries.traces import find
from diary.web.letters import manage_address, stop_address
from diary.web.session import Services
from tests.builders import a_lab, a_lead, a_post
from tests.conftest import Browser, Clock, browser_of
from tests.following import a_subscriber
from tests.mailbox import SENDER, mailbox

ENGLISH = {"Accept-Language": "en"}
SAM = "sam@example.org"


@pytest.fixture
def app(app: Flask) -> Flask:
    """The diary with a mail server."""
    now: Services = app.extensions["diary"]
    settings = replace(now.settings, mail=MailServer("127.0.0.1", 1, "none", SENDER))
    app.extensions["diary"] = replace(now, settings=settings)
    return app


@pytest.fixture(autouse=True)
def _begun(db: Session) -> None:
    """Nothing is being written."""
    db.commit()


def ask(client: Browser, email: str = SAM, **more: str):
    """Fill in the form."""
    return client.post("/subscribe", data={"email": email, **more}, headers=ENGLISH)


def waiting(db: Session) -> list[Outgoing]:
    """The mails in the outbox."""
    db.rollback()
    return list(db.scalars(select(Outgoing).order_by(Outgoing.id)))


def link_in(db: Session) -> str:
    """The path of the link in the last mail."""
    found = re.search(r"http://localhost(/subscribe/confirm/\S+)", waiting(db)[-1].body)
    assert found
    return found[1]


def subscribers(db: Session) -> list[Subscriber]:
    db.rollback()
    db.expire_all()
    return list(db.scalars(select(Subscriber).order_by(Subscriber.id)))


def path(app: Flask, make, subscriber: Subscriber) -> str:
    """The path of one of somebody's own addresses."""
    with app.test_request_context("/"):
        return str(make(subscriber.uid)).removeprefix("http://localhost")


def test_the_whole_way_over_a_real_server(
    db: Session, lab: Lab, client: Browser, clock: Clock
) -> None:
    answer = ask(client, part="lab:boden", pace="weekly", lang="en")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/subscribe/asked")
    assert "Look in your mail" in client.get("/subscribe/asked", headers=ENGLISH).text
    assert subscribers(db) == []
    sessions = client.application.extensions["diary"].sessions
    with mailbox() as box:
        send = sender(MailServer("127.0.0.1", box.port, "none", SENDER), "localhost")
        assert outbox.deliver(sessions, send, clock).sent == 1
    (mail,) = box.mails
    assert mail["To"] == SAM
    found = re.search(r"http://localhost(/\S+)", mail.get_content())
    assert found
    shown = client.get(found[1], headers=ENGLISH).text
    assert "Once a week" in shown
    assert SAM in shown
    assert subscribers(db) == []  # looking is not pressing
    done = client.post(found[1], headers=ENGLISH, follow_redirects=True)
    assert "The next post comes to you" in done.text
    (sam,) = subscribers(db)
    assert (sam.email, sam.pace, sam.lang) == (SAM, Pace.WEEKLY, "en")
    assert [one.lab_id for one in sam.subscriptions] == [lab.id]


def test_confirmed_twice_it_is_one_and_more_can_be_added(
    db: Session, lab: Lab, client: Browser
) -> None:
    for more in ({"part": "lab:boden"}, {"part": "lab:boden"}, {"pace": "daily"}):
        ask(client, "  SAM@Example.org ", **more)
        client.post(link_in(db))
        client.post(link_in(db))
    (sam,) = subscribers(db)
    assert (sam.email, sam.pace) == (SAM, Pace.DAILY)
    assert [one.lab_id for one in sam.subscriptions] == [lab.id, None]


def test_nobody_learns_who_follows(db: Session, client: Browser) -> None:
    a_subscriber(db)
    db.commit()
    known, unknown = ask(client), ask(client, "nobody@example.org")
    assert (known.status_code, known.headers["Location"], known.data) == (
        unknown.status_code,
        unknown.headers["Location"],
        unknown.data,
    )
    first, second = waiting(db)
    hide = re.compile(r"/confirm/\S+")
    assert hide.sub("", first.body) == hide.sub("", second.body)


@pytest.mark.parametrize("email", ["", "sam", "@example.org", "sam@", "a b@example.org", "x\n@y"])
def test_what_is_no_address_is_said_and_kept(db: Session, client: Browser, email: str) -> None:
    answer = ask(client, email, part="", pace="weekly")
    assert answer.status_code == 422
    assert 'value="weekly" selected' in answer.text
    assert waiting(db) == []


def test_no_address_is_flooded_and_no_network_goes_on_for_ever(
    db: Session, client: Browser
) -> None:
    for _ in range(5):
        assert ask(client).status_code == 303
    assert len(waiting(db)) == 3
    codes = [ask(client, f"nr{n}@example.org").status_code for n in range(17)]
    assert codes == [303] * 15 + [429] * 2


@pytest.mark.parametrize("days", [6, 8])
def test_the_link_holds_for_a_week(
    db: Session, client: Browser, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    ask(client)
    link, now = link_in(db), time.time()
    monkeypatch.setattr(time, "time", lambda: now + days * 24 * 3600)
    answer = client.post(link)
    assert answer.status_code == (303 if days < 7 else 410)
    assert len(subscribers(db)) == (days < 7)


def test_a_place_that_was_merged_leads_on_and_one_that_is_gone_is_said(
    db: Session, lab: Lab, client: Browser, clock: Clock
) -> None:
    other = a_lab(db, "nord", "Nord")
    db.commit()
    ask(client, part="lab:nord")
    link = link_in(db)
    merging.merge(db, a_lead(db), Lab, other.id, lab.id, clock())
    db.commit()
    client.post(link)
    (sam,) = subscribers(db)
    assert [one.lab_id for one in sam.subscriptions] == [lab.id]
    ask(client, "to@example.org", part="lab:boden")
    db.rollback()
    db.get_one(Lab, lab.id).slug = "annat"
    db.commit()
    answer = client.get(link_in(db), headers=ENGLISH)
    assert answer.status_code == 410
    assert "not here any more" in answer.text


def test_the_own_page_changes_what_comes(
    db: Session, lab: Lab, app: Flask, client: Browser
) -> None:
    sam = a_subscriber(db, lab=lab)
    sam.subscriptions.append(Subscription())
    db.commit()
    mine = path(app, manage_address, sam)
    text = client.get(mine, headers=ENGLISH).text
    assert SAM in text
    assert lab.name in text
    kept = sam.subscriptions[1].id
    db.rollback()
    answer = client.post(mine, data={"kept": str(kept), "pace": "daily", "lang": "ar"})
    assert answer.status_code == 303
    (sam,) = subscribers(db)
    assert (sam.pace, sam.lang, [one.id for one in sam.subscriptions]) == ("daily", "ar", [kept])
    client.post(mine, data={"pace": "daily"})
    assert subscribers(db) == []
    assert "no more letters" in client.get(mine, headers=ENGLISH).text


def test_one_click_of_a_mail_program_stops_all(
    db: Session, alice: Account, app: Flask, store: Storage, clock: Clock
) -> None:
    sam = a_subscriber(db)
    a_post(db, alice)
    db.add(
        Outgoing(recipient="", subject="", body="", lang="sv", queued_at=clock(), due_at=clock(),
                 subscriber_id=sam.id)
    )  # fmt: skip
    db.commit()
    stop, uid = path(app, stop_address, sam), sam.uid
    browser = browser_of(app)
    assert browser.get(stop, headers=ENGLISH).status_code == 200
    assert len(subscribers(db)) == 1  # scanners open links
    body = {"List-Unsubscribe": "One-Click"}
    from_outside = {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example"}
    for headers in ({}, from_outside):
        answer = app.test_client().post(stop, data=body, headers=headers)
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
    assert subscribers(db) == []
    assert db.scalar(select(func.count()).select_from(Letter)) == 0
    assert waiting(db) == []
    # A backup that is put back brings nobody back who has stopped.
    db.add(Subscriber(email=SAM, uid=uid, lang="sv", pace=Pace.DAILY, confirmed_at=clock()))
    db.commit()
    traces.again(db, erasures.lines(store), clock())
    db.commit()
    assert subscribers(db) == []


@pytest.mark.parametrize("kind", ["/subscribe/me/", "/unsubscribe/", "/subscribe/confirm/"])
def test_a_made_up_link_opens_nothing(client: Browser, kind: str) -> None:
    answer = client.post(f"{kind}made.up")
    assert answer.status_code in {200, 303, 410}
    assert "@" not in answer.text.replace("@media", "")


def test_addresses_that_refuse_letters_are_forgotten(
    db: Session, client: Browser, clock: Clock
) -> None:
    refusing, well = a_subscriber(db, "refuses"), a_subscriber(db)
    refusing.stopped_at = clock()
    db.commit()
    for days, left in ((29, {refusing.email, well.email}), (2, {well.email})):
        clock.pass_by(days=days)
        retention.tidy(db, clock())
        db.commit()
        assert {one.email for one in subscribers(db)} == left


def test_what_is_known_of_an_address_is_found_and_forgotten(
    db: Session, store: Storage, clock: Clock
) -> None:
    a_subscriber(db)
    lead = a_lead(db)
    (found,) = (one for one in find(db, SAM) if one.kind == "subscriber")
    traces.forget(db, lead, [found], SAM, clock())
    assert db.scalar(select(func.count()).select_from(Subscriber)) == 0


def test_without_a_mail_server_a_feed_is_offered(
    db: Session, alice: Account, app: Flask, client: Browser
) -> None:
    for number in range(8):
        a_post(db, alice, title=f"Nummer {number}")
    db.commit()
    assert 'action="/subscribe"' in client.get("/").text
    now: Services = app.extensions["diary"]
    app.extensions["diary"] = replace(now, settings=replace(now.settings, mail=None))
    assert "Follow in an app" in client.get("/subscribe", headers=ENGLISH).text
    assert 'name="email"' not in client.get("/subscribe").text
    assert ask(client).status_code == 200
    db.rollback()
    assert waiting(db) == []


def test_the_lead_sees_numbers_alone(db: Session, clock: Clock) -> None:
    subscriptions.confirm(db, subscriptions.Wish(SAM, None, Pace.DAILY, "sv"), clock())
    a_subscriber(db, "refuses").stopped_at = clock()
    found = overview(db)
    assert (found.followers, found.refusing) == (1, 1)


def test_a_mailbox_is_flooded_under_no_other_name(db: Session, client: Browser) -> None:
    for name in ("sam", "sam+a", "SAM+b", "sam+c", "sam+d"):
        assert ask(client, f"{name}@example.org").status_code == 303
    assert len(waiting(db)) == 3


def test_an_address_that_hides_another_is_none(db: Session, client: Browser) -> None:
    answer = ask(client, "a(1)@example.org")
    assert answer.status_code == 422
    assert 'value="a(1)@example.org"' in answer.text
    assert waiting(db) == []


@pytest.mark.parametrize("half", ["example.org", "sam", "org", "@example.org"])
def test_half_an_address_lists_no_followers(db: Session, half: str) -> None:
    a_subscriber(db)
    assert [one.kind for one in find(db, half)] == []
    assert [one.kind for one in find(db, " SAM@example.org")] == ["subscriber"]


def test_what_is_no_more_is_never_everything_instead(client: Browser, db: Session) -> None:
    assert ask(client, part="lab:gone").status_code == 404
    assert waiting(db) == []
