"""Own posts once they were sent: answers, and taking down what is out."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import moderation, sent, writing
from diary.domain.accounts import actor_of
from diary.domain.errors import Invalid, NotAllowed, NotFound, NotPossible
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.models import Account, Event, Message, Post, State, Status
from diary.queries.posts import published
from tests.builders import HOUSE, NOW, a_post

ELSEWHERE = [status for status in Status if status not in {Status.PUBLISHED, Status.SCHEDULED}]


def version(db: Session) -> int:
    return db.scalars(select(State.version)).one()


def test_what_is_out_is_taken_down_at_once(db: Session, alice: Account) -> None:
    post = a_post(db, alice)
    before = version(db)
    sent.take_down(db, actor_of(alice), post, NOW)
    assert post.status is Status.WITHDRAWN
    assert db.execute(published()).all() == []
    assert version(db) == before + 1
    event = db.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event
    assert (event.action, event.post_id, event.revision_id) == (
        "withdraw_own", post.id, post.live_id,
    )  # fmt: skip


@pytest.mark.parametrize("status", ELSEWHERE)
def test_only_what_is_out_is_taken_down(db: Session, alice: Account, status: Status) -> None:
    post = a_post(db, alice, status)
    with pytest.raises(NotPossible):
        sent.take_down(db, actor_of(alice), post, NOW)


def test_nobody_takes_down_somebody_elses(db: Session, alice: Account, bob: Account) -> None:
    post = a_post(db, alice)
    with pytest.raises(NotAllowed):
        sent.take_down(db, actor_of(bob), post, NOW)


def test_the_writer_cannot_bring_it_back_but_the_lead_can(
    db: Session, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice)
    sent.take_down(db, actor_of(alice), post, NOW)
    with pytest.raises(NotPossible):
        writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    verdict = Verdict(Step.RESTORE, post.live_id or 0)
    with pytest.raises(NotFound):
        moderation.decide(db, actor_of(alice), post.id, verdict, NOW, HOUSE)
    moderation.decide(db, actor_of(lea), post.id, verdict, NOW, HOUSE)
    assert post.status is Status.PUBLISHED


def words(db: Session, post: Post) -> list[str]:
    return list(db.scalars(select(Message.words).where(Message.post_id == post.id)))


def test_an_answer_is_kept_once(db: Session, alice: Account) -> None:
    post = a_post(db, alice, Status.RETURNED)
    for _ in range(2):
        sent.answer(db, actor_of(alice), post, "Det är Ali.", NOW)
    sent.answer(db, actor_of(alice), post, "  ", NOW)
    assert words(db, post) == ["Vem är på bilden?", "Det är Ali."]


@pytest.mark.parametrize(("typed", "key"), [("x\x07", "control"), ("x" * 2001, "too_long")])
def test_an_answer_that_cannot_be_kept(db: Session, alice: Account, typed: str, key: str) -> None:
    post = a_post(db, alice, Status.RETURNED)
    with pytest.raises(Invalid) as caught:
        sent.answer(db, actor_of(alice), post, typed, NOW)
    assert [problem.key for problem in caught.value.problems] == [key]


@pytest.mark.parametrize("status", [Status.DRAFT, Status.WITHDRAWN])
def test_where_nobody_asks_nothing_is_answered(db: Session, alice: Account, status: Status) -> None:
    with pytest.raises(NotPossible):
        sent.answer(db, actor_of(alice), a_post(db, alice, status), "Hallå?", NOW)


def test_only_a_lead_notes_what_was_seen(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice)
    with pytest.raises(NotAllowed):
        sent.seen(db, actor_of(alice), post.id, NOW)
    with pytest.raises(NotFound):
        sent.seen(db, actor_of(lea), 999, NOW)
    sent.seen(db, actor_of(lea), post.id, NOW)
