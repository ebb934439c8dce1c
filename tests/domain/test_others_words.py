"""Moderators change somebody's words; the writer says whether that is fine."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import edits, moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.content import from_json
from diary.domain.errors import NotFound, NotPossible, Overtaken
from diary.domain.moderation import Verdict
from diary.domain.revisions import newest_id
from diary.domain.workflow import Step
from diary.models import Account, Event, Post, Revision, Status
from diary.queries.posts import published
from diary.queries.revisions import earlier, edited, to_answer
from tests.builders import HOUSE, NOW, a_post

SOON = NOW + timedelta(minutes=1)


def change(db: Session, who: Account, post: Post, **values: Any) -> Revision:
    """A moderator changes words; returns what waits then."""
    actor = actor_of(who)
    kept = from_json(writing.working_copy(db, actor, post).content)
    writing.save(db, actor, post, replace(kept, **values), SOON)
    edits.change(db, actor, post, SOON)
    db.flush()
    return db.get_one(Revision, post.waiting_id)


def publish(db: Session, who: Account, post: Post) -> None:
    verdict = Verdict(Step.PUBLISH, post.waiting_id or 0)
    moderation.decide(db, actor_of(who), post.id, verdict, SOON, HOUSE)
    db.flush()


def refuse(db: Session, who: Account, post: Post) -> Revision | None:
    """The writer refuses; returns what waits then."""
    what = edited(db, post)
    assert what
    edits.refuse(db, actor_of(who), post.id, what.newest_id, SOON)
    db.flush()
    return db.get(Revision, post.waiting_id or 0)


def is_out(db: Session, post: Post) -> bool:
    """Whether readers see it."""
    return db.execute(published().where(Post.id == post.id)).first() is not None


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.HELD, Status.PUBLISHED])
def test_a_change_waits_and_is_the_moderators(
    db: Session, alice: Account, lea: Account, status: Status
) -> None:
    post = a_post(db, alice, status)
    before, live = post.waiting_id or post.live_id, post.live_id
    made = change(db, lea, post, title="Månen")
    assert (made.title, made.made_by_id) == ("Månen", lea.id)
    assert (post.status, post.live_id) == (status, live)
    assert earlier(db, post.id, made.id) == before
    last = db.scalars(select(Event).order_by(Event.id.desc())).first()
    assert last is not None
    assert (last.action, last.revision_id, last.other_id) == ("edit", made.id, before)


def test_the_same_words_change_nothing(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    waiting = post.waiting_id
    assert change(db, lea, post).id == waiting


@pytest.mark.parametrize("status", [Status.RETURNED, Status.WITHDRAWN])
def test_what_is_not_on_the_desk_is_left_alone(
    db: Session, alice: Account, lea: Account, status: Status
) -> None:
    with pytest.raises(NotPossible):
        change(db, lea, a_post(db, alice, status), title="Månen")


def test_who_may_write(db: Session, alice: Account, bob: Account, cora: Account, lea: Account):
    sent = a_post(db, alice, Status.SUBMITTED, lab="boden")
    draft, elsewhere = a_post(db, alice, Status.DRAFT), a_post(db, alice, Status.SUBMITTED)
    for who in (alice, cora, lea):
        assert writing.writable(db, actor_of(who), sent.id) is sent
    for who, post in ((bob, sent), (lea, draft), (cora, elsewhere)):
        with pytest.raises(NotFound):
            writing.writable(db, actor_of(who), post.id)


def test_the_writer_says_it_is_fine(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    made = change(db, lea, post, title="Månen")
    assert [what.by for _, what in to_answer(db, alice.id, "sv")] == ["Lea"]
    edits.accept(db, actor_of(alice), post.id, made.id, SOON)
    assert to_answer(db, alice.id, "sv") == ()
    with pytest.raises(Overtaken):
        edits.refuse(db, actor_of(alice), post.id, made.id, SOON)


def test_refused_before_it_is_out(db: Session, alice: Account, lea: Account, cora: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED, lab="boden", title="Solen")
    change(db, lea, post, title="Månen")
    change(db, cora, post, title="Jorden")
    waiting = refuse(db, alice, post)
    assert waiting
    assert (waiting.title, waiting.made_by_id, post.status) == ("Solen", alice.id, Status.SUBMITTED)
    assert len(db.scalars(select(Revision).where(Revision.post_id == post.id)).all()) == 4


def test_refused_while_ones_own_words_are_out(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice)
    live = post.live_id
    change(db, lea, post, title="Månen")
    assert refuse(db, alice, post) is None
    assert (post.status, post.live_id) == (Status.PUBLISHED, live)


def test_refused_once_it_is_out_nobody_sees_it_until_it_is_read(
    db: Session, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice, title="Solen")
    sequence, slug, first = post.sequence, post.slug, post.published_at
    change(db, lea, post, title="Månen")
    publish(db, lea, post)
    waiting = refuse(db, alice, post)
    assert waiting
    assert (waiting.title, post.status, is_out(db, post)) == ("Solen", Status.SUBMITTED, False)
    publish(db, lea, post)
    assert is_out(db, post)
    assert (post.sequence, post.slug, post.published_at) == (sequence, slug, first)


def test_two_changes_of_which_one_is_out(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice, title="Solen")
    change(db, lea, post, title="Månen")
    publish(db, lea, post)
    change(db, lea, post, title="Jorden")
    waiting = refuse(db, alice, post)
    assert waiting
    assert (waiting.title, is_out(db, post)) == ("Solen", False)


def test_a_scheduled_change_that_is_refused_does_not_go_out(
    db: Session, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    made = change(db, lea, post, title="Månen")
    verdict = Verdict(Step.SCHEDULE, made.id, at=NOW + timedelta(days=1))
    moderation.decide(db, actor_of(lea), post.id, verdict, SOON, HOUSE)
    refuse(db, alice, post)
    assert (post.status, post.publish_at) == (Status.SUBMITTED, None)


def test_only_the_writer_answers_and_only_to_what_stands_there(
    db: Session, alice: Account, bob: Account, lea: Account
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    first = change(db, lea, post, title="Månen")
    change(db, lea, post, title="Jorden")
    with pytest.raises(Overtaken):
        edits.refuse(db, actor_of(alice), post.id, first.id, SOON)
    for who in (bob, lea):
        with pytest.raises(NotFound):
            edits.accept(db, actor_of(who), post.id, post.waiting_id or 0, SOON)


def test_writing_on_is_an_answer(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    change(db, lea, post, title="Månen")
    writing.take_back(db, actor_of(alice), post, SOON)
    writing.submit(db, actor_of(alice), post, SOON, HOUSE)
    assert edited(db, post) is None


def test_what_somebody_else_sent_meanwhile_is_told(
    db: Session, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice)
    me = actor_of(alice)
    writing.save(db, me, post, from_json(writing.working_copy(db, me, post).content), NOW)
    change(db, lea, post, title="Månen")
    copy = writing.working_copy(db, me, post)
    theirs = writing.sent_meanwhile(db, me, post, copy)
    assert theirs
    assert theirs.title == "Månen"
    assert newest_id(db, post.id) == post.waiting_id
