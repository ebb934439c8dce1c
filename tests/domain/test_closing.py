"""The end of the journey: what goes out by itself waits, nothing is let out, it can be undone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import closing, downloads, moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.due import release_due
from diary.domain.errors import Ended, NotAllowed, NotPossible, PostsWait
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.models import Account, Edition, Event, State, Status
from diary.queries.site import site
from tests.builders import HOUSE, NOW, a_content, a_lead, a_post

ZONE = HOUSE.zone


def end(db: Session, *, anyway: bool = False) -> None:
    closing.end(db, a_lead(db), NOW, ZONE, anyway=anyway)


def test_it_ends_and_goes_on_again(db: Session) -> None:
    before = db.scalars(select(State.version)).one()
    end(db)
    assert site(db).ended_at == NOW
    assert db.scalars(select(State.version)).one() > before
    with pytest.raises(NotPossible):
        end(db)
    closing.reopen(db, a_lead(db), NOW, ZONE)
    assert site(db).ended_at is None
    with pytest.raises(NotPossible):
        closing.reopen(db, None, NOW, ZONE)
    end(db)
    told = db.execute(select(Event.action, Event.actor_id).order_by(Event.id)).all()
    assert [action for action, _ in told] == ["end_journey", "reopen_journey", "end_journey"]
    assert {by for _, by in told} == {a_lead(db).account_id}


def test_only_a_lead_ends_it(db: Session, alice: Account, cora: Account) -> None:
    for somebody in (alice, cora):
        with pytest.raises(NotAllowed):
            closing.end(db, actor_of(somebody), NOW, ZONE)
        with pytest.raises(NotAllowed):
            closing.reopen(db, actor_of(somebody), NOW, ZONE)


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.HELD])
def test_posts_that_wait_are_named_first(db: Session, alice: Account, status: Status) -> None:
    post = a_post(db, alice, status)
    a_post(db, alice, Status.DRAFT)
    a_post(db, alice, Status.RETURNED)
    with pytest.raises(PostsWait) as refused:
        end(db)
    assert refused.value.number == 1
    end(db, anyway=True)
    assert post.status is status


def test_what_has_a_time_to_go_out_waits_instead(db: Session, alice: Account) -> None:
    a_post(db, alice, Status.SUBMITTED)
    post = a_post(db, alice, Status.SUBMITTED)
    verdict = Verdict(Step.SCHEDULE, post.waiting_id or 0, at=NOW + timedelta(hours=1))
    moderation.decide(db, a_lead(db), post.id, verdict, NOW, HOUSE)
    with pytest.raises(PostsWait):
        end(db)
    end(db, anyway=True)
    release_due(db, NOW + timedelta(days=400), ZONE)
    assert (post.status, post.publish_at, post.live_id) == (Status.HELD, None, None)
    assert db.scalars(select(State.due)).one() is None  # and nobody is called to read it
    closing.reopen(db, None, NOW, ZONE)
    assert db.scalars(select(State.due)).one() is not None


def test_whoever_was_faster_by_a_moment_lets_nothing_out(db: Session, alice: Account) -> None:
    """The request came in before the end, and what it is to do comes after."""
    waits = a_post(db, alice, Status.SUBMITTED)
    draft, trusted = a_post(db, alice, Status.DRAFT), replace(a_lead(db), trusted=True)
    own = writing.start(db, trusted, a_content(body="Sist"), NOW)
    end(db, anyway=True)
    verdict = Verdict(Step.PUBLISH, waits.waiting_id or 0)
    with pytest.raises(Ended):
        moderation.decide(db, trusted, waits.id, verdict, NOW, HOUSE)
    with pytest.raises(Ended):
        writing.submit(db, trusted, own, NOW, HOUSE)
    with pytest.raises(Ended):
        writing.submit(db, actor_of(alice), draft, NOW, HOUSE)


def test_what_was_made_ahead_is_not_handed_over_after_it_went_on(db: Session) -> None:
    end(db)
    number = downloads.begun(db, 1, NOW)
    downloads.finish(db, number, {"closing.zip": {"keys": []}}, NOW)
    closing.reopen(db, a_lead(db), NOW, ZONE)
    assert db.scalars(select(Edition)).all() == []
