"""What happens by itself: scheduled posts go out, consents end, moderators are told what waits."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from diary.domain import calls
from diary.domain.calls import Call, call
from diary.domain.journal import locked_state, record, show_change
from diary.domain.publishing import go_public
from diary.models import Consent, Picture, Post, Revision, Status


def release_due(session: Session, now: datetime, zone: ZoneInfo) -> frozenset[Call]:
    """Do all that is due by `now`, journal it, and note when something next is.

    `zone` is the diary's: a consent ends with its last day there. Whoever reads the version at or
    after `State.due` calls this first; of two at once the second finds it done. The answer says
    for what moderators are to be sent letters in the same transaction.
    """
    state = locked_state(session)
    if state.due is None or state.due > now:
        return frozenset()
    _release_posts(session, now)
    _end_consents(session, now, zone)
    made = call(session, now, zone)
    note_due(session, zone)
    return made


def expect(session: Session, at: datetime) -> None:
    """Something changes by itself, or somebody is to be told, at `at` at the latest."""
    state = locked_state(session)
    state.due = min(state.due or at, at)


def note_due(session: Session, zone: ZoneInfo) -> None:
    """Work out anew when something next changes by itself, or somebody is to be told."""
    session.flush()
    release = session.scalar(
        select(func.min(Post.publish_at)).where(Post.status == Status.SCHEDULED)
    )
    last_day = session.scalar(select(func.min(Consent.until)).where(Consent.withdrawn_at.is_(None)))
    ends = None
    if last_day is not None:
        ends = datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)
    ahead = (release, ends, *calls.due(session, zone).values())
    locked_state(session).due = min((at for at in ahead if at), default=None)


def _release_posts(session: Session, now: datetime) -> None:
    statement = select(Post).where(Post.status == Status.SCHEDULED, Post.publish_at <= now)
    for post in session.scalars(statement.order_by(Post.publish_at, Post.id).with_for_update()):
        revision = session.get_one(Revision, post.waiting_id)
        go_public(session, post, revision, now)
        post.status, post.read_id, post.publish_at = Status.PUBLISHED, revision.id, None
        record(session, "release", now, actor_id=None, post_id=post.id, revision_id=revision.id)


def _end_consents(session: Session, now: datetime, zone: ZoneInfo) -> None:
    if end_consents(session, Consent.until < now.astimezone(zone).date(), now, actor_id=None):
        show_change(session, now)


def end_consents(
    session: Session, which: ColumnElement[bool], now: datetime, *, actor_id: int | None
) -> int:
    """End all consents of a kind that still hold, and journal each; tells how many."""
    statement = (
        select(Consent, Picture.post_id)
        .join(Picture, Picture.id == Consent.picture_id)
        .where(Consent.withdrawn_at.is_(None), which)
    )
    ended = session.execute(statement.order_by(Consent.picture_id)).all()
    for consent, post_id in ended:
        consent.withdrawn_at = now
        record(
            session,
            "end_consent",
            now,
            actor_id=actor_id,
            post_id=post_id,
            picture_id=consent.picture_id,
        )
    return len(ended)
