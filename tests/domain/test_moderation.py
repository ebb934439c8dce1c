"""Deciding: what is carried out, what is refused, and what the journal says."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import moderation
from diary.domain.accounts import actor_of
from diary.domain.due import release_due
from diary.domain.errors import Invalid, NotAllowed, NotFound, NotPossible, Overtaken
from diary.domain.moderation import MAX_WORDS, REASONS, Verdict
from diary.domain.policy import Facts, House
from diary.domain.workflow import Step
from diary.models import Account, Event, Message, Post, State, Status
from tests.builders import HOUSE, NOW, a_lab, a_post

ZONE = ZoneInfo("Europe/Stockholm")


def decide(
    db: Session, who: Account, post: Post, step: Step, revision: int | None = None, **said: Any
) -> Post:
    verdict = Verdict(step, revision or post.waiting_id or post.live_id or 0, **said)
    return moderation.decide(db, actor_of(who), post.id, verdict, NOW, HOUSE)


def test_a_decision_is_journaled_with_its_words_apart(
    db: Session, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    read = post.waiting_id
    decide(db, lea, post, Step.RETURN, reason="too_dark", words="Den med trappan.")
    event = db.scalars(select(Event).order_by(Event.id.desc())).first()
    assert event is not None
    assert (event.action, event.actor_id, event.revision_id) == ("return", lea.id, read)
    assert event.reason == "too_dark"
    assert db.get_one(Message, event.message_id).words == "Den med trappan."


def test_a_decision_names_what_was_read(db: Session, alice: Account, lea: Account) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    with pytest.raises(Overtaken):
        decide(db, lea, post, Step.PUBLISH, (post.waiting_id or 0) + 1)
    assert post.status is Status.SUBMITTED


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({}, "question_missing"),
        ({"words": " \n"}, "question_missing"),
        ({"reason": "because"}, "unknown_reason"),
        ({"words": "a\x00"}, "control"),
        ({"words": "x" * (MAX_WORDS + 1)}, "too_long"),
    ],
)
def test_questions_that_cannot_be_asked(
    db: Session, alice: Account, lea: Account, said: dict[str, Any], key: str
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    with pytest.raises(Invalid) as refused:
        decide(db, lea, post, Step.RETURN, **said)
    assert [problem.key for problem in refused.value.problems] == [key]


@pytest.mark.parametrize("reason", REASONS)
def test_a_ready_question_needs_no_words(
    db: Session, alice: Account, lea: Account, reason: str
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    assert decide(db, lea, post, Step.RETURN, reason=reason).status is Status.RETURNED


@pytest.mark.parametrize("step", sorted(set(Step) - set(moderation.OFFERED)))
def test_other_steps_are_no_decisions(
    db: Session, alice: Account, lea: Account, step: Step
) -> None:
    with pytest.raises(NotAllowed):
        decide(db, lea, a_post(db, alice, Status.SUBMITTED), step)


def test_posts_of_other_labs_and_none_are_not_found(
    db: Session, alice: Account, cora: Account
) -> None:
    a_lab(db, "portalen")
    for lab in ("portalen", ""):
        with pytest.raises(NotFound):
            decide(db, cora, a_post(db, alice, Status.SUBMITTED, lab=lab), Step.PUBLISH)


def test_authors_find_nothing_to_decide(db: Session, alice: Account, bob: Account) -> None:
    with pytest.raises(NotFound):
        decide(db, bob, a_post(db, alice, Status.SUBMITTED), Step.PUBLISH)


@pytest.mark.parametrize("step", [Step.PUBLISH, Step.RETURN])
def test_a_published_post_without_a_change_has_nothing_to_answer(
    db: Session, alice: Account, lea: Account, step: Step
) -> None:
    post = a_post(db, alice, Status.PUBLISHED)
    with pytest.raises(NotPossible):
        decide(db, lea, post, step, words="Hur?")


STEPS = {
    (Status.SUBMITTED, True): {"publish", "return", "hold", "schedule"},
    (Status.HELD, True): {"publish", "return", "schedule"},
    (Status.SCHEDULED, True): {"publish", "hold"},
    (Status.PUBLISHED, False): {"withdraw"},
    (Status.PUBLISHED, True): {"publish", "return", "withdraw"},
    (Status.WITHDRAWN, False): {"restore"},
    (Status.WITHDRAWN, True): {"restore"},
    (Status.RETURNED, False): set(),
    (Status.DRAFT, False): set(),
}


@pytest.mark.parametrize(("status", "waits"), STEPS)
def test_the_buttons_of_each_status(
    lea: Account, alice: Account, status: Status, waits: bool
) -> None:
    facts = Facts(alice.id, None)
    steps = moderation.steps(actor_of(lea), facts, status, waits, HOUSE)
    assert set(steps) == STEPS[status, waits]


def test_no_button_to_let_out_ones_own(lea: Account) -> None:
    facts = Facts(lea.id, None)
    own = moderation.steps(actor_of(lea), facts, Status.SUBMITTED, True, HOUSE)
    assert set(own) == {"return", "hold"}
    allowed = House(own_posts=True)
    assert "publish" in moderation.steps(actor_of(lea), facts, Status.SUBMITTED, True, allowed)


def test_a_scheduled_post_waits_for_its_time_and_can_be_stopped(
    db: Session, alice: Account, lea: Account
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    sent, at = post.waiting_id, NOW + timedelta(days=1)
    decide(db, lea, post, Step.SCHEDULE, at=at)
    assert (post.status, post.publish_at, post.waiting_id) == (Status.SCHEDULED, at, sent)
    assert db.scalars(select(State.due)).one() == at
    decide(db, lea, post, Step.HOLD)
    assert (post.status, post.publish_at) == (Status.HELD, None)
    release_due(db, at, ZONE)
    assert post.status is Status.HELD
    decide(db, lea, post, Step.SCHEDULE, at=at)
    decide(db, lea, post, Step.PUBLISH)
    assert (post.status, post.publish_at) == (Status.PUBLISHED, None)


@pytest.mark.parametrize("ahead", [None, timedelta(0), timedelta(days=-1), timedelta(days=366)])
def test_a_time_is_ahead_and_within_a_year(
    db: Session, alice: Account, lea: Account, ahead: timedelta | None
) -> None:
    post = a_post(db, alice, Status.SUBMITTED)
    with pytest.raises(Invalid):
        decide(db, lea, post, Step.SCHEDULE, at=NOW + ahead if ahead is not None else None)
    assert post.status is Status.SUBMITTED


def test_the_earliest_time_is_kept(db: Session, alice: Account, lea: Account) -> None:
    for days in (3, 1, 2):
        post = a_post(db, alice, Status.SUBMITTED)
        decide(db, lea, post, Step.SCHEDULE, at=NOW + timedelta(days=days))
    assert db.scalars(select(State.due)).one() == NOW + timedelta(days=1)
