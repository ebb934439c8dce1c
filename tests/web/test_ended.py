"""After the journey's end: nothing new comes in by any door, and rights go on."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from diary.domain import closing
from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import Account, Event, Objection, Picture, Post, Status, begin_writing
from diary.queries.site import site
from diary.web.ended import CLOSED, GOES_ON
from tests.builders import HOUSE, NOW, a_post
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH
from tests.web.test_guards import ARGUMENTS, rules

LogIn = Callable[[Account], Browser]
ENDS = {
    "admin.invitations", "history.bring_back", "joining.by_code", "joining.join", "live.keep",
    "live.photo", "mine.answer", "moderation.together", "phone.share", "question.ask",
    "readers.answer", "readers.ask", "sent_in.form", "subscriptions.confirm",
    "subscriptions.subscribe", "writing.begin", "writing.keep",
}  # fmt: skip
"""What the end closes: whoever adds a form decides on which list it stands."""
SAYS = "The journey ended on "


@pytest.fixture
def ended(db: Session, lab: object) -> None:
    closing.end(db, None, NOW, HOUSE.zone, anyway=True)
    db.commit()


def writes(app: Flask) -> set[str]:
    return {rule.endpoint for rule in rules(app) if "POST" in (rule.methods or ())}


def test_every_form_either_ends_or_goes_on(app: Flask) -> None:
    assert writes(app) - ENDS == GOES_ON
    assert not ENDS & GOES_ON


@pytest.mark.parametrize("endpoint", sorted(ENDS))
def test_what_ends_takes_nothing_in(
    app: Flask, db: Session, ended: None, as_lead: Browser, client: Browser, endpoint: str
) -> None:
    rule = next(rule for rule in rules(app) if rule.endpoint == endpoint)
    values = {name: ARGUMENTS.get(name, "x") for name in rule.arguments}
    address = app.url_map.bind("localhost").build(endpoint, values, method="POST")
    public = endpoint.split(".", maxsplit=1)[0] in {"joining", "sent_in", "subscriptions"}
    browser, form = client if public else as_lead, {"body": "Sena ord", "action": "send"}
    answer = browser.post(address, data=form, headers=ENGLISH)
    assert answer.status_code == 403
    assert SAYS in answer.text
    assert "Sena ord" in answer.text  # nothing typed is lost
    db.rollback()
    assert db.scalar(select(func.count()).select_from(Post)) == 0
    assert db.scalars(select(Event.action)).all() == ["end_journey"]


@pytest.mark.parametrize("endpoint", sorted(CLOSED))
def test_pages_with_nothing_but_a_form_say_who_to_call(
    app: Flask, db: Session, ended: None, as_lead: Browser, endpoint: str
) -> None:
    as_lead.post("/settings", data={"title": "D", "main_language": "sv", "contact_name": "Petra"})
    rule = next(rule for rule in rules(app) if rule.endpoint == endpoint)
    values = {name: ARGUMENTS.get(name, "x") for name in rule.arguments}
    address = app.url_map.bind("localhost").build(endpoint, values, method="GET")
    answer = as_lead.get(address, headers=ENGLISH)
    assert answer.status_code == 403
    assert SAYS in answer.text
    assert "Contact: Petra" in answer.text


def test_a_script_is_told_in_a_sentence(db: Session, ended: None, as_lead: Browser) -> None:
    headers = {**ENGLISH, "Accept": "application/json"}
    answer = as_lead.post("/write/live", data={"body": "Sena ord"}, headers=headers)
    assert answer.status_code == 403
    assert "has ended" in (answer.json or {})["sentence"]


def test_a_writer_reads_what_was_not_sent(
    app: Flask, db: Session, alice: Account, log_in: LogIn
) -> None:
    draft = a_post(db, alice, Status.DRAFT, title="Aldrig skickat", body="Det blev för sent.")
    back = a_post(db, alice, Status.RETURNED, title="Tillbaka")
    a_post(db, alice, Status.SUBMITTED, title="Väntar än")
    closing.end(db, None, NOW, HOUSE.zone, anyway=True)
    draft_id, back_id = draft.id, back.id
    db.commit()
    browser = log_in(alice)
    assert browser.get("/write").location == "/mine"
    mine = browser.get("/mine", headers=ENGLISH).text
    assert SAYS in mine
    assert "Not out when the journey ended" in mine
    assert "Being read" not in mine
    assert "/me#take-out" in mine
    assert 'href="/write"' not in mine
    assert f'action="/write/{back_id}/answer"' not in mine
    for post_id, words in ((draft_id, "Det blev för sent."), (back_id, "Tillbaka")):
        page = browser.get(f"/write/{post_id}", headers=ENGLISH).text
        assert words in page
        assert SAYS in page
        assert "<textarea" not in page
    with browser.post("/me/take-out") as parcel:
        assert parcel.status_code == 200
    assert browser.post(f"/write/{draft_id}/delete").status_code == 303
    db.rollback()
    assert db.scalar(select(Post.id).where(Post.id == draft_id)) is None


def test_rights_do_not_end(
    db: Session, alice: Account, lea: Account, log_in: LogIn, client: Browser, store: Storage
) -> None:
    """Asked to be taken down, recalled, taken down by a moderator and by its writer, forgotten."""
    seen, mine, wrong = (a_post(db, alice, store=store, pictures=1) for _ in range(3))
    token = db.scalars(select(Picture.token).where(Picture.post_id == seen.id)).one()
    short, ids, live = seen.short, (seen.id, mine.id, wrong.id), wrong.live_id
    closing.end(db, None, NOW, HOUSE.zone)
    db.commit()
    asked = client.post(f"/report/{short}", data={"what": token, "words": "Det är jag"})
    assert asked.status_code == 303
    lead, writer = log_in(lea), log_in(alice)
    assert lead.post(f"/moderation/{ids[0]}/pictures/{token}/recall").status_code == 303
    assert writer.post(f"/write/{ids[1]}/take-down").status_code == 303
    verdict = {"step": "withdraw", "revision_id": live, "reason": "wrong_facts"}
    assert lead.post(f"/moderation/{ids[2]}/decide", data=verdict).status_code == 303
    assert writer.post("/me/forget", data={"sure": "1"}).status_code in {200, 303}
    db.rollback()
    assert db.scalar(select(func.count()).select_from(Objection)) == 1
    assert db.scalars(select(Picture.recalled_at).where(Picture.token == token)).one() is not None
    gone = db.scalars(select(Post.status).where(Post.id.in_(ids[1:])))
    assert gone.all() == [Status.WITHDRAWN, Status.WITHDRAWN]


def test_a_moderator_takes_down_and_nothing_else(
    db: Session, alice: Account, as_lead: Browser
) -> None:
    post = a_post(db, alice, Status.SUBMITTED, body="Väntar")
    revision_id, post_id = post.waiting_id, post.id
    closing.end(db, None, NOW, HOUSE.zone, anyway=True)
    db.commit()
    page = as_lead.get(f"/moderation/{post_id}", headers=ENGLISH).text
    assert f'action="/moderation/{post_id}/decide"' not in page
    for step in ("publish", "return", "hold"):
        form = {"step": step, "revision_id": revision_id, "words": "Vem?"}
        answer = as_lead.post(f"/moderation/{post_id}/decide", data=form, headers=ENGLISH)
        assert answer.status_code == 403
        assert SAYS in answer.text
    db.rollback()
    status = db.scalar(select(Post.status).where(Post.id == post_id))
    assert status is Status.SUBMITTED


# ---------------------------------------------------------------- readers are told


def test_readers_are_told(
    db: Session, app: Flask, alice: Account, as_lead: Browser, client: Browser
) -> None:
    put(db, {"main_language": "en"})
    for _ in range(8):
        a_post(db, alice)
    db.commit()
    addresses = ("/", "/archive", "/feeds")
    feeds = ("/feed.atom", "/feed.rss", "/feed.json")
    for address in (*addresses, *feeds):
        assert SAYS not in client.get(address, headers=ENGLISH).text
    begin_writing(db)
    closing.end(db, None, NOW, HOUSE.zone)
    db.commit()
    for address in addresses:
        assert SAYS in client.get(address, headers=ENGLISH).text, address
    for address in feeds:
        assert SAYS in client.get(address).text, address
    home = client.get("/", headers=ENGLISH).text
    assert 'action="/subscribe"' not in home
    assert 'href="/write"' not in home
    assert SAYS not in client.get("/about", headers=ENGLISH).text
    assert "Ended on" in as_lead.get("/overview", headers=ENGLISH).text
    assert SAYS in as_lead.get("/moderation/report", headers=ENGLISH).text
    begin_writing(db)
    closing.reopen(db, None, NOW, HOUSE.zone)
    db.commit()
    assert SAYS not in client.get("/", headers=ENGLISH).text


# ---------------------------------------------------------------- the lead's page


def test_the_lead_ends_it_by_its_name_and_lets_it_go_on(
    db: Session, alice: Account, as_lead: Browser
) -> None:
    a_post(db, alice, Status.SUBMITTED, title="Väntar på dig")
    db.commit()
    page = as_lead.get("/overview/closing", headers=ENGLISH).text
    assert "1 post waits" in page
    assert "Väntar på dig" in page
    wrong = {"do": "end", "name": "Something else", "anyway": "1"}
    for form in (wrong, {"do": "end", "name": "Dagboken"}, {"do": "end"}):
        answer = as_lead.post("/overview/closing", data=form, headers=ENGLISH)
        assert answer.status_code == 422
        assert "The journey goes on still." in answer.text
    right = {"do": "end", "name": "dagboken ", "anyway": "1"}
    for _ in range(2):  # a second tap changes nothing
        assert as_lead.post("/overview/closing", data=right).status_code == 303
    page = as_lead.get("/overview/closing", headers=ENGLISH).text
    assert SAYS in page
    assert "being made" in page
    assert as_lead.get("/overview/closing/everything.zip").location == "/overview/closing"
    for _ in range(2):
        assert as_lead.post("/overview/closing", data={"do": "go_on"}).status_code == 303
    db.rollback()
    assert site(db).ended_at is None
    told = db.scalars(select(Event.action).where(Event.action.like("%journey"))).all()
    assert told == ["end_journey", "reopen_journey"]
