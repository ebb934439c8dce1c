"""Older texts brought back: by whom, into what, and what never comes back."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import afterwards, edits, writing
from diary.domain.accounts import actor_of
from diary.domain.content import from_json
from diary.domain.errors import NotFound, NotPossible, Overtaken
from diary.domain.policy import House
from diary.domain.revisions import newest_id
from diary.media.storage import Storage
from diary.models import Account, Event, Lab, Picture, Post, Revision, Status
from tests.builders import HOUSE, NOW, a_content, a_post

SOON = NOW + timedelta(minutes=1)


def rewrite(db: Session, who: Account, post: Post, **values: Any) -> int:
    """Write on and send; returns the revision that was the newest before."""
    actor = actor_of(who)
    before = newest_id(db, post.id) or 0
    kept = from_json(writing.working_copy(db, actor, post).content)
    pictures = values.pop("pictures", kept.pictures)
    writing.save(db, actor, post, a_content(pictures=pictures, **values), NOW)
    writing.submit(db, actor, post, NOW, HOUSE)
    db.flush()
    return before


def back(
    db: Session, who: Account, post: Post, revision: int, house: House = HOUSE, **more: Any
) -> Revision:
    """Bring a revision back; returns what was made of it."""
    present = more.get("present", post.waiting_id or post.live_id or 0)
    edits.bring_back(db, actor_of(who), post.id, revision, present, SOON, house)
    db.flush()
    return db.get_one(Revision, newest_id(db, post.id))


def deeds(db: Session, post: Post) -> list[str]:
    """What happened last, the latest first."""
    statement = select(Event.action).where(Event.post_id == post.id).order_by(Event.id.desc())
    return list(db.scalars(statement))


def test_a_moderator_brings_back_what_is_out_at_once(
    db: Session, alice: Account, lea: Account
) -> None:
    alice.trusted = True
    post = a_post(db, alice, title="Först")
    first = rewrite(db, alice, post, title="Sedan")
    made = back(db, lea, post, first)
    assert (made.title, made.made_by_id, post.live_id) == ("Först", lea.id, made.id)
    assert db.get_one(Revision, first).title == "Först"
    assert deeds(db, post)[:2] == ["publish", "bring_back"]
    afterwards.undo(db, actor_of(lea), post.id, SOON, HOUSE)
    assert post.waiting_id == made.id


def test_who_may_not_publish_lets_it_wait(db: Session, alice: Account, cora: Account) -> None:
    alice.trusted = True
    post = a_post(db, alice, title="Först", lab="boden")
    first = rewrite(db, alice, post, title="Sedan", lab="boden")
    live = post.live_id
    made = back(db, cora, post, first, House(coordinators_publish=False))
    assert (post.live_id, post.waiting_id) == (live, made.id)


def test_it_takes_the_place_of_what_waits(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice, Status.RETURNED, title="Först")
    first = rewrite(db, alice, post, title="Sedan")
    made = back(db, lea, post, first)
    assert (post.status, post.waiting_id, made.title) == (Status.SUBMITTED, made.id, "Först")
    assert len(db.scalars(select(Revision).where(Revision.post_id == post.id)).all()) == 3


def test_from_its_writer_it_is_sent(db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED, title="Först")
    made = back(db, alice, post, newest_id(db, post.id) or 0)
    assert (post.status, post.waiting_id) == (Status.SUBMITTED, made.id)
    assert deeds(db, post)[:2] == ["bring_back", "submit"]


def test_from_a_trusted_writer_it_is_out(db: Session, alice: Account) -> None:
    alice.trusted = True
    post = a_post(db, alice, title="Först")
    first = rewrite(db, alice, post, title="Sedan")
    made = back(db, alice, post, first)
    assert (post.live_id, made.title) == (made.id, "Först")


def test_what_was_decided_on_something_else_is_refused(
    db: Session, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice, Status.RETURNED)
    first = rewrite(db, alice, post, title="Sedan")
    with pytest.raises(Overtaken):
        back(db, lea, post, first, present=first)


@pytest.mark.parametrize("status", [Status.RETURNED, Status.WITHDRAWN])
def test_nothing_comes_back_where_it_is_not_on_the_desk(
    db: Session, alice: Account, lea: Account, status: Status
) -> None:
    post = a_post(db, alice, status)
    with pytest.raises(NotPossible):
        back(db, lea, post, newest_id(db, post.id) or 0)


def test_others_find_nothing(
    db: Session, alice: Account, bob: Account, lea: Account, cora: Account, lab: Lab
) -> None:
    post = a_post(db, alice)
    for who in (bob, cora):
        with pytest.raises(NotFound):
            back(db, who, post, post.live_id or 0)
    draft = a_post(db, alice, Status.DRAFT)
    other = a_post(db, alice, Status.SUBMITTED)
    for wrong in (draft, other):
        with pytest.raises(NotFound):
            back(db, lea, wrong, post.live_id or 0)


@pytest.mark.parametrize("gone", ["recalled_at", "hidden_at"])
def test_a_picture_taken_away_stays_away(
    db: Session, alice: Account, store: Storage, gone: str
) -> None:
    alice.trusted = True
    post = a_post(db, alice, store=store, pictures=2)
    first = rewrite(db, alice, post, pictures=())
    setattr(db.scalars(select(Picture).order_by(Picture.id)).first(), gone, NOW)
    made = back(db, alice, post, first)
    assert [shown.alt for shown in made.pictures] == ["Bild 1"]


def test_what_was_emptied_stays_empty(db: Session, alice: Account) -> None:
    alice.trusted = True
    post = a_post(db, alice)
    first = rewrite(db, alice, post, title="Sedan")
    old = db.get_one(Revision, first)
    old.title = old.body = ""
    with pytest.raises(NotPossible):
        back(db, alice, post, first)


def test_what_the_writer_has_begun_meanwhile_is_kept(db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED, title="Först")
    writing.save(db, actor_of(alice), post, a_content(title="Påbörjat"), NOW)
    back(db, alice, post, newest_id(db, post.id) or 0)
    copy = writing.working_copy(db, actor_of(alice), post)
    assert from_json(copy.content).title == "Påbörjat"
