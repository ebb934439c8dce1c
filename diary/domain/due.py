"""What happens by itself: scheduled posts go out, consents and news in feeds end, moderators are
told what waits."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from diary.domain import calls
from diary.domain.calls import Call, call
from diary.domain.journal import locked_state, record, show_change
from diary.domain.publishing import go_public
from diary.domain.recall import tell_readers
from diary.models import Consent, Picture, Post, Revision, StandingConsent, Status
from diary.queries import feeds

REMINDED_BEFORE = timedelta(days=30)
"""How long before a yes ends those who read for its lab are told."""


def release_due(session: Session, now: datetime, zone: ZoneInfo) -> frozenset[Call]:
    """Do all that is due by `now`, journal it, and note when something next is.

    `zone` is the diary's: a consent ends with its last day there. Whoever reads the version at or
    after `State.due` calls this first; of two at once the second finds it done. The answer says
    for what moderators are to be sent letters in the same transaction.
    """
    state = locked_state(session)
    if state.due is None or state.due > now:
        return frozenset()
    _release_posts(session, now, zone)
    _end_consents(session, now, zone)
    if feeds.has_ended(session, state.due, now):
        show_change(session, now)
    made = call(session, now, zone)
    note_due(session, now, zone)
    return made


def expect(session: Session, at: datetime) -> None:
    """Something changes by itself, or somebody is to be told, at `at` at the latest."""
    state = locked_state(session)
    state.due = min(state.due or at, at)


def note_due(session: Session, now: datetime, zone: ZoneInfo) -> None:
    """Work out anew when something next changes by itself, or somebody is to be told."""
    session.flush()
    release = session.scalar(
        select(func.min(Post.publish_at)).where(Post.status == Status.SCHEDULED)
    )
    last_day = session.scalar(select(func.min(Consent.until)).where(Consent.withdrawn_at.is_(None)))
    ends = None if last_day is None else _beginning(last_day + timedelta(days=1), zone)
    untold = min(
        (day for statement in _untold() if (day := session.scalar(statement))), default=None
    )
    reminds = None if untold is None else _beginning(untold - REMINDED_BEFORE, zone)
    untold_after = feeds.next_end(session, now)
    ahead = (release, ends, reminds, untold_after, *calls.due(session, zone).values())
    locked_state(session).due = min((at for at in ahead if at), default=None)


def _beginning(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


UNTOLD = (
    Consent.until.is_not(None)
    & Consent.withdrawn_at.is_(None)
    & Consent.reminded_at.is_(None)
    & Consent.standing_id.is_(None)
)
"""Yeses of their own that end and of which nobody was told; the others end with a standing one."""
UNTOLD_STANDING = (
    StandingConsent.until.is_not(None)
    & StandingConsent.withdrawn_at.is_(None)
    & StandingConsent.reminded_at.is_(None)
)


def _untold() -> tuple[Select[date | None], Select[date | None]]:
    """The first last days of which nobody was told."""
    return (
        select(func.min(Consent.until)).where(UNTOLD),
        select(func.min(StandingConsent.until)).where(UNTOLD_STANDING),
    )


def end_soon(session: Session, now: datetime, zone: ZoneInfo) -> frozenset[int | None]:
    """Note of each yes that ends soon that it was told, once.

    Returns the labs (None: the whole project) whose moderators are to be told of it.
    """
    today = now.astimezone(zone).date()
    soon = today + REMINDED_BEFORE
    own = (
        select(Consent, Post.lab_id)
        .join(Picture, Picture.id == Consent.picture_id)
        .join(Post, Post.id == Picture.post_id)
        .where(UNTOLD, Consent.until <= soon)
    )
    standing = select(StandingConsent, StandingConsent.lab_id)
    standing = standing.where(UNTOLD_STANDING, StandingConsent.until <= soon)
    labs: set[int | None] = set()
    found: list[tuple[Consent | StandingConsent, int | None]] = [
        *((one, lab_id) for one, lab_id in session.execute(own)),
        *((one, lab_id) for one, lab_id in session.execute(standing)),
    ]
    for one, lab_id in found:
        one.reminded_at = now
        if one.until is not None and one.until >= today:
            labs.add(lab_id)
    note_due(session, now, zone)
    return frozenset(labs)


def _release_posts(session: Session, now: datetime, zone: ZoneInfo) -> None:
    statement = select(Post).where(Post.status == Status.SCHEDULED, Post.publish_at <= now)
    for post in session.scalars(statement.order_by(Post.publish_at, Post.id).with_for_update()):
        revision = session.get_one(Revision, post.waiting_id)
        go_public(session, post, revision, now, zone=zone)
        post.status, post.read_id, post.publish_at = Status.PUBLISHED, revision.id, None
        record(session, "release", now, actor_id=None, post_id=post.id, revision_id=revision.id)


def _end_consents(session: Session, now: datetime, zone: ZoneInfo) -> None:
    end_consents(session, Consent.until < now.astimezone(zone).date(), now, actor_id=None)


def end_consents(
    session: Session, which: ColumnElement[bool], now: datetime, *, actor_id: int | None
) -> None:
    """End all consents of a kind that still hold, journal each, and tell readers."""
    statement = (
        select(Consent, Picture)
        .join(Picture, Picture.id == Consent.picture_id)
        .where(Consent.withdrawn_at.is_(None), which)
    )
    for consent, picture in session.execute(statement.order_by(Picture.id)).all():
        consent.withdrawn_at = now
        record(
            session,
            "end_consent",
            now,
            actor_id=actor_id,
            post_id=picture.post_id,
            picture_id=picture.id,
        )
        tell_readers(session, picture, now)
