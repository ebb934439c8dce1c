"""The letters that call moderators to read."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.models import Account, Lab, Outgoing, Status, Told
from tests.builders import a_post
from tests.conftest import Browser, Clock
from tests.web.looking_after import ENGLISH


@pytest.fixture
def reached(db: Session, lea: Account) -> Account:
    """Lea, who can be written to, in English."""
    lea.email, lea.language = "lea@example.org", "en"
    db.commit()
    return lea


def letters(db: Session) -> list[tuple[str, str]]:
    db.rollback()
    return [(one.recipient, one.subject) for one in db.scalars(select(Outgoing))]


def test_who_wants_it_is_told_at_once_without_a_word_of_the_post(
    db: Session, as_author: Browser, reached: Account, lab: Lab
) -> None:
    form = {"body": "En hemlighet.", "dated": "2019-05-17", "lab": "boden", "action": "send"}
    as_author.post("/write", data=form)
    assert letters(db) == [("lea@example.org", "Alice has sent a post")]
    assert "hemlighet" not in db.scalars(select(Outgoing.body)).one()


def test_what_is_sent_again_is_told_again_and_drafts_are_not(
    db: Session, as_author: Browser, alice: Account, reached: Account
) -> None:
    post = a_post(db, alice, Status.RETURNED)
    db.commit()
    as_author.post("/write", data={"body": "Inte än.", "dated": "2019-05-17", "action": "save"})
    for _ in range(2):
        as_author.post(f"/write/{post.id}/answer", data={"words": "Ali.", "action": "send"})
    assert letters(db) == [("lea@example.org", "Alice has sent a post")]


def test_what_a_trusted_author_lets_out_calls_nobody(
    db: Session, as_author: Browser, alice: Account, reached: Account
) -> None:
    alice.trusted = True
    db.commit()
    form = {"body": "Ute.", "dated": "2019-05-17", "action": "send"}
    as_author.post("/write", data=form)
    assert letters(db) == []


def test_in_the_morning_whoever_comes_by_lets_the_letters_go_out_once(
    db: Session, client: Browser, alice: Account, reached: Account, clock: Clock
) -> None:
    reached.told = Told.DAILY
    for _ in range(2):
        a_post(db, alice, Status.SUBMITTED)
    db.commit()
    client.get("/")
    assert letters(db) == []
    clock.pass_by(days=1)
    for _ in range(2):
        client.get("/")
    assert letters(db) == [("lea@example.org", "2 posts wait to be read")]


def test_when_nobody_reads_even_those_are_told_who_want_no_mail(
    db: Session, client: Browser, alice: Account, reached: Account, clock: Clock
) -> None:
    reached.told = Told.NEVER
    a_post(db, alice, Status.SUBMITTED)
    db.commit()
    clock.pass_by(days=7)
    client.get("/")
    assert letters(db) == [("lea@example.org", "Nobody has read for a week")]


def test_when_one_is_told_is_chosen_on_a_page_of_ones_own(
    db: Session, as_lead: Browser, as_author: Browser, reached: Account
) -> None:
    page = as_lead.get("/me/reading", headers=ENGLISH).text
    assert 'value="at_once" checked' in page
    assert "If nobody has read for a week" in page
    as_lead.post("/me/reading", data={"reads": ["sv"], "told": "never"})
    db.rollback()
    db.refresh(reached)
    assert reached.told is Told.NEVER
    assert 'name="told"' not in as_author.get("/me/reading").text
