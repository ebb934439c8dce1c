"""Letting a post out and taking it in again."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from diary.domain import letters, pings
from diary.domain.ended import ensure_goes_on
from diary.domain.journal import show_change, show_news
from diary.models import Post, Revision
from diary.text.plain import free
from diary.text.plain import slug as slug_of


def go_public(
    session: Session,
    post: Post,
    revision: Revision,
    now: datetime,
    *,
    zone: ZoneInfo | None,
    published_at: datetime | None = None,
    slug: str = "",
) -> None:
    """Make a revision the live one.

    The first time the post is given its sequence, its address and `published_at` (an import
    keeps the old one); they stay for good. Then letters to those who follow are queued, too, by
    the clocks of the diary's `zone`; with None (an import) nobody is written to and no hub told.
    Raises Ended.
    """
    was_out, first = post.live_id, post.published_at is None
    state = show_change(session, now, adds=first)
    ensure_goes_on(session)
    if post.sequence is None:
        state.sequence += 1
        post.sequence = state.sequence
    post.slug = post.slug or free_slug(session, slug or slug_of(revision.heading), post.short)
    post.published_at = post.published_at or published_at or now
    # A new text is no news by itself: whoever corrects something that matters says so. That a post
    # is back of which readers were told that it has gone is some.
    since = now if was_out is None and not first else post.published_at
    post.updated_at = max(post.updated_at or since, since)
    post.live_id = revision.id
    post.waiting_id = None
    post.stand_on(revision.dated, revision.precision)
    post.lab_id = revision.lab_id
    if zone:
        pings.queue(session, (was_out, revision.id), now)
        if first:
            letters.queue(session, post, now, zone)


def free_slug(session: Session, wanted: str, short: str) -> str:
    """The wanted slug, with a number if another post has it; the short id if none is wanted."""
    wanted = wanted or short
    statement = select(Post.slug).where(Post.slug.startswith(wanted, autoescape=True))
    taken = set(session.scalars(statement))
    return free(wanted, taken.__contains__)


def touch(session: Session, post: Post, now: datetime) -> None:
    """Readers are to be told: a public post has gone or come back, or was corrected."""
    show_news(session, now)
    post.updated_at = now
    pings.queue(session, (post.live_id,), now)


def take_in(session: Session, post: Post, now: datetime) -> None:
    """A public post has gone: readers are to be told, and letters that wait leave it out."""
    touch(session, post, now)
    letters.withdraw(session, post.id)


def let_out_again(session: Session, post: Post, now: datetime, zone: ZoneInfo) -> None:
    """A post that was taken in is out again: readers are told; a recent one still goes by mail."""
    touch(session, post, now)
    letters.queue_again(session, post, now, zone)
