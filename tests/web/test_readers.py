"""Asking somebody who knows a post's language; their page; the languages one reads."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.media.storage import Storage
from diary.models import Account, Consent, Decision, Outgoing, Picture, Post, Reading, Status
from tests.builders import a_post, an_account
from tests.conftest import Browser
from tests.web.looking_after import ENGLISH

LogIn = Callable[[Account], Browser]
ARABIC = "الباب مفتوح اليوم."
PUBLISH = 'name="step" value="publish"'


@pytest.fixture
def hanan(db: Session) -> Account:
    """Somebody who reads Arabic."""
    account = an_account(db, "hanan")
    account.reads, account.email = ["ar"], "hanan@example.org"
    db.commit()
    return account


@pytest.fixture
def as_reader(log_in: LogIn, hanan: Account) -> Browser:
    """Hanan's browser."""
    return log_in(hanan)


@pytest.fixture
def post(db: Session, alice: Account, store: Storage) -> Post:
    """A post in Arabic that waits, with a picture nobody objects to and one without an answer."""
    post = a_post(
        db, alice, Status.SUBMITTED, lang="ar", title="باب", body=ARABIC, store=store, pictures=2
    )
    hidden = db.scalars(select(Picture).where(Picture.post_id == post.id)).all()[1]
    db.get_one(Consent, hidden.id).decision = Decision.NO
    a_post(db, alice, Status.SUBMITTED, title="Ett annat")
    db.commit()
    return post


def ask(browser: Browser, post: Post, reader: Account, **more: str):
    form = {"revision_id": post.waiting_id, "reader": reader.id, **more}
    return browser.post(f"/moderation/{post.id}/ask-reader", data=form)


def test_the_line_a_moderator_knows_goes_along_with_the_question(
    as_lead: Browser, as_reader: Browser, hanan: Account, post: Post
) -> None:
    assert 'id="gist-known"' in as_lead.get(f"/moderation/{post.id}").text
    assert ask(as_lead, post, hanan, gist="x" * 201).status_code == 422
    assert ask(as_lead, post, hanan, gist="Dörren är öppen.").status_code == 303
    address = as_reader.get("/asked").location
    assert 'value="Dörren är öppen."' in as_reader.get(address).text


def test_pictures_are_closed_to_a_reader_who_has_answered(
    db: Session, as_lead: Browser, as_reader: Browser, hanan: Account, post: Post
) -> None:
    ask(as_lead, post, hanan)
    address = as_reader.get("/asked").location
    shown = re.search(r'/pictures/[^" ]+', as_reader.get(address).text)
    assert shown
    assert as_reader.get(shown[0]).status_code == 200
    as_reader.post(address, data={"fine": "yes"})
    assert as_reader.get(shown[0]).status_code == 404


def test_from_asking_to_publishing(
    db: Session, as_lead: Browser, as_reader: Browser, client: Browser, hanan: Account, post: Post
) -> None:
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "You do not read <bdi>Arabic</bdi>." in page
    assert "Ask Hanan to read" in page
    assert PUBLISH not in page
    assert 'value="schedule"' not in page
    assert 'value="return"' in page
    assert ask(as_lead, post, hanan).status_code == 303
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "Hanan was asked" in page
    assert "Ask Hanan to read" not in page
    assert "Asked to read (1)" in as_reader.get("/", headers=ENGLISH).text
    address = as_reader.get("/asked").location
    page = as_reader.get(address, headers=ENGLISH).text
    assert ARABIC in page
    assert "Ett annat" not in page
    said = {"fine": "yes", "gist": "Dörren är öppen.", "note": "Fint."}
    assert as_reader.post(address, data=said).location == "/asked"
    assert "nothing to read" in as_reader.get("/asked", headers=ENGLISH).text
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "Hanan has read it, and nothing speaks against it." in page
    assert "Fint." in page
    assert PUBLISH in page
    assert 'value="Dörren är öppen."' in page
    form = {"step": "publish", "revision_id": post.waiting_id, "gist": "Dörren är öppen."}
    assert as_lead.post(f"/moderation/{post.id}/decide", data=form).status_code == 303
    assert "Dörren är öppen." in client.get("/").text
    assert as_reader.get(address).status_code == 404


def test_the_reader_is_told_by_mail(
    db: Session, as_lead: Browser, hanan: Account, post: Post
) -> None:
    for _ in range(2):
        ask(as_lead, post, hanan)
    db.rollback()
    mail = db.scalars(select(Outgoing)).one()
    assert mail.recipient == hanan.email
    assert "/asked" in mail.body


def test_only_the_reader_sees_it_and_only_what_may_be_shown(
    db: Session, as_lead: Browser, as_reader: Browser, log_in: LogIn, bob: Account, hanan, post
) -> None:
    tokens = list(db.scalars(select(Picture.token).order_by(Picture.id)))
    pictures = re.findall(r'src="(/pictures/[^"]+)"', as_lead.get(f"/moderation/{post.id}").text)
    assert {as_reader.get(one).status_code for one in pictures} == {404}
    ask(as_lead, post, hanan)
    address = as_reader.get("/asked").location
    page = as_reader.get(address).text
    assert tokens[0] in page
    assert tokens[1] not in page
    seen = {one.split("/")[2]: as_reader.get(one).status_code for one in pictures}
    assert seen == {tokens[0]: 200, tokens[1]: 404}
    assert log_in(bob).get(address).status_code == 404
    assert as_reader.get(f"/moderation/{post.id}").status_code == 403
    as_lead.post(
        f"/moderation/{post.id}/decide",
        data={"step": "return", "revision_id": post.waiting_id, "reason": "say_more"},
    )
    assert {as_reader.get(one).status_code for one in pictures} == {404}


def test_published_by_force_it_is_refused_kindly(as_lead: Browser, db: Session, post: Post) -> None:
    form = {"step": "publish", "revision_id": post.waiting_id}
    answer = as_lead.post(f"/moderation/{post.id}/decide", data=form, headers=ENGLISH)
    assert answer.status_code == 409
    assert "Nobody has read this yet" in answer.text


def test_a_remark_too_long_comes_back(
    db: Session, as_lead: Browser, as_reader: Browser, hanan: Account, post: Post
) -> None:
    ask(as_lead, post, hanan)
    address = as_reader.get("/asked").location
    answer = as_reader.post(address, data={"fine": "yes", "note": "å" * 2001})
    assert answer.status_code == 422
    assert "å" * 2001 in answer.text
    db.rollback()
    assert db.scalars(select(Reading.read_at)).all() == [None]


def test_nobody_reads_it_yet(db: Session, as_lead: Browser, alice: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED, lang="ti", body="ሎሚ ማዕጾ ክፉት እዩ።")
    db.commit()
    page = as_lead.get(f"/moderation/{post.id}", headers=ENGLISH).text
    assert "Nobody here has said yet" in page


def test_languages_are_ticked_on_a_page_of_ones_own(
    db: Session, as_lead: Browser, lea: Account, post: Post
) -> None:
    assert re.findall(r'"reads" value="(\w+)"\s*checked', as_lead.get("/me/reading").text) == ["sv"]
    answer = as_lead.post("/me/reading", data={"reads": ["sv", "ar"]})
    assert answer.status_code == 303
    db.rollback()
    db.refresh(lea)
    assert lea.reads == ["ar", "sv"]
    assert PUBLISH in as_lead.get(f"/moderation/{post.id}").text
    assert as_lead.post("/me/reading", data={"reads": ["klingon"]}).status_code == 422
