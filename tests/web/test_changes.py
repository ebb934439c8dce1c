"""What has changed since last time, as a moderator sees it."""

import re
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.domain.content import Content, from_json
from diary.media.storage import Storage
from diary.models import Account, Post, Status
from tests.builders import HOUSE, NOW, a_post
from tests.conftest import Browser

ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def edited(db: Session, alice: Account, store: Storage) -> Post:
    """A post that is out, and waits with other words, another title and a picture less."""
    post = a_post(db, alice, store=store, pictures=2, title="Solen", body="Ett *stycke*.\n\nTill.")
    actor = actor_of(alice)
    was = from_json(writing.working_copy(db, actor, post).content)
    send(db, alice, post, replace(was, title="Månen", body="Ett *stycke*.\n\nInget till."))
    return post


def send(db: Session, who: Account, post: Post, content: Content) -> None:
    """Write on and send, but for the first picture."""
    content = content.with_pictures(content.pictures[1:])
    writing.save(db, actor_of(who), post, content, NOW)
    writing.submit(db, actor_of(who), post, NOW, HOUSE)
    db.commit()


def look(browser: Browser, post: Post, how: str = "") -> str:
    """The post on the moderator's desk."""
    return browser.get(f"/moderation/{post.id}?look={how}", headers=ENGLISH).text


def marks(page: str) -> list[str]:
    """What is marked as come or gone, as a screen reader says it."""
    plain = re.findall(r"<(?:ins|del)>(.*?)</(?:ins|del)>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", one).split()) for one in plain]


def test_changes_are_marked_in_the_text(as_lead: Browser, edited: Post) -> None:
    page = look(as_lead, edited)
    assert "Changed since last time" in page
    assert {"taken out: Solen", "put in: Månen", "put in: Inget till."} < {*marks(page)}
    assert "Picture taken out" in marks(page)
    assert "Ett *stycke*." in page


def test_only_the_changes(as_lead: Browser, edited: Post) -> None:
    page = look(as_lead, edited, "only")
    assert "put in: Månen" in marks(page)
    assert "Ett *stycke*." not in page
    assert 'alt="Bild 1"' not in page


def test_as_it_will_look(as_lead: Browser, edited: Post) -> None:
    page = look(as_lead, edited, "new")
    assert marks(page) == []
    assert "<em>stycke</em>" in page


def test_nothing_is_said_of_changes_where_there_are_none(
    db: Session, as_lead: Browser, alice: Account
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    db.commit()
    assert "Changed since last time" not in look(as_lead, post)


def test_what_is_typed_stays_text(db: Session, as_lead: Browser, alice: Account) -> None:
    post = a_post(db, alice, Status.PUBLISHED, body="Hej")
    was = from_json(writing.working_copy(db, actor_of(alice), post).content)
    send(db, alice, post, replace(was, title="<b>x</b>", body="Hej <script>1</script>"))
    page = look(as_lead, post)
    assert "&lt;script&gt;" in page
    assert "<script>1" not in page
    assert "<b>x</b>" not in page
