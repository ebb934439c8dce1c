"""For journalists: whom to call, facts, pictures they may use, the newest posts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain.journal import show_change
from diary.domain.settings import put
from diary.media.storage import Storage
from diary.models import Account, Consent, Decision, Lab, Picture, Use
from tests.builders import NOW, a_method, a_post
from tests.conftest import Browser

ENGLISH = {"Accept-Language": "en"}


def press(browser: Browser) -> str:
    """The page as it is read in English."""
    answer = browser.get("/press", headers=ENGLISH)
    assert answer.status_code == 200
    return answer.text


def test_an_empty_diary_has_the_page_too(client: Browser) -> None:
    text = press(client)
    for said in ("Nobody is named here yet.", "No picture here is free", "Nothing is out yet."):
        assert said in text
    assert "noimageindex" not in text


def test_it_names_whom_everybody_calls_unless_somebody_else_is_named(
    db: Session, client: Browser
) -> None:
    put(db, {"contact_name": "Petra", "contact_role": "processledare",
             "contact_phone": "070-123 45 67", "contact_email": "petra@example.org"})  # fmt: skip
    db.commit()
    page = press(client).split("<footer")[0]
    assert "Contact: Petra" in page
    assert "processledare" in page
    assert 'href="tel:0701234567"' in page
    put(db, {"press_name": "Lea", "press_phone": "070-765 43 21"})
    show_change(db, NOW)
    db.commit()
    page = press(client).split("<footer")[0]
    assert "Contact: Lea" in page
    assert "processledare" not in page
    assert 'href="tel:0707654321"' in page
    assert "petra@example.org" in page


def test_it_tells_facts_and_the_newest_posts(
    db: Session, alice: Account, lab: Lab, client: Browser
) -> None:
    a_method(db, "kor", "Integrationskör")
    put(db, {"partners": ["Bostadsbolaget"], "funder": "Vinnova"})
    for number in range(7):
        a_post(db, alice, title=f"Nummer {number}", lab="boden")
    db.commit()
    page = press(client).split("<footer")[0]
    for said in ("7 posts", "May 2019", "/labs/boden", "Integrationskör", "Bostadsbolaget",
                 "Vinnova", "Nummer 6", "Nummer 2"):  # fmt: skip
        assert said in page, said
    assert "Nummer 1" not in page


def test_free_pictures_come_with_their_credit_and_file(
    db: Session, alice: Account, store: Storage, client: Browser
) -> None:
    post = a_post(db, alice, store=store, pictures=1)
    consent = db.scalars(select(Consent)).one()
    consent.decision, consent.use = Decision.YES, Use.DIARY
    db.commit()
    assert "<a download" not in press(client)
    consent.use = Use.PRESS
    show_change(db, NOW)
    token = db.scalars(select(Picture.token)).one()
    db.commit()
    page = press(client)
    assert f'<a download href="/pictures/{token}/' in page
    assert "<bdi>Amal</bdi> / <bdi>Dagboken</bdi>" in page
    assert "noimageindex" in page
    assert f"/posts/{post.slug}" in page


def test_the_footer_leads_there(client: Browser) -> None:
    assert 'href="/press"' in client.get("/").text


def test_the_lead_names_whom_journalists_call(db: Session, as_lead: Browser) -> None:
    values = {"title": "Dagboken", "press_name": "Lea", "press_email": "lea.example.org"}
    refused = as_lead.post("/settings", data=values)
    assert refused.status_code == 422
    assert as_lead.post("/settings", data={**values, "press_email": "l@x.se"}).status_code == 303
    assert "l@x.se" in press(as_lead)


def test_the_lead_writes_its_text(as_lead: Browser, client: Browser) -> None:
    saved = as_lead.post("/settings/pages/press/en", data={"body": "Call {contact_name}."})
    assert saved.status_code == 303
    as_lead.post("/settings/pages/press/en", data={"body": "We love to be written about."})
    assert "We love to be written about." in press(client)
