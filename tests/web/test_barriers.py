"""What somebody cannot get at: a form for anybody, a receipt, an answer by the lead."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from diary.domain.journal import show_change
from diary.domain.settings import put
from diary.models import Account, Event, Objection, Outgoing, begin_writing
from tests.builders import NOW
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH, wrong_fields

ADDRESS = "/accessibility/report"


def tell(client: Browser, words: str = "Knappen syns inte.", contact: str = "") -> TestResponse:
    return client.post(ADDRESS, data={"words": words, "contact": contact}, headers=ENGLISH)


def kept(db: Session) -> Objection:
    db.rollback()
    return db.scalars(select(Objection)).one()


@pytest.mark.parametrize("lang", ["sv", "en", "ar"])
def test_the_statement_leads_to_the_form(client: Browser, lang: str) -> None:
    statement = client.get("/accessibility", headers={"Accept-Language": lang}).text
    assert f'href="{ADDRESS}"' in statement
    assert "EN 301 549" in statement
    assert "https://www.digg.se/" in statement
    answer = client.get(ADDRESS, headers={"Accept-Language": lang})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_it_reaches_the_lead_and_the_receipt_has_the_answer(
    db: Session, client: Browser, as_lead: Browser, lea: Account
) -> None:
    begin_writing(db)
    db.get_one(Account, lea.id).email = "lea@example.org"
    db.commit()
    answer = tell(client, contact="070-123")
    assert answer.status_code == 303
    assert "Set-Cookie" not in answer.headers
    assert "What does not work for you" in client.get(answer.location, headers=ENGLISH).text
    assert "To answer (1)" in as_lead.get("/moderation", headers=ENGLISH).text
    listed = as_lead.get("/moderation/requests", headers=ENGLISH).text
    for said in ("Somebody cannot get at something", "Knappen syns inte.", "070-123"):
        assert said in listed
    decided = {"decision": "told", "words": "Nu syns den."}
    as_lead.post(f"/moderation/requests/{kept(db).id}", data=decided)
    assert "Nu syns den." in client.get(answer.location).text
    assert (kept(db).recalled, kept(db).answer) == (None, "Nu syns den.")
    assert db.scalars(select(Outgoing.recipient)).all() == ["lea@example.org"]
    deeds = db.scalars(select(Event.action).order_by(Event.id)).all()
    assert deeds[-2:] == ["report_barrier", "answer_objection"]
    assert "told what does not work" in as_lead.get("/moderation/events", headers=ENGLISH).text


def test_it_is_the_lead_s_alone(db: Session, client: Browser, as_coordinator: Browser) -> None:
    tell(client)
    assert "Knappen" not in as_coordinator.get("/moderation/requests").text
    address = f"/moderation/requests/{kept(db).id}"
    assert as_coordinator.post(address, data={"decision": "told"}).status_code == 404


@pytest.mark.parametrize(
    ("words", "contact", "wrong"),
    [("", "", "words"), ("x\x03", "", "words"), ("x", "\x03", "contact")],
)
def test_what_cannot_be_kept_comes_back_as_typed(
    db: Session, client: Browser, words: str, contact: str, wrong: str
) -> None:
    db.commit()
    answer = tell(client, words, contact)
    assert (answer.status_code, wrong_fields(answer.text)) == (422, {wrong})
    assert db.scalars(select(Objection)).all() == []


def test_one_network_tells_so_much_in_an_hour_and_no_more(client: Browser) -> None:
    assert {tell(client).status_code for _ in range(20)} == {303}
    assert tell(client).status_code == 429


def test_the_page_about_privacy_names_who_answers(db: Session, client: Browser) -> None:
    assert "Dataskyddsombud" not in client.get("/privacy").text
    put(db, {"controller": "Bodenbo AB, 556000-0000", "protection_officer": "Ola, ola@example.org"})
    show_change(db, NOW)
    db.commit()
    for lang in ("sv", "en", "ar"):
        text = client.get("/privacy", headers={"Accept-Language": lang}).text
        for said in ("Bodenbo AB, 556000-0000", "ola@example.org", "https://www.imy.se/"):
            assert said in text
    assert "Bodenbo AB" in client.get("/accessibility").text
