"""The end of the journey: nothing new is written, and all that is out stays to be read.

What people have a right to goes on: to have something taken down, a yes taken back, to take out
their own and to be forgotten.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import downloads
from diary.domain.due import note_due
from diary.domain.ended import KEY, ended_at
from diary.domain.errors import NotPossible, PostsWait
from diary.domain.journal import record, show_change
from diary.domain.policy import Actor
from diary.domain.settings import put
from diary.domain.taxonomy import ensure_lead
from diary.domain.workflow import Step, after
from diary.models import Post, Setting, Status
from diary.queries import closing


def end(
    session: Session, actor: Actor | None, now: datetime, zone: ZoneInfo, *, anyway: bool = False
) -> None:
    """End the journey: by a lead or, with None, by whoever runs the server.

    What has a time to go out waits to be read again, so that nothing goes out by itself. Raises
    NotAllowed, NotPossible if it has ended already, PostsWait if posts wait and not `anyway`.
    """
    by = _by(actor)
    show_change(session, now)  # locks: whatever goes out at this moment is out or finds the end
    if ended_at(session) is not None:
        raise NotPossible("The journey has ended already.")
    if not anyway and (number := closing.count_waiting(session)):
        raise PostsWait(number)
    for post in session.scalars(select(Post).where(Post.status == Status.SCHEDULED)):
        post.status, post.publish_at = after(post.status, Step.HOLD), None
        revision_id = post.waiting_id
        record(session, Step.HOLD, now, actor_id=by, post_id=post.id, revision_id=revision_id)
    put(session, {KEY: now.isoformat()})
    record(session, "end_journey", now, actor_id=by)
    note_due(session, now, zone)


def reopen(session: Session, actor: Actor | None, now: datetime, zone: ZoneInfo) -> None:
    """The journey goes on after all; raises NotAllowed, NotPossible if it has not ended."""
    by = _by(actor)
    show_change(session, now)
    kept = session.get(Setting, KEY)
    if kept is None:
        raise NotPossible("The journey has not ended.")
    session.delete(kept)
    downloads.close(session)  # what is handed over as a zip is not all of it any more
    record(session, "reopen_journey", now, actor_id=by)
    note_due(session, now, zone)


def _by(actor: Actor | None) -> int | None:
    """The account of a lead; raises NotAllowed for anybody else."""
    if actor is None:
        return None
    ensure_lead(actor)
    return actor.account_id
