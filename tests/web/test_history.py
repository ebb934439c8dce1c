"""Earlier texts of a post: who may see them, what they say, and bringing one back."""

import re

import pytest
from sqlalchemy.orm import Session

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.models import Account, Lab, Post, Revision, Status, begin_writing
from tests.builders import HOUSE, NOW, a_content, a_post
from tests.conftest import Browser

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def twice(db: Session, alice: Account) -> Post:
    """A post that came back with a question, and was sent again with another title."""
    post = a_post(db, alice, Status.RETURNED, title="Först")
    writing.save(db, actor_of(alice), post, a_content(title="Sedan"), NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    db.commit()
    return post


def history(browser: Browser, post: Post) -> str:
    """The list of a post's texts."""
    answer = browser.get(f"/history/{post.id}", headers=ENGLISH)
    assert answer.status_code == 200
    return answer.text


def test_the_list_says_who_when_and_why(as_author: Browser, as_lead: Browser, twice: Post) -> None:
    for browser in (as_author, as_lead):
        page = history(browser, twice)
        main = page[page.index("<main") : page.index("</main")]
        assert main.count("<h2>") == 2
        assert "Vem är på bilden?" in main
        assert "Alice" in main
        assert "Waits to be read" in main


def test_it_is_nobody_elses(
    db: Session, client: Browser, as_coordinator: Browser, bob: Account, log_in, twice: Post
) -> None:
    first = twice.waiting_id
    for address in (f"/history/{twice.id}", f"/history/{twice.id}/{first}"):
        assert client.get(address).status_code == 303
        assert log_in(bob).get(address).status_code == 404
        assert as_coordinator.get(address).status_code == 404


def test_a_draft_is_nobody_elses_though_it_was_sent_once(
    db: Session, as_lead: Browser, as_author: Browser, alice: Account, twice: Post
) -> None:
    writing.take_back(db, actor_of(alice), twice, NOW)
    db.commit()
    assert as_lead.get(f"/history/{twice.id}").status_code == 404
    assert as_author.get(f"/history/{twice.id}").status_code == 200


def test_each_text_is_seen_as_it_read(as_author: Browser, twice: Post) -> None:
    first, second = re.findall(rf'href="(/history/{twice.id}/\d+)"', history(as_author, twice))[
        ::-1
    ]
    page = as_author.get(first, headers=ENGLISH).text
    assert "Först" in page
    assert "Bring it back" not in page  # it is sent; first it has to be taken back
    assert "Changed since last time" in as_author.get(second, headers=ENGLISH).text
    assert as_author.get(f"/history/{twice.id}/999").status_code == 404


def test_an_older_text_is_brought_back(db: Session, as_lead: Browser, twice: Post) -> None:
    first = (twice.waiting_id or 0) - 1
    page = as_lead.get(f"/history/{twice.id}/{first}", headers=ENGLISH).text
    present = re.findall(r'name="present_id" value="(\d+)"', page)[0]
    address = f"/history/{twice.id}/{first}/back"
    answer = as_lead.post(address, data={"present_id": present}, headers=ENGLISH)
    assert (answer.status_code, answer.location) == (303, f"/history/{twice.id}")
    page = history(as_lead, twice)
    assert "It waits to be read." in page
    assert "brought an older text back" in page
    db.rollback()
    db.refresh(twice)
    assert db.get_one(Revision, twice.waiting_id).title == "Först"


def test_whoever_was_slower_is_told(
    db: Session, as_lead: Browser, as_coordinator: Browser, twice: Post, lab: Lab
) -> None:
    waiting = twice.waiting_id
    assert waiting
    begin_writing(db)
    twice.lab_id = lab.id
    db.commit()
    for browser in (as_coordinator, as_lead):
        address = f"/history/{twice.id}/{waiting - 1}/back"
        browser.post(address, data={"present_id": waiting}, headers=ENGLISH)
    assert "Something has happened since" in history(as_lead, twice)
    db.rollback()
    db.refresh(twice)
    assert twice.waiting_id == waiting + 1
