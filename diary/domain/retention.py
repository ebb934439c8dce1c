"""What is kept for a time and no longer; the lead sets the months, `/privacy` tells them."""

from datetime import datetime, timedelta

from sqlalchemy import Delete, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from diary.domain import letters, subscriptions, throttle
from diary.domain.forgetting import empty, files_of
from diary.domain.journal import locked_state, record
from diary.domain.writing import erase
from diary.models import (
    Byline,
    Consent,
    Device,
    Letter,
    Message,
    Objection,
    Outgoing,
    Picture,
    Post,
    Provenance,
    Revision,
    Sender,
    StandingConsent,
    Status,
    Throttle,
    WorkingCopy,
)
from diary.queries.site import Site, site

MONTH = timedelta(days=31)
"""The longest: nothing goes before its time."""
LETTING_GO = "expire"
"""In the journal: a post that went by itself, with why."""


def tidy(session: Session, now: datetime) -> tuple[str, ...]:
    """Let go all that was kept long enough.

    Returns the keys of files, for `errands.commit`.
    """
    locked_state(session)  # before subscribers' rows, as everywhere
    keep = site(session)
    for statement in _rows_that_go(keep, now):
        session.execute(statement)
    subscriptions.leave_nobody(session, now)
    return (
        *_drop_drafts(session, now - keep.keep_drafts * MONTH, now),
        *_empty_taken_down(session, now - keep.keep_taken_down * MONTH, now),
        *_drop_consents(session, now - keep.keep_consents * MONTH),
    )


def _rows_that_go(keep: Site, now: datetime) -> tuple[Delete, ...]:
    unused = now - keep.keep_devices * MONTH
    return (
        delete(Objection).where(Objection.decided_at < now - keep.keep_requests * MONTH),
        delete(Device).where(or_(Device.seen_on < unused.date(), Device.revoked_at < unused)),
        delete(Sender).where(
            Sender.at < now - keep.keep_requests * MONTH,
            Sender.post_id.in_(select(Post.id).where(Post.waiting_id.is_(None))),
        ),
        delete(Letter).where(Letter.sent_at < now - letters.SENT_KEPT),
        delete(Letter).where(
            Letter.sent_at.is_(None), Letter.due_at < now - keep.keep_mail * MONTH
        ),
        delete(Outgoing).where(Outgoing.queued_at < now - keep.keep_mail * MONTH),
        delete(Throttle).where(Throttle.until < now - throttle.FORGET_AFTER),
    )


def _drop_drafts(session: Session, before: datetime, now: datetime) -> tuple[str, ...]:
    """Removes posts that wait to be sent and that nobody has written on since, and those that were
    sent in and put away: nobody can send them anew."""
    written_on = select(WorkingCopy.post_id).where(WorkingCopy.saved_at >= before)
    nobodys = and_(Post.owner_id.is_(None), Post.id.not_in(select(Provenance.post_id)))
    put_away = and_(Post.status == Status.RETURNED, nobodys)
    old = select(Post).where(
        or_(Post.status == Status.DRAFT, put_away),
        Post.sequence.is_(None),
        Post.created_at < before,
        Post.id.not_in(written_on),
    )
    files: list[str] = []
    for post in session.scalars(old).all():
        files += (key for keys in files_of(session, post, ()).values() for key in keys)
        erase(session, post)
        record(session, LETTING_GO, now, actor_id=None, post_id=post.id, reason="draft")
    return tuple(files)


def _empty_taken_down(session: Session, before: datetime, now: datetime) -> tuple[str, ...]:
    """Empties posts that were taken down; their addresses go on answering that they are gone."""
    worded = select(Revision.post_id).where(or_(Revision.title != "", Revision.body != ""))
    pictured = select(Picture.post_id)
    old = select(Post).where(
        Post.status == Status.WITHDRAWN,
        Post.updated_at < before,
        or_(Post.id.in_(worded), Post.id.in_(pictured)),
    )
    files: list[str] = []
    for post in session.scalars(old).all():
        post.waiting_id = None
        session.flush()
        files += (key for keys in empty(session, post, None).values() for key in keys)
        revisions = select(Revision.id).where(Revision.post_id == post.id)
        names = update(Byline).where(Byline.revision_id.in_(revisions))
        session.execute(names.values(name="", role=""))
        session.execute(update(Message).where(Message.post_id == post.id).values(words=""))
        session.execute(delete(WorkingCopy).where(WorkingCopy.post_id == post.id))
        record(session, LETTING_GO, now, actor_id=None, post_id=post.id, reason="taken_down")
    return tuple(files)


def _drop_consents(session: Session, before: datetime) -> tuple[str, ...]:
    """Forgets who had said yes, once that has not held for long."""
    session.execute(update(Consent).where(Consent.withdrawn_at < before).values(from_whom=""))
    ended = or_(StandingConsent.withdrawn_at < before, StandingConsent.until < before.date())
    gone = session.scalars(select(StandingConsent).where(ended)).all()
    ids = [one.id for one in gone]
    session.execute(update(Consent).where(Consent.standing_id.in_(ids)).values(standing_id=None))
    session.execute(delete(StandingConsent).where(StandingConsent.id.in_(ids)))
    return tuple(one.scan_key for one in gone if one.scan_key)
