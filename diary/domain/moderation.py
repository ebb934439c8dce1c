"""Moderation: a decision names the revision it was made on and is journaled with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from diary.domain import consents, policy
from diary.domain.due import expect
from diary.domain.errors import Invalid, NotAllowed, NotFound, NotPossible, Overtaken, Problem
from diary.domain.journal import record
from diary.domain.policy import Actor, Facts, House
from diary.domain.publishing import go_public, touch
from diary.domain.workflow import TRANSITIONS, Step, after
from diary.models import Post, Revision, Status
from diary.text.plain import has_control

REASONS = (
    "who_is_in_the_picture",
    "too_dark",
    "describe_the_picture",
    "private_detail",
    "say_more",
)
"""Ready questions, kept as keys and shown to each author in their own language."""
WHY_TAKEN_DOWN = (
    "asked_by_somebody_in_it",
    "wrong_facts",
    "tells_something_private",
    "posted_twice",
    "other",
)
"""Why something is taken down: to the author in their language, to readers never."""

MAX_WORDS = 2_000

OFFERED = (
    Step.PUBLISH,
    Step.RETURN,
    Step.HOLD,
    Step.SCHEDULE,
    Step.WITHDRAW,
    Step.RESTORE,
)
"""The steps that have a button."""
FARTHEST = timedelta(days=365)
"""How far ahead a post can be scheduled."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a moderator decides: a step, on which revision, with what question; `at` is when a
    scheduled post goes out."""

    step: Step
    revision_id: int
    reason: str = ""
    words: str = ""
    at: datetime | None = None


def decide(
    session: Session, actor: Actor, post_id: int, verdict: Verdict, now: datetime, house: House
) -> Post:
    """Carry out a decision.

    Raises NotFound for a post that is not this moderator's, NotAllowed for a step they may not
    take, Overtaken if another revision waits by now, NotPossible from a status without that
    step, Invalid for a question without words and for taking down without a reason.
    """
    post = session.get(Post, post_id, with_for_update=True)
    if post is None:
        raise NotFound
    facts = Facts(post.owner_id, post.lab_id)
    if not policy.reads(actor, facts):
        raise NotFound
    if verdict.step not in OFFERED or not policy.may(actor, verdict.step, facts, house):
        raise NotAllowed
    if verdict.revision_id != (post.waiting_id or post.live_id):
        raise Overtaken
    status = after(post.status, verdict.step)
    _check_words(verdict)
    _check_time(verdict, now)
    if verdict.step in {Step.PUBLISH, Step.SCHEDULE}:
        consents.settle(session, actor, post, verdict.revision_id, now)
    was_out = post.live_id
    _carry_out(session, post, verdict.step, now)
    post.publish_at = verdict.at if verdict.step is Step.SCHEDULE else None
    if post.publish_at:
        expect(session, post.publish_at)
    post.status = status
    record(
        session,
        verdict.step,
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=verdict.revision_id,
        other_id=was_out,  # undoing it brings that back
        reason=verdict.reason or None,
        words=verdict.words,
    )
    return post


def steps(
    actor: Actor, facts: Facts, status: Status, waits: bool, house: House
) -> tuple[Step, ...]:
    """What this moderator can do with a post now; `waits` is whether a revision waits."""
    return tuple(
        step
        for step in OFFERED
        if policy.may(actor, step, facts, house)
        and status in TRANSITIONS[step]
        and (waits or step not in {Step.PUBLISH, Step.RETURN, Step.SCHEDULE})
    )


def _check_words(verdict: Verdict) -> None:
    withdraws = verdict.step is Step.WITHDRAW
    if verdict.reason and verdict.reason not in (WHY_TAKEN_DOWN if withdraws else REASONS):
        raise Invalid((Problem("why" if withdraws else "reason", "unknown_reason"),))
    if has_control(verdict.words):
        raise Invalid((Problem("words", "control"),))
    if len(verdict.words) > MAX_WORDS:
        raise Invalid((Problem("words", "too_long", {"limit": MAX_WORDS}),))
    if verdict.step is Step.RETURN and not (verdict.reason or verdict.words.strip()):
        raise Invalid((Problem("words", "question_missing"),))
    if withdraws and verdict.reason in {"", "other"} and not verdict.words.strip():
        raise Invalid((Problem("why", "reason_missing"),))


def _check_time(verdict: Verdict, now: datetime) -> None:
    if verdict.step is Step.SCHEDULE and (
        verdict.at is None or not now < verdict.at <= now + FARTHEST
    ):
        raise Invalid((Problem("at", "not_ahead"),))


def _carry_out(session: Session, post: Post, step: Step, now: datetime) -> None:
    if step is Step.PUBLISH:
        if post.waiting_id is None:
            raise NotPossible("Nothing waits to be published.")
        go_public(session, post, session.get_one(Revision, post.waiting_id), now)
        post.read_id = post.live_id
    elif step is Step.RETURN:
        if post.waiting_id is None:
            raise NotPossible("Nothing waits to be answered.")
        post.waiting_id = None
    elif step in {Step.WITHDRAW, Step.RESTORE}:
        if step is Step.RESTORE and is_emptied(session.get_one(Revision, post.live_id or 0)):
            raise NotPossible("Its writer was forgotten, and its words with them.")
        touch(session, post, now)


def is_emptied(revision: Revision) -> bool:
    """Whether its writer was forgotten, and its words with them."""
    return not (revision.title or revision.body or revision.pictures)
