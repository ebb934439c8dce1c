"""Undoing a decision, and reading what is out already."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.afterwards import read_after, undo
from diary.domain.errors import NotFound, NotPossible, Overtaken
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.models import Account, Event, Lab, Post, Role, Status
from diary.queries.moderation import to_read_afterwards
from diary.queries.posts import Scope
from tests.builders import HOUSE, NOW, a_content, a_lab, a_post, an_account

SOON = NOW + timedelta(minutes=5)
EVERYTHING = Scope(everything=True)


def decide(db: Session, who: Account, post: Post, step: Step, at: datetime | None = None) -> None:
    verdict = Verdict(step, post.waiting_id or post.live_id or 0, words="Vem?", at=at)
    moderation.decide(db, actor_of(who), post.id, verdict, NOW, HOUSE)


def edited(db: Session, alice: Account, words: str) -> Post:
    """A post that is out, with an edit that waits."""
    post = a_post(db, alice, body="Först.", lab="boden")
    writing.save(db, actor_of(alice), post, a_content(body=words), NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    return post


@pytest.mark.parametrize("step", [Step.PUBLISH, Step.RETURN, Step.HOLD, Step.SCHEDULE])
def test_what_was_decided_waits_again(
    db: Session, alice: Account, lea: Account, step: Step
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    sent = post.waiting_id
    decide(db, lea, post, step, NOW + timedelta(days=1))
    undo(db, actor_of(lea), post.id, SOON, HOUSE)
    assert (post.status, post.waiting_id, post.live_id) == (Status.SUBMITTED, sent, None)
    assert (post.published_at, post.publish_at, post.read_id) == (None, None, None)
    last = db.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (last.action, last.reason, last.revision_id) == ("undo", step, sent)


def test_it_keeps_its_sequence_and_its_address(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED, title="Solen")
    decide(db, lea, post, Step.PUBLISH)
    kept = (post.sequence, post.slug)
    undo(db, actor_of(lea), post.id, SOON, HOUSE)
    decide(db, lea, post, Step.PUBLISH)
    assert (post.sequence, post.slug) == kept
    undo(db, actor_of(lea), post.id, SOON, HOUSE)
    assert post.live_id is None


@pytest.mark.parametrize("step", [Step.PUBLISH, Step.RETURN])
def test_undoing_an_edit_leaves_what_was_out(
    db: Session, alice: Account, lea: Account, lab: Lab, step: Step
) -> None:
    post = edited(db, alice, "Sedan.")
    was_out, sent = post.live_id, post.waiting_id
    decide(db, lea, post, step)
    undo(db, actor_of(lea), post.id, SOON, HOUSE)
    assert (post.status, post.live_id, post.waiting_id) == (Status.PUBLISHED, was_out, sent)
    assert post.lab_id == lab.id


def test_taking_down_and_showing_again_are_undone(
    db: Session, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice)
    stood = []
    for steps in ((Step.WITHDRAW,), (Step.WITHDRAW, Step.RESTORE)):
        for step in steps:
            decide(db, lea, post, step)
        undo(db, actor_of(lea), post.id, SOON, HOUSE)
        stood.append(post.status)
    assert stood == [Status.PUBLISHED, Status.WITHDRAWN]


def test_only_ones_own_last_deed_of_just_now(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    decide(db, lea, post, Step.HOLD)
    other = an_account(db, "lisa", Role.LEAD)
    for who, when in ((other, SOON), (lea, NOW + timedelta(minutes=11))):
        with pytest.raises(NotPossible):
            undo(db, actor_of(who), post.id, when, HOUSE)
    with pytest.raises(NotFound):
        undo(db, actor_of(alice), post.id, SOON, HOUSE)
    decide(db, other, post, Step.PUBLISH)
    with pytest.raises(NotPossible):
        undo(db, actor_of(lea), post.id, SOON, HOUSE)
    undo(db, actor_of(other), post.id, SOON, HOUSE)
    with pytest.raises(NotPossible):
        undo(db, actor_of(other), post.id, SOON, HOUSE)


def test_what_a_trusted_author_lets_out_is_read_afterwards(
    db: Session, alice: Account, lea: Account, cora: Account, lab: Lab
) -> None:
    alice.trusted = True
    post = a_post(db, alice, lab="boden")
    a_post(db, lea, Status.SUBMITTED)
    assert [one.card.id for one in to_read_afterwards(db, EVERYTHING, "sv")] == [post.id]
    own = Scope(everything=True, owner_id=alice.id)
    assert to_read_afterwards(db, own, "sv") == ()
    read_after(db, actor_of(cora), post.id, post.live_id or 0, NOW, HOUSE)
    read_after(db, actor_of(lea), post.id, post.live_id or 0, NOW, HOUSE)
    assert to_read_afterwards(db, EVERYTHING, "sv") == ()
    assert len(db.scalars(select(Event).where(Event.action == "read_after")).all()) == 1


def test_reading_names_the_revision_and_asks_who(
    db: Session, alice: Account, lea: Account, lab: Lab
) -> None:
    alice.trusted = True
    post = a_post(db, alice, lab="boden")
    olle = an_account(db, "olle", Role.COORDINATOR, labs=(a_lab(db, "lina-hage"),))
    with pytest.raises(NotFound):
        read_after(db, actor_of(olle), post.id, post.live_id or 0, NOW, HOUSE)
    with pytest.raises(Overtaken):
        read_after(db, actor_of(lea), post.id, (post.live_id or 0) + 1, NOW, HOUSE)
    decide(db, lea, post, Step.WITHDRAW)
    with pytest.raises(NotPossible):
        read_after(db, actor_of(lea), post.id, post.live_id or 0, NOW, HOUSE)
