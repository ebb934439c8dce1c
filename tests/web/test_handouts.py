"""The lead's page of copies: what was handed out, and what of it was taken away since."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import handouts
from diary.domain.handouts import Copy
from diary.media.storage import Storage
from diary.models import Account, Handout, Picture, begin_writing
from tests.builders import NOW, a_post
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH

FOLDER = Copy("folder", "/srv/dagbok", 1, 1, "Boden <bibliotek>")


@pytest.fixture
def picture(db: Session, store: Storage, alice: Account) -> Picture:
    """A picture that is out, and a copy that holds it."""
    begin_writing(db)
    a_post(db, alice, store=store, pictures=1)
    picture = db.scalars(select(Picture)).one()
    handouts.export(db, FOLDER, None, [picture.id], NOW - timedelta(days=1))
    db.commit()
    return picture


def page(browser: Browser) -> str:
    return " ".join(browser.get("/moderation/copies", headers=ENGLISH).text.split())


def test_nothing_was_handed_out_yet(as_lead: Browser) -> None:
    assert "Nothing was handed out yet." in page(as_lead)


def test_it_says_what_to_whom_and_what_was_taken_away_since(
    db: Session, picture: Picture, as_lead: Browser
) -> None:
    text = page(as_lead)
    assert "The diary as a folder" in text
    assert "For Boden &lt;bibliotek&gt;" in text
    assert "1 post<" in text
    assert "taken away since" not in text
    recall = f"/moderation/{picture.post_id}/pictures/{picture.token}/recall"
    answer = as_lead.post(recall, headers=ENGLISH)
    said = as_lead.get(answer.location, headers=ENGLISH).text
    assert "Copies that were handed out hold it still." in said
    text = page(as_lead)
    assert "It holds 1 picture that was taken away since." in text
    assert f'diary recall {picture.token} --in "/srv/dagbok"' in text
    assert "took the diary along" in as_lead.get("/moderation/events", headers=ENGLISH).text


def test_it_says_when_it_was_taken_out_there(
    db: Session, picture: Picture, as_lead: Browser
) -> None:
    as_lead.post(f"/moderation/{picture.post_id}/pictures/{picture.token}/recall")
    begin_writing(db)
    handouts.take_out(db, FOLDER.place, [picture.id], NOW)
    handouts.take_out(db, FOLDER.place, [picture.id], NOW + timedelta(days=1))
    db.commit()
    text = page(as_lead)
    assert "1 picture was taken out of it on 7 February 2020." in text
    assert "taken away since" not in text
    assert "took a picture out of a copy" in as_lead.get("/moderation/events", headers=ENGLISH).text


def test_a_pdf_is_made_anew(db: Session, picture: Picture, as_lead: Browser) -> None:
    begin_writing(db)
    sheet = Copy("sheet", "/srv/maj", 1, 1)
    handouts.export(db, sheet, None, [picture.id], NOW - timedelta(days=1))
    db.commit()
    as_lead.post(f"/moderation/{picture.post_id}/pictures/{picture.token}/recall")
    text = page(as_lead)
    assert "A PDF cannot be changed" in text
    assert '--in "/srv/maj"' not in text


def test_a_site_brought_up_to_date_holds_it_no_more(
    db: Session, picture: Picture, as_lead: Browser
) -> None:
    begin_writing(db)
    site = Copy("site", "/srv/site", 1, 1)
    handouts.export(db, site, None, [picture.id], NOW - timedelta(days=1))
    db.commit()
    as_lead.post(f"/moderation/{picture.post_id}/pictures/{picture.token}/recall")
    assert page(as_lead).count("taken away since") == 2
    begin_writing(db)
    handouts.export(db, site, None, [], NOW + timedelta(days=1))
    db.commit()
    assert page(as_lead).count("taken away since") == 1


def test_whom_it_was_for_is_forgotten_by_name(
    db: Session, picture: Picture, as_lead: Browser
) -> None:
    data = {"name": "bibliotek", "trace": f"handout-{db.scalars(select(Handout.id)).one()}"}
    found = as_lead.post("/people/data", data={"name": "bibliotek"}, headers=ENGLISH).text
    assert data["trace"] in found
    assert "A copy was handed out" in found
    as_lead.post("/people/data/forget", data=data)
    db.rollback()
    handout = db.scalars(select(Handout)).one()
    assert (handout.receiver, handout.place, handout.posts) == ("", "", 1)


def test_many_copies_go_on_below(db: Session, as_lead: Browser) -> None:
    begin_writing(db)
    for number in range(51):
        handouts.export(db, Copy("folder", f"/srv/{number}", 1, 0), None, [], NOW)
    db.commit()
    first = as_lead.get("/moderation/copies", headers=ENGLISH).text
    assert "/srv/50<" in first
    assert "/srv/0<" not in first
    after = db.scalars(select(Handout.id).order_by(Handout.id)).all()[1]
    assert f"before={after}" in first
    assert "/srv/0<" in as_lead.get(f"/moderation/copies?before={after}", headers=ENGLISH).text
