"""Corrections as readers see them: on the page, in the feeds; and what a typing error moves."""

import re

import pytest
from sqlalchemy.orm import Session

from diary.domain import writing
from diary.domain.accounts import actor_of
from diary.models import Account, Post, Status
from tests.builders import HOUSE, NOW, a_content, a_post
from tests.conftest import Browser, Clock

ENGLISH = {"Accept-Language": "en"}
NOTE = "Det var på <tisdagen>."


@pytest.fixture
def edited(db: Session, alice: Account) -> Post:
    """A post that is out, and waits with another text."""
    post = a_post(db, alice, title="Solen", body="På onsdagen.")
    writing.save(db, actor_of(alice), post, a_content(title="Solen", body="På tisdagen."), NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    db.commit()
    return post


def publish(browser: Browser, post: Post, **more: str):
    form = {"step": "publish", "revision_id": post.waiting_id, **more}
    return browser.post(f"/moderation/{post.id}/decide", data=form, headers=ENGLISH)


def updated(client: Browser) -> tuple[str, ...]:
    """When the feeds say that the post was changed last."""
    entry = client.get("/feed.atom").text.partition("<entry>")[2]
    json = client.get("/feed.json").json
    assert json
    return (*re.findall("<updated>(.*?)</updated>", entry), json["items"][0]["date_modified"])


def test_readers_are_told(client: Browser, as_lead: Browser, edited: Post, clock: Clock) -> None:
    before = updated(client)
    clock.pass_by(days=3)
    assert (
        "Publish as a correction" in as_lead.get(f"/moderation/{edited.id}", headers=ENGLISH).text
    )
    assert publish(as_lead, edited, correction=NOTE).status_code == 303
    page = client.get(f"/posts/{edited.slug}", headers=ENGLISH).text
    assert "Corrected 10 February 2020: <bdi>Det var på &lt;tisdagen&gt;.</bdi>" in page
    for kind in ("atom", "rss", "json"):
        feed = client.get(f"/feed.{kind}").text
        assert "10 februari 2020" in feed
        assert "tisdagen&" in feed or "tisdagen\\u" in feed or "&lt;tisdagen" in feed
    assert updated(client) != before


def test_a_typing_error_is_mended_without_a_word(
    client: Browser, as_lead: Browser, edited: Post, clock: Clock
) -> None:
    before = updated(client)
    known = {kind: client.get(f"/feed.{kind}").headers["ETag"] for kind in ("atom", "rss", "json")}
    since = client.get("/feed.atom").headers["Last-Modified"]
    clock.pass_by(days=3)
    publish(as_lead, edited)
    assert updated(client) == before
    for kind, etag in known.items():
        answer = client.get(f"/feed.{kind}", headers={"If-None-Match": etag})
        assert answer.status_code == 200
        assert "På tisdagen." in answer.text
    assert client.get("/feed.atom", headers={"If-Modified-Since": since}).status_code == 200
    assert "Corrected" not in client.get(f"/posts/{edited.slug}", headers=ENGLISH).text


def test_a_note_without_words_comes_back(as_lead: Browser, edited: Post) -> None:
    answer = publish(as_lead, edited, correction=" ")
    assert answer.status_code == 422
    assert 'id="correction-wrong"' in answer.text


def test_no_note_is_asked_for_what_was_never_out(
    db: Session, as_lead: Browser, alice: Account
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    db.commit()
    assert "Publish as a correction" not in as_lead.get("/moderation", headers=ENGLISH).text
    assert publish(as_lead, post, correction=NOTE).status_code == 303
