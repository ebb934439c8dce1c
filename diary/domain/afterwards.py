"""What a moderator does after deciding: undoing it, and reading what is out already."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import letters, pings, policy
from diary.domain.consents import settle
from diary.domain.errors import NotAllowed, NotFound, NotPossible, Overtaken
from diary.domain.journal import record, show_change
from diary.domain.moderation import is_emptied
from diary.domain.policy import Actor, Facts, House
from diary.domain.publishing import let_out_again, take_in, touch
from diary.domain.readers import check_read
from diary.domain.telling import overtake
from diary.domain.workflow import UNDONE, UNDONE_WITHIN, Step
from diary.models import Correction, Event, Post, Revision, Status


def undoable(session: Session, actor: Actor, post_id: int, now: datetime) -> Event | None:
    """The decision about a post that the actor can undo: their own, just now, and the last deed."""
    last = session.scalar(
        select(Event).where(Event.post_id == post_id).order_by(Event.id.desc()).limit(1)
    )
    if last is None or last.actor_id != actor.account_id or last.at < now - UNDONE_WITHIN:
        return None
    return last if last.action in UNDONE else None


def undo(session: Session, actor: Actor, post_id: int, now: datetime, house: House) -> None:
    """Undo the decision made last; the post keeps its sequence and its address for good.

    Raises NotFound for a post that is not (or no longer) theirs to read, NotPossible where
    somebody has done something since, or it is too late.
    """
    post = session.get(Post, post_id, with_for_update=True)
    if post is None or not policy.reads(actor, Facts(post.owner_id, post.lab_id)):
        raise NotFound
    decision = undoable(session, actor, post_id, now)
    if decision is None:
        raise NotPossible("Something has happened since.")
    step, was_out = Step(decision.action), decision.other_id
    shown = {Step.PUBLISH: was_out, Step.WITHDRAW: post.live_id}.get(step)
    if shown and is_emptied(session.get_one(Revision, shown)):
        raise NotPossible("Its writer was forgotten meanwhile.")
    edited = was_out is not None and step in {Step.PUBLISH, Step.RETURN}
    post.status = Status.PUBLISHED if edited else UNDONE[step]
    if step is Step.PUBLISH:
        post.waiting_id = decision.revision_id
        _bring_back(session, post, was_out, now)
    elif step is Step.WITHDRAW:
        let_out_again(session, post, now, house.zone)
    elif step is Step.RESTORE:
        take_in(session, post, now)
    else:
        post.waiting_id = decision.revision_id
    post.publish_at = None
    overtake(session, post.id)
    record(
        session,
        "undo",
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=decision.revision_id,
        reason=step,
    )


def _bring_back(session: Session, post: Post, revision_id: int | None, now: datetime) -> None:
    """What was out before, if anything was, is out once more; what was told with it is unsaid."""
    told = select(Correction).where(Correction.revision_id == post.live_id)
    corrections = session.scalars(told).all()
    for correction in corrections:
        session.delete(correction)
    read = select(Event.id).where(
        Event.post_id == post.id,
        Event.revision_id == revision_id,
        Event.action.in_(("publish", "release", "read_after")),
    )
    undone, post.live_id = post.live_id, revision_id
    post.read_id = revision_id if session.scalar(read.limit(1)) else None
    before = session.get(Revision, revision_id or 0)
    if before is None:
        post.published_at = None
        letters.withdraw(session, post.id)
    else:
        post.stand_on(before.dated, before.precision)
        post.lab_id = before.lab_id
    if corrections or before is None:
        touch(session, post, now)
    else:
        show_change(session, now)
    pings.queue(session, (undone, revision_id), now)


def read_after(
    session: Session, actor: Actor, post_id: int, revision_id: int, now: datetime, house: House
) -> None:
    """Note that a moderator has read what a trusted author had let out.

    Raises NotFound, NotPossible for a post that is not out, Overtaken for another revision,
    NotRead for one in a language nobody has read it in.
    """
    post = session.get(Post, post_id, with_for_update=True)
    if post is None or not policy.reads(actor, Facts(post.owner_id, post.lab_id)):
        raise NotFound
    if post.owner_id == actor.account_id:
        raise NotAllowed
    if post.status is not Status.PUBLISHED:
        raise NotPossible("It is not out.")
    if post.live_id != revision_id:
        raise Overtaken
    if post.read_id == revision_id:
        return
    check_read(session, actor, revision_id, house)
    settle(session, actor, post, revision_id, now)
    post.read_id = revision_id
    show_change(session, now)
    record(
        session,
        "read_after",
        now,
        actor_id=actor.account_id,
        post_id=post.id,
        revision_id=revision_id,
    )
