"""Corrections: said once, kept for readers, and unsaid with the decision they came with."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import afterwards, moderation, writing
from diary.domain.accounts import actor_of
from diary.domain.errors import Invalid
from diary.domain.moderation import Verdict
from diary.domain.workflow import Step
from diary.models import Account, Correction, Event, Post, Status
from tests.builders import HOUSE, NOW, a_content, a_post

LATER = NOW + timedelta(days=1)
NOTE = "Det var på tisdagen, inte på onsdagen."


def correct(db: Session, who: Account, post: Post, note: str | None) -> None:
    """Let out what waits, with a note or without."""
    verdict = Verdict(Step.PUBLISH, post.waiting_id or 0, correction=note)
    moderation.decide(db, actor_of(who), post.id, verdict, LATER, HOUSE)
    db.flush()


def edited(db: Session, alice: Account) -> Post:
    """A post that is out, and waits with another text."""
    post = a_post(db, alice)
    writing.save(db, actor_of(alice), post, a_content(body="På tisdagen."), NOW)
    writing.submit(db, actor_of(alice), post, NOW, HOUSE)
    return post


def notes(db: Session) -> list[str]:
    return list(db.scalars(select(Correction.words)))


def test_what_matters_is_told_again(db: Session, alice: Account, lea: Account) -> None:
    post = edited(db, alice)
    correct(db, lea, post, f"  {NOTE} ")
    assert notes(db) == [NOTE]
    assert post.updated_at == LATER
    deeds = db.scalars(select(Event.action).order_by(Event.id.desc())).all()
    assert deeds[:2] == ["publish", "correct"]


def test_what_does_not_matter_is_not(db: Session, alice: Account, lea: Account) -> None:
    post = edited(db, alice)
    correct(db, lea, post, None)
    assert notes(db) == []
    assert post.updated_at == post.published_at == NOW


@pytest.mark.parametrize(
    ("note", "key"), [(" ", "missing"), ("a\x07", "control"), ("x" * 201, "too_long")]
)
def test_a_note_says_something(
    db: Session, alice: Account, lea: Account, note: str, key: str
) -> None:
    post = edited(db, alice)
    with pytest.raises(Invalid) as refused:
        correct(db, lea, post, note)
    assert [(one.field, one.key) for one in refused.value.problems] == [("correction", key)]
    assert post.waiting_id


def test_what_was_never_out_has_nothing_to_correct(
    db: Session, alice: Account, lea: Account
) -> None:
    correct(db, lea, a_post(db, alice, Status.SUBMITTED), NOTE)
    assert notes(db) == []


def test_undone_it_is_unsaid(db: Session, alice: Account, lea: Account) -> None:
    post = edited(db, alice)
    correct(db, lea, post, NOTE)
    at = LATER + timedelta(minutes=1)
    afterwards.undo(db, actor_of(lea), post.id, at, HOUSE)
    db.flush()
    assert notes(db) == []
    assert post.updated_at == at


def test_undoing_what_did_not_matter_is_no_news(db: Session, alice: Account, lea: Account) -> None:
    post = edited(db, alice)
    correct(db, lea, post, None)
    afterwards.undo(db, actor_of(lea), post.id, LATER, HOUSE)
    assert post.updated_at == NOW
