"""Deciding per picture, in the queue: what is shown under it, and who decides."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from diary.media.storage import Storage
from diary.models import Account, Lab, Picture, Post, Role, Status
from tests.builders import a_lab, a_post, an_account
from tests.conftest import Browser

LogIn = Callable[[Account], Browser]
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def pictured(db: Session, store: Storage, alice: Account, lab: Lab) -> Post:
    """A post with a picture that waits."""
    post = a_post(db, alice, Status.SUBMITTED, store=store, pictures=1, lab="boden")
    db.commit()
    return post


def token_of(db: Session, post: Post) -> str:
    return db.scalars(select(Picture.token).where(Picture.post_id == post.id)).one()


def rule(browser: Browser, db: Session, post: Post, **form: str) -> TestResponse:
    address = f"/moderation/{post.id}/pictures/{token_of(db, post)}"
    return browser.post(address, data=form, headers=ENGLISH)


def test_a_decision_is_shown_under_its_picture(
    db: Session, as_coordinator: Browser, pictured: Post
) -> None:
    page = as_coordinator.get(f"/moderation/{pictured.id}", headers=ENGLISH).text
    assert "Nobody can be recognised" in page
    assert "stays out" not in page
    yes = {"decision": "yes", "from_whom": "Fatima", "given": "paper", "until": "2030-06-01"}
    answer = rule(as_coordinator, db, pictured, **yes)
    assert answer.location.endswith(f"/moderation/{pictured.id}#{token_of(db, pictured)}")
    page = as_coordinator.get(f"/moderation/{pictured.id}", headers=ENGLISH).text
    assert "Yes, from Fatima · until 1 June 2030" in page
    rule(as_coordinator, db, pictured, decision="no")
    page = as_coordinator.get(f"/moderation/{pictured.id}", headers=ENGLISH).text
    assert "1 picture stays out, as nobody has said yes to it." in page
    assert "Fatima" not in page


def test_what_was_typed_about_a_yes_comes_back(
    db: Session, as_lead: Browser, pictured: Post
) -> None:
    for until in ("1999-01-01", "i sommar"):
        answer = rule(as_lead, db, pictured, decision="yes", from_whom="Fatima", until=until)
        assert answer.status_code == 422
        assert 'value="Fatima"' in answer.text
        assert f'value="{until}"' in answer.text
        assert 'class="wrong"' in answer.text
    assert rule(as_lead, db, pictured, decision="maybe").status_code == 409


def test_no_other_place_decides_and_no_writer_sees_from_whom(
    db: Session, log_in: LogIn, as_author: Browser, as_lead: Browser, pictured: Post
) -> None:
    olle = an_account(db, "olle", Role.COORDINATOR, labs=(a_lab(db, "lina-hage"),))
    db.commit()
    other = log_in(olle)
    rule(as_lead, db, pictured, decision="yes", from_whom="Zsófia")
    assert rule(other, db, pictured, decision="no").status_code == 404
    assert rule(as_author, db, pictured, decision="no").status_code == 403
    form = {"step": "publish", "revision_id": pictured.waiting_id}
    as_lead.post(f"/moderation/{pictured.id}/decide", data=form)
    db.refresh(pictured)
    for address in ("/", f"/posts/{pictured.slug}", "/mine", "/feed.atom", "/feed.json"):
        assert "Zsófia" not in as_author.get(address).text
