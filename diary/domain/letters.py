"""Letters: a post by mail to all who follow it, once each."""

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Exists,
    Select,
    case,
    delete,
    exists,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from diary.domain.calls import MORNING, morning_after
from diary.domain.workflow import UNDONE_WITHIN
from diary.models import (
    Byline,
    Letter,
    Outgoing,
    Pace,
    Post,
    Revision,
    RevisionMethod,
    Subscriber,
    Subscription,
)
from diary.queries.posts import PUBLIC

NEWS_FOR = timedelta(days=30)
"""How long after it first came out a post is still sent when it is out again."""
SENT_KEPT = timedelta(days=30)
"""For how long it is known who was sent what: so long nobody is sent it again."""
BATCH = 100
"""For how many subscribers letters become mails in one transaction."""


def queue(session: Session, post: Post, now: datetime, zone: ZoneInfo) -> None:
    """Write to all who follow a post that has just come out, whatever of it they follow.

    Each is sent it at their pace, and nobody before a publication can no longer be undone.
    Who has a letter about it, waiting or sent, is sent no second one.
    """
    revision = session.get_one(Revision, post.live_id)
    due = case(*((Subscriber.pace == pace, at) for pace, at in due_times(now, zone).items()))
    wanted = (
        select(Subscriber.id, literal(post.id), due, literal(False))
        .where(Subscriber.stopped_at.is_(None), Subscriber.id.in_(_followers(revision)))
        .where(~exists().where(Letter.subscriber_id == Subscriber.id, Letter.post_id == post.id))
        # Nobody who leaves meanwhile leaves a letter behind.
        .with_for_update(read=True, key_share=True, of=Subscriber)
    )
    columns = ["subscriber_id", "post_id", "due_at", "twice"]
    session.execute(insert(Letter).from_select(columns, wanted))


def queue_again(session: Session, post: Post, now: datetime, zone: ZoneInfo) -> None:
    """Write, about a post that is out again, to those who have no letter about it.

    Nobody is written to about what is no news any more, or was brought along from elsewhere.
    """
    out = post.published_at
    if out and now - out <= NEWS_FOR and post.provenance is None:
        queue(session, post, now, zone)


def due_times(now: datetime, zone: ZoneInfo) -> dict[Pace, datetime]:
    """When a letter about something that comes out now is sent, for each pace."""
    soonest = now + UNDONE_WITHIN
    morning = morning_after(soonest, zone)
    day = morning.astimezone(zone).date()
    monday = datetime.combine(day + timedelta(days=-day.weekday() % 7), MORNING, zone)
    return {Pace.AT_ONCE: soonest, Pace.DAILY: morning, Pace.WEEKLY: monday.astimezone(UTC)}


def _followers(revision: Revision) -> Select[int]:
    """Who follows the whole diary, or the place, a way of working or a writer of a revision."""
    ways = select(RevisionMethod.method_id).where(RevisionMethod.revision_id == revision.id)
    writers = select(Byline.person_id).where(Byline.revision_id == revision.id)
    place = select(Revision.lab_id).where(Revision.id == revision.id)
    everything = (
        Subscription.lab_id.is_(None)
        & Subscription.method_id.is_(None)
        & Subscription.person_id.is_(None)
    )
    return select(Subscription.subscriber_id).where(
        or_(
            everything,
            Subscription.lab_id.in_(place),
            Subscription.method_id.in_(ways),
            Subscription.person_id.in_(writers),
        )
    )


def withdraw(session: Session, post_id: int) -> None:
    """Drop the letters about a post that have not been sent.

    One that may have been sent in a mail whose end nobody has noted is kept for as long as that
    waits: it goes no more while the post is not out, and nobody is sent it twice.
    """
    waiting = delete(Letter).where(Letter.post_id == post_id, Letter.sent_at.is_(None))
    session.execute(waiting.where(~_begun()))


def _begun() -> Exists:
    return exists().where(Outgoing.id == Letter.outgoing_id, Outgoing.unnoted > 0)


def gather(session: Session, now: datetime) -> int:
    """Put the letters that are due into mails, one for each of some subscribers; how many mails.

    Several can do so at once: each subscriber's letters are gathered by one of them.
    """
    waiting = _waiting(now)
    ready = (
        select(Subscriber)
        .where(Subscriber.stopped_at.is_(None))
        .where(Subscriber.id.in_(select(Letter.subscriber_id).where(*waiting)))
        .order_by(Subscriber.id)
        .limit(BATCH)
        .with_for_update(key_share=True, skip_locked=True)
    )
    subscribers = {one.id: one for one in session.scalars(ready)}
    # Read once they are locked: somebody else may have gathered for some of them by then.
    theirs = select(Letter).where(Letter.subscriber_id.in_(subscribers), *waiting)
    theirs = theirs.order_by(Letter.subscriber_id)  # so the mails go in that order, too
    gathered: defaultdict[int, list[Letter]] = defaultdict(list)
    for letter in session.scalars(theirs):
        gathered[letter.subscriber_id].append(letter)
    mails = {whose: _mail_to(subscribers[whose], now) for whose in gathered}
    session.add_all(mails.values())
    session.flush()
    for whose, letters in gathered.items():
        for letter in letters:
            letter.outgoing_id = mails[whose].id
    return len(mails)


def _waiting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        Letter.sent_at.is_(None),
        Letter.outgoing_id.is_(None),
        Letter.due_at <= now,
        Letter.post_id.in_(select(Post.id).where(PUBLIC)),
    )


def _mail_to(subscriber: Subscriber, now: datetime) -> Outgoing:
    """Its words are made when it is sent, and so is its recipient known."""
    return Outgoing(
        recipient="",
        subject="",
        body="",
        lang=subscriber.lang,
        queued_at=now,
        due_at=now,
        subscriber_id=subscriber.id,
    )


def note_sent(session: Session, mail: Outgoing, posts: Collection[int], now: datetime) -> None:
    """Note which posts a mail has carried; the other letters in it wait on.

    After a try whose end nobody noted, all in it may have come by that: none goes again.
    """
    tried_before = mail.unnoted > 1
    theirs = update(Letter).where(Letter.outgoing_id == mail.id)
    carried = Letter.post_id.in_(posts)
    session.execute(theirs.where(carried).values(sent_at=now, twice=tried_before))
    if tried_before:
        session.execute(theirs.where(~carried).values(sent_at=now))


def give_up(session: Session, mail: Outgoing) -> None:
    """Drop the letters in a mail that was tried for long enough; the address keeps its place."""
    session.execute(delete(Letter).where(Letter.outgoing_id == mail.id))


def stop(session: Session, subscriber_id: int, now: datetime) -> None:
    """Send no more to an address that a server has refused for good, until it is confirmed anew."""
    theirs = update(Subscriber).where(Subscriber.id == subscriber_id)
    session.execute(theirs.values(stopped_at=now))
    waiting = delete(Letter).where(Letter.subscriber_id == subscriber_id, Letter.sent_at.is_(None))
    session.execute(waiting)
    session.execute(delete(Outgoing).where(Outgoing.subscriber_id == subscriber_id))
