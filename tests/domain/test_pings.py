"""Pings: queued with the deed that changes a feed, sent later, never lost."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from diary.domain import afterwards, forgetting, moderation, pings, recall, writing
from diary.domain.accounts import actor_of
from diary.domain.content import BylineContent
from diary.domain.moderation import Verdict
from diary.domain.publishing import go_public
from diary.domain.workflow import Step
from diary.hub import teller
from diary.media.storage import Storage
from diary.models import HAS_HUB, Account, Picture, Ping, Post, Revision, begin_writing
from tests.builders import HOUSE, NOW, a_content, a_lab, a_lead, a_method, a_post, an_account
from tests.conftest import Clock
from tests.hubs import answering


@pytest.fixture
def sessions(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """The fresh diary has a hub."""
    sessions.kw["info"][HAS_HUB] = True
    return sessions


def waiting(db: Session) -> dict[str, int]:
    """The paths that wait, and how often each was tried."""
    return {ping.path: ping.tries for ping in db.scalars(select(Ping).order_by(Ping.path))}


def sent(db: Session) -> None:
    """As if the hub had been told."""
    for ping in db.scalars(select(Ping)):
        db.delete(ping)
    db.flush()


def decide(db: Session, post: Post, step: Step) -> None:
    verdict = Verdict(step, post.waiting_id or post.live_id or 0, words="Hej")
    moderation.decide(db, a_lead(db), post.id, verdict, NOW, HOUSE)


def an_everywhere_post(db: Session, alice: Account) -> Post:
    """A post of a lab, a way of working and an author with a page."""
    a_lab(db, "boden")
    a_lab(db, "portalen")
    a_method(db, "kor")
    alice.person.slug = "alice"
    names = (BylineContent("Alice", person_id=alice.person_id),)
    return a_post(db, alice, lab="boden", methods=("kor",), bylines=names)


EVERYWHERE = {"/feed", "/labs/boden/feed", "/methods/kor/feed", "/authors/alice/feed"}


def test_publishing_changes_every_feed_it_stands_in(db: Session, alice: Account) -> None:
    an_everywhere_post(db, alice)
    assert waiting(db) == dict.fromkeys(EVERYWHERE, 0)


def test_the_paths_are_feeds(db: Session, alice: Account, app: Flask) -> None:
    an_everywhere_post(db, alice)
    db.commit()
    for path in waiting(db):
        assert app.test_client().get(f"{path}.atom").status_code == 200, path


def test_where_it_stood_before_changes_too(db: Session, alice: Account) -> None:
    post = an_everywhere_post(db, alice)
    sent(db)
    writing.save(db, actor_of(alice), post, a_content(lab="portalen"), NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    assert waiting(db) == {}
    decide(db, post, Step.PUBLISH)
    assert set(waiting(db)) == EVERYWHERE | {"/labs/portalen/feed"}
    sent(db)
    afterwards.undo(db, a_lead(db), post.id, NOW, HOUSE)
    assert set(waiting(db)) == EVERYWHERE | {"/labs/portalen/feed"}


def test_withdrawing_and_restoring_change_them(db: Session, alice: Account) -> None:
    post = an_everywhere_post(db, alice)
    for step in (Step.WITHDRAW, Step.RESTORE):
        sent(db)
        decide(db, post, step)
        assert set(waiting(db)) == EVERYWHERE


def test_a_recalled_picture_changes_them(db: Session, alice: Account, store: Storage) -> None:
    post = a_post(db, alice, store=store, pictures=1)
    sent(db)
    picture = db.scalars(select(Picture).where(Picture.post_id == post.id)).one()
    recall.take_away(db, picture, NOW, actor_id=None)
    assert set(waiting(db)) == {"/feed"}


def test_what_changes_twice_is_told_once(db: Session, alice: Account) -> None:
    a_post(db, alice)
    a_post(db, alice, title="Ett till")
    assert waiting(db) == {"/feed": 0}


def test_a_page_that_was_put_away_has_no_feed(db: Session, alice: Account) -> None:
    alice.person.slug, alice.person.archived_at = "alice", NOW
    a_post(db, alice, bylines=(BylineContent("Alice", person_id=alice.person_id),))
    assert waiting(db) == {"/feed": 0}


def test_whoever_is_forgotten_leaves_no_name_among_them(
    db: Session, alice: Account, store: Storage
) -> None:
    an_everywhere_post(db, alice)
    forgetting.forget_person(db, alice.person, NOW)
    assert set(waiting(db)) == EVERYWHERE - {"/authors/alice/feed"}
    sent(db)
    again = an_account(db, "bob")
    a_post(db, again)
    sent(db)
    forgetting.forget_person(db, again.person, NOW)
    assert set(waiting(db)) == {"/feed"}


def test_an_import_tells_nobody(db: Session, alice: Account) -> None:
    post = a_post(db, alice)
    sent(db)
    revision = db.get_one(Revision, post.live_id)
    go_public(db, post, revision, NOW, zone=None, published_at=NOW - timedelta(days=400))
    assert waiting(db) == {}


def test_without_a_hub_nothing_waits(db: Session, alice: Account) -> None:
    db.info[HAS_HUB] = False
    a_post(db, alice)
    assert waiting(db) == {}


def test_what_is_undone_is_not_told(db: Session, alice: Account) -> None:
    db.commit()
    begin_writing(db)
    a_post(db, alice)
    db.rollback()
    assert waiting(db) == {}


def test_what_the_hub_takes_is_told(
    db: Session, alice: Account, sessions: sessionmaker[Session], clock: Clock
) -> None:
    an_everywhere_post(db, alice)
    db.commit()
    with answering() as hub:
        assert pings.deliver(sessions, teller(hub.url, "http://x"), clock) == 0
        clock.pass_by(seconds=1)
        assert pings.deliver(sessions, teller(hub.url, "http://x"), clock) == 4
        assert pings.deliver(sessions, teller(hub.url, "http://x"), clock) == 0
    assert len(hub.posts) == 12
    db.rollback()
    assert waiting(db) == {}


def test_what_it_does_not_take_is_tried_later_and_given_up_after_a_day(
    db: Session, alice: Account, sessions: sessionmaker[Session], clock: Clock
) -> None:
    an_everywhere_post(db, alice)
    db.commit()
    clock.pass_by(seconds=1)
    with answering(503) as hub:
        tell = teller(hub.url, "http://x")
        assert pings.deliver(sessions, tell, clock) == 0
        assert len(hub.posts) == 1  # the others would fare no better
        for _ in range(3):
            pings.deliver(sessions, tell, clock)
        assert pings.deliver(sessions, tell, clock) == 0
        assert len(hub.posts) == 4  # nothing is due
        clock.pass_by(minutes=5)
        pings.deliver(sessions, tell, clock)
        assert len(hub.posts) == 5
        db.rollback()
        assert sorted(waiting(db).values()) == [1, 1, 1, 2]
        clock.pass_by(days=1, hours=1)
        for _ in range(4):
            pings.deliver(sessions, tell, clock)
    db.rollback()
    assert waiting(db) == {}


@pytest.mark.parametrize("status", [202, 503])
def test_what_changes_while_it_is_told_is_told_again(
    db: Session, alice: Account, sessions: sessionmaker[Session], clock: Clock, status: int
) -> None:
    a_post(db, alice)
    db.commit()

    def publish_meanwhile() -> None:
        hub.then = lambda: None
        begin_writing(db)
        a_post(db, alice, title="Medan det skickades")
        db.commit()  # waits for nobody: no transaction is open

    with answering(status) as hub:
        hub.then = publish_meanwhile
        clock.pass_by(seconds=1)
        pings.deliver(sessions, teller(hub.url, "http://x"), clock, lambda: len(hub.posts) > 0)
        db.rollback()
        assert waiting(db) == {"/feed": 0}
        hub.status = 202
        assert pings.deliver(sessions, teller(hub.url, "http://x"), clock) == 1
    db.rollback()
    assert waiting(db) == {}
